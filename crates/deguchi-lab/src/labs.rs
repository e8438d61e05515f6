//! Where the labs of a user are, by name: a folder each, which says what the lab is and has the socket to ask it.
//!
//! A folder belongs to a lab for as long as somebody holds its lock; what a killed holder left is removed by whoever looks.
//! Leaves out the lab itself (`process.rs`).

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use nix::{
    fcntl::{Flock, FlockArg},
    unistd::getuid,
};
use serde::{Deserialize, Serialize};

use crate::{
    error::LabError,
    plan::LabPlan,
    probe::Flow,
    process::{PLAN, Request, Response, ask, unexpected},
    trace::Trace,
};

const ABOUT: &str = "about.json";
const LOCK: &str = "lock";

/// The longest name: a socket's path has at most 108 bytes.
const LONGEST_NAME: usize = 40;

/// How long a lab may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a lab was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The snapshot, as it can be named from anywhere.
    pub from: String,
    /// What of it was asked for (`--focus`).
    pub focus: Option<String>,
    /// Faults inside NAT instances, as given.
    pub guest_faults: Vec<String>,
    /// Plans that were applied since, in their order: each a source, a destination, and which plan of those found.
    pub applied: Vec<(String, String, usize)>,
}

/// The folder of a user's labs.
#[derive(Clone, Debug)]
pub struct Labs {
    root: PathBuf,
}

/// A folder for a lab to be; gone when this value is, unless a lab lives in it.
#[derive(Debug)]
pub struct NewFolder {
    path: PathBuf,
    name: String,
    lock: Option<Flock<File>>,
}

/// A lab that is up.
#[derive(Clone, Debug)]
pub struct StandingLab {
    /// Its name.
    pub name: String,
    folder: PathBuf,
}

impl Labs {
    /// The labs of the user, below the system's folder for temporary files.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made, or is somebody else's.
    pub fn of_user() -> Result<Self, LabError> {
        let user = getuid();
        let root = std::env::temp_dir().join(format!("deguchi-labs-{user}"));
        let failed = |error: io::Error| LabError::system(root.display(), error);
        match DirBuilder::new().mode(0o700).create(&root) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        let found = fs::symlink_metadata(&root).map_err(failed)?;
        if !found.is_dir() || found.uid() != user.as_raw() || found.mode() & 0o077 != 0 {
            return Err(LabError::ForeignFolder { folder: root.display().to_string() });
        }
        Ok(Self { root })
    }

    /// Makes a folder for a lab that is to be called `wanted`; with a number behind if that is taken and may be changed.
    ///
    /// # Errors
    ///
    /// If the name is taken, or none, or the folder cannot be made.
    pub fn make(&self, wanted: &str, is_exact: bool) -> Result<NewFolder, LabError> {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        let is_name = !wanted.is_empty() && !wanted.starts_with('.') && wanted.len() <= LONGEST_NAME;
        if is_exact && !(is_name && wanted.chars().all(fits)) {
            return Err(LabError::BadName { name: wanted.to_owned() });
        }
        let most = if is_exact { LONGEST_NAME } else { LONGEST_NAME - 10 };
        let name: String = wanted.trim_start_matches('.').chars().filter(|letter| fits(*letter)).take(most).collect();
        let name = if name.is_empty() { "lab".to_owned() } else { name };
        let _ = self.standing()?;
        for number in 1..10_000 {
            let name = if number == 1 { name.clone() } else { format!("{name}-{number}") };
            let path = self.root.join(&name);
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    let lock = Some(first_lock(&path)?);
                    return Ok(NewFolder { path, name, lock });
                }
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(LabError::system(path.display(), error));
                }
                Err(_) if is_exact => break,
                Err(_) => {}
            }
        }
        Err(LabError::NameTaken { name })
    }

    /// The labs that are up, by name. Removes what labs have left that were killed.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read.
    pub fn standing(&self) -> Result<Vec<StandingLab>, LabError> {
        let failed = |error: io::Error| LabError::system(self.root.display(), error);
        let mut labs = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(failed)?.flatten() {
            let folder = entry.path();
            if remove_left_over(&folder) {
                continue;
            }
            // One that is not up yet does not answer.
            if let (Some(name), Ok(Response::Done)) = (entry.file_name().to_str(), ask(&folder, &Request::Present)) {
                labs.push(StandingLab { name: name.to_owned(), folder });
            }
        }
        labs.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(labs)
    }

    /// The lab of a name, or the only one that is up.
    ///
    /// # Errors
    ///
    /// If there is none, or more than one and no name.
    pub fn find(&self, name: Option<&str>) -> Result<StandingLab, LabError> {
        let mut labs = self.standing()?;
        let up = || labs.iter().map(|lab| lab.name.clone()).collect::<Vec<_>>();
        match name {
            Some(name) => {
                let place = labs.iter().position(|lab| lab.name == name);
                let place = place.ok_or_else(|| LabError::NoSuchLab { name: name.to_owned(), up: up() })?;
                Ok(labs.swap_remove(place))
            }
            None if labs.len() > 1 => Err(LabError::SeveralLabs { up: up() }),
            None => labs.pop().ok_or(LabError::NoLab),
        }
    }
}

