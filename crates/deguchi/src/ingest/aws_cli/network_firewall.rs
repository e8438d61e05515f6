//! Network Firewall, as `network-firewall describe-firewall`, `describe-firewall-policy` and `describe-rule-group` print it.
//!
//! Leaves out rules that look into packets: they are kept by their kind alone.

use std::net::IpAddr;

use deguchi_model::{
    FirewallAction, FirewallPolicy, FirewallPolicyId, FirewallRule, FirewallRuleGroup, FirewallRuleGroupId,
    FirewallRuleOrder, FirewallRules, IpNet, Network, NetworkFirewall, NetworkFirewallId, PortRange, VpcEndpointId,
};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::{document::Document, sighting::leave_out};
use crate::{
    ingest::{
        json::{Key, List, Many, One, Text, record},
        place::{Flaw, Place, list, number, object, required, texts},
    },
    notice::{Expected, Notices, ResourceKind},
};

/// Top-level keys of answers about Network Firewall.
pub(super) const KEYS: [&str; 9] = [
    "Firewall",
    "FirewallPolicies",
    "FirewallPolicy",
    "FirewallPolicyResponse",
    "FirewallStatus",
    "RuleGroup",
    "RuleGroupResponse",
    "RuleGroups",
    "UpdateToken",
];

record! {
    /// What an answer says at its top level.
    FirewallAnswer {
        firewall: One<FirewallRecord<'a>> = "Firewall",
        status: One<StatusRecord<'a>> = "FirewallStatus",
        policy_response: One<PolicyResponseRecord<'a>> = "FirewallPolicyResponse",
        policy: One<PolicyRecord<'a>> = "FirewallPolicy",
        group_response: One<GroupResponseRecord<'a>> = "RuleGroupResponse",
        group: One<GroupRecord<'a>> = "RuleGroup",
    }
}

record! {
    /// `Firewall`.
    FirewallRecord {
        id: Text<'a> = "FirewallArn",
        name: Text<'a> = "FirewallName",
        policy: Text<'a> = "FirewallPolicyArn",
    }
}

record! {
    /// `FirewallStatus`.
    StatusRecord {
        zones: Zones<'a> = "SyncStates",
    }
}

record! {
    /// The state in one zone.
    ZoneRecord {
        attachment: One<AttachmentRecord<'a>> = "Attachment",
    }
}

record! {
    /// The endpoint in one zone.
    AttachmentRecord {
        endpoint: Text<'a> = "EndpointId",
    }
}

/// The values of an object whose members are zones.
#[derive(Debug, Default)]
pub(crate) struct Zones<'a>(Vec<One<ZoneRecord<'a>>>);

impl<'de> Deserialize<'de> for Zones<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ZonesVisitor;
        impl<'de> Visitor<'de> for ZonesVisitor {
            type Value = Zones<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Zones::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut zones = Vec::new();
                while let Some(Key(_)) = map.next_key()? {
                    zones.push(map.next_value()?);
                }
                Ok(Zones(zones))
            }
        }
        deserializer.deserialize_map(ZonesVisitor)
    }
}

record! {
    /// `FirewallPolicyResponse`.
    PolicyResponseRecord {
        id: Text<'a> = "FirewallPolicyArn",
        name: Text<'a> = "FirewallPolicyName",
    }
}

record! {
    /// `FirewallPolicy`.
    PolicyRecord {
        stateless: List<ReferenceRecord<'a>> = "StatelessRuleGroupReferences",
        stateless_default: Many<Text<'a>> = "StatelessDefaultActions",
        stateful: List<ReferenceRecord<'a>> = "StatefulRuleGroupReferences",
        stateful_default: Many<Text<'a>> = "StatefulDefaultActions",
        options: One<OptionsRecord<'a>> = "StatefulEngineOptions",
    }
}

record! {
    /// A reference to a group.
    ReferenceRecord {
        id: Text<'a> = "ResourceArn",
        priority: Text<'a> = "Priority",
    }
}

record! {
    /// `StatefulEngineOptions`.
    OptionsRecord {
        order: Text<'a> = "RuleOrder",
    }
}

record! {
    /// `RuleGroupResponse`.
    GroupResponseRecord {
        id: Text<'a> = "RuleGroupArn",
        name: Text<'a> = "RuleGroupName",
    }
}

record! {
    /// `RuleGroup`.
    GroupRecord {
        source: One<SourceRecord<'a>> = "RulesSource",
    }
}

