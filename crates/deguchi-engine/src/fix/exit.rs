//! The exits of a VPC that could carry a query, whichever of them the routes now lead to.

use alloc::{collections::BTreeSet, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{
    EgressOnlyInternetGatewayId, InstanceId, InterfaceKind, InternetGatewayId, IpNet, NatGatewayId, NatGatewayState,
    Network, NetworkInterface, NetworkInterfaceId, Route, RouteDestination, RouteState, RouteTarget,
    SourceDestinationCheck, SubnetId, VpcEndpointId, VpcEndpointKind, VpcId,
};

use crate::{
    AddressSet, Query, Source,
    answer::{Answer, Decision, Place},
    reason::Heading,
};

/// A door out of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// A gateway endpoint, for the one service it is for.
    GatewayEndpoint(VpcEndpointId),
    /// A NAT gateway.
    NatGateway(NatGatewayId),
    /// A NAT instance, by the interface that routes have to name.
    NatInstance {
        /// The instance.
        instance: InstanceId,
        /// Its interface.
        interface: NetworkInterfaceId,
    },
    /// An internet gateway, with a public address (or an IPv6 address) of the machine's own.
    InternetGateway(InternetGatewayId),
    /// An egress-only internet gateway, for IPv6.
    EgressOnlyInternetGateway(EgressOnlyInternetGatewayId),
}

impl Exit {
    /// The target that a route to it names.
    pub fn target(&self) -> RouteTarget {
        match self {
            Self::GatewayEndpoint(id) => RouteTarget::VpcEndpoint(id.clone()),
            Self::NatGateway(id) => RouteTarget::NatGateway(id.clone()),
            Self::NatInstance { interface, .. } => RouteTarget::NetworkInterface(interface.clone()),
            Self::InternetGateway(id) => RouteTarget::InternetGateway(id.clone()),
            Self::EgressOnlyInternetGateway(id) => RouteTarget::EgressOnlyInternetGateway(id.clone()),
        }
    }

    /// Whether a route leads to it. Older output names an instance where newer names its interface.
    pub(crate) fn is_target_of(&self, network: &Network, route: &Route) -> bool {
        match (self, &route.target) {
            (Self::NatInstance { interface, .. }, RouteTarget::Instance(id)) => network
                .instances
                .get(id)
                .and_then(|instance| instance.interfaces.first())
                .is_some_and(|primary| primary.interface == *interface),
            _ => route.target == self.target(),
        }
    }
}

/// Where a query starts, for one that leaves the VPC for the internet (or a service's public addresses).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Departure<'n> {
    /// The interface it starts at.
    pub(crate) interface: &'n NetworkInterface,
    /// Whether it is of IPv6.
    pub(crate) is_ipv6: bool,
}

/// Returns where a query starts if it is for public addresses outside the snapshot; `None` for every other query, which
/// has no exits to choose from.
pub(crate) fn departure<'n>(network: &'n Network, query: &Query) -> Option<Departure<'n>> {
    let Source::Interface { interface, address } = &query.source else { return None };
    let interface = network.network_interfaces.get(interface)?;
    let destinations = &query.destination.addresses;
    let public = AddressSet::public_ipv4().union(&AddressSet::public_ipv6());
    if destinations.is_empty() || !destinations.minus(&public).is_empty() {
        return None;
    }
    let vpc = network.vpcs.get(&interface.vpc);
    let local = vpc.into_iter().flat_map(|vpc| {
        let v4 = vpc.cidr_blocks.iter().copied().map(IpNet::V4);
        v4.chain(vpc.ipv6_cidr_blocks.iter().copied().map(IpNet::V6)).collect::<Vec<_>>()
    });
    let local = AddressSet::from_cidrs(&local.collect::<Vec<_>>());
    let is_local = !destinations.intersection(&local).is_empty();
    (!is_local).then_some(Departure { interface, is_ipv6: matches!(address, IpAddr::V6(_)) })
}

/// Returns the exits of the client's VPC that could carry a query, in a fixed order.
pub(crate) fn plausible(network: &Network, departure: Departure<'_>, query: &Query) -> Vec<Exit> {
    let vpc = &departure.interface.vpc;
    let mut exits = Vec::new();
    if departure.is_ipv6 {
        let gateways = network.egress_only_internet_gateways.values();
        let attached = gateways.filter(|gateway| gateway.attachment_to(vpc).is_some());
        exits.extend(attached.map(|gateway| Exit::EgressOnlyInternetGateway(gateway.id.clone())));
    } else {
        exits.extend(endpoints(network, vpc, query));
        let is_there = |state: &NatGatewayState| *state != NatGatewayState::Deleted;
        let gateways = network.nat_gateways.values().filter(|nat| nat.vpc == *vpc && is_there(&nat.state));
        exits.extend(gateways.map(|nat| Exit::NatGateway(nat.id.clone())));
        exits.extend(nat_instances(network, vpc, departure.interface));
    }
    let has_public_address =
        departure.is_ipv6 || departure.interface.addresses.iter().any(|address| address.public.is_some());
    if has_public_address {
        exits.extend(internet_gateway(network, vpc));
    }
    exits
}

