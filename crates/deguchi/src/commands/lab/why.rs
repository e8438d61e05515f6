//! `deguchi lab why SOURCE DESTINATION`: sends the packets of a question in a lab and tells where each was last seen.

use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

use deguchi_engine::{Answer, Engine, Heading, Place};
use deguchi_lab::{Fate, LabPlan, Labs, Path, PathEnd, Trace};
use serde::Serialize;

use super::{standing::Shown, up};
use crate::{
    commands::{
        arguments::{Format, lab::WhyInLab},
        output,
    },
    comparison::{Agreement, Expected, Told, Trial, packet_text, packets, trial},
    error::{Error, ErrorKind},
    language::Language,
    report::Names,
    words::{lab_english, lab_japanese, lab_trace_english, lab_trace_japanese},
};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The most packets of one alternative: one of each way.
const MOST: usize = 4;

/// A packet that was sent, with what the engine and the lab say of it.
struct Sent {
    trial: Trial,
    trace: Trace,
    /// Where the engine lets it be in order, out and back, by the ids of gateways and interfaces.
    places: Vec<(Heading, String)>,
}

/// Sends; 1 if engine and kernel differ, 3 if nothing could be sent.
pub(super) fn run(arguments: &WhyInLab, language: Language) -> Result<u8, Error> {
    let lab = Labs::of_user()?.find(arguments.which.lab.as_deref())?;
    let shown = Shown::by(&lab.about()?)?;
    let network = &shown.network;
    let plan = lab.plan()?;
    let question = shown.question(&arguments.source, &arguments.destination)?;
    let engine = Engine::new(network);
    let mut told = Told::default();
    let mut sent = Vec::new();
    for alternative in &question.alternatives {
        let answer = engine.answer(&alternative.query);
        let mut ways = answer.ways.iter();
        let mut count = 0;
        while let Some(way) = ways.next().filter(|_| count < MOST) {
            let alone = Answer { ways: vec![way.clone()], ..answer.clone() };
            let first = packets(&alternative.query, &alone, &mut told)
                .into_iter()
                .find_map(|packet| trial(&engine, network, &plan, packet));
            let Some(mut trial) = first else { continue };
            count += 1;
            let places = places(&engine.answer(&trial.packet.query()));
            let trace = lab.trace(&trial.flow, PATIENCE)?;
            trial.fate = trace.fate.clone();
            sent.push(Sent { trial, trace, places });
        }
    }
    if sent.is_empty() {
        return Err(Error::new(ErrorKind::NothingToSend { asked: arguments.source.clone() }));
    }
    let agreement: Vec<Agreement> = sent.iter().map(|sent| sent.trial.agreement()).collect();
    let title = format!("{} → {}", arguments.source, arguments.destination);
    let text = match arguments.form.format {
        Format::Text => text(&title, &sent, &Names::new(network), &plan, language),
        Format::Json => json(&arguments.source, &arguments.destination, &sent, &Names::new(network), language),
    };
    output::to_stdout(&text)?;
    Ok(match () {
        () if agreement.contains(&Agreement::Disagree) => 1,
        () if agreement.contains(&Agreement::Agree) => 0,
        () => 3,
    })
}

/// The gateways and interfaces that the engine leads a packet by.
fn places(answer: &Answer) -> Vec<(Heading, String)> {
    let hops = answer.ways.first().map(|way| way.hops.as_slice()).unwrap_or_default();
    let named = hops.iter().filter_map(|hop| {
        let id = match &hop.place {
            Place::Interface { interface, .. } => interface.to_string(),
            Place::NatGateway(id) => id.to_string(),
            Place::VpcEndpoint(id) => id.to_string(),
            Place::VpnGateway(id) => id.to_string(),
            Place::PeeringConnection(id) => id.to_string(),
            Place::InternetGateway { internet_gateway, .. } => internet_gateway.to_string(),
            Place::EgressOnlyInternetGateway(id) => id.to_string(),
            _ => return None,
        };
        Some((hop.heading, id))
    });
    named.collect()
}

/// The link where a way was last seen, and the first place that the engine leads on to.
fn last_seen<'s>(
    path: &'s Path,
    heading: Heading,
    places: &'s [(Heading, String)],
) -> (Option<&'s str>, Option<&'s str>) {
    let seen: BTreeSet<&str> = path.crossings.iter().map(|crossing| crossing.by.as_str()).collect();
    let last = path.crossings.last().map(|crossing| crossing.by.as_str());
    let mut ahead = places.iter().filter(|(own, _)| *own == heading).map(|(_, id)| id.as_str());
    (last, ahead.find(|id| !seen.contains(id)))
}

