//! What a machine has at `/etc` and `/var`: files of its own where the lab gives it some, the host's everywhere else.
//!
//! A tree of links to the host's files, so that nobody needs a right to write there; what a machine writes stays in the lab.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use crate::{
    apply::{AUTHORITY, HOST},
    error::LabError,
    plan::Machine,
    service::{CertificateAuthority, machine_files},
};

/// What programs of packages write, empty at first and each machine's own.
const OWN_FOLDERS: [&str; 7] =
    ["var/cache/dnf", "var/cache/libdnf5", "var/lib/dnf", "var/lib/rpm", "var/log", "var/tmp", "home"];

/// Makes a machine's tree if it has none yet; returns where it is.
pub(crate) fn of_machine(machine: &Machine) -> Result<PathBuf, LabError> {
    let id: String = machine.id.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    let place = Path::new("/run/lab/machine").join(id);
    if place.is_dir() {
        return Ok(place);
    }
    let failed = |cause: &dyn std::fmt::Display| LabError::system(place.display(), cause);
    let text = fs::read_to_string(AUTHORITY).map_err(|error| failed(&error))?;
    let authority: CertificateAuthority = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    // Two that come at once make one each, and the first stays.
    let draft = place.with_extension(std::process::id().to_string());
    make(&draft, machine, &authority).map_err(|error| failed(&error))?;
    match fs::rename(&draft, &place) {
        Err(error) if !place.is_dir() => Err(failed(&error)),
        _ => Ok(place),
    }
}

fn make(place: &Path, machine: &Machine, authority: &CertificateAuthority) -> io::Result<()> {
    let files = machine_files(&machine.resolvers, authority, machine.system, &machine.region);
    let files: BTreeMap<PathBuf, String> =
        files.into_iter().map(|file| (PathBuf::from(file.path.trim_start_matches('/')), file.contents)).collect();
    let own: Vec<PathBuf> = files.keys().cloned().chain(OWN_FOLDERS.iter().map(PathBuf::from)).collect();
    for folder in ["etc", "var"] {
        link(place, Path::new(folder), &own)?;
    }
    for folder in OWN_FOLDERS {
        fs::create_dir_all(place.join(folder))?;
    }
    for (path, contents) in files {
        let path = place.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, contents)?;
    }
    Ok(())
}

/// Links everything in a folder of the host, but for what is a machine's own and the folders on the way there.
fn link(place: &Path, folder: &Path, own: &[PathBuf]) -> io::Result<()> {
    fs::create_dir_all(place.join(folder))?;
    let host = Path::new(HOST).join(folder);
    // What may not be read cannot be linked either.
    let Ok(entries) = fs::read_dir(&host) else { return Ok(()) };
    for entry in entries.flatten() {
        let path = folder.join(entry.file_name());
        if own.contains(&path) {
            continue;
        }
        let is_link = entry.file_type()?.is_symlink();
        if own.iter().any(|own| own.starts_with(&path)) && (!is_link || entry.path().is_dir()) {
            link(place, &path, own)?;
        } else if is_link {
            symlink(fs::read_link(entry.path())?, place.join(&path))?;
        } else {
            symlink(entry.path(), place.join(&path))?;
        }
    }
    Ok(())
}
