//! Packets sent in a lab, and which of them are answered: the kernel's verdict.
//!
//! All flows are sent at once from sockets in their machines' namespaces. TCP is answered by whatever the destination's
//! kernel says (also a reset comes from the destination alone); UDP by sockets opened there for the occasion; ping by the
//! kernel. Nothing in a lab refuses with a message, so that what is dropped is silent. Leaves out why (`trace.rs`).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::{IpAddr, SocketAddr},
    os::fd::{AsFd as _, AsRawFd as _, OwnedFd},
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sched::{CloneFlags, setns},
    sys::{
        resource::{Resource, getrlimit, setrlimit},
        socket::{
            AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrStorage, bind, connect, getsockopt,
            recvfrom, send, sendto, setsockopt, socket, sockopt,
        },
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    apply::{enter, want},
    error::LabError,
    plan::{LabPlan, Setting},
};

/// One connection, exchange or ping to try.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flow {
    /// The namespace that it starts in: a machine's, or `internet`.
    pub from: String,
    /// The source's own address.
    pub source: IpAddr,
    /// Where to.
    pub destination: IpAddr,
    /// Of which protocol.
    pub protocol: Protocol,
    /// The client's port; a ping has none.
    pub source_port: u16,
    /// The service's port; none for a ping.
    pub destination_port: u16,
    /// What the first NAT gateway on the way is to choose; its own choice where none is given.
    pub choice: Option<Choice>,
}

/// Of which protocol a flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP echo.
    Ping,
}

/// What a NAT gateway is to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Choice {
    /// Which of its usable addresses, counted from 0, modulo their number.
    pub address: usize,
    /// Which port.
    pub port: u16,
}

/// What became of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// It arrived, and the reply came back.
    Answered,
    /// Nothing came back.
    Silent,
    /// It could not be sent.
    NotSent(String),
}

/// So many flows at once, each with a socket and perhaps one that answers.
const AT_ONCE: usize = 400;

/// What is sent over UDP: a question that the lab's resolver answers too (`amazon.com`, A).
const QUESTION: [u8; 28] = [
    0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 6, b'a', b'm', b'a', b'z', b'o', b'n', 3, b'c', b'o', b'm', 0, 0, 1, 0, 1,
];

/// Sends flows from a lab and waits for answers, at most so long.
///
/// # Errors
///
/// If a namespace is gone or a NAT gateway cannot be told what to choose.
pub(crate) fn probe(plan: &LabPlan, flows: &[Flow], patience: Duration) -> Result<Vec<Fate>, LabError> {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
    let home = fs::File::open("/proc/thread-self/ns/net").map_err(|error| LabError::system("namespace", error))?;
    let mut fates = Vec::with_capacity(flows.len());
    let mut wants = false;
    for flows in flows.chunks(AT_ONCE) {
        if wants || flows.iter().any(|flow| flow.choice.is_some()) {
            want(plan, |addresses| elements(flows, addresses))?;
            wants = true;
        }
        let answering = answerers(plan, flows)?;
        fates.extend(exchange(flows, &answering, patience)?);
    }
    if wants {
        want(plan, |_| Vec::new())?;
    }
    setns(home.as_fd(), CloneFlags::CLONE_NEWNET).map_err(|error| LabError::system("namespace", error))?;
    Ok(fates)
}

/// The choices of flows as elements of the map that a NAT gateway with these addresses looks at.
fn elements(flows: &[Flow], addresses: &[std::net::Ipv4Addr]) -> Vec<String> {
    let mut elements = BTreeMap::new();
    for flow in flows {
        let (Some(choice), true) = (flow.choice, flow.destination.is_ipv4() && flow.source.is_ipv4()) else { continue };
        let protocol = match flow.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Ping => continue,
        };
        let Some(own) = addresses.get(choice.address % addresses.len().max(1)) else { continue };
        let key = format!(
            "{protocol} . {} . {} . {} . {}",
            flow.source, flow.source_port, flow.destination, flow.destination_port
        );
        elements.insert(key, format!("{own} . {}", choice.port));
    }
    elements.into_iter().map(|(key, value)| format!("{key} : {value}")).collect()
}

fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 }
}

fn at(address: IpAddr, port: u16) -> SockaddrStorage {
    SockaddrStorage::from(SocketAddr::new(address, port))
}

/// Sockets that send back what they get, wherever the UDP flows may arrive.
fn answerers(plan: &LabPlan, flows: &[Flow]) -> Result<Vec<OwnedFd>, LabError> {
    let mut wanted: BTreeMap<&str, BTreeSet<(IpAddr, u16)>> = BTreeMap::new();
    for flow in flows.iter().filter(|flow| flow.protocol == Protocol::Udp) {
        let port = flow.destination_port;
        for machine in &plan.machines {
            let own = machine.interfaces.iter().flat_map(|own| &own.addresses);
            for (private, public) in own {
                if *private == flow.destination || *public == Some(flow.destination) {
                    wanted.entry(&machine.namespace).or_default().insert((*private, port));
                }
            }
            // An address of a delegated prefix, or one that nobody was told of.
            wanted.entry(&machine.namespace).or_default().insert((flow.destination, port));
        }
        for namespace in &plan.namespaces {
            let is_own = namespace.addresses.iter().any(|own| own.address.addr() == flow.destination);
            if is_own || namespace.settings.contains(&Setting::IsEveryHost) {
                wanted.entry(&namespace.name).or_default().insert((flow.destination, port));
            }
        }
    }
    let mut sockets = Vec::new();
    for (namespace, addresses) in wanted {
        enter(namespace)?;
        for (address, port) in addresses {
            // Not every one is held there, and the resolver has its port itself.
            sockets.extend(listener(address, port).ok());
        }
    }
    Ok(sockets)
}

fn listener(address: IpAddr, port: u16) -> Result<OwnedFd, Errno> {
    let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
    let socket = socket(family(address), SockType::Datagram, flags, None)?;
    bind(socket.as_raw_fd(), &at(address, port))?;
    Ok(socket)
}

fn sender(flow: &Flow, own: u16) -> Result<OwnedFd, Errno> {
    let (kind, protocol) = match flow.protocol {
        Protocol::Tcp => (SockType::Stream, None),
        Protocol::Udp => (SockType::Datagram, None),
        Protocol::Ping if flow.source.is_ipv4() => (SockType::Datagram, Some(SockProtocol::Icmp)),
        Protocol::Ping => (SockType::Datagram, Some(SockProtocol::IcmpV6)),
    };
    let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
    let socket = socket(family(flow.source), kind, flags, protocol)?;
    if flow.protocol != Protocol::Ping {
        setsockopt(&socket, sockopt::ReuseAddr, &true)?;
    }
    if flow.protocol == Protocol::Tcp {
        // A connection that is made is not waited for at its end.
        setsockopt(&socket, sockopt::Linger, &nix::libc::linger { l_onoff: 1, l_linger: 0 })?;
    }
    let source_port = if flow.protocol == Protocol::Ping { own } else { flow.source_port };
    bind(socket.as_raw_fd(), &at(flow.source, source_port))?;
    match connect(socket.as_raw_fd(), &at(flow.destination, flow.destination_port)) {
        Ok(()) | Err(Errno::EINPROGRESS) => {}
        Err(error) => return Err(error),
    }
    match flow.protocol {
        Protocol::Tcp => {}
        Protocol::Udp => {
            send(socket.as_raw_fd(), &QUESTION, MsgFlags::empty())?;
        }
        Protocol::Ping => {
            let kind = if flow.source.is_ipv4() { 8 } else { 128 };
            // The kernel writes identifier and checksum.
            send(socket.as_raw_fd(), &[kind, 0, 0, 0, 0, 0, 0, 1, b'd', b'e'], MsgFlags::empty())?;
        }
    }
    Ok(socket)
}

