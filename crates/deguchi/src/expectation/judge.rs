//! Holds expectations against a network: kept, broken, undecided, or about nothing at all.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_engine::{Answer, DestinationBasis, Engine, Outcome, Verdict, resolution::both, source_classes};
use deguchi_model::{Network, NetworkInterface, NetworkInterfaceId};

use super::{
    Expectation, Problem, Want,
    ask::{self, Asked, Pair},
    file::Located,
    selector::{Subject, subjects},
};
use crate::{
    error::Error,
    language::Language,
    question::{Alternative, Question},
    report::{self, Report, Step},
};

pub(crate) use ask::End;

/// What expectations come to on one network.
#[derive(Debug)]
pub struct Check {
    /// The file, as named.
    pub(crate) file: String,
    /// One result for each expectation, in the order of the file.
    pub(crate) results: Vec<Judged>,
}

/// What one expectation comes to.
#[derive(Debug)]
pub struct Judged {
    /// The expectation.
    pub expectation: Expectation,
    /// Whether it is kept.
    pub status: Status,
    /// Which end matches nothing, if so.
    pub(crate) nothing: Option<End>,
    /// How many pairs of a source and a destination were asked about.
    pub(crate) pairs: usize,
    /// What is not as expected, what is the same told once.
    pub(crate) findings: Vec<Finding>,
}

/// Whether an expectation is kept. The worse is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It is.
    Kept,
    /// It is not known.
    Undecided,
    /// It is not.
    Broken,
}

/// Pairs for which an expectation is not kept, all for the same reasons.
#[derive(Debug)]
pub(crate) struct Finding {
    /// Whether it is broken or not known.
    pub(crate) status: Status,
    /// The sources.
    pub(crate) sources: Vec<String>,
    /// The destinations.
    pub(crate) destinations: Vec<String>,
    /// What is found.
    pub(crate) found: Found,
}

/// What is found of pairs that are not as expected.
#[derive(Debug)]
pub(crate) enum Found {
    /// The answer.
    Answer {
        /// What `why` reports.
        report: Box<Report>,
        /// The way of packets that arrive, where none shall.
        way: Vec<Step>,
        /// The reasons that it has, where they are not those expected.
        reasons: Option<BTreeSet<String>>,
    },
    /// It cannot be asked.
    NotAsked(Error),
}

impl Check {
    /// Returns the exit code: 0 all kept, 1 one is broken or matches nothing, 3 one is undecided that must not be.
    pub fn exit_code(&self) -> u8 {
        match self.results.iter().map(Judged::counted).max() {
            Some(Status::Broken) => 1,
            Some(Status::Undecided) => 3,
            Some(Status::Kept) | None => 0,
        }
    }

    /// Returns the results.
    pub fn results(&self) -> &[Judged] {
        &self.results
    }
}

impl Judged {
    /// Returns its status as it counts: what may be undecided, and is, counts as kept.
    pub(crate) fn counted(&self) -> Status {
        match self.status {
            Status::Undecided if self.expectation.allow_undecided => Status::Kept,
            status => status,
        }
    }
}

/// Holds the expectations of a file against a network.
pub fn judge(network: &Network, file: &str, expectations: Vec<Expectation>) -> Result<Check, Located> {
    let bench = Bench::new(network);
    let judged = expectations.into_iter().map(|expectation| {
        let line = expectation.line;
        bench.judge(expectation).map_err(|problem| (line, problem))
    });
    Ok(Check { file: file.to_owned(), results: judged.collect::<Result<_, Located>>()? })
}

/// What judging needs, made once for a network.
pub(super) struct Bench<'n> {
    network: &'n Network,
    engine: Engine<'n>,
    subjects: Vec<Subject<'n>>,
    classes: BTreeMap<&'n NetworkInterfaceId, usize>,
}

/// What one pair comes to, before what is the same is told once.
enum Fate {
    Kept,
    Not(Status, Found),
}

impl<'n> Bench<'n> {
    pub(super) fn new(network: &'n Network) -> Self {
        let classes = source_classes(network).into_iter().enumerate();
        let classes = classes.flat_map(|(place, class)| class.members.into_iter().map(move |it| (&it.id, place)));
        Self { network, engine: Engine::new(network), subjects: subjects(network), classes: classes.collect() }
    }

    /// Returns every machine of the network.
    pub(super) fn subjects(&self) -> &[Subject<'n>] {
        &self.subjects
    }

