//! Transit gateways: each a namespace, with a door for every subnet, gateway and network on premises that is attached.
//!
//! What comes in by a door is steered by the table of the attachment (TG-1, TG-2) and goes out by another: into a VPC in
//! the zone where it came from, if the attachment has a subnet there, else by the attachment's first one, as is done in
//! appliance mode always, so that the reply comes the same way (TG-6).

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use deguchi_model::{
    IpNet, Network, NetworkInterface, RouteState, Subnet, TransitGatewayAssociation, TransitGatewayAttachment,
    TransitGatewayAttachmentEnd, TransitGatewayAttachmentId, TransitGatewayId, TransitGatewayRoute,
    TransitGatewayRouteOrigin, TransitGatewayRouteTable, TransitGatewayVpcAttachment, VpcId,
};

use super::{
    LeftOut, Namespace, NextHop, Route, Rule, Selector, Setting, Station, address_family::everything,
    construct::Construction, outside, route_table, vpc,
};
use crate::dropped::{Cause, drop_because};

/// The tables of doors begin here.
const DOORS: u32 = 1_000;

/// Where something is attached to a transit gateway.
#[derive(Clone, Copy)]
pub(super) struct Door<'n> {
    pub(super) number: usize,
    pub(super) attachment: &'n TransitGatewayAttachment,
    pub(super) behind: Behind<'n>,
}

/// What is behind a door.
#[derive(Clone, Copy)]
pub(super) enum Behind<'n> {
    /// One of the subnets by which a VPC is attached.
    Subnet(&'n Subnet, &'n TransitGatewayVpcAttachment),
    /// Another transit gateway.
    Gateway,
    /// A network on premises.
    Premises,
}

impl Door<'_> {
    /// Its device in the gateway's namespace.
    fn inner(&self) -> String {
        format!("door{}", self.number)
    }

    /// Its device in what is behind it.
    pub(super) fn outer(&self) -> String {
        format!("tgw{}", self.number)
    }

    fn carries_ipv6(&self) -> bool {
        match self.behind {
            Behind::Subnet(_, end) => end.carries_ipv6,
            Behind::Gateway | Behind::Premises => true,
        }
    }
}

/// TG-7.
fn is_in_force(attachment: &TransitGatewayAttachment) -> bool {
    matches!(attachment.state.as_str(), "available" | "modifying")
}

/// The doors of every gateway; what has none and could carry packets is noted as left out.
pub(super) fn number(construction: &mut Construction<'_>) {
    let network = construction.network;
    let carries = |id: &TransitGatewayId| {
        network.transit_gateways.get(id).is_none_or(|own| matches!(own.state.as_str(), "available" | "modifying"))
    };
    let attachments = network.transit_gateway_attachments.values();
    for attachment in attachments.filter(|own| is_in_force(own) && carries(&own.transit_gateway)) {
        if attachment.association == TransitGatewayAssociation::Unknown {
            leave_out(construction, &attachment.id, LeftOut::NotInSnapshot);
        }
        match &attachment.end {
            TransitGatewayAttachmentEnd::Vpc(end) => number_subnets(construction, attachment, end),
            TransitGatewayAttachmentEnd::Peering { transit_gateway, .. } => {
                let far = (transit_gateway.clone(), attachment.id.clone());
                let is_here = network.transit_gateways.contains_key(transit_gateway);
                match network.transit_gateway_attachments.get(&far).filter(|_| is_here) {
                    Some(far) if is_in_force(far) => add(construction, attachment, Behind::Gateway),
                    Some(_) => {}
                    None => leave_out(construction, &attachment.id, LeftOut::NotInSnapshot),
                }
            }
            TransitGatewayAttachmentEnd::VpnConnection(id) => {
                let connection = network.vpn_connections.get(id);
                if connection.is_none_or(|own| matches!(own.state.as_str(), "available" | "")) {
                    add(construction, attachment, Behind::Premises);
                }
            }
            TransitGatewayAttachmentEnd::DirectConnect(_) => add(construction, attachment, Behind::Premises),
            TransitGatewayAttachmentEnd::Unmodelled { .. } => {
                leave_out(construction, &attachment.id, LeftOut::UnknownInside);
            }
        }
    }
    for table in network.transit_gateway_route_tables.values().filter(|table| !table.gaps.is_empty()) {
        construction.plan.left_out.insert(table.id.to_string(), LeftOut::NotInSnapshot);
    }
}

