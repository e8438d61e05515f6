//! What is wrong with what a probe found. Leaves out the words (`words/probe_*`).

use super::facts::{
    Answered, Connected, Facts, ForwardPolicy, HostRoute, Http, LockState, Lookup, Process, Proxy, Target, Tls,
};

/// A clock further off than this spoils certificates and signed requests: AWS allows five minutes for the latter.
const WORST_CLOCK_SECONDS: i64 = 300;

macro_rules! findings {
    ($($(#[$doc:meta])+ $variant:ident $({ $($field:ident: $type:ty),* })? = $code:literal,)+) => {
        /// Something that is wrong on the host, or that its network does to it.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each variant's sentence stands in words/probe_english.rs")]
        pub enum Finding {
            $($(#[$doc])+ $variant $({ $($field: $type),* })?,)+
        }

        impl Finding {
            /// Returns its code as printed.
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant $({ $($field: _),* })? => $code,)+
                }
            }
        }
    };
}

findings! {
    /// A package manager runs (RP-13).
    PackageManagerRuns { process: Box<Process> } = "PACKAGE_MANAGER_RUNS",
    /// A lock file that dnf will not take over (RP-14).
    LockMalformed { path: String } = "LOCK_MALFORMED",
    /// A lock file names a process that is another program now (RP-12).
    LockRecycled { path: String, pid: u32, program: String } = "LOCK_RECYCLED",
    /// `resolv.conf` names no name server.
    NoNameServer = "NO_NAME_SERVER",
    /// A name server does not answer.
    NameServerSilent { server: String, host: String } = "NAME_SERVER_SILENT",
    /// A name server says that there is no such name.
    NoSuchName { server: String, host: String } = "NO_SUCH_NAME",
    /// A name server fails or refuses.
    NameServerFails { server: String, host: String, why: String } = "NAME_SERVER_FAILS",
    /// The system does not resolve a name.
    NameDoesNotResolve { host: String, why: String } = "NAME_DOES_NOT_RESOLVE",
    /// Nothing answers a connection.
    ConnectionTimedOut { host: String, port: u16, address: String } = "CONNECTION_TIMED_OUT",
    /// A connection is refused.
    ConnectionRefused { host: String, port: u16, address: String } = "CONNECTION_REFUSED",
    /// The host knows no way.
    ConnectionUnreachable { host: String, port: u16, address: String, why: String } = "CONNECTION_UNREACHABLE",
    /// TLS fails.
    TlsFails { host: String, port: u16, fault: Tls } = "TLS_FAILS",
    /// A web server answers with an error.
    HttpStatus { url: String, status: u16 } = "HTTP_STATUS",
    /// A web server answers nothing that can be read.
    HttpFails { url: String, why: String } = "HTTP_FAILS",
    /// The clock is off.
    ClockOff { ahead_seconds: i64 } = "CLOCK_OFF",
    /// A proxy is configured, and does not take connections.
    ProxyFails { url: String, from: String, outcome: Connected } = "PROXY_FAILS",
    /// There is no default route.
    NoDefaultRoute = "NO_DEFAULT_ROUTE",
    /// A rule masquerades, but the host does not forward (NI-4).
    ForwardingOff = "FORWARDING_OFF",
    /// The host masquerades on another interface than the one that leads out (NI-4).
    MasqueradeElsewhere { out: String, leads_out: String } = "MASQUERADE_ELSEWHERE",
    /// Every forwarded packet is dropped (NI-4).
    ForwardDropped = "FORWARD_DROPPED",
    /// The table of connections is full.
    ConntrackFull { count: u64, most: u64 } = "CONNTRACK_FULL",
}

/// Returns everything that is wrong, in the order in which a package manager meets it.
pub fn all(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(
        facts.processes.iter().map(|process| Finding::PackageManagerRuns { process: Box::new(process.clone()) }),
    );
    for lock in &facts.locks {
        let path = lock.path.clone();
        match &lock.state {
            LockState::Malformed => found.push(Finding::LockMalformed { path }),
            LockState::Recycled { pid, program } => {
                found.push(Finding::LockRecycled { path, pid: *pid, program: program.clone() });
            }
            LockState::Held(_) | LockState::Stale(_) | LockState::Free | LockState::Unreadable => {}
        }
    }
    if facts.resolver.name_servers.is_empty() && !facts.targets.is_empty() {
        found.push(Finding::NoNameServer);
    }
    if default_route(facts).is_none() && !facts.routes.iter().any(|route| route.destination == "::/0") {
        found.push(Finding::NoDefaultRoute);
    }
    found.extend(facts.proxies.iter().filter_map(proxy));
    for target in &facts.targets {
        names(target, &mut found);
        // Behind a proxy the direct way is nobody's business, but for what was asked for by hand.
        if !uses_proxy(facts, target) {
            connections(target, &mut found);
        }
    }
    if let Some(ahead_seconds) = facts.clock_ahead_seconds.filter(|ahead| ahead.abs() > WORST_CLOCK_SECONDS) {
        found.push(Finding::ClockOff { ahead_seconds });
    }
    found.extend(forwarding(facts));
    let mut unique: Vec<Finding> = Vec::new();
    for finding in found {
        if !unique.contains(&finding) {
            unique.push(finding);
        }
    }
    unique
}

/// The default route of IPv4 that wins.
pub(crate) fn default_route(facts: &Facts) -> Option<&HostRoute> {
    facts.routes.iter().filter(|route| route.destination == "0.0.0.0/0").min_by_key(|route| route.metric)
}

/// Whether a repository's host is reached by a proxy.
pub(crate) fn uses_proxy(facts: &Facts, target: &Target) -> bool {
    let is_its = |proxy: &Proxy| {
        ["yum", "dnf", "apt", "environment"].contains(&proxy.of.as_str()) || target.wanted_by.contains(&proxy.of)
    };
    facts.proxies.iter().any(is_its) && !target.wanted_by.iter().any(|by| by == "--to")
}

fn proxy(proxy: &Proxy) -> Option<Finding> {
    let outcome = proxy.connection.clone().filter(|outcome| *outcome != Connected::Open)?;
    Some(Finding::ProxyFails { url: proxy.url.clone(), from: proxy.from.clone(), outcome })
}

fn names(target: &Target, found: &mut Vec<Finding>) {
    for each in &target.answers {
        let (server, host) = (each.server.to_string(), target.host.clone());
        found.push(match &each.answer {
            Answered::Addresses(_) => continue,
            Answered::NoAddress => Finding::NameServerFails { server, host, why: "no address".to_owned() },
            Answered::NoSuchName => Finding::NoSuchName { server, host },
            Answered::ServerFailure => Finding::NameServerFails { server, host, why: "SERVFAIL".to_owned() },
            Answered::Refused => Finding::NameServerFails { server, host, why: "REFUSED".to_owned() },
            Answered::Other(why) | Answered::Unreachable(why) => {
                Finding::NameServerFails { server, host, why: why.clone() }
            }
            Answered::TimedOut => Finding::NameServerSilent { server, host },
        });
    }
    let host = target.host.clone();
    match &target.lookup {
        Lookup::Addresses(_) => {}
        Lookup::Failed(why) => found.push(Finding::NameDoesNotResolve { host, why: why.clone() }),
        Lookup::TimedOut => found.push(Finding::NameDoesNotResolve { host, why: "no answer in time".to_owned() }),
    }
}

fn connections(target: &Target, found: &mut Vec<Finding>) {
    // One address that answers is enough: a host with IPv6 addresses is no fault where there is only IPv4.
    if target.connections.iter().any(|connection| connection.outcome == Connected::Open) {
        conversation(target, found);
        return;
    }
    for connection in &target.connections {
        let (host, port, address) = (target.host.clone(), target.port, connection.address.to_string());
        found.push(match &connection.outcome {
            Connected::Open => continue,
            Connected::Refused => Finding::ConnectionRefused { host, port, address },
            Connected::TimedOut => Finding::ConnectionTimedOut { host, port, address },
            Connected::Unreachable(why) | Connected::Failed(why) => {
                Finding::ConnectionUnreachable { host, port, address, why: why.clone() }
            }
        });
    }
}

fn conversation(target: &Target, found: &mut Vec<Finding>) {
    if let Some(fault) = target.tls.clone().filter(|tls| !matches!(tls, Tls::Trusted | Tls::NoRoots)) {
        found.push(Finding::TlsFails { host: target.host.clone(), port: target.port, fault });
    }
    // What was asked for by hand may well answer with an error: that it answers is what was asked.
    let is_repository = target.wanted_by.iter().any(|by| by != "--to");
    match &target.http {
        Some(Http::Status(status)) if *status >= 400 && is_repository => {
            found.push(Finding::HttpStatus { url: target.url.clone(), status: *status });
        }
        Some(Http::Failed(why)) => found.push(Finding::HttpFails { url: target.url.clone(), why: why.clone() }),
        Some(Http::Status(_)) | None => {}
    }
}

fn forwarding(facts: &Facts) -> Vec<Finding> {
    let forwarding = &facts.forwarding;
    let mut found = Vec::new();
    if let Some(firewall) = &forwarding.firewall
        && !firewall.masquerades.is_empty()
    {
        if forwarding.ipv4 == Some(false) {
            found.push(Finding::ForwardingOff);
        }
        if firewall.forward == ForwardPolicy::Drop {
            found.push(Finding::ForwardDropped);
        }
        let leads_out = default_route(facts).map(|route| route.interface.clone());
        let outs: Vec<&Option<String>> = firewall.masquerades.iter().map(|rule| &rule.out).collect();
        if let (Some(leads_out), Some(Some(out))) = (leads_out, outs.first())
            && !outs.iter().any(|out| matches(out.as_deref(), &leads_out))
        {
            found.push(Finding::MasqueradeElsewhere { out: out.clone(), leads_out });
        }
    }
    if let Some((count, most)) = forwarding.conntrack.filter(|(count, most)| *most > 0 && count * 100 >= most * 95) {
        found.push(Finding::ConntrackFull { count, most });
    }
    found
}

/// Whether a rule for this interface is met at that one: `eth+` and `eth*` stand for every name that begins so.
pub(crate) fn matches(rule: Option<&str>, interface: &str) -> bool {
    rule.is_none_or(|rule| match rule.strip_suffix(['+', '*']) {
        Some(start) => interface.starts_with(start),
        None => rule == interface,
    })
}
