//! A probe for programs: `deguchi.probe/1`, as `docs/probe.schema.json` has it. `--probe` reads it again.

use serde::Serialize;

use super::{Facts, Finding, finding};
use crate::{
    language::Language,
    words::{probe_english, probe_japanese},
};

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    facts: &'a Facts,
    findings: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    code: &'static str,
    message: String,
}

/// Renders the document, ending in a line break.
pub fn render(facts: &Facts, language: Language) -> String {
    let found = |finding: &Finding| Found { code: finding.code(), message: words(finding, language) };
    let document = Document { facts, findings: finding::all(facts).iter().map(found).collect() };
    // Strings and numbers alone: there is nothing that JSON cannot hold.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

/// What one language says about a finding.
pub(crate) fn words(finding: &Finding, language: Language) -> String {
    match language {
        Language::English => probe_english::finding(finding),
        Language::Japanese => probe_japanese::finding(finding),
    }
}
