//! All policies that a request has to do with, and what they come to together (IM-2 to IM-6).

use alloc::{collections::BTreeSet, string::String, vec, vec::Vec};

use deguchi_model::{
    AccountId, Bucket, BucketPolicy, EndpointPolicy, Identities, PermissionsBoundary, Policy, PolicyDocument,
    Principal, Principals, Role, RoleArn, ServiceControl, VpcEndpoint, VpcEndpointId,
};

use super::{
    context::{Caller, Context, Owner},
    statement::{Found, Setting, StatementName, judge},
    truth::{Doubt, Truth},
};
use crate::reason::Assumption;

/// What the policies come to for one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Authorization {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// Who asks.
    pub caller: CallerView,
    /// Whether it is admitted.
    pub outcome: AuthorizationOutcome,
    /// Each policy, with the statement that decides.
    pub policies: Vec<PolicyVerdict>,
    /// Who refuses; none unless it is denied.
    pub refusals: Vec<Refusal>,
    /// What is not known and matters; none unless it is undecided.
    pub gaps: Vec<PolicyGap>,
    /// What it takes for granted.
    pub assumptions: Vec<Assumption>,
}

/// Whether a request is admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthorizationOutcome {
    /// It is.
    Allowed,
    /// It is not: S3 answers 403.
    Denied,
    /// It is not known.
    Undecided,
}

/// Who asks, for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerView {
    /// Without a signature.
    Anonymous,
    /// The role of the instance.
    Role(RoleArn),
    /// Not known.
    Unknown,
}

/// A policy, by what it is attached to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyReference {
    /// Written into a role.
    Inline {
        /// The role.
        role: RoleArn,
        /// The policy's name.
        name: String,
    },
    /// A managed one, attached to a role.
    Managed {
        /// The role.
        role: RoleArn,
        /// The policy's ARN.
        arn: String,
    },
    /// A managed one that limits a role.
    Boundary {
        /// The role.
        role: RoleArn,
        /// The policy's ARN.
        arn: String,
    },
    /// Of a bucket.
    Bucket {
        /// The bucket.
        bucket: String,
    },
    /// Of a VPC endpoint.
    Endpoint {
        /// The endpoint.
        endpoint: VpcEndpointId,
    },
    /// A service control policy of the organization.
    ServiceControl {
        /// The root, organizational unit or account that it is attached to.
        target: String,
        /// The policy's id.
        id: String,
    },
}

/// What has to allow a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The policies of the role.
    Identity(RoleArn),
    /// What limits the role.
    Boundary(RoleArn),
    /// The policy of the bucket; where it alone can allow.
    Bucket(String),
    /// The policy of the endpoint.
    Endpoint(VpcEndpointId),
    /// The organization, at this root, unit or account.
    ServiceControl(String),
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// What refuses.
    pub layer: Layer,
    /// The policy and its statement that denies; `None` where no statement allows.
    pub by: Option<(PolicyReference, StatementName)>,
}

/// What about policies is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyGap {
    /// The snapshot lacks something.
    Missing(MissingPolicy),
    /// The document is no policy in JSON.
    NotUnderstood(PolicyReference),
    /// Whether this statement is about the request.
    Statement {
        /// The policy.
        policy: PolicyReference,
        /// The statement.
        statement: StatementName,
        /// Why it is not known.
        doubts: BTreeSet<Doubt>,
    },
}

/// What of policies a snapshot lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissingPolicy {
    /// Who asks: the source is no instance of the snapshot.
    Instance,
    /// The instance profile with this ARN, or which role it has.
    InstanceProfile(String),
    /// The role's list of inline policies.
    InlinePolicies(RoleArn),
    /// The role's list of attached managed policies.
    AttachedPolicies(RoleArn),
    /// The document of this policy.
    Document(PolicyReference),
    /// Whether the bucket has a policy, and which.
    BucketPolicy(String),
    /// Whose the bucket is.
    BucketOwner(String),
    /// The organization's levels between root and account.
    ServiceControlLevels(AccountId),
    /// The list of service control policies attached to this root, unit or account.
    ServiceControlPolicies(String),
}

/// One policy, and what it says about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVerdict {
    /// The policy.
    pub policy: PolicyReference,
    /// What it says.
    pub outcome: PolicyOutcome,
}

/// What one policy says about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyOutcome {
    /// This statement denies.
    Denies(StatementName),
    /// This statement allows, and none denies.
    Allows(StatementName),
    /// No statement is about the request.
    Silent,
    /// It is not known.
    Undecided(PolicyGap),
}

/// What a policy says: yes by a statement, no, or open.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Say {
    Yes(StatementName),
    No,
    Open(PolicyGap),
}

