//! Edge route tables: where what enters a VPC by a gateway is steered (RT-19 to RT-22).

use alloc::vec::Vec;

use deguchi_model::{Route, RouteTable, RouteTarget, VpcEndpointKind, VpcId};

use super::{
    End, Finding, Parcel, SessionPlace, Walk,
    boundary::{From, places_of},
    instance_of,
};
use crate::{
    answer::{Decision, Place},
    reason::{Code, Evidence, Gap, Heading, Resource},
    route::{Choice, look_up},
};

impl<'n> Walk<'_, 'n> {
    /// Lets packets that enter a VPC meet the table of the gateway they enter by, if it has one (RT-19). Returns those that
    /// stay on the local route; those that are redirected go on from there.
    pub(super) fn pass_edge_table(&mut self, parcel: Parcel<'n>, gateway: &str, vpc: &'n VpcId) -> Vec<Parcel<'n>> {
        let Some(table) = self.index.edge_table(gateway) else { return alloc::vec![parcel] };
        let ranked = self.index.routes_of(&table.id);
        let (choices, _) = look_up(self.space, ranked, parcel.header.destination, parcel.packets, &[]);
        let mut local = Vec::new();
        for (choice, packets) in choices {
            let Some(mut parcel) = self.part(&parcel, packets) else { continue };
            match choice {
                Choice::Route(route) if route.target == RouteTarget::Local => {}
                Choice::Route(route) if self.may_redirect(route, gateway) => {
                    let place = Place::RouteTable { table: Some(table.id.clone()), subnet: None };
                    self.hop(&mut parcel, place, Decision::Routed(Some(route.clone())));
                    self.redirect(parcel, table, route, (gateway, vpc));
                    continue;
                }
                Choice::Route(route) => {
                    let gap = Gap::EdgeRouteTable(route.clone());
                    let resource = Resource::RouteTable(table.id.clone());
                    self.lack(&mut parcel, Code::NotDecidedByConfiguration, resource, gap);
                    parcel.is_conjecture = true;
                }
                Choice::Tied(routes) => {
                    let gap = Gap::TiedRoutes(routes.into_iter().cloned().collect());
                    let resource = Resource::RouteTable(table.id.clone());
                    self.lack(&mut parcel, Code::NotDecidedByConfiguration, resource, gap);
                    parcel.is_conjecture = true;
                }
                Choice::None => {}
            }
            local.push(parcel);
        }
        local
    }

    /// Whether AWS lets an edge route lead there: to an interface, or to the endpoint of something that inspects packets. Of
    /// the latter behind a virtual private gateway AWS's pages say both (RT-22).
    fn may_redirect(&self, route: &Route, gateway: &str) -> bool {
        match &route.target {
            RouteTarget::NetworkInterface(_) | RouteTarget::Instance(_) => true,
            RouteTarget::VpcEndpoint(id) => {
                let endpoint = self.index.network.vpc_endpoints.get(id);
                self.is_internet_gateway(gateway)
                    && endpoint.is_none_or(|it| matches!(it.kind, VpcEndpointKind::GatewayLoadBalancer { .. }))
            }
            _ => false,
        }
    }

    /// By its id where the snapshot lacks the gateway.
    fn is_internet_gateway(&self, gateway: &str) -> bool {
        !self.index.network.vpn_gateways.contains_key(gateway) && !gateway.starts_with("vgw-")
    }

    /// Sends packets where an edge table redirects them.
    fn redirect(
        &mut self,
        parcel: Parcel<'n>,
        table: &'n RouteTable,
        route: &'n Route,
        (gateway, vpc): (&str, &'n VpcId),
    ) {
        let from = From { vpc, subnet: None };
        if !self.is_internet_gateway(gateway) {
            return self.take_route(parcel, table, route, from);
        }
        let target = self.target_interface(&route.target);
        // What is for the interface itself has arrived there.
        let own = target.map(places_of).unwrap_or_default();
        let (own, mut others) = self.split(parcel.clone(), parcel.header.destination, own.ranges());
        if let Some(parcel) = own {
            self.take_route(parcel, table, route, from);
        }
        let Some(mut parcel) = others.take() else { return };
        if parcel.heading == Heading::Return && !self.has_passed(&parcel, &route.target) {
            // RT-21: what comes back to a subnet that sent it directly.
            self.stop(&mut parcel, Finding::of_route(Code::IngressRedirected, table, None, Some(route)));
            return self.finish(parcel, End::Stopped);
        }
        let is_ipv4 = parcel.header.destination.fixed_address().is_some_and(|address| address.is_ipv4());
        let has_public =
            |target: &deguchi_model::NetworkInterface| target.addresses.iter().any(|it| it.public.is_some());
        if let Some(target) = target.filter(|target| is_ipv4 && !has_public(target)) {
            // RT-20.
            let resource = Resource::NetworkInterface(target.id.clone());
            let evidence = Evidence::Route(route.clone());
            self.stop(&mut parcel, Finding::new(Code::IngressNeedsPublicAddress, resource, evidence));
        }
        self.take_route(parcel, table, route, from);
    }

    /// Whether a reply has to come back by what a route leads to: the request passed it last.
    fn has_passed(&self, parcel: &Parcel<'n>, target: &RouteTarget) -> bool {
        match (parcel.sessions.last().map(|session| session.place), target) {
            (Some(SessionPlace::Inspection { endpoint, .. }), RouteTarget::VpcEndpoint(id)) => endpoint.id == *id,
            (Some(SessionPlace::Appliance { inside, .. }), target) => {
                self.target_interface(target).is_some_and(|here| is_same_machine(inside, here))
            }
            _ => false,
        }
    }
}

/// Whether two interfaces are one, or of one machine.
pub(super) fn is_same_machine(one: &deguchi_model::NetworkInterface, other: &deguchi_model::NetworkInterface) -> bool {
    one.id == other.id || instance_of(one).is_some_and(|own| Some(own) == instance_of(other))
}
