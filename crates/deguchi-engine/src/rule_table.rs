//! How every rule of a filter stands to the packets that meet it: what matched, what did not, and what it came to.
//!
//! Leaves out the decision itself, which the walk makes of the same rules ([`crate::filter`]).

use alloc::{borrow::Cow, vec, vec::Vec};

use deguchi_model::{Direction, NetworkAcl, PrefixListId, RuleAction, RulePeer, SecurityGroupId, TrafficMatch, VpcId};

use crate::{
    AddressSet,
    address_set::bounds,
    answer::{Decision, HeaderView, Hop, Place, PortsView},
    filter::{self, PeerRanges},
    header::{Header, HeaderPorts, Term},
    index::Index,
    packet_set::{Field, PacketSet, Space},
    query::Query,
    reason::{Heading, RuleReference},
    walk::Engine,
};

/// How one field of a rule stands to the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldMatch {
    /// It is about all of them.
    All,
    /// It is about some of them.
    Part,
    /// It is about none of them.
    None,
    /// The rule does not look at this field: ports where the protocol has none.
    NotLookedAt,
    /// The snapshot lacks what decides: the ranges of a prefix list.
    Unknown,
}

/// What a rule comes to for the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleEffect {
    /// It lets all or some of them pass.
    Allows,
    /// It drops all or some of them.
    Denies,
    /// It would match, but rules before it have decided already (NA-2).
    ComesTooLate,
    /// It is about none of them.
    NoMatch,
    /// It may let them pass: the snapshot lacks what decides.
    Unknown,
}

/// One rule, and how it stands to the packets that meet it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// The rule.
    pub rule: RuleReference,
    /// Its source for what enters, its destination for what leaves (SG-4, NA-5).
    pub address: FieldMatch,
    /// Its protocol.
    pub protocol: FieldMatch,
    /// Its destination ports, or its ICMP type and code (SG-5, SG-7, NA-5).
    pub ports: FieldMatch,
    /// What it comes to.
    pub effect: RuleEffect,
}

impl Engine<'_> {
    /// Returns every rule of the filter at a hop, in the order in which it is evaluated (those of security groups: in the
    /// order printed, group by group, for their order means nothing, SG-1), against the packets of that hop.
    ///
    /// Empty where the hop is no filter, where the snapshot lacks the filter, and where no rule is looked at: for the reply
    /// of a connection that a security group remembers (SG-18).
    pub fn rule_table(&self, query: &Query, hop: &Hop) -> Vec<RuleRow> {
        let index = self.index();
        match &hop.place {
            Place::NetworkAcl { acl: Some(acl), direction, .. } => {
                let acl = index.network.network_acls.get(acl);
                acl.map_or_else(Vec::new, |acl| rows_of_acl(acl, *direction, &hop.header))
            }
            Place::SecurityGroups { interface, groups, direction } if !is_remembered(hop) => {
                let Some(interface) = index.network.network_interfaces.get(interface) else { return Vec::new() };
                let is_denied = matches!(hop.decision, Decision::Denied { .. });
                let sight = Sight { index, query, direction: *direction, vpc: &interface.vpc, is_denied };
                sight.rows_of_groups(groups, &hop.header)
            }
            _ => Vec::new(),
        }
    }

    /// Returns the addresses that the peer of a security group rule stands for (SG-4, SG-9), in a rule of this direction in
    /// this VPC; `None` where the snapshot lacks the ranges of its prefix list.
    pub fn peer_addresses(&self, peer: &RulePeer, vpc: &VpcId, direction: Direction) -> Option<AddressSet> {
        match filter::peer_ranges(self.index(), peer, &[], (vpc, direction)) {
            PeerRanges::Certain(ranges) => Some(AddressSet::from_ranges(ranges.into_owned())),
            PeerRanges::Uncertain(_) => None,
        }
    }
}

/// Whether a security group lets a packet pass because it knows the connection, without a look at its rules.
fn is_remembered(hop: &Hop) -> bool {
    hop.heading == Heading::Return && matches!(&hop.decision, Decision::Allowed { by } if by.is_empty())
}

/// The packets of a header, as a set of their own.
struct Packets {
    space: Space,
    header: Header,
    all: PacketSet,
    /// What a filter looks at.
    address: Term,
}

impl Packets {
    fn new(view: &HeaderView, direction: Direction) -> Self {
        let mut space = Space::new();
        let (source, destination) = (Term::Field(Field::SourcePort), Term::Field(Field::DestinationPort));
        let (ports, of_source, of_destination) = match &view.ports {
            PortsView::Tcp { source: from, destination: to } => (HeaderPorts::Tcp { source, destination }, from, to),
            PortsView::Udp { source: from, destination: to } => (HeaderPorts::Udp { source, destination }, from, to),
            PortsView::Icmp { kind, .. } => {
                let (is_ipv6, is_reply) = (*kind >= 128, matches!(kind, 0 | 129));
                (HeaderPorts::Echo { is_reply, is_ipv6 }, &Vec::new(), &Vec::new())
            }
        };
        let mut all = space.ranges(Field::Source, view.source.ranges());
        let to = space.ranges(Field::Destination, view.destination.ranges());
        all = space.and(all, to);
        for (field, ranges) in [(Field::SourcePort, of_source), (Field::DestinationPort, of_destination)] {
            if !ranges.is_empty() {
                let ranges: Vec<(u128, u128)> =
                    ranges.iter().map(|(first, last)| (u128::from(*first), u128::from(*last))).collect();
                let set = space.ranges(field, &ranges);
                all = space.and(all, set);
            }
        }
        let header = Header { source: Term::Field(Field::Source), destination: Term::Field(Field::Destination), ports };
        let address = if direction == Direction::Inbound { header.source } else { header.destination };
        Self { space, header, all, address }
    }

