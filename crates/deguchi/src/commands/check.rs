//! `deguchi check EXPECTATIONS --from PATH`: does the network do what is expected of it?

use std::{fs, io, path::Path};

use super::{
    arguments::{Check, CheckFormat},
    output, snapshot,
};
use crate::{
    error::{Error, ErrorKind},
    expectation::{self, file, init, judge},
    language::Language,
    report::ci::{junit, sarif},
    words::{expectation_english as english, expectation_japanese as japanese},
};

/// Holds a network to its expectations, or writes a first file of them.
pub(super) fn run(arguments: &Check, language: Language) -> Result<u8, Error> {
    let snapshot = snapshot::load_input(&arguments.input)?;
    let Some(path) = arguments.expectations.as_deref().filter(|_| !arguments.init) else {
        snapshot::tell(&snapshot.notices, language);
        return write(&init::init(&snapshot.network, language), arguments.expectations.as_deref());
    };
    let name = path.display().to_string();
    let wrong = |(line, problem)| Error::new(ErrorKind::Expectations { file: name.clone(), line, problem });
    let text = fs::read_to_string(path).map_err(|error| file_error(path, &error))?;
    let expectations = file::parse(&text).map_err(wrong)?;
    let check = judge::judge(&snapshot.network, &name, expectations).map_err(wrong)?;
    if arguments.format != CheckFormat::Json {
        snapshot::tell(&snapshot.notices, language);
    }
    let text = match arguments.format {
        CheckFormat::Text => expectation::text::render(&check, language, output::is_coloured(arguments.color)),
        CheckFormat::Json => expectation::json::render(&check, &snapshot.notices, language),
        CheckFormat::Junit => junit::render(&name, &expectation::cases(&check, language)),
        CheckFormat::Sarif => sarif::render(&expectation::cases(&check, language), &|rule| match language {
            Language::English => english::rule(rule),
            Language::Japanese => japanese::rule(rule),
        }),
    };
    output::to_stdout(&text)?;
    Ok(check.exit_code())
}

/// Writes a first file; one that is there already is not written over.
fn write(text: &str, path: Option<&Path>) -> Result<u8, Error> {
    let Some(path) = path else {
        output::to_stdout(text)?;
        return Ok(0);
    };
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    written.map(|()| 0).map_err(|error| file_error(path, &error))
}

fn file_error(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::File { file: path.display().to_string(), cause: error.to_string() })
}
