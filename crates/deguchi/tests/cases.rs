//! Holds every case to its questions: the verdict, and exactly the reasons that it names.
#![cfg(test)]

use std::{collections::BTreeSet, fs, path::PathBuf};

use deguchi::{ingest, language::Language, question, report};
use deguchi_engine::{Answer, Decision, Engine, Query, RuleEffect, Verdict};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    question: Vec<Asked>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    source: String,
    destination: String,
    verdict: String,
    reasons: BTreeSet<String>,
    os: Option<String>,
    port: Option<u16>,
    source_ports: Option<String>,
    ipv6: Option<bool>,
}

fn cases() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("questions.toml").is_file());
    cases.sort();
    assert!(cases.len() >= 18, "only {} cases", cases.len());
    cases
}

fn options(asked: &Asked) -> question::Options {
    let ports = |text: &String| {
        let (first, last) = text.split_once('-').unwrap();
        deguchi_model::PortRange::new(first.parse().unwrap(), last.parse().unwrap()).unwrap()
    };
    question::Options {
        action: None,
        os: asked.os.clone(),
        source_ports: asked.source_ports.as_ref().map(ports),
        port: asked.port,
        family: asked.ipv6.unwrap_or_default().then_some(question::Family::Ipv6),
    }
}

/// What a filter's table of rules says has to be what the walk decided there.
fn rule_tables_that_differ(engine: &Engine<'_>, query: &Query, answer: &Answer, title: &str) -> Vec<String> {
    let hops = answer.ways.iter().flat_map(|way| &way.hops);
    let differs = hops.filter(|hop| {
        let rows = engine.rule_table(query, hop);
        let lets_pass = rows.iter().any(|row| row.effect == RuleEffect::Allows);
        match &hop.decision {
            Decision::Allowed { by } => !by.is_empty() && !lets_pass,
            Decision::Denied { .. } => lets_pass,
            _ => false,
        }
    });
    differs.map(|hop| format!("{title}: the rules at {:?} are not what decided there", hop.place)).collect()
}

#[test]
fn every_case_answers_its_questions() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let snapshot = ingest::from_path(&case.join("snapshot")).unwrap();
        let questions: Questions = toml::from_str(&fs::read_to_string(case.join("questions.toml")).unwrap()).unwrap();
        let engine = Engine::new(&snapshot.network);
        for asked in questions.question {
            count += 1;
            let title = format!("{name}: {} → {}", asked.source, asked.destination);
            let read = question::resolve(&snapshot.network, &asked.source, &asked.destination, &options(&asked));
            let question = match read {
                Ok(question) => question,
                Err(error) => {
                    wrong.push(format!("{title}: {}", error.render(Language::English)));
                    continue;
                }
            };
            let answers: Vec<Answer> = question.alternatives.iter().map(|each| engine.answer(&each.query)).collect();
            for (alternative, answer) in question.alternatives.iter().zip(&answers) {
                wrong.extend(rule_tables_that_differ(&engine, &alternative.query, answer, &title));
            }
            let report = report::why(&snapshot.network, &question, &answers, &snapshot.notices);
            let verdict = match report.verdict() {
                Verdict::Reachable => "reachable",
                Verdict::Partly => "partly",
                Verdict::Unreachable => "unreachable",
                Verdict::Undecided => "undecided",
            };
            let reasons: BTreeSet<String> = match report.verdict() {
                Verdict::Undecided => answers
                    .iter()
                    .flat_map(|answer| &answer.missing)
                    .map(|missing| format!("{} {}", missing.code, missing.resource))
                    .collect(),
                _ => answers
                    .iter()
                    .flat_map(|answer| &answer.reasons)
                    .map(|reason| format!("{} {}", reason.code, reason.resource))
                    .collect(),
            };
            if verdict != asked.verdict || reasons != asked.reasons {
                wrong.push(format!("{title}: {verdict} {reasons:?}, expected {} {:?}", asked.verdict, asked.reasons));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} questions:\n{}", wrong.len(), wrong.join("\n"));
}
