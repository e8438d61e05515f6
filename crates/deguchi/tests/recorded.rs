//! Holds answers to what was recorded on real AWS: every row of `testdata/recorded/*/probes.csv` and `expected.csv`,
//! and every question of `testdata/fixtures/cases.csv`. Prints the tally by kind of way and by dataset.
//!
//! Every answer must be as recorded, with the cause that the row names and none besides; a row that configuration does not
//! decide stands in the dataset's `differences.toml` with the reason, and what stands there and is no difference fails.
#![cfg(test)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use deguchi::{ingest, question};
use deguchi_engine::{Answer, Engine, Outcome, Verdict};
use deguchi_model::Network;

#[path = "recorded_rows/mod.rs"]
mod recorded_rows;

use recorded_rows::{Row, datasets, rows, testdata};

fn load(path: &Path) -> Network {
    ingest::from_path(path).unwrap_or_else(|error| panic!("{}: {error:?}", path.display())).network
}

fn ask(engine: &Engine<'_>, source: &str, destination: &str) -> Answer {
    let options = question::Options::default();
    let question = question::resolve(engine.network(), source, destination, &options)
        .unwrap_or_else(|error| panic!("{source} -> {destination}: {error:?}"));
    let [only] = question.alternatives.as_slice() else { panic!("{destination}: one query") };
    engine.answer(&only.query)
}

/// The destination of a row in the words of a question.
fn destination(address: &str, protocol: &str, port: &str) -> String {
    match protocol {
        "icmp" => format!("icmp:{address}"),
        "udp" => format!("udp:{address}:{port}"),
        _ => format!("{address}:{port}"),
    }
}

/// What an answer is, held against a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Right,
    Undecided,
    Contradicted,
}

fn held(answer: &Answer, expected: &str) -> Held {
    match (answer.verdict, expected) {
        (Verdict::Reachable, "reachable") | (Verdict::Unreachable, "blocked") => Held::Right,
        (Verdict::Undecided, _) => Held::Undecided,
        (Verdict::Reachable | Verdict::Partly | Verdict::Unreachable, _) => Held::Contradicted,
    }
}

/// The kind of way that a recorded row takes, as its reason tells.
fn way(row: &Row) -> &'static str {
    let reason = &row["reason-if-known"];
    // A row that names a filter before the far end needs nothing beyond that filter.
    let is_over = |name: &str| reason.contains(&format!("via {name}"));
    if row.get("quality").is_some_and(|quality| quality == "measured-only") {
        "load balancer"
    } else if is_over("pcx") {
        "peering"
    } else if is_over("tgw") || row["dataset"].contains("transit-gateway") {
        "transit gateway"
    } else if is_over("nat+igw") {
        "NAT gateway"
    } else if is_over("nat") {
        "NAT gateway (its own subnet)"
    } else if is_over("igw") {
        "internet gateway"
    } else if is_over("local") {
        "local"
    } else {
        "other"
    }
}

/// Rows of a dataset that are undecided, and why.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Differences {
    #[serde(default)]
    difference: Vec<Difference>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    /// What is missing.
    because: String,
    /// Whether the answer under AWS's defaults is the recorded one.
    #[serde(default)]
    is_right_by_default: bool,
    /// `SOURCE -> DESTINATION`.
    rows: BTreeSet<String>,
}

impl Differences {
    fn of(dataset: &Path) -> Self {
        let path = dataset.join("differences.toml");
        let Ok(text) = std::fs::read_to_string(&path) else { return Self { difference: Vec::new() } };
        let read: Self = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(!read.difference.is_empty(), "{}: leave it out where nothing differs", path.display());
        assert!(read.difference.iter().all(|it| it.because.len() > 20), "{}: says why", path.display());
        read
    }

