//! The document as a whole, and its parts about an alternative.

use deguchi_engine::{
    Assumption, DestinationBasis, Heading, Limit, Outcome, PacketPart, Ports, Source, Traffic, Verdict,
};
use deguchi_model::PortRange;
use serde::Serialize;

use super::{
    super::{Asked, OtherWay, Part, Report, address_list, as_number, clean, port_list, sentence, verdict_word},
    SCHEMA,
    authorization::AuthorizationOut,
    fixes::FixesOut,
    hop::HopOut,
    name_resolution::NameResolutionOut,
    reason::ReasonOut,
    seen::SeenOut,
};
use crate::{
    language::Language,
    notice::{Notice, Severity},
};

/// The whole document.
#[derive(Serialize)]
pub(super) struct Document {
    schema: &'static str,
    language: &'static str,
    verdict: &'static str,
    summary: String,
    #[serde(flatten)]
    leading: PartOut,
    alternatives: Vec<Alternative>,
    /// Left out where nothing stops the packets.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<FixesOut>,
    /// Left out where nobody said what was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<SeenOut>,
    /// Left out where no probe was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Coded>,
    remarks: Vec<Coded>,
    notices: Vec<NoticeOut>,
}

/// One alternative.
#[derive(Serialize)]
struct Alternative {
    verdict: &'static str,
    summary: String,
    #[serde(flatten)]
    part: PartOut,
}

/// What document and alternative have in common.
#[derive(Serialize)]
struct PartOut {
    share: f64,
    undecided_share: f64,
    would_arrive: Option<bool>,
    question: Question,
    alternative: Option<String>,
    reasons: Vec<ReasonOut>,
    undecided_beyond: Vec<ReasonOut>,
    forward: Vec<HopOut>,
    #[serde(rename = "return")]
    back: Vec<HopOut>,
    authorizations: Vec<AuthorizationOut>,
    /// Left out where the destination is asked by address.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_resolution: Option<NameResolutionOut>,
    ways: Vec<WayOut>,
    assumptions: Vec<Coded>,
}

/// What was asked.
#[derive(Serialize)]
struct Question {
    source: String,
    destination: String,
    network_interface: Option<String>,
    instance: Option<String>,
    source_addresses: Vec<String>,
    destination_addresses: Vec<String>,
    destination_basis: &'static str,
    prefix_lists: Vec<String>,
    protocol: &'static str,
    source_ports: Vec<String>,
    destination_ports: Vec<String>,
    request: Option<RequestOut>,
}

/// What is asked of a service.
#[derive(Serialize)]
struct RequestOut {
    action: String,
    resources: Vec<String>,
}

/// One way of a part of the packets.
#[derive(Serialize)]
struct WayOut {
    outcome: &'static str,
    would_arrive: Option<bool>,
    share: f64,
    packets: PacketsOut,
    codes: Vec<&'static str>,
    message: String,
}

/// Which packets.
#[derive(Serialize, PartialEq)]
pub(super) struct PacketsOut {
    whole: bool,
    limits: Vec<LimitOut>,
}

/// One field in which a part is narrower.
#[derive(Serialize, PartialEq)]
struct LimitOut {
    field: &'static str,
    translation: Option<u8>,
    values: Vec<String>,
}

/// A code and its sentence.
#[derive(Serialize)]
pub(super) struct Coded {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// A notice.
#[derive(Serialize)]
struct NoticeOut {
    severity: &'static str,
    message: String,
    file: Option<String>,
    path: Option<String>,
    effect: Option<String>,
    hint: Option<String>,
    similar: usize,
}

impl Document {
    pub(super) fn new(report: &Report, language: Language) -> Self {
        let mut leading = PartOut::new(report.leading_part(), report, language);
        for part in &report.parts {
            let (reasons, beyond) = ReasonOut::of_part(part, report, language);
            add_new(&mut leading.reasons, reasons);
            add_new(&mut leading.undecided_beyond, beyond);
        }
        let alternatives = if report.parts.len() > 1 { report.parts.as_slice() } else { &[] };
        Self {
            schema: SCHEMA,
            language: language.tag(),
            verdict: verdict_word(report.verdict()),
            summary: sentence::headline(language, report),
            leading,
            alternatives: alternatives.iter().map(|part| Alternative::new(part, report, language)).collect(),
            fixes: report.fixes.as_ref().map(|fixes| FixesOut::new(fixes, report, language)),
            seen: SeenOut::new(report, language),
            evidence: report
                .evidence
                .iter()
                .map(|it| Coded { code: it.code(), message: clean(&it.words(language)) })
                .collect(),
            remarks: report
                .remarks
                .iter()
                .map(|remark| Coded { code: remark.code(), message: clean(&remark.words(language)) })
                .collect(),
            notices: report.notices.iter().map(|notice| NoticeOut::new(notice, language)).collect(),
        }
    }
}

/// Adds what is not there yet.
fn add_new(list: &mut Vec<ReasonOut>, more: Vec<ReasonOut>) {
    for reason in more {
        if !list.contains(&reason) {
            list.push(reason);
        }
    }
}

impl Alternative {
    fn new(part: &Part, report: &Report, language: Language) -> Self {
        Self {
            verdict: verdict_word(part.verdict),
            summary: sentence::part_headline(language, part, report),
            part: PartOut::new(Some(part), report, language),
        }
    }
}

impl PartOut {
    fn new(part: Option<&Part>, report: &Report, language: Language) -> Self {
        let Some(part) = part else { return Self::empty(report) };
        let (reasons, undecided_beyond) = ReasonOut::of_part(part, report, language);
        let hops = |heading: Heading| {
            let steps = part.steps.iter().filter(|step| step.hop.heading == heading);
            steps.map(|step| HopOut::new(step, part, &report.names)).collect()
        };
        let ways = part.explained.iter().chain(&part.other_ways);
        Self {
            share: as_number(part.reachable_share),
            undecided_share: as_number(part.undecided_share),
            would_arrive: (part.verdict == Verdict::Undecided).then_some(part.would_arrive),
            question: Question::new(report, Some(&part.asked)),
            alternative: part.name.clone(),
            reasons,
            undecided_beyond,
            forward: hops(Heading::Forward),
            back: hops(Heading::Return),
            authorizations: part.authorizations.iter().map(|it| AuthorizationOut::new(it, report, language)).collect(),
            name_resolution: NameResolutionOut::new(part, report, language),
            ways: ways.map(|way| WayOut::new(way, part, language)).collect(),
            assumptions: part.assumptions.iter().map(|assumption| coded(assumption, report, language)).collect(),
        }
    }

