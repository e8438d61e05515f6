//! English for packets: addresses, ports, what a filter sees of them, and which part of them is meant.

use deguchi_engine::{
    AddressSet, Destination, DestinationBasis, Heading, Limit, PacketPart, Ports, PortsView, Traffic,
};
use deguchi_model::{Direction, PortRange};

use crate::report::{Blocker, Names, Percent, WellKnown, address_list, as_percent, port_list};

/// Returns a set of addresses for a sentence.
pub(crate) fn addresses(set: &AddressSet) -> String {
    match WellKnown::of(set) {
        Some(WellKnown::PublicIpv4) => "any public IPv4 address".to_owned(),
        Some(WellKnown::OtherPublicIpv4) => "public IPv4 addresses".to_owned(),
        Some(WellKnown::PublicIpv6) => "any public IPv6 address".to_owned(),
        Some(WellKnown::OtherPublicIpv6) => "public IPv6 addresses".to_owned(),
        None => ranges(&address_list(set)),
    }
}

/// Returns ranges, the first three in full.
fn ranges(list: &[String]) -> String {
    let shown: Vec<String> = list.iter().take(3).map(|range| format!("`{range}`")).collect();
    match list.len() {
        0 => "no address".to_owned(),
        1..=3 => shown.join(", "),
        count => format!("{} and {}", shown.join(", "), more_ranges(count - 3)),
    }
}

fn more_ranges(count: usize) -> String {
    format!("{count} more {}", if count == 1 { "range" } else { "ranges" })
}

/// Returns ports with their noun: `port 443`, `ports 32768-60999`.
pub(crate) fn ports(ranges: &[(u16, u16)]) -> String {
    let noun = if matches!(ranges, [(first, last)] if first == last) { "port" } else { "ports" };
    format!("{noun} {}", numbers(ranges))
}

fn numbers(ranges: &[(u16, u16)]) -> String {
    let list = port_list(ranges);
    let shown = list.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    if list.len() > 3 { format!("{shown} and {}", more_ranges(list.len() - 3)) } else { shown }
}

/// Returns protocol and destination ports: `tcp/443`.
fn service(view: &PortsView) -> String {
    match view {
        PortsView::Tcp { destination, .. } => format!("tcp/{}", numbers(destination)),
        PortsView::Udp { destination, .. } => format!("udp/{}", numbers(destination)),
        PortsView::Icmp { kind, code } => icmp(*kind, *code),
    }
}

fn icmp(kind: u8, code: u8) -> String {
    match (kind, code) {
        (8, 0) => "icmp echo request".to_owned(),
        (0, 0) => "icmp echo reply".to_owned(),
        (128, 0) => "icmpv6 echo request".to_owned(),
        (129, 0) => "icmpv6 echo reply".to_owned(),
        _ => format!("icmp type {kind} code {code}"),
    }
}

/// Returns the packets that a blocker stops, as it sees them; fits behind "denies" and "allows".
pub(crate) fn seen_by(blocker: &Blocker) -> String {
    let Some(header) = &blocker.header else {
        return match blocker.reason.heading {
            Heading::Forward => "the request".to_owned(),
            Heading::Return => "the reply".to_owned(),
        };
    };
    let (source, destination) = (addresses(&header.source), addresses(&header.destination));
    let direction = blocker.reason.direction;
    if blocker.reason.heading == Heading::Forward {
        return match direction {
            Some(Direction::Inbound) => format!("{} from {source}", service(&header.ports)),
            Some(Direction::Outbound) | None => format!("{} to {destination}", service(&header.ports)),
        };
    }
    let (name, from, to) = match &header.ports {
        PortsView::Tcp { source, destination } => ("tcp", ports(source), ports(destination)),
        PortsView::Udp { source, destination } => ("udp", ports(source), ports(destination)),
        PortsView::Icmp { kind, code } => {
            let message = icmp(*kind, *code);
            return match direction {
                Some(Direction::Inbound) => format!("the reply: {message} from {source}"),
                Some(Direction::Outbound) | None => format!("the reply: {message} to {destination}"),
            };
        }
    };
    match direction {
        Some(Direction::Inbound) => format!("the reply: {name} from {source} {from} to {to}"),
        Some(Direction::Outbound) => format!("the reply: {name} from {from} to {destination} {to}"),
        None => format!("the reply: {name} from {source} {from} to {destination} {to}"),
    }
}

