//! Internet gateways, egress-only ones, and the internet between them (IG-1 to IG-8).

use alloc::{string::ToString, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{AttachmentState, EgressOnlyInternetGatewayId, InternetGatewayId, IpNet, NatGatewayId, VpcId};

use super::{End, Finding, Mapping, Parcel, Session, SessionPlace, Walk};
use crate::{
    AddressSet, Assumption,
    address_set::address_at,
    answer::{Decision, Place},
    header::{Header, HeaderPorts, Term},
    index::{Holder, PublicHolder},
    reason::{Code, Evidence, Gap, Heading, Resource},
};

impl<'n> Walk<'_, 'n> {
    /// Starts a query somewhere on the internet.
    pub(super) fn start_at_internet(&mut self, mut parcel: Parcel<'n>) {
        self.hop(&mut parcel, Place::Internet, Decision::Passed);
        let is_ipv6 = self.query.destination.addresses.first().is_some_and(|address| address.is_ipv6());
        let family = if is_ipv6 { AddressSet::every_ipv6() } else { AddressSet::every_ipv4() };
        let source = parcel.header.source;
        let (same, other) = self.split(parcel, source, family.ranges());
        if let Some(mut parcel) = other {
            self.stop(&mut parcel, Finding::new(Code::NoAddressOfFamily, Resource::Internet, Evidence::Nothing));
            self.finish(parcel, End::Stopped);
        }
        if let Some(parcel) = same {
            self.cross_internet(parcel);
        }
    }

    /// Takes packets out of a VPC by its internet gateway.
    pub(super) fn leave_by_internet_gateway(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n InternetGatewayId,
        vpc: &'n VpcId,
    ) {
        let gateway = self.index.network.internet_gateways.get(id);
        let resource = Resource::InternetGateway(id.clone());
        self.judge_gateway(&mut parcel, &resource, gateway.map(|gateway| gateway.attachment_to(vpc)));
        self.judge_block_on_the_way_out(&mut parcel, vpc);
        self.note_mail(&mut parcel);
        let before = parcel.header;
        let mapping = parcel.mapping;
        let place = Place::InternetGateway { internet_gateway: id.clone(), vpc: vpc.clone() };
        match self.map_source(&parcel, vpc) {
            Some(public) => parcel.header.source = Term::address(public),
            None => {
                self.stop_for_want_of_public_address(&mut parcel, id, vpc);
                if self.is_from_elsewhere(&parcel, vpc) {
                    // No reply of what another VPC sent would know its way from here.
                    self.hop(&mut parcel, place, Decision::Dropped);
                    return self.finish(parcel, End::Stopped);
                }
            }
        }
        let refused = [
            (AddressSet::rfc1918(), Code::InternetGatewayPrivateDestination),
            (AddressSet::rfc6598(), Code::InternetGatewaySharedDestination),
        ];
        let destination = parcel.header.destination;
        let left = self.refuse(parcel, destination, refused, &resource, &place);
        let Some(mut parcel) = left else { return };
        self.hop_mapping(&mut parcel, place, before);
        let place = SessionPlace::InternetGatewayOut { gateway: id, vpc };
        parcel.sessions.push(Session { place, before, mapping });
        parcel.mapping = Mapping::Interface;
        self.cross_internet(parcel);
    }

    /// Drops what an internet gateway refuses (IG-5), and returns the rest.
    fn refuse(
        &mut self,
        parcel: Parcel<'n>,
        term: Term,
        refused: [(AddressSet, Code); 2],
        gateway: &Resource,
        place: &Place,
    ) -> Option<Parcel<'n>> {
        let mut left = Some(parcel);
        for (addresses, code) in refused {
            let (inside, outside) = self.split(left?, term, addresses.ranges());
            if let Some(mut parcel) = inside {
                self.hop(&mut parcel, place.clone(), Decision::Dropped);
                self.stop(&mut parcel, Finding::new(code, gateway.clone(), Evidence::Nothing));
                self.finish(parcel, End::Stopped);
            }
            left = outside;
        }
        left
    }

    /// Notes a gateway that may have mapped an address: IPv6 passes as it is (IG-7).
    fn hop_mapping(&self, parcel: &mut Parcel<'n>, place: Place, before: Header) {
        let decision = if parcel.header == before { Decision::Passed } else { Decision::Translated };
        self.hop(parcel, place, decision);
    }

    /// The public address of an IPv4 packet's source (IG-1); IPv6 addresses are public by nature (IG-7).
    fn map_source(&self, parcel: &Parcel<'n>, vpc: &'n VpcId) -> Option<IpAddr> {
        match (parcel.header.source.fixed_address(), parcel.mapping) {
            (Some(source @ IpAddr::V6(_)), _) => Some(source).filter(|source| self.is_of(*source, vpc)),
            // Over a transit gateway they may have come to another VPC's gateway, which knows none of its addresses.
            (Some(_), Mapping::NatGateway(nat, public)) => {
                public.filter(|_| self.is_nat_gateway_of(nat, vpc)).map(IpAddr::V4)
            }
            (Some(IpAddr::V4(source)), Mapping::Interface | Mapping::Bare(_) | Mapping::NatInstance(_)) => {
                self.index.public_address(vpc, source).map(IpAddr::V4)
            }
            (None, _) => None,
        }
    }

    /// Whether nobody in the VPC has the packets' source address: they came over a transit gateway (TG-5).
    fn is_from_elsewhere(&self, parcel: &Parcel<'n>, vpc: &'n VpcId) -> bool {
        match (parcel.mapping, parcel.header.source.fixed_address()) {
            (Mapping::NatGateway(nat, _), _) => !self.is_nat_gateway_of(nat, vpc),
            (_, Some(source)) => !self.is_of(source, vpc),
            (_, None) => false,
        }
    }

    /// Whether somebody in a VPC has an address.
    fn is_of(&self, address: IpAddr, vpc: &'n VpcId) -> bool {
        self.index.holder(vpc, address).is_some()
    }

    fn is_nat_gateway_of(&self, nat: &NatGatewayId, vpc: &VpcId) -> bool {
        self.index.network.nat_gateways.get(nat).is_some_and(|nat| nat.vpc == *vpc)
    }

    fn stop_for_want_of_public_address(&mut self, parcel: &mut Parcel<'n>, id: &InternetGatewayId, vpc: &'n VpcId) {
        let source = parcel.header.source.fixed_address();
        if let Mapping::Bare(instance) = parcel.mapping {
            // NI-4: it would have its own, if the guest masqueraded.
            let guest = self.index.network.guests.get(instance).and_then(|guest| guest.masquerade.as_ref());
            let devices = guest.map(|masquerade| masquerade.devices.join(", ")).unwrap_or_default();
            let resource = Resource::Instance(instance.clone());
            let finding = Finding::new(Code::NatInstanceMasquerade, resource, Evidence::State(devices));
            return self.stop(parcel, finding);
        }
        let resource = match (parcel.mapping, source.and_then(|source| self.index.holder(vpc, source))) {
            (Mapping::NatGateway(nat, _), _) => Resource::NatGateway(nat.clone()),
            (Mapping::NatInstance(instance), _) => Resource::Instance(instance.clone()),
            (Mapping::Interface, Some(Holder::NatGateway(nat))) => Resource::NatGateway(nat.id.clone()),
            (Mapping::Interface, Some(Holder::Interface(here))) => Resource::NetworkInterface(here.id.clone()),
            (Mapping::Interface | Mapping::Bare(_), _) => Resource::InternetGateway(id.clone()),
        };
        let finding = match source {
            // IG-17: IPv6 needs no other address, but has to be the VPC's.
            Some(source @ IpAddr::V6(_)) => {
                Finding::new(Code::SpoofedTraffic, Resource::InternetGateway(id.clone()), Evidence::Address(source))
            }
            source => {
                let evidence = source.map_or(Evidence::Nothing, Evidence::NoPublicAddress);
                Finding::new(Code::InternetGatewayNeedsPublicAddress, resource, evidence)
            }
        };
        self.stop(parcel, finding);
    }

    /// Whether a gateway is attached to the VPC. One that the snapshot lacks (`None`) is taken to be, because AWS prints
    /// a route to a detached one as a blackhole (RT-14).
    pub(super) fn judge_gateway(
        &mut self,
        parcel: &mut Parcel<'n>,
        gateway: &Resource,
        attachment: Option<Option<&AttachmentState>>,
    ) {
        let state = match attachment {
            Some(Some(AttachmentState::Attached)) => return,
            Some(Some(AttachmentState::NotAttached(state))) => state.clone(),
            Some(None) => "detached".to_string(),
            None => return parcel.assumptions.push(Assumption::GatewayIsAttached { gateway: gateway.to_string() }),
        };
        self.stop(parcel, Finding::new(Code::BadStateAttachment, gateway.clone(), Evidence::State(state)));
    }

    /// Outbound TCP to port 25 is blocked until AWS lifts that for the account, which nothing in a snapshot shows (IG-10).
    fn note_mail(&self, parcel: &mut Parcel<'n>) {
        let HeaderPorts::Tcp { destination, .. } = parcel.header.ports else { return };
        if destination.values(self.space, parcel.packets).overlaps(25, 25) {
            parcel.assumptions.push(Assumption::MailIsAllowed);
        }
    }

    /// Takes IPv6 packets out by an egress-only internet gateway, which remembers them (IG-8).
    pub(super) fn leave_by_egress_only(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n EgressOnlyInternetGatewayId,
        vpc: &'n VpcId,
    ) {
        let resource = Resource::EgressOnlyInternetGateway(id.clone());
        let gateway = self.index.network.egress_only_internet_gateways.get(id);
        self.judge_gateway(&mut parcel, &resource, gateway.map(|gateway| gateway.attachment_to(vpc)));
        self.judge_block_at_egress_only(&mut parcel, vpc);
        if self.is_ipv4(&parcel) {
            self.stop(&mut parcel, Finding::new(Code::ProtocolRestriction, resource, Evidence::Nothing));
            return self.finish(parcel, End::Stopped);
        }
        let source = parcel.header.source.fixed_address();
        if !source.is_some_and(|source| self.is_of(source, vpc)) {
            // IG-17: nothing of another VPC, which a transit gateway brought.
            let place = Place::EgressOnlyInternetGateway(id.clone());
            self.hop(&mut parcel, place, Decision::Dropped);
            let evidence = source.map_or(Evidence::Nothing, Evidence::Address);
            self.stop(&mut parcel, Finding::new(Code::SpoofedTraffic, resource, evidence));
            return self.finish(parcel, End::Stopped);
        }
        self.hop(&mut parcel, Place::EgressOnlyInternetGateway(id.clone()), Decision::Passed);
        let session = Session {
            place: SessionPlace::EgressOnly { gateway: id, vpc },
            before: parcel.header,
            mapping: parcel.mapping,
        };
        parcel.sessions.push(session);
        self.cross_internet(parcel);
    }

    /// Brings packets over the internet: to a public address of the snapshot, or to anybody else, who answers.
    fn cross_internet(&mut self, parcel: Parcel<'n>) {
        let destination = parcel.header.destination;
        let (held, elsewhere) = self.split(parcel, destination, self.index.held_publicly().ranges());
        if let Some(mut parcel) = elsewhere.and_then(|parcel| self.take_nobodys_addresses(parcel)) {
            if parcel.hops.last().is_none_or(|hop| hop.place != Place::Internet) {
                self.hop(&mut parcel, Place::Internet, Decision::Passed);
            }
            self.ask_service(&mut parcel, None);
            self.turn(&mut parcel);
            self.hop(&mut parcel, Place::Internet, Decision::Passed);
            self.return_over_internet(parcel);
        }
        if let Some(parcel) = held {
            self.bring_to_holders(parcel);
        }
    }

    /// Brings packets to whoever has their destination, a public address of the snapshot.
    fn bring_to_holders(&mut self, parcel: Parcel<'n>) {
        let destination = parcel.header.destination;
        for &(first, last) in destination.values(self.space, parcel.packets).ranges() {
            let holders: Vec<(u128, PublicHolder<'n>)> = self.index.public_holders_between(first, last).collect();
            for (place, holder) in holders {
                let set = destination.within(self.space, &[(place, place)]);
                if let Some(parcel) = self.part(&parcel, set) {
                    self.enter_from_internet(parcel, holder, place);
                }
            }
        }
    }

    /// Drops packets for addresses that nobody on the internet has: those that are not public, and IPv6 addresses of a
    /// VPC that no interface of it has.
    fn take_nobodys_addresses(&mut self, parcel: Parcel<'n>) -> Option<Parcel<'n>> {
        let destination = parcel.header.destination;
        let public = AddressSet::public_ipv4().union(&AddressSet::public_ipv6());
        let (public, other) = self.split(parcel, destination, public.ranges());
        if let Some(mut parcel) = other {
            let address = destination.values(self.space, parcel.packets).only();
            let evidence = address.map_or(Evidence::Nothing, Evidence::Address);
            self.stop(&mut parcel, Finding::new(Code::NoSuchDestination, Resource::Internet, evidence));
            self.finish(parcel, End::Stopped);
        }
        let mut left = public;
        for vpc in self.index.network.vpcs.values().filter(|vpc| !vpc.ipv6_cidr_blocks.is_empty()) {
            let parcel = left?;
            let cidrs: Vec<IpNet> = vpc.ipv6_cidr_blocks.iter().copied().map(IpNet::V6).collect();
            let (inside, outside) = self.split(parcel, destination, AddressSet::from_cidrs(&cidrs).ranges());
            if let Some(parcel) = inside {
                self.deliver_to_nobody(parcel, &vpc.id);
            }
            left = outside;
        }
        left
    }

    /// Brings packets to a public address of the snapshot.
    fn enter_from_internet(&mut self, mut parcel: Parcel<'n>, holder: PublicHolder<'n>, place: u128) {
        self.judge_public_source(&mut parcel);
        let finding = match holder {
            PublicHolder::Mapped { vpc, private } => return self.enter_vpc(parcel, vpc, private, place),
            PublicHolder::NatGateway(nat) => return self.arrive_at_nat_gateway(parcel, nat),
            // DIFFERENCE: by NG-2 somebody else may have the address by now. On real AWS such probes were lost, and
            // whoever asks for an address of their own gateway wants to hear of the gateway.
            PublicHolder::GoneNatGateway(nat) => super::nat_gateway::bad_state(nat),
            PublicHolder::ElsewhereElasticIp(id) => {
                return self.give_up(parcel, Code::Missing, Resource::ElasticIp(id.clone()), Gap::InterfaceOfAddress);
            }
            PublicHolder::SpareElasticIp(id) => {
                let evidence = Evidence::Address(address_at(place));
                Finding::new(Code::UnassociatedDestination, Resource::ElasticIp(id.clone()), evidence)
            }
        };
        self.stop(&mut parcel, finding);
        self.finish(parcel, End::Stopped);
    }

    /// A source that is not known yet, where the rules that it will meet tell public addresses apart.
    fn judge_public_source(&mut self, parcel: &mut Parcel<'n>) {
        let Term::Value(source) = parcel.header.source else { return };
        let IpAddr::V4(source) = address_at(source) else { return };
        if self.index.network.stand_ins.public.contains(&source) && self.index.open().is_public_told_apart() {
            let range = IpNet::V4(deguchi_model::Ipv4Net::default());
            self.lack(parcel, Code::Missing, Resource::Internet, Gap::AddressLater(range));
        }
    }

    fn enter_vpc(&mut self, mut parcel: Parcel<'n>, vpc: &'n VpcId, private: IpAddr, place: u128) {
        let Some(gateway) = self.index.internet_gateway_of(vpc) else {
            let evidence = Evidence::Address(address_at(place));
            let egress_only = self.index.network.egress_only_internet_gateways.values();
            let mut attached = egress_only.filter(|gateway| gateway.attachment_to(vpc).is_some());
            let finding = match attached.next().filter(|_| private.is_ipv6()) {
                // IG-8: it lets replies in, and nothing else.
                Some(gateway) => {
                    let resource = Resource::EgressOnlyInternetGateway(gateway.id.clone());
                    Finding::new(Code::EgressOnlyTakesNoConnection, resource, evidence)
                }
                None => {
                    let resource = Resource::Vpc(vpc.clone());
                    Finding::new(Code::InternetGatewayNoSuchAddress, resource, evidence)
                }
            };
            self.stop(&mut parcel, finding);
            return self.finish(parcel, End::Stopped);
        };
        let subnet = match self.index.holder(vpc, private) {
            Some(Holder::Interface(interface)) => Some(&interface.subnet),
            Some(Holder::NatGateway(nat)) => self.subnet_of_zonal(&nat.id),
            None => None,
        };
        self.judge_block_on_the_way_in(&mut parcel, vpc, subnet);
        let resource = Resource::InternetGateway(gateway.clone());
        let place = Place::InternetGateway { internet_gateway: gateway.clone(), vpc: vpc.clone() };
        let refused = [
            (AddressSet::rfc1918(), Code::InternetGatewayPrivateSource),
            (AddressSet::rfc6598(), Code::InternetGatewaySharedSource),
        ];
        // Behind a missing public address the way goes on with a private one: that is told already.
        let source = parcel.header.source;
        let left = if parcel.reasons.is_empty() {
            self.refuse(parcel, source, refused, &resource, &place)
        } else {
            Some(parcel)
        };
        let Some(mut parcel) = left else { return };
        let before = parcel.header;
        parcel.header.destination = Term::address(private);
        self.hop_mapping(&mut parcel, place, before);
        if parcel.heading == Heading::Forward {
            let place = SessionPlace::InternetGatewayIn { gateway, vpc };
            parcel.sessions.push(Session { place, before, mapping: parcel.mapping });
        }
        for parcel in self.pass_edge_table(parcel, gateway.as_str(), vpc) {
            self.deliver_local(parcel, vpc, None);
        }
    }

    /// A reply leaves the VPC by the internet gateway that the request came in by.
    pub(super) fn return_by_internet_gateway(&mut self, mut parcel: Parcel<'n>) {
        let Some(session) = parcel.sessions.pop() else { return self.finish(parcel, End::Stopped) };
        if let SessionPlace::InternetGatewayIn { gateway, vpc } = session.place {
            let before = parcel.header;
            parcel.header = session.before.swapped();
            let place = Place::InternetGateway { internet_gateway: gateway.clone(), vpc: vpc.clone() };
            self.hop_mapping(&mut parcel, place, before);
        }
        self.hop(&mut parcel, Place::Internet, Decision::Passed);
        self.return_over_internet(parcel);
    }

    /// An IPv6 reply leaves by an internet gateway, though the request came another way: over the internet it comes to the
    /// gateway of whoever asked, if there is one (IG-7).
    pub(super) fn return_with_own_address(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n InternetGatewayId,
        vpc: &'n VpcId,
    ) {
        let resource = Resource::InternetGateway(id.clone());
        let gateway = self.index.network.internet_gateways.get(id);
        self.judge_gateway(&mut parcel, &resource, gateway.map(|gateway| gateway.attachment_to(vpc)));
        parcel.mapping = Mapping::Interface;
        self.judge_block_on_the_way_out(&mut parcel, vpc);
        let place = Place::InternetGateway { internet_gateway: id.clone(), vpc: vpc.clone() };
        self.bring_with_own_address(parcel, resource, place, vpc);
    }

    /// An IPv6 reply leaves by an egress-only gateway that did not see the request, which came from another network. Its address
    /// is its own everywhere, but AWS's pages do not say whether the gateway lets out what belongs to no connection of its (IG-8).
    pub(super) fn return_by_egress_only(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n EgressOnlyInternetGatewayId,
        vpc: &'n VpcId,
    ) {
        let resource = Resource::EgressOnlyInternetGateway(id.clone());
        let gateway = self.index.network.egress_only_internet_gateways.get(id);
        self.judge_gateway(&mut parcel, &resource, gateway.map(|gateway| gateway.attachment_to(vpc)));
        self.judge_block_at_egress_only(&mut parcel, vpc);
        self.lack(&mut parcel, Code::NotModelled, resource.clone(), Gap::ReplyByEgressOnlyGateway);
        self.bring_with_own_address(parcel, resource, Place::EgressOnlyInternetGateway(id.clone()), vpc);
    }

    /// Brings an IPv6 reply over the internet to the gateway of whoever asked, if there is one (IG-7).
    fn bring_with_own_address(&mut self, mut parcel: Parcel<'n>, resource: Resource, place: Place, vpc: &'n VpcId) {
        if let Some(source) = parcel.header.source.fixed_address().filter(|source| !self.is_of(*source, vpc)) {
            self.hop(&mut parcel, place, Decision::Dropped);
            self.stop(&mut parcel, Finding::new(Code::SpoofedTraffic, resource, Evidence::Address(source)));
            return self.finish(parcel, End::Stopped);
        }
        self.hop(&mut parcel, place, Decision::Passed);
        self.hop(&mut parcel, Place::Internet, Decision::Passed);
        let (held, other) = self.split(parcel.clone(), parcel.header.destination, self.index.held_publicly().ranges());
        if let Some(mut parcel) = other {
            self.stop(&mut parcel, Finding::new(Code::ReturnByAnotherWay, resource, Evidence::Nothing));
            self.finish(parcel, End::Stopped);
        }
        if let Some(parcel) = held {
            self.bring_to_holders(parcel);
        }
    }

    /// A reply comes over the internet to the gateway that the request left by, or to the client out there.
    fn return_over_internet(&mut self, mut parcel: Parcel<'n>) {
        let Some(session) = parcel.sessions.pop() else { return self.finish(parcel, End::Answered) };
        let before = parcel.header;
        parcel.header = session.before.swapped();
        parcel.mapping = session.mapping;
        let (place, gateway, vpc) = match session.place {
            SessionPlace::InternetGatewayOut { gateway, vpc } => {
                let place = Place::InternetGateway { internet_gateway: gateway.clone(), vpc: vpc.clone() };
                (place, gateway.as_str(), vpc)
            }
            SessionPlace::EgressOnly { gateway, vpc } => {
                (Place::EgressOnlyInternetGateway(gateway.clone()), gateway.as_str(), vpc)
            }
            SessionPlace::NatGateway(_)
            | SessionPlace::NatInstance { .. }
            | SessionPlace::InternetGatewayIn { .. }
            | SessionPlace::LoadBalancer { .. }
            | SessionPlace::Inspection { .. }
            | SessionPlace::OnPremises(_)
            | SessionPlace::Appliance { .. } => {
                return self.finish(parcel, End::Stopped);
            }
        };
        self.hop_mapping(&mut parcel, place, before);
        for parcel in self.pass_edge_table(parcel, gateway, vpc) {
            self.reenter_vpc(parcel, vpc);
        }
    }

    /// A reply is inside the VPC again, at a gateway, and goes to the place that sent the request there.
    pub(super) fn reenter_vpc(&mut self, parcel: Parcel<'n>, vpc: &'n VpcId) {
        match parcel.sessions.last().map(|session| session.place) {
            // It has no subnet and may print no private address: nothing lies between it and the gateway (NG-20).
            Some(SessionPlace::NatGateway(nat)) if super::nat_gateway::is_regional(nat) && nat.vpc == *vpc => {
                self.return_through_nat_gateway(parcel, nat);
            }
            _ => self.deliver_local(parcel, vpc, None),
        }
    }
}
