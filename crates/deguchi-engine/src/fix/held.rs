//! Whether a plan breaks what worked: what arrived before has to arrive after.
//!
//! Asked again are all packets (any destination, any port, TCP, UDP and ping) of one interface of each class behind what the
//! plan changes, what the internet sends to them, and, where the plan changes routes for addresses of the snapshot, what
//! all classes send to them. The sets before and after are compared packet by packet. Changes that only let more
//! pass (rules that allow, a deny taken away, a check switched off) can break nothing and ask nothing.

use alloc::{collections::BTreeSet, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{Network, NetworkInterface, NetworkInterfaceId, PortRange, SubnetId};

use crate::{
    AddressSet,
    address_set::position,
    change::Change,
    class::{SourceClass, source_classes},
    index::{Index, table_of_subnet},
    packet_set::{PacketSet, Space},
    query::{Destination, DestinationBasis, Ports, Query, Source, Traffic},
    route::rank,
    walk::undelivered,
};

/// What a check of a plan found.
pub(super) struct Held {
    /// How many sets of packets were asked again.
    pub(super) asked: usize,
    /// Whether all that arrived before still does.
    pub(super) is_kept: bool,
}

/// Asks again whatever a plan could break.
pub(super) fn check(before: &Network, after: &Network, changes: &[Change]) -> Held {
    let mut held = Held { asked: 0, is_kept: true };
    let touched = touched(before, after, changes);
    if touched.subnets.is_empty() && touched.interfaces.is_empty() {
        return held;
    }
    let mut comparison = Comparison { before: Index::new(before), after: Index::new(after) };
    for query in queries(before, &touched) {
        held.asked += 1;
        if !comparison.is_kept(&query) {
            held.is_kept = false;
            return held;
        }
    }
    held
}

/// What a plan changes other than by letting more pass.
struct Touched<'n> {
    /// Subnets whose routes differ.
    subnets: BTreeSet<&'n SubnetId>,
    /// Interfaces whose public address changes.
    interfaces: BTreeSet<&'n NetworkInterfaceId>,
    /// Whether routes for addresses that interfaces of the snapshot have differ.
    reaches_inside: bool,
}

impl Touched<'_> {
    fn holds(&self, interface: &NetworkInterface) -> bool {
        self.subnets.contains(&interface.subnet) || self.interfaces.contains(&interface.id)
    }
}

fn touched<'n>(before: &'n Network, after: &Network, changes: &[Change]) -> Touched<'n> {
    let mut touched = Touched { subnets: BTreeSet::new(), interfaces: BTreeSet::new(), reaches_inside: false };
    for change in changes {
        if let Change::AssociateElasticIp { interface, .. } = change
            && let Some(interface) = before.network_interfaces.get(interface)
        {
            touched.interfaces.insert(&interface.id);
        }
    }
    let held: Vec<(u128, u128)> = before
        .network_interfaces
        .values()
        .flat_map(|interface| &interface.addresses)
        .map(|address| position(address.private.into()))
        .map(|place| (place, place))
        .collect();
    let held = AddressSet::from_ranges(held);
    for subnet in before.subnets.values() {
        let tables = (table_of_subnet(before, subnet), table_of_subnet(after, subnet));
        let (Some((old, _)), Some((new, _))) = tables else { continue };
        if old.routes == new.routes {
            continue;
        }
        touched.subnets.insert(&subnet.id);
        let differing = old
            .routes
            .iter()
            .filter(|route| !new.routes.contains(route))
            .chain(new.routes.iter().filter(|route| !old.routes.contains(route)));
        for route in differing {
            let ranked = rank(before, old);
            let range = crate::route::ranges(before, route);
            let longer = crate::route::longer_than(&ranked, route);
            let changed = range.minus(&longer);
            touched.reaches_inside |= !changed.intersection(&held).is_empty();
        }
    }
    touched
}

/// Everything to be asked again.
fn queries(network: &Network, touched: &Touched<'_>) -> Vec<Query> {
    let classes = source_classes(network);
    let mut queries = Vec::new();
    let is_touched = |class: &&SourceClass<'_>| class.members.iter().any(|member| touched.holds(member));
    for class in classes.iter().filter(is_touched) {
        // A change to one interface (its address) concerns that one, whoever stands for the class.
        let member = class.members.iter().find(|member| touched.interfaces.contains(&member.id));
        let interface = member.copied().unwrap_or(class.representative.0);
        let v4 = interface.addresses.first().map(|address| IpAddr::V4(address.private));
        let v6 = interface.ipv6_addresses.first().map(|address| IpAddr::V6(*address));
        for (address, every) in [(v4, AddressSet::every_ipv4()), (v6, AddressSet::every_ipv6())] {
            let Some(address) = address else { continue };
            let source = Source::Interface { interface: interface.id.clone(), address };
            queries.extend(every_traffic(&source, &every));
        }
    }
    let members = network.network_interfaces.values().filter(|interface| touched.holds(interface));
    let members: Vec<&NetworkInterface> = members.collect();
    let public = members.iter().flat_map(|member| member.addresses.iter().filter_map(|address| address.public));
    let public = of_addresses(public.map(IpAddr::V4));
    if !public.is_empty() {
        let internet = Source::Internet(AddressSet::public_ipv4().minus(&public));
        queries.extend(every_traffic(&internet, &public));
    }
    if touched.reaches_inside {
        let private = members.iter().flat_map(|member| member.addresses.iter().map(|address| address.private));
        let private = of_addresses(private.map(IpAddr::V4));
        for class in &classes {
            let (interface, address) = class.representative;
            if matches!(address, IpAddr::V4(_)) {
                let source = Source::Interface { interface: interface.id.clone(), address };
                queries.extend(every_traffic(&source, &private));
            }
        }
    }
    queries
}

fn of_addresses(addresses: impl Iterator<Item = IpAddr>) -> AddressSet {
    AddressSet::from_ranges(addresses.map(position).map(|place| (place, place)).collect())
}

fn every_traffic(source: &Source, addresses: &AddressSet) -> impl Iterator<Item = Query> {
    let ports = Ports { destination: PortRange::ALL, ..Ports::to(0) };
    let traffics = [Traffic::Tcp(ports.clone()), Traffic::Udp(ports), Traffic::Ping];
    let destination =
        Destination { addresses: addresses.clone(), basis: DestinationBasis::Exact, within: Vec::new(), request: None };
    let source = source.clone();
    traffics.into_iter().map(move |traffic| Query { source: source.clone(), destination: destination.clone(), traffic })
}

struct Comparison<'n> {
    before: Index<'n>,
    after: Index<'n>,
}

impl Comparison<'_> {
    /// Whether every packet that arrived before arrives after, whatever port a NAT chooses.
    fn is_kept(&mut self, query: &Query) -> bool {
        let mut space = Space::new();
        let (whole, lost_before) = undelivered(&self.before, &mut space, query);
        let (_, lost_after) = undelivered(&self.after, &mut space, query);
        let held = space.minus(whole, lost_before);
        space.and(held, lost_after) == PacketSet::NONE
    }
}
