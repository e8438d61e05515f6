//! The contest of engine and kernel: random networks by a fixed seed, disagreements of earlier contests, and whether a lab
//! that breaks a rule is found out.
#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use deguchi::{
    comparison::{Expected, expected},
    contest::{Score, Setup, case, hold, sent_alone},
};
use deguchi_engine::Engine;
use deguchi_lab::{Fate, LabPlan, Labs};

#[path = "lab_host/tools.rs"]
mod tools;

use tools::missing;

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_deguchi"))
}

/// A contest of two labs at a time; its cases are written into a folder of that name.
fn contest(name: &str, (seed, networks, flows): (u64, u64, usize), spoil: Option<fn(&mut LabPlan)>) -> Score {
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&output);
    let setup = Setup { seed, first: 0, networks, flows, jobs: 2, output, most_cases: 1, program: program(), spoil };
    let score = hold(&setup, &|_| {}).unwrap();
    println!("{}", score.text());
    assert!(score.failures.is_empty(), "{}", score.text());
    score
}

#[test]
fn engine_and_kernel_agree_about_random_flows() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let score = contest("contest-agreed", (1, 8, 60), None);
    assert_eq!(score.disagreements, 0, "{}", score.text());
    assert!(score.flows >= 400 && score.answered >= 80 && score.silent >= 80, "{}", score.text());
    assert!(score.undecided * 10 < score.flows, "{}", score.text());
}

/// Lets traffic between subnets past network ACLs.
fn forget_acls(plan: &mut LabPlan) {
    for namespace in &mut plan.namespaces {
        if let Some(text) = namespace.filter.as_mut().filter(|text| text.contains("table inet vpc")) {
            *text = text.replace("meta mark . oifname @neighbours accept", "accept");
        }
    }
}

#[test]
fn a_lab_that_breaks_a_rule_is_found_out_and_the_network_shrunk() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let score = contest("contest-spoiled", (1, 8, 60), Some(forget_acls));
    assert!(score.disagreements > 0, "{}", score.text());
    let (documents, question) = case::read(&score.cases[0]).unwrap();
    assert_eq!((question.engine.as_str(), question.kernel.as_str()), ("silent", "answered"));
    assert!(question.because.iter().any(|own| own.contains("SUBNET_ACL_RESTRICTION")), "{question:?}");
    // Of some forty resources.
    let left: usize = documents.lists.values().map(Vec::len).sum();
    assert!(left <= 14, "{left} resources\n{}", documents.text());
}

#[test]
fn what_contests_found_stays_settled() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/contest");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let why = missing(&[]);
    if let Some(why) = &why {
        println!("skipped the kernel's part: {why}");
    }
    let labs = Labs::of_user().unwrap();
    let mut wrong = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let (documents, question) = case::read(folder).unwrap();
        let settled = question.settled.clone().unwrap_or_else(|| panic!("{}: not settled", folder.display()));
        let is_answered = settled.right == "answered";
        let (network, plan) = documents.network().unwrap();
        let packet = question.packet().unwrap();
        let wanted = match settled.right.as_str() {
            "answered" => Expected::Answered,
            "silent" => Expected::Silent,
            _ => Expected::Unknown,
        };
        let said = expected(&Engine::new(&network), &plan, &packet);
        if said != wanted {
            wrong.push(format!("{}: the engine says {said:?}; {}", folder.display(), settled.by));
        }
        if why.is_some() || wanted == Expected::Unknown {
            continue;
        }
        let trial = sent_alone(&program(), &labs, &network, &plan, packet).unwrap();
        if said == wanted && trial.fate != (if is_answered { Fate::Answered } else { Fate::Silent }) {
            wrong.push(format!("{}: in the lab {:?}; {}", folder.display(), trial.fate, settled.by));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!folders.is_empty());
}
