//! `deguchi why SOURCE DESTINATION`: can it get there, and if not, why not.

use deguchi_engine::{Answer, Engine};

use super::{
    arguments::{Format, Why},
    output, snapshot,
};
use crate::{error::Error, language::Language, probe::evidence::Probes, question, report};

/// Answers one question.
pub(super) fn run(arguments: &Why, language: Language) -> Result<u8, Error> {
    let mut snapshot = snapshot::load_input(&arguments.input)?;
    let probes = Probes::tie(&arguments.seen.probe, &mut snapshot)?;
    let network = &snapshot.network;
    let mut options = arguments.asked.options();
    if options.source_ports.is_none() {
        // Whoever cannot be a machine has no ports of its own; what is wrong with it, `resolve` says.
        let machine = question::machine(network, &arguments.source, &mut Vec::new()).ok();
        let instance = machine.and_then(|machine| machine.instance).map(|instance| &instance.id);
        options.source_ports = probes.source_ports(instance);
    }
    let question = question::resolve(network, &arguments.source, &arguments.destination, &options)?;
    let engine = Engine::new(network);
    let answers: Vec<Answer> = question.alternatives.iter().map(|each| engine.answer(&each.query)).collect();
    let mut report = report::why(network, &question, &answers, &snapshot.notices);
    if arguments.verbose {
        report.show_every_rule(&engine, &question);
    }
    report.add_evidence(&probes);
    let text = match arguments.form.format {
        Format::Text => report::text::render(&report, language, output::style(arguments.form.color)),
        Format::Json => report::json::render(&report, language),
    };
    output::to_stdout(&text)?;
    Ok(report.exit_code())
}