/// A policy held against the request.
struct Weighed {
    policy: Option<PolicyReference>,
    denies: Say,
    allows: Say,
}

/// What one layer comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sum {
    Allows,
    Silent,
    Open(Vec<PolicyGap>),
}

impl Weighed {
    fn missing(missing: MissingPolicy) -> Self {
        let open = Say::Open(PolicyGap::Missing(missing));
        Self { policy: None, denies: open.clone(), allows: open }
    }

    fn document(document: &PolicyDocument, policy: PolicyReference, context: &Context<'_>, setting: Setting) -> Self {
        let judgement = judge(document, context, setting);
        let say = |found: Found| match (found.truth, found.statement) {
            (Truth::Yes, Some(statement)) => Say::Yes(statement),
            (Truth::Unknown(doubts), Some(statement)) => {
                Say::Open(PolicyGap::Statement { policy: policy.clone(), statement, doubts })
            }
            (Truth::No, _) | (_, None) => Say::No,
        };
        let (denies, allows) = (say(judgement.denies), say(judgement.allows));
        Self { policy: Some(policy), denies, allows }
    }

    fn of(policy: Option<&Policy>, reference: PolicyReference, context: &Context<'_>, setting: Setting) -> Self {
        let gap = match policy {
            Some(Policy::Document(document)) => return Self::document(document, reference, context, setting),
            Some(Policy::NotUnderstood) => PolicyGap::NotUnderstood(reference.clone()),
            Some(Policy::Unknown) | None => PolicyGap::Missing(MissingPolicy::Document(reference.clone())),
        };
        let open = Say::Open(gap);
        Self { policy: Some(reference), denies: open.clone(), allows: open }
    }

    fn verdict(&self) -> Option<PolicyVerdict> {
        let outcome = match (&self.denies, &self.allows) {
            (Say::Yes(statement), _) => PolicyOutcome::Denies(statement.clone()),
            (Say::Open(gap), _) | (_, Say::Open(gap)) => PolicyOutcome::Undecided(gap.clone()),
            (Say::No, Say::Yes(statement)) => PolicyOutcome::Allows(statement.clone()),
            (Say::No, Say::No) => PolicyOutcome::Silent,
        };
        self.policy.clone().map(|policy| PolicyVerdict { policy, outcome })
    }
}

/// A layer and its policies.
struct Weighing {
    layer: Layer,
    policies: Vec<Weighed>,
}

impl Weighing {
    fn sum(&self) -> Sum {
        let mut gaps = Vec::new();
        for policy in &self.policies {
            match &policy.allows {
                Say::Yes(_) => return Sum::Allows,
                Say::No => {}
                Say::Open(gap) => gaps.push(gap.clone()),
            }
        }
        if gaps.is_empty() { Sum::Silent } else { Sum::Open(gaps) }
    }
}

/// The balance so far.
#[derive(Default)]
struct Balance {
    policies: Vec<PolicyVerdict>,
    refusals: Vec<Refusal>,
    gaps: Vec<PolicyGap>,
    assumptions: Vec<Assumption>,
}

impl Balance {
    /// Takes what a layer denies (IM-2).
    fn denials(&mut self, weighing: &Weighing) {
        for policy in &weighing.policies {
            self.policies.extend(policy.verdict());
            match (&policy.denies, &policy.policy) {
                (Say::Yes(statement), Some(by)) => {
                    let by = Some((by.clone(), statement.clone()));
                    self.refusals.push(Refusal { layer: weighing.layer.clone(), by });
                }
                (Say::Open(gap), _) => self.open(gap.clone()),
                (Say::No, _) | (Say::Yes(_), None) => {}
            }
        }
    }

    /// A layer that has to allow by itself.
    fn must_allow(&mut self, weighing: &Weighing) {
        self.denials(weighing);
        self.settle(weighing.sum(), [&weighing.layer]);
    }

    fn settle<'l>(&mut self, sum: Sum, layers: impl IntoIterator<Item = &'l Layer>) {
        match sum {
            Sum::Allows => {}
            Sum::Silent => {
                for layer in layers {
                    let is_said = self.refusals.iter().any(|refusal| refusal.layer == *layer);
                    if !is_said {
                        self.refusals.push(Refusal { layer: layer.clone(), by: None });
                    }
                }
            }
            Sum::Open(gaps) => gaps.into_iter().for_each(|gap| self.open(gap)),
        }
    }

    fn open(&mut self, gap: PolicyGap) {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    fn into_authorization(self, context: &Context<'_>) -> Authorization {
        let Self { policies, refusals, gaps, assumptions } = self;
        let outcome = match (refusals.is_empty(), gaps.is_empty()) {
            (false, _) => AuthorizationOutcome::Denied,
            (true, false) => AuthorizationOutcome::Undecided,
            (true, true) => AuthorizationOutcome::Allowed,
        };
        let is_denied = outcome == AuthorizationOutcome::Denied;
        Authorization {
            action: context.action.into(),
            resource: context.resource.into(),
            caller: match &context.caller {
                Caller::Anonymous => CallerView::Anonymous,
                Caller::Role(role) => CallerView::Role(role.arn.clone()),
                Caller::Unknown => CallerView::Unknown,
            },
            outcome,
            policies,
            refusals,
            gaps: if is_denied { Vec::new() } else { gaps },
            assumptions: if is_denied { Vec::new() } else { assumptions },
        }
    }
}

