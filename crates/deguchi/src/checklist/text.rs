//! The checklist for people: one mark for each item, and under it what was found.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{Checklist, Status};
use crate::{
    error::without_controls,
    language::Language,
    words::{checklist_english as english, checklist_japanese as japanese},
};

/// Renders the checklist.
pub fn render(checklist: &Checklist, language: Language, is_coloured: bool) -> String {
    let mark = |status: Status| paint(status, is_coloured);
    let mut text = String::new();
    // Writing to a string does not fail.
    let machine = checklist.instance.as_ref().unwrap_or(&checklist.interface);
    let names = &checklist.names;
    let head = match language {
        Language::English => english::head(&names.quoted(machine), &names.quoted(&checklist.subnet)),
        Language::Japanese => japanese::head(&names.quoted(machine), &names.quoted(&checklist.subnet)),
    };
    let _ = writeln!(text, "{head}\n");
    for item in &checklist.items {
        let title = match language {
            Language::English => english::title(item.id),
            Language::Japanese => japanese::title(item.id),
        };
        let _ = writeln!(text, "{} {:<21} {title}", mark(item.status), item.id.code());
        for found in &item.findings {
            let words = match language {
                Language::English => english::finding(&found.finding, names),
                Language::Japanese => japanese::finding(&found.finding, names),
            };
            let _ = writeln!(text, "    {} {}", mark(found.status), words.replace('\n', " "));
        }
    }
    let count = |status: Status| checklist.items.iter().filter(|item| item.status == status).count();
    let _ = writeln!(
        text,
        "\n{} {}  {} {}  {} {}  {} {}",
        mark(Status::Pass),
        count(Status::Pass),
        mark(Status::Fail),
        count(Status::Fail),
        mark(Status::Unknown),
        count(Status::Unknown),
        mark(Status::NotApplicable),
        count(Status::NotApplicable)
    );
    let (legend, read) = match language {
        Language::English => (english::LEGEND, english::HOW_READ),
        Language::Japanese => (japanese::LEGEND, japanese::HOW_READ),
    };
    let _ = writeln!(text, "{legend}");
    if !checklist.remarks.is_empty() {
        let _ = writeln!(text, "\n{read}");
    }
    for remark in &checklist.remarks {
        let _ = writeln!(text, "  - {}", without_controls(&remark.words(language)));
    }
    text
}

fn paint(status: Status, is_coloured: bool) -> String {
    let (mark, colour) = match status {
        Status::Pass => ("✓", AnsiColor::Green),
        Status::Fail => ("✗", AnsiColor::Red),
        Status::Unknown => ("?", AnsiColor::Yellow),
        Status::NotApplicable => ("–", AnsiColor::BrightBlack),
    };
    let style: Style = colour.on_default();
    if is_coloured { format!("{style}{mark}{style:#}") } else { mark.to_owned() }
}
