//! Walks a query's packets out and back, splitting them exactly at every step.
//!
//! A [`Parcel`] is a part of the packets that has met the same fate so far. A filter splits it: what the filter denies
//! goes on beside what it allows, marked with the reason, so that everything else that would stop it is found too.
//! A parcel ends where it arrives and is answered, or where there is no way on.
//!
//! INVARIANT (partition): parcels are disjoint and together are the query, from the first step to the last. Every
//! split hands on all of what it was given.

mod alternatives;
mod appliance;
mod block_public_access;
mod boundary;
mod edge_table;
mod inspection;
mod interface;
mod interface_endpoint;
mod internet;
mod load_balancer;
mod nat_gateway;
mod nat_instance;
mod on_premises;
mod peering_connection;
mod service;
mod target;
mod transit_gateway;
mod vpc_endpoint;
mod vpn_gateway;

use alloc::{string::ToString, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{
    Direction, EgressOnlyInternetGatewayId, Instance, InstanceId, InternetGatewayId, NatGatewayId, Network,
    NetworkInterface, Route, Subnet, SubnetId, TransitGatewayAttachmentId, VpcId,
};

use crate::{
    AddressSet,
    address_set::position,
    answer::{Answer, Decision, Hop, InterfaceRole, Outcome, Place, Verdict, Way},
    filter::References,
    header::{Header, HeaderPorts, Term},
    index::Index,
    packet_part::PacketPart,
    packet_set::{Field, PacketSet, Space},
    policy::Authorization,
    query::{DestinationBasis, Ports, Query, Source, Traffic},
    reason::{Assumption, Code, Evidence, Gap, Heading, Missing, Reason, Resource},
};

/// The lowest port that a NAT gateway chooses for itself; the highest is 65535 (NA-10).
const NAT_GATEWAY_FIRST_PORT: u128 = 1024;

/// How often a way may pass a NAT or cross into another VPC: more than any network needs, less than for ever.
const LONGEST_WAY: usize = 200;

/// Answers queries about one network.
pub struct Engine<'n> {
    index: Index<'n>,
}

impl<'n> Engine<'n> {
    /// Prepares a network for queries.
    pub fn new(network: &'n Network) -> Self {
        Self { index: Index::new(network) }
    }

    /// What it knows about the network.
    pub(crate) fn index(&self) -> &Index<'n> {
        &self.index
    }

    /// The network it answers about.
    pub fn network(&self) -> &'n Network {
        self.index.network
    }

    /// Walks a query out and back.
    pub fn answer(&self, query: &Query) -> Answer {
        let mut space = Space::new();
        let walk = Walk::new(&self.index, &mut space, query);
        walk.run()
    }
}

/// Returns a query's packets, and those of them that do not surely arrive and get their answer, whatever a translation
/// chooses: sets of the client's own fields alone, so that two networks can be compared in one space.
pub(crate) fn undelivered(index: &Index<'_>, space: &mut Space, query: &Query) -> (PacketSet, PacketSet) {
    let mut walk = Walk::new(index, space, query);
    walk.walk();
    let Walk { whole, leaves, .. } = walk;
    let delivered: Vec<PacketSet> =
        leaves.iter().filter(|leaf| leaf.outcome == Outcome::Delivered).map(|leaf| leaf.parcel.packets).collect();
    let delivered = space.union(&delivered);
    let lost = space.minus(whole, delivered);
    (space.without(whole, Field::FirstTranslationAddress), space.without(lost, Field::FirstTranslationAddress))
}

/// What becomes of a query's packets, as sets that are disjoint and together are the whole.
pub(crate) struct Fates {
    pub(crate) whole: PacketSet,
    pub(crate) delivered: PacketSet,
    pub(crate) dropped: PacketSet,
    pub(crate) undecided: PacketSet,
}

/// Returns what becomes of a query's packets, and the answer in words.
pub(crate) fn fates(index: &Index<'_>, space: &mut Space, query: &Query) -> (Fates, Answer) {
    let mut walk = Walk::new(index, space, query);
    walk.walk();
    let mut fates =
        Fates { whole: walk.whole, delivered: PacketSet::NONE, dropped: PacketSet::NONE, undecided: PacketSet::NONE };
    for leaf in &walk.leaves {
        let set = match leaf.outcome {
            Outcome::Delivered => &mut fates.delivered,
            Outcome::Dropped => &mut fates.dropped,
            Outcome::Undecided { .. } => &mut fates.undecided,
        };
        *set = walk.space.or(*set, leaf.parcel.packets);
    }
    (fates, walk.into_answer())
}

