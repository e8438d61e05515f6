//! What English says about a probe.

use crate::probe::{
    Facts, Finding,
    facts::{Connected, LockState, Process, Tls, Unseen},
    text::Label,
};

pub(crate) const NOTHING_WRONG: &str = "nothing wrong was found on this host";
pub(crate) const NONE: &str = "none";

/// The first line.
pub(crate) fn title(facts: &Facts) -> String {
    let rights = if facts.host.is_root { "root" } else { "no root" };
    format!("probe of `{}` at {} ({rights})", facts.host.name, facts.taken_at)
}

/// What a line is about.
pub(crate) fn label(label: Label) -> &'static str {
    match label {
        Label::OperatingSystem => "operating system",
        Label::Metadata => "instance metadata",
        Label::NameServers => "name servers",
        Label::DefaultRoute => "default route",
        Label::Addresses => "addresses",
        Label::EphemeralPorts => "source ports",
        Label::PackageManagers => "package managers that run",
        Label::Locks => "lock files in use or left over",
        Label::Proxies => "proxies",
        Label::Clock => "clock, ahead of the web servers'",
        Label::Forwarding => "net.ipv4.ip_forward",
        Label::Masquerading => "masquerades on",
        Label::Conntrack => "connections remembered",
        Label::Targets => "hosts asked",
        Label::NotSeen => "not seen",
    }
}

/// What could not be looked at.
pub(crate) fn not_seen(what: Unseen) -> &'static str {
    match what {
        Unseen::Firewall => "the firewall's rules; run the probe with `sudo`",
        Unseen::Sockets => "where another user's process is stuck; run the probe with `sudo`",
        Unseen::RepositoryAddress => "a repository whose address has variables that are not known",
        Unseen::Targets => "hosts beyond the first 24",
        Unseen::Step => "a host that took longer than the whole probe may",
    }
}

/// The state of a lock file.
pub(crate) fn lock(state: &LockState) -> String {
    match state {
        LockState::Held(pid) => format!("held by {pid}"),
        LockState::Recycled { pid, program } => format!("names {pid}, which is `{program}` now"),
        LockState::Stale(pid) => format!("left by {pid}, which is gone; the next run takes it over"),
        LockState::Malformed => "not a process id".to_owned(),
        LockState::Free => "free".to_owned(),
        LockState::Unreadable => "cannot be read".to_owned(),
    }
}

/// What is wrong with TLS.
pub(crate) fn certificate(fault: &Tls) -> String {
    match fault {
        Tls::Trusted => "the certificate is good".to_owned(),
        Tls::Expired => "the certificate has expired".to_owned(),
        Tls::NotValidYet => "the certificate is not valid yet".to_owned(),
        Tls::WrongHost => "the certificate is another host's".to_owned(),
        Tls::UnknownIssuer => "the certificate's issuer is not trusted".to_owned(),
        Tls::BadCertificate(why) => format!("the certificate is bad: {why}"),
        Tls::Cut(why) => format!("the handshake was cut: {why}"),
        Tls::NoRoots => "this host has no file of trusted authorities".to_owned(),
    }
}

