//! The item about names: whether those that the machine needs resolve, and by which servers (DN-3 to DN-5, PW-11, PW-14).

use std::collections::BTreeSet;

use deguchi_engine::{Engine, Verdict, resolution::Resolution};

use super::{
    Checked, Finding, Status,
    bench::{Bench, Probe},
};
use crate::report::{Blocker, Part, Stage};

/// `dns`: the names of the repositories, of the API and of S3 resolve.
pub(super) fn dns(bench: &Bench<'_>) -> Vec<Checked> {
    let engine = Engine::new(bench.network);
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    let mut said = Said::default();
    for probe in bench.named() {
        for (part, resolution) in resolutions(&engine, probe) {
            if known.insert(resolution.name.clone()) {
                judge(&part, &resolution, &mut said, &mut found);
            }
        }
    }
    if found.is_empty() {
        found.push(Checked::new(Status::Unknown, Finding::NoNameAsked));
    }
    found
}

/// Every name of a question with what stops it.
fn resolutions(engine: &Engine<'_>, probe: &Probe) -> Vec<(Part, Resolution)> {
    let mut all = Vec::new();
    for (alternative, answer) in probe.answered() {
        let mut part = Part::new(engine.network(), alternative, answer);
        part.resolve_names(engine, alternative);
        all.extend(part.resolutions.clone().into_iter().map(|resolution| (part.clone(), resolution)));
    }
    all
}

/// What is said already: servers and their faults are the same for every name.
#[derive(Default)]
struct Said {
    findings: Vec<Finding>,
}

impl Said {
    fn add(&mut self, found: &mut Vec<Checked>, status: Status, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding.clone());
            found.push(Checked::new(status, finding));
        }
    }
}

fn judge(part: &Part, resolution: &Resolution, said: &mut Said, found: &mut Vec<Checked>) {
    let status = match resolution.verdict {
        Verdict::Reachable => Status::Pass,
        Verdict::Partly | Verdict::Unreachable => Status::Fail,
        Verdict::Undecided => Status::Unknown,
    };
    let name = Finding::Name { resolution: Box::new(resolution.clone()) };
    found.push(Checked::new(status, name));
    let asked = "dns";
    for blocker in blockers(part, resolution) {
        said.add(found, status, Finding::Blocked { asked: asked.to_owned(), blocker: Box::new(blocker) });
    }
    if status == Status::Unknown {
        for missing in &resolution.missing {
            let missing = Box::new(missing.clone());
            said.add(found, status, Finding::Undecided { asked: asked.to_owned(), missing });
        }
    }
    for server in &resolution.servers {
        said.add(found, Status::NotApplicable, Finding::NameServer { server: Box::new(server.clone()) });
    }
    for note in &resolution.notes {
        said.add(found, Status::NotApplicable, Finding::NameNote { note: note.clone() });
    }
    for assumption in &resolution.assumptions {
        said.add(found, Status::NotApplicable, Finding::Assumed { assumption: Box::new(assumption.clone()) });
    }
}

/// What keeps this name from resolving, among all that stops the question's names.
fn blockers(part: &Part, resolution: &Resolution) -> Vec<Blocker> {
    let is_its = |blocker: &&Blocker| blocker.stage == Stage::Name && resolution.reasons.contains(&blocker.reason);
    part.blockers.iter().filter(is_its).cloned().collect()
}
