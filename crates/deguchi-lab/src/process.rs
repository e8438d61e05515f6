//! A lab as processes: one that holds its namespaces, one that is the first of everything inside, and whoever asks.
//!
//! The holder makes namespaces of users, mounts, processes and the network for itself; the first process inside makes the
//! lab and answers requests at a socket. The kernel ends everything inside when the first process ends, and that ends when
//! the holder does. A holder ends when whoever started it closes its standard input, unless it was told to stay.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write},
    os::{
        fd::AsFd as _,
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sched::{CloneFlags, unshare},
    sys::signal::{Signal, kill},
    unistd::{Pid, getgid, getuid, setsid},
};
use serde::{Deserialize, Serialize};

use crate::{
    apply::apply,
    error::LabError,
    plan::LabPlan,
    probe::{Fate, Flow, probe},
    service::CertificateAuthority,
};

/// The words that this program calls itself with.
const HOLDER: &str = "lab-holder";
/// The first process inside.
const FIRST: &str = "lab-first";

/// What the holder is told if it is to stay when its starter ends.
const STAY: &str = "stay";

/// Files of a lab's folder.
const PLAN: &str = "plan.json";
const SOCKET: &str = "control";
const FIRST_PROCESS: &str = "first";
const HOLDER_PROCESS: &str = "holder";

/// How a lab is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// In a namespace of users of its own, by anybody.
    Unprivileged,
    /// By root, without one.
    Root,
}

/// A lab that is up and goes when this value does, unless it is left standing.
#[derive(Debug)]
pub struct Lab {
    holder: Child,
    folder: PathBuf,
}

/// What the first process is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Request {
    Probe { flows: Vec<Flow>, patience_milliseconds: u64 },
}

/// What it answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Response {
    Fates(Vec<Fate>),
    Failed(LabError),
}

impl Lab {
    /// Brings a lab up. `program` is this program; `folder` is the lab's own and empty.
    ///
    /// # Errors
    ///
    /// If the system refuses, or a tool is missing.
    pub fn up(plan: &LabPlan, program: &Path, folder: &Path, rights: Rights) -> Result<Self, LabError> {
        let failed = |error: io::Error| LabError::system(folder.display(), error);
        let text = serde_json::to_string(plan).map_err(|error| LabError::system("plan", error))?;
        fs::write(folder.join(PLAN), text).map_err(failed)?;
        let mut command = Command::new(program);
        command.arg(HOLDER).arg(folder).arg(if rights == Rights::Root { "root" } else { "user" });
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let holder = command.spawn().map_err(|error| LabError::system(program.display(), error))?;
        let mut lab = Self { holder, folder: folder.to_owned() };
        let mut said = String::new();
        if let Some(output) = lab.holder.stdout.take() {
            BufReader::new(output).read_line(&mut said).map_err(failed)?;
        }
        match serde_json::from_str::<Result<(), LabError>>(&said) {
            Ok(Ok(())) => Ok(lab),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(LabError::system("lab", "its first process ended")),
        }
    }

    /// Sends flows from it.
    ///
    /// # Errors
    ///
    /// If the lab is gone.
    pub fn probe(&self, flows: &[Flow], patience: Duration) -> Result<Vec<Fate>, LabError> {
        ask_to_probe(&self.folder, flows, patience)
    }

    /// Leaves it standing when its starter ends.
    pub fn leave_standing(mut self) {
        if let Some(input) = &mut self.holder.stdin {
            let _ = writeln!(input, "{STAY}").and_then(|()| input.flush());
        }
        std::mem::forget(self);
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.holder.stdin.take();
        let _ = self.holder.wait();
    }
}

/// Sends flows from the lab in a folder.
///
/// # Errors
///
/// If no lab is there.
pub fn ask_to_probe(folder: &Path, flows: &[Flow], patience: Duration) -> Result<Vec<Fate>, LabError> {
    let patience_milliseconds = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
    match ask(folder, &Request::Probe { flows: flows.to_vec(), patience_milliseconds })? {
        Response::Fates(fates) => Ok(fates),
        Response::Failed(error) => Err(error),
    }
}

fn ask(folder: &Path, request: &Request) -> Result<Response, LabError> {
    let gone = |error: io::Error| LabError::system(folder.display(), error);
    let mut stream = UnixStream::connect(folder.join(SOCKET)).map_err(gone)?;
    let text = serde_json::to_string(request).map_err(|error| LabError::system("request", error))?;
    stream.write_all(format!("{text}\n").as_bytes()).map_err(gone)?;
    let mut said = String::new();
    BufReader::new(stream).read_line(&mut said).map_err(gone)?;
    serde_json::from_str(&said).map_err(|error| LabError::system("response", error))
}

/// Runs as the holder or as the first process, if the program was called as one; returns the exit code.
pub fn run_if_asked(arguments: &[std::ffi::OsString]) -> Option<u8> {
    let word = arguments.get(1)?.to_str()?;
    let folder = PathBuf::from(arguments.get(2)?);
    match word {
        HOLDER => Some(tell(hold(&folder, arguments.get(3).is_some_and(|rights| rights == "root")))),
        FIRST => Some(tell(be_first(&folder))),
        _ => None,
    }
}

/// An error that comes before the lab is up is the one line that the starter waits for.
fn tell(result: Result<(), LabError>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            say(&Err(error));
            2
        }
    }
}

