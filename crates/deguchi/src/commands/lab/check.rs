//! `deguchi lab check`: the engine's answers against the kernel's, question by question, in a lab of its own.

use std::fmt::Write as _;

use deguchi_lab::{LabPlan, Labs};

use super::{making, up};
use crate::{
    commands::{
        arguments::{Format, lab::Check},
        output, snapshot,
        table::Table,
    },
    comparison::{Row, cells, document, of_case, of_classes, tally, try_queries},
    error::Error,
    language::Language,
    words::{lab_english, lab_japanese},
};

/// Checks; 1 if engine and kernel differ anywhere, 3 if nothing could be compared.
pub(super) fn run(arguments: &Check, language: Language) -> Result<u8, Error> {
    let from = &arguments.input.from;
    let mut snapshot = snapshot::load(from)?;
    snapshot::tell(&snapshot.notices, language);
    let made = &arguments.made;
    let plan = making::plan(&mut snapshot.network, made.focus.as_deref(), &made.guest_fault)?;
    let network = &snapshot.network;
    let mut asked = of_case(network, from)?;
    asked.extend(of_classes(network)?);
    let folder = Labs::of_user()?.make("check", false)?;
    let lab = making::bring_up(&plan, &folder, made.root, language)?;
    let queries: Vec<_> = asked.iter().map(|each| (each.query.clone(), each.answer.clone())).collect();
    let trials = try_queries(network, &plan, &lab, &queries)?;
    drop(lab);
    let rows: Vec<Row> = asked.into_iter().zip(trials).map(|(asked, trials)| Row { asked, trials }).collect();
    let text = match arguments.form.format {
        Format::Text => text(&rows, &plan, language),
        Format::Json => output::json(&document(&from.display().to_string(), &rows, plan.left_out.keys())),
    };
    output::to_stdout(&text)?;
    let tally = tally(&rows);
    Ok(match (tally.differ, tally.agree) {
        (1.., _) => 1,
        (0, 0) => 3,
        (0, 1..) => 0,
    })
}

fn text(rows: &[Row], plan: &LabPlan, language: Language) -> String {
    let cells = cells(rows, language);
    let mut table = Table::default();
    for (row, _) in &cells {
        table.row(row.clone());
    }
    let mut text = String::new();
    for (line, (_, details)) in table.render().lines().zip(&cells) {
        let _ = writeln!(text, "{line}");
        for detail in details {
            let _ = writeln!(text, "    {detail}");
        }
    }
    let tally = tally(rows);
    let (sentence, left_out) = match language {
        Language::English => (lab_english::tally(tally), lab_english::LEFT_OUT),
        Language::Japanese => (lab_japanese::tally(tally), lab_japanese::LEFT_OUT),
    };
    let _ = writeln!(text, "\n{sentence}");
    if !plan.left_out.is_empty() {
        let _ = writeln!(text, "\n{left_out}");
        let mut table = Table::default();
        for (id, why) in &plan.left_out {
            table.row(["  -", id, up::why_left_out(*why, language)]);
        }
        text.push_str(&table.render());
    }
    text
}
