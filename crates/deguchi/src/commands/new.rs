//! `deguchi new DIR`: writes Terraform of a network that is right from the start, and what is expected of it.

mod ask;
mod text;

use std::{
    fs,
    io::{self, IsTerminal as _},
    path::Path,
};

pub(crate) use ask::Asked;

use super::{arguments::new::New, output};
use crate::{
    blueprint::{Blueprint, File, Form, Name, Nat, Problem, Ranges},
    error::{Error, ErrorKind},
    fix::Prices,
    language::Language,
};

/// What is taken where nothing is said.
const NAME: &str = "main";
const REGION: &str = "us-east-1";
const RANGE: &str = "10.0.0.0/16";
const ZONES: u8 = 2;

/// Writes the network, or says what it would write.
pub(super) fn run(arguments: &New, language: Language) -> Result<u8, Error> {
    // Before any question: an answer must not be in vain.
    if !arguments.dry_run && !arguments.force {
        refuse_if_not_empty(&arguments.folder)?;
    }
    let prices = arguments.prices.as_deref().map_or_else(Prices::built_in, Prices::from_file)?;
    let blueprint = if arguments.is_bare() && io::stdin().is_terminal() && io::stderr().is_terminal() {
        ask::ask(&mut io::stdin().lock(), &mut io::stderr().lock(), &prices, language)?
    } else {
        of_arguments(arguments)?
    };
    let form = arguments.format.into();
    let files = blueprint.files_as(form, language)?;
    let others = if form == Form::Terraform { others(&arguments.folder, &files)? } else { Vec::new() };
    if !arguments.dry_run {
        write(&arguments.folder, &files, arguments.force)?;
    }
    let said = text::Said { blueprint: &blueprint, files: &files, others: &others, prices: &prices, arguments };
    output::to_stdout(&text::render(&said, language))?;
    Ok(0)
}

fn of_arguments(arguments: &New) -> Result<Blueprint, Error> {
    let given = |text: &Option<String>, otherwise: &str| text.clone().unwrap_or_else(|| otherwise.to_owned());
    Ok(Blueprint {
        name: Name::of_network(&given(&arguments.name, NAME))?,
        region: Name::of_region(&given(&arguments.region, REGION))?,
        ranges: Ranges::divide(&given(&arguments.cidr, RANGE), arguments.zones.unwrap_or(ZONES))?,
        nat: arguments.nat.map_or(Nat::Gateway, Nat::from),
        has_vpn_gateway: arguments.vpn_gateway,
        bucket: arguments.s3_bucket.as_deref().map(Name::of_bucket).transpose()?,
        has_machines: !arguments.no_machines,
    })
}

/// A folder with anything in it is somebody's work.
fn refuse_if_not_empty(folder: &Path) -> Result<(), Error> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(Problem::NotEmpty { folder: folder.display().to_string() }.into()),
        Ok(false) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(file_error(folder, &error)),
    }
}

/// Files of Terraform that are there already and stay: it reads every one in the folder.
fn others(folder: &Path, files: &[File]) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| file_error(folder, &error))?,
    };
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_read = |name: &String| [".tf", ".tf.json", ".tfvars"].iter().any(|end| name.ends_with(end));
    let is_other = |name: &String| files.iter().all(|file| file.name != name);
    let mut names: Vec<String> = names.filter(|name| is_read(name) && is_other(name)).collect();
    names.sort();
    Ok(names)
}

fn write(folder: &Path, files: &[File], may_replace: bool) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| file_error(folder, &error))?;
    for file in files {
        let path = folder.join(file.name);
        let mut options = fs::OpenOptions::new();
        // Unless it is wanted, not even over a file that came a moment ago.
        let opened = options.write(true).create_new(!may_replace).create(true).truncate(may_replace).open(&path);
        let written = opened.and_then(|mut opened| io::Write::write_all(&mut opened, file.text.as_bytes()));
        written.map_err(|error| file_error(&path, &error))?;
    }
    Ok(())
}

fn file_error(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::File { file: path.display().to_string(), cause: error.to_string() })
}
