//! What a change of a network does: which machines gain or lose which destinations, the internet, and each other, packet by
//! packet, with the reasons and the change that caused it. What stays as it is is not told.

pub mod json;
pub mod markdown;
pub mod text;

mod cases;
mod cause;
mod matching;
mod reach;
mod structure;
mod touched;
mod wording;

use std::collections::BTreeSet;

use deguchi_engine::{Answer, Comparison, DestinationBasis, Limit, Outcome, PacketPart, Query, Traffic, Verdict};
use deguchi_model::{Network, PortRange};

use crate::{
    question::{Alternative, Question},
    report::{self, Names, Report},
};
use matching::Matching;
use reach::{Asked, Pair, Side, To, Unit};
use touched::Touched;

pub(crate) use cases::cases;
pub(crate) use structure::{Aspect, Change};

/// How many ranges of ports are told apart, each with its own reasons. Chosen by us: more is no list that anybody reads.
const RANGES: usize = 8;

/// What a change does.
#[derive(Debug)]
pub struct Difference {
    /// What the earlier network is called.
    pub(crate) before: String,
    /// What the later network is called.
    pub(crate) after: String,
    /// What differs, losses first.
    pub(crate) blocks: Vec<Block>,
    /// Machines that are new.
    pub(crate) new: Vec<String>,
    /// Machines that are gone.
    pub(crate) gone: Vec<String>,
    /// The facts that differ.
    pub(crate) changes: Vec<Change>,
    /// The `Name` tags of both.
    pub(crate) names: Names,
}

/// Machines that gain or lose something, for the same reasons and by the same changes.
#[derive(Debug)]
pub(crate) struct Block {
    /// What becomes of it.
    pub(crate) kind: Kind,
    /// From where.
    pub(crate) from: Vec<String>,
    /// Where to.
    pub(crate) to: Vec<Line>,
    /// Why: of a loss as it is after, of a gain as it was before.
    pub(crate) report: Option<Report>,
    /// Positions in [`Difference::changes`].
    pub(crate) causes: Vec<usize>,
}

/// What becomes of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// They arrived, and do no more.
    Lost,
    /// They arrive, and did not.
    Gained,
    /// They arrive, where a machine is new.
    New,
    /// It is not known on one side, or on both by different ways.
    Undecided,
}

/// One destination, and which packets to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// The destination.
    pub(crate) label: String,
    /// The packets of each protocol.
    pub(crate) packets: Vec<Packets>,
}

/// Packets of one protocol.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Packets {
    /// `tcp`, `udp` or `ping`.
    pub(crate) protocol: &'static str,
    /// Destination ports; empty for all of them, or for a ping.
    pub(crate) ports: Vec<(u16, u16)>,
    /// Which part of what was asked about.
    pub(crate) part: PacketPart,
}

/// Compares two networks, each with what it is called.
pub fn between(before: (&Network, &str), after: (&Network, &str)) -> Difference {
    let matching = Matching::new(before.0, after.0);
    let changes = structure::changes(before.0, after.0, &matching);
    let touched = Touched::new(before.0, after.0, &matching, &changes);
    with(before, after, &matching, changes, &touched)
}

/// Compares two networks as far as they are touched.
fn with(
    before: (&Network, &str),
    after: (&Network, &str),
    matching: &Matching,
    changes: Vec<Change>,
    touched: &Touched,
) -> Difference {
    let mut names = Names::new(after.0);
    names.join(Names::new(before.0));
    let (units, gone) = reach::units(before.0, after.0, matching, touched);
    let pair = Pair { before: Side::new(before.0), after: Side::new(after.0) };
    let asked = if changes.is_empty() { Vec::new() } else { reach::ask(&pair, &units, touched) };
    let context = Context { pair: &pair, units: &units, matching, changes: &changes };
    let items = asked.iter().flat_map(|asked| context.items(asked));
    let mut blocks = context.blocks(items.collect());
    blocks.sort_by(|a, b| (a.kind, &a.from).cmp(&(b.kind, &b.from)));
    let new: BTreeSet<String> =
        units.iter().filter(|unit| unit.is_new()).flat_map(|unit| unit.labels.iter().cloned()).collect();
    Difference {
        before: before.1.to_owned(),
        after: after.1.to_owned(),
        blocks,
        new: new.into_iter().collect(),
        gone,
        changes,
        names,
    }
}

