//! What lets a request pass that no statement allows: the narrowest statement, in the policy of an endpoint or of a role.
//!
//! Denials are somebody's will, and stay. So do the limits of an organization and of a permissions boundary.

use alloc::{string::String, vec, vec::Vec};

use deguchi_model::{
    Condition, Effect, EndpointPolicy, Network, Patterns, PolicyDocument, Principal, Principals, RoleArn, Statement,
};

use crate::{
    Query, Source,
    change::{Change, free_id},
    policy::Layer,
    query::{RequestCaller, ServiceRequest},
    reason::{Evidence, Reason},
};

/// Returns the change that allows a query's request where a reason says that nothing does.
pub(super) fn allow(network: &Network, query: &Query, reason: &Reason) -> Option<Change> {
    let Evidence::Policy(refusal) = &reason.evidence else { return None };
    let request = query.destination.request.as_ref().filter(|_| refusal.by.is_none())?;
    match &refusal.layer {
        Layer::Endpoint(id) => {
            let endpoint = network.vpc_endpoints.get(id)?;
            let EndpointPolicy::Document(document) = &endpoint.policy else { return None };
            // The whole document is written back: what of it is not understood would be lost.
            let is_understood = document.statements.iter().all(|statement| statement.not_understood.is_empty());
            let statement = at_endpoint(network, query, request)?;
            is_understood.then(|| Change::AllowInEndpointPolicy { endpoint: id.clone(), statement })
        }
        Layer::Identity(role) => {
            let known = network.identities.roles.get(role)?;
            let name = free_id("deguchi-allow", |name| known.inline.policies.contains_key(name));
            let document = PolicyDocument::of(statement(request, Principals::Unstated, Vec::new()));
            Some(Change::PutRolePolicy { role: role.clone(), name, document })
        }
        Layer::Boundary(_) | Layer::Bucket(_) | Layer::ServiceControl(_) => None,
    }
}

/// An endpoint's policy takes roles by a condition: as a principal a role stands for nobody who uses it.
fn at_endpoint(network: &Network, query: &Query, request: &ServiceRequest) -> Option<Statement> {
    let conditions = match request.caller {
        RequestCaller::Anonymous => Vec::new(),
        RequestCaller::Machine => vec![Condition {
            operator: String::from("ArnEquals"),
            key: String::from("aws:PrincipalArn"),
            values: vec![String::from(role_of(network, query)?.as_str())],
        }],
        RequestCaller::Unstated => return None,
    };
    Some(statement(request, Principals::Only(vec![Principal::Everyone]), conditions))
}

fn statement(request: &ServiceRequest, principals: Principals, conditions: Vec<Condition>) -> Statement {
    Statement {
        sid: None,
        effect: Effect::Allow,
        principals,
        actions: Patterns::Only(vec![request.action.clone()]),
        resources: Patterns::Only(request.resources.clone()),
        conditions,
        not_understood: Vec::new(),
    }
}

/// The role of the instance that a query starts at.
fn role_of<'n>(network: &'n Network, query: &Query) -> Option<&'n RoleArn> {
    let Source::Interface { interface, .. } = &query.source else { return None };
    let attachment = network.network_interfaces.get(interface)?.attachment.as_ref()?;
    let instance = network.instances.get(attachment.instance.as_ref()?)?;
    network.identities.instance_profiles.get(instance.instance_profile.as_ref()?)?.as_ref()
}
