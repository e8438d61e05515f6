//! `deguchi lab apply SOURCE DESTINATION`: makes a lab anew as the network is after a plan that cures the question.

use std::fmt::Write as _;

use deguchi_engine::{Engine, Verdict};
use deguchi_lab::Labs;

use super::standing::Shown;
use crate::{
    commands::{arguments::lab::Apply, output},
    error::Error,
    fix::FixFormat,
    language::Language,
    report::{self, PlanNames, sentence::fixes as say},
    words::{lab_trace_english, lab_trace_japanese},
};

/// Applies a plan to a lab; 0 also if nothing has to be changed.
pub(super) fn run(arguments: &Apply, language: Language) -> Result<u8, Error> {
    let lab = Labs::of_user()?.find(arguments.which.lab.as_deref())?;
    let mut about = lab.about()?;
    let mut shown = Shown::by(&about)?;
    let question = shown.question(&arguments.source, &arguments.destination)?;
    let before = shown.network.clone();
    let engine = Engine::new(&before);
    let answers: Vec<_> = question.alternatives.iter().map(|each| engine.answer(&each.query)).collect();
    if answers.iter().all(|answer| answer.verdict == Verdict::Reachable) {
        let words = match language {
            Language::English => lab_trace_english::nothing_to_apply(&arguments.source, &arguments.destination),
            Language::Japanese => lab_trace_japanese::nothing_to_apply(&arguments.source, &arguments.destination),
        };
        output::to_stdout(&format!("{words}\n"))?;
        return Ok(0);
    }
    let mut report = report::why(&before, &question, &answers, &shown.notices);
    let number = usize::from(arguments.plan);
    let proposed = shown.apply(&question, number)?;
    lab.replan(&shown.lab_plan()?)?;
    about.applied.push((arguments.source.clone(), arguments.destination.clone(), number));
    lab.write_about(&about)?;
    report.add_fixes(&before, &question, proposed, FixFormat::None);
    output::to_stdout(&text(&report, number, &lab.name, language))?;
    Ok(0)
}

fn text(report: &report::Report, number: usize, lab: &str, language: Language) -> String {
    let mut text = String::new();
    let sheet = report.fixes.as_ref().and_then(|fixes| fixes.plans.get(number.saturating_sub(1)));
    if let Some(sheet) = sheet {
        let at = PlanNames { names: &report.names, created: &sheet.created };
        // Writing to a string does not fail.
        let _ = writeln!(text, "({number}) {}", say::headline(language, &sheet.plan, sheet.is_configured, at));
        for (place, change) in sheet.plan.changes.iter().enumerate() {
            let _ = writeln!(text, "  {}. {}", place + 1, say::change(language, change, at));
        }
    }
    let done = match language {
        Language::English => lab_trace_english::applied(lab),
        Language::Japanese => lab_trace_japanese::applied(lab),
    };
    let _ = writeln!(text, "{done}");
    text
}
