//! A lab as processes: one that holds its namespaces, one that is the first of everything inside, and whoever asks.
//!
//! The holder makes namespaces of users, mounts, processes and the network for itself; the first process inside makes the
//! lab and answers requests at a socket. The kernel ends everything inside when the first process ends, and that ends when
//! the holder does. A holder ends when whoever started it closes its standard input, unless it was told to stay. Leaves out
//! where labs are found by name (`labs.rs`).

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write},
    os::{
        fd::AsFd as _,
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
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
    apply::{AUTHORITY, Applied, apply, clear, missing_tool, private_run},
    error::{LabError, Switch},
    inside,
    labs::hold_lock,
    plan::LabPlan,
    probe::{Fate, Flow, probe},
    service::CertificateAuthority,
    trace::{Trace, trace},
};

/// The words that this program calls itself with.
const HOLDER: &str = "lab-holder";
/// The first process inside.
const FIRST: &str = "lab-first";

/// What the holder is told if it is to stay when its starter ends.
const STAY: &str = "stay";

/// Files of a lab's folder.
pub(crate) const PLAN: &str = "plan.json";
const SOCKET: &str = "control";
pub(crate) const FIRST_PROCESS: &str = "first";

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

/// How far the making of a lab has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// So many namespaces are made.
    Namespaces(usize),
    /// So many links are made.
    Links(usize),
    /// So many namespaces of so many have addresses, routes, tables and services.
    Furnished(usize, usize),
}

/// What is said on the way to a lab that is up: steps, then one of the others.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Said {
    Step(Step),
    Up,
    Failed(LabError),
}

/// What the first process is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    Present,
    Probe { flows: Vec<Flow>, patience_milliseconds: u64 },
    Trace { flow: Flow, patience_milliseconds: u64 },
    Replan(Box<LabPlan>),
    End,
}

/// What it answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Response {
    Done,
    Fates(Vec<Fate>),
    Trace(Box<Trace>),
    Failed(LabError),
}

impl Lab {
    /// Brings a lab up. `program` is this program; `folder` is the lab's own and empty.
    ///
    /// # Errors
    ///
    /// If the system refuses, or a tool is missing.
    pub fn up(plan: &LabPlan, program: &Path, folder: &Path, rights: Rights) -> Result<Self, LabError> {
        Self::up_and_tell(plan, program, folder, rights, &mut |_| ())
    }

    /// Brings a lab up and tells each step.
    ///
    /// # Errors
    ///
    /// If the system refuses, or a tool is missing.
    pub fn up_and_tell(
        plan: &LabPlan,
        program: &Path,
        folder: &Path,
        rights: Rights,
        told: &mut dyn FnMut(Step),
    ) -> Result<Self, LabError> {
        let failed = |error: io::Error| LabError::system(folder.display(), error);
        if let Some(tool) = missing_tool() {
            return Err(LabError::MissingTool { tool: tool.to_owned() });
        }
        let text = serde_json::to_string(plan).map_err(|error| LabError::system("plan", error))?;
        fs::write(folder.join(PLAN), text).map_err(failed)?;
        let mut command = Command::new(program);
        command.arg(HOLDER).arg(folder).arg(if rights == Rights::Root { "root" } else { "user" });
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let holder = command.spawn().map_err(|error| LabError::system(program.display(), error))?;
        let mut lab = Self { holder, folder: folder.to_owned() };
        let ended = || LabError::system("lab", "its first process ended");
        let output = lab.holder.stdout.take().ok_or_else(ended)?;
        for line in BufReader::new(output).lines() {
            match serde_json::from_str(&line.map_err(failed)?) {
                Ok(Said::Step(step)) => told(step),
                Ok(Said::Up) => return Ok(lab),
                Ok(Said::Failed(error)) => return Err(error),
                Err(_) => break,
            }
        }
        Err(ended())
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
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
        other => Err(unexpected(other)),
    }
}

/// An answer to another question, or the error that came instead.
pub(crate) fn unexpected(response: Response) -> LabError {
    match response {
        Response::Failed(error) => error,
        other => LabError::system("response", format!("{other:?}")),
    }
}

pub(crate) fn ask(folder: &Path, request: &Request) -> Result<Response, LabError> {
    let gone = |error: io::Error| LabError::system(folder.display(), error);
    let mut stream = UnixStream::connect(folder.join(SOCKET)).map_err(gone)?;
    let text = serde_json::to_string(request).map_err(|error| LabError::system("request", error))?;
    stream.write_all(format!("{text}\n").as_bytes()).map_err(gone)?;
    let mut said = String::new();
    BufReader::new(stream).read_line(&mut said).map_err(gone)?;
    serde_json::from_str(&said).map_err(|error| LabError::system("response", error))
}

