//! Package managers that are running: left over from a run that got stuck, or at work (RP-11 to RP-14).
//!
//! Read from `/proc`. Nothing is ever ended here: the command that would is a text.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::{
    facts::{NotSeen, Process, Unseen},
    root::{kernel, kernel_number},
    secret, sockets,
};
use crate::report::clean;

/// Programs that take a package manager's lock.
const PROGRAMS: [&str; 24] = [
    "yum",
    "yum-cron",
    "yumdownloader",
    "yum-updatesd",
    "dnf",
    "dnf-3",
    "dnf4",
    "dnf5",
    "dnf5daemon-server",
    "dnf-automatic",
    "microdnf",
    "tdnf",
    "rpm",
    "rpmdb",
    "apt",
    "apt-get",
    "aptitude",
    "apt.systemd.daily",
    "dpkg",
    "unattended-upgrade",
    "unattended-upgr",
    "packagekitd",
    "zypper",
    "needs-restarting",
];

/// One process as the kernel has it.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
    pub(super) state: char,
    started_ticks: u64,
    user: u32,
}

/// Reads every process.
pub(super) fn all() -> BTreeMap<u32, Running> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, read(pid)?))).collect()
}

fn read(pid: u32) -> Option<Running> {
    let stat = kernel(&format!("/proc/{pid}/stat"))?;
    // The name stands in parentheses and may hold some itself.
    let (head, rest) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let status = kernel(&format!("/proc/{pid}/status")).unwrap_or_default();
    let user = status.lines().find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().next()?.parse().ok());
    let arguments = kernel(&format!("/proc/{pid}/cmdline")).unwrap_or_default();
    Some(Running {
        pid,
        parent: fields.get(1)?.parse().ok()?,
        name,
        arguments: arguments.split('\0').filter(|text| !text.is_empty()).map(ToOwned::to_owned).collect(),
        state: fields.first()?.chars().next()?,
        started_ticks: fields.get(19)?.parse().ok()?,
        user: user.unwrap_or_default(),
    })
}

impl Running {
    /// The package manager that this is, if it is one. A script's name is its interpreter's argument.
    pub(super) fn program(&self) -> Option<String> {
        let base = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
        let first = self.arguments.first().map(|text| base(text)).unwrap_or_default();
        let is_interpreter =
            ["python", "platform-python", "sh", "bash", "dash", "perl"].iter().any(|name| first.starts_with(name));
        let script = self.arguments.iter().skip(1).find(|text| !text.starts_with('-')).map(|text| base(text));
        let candidates = [Some(first).filter(|_| !is_interpreter), script.filter(|_| is_interpreter)];
        let named = candidates.into_iter().flatten().find(|name| PROGRAMS.contains(&name.as_str()));
        // A zombie, or a process that has named itself, has no arguments.
        named.or_else(|| {
            (self.arguments.is_empty() && PROGRAMS.contains(&self.name.as_str())).then(|| self.name.clone())
        })
    }
}

/// Returns the running package managers among these processes.
pub(super) fn package_managers(
    all: &BTreeMap<u32, Running>,
    own_user: u32,
    not_seen: &mut Vec<NotSeen>,
) -> Vec<Process> {
    let ticks = 100; // USER_HZ: 100 on every architecture of EC2.
    let uptime =
        kernel("/proc/uptime").and_then(|text| text.split('.').next()?.parse::<u64>().ok()).unwrap_or_default();
    let managers: Vec<(&Running, String)> = all.values().filter_map(|it| Some((it, it.program()?))).collect();
    let of_manager: BTreeSet<u32> = managers.iter().map(|(running, _)| running.pid).collect();
    let mut found = Vec::new();
    for (running, program) in managers {
        // `dnf` below `dnf`, or `sudo dnf`: the uppermost package manager is the one to end.
        let is_child = ancestors(all, running.pid).iter().any(|parent| of_manager.contains(&parent.pid));
        if is_child {
            continue;
        }
        let family = descendants(all, running.pid);
        let connecting = sockets::connecting(&family);
        if connecting.is_none() && running.user != own_user && running.state != 'Z' {
            let why = format!("{program} {} runs as user {}", running.pid, running.user);
            not_seen.push(NotSeen { what: Unseen::Sockets, why });
        }
        let sudo = if running.user == own_user || own_user == 0 { "" } else { "sudo " };
        found.push(Process {
            pid: running.pid,
            program,
            command_line: clean(&secret::hidden(&running.arguments.join(" "))).chars().take(400).collect(),
            state: running.state,
            age_seconds: uptime.saturating_sub(running.started_ticks / ticks),
            user: running.user,
            parents: ancestors(all, running.pid).iter().map(|parent| clean(&parent.name)).collect(),
            connecting_to: connecting.unwrap_or_default(),
            ends_with: ending(running, sudo),
        });
    }
    found
}

/// The command that ends a process: a zombie is gone already and goes with its parent; a stopped one wakes to end.
fn ending(running: &Running, sudo: &str) -> String {
    match running.state {
        'Z' => format!("{sudo}kill {}", running.parent),
        'T' | 't' => format!("{sudo}kill {0} && {sudo}kill -CONT {0}", running.pid),
        _ => format!("{sudo}kill {}", running.pid),
    }
}

fn ancestors(all: &BTreeMap<u32, Running>, pid: u32) -> Vec<&Running> {
    let mut found: Vec<&Running> = Vec::new();
    let mut at = all.get(&pid).map(|running| running.parent);
    while let Some(parent) = at.and_then(|pid| all.get(&pid))
        && found.len() < 32
    {
        found.push(parent);
        at = Some(parent.parent);
    }
    found
}

fn descendants(all: &BTreeMap<u32, Running>, pid: u32) -> BTreeSet<u32> {
    let is_below =
        |running: &&Running| running.pid == pid || ancestors(all, running.pid).iter().any(|it| it.pid == pid);
    all.values().filter(is_below).map(|running| running.pid).collect()
}

/// The user that the probe runs as.
pub(super) fn own_user() -> u32 {
    let status = kernel("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(u32::MAX)
}

/// Whether the kernel has a process of this id.
pub(super) fn is_alive(pid: u32) -> bool {
    pid != 0 && fs::metadata(format!("/proc/{pid}")).is_ok()
}

/// The connections that the kernel remembers, and how many it can.
pub(super) fn conntrack() -> Option<(u64, u64)> {
    let folder = "/proc/sys/net/netfilter";
    Some((
        kernel_number(&format!("{folder}/nf_conntrack_count"))?,
        kernel_number(&format!("{folder}/nf_conntrack_max"))?,
    ))
}
