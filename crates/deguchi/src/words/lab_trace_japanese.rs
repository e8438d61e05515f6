//! What Japanese says of packets in a lab: where they were seen, what dropped them, what was applied.

use deguchi_lab::{Cause, Crossing, DroppedBy, Station};
use deguchi_model::Direction;

use crate::{comparison::Expected, report::Names};

/// What the engine and the kernel say of one packet.
pub(crate) fn headline(expected: Expected, answered: bool, agreement: &str) -> String {
    let engine = match expected {
        Expected::Answered => "応答あり",
        Expected::Silent => "応答なし",
        Expected::Unknown => "判定なし",
    };
    let kernel = if answered { "応答あり" } else { "応答なし" };
    format!("エンジン: {engine}、カーネル: {kernel}: {agreement}")
}

/// A link that was crossed.
pub(crate) fn crossing(crossing: &Crossing, names: &Names) -> String {
    let by = names.quoted(&crossing.by);
    match (crossing.from, crossing.to) {
        (Station::Host, _) => format!("{by} からホストを出る"),
        (_, Station::Host) => format!("{by} のセキュリティグループを通過し、ホストに届く"),
        (Station::SecurityGroups, _) => format!("{by} のセキュリティグループを通過"),
        (Station::TransitGateway, Station::Router) => format!("Transit Gateway の {by} から VPC に入る"),
        (Station::TransitGateway, _) => format!("Transit Gateway の {by} から出る"),
        (Station::Router, Station::Router) => format!("ネットワーク ACL とルートを通過し、{by} を渡る"),
        (Station::Router, _) => format!("ネットワーク ACL とルートを通過し、{by} に届く"),
        (Station::NatGateway, _) => format!("アドレスを変換され、{by} を出る"),
        (Station::InternetGateway, Station::Internet) => format!("{by} からインターネットに出る"),
        (Station::Internet, _) => format!("インターネットから {by} に届く"),
        (Station::InternetGateway, _) => format!("{by} から VPC に入る"),
        (Station::Premises | Station::GatewayEndpoint, _) => format!("{by} から戻る"),
    }
}

/// Where a packet arrived.
pub(crate) fn arrived(at: Station, stands_for: &str, names: &Names) -> String {
    match at {
        Station::Internet => "インターネットに到達".to_owned(),
        Station::SecurityGroups => "VPC 自体のサービスに到達".to_owned(),
        Station::Premises => format!("{} の先のオンプレミスに到達", names.quoted(stands_for)),
        Station::GatewayEndpoint => format!("{} の先のサービスに到達", names.quoted(stands_for)),
        Station::Host | Station::Router | Station::NatGateway | Station::InternetGateway | Station::TransitGateway => {
            format!("{} に到達", names.quoted(stands_for))
        }
    }
}

/// Where a packet was lost, and what dropped it.
pub(crate) fn lost(at: Station, stands_for: &str, by: &[DroppedBy], names: &Names) -> String {
    if by.is_empty() {
        let place = names.quoted(stands_for);
        return match at {
            Station::Router | Station::TransitGateway => format!("{place} に、この先へのルートがありません"),
            Station::Host => format!("{place} が送信も転送もしません"),
            Station::Internet => "このアドレスを持つものがインターネットにありません".to_owned(),
            _ => format!("{place} から出ていません"),
        };
    }
    by.iter().map(|own| dropped(own, names)).collect::<Vec<_>>().join("、")
}

fn dropped(by: &DroppedBy, names: &Names) -> String {
    let id = names.quoted(&by.id);
    match &by.cause {
        Cause::AclRule { direction, number } => {
            format!("ネットワーク ACL {id} の{}ルール {number} が破棄", word(*direction))
        }
        Cause::SecurityGroups(direction) => {
            format!("{id} のセキュリティグループが破棄 ({}ルールなし)", word(*direction))
        }
        Cause::SourceDestinationCheck => format!("{id} の送信元/送信先チェックが破棄"),
        Cause::RoutingLoop => format!("破棄: {id} 自身のパケットがルートで {id} に戻されます"),
        Cause::FromOutside => format!("破棄: {id} は外部からの接続を受け付けません"),
        Cause::Ipv4 => format!("破棄: {id} は IPv4 を運びません"),
        Cause::Ipv6 => format!("破棄: {id} は IPv6 を運びません"),
        Cause::Protocol => format!("破棄: {id} はこのプロトコルを運びません"),
        Cause::PrivateDestination => format!("{id} が破棄 (送信先がプライベートアドレス)"),
        Cause::PrivateSource => format!("{id} が破棄 (送信元がプライベートアドレス)"),
        Cause::NoPublicAddress => format!("{id} が破棄 (送信元にパブリックアドレスなし)"),
        Cause::NotMapped => format!("{id} が破棄 (対応するアドレスなし)"),
        Cause::BlockPublicAccess => format!("{id} の VPC ブロックパブリックアクセスが破棄"),
        Cause::UnknownPrefix => format!("破棄: {id} にこのプレフィックスがありません"),
        Cause::NoAssociation => format!("破棄: {id} に関連付けられたルートテーブルがありません"),
        Cause::ForeignSource => format!("{id} が破棄 (送信元が別の VPC のアドレス)"),
        Cause::OutsidePeers => format!("{id} が破棄 (接続する 2 つの VPC の間のパケットではありません)"),
        Cause::IngressRedirected => format!("破棄 (エッジルートテーブル {id} が応答を別の宛先へ送ります)"),
    }
}

const fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "インバウンド",
        Direction::Outbound => "アウトバウンド",
    }
}

/// Where a packet was last seen, and where it should have come next.
pub(crate) fn last_seen(last: Option<&str>, ahead: Option<&str>, names: &Names) -> String {
    let last =
        last.map_or_else(|| "送信元から出ていません".to_owned(), |id| format!("最後に確認: {}", names.quoted(id)));
    match ahead {
        Some(ahead) => format!("{last}、未到達: {}", names.quoted(ahead)),
        None => last,
    }
}

/// A plan is applied to a lab.
pub(crate) fn applied(lab: &str) -> String {
    format!("ラボ `{lab}` をこの変更後の構成で作り直しました")
}

/// There is nothing to apply.
pub(crate) fn nothing_to_apply(source: &str, destination: &str) -> String {
    format!("`{source}` から `{destination}` へはすでに到達できます。何も変更していません")
}
