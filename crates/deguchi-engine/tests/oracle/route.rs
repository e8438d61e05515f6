//! Route lookup, one destination at a time.

use std::net::IpAddr;

use deguchi_model::{IpNet, Route, RouteDestination, RouteOrigin, RouteState, RouteTable, RouteTarget, Subnet};

use super::{Fate, Step, Walk};

/// Static CIDR routes before prefix-list routes before propagated ones (RT-6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Propagated,
    PrefixList,
    Static,
}

impl Walk<'_> {
    /// The route that wins for a destination, in the table of a subnet (RT-5 to RT-15).
    pub(super) fn route(&self, subnet: &Subnet, destination: IpAddr) -> Step<Route> {
        let table = self.table_of(subnet).ok_or(Fate::Unknown)?;
        let unroutable: [IpNet; 2] = ["169.254.168.0/22".parse().unwrap(), "fd00:ec2::/32".parse().unwrap()];
        if unroutable.iter().any(|cidr| cidr.contains(&destination)) {
            return Err(Fate::Dropped); // PW-12
        }
        let mut matching: Vec<(u8, Class, &Route)> = Vec::new();
        for route in &table.routes {
            for (cidr, class) in self.prefixes(route)? {
                if cidr.contains(&destination) {
                    matching.push((cidr.prefix_len(), class, route));
                }
            }
        }
        if matching.iter().any(|(_, _, route)| route.target == RouteTarget::Local) {
            matching.retain(|(_, class, _)| *class != Class::Propagated); // RT-10
        }
        let best = matching.iter().map(|(length, class, _)| (*length, *class)).max().ok_or(Fate::Dropped)?;
        matching.retain(|(length, class, _)| (*length, *class) == best);
        let first = matching[0].2;
        if matching.iter().any(|(_, _, route)| route.target != first.target || route.state != first.state) {
            return Err(Fate::Unknown); // RT-8
        }
        match &first.state {
            RouteState::Active => Ok(first.clone()),
            RouteState::Blackhole => Err(Fate::Dropped), // RT-15
            RouteState::Unmodelled(_) => Err(Fate::Unknown),
        }
    }

    fn prefixes(&self, route: &Route) -> Step<Vec<(IpNet, Class)>> {
        match &route.destination {
            RouteDestination::Cidr(cidr) => match route.origin {
                RouteOrigin::Static => Ok(vec![(*cidr, Class::Static)]),
                RouteOrigin::Propagated => Ok(vec![(*cidr, Class::Propagated)]),
                RouteOrigin::Unmodelled(_) => Err(Fate::Unknown),
            },
            RouteDestination::PrefixList(list) => match self.network.prefix_lists.get(list).map(|list| &list.entries) {
                Some(deguchi_model::PrefixListEntries::Known(cidrs)) => {
                    Ok(cidrs.iter().map(|cidr| (*cidr, Class::PrefixList)).collect())
                }
                _ => Err(Fate::Unknown),
            },
            RouteDestination::Unmodelled(_) => Err(Fate::Unknown),
        }
    }

    /// RT-1: the associated table, else the VPC's main one.
    pub(super) fn table_of(&self, subnet: &Subnet) -> Option<&RouteTable> {
        let mut tables = self.network.route_tables.values();
        let own = tables.clone().find(|table| table.subnets.contains(&subnet.id));
        own.or_else(|| tables.find(|table| table.is_main && table.vpc == subnet.vpc))
    }
}
