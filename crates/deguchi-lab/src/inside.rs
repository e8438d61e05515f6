//! A command in a machine of a lab: in its namespaces, with its files, as long as whoever asked for it lives.
//!
//! The asker enters the lab's namespaces of users, processes, mounts and the network, and starts this program once more, which
//! enters the machine's and becomes the command. A signal of the terminal reaches the command and leaves the asker
//! waiting for it. Leaves out which machine is meant.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    os::{
        fd::AsFd as _,
        unix::process::{CommandExt as _, ExitStatusExt as _},
    },
    path::Path,
    process::Command,
};

use nix::{
    mount::{MsFlags, mount},
    sched::{CloneFlags, setns, unshare},
    sys::{
        prctl::set_pdeathsig,
        signal::{SigSet, Signal},
    },
};

use crate::{
    apply::enter,
    error::LabError,
    labs::StandingLab,
    machine_tree,
    plan::{LabPlan, Machine},
    process::FIRST_PROCESS,
};

/// The word that this program calls itself with.
pub(crate) const WORD: &str = "lab-inside";

impl StandingLab {
    /// Runs a command in a namespace of the lab and returns its exit code. Only for a program without threads.
    ///
    /// # Errors
    ///
    /// If the lab is gone, or the system lets nobody in.
    pub fn run_inside(&self, namespace: &str, command: &[OsString]) -> Result<u8, LabError> {
        let mut starter = self.enter(namespace)?;
        starter.args(command);
        let mut held = SigSet::empty();
        held.add(Signal::SIGINT);
        held.add(Signal::SIGQUIT);
        let _ = held.thread_block();
        let status = starter.status().map_err(|error| LabError::system(WORD, error))?;
        let code = status.code().or_else(|| Some(128 + status.signal()?)).unwrap_or(2);
        Ok(u8::try_from(code).unwrap_or(u8::MAX))
    }

    /// Moves this process into the lab; returns what starts a command in a namespace of it.
    fn enter(&self, namespace: &str) -> Result<Command, LabError> {
        let failed = |cause: &dyn std::fmt::Display| LabError::system(self.folder().display(), cause);
        let process = fs::read_to_string(self.folder().join(FIRST_PROCESS)).map_err(|error| failed(&error))?;
        let machine = self.plan()?.machines.into_iter().find(|machine| machine.namespace == namespace);
        let program = std::env::current_exe().map_err(|error| failed(&error))?;
        let folder = std::env::current_dir();
        let kinds = [
            ("user", CloneFlags::CLONE_NEWUSER),
            ("pid", CloneFlags::CLONE_NEWPID),
            ("ipc", CloneFlags::CLONE_NEWIPC),
            ("net", CloneFlags::CLONE_NEWNET),
            ("mnt", CloneFlags::CLONE_NEWNS),
        ];
        let mut files = Vec::new();
        for (name, kind) in kinds {
            let path = format!("/proc/{}/ns/{name}", process.trim());
            let own = fs::read_link(format!("/proc/self/ns/{name}")).map_err(|error| failed(&error))?;
            // A lab of root has no namespace of users of its own.
            if fs::read_link(&path).map_err(|error| failed(&error))? != own {
                files.push((fs::File::open(&path).map_err(|error| failed(&error))?, kind));
            }
        }
        for (file, kind) in files {
            setns(file.as_fd(), kind).map_err(|error| failed(&error))?;
        }
        if let Ok(folder) = folder {
            let _ = std::env::set_current_dir(folder);
        }
        let mut starter = Command::new(program);
        let about = serde_json::to_string(&(namespace, machine)).map_err(|error| failed(&error))?;
        starter.arg(WORD).arg(about);
        Ok(starter)
    }
}

impl LabPlan {
    /// The namespaces in which commands can be run under a name: machines by id, interface, name and address; the internet
    /// and its like by their own names.
    pub fn places_called(&self, asked: &str) -> Vec<&str> {
        let is = |machine: &&Machine| {
            let has = |own: &crate::plan::MachineInterface| {
                let addresses = own.addresses.iter().flat_map(|(private, public)| [Some(private), public.as_ref()]);
                own.id == asked || addresses.flatten().any(|address| address.to_string() == asked)
            };
            machine.id == asked || machine.name.as_deref() == Some(asked) || machine.interfaces.iter().any(has)
        };
        let machines = self.machines.iter().filter(is).map(|machine| machine.namespace.as_str());
        let others = self.namespaces.iter().filter(|namespace| {
            namespace.name == asked && !self.machines.iter().any(|machine| machine.namespace == asked)
        });
        machines.chain(others.map(|namespace| namespace.name.as_str())).collect()
    }
}

/// Enters a machine's namespaces and becomes a command; returns only where that fails.
pub(crate) fn become_command(about: &OsStr, command: &[OsString]) -> LabError {
    match prepare(about) {
        Err(error) => error,
        Ok(home) => {
            let Some((program, arguments)) = command.split_first() else { return LabError::system(WORD, "no command") };
            let mut command = Command::new(program);
            if let Some(home) = home {
                command.env("HOME", home);
                for variable in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
                    command.env_remove(variable);
                }
            }
            let _ = SigSet::all().thread_unblock();
            let error = command.args(arguments).exec();
            match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => {
                    LabError::NoSuchCommand { command: program.to_string_lossy().into_owned() }
                }
                _ => LabError::system(program.display(), error),
            }
        }
    }
}

/// Enters the machine; returns its folder for whoever is at home there.
fn prepare(about: &OsStr) -> Result<Option<std::path::PathBuf>, LabError> {
    let failed = |cause: &dyn std::fmt::Display| LabError::system(WORD, cause);
    let (namespace, machine): (String, Option<Machine>) =
        serde_json::from_str(about.to_str().unwrap_or_default()).map_err(|error| failed(&error))?;
    set_pdeathsig(Signal::SIGKILL).map_err(|error| failed(&error))?;
    enter(&namespace)?;
    let Some(machine) = machine else { return Ok(None) };
    unshare(CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWUTS).map_err(|error| failed(&error))?;
    let name = machine.name.as_deref().unwrap_or(&machine.id);
    let name: String =
        name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').take(63).collect();
    // A name for prompts; a system that refuses it has another.
    let _ = fs::write("/proc/sys/kernel/hostname", name);
    let tree = machine_tree::of_machine(&machine)?;
    for folder in ["etc", "var"] {
        let (own, place) = (tree.join(folder), Path::new("/").join(folder));
        mount(Some(&own), &place, None::<&str>, MsFlags::MS_BIND, None::<&str>).map_err(|error| failed(&error))?;
    }
    // The host's programs are used, and stay as they are, also when root runs a package manager.
    let (none, flags) = (None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC);
    let read_only = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY;
    let _ = mount(Some("/usr"), "/usr", none, flags, none).and_then(|()| mount(none, "/usr", none, read_only, none));
    Ok(Some(tree.join("home")))
}