impl Difference {
    /// Returns the exit code: 0 no difference, 1 a difference, 3 none that is sure, and something undecided.
    pub fn exit_code(&self) -> u8 {
        let is_sure = |block: &Block| block.kind != Kind::Undecided;
        if self.blocks.iter().any(is_sure) || !self.new.is_empty() || !self.gone.is_empty() {
            1
        } else if self.blocks.is_empty() {
            0
        } else {
            3
        }
    }

    /// Returns how many blocks there are of a kind.
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.blocks.iter().filter(|block| block.kind == kind).count()
    }
}

/// One difference, before what is alike is told once.
struct Item {
    kind: Kind,
    from: Vec<String>,
    label: String,
    packets: Packets,
    /// Which side's answer says why, and that answer.
    why: Option<(bool, Question, Answer)>,
    causes: Vec<usize>,
    /// Codes and resources of the reasons.
    reasons: BTreeSet<String>,
}

/// One query put to both sides, and what came of it.
#[derive(Clone, Copy)]
struct One<'o> {
    asked: &'o Asked,
    old: Option<&'o Query>,
    new: &'o Query,
    comparison: &'o Comparison,
}

/// What items are made with.
struct Context<'c, 'n> {
    pair: &'c Pair<'n>,
    units: &'c [Unit<'n>],
    matching: &'c Matching,
    changes: &'c [Change],
}

impl Context<'_, '_> {
    fn items(&self, asked: &Asked) -> Vec<Item> {
        let several = asked.comparisons.len() > 1;
        let mut items = Vec::new();
        for (place, comparison) in asked.comparisons.iter().enumerate() {
            let Some(new) = asked.after.alternatives.get(place) else { continue };
            let old = asked
                .before
                .as_ref()
                .and_then(|before| before.alternatives.get(place).or_else(|| before.alternatives.first()));
            let one = One { asked, old: old.map(|old| &old.query), new: &new.query, comparison };
            let label = match (&new.name, several) {
                (Some(name), true) => format!("{} ({name})", self.label(&asked.to)),
                _ => self.label(&asked.to),
            };
            for (kind, part) in self.differences(&one) {
                let narrowed = self.narrowed(&one, &part);
                if narrowed.is_empty() {
                    items.push(self.item(&one, &label, kind, part));
                }
                for (old, new, comparison) in &narrowed {
                    let one = One { asked, old: old.as_ref(), new, comparison };
                    let differences = self.differences(&one).into_iter();
                    items.extend(
                        differences.filter(|it| it.0 == kind).map(|(_, part)| self.item(&one, &label, kind, part)),
                    );
                }
            }
        }
        items
    }

    fn item(&self, one: &One<'_>, label: &str, kind: Kind, part: PacketPart) -> Item {
        Item {
            kind,
            from: self.from(one.asked.from),
            label: label.to_owned(),
            packets: packets(&one.new.traffic, part),
            why: why(one, kind),
            causes: self.causes(one.comparison, kind),
            reasons: reasons(one.comparison, kind, self.matching),
        }
    }

    /// Asks again for the ports that differ alone, range by range: what else stops other ports is no part of the reason.
    /// Nothing where all ports asked about differ, or too many ranges do.
    fn narrowed(&self, one: &One<'_>, part: &PacketPart) -> Vec<(Option<Query>, Query, Comparison)> {
        let ranges = part.limits.iter().find_map(|limit| match limit {
            Limit::DestinationPort(ranges) => Some(ranges.as_slice()),
            _ => None,
        });
        let ranges = ranges.filter(|ranges| ranges.len() <= RANGES).unwrap_or_default();
        let each = ranges.iter().filter_map(|(first, last)| {
            let ports = PortRange::new(*first, *last)?;
            let (old, new) = (one.old.map(|old| with_ports(old, ports)), with_ports(one.new, ports));
            let comparison = self.pair.compare(old.as_ref(), &new);
            Some((old, new, comparison))
        });
        each.collect()
    }

    fn from(&self, unit: Option<usize>) -> Vec<String> {
        match unit.and_then(|place| self.units.get(place)) {
            Some(unit) => unit.labels.clone(),
            None => vec!["internet".to_owned()],
        }
    }

    fn label(&self, to: &To) -> String {
        match to {
            To::Outside(name) => {
                let name = name.trim_start_matches("udp:").trim_start_matches("icmp:");
                name.split(':').next().unwrap_or_default().to_owned()
            }
            To::Unit(place) => self.units.get(*place).map(|unit| unit.labels.join(", ")).unwrap_or_default(),
        }
    }

