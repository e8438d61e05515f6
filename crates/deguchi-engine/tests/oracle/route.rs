//! Route lookup, one destination at a time.

use std::net::IpAddr;

use deguchi_model::{
    IpNet, PrefixListEntries, PrefixListId, Route, RouteDestination, RouteOrigin, RouteState, RouteTable, RouteTarget,
    Subnet, VpcEndpointKind,
};

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
        self.route_in(self.table_of(subnet).ok_or(Fate::Unknown)?, destination)
    }

    /// The route of a table that wins for a destination and is in force.
    pub(super) fn route_in(&self, table: &RouteTable, destination: IpAddr) -> Step<Route> {
        let route = self.winner(table, destination)?;
        match (&route.state, &route.origin) {
            (RouteState::Unmodelled(_), _) | (_, RouteOrigin::Unmodelled(_)) => Err(Fate::Unknown), // RT-13, RT-16
            (RouteState::Active, _) => Ok(route),
            (RouteState::Blackhole, _) => Err(Fate::Dropped), // RT-15
        }
    }

    /// The route of a table that wins for a destination, whatever its state.
    pub(super) fn winner(&self, table: &RouteTable, destination: IpAddr) -> Step<Route> {
        let mut matching: Vec<(u8, Class, &Route)> = Vec::new();
        let mut is_unsure = false;
        for route in &table.routes {
            let Some(prefixes) = self.prefixes(route) else {
                is_unsure |= !self.is_asked_by_name(route);
                continue;
            };
            for cidr in prefixes.iter().filter(|cidr| cidr.contains(&destination)) {
                matching.push((cidr.prefix_len(), class(route), route));
            }
        }
        if matching.iter().any(|(_, _, route)| route.target == RouteTarget::Local) {
            matching.retain(|(_, class, _)| *class != Class::Propagated); // RT-10
        }
        let best = matching.iter().map(|(length, class, _)| (*length, *class)).max();
        // RT-7: a list without ranges stands behind every prefix but the default route.
        if is_unsure && best.is_none_or(|(length, _)| length == 0) {
            return Err(Fate::Unknown);
        }
        let best = best.ok_or(Fate::Dropped)?;
        matching.retain(|(length, class, _)| (*length, *class) == best);
        let first = matching[0].2;
        if matching.iter().any(|(_, _, route)| route.target != first.target || route.state != first.state) {
            return Err(Fate::Unknown); // RT-8
        }
        Ok(first.clone())
    }

    /// The ranges of a route, or `None` where they are not known.
    fn prefixes(&self, route: &Route) -> Option<Vec<IpNet>> {
        match &route.destination {
            RouteDestination::Cidr(cidr) => Some(vec![*cidr]),
            RouteDestination::PrefixList(list) => match self.network.prefix_lists.get(list).map(|list| &list.entries) {
                Some(PrefixListEntries::Known(cidrs)) => Some(cidrs.clone()),
                Some(PrefixListEntries::Unknown) | None => None,
            },
            RouteDestination::Unmodelled(_) => None,
        }
    }

    /// GE-10: a service of AWS is asked for by its name, so that other destinations are taken to lie outside its list.
    fn is_asked_by_name(&self, route: &Route) -> bool {
        let RouteDestination::PrefixList(list) = &route.destination else { return false };
        let name = self.network.prefix_lists.get(list).and_then(|list| list.name.as_deref());
        name.is_some_and(|name| name.starts_with("com.amazonaws.")) || self.leads_to_gateway_endpoint(list)
    }

    fn leads_to_gateway_endpoint(&self, list: &PrefixListId) -> bool {
        let mut routes = self.network.route_tables.values().flat_map(|table| &table.routes);
        routes.any(|route| match (&route.destination, &route.target) {
            (RouteDestination::PrefixList(own), RouteTarget::VpcEndpoint(id)) if own == list => {
                let endpoint = self.network.vpc_endpoints.get(id);
                endpoint.is_some_and(|endpoint| matches!(endpoint.kind, VpcEndpointKind::Gateway { .. }))
            }
            _ => false,
        })
    }

    /// RT-1: the associated table, else the VPC's main one.
    pub(super) fn table_of(&self, subnet: &Subnet) -> Option<&RouteTable> {
        let mut tables = self.network.route_tables.values();
        let own = tables.clone().find(|table| table.subnets.contains(&subnet.id));
        own.or_else(|| tables.find(|table| table.is_main && table.vpc == subnet.vpc))
    }
}

fn class(route: &Route) -> Class {
    match (&route.origin, &route.destination) {
        (RouteOrigin::Propagated | RouteOrigin::Unmodelled(_), _) => Class::Propagated,
        (RouteOrigin::Static, RouteDestination::PrefixList(_)) => Class::PrefixList,
        (RouteOrigin::Static, _) => Class::Static,
    }
}
