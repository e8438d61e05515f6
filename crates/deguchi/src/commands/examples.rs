//! `deguchi examples`: the built-in examples, and how to ask about one.

use super::{output, table::Table};
use crate::{
    error::Error,
    examples,
    language::Language,
    words::{examples_english, examples_japanese},
};

/// Lists the built-in examples.
pub(super) fn run(language: Language) -> Result<u8, Error> {
    let hint = match language {
        Language::English => examples_english::HOW_TO_ASK,
        Language::Japanese => examples_japanese::HOW_TO_ASK,
    };
    let mut table = Table::default();
    for example in examples::all() {
        table.row([example.name, example.title(language)]);
    }
    output::to_stdout(&format!("{}\n{hint}\n", table.render()))?;
    Ok(0)
}
