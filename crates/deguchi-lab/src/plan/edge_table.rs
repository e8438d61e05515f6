//! What an internet gateway's own route table asks for beside where it leads (RT-20, RT-21).

use std::fmt::Write as _;

use deguchi_model::{InternetGatewayId, IpNet, NetworkInterface, RouteDestination, RouteTable, RouteTarget, Vpc};

use super::{
    NextHop, Route,
    construct::{Construction, Port},
    filter::{address, own_ranges},
    route_table,
};
use crate::dropped::{Cause, drop_because};

/// RT-20: packets from the internet are led only to an interface that has a public address.
pub(super) fn refuse_targets_without_public_address(construction: &Construction<'_>, vpc: &Vpc, routes: &mut [Route]) {
    let is_without = |interface: &NetworkInterface| interface.addresses.iter().all(|own| own.public.is_none());
    let ports = construction.ports_of(&vpc.id).filter(|port| is_without(port.interface));
    let without: Vec<String> = ports.map(|port| format!("eni{}", port.number)).collect();
    for route in routes.iter_mut().filter(|route| matches!(route.destination, IpNet::V4(_))) {
        if matches!(&route.to, NextHop::Device(device) if without.contains(device)) {
            route.to = NextHop::Blackhole;
        }
    }
}

/// RT-21: what an edge table leads to a machine leaves by the gateway only from that machine.
pub(super) fn rules(construction: &Construction<'_>, vpc: &Vpc) -> String {
    let gateways = construction.network.internet_gateways.values();
    let attached = gateways.filter(|own| own.attachment_to(&vpc.id).is_some()).map(|own| &own.id);
    let tables =
        attached.filter_map(|id: &InternetGatewayId| route_table::of_gateway(construction.network, vpc, id.as_str()));
    let mut text = String::new();
    for table in tables {
        for (range, target) in redirections(table) {
            let machine = machine_of(construction, vpc, target);
            let longer: Vec<IpNet> = redirected(table).filter(|own| *own != range && range.contains(own)).collect();
            let but = |side: String| side.replacen(" {", " != {", 1);
            let others: String = address("saddr", &longer).into_iter().map(but).collect();
            let dropped = drop_because(&table.id, &Cause::IngressRedirected);
            let devices: Vec<String> = machine.iter().map(|port| format!("\"eni{}\"", port.number)).collect();
            let from =
                if devices.is_empty() { String::new() } else { format!("iifname != {{ {} }} ", devices.join(", ")) };
            for own in address("saddr", &[range]) {
                let _ = writeln!(text, "\t\t{from}oifname \"igw\" {own}{others}{dropped}");
            }
            // Its other interfaces' own addresses are not what the route leads to it for.
            for port in machine.iter().filter(|port| !is_target(port, target)) {
                let own: Vec<IpNet> =
                    own_ranges(port.interface).into_iter().filter(|own| range.contains(own)).collect();
                for own in address("saddr", &own) {
                    let _ = writeln!(text, "\t\tiifname \"eni{}\" oifname \"igw\" {own}{others}{dropped}", port.number);
                }
            }
        }
    }
    text
}

/// The ranges that a table has routes for.
fn redirected(table: &RouteTable) -> impl Iterator<Item = IpNet> + use<'_> {
    table.routes.iter().filter_map(|route| match &route.destination {
        RouteDestination::Cidr(range) => Some(range.trunc()),
        RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => None,
    })
}

/// The ranges that a table leads to machines, and to which.
fn redirections(table: &RouteTable) -> impl Iterator<Item = (IpNet, &RouteTarget)> {
    let to_machine =
        |target: &RouteTarget| matches!(target, RouteTarget::NetworkInterface(_) | RouteTarget::Instance(_));
    table.routes.iter().filter(move |route| to_machine(&route.target)).filter_map(|route| match &route.destination {
        RouteDestination::Cidr(range) => Some((range.trunc(), &route.target)),
        RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => None,
    })
}

/// The interfaces of the machine that a route leads to.
fn machine_of<'a, 'n>(construction: &'a Construction<'n>, vpc: &Vpc, target: &RouteTarget) -> Vec<&'a Port<'n>> {
    let ports: Vec<&Port<'n>> = construction.ports_of(&vpc.id).collect();
    let Some(own) = ports.iter().find(|port| is_target(port, target)) else { return Vec::new() };
    let machine = own.machine.clone();
    ports.into_iter().filter(|port| port.machine == machine).collect()
}

/// Whether a route leads to an interface.
fn is_target(port: &Port<'_>, target: &RouteTarget) -> bool {
    match target {
        RouteTarget::NetworkInterface(id) => port.interface.id == *id,
        RouteTarget::Instance(id) => port
            .interface
            .attachment
            .as_ref()
            .is_some_and(|own| own.instance.as_ref() == Some(id) && own.device_index == 0),
        _ => false,
    }
}
