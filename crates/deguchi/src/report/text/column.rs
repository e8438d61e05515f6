//! Columns of a terminal: how wide text is, and text filled up to a width. East Asian wide characters take two.

use unicode_width::UnicodeWidthStr;

/// Returns how many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Returns a text filled up with spaces to a width; a longer text stays as it is.
pub(super) fn pad(text: &str, to: usize) -> String {
    let missing = to.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}