fn exchange(flows: &[Flow], answering: &[OwnedFd], patience: Duration) -> Result<Vec<Fate>, LabError> {
    let mut by_place: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, flow) in flows.iter().enumerate() {
        by_place.entry(&flow.from).or_default().push(index);
    }
    let mut fates = vec![Fate::Silent; flows.len()];
    let mut pending: BTreeMap<usize, OwnedFd> = BTreeMap::new();
    for (place, indices) in by_place {
        enter(place)?;
        for index in indices {
            let Some(flow) = flows.get(index) else { continue };
            // Pings of one machine are told apart by their identifiers.
            let own = u16::try_from(index + 1024).unwrap_or(u16::MAX);
            match sender(flow, own) {
                Ok(socket) => {
                    pending.insert(index, socket);
                }
                // A machine without a route says so itself; the kernel's word for what it will not route is as good as silence.
                Err(Errno::ENETUNREACH | Errno::EHOSTUNREACH | Errno::EINVAL | Errno::EACCES) => {}
                Err(error) => {
                    if let Some(fate) = fates.get_mut(index) {
                        *fate = Fate::NotSent(error.to_string());
                    }
                }
            }
        }
    }
    let deadline = Instant::now() + patience;
    while !pending.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        let mut polled: Vec<PollFd<'_>> =
            answering.iter().map(|socket| PollFd::new(socket.as_fd(), PollFlags::POLLIN)).collect();
        for (index, socket) in &pending {
            let is_tcp = flows.get(*index).is_some_and(|flow| flow.protocol == Protocol::Tcp);
            let event = if is_tcp { PollFlags::POLLOUT } else { PollFlags::POLLIN };
            polled.push(PollFd::new(socket.as_fd(), event));
        }
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        match poll(&mut polled, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(LabError::system("poll", error)),
        }
        let ready: Vec<bool> = polled.iter().map(|own| own.any().unwrap_or_default()).collect();
        let (to_answer, to_read) = ready.split_at(answering.len().min(ready.len()));
        for (socket, _) in answering.iter().zip(to_answer).filter(|(_, ready)| **ready) {
            send_back(socket);
        }
        let done: Vec<usize> =
            pending.keys().copied().zip(to_read).filter(|(_, ready)| **ready).map(|(index, _)| index).collect();
        for index in done {
            let Some(protocol) = flows.get(index).map(|flow| flow.protocol) else { continue };
            let is_answered = pending.get(&index).and_then(|socket| answer(protocol, socket));
            if let Some(is_answered) = is_answered {
                pending.remove(&index);
                if let (true, Some(fate)) = (is_answered, fates.get_mut(index)) {
                    *fate = Fate::Answered;
                }
            }
        }
    }
    Ok(fates)
}

/// The byte of a DNS message that tells a response, and its bit.
const RESPONSE: (usize, u8) = (2, 0x80);

/// Answers what has come. An answer is none that would be answered: two that do so would never end.
fn send_back(socket: &OwnedFd) {
    let mut buffer = [0; 512];
    while let Ok((length, Some(client))) = recvfrom::<SockaddrStorage>(socket.as_raw_fd(), &mut buffer) {
        let Some(flags) = buffer.get_mut(RESPONSE.0).filter(|flags| **flags & RESPONSE.1 == 0) else { continue };
        *flags |= RESPONSE.1;
        let _ = sendto(socket.as_raw_fd(), buffer.get(..length).unwrap_or_default(), &client, MsgFlags::empty());
    }
}

/// Whether a socket has its answer; `None` if there is more to wait for.
fn answer(protocol: Protocol, socket: &OwnedFd) -> Option<bool> {
    if protocol == Protocol::Tcp {
        let error = getsockopt(socket, sockopt::SocketError).unwrap_or_default();
        return Some(error == 0 || error == Errno::ECONNREFUSED as i32);
    }
    let mut buffer = [0; 512];
    match recvfrom::<SockaddrStorage>(socket.as_raw_fd(), &mut buffer) {
        Ok(_) => Some(true),
        Err(_) => None,
    }
}