    /// The parts of a comparison that differ.
    fn differences(&self, one: &One<'_>) -> Vec<(Kind, PacketPart)> {
        let One { comparison, new: query, old, .. } = *one;
        let Some(before) = &comparison.before else {
            let open = comparison.unsettled.clone().map(|part| (Kind::Undecided, part));
            return comparison.gained.clone().map(|part| (Kind::New, part)).into_iter().chain(open).collect();
        };
        // Which of the candidates is meant is not known: where they fare differently, so is what becomes of it.
        let is_candidate = [Some(query), old]
            .into_iter()
            .flatten()
            .any(|query| query.destination.basis == DestinationBasis::Candidates);
        let depends =
            is_candidate && [before, &comparison.after].into_iter().any(|answer| answer.verdict == Verdict::Undecided);
        let sure = |kind: Kind| if depends { Kind::Undecided } else { kind };
        let by_other_ways = |_: &PacketPart| self.signature(before, true) != self.signature(&comparison.after, false);
        let found = [
            comparison.lost.clone().map(|part| (sure(Kind::Lost), part)),
            comparison.gained.clone().map(|part| (sure(Kind::Gained), part)),
            comparison.unsettled.clone().map(|part| (Kind::Undecided, part)),
            comparison.open.clone().filter(by_other_ways).map(|part| (Kind::Undecided, part)),
        ];
        found.into_iter().flatten().collect()
    }

    /// What undecided packets meet, and what is not known: where both sides have the same, the same becomes of them,
    /// whatever it is.
    fn signature(&self, answer: &Answer, is_before: bool) -> Vec<String> {
        let own = |id: String| if is_before { id } else { self.matching.earlier_id(&id) };
        let open = answer.ways.iter().filter(|way| matches!(way.outcome, Outcome::Undecided { .. }));
        let ways = open.map(|way| {
            let hops = way.hops.iter().map(|hop| own(report::place_id(&hop.place).unwrap_or_default()));
            let gaps = way.missing.iter().filter_map(|place| answer.missing.get(*place));
            let gaps = gaps.map(|missing| format!("{} {}", missing.code, own(missing.resource.to_string())));
            format!("{:?} {:?}", hops.collect::<Vec<_>>(), gaps.collect::<Vec<_>>())
        });
        let mut ways: Vec<String> = ways.collect();
        ways.sort();
        ways
    }

    fn causes(&self, comparison: &Comparison, kind: Kind) -> Vec<usize> {
        let open = Outcome::Undecided { would_arrive: true };
        let (old, new): (&[Outcome], &[Outcome]) = match kind {
            Kind::Lost => (&[Outcome::Delivered], &[Outcome::Dropped]),
            Kind::Gained => (&[Outcome::Dropped], &[Outcome::Delivered]),
            Kind::New => (&[], &[]),
            Kind::Undecided => {
                (&[Outcome::Delivered, Outcome::Dropped, open], &[Outcome::Delivered, Outcome::Dropped, open])
            }
        };
        let mut met = cause::met(&comparison.after, new, &|id| self.matching.earlier_id(id));
        if let Some(before) = &comparison.before {
            met.extend(cause::met(before, old, &|id| id.to_owned()));
        }
        cause::causes(self.changes, &met)
    }

    /// Tells once what is alike: first the destinations of the same machines, then machines with the same destinations.
    fn blocks(&self, items: Vec<Item>) -> Vec<Block> {
        let mut joined: Vec<(Item, Vec<Line>)> = Vec::new();
        for item in items {
            let same = |known: &(Item, Vec<Line>)| {
                let known = &known.0;
                (known.kind, &known.from, &known.causes, &known.reasons)
                    == (item.kind, &item.from, &item.causes, &item.reasons)
            };
            match joined.iter_mut().find(|known| same(known)) {
                Some((_, lines)) => add(lines, &item),
                None => {
                    let mut lines = Vec::new();
                    add(&mut lines, &item);
                    joined.push((item, lines));
                }
            }
        }
        let mut blocks: Vec<(Item, Vec<Line>)> = Vec::new();
        for (item, lines) in joined {
            let same = |known: &(Item, Vec<Line>)| {
                (known.0.kind, &known.0.causes, &known.0.reasons, &known.1)
                    == (item.kind, &item.causes, &item.reasons, &lines)
            };
            match blocks.iter_mut().find(|known| same(known)) {
                Some((known, _)) => known.from.extend(item.from),
                None => blocks.push((item, lines)),
            }
        }
        blocks
            .into_iter()
            .map(|(item, to)| {
                let report = item.why.map(|(is_after, question, answer)| {
                    let network = if is_after { self.pair.after.network() } else { self.pair.before.network() };
                    report::why(network, &question, &[answer], &[])
                });
                Block { kind: item.kind, from: item.from, to, report, causes: item.causes }
            })
            .collect()
    }
}

