//! Security groups and network ACLs: SG-1 to SG-18, NA-1 to NA-12, IC-1 and IC-2.

use deguchi_engine::{
    Assumption, Source,
    Verdict::{Partly, Reachable, Undecided, Unreachable},
};
use deguchi_model::{InterfaceListing, Network, RulePeer, TrafficMatch};

use crate::{
    build::{self, Build},
    check, check_query,
};

/// A machine `a` in `p` with these groups, a machine `b` in `q` with these.
fn two_machines(build: Build, of_a: &[&str], of_b: &[&str]) -> Build {
    build
        .subnet("p", "10.0.1.0/24", Some("2600:1f00:0:1::/64"))
        .subnet("q", "10.0.2.0/24", Some("2600:1f00:0:2::/64"))
        .machine("a", "p", "10.0.1.10", None, of_a)
        .machine("b", "q", "10.0.2.10", Some("203.0.113.20"), of_b)
        .table("rtb-q", &["q"], &["0.0.0.0/0 igw", "::/0 igw"])
}

/// The machines, and an ACL `acl-q` for `q`.
fn with_acl(inbound: &[&str], outbound: &[&str]) -> Network {
    two_machines(Build::new(), &["open"], &["open"]).acl("acl-q", &["q"], inbound, outbound).0
}

const A_TO_B: (&str, &str, &str) = ("a", "10.0.2.10", "tcp/443");

/// SG-1, SG-5: the rules of all groups are one set, matched on the destination port.
#[test]
fn one_rule_of_any_group_lets_in_and_nothing_else_does() {
    let build = || Build::new().group("web", &["10.0.1.0/24 tcp/443"], &[]).group("dns", &["0.0.0.0/0 udp/53"], &[]);
    let network = two_machines(build(), &["open"], &["dns", "web"]).0;
    check(&network, A_TO_B, Reachable, &[]);
    check(&network, ("a", "10.0.2.10", "udp/53"), Reachable, &[]);
    let none = "ENI_SG_RULES_MISMATCH dns, none of 2 at eni-b, out 1, into";
    check(&network, ("a", "10.0.2.10", "tcp/80"), Unreachable, &[none]);
    check(&network, ("a", "10.0.2.10", "udp/443"), Unreachable, &[none]);
}

/// SG-2: without an outbound rule nothing leaves.
#[test]
fn a_group_without_outbound_rules_lets_nothing_out() {
    let network = two_machines(Build::new().group("silent", &[], &[]), &["silent"], &["open"]).0;
    check(&network, A_TO_B, Unreachable, &["SG_HAS_NO_RULES silent, none of 0 at eni-a, out 1, out of"]);
}

/// SG-4.
#[test]
fn an_ipv6_rule_of_a_group_does_not_let_ipv4_in() {
    let network = two_machines(Build::new().group("six", &["::/0 all"], &["::/0 all"]), &["open"], &["six"]).0;
    check(&network, A_TO_B, Unreachable, &["ENI_SG_RULES_MISMATCH six, none of 1 at eni-b, out 1, into"]);
    let expected = ["ENI_SG_RULES_MISMATCH six, none of 1 at eni-b, out 1, out of"];
    check(&network, ("b", "10.0.1.10", "tcp/443"), Unreachable, &expected);
}

/// SG-6: another protocol than TCP, UDP and ICMP has no ports, and is not TCP.
#[test]
fn a_rule_for_another_protocol_lets_no_tcp_in() {
    let network = two_machines(Build::new().group("gre", &["0.0.0.0/0 47"], &[]), &["open"], &["gre"]).0;
    check(&network, A_TO_B, Unreachable, &["ENI_SG_RULES_MISMATCH gre, none of 1 at eni-b, out 1, into"]);
}

/// SG-6: TCP by its number has no ports.
#[test]
fn a_rule_for_all_ports_lets_every_port_in() {
    let build = Build::new().group("any-tcp", &["0.0.0.0/0 6"], &[]).group("all", &["0.0.0.0/0 all"], &[]);
    let network = two_machines(build, &["open"], &["any-tcp"]).0;
    check(&network, A_TO_B, Reachable, &[]);
    let expected = ["ENI_SG_RULES_MISMATCH any-tcp, none of 1 at eni-b, out 1, into"];
    check(&network, ("a", "10.0.2.10", "udp/53"), Unreachable, &expected);
}

