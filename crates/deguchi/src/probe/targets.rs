//! The hosts that are asked: repositories and `--to`, each by name, connection, TLS and HTTP, all at once.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::{
    connect,
    facts::{Http, Lookup, NameServerAnswer, NotSeen, Repository, Resolver, Target, Unseen},
    http, names, ping, secret,
    tls::{Stream, Trust},
};
use crate::report::clean;

/// How many hosts are asked: a bound on threads and on what others see of the probe.
const MOST: usize = 24;

/// How many addresses of a host are tried in each family.
const ADDRESSES: usize = 2;

/// What to ask of a host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    url: String,
    host: String,
    port: u16,
    path: String,
    scheme: Scheme,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scheme {
    Tcp,
    Http,
    Https,
}

impl Wanted {
    /// Whether this is asked for at that host and port.
    pub(super) fn is_at(&self, host: &str, port: u16) -> bool {
        self.host.eq_ignore_ascii_case(host) && self.port == port
    }
}

/// What a target is asked with.
#[derive(Clone)]
pub(super) struct Means {
    pub(super) trust: Trust,
    pub(super) resolver: Resolver,
    pub(super) timeout: Duration,
}

/// Reads `HOST:PORT`, `http://…` or `https://…`; `None` for what is neither.
pub(super) fn wanted(text: &str) -> Option<Wanted> {
    let text = secret::hidden(text.trim());
    let (scheme, rest) = match text.split_once("://") {
        Some(("http", rest)) => (Scheme::Http, rest),
        Some(("https", rest)) => (Scheme::Https, rest),
        Some(_) => return None,
        None => (Scheme::Tcp, text.as_str()),
    };
    let (authority, path) = match rest.find('/').and_then(|at| rest.split_at_checked(at)) {
        Some((authority, path)) => (authority, path.to_owned()),
        None => (rest, "/".to_owned()),
    };
    let is_bare_ipv6 = authority.parse::<std::net::Ipv6Addr>().is_ok();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !is_bare_ipv6 && !port.ends_with(']') => (host, Some(port.parse::<u16>().ok()?)),
        _ => (authority, None),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = port.or(match scheme {
        Scheme::Tcp => None,
        Scheme::Http => Some(80),
        Scheme::Https => Some(443),
    });
    // A path goes into a request as it is: nothing in it may end the line.
    let is_sound = !host.is_empty() && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    (is_sound && port != Some(0)).then_some(Wanted { url: text.clone(), host, port: port?, path, scheme })
}

/// Returns what the repositories and `--to` come to: each host and port once.
pub(super) fn gather(
    repositories: &[Repository],
    asked: &[Wanted],
    not_seen: &mut Vec<NotSeen>,
) -> Vec<(Wanted, Vec<String>)> {
    let mut found: BTreeMap<(String, u16), (Wanted, Vec<String>)> = BTreeMap::new();
    let mut add = |wanted: Wanted, by: String| {
        let key = (wanted.host.clone(), wanted.port);
        let (_, wanted_by) = found.entry(key).or_insert_with(|| (wanted, Vec::new()));
        if !wanted_by.contains(&by) {
            wanted_by.push(by);
        }
    };
    for wanted in asked {
        add(wanted.clone(), "--to".to_owned());
    }
    for repository in repositories {
        for url in &repository.urls {
            if let Some(wanted) = wanted(url) {
                add(wanted, repository.id.clone());
            }
        }
    }
    let mut all: Vec<_> = found.into_values().collect();
    // What was asked for by hand is never cut.
    all.sort_by_key(|(_, by)| !by.contains(&"--to".to_owned()));
    for (wanted, _) in all.iter().skip(MOST) {
        not_seen.push(NotSeen { what: Unseen::Targets, why: clean(&wanted.url) });
    }
    all.truncate(MOST);
    all
}

/// Asks every target at once.
pub(super) fn ask(
    all: Vec<(Wanted, Vec<String>)>,
    means: &Means,
    not_seen: &mut Vec<NotSeen>,
) -> (Vec<Target>, Vec<i64>) {
    // Name, connection, TLS, HTTP, ping, each at most one timeout, over the addresses tried.
    let end = Instant::now() + means.timeout * 6 + Duration::from_secs(1);
    let (sender, receiver) = mpsc::channel();
    let mut open: Vec<String> = Vec::new();
    for (wanted, by) in all {
        open.push(wanted.url.clone());
        let (sender, means) = (sender.clone(), means.clone());
        thread::spawn(move || {
            // Whoever waited may have given up.
            let _ = sender.send(one(&wanted, by, &means));
        });
    }
    drop(sender);
    let (mut found, mut clocks) = (Vec::new(), Vec::new());
    while let Ok((target, clock)) = receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
        open.retain(|url| *url != target.url);
        found.push(target);
        clocks.extend(clock);
    }
    not_seen.extend(open.into_iter().map(|url| NotSeen { what: Unseen::Step, why: clean(&url) }));
    found.sort_by(|a: &Target, b| (&a.host, a.port).cmp(&(&b.host, b.port)));
    (found, clocks)
}

