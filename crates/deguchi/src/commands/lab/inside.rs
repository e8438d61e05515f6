//! `deguchi lab exec` and `deguchi lab shell`: a command in a machine of a lab, with its addresses, resolvers and files.

use std::ffi::OsString;

use deguchi_lab::{LabPlan, Labs};

use crate::{
    commands::arguments::lab::{Exec, Shell},
    error::{Error, ErrorKind},
    question::closest,
};

/// Runs a command; its exit code is the answer.
pub(super) fn exec(arguments: &Exec) -> Result<u8, Error> {
    run(arguments.which.lab.as_deref(), &arguments.source, &arguments.command)
}

/// Runs the user's shell.
pub(super) fn shell(arguments: &Shell) -> Result<u8, Error> {
    let shell = std::env::var_os("SHELL").filter(|shell| !shell.is_empty()).unwrap_or_else(|| "/bin/sh".into());
    run(arguments.which.lab.as_deref(), &arguments.source, &[shell])
}

fn run(lab: Option<&str>, asked: &str, command: &[OsString]) -> Result<u8, Error> {
    let lab = Labs::of_user()?.find(lab)?;
    let plan = lab.plan()?;
    Ok(lab.run_inside(place(&plan, asked)?, command)?)
}

/// The one namespace that is called so.
pub(super) fn place<'p>(plan: &'p LabPlan, asked: &str) -> Result<&'p str, Error> {
    match plan.places_called(asked).as_slice() {
        [only] => Ok(only),
        [] => {
            let names = plan.machines.iter().flat_map(|machine| [Some(machine.id.as_str()), machine.name.as_deref()]);
            let close = closest(asked, names.flatten().chain(["internet"]));
            Err(Error::new(ErrorKind::NoSuchMachine { asked: asked.to_owned(), close }))
        }
        several => {
            let machines = plan.machines.iter().filter(|machine| several.contains(&machine.namespace.as_str()));
            let ids = machines.map(|machine| machine.id.clone()).collect();
            Err(Error::new(ErrorKind::SeveralMachines { asked: asked.to_owned(), ids }))
        }
    }
}
