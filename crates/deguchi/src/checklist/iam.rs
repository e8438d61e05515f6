//! The item about IAM: whether the role of the instance may read the buckets that it is for (IM-1 to IM-9).

use std::collections::BTreeSet;

use deguchi_engine::{
    Engine, Query, RequestCaller,
    policy::{
        Authorization, AuthorizationOutcome, CallerView, MissingPolicy, PolicyGap, PolicyOutcome, PolicyReference,
    },
};
use deguchi_model::{Effect, Patterns, Policy, PolicyDocument, Role, Statement};

use super::{Checked, Finding, Status, bench::Bench};
use crate::question::object_request;

/// What stands for any bucket.
const ANY_BUCKET: &str = "*";

/// The action that is judged: reading an object.
const ACTION: &str = "s3:GetObject";

/// `iam-for-s3`: whether the instance's role allows S3. Repositories need none (RP-4).
///
/// Judged by the bucket asked for; else by those that the role's policies name; else by what they say of any bucket, and a
/// role that has nothing to do with S3 is no fault.
pub(super) fn iam_for_s3(bench: &Bench<'_>) -> Vec<Checked> {
    let Some(instance) = bench.machine.instance else {
        return vec![Checked::new(Status::NotApplicable, Finding::NoRole { instance: None })];
    };
    if let Some(probe) = &bench.bucket {
        let asked = probe.question.alternatives.iter().map(|each| each.query.clone());
        let judged = asked.flat_map(|query| authorizations(bench, &query));
        return judged.map(|authorization| found(authorization, Need::Asked)).collect();
    }
    let profile = instance.instance_profile.as_ref();
    let role = profile.and_then(|id| bench.network.identities.instance_profiles.get(id));
    let is_without = profile.is_none() || role.is_some_and(Option::is_none);
    if is_without {
        let instance = Some(instance.id.to_string());
        return vec![Checked::new(Status::NotApplicable, Finding::NoRole { instance })];
    }
    let role = role.and_then(Option::as_ref).and_then(|arn| bench.network.identities.roles.get(arn));
    let named = role.map(|role| named_objects(bench, role)).unwrap_or_default();
    let Some(query) = bench.s3_query() else { return Vec::new() };
    let ask = |bucket: &str, key: Option<&str>, need: Need| {
        let request = object_request(bench.region().as_deref(), &[bucket.to_owned()], key, RequestCaller::Machine);
        let mut query: Query = query.clone();
        query.destination.request = Some(request);
        let judged = authorizations(bench, &query).into_iter().map(move |authorization| found(authorization, need));
        judged.collect::<Vec<Checked>>()
    };
    if named.is_empty() {
        return ask(ANY_BUCKET, None, Need::None);
    }
    named.iter().flat_map(|(bucket, key)| ask(bucket, Some(key), Need::Named)).collect()
}

/// What the policies alone come to, by the way that S3 is reached: the gateway endpoint of the table, else the internet.
fn authorizations(bench: &Bench<'_>, query: &Query) -> Vec<Authorization> {
    Engine::new(bench.network).authorizations(query, bench.s3_endpoint().map(|endpoint| &endpoint.id))
}

/// How it is known that a bucket is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// It was asked for.
    Asked,
    /// A policy of the role names it.
    Named,
    /// It is not: any bucket.
    None,
}

fn found(mut authorization: Authorization, need: Need) -> Checked {
    if authorization.caller == CallerView::Anonymous && need != Need::Asked {
        return Checked::new(Status::NotApplicable, Finding::NoRole { instance: None });
    }
    let is_any = need == Need::None;
    let is_open_at_bucket_alone = authorization.gaps.iter().all(is_of_bucket);
    if is_any {
        // No bucket in particular has a policy of its own.
        authorization.gaps.retain(|gap| !is_of_bucket(gap));
    }
    let authorization = Box::new(authorization);
    match authorization.outcome {
        AuthorizationOutcome::Allowed if is_any => {
            Checked::new(Status::Pass, Finding::S3AllowedByRole { authorization })
        }
        AuthorizationOutcome::Allowed => Checked::new(Status::Pass, Finding::S3Allowed { authorization }),
        AuthorizationOutcome::Denied if is_any => {
            Checked::new(Status::NotApplicable, Finding::S3NotForRole { authorization })
        }
        AuthorizationOutcome::Undecided if is_any && is_open_at_bucket_alone && !is_allowed_by_role(&authorization) => {
            Checked::new(Status::NotApplicable, Finding::S3NotForRole { authorization })
        }
        AuthorizationOutcome::Denied => Checked::new(Status::Fail, Finding::S3Refused { authorization }),
        AuthorizationOutcome::Undecided if is_any && is_open_at_bucket_alone => {
            Checked::new(Status::Pass, Finding::S3AllowedByRole { authorization })
        }
        AuthorizationOutcome::Undecided => {
            Checked::new(Status::Unknown, Finding::S3Undecided { authorization, is_any })
        }
    }
}

