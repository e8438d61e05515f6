//! English for what a place on a way did: one short phrase, for the last column of a way. Ids stand bare there.

use deguchi_engine::{Decision, InterfaceRole, Place, RuleReference};
use deguchi_model::{Direction, Route, RouteOrigin, RouteState, RuleAction};

use super::{
    reason::{action, direction},
    transit_gateway,
};
use crate::report::{Names, Step, Translation, clean};

/// How many rules a phrase shows.
const SHOWN: usize = 3;

/// Returns what a place did.
pub(crate) fn phrase(step: &Step, names: &Names) -> String {
    let place = &step.hop.place;
    match &step.hop.decision {
        Decision::Passed => passed(place, names),
        Decision::Allowed { by } => filtered(place, by, names, RuleAction::Allow),
        Decision::Denied { by } => filtered(place, by, names, RuleAction::Deny),
        Decision::Routed(Some(route)) => routed(route),
        Decision::Routed(None) => "local, as far as is known".to_owned(),
        Decision::RoutedByTransitGateway(route) => transit_gateway::routed(route),
        Decision::NoRoute => "no route for the destination".to_owned(),
        Decision::Translated => translated(step.translation).to_owned(),
        Decision::Dropped => "drops the packets".to_owned(),
        Decision::Unknown => unknown(place),
    }
}

/// Returns what stands for an id that the snapshot lacks.
pub(crate) const fn absent() -> &'static str {
    "not in the snapshot"
}

fn unknown(place: &Place) -> String {
    match place {
        Place::SecurityGroups { direction: way, .. } | Place::NetworkAcl { direction: way, .. } => {
            format!("{}: not known", direction(*way))
        }
        _ => "not known".to_owned(),
    }
}

fn passed(place: &Place, names: &Names) -> String {
    match place {
        Place::Interface { instance, role, .. } => {
            let instance = instance.as_ref().map(|instance| format!("instance {}", names.bare(instance)));
            match role {
                InterfaceRole::Origin => instance.unwrap_or_else(|| "from here".to_owned()),
                InterfaceRole::Target => instance.unwrap_or_else(|| "arrives".to_owned()),
                InterfaceRole::Forwarder => {
                    instance.map_or_else(|| "forwards".to_owned(), |instance| format!("{instance} forwards"))
                }
            }
        }
        Place::SecurityGroups { direction: way, .. } | Place::NetworkAcl { direction: way, .. } => {
            format!("{}: passes", direction(*way))
        }
        Place::TransitGatewayAttachment { direction, .. } => transit_gateway::passed(*direction).to_owned(),
        Place::NeverFiltered { .. } => "neither filtered nor routed".to_owned(),
        Place::RouteTable { .. }
        | Place::NatGateway(_)
        | Place::NatInstance(_)
        | Place::InternetGateway { .. }
        | Place::EgressOnlyInternetGateway(_)
        | Place::VpcEndpoint(_)
        | Place::VpnGateway(_)
        | Place::PeeringConnection(_)
        | Place::TransitGatewayRouteTable(_)
        | Place::LoadBalancer(_)
        | Place::Other(_) => "passes".to_owned(),
        Place::Internet => String::new(),
    }
}

fn filtered(place: &Place, by: &[RuleReference], names: &Names, what: RuleAction) -> String {
    let (way, groups) = match place {
        Place::SecurityGroups { direction, groups, .. } => (*direction, groups.len()),
        Place::NetworkAcl { direction, .. } => (*direction, 0),
        _ => (Direction::Outbound, 0),
    };
    let directed = direction(way);
    let more = if by.len() > SHOWN { format!(" +{}", by.len() - SHOWN) } else { String::new() };
    match (by, what) {
        ([], RuleAction::Allow) if groups > 0 => format!("{directed}: reply of a known connection"),
        ([], RuleAction::Allow) => format!("{directed}: taken to be all open"),
        ([], RuleAction::Deny) => format!("{directed}: no rule matches"),
        ([RuleReference::NetworkAcl(rule)], RuleAction::Deny) if rule.number.is_closing() => {
            format!("{directed}: no rule matches")
        }
        ([RuleReference::NetworkAcl(rule)], _) => {
            format!("{directed} rule {} {}", rule.number, action(what))
        }
        ([RuleReference::NetworkAcl(_), ..], _) => {
            let numbers: Vec<String> = by.iter().take(SHOWN).map(|rule| short(rule, way, 0, names)).collect();
            let verb = match what {
                RuleAction::Allow => "allow",
                RuleAction::Deny => "deny",
            };
            format!("{directed} rules {}{more} {verb}", numbers.join(", "))
        }
        ([RuleReference::SecurityGroup(..)], _) => {
            let rules: Vec<String> = by.iter().map(|rule| short(rule, way, groups, names)).collect();
            format!("{directed} rule {}", rules.join(", "))
        }
        ([RuleReference::SecurityGroup(..), ..], _) => {
            format!("{directed} rules {}{more}", several(by, way, groups, names))
        }
    }
}

/// Returns the first rules of a list, their source or destination once where it is the same.
fn several(by: &[RuleReference], way: Direction, groups: usize, names: &Names) -> String {
    let rules: Vec<String> = by.iter().take(SHOWN).map(|rule| short(rule, way, groups, names)).collect();
    let parts: Vec<(&str, &str)> = rules.iter().filter_map(|rule| rule.split_once(' ')).collect();
    match parts.as_slice() {
        [(_, peer), rest @ ..] if parts.len() == rules.len() && rest.iter().all(|(_, other)| other == peer) => {
            let traffic: Vec<&str> = parts.iter().map(|(traffic, _)| *traffic).collect();
            format!("{} {peer}", traffic.join(", "))
        }
        _ => rules.join(", "),
    }
}

/// Returns a rule in a list; the group is named where the interface carries several.
fn short(rule: &RuleReference, way: Direction, groups: usize, names: &Names) -> String {
    match rule {
        RuleReference::NetworkAcl(rule) => rule.number.to_string(),
        RuleReference::SecurityGroup(group, rule) => {
            let peer = names.bare(&rule.peer);
            let of = if groups > 1 { format!(" of {}", names.bare(group)) } else { String::new() };
            format!("{} {} {peer}{of}", rule.traffic, preposition(way))
        }
    }
}

const fn preposition(way: Direction) -> &'static str {
    match way {
        Direction::Inbound => "from",
        Direction::Outbound => "to",
    }
}

fn routed(route: &Route) -> String {
    let mut notes = Vec::new();
    match &route.state {
        RouteState::Active => {}
        RouteState::Blackhole => notes.push("blackhole".to_owned()),
        RouteState::Unmodelled(state) => notes.push(clean(state)),
    }
    match &route.origin {
        RouteOrigin::Static => {}
        RouteOrigin::Propagated => notes.push("propagated".to_owned()),
        RouteOrigin::Unmodelled(origin) => notes.push(clean(origin)),
    }
    let notes = if notes.is_empty() { String::new() } else { format!(", {}", notes.join(", ")) };
    format!("{} → {}{notes}", clean(&route.destination.to_string()), clean(&route.target.to_string()))
}

const fn translated(translation: Translation) -> &'static str {
    match translation {
        Translation::None => "passes, no address changes",
        Translation::Source => "translates the source",
        Translation::Destination => "translates the destination",
        Translation::Both => "translates source and destination",
    }
}