fn text(title: &str, sent: &[Sent], names: &Names, plan: &LabPlan, language: Language) -> String {
    let mut text = String::new();
    for sent in sent {
        let (expected, answered) = (sent.trial.expected, sent.trace.fate == Fate::Answered);
        let agreement = match language {
            Language::English => lab_english::agreement(sent.trial.agreement()),
            Language::Japanese => lab_japanese::agreement(sent.trial.agreement()),
        };
        let headline = match language {
            Language::English => lab_trace_english::headline(expected, answered, agreement),
            Language::Japanese => lab_trace_japanese::headline(expected, answered, agreement),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{title}: {}\n  {headline}", packet_text(&sent.trial));
        let ways = [(Heading::Forward, Some(&sent.trace.out)), (Heading::Return, sent.trace.back.as_ref())];
        for (heading, path) in ways {
            let Some(path) = path else { continue };
            let _ = writeln!(text, "  {}", way(heading, language));
            for line in lines(path, names, language) {
                let _ = writeln!(text, "    {line}");
            }
            if matches!(path.end, PathEnd::Lost { .. }) {
                let (last, ahead) = last_seen(path, heading, &sent.places);
                let words = match language {
                    Language::English => lab_trace_english::last_seen(last, ahead, names),
                    Language::Japanese => lab_trace_japanese::last_seen(last, ahead, names),
                };
                let _ = writeln!(text, "  {words}");
            }
        }
        if let Fate::NotSent(cause) = &sent.trace.fate {
            let _ = writeln!(text, "    ? {cause}");
        }
    }
    if !plan.left_out.is_empty() && sent.iter().any(|sent| sent.trial.expected == Expected::Unknown) {
        let left_out = match language {
            Language::English => lab_english::LEFT_OUT,
            Language::Japanese => lab_japanese::LEFT_OUT,
        };
        let _ = writeln!(text, "{left_out}");
        for (id, why) in &plan.left_out {
            let _ = writeln!(text, "  - {}: {}", names.bare(id), up::why_left_out(*why, language));
        }
    }
    text
}

const fn way(heading: Heading, language: Language) -> &'static str {
    match (heading, language) {
        (Heading::Forward, Language::English) => "way out",
        (Heading::Return, Language::English) => "way back",
        (Heading::Forward, Language::Japanese) => "往路",
        (Heading::Return, Language::Japanese) => "復路",
    }
}

/// A line for each link that was crossed, and one for the end.
fn lines(path: &Path, names: &Names, language: Language) -> Vec<String> {
    let crossings = path.crossings.iter().map(|crossing| {
        let words = match language {
            Language::English => lab_trace_english::crossing(crossing, names),
            Language::Japanese => lab_trace_japanese::crossing(crossing, names),
        };
        format!("✓ {words}")
    });
    let mut lines: Vec<String> = crossings.collect();
    let (mark, end) = match (&path.end, language) {
        (PathEnd::Arrived { at, stands_for }, Language::English) => {
            ("✓", lab_trace_english::arrived(*at, stands_for, names))
        }
        (PathEnd::Arrived { at, stands_for }, Language::Japanese) => {
            ("✓", lab_trace_japanese::arrived(*at, stands_for, names))
        }
        (PathEnd::Lost { at, stands_for, by }, Language::English) => {
            ("✗", lab_trace_english::lost(*at, stands_for, by, names))
        }
        (PathEnd::Lost { at, stands_for, by }, Language::Japanese) => {
            ("✗", lab_trace_japanese::lost(*at, stands_for, by, names))
        }
    };
    lines.push(format!("{mark} {end}"));
    lines
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    destination: &'a str,
    packets: Vec<PacketOut<'a>>,
}

#[derive(Serialize)]
struct PacketOut<'a> {
    packet: String,
    engine: &'static str,
    kernel: &'static str,
    out: WayOut<'a>,
    back: Option<WayOut<'a>>,
}

#[derive(Serialize)]
struct WayOut<'a> {
    seen: Vec<&'a str>,
    arrived: bool,
    dropped_by: Vec<DroppedOut<'a>>,
    never_seen: Option<&'a str>,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct DroppedOut<'a> {
    id: &'a str,
    cause: String,
}

fn json(source: &str, destination: &str, sent: &[Sent], names: &Names, language: Language) -> String {
    let packets = sent.iter().map(|sent| {
        let way = |path, heading| way_out(path, heading, &sent.places, names, language);
        PacketOut {
            packet: packet_text(&sent.trial),
            engine: match sent.trial.expected {
                Expected::Answered => "answered",
                Expected::Silent => "silent",
                Expected::Unknown => "unknown",
            },
            kernel: match sent.trace.fate {
                Fate::Answered => "answered",
                Fate::Silent => "silent",
                Fate::NotSent(_) => "not_sent",
            },
            out: way(&sent.trace.out, Heading::Forward),
            back: sent.trace.back.as_ref().map(|path| way(path, Heading::Return)),
        }
    });
    output::json(&Document { schema: "deguchi.lab-why/1", source, destination, packets: packets.collect() })
}

fn way_out<'a>(
    path: &'a Path,
    heading: Heading,
    places: &'a [(Heading, String)],
    names: &Names,
    language: Language,
) -> WayOut<'a> {
    let (arrived, by) = match &path.end {
        PathEnd::Arrived { .. } => (true, [].as_slice()),
        PathEnd::Lost { by, .. } => (false, by.as_slice()),
    };
    WayOut {
        seen: path.crossings.iter().map(|crossing| crossing.by.as_str()).collect(),
        arrived,
        dropped_by: by.iter().map(|own| DroppedOut { id: &own.id, cause: own.cause.to_string() }).collect(),
        never_seen: last_seen(path, heading, places).1.filter(|_| !arrived),
        lines: lines(path, names, language),
    }
}
