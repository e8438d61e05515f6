//! Crossing a subnet's boundary: its network ACL and its route table (PW-1, PW-2, PW-7, PW-8).

use alloc::{string::ToString, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{
    Direction, IpNet, NatGatewayState, NetworkInterface, Route, RouteOrigin, RouteState, RouteTable, RouteTarget,
    Subnet, SubnetId, VpcId,
};

use super::{End, Finding, LONGEST_WAY, Parcel, SessionPlace, Walk, other};
use crate::{
    address_set::{bounds, position},
    answer::{Decision, Outcome, Place},
    filter,
    index::Holder,
    reason::{Code, Evidence, Gap, Heading, Resource},
    route::{Choice, look_up},
};

/// From where packets are routed.
#[derive(Clone, Copy)]
pub(super) struct From<'n> {
    /// The VPC.
    pub(super) vpc: &'n VpcId,
    /// The subnet whose boundary they leave; `None` for a gateway with a table of its own.
    pub(super) subnet: Option<&'n Subnet>,
}

impl<'n> From<'n> {
    /// The id of the subnet whose boundary they leave.
    pub(super) fn subnet_id(self) -> Option<&'n SubnetId> {
        self.subnet.map(|subnet| &subnet.id)
    }
}

impl<'n> Walk<'_, 'n> {
    /// Lets packets go out of an interface's or a NAT gateway's subnet, to wherever they are addressed.
    pub(super) fn leave_subnet(&mut self, parcel: Parcel<'n>, id: &'n SubnetId) {
        let Some(subnet) = self.subnet(id) else {
            return self.give_up(parcel, Code::Missing, Resource::Subnet(id.clone()), Gap::Subnet);
        };
        // PW-7, PW-8: neither ACL nor route table sees what stays in the subnet.
        let inside: Vec<(u128, u128)> = ranges_of(subnet);
        let (inside, outside) = self.split(parcel.clone(), parcel.header.destination, &inside);
        if let Some(parcel) = inside {
            self.deliver_local(parcel, &subnet.vpc, Some(&subnet.id));
        }
        let Some(parcel) = outside else { return };
        for parcel in self.cross_acl(parcel, subnet, Direction::Outbound) {
            match self.index.table_of(subnet) {
                Some(table) => self.route(parcel, table, From { vpc: &subnet.vpc, subnet: Some(subnet) }),
                None => self.route_without_table(parcel, subnet),
            }
        }
    }

    /// Lets packets meet a subnet's network ACL. All come out: what it denies is marked.
    pub(super) fn cross_acl(
        &mut self,
        parcel: Parcel<'n>,
        subnet: &'n Subnet,
        direction: Direction,
    ) -> Vec<Parcel<'n>> {
        self.cross_acl_as(parcel, subnet, direction, Code::NetworkAclRestriction)
    }

    /// Lets packets meet a subnet's network ACL, and names what it denies by this code.
    pub(super) fn cross_acl_as(
        &mut self,
        mut parcel: Parcel<'n>,
        subnet: &'n Subnet,
        direction: Direction,
        code: Code,
    ) -> Vec<Parcel<'n>> {
        let Some(acl) = self.index.acl_of(subnet) else {
            self.lack(&mut parcel, Code::Missing, Resource::Subnet(subnet.id.clone()), Gap::NetworkAclOfSubnet);
            let place = Place::NetworkAcl { acl: None, subnet: subnet.id.clone(), direction };
            self.hop(&mut parcel, place, Decision::Unknown);
            return alloc::vec![parcel];
        };
        let place = Place::NetworkAcl { acl: Some(acl.id.clone()), subnet: subnet.id.clone(), direction };
        let decision = filter::network_acl(self.space, acl, direction, &parcel.header, parcel.packets);
        let mut parcels = Vec::new();
        if let Some(mut allowed) = self.part(&parcel, decision.allowed) {
            self.hop(&mut allowed, place.clone(), Decision::Allowed { by: decision.allowed_by });
            parcels.push(allowed);
        }
        for (rule, packets) in decision.denied {
            let Some(mut denied) = self.part(&parcel, packets) else { continue };
            let by = rule.iter().cloned().map(crate::RuleReference::NetworkAcl).collect();
            self.hop(&mut denied, place.clone(), Decision::Denied { by });
            let finding = Finding {
                direction: Some(direction),
                subnet: Some(subnet.id.clone()),
                ..Finding::new(code, Resource::NetworkAcl(acl.id.clone()), Evidence::NetworkAclRule(rule))
            };
            self.stop(&mut denied, finding);
            parcels.push(denied);
        }
        parcels
    }

    /// Lets packets into a subnet, by its network ACL unless they are in it already (PW-7).
    pub(super) fn enter_subnet(
        &mut self,
        parcel: Parcel<'n>,
        subnet: &'n Subnet,
        from: Option<&'n SubnetId>,
    ) -> Vec<Parcel<'n>> {
        if from == Some(&subnet.id) { alloc::vec![parcel] } else { self.cross_acl(parcel, subnet, Direction::Inbound) }
    }

    /// Sends packets where a route table sends them.
    pub(super) fn route(&mut self, mut parcel: Parcel<'n>, table: &'n RouteTable, from: From<'n>) {
        let subnet = from.subnet_id();
        let place = Place::RouteTable { table: Some(table.id.clone()), subnet: subnet.cloned() };
        if parcel.hops.len() > LONGEST_WAY {
            self.stop(&mut parcel, Finding::of_route(Code::RoutingLoop, table, subnet, None));
            return self.finish(parcel, End::Stopped);
        }
        let destination = parcel.header.destination;
        let within = self.within(destination);
        let ranked = self.index.routes_of(&table.id);
        let (choices, notes) = look_up(self.space, ranked, destination, parcel.packets, within);
        for (choice, packets) in choices {
            let Some(mut parcel) = self.part(&parcel, packets) else { continue };
            self.note_uncertain_routes(&mut parcel, &notes);
            match choice {
                Choice::Route(route) => {
                    self.hop(&mut parcel, place.clone(), Decision::Routed(Some(route.clone())));
                    self.take_route(parcel, table, route, from);
                }
                Choice::Tied(routes) => {
                    self.hop(&mut parcel, place.clone(), Decision::Unknown);
                    let routes = routes.into_iter().cloned().collect();
                    let resource = Resource::RouteTable(table.id.clone());
                    self.give_up(parcel, Code::NotDecidedByConfiguration, resource, Gap::TiedRoutes(routes));
                }
                Choice::None => {
                    self.hop(&mut parcel, place.clone(), Decision::NoRoute);
                    self.stop(&mut parcel, Finding::of_route(Code::NoRoute, table, subnet, None));
                    self.finish(parcel, End::Stopped);
                }
            }
        }
    }

    /// Routes that were passed over because it is not known whether they match.
    fn note_uncertain_routes(&mut self, parcel: &mut Parcel<'n>, notes: &crate::route::LookupNotes<'n>) {
        for &(route, list, ref packets) in &notes.uncertain {
            if self.space.and(parcel.packets, *packets).is_empty() {
                continue;
            }
            match list {
                // A named service of AWS is asked for by its name; anything else is taken to lie outside its list.
                Some(list) if self.index.is_service_list(list) => {
                    parcel.assumptions.push(crate::Assumption::OutsidePrefixList { prefix_list: list.clone() });
                }
                Some(list) => {
                    self.lack(parcel, Code::Missing, Resource::PrefixList(list.clone()), Gap::PrefixListEntries);
                    parcel.is_conjecture = true;
                }
                None => {
                    let gap = Gap::UnreadableRoute(route.clone());
                    self.lack(parcel, Code::Missing, other(&route.target), gap);
                    parcel.is_conjecture = true;
                }
            }
        }
    }

    /// A subnet whose table is not in the snapshot: every table has a local route (RT-12), beyond that nobody knows.
    ///
    /// DIFFERENCE: RT-12 lets a local route be replaced by one to an appliance. The filters at both ends apply then
    /// too, so what they deny is told as certain; what they let pass stays undecided.
    pub(super) fn route_without_table(&mut self, parcel: Parcel<'n>, subnet: &'n Subnet) {
        let resource = Resource::Subnet(subnet.id.clone());
        let place = Place::RouteTable { table: None, subnet: Some(subnet.id.clone()) };
        let local: Vec<(u128, u128)> = self.index.network.vpcs.get(&subnet.vpc).map(local_ranges).unwrap_or_default();
        let (inside, outside) = self.split(parcel.clone(), parcel.header.destination, &local);
        if let Some(mut parcel) = inside {
            self.lack(&mut parcel, Code::Missing, resource.clone(), Gap::RouteTableOfSubnet);
            self.hop(&mut parcel, place.clone(), Decision::Routed(None));
            self.deliver_local(parcel, &subnet.vpc, Some(&subnet.id));
        }
        if let Some(mut parcel) = outside {
            self.hop(&mut parcel, place, Decision::Unknown);
            self.give_up(parcel, Code::Missing, resource, Gap::RouteTableOfSubnet);
        }
    }

    /// Follows a route that has won, whatever its state (RT-15).
    pub(super) fn take_route(
        &mut self,
        mut parcel: Parcel<'n>,
        table: &'n RouteTable,
        route: &'n Route,
        from: From<'n>,
    ) {
        let subnet = from.subnet_id();
        if let RouteState::Unmodelled(_) = &route.state {
            self.lack(&mut parcel, Code::Missing, other(&route.target), Gap::UnreadableRoute(route.clone()));
            parcel.is_conjecture = true;
        }
        if let RouteOrigin::Unmodelled(_) = &route.origin {
            self.lack(&mut parcel, Code::Missing, other(&route.target), Gap::UnreadableRoute(route.clone()));
            parcel.is_conjecture = true;
        }
        if route.state == RouteState::Blackhole {
            self.stop(&mut parcel, Finding::of_route(Code::BadStateRoute, table, subnet, Some(route)));
            if !self.leads_on(&mut parcel, &route.target) {
                return self.finish(parcel, End::Stopped);
            }
        }
        match parcel.heading {
            Heading::Forward => self.enter_target(parcel, table, route, from),
            Heading::Return => self.return_to_target(parcel, table, route, from),
        }
    }

    /// Whether the way behind a blackhole can be judged: its target is there, only not working or not attached.
    fn leads_on(&mut self, parcel: &mut Parcel<'n>, target: &RouteTarget) -> bool {
        let network = self.index.network;
        match target {
            RouteTarget::InternetGateway(id) => network.internet_gateways.contains_key(id),
            RouteTarget::EgressOnlyInternetGateway(id) => network.egress_only_internet_gateways.contains_key(id),
            RouteTarget::NatGateway(id) => match network.nat_gateways.get(id) {
                Some(nat) if nat.state == NatGatewayState::Deleted => {
                    let finding = super::nat_gateway::bad_state(nat);
                    self.stop(parcel, finding);
                    false
                }
                Some(_) => true,
                None => false,
            },
            RouteTarget::NetworkInterface(id) => network.network_interfaces.contains_key(id),
            RouteTarget::Instance(id) => match network.instances.get(id) {
                Some(instance) if instance.interfaces.is_empty() => {
                    if let deguchi_model::InstanceState::NotRunning(state) = &instance.state {
                        let evidence = Evidence::State(state.clone());
                        self.stop(parcel, Finding::new(Code::BadState, Resource::Instance(id.clone()), evidence));
                    }
                    false
                }
                Some(_) => true,
                None => false,
            },
            RouteTarget::VpnGateway(id) => network.vpn_gateways.contains_key(id),
            RouteTarget::Local
            | RouteTarget::PeeringConnection(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::VpcEndpoint(_)
            | RouteTarget::Unmodelled { .. } => false,
        }
    }

    /// Hands a request to what its route targets.
    fn enter_target(&mut self, parcel: Parcel<'n>, table: &'n RouteTable, route: &'n Route, from: From<'n>) {
        match &route.target {
            RouteTarget::Local => self.deliver_local(parcel, from.vpc, from.subnet_id()),
            RouteTarget::InternetGateway(id) => self.leave_by_internet_gateway(parcel, id, from.vpc),
            RouteTarget::EgressOnlyInternetGateway(id) => self.leave_by_egress_only(parcel, id, from.vpc),
            RouteTarget::NatGateway(id) => self.enter_nat_gateway(parcel, id, table, route, from),
            RouteTarget::NetworkInterface(_) | RouteTarget::Instance(_) => {
                self.enter_nat_instance(parcel, table, route, from);
            }
            RouteTarget::VpcEndpoint(id) => self.enter_endpoint(parcel, id, (table, route), from),
            RouteTarget::VpnGateway(id) => self.leave_by_vpn_gateway(parcel, id, route, from.vpc),
            RouteTarget::PeeringConnection(id) => self.cross_peering(parcel, id, route, from),
            RouteTarget::TransitGateway(id) => self.enter_transit_gateway(parcel, id, route, from),
            RouteTarget::Unmodelled { .. } => self.not_modelled(parcel, route),
        }
    }

    /// A route target that the walk cannot go over yet.
    pub(super) fn not_modelled(&mut self, mut parcel: Parcel<'n>, route: &Route) {
        let resource = match &route.target {
            RouteTarget::PeeringConnection(id) => Resource::PeeringConnection(id.clone()),
            RouteTarget::TransitGateway(id) => Resource::TransitGateway(id.clone()),
            RouteTarget::VpcEndpoint(id) => Resource::VpcEndpoint(id.clone()),
            target => other(target),
        };
        self.hop(&mut parcel, Place::Other(route.target.to_string()), Decision::Unknown);
        self.give_up(parcel, Code::NotModelled, resource, Gap::RouteTargetNotModelled(route.clone()));
    }

    /// Hands a reply to what its route targets, which must be the place where the request came through last.
    fn return_to_target(&mut self, parcel: Parcel<'n>, table: &'n RouteTable, route: &'n Route, from: From<'n>) {
        if route.target == RouteTarget::Local {
            return self.deliver_local(parcel, from.vpc, from.subnet_id());
        }
        if let RouteTarget::VpcEndpoint(id) = &route.target
            && let Some(endpoint) = self.index.network.vpc_endpoints.get(id)
            && let deguchi_model::VpcEndpointKind::GatewayLoadBalancer { .. } = endpoint.kind
        {
            return self.return_to_inspection(parcel, endpoint, (table, route), from);
        }
        let Some(mut parcel) = self.return_to_nat_gateway(parcel, &route.target, from) else { return };
        let leaves = matches!(
            route.target,
            RouteTarget::InternetGateway(_)
                | RouteTarget::EgressOnlyInternetGateway(_)
                | RouteTarget::NatGateway(_)
                | RouteTarget::VpnGateway(_)
        );
        if leaves {
            self.miss_inspection(&mut parcel);
        }
        let expected = parcel.sessions.last().map(|session| session.place);
        let is_ipv4 = matches!(parcel.header.source.fixed_address(), Some(IpAddr::V4(_)));
        let keeps_address = |expected: Option<SessionPlace<'_>>| {
            !is_ipv4 || !matches!(expected, Some(SessionPlace::InternetGatewayIn { .. }))
        };
        match (&route.target, expected) {
            (RouteTarget::InternetGateway(id), Some(SessionPlace::InternetGatewayIn { gateway, .. }))
                if id == gateway =>
            {
                self.return_by_internet_gateway(parcel);
            }
            (RouteTarget::VpnGateway(id), Some(SessionPlace::OnPremises(_))) => {
                self.return_by_vpn_gateway(parcel, id, route, from.vpc);
            }
            // Its address is its own everywhere: no gateway has to know the connection (IG-7).
            (RouteTarget::InternetGateway(id), expected)
                if !is_ipv4 && expected.is_none_or(SessionPlace::is_gateway_to_the_internet) =>
            {
                self.return_with_own_address(parcel, id, from.vpc);
            }
            (RouteTarget::NetworkInterface(_) | RouteTarget::Instance(_), expected) => {
                // By an appliance an IPv4 connection from the internet would lose its public address (IG-4).
                let loses_address = is_ipv4 && matches!(expected, Some(SessionPlace::InternetGatewayIn { .. }));
                self.return_to_interface(parcel, table, route, from, loses_address);
            }
            (RouteTarget::PeeringConnection(id), expected) if keeps_address(expected) => {
                self.cross_peering(parcel, id, route, from);
            }
            (RouteTarget::TransitGateway(id), expected) if keeps_address(expected) => {
                self.enter_transit_gateway(parcel, id, route, from);
            }
            (RouteTarget::TransitGateway(_), _) => self.return_by_detour(parcel, table, route, from),
            (RouteTarget::EgressOnlyInternetGateway(_), None) if !is_ipv4 => {
                self.return_by_detour(parcel, table, route, from);
            }
            (RouteTarget::Unmodelled { .. }, expected) if keeps_address(expected) => {
                self.not_modelled(parcel, route);
            }
            // A Gateway Load Balancer endpoint hands packets back unchanged: nobody knows where they go (RT-18).
            (RouteTarget::VpcEndpoint(id), _)
                if !self.index.network.vpc_endpoints.get(id).is_some_and(|endpoint| {
                    matches!(endpoint.kind, deguchi_model::VpcEndpointKind::Gateway { .. })
                }) =>
            {
                self.not_modelled(parcel, route);
            }
            // A connection that came in from the internet loses its public address by any other way out (IG-4), and no
            // other gateway knows the connection.
            _ => {
                let subnet = from.subnet_id();
                self.stop(&mut parcel, Finding::of_route(Code::ReturnByAnotherWay, table, subnet, Some(route)));
                self.finish(parcel, End::Stopped);
            }
        }
    }

    /// Brings a NAT gateway the replies that are addressed to itself: a route that targets it serves as well as a local one
    /// (RT-11). Returns the others.
    fn return_to_nat_gateway(
        &mut self,
        parcel: Parcel<'n>,
        target: &RouteTarget,
        from: From<'n>,
    ) -> Option<Parcel<'n>> {
        let RouteTarget::NatGateway(id) = target else { return Some(parcel) };
        let nat = self.index.network.nat_gateways.get(id).filter(|nat| nat.vpc == *from.vpc);
        let own = nat.into_iter().flat_map(|nat| &nat.addresses).filter_map(|address| address.private);
        let own = own.map(|address| position(IpAddr::V4(address))).map(|place| (place, place)).collect();
        let own = crate::AddressSet::from_ranges(own);
        let (own, foreign) = self.split(parcel.clone(), parcel.header.destination, own.ranges());
        if let Some(parcel) = own {
            self.deliver_local(parcel, from.vpc, from.subnet_id());
        }
        foreign
    }

    /// Sends a reply by a way that may lead back to whoever asked: an IPv4 reply to the internet through a transit gateway, which to
    /// get its public address has to come back to the gateway that the request came in by (IG-4); an IPv6 one by an egress-only
    /// gateway. Where it does not lead back, the route that leads it astray is to blame.
    fn return_by_detour(&mut self, mut parcel: Parcel<'n>, table: &'n RouteTable, route: &'n Route, from: From<'n>) {
        let before = (self.leaves.len(), self.reasons.clone(), self.gaps.clone());
        match &route.target {
            RouteTarget::TransitGateway(id) => self.enter_transit_gateway(parcel.clone(), id, route, from),
            RouteTarget::EgressOnlyInternetGateway(id) => self.return_by_egress_only(parcel.clone(), id, from.vpc),
            _ => {}
        }
        let known = parcel.reasons.len();
        let leads_back = self.leaves.iter().skip(before.0).any(|leaf| match leaf.outcome {
            Outcome::Delivered | Outcome::Undecided { .. } => true,
            Outcome::Dropped => known > 0 && leaf.parcel.reasons.len() == known,
        });
        if leads_back {
            return;
        }
        self.leaves.truncate(before.0);
        (self.reasons, self.gaps) = (before.1, before.2);
        let subnet = from.subnet_id();
        self.stop(&mut parcel, Finding::of_route(Code::ReturnByAnotherWay, table, subnet, Some(route)));
        self.finish(parcel, End::Stopped);
    }

    /// Hands a reply to the interface that its route targets: it may be the one that asked, or one that forwards.
    fn return_to_interface(
        &mut self,
        parcel: Parcel<'n>,
        table: &'n RouteTable,
        route: &'n Route,
        from: From<'n>,
        loses_address: bool,
    ) {
        let Some(interface) = self.target_interface(&route.target) else {
            return self.give_up(parcel, Code::Missing, other(&route.target), Gap::RouteTarget(route.clone()));
        };
        let (own, foreign) = self.split(parcel.clone(), parcel.header.destination, places_of(interface).ranges());
        if let Some(parcel) = own {
            self.deliver_local(parcel, from.vpc, from.subnet_id());
        }
        let Some(parcel) = foreign else { return };
        let Some(parcel) = self.return_through_appliance(parcel, interface, from.subnet_id()) else { return };
        let Some(subnet) = self.subnet(&interface.subnet) else {
            return self.give_up(parcel, Code::Missing, Resource::Subnet(interface.subnet.clone()), Gap::Subnet);
        };
        for mut parcel in self.enter_subnet(parcel, subnet, from.subnet_id()) {
            self.judge_forwarder(&mut parcel, interface);
            self.judge_appliance(&mut parcel, interface);
            if loses_address && !self.forwards_bare(interface) {
                let subnet = from.subnet_id();
                self.stop(&mut parcel, Finding::of_route(Code::ReturnByAnotherWay, table, subnet, Some(route)));
                self.finish(parcel, End::Stopped);
            } else {
                let resource = Resource::NetworkInterface(interface.id.clone());
                self.give_up(parcel, Code::NotModelled, resource, Gap::Appliance);
            }
        }
    }

    /// Brings packets to whoever in the VPC has their destination address. `from` is the subnet they are in already.
    pub(super) fn deliver_local(&mut self, parcel: Parcel<'n>, vpc: &'n VpcId, from: Option<&'n SubnetId>) {
        let destination = parcel.header.destination;
        let mut left = parcel.packets;
        let wanted = destination.values(self.space, parcel.packets);
        for &(first, last) in wanted.ranges() {
            let holders: Vec<(u128, Holder<'n>)> = self.index.holders_between(vpc, first, last).collect();
            for (place, holder) in holders {
                let set = destination.within(self.space, &[(place, place)]);
                let Some(parcel) = self.part(&parcel, set) else { continue };
                left = self.space.minus(left, parcel.packets);
                self.deliver_to(parcel, holder, place, from);
            }
        }
        if let Some(parcel) = self.part(&parcel, left) {
            self.deliver_to_nobody(parcel, vpc);
        }
    }

    /// Brings packets over the boundary of the subnet of whoever has the address.
    pub(super) fn deliver_to(
        &mut self,
        parcel: Parcel<'n>,
        holder: Holder<'n>,
        place: u128,
        from: Option<&'n SubnetId>,
    ) {
        let subnet = match holder {
            // A failed gateway never was: its address is nobody's, but for the replies of a walk behind its failure.
            Holder::NatGateway(nat)
                if parcel.heading == Heading::Forward && matches!(nat.state, NatGatewayState::Failed(_)) =>
            {
                return self.deliver_to_nobody(parcel, &nat.vpc);
            }
            Holder::Interface(interface) => Some(&interface.subnet),
            Holder::NatGateway(nat) => self.subnet_of_nat_gateway(nat, place),
        };
        let Some(id) = subnet else {
            return self.arrive(parcel, holder);
        };
        let Some(subnet) = self.subnet(id) else {
            return self.give_up(parcel, Code::Missing, Resource::Subnet(id.clone()), Gap::Subnet);
        };
        for parcel in self.enter_subnet(parcel, subnet, from) {
            self.arrive(parcel, holder);
        }
    }

    /// The address is in the VPC, and nothing in the snapshot has it.
    pub(super) fn deliver_to_nobody(&mut self, parcel: Parcel<'n>, vpc: &'n VpcId) {
        let mut left = Some(parcel);
        for (subnet, table) in self.subnets_that_may_lack_a_way_back(left.as_ref(), vpc) {
            let Some(parcel) = left.take() else { break };
            let (inside, outside) = self.split(parcel.clone(), parcel.header.destination, &ranges_of(subnet));
            let Some(inside) = inside.filter(|inside| self.lacks_a_way_back(inside, table)) else {
                left = Some(parcel);
                continue;
            };
            left = outside;
            let mut parcel = self.miss(inside, vpc);
            self.turn(&mut parcel);
            self.stop(&mut parcel, Finding::of_route(Code::NoRoute, table, Some(&subnet.id), None));
            self.finish(parcel, End::Stopped);
        }
        if let Some(parcel) = left {
            let parcel = self.miss(parcel, vpc);
            self.finish(parcel, End::Stopped);
        }
    }

    /// Marks packets as addressed to nobody, for certain where the snapshot lists every interface.
    fn miss(&mut self, mut parcel: Parcel<'n>, vpc: &'n VpcId) -> Parcel<'n> {
        let vpc_of = self.index.network.vpcs.get(vpc);
        let resource = Resource::Vpc(vpc.clone());
        if vpc_of.is_some_and(|vpc| vpc.interface_listing == deguchi_model::InterfaceListing::Complete) {
            let evidence = parcel.header.destination.values(self.space, parcel.packets).only();
            let evidence = evidence.map_or(Evidence::Nothing, Evidence::Address);
            self.stop(&mut parcel, Finding::new(Code::NoSuchDestination, resource, evidence));
        } else {
            self.lack(&mut parcel, Code::Missing, resource, Gap::InterfacesOfVpc);
        }
        parcel
    }

    /// Behind the border of another VPC: the subnets that the packets may have come to, with their tables.
    fn subnets_that_may_lack_a_way_back(
        &self,
        parcel: Option<&Parcel<'n>>,
        vpc: &'n VpcId,
    ) -> Vec<(&'n Subnet, &'n RouteTable)> {
        let crosses = |place: &Place| matches!(place, Place::PeeringConnection(_));
        let Some(parcel) = parcel.filter(|parcel| {
            parcel.heading == Heading::Forward && parcel.hops.last().is_some_and(|hop| crosses(&hop.place))
        }) else {
            return Vec::new();
        };
        let wanted = parcel.header.destination.values(self.space, parcel.packets);
        let is_wanted = |subnet: &&Subnet| ranges_of(subnet).iter().any(|(first, last)| wanted.overlaps(*first, *last));
        let subnets = self.index.network.subnets.values().filter(|subnet| subnet.vpc == *vpc).filter(is_wanted);
        subnets.filter_map(|subnet| Some((subnet, self.index.table_of(subnet)?))).collect()
    }

    /// Whether a table leads no reply to packets on, whoever in its subnet has the address.
    fn lacks_a_way_back(&mut self, parcel: &Parcel<'n>, table: &'n RouteTable) -> bool {
        let ranked = self.index.routes_of(&table.id);
        let (choices, notes) = look_up(self.space, ranked, parcel.header.source, parcel.packets, &[]);
        notes.uncertain.is_empty() && choices.iter().all(|(choice, _)| matches!(choice, Choice::None))
    }
}

