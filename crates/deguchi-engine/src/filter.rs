//! What security groups and network ACLs let pass: sets of packets, by rule.
//!
//! Leaves out state: which filters a reply meets is the walk's to know (PW-5).

use alloc::{borrow::Cow, collections::BTreeMap, vec, vec::Vec};

use deguchi_model::{
    Direction, IcmpMatch, NetworkAcl, NetworkAclRule, PrefixListId, RuleAction, RulePeer, SecurityGroup,
    SecurityGroupId, TrafficMatch, VpcId,
};

use crate::{
    AddressSet,
    address_set::bounds,
    header::{Header, HeaderPorts, Term},
    index::Index,
    packet_set::{PacketSet, Space},
    reason::{Code, RuleReference},
};

/// How many of the rules that let packets pass an answer names: enough to read, however long the list.
const RULES_NAMED: usize = 16;

/// Returns the packets whose protocol and destination port a rule is about (SG-5, SG-6, NA-5, NA-7).
pub(crate) fn traffic(space: &mut Space, rule: TrafficMatch, header: &Header) -> PacketSet {
    let port = |space: &mut Space, term: Term, range: deguchi_model::PortRange| {
        term.within(space, &[(u128::from(range.first()), u128::from(range.last()))])
    };
    match (rule, header.ports) {
        (TrafficMatch::All, _) => PacketSet::ALL,
        (TrafficMatch::Tcp(range), HeaderPorts::Tcp { destination, .. })
        | (TrafficMatch::Udp(range), HeaderPorts::Udp { destination, .. }) => port(space, destination, range),
        (TrafficMatch::Icmp(which), HeaderPorts::Echo { is_reply, is_ipv6: false }) => icmp(which, is_reply, false),
        (TrafficMatch::Icmpv6(which), HeaderPorts::Echo { is_reply, is_ipv6: true }) => icmp(which, is_reply, true),
        (TrafficMatch::Protocol(number), ports) if number == ports.protocol() => PacketSet::ALL,
        _ => PacketSet::NONE,
    }
}

fn icmp(which: IcmpMatch, is_reply: bool, is_ipv6: bool) -> PacketSet {
    let kind = HeaderPorts::icmp_type(is_reply, is_ipv6);
    let matches = match which {
        IcmpMatch::Any => true,
        IcmpMatch::Type(wanted) => wanted == kind,
        IcmpMatch::TypeAndCode(wanted, code) => wanted == kind && code == 0,
    };
    if matches { PacketSet::ALL } else { PacketSet::NONE }
}

/// What a network ACL does with packets.
pub(crate) struct AclDecision {
    /// What passes, and the rules that let it.
    pub(crate) allowed: PacketSet,
    pub(crate) allowed_by: Vec<RuleReference>,
    /// What is dropped, by the rule that does; `None` where no rule matches.
    pub(crate) denied: Vec<(Option<NetworkAclRule>, PacketSet)>,
}

/// Splits packets by the first rule that matches (NA-2).
pub(crate) fn network_acl(
    space: &mut Space,
    acl: &NetworkAcl,
    direction: Direction,
    header: &Header,
    packets: PacketSet,
) -> AclDecision {
    // NA-5: inbound rules look at the source, outbound ones at the destination; both at the destination port.
    let (rules, address) = match direction {
        Direction::Inbound => (acl.inbound(), header.source),
        Direction::Outbound => (acl.outbound(), header.destination),
    };
    let mut decision = AclDecision { allowed: PacketSet::NONE, allowed_by: Vec::new(), denied: Vec::new() };
    let mut left = packets;
    for rule in rules {
        let by_address = address.within(space, &[bounds(&rule.cidr)]);
        if by_address.is_empty() {
            continue;
        }
        let by_traffic = traffic(space, rule.traffic, header);
        let matched = space.and(by_address, by_traffic);
        let hit = space.and(matched, left);
        if hit.is_empty() {
            continue;
        }
        left = space.minus(left, hit);
        match rule.action {
            RuleAction::Allow => {
                decision.allowed = space.or(decision.allowed, hit);
                decision.allowed_by.push(RuleReference::NetworkAcl(rule.clone()));
            }
            RuleAction::Deny => decision.denied.push((Some(rule.clone()), hit)),
        }
        if left.is_empty() {
            return decision;
        }
    }
    decision.denied.push((None, left));
    decision
}

