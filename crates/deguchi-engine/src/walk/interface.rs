//! Starting and arriving at an interface: its security groups, its machine, its state (PW-1, PW-5, PW-9).

use alloc::{string::ToString, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{Direction, InstanceState, InterfaceKind, NetworkInterface, NetworkInterfaceId, RulePeer};

use super::{
    End, Finding, Parcel, References, SessionPlace, Walk, boundary::places_of, instance_of, interface_place, just,
};
use crate::{
    AddressSet, Assumption,
    answer::{Decision, InterfaceRole, Place},
    filter::{self, PeerKnowledge, UncertainPeer},
    header::Term,
    index::Holder,
    packet_set::PacketSet,
    query::DestinationBasis,
    reason::{Code, Evidence, Gap, Heading, Resource},
    resolution::amazon_resolver,
};

impl<'n> Walk<'_, 'n> {
    /// Starts a query at an address of an interface.
    pub(super) fn start_at_interface(&mut self, mut parcel: Parcel<'n>, id: &NetworkInterfaceId, address: IpAddr) {
        let resource = Resource::NetworkInterface(id.clone());
        let Some(interface) = self.index.network.network_interfaces.get(id) else {
            return self.give_up(parcel, Code::Missing, resource, Gap::InterfaceNotModelled);
        };
        self.hop(&mut parcel, interface_place(interface, InterfaceRole::Origin), Decision::Passed);
        let is_ipv6 = self.query.destination.addresses.first().is_some_and(|address| address.is_ipv6());
        if address.is_ipv6() != is_ipv6 {
            let evidence = Evidence::Address(address);
            self.stop(&mut parcel, Finding::new(Code::NoAddressOfFamily, resource, evidence));
            return self.finish(parcel, End::Stopped);
        }
        let Some(parcel) = self.take_own_addresses(parcel, interface) else { return };
        let Some(mut parcel) = self.take_never_filtered(parcel, interface) else { return };
        self.judge_machine(&mut parcel, interface);
        self.judge_address(&mut parcel, interface, address);
        self.judge_endpoint_as_source(&mut parcel, interface);
        for parcel in self.cross_security_groups(parcel, interface, Direction::Outbound) {
            self.leave_subnet(parcel, &interface.subnet);
        }
    }

    /// What a host sends to itself, by whichever of its interfaces has the address, never leaves it.
    fn take_own_addresses(&mut self, parcel: Parcel<'n>, interface: &'n NetworkInterface) -> Option<Parcel<'n>> {
        let own = self.places_of_machine(interface);
        let (inside, outside) = self.split(parcel.clone(), parcel.header.destination, own.ranges());
        if let Some(parcel) = inside {
            self.finish(parcel, End::Answered);
        }
        outside
    }

    /// The places of all addresses of the machine behind an interface.
    pub(super) fn places_of_machine(&self, interface: &NetworkInterface) -> AddressSet {
        let network = self.index.network;
        let instance = instance_of(interface).and_then(|id| network.instances.get(id));
        let others = instance.into_iter().flat_map(|instance| &instance.interfaces);
        let others = others.filter_map(|own| network.network_interfaces.get(&own.interface));
        others.fold(places_of(interface), |own, other| own.union(&places_of(other)))
    }

    /// Services that no filter sees and no route carries (PW-11 to PW-13).
    fn take_never_filtered(&mut self, parcel: Parcel<'n>, interface: &'n NetworkInterface) -> Option<Parcel<'n>> {
        let mut services: Vec<(&'static str, IpAddr)> = LINK_LOCAL_SERVICES.to_vec();
        // The resolver also answers at the base of the VPC's primary range plus two (PW-13).
        let resolver = amazon_resolver(self.index.network, &interface.vpc);
        services.extend(resolver.map(|address| (DNS, IpAddr::V4(address))));
        let mut left = Some(parcel);
        for (service, address) in services {
            let parcel = left?;
            let destination = parcel.header.destination;
            let (inside, outside) = self.split(parcel, destination, &just(address));
            if let Some(mut parcel) = inside {
                if service == DNS {
                    self.ask_amazon_resolver(parcel, interface, address);
                } else {
                    self.hop(&mut parcel, Place::NeverFiltered { service, address }, Decision::Passed);
                    parcel.assumptions.push(Assumption::ServiceIsOn { service });
                    self.finish(parcel, End::Answered);
                }
            }
            left = outside;
        }
        // PW-11: no filter is about a subnet's router, and AWS does not say whether it answers.
        let subnets = self.index.network.subnets.values().filter(|subnet| subnet.vpc == interface.vpc);
        for subnet in subnets.collect::<Vec<_>>() {
            let Some(router) = subnet.cidr_block.map(|cidr| u32::from(cidr.network()).saturating_add(1)) else {
                continue;
            };
            let parcel = left?;
            let destination = parcel.header.destination;
            let (inside, outside) = self.split(parcel, destination, &just(IpAddr::V4(router.into())));
            if let Some(parcel) = inside {
                let resource = Resource::Subnet(subnet.id.clone());
                self.give_up(parcel, Code::NotDecidedByConfiguration, resource, Gap::SubnetRouter);
            }
            left = outside;
        }
        // PW-12: nothing else in these ranges is routed, whatever the table says.
        let parcel = left?;
        let (inside, outside) =
            self.split(parcel.clone(), parcel.header.destination, AddressSet::never_routed().ranges());
        if let Some(mut parcel) = inside {
            let resource = Resource::Subnet(interface.subnet.clone());
            self.stop(&mut parcel, Finding::new(Code::NoSuchDestination, resource, Evidence::Nothing));
            self.finish(parcel, End::Stopped);
        }
        outside
    }

    /// The Amazon resolver answers where the VPC has `enableDnsSupport`, AWS's default (DN-1).
    fn ask_amazon_resolver(&mut self, mut parcel: Parcel<'n>, interface: &'n NetworkInterface, address: IpAddr) {
        let vpc = &interface.vpc;
        let support = self.index.network.vpcs.get(vpc).and_then(|vpc| vpc.dns.support);
        let decision = if support == Some(false) { Decision::Dropped } else { Decision::Passed };
        self.hop(&mut parcel, Place::NeverFiltered { service: DNS, address }, decision);
        match support {
            Some(true) => {}
            None => parcel.assumptions.push(Assumption::DnsSupportIsOn { vpc: vpc.clone() }),
            Some(false) => {
                let resource = Resource::Vpc(vpc.clone());
                self.stop(&mut parcel, Finding::new(Code::DnsSupportOff, resource, Evidence::Nothing));
                return self.finish(parcel, End::Stopped);
            }
        }
        self.finish(parcel, End::Answered);
    }

    /// Whether the machine behind an interface runs.
    pub(super) fn judge_machine(&mut self, parcel: &mut Parcel<'n>, interface: &'n NetworkInterface) {
        let Some(instance) = instance_of(interface).and_then(|id| self.index.network.instances.get(id)) else {
            return;
        };
        match &instance.state {
            InstanceState::Running => {}
            InstanceState::Unknown => {
                parcel.assumptions.push(Assumption::InstanceRuns { instance: instance.id.clone() });
            }
            InstanceState::NotRunning(state) => {
                let evidence = Evidence::State(state.clone());
                self.stop(parcel, Finding::new(Code::BadState, Resource::Instance(instance.id.clone()), evidence));
            }
        }
    }

    /// Whether it matters which address an interface will have, where that is not known yet.
    fn judge_address(&mut self, parcel: &mut Parcel<'n>, interface: &NetworkInterface, address: IpAddr) {
        if let Some(range) = self.index.open().range_of(&interface.vpc, address) {
            let resource = Resource::NetworkInterface(interface.id.clone());
            self.lack(parcel, Code::Missing, resource, Gap::AddressLater(range));
        }
    }

    /// Packets for an address that stands for another: who asks for it by number may mean anybody's.
    fn judge_asked_address(&mut self, parcel: &mut Parcel<'n>, interface: &NetworkInterface) {
        let stand_ins = &self.index.network.stand_ins;
        let mut own = interface.addresses.iter().map(|address| address.private);
        let Some(address) = own.find(|own| stand_ins.range_of(&interface.vpc, *own).is_some()) else { return };
        let is_asked = matches!(parcel.header.destination, Term::Field(_));
        if is_asked && self.query.destination.basis == DestinationBasis::Exact {
            self.lack(parcel, Code::Missing, Resource::Vpc(interface.vpc.clone()), Gap::InterfacesOfVpc);
        }
        self.judge_address(parcel, interface, address.into());
    }

    /// Lets packets meet the security groups of an interface. All come out: what they deny is marked.
    pub(super) fn cross_security_groups(
        &mut self,
        mut parcel: Parcel<'n>,
        interface: &'n NetworkInterface,
        direction: Direction,
    ) -> Vec<Parcel<'n>> {
        // A network load balancer made without groups has no filter at its nodes (LB-6).
        if interface.kind == InterfaceKind::LoadBalancer && interface.security_groups.is_empty() {
            return alloc::vec![parcel];
        }
        let place = Place::SecurityGroups {
            interface: interface.id.clone(),
            groups: interface.security_groups.clone(),
            direction,
        };
        let (groups, unknown) = filter::groups_of(self.index, &interface.security_groups);
        let header = parcel.header;
        let within = if direction == Direction::Outbound { self.within(header.destination) } else { &[] };
        let references = if direction == Direction::Inbound { parcel.references } else { References::ByAddress };
        let vpc = &interface.vpc;
        let knowledge =
            PeerKnowledge { within, unlisted: &self.index.unlisted(vpc, direction), references, vpc, direction };
        let decision = filter::security_groups(self.space, self.index, &groups, &header, parcel.packets, &knowledge);
        let mut parcels = Vec::new();
        if let Some(mut allowed) = self.part(&parcel, decision.allowed) {
            self.hop(&mut allowed, place.clone(), Decision::Allowed { by: decision.allowed_by });
            parcels.extend(self.note_covered_addresses(allowed, &groups, &knowledge));
        }
        for (peer, packets) in decision.uncertain {
            let Some(mut uncertain) = self.part(&parcel, packets) else { continue };
            self.hop(&mut uncertain, place.clone(), Decision::Unknown);
            let (resource, gap) = match peer {
                UncertainPeer::PrefixList(list) => (Resource::PrefixList(list), Gap::PrefixListEntries),
                UncertainPeer::Members => (Resource::Vpc(interface.vpc.clone()), Gap::InterfacesOfVpc),
            };
            self.lack(&mut uncertain, Code::Missing, resource, gap);
            parcels.push(uncertain);
        }
        // A group that is not in the snapshot may well allow what another's rules do not.
        let (lost, denied) = match unknown.first() {
            Some(_) => (PacketSet::NONE, self.space.or(decision.lost, decision.denied)),
            None => (decision.lost, decision.denied),
        };
        if let Some(mut lost) = self.part(&parcel, lost) {
            // SG-13: a rule names the client's group, which what stands in between does not preserve.
            self.hop(&mut lost, place.clone(), Decision::Denied { by: Vec::new() });
            let finding = no_rule(interface, direction, decision.rules);
            self.stop(&mut lost, Finding { code: references.code(), ..finding });
            parcels.push(lost);
        }
        parcel.packets = denied;
        if parcel.packets.is_empty() {
            return parcels;
        }
        if let Some(group) = unknown.first() {
            self.hop(&mut parcel, place, Decision::Unknown);
            self.lack(&mut parcel, Code::Missing, Resource::SecurityGroup((*group).clone()), Gap::SecurityGroup);
        } else {
            self.hop(&mut parcel, place, Decision::Denied { by: Vec::new() });
            let finding = no_rule(interface, direction, decision.rules);
            self.stop(&mut parcel, finding);
        }
        parcels.push(parcel);
        parcels
    }

    /// SG-16: packets that only a reference to a group lets pass, for a secondary or IPv6 address. All come out: those are
    /// apart, with what is assumed.
    fn note_covered_addresses(
        &mut self,
        mut parcel: Parcel<'n>,
        groups: &[&deguchi_model::SecurityGroup],
        knowledge: &PeerKnowledge<'_>,
    ) -> Vec<Parcel<'n>> {
        let is_inbound = knowledge.direction == Direction::Inbound;
        let address = if is_inbound { parcel.header.source } else { parcel.header.destination };
        let names_groups = |group: &&&deguchi_model::SecurityGroup| {
            let rules = if is_inbound { &group.inbound } else { &group.outbound };
            rules.iter().any(|rule| matches!(rule.peer, RulePeer::SecurityGroup(_)))
        };
        let values = address.values(self.space, parcel.packets);
        let covers = |(first, last): &(u128, u128)| values.overlaps(*first, *last);
        let Some(group) = groups.iter().find(names_groups) else { return alloc::vec![parcel] };
        if matches!(knowledge.references, References::Of(..)) || !self.index.secondary().ranges().iter().any(covers) {
            return alloc::vec![parcel];
        }
        let references = References::of_nobody(Code::SecurityGroupRulesMismatch);
        let without = PeerKnowledge { references, ..*knowledge };
        let sure =
            filter::security_groups(self.space, self.index, groups, &parcel.header, parcel.packets, &without).allowed;
        let secondary = address.within(self.space, self.index.secondary().ranges());
        let by_reference = self.space.minus(parcel.packets, sure);
        let covered = self.space.and(by_reference, secondary);
        let Some(mut assumed) = self.part(&parcel, covered) else { return alloc::vec![parcel] };
        assumed.assumptions.push(Assumption::GroupReferenceCoversAddress { group: group.id.clone() });
        parcel.packets = self.space.minus(parcel.packets, covered);
        if parcel.packets.is_empty() { alloc::vec![assumed] } else { alloc::vec![parcel, assumed] }
    }

    /// Packets come to whoever has their destination address.
    pub(super) fn arrive(&mut self, parcel: Parcel<'n>, holder: Holder<'n>) {
        match (parcel.heading, holder) {
            (Heading::Forward, Holder::NatGateway(nat)) => self.arrive_at_nat_gateway(parcel, nat),
            (Heading::Forward, Holder::Interface(interface)) => self.arrive_at_interface(parcel, interface),
            (Heading::Return, holder) => self.return_to(parcel, holder),
        }
    }

    fn arrive_at_interface(&mut self, mut parcel: Parcel<'n>, interface: &'n NetworkInterface) {
        let resource = Resource::NetworkInterface(interface.id.clone());
        match &interface.kind {
            InterfaceKind::Ordinary => {}
            InterfaceKind::NatGateway => {
                let resource = match self.index.nat_gateway_of(&interface.id) {
                    Some(nat) => Resource::NatGateway(nat.id.clone()),
                    None => resource,
                };
                self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Dropped);
                self.stop(&mut parcel, Finding::new(Code::NatGatewayTakesNoConnection, resource, Evidence::Nothing));
                return self.finish(parcel, End::Stopped);
            }
            InterfaceKind::VpcEndpoint => return self.arrive_at_interface_endpoint(parcel, interface),
            InterfaceKind::LoadBalancer => return self.arrive_at_load_balancer(parcel, interface),
            InterfaceKind::Function => {
                self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Dropped);
                self.stop(&mut parcel, Finding::new(Code::FunctionTakesNoConnection, resource, Evidence::Nothing));
                return self.finish(parcel, End::Stopped);
            }
            InterfaceKind::TransitGateway => {
                self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Unknown);
                return self.give_up(parcel, Code::NotModelled, resource, Gap::InterfaceNotModelled);
            }
            InterfaceKind::Unmodelled(_) => return self.arrive_at_service(parcel, interface),
        }
        for mut parcel in self.cross_security_groups(parcel, interface, Direction::Inbound) {
            self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Passed);
            if interface.attachment.is_none() {
                let resource = resource.clone();
                self.stop(&mut parcel, Finding::new(Code::UnassociatedDestination, resource, Evidence::Nothing));
            }
            self.judge_machine(&mut parcel, interface);
            self.judge_asked_address(&mut parcel, interface);
            self.answer_from(parcel, interface);
        }
    }

    /// An interface of a service that is not modelled: its groups judge, where it has any; what stands behind is not known.
    fn arrive_at_service(&mut self, parcel: Parcel<'n>, interface: &'n NetworkInterface) {
        let parcels = if interface.security_groups.is_empty() {
            alloc::vec![parcel]
        } else {
            self.cross_security_groups(parcel, interface, Direction::Inbound)
        };
        for mut parcel in parcels {
            self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Unknown);
            let resource = Resource::NetworkInterface(interface.id.clone());
            self.lack(&mut parcel, Code::NotModelled, resource, Gap::InterfaceNotModelled);
            self.answer_from(parcel, interface);
        }
    }

    /// The reply starts at the interface where the request arrived. Its groups let it pass: they remember (SG-18).
    pub(super) fn answer_from(&mut self, mut parcel: Parcel<'n>, interface: &'n NetworkInterface) {
        self.turn(&mut parcel);
        self.hop(&mut parcel, interface_place(interface, InterfaceRole::Origin), Decision::Passed);
        self.reply_from(parcel, interface);
    }

    /// Sends a reply on from an interface: by routes, or to the load balancer that kept the client's address (LB-8).
    pub(super) fn reply_from(&mut self, parcel: Parcel<'n>, interface: &'n NetworkInterface) {
        match parcel.sessions.last().map(|session| session.place) {
            Some(SessionPlace::LoadBalancer { node, keeps_source: true }) => self.hand_to_node(parcel, interface, node),
            _ => match (self.peering_of_nat_gateway(&parcel), self.subnet(&interface.subnet)) {
                (Some(connection), Some(subnet)) => self.return_to_sender(parcel, connection, subnet),
                _ => self.leave_subnet(parcel, &interface.subnet),
            },
        }
    }

    /// A reply comes to whoever has its destination address: the last place that remembers, or the client.
    fn return_to(&mut self, mut parcel: Parcel<'n>, holder: Holder<'n>) {
        self.miss_inspection(&mut parcel);
        forget_gateways(&mut parcel);
        let session = parcel.sessions.last().map(|session| session.place);
        match (session, holder) {
            (Some(SessionPlace::NatGateway(nat)), _) if is_of(nat, holder) => {
                self.return_through_nat_gateway(parcel, nat)
            }
            (Some(SessionPlace::NatInstance { outside, .. }), Holder::Interface(here)) if here.id == outside.id => {
                self.return_through_nat_instance(parcel);
            }
            (Some(SessionPlace::LoadBalancer { node, .. }), Holder::Interface(here))
                if here.id == node.interface.id =>
            {
                self.return_through_load_balancer(parcel, node);
            }
            (None, Holder::Interface(interface)) => {
                self.hop(&mut parcel, interface_place(interface, InterfaceRole::Target), Decision::Passed);
                self.finish(parcel, End::Answered);
            }
            // The reply is addressed to where the request last came from, so nobody else can have the address
            // unless the snapshot contradicts itself.
            (_, holder) => {
                let resource = match holder {
                    Holder::Interface(interface) => Resource::NetworkInterface(interface.id.clone()),
                    Holder::NatGateway(nat) => Resource::NatGateway(nat.id.clone()),
                };
                let evidence = Evidence::State("the reply comes to another interface".to_string());
                self.stop(&mut parcel, Finding::new(Code::ReturnByAnotherWay, resource, evidence));
                self.finish(parcel, End::Stopped);
            }
        }
    }
}

