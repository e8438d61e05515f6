//! VPC peering connections: from one VPC straight into another, and no further (PX-1, PX-2).

use deguchi_model::{PeeringConnection, PeeringConnectionId, PeeringSide, PeeringStatus, Route};

use super::{End, Finding, Parcel, References, SessionPlace, Walk, boundary::From};
use crate::{
    answer::{Decision, Place},
    reason::{Code, Evidence, Gap, Heading, Resource},
};

impl<'n> Walk<'_, 'n> {
    /// Takes packets, of a request or of a reply, into the VPC at the other end of a peering connection.
    pub(super) fn cross_peering(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n PeeringConnectionId,
        route: &Route,
        from: From<'n>,
    ) {
        let resource = Resource::PeeringConnection(id.clone());
        let place = Place::PeeringConnection(id.clone());
        let Some(connection) = self.index.network.peering_connections.get(id) else {
            self.hop(&mut parcel, place, Decision::Unknown);
            return self.give_up(parcel, Code::Missing, resource, Gap::RouteTarget(route.clone()));
        };
        if let PeeringStatus::NotActive(status) = &connection.status {
            let evidence = Evidence::State(status.clone());
            self.stop(&mut parcel, Finding::new(Code::BadState, resource.clone(), evidence));
        }
        let Some((own, far)) = connection.sides_from(from.vpc) else {
            if parcel.reasons.is_empty() {
                return self.give_up(parcel, Code::Missing, resource, Gap::RouteTarget(route.clone()));
            }
            return self.finish(parcel, End::Stopped);
        };
        let Some(parcel) = self.take_transit(parcel, own, far, &place, &resource) else { return };
        self.enter_far_side(parcel, connection, own, far);
    }

    /// PX-2: a peering connection carries only what goes from one of its VPCs to the other. Returns what does.
    fn take_transit(
        &mut self,
        parcel: Parcel<'n>,
        own: &'n PeeringSide,
        far: &'n PeeringSide,
        place: &Place,
        resource: &Resource,
    ) -> Option<Parcel<'n>> {
        let mut left = Some(parcel);
        for is_source in [true, false] {
            let parcel = left?;
            let (term, side) = if is_source { (parcel.header.source, own) } else { (parcel.header.destination, far) };
            let ranges = self.index.ranges_of_side(side);
            // Of a VPC elsewhere, whose ranges the connection does not print, nothing is known.
            let (inside, outside) =
                if ranges.is_empty() { (Some(parcel), None) } else { self.split(parcel, term, ranges.ranges()) };
            if let Some(mut parcel) = outside {
                self.hop(&mut parcel, place.clone(), Decision::Dropped);
                let address = term.values(self.space, parcel.packets).only();
                let evidence = address.map_or(Evidence::Nothing, Evidence::Address);
                self.stop(&mut parcel, Finding::new(Code::PeeringNeedsAddressInVpc, resource.clone(), evidence));
                self.finish(parcel, End::Stopped);
            }
            left = inside;
        }
        left
    }

    fn enter_far_side(
        &mut self,
        mut parcel: Parcel<'n>,
        connection: &'n PeeringConnection,
        own: &'n PeeringSide,
        far: &'n PeeringSide,
    ) {
        let place = Place::PeeringConnection(connection.id.clone());
        let Some(vpc) = far.vpc.as_ref().filter(|vpc| self.index.network.vpcs.contains_key(*vpc)) else {
            self.hop(&mut parcel, place, Decision::Unknown);
            let resource = match &far.vpc {
                Some(vpc) => Resource::Vpc(vpc.clone()),
                None => Resource::PeeringConnection(connection.id.clone()),
            };
            let gap = Gap::VpcElsewhere { owner: far.owner.clone(), region: far.region.clone() };
            return self.give_up(parcel, Code::Missing, resource, gap);
        };
        self.hop(&mut parcel, place, Decision::Passed);
        if !crate::index::is_same_region(own, far) {
            // SG-12: between regions rules name addresses.
            parcel.references = References::of_nobody(Code::SecurityGroupReferencesNotPreserved);
        }
        self.deliver_local(parcel, vpc, None);
    }

    /// NG-13: what a NAT gateway sent over a peering connection is answered over it, whatever the routes say. Returns the
    /// connection and the side that replies.
    pub(super) fn peering_of_nat_gateway(&self, parcel: &Parcel<'n>) -> Option<&'n PeeringConnection> {
        let SessionPlace::NatGateway(_) = parcel.sessions.last()?.place else { return None };
        let forward = parcel.hops.iter().rev().filter(|hop| hop.heading == Heading::Forward);
        let behind = forward.take_while(|hop| !matches!(hop.place, Place::NatGateway(_)));
        let id = behind.into_iter().find_map(|hop| match &hop.place {
            Place::PeeringConnection(id) => Some(id),
            _ => None,
        })?;
        self.index.network.peering_connections.get(id)
    }

    /// Sends a reply back over the peering connection that a NAT gateway's request came by: past the ACL, by no route.
    pub(super) fn return_to_sender(
        &mut self,
        parcel: Parcel<'n>,
        connection: &'n PeeringConnection,
        subnet: &'n deguchi_model::Subnet,
    ) {
        let Some((own, far)) = connection.sides_from(&subnet.vpc) else { return self.leave_subnet(parcel, &subnet.id) };
        for parcel in self.cross_acl(parcel, subnet, deguchi_model::Direction::Outbound) {
            self.enter_far_side(parcel, connection, own, far);
        }
    }
}
