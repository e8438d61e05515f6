//! One blocker, or one thing not known, with everything it points at.

use deguchi_engine::{
    Evidence, Gap, Heading, Resource, Verdict,
    policy::{Layer, MissingPolicy, PolicyGap, PolicyReference, Refusal, StatementName},
};
use deguchi_model::{
    Direction, NetworkAclRule, Route, RouteOrigin, RouteState, RuleAction, RuleNumber, SecurityGroupRule,
    TransitGatewayRoute, TransitGatewayRouteOrigin,
};
use serde::Serialize;

use super::{
    super::{Blocker, Names, Part, Report, Stage, Unknown, as_number, clean, resource_type, sentence},
    authorization::{named, statement_name},
    document::PacketsOut,
};
use crate::language::Language;

/// One reason.
#[derive(Serialize, PartialEq)]
pub(super) struct ReasonOut {
    code: &'static str,
    kind: &'static str,
    resource: String,
    resource_type: &'static str,
    name: Option<String>,
    rule: Option<NetworkAclRuleOut>,
    route: Option<RouteOut>,
    tied_routes: Vec<RouteOut>,
    state: Option<String>,
    address: Option<String>,
    listed: Vec<String>,
    security_groups: Vec<String>,
    network_interface: Option<String>,
    subnet: Option<String>,
    /// `name`: it stops the question to a name server. Left out where it stops the packets asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    heading: &'static str,
    leg: u8,
    direction: Option<&'static str>,
    share: f64,
    packets: PacketsOut,
    policy: Option<DecidingPolicyOut>,
    message: String,
    hint: Option<String>,
}

/// The policy and the statement that decide.
#[derive(Serialize, PartialEq)]
struct DecidingPolicyOut {
    kind: &'static str,
    policy: Option<String>,
    statement: Option<String>,
}

impl DecidingPolicyOut {
    fn of(policy: &PolicyReference, statement: Option<&StatementName>) -> Self {
        let (kind, name) = named(policy);
        Self { kind, policy: Some(name), statement: statement.map(statement_name) }
    }

    /// Where no statement allows, there is only what kind of policy would have to.
    fn of_refusal(refusal: &Refusal) -> Self {
        if let Some((policy, statement)) = &refusal.by {
            return Self::of(policy, Some(statement));
        }
        let kind = match &refusal.layer {
            Layer::Identity(_) => "identity",
            Layer::Boundary(_) => "boundary",
            Layer::Bucket(_) => "bucket",
            Layer::Endpoint(_) => "endpoint",
            Layer::ServiceControl(_) => "service-control",
        };
        Self { kind, policy: None, statement: None }
    }

    fn of_gap(gap: &PolicyGap) -> Option<Self> {
        match gap {
            PolicyGap::Statement { policy, statement, .. } => Some(Self::of(policy, Some(statement))),
            PolicyGap::NotUnderstood(policy) | PolicyGap::Missing(MissingPolicy::Document(policy)) => {
                Some(Self::of(policy, None))
            }
            PolicyGap::Missing(_) => None,
        }
    }
}

/// A rule of a network ACL.
#[derive(Serialize, PartialEq)]
pub(super) struct NetworkAclRuleOut {
    number: u32,
    action: &'static str,
    cidr: String,
    traffic: String,
}

/// A rule of a security group.
#[derive(Serialize, PartialEq)]
pub(super) struct SecurityGroupRuleOut {
    security_group: String,
    security_group_name: Option<String>,
    traffic: String,
    peer: String,
}

/// A route.
#[derive(Serialize, PartialEq)]
pub(super) struct RouteOut {
    destination: String,
    target: String,
    state: String,
    origin: String,
}

impl ReasonOut {
    /// Returns the reasons for a part's verdict, and what is not known beyond it.
    pub(super) fn of_part(part: &Part, report: &Report, language: Language) -> (Vec<Self>, Vec<Self>) {
        let names = &report.names;
        let mut reasons: Vec<Self> =
            part.blockers.iter().map(|blocker| Self::of_blocker(blocker, names, language)).collect();
        let mut beyond: Vec<Self> =
            part.unknowns.iter().map(|unknown| Self::of_unknown(unknown, names, language)).collect();
        if part.verdict == Verdict::Undecided {
            reasons.append(&mut beyond);
        }
        (reasons, beyond)
    }

    pub(super) fn of_blocker(blocker: &Blocker, names: &Names, language: Language) -> Self {
        let reason = &blocker.reason;
        let evidence = &reason.evidence;
        Self {
            code: reason.code.as_str(),
            kind: "blocker",
            rule: match evidence {
                Evidence::NetworkAclRule(Some(rule)) => Some(NetworkAclRuleOut::new(rule)),
                _ => None,
            },
            route: match evidence {
                Evidence::Route(route) => Some(RouteOut::new(route)),
                Evidence::TransitGatewayRoute(route) => Some(RouteOut::of_transit_gateway(route)),
                _ => None,
            },
            tied_routes: match evidence {
                Evidence::Routes(routes) => routes.iter().map(RouteOut::new).collect(),
                _ => Vec::new(),
            },
            state: match evidence {
                Evidence::State(state) => Some(clean(state)),
                _ => None,
            },
            address: match evidence {
                Evidence::Address(address) | Evidence::NoPublicAddress(address) => Some(address.to_string()),
                _ => None,
            },
            listed: match evidence {
                Evidence::Listed(listed) => listed.iter().map(|each| clean(each)).collect(),
                _ => Vec::new(),
            },
            security_groups: match evidence {
                Evidence::NoSecurityGroupRule { groups, .. } => groups.iter().map(|id| clean(id.as_str())).collect(),
                _ => Vec::new(),
            },
            network_interface: match (evidence, &reason.resource) {
                (Evidence::NoSecurityGroupRule { interface, .. }, _) => Some(clean(interface.as_str())),
                (_, Resource::NetworkInterface(id)) => Some(clean(id.as_str())),
                _ => None,
            },
            stage: (blocker.stage == Stage::Name).then_some("name"),
            subnet: reason.subnet.as_ref().map(|id| clean(id.as_str())),
            direction: reason.direction.map(direction),
            policy: match evidence {
                Evidence::Policy(refusal) => Some(DecidingPolicyOut::of_refusal(refusal)),
                _ => None,
            },
            ..Self::bare(&reason.resource, reason.heading, reason.leg, &reason.packets, names)
        }
        .saying(sentence::blocker(language, blocker, names), None)
    }

