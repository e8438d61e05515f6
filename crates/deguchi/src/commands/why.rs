//! `deguchi why SOURCE DESTINATION`: can it get there, and if not, why not.

use deguchi_engine::{Answer, Engine};

use super::{
    arguments::{Format, Why},
    output, snapshot,
};
use crate::{error::Error, language::Language, question, report};

/// Answers one question.
pub(super) fn run(arguments: &Why, language: Language) -> Result<u8, Error> {
    let snapshot = snapshot::load(&arguments.input.from)?;
    let network = &snapshot.network;
    let question = question::resolve(network, &arguments.source, &arguments.destination, &arguments.asked.options())?;
    let engine = Engine::new(network);
    let answers: Vec<Answer> = question.alternatives.iter().map(|each| engine.answer(&each.query)).collect();
    let mut report = report::why(network, &question, &answers, &snapshot.notices);
    if arguments.verbose {
        report.show_every_rule(&engine, &question);
    }
    let text = match arguments.form.format {
        Format::Text => report::text::render(&report, language, output::style(arguments.form.color)),
        Format::Json => report::json::render(&report, language),
    };
    output::to_stdout(&text)?;
    Ok(report.exit_code())
}
