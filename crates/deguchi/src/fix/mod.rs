//! Plans written down: what each costs, as commands of the AWS CLI, as Terraform, and as the snapshot that follows.
//!
//! Leaves out the search (`deguchi_engine::fix`) and the sentences (`words/*/change.rs`). Nothing here calls AWS.

pub(crate) mod cli;
mod policy;
pub mod prices;
mod record;
mod rule;
pub mod snapshot;
pub(crate) mod terraform;

pub use prices::Prices;

use std::collections::BTreeMap;

use deguchi_engine::{
    Engine, Query, Verdict,
    change::{Change, apply_all},
    fix::{self, Fixes},
    resolution::both,
};
use deguchi_model::{Network, Region, SubnetId, VpcId};

use crate::question::{Alternative, Question};

/// How plans are written down beside their sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FixFormat {
    /// Commands of the AWS CLI, for `sh`.
    #[default]
    Cli,
    /// Terraform, for provider `hashicorp/aws` 5 and later.
    Terraform,
    /// Sentences only.
    None,
}

/// Fixes for a question, with the prices that they were ranked by.
#[derive(Debug)]
pub struct Proposed {
    /// What the engine found.
    pub fixes: Fixes,
    /// Where the prices are from.
    pub basis: prices::Basis,
}

/// Looks for plans after which every alternative of a question is reachable.
pub fn propose(network: &Network, question: &Question, prices: &Prices) -> Proposed {
    let queries: Vec<_> = question.alternatives.iter().map(|alternative| alternative.query.clone()).collect();
    let (costs, basis) = prices.monthly(region_of_question(network, question).as_ref());
    let engine = Engine::new(network);
    let mut names: Vec<Query> = Vec::new();
    for Alternative { query, hosts, .. } in &question.alternatives {
        let asked = engine.resolution_queries(&query.source, hosts, query.traffic.client_ports());
        let new: Vec<Query> = asked.into_iter().filter(|asked| !names.contains(asked)).collect();
        names.extend(new);
    }
    let mut fixes = fix::search_with_names(network, &queries, &names, &costs);
    // No change to the network gives a zone a name that it does not have.
    let before = name_verdict(network, question);
    fixes.plans.retain(|plan| {
        let after = name_verdict(&apply_all(network, &plan.changes), question);
        after == Verdict::Reachable || (after == Verdict::Undecided && before == after)
    });
    Proposed { fixes, basis }
}

/// Whether the names of a question resolve, all of them.
pub(crate) fn name_verdict(network: &Network, question: &Question) -> Verdict {
    let engine = Engine::new(network);
    let mut verdict = Verdict::Reachable;
    for Alternative { query, hosts, .. } in &question.alternatives {
        for host in hosts {
            let found = engine.resolve(&query.source, host, query.traffic.client_ports());
            verdict = found.map_or(verdict, |found| both(found.verdict, verdict));
        }
    }
    verdict
}

/// The Region that a question starts in, where the snapshot says.
fn region_of_question(network: &Network, question: &Question) -> Option<Region> {
    let interface = question.alternatives.iter().find_map(|alternative| match &alternative.query.source {
        deguchi_engine::Source::Interface { interface, .. } => Some(interface),
        deguchi_engine::Source::Internet(_) | deguchi_engine::Source::OnPremises(_) => None,
    })?;
    let interface = network.network_interfaces.get(interface)?;
    region_of_vpc(network, &interface.vpc)
}

/// The Region of a VPC: as its folder says, else by the zones of its subnets (`ap-northeast-1a` is in `ap-northeast-1`).
pub(crate) fn region_of_vpc(network: &Network, vpc: &VpcId) -> Option<Region> {
    crate::question::region_of(network, Some(vpc)).map(|region| Region::new(&region))
}

/// The VPC that a change is made in, where it is made in one.
fn vpc_of(network: &Network, change: &Change) -> Option<VpcId> {
    let of_subnet = |id: &SubnetId| network.subnets.get(id).map(|subnet| subnet.vpc.clone());
    let of_table = |id| network.route_tables.get(id).map(|table| table.vpc.clone());
    match change {
        Change::CreateInternetGateway { .. } | Change::PutRolePolicy { .. } => None,
        Change::AllowInEndpointPolicy { endpoint, .. } => {
            network.vpc_endpoints.get(endpoint).map(|endpoint| endpoint.vpc.clone())
        }
        Change::AttachInternetGateway { vpc, .. }
        | Change::CreateGatewayEndpoint { vpc, .. }
        | Change::EnableVpcDns { vpc, .. } => Some(vpc.clone()),
        Change::CreateNatGateway { subnet, .. } | Change::AssociateRouteTable { subnet, .. } => of_subnet(subnet),
        Change::StartInstance { instance } => {
            let first = network.instances.get(instance)?.interfaces.first()?;
            network.network_interfaces.get(&first.interface).map(|interface| interface.vpc.clone())
        }
        Change::DisableSourceDestinationCheck { interface } | Change::AssociateElasticIp { interface, .. } => {
            network.network_interfaces.get(interface).map(|interface| interface.vpc.clone())
        }
        Change::CreateRouteTable { like, .. } => of_table(like),
        Change::AssociateEndpoint { route_table, .. }
        | Change::AddRoute { route_table, .. }
        | Change::ReplaceRoute { route_table, .. }
        | Change::DeleteRoute { route_table, .. } => of_table(route_table),
        Change::AuthorizeSecurityGroupRule { group, .. } | Change::RevokeSecurityGroupRule { group, .. } => {
            network.security_groups.get(group).and_then(|group| group.vpc.clone())
        }
        Change::AddNetworkAclRule { acl, .. }
        | Change::ReplaceNetworkAclRule { acl, .. }
        | Change::DeleteNetworkAclRule { acl, .. } => network.network_acls.get(acl).map(|acl| acl.vpc.clone()),
    }
}

/// The Regions in which the changes of a plan are made, each change with its own; none for what follows those before it.
fn regions(network: &Network, changes: &[Change]) -> Vec<Option<Region>> {
    let mut known: BTreeMap<VpcId, Option<Region>> = BTreeMap::new();
    let mut network = network.clone();
    let mut regions = Vec::new();
    for change in changes {
        let vpc = vpc_of(&network, change);
        let region = vpc.map(|vpc| {
            let region = region_of_vpc(&network, &vpc);
            known.entry(vpc).or_insert(region).clone()
        });
        regions.push(region.flatten());
        network = deguchi_engine::change::apply(&network, change);
    }
    // What is created outside a VPC stands where the next change needs it.
    for place in (0..regions.len()).rev() {
        let next = regions.get(place + 1).cloned().flatten();
        if let Some(region) = regions.get_mut(place)
            && region.is_none()
        {
            *region = next;
        }
    }
    regions
}
