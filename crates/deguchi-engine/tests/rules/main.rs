//! One small network for each rule of docs/semantics.md: what the engine answers there, and by which evidence.
#![cfg(test)]

#[path = "../build/mod.rs"]
mod build;
mod edge_tables;
mod filters;
mod inspection;
mod interface_endpoints;
mod interfaces;
mod internet;
mod load_balancers;
mod nat;
mod nat_instances;
mod on_premises;
mod peering_connections;
mod resolution;
mod routes;
mod tables;
mod transit_gateways;

use deguchi_engine::{Answer, Engine, Evidence, Heading, Missing, Query, Reason, Verdict};
use deguchi_model::{Direction, Network};

use build::query;

/// Asks `(from, to, traffic)` and compares the verdict, and everything that stops packets or is not known.
fn check(network: &Network, question: (&str, &str, &str), verdict: Verdict, expected: &[&str]) -> Answer {
    let (from, to, traffic) = question;
    check_query(network, &query(network, from, to, traffic), verdict, expected)
}

fn check_query(network: &Network, query: &Query, verdict: Verdict, expected: &[&str]) -> Answer {
    let answer = Engine::new(network).answer(query);
    let mut found: Vec<String> = answer.reasons.iter().map(reason).collect();
    found.extend(answer.missing.iter().map(missing));
    assert_eq!((answer.verdict, found), (verdict, expected.iter().map(ToString::to_string).collect()), "{answer:#?}");
    answer
}

/// `CODE resource, evidence, heading and leg, direction and subnet`.
fn reason(reason: &Reason) -> String {
    let evidence = evidence(&reason.evidence);
    let place = [
        reason.direction.map(|direction| match direction {
            Direction::Inbound => "into".to_string(),
            Direction::Outbound => "out of".to_string(),
        }),
        reason.subnet.as_ref().map(ToString::to_string),
    ];
    let place: Vec<String> = place.into_iter().flatten().collect();
    let words = [
        format!("{} {}", reason.code, reason.resource),
        evidence,
        heading(reason.heading, reason.leg),
        place.join(" "),
    ];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

fn missing(missing: &Missing) -> String {
    let gap = format!("{:?}", missing.gap);
    let gap =
        gap.trim_start_matches("LoadBalancer(").trim_start_matches("Inspection(").trim_start_matches("TransitGateway(");
    let gap = gap.split(['(', ')', ' ']).next().unwrap();
    format!("? {} {}, {gap}, {}", missing.code, missing.resource, heading(missing.heading, missing.leg))
}

fn heading(heading: Heading, leg: u8) -> String {
    match heading {
        Heading::Forward => format!("out {leg}"),
        Heading::Return => format!("back {leg}"),
    }
}

fn evidence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::NetworkAclRule(Some(rule)) => format!("rule {} {} {}", rule.number, rule.cidr, rule.traffic),
        Evidence::NetworkAclRule(None) => "no rule".into(),
        Evidence::NoSecurityGroupRule { interface, rules, .. } => format!("none of {rules} at {interface}"),
        Evidence::Route(route) => format!("{} to {}", route.destination, route.target),
        Evidence::TransitGatewayRoute(route) => format!("{} of the gateway", route.destination),
        Evidence::State(state) => state.clone(),
        Evidence::NoPublicAddress(address) | Evidence::Address(address) => address.to_string(),
        Evidence::Routes(routes) => format!("{} routes", routes.len()),
        Evidence::Listed(listed) => listed.join("; "),
        Evidence::Policy(refusal) => match &refusal.by {
            Some((_, statement)) => format!("denied by {statement:?}"),
            None => "not allowed".into(),
        },
        Evidence::NoRoute | Evidence::Nothing => String::new(),
    }
}
