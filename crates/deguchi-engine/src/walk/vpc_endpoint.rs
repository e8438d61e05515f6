//! Gateway endpoints for S3 and DynamoDB (GE-1 to GE-11).

use deguchi_model::{EndpointState, Route, RouteTable, VpcEndpoint, VpcEndpointId, VpcEndpointKind};

use super::{
    End, Finding, Parcel, SessionPlace, Walk,
    boundary::{From, local_ranges},
};
use crate::{
    answer::{Decision, Place},
    header::HeaderPorts,
    reason::{Code, Evidence, Gap, Resource},
};

impl<'n> Walk<'_, 'n> {
    /// Brings a request to the endpoint that a route targets; the service behind it answers.
    pub(super) fn enter_endpoint(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n VpcEndpointId,
        (table, route): (&'n RouteTable, &'n Route),
        from: From<'n>,
    ) {
        let resource = Resource::VpcEndpoint(id.clone());
        let place = Place::VpcEndpoint(id.clone());
        let Some(endpoint) = self.index.network.vpc_endpoints.get(id) else {
            self.hop(&mut parcel, place, Decision::Unknown);
            return self.give_up(parcel, Code::Missing, resource, Gap::RouteTarget(route.clone()));
        };
        match &endpoint.kind {
            VpcEndpointKind::Gateway { .. } => {}
            VpcEndpointKind::GatewayLoadBalancer { .. } => {
                return self.enter_inspection(parcel, endpoint, (table, route), from);
            }
            VpcEndpointKind::Interface { .. } | VpcEndpointKind::Unmodelled(_) => {
                return self.not_modelled(parcel, route);
            }
        }
        if let EndpointState::NotAvailable(state) = &endpoint.state {
            let evidence = Evidence::State(state.clone());
            self.stop(&mut parcel, Finding::new(Code::BadState, resource.clone(), evidence));
        }
        if !self.is_ipv4(&parcel) {
            return self.give_up(parcel, Code::NotDecidedByConfiguration, resource, Gap::EndpointAddressFamily);
        }
        let Some(mut parcel) = self.refuse_from_outside(parcel, endpoint) else { return };
        match parcel.header.ports {
            HeaderPorts::Tcp { .. } => self.ask_service(&mut parcel, Some(endpoint)),
            HeaderPorts::Echo { .. } => {}
            HeaderPorts::Udp { .. } => {
                self.stop(&mut parcel, Finding::new(Code::GatewayEndpointProtocol, resource, Evidence::Nothing));
            }
        }
        self.hop(&mut parcel, place.clone(), Decision::Passed);
        // The service answers from the address it was asked at, and the endpoint hands the reply to the VPC.
        self.turn(&mut parcel);
        self.hop(&mut parcel, place, Decision::Passed);
        self.reenter_vpc(parcel, from.vpc);
    }

    /// A gateway endpoint serves its own VPC only, not what comes over a peering connection or a transit gateway (GE-4): drops
    /// packets whose source is no address of the VPC. Returns the others.
    fn refuse_from_outside(&mut self, parcel: Parcel<'n>, endpoint: &'n VpcEndpoint) -> Option<Parcel<'n>> {
        let Some(vpc) = self.index.network.vpcs.get(&endpoint.vpc) else { return Some(parcel) };
        // A regional NAT gateway may show its public address, and stands in the VPC all the same (NG-20).
        if let Some(SessionPlace::NatGateway(nat)) = parcel.sessions.last().map(|session| session.place)
            && nat.vpc == endpoint.vpc
        {
            return Some(parcel);
        }
        let (inside, outside) = self.split(parcel.clone(), parcel.header.source, &local_ranges(vpc));
        if let Some(mut parcel) = outside {
            let resource = Resource::VpcEndpoint(endpoint.id.clone());
            self.hop(&mut parcel, Place::VpcEndpoint(endpoint.id.clone()), Decision::Dropped);
            self.stop(&mut parcel, Finding::new(Code::GatewayEndpointServesItsOwnVpc, resource, Evidence::Nothing));
            self.finish(parcel, End::Stopped);
        }
        inside
    }
}