/// A part of the packets, on its way.
#[derive(Clone)]
struct Parcel<'n> {
    packets: PacketSet,
    header: Header,
    heading: Heading,
    leg: u8,
    /// Where the reply has to pass, the last one first.
    sessions: Vec<Session<'n>>,
    hops: Vec<RawHop>,
    /// Indices of what stopped it, and of what is not known.
    reasons: Vec<usize>,
    gaps: Vec<usize>,
    /// Whether the way itself is a guess from here on, so that what stops it on this way decides nothing.
    is_conjecture: bool,
    /// NAT gateways and instances passed on the way out, to find loops.
    passed: Vec<Resource>,
    /// How many translations have chosen ports so far.
    translations: usize,
    assumptions: Vec<Assumption>,
    /// What an internet gateway shall map the source to, where a NAT gateway has said so.
    mapping: Mapping<'n>,
    /// By which subnet each attachment in appliance mode let the packets into its VPC: the reply keeps to it (TG-6).
    pinned: Vec<(&'n TransitGatewayAttachmentId, &'n Subnet)>,
    /// What rules that name groups go by, where the packets come in.
    references: References<'n>,
}

/// What an internet gateway finds about a packet's source address.
#[derive(Clone, Copy)]
enum Mapping<'n> {
    /// A machine's own address, that a guest which forwards has left as it was.
    Bare(&'n InstanceId),
    /// The interface that has the address says.
    Interface,
    /// A NAT gateway's address says, here.
    NatGateway(&'n NatGatewayId, Option<core::net::Ipv4Addr>),
    /// As the interface says; it belongs to this NAT instance.
    NatInstance(&'n InstanceId),
}

/// A place that remembers a connection, or maps its addresses: the reply has to come back to it.
#[derive(Clone)]
struct Session<'n> {
    place: SessionPlace<'n>,
    /// The header as it came in.
    before: Header,
    mapping: Mapping<'n>,
}

/// Where a connection is remembered.
#[derive(Clone, Copy)]
enum SessionPlace<'n> {
    NatGateway(&'n deguchi_model::NatGateway),
    NatInstance {
        instance: &'n Instance,
        inside: &'n NetworkInterface,
        outside: &'n NetworkInterface,
    },
    /// Out to the internet.
    InternetGatewayOut {
        gateway: &'n InternetGatewayId,
        vpc: &'n VpcId,
    },
    /// In from the internet.
    InternetGatewayIn {
        gateway: &'n InternetGatewayId,
        vpc: &'n VpcId,
    },
    EgressOnly {
        gateway: &'n EgressOnlyInternetGatewayId,
        vpc: &'n VpcId,
    },
    /// The endpoint of something that inspects packets, in this subnet.
    Inspection {
        endpoint: &'n deguchi_model::VpcEndpoint,
        subnet: &'n Subnet,
    },
    /// A machine that hands packets on as they are, which came to it by this interface.
    Appliance {
        inside: &'n NetworkInterface,
        /// Whether it may mind if it does not see the replies.
        minds: bool,
    },
    /// The network on premises, by this entrance.
    OnPremises(on_premises::Entrance<'n>),
    LoadBalancer {
        node: load_balancer::Node<'n>,
        /// Whether the target sees the client's address (LB-4).
        keeps_source: bool,
    },
}

impl SessionPlace<'_> {
    /// Whether it is a gateway to the internet: over IPv6 these change no address.
    const fn is_gateway_to_the_internet(self) -> bool {
        matches!(self, Self::InternetGatewayOut { .. } | Self::InternetGatewayIn { .. } | Self::EgressOnly { .. })
    }
}

/// A hop before its header is put into words.
#[derive(Clone)]
struct RawHop {
    heading: Heading,
    leg: u8,
    place: Place,
    decision: Decision,
    header: Header,
}

/// A reason before its packets are put into words.
#[derive(Clone)]
struct RawReason {
    reason: Reason,
    packets: PacketSet,
}

#[derive(Clone)]
struct RawGap {
    missing: Missing,
    packets: PacketSet,
}

/// The end of a parcel.
struct Leaf<'n> {
    outcome: Outcome,
    parcel: Parcel<'n>,
}

