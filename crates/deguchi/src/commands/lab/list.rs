//! `deguchi lab list`: which labs are up.

use deguchi_lab::Labs;
use serde::Serialize;

use crate::{
    commands::{
        arguments::{Format, lab::List},
        output,
        table::Table,
    },
    error::Error,
    language::Language,
    words::{lab_english, lab_japanese},
};

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    labs: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    from: String,
    machines: usize,
}

/// Lists the labs of the user.
pub(super) fn run(arguments: &List, language: Language) -> Result<u8, Error> {
    let mut labs = Vec::new();
    for lab in Labs::of_user()?.standing()? {
        // One that ends in this moment is no longer up.
        let (Ok(about), Ok(plan)) = (lab.about(), lab.plan()) else { continue };
        labs.push(Row { name: lab.name, from: about.from, machines: plan.machines.len() });
    }
    let text = match arguments.form.format {
        Format::Json => output::json(&Document { schema: "deguchi.labs/1", labs }),
        Format::Text => text(&labs, language),
    };
    output::to_stdout(&text)?;
    Ok(0)
}

fn text(labs: &[Row], language: Language) -> String {
    let (header, none) = match language {
        Language::English => (lab_english::LIST, lab_english::NO_LAB),
        Language::Japanese => (lab_japanese::LIST, lab_japanese::NO_LAB),
    };
    if labs.is_empty() {
        return format!("{none}\n");
    }
    let mut table = Table::default();
    table.row(header);
    for lab in labs {
        table.row([lab.name.clone(), lab.machines.to_string(), lab.from.clone()]);
    }
    table.render()
}
