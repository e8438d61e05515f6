//! What Japanese says about effective routes.

use deguchi_engine::TableAssociation;

use crate::commands::{RouteEffect, RouteOriginWord, Unrouted};

pub(crate) const HEADINGS: [&str; 5] = ["送信先", "ターゲット", "状態", "由来", "適用範囲"];
pub(crate) const SUBNET: &str = "サブネット";
pub(crate) const ROUTE_TABLE: &str = "ルートテーブル";
pub(crate) const NO_TABLE: &str =
    "ルートテーブルがスナップショットにありません。`aws ec2 describe-route-tables` の出力を追加してください";

/// How a subnet comes by its table.
pub(crate) fn association(association: TableAssociation) -> &'static str {
    match association {
        TableAssociation::Explicit => "明示的な関連付け",
        TableAssociation::Main => "VPC のメインルートテーブル",
    }
}

/// How a route came to be.
pub(crate) fn origin(origin: RouteOriginWord) -> &'static str {
    match origin {
        RouteOriginWord::Static => "静的",
        RouteOriginWord::Propagated => "伝播",
        RouteOriginWord::Other => "その他",
    }
}

/// What a route comes to.
pub(crate) fn effect(effect: RouteEffect) -> &'static str {
    match effect {
        RouteEffect::Whole => "すべて",
        RouteEffect::Part => "一部",
        RouteEffect::Nothing => "なし",
        RouteEffect::Tied => "他のルートと同順位 (どちらになるかは AWS が選ぶ)",
        RouteEffect::Unknown => "不明 (範囲がスナップショットにない)",
    }
}

/// It takes what others leave.
pub(crate) fn part(others: &str) -> String {
    format!("{others} 以外")
}

/// It takes nothing.
pub(crate) fn nothing(others: &str) -> String {
    if others.is_empty() { "なし".to_owned() } else { format!("なし ({others} が優先)") }
}

/// What no route takes.
pub(crate) fn unrouted(family: &str, how_much: Unrouted) -> Option<String> {
    match how_much {
        Unrouted::Nothing => None,
        Unrouted::Rest => Some(format!("その他の {family} の送信先へのルートはありません")),
        Unrouted::Everything => Some(format!("{family} の送信先へのルートはありません")),
    }
}

/// A list cut short.
pub(crate) fn and_more(shown: &str, more: usize) -> String {
    format!("{shown} ほか {more} 個")
}
