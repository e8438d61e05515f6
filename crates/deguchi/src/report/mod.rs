//! The report: everything that an answer has to say, made once, before any format renders it.
//!
//! Leaves out words ([`crate::words`]) and layout ([`text`], [`json`]): no format computes anything.

pub mod aws;
pub(crate) mod ci;
pub mod json;
pub mod text;

mod account_text;
mod addresses;
mod describe_call;
mod every_rule;
mod fixes;
mod names;
mod part;
mod policy_call;
pub(crate) mod sentence;
mod share;
mod step;
mod title;

pub(crate) use account_text::clean;
pub(crate) use addresses::{WellKnown, address_list, join_ports, port_list};
pub(crate) use describe_call::describe_call;
pub(crate) use fixes::{
    ExitLine, Fixes, PlanNames, PlanSheet, created_by, dns_attribute, exit_resource, target_resource,
};
pub(crate) use names::{Names, resource_type};
pub(crate) use part::{Asked, Blocker, OtherWay, Part, Stage, Unknown};
pub(crate) use policy_call::{missing_policy_call, policy_call};
pub(crate) use share::{Percent, as_number, as_percent};
pub(crate) use step::{Mark, Step, Translation, place_id, place_resource, place_type, steps};
pub(crate) use title::Title;

use std::collections::BTreeSet;

use deguchi_engine::{Answer, Assumption, Engine, Verdict};
use deguchi_model::Network;

use crate::{
    notice::Notice,
    probe::evidence::{Evidence, Probes},
    question::{Alternative, Question, Remark},
    symptom::Seen,
};

/// What is reported about one question.
#[derive(Debug)]
pub struct Report {
    /// The source, as asked.
    pub(crate) source: String,
    /// The destination, as asked.
    pub(crate) destination: String,
    /// How the question was read.
    pub(crate) remarks: Vec<Remark>,
    /// What becomes of the packets, whichever alternative applies.
    pub(crate) verdict: Verdict,
    // INVARIANT (numbered together): one part per alternative, in the question's order.
    pub(crate) parts: Vec<Part>,
    /// What ingest wants known.
    pub(crate) notices: Vec<Notice>,
    /// What was seen on hosts (`--probe`).
    pub(crate) evidence: Vec<Evidence>,
    /// What a person saw (`--error`), where that was given.
    pub(crate) seen: Option<Seen>,
    /// Exits and fixes, where they were looked for.
    pub(crate) fixes: Option<Fixes>,
    /// The `Name` tags of the snapshot.
    pub(crate) names: Names,
}

/// Makes the report on a question: one answer per alternative, in the same order.
pub fn why(network: &Network, question: &Question, answers: &[Answer], notices: &[Notice]) -> Report {
    why_by(&Engine::new(network), question, answers, notices)
}

/// Makes the report on a question with an engine that is there already.
pub(crate) fn why_by(engine: &Engine<'_>, question: &Question, answers: &[Answer], notices: &[Notice]) -> Report {
    let network = engine.network();
    let part = |(alternative, answer): (&Alternative, &Answer)| {
        let mut part = Part::new(network, alternative, answer);
        part.resolve_names(engine, alternative);
        part
    };
    let parts: Vec<Part> = question.alternatives.iter().zip(answers).map(part).collect();
    Report {
        source: clean(&question.source),
        destination: clean(&question.destination),
        remarks: question.remarks.clone(),
        verdict: joint_verdict(&parts),
        parts,
        notices: notices.to_vec(),
        evidence: Vec::new(),
        seen: None,
        fixes: None,
        names: Names::new(network),
    }
}

impl Report {
    /// Returns what becomes of the packets; undecided where it depends on which alternative applies.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Returns everything that stops name or packets, or where the verdict is undecided what is not known: codes and resources.
    pub fn reasons(&self) -> BTreeSet<String> {
        let parts = self.parts.iter();
        if self.verdict == Verdict::Undecided {
            let unknowns = parts.flat_map(|part| &part.unknowns).map(|unknown| &unknown.missing);
            return unknowns.map(|missing| format!("{} {}", missing.code, missing.resource)).collect();
        }
        let blockers = parts.flat_map(|part| &part.blockers).map(|blocker| &blocker.reason);
        blockers.map(|reason| format!("{} {}", reason.code, reason.resource)).collect()
    }

    /// Adds what was seen on hosts.
    pub fn add_evidence(&mut self, probes: &Probes) {
        self.evidence = probes.say(self);
        if self.evidence.iter().any(|it| matches!(it, Evidence::SourcePorts { .. })) {
            for part in &mut self.parts {
                part.assumptions.retain(|it| !matches!(it, Assumption::EphemeralPorts { .. }));
            }
        }
    }

    /// Adds what a person saw; after the evidence of probes, if there is any.
    pub fn add_seen(&mut self, question: &Question, text: &str) {
        self.seen = Some(Seen::new(text, self, question));
    }

    /// Returns the exit code: 0 reachable, 1 unreachable or only in part, or reachable by configuration where the host
    /// sees otherwise, 3 undecided.
    pub fn exit_code(&self) -> u8 {
        match self.verdict {
            Verdict::Reachable if self.evidence.iter().any(Evidence::is_fault) => 1,
            Verdict::Reachable if self.seen.as_ref().is_some_and(Seen::is_fault) => 1,
            Verdict::Reachable => 0,
            Verdict::Partly | Verdict::Unreachable => 1,
            Verdict::Undecided => 3,
        }
    }

    /// Returns the part that stands for the whole: the first that is not reachable, else the first.
    pub(crate) fn leading_part(&self) -> Option<&Part> {
        self.parts.iter().find(|part| part.verdict != Verdict::Reachable).or_else(|| self.parts.first())
    }

    /// Whether the verdict hangs on which of several alternatives applies.
    pub(crate) fn depends_on_alternative(&self) -> bool {
        self.parts.first().is_some_and(|first| self.parts.iter().any(|part| part.verdict != first.verdict))
    }
}

/// Returns a verdict as programs read it.
pub(crate) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reachable => "reachable",
        Verdict::Partly => "partly",
        Verdict::Unreachable => "unreachable",
        Verdict::Undecided => "undecided",
    }
}

/// The verdict that all alternatives share; where they differ, it depends on which applies.
fn joint_verdict(parts: &[Part]) -> Verdict {
    match parts {
        [first, rest @ ..] if rest.iter().all(|part| part.verdict == first.verdict) => first.verdict,
        _ => Verdict::Undecided,
    }
}
