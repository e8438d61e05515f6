//! Policy documents, wherever they stand: JSON, JSON in a string, or that with its characters percent-encoded.
//!
//! No statement is dropped: what of it cannot be read is kept by name. Leaves out what it comes to: that is the engine's.

use std::{borrow::Cow, fmt};

use deguchi_model::{
    Condition, Effect, EndpointPolicy, Patterns, Policy, PolicyDocument, Principal, Principals, Statement,
};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A policy document: JSON in a string where AWS prints it so, an object for some tools.
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

impl PolicyText<'static> {
    /// Takes a value that has been read already.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Absent,
            Value::String(text) if text.trim().is_empty() => Self::Absent,
            Value::String(text) => Self::Quoted(Cow::Owned(text.clone())),
            Value::Object(_) => Self::Plain(value.clone()),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) => Self::Odd,
        }
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

/// Reads a policy; `None` where there is none, or only an empty text.
pub(super) fn read(text: &PolicyText<'_>) -> Option<Policy> {
    let document = match text {
        PolicyText::Absent => return None,
        PolicyText::Odd => None,
        PolicyText::Plain(policy) => document(policy),
        PolicyText::Quoted(quoted) => parse(quoted),
    };
    Some(document.map_or(Policy::NotUnderstood, Policy::Document))
}

/// Reads the policy of an endpoint.
pub(super) fn read_endpoint(text: &PolicyText<'_>) -> EndpointPolicy {
    match read(text) {
        None | Some(Policy::Unknown) => EndpointPolicy::Unknown,
        Some(Policy::NotUnderstood) => EndpointPolicy::Unmodelled,
        Some(Policy::Document(document)) if is_full_access(&document) => EndpointPolicy::FullAccess,
        Some(Policy::Document(document)) => EndpointPolicy::Document(document),
    }
}

/// Whether a document lets everything through (GE-7).
fn is_full_access(document: &PolicyDocument) -> bool {
    let has_star = |patterns: &Patterns| match patterns {
        Patterns::Only(patterns) => patterns.iter().any(|pattern| pattern == "*"),
        Patterns::AllBut(_) => false,
    };
    let allows_all = |statement: &Statement| {
        let is_for_everyone = match &statement.principals {
            Principals::Only(principals) => principals.contains(&Principal::Everyone),
            Principals::Unstated | Principals::AllBut(_) => false,
        };
        let is_plain = statement.conditions.is_empty() && statement.not_understood.is_empty();
        is_for_everyone && is_plain && has_star(&statement.actions) && has_star(&statement.resources)
    };
    let is_denial = |statement: &Statement| statement.effect == Effect::Deny;
    document.statements.iter().any(allows_all) && !document.statements.iter().any(is_denial)
}

