//! What the policy of an endpoint lets through (GE-7), as far as that follows without evaluating it.

use std::{borrow::Cow, fmt};

use deguchi_model::{EndpointPolicy, EndpointPolicyStatement};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// `PolicyDocument`: a JSON string for AWS's own tools, an object for some others.
#[derive(Debug, Default)]
pub(crate) enum PolicyText<'a> {
    /// Not there, or `null`.
    #[default]
    Absent,
    /// JSON in a string.
    Quoted(Cow<'a, str>),
    /// JSON itself.
    Plain(Value),
    /// Something else.
    Odd,
}

impl<'de> Deserialize<'de> for PolicyText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PolicyVisitor)
    }
}

struct PolicyVisitor;

impl<'de> Visitor<'de> for PolicyVisitor {
    type Value = PolicyText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(PolicyText::Absent)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(if text.is_empty() { PolicyText::Absent } else { PolicyText::Quoted(Cow::Borrowed(text)) })
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(if text.is_empty() { PolicyText::Absent } else { PolicyText::Quoted(Cow::Owned(text.to_owned())) })
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(PolicyText::Odd)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(PolicyText::Odd)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(PolicyText::Odd)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(PolicyText::Odd)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(PolicyText::Odd)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(serde::de::value::MapAccessDeserializer::new(object)).map(PolicyText::Plain)
    }
}

/// Reads a policy, or returns `None` where it is no JSON object.
pub(super) fn read(text: &PolicyText<'_>) -> Option<EndpointPolicy> {
    let parsed;
    let policy = match text {
        PolicyText::Absent => return Some(EndpointPolicy::Unknown),
        PolicyText::Odd => return None,
        PolicyText::Plain(policy) => policy,
        PolicyText::Quoted(quoted) => {
            parsed = serde_json::from_str::<Value>(quoted).ok()?;
            &parsed
        }
    };
    let statements = match policy.as_object()?.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
        Some(_) | None => return Some(EndpointPolicy::Unmodelled),
    };
    Some(judge(statements))
}

/// GE-7. What is neither plainly allowed nor out of every denial's reach needs an evaluation that is not done here.
fn judge(statements: &[Value]) -> EndpointPolicy {
    let mut denies = Vec::new();
    let mut allowing = Vec::new();
    for statement in statements {
        match statement.get("Effect").and_then(Value::as_str) {
            Some("Allow") => allowing.push(statement),
            Some("Deny") => match named(statement) {
                Some(denial) => denies.push(denial),
                None => return EndpointPolicy::Unmodelled,
            },
            Some(_) | None => return EndpointPolicy::Unmodelled,
        }
    }
    // Statements with conditions are passed over: they can only allow more.
    let allows: Vec<EndpointPolicyStatement> = allowing.into_iter().filter_map(plain_allowance).collect();
    let has_star = |patterns: &[String]| patterns.iter().any(|pattern| pattern == "*");
    let is_full = allows.iter().any(|statement| has_star(&statement.actions) && has_star(&statement.resources));
    if is_full && denies.is_empty() {
        EndpointPolicy::FullAccess
    } else if allows.is_empty() {
        EndpointPolicy::Unmodelled
    } else {
        EndpointPolicy::Partial { allows, denies }
    }
}

/// A statement that allows everyone, without a condition, what it names.
fn plain_allowance(statement: &Value) -> Option<EndpointPolicyStatement> {
    let is_plain = is_absent(statement, "Condition") && is_absent(statement, "NotPrincipal");
    let is_for_everyone = statement.get("Principal").is_some_and(is_everyone);
    named(statement).filter(|_| is_plain && is_for_everyone)
}

/// The actions and resources that a statement names; `None` where it names those that it is not about.
fn named(statement: &Value) -> Option<EndpointPolicyStatement> {
    if !is_absent(statement, "NotAction") || !is_absent(statement, "NotResource") {
        return None;
    }
    let actions = patterns(statement.get("Action")?)?;
    Some(EndpointPolicyStatement { actions, resources: patterns(statement.get("Resource")?)? })
}

fn is_absent(statement: &Value, key: &str) -> bool {
    let value = statement.get(key);
    value.is_none_or(|value| value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty))
}

fn is_everyone(principal: &Value) -> bool {
    match principal {
        Value::String(text) => text == "*",
        Value::Array(list) => list.iter().any(|text| text == "*"),
        Value::Object(kinds) => kinds.get("AWS").is_some_and(|aws| !aws.is_object() && is_everyone(aws)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn patterns(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(list) => list.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}
