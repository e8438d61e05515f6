//! Whether an answer can depend on which address something will have that is not known yet.
//!
//! It cannot where nothing in the network tells the addresses of its range apart: then one of them stands for all.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::net::{IpAddr, Ipv4Addr};

use deguchi_model::{
    FirewallRules, IpNet, Ipv4Net, Network, PrefixListEntries, RouteDestination, RulePeer, TargetId, VpcId,
};

use crate::AddressSet;

/// The stand-ins of a network for which it matters which address they stand for.
#[derive(Default)]
pub(crate) struct OpenAddresses {
    private: BTreeMap<(VpcId, Ipv4Addr), Ipv4Net>,
    /// Whether any rule tells public addresses apart.
    is_public_told_apart: bool,
}

impl OpenAddresses {
    pub(crate) fn of(network: &Network) -> Self {
        if network.stand_ins.is_empty() {
            return Self::default();
        }
        let ranges = ranges(network);
        let known = known(network);
        let tells_apart = |range: &Ipv4Net| {
            let finer =
                ranges.iter().filter(|own| own.prefix_len() > range.prefix_len() && range.contains(&own.network()));
            // One address that somebody is known to have is not the one that is looked for.
            finer.into_iter().any(|own| own.prefix_len() < 32 || !known.contains(&own.network()))
        };
        let private = network.stand_ins.private.iter();
        let private = private.filter(|(_, range)| tells_apart(range)).map(|(place, range)| (place.clone(), *range));
        let is_public = |range: &&Ipv4Net| range.prefix_len() > 0 && !is_private(range);
        Self { private: private.collect(), is_public_told_apart: ranges.iter().any(|range| is_public(&range)) }
    }

    /// The range that a private address stands for, where it matters for which address of it.
    pub(crate) fn range_of(&self, vpc: &VpcId, address: IpAddr) -> Option<IpNet> {
        let IpAddr::V4(address) = address else { return None };
        if self.private.is_empty() {
            return None;
        }
        self.private.get(&(vpc.clone(), address)).copied().map(IpNet::V4)
    }

    /// Whether it matters for which public address one stands.
    pub(crate) fn is_public_told_apart(&self) -> bool {
        self.is_public_told_apart
    }
}

/// The addresses that a source may have: of one that is not known yet every address that it may be.
pub(crate) fn widened(network: &Network, vpc: Option<&VpcId>, source: AddressSet) -> AddressSet {
    let stand_ins = &network.stand_ins;
    let has = |address: Ipv4Addr| source.contains(address.into());
    let mut wide = source.clone();
    for ((own, address), range) in &stand_ins.private {
        if vpc == Some(own) && has(*address) {
            wide = wide.union(&AddressSet::from_cidrs([&IpNet::V4(*range)]));
        }
    }
    if stand_ins.public.iter().any(|address| has(*address)) {
        wide = wide.union(&AddressSet::public_ipv4());
    }
    wide
}

fn is_private(range: &Ipv4Net) -> bool {
    let address = range.network();
    address.is_private() || address.is_link_local() || address.is_loopback()
}

/// Every IPv4 range by which anything in the network tells addresses apart.
fn ranges(network: &Network) -> BTreeSet<Ipv4Net> {
    let mut all: Vec<IpNet> = Vec::new();
    for group in network.security_groups.values() {
        all.extend(group.inbound.iter().chain(&group.outbound).filter_map(|rule| match &rule.peer {
            RulePeer::Cidr(cidr) => Some(*cidr),
            RulePeer::PrefixList(_) | RulePeer::SecurityGroup(_) | RulePeer::StaleSecurityGroup(_) => None,
        }));
    }
    for acl in network.network_acls.values() {
        all.extend(acl.inbound().iter().chain(acl.outbound()).map(|rule| rule.cidr));
    }
    for table in network.route_tables.values() {
        all.extend(table.routes.iter().filter_map(|route| match &route.destination {
            RouteDestination::Cidr(cidr) => Some(*cidr),
            RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => None,
        }));
    }
    for list in network.prefix_lists.values() {
        if let PrefixListEntries::Known(cidrs) = &list.entries {
            all.extend(cidrs);
        }
    }
    for group in network.firewall_rule_groups.values() {
        if let FirewallRules::ByHeader(rules) = &group.rules {
            all.extend(rules.iter().flat_map(|rule| rule.sources.iter().chain(&rule.destinations)));
        }
    }
    for target in network.target_groups.values().filter_map(|group| group.targets.as_ref()).flatten() {
        if let TargetId::Address(address) = target.id {
            all.push(IpNet::from(address));
        }
    }
    let v4 = all.into_iter().filter_map(|range| match range {
        IpNet::V4(range) => Some(range.trunc()),
        IpNet::V6(_) => None,
    });
    v4.collect()
}

/// The private addresses that are known.
fn known(network: &Network) -> BTreeSet<Ipv4Addr> {
    let interfaces = network.network_interfaces.values();
    let own = interfaces.flat_map(|interface| interface.addresses.iter().map(|own| (&interface.vpc, own.private)));
    let gateways = network.nat_gateways.values();
    let of_gateways =
        gateways.flat_map(|nat| nat.addresses.iter().filter_map(|own| own.private).map(move |own| (&nat.vpc, own)));
    let all = own.chain(of_gateways);
    all.filter(|(vpc, address)| network.stand_ins.range_of(vpc, *address).is_none())
        .map(|(_, address)| address)
        .collect()
}
