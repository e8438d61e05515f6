//! Interface endpoints as destinations (IE-1, IE-4).

use deguchi_engine::{Assumption, Verdict};
use deguchi_model::{EndpointPolicy, EndpointState, InterfaceKind, Network, VpcEndpoint, VpcEndpointKind};

use super::{build::Build, check};

/// A client in `a`, and an endpoint `vpce` with an interface in `b` that carries `service`.
fn network(inbound: &[&str]) -> Build {
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .subnet("b", "10.0.2.0/24", None)
        .group("service", inbound, &[])
        .machine("client", "a", "10.0.1.5", None, &["open"])
        .machine("ssm", "b", "10.0.2.9", None, &["service"])
        .with(|network| {
            let interface = network.network_interfaces.get_mut("eni-ssm").unwrap();
            interface.kind = InterfaceKind::VpcEndpoint;
            interface.attachment.as_mut().unwrap().instance = None;
            network.instances.remove("i-ssm");
            let endpoint = VpcEndpoint {
                id: "vpce".into(),
                name: None,
                vpc: "vpc".into(),
                service_name: "com.amazonaws.us-east-1.ssm".into(),
                kind: VpcEndpointKind::Interface {
                    interfaces: vec!["eni-ssm".into()],
                    security_groups: vec!["service".into()],
                    private_dns_enabled: true,
                },
                state: EndpointState::Available,
                policy: EndpointPolicy::FullAccess,
                dns_names: Vec::new(),
            };
            network.vpc_endpoints.insert(endpoint.id.clone(), endpoint);
        })
}

fn with_state(state: &str) -> Network {
    let state = EndpointState::NotAvailable(state.to_string());
    network(&["10.0.0.0/16 tcp/443"]).with(|network| network.vpc_endpoints.get_mut("vpce").unwrap().state = state).0
}

#[test]
fn the_groups_of_an_interface_endpoint_have_to_let_the_client_in() {
    let question = ("client", "10.0.2.9", "tcp/443");
    check(&network(&["10.0.0.0/16 tcp/443"]).0, question, Verdict::Reachable, &[]);
    let expected = ["ENI_SG_RULES_MISMATCH service, none of 1 at eni-ssm, out 1, into"];
    check(&network(&["10.0.9.0/24 tcp/443"]).0, question, Verdict::Unreachable, &expected);
}

#[test]
fn acls_between_the_subnets_judge_what_goes_to_an_interface_endpoint() {
    let network = network(&["10.0.0.0/16 tcp/443"]).acl(
        "narrow",
        &["b"],
        &["100 10.0.0.0/16 tcp/443 allow"],
        &["100 10.0.0.0/16 tcp/443 allow"],
    );
    let expected = ["SUBNET_ACL_RESTRICTION narrow, no rule, back 2, out of b"];
    check(&network.0, ("client", "10.0.2.9", "tcp/443"), Verdict::Unreachable, &expected);
}

#[test]
fn an_interface_endpoint_answers_no_ping() {
    let network = network(&["10.0.0.0/16 all"]).0;
    check(&network, ("client", "10.0.2.9", "ping"), Verdict::Unreachable, &["PROTOCOL_RESTRICTION vpce, out 1"]);
}

#[test]
fn an_interface_endpoint_that_is_not_available_answers_nothing() {
    let question = ("client", "10.0.2.9", "tcp/443");
    let expected = ["BAD_STATE vpce, pendingAcceptance, out 1"];
    check(&with_state("pendingAcceptance"), question, Verdict::Unreachable, &expected);
}

#[test]
fn an_interface_endpoint_starts_no_connection() {
    let network = network(&["10.0.0.0/16 tcp/443"]).group("service", &[], &["0.0.0.0/0 all"]).0;
    let expected = ["VPCE_INTRA_VPC_TRAFFIC vpce, out 1"];
    check(&network, ("ssm", "10.0.1.5", "tcp/443"), Verdict::Unreachable, &expected);
}

#[test]
fn the_policy_of_an_interface_endpoint_is_an_assumption_where_no_request_is_named() {
    let network = network(&["10.0.0.0/16 tcp/443"])
        .with(|network| network.vpc_endpoints.get_mut("vpce").unwrap().policy = EndpointPolicy::Unmodelled)
        .0;
    let answer = check(&network, ("client", "10.0.2.9", "tcp/443"), Verdict::Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::EndpointPolicyAllows { endpoint: "vpce".into() }));
}

#[test]
fn an_interface_whose_endpoint_is_not_in_the_snapshot_is_undecided() {
    let network = network(&[]).with(|network| network.vpc_endpoints.clear()).0;
    let expected = ["? UNKNOWN_RESOURCE eni-ssm, EndpointOfInterface, out 1"];
    check(&network, ("client", "10.0.2.9", "tcp/443"), Verdict::Undecided, &expected);
}
