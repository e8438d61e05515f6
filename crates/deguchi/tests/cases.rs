//! Holds every case to its questions: the verdict, and exactly the reasons that it names.
#![cfg(test)]

use std::{fs, path::PathBuf};

use deguchi::{
    expectation::{Want, file},
    ingest,
    language::Language,
    question, report,
};
use deguchi_engine::{Answer, Decision, Engine, Query, RuleEffect};

fn cases() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("questions.toml").is_file());
    cases.sort();
    assert!(cases.len() >= 18, "only {} cases", cases.len());
    cases
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
        let questions = file::parse(&fs::read_to_string(case.join("questions.toml")).unwrap()).unwrap();
        let engine = Engine::new(&snapshot.network);
        for asked in questions {
            count += 1;
            let title = format!("{name}: {} → {}", asked.source, asked.destination);
            let read = question::resolve(&snapshot.network, &asked.source, &asked.destination, &asked.options);
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
            let verdict = Want::Verdict(report.verdict());
            let reasons = report.reasons();
            if verdict != asked.want || Some(&reasons) != asked.reasons.as_ref() {
                let verdict = verdict.code();
                wrong.push(format!(
                    "{title}: {verdict} {reasons:?}, expected {} {:?}",
                    asked.want.code(),
                    asked.reasons
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} questions:\n{}", wrong.len(), wrong.join("\n"));
}
