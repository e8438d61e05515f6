//! Who may do what, in answers of IAM, S3 and Organizations (IM-1 to IM-4).
//!
//! Some answers do not say whose they are: `list-role-policies` not the role, `get-policy-version` not the policy. That is
//! read from the file's name, as `iam-list-role-policies.ROLE.json`. What no answer lists is unknown, never none.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{
    AccountId, Bucket, BucketPolicy, Identities, PermissionsBoundary, Policy, PolicyListing, Role, RoleArn,
};
use serde_json::Value;

use super::{
    document::Document,
    organization,
    policy_document::{self, PolicyText},
};
use crate::{
    ingest::place::Place,
    notice::{IdentityProblem, NoticeKind, Notices},
};

/// Keys by which an answer is known to be about identities. Its JSON is kept whole: such answers are few.
pub(super) const KEYS: [&str; 17] = [
    "AttachedPolicies",
    "Buckets",
    "InstanceProfile",
    "InstanceProfiles",
    "Organization",
    "Parents",
    "Policies",
    "Policy",
    "PolicyDocument",
    "PolicyNames",
    "PolicyVersion",
    "Role",
    "RoleDetailList",
    "RoleName",
    "Roles",
    "Roots",
    "UserDetailList",
];

/// Reads everything about identities.
pub(super) fn assemble(documents: &[Document<'_>], notices: &mut Notices) -> Identities {
    let mut reader = Reader { identities: Identities::default(), folders: BTreeMap::new(), notices };
    // First what names itself, so that what does not can be told whose it is.
    for document in documents {
        if let Some(answer) = &document.identity {
            reader.named(document, answer);
        }
    }
    for document in documents {
        if let Some(answer) = &document.identity {
            reader.unnamed(document, answer);
        }
    }
    organization::assemble(documents, &mut reader.identities, reader.notices);
    reader.identities
}

struct Reader<'n> {
    identities: Identities,
    /// Roles and managed policies by the folder that names them: names are the same in many accounts.
    folders: BTreeMap<String, (BTreeSet<RoleArn>, BTreeSet<String>)>,
    notices: &'n mut Notices,
}

