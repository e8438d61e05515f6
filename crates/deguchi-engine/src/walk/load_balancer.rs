//! Load balancers: listener, target group, target, and the way back (LB-1 to LB-9).
//!
//! A network load balancer passes a connection on, with the client's address or its own; an application or classic one
//! answers it, and opens one of its own to the target. Leaves out what a request has to say for a rule to match it.

use alloc::{format, string::String, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{
    Direction, Listener, ListenerAction, LoadBalancer, LoadBalancerKind, LoadBalancerState, NetworkInterface,
    TargetGroup, TargetGroupId, TargetKind,
};

use super::{
    End, Finding, Parcel, References, Session, SessionPlace, Walk, interface_place,
    nat_gateway::TRANSLATIONS,
    target::{Usable, name_of, readings_of_cross_zone, readings_of_source},
};
use crate::{
    answer::{Decision, InterfaceRole, Place},
    header::{HeaderPorts, Term},
    packet_set::Field,
    reason::{Assumption, Code, Evidence, Gap, LoadBalancerGap, Resource},
};

/// A load balancer at one of its nodes.
#[derive(Clone, Copy)]
pub(super) struct Node<'n> {
    pub(super) load_balancer: &'n LoadBalancer,
    /// The interface of the node.
    pub(super) interface: &'n NetworkInterface,
}

impl Node<'_> {
    pub(super) fn resource(self) -> Resource {
        Resource::LoadBalancer(self.load_balancer.id.clone())
    }

    fn place(self) -> Place {
        Place::LoadBalancer(self.load_balancer.id.clone())
    }

    fn is_network(self) -> bool {
        self.load_balancer.kind == LoadBalancerKind::Network
    }

    fn is_classic(self) -> bool {
        self.load_balancer.kind == LoadBalancerKind::Classic
    }
}

/// The values of a translation's choice that lead to one target: first and last.
type Slice = (u128, u128);

