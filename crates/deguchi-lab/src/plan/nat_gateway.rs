//! Zonal NAT gateways: TCP, UDP and ICMP from the VPC, translated to one of its own addresses and a port from 1024 on.
//!
//! It admits nothing from outside (NG-9), forgets a connection after 350 idle seconds and then answers with a reset
//! (NG-16). Leaves out what a lab cannot show: exhausted ports, bandwidth, fragments.

use std::fmt::Write as _;

use super::{
    Address, Namespace, NextHop, Route, Setting, Station,
    address_family::{everything, single},
    construct::{Construction, Nat},
    vpc,
};
use crate::dropped::{Cause, drop_because};

/// How long a connection may be idle (NG-16).
const IDLE_SECONDS: u32 = 350;

pub(super) fn add(construction: &mut Construction<'_>) {
    let mut made = Vec::new();
    for nat in &construction.nat_gateways {
        let vpc = construction.vpc_number(&nat.gateway.vpc);
        made.push((nat.number, vpc, namespace(nat), nat.gateway.id.to_string()));
    }
    for (number, vpc, namespace, stands_for) in made {
        let name = namespace.name.clone();
        construction.plan.namespaces.push(namespace);
        construction.link((&vpc::name(vpc), &format!("nat{number}")), (&name, "eth0"), &stands_for);
    }
}

fn namespace(nat: &Nat<'_>) -> Namespace {
    let mut namespace = Namespace {
        name: format!("nat-{}", nat.number),
        station: Station::NatGateway,
        stands_for: nat.gateway.id.to_string(),
        translates_to: nat.addresses.iter().filter_map(|own| own.private).collect(),
        ..Namespace::default()
    };
    namespace.settings.extend([Setting::Forwards, Setting::KnowsOnlyItsConnections]);
    for address in &namespace.translates_to {
        namespace.addresses.push(Address { device: "eth0".to_owned(), address: single((*address).into()) });
    }
    for destination in everything() {
        namespace.routes.push(Route { table: None, destination, to: NextHop::Device("eth0".to_owned()) });
    }
    namespace.filter = Some(rules(nat, &namespace.translates_to));
    namespace
}

fn rules(nat: &Nat<'_>, addresses: &[std::net::Ipv4Addr]) -> String {
    let id = &nat.gateway.id;
    let because = |cause: Cause| drop_because(id, &cause);
    let mut text = String::from("table inet nat-gateway {\n");
    let _ = writeln!(
        text,
        "\tct timeout idle {{\n\t\tprotocol tcp\n\t\tl3proto ip\n\t\tpolicy = {{ established : {IDLE_SECONDS} }}\n\t}}"
    );
    // What a probe wants the gateway to choose; empty unless one asks.
    text.push_str(
        "\tmap wanted {\n\t\ttype inet_proto . ipv4_addr . inet_service . ipv4_addr . inet_service : ipv4_addr . inet_service\n\t}\n",
    );
    let own: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let _ = writeln!(
        text,
        "\tchain entry {{\n\t\ttype filter hook prerouting priority mangle\n\t\tip saddr {{ {own} }} {loops}\n\
         \t\tct state new ip daddr {{ {own} }} {inbound}\n\t\tmeta l4proto tcp ct timeout set \"idle\"\n\t}}",
        own = own.join(", "),
        loops = because(Cause::RoutingLoop),
        inbound = because(Cause::FromOutside),
    );
    let _ = writeln!(
        text,
        "\tchain forwarding {{\n\t\ttype filter hook forward priority filter\n\t\tmeta nfproto ipv6 {}\n\
         \t\tmeta l4proto != {{ tcp, udp, icmp }} {}\n\
         \t\tct state invalid meta l4proto tcp reject with tcp reset\n\
         \t\tct state invalid {}\n\t}}",
        because(Cause::Ipv6),
        because(Cause::Protocol),
        // The reply of a connection that it has not seen, which it cannot translate.
        because(Cause::FromOutside),
    );
    let choice = match own.as_slice() {
        [only] => only.clone(),
        many => {
            let pairs: Vec<String> = many.iter().enumerate().map(|(place, own)| format!("{place} : {own}")).collect();
            format!("numgen random mod {} map {{ {} }}", many.len(), pairs.join(", "))
        }
    };
    let port = if own.len() == 1 { ":1024-65535" } else { "" };
    let _ = writeln!(
        text,
        "\tchain translation {{\n\t\ttype nat hook postrouting priority srcnat\n\
         \t\tmeta l4proto {{ tcp, udp }} snat ip to meta l4proto . ip saddr . th sport . ip daddr . th dport map @wanted\n\
         \t\tmeta nfproto ipv4 meta l4proto {{ tcp, udp, icmp }} snat ip to {choice}{port} fully-random\n\t}}"
    );
    text.push_str(
        "\tchain input {\n\t\ttype filter hook input priority filter\n\t\tpolicy drop\n\t}\n\
         \tchain output {\n\t\ttype filter hook output priority filter\n\t\tpolicy drop\n\
         \t\ttcp flags & rst == rst accept\n\t}\n}\n",
    );
    text
}
