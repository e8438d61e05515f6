//! NAT gateways: four legs, four crossings of network ACLs (PW-16 to PW-23, NG-1 to NG-24).

use alloc::{string::ToString, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{
    Connectivity, NatGateway, NatGatewayId, NatGatewayPlacement, NatGatewayState, Route, RouteTable, SubnetId,
};

use super::{End, Finding, Mapping, Parcel, Session, SessionPlace, Walk, boundary::From};
use crate::{
    Assumption,
    address_set::{NAT64, address_at},
    answer::{Decision, Place},
    header::Term,
    packet_set::Field,
    reason::{Code, Evidence, Gap, Resource},
};

/// The fields of each translation in a row: which address it chose, and which port.
pub(super) const TRANSLATIONS: [(Field, Field); 2] = [
    (Field::FirstTranslationAddress, Field::FirstTranslationPort),
    (Field::SecondTranslationAddress, Field::SecondTranslationPort),
];

impl<'n> Walk<'_, 'n> {
    /// Brings a request to the NAT gateway that a route targets.
    pub(super) fn enter_nat_gateway(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n NatGatewayId,
        table: &'n RouteTable,
        route: &'n Route,
        from: From<'n>,
    ) {
        let resource = Resource::NatGateway(id.clone());
        let place = Place::NatGateway(id.clone());
        let Some(nat) = self.index.network.nat_gateways.get(id) else {
            self.hop(&mut parcel, place, Decision::Unknown);
            return self.give_up(parcel, Code::Missing, resource, Gap::RouteTarget(route.clone()));
        };
        if parcel.passed.contains(&resource) {
            // PW-22: the gateway's own packets come back to it.
            let subnet = from.subnet_id();
            self.stop(&mut parcel, Finding::of_route(Code::RoutingLoop, table, subnet, Some(route)));
            return self.finish(parcel, End::Stopped);
        }
        parcel.passed.push(resource.clone());
        self.judge_nat_gateway(&mut parcel, nat);
        if nat.state == NatGatewayState::Deleted {
            return self.finish(parcel, End::Stopped);
        }
        if !self.is_ipv4(&parcel) {
            let Some(nat64) = self.refuse_ipv6(parcel, nat, place.clone()) else { return };
            parcel = nat64;
        }
        for appliance in &nat.attached_appliances {
            let gap = Gap::NatGatewayAppliance(appliance.clone());
            self.lack(&mut parcel, Code::NotModelled, resource.clone(), gap);
        }
        match &nat.placement {
            NatGatewayPlacement::Zonal(id) => {
                let Some(subnet) = self.subnet(id) else {
                    self.hop(&mut parcel, place, Decision::Unknown);
                    return self.give_up(parcel, Code::Missing, Resource::Subnet(id.clone()), Gap::Subnet);
                };
                // PW-17: the ACL sees the client's address here, and the remote one on the way back, never the gateway's.
                for parcel in self.enter_subnet(parcel, subnet, from.subnet_id()) {
                    for parcel in self.translate(parcel, nat, None) {
                        self.leave_subnet(parcel, id);
                    }
                }
            }
            NatGatewayPlacement::Regional { route_table, zones_are_automatic } => {
                let zone = from.subnet.and_then(|subnet| subnet.availability_zone.as_ref());
                let serves = |address: &deguchi_model::NatGatewayAddress| match (zone, &address.availability_zone) {
                    (Some(zone), Some(served)) => zone == served,
                    _ => true,
                };
                let has_own_zone = nat.addresses.iter().any(serves);
                if !has_own_zone && !*zones_are_automatic {
                    let state = zone.map_or_else(|| "?".to_string(), ToString::to_string);
                    let evidence = Evidence::State(state);
                    self.stop(&mut parcel, Finding::new(Code::RegionalNatGatewayZone, resource, evidence));
                }
                let assumption = Assumption::RegionalNatGatewayWithoutNetworkAcl { nat_gateway: nat.id.clone() };
                parcel.assumptions.push(assumption);
                let table = route_table.as_ref();
                // NG-20: until it has grown into a zone, another zone's addresses serve it.
                let zone = zone.filter(|_| has_own_zone);
                for parcel in self.translate(parcel, nat, zone) {
                    self.leave_regional(parcel, nat, table, from);
                }
            }
            NatGatewayPlacement::Unknown => {
                self.hop(&mut parcel, place, Decision::Unknown);
                self.give_up(parcel, Code::Missing, resource, Gap::NatGatewayPlacement);
            }
        }
    }

    /// Whether a NAT gateway works (NG-2).
    fn judge_nat_gateway(&mut self, parcel: &mut Parcel<'n>, nat: &'n NatGateway) {
        match &nat.state {
            NatGatewayState::Available => {}
            NatGatewayState::Pending | NatGatewayState::Failed(_) | NatGatewayState::Deleted => {
                self.stop(parcel, bad_state(nat));
            }
            // One that is being deleted may still carry traffic; of an unknown state nobody knows.
            NatGatewayState::Deleting => self.lack_state(parcel, nat, "deleting"),
            NatGatewayState::Unmodelled(state) => self.lack_state(parcel, nat, state),
        }
    }

    fn lack_state(&mut self, parcel: &mut Parcel<'n>, nat: &NatGateway, state: &str) {
        let resource = Resource::NatGateway(nat.id.clone());
        self.lack(parcel, Code::BadState, resource, Gap::NatGatewayState(state.to_string()));
    }

    /// A NAT gateway carries no plain IPv6; what is for `64:ff9b::/96` it translates (NG-11), and is returned.
    fn refuse_ipv6(&mut self, parcel: Parcel<'n>, nat: &'n NatGateway, place: Place) -> Option<Parcel<'n>> {
        let (nat64, plain) = self.split(parcel.clone(), parcel.header.destination, &[NAT64]);
        if let Some(mut parcel) = plain {
            self.hop(&mut parcel, place, Decision::Dropped);
            let resource = Resource::NatGateway(nat.id.clone());
            self.stop(&mut parcel, Finding::new(Code::ProtocolRestriction, resource, Evidence::Nothing));
            self.finish(parcel, End::Stopped);
        }
        nat64
    }

    /// Gives packets an address and a port of a NAT gateway: one parcel for each address it may choose (NG-14).
    fn translate(
        &mut self,
        mut parcel: Parcel<'n>,
        nat: &'n NatGateway,
        zone: Option<&deguchi_model::AvailabilityZone>,
    ) -> Vec<Parcel<'n>> {
        let resource = Resource::NatGateway(nat.id.clone());
        let place = Place::NatGateway(nat.id.clone());
        let in_zone = |address: &&deguchi_model::NatGatewayAddress| {
            address.availability_zone.is_none() || zone.is_none() || address.availability_zone.as_ref() == zone
        };
        let usable = |address: &&deguchi_model::NatGatewayAddress| address.is_usable;
        let has_own = |address: &&deguchi_model::NatGatewayAddress| address.private.or(address.public).is_some();
        let mut addresses: Vec<_> = nat.addresses.iter().filter(has_own).filter(usable).filter(in_zone).collect();
        if addresses.is_empty() {
            // None is fit: go on with whichever there is, to see what else is wrong.
            addresses = nat.addresses.iter().filter(has_own).take(1).collect();
            let is_told = matches!(nat.state, NatGatewayState::Pending | NatGatewayState::Failed(_));
            if !is_told {
                let evidence = Evidence::State("no usable address".to_string());
                self.stop(&mut parcel, Finding::new(Code::BadState, resource.clone(), evidence));
            }
        }
        if addresses.is_empty() {
            self.hop(&mut parcel, place, Decision::Dropped);
            self.finish(parcel, End::Stopped);
            return Vec::new();
        }
        let Some((address_field, port_field)) = TRANSLATIONS.get(parcel.translations).copied() else {
            self.give_up(parcel, Code::NotModelled, resource, Gap::TooManyTranslations);
            return Vec::new();
        };
        let mut parcels = Vec::new();
        let count = u128::try_from(addresses.len()).unwrap_or(1);
        for (chosen, address) in (0_u128..).zip(addresses) {
            // Connections are taken to be spread evenly over the addresses.
            let last = address_field.last_value() + 1;
            let set = self.space.range(address_field, chosen * last / count, (chosen + 1) * last / count - 1);
            let Some(mut parcel) = self.part(&parcel, set) else { continue };
            let before = parcel.header;
            let Some(own) = address.private.or(address.public) else { continue };
            if !self.is_ipv4(&parcel) {
                parcel.header = parcel.header.out_of_nat64();
            }
            parcel.header.source = Term::address(own.into());
            parcel.header = parcel.header.with_source_port(Term::Field(port_field));
            parcel.sessions.push(Session { place: SessionPlace::NatGateway(nat), before, mapping: parcel.mapping });
            parcel.mapping =
                Mapping::NatGateway(&nat.id, address.public.filter(|_| nat.connectivity == Connectivity::Public));
            parcel.leg += 1;
            parcel.translations += 1;
            self.hop(&mut parcel, place.clone(), Decision::Translated);
            if let Some(range) = self.index.open().range_of(&nat.vpc, own.into()) {
                self.lack(&mut parcel, Code::Missing, resource.clone(), Gap::AddressLater(range));
            }
            parcels.push(parcel);
        }
        parcels
    }

    /// Routes packets of a regional NAT gateway by its own table (NG-21).
    fn leave_regional(
        &mut self,
        parcel: Parcel<'n>,
        nat: &'n NatGateway,
        table: Option<&deguchi_model::RouteTableId>,
        from: From<'n>,
    ) {
        match table.and_then(|id| self.index.network.route_tables.get(id)) {
            Some(table) => self.route(parcel, table, From { vpc: from.vpc, subnet: None }),
            None => {
                let resource = Resource::NatGateway(nat.id.clone());
                self.give_up(parcel, Code::Missing, resource, Gap::RouteTableOfNatGateway);
            }
        }
    }

    /// A NAT gateway takes no connection from anybody, and answers no ping (NG-9).
    pub(super) fn arrive_at_nat_gateway(&mut self, mut parcel: Parcel<'n>, nat: &'n NatGateway) {
        let resource = Resource::NatGateway(nat.id.clone());
        self.hop(&mut parcel, Place::NatGateway(nat.id.clone()), Decision::Dropped);
        self.stop(&mut parcel, Finding::new(Code::NatGatewayTakesNoConnection, resource, Evidence::Nothing));
        self.finish(parcel, End::Stopped);
    }

    /// A reply comes back to the NAT gateway, which knows the connection, and goes on to the client.
    pub(super) fn return_through_nat_gateway(&mut self, mut parcel: Parcel<'n>, nat: &'n NatGateway) {
        let Some(session) = parcel.sessions.pop() else { return self.finish(parcel, End::Stopped) };
        parcel.header = session.before.swapped();
        parcel.mapping = session.mapping;
        parcel.leg += 1;
        self.hop(&mut parcel, Place::NatGateway(nat.id.clone()), Decision::Translated);
        match &nat.placement {
            NatGatewayPlacement::Zonal(subnet) => self.leave_subnet(parcel, subnet),
            NatGatewayPlacement::Regional { route_table, .. } => {
                let from = From { vpc: &nat.vpc, subnet: None };
                self.leave_regional(parcel, nat, route_table.as_ref(), from);
            }
            NatGatewayPlacement::Unknown => self.finish(parcel, End::Stopped),
        }
    }

    /// The subnet in which a NAT gateway has an address; none for a regional one.
    pub(super) fn subnet_of_nat_gateway(&self, nat: &'n NatGateway, place: u128) -> Option<&'n SubnetId> {
        match &nat.placement {
            NatGatewayPlacement::Zonal(subnet) => Some(subnet),
            NatGatewayPlacement::Regional { .. } => None,
            NatGatewayPlacement::Unknown => {
                let interface = nat
                    .addresses
                    .iter()
                    .find(|address| address.private.map(IpAddr::V4) == Some(address_at(place)))
                    .and_then(|address| address.interface.as_ref())?;
                self.index.network.network_interfaces.get(interface).map(|interface| &interface.subnet)
            }
        }
    }
}

/// Whether a NAT gateway belongs to the VPC as a whole (NG-20).
pub(super) fn is_regional(nat: &NatGateway) -> bool {
    matches!(nat.placement, NatGatewayPlacement::Regional { .. })
}

/// A NAT gateway that does not work, with what it prints of itself (NG-2, NG-3).
pub(super) fn bad_state(nat: &NatGateway) -> Finding {
    let state = match &nat.state {
        NatGatewayState::Available => "available".to_string(),
        NatGatewayState::Pending => "pending".to_string(),
        NatGatewayState::Failed(None) => "failed".to_string(),
        NatGatewayState::Failed(Some(failure)) => alloc::format!("failed: {}", failure.code),
        NatGatewayState::Deleting => "deleting".to_string(),
        NatGatewayState::Deleted => "deleted".to_string(),
        NatGatewayState::Unmodelled(state) => state.clone(),
    };
    Finding::new(Code::BadState, Resource::NatGateway(nat.id.clone()), Evidence::State(state))
}
