//! VPCs and subnets, and their tables, ACLs and groups that AWS makes by itself.

use serde_json::{Value, json};

use super::{
    document::{Resource, elements},
    reader::{Reader, SubnetFacts, VpcFacts, compact},
    reference::part_of,
};

pub(super) const VPC: [&str; 2] = ["aws_vpc", "aws_default_vpc"];
pub(super) const SUBNET: [&str; 2] = ["aws_subnet", "aws_default_subnet"];

impl Reader<'_> {
    /// Reads VPCs and subnets.
    pub(super) fn vpcs_and_subnets(&mut self) {
        self.region = self.region_of_provider();
        self.account = self.account_of_caller();
        for resource in self.all(&VPC) {
            self.vpc(resource);
        }
        for resource in self.all(&SUBNET) {
            self.subnet(resource);
        }
        self.several_data_sources();
    }

    fn vpc(&mut self, resource: &Resource) {
        let id = resource.id();
        if self.vpcs.contains_key(&id) {
            return;
        }
        let mut cidr_blocks: Vec<String> = resource.text("cidr_block").into_iter().collect();
        let mut ipv6_cidr_blocks: Vec<String> = resource.text("ipv6_cidr_block").into_iter().collect();
        for association in resource.blocks("cidr_block_associations") {
            cidr_blocks.extend(super::document::text(association, "cidr_block"));
        }
        for (kind, attribute, ranges) in [
            ("aws_vpc_ipv4_cidr_block_association", "cidr_block", &mut cidr_blocks),
            ("aws_vpc_ipv6_cidr_block_association", "ipv6_cidr_block", &mut ipv6_cidr_blocks),
        ] {
            for association in self.managed(&[kind]) {
                if self.id(association, "vpc_id", &VPC).as_deref() == Some(&id) {
                    ranges.extend(association.text(attribute));
                }
            }
        }
        let part = |attribute: &str| match resource.text(attribute) {
            Some(known) => known,
            None => part_of(resource, attribute).unwrap_or_default(),
        };
        let facts = VpcFacts {
            address: resource.address.clone(),
            // Who made another table the main one shows in `main_route_table_id` only.
            main_table: resource.text("main_route_table_id").unwrap_or_else(|| part("default_route_table_id")),
            default_acl: part("default_network_acl_id"),
            default_group: part("default_security_group_id"),
            is_data: resource.is_data,
            cidr_blocks: unique(cidr_blocks),
            ipv6_cidr_blocks: unique(ipv6_cidr_blocks),
        };
        let associated = |key: &str, state: &str, ranges: &[String]| -> Value {
            ranges.iter().map(|range| json!({key: range, state: {"State": "associated"}})).collect()
        };
        let element = json!({
            "VpcId": id,
            "OwnerId": resource.text("owner_id").or_else(|| self.account.clone()),
            "Region": resource.text("region").or_else(|| region_in_arn(resource)).or_else(|| self.region.clone()),
            "CidrBlock": facts.cidr_blocks.first(),
            "CidrBlockAssociationSet": associated("CidrBlock", "CidrBlockState", &facts.cidr_blocks),
            "Ipv6CidrBlockAssociationSet": associated("Ipv6CidrBlock", "Ipv6CidrBlockState", &facts.ipv6_cidr_blocks),
            "Tags": resource.tags(),
        });
        let mut element = element;
        if let (Some(members), Value::Object(dns)) = (element.as_object_mut(), self.dns_of_vpc(resource)) {
            members.extend(dns);
        }
        self.add_unless_known("Vpcs", resource, &id, element);
        self.vpcs.insert(id, facts);
    }

    fn subnet(&mut self, resource: &Resource) {
        let id = resource.id();
        if self.subnets.contains_key(&id) {
            return;
        }
        let vpc = self.id(resource, "vpc_id", &VPC);
        let cidr_block = resource.text("cidr_block");
        let ipv6: Vec<Value> = resource
            .text("ipv6_cidr_block")
            .map(|range| json!({"Ipv6CidrBlock": range, "Ipv6CidrBlockState": {"State": "associated"}}))
            .into_iter()
            .collect();
        let zone = resource.text("availability_zone");
        let element = json!({
            "SubnetId": id,
            "VpcId": vpc,
            "OwnerId": resource.text("owner_id").or_else(|| self.account.clone()),
            "CidrBlock": cidr_block,
            "Ipv6CidrBlockAssociationSet": ipv6,
            "AvailabilityZone": zone,
            "AvailabilityZoneId": resource.text("availability_zone_id"),
            "EnableDns64": resource.flag("enable_dns64"),
            "Tags": resource.tags(),
        });
        self.add_unless_known("Subnets", resource, &id, element);
        let facts = SubnetFacts {
            vpc,
            cidr_block: cidr_block.and_then(|range| range.parse().ok()),
            zone,
            maps_public: resource.flag("map_public_ip_on_launch").unwrap_or(false),
        };
        self.subnets.insert(id, facts);
    }

    /// What data sources list that have an answer of their own: images and prefix lists.
    fn several_data_sources(&mut self) {
        for image in self.data(&["aws_ami"]) {
            let element = json!({
                "ImageId": image.id(),
                "OwnerId": image.text("owner_id"),
                "Name": image.text("name"),
                "Description": image.text("description"),
            });
            self.answers.add("Images", &image.address, compact(element));
        }
    }

    /// The region that the provider is set to.
    fn region_of_provider(&self) -> Option<String> {
        let providers = self.world.configuration.get("provider_config")?.as_object()?;
        let is_aws = |provider: &&Value| {
            let name = provider.get("name").and_then(Value::as_str);
            name == Some("aws") && provider.get("alias").is_none() && provider.get("module_address").is_none()
        };
        let region = providers.values().find(is_aws)?.get("expressions")?.get("region")?;
        let constant = region.get("constant_value").and_then(Value::as_str).map(str::to_owned);
        constant.or_else(|| {
            let mut names = elements(region.get("references")).filter_map(Value::as_str);
            let name = names.find_map(|name| name.strip_prefix("var."))?;
            self.world.variables.get(name)?.get("value")?.as_str().map(str::to_owned)
        })
    }

    /// The account that Terraform works in.
    fn account_of_caller(&self) -> Option<String> {
        let caller = self.data(&["aws_caller_identity"]).into_iter().find_map(|caller| caller.text("account_id"));
        caller.or_else(|| {
            let own = self.world.resources.iter().filter(|resource| !resource.is_data);
            let mut accounts = own.filter_map(|resource| resource.text("owner_id"));
            accounts.find(|account| account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit()))
        })
    }
}

fn region_in_arn(resource: &Resource) -> Option<String> {
    resource.text("arn")?.split(':').nth(3).filter(|region| !region.is_empty()).map(str::to_owned)
}

/// Keeps the order, the first of each.
pub(super) fn unique(mut texts: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts
}
