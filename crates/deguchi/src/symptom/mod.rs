//! What a person saw (`why --error`): the messages of yum, dnf, curl, apt, pip, ping and others, and what each proves.
//!
//! [`read`] is pure: text to symptoms, each with the stage that failed and those that the message proves to be fine. `judgement`
//! holds them against an answer. A message that is not known is said to be so; nothing is made of it. Leaves out the words.

mod cause;
mod judgement;
mod kind;
mod line;
mod wordings;

use std::net::IpAddr;

pub(crate) use cause::{Cause, Next};
pub(crate) use judgement::{Judged, Relation, Seen};
pub use kind::{Kind, NamedPolicy, Program, Stage};

use crate::{probe::secret, report::clean};

/// How many symptoms of one text are told.
const MOST: usize = 5;

/// One thing that a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symptom {
    /// What it says.
    pub kind: Kind,
    /// Who says it, where that shows.
    pub program: Option<Program>,
    /// The line, without credentials and control characters.
    pub line: String,
    /// The host that it is about.
    pub host: Option<String>,
    /// An address that it names.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: Option<u16>,
    /// Whether TLS is spoken there, where the URL says.
    pub is_tls: Option<bool>,
    /// The status of HTTP.
    pub status: Option<u32>,
    /// The number of curl's error.
    pub curl: Option<u32>,
    /// The process that holds a lock.
    pub pid: Option<u32>,
    /// The policy that refuses.
    pub policy: Option<NamedPolicy>,
    /// Whether part of the answer came.
    pub has_received: bool,
}

impl Symptom {
    /// Returns the stages that the message proves to be fine, in order.
    pub fn proved(&self) -> Vec<Stage> {
        if self.kind.is_vague() {
            return Vec::new();
        }
        let failed = match self.kind.failed() {
            Some(Stage::Host | Stage::Proxy) => return Vec::new(),
            Some(failed) => failed,
            None => Stage::Tls,
        };
        let stages = [Stage::Name, Stage::Connection, Stage::Tls, Stage::Reply, Stage::Service];
        stages
            .into_iter()
            .filter(|stage| *stage < failed)
            .filter(|stage| match stage {
                // The host's kernel may know no way before any name matters, and an address needs none.
                Stage::Name => self.host.is_some() || self.address.is_none(),
                Stage::Tls => match failed {
                    // curl tells a handshake that hangs like a reply that does.
                    Stage::Reply => self.has_received && self.is_tls != Some(false),
                    _ => self.is_tls != Some(false) && (self.is_tls.is_some() || self.port == Some(443)),
                },
                _ => true,
            })
            .collect()
    }

    /// Returns the stages behind the one that failed, which the message says nothing about.
    pub fn not_reached(&self) -> Vec<Stage> {
        let Some(failed) = self.kind.failed() else { return Vec::new() };
        let stages = [Stage::Name, Stage::Connection, Stage::Tls, Stage::Reply, Stage::Service];
        let mut stages: Vec<Stage> = stages.into_iter().filter(|stage| *stage > failed).collect();
        if self.is_tls == Some(false) {
            stages.retain(|stage| *stage != Stage::Tls);
        }
        if self.program == Some(Program::Ping) {
            stages.retain(|stage| *stage <= Stage::Connection);
        }
        stages
    }
}

/// Reads a text: what its lines say, each once, in order; empty where nothing of it is known.
pub fn read(text: &str) -> Vec<Symptom> {
    let lines = lines(text);
    let mut found = of_lines(&lines);
    if found.is_empty() && lines.len() > 1 {
        // A terminal breaks long lines anywhere.
        let words: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
        found = of_lines(&[words.join(" ")]);
        if found.is_empty() {
            found = of_lines(&[words.concat()]);
        }
    }
    tidy(found)
}

/// Returns the first line, for a text that is not understood.
pub(crate) fn excerpt(text: &str) -> String {
    let first = lines(text).into_iter().find(|line| !line.trim().is_empty()).unwrap_or_default();
    shortened(first.trim())
}

/// Returns a line, cut where it is longer than a screen is wide by far.
pub(crate) fn shortened(line: &str) -> String {
    let most = 240;
    let mut kept: String = line.chars().take(most).collect();
    if line.chars().nth(most).is_some() {
        kept.push('…');
    }
    kept
}

