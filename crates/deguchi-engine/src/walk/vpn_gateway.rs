//! Virtual private gateways, and the network on premises behind them (VP-1 to VP-4).

use alloc::vec::Vec;

use deguchi_model::{IpNet, Route, RouteOrigin, VpcId, VpnGatewayId};

use super::{End, Finding, Parcel, SessionPlace, Walk, on_premises::Entrance};
use crate::{
    AddressSet, Assumption,
    answer::{Decision, Place},
    reason::{Code, Evidence, Gap, Resource},
};

impl<'n> Walk<'_, 'n> {
    /// Takes packets out of a VPC by its virtual private gateway.
    pub(super) fn leave_by_vpn_gateway(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n VpnGatewayId,
        route: &'n Route,
        vpc: &'n VpcId,
    ) {
        let resource = Resource::VpnGateway(id.clone());
        let place = Place::VpnGateway(id.clone());
        let gateway = self.index.network.vpn_gateways.get(id);
        self.judge_gateway(&mut parcel, &resource, gateway.map(|gateway| gateway.attachment_to(vpc)));
        let Some(parcel) = self.take_ipv6(parcel, id) else { return };
        let Some(parcel) = self.take_unknown_to(parcel, id, route) else { return };
        // VP-4: what is for the internet needs address translation on premises.
        let public = AddressSet::public_ipv4();
        let (public, private) = self.split(parcel.clone(), parcel.header.destination, public.ranges());
        if let Some(mut parcel) = public {
            self.hop(&mut parcel, place.clone(), Decision::Unknown);
            self.give_up(parcel, Code::NotDecidedByConfiguration, resource, Gap::InternetThroughOnPremises);
        }
        let Some(mut parcel) = private else { return };
        parcel.assumptions.push(Assumption::OnPremises { vpn_gateway: id.clone() });
        self.hop(&mut parcel, place.clone(), Decision::Passed);
        self.turn(&mut parcel);
        self.hop(&mut parcel, place, Decision::Passed);
        for parcel in self.pass_edge_table(parcel, id.as_str(), vpc) {
            self.reenter_vpc(parcel, vpc);
        }
    }

    /// VP-3: no IPv6 over VPN. Returns the rest.
    pub(super) fn take_ipv6(&mut self, mut parcel: Parcel<'n>, id: &VpnGatewayId) -> Option<Parcel<'n>> {
        if parcel.header.destination.values(self.space, parcel.packets).first().is_some_and(|it| it.is_ipv4()) {
            return Some(parcel);
        }
        self.hop(&mut parcel, Place::VpnGateway(id.clone()), Decision::Dropped);
        let resource = Resource::VpnGateway(id.clone());
        self.stop(&mut parcel, Finding::new(Code::ProtocolRestriction, resource, Evidence::Nothing));
        self.finish(parcel, End::Stopped);
        None
    }

    /// Packets for what the gateway is not known to forward are undecided. Returns the rest.
    fn take_unknown_to(&mut self, parcel: Parcel<'n>, id: &VpnGatewayId, route: &Route) -> Option<Parcel<'n>> {
        let known = self.destinations_known_to(id, route);
        let (known, unknown) = self.split(parcel.clone(), parcel.header.destination, known.ranges());
        if let Some(mut parcel) = unknown {
            let resource = Resource::VpnGateway(id.clone());
            self.hop(&mut parcel, Place::VpnGateway(id.clone()), Decision::Unknown);
            self.give_up(parcel, Code::NotDecidedByConfiguration, resource, Gap::VpnRoutes);
        }
        known
    }

    /// A reply to the network on premises leaves the VPC by its virtual private gateway.
    pub(super) fn return_by_vpn_gateway(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n VpnGatewayId,
        route: &'n Route,
        vpc: &'n VpcId,
    ) {
        let resource = Resource::VpnGateway(id.clone());
        let gateway = self.index.network.vpn_gateways.get(id);
        self.judge_gateway(&mut parcel, &resource, gateway.map(|gateway| gateway.attachment_to(vpc)));
        let Some(parcel) = self.take_ipv6(parcel, id) else { return };
        let Some(mut parcel) = self.take_unknown_to(parcel, id, route) else { return };
        let Some(SessionPlace::OnPremises(entrance)) = parcel.sessions.last().map(|session| session.place) else {
            return self.finish(parcel, End::Stopped);
        };
        self.hop(&mut parcel, Place::VpnGateway(id.clone()), Decision::Passed);
        self.arrive_on_premises(parcel, entrance, Entrance::VpnGateway { gateway: id, vpc });
    }

    /// The destinations that a virtual private gateway is known to forward: a propagated route is its own (VP-1), a
    /// static one needs a static route of a VPN connection; BGP is in no snapshot (VP-3).
    fn destinations_known_to(&self, id: &VpnGatewayId, route: &Route) -> AddressSet {
        if route.origin == RouteOrigin::Propagated {
            return AddressSet::from_ranges(alloc::vec![(0, u128::MAX)]);
        }
        let connections = self.index.network.vpn_connections.values();
        let own = connections
            .filter(|connection| connection.vpn_gateway.as_ref() == Some(id) && connection.state != "deleted");
        let cidrs: Vec<&IpNet> = own.flat_map(|connection| &connection.static_routes).collect();
        AddressSet::from_cidrs(cidrs)
    }
}
