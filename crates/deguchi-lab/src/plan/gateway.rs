//! A VPC's edge to the internet: the internet gateway's one-to-one mapping, and the egress-only gateway's memory.
//!
//! The mapping of IPv4 remembers nothing: each packet's address is exchanged for its counterpart, or the packet is
//! dropped (IG-1, IG-2). Over IPv6 only what the egress-only gateway let out is remembered (IG-8).

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    net::Ipv4Addr,
};

use deguchi_model::{AttachmentState, BlockPublicAccess, RouteTarget, Vpc};

use super::{
    LeftOut, Namespace, NextHop, Route, Rule, Selector, Setting, Station,
    address_family::{REFUSED, everything, written},
    construct::Construction,
    filter::address,
    vpc,
};
use crate::dropped::{Cause, drop_because};

/// Which gateways a VPC has to the internet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gateways {
    pub(super) internet: bool,
    pub(super) egress_only: bool,
}

/// The gateways attached to a VPC, listed or spoken for by an active route (RT-14).
pub(super) fn gateways_of(construction: &Construction<'_>, vpc: &Vpc) -> Gateways {
    let network = construction.network;
    let attached = Some(&AttachmentState::Attached);
    let internet = network.internet_gateways.values().any(|own| own.attachment_to(&vpc.id) == attached)
        || construction.has_target(vpc, |target| match target {
            RouteTarget::InternetGateway(id) => !network.internet_gateways.contains_key(id),
            _ => false,
        });
    let egress_only = network.egress_only_internet_gateways.values().any(|own| own.attachment_to(&vpc.id) == attached)
        || construction.has_target(vpc, |target| match target {
            RouteTarget::EgressOnlyInternetGateway(id) => !network.egress_only_internet_gateways.contains_key(id),
            _ => false,
        });
    Gateways { internet, egress_only }
}

/// What the edge of a VPC is called: its internet gateway, else the one that lets IPv6 out.
fn gateway_id(construction: &Construction<'_>, vpc: &Vpc) -> String {
    let mut gateways = construction.network.internet_gateways.values();
    let own = gateways.find(|own| own.attachment_to(&vpc.id).is_some()).map(|own| own.id.to_string());
    let routed = construction.targets(vpc).find_map(|target| match target {
        RouteTarget::InternetGateway(id) => Some(id.to_string()),
        _ => None,
    });
    own.or(routed).unwrap_or_else(|| egress_only_gateway_id(construction, vpc))
}

fn egress_only_gateway_id(construction: &Construction<'_>, vpc: &Vpc) -> String {
    let mut gateways = construction.network.egress_only_internet_gateways.values();
    let own = gateways.find(|own| own.attachment_to(&vpc.id).is_some()).map(|own| own.id.to_string());
    let routed = construction.targets(vpc).find_map(|target| match target {
        RouteTarget::EgressOnlyInternetGateway(id) => Some(id.to_string()),
        _ => None,
    });
    own.or(routed).unwrap_or_else(|| vpc.id.to_string())
}

/// The namespace of a VPC's edge.
pub(super) fn name(number: usize) -> String {
    format!("edge-{number}")
}

pub(super) fn add(construction: &mut Construction<'_>, vpc: &Vpc) {
    let gateways = gateways_of(construction, vpc);
    if gateways == Gateways::default() {
        return;
    }
    // Exclusions, and what enforced encryption lets through, are not built.
    let is_encrypted = construction.network.encryption_controls.contains_key(&vpc.id);
    if vpc.block_public_access != BlockPublicAccess::Off || is_encrypted {
        construction.plan.left_out.insert(vpc.id.to_string(), LeftOut::NotBuilt);
    }
    let number = construction.vpc_number(&vpc.id);
    let mut namespace = Namespace {
        name: name(number),
        station: Station::InternetGateway,
        stands_for: gateway_id(construction, vpc),
        ..Namespace::default()
    };
    namespace.settings.insert(Setting::Forwards);
    let first = if gateways.internet { "igw" } else { "eigw" };
    for device in [("igw", gateways.internet), ("eigw", gateways.egress_only)]
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(device, _)| device)
    {
        namespace.rules.push(Rule { priority: 10, packets: Selector::Device(device.to_owned()), table: 10 });
    }
    namespace.rules.push(Rule { priority: 20, packets: Selector::Mark(1), table: 20 });
    for destination in everything() {
        namespace.routes.push(Route { table: Some(10), destination, to: NextHop::Device("out".to_owned()) });
        if gateways.egress_only {
            namespace.routes.push(Route { table: Some(20), destination, to: NextHop::Device("eigw".to_owned()) });
        }
        namespace.routes.push(Route { table: None, destination, to: NextHop::Device(first.to_owned()) });
    }
    namespace.filter = Some(rules(construction, vpc, gateways));
    let (edge, inside) = (namespace.name.clone(), vpc::name(number));
    construction.plan.namespaces.push(namespace);
    let stands_for = gateway_id(construction, vpc);
    if gateways.internet {
        construction.link((&inside, "igw"), (&edge, "igw"), &stands_for);
    }
    if gateways.egress_only {
        construction.link((&inside, "eigw"), (&edge, "eigw"), &egress_only_gateway_id(construction, vpc));
    }
    construction.link((&edge, "out"), ("internet", &format!("edge{number}")), &stands_for);
}

