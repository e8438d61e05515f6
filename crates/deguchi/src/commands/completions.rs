//! `deguchi completions SHELL`: a script that completes the command line.

use super::{arguments::Completions, command, output};
use crate::{error::Error, language::Language};

/// Prints the script.
pub(super) fn run(arguments: &Completions, language: Language) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(language), "deguchi", &mut script);
    output::to_stdout(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
