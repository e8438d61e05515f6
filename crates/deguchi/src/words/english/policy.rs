//! English sentences for policies: what each says about a request, who refuses, what is not known.

use deguchi_engine::policy::{
    Authorization, AuthorizationOutcome, CallerView, Doubt, Layer, MissingPolicy, PolicyGap, PolicyOutcome,
    PolicyReference, Refusal, StatementName,
};

use crate::report::{Names, clean};

fn q(text: &str) -> String {
    format!("`{}`", clean(text))
}

/// Returns a policy for a sentence.
pub(crate) fn reference(policy: &PolicyReference, names: &Names) -> String {
    match policy {
        PolicyReference::Inline { role, name } => format!("inline policy {} of role {}", q(name), q(role.name())),
        PolicyReference::Managed { role, arn } => format!("managed policy {} of role {}", q(arn), q(role.name())),
        PolicyReference::Boundary { role, arn } => {
            format!("permissions boundary {} of role {}", q(arn), q(role.name()))
        }
        PolicyReference::Bucket { bucket } => format!("the policy of bucket {}", q(bucket)),
        PolicyReference::Endpoint { endpoint } => format!("the policy of VPC endpoint {}", names.quoted(endpoint)),
        PolicyReference::ServiceControl { target, id } => {
            format!("service control policy {} at {}", q(id), q(target))
        }
    }
}

/// Returns a statement for a sentence.
pub(crate) fn statement(name: &StatementName) -> String {
    match name {
        StatementName::Sid(sid) => format!("statement {}", q(sid)),
        StatementName::Number(number) => format!("statement {number}"),
    }
}

/// Returns what the policies come to, as the first line of the stage.
pub(crate) fn headline(authorization: &Authorization) -> String {
    let outcome = match authorization.outcome {
        AuthorizationOutcome::Allowed => "allowed",
        AuthorizationOutcome::Denied => "denied (S3 answers 403)",
        AuthorizationOutcome::Undecided => "undecided",
    };
    let (action, resource) = (q(&authorization.action), q(&authorization.resource));
    format!("{outcome}: {action} on {resource} by {}", caller(&authorization.caller))
}

fn caller(caller: &CallerView) -> String {
    match caller {
        CallerView::Anonymous => "anonymous requests: no role signs them".to_owned(),
        CallerView::Role(role) => format!("role {}", q(role.as_str())),
        CallerView::Unknown => "a caller that is not known".to_owned(),
    }
}

/// Returns what one policy says.
pub(crate) fn outcome(outcome: &PolicyOutcome) -> String {
    match outcome {
        PolicyOutcome::Denies(name) => format!("{} denies", statement(name)),
        PolicyOutcome::Allows(name) => format!("{} allows", statement(name)),
        PolicyOutcome::Silent => "no statement is about it".to_owned(),
        PolicyOutcome::Undecided(gap) => match gap {
            PolicyGap::Missing(_) => "not in the snapshot".to_owned(),
            PolicyGap::NotUnderstood(_) => "is not a policy in JSON".to_owned(),
            PolicyGap::Statement { statement: name, doubts, .. } => {
                let doubts: Vec<String> = doubts.iter().map(doubt).collect();
                format!("{}: {}", statement(name), doubts.join("; "))
            }
        },
    }
}

/// Returns why a request is refused, without a full stop.
pub(crate) fn refusal(refusal: &Refusal, request: &str, names: &Names) -> String {
    if let Some((policy, name)) = &refusal.by {
        return format!("{} of {} denies {request}", statement(name), reference(policy, names));
    }
    match &refusal.layer {
        Layer::Identity(role) => format!("no policy of role {} allows {request}", q(role.as_str())),
        Layer::Boundary(role) => {
            format!("the permissions boundary of role {} does not allow {request}", q(role.as_str()))
        }
        Layer::Bucket(bucket) => format!("the policy of bucket {} does not allow {request}", q(bucket)),
        Layer::Endpoint(endpoint) => {
            format!("the policy of VPC endpoint {} does not allow {request}", names.quoted(endpoint))
        }
        Layer::ServiceControl(target) => {
            format!("no service control policy of the organization at {} allows {request}", q(target))
        }
    }
}

