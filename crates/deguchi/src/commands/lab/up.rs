//! `deguchi lab up`: brings a lab up and leaves it standing.

use std::{fmt::Write as _, path::Path};

use deguchi_lab::{About, LabPlan, Labs, LeftOut, Machine};
use serde::Serialize;

use super::making;
use crate::{
    commands::{
        arguments::{Format, lab::Up},
        output, snapshot,
        table::Table,
    },
    error::Error,
    language::Language,
    words::{lab_english, lab_japanese},
};

/// Brings a lab up.
pub(super) fn run(arguments: &Up, language: Language) -> Result<u8, Error> {
    let from = &arguments.input.from;
    let mut snapshot = snapshot::load(from)?;
    snapshot::tell(&snapshot.notices, language);
    let made = &arguments.made;
    let plan = making::plan(&mut snapshot.network, made.focus.as_deref(), &made.guest_fault)?;
    let folder = Labs::of_user()?.make(&name_of(arguments), arguments.name.is_some())?;
    let lab = making::bring_up(&plan, &folder, made.root, language)?;
    let about = About {
        from: from_anywhere(from),
        focus: made.focus.clone(),
        guest_faults: making::written(made),
        applied: Vec::new(),
    };
    let standing = folder.settle(&about)?;
    lab.leave_standing();
    let text = match arguments.form.format {
        Format::Text => text(&standing.name, &plan, language),
        Format::Json => json(&standing.name, &about, &plan),
    };
    output::to_stdout(&text)?;
    Ok(0)
}

/// `--name`, else what the snapshot is called.
fn name_of(arguments: &Up) -> String {
    if let Some(name) = &arguments.name {
        return name.clone();
    }
    let from = arguments.input.from.to_string_lossy();
    let from = from.strip_prefix("example:").unwrap_or(&from).trim_end_matches('/');
    let parts: Vec<&str> = from.rsplit('/').filter(|part| !matches!(*part, "" | "." | "snapshot")).collect();
    parts.first().map_or("lab", |part| part.trim_end_matches(".json")).to_owned()
}

/// The snapshot's place as it can be named from any folder.
fn from_anywhere(from: &Path) -> String {
    let is_example = from.to_str().is_some_and(|text| text.starts_with("example:"));
    let full = if is_example { None } else { std::path::absolute(from).ok() };
    full.unwrap_or_else(|| from.to_owned()).display().to_string()
}

fn text(name: &str, plan: &LabPlan, language: Language) -> String {
    let (up, left_out, next) = match language {
        Language::English => {
            (lab_english::up(name, plan.machines.len()), lab_english::LEFT_OUT, lab_english::next(name, first(plan)))
        }
        Language::Japanese => {
            (lab_japanese::up(name, plan.machines.len()), lab_japanese::LEFT_OUT, lab_japanese::next(name, first(plan)))
        }
    };
    let mut text = format!("{up}\n");
    let mut table = Table::default();
    for machine in &plan.machines {
        let name = machine.name.as_deref().unwrap_or("-");
        table.row(["  -".to_owned(), name.to_owned(), machine.id.clone(), addresses(machine)]);
    }
    text.push_str(&table.render());
    if !plan.left_out.is_empty() {
        let _ = writeln!(text, "\n{left_out}");
        let mut table = Table::default();
        for (id, why) in &plan.left_out {
            table.row(["  -", id, why_left_out(*why, language)]);
        }
        text.push_str(&table.render());
    }
    let _ = writeln!(text, "\n{next}");
    text
}

fn first(plan: &LabPlan) -> Option<&str> {
    plan.machines.first().map(|machine| machine.name.as_deref().unwrap_or(&machine.id))
}

pub(super) fn why_left_out(why: LeftOut, language: Language) -> &'static str {
    match language {
        Language::English => lab_english::left_out(why),
        Language::Japanese => lab_japanese::left_out(why),
    }
}

fn addresses(machine: &Machine) -> String {
    let all = machine.interfaces.iter().flat_map(|own| &own.addresses);
    let all = all.map(|(private, public)| match public {
        Some(public) => format!("{private} ({public})"),
        None => private.to_string(),
    });
    all.collect::<Vec<_>>().join(", ")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    name: &'a str,
    from: &'a str,
    machines: Vec<MachineOut<'a>>,
    left_out: Vec<LeftOutOut<'a>>,
}

#[derive(Serialize)]
struct MachineOut<'a> {
    id: &'a str,
    name: Option<&'a str>,
    vpc: &'a str,
    addresses: Vec<AddressOut>,
}

#[derive(Serialize)]
struct AddressOut {
    private: String,
    public: Option<String>,
}

#[derive(Serialize)]
struct LeftOutOut<'a> {
    id: &'a str,
    why: LeftOut,
}

fn json(name: &str, about: &About, plan: &LabPlan) -> String {
    let machines = plan.machines.iter().map(|machine| MachineOut {
        id: &machine.id,
        name: machine.name.as_deref(),
        vpc: &machine.vpc,
        addresses: machine
            .interfaces
            .iter()
            .flat_map(|own| &own.addresses)
            .map(|(private, public)| AddressOut {
                private: private.to_string(),
                public: public.map(|public| public.to_string()),
            })
            .collect(),
    });
    let document = Document {
        schema: "deguchi.lab/1",
        name,
        from: &about.from,
        machines: machines.collect(),
        left_out: plan.left_out.iter().map(|(id, why)| LeftOutOut { id, why: *why }).collect(),
    };
    output::json(&document)
}