/// Adds what an item is about to lines; ports of which all else is alike are told together.
fn add(lines: &mut Vec<Line>, item: &Item) {
    let Some(line) = lines.iter_mut().find(|line| line.label == item.label) else {
        lines.push(Line { label: item.label.clone(), packets: vec![item.packets.clone()] });
        return;
    };
    let new = &item.packets;
    let beside_ports = |packets: &Packets| -> Vec<Limit> {
        let limits = packets.part.limits.iter().filter(|limit| !matches!(limit, Limit::DestinationPort(_)));
        limits.cloned().collect()
    };
    let same = |known: &&mut Packets| {
        let have_ports = known.ports.is_empty() == new.ports.is_empty();
        known.protocol == new.protocol && have_ports && beside_ports(known) == beside_ports(new)
    };
    match line.packets.iter_mut().find(same) {
        Some(known) => known.ports = report::join_ports(&known.ports, &new.ports),
        None => line.packets.push(new.clone()),
    }
}

fn with_ports(query: &Query, ports: PortRange) -> Query {
    let mut query = query.clone();
    if let Traffic::Tcp(own) | Traffic::Udp(own) = &mut query.traffic {
        own.destination = ports;
    }
    query
}

fn packets(traffic: &Traffic, part: PacketPart) -> Packets {
    let (protocol, all) = match traffic {
        Traffic::Tcp(ports) => ("tcp", Some(ports.destination)),
        Traffic::Udp(ports) => ("udp", Some(ports.destination)),
        Traffic::Ping => ("ping", None),
    };
    let narrower = part.limits.iter().find_map(|limit| match limit {
        Limit::DestinationPort(ports) => Some(ports.clone()),
        _ => None,
    });
    let whole = all.filter(|all| *all != PortRange::ALL).map(|all| vec![(all.first(), all.last())]);
    Packets { protocol, ports: narrower.or(whole).unwrap_or_default(), part }
}

/// The question and the answer that say why: of a loss those after, of a gain those before.
fn why(one: &One<'_>, kind: Kind) -> Option<(bool, Question, Answer)> {
    let comparison = one.comparison;
    let ask = |query: &Query| Question {
        source: String::new(),
        destination: String::new(),
        remarks: Vec::new(),
        alternatives: vec![Alternative { name: None, query: query.clone(), hosts: Vec::new() }],
    };
    let after = || Some((true, ask(one.new), comparison.after.clone()));
    let before = || Some((false, ask(one.old?), comparison.before.clone()?));
    match kind {
        Kind::Lost => after(),
        Kind::Gained => before(),
        Kind::New => None,
        Kind::Undecided if comparison.after.missing.is_empty() => before(),
        Kind::Undecided => after(),
    }
}

/// The reasons of the answer that says why, by code and resource.
fn reasons(comparison: &Comparison, kind: Kind, matching: &Matching) -> BTreeSet<String> {
    let of = |answer: &Answer, is_open: bool| -> BTreeSet<String> {
        if is_open {
            return answer
                .missing
                .iter()
                .map(|it| format!("{} {}", it.code, matching.earlier_id(&it.resource.to_string())))
                .collect();
        }
        answer
            .reasons
            .iter()
            .map(|it| format!("{} {}", it.code, matching.earlier_id(&it.resource.to_string())))
            .collect()
    };
    match (kind, &comparison.before) {
        (Kind::Lost, _) => of(&comparison.after, false),
        (Kind::Gained, Some(before)) => of(before, false),
        (Kind::Undecided, Some(before)) if comparison.after.missing.is_empty() => of(before, true),
        (Kind::Undecided, _) => of(&comparison.after, true),
        (Kind::New | Kind::Gained, _) => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{examples, language::Language};

    #[test]
    fn what_is_not_asked_would_not_have_differed() {
        let healthy = examples::load("healthy").unwrap().network;
        for example in examples::all() {
            let network = examples::load(example.name).unwrap().network;
            for (before, after) in [(&healthy, &network), (&network, &healthy)] {
                let told = between((before, "a"), (after, "b"));
                let matching = Matching::new(before, after);
                let changes = structure::changes(before, after, &matching);
                let whole = with((before, "a"), (after, "b"), &matching, changes, &Touched::everything());
                let words = |difference: &Difference| text::render(difference, Language::English, false);
                assert_eq!(words(&told), words(&whole), "{}", example.name);
            }
        }
    }
}