/// Judges a request by the endpoint alone: what the service behind it asks for is none of the snapshot's.
pub(crate) fn admit(context: &Context<'_>, endpoint: Option<&VpcEndpoint>) -> Authorization {
    let mut balance = Balance::default();
    if let Some(endpoint) = endpoint {
        balance.must_allow(&of_endpoint(endpoint, context));
    }
    balance.into_authorization(context)
}

/// Judges a request of an instance by every policy: `known` is what is missing to know who asks.
pub(crate) fn authorize(
    identities: &Identities,
    context: &Context<'_>,
    endpoint: Option<&VpcEndpoint>,
    bucket: &str,
    unknown_caller: Option<MissingPolicy>,
) -> Authorization {
    let mut balance = Balance::default();
    if let Some(endpoint) = endpoint {
        balance.must_allow(&of_endpoint(endpoint, context));
    }
    let own = identities.buckets.get(bucket);
    let of_bucket = of_bucket(own, bucket, context);
    if let Some(missing) = unknown_caller {
        balance.denials(&of_bucket);
        balance.open(PolicyGap::Missing(missing));
        return balance.into_authorization(context);
    }
    match &context.caller {
        Caller::Role(role) => {
            let Some(role) = identities.roles.get(role.arn) else {
                balance.open(PolicyGap::Missing(MissingPolicy::InlinePolicies(role.arn.clone())));
                return balance.into_authorization(context);
            };
            limits(&mut balance, identities, role, context);
            grant(&mut balance, &of_identity(identities, role, context), &of_bucket, context, own);
        }
        Caller::Anonymous | Caller::Unknown => balance.must_allow(&of_bucket),
    }
    balance.into_authorization(context)
}

/// The service control policies and the boundary of a role (IM-3).
fn limits(balance: &mut Balance, identities: &Identities, role: &Role, context: &Context<'_>) {
    let account = role.account();
    match account.as_ref().and_then(|account| identities.service_control.get(account)) {
        Some(ServiceControl::NotLimited) => {}
        Some(ServiceControl::Levels { levels, is_complete }) => {
            for (target, listing) in levels {
                let weigh = |(id, policy)| {
                    let (target, id): (&String, &String) = (target, id);
                    let reference = PolicyReference::ServiceControl { target: target.clone(), id: id.clone() };
                    Weighed::of(Some(policy), reference, context, Setting::Identity)
                };
                let mut policies: Vec<Weighed> = listing.policies.iter().map(weigh).collect();
                if !listing.is_complete {
                    let missing = MissingPolicy::ServiceControlPolicies(target.clone());
                    policies.push(Weighed::missing(missing));
                }
                balance.must_allow(&Weighing { layer: Layer::ServiceControl(target.clone()), policies });
            }
            if let (false, Some(account)) = (is_complete, account) {
                balance.open(PolicyGap::Missing(MissingPolicy::ServiceControlLevels(account)));
            }
        }
        None => balance.assumptions.extend(account.map(|account| Assumption::OrganizationAllows { account })),
    }
    match &role.boundary {
        PermissionsBoundary::None => {}
        PermissionsBoundary::Policy(arn) => {
            let reference = PolicyReference::Boundary { role: role.arn.clone(), arn: arn.clone() };
            let policy = identities.managed_policies.get(arn);
            let policies = vec![Weighed::of(policy, reference, context, Setting::Identity)];
            balance.must_allow(&Weighing { layer: Layer::Boundary(role.arn.clone()), policies });
        }
        PermissionsBoundary::Unknown => {
            balance.assumptions.push(Assumption::NoPermissionsBoundary { role: role.arn.clone() });
        }
    }
}