    /// Holds one expectation against the network.
    pub(super) fn judge(&self, expectation: Expectation) -> Result<Judged, Problem> {
        let pairs = match ask::pairs(self.network, &self.subjects, &expectation) {
            Asked::Pairs(pairs) => pairs,
            Asked::Nothing(end) => return Ok(nothing(expectation, end)),
        };
        let mut findings: Vec<Finding> = Vec::new();
        // Where pairs of the same classes were found: in `findings`, or kept.
        let mut known: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for pair in &pairs {
            let key = self.key(pair);
            if let Some(place) = known.get(&key) {
                if let Some(finding) = place.and_then(|place| findings.get_mut(place)) {
                    finding.add(pair);
                }
                continue;
            }
            let fate = match self.fate(pair, &expectation) {
                Ok(fate) => fate,
                Err(error) if ask::is_absence(&error) => return Ok(nothing(expectation, End::Destination)),
                Err(error) if ask::is_of_machine(&error) => Fate::Not(Status::Undecided, Found::NotAsked(error)),
                Err(error) => return Err(unanswerable(&error)),
            };
            let place = match fate {
                Fate::Kept => None,
                Fate::Not(status, found) => Some(add(&mut findings, status, found, pair)),
            };
            known.insert(key, place);
        }
        let status = findings.iter().map(|finding| finding.status).max().unwrap_or(Status::Kept);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.status));
        Ok(Judged { expectation, status, nothing: None, pairs: pairs.len(), findings })
    }

    /// What tells pairs apart: pairs with the same key have the same answer.
    fn key(&self, pair: &Pair<'n>) -> String {
        let (sources, destinations) = pair.interfaces();
        let class = |interface: &&NetworkInterface| self.classes.get(&interface.id).copied();
        let is_one = |interfaces: &[&NetworkInterface]| interfaces.len() == 1;
        let shared: Option<usize> = sources.first().filter(|_| is_one(&sources)).and_then(class);
        let own = || format!("{}>{}", ids(&sources), pair.destination_label);
        let Some(source) = shared.filter(|_| sources.iter().all(|it| it.attachment.is_some())) else { return own() };
        let machine = pair.source.as_ref().and_then(|subject| subject.instance);
        // The operating system and the role follow from these.
        let about = machine.map(|it| format!("{:?} {:?} {:?}", it.image, it.platform, it.instance_profile));
        let destination = match destinations.as_slice() {
            [] => pair.destination_label.clone(),
            [only] => match class(only) {
                Some(other) if other != source => format!("class {other}"),
                _ => return own(),
            },
            _ => return own(),
        };
        format!("class {source} {about:?}>{destination}")
    }

    fn fate(&self, pair: &Pair<'n>, expectation: &Expectation) -> Result<Fate, Error> {
        let mut worst: Option<(Status, Found)> = None;
        for question in pair.questions(self.network, &expectation.options)? {
            let answers: Vec<Answer> =
                question.alternatives.iter().map(|each| self.engine.answer(&each.query)).collect();
            let names: Vec<Verdict> = question.alternatives.iter().map(|each| self.name_verdict(each)).collect();
            let report = || report::why_by(&self.engine, &question, &answers, &[]);
            let reasons = expectation.reasons.as_ref().and_then(|wanted| {
                let found = report().reasons();
                (found != *wanted).then_some(found)
            });
            let status = match status_of(expectation.want, &question, &answers, &names) {
                Status::Kept if reasons.is_some() => Status::Broken,
                status => status,
            };
            if status > worst.as_ref().map_or(Status::Kept, |(status, _)| *status) {
                let report = Box::new(report());
                let is_never = matches!(expectation.want, Want::Never | Want::Verdict(Verdict::Unreachable));
                let way = if is_never && status == Status::Broken { arriving(&answers) } else { Vec::new() };
                worst = Some((status, Found::Answer { report, way, reasons }));
            }
        }
        Ok(worst.map_or(Fate::Kept, |(status, found)| Fate::Not(status, found)))
    }

    /// Whether the names resolve that come before the packets of an alternative.
    fn name_verdict(&self, alternative: &Alternative) -> Verdict {
        let Alternative { query, hosts, .. } = alternative;
        let found =
            hosts.iter().filter_map(|host| self.engine.resolve(&query.source, host, query.traffic.client_ports()));
        found.fold(Verdict::Reachable, |verdict, found| both(found.verdict, verdict))
    }
}

fn ids(interfaces: &[&NetworkInterface]) -> String {
    interfaces.iter().map(|interface| interface.id.as_str()).collect::<Vec<_>>().join(" ")
}

fn nothing(expectation: Expectation, end: End) -> Judged {
    let status = if expectation.may_be_empty { Status::Kept } else { Status::Broken };
    Judged { expectation, status, nothing: Some(end), pairs: 0, findings: Vec::new() }
}

