//! Rules of security groups and network ACLs, as nftables writes them.

use std::{collections::BTreeSet, fmt::Write as _};

use deguchi_model::{
    Direction, IcmpMatch, IpNet, Network, NetworkAcl, NetworkInterface, PrefixListEntries, RuleAction, RulePeer,
    SecurityGroup, TrafficMatch,
};

use super::{
    address_family::{header, single, written},
    transit_gateway,
};
use crate::dropped::{Cause, drop_because};

/// Which protocol and ports, as a match of nftables: nothing where all are meant.
fn traffic(traffic: TrafficMatch) -> String {
    match traffic {
        TrafficMatch::All => String::new(),
        TrafficMatch::Tcp(ports) => format!("meta l4proto tcp th dport {}-{} ", ports.first(), ports.last()),
        TrafficMatch::Udp(ports) => format!("meta l4proto udp th dport {}-{} ", ports.first(), ports.last()),
        TrafficMatch::Icmp(which) => format!("meta l4proto icmp {}", icmp("icmp", which)),
        TrafficMatch::Icmpv6(which) => format!("meta l4proto icmpv6 {}", icmp("icmpv6", which)),
        TrafficMatch::Protocol(number) => format!("meta l4proto {number} "),
    }
}

fn icmp(name: &str, which: IcmpMatch) -> String {
    match which {
        IcmpMatch::Any => String::new(),
        IcmpMatch::Type(kind) => format!("{name} type {kind} "),
        IcmpMatch::TypeAndCode(kind, code) => format!("{name} type {kind} {name} code {code} "),
    }
}

/// A match of an address against ranges of one family: `side` is `saddr` or `daddr`.
pub(super) fn address(side: &str, ranges: &[IpNet]) -> Vec<String> {
    let mut matches = Vec::new();
    for family in ["ip", "ip6"] {
        let own: Vec<IpNet> = ranges.iter().copied().filter(|range| header(range) == family).collect();
        // nftables refuses overlapping elements.
        let own: BTreeSet<String> = IpNet::aggregate(&own).iter().map(written).collect();
        if own.iter().any(|range| range.ends_with("/0")) {
            matches.push(format!("meta nfproto {} ", if family == "ip" { "ipv4" } else { "ipv6" }));
        } else if !own.is_empty() {
            let elements: Vec<String> = own.into_iter().collect();
            matches.push(format!("{family} {side} {{ {} }} ", elements.join(", ")));
        }
    }
    matches
}

/// Which side of the header names the peer of a rule (SG-4, NA-5).
fn peer_side(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "saddr",
        Direction::Outbound => "daddr",
    }
}

/// One chain of a security group: what a rule names is accepted, the rest comes back (SG-1).
pub(super) fn group_chain(
    network: &Network,
    name: &str,
    group: &SecurityGroup,
    interface_vpc: &deguchi_model::VpcId,
    direction: Direction,
) -> String {
    let rules = match direction {
        Direction::Inbound => &group.inbound,
        Direction::Outbound => &group.outbound,
    };
    let mut text = format!("\tchain {name} {{\n");
    for rule in rules {
        let ranges = match &rule.peer {
            RulePeer::Cidr(range) => vec![*range],
            RulePeer::PrefixList(id) => match network.prefix_lists.get(id).map(|list| &list.entries) {
                Some(PrefixListEntries::Known(ranges)) => ranges.clone(),
                Some(PrefixListEntries::Unknown) | None => Vec::new(),
            },
            RulePeer::SecurityGroup(id) => members(network, id, interface_vpc, direction),
            RulePeer::StaleSecurityGroup(_) => Vec::new(), // SG-15
        };
        for peer in address(peer_side(direction), &ranges) {
            let _ = writeln!(text, "\t\t{peer}{}accept", traffic(rule.traffic));
        }
    }
    text.push_str("\t}\n");
    text
}

/// SG-9: the private addresses of the interfaces that carry a group, in the same VPC, one peered with it, or for inbound
/// rules one behind a transit gateway (SG-12).
fn members(
    network: &Network,
    group: &deguchi_model::SecurityGroupId,
    vpc: &deguchi_model::VpcId,
    direction: Direction,
) -> Vec<IpNet> {
    let is_near = |other: &NetworkInterface| {
        other.vpc == *vpc
            || are_peers(network, &other.vpc, vpc)
            || (direction == Direction::Inbound && transit_gateway::lends_groups(network, other, vpc))
    };
    let interfaces = network.network_interfaces.values();
    let carriers = interfaces.filter(|own| own.security_groups.contains(group) && is_near(own));
    carriers.flat_map(own_ranges).collect()
}

fn are_peers(network: &Network, first: &deguchi_model::VpcId, second: &deguchi_model::VpcId) -> bool {
    network.peering_connections.values().any(|connection| {
        let sides = (connection.requester.vpc.as_ref(), connection.accepter.vpc.as_ref());
        let joins = sides == (Some(first), Some(second)) || sides == (Some(second), Some(first));
        let regions = (&connection.requester.region, &connection.accepter.region);
        joins && connection.status == deguchi_model::PeeringStatus::Active && regions.0 == regions.1
    })
}

/// Every address of an interface.
pub(super) fn own_ranges(interface: &NetworkInterface) -> Vec<IpNet> {
    let v4 = interface.addresses.iter().map(|own| single(own.private.into()));
    let prefixes = interface.ipv4_prefixes.iter().map(|prefix| IpNet::V4(*prefix));
    let v6 = interface.ipv6_addresses.iter().map(|own| single((*own).into()));
    v4.chain(prefixes).chain(v6).collect()
}

/// One chain of a network ACL: the first rule that matches decides, and none denies (NA-2, NA-3).
pub(super) fn acl_chain(name: &str, acl: &NetworkAcl, direction: Direction) -> String {
    let rules = match direction {
        Direction::Inbound => acl.inbound(),
        Direction::Outbound => acl.outbound(),
    };
    let mut text = format!("\tchain {name} {{\n");
    let dropped = |number: String| drop_because(&acl.id, &Cause::AclRule { direction, number });
    for rule in rules.iter().filter(|rule| !rule.number.is_closing()) {
        for peer in address(peer_side(direction), &[rule.cidr]) {
            let verdict = match rule.action {
                RuleAction::Allow => "return".to_owned(),
                RuleAction::Deny => dropped(rule.number.to_string()),
            };
            let _ = writeln!(text, "\t\t{peer}{}{verdict}", traffic(rule.traffic));
        }
    }
    let _ = writeln!(text, "\t\t{}\n\t}}", dropped("*".to_owned()));
    text
}
