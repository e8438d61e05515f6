//! `deguchi lab`: the same network in real packets. One file for each thing that can be done with a lab.

mod apply;
mod check;
mod demo;
mod down;
mod inside;
mod list;
mod making;
mod standing;
mod up;
mod why;

pub(crate) use demo::Word;

use super::arguments::lab::Command;
use crate::{error::Error, language::Language};

/// Does what was asked with a lab.
pub(super) fn run(command: &Command, language: Language) -> Result<u8, Error> {
    match command {
        Command::Up(arguments) => up::run(arguments, language),
        Command::Check(arguments) => check::run(arguments, language),
        Command::Exec(arguments) => inside::exec(arguments),
        Command::Shell(arguments) => inside::shell(arguments),
        Command::Why(arguments) => why::run(arguments, language),
        Command::Apply(arguments) => apply::run(arguments, language),
        Command::Demo(arguments) => demo::run(arguments, language),
        Command::List(arguments) => list::run(arguments, language),
        Command::Down(arguments) => down::run(arguments, language),
    }
}
