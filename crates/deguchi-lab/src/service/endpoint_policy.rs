//! Whether the policy of a gateway endpoint admits the reading of an object, for a web server behind that endpoint.
//!
//! A request is admitted if a statement that allows names it and none that denies does (GE-7): as in IAM, what is not
//! allowed is denied. Leaves out principals and conditions: statements that depend on them are not in the model.

use deguchi_model::{Effect, EndpointPolicy, Patterns, PolicyDocument, Principal, Principals};
use serde::{Deserialize, Serialize};

/// The policy of the endpoint that a web server stands behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyOfEndpoint {
    /// Everything is admitted; also where there is no endpoint.
    #[default]
    Everything,
    /// What `allows` names and `denies` does not.
    Statements {
        /// Statements that allow.
        allows: Vec<Statement>,
        /// Statements that deny.
        denies: Vec<Statement>,
    },
}

/// What a statement names; `*` and `?` are wildcards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Patterns of actions.
    pub actions: Vec<String>,
    /// Patterns of resources.
    pub resources: Vec<String>,
}

impl PolicyOfEndpoint {
    /// Reads the policy of an endpoint. `None` where the snapshot does not say, or nothing of it is sure.
    pub fn of(policy: &EndpointPolicy) -> Option<Self> {
        match policy {
            EndpointPolicy::FullAccess => Some(Self::Everything),
            EndpointPolicy::Document(document) => Self::of_document(document),
            EndpointPolicy::Unmodelled | EndpointPolicy::Unknown => None,
        }
    }

    /// Reads the statements that are about everyone without a condition; `None` where another might deny too.
    fn of_document(document: &PolicyDocument) -> Option<Self> {
        let (mut allows, mut denies) = (Vec::new(), Vec::new());
        for statement in &document.statements {
            let is_for_everyone = match &statement.principals {
                Principals::Only(principals) => principals.contains(&Principal::Everyone),
                Principals::Unstated | Principals::AllBut(_) => false,
            };
            let is_plain = is_for_everyone && statement.conditions.is_empty() && statement.not_understood.is_empty();
            let named = Statement::of(statement).filter(|_| is_plain);
            match (statement.effect, named) {
                (Effect::Allow, named) => allows.extend(named),
                (Effect::Deny, Some(named)) => denies.push(named),
                (Effect::Deny, None) => return None,
            }
        }
        (!allows.is_empty()).then_some(Self::Statements { allows, denies })
    }

    /// Whether `GetObject` of a bucket's key is admitted. China and GovCloud have partitions of their own (RP-2).
    pub(super) fn admits(&self, partition: &str, bucket: &str, key: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Statements { allows, denies } => {
                let resource = format!("arn:{partition}:s3:::{bucket}/{key}");
                let names = |statement: &Statement| statement.names("s3:GetObject", &resource);
                allows.iter().any(names) && !denies.iter().any(names)
            }
        }
    }
}

impl Statement {
    /// Reads what a statement names; `None` where it names what it is not about.
    fn of(statement: &deguchi_model::Statement) -> Option<Self> {
        match (&statement.actions, &statement.resources) {
            (Patterns::Only(actions), Patterns::Only(resources)) => {
                Some(Self { actions: actions.clone(), resources: resources.clone() })
            }
            (Patterns::AllBut(_), _) | (_, Patterns::AllBut(_)) => None,
        }
    }

    fn names(&self, action: &str, resource: &str) -> bool {
        // Actions are the same in any case; resources are not.
        let action = action.to_ascii_lowercase();
        self.actions.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), &action))
            && self.resources.iter().any(|pattern| matches(pattern, resource))
    }
}

/// Whether a pattern with `*` and `?` matches all of a text.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    // Which prefixes of the text the pattern read so far can match.
    let text: Vec<char> = text.chars().collect();
    let mut reached = vec![false; text.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for wanted in pattern {
        let mut next = vec![false; reached.len()];
        let mut seen = false;
        for (at, slot) in next.iter_mut().enumerate() {
            let here = reached.get(at).copied().unwrap_or(false);
            let before = at.checked_sub(1).and_then(|at| Some((reached.get(at).copied()?, *text.get(at)?)));
            seen |= here;
            *slot = match (wanted, before) {
                ('*', _) => seen,
                (wanted, Some((true, letter))) => wanted == '?' || wanted == letter,
                _ => false,
            };
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_in_iam() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", true),
            ("arn:aws:s3:::b", "arn:aws:s3:::b/x", false),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_no_statement_allows_is_denied_and_a_denial_wins() {
        let of = |actions: &[&str], resource: &str| Statement {
            actions: actions.iter().map(ToString::to_string).collect(),
            resources: vec![resource.to_owned()],
        };
        let policy = PolicyOfEndpoint::Statements {
            allows: vec![of(&["s3:Get*"], "arn:aws:s3:::repos-*")],
            denies: vec![of(&["S3:GETOBJECT"], "arn:aws:s3:::repos-b/secret/*")],
        };
        assert!(policy.admits("aws", "repos-b", "core/x"));
        assert!(!policy.admits("aws", "repos-b", "secret/x"));
        assert!(!policy.admits("aws", "data", "x"));
        assert!(!policy.admits("aws-cn", "repos-b", "core/x"));
    }
}
