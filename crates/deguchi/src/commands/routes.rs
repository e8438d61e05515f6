//! `deguchi routes SUBNET`: what the route table in force does with every destination, and which route takes what.

mod json;
mod overview;
mod text;

pub(crate) use overview::{Effect, Origin, Unrouted};

use super::{
    arguments::{Format, Routes},
    output, snapshot,
};
use crate::{error::Error, language::Language};

/// Lists the effective routes of a subnet, or of a route table.
pub(super) fn run(arguments: &Routes, language: Language) -> Result<u8, Error> {
    let snapshot = snapshot::load_input(&arguments.input)?;
    let overview = overview::of(&snapshot.network, &arguments.subnet)?;
    let text = match arguments.form.format {
        Format::Text => text::render(&overview, language),
        Format::Json => json::render(&overview),
    };
    snapshot::tell(&snapshot.notices, language);
    output::to_stdout(&text)?;
    Ok(if overview.table.is_some() { 0 } else { 3 })
}