    fn of_unknown(unknown: &Unknown, names: &Names, language: Language) -> Self {
        let missing = &unknown.missing;
        Self {
            code: missing.code.as_str(),
            kind: "undecided",
            route: match &missing.gap {
                Gap::RouteTarget(route)
                | Gap::UnreadableRoute(route)
                | Gap::RouteTargetNotModelled(route)
                | Gap::EdgeRouteTable(route) => Some(RouteOut::new(route)),
                _ => None,
            },
            tied_routes: match &missing.gap {
                Gap::TiedRoutes(routes) => routes.iter().map(RouteOut::new).collect(),
                _ => Vec::new(),
            },
            state: match &missing.gap {
                Gap::BlockPublicAccess(mode) => Some(clean(mode)),
                _ => None,
            },
            policy: match &missing.gap {
                Gap::Policy(gap) => DecidingPolicyOut::of_gap(gap),
                _ => None,
            },
            subnet: match &missing.resource {
                Resource::Subnet(id) => Some(clean(id.as_str())),
                _ => None,
            },
            ..Self::bare(&missing.resource, missing.heading, missing.leg, &missing.packets, names)
        }
        .saying(sentence::unknown(language, unknown, names), Some(sentence::hint(language, unknown)))
    }

    /// What blockers and unknowns have in common.
    fn bare(resource: &Resource, at: Heading, leg: u8, packets: &deguchi_engine::PacketPart, names: &Names) -> Self {
        let id = resource.to_string();
        Self {
            code: "",
            kind: "",
            resource: clean(&id),
            resource_type: resource_type(resource),
            name: names.name(&id).map(str::to_owned),
            stage: None,
            rule: None,
            route: None,
            tied_routes: Vec::new(),
            state: None,
            address: None,
            listed: Vec::new(),
            security_groups: Vec::new(),
            network_interface: None,
            subnet: None,
            heading: heading(at),
            leg,
            direction: None,
            share: as_number(packets.share),
            packets: PacketsOut::new(packets),
            policy: None,
            message: String::new(),
            hint: None,
        }
    }

    fn saying(self, message: String, hint: Option<String>) -> Self {
        Self { message, hint, ..self }
    }
}

impl NetworkAclRuleOut {
    pub(super) fn new(rule: &NetworkAclRule) -> Self {
        Self {
            // AWS numbers its closing deny differently for IPv6; here it has one number.
            number: if rule.number.is_closing() { RuleNumber::CLOSING.0 } else { rule.number.0 },
            action: match rule.action {
                RuleAction::Allow => "allow",
                RuleAction::Deny => "deny",
            },
            cidr: rule.cidr.to_string(),
            traffic: rule.traffic.to_string(),
        }
    }
}

impl SecurityGroupRuleOut {
    pub(super) fn new(group: &str, rule: &SecurityGroupRule, names: &Names) -> Self {
        Self {
            security_group: clean(group),
            security_group_name: names.name(group).map(str::to_owned),
            traffic: rule.traffic.to_string(),
            peer: clean(&rule.peer.to_string()),
        }
    }
}

impl RouteOut {
    /// A route of a transit gateway: its target is the attachment, or several of them.
    pub(super) fn of_transit_gateway(route: &TransitGatewayRoute) -> Self {
        let attachments: Vec<String> = route.attachments.iter().map(|id| clean(id.as_str())).collect();
        Self {
            destination: route.destination.to_string(),
            target: attachments.join(", "),
            state: state(&route.state),
            origin: match route.origin {
                TransitGatewayRouteOrigin::Static => "static".to_owned(),
                TransitGatewayRouteOrigin::Propagated => "propagated".to_owned(),
            },
        }
    }

    pub(super) fn new(route: &Route) -> Self {
        Self {
            destination: clean(&route.destination.to_string()),
            target: clean(&route.target.to_string()),
            state: state(&route.state),
            origin: match &route.origin {
                RouteOrigin::Static => "static".to_owned(),
                RouteOrigin::Propagated => "propagated".to_owned(),
                RouteOrigin::Unmodelled(origin) => clean(origin),
            },
        }
    }
}

fn state(state: &RouteState) -> String {
    match state {
        RouteState::Active => "active".to_owned(),
        RouteState::Blackhole => "blackhole".to_owned(),
        RouteState::Unmodelled(state) => clean(state),
    }
}

/// Returns a heading as printed.
pub(super) const fn heading(heading: Heading) -> &'static str {
    match heading {
        Heading::Forward => "forward",
        Heading::Return => "return",
    }
}

/// Returns a direction as printed.
pub(super) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}
