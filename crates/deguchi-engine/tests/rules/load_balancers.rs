//! Load balancers: listeners, targets, whose address a target sees, and the way back (LB-1 to LB-9, PW-10).

use deguchi_engine::{Assumption, Verdict};
use deguchi_model::{
    InterfaceKind, Listener, ListenerAction, LoadBalancer, LoadBalancerKind, LoadBalancerState, LoadBalancerZone,
    Network, Target, TargetGroup, TargetHealth, TargetId, TargetKind,
};

use super::{build::Build, check};

/// A client in `a`, a load balancer `lb` with one node in `b`, and a target `web` in `c`, port 8080 behind port 80.
fn network(kind: LoadBalancerKind) -> Build {
    let groups: &[&str] = if kind == LoadBalancerKind::Network { &[] } else { &["front"] };
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .subnet("b", "10.0.2.0/24", None)
        .subnet("c", "10.0.3.0/24", None)
        .table("public", &["a", "b"], &["0.0.0.0/0 igw"])
        .group("front", &["0.0.0.0/0 tcp/80"], &["10.0.0.0/16 all"])
        .group("back", &["10.0.2.9/32 tcp/8080"], &[])
        .machine("client", "a", "10.0.1.5", Some("203.0.113.5"), &["open"])
        .machine("node", "b", "10.0.2.9", Some("203.0.113.9"), groups)
        .machine("web", "c", "10.0.3.7", None, &["back"])
        .with(|network| {
            network.network_interfaces.get_mut("eni-node").unwrap().kind = InterfaceKind::LoadBalancer;
            network.network_interfaces.get_mut("eni-node").unwrap().attachment.as_mut().unwrap().instance = None;
            network.instances.remove("i-node");
            let load_balancer = LoadBalancer {
                id: "lb".into(),
                name: None,
                dns_name: None,
                kind,
                vpc: Some("vpc".into()),
                state: LoadBalancerState::Active,
                zones: vec![zone("us-east-1a")],
                interfaces: vec!["eni-node".into()],
                cross_zone: Some(false),
                listeners: Some(vec![Listener {
                    id: None,
                    protocol: "TCP".into(),
                    port: 80,
                    default_action: ListenerAction::Forward(vec!["tg".into()]),
                    rules: Some(Vec::new()),
                }]),
                instances: Vec::new(),
            };
            network.load_balancers.insert("lb".into(), load_balancer);
            network.target_groups.insert("tg".into(), group("tg", vec![target("i-web", TargetHealth::Healthy)]));
        })
}

fn zone(name: &str) -> LoadBalancerZone {
    LoadBalancerZone { zone: Some(name.into()), subnet: None, addresses: Vec::new() }
}

fn group(id: &str, targets: Vec<Target>) -> TargetGroup {
    TargetGroup {
        id: id.into(),
        name: None,
        protocol: Some("TCP".into()),
        port: Some(8080),
        kind: TargetKind::Instance,
        preserves_client_address: Some(false),
        cross_zone: None,
        targets: Some(targets),
    }
}

fn target(instance: &str, health: TargetHealth) -> Target {
    Target { id: TargetId::Instance(instance.into()), port: None, zone: None, health }
}

fn lb(network: &mut Network) -> &mut LoadBalancer {
    network.load_balancers.get_mut("lb").unwrap()
}

fn tg(network: &mut Network) -> &mut TargetGroup {
    network.target_groups.get_mut("tg").unwrap()
}

const NODE: (&str, &str, &str) = ("client", "10.0.2.9", "tcp/80");

#[test]
fn a_network_load_balancer_sends_with_its_own_address_where_it_keeps_no_other() {
    check(&network(LoadBalancerKind::Network).0, NODE, Verdict::Reachable, &[]);
    let closed = network(LoadBalancerKind::Network).group("back", &["10.0.1.5/32 tcp/8080"], &[]);
    let expected = ["ENI_SG_RULES_MISMATCH back, none of 1 at eni-web, out 2, into"];
    check(&closed.0, NODE, Verdict::Unreachable, &expected);
}

#[test]
fn a_target_sees_the_clients_address_where_that_is_kept() {
    let kept = |network: &mut Network| tg(network).preserves_client_address = Some(true);
    let expected = ["ENI_SG_RULES_MISMATCH back, none of 1 at eni-web, out 2, into"];
    check(&network(LoadBalancerKind::Network).with(kept).0, NODE, Verdict::Unreachable, &expected);
    let open = network(LoadBalancerKind::Network).group("back", &["10.0.1.5/32 tcp/8080"], &[]).with(kept);
    check(&open.0, NODE, Verdict::Reachable, &[]);
}