fn say(outcome: &Result<(), LabError>) {
    let mut output = io::stdout();
    let _ = writeln!(output, "{}", serde_json::to_string(outcome).unwrap_or_default()).and_then(|()| output.flush());
}

fn hold(folder: &Path, is_root: bool) -> Result<(), LabError> {
    let _ = setsid();
    own_namespaces(is_root)?;
    let program = std::env::current_exe().map_err(|error| LabError::system("program", error))?;
    let mut first = Command::new(program);
    first.arg(FIRST).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut first = first.spawn().map_err(|error| LabError::system("first process", error))?;
    let write = |name: &str, id: u32| fs::write(folder.join(name), id.to_string());
    let written = write(FIRST_PROCESS, first.id()).and_then(|()| write(HOLDER_PROCESS, std::process::id()));
    written.map_err(|error| LabError::system(folder.display(), error))?;
    let process = Pid::from_raw(i32::try_from(first.id()).unwrap_or_default());
    relay(&mut first, process);
    let _ = first.wait();
    let _ = fs::remove_dir_all(folder);
    Ok(())
}

/// Hands on what the first process says, and ends it when the starter ends, unless that has said to stay. No thread can
/// be made here: children belong to another namespace of processes than this one.
fn relay(first: &mut Child, process: Pid) {
    let Some(mut output) = first.stdout.take() else { return };
    let input = io::stdin();
    let mut stays = false;
    let mut buffer = [0; 4096];
    loop {
        let (said, told) = {
            let mut polled = vec![PollFd::new(output.as_fd(), PollFlags::POLLIN)];
            if !stays {
                polled.push(PollFd::new(input.as_fd(), PollFlags::POLLIN));
            }
            match poll(&mut polled, PollTimeout::NONE) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => return,
            }
            let ready = |place: usize| polled.get(place).and_then(PollFd::any).unwrap_or_default();
            (ready(0), ready(1))
        };
        if said {
            let length = output.read(&mut buffer).unwrap_or_default();
            if length == 0 {
                return; // It has ended.
            }
            let mut own = io::stdout();
            let _ = own.write_all(buffer.get(..length).unwrap_or_default()).and_then(|()| own.flush());
        }
        if told {
            let length = nix::unistd::read(input.as_fd(), &mut buffer).unwrap_or_default();
            stays = buffer.get(..length).is_some_and(|told| told.starts_with(STAY.as_bytes()));
            if !stays {
                let _ = kill(process, Signal::SIGKILL);
                return;
            }
        }
    }
}

/// Namespaces of the holder's own, in which it has every right.
fn own_namespaces(is_root: bool) -> Result<(), LabError> {
    let (user, group) = (getuid(), getgid());
    let mut flags =
        CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWIPC;
    if !is_root {
        flags |= CloneFlags::CLONE_NEWUSER;
    }
    let refused = |cause: String| {
        let switch = fs::read_to_string("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
        LabError::NoNamespaces { cause, by_apparmor: !is_root && switch.is_ok_and(|switch| switch.trim() == "1") }
    };
    unshare(flags).map_err(|error| refused(error.to_string()))?;
    if !is_root {
        // Without this the system admits no map of groups.
        let _ = fs::write("/proc/self/setgroups", "deny");
        let maps = fs::write("/proc/self/uid_map", format!("0 {user} 1"))
            .and_then(|()| fs::write("/proc/self/gid_map", format!("0 {group} 1")));
        maps.map_err(|error| refused(error.to_string()))?;
    }
    Ok(())
}

fn be_first(folder: &Path) -> Result<(), LabError> {
    // Whoever holds this lab has the other end; when it ends, so does everything here.
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    let failed = |error: io::Error| LabError::system(folder.display(), error);
    let text = fs::read_to_string(folder.join(PLAN)).map_err(failed)?;
    let plan: LabPlan = serde_json::from_str(&text).map_err(|error| LabError::system("plan", error))?;
    let listener = UnixListener::bind(folder.join(SOCKET)).map_err(failed)?;
    let program = std::env::current_exe().map_err(failed)?;
    let authority = CertificateAuthority::new().map_err(|error| LabError::Service { cause: error.to_string() })?;
    let _services = apply(&plan, &authority, &program)?;
    let text = serde_json::to_string(&authority).map_err(|error| LabError::system("authority", error))?;
    fs::write("/run/lab/authority.json", text).map_err(failed)?;
    say(&Ok(()));
    for stream in listener.incoming().flatten() {
        // Whoever asks and goes away loses the answer and nothing else.
        let _ = serve(&plan, stream);
    }
    Ok(())
}

fn serve(plan: &LabPlan, mut stream: UnixStream) -> io::Result<()> {
    let mut text = String::new();
    BufReader::new(stream.try_clone()?).read_line(&mut text)?;
    let response = match serde_json::from_str(&text) {
        Ok(Request::Probe { flows, patience_milliseconds }) => {
            match probe(plan, &flows, Duration::from_millis(patience_milliseconds)) {
                Ok(fates) => Response::Fates(fates),
                Err(error) => Response::Failed(error),
            }
        }
        Err(error) => Response::Failed(LabError::system("request", error)),
    };
    writeln!(stream, "{}", serde_json::to_string(&response).unwrap_or_default())
}
