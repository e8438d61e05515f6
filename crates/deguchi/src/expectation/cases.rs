//! What expectations come to, as cases of a test run: for JUnit and SARIF.

use super::{
    judge::{Check, Judged, Status},
    text::details,
};
use crate::{
    language::Language,
    report::ci::{Case, CaseOutcome, Place},
};

/// Returns a case for each expectation.
pub(crate) fn cases(check: &Check, language: Language) -> Vec<Case> {
    check.results.iter().map(|judged| case(check, judged, language)).collect()
}

fn case(check: &Check, judged: &Judged, language: Language) -> Case {
    let message = || {
        let lines = details(judged, language);
        lines.join("\n")
    };
    let outcome = match judged.status {
        Status::Kept => CaseOutcome::Passed,
        Status::Broken => CaseOutcome::Failed(message()),
        Status::Undecided if judged.expectation.allow_undecided => CaseOutcome::Skipped(message()),
        Status::Undecided => CaseOutcome::Undecided(message()),
    };
    Case {
        name: judged.expectation.title(),
        rule: match judged.status {
            Status::Broken if judged.nothing.is_some() => "expectation-matches-nothing",
            Status::Broken | Status::Kept => "expectation-broken",
            Status::Undecided => "expectation-undecided",
        },
        outcome,
        place: Some(Place { file: check.file.clone(), line: judged.expectation.line }),
    }
}
