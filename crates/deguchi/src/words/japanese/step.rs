//! Japanese for what a place on a way did: one short phrase, for the last column of a way. Ids stand bare there.

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
        Decision::Routed(None) => "ローカルとみなす".to_owned(),
        Decision::RoutedByTransitGateway(route) => transit_gateway::routed(route),
        Decision::NoRoute => "送信先へのルートなし".to_owned(),
        Decision::Translated => translated(step.translation).to_owned(),
        Decision::Dropped => "パケットを破棄".to_owned(),
        Decision::Unknown => unknown(place),
    }
}

/// Returns what stands for an id that the snapshot lacks.
pub(crate) const fn absent() -> &'static str {
    "スナップショットになし"
}

fn unknown(place: &Place) -> String {
    match place {
        Place::SecurityGroups { direction: way, .. } | Place::NetworkAcl { direction: way, .. } => {
            format!("{}: 不明", direction(*way))
        }
        _ => "不明".to_owned(),
    }
}

fn passed(place: &Place, names: &Names) -> String {
    match place {
        Place::Interface { instance, role, .. } => {
            let instance = instance.as_ref().map(|instance| format!("インスタンス {}", names.bare(instance)));
            match role {
                InterfaceRole::Origin => instance.unwrap_or_else(|| "起点".to_owned()),
                InterfaceRole::Target => instance.unwrap_or_else(|| "到着".to_owned()),
                InterfaceRole::Forwarder => {
                    instance.map_or_else(|| "転送".to_owned(), |instance| format!("{instance} が転送"))
                }
            }
        }
        Place::SecurityGroups { direction: way, .. } | Place::NetworkAcl { direction: way, .. } => {
            format!("{}: 通過", direction(*way))
        }
        Place::TransitGatewayAttachment { direction, .. } => transit_gateway::passed(*direction).to_owned(),
        Place::NeverFiltered { .. } => "フィルターもルーティングもされない".to_owned(),
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
        | Place::Other(_) => "通過".to_owned(),
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
        ([], RuleAction::Allow) if groups > 0 => format!("{directed}: 既知の接続への応答"),
        ([], RuleAction::Allow) => format!("{directed}: すべて許可とみなす"),
        ([], RuleAction::Deny) => format!("{directed}: 該当ルールなし"),
        ([RuleReference::NetworkAcl(rule)], RuleAction::Deny) if rule.number.is_closing() => {
            format!("{directed}: 該当ルールなし")
        }
        ([RuleReference::NetworkAcl(rule)], _) => {
            format!("{directed}ルール {} で{}", rule.number, action(what))
        }
        ([RuleReference::NetworkAcl(_), ..], _) => {
            let numbers: Vec<String> = by.iter().take(SHOWN).map(|rule| short(rule, way, 0, names)).collect();
            format!("{directed}ルール {}{more} で{}", numbers.join(", "), action(what))
        }
        ([RuleReference::SecurityGroup(..), ..], _) => {
            format!("{directed}: {}{more}", several(by, way, groups, names))
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
            let of = if groups > 1 { format!(" [{}]", names.bare(group)) } else { String::new() };
            format!("{} {} {peer}{of}", rule.traffic, arrow(way))
        }
    }
}

/// Returns the arrow between a rule's traffic and its source or destination.
const fn arrow(way: Direction) -> &'static str {
    match way {
        Direction::Inbound => "←",
        Direction::Outbound => "→",
    }
}

fn routed(route: &Route) -> String {
    let mut notes = Vec::new();
    match &route.state {
        RouteState::Active => {}
        RouteState::Blackhole => notes.push("ブラックホール".to_owned()),
        RouteState::Unmodelled(state) => notes.push(clean(state)),
    }
    match &route.origin {
        RouteOrigin::Static => {}
        RouteOrigin::Propagated => notes.push("伝播されたルート".to_owned()),
        RouteOrigin::Unmodelled(origin) => notes.push(clean(origin)),
    }
    let notes = if notes.is_empty() { String::new() } else { format!("、{}", notes.join("、")) };
    format!("{} → {}{notes}", clean(&route.destination.to_string()), clean(&route.target.to_string()))
}

const fn translated(translation: Translation) -> &'static str {
    match translation {
        Translation::None => "通過 (アドレスは変わらない)",
        Translation::Source => "送信元を変換",
        Translation::Destination => "送信先を変換",
        Translation::Both => "送信元と送信先を変換",
    }
}
