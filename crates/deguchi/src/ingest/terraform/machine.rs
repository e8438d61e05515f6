//! Instances and network interfaces: those that Terraform makes, and the primary one that comes with an instance.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use serde_json::{Value, json};

use super::{
    document::{Resource, text},
    reader::{Reader, compact},
    reference::Named,
    security_group::SECURITY_GROUP,
    vpc::SUBNET,
};

/// Types that are instances.
pub(super) const INSTANCE: [&str; 2] = ["aws_instance", "aws_spot_instance_request"];
const INTERFACE: [&str; 1] = ["aws_network_interface"];

/// A network interface as it comes together.
#[derive(Debug, Default)]
pub(super) struct Interface {
    pub(super) address: String,
    pub(super) vpc: Option<String>,
    pub(super) subnet: Option<String>,
    /// Its private addresses; one that is not known yet is given one that stands for it.
    pub(super) private: Vec<String>,
    pub(super) ipv6: Vec<String>,
    pub(super) prefixes: Vec<String>,
    /// `None` where they are not known.
    pub(super) groups: Option<BTreeSet<String>>,
    pub(super) check: Option<bool>,
    /// The instance that it is attached to, and its place there.
    pub(super) instance: Option<(String, String)>,
    pub(super) public: Public,
    /// `InterfaceType`, where it is no ordinary one.
    pub(super) kind: Option<&'static str>,
    pub(super) description: Option<String>,
    pub(super) tags: Value,
}

/// The public address that AWS gives an interface by itself.
#[derive(Debug, Default)]
pub(super) enum Public {
    /// None.
    #[default]
    None,
    /// This one.
    Known(String),
    /// One that is known only after apply.
    Later,
}

