//! What a probe found on a host: the document `deguchi.probe/1`, written by `deguchi probe`, read by `why --probe`.
//!
//! Facts alone: what is wrong with them is `finding.rs`. No credential is ever put here.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// The document's name and version.
pub const SCHEMA: &str = "deguchi.probe/1";

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// [`SCHEMA`].
    pub schema: String,
    /// When, by the host's clock: `2026-01-31T12:00:00Z`.
    pub taken_at: String,
    /// The host.
    pub host: Host,
    /// What instance metadata says.
    pub metadata: Metadata,
    /// Running package managers.
    pub processes: Vec<Process>,
    /// Lock files of package managers.
    pub locks: Vec<Lock>,
    /// Repositories that are switched on.
    pub repositories: Vec<Repository>,
    /// `resolv.conf`.
    pub resolver: Resolver,
    /// Interfaces with their addresses.
    pub interfaces: Vec<Interface>,
    /// Routes of the main table.
    pub routes: Vec<HostRoute>,
    /// The ports that the kernel chooses from: first and last.
    pub ephemeral_ports: Option<(u16, u16)>,
    /// Hosts that were asked.
    pub targets: Vec<Target>,
    /// Proxies that are configured.
    pub proxies: Vec<Proxy>,
    /// By how many seconds the host's clock is ahead of the web servers'.
    pub clock_ahead_seconds: Option<i64>,
    /// What a NAT instance needs.
    pub forwarding: Forwarding,
    /// What could not be looked at.
    pub not_seen: Vec<NotSeen>,
}

/// The host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// `PRETTY_NAME` of `os-release`.
    pub operating_system: Option<String>,
    /// Its name in the catalogue, where it is there.
    pub system: Option<String>,
    /// Whether the probe ran as root.
    pub is_root: bool,
}

/// What instance metadata says (IM-1). Credentials are not asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// Whether it answers.
    pub state: MetadataState,
    /// The instance.
    pub instance: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The role's name.
    pub role: Option<String>,
}

/// Whether instance metadata answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MetadataState {
    /// It was not asked.
    #[default]
    NotAsked,
    /// It answers.
    Answers,
    /// It answers with this status: switched off is 403.
    Refuses(u16),
    /// Nothing answers.
    Silent,
}

/// A running package manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its program: `yum`, `dnf` …
    pub program: String,
    /// Its command line, without credentials.
    pub command_line: String,
    /// Its state as the kernel has it, e.g. `S`, `T`, `Z`.
    pub state: char,
    /// For how long it has been running.
    pub age_seconds: u64,
    /// Its user id.
    pub user: u32,
    /// Who started it, the nearest first.
    pub parents: Vec<String>,
    /// Where it, or a child, waits for a connection to be made.
    pub connecting_to: Vec<String>,
    /// What ends it; never run by the probe.
    pub ends_with: String,
}

/// A lock file of a package manager.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lock {
    /// The file.
    pub path: String,
    /// Whose it is.
    pub program: String,
    /// Whether it holds anybody up.
    pub state: LockState,
}

/// Whether a lock file holds anybody up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockState {
    /// A running package manager holds it.
    Held(u32),
    /// A process of that id runs, but it is another program (RP-12).
    Recycled {
        /// The id.
        pid: u32,
        /// The program that has it now.
        program: String,
    },
    /// Its process is gone; the next run takes it over (RP-12, RP-14).
    Stale(u32),
    /// What it says is no process id (RP-12, RP-14).
    Malformed,
    /// Nobody holds it.
    Free,
    /// It cannot be read.
    Unreadable,
}

/// A repository that is switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// Its name in the configuration.
    pub id: String,
    /// Where it is configured.
    pub file: String,
    /// Addresses, with the variables put in that are known.
    pub urls: Vec<String>,
}

/// What `resolv.conf` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolver {
    /// Name servers; an entry that is no address is left out.
    pub name_servers: Vec<IpAddr>,
    /// Search domains.
    pub search: Vec<String>,
    /// Options.
    pub options: Vec<String>,
    /// Name servers behind the stub of systemd-resolved.
    pub behind_stub: Vec<IpAddr>,
}

/// An interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// `rp_filter` as it applies to it: 0, 1 (strict) or 2 (loose).
    pub reverse_path_filter: Option<u8>,
}

/// A route of the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRoute {
    /// Its destination.
    pub destination: String,
    /// Its gateway, where it has one.
    pub gateway: Option<IpAddr>,
    /// Its interface.
    pub interface: String,
    /// Its metric; the least wins.
    pub metric: u32,
}

