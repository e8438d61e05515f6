//! Japanese for what a change does.

use crate::difference::{Aspect, Kind};

/// Returns the first line.
pub(crate) fn head(before: &str, after: &str, lost: usize, gained: usize, undecided: usize) -> String {
    let what = match (lost, gained, undecided) {
        (0, 0, 0) => "到達性に変化はありません".to_owned(),
        (lost, gained, 0) => format!("届かなくなるもの {lost} 件、届くようになるもの {gained} 件"),
        (lost, gained, undecided) => {
            format!("届かなくなるもの {lost} 件、届くようになるもの {gained} 件、判定不能 {undecided} 件")
        }
    };
    if before == after { format!("`{before}`: {what}") } else { format!("`{before}` → `{after}`: {what}") }
}

/// Returns who gains or loses what.
pub(crate) fn headline(kind: Kind, from: &str, to: &str) -> String {
    match kind {
        Kind::Lost => format!("届かなくなる: {from} → {to}"),
        Kind::Gained => format!("届くようになる: {from} → {to}"),
        Kind::New => format!("新規: {from} → {to}"),
        Kind::Undecided => format!("判定不能: {from} → {to}"),
    }
}

/// Returns the word for a kind of difference.
pub(crate) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Lost => "届かなくなる",
        Kind::Gained => "届くようになる",
        Kind::New => "新規",
        Kind::Undecided => "判定不能",
    }
}

/// The columns of a table of differences.
pub(crate) const COLUMNS: [&str; 4] = ["送信元", "送信先", "理由", "変更"];

/// The label before new machines.
pub(crate) const NEW: &str = "新しいマシン";

/// The label before machines that are gone.
pub(crate) const GONE: &str = "なくなるマシン";

/// The label before a change.
pub(crate) const CHANGE: &str = "変更";

/// What stands for a change where a machine is new.
pub(crate) const NEW_MACHINE: &str = "送信元か送信先のマシンが新しい";

/// What stands where no single change was found on the way.
pub(crate) const NOT_TRACED: &str = "経路上には見当たりません。変更の一覧は `--format json` で確認できます";

/// Returns how many more there are.
pub(crate) fn more(count: usize) -> String {
    format!("ほか {count} 件")
}

/// Returns that something is new.
pub(crate) fn added(value: Option<&str>) -> String {
    value.map_or_else(|| "追加".to_owned(), |value| format!("追加 ({value})"))
}

/// Returns that something is gone.
pub(crate) fn removed(value: Option<&str>) -> String {
    value.map_or_else(|| "削除".to_owned(), |value| format!("削除 (変更前は {value})"))
}

/// Returns that something is another.
pub(crate) fn replaced(was: Option<&str>, is: Option<&str>) -> String {
    match (was, is) {
        (Some(was), Some(is)) => format!("{was} → {is}"),
        _ => "変更".to_owned(),
    }
}

/// Returns the noun for what of a resource changed; empty for the whole of it.
pub(crate) const fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Route => "ルート",
        Aspect::Table => "ルートテーブル",
        Aspect::NetworkAcl => "ネットワーク ACL",
        Aspect::InboundRule => "インバウンドルール",
        Aspect::OutboundRule => "アウトバウンドルール",
        Aspect::InboundEntry => "インバウンドルール",
        Aspect::OutboundEntry => "アウトバウンドルール",
        Aspect::Attachment => "アタッチ先",
        Aspect::Group => "セキュリティグループ",
        Aspect::PublicAddress => "パブリックアドレス、アドレス番号",
        Aspect::SourceDestinationCheck => "送信元/送信先チェック",
        Aspect::State => "状態",
        Aspect::Placement => "配置",
        Aspect::EndpointTable => "ルートテーブルとの関連付け",
        Aspect::Range => "範囲",
        Aspect::Configuration => "",
    }
}

/// Returns what a rule of SARIF is about.
pub(crate) fn rule(rule: &str) -> &'static str {
    match rule {
        "reachability-gained" => "届かなかったものが届くようになる",
        "reachability-undecided" => "届くかどうか判定できない",
        _ => "届いていたものが届かなくなる",
    }
}
