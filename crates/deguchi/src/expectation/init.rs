//! A first file of expectations: what holds in a network now, group of machines by group of machines.
//!
//! Every sentence written is judged first, by what `deguchi check` judges by; what is neither yes nor no stands there as
//! a comment. Machines are grouped by their names (`web-1`, `web-2`: `web-*`), those without by their security groups.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use deguchi_engine::SubnetKind;
use deguchi_model::{Network, TrafficMatch};

use super::{
    Expectation, Want, glob,
    judge::{Bench, Found, Judged, Status},
    selector::{Subject, select, subject_kind},
    text::say,
};
use crate::{
    language::Language,
    question::Options,
    report::{clean, sentence},
    words::{expectation_english as english, expectation_japanese as japanese, subnets_english, subnets_japanese},
};

/// Destinations of the catalogue that every machine is asked for.
const DESTINATIONS: [&str; 4] = ["yum", "s3", "internet", "icmp:internet"];

/// How many ports of a group's inbound rules are asked for by name. Chosen by us: more is not read by anybody.
const PORTS: usize = 8;

/// How many machines of a group are told apart where not all do the same. Chosen by us.
const MEMBERS: usize = 10;

/// Machines that one selector names.
struct Group<'n> {
    selector: String,
    members: Vec<Subject<'n>>,
}

/// Returns the text of a first file.
pub fn init(network: &Network, language: Language) -> String {
    let bench = Bench::new(network);
    let groups = groups(network, bench.subjects());
    let mut text = say!(language, INIT_HEAD).to_owned();
    if groups.is_empty() {
        text.push_str(say!(language, INIT_NOTHING));
        text.push('\n');
        return text;
    }
    text.push_str("\nexpect = [\n");
    for group in &groups {
        let lines = of_group(network, &bench, &groups, group, language);
        let kinds: BTreeSet<SubnetKind> =
            group.members.iter().filter_map(|member| subject_kind(network, member)).collect();
        let kinds: Vec<&str> = kinds.into_iter().map(|kind| kind_words(kind, language)).collect();
        let place = match language {
            Language::English => format!("{} subnets", kinds.join(", ")),
            Language::Japanese => format!("{}サブネット", kinds.join("、")),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "  # {}", say!(language, init_group(group.members.len(), &place)));
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
        text.push('\n');
    }
    if text.ends_with("\n\n") {
        text.pop();
    }
    text.push_str("]\n");
    text
}

fn kind_words(kind: SubnetKind, language: Language) -> &'static str {
    match language {
        Language::English => subnets_english::kind(kind),
        Language::Japanese => subnets_japanese::kind(kind),
    }
}

