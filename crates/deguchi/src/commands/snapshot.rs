//! Which snapshot `--from` names: a folder, a file, or a built-in example.

use std::{fmt::Write as _, path::Path};

use super::{arguments::Input, output};
use crate::{
    error::{Error, ErrorKind, without_controls},
    examples,
    ingest::{self, File, LoadError, Snapshot},
    language::Language,
    notice::{Notice, Severity},
    words::{notice_english as english, notice_japanese as japanese},
};

/// Reads what `--from` names, over the snapshot that `--over` names.
pub(super) fn load_input(input: &Input) -> Result<Snapshot, Error> {
    match &input.over {
        Some(over) => Ok(ingest::from_path_over(&input.from, over, ingest::Moment::After)?),
        None => load(&input.from),
    }
}

/// Reads the snapshot that `--from` names.
pub(super) fn load(from: &Path) -> Result<Snapshot, Error> {
    match from.to_str() {
        // A folder of that name can be given as `./live`.
        Some("live") => Err(Error::new(ErrorKind::LiveNotYet)),
        Some(text) if text.starts_with("example:") => examples::load(text.trim_start_matches("example:")),
        _ => Ok(ingest::from_path(from)?),
    }
}

/// Reads the files of what `--from` names as they are, to write them changed.
pub(super) fn files(input: &Input) -> Result<Vec<File>, Error> {
    match input.from.to_str() {
        _ if input.over.is_some() => Err(Error::new(ErrorKind::ApplyToTerraform)),
        Some(text) if text.starts_with("example:") => examples::files(text.trim_start_matches("example:")),
        _ => Ok(ingest::files_from_path(&input.from)?),
    }
}

/// Writes notices to standard error, for answers that do not carry them.
pub(super) fn tell(notices: &[Notice], language: Language) {
    for notice in notices {
        output::to_stderr(&notice_lines(notice, language));
    }
}

/// Writes what stands behind an error: the notices about the files that could not be read.
pub(super) fn tell_cause(error: &Error, language: Language) {
    if let ErrorKind::Load(LoadError::EveryFileBroken { notices, .. } | LoadError::NoNetwork { notices, .. }) =
        &error.kind
    {
        tell(notices, language);
    }
}

/// Writes what may stand behind an error about a resource: what could not be read, and for one without an interface what is open.
pub(super) fn tell_about<T>(asked: Result<T, Error>, notices: &[Notice], language: Language) -> Result<T, Error> {
    if let Err(error) = &asked {
        let most = match &error.kind {
            ErrorKind::NoInterface { .. } => Severity::Warning,
            _ => Severity::Error,
        };
        notices.iter().filter(|notice| notice.severity <= most).for_each(|notice| {
            output::to_stderr(&notice_lines(notice, language));
        });
    }
    asked
}

fn notice_lines(notice: &Notice, language: Language) -> String {
    let (words, severity, effect, hint) = match language {
        Language::English => (english::words(&notice.kind), english::severity(notice.severity), "effect", "hint"),
        Language::Japanese => (japanese::words(&notice.kind), japanese::severity(notice.severity), "影響", "ヒント"),
    };
    let mut text = format!("{severity}: {}\n", words.message);
    let mut line = |label: &str, words: Option<String>| {
        if let Some(words) = words {
            // Writing to a string does not fail.
            let _ = writeln!(text, "  {label} {words}");
        }
    };
    line("-->", notice.location.as_ref().map(ToString::to_string));
    line(&format!("{effect}:"), words.effect);
    line(&format!("{hint}:"), words.hint);
    if notice.similar > 0 {
        let similar = match language {
            Language::English => english::similar(notice.similar),
            Language::Japanese => japanese::similar(notice.similar),
        };
        line("…", Some(similar));
    }
    without_controls(&text)
}
