//! What an organization allows its accounts (IM-3): service control policies, level by level.
//!
//! `list-policies-for-target` does not say its target, nor `list-parents` the child: their files' names do, as
//! `organizations-list-policies-for-target.TARGET.json`. Leaves out resource control policies (IM-7).

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{AccountId, Identities, Policy, PolicyDocument, PolicyListing, Principals, ServiceControl};
use serde_json::Value;

use super::{
    document::Document,
    identity::{elements, is_truncated, subject, text},
    policy_document::{self, PolicyText},
};
use crate::notice::{IdentityProblem, NoticeKind, Notices};

type Level = PolicyListing<BTreeMap<String, Policy>>;

/// What the answers of Organizations say.
#[derive(Default)]
struct Answers {
    /// The policies attached to each target.
    levels: BTreeMap<String, Level>,
    /// The parent of each account and unit.
    parents: BTreeMap<String, String>,
    /// Documents, by the policy's id.
    documents: BTreeMap<String, Policy>,
    /// Accounts that no service control policy limits.
    not_limited: BTreeSet<String>,
}

/// Reads what the organization allows each account of the snapshot.
pub(super) fn assemble(documents: &[Document<'_>], identities: &mut Identities, notices: &mut Notices) {
    let mut accounts: BTreeSet<AccountId> =
        identities.roles.keys().filter_map(deguchi_model::RoleArn::account).collect();
    accounts.extend(documents.iter().filter_map(|document| document.account.as_deref()).map(AccountId::new));
    let mut answers = Answers::default();
    for document in documents {
        if let Some(answer) = &document.identity {
            answers.read(document, answer, notices);
            organization(document, answer, &accounts, &mut answers, identities);
        }
    }
    for level in answers.levels.values_mut() {
        for (id, policy) in &mut level.policies {
            match answers.documents.get(id) {
                Some(document) => *policy = document.clone(),
                // AWS's own, which is on every level from the start.
                None if id == "p-FullAWSAccess" => {
                    *policy = Policy::Document(PolicyDocument::everything(Principals::Unstated));
                }
                None => {}
            }
        }
    }
    for account in accounts {
        if answers.not_limited.contains(account.as_str()) {
            identities.service_control.insert(account, ServiceControl::NotLimited);
        } else if let Some(control) = answers.control(account.as_str()) {
            identities.service_control.insert(account, control);
        }
    }
}

fn organization(
    document: &Document<'_>,
    answer: &Value,
    accounts: &BTreeSet<AccountId>,
    answers: &mut Answers,
    identities: &mut Identities,
) {
    let Some(organization) = answer.get("Organization") else { return };
    let own = document.account.as_deref().map(AccountId::new);
    let only = || if accounts.len() == 1 { accounts.first().cloned() } else { None };
    let (Some(id), Some(account)) = (text(organization, "Id"), own.or_else(only)) else { return };
    let has_no_policies = text(organization, "FeatureSet") == Some("CONSOLIDATED_BILLING");
    if has_no_policies {
        answers.not_limited.insert(account.to_string());
    }
    answers.not_limited.extend(text(organization, "MasterAccountId").map(str::to_owned));
    identities.organizations.insert(account, id.to_owned());
}

impl Answers {
    fn read(&mut self, document: &Document<'_>, answer: &Value, notices: &mut Notices) {
        let is_control = |policy: &&Value| text(policy, "Type") == Some("SERVICE_CONTROL_POLICY");
        if let Some(policies) = answer.get("Policies").and_then(Value::as_array) {
            let target = subject(document);
            let listed: Vec<&str> = policies.iter().filter(is_control).filter_map(|it| text(it, "Id")).collect();
            if is_target(target) {
                let level = self.levels.entry(target.to_owned()).or_default();
                level.policies.extend(listed.into_iter().map(|id| (id.to_owned(), Policy::Unknown)));
                level.is_complete |= !is_truncated(answer);
            } else if !listed.is_empty() {
                let kind = NoticeKind::Identity(IdentityProblem::OfUnknown { key: "Policies".to_owned() });
                notices.add(kind, Some(document.place("Policies").location()));
            }
        }
        if let Some(policy) = answer.get("Policy").filter(|policy| policy.get("PolicySummary").is_some()) {
            let summary = policy.get("PolicySummary").unwrap_or(&Value::Null);
            if let (Some(id), true, Some(content)) = (text(summary, "Id"), is_control(&summary), policy.get("Content"))
            {
                let read = policy_document::read(&PolicyText::of(content)).unwrap_or(Policy::Unknown);
                if read == Policy::NotUnderstood {
                    let kind = NoticeKind::Identity(IdentityProblem::PolicyNotUnderstood { policy: id.to_owned() });
                    notices.add(kind, Some(document.place("Policy.Content").location()));
                }
                self.documents.insert(id.to_owned(), read);
            }
        }
        if let Some(parent) = elements(answer, "Parents").find_map(|parent| text(parent, "Id")) {
            self.parents.insert(subject(document).to_owned(), parent.to_owned());
        }
    }

    /// The levels of an account; `None` where nothing is known of them.
    fn control(&self, account: &str) -> Option<ServiceControl> {
        if self.levels.is_empty() {
            return None;
        }
        let mut targets: Vec<String> = vec![account.to_owned()];
        let mut reaches_root = false;
        if self.parents.is_empty() {
            // Without `list-parents` every unit that was saved is taken for one on the way, if there is but one account.
            let is_alone = self.levels.keys().filter(|target| is_account(target)).all(|target| target == account);
            let above = self.levels.keys().filter(|target| !is_account(target));
            targets.extend(above.filter(|target| is_alone || is_root(target)).cloned());
            reaches_root = is_alone && targets.iter().any(|target| is_root(target));
        } else {
            while let Some(parent) = targets.last().and_then(|target| self.parents.get(target)) {
                if targets.contains(parent) {
                    break;
                }
                reaches_root = is_root(parent);
                targets.push(parent.clone());
            }
        }
        let level = |target: &String| (target.clone(), self.levels.get(target).cloned().unwrap_or_default());
        Some(ServiceControl::Levels { levels: targets.iter().map(level).collect(), is_complete: reaches_root })
    }
}

fn is_account(target: &str) -> bool {
    target.len() == 12 && target.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_root(target: &str) -> bool {
    target.starts_with("r-")
}

fn is_target(target: &str) -> bool {
    is_account(target) || is_root(target) || target.starts_with("ou-")
}
