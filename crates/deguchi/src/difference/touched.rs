//! What a change may have a part in: which machines' packets meet something that changed.
//!
//! A change of what is told in facts of a machine, its groups or its subnet concerns the packets that meet those; a change
//! of anything else in a VPC concerns all of that VPC's packets; where it is not known which VPC, all of them.

use std::collections::BTreeSet;

use deguchi_engine::Resource;
use deguchi_model::{Network, NetworkInterface, RouteDestination, RouteTarget, RulePeer};

use super::{
    matching::Matching,
    structure::{Aspect, Change},
};

/// What changes touch, by the ids of the earlier network.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Interfaces, instances, groups, subnets.
    ids: BTreeSet<String>,
    /// VPCs in which anything changed, by the ids of the later network.
    vpcs: BTreeSet<String>,
    /// VPCs whose packets to one another may be concerned, whoever sends them.
    whole_vpcs: BTreeSet<String>,
    /// Whether everything may be concerned.
    everything: bool,
    /// VPCs that have other ways inside than by the local route, so that more is met than ends and subnets.
    winding: BTreeSet<String>,
}

impl Touched {
    /// As if any packet could meet a change.
    #[cfg(test)]
    pub(super) fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Finds what changes touch.
    pub(super) fn new(before: &Network, after: &Network, matching: &Matching, changes: &[Change]) -> Self {
        let mut touched = Self::default();
        for change in changes {
            touched.add(before, after, matching, change);
        }
        for network in [before, after] {
            touched.spread(network, matching);
            for table in network.route_tables.values() {
                let is_inside = |route: &deguchi_model::Route| {
                    let is_narrow = match &route.destination {
                        RouteDestination::Cidr(cidr) => cidr.prefix_len() > 0,
                        RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => false,
                    };
                    is_narrow && !matches!(route.target, RouteTarget::Local)
                };
                if table.routes.iter().any(is_inside) {
                    touched.winding.insert(matching.later_id(table.vpc.as_str()));
                    touched.winding.insert(table.vpc.to_string());
                }
            }
        }
        touched
    }

    fn add(&mut self, before: &Network, after: &Network, matching: &Matching, change: &Change) {
        let id = change.resource.to_string();
        let later = matching.later_id(&id);
        let is_end =
            matches!(
                change.aspect,
                Aspect::Route
                    | Aspect::Table
                    | Aspect::NetworkAcl
                    | Aspect::InboundRule
                    | Aspect::OutboundRule
                    | Aspect::InboundEntry
                    | Aspect::OutboundEntry
                    | Aspect::Group
                    | Aspect::Range
            ) || matches!(change.resource, Resource::NetworkInterface(_) | Resource::Instance(_) | Resource::Subnet(_));
        // A group that an interface joins or leaves: rules that name it let other machines in.
        if change.aspect == Aspect::Group {
            self.ids.insert(format!("member {}", change.key));
        }
        self.ids.insert(id.clone());
        match vpc_of(after, &later).or_else(|| vpc_of(before, &id).map(|vpc| matching.later_id(&vpc))) {
            Some(vpc) => {
                if !is_end {
                    self.whole_vpcs.insert(vpc.clone());
                }
                self.vpcs.insert(vpc);
            }
            // A list of AWS, or a group: found by who names it. An Elastic IP: told with the interface that has it.
            None if is_end || matches!(change.resource, Resource::ElasticIp(_)) => {}
            // What an instance asks for is told with it; a role does not stand in a VPC.
            None => self.everything = true,
        }
    }

