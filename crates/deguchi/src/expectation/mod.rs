//! Expectations: what a person says of a network (`web-* reaches yum`), held against what the engine answers.
//!
//! One format serves people's own files (`deguchi check`) and the questions of the cases: [`mod@file`] reads it, [`judge`]
//! holds it against a network, [`init`] writes a first one. Leaves out words (`words/expectation_*`).

pub mod file;
pub mod init;
pub mod judge;

pub mod json;
pub mod text;

mod ask;
mod cases;
mod glob;
mod selector;

use std::collections::BTreeSet;

use deguchi_engine::Verdict;

use crate::question::Options;

pub(crate) use cases::cases;
pub(crate) use json::{ReasonOut, reasons_of};
pub(crate) use selector::{Subject, subjects};
pub(crate) use text::why;

/// One expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The line of the file that it begins on, from 1.
    pub line: usize,
    /// The sentence, where it is written as one.
    pub sentence: Option<String>,
    /// From where, as written.
    pub source: String,
    /// Where to, as written.
    pub destination: String,
    /// What is expected.
    pub want: Want,
    /// The reasons that the answer must have, and no others: `CODE RESOURCE`.
    pub reasons: Option<BTreeSet<String>>,
    /// What is added to the question.
    pub options: Options,
    /// Whether it is in order that a selector matches nothing.
    pub may_be_empty: bool,
    /// Whether it is in order that the answer is undecided.
    pub allow_undecided: bool,
    /// Why it is expected, for whoever breaks it.
    pub because: Option<String>,
}

/// What is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Every source reaches every destination, with every packet asked about.
    Reaches,
    /// No packet of any source reaches any destination, by any of their addresses; without a port, on any port.
    Never,
    /// The verdict is this one, the question read as `deguchi why` reads it.
    Verdict(Verdict),
}

impl Want {
    /// Returns the word for it in a file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reaches => "reaches",
            Self::Never => "never reaches",
            Self::Verdict(Verdict::Reachable) => "reachable",
            Self::Verdict(Verdict::Partly) => "partly",
            Self::Verdict(Verdict::Unreachable) => "unreachable",
            Self::Verdict(Verdict::Undecided) => "undecided",
        }
    }
}

impl Expectation {
    /// Returns it in one line.
    pub fn title(&self) -> String {
        let spelled = || format!("{} → {}: {}", self.source, self.destination, self.want.code());
        self.sentence.clone().unwrap_or_else(spelled)
    }
}

/// What is wrong with an expectation as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is no TOML, or has a key that is not known: what the reader says.
    Unreadable(String),
    /// The file expects nothing.
    NothingExpected,
    /// The sentence has no verb that is known.
    NoVerb(String),
    /// The sentence lacks what stands before or behind the verb.
    NoEnd(String),
    /// A verdict that is not known.
    UnknownVerdict(String),
    /// Ports that cannot be read.
    UnreadablePorts(String),
    /// Both ends are outside the snapshot, or the destination cannot be read: what `why` says of it.
    Unanswerable {
        /// In English.
        english: String,
        /// In Japanese.
        japanese: String,
    },
}