/// The internet gateway of a VPC: the one attached, or in another state of attachment; else the one that an active route of the
/// VPC names though the snapshot lacks it (RT-14). A VPC has one at most.
pub(crate) fn internet_gateway(network: &Network, vpc: &VpcId) -> Option<Exit> {
    let listed = network.internet_gateways.values().find(|gateway| gateway.attachment_to(vpc).is_some());
    let tables = network.route_tables.values().filter(|table| table.vpc == *vpc);
    let mut routes = tables.flat_map(|table| &table.routes).filter(|route| route.state == RouteState::Active);
    let id = listed.map(|gateway| &gateway.id).or_else(|| {
        routes.find_map(|route| match &route.target {
            RouteTarget::InternetGateway(id) if !network.has_target(&route.target) => Some(id),
            _ => None,
        })
    })?;
    Some(Exit::InternetGateway(id.clone()))
}

/// Gateway endpoints for the service that a query is about (GE-1).
fn endpoints(network: &Network, vpc: &VpcId, query: &Query) -> Vec<Exit> {
    let names = query.destination.within.iter().filter_map(|list| network.prefix_lists.get(list)?.name.as_deref());
    let names: BTreeSet<&str> = names.collect();
    network
        .vpc_endpoints
        .values()
        .filter(|endpoint| endpoint.vpc == *vpc && names.contains(endpoint.service_name.as_str()))
        .filter(|endpoint| matches!(endpoint.kind, VpcEndpointKind::Gateway { .. }))
        .map(|endpoint| Exit::GatewayEndpoint(endpoint.id.clone()))
        .collect()
}

/// NAT instances: interfaces of instances that forward, or that a route out of the VPC names (NI-1, NI-2).
fn nat_instances(network: &Network, vpc: &VpcId, client: &NetworkInterface) -> Vec<Exit> {
    let routes = network.route_tables.values().filter(|table| table.vpc == *vpc).flat_map(|table| &table.routes);
    let leads_out = |route: &&Route| match &route.destination {
        RouteDestination::Cidr(cidr) => {
            let range = AddressSet::from_cidrs([cidr]);
            !range.intersection(&AddressSet::public_ipv4()).is_empty()
        }
        RouteDestination::PrefixList(_) => true,
        RouteDestination::Unmodelled(_) => false,
    };
    let named: BTreeSet<&NetworkInterfaceId> = routes
        .filter(leads_out)
        .filter_map(|route| match &route.target {
            RouteTarget::NetworkInterface(id) => Some(id),
            RouteTarget::Instance(id) => Some(&network.instances.get(id)?.interfaces.first()?.interface),
            _ => None,
        })
        .collect();
    let is_candidate = |interface: &&NetworkInterface| {
        let forwards = interface.source_destination_check == SourceDestinationCheck::Off;
        interface.vpc == *vpc
            && interface.id != client.id
            && interface.kind == InterfaceKind::Ordinary
            && (forwards || named.contains(&interface.id))
    };
    let exits = network.network_interfaces.values().filter(is_candidate).filter_map(|interface| {
        let instance = interface.attachment.as_ref()?.instance.clone()?;
        let is_client = client.attachment.as_ref().and_then(|own| own.instance.as_ref()) == Some(&instance);
        (!is_client).then(|| Exit::NatInstance { instance, interface: interface.id.clone() })
    });
    exits.collect()
}

/// What the client's own table does with the packets of a query: the table, and each route that takes some (`None` where
/// none does).
pub(crate) struct FirstLookup {
    pub(crate) table: deguchi_model::RouteTableId,
    pub(crate) subnet: SubnetId,
    pub(crate) winners: Vec<Option<Route>>,
}

/// Finds the first lookup on the ways of an answer; `None` where the snapshot lacks the table.
pub(crate) fn first_lookup(answer: &Answer) -> Option<FirstLookup> {
    let mut found: Option<FirstLookup> = None;
    for way in &answer.ways {
        let hops = way.hops.iter().filter(|hop| hop.heading == Heading::Forward);
        let mut lookups = hops.filter_map(|hop| match &hop.place {
            Place::RouteTable { table: Some(table), subnet: Some(subnet) } => Some((table, subnet, &hop.decision)),
            _ => None,
        });
        let Some((table, subnet, decision)) = lookups.next() else { continue };
        let winner = match decision {
            Decision::Routed(route) => route.clone(),
            Decision::NoRoute => None,
            _ => continue,
        };
        let lookup = found.get_or_insert_with(|| FirstLookup {
            table: table.clone(),
            subnet: subnet.clone(),
            winners: Vec::new(),
        });
        if !lookup.winners.contains(&winner) {
            lookup.winners.push(winner);
        }
    }
    found
}
