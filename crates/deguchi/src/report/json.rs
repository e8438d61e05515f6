//! The report as JSON: `deguchi.report/1`, described by `docs/report.schema.json`.
//!
//! Leaves out words: sentences inside come from [`crate::words`]; everything else is the same in every language.

mod authorization;
mod document;
mod fixes;
mod hop;
mod name_resolution;
mod reason;
mod seen;

pub(crate) use fixes::{PricesOut, action};

use super::Report;
use crate::language::Language;
use document::Document;

/// The name and version of the format.
pub const SCHEMA: &str = "deguchi.report/1";

/// Returns the report as JSON, indented; ends in a newline.
pub fn render(report: &Report, language: Language) -> String {
    // A document has neither maps with odd keys nor values that fail: serialising cannot fail.
    let mut text = serde_json::to_string_pretty(&Document::new(report, language)).unwrap_or_default();
    text.push('\n');
    text
}