/// SG-7, IC-1: a ping needs type 8, and no rule for the answer; TCP rules do not help.
#[test]
fn a_ping_needs_a_rule_for_echo_requests_and_none_for_the_answer() {
    for (rule, is_enough) in [("icmp", true), ("icmp/8", true), ("icmp/0", false), ("tcp", false), ("icmpv6", false)] {
        let rule = format!("0.0.0.0/0 {rule}");
        let build = Build::new().group("to", &[], &[&rule]).group("from", &[&rule], &[]);
        let network = two_machines(build, &["to"], &["from"]).0;
        let expected = [
            "ENI_SG_RULES_MISMATCH to, none of 1 at eni-a, out 1, out of",
            "ENI_SG_RULES_MISMATCH from, none of 1 at eni-b, out 1, into",
        ];
        let expected = if is_enough { &[] } else { &expected[..] };
        check(&network, ("a", "10.0.2.10", "ping"), if is_enough { Reachable } else { Unreachable }, expected);
    }
}

/// SG-9, SG-11: a group stands for the private addresses of the interfaces that carry it.
#[test]
fn a_group_as_peer_is_its_members_and_not_its_rules() {
    let build = || Build::new().group("app", &[], &["0.0.0.0/0 all"]).group("db", &["app tcp/443"], &["app all"]);
    check(&two_machines(build(), &["app"], &["db"]).0, A_TO_B, Reachable, &[]);
    let expected = ["ENI_SG_RULES_MISMATCH db, none of 1 at eni-b, out 1, into"];
    check(&two_machines(build(), &["open"], &["db"]).0, A_TO_B, Unreachable, &expected);
    // Members do not talk to each other by that alone.
    let expected = [
        "ENI_SG_RULES_MISMATCH db, none of 1 at eni-a, out 1, out of",
        "ENI_SG_RULES_MISMATCH db, none of 1 at eni-b, out 1, into",
    ];
    check(&two_machines(build(), &["db"], &["db"]).0, A_TO_B, Unreachable, &expected);
}

/// SG-9 where the snapshot does not list every interface.
#[test]
fn an_unlisted_interface_may_carry_the_group_that_a_rule_names() {
    let build = Build::new().group("to-app", &[], &["app all"]).group("app", &[], &[]);
    let network = two_machines(build, &["to-app"], &["open"])
        .with(|network| network.vpcs.get_mut("vpc").unwrap().interface_listing = InterfaceListing::Partial)
        .0;
    let expected = ["? UNKNOWN_RESOURCE vpc, InterfacesOfVpc, out 1"];
    check(&network, ("a", "10.0.1.77", "tcp/443"), Undecided, &expected);
    // An interface that is listed carries what it carries.
    let expected = ["ENI_SG_RULES_MISMATCH to-app, none of 1 at eni-a, out 1, out of"];
    check(&network, A_TO_B, Unreachable, &expected);
}

/// SG-10: a reference never matches a public address, be it of a member.
#[test]
fn a_group_as_peer_matches_no_public_address() {
    let build = Build::new().group("app", &["0.0.0.0/0 all"], &["app all"]).table("rtb-p", &["p"], &["0.0.0.0/0 igw"]);
    let network =
        two_machines(build, &["app"], &["app"]).machine("c", "p", "10.0.1.12", Some("203.0.113.12"), &["app"]).0;
    check(&network, ("c", "10.0.2.10", "tcp/443"), Reachable, &[]);
    let expected = ["ENI_SG_RULES_MISMATCH app, none of 1 at eni-c, out 1, out of"];
    check(&network, ("c", "203.0.113.20", "tcp/443"), Unreachable, &expected);
    check(&network, ("c", "198.51.100.80", "tcp/443"), Unreachable, &expected);
}

/// SG-15.
#[test]
fn a_rule_whose_group_is_gone_matches_nothing() {
    let network = two_machines(Build::new().group("stale", &["app all"], &[]), &["open"], &["stale"])
        .with(|network| {
            let rule = &mut network.security_groups.get_mut("stale").unwrap().inbound[0];
            rule.peer = RulePeer::StaleSecurityGroup("open".into());
        })
        .0;
    check(&network, A_TO_B, Unreachable, &["ENI_SG_RULES_MISMATCH stale, none of 1 at eni-b, out 1, into"]);
}

/// SG-18: the groups of either end let the answer pass though no rule does.
#[test]
fn a_group_remembers_connections() {
    let build = Build::new().group("to", &[], &["10.0.2.10/32 tcp/443"]).group("from", &["10.0.1.10/32 tcp/443"], &[]);
    check(&two_machines(build, &["to"], &["from"]).0, A_TO_B, Reachable, &[]);
}

/// A group that the snapshot lacks may allow what the others do not.
#[test]
fn a_missing_group_is_undecided_unless_another_allows() {
    let build = || Build::new().group("silent", &[], &[]);
    let expected = ["? UNKNOWN_RESOURCE lost, SecurityGroup, out 1"];
    check(&two_machines(build(), &["silent", "lost"], &["open"]).0, A_TO_B, Undecided, &expected);
    check(&two_machines(build(), &["open", "lost"], &["open"]).0, A_TO_B, Reachable, &[]);
}

