//! What Japanese says about subnets.

use deguchi_engine::SubnetKind;

use crate::commands::{Association, Occupant};

pub(crate) const HEADINGS: [&str; 6] = ["種類", "サブネット", "名前", "CIDR", "ゾーン", "配置されているもの"];
pub(crate) const NO_SUBNETS: &str = "スナップショットにサブネットがありません";
pub(crate) const NO_TABLE: &str = "ルートテーブルがスナップショットにありません";
pub(crate) const NO_DEFAULT_ROUTE: &str = "デフォルトルートなし";

/// A subnet's kind.
pub(crate) fn kind(kind: SubnetKind) -> &'static str {
    match kind {
        SubnetKind::Public => "パブリック",
        SubnetKind::Protected => "プロテクテッド",
        SubnetKind::Private => "プライベート",
        SubnetKind::DefaultToVpnGateway => "仮想プライベートゲートウェイ行き",
        SubnetKind::DefaultToTransitGateway => "Transit Gateway 行き",
        SubnetKind::DefaultToPeeringConnection => "VPC ピアリング接続行き",
        SubnetKind::DefaultToEndpoint => "VPC エンドポイント行き",
        SubnetKind::DefaultToOther => "その他のターゲット行き",
        SubnetKind::Blackhole => "ブラックホール",
        SubnetKind::Unknown => "不明",
    }
}

/// How a subnet comes by its route table.
pub(crate) fn association(association: Association) -> &'static str {
    match association {
        Association::Explicit => "明示的な関連付け",
        Association::Main => "メイン",
    }
}

/// So many of one kind.
pub(crate) fn occupant(occupant: Occupant, count: usize) -> String {
    let name = match occupant {
        Occupant::Instance => "インスタンス",
        Occupant::NatGateway => "NAT ゲートウェイ",
        Occupant::LoadBalancer => "ロードバランサーのインターフェイス",
        Occupant::Database => "データベースのインターフェイス",
        Occupant::VpcEndpoint => "エンドポイントのインターフェイス",
        Occupant::TransitGateway => "Transit Gateway アタッチメント",
        Occupant::OtherInterface => "その他のインターフェイス",
    };
    format!("{name} {count}")
}
