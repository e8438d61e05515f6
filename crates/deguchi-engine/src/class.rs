//! Which interfaces have the same fate, so that one walk answers for all of them.
//!
//! Two interfaces are of one class when no filter, route or gateway of the network can tell their packets apart, be they
//! sent by them or to them: same subnet, same groups, same state, and addresses (private, public, IPv6) between the same
//! neighbouring bounds of all the prefixes that any rule or route names. What a route may target, and what has several
//! addresses, is a class of its own. Leaves out what a service knows of a machine (its role, its place among targets).

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::net::IpAddr;

use deguchi_model::{
    InstanceState, InterfaceKind, IpNet, Network, NetworkInterface, NetworkInterfaceId, RouteDestination, RouteTarget,
    RulePeer, SecurityGroupId, SourceDestinationCheck, SubnetId,
};

use crate::address_set::{bounds, position};

/// Interfaces whose packets have the same fate.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceClass<'n> {
    /// The interface to ask for, by the address to ask from.
    pub representative: (&'n NetworkInterface, IpAddr),
    /// Every interface of the class, the representative among them.
    pub members: Vec<&'n NetworkInterface>,
}

/// What tells two interfaces apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'n> {
    subnet: &'n SubnetId,
    groups: Vec<&'n SecurityGroupId>,
    is_running: bool,
    is_attached: bool,
    /// How many bounds of prefixes lie at or below the source address.
    place: usize,
    /// Likewise for its public address.
    public_place: Option<usize>,
    /// Likewise for its IPv6 address.
    ipv6_place: Option<usize>,
    /// Whether it takes connections.
    is_function: bool,
    /// Itself, where it is told apart by its id.
    own: Option<&'n NetworkInterfaceId>,
}

/// Sorts the ordinary interfaces of a network into classes, in the order of their first members' ids.
pub fn source_classes(network: &Network) -> Vec<SourceClass<'_>> {
    let bounds = prefix_bounds(network);
    let targets = targets(network);
    let mut classes: BTreeMap<Key<'_>, SourceClass<'_>> = BTreeMap::new();
    let starts =
        |interface: &&NetworkInterface| matches!(interface.kind, InterfaceKind::Ordinary | InterfaceKind::Function);
    for interface in network.network_interfaces.values().filter(starts) {
        let Some(address) = interface.primary_address() else { continue };
        let key = key(network, interface, address, (&bounds, &targets));
        classes
            .entry(key)
            .or_insert_with(|| SourceClass { representative: (interface, address), members: Vec::new() })
            .members
            .push(interface);
    }
    let mut classes: Vec<SourceClass<'_>> = classes.into_values().collect();
    classes.sort_by(|a, b| a.representative.0.id.cmp(&b.representative.0.id));
    classes
}

fn key<'n>(
    network: &'n Network,
    interface: &'n NetworkInterface,
    address: IpAddr,
    (bounds, targets): (&[u128], &BTreeSet<&NetworkInterfaceId>),
) -> Key<'n> {
    let mut groups: Vec<&SecurityGroupId> = interface.security_groups.iter().collect();
    groups.sort();
    let instance = interface.attachment.as_ref().and_then(|attachment| attachment.instance.as_ref());
    let instance = instance.and_then(|id| network.instances.get(id));
    let place = |address: IpAddr| bounds.partition_point(|bound| *bound <= position(address));
    // Something that forwards, or that a route targets, whether or not it forwards.
    let forwards = interface.source_destination_check != SourceDestinationCheck::On || targets.contains(&interface.id);
    let has_more_addresses =
        interface.addresses.len() > 1 || interface.ipv6_addresses.len() > 1 || !interface.ipv4_prefixes.is_empty();
    let public = interface.addresses.first().and_then(|address| address.public);
    Key {
        subnet: &interface.subnet,
        groups,
        is_running: instance.is_none_or(|instance| !matches!(instance.state, InstanceState::NotRunning(_))),
        is_attached: interface.attachment.as_ref().is_some_and(|attachment| attachment.is_attached),
        place: place(address),
        public_place: public.map(|public| place(IpAddr::V4(public))),
        ipv6_place: interface.ipv6_addresses.first().map(|address| place(IpAddr::V6(*address))),
        is_function: interface.kind == InterfaceKind::Function,
        own: (forwards || has_more_addresses).then_some(&interface.id),
    }
}

/// The interfaces that routes target.
fn targets(network: &Network) -> BTreeSet<&NetworkInterfaceId> {
    let routes = network.route_tables.values().flat_map(|table| &table.routes);
    let of_route = |route: &'_ deguchi_model::Route| match &route.target {
        RouteTarget::NetworkInterface(id) => network.network_interfaces.get(id),
        RouteTarget::Instance(id) => {
            let primary = network.instances.get(id)?.interfaces.first()?;
            network.network_interfaces.get(&primary.interface)
        }
        _ => None,
    };
    routes.filter_map(of_route).map(|interface| &interface.id).collect()
}

/// The bounds of every prefix that a rule or route names: the first address inside, and the first one behind.
fn prefix_bounds(network: &Network) -> Vec<u128> {
    let groups = network.security_groups.values().flat_map(|group| group.inbound.iter().chain(&group.outbound));
    let by_groups = groups.filter_map(|rule| match &rule.peer {
        RulePeer::Cidr(cidr) => Some(cidr),
        RulePeer::PrefixList(_) | RulePeer::SecurityGroup(_) | RulePeer::StaleSecurityGroup(_) => None,
    });
    let acls = network.network_acls.values().flat_map(|acl| acl.inbound().iter().chain(acl.outbound()));
    let by_acls = acls.map(|rule| &rule.cidr);
    let routes = network.route_tables.values().flat_map(|table| &table.routes);
    let by_routes = routes.filter_map(|route| match &route.destination {
        RouteDestination::Cidr(cidr) => Some(cidr),
        RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => None,
    });
    let transit = network.transit_gateway_route_tables.values().flat_map(|table| &table.routes);
    let by_transit = transit.map(|route| &route.destination);
    let in_lists = network.prefix_lists.values().flat_map(|list| match &list.entries {
        deguchi_model::PrefixListEntries::Known(cidrs) => cidrs.as_slice(),
        deguchi_model::PrefixListEntries::Unknown => &[],
    });
    let cidrs: Vec<&IpNet> = by_groups.chain(by_acls).chain(by_routes).chain(by_transit).chain(in_lists).collect();
    let mut found: Vec<u128> =
        cidrs.into_iter().map(bounds).flat_map(|(first, last)| [first, last.saturating_add(1)]).collect();
    found.sort_unstable();
    found.dedup();
    found
}