fn is_allowed_by_role(authorization: &Authorization) -> bool {
    let is_its =
        |policy: &PolicyReference| matches!(policy, PolicyReference::Inline { .. } | PolicyReference::Managed { .. });
    let mut policies = authorization.policies.iter();
    policies.any(|verdict| is_its(&verdict.policy) && matches!(verdict.outcome, PolicyOutcome::Allows(_)))
}

/// Whether only the bucket's own side is open, which no bucket in particular has.
fn is_of_bucket(gap: &PolicyGap) -> bool {
    matches!(gap, PolicyGap::Missing(MissingPolicy::BucketOwner(_) | MissingPolicy::BucketPolicy(_)))
}

/// The buckets and keys that a role's policies name where they let objects be read.
fn named_objects(bench: &Bench<'_>, role: &Role) -> BTreeSet<(String, String)> {
    let managed = role.attached.policies.iter().filter_map(|arn| bench.network.identities.managed_policies.get(arn));
    let documents = role.inline.policies.values().chain(managed).filter_map(|policy| match policy {
        Policy::Document(document) => Some(document),
        Policy::NotUnderstood | Policy::Unknown => None,
    });
    documents.flat_map(objects_of).collect()
}

fn objects_of(document: &PolicyDocument) -> Vec<(String, String)> {
    let reads = |statement: &&Statement| {
        let Patterns::Only(actions) = &statement.actions else { return false };
        statement.effect == Effect::Allow && actions.iter().any(|pattern| is_like(pattern, ACTION))
    };
    let statements = document.statements.iter().filter(reads);
    let resources = statements.flat_map(|statement| match &statement.resources {
        Patterns::Only(resources) => resources.as_slice(),
        Patterns::AllBut(_) => &[],
    });
    resources.filter_map(|resource| object_of(resource)).collect()
}

/// The bucket and key in `arn:aws:s3:::BUCKET/KEY`; `None` where the bucket has wildcards or variables.
fn object_of(resource: &str) -> Option<(String, String)> {
    let (bucket, key) = resource.splitn(6, ':').nth(5)?.split_once('/')?;
    let is_literal = !bucket.is_empty() && !bucket.contains(['*', '?', '$']);
    (is_literal && !key.contains('$')).then(|| (bucket.to_owned(), key.to_owned()))
}

/// Whether a pattern of a policy matches an action: `*` stands for any characters, `?` for one, case means nothing.
fn is_like(pattern: &str, text: &str) -> bool {
    fn from(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, rest) => rest.is_none(),
            (Some((b'*', more)), rest) => from(more, text) || rest.is_some_and(|(_, others)| from(pattern, others)),
            (Some((b'?', more)), Some((_, others))) => from(more, others),
            (Some((own, more)), Some((other, others))) => own.eq_ignore_ascii_case(other) && from(more, others),
            (Some(_), None) => false,
        }
    }
    from(pattern.as_bytes(), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_that_a_resource_names() {
        let own = |bucket: &str, key: &str| Some((bucket.to_owned(), key.to_owned()));
        for (resource, expected) in [
            ("arn:aws:s3:::app-data/*", own("app-data", "*")),
            ("arn:aws-cn:s3:::app-data/logs/*.gz", own("app-data", "logs/*.gz")),
            ("arn:aws:s3:::app-*/*", None),
            ("arn:aws:s3:::app-data", None),
            ("arn:aws:s3:::app-data/${aws:username}/*", None),
            ("*", None),
        ] {
            assert_eq!(object_of(resource), expected, "{resource}");
        }
    }

    #[test]
    fn actions_match_by_wildcards() {
        for pattern in ["*", "s3:*", "S3:Get*", "s3:GetObjec?", "s3:*Object"] {
            assert!(is_like(pattern, ACTION), "{pattern}");
        }
        for pattern in ["s3:List*", "s3:GetObject?", "ec2:*", ""] {
            assert!(!is_like(pattern, ACTION), "{pattern}");
        }
    }
}
