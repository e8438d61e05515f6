//! What is reported about exits and fixes: found by the engine, written down once for every format.
//!
//! Leaves out words and layout.

use std::collections::BTreeSet;

use deguchi_engine::{
    Query, Reason, Resource, Verdict,
    change::{Change, DnsAttribute},
    fix::{Exit, ExitReport, Plan},
};
use deguchi_model::{Network, RouteTarget};

use super::{Blocker, Names, Part, Report};
use crate::{
    fix::{FixFormat, Proposed, cli, prices::Basis, terraform},
    question::Question,
};

/// Every exit of a question, and the plans after which it is answered.
#[derive(Debug)]
pub(crate) struct Fixes {
    /// The exits, the configured one first.
    pub(crate) exits: Vec<ExitLine>,
    /// The plans, the best first.
    pub(crate) plans: Vec<PlanSheet>,
    /// Where the prices are from.
    pub(crate) basis: Basis,
    /// How the text shows the changes beside their sentences.
    pub(crate) format: FixFormat,
}

/// One exit, and what blocks it.
#[derive(Debug)]
pub(crate) struct ExitLine {
    /// What the engine found.
    pub(crate) report: ExitReport,
    /// Its blockers, in the order met; those that the answer names already by their numbers.
    pub(crate) blockers: Vec<ExitBlocker>,
}

/// One blocker of an exit.
#[derive(Debug)]
pub(crate) struct ExitBlocker {
    /// What blocks.
    pub(crate) blocker: Blocker,
    /// Its number in the answer, counted from 1, where it is one of those.
    pub(crate) number: Option<usize>,
}

/// One plan, written down.
#[derive(Debug)]
pub(crate) struct PlanSheet {
    /// The plan.
    pub(crate) plan: Plan,
    /// Whether its exit is the one that the routes lead to now.
    pub(crate) is_configured: bool,
    /// The ids that stand for resources that it creates.
    pub(crate) created: BTreeSet<String>,
    /// As commands of the AWS CLI, a line each.
    pub(crate) cli: Vec<String>,
    /// As Terraform, line by line.
    pub(crate) terraform: Vec<String>,
}

/// Names for the sentences of a plan: some of its resources are still to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanNames<'r> {
    /// The names of the network.
    pub(crate) names: &'r Names,
    /// The ids that stand for resources that the plan creates.
    pub(crate) created: &'r BTreeSet<String>,
}

impl PlanNames<'_> {
    /// Whether a resource is one that the plan creates.
    pub(crate) fn is_new(self, resource: &Resource) -> bool {
        self.created.contains(&resource.to_string())
    }
}

impl Report {
    /// Adds the exits of the question, and plans that cure it.
    pub fn add_fixes(&mut self, network: &Network, question: &Question, proposed: Proposed, format: FixFormat) {
        let query = question.alternatives.first().map(|alternative| &alternative.query);
        let only = match self.parts.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        let configured: Vec<Exit> =
            proposed.fixes.exits.iter().filter(|exit| exit.is_configured).map(|exit| exit.exit.clone()).collect();
        let line = |report: ExitReport| ExitLine {
            blockers: query.map(|query| exit_blockers(query, &report, only)).unwrap_or_default(),
            report,
        };
        let sheet = |plan: Plan| PlanSheet {
            is_configured: plan.exit.as_ref().is_some_and(|exit| configured.contains(exit)),
            created: created_by(&plan.changes),
            cli: cli::script(network, &plan.changes),
            terraform: terraform::blocks(network, &plan.changes),
            plan,
        };
        self.fixes = Some(Fixes {
            exits: proposed.fixes.exits.into_iter().map(line).collect(),
            plans: proposed.fixes.plans.into_iter().map(sheet).collect(),
            basis: proposed.basis,
            format,
        });
    }

    /// Whether something stops packets, so that a fix can be looked for.
    pub fn has_blockers(&self) -> bool {
        self.verdict != Verdict::Reachable && self.parts.iter().any(|part| !part.blockers.is_empty())
    }
}

fn exit_blockers(query: &Query, report: &ExitReport, part: Option<&Part>) -> Vec<ExitBlocker> {
    let is_same = |some: &Reason, other: &Reason| {
        let place = |it: &Reason| (it.code, it.resource.clone(), it.heading, it.direction, it.evidence.clone());
        place(some) == place(other)
    };
    let blocker = |reason: &Reason| ExitBlocker {
        number: part
            .and_then(|part| part.blockers.iter().position(|own| is_same(&own.reason, reason)))
            .map(|place| place + 1),
        blocker: Blocker::bare(query, reason),
    };
    report.blockers.iter().map(blocker).collect()
}

/// The ids that stand for what changes create.
pub(crate) fn created_by(changes: &[Change]) -> BTreeSet<String> {
    changes.iter().flat_map(created).collect()
}

/// The ids of what a change creates.
fn created(change: &Change) -> Vec<String> {
    match change {
        Change::CreateInternetGateway { internet_gateway } => vec![internet_gateway.to_string()],
        Change::CreateNatGateway { nat_gateway, elastic_ip, .. } => {
            vec![nat_gateway.to_string(), elastic_ip.to_string()]
        }
        Change::AssociateElasticIp { elastic_ip, .. } => vec![elastic_ip.to_string()],
        Change::CreateGatewayEndpoint { endpoint, .. } => vec![endpoint.to_string()],
        Change::CreateRouteTable { route_table, .. } => vec![route_table.to_string()],
        _ => Vec::new(),
    }
}

/// Returns an attribute of a VPC as AWS names it.
pub(crate) const fn dns_attribute(attribute: DnsAttribute) -> &'static str {
    match attribute {
        DnsAttribute::Support => "enableDnsSupport",
        DnsAttribute::Hostnames => "enableDnsHostnames",
    }
}

/// The resource that a target of a route is; `None` for the VPC itself.
pub(crate) fn target_resource(target: &RouteTarget) -> Option<Resource> {
    Some(match target {
        RouteTarget::Local => return None,
        RouteTarget::InternetGateway(id) => Resource::InternetGateway(id.clone()),
        RouteTarget::EgressOnlyInternetGateway(id) => Resource::EgressOnlyInternetGateway(id.clone()),
        RouteTarget::NatGateway(id) => Resource::NatGateway(id.clone()),
        RouteTarget::NetworkInterface(id) => Resource::NetworkInterface(id.clone()),
        RouteTarget::Instance(id) => Resource::Instance(id.clone()),
        RouteTarget::VpnGateway(id) => Resource::VpnGateway(id.clone()),
        RouteTarget::PeeringConnection(id) => Resource::PeeringConnection(id.clone()),
        RouteTarget::TransitGateway(id) => Resource::TransitGateway(id.clone()),
        RouteTarget::VpcEndpoint(id) => Resource::VpcEndpoint(id.clone()),
        RouteTarget::Unmodelled { id, .. } => Resource::Other(id.clone()),
    })
}

/// The resource that an exit is: a NAT instance is its instance.
pub(crate) fn exit_resource(exit: &Exit) -> Resource {
    match exit {
        Exit::GatewayEndpoint(id) => Resource::VpcEndpoint(id.clone()),
        Exit::NatGateway(id) => Resource::NatGateway(id.clone()),
        Exit::NatInstance { instance, .. } => Resource::Instance(instance.clone()),
        Exit::InternetGateway(id) => Resource::InternetGateway(id.clone()),
        Exit::EgressOnlyInternetGateway(id) => Resource::EgressOnlyInternetGateway(id.clone()),
    }
}
