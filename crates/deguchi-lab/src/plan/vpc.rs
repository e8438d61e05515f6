//! What carries packets between the subnets of a VPC, and remembers nothing: route tables and network ACLs.
//!
//! A packet carries the mark of the subnet that it leaves, which chooses the route table. Traffic within a subnet meets
//! neither table nor ACL (PW-7, PW-8). Nothing here is a hop that shows: errors are not told.

use std::{collections::BTreeMap, fmt::Write as _, net::Ipv4Addr};

use deguchi_model::{Direction, Ipv4Net, Network, NetworkAcl, NetworkAclId, Subnet, SubnetId, Vpc};

use super::{
    Namespace, NextHop, Route, Rule, Selector, Setting, Station,
    address_family::{UNROUTED, everything, single},
    construct::Construction,
    edge_table,
    filter::{acl_chain, address, own_ranges},
    outside, port, route_table, transit_gateway,
};
use crate::dropped::{Cause, drop_because};

/// The table of every address in the VPC: what the local route leads to.
const EVERYBODY: u32 = 100;
/// The table of NAT gateways across peering connections.
const SENDERS: u32 = 101;
/// The tables of a subnet's own neighbours, and of route tables, begin here.
const NEIGHBOURS: u32 = 1_000;
const TABLES: u32 = 100_000;
/// The tables of subnets that have one for themselves begin here.
const OWN_TABLES: u32 = 1_000_000;

/// The namespace of a VPC.
pub(super) fn name(number: usize) -> String {
    format!("vpc-{number}")
}

/// The address of a subnet's router: its base plus one (PW-13).
pub(super) fn router_address(cidr: Ipv4Net) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(cidr.network()).saturating_add(1))
}

pub(super) fn add(construction: &mut Construction<'_>, vpc: &Vpc) {
    let number = construction.vpc_number(&vpc.id);
    let mut namespace = Namespace {
        name: name(number),
        station: Station::Router,
        stands_for: vpc.id.to_string(),
        ..Namespace::default()
    };
    namespace.settings.insert(Setting::Forwards);
    let devices = devices_by_subnet(construction, vpc);
    add_subnets(construction, &mut namespace, vpc, &devices);
    add_senders(construction, &mut namespace, vpc);
    add_entries(construction, &mut namespace, vpc);
    add_everybody(construction, &mut namespace, vpc);
    namespace.filter = Some(rules(construction, vpc, &devices));
    construction.plan.namespaces.push(namespace);
    let ports: Vec<(usize, String)> =
        construction.ports_of(&vpc.id).map(|port| (port.number, port.interface.id.to_string())).collect();
    for (own, stands_for) in ports {
        let below = (port::name(number), format!("out{own}"));
        construction.link((&below.0, &below.1), (&name(number), &format!("eni{own}")), &stands_for);
    }
}

type Devices<'n> = BTreeMap<&'n SubnetId, Vec<String>>;

/// The devices that stand in each subnet.
fn devices_by_subnet<'n>(construction: &Construction<'n>, vpc: &Vpc) -> Devices<'n> {
    let subnets = construction.network.subnets.values().filter(|subnet| subnet.vpc == vpc.id);
    let mut devices: Devices<'n> = subnets.map(|subnet| (&subnet.id, Vec::new())).collect();
    for port in construction.ports_of(&vpc.id) {
        if let Some(own) = devices.get_mut(&port.interface.subnet) {
            own.push(format!("eni{}", port.number));
        }
    }
    for nat in construction.nat_gateways_of(&vpc.id) {
        if let Some(own) = nat.subnet.and_then(|subnet| devices.get_mut(subnet)) {
            own.push(format!("nat{}", nat.number));
        }
    }
    for (door, subnet) in transit_gateway::doors_of(construction, &vpc.id) {
        if let Some(own) = devices.get_mut(&subnet.id) {
            own.push(door.outer());
        }
    }
    devices
}

fn add_subnets(construction: &mut Construction<'_>, namespace: &mut Namespace, vpc: &Vpc, devices: &Devices<'_>) {
    let mut planned: Vec<u32> = Vec::new();
    for subnet in devices.keys().filter_map(|id| construction.network.subnets.get(*id)).collect::<Vec<_>>() {
        let mark = construction.subnets.get(&subnet.id).copied().unwrap_or_default();
        let neighbours = NEIGHBOURS + mark;
        namespace.rules.push(Rule { priority: 10, packets: Selector::Mark(mark), table: neighbours });
        add_holders(construction, namespace, vpc, Some(&subnet.id), neighbours);
        let v4 = subnet.cidr_block.map(deguchi_model::IpNet::V4);
        let own = v4.into_iter().chain(subnet.ipv6_cidr_blocks.iter().map(|cidr| deguchi_model::IpNet::V6(*cidr)));
        // An address of the subnet that nobody has is asked for in vain.
        for destination in own.chain(UNROUTED) {
            namespace.routes.push(Route { table: Some(neighbours), destination, to: NextHop::Blackhole });
        }
        let table = route_table::of_subnet(construction.network, subnet);
        let number = table.and_then(|table| construction.tables.get(&table.id)).copied().unwrap_or_default();
        let is_own = route_table::depends_on_zone(table);
        let number = if is_own { OWN_TABLES + mark } else { TABLES + number };
        namespace.rules.push(Rule { priority: 20, packets: Selector::Mark(mark), table: number });
        if !planned.contains(&number) {
            planned.push(number);
            let routes = route_table::routes(construction, vpc, (table, Some(subnet)), number);
            namespace.routes.extend(routes);
        }
    }
}