fn leave_out(construction: &mut Construction<'_>, attachment: &TransitGatewayAttachmentId, why: LeftOut) {
    construction.plan.left_out.insert(attachment.to_string(), why);
}

fn number_subnets<'n>(
    construction: &mut Construction<'n>,
    attachment: &'n TransitGatewayAttachment,
    end: &'n TransitGatewayVpcAttachment,
) {
    let network = construction.network;
    if !construction.vpcs.contains_key(&end.vpc) {
        let is_known = network.vpcs.contains_key(&end.vpc);
        let why = if is_known { LeftOut::OutOfFocus } else { LeftOut::NotInSnapshot };
        return leave_out(construction, &attachment.id, why);
    }
    let ids = end.subnets.as_deref().unwrap_or_default();
    let subnets: Vec<&Subnet> = ids.iter().filter_map(|id| network.subnets.get(id)).collect();
    if subnets.is_empty() || subnets.len() < ids.len() {
        leave_out(construction, &attachment.id, LeftOut::NotInSnapshot);
    }
    for subnet in subnets {
        add(construction, attachment, Behind::Subnet(subnet, end));
    }
}

fn add<'n>(construction: &mut Construction<'n>, attachment: &'n TransitGatewayAttachment, behind: Behind<'n>) {
    let number = construction.doors.len() + 1;
    construction.doors.push(Door { number, attachment, behind });
}

/// The doors of a VPC, each with the subnet that it stands in.
pub(super) fn doors_of<'a, 'n>(
    construction: &'a Construction<'n>,
    vpc: &VpcId,
) -> impl Iterator<Item = (&'a Door<'n>, &'n Subnet)> + use<'a, 'n> {
    let vpc = vpc.clone();
    construction.doors.iter().filter_map(move |door| match door.behind {
        Behind::Subnet(subnet, end) if end.vpc == vpc => Some((door, subnet)),
        _ => None,
    })
}

/// The door of a gateway that what leaves a subnet takes: the one in its zone (TG-1).
pub(super) fn door_from<'a, 'n>(
    construction: &'a Construction<'n>,
    gateway: &TransitGatewayId,
    from: &Subnet,
) -> Option<&'a Door<'n>> {
    let mut doors = doors_of(construction, &from.vpc).filter(|(door, _)| door.attachment.transit_gateway == *gateway);
    doors.find(|(_, subnet)| is_same_zone(construction.network, subnet, from)).map(|(door, _)| door)
}

/// Zones are told apart by id, and by name within one account.
fn is_same_zone(network: &Network, one: &Subnet, other: &Subnet) -> bool {
    if let (Some(one), Some(other)) = (&one.availability_zone_id, &other.availability_zone_id) {
        return one == other;
    }
    let owner = |subnet: &Subnet| network.vpcs.get(&subnet.vpc).and_then(|vpc| vpc.owner.as_ref());
    let has_one_name = one.availability_zone.is_some() && one.availability_zone == other.availability_zone;
    one.id == other.id || (owner(one) == owner(other) && has_one_name)
}

fn name(gateway: &TransitGatewayId) -> String {
    format!("tgw-{gateway}")
}

/// The namespaces of all gateways, and what is behind their doors outside of VPCs.
pub(super) fn add_all(construction: &mut Construction<'_>) {
    let gateways: BTreeSet<&TransitGatewayId> =
        construction.doors.iter().map(|door| &door.attachment.transit_gateway).collect();
    for gateway in gateways {
        let doors: Vec<Door<'_>> =
            construction.doors.iter().filter(|door| door.attachment.transit_gateway == *gateway).copied().collect();
        let mut namespace = Namespace {
            name: name(gateway),
            station: Station::TransitGateway,
            stands_for: gateway.to_string(),
            ..Namespace::default()
        };
        namespace.settings.insert(Setting::Forwards);
        for door in &doors {
            let table = DOORS + u32::try_from(door.number).unwrap_or_default();
            namespace.rules.push(Rule { priority: 10, packets: Selector::Device(door.inner()), table });
            namespace.routes.extend(routes(construction.network, door, &doors, table));
        }
        namespace.filter = Some(rules(&doors));
        construction.plan.namespaces.push(namespace);
        for door in &doors {
            open(construction, door);
        }
    }
}

