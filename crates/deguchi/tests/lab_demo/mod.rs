//! Holds the demonstration in the READMEs to real runs of `deguchi lab demo`, with the real dnf, ping and curl.
//!
//! What deguchi says is held to the letter; what the others say changes with their versions and the clock, so that of
//! them only the outcome is held: the demonstration itself checks who fails and who succeeds. With `UPDATE_README=1` the
//! blocks are written anew.

use std::{fs, path::Path};

use crate::lab_host::{Home, missing};

/// A README around its block of the demonstration, and what the block says.
fn parts(text: &str, language: &str) -> (String, String, String) {
    let marker = format!("<!-- demo: {language} -->\n```text\n");
    let start = text.find(&marker).expect("a block of the demonstration") + marker.len();
    let end = start + text[start..].find("```\n").expect("the block ends");
    (text[..start].to_owned(), text[start..end].to_owned(), text[end..].to_owned())
}

/// The lines of deguchi: all but those behind a command that runs inside a machine.
fn of_deguchi(text: &str) -> Vec<&str> {
    let mut is_inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.starts_with("$ ") || line.starts_with("# ") {
            is_inside = line.starts_with("$ deguchi lab exec ");
            lines.push(line);
        } else if !is_inside && !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

fn hold(readme: &str, language: &str) {
    if let Some(why) = missing(&["dnf", "ping", "curl"]) {
        println!("skipped: {why}");
        return;
    }
    let home = Home::new(&format!("demo-{language}"));
    let shown = home.run(&["lab", "demo", "--lang", language]);
    assert_eq!(shown.code, 0, "{}{}", shown.out, shown.err);
    assert_eq!(home.labs(), Vec::<String>::new(), "nothing stays");
    let shown: String = shown.out.trim_start().lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(readme);
    let text = fs::read_to_string(&path).unwrap();
    let (before, recorded, behind) = parts(&text, language);
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{before}{shown}{behind}")).unwrap();
        return;
    }
    assert_eq!(of_deguchi(&recorded), of_deguchi(&shown), "{readme}: run this test with UPDATE_README=1");
    for outcome in ["Metadata cache created.", "HTTP 401", "0% packet loss"] {
        assert!(recorded.contains(outcome), "{readme}: {outcome}");
    }
}

#[test]
fn the_demonstration_runs_as_the_readme_shows() {
    hold("README.md", "en");
}

#[test]
fn the_demonstration_runs_as_the_japanese_readme_shows() {
    hold("README.ja.md", "ja");
}