/// Parses a text. What the API itself answers is percent-encoded (RFC 3986); the CLI decodes it, other tools may not.
fn parse(text: &str) -> Option<PolicyDocument> {
    let text = text.trim();
    let decoded;
    let text = if text.starts_with('%') {
        decoded = percent_decoded(text)?;
        decoded.as_str()
    } else {
        text
    };
    document(&serde_json::from_str::<Value>(text).ok()?)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Reads a document, or returns `None` where it has no statements.
pub(super) fn document(policy: &Value) -> Option<PolicyDocument> {
    let policy = policy.as_object()?;
    let statements: Vec<Statement> = match policy.get("Statement")? {
        Value::Array(statements) => statements.iter().flat_map(statement).collect(),
        one @ Value::Object(_) => statement(one),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    };
    let has_variables = policy.get("Version").and_then(Value::as_str) == Some("2012-10-17");
    Some(PolicyDocument { has_variables, statements })
}

/// Reads a statement. One whose effect cannot be read may allow or deny: it is kept as both.
fn statement(statement: &Value) -> Vec<Statement> {
    const KNOWN: [&str; 9] =
        ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    let mut not_understood = Vec::new();
    let empty = serde_json::Map::new();
    let members = statement.as_object().unwrap_or(&empty);
    let get = |key: &str| members.get(key).filter(|value| !value.is_null());
    not_understood.extend(members.keys().filter(|key| !KNOWN.contains(&key.as_str())).cloned());
    let read = Statement {
        sid: get("Sid").and_then(Value::as_str).map(str::to_owned),
        effect: Effect::Allow,
        principals: principals(get("Principal"), get("NotPrincipal"), &mut not_understood),
        actions: patterns(("Action", get("Action")), ("NotAction", get("NotAction")), &mut not_understood),
        resources: patterns(("Resource", get("Resource")), ("NotResource", get("NotResource")), &mut not_understood),
        conditions: conditions(get("Condition"), &mut not_understood),
        not_understood: Vec::new(),
    };
    let effects: &[Effect] = match get("Effect").and_then(Value::as_str) {
        Some("Allow") => &[Effect::Allow],
        Some("Deny") => &[Effect::Deny],
        Some(_) | None => {
            not_understood.push("Effect".to_owned());
            &[Effect::Allow, Effect::Deny]
        }
    };
    let with = |effect: &Effect| Statement { effect: *effect, not_understood: not_understood.clone(), ..read.clone() };
    effects.iter().map(with).collect()
}

fn principals(only: Option<&Value>, all_but: Option<&Value>, not_understood: &mut Vec<String>) -> Principals {
    let (value, name, make): (_, _, fn(Vec<Principal>) -> Principals) = match (only, all_but) {
        (Some(value), None) => (value, "Principal", Principals::Only),
        (None, Some(value)) => (value, "NotPrincipal", Principals::AllBut),
        (Some(value), Some(_)) => {
            not_understood.push("NotPrincipal".to_owned());
            (value, "Principal", Principals::Only)
        }
        (None, None) => return Principals::Unstated,
    };
    match principal_list(value) {
        Some(principals) => make(principals),
        None => {
            not_understood.push(name.to_owned());
            Principals::Only(vec![Principal::Everyone])
        }
    }
}

fn principal_list(value: &Value) -> Option<Vec<Principal>> {
    match value {
        Value::String(text) => (text == "*").then(|| vec![Principal::Everyone]),
        Value::Array(list) => {
            let lists: Option<Vec<_>> = list.iter().map(principal_list).collect();
            lists.map(|lists| lists.into_iter().flatten().collect())
        }
        Value::Object(kinds) => {
            let mut principals = Vec::new();
            for (kind, named) in kinds {
                for value in texts(named)? {
                    principals.push(match kind.as_str() {
                        "AWS" if value == "*" => Principal::Everyone,
                        "AWS" => Principal::Aws(value),
                        _ => Principal::Other { kind: kind.clone(), value },
                    });
                }
            }
            Some(principals)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Reads `Action` or `NotAction`, `Resource` or `NotResource`. What cannot be read may be about anything.
fn patterns(
    only: (&str, Option<&Value>),
    all_but: (&str, Option<&Value>),
    not_understood: &mut Vec<String>,
) -> Patterns {
    let everything = || Patterns::Only(vec!["*".to_owned()]);
    match (only.1, all_but.1) {
        (Some(value), None) => match texts(value) {
            Some(patterns) => return Patterns::Only(patterns),
            None => not_understood.push(only.0.to_owned()),
        },
        (None, Some(value)) => match texts(value) {
            Some(patterns) => return Patterns::AllBut(patterns),
            None => not_understood.push(all_but.0.to_owned()),
        },
        (Some(_), Some(_)) => not_understood.push(all_but.0.to_owned()),
        (None, None) => not_understood.push(only.0.to_owned()),
    }
    everything()
}

fn conditions(value: Option<&Value>, not_understood: &mut Vec<String>) -> Vec<Condition> {
    let Some(value) = value else { return Vec::new() };
    let read = || -> Option<Vec<Condition>> {
        let mut conditions = Vec::new();
        for (operator, keys) in value.as_object()? {
            for (key, values) in keys.as_object()? {
                let (operator, key) = (operator.clone(), key.clone());
                conditions.push(Condition { operator, key, values: texts(values)? });
            }
        }
        Some(conditions)
    };
    read().unwrap_or_else(|| {
        not_understood.push("Condition".to_owned());
        Vec::new()
    })
}

/// One text or a list of them; numbers and booleans are taken as written.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Bool(_) | Value::Number(_) => Some(vec![value.to_string()]),
        Value::Array(list) => {
            let texts: Option<Vec<Vec<String>>> =
                list.iter().map(|each| if each.is_array() { None } else { texts(each) }).collect();
            texts.map(|texts| texts.into_iter().flatten().collect())
        }
        Value::Null | Value::Object(_) => None,
    }
}
