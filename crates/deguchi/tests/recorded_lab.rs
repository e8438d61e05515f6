//! Three witnesses: the engine, the kernel in a lab, and what was recorded on real AWS (`testdata/recorded/*/probes.csv`).
//! Prints how far they agree, dataset by dataset. What the lab cannot build is counted apart.
#![cfg(test)]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use deguchi::{
    comparison::{Expected, Packet, expected_by, flow, is_left_out},
    ingest,
};
use deguchi_engine::Engine;
use deguchi_lab::{Fate, Flow, Lab, Labs, Protocol, Rights, plan};

#[path = "recorded_rows/mod.rs"]
mod recorded_rows;
#[path = "lab_host/tools.rs"]
mod tools;

use recorded_rows::{Row, datasets, rows};
use tools::missing;

/// What three witnesses say of the rows of a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    rows: usize,
    /// A machine to itself: nothing is sent.
    to_itself: usize,
    /// Over what the lab cannot build.
    not_built: usize,
    /// All three agree.
    agree: usize,
    /// Lab and AWS agree, and the engine is undecided.
    undecided: usize,
    engine_differs: usize,
    lab_differs: usize,
    /// Engine and lab agree, and AWS says otherwise.
    both_differ: usize,
}

/// The packet of a row, from a port of its own.
fn packet(row: &Row, number: usize) -> Packet {
    let (interface, source) = match row["source"].as_str() {
        "internet" => (None, "8.8.8.8"),
        named => {
            let mut parts = named.split('/').skip(1);
            (parts.next(), parts.next().expect("instance/interface/address"))
        }
    };
    let protocol = match row["protocol"].as_str() {
        "icmp" => Protocol::Ping,
        "udp" => Protocol::Udp,
        _ => Protocol::Tcp,
    };
    let port = row["port"].parse().unwrap_or_default();
    let own = 40_000 + u16::try_from(number).expect("some thousand rows");
    let (source, destination) = (source.parse().expect("an address"), row["dst"].parse().expect("an address"));
    Packet::new(interface.map(Into::into), source, destination, protocol, (own, port))
}

fn hold(dataset: &Path, wrong: &mut Vec<String>) -> Tally {
    let network = ingest::from_path(&dataset.join("aws_configs")).unwrap().network;
    let (engine, plan) = (Engine::new(&network), plan(&network));
    let mut tally = Tally::default();
    let mut sent: Vec<(Row, Expected, Flow)> = Vec::new();
    for (number, row) in rows(&dataset.join("probes.csv")).into_iter().enumerate() {
        tally.rows += 1;
        let packet = packet(&row, number);
        let answer = engine.answer(&packet.query());
        if row["quality"] == "self" {
            tally.to_itself += 1;
            continue;
        }
        match flow(&network, &plan, &packet) {
            Some(flow) if !is_left_out(&answer, &plan, &packet) => {
                sent.push((row, expected_by(&answer, &plan, &packet), flow));
            }
            _ => tally.not_built += 1,
        }
    }
    let flows: Vec<Flow> = sent.iter().map(|(.., flow)| flow.clone()).collect();
    let folder = Labs::of_user().unwrap().make("recorded", false).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_deguchi"));
    let lab = Lab::up(&plan, program, folder.path(), Rights::Unprivileged).unwrap();
    let fates = probe(&lab, &flows);
    for ((row, engine, flow), fate) in sent.iter().zip(&fates) {
        let is_recorded = row["expected"] == "reachable";
        let is_answered = *fate == Fate::Answered;
        let is_told = match engine {
            Expected::Answered => Some(true),
            Expected::Silent => Some(false),
            Expected::Unknown => None,
        };
        let count = match (is_told, is_answered == is_recorded) {
            (None, true) => &mut tally.undecided,
            (Some(told), true) if told == is_recorded => &mut tally.agree,
            (Some(_), true) => &mut tally.engine_differs,
            (Some(told), false) if told == is_answered => &mut tally.both_differ,
            (_, false) => &mut tally.lab_differs,
        };
        *count += 1;
        if is_answered != is_recorded || is_told.is_some_and(|told| told != is_recorded) {
            let name = dataset.file_name().unwrap_or_default().to_string_lossy();
            let aws = &row["expected"];
            wrong.push(format!(
                "{name}: {flow:?}: engine {engine:?}, lab {fate:?}, AWS {aws} ({})",
                row["reason-if-known"]
            ));
        }
    }
    tally
}

/// Sends all; again what was silent, as a busy host may be late.
fn probe(lab: &Lab, flows: &[Flow]) -> Vec<Fate> {
    let mut fates = lab.probe(flows, Duration::from_millis(800)).unwrap();
    let silent: Vec<usize> = (0..flows.len()).filter(|place| fates[*place] != Fate::Answered).collect();
    let again: Vec<Flow> = silent.iter().map(|place| flows[*place].clone()).collect();
    for (place, fate) in silent.into_iter().zip(lab.probe(&again, Duration::from_millis(2000)).unwrap()) {
        fates[place] = fate;
    }
    fates
}

#[test]
fn engine_lab_and_aws_agree_about_what_was_recorded() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let mut wrong = Vec::new();
    let tallies: BTreeMap<PathBuf, Tally> =
        datasets("probes.csv").into_iter().map(|dataset| (dataset.clone(), hold(&dataset, &mut wrong))).collect();
    println!(
        "{:50} {:>5} {:>7} {:>9} {:>5} {:>9} {:>7} {:>4} {:>5}",
        "dataset", "rows", "itself", "not built", "agree", "undecided", "engine", "lab", "both"
    );
    let mut all = Tally::default();
    for (dataset, own) in &tallies {
        println!("{}", line(&dataset.file_name().unwrap_or_default().to_string_lossy(), own));
        all.rows += own.rows;
        all.to_itself += own.to_itself;
        all.not_built += own.not_built;
        all.agree += own.agree;
        all.undecided += own.undecided;
        all.engine_differs += own.engine_differs;
        all.lab_differs += own.lab_differs;
        all.both_differ += own.both_differ;
    }
    println!("{}", line("all", &all));
    assert!(wrong.is_empty(), "{} rows\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(all.rows, 1543);
    assert!(all.agree >= AGREE, "{} rows agree; {AGREE} did", all.agree);
}

/// About how many rows all three agreed when this was last raised: it must not get worse.
const AGREE: usize = 939;

fn line(name: &str, tally: &Tally) -> String {
    let Tally { rows, to_itself, not_built, agree, undecided, engine_differs, lab_differs, both_differ } = tally;
    format!(
        "{name:50} {rows:>5} {to_itself:>7} {not_built:>9} {agree:>5} {undecided:>9} {engine_differs:>7} {lab_differs:>4} {both_differ:>5}"
    )
}
