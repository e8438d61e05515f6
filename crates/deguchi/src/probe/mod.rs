//! `deguchi probe`: what a host itself shows, which no AWS answer does, looked at without changing anything.
//!
//! [`run`] gathers [`Facts`]; [`finding`] says what is wrong with them. Steps run at once and each is bounded, so that a
//! network that swallows everything cannot hold the probe up. Leaves out what a configuration says to it: [`evidence`].

mod clock;
mod connect;
pub mod evidence;
pub mod facts;
pub mod finding;
mod forwarding;
mod host_network;
mod http;
pub mod json;
mod locks;
mod metadata;
mod names;
mod ping;
mod processes;
mod proxies;
mod repositories;
mod root;
pub(crate) mod secret;
mod sockets;
mod targets;
pub mod text;
mod tls;

use std::{path::PathBuf, sync::mpsc, thread, time::Duration};

pub use facts::Facts;
pub use finding::Finding;

use crate::{
    error::{Error, ErrorKind},
    report::clean,
};
use facts::{Host, Proxy};
use root::Root;
use targets::{Means, Wanted};

/// What a probe is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the machine's files are; `/`, or a folder that holds another machine's.
    pub root: PathBuf,
    /// How long each step may take.
    pub timeout: Duration,
    /// Further targets: `HOST:PORT` or a URL.
    pub to: Vec<String>,
}

/// Looks at the host.
pub fn run(options: &Options) -> Result<Facts, Error> {
    let unreadable = |text: &String| Error::new(ErrorKind::ProbeTarget { asked: secret::hidden(text) });
    let asked: Vec<Wanted> = options
        .to
        .iter()
        .map(|text| targets::wanted(text).ok_or_else(|| unreadable(text)))
        .collect::<Result<_, _>>()?;
    let root = Root(options.root.clone());
    let timeout = options.timeout;
    let mut not_seen = Vec::new();
    let metadata = metadata::ask();
    let release = repositories::os_release(&root);
    let own_user = processes::own_user();
    let host = Host {
        name: clean(root::kernel("/proc/sys/kernel/hostname").unwrap_or_default().trim()),
        operating_system: release.get("PRETTY_NAME").map(|name| clean(name)),
        system: repositories::system_of(&release).map(ToOwned::to_owned),
        is_root: own_user == 0,
    };
    let running = processes::all();
    let processes = processes::package_managers(&running, own_user, &mut not_seen);
    let locks = locks::all(&root, &running);
    let repositories = repositories::all(&root, &release, (&host, &metadata), &mut not_seen);
    let resolver = names::resolver(&root);
    let means = Means { trust: tls::trust(&root), resolver: resolver.clone(), timeout };
    let wanted = targets::gather(&repositories, &asked, &mut not_seen);
    let proxies = thread::spawn(move || knock_at(proxies::all(&root), timeout));
    let (targets, mut clocks) = targets::ask(wanted, &means, &mut not_seen);
    clocks.sort_unstable();
    let forwarding = forwarding::of_host(timeout, &mut not_seen);
    not_seen.sort();
    not_seen.dedup();
    Ok(Facts {
        schema: facts::SCHEMA.to_owned(),
        taken_at: clock::text(clock::now()),
        host,
        metadata,
        processes,
        locks,
        repositories,
        resolver,
        interfaces: host_network::interfaces(),
        routes: host_network::routes(),
        ephemeral_ports: host_network::ephemeral_ports(),
        targets,
        proxies: proxies.join().unwrap_or_default(),
        // Of several servers the middle one: a single server's clock may be wrong itself.
        clock_ahead_seconds: clocks.get(clocks.len() / 2).copied(),
        forwarding,
        not_seen,
    })
}

/// Tries every proxy, at once.
fn knock_at(proxies: Vec<Proxy>, timeout: Duration) -> Vec<Proxy> {
    let knock = |mut proxy: Proxy| {
        thread::spawn(move || {
            let address = proxies::address_of(&proxy.url);
            proxy.connection = address.map(|(host, port)| targets::knock(&host, port, timeout));
            proxy
        })
    };
    let threads: Vec<_> = proxies.into_iter().map(knock).collect();
    threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
}

/// Does something for no longer than `timeout`; `None` where it takes longer. What is late is left to itself.
fn bounded<T: Send + 'static>(timeout: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(timeout).ok()
}

/// Reads a probe's JSON.
pub fn parse(file: &str, text: &str) -> Result<Facts, Error> {
    let wrong = |cause: String| Error::new(ErrorKind::ProbeFile { file: clean(file), cause: clean(&cause) });
    let document: serde_json::Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    match document.get("schema").and_then(serde_json::Value::as_str) {
        Some(facts::SCHEMA) => serde_json::from_value(document).map_err(|error| wrong(error.to_string())),
        Some(other) => Err(wrong(format!("schema `{other}`"))),
        None => Err(wrong("no schema".to_owned())),
    }
}
