//! Endpoints of appliances and of Network Firewall, and edge tables that lead to them (FW-1 to FW-5, RT-19, RT-21).

use deguchi_engine::Verdict;
use deguchi_model::{
    EndpointPolicy, EndpointState, FirewallAction, FirewallPolicy, FirewallRule, FirewallRuleGroup, FirewallRuleOrder,
    FirewallRules, Network, NetworkFirewall, PortRange, VpcEndpoint, VpcEndpointKind,
};

use super::{build::Build, check};

/// A public machine `web` in `a`, whose traffic with the internet passes the endpoint `vpce-fw` in `f` both ways.
fn network() -> Build {
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .subnet("f", "10.0.2.0/24", None)
        .table("rtb-a", &["a"], &["0.0.0.0/0 vpce-fw"])
        .table("rtb-f", &["f"], &["0.0.0.0/0 igw"])
        .table("rtb-edge", &["none"], &["10.0.1.0/24 vpce-fw"])
        .machine("web", "a", "10.0.1.5", Some("203.0.113.5"), &["open"])
        .with(|network| {
            network.route_tables.get_mut("rtb-edge").unwrap().gateways.insert("igw".into());
            let endpoint = VpcEndpoint {
                id: "vpce-fw".into(),
                name: None,
                vpc: "vpc".into(),
                service_name: "com.amazonaws.vpce.us-east-1.vpce-svc-1".into(),
                kind: VpcEndpointKind::GatewayLoadBalancer { interfaces: Vec::new(), subnets: vec!["f".into()] },
                state: EndpointState::Available,
                policy: EndpointPolicy::FullAccess,
                dns_names: Vec::new(),
            };
            network.vpc_endpoints.insert(endpoint.id.clone(), endpoint);
        })
}

/// The same with a firewall behind the endpoint, whose group `stateful` has these rules.
fn firewalled(order: FirewallRuleOrder, drops_by_default: bool, rules: FirewallRules) -> Build {
    network().with(move |network| {
        let firewall = NetworkFirewall {
            id: "fw".into(),
            name: None,
            policy: Some("policy".into()),
            endpoints: vec!["vpce-fw".into()],
        };
        let policy = FirewallPolicy {
            id: "policy".into(),
            name: None,
            stateless_groups: Vec::new(),
            stateless_default: FirewallAction::Forward,
            stateful_groups: vec!["stateful".into()],
            order,
            drops_by_default,
        };
        let group = FirewallRuleGroup { id: "stateful".into(), name: None, rules };
        network.network_firewalls.insert(firewall.id.clone(), firewall);
        network.firewall_policies.insert(policy.id.clone(), policy);
        network.firewall_rule_groups.insert(group.id.clone(), group);
    })
}

fn rule(action: FirewallAction, port: u16) -> FirewallRule {
    FirewallRule {
        action,
        protocols: vec![6],
        sources: Vec::new(),
        destinations: Vec::new(),
        source_ports: Vec::new(),
        destination_ports: vec![PortRange::single(port)],
        is_for_both_directions: false,
        has_more: false,
    }
}

const OUT: (&str, &str, &str) = ("web", "198.51.100.80", "tcp/443");
const IN: (&str, &str, &str) = ("198.51.100.80", "203.0.113.5", "tcp/443");

#[test]
fn what_an_appliance_does_is_undecided_and_the_way_behind_it_is_walked() {
    let expected = |leg: &str| {
        [
            format!("? DEGUCHI_NOT_MODELLED vpce-fw, Appliance, out {leg}"),
            "? DEGUCHI_NOT_MODELLED vpce-fw, Appliance, back 2".to_string(),
        ]
    };
    for question in [OUT, IN] {
        let expected = expected("1");
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&network().0, question, Verdict::Undecided, &expected);
    }
    // What stops the packets behind it stops them whatever it does.
    let closed = network().table("rtb-f", &["f"], &[]).0;
    let expected = ["NO_ROUTE_TO_DESTINATION rtb-f, out 1, f", "? DEGUCHI_NOT_MODELLED vpce-fw, Appliance, out 1"];
    check(&closed, OUT, Verdict::Unreachable, &expected);
}

#[test]
fn a_firewall_passes_what_its_rules_pass() {
    let pass = FirewallRules::ByHeader(vec![rule(FirewallAction::Pass, 443)]);
    let network = firewalled(FirewallRuleOrder::Strict, true, pass).0;
    check(&network, OUT, Verdict::Reachable, &[]);
    check(&network, IN, Verdict::Reachable, &[]);
    let expected = ["FIREWALL_RULES_RESTRICTION fw, aws:drop_strict, aws:drop_established, out 1"];
    check(&network, ("web", "198.51.100.80", "tcp/80"), Verdict::Unreachable, &expected);
}

