//! Lock files of package managers, and whether somebody holds them (RP-11, RP-12, RP-14).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::MetadataExt as _,
};

use super::{
    facts::{Lock, LockState},
    processes::{Running, is_alive},
    root::{Root, kernel},
};
use crate::report::clean;

/// Files that hold the process id of whoever has them: where, and whose.
const WITH_PID: [(&str, &str); 6] = [
    ("/var/run/yum.pid", "yum"),
    ("/var/cache/dnf/metadata_lock.pid", "dnf"),
    ("/var/cache/dnf/download_lock.pid", "dnf"),
    ("/var/lib/dnf/rpmdb_lock.pid", "dnf"),
    ("/var/log/log_lock.pid", "dnf"),
    ("/var/run/zypp.pid", "zypper"),
];

/// The files of dnf, wherever its folders are.
const OF_DNF: [&str; 4] = ["metadata_lock.pid", "download_lock.pid", "rpmdb_lock.pid", "log_lock.pid"];

/// Files that the kernel locks, whatever they hold.
const BY_KERNEL: [(&str, &str); 8] = [
    ("/var/lib/rpm/.rpm.lock", "rpm"),
    ("/usr/lib/sysimage/rpm/.rpm.lock", "rpm"),
    ("/run/dnf/rpmtransaction.lock", "dnf"),
    ("/var/lib/dpkg/lock-frontend", "apt"),
    ("/var/lib/dpkg/lock", "dpkg"),
    ("/var/lib/apt/lists/lock", "apt"),
    ("/var/cache/apt/archives/lock", "apt"),
    ("/var/lib/apt/daily_lock", "apt"),
];

/// Returns every lock file that is there.
pub(super) fn all(root: &Root, processes: &BTreeMap<u32, Running>) -> Vec<Lock> {
    let mut files: BTreeMap<String, &str> =
        WITH_PID.iter().map(|(path, program)| ((*path).to_owned(), *program)).collect();
    for folder in folders(root, processes) {
        files.extend(OF_DNF.iter().map(|name| (format!("{}/{name}", folder.trim_end_matches('/')), "dnf")));
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, program) in files {
        let Ok(metadata) = fs::metadata(root.at(&path)) else { continue };
        // `/var/run` is `/run`: one file, told once.
        if metadata.is_file() && seen.insert((metadata.dev(), metadata.ino())) {
            let state = state_of(root, &path, processes);
            found.push(Lock { path: clean(&path), program: program.to_owned(), state });
        }
    }
    let table = kernel("/proc/locks").unwrap_or_default();
    for (path, program) in BY_KERNEL {
        let Ok(metadata) = fs::metadata(root.at(path)) else { continue };
        let holder = holder(&table, metadata.dev(), metadata.ino());
        let state = holder.map_or(LockState::Free, LockState::Held);
        found.push(Lock { path: path.to_owned(), program: program.to_owned(), state });
    }
    found
}

/// Folders in which dnf may keep its locks: as configured, of a user of his own, and as its command line says.
fn folders(root: &Root, processes: &BTreeMap<u32, Running>) -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    for file in ["/etc/dnf/dnf.conf", "/etc/yum.conf"] {
        for line in root.read(file).unwrap_or_default().lines() {
            let Some((name, value)) = line.split_once('=') else { continue };
            if ["cachedir", "persistdir", "logdir"].contains(&name.trim()) && !value.contains('$') {
                folders.insert(value.trim().to_owned());
            }
        }
    }
    let of_users = root.list("/var/tmp").into_iter().filter(|name| name.starts_with("dnf-"));
    folders.extend(of_users.map(|name| format!("/var/tmp/{name}")));
    for running in processes.values().filter(|running| running.program().is_some()) {
        folders.extend(folders_of(&running.arguments));
    }
    folders
}

/// The folders that a command line names, as `--setopt=cachedir=…` and `--installroot=…`.
fn folders_of(arguments: &[String]) -> Vec<String> {
    let mut folders = Vec::new();
    let mut before = "";
    for argument in arguments {
        let setting = argument.strip_prefix("--setopt=").or((before == "--setopt").then_some(argument));
        if let Some((name, value)) = setting.and_then(|setting| setting.split_once('='))
            && ["cachedir", "persistdir", "logdir"].contains(&name)
        {
            folders.push(value.to_owned());
        }
        let install = argument.strip_prefix("--installroot=").or((before == "--installroot").then_some(argument));
        if let Some(install) = install {
            let install = install.trim_end_matches('/');
            folders.extend(["/var/cache/dnf", "/var/lib/dnf", "/var/log"].map(|folder| format!("{install}{folder}")));
        }
        before = argument;
    }
    folders.retain(|folder| folder.starts_with('/'));
    folders
}

fn state_of(root: &Root, path: &str, processes: &BTreeMap<u32, Running>) -> LockState {
    let Some(text) = root.read(path) else { return LockState::Unreadable };
    let text = text.trim();
    if text.is_empty() {
        // Made and not written yet, or left by a full disk: yum and dnf take it.
        return LockState::Free;
    }
    let Ok(pid) = text.parse::<u32>() else { return LockState::Malformed };
    match processes.get(&pid) {
        Some(running) if running.state == 'Z' => LockState::Stale(pid),
        Some(running) if running.program().is_some() => LockState::Held(pid),
        Some(running) => LockState::Recycled { pid, program: clean(&running.name) },
        None if is_alive(pid) => LockState::Held(pid),
        None => LockState::Stale(pid),
    }
}

/// Finds who holds a file in `/proc/locks`.
fn holder(table: &str, device: u64, inode: u64) -> Option<u32> {
    let device = format!("{:02x}:{:02x}:{inode}", major(device), minor(device));
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // A line with `->` waits for the lock instead.
        let is_it = fields.get(5).is_some_and(|field| *field == device);
        if is_it { fields.get(4)?.parse().ok() } else { None }
    })
}

/// The major number of a device, as Linux packs it.
const fn major(device: u64) -> u64 {
    ((device >> 8) & 0xfff) | ((device >> 32) & 0xffff_f000)
}

/// The minor number of a device, as Linux packs it.
const fn minor(device: u64) -> u64 {
    (device & 0xff) | ((device >> 12) & 0xffff_ff00)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_file_stands_in_the_kernels_table() {
        let table = "1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF\n\
                     1: -> POSIX  ADVISORY  WRITE 99 fd:00:2531453 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 12 08:01:7 0 EOF";
        assert_eq!(holder(table, 0xfd00, 2_531_452), Some(3568));
        assert_eq!(holder(table, 0x0801, 7), Some(12));
        assert_eq!(holder(table, 0xfd00, 2_531_453), None);
    }

    #[test]
    fn a_command_line_says_where_its_locks_are() {
        let line = "dnf --installroot=/x/ --setopt=cachedir=/y --setopt persistdir=/z makecache";
        let arguments: Vec<String> = line.split(' ').map(ToOwned::to_owned).collect();
        assert_eq!(folders_of(&arguments), ["/x/var/cache/dnf", "/x/var/lib/dnf", "/x/var/log", "/y", "/z"]);
    }
}