/// Joins a door to what is behind it.
fn open(construction: &mut Construction<'_>, door: &Door<'_>) {
    let here = name(&door.attachment.transit_gateway);
    let id = door.attachment.id.to_string();
    match door.behind {
        Behind::Subnet(_, end) => {
            let inside = vpc::name(construction.vpc_number(&end.vpc));
            construction.link((&here, &door.inner()), (&inside, &door.outer()), &id);
        }
        Behind::Gateway => {
            // Each of the two has a door of the same attachment; the first one joins both.
            let mut others = construction.doors.iter().filter(|own| own.attachment.id == door.attachment.id);
            let far = others.find(|own| own.number != door.number).filter(|own| own.number > door.number).copied();
            if let Some(far) = far {
                let there = name(&far.attachment.transit_gateway);
                construction.link((&here, &door.inner()), (&there, &far.inner()), &id);
            }
        }
        Behind::Premises => {
            let there = format!("premises-of-{}", door.outer());
            let behind = construction.vpcs.keys().filter_map(|id| construction.network.vpcs.get(*id));
            let mut ranges: Vec<IpNet> = behind.flat_map(route_table::ranges_of).collect();
            ranges.sort();
            ranges.dedup();
            let namespace = outside::premises(there.clone(), id.clone(), ranges, &door.outer());
            construction.plan.namespaces.push(namespace);
            construction.link((&here, &door.inner()), (&there, &door.outer()), &id);
        }
    }
}

/// Where what comes in by a door goes: of routes for one prefix the best one, a dead end for all else.
fn routes(network: &Network, from: &Door<'_>, doors: &[Door<'_>], number: u32) -> Vec<Route> {
    let table = match &from.attachment.association {
        TransitGatewayAssociation::Table(id) => network.transit_gateway_route_tables.get(id),
        TransitGatewayAssociation::None | TransitGatewayAssociation::Unknown => None,
    };
    let mut winners: BTreeMap<IpNet, (u8, NextHop)> = BTreeMap::new();
    for route in table.map(|table| table.routes.as_slice()).unwrap_or_default() {
        let rank = rank(network, table, route);
        let destination = route.destination.trunc();
        let is_better = winners.get(&destination).is_none_or(|(best, to)| {
            rank < *best || (rank == *best && *to == NextHop::Blackhole && route.state == RouteState::Active)
        });
        if is_better {
            let active = route.attachments.first().filter(|_| route.state == RouteState::Active);
            let out = active.and_then(|id| exit(network, from, doors, id));
            winners.insert(destination, (rank, out.map_or(NextHop::Blackhole, |out| NextHop::Device(out.inner()))));
        }
    }
    for all in everything() {
        winners.entry(all).or_insert((u8::MAX, NextHop::Blackhole));
    }
    winners.into_iter().map(|(destination, (_, to))| Route { table: Some(number), destination, to }).collect()
}

/// The door by which what came in by another leaves to an attachment.
fn exit<'a, 'n>(
    network: &Network,
    from: &Door<'_>,
    doors: &'a [Door<'n>],
    attachment: &TransitGatewayAttachmentId,
) -> Option<&'a Door<'n>> {
    let mut own = doors.iter().filter(|door| door.attachment.id == *attachment);
    let first = own.clone().next()?;
    let is_near = |door: &&Door<'_>| match (from.behind, door.behind) {
        (Behind::Subnet(here, _), Behind::Subnet(there, end)) => {
            !end.is_appliance_mode && is_same_zone(network, here, there)
        }
        _ => false,
    };
    own.find(is_near).or(Some(first))
}

