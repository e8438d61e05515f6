//! Random small networks, realistic and also wrong, and random queries about them.
//!
//! A plan of small numbers is drawn, so that a failing case shrinks well; a network is built from it.

pub(crate) mod plan;
mod resources;
mod transit;

use std::net::{IpAddr, Ipv4Addr};

use deguchi_engine::{AddressSet, Destination, DestinationBasis, Ports, Query, Source, Traffic};
use deguchi_model::{IpNet, Network, PortRange};

use proptest::{prelude::ProptestConfig, test_runner::RngSeed};

use plan::{NetworkPlan, QueryPlan};

/// Addresses outside every VPC that rules and routes are about.
pub(crate) const REMOTES: [&str; 10] = [
    "64:ff9b::c633:6450",
    "64:ff9b::a00:10a",
    "198.51.100.80",
    "198.51.100.7",
    "8.8.8.8",
    "52.216.0.10",
    "192.168.50.5",
    "100.64.0.1",
    "2001:4860:4860::8888",
    "2001:4860:4860::4444",
];

/// So many cases by a fixed seed, so that a run says the same each time; or `PROPTEST_CASES` by a new one.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let config = ProptestConfig { max_shrink_iters: 20000, failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => ProptestConfig { cases, rng_seed: RngSeed::Fixed(20240229), ..config },
    }
}

/// Builds the network of a plan.
pub(crate) fn network(plan: &NetworkPlan) -> Network {
    resources::build(plan)
}

fn cidrs(texts: &[&str]) -> AddressSet {
    AddressSet::from_cidrs(&texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpNet>>())
}

/// Every address of the network that a query can name.
pub(crate) fn known_addresses(network: &Network) -> Vec<IpAddr> {
    let mut known: Vec<IpAddr> = Vec::new();
    for interface in network.network_interfaces.values() {
        for own in &interface.addresses {
            known.push(own.private.into());
            known.extend(own.public.map(IpAddr::V4));
        }
        known.extend(interface.ipv6_addresses.iter().map(|own| IpAddr::V6(*own)));
    }
    for own in network.nat_gateways.values().flat_map(|gateway| &gateway.addresses) {
        known.extend(own.private.map(IpAddr::V4));
        known.extend(own.public.map(IpAddr::V4));
    }
    for prefix in network.network_interfaces.values().flat_map(|interface| &interface.ipv4_prefixes) {
        known.extend([IpAddr::V4(prefix.network()), IpAddr::V4(prefix.broadcast())]);
    }
    known.extend(network.elastic_ips.values().map(|elastic| IpAddr::V4(elastic.public)));
    known.sort();
    known.dedup();
    known
}

/// Returns a query of a plan, or `None` where the network has no such source.
pub(crate) fn query(network: &Network, plan: &QueryPlan) -> Option<Query> {
    let source = source(network, plan)?;
    let is_v4 = match &source {
        Source::Interface { address, .. } => address.is_ipv4(),
        Source::Internet(set) | Source::OnPremises(set) => {
            set.ranges()[0].0 >= 0xffff_0000_0000 && set.ranges()[0].0 >> 48 == 0
        }
    };
    let addresses = destination(network, plan, &source, is_v4);
    if addresses.is_empty() {
        return None;
    }
    let destination = Destination { addresses, basis: DestinationBasis::Exact, within: Vec::new(), request: None };
    Some(Query { source, destination, traffic: traffic(plan) })
}

fn source(network: &Network, plan: &QueryPlan) -> Option<Source> {
    if plan.source % 4 == 3 {
        let on_premises = match plan.source / 4 % 8 {
            4 => cidrs(&["192.168.0.1/32"]),
            5 => cidrs(&["192.168.0.0/16", "172.16.0.0/24"]),
            6 => cidrs(&["fd12::/64"]),
            _ => AddressSet::empty(),
        };
        if !on_premises.is_empty() {
            return Some(Source::OnPremises(on_premises));
        }
        return Some(Source::Internet(match plan.source / 4 % 8 {
            0 => cidrs(&["198.51.100.80/32"]),
            1 => cidrs(&["198.51.100.0/24", "8.8.8.8/32"]),
            2 => cidrs(&["10.9.0.0/24", "198.51.100.0/25"]),
            _ => cidrs(&["2001:4860:4860::/64"]),
        }));
    }
    let all: Vec<_> = network
        .network_interfaces
        .values()
        .filter(|interface| interface.id.as_str().starts_with("eni-i") && interface.id.as_str() != "eni-i-spare")
        .collect();
    let interface = all.get(usize::from(plan.source) % all.len().max(1))?;
    let v4 = interface.addresses.iter().map(|own| IpAddr::V4(own.private));
    let own: Vec<IpAddr> = v4.chain(interface.ipv6_addresses.iter().map(|own| IpAddr::V6(*own))).collect();
    let address = own[usize::from(plan.source_address) % own.len()];
    Some(Source::Interface { interface: interface.id.clone(), address })
}