    /// Whether an undecided answer to a row is expected; takes the row off the list.
    fn take(&mut self, row: &str, answer: &Answer, expected: &str) -> bool {
        let Some(entry) = self.difference.iter_mut().find(|entry| entry.rows.contains(row)) else { return false };
        entry.rows.remove(row);
        let would_arrive = Outcome::Undecided { would_arrive: expected == "reachable" };
        !entry.is_right_by_default || answer.ways.iter().all(|way| way.outcome == would_arrive)
    }

    /// What is no difference any more, or never was a row.
    fn left(self, dataset: &Path) -> Vec<String> {
        let rows = self.difference.into_iter().flat_map(|entry| entry.rows);
        rows.map(|row| format!("{}: differences.toml names `{row}`, which does not differ", dataset.display()))
            .collect()
    }
}

#[test]
fn every_recorded_probe_is_answered_as_recorded() {
    let mut tally: BTreeMap<(&str, Held), usize> = BTreeMap::new();
    let mut by_dataset: BTreeMap<(String, String, Held), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for dataset in datasets("probes.csv") {
        let network = load(&dataset.join("aws_configs"));
        let engine = Engine::new(&network);
        let mut differences = Differences::of(&dataset);
        for row in rows(&dataset.join("probes.csv")) {
            count += 1;
            let source = match row["source"].as_str() {
                "internet" => "internet:8.8.8.8",
                named => named.split('/').nth(1).expect("instance/interface/address"),
            };
            let destination = destination(&row["dst"], &row["protocol"], &row["port"]);
            let answer = ask(&engine, source, &destination);
            let (held, way) = (held(&answer, &row["expected"]), way(&row));
            *tally.entry((way, held)).or_default() += 1;
            let folder = dataset.file_name().unwrap().to_string_lossy().into_owned();
            *by_dataset.entry((folder, row["quality"].clone(), held)).or_default() += 1;
            let name = format!("{source} -> {destination}");
            let is_right =
                held == Held::Right || (held == Held::Undecided && differences.take(&name, &answer, &row["expected"]));
            if !is_right || !names_the_cause(&answer, &row, held) {
                wrong.push(format!(
                    "{} {source} -> {destination}: {:?}\n  {}\n  {}",
                    dataset.display(),
                    answer.verdict,
                    row["reason-if-known"],
                    told(&answer)
                ));
            }
        }
        wrong.extend(differences.left(&dataset));
    }
    for ((way, held), count) in &tally {
        println!("{way:30} {held:?}: {count}");
    }
    for ((dataset, quality, held), count) in &by_dataset {
        println!("{dataset:44} {quality:14} {held:?}: {count}");
    }
    assert!(wrong.is_empty(), "{} of {count} rows\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    assert_eq!(count, 1543);
    let is_open = |(_, quality, held): &(String, String, Held)| quality == "confirmed" && *held != Held::Right;
    assert!(!by_dataset.keys().any(is_open), "every confirmed row is right and decided");
    let right: usize = tally.iter().filter(|((_, held), _)| *held == Held::Right).map(|(_, count)| count).sum();
    assert!(right >= RIGHT, "{right} rows are right; {RIGHT} were");
}

/// How many rows were right when this was last raised: it must not get worse.
const RIGHT: usize = 1519;

/// Whether an answer names the cause that a row calls the sole one, and no other.
fn names_the_cause(answer: &Answer, row: &Row, held: Held) -> bool {
    let reason = &row["reason-if-known"];
    if held != Held::Right || !reason.contains("[sole cause]") {
        return true;
    }
    let prefixes = ["acl-", "rtb-", "sg-"];
    let words = reason.split(|character: char| !character.is_alphanumeric() && character != '-');
    let named: BTreeSet<&str> = words.filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix))).collect();
    let told: BTreeSet<String> = answer.reasons.iter().map(|reason| reason.resource.to_string()).collect();
    told.len() == 1 && (named.is_empty() || told.iter().all(|told| named.contains(told.as_str())))
}

