//! `deguchi checklist SOURCE`: what a person checks by hand, item by item, and what puts it in order.

use super::{
    arguments::{Checklist, Format},
    output, snapshot, why,
};
use crate::{
    checklist::{self, Asked},
    error::{Error, ErrorKind},
    fix::{self, Prices},
    language::Language,
    probe::evidence::Probes,
};

/// Walks the checklist.
pub(super) fn run(arguments: &Checklist, language: Language) -> Result<u8, Error> {
    let mut snapshot = snapshot::load_input(&arguments.input)?;
    let probes = Probes::tie(&arguments.seen.probe, &mut snapshot)?;
    let asked = Asked {
        source: arguments.source.clone(),
        api: arguments.to.clone(),
        bucket: arguments.bucket.clone(),
        os: arguments.os.clone(),
    };
    let checklist = checklist::of(&snapshot.network, &asked);
    let mut checklist = snapshot::tell_about(checklist, &snapshot.notices, language)?;
    checklist.add_evidence(&probes);
    if checklist.has_faults() {
        let prices = match &arguments.fix.prices {
            Some(file) => Prices::from_file(file)?,
            None => Prices::built_in()?,
        };
        checklist.add_cure(&snapshot.network, &asked, &prices, arguments.fix.fix_format.into())?;
    }
    let written = apply(arguments, &checklist)?;
    let text = match arguments.form.format {
        Format::Text => {
            snapshot::tell(&snapshot.notices, language);
            checklist::text::render(&checklist, language, output::is_coloured(arguments.form.color))
        }
        Format::Json => checklist::json::render(&checklist, &snapshot.notices, language),
    };
    output::to_stdout(&text)?;
    if let Some(folder) = written {
        output::to_stderr(&format!("{}\n", why::applied(&folder, None, language)));
    }
    Ok(checklist.exit_code())
}

/// Writes the snapshot as it is after the fix, where that is asked for; returns the folder.
fn apply(arguments: &Checklist, checklist: &checklist::Checklist) -> Result<Option<String>, Error> {
    let Some(folder) = &arguments.fix.apply_to else { return Ok(None) };
    let name = folder.display().to_string();
    let Some((changes, question)) = checklist.fix() else {
        return Err(Error::new(ErrorKind::NothingToApply { folder: name }));
    };
    let files = snapshot::files(&arguments.input)?;
    fix::snapshot::write(&files, changes, question, folder)?;
    Ok(Some(name))
}
