//! A packet's header in one line: `10.0.10.15:32768-60999 → 198.51.100.80:443 tcp`.

use deguchi_engine::{AddressSet, HeaderView, PortsView};

use super::super::{Title, WellKnown, address_list, port_list, sentence};
use crate::language::Language;

/// Returns a header in one line.
pub(super) fn line(language: Language, header: &HeaderView) -> String {
    let (from, to, protocol) = match &header.ports {
        PortsView::Tcp { source, destination } => (Some(source), Some(destination), "tcp".to_owned()),
        PortsView::Udp { source, destination } => (Some(source), Some(destination), "udp".to_owned()),
        PortsView::Icmp { kind, code } => (None, None, icmp(*kind, *code)),
    };
    let source = end(language, &header.source, from.map(Vec::as_slice));
    let destination = end(language, &header.destination, to.map(Vec::as_slice));
    format!("{source} → {destination} {protocol}")
}

fn icmp(kind: u8, code: u8) -> String {
    match (kind, code) {
        (8 | 128, 0) => "icmp echo-request".to_owned(),
        (0 | 129, 0) => "icmp echo-reply".to_owned(),
        _ => format!("icmp {kind}/{code}"),
    }
}

/// Returns one end: addresses, and ports where the protocol has them.
fn end(language: Language, addresses: &AddressSet, ports: Option<&[(u16, u16)]>) -> String {
    let name = match WellKnown::of(addresses) {
        Some(WellKnown::PublicIpv4 | WellKnown::OtherPublicIpv4) => Some(Title::PublicIpv4),
        Some(WellKnown::PublicIpv6 | WellKnown::OtherPublicIpv6) => Some(Title::PublicIpv6),
        None => None,
    };
    let list = address_list(addresses);
    let (first, more) = (list.first().map_or("-", String::as_str), list.len().saturating_sub(1));
    let address = match (name, ports) {
        (Some(name), _) => sentence::title(language, name).to_owned(),
        (None, _) if more > 0 => format!("({first} +{more})"),
        (None, Some(_)) if first.contains(':') => format!("[{first}]"),
        (None, _) => first.to_owned(),
    };
    match ports {
        Some(ports) => format!("{address}:{}", short(&port_list(ports))),
        None => address,
    }
}

fn short(list: &[String]) -> String {
    let shown = list.iter().take(2).cloned().collect::<Vec<_>>().join(",");
    if list.len() > 2 { format!("{shown}+{}", list.len() - 2) } else { shown }
}
