//! What a service answers to whoever has reached it: S3's 403 is an answer too, and the network is fine then (IM-8).
//!
//! The policies are asked after the walk, or alone ([`Engine::authorizations`]). Leaves out what they come to (`policy`).

use alloc::vec::Vec;

use deguchi_model::{AccountId, Network, VpcEndpoint, VpcEndpointId};

use super::{Finding, Parcel, Walk};
use crate::{
    AddressSet, Engine,
    policy::{
        Authorization, Caller, CallerView, Context, Layer, MissingPolicy, Owner, PolicyGap, PolicyReference,
        RequestWay, RoleCaller, admit, authorize,
    },
    query::{Query, RequestCaller, ServiceRequest, Source, Traffic},
    reason::{Code, Evidence, Gap, Resource},
    stand_in::widened,
};

impl Engine<'_> {
    /// Returns what the policies alone come to for what a query asks of a service, one for each resource: over a gateway
    /// endpoint from the source's private address, or with `None` over the internet from any public one. Empty for a query
    /// that asks nothing of a service, and for an endpoint that is not in the network.
    pub fn authorizations(&self, query: &Query, endpoint: Option<&VpcEndpointId>) -> Vec<Authorization> {
        let network = self.network();
        let Some(request) = query.destination.request.as_ref() else { return Vec::new() };
        let own = match &query.source {
            Source::Interface { address, .. } => Some(*address),
            Source::Internet(_) | Source::OnPremises(_) => None,
        };
        let (endpoint, source) = match endpoint {
            Some(id) => match network.vpc_endpoints.get(id) {
                Some(endpoint) => (Some(endpoint), own.map_or_else(AddressSet::default, AddressSet::single)),
                None => return Vec::new(),
            },
            None if own.is_some_and(|address| address.is_ipv6()) => (None, AddressSet::public_ipv6()),
            None => (None, AddressSet::public_ipv4()),
        };
        let asked = Asked { network, query };
        request.resources.iter().map(|resource| asked.judge(request, resource, source.clone(), endpoint)).collect()
    }
}

/// A query that asks something of a service.
struct Asked<'n, 'q> {
    network: &'n Network,
    query: &'q Query,
}

/// Who asks, and what is missing to know it.
struct Asking<'n> {
    caller: Caller<'n>,
    missing: Option<MissingPolicy>,
}

impl<'n> Walk<'_, 'n> {
    /// Asks the service that a parcel has reached; `endpoint` is the gateway endpoint that it came over.
    pub(super) fn ask_service(&mut self, parcel: &mut Parcel<'n>, endpoint: Option<&'n VpcEndpoint>) {
        let Some(request) = self.query.destination.request.as_ref() else {
            if let Some(endpoint) = endpoint.filter(|it| it.policy != deguchi_model::EndpointPolicy::FullAccess) {
                // Asked for an address, not for a request: packets pass whatever the policy says.
                let assumption = crate::Assumption::EndpointPolicyAllows { endpoint: endpoint.id.clone() };
                parcel.assumptions.push(assumption);
            }
            return;
        };
        let source: AddressSet = parcel.header.source.values(self.space, parcel.packets);
        let asked = Asked { network: self.index.network, query: self.query };
        for resource in &request.resources {
            let authorization = asked.judge(request, resource, source.clone(), endpoint);
            self.take_authorization(parcel, authorization);
        }
    }

    fn take_authorization(&mut self, parcel: &mut Parcel<'n>, authorization: Authorization) {
        for refusal in &authorization.refusals {
            let (code, resource) = at_layer(&refusal.layer);
            self.stop(parcel, Finding::new(code, resource, Evidence::Policy(refusal.clone())));
        }
        for gap in &authorization.gaps {
            let (code, resource) = self.at_gap(gap);
            self.lack(parcel, code, resource, Gap::Policy(gap.clone()));
        }
        parcel.assumptions.extend(authorization.assumptions.iter().cloned());
        let is_told = authorization.policies.is_empty() && authorization.caller != CallerView::Anonymous;
        if !is_told && !self.authorizations.contains(&authorization) {
            self.authorizations.push(authorization);
        }
    }

    fn at_gap(&self, gap: &PolicyGap) -> (Code, Resource) {
        let of_machine = || match &self.query.source {
            Source::Interface { interface, .. } => {
                let interface = self.index.network.network_interfaces.get(interface);
                let instance = interface.and_then(super::instance_of);
                instance.map_or(Resource::Internet, |id| Resource::Instance(id.clone()))
            }
            Source::Internet(_) | Source::OnPremises(_) => Resource::Internet,
        };
        match gap {
            PolicyGap::Statement { policy, .. } | PolicyGap::NotUnderstood(policy) => at_policy(policy),
            PolicyGap::Missing(missing) => {
                let resource = match missing {
                    MissingPolicy::Instance | MissingPolicy::InstanceProfile(_) => of_machine(),
                    MissingPolicy::InlinePolicies(role) | MissingPolicy::AttachedPolicies(role) => {
                        Resource::Role(role.clone())
                    }
                    MissingPolicy::Document(policy) => return (missing_code(policy), at_policy(policy).1),
                    MissingPolicy::BucketPolicy(bucket) | MissingPolicy::BucketOwner(bucket) => {
                        Resource::Bucket(bucket.clone())
                    }
                    MissingPolicy::ServiceControlLevels(account) => Resource::Other(account.as_str().into()),
                    MissingPolicy::ServiceControlPolicies(target) => Resource::Other(target.clone()),
                };
                (Code::Missing, resource)
            }
        }
    }
}