impl Reader<'_> {
    /// Reads what says itself what it is about.
    fn named(&mut self, document: &Document<'_>, answer: &Value) {
        for profile in one_or_many(answer, "InstanceProfile", "InstanceProfiles") {
            self.instance_profile(document, profile);
        }
        if let Some(role) = answer.get("Role") {
            self.role(document, role, Detail::OfGetRole);
        }
        for role in elements(answer, "Roles") {
            self.role(document, role, Detail::OfList);
        }
        for role in elements(answer, "RoleDetailList") {
            self.role(document, role, Detail::Whole);
        }
        for policy in elements(answer, "Policies") {
            self.managed_policy(document, policy);
        }
        if let Some(policy) = answer.get("Policy").filter(|policy| policy.is_object()) {
            self.managed_policy(document, policy);
        }
        for attached in elements(answer, "AttachedPolicies") {
            if let Some(arn) = text(attached, "PolicyArn") {
                self.folder(document).1.insert(arn.to_owned());
            }
        }
        for bucket in elements(answer, "Buckets") {
            if let (Some(name), Some(account)) = (text(bucket, "Name"), &document.account) {
                self.bucket(name).owner = Some(AccountId::new(account));
            }
        }
    }

    /// Reads what has to be told by the name of its file.
    fn unnamed(&mut self, document: &Document<'_>, answer: &Value) {
        let is_whole = !is_truncated(answer);
        if let Some(names) = answer.get("PolicyNames")
            && let Some(role) = self.role_of(document, answer, "PolicyNames")
        {
            for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
                role.inline.policies.entry(name.to_owned()).or_insert(Policy::Unknown);
            }
            role.inline.is_complete |= is_whole && names.is_array();
        }
        if let Some(attached) = answer.get("AttachedPolicies")
            && let Some(role) = self.role_of(document, answer, "AttachedPolicies")
        {
            role.attached.policies.extend(arns_of(attached));
            role.attached.is_complete |= is_whole && attached.is_array();
        }
        if let (Some(name), Some(text)) = (text(answer, "PolicyName"), answer.get("PolicyDocument")) {
            let policy = self.policy(document, text, "PolicyDocument", name);
            if let (Some(role), Some(policy)) = (self.role_of(document, answer, "PolicyDocument"), policy) {
                role.inline.policies.insert(name.to_owned(), policy);
            }
        }
        if let Some(version) = answer.get("PolicyVersion") {
            self.policy_version(document, version);
        }
        match answer.get("Policy") {
            Some(policy) if !policy.is_object() => self.bucket_policy(document, policy),
            _ => {}
        }
    }

    fn instance_profile(&mut self, document: &Document<'_>, profile: &Value) {
        let Some(arn) = text(profile, "Arn") else { return self.odd(document, "InstanceProfile") };
        // Without the list of its roles, which role it has is not known.
        let Some(roles) = profile.get("Roles").and_then(Value::as_array) else { return };
        roles.iter().for_each(|role| self.role(document, role, Detail::OfList));
        let role = roles.first().and_then(|role| text(role, "Arn")).map(RoleArn::new);
        if role.is_some() || roles.is_empty() {
            self.identities.instance_profiles.insert(arn.to_owned(), role);
        }
    }

    fn role(&mut self, document: &Document<'_>, role: &Value, detail: Detail) {
        let Some(arn) = text(role, "Arn").map(RoleArn::new) else { return self.odd(document, "Role") };
        self.folder(document).0.insert(arn.clone());
        self.entry(&arn);
        if detail == Detail::Whole {
            elements(role, "InstanceProfileList").for_each(|profile| self.instance_profile(document, profile));
            self.policies_of(document, &arn, role);
        }
        let boundary = role.get("PermissionsBoundary").and_then(|it| text(it, "PermissionsBoundaryArn"));
        let entry = self.entry(&arn);
        match (boundary, detail) {
            (Some(boundary), _) => entry.boundary = PermissionsBoundary::Policy(boundary.to_owned()),
            // Lists leave it out, says AWS: only these two show that there is none.
            (None, Detail::OfGetRole | Detail::Whole) if entry.boundary == PermissionsBoundary::Unknown => {
                entry.boundary = PermissionsBoundary::None;
            }
            (None, _) => {}
        }
        if detail != Detail::OfList {
            let tag = |tag| Some((text(tag, "Key")?.to_owned(), text(tag, "Value").unwrap_or_default().to_owned()));
            entry.tags = Some(elements(role, "Tags").filter_map(tag).collect());
        }
    }

    /// The policies that `get-account-authorization-details` prints with a role.
    fn policies_of(&mut self, document: &Document<'_>, arn: &RoleArn, role: &Value) {
        let mut inline = Vec::new();
        for policy in elements(role, "RolePolicyList") {
            let Some(name) = text(policy, "PolicyName") else { continue };
            let read = policy.get("PolicyDocument").and_then(|it| self.policy(document, it, "RoleDetailList", name));
            inline.push((name.to_owned(), read.unwrap_or(Policy::Unknown)));
        }
        let entry = self.entry(arn);
        entry.inline.policies.extend(inline);
        entry.inline.is_complete |= role.get("RolePolicyList").is_some_and(Value::is_array);
        if let Some(attached) = role.get("AttachedManagedPolicies") {
            entry.attached.policies.extend(arns_of(attached));
            entry.attached.is_complete |= attached.is_array();
        }
    }

    /// A managed policy, as `get-policy`, `list-policies` and `get-account-authorization-details` print it.
    fn managed_policy(&mut self, document: &Document<'_>, policy: &Value) {
        let Some(arn) = text(policy, "Arn") else { return };
        self.folder(document).1.insert(arn.to_owned());
        let default = text(policy, "DefaultVersionId");
        let is_default = |version: &&Value| match default {
            Some(default) => text(version, "VersionId") == Some(default),
            None => version.get("IsDefaultVersion").and_then(Value::as_bool) == Some(true),
        };
        let version = elements(policy, "PolicyVersionList").find(is_default);
        if let Some(text) = version.and_then(|version| version.get("Document"))
            && let Some(read) = self.policy(document, text, "Policies", arn)
        {
            self.identities.managed_policies.insert(arn.to_owned(), read);
        }
    }

    /// `get-policy-version`: of which policy, its file's name says.
    fn policy_version(&mut self, document: &Document<'_>, version: &Value) {
        let Some(text) = version.get("Document") else { return self.odd(document, "PolicyVersion") };
        if version.get("IsDefaultVersion").and_then(Value::as_bool) == Some(false) {
            return;
        }
        let stem = subject(document);
        let stem = version
            .get("VersionId")
            .and_then(Value::as_str)
            .map_or(stem, |id| stem.strip_suffix(id).and_then(|stem| stem.strip_suffix('.')).unwrap_or(stem));
        let here = self.folder(document).1.clone();
        let everywhere = self.folders.values().flat_map(|(_, arns)| arns.iter().cloned()).collect();
        let name_of = |arn: &String| arn.rsplit('/').next().unwrap_or_default().to_owned();
        match told([here, everywhere], stem, file_name(document), name_of) {
            Some(arn) => {
                if let Some(read) = self.policy(document, text, "PolicyVersion", &arn) {
                    self.identities.managed_policies.insert(arn, read);
                }
            }
            None => self.whose(document, "PolicyVersion"),
        }
    }

    /// `get-bucket-policy`: a bucket's policy names its bucket in each resource, else its file's name does.
    fn bucket_policy(&mut self, document: &Document<'_>, policy: &Value) {
        let is_none = policy.is_null() || policy.as_str().is_some_and(|text| text.trim().is_empty());
        let read = if is_none { None } else { self.policy(document, policy, "Policy", "Policy") };
        let own = match &read {
            Some(Policy::Document(read)) => bucket_named(read),
            _ => None,
        };
        let named = || Some(subject(document)).filter(|name| !name.is_empty()).map(str::to_owned);
        let Some(name) = own.or_else(named) else { return self.whose(document, "Policy") };
        let owner = document.account.as_deref().map(AccountId::new);
        let bucket = self.bucket(&name);
        bucket.policy = read.map_or(BucketPolicy::None, BucketPolicy::Policy);
        bucket.owner = bucket.owner.take().or(owner);
    }

    /// Reads a document; one that is no policy becomes a notice.
    fn policy(&mut self, document: &Document<'_>, value: &Value, key: &str, name: &str) -> Option<Policy> {
        let read = policy_document::read(&PolicyText::of(value))?;
        if read == Policy::NotUnderstood {
            let kind = NoticeKind::Identity(IdentityProblem::PolicyNotUnderstood { policy: name.to_owned() });
            self.notices.add(kind, Some(document.place(key).location()));
        }
        Some(read)
    }

    /// The role that an answer is about, by what it says itself, else by its file's name.
    fn role_of(&mut self, document: &Document<'_>, answer: &Value, key: &str) -> Option<&mut Role> {
        let stem = subject(document).to_owned();
        let stem = match (text(answer, "RoleName"), text(answer, "PolicyName")) {
            (Some(role), _) => role.to_owned(),
            (None, Some(policy)) => {
                let role = stem.strip_suffix(policy).and_then(|stem| stem.strip_suffix('.'));
                role.unwrap_or(&stem).to_owned()
            }
            (None, None) => stem,
        };
        let here = self.folder(document).0.clone();
        let everywhere = self.folders.values().flat_map(|(roles, _)| roles.iter().cloned()).collect();
        let told = told([here, everywhere], &stem, file_name(document), |arn: &RoleArn| arn.name().to_owned());
        if told.is_none() {
            self.whose(document, key);
        }
        told.map(|arn| self.entry(&arn))
    }

    fn entry(&mut self, arn: &RoleArn) -> &mut Role {
        self.identities.roles.entry(arn.clone()).or_insert_with(|| Role {
            arn: arn.clone(),
            name: arn.name().to_owned(),
            inline: PolicyListing::default(),
            attached: PolicyListing::default(),
            boundary: PermissionsBoundary::Unknown,
            tags: None,
        })
    }

    fn bucket(&mut self, name: &str) -> &mut Bucket {
        self.identities.buckets.entry(name.to_owned()).or_default()
    }

    fn folder(&mut self, document: &Document<'_>) -> &mut (BTreeSet<RoleArn>, BTreeSet<String>) {
        self.folders.entry(document.folder().to_owned()).or_default()
    }

    fn whose(&mut self, document: &Document<'_>, key: &str) {
        let place: Place = document.place(key);
        self.notices
            .add(NoticeKind::Identity(IdentityProblem::OfUnknown { key: key.to_owned() }), Some(place.location()));
    }

    fn odd(&mut self, document: &Document<'_>, key: &str) {
        let kind = NoticeKind::Identity(IdentityProblem::AnswerNotUnderstood { key: key.to_owned() });
        self.notices.add(kind, Some(document.place(key).location()));
    }
}