/// Whether a parcel came to its end by arriving and being answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Answered,
    Stopped,
}

struct Walk<'a, 'n> {
    index: &'a Index<'n>,
    space: &'a mut Space,
    query: &'a Query,
    /// The query's packets, with every choice that translations have.
    whole: PacketSet,
    reasons: Vec<RawReason>,
    gaps: Vec<RawGap>,
    leaves: Vec<Leaf<'n>>,
    /// What policies come to for the requests of parcels that reached a service.
    authorizations: Vec<Authorization>,
}

impl<'a, 'n> Walk<'a, 'n> {
    fn new(index: &'a Index<'n>, space: &'a mut Space, query: &'a Query) -> Self {
        Self {
            index,
            space,
            query,
            whole: PacketSet::ALL,
            reasons: Vec::new(),
            gaps: Vec::new(),
            leaves: Vec::new(),
            authorizations: Vec::new(),
        }
    }

    fn run(mut self) -> Answer {
        self.walk();
        self.into_answer()
    }

    /// Follows every packet to its end.
    fn walk(&mut self) {
        let header = self.first_header();
        self.whole = self.query_packets(&header);
        let parcel = Parcel {
            packets: self.whole,
            header,
            heading: Heading::Forward,
            leg: 1,
            sessions: Vec::new(),
            hops: Vec::new(),
            reasons: Vec::new(),
            gaps: Vec::new(),
            is_conjecture: false,
            passed: Vec::new(),
            translations: 0,
            assumptions: self.first_assumptions(),
            mapping: Mapping::Interface,
            pinned: Vec::new(),
            references: References::ByAddress,
        };
        if !parcel.packets.is_empty() {
            match &self.query.source {
                Source::Interface { interface, address } => self.start_at_interface(parcel, interface, *address),
                Source::Internet(_) => self.start_at_internet(parcel),
                Source::OnPremises(_) => self.start_on_premises(parcel),
            }
        }
    }

    /// The header as the client sends it: a field that the query leaves open is shown as it is.
    fn first_header(&self) -> Header {
        let source = match &self.query.source {
            Source::Interface { address, .. } => Term::address(*address),
            Source::Internet(_) => Term::Field(Field::Source),
            Source::OnPremises(addresses) => addresses.only().map_or(Term::Field(Field::Source), Term::address),
        };
        let (source_port, destination_port) = (Term::Field(Field::SourcePort), Term::Field(Field::DestinationPort));
        let is_ipv6 = self.query.destination.addresses.first().is_some_and(|address| address.is_ipv6());
        let ports = match &self.query.traffic {
            Traffic::Tcp(_) => HeaderPorts::Tcp { source: source_port, destination: destination_port },
            Traffic::Udp(_) => HeaderPorts::Udp { source: source_port, destination: destination_port },
            Traffic::Ping => HeaderPorts::Echo { is_reply: false, is_ipv6 },
        };
        Header { source, destination: self.destination(), ports }
    }

    /// The query as a set. What translations may choose is in it from the start, so that parts can be compared.
    fn query_packets(&mut self, header: &Header) -> PacketSet {
        let mut sets = Vec::new();
        sets.push(self.space.ranges(Field::Destination, self.query.destination.addresses.ranges()));
        let source = match &self.query.source {
            Source::Interface { address, .. } => AddressSet::single(*address),
            Source::Internet(addresses) | Source::OnPremises(addresses) => addresses.clone(),
        };
        sets.push(self.space.ranges(Field::Source, source.ranges()));
        if let Traffic::Tcp(ports) | Traffic::Udp(ports) = &self.query.traffic {
            let Ports { source, destination } = ports;
            for (field, range) in [(Field::SourcePort, source), (Field::DestinationPort, destination)] {
                sets.push(self.space.range(field, range.first().into(), range.last().into()));
            }
        }
        if !matches!(header.ports, HeaderPorts::Echo { .. }) {
            for field in [Field::FirstTranslationPort, Field::SecondTranslationPort] {
                sets.push(self.space.range(field, NAT_GATEWAY_FIRST_PORT, field.last_value()));
            }
        }
        sets.into_iter().fold(PacketSet::ALL, |all, set| self.space.and(all, set))
    }