#[test]
fn without_the_attribute_the_answer_is_certain_where_it_hangs_on_nothing() {
    let unknown = |network: &mut Network| tg(network).preserves_client_address = None;
    let expected = ["? UNKNOWN_RESOURCE tg, ClientAddressPreservation, out 1"];
    check(&network(LoadBalancerKind::Network).with(unknown).0, NODE, Verdict::Undecided, &expected);
    let open = network(LoadBalancerKind::Network).group("back", &["10.0.0.0/16 tcp/8080"], &[]).with(unknown);
    check(&open.0, NODE, Verdict::Reachable, &[]);
    let closed = network(LoadBalancerKind::Network).group("back", &["10.0.0.0/16 tcp/81"], &[]).with(unknown);
    let expected = ["ENI_SG_RULES_MISMATCH back, none of 1 at eni-web, out 2, into"];
    check(&closed.0, NODE, Verdict::Unreachable, &expected);
}

#[test]
fn no_listener_takes_another_port_or_a_ping_at_a_network_load_balancer() {
    let network = network(LoadBalancerKind::Network).0;
    let expected = ["ELBV2_LISTENERS_MISMATCH lb, TCP 80, out 1"];
    check(&network, ("client", "10.0.2.9", "tcp/22"), Verdict::Unreachable, &expected);
    check(&network, ("client", "10.0.2.9", "udp/80"), Verdict::Unreachable, &expected);
    check(&network, ("client", "10.0.2.9", "ping"), Verdict::Unreachable, &expected);
}

#[test]
fn an_application_load_balancer_answers_pings_that_its_groups_let_in() {
    let network = network(LoadBalancerKind::Application).group("front", &["0.0.0.0/0 icmp/8"], &[]).0;
    check(&network, ("client", "10.0.2.9", "ping"), Verdict::Reachable, &[]);
}

#[test]
fn the_groups_of_an_application_load_balancer_judge_both_connections() {
    check(&network(LoadBalancerKind::Application).0, NODE, Verdict::Reachable, &[]);
    let closed = network(LoadBalancerKind::Application).group("front", &["10.0.9.0/24 tcp/80"], &["10.0.9.0/24 all"]);
    let expected = [
        "ENI_SG_RULES_MISMATCH front, none of 1 at eni-node, out 1, into",
        "ENI_SG_RULES_MISMATCH front, none of 1 at eni-node, out 2, out of",
    ];
    check(&closed.0, NODE, Verdict::Unreachable, &expected);
}

#[test]
fn a_rule_of_a_target_may_name_the_group_of_its_load_balancer() {
    let named = network(LoadBalancerKind::Application).group("back", &["front tcp/8080"], &[]);
    check(&named.0, NODE, Verdict::Reachable, &[]);
    // LB-6: with the client's address kept too; and the client's own group then is not what counts.
    let kept = |network: &mut Network| {
        tg(network).preserves_client_address = Some(true);
        network.network_interfaces.get_mut("eni-node").unwrap().security_groups = vec!["front".into()];
    };
    let named = network(LoadBalancerKind::Network).group("back", &["front tcp/8080"], &[]).with(kept);
    check(&named.0, NODE, Verdict::Reachable, &[]);
    let clients = network(LoadBalancerKind::Network).group("back", &["open tcp/8080"], &[]).with(kept);
    let expected = ["SG_REFERENCES_NOT_PRESERVED back, none of 1 at eni-web, out 2, into"];
    check(&clients.0, NODE, Verdict::Unreachable, &expected);
}

#[test]
fn a_healthy_target_gets_everything() {
    let network = network(LoadBalancerKind::Network)
        .machine("shut", "c", "10.0.3.8", None, &[])
        .with(|network| {
            let targets = vec![
                target("i-web", TargetHealth::Healthy),
                target("i-shut", TargetHealth::Unhealthy("unhealthy: Target.FailedHealthChecks".into())),
            ];
            tg(network).targets = Some(targets);
        })
        .0;
    check(&network, NODE, Verdict::Reachable, &[]);
}

#[test]
fn where_no_target_is_healthy_all_get_connections() {
    let network = network(LoadBalancerKind::Network)
        .with(|network| tg(network).targets = Some(vec![target("i-web", TargetHealth::Unhealthy("unhealthy".into()))]))
        .0;
    let answer = check(&network, NODE, Verdict::Reachable, &[]);
    let assumption = Assumption::UnhealthyTargetsTakePart { load_balancer: "lb".into() };
    assert!(answer.assumptions.contains(&assumption), "{:?}", answer.assumptions);
}

