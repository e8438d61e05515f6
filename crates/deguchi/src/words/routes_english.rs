//! What English says about effective routes.

use deguchi_engine::TableAssociation;

use crate::commands::{RouteEffect, RouteOriginWord, Unrouted};

pub(crate) const HEADINGS: [&str; 5] = ["DESTINATION", "TARGET", "STATE", "ORIGIN", "TAKES"];
pub(crate) const SUBNET: &str = "subnet";
pub(crate) const ROUTE_TABLE: &str = "route table";
pub(crate) const NO_TABLE: &str =
    "its route table is not in the snapshot: add the output of `aws ec2 describe-route-tables`";

/// How a subnet comes by its table.
pub(crate) fn association(association: TableAssociation) -> &'static str {
    match association {
        TableAssociation::Explicit => "associated explicitly",
        TableAssociation::Main => "the VPC's main table",
    }
}

/// How a route came to be.
pub(crate) fn origin(origin: RouteOriginWord) -> &'static str {
    match origin {
        RouteOriginWord::Static => "static",
        RouteOriginWord::Propagated => "propagated",
        RouteOriginWord::Other => "other",
    }
}

/// What a route comes to.
pub(crate) fn effect(effect: RouteEffect) -> &'static str {
    match effect {
        RouteEffect::Whole => "all of it",
        RouteEffect::Part => "a part of it",
        RouteEffect::Nothing => "nothing",
        RouteEffect::Tied => "tied with another route: AWS picks one",
        RouteEffect::Unknown => "not known: its ranges are not in the snapshot",
    }
}

/// It takes what others leave.
pub(crate) fn part(others: &str) -> String {
    format!("all but {others}")
}

/// It takes nothing.
pub(crate) fn nothing(others: &str) -> String {
    if others.is_empty() { "nothing".to_owned() } else { format!("nothing: {others} goes first") }
}

/// What no route takes.
pub(crate) fn unrouted(family: &str, how_much: Unrouted) -> Option<String> {
    match how_much {
        Unrouted::Nothing => None,
        Unrouted::Rest => Some(format!("no route for any other {family} destination")),
        Unrouted::Everything => Some(format!("no route for any {family} destination")),
    }
}

/// A list cut short.
pub(crate) fn and_more(shown: &str, more: usize) -> String {
    format!("{shown} and {more} more")
}
