//! `deguchi rules INTERFACE`: every rule that an interface's packets meet: its security groups, pooled, and its subnet's
//! network ACL, in order.

mod json;
mod overview;
mod text;

use super::{
    arguments::{Format, Rules},
    output, snapshot,
};
use crate::{error::Error, language::Language};

/// Lists the effective rules of an interface.
pub(super) fn run(arguments: &Rules, language: Language) -> Result<u8, Error> {
    let snapshot = snapshot::load_input(&arguments.input)?;
    let overview = overview::of(&snapshot.network, &arguments.interface)?;
    let text = match arguments.form.format {
        Format::Text => text::render(&overview, language),
        Format::Json => json::render(&overview),
    };
    snapshot::tell(&snapshot.notices, language);
    output::to_stdout(&text)?;
    Ok(if overview.is_complete() { 0 } else { 3 })
}