    fn first_assumptions(&self) -> Vec<Assumption> {
        match &self.query.traffic {
            Traffic::Tcp(ports) | Traffic::Udp(ports) => {
                alloc::vec![Assumption::EphemeralPorts { first: ports.source.first(), last: ports.source.last() }]
            }
            Traffic::Ping => alloc::vec![Assumption::AnswersPing],
        }
    }

    /// The destination as the client's header shows it.
    fn destination(&self) -> Term {
        match self.query.destination.addresses.only() {
            Some(address) => Term::address(address),
            None => Term::Field(Field::Destination),
        }
    }

    /// The prefix lists that hold what a header shows as its destination.
    fn within(&self, destination: Term) -> &'a [deguchi_model::PrefixListId] {
        if destination == self.destination() { &self.query.destination.within } else { &[] }
    }

    /// The part of a parcel within a set, or nothing.
    fn part(&mut self, parcel: &Parcel<'n>, set: PacketSet) -> Option<Parcel<'n>> {
        let packets = self.space.and(parcel.packets, set);
        (!packets.is_empty()).then(|| Parcel { packets, ..parcel.clone() })
    }

    /// Splits a parcel by whether a header's field lies in ranges: the part inside, the part outside.
    fn split(
        &mut self,
        parcel: Parcel<'n>,
        term: Term,
        ranges: &[(u128, u128)],
    ) -> (Option<Parcel<'n>>, Option<Parcel<'n>>) {
        let set = term.within(self.space, ranges);
        let outside = self.space.minus(parcel.packets, set);
        if outside.is_empty() {
            return (Some(parcel), None);
        }
        (self.part(&parcel, set), self.part(&parcel, outside))
    }

    /// Marks a parcel as stopped for a reason. It may go on, to find what else stops it.
    fn stop(&mut self, parcel: &mut Parcel<'n>, finding: Finding) {
        let Finding { code, resource, evidence, direction, subnet } = finding;
        let (heading, leg) = (parcel.heading, parcel.leg);
        let same = |raw: &RawReason| {
            let known = &raw.reason;
            (known.code, &known.resource, &known.evidence) == (code, &resource, &evidence)
                && (known.heading, known.leg, known.direction, &known.subnet) == (heading, leg, direction, &subnet)
        };
        let place = match self.reasons.iter().position(same) {
            Some(place) => place,
            None => {
                let packets = PacketPart { share: 0.0, limits: Vec::new() };
                let reason = Reason { code, resource, evidence, heading, leg, direction, subnet, packets };
                self.reasons.push(RawReason { reason, packets: PacketSet::NONE });
                self.reasons.len() - 1
            }
        };
        if let Some(raw) = self.reasons.get_mut(place) {
            raw.packets = self.space.or(raw.packets, parcel.packets);
        }
        if parcel.is_conjecture {
            return;
        }
        if !parcel.reasons.contains(&place) {
            parcel.reasons.push(place);
        }
    }

    /// Marks a parcel as undecided for want of something.
    fn lack(&mut self, parcel: &mut Parcel<'n>, code: Code, resource: Resource, gap: Gap) {
        let (heading, leg) = (parcel.heading, parcel.leg);
        let same = |raw: &RawGap| {
            let known = &raw.missing;
            (known.code, &known.resource, &known.gap) == (code, &resource, &gap)
                && (known.heading, known.leg) == (heading, leg)
        };
        let place = match self.gaps.iter().position(same) {
            Some(place) => place,
            None => {
                let packets = PacketPart { share: 0.0, limits: Vec::new() };
                let missing = Missing { code, resource, gap, heading, leg, packets };
                self.gaps.push(RawGap { missing, packets: PacketSet::NONE });
                self.gaps.len() - 1
            }
        };
        if let Some(raw) = self.gaps.get_mut(place) {
            raw.packets = self.space.or(raw.packets, parcel.packets);
        }
        if !parcel.gaps.contains(&place) {
            parcel.gaps.push(place);
        }
    }

    /// Marks a parcel as undecided and ends it: there is no way on that could be judged.
    fn give_up(&mut self, mut parcel: Parcel<'n>, code: Code, resource: Resource, gap: Gap) {
        self.lack(&mut parcel, code, resource, gap);
        self.finish(parcel, End::Stopped);
    }

    fn hop(&self, parcel: &mut Parcel<'n>, place: Place, decision: Decision) {
        let Parcel { heading, leg, header, .. } = *parcel;
        parcel.hops.push(RawHop { heading, leg, place, decision, header });
    }

    /// Ends a parcel.
    fn finish(&mut self, parcel: Parcel<'n>, end: End) {
        let outcome = if !parcel.reasons.is_empty() {
            Outcome::Dropped
        } else if !parcel.gaps.is_empty() || end == End::Stopped {
            Outcome::Undecided { would_arrive: end == End::Answered }
        } else {
            Outcome::Delivered
        };
        self.leaves.push(Leaf { outcome, parcel });
    }

    /// Whether packets are of IPv4, by the source that they show.
    fn is_ipv4(&self, parcel: &Parcel<'n>) -> bool {
        let source = parcel.header.source.values(self.space, parcel.packets);
        source.first().is_some_and(|address| address.is_ipv4())
    }

    fn subnet(&self, id: &SubnetId) -> Option<&'n Subnet> {
        self.index.network.subnets.get(id)
    }

    /// Turns a parcel that has arrived around: from here on it is the reply.
    fn turn(&self, parcel: &mut Parcel<'n>) {
        parcel.heading = Heading::Return;
        parcel.leg += 1;
        parcel.header = parcel.header.swapped();
    }

    fn into_answer(self) -> Answer {
        let Self { space, query, whole, reasons, gaps, mut leaves, authorizations, .. } = self;
        let (mut dropped, mut undecided, mut delivered) = (PacketSet::NONE, PacketSet::NONE, PacketSet::NONE);
        for leaf in &leaves {
            let set = match leaf.outcome {
                Outcome::Dropped => &mut dropped,
                Outcome::Undecided { .. } => &mut undecided,
                Outcome::Delivered => &mut delivered,
            };
            *set = space.or(*set, leaf.parcel.packets);
        }
        let differs = differs_among_candidates(space, query, delivered, dropped);
        let verdict = verdict([dropped, undecided, delivered], differs);
        sort_leaves(space, whole, &mut leaves);
        let describe = |part: PacketSet| PacketPart::describe(space, part, whole);
        let assumptions = assumptions(&leaves);
        // A reason found on a way that was a guess, and on no other, stops nothing for certain: it is not told.
        let is_used = |place: usize| leaves.iter().any(|leaf| leaf.parcel.reasons.contains(&place));
        let used: Vec<usize> = (0..reasons.len()).filter(|place| is_used(*place)).collect();
        let known_gaps = gaps.into_iter().map(|raw| Missing { packets: describe(raw.packets), ..raw.missing });
        Answer {
            verdict,
            reachable_share: space.share(delivered, whole),
            undecided_share: space.share(undecided, whole),
            reasons: reasons
                .into_iter()
                .enumerate()
                .filter(|(place, _)| used.contains(place))
                .map(|(_, raw)| Reason { packets: describe(raw.packets), ..raw.reason })
                .collect(),
            missing: differs
                .then(|| unknown_destination(query, describe(whole)))
                .into_iter()
                .chain(known_gaps)
                .collect(),
            assumptions,
            authorizations,
            ways: leaves.iter().map(|leaf| way(space, leaf, whole, &used, usize::from(differs))).collect(),
        }
    }
}