impl<'n> Walk<'_, 'n> {
    /// A request comes to a node of a load balancer.
    pub(super) fn arrive_at_load_balancer(&mut self, mut parcel: Parcel<'n>, interface: &'n NetworkInterface) {
        let Some(load_balancer) = self.index.load_balancer_of(&interface.id) else {
            self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Unknown);
            let resource = Resource::NetworkInterface(interface.id.clone());
            return self.give_up(parcel, Code::Missing, resource, Gap::LoadBalancer(LoadBalancerGap::OfInterface));
        };
        let node = Node { load_balancer, interface };
        if let LoadBalancerKind::Unmodelled(_) = load_balancer.kind {
            self.hop(&mut parcel, node.place(), Decision::Unknown);
            return self.give_up(parcel, Code::NotModelled, node.resource(), Gap::InterfaceNotModelled);
        }
        for mut parcel in self.cross_security_groups(parcel, interface, Direction::Inbound) {
            self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Passed);
            if let LoadBalancerState::NotActive(state) = &load_balancer.state {
                let evidence = Evidence::State(state.clone());
                self.stop(&mut parcel, Finding::new(Code::BadState, node.resource(), evidence));
            }
            self.listen(parcel, node);
        }
    }

    /// Splits what comes to a node by the listener that takes it (LB-1).
    fn listen(&mut self, parcel: Parcel<'n>, node: Node<'n>) {
        let (port, is_udp) = match parcel.header.ports {
            HeaderPorts::Tcp { destination, .. } => (destination, false),
            HeaderPorts::Udp { destination, .. } => (destination, true),
            // LB-2: those that answer HTTP also answer pings; a network load balancer does not.
            HeaderPorts::Echo { .. } if node.is_network() => return self.find_no_listener(parcel, node),
            HeaderPorts::Echo { .. } => return self.answer_from(parcel, node.interface),
        };
        let Some(listeners) = &node.load_balancer.listeners else {
            return self.give_up(parcel, Code::Missing, node.resource(), Gap::LoadBalancer(LoadBalancerGap::Listeners));
        };
        let mut left = Some(parcel);
        for listener in listeners {
            let takes = if is_udp { listener.takes_udp() } else { listener.takes_tcp() };
            if !takes {
                continue;
            }
            let Some(parcel) = left else { return };
            let (inside, outside) = self.split(parcel, port, &[(listener.port.into(), listener.port.into())]);
            if let Some(parcel) = inside {
                self.take_up(parcel, node, listener);
            }
            left = outside;
        }
        if let Some(parcel) = left {
            self.find_no_listener(parcel, node);
        }
    }

    fn find_no_listener(&mut self, mut parcel: Parcel<'n>, node: Node<'n>) {
        let listeners = node.load_balancer.listeners.iter().flatten();
        let listed = listeners.map(|listener| format!("{} {}", listener.protocol, listener.port)).collect();
        let code = if node.is_classic() { Code::ClassicListenersMismatch } else { Code::ListenersMismatch };
        self.hop(&mut parcel, node.place(), Decision::Dropped);
        self.stop(&mut parcel, Finding::new(code, node.resource(), Evidence::Listed(listed)));
        self.finish(parcel, End::Stopped);
    }

    /// Does what a listener's rules say: which of them a request matches is not in the question (LB-9).
    fn take_up(&mut self, mut parcel: Parcel<'n>, node: Node<'n>, listener: &'n Listener) {
        let gap = |gap| (Code::NotDecidedByConfiguration, node.resource(), gap);
        match &listener.rules {
            Some(rules) => {
                let mut actions: Vec<&'n ListenerAction> = Vec::from([&listener.default_action]);
                actions.extend(rules.iter().filter(|rule| **rule != listener.default_action));
                self.under_each(
                    parcel,
                    gap(Gap::LoadBalancer(LoadBalancerGap::ListenerRule(listener.port))),
                    &actions,
                    |walk, parcel, action| {
                        walk.act(parcel, node, action);
                    },
                );
            }
            None => {
                self.lack(
                    &mut parcel,
                    Code::Missing,
                    node.resource(),
                    Gap::LoadBalancer(LoadBalancerGap::ListenerRules(listener.port)),
                );
                parcel.is_conjecture = true;
                self.act(parcel, node, &listener.default_action);
            }
        }
    }

    fn act(&mut self, mut parcel: Parcel<'n>, node: Node<'n>, action: &'n ListenerAction) {
        match action {
            ListenerAction::Answer => {
                self.hop(&mut parcel, node.place(), Decision::Passed);
                self.answer_from(parcel, node.interface);
            }
            ListenerAction::Unmodelled(_) => {
                self.hop(&mut parcel, node.place(), Decision::Unknown);
                self.give_up(parcel, Code::NotModelled, node.resource(), Gap::InterfaceNotModelled);
            }
            ListenerAction::Instances(port) => {
                let usable = self.usable_instances(node, *port);
                let whole = (0, Field::FirstTranslationAddress.last_value());
                self.spread(parcel, node, (None, usable), whole, false);
            }
            ListenerAction::Forward(groups) => self.forward_to_groups(parcel, node, groups),
        }
    }

    /// Spreads packets over target groups, evenly: their weights change shares, and no verdict.
    fn forward_to_groups(&mut self, mut parcel: Parcel<'n>, node: Node<'n>, groups: &'n [TargetGroupId]) {
        let Some((field, _)) = TRANSLATIONS.get(parcel.translations).copied() else {
            return self.give_up(parcel, Code::NotModelled, node.resource(), Gap::TooManyTranslations);
        };
        if groups.is_empty() {
            self.stop(&mut parcel, Finding::new(Code::ListenerHasNoTargets, node.resource(), Evidence::Nothing));
            return self.finish(parcel, End::Stopped);
        }
        let whole = (0, field.last_value());
        for (place, id) in groups.iter().enumerate() {
            let slice = slice(whole, place, groups.len());
            let set = self.space.range(field, slice.0, slice.1);
            let Some(parcel) = self.part(&parcel, set) else { continue };
            self.forward_to_group(parcel, node, id, slice);
        }
    }

    fn forward_to_group(&mut self, mut parcel: Parcel<'n>, node: Node<'n>, id: &'n TargetGroupId, slice: Slice) {
        let resource = Resource::TargetGroup(id.clone());
        let Some(group) = self.index.network.target_groups.get(id) else {
            return self.give_up(parcel, Code::Missing, resource, Gap::LoadBalancer(LoadBalancerGap::TargetGroup));
        };
        if group.kind == TargetKind::Lambda {
            // A function is called, not connected to: no packet goes on.
            self.hop(&mut parcel, node.place(), Decision::Passed);
            return self.answer_from(parcel, node.interface);
        }
        let Some(targets) = &group.targets else {
            return self.give_up(parcel, Code::Missing, resource, Gap::LoadBalancer(LoadBalancerGap::Targets));
        };
        let mut cross_zone = readings_of_cross_zone(node.load_balancer, group);
        let usable = |walk: &Self, cross_zone| walk.usable_targets(node, group, targets, cross_zone);
        if let [first, second] = *cross_zone.as_slice()
            && usable(self, first) == usable(self, second)
        {
            cross_zone.truncate(1);
        }
        let gap = (Code::Missing, node.resource(), Gap::LoadBalancer(LoadBalancerGap::CrossZone));
        self.under_each(parcel, gap, &cross_zone, |walk, parcel, cross_zone| {
            let found = usable(walk, cross_zone);
            let keeps_source = readings_of_source(node.load_balancer, group);
            let gap = (Code::Missing, resource.clone(), Gap::LoadBalancer(LoadBalancerGap::ClientAddressPreservation));
            walk.under_each(parcel, gap, &keeps_source, |walk, parcel, keeps_source| {
                walk.spread(parcel, node, (Some(group), found.clone()), slice, keeps_source);
            });
        });
    }

    /// Spreads packets evenly over the targets that take part: which one gets a connection is the load balancer's choice.
    fn spread(
        &mut self,
        mut parcel: Parcel<'n>,
        node: Node<'n>,
        (group, usable): (Option<&'n TargetGroup>, Usable<'n>),
        slice_of_group: Slice,
        keeps_source: bool,
    ) {
        let Some((field, port_field)) = TRANSLATIONS.get(parcel.translations).copied() else {
            return self.give_up(parcel, Code::NotModelled, node.resource(), Gap::TooManyTranslations);
        };
        let resource = group.map_or_else(|| node.resource(), |group| Resource::TargetGroup(group.id.clone()));
        let targets = match usable {
            Usable::Targets(targets) => targets,
            Usable::Pending(targets) => {
                self.lack(
                    &mut parcel,
                    Code::NotDecidedByConfiguration,
                    resource,
                    Gap::LoadBalancer(LoadBalancerGap::TargetHealth),
                );
                targets
            }
            Usable::NotTold(targets) => {
                parcel.assumptions.push(Assumption::TargetsTakePart { load_balancer: node.load_balancer.id.clone() });
                targets
            }
            Usable::AllUnhealthy(targets) => {
                let load_balancer = node.load_balancer.id.clone();
                parcel.assumptions.push(Assumption::UnhealthyTargetsTakePart { load_balancer });
                targets
            }
            Usable::None(code, listed) => {
                self.hop(&mut parcel, node.place(), Decision::Dropped);
                self.stop(&mut parcel, Finding::new(code, resource, Evidence::Listed(listed)));
                return self.finish(parcel, End::Stopped);
            }
        };
        for (place, (target, port)) in targets.iter().enumerate() {
            let slice = slice(slice_of_group, place, targets.len());
            let set = self.space.range(field, slice.0, slice.1);
            let Some(mut parcel) = self.part(&parcel, set) else { continue };
            parcel.translations += 1;
            match self.address_of_target(node, &target.id, &parcel) {
                Some(address) => self.send(parcel, node, (address, *port), keeps_source.then_some(()), port_field),
                None => {
                    let resource = Resource::Other(name_of(&target.id));
                    self.give_up(parcel, Code::Missing, resource, Gap::LoadBalancer(LoadBalancerGap::Target));
                }
            }
        }
    }

    /// Sends packets from a node to a target. `kept` says whether the client's address stays (LB-4).
    fn send(
        &mut self,
        mut parcel: Parcel<'n>,
        node: Node<'n>,
        (address, port): (IpAddr, u16),
        kept: Option<()>,
        port_field: Field,
    ) {
        let before = parcel.header;
        let is_same_family = before.destination.fixed_address().is_none_or(|own| own.is_ipv6() == address.is_ipv6());
        let keeps_source = kept.is_some() && is_same_family;
        let place = SessionPlace::LoadBalancer { node, keeps_source };
        parcel.sessions.push(Session { place, before, mapping: parcel.mapping });
        parcel.header.destination = Term::address(address);
        parcel.header = parcel.header.with_destination_port(Term::Value(port.into()));
        parcel.leg += 1;
        if keeps_source {
            // LB-7: the target would answer itself.
            if parcel.header.source == parcel.header.destination {
                self.hop(&mut parcel, node.place(), Decision::Dropped);
                let evidence = Evidence::Address(address);
                self.stop(&mut parcel, Finding::new(Code::LoadBalancerHairpin, node.resource(), evidence));
                return self.finish(parcel, End::Stopped);
            }
            // LB-6: rules of a target may name the load balancer's groups, and not the client's.
            parcel.references =
                References::Of(&node.interface.security_groups, Code::SecurityGroupReferencesNotPreserved);
        } else {
            let own = match address {
                IpAddr::V4(_) => node.interface.addresses.first().map(|own| IpAddr::V4(own.private)),
                IpAddr::V6(_) => node.interface.ipv6_addresses.first().copied().map(IpAddr::V6),
            };
            let Some(own) = own else {
                return self.give_up(
                    parcel,
                    Code::Missing,
                    node.resource(),
                    Gap::LoadBalancer(LoadBalancerGap::OfInterface),
                );
            };
            parcel.header.source = Term::address(own);
            parcel.header = parcel.header.with_source_port(Term::Field(port_field));
            parcel.references = References::ByAddress;
        }
        self.hop(&mut parcel, node.place(), Decision::Translated);
        for parcel in self.cross_security_groups(parcel, node.interface, Direction::Outbound) {
            self.leave_node(parcel, node);
        }
    }

    /// PW-10: what a classic load balancer sends meets its subnet's ACL even where the target is in the same subnet.
    fn leave_node(&mut self, parcel: Parcel<'n>, node: Node<'n>) {
        let subnet = if node.is_classic() { self.subnet(&node.interface.subnet) } else { None };
        let Some(subnet) = subnet else { return self.leave_subnet(parcel, &node.interface.subnet) };
        let inside = super::boundary::ranges_of(subnet);
        let (inside, outside) = self.split(parcel.clone(), parcel.header.destination, &inside);
        if let Some(parcel) = outside {
            self.leave_subnet(parcel, &node.interface.subnet);
        }
        if let Some(parcel) = inside {
            for parcel in self.cross_acl_as(parcel, subnet, Direction::Outbound, Code::ClassicAclRestriction) {
                self.leave_subnet(parcel, &subnet.id);
            }
        }
    }

    /// A reply to a client whose address the load balancer kept goes back to the node, whatever the target's routes say
    /// (LB-8); the network ACLs of both subnets see it.
    pub(super) fn hand_to_node(&mut self, parcel: Parcel<'n>, from: &'n NetworkInterface, node: Node<'n>) {
        let (Some(own), Some(other)) = (self.subnet(&from.subnet), self.subnet(&node.interface.subnet)) else {
            let resource = Resource::Subnet(from.subnet.clone());
            return self.give_up(parcel, Code::Missing, resource, Gap::Subnet);
        };
        if own.id == other.id {
            return self.return_through_load_balancer(parcel, node);
        }
        for parcel in self.cross_acl(parcel, own, Direction::Outbound) {
            for parcel in self.cross_acl(parcel, other, Direction::Inbound) {
                self.return_through_load_balancer(parcel, node);
            }
        }
    }

    /// A reply comes back to the node, which knows the connection, and goes on to the client.
    pub(super) fn return_through_load_balancer(&mut self, mut parcel: Parcel<'n>, node: Node<'n>) {
        let Some(session) = parcel.sessions.pop() else { return self.finish(parcel, End::Stopped) };
        parcel.header = session.before.swapped();
        parcel.mapping = session.mapping;
        parcel.leg += 1;
        self.hop(&mut parcel, node.place(), Decision::Translated);
        self.reply_from(parcel, node.interface);
    }
}

/// The part of a slice for one of several, so that all together are the slice.
fn slice((first, last): Slice, place: usize, count: usize) -> Slice {
    let (place, count) = (u128::try_from(place).unwrap_or(0), u128::try_from(count.max(1)).unwrap_or(1));
    let width = last - first + 1;
    (first + place * width / count, (first + (place + 1) * width / count).wrapping_sub(1))
}

/// Listeners, or targets with their health, in words that are AWS's own.
pub(super) type Listed = Vec<String>;
