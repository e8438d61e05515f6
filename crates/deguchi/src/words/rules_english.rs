//! What English says about the rules of an interface, and about how a rule stands to packets.

use deguchi_engine::{FieldMatch, RuleEffect};
use deguchi_model::{Direction, RuleAction};

pub(crate) const GROUPS: &str = "security groups: any rule that matches lets pass";
pub(crate) const NO_RULES: &str = "no rule: nothing passes";
pub(crate) const NO_GROUPS: &str = "none";
pub(crate) const ABSENT: &str = "not in the snapshot";
pub(crate) const NOBODY: &str = "= nobody: no interface carries it";
pub(crate) const STALE: &str = "stale: matches nothing";
pub(crate) const RANGES_UNKNOWN: &str = "its ranges are not in the snapshot";
pub(crate) const ACL: &str = "network ACL";
/// Headings of the table of a security group's rules, by direction of what they let pass.
pub(crate) const COLUMNS: [&str; 4] = ["RULE", "PROTOCOL", "PORT", "EFFECT"];

/// The interface.
pub(crate) fn head(interface: &str, instance: Option<&str>) -> String {
    match instance {
        Some(instance) => format!("network interface {interface} of instance {instance}"),
        None => format!("network interface {interface}"),
    }
}

/// A direction, as a title.
pub(crate) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}

/// A rule's source or destination.
pub(crate) fn peer(direction: Direction, peer: &str) -> String {
    match direction {
        Direction::Inbound => format!("from {peer}"),
        Direction::Outbound => format!("to {peer}"),
    }
}

/// The ACL of a subnet.
pub(crate) fn acl_head(acl: &str, subnet: &str) -> String {
    format!("network ACL {acl} of subnet {subnet}: the first rule that matches decides")
}

/// What a rule does.
pub(crate) fn action(action: RuleAction) -> &'static str {
    match action {
        RuleAction::Allow => "allow",
        RuleAction::Deny => "deny",
    }
}

/// A list cut short.
pub(crate) fn and_more(shown: &str, more: usize) -> String {
    format!("{shown} and {more} more")
}

/// What the address column of a table is about.
pub(crate) fn address_column(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "SOURCE",
        Direction::Outbound => "DESTINATION",
    }
}

/// How a field of a rule stands to the packets.
pub(crate) fn field(field: FieldMatch) -> &'static str {
    match field {
        FieldMatch::All => "yes",
        FieldMatch::Part => "part",
        FieldMatch::None => "no",
        FieldMatch::NotLookedAt => "–",
        FieldMatch::Unknown => "?",
    }
}

/// What a rule comes to.
pub(crate) fn effect(effect: RuleEffect) -> &'static str {
    match effect {
        RuleEffect::Allows => "lets pass",
        RuleEffect::Denies => "drops",
        RuleEffect::ComesTooLate => "comes too late: decided above",
        RuleEffect::NoMatch => "does not match",
        RuleEffect::Unknown => "not known",
    }
}

/// Rules that a table leaves out.
pub(crate) fn left_out(count: usize) -> String {
    match count {
        1 => "… and 1 more rule that does not match".to_owned(),
        _ => format!("… and {count} more rules that do not match"),
    }
}
