//! The same snapshot gives the same answer to the byte, in whatever order its files are read.
#![cfg(test)]

use std::path::{Path, PathBuf};

use deguchi::{
    ingest::{self, File},
    language::Language,
    question, report,
};
use deguchi_engine::Engine;
use proptest::prelude::*;

/// The JSON files of a folder, at any depth.
fn files_of(folder: &Path) -> Vec<File> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(path) = pending.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.push(File { name, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    files
}

fn folders() -> Vec<(PathBuf, &'static str, &'static str)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    vec![
        (top.join("cases/three-faults/snapshot"), "web-1", "yum"),
        (top.join("cases/healthy/snapshot"), "web-2", "https://api.sendgrid.com"),
        (top.join("testdata/fixtures/snapshots/ok-extras"), "app", "10.1.0.10:443"),
        (top.join("testdata/recorded/npguard-aws-open"), "10.240.20.245", "161.26.0.0:443"),
        (top.join("testdata/recorded/batfish-lab-demo"), "10.1.1.133", "internet"),
    ]
}

/// Everything that is printed about a question, in both languages and formats.
fn printed(files: Vec<File>, source: &str, destination: &str) -> String {
    let snapshot = ingest::from_files(files).unwrap();
    let network = &snapshot.network;
    let question = question::resolve(network, source, destination, &question::Options::default()).unwrap();
    let engine = Engine::new(network);
    let answers: Vec<_> = question.alternatives.iter().map(|one| engine.answer(&one.query)).collect();
    let report = report::why(network, &question, &answers, &snapshot.notices);
    let style = report::text::Style::plain(report::text::Style::DEFAULT_WIDTH);
    let mut all = String::new();
    for language in [Language::English, Language::Japanese] {
        all += &report::text::render(&report, language, style);
        all += &report::json::render(&report, language);
    }
    all
}

/// The next number of a small linear congruential generator, without the low bits, which repeat soonest.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 11
}

/// Reorders every list of objects, at any depth.
///
/// The addresses of a NAT gateway keep their order: it says which was chosen first.
fn shuffle(value: &mut serde_json::Value, state: &mut u64) {
    match value {
        serde_json::Value::Array(items) => {
            items.iter_mut().for_each(|item| shuffle(item, state));
            if items.iter().all(serde_json::Value::is_object) {
                items.sort_by_cached_key(|_| next(state));
            }
        }
        serde_json::Value::Object(fields) => {
            let others = fields.iter_mut().filter(|(name, _)| *name != "NatGatewayAddresses");
            others.for_each(|(_, field)| shuffle(field, state));
        }
        _ => {}
    }
}

/// A print without the lines that say where in a file something stands.
fn without_places(printed: &str) -> String {
    printed.lines().filter(|line| !line.contains(".json")).map(|line| format!("{line}\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    /// What names a place in a file changes with the order; nothing else may.
    #[test]
    fn shuffled_lists_change_no_byte(seed in any::<u64>()) {
        // One folder holds the same ids several times: which of two sightings is the first is its order.
        let is_of_one_account = |folder: &PathBuf| !folder.ends_with("npguard-aws-open");
        for (folder, source, destination) in folders().into_iter().filter(|(folder, ..)| is_of_one_account(folder)) {
            let files = files_of(&folder);
            let mut state = seed;
            let shuffled = files.iter().map(|file| {
                let mut value: serde_json::Value = serde_json::from_str(&file.text).unwrap();
                shuffle(&mut value, &mut state);
                File { name: file.name.clone(), text: value.to_string() }
            });
            let shuffled = without_places(&printed(shuffled.collect(), source, destination));
            prop_assert_eq!(without_places(&printed(files, source, destination)), shuffled);
        }
    }

    #[test]
    fn shuffled_files_change_no_byte(seed in any::<u64>()) {
        for (folder, source, destination) in folders() {
            let files = files_of(&folder);
            let first = printed(files.clone(), source, destination);
            prop_assert!(!first.is_empty());
            let mut shuffled = files;
            let mut state = seed;
            shuffled.sort_by_cached_key(|_| next(&mut state));
            prop_assert_eq!(first, printed(shuffled, source, destination));
        }
    }
}
