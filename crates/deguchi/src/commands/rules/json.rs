//! The rules of an interface for programs: `deguchi.rules/1`, as `docs/rules.schema.json` has it.

use deguchi_model::{NetworkAclRule, RuleAction};
use serde::Serialize;

use super::overview::{GroupRule, Overview, PeerAddresses};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    network_interface: &'a str,
    instance: Option<&'a str>,
    addresses: &'a [String],
    security_groups: Vec<Group<'a>>,
    missing_security_groups: &'a [String],
    subnet: &'a str,
    network_acl: Option<Acl<'a>>,
}

#[derive(Serialize)]
struct Group<'a> {
    id: &'a str,
    name: Option<&'a str>,
    inbound: Vec<Rule<'a>>,
    outbound: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    traffic: &'a str,
    peer: &'a str,
    stands_for: &'static str,
    addresses: &'a [String],
}

#[derive(Serialize)]
struct Acl<'a> {
    id: &'a str,
    name: Option<&'a str>,
    inbound: Vec<AclRule>,
    outbound: Vec<AclRule>,
}

#[derive(Serialize)]
struct AclRule {
    number: u32,
    action: &'static str,
    traffic: String,
    cidr: String,
}

/// Renders the document, ending in a line break.
pub(super) fn render(overview: &Overview) -> String {
    let names = &overview.names;
    let groups = overview.groups.iter().map(|group| Group {
        id: &group.group,
        name: names.name(&group.group),
        inbound: group.inbound.iter().map(rule).collect(),
        outbound: group.outbound.iter().map(rule).collect(),
    });
    let document = Document {
        schema: "deguchi.rules/1",
        network_interface: &overview.interface,
        instance: overview.instance.as_deref(),
        addresses: &overview.addresses,
        security_groups: groups.collect(),
        missing_security_groups: &overview.missing_groups,
        subnet: &overview.subnet,
        network_acl: overview.network_acl.as_ref().map(|acl| Acl {
            id: &acl.acl,
            name: names.name(&acl.acl),
            inbound: acl.inbound.iter().map(acl_rule).collect(),
            outbound: acl.outbound.iter().map(acl_rule).collect(),
        }),
    };
    // Strings and numbers alone: there is nothing that JSON cannot hold.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

fn rule(rule: &GroupRule) -> Rule<'_> {
    let (stands_for, addresses): (_, &[String]) = match &rule.stands_for {
        PeerAddresses::Itself => ("itself", &[]),
        PeerAddresses::These(list) => ("addresses", list),
        PeerAddresses::Stale => ("stale", &[]),
        PeerAddresses::Unknown => ("unknown", &[]),
    };
    Rule { traffic: &rule.traffic, peer: &rule.peer, stands_for, addresses }
}

fn acl_rule(rule: &NetworkAclRule) -> AclRule {
    AclRule {
        number: rule.number.0,
        action: match rule.action {
            RuleAction::Allow => "allow",
            RuleAction::Deny => "deny",
        },
        traffic: rule.traffic.to_string(),
        cidr: rule.cidr.to_string(),
    }
}
