//! Network ACLs: entries written into them or resources of their own, and the default ACL.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    document::{Resource, blocks, text},
    reader::{Reader, compact},
    reference::Named,
    vpc::{SUBNET, VPC},
};
use crate::notice::TerraformNotice;

/// A network ACL as it comes together.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Acl {
    pub(super) address: String,
    pub(super) vpc: Option<String>,
    pub(super) is_default: bool,
    pub(super) subnets: BTreeSet<String>,
    pub(super) entries: Vec<Value>,
    pub(super) tags: Value,
    /// Whether it is one that AWS made, and nobody looks after.
    pub(super) is_implied: bool,
}

const NETWORK_ACL: [&str; 2] = ["aws_network_acl", "aws_default_network_acl"];

impl Reader<'_> {
    /// Reads network ACLs.
    pub(super) fn network_acls(&mut self) {
        for (id, facts) in self.vpcs.clone().into_iter().filter(|(_, facts)| !facts.is_data) {
            let acl = Acl {
                address: format!("{}.default_network_acl_id", facts.address),
                vpc: Some(id),
                is_default: true,
                // NA-4: everything, in both directions.
                entries: [false, true]
                    .into_iter()
                    .flat_map(|is_egress| open_entries(is_egress, &facts.ipv6_cidr_blocks))
                    .collect(),
                tags: json!([]),
                is_implied: true,
                ..Acl::default()
            };
            // The snapshot beneath may have it.
            self.acls.entry(facts.default_acl).or_insert(acl);
        }
        for resource in self.managed(&NETWORK_ACL) {
            self.network_acl(resource);
        }
        for resource in self.managed(&["aws_network_acl_rule"]) {
            let named = self.named(resource, "network_acl_id", &NETWORK_ACL);
            let is_egress = resource.flag("egress").unwrap_or(false);
            if let Named::Open(_) = named {
                // Each ACL may have it: an entry that cannot be read.
                for acl in named.possible(self.acls.keys()) {
                    let acl = self.acls.get_mut(&acl).filter(|acl| !acl.is_implied);
                    acl.into_iter().for_each(|acl| acl.entries.push(json!({"Egress": is_egress})));
                }
            }
            let acl = named.id().map(str::to_owned);
            if let Some(acl) = acl.and_then(|acl| self.acls.get_mut(&acl)) {
                acl.put(entry(&resource.values, is_egress));
            }
        }
        for resource in self.managed(&["aws_network_acl_association"]) {
            let acl = self.named(resource, "network_acl_id", &NETWORK_ACL);
            let subnet = self.named(resource, "subnet_id", &SUBNET);
            self.associate_acl(&acl, &subnet, resource);
        }
    }

    fn associate_acl(&mut self, acl: &Named, subnet: &Named, resource: &Resource) {
        match (acl.id(), subnet.id()) {
            (Some(acl), Some(subnet)) => {
                self.move_to_acl(subnet, acl);
                if let Some(acl) = self.acls.get_mut(acl) {
                    acl.subnets.insert(subnet.to_owned());
                }
            }
            // Which subnets have the default ACL is not known.
            _ => {
                let vpc = subnet.id().and_then(|subnet| self.vpc_of(subnet));
                let vpc = vpc.or_else(|| self.acls.get(acl.id()?)?.vpc.clone());
                let own = self.acls.values_mut().filter(|acl| vpc.is_none() || acl.vpc == vpc);
                own.for_each(|acl| acl.is_default = false);
                let _ = resource;
            }
        }
    }

    fn network_acl(&mut self, resource: &Resource) {
        let is_default = resource.kind == "aws_default_network_acl";
        let id = if is_default {
            self.id(resource, "default_network_acl_id", &[]).or_else(|| resource.text("id"))
        } else {
            Some(resource.id())
        };
        let Some(id) = id else { return };
        let known = self.acls.get(&id).and_then(|acl| acl.vpc.clone());
        let vpc = self.id(resource, "vpc_id", &VPC).or(known);
        let subnets = self.ids(resource, "subnet_ids", &SUBNET);
        let mut acl = Acl {
            address: resource.address.clone(),
            vpc: vpc.clone(),
            is_default,
            subnets: subnets.ids.into_iter().collect(),
            tags: resource.tags(),
            ..Acl::default()
        };
        // Entries that nobody manages here stay as the snapshot beneath has them.
        let beneath = self.acls.get(&id).filter(|own| !own.is_implied);
        let beneath: Vec<Value> = beneath.map(|own| own.entries.clone()).unwrap_or_default();
        for (attribute, is_egress) in [("ingress", false), ("egress", true)] {
            let own = blocks(resource.values.get(attribute));
            if own.is_empty() && resource.is_unknown(attribute) && self.references.is_configured(resource, attribute) {
                self.say(TerraformNotice::Open { attribute: attribute.to_owned(), candidates: Vec::new() }, resource);
                // An entry that cannot be read: the ACL as a whole is not known.
                acl.entries.push(json!({"Egress": is_egress}));
            }
            own.into_iter().for_each(|block| acl.put(entry(block, is_egress)));
            if !self.references.is_configured(resource, attribute) && !is_default {
                let own = beneath.iter().filter(|own| own.get("Egress") == Some(&json!(is_egress)));
                own.for_each(|own| acl.keep(own));
                let gone = self.gone_entries(&id, is_egress);
                acl.entries.retain(|own| !gone.iter().any(|gone| same_number(gone, own)));
            }
        }
        // One that may have more subnets: which are left to the default ACL is not known.
        if !subnets.is_whole {
            let own = self.acls.values_mut().filter(|acl| vpc.is_none() || acl.vpc == vpc);
            own.for_each(|acl| acl.is_default = false);
        }
        acl.subnets.iter().for_each(|subnet| self.move_to_acl(subnet, &id));
        self.acls.insert(id, acl);
    }

    /// The entries of an ACL that the plan deletes.
    fn gone_entries(&self, acl: &str, is_egress: bool) -> Vec<Value> {
        let rules = self.world.gone.iter().filter(|gone| gone.kind == "aws_network_acl_rule");
        rules
            .filter(|gone| gone.text("network_acl_id").as_deref() == Some(acl))
            .filter(|gone| gone.flag("egress").unwrap_or(false) == is_egress)
            .map(|gone| entry(&gone.values, is_egress))
            .collect()
    }

    /// Prints the ACLs, each with the deny rules that close every list (NA-3).
    pub(super) fn print_network_acls(&mut self) {
        for (id, acl) in std::mem::take(&mut self.acls) {
            if super::over::is_acl_unchanged(&id, &acl, self.base.get("NetworkAcls", &id)) {
                continue;
            }
            let closing = [false, true].into_iter().flat_map(|is_egress| {
                let deny = |number: u32, member: &str, range: &str| {
                    json!({"RuleNumber": number, "Egress": is_egress, "RuleAction": "deny", "Protocol": "-1", member: range})
                };
                [deny(32767, "CidrBlock", "0.0.0.0/0"), deny(32768, "Ipv6CidrBlock", "::/0")]
            });
            let entries: Vec<Value> = acl.entries.iter().cloned().chain(closing).collect();
            let associations: Vec<Value> = acl.subnets.iter().map(|subnet| json!({"SubnetId": subnet})).collect();
            let element = json!({
                "NetworkAclId": id, "VpcId": acl.vpc, "IsDefault": acl.is_default, "Associations": associations,
                "Entries": entries, "Tags": acl.tags,
            });
            self.answers.add("NetworkAcls", &acl.address, compact(element));
        }
    }
}

