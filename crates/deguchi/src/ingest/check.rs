//! What a network refers to without having it, each with the answer of AWS that would supply it.
//!
//! Looks at references that decide verdicts only; a healthy account's snapshot gives no notice.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{
    Network, NetworkInterface, PrefixListEntries, Route, RouteDestination, RouteState, RouteTable, RouteTarget,
    RulePeer, SecurityGroup, SecurityGroupId, SubnetId, Vpc, VpcId,
};

use super::{
    aws_cli::{Assembled, route_table::target_field},
    place::Place,
};
use crate::notice::{NoticeKind, Notices, ResourceKind};

/// Says what is missing.
pub(super) fn check(assembled: &Assembled, notices: &mut Notices) {
    let network = &assembled.network;
    for table in network.route_tables.values() {
        let at = assembled.route_tables.get(&table.id);
        for (index, route) in table.routes.iter().enumerate() {
            let at = at.map(|at| at.item("Routes", index));
            check_route(network, table, route, at.as_ref(), notices);
        }
    }
    let mut said = Said::default();
    for interface in network.network_interfaces.values() {
        let at = assembled.network_interfaces.get(&interface.id);
        check_interface(network, interface, at, &mut said, notices);
    }
    for group in network.security_groups.values() {
        check_group(network, group, notices);
    }
    check_vpcs(network, notices);
}

fn check_route(network: &Network, table: &RouteTable, route: &Route, at: Option<&Place>, notices: &mut Notices) {
    // RT-15: a blackhole drops, whatever its target was.
    if route.state == RouteState::Blackhole {
        return;
    }
    if let RouteDestination::PrefixList(list) = &route.destination
        && !has_ranges(network, list.as_str())
    {
        let kind = NoticeKind::PrefixListUnknown {
            prefix_list: list.to_string(),
            user: ResourceKind::RouteTable,
            user_id: table.id.to_string(),
        };
        notices.add(kind, at.map(|at| at.field("DestinationPrefixListId").location()));
    }
    if let Some(resource) = missing_target(network, &route.target) {
        let kind = NoticeKind::RouteTargetMissing {
            route_table: table.id.to_string(),
            destination: route.destination.to_string(),
            resource,
            target: route.target.to_string(),
        };
        notices.add(kind, at.map(|at| at.field(target_field(&route.target)).location()));
    }
}

/// What kind of target a route has that the network has not.
fn missing_target(network: &Network, target: &RouteTarget) -> Option<ResourceKind> {
    if network.has_target(target) {
        return None;
    }
    Some(match target {
        RouteTarget::Local | RouteTarget::Unmodelled { .. } => return None,
        RouteTarget::TransitGateway(_) => ResourceKind::TransitGateway,
        RouteTarget::PeeringConnection(_) => ResourceKind::PeeringConnection,
        RouteTarget::InternetGateway(_) => ResourceKind::InternetGateway,
        RouteTarget::EgressOnlyInternetGateway(_) => ResourceKind::EgressOnlyInternetGateway,
        RouteTarget::NatGateway(_) => ResourceKind::NatGateway,
        RouteTarget::NetworkInterface(_) => ResourceKind::NetworkInterface,
        RouteTarget::Instance(_) => ResourceKind::Instance,
        RouteTarget::VpnGateway(_) => ResourceKind::VpnGateway,
        RouteTarget::VpcEndpoint(_) => ResourceKind::VpcEndpoint,
    })
}

fn has_ranges(network: &Network, list: &str) -> bool {
    network.prefix_lists.get(list).is_some_and(|list| list.entries != PrefixListEntries::Unknown)
}

/// What was said to be missing: each is said once, for the first interface that misses it.
#[derive(Default)]
struct Said<'n> {
    groups: BTreeSet<&'n SecurityGroupId>,
    subnets: BTreeSet<&'n SubnetId>,
}

fn check_interface<'n>(
    network: &Network,
    interface: &'n NetworkInterface,
    at: Option<&Place>,
    said: &mut Said<'n>,
    notices: &mut Notices,
) {
    for (index, group) in interface.security_groups.iter().enumerate() {
        if !network.security_groups.contains_key(group) && said.groups.insert(group) {
            let kind = NoticeKind::SecurityGroupMissing {
                network_interface: interface.id.to_string(),
                security_group: group.to_string(),
            };
            notices.add(kind, at.map(|at| at.item("Groups", index).location()));
        }
    }
    if !network.subnets.contains_key(&interface.subnet) && said.subnets.insert(&interface.subnet) {
        let kind = NoticeKind::SubnetMissing {
            subnet: interface.subnet.to_string(),
            network_interface: interface.id.to_string(),
        };
        notices.add(kind, at.map(|at| at.field("SubnetId").location()));
    }
}

fn check_group(network: &Network, group: &SecurityGroup, notices: &mut Notices) {
    let lists: BTreeSet<_> = group
        .inbound
        .iter()
        .chain(&group.outbound)
        .filter_map(|rule| match &rule.peer {
            RulePeer::PrefixList(list) => Some(list),
            RulePeer::Cidr(_) | RulePeer::SecurityGroup(_) | RulePeer::StaleSecurityGroup(_) => None,
        })
        .collect();
    for list in lists.into_iter().filter(|list| !has_ranges(network, list.as_str())) {
        let kind = NoticeKind::PrefixListUnknown {
            prefix_list: list.to_string(),
            user: ResourceKind::SecurityGroup,
            user_id: group.id.to_string(),
        };
        notices.add(kind, None);
    }
}

fn check_vpcs(network: &Network, notices: &mut Notices) {
    let with_table: BTreeSet<&SubnetId> = network.route_tables.values().flat_map(|table| &table.subnets).collect();
    let with_acl: BTreeSet<&SubnetId> = network.network_acls.values().flat_map(|acl| &acl.subnets).collect();
    let with_main: BTreeSet<&VpcId> =
        network.route_tables.values().filter(|table| table.is_main).map(|table| &table.vpc).collect();
    let with_default: BTreeSet<&VpcId> =
        network.network_acls.values().filter(|acl| acl.is_default).map(|acl| &acl.vpc).collect();
    let mut missing: BTreeMap<&VpcId, (usize, usize)> = BTreeMap::new();
    for subnet in network.subnets.values() {
        let (tables, acls) = missing.entry(&subnet.vpc).or_default();
        *tables += usize::from(!with_table.contains(&subnet.id) && !with_main.contains(&subnet.vpc));
        *acls += usize::from(!with_acl.contains(&subnet.id) && !with_default.contains(&subnet.vpc));
    }
    for (vpc, (tables, acls)) in missing {
        if tables > 0 {
            notices.add(NoticeKind::RouteTableMissing { vpc: vpc.to_string(), subnets: tables }, None);
        }
        if acls > 0 {
            notices.add(NoticeKind::NetworkAclMissing { vpc: vpc.to_string(), subnets: acls }, None);
        }
    }
    let in_vpcs =
        network.subnets.values().map(|subnet| (&subnet.vpc, ResourceKind::Subnet, subnet.id.to_string())).chain(
            network
                .network_interfaces
                .values()
                .map(|interface| (&interface.vpc, ResourceKind::NetworkInterface, interface.id.to_string())),
        );
    let vpcs: &BTreeMap<VpcId, Vpc> = &network.vpcs;
    let mut said = BTreeSet::new();
    for (vpc, resource, id) in in_vpcs {
        if !vpcs.contains_key(vpc) && said.insert(vpc) {
            notices.add(NoticeKind::VpcMissing { vpc: vpc.to_string(), resource, id }, None);
        }
    }
}
