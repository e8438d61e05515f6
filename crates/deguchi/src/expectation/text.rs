//! What expectations come to, for people: a mark for each, and under those that are not kept the reasons.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use deguchi_engine::Place;

use super::judge::{Check, Finding, Found, Judged, Status};
use crate::{
    error::without_controls,
    language::Language,
    report::{Names, Part, Report, Step, clean, place_id, sentence},
    words::{expectation_english as english, expectation_japanese as japanese},
};

/// How many names of sources and destinations a line shows, and how many findings an expectation. Chosen by us.
const SHOWN: usize = 6;

/// Asks one language's words.
macro_rules! say {
    ($language:expr, $word:ident $(($($argument:expr),*))?) => {
        match $language {
            Language::English => english::$word $(($($argument),*))?,
            Language::Japanese => japanese::$word $(($($argument),*))?,
        }
    };
}
pub(super) use say;

/// Renders the results.
pub fn render(check: &Check, language: Language, is_coloured: bool) -> String {
    let count = |status: Status| check.results.iter().filter(|judged| judged.counted() == status).count();
    let (kept, broken, undecided) = (count(Status::Kept), count(Status::Broken), count(Status::Undecided));
    let mut text = format!("{}\n\n", say!(language, head(&clean(&check.file), kept, broken, undecided)));
    for judged in &check.results {
        let mark = mark(judged.status, is_coloured);
        let place = say!(language, line(judged.expectation.line));
        // Writing to a string does not fail.
        let _ = writeln!(text, "{mark} {place}  {}", clean(&judged.expectation.title()));
        for line in details(judged, language) {
            let _ = writeln!(text, "    {line}");
        }
    }
    without_controls_but_colour(&text, is_coloured)
}

/// Names are cleaned where they are put in; what is left are our own colours.
fn without_controls_but_colour(text: &str, is_coloured: bool) -> String {
    if is_coloured { text.to_owned() } else { without_controls(text) }
}

/// Returns what there is to say under an expectation, line by line.
pub(super) fn details(judged: &Judged, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(end) = judged.nothing {
        let selector = match end {
            super::judge::End::Source => &judged.expectation.source,
            super::judge::End::Destination => &judged.expectation.destination,
        };
        lines.push(say!(language, nothing(end, &clean(selector))));
        if judged.status == Status::Broken {
            lines.push(say!(language, MAY_BE_EMPTY).to_owned());
        }
    }
    if judged.status == Status::Undecided && judged.expectation.allow_undecided {
        lines.push(say!(language, ALLOWED).to_owned());
    }
    for finding in judged.findings.iter().take(SHOWN) {
        lines.extend(of_finding(finding, judged, language));
    }
    if judged.findings.len() > SHOWN {
        lines.push(say!(language, more(judged.findings.len() - SHOWN)));
    }
    if let (Some(because), true) = (&judged.expectation.because, judged.status != Status::Kept) {
        lines.push(format!("{}: {}", say!(language, BECAUSE), clean(because)));
    }
    lines
}

fn of_finding(finding: &Finding, judged: &Judged, language: Language) -> Vec<String> {
    let who = who(finding, language);
    match &finding.found {
        Found::NotAsked(error) => {
            let words = error.words(language);
            vec![format!("{who}: {}", clean(&words.message))]
        }
        Found::Answer { report, way, reasons } => {
            let mut lines = vec![format!("{who}: {}", sentence::verdict(language, report.verdict()))];
            let is_open = finding.status == Status::Undecided;
            for line in why(report, is_open, way.is_empty(), language) {
                lines.push(format!("  {line}"));
            }
            if !way.is_empty() {
                lines.push(format!("  {}:", say!(language, ARRIVES_BY)));
                lines.extend(way.iter().map(|step| format!("    {}", place(step, &report.names, language))));
            }
            if let Some(found) = reasons {
                let list = |reasons: &std::collections::BTreeSet<String>| {
                    let quoted: Vec<String> = reasons.iter().map(|it| format!("`{}`", clean(it))).collect();
                    let none = say!(language, NONE).to_owned();
                    if quoted.is_empty() { none } else { quoted.join(sentence::comma(language)) }
                };
                let wanted = judged.expectation.reasons.clone().unwrap_or_default();
                lines.push(format!("  {}", say!(language, other_reasons(&list(found), &list(&wanted)))));
            }
            lines
        }
    }
}

/// Returns the reasons of a report, a code and a sentence each: what stops packets, or what is not known.
pub(crate) fn why(report: &Report, is_open: bool, is_stopped: bool, language: Language) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for part in &report.parts {
        if is_open {
            for topic in part.topics() {
                let Some(unknown) = topic.first() else { continue };
                add(unknown.missing.code.to_string());
                add(format!("  {}", sentence::unknown(language, unknown, &report.names)));
                add(format!("  {}", sentence::hint(language, unknown)));
            }
        }
        if is_stopped {
            blockers(part, &report.names, language).into_iter().for_each(&mut add);
        }
    }
    lines
}

fn blockers(part: &Part, names: &Names, language: Language) -> Vec<String> {
    let each = part.blockers.iter().flat_map(|blocker| {
        let mut lines =
            vec![blocker.reason.code.to_string(), format!("  {}", sentence::blocker(language, blocker, names))];
        if part.verdict == deguchi_engine::Verdict::Partly {
            lines.push(format!("  {}", sentence::packets(language, &blocker.reason.packets)));
        }
        lines
    });
    each.collect()
}

/// Returns one place of a way, and what it did.
pub(crate) fn place(step: &Step, names: &Names, language: Language) -> String {
    let label = match &step.hop.place {
        Place::SecurityGroups { groups, .. } => {
            groups.iter().map(|group| names.bare(group)).collect::<Vec<_>>().join(", ")
        }
        place => place_id(place).map(|id| names.bare(id)).unwrap_or_default(),
    };
    let noun = sentence::place(language, &step.hop.place);
    let words = sentence::step(language, step, names);
    let parts: Vec<&str> = [noun, label.as_str(), words.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("  ")
}

/// Returns the sources and destinations of a finding.
pub(super) fn who(finding: &Finding, language: Language) -> String {
    let list = |names: &[String]| {
        let shown: Vec<String> = names.iter().take(SHOWN).map(|name| clean(name)).collect();
        let shown = shown.join(sentence::comma(language));
        match names.len().saturating_sub(SHOWN) {
            0 => shown,
            more => format!("{shown} {}", say!(language, more(more))),
        }
    };
    format!("{} → {}", list(&finding.sources), list(&finding.destinations))
}

fn mark(status: Status, is_coloured: bool) -> String {
    let (mark, colour) = match status {
        Status::Kept => ("✓", AnsiColor::Green),
        Status::Broken => ("✗", AnsiColor::Red),
        Status::Undecided => ("?", AnsiColor::Yellow),
    };
    let style: Style = colour.on_default();
    if is_coloured { format!("{style}{mark}{style:#}") } else { mark.to_owned() }
}