/// Returns what was asked: protocol, port, and where to unless the destination as asked says so itself.
pub(crate) fn asked(traffic: &Traffic, destination: &Destination, as_asked: &str, names: &Names) -> String {
    let range = |ports: &PortRange| numbers(&[(ports.first(), ports.last())]);
    let protocol = match traffic {
        Traffic::Tcp(Ports { destination, .. }) => format!("tcp/{}", range(destination)),
        Traffic::Udp(Ports { destination, .. }) => format!("udp/{}", range(destination)),
        Traffic::Ping => "ping".to_owned(),
    };
    let list = destination.within.first().map(|list| format!("prefix list {}", names.quoted(list)));
    let count = destination.addresses.ranges().len();
    match (list, destination.basis, destination.addresses.only()) {
        (_, _, Some(only)) if as_asked.contains(&only.to_string()) => protocol,
        (Some(list), DestinationBasis::Exact, _) if count == 1 => format!("{protocol} to 1 range of {list}"),
        (Some(list), DestinationBasis::Exact, _) => format!("{protocol} to {count} ranges of {list}"),
        (Some(list), DestinationBasis::Candidates, _) => format!("{protocol} to addresses of {list}"),
        (None, DestinationBasis::Exact, _) => format!("{protocol} to {}", addresses(&destination.addresses)),
        (None, DestinationBasis::Candidates, _) => {
            format!("{protocol} to some of {}", addresses(&destination.addresses))
        }
    }
}

/// Returns a share.
pub(crate) fn share(share: f64) -> String {
    match as_percent(share) {
        Percent::Exactly(text) => text,
        Percent::About(text) => format!("about {text}"),
    }
}

/// Returns which packets a part is.
pub(crate) fn part(part: &PacketPart) -> String {
    if part.is_whole() {
        return "all packets asked about".to_owned();
    }
    let limits: Vec<String> = part.limits.iter().map(limit).collect();
    format!("{} of the packets: {}", share(part.share), limits.join("; "))
}

/// Returns what sets a part apart but for its destination ports; `None` where nothing does.
pub(crate) fn limits_beside_ports(part: &PacketPart) -> Option<String> {
    let others = part.limits.iter().filter(|limit| !matches!(limit, Limit::DestinationPort(_)));
    let words: Vec<String> = others.map(limit).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// Returns addresses as a part of more, exact to the address unless they are nearly all there are.
fn part_of_addresses(set: &AddressSet) -> String {
    match WellKnown::of(set) {
        Some(WellKnown::OtherPublicIpv4) => "nearly all public IPv4 addresses".to_owned(),
        Some(WellKnown::OtherPublicIpv6) => "nearly all public IPv6 addresses".to_owned(),
        Some(WellKnown::PublicIpv4 | WellKnown::PublicIpv6) | None => addresses(set),
    }
}

/// Returns what makes the translation with this number.
const fn translator(number: u8) -> &'static str {
    match number {
        0 | 1 => "the NAT",
        _ => "the second NAT",
    }
}

fn limit(limit: &Limit) -> String {
    match limit {
        Limit::Destination(set) => format!("to {}", part_of_addresses(set)),
        Limit::Source(set) => format!("from {}", part_of_addresses(set)),
        Limit::DestinationPort(list) => format!("to {}", ports(list)),
        Limit::SourcePort(list) => format!("from client {}", ports(list)),
        Limit::TranslationPort(number, list) => format!("where {} picks source {}", translator(*number), ports(list)),
        Limit::TranslationAddress(number, list) => {
            let counted: Vec<(u16, u16)> =
                list.iter().map(|(first, last)| (first.saturating_add(1), last.saturating_add(1))).collect();
            format!("where {} picks its address no. {}", translator(*number), numbers(&counted))
        }
    }
}
