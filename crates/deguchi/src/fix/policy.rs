//! Policies as JSON, as AWS takes them.

use deguchi_model::{Effect, Patterns, PolicyDocument, Principal, Principals, Statement};
use serde_json::{Map, Value, json};

/// Returns a document as JSON.
pub(super) fn document(document: &PolicyDocument) -> Value {
    let version = if document.has_variables { "2012-10-17" } else { "2008-10-17" };
    json!({ "Version": version, "Statement": document.statements.iter().map(statement).collect::<Vec<_>>() })
}

/// Returns a statement as JSON. Members that were not understood are not there: such documents are not written back.
pub(super) fn statement(statement: &Statement) -> Value {
    let mut made = Map::new();
    if let Some(sid) = &statement.sid {
        made.insert("Sid".to_owned(), sid.as_str().into());
    }
    let effect = match statement.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    made.insert("Effect".to_owned(), effect.into());
    match &statement.principals {
        Principals::Unstated => {}
        Principals::Only(who) => drop(made.insert("Principal".to_owned(), principals(who))),
        Principals::AllBut(who) => drop(made.insert("NotPrincipal".to_owned(), principals(who))),
    }
    for (name, patterns) in [("Action", &statement.actions), ("Resource", &statement.resources)] {
        let (key, values) = match patterns {
            Patterns::Only(values) => (name.to_owned(), values),
            Patterns::AllBut(values) => (format!("Not{name}"), values),
        };
        made.insert(key, one_or_many(values));
    }
    if !statement.conditions.is_empty() {
        let mut operators = Map::new();
        for condition in &statement.conditions {
            let keys = operators.entry(condition.operator.clone()).or_insert_with(|| json!({}));
            if let Some(keys) = keys.as_object_mut() {
                keys.insert(condition.key.clone(), one_or_many(&condition.values));
            }
        }
        made.insert("Condition".to_owned(), operators.into());
    }
    made.into()
}

fn principals(who: &[Principal]) -> Value {
    if who == [Principal::Everyone] {
        return "*".into();
    }
    let mut kinds: Map<String, Value> = Map::new();
    for principal in who {
        let (kind, value) = match principal {
            Principal::Everyone => ("AWS", "*"),
            Principal::Aws(value) => ("AWS", value.as_str()),
            Principal::Other { kind, value } => (kind.as_str(), value.as_str()),
        };
        let values = kinds.entry(kind.to_owned()).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            values.push(value.into());
        }
    }
    kinds.into()
}

fn one_or_many(values: &[String]) -> Value {
    match values {
        [only] => only.as_str().into(),
        many => many.into(),
    }
}