/// NA-1: the ACL associated with the subnet, not the default one.
#[test]
fn a_subnet_has_its_own_acl_else_the_default_one() {
    let build = || two_machines(Build::new().acl("acl", &[], &[], &[]), &["open"], &["open"]);
    let all = ["100 0.0.0.0/0 all allow"];
    let network = build().acl("acl-p", &["p"], &all, &all).acl("acl-q", &["q"], &all, &all).0;
    check(&network, A_TO_B, Reachable, &[]);
    let network = build().acl("acl-p", &["p"], &all, &all).0;
    let expected =
        ["SUBNET_ACL_RESTRICTION acl, no rule, out 1, into q", "SUBNET_ACL_RESTRICTION acl, no rule, back 2, out of q"];
    check(&network, A_TO_B, Unreachable, &expected);
}

/// NA-2, NA-13: tried by number, whatever the order printed; a deny behind an allow stops nothing.
#[test]
fn the_lowest_rule_that_matches_decides() {
    let all = ["100 0.0.0.0/0 all allow"];
    let network = with_acl(&["200 0.0.0.0/0 tcp/443 deny", "100 0.0.0.0/0 tcp/443 allow"], &all);
    check(&network, A_TO_B, Reachable, &[]);
    let network = with_acl(&["200 0.0.0.0/0 tcp/443 allow", "100 10.0.0.0/8 tcp/443 deny"], &all);
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, rule 100 10.0.0.0/8 tcp/443, out 1, into q"];
    check(&network, A_TO_B, Unreachable, &expected);
}

/// NA-3.
#[test]
fn what_no_rule_of_an_acl_matches_is_denied() {
    let network = with_acl(&["100 0.0.0.0/0 tcp/80 allow"], &["100 0.0.0.0/0 all allow"]);
    check(&network, A_TO_B, Unreachable, &["SUBNET_ACL_RESTRICTION acl-q, no rule, out 1, into q"]);
    let closing = "32767 0.0.0.0/0 all deny";
    let network = with_acl(&["100 0.0.0.0/0 tcp/80 allow", closing], &["100 0.0.0.0/0 all allow"]);
    check(&network, A_TO_B, Unreachable, &["SUBNET_ACL_RESTRICTION acl-q, rule * 0.0.0.0/0 all, out 1, into q"]);
}

/// NA-3.
#[test]
fn an_ipv6_rule_of_an_acl_does_not_let_ipv4_in() {
    let network = with_acl(&["100 ::/0 all allow"], &["100 ::/0 all allow"]);
    let expected = [
        "SUBNET_ACL_RESTRICTION acl-q, no rule, out 1, into q",
        "SUBNET_ACL_RESTRICTION acl-q, no rule, back 2, out of q",
    ];
    check(&network, A_TO_B, Unreachable, &expected);
}

/// NA-5, NA-9: the reply is matched by itself, on the client's port and address.
#[test]
fn a_reply_needs_a_rule_for_the_clients_port() {
    let inbound = ["100 10.0.1.0/24 tcp/443 allow"];
    let network = with_acl(&inbound, &["100 10.0.1.0/24 tcp/32768-60999 allow"]);
    check(&network, A_TO_B, Reachable, &[]);
    let network = with_acl(&inbound, &["100 10.0.1.0/24 tcp/443 allow"]);
    check(&network, A_TO_B, Unreachable, &["SUBNET_ACL_RESTRICTION acl-q, no rule, back 2, out of q"]);
    let network = with_acl(&inbound, &["100 10.0.2.0/24 all allow"]);
    check(&network, A_TO_B, Unreachable, &["SUBNET_ACL_RESTRICTION acl-q, no rule, back 2, out of q"]);
}

/// NA-10, NA-12: of the ports that Linux chooses from, some.
#[test]
fn an_acl_that_lets_some_replies_pass_is_partly_reachable() {
    let network = with_acl(&["100 0.0.0.0/0 all allow"], &["100 0.0.0.0/0 tcp/49152-65535 allow"]);
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, no rule, back 2, out of q"];
    let answer = check(&network, A_TO_B, Partly, &expected);
    assert_eq!(answer.reachable_share, f64::from(60999 - 49152 + 1) / f64::from(60999 - 32768 + 1));
    let stopped = deguchi_engine::Limit::SourcePort(vec![(32768, 49151)]);
    assert_eq!(answer.reasons[0].packets.limits, [stopped]);
}

