//! What expectations come to, for programs: `deguchi.check/1`, as `docs/check.schema.json` has it.

use serde::Serialize;

use super::{
    judge::{Check, End, Finding, Found, Judged, Status},
    text::place,
};
use crate::{
    language::Language,
    notice::Notice,
    report::{place_id, place_type, sentence},
    words::{notice_english, notice_japanese},
};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    file: &'a str,
    exit_code: u8,
    expectations: Vec<ExpectationOut<'a>>,
    notices: Vec<String>,
}

#[derive(Serialize)]
struct ExpectationOut<'a> {
    line: usize,
    text: String,
    source: &'a str,
    destination: &'a str,
    expected: &'static str,
    status: &'static str,
    matches_nothing: Option<&'static str>,
    allow_undecided: bool,
    may_be_empty: bool,
    because: Option<&'a str>,
    pairs: usize,
    findings: Vec<FindingOut<'a>>,
}

#[derive(Serialize)]
struct FindingOut<'a> {
    status: &'static str,
    sources: &'a [String],
    destinations: &'a [String],
    verdict: Option<&'static str>,
    reasons: Vec<ReasonOut>,
    missing: Vec<ReasonOut>,
    way: Vec<PlaceOut>,
    other_reasons: Option<Vec<String>>,
    not_asked: Option<String>,
}

#[derive(Serialize, PartialEq)]
pub(crate) struct ReasonOut {
    code: &'static str,
    resource: String,
    message: String,
    hint: Option<String>,
}

#[derive(Serialize)]
struct PlaceOut {
    place: &'static str,
    id: Option<String>,
    message: String,
}

/// Returns the word for a status.
pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Kept => "kept",
        Status::Undecided => "undecided",
        Status::Broken => "broken",
    }
}

/// Renders the document, ending in a line break.
pub fn render(check: &Check, notices: &[Notice], language: Language) -> String {
    let notice = |notice: &Notice| match language {
        Language::English => notice_english::words(&notice.kind).message,
        Language::Japanese => notice_japanese::words(&notice.kind).message,
    };
    let document = Document {
        schema: "deguchi.check/1",
        file: &check.file,
        exit_code: check.exit_code(),
        expectations: check.results.iter().map(|judged| of_expectation(judged, language)).collect(),
        notices: notices.iter().map(notice).collect(),
    };
    // Strings and numbers alone: there is nothing that JSON cannot hold.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

fn of_expectation(judged: &Judged, language: Language) -> ExpectationOut<'_> {
    let expectation = &judged.expectation;
    ExpectationOut {
        line: expectation.line,
        text: expectation.title(),
        source: &expectation.source,
        destination: &expectation.destination,
        expected: expectation.want.code(),
        status: status(judged.status),
        matches_nothing: judged.nothing.map(|end| match end {
            End::Source => "source",
            End::Destination => "destination",
        }),
        allow_undecided: expectation.allow_undecided,
        may_be_empty: expectation.may_be_empty,
        because: expectation.because.as_deref(),
        pairs: judged.pairs,
        findings: judged.findings.iter().map(|finding| of_finding(finding, language)).collect(),
    }
}

fn of_finding(finding: &Finding, language: Language) -> FindingOut<'_> {
    let mut out = FindingOut {
        status: status(finding.status),
        sources: &finding.sources,
        destinations: &finding.destinations,
        verdict: None,
        reasons: Vec::new(),
        missing: Vec::new(),
        way: Vec::new(),
        other_reasons: None,
        not_asked: None,
    };
    match &finding.found {
        Found::NotAsked(error) => out.not_asked = Some(error.words(language).message),
        Found::Answer { report, way, reasons } => {
            out.verdict = Some(crate::report::verdict_word(report.verdict()));
            (out.reasons, out.missing) = reasons_of(report, language);
            out.way = way
                .iter()
                .map(|step| PlaceOut {
                    place: place_type(&step.hop.place),
                    id: place_id(&step.hop.place),
                    message: place(step, &report.names, language),
                })
                .collect();
            out.other_reasons = reasons.as_ref().map(|reasons| reasons.iter().cloned().collect());
        }
    }
    out
}

/// Returns what stops packets, and what is not known.
pub(crate) fn reasons_of(report: &crate::report::Report, language: Language) -> (Vec<ReasonOut>, Vec<ReasonOut>) {
    let names = &report.names;
    let (mut reasons, mut missing): (Vec<ReasonOut>, Vec<ReasonOut>) = (Vec::new(), Vec::new());
    let add = |list: &mut Vec<ReasonOut>, reason: ReasonOut| {
        if !list.contains(&reason) {
            list.push(reason);
        }
    };
    for part in &report.parts {
        for blocker in &part.blockers {
            let message = sentence::blocker(language, blocker, names);
            let (code, resource) = (blocker.reason.code.as_str(), blocker.reason.resource.to_string());
            add(&mut reasons, ReasonOut { code, resource, message, hint: None });
        }
        for unknown in &part.unknowns {
            let message = sentence::unknown(language, unknown, names);
            let (code, resource) = (unknown.missing.code.as_str(), unknown.missing.resource.to_string());
            let hint = Some(sentence::hint(language, unknown));
            add(&mut missing, ReasonOut { code, resource, message, hint });
        }
    }
    (reasons, missing)
}
