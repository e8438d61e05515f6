//! What security groups and network ACLs let pass: sets of packets, by rule.
//!
//! Leaves out state: which filters a reply meets is the walk's to know (PW-5).

use alloc::{borrow::Cow, vec::Vec};

use deguchi_model::{
    Direction, IcmpMatch, NetworkAcl, NetworkAclRule, PrefixListId, RuleAction, RulePeer, SecurityGroup,
    SecurityGroupId, TrafficMatch,
};

use crate::{
    address_set::bounds,
    header::{Header, HeaderPorts, Term},
    index::Index,
    packet_set::{PacketSet, Space},
    reason::RuleReference,
};

/// How many of the rules that let packets pass an answer names: enough to read, however long the list.
const RULES_NAMED: usize = 16;

/// Returns the packets whose protocol and destination port a rule is about (SG-5, SG-6, NA-5, NA-7).
fn traffic(space: &mut Space, rule: TrafficMatch, header: &Header) -> PacketSet {
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
    /// What may pass, if these prefix lists hold it.
    pub(crate) uncertain: Vec<(PrefixListId, PacketSet)>,
    /// What is dropped.
    pub(crate) denied: PacketSet,
    /// How many rules there are in this direction.
    pub(crate) rules: usize,
}

/// Splits packets by whether any rule of any of the groups allows them.
pub(crate) fn security_groups(
    space: &mut Space,
    index: &Index<'_>,
    groups: &[&SecurityGroup],
    direction: Direction,
    header: &Header,
    packets: PacketSet,
    within: &[PrefixListId],
) -> GroupDecision {
    let mut decision = GroupDecision {
        allowed: PacketSet::NONE,
        allowed_by: Vec::new(),
        uncertain: Vec::new(),
        denied: PacketSet::NONE,
        rules: 0,
    };
    let mut hits: Vec<PacketSet> = Vec::new();
    let address = if direction == Direction::Inbound { header.source } else { header.destination };
    let peer = PeerMatcher { index, address, within };
    for group in groups {
        let rules = if direction == Direction::Inbound { &group.inbound } else { &group.outbound };
        decision.rules += rules.len();
        for rule in rules {
            let by_traffic = traffic(space, rule.traffic, header);
            if by_traffic.is_empty() {
                continue;
            }
            match peer.matches(space, &rule.peer) {
                PeerMatch::Certain(by_peer) => {
                    let matched = space.and(by_traffic, by_peer);
                    let hit = space.and(matched, packets);
                    if !hit.is_empty() {
                        hits.push(hit);
                        if decision.allowed_by.len() < RULES_NAMED {
                            decision.allowed_by.push(RuleReference::SecurityGroup(group.id.clone(), rule.clone()));
                        }
                    }
                    if hit == packets {
                        // One rule allows everything: name it alone.
                        decision.allowed_by = alloc::vec![RuleReference::SecurityGroup(group.id.clone(), rule.clone())];
                        decision.allowed = packets;
                        decision.uncertain.clear();
                        return decision;
                    }
                }
                PeerMatch::Uncertain(list) => {
                    let hit = space.and(by_traffic, packets);
                    decision.uncertain.push((list.clone(), hit));
                }
            }
        }
    }
    decision.allowed = space.union(&hits);
    let mut left = space.minus(packets, decision.allowed);
    for (_, hit) in &mut decision.uncertain {
        *hit = space.and(*hit, left);
        left = space.minus(left, *hit);
    }
    decision.uncertain.retain(|(_, hit)| !hit.is_empty());
    decision.denied = left;
    decision
}

enum PeerMatch<'r> {
    /// These packets have such a peer.
    Certain(PacketSet),
    /// Whether they do hangs on the ranges of this list.
    Uncertain(&'r PrefixListId),
}

struct PeerMatcher<'a, 'n> {
    index: &'a Index<'n>,
    address: Term,
    within: &'a [PrefixListId],
}

impl PeerMatcher<'_, '_> {
    fn matches<'r>(&self, space: &mut Space, peer: &'r RulePeer) -> PeerMatch<'r> {
        match peer {
            RulePeer::Cidr(cidr) => PeerMatch::Certain(self.address.within(space, &[bounds(cidr)])),
            RulePeer::PrefixList(list) if self.within.contains(list) => PeerMatch::Certain(PacketSet::ALL),
            RulePeer::PrefixList(list) => match self.index.entries(list) {
                Some(entries) => PeerMatch::Certain(self.address.within(space, entries.ranges())),
                None => PeerMatch::Uncertain(list),
            },
            RulePeer::SecurityGroup(group) => {
                let members: Cow<'_, [(u128, u128)]> =
                    self.index.members(group).map_or(Cow::Borrowed(&[]), |members| Cow::Borrowed(members.ranges()));
                PeerMatch::Certain(self.address.within(space, &members))
            }
            RulePeer::StaleSecurityGroup(_) => PeerMatch::Certain(PacketSet::NONE),
        }
    }
}

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
