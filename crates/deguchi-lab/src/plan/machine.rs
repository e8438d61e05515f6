//! Machines: their interfaces, and what a NAT instance does inside (NI-4).
//!
//! A machine with several interfaces answers and asks by the interface whose address it uses, as images of AWS do.

use std::{collections::BTreeMap, fmt::Write as _, net::IpAddr};

use deguchi_model::{
    Instance, IpNet, Ipv4Net, Network, NetworkInterface, PrefixListEntries, Route as AwsRoute, RouteDestination,
    RouteTarget, SourceDestinationCheck, Vpc,
};

use super::{
    Address, GuestFault, Machine, MachineInterface, Namespace, NextHop, Route, Rule, Selector, Setting,
    address_family::{REFUSED, everything, single},
    construct::{Construction, Port},
    route_table,
    vpc::router_address,
};
use crate::{
    dropped::{Cause, drop_because},
    service::region_of,
};

/// The tables of a machine's interfaces, and the marks of connections that came in by them, begin here.
const FIRST_TABLE: u32 = 100;

/// The machine behind an interface: its instance, or the interface itself where there is none.
pub(super) fn id_of(interface: &NetworkInterface) -> String {
    let instance = interface.attachment.as_ref().and_then(|attachment| attachment.instance.as_ref());
    instance.map_or_else(|| interface.id.to_string(), ToString::to_string)
}

pub(super) fn add(construction: &mut Construction<'_>) {
    let mut machines: BTreeMap<&str, Vec<&Port<'_>>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for port in &construction.ports {
        let ports = machines.entry(&port.machine).or_default();
        if ports.is_empty() {
            order.push(&port.machine);
        }
        ports.push(port);
    }
    let mut made = Vec::new();
    for name in order {
        let Some(ports) = machines.get(name) else { continue };
        made.push((namespace(construction, name, ports), machine(construction, name, ports)));
    }
    for (namespace, machine) in made {
        construction.plan.namespaces.push(namespace);
        construction.plan.machines.extend(machine);
    }
}

fn machine(construction: &Construction<'_>, namespace: &str, ports: &[&Port<'_>]) -> Option<Machine> {
    let network = construction.network;
    let primary = ports.first()?.interface;
    let instance = instance_of(network, primary);
    let vpc = network.vpcs.get(&primary.vpc);
    let interfaces = ports.iter().map(|port| MachineInterface {
        id: port.interface.id.to_string(),
        device: port.device.clone(),
        addresses: addresses_of(port.interface),
    });
    Some(Machine {
        namespace: namespace.to_owned(),
        id: id_of(primary),
        name: instance.and_then(|own| own.name.clone()).or_else(|| primary.name.clone()),
        interfaces: interfaces.collect(),
        vpc: primary.vpc.to_string(),
        system: instance.and_then(|own| construction.options.systems.get(&own.id)).copied(),
        region: vpc.map(region_of).unwrap_or_default().to_owned(),
        resolvers: vpc.and_then(resolver_of).into_iter().collect(),
    })
}

fn instance_of<'n>(network: &'n Network, interface: &NetworkInterface) -> Option<&'n Instance> {
    network.instances.get(interface.attachment.as_ref()?.instance.as_ref()?)
}

/// The resolver of a VPC: the base of its primary range plus two (PW-13).
pub(super) fn resolver_of(vpc: &Vpc) -> Option<IpAddr> {
    vpc.cidr_blocks.first().map(|cidr| IpAddr::V4(u32::from(cidr.network()).saturating_add(2).into()))
}

fn addresses_of(interface: &NetworkInterface) -> Vec<(IpAddr, Option<IpAddr>)> {
    let v4 = interface.addresses.iter().map(|own| (IpAddr::V4(own.private), own.public.map(IpAddr::V4)));
    v4.chain(interface.ipv6_addresses.iter().map(|own| (IpAddr::V6(*own), None))).collect()
}

fn namespace(construction: &Construction<'_>, name: &str, ports: &[&Port<'_>]) -> Namespace {
    let mut namespace = Namespace { name: name.to_owned(), ..Namespace::default() };
    let primary = ports.first().map(|port| port.interface);
    namespace.stands_for = primary.map(id_of).unwrap_or_default();
    let instance = primary.and_then(|own| own.attachment.as_ref()?.instance.as_ref());
    let exit = exit_of(construction, ports);
    for (table, port) in (FIRST_TABLE..).zip(ports) {
        add_interface(construction, &mut namespace, port, table, ports.len() > 1);
        if Some(port.number) == exit.map(|exit| exit.number) {
            add_default_routes(construction, &mut namespace, port, None);
        }
    }
    let forwards = ports.iter().any(|port| port.interface.source_destination_check != SourceDestinationCheck::On);
    let fault = instance.and_then(|own| construction.options.guest_faults.get(own)).copied();
    if let (true, Some(exit)) = (forwards, exit) {
        make_nat_instance(&mut namespace, ports, exit, fault);
    }
    namespace
}

