//! Writing answers and messages. A reader who closes the pipe (`deguchi … | head`) has had enough: that is no error.

use std::io::{self, ErrorKind as IoKind, IsTerminal as _, Write as _};

use serde::Serialize;

use super::arguments::Colour;
use crate::{
    error::{Error, ErrorKind},
    report::text::Style,
};

/// Writes an answer.
pub(super) fn to_stdout(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != IoKind::BrokenPipe => Err(Error::new(ErrorKind::Output(error.to_string()))),
        _ => Ok(()),
    }
}

/// Writes a message; nobody is left to tell where that fails.
pub(super) fn to_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whether the answer is coloured (<https://no-color.org>).
pub(super) fn is_coloured(colour: Colour) -> bool {
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
            !is_refused && !is_dumb && io::stdout().is_terminal()
        }
    }
}

/// How a report is drawn: as wide as `COLUMNS` says, where a shell exports it.
pub(super) fn style(colour: Colour) -> Style {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.filter(|width| *width >= 60).unwrap_or(Style::DEFAULT_WIDTH);
    if is_coloured(colour) { Style::coloured(width) } else { Style::plain(width) }
}

/// A document for programs, as every command prints its JSON.
pub(super) fn json(document: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