fn destination(network: &Network, plan: &QueryPlan, source: &Source, is_v4: bool) -> AddressSet {
    let pick = usize::from(plan.destination);
    let set = match plan.destination_kind % 10 {
        0..=2 => {
            let known: Vec<IpAddr> =
                known_addresses(network).into_iter().filter(|address| address.is_ipv4() == is_v4).collect();
            known.get(pick % known.len().max(1)).map_or_else(AddressSet::empty, |address| AddressSet::single(*address))
        }
        3 | 4 | 9 => {
            let remote: Vec<&&str> = REMOTES.iter().filter(|text| text.contains(':') != is_v4).collect();
            AddressSet::single(remote[pick % remote.len()].parse().unwrap())
        }
        5 => AddressSet::single(IpAddr::V4(Ipv4Addr::new(10, 0, plan.destination % 6, 77))),
        6 if is_v4 => {
            let special = ["169.254.169.253", "169.254.170.2", "169.254.169.7", "10.0.0.2", "10.1.0.2", "224.0.0.1"];
            AddressSet::single(special[pick % special.len()].parse().unwrap())
        }
        6 => {
            let special = ["fd00:ec2::253", "fd00:ec2::7", "fd12::1", "2600:1f00:0:1::77", "ff02::1"];
            AddressSet::single(special[pick % special.len()].parse().unwrap())
        }
        _ if is_v4 => match pick % 9 {
            0 => AddressSet::public_ipv4(),
            1 => cidrs(&["198.51.100.0/24"]),
            2 => cidrs(&["10.0.0.0/16"]),
            3 => cidrs(&["198.51.100.0/25", "8.8.0.0/16", "203.0.113.0/28"]),
            4 => cidrs(&["192.168.0.0/16", "52.216.0.0/14"]),
            5 => cidrs(&["10.0.0.0/8"]),
            6 => cidrs(&["10.0.0.0/22", "169.254.0.0/16"]),
            7 => cidrs(&["0.0.0.0/0"]),
            _ => cidrs(&["203.0.113.0/24"]),
        },
        _ if pick % 3 == 0 => AddressSet::public_ipv6(),
        _ if pick % 3 == 1 => cidrs(&["::/0"]),
        _ => cidrs(&["2001:4860:4860::/48", "2600:1f00:0:1::/64"]),
    };
    if let Source::Internet(_) = source {
        return set.intersection(&held(network)); // From the internet to the internet is no question about a network.
    }
    // A host talks to itself without a network.
    let own: AddressSet = match source {
        Source::Interface { interface, .. } => own_addresses(network, interface.as_str()),
        Source::Internet(set) | Source::OnPremises(set) => set.clone(),
    };
    set.minus(&own)
}

/// The public addresses of the network, and private ones asked for in vain.
fn held(network: &Network) -> AddressSet {
    let mut held = AddressSet::empty();
    for address in known_addresses(network) {
        let is_private = matches!(address, IpAddr::V4(v4) if v4.is_private());
        held = if is_private { held } else { held.union(&AddressSet::single(address)) };
    }
    held
}

fn own_addresses(network: &Network, interface: &str) -> AddressSet {
    let siblings = network
        .instances
        .values()
        .filter(|instance| instance.interfaces.iter().any(|own| own.interface.as_str() == interface))
        .flat_map(|instance| &instance.interfaces)
        .filter_map(|own| network.network_interfaces.get(&own.interface));
    let mut all = AddressSet::empty();
    for sibling in siblings {
        for own in &sibling.addresses {
            all = all.union(&AddressSet::single(own.private.into()));
        }
        let prefixes = sibling.ipv4_prefixes.iter().map(|prefix| IpNet::V4(*prefix));
        all = all.union(&AddressSet::from_cidrs(&prefixes.collect::<Vec<_>>()));
        for own in &sibling.ipv6_addresses {
            all = all.union(&AddressSet::single((*own).into()));
        }
    }
    all
}

fn traffic(plan: &QueryPlan) -> Traffic {
    let source = match plan.source_ports % 4 {
        0 => PortRange::single(50000),
        1 => PortRange::new(32768, 60999).unwrap(),
        2 => PortRange::new(49152, 65535).unwrap(),
        _ => PortRange::new(1024, 65535).unwrap(),
    };
    let destination = match plan.ports % 5 {
        0 | 1 => PortRange::single(443),
        2 => PortRange::single(80),
        3 => PortRange::new(80, 443).unwrap(),
        _ => PortRange::ALL,
    };
    let ports = Ports { source, destination };
    match plan.traffic % 5 {
        0..=2 => Traffic::Tcp(ports),
        3 => Traffic::Udp(ports),
        _ => Traffic::Ping,
    }
}