/// Over IPv6 no internet gateway changes an address: a reply that came another way is the same reply (IG-7).
fn forget_gateways(parcel: &mut Parcel<'_>) {
    let is_ipv6 = parcel.header.source.fixed_address().is_some_and(|source| source.is_ipv6());
    let is_gateway = |session: &super::Session<'_>| session.place.is_gateway_to_the_internet();
    while is_ipv6 && parcel.sessions.last().is_some_and(is_gateway) {
        parcel.sessions.pop();
    }
}

/// Whether an address's holder is a NAT gateway, by its own listing or by its interface.
fn is_of(nat: &deguchi_model::NatGateway, holder: Holder<'_>) -> bool {
    match holder {
        Holder::NatGateway(here) => here.id == nat.id,
        Holder::Interface(here) => nat.addresses.iter().any(|address| address.interface.as_ref() == Some(&here.id)),
    }
}

/// No rule of an interface's groups matches.
fn no_rule(interface: &NetworkInterface, direction: Direction, rules: usize) -> Finding {
    let code = if rules == 0 { Code::SecurityGroupHasNoRules } else { Code::SecurityGroupRulesMismatch };
    let resource = match interface.security_groups.first() {
        Some(group) => Resource::SecurityGroup(group.clone()),
        None => Resource::NetworkInterface(interface.id.clone()),
    };
    let groups = interface.security_groups.clone();
    let evidence = Evidence::NoSecurityGroupRule { interface: interface.id.clone(), groups, rules };
    Finding { direction: Some(direction), ..Finding::new(code, resource, evidence) }
}

/// The Amazon resolver.
const DNS: &str = "dns";

/// The link-local services of the host under an instance (PW-13).
const LINK_LOCAL_SERVICES: [(&str, IpAddr); 8] = [
    (DNS, IpAddr::V4(core::net::Ipv4Addr::new(169, 254, 169, 253))),
    ("metadata", IpAddr::V4(core::net::Ipv4Addr::new(169, 254, 169, 254))),
    ("time", IpAddr::V4(core::net::Ipv4Addr::new(169, 254, 169, 123))),
    ("activation", IpAddr::V4(core::net::Ipv4Addr::new(169, 254, 169, 250))),
    ("container-metadata", IpAddr::V4(core::net::Ipv4Addr::new(169, 254, 170, 2))),
    (DNS, IpAddr::V6(core::net::Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x253))),
    ("metadata", IpAddr::V6(core::net::Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254))),
    ("time", IpAddr::V6(core::net::Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x123))),
];
