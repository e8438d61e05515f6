//! `deguchi checklist SOURCE`: what a person checks by hand, item by item.

use super::{
    arguments::{Checklist, Format},
    output, snapshot,
};
use crate::{checklist, error::Error, language::Language, probe::evidence::Probes};

/// Walks the checklist.
pub(super) fn run(arguments: &Checklist, language: Language) -> Result<u8, Error> {
    let mut snapshot = snapshot::load_input(&arguments.input)?;
    let probes = Probes::tie(&arguments.seen.probe, &mut snapshot)?;
    let mut checklist =
        checklist::of(&snapshot.network, &arguments.source, arguments.to.as_deref(), arguments.os.as_deref())?;
    checklist.add_evidence(&probes);
    let text = match arguments.form.format {
        Format::Text => {
            snapshot::tell(&snapshot.notices, language);
            checklist::text::render(&checklist, language, output::is_coloured(arguments.form.color))
        }
        Format::Json => checklist::json::render(&checklist, &snapshot.notices, language),
    };
    output::to_stdout(&text)?;
    Ok(checklist.exit_code())
}