record! {
    /// `RulesSource`, of which one member is set.
    SourceRecord {
        stateless: One<StatelessRecord<'a>> = "StatelessRulesAndCustomActions",
        stateful: List<StatefulRuleRecord<'a>> = "StatefulRules",
        text: Text<'a> = "RulesString",
    }
}

record! {
    /// `StatelessRulesAndCustomActions`.
    StatelessRecord {
        rules: List<StatelessRuleRecord<'a>> = "StatelessRules",
    }
}

record! {
    /// A rule for single packets.
    StatelessRuleRecord {
        priority: Text<'a> = "Priority",
        definition: One<DefinitionRecord<'a>> = "RuleDefinition",
    }
}

record! {
    /// What a rule for single packets says.
    DefinitionRecord {
        matches: One<MatchRecord<'a>> = "MatchAttributes",
        actions: Many<Text<'a>> = "Actions",
    }
}

record! {
    /// What a rule for single packets matches.
    MatchRecord {
        sources: List<AddressRecord<'a>> = "Sources",
        destinations: List<AddressRecord<'a>> = "Destinations",
        source_ports: List<PortsRecord<'a>> = "SourcePorts",
        destination_ports: List<PortsRecord<'a>> = "DestinationPorts",
        protocols: Many<Text<'a>> = "Protocols",
        flags: List<FlagsRecord<'a>> = "TCPFlags",
    }
}

record! {
    /// Addresses of a rule.
    AddressRecord {
        cidr: Text<'a> = "AddressDefinition",
    }
}

record! {
    /// Ports of a rule.
    PortsRecord {
        first: Text<'a> = "FromPort",
        last: Text<'a> = "ToPort",
    }
}

record! {
    /// Flags of a rule: that there are any is all that is looked at.
    FlagsRecord {
        flags: Many<Text<'a>> = "Flags",
    }
}

record! {
    /// A rule for connections.
    StatefulRuleRecord {
        action: Text<'a> = "Action",
        header: One<HeaderRecord<'a>> = "Header",
        options: List<OptionRecord<'a>> = "RuleOptions",
    }
}

record! {
    /// What a rule for connections matches.
    HeaderRecord {
        protocol: Text<'a> = "Protocol",
        source: Text<'a> = "Source",
        source_port: Text<'a> = "SourcePort",
        direction: Text<'a> = "Direction",
        destination: Text<'a> = "Destination",
        destination_port: Text<'a> = "DestinationPort",
    }
}

record! {
    /// An option of a rule for connections.
    OptionRecord {
        keyword: Text<'a> = "Keyword",
    }
}

/// Reads firewalls, policies and groups of rules into a network.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    for document in documents {
        let (answer, at) = (&document.firewall, document.place(""));
        let mut left_out = |flaw| leave_out(ResourceKind::NetworkFirewall, None, flaw, notices);
        match firewall(answer, &at) {
            Ok(Some(firewall)) => drop(network.network_firewalls.insert(firewall.id.clone(), firewall)),
            Ok(None) => {}
            Err(flaw) => left_out(flaw),
        }
        match policy(answer, &at) {
            Ok(Some(policy)) => drop(network.firewall_policies.insert(policy.id.clone(), policy)),
            Ok(None) => {}
            Err(flaw) => left_out(flaw),
        }
        match group(answer, &at) {
            Ok(Some(group)) => drop(network.firewall_rule_groups.insert(group.id.clone(), group)),
            Ok(None) => {}
            Err(flaw) => left_out(flaw),
        }
    }
}

fn firewall(answer: &FirewallAnswer<'_>, at: &Place) -> Result<Option<NetworkFirewall>, Flaw> {
    let Some(record) = object(&answer.firewall, at, "Firewall")? else { return Ok(None) };
    let status = object(&answer.status, at, "FirewallStatus")?;
    let zones = status.into_iter().flat_map(|status| &status.zones.0).filter_map(One::get);
    let mut endpoints: Vec<VpcEndpointId> =
        zones.filter_map(|zone| zone.attachment.get()?.endpoint.get()).map(VpcEndpointId::new).collect();
    endpoints.sort();
    Ok(Some(NetworkFirewall {
        id: NetworkFirewallId::new(required(&record.id, &at.field("Firewall"), "FirewallArn")?),
        name: record.name.owned(),
        policy: record.policy.get().map(FirewallPolicyId::new),
        endpoints,
    }))
}

