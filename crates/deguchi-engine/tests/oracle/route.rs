//! Route lookup, one destination at a time.

use std::net::IpAddr;

use deguchi_engine::{
    AddressSet,
    address_set::{address_at, bounds},
};
use deguchi_model::{
    AttachmentState, InternetGateway, IpNet, NetworkInterfaceId, PrefixListEntries, PrefixListId, Route,
    RouteDestination, RouteOrigin, RouteState, RouteTable, RouteTarget, Subnet, VpcEndpointKind, VpcId,
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
        let (route, is_certain) = self.winner(table, destination)?;
        if !is_certain {
            return Err(Fate::Unknown); // RT-7
        }
        match (&route.state, &route.origin) {
            (RouteState::Unmodelled(_), _) | (_, RouteOrigin::Unmodelled(_)) => Err(Fate::Unknown), // RT-13, RT-16
            (RouteState::Active, _) => Ok(route),
            (RouteState::Blackhole, _) => Err(Fate::Dropped), // RT-15
        }
    }

    /// The route of a table that wins for a destination, whatever its state, and whether no list without ranges may
    /// take its place.
    pub(super) fn winner(&self, table: &RouteTable, destination: IpAddr) -> Step<(Route, bool)> {
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
        let is_certain = !is_unsure || best.is_some_and(|(length, _)| length > 0);
        let best = best.ok_or(if is_certain { Fate::Dropped } else { Fate::Unknown })?;
        matching.retain(|(length, class, _)| (*length, *class) == best);
        // Two of one prefix and target go the same way; one of them may be of an origin that is not understood.
        let is_understood = |route: &Route| !matches!(route.origin, RouteOrigin::Unmodelled(_));
        let understood = matching.iter().find(|(_, _, route)| is_understood(route));
        let first = understood.unwrap_or(&matching[0]).2;
        if matching.iter().any(|(_, _, route)| route.target != first.target || route.state != first.state) {
            return Err(Fate::Unknown); // RT-8
        }
        Ok((first.clone(), is_certain))
    }

    /// Whether something is so for any public address, as far as the routes of a table can tell addresses apart.
    pub(super) fn any_public(&self, table: &RouteTable, holds: impl Fn(IpAddr) -> bool) -> bool {
        let public = AddressSet::public_ipv4();
        let mut ends: Vec<u128> = public.ranges().iter().map(|(first, _)| *first).collect();
        for cidr in table.routes.iter().filter_map(|route| self.prefixes(route)).flatten() {
            let (first, last) = bounds(&cidr);
            ends.extend([Some(first), last.checked_add(1)].into_iter().flatten());
        }
        ends.into_iter().map(address_at).any(|address| public.contains(address) && holds(address))
    }

    /// The ranges of a route, or `None` where they are not known.
    pub(super) fn prefixes(&self, route: &Route) -> Option<Vec<IpNet>> {
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

    /// The table that steers what comes in by a gateway (RT-19).
    pub(super) fn edge_table(&self, gateway: &str) -> Option<&RouteTable> {
        self.network.route_tables.values().find(|table| table.gateways.contains(gateway))
    }

    /// The table of the internet gateway that is attached to a VPC, listed or not (RT-14).
    pub(super) fn table_of_internet_gateway(&self, vpc: &VpcId) -> Option<&RouteTable> {
        let listed = self.network.internet_gateways.values();
        let attached = |gateway: &&InternetGateway| gateway.attachment_to(vpc) == Some(&AttachmentState::Attached);
        match listed.clone().find(attached) {
            Some(gateway) => self.edge_table(gateway.id.as_str()),
            None => {
                let routes = self.network.route_tables.values().filter(|table| table.vpc == *vpc);
                let mut routes = routes.flat_map(|table| &table.routes);
                routes.find_map(|route| match &route.target {
                    RouteTarget::InternetGateway(id) if !self.network.internet_gateways.contains_key(id) => {
                        self.edge_table(id.as_str())
                    }
                    _ => None,
                })
            }
        }
    }

    /// The interface that an edge table sends a packet to; none where it stays on the local route.
    pub(super) fn edge_route(&self, table: &RouteTable, destination: IpAddr) -> Step<Option<NetworkInterfaceId>> {
        if self.winner(table, destination).is_err_and(|fate| fate == Fate::Dropped) {
            return Ok(None); // no route is about it
        }
        match self.route_in(table, destination)?.target {
            RouteTarget::Local => Ok(None),
            RouteTarget::NetworkInterface(id) => Ok(Some(id)),
            _ => Err(Fate::Unknown),
        }
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