/// A host that was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The address asked for, without credentials.
    pub url: String,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Which repositories, or `--to`.
    pub wanted_by: Vec<String>,
    /// What the system's own resolution says.
    pub lookup: Lookup,
    /// What each name server says by itself.
    pub answers: Vec<NameServerAnswer>,
    /// TCP connections, one for each address tried.
    pub connections: Vec<Connection>,
    /// TLS, where the URL has it.
    pub tls: Option<Tls>,
    /// HTTP, where the URL has it.
    pub http: Option<Http>,
    /// A ping of the first address.
    pub ping: Option<Ping>,
}

/// What the system's own resolution says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lookup {
    /// These addresses.
    Addresses(Vec<IpAddr>),
    /// An error, as the system words it.
    Failed(String),
    /// No answer in time.
    TimedOut,
}

/// What one name server says about one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameServerAnswer {
    /// The name server.
    pub server: IpAddr,
    /// Its answer.
    pub answer: Answered,
}

/// A name server's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answered {
    /// These addresses.
    Addresses(Vec<IpAddr>),
    /// The name exists, without an address.
    NoAddress,
    /// `NXDOMAIN`: there is no such name.
    NoSuchName,
    /// `SERVFAIL`.
    ServerFailure,
    /// `REFUSED`.
    Refused,
    /// Another code, or an answer that cannot be read.
    Other(String),
    /// No answer in time.
    TimedOut,
    /// It cannot be asked: no route, or its port is closed.
    Unreachable(String),
}

/// A TCP connection that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// To where.
    pub address: IpAddr,
    /// What became of it.
    pub outcome: Connected,
    /// After how long.
    pub milliseconds: u64,
}

/// What became of a connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connected {
    /// It was made.
    Open,
    /// Somebody refused it.
    Refused,
    /// Nothing answered.
    TimedOut,
    /// The host, or a router near it, knows no way.
    Unreachable(String),
    /// Anything else, as the system words it.
    Failed(String),
}

/// What became of TLS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// The certificate is good.
    Trusted,
    /// The certificate has expired.
    Expired,
    /// The certificate is not valid yet.
    NotValidYet,
    /// The certificate is another host's.
    WrongHost,
    /// The host trusts nobody who signed it.
    UnknownIssuer,
    /// The certificate is bad in another way.
    BadCertificate(String),
    /// The other end broke the handshake off, or stopped answering in it.
    Cut(String),
    /// The host has no file of trusted authorities.
    NoRoots,
}

/// What became of an HTTP request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Http {
    /// A status.
    Status(u16),
    /// No answer that can be read.
    Failed(String),
}

/// What became of a ping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ping {
    /// An answer, after so many milliseconds.
    Answered(u64),
    /// No answer in time; many hosts give none (IC-3).
    Silent,
    /// The kernel does not let this user ping.
    NotPermitted,
    /// Anything else, as the system words it.
    Failed(String),
}

/// A proxy that is configured.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Proxy {
    /// Where: a file, or a variable of the environment.
    pub from: String,
    /// For whom: `yum`, `dnf`, `apt`, `environment`, or a repository.
    pub of: String,
    /// Its address, without credentials.
    pub url: String,
    /// Whether credentials are configured; they are never shown.
    pub has_credentials: bool,
    /// What became of a connection to it.
    pub connection: Option<Connected>,
}

/// What a NAT instance needs (NI-4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forwarding {
    /// `net.ipv4.ip_forward`.
    pub ipv4: Option<bool>,
    /// `net.ipv6.conf.all.forwarding`.
    pub ipv6: Option<bool>,
    /// The rules of the firewall; `None` where they could not be read.
    pub firewall: Option<Firewall>,
    /// Connections that are remembered, and how many can be.
    pub conntrack: Option<(u64, u64)>,
}

/// The parts of the firewall that forwarding meets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firewall {
    /// Rules that masquerade, or translate source addresses.
    pub masquerades: Vec<Masquerade>,
    /// What becomes of forwarded packets.
    pub forward: ForwardPolicy,
}

/// A rule that translates source addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Masquerade {
    /// The interface that packets leave by; `None` for any.
    pub out: Option<String>,
    /// Whether it has further conditions, which are not judged.
    pub is_conditional: bool,
}

/// What becomes of forwarded packets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardPolicy {
    /// They pass: no rule stops any.
    #[default]
    Accept,
    /// They are dropped: no rule lets any pass.
    Drop,
    /// Rules decide, which are not judged.
    Rules,
}

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotSeen {
    /// What.
    pub what: Unseen,
    /// What the system says.
    pub why: String,
}

/// What could not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unseen {
    /// The firewall's rules: root alone sees them.
    Firewall,
    /// The sockets of another user's process.
    Sockets,
    /// A repository's address, whose variables are not known.
    RepositoryAddress,
    /// Targets beyond the bound.
    Targets,
    /// A step that did not end in time.
    Step,
}
