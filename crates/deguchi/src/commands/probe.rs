//! `deguchi probe`: what this host itself shows. It needs no configuration, and changes nothing.

use std::time::Duration;

use super::{
    arguments::{Format, Probe},
    output,
};
use crate::{
    error::Error,
    language::Language,
    probe::{self, finding, json, text},
};

/// Probes the host.
pub(super) fn run(arguments: &Probe, language: Language) -> Result<u8, Error> {
    let options = probe::Options {
        root: arguments.root.clone(),
        timeout: Duration::from_secs(arguments.timeout.into()),
        to: arguments.to.clone(),
    };
    let facts = probe::run(&options)?;
    let text = match arguments.form.format {
        Format::Text => text::render(&facts, language, output::is_coloured(arguments.form.color)),
        Format::Json => json::render(&facts, language),
    };
    output::to_stdout(&text)?;
    Ok(u8::from(!finding::all(&facts).is_empty()))
}
