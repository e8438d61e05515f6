//! Japanese sentences about what inspects packets on the way: Network Firewall, appliances.

use deguchi_engine::{Evidence, InspectionGap};

use super::{gap::add, packets::seen_by};
use crate::report::{Blocker, clean};

/// A rule of a firewall drops.
pub(super) fn dropped(blocker: &Blocker, resource: &str) -> String {
    let rules = match &blocker.reason.evidence {
        Evidence::Listed(rules) => rules.iter().map(|rule| format!(" (ルール: `{}`)", clean(rule))).collect(),
        _ => String::new(),
    };
    format!("{resource} が {} を破棄します{rules}", seen_by(blocker))
}

/// An edge table takes the reply elsewhere.
pub(super) fn redirected(blocker: &Blocker, resource: &str) -> String {
    let route = match &blocker.reason.evidence {
        Evidence::Route(route) => format!(
            "そのルート `{}` のターゲット `{}` は",
            clean(&route.destination.to_string()),
            clean(&route.target.to_string())
        ),
        _ => "そのルートのターゲットは".to_owned(),
    };
    format!("応答はエッジルートテーブルである {resource} に従いますが、{route}リクエストを見ていません")
}

/// An edge table leads what comes from the internet to an interface without a public address.
pub(super) fn without_public_address(blocker: &Blocker, resource: &str) -> String {
    let by = match &blocker.reason.evidence {
        Evidence::Route(route) => {
            format!("エッジルートテーブルのルート `{}`", clean(&route.destination.to_string()))
        }
        _ => "エッジルートテーブル".to_owned(),
    };
    format!("{by} がインターネットからのトラフィックを送る {resource} に、パブリック IP アドレスがありません")
}

/// Returns the sentence for what is not known, without a full stop.
pub(super) fn gap(gap: InspectionGap, resource: &str) -> String {
    let what = match gap {
        InspectionGap::Subnet => return format!("{resource} の配置先のサブネットがスナップショットにありません"),
        InspectionGap::Appliance => format!("{resource} の先のアプライアンスがパケットをどう扱うか分かりません"),
        InspectionGap::OneWayOnly => {
            format!("{resource} の先のアプライアンスが、応答を見ない接続をどう扱うか分かりません")
        }
        InspectionGap::Policy => format!("{resource} のポリシーがスナップショットにありません"),
        InspectionGap::RuleGroup => format!("{resource} がスナップショットにありません"),
        InspectionGap::Rules => {
            format!("{resource} にはパケットの中身を見るルールがあり、deguchi はこれを読み取りません")
        }
        InspectionGap::Rule => {
            format!("{resource} に、このパケットに一致しうる、アドレスとポート以外も見るルールがあります")
        }
    };
    format!("{what} (以降は、通すとみなした場合です)")
}

/// Returns the one thing to do about it.
pub(super) fn hint(gap: InspectionGap, id: &str) -> String {
    match gap {
        InspectionGap::Subnet => add("aws ec2 describe-subnets"),
        InspectionGap::Appliance | InspectionGap::OneWayOnly => format!(
            "`{id}` の先のアプライアンスを確認するか、ファイアウォールであれば `aws network-firewall describe-firewall` の出力を追加してください"
        ),
        InspectionGap::Policy => add("aws network-firewall describe-firewall-policy"),
        InspectionGap::RuleGroup => add(&format!("aws network-firewall describe-rule-group --rule-group-arn {id}")),
        InspectionGap::Rules | InspectionGap::Rule => {
            format!("`aws network-firewall describe-rule-group --rule-group-arn {id}` で内容を確認してください")
        }
    }
}