fn policy(answer: &FirewallAnswer<'_>, at: &Place) -> Result<Option<FirewallPolicy>, Flaw> {
    let Some(response) = object(&answer.policy_response, at, "FirewallPolicyResponse")? else { return Ok(None) };
    let Some(record) = object(&answer.policy, at, "FirewallPolicy")? else { return Ok(None) };
    let id = required(&response.id, &at.field("FirewallPolicyResponse"), "FirewallPolicyArn")?;
    let at = at.field("FirewallPolicy");
    let options = object(&record.options, &at, "StatefulEngineOptions")?;
    let is_strict = options.and_then(|options| options.order.get()) == Some("STRICT_ORDER");
    let defaults = texts(&record.stateful_default, &at, "StatefulDefaultActions")?;
    Ok(Some(FirewallPolicy {
        id: FirewallPolicyId::new(id),
        name: response.name.owned(),
        stateless_groups: references(&record.stateless, &at, "StatelessRuleGroupReferences")?,
        stateless_default: stateless_action(&texts(&record.stateless_default, &at, "StatelessDefaultActions")?),
        stateful_groups: references(&record.stateful, &at, "StatefulRuleGroupReferences")?,
        order: if is_strict { FirewallRuleOrder::Strict } else { FirewallRuleOrder::ByAction },
        drops_by_default: is_strict && defaults.iter().any(|action| action.starts_with("aws:drop")),
    }))
}

fn references(
    records: &List<ReferenceRecord<'_>>,
    at: &Place,
    field: &'static str,
) -> Result<Vec<FirewallRuleGroupId>, Flaw> {
    let mut references = Vec::new();
    for (index, record) in list(records, at, field)? {
        let at = at.item(field, index);
        let priority = number(&record.priority, &at, "Priority", Expected::Number)?;
        references.push((priority, FirewallRuleGroupId::new(required(&record.id, &at, "ResourceArn")?)));
    }
    references.sort();
    Ok(references.into_iter().map(|(_, id)| id).collect())
}

/// Of several actions one decides; custom ones report.
fn stateless_action(actions: &[&str]) -> FirewallAction {
    if actions.contains(&"aws:pass") {
        FirewallAction::Pass
    } else if actions.contains(&"aws:drop") {
        FirewallAction::Drop
    } else {
        FirewallAction::Forward
    }
}

fn group(answer: &FirewallAnswer<'_>, at: &Place) -> Result<Option<FirewallRuleGroup>, Flaw> {
    let Some(response) = object(&answer.group_response, at, "RuleGroupResponse")? else { return Ok(None) };
    let Some(record) = object(&answer.group, at, "RuleGroup")? else { return Ok(None) };
    let id = required(&response.id, &at.field("RuleGroupResponse"), "RuleGroupArn")?;
    let at = at.field("RuleGroup").field("RulesSource");
    let source = object(&record.source, &at, "")?;
    let rules = match source {
        Some(SourceRecord { stateless: One::Is(stateless), .. }) => {
            FirewallRules::ByHeader(stateless_rules(stateless, &at)?)
        }
        Some(SourceRecord { stateful: Many::Is(_), .. }) => {
            let records = source.map(|source| list(&source.stateful, &at, "StatefulRules")).transpose()?;
            FirewallRules::ByHeader(
                records.unwrap_or_default().into_iter().map(|(_, rule)| stateful_rule(rule)).collect(),
            )
        }
        Some(SourceRecord { text: Text::Is(_), .. }) => FirewallRules::Unmodelled("RulesString".to_owned()),
        Some(_) | None => FirewallRules::Unmodelled("RulesSourceList".to_owned()),
    };
    Ok(Some(FirewallRuleGroup { id: FirewallRuleGroupId::new(id), name: response.name.owned(), rules }))
}

fn stateless_rules(record: &StatelessRecord<'_>, at: &Place) -> Result<Vec<FirewallRule>, Flaw> {
    const FIELD: &str = "StatelessRules";
    let mut rules = Vec::new();
    for (index, record) in list(&record.rules, at, FIELD)? {
        let at = at.item(FIELD, index);
        let priority = number(&record.priority, &at, "Priority", Expected::Number)?;
        let Some(definition) = object(&record.definition, &at, "RuleDefinition")? else { continue };
        let at = at.field("RuleDefinition");
        let actions = texts(&definition.actions, &at, "Actions")?;
        let matches = object(&definition.matches, &at, "MatchAttributes")?;
        rules.push((priority, stateless_rule(matches, stateless_action(&actions), &at.field("MatchAttributes"))?));
    }
    rules.sort_by_key(|(priority, _)| *priority);
    Ok(rules.into_iter().map(|(_, rule)| rule).collect())
}

