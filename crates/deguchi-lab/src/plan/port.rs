//! What stands beneath a VPC's machines: each interface's own security groups, stateful, and the resolver that no filter
//! concerns (PW-11).
//!
//! Each interface has a pair of devices in one namespace, and a zone of connection tracking for itself, so that what one
//! interface remembers is unknown to the next (PW-9, SG-18), also within one subnet.

use std::{collections::BTreeSet, fmt::Write as _, net::IpAddr};

use deguchi_model::{Direction, IpNet, NetworkInterface, SecurityGroupId, SourceDestinationCheck, Vpc};

use super::{
    Address, Namespace, NextHop, Route, Rule, Selector, Setting, Station,
    address_family::{everything, single},
    construct::Construction,
    filter::{address, group_chain, own_ranges},
    machine::resolver_of,
};
use crate::{
    dropped::{Cause, drop_because},
    service::{DnsSupport, Resolver, Services, zone},
};

/// Tables for packets from machines, and for packets to them, begin here.
const FROM_MACHINES: u32 = 10_000;
const TO_MACHINES: u32 = 20_000;

/// Services at link-local addresses (PW-13).
const LINK_LOCAL: [&str; 8] = [
    "169.254.169.253",
    "169.254.169.254",
    "169.254.169.123",
    "169.254.169.250",
    "169.254.170.2",
    "fd00:ec2::253",
    "fd00:ec2::254",
    "fd00:ec2::123",
];

/// The namespace beneath the machines of a VPC.
pub(super) fn name(number: usize) -> String {
    format!("ports-{number}")
}

pub(super) fn add(construction: &mut Construction<'_>, vpc: &Vpc) {
    let number = construction.vpc_number(&vpc.id);
    let mut namespace = Namespace {
        name: name(number),
        station: Station::SecurityGroups,
        stands_for: vpc.id.to_string(),
        ..Namespace::default()
    };
    namespace.settings.insert(Setting::Forwards);
    let mut links = Vec::new();
    for port in construction.ports_of(&vpc.id) {
        let (inner, outer) = (format!("in{}", port.number), format!("out{}", port.number));
        let own = u32::try_from(port.number).unwrap_or_default();
        for (device, next, table) in [(&inner, &outer, FROM_MACHINES + own), (&outer, &inner, TO_MACHINES + own)] {
            namespace.rules.push(Rule { priority: 100, packets: Selector::Device(device.clone()), table });
            for destination in everything() {
                namespace.routes.push(Route { table: Some(table), destination, to: NextHop::Device(next.clone()) });
            }
        }
        for destination in own_ranges(port.interface) {
            namespace.routes.push(Route { table: None, destination, to: NextHop::Device(inner.clone()) });
        }
        links.push((port.machine.clone(), port.device.clone(), inner, port.interface.id.to_string()));
    }
    let unfiltered = resolver_of(vpc).into_iter().chain(LINK_LOCAL.iter().filter_map(|text| text.parse().ok()));
    for address in unfiltered {
        namespace.addresses.push(Address { device: "lo".to_owned(), address: single(address) });
    }
    namespace.services = Some(services(construction, vpc));
    namespace.filter = Some(rules(construction, vpc));
    let below = namespace.name.clone();
    construction.plan.namespaces.push(namespace);
    for (machine, device, inner, stands_for) in links {
        construction.link((&machine, &device), (&below, &inner), &stands_for);
    }
}

/// The resolver, at both its addresses.
fn services(construction: &Construction<'_>, vpc: &Vpc) -> Services {
    let own = resolver_of(vpc).into_iter().chain("169.254.169.253".parse::<IpAddr>().ok());
    let listen = own.map(|address| (address, 53).into()).collect();
    Services {
        resolver: Some(Resolver { listen, support: DnsSupport::On, zone: zone(construction.network, vpc) }),
        web: None,
    }
}

fn rules(construction: &Construction<'_>, vpc: &Vpc) -> String {
    let network = construction.network;
    let mut text = String::from("table inet ports {\n");
    let mut groups: BTreeSet<&SecurityGroupId> = BTreeSet::new();
    let mut zones = Vec::new();
    let mut jumps = Vec::new();
    for port in construction.ports_of(&vpc.id) {
        groups.extend(port.interface.security_groups.iter().filter(|id| network.security_groups.contains_key(*id)));
        let number = port.number;
        zones.push(format!("\"in{number}\" : {number}, \"out{number}\" : {number}"));
        jumps.push(format!("\"in{number}\" : jump eni{number}-outbound, \"out{number}\" : jump eni{number}-inbound"));
    }
    for (number, group) in (1..).zip(&groups) {
        let Some(group) = network.security_groups.get(*group) else { continue };
        for (direction, word) in [(Direction::Inbound, "inbound"), (Direction::Outbound, "outbound")] {
            text.push_str(&group_chain(network, &format!("sg{number}-{word}"), group, &vpc.id, direction));
        }
    }
    let numbers: Vec<&SecurityGroupId> = groups.into_iter().collect();
    for port in construction.ports_of(&vpc.id) {
        for direction in [Direction::Outbound, Direction::Inbound] {
            text.push_str(&port_chain(port.number, port.interface, &numbers, direction));
        }
    }
    if !zones.is_empty() {
        let _ = writeln!(
            text,
            "\tchain zones {{\n\t\ttype filter hook prerouting priority raw\n\t\tct zone set iifname map {{ {} }}\n\t}}",
            zones.join(", ")
        );
        let _ = writeln!(
            text,
            "\tchain forwarding {{\n\t\ttype filter hook forward priority filter\n\t\tpolicy drop\n\t\tiifname vmap {{ {} }}\n\t}}",
            jumps.join(", ")
        );
    }
    // Nothing beneath a machine is a hop that shows.
    text.push_str("\tchain output {\n\t\ttype filter hook output priority filter\n\t\ticmp type { time-exceeded, destination-unreachable, redirect } drop\n\t\ticmpv6 type { destination-unreachable, packet-too-big, time-exceeded } drop\n\t}\n}\n");
    text
}

fn port_chain(
    number: usize,
    interface: &NetworkInterface,
    groups: &[&SecurityGroupId],
    direction: Direction,
) -> String {
    let (word, side) = match direction {
        Direction::Outbound => ("outbound", "saddr"),
        Direction::Inbound => ("inbound", "daddr"),
    };
    let mut text = format!("\tchain eni{number}-{word} {{\n");
    if interface.source_destination_check != SourceDestinationCheck::Off {
        // PW-4.
        let dropped = drop_because(&interface.id, &Cause::SourceDestinationCheck);
        let own = own_ranges(interface);
        for (family, protocol) in [("ip", "ipv4"), ("ip6", "ipv6")] {
            let ranges: Vec<IpNet> =
                own.iter().copied().filter(|range| super::address_family::header(range) == family).collect();
            match address(side, &ranges).first() {
                Some(own) => {
                    let _ = writeln!(text, "\t\t{}{dropped}", own.replacen(" {", " != {", 1));
                }
                None => {
                    let _ = writeln!(text, "\t\tmeta nfproto {protocol} {dropped}");
                }
            }
        }
    }
    text.push_str("\t\tct state established,related accept\n");
    for (place, group) in (1..).zip(groups) {
        if interface.security_groups.contains(group) {
            let _ = writeln!(text, "\t\tjump sg{place}-{word}");
        }
    }
    let dropped = drop_because(&interface.id, &Cause::SecurityGroups(direction));
    let _ = writeln!(text, "\t\t{dropped}\n\t}}");
    text
}