/// The lines, cleaned, with what belongs together in one.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_open = false;
    for raw in text.split(['\n', '\r']) {
        let line = secret::hidden(clean(raw).trim_end());
        let lower = line.to_lowercase();
        // S3's XML may be laid out over lines; yum tells why in the line behind `error was`.
        let continues = is_open || lines.last().is_some_and(|last| last.to_lowercase().ends_with("error was"));
        match lines.last_mut().filter(|_| continues) {
            Some(last) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            None => lines.push(line),
        }
        is_open = (is_open || lower.contains("<error>")) && !lower.contains("</error>");
    }
    lines
}

fn of_lines(lines: &[String]) -> Vec<Symptom> {
    let mut found: Vec<Symptom> = Vec::new();
    let mut program = None;
    let mut above = line::Place::default();
    for (index, text) in lines.iter().enumerate() {
        let lower = text.to_lowercase();
        program = line::program(lower.trim_start()).or(program);
        let is_indented = text.starts_with([' ', '\t']);
        let Some(mut symptom) = line::read(text.trim()) else {
            if text.contains("://") {
                above = line::Place::find(text);
            }
            continue;
        };
        if matches!(symptom.kind, Kind::TimedOut | Kind::ConnectionFailed) {
            symptom = broken_off(text, lines.get(index + 1..).unwrap_or_default()).unwrap_or(symptom);
        }
        symptom.program = symptom.program.or(program);
        // apt tells the address in one line, and what became of it, indented, in the next.
        if symptom.host.is_none() && (is_indented || symptom.program == Some(Program::Apt)) {
            symptom.host.clone_from(&above.host);
            symptom.port = symptom.port.or(above.port);
        }
        if symptom.host.is_some() && symptom.host == above.host {
            symptom.is_tls = symptom.is_tls.or(above.is_tls);
        }
        found.push(symptom);
    }
    found
}

/// Reads a line that says little together with those behind it, which a terminal may have broken off.
fn broken_off(line: &str, behind: &[String]) -> Option<Symptom> {
    let mut joined = line.trim().to_owned();
    let mut spaced = joined.clone();
    for next in behind.iter().map(|next| next.trim()).take(2) {
        if line::read(next).is_some() {
            return None;
        }
        joined.push_str(next);
        spaced = format!("{spaced} {next}");
        let read = [&joined, &spaced].into_iter().filter_map(|text| line::read(text));
        if let Some(exact) = read.into_iter().find(|symptom| !symptom.kind.is_vague()) {
            return Some(exact);
        }
    }
    None
}

/// Each symptom once; what another one explains is left out.
fn tidy(found: Vec<Symptom>) -> Vec<Symptom> {
    let has = |test: &dyn Fn(&Symptom) -> bool| found.iter().any(test);
    let is_exact = |symptom: &Symptom| symptom.kind != Kind::SummaryOnly && symptom.kind != Kind::RepositoryIgnored;
    let has_exact = has(&is_exact);
    let has_connection = has(&|symptom| {
        symptom.kind.failed() == Some(Stage::Connection)
            && !matches!(symptom.kind, Kind::NetworkUnreachable | Kind::PingLost)
    });
    let has_answer = has(&|symptom| symptom.kind.is_answer() || symptom.kind == Kind::NotPermitted);
    let has_timeout = has(&|symptom| symptom.kind == Kind::ConnectionTimedOut);
    let mut kept: Vec<Symptom> = Vec::new();
    for symptom in found.iter().cloned() {
        let is_ipv6 = symptom.address.is_some_and(|address| address.is_ipv6());
        let is_explained = match symptom.kind {
            Kind::SummaryOnly => has_exact,
            // A host without IPv6 tries it all the same.
            Kind::NetworkUnreachable => is_ipv6 && has_connection,
            Kind::PingLost | Kind::PingPartlyLost => has_answer,
            Kind::TimedOut => has_timeout,
            _ => false,
        };
        let is_known = kept.iter().any(|known| {
            known.kind == symptom.kind
                && (known.host == symptom.host || known.host.is_none() || symptom.host.is_none())
                && (known.port == symptom.port || known.port.is_none() || symptom.port.is_none())
        });
        match kept.iter_mut().find(|known| known.kind == symptom.kind && known.host.is_none()) {
            Some(known) if symptom.host.is_some() => *known = symptom,
            _ if !is_explained && !is_known => kept.push(symptom),
            _ => {}
        }
    }
    kept.truncate(MOST);
    kept
}