impl Acl {
    /// Keeps an entry, unless there is one with its number.
    fn keep(&mut self, entry: &Value) {
        if !self.entries.iter().any(|own| same_number(own, entry)) {
            self.entries.push(entry.clone());
        }
    }

    /// Takes an entry away.
    pub(super) fn take_away(&mut self, values: &Map<String, Value>, is_egress: bool) {
        let gone = entry(values, is_egress);
        self.entries.retain(|own| !same_number(own, &gone));
    }

    /// Adds an entry, in place of one with the same number.
    fn put(&mut self, entry: Value) {
        match self.entries.iter_mut().find(|own| same_number(own, &entry)) {
            Some(own) => *own = entry,
            None => self.entries.push(entry),
        }
    }
}

fn same_number(one: &Value, other: &Value) -> bool {
    // AWS prints a number, Terraform may have a text.
    let number = |value: &Value| value.get("RuleNumber").map(|number| number.to_string().trim_matches('"').to_owned());
    one.get("Egress") == other.get("Egress") && number(one) == number(other)
}

fn open_entries(is_egress: bool, ipv6: &[String]) -> Vec<Value> {
    let allow = |number: u32, member: &str, range: &str| json!({"RuleNumber": number.to_string(), "Egress": is_egress, "RuleAction": "allow", "Protocol": "-1", member: range});
    let v6 = (!ipv6.is_empty()).then(|| allow(101, "Ipv6CidrBlock", "::/0"));
    [allow(100, "CidrBlock", "0.0.0.0/0")].into_iter().chain(v6).collect()
}

/// An entry of a block or of a resource of its own.
fn entry(values: &Map<String, Value>, is_egress: bool) -> Value {
    let either = |one: &str, other: &str| text(values, one).or_else(|| text(values, other));
    let protocol = text(values, "protocol").unwrap_or_default();
    let mut entry = json!({
        "RuleNumber": either("rule_no", "rule_number"),
        "Egress": is_egress,
        "RuleAction": either("action", "rule_action"),
        "Protocol": protocol,
        "CidrBlock": text(values, "cidr_block"),
        "Ipv6CidrBlock": text(values, "ipv6_cidr_block"),
    });
    let Some(members) = entry.as_object_mut() else { return entry };
    match protocol.to_ascii_lowercase().as_str() {
        "tcp" | "6" | "udp" | "17" => {
            members.insert(
                "PortRange".to_owned(),
                json!({"From": text(values, "from_port"), "To": text(values, "to_port")}),
            );
        }
        "icmp" | "1" | "icmpv6" | "58" => {
            let of = |key: &str| text(values, key);
            members.insert("IcmpTypeCode".to_owned(), json!({"Type": of("icmp_type"), "Code": of("icmp_code")}));
        }
        _ => {}
    }
    compact(entry)
}
