//! A disagreement as a folder: the snapshot, the packet, and what engine and kernel say. Also read again, as a test.

use std::{
    collections::BTreeMap,
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
};

use deguchi_engine::{Engine, Verdict};
use deguchi_lab::{Choice, Fate, GuestFault, Protocol};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::documents::Documents;
use crate::comparison::{Expected, Packet, Trial};

/// What is asked, and what was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The interface that the packet starts at; none for a host on the internet.
    pub interface: Option<String>,
    /// Its source.
    pub source: IpAddr,
    /// Its destination.
    pub destination: IpAddr,
    /// `tcp`, `udp` or `ping`.
    pub protocol: String,
    /// Its source port.
    pub source_port: u16,
    /// Its destination port.
    pub destination_port: u16,
    /// What the first NAT gateway is told to choose: which of its addresses, and which port.
    pub choice: Option<(usize, u16)>,
    /// What is wrong inside of instances.
    #[serde(default)]
    pub guest_faults: BTreeMap<String, GuestFault>,
    /// What the engine said: `answered` or `silent`.
    pub engine: String,
    /// What the kernel did.
    pub kernel: String,
    /// What the engine gave as reasons, or met on the way.
    #[serde(default)]
    pub because: Vec<String>,
    /// Once it is settled: what is right.
    #[serde(default)]
    pub settled: Option<Settled>,
}

/// What is right, by the rules of AWS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// `answered`, `silent` or `undecided`.
    pub right: String,
    /// By which rules, and why.
    pub by: String,
    /// Which of the two was wrong: `engine` or `lab`.
    pub wrong: String,
}

fn word(is_answered: bool) -> String {
    if is_answered { "answered" } else { "silent" }.to_owned()
}

impl Question {
    /// What is asked by a trial, and both answers.
    pub fn of(documents: &Documents, trial: &Trial) -> Self {
        let packet = &trial.packet;
        Self {
            interface: packet.interface.as_ref().map(ToString::to_string),
            source: packet.source,
            destination: packet.destination,
            protocol: match packet.protocol {
                Protocol::Tcp => "tcp",
                Protocol::Udp => "udp",
                Protocol::Ping => "ping",
            }
            .to_owned(),
            source_port: packet.source_port,
            destination_port: packet.destination_port,
            choice: packet.choice.map(|choice| (choice.address, choice.port)),
            guest_faults: documents.guest_faults.clone(),
            engine: word(trial.expected == Expected::Answered),
            kernel: word(trial.fate == Fate::Answered),
            because: because(documents, packet),
            settled: None,
        }
    }

    /// The packet that is asked about.
    pub fn packet(&self) -> Option<Packet> {
        let protocol = match self.protocol.as_str() {
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            "ping" => Protocol::Ping,
            _ => return None,
        };
        let ports = (self.source_port, self.destination_port);
        let interface = self.interface.as_deref().map(Into::into);
        let mut packet = Packet::new(interface, self.source, self.destination, protocol, ports);
        packet.choice = self.choice.map(|(address, port)| Choice { address, port });
        Some(packet)
    }
}

/// What the engine says of a packet, in its own terms.
fn because(documents: &Documents, packet: &Packet) -> Vec<String> {
    let Ok((network, _)) = documents.network() else { return Vec::new() };
    let answer = Engine::new(&network).answer(&packet.query());
    if answer.verdict == Verdict::Reachable {
        return answer
            .ways
            .iter()
            .flat_map(|way| &way.hops)
            .map(|hop| format!("{:?} {:?}", hop.heading, hop.place))
            .collect();
    }
    answer.reasons.iter().map(|reason| format!("{:?} {} {}", reason.heading, reason.code, reason.resource)).collect()
}

/// Writes a case into a folder of its own below `root`.
///
/// # Errors
///
/// If the folder cannot be written.
pub fn write(root: &Path, name: &str, documents: &Documents, trial: &Trial) -> io::Result<PathBuf> {
    let folder = root.join(name);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("snapshot.json"), documents.text())?;
    let mut question = serde_json::to_string_pretty(&Question::of(documents, trial)).map_err(io::Error::other)?;
    question.push('\n');
    fs::write(folder.join("question.json"), question)?;
    Ok(folder)
}

/// Reads a case again.
///
/// # Errors
///
/// If its files are not there, or are none.
pub fn read(folder: &Path) -> io::Result<(Documents, Question)> {
    let question: Question =
        serde_json::from_str(&fs::read_to_string(folder.join("question.json"))?).map_err(io::Error::other)?;
    let lists: BTreeMap<String, Vec<Value>> =
        serde_json::from_str(&fs::read_to_string(folder.join("snapshot.json"))?).map_err(io::Error::other)?;
    Ok((Documents { lists, guest_faults: question.guest_faults.clone() }, question))
}