/// How a route stands among those for the same prefix (TG-2): lower is better.
fn rank(network: &Network, table: Option<&TransitGatewayRouteTable>, route: &TransitGatewayRoute) -> u8 {
    if route.origin == TransitGatewayRouteOrigin::Static {
        return u8::from(route.prefix_list.is_some());
    }
    let key = table.zip(route.attachments.first()).map(|(table, id)| (table.transit_gateway.clone(), id.clone()));
    match key.and_then(|key| network.transit_gateway_attachments.get(&key)).map(|own| &own.end) {
        Some(TransitGatewayAttachmentEnd::Vpc(_)) => 2,
        Some(TransitGatewayAttachmentEnd::DirectConnect(_)) => 3,
        Some(TransitGatewayAttachmentEnd::Unmodelled { .. }) => 4,
        Some(TransitGatewayAttachmentEnd::VpnConnection(_)) => 5,
        Some(TransitGatewayAttachmentEnd::Peering { .. }) | None => 6,
    }
}

fn rules(doors: &[Door<'_>]) -> String {
    let mut text =
        String::from("table inet gateway {\n\tchain forwarding {\n\t\ttype filter hook forward priority filter\n");
    for door in doors.iter().filter(|door| !door.carries_ipv6()) {
        let dropped = drop_because(&door.attachment.id, &Cause::Ipv6);
        for side in ["iifname", "oifname"] {
            let _ = writeln!(text, "\t\t{side} \"{}\" meta nfproto ipv6 {dropped}", door.inner());
        }
    }
    text.push_str("\t}\n\tchain entry {\n\t\ttype filter hook prerouting priority filter\n");
    for door in doors.iter().filter(|door| door.attachment.association == TransitGatewayAssociation::None) {
        let dropped = drop_because(&door.attachment.id, &Cause::NoAssociation);
        let _ = writeln!(text, "\t\tiifname \"{}\" {dropped}", door.inner());
    }
    text.push_str("\t}\n\tchain output {\n\t\ttype filter hook output priority filter\n\t\tpolicy drop\n\t}\n}\n");
    text
}

/// Whether a VPC's inbound rules may name the groups of an interface elsewhere: both VPCs attached to one gateway, with
/// the option on all three (SG-12), but for one zone (SG-14).
pub(super) fn lends_groups(network: &Network, interface: &NetworkInterface, vpc: &VpcId) -> bool {
    let subnet = network.subnets.get(&interface.subnet);
    let zone = subnet.and_then(|subnet| subnet.availability_zone_id.as_ref());
    if zone.is_some_and(|zone| zone.as_str() == "use1-az3") {
        return false;
    }
    let is_on = |gateway: &TransitGatewayId, vpc: &VpcId| {
        network.transit_gateway_attachments.values().any(|own| match &own.end {
            TransitGatewayAttachmentEnd::Vpc(end) => {
                own.transit_gateway == *gateway && is_in_force(own) && end.vpc == *vpc && end.references_groups
            }
            _ => false,
        })
    };
    let mut gateways = network.transit_gateways.values().filter(|gateway| gateway.references_groups);
    gateways.any(|gateway| is_on(&gateway.id, &interface.vpc) && is_on(&gateway.id, vpc))
}

/// The VPCs that a transit gateway joins to any of some, these included.
pub(super) fn joined<'n>(network: &'n Network, some: BTreeSet<&'n VpcId>) -> BTreeSet<&'n VpcId> {
    let mut known = some;
    let mut gateways: BTreeSet<&TransitGatewayId> = BTreeSet::new();
    loop {
        let before = (known.len(), gateways.len());
        for attachment in network.transit_gateway_attachments.values().filter(|own| is_in_force(own)) {
            let gateway = &attachment.transit_gateway;
            match &attachment.end {
                TransitGatewayAttachmentEnd::Vpc(end) if known.contains(&end.vpc) || gateways.contains(gateway) => {
                    gateways.insert(gateway);
                    known.extend(network.vpcs.get(&end.vpc).map(|vpc| &vpc.id));
                }
                TransitGatewayAttachmentEnd::Peering { transit_gateway, .. } if gateways.contains(gateway) => {
                    gateways.insert(transit_gateway);
                }
                _ => {}
            }
        }
        if before == (known.len(), gateways.len()) {
            return known;
        }
    }
}
