//! One place on the way explained.

use deguchi_engine::{
    Decision, FieldMatch, HeaderView, InterfaceRole, Place, PortsView, RuleEffect, RuleReference, RuleRow,
};
use serde::Serialize;

use super::{
    super::{Names, Part, Step, address_list, clean, place_id, place_type, port_list},
    reason::{NetworkAclRuleOut, RouteOut, SecurityGroupRuleOut, direction},
};

/// One place.
#[derive(Serialize)]
pub(super) struct HopOut {
    leg: u8,
    place: &'static str,
    id: Option<String>,
    name: Option<String>,
    role: Option<&'static str>,
    instance: Option<String>,
    subnet: Option<String>,
    vpc: Option<String>,
    security_groups: Vec<String>,
    direction: Option<&'static str>,
    decision: &'static str,
    rules: Vec<RuleOut>,
    rule_table: Vec<RuleRowOut>,
    route: Option<RouteOut>,
    codes: Vec<&'static str>,
    header: HeaderOut,
}

/// A rule that decided.
#[derive(Serialize)]
#[serde(untagged)]
enum RuleOut {
    NetworkAcl(NetworkAclRuleOut),
    SecurityGroup(SecurityGroupRuleOut),
}

/// How one rule of a filter stands to the packets.
#[derive(Serialize)]
struct RuleRowOut {
    rule: RuleOut,
    address: &'static str,
    protocol: &'static str,
    ports: &'static str,
    effect: &'static str,
}

impl RuleRowOut {
    fn new(row: &RuleRow, names: &Names) -> Self {
        let field = |field: FieldMatch| match field {
            FieldMatch::All => "all",
            FieldMatch::Part => "part",
            FieldMatch::None => "none",
            FieldMatch::NotLookedAt => "not-looked-at",
            FieldMatch::Unknown => "unknown",
        };
        Self {
            rule: rule_out(&row.rule, names),
            address: field(row.address),
            protocol: field(row.protocol),
            ports: field(row.ports),
            effect: match row.effect {
                RuleEffect::Allows => "allows",
                RuleEffect::Denies => "denies",
                RuleEffect::ComesTooLate => "comes-too-late",
                RuleEffect::NoMatch => "no-match",
                RuleEffect::Unknown => "unknown",
            },
        }
    }
}

/// A header.
#[derive(Serialize)]
struct HeaderOut {
    source: Vec<String>,
    destination: Vec<String>,
    protocol: &'static str,
    source_ports: Vec<String>,
    destination_ports: Vec<String>,
    icmp_type: Option<u8>,
    icmp_code: Option<u8>,
}

impl HopOut {
    pub(super) fn new(step: &Step, part: &Part, names: &Names) -> Self {
        let hop = &step.hop;
        let id = place_id(&hop.place);
        let bare = Self {
            leg: hop.leg,
            place: place_type(&hop.place),
            name: id.as_deref().and_then(|id| names.name(id)).map(str::to_owned),
            id: id.as_deref().map(clean),
            role: None,
            instance: None,
            subnet: None,
            vpc: None,
            security_groups: Vec::new(),
            direction: None,
            decision: decision(&hop.decision),
            rules: rules(&hop.decision, names),
            rule_table: step.rules.iter().map(|row| RuleRowOut::new(row, names)).collect(),
            route: match &hop.decision {
                Decision::Routed(Some(route)) => Some(RouteOut::new(route)),
                Decision::RoutedByTransitGateway(route) => Some(RouteOut::of_transit_gateway(route)),
                _ => None,
            },
            codes: part.codes(&step.blockers, &step.unknowns),
            header: HeaderOut::new(&hop.header),
        };
        bare.at(&hop.place)
    }

    /// Adds what only some places have.
    fn at(self, place: &Place) -> Self {
        match place {
            Place::Interface { instance, role, .. } => Self {
                instance: instance.as_ref().map(|id| clean(id.as_str())),
                role: Some(match role {
                    InterfaceRole::Origin => "origin",
                    InterfaceRole::Target => "target",
                    InterfaceRole::Forwarder => "forwarder",
                }),
                ..self
            },
            Place::SecurityGroups { groups, direction: way, .. } => Self {
                security_groups: groups.iter().map(|id| clean(id.as_str())).collect(),
                direction: Some(direction(*way)),
                ..self
            },
            Place::NetworkAcl { subnet, direction: way, .. } => {
                Self { subnet: Some(clean(subnet.as_str())), direction: Some(direction(*way)), ..self }
            }
            Place::TransitGatewayAttachment { direction: way, .. } => Self { direction: Some(direction(*way)), ..self },
            Place::RouteTable { subnet, .. } => Self { subnet: subnet.as_ref().map(|id| clean(id.as_str())), ..self },
            Place::InternetGateway { vpc, .. } => Self { vpc: Some(clean(vpc.as_str())), ..self },
            Place::NeverFiltered { service, address } => {
                Self { id: Some(address.to_string()), name: Some((*service).to_owned()), ..self }
            }
            Place::NatGateway(_)
            | Place::NatInstance(_)
            | Place::EgressOnlyInternetGateway(_)
            | Place::VpcEndpoint(_)
            | Place::VpnGateway(_)
            | Place::PeeringConnection(_)
            | Place::TransitGatewayRouteTable(_)
            | Place::LoadBalancer(_)
            | Place::Internet
            | Place::Other(_) => self,
        }
    }
}

impl HeaderOut {
    fn new(header: &HeaderView) -> Self {
        let (protocol, from, to, icmp) = match &header.ports {
            PortsView::Tcp { source, destination } => ("tcp", port_list(source), port_list(destination), None),
            PortsView::Udp { source, destination } => ("udp", port_list(source), port_list(destination), None),
            PortsView::Icmp { kind, code } => ("icmp", Vec::new(), Vec::new(), Some((*kind, *code))),
        };
        Self {
            source: address_list(&header.source),
            destination: address_list(&header.destination),
            protocol,
            source_ports: from,
            destination_ports: to,
            icmp_type: icmp.map(|(kind, _)| kind),
            icmp_code: icmp.map(|(_, code)| code),
        }
    }
}

fn rules(decision: &Decision, names: &Names) -> Vec<RuleOut> {
    let by: &[RuleReference] = match decision {
        Decision::Allowed { by } | Decision::Denied { by } => by,
        _ => &[],
    };
    by.iter().map(|rule| rule_out(rule, names)).collect()
}

fn rule_out(rule: &RuleReference, names: &Names) -> RuleOut {
    match rule {
        RuleReference::NetworkAcl(rule) => RuleOut::NetworkAcl(NetworkAclRuleOut::new(rule)),
        RuleReference::SecurityGroup(group, rule) => {
            RuleOut::SecurityGroup(SecurityGroupRuleOut::new(group.as_str(), rule, names))
        }
    }
}

/// Returns a decision as printed.
const fn decision(decision: &Decision) -> &'static str {
    match decision {
        Decision::Passed => "passed",
        Decision::Allowed { .. } => "allowed",
        Decision::Denied { .. } => "denied",
        Decision::Routed(_) | Decision::RoutedByTransitGateway(_) => "routed",
        Decision::NoRoute => "no-route",
        Decision::Translated => "translated",
        Decision::Dropped => "dropped",
        Decision::Unknown => "unknown",
    }
}
