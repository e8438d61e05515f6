//! `deguchi man`: the manual page, in roff.

use super::{command, output};
use crate::{
    error::{Error, ErrorKind},
    language::Language,
};

/// Prints one page for the program and all its commands.
pub(super) fn run(language: Language) -> Result<u8, Error> {
    let mut page = Vec::new();
    let mut command = command(language);
    command.build();
    let write = |command: clap::Command, page: &mut Vec<u8>| {
        clap_mangen::Man::new(command).render(page).map_err(|error| Error::new(ErrorKind::Output(error.to_string())))
    };
    write(command.clone(), &mut page)?;
    for sub in command.get_subcommands() {
        let name = sub.get_bin_name().unwrap_or(sub.get_name()).to_owned();
        write(sub.clone().display_name(name), &mut page)?;
    }
    output::to_stdout(&String::from_utf8_lossy(&page))?;
    Ok(0)
}
