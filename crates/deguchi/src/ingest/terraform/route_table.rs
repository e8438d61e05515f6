//! Route tables: inline routes, routes that are resources of their own, associations, propagation, and what AWS adds by itself.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    document::{Resource, elements, text},
    gateway::{INTERNET_GATEWAY, VPN_GATEWAY},
    machine::INSTANCE,
    reader::{Reader, compact},
    reference::Named,
    vpc::{SUBNET, VPC},
};
use crate::notice::TerraformNotice;

/// A route table as it comes together.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Table {
    pub(super) address: String,
    pub(super) vpc: Option<String>,
    pub(super) is_main: bool,
    pub(super) subnets: BTreeSet<String>,
    pub(super) gateways: BTreeSet<String>,
    /// Routes as AWS prints them.
    pub(super) routes: Vec<Value>,
    pub(super) tags: Value,
    /// Whether it is one that AWS made, and nobody looks after.
    pub(super) is_implied: bool,
}

pub(super) const ROUTE_TABLE: [&str; 2] = ["aws_route_table", "aws_default_route_table"];

/// Where a route may lead: its attribute, AWS's member, and the types of what it may name.
const TARGETS: [(&str, &str, &[&str]); 12] = [
    ("gateway_id", "GatewayId", &["aws_internet_gateway", "aws_vpn_gateway", "aws_vpc_endpoint"]),
    ("nat_gateway_id", "NatGatewayId", &["aws_nat_gateway"]),
    ("egress_only_gateway_id", "EgressOnlyInternetGatewayId", &["aws_egress_only_internet_gateway"]),
    ("vpc_endpoint_id", "VpcEndpointId", &["aws_vpc_endpoint"]),
    ("network_interface_id", "NetworkInterfaceId", &["aws_network_interface"]),
    ("instance_id", "InstanceId", &INSTANCE),
    ("transit_gateway_id", "TransitGatewayId", &["aws_ec2_transit_gateway"]),
    (
        "vpc_peering_connection_id",
        "VpcPeeringConnectionId",
        &["aws_vpc_peering_connection", "aws_vpc_peering_connection_accepter"],
    ),
    ("carrier_gateway_id", "CarrierGatewayId", &["aws_ec2_carrier_gateway"]),
    ("local_gateway_id", "LocalGatewayId", &["aws_ec2_local_gateway"]),
    ("core_network_arn", "CoreNetworkArn", &["aws_networkmanager_core_network"]),
    ("odb_network_arn", "OdbNetworkArn", &["aws_odb_network"]),
];

/// What a route is for: its attribute, and AWS's member.
const DESTINATIONS: [(&str, &str); 5] = [
    ("destination_cidr_block", "DestinationCidrBlock"),
    ("cidr_block", "DestinationCidrBlock"),
    ("destination_ipv6_cidr_block", "DestinationIpv6CidrBlock"),
    ("ipv6_cidr_block", "DestinationIpv6CidrBlock"),
    ("destination_prefix_list_id", "DestinationPrefixListId"),
];

/// Types of what has a prefix list.
pub(super) const PREFIX_LIST: [&str; 2] = ["aws_ec2_managed_prefix_list", "aws_prefix_list"];

