//! The items about services: S3 by its endpoint, IAM, DNS, and an HTTPS API.

use deguchi_engine::Verdict;
use deguchi_model::{EndpointPolicy, EndpointState, RouteTarget, VpcEndpoint, VpcEndpointKind};

use super::{
    Checked, Finding, Status,
    bench::{Bench, Probe},
    filters::whole_answer,
};

/// `s3-endpoint`: the gateway endpoint serves the machine's table, and everything on the way to it lets S3 pass.
pub(super) fn s3_endpoint(bench: &Bench<'_>) -> Vec<Checked> {
    let vpc = &bench.machine.interface.vpc;
    let is_it = |endpoint: &&VpcEndpoint| {
        let is_gateway = matches!(endpoint.kind, VpcEndpointKind::Gateway { .. });
        endpoint.vpc == *vpc && is_gateway && endpoint.service_name.ends_with(".s3")
    };
    let endpoints: Vec<&VpcEndpoint> = bench.network.vpc_endpoints.values().filter(is_it).collect();
    let Some(table) = bench.table else {
        let subnet = bench.machine.interface.subnet.to_string();
        return vec![Checked::new(Status::Unknown, Finding::TableMissing { subnet })];
    };
    let serves = |endpoint: &&&VpcEndpoint| {
        table.routes.iter().any(|route| matches!(&route.target, RouteTarget::VpcEndpoint(id) if *id == endpoint.id))
    };
    let [https, http] = &bench.s3;
    let Some(endpoint) = endpoints.iter().find(serves) else {
        return not_served(bench, endpoints.first().copied(), https);
    };
    let (id, table) = (endpoint.id.to_string(), table.id.to_string());
    let mut found = vec![Checked::new(Status::Pass, Finding::S3EndpointAssociated { endpoint: id, table })];
    if let EndpointState::NotAvailable(state) = &endpoint.state {
        let finding = Finding::S3EndpointState { endpoint: endpoint.id.to_string(), state: state.clone() };
        found.push(Checked::new(Status::Fail, finding));
    }
    found.push(policy(endpoint));
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

fn policy(endpoint: &VpcEndpoint) -> Checked {
    let id = endpoint.id.to_string();
    match &endpoint.policy {
        EndpointPolicy::FullAccess => Checked::new(Status::Pass, Finding::S3PolicyFull { endpoint: id }),
        EndpointPolicy::Document(document) => {
            let allows =
                document.statements.iter().filter(|statement| statement.effect == deguchi_model::Effect::Allow);
            let named = |patterns: &deguchi_model::Patterns| match patterns {
                deguchi_model::Patterns::Only(patterns) => patterns.clone(),
                deguchi_model::Patterns::AllBut(_) => Vec::new(),
            };
            let resources = allows.flat_map(|statement| named(&statement.resources)).collect();
            // Which buckets are needed beside the repositories' is not known.
            Checked::new(Status::Unknown, Finding::S3PolicyAllows { endpoint: id, resources })
        }
        EndpointPolicy::Unmodelled | EndpointPolicy::Unknown => {
            Checked::new(Status::Unknown, Finding::S3PolicyNotRead { endpoint: id })
        }
    }
}

fn uses_http(repositories: &Probe) -> bool {
    let is_http = |traffic: &deguchi_engine::Traffic| match traffic {
        deguchi_engine::Traffic::Tcp(ports) => ports.destination.first() == 80,
        deguchi_engine::Traffic::Udp(_) | deguchi_engine::Traffic::Ping => false,
    };
    repositories.question.alternatives.iter().all(|each| is_http(&each.query.traffic))
}

/// `iam-for-s3`: whether the instance's role allows S3. Repositories need none (RP-4).
pub(super) fn iam_for_s3(bench: &Bench<'_>) -> Vec<Checked> {
    let profile = bench.machine.instance.and_then(|instance| instance.instance_profile.clone());
    vec![Checked::new(Status::Unknown, Finding::IamNotRead { profile })]
}

/// `dns`: whether names resolve. The snapshot's VPC attributes and DHCP options are not read yet (DN-3, DN-4).
pub(super) fn dns(bench: &Bench<'_>) -> Vec<Checked> {
    let vpc = bench.machine.interface.vpc.to_string();
    vec![Checked::new(Status::Unknown, Finding::DnsNotRead { vpc })]
}

/// `https-api`: an API on the internet is reached by HTTPS.
pub(super) fn https_api(bench: &Bench<'_>) -> Vec<Checked> {
    whole_answer(bench, &bench.api)
}
