//! The program as a library: from files on disk to an answer in a person's language.
//!
//! Files are read into a network ([`ingest`]), a question into queries ([`question`]); the engine answers them, and a
//! [`report`] says so. [`commands`] is what a terminal sees of it.

pub mod blueprint;
pub mod catalogue;
pub mod checklist;
pub mod commands;
pub mod comparison;
pub mod contest;
pub mod difference;
pub mod error;
pub mod examples;
pub mod expectation;
pub mod fix;
pub mod ingest;
pub mod lab_options;
pub mod language;
pub mod notice;
pub mod probe;
pub mod question;
pub mod report;
pub mod symptom;

pub mod words {
    //! What each language says: one exhaustive `match` for each kind of thing, so that nothing stays without words.

    pub(crate) mod blueprint_english;
    pub(crate) mod blueprint_japanese;
    pub(crate) mod checklist_english;
    pub(crate) mod checklist_japanese;
    pub(crate) mod difference_english;
    pub(crate) mod difference_japanese;
    pub(crate) mod english;
    pub(crate) mod error_english;
    pub(crate) mod error_japanese;
    pub(crate) mod evidence_english;
    pub(crate) mod evidence_japanese;
    pub(crate) mod examples_english;
    pub(crate) mod examples_japanese;
    pub(crate) mod expectation_english;
    pub(crate) mod expectation_japanese;
    pub(crate) mod japanese;
    pub(crate) mod lab_demo_english;
    pub(crate) mod lab_demo_japanese;
    pub(crate) mod lab_english;
    pub(crate) mod lab_japanese;
    pub(crate) mod lab_trace_english;
    pub(crate) mod lab_trace_japanese;
    pub(crate) mod lesson;
    mod lesson_english;
    mod lesson_japanese;
    pub mod notice_english;
    pub mod notice_japanese;
    pub(crate) mod probe_english;
    pub(crate) mod probe_japanese;
    pub(crate) mod routes_english;
    pub(crate) mod routes_japanese;
    pub(crate) mod rules_english;
    pub(crate) mod rules_japanese;
    pub(crate) mod subnets_english;
    pub(crate) mod subnets_japanese;
    pub(crate) mod symptom_english;
    pub(crate) mod symptom_japanese;
    mod terraform_english;
    mod terraform_japanese;
}
