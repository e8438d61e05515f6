//! English for verdicts and outcomes.

use deguchi_engine::{Heading, Outcome, Verdict};

use super::packets::{part, share};
use crate::report::{Names, OtherWay, Part, Report};

/// Returns the word for a verdict.
pub(crate) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reachable => "reachable",
        Verdict::Partly => "partly reachable",
        Verdict::Unreachable => "unreachable",
        Verdict::Undecided => "undecided",
    }
}

/// Returns the verdict in one line.
pub(crate) fn headline(report: &Report) -> String {
    let asked = format!("{}: `{}` → `{}`", word(report.verdict()), report.source, report.destination);
    match report.parts.as_slice() {
        [] => asked,
        [part] => format!("{asked} ({}){}", traffic(part, report), reached(part)),
        parts if report.depends_on_alternative() => {
            format!("{asked}, depending on which of {} alternatives applies", parts.len())
        }
        parts => format!("{asked}, whichever of {} alternatives applies", parts.len()),
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
        Verdict::Partly => format!(", {} of the packets", share(part.reachable_share)),
        Verdict::Reachable | Verdict::Unreachable | Verdict::Undecided => String::new(),
    }
}

/// Returns what an undecided answer would be under the usual defaults.
pub(crate) const fn would_arrive() -> &'static str {
    "reachable if everything that is missing here is as AWS sets it by default"
}

/// Returns one way in one line.
pub(crate) fn way(way: &OtherWay) -> String {
    let what = match way.outcome {
        Outcome::Dropped => "dropped",
        Outcome::Undecided { would_arrive: true } => "undecided (arrive under the usual defaults)",
        Outcome::Undecided { would_arrive: false } => "undecided",
        Outcome::Delivered => "arrive",
    };
    format!("{what}: {}", part(&way.packets))
}

/// Returns on which leg, in which heading.
pub(crate) fn position(heading: Heading, leg: u8) -> String {
    match heading {
        Heading::Forward => format!("leg {leg}, on the way out"),
        Heading::Return => format!("leg {leg}, on the way back"),
    }
}

/// Returns at which subnet's boundary.
pub(crate) fn at_subnet(id: &str, names: &Names) -> String {
    format!("subnet {}", names.quoted(id))
}