fn told(answer: &Answer) -> String {
    let reasons =
        answer.reasons.iter().map(|reason| format!("{} {} {:?}", reason.code, reason.resource, reason.heading));
    let missing = answer.missing.iter().map(|missing| format!("? {} {}", missing.code, missing.resource));
    reasons.chain(missing).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_asserted_trace_is_answered_as_asserted_or_is_a_known_difference() {
    let mut tally: BTreeMap<(String, Held), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for dataset in datasets("expected.csv") {
        let mut differences = Differences::of(&dataset);
        for row in rows(&dataset.join("expected.csv")) {
            let (folder, source) = match row["source"].split_once(": ") {
                Some((file, source)) => (dataset.join(format!("input_{file}.json")), source),
                None => (dataset.join("aws_configs"), row["source"].as_str()),
            };
            let network = load(&folder);
            let engine = Engine::new(&network);
            let source = if source == "internet" { "internet:8.8.8.8" } else { source };
            let destination = destination(&row["dst"], &row["protocol"], &row["port"]);
            let answer = ask(&engine, source, &destination);
            let held = held(&answer, &row["expected"]);
            *tally.entry((row["dataset"].clone(), held)).or_default() += 1;
            let name = format!("{} -> {destination}", row["source"]);
            let is_known = held == Held::Undecided && differences.take(&name, &answer, &row["expected"]);
            if held != Held::Right && !is_known {
                wrong.push(format!("{} {name} ({}): {}", row["dataset"], row["reason-if-known"], told(&answer)));
            }
        }
        wrong.extend(differences.left(&dataset));
    }
    for ((dataset, held), count) in &tally {
        println!("{dataset:50} {held:?}: {count}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(tally.values().sum::<usize>(), 28);
}

#[test]
fn every_fixture_is_answered_and_every_component_at_fault_is_named() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut beyond_the_first_cause = 0;
    for row in rows(&testdata().join("fixtures/cases.csv")) {
        count += 1;
        let network = load(&testdata().join("fixtures/snapshots").join(&row["case"]));
        let engine = Engine::new(&network);
        let destination = match row["destination"].strip_prefix("s3://") {
            Some(bucket) => format!("s3://{bucket}:{}", row["port"]),
            None => destination(&row["destination"], &row["protocol"], &row["port"]),
        };
        let answer = ask(&engine, &row["source_instance"], &destination);
        let expected: BTreeSet<&str> = row["blocking_ids"].split(';').filter(|id| !id.is_empty()).collect();
        let told_ids: BTreeSet<String> = answer.reasons.iter().map(|reason| reason.resource.to_string()).collect();
        let told_ids: BTreeSet<&str> = told_ids.iter().map(String::as_str).collect();
        let is_right = match held(&answer, &row["expected_verdict"]) {
            // Every component at fault; and where a row stops at the first cause, whatever else stops the packets.
            Held::Right => {
                let beyond: Vec<&&str> = told_ids.difference(&expected).collect();
                beyond_the_first_cause += usize::from(!beyond.is_empty());
                told_ids.is_superset(&expected) && expected.is_empty() == told_ids.is_empty()
            }
            Held::Undecided | Held::Contradicted => false,
        };
        if answer.verdict == Verdict::Undecided {
            println!("undecided: {} {} -> {destination}: {}", row["case"], row["source_instance"], told(&answer));
        }
        if !is_right {
            wrong.push(format!(
                "{} {} -> {destination}: {:?} {}\n   expected {} {}",
                row["case"],
                row["source_instance"],
                answer.verdict,
                told(&answer),
                row["expected_verdict"],
                row["blocking_ids"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("fixtures {:41} Right: {}", "", count - wrong.len());
    assert_eq!(count, 58);
    // UDP to port 123: beside the security group, both network ACLs drop the reply, which is TCP's alone there. Over the
    // peering connection: beside the missing way back, nobody has the address.
    assert_eq!(beyond_the_first_cause, 2);
}
