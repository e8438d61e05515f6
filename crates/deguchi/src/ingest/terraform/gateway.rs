//! Gateways of every kind, Elastic IPs, VPN connections, peerings and prefix lists.

use serde_json::{Value, json};

use super::{
    document::{Resource, elements, text, texts},
    machine::INSTANCE,
    reader::{Reader, compact},
    reference::Named,
    route_table::{PREFIX_LIST, ROUTE_TABLE},
    vpc::{SUBNET, VPC},
};
use crate::notice::TerraformNotice;

pub(super) const INTERNET_GATEWAY: [&str; 1] = ["aws_internet_gateway"];
pub(super) const VPN_GATEWAY: [&str; 1] = ["aws_vpn_gateway"];
const ELASTIC_IP: [&str; 1] = ["aws_eip"];
pub(super) const TRANSIT_GATEWAY: [&str; 1] = ["aws_ec2_transit_gateway"];
const VPN_CONNECTION: [&str; 1] = ["aws_vpn_connection"];

impl Reader<'_> {
    /// Reads gateways that are attached to a VPC.
    pub(super) fn gateways(&mut self) {
        for resource in self.all(&INTERNET_GATEWAY) {
            self.attached(
                resource,
                ("InternetGateways", "InternetGatewayId", "Attachments"),
                "aws_internet_gateway_attachment",
                "internet_gateway_id",
            );
        }
        for resource in self.managed(&["aws_egress_only_internet_gateway"]) {
            self.attached(
                resource,
                ("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId", "Attachments"),
                "",
                "",
            );
        }
        for resource in self.all(&VPN_GATEWAY) {
            self.attached(
                resource,
                ("VpnGateways", "VpnGatewayId", "VpcAttachments"),
                "aws_vpn_gateway_attachment",
                "vpn_gateway_id",
            );
        }
        self.vpn_connections();
        for resource in self.managed(&["aws_vpn_gateway_route_propagation"]) {
            let gateway = self.named(resource, "vpn_gateway_id", &VPN_GATEWAY);
            let table = self.named(resource, "route_table_id", &ROUTE_TABLE);
            match (gateway.id(), table.id()) {
                (Some(gateway), Some(table)) => self.propagate(gateway, table),
                _ => {
                    for table in table.possible(self.tables.keys()) {
                        let table = self.tables.get_mut(&table);
                        table.into_iter().for_each(|table| table.routes.push(json!({})));
                    }
                }
            }
        }
        self.transit_gateways();
        self.peerings();
        self.prefix_lists();
    }

    /// A gateway with what it is attached to, by its own attribute or by a resource of its own.
    fn attached(
        &mut self,
        resource: &Resource,
        (list, id, attachments): (&'static str, &str, &str),
        kind: &str,
        gateway: &str,
    ) {
        let own = resource.id();
        let vpc = self.named(resource, "vpc_id", &VPC);
        // Optional and computed: a conditional that comes out as `null` looks the same in a plan.
        let may_be_null = resource.text("vpc_id").is_none() && self.references.is_conditional(resource, "vpc_id");
        let mut is_open = matches!(vpc, Named::Open(_)) || (vpc.id().is_some() && may_be_null);
        if may_be_null && vpc.id().is_some() {
            let candidates: Vec<String> = vpc.id().map(str::to_owned).into_iter().collect();
            self.say(TerraformNotice::Open { attribute: "vpc_id".to_owned(), candidates }, resource);
        }
        let mut vpcs: Vec<String> = vpc.id().map(str::to_owned).into_iter().collect();
        for attachment in resource.blocks("attachments") {
            vpcs.extend(text(attachment, "vpc_id"));
        }
        for attachment in self.managed(&[kind]) {
            let of = self.named(attachment, gateway, &[resource.kind.as_str()]);
            if of.id() == Some(&own) {
                let named = self.named(attachment, "vpc_id", &VPC);
                is_open |= named.id().is_none();
                vpcs.extend(named.id().map(str::to_owned));
            } else if let Named::Open(_) = of {
                is_open = true;
            }
        }
        if is_open {
            // Not to know what it is attached to is not to know the gateway.
            return;
        }
        let state = if list == "InternetGateways" { "available" } else { "attached" };
        let attached: Vec<Value> =
            super::vpc::unique(vpcs).into_iter().map(|vpc| json!({"VpcId": vpc, "State": state})).collect();
        let element = json!({id: own, attachments: attached, "Tags": resource.tags()});
        self.add_unless_known(list, resource, &own, element);
    }

    fn vpn_connections(&mut self) {
        for resource in self.managed(&VPN_CONNECTION) {
            let gateway = self.id(resource, "vpn_gateway_id", &VPN_GATEWAY);
            let routes: Vec<Value> =
                self.static_routes(resource).into_iter().map(|range| json!({"DestinationCidrBlock": range})).collect();
            let element = json!({
                "VpnConnectionId": resource.id(), "VpnGatewayId": gateway, "State": "available", "Routes": routes,
                "Tags": resource.tags(),
            });
            self.answers.add("VpnConnections", &resource.address, compact(element));
        }
    }

    /// The static routes of a VPN connection.
    fn static_routes(&mut self, connection: &Resource) -> Vec<String> {
        let own = connection.blocks("routes").into_iter().filter_map(|route| text(route, "destination_cidr_block"));
        let mut routes: Vec<String> = own.collect();
        for route in self.managed(&["aws_vpn_connection_route"]) {
            if self.id(route, "vpn_connection_id", &VPN_CONNECTION).as_deref() == Some(&connection.id()) {
                routes.extend(route.text("destination_cidr_block"));
            }
        }
        super::vpc::unique(routes)
    }

    /// The routes that a virtual private gateway propagates (VP-3): those of its connections. What BGP will bring is in no plan,
    /// so that a route to any private range may be one of them.
    pub(super) fn propagated_routes(&mut self, gateway: &str) -> Vec<Value> {
        const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
        let mut routes = Vec::new();
        for connection in self.managed(&VPN_CONNECTION) {
            if self.id(connection, "vpn_gateway_id", &VPN_GATEWAY).as_deref() != Some(gateway) {
                continue;
            }
            let is_static = connection.flag("static_routes_only").unwrap_or(false);
            let ranges = self.static_routes(connection);
            routes.extend(ranges.into_iter().map(|range| {
                json!({"DestinationCidrBlock": range, "GatewayId": gateway, "Origin": "EnableVgwRoutePropagation"})
            }));
            if !is_static {
                self.say(TerraformNotice::LearnedRoutes { gateway: gateway.to_owned() }, connection);
                routes.extend(PRIVATE.into_iter().map(|range| {
                    let state = "learned by BGP";
                    json!({"DestinationCidrBlock": range, "GatewayId": gateway, "State": state, "Origin": "EnableVgwRoutePropagation"})
                }));
            }
        }
        routes
    }

    fn peerings(&mut self) {
        let kind = ["aws_vpc_peering_connection"];
        for resource in self.managed(&kind) {
            let own = resource.id();
            let mut is_accepted = resource.flag("auto_accept") == Some(true);
            for accepter in self.managed(&["aws_vpc_peering_connection_accepter"]) {
                let of = self.id(accepter, "vpc_peering_connection_id", &kind);
                is_accepted |= of.as_deref() == Some(&own) && accepter.flag("auto_accept") == Some(true);
            }
            let status = match resource.text("accept_status") {
                Some(status) => status,
                None if is_accepted => "active".to_owned(),
                None => "pending-acceptance".to_owned(),
            };
            let side = |reader: &Self, vpc: Option<&str>, owner: Option<String>, region: Option<String>| {
                let ranges = vpc.and_then(|vpc| reader.vpcs.get(vpc)).map(|facts| facts.cidr_blocks.clone());
                let set: Vec<Value> = ranges.into_iter().flatten().map(|range| json!({"CidrBlock": range})).collect();
                compact(json!({"VpcId": vpc, "OwnerId": owner, "Region": region, "CidrBlockSet": set}))
            };
            let (vpc, peer) = (self.id(resource, "vpc_id", &VPC), self.id(resource, "peer_vpc_id", &VPC));
            let element = json!({
                "VpcPeeringConnectionId": own,
                "RequesterVpcInfo": side(self, vpc.as_deref(), self.account.clone(), self.region.clone()),
                "AccepterVpcInfo": side(self, peer.as_deref(), resource.text("peer_owner_id"), resource.text("peer_region")),
                "Status": {"Code": status},
                "Tags": resource.tags(),
            });
            self.answers.add("VpcPeeringConnections", &resource.address, element);
        }
    }

    /// Prefix lists: the customer's, those that data sources show, and AWS's of a gateway endpoint.
    fn prefix_lists(&mut self) {
        for resource in self.managed(&["aws_ec2_managed_prefix_list"]) {
            let own = resource.id();
            let mut ranges: Vec<String> =
                resource.blocks("entry").into_iter().filter_map(|entry| text(entry, "cidr")).collect();
            let mut is_whole = !(resource.is_unknown("entry") && self.references.is_configured(resource, "entry"));
            for entry in self.managed(&["aws_ec2_managed_prefix_list_entry"]) {
                if self.id(entry, "prefix_list_id", &PREFIX_LIST).as_deref() == Some(&own) {
                    is_whole &= entry.text("cidr").is_some();
                    ranges.extend(entry.text("cidr"));
                }
            }
            let ranges = is_whole.then(|| super::vpc::unique(ranges));
            let element = json!({"PrefixListId": own, "PrefixListName": resource.text("name"), "Cidrs": ranges});
            self.answers.add("PrefixLists", &resource.address, compact(element));
        }
        for resource in self.data(&PREFIX_LIST) {
            let entries = resource.blocks("entries").into_iter().filter_map(|entry| text(entry, "cidr"));
            let ranges: Vec<String> = resource.texts("cidr_blocks").into_iter().chain(entries).collect();
            let ranges = (!ranges.is_empty()).then_some(ranges);
            let element =
                json!({"PrefixListId": resource.id(), "PrefixListName": resource.text("name"), "Cidrs": ranges});
            self.answers.add("PrefixLists", &resource.address, compact(element));
        }
    }

    /// Reads NAT gateways and Elastic IPs. Their addresses may not be known yet.
    pub(super) fn nat_gateways_and_addresses(&mut self) {
        for resource in self.all(&["aws_nat_gateway"]) {
            self.nat_gateway(resource);
        }
        // What the plan deletes is listed for a while (AP-7), and says why a route to it is a blackhole.
        for resource in self.world.gone.iter().filter(|gone| gone.kind == "aws_nat_gateway") {
            let id = resource.id();
            let (vpc, subnet) =
                (resource.text("subnet_id").and_then(|subnet| self.vpc_of(&subnet)), resource.text("subnet_id"));
            if self.gone.contains(&id) {
                let element = json!({
                    "NatGatewayId": id, "VpcId": vpc, "SubnetId": subnet, "State": "deleted", "NatGatewayAddresses": [],
                    "Tags": resource.tags(),
                });
                self.answers.add("NatGateways", &resource.address, compact(element));
            }
        }
        for resource in self.all(&ELASTIC_IP) {
            self.elastic_ip(resource);
        }
    }

    /// NG-21: AWS gives a regional NAT gateway a table of its own with a route to the VPC's internet gateway. It is in no
    /// plan and no state; a snapshot beneath may have it.
    pub(super) fn tables_of_regional_nat_gateways(&mut self) {
        for resource in self.all(&["aws_nat_gateway"]).into_iter().filter(|own| is_regional(own)) {
            let Some(vpc) = self.id(resource, "vpc_id", &VPC) else { continue };
            let Some(gateway) = self.internet_gateway_of(&vpc) else { continue };
            let table = self.table(&own_table(resource), &resource.address);
            // Routes that are resources of their own may be in it already.
            if table.vpc.is_none() {
                table.vpc = Some(vpc);
                let route =
                    json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway, "Origin": "CreateRouteTable"});
                table.routes.insert(0, route);
                self.say(TerraformNotice::ImpliedTable { gateway }, resource);
            }
        }
    }

    /// The internet gateway that is attached to a VPC, here or in the snapshot beneath.
    fn internet_gateway_of(&self, vpc: &str) -> Option<String> {
        let here = self.answers.lists.get("InternetGateways").into_iter().flatten().map(|(element, _)| element);
        let mut all = here.chain(self.base.all("InternetGateways").map(|(_, element)| element));
        let is_attached = |element: &&Value| {
            let mut vpcs =
                elements(element.get("Attachments")).filter_map(|own| own.get("VpcId").and_then(Value::as_str));
            vpcs.any(|own| own == vpc)
        };
        text(all.find(is_attached)?.as_object()?, "InternetGatewayId")
    }

    /// The addresses of a regional NAT gateway whose zones the configuration names.
    fn zonal_addresses(&mut self, resource: &Resource) -> Vec<Value> {
        let mut addresses = Vec::new();
        for (index, block) in resource.blocks("availability_zone_address").into_iter().enumerate() {
            let place = ("availability_zone_address", index);
            let mut allocations = texts(block, "allocation_ids");
            if allocations.is_empty() {
                let named = self.named_in_block(resource, place, block, "allocation_ids", &ELASTIC_IP);
                allocations.extend(named.id().map(str::to_owned));
            }
            for allocation in allocations {
                let address = json!({
                    "AllocationId": allocation, "PublicIp": self.public_of(&allocation), "Status": "succeeded",
                    "AvailabilityZone": text(block, "availability_zone"),
                    "AvailabilityZoneId": text(block, "availability_zone_id"), "IsPrimary": addresses.is_empty(),
                });
                addresses.push(compact(address));
            }
        }
        addresses
    }

    fn nat_gateway(&mut self, resource: &Resource) {
        let subnet = self.named(resource, "subnet_id", &SUBNET);
        let candidates: Vec<String> = match &subnet {
            Named::Open(candidates) => candidates.clone(),
            other => other.id().map(str::to_owned).into_iter().collect(),
        };
        let of_subnet = candidates.iter().find_map(|subnet| self.vpc_of(subnet));
        let vpc = self.id(resource, "vpc_id", &VPC).or(of_subnet);
        let is_public = resource.text("connectivity_type").as_deref() != Some("private");
        let is_regional = is_regional(resource);
        let private = resource.text("private_ip").or_else(|| {
            let vpc = vpc.as_deref().unwrap_or_default();
            subnet.id().and_then(|subnet| self.private_stand_in(vpc, subnet, resource))
        });
        let allocation = if is_public { self.id(resource, "allocation_id", &ELASTIC_IP) } else { None };
        let public = match (&allocation, resource.text("public_ip")) {
            (_, Some(known)) => Some(known),
            (Some(allocation), None) => Some(self.public_of(allocation)),
            (None, None) if is_public => Some(self.public_stand_in(&resource.address)),
            (None, None) => None,
        };
        let address = json!({
            "PrivateIp": private, "PublicIp": public, "AllocationId": allocation, "IsPrimary": true,
            "NetworkInterfaceId": resource.text("network_interface_id"), "Status": "succeeded",
        });
        let mut addresses = vec![compact(address)];
        for private in resource.texts("secondary_private_ip_addresses") {
            addresses.push(json!({"PrivateIp": private, "IsPrimary": false, "Status": "succeeded"}));
        }
        let by_zone = self.zonal_addresses(resource);
        let zones_are_given = !by_zone.is_empty();
        if zones_are_given {
            addresses = by_zone;
        }
        // NG-22: who names addresses for zones names the zones.
        let zones = resource.text("auto_provision_zones").or_else(|| zones_are_given.then(|| "disabled".to_owned()));
        let element = json!({
            "NatGatewayId": resource.id(),
            "VpcId": vpc,
            "SubnetId": if is_regional { None } else { subnet.id() },
            "State": resource.text("state").unwrap_or_else(|| "available".to_owned()),
            "ConnectivityType": if is_public { "public" } else { "private" },
            "AvailabilityMode": resource.text("availability_mode"),
            "AutoProvisionZones": zones,
            "RouteTableId": is_regional.then(|| own_table(resource)),
            "NatGatewayAddresses": addresses,
            "Tags": resource.tags(),
        });
        self.add_unless_known("NatGateways", resource, &resource.id(), element);
    }

    /// The public address of an Elastic IP, by its allocation.
    fn public_of(&mut self, allocation: &str) -> String {
        let found = self.all(&ELASTIC_IP).into_iter().find(|address| address.id() == allocation);
        let known = found.and_then(|address| address.text("public_ip"));
        known.unwrap_or_else(|| self.public_stand_in(found.map_or(allocation, |address| &address.address)))
    }

    /// What an Elastic IP is associated with. Where that is not known, whether any of the candidates has it is not either.
    fn associated_with(&mut self, resource: &Resource, attribute: &str, types: &[&str]) -> Option<String> {
        let named = self.named(resource, attribute, types);
        if let Named::Open(_) = named {
            self.doubt(&named);
        }
        named.id().map(str::to_owned)
    }

    fn elastic_ip(&mut self, resource: &Resource) {
        let own = resource.id();
        let mut instance = self.associated_with(resource, "instance", &INSTANCE);
        let mut interface = self.associated_with(resource, "network_interface", &["aws_network_interface"]);
        let mut private = resource.text("private_ip").or_else(|| resource.text("associate_with_private_ip"));
        for association in self.managed(&["aws_eip_association"]) {
            let by_address = association.text("public_ip").is_some_and(|it| Some(it) == resource.text("public_ip"));
            if by_address || self.id(association, "allocation_id", &ELASTIC_IP).as_deref() == Some(&own) {
                instance = self.associated_with(association, "instance_id", &INSTANCE);
                interface = self.associated_with(association, "network_interface_id", &["aws_network_interface"]);
                private = association.text("private_ip_address");
            }
        }
        let public = self.public_of(&own);
        let element = json!({
            "AllocationId": own, "PublicIp": public, "InstanceId": instance, "NetworkInterfaceId": interface,
            "PrivateIpAddress": private, "Tags": resource.tags(),
        });
        self.add_unless_known("Addresses", resource, &resource.id(), element);
    }
}

/// Whether a NAT gateway belongs to the VPC as a whole (NG-20).
fn is_regional(resource: &Resource) -> bool {
    resource.text("availability_mode").as_deref() == Some("regional")
}

/// The id of a regional NAT gateway's own table (NG-21).
fn own_table(resource: &Resource) -> String {
    resource.text("route_table_id").unwrap_or_else(|| format!("{}.route_table_id", resource.address))
}
