//! What a VPC leads to: the internet, the network on premises, services behind gateway endpoints, peers.
//!
//! The internet and the network on premises are one namespace each that stands for every host there is.

use deguchi_model::{AttachmentState, IpNet, RouteDestination, RouteOrigin, RouteTarget, Vpc};

use super::{
    Namespace, NextHop, Route, Rule, Selector, Setting, Station,
    address_family::{never_on_the_internet, single},
    construct::Construction,
    gateway, route_table, vpc,
};
use crate::{
    dropped::{Cause, drop_because},
    service::{PolicyOfEndpoint, Services, Web},
};

/// The table that is asked before what is here.
const BEFORE: u32 = 10;

/// A namespace that stands for every host, but for what its routes lead away.
fn every_host(name: String, station: Station, stands_for: String) -> Namespace {
    let mut namespace = Namespace { name, station, stands_for, ..Namespace::default() };
    namespace.settings.extend([Setting::Forwards, Setting::IsEveryHost]);
    namespace.rules.push(Rule { priority: 10, packets: Selector::All, table: BEFORE });
    namespace
}

fn web(construction: &Construction<'_>, policy: PolicyOfEndpoint) -> Services {
    let on = |port: u16| vec![(std::net::Ipv6Addr::UNSPECIFIED, port).into()];
    let sites = construction.options.sites.clone();
    Services { resolver: None, web: Some(Web { http: on(80), https: on(443), authority: None, sites, policy }) }
}

pub(super) fn add_internet(construction: &mut Construction<'_>) {
    let mut internet = every_host("internet".to_owned(), Station::Internet, "the internet".to_owned());
    let mut lead = |destination: IpNet, to: NextHop| {
        let known = internet.routes.iter().any(|route| route.destination == destination);
        if !known {
            internet.routes.push(Route { table: Some(BEFORE), destination, to });
        }
    };
    for range in never_on_the_internet() {
        lead(range, NextHop::Blackhole);
    }
    for vpc in construction.vpcs.keys().filter_map(|id| construction.network.vpcs.get(*id)) {
        let gateways = gateway::gateways_of(construction, vpc);
        let edge = || NextHop::Device(format!("edge{}", construction.vpc_number(&vpc.id)));
        if gateways.internet {
            for public in gateway::mapping(construction, vpc).into_values() {
                lead(single(public.into()), edge());
            }
        }
        let leads_in = gateways.internet || gateways.egress_only;
        for range in &vpc.ipv6_cidr_blocks {
            lead(IpNet::V6(*range), if leads_in { edge() } else { NextHop::Blackhole });
        }
    }
    // Addresses that somebody holds and nothing answers for.
    let network = construction.network;
    let elastic = network.elastic_ips.values().map(|own| own.public);
    let machines = network.network_interfaces.values().flat_map(|own| &own.addresses).filter_map(|own| own.public);
    let gateways = network.nat_gateways.values().flat_map(|own| &own.addresses).filter_map(|own| own.public);
    for public in elastic.chain(machines).chain(gateways) {
        lead(single(public.into()), NextHop::Blackhole);
    }
    internet.services = Some(web(construction, PolicyOfEndpoint::Everything));
    construction.plan.namespaces.push(internet);
}

/// Whether a network on premises stands behind a VPC.
pub(super) fn has_premises(construction: &Construction<'_>, vpc: &Vpc) -> bool {
    let attached = Some(&AttachmentState::Attached);
    construction.network.vpn_gateways.values().any(|own| own.attachment_to(&vpc.id) == attached)
        || construction.has_target(vpc, |target| match target {
            RouteTarget::VpnGateway(id) => !construction.network.vpn_gateways.contains_key(id),
            _ => false,
        })
}

pub(super) fn vpn_gateway_id(construction: &Construction<'_>, vpc: &Vpc) -> String {
    let mut gateways = construction.network.vpn_gateways.values();
    let own = gateways.find(|own| own.attachment_to(&vpc.id).is_some());
    own.map_or_else(|| "vgw".to_owned(), |own| own.id.to_string())
}