    /// What is said where a question has no alternative at all.
    fn empty(report: &Report) -> Self {
        Self {
            share: 0.0,
            undecided_share: 1.0,
            would_arrive: None,
            question: Question::new(report, None),
            alternative: None,
            reasons: Vec::new(),
            undecided_beyond: Vec::new(),
            forward: Vec::new(),
            back: Vec::new(),
            authorizations: Vec::new(),
            name_resolution: None,
            ways: Vec::new(),
            assumptions: Vec::new(),
        }
    }
}

fn coded(assumption: &Assumption, report: &Report, language: Language) -> Coded {
    Coded { code: assumption.code(), message: sentence::assumption(language, assumption, &report.names) }
}

impl Question {
    fn new(report: &Report, asked: Option<&Asked>) -> Self {
        let mut question = Self {
            source: report.source.clone(),
            destination: report.destination.clone(),
            network_interface: None,
            instance: None,
            source_addresses: Vec::new(),
            destination_addresses: Vec::new(),
            destination_basis: "exact",
            prefix_lists: Vec::new(),
            protocol: "tcp",
            source_ports: Vec::new(),
            destination_ports: Vec::new(),
            request: None,
        };
        let Some(Asked { query, interface, instance }) = asked else { return question };
        question.network_interface = interface.as_ref().map(|id| clean(id.as_str()));
        question.instance = instance.as_ref().map(|id| clean(id.as_str()));
        question.source_addresses = match &query.source {
            Source::Interface { address, .. } => vec![address.to_string()],
            Source::Internet(addresses) | Source::OnPremises(addresses) => address_list(addresses),
        };
        question.destination_addresses = address_list(&query.destination.addresses);
        question.destination_basis = match query.destination.basis {
            DestinationBasis::Exact => "exact",
            DestinationBasis::Candidates => "candidates",
        };
        question.prefix_lists = query.destination.within.iter().map(|id| clean(id.as_str())).collect();
        question.request = query.destination.request.as_ref().map(|request| RequestOut {
            action: clean(&request.action),
            resources: request.resources.iter().map(|resource| clean(resource)).collect(),
        });
        question.set_traffic(&query.traffic);
        question
    }

    fn set_traffic(&mut self, traffic: &Traffic) {
        let list = |range: &PortRange| vec![range.to_string()];
        match traffic {
            Traffic::Tcp(Ports { source, destination }) => {
                (self.protocol, self.source_ports, self.destination_ports) = ("tcp", list(source), list(destination));
            }
            Traffic::Udp(Ports { source, destination }) => {
                (self.protocol, self.source_ports, self.destination_ports) = ("udp", list(source), list(destination));
            }
            Traffic::Ping => self.protocol = "icmp-echo",
        }
    }
}

impl WayOut {
    fn new(way: &OtherWay, part: &Part, language: Language) -> Self {
        let (outcome, would_arrive) = match way.outcome {
            Outcome::Dropped => ("dropped", None),
            Outcome::Undecided { would_arrive } => ("undecided", Some(would_arrive)),
            Outcome::Delivered => ("delivered", None),
        };
        Self {
            outcome,
            would_arrive,
            share: as_number(way.packets.share),
            packets: PacketsOut::new(&way.packets),
            codes: part.codes(&way.blockers, &way.unknowns),
            message: sentence::way(language, way),
        }
    }
}

impl PacketsOut {
    pub(super) fn new(part: &PacketPart) -> Self {
        Self { whole: part.is_whole(), limits: part.limits.iter().map(LimitOut::new).collect() }
    }
}

impl LimitOut {
    fn new(limit: &Limit) -> Self {
        let (field, translation, values) = match limit {
            Limit::Destination(set) => ("destination", None, address_list(set)),
            Limit::Source(set) => ("source", None, address_list(set)),
            Limit::DestinationPort(list) => ("destination-port", None, port_list(list)),
            Limit::SourcePort(list) => ("source-port", None, port_list(list)),
            Limit::TranslationPort(number, list) => ("translation-port", Some(*number), port_list(list)),
            Limit::TranslationAddress(number, list) => ("translation-address", Some(*number), port_list(list)),
        };
        Self { field, translation, values }
    }
}

impl NoticeOut {
    fn new(notice: &Notice, language: Language) -> Self {
        let words = sentence::notice(language, &notice.kind);
        let text = |text: &str| Some(clean(text)).filter(|text| !text.is_empty());
        Self {
            severity: match notice.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            },
            message: clean(&words.message),
            file: notice.location.as_ref().and_then(|location| text(&location.file)),
            path: notice.location.as_ref().and_then(|location| text(&location.path)),
            effect: words.effect.as_deref().and_then(text),
            hint: words.hint.as_deref().and_then(text),
            similar: notice.similar,
        }
    }
}
