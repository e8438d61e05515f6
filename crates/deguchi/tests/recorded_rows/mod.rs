//! The rows of recorded data: CSV files beside the snapshots.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// A row of a CSV file, by the names of its columns. Fields in double quotes may hold commas.
pub(crate) type Row = BTreeMap<String, String>;

pub(crate) fn rows(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = text.lines().map(fields);
    let header = lines.next().expect("a header");
    lines.map(|fields| header.iter().cloned().zip(fields).collect()).collect()
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    for character in line.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            character => fields.last_mut().expect("one field at least").push(character),
        }
    }
    fields
}

/// The folders of recorded data that hold a file, in order.
pub(crate) fn datasets(file: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(testdata().join("recorded")).expect("recorded data");
    let folders = entries.map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> = folders.filter(|path| path.join(file).is_file()).collect();
    found.sort();
    found
}