impl Reader<'_> {
    /// Reads route tables; gateways, endpoints and machines may add routes later.
    pub(super) fn route_tables(&mut self) {
        for vpc in self.vpcs.clone().into_iter().filter(|(_, facts)| !facts.is_data) {
            let (id, facts) = vpc;
            // The snapshot beneath may have it, and another one as the main table.
            if self.tables.values().any(|table| table.is_main && table.vpc.as_ref() == Some(&id)) {
                continue;
            }
            let table = self.table(&facts.main_table, &format!("{}.default_route_table_id", facts.address));
            (table.vpc, table.is_main, table.is_implied) = (Some(id), true, true);
        }
        for resource in self.all(&ROUTE_TABLE) {
            self.route_table(resource);
        }
        for resource in self.managed(&["aws_main_route_table_association"]) {
            let (vpc, table) = (self.id(resource, "vpc_id", &VPC), self.id(resource, "route_table_id", &ROUTE_TABLE));
            self.make_main(vpc.as_deref(), table.as_deref());
        }
        for resource in self.managed(&["aws_route_table_association"]) {
            self.association(resource);
        }
        for resource in self.managed(&["aws_route"]) {
            let named = self.named(resource, "route_table_id", &ROUTE_TABLE);
            let route = self.route(resource, None, &resource.values);
            if let Named::Open(_) = named {
                // Each table may have it: what goes by them is not known.
                for table in named.possible(self.tables.keys()) {
                    self.table(&table, &resource.address).routes.push(json!({}));
                }
            }
            let table = named.id().map(str::to_owned);
            let Some(table) = table else { continue };
            let vpc = self.tables.get(&table).and_then(|table| table.vpc.clone());
            let entry = self.table(&table, &resource.address);
            entry.vpc = vpc;
            entry.put(route);
        }
    }

    /// The table with an id; a new one if there is none yet.
    pub(super) fn table(&mut self, id: &str, address: &str) -> &mut Table {
        let new = || Table { address: address.to_owned(), tags: json!([]), ..Table::default() };
        self.tables.entry(id.to_owned()).or_insert_with(new)
    }

    fn route_table(&mut self, resource: &Resource) {
        let own = if resource.kind == "aws_default_route_table" {
            self.id(resource, "default_route_table_id", &ROUTE_TABLE)
        } else {
            resource.text("route_table_id").or_else(|| Some(resource.id()))
        };
        let Some(id) = own.filter(|id| !resource.is_data || self.tables.get(id).is_none_or(|table| table.is_implied))
        else {
            return;
        };
        let vpc = self.id(resource, "vpc_id", &VPC);
        let routes = self.inline_routes(resource, &id);
        let propagating = self.ids(resource, "propagating_vgws", &VPN_GATEWAY);
        let mut subnets = Vec::new();
        let mut is_main = false;
        for association in resource.blocks("associations") {
            subnets.extend(text(association, "subnet_id"));
            is_main |= association.get("main") == Some(&Value::Bool(true));
        }
        if resource.is_data && self.base.get("RouteTables", &id).is_some() {
            return;
        }
        let is_configured =
            self.references.is_configured(resource, "route") || resource.kind == "aws_default_route_table";
        let table = self.table(&id, &resource.address);
        // What AWS adds by itself is in no refreshed table; what nobody manages here stays as the snapshot beneath has it.
        table.routes.retain(|route| {
            let is = |member: &str, value: &str| route.get(member).and_then(Value::as_str) == Some(value);
            !is_configured
                || is("Origin", "EnableVgwRoutePropagation")
                || is("GatewayId", "local")
                || route.get("DestinationPrefixListId").is_some()
        });
        table.address.clone_from(&resource.address);
        table.vpc = vpc.or_else(|| table.vpc.take());
        (table.tags, table.is_implied) = (resource.tags(), false);
        table.is_main |= is_main;
        table.subnets.extend(subnets);
        routes.into_iter().for_each(|route| table.put(route));
        for gateway in propagating.ids {
            self.propagate(&gateway, &id);
        }
    }

    /// The routes written into a table. What a refreshed table lists besides is there too, but for what the plan deletes.
    fn inline_routes(&mut self, resource: &Resource, table: &str) -> Vec<Value> {
        let attribute = if resource.is_data { "routes" } else { "route" };
        let is_configured = self.references.is_configured(resource, attribute);
        let mut routes = Vec::new();
        let blocks: Vec<Map<String, Value>> = resource.blocks(attribute).into_iter().cloned().collect();
        for (index, block) in blocks.iter().enumerate() {
            routes.push(self.route(resource, Some((attribute, index)), block));
        }
        if is_configured {
            if blocks.is_empty() && resource.is_unknown(attribute) {
                let attribute = attribute.to_owned();
                self.say(TerraformNotice::Open { attribute, candidates: Vec::new() }, resource);
                routes.push(json!({}));
            }
            return routes;
        }
        let gone = self.world.gone.iter().filter(|gone| gone.kind == "aws_route");
        let gone: Vec<Value> = gone
            .filter(|gone| gone.text("route_table_id").as_deref() == Some(table))
            .filter_map(|gone| destination_of(&gone.values))
            .collect();
        routes.retain(|route| !gone.iter().any(|gone| same_destination(gone, route)));
        routes
    }

    /// One route, of a resource of its own or of a block.
    fn route(&mut self, resource: &Resource, block: Option<(&str, usize)>, values: &Map<String, Value>) -> Value {
        let mut route = Map::new();
        for (attribute, member) in DESTINATIONS {
            let named = self.attribute(resource, block, values, attribute, &PREFIX_LIST);
            if let Some(written) = named.id() {
                route.entry(member).or_insert_with(|| json!(written));
            } else if let Named::Open(_) = named {
                // Whatever it is for: the route may be for any destination.
                route.clear();
                break;
            }
        }
        for (attribute, member, types) in TARGETS {
            let is_set = match (block, self.references.has_configuration(resource)) {
                // The provider computes these two for routes to each other.
                (None, true) => self.references.is_configured(resource, attribute),
                _ => true,
            };
            match self.attribute(resource, block, values, attribute, types) {
                Named::This(id) | Named::Likely(id) => {
                    route.insert(member.to_owned(), json!(id));
                }
                Named::Open(candidates) if is_set => {
                    let one_of = if candidates.is_empty() { resource.address.clone() } else { candidates.join(" | ") };
                    route.insert(member.to_owned(), json!(one_of));
                }
                Named::Open(_) | Named::Nothing => {}
            }
        }
        let is_gone = route.values().filter_map(Value::as_str).any(|id| self.gone.contains(id));
        let state = text(values, "state").filter(|_| block.is_none());
        if is_gone || state.as_deref() == Some("blackhole") {
            route.insert("State".to_owned(), json!("blackhole"));
        }
        Value::Object(route)
    }

    fn attribute(
        &mut self,
        resource: &Resource,
        block: Option<(&str, usize)>,
        values: &Map<String, Value>,
        attribute: &str,
        types: &[&str],
    ) -> Named {
        match block {
            Some(block) => self.named_in_block(resource, block, values, attribute, types),
            None => self.named(resource, attribute, types),
        }
    }

    fn association(&mut self, resource: &Resource) {
        let table = self.named(resource, "route_table_id", &ROUTE_TABLE);
        let subnet = self.named(resource, "subnet_id", &SUBNET);
        let gateway = self.named(resource, "gateway_id", &[INTERNET_GATEWAY[0], VPN_GATEWAY[0]]);
        let Some(table) = table.id().map(str::to_owned) else {
            // The subnet has a table of its own, and nobody knows which: none is better than the main one.
            if let Some(subnet) = subnet.id() {
                let vpc = self.vpc_of(subnet);
                let own = self.table(&resource.address, &resource.address);
                own.vpc = vpc;
                own.subnets.insert(subnet.to_owned());
                own.routes.push(json!({}));
            }
            return;
        };
        if let Named::Open(_) = subnet {
            // Some subnet has this table: which have the main one is not known (RT-2).
            let vpc = self.tables.get(&table).and_then(|table| table.vpc.clone());
            let own = self.tables.values_mut().filter(|table| vpc.is_none() || table.vpc == vpc);
            own.for_each(|table| table.is_main = false);
        }
        if let Some(subnet) = subnet.id() {
            self.move_to_table(subnet, &table);
        }
        let entry = self.table(&table, &resource.address);
        entry.subnets.extend(subnet.id().map(str::to_owned));
        entry.gateways.extend(gateway.id().map(str::to_owned));
    }

    fn make_main(&mut self, vpc: Option<&str>, table: Option<&str>) {
        let vpc = vpc.map(str::to_owned).or_else(|| self.tables.get(table?)?.vpc.clone());
        for (id, own) in &mut self.tables {
            if vpc.is_none() || own.vpc == vpc {
                own.is_main = Some(id.as_str()) == table;
            }
        }
    }

    /// Has a virtual private gateway propagate its routes into a table.
    pub(super) fn propagate(&mut self, gateway: &str, table: &str) {
        let routes = self.propagated_routes(gateway);
        if let Some(table) = self.tables.get_mut(table) {
            table.routes.extend(routes);
        }
    }

    /// A route to a gateway that is not attached to the VPC is a blackhole (RT-14).
    fn lose_detached(&self, route: &mut Value, vpc: Option<&str>) {
        let Some(gateway) = route.get("GatewayId").cloned() else { return };
        let is_attached = |list: &str, id: &str, attachments: &str| {
            let known = self.answers.lists.get(list)?.iter().find(|(element, _)| element.get(id) == Some(&gateway))?;
            let mut attached =
                elements(known.0.get(attachments)).filter_map(|own| own.get("VpcId").and_then(Value::as_str));
            Some(attached.any(|own| Some(own) == vpc))
        };
        let internet = is_attached("InternetGateways", "InternetGatewayId", "Attachments");
        let vpn = is_attached("VpnGateways", "VpnGatewayId", "VpcAttachments");
        if let (Some(false), Some(members)) = (internet.or(vpn), route.as_object_mut()) {
            members.insert("State".to_owned(), json!("blackhole"));
        }
    }

    /// Prints the tables, each with the local routes that every table has (RT-12).
    pub(super) fn print_route_tables(&mut self) {
        for (id, table) in std::mem::take(&mut self.tables) {
            if super::over::is_table_unchanged(&id, &table, self.base.get("RouteTables", &id)) {
                continue;
            }
            let facts = table.vpc.as_ref().and_then(|vpc| self.vpcs.get(vpc));
            let mut routes = table.routes.clone();
            routes.iter_mut().for_each(|route| self.lose_detached(route, table.vpc.as_deref()));
            let v4 = facts.into_iter().flat_map(|vpc| &vpc.cidr_blocks).map(|range| ("DestinationCidrBlock", range));
            let v6 = facts.into_iter().flat_map(|vpc| &vpc.ipv6_cidr_blocks);
            for (member, range) in v4.chain(v6.map(|range| ("DestinationIpv6CidrBlock", range))) {
                let local = json!({member: range, "GatewayId": "local", "Origin": "CreateRouteTable"});
                if !routes.iter().any(|route| same_destination(route, &local)) {
                    routes.insert(0, local);
                }
            }
            let main = table.is_main.then(|| json!({"Main": true}));
            let subnets = table.subnets.iter().map(|subnet| json!({"Main": false, "SubnetId": subnet}));
            let gateways = table.gateways.iter().map(|gateway| json!({"Main": false, "GatewayId": gateway}));
            let associations: Vec<Value> = main.into_iter().chain(subnets).chain(gateways).collect();
            let element = json!({
                "RouteTableId": id, "VpcId": table.vpc, "Associations": associations, "Routes": routes,
                "Tags": table.tags,
            });
            self.answers.add("RouteTables", &table.address, compact(element));
        }
    }
}

impl Table {
    /// Takes a route away.
    pub(super) fn take_away(&mut self, values: &Map<String, Value>) {
        if let Some(gone) = destination_of(values) {
            self.routes.retain(|own| {
                !same_destination(own, &gone) || own.get("Origin") == Some(&json!("EnableVgwRoutePropagation"))
            });
        }
    }

    /// Adds a route, in place of one for the same destination.
    pub(super) fn put(&mut self, route: Value) {
        let own = self.routes.iter_mut().find(|own| {
            same_destination(own, &route) && own.get("Origin") != Some(&json!("EnableVgwRoutePropagation"))
        });
        match own {
            Some(own) => *own = route,
            None => self.routes.push(route),
        }
    }
}

fn destination_of(values: &Map<String, Value>) -> Option<Value> {
    let found = DESTINATIONS.iter().find_map(|(attribute, member)| Some((*member, text(values, attribute)?)));
    found.map(|(member, written)| json!({member: written}))
}

fn same_destination(one: &Value, other: &Value) -> bool {
    DESTINATIONS.iter().any(|(_, member)| one.get(member).is_some() && one.get(member) == other.get(member))
}
