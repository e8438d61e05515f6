//! VPC endpoints: of gateways with the route that AWS adds, of interfaces with the interfaces that AWS makes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    document::{Resource, elements, text},
    machine::Interface,
    reader::{Reader, compact},
    reference::{Named, part_of},
    route_table::ROUTE_TABLE,
    security_group::SECURITY_GROUP,
    vpc::{SUBNET, VPC},
};

const VPC_ENDPOINT: [&str; 1] = ["aws_vpc_endpoint"];

impl Reader<'_> {
    /// Reads VPC endpoints.
    pub(super) fn vpc_endpoints(&mut self) {
        for resource in self.all(&VPC_ENDPOINT) {
            self.vpc_endpoint(resource);
        }
    }

    /// What resources of their own associate with an endpoint.
    fn associated(&mut self, endpoint: &str, kind: &str, attribute: &str, types: &[&str]) -> Vec<String> {
        let mut ids = Vec::new();
        for association in self.managed(&[kind]) {
            if self.id(association, "vpc_endpoint_id", &VPC_ENDPOINT).as_deref() == Some(endpoint) {
                ids.extend(self.id(association, attribute, types));
            }
        }
        ids
    }

    fn vpc_endpoint(&mut self, resource: &Resource) {
        let id = resource.id();
        let vpc = self.id(resource, "vpc_id", &VPC);
        let kind = resource.text("vpc_endpoint_type").unwrap_or_else(|| "Gateway".to_owned());
        let mut element = json!({
            "VpcEndpointId": id,
            "VpcId": vpc,
            "ServiceName": resource.text("service_name"),
            "VpcEndpointType": kind,
            "State": resource.text("state").unwrap_or_else(|| "available".to_owned()),
            "PrivateDnsEnabled": resource.flag("private_dns_enabled"),
            "PolicyDocument": self.endpoint_policy(resource),
            "Tags": resource.tags(),
        });
        let own = if kind.eq_ignore_ascii_case("gateway") {
            self.gateway_endpoint(resource)
        } else {
            self.interface_endpoint(resource, &kind, vpc.as_deref())
        };
        if let (Some(members), Value::Object(own)) = (element.as_object_mut(), own) {
            members.extend(own);
        }
        self.add_unless_known("VpcEndpoints", resource, &id, element);
    }

    /// A gateway endpoint, whose route AWS adds to every table that it is associated with (GE-2).
    fn gateway_endpoint(&mut self, resource: &Resource) -> Value {
        let id = resource.id();
        let listed = self.ids(resource, "route_table_ids", &ROUTE_TABLE);
        let (mut tables, mut is_whole) = (listed.ids, listed.is_whole);
        let kind = "aws_vpc_endpoint_route_table_association";
        tables.extend(self.associated(&id, kind, "route_table_id", &ROUTE_TABLE));
        for association in self.managed(&[kind]) {
            let (of, table) = (
                self.named(association, "vpc_endpoint_id", &VPC_ENDPOINT),
                self.named(association, "route_table_id", &ROUTE_TABLE),
            );
            is_whole &= !matches!((of, table), (Named::Open(_), _) | (_, Named::Open(_)));
        }
        let tables: BTreeSet<String> = tables.into_iter().collect();
        let service = resource.text("service_name").unwrap_or_default();
        // A data source may know the list by its real id, with its ranges.
        let known = self.answers.lists.get("PrefixLists").into_iter().flatten();
        let known = known.map(|(list, _)| list).find(|list| list.get("PrefixListName") == Some(&json!(service)));
        let known = known.and_then(|list| list.get("PrefixListId")).and_then(Value::as_str).map(str::to_owned);
        let list = resource.text("prefix_list_id").or(known).or_else(|| part_of(resource, "prefix_list_id"));
        if let Some(list) = list {
            let ranges = resource.texts("cidr_blocks");
            let ranges = (!ranges.is_empty()).then_some(ranges);
            let element = json!({"PrefixListId": list, "PrefixListName": service, "Cidrs": ranges});
            self.answers.add("PrefixLists", &resource.address, compact(element));
            if !is_whole {
                // Any table may have the route: whether it does is not known.
                let doubtful = json!({"DestinationPrefixListId": list, "GatewayId": id, "State": "known after apply"});
                self.tables.values_mut().for_each(|table| table.put(doubtful.clone()));
            }
            for table in &tables {
                if let Some(table) = self.tables.get_mut(table) {
                    table.put(json!({"DestinationPrefixListId": list, "GatewayId": id}));
                }
            }
        }
        json!({"RouteTableIds": tables})
    }

    /// An endpoint with interfaces: one in each of its subnets.
    fn interface_endpoint(&mut self, resource: &Resource, kind: &str, vpc: Option<&str>) -> Value {
        let id = resource.id();
        let mut subnets = self.ids(resource, "subnet_ids", &SUBNET).ids;
        subnets.extend(self.associated(&id, "aws_vpc_endpoint_subnet_association", "subnet_id", &SUBNET));
        let subnets: BTreeSet<String> = subnets.into_iter().collect();
        let of_its_own =
            self.associated(&id, "aws_vpc_endpoint_security_group_association", "security_group_id", &SECURITY_GROUP);
        let is_interface = kind.eq_ignore_ascii_case("interface");
        let mut groups = if is_interface && of_its_own.is_empty() {
            self.groups_of(resource, "security_group_ids", vpc)
        } else {
            self.listed_groups(resource, "security_group_ids")
        };
        groups.extend(of_its_own);
        let known = resource.texts("network_interface_ids");
        let mut interfaces = Vec::new();
        for (index, subnet) in subnets.iter().enumerate() {
            let interface = known
                .get(index)
                .filter(|_| known.len() == subnets.len())
                .cloned()
                .unwrap_or_else(|| format!("{id}.network_interface[{subnet}]"));
            let configured = resource.blocks("subnet_configuration").into_iter();
            let mut configured = configured.filter(|block| text(block, "subnet_id").as_deref() == Some(subnet));
            let own = Interface {
                address: resource.address.clone(),
                vpc: vpc.map(str::to_owned),
                subnet: Some(subnet.clone()),
                private: configured.find_map(|block| text(block, "ipv4")).into_iter().collect(),
                groups: Some(groups.clone()),
                check: Some(true),
                kind: Some(if is_interface { "vpc_endpoint" } else { "gateway_load_balancer_endpoint" }),
                description: Some(format!("VPC Endpoint Interface {id}")),
                tags: json!([]),
                ..Interface::default()
            };
            self.interfaces.insert(interface.clone(), own);
            interfaces.push(interface);
        }
        let groups: Vec<Value> = groups.into_iter().map(|group| json!({"GroupId": group})).collect();
        json!({"NetworkInterfaceIds": interfaces, "SubnetIds": subnets, "Groups": groups})
    }

    /// The policy of an endpoint, as text where it is known. Without one AWS lets everything through (GE-7).
    fn endpoint_policy(&mut self, resource: &Resource) -> Value {
        let kind = "aws_vpc_endpoint_policy";
        for own in self.managed(&[kind]) {
            if self.id(own, "vpc_endpoint_id", &VPC_ENDPOINT).as_deref() == Some(&resource.id()) {
                return self.policy(own, "policy");
            }
        }
        let is_set = resource.text("policy").is_some() || self.references.is_configured(resource, "policy");
        if is_set || !self.references.has_configuration(resource) && resource.is_unknown("policy") {
            return self.policy(resource, "policy");
        }
        json!({"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
    }

    /// A policy: its text, or where that is not known yet the statements of the data source that it comes from.
    pub(super) fn policy(&mut self, resource: &Resource, attribute: &str) -> Value {
        if let Some(known) = resource.text(attribute) {
            return Value::String(known);
        }
        let named = self.references.named(resource, &[attribute], 0, &["aws_iam_policy_document"]);
        if let Named::This(id) | Named::Likely(id) = &named {
            let document = self
                .data(&["aws_iam_policy_document"])
                .into_iter()
                .find(|data| data.id() == *id || data.address == *id);
            if let Some(document) = document {
                return document.text("json").map_or_else(|| statements(document), Value::String);
            }
        }
        let attribute = attribute.to_owned();
        self.say(crate::notice::TerraformNotice::PolicyOpen { attribute }, resource);
        Value::Null
    }
}

/// The statements of a policy document whose text is not known yet. A member of which anything is not known is kept as one that
/// cannot be read: whether its statement applies is undecided.
fn statements(document: &Resource) -> Value {
    let unknown = |index: usize, key: &str| {
        let own = document.unknown_block("statement", index);
        own.is_some_and(|own| own == &json!(true) || own.get(key).is_some_and(super::document::has_true))
    };
    let mut all = Vec::new();
    for (index, block) in document.blocks("statement").into_iter().enumerate() {
        let list = |key: &str| -> Option<Value> {
            if unknown(index, key) {
                return Some(json!({"known": "after apply"}));
            }
            let own: Vec<&Value> = elements(block.get(key)).collect();
            (!own.is_empty()).then(|| json!(own))
        };
        let principals = |key: &str| -> Option<Value> {
            let own = super::document::blocks(block.get(key));
            let mut all = serde_json::Map::new();
            for principal in own {
                let kind = text(principal, "type").unwrap_or_default();
                let who = principal.get("identifiers").cloned().unwrap_or_default();
                if kind == "*" {
                    return Some(json!("*"));
                }
                all.insert(kind, who);
            }
            (!all.is_empty()).then_some(Value::Object(all))
        };
        let condition = (unknown(index, "condition") || !super::document::blocks(block.get("condition")).is_empty())
            .then(|| conditions(block.get("condition")));
        all.push(compact(json!({
            "Sid": text(block, "sid"),
            "Effect": text(block, "effect").unwrap_or_else(|| "Allow".to_owned()),
            "Principal": principals("principals"),
            "NotPrincipal": principals("not_principals"),
            "Action": list("actions"),
            "NotAction": list("not_actions"),
            "Resource": list("resources"),
            "NotResource": list("not_resources"),
            "Condition": condition,
        })));
    }
    json!({"Version": document.text("version").unwrap_or_else(|| "2012-10-17".to_owned()), "Statement": all})
}

fn conditions(blocks: Option<&Value>) -> Value {
    let mut all = serde_json::Map::new();
    for block in super::document::blocks(blocks) {
        let (Some(test), Some(variable)) = (text(block, "test"), text(block, "variable")) else { return json!(true) };
        let values = block.get("values").cloned().unwrap_or_default();
        let own = all.entry(test).or_insert_with(|| json!({}));
        if let Some(members) = own.as_object_mut() {
            members.insert(variable, values);
        }
    }
    Value::Object(all)
}