/// The places of an interface's own addresses.
pub(super) fn places_of(interface: &NetworkInterface) -> crate::AddressSet {
    let v4 = interface.addresses.iter().map(|address| position(IpAddr::V4(address.private)));
    let places = v4.chain(interface.ipv6_addresses.iter().map(|address| position(IpAddr::V6(*address))));
    let prefixes = interface.ipv4_prefixes.iter().map(|prefix| bounds(&IpNet::V4(*prefix)));
    crate::AddressSet::from_ranges(places.map(|place| (place, place)).chain(prefixes).collect())
}

/// A subnet's ranges of both families, as places.
pub(super) fn ranges_of(subnet: &Subnet) -> Vec<(u128, u128)> {
    let v4 = subnet.cidr_block.map(IpNet::V4);
    let ranges = v4.into_iter().chain(subnet.ipv6_cidr_blocks.iter().copied().map(IpNet::V6));
    crate::AddressSet::from_ranges(ranges.map(|cidr| bounds(&cidr)).collect()).ranges().to_vec()
}

/// A VPC's ranges of both families, as places.
pub(super) fn local_ranges(vpc: &deguchi_model::Vpc) -> Vec<(u128, u128)> {
    let v4 = vpc.cidr_blocks.iter().copied().map(IpNet::V4);
    let ranges = v4.chain(vpc.ipv6_cidr_blocks.iter().copied().map(IpNet::V6));
    crate::AddressSet::from_ranges(ranges.map(|cidr| bounds(&cidr)).collect()).ranges().to_vec()
}
