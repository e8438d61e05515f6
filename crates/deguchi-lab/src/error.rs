//! Why a lab does not come up, or does not do what it is asked.

use std::{fmt, fs, io};

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
        /// The switch that forbids them, where one is found.
        switch: Option<Switch>,
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
        /// Those that are up.
        up: Vec<String>,
    },
    /// No lab is up.
    NoLab,
    /// Several labs are up, and none was named.
    SeveralLabs {
        /// Their names.
        up: Vec<String>,
    },
    /// A name that no lab can have.
    BadName {
        /// The name.
        name: String,
    },
    /// The folder of labs belongs to somebody else.
    ForeignFolder {
        /// The folder.
        folder: String,
    },
    /// A command is not there to be run in a machine.
    NoSuchCommand {
        /// The command.
        command: String,
    },
    /// A lab of this name is up.
    NameTaken {
        /// The name.
        name: String,
    },
}

/// A switch of the kernel that forbids namespaces of users to people without rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Switch {
    /// `kernel.apparmor_restrict_unprivileged_userns` is 1 (Ubuntu 23.10 and later).
    AppArmor,
    /// `kernel.unprivileged_userns_clone` is 0 (Debian 10 and older).
    UnprivilegedClone,
    /// `user.max_user_namespaces` is 0 (RHEL 7).
    Most,
}

impl Switch {
    /// The switch that is in the way, as far as the system shows it.
    pub(crate) fn in_the_way() -> Option<Self> {
        let is = |path: &str, value: &str| fs::read_to_string(path).is_ok_and(|said| said.trim() == value);
        if is("/proc/sys/user/max_user_namespaces", "0") {
            Some(Self::Most)
        } else if is("/proc/sys/kernel/unprivileged_userns_clone", "0") {
            Some(Self::UnprivilegedClone)
        } else if is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") {
            Some(Self::AppArmor)
        } else {
            None
        }
    }

    /// The setting of sysctl that turns it.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::AppArmor => "kernel.apparmor_restrict_unprivileged_userns=0",
            Self::UnprivilegedClone => "kernel.unprivileged_userns_clone=1",
            Self::Most => "user.max_user_namespaces=15000",
        }
    }
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
            Self::NoSuchLab { name, .. } => write!(f, "no lab `{name}` is up"),
            Self::NoLab => f.write_str("no lab is up"),
            Self::SeveralLabs { up } => write!(f, "several labs are up: {}", up.join(", ")),
            Self::BadName { name } => write!(f, "`{name}` is no name for a lab"),
            Self::ForeignFolder { folder } => write!(f, "`{folder}` belongs to somebody else"),
            Self::NoSuchCommand { command } => write!(f, "`{command}` is not there to be run"),
            Self::NameTaken { name } => write!(f, "a lab `{name}` is up already"),
        }
    }
}

impl std::error::Error for LabError {}
