//! What came of a check: a row for each question, for people and for programs.

use deguchi_engine::Verdict;
use deguchi_lab::{Fate, Protocol};
use serde::Serialize;

use super::{Agreement, Asked, Expected, Trial};
use crate::{
    language::Language,
    words::{english, japanese, lab_english, lab_japanese},
};

/// A question and the packets that were tried for it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The question.
    pub asked: Asked,
    /// The packets.
    pub trials: Vec<Trial>,
}

/// Packets of a row by agreement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Engine and kernel agree.
    pub agree: usize,
    /// They differ.
    pub differ: usize,
    /// One of them does not say.
    pub not_compared: usize,
}

impl Row {
    /// Returns the tally of its packets.
    pub fn tally(&self) -> Tally {
        let count = |agreement| self.trials.iter().filter(|trial| trial.agreement() == agreement).count();
        Tally {
            agree: count(Agreement::Agree),
            differ: count(Agreement::Disagree),
            not_compared: count(Agreement::NotCompared),
        }
    }

    /// Returns whether engine and kernel agree about it.
    pub fn agreement(&self) -> Agreement {
        let tally = self.tally();
        match (tally.differ, tally.agree) {
            (1.., _) => Agreement::Disagree,
            (0, 1..) => Agreement::Agree,
            (0, 0) => Agreement::NotCompared,
        }
    }

    fn answered(&self) -> usize {
        self.trials.iter().filter(|trial| trial.fate == Fate::Answered).count()
    }
}

/// The tally of all rows: questions by agreement.
pub fn tally(rows: &[Row]) -> Tally {
    let count = |agreement| rows.iter().filter(|row| row.agreement() == agreement).count();
    Tally {
        agree: count(Agreement::Agree),
        differ: count(Agreement::Disagree),
        not_compared: count(Agreement::NotCompared),
    }
}

/// The cells of the table, the header first; with each row the lines that stand below it.
pub fn cells(rows: &[Row], language: Language) -> Vec<([String; 5], Vec<String>)> {
    let header = match language {
        Language::English => lab_english::CHECK,
        Language::Japanese => lab_japanese::CHECK,
    };
    let mut cells = vec![(header.map(str::to_owned), Vec::new())];
    for row in rows {
        let (asked, tried) = (&row.asked, row.trials.len());
        let (kernel, agreement) = match language {
            Language::English => (lab_english::kernel(row.answered(), tried), lab_english::agreement(row.agreement())),
            Language::Japanese => {
                (lab_japanese::kernel(row.answered(), tried), lab_japanese::agreement(row.agreement()))
            }
        };
        let source = match asked.members {
            1 => asked.source.clone(),
            members => format!("{} (×{members})", asked.source),
        };
        let destination = match &asked.alternative {
            Some(alternative) => format!("{} ({alternative})", asked.destination),
            None => asked.destination.clone(),
        };
        let verdict = verdict(asked.answer.verdict, language).to_owned();
        cells.push(([source, destination, verdict, kernel, agreement.to_owned()], details(row, language)));
    }
    cells
}

fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match language {
        Language::English => english::verdict::word(verdict),
        Language::Japanese => japanese::verdict::word(verdict),
    }
}

/// The most packets that are shown of a question.
const MOST: usize = 12;

/// The packets that differ; of a partly reachable way those on both sides of its borders.
fn details(row: &Row, language: Language) -> Vec<String> {
    let is_partly = row.asked.answer.verdict == Verdict::Partly;
    let shown = row.trials.iter().filter(|trial| {
        let agreement = trial.agreement();
        agreement == Agreement::Disagree || (is_partly && agreement == Agreement::Agree)
    });
    let lines = shown.map(|trial| {
        let packet = packet_text(trial);
        let (engine, kernel) = (trial.expected == Expected::Answered, trial.fate == Fate::Answered);
        match language {
            Language::English => lab_english::trial(&packet, engine, kernel),
            Language::Japanese => lab_japanese::trial(&packet, engine, kernel),
        }
    });
    lines.take(MOST).collect()
}

/// A packet as people write one, with what its NAT gateway was told to choose.
pub fn packet_text(trial: &Trial) -> String {
    let flow = &trial.flow;
    let end = |address: std::net::IpAddr, port: u16| match flow.protocol {
        Protocol::Ping => address.to_string(),
        Protocol::Tcp | Protocol::Udp => std::net::SocketAddr::new(address, port).to_string(),
    };
    let choice = flow.choice.map(|choice| format!(" (NAT {})", choice.port)).unwrap_or_default();
    let (source, destination) = (end(flow.source, flow.source_port), end(flow.destination, flow.destination_port));
    format!("{} {source}{choice} → {destination}", protocol(flow.protocol))
}

fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Ping => "ping",
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    from: &'a str,
    questions: Vec<QuestionOut<'a>>,
    tally: Tally,
    left_out: Vec<&'a String>,
}

#[derive(Serialize)]
struct QuestionOut<'a> {
    source: &'a str,
    members: usize,
    destination: &'a str,
    alternative: Option<&'a str>,
    verdict: &'static str,
    agreement: &'static str,
    packets: Vec<PacketOut>,
}

#[derive(Serialize)]
struct PacketOut {
    protocol: &'static str,
    source: String,
    source_port: u16,
    destination: String,
    destination_port: u16,
    translated_port: Option<u16>,
    engine: &'static str,
    kernel: &'static str,
}

/// Returns the document for programs.
pub fn document<'a>(from: &'a str, rows: &'a [Row], left_out: impl Iterator<Item = &'a String>) -> impl Serialize {
    Document {
        schema: "deguchi.lab-check/1",
        from,
        questions: rows.iter().map(question).collect(),
        tally: tally(rows),
        left_out: left_out.collect(),
    }
}

fn question(row: &Row) -> QuestionOut<'_> {
    let asked = &row.asked;
    QuestionOut {
        source: &asked.source,
        members: asked.members,
        destination: &asked.destination,
        alternative: asked.alternative.as_deref(),
        verdict: match asked.answer.verdict {
            Verdict::Reachable => "reachable",
            Verdict::Partly => "partly",
            Verdict::Unreachable => "unreachable",
            Verdict::Undecided => "undecided",
        },
        agreement: match row.agreement() {
            Agreement::Agree => "agree",
            Agreement::Disagree => "differ",
            Agreement::NotCompared => "not_compared",
        },
        packets: row.trials.iter().map(packet_out).collect(),
    }
}

fn packet_out(trial: &Trial) -> PacketOut {
    let flow = &trial.flow;
    PacketOut {
        protocol: protocol(flow.protocol),
        source: flow.source.to_string(),
        source_port: flow.source_port,
        destination: flow.destination.to_string(),
        destination_port: flow.destination_port,
        translated_port: flow.choice.map(|choice| choice.port),
        engine: match trial.expected {
            Expected::Answered => "answered",
            Expected::Silent => "silent",
            Expected::Unknown => "unknown",
        },
        kernel: match &trial.fate {
            Fate::Answered => "answered",
            Fate::Silent => "silent",
            Fate::NotSent(_) => "not_sent",
        },
    }
}
