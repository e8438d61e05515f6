//! The built-in examples: whole snapshots inside the program, so that a first try needs no file.

use crate::{
    error::{Error, ErrorKind},
    ingest::{self, File, Snapshot},
    language::Language,
    question::closest,
};

/// A built-in example.
#[derive(Debug)]
pub struct Example {
    /// Its name, as in `example:NAME`.
    pub name: &'static str,
    english: &'static str,
    japanese: &'static str,
    files: &'static [(&'static str, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/examples.rs"));

impl Example {
    /// Returns what it shows, in one line.
    pub const fn title(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Japanese => self.japanese,
        }
    }
}

/// Returns every example, by name.
pub fn all() -> &'static [Example] {
    EXAMPLES
}

/// Reads an example as if it had been saved from an account.
pub fn load(name: &str) -> Result<Snapshot, Error> {
    Ok(ingest::from_files(files(name)?)?)
}

/// Returns the files of an example.
pub(crate) fn files(name: &str) -> Result<Vec<File>, Error> {
    let Some(example) = EXAMPLES.iter().find(|example| example.name == name) else {
        let close = closest(name, EXAMPLES.iter().map(|example| example.name));
        return Err(Error::new(ErrorKind::UnknownExample { asked: name.to_owned(), close }));
    };
    let file = |(name, text): &(&str, &str)| File { name: (*name).to_owned(), text: (*text).to_owned() };
    Ok(example.files.iter().map(file).collect())
}