fn stateless_rule(matches: Option<&MatchRecord<'_>>, action: FirewallAction, at: &Place) -> Result<FirewallRule, Flaw> {
    let mut rule = everything(action);
    let Some(matches) = matches else { return Ok(rule) };
    for (records, cidrs) in [(&matches.sources, &mut rule.sources), (&matches.destinations, &mut rule.destinations)] {
        for record in records.elements().iter().filter_map(One::get) {
            match record.cidr.get().and_then(range) {
                Some(cidr) => cidrs.push(cidr),
                None => rule.has_more = true,
            }
        }
    }
    let ports =
        [(&matches.source_ports, &mut rule.source_ports), (&matches.destination_ports, &mut rule.destination_ports)];
    for (records, ranges) in ports {
        for record in records.elements().iter().filter_map(One::get) {
            let text = format!("{}:{}", record.first.get().unwrap_or_default(), record.last.get().unwrap_or_default());
            match port_range(&text) {
                Some(range) => ranges.push(range),
                None => rule.has_more = true,
            }
        }
    }
    for protocol in texts(&matches.protocols, at, "Protocols")? {
        match protocol.parse() {
            Ok(number) => rule.protocols.push(number),
            Err(_) => rule.has_more = true,
        }
    }
    rule.has_more |= !matches.flags.elements().is_empty();
    Ok(rule)
}

/// A rule for everything, to be narrowed.
const fn everything(action: FirewallAction) -> FirewallRule {
    FirewallRule {
        action,
        protocols: Vec::new(),
        sources: Vec::new(),
        destinations: Vec::new(),
        source_ports: Vec::new(),
        destination_ports: Vec::new(),
        is_for_both_directions: false,
        has_more: false,
    }
}

/// Options that change nothing about which packets a rule is about.
const HARMLESS_OPTIONS: [&str; 7] = ["sid", "rev", "msg", "priority", "classtype", "gid", "metadata"];

fn stateful_rule(record: &StatefulRuleRecord<'_>) -> FirewallRule {
    let mut rule = everything(match record.action.get() {
        Some("PASS") => FirewallAction::Pass,
        Some("ALERT") => FirewallAction::Alert,
        // `DROP` and `REJECT`; for another one, what `has_more` says counts.
        _ => FirewallAction::Drop,
    });
    rule.has_more |= !matches!(record.action.get(), Some("PASS" | "ALERT" | "DROP" | "REJECT"));
    let keyword_of = |option: &OptionRecord<'_>| {
        let keyword = option.keyword.get().unwrap_or_default();
        keyword.split(':').next().unwrap_or_default().trim().to_owned()
    };
    let options = record.options.elements().iter().filter_map(One::get).map(keyword_of);
    rule.has_more |= options.into_iter().any(|keyword| !HARMLESS_OPTIONS.contains(&keyword.as_str()));
    let Some(header) = record.header.get() else {
        rule.has_more = true;
        return rule;
    };
    match header.protocol.get() {
        Some("IP") => {}
        Some("TCP") => rule.protocols.push(6),
        Some("UDP") => rule.protocols.push(17),
        Some("ICMP") => rule.protocols.extend([1, 58]),
        // Protocols within protocols are known by what packets say.
        _ => rule.has_more = true,
    }
    for (text, cidrs) in [(&header.source, &mut rule.sources), (&header.destination, &mut rule.destinations)] {
        match text.get() {
            None | Some("ANY" | "any") => {}
            Some(text) => match range(text) {
                Some(cidr) => cidrs.push(cidr),
                None => rule.has_more = true,
            },
        }
    }
    let ports =
        [(&header.source_port, &mut rule.source_ports), (&header.destination_port, &mut rule.destination_ports)];
    for (text, ranges) in ports {
        match text.get() {
            None | Some("ANY" | "any") => {}
            Some(text) => match port_range(text) {
                Some(range) => ranges.push(range),
                None => rule.has_more = true,
            },
        }
    }
    rule.is_for_both_directions = header.direction.get() == Some("ANY");
    rule
}

fn range(text: &str) -> Option<IpNet> {
    let cidr: Option<IpNet> = text.parse().ok();
    cidr.map(|cidr| cidr.trunc()).or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// `80`, `1024:65535`, `80:` with nothing for an open end.
fn port_range(text: &str) -> Option<PortRange> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let first = if first.is_empty() { 0 } else { first.parse().ok()? };
    let last = if last.is_empty() { u16::MAX } else { last.parse().ok()? };
    PortRange::new(first, last)
}