/// Runs as one of a lab's own processes, if the program was called as one; returns the exit code, or why a command in a
/// machine did not start.
pub fn run_if_asked(arguments: &[std::ffi::OsString]) -> Option<Result<u8, LabError>> {
    let word = arguments.get(1)?.to_str()?;
    let place = arguments.get(2)?;
    match word {
        HOLDER => Some(Ok(tell(hold(Path::new(place), arguments.get(3).is_some_and(|rights| rights == "root"))))),
        FIRST => Some(Ok(tell(be_first(Path::new(place))))),
        inside::WORD => Some(Err(inside::become_command(place, arguments.get(3..).unwrap_or_default()))),
        _ => None,
    }
}

/// An error that comes before the lab is up is the one line that the starter waits for.
fn tell(result: Result<(), LabError>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            say(&Said::Failed(error));
            2
        }
    }
}

fn say(said: &Said) {
    let mut output = io::stdout().lock();
    let _ = writeln!(output, "{}", serde_json::to_string(said).unwrap_or_default()).and_then(|()| output.flush());
}

fn hold(folder: &Path, is_root: bool) -> Result<(), LabError> {
    let _ = setsid();
    let _lock = hold_lock(folder)?;
    own_namespaces(is_root)?;
    let program = std::env::current_exe().map_err(|error| LabError::system("program", error))?;
    let mut first = Command::new(program);
    first.arg(FIRST).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut first = first.spawn().map_err(|error| LabError::system("first process", error))?;
    let written = fs::write(folder.join(FIRST_PROCESS), first.id().to_string());
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
    let refused =
        |cause: String| LabError::NoNamespaces { cause, switch: (!is_root).then(Switch::in_the_way).flatten() };
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
    private_run()?;
    let applied = apply(&plan, &authority, &program, &|step| say(&Said::Step(step)))?;
    let text = serde_json::to_string(&authority).map_err(|error| LabError::system("authority", error))?;
    fs::write(AUTHORITY, text).map_err(|error| LabError::system(AUTHORITY, error))?;
    say(&Said::Up);
    let first = First { folder, program: &program, authority: &authority, state: Mutex::new((plan, Some(applied))) };
    thread::scope(|scope| {
        for stream in listener.incoming().flatten() {
            // Whoever asks and goes away loses the answer and nothing else.
            scope.spawn(|| first.serve(stream).unwrap_or_default());
        }
    });
    Ok(())
}

/// What the first process knows. One request at a time changes or probes the lab.
struct First<'a> {
    folder: &'a Path,
    program: &'a Path,
    authority: &'a CertificateAuthority,
    state: Mutex<(LabPlan, Option<Applied>)>,
}

impl First<'_> {
    fn serve(&self, mut stream: UnixStream) -> io::Result<()> {
        let mut text = String::new();
        BufReader::new(stream.try_clone()?).read_line(&mut text)?;
        let response = match serde_json::from_str(&text) {
            Ok(request) => self.response(request).unwrap_or_else(Response::Failed),
            Err(error) => Response::Failed(LabError::system("request", error)),
        };
        writeln!(stream, "{}", serde_json::to_string(&response).unwrap_or_default())
    }

    fn response(&self, request: Request) -> Result<Response, LabError> {
        let locked = || self.state.lock().map_err(|_| LabError::system("lab", "a former request failed"));
        match request {
            Request::Present => Ok(Response::Done),
            Request::Probe { flows, patience_milliseconds } => {
                let state = locked()?;
                probe(&state.0, &flows, Duration::from_millis(patience_milliseconds)).map(Response::Fates)
            }
            Request::Trace { flow, patience_milliseconds } => {
                let state = locked()?;
                let traced = trace(&state.0, &flow, Duration::from_millis(patience_milliseconds))?;
                Ok(Response::Trace(Box::new(traced)))
            }
            Request::Replan(plan) => {
                let mut state = locked()?;
                // Services end before what they stand in.
                state.1 = None;
                clear(&state.0)?;
                state.1 = Some(apply(&plan, self.authority, self.program, &|_| ())?);
                let text = serde_json::to_string(&*plan).map_err(|error| LabError::system("plan", error))?;
                let written = fs::write(self.folder.join(PLAN), text);
                written.map_err(|error| LabError::system(self.folder.display(), error))?;
                state.0 = *plan;
                Ok(Response::Done)
            }
            // With the first process everything inside ends.
            Request::End => std::process::exit(0),
        }
    }
}