/// Sorts the ends of parcels: dropped, undecided, delivered; the larger part first.
fn sort_leaves(space: &Space, whole: PacketSet, leaves: &mut Vec<Leaf<'_>>) {
    let rank = |leaf: &Leaf<'_>| match leaf.outcome {
        Outcome::Dropped => 0_u8,
        Outcome::Undecided { .. } => 1,
        Outcome::Delivered => 2,
    };
    let mut ranked: Vec<(u8, f64, Leaf<'_>)> = core::mem::take(leaves)
        .into_iter()
        .map(|leaf| (rank(&leaf), space.share(leaf.parcel.packets, whole), leaf))
        .collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    leaves.extend(ranked.into_iter().map(|(_, _, leaf)| leaf));
}

/// What stops a parcel, before it is known whether another parcel was stopped by the same.
struct Finding {
    code: Code,
    resource: Resource,
    evidence: Evidence,
    direction: Option<Direction>,
    subnet: Option<SubnetId>,
}

impl Finding {
    fn new(code: Code, resource: Resource, evidence: Evidence) -> Self {
        Self { code, resource, evidence, direction: None, subnet: None }
    }

    /// A route that drops.
    fn of_route(
        code: Code,
        table: &deguchi_model::RouteTable,
        subnet: Option<&SubnetId>,
        route: Option<&Route>,
    ) -> Self {
        let evidence = route.map_or(Evidence::NoRoute, |route| Evidence::Route(route.clone()));
        let resource = Resource::RouteTable(table.id.clone());
        Self { code, resource, evidence, direction: None, subnet: subnet.cloned() }
    }
}

