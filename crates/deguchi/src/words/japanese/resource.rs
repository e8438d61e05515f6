//! Japanese nouns for resources and places, as AWS's own pages write them.

use deguchi_engine::{Place, Resource};

use crate::report::Names;

/// Returns a resource for a sentence: its noun, its id in backticks, its name.
pub(crate) fn phrase(resource: &Resource, names: &Names) -> String {
    match resource {
        Resource::Internet => noun(resource).to_owned(),
        _ => format!("{} {}", noun(resource), names.quoted(resource)),
    }
}

/// Returns the noun of a resource.
pub(crate) const fn noun(resource: &Resource) -> &'static str {
    match resource {
        Resource::Vpc(_) => "VPC",
        Resource::Subnet(_) => "サブネット",
        Resource::RouteTable(_) => "ルートテーブル",
        Resource::SecurityGroup(_) => "セキュリティグループ",
        Resource::NetworkAcl(_) => "ネットワーク ACL",
        Resource::PrefixList(_) => "プレフィックスリスト",
        Resource::NetworkInterface(_) => "ネットワークインターフェイス",
        Resource::Instance(_) => "インスタンス",
        Resource::NatGateway(_) => "NAT ゲートウェイ",
        Resource::InternetGateway(_) => "インターネットゲートウェイ",
        Resource::EgressOnlyInternetGateway(_) => "Egress-Only インターネットゲートウェイ",
        Resource::ElasticIp(_) => "Elastic IP アドレス",
        Resource::VpcEndpoint(_) => "VPC エンドポイント",
        Resource::VpnGateway(_) => "仮想プライベートゲートウェイ",
        Resource::PeeringConnection(_) => "VPC ピアリング接続",
        Resource::Role(_) => "ロール",
        Resource::Bucket(_) => "バケット",
        Resource::TransitGateway(_) => "Transit Gateway",
        Resource::TransitGatewayAttachment(_) => "Transit Gateway アタッチメント",
        Resource::TransitGatewayRouteTable(_) => "Transit Gateway ルートテーブル",
        Resource::LoadBalancer(_) => "ロードバランサー",
        Resource::TargetGroup(_) => "ターゲットグループ",
        Resource::NetworkFirewall(_) => "Network Firewall",
        Resource::FirewallRuleGroup(_) => "ファイアウォールルールグループ",
        Resource::DhcpOptions(_) => "DHCP オプションセット",
        Resource::HostedZone(_) => "プライベートホストゾーン",
        Resource::ResolverRule(_) => "Resolver ルール",
        Resource::Internet => "インターネット",
        Resource::Other(_) => "リソース",
    }
}

/// Returns the noun of a place, for the first column of a way.
pub(crate) const fn place(place: &Place) -> &'static str {
    match place {
        Place::Interface { .. } => "インターフェイス",
        Place::SecurityGroups { .. } => "セキュリティグループ",
        Place::NetworkAcl { .. } => "ネットワーク ACL",
        Place::RouteTable { .. } => "ルートテーブル",
        Place::NatGateway(_) => "NAT ゲートウェイ",
        Place::NatInstance(_) => "NAT インスタンス",
        Place::InternetGateway { .. } => "インターネットゲートウェイ",
        Place::EgressOnlyInternetGateway(_) => "Egress-Only ゲートウェイ",
        Place::VpcEndpoint(_) => "VPC エンドポイント",
        Place::VpnGateway(_) => "仮想プライベートゲートウェイ",
        Place::PeeringConnection(_) => "VPC ピアリング接続",
        Place::TransitGatewayAttachment { .. } => "Transit Gateway アタッチメント",
        Place::TransitGatewayRouteTable(_) => "Transit Gateway ルートテーブル",
        Place::LoadBalancer(_) => "ロードバランサー",
        Place::Internet => "インターネット",
        Place::NeverFiltered { .. } => "VPC のサービス",
        Place::Other(_) => "ルートのターゲット",
    }
}
