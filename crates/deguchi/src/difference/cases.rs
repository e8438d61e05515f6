//! What a change does, as cases of a test run: for JUnit and SARIF.

use super::{
    Difference, Kind,
    text::details,
    wording::{head, headline},
};
use crate::{
    language::Language,
    report::ci::{Case, CaseOutcome},
};

/// Returns a case for each difference; one that passes where there is none.
pub(crate) fn cases(difference: &Difference, language: Language) -> Vec<Case> {
    let each = difference.blocks.iter().map(|block| {
        let words = details(block, difference, language).join("\n");
        let (rule, outcome) = match block.kind {
            Kind::Lost => ("reachability-lost", CaseOutcome::Failed(words)),
            Kind::Gained | Kind::New => ("reachability-gained", CaseOutcome::Failed(words)),
            Kind::Undecided => ("reachability-undecided", CaseOutcome::Undecided(words)),
        };
        Case { name: headline(block, language), rule, outcome, place: None }
    });
    let mut cases: Vec<Case> = each.collect();
    if cases.is_empty() {
        let name = head(difference, language);
        cases.push(Case { name, rule: "reachability-lost", outcome: CaseOutcome::Passed, place: None });
    }
    cases
}
