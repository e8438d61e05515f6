//! Names: what `resolv.conf` says, what the system resolves, and what each name server says by itself.
//!
//! A resolver that is silent, one that knows no such name and one that fails are told apart: the cures differ.

use std::{
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs as _, UdpSocket},
    time::{Duration, Instant},
};

use simple_dns::{CLASS, Name, Packet, QTYPE, Question, RCODE, TYPE, rdata::RData};

use super::{
    bounded,
    facts::{Answered, Lookup, Resolver},
    root::Root,
};
use crate::report::clean;

/// The stub of systemd-resolved.
const STUB: [&str; 2] = ["127.0.0.53", "127.0.0.54"];

/// Reads `resolv.conf`.
pub(super) fn resolver(root: &Root) -> Resolver {
    let mut resolver = parse(&root.read("/etc/resolv.conf").unwrap_or_default());
    if resolver.name_servers.iter().any(|server| STUB.contains(&server.to_string().as_str())) {
        let behind = parse(&root.read("/run/systemd/resolve/resolv.conf").unwrap_or_default());
        resolver.behind_stub = behind.name_servers;
    }
    resolver
}

fn parse(text: &str) -> Resolver {
    let mut resolver = Resolver::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let word = words.next();
        let rest = words.map(clean);
        match word {
            Some("nameserver") => {
                // `fe80::1%eth0` names an interface too.
                let servers = rest.filter_map(|text| text.split('%').next()?.parse::<IpAddr>().ok());
                resolver.name_servers.extend(servers);
            }
            Some("search" | "domain") => resolver.search = rest.collect(),
            Some("options") => resolver.options.extend(rest),
            _ => {}
        }
    }
    resolver
}

/// Resolves a name as any program of the host would.
pub(super) fn look_up(host: &str, port: u16, timeout: Duration) -> Lookup {
    let name = (host.to_owned(), port);
    let found = bounded(timeout, move || name.to_socket_addrs().map(Iterator::collect::<Vec<SocketAddr>>));
    match found {
        None => Lookup::TimedOut,
        Some(Err(error)) => Lookup::Failed(clean(&error.to_string())),
        Some(Ok(found)) => {
            let mut addresses: Vec<IpAddr> = Vec::new();
            for address in found.iter().map(SocketAddr::ip) {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            Lookup::Addresses(addresses)
        }
    }
}

/// Asks one name server for a name's IPv4 address, and for its IPv6 address where it has none.
pub(super) fn ask(server: IpAddr, host: &str, timeout: Duration) -> Answered {
    match ask_for(server, host, TYPE::A, timeout) {
        Answered::NoAddress => ask_for(server, host, TYPE::AAAA, timeout),
        answer => answer,
    }
}

fn ask_for(server: IpAddr, host: &str, kind: TYPE, timeout: Duration) -> Answered {
    match exchange(server, host, kind, timeout) {
        Ok(answer) => answer,
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Answered::TimedOut,
        Err(error) => Answered::Unreachable(error.to_string()),
    }
}

fn exchange(server: IpAddr, host: &str, kind: TYPE, timeout: Duration) -> io::Result<Answered> {
    let any: IpAddr = if server.is_ipv4() { [0, 0, 0, 0].into() } else { [0_u16; 8].into() };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect((server, 53))?;
    // The port that the kernel chose is no secret to whoever answers; it tells answers apart all the same.
    let id = socket.local_addr()?.port();
    let unreadable = |error: simple_dns::SimpleDnsError| io::Error::other(error.to_string());
    let mut query = Packet::new_query(id);
    query.set_flags(simple_dns::PacketFlag::RECURSION_DESIRED);
    let name = Name::new(host).map_err(unreadable)?;
    query.questions.push(Question::new(name, QTYPE::TYPE(kind), CLASS::IN.into(), false));
    let query = query.build_bytes_vec().map_err(unreadable)?;
    let end = Instant::now() + timeout;
    let mut answer = [0_u8; 4096];
    // Asked twice: a single packet may be lost.
    for _ in 0..2 {
        socket.send(&query)?;
        let half = Instant::now() + timeout / 2;
        while let Some(left) = half.min(end).checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            socket.set_read_timeout(Some(left))?;
            match socket.recv(&mut answer) {
                Ok(length) => {
                    let bytes = answer.get(..length).unwrap_or_default();
                    if let Some(answered) = read(bytes, id) {
                        return Ok(answered);
                    }
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => break,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Answered::TimedOut)
}

/// Reads an answer; `None` for what is not ours.
fn read(bytes: &[u8], id: u16) -> Option<Answered> {
    let packet = match Packet::parse(bytes) {
        Ok(packet) => packet,
        Err(error) => return Some(Answered::Other(error.to_string())),
    };
    if packet.id() != id {
        return None;
    }
    Some(match packet.rcode() {
        RCODE::NoError => {
            let address = |data: &RData<'_>| match data {
                RData::A(a) => Some(IpAddr::from(a.address.to_be_bytes())),
                RData::AAAA(a) => Some(IpAddr::from(a.address.to_be_bytes())),
                _ => None,
            };
            let addresses: Vec<IpAddr> = packet.answers.iter().filter_map(|record| address(&record.rdata)).collect();
            if addresses.is_empty() { Answered::NoAddress } else { Answered::Addresses(addresses) }
        }
        RCODE::NameError => Answered::NoSuchName,
        RCODE::ServerFailure => Answered::ServerFailure,
        RCODE::Refused => Answered::Refused,
        other => Answered::Other(format!("{other:?}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolv_conf_is_read_and_what_is_no_address_is_left_out() {
        let resolver = parse(
            "# x\nnameserver 10.0.0.2\nnameserver bad\nnameserver fe80::1%eth0\nsearch a b\noptions timeout:2 attempts:5\n",
        );
        assert_eq!(resolver.name_servers, ["10.0.0.2".parse::<IpAddr>().unwrap(), "fe80::1".parse().unwrap()]);
        assert_eq!((resolver.search.len(), resolver.options.len()), (2, 2));
    }
}
