//! Interface endpoints as destinations: interfaces of AWS that a service answers behind (IE-1 to IE-7).
//!
//! Leaves out names: which of them lead here by private DNS (IE-2), `resolution` knows.

use deguchi_model::{Direction, EndpointState, NetworkInterface, VpcEndpointKind};

use super::{End, Finding, Parcel, Walk, interface_place};
use crate::{
    answer::{Decision, InterfaceRole, Place},
    header::HeaderPorts,
    reason::{Code, Evidence, Gap, Resource},
};

impl<'n> Walk<'_, 'n> {
    /// A request comes to an interface of an endpoint, whose groups have to let it in (IE-1); the service answers.
    pub(super) fn arrive_at_interface_endpoint(&mut self, mut parcel: Parcel<'n>, interface: &'n NetworkInterface) {
        let own = Resource::NetworkInterface(interface.id.clone());
        let Some(endpoint) = self.index.vpc_endpoint_of(&interface.id) else {
            self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Unknown);
            return self.give_up(parcel, Code::Missing, own, Gap::EndpointOfInterface);
        };
        if !matches!(endpoint.kind, VpcEndpointKind::Interface { .. }) {
            self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Unknown);
            return self.give_up(parcel, Code::NotModelled, own, Gap::InterfaceNotModelled);
        }
        let resource = Resource::VpcEndpoint(endpoint.id.clone());
        for mut parcel in self.cross_security_groups(parcel, interface, Direction::Inbound) {
            self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Passed);
            if let EndpointState::NotAvailable(state) = &endpoint.state {
                let evidence = Evidence::State(state.clone());
                self.stop(&mut parcel, Finding::new(Code::BadState, resource.clone(), evidence));
            }
            match parcel.header.ports {
                HeaderPorts::Tcp { .. } => self.ask_service(&mut parcel, Some(endpoint)),
                HeaderPorts::Udp { .. } => {}
                HeaderPorts::Echo { .. } => {
                    // IE-4: it answers no ping, whatever its groups allow.
                    self.stop(
                        &mut parcel,
                        Finding::new(Code::ProtocolRestriction, resource.clone(), Evidence::Nothing),
                    );
                    self.finish(parcel, End::Stopped);
                    continue;
                }
            }
            self.hop(&mut parcel, Place::VpcEndpoint(endpoint.id.clone()), Decision::Passed);
            self.answer_from(parcel, interface);
        }
    }

    /// IE-4: what stands behind an endpoint starts no connection into the VPC.
    pub(super) fn judge_endpoint_as_source(&mut self, parcel: &mut Parcel<'n>, interface: &'n NetworkInterface) {
        if interface.kind != deguchi_model::InterfaceKind::VpcEndpoint {
            return;
        }
        let resource = match self.index.vpc_endpoint_of(&interface.id) {
            Some(endpoint) => Resource::VpcEndpoint(endpoint.id.clone()),
            None => Resource::NetworkInterface(interface.id.clone()),
        };
        self.stop(parcel, Finding::new(Code::EndpointStartsNoConnection, resource, Evidence::Nothing));
    }
}
