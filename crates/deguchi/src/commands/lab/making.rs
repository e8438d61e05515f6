//! From a snapshot to a lab that is up: what is built of it, and how far it has come while one waits.

use std::{
    collections::BTreeSet,
    io::{self, IsTerminal as _},
    path::Path,
};

use deguchi_lab::{Lab, LabError, LabPlan, NewFolder, Rights, Step, plan_with};
use deguchi_model::{InstanceId, Network};

use crate::{
    commands::{
        arguments::lab::{Fault, Made},
        output,
    },
    error::{Error, ErrorKind},
    lab_options,
    language::Language,
    question::{self, Found},
    words::{lab_english, lab_japanese},
};

/// The plan of what is asked for; faults in guests are put into the network too, for the engine.
pub(super) fn plan(network: &mut Network, focus: Option<&str>, faults: &[(String, Fault)]) -> Result<LabPlan, Error> {
    let mut options = lab_options::of_network(network)?;
    if let Some(asked) = focus {
        let machine = question::machine(network, asked, &mut Vec::new())?;
        let all = machine.instance.into_iter().flat_map(|instance| &instance.interfaces);
        let all: BTreeSet<_> = all.map(|own| own.interface.clone()).chain([machine.interface.id.clone()]).collect();
        options.focus = Some(all);
    }
    let faults = faults.iter().map(|(asked, fault)| Ok((instance(network, asked)?, fault.kind())));
    let faults: Vec<_> = faults.collect::<Result<_, Error>>()?;
    lab_options::make_guest_faults(network, &mut options, &faults);
    Ok(plan_with(network, &options))
}

fn instance(network: &Network, asked: &str) -> Result<InstanceId, Error> {
    match question::find(network, asked)? {
        Some(Found::Instance(instance)) => Ok(instance.id.clone()),
        _ => Err(Error::new(ErrorKind::NoSuchInstance { asked: asked.to_owned() })),
    }
}

/// Faults as a lab writes them down.
pub(super) fn written(made: &Made) -> Vec<String> {
    let name = |fault: &Fault| clap::ValueEnum::to_possible_value(fault).map(|value| value.get_name().to_owned());
    made.guest_fault.iter().filter_map(|(asked, fault)| Some(format!("{asked}={}", name(fault)?))).collect()
}

/// Brings a lab up in its folder, and tells each step.
pub(super) fn bring_up(plan: &LabPlan, folder: &NewFolder, is_root: bool, language: Language) -> Result<Lab, Error> {
    let program = std::env::current_exe().map_err(|error| LabError::system("program", error))?;
    let rights = if is_root { Rights::Root } else { Rights::Unprivileged };
    let is_terminal = io::stderr().is_terminal();
    let mut told = |step: Step| tell(step, folder.name(), is_terminal, language);
    let lab = Lab::up_and_tell(plan, Path::new(&program), folder.path(), rights, &mut told);
    if is_terminal {
        output::to_stderr("\r\u{1b}[K");
    }
    Ok(lab?)
}

/// One line that changes on a terminal; the end of each step elsewhere.
fn tell(step: Step, name: &str, is_terminal: bool, language: Language) {
    let words = match language {
        Language::English => lab_english::step(step),
        Language::Japanese => lab_japanese::step(step),
    };
    match step {
        _ if is_terminal => output::to_stderr(&format!("\r\u{1b}[K{name}: {words}")),
        Step::Furnished(done, all) if done < all => {}
        _ => output::to_stderr(&format!("{name}: {words}\n")),
    }
}