/// NA-7: ports count for TCP and UDP only, ICMP types for ICMP only.
#[test]
fn a_rule_of_an_acl_for_one_protocol_says_nothing_of_another() {
    let all = ["100 0.0.0.0/0 all allow"];
    for (rule, what, is_enough) in [
        ("udp/443", "tcp/443", false),
        ("tcp/443", "udp/443", false),
        ("6", "tcp/443", true),
        ("17", "udp/443", true),
        ("icmp/8", "ping", true),
        ("icmp/0", "ping", false),
        ("icmpv6/128", "ping", false),
        ("icmp", "tcp/443", false),
    ] {
        let network = with_acl(&[&format!("100 0.0.0.0/0 {rule} allow")], &all);
        let expected = ["SUBNET_ACL_RESTRICTION acl-q, no rule, out 1, into q"];
        let expected = if is_enough { &[] } else { &expected[..] };
        check(&network, ("a", "10.0.2.10", what), if is_enough { Reachable } else { Unreachable }, expected);
    }
}

/// An ACL that the snapshot lacks: undecided.
#[test]
fn a_missing_acl_is_undecided() {
    let network = two_machines(Build::new(), &["open"], &["open"]).with(|network| network.network_acls.clear()).0;
    let expected = [
        "? UNKNOWN_RESOURCE p, NetworkAclOfSubnet, out 1",
        "? UNKNOWN_RESOURCE q, NetworkAclOfSubnet, out 1",
        "? UNKNOWN_RESOURCE q, NetworkAclOfSubnet, back 2",
        "? UNKNOWN_RESOURCE p, NetworkAclOfSubnet, back 2",
    ];
    check(&network, A_TO_B, Undecided, &expected);
}

/// IC-2: types 8 and 0, in IPv6 128 and 129.
#[test]
fn an_acl_needs_rules_for_the_echo_request_and_for_the_reply() {
    let network = with_acl(&["100 0.0.0.0/0 icmp/8 allow"], &["100 0.0.0.0/0 icmp/0 allow"]);
    check(&network, ("a", "10.0.2.10", "ping"), Reachable, &[]);
    let network = with_acl(&["100 0.0.0.0/0 icmp/8 allow"], &["100 0.0.0.0/0 icmp/8 allow"]);
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, no rule, back 2, out of q"];
    check(&network, ("a", "10.0.2.10", "ping"), Unreachable, &expected);
    let six = |outbound: &str| {
        two_machines(Build::new(), &["open"], &["open"])
            .machine("six", "p", "2600:1f00:0:1::a", None, &["open"])
            .machine("other", "q", "2600:1f00:0:2::a", None, &["open"])
            .acl("acl-q", &["q"], &["100 ::/0 icmpv6/128 allow"], &[outbound])
            .0
    };
    check(&six("100 ::/0 icmpv6/129 allow"), ("six", "2600:1f00:0:2::a", "ping"), Reachable, &[]);
    check(&six("100 ::/0 icmpv6/128 allow"), ("six", "2600:1f00:0:2::a", "ping"), Unreachable, &expected);
}

/// SG-8, NA-8: every type.
#[test]
fn a_rule_for_all_icmp_is_for_every_type() {
    assert_eq!(build::traffic("icmp"), TrafficMatch::Icmp(deguchi_model::IcmpMatch::Any));
    let network = with_acl(&["100 0.0.0.0/0 icmp allow"], &["100 0.0.0.0/0 icmp allow"]);
    check(&network, ("a", "10.0.2.10", "ping"), Reachable, &[]);
}

/// SG-16: whether a reference covers secondary and IPv6 addresses is not stated, so that it is assumed.
#[test]
fn that_a_reference_covers_secondary_and_ipv6_addresses_is_assumed() {
    let assumption = Assumption::GroupReferenceCoversAddress { group: "named".into() };
    let build = |rules: &[&str]| {
        Build::new()
            .subnet("p", "10.0.1.0/24", Some("2600:1f00:0:1::/64"))
            .group("named", rules, &[])
            .machine("a", "p", "10.0.1.10", None, &["open"])
            .machine("b", "p", "10.0.1.20", None, &["named"])
            .with(|network| {
                let interface = network.network_interfaces.get_mut("eni-a").unwrap();
                let second = interface.addresses[0].clone();
                let private = "10.0.1.11".parse().unwrap();
                interface.addresses.push(deguchi_model::InterfaceAddress { private, ..second });
            })
            .0
    };
    let from = |network: &Network, address: &str| {
        let mut query = build::query(network, "a", "10.0.1.20", "tcp/443");
        query.source = Source::Interface { interface: "eni-a".into(), address: address.parse().unwrap() };
        check_query(network, &query, Reachable, &[])
    };
    let by_group = build(&["open all"]);
    assert!(!from(&by_group, "10.0.1.10").assumptions.contains(&assumption));
    assert!(from(&by_group, "10.0.1.11").assumptions.contains(&assumption));
    // Another rule lets it in anyway.
    let by_range = build(&["open all", "10.0.1.0/24 tcp/443"]);
    assert!(!from(&by_range, "10.0.1.11").assumptions.contains(&assumption));
}