#[test]
fn a_target_that_drains_or_is_unused_gets_nothing() {
    let health = TargetHealth::NotInUse("draining: Target.DeregistrationInProgress".into());
    let network =
        network(LoadBalancerKind::Network).with(|network| tg(network).targets = Some(vec![target("i-web", health)])).0;
    let expected = ["DEGUCHI_NO_TARGET_IN_USE tg, i-web (us-east-1a) draining: Target.DeregistrationInProgress, out 1"];
    check(&network, NODE, Verdict::Unreachable, &expected);
}

#[test]
fn a_target_whose_checks_are_not_over_is_undecided() {
    let network = network(LoadBalancerKind::Network)
        .with(|network| tg(network).targets = Some(vec![target("i-web", TargetHealth::Initial)]))
        .0;
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION tg, TargetHealth, out 1"];
    check(&network, NODE, Verdict::Undecided, &expected);
}

#[test]
fn several_targets_share_the_connections() {
    let network = network(LoadBalancerKind::Network)
        .machine("shut", "c", "10.0.3.8", None, &["back"])
        .group("shut", &[], &[])
        .with(|network| {
            network.network_interfaces.get_mut("eni-shut").unwrap().security_groups = vec!["shut".into()];
            let targets = vec![target("i-web", TargetHealth::Healthy), target("i-shut", TargetHealth::Healthy)];
            tg(network).targets = Some(targets);
        })
        .0;
    let expected = ["SG_HAS_NO_RULES shut, none of 0 at eni-shut, out 2, into"];
    let answer = check(&network, NODE, Verdict::Partly, &expected);
    assert!((answer.reachable_share - 0.5).abs() < 1e-9);
}

#[test]
fn nodes_send_to_other_zones_only_with_cross_zone_on() {
    let elsewhere = |cross_zone: Option<bool>| {
        network(LoadBalancerKind::Network)
            .with(|network| {
                network.subnets.get_mut("c").unwrap().availability_zone = Some("us-east-1b".into());
                lb(network).zones.push(zone("us-east-1b"));
                lb(network).cross_zone = cross_zone;
            })
            .0
    };
    check(&elsewhere(Some(true)), NODE, Verdict::Reachable, &[]);
    let expected = ["ELB_NOT_CROSSZONE tg, i-web (us-east-1b), out 1"];
    check(&elsewhere(Some(false)), NODE, Verdict::Unreachable, &expected);
    let expected = ["? UNKNOWN_RESOURCE lb, CrossZone, out 1"];
    check(&elsewhere(None), NODE, Verdict::Undecided, &expected);
}

#[test]
fn a_target_in_a_zone_that_is_not_enabled_gets_nothing() {
    let network = network(LoadBalancerKind::Network)
        .with(|network| network.subnets.get_mut("c").unwrap().availability_zone = Some("us-east-1c".into()))
        .0;
    let expected = ["ELB_INSTALLED_AZ_RESTRICTION tg, i-web (us-east-1c), out 1"];
    check(&network, NODE, Verdict::Unreachable, &expected);
}

#[test]
fn a_target_cannot_reach_itself_with_its_own_address() {
    let kept = network(LoadBalancerKind::Network)
        .group("back", &["10.0.0.0/16 all"], &["0.0.0.0/0 all"])
        .with(|network| tg(network).preserves_client_address = Some(true));
    let expected = ["DEGUCHI_LOAD_BALANCER_HAIRPIN lb, 10.0.3.7, out 2"];
    check(&kept.0, ("web", "10.0.2.9", "tcp/80"), Verdict::Unreachable, &expected);
    let own = network(LoadBalancerKind::Network).group("back", &["10.0.0.0/16 all"], &["0.0.0.0/0 all"]);
    check(&own.0, ("web", "10.0.2.9", "tcp/80"), Verdict::Reachable, &[]);
}

#[test]
fn a_reply_to_a_client_whose_address_is_kept_needs_no_route_and_meets_both_acls() {
    // The target's subnet has no route to the internet: the reply goes by the load balancer.
    let kept = |network: &mut Network| tg(network).preserves_client_address = Some(true);
    let open = network(LoadBalancerKind::Network).group("back", &["0.0.0.0/0 tcp/8080"], &[]).with(kept);
    let question = ("198.51.100.80", "203.0.113.9", "tcp/80");
    check(&open.0, question, Verdict::Reachable, &[]);
    let narrow = open.acl("narrow", &["c"], &["100 0.0.0.0/0 tcp/8080 allow"], &["100 10.0.0.0/16 all allow"]);
    let expected = ["SUBNET_ACL_RESTRICTION narrow, no rule, back 3, out of c"];
    check(&narrow.0, question, Verdict::Unreachable, &expected);
}

#[test]
fn an_internet_facing_load_balancer_in_a_private_subnet_cannot_answer_the_internet() {
    let network = network(LoadBalancerKind::Network).table("public", &["a"], &["0.0.0.0/0 igw"]).0;
    let expected = ["NO_ROUTE_TO_DESTINATION rtb, back 4, b"];
    check(&network, ("198.51.100.80", "203.0.113.9", "tcp/80"), Verdict::Unreachable, &expected);
}

