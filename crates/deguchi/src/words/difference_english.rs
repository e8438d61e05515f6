//! English for what a change does.

use crate::difference::{Aspect, Kind};

/// Returns the first line.
pub(crate) fn head(before: &str, after: &str, lost: usize, gained: usize, undecided: usize) -> String {
    let what = match (lost, gained, undecided) {
        (0, 0, 0) => "nobody gains or loses anything".to_owned(),
        (lost, gained, 0) => format!("{lost} lost, {gained} gained"),
        (lost, gained, undecided) => format!("{lost} lost, {gained} gained, {undecided} undecided"),
    };
    if before == after { format!("`{before}`: {what}") } else { format!("`{before}` → `{after}`: {what}") }
}

/// Returns who gains or loses what.
pub(crate) fn headline(kind: Kind, from: &str, to: &str) -> String {
    match kind {
        Kind::Lost => format!("no longer: {from} → {to}"),
        Kind::Gained => format!("now: {from} → {to}"),
        Kind::New => format!("new: {from} → {to}"),
        Kind::Undecided => format!("not known: {from} → {to}"),
    }
}

/// Returns the word for a kind of difference.
pub(crate) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Lost => "lost",
        Kind::Gained => "gained",
        Kind::New => "new",
        Kind::Undecided => "undecided",
    }
}

/// The columns of a table of differences.
pub(crate) const COLUMNS: [&str; 4] = ["from", "to", "why", "change"];

/// The label before new machines.
pub(crate) const NEW: &str = "new machines";

/// The label before machines that are gone.
pub(crate) const GONE: &str = "machines that are gone";

/// The label before a change.
pub(crate) const CHANGE: &str = "change";

/// What stands for a change where a machine is new.
pub(crate) const NEW_MACHINE: &str = "one of the two is new";

/// What stands where no single change was found on the way.
pub(crate) const NOT_TRACED: &str = "none that the packets meet: see the changes in `--format json`";

/// Returns how many more there are.
pub(crate) fn more(count: usize) -> String {
    format!("and {count} more")
}

/// Returns that something is new.
pub(crate) fn added(value: Option<&str>) -> String {
    value.map_or_else(|| "added".to_owned(), |value| format!("added, {value}"))
}

/// Returns that something is gone.
pub(crate) fn removed(value: Option<&str>) -> String {
    value.map_or_else(|| "removed".to_owned(), |value| format!("removed, was {value}"))
}

/// Returns that something is another.
pub(crate) fn replaced(was: Option<&str>, is: Option<&str>) -> String {
    match (was, is) {
        (Some(was), Some(is)) => format!("{was} → {is}"),
        _ => "changed".to_owned(),
    }
}

/// Returns the noun for what of a resource changed; empty for the whole of it.
pub(crate) const fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Route => "route",
        Aspect::Table => "route table",
        Aspect::NetworkAcl => "network ACL",
        Aspect::InboundRule => "inbound rule",
        Aspect::OutboundRule => "outbound rule",
        Aspect::InboundEntry => "inbound rule",
        Aspect::OutboundEntry => "outbound rule",
        Aspect::Attachment => "attachment to",
        Aspect::Group => "security group",
        Aspect::PublicAddress => "public address of its address no.",
        Aspect::SourceDestinationCheck => "source/destination check",
        Aspect::State => "state",
        Aspect::Placement => "placement",
        Aspect::EndpointTable => "association with route table",
        Aspect::Range => "range",
        Aspect::Configuration => "",
    }
}

/// Returns what a rule of SARIF is about.
pub(crate) fn rule(rule: &str) -> &'static str {
    match rule {
        "reachability-gained" => "something is reached that was not",
        "reachability-undecided" => "whether something is reached is not known",
        _ => "something is no longer reached",
    }
}