fn one(wanted: &Wanted, wanted_by: Vec<String>, means: &Means) -> (Target, Option<i64>) {
    let answers = match wanted.host.parse::<IpAddr>() {
        Ok(_) => None,
        Err(_) => Some(ask_name_servers(wanted, means)),
    };
    let lookup = names::look_up(&wanted.host, wanted.port, means.timeout);
    let answers = answers.and_then(|receiver| receiver.join().ok()).unwrap_or_default();
    let mut target = Target {
        url: clean(&wanted.url),
        host: clean(&wanted.host),
        port: wanted.port,
        wanted_by,
        lookup,
        answers,
        connections: Vec::new(),
        tls: None,
        http: None,
        ping: None,
    };
    let Lookup::Addresses(addresses) = &target.lookup else { return (target, None) };
    let of = |is_v4: bool| addresses.iter().copied().filter(move |address| address.is_ipv4() == is_v4).take(ADDRESSES);
    let addresses: Vec<IpAddr> = of(true).chain(of(false)).collect();
    let timeout = means.timeout;
    let pinged = addresses.first().copied();
    let pinging = pinged.map(|address| thread::spawn(move || ping::ping(address, timeout.min(Duration::from_secs(2)))));
    let tries: Vec<_> = addresses
        .into_iter()
        .map(|address| {
            let port = wanted.port;
            thread::spawn(move || connect::try_to(address, port, timeout))
        })
        .collect();
    let mut open = None;
    for (connection, stream) in tries.into_iter().filter_map(|thread| thread.join().ok()) {
        target.connections.push(connection);
        open = open.or(stream);
    }
    target.ping = pinging.and_then(|thread| thread.join().ok());
    let clock = open.and_then(|stream| converse(wanted, &mut target, stream, means));
    (target, clock)
}

/// Asks every name server, at once.
fn ask_name_servers(wanted: &Wanted, means: &Means) -> thread::JoinHandle<Vec<NameServerAnswer>> {
    let (host, timeout) = (wanted.host.clone(), means.timeout.min(Duration::from_secs(4)));
    let servers: Vec<IpAddr> = means.resolver.name_servers.iter().chain(&means.resolver.behind_stub).copied().collect();
    thread::spawn(move || {
        let ask = |server: IpAddr| {
            let host = host.clone();
            thread::spawn(move || NameServerAnswer { server, answer: names::ask(server, &host, timeout) })
        };
        let threads: Vec<_> = servers.into_iter().map(ask).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

/// Speaks TLS and HTTP over an open connection; returns by how much the host's clock is ahead.
fn converse(wanted: &Wanted, target: &mut Target, stream: std::net::TcpStream, means: &Means) -> Option<i64> {
    let timeout = means.timeout;
    let mut stream: Box<dyn Stream> = match wanted.scheme {
        Scheme::Tcp => return None,
        Scheme::Http => {
            stream.set_read_timeout(Some(timeout)).ok()?;
            Box::new(stream)
        }
        Scheme::Https => {
            let (outcome, stream) = means.trust.shake_hands(&wanted.host, stream, timeout);
            target.tls = Some(outcome);
            stream?
        }
    };
    let is_usual = matches!((wanted.scheme, wanted.port), (Scheme::Http, 80) | (Scheme::Https, 443));
    let name = if wanted.host.contains(':') { format!("[{}]", wanted.host) } else { wanted.host.clone() };
    let host = if is_usual { name } else { format!("{name}:{}", wanted.port) };
    let answer = http::request(stream.as_mut(), ("GET", &wanted.path), &host, &[], timeout);
    let (outcome, clock) = match answer {
        Ok(response) => (Http::Status(response.status), response.clock_ahead_seconds),
        Err(why) => (Http::Failed(clean(&why)), None),
    };
    target.http = Some(outcome);
    clock
}

/// Tries a connection to a proxy.
pub(super) fn knock(host: &str, port: u16, timeout: Duration) -> super::facts::Connected {
    use super::facts::Connected;
    let addresses = match names::look_up(host, port, timeout) {
        Lookup::Addresses(addresses) => addresses,
        Lookup::Failed(why) => return Connected::Failed(why),
        Lookup::TimedOut => return Connected::TimedOut,
    };
    match addresses.first() {
        Some(address) => connect::try_to(SocketAddr::new(*address, port).ip(), port, timeout).0.outcome,
        None => Connected::Failed("no address".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_people_write_them() {
        let read = |text: &str| wanted(text).map(|wanted| (wanted.host, wanted.port, wanted.path));
        let of = |host: &str, port, path: &str| Some((host.to_owned(), port, path.to_owned()));
        assert_eq!(read("db:5432"), of("db", 5432, "/"));
        assert_eq!(read("https://a.example"), of("a.example", 443, "/"));
        assert_eq!(read("http://[2001:db8::1]:8080/x"), of("2001:db8::1", 8080, "/x"));
        assert_eq!(read("[::1]:1"), of("::1", 1, "/"));
        assert_eq!(read("https://u:p@h/x?secret"), of("h", 443, "/x"));
        for wrong in ["db", "db:0", "db:x", "ftp://x", "", "https://", "a b:1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
