//! Whether a statement of a policy is about a request, and what a document comes to.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use deguchi_model::{Effect, Patterns, PolicyDocument, Principal, Principals, Statement};

use super::{
    condition,
    context::{Caller, Context, Owner},
    pattern::{NoValue, covers, filled, meets, wild},
    truth::{Doubt, Truth, all, any},
};

/// What kind of policy a document is: whom a principal means hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// Attached to an identity, or to what limits it: no statement names principals.
    Identity,
    /// Of a VPC endpoint: only `*` names those who are not the root user (GE-7).
    Endpoint,
    /// Of a bucket.
    Bucket,
}

/// What a statement is called: its `Sid`, else its number, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementName {
    /// By its `Sid`.
    Sid(String),
    /// By its place.
    Number(usize),
}

/// Whether a document has a statement with some effect that is about a request, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) truth: Truth,
    /// The statement that decides, or leaves it open.
    pub(crate) statement: Option<StatementName>,
}

/// What a document comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) denies: Found,
    pub(crate) allows: Found,
}

/// Holds a document against a request.
pub(super) fn judge(document: &PolicyDocument, context: &Context<'_>, setting: Setting) -> Judgement {
    let find = |effect: Effect| {
        let mut open: Option<(StatementName, BTreeSet<Doubt>)> = None;
        for (place, statement) in document.statements.iter().enumerate().filter(|(_, it)| it.effect == effect) {
            let name = match &statement.sid {
                Some(sid) if !sid.is_empty() => StatementName::Sid(sid.clone()),
                _ => StatementName::Number(place + 1),
            };
            match applies(statement, document.has_variables, context, setting) {
                Truth::Yes => return Found { truth: Truth::Yes, statement: Some(name) },
                Truth::No => {}
                Truth::Unknown(doubts) => open = open.or(Some((name, doubts))),
            }
        }
        match open {
            Some((name, doubts)) => Found { truth: Truth::Unknown(doubts), statement: Some(name) },
            None => Found { truth: Truth::No, statement: None },
        }
    };
    Judgement { denies: find(Effect::Deny), allows: find(Effect::Allow) }
}

fn applies(statement: &Statement, has_variables: bool, context: &Context<'_>, setting: Setting) -> Truth {
    let named = all([
        about_action(&statement.actions, context.action),
        about_resource(&statement.resources, has_variables, context),
        about_principal(statement, context, setting),
    ]);
    let conditions = statement.conditions.iter().map(|each| condition::holds(each, context, has_variables));
    let unread = statement.not_understood.iter().map(|member| Truth::doubt(Doubt::Member(member.clone())));
    all([named, all(conditions), all(unread)])
}

/// Actions have no case.
fn about_action(patterns: &Patterns, action: &str) -> Truth {
    let action = wild(&action.to_ascii_lowercase());
    let is_named = |patterns: &[String]| {
        Truth::of(patterns.iter().any(|pattern| covers(&wild(&pattern.to_ascii_lowercase()), &action)))
    };
    match patterns {
        Patterns::Only(patterns) => is_named(patterns),
        Patterns::AllBut(patterns) => is_named(patterns).not(),
    }
}

/// A request for any object is about all of them: a pattern that covers some only leaves it open.
fn about_resource(patterns: &Patterns, has_variables: bool, context: &Context<'_>) -> Truth {
    let asked = wild(context.resource);
    let is_named = |pattern: &String| match filled(pattern, context, wild, has_variables) {
        Ok(pattern) if covers(&pattern, &asked) => Truth::Yes,
        Ok(pattern) if meets(&pattern, &asked) => Truth::doubt(Doubt::ObjectKey),
        // A statement whose variable the request lacks names nothing.
        Ok(_) | Err(NoValue::Absent) => Truth::No,
        Err(NoValue::Unknown(key)) => Truth::doubt(Doubt::ConditionKey(key)),
    };
    match patterns {
        Patterns::Only(patterns) => any(patterns.iter().map(is_named)),
        Patterns::AllBut(patterns) => any(patterns.iter().map(is_named)).not(),
    }
}

fn about_principal(statement: &Statement, context: &Context<'_>, setting: Setting) -> Truth {
    if setting == Setting::Identity {
        return Truth::Yes;
    }
    let is_named = |principal: &Principal| names(principal, statement.effect, context, setting);
    match &statement.principals {
        // A policy of a resource must name somebody.
        Principals::Unstated => Truth::doubt(Doubt::Member("Principal".into())),
        Principals::Only(principals) => any(principals.iter().map(is_named)),
        // Whether a session is left out hangs on its role and its account being left out too.
        Principals::AllBut(principals) => match any(principals.iter().map(is_named)) {
            Truth::No => Truth::Yes,
            Truth::Yes if principals.contains(&Principal::Everyone) => Truth::No,
            Truth::Yes | Truth::Unknown(_) => Truth::doubt(Doubt::Principal("NotPrincipal".into())),
        },
    }
}

/// Whether a principal is who asks.
fn names(principal: &Principal, effect: Effect, context: &Context<'_>, setting: Setting) -> Truth {
    let role = match (principal, &context.caller) {
        (Principal::Everyone, _) => return Truth::Yes,
        (_, Caller::Anonymous) => return Truth::No,
        (_, Caller::Unknown) => return Truth::doubt(Doubt::Caller),
        (_, Caller::Role(role)) => role,
    };
    let who = match principal {
        Principal::Aws(who) => who,
        Principal::Other { kind, value } if kind == "CanonicalUser" => {
            return Truth::doubt(Doubt::Principal(value.clone()));
        }
        Principal::Other { .. } | Principal::Everyone => return Truth::No,
    };
    let open = || Truth::doubt(Doubt::Principal(who.clone()));
    match (relation(who, role.arn.as_str(), role.instance.as_str()), setting) {
        (Relation::Other, _) => Truth::No,
        // The root user alone, says AWS: for the others `aws:PrincipalArn` is to be used.
        (Relation::Account, Setting::Endpoint) if effect == Effect::Allow => Truth::No,
        (_, Setting::Endpoint) => open(),
        // An account is allowed so that its own policies can allow: not its roles by themselves.
        (Relation::Account, _) if effect == Effect::Allow => match &context.owner {
            Owner::Account(owner) if Some(owner) == role.arn.account().as_ref() => Truth::No,
            Owner::Account(_) | Owner::Aws(_) => Truth::Yes,
            Owner::Unknown => open(),
        },
        (Relation::Account | Relation::Role | Relation::Session, _) => Truth::Yes,
    }
}

/// What a principal is to the role that asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Account,
    Role,
    Session,
    Other,
}

fn relation(who: &str, role: &str, session: &str) -> Relation {
    let own: Vec<&str> = role.splitn(6, ':').collect();
    let (account, name) = (own.get(4).copied().unwrap_or_default(), role.rsplit('/').next().unwrap_or_default());
    if who == role {
        return Relation::Role;
    }
    if !account.is_empty() && who == account {
        return Relation::Account;
    }
    let parts: Vec<&str> = who.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", of, "root"] if *of == account => Relation::Account,
        ["arn", _, "sts", "", of, rest] if *of == account => {
            let mut rest = rest.split('/');
            let is_it =
                rest.next() == Some("assumed-role") && rest.next() == Some(name) && rest.next() == Some(session);
            if is_it { Relation::Session } else { Relation::Other }
        }
        _ => Relation::Other,
    }
}