/// Private addresses and the public ones that they are mapped to (IG-3); with Block Public Access only what it leaves.
pub(super) fn mapping(construction: &Construction<'_>, vpc: &Vpc) -> BTreeMap<Ipv4Addr, Ipv4Addr> {
    let mode = match &vpc.block_public_access {
        BlockPublicAccess::Off => None,
        BlockPublicAccess::On { mode, .. } => Some(mode.as_str()),
    };
    let gateways = construction.nat_gateways_of(&vpc.id).flat_map(|nat| nat.addresses.iter().copied());
    let gateways = gateways.filter_map(|own| Some((own.private?, own.public?)));
    let machines = construction.network.network_interfaces.values().filter(|own| own.vpc == vpc.id);
    let machines = machines.flat_map(|own| &own.addresses).filter_map(|own| Some((own.private, own.public?)));
    match mode {
        None => machines.chain(gateways).collect(),
        Some("block-ingress") => gateways.collect(), // IG-11
        Some(_) => BTreeMap::new(),
    }
}

fn rules(construction: &Construction<'_>, vpc: &Vpc, gateways: Gateways) -> String {
    let mut text = String::from("table inet edge {\n");
    let mapping = mapping(construction, vpc);
    let by_public: BTreeMap<Ipv4Addr, Ipv4Addr> = mapping.iter().map(|(private, public)| (*public, *private)).collect();
    let refused = REFUSED.map(|range| written(&range)).join(", ");
    let id = gateway_id(construction, vpc);
    let because = |cause: Cause| drop_because(&id, &cause);
    text.push_str("\tchain mapping {\n\t\ttype filter hook prerouting priority raw\n");
    let _ = writeln!(text, "\t\tiifname \"eigw\" meta nfproto ipv4 {}", because(Cause::Ipv4));
    let _ = writeln!(text, "\t\tiifname \"igw\" ip daddr {{ {refused} }} {}", because(Cause::PrivateDestination));
    let _ = writeln!(text, "\t\tiifname \"out\" ip saddr {{ {refused} }} {}", because(Cause::PrivateSource));
    // IG-17: what came over a transit gateway is none of the VPC's.
    let own: Vec<deguchi_model::IpNet> =
        vpc.ipv6_cidr_blocks.iter().map(|range| deguchi_model::IpNet::V6(*range)).collect();
    let foreign = because(Cause::ForeignSource);
    match address("saddr", &own).first() {
        Some(own) => {
            let _ = writeln!(text, "\t\tiifname {{ \"igw\", \"eigw\" }} {}{foreign}", own.replacen(" {", " != {", 1));
        }
        None => {
            let _ = writeln!(text, "\t\tiifname {{ \"igw\", \"eigw\" }} meta nfproto ipv6 {foreign}");
        }
    }
    let sides = [("igw", "saddr", &mapping, Cause::NoPublicAddress), ("out", "daddr", &by_public, Cause::NotMapped)];
    for (device, side, map, why) in sides {
        let why = because(why);
        if map.is_empty() || !gateways.internet {
            let _ = writeln!(text, "\t\tiifname \"{device}\" meta nfproto ipv4 {why}");
            continue;
        }
        let keys: BTreeSet<String> = map.keys().map(ToString::to_string).collect();
        let pairs: Vec<String> = map.iter().map(|(from, to)| format!("{from} : {to}")).collect();
        let keys = keys.into_iter().collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "\t\tiifname \"{device}\" ip {side} != {{ {keys} }} {why}");
        let _ = writeln!(
            text,
            "\t\tiifname \"{device}\" meta nfproto ipv4 notrack ip {side} set ip {side} map {{ {} }}",
            pairs.join(", ")
        );
    }
    text.push_str("\t}\n");
    if vpc.block_public_access != BlockPublicAccess::Off {
        let _ = writeln!(
            text,
            "\tchain blocked {{\n\t\ttype filter hook forward priority filter\n\t\tiifname \"igw\" meta nfproto ipv6 {}\n\t}}",
            drop_because(&vpc.id, &Cause::BlockPublicAccess)
        );
    }
    text.push_str("\tchain memory {\n\t\ttype filter hook prerouting priority mangle\n");
    if gateways.egress_only {
        // IG-8: what came in by the internet gateway was not begun inside; its reply is unknown to this one.
        let unknown = drop_because(egress_only_gateway_id(construction, vpc), &Cause::FromOutside);
        let _ = writeln!(text, "\t\tiifname \"out\" ct state new ct mark set 2");
        let _ = writeln!(text, "\t\tiifname \"eigw\" ct mark 2 {unknown}");
        text.push_str(
            "\t\tiifname \"eigw\" ct mark set 1\n\t\tiifname \"out\" ct mark 1 meta nfproto ipv6 meta mark set ct mark\n",
        );
    }
    if !gateways.internet {
        let _ = writeln!(
            text,
            "\t\tiifname \"out\" meta nfproto ipv6 ct state != {{ established, related }} {}",
            because(Cause::FromOutside)
        );
    }
    text.push_str("\t}\n\tchain output {\n\t\ttype filter hook output priority filter\n\t\tpolicy drop\n\t}\n}\n");
    text
}
