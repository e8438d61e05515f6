//! The items about services: S3 by its endpoint, and an HTTPS API.

use deguchi_engine::{
    Engine, Verdict,
    policy::{Authorization, AuthorizationOutcome},
};
use deguchi_model::{Effect, EndpointPolicy, EndpointState, Patterns, VpcEndpoint};

use super::{
    Checked, Finding, Status,
    bench::{Bench, Probe},
    filters::whole_answer,
};

/// `s3-endpoint`: the gateway endpoint serves the machine's table, and everything on the way to it lets S3 pass.
pub(super) fn s3_endpoint(bench: &Bench<'_>) -> Vec<Checked> {
    let Some(table) = bench.table else {
        let subnet = bench.machine.interface.subnet.to_string();
        return vec![Checked::new(Status::Unknown, Finding::TableMissing { subnet })];
    };
    let [https, http] = &bench.s3;
    let Some(endpoint) = bench.s3_endpoint() else {
        return not_served(bench, bench.s3_endpoints().next(), https);
    };
    let (id, table) = (endpoint.id.to_string(), table.id.to_string());
    let mut found = vec![Checked::new(Status::Pass, Finding::S3EndpointAssociated { endpoint: id, table })];
    if let EndpointState::NotAvailable(state) = &endpoint.state {
        let finding = Finding::S3EndpointState { endpoint: endpoint.id.to_string(), state: state.clone() };
        found.push(Checked::new(Status::Fail, finding));
    }
    found.extend(policy(bench, endpoint));
    found.extend(whole_answer(bench, https));
    // Port 80 is for older repositories only: closed, it is said, and judged where the machine's repositories use it.
    let uses_http = bench.repositories.as_ref().is_some_and(uses_http);
    found.extend(whole_answer(bench, http).into_iter().map(|checked| match checked.status {
        Status::Fail if !uses_http => Checked::new(Status::NotApplicable, checked.finding),
        _ => checked,
    }));
    found
}

/// What there is to say where no endpoint serves the table: S3 then goes the way of the internet.
fn not_served(bench: &Bench<'_>, endpoint: Option<&VpcEndpoint>, https: &Probe) -> Vec<Checked> {
    let table = bench.table.map_or_else(String::new, |table| table.id.to_string());
    let finding = match endpoint {
        Some(endpoint) => Finding::S3EndpointNotAssociated { endpoint: endpoint.id.to_string(), table },
        None => Finding::NoS3Endpoint { vpc: bench.machine.interface.vpc.to_string() },
    };
    // Where a default route leads out, S3 goes that way, and what stops it there is another item's.
    let is_at_fault = endpoint.is_some() && bench.default_route.is_none() && https.is(Verdict::Unreachable);
    let status = if is_at_fault { Status::Fail } else { Status::NotApplicable };
    vec![Checked::new(status, finding)]
}

/// Whether the endpoint's policy lets the repositories' requests through (GE-7, RP-4).
fn policy(bench: &Bench<'_>, endpoint: &VpcEndpoint) -> Vec<Checked> {
    let id = endpoint.id.to_string();
    let document = match &endpoint.policy {
        EndpointPolicy::FullAccess => {
            return vec![Checked::new(Status::Pass, Finding::S3PolicyFull { endpoint: id })];
        }
        EndpointPolicy::Unmodelled | EndpointPolicy::Unknown => {
            return vec![Checked::new(Status::Unknown, Finding::S3PolicyNotRead { endpoint: id })];
        }
        EndpointPolicy::Document(document) => document,
    };
    let engine = Engine::new(bench.network);
    let repositories = bench.repositories.iter().flat_map(|probe| &probe.question.alternatives);
    let mut judged: Vec<Authorization> = Vec::new();
    for authorization in repositories.flat_map(|each| engine.authorizations(&each.query, Some(&endpoint.id))) {
        if !judged.contains(&authorization) {
            judged.push(authorization);
        }
    }
    if judged.is_empty() {
        let allows = document.statements.iter().filter(|statement| statement.effect == Effect::Allow);
        let resources = allows.flat_map(|statement| match &statement.resources {
            Patterns::Only(patterns) => patterns.clone(),
            Patterns::AllBut(_) => Vec::new(),
        });
        let finding = Finding::S3PolicyAllows { endpoint: id, resources: resources.collect() };
        return vec![Checked::new(Status::NotApplicable, finding)];
    }
    // Where it is not known which repository applies, one that is refused proves nothing.
    let refuses_all = judged.iter().all(|each| each.outcome == AuthorizationOutcome::Denied);
    let found = |authorization: Authorization| {
        let authorization = Box::new(authorization);
        match authorization.outcome {
            AuthorizationOutcome::Allowed => Checked::new(Status::Pass, Finding::S3Allowed { authorization }),
            AuthorizationOutcome::Denied => {
                let status = if refuses_all { Status::Fail } else { Status::Unknown };
                Checked::new(status, Finding::S3Refused { authorization })
            }
            AuthorizationOutcome::Undecided => {
                Checked::new(Status::Unknown, Finding::S3Undecided { authorization, is_any: false })
            }
        }
    };
    judged.into_iter().map(found).collect()
}

fn uses_http(repositories: &Probe) -> bool {
    let is_http = |traffic: &deguchi_engine::Traffic| match traffic {
        deguchi_engine::Traffic::Tcp(ports) => ports.destination.first() == 80,
        deguchi_engine::Traffic::Udp(_) | deguchi_engine::Traffic::Ping => false,
    };
    repositories.question.alternatives.iter().all(|each| is_http(&each.query.traffic))
}

/// `https-api`: an API on the internet is reached by HTTPS.
pub(super) fn https_api(bench: &Bench<'_>) -> Vec<Checked> {
    whole_answer(bench, &bench.api)
}
