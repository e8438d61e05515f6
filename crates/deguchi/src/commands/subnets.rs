//! `deguchi subnets`: which kind each subnet is, by which route of which table, and what stands in it.

mod json;
mod overview;
mod text;

use super::{
    arguments::{Format, Subnets},
    output, snapshot,
};
use crate::{error::Error, language::Language};

pub(crate) use overview::{Association, Occupant};

/// Lists every subnet.
pub(super) fn run(arguments: &Subnets, language: Language) -> Result<u8, Error> {
    let snapshot = snapshot::load_input(&arguments.input)?;
    let overview = overview::of(&snapshot.network);
    let text = match arguments.form.format {
        Format::Text => text::render(&overview, language, output::is_coloured(arguments.form.color)),
        Format::Json => json::render(&overview),
    };
    snapshot::tell(&snapshot.notices, language);
    output::to_stdout(&text)?;
    Ok(0)
}