/// Returns what is not known, without a full stop.
pub(crate) fn gap(gap: &PolicyGap, names: &Names) -> String {
    match gap {
        PolicyGap::Missing(missing) => self::missing(missing, names),
        PolicyGap::NotUnderstood(policy) => format!("{} is not a policy in JSON", reference(policy, names)),
        PolicyGap::Statement { policy, statement: name, doubts } => {
            let doubts: Vec<String> = doubts.iter().map(doubt).collect();
            let (name, policy) = (statement(name), reference(policy, names));
            format!("whether {name} of {policy} is about the request is not known: {}", doubts.join("; "))
        }
    }
}

fn missing(missing: &MissingPolicy, names: &Names) -> String {
    match missing {
        MissingPolicy::Instance => "which role asks is not known: the source is no instance of the snapshot".to_owned(),
        MissingPolicy::InstanceProfile(profile) => {
            format!("which role instance profile {} has is not in the snapshot", q(profile))
        }
        MissingPolicy::InlinePolicies(role) => {
            format!("the list of inline policies of role {} is not in the snapshot", q(role.as_str()))
        }
        MissingPolicy::AttachedPolicies(role) => {
            format!("the list of policies attached to role {} is not in the snapshot", q(role.as_str()))
        }
        MissingPolicy::Document(policy) => format!("the text of {} is not in the snapshot", reference(policy, names)),
        MissingPolicy::BucketPolicy(bucket) => {
            format!("whether bucket {} has a policy that allows it is not in the snapshot", q(bucket))
        }
        MissingPolicy::BucketOwner(bucket) => format!("whose bucket {} is is not in the snapshot", q(bucket)),
        MissingPolicy::ServiceControlLevels(account) => {
            format!(
                "which levels of the organization stand above account {} is not in the snapshot",
                q(account.as_str())
            )
        }
        MissingPolicy::ServiceControlPolicies(target) => {
            format!("the service control policies attached to {} are not all in the snapshot", q(target))
        }
    }
}

fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::ConditionKey(key) => format!("the value of {} is not known", q(key)),
        Doubt::Operator(operator) => format!("condition operator {} is not understood", q(operator)),
        Doubt::ConditionValue(value) => format!("condition value {} is not understood", q(value)),
        Doubt::Member(member) => format!("its {} is not understood", q(member)),
        Doubt::Principal(principal) => format!("whether it means the caller by {} is not known", q(principal)),
        Doubt::ObjectKey => "it depends on which object is asked for".to_owned(),
        Doubt::Caller => "it depends on who asks".to_owned(),
    }
}

/// Returns what to do about what is not known.
pub(crate) fn hint(gap: &PolicyGap) -> String {
    let add = |command: String| format!("add the output of `{command}`");
    match gap {
        PolicyGap::NotUnderstood(policy) => add(command(policy)),
        PolicyGap::Statement { policy, doubts, .. } => {
            if doubts.contains(&Doubt::ObjectKey) {
                "name the object: `s3://BUCKET/KEY`".to_owned()
            } else if doubts.contains(&Doubt::Caller) {
                "ask for `s3://BUCKET/KEY` to have the instance's role judged".to_owned()
            } else {
                format!("read the statement yourself: `{}`", command(policy))
            }
        }
        PolicyGap::Missing(missing) => match missing {
            MissingPolicy::Instance => "ask from an instance".to_owned(),
            MissingPolicy::Document(policy) => add(command(policy)),
            MissingPolicy::InstanceProfile(_)
            | MissingPolicy::InlinePolicies(_)
            | MissingPolicy::AttachedPolicies(_)
            | MissingPolicy::BucketPolicy(_)
            | MissingPolicy::BucketOwner(_)
            | MissingPolicy::ServiceControlLevels(_)
            | MissingPolicy::ServiceControlPolicies(_) => add(command_of(missing)),
        },
    }
}

fn command(policy: &PolicyReference) -> String {
    crate::report::policy_call(policy)
}

fn command_of(missing: &MissingPolicy) -> String {
    crate::report::missing_policy_call(missing).unwrap_or_default()
}