impl<'n> Asked<'n, '_> {
    fn judge(
        &self,
        request: &ServiceRequest,
        resource: &str,
        source: AddressSet,
        endpoint: Option<&'n VpcEndpoint>,
    ) -> Authorization {
        let identities = &self.network.identities;
        let bucket = bucket_of(resource);
        let asking = match request.caller {
            RequestCaller::Anonymous => Asking { caller: Caller::Anonymous, missing: None },
            RequestCaller::Unstated => Asking { caller: Caller::Unknown, missing: None },
            RequestCaller::Machine => self.machine(),
        };
        let source = widened(self.network, endpoint.map(|endpoint| &endpoint.vpc), source);
        let owner = || identities.buckets.get(bucket).and_then(|bucket| bucket.owner.clone());
        let context = Context {
            caller: asking.caller,
            action: &request.action,
            resource,
            owner: match request.caller {
                RequestCaller::Anonymous => Owner::Aws(self.accounts()),
                RequestCaller::Unstated | RequestCaller::Machine => owner().map_or(Owner::Unknown, Owner::Account),
            },
            way: match endpoint {
                Some(endpoint) => RequestWay::Endpoint { endpoint: &endpoint.id, vpc: &endpoint.vpc, source },
                None => RequestWay::Internet { source },
            },
            is_secure: is_secure(&self.query.traffic),
            region: request.region.as_deref(),
            prefix: request.prefix.as_deref(),
        };
        match request.caller {
            RequestCaller::Anonymous | RequestCaller::Unstated => admit(&context, endpoint),
            RequestCaller::Machine => authorize(identities, &context, endpoint, bucket, asking.missing),
        }
    }

    /// The role of the instance that the packets start at (IM-1).
    fn machine(&self) -> Asking<'n> {
        let network = self.network;
        let unknown = |missing| Asking { caller: Caller::Unknown, missing: Some(missing) };
        let interface = match &self.query.source {
            Source::Interface { interface, .. } => network.network_interfaces.get(interface),
            Source::Internet(_) | Source::OnPremises(_) => None,
        };
        let instance = interface.and_then(super::instance_of).and_then(|id| network.instances.get(id));
        let Some(instance) = instance else { return unknown(MissingPolicy::Instance) };
        let Some(profile) = &instance.instance_profile else {
            return Asking { caller: Caller::Anonymous, missing: None };
        };
        let arn = match network.identities.instance_profiles.get(profile) {
            Some(Some(arn)) => arn,
            Some(None) => return Asking { caller: Caller::Anonymous, missing: None },
            None => return unknown(MissingPolicy::InstanceProfile(profile.clone())),
        };
        let organizations = &network.identities.organizations;
        let role = RoleCaller {
            arn,
            instance: &instance.id,
            vpc: instance.vpc.as_ref(),
            organization: arn.account().and_then(|account| organizations.get(&account)).map(|id| id.as_str()),
            tags: network.identities.roles.get(arn).and_then(|role| role.tags.as_ref()),
        };
        Asking { caller: Caller::Role(role), missing: None }
    }

    /// The accounts that the snapshot is of.
    fn accounts(&self) -> alloc::collections::BTreeSet<AccountId> {
        let network = self.network;
        let owners = network.vpcs.values().filter_map(|vpc| vpc.owner.clone());
        owners.chain(network.identities.roles.keys().filter_map(deguchi_model::RoleArn::account)).collect()
    }
}

/// An endpoint's policy that the snapshot does not print keeps the code by which people know it.
const fn missing_code(policy: &PolicyReference) -> Code {
    match policy {
        PolicyReference::Endpoint { .. } => Code::EndpointPolicy,
        PolicyReference::Inline { .. }
        | PolicyReference::Managed { .. }
        | PolicyReference::Boundary { .. }
        | PolicyReference::Bucket { .. }
        | PolicyReference::ServiceControl { .. } => Code::Missing,
    }
}

fn at_layer(layer: &Layer) -> (Code, Resource) {
    match layer {
        Layer::Identity(role) | Layer::Boundary(role) => (Code::AccessDenied, Resource::Role(role.clone())),
        Layer::Bucket(bucket) => (Code::AccessDenied, Resource::Bucket(bucket.clone())),
        Layer::Endpoint(endpoint) => (Code::EndpointPolicy, Resource::VpcEndpoint(endpoint.clone())),
        Layer::ServiceControl(target) => (Code::AccessDenied, Resource::Other(target.clone())),
    }
}

fn at_policy(policy: &PolicyReference) -> (Code, Resource) {
    match policy {
        PolicyReference::Inline { role, .. }
        | PolicyReference::Managed { role, .. }
        | PolicyReference::Boundary { role, .. } => (Code::AccessDenied, Resource::Role(role.clone())),
        PolicyReference::Bucket { bucket } => (Code::AccessDenied, Resource::Bucket(bucket.clone())),
        PolicyReference::Endpoint { endpoint } => (Code::EndpointPolicy, Resource::VpcEndpoint(endpoint.clone())),
        PolicyReference::ServiceControl { target, .. } => (Code::AccessDenied, Resource::Other(target.clone())),
    }
}

/// The bucket in `arn:aws:s3:::BUCKET/KEY`.
fn bucket_of(resource: &str) -> &str {
    let rest = resource.splitn(6, ':').nth(5).unwrap_or_default();
    rest.split('/').next().unwrap_or_default()
}

/// Whether requests go over TLS: only the two usual ports tell.
fn is_secure(traffic: &Traffic) -> Option<bool> {
    match traffic {
        Traffic::Tcp(ports) if ports.destination == deguchi_model::PortRange::single(443) => Some(true),
        Traffic::Tcp(ports) if ports.destination == deguchi_model::PortRange::single(80) => Some(false),
        Traffic::Tcp(_) | Traffic::Udp(_) | Traffic::Ping => None,
    }
}