/// What the security groups of an interface do with packets, all their rules pooled (SG-1).
pub(crate) struct GroupDecision {
    /// What passes, and rules that let it.
    pub(crate) allowed: PacketSet,
    pub(crate) allowed_by: Vec<RuleReference>,
    /// What may pass, by what that hangs on.
    pub(crate) uncertain: Vec<(UncertainPeer, PacketSet)>,
    /// What is dropped, though a rule names a group of whoever sent it: something in between does not preserve that
    /// (SG-13).
    pub(crate) lost: PacketSet,
    /// What is dropped besides.
    pub(crate) denied: PacketSet,
    /// How many rules there are in this direction.
    pub(crate) rules: usize,
}

/// What decides whether a rule is about packets, and is not in the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UncertainPeer {
    /// The ranges of this list.
    PrefixList(PrefixListId),
    /// Who carries a group in a VPC whose interfaces are not all listed.
    Members,
}

/// What a snapshot knows about the other ends of an interface's packets.
pub(crate) struct PeerKnowledge<'a> {
    /// Lists that hold every address asked about.
    pub(crate) within: &'a [PrefixListId],
    /// Addresses whose interfaces are not listed: they may carry any group (SG-9).
    pub(crate) unlisted: &'a AddressSet,
    /// What a rule that names a group goes by.
    pub(crate) references: References<'a>,
    /// The VPC of the interface, and whether packets come or go: groups reach so far (SG-12).
    pub(crate) vpc: &'a VpcId,
    pub(crate) direction: Direction,
}

/// What a rule that names a group goes by.
#[derive(Clone, Copy)]
pub(crate) enum References<'a> {
    /// The packets' address, which some interface has (SG-9).
    ByAddress,
    /// These groups alone: a load balancer's, or none behind what preserves no reference (SG-12, SG-13, LB-6); by which
    /// code a rule that names another group of the sender fails.
    Of(&'a [SecurityGroupId], Code),
}

impl References<'_> {
    /// No group is known of whoever sent the packets, for this reason.
    pub(crate) const fn of_nobody(code: Code) -> Self {
        Self::Of(&[], code)
    }

    /// The code of what a rule does not match for want of a reference.
    pub(crate) const fn code(self) -> Code {
        match self {
            Self::ByAddress => Code::SecurityGroupRulesMismatch,
            Self::Of(_, code) => code,
        }
    }
}

/// Splits packets by whether any rule of any of the groups allows them.
pub(crate) fn security_groups(
    space: &mut Space,
    index: &Index<'_>,
    groups: &[&SecurityGroup],
    header: &Header,
    packets: PacketSet,
    knowledge: &PeerKnowledge<'_>,
) -> GroupDecision {
    let direction = knowledge.direction;
    let address = if direction == Direction::Inbound { header.source } else { header.destination };
    let peers = address.values(space, packets);
    let mut pool = RulePool { packets, address, peers, by_traffic: BTreeMap::new(), named: Vec::new() };
    let mut uncertain: Vec<(UncertainPeer, PacketSet)> = Vec::new();
    let mut rules = 0;
    let mut lost = PacketSet::NONE;
    for group in groups {
        let list = if direction == Direction::Inbound { &group.inbound } else { &group.outbound };
        rules += list.len();
        for rule in list {
            let by_traffic = traffic(space, rule.traffic, header);
            let by_traffic = space.and(by_traffic, packets);
            if by_traffic.is_empty() {
                continue;
            }
            if let (RulePeer::SecurityGroup(group), References::Of(carried, _)) = (&rule.peer, knowledge.references)
                && !carried.contains(group)
            {
                let by_address = address.within(space, index.members_anywhere(group).ranges());
                let by_address = space.and(by_address, by_traffic);
                lost = space.or(lost, by_address);
                continue;
            }
            let carries = |group: &SecurityGroupId| match knowledge.references {
                References::ByAddress => false,
                References::Of(carried, _) => carried.contains(group),
            };
            if let RulePeer::SecurityGroup(peer) = &rule.peer
                && carries(peer)
            {
                let name = || RuleReference::SecurityGroup(group.id.clone(), rule.clone());
                if pool.add(by_traffic, &EVERYTHING, name) {
                    return GroupDecision::all(packets, vec![name()], rules);
                }
                continue;
            }
            if matches!(rule.peer, RulePeer::SecurityGroup(_)) && !knowledge.unlisted.is_empty() {
                let unlisted = address.within(space, knowledge.unlisted.ranges());
                uncertain.push((UncertainPeer::Members, space.and(by_traffic, unlisted)));
            }
            match peer_ranges(index, &rule.peer, knowledge.within, (knowledge.vpc, direction)) {
                PeerRanges::Certain(ranges) => {
                    let name = || RuleReference::SecurityGroup(group.id.clone(), rule.clone());
                    if pool.add(by_traffic, &ranges, name) {
                        // One rule allows everything: it is named alone.
                        return GroupDecision::all(packets, vec![name()], rules);
                    }
                }
                PeerRanges::Uncertain(list) => {
                    uncertain.push((UncertainPeer::PrefixList(list.clone()), by_traffic));
                }
            }
        }
    }
    let allowed = pool.union(space);
    let mut denied = space.minus(packets, allowed);
    for (_, hit) in &mut uncertain {
        *hit = space.and(*hit, denied);
        denied = space.minus(denied, *hit);
    }
    uncertain.retain(|(_, hit)| !hit.is_empty());
    let lost = space.and(lost, denied);
    let denied = space.minus(denied, lost);
    GroupDecision { allowed, allowed_by: pool.named, uncertain, lost, denied, rules }
}

