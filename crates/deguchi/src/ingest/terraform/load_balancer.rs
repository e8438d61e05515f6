//! Load balancers with their listeners, rules, target groups and targets, and the interfaces that AWS makes for them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    document::{Resource, blocks, text},
    machine::{INSTANCE, Interface, Public},
    reader::{Reader, compact},
    reference::{Named, NamedList},
    vpc::SUBNET,
};

const LOAD_BALANCER: [&str; 2] = ["aws_lb", "aws_alb"];
const LISTENER: [&str; 2] = ["aws_lb_listener", "aws_alb_listener"];
const RULE: [&str; 2] = ["aws_lb_listener_rule", "aws_alb_listener_rule"];
const TARGET_GROUP: [&str; 2] = ["aws_lb_target_group", "aws_alb_target_group"];
const ATTACHMENT: [&str; 2] = ["aws_lb_target_group_attachment", "aws_alb_target_group_attachment"];

impl Reader<'_> {
    /// Reads load balancers.
    pub(super) fn load_balancers(&mut self) {
        for resource in self.all(&LOAD_BALANCER) {
            self.load_balancer(resource);
        }
        for resource in self.managed(&RULE) {
            let listener = self.id(resource, "listener_arn", &LISTENER);
            let actions = self.actions(resource, "action");
            let element = json!({
                "RuleArn": resource.id(), "ListenerArn": listener, "IsDefault": false, "Actions": actions,
            });
            self.answers.add("Rules", &resource.address, compact(element));
        }
        for resource in self.all(&TARGET_GROUP) {
            self.target_group(resource);
        }
        for resource in self.managed(&["aws_elb"]) {
            self.classic(resource);
        }
    }

    fn load_balancer(&mut self, resource: &Resource) {
        let id = resource.id();
        let mut subnets: BTreeSet<String> = self.ids(resource, "subnets", &SUBNET).ids.into_iter().collect();
        let mappings: Vec<Map<String, Value>> = resource.blocks("subnet_mapping").into_iter().cloned().collect();
        let mut private = std::collections::BTreeMap::new();
        for (index, mapping) in mappings.iter().enumerate() {
            let named = self.named_in_block(resource, ("subnet_mapping", index), mapping, "subnet_id", &SUBNET);
            if let Some(subnet) = named.id() {
                subnets.insert(subnet.to_owned());
                private.extend(text(mapping, "private_ipv4_address").map(|own| (subnet.to_owned(), own)));
            }
        }
        let kind = resource.text("load_balancer_type").unwrap_or_else(|| "application".to_owned());
        let vpc = resource.text("vpc_id").or_else(|| subnets.iter().find_map(|subnet| self.vpc_of(subnet)));
        let zone = |subnet: &String| {
            let facts = self.subnets.get(subnet);
            compact(json!({"ZoneName": facts.and_then(|facts| facts.zone.clone()), "SubnetId": subnet}))
        };
        let zones: Vec<Value> = subnets.iter().map(zone).collect();
        let element = json!({
            "LoadBalancerArn": id, "LoadBalancerName": resource.text("name"), "DNSName": resource.text("dns_name"),
            "Type": kind, "VpcId": vpc, "State": {"Code": "active"}, "AvailabilityZones": zones,
        });
        let is_known = self.base.get("LoadBalancers", &id).is_some();
        self.add_unless_known("LoadBalancers", resource, &id, element);
        let crosses = kind == "application" || resource.flag("enable_cross_zone_load_balancing") == Some(true);
        let attributes = json!([{"Key": "load_balancing.cross_zone.enabled", "Value": crosses.to_string()}]);
        let element = json!({"LoadBalancerArn": id, "Attributes": attributes});
        self.answers.add("LoadBalancerAttributes", &resource.address, element);
        self.listeners(resource);
        let groups = if kind == "application" {
            self.groups_of(resource, "security_groups", vpc.as_deref())
        } else {
            self.listed_groups(resource, "security_groups")
        };
        let is_internal = resource.flag("internal") == Some(true);
        let described = id.rsplit_once(":loadbalancer/").map_or(id.as_str(), |(_, own)| own).to_owned();
        // The snapshot beneath has its interfaces.
        for subnet in subnets.into_iter().filter(|_| !is_known) {
            let interface = Interface {
                address: resource.address.clone(),
                vpc: vpc.clone(),
                private: private.get(&subnet).cloned().into_iter().collect(),
                groups: Some(groups.clone()),
                check: Some(true),
                kind: Some("load_balancer"),
                description: Some(format!("ELB {described}")),
                public: if is_internal { Public::None } else { Public::Later },
                tags: json!([]),
                subnet: Some(subnet.clone()),
                ..Interface::default()
            };
            self.interfaces.insert(format!("{}.network_interface[{subnet}]", resource.address), interface);
        }
    }

    /// All listeners of a load balancer; a list that is there and empty says that there are none.
    fn listeners(&mut self, load_balancer: &Resource) {
        let mut own = Vec::new();
        for resource in self.managed(&LISTENER) {
            let named = self.named(resource, "load_balancer_arn", &LOAD_BALANCER);
            if let Named::Open(_) = named {
                // Where it listens is not known.
                return;
            }
            if named.id() != Some(&load_balancer.id()) {
                continue;
            }
            let default =
                if load_balancer.text("load_balancer_type").as_deref() == Some("gateway") { "GENEVE" } else { "HTTP" };
            own.push(compact(json!({
                "ListenerArn": resource.id(), "LoadBalancerArn": load_balancer.id(), "Port": resource.text("port"),
                "Protocol": resource.text("protocol").unwrap_or_else(|| default.to_owned()),
                "DefaultActions": self.actions(resource, "default_action"),
            })));
            // A listener without rules of its own has its default one.
            let rule = json!({
                "RuleArn": format!("{}.default_action", resource.id()), "ListenerArn": resource.id(), "IsDefault": true,
                "Actions": [],
            });
            self.answers.add("Rules", &resource.address, rule);
        }
        let element = json!({"LoadBalancerArn": load_balancer.id(), "Listeners": own});
        self.answers.add("LoadBalancerListeners", &load_balancer.address, element);
    }

    fn actions(&mut self, resource: &Resource, key: &str) -> Vec<Value> {
        let mut actions = Vec::new();
        let own: Vec<Map<String, Value>> = resource.blocks(key).into_iter().cloned().collect();
        for (index, action) in own.iter().enumerate() {
            let group = self.named_in_block(resource, (key, index), action, "target_group_arn", &TARGET_GROUP);
            let mut groups: Vec<Value> = group.id().map(|id| json!({"TargetGroupArn": id})).into_iter().collect();
            for forward in blocks(action.get("forward")) {
                for target in blocks(forward.get("target_group")) {
                    let weight = text(target, "weight");
                    groups.extend(
                        text(target, "arn").map(|arn| compact(json!({"TargetGroupArn": arn, "Weight": weight}))),
                    );
                }
                if groups.is_empty() {
                    let path = [key, "forward", "target_group", "arn"];
                    if let NamedList::These { ids, .. } =
                        self.references.all_named(resource, &path, index, &TARGET_GROUP)
                    {
                        groups.extend(ids.into_iter().map(|id| json!({"TargetGroupArn": id})));
                    }
                }
            }
            let forward = (!groups.is_empty()).then(|| json!({"TargetGroups": groups}));
            actions.push(compact(json!({"Type": text(action, "type"), "ForwardConfig": forward})));
        }
        actions
    }

    fn target_group(&mut self, resource: &Resource) {
        let id = resource.id();
        let element = json!({
            "TargetGroupArn": id, "TargetGroupName": resource.text("name"), "Protocol": resource.text("protocol"),
            "Port": resource.text("port"), "TargetType": resource.text("target_type"),
        });
        self.answers.add("TargetGroups", &resource.address, compact(element));
        let mut attributes = Vec::new();
        if let Some(preserves) = resource.text("preserve_client_ip") {
            attributes.push(json!({"Key": "preserve_client_ip.enabled", "Value": preserves}));
        }
        if let Some(crosses) = resource.text("load_balancing_cross_zone_enabled") {
            attributes.push(json!({"Key": "load_balancing.cross_zone.enabled", "Value": crosses}));
        }
        let element = json!({"TargetGroupArn": id, "Attributes": attributes});
        self.answers.add("TargetGroupAttributes", &resource.address, element);
        let (mut targets, mut is_open) = (Vec::new(), false);
        for attachment in self.managed(&ATTACHMENT) {
            let group = self.named(attachment, "target_group_arn", &TARGET_GROUP);
            let types = [INSTANCE.as_slice(), &LOAD_BALANCER].concat();
            let target = self.named(attachment, "target_id", &types);
            let is_own = group.possible(std::iter::once(&id)).contains(&id);
            is_open |= is_own && (group.id().is_none() || target.id().is_none());
            let Some(target) = target.id().filter(|_| group.id() == Some(&id)) else { continue };
            let target = compact(json!({
                "Id": target, "Port": attachment.text("port"), "AvailabilityZone": attachment.text("availability_zone"),
            }));
            // Whether its health check passes is for the machine to show.
            targets.push(json!({"Target": target}));
        }
        if is_open {
            return;
        }
        let element = json!({"TargetGroupArn": id, "TargetHealthDescriptions": targets});
        self.answers.add("LoadBalancerTargetHealth", &resource.address, element);
    }

    fn classic(&mut self, resource: &Resource) {
        let name = resource.text("name").unwrap_or_else(|| resource.id());
        let subnets = self.ids(resource, "subnets", &SUBNET).ids;
        let vpc = subnets.iter().find_map(|subnet| self.vpc_of(subnet));
        let mut instances = self.ids(resource, "instances", &INSTANCE).ids;
        for attachment in self.managed(&["aws_elb_attachment"]) {
            if self.id(attachment, "elb", &["aws_elb"]).is_some_and(|elb| elb == name || elb == resource.id()) {
                instances.extend(self.id(attachment, "instance", &INSTANCE));
            }
        }
        let listeners = resource.blocks("listener").into_iter().map(|listener| {
            let upper = |key: &str| text(listener, key).map(|protocol| protocol.to_ascii_uppercase());
            json!({"Listener": {
                "Protocol": upper("lb_protocol"), "LoadBalancerPort": text(listener, "lb_port"),
                "InstancePort": text(listener, "instance_port"),
            }})
        });
        let element = json!({
            "LoadBalancerName": name, "DNSName": resource.text("dns_name"), "VPCId": vpc, "Subnets": subnets,
            "ListenerDescriptions": listeners.collect::<Vec<Value>>(),
            "Instances": instances.iter().map(|id| json!({"InstanceId": id})).collect::<Vec<Value>>(),
        });
        self.answers.add("LoadBalancerDescriptions", &resource.address, compact(element));
        let groups = self.groups_of(resource, "security_groups", vpc.as_deref());
        for subnet in subnets {
            let interface = Interface {
                address: resource.address.clone(),
                vpc: vpc.clone(),
                subnet: Some(subnet.clone()),
                groups: Some(groups.clone()),
                check: Some(true),
                kind: Some("load_balancer"),
                description: Some(format!("ELB {name}")),
                public: if resource.flag("internal") == Some(true) { Public::None } else { Public::Later },
                tags: json!([]),
                ..Interface::default()
            };
            self.interfaces.insert(format!("{}.network_interface[{subnet}]", resource.address), interface);
        }
    }
}