/// Holds a folder's lock, as starter or holder; others may hold it too.
pub(crate) fn hold_lock(folder: &Path) -> Result<Flock<File>, LabError> {
    let path = folder.join(LOCK);
    let failed = |cause: &dyn std::fmt::Display| LabError::system(path.display(), cause);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| failed(&error))?;
    Flock::lock(file, FlockArg::LockSharedNonblock).map_err(|(_, error)| failed(&error))
}

/// Holds the lock of a folder that is new. It gets its name once it is held: whoever looks for what killed labs have left
/// must not find one that nobody holds yet.
fn first_lock(folder: &Path) -> Result<Flock<File>, LabError> {
    let path = folder.join("lock.new");
    let failed = |cause: &dyn std::fmt::Display| LabError::system(path.display(), cause);
    let file = File::create_new(&path).map_err(|error| failed(&error))?;
    let lock = Flock::lock(file, FlockArg::LockSharedNonblock).map_err(|(_, error)| failed(&error))?;
    fs::rename(&path, folder.join(LOCK)).map_err(|error| failed(&error))?;
    Ok(lock)
}

/// Removes a folder whose lock nobody holds any more; whether it was one.
fn remove_left_over(folder: &Path) -> bool {
    let path = folder.join(LOCK);
    let held = match File::open(&path) {
        Ok(file) => match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => Some(lock),
            Err(_) => return false,
        },
        // Made in this moment, perhaps.
        Err(_) => {
            let made = fs::metadata(folder).and_then(|found| found.modified()).ok();
            let age = made.and_then(|made| made.elapsed().ok());
            if age.is_none_or(|age| age <= Duration::from_secs(5)) {
                return false;
            }
            None
        }
    };
    if held.as_ref().is_some_and(|lock| !is_lock_of(lock, folder)) {
        return false;
    }
    let _ = fs::remove_dir_all(folder);
    true
}

/// Whether a lock is that of a folder: somebody may have removed it since, and another lab have made its own of the name.
fn is_lock_of(lock: &File, folder: &Path) -> bool {
    let number = |found: io::Result<fs::Metadata>| found.map(|found| (found.dev(), found.ino())).ok();
    number(lock.metadata()) == number(fs::metadata(folder.join(LOCK)))
}

impl NewFolder {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The lab's name to be.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Leaves the folder to the lab that lives in it now.
    ///
    /// # Errors
    ///
    /// If what the lab was made of cannot be written down.
    pub fn settle(mut self, about: &About) -> Result<StandingLab, LabError> {
        let lab = StandingLab { name: self.name.clone(), folder: self.path.clone() };
        lab.write_about(about)?;
        self.lock = None;
        Ok(lab)
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        // The lab's holder has removed it mostly.
        if self.lock.as_ref().is_some_and(|lock| is_lock_of(lock, &self.path)) {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

impl StandingLab {
    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it was made of.
    ///
    /// # Errors
    ///
    /// If it is gone.
    pub fn about(&self) -> Result<About, LabError> {
        self.read(ABOUT)
    }

    /// Writes down what it is made of now.
    ///
    /// # Errors
    ///
    /// If it is gone.
    pub fn write_about(&self, about: &About) -> Result<(), LabError> {
        let path = self.folder.join(ABOUT);
        let text = serde_json::to_string(about).map_err(|error| LabError::system(path.display(), error))?;
        fs::write(&path, text).map_err(|error| LabError::system(path.display(), error))
    }

    /// Its plan.
    ///
    /// # Errors
    ///
    /// If it is gone.
    pub fn plan(&self) -> Result<LabPlan, LabError> {
        self.read(PLAN)
    }

    fn read<T: for<'d> Deserialize<'d>>(&self, name: &str) -> Result<T, LabError> {
        let path = self.folder.join(name);
        let text = fs::read_to_string(&path).map_err(|error| LabError::system(path.display(), error))?;
        serde_json::from_str(&text).map_err(|error| LabError::system(path.display(), error))
    }

    /// Sends one flow from it and tells where it was seen, on its way out and back.
    ///
    /// # Errors
    ///
    /// If the lab is gone.
    pub fn trace(&self, flow: &Flow, patience: Duration) -> Result<Trace, LabError> {
        let patience_milliseconds = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        match ask(&self.folder, &Request::Trace { flow: flow.clone(), patience_milliseconds })? {
            Response::Trace(traced) => Ok(*traced),
            other => Err(unexpected(other)),
        }
    }

    /// Makes it anew by another plan. What runs in its machines loses its network.
    ///
    /// # Errors
    ///
    /// If the lab is gone or cannot be made so.
    pub fn replan(&self, plan: &LabPlan) -> Result<(), LabError> {
        match ask(&self.folder, &Request::Replan(Box::new(plan.clone())))? {
            Response::Done => Ok(()),
            other => Err(unexpected(other)),
        }
    }

    /// Ends it and everything in it; returns when it is gone.
    ///
    /// # Errors
    ///
    /// If it does not end.
    pub fn down(&self) -> Result<(), LabError> {
        // It ends instead of answering.
        let _ = ask(&self.folder, &Request::End);
        let deadline = Instant::now() + PATIENCE;
        while self.folder.exists() {
            if !remove_left_over(&self.folder) && Instant::now() > deadline {
                return Err(LabError::system(self.folder.display(), "the lab does not end"));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}
