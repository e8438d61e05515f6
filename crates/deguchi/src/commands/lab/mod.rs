//! `deguchi lab`: the same network in real packets. One file for each thing that can be done with a lab.

mod check;
mod down;
mod inside;
mod list;
mod making;
mod up;

use super::arguments::lab::Command;
use crate::{error::Error, language::Language};

/// Does what was asked with a lab.
pub(super) fn run(command: &Command, language: Language) -> Result<u8, Error> {
    match command {
        Command::Up(arguments) => up::run(arguments, language),
        Command::Check(arguments) => check::run(arguments, language),
        Command::Exec(arguments) => inside::exec(arguments),
        Command::Shell(arguments) => inside::shell(arguments),
        Command::List(arguments) => list::run(arguments, language),
        Command::Down(arguments) => down::run(arguments, language),
    }
}
