//! Why a lab does not come up, or does not do what it is asked.

use std::{fmt, io};

use serde::{Deserialize, Serialize};

/// Why a lab fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LabError {
    /// A program is not installed.
    MissingTool {
        /// The program, e.g. `nft`.
        tool: String,
    },
    /// The system gives no namespaces to people without rights.
    NoNamespaces {
        /// What the system says.
        cause: String,
        /// Whether AppArmor restricts them (Ubuntu 23.10 and later).
        by_apparmor: bool,
    },
    /// A program of the system failed.
    Command {
        /// What was run, and in which namespace.
        what: String,
        /// What it said.
        cause: String,
    },
    /// A service did not start.
    Service {
        /// Why.
        cause: String,
    },
    /// The system refused something else.
    System {
        /// What was tried.
        what: String,
        /// What it said.
        cause: String,
    },
    /// There is no such lab, or it is gone.
    NoSuchLab {
        /// Its name.
        name: String,
    },
    /// A lab of this name is up.
    NameTaken {
        /// The name.
        name: String,
    },
}

impl LabError {
    /// Wraps what the system refused.
    pub fn system(what: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Self::System { what: what.to_string(), cause: cause.to_string() }
    }

    /// Tells a program that is not there from one that cannot be run.
    pub(crate) fn spawn(tool: &str, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            Self::MissingTool { tool: tool.to_owned() }
        } else {
            Self::system(tool, error)
        }
    }
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingTool { tool } => write!(f, "`{tool}` is not installed"),
            Self::NoNamespaces { cause, .. } => write!(f, "namespaces are not to be had: {cause}"),
            Self::Command { what, cause } => write!(f, "`{what}` failed: {cause}"),
            Self::Service { cause } => f.write_str(cause),
            Self::System { what, cause } => write!(f, "{what}: {cause}"),
            Self::NoSuchLab { name } => write!(f, "no lab `{name}` is up"),
            Self::NameTaken { name } => write!(f, "a lab `{name}` is up already"),
        }
    }
}

impl std::error::Error for LabError {}
