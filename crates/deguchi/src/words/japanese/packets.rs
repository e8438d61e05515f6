//! Japanese for packets: addresses, ports, what a filter sees of them, and which part of them is meant.

use deguchi_engine::{
    AddressSet, Destination, DestinationBasis, Heading, Limit, PacketPart, Ports, PortsView, Traffic,
};
use deguchi_model::{Direction, PortRange};

use crate::report::{Blocker, Names, Percent, WellKnown, address_list, as_percent, port_list};

/// Returns a set of addresses for a sentence.
pub(crate) fn addresses(set: &AddressSet) -> String {
    match WellKnown::of(set) {
        Some(WellKnown::PublicIpv4) => "任意のパブリック IPv4 アドレス".to_owned(),
        Some(WellKnown::OtherPublicIpv4) => "パブリック IPv4 アドレス".to_owned(),
        Some(WellKnown::PublicIpv6) => "任意のパブリック IPv6 アドレス".to_owned(),
        Some(WellKnown::OtherPublicIpv6) => "パブリック IPv6 アドレス".to_owned(),
        None => ranges(&address_list(set)),
    }
}

/// Returns ranges, the first three in full.
fn ranges(list: &[String]) -> String {
    let shown: Vec<String> = list.iter().take(3).map(|range| format!("`{range}`")).collect();
    match list.len() {
        0 => "該当なし".to_owned(),
        1..=3 => shown.join("、"),
        count => format!("{} ほか {} 個の範囲", shown.join("、"), count - 3),
    }
}

/// Returns ports with their noun.
pub(crate) fn ports(ranges: &[(u16, u16)]) -> String {
    format!("ポート {}", numbers(ranges))
}

fn numbers(ranges: &[(u16, u16)]) -> String {
    let list = port_list(ranges);
    let shown = list.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    if list.len() > 3 { format!("{shown} ほか {} 個の範囲", list.len() - 3) } else { shown }
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
        (8, 0) => "ICMP エコー要求".to_owned(),
        (0, 0) => "ICMP エコー応答".to_owned(),
        (128, 0) => "ICMPv6 エコー要求".to_owned(),
        (129, 0) => "ICMPv6 エコー応答".to_owned(),
        _ => format!("ICMP タイプ {kind} コード {code}"),
    }
}

