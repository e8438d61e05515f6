//! Holds `docs/explanation-codes.md` to AWS's list of codes, to the codes of the engine, and to the tests and cases that it names.
//!
//! Leaves out whether a code is the right one: that is for what the page names.
#![cfg(test)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use deguchi_engine::Code;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands in backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// A code's row: whether it arises, and what the last column says.
fn rows(page: &str) -> BTreeMap<&str, (bool, &str)> {
    let mut rows = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [code, arises, why] = cells.as_slice() else { panic!("three cells: {line}") };
        let code = code.trim_matches('`');
        assert!(["yes", "no"].contains(arises), "{line}");
        assert!(rows.insert(code, (*arises == "yes", *why)).is_none(), "{code} stands twice");
    }
    rows
}

/// Every test of the files that pin codes, with its text.
fn tests() -> BTreeMap<String, String> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["crates/deguchi-engine/tests/rules", "crates/deguchi/tests"] {
        files.extend(fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    let mut found = BTreeMap::new();
    for file in files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
        for text in fs::read_to_string(file).unwrap().split("#[test]").skip(1) {
            let after = text.split_once("fn ").map_or("", |(_, after)| after);
            let name = after.split('(').next().unwrap_or_default();
            found.insert(name.to_owned(), text.to_owned());
        }
    }
    found
}

fn aws() -> BTreeSet<String> {
    let codes: BTreeSet<String> = read("testdata/aws-api/explanation-codes.txt").lines().map(str::to_owned).collect();
    assert_eq!(codes.len(), 89, "71 paths, 5 of configuration, 13 filters");
    codes
}

#[test]
fn every_code_of_aws_and_of_the_engine_stands_in_the_page_once() {
    let page = read("docs/explanation-codes.md");
    let rows = rows(&page);
    let own: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let (paths, filters) = page.split_once("## Search filters").unwrap();
    let filters = filters.split("## deguchi's own").next().unwrap();
    let filters: BTreeSet<&str> = quoted(filters).collect();
    let wrong: Vec<String> = aws()
        .iter()
        .filter(|code| rows.contains_key(code.as_str()) == filters.contains(code.as_str()))
        .map(|code| format!("{code} stands neither in a row nor among the filters, or in both"))
        .chain(own.iter().filter(|code| !rows.contains_key(**code)).map(|code| format!("{code} has no row")))
        .chain(
            rows.iter()
                .filter(|(code, (arises, _))| *arises != own.contains(*code))
                .map(|(code, _)| format!("{code}: the page and the engine do not agree whether it arises")),
        )
        .chain(
            own.iter()
                .filter(|code| aws().contains(**code) == code.starts_with("DEGUCHI_"))
                .map(|code| format!("{code} is of AWS without standing in its list, or of deguchi without saying so")),
        )
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(rows_of(paths) > 70, "{}", rows_of(paths));
}

fn rows_of(text: &str) -> usize {
    rows(text).len()
}

#[test]
fn every_code_that_arises_is_told_by_the_tests_and_cases_that_are_named() {
    let page = read("docs/explanation-codes.md");
    let tests = tests();
    let mut wrong = Vec::new();
    for (code, (arises, why)) in rows(&page) {
        let named: Vec<&str> = quoted(why).collect();
        if !arises {
            assert!(why.len() > 15, "{code}: says why");
        }
        let mut pins = 0;
        for name in named {
            let text = match name.strip_prefix("cases/") {
                Some(_) => read(&format!("{name}/questions.toml")),
                None if name.contains('_')
                    && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') =>
                {
                    tests.get(name).cloned().unwrap_or_else(|| panic!("{code}: there is no test `{name}`"))
                }
                None => continue,
            };
            pins += 1;
            // As a word: one code may be the beginning of another.
            let is_told = text.match_indices(code).any(|(place, _)| {
                let is_part = |beside: Option<char>| beside.is_some_and(|it| it.is_ascii_uppercase() || it == '_');
                !is_part(text[place + code.len()..].chars().next()) && !is_part(text[..place].chars().next_back())
            });
            if arises && !is_told {
                wrong.push(format!("{code}: `{name}` does not tell it"));
            }
        }
        if arises && pins == 0 {
            wrong.push(format!("{code} arises, and nothing pins it"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
