//! Holds `docs/semantics.md` to the code: a rule that is cited stands there, and what it names exists.
//!
//! Leaves out whether the code does what the rule says: that is for the tests that the page names.
// So that what clippy.toml allows in tests is allowed in their helpers too.
#![cfg(test)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The sections of the page; an id is one of these, a hyphen and a number.
const SECTIONS: &[&str] = &[
    "PW", "RT", "SG", "NA", "NG", "NI", "IG", "VP", "TG", "PX", "GE", "IE", "LB", "FW", "DN", "RP", "IM", "IC", "TM",
    "QT", "AP", "EC",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    fs::read_to_string(root().join("docs/semantics.md")).expect("docs/semantics.md")
}

/// One rule of the page, as its row has it.
struct Rule {
    id: String,
    code: String,
    pinned_by: String,
}

/// The rules of the page, in its order.
fn rules(page: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| <a id=")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [id, _, _, code, pinned_by] = cells.as_slice() else { panic!("five cells: {line}") };
        let (anchor, id) = id.split_once("</a>").expect("an anchor, then the id");
        assert_eq!(anchor, format!("<a id=\"{}\">", id.to_lowercase()), "the anchor of {id}");
        rules.push(Rule { id: id.to_owned(), code: (*code).to_owned(), pinned_by: (*pinned_by).to_owned() });
    }
    rules
}

/// What stands in backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The files below a folder, at any depth, whose text may cite a rule.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| ["rs", "md", "toml"].iter().any(|it| extension == *it)) {
            found.push(path);
        }
    }
}

/// The ids that a text cites: two letters of a section, a hyphen and a number, with no letter or digit beside them.
fn cited(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    for (place, _) in text.match_indices('-') {
        let (before, after) = (&text[..place], &text[place + 1..]);
        let Some(section) = SECTIONS.iter().find(|section| before.ends_with(**section)) else { continue };
        let number: &str = after.split(|character: char| !character.is_ascii_digit()).next().unwrap_or_default();
        let is_apart = !before[..before.len() - section.len()].ends_with(is_word)
            && !after[number.len()..].starts_with(is_word)
            && !number.is_empty();
        if is_apart {
            found.insert(format!("{section}-{number}"));
        }
    }
    found
}

#[test]
fn every_rule_that_is_cited_stands_in_the_page() {
    let known: BTreeSet<String> = rules(&page()).into_iter().map(|rule| rule.id).collect();
    let mut paths = Vec::new();
    for folder in ["crates", "cases", "docs"] {
        files(&root().join(folder), &mut paths);
    }
    let mut unknown: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for id in cited(&text).into_iter().filter(|id| !known.contains(id)) {
            unknown.entry(id).or_default().insert(path.clone());
        }
    }
    assert!(unknown.is_empty(), "cited, and not in docs/semantics.md: {unknown:#?}");
}

#[test]
fn every_rule_stands_in_the_page_once_and_in_order() {
    let page = page();
    let rules = rules(&page);
    assert!(rules.len() > 100, "the page has {} rules", rules.len());
    let mut last: Option<(String, u32)> = None;
    let mut sections = BTreeSet::new();
    for Rule { id, .. } in &rules {
        assert_eq!(cited(id), BTreeSet::from([id.clone()]), "{id} is an id");
        let (section, number) = id.split_once('-').expect("a hyphen");
        let number: u32 = number.parse().expect("a number");
        match &last {
            Some((before, highest)) if before == section => assert!(number > *highest, "{id} is out of order"),
            _ => assert!(sections.insert(section.to_owned()), "{section} stands in two places"),
        }
        last = Some((section.to_owned(), number));
    }
}

#[test]
fn every_file_that_a_rule_names_exists() {
    for Rule { id, code, .. } in rules(&page()) {
        assert!(code == "–" || code.contains('`'), "{id}: files, or `–` for none");
        for name in quoted(&code) {
            assert!(root().join("crates").join(name).is_file(), "{id} names crates/{name}");
        }
    }
}

#[test]
fn every_case_and_test_that_a_rule_names_exists() {
    let mut paths = Vec::new();
    files(&root().join("crates"), &mut paths);
    let sources: Vec<String> = paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    for Rule { id, pinned_by, .. } in rules(&page()) {
        assert!(pinned_by == "–" || pinned_by.contains('`'), "{id}: cases and tests, or `–` for none");
        for name in quoted(&pinned_by) {
            let exists = if name.starts_with("cases/") {
                root().join(name).join("questions.toml").is_file()
            } else {
                let definition = format!("fn {name}(");
                sources.iter().any(|source| source.contains(&definition))
            };
            assert!(exists, "{id} is pinned by {name}");
        }
    }
}

#[test]
fn every_source_that_a_rule_names_has_an_address() {
    let page = page();
    let defined: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split_once("]: https://").map(|(label, _)| label))
        .collect();
    for line in page.lines().filter(|line| line.starts_with("| <a id=")) {
        let sources = line.split(" | ").nth(2).expect("a third cell");
        let labels: Vec<&str> = sources.split_whitespace().map(|label| label.trim_matches(['[', ']'])).collect();
        assert!(!labels.is_empty(), "{line}");
        for label in labels {
            assert!(defined.contains(label), "{label} has no address: {line}");
        }
    }
}

#[test]
fn an_id_is_told_from_what_looks_like_one() {
    let text = "RT-10 (SG-1, NA-5). `rtb-1` pRT-1 RT-1a TG-x UTF-8 EC-1, NG-1 to NG-24";
    let expected = ["EC-1", "NA-5", "NG-1", "NG-24", "RT-10", "SG-1"];
    assert_eq!(cited(text).into_iter().collect::<Vec<_>>(), expected);
}