/// The prefixes that a VPC's gateway knows, by static entries of its connections or by BGP (VP-3).
pub(super) fn known_on_premises(construction: &Construction<'_>, vpc: &Vpc) -> Vec<IpNet> {
    let network = construction.network;
    let id = vpn_gateway_id(construction, vpc);
    let connections = network.vpn_connections.values().filter(|own| own.state == "available");
    let own = connections.filter(|own| own.vpn_gateway.as_ref().is_some_and(|gateway| gateway.as_str() == id));
    let mut known: Vec<IpNet> = own.flat_map(|own| own.static_routes.iter().copied()).collect();
    for route in network.route_tables.values().filter(|table| table.vpc == vpc.id).flat_map(|table| &table.routes) {
        if let (RouteOrigin::Propagated, RouteDestination::Cidr(range)) = (&route.origin, &route.destination) {
            known.push(*range);
        }
    }
    known
}

/// A network on premises, from which some ranges are reached by a device.
pub(super) fn premises(
    name: String,
    stands_for: String,
    ranges: impl IntoIterator<Item = IpNet>,
    device: &str,
) -> Namespace {
    let mut namespace = every_host(name, Station::Premises, stands_for);
    for destination in ranges {
        namespace.routes.push(Route { table: Some(BEFORE), destination, to: NextHop::Device(device.to_owned()) });
    }
    namespace
}

pub(super) fn add_premises(construction: &mut Construction<'_>, vpc: &Vpc) {
    if !has_premises(construction, vpc) {
        return;
    }
    let number = construction.vpc_number(&vpc.id);
    let name = format!("premises-{number}");
    let stands_for = vpn_gateway_id(construction, vpc);
    let namespace = premises(name.clone(), stands_for.clone(), route_table::ranges_of(vpc), "vgw");
    construction.plan.namespaces.push(namespace);
    construction.link((&vpc::name(number), "vgw"), (&name, "vgw"), &stands_for);
}

pub(super) fn add_endpoints(construction: &mut Construction<'_>) {
    for (number, endpoint) in construction.endpoints.clone() {
        let Some(vpc) = construction.network.vpcs.get(&endpoint.vpc) else { continue };
        let name = format!("endpoint-{number}");
        let mut namespace = every_host(name.clone(), Station::GatewayEndpoint, endpoint.id.to_string());
        for destination in route_table::ranges_of(vpc) {
            namespace.routes.push(Route { table: Some(BEFORE), destination, to: NextHop::Device("eth0".to_owned()) });
        }
        let dropped = drop_because(&endpoint.id, &Cause::Protocol);
        // GE-5.
        namespace.filter = Some(format!(
            "table inet endpoint {{\n\tchain entry {{\n\t\ttype filter hook prerouting priority filter\n\
             \t\tmeta l4proto tcp accept\n\t\ticmp type echo-request accept\n\t\ticmpv6 type echo-request accept\n\
             \t\tiifname \"eth0\" {dropped}\n\t}}\n}}\n"
        ));
        // Where the policy is not known the network's part is shown, and every request is let through.
        let policy = PolicyOfEndpoint::of(&endpoint.policy).unwrap_or_default();
        namespace.services = Some(web(construction, policy));
        construction.plan.namespaces.push(namespace);
        let inside = vpc::name(construction.vpc_number(&endpoint.vpc));
        construction.link((&inside, &format!("vpce{number}")), (&name, "eth0"), endpoint.id.as_str());
    }
}

pub(super) fn add_peerings(construction: &mut Construction<'_>) {
    for (number, connection) in construction.peerings.clone() {
        let side = |vpc: &Option<deguchi_model::VpcId>| vpc.as_ref().map(|id| vpc::name(construction.vpc_number(id)));
        let (Some(first), Some(second)) = (side(&connection.requester.vpc), side(&connection.accepter.vpc)) else {
            continue;
        };
        let device = format!("pcx{number}");
        construction.link((&first, &device), (&second, &device), connection.id.as_str());
    }
}
