//! `deguchi why SOURCE DESTINATION`: can it get there, and if not, why not.

use std::io::Read as _;

use deguchi_engine::{Answer, Engine};

use super::{
    arguments::{Why, WhyFormat},
    output, snapshot,
};
use crate::{
    error::{Error, ErrorKind},
    fix::{self, Prices, Proposed},
    language::Language,
    probe::evidence::Probes,
    question::{self, Question},
    report::{self, clean},
};

/// More of a message is not read. Chosen by us: a long log of a package manager is some hundred kilobytes.
const MOST_BYTES: u64 = 4 << 20;

/// Answers one question.
pub(super) fn run(arguments: &Why, language: Language) -> Result<u8, Error> {
    let message = arguments.error.as_deref().map(message).transpose()?;
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
    let question = question::resolve(network, &arguments.source, &arguments.destination, &options);
    let question = snapshot::tell_about(question, &snapshot.notices, language)?;
    let engine = Engine::new(network);
    let answers: Vec<Answer> = question.alternatives.iter().map(|each| engine.answer(&each.query)).collect();
    let mut report = report::why_by(&engine, &question, &answers, &snapshot.notices);
    if arguments.verbose {
        report.show_every_rule(&engine, &question);
    }
    report.add_evidence(&probes);
    if let Some(message) = &message {
        report.add_seen(&question, message);
    }
    let mut written = None;
    if report.has_blockers() {
        let prices = match &arguments.fix.prices {
            Some(file) => Prices::from_file(file)?,
            None => Prices::built_in()?,
        };
        let proposed = fix::propose(network, &question, &prices);
        written = apply(arguments, &proposed, &question)?;
        report.add_fixes(network, &question, proposed, arguments.fix.fix_format.into());
    } else if let Some(folder) = &arguments.fix.apply_to {
        return Err(Error::new(ErrorKind::NothingToApply { folder: folder.display().to_string() }));
    }
    let text = match arguments.format {
        WhyFormat::Text => report::text::render(&report, language, output::style(arguments.color)),
        WhyFormat::Json => report::json::render(&report, language),
        WhyFormat::Aws => report::aws::render(&report, network, language),
    };
    output::to_stdout(&text)?;
    if let Some(folder) = written {
        output::to_stderr(&format!("{}\n", applied(&folder, Some(arguments.fix.plan), language)));
    }
    Ok(report.exit_code())
}

/// The message that a person saw: the text itself, a file's, or that of standard input.
fn message(given: &str) -> Result<String, Error> {
    let of_file = |file: &str, read: std::io::Result<Vec<u8>>| match read {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Err(Error::new(ErrorKind::MessageFile { file: clean(file), cause: clean(&error.to_string()) })),
    };
    let mut bytes = Vec::new();
    let text = match given.strip_prefix('@') {
        Some(file) => {
            let read = std::fs::File::open(file).and_then(|opened| opened.take(MOST_BYTES).read_to_end(&mut bytes));
            of_file(file, read.map(|_| bytes))?
        }
        None if given == "-" => {
            let read = std::io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes);
            of_file("-", read.map(|_| bytes))?
        }
        None => given.to_owned(),
    };
    if text.trim().is_empty() {
        return Err(Error::new(ErrorKind::MessageEmpty { given: clean(given) }));
    }
    Ok(text)
}

/// Writes the snapshot as it is after a plan, where that is asked for; returns the folder.
fn apply(arguments: &Why, proposed: &Proposed, question: &Question) -> Result<Option<String>, Error> {
    let Some(folder) = &arguments.fix.apply_to else { return Ok(None) };
    let number = usize::from(arguments.fix.plan);
    let Some(plan) = proposed.fixes.plans.get(number - 1) else {
        return Err(Error::new(ErrorKind::NoSuchPlan { asked: number, count: proposed.fixes.plans.len() }));
    };
    let files = snapshot::files(&arguments.input)?;
    fix::snapshot::write(&files, &plan.changes, question, folder)?;
    Ok(Some(folder.display().to_string()))
}

/// Says where the snapshot after a fix is; `plan` is its number, where there are several.
pub(super) fn applied(folder: &str, plan: Option<u8>, language: Language) -> String {
    let number = plan.map_or_else(String::new, |plan| format!(" {plan}"));
    match language {
        Language::English => {
            let fix = if plan.is_some() { "plan" } else { "the fix" };
            format!("the snapshot after {fix}{number} is in `{folder}`: ask again with `--from {folder}`")
        }
        Language::Japanese => {
            format!(
                "修正案{number} を適用したスナップショットを `{folder}` に書き出しました。`--from {folder}` で確かめられます"
            )
        }
    }
}
