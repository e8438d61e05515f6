//! What a change does, for people at a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{
    Block, Difference, Kind,
    wording::{causes, head, headline, list, reasons, say},
};
use crate::{
    error::without_controls,
    language::Language,
    words::{difference_english as english, difference_japanese as japanese},
};

/// Renders the difference.
pub fn render(difference: &Difference, language: Language, is_coloured: bool) -> String {
    let mut text = format!("{}\n", head(difference, language));
    for block in &difference.blocks {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n{} {}", mark(block.kind, is_coloured), headline(block, language));
        for line in details(block, difference, language) {
            let _ = writeln!(text, "    {line}");
        }
    }
    for (names, label) in [(&difference.new, say!(language, NEW)), (&difference.gone, say!(language, GONE))] {
        if !names.is_empty() {
            let _ = writeln!(text, "\n{label}: {}", list(names, language));
        }
    }
    if is_coloured { text } else { without_controls(&text) }
}

/// Returns the reasons and the changes of a block, line by line.
pub(super) fn details(block: &Block, difference: &Difference, language: Language) -> Vec<String> {
    let mut lines = reasons(block, language);
    let label = say!(language, CHANGE);
    lines.extend(causes(block, difference, language).into_iter().map(|cause| format!("{label}: {cause}")));
    lines
}

fn mark(kind: Kind, is_coloured: bool) -> String {
    let (mark, colour) = match kind {
        Kind::Lost => ("-", AnsiColor::Red),
        Kind::Gained | Kind::New => ("+", AnsiColor::Green),
        Kind::Undecided => ("?", AnsiColor::Yellow),
    };
    let style: Style = colour.on_default();
    if is_coloured { format!("{style}{mark}{style:#}") } else { mark.to_owned() }
}
