//! `deguchi diff BEFORE [AFTER]`: who gains or loses what by a change; a Terraform plan alone holds both sides.

use std::path::Path;

use super::{
    arguments::{Diff, DiffFormat},
    output, snapshot,
};
use crate::{
    difference,
    error::{Error, ErrorKind},
    ingest::{self, Snapshot},
    language::Language,
    report::ci::{junit, sarif},
    words::{difference_english as english, difference_japanese as japanese},
};

/// Compares two networks.
pub(super) fn run(arguments: &Diff, language: Language) -> Result<u8, Error> {
    let name = arguments.before.display().to_string();
    let (before, after, later) = match &arguments.after {
        Some(path) => (snapshot::load(&arguments.before)?, snapshot::load(path)?, path.display().to_string()),
        None => {
            let (before, after) = both_of_plan(&arguments.before)?;
            (before, after, name.clone())
        }
    };
    let difference = difference::between((&before.network, &name), (&after.network, &later));
    // What both lack is told once.
    let mut notices = before.notices;
    let more: Vec<_> = after.notices.into_iter().filter(|notice| !notices.contains(notice)).collect();
    notices.extend(more);
    snapshot::tell(&notices, language);
    let text = match arguments.format {
        DiffFormat::Text => difference::text::render(&difference, language, output::is_coloured(arguments.color)),
        DiffFormat::Json => difference::json::render(&difference, language),
        DiffFormat::Markdown => difference::markdown::render(&difference, language),
        DiffFormat::Junit => junit::render("deguchi diff", &difference::cases(&difference, language)),
        DiffFormat::Sarif => sarif::render(&difference::cases(&difference, language), &|rule| match language {
            Language::English => english::rule(rule),
            Language::Japanese => japanese::rule(rule),
        }),
    };
    output::to_stdout(&text)?;
    Ok(difference.exit_code())
}

fn both_of_plan(path: &Path) -> Result<(Snapshot, Snapshot), Error> {
    let no_plan = || Error::new(ErrorKind::NoPlan { asked: path.display().to_string() });
    if path.to_str().is_some_and(|text| text.starts_with("example:")) {
        return Err(no_plan());
    }
    ingest::both_of_plan(path)?.ok_or_else(no_plan)
}