/// NG-13: the replies to what a NAT gateway has sent over a peering connection find back, whatever the route tables say.
fn add_senders(construction: &Construction<'_>, namespace: &mut Namespace, vpc: &Vpc) {
    let mut senders: BTreeMap<deguchi_model::IpNet, String> = BTreeMap::new();
    for (number, connection) in &construction.peerings {
        let sides = [&connection.requester.vpc, &connection.accepter.vpc];
        if !sides.contains(&&Some(vpc.id.clone())) {
            continue;
        }
        let peers = sides.into_iter().flatten().filter(|id| **id != vpc.id);
        let gateways = peers.flat_map(|peer| construction.nat_gateways_of(peer)).flat_map(|nat| &nat.addresses);
        for address in gateways.filter_map(|own| own.private) {
            senders.entry(single(address.into())).or_insert_with(|| format!("pcx{number}"));
        }
    }
    if !senders.is_empty() {
        namespace.rules.push(Rule { priority: 15, packets: Selector::All, table: SENDERS });
    }
    for (destination, device) in senders {
        namespace.routes.push(Route { table: Some(SENDERS), destination, to: NextHop::Device(device) });
    }
}

/// What comes in by a gateway with a table of its own is steered by that (RT-19).
fn add_entries(construction: &mut Construction<'_>, namespace: &mut Namespace, vpc: &Vpc) {
    let network = construction.network;
    let internet = network
        .internet_gateways
        .values()
        .filter(|own| own.attachment_to(&vpc.id).is_some())
        .map(|own| ("igw", own.id.to_string()));
    let vpn = network
        .vpn_gateways
        .values()
        .filter(|own| own.attachment_to(&vpc.id).is_some())
        .map(|own| ("vgw", own.id.to_string()));
    for (device, gateway) in internet.chain(vpn).collect::<Vec<_>>() {
        let Some(table) = route_table::of_gateway(network, vpc, &gateway) else { continue };
        let number = TABLES + construction.tables.get(&table.id).copied().unwrap_or_default();
        namespace.rules.push(Rule { priority: 30, packets: Selector::Device(device.to_owned()), table: number });
        if !namespace.routes.iter().any(|route| route.table == Some(number)) {
            let mut routes = route_table::routes(construction, vpc, (Some(table), None), number);
            if device == "igw" {
                edge_table::refuse_targets_without_public_address(construction, vpc, &mut routes);
            }
            namespace.routes.extend(routes);
        }
    }
}

fn add_everybody(construction: &Construction<'_>, namespace: &mut Namespace, vpc: &Vpc) {
    namespace.rules.push(Rule { priority: 40, packets: Selector::All, table: EVERYBODY });
    add_holders(construction, namespace, vpc, None, EVERYBODY);
    for destination in everything() {
        namespace.routes.push(Route { table: Some(EVERYBODY), destination, to: NextHop::Blackhole });
    }
}

/// Routes to whoever has an address: in a subnet, or in all of the VPC.
fn add_holders(
    construction: &Construction<'_>,
    namespace: &mut Namespace,
    vpc: &Vpc,
    subnet: Option<&SubnetId>,
    table: u32,
) {
    let mut holders: BTreeMap<deguchi_model::IpNet, String> = BTreeMap::new();
    for nat in construction.nat_gateways_of(&vpc.id).filter(|nat| subnet.is_none() || nat.subnet == subnet) {
        for address in nat.addresses.iter().filter_map(|own| own.private) {
            holders.insert(single(address.into()), format!("nat{}", nat.number));
        }
    }
    for port in construction.ports_of(&vpc.id).filter(|port| subnet.is_none_or(|own| port.interface.subnet == *own)) {
        for range in own_ranges(port.interface) {
            holders.insert(range, format!("eni{}", port.number));
        }
    }
    for (destination, device) in holders {
        namespace.routes.push(Route { table: Some(table), destination, to: NextHop::Device(device) });
    }
}

/// A subnet's ACL: its own, else the VPC's default one (NA-1).
fn acl_of<'n>(network: &'n Network, subnet: &Subnet) -> Option<&'n NetworkAcl> {
    let mut acls = network.network_acls.values();
    let own = acls.clone().find(|acl| acl.subnets.contains(&subnet.id));
    own.or_else(|| acls.find(|acl| acl.is_default && acl.vpc == subnet.vpc))
}

