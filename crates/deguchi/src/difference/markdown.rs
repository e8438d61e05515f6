//! What a change does, as a comment on a pull request. Names come from an account: nothing in them is markup.

use std::fmt::Write as _;

use super::{
    Difference, Kind,
    wording::{causes, destinations, head, list, reasons, say},
};
use crate::{
    language::Language,
    words::{difference_english as english, difference_japanese as japanese},
};

/// Renders the difference.
pub fn render(difference: &Difference, language: Language) -> String {
    let mut text = format!("### deguchi diff\n\n{}\n", escaped(&head(difference, language)));
    if !difference.blocks.is_empty() {
        let columns = say!(language, COLUMNS);
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n| | {} |\n|---|---|---|---|---|", columns.join(" | "));
    }
    for block in &difference.blocks {
        let mark = match block.kind {
            Kind::Lost => "➖",
            Kind::Gained | Kind::New => "➕",
            Kind::Undecided => "❔",
        };
        let cells = [
            escaped(&list(&block.from, language)),
            escaped(&destinations(block, language)),
            lines(&reasons(block, language)),
            lines(&causes(block, difference, language)),
        ];
        let _ = writeln!(text, "| {mark} {} | {} |", say!(language, kind(block.kind)), cells.join(" | "));
    }
    for (names, label) in [(&difference.new, say!(language, NEW)), (&difference.gone, say!(language, GONE))] {
        if !names.is_empty() {
            let _ = writeln!(text, "\n{label}: {}", escaped(&list(names, language)));
        }
    }
    text
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| escaped(line.trim())).collect::<Vec<_>>().join("<br>")
}

/// Every letter that means something in Markdown is written so that it does not; a mention is none.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '|' => out.push_str("&#124;"),
            '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '!' | '~' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' | '\r' => out.push(' '),
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}
