//! Japanese for verdicts and outcomes.

use deguchi_engine::{Heading, Outcome, Verdict};

use super::packets::{part, share};
use crate::report::{Names, OtherWay, Part, Report};

/// Returns the word for a verdict.
pub(crate) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reachable => "到達可能",
        Verdict::Partly => "一部到達可能",
        Verdict::Unreachable => "到達不可",
        Verdict::Undecided => "判定不能",
    }
}

/// Returns the verdict in one line.
pub(crate) fn headline(report: &Report) -> String {
    let asked = format!("{}: `{}` → `{}`", word(report.verdict()), report.source, report.destination);
    match report.parts.as_slice() {
        [] => asked,
        [part] => format!("{asked} ({}){}", traffic(part, report), reached(part)),
        parts if report.depends_on_alternative() => {
            format!("{asked} (結果は、{} 個の候補のどれが当てはまるかによります)", parts.len())
        }
        parts => format!("{asked} ({} 個の候補のどれが当てはまっても同じです)", parts.len()),
    }
}

/// Returns the verdict on one of several alternatives in one line.
pub(crate) fn part_headline(part: &Part, report: &Report) -> String {
    let name = part.name.as_deref().unwrap_or(&report.destination);
    format!("{}: {name} ({}){}", word(part.verdict), traffic(part, report), reached(part))
}

fn traffic(part: &Part, report: &Report) -> String {
    let query = &part.asked.query;
    super::packets::asked(&query.traffic, &query.destination, &report.destination, &report.names)
}

fn reached(part: &Part) -> String {
    match part.verdict {
        Verdict::Partly => format!("、届くのはパケットの{}", share(part.reachable_share)),
        Verdict::Reachable | Verdict::Unreachable | Verdict::Undecided => String::new(),
    }
}

/// Returns what an undecided answer would be under the usual defaults.
pub(crate) const fn would_arrive() -> &'static str {
    "不足している情報がすべて AWS の既定どおりであれば、到達可能です"
}

/// Returns one way in one line.
pub(crate) fn way(way: &OtherWay) -> String {
    let what = match way.outcome {
        Outcome::Dropped => "破棄",
        Outcome::Undecided { would_arrive: true } => "判定不能 (既定どおりなら到達)",
        Outcome::Undecided { would_arrive: false } => "判定不能",
        Outcome::Delivered => "到達",
    };
    format!("{what}: {}", part(&way.packets))
}

/// Returns on which leg, in which heading.
pub(crate) fn position(heading: Heading, leg: u8) -> String {
    match heading {
        Heading::Forward => format!("往路の区間 {leg}"),
        Heading::Return => format!("復路の区間 {leg}"),
    }
}

/// Returns at which subnet's boundary.
pub(crate) fn at_subnet(id: &str, names: &Names) -> String {
    format!("サブネット {}", names.quoted(id))
}
