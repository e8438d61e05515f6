//! Holds the READMEs to real runs: each block after `<!-- run: ARGUMENTS -->` is what the program prints.
//!
//! With `UPDATE_README=1` the blocks are written anew.
#![cfg(test)]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the program prints for the arguments of a block.
fn run(arguments: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_deguchi"))
        .args(arguments.split_whitespace())
        .current_dir(root())
        .env_remove("COLUMNS")
        .output()
        .expect("the program runs");
    String::from_utf8(output.stdout).expect("the program prints UTF-8")
}

/// The text of a README with every block as the program prints it.
fn with_real_runs(text: &str) -> (String, usize) {
    let mut made = String::new();
    let mut count = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        made.push_str(line);
        made.push('\n');
        let Some(arguments) = line.strip_prefix("<!-- run: ").and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        assert_eq!(lines.next(), Some("```text"), "a block follows: {arguments}");
        assert!(lines.by_ref().any(|line| line == "```"), "the block ends: {arguments}");
        made.push_str("```text\n");
        made.push_str(&run(arguments));
        made.push_str("```\n");
        count += 1;
    }
    (made, count)
}

#[test]
fn the_readmes_show_real_runs() {
    let root = root();
    for (name, runs) in [("README.md", 6), ("README.ja.md", 4)] {
        let path = root.join(name);
        let text = std::fs::read_to_string(&path).expect("a README");
        let (made, count) = with_real_runs(&text);
        assert_eq!(count, runs, "{name}");
        if std::env::var_os("UPDATE_README").is_some() {
            std::fs::write(&path, made).expect("the README can be written");
        } else {
            assert_eq!(text, made, "{name}: run this test with UPDATE_README=1 and look at what changed");
        }
    }
}