    /// Follows names: groups whose rules name a list or a group that changed, tables and ACLs to their subnets.
    fn spread(&mut self, network: &Network, matching: &Matching) {
        let own = |id: &str| matching.earlier_id(id);
        let mut found: Vec<String> = Vec::new();
        let mut vpcs: Vec<String> = Vec::new();
        for group in network.security_groups.values() {
            let is_named = group.inbound.iter().chain(&group.outbound).any(|rule| match &rule.peer {
                RulePeer::PrefixList(list) => self.ids.contains(&own(list.as_str())),
                RulePeer::SecurityGroup(peer) | RulePeer::StaleSecurityGroup(peer) => {
                    self.ids.contains(&format!("member {}", own(peer.as_str())))
                }
                RulePeer::Cidr(_) => false,
            });
            if is_named {
                found.push(own(group.id.as_str()));
            }
            if is_named || self.ids.contains(&own(group.id.as_str())) {
                vpcs.extend(group.vpc.iter().map(|vpc| matching.later_id(vpc.as_str())));
            }
        }
        self.ids.extend(found.drain(..));
        for subnet in network.subnets.values() {
            let table = deguchi_engine::classify_subnet(network, subnet).table.map(|(table, _)| table);
            let table = table.and_then(|table| network.route_tables.get(table));
            let is_table = table.is_some_and(|table| {
                let names_list = table.routes.iter().any(|route| match &route.destination {
                    RouteDestination::PrefixList(list) => self.ids.contains(&own(list.as_str())),
                    RouteDestination::Cidr(_) | RouteDestination::Unmodelled(_) => false,
                });
                names_list || self.ids.contains(&own(table.id.as_str()))
            });
            let mut acls = network.network_acls.values();
            let is_acl = acls.any(|acl| {
                let serves = acl.subnets.contains(&subnet.id) || (acl.is_default && acl.vpc == subnet.vpc);
                serves && self.ids.contains(&own(acl.id.as_str()))
            });
            if is_table || is_acl {
                found.push(own(subnet.id.as_str()));
                vpcs.push(matching.later_id(subnet.vpc.as_str()));
            }
        }
        self.ids.extend(found);
        self.vpcs.extend(vpcs);
    }

    /// Whether a change touches what an interface of the later network meets first and last.
    pub(super) fn holds(&self, network: &Network, interface: &NetworkInterface, matching: &Matching) -> bool {
        let has = |id: &str| self.ids.contains(&matching.earlier_id(id));
        let instance = interface.attachment.as_ref().and_then(|at| at.instance.as_ref());
        self.everything
            || has(interface.id.as_str())
            || has(interface.subnet.as_str())
            || interface.security_groups.iter().any(|group| has(group.as_str()))
            || instance.is_some_and(|instance| has(instance.as_str()))
            || !network.subnets.contains_key(&interface.subnet)
    }

    /// Whether a change touches what an interface of the earlier network met.
    pub(super) fn holds_earlier(&self, interface: &NetworkInterface) -> bool {
        let has = |id: &str| self.ids.contains(id);
        has(interface.id.as_str())
            || has(interface.subnet.as_str())
            || interface.security_groups.iter().any(|group| has(group.as_str()))
    }

    /// Whether anything changed in the VPC of an interface.
    pub(super) fn reaches_vpc(&self, interface: Option<&NetworkInterface>) -> bool {
        self.everything || interface.is_some_and(|interface| self.vpcs.contains(interface.vpc.as_str()))
    }

    /// Whether packets from one unit to another may be concerned.
    pub(super) fn reaches_pair(
        &self,
        (from, from_touched): (Option<&NetworkInterface>, bool),
        (to, to_touched): (Option<&NetworkInterface>, bool),
    ) -> bool {
        let (Some(from), Some(to)) = (from, to) else { return false };
        if self.everything || from_touched || to_touched {
            return true;
        }
        let vpcs = [from.vpc.as_str(), to.vpc.as_str()];
        let is_in = |set: &BTreeSet<String>| vpcs.iter().any(|vpc| set.contains(*vpc));
        // What stands between two VPCs, or on a winding way inside one, may have changed with the rest of them.
        let is_winding = from.vpc != to.vpc || is_in(&self.winding);
        is_winding && (is_in(&self.whole_vpcs) || is_in(&self.vpcs))
    }
}

/// The VPC that a resource stands in, as far as it is told.
fn vpc_of(network: &Network, id: &str) -> Option<String> {
    let n = network;
    macro_rules! own {
        ($($field:ident),+) => {$(
            if let Some(found) = n.$field.get(id) {
                return Some(found.vpc.to_string());
            }
        )+};
    }
    own!(subnets, route_tables, network_acls, network_interfaces, nat_gateways, vpc_endpoints);
    if n.vpcs.contains_key(id) {
        return Some(id.to_owned());
    }
    let instance = n.instances.get(id).and_then(|instance| instance.vpc.as_ref());
    let group = n.security_groups.get(id).and_then(|group| group.vpc.as_ref());
    let gateway = n.internet_gateways.get(id).and_then(|gateway| gateway.attachments.first().map(|at| &at.vpc));
    instance.or(group).or(gateway).map(ToString::to_string)
}
