//! Which changes of two networks' facts stand where two answers differ: on a place that either way meets, in a rule or a
//! route that decided.

use std::collections::BTreeSet;

use deguchi_engine::{Answer, Decision, Evidence, Hop, Outcome, Place, Resource, RuleReference};
use deguchi_model::{Direction, RouteDestination, RulePeer};

use super::structure::{Aspect, Change, entry_key, rule_key};

/// Something that an answer met: a resource by its id, and what of it decided; `None` for all of it.
type Met = (String, Option<(Aspect, String)>);

/// Collects what an answer met on the ways of certain outcomes. `own` says what an id is called.
pub(super) fn met(answer: &Answer, outcomes: &[Outcome], own: &dyn Fn(&str) -> String) -> BTreeSet<Met> {
    let mut found = BTreeSet::new();
    let is_meant = |outcome: Outcome| {
        let is_open = matches!(outcome, Outcome::Undecided { .. });
        outcomes.iter().any(|it| *it == outcome || (is_open && matches!(it, Outcome::Undecided { .. })))
    };
    for way in answer.ways.iter().filter(|way| is_meant(way.outcome)) {
        for hop in &way.hops {
            of_hop(hop, own, &mut found);
        }
        let reasons = way.reasons.iter().filter_map(|place| answer.reasons.get(*place));
        for reason in reasons {
            let id = own(&reason.resource.to_string());
            match (&reason.resource, &reason.evidence) {
                (Resource::NetworkAcl(_), Evidence::NetworkAclRule(Some(rule))) => {
                    let aspect = match reason.direction {
                        Some(Direction::Inbound) => Aspect::InboundEntry,
                        Some(Direction::Outbound) | None => Aspect::OutboundEntry,
                    };
                    found.insert((id, Some((aspect, entry_key(rule)))));
                }
                (Resource::RouteTable(_), Evidence::Route(route)) => {
                    found.insert((id, Some((Aspect::Route, own(&route.destination.to_string())))));
                }
                (Resource::SecurityGroup(_) | Resource::NetworkAcl(_) | Resource::RouteTable(_), _) => {}
                _ => {
                    found.insert((id, None));
                }
            }
        }
        let missing = way.missing.iter().filter_map(|place| answer.missing.get(*place));
        found.extend(missing.map(|missing| (own(&missing.resource.to_string()), None)));
    }
    found
}

fn of_hop(hop: &Hop, own: &dyn Fn(&str) -> String, found: &mut BTreeSet<Met>) {
    let mut all = |id: &str| {
        found.insert((own(id), None));
    };
    match &hop.place {
        Place::Interface { interface, instance, .. } => {
            all(interface.as_str());
            if let Some(instance) = instance {
                all(instance.as_str());
            }
        }
        Place::SecurityGroups { interface, .. } => all(interface.as_str()),
        Place::NetworkAcl { subnet, .. } | Place::RouteTable { subnet: Some(subnet), .. } => all(subnet.as_str()),
        Place::InternetGateway { internet_gateway, vpc } => {
            all(internet_gateway.as_str());
            all(vpc.as_str());
        }
        place => {
            if let Some(id) = crate::report::place_id(place) {
                all(&id);
            }
        }
    }
    match &hop.decision {
        Decision::Allowed { by } | Decision::Denied { by } => {
            for rule in by {
                of_rule(hop, rule, own, found);
            }
        }
        Decision::Routed(Some(route)) => {
            if let Place::RouteTable { table: Some(table), .. } = &hop.place {
                let key = (Aspect::Route, own(&route.destination.to_string()));
                found.insert((own(table.as_str()), Some(key)));
                found.insert((own(&route.target.to_string()), None));
            }
            if let RouteDestination::PrefixList(list) = &route.destination {
                found.insert((own(list.as_str()), None));
            }
        }
        _ => {}
    }
}

fn of_rule(hop: &Hop, rule: &RuleReference, own: &dyn Fn(&str) -> String, found: &mut BTreeSet<Met>) {
    let direction = match &hop.place {
        Place::SecurityGroups { direction, .. } | Place::NetworkAcl { direction, .. } => *direction,
        _ => return,
    };
    match (rule, direction) {
        (RuleReference::SecurityGroup(group, rule), direction) => {
            let aspect = if direction == Direction::Inbound { Aspect::InboundRule } else { Aspect::OutboundRule };
            found.insert((own(group.as_str()), Some((aspect, rule_key(rule, own)))));
            if let RulePeer::PrefixList(list) = &rule.peer {
                found.insert((own(list.as_str()), None));
            }
        }
        (RuleReference::NetworkAcl(rule), direction) => {
            let aspect = if direction == Direction::Inbound { Aspect::InboundEntry } else { Aspect::OutboundEntry };
            if let Place::NetworkAcl { acl: Some(acl), .. } = &hop.place {
                found.insert((own(acl.as_str()), Some((aspect, entry_key(rule)))));
            }
        }
    }
}

/// Returns the positions of the changes that stand where something was met.
pub(super) fn causes(changes: &[Change], met: &BTreeSet<Met>) -> Vec<usize> {
    let is_met = |change: &Change| {
        let id = change.resource.to_string();
        let key = (change.aspect, change.key.clone());
        met.contains(&(id.clone(), Some(key))) || met.contains(&(id, None))
    };
    let found: Vec<usize> = changes.iter().enumerate().filter(|(_, change)| is_met(change)).map(|(at, _)| at).collect();
    // The address of a machine decides by itself only where the machine is mapped; a rule or a route is told before it.
    let is_plain = |at: &usize| changes.get(*at).is_some_and(|it| it.aspect == Aspect::Configuration);
    let telling: Vec<usize> = found.iter().copied().filter(|at| !is_plain(at)).collect();
    if telling.is_empty() { found } else { telling }
}