fn add_interface(
    construction: &Construction<'_>,
    namespace: &mut Namespace,
    port: &Port<'_>,
    table: u32,
    is_one_of_many: bool,
) {
    let Some(subnet) = construction.network.subnets.get(&port.interface.subnet) else { return };
    let lengths = |address: IpAddr| match address {
        IpAddr::V4(own) => {
            let length = subnet.cidr_block.map_or(32, |cidr| cidr.prefix_len());
            Ipv4Net::new(own, length).map_or_else(|_| single(address), IpNet::V4)
        }
        IpAddr::V6(_) => single(address),
    };
    let own: Vec<IpNet> = addresses_of(port.interface)
        .iter()
        .map(|(address, _)| single(*address))
        .chain(port.interface.ipv4_prefixes.iter().map(|prefix| IpNet::V4(*prefix)))
        .collect();
    for (address, _) in addresses_of(port.interface) {
        namespace.addresses.push(Address { device: port.device.clone(), address: lengths(address) });
    }
    for prefix in &port.interface.ipv4_prefixes {
        namespace.routes.push(Route { table: Some(LOCAL), destination: IpNet::V4(*prefix), to: NextHop::Here });
    }
    if is_one_of_many {
        for (priority, range) in (table * 100..).zip(own) {
            namespace.rules.push(Rule { priority, packets: Selector::From(range), table });
        }
        namespace.rules.push(Rule { priority: 20_000 + table, packets: Selector::Mark(table), table });
        add_default_routes(construction, namespace, port, Some(table));
    }
}

/// The kernel's own table of what is here.
const LOCAL: u32 = 255;

fn add_default_routes(construction: &Construction<'_>, namespace: &mut Namespace, port: &Port<'_>, table: Option<u32>) {
    let Some(subnet) = construction.network.subnets.get(&port.interface.subnet) else { return };
    for destination in everything() {
        let router = match destination {
            IpNet::V4(_) if port.interface.addresses.is_empty() => continue,
            IpNet::V4(_) => subnet.cidr_block.map(router_address),
            IpNet::V6(_) if port.interface.ipv6_addresses.is_empty() => continue,
            IpNet::V6(_) => None,
        };
        let device = port.device.clone();
        let to = match router {
            // A table of its own has no route to its router.
            Some(router) if table.is_none() => NextHop::Router { device, router: IpAddr::V4(router) },
            _ => NextHop::Device(device),
        };
        namespace.routes.push(Route { table, destination, to });
    }
}

/// Where a machine has its default route: at the interface that leads to the internet if it forwards, else at the first.
fn exit_of<'a, 'n>(construction: &Construction<'n>, ports: &[&'a Port<'n>]) -> Option<&'a Port<'n>> {
    let forwards = ports.iter().any(|port| port.interface.source_destination_check != SourceDestinationCheck::On);
    let rank = |port: &Port<'_>| {
        let subnet = construction.network.subnets.get(&port.interface.subnet);
        let table = subnet.and_then(|subnet| route_table::of_subnet(construction.network, subnet));
        let leads_out = table.is_some_and(|table| {
            let mut to_gateway =
                table.routes.iter().filter(|route| matches!(route.target, RouteTarget::InternetGateway(_)));
            to_gateway.any(|route| has_public_ipv4(construction.network, route))
        });
        let has_public = port.interface.addresses.first().is_some_and(|own| own.public.is_some());
        u8::from(leads_out) + u8::from(leads_out && has_public)
    };
    // The first of the best.
    if forwards { ports.iter().rev().max_by_key(|port| rank(port)).copied() } else { ports.first().copied() }
}

/// Whether a route is for any public IPv4 addresses: the guest masquerades no others.
fn has_public_ipv4(network: &Network, route: &AwsRoute) -> bool {
    let is_public = |range: &IpNet| range.addr().is_ipv4() && !REFUSED.iter().any(|refused| refused.contains(range));
    match &route.destination {
        RouteDestination::Cidr(range) => is_public(range),
        RouteDestination::PrefixList(id) => match network.prefix_lists.get(id).map(|list| &list.entries) {
            Some(PrefixListEntries::Known(ranges)) => ranges.iter().any(is_public),
            Some(PrefixListEntries::Unknown) | None => false,
        },
        RouteDestination::Unmodelled(_) => false,
    }
}

/// Forwarding and masquerading, replies by the interface that the client came in by.
fn make_nat_instance(namespace: &mut Namespace, ports: &[&Port<'_>], exit: &Port<'_>, fault: Option<GuestFault>) {
    if fault != Some(GuestFault::ForwardingOff) {
        namespace.settings.insert(Setting::Forwards);
    }
    let mut text =
        String::from("table inet guest {\n\tchain entry {\n\t\ttype filter hook prerouting priority mangle\n");
    for (mark, port) in (FIRST_TABLE..).zip(ports) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\t\tct direction original iifname \"{}\" ct mark set {mark}", port.device);
    }
    if ports.len() > 1 {
        text.push_str("\t\tct direction reply meta mark set ct mark\n");
    }
    text.push_str("\t}\n\tchain leaving {\n\t\ttype nat hook postrouting priority srcnat\n");
    let device = match fault {
        Some(GuestFault::NoMasquerade) => None,
        // What the guides of many years call it.
        Some(GuestFault::WrongInterface) => Some("ens5"),
        Some(GuestFault::ForwardingOff) | None => Some(exit.device.as_str()),
    };
    if let Some(device) = device {
        let _ = writeln!(text, "\t\tmeta nfproto ipv4 ct mark >= {FIRST_TABLE} oifname \"{device}\" masquerade");
        // Linux masquerades no reply of a connection that it has not seen; it would leave with the client's address (IG-4).
        text.push_str("\t}\n\tchain forwarding {\n\t\ttype filter hook forward priority filter\n");
        let unknown = drop_because(&namespace.stands_for, &Cause::FromOutside);
        let _ = writeln!(text, "\t\tmeta nfproto ipv4 ct state invalid {unknown}");
    }
    text.push_str("\t}\n}\n");
    namespace.filter = Some(text);
}