impl Reader<'_> {
    /// Reads interfaces and instances.
    pub(super) fn machines(&mut self) {
        for resource in self.all(&INTERFACE) {
            self.interface(resource);
        }
        for resource in self.all(&INSTANCE) {
            self.instance(resource);
        }
        for resource in self.managed(&["aws_network_interface_attachment"]) {
            let named = self.named(resource, "network_interface_id", &INTERFACE);
            let of = self.named(resource, "instance_id", &INSTANCE);
            if let (Named::Open(_), _) | (_, Named::Open(_)) = (&named, &of) {
                self.doubt(&named);
            }
            let (interface, instance) = (named.id().map(str::to_owned), of.id().map(str::to_owned));
            let place = resource.text("device_index").unwrap_or_else(|| "1".to_owned());
            if let (Some(interface), Some(instance)) = (interface.and_then(|id| self.interfaces.get_mut(&id)), instance)
            {
                interface.instance = Some((instance, place));
            }
        }
        for resource in self.managed(&["aws_network_interface_sg_attachment"]) {
            let named = self.named(resource, "network_interface_id", &INTERFACE);
            if let Named::Open(_) = named {
                self.doubt(&named);
            }
            let interface = named.id().map(str::to_owned);
            let group = self.named(resource, "security_group_id", &SECURITY_GROUP);
            let Some(interface) = interface.and_then(|id| self.interfaces.get_mut(&id)) else { continue };
            let group = group.id().map_or_else(|| format!("{}.security_group_id", resource.address), str::to_owned);
            interface.groups.iter_mut().for_each(|groups| {
                groups.insert(group.clone());
            });
        }
    }

    /// Something that decides is not known of each of these interfaces: they are not printed, and what meets them is undecided.
    pub(super) fn doubt(&mut self, interfaces: &Named) {
        for interface in interfaces.possible(self.interfaces.keys()) {
            // An instance's is its primary one.
            let own = |own: &&mut Interface| {
                own.instance.as_ref().is_some_and(|(id, place)| *id == interface && place == "0")
            };
            let found = match self.interfaces.contains_key(&interface) {
                true => self.interfaces.get_mut(&interface),
                false => self.interfaces.values_mut().find(own),
            };
            found.into_iter().for_each(|interface| interface.groups = None);
        }
    }

    /// The groups that an attribute names. Where some are not known, one more that no snapshot has stands for them: what the known
    /// ones allow holds, and the rest is undecided.
    pub(super) fn listed_groups(&mut self, resource: &Resource, attribute: &str) -> BTreeSet<String> {
        let mut listed = self.ids(resource, attribute, &SECURITY_GROUP);
        if listed.ids.is_empty() && attribute == "vpc_security_group_ids" {
            let own = self.ids(resource, "security_groups", &SECURITY_GROUP);
            listed.is_whole &= own.is_whole;
            // Names, in the default VPC.
            let id_of = |name: String| {
                let named = self.groups.iter().find(|(_, group)| group.name.as_deref() == Some(&name));
                named.map_or(name.clone(), |(id, _)| id.clone())
            };
            listed.ids = own.ids.into_iter().map(id_of).collect();
        }
        if !listed.is_whole {
            listed.ids.push(unknown_groups(resource, attribute));
        }
        listed.ids.into_iter().collect()
    }

    /// The groups of something in a VPC; without any it carries the default one (SG-3).
    pub(super) fn groups_of(&mut self, resource: &Resource, attribute: &str, vpc: Option<&str>) -> BTreeSet<String> {
        let mut groups = self.listed_groups(resource, attribute);
        if groups.is_empty() {
            let default = vpc.and_then(|vpc| self.vpcs.get(vpc)).map(|facts| facts.default_group.clone());
            groups.insert(default.unwrap_or_else(|| unknown_groups(resource, attribute)));
        }
        groups
    }

    /// The subnet of a machine and its VPC. Where a plan does not hold them they go by names of their own: they are missing then,
    /// and what depends on them is undecided.
    fn place_of(&mut self, resource: &Resource) -> (String, String) {
        let subnet = self.id(resource, "subnet_id", &SUBNET);
        let subnet = subnet.unwrap_or_else(|| format!("{}.subnet_id", resource.address));
        let vpc =
            self.vpc_of(&subnet).or_else(|| resource.text("vpc_id")).unwrap_or_else(|| format!("{subnet}.vpc_id"));
        (subnet, vpc)
    }

    fn interface(&mut self, resource: &Resource) {
        if resource.is_data && self.base.get("NetworkInterfaces", &resource.id()).is_some() {
            return;
        }
        let (subnet, vpc) = self.place_of(resource);
        let groups = Some(self.groups_of(resource, "security_groups", Some(&vpc)));
        let first = resource.text("private_ip");
        let mut private: Vec<String> = first.clone().into_iter().collect();
        private.extend(resource.texts("private_ips").into_iter().filter(|own| Some(own) != first.as_ref()));
        private.extend(resource.texts("private_ip_list").into_iter().filter(|own| Some(own) != first.as_ref()));
        let mut instance = None;
        let blocks: Vec<_> = resource.blocks("attachment").into_iter().cloned().collect();
        for (index, block) in blocks.iter().enumerate() {
            let named = self.named_in_block(resource, ("attachment", index), block, "instance", &INSTANCE);
            let place = text(block, "device_index").unwrap_or_else(|| "1".to_owned());
            let known = text(block, "instance_id");
            instance = named.id().map(str::to_owned).or(known).map(|id| (id, place));
        }
        let interface = Interface {
            address: resource.address.clone(),
            private: super::vpc::unique(private),
            ipv6: resource.texts("ipv6_addresses"),
            prefixes: resource.texts("ipv4_prefixes"),
            check: resource.flag("source_dest_check").or(Some(true)),
            description: resource.text("description"),
            tags: resource.tags(),
            vpc: Some(vpc),
            subnet: Some(subnet),
            groups,
            instance,
            ..Interface::default()
        };
        self.interfaces.insert(resource.id(), interface);
    }

    fn instance(&mut self, resource: &Resource) {
        let id = resource.id();
        if resource.is_data && self.base.get("Instances", &id).is_some() {
            return;
        }
        let mut has_primary = false;
        for key in ["network_interface", "primary_network_interface"] {
            let blocks: Vec<_> = resource.blocks(key).into_iter().cloned().collect();
            for (index, block) in blocks.iter().enumerate() {
                let place = text(block, "device_index").unwrap_or_else(|| "0".to_owned());
                let named = self.named_in_block(resource, (key, index), block, "network_interface_id", &INTERFACE);
                has_primary |= place == "0";
                if let Some(interface) = named.id().and_then(|id| self.interfaces.get_mut(id)) {
                    interface.instance = Some((id.clone(), place));
                }
            }
        }
        let (subnet, vpc) = self.place_of(resource);
        if !has_primary {
            self.primary_interface(resource, &subnet, &vpc);
        }
        let profile = self.instance_profile_of(resource);
        let zone = self.subnets.get(&subnet).and_then(|facts| facts.zone.clone());
        let image = self.id(resource, "ami", &["aws_ami"]);
        let element = json!({
            "InstanceId": id,
            "State": {"Name": resource.text("instance_state").unwrap_or_else(|| "running".to_owned())},
            "ImageId": image,
            "VpcId": vpc,
            "SubnetId": subnet,
            "Placement": {"AvailabilityZone": resource.text("availability_zone").or(zone)},
            "IamInstanceProfile": profile.map(|arn| json!({"Arn": arn})),
            "Tags": resource.tags(),
        });
        self.add_unless_known("Instances", resource, &id, element);
    }

    /// The interface that comes with an instance.
    fn primary_interface(&mut self, resource: &Resource, subnet: &str, vpc: &str) {
        let id = super::reference::part_of(resource, "primary_network_interface_id");
        let id = id.or_else(|| resource.text("network_interface_id"));
        let id = id.unwrap_or_else(|| format!("{}.primary_network_interface_id", resource.address));
        let maps_public = self.subnets.get(subnet).is_some_and(|facts| facts.maps_public);
        let public = match (resource.text("public_ip"), resource.flag("associate_public_ip_address")) {
            (Some(known), _) => Public::Known(known),
            (None, _) if !resource.is_unknown("public_ip") => Public::None,
            (None, Some(true)) => Public::Later,
            (None, None) if maps_public => Public::Later,
            (None, Some(false) | None) => Public::None,
        };
        let first = resource.text("private_ip").into_iter();
        let groups = Some(self.groups_of(resource, "vpc_security_group_ids", Some(vpc)));
        let interface = Interface {
            address: resource.address.clone(),
            vpc: Some(vpc.to_owned()),
            subnet: Some(subnet.to_owned()),
            private: first.chain(resource.texts("secondary_private_ips")).collect(),
            ipv6: resource.texts("ipv6_addresses"),
            check: resource.flag("source_dest_check").or(Some(true)),
            instance: Some((resource.id(), "0".to_owned())),
            tags: json!([]),
            groups,
            public,
            ..Interface::default()
        };
        self.interfaces.insert(id, interface);
    }

    /// Prints the interfaces; each has an address by then.
    pub(super) fn print_interfaces(&mut self) {
        let all: BTreeMap<String, Interface> = std::mem::take(&mut self.interfaces);
        for (id, interface) in &all {
            let mut private = interface.private.clone();
            // The snapshot beneath may know what the plan does not.
            let known = self.base.get("NetworkInterfaces", id).and_then(|own| own.get("PrivateIpAddress"));
            private.extend(known.and_then(Value::as_str).filter(|_| interface.private.is_empty()).map(str::to_owned));
            if let (true, Some(subnet)) = (private.is_empty(), &interface.subnet) {
                let vpc = interface.vpc.clone().unwrap_or_default();
                private.extend(self.stand_in(&vpc, subnet, &interface.address));
            }
            let public = match &interface.public {
                Public::None => None,
                Public::Known(known) => Some(known.clone()),
                Public::Later => Some(self.public_stand_in(&format!("{}.public_ip", interface.address))),
            };
            let addresses: Vec<Value> = private
                .iter()
                .enumerate()
                .map(|(index, own)| {
                    let public = public.as_ref().filter(|_| index == 0).map(|public| json!({"PublicIp": public}));
                    compact(json!({"PrivateIpAddress": own, "Primary": index == 0, "Association": public}))
                })
                .collect();
            let list = |key: &str, own: &[String]| -> Value { own.iter().map(|own| json!({key: own})).collect() };
            let groups: Option<Value> =
                interface.groups.as_ref().map(|groups| groups.iter().map(|group| json!({"GroupId": group})).collect());
            let attachment = interface
                .instance
                .as_ref()
                .map(|(instance, place)| json!({"InstanceId": instance, "DeviceIndex": place, "Status": "attached"}));
            let zone =
                interface.subnet.as_ref().and_then(|subnet| self.subnets.get(subnet)).and_then(|it| it.zone.clone());
            let element = json!({
                "NetworkInterfaceId": id, "VpcId": interface.vpc, "SubnetId": interface.subnet,
                "AvailabilityZone": zone, "Description": interface.description, "InterfaceType": interface.kind,
                "PrivateIpAddresses": addresses, "Ipv6Addresses": list("Ipv6Address", &interface.ipv6),
                "Ipv4Prefixes": list("Ipv4Prefix", &interface.prefixes), "Groups": groups,
                "SourceDestCheck": interface.check, "Attachment": attachment, "TagSet": interface.tags,
            });
            self.answers.add("NetworkInterfaces", &interface.address, compact(element));
        }
    }

    /// The addresses that are known, so that none of them stands for another.
    pub(super) fn take_known_addresses(&mut self) {
        let nat = self.all(&["aws_nat_gateway"]);
        let own = self.interfaces.values().flat_map(|interface| &interface.private).cloned();
        let of_nat = nat
            .iter()
            .flat_map(|nat| nat.text("private_ip").into_iter().chain(nat.texts("secondary_private_ip_addresses")));
        let known: BTreeSet<Ipv4Addr> = own.chain(of_nat).filter_map(|text| text.parse().ok()).collect();
        self.stand_ins.taken.extend(known);
        let beneath = self.base.all("NetworkInterfaces").filter_map(|(_, own)| own.get("PrivateIpAddress")?.as_str());
        self.stand_ins.taken.extend(beneath.filter_map(|text| text.parse::<Ipv4Addr>().ok()));
    }
}

/// The name that groups go by which are not known.
fn unknown_groups(resource: &Resource, attribute: &str) -> String {
    format!("{}.{attribute}", resource.address)
}
