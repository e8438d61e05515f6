//! What Japanese says about the rules of an interface, and about how a rule stands to packets.

use deguchi_engine::{FieldMatch, RuleEffect};
use deguchi_model::{Direction, RuleAction};

pub(crate) const GROUPS: &str = "セキュリティグループ: いずれかのルールに一致すれば通過";
pub(crate) const NO_RULES: &str = "ルールなし: 何も通過しない";
pub(crate) const NO_GROUPS: &str = "なし";
pub(crate) const ABSENT: &str = "スナップショットになし";
pub(crate) const NOBODY: &str = "= 該当なし: このグループを持つインターフェイスがない";
pub(crate) const STALE: &str = "古いルール: 何にも一致しない";
pub(crate) const RANGES_UNKNOWN: &str = "範囲がスナップショットにない";
pub(crate) const ACL: &str = "ネットワーク ACL";
/// Headings of the table of a security group's rules, by direction of what they let pass.
pub(crate) const COLUMNS: [&str; 4] = ["ルール", "プロトコル", "ポート", "結果"];

/// The interface.
pub(crate) fn head(interface: &str, instance: Option<&str>) -> String {
    match instance {
        Some(instance) => format!("ネットワークインターフェイス {interface} (インスタンス {instance})"),
        None => format!("ネットワークインターフェイス {interface}"),
    }
}

/// A direction, as a title.
pub(crate) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "インバウンド",
        Direction::Outbound => "アウトバウンド",
    }
}

/// A rule's source or destination.
pub(crate) fn peer(direction: Direction, peer: &str) -> String {
    match direction {
        Direction::Inbound => format!("ソース {peer}"),
        Direction::Outbound => format!("送信先 {peer}"),
    }
}

/// The ACL of a subnet.
pub(crate) fn acl_head(acl: &str, subnet: &str) -> String {
    format!("ネットワーク ACL {acl} (サブネット {subnet}): 最初に一致したルールで決まる")
}

/// What a rule does.
pub(crate) fn action(action: RuleAction) -> &'static str {
    match action {
        RuleAction::Allow => "許可",
        RuleAction::Deny => "拒否",
    }
}

/// A list cut short.
pub(crate) fn and_more(shown: &str, more: usize) -> String {
    format!("{shown} ほか {more} 個")
}

/// What the address column of a table is about.
pub(crate) fn address_column(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "ソース",
        Direction::Outbound => "送信先",
    }
}

/// How a field of a rule stands to the packets.
pub(crate) fn field(field: FieldMatch) -> &'static str {
    match field {
        FieldMatch::All => "一致",
        FieldMatch::Part => "一部",
        FieldMatch::None => "不一致",
        FieldMatch::NotLookedAt => "–",
        FieldMatch::Unknown => "?",
    }
}

/// What a rule comes to.
pub(crate) fn effect(effect: RuleEffect) -> &'static str {
    match effect {
        RuleEffect::Allows => "通過",
        RuleEffect::Denies => "破棄",
        RuleEffect::ComesTooLate => "評価されない (上のルールで決定済み)",
        RuleEffect::NoMatch => "一致しない",
        RuleEffect::Unknown => "不明",
    }
}

/// Rules that a table leaves out.
pub(crate) fn left_out(count: usize) -> String {
    format!("… ほかに一致しないルールが {count} 個")
}