/// Whether packets for some candidates of the destination arrive while those for others are dropped: which of them is
/// meant decides (GE-10).
fn differs_among_candidates(space: &Space, query: &Query, delivered: PacketSet, dropped: PacketSet) -> bool {
    let is_mixed = !delivered.is_empty() && !dropped.is_empty();
    is_mixed
        && query.destination.basis == DestinationBasis::Candidates
        && space.values(delivered, Field::Destination) != space.values(dropped, Field::Destination)
}

fn unknown_destination(query: &Query, packets: PacketPart) -> Missing {
    let list = query.destination.within.first();
    let resource = list.map_or(Resource::Internet, |list| Resource::PrefixList(list.clone()));
    Missing { code: Code::Missing, resource, gap: Gap::DestinationAddress, heading: Heading::Forward, leg: 1, packets }
}

fn verdict([dropped, undecided, delivered]: [PacketSet; 3], differs: bool) -> Verdict {
    match (delivered.is_empty(), dropped.is_empty(), undecided.is_empty()) {
        (_, true, true) => Verdict::Reachable,
        (true, false, true) => Verdict::Unreachable,
        (false, false, _) if differs => Verdict::Undecided,
        (false, false, _) => Verdict::Partly,
        (_, true, false) | (true, false, false) => Verdict::Undecided,
    }
}

/// What the ways that are not dropped take for granted; if all are dropped, nothing needs to be.
fn assumptions(leaves: &[Leaf<'_>]) -> Vec<Assumption> {
    let mut found: Vec<Assumption> = Vec::new();
    for leaf in leaves.iter().filter(|leaf| leaf.outcome != Outcome::Dropped) {
        for assumption in &leaf.parcel.assumptions {
            if !found.contains(assumption) {
                found.push(assumption.clone());
            }
        }
    }
    found.sort();
    found
}

/// Puts a leaf into words. `used` are the reasons that are told; `before` is how many unknowns are told before its own.
fn way(space: &Space, leaf: &Leaf<'_>, whole: PacketSet, used: &[usize], before: usize) -> Way {
    let parcel = &leaf.parcel;
    let hops = parcel
        .hops
        .iter()
        .map(|hop| Hop {
            heading: hop.heading,
            leg: hop.leg,
            place: hop.place.clone(),
            decision: hop.decision.clone(),
            header: hop.header.view(space, parcel.packets),
        })
        .collect();
    Way {
        outcome: leaf.outcome,
        packets: PacketPart::describe(space, parcel.packets, whole),
        hops,
        reasons: parcel.reasons.iter().filter_map(|place| used.iter().position(|used| used == place)).collect(),
        missing: parcel.gaps.iter().map(|place| place + before).collect(),
    }
}

/// The id of something that has only a name in a route.
fn other(text: &impl ToString) -> Resource {
    Resource::Other(text.to_string())
}

/// The place of an interface on a way.
fn interface_place(interface: &NetworkInterface, role: InterfaceRole) -> Place {
    Place::Interface { interface: interface.id.clone(), instance: instance_of(interface).cloned(), role }
}

/// The instance that an interface is attached to.
fn instance_of(interface: &NetworkInterface) -> Option<&InstanceId> {
    interface.attachment.as_ref()?.instance.as_ref()
}

/// Ranges of one address, for a split.
fn just(address: IpAddr) -> [(u128, u128); 1] {
    [(position(address), position(address))]
}
