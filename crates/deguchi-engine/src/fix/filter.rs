//! Changes to a filter that let through what it denies on a way, and no more than that.

use alloc::{collections::BTreeSet, vec, vec::Vec};

use deguchi_model::{
    Direction, IcmpMatch, IpNet, Network, NetworkAclRule, PortRange, PrefixListId, RuleAction, RuleNumber, RulePeer,
    SecurityGroupId, SecurityGroupRule, TrafficMatch,
};

use super::proposal::Proposal;
use crate::{
    AddressSet, Query,
    answer::{Answer, Decision, HeaderView, Place, PortsView},
    change::Change,
    reason::{Evidence, Reason},
};

/// More prefixes than this are not written one by one: the family's whole range stands for them.
const MOST_CIDRS: usize = 8;

/// The highest number that a rule can have; AWS keeps the ones above for its closing deny (NA-3).
const LAST_RULE_NUMBER: u32 = 32766;

/// What a filter denies on the ways of an answer, as its rules see it.
#[derive(Default)]
struct Denied {
    source: Vec<(u128, u128)>,
    destination: Vec<(u128, u128)>,
    traffic: BTreeSet<TrafficMatch>,
}

impl Denied {
    fn add(&mut self, header: &HeaderView) {
        self.source.extend(header.source.ranges());
        self.destination.extend(header.destination.ranges());
        let is_ipv6 = header.destination.first().is_some_and(|address| address.is_ipv6());
        let port = |(first, last): &(u16, u16)| PortRange::new(*first, *last).unwrap_or(PortRange::ALL);
        match &header.ports {
            PortsView::Tcp { destination, .. } => {
                self.traffic.extend(destination.iter().map(|range| TrafficMatch::Tcp(port(range))));
            }
            PortsView::Udp { destination, .. } => {
                self.traffic.extend(destination.iter().map(|range| TrafficMatch::Udp(port(range))));
            }
            PortsView::Icmp { kind, code } => {
                let which = IcmpMatch::TypeAndCode(*kind, *code);
                self.traffic.insert(if is_ipv6 { TrafficMatch::Icmpv6(which) } else { TrafficMatch::Icmp(which) });
            }
        }
    }

    /// The ends that a rule of a direction names.
    fn peers(&self, direction: Direction) -> AddressSet {
        let ranges = if direction == Direction::Inbound { &self.source } else { &self.destination };
        AddressSet::from_ranges(ranges.clone())
    }
}

/// What the hops of an answer's ways that match were denied.
fn denied(answer: &Answer, reason: &Reason, is_place: impl Fn(&Place, &Decision) -> bool) -> Denied {
    let mut denied = Denied::default();
    for hop in answer.ways.iter().flat_map(|way| &way.hops) {
        let is_there = (hop.heading, hop.leg) == (reason.heading, reason.leg);
        if is_there && matches!(hop.decision, Decision::Denied { .. }) && is_place(&hop.place, &hop.decision) {
            denied.add(&hop.header);
        }
    }
    denied
}

/// The prefixes that a rule or route names for a set of addresses: exactly those, or all of the family where they are
/// too many to write down.
pub(super) fn prefixes(addresses: &AddressSet) -> Vec<IpNet> {
    let cidrs = addresses.cidrs();
    if cidrs.len() <= MOST_CIDRS {
        return cidrs;
    }
    let mut families: Vec<IpNet> = cidrs.iter().map(every_address_like).collect();
    families.dedup();
    families
}

/// The range of every address of a prefix's family.
pub(super) fn every_address_like(cidr: &IpNet) -> IpNet {
    match cidr {
        IpNet::V4(_) => IpNet::V4(deguchi_model::Ipv4Net::default()),
        IpNet::V6(_) => IpNet::V6(deguchi_model::Ipv6Net::default()),
    }
}

/// Rules that let pass what no rule of an interface's groups allows: one proposal for each group that it carries.
pub(super) fn open_security_group(network: &Network, query: &Query, answer: &Answer, reason: &Reason) -> Vec<Proposal> {
    let (Evidence::NoSecurityGroupRule { interface, groups, .. }, Some(direction)) =
        (&reason.evidence, reason.direction)
    else {
        return Vec::new();
    };
    let is_here = |place: &Place, _: &Decision| match place {
        Place::SecurityGroups { interface: here, direction: way, .. } => here == interface && *way == direction,
        _ => false,
    };
    let denied = denied(answer, reason, is_here);
    let addresses = denied.peers(direction);
    let list = named_list(network, query, direction, &addresses);
    let peers: Vec<RulePeer> = match list {
        Some(list) => vec![RulePeer::PrefixList(list)],
        None => prefixes(&addresses).into_iter().map(RulePeer::Cidr).collect(),
    };
    let rules: Vec<SecurityGroupRule> = denied
        .traffic
        .iter()
        .flat_map(|traffic| peers.iter().map(|peer| SecurityGroupRule { traffic: *traffic, peer: peer.clone() }))
        .collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let authorize = |group: &SecurityGroupId| Proposal {
        changes: rules
            .iter()
            .map(|rule| Change::AuthorizeSecurityGroupRule { group: group.clone(), direction, rule: rule.clone() })
            .collect(),
    };
    let mut known: Vec<&SecurityGroupId> =
        groups.iter().filter(|group| network.security_groups.contains_key(*group)).collect();
    known.sort_by_key(|group| (carriers(network, group), (*group).clone()));
    known.into_iter().map(authorize).collect()
}

