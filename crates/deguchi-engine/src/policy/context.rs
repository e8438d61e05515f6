//! What is known of a request when a policy is held against it: who asks, for what, by which way.
//!
//! A key of a condition is known, absent from the request, or not known; which keys a request has is AWS's list
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>).

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use deguchi_model::{AccountId, InstanceId, RoleArn, VpcEndpointId, VpcId};

use crate::AddressSet;

/// One request, as a policy sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Context<'c> {
    /// Who asks.
    pub caller: Caller<'c>,
    /// The action, e.g. `s3:GetObject`.
    pub action: &'c str,
    /// The resource; `*` stands for any object.
    pub resource: &'c str,
    /// Whose the resource is.
    pub owner: Owner,
    /// By which way it comes to the service.
    pub way: RequestWay<'c>,
    /// Whether it comes over TLS.
    pub is_secure: Option<bool>,
    /// The region that it is sent to.
    pub region: Option<&'c str>,
    /// The prefix that a listing asks for.
    pub prefix: Option<&'c str>,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Caller<'c> {
    /// Nobody in particular: the request carries no signature (RP-4).
    Anonymous,
    /// The role of an instance (IM-1).
    Role(RoleCaller<'c>),
    /// Not known.
    Unknown,
}

/// A role of an instance.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleCaller<'c> {
    /// The role.
    pub arn: &'c RoleArn,
    /// The instance, whose id is the session's name.
    pub instance: &'c InstanceId,
    /// The VPC that the credentials were handed out in.
    pub vpc: Option<&'c VpcId>,
    /// The organization of the role's account, where the snapshot has it.
    pub organization: Option<&'c str>,
    /// The role's tags, where the snapshot has them.
    pub tags: Option<&'c BTreeMap<String, String>>,
}

/// Whose a resource is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// This account's.
    Account(AccountId),
    /// AWS's own, so none of these accounts' (RP-2).
    Aws(BTreeSet<AccountId>),
    /// Not known.
    Unknown,
}

/// By which way a request comes to the service.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestWay<'c> {
    /// Over an endpoint, from these private addresses (GE-8).
    Endpoint {
        /// The endpoint.
        endpoint: &'c VpcEndpointId,
        /// Its VPC.
        vpc: &'c VpcId,
        /// The source as the endpoint sees it.
        source: AddressSet,
    },
    /// Over the internet, from these public addresses.
    Internet {
        /// The source as the service sees it.
        source: AddressSet,
    },
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// The request has no such key.
    Absent,
    /// This.
    Is(String),
    /// One of these addresses.
    Addresses(AddressSet),
    /// One value, and none of these.
    NotAmong(Vec<String>),
    /// One value, of AWS's own, that no customer's resource has.
    Foreign,
    /// Not known.
    Unknown,
}

impl Context<'_> {
    /// Returns the value of a key; keys have no case.
    pub(crate) fn value(&self, key: &str) -> Value {
        let key = key.to_ascii_lowercase();
        match key.as_str() {
            "aws:securetransport" => self.is_secure.map_or(Value::Unknown, of_bool),
            "aws:requestedregion" => self.region.map_or(Value::Unknown, of_text),
            "aws:viaawsservice" => of_bool(false),
            // Nobody asks on anybody's behalf.
            "aws:calledvia" | "aws:calledviafirst" | "aws:calledvialast" => Value::Absent,
            "aws:sourceaccount" | "aws:sourcearn" | "aws:sourceorgid" | "aws:sourceorgpaths" => Value::Absent,
            "aws:sourcevpce" | "aws:sourcevpc" | "aws:vpcsourceip" | "aws:sourceip" => self.of_way(&key),
            "aws:resourceaccount" | "s3:resourceaccount" => match &self.owner {
                Owner::Account(account) => of_text(account.as_str()),
                Owner::Aws(others) => Value::NotAmong(others.iter().map(ToString::to_string).collect()),
                Owner::Unknown => Value::Unknown,
            },
            "aws:resourceorgid" | "aws:resourceorgpaths" => match &self.owner {
                Owner::Aws(_) => Value::Foreign,
                Owner::Account(_) | Owner::Unknown => Value::Unknown,
            },
            "s3:prefix" => match (self.action.eq_ignore_ascii_case("s3:ListBucket"), self.prefix) {
                (true, Some(prefix)) => of_text(prefix),
                (true, None) => Value::Unknown,
                (false, _) => Value::Absent,
            },
            _ => self.of_caller(&key),
        }
    }

    fn of_way(&self, key: &str) -> Value {
        match (&self.way, key) {
            (RequestWay::Endpoint { endpoint, .. }, "aws:sourcevpce") => of_text(endpoint.as_str()),
            (RequestWay::Endpoint { vpc, .. }, "aws:sourcevpc") => of_text(vpc.as_str()),
            (RequestWay::Endpoint { source, .. }, "aws:vpcsourceip") => Value::Addresses(source.clone()),
            (RequestWay::Internet { source }, "aws:sourceip") => Value::Addresses(source.clone()),
            // GE-8: behind an endpoint there is no `aws:SourceIp`, and without one only that.
            _ => Value::Absent,
        }
    }

    fn of_caller(&self, key: &str) -> Value {
        let role = match &self.caller {
            Caller::Anonymous => return of_anonymous(key),
            Caller::Unknown => return Value::Unknown,
            Caller::Role(role) => role,
        };
        if let Some(tag) = key.strip_prefix("aws:principaltag/") {
            return match role.tags {
                None => Value::Unknown,
                Some(tags) => {
                    let own = tags.iter().find(|(name, _)| name.to_ascii_lowercase() == tag);
                    own.map_or(Value::Absent, |(_, value)| of_text(value))
                }
            };
        }
        match key {
            "aws:principalarn" => of_text(role.arn.as_str()),
            "aws:principalaccount" => role.arn.account().map_or(Value::Unknown, |account| of_text(account.as_str())),
            "aws:principalorgid" => role.organization.map_or(Value::Unknown, of_text),
            "aws:principaltype" => of_text("AssumedRole"),
            "aws:principalisawsservice" => of_bool(false),
            "aws:principalservicename" | "aws:principalservicenameslist" | "aws:username" => Value::Absent,
            "aws:ec2instancesourcevpc" => role.vpc.map_or(Value::Unknown, |vpc| of_text(vpc.as_str())),
            _ => Value::Unknown,
        }
    }
}

/// Anonymous requests have no key that tells a principal, but for its account, which reads `anonymous`.
fn of_anonymous(key: &str) -> Value {
    match key {
        "aws:principalaccount" => of_text("anonymous"),
        "aws:principaltype" => of_text("Anonymous"),
        _ if key.starts_with("aws:principal") => Value::Absent,
        "aws:userid" | "aws:username" | "aws:multifactorauthpresent" | "aws:multifactorauthage" => Value::Absent,
        "aws:tokenissuetime" | "aws:federatedprovider" | "aws:sourceidentity" => Value::Absent,
        _ if key.starts_with("aws:ec2instancesource") || key.starts_with("ec2:") => Value::Absent,
        _ => Value::Unknown,
    }
}

fn of_text(text: &str) -> Value {
    Value::Is(text.into())
}

fn of_bool(value: bool) -> Value {
    Value::Is(format!("{value}"))
}
