//! Rules of the Route 53 Resolver, as `list-resolver-rules` and `list-resolver-rule-associations` print them; the interfaces
//! of its endpoints are known by their descriptions.

use deguchi_model::{
    Network, ResolverEndpoint, ResolverEndpointId, ResolverRule, ResolverRuleAction, ResolverRuleId, VpcAssociations,
    VpcId,
};

use super::{
    document::{Document, records},
    hosted_zone::normal,
};
use crate::{
    ingest::{
        json::{List, One, Text, record},
        place::{Flaw, Place, list, number, optional, required},
    },
    notice::{Expected, Notices, ResourceKind},
};

record! {
    /// An element of `ResolverRules`.
    ResolverRuleRecord {
        id: Text<'a> = "Id",
        name: Text<'a> = "Name",
        domain: Text<'a> = "DomainName",
        kind: Text<'a> = "RuleType",
        targets: List<TargetRecord<'a>> = "TargetIps",
        endpoint: Text<'a> = "ResolverEndpointId",
    }
}

record! {
    /// An element of `TargetIps`.
    TargetRecord {
        ipv4: Text<'a> = "Ip",
        ipv6: Text<'a> = "Ipv6",
        port: Text<'a> = "Port",
    }
}

record! {
    /// An element of `ResolverRuleAssociations`.
    RuleAssociationRecord {
        rule: Text<'a> = "ResolverRuleId",
        vpc: Text<'a> = "VPCId",
        status: Text<'a> = "Status",
    }
}

/// Reads rules, where they apply, and the interfaces of the endpoints that they forward by.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let mut are_associations_listed = false;
    let mut associations: Vec<(&str, &str)> = Vec::new();
    for document in documents {
        for (rule, at) in document.resolver_rules.iter().flat_map(|section| section.elements(document)) {
            let One::Is(rule) = rule else { continue };
            match read(rule, &at) {
                Ok(rule) => drop(network.resolver_rules.insert(rule.id.clone(), rule)),
                Err(flaw) => super::sighting::leave_out(ResourceKind::ResolverRule, rule.id.get(), flaw, notices),
            }
        }
        are_associations_listed |= !document.resolver_rule_associations.is_empty() && !document.is_cut_off;
        for association in records(&document.resolver_rule_associations) {
            let is_in_force = association.status.get().is_none_or(|status| status == "COMPLETE");
            if let (true, Some(rule), Some(vpc)) = (is_in_force, association.rule.get(), association.vpc.get()) {
                associations.push((rule, vpc));
            }
        }
    }
    for rule in network.resolver_rules.values_mut() {
        let own = associations.iter().filter(|(id, _)| *id == rule.id.as_str());
        rule.vpcs.with = own.map(|(_, vpc)| VpcId::new(vpc)).collect();
        rule.vpcs.is_complete = are_associations_listed;
    }
    add_endpoints(network);
}

fn read(record: &ResolverRuleRecord<'_>, at: &Place) -> Result<ResolverRule, Flaw> {
    let mut targets = Vec::new();
    for (index, target) in list(&record.targets, at, "TargetIps")? {
        let at = at.item("TargetIps", index);
        let address = match (optional(&target.ipv4, &at, "Ip")?, optional(&target.ipv6, &at, "Ipv6")?) {
            (Some(text), _) | (None, Some(text)) => {
                text.parse().map_err(|_| Flaw::new(&at, "Ip", Some(text), Expected::Ipv4Address))?
            }
            (None, None) => return Err(Flaw::new(&at, "Ip", None, Expected::Ipv4Address)),
        };
        let port = number(&target.port, &at, "Port", Expected::Number)?.unwrap_or(53);
        targets.push((address, u16::try_from(port).unwrap_or(53)));
    }
    let kind = optional(&record.kind, at, "RuleType")?.unwrap_or("FORWARD");
    Ok(ResolverRule {
        id: ResolverRuleId::new(required(&record.id, at, "Id")?),
        name: record.name.owned(),
        domain: normal(required(&record.domain, at, "DomainName")?),
        action: match kind {
            "FORWARD" => {
                ResolverRuleAction::Forward { targets, endpoint: record.endpoint.get().map(ResolverEndpointId::new) }
            }
            "SYSTEM" | "RECURSIVE" => ResolverRuleAction::Resolve,
            other => ResolverRuleAction::Unmodelled(other.to_owned()),
        },
        vpcs: VpcAssociations::default(),
    })
}

/// The description of an endpoint's interface reads `Route 53 Resolver: rslvr-out-…:rni-…`.
fn add_endpoints(network: &mut Network) {
    let wanted = network.resolver_rules.values().filter_map(|rule| match &rule.action {
        ResolverRuleAction::Forward { endpoint, .. } => endpoint.clone(),
        ResolverRuleAction::Resolve | ResolverRuleAction::Unmodelled(_) => None,
    });
    for id in wanted.collect::<Vec<ResolverEndpointId>>() {
        let is_own = |text: &String| text.split([' ', ':']).any(|word| word == id.as_str());
        let interfaces = network.network_interfaces.values();
        let interfaces = interfaces.filter(|interface| interface.description.as_ref().is_some_and(is_own));
        let interfaces: Vec<_> = interfaces.map(|interface| interface.id.clone()).collect();
        if !interfaces.is_empty() {
            network.resolver_endpoints.insert(id.clone(), ResolverEndpoint { id, name: None, interfaces });
        }
    }
}