fn carriers(network: &Network, group: &SecurityGroupId) -> usize {
    network.network_interfaces.values().filter(|interface| interface.security_groups.contains(group)).count()
}

/// The prefix list that a rule can name: one that holds every destination asked about (SG-4).
fn named_list(network: &Network, query: &Query, direction: Direction, peers: &AddressSet) -> Option<PrefixListId> {
    let is_destination = direction == Direction::Outbound && peers.minus(&query.destination.addresses).is_empty();
    let mut lists = query.destination.within.iter().filter(|list| network.prefix_lists.contains_key(*list));
    lists.next().filter(|_| is_destination).cloned()
}

/// Entries ahead of the rule that denies, or the rule taken away.
pub(super) fn open_network_acl(network: &Network, answer: &Answer, reason: &Reason) -> Vec<Proposal> {
    let (crate::Resource::NetworkAcl(id), Evidence::NetworkAclRule(rule), Some(direction)) =
        (&reason.resource, &reason.evidence, reason.direction)
    else {
        return Vec::new();
    };
    let Some(acl) = network.network_acls.get(id) else { return Vec::new() };
    let is_here = |place: &Place, decision: &Decision| match (place, decision) {
        (Place::NetworkAcl { acl: Some(here), subnet, direction: way }, Decision::Denied { by }) => {
            let is_rule = match rule {
                Some(rule) => by.iter().any(|known| *known == crate::RuleReference::NetworkAcl(rule.clone())),
                None => by.is_empty(),
            };
            here == id && *way == direction && Some(subnet) == reason.subnet.as_ref() && is_rule
        }
        _ => false,
    };
    let denied = denied(answer, reason, is_here);
    let cidrs = prefixes(&denied.peers(direction));
    let wanted: Vec<(IpNet, TrafficMatch)> =
        denied.traffic.iter().flat_map(|traffic| cidrs.iter().map(|cidr| (*cidr, *traffic))).collect();
    let rules = if direction == Direction::Inbound { acl.inbound() } else { acl.outbound() };
    let denies = rule.as_ref().map(|rule| rule.number).filter(|number| !number.is_closing());
    let mut proposals = Vec::new();
    if let Some(number) = denies {
        let delete = Change::DeleteNetworkAclRule { acl: id.clone(), direction, number };
        proposals.push(Proposal { changes: vec![delete] });
    }
    if let Some(numbers) = free_numbers(rules, denies, wanted.len())
        && !wanted.is_empty()
    {
        let rules = numbers.into_iter().zip(wanted);
        let add = |(number, (cidr, traffic))| {
            let rule = NetworkAclRule { number, cidr, traffic, action: RuleAction::Allow };
            Change::AddNetworkAclRule { acl: id.clone(), direction, rule }
        };
        proposals.push(Proposal { changes: rules.map(add).collect() });
    }
    proposals
}

/// Numbers for new rules: the highest free ones below the rule that denies, else round ones behind the last.
fn free_numbers(rules: &[NetworkAclRule], denies: Option<RuleNumber>, count: usize) -> Option<Vec<RuleNumber>> {
    let taken: BTreeSet<u32> = rules.iter().map(|rule| rule.number.0).collect();
    let is_free = |number: &u32| !taken.contains(number);
    let last = taken.range(..=LAST_RULE_NUMBER).next_back().copied().unwrap_or(90);
    let behind = (last / 10 + 1) * 10;
    let fits_behind = u32::try_from(count).is_ok_and(|count| behind + 10 * count <= LAST_RULE_NUMBER + 10);
    let mut numbers: Vec<RuleNumber> = match denies {
        None if fits_behind => (behind..).step_by(10).take(count).map(RuleNumber).collect(),
        // AWS's own closing deny, with the numbers below it all but used up: any that is free comes before it.
        None => (1..=LAST_RULE_NUMBER).rev().filter(is_free).take(count).map(RuleNumber).collect(),
        Some(number) => (1..number.0).rev().filter(is_free).take(count).map(RuleNumber).collect(),
    };
    numbers.sort();
    (numbers.len() == count).then_some(numbers)
}
