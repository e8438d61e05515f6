//! Policies of IAM, of endpoints, of buckets and of an organization, statement by statement, as written.
//!
//! Leaves out what they come to for a request: that is the engine's. What is not understood is kept and named.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use crate::{AccountId, RoleArn};

/// A policy document (`Version`, `Statement`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyDocument {
    /// Whether `${…}` stands for a value of the request: only in version 2012-10-17.
    pub has_variables: bool,
    /// The statements, in the order written; the order means nothing.
    pub statements: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Its `Sid`, where it has one.
    pub sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about.
    pub principals: Principals,
    /// Which actions it is about.
    pub actions: Patterns,
    /// Which resources it is about.
    pub resources: Patterns,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
    /// Members that could not be read, by their names: whether the statement applies is not known.
    pub not_understood: Vec<String>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// Whom a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principals {
    /// No `Principal`: whoever the policy is attached to.
    Unstated,
    /// `Principal`.
    Only(Vec<Principal>),
    /// `NotPrincipal`.
    AllBut(Vec<Principal>),
}

/// One principal, as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// `*`, or `{"AWS": "*"}`.
    Everyone,
    /// An account, a user, a role or a session of a role.
    Aws(String),
    /// Of another kind (`Service`, `Federated`, `CanonicalUser`).
    Other {
        /// The kind.
        kind: String,
        /// Who.
        value: String,
    },
}

/// What a statement's `Action` or `Resource` names; `*` and `?` are wildcards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Patterns {
    /// `Action`, `Resource`.
    Only(Vec<String>),
    /// `NotAction`, `NotResource`.
    AllBut(Vec<String>),
}

/// One condition: an operator, a key of the request, and the values it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// The operator as written, e.g. `ForAnyValue:StringLikeIfExists`.
    pub operator: String,
    /// The key as written, e.g. `aws:SourceVpce`.
    pub key: String,
    /// The values.
    pub values: Vec<String>,
}

/// A policy, as far as the snapshot shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// Its document.
    Document(PolicyDocument),
    /// There is one, but it is no policy in JSON.
    NotUnderstood,
    /// There is one, and its document is not in the snapshot.
    Unknown,
}

/// Policies by name, and whether they are all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyListing<T> {
    /// Those that are known of.
    pub policies: T,
    /// Whether the snapshot has the whole list.
    pub is_complete: bool,
}

/// A role of IAM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: RoleArn,
    /// Its name.
    pub name: String,
    /// Policies written into it.
    pub inline: PolicyListing<BTreeMap<String, Policy>>,
    /// ARNs of managed policies attached to it.
    pub attached: PolicyListing<BTreeSet<String>>,
    /// What limits it.
    pub boundary: PermissionsBoundary,
    /// Its tags; `None` where the snapshot does not say.
    pub tags: Option<BTreeMap<String, String>>,
}

/// What limits a role (IM-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PermissionsBoundary {
    /// Nothing does.
    None,
    /// The managed policy with this ARN.
    Policy(String),
    /// The snapshot does not say.
    Unknown,
}

/// A bucket of S3, as far as authorization goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// The account that owns it, where that is known.
    pub owner: Option<AccountId>,
    /// Its policy.
    pub policy: BucketPolicy,
}

/// The policy of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BucketPolicy {
    /// It has none.
    None,
    /// It has one.
    Policy(Policy),
    /// The snapshot does not say.
    #[default]
    Unknown,
}

/// What an account's organization allows (IM-3): one level for the root, each organizational unit on the way, and the account.
/// At each level some policy has to allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceControl {
    /// No service control policy limits the account: it is in no organization, or manages one.
    NotLimited,
    /// These levels do.
    Levels {
        /// The policies attached at each, by the target's id and the policy's id.
        levels: BTreeMap<String, PolicyListing<BTreeMap<String, Policy>>>,
        /// Whether these are all levels, from the root to the account.
        is_complete: bool,
    },
}

/// Who may do what: all that the snapshot has of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identities {
    /// The role of each instance profile, by the profile's ARN; `None` for a profile without one.
    pub instance_profiles: BTreeMap<String, Option<RoleArn>>,
    /// Roles.
    pub roles: BTreeMap<RoleArn, Role>,
    /// Managed policies, by ARN.
    pub managed_policies: BTreeMap<String, Policy>,
    /// Buckets, by name.
    pub buckets: BTreeMap<String, Bucket>,
    /// What the organization allows each account.
    pub service_control: BTreeMap<AccountId, ServiceControl>,
    /// The organization of each account.
    pub organizations: BTreeMap<AccountId, String>,
}

impl PolicyDocument {
    /// A document of one statement.
    pub fn of(statement: Statement) -> Self {
        Self { has_variables: true, statements: Vec::from([statement]) }
    }

    /// A document that allows whatever is asked: AWS's default for an endpoint (GE-7), and `FullAWSAccess`.
    pub fn everything(principals: Principals) -> Self {
        let all = || Patterns::Only(Vec::from([String::from("*")]));
        Self::of(Statement {
            sid: None,
            effect: Effect::Allow,
            principals,
            actions: all(),
            resources: all(),
            conditions: Vec::new(),
            not_understood: Vec::new(),
        })
    }
}

impl Role {
    /// The account that it is of, as its ARN says.
    pub fn account(&self) -> Option<AccountId> {
        self.arn.account()
    }
}

impl RoleArn {
    /// The account in the ARN.
    pub fn account(&self) -> Option<AccountId> {
        self.as_str().split(':').nth(4).filter(|account| !account.is_empty()).map(AccountId::new)
    }

    /// The role's name: the last part of its path.
    pub fn name(&self) -> &str {
        self.as_str().rsplit('/').next().unwrap_or_default()
    }
}