fn rules(construction: &Construction<'_>, vpc: &Vpc, devices: &Devices<'_>) -> String {
    let network = construction.network;
    let mut text = String::from("table inet vpc {\n");
    let mut acls: BTreeMap<&NetworkAclId, usize> = BTreeMap::new();
    let (mut marks, mut same, mut out, mut into) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (id, own) in devices {
        let Some(subnet) = network.subnets.get(*id) else { continue };
        let mark = construction.subnets.get(id).copied().unwrap_or_default();
        marks.extend(own.iter().map(|device| format!("\"{device}\" : {mark}")));
        // PW-10: what goes to the transit gateway meets the ACL even from the same subnet.
        let doors: Vec<String> =
            transit_gateway::doors_of(construction, &vpc.id).map(|(door, _)| door.outer()).collect();
        let neighbours = own.iter().filter(|device| !doors.contains(device));
        same.extend(neighbours.map(|device| format!("{mark} . \"{device}\"")));
        let Some(acl) = acl_of(network, subnet) else { continue };
        let next = acls.len() + 1;
        let number = *acls.entry(&acl.id).or_insert(next);
        out.push(format!("{mark} : jump acl{number}-outbound"));
        into.extend(own.iter().map(|device| format!("\"{device}\" : jump acl{number}-inbound")));
    }
    for (id, number) in &acls {
        let Some(acl) = network.network_acls.get(*id) else { continue };
        text.push_str(&acl_chain(&format!("acl{number}-inbound"), acl, Direction::Inbound));
        text.push_str(&acl_chain(&format!("acl{number}-outbound"), acl, Direction::Outbound));
    }
    if !marks.is_empty() {
        let _ = writeln!(
            text,
            "\tset neighbours {{\n\t\ttype mark . ifname\n\t\telements = {{ {} }}\n\t}}",
            same.join(", ")
        );
        let _ = writeln!(
            text,
            "\tchain leaving {{\n\t\ttype filter hook prerouting priority mangle\n\t\tmeta mark set iifname map {{ {} }}\n\t}}",
            marks.join(", ")
        );
    }
    text.push_str("\tchain forwarding {\n\t\ttype filter hook forward priority filter\n");
    if !marks.is_empty() {
        text.push_str("\t\tmeta mark . oifname @neighbours accept\n");
    }
    for (key, jumps) in [("meta mark", out), ("oifname", into)] {
        if !jumps.is_empty() {
            let _ = writeln!(text, "\t\t{key} vmap {{ {} }}", jumps.join(", "));
        }
    }
    text.push_str(&edge_table::rules(construction, vpc));
    text.push_str(&ways_out(construction, vpc));
    text.push_str("\t}\n\tchain output {\n\t\ttype filter hook output priority filter\n\t\tpolicy drop\n\t}\n}\n");
    text
}

/// What gateways without a namespace of their own refuse.
fn ways_out(construction: &Construction<'_>, vpc: &Vpc) -> String {
    let mut text = String::new();
    if outside::has_premises(construction, vpc) {
        let id = outside::vpn_gateway_id(construction, vpc);
        let dropped = drop_because(&id, &Cause::UnknownPrefix);
        let _ = writeln!(text, "\t\toifname \"vgw\" meta nfproto ipv6 {dropped}"); // VP-3
        let known = address("daddr", &outside::known_on_premises(construction, vpc));
        let of_ipv4 = known.iter().find(|known| known.contains("ip daddr {") || known.contains("ipv4"));
        match of_ipv4 {
            Some(known) if known.contains('{') => {
                let _ = writeln!(text, "\t\toifname \"vgw\" {}{dropped}", known.replacen(" {", " != {", 1));
            }
            Some(_) => {}
            None => {
                let _ = writeln!(text, "\t\toifname \"vgw\" {dropped}");
            }
        }
    }
    for (number, connection) in &construction.peerings {
        let sides = [&connection.requester.vpc, &connection.accepter.vpc];
        if !sides.contains(&&Some(vpc.id.clone())) {
            continue;
        }
        // PX-2: from this VPC to the peer, and nothing beyond either.
        let peer =
            sides.into_iter().flatten().find(|id| **id != vpc.id).and_then(|id| construction.network.vpcs.get(id));
        for (side, vpc) in [("saddr", Some(vpc)), ("daddr", peer)] {
            let ranges: Vec<_> = vpc.map(|vpc| route_table::ranges_of(vpc).collect()).unwrap_or_default();
            let dropped = drop_because(&connection.id, &Cause::OutsidePeers);
            for own in address(side, &ranges) {
                let _ = writeln!(text, "\t\toifname \"pcx{number}\" {}{dropped}", own.replacen(" {", " != {", 1));
            }
        }
    }
    text
}