/// The lines of one group: out, in, and to the other groups.
fn of_group(
    network: &Network,
    bench: &Bench<'_>,
    groups: &[Group<'_>],
    group: &Group<'_>,
    language: Language,
) -> Vec<String> {
    let selector = group.selector.as_str();
    let mut lines = Vec::new();
    for destination in DESTINATIONS {
        lines.extend(either(bench, group, selector, destination, language));
    }
    let ports = inbound_ports(network, group);
    let internet = Group { selector: "internet".to_owned(), members: Vec::new() };
    lines.extend(towards(bench, &internet, selector, &ports, language));
    for other in groups.iter().filter(|other| other.selector != group.selector) {
        lines.extend(towards(bench, group, &other.selector, &inbound_ports(network, other), language));
    }
    lines
}

/// "Reaches" or "never reaches", whichever holds: for the group, else member by member; else what holds instead, as a
/// comment.
fn either(bench: &Bench<'_>, group: &Group<'_>, source: &str, destination: &str, language: Language) -> Vec<String> {
    let Some(reaches) = judged(bench, source, Want::Reaches, destination) else { return Vec::new() };
    if reaches.status == Status::Kept {
        return vec![line(source, Want::Reaches, destination)];
    }
    let never = judged(bench, source, Want::Never, destination);
    if never.is_some_and(|never| never.status == Status::Kept) {
        return vec![line(source, Want::Never, destination)];
    }
    if (2..=MEMBERS).contains(&group.members.len()) && source == group.selector {
        let each = group.members.iter().map(Subject::id);
        return each.flat_map(|member| either(bench, group, member, destination, language)).collect();
    }
    let Some(finding) = reaches.findings.first() else { return Vec::new() };
    let Found::Answer { report, .. } = &finding.found else { return Vec::new() };
    let reasons = report.parts.iter().flat_map(|part| {
        let blockers =
            part.blockers.iter().map(|blocker| format!("{} {}", blocker.reason.code, blocker.reason.resource));
        blockers
            .chain(part.unknowns.iter().map(|unknown| format!("{} {}", unknown.missing.code, unknown.missing.resource)))
    });
    let reasons: BTreeSet<String> = reasons.map(|reason| clean(&reason)).collect();
    let reasons = reasons.into_iter().take(3).collect::<Vec<_>>().join(sentence::comma(language));
    let asked = format!("{} → {}", clean(&finding.sources.join(", ")), clean(destination));
    let verdict = sentence::verdict(language, report.verdict());
    vec![format!("# {}", say!(language, init_open(&asked, verdict, &reasons)))]
}

/// Which ports of machines are reached; or that none is.
fn towards(bench: &Bench<'_>, source: &Group<'_>, selector: &str, ports: &[u16], language: Language) -> Vec<String> {
    let never = judged(bench, &source.selector, Want::Never, selector);
    if never.is_some_and(|never| never.status == Status::Kept) {
        return vec![line(&source.selector, Want::Never, selector)];
    }
    let destinations = ports.iter().map(|port| format!("{selector}:{port}")).chain([format!("icmp:{selector}")]);
    destinations.flat_map(|destination| either(bench, source, &source.selector, &destination, language)).collect()
}

fn line(source: &str, want: Want, destination: &str) -> String {
    let text = format!("{source} {} {destination}", want.code());
    // A basic string of TOML: what JSON escapes, it escapes alike.
    format!("{},", serde_json::Value::String(text))
}

fn judged(bench: &Bench<'_>, source: &str, want: Want, destination: &str) -> Option<Judged> {
    let expectation = Expectation {
        line: 1,
        sentence: None,
        source: source.to_owned(),
        destination: destination.to_owned(),
        want,
        reasons: None,
        options: Options::default(),
        may_be_empty: false,
        allow_undecided: false,
        because: None,
    };
    bench.judge(expectation).ok().filter(|judged| judged.nothing.is_none())
}

/// The single TCP ports that the groups of machines let in.
fn inbound_ports(network: &Network, group: &Group<'_>) -> Vec<u16> {
    let interfaces = group.members.iter().flat_map(|member| &member.interfaces);
    let carried = interfaces.flat_map(|interface| &interface.security_groups);
    let rules = carried.filter_map(|id| network.security_groups.get(id)).flat_map(|group| &group.inbound);
    let ports = rules.filter_map(|rule| match rule.traffic {
        TrafficMatch::Tcp(ports) if ports.first() == ports.last() => Some(ports.first()),
        _ => None,
    });
    let ports: BTreeSet<u16> = ports.collect();
    ports.into_iter().take(PORTS).collect()
}

/// Groups machines so that a selector names exactly the members of each.
fn groups<'n>(network: &'n Network, all: &[Subject<'n>]) -> Vec<Group<'n>> {
    let mut by_stem: BTreeMap<String, Vec<Subject<'n>>> = BTreeMap::new();
    let mut nameless: BTreeMap<String, Vec<Subject<'n>>> = BTreeMap::new();
    for subject in all {
        if subject.label() == subject.id() {
            let carried = subject.interfaces.first().and_then(|interface| interface.security_groups.first());
            let name = carried.map_or_else(|| subject.id().to_owned(), |id| format!("group:{id}"));
            nameless.entry(name).or_default().push(subject.clone());
        } else {
            by_stem.entry(stem(subject.label())).or_default().push(subject.clone());
        }
    }
    let mut groups = Vec::new();
    for (stem, members) in by_stem {
        let first = members.first().map_or("", |member| member.label());
        let is_one_name = members.iter().all(|member| member.label() == first);
        let selector = if is_one_name { first.to_owned() } else { format!("{stem}*") };
        add(network, all, &mut groups, selector, members);
    }
    for (selector, members) in nameless {
        add(network, all, &mut groups, selector, members);
    }
    groups
}

/// Adds a group; where its selector would name others too, or read as something else, each member by its id.
fn add<'n>(
    network: &'n Network,
    all: &[Subject<'n>],
    groups: &mut Vec<Group<'n>>,
    selector: String,
    members: Vec<Subject<'n>>,
) {
    let ids = |subjects: &[Subject<'_>]| subjects.iter().map(|it| it.id().to_owned()).collect::<BTreeSet<_>>();
    let is_sentence =
        selector.contains(" reaches ") || selector.split_whitespace().collect::<Vec<_>>().join(" ") != selector;
    let means = |selector: &str| ids(&select(network, all, selector));
    if !is_sentence && means(&selector) == ids(&members) {
        groups.push(Group { selector, members });
        return;
    }
    for member in members {
        let name = member.label();
        let is_plain = !glob::is_glob(name) && !name.contains(" reaches ") && means(name).len() == 1;
        let selector = if is_plain { name.to_owned() } else { member.id().to_owned() };
        groups.push(Group { selector, members: vec![member] });
    }
}

/// A name without the number at its end.
fn stem(name: &str) -> String {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if stem.is_empty() { name.to_owned() } else { stem.to_owned() }
}