/// How long a process has been running.
pub(crate) fn age(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} seconds"),
        120..=7199 => format!("{} minutes", seconds / 60),
        7200..=172_799 => format!("{} hours", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A package manager that runs.
pub(crate) fn process(process: &Process) -> String {
    let stuck = match process.connecting_to.as_slice() {
        [] => String::new(),
        places => format!(", waiting for a connection to {} that nobody answers", quoted(places)),
    };
    let state = match process.state {
        'T' | 't' => ", stopped",
        'Z' => ", dead but not collected by its parent",
        'D' => ", in a call to the kernel that cannot be interrupted",
        _ => "",
    };
    let parents: Vec<String> = process.parents.iter().take(3).cloned().collect();
    let started = if parents.is_empty() { String::new() } else { format!(", started by {}", quoted(&parents)) };
    format!(
        "`{}` has been running for {} as process {}{state}{stuck}{started} (`{}`); another run waits for it; if it is \
         left over, `{}` ends it",
        process.program,
        age(process.age_seconds),
        process.pid,
        process.command_line,
        process.ends_with
    )
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

fn outcome(outcome: &Connected) -> String {
    match outcome {
        Connected::Open => "it takes connections".to_owned(),
        Connected::Refused => "it refuses connections".to_owned(),
        Connected::TimedOut => "nothing answers".to_owned(),
        Connected::Unreachable(why) | Connected::Failed(why) => why.clone(),
    }
}

/// What is wrong, as a sentence.
pub(crate) fn finding(finding: &Finding) -> String {
    match finding {
        Finding::PackageManagerRuns { process: running } => process(running),
        Finding::LockMalformed { path } => {
            format!("lock file `{path}` holds no process id: dnf stops at it; see that no dnf runs, then remove it with `sudo rm {path}`")
        }
        Finding::LockRecycled { path, pid, program } => format!(
            "lock file `{path}` names process {pid}, which is `{program}` now and no package manager: do not end it; \
             remove the file with `sudo rm {path}`"
        ),
        Finding::NoNameServer => "`/etc/resolv.conf` names no name server".to_owned(),
        Finding::NameServerSilent { server, host } => {
            format!("name server `{server}` does not answer: `{host}` was asked for, and nothing came back")
        }
        Finding::NoSuchName { server, host } => format!("name server `{server}` says that there is no `{host}` (NXDOMAIN)"),
        Finding::NameServerFails { server, host, why } => {
            format!("name server `{server}` gives no address for `{host}`: {why}")
        }
        Finding::NameDoesNotResolve { host, why } => format!("`{host}` does not resolve on this host: {why}"),
        Finding::ConnectionTimedOut { host, port, address } => {
            format!("nothing answers at `{host}` port {port} (`{address}`): the packets, or their replies, vanish on the way")
        }
        Finding::ConnectionRefused { host, port, address } => format!(
            "`{host}` port {port} (`{address}`) refuses the connection: somebody answered, so the network lets it pass"
        ),
        Finding::ConnectionUnreachable { host, port, address, why } => {
            format!("no way to `{host}` port {port} (`{address}`) from this host: {why}")
        }
        Finding::TlsFails { host, port, fault } => format!("TLS with `{host}` port {port} fails: {}", certificate(fault)),
        Finding::HttpStatus { url, status } => {
            format!("`{url}` answers with HTTP status {status}: the network lets it pass, and the other end declines")
        }
        Finding::HttpFails { url, why } => format!("`{url}` takes the connection and then gives no answer: {why}"),
        Finding::ClockOff { ahead_seconds } if *ahead_seconds > 0 => {
            format!("the clock is {} ahead: certificates and signed requests fail", age(ahead_seconds.unsigned_abs()))
        }
        Finding::ClockOff { ahead_seconds } => {
            format!("the clock is {} behind: certificates and signed requests fail", age(ahead_seconds.unsigned_abs()))
        }
        Finding::ProxyFails { url, from, outcome: how } => {
            format!("proxy `{url}` (from `{from}`) cannot be used: {}", outcome(how))
        }
        Finding::NoDefaultRoute => "the host has no default route".to_owned(),
        Finding::ForwardingOff => {
            "a rule masquerades, but `net.ipv4.ip_forward` is 0: nothing is forwarded; `sudo sysctl -w net.ipv4.ip_forward=1`"
                .to_owned()
        }
        Finding::MasqueradeElsewhere { out, leads_out } => {
            format!("the rule masquerades on `{out}`, but the default route leaves by `{leads_out}`")
        }
        Finding::ForwardDropped => "the firewall drops every packet that is to be forwarded".to_owned(),
        Finding::ConntrackFull { count, most } => {
            format!("the kernel remembers {count} connections of at most {most}: new ones are dropped")
        }
    }
}
