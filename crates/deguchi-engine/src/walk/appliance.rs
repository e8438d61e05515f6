//! Appliances: machines that a route leads to with packets which are not for the internet, and which hand them on, or do not
//! (PW-4, RT-11, RT-19). What a guest does is in no snapshot: behind it the way is a guess, unless a probe has looked.

use core::net::IpAddr;

use deguchi_model::{Direction, Guest, NetworkInterface};

use super::{
    Finding, Parcel, References, Session, SessionPlace, Walk, boundary::ranges_of, edge_table::is_same_machine,
    instance_of, interface_place,
};
use crate::{
    answer::{Decision, InterfaceRole},
    reason::{Code, Evidence, Gap, Resource},
};

impl<'n> Walk<'_, 'n> {
    /// Lets packets through an appliance as they are: certain where a probe saw that it forwards and translates nothing, else
    /// a guess that tells what would become of them.
    pub(super) fn pass_appliance(&mut self, mut parcel: Parcel<'n>, inside: &'n NetworkInterface) {
        self.judge_appliance(&mut parcel, inside);
        let appliance = Resource::NetworkInterface(inside.id.clone());
        let network = self.index.network;
        let Some(instance) = instance_of(inside).and_then(|id| network.instances.get(id)) else {
            return self.give_up(parcel, Code::NotModelled, appliance, Gap::Appliance);
        };
        let is_ipv4 = parcel.header.source.fixed_address().is_none_or(|address| matches!(address, IpAddr::V4(_)));
        let guest = network.guests.get(&instance.id).filter(|_| is_ipv4);
        if let Some(guest) = guest {
            self.judge_forwarding(&mut parcel, &instance.id, guest);
        }
        let is_known = guest.is_some_and(|guest| guest.forwards_ipv4.is_some() && guest.drops_forwarded.is_some());
        let is_certain = is_known && instance.interfaces.len() == 1 && self.forwards_bare(inside);
        if !is_certain {
            self.lack(&mut parcel, Code::NotModelled, appliance, Gap::Appliance);
            parcel.is_conjecture = true;
        }
        let outside = self.interface_towards(&parcel, inside);
        if outside.id != inside.id {
            self.judge_forwarder(&mut parcel, outside);
        }
        let place = SessionPlace::Appliance { inside, minds: !is_certain };
        parcel.sessions.push(Session { place, before: parcel.header, mapping: parcel.mapping });
        // SG-13: rules behind it that name the sender's groups do not match.
        parcel.references = References::of_nobody(Code::SecurityGroupReferencesNotPreserved);
        for parcel in self.cross_security_groups(parcel, outside, Direction::Outbound) {
            self.leave_subnet(parcel, &outside.subnet);
        }
    }

    /// Judges what a probe saw of forwarding in a guest (NI-4).
    pub(super) fn judge_forwarding(
        &mut self,
        parcel: &mut Parcel<'n>,
        instance: &deguchi_model::InstanceId,
        guest: &Guest,
    ) {
        let mut stop = |code: Code, state: &str| {
            let resource = Resource::Instance(instance.clone());
            self.stop(parcel, Finding::new(code, resource, Evidence::State(state.into())));
        };
        if guest.forwards_ipv4 == Some(false) {
            stop(Code::NatInstanceForwardingOff, "net.ipv4.ip_forward = 0");
        }
        if guest.drops_forwarded == Some(true) {
            stop(Code::NatInstanceFirewall, "FORWARD: drop");
        }
    }

    /// The interface by which an appliance most likely hands packets on: the one in their destination's subnet, else the one
    /// they came in by.
    fn interface_towards(&self, parcel: &Parcel<'n>, inside: &'n NetworkInterface) -> &'n NetworkInterface {
        let network = self.index.network;
        let instance = instance_of(inside).and_then(|id| network.instances.get(id));
        let own = instance.into_iter().flat_map(|instance| &instance.interfaces);
        let mut own = own.filter_map(|own| network.network_interfaces.get(&own.interface));
        let wanted = parcel.header.destination.values(self.space, parcel.packets);
        let holds = |interface: &&NetworkInterface| {
            self.subnet(&interface.subnet).is_some_and(|subnet| wanted.is_within(&ranges_of(subnet)))
        };
        own.find(holds).unwrap_or(inside)
    }

    /// Lets a reply back through the appliance that the request passed, if it comes to one of its interfaces: returns it
    /// where it does not.
    pub(super) fn return_through_appliance(
        &mut self,
        mut parcel: Parcel<'n>,
        here: &'n NetworkInterface,
        from: Option<&'n deguchi_model::SubnetId>,
    ) -> Option<Parcel<'n>> {
        let Some(SessionPlace::Appliance { inside, .. }) = parcel.sessions.last().map(|session| session.place) else {
            return Some(parcel);
        };
        if !is_same_machine(inside, here) {
            return Some(parcel);
        }
        let Some(subnet) = self.subnet(&here.subnet) else { return Some(parcel) };
        parcel.sessions.pop();
        for mut parcel in self.enter_subnet(parcel, subnet, from) {
            self.judge_forwarder(&mut parcel, here);
            self.hop(&mut parcel, interface_place(here, InterfaceRole::Forwarder), Decision::Passed);
            self.leave_subnet(parcel, &inside.subnet);
        }
        None
    }

    /// A reply does not come back by the appliance that the request passed.
    pub(super) fn miss_appliance(&mut self, parcel: &mut Parcel<'n>, inside: &'n NetworkInterface, minds: bool) {
        if minds {
            let resource = Resource::NetworkInterface(inside.id.clone());
            self.lack(parcel, Code::NotModelled, resource, Gap::ApplianceOneWay);
        }
    }
}
