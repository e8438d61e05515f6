//! A route table of AWS as one of Linux: of routes for one prefix the one that wins, and the local ones handed on.

use std::collections::BTreeMap;

use deguchi_model::{
    IpNet, Network, PrefixListEntries, Route as AwsRoute, RouteDestination, RouteOrigin, RouteState, RouteTable,
    RouteTarget, Subnet, Vpc,
};

use super::{LeftOut, NextHop, Route, address_family::everything, construct::Construction};

/// The table of a subnet: its own, else the VPC's main one (RT-1).
pub(super) fn of_subnet<'n>(network: &'n Network, subnet: &Subnet) -> Option<&'n RouteTable> {
    let mut tables = network.route_tables.values();
    let own = tables.clone().find(|table| table.subnets.contains(&subnet.id));
    own.or_else(|| tables.find(|table| table.is_main && table.vpc == subnet.vpc))
}

/// The table that steers what comes in by a gateway (RT-19).
pub(super) fn of_gateway<'n>(network: &'n Network, vpc: &Vpc, gateway: &str) -> Option<&'n RouteTable> {
    network.route_tables.values().find(|table| table.vpc == vpc.id && table.gateways.contains(gateway))
}

/// How well a route stands among those for the same prefix (RT-6): lower is better.
fn rank(route: &AwsRoute) -> u8 {
    match (&route.origin, &route.destination) {
        (RouteOrigin::Static, RouteDestination::Cidr(_)) => 0,
        (RouteOrigin::Static, _) => 1,
        (RouteOrigin::Propagated, _) => 2,
        (RouteOrigin::Unmodelled(_), _) => 3,
    }
}

/// The routes of a table, for the number that the table has, as they are for what leaves a subnet.
pub(super) fn routes(
    construction: &mut Construction<'_>,
    vpc: &Vpc,
    (table, from): (Option<&RouteTable>, Option<&Subnet>),
    number: u32,
) -> Vec<Route> {
    let mut winners: BTreeMap<IpNet, (u8, NextHop)> = BTreeMap::new();
    for range in ranges_of(vpc) {
        winners.insert(range, (u8::MAX, NextHop::NextTable)); // RT-12
    }
    for route in table.map(|table| table.routes.as_slice()).unwrap_or_default() {
        for range in destinations(construction, route) {
            // RT-10: inside the VPC, a propagated route loses to the local one whatever its length.
            let is_local = ranges_of(vpc).any(|own| own.contains(&range));
            if route.origin == RouteOrigin::Propagated && is_local {
                continue;
            }
            let rank = rank(route);
            if winners.get(&range).is_none_or(|(best, _)| rank < *best) {
                winners.insert(range, (rank, next_hop(construction, (vpc, from), route)));
            }
        }
    }
    for all in everything() {
        winners.entry(all).or_insert((u8::MAX, NextHop::Blackhole));
    }
    winners.into_iter().map(|(destination, (_, to))| Route { table: Some(number), destination, to }).collect()
}

pub(super) fn ranges_of(vpc: &Vpc) -> impl Iterator<Item = IpNet> + use<'_> {
    let v4 = vpc.cidr_blocks.iter().map(|cidr| IpNet::V4(*cidr));
    v4.chain(vpc.ipv6_cidr_blocks.iter().map(|cidr| IpNet::V6(*cidr)))
}

/// The prefixes of a route: one, or each of a prefix list (RT-7).
fn destinations(construction: &mut Construction<'_>, route: &AwsRoute) -> Vec<IpNet> {
    match &route.destination {
        RouteDestination::Cidr(range) => vec![range.trunc()],
        RouteDestination::PrefixList(id) => match construction.network.prefix_lists.get(id).map(|list| &list.entries) {
            Some(PrefixListEntries::Known(ranges)) => ranges.iter().map(IpNet::trunc).collect(),
            Some(PrefixListEntries::Unknown) | None => {
                construction.plan.left_out.insert(id.to_string(), LeftOut::NotInSnapshot);
                // Nothing gets to it by this route: what does in AWS goes another way here.
                if let RouteTarget::VpcEndpoint(endpoint) = &route.target {
                    construction.plan.left_out.insert(endpoint.to_string(), LeftOut::NotInSnapshot);
                }
                Vec::new()
            }
        },
        RouteDestination::Unmodelled(text) => {
            construction.plan.left_out.insert(text.clone(), LeftOut::UnknownInside);
            Vec::new()
        }
    }
}

/// RT-15: a route without its target still wins, and drops.
fn next_hop(construction: &mut Construction<'_>, (vpc, from): (&Vpc, Option<&Subnet>), route: &AwsRoute) -> NextHop {
    if route.state == RouteState::Blackhole {
        return NextHop::Blackhole;
    }
    if route.target == RouteTarget::Local {
        return NextHop::NextTable;
    }
    if let RouteTarget::Unmodelled { id, .. } = &route.target {
        construction.plan.left_out.insert(id.clone(), LeftOut::UnknownInside);
    }
    let target = construction
        .network
        .route_tables
        .values()
        .flat_map(|table| &table.routes)
        .find(|own| own.target == route.target);
    let device = target.and_then(|own| construction.device_of(vpc, from, &own.target));
    device.map_or(NextHop::Blackhole, NextHop::Device)
}

/// Whether what a table says depends on the zone of the subnet that asks it (TG-1).
pub(super) fn depends_on_zone(table: Option<&RouteTable>) -> bool {
    let mut routes = table.into_iter().flat_map(|table| &table.routes);
    routes.any(|route| matches!(route.target, RouteTarget::TransitGateway(_)))
}