#[test]
fn by_action_what_passes_goes_before_what_drops_and_strictly_the_first_rule_decides() {
    let rules = || FirewallRules::ByHeader(vec![rule(FirewallAction::Drop, 443), rule(FirewallAction::Pass, 443)]);
    check(&firewalled(FirewallRuleOrder::ByAction, false, rules()).0, OUT, Verdict::Reachable, &[]);
    let expected = ["FIREWALL_RULES_RESTRICTION stateful, drop protocol 6 any any -> any 443, out 1"];
    check(&firewalled(FirewallRuleOrder::Strict, false, rules()).0, OUT, Verdict::Unreachable, &expected);
}

#[test]
fn rules_that_look_into_packets_are_undecided_and_named() {
    let unread = || FirewallRules::Unmodelled("RulesString".into());
    let expected = ["? DEGUCHI_NOT_MODELLED stateful, Rules, out 1"];
    check(&firewalled(FirewallRuleOrder::Strict, true, unread()).0, OUT, Verdict::Undecided, &expected);
    let more = FirewallRules::ByHeader(vec![FirewallRule { has_more: true, ..rule(FirewallAction::Drop, 443) }]);
    let expected = ["? DEGUCHI_NOT_MODELLED stateful, Rule, out 1"];
    check(&firewalled(FirewallRuleOrder::ByAction, false, more).0, OUT, Verdict::Undecided, &expected);
}

#[test]
fn rules_for_single_packets_judge_replies_too() {
    let pass = FirewallRules::ByHeader(vec![rule(FirewallAction::Pass, 443)]);
    let network = firewalled(FirewallRuleOrder::Strict, true, pass)
        .with(|network| {
            let policy = network.firewall_policies.get_mut("policy").unwrap();
            policy.stateless_groups = vec!["single".into()];
            policy.stateless_default = FirewallAction::Drop;
            let rules = FirewallRules::ByHeader(vec![rule(FirewallAction::Forward, 443)]);
            let group = FirewallRuleGroup { id: "single".into(), name: None, rules };
            network.firewall_rule_groups.insert(group.id.clone(), group);
        })
        .0;
    let expected = ["FIREWALL_RULES_RESTRICTION fw, aws:drop, back 2"];
    check(&network, OUT, Verdict::Unreachable, &expected);
}

fn direct(network: Build) -> Network {
    network.table("rtb-a", &["a"], &["0.0.0.0/0 igw"]).0
}

#[test]
fn a_subnet_whose_replies_an_edge_table_redirects_cannot_leave_directly() {
    let expected = ["INGRESS_RTB_TRAFFIC_REDIRECTION rtb-edge, 10.0.1.0/24 to vpce-fw, back 2"];
    check(&direct(network()), OUT, Verdict::Unreachable, &expected);
}

#[test]
fn a_firewall_that_misses_the_replies_drops_the_connection() {
    let pass = || FirewallRules::ByHeader(vec![rule(FirewallAction::Pass, 443)]);
    let one_way = |network: Build| network.with(|network| drop(network.route_tables.remove("rtb-edge"))).0;
    let network_of = one_way(firewalled(FirewallRuleOrder::Strict, true, pass()));
    check(&network_of, OUT, Verdict::Unreachable, &["DEGUCHI_RETURN_BY_ANOTHER_WAY vpce-fw, back 2"]);
    // Another appliance may not mind.
    let expected =
        ["? DEGUCHI_NOT_MODELLED vpce-fw, Appliance, out 1", "? DEGUCHI_NOT_MODELLED vpce-fw, OneWayOnly, back 2"];
    check(&one_way(network()), OUT, Verdict::Undecided, &expected);
}

#[test]
fn a_reference_to_a_group_does_not_survive_a_firewall() {
    let pass = FirewallRules::ByHeader(vec![rule(FirewallAction::Pass, 443)]);
    let network = firewalled(FirewallRuleOrder::Strict, true, pass)
        .subnet("b", "10.0.3.0/24", None)
        .table("rtb-a", &["a"], &["10.0.3.0/24 vpce-fw"])
        .table("rtb-b", &["b"], &["10.0.1.0/24 vpce-fw"])
        .group("members", &["open tcp/443"], &["0.0.0.0/0 all"])
        .machine("db", "b", "10.0.3.7", None, &["members"])
        .0;
    let expected = ["SG_REFERENCES_NOT_PRESERVED members, none of 1 at eni-db, out 1, into"];
    check(&network, ("web", "10.0.3.7", "tcp/443"), Verdict::Unreachable, &expected);
}
