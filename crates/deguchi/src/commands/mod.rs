//! The commands: what a terminal sees. Each reads a snapshot, asks, and prints one answer.
//!
//! Answers go to standard output, notices and errors to standard error.

mod arguments;
mod check;
mod checklist;
mod completions;
mod diff;
mod examples;
mod help_english;
mod help_japanese;
mod help_lab_english;
mod help_lab_japanese;
mod help_new_english;
mod help_new_japanese;
mod lab;
mod lab_service;
mod man;
mod new;
mod output;
mod probe;
mod routes;
mod rules;
mod snapshot;
mod subnets;
mod table;
mod why;

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _, error::ErrorKind as UsageKind};

use crate::{error::Error, language::Language};
use arguments::{Arguments, Command};
pub(crate) use lab::Word as DemoWord;
pub(crate) use new::Asked;
pub(crate) use routes::{Effect as RouteEffect, Origin as RouteOriginWord, Unrouted};
pub(crate) use subnets::{Association, Occupant};

/// Runs the program and returns its exit code: 0 yes, 1 no, 2 could not run, 3 undecided.
pub fn run(arguments: Vec<OsString>) -> u8 {
    if let Some(code) = lab_service::run_if_asked(&arguments) {
        return code;
    }
    let language = wanted_language(&arguments);
    // A lab's own processes, which are no commands for people either.
    if let Some(outcome) = deguchi_lab::run_if_asked(&arguments) {
        return outcome.unwrap_or_else(|error| {
            let error = Error::from(error);
            output::to_stderr(&error.render(language));
            error.exit_code()
        });
    }
    let parsed =
        command(language).try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(usage) => {
            // Help and version are answers; anything else is bad usage. A closed pipe is nobody's fault.
            let _ = usage.print();
            return match usage.kind() {
                UsageKind::DisplayHelp | UsageKind::DisplayVersion => 0,
                _ => 2,
            };
        }
    };
    match perform(&parsed.command, language) {
        Ok(code) => code,
        Err(error) => {
            snapshot::tell_cause(&error, language);
            output::to_stderr(&error.render(language));
            error.exit_code()
        }
    }
}

fn perform(command: &Command, language: Language) -> Result<u8, Error> {
    match command {
        Command::Why(arguments) => why::run(arguments, language),
        Command::Subnets(arguments) => subnets::run(arguments, language),
        Command::Routes(arguments) => routes::run(arguments, language),
        Command::Rules(arguments) => rules::run(arguments, language),
        Command::Checklist(arguments) => checklist::run(arguments, language),
        Command::Check(arguments) => check::run(arguments, language),
        Command::New(arguments) => new::run(arguments, language),
        Command::Diff(arguments) => diff::run(arguments, language),
        Command::Probe(arguments) => probe::run(arguments, language),
        Command::Lab(arguments) => lab::run(&arguments.command, language),
        Command::Examples => examples::run(language),
        Command::Completions(arguments) => completions::run(arguments, language),
        Command::Man => man::run(language),
    }
}

/// The command line in a language.
fn command(language: Language) -> clap::Command {
    let command = Arguments::command();
    match language {
        Language::English => help_english::worded(command),
        Language::Japanese => help_japanese::worded(command),
    }
}

/// The language of `--lang`, else of the locale. Read before the arguments are, so that bad usage is worded in it too.
fn wanted_language(arguments: &[OsString]) -> Language {
    let words: Vec<&str> = arguments.iter().skip(1).map_while(|word| word.to_str()).collect();
    let said = words.iter().zip(words.iter().skip(1).map(Some).chain([None])).find_map(|(word, next)| {
        let value = word.strip_prefix("--lang=").or_else(|| if *word == "--lang" { next.copied() } else { None });
        value.and_then(Language::from_tag)
    });
    // POSIX: the first of these that is set and not empty decides, `C` for English.
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    let locale = locale.into_iter().find(|value| !value.is_empty());
    said.or_else(|| Language::from_tag(&locale?)).unwrap_or_default()
}
