//! The stage behind the network: what policies come to for a request, and which statement of which policy decides.

use deguchi_engine::policy::{
    Authorization, AuthorizationOutcome, CallerView, PolicyGap, PolicyOutcome, PolicyReference, PolicyVerdict,
    StatementName,
};
use serde::Serialize;

use super::super::{Report, clean, sentence};
use crate::language::Language;

/// What policies come to for one request.
#[derive(Serialize)]
pub(super) struct AuthorizationOut {
    outcome: &'static str,
    action: String,
    resource: String,
    caller: &'static str,
    role: Option<String>,
    policies: Vec<PolicyOut>,
    message: String,
}

/// One policy, and what it says.
#[derive(Serialize)]
struct PolicyOut {
    kind: &'static str,
    policy: String,
    outcome: &'static str,
    statement: Option<String>,
    message: String,
}

impl AuthorizationOut {
    pub(super) fn new(authorization: &Authorization, report: &Report, language: Language) -> Self {
        let (caller, role) = match &authorization.caller {
            CallerView::Anonymous => ("anonymous", None),
            CallerView::Role(role) => ("role", Some(clean(role.as_str()))),
            CallerView::Unknown => ("unknown", None),
        };
        Self {
            outcome: match authorization.outcome {
                AuthorizationOutcome::Allowed => "allowed",
                AuthorizationOutcome::Denied => "denied",
                AuthorizationOutcome::Undecided => "undecided",
            },
            action: clean(&authorization.action),
            resource: clean(&authorization.resource),
            caller,
            role,
            policies: authorization.policies.iter().map(|it| PolicyOut::new(it, report, language)).collect(),
            message: sentence::authorization(language, authorization),
        }
    }
}

impl PolicyOut {
    fn new(verdict: &PolicyVerdict, report: &Report, language: Language) -> Self {
        let (kind, policy) = named(&verdict.policy);
        let (outcome, statement) = match &verdict.outcome {
            PolicyOutcome::Denies(statement) => ("denies", Some(statement)),
            PolicyOutcome::Allows(statement) => ("allows", Some(statement)),
            PolicyOutcome::Silent => ("silent", None),
            PolicyOutcome::Undecided(PolicyGap::Statement { statement, .. }) => ("undecided", Some(statement)),
            PolicyOutcome::Undecided(PolicyGap::Missing(_)) => ("missing", None),
            PolicyOutcome::Undecided(PolicyGap::NotUnderstood(_)) => ("undecided", None),
        };
        let (of, says) = sentence::policy_verdict(language, verdict, &report.names);
        Self { kind, policy, outcome, statement: statement.map(statement_name), message: format!("{of}: {says}") }
    }
}

/// Returns the kind of a policy, and its name, ARN or id.
pub(super) fn named(policy: &PolicyReference) -> (&'static str, String) {
    match policy {
        PolicyReference::Inline { name, .. } => ("inline", clean(name)),
        PolicyReference::Managed { arn, .. } => ("managed", clean(arn)),
        PolicyReference::Boundary { arn, .. } => ("boundary", clean(arn)),
        PolicyReference::Bucket { bucket } => ("bucket", clean(bucket)),
        PolicyReference::Endpoint { endpoint } => ("endpoint", clean(endpoint.as_str())),
        PolicyReference::ServiceControl { id, .. } => ("service-control", clean(id)),
    }
}

/// Returns a statement by its `Sid`, else its number, counted from 1.
pub(super) fn statement_name(statement: &StatementName) -> String {
    match statement {
        StatementName::Sid(sid) => clean(sid),
        StatementName::Number(number) => number.to_string(),
    }
}
