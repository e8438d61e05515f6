//! Transit gateways: attachments of VPCs, route tables, and what is associated with them and propagated to them.
//!
//! Leaves out peering, Connect and VPN attachments: a route to one leaves a path undecided.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    document::Resource,
    gateway::TRANSIT_GATEWAY,
    reader::{Reader, compact},
    reference::Named,
    route_table::PREFIX_LIST,
    vpc::{SUBNET, VPC},
};

const ATTACHMENT: [&str; 2] =
    ["aws_ec2_transit_gateway_vpc_attachment", "aws_ec2_transit_gateway_vpc_attachment_accepter"];
const ROUTE_TABLE: [&str; 1] = ["aws_ec2_transit_gateway_route_table"];

/// What may name a table: itself, or a gateway whose default table is meant.
const NAMES_TABLE: [&str; 2] = ["aws_ec2_transit_gateway_route_table", "aws_ec2_transit_gateway"];

/// A table as it comes together.
#[derive(Default)]
struct Table {
    routes: Vec<Value>,
    propagations: BTreeSet<String>,
    /// Whether there may be routes that are not known here.
    has_more: bool,
}

/// The tables that a gateway gives to attachments by itself.
struct Defaults {
    association: Option<String>,
    propagation: Option<String>,
}

impl Reader<'_> {
    /// Reads transit gateways and everything about them.
    pub(super) fn transit_gateways(&mut self) {
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        let defaults = self.gateways_with_defaults(&mut tables);
        for resource in self.managed(&ROUTE_TABLE) {
            let gateway = self.id(resource, "transit_gateway_id", &TRANSIT_GATEWAY);
            self.transit_table(&resource.address, &resource.id(), gateway.as_deref(), &resource.tags());
            tables.entry(resource.id()).or_default();
        }
        for resource in self.managed(&ATTACHMENT[..1]) {
            self.vpc_attachment(resource, &defaults, &mut tables);
        }
        for resource in self.managed(&["aws_ec2_transit_gateway_route_table_propagation"]) {
            let attachment = self.id(resource, "transit_gateway_attachment_id", &ATTACHMENT);
            for (table, is_certain) in self.tables_named(resource, &tables) {
                let table = tables.entry(table).or_default();
                match &attachment {
                    Some(attachment) if is_certain => table.propagations.extend([attachment.clone()]),
                    _ => table.has_more = true,
                }
            }
        }
        self.static_transit_routes(&mut tables);
        self.references_to_prefix_lists(&mut tables);
        for (id, table) in tables {
            let each = |attachment: &String| json!({"TransitGatewayAttachmentId": attachment, "State": "enabled"});
            let propagations: Vec<Value> = table.propagations.iter().map(each).collect();
            self.answers.add(
                "TransitGatewayStaticRoutes",
                &id,
                json!({"TransitGatewayRouteTableId": id, "Routes": table.routes, "AdditionalRoutesAvailable": table.has_more}),
            );
            self.answers.add(
                "TransitGatewayPropagations",
                &id,
                json!({"TransitGatewayRouteTableId": id, "TransitGatewayRouteTablePropagations": propagations}),
            );
        }
    }

    fn gateways_with_defaults(&mut self, tables: &mut BTreeMap<String, Table>) -> BTreeMap<String, Defaults> {
        let mut defaults = BTreeMap::new();
        for resource in self.managed(&TRANSIT_GATEWAY) {
            let element = json!({
                "TransitGatewayId": resource.id(), "OwnerId": resource.text("owner_id"), "State": "available",
                "Options": {"SecurityGroupReferencingSupport": resource.text("security_group_referencing_support")},
                "Tags": resource.tags(),
            });
            self.answers.add("TransitGateways", &resource.address, compact(element));
            let default = |option: &str, id: &str| {
                let is_on = resource.text(option).as_deref() != Some("disable");
                let first = || format!("{}.association_default_route_table_id", resource.address);
                is_on.then(|| resource.text(id).unwrap_or_else(first))
            };
            let own = Defaults {
                association: default("default_route_table_association", "association_default_route_table_id"),
                propagation: default("default_route_table_propagation", "propagation_default_route_table_id"),
            };
            let both: BTreeSet<String> = [&own.association, &own.propagation].into_iter().flatten().cloned().collect();
            for table in both {
                self.transit_table(&resource.address, &table, Some(&resource.id()), &json!([]));
                tables.entry(table).or_default();
            }
            defaults.insert(resource.id(), own);
        }
        defaults
    }

    fn transit_table(&mut self, address: &str, id: &str, gateway: Option<&str>, tags: &Value) {
        let element = json!({
            "TransitGatewayRouteTableId": id, "TransitGatewayId": gateway, "State": "available", "Tags": tags,
        });
        self.answers.add("TransitGatewayRouteTables", address, compact(element));
    }

    fn vpc_attachment(
        &mut self,
        resource: &Resource,
        defaults: &BTreeMap<String, Defaults>,
        tables: &mut BTreeMap<String, Table>,
    ) {
        let own = resource.id();
        let gateway = self.id(resource, "transit_gateway_id", &TRANSIT_GATEWAY);
        let vpc = self.id(resource, "vpc_id", &VPC);
        let subnets = self.ids(resource, "subnet_ids", &SUBNET);
        let element = json!({
            "TransitGatewayAttachmentId": own, "TransitGatewayId": gateway, "VpcId": vpc, "State": "available",
            "SubnetIds": subnets.is_whole.then_some(subnets.ids),
            "Options": {
                "ApplianceModeSupport": resource.text("appliance_mode_support"),
                "Ipv6Support": resource.text("ipv6_support"),
                "SecurityGroupReferencingSupport": resource.text("security_group_referencing_support"),
            },
            "Tags": resource.tags(),
        });
        self.answers.add("TransitGatewayVpcAttachments", &resource.address, compact(element));
        let defaults = gateway.as_deref().and_then(|gateway| defaults.get(gateway));
        let is_default = |flag: &str| resource.flag(flag) != Some(false);
        if let Some(table) = defaults.and_then(|defaults| defaults.propagation.as_ref())
            && is_default("transit_gateway_default_route_table_propagation")
        {
            tables.entry(table.clone()).or_default().propagations.insert(own.clone());
        }
        let given = defaults.map(|defaults| {
            let table = defaults.association.clone();
            table.filter(|_| is_default("transit_gateway_default_route_table_association"))
        });
        let Some(table) = self.association_of(&own, given) else { return };
        let association = table.map(|table| json!({"TransitGatewayRouteTableId": table, "State": "associated"}));
        let element = json!({
            "TransitGatewayAttachmentId": own, "TransitGatewayId": gateway, "ResourceType": "vpc", "ResourceId": vpc,
            "State": "available", "Association": association,
        });
        self.answers.add("TransitGatewayAttachments", &resource.address, compact(element));
    }

    /// The table that an attachment is associated with, by a resource of its own or by the gateway's default; `None`
    /// where that is not known.
    fn association_of(&mut self, attachment: &str, given: Option<Option<String>>) -> Option<Option<String>> {
        let mut found = given;
        for resource in self.managed(&["aws_ec2_transit_gateway_route_table_association"]) {
            let of = self.named(resource, "transit_gateway_attachment_id", &ATTACHMENT);
            match of.id() {
                Some(id) if id == attachment => {
                    found = self.id(resource, "transit_gateway_route_table_id", &NAMES_TABLE).map(Some);
                }
                Some(_) => {}
                None => found = None,
            }
        }
        found
    }

    /// The tables that a resource may be about, and whether it is surely about it.
    fn tables_named(&mut self, resource: &Resource, tables: &BTreeMap<String, Table>) -> Vec<(String, bool)> {
        let named = self.named(resource, "transit_gateway_route_table_id", &NAMES_TABLE);
        match &named {
            Named::Open(_) => named.possible(tables.keys()).into_iter().map(|table| (table, false)).collect(),
            _ => named.id().map(|table| (table.to_owned(), true)).into_iter().collect(),
        }
    }

    fn static_transit_routes(&mut self, tables: &mut BTreeMap<String, Table>) {
        for resource in self.managed(&["aws_ec2_transit_gateway_route"]) {
            let is_blackhole = resource.flag("blackhole") == Some(true);
            let attachment = self.id(resource, "transit_gateway_attachment_id", &ATTACHMENT);
            let destination = resource.text("destination_cidr_block");
            for (table, is_certain) in self.tables_named(resource, tables) {
                let table = tables.entry(table).or_default();
                if !is_certain || destination.is_none() || (attachment.is_none() && !is_blackhole) {
                    table.has_more = true;
                    continue;
                }
                let ends = attachment.iter().map(|id| json!({"TransitGatewayAttachmentId": id})).collect::<Vec<_>>();
                table.routes.push(json!({
                    "DestinationCidrBlock": destination, "Type": "static", "TransitGatewayAttachments": ends,
                    "State": if is_blackhole { "blackhole" } else { "active" },
                }));
            }
        }
        // A route that the plan takes away may still be in a snapshot beneath.
        for resource in self.world.gone.iter().filter(|gone| gone.kind == "aws_ec2_transit_gateway_route") {
            if let Some(table) = resource.text("transit_gateway_route_table_id") {
                tables.entry(table).or_default().has_more = true;
            }
        }
    }

    fn references_to_prefix_lists(&mut self, tables: &mut BTreeMap<String, Table>) {
        for resource in self.managed(&["aws_ec2_transit_gateway_prefix_list_reference"]) {
            let attachment = self.id(resource, "transit_gateway_attachment_id", &ATTACHMENT);
            let list = self.id(resource, "prefix_list_id", &PREFIX_LIST);
            let is_blackhole = resource.flag("blackhole") == Some(true);
            for (table, is_certain) in self.tables_named(resource, tables) {
                if !is_certain || list.is_none() || (attachment.is_none() && !is_blackhole) {
                    tables.entry(table).or_default().has_more = true;
                    continue;
                }
                let element = json!({
                    "TransitGatewayRouteTableId": table, "PrefixListId": list, "Blackhole": is_blackhole,
                    "State": "available", "TransitGatewayAttachment": {"TransitGatewayAttachmentId": attachment},
                });
                self.answers.add("TransitGatewayPrefixListReferences", &resource.address, compact(element));
            }
        }
    }
}