/// Returns the packets that a blocker stops, as it sees them; a noun phrase.
pub(crate) fn seen_by(blocker: &Blocker) -> String {
    let Some(header) = &blocker.header else {
        return match blocker.reason.heading {
            Heading::Forward => "リクエスト".to_owned(),
            Heading::Return => "応答".to_owned(),
        };
    };
    let (source, destination) = (addresses(&header.source), addresses(&header.destination));
    let direction = blocker.reason.direction;
    if blocker.reason.heading == Heading::Forward {
        return match direction {
            Some(Direction::Inbound) => format!("{} {}", with(&source, "からの"), service(&header.ports)),
            Some(Direction::Outbound) | None => format!("{} {}", with(&destination, "への"), service(&header.ports)),
        };
    }
    let (name, from, to) = match &header.ports {
        PortsView::Tcp { source, destination } => ("tcp", ports(source), ports(destination)),
        PortsView::Udp { source, destination } => ("udp", ports(source), ports(destination)),
        PortsView::Icmp { kind, code } => {
            let message = icmp(*kind, *code);
            return match direction {
                Some(Direction::Inbound) => format!("応答 ({} {message})", with(&source, "からの")),
                Some(Direction::Outbound) | None => format!("応答 ({} {message})", with(&destination, "への")),
            };
        }
    };
    match direction {
        Some(Direction::Inbound) => format!("応答 ({}{from} から{to} への {name})", with(&source, "の")),
        Some(Direction::Outbound) => format!("応答 ({from} から{}{to} への {name})", spaced(&with(&destination, "の"))),
        None => {
            let (source, destination) = (with(&source, "の"), spaced(&with(&destination, "の")));
            format!("応答 ({source}{from} から{destination}{to} への {name})")
        }
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
    let list = destination.within.first().map(|list| format!("プレフィックスリスト {}", names.quoted(list)));
    let count = destination.addresses.ranges().len();
    match (list, destination.basis, destination.addresses.only()) {
        (_, _, Some(only)) if as_asked.contains(&only.to_string()) => protocol,
        (Some(list), DestinationBasis::Exact, _) => format!("{protocol}、送信先は{list} の {count} 個の範囲"),
        (Some(list), DestinationBasis::Candidates, _) => format!("{protocol}、送信先は{list} のアドレス"),
        (None, DestinationBasis::Exact, _) => {
            format!("{protocol}、送信先は{}", spaced(&addresses(&destination.addresses)))
        }
        (None, DestinationBasis::Candidates, _) => {
            format!("{protocol}、送信先は{}", spaced(&with(&addresses(&destination.addresses), "のいずれか")))
        }
    }
}

/// Puts a particle behind a noun: with a space where the noun ends in a backtick.
pub(crate) fn with(noun: &str, particle: &str) -> String {
    if noun.ends_with('`') { format!("{noun} {particle}") } else { format!("{noun}{particle}") }
}

/// Puts a space in front of what begins with a Latin letter, a digit or a backtick, as is usual between the scripts.
pub(crate) fn spaced(text: &str) -> String {
    if text.starts_with(|first: char| first.is_ascii()) { format!(" {text}") } else { text.to_owned() }
}

/// Returns a share, to stand behind `の`.
pub(crate) fn share(share: f64) -> String {
    match as_percent(share) {
        Percent::Exactly(text) => format!(" {text}"),
        Percent::About(text) => format!("約 {text}"),
    }
}

/// Returns which packets a part is.
pub(crate) fn part(part: &PacketPart) -> String {
    if part.is_whole() {
        return "質問の対象となるすべてのパケット".to_owned();
    }
    let limits: Vec<String> = part.limits.iter().map(limit).collect();
    format!("パケットの{}: {}", share(part.share), limits.join("、"))
}

/// Returns what sets a part apart but for its destination ports; `None` where nothing does.
pub(crate) fn limits_beside_ports(part: &PacketPart) -> Option<String> {
    let others = part.limits.iter().filter(|limit| !matches!(limit, Limit::DestinationPort(_)));
    let words: Vec<String> = others.map(limit).collect();
    (!words.is_empty()).then(|| words.join("、"))
}

/// Returns addresses as a part of more, exact to the address unless they are nearly all there are.
fn part_of_addresses(set: &AddressSet) -> String {
    match WellKnown::of(set) {
        Some(WellKnown::OtherPublicIpv4) => "ほぼすべてのパブリック IPv4 アドレス".to_owned(),
        Some(WellKnown::OtherPublicIpv6) => "ほぼすべてのパブリック IPv6 アドレス".to_owned(),
        Some(WellKnown::PublicIpv4 | WellKnown::PublicIpv6) | None => addresses(set),
    }
}

/// Returns what makes the translation with this number.
const fn translator(number: u8) -> &'static str {
    match number {
        0 | 1 => "NAT ",
        _ => "2 つ目の NAT ",
    }
}

fn limit(limit: &Limit) -> String {
    match limit {
        Limit::Destination(set) => format!("送信先は{}", spaced(&part_of_addresses(set))),
        Limit::Source(set) => format!("送信元は{}", spaced(&part_of_addresses(set))),
        Limit::DestinationPort(list) => format!("送信先{}", ports(list)),
        Limit::SourcePort(list) => format!("クライアントの送信元{}", ports(list)),
        Limit::TranslationPort(number, list) => format!("{}が選ぶ送信元{}", translator(*number), ports(list)),
        Limit::TranslationAddress(number, list) => {
            let counted: Vec<(u16, u16)> =
                list.iter().map(|(first, last)| (first.saturating_add(1), last.saturating_add(1))).collect();
            format!("{}が {} 番目のアドレスを選ぶ場合", translator(*number), numbers(&counted))
        }
    }
}