impl GroupDecision {
    /// Everything passes.
    fn all(packets: PacketSet, allowed_by: Vec<RuleReference>, rules: usize) -> Self {
        let (lost, denied) = (PacketSet::NONE, PacketSet::NONE);
        Self { allowed: packets, allowed_by, uncertain: Vec::new(), lost, denied, rules }
    }
}

/// The rules of all groups together, their peers gathered by traffic: thousands of rules for one port are one set.
struct RulePool {
    packets: PacketSet,
    /// What the header shows as the other end, and the addresses that occur there.
    address: Term,
    peers: AddressSet,
    by_traffic: BTreeMap<PacketSet, Vec<(u128, u128)>>,
    /// Rules that let something pass, as many as an answer names.
    named: Vec<RuleReference>,
}

impl RulePool {
    /// Adds a rule; returns whether it alone lets everything pass.
    fn add(&mut self, by_traffic: PacketSet, ranges: &[(u128, u128)], name: impl Fn() -> RuleReference) -> bool {
        let touches = |(first, last): &&(u128, u128)| self.peers.overlaps(*first, *last);
        let touching: Vec<(u128, u128)> = ranges.iter().filter(touches).copied().collect();
        if touching.is_empty() {
            return false;
        }
        if by_traffic == self.packets && self.peers.is_within(&touching) {
            return true;
        }
        if self.named.len() < RULES_NAMED {
            self.named.push(name());
        }
        self.by_traffic.entry(by_traffic).or_default().extend(touching);
        false
    }

    /// Returns what the rules added let pass.
    fn union(&mut self, space: &mut Space) -> PacketSet {
        let mut hits = Vec::with_capacity(self.by_traffic.len());
        for (by_traffic, ranges) in core::mem::take(&mut self.by_traffic) {
            let by_peer = self.address.within(space, AddressSet::from_ranges(ranges).ranges());
            hits.push(space.and(by_traffic, by_peer));
        }
        space.union(&hits)
    }
}

/// The addresses that a rule's peer stands for.
pub(crate) enum PeerRanges<'r> {
    /// The rule is about these addresses.
    Certain(Cow<'r, [(u128, u128)]>),
    /// What it is about hangs on the ranges of this list.
    Uncertain(&'r PrefixListId),
}

/// The addresses that a rule's peer stands for. `within` names lists that hold every address asked about; `of` is where
/// the rule is in force.
pub(crate) fn peer_ranges<'r>(
    index: &'r Index<'_>,
    peer: &'r RulePeer,
    within: &[PrefixListId],
    (vpc, direction): (&VpcId, Direction),
) -> PeerRanges<'r> {
    PeerRanges::Certain(match peer {
        RulePeer::Cidr(cidr) => Cow::Owned(vec![bounds(cidr)]),
        RulePeer::PrefixList(list) if within.contains(list) => Cow::Borrowed(&EVERYTHING),
        RulePeer::PrefixList(list) => match index.entries(list) {
            Some(entries) => Cow::Borrowed(entries.ranges()),
            None => return PeerRanges::Uncertain(list),
        },
        RulePeer::SecurityGroup(group) => match index.members(group, vpc, direction) {
            Some(Cow::Borrowed(members)) => Cow::Borrowed(members.ranges()),
            Some(Cow::Owned(members)) => Cow::Owned(members.ranges().to_vec()),
            None => Cow::Borrowed([].as_slice()),
        },
        RulePeer::StaleSecurityGroup(_) => Cow::Borrowed(&[]),
    })
}

/// Every address.
const EVERYTHING: [(u128, u128); 1] = [(0, u128::MAX)];

/// The groups that an interface carries: those in the snapshot, and the ids of those that are not.
pub(crate) fn groups_of<'n>(
    index: &Index<'n>,
    ids: &'n [SecurityGroupId],
) -> (Vec<&'n SecurityGroup>, Vec<&'n SecurityGroupId>) {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for id in ids {
        match index.network.security_groups.get(id) {
            Some(group) => known.push(group),
            None => unknown.push(id),
        }
    }
    (known, unknown)
}
