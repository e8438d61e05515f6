//! The checklist for people: one mark for each item, and under it what was found.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{Checklist, Cure, Status};
use crate::{
    error::without_controls,
    fix::FixFormat,
    language::Language,
    report::{PlanNames, sentence, sentence::fixes as say},
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
        if checklist.cure.as_ref().is_some_and(|cure| cure.cures.contains(&item.id) && !cure.leaves.contains(&item.id))
        {
            let see = match language {
                Language::English => english::SEE_FIX,
                Language::Japanese => japanese::SEE_FIX,
            };
            let _ = writeln!(text, "    → {see}");
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
    if let Some(cure) = &checklist.cure {
        text.push_str(&fix(checklist, cure, language));
    }
    if !checklist.remarks.is_empty() {
        let _ = writeln!(text, "\n{read}");
    }
    for remark in &checklist.remarks {
        let _ = writeln!(text, "  - {}", without_controls(&remark.words(language)));
    }
    text
}

/// The changes that put items in order. Commands stand so that they can be copied as they are.
fn fix(checklist: &Checklist, cure: &Cure, language: Language) -> String {
    let at = PlanNames { names: &checklist.names, created: &cure.created };
    let (title, cured) = match language {
        Language::English => (english::FIX, english::cured(cure)),
        Language::Japanese => (japanese::FIX, japanese::cured(cure)),
    };
    let mut lines = vec![String::new(), title.to_owned()];
    for (index, change) in cure.changes.iter().enumerate() {
        lines.push(format!("  {}. {}", index + 1, say::change(language, change, at)));
    }
    lines.extend(cured.into_iter().map(|line| format!("  {line}")));
    lines.extend(cure.over_quota.iter().map(|over| format!("  ? {}", say::over_quota(language, over, at))));
    if let Some(basis) = cure.basis.as_ref().filter(|_| cure.monthly_cost > 0.0) {
        lines.push(format!("  {}", say::cost(language, cure.monthly_cost, basis)));
    }
    let granted = cure.assumptions.iter().map(|own| sentence::assumption(language, own, &checklist.names));
    let granted = granted.collect::<Vec<_>>().join(sentence::semicolon(language));
    if !granted.is_empty() {
        lines.push(format!("  {}", say::granted(language, &granted)));
    }
    let commands = match cure.format {
        FixFormat::Cli => cure.cli.as_slice(),
        FixFormat::Terraform => cure.terraform.as_slice(),
        FixFormat::None => &[],
    };
    if !cure.changes.is_empty() && !commands.is_empty() {
        lines.push(String::new());
        lines.extend(commands.iter().map(|command| format!("  {command}")));
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
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