fn classic() -> Build {
    network(LoadBalancerKind::Classic).with(|network| {
        lb(network).listeners.as_mut().unwrap()[0].default_action = ListenerAction::Instances(8080);
        lb(network).instances = vec![target("i-web", TargetHealth::Unknown)];
    })
}

#[test]
fn a_classic_load_balancer_sends_to_its_instances() {
    let answer = check(&classic().0, NODE, Verdict::Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::TargetsTakePart { load_balancer: "lb".into() }));
    let expected = ["ELB_LISTENERS_MISMATCH lb, TCP 80, out 1"];
    let open = classic().group("front", &["0.0.0.0/0 all"], &["0.0.0.0/0 all"]).0;
    check(&open, ("client", "10.0.2.9", "tcp/22"), Verdict::Unreachable, &expected);
    let out = classic()
        .with(|network| lb(network).instances = vec![target("i-web", TargetHealth::Unhealthy("OutOfService".into()))])
        .0;
    let expected = ["DEGUCHI_NO_TARGET_IN_USE lb, i-web (us-east-1a) OutOfService, out 1"];
    check(&out, NODE, Verdict::Unreachable, &expected);
}

#[test]
fn what_a_classic_load_balancer_sends_meets_the_acl_of_its_own_subnet() {
    let network = classic()
        .machine("web", "b", "10.0.2.7", None, &["back"])
        .acl("narrow", &["b"], &["100 0.0.0.0/0 all allow"], &["90 10.0.2.0/24 all deny", "100 0.0.0.0/0 all allow"])
        .0;
    let expected = ["ELB_ACL_RESTRICTION narrow, rule 90 10.0.2.0/24 all, out 2, out of b"];
    check(&network, NODE, Verdict::Unreachable, &expected);
}

#[test]
fn which_rule_a_request_matches_is_undecided_where_that_decides() {
    let other = |network: &mut Network| {
        network.target_groups.insert("empty".into(), group("empty", Vec::new()));
        let action = ListenerAction::Forward(vec!["empty".into()]);
        lb(network).listeners.as_mut().unwrap()[0].rules = Some(vec![action]);
    };
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION lb, ListenerRule, out 1"];
    check(&network(LoadBalancerKind::Application).with(other).0, NODE, Verdict::Undecided, &expected);
    let unknown = |network: &mut Network| lb(network).listeners.as_mut().unwrap()[0].rules = None;
    let expected = ["? UNKNOWN_RESOURCE lb, ListenerRules, out 1"];
    check(&network(LoadBalancerKind::Application).with(unknown).0, NODE, Verdict::Undecided, &expected);
}

#[test]
fn what_the_snapshot_lacks_about_a_load_balancer_is_named() {
    let no_listeners = |network: &mut Network| lb(network).listeners = None;
    let expected = ["? UNKNOWN_RESOURCE lb, Listeners, out 1"];
    check(&network(LoadBalancerKind::Network).with(no_listeners).0, NODE, Verdict::Undecided, &expected);
    let no_targets = |network: &mut Network| tg(network).targets = None;
    let expected = ["? UNKNOWN_RESOURCE tg, Targets, out 1"];
    check(&network(LoadBalancerKind::Network).with(no_targets).0, NODE, Verdict::Undecided, &expected);
    let no_group = |network: &mut Network| network.target_groups.clear();
    let expected = ["? UNKNOWN_RESOURCE tg, TargetGroup, out 1"];
    check(&network(LoadBalancerKind::Network).with(no_group).0, NODE, Verdict::Undecided, &expected);
    let nothing = |network: &mut Network| network.load_balancers.clear();
    let expected = ["? UNKNOWN_RESOURCE eni-node, OfInterface, out 1"];
    check(&network(LoadBalancerKind::Network).with(nothing).0, NODE, Verdict::Undecided, &expected);
}

#[test]
fn a_load_balancer_that_is_not_active_passes_nothing_on() {
    let state = LoadBalancerState::NotActive("provisioning".into());
    let network = network(LoadBalancerKind::Network).with(|network| lb(network).state = state).0;
    check(&network, NODE, Verdict::Unreachable, &["BAD_STATE lb, provisioning, out 1"]);
}

#[test]
fn a_listener_without_targets_leads_nowhere() {
    let nobody = |network: &mut Network| tg(network).targets = Some(Vec::new());
    let expected = ["ELBV2_LISTENER_HAS_NO_TG tg, out 1"];
    check(&network(LoadBalancerKind::Network).with(nobody).0, NODE, Verdict::Unreachable, &expected);
}