/// Who grants (IM-4): within an account, the role's policies or the bucket's; across accounts, both.
fn grant(balance: &mut Balance, identity: &Weighing, bucket: &Weighing, context: &Context<'_>, own: Option<&Bucket>) {
    balance.denials(identity);
    let is_policy_unknown = own.is_none_or(|own| own.policy == BucketPolicy::Unknown);
    let Layer::Bucket(name) = &bucket.layer else { return };
    let account = match &context.caller {
        Caller::Role(role) => role.arn.account(),
        Caller::Anonymous | Caller::Unknown => None,
    };
    let is_same = match &context.owner {
        Owner::Account(owner) => Some(Some(owner) == account.as_ref()),
        Owner::Aws(_) => Some(false),
        Owner::Unknown => None,
    };
    let by_identity = identity.sum();
    // Nothing that denies is known of: said with the answer, as no one call shows every policy of a bucket.
    if is_policy_unknown && by_identity == Sum::Allows && is_same != Some(false) {
        let assumption = Assumption::BucketPolicyAllows { bucket: name.clone(), is_owner_known: is_same.is_some() };
        return balance.assumptions.push(assumption);
    }
    balance.denials(bucket);
    let by_bucket = bucket.sum();
    match (is_same, by_identity, by_bucket) {
        (_, Sum::Allows, Sum::Allows) | (Some(true), Sum::Allows, _) | (Some(true), _, Sum::Allows) => {}
        (Some(true) | None, Sum::Silent, Sum::Silent) => balance.settle(Sum::Silent, [&identity.layer]),
        (Some(true), identity, bucket) => {
            balance.settle(open_only(identity), []);
            balance.settle(open_only(bucket), []);
        }
        (Some(false), by_identity, by_bucket) => {
            balance.settle(by_identity, [&identity.layer]);
            balance.settle(by_bucket, [&bucket.layer]);
        }
        (None, by_identity, by_bucket) => {
            balance.settle(open_only(by_identity), []);
            balance.settle(open_only(by_bucket), []);
            // An answer about the bucket's policy tells whose it is too.
            if !is_policy_unknown {
                balance.open(PolicyGap::Missing(MissingPolicy::BucketOwner(name.clone())));
            }
        }
    }
}

fn open_only(sum: Sum) -> Sum {
    match sum {
        Sum::Open(gaps) => Sum::Open(gaps),
        Sum::Allows | Sum::Silent => Sum::Allows,
    }
}

fn of_endpoint(endpoint: &VpcEndpoint, context: &Context<'_>) -> Weighing {
    let reference = PolicyReference::Endpoint { endpoint: endpoint.id.clone() };
    let everything = || PolicyDocument::everything(Principals::Only(vec![Principal::Everyone]));
    let weighed = match &endpoint.policy {
        EndpointPolicy::FullAccess => Weighed::document(&everything(), reference, context, Setting::Endpoint),
        EndpointPolicy::Document(document) => Weighed::document(document, reference, context, Setting::Endpoint),
        EndpointPolicy::Unmodelled => Weighed::of(Some(&Policy::NotUnderstood), reference, context, Setting::Endpoint),
        EndpointPolicy::Unknown => Weighed::of(None, reference, context, Setting::Endpoint),
    };
    Weighing { layer: Layer::Endpoint(endpoint.id.clone()), policies: vec![weighed] }
}

fn of_bucket(own: Option<&Bucket>, bucket: &str, context: &Context<'_>) -> Weighing {
    let reference = PolicyReference::Bucket { bucket: bucket.into() };
    let policies = match own.map(|own| &own.policy) {
        Some(BucketPolicy::None) => Vec::new(),
        Some(BucketPolicy::Policy(policy)) => vec![Weighed::of(Some(policy), reference, context, Setting::Bucket)],
        Some(BucketPolicy::Unknown) | None => vec![Weighed::missing(MissingPolicy::BucketPolicy(bucket.into()))],
    };
    Weighing { layer: Layer::Bucket(bucket.into()), policies }
}

fn of_identity(identities: &Identities, role: &Role, context: &Context<'_>) -> Weighing {
    let mut policies = Vec::new();
    for (name, policy) in &role.inline.policies {
        let reference = PolicyReference::Inline { role: role.arn.clone(), name: name.clone() };
        policies.push(Weighed::of(Some(policy), reference, context, Setting::Identity));
    }
    for arn in &role.attached.policies {
        let reference = PolicyReference::Managed { role: role.arn.clone(), arn: arn.clone() };
        policies.push(Weighed::of(identities.managed_policies.get(arn), reference, context, Setting::Identity));
    }
    if !role.inline.is_complete {
        policies.push(Weighed::missing(MissingPolicy::InlinePolicies(role.arn.clone())));
    }
    if !role.attached.is_complete {
        policies.push(Weighed::missing(MissingPolicy::AttachedPolicies(role.arn.clone())));
    }
    Weighing { layer: Layer::Identity(role.arn.clone()), policies }
}