/// How much an answer shows of a role.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// A list, or an instance profile: without boundary and tags.
    OfList,
    /// `get-role`.
    OfGetRole,
    /// `get-account-authorization-details`.
    Whole,
}

/// Which of several named things a file is about: the one called as the file says, or the only one that its name has in it.
/// Those of the file's own folder come first.
fn told<T: Ord>(candidates: [BTreeSet<T>; 2], stem: &str, file: &str, name: impl Fn(&T) -> String) -> Option<T> {
    let has_name = |file: &str, name: &str| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '+' | '=' | ',' | '@' | '-' | '_');
        file.match_indices(name).any(|(start, found)| {
            let before = file.get(..start).unwrap_or_default();
            let behind = file.get(start + found.len()..).unwrap_or_default();
            !name.is_empty() && !before.ends_with(is_part) && !behind.starts_with(is_part)
        })
    };
    for candidates in candidates {
        let (mut called, mut others): (Vec<T>, Vec<T>) = candidates.into_iter().partition(|it| name(it) == stem);
        if called.len() == 1 {
            return called.pop();
        }
        others.retain(|it| has_name(file, &name(it)));
        if called.is_empty() && others.len() == 1 {
            return others.pop();
        }
    }
    None
}

/// The bucket that every resource of a policy is of.
fn bucket_named(document: &deguchi_model::PolicyDocument) -> Option<String> {
    let mut names = BTreeSet::new();
    for statement in &document.statements {
        let (deguchi_model::Patterns::Only(patterns) | deguchi_model::Patterns::AllBut(patterns)) =
            &statement.resources;
        for pattern in patterns {
            let name = pattern.splitn(6, ':').nth(5)?.split('/').next()?;
            names.insert(name.to_owned());
        }
    }
    let only = if names.len() == 1 { names.pop_first() } else { None };
    only.filter(|name| !name.is_empty() && !name.contains(['*', '?', '$']))
}

fn file_name<'d>(document: &'d Document<'_>) -> &'d str {
    let file = document.file.rsplit('/').next().unwrap_or_default();
    file.strip_suffix(".json").unwrap_or(file)
}

/// What stands between the first dot of a file's name and `.json`.
pub(super) fn subject<'d>(document: &'d Document<'_>) -> &'d str {
    file_name(document).split_once('.').map_or("", |(_, subject)| subject)
}

pub(super) fn is_truncated(answer: &Value) -> bool {
    let is_true = answer.get("IsTruncated").and_then(Value::as_bool) == Some(true);
    is_true || answer.get("NextToken").is_some_and(|token| !token.is_null())
}

fn arns_of(attached: &Value) -> impl Iterator<Item = String> {
    let attached = attached.as_array().into_iter().flatten();
    attached.filter_map(|policy| text(policy, "PolicyArn").map(str::to_owned))
}

fn one_or_many<'v>(answer: &'v Value, one: &str, many: &str) -> impl Iterator<Item = &'v Value> {
    answer.get(one).into_iter().chain(elements(answer, many))
}

/// The elements of a list; none where it is absent or no list.
pub(super) fn elements<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The text of a member, where it is there and not empty.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}
