//! Whether a condition of a statement holds for a request
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>).

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{Condition, IpNet};

use super::{
    context::{Context, Value},
    pattern::{NoValue, Piece, covers, filled, literal, wild},
    truth::{Doubt, Truth, any},
};
use crate::AddressSet;

/// How values are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equals,
    EqualsIgnoringCase,
    Like,
    Arn,
    Bool,
    Address,
    Number(Order),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An operator taken apart.
struct Operator {
    comparison: Option<Comparison>,
    is_negated: bool,
    if_exists: bool,
    set: Option<SetOperator>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SetOperator {
    Any,
    All,
}

/// Whether a condition holds.
pub(super) fn holds(condition: &Condition, context: &Context<'_>, has_variables: bool) -> Truth {
    let value = context.value(&condition.key);
    let unknown_key = || Truth::doubt(Doubt::ConditionKey(condition.key.clone()));
    let Some(operator) = read(&condition.operator) else {
        return Truth::doubt(Doubt::Operator(condition.operator.clone()));
    };
    let Some(comparison) = operator.comparison else {
        // `Null`: whether the key is absent.
        let is_absent = match value {
            Value::Absent => Truth::Yes,
            Value::Unknown => unknown_key(),
            Value::Is(_) | Value::Addresses(_) | Value::NotAmong(_) | Value::Foreign => Truth::No,
        };
        return any(condition.values.iter().map(|wanted| match wanted.to_ascii_lowercase().as_str() {
            "true" => is_absent.clone(),
            "false" => is_absent.clone().not(),
            _ => Truth::doubt(Doubt::ConditionValue(wanted.clone())),
        }));
    };
    match value {
        Value::Unknown => unknown_key(),
        Value::Absent => Truth::of(match operator.set {
            _ if operator.if_exists => true,
            Some(SetOperator::All) => true,
            Some(SetOperator::Any) => false,
            None => operator.is_negated,
        }),
        Value::Addresses(own) if comparison == Comparison::Address => {
            let within = within_ranges(&own, &condition.values, &condition.key);
            if operator.is_negated { within.not() } else { within }
        }
        value => {
            let compare = |wanted: &String| compare(comparison, &value, wanted, condition, context, has_variables);
            let some = any(condition.values.iter().map(compare));
            if operator.is_negated { some.not() } else { some }
        }
    }
}

fn read(text: &str) -> Option<Operator> {
    let lower = text.to_ascii_lowercase();
    let (set, rest) = match (lower.strip_prefix("foranyvalue:"), lower.strip_prefix("forallvalues:")) {
        (Some(rest), _) => (Some(SetOperator::Any), rest),
        (_, Some(rest)) => (Some(SetOperator::All), rest),
        (None, None) => (None, lower.as_str()),
    };
    let (rest, if_exists) = rest.strip_suffix("ifexists").map_or((rest, false), |rest| (rest, true));
    let (comparison, is_negated) = match rest {
        "stringequals" => (Some(Comparison::Equals), false),
        "stringnotequals" => (Some(Comparison::Equals), true),
        "stringequalsignorecase" => (Some(Comparison::EqualsIgnoringCase), false),
        "stringnotequalsignorecase" => (Some(Comparison::EqualsIgnoringCase), true),
        "stringlike" => (Some(Comparison::Like), false),
        "stringnotlike" => (Some(Comparison::Like), true),
        "arnequals" | "arnlike" => (Some(Comparison::Arn), false),
        "arnnotequals" | "arnnotlike" => (Some(Comparison::Arn), true),
        "bool" => (Some(Comparison::Bool), false),
        "ipaddress" => (Some(Comparison::Address), false),
        "notipaddress" => (Some(Comparison::Address), true),
        "numericequals" => (Some(Comparison::Number(Order::Equal)), false),
        "numericnotequals" => (Some(Comparison::Number(Order::Equal)), true),
        "numericlessthan" => (Some(Comparison::Number(Order::Less)), false),
        "numericlessthanequals" => (Some(Comparison::Number(Order::LessOrEqual)), false),
        "numericgreaterthan" => (Some(Comparison::Number(Order::Greater)), false),
        "numericgreaterthanequals" => (Some(Comparison::Number(Order::GreaterOrEqual)), false),
        "null" if !if_exists => (None, false),
        _ => return None,
    };
    Some(Operator { comparison, is_negated, if_exists, set })
}

/// Whether the value of a key, which is there, is one wanted value.
fn compare(
    comparison: Comparison,
    value: &Value,
    wanted: &str,
    condition: &Condition,
    context: &Context<'_>,
    has_variables: bool,
) -> Truth {
    let unknown = || Truth::doubt(Doubt::ConditionKey(condition.key.clone()));
    let unreadable = || Truth::doubt(Doubt::ConditionValue(wanted.into()));
    let wild_cards = matches!(comparison, Comparison::Like | Comparison::Arn);
    let pattern = match filled(wanted, context, if wild_cards { wild } else { literal }, has_variables) {
        Ok(pattern) => pattern,
        // What a variable that the request lacks comes to is documented for what matches, not for what must not.
        Err(NoValue::Absent) => return Truth::doubt(Doubt::ConditionValue(wanted.into())),
        Err(NoValue::Unknown(key)) => return Truth::doubt(Doubt::ConditionKey(key)),
    };
    match value {
        Value::Is(own) => match comparison {
            Comparison::Equals => Truth::of(pattern == literal(own)),
            Comparison::EqualsIgnoringCase => Truth::of(lower(&pattern) == lower(&literal(own))),
            Comparison::Like => Truth::of(covers(&pattern, &literal(own))),
            Comparison::Arn => Truth::of(is_arn_like(&pattern, own)),
            Comparison::Bool => Truth::of(lower(&pattern) == lower(&literal(own))),
            Comparison::Number(order) => numbers(order, own, wanted).map_or_else(unreadable, Truth::of),
            Comparison::Address => unknown(),
        },
        Value::NotAmong(others) => {
            let is_other = others.iter().any(|other| pattern == literal(other));
            if is_other { Truth::No } else { unknown_unless_all(&pattern, &condition.key) }
        }
        Value::Foreign => {
            let has_wild_cards = pattern.iter().any(|piece| !matches!(piece, Piece::Is(_)));
            if has_wild_cards { unknown_unless_all(&pattern, &condition.key) } else { Truth::No }
        }
        Value::Addresses(_) | Value::Absent | Value::Unknown => unknown(),
    }
}

fn unknown_unless_all(pattern: &[Piece], key: &str) -> Truth {
    if covers(pattern, &[Piece::Any]) { Truth::Yes } else { Truth::doubt(Doubt::ConditionKey(key.into())) }
}

/// Whether addresses lie in ranges: all of them, none, or some, of which nobody knows which is used.
fn within_ranges(own: &AddressSet, wanted: &[String], key: &str) -> Truth {
    let mut ranges = AddressSet::default();
    for text in wanted {
        let range = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        match range {
            Some(range) => ranges = ranges.union(&AddressSet::from_cidrs([&range])),
            None => return Truth::doubt(Doubt::ConditionValue(text.clone())),
        }
    }
    let outside = own.minus(&ranges);
    if outside.ranges().is_empty() {
        Truth::Yes
    } else if outside == *own {
        Truth::No
    } else {
        Truth::doubt(Doubt::ConditionKey(key.into()))
    }
}

/// Whether an ARN fits a pattern: each of its six parts by itself.
fn is_arn_like(pattern: &[Piece], own: &str) -> bool {
    let wanted: Vec<&[Piece]> = pattern.splitn(6, |piece| *piece == Piece::Is(':')).collect();
    let own: Vec<&str> = own.splitn(6, ':').collect();
    if wanted.len() != own.len() {
        // A lone `*` is every ARN.
        return covers(pattern, &[Piece::Any]);
    }
    wanted.iter().zip(own).all(|(wanted, own)| covers(wanted, &literal(own)))
}

fn lower(pieces: &[Piece]) -> Vec<Piece> {
    let piece = |piece: &Piece| match piece {
        Piece::Is(c) => Piece::Is(c.to_ascii_lowercase()),
        other => *other,
    };
    pieces.iter().map(piece).collect()
}

fn numbers(order: Order, own: &str, wanted: &str) -> Option<bool> {
    let (own, wanted) = (own.parse::<f64>().ok()?, wanted.parse::<f64>().ok()?);
    Some(match order {
        Order::Equal => own == wanted,
        Order::Less => own < wanted,
        Order::LessOrEqual => own <= wanted,
        Order::Greater => own > wanted,
        Order::GreaterOrEqual => own >= wanted,
    })
}
