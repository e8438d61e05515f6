//! Which questions a network's lab is asked: every class of sources about every destination of the catalogue, and those of a case.

use std::{fs, path::Path};

use deguchi_engine::{Answer, Engine, Query, source_classes};
use deguchi_model::Network;

use crate::{
    catalogue::Catalogue,
    error::{Error, ErrorKind},
    expectation::{Expectation, file},
    question::{self, Alternative, Family, Options},
};

/// What every machine may be asked about, beside what the catalogue has a name for.
const DESTINATIONS: [&str; 6] = ["yum", "s3", "dynamodb", "internet", "https://api.sendgrid.com", "icmp:amazon.com"];

/// A question, and what the engine answers.
#[derive(Clone, Debug)]
pub struct Asked {
    /// From where, as people name it.
    pub source: String,
    /// How many interfaces the source stands for.
    pub members: usize,
    /// Where to, as written.
    pub destination: String,
    /// Which of several things the destination may stand for.
    pub alternative: Option<String>,
    /// The question.
    pub query: Query,
    /// The engine's answer.
    pub answer: Answer,
}

/// Returns the questions about every class of sources: to the catalogue's destinations, and from the internet to those that
/// have a public address.
///
/// # Errors
///
/// If the catalogue cannot be read.
pub fn of_classes(network: &Network) -> Result<Vec<Asked>, Error> {
    let catalogue = Catalogue::built_in()?;
    let engine = Engine::new(network);
    let mut asked = Vec::new();
    for class in source_classes(network) {
        let (interface, _) = class.representative;
        let id = interface.id.as_str();
        let label = label(network, interface.id.as_str());
        let named = catalogue.destinations.iter().map(|destination| destination.name.as_str());
        let mut wanted: Vec<(&str, String, Option<Family>)> =
            DESTINATIONS.into_iter().chain(named).map(|destination| (id, destination.to_owned(), None)).collect();
        if !interface.ipv6_addresses.is_empty() {
            wanted.push((id, "internet".to_owned(), Some(Family::Ipv6)));
        }
        if interface.addresses.first().is_some_and(|own| own.public.is_some()) {
            wanted.push(("internet", format!("{id}:443"), None));
        }
        for (source, destination, family) in wanted {
            let options = Options { family, ..Options::default() };
            // A machine whose system has no repositories in the catalogue, and the like: no question.
            let Ok(question) = question::resolve(network, source, &destination, &options) else { continue };
            let (source, destination) = if source == "internet" {
                (source.to_owned(), format!("{label}:443"))
            } else {
                let family = if family.is_some() { " (IPv6)" } else { "" };
                (label.clone(), format!("{destination}{family}"))
            };
            add(&mut asked, &engine, (&source, class.members.len(), &destination), question.alternatives);
        }
    }
    Ok(asked)
}

/// What people call the machine behind an interface.
fn label(network: &Network, interface: &str) -> String {
    let attached = network.network_interfaces.get(interface).and_then(|own| own.attachment.as_ref());
    let instance = attached.and_then(|own| network.instances.get(own.instance.as_ref()?));
    instance.map_or_else(
        || interface.to_owned(),
        |instance| instance.name.clone().unwrap_or_else(|| instance.id.to_string()),
    )
}

fn add(
    asked: &mut Vec<Asked>,
    engine: &Engine<'_>,
    (source, members, destination): (&str, usize, &str),
    alternatives: Vec<Alternative>,
) {
    let are_several = alternatives.len() > 1;
    for Alternative { name, query, hosts: _ } in alternatives {
        asked.push(Asked {
            source: source.to_owned(),
            members,
            destination: destination.to_owned(),
            alternative: name.filter(|_| are_several),
            answer: engine.answer(&query),
            query,
        });
    }
}

/// Returns the questions of a case, if the snapshot lies in one: `questions.toml` beside it or in its folder.
///
/// # Errors
///
/// If the file is wrong as written, or asks for what the network does not have.
pub fn of_case(network: &Network, from: &Path) -> Result<Vec<Asked>, Error> {
    let places = [Some(from), from.parent()].into_iter().flatten().map(|folder| folder.join("questions.toml"));
    let Some(path) = places.into_iter().find(|path| path.is_file()) else { return Ok(Vec::new()) };
    let name = path.display().to_string();
    let text = fs::read_to_string(&path)
        .map_err(|error| Error::new(ErrorKind::File { file: name.clone(), cause: error.to_string() }))?;
    let expectations = file::parse(&text)
        .map_err(|(line, problem)| Error::new(ErrorKind::Expectations { file: name.clone(), line, problem }))?;
    let engine = Engine::new(network);
    let mut asked = Vec::new();
    for Expectation { source, destination, options, .. } in expectations {
        let question = question::resolve(network, &source, &destination, &options)?;
        add(&mut asked, &engine, (&source, 1, &destination), question.alternatives);
    }
    Ok(asked)
}