fn unanswerable(error: &Error) -> Problem {
    let words = |language: Language| error.words(language).message;
    Problem::Unanswerable { english: words(Language::English), japanese: words(Language::Japanese) }
}

impl Finding {
    fn add(&mut self, pair: &Pair<'_>) {
        let (source, destination) = (pair.source_label(), pair.destination_label.clone());
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
        if !self.destinations.contains(&destination) {
            self.destinations.push(destination);
        }
    }
}

/// Adds what is found of a pair, to a finding that says the same if there is one; returns its place.
fn add(findings: &mut Vec<Finding>, status: Status, found: Found, pair: &Pair<'_>) -> usize {
    let same = |known: &Finding| {
        known.status == status
            && known.destinations.iter().all(|it| *it == pair.destination_label)
            && gist(&known.found) == gist(&found)
    };
    let place = match findings.iter().position(same) {
        Some(place) => place,
        None => {
            findings.push(Finding { status, sources: Vec::new(), destinations: Vec::new(), found });
            findings.len() - 1
        }
    };
    if let Some(finding) = findings.get_mut(place) {
        finding.add(pair);
    }
    place
}

/// What a finding says but for whom it is about: verdict, codes with resources, and the way that stands open.
fn gist(found: &Found) -> String {
    match found {
        Found::NotAsked(error) => format!("{:?}", error.kind),
        Found::Answer { report, way, .. } => {
            let parts = report.parts.iter().flat_map(|part| {
                let blockers = part.blockers.iter().map(|it| format!("{} {}", it.reason.code, it.reason.resource));
                let unknowns = part.unknowns.iter().map(|it| format!("{} {}", it.missing.code, it.missing.resource));
                blockers.chain(unknowns)
            });
            let way = way.iter().map(|step| match &step.hop.place {
                deguchi_engine::Place::SecurityGroups { groups, .. } => format!("{groups:?}"),
                deguchi_engine::Place::Interface { .. } => String::new(),
                place => format!("{:?}", report::place_id(place)),
            });
            let texts: Vec<String> = parts.chain(way).collect();
            format!("{:?} {texts:?}", report.verdict())
        }
    }
}

/// Whether answers are as wanted. What is known may settle it, though the verdict as a whole is open: one packet that
/// surely arrives breaks "never", one that is surely dropped breaks "reaches".
///
/// A name that does not resolve breaks "reaches"; it keeps no "never", which is about the packets: an address is soon known.
fn status_of(want: Want, question: &Question, answers: &[Answer], names: &[Verdict]) -> Status {
    let each = question.alternatives.iter().zip(answers).zip(names).map(|((alternative, answer), name)| {
        let is_exact = alternative.query.destination.basis == DestinationBasis::Exact;
        let has = |outcome: Outcome| is_exact && answer.ways.iter().any(|way| way.outcome == outcome);
        match (want, if want == Want::Never { answer.verdict } else { both(*name, answer.verdict) }) {
            (Want::Reaches, Verdict::Reachable) | (Want::Never, Verdict::Unreachable) => Status::Kept,
            (Want::Reaches, Verdict::Partly | Verdict::Unreachable) => Status::Broken,
            (Want::Never, Verdict::Partly | Verdict::Reachable) => Status::Broken,
            (Want::Reaches, Verdict::Undecided) if has(Outcome::Dropped) => Status::Broken,
            (Want::Never, Verdict::Undecided) if has(Outcome::Delivered) => Status::Broken,
            (Want::Reaches | Want::Never, Verdict::Undecided) => Status::Undecided,
            (Want::Verdict(wanted), found) if wanted == found => Status::Kept,
            (Want::Verdict(_), Verdict::Undecided) => Status::Undecided,
            (Want::Verdict(_), _) => Status::Broken,
        }
    });
    let each: Vec<Status> = each.collect();
    match each.as_slice() {
        [first, rest @ ..] if rest.iter().all(|status| status == first) => *first,
        // Which alternative applies is not known, and they differ: that is what was expected, or it is open.
        _ if want == Want::Verdict(Verdict::Undecided) => Status::Kept,
        _ => Status::Undecided,
    }
}

/// The first way on which packets arrive, on the way out.
fn arriving(answers: &[Answer]) -> Vec<Step> {
    let found = answers.iter().find_map(|answer| {
        let way = answer.ways.iter().find(|way| way.outcome == Outcome::Delivered)?;
        Some(report::steps(way, &answer.reasons, &answer.missing))
    });
    let mut steps = found.unwrap_or_default();
    steps.retain(|step| step.hop.heading == deguchi_engine::Heading::Forward);
    steps
}
