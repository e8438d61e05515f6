//! NAT instances: a route to an interface whose machine forwards (PW-21, NI-1 to NI-7).

use core::net::IpAddr;

use deguchi_model::{
    Direction, Guest, Instance, NetworkInterface, Route, RouteTable, RouteTarget, RulePeer, SourceDestinationCheck,
};

use super::{
    End, Finding, Mapping, Parcel, Session, SessionPlace, Walk,
    boundary::{From, places_of},
    instance_of, interface_place, other,
};
use crate::{
    AddressSet, Assumption,
    answer::{Decision, InterfaceRole, Place},
    header::Term,
    reason::{Code, Evidence, Gap, Resource, RuleReference},
    route::{Choice, look_up},
};

impl<'n> Walk<'_, 'n> {
    /// Brings a request to the interface that a route targets.
    pub(super) fn enter_nat_instance(
        &mut self,
        mut parcel: Parcel<'n>,
        table: &'n RouteTable,
        route: &'n Route,
        from: From<'n>,
    ) {
        let Some(inside) = self.target_interface(&route.target) else {
            self.hop(&mut parcel, Place::Other(alloc::format!("{}", route.target)), Decision::Unknown);
            return self.give_up(parcel, Code::Missing, other(&route.target), Gap::RouteTarget(route.clone()));
        };
        // What is addressed to the interface itself is not forwarded: it has arrived.
        let (own, foreign) = self.split(parcel.clone(), parcel.header.destination, places_of(inside).ranges());
        if let Some(parcel) = own {
            self.deliver_local(parcel, from.vpc, from.subnet_id());
        }
        let Some(mut parcel) = foreign else { return };
        let resource = Resource::NetworkInterface(inside.id.clone());
        // NI-5: what the machine itself has sent comes back to it, which takes in nothing from an address of its own.
        let sent = parcel.header.source.fixed_address();
        let is_own = sent.is_some_and(|sent| self.places_of_machine(inside).contains(sent));
        if is_own || parcel.passed.contains(&resource) {
            let subnet = from.subnet_id();
            self.stop(&mut parcel, Finding::of_route(Code::RoutingLoop, table, subnet, Some(route)));
            return self.finish(parcel, End::Stopped);
        }
        parcel.passed.push(resource);
        let Some(subnet) = self.subnet(&inside.subnet) else {
            return self.give_up(parcel, Code::Missing, Resource::Subnet(inside.subnet.clone()), Gap::Subnet);
        };
        for mut parcel in self.enter_subnet(parcel, subnet, from.subnet_id()) {
            self.judge_forwarder(&mut parcel, inside);
            for mut parcel in self.cross_security_groups(parcel, inside, Direction::Inbound) {
                self.hop(&mut parcel, interface_place(inside, InterfaceRole::Forwarder), Decision::Passed);
                self.note_group_references(&mut parcel);
                self.forward(parcel, inside);
            }
        }
    }

    /// The interface that a route means.
    pub(super) fn target_interface(&self, target: &RouteTarget) -> Option<&'n NetworkInterface> {
        let network = self.index.network;
        match target {
            RouteTarget::NetworkInterface(id) => network.network_interfaces.get(id),
            RouteTarget::Instance(id) => {
                let primary = network.instances.get(id)?.interfaces.first()?;
                network.network_interfaces.get(&primary.interface)
            }
            _ => None,
        }
    }

    /// Whether an interface takes in what is not addressed to it (PW-4, NI-2).
    pub(super) fn judge_forwarder(&mut self, parcel: &mut Parcel<'n>, interface: &'n NetworkInterface) {
        let resource = || match instance_of(interface) {
            Some(instance) => Resource::Instance(instance.clone()),
            None => Resource::NetworkInterface(interface.id.clone()),
        };
        match interface.source_destination_check {
            SourceDestinationCheck::Off => {}
            SourceDestinationCheck::On => {
                let evidence = Evidence::State(alloc::format!("{}", interface.id));
                self.stop(parcel, Finding::new(Code::SourceDestinationCheck, resource(), evidence));
            }
            SourceDestinationCheck::Unknown => {
                let resource = Resource::NetworkInterface(interface.id.clone());
                self.lack(parcel, Code::Missing, resource, Gap::SourceDestinationCheck);
            }
        }
    }

    /// NI-7: whether a group reference matches what a client sends through a NAT instance is not documented.
    fn note_group_references(&self, parcel: &mut Parcel<'n>) {
        let Some(Decision::Allowed { by }) = parcel
            .hops
            .iter()
            .rev()
            .find(|hop| matches!(hop.place, Place::SecurityGroups { .. }))
            .map(|hop| &hop.decision)
        else {
            return;
        };
        let is_reference = |rule: &RuleReference| match rule {
            RuleReference::SecurityGroup(_, rule) => matches!(rule.peer, RulePeer::SecurityGroup(_)),
            RuleReference::NetworkAcl(_) => false,
        };
        if let Some(RuleReference::SecurityGroup(group, _)) = by.iter().find(|rule| is_reference(rule))
            && by.iter().all(is_reference)
        {
            parcel.assumptions.push(Assumption::GroupReferenceAtNatInstance { group: group.clone() });
        }
    }

    /// Whether there is a machine behind an interface that could forward, and whether it runs (NI-6).
    pub(super) fn judge_appliance(&mut self, parcel: &mut Parcel<'n>, interface: &'n NetworkInterface) {
        self.judge_machine(parcel, interface);
        if interface.attachment.is_none() {
            let resource = Resource::NetworkInterface(interface.id.clone());
            self.stop(parcel, Finding::new(Code::BadState, resource, Evidence::State("available".into())));
        }
    }

    /// Lets the guest forward: masquerading for the internet; anything else is an appliance's secret.
    fn forward(&mut self, parcel: Parcel<'n>, inside: &'n NetworkInterface) {
        let appliance = Resource::NetworkInterface(inside.id.clone());
        let public = AddressSet::public_ipv4();
        let (public, private) = self.split(parcel.clone(), parcel.header.destination, public.ranges());
        if let Some(parcel) = private {
            self.pass_appliance(parcel, inside);
        }
        let Some(mut parcel) = public else { return };
        let Some(id) = instance_of(inside) else {
            // Nobody is behind it: a spare interface, or a service's.
            let state = if inside.attachment.is_some() { "attached to no instance" } else { "available" };
            let evidence = Evidence::State(state.into());
            self.stop(&mut parcel, Finding::new(Code::BadState, appliance, evidence));
            return self.finish(parcel, End::Stopped);
        };
        let Some(instance) = self.index.network.instances.get(id) else {
            return self.give_up(parcel, Code::Missing, Resource::Instance(id.clone()), Gap::Appliance);
        };
        self.judge_machine(&mut parcel, inside);
        let guest = self.index.network.guests.get(id);
        let seen = guest.and_then(|guest| self.index.network.network_interfaces.get(guest.default_interface.as_ref()?));
        let outside = match seen {
            Some(seen) => seen,
            None => self.interface_that_leads_out(instance, inside),
        };
        let Some(address) = outside.addresses.first() else {
            return self.give_up(parcel, Code::NotModelled, appliance, Gap::Appliance);
        };
        if !guest.is_some_and(|guest| self.judge_guest(&mut parcel, instance, guest, outside)) {
            let assumption = Assumption::NatInstanceForwards { instance: id.clone(), out: outside.id.clone() };
            parcel.assumptions.push(assumption);
        }
        if guest.is_some_and(|guest| does_not_masquerade(guest, outside)) {
            return self.forward_bare(parcel, instance, inside, outside);
        }
        let before = parcel.header;
        parcel.header.source = Term::address(IpAddr::V4(address.private));
        let place = SessionPlace::NatInstance { instance, inside, outside };
        parcel.sessions.push(Session { place, before, mapping: parcel.mapping });
        parcel.mapping = Mapping::NatInstance(&instance.id);
        parcel.leg += 1;
        self.hop(&mut parcel, Place::NatInstance(id.clone()), Decision::Translated);
        for parcel in self.cross_security_groups(parcel, outside, Direction::Outbound) {
            self.leave_subnet(parcel, &outside.subnet);
        }
    }

    /// Lets packets out of a guest with the client's address: by PW-4 only past a check that is off, and the internet gateway
    /// maps the address where it has a public one (IG-1). The reply comes past the instance, unless an edge table leads it back.
    fn forward_bare(
        &mut self,
        mut parcel: Parcel<'n>,
        instance: &'n Instance,
        inside: &'n NetworkInterface,
        outside: &'n NetworkInterface,
    ) {
        self.judge_forwarder(&mut parcel, outside);
        let place = SessionPlace::Appliance { inside, minds: false };
        parcel.sessions.push(Session { place, before: parcel.header, mapping: parcel.mapping });
        parcel.mapping = Mapping::Bare(&instance.id);
        parcel.leg += 1;
        self.hop(&mut parcel, Place::NatInstance(instance.id.clone()), Decision::Passed);
        for parcel in self.cross_security_groups(parcel, outside, Direction::Outbound) {
            self.leave_subnet(parcel, &outside.subnet);
        }
    }

    /// Whether the guest behind an interface is known to translate nothing, by whichever of its interfaces.
    pub(super) fn forwards_bare(&self, interface: &NetworkInterface) -> bool {
        let network = self.index.network;
        let Some(id) = instance_of(interface) else { return false };
        let (Some(guest), Some(instance)) = (network.guests.get(id), network.instances.get(id)) else { return false };
        let mut own = instance.interfaces.iter().map(|own| network.network_interfaces.get(&own.interface));
        own.all(|own| own.is_some_and(|own| does_not_masquerade(guest, own)))
    }

    /// Judges what a probe saw in the guest (NI-4). Returns whether nothing is left to assume.
    fn judge_guest(
        &mut self,
        parcel: &mut Parcel<'n>,
        instance: &'n Instance,
        guest: &'n Guest,
        outside: &'n NetworkInterface,
    ) -> bool {
        self.judge_forwarding(parcel, &instance.id, guest);
        let is_masqueraded = guest.masquerade.as_ref().map(|masquerade| {
            let is_on = masquerade.on.contains(&outside.id);
            let may_be = !does_not_masquerade(guest, outside);
            is_on || !may_be
        });
        guest.forwards_ipv4.is_some() && guest.drops_forwarded.is_some() && is_masqueraded == Some(true)
    }

    /// The interface on which the guest most likely has its default route: one whose subnet leads to an internet
    /// gateway and which has a public address; else one whose subnet does; of several the first by device index, as of none
    /// (PW-1). The answer says which was taken, as an assumption.
    fn interface_that_leads_out(
        &mut self,
        instance: &'n Instance,
        inside: &'n NetworkInterface,
    ) -> &'n NetworkInterface {
        let network = self.index.network;
        let mut own: alloc::vec::Vec<_> = instance.interfaces.iter().collect();
        own.sort_by_key(|own| own.device_index);
        let mut best: Option<(u8, &'n NetworkInterface)> = None;
        for interface in own.into_iter().filter_map(|own| network.network_interfaces.get(&own.interface)) {
            let has_public = interface.addresses.first().is_some_and(|address| address.public.is_some());
            let leads_out = self.leads_to_internet(interface);
            let rank = u8::from(leads_out) + u8::from(leads_out && has_public);
            if best.is_none_or(|(known, _)| rank > known) {
                best = Some((rank, interface));
            }
        }
        best.map_or(inside, |(_, interface)| interface)
    }

    /// Whether the subnet of an interface routes any public address to an internet gateway. The packets at hand do not
    /// matter: the guest's default route does not depend on them.
    fn leads_to_internet(&mut self, interface: &NetworkInterface) -> bool {
        let table = self.subnet(&interface.subnet).and_then(|subnet| self.index.table_of(subnet));
        let Some(table) = table else { return false };
        let ranked = self.index.routes_of(&table.id);
        let destination = Term::Field(crate::packet_set::Field::Destination);
        let packets = destination.within(self.space, AddressSet::public_ipv4().ranges());
        let (choices, _) = look_up(self.space, ranked, destination, packets, &[]);
        choices.iter().any(|(choice, _)| match choice {
            Choice::Route(route) => matches!(route.target, RouteTarget::InternetGateway(_)),
            Choice::Tied(_) | Choice::None => false,
        })
    }

    /// A reply comes back to the NAT instance, which knows the connection, and goes on to the client.
    pub(super) fn return_through_nat_instance(&mut self, mut parcel: Parcel<'n>) {
        let Some(session) = parcel.sessions.pop() else { return self.finish(parcel, End::Stopped) };
        let SessionPlace::NatInstance { instance, inside, .. } = session.place else {
            return self.finish(parcel, End::Stopped);
        };
        parcel.header = session.before.swapped();
        parcel.mapping = session.mapping;
        parcel.leg += 1;
        self.hop(&mut parcel, Place::NatInstance(instance.id.clone()), Decision::Translated);
        self.leave_subnet(parcel, &inside.subnet);
    }
}

/// Whether a guest is known to let packets out by an interface with the addresses that they have.
fn does_not_masquerade(guest: &Guest, outside: &NetworkInterface) -> bool {
    guest.masquerade.as_ref().is_some_and(|masquerade| {
        let is_or_may_be = masquerade.on.contains(&outside.id) || masquerade.partly_on.contains(&outside.id);
        !is_or_may_be && masquerade.known.contains(&outside.id)
    })
}
