//! What continuous integration reads: cases of a test run, as JUnit's XML and as SARIF.
//!
//! Whoever has an answer turns it into [`Case`]s; these formats know nothing of networks.

pub(crate) mod junit;
pub(crate) mod sarif;

/// One case of a run.
pub(crate) struct Case {
    /// Its name.
    pub(crate) name: String,
    /// The rule that it is about, as SARIF names it.
    pub(crate) rule: &'static str,
    /// What it came to.
    pub(crate) outcome: CaseOutcome,
    /// Where it is written; `None` where there is no such place.
    pub(crate) place: Option<Place>,
}

/// What a case came to, with what there is to say of it.
pub(crate) enum CaseOutcome {
    /// As it shall be.
    Passed,
    /// Not as it shall be.
    Failed(String),
    /// It is not known.
    Undecided(String),
    /// It is not known, and that is in order.
    Skipped(String),
}

/// A line of a file.
pub(crate) struct Place {
    /// The file.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
}
