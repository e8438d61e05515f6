//! How names are resolved: DHCP option sets, private hosted zones with their records, rules and endpoints of the Resolver.
//!
//! Leaves out public zones, and what a private zone has that Terraform does not make.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    document::{Resource, text},
    machine::Interface,
    reader::{Reader, compact},
    reference::Named,
    security_group::SECURITY_GROUP,
    vpc::{SUBNET, VPC},
};

pub(super) const DHCP_OPTIONS: [&str; 2] = ["aws_vpc_dhcp_options", "aws_default_vpc_dhcp_options"];
const ZONE: [&str; 1] = ["aws_route53_zone"];
const RULE: [&str; 1] = ["aws_route53_resolver_rule"];
const ENDPOINT: [&str; 1] = ["aws_route53_resolver_endpoint"];

impl Reader<'_> {
    /// Reads what decides about names.
    pub(super) fn name_resolution(&mut self) {
        for resource in self.all(&DHCP_OPTIONS) {
            self.dhcp_options(resource);
        }
        self.private_zones();
        for resource in self.managed(&ENDPOINT) {
            self.resolver_endpoint(resource);
        }
        self.resolver_rules();
    }

    /// The option set of a VPC, and the attributes with the provider's defaults.
    pub(super) fn dns_of_vpc(&mut self, resource: &Resource) -> Value {
        let own = resource.id();
        let mut set = resource.text("dhcp_options_id");
        for association in self.managed(&["aws_vpc_dhcp_options_association"]) {
            if self.id(association, "vpc_id", &VPC).as_deref() == Some(&own) {
                // Which one is not known: then nothing is said of it.
                set = self.id(association, "dhcp_options_id", &DHCP_OPTIONS);
            }
        }
        let attribute = |key: &str, default: bool| {
            let known = resource.flag(key);
            // The provider writes its defaults into every plan and state of its own resources.
            let value = if resource.is_unknown(key) || resource.is_data { known } else { known.or(Some(default)) };
            value.map(|value| json!({"Value": value}))
        };
        json!({
            "DhcpOptionsId": set,
            "EnableDnsSupport": attribute("enable_dns_support", true),
            "EnableDnsHostnames": attribute("enable_dns_hostnames", resource.kind == "aws_default_vpc"),
        })
    }

    fn dhcp_options(&mut self, resource: &Resource) {
        let id = resource.id();
        let servers = match resource.values.get("domain_name_servers") {
            Some(Value::String(servers)) => servers.split([',', ' ']).map(str::to_owned).collect(),
            _ => resource.texts("domain_name_servers"),
        };
        if resource.is_unknown("domain_name_servers") {
            // A set of unknown servers is as one that is not there.
            return;
        }
        let values = |texts: Vec<String>| -> Vec<Value> { texts.iter().map(|text| json!({"Value": text})).collect() };
        let mut configurations = Vec::new();
        if !servers.is_empty() {
            configurations.push(json!({"Key": "domain-name-servers", "Values": values(servers)}));
        }
        if let Some(domain) = resource.text("domain_name") {
            configurations.push(json!({"Key": "domain-name", "Values": values(vec![domain])}));
        }
        let element = json!({"DhcpOptionsId": id, "DhcpConfigurations": configurations, "Tags": resource.tags()});
        self.add_unless_known("DhcpOptions", resource, &id, element);
    }

    fn private_zones(&mut self) {
        let mut vpcs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut is_whole: BTreeMap<String, bool> = BTreeMap::new();
        for resource in self.managed(&ZONE) {
            for (index, block) in resource.blocks("vpc").into_iter().enumerate() {
                let named = self.named_in_block(resource, ("vpc", index), block, "vpc_id", &VPC);
                let own = vpcs.entry(resource.id()).or_default();
                own.extend(named.id().map(str::to_owned));
                is_whole.entry(resource.id()).or_insert(true);
                if let Named::Open(_) = named {
                    is_whole.insert(resource.id(), false);
                }
            }
        }
        for association in self.managed(&["aws_route53_zone_association"]) {
            let zone = self.id(association, "zone_id", &ZONE);
            let vpc = self.id(association, "vpc_id", &VPC);
            if let Some(own) = zone.and_then(|zone| vpcs.get_mut(&zone)) {
                own.extend(vpc);
            }
        }
        let mut records = self.records();
        for resource in self.managed(&ZONE) {
            let id = resource.id();
            let (Some(own), Some(name)) = (vpcs.get(&id), resource.text("name")) else { continue };
            let listed: Vec<Value> = own.iter().map(|vpc| json!({"VPCId": vpc})).collect();
            let listed = is_whole.get(&id).copied().unwrap_or_default().then_some(listed);
            let element = json!({
                "Id": id, "Name": name, "Config": {"PrivateZone": true}, "VPCs": listed,
                "ResourceRecordSets": records.as_mut().map(|all| all.remove(&id).unwrap_or_default()),
            });
            self.answers.add("HostedZones", &resource.address, compact(element));
        }
    }

    /// The records of each zone; none at all where it is not known whose one of them is, or what one of them says.
    fn records(&mut self) -> Option<BTreeMap<String, Vec<Value>>> {
        let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for resource in self.managed(&["aws_route53_record"]) {
            let zone = self.id(resource, "zone_id", &ZONE)?;
            let is_private =
                self.managed(&ZONE).into_iter().any(|own| own.id() == zone && !own.blocks("vpc").is_empty());
            if !is_private {
                continue;
            }
            let whole = self.managed(&ZONE).into_iter().find(|own| own.id() == zone).and_then(|own| own.text("name"));
            let name = resource.text("fqdn").or_else(|| full_name(&resource.text("name")?, &whole?))?;
            if resource.is_unknown("records") || resource.is_unknown("alias") || resource.is_unknown("name") {
                return None;
            }
            let values: Vec<Value> = resource.texts("records").iter().map(|value| json!({"Value": value})).collect();
            let alias = resource.blocks("alias").first().and_then(|alias| text(alias, "name"));
            let element = json!({
                "Name": name, "Type": resource.text("type"), "ResourceRecords": values,
                "AliasTarget": alias.map(|name| json!({"DNSName": name})),
            });
            all.entry(zone).or_default().push(compact(element));
        }
        Some(all)
    }

    /// An endpoint of the Resolver: its interfaces, whose description names it, as AWS writes it.
    fn resolver_endpoint(&mut self, resource: &Resource) {
        let id = resource.id();
        let vpc_of = |reader: &Self, subnet: Option<&String>| subnet.and_then(|subnet| reader.vpc_of(subnet));
        for (index, block) in resource.blocks("ip_address").into_iter().enumerate() {
            let subnet = self
                .named_in_block(resource, ("ip_address", index), block, "subnet_id", &SUBNET)
                .id()
                .map(str::to_owned);
            let vpc = vpc_of(self, subnet.as_ref());
            let own = Interface {
                address: resource.address.clone(),
                vpc,
                subnet,
                private: text(block, "ip").into_iter().collect(),
                groups: Some(self.ids(resource, "security_group_ids", &SECURITY_GROUP).ids.into_iter().collect()),
                check: Some(true),
                description: Some(format!("Route 53 Resolver: {id}:{index}")),
                tags: json!([]),
                ..Interface::default()
            };
            self.interfaces.insert(format!("{id}.network_interface[{index}]"), own);
        }
    }

    fn resolver_rules(&mut self) {
        for resource in self.managed(&RULE) {
            let targets: Vec<Value> = resource
                .blocks("target_ip")
                .into_iter()
                .map(|block| {
                    compact(json!({"Ip": text(block, "ip"), "Ipv6": text(block, "ipv6"), "Port": text(block, "port")}))
                })
                .collect();
            let element = json!({
                "Id": resource.id(), "Name": resource.text("name"), "DomainName": resource.text("domain_name"),
                "RuleType": resource.text("rule_type"), "TargetIps": targets,
                "ResolverEndpointId": self.id(resource, "resolver_endpoint_id", &ENDPOINT),
            });
            self.answers.add("ResolverRules", &resource.address, compact(element));
        }
        let mut associations = Vec::new();
        for resource in self.managed(&["aws_route53_resolver_rule_association"]) {
            let rule = self.id(resource, "resolver_rule_id", &RULE);
            let vpc = self.id(resource, "vpc_id", &VPC);
            // A rule of an association that is not known may be for any VPC: then none is known not to have it.
            let (Some(rule), Some(vpc)) = (rule, vpc) else { return };
            let element = json!({"ResolverRuleId": rule, "VPCId": vpc, "Status": "COMPLETE"});
            associations.push((resource.address.clone(), element));
        }
        let has_rules = !self.managed(&RULE).is_empty();
        if has_rules && associations.is_empty() {
            self.answers.lists.entry("ResolverRuleAssociations").or_default();
        }
        for (address, element) in associations {
            self.answers.add("ResolverRuleAssociations", &address, element);
        }
    }
}

/// A record's name may be written without its zone.
fn full_name(name: &str, zone: &str) -> Option<String> {
    let (name, zone) = (name.trim_end_matches('.'), zone.trim_end_matches('.'));
    let is_whole = name.is_empty() || name == zone || name.ends_with(&format!(".{zone}"));
    Some(if name.is_empty() {
        zone.to_owned()
    } else if is_whole {
        name.to_owned()
    } else {
        format!("{name}.{zone}")
    })
}