    /// The packets among these whose address lies in ranges.
    fn with_address(&mut self, ranges: &[(u128, u128)]) -> PacketSet {
        let set = self.address.within(&mut self.space, ranges);
        self.space.and(set, self.all)
    }

    /// The packets among these that are of a rule's protocol and ports.
    fn with_traffic(&mut self, traffic: TrafficMatch) -> PacketSet {
        let set = filter::traffic(&mut self.space, traffic, &self.header);
        self.space.and(set, self.all)
    }

    fn extent(&self, part: PacketSet) -> FieldMatch {
        if part.is_empty() {
            FieldMatch::None
        } else if part == self.all {
            FieldMatch::All
        } else {
            FieldMatch::Part
        }
    }

    /// How a rule's protocol, and its ports or ICMP type, stand to the packets.
    fn protocol_and_ports(&self, rule: TrafficMatch, matched: PacketSet) -> (FieldMatch, FieldMatch) {
        let protocol = match rule {
            TrafficMatch::All => return (FieldMatch::All, FieldMatch::NotLookedAt),
            TrafficMatch::Tcp(_) => 6,
            TrafficMatch::Udp(_) => 17,
            TrafficMatch::Icmp(_) => 1,
            TrafficMatch::Icmpv6(_) => 58,
            TrafficMatch::Protocol(number) => {
                let is_it = number == self.header.ports.protocol();
                return (if is_it { FieldMatch::All } else { FieldMatch::None }, FieldMatch::NotLookedAt);
            }
        };
        if protocol == self.header.ports.protocol() {
            (FieldMatch::All, self.extent(matched))
        } else {
            (FieldMatch::None, FieldMatch::NotLookedAt)
        }
    }
}

fn rows_of_acl(acl: &NetworkAcl, direction: Direction, view: &HeaderView) -> Vec<RuleRow> {
    let mut packets = Packets::new(view, direction);
    let rules = if direction == Direction::Inbound { acl.inbound() } else { acl.outbound() };
    let mut left = packets.all;
    let mut rows = Vec::with_capacity(rules.len());
    for rule in rules {
        let by_address = packets.with_address(&[bounds(&rule.cidr)]);
        let by_traffic = packets.with_traffic(rule.traffic);
        let matched = packets.space.and(by_address, by_traffic);
        let hit = packets.space.and(matched, left);
        left = packets.space.minus(left, hit);
        let effect = match (hit.is_empty(), matched.is_empty(), rule.action) {
            (false, _, RuleAction::Allow) => RuleEffect::Allows,
            (false, _, RuleAction::Deny) => RuleEffect::Denies,
            (true, false, _) => RuleEffect::ComesTooLate,
            (true, true, _) => RuleEffect::NoMatch,
        };
        let (protocol, ports) = packets.protocol_and_ports(rule.traffic, by_traffic);
        let address = packets.extent(by_address);
        rows.push(RuleRow { rule: RuleReference::NetworkAcl(rule.clone()), address, protocol, ports, effect });
    }
    rows
}

/// What a table of security group rules is made with.
struct Sight<'a, 'n> {
    index: &'a Index<'n>,
    query: &'a Query,
    direction: Direction,
    vpc: &'a VpcId,
    /// Whether the packets are denied: then no reference matches them, whatever their address (SG-12, SG-13).
    is_denied: bool,
}

impl Sight<'_, '_> {
    fn rows_of_groups(&self, groups: &[SecurityGroupId], view: &HeaderView) -> Vec<RuleRow> {
        let mut packets = Packets::new(view, self.direction);
        let far = if self.direction == Direction::Inbound { &view.source } else { &view.destination };
        let within = self.within(far);
        let (known, _) = filter::groups_of(self.index, groups);
        let mut rows = Vec::new();
        for group in known {
            let rules = if self.direction == Direction::Inbound { &group.inbound } else { &group.outbound };
            for rule in rules {
                let by_traffic = packets.with_traffic(rule.traffic);
                let (address, matched) =
                    match filter::peer_ranges(self.index, &rule.peer, within, (self.vpc, self.direction)) {
                        PeerRanges::Certain(_) if self.is_denied && matches!(rule.peer, RulePeer::SecurityGroup(_)) => {
                            (FieldMatch::None, PacketSet::NONE)
                        }
                        PeerRanges::Certain(ranges) => {
                            let by_address = packets.with_address(&normalised(ranges));
                            (packets.extent(by_address), packets.space.and(by_address, by_traffic))
                        }
                        PeerRanges::Uncertain(_) => (FieldMatch::Unknown, by_traffic),
                    };
                let effect = match (matched.is_empty(), address) {
                    (true, _) => RuleEffect::NoMatch,
                    (false, FieldMatch::Unknown) => RuleEffect::Unknown,
                    (false, _) => RuleEffect::Allows,
                };
                let (protocol, ports) = packets.protocol_and_ports(rule.traffic, by_traffic);
                let reference = RuleReference::SecurityGroup(group.id.clone(), rule.clone());
                rows.push(RuleRow { rule: reference, address, protocol, ports, effect });
            }
        }
        rows
    }

    /// The prefix lists that hold every address of the far end, by what the question says of its destination.
    fn within(&self, far: &AddressSet) -> &[PrefixListId] {
        let destination = &self.query.destination;
        if far.minus(&destination.addresses).is_empty() { &destination.within } else { &[] }
    }
}

/// Ranges ascending and disjoint, as packet sets want them.
fn normalised(ranges: Cow<'_, [(u128, u128)]>) -> Vec<(u128, u128)> {
    match ranges {
        Cow::Borrowed([one]) => vec![*one],
        ranges => AddressSet::from_ranges(ranges.into_owned()).ranges().to_vec(),
    }
}
