//! Why a command could not run. Only commands have errors: ingest has notices, the engine says "undecided".
//!
//! Leaves out the words: each language has them in a file of its own (`words/error_english.rs` …).

use std::fmt::Write as _;

use deguchi_lab::LabError;

use crate::{
    blueprint,
    expectation::Problem,
    ingest::LoadError,
    language::Language,
    notice::Words,
    words::{error_english, error_japanese},
};

/// Why a command could not run.
#[derive(Debug)]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
}

/// What went wrong.
#[derive(Debug)]
pub enum ErrorKind {
    /// The snapshot could not be read.
    Load(LoadError),
    /// `--from live` is not there yet.
    LiveNotYet,
    /// No built-in example has this name.
    UnknownExample {
        /// The name.
        asked: String,
        /// Names that are close to it.
        close: Vec<String>,
    },
    /// Nothing in the snapshot has this id, name or address.
    UnknownResource {
        /// What was asked for.
        asked: String,
        /// Names and ids that are close to it.
        close: Vec<String>,
    },
    /// Several resources have this name or address.
    AmbiguousName {
        /// The name.
        asked: String,
        /// All of them.
        candidates: Vec<Candidate>,
    },
    /// An instance has no network interface.
    NoInterface {
        /// The instance.
        instance: String,
        /// Its state, where the snapshot says.
        state: Option<String>,
    },
    /// No interface in the snapshot is a database's or a task's.
    NoInterfaceOfWorkload {
        /// Its ARN or identifier.
        workload: String,
    },
    /// A subnet was asked about in which no machine stands.
    EmptySubnet {
        /// The subnet.
        subnet: String,
    },
    /// A NAT gateway starts no connection.
    NatGatewayAsSource {
        /// The gateway.
        nat_gateway: String,
    },
    /// A resource that sends nothing.
    NotASource {
        /// The resource.
        id: String,
    },
    /// A resource that receives nothing.
    NotADestination {
        /// The resource.
        id: String,
    },
    /// A resource without an address.
    NoAddress {
        /// The resource.
        id: String,
    },
    /// `internet:ADDRESS` with an address that is not public.
    SourceNotPublic {
        /// The address as written.
        asked: String,
    },
    /// `onprem:` with what is no address and no range.
    UnreadableOnPremises {
        /// What was written behind it.
        asked: String,
    },
    /// Neither the source nor the destination is in the snapshot.
    BothEndsOutside,
    /// One end has an IPv4 address, the other an IPv6 one.
    MixedFamilies,
    /// A destination that cannot be read.
    UnreadableDestination {
        /// What was written.
        asked: String,
    },
    /// A URL whose scheme is not known.
    UnknownScheme {
        /// The scheme.
        asked: String,
    },
    /// `--action` for a destination that is no bucket.
    ActionWithoutBucket {
        /// The action.
        action: String,
    },
    /// `--action` is no action of S3.
    UnreadableAction {
        /// What was written.
        asked: String,
    },
    /// A port for a ping.
    PortForPing {
        /// What was written.
        asked: String,
    },
    /// `--os` names no system of the catalogue.
    UnknownOperatingSystem {
        /// The name.
        asked: String,
        /// What it may be.
        known: Vec<String>,
    },
    /// A file that is no table of prices.
    PriceFile {
        /// The file.
        file: String,
        /// What is wrong with it.
        cause: String,
    },
    /// `--apply-to` for an answer that nothing stops.
    NothingToApply {
        /// The folder.
        folder: String,
    },
    /// `--plan` with a number that no plan has.
    NoSuchPlan {
        /// The number.
        asked: usize,
        /// How many plans there are.
        count: usize,
    },
    /// `--apply-to` for a plan or a state of Terraform.
    ApplyToTerraform,
    /// `--apply-to` with a folder that has something in it.
    FolderNotEmpty {
        /// The folder.
        folder: String,
    },
    /// The changed snapshot does not answer as the plan says.
    NotApplied {
        /// The folder.
        folder: String,
    },
    /// The catalogue has no repositories for this platform.
    NoRepositories {
        /// The instance.
        instance: String,
        /// What AWS prints as its platform.
        platform: String,
    },
    /// A target of a probe that cannot be read.
    ProbeTarget {
        /// What was written, without credentials.
        asked: String,
    },
    /// A file that is no probe.
    ProbeFile {
        /// The file.
        file: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A message (`--error @FILE`) that cannot be read.
    MessageFile {
        /// The file; `-` for standard input.
        file: String,
        /// What the operating system says.
        cause: String,
    },
    /// A message with nothing in it.
    MessageEmpty {
        /// What was given.
        given: String,
    },
    /// One input for a difference, which is no Terraform plan.
    NoPlan {
        /// The input.
        asked: String,
    },
    /// A file that cannot be read or written.
    File {
        /// The file.
        file: String,
        /// What the operating system says.
        cause: String,
    },
    /// A file of expectations that is wrong as written.
    Expectations {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: Problem,
    },
    /// A network that cannot be written so.
    Blueprint(blueprint::Problem),
    /// A lab does not come up, or does not do what it is asked.
    Lab(LabError),
    /// No machine of a lab is called so.
    NoSuchMachine {
        /// What was asked for.
        asked: String,
        /// Names that are close to it.
        close: Vec<String>,
    },
    /// Several machines of a lab are called so.
    SeveralMachines {
        /// What was asked for.
        asked: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// A lab cannot send any packet of a question.
    NothingToSend {
        /// The source.
        asked: String,
    },
    /// A fault is to be made inside something that is no instance of the snapshot.
    NoSuchInstance {
        /// What was asked for.
        asked: String,
    },
    /// The built-in catalogue cannot be read: a fault of deguchi.
    Catalogue(String),
    /// The answer cannot be written.
    Output(String),
}

/// One of several resources with the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// The subnet it is in.
    pub subnet: Option<String>,
    /// Its state, or what else tells it from the others.
    pub state: Option<String>,
}

impl Error {
    /// Makes an error.
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind }
    }

    /// Returns the exit code: 2, could not run, as clap has it for bad usage.
    pub const fn exit_code(&self) -> u8 {
        2
    }

    /// Returns what one language says.
    pub fn words(&self, language: Language) -> Words {
        match language {
            Language::English => error_english::words(&self.kind),
            Language::Japanese => error_japanese::words(&self.kind),
        }
    }

    /// Returns the message as printed, ending in a line break.
    pub fn render(&self, language: Language) -> String {
        let (severity, effect, hint) = match language {
            Language::English => ("error", "effect", "hint"),
            Language::Japanese => ("エラー", "影響", "ヒント"),
        };
        let words = self.words(language);
        let mut text = format!("{severity}: {}\n", words.message);
        if let ErrorKind::AmbiguousName { candidates, .. } = &self.kind {
            for candidate in candidates {
                let about = [candidate.subnet.as_deref(), candidate.state.as_deref()];
                let about: Vec<&str> = about.into_iter().flatten().collect();
                // Writing to a string does not fail.
                let _ = writeln!(text, "  - `{}` {}", candidate.id, about.join(" "));
            }
        }
        if let Some(words) = words.effect {
            let _ = writeln!(text, "  {effect}: {words}");
        }
        if let Some(words) = words.hint {
            let _ = writeln!(text, "  {hint}: {words}");
        }
        without_controls(&text)
    }
}

/// Leaves out control characters: names come from an account, and a terminal would obey them.
pub(crate) fn without_controls(text: &str) -> String {
    text.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect()
}

impl From<blueprint::Problem> for Error {
    fn from(problem: blueprint::Problem) -> Self {
        Self::new(ErrorKind::Blueprint(problem))
    }
}

impl From<LabError> for Error {
    fn from(error: LabError) -> Self {
        Self::new(ErrorKind::Lab(error))
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        Self::new(ErrorKind::Load(error))
    }
}
