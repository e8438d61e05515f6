//! The snapshot that a plan is laid over: what the plan touches without managing it, and what it takes the place of.
//!
//! Leaves out documents that are a resource themselves, without a list: those stay beside what the plan says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::ingest::aws_cli::as_in_the_api;

/// Lists of AWS's answers, each with the member that is the id of an element.
const LISTS: [(&str, &str); 28] = [
    ("Addresses", "AllocationId"),
    ("DhcpOptions", "DhcpOptionsId"),
    ("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
    ("HostedZones", "Id"),
    ("Instances", "InstanceId"),
    ("InternetGateways", "InternetGatewayId"),
    ("Listeners", "LoadBalancerArn"),
    ("LoadBalancerDescriptions", "LoadBalancerName"),
    ("LoadBalancers", "LoadBalancerArn"),
    ("NatGateways", "NatGatewayId"),
    ("NetworkAcls", "NetworkAclId"),
    ("NetworkInterfaces", "NetworkInterfaceId"),
    ("PrefixLists", "PrefixListId"),
    ("ResolverRules", "Id"),
    ("RoleDetailList", "Arn"),
    ("RouteTables", "RouteTableId"),
    ("SecurityGroupRules", "GroupId"),
    ("SecurityGroups", "GroupId"),
    ("Subnets", "SubnetId"),
    ("TargetGroups", "TargetGroupArn"),
    ("TransitGatewayAttachments", "TransitGatewayAttachmentId"),
    ("TransitGatewayRouteTables", "TransitGatewayRouteTableId"),
    ("TransitGatewayVpcAttachments", "TransitGatewayAttachmentId"),
    ("TransitGateways", "TransitGatewayId"),
    ("VpcEndpoints", "VpcEndpointId"),
    ("VpcPeeringConnections", "VpcPeeringConnectionId"),
    ("Vpcs", "VpcId"),
    ("VpnGateways", "VpnGatewayId"),
];

/// The elements of a snapshot's lists, by list and id.
#[derive(Debug, Default)]
pub(crate) struct Base {
    elements: BTreeMap<&'static str, BTreeMap<String, Value>>,
}

impl Base {
    /// Takes the elements of documents.
    pub(crate) fn of<'v>(documents: impl Iterator<Item = &'v Value>) -> Self {
        let mut base = Self::default();
        for document in documents {
            let mut document = document.clone();
            visit(&mut document, &mut |list, id, element| {
                base.elements.entry(list).or_default().insert(id.to_owned(), element.take());
            });
        }
        base
    }

    /// An element.
    pub(super) fn get(&self, list: &str, id: &str) -> Option<&Value> {
        self.elements.get(list)?.get(id)
    }

    /// Every element of a list.
    pub(super) fn all(&self, list: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.elements.get(list).into_iter().flatten()
    }
}

/// What a plan takes the place of in the snapshot beneath.
#[derive(Debug, Default)]
pub(crate) struct Replaced {
    /// By list.
    pub(super) elements: BTreeSet<(&'static str, String)>,
    /// Whatever list they are in.
    pub(super) gone: BTreeSet<String>,
}

impl Replaced {
    /// Takes out of a document what the plan has in its place. Places stay: what is taken out becomes `null`.
    pub(crate) fn prune(&self, document: &mut Value) {
        visit(document, &mut |list, id, element| {
            if self.gone.contains(id) || self.elements.contains(&(list, id.to_owned())) {
                element.take();
            }
        });
    }

    /// Says that elements of a list are the plan's.
    pub(super) fn take(&mut self, list: &str, element: &Value) {
        let known = LISTS.iter().find(|(own, _)| *own == list);
        let Some((list, id)) = known.and_then(|(list, member)| Some((*list, text(element, member)?))) else { return };
        match list {
            "LoadBalancers" => {
                self.elements.insert(("Listeners", id.clone()));
            }
            "SecurityGroups" => {
                self.elements.insert(("SecurityGroupRules", id.clone()));
            }
            _ => {}
        }
        self.elements.insert((list, id));
    }
}

fn text(element: &Value, member: &str) -> Option<String> {
    let found = element.as_object()?.iter().find(|(key, _)| as_in_the_api(key) == member)?;
    found.1.as_str().map(str::to_owned)
}

/// Visits every element of every known list, at any depth.
fn visit(value: &mut Value, with: &mut impl FnMut(&'static str, &str, &mut Value)) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| visit(element, with)),
        Value::Object(members) => {
            for (key, member) in members {
                let key = as_in_the_api(key);
                let known = LISTS.iter().find(|(list, _)| key == *list);
                let Some((list, id)) = known.filter(|_| member.is_array()) else {
                    visit(member, with);
                    continue;
                };
                for element in member.as_array_mut().into_iter().flatten() {
                    match text(element, id) {
                        Some(own) => with(list, &own, element),
                        None => visit(element, with),
                    }
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
