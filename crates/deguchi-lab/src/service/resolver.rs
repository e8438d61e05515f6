//! The resolver of a VPC, over UDP and TCP, in the network namespace that the process is in.
//!
//! With DNS support off it takes questions and never answers, as AWS's does (DN-1). Leaves out what the answers are
//! (`zone.rs`), recursion, DNSSEC and every record but A and AAAA.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::Arc,
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use simple_dns::{
    Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE,
    rdata::{A, AAAA, RData},
};

use super::{
    ServiceError,
    zone::{Family, Lookup, Zone},
};

/// How long an answer may be kept: what a lab says stays true for its life, but a lab is changed while one looks on.
const TIME_TO_LIVE_SECONDS: u32 = 5;

/// The longest answer over UDP without EDNS (RFC 1035, 2.3.4). The lab's are far shorter.
const LONGEST_DATAGRAM: usize = 512;

/// How long a TCP client may be silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// A resolver to start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolver {
    /// Where it listens, UDP and TCP: single addresses, because a reply has to leave from the address that was asked.
    pub listen: Vec<SocketAddr>,
    /// Whether it answers.
    pub support: DnsSupport,
    /// What it knows.
    pub zone: Zone,
}

/// The VPC's attribute `enableDnsSupport` (DN-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DnsSupport {
    /// The resolver answers.
    On,
    /// Every question times out.
    Off,
}

/// Starts the resolver's threads; once this returns, its sockets are open.
pub(super) fn start(resolver: Resolver) -> Result<(), ServiceError> {
    let Resolver { listen, support, zone } = resolver;
    let zone = Arc::new(zone);
    for address in listen {
        let datagrams = UdpSocket::bind(address).map_err(|error| ServiceError::bind(address, "udp", &error))?;
        let streams = TcpListener::bind(address).map_err(|error| ServiceError::bind(address, "tcp", &error))?;
        let known = Arc::clone(&zone);
        thread::spawn(move || serve_datagrams(&datagrams, support, &known));
        let known = Arc::clone(&zone);
        thread::spawn(move || serve_streams(&streams, support, &known));
    }
    Ok(())
}

fn serve_datagrams(socket: &UdpSocket, support: DnsSupport, zone: &Zone) {
    let mut buffer = [0; 4096];
    loop {
        // An error here is one that a former answer met on its way (ICMP); the next question is not its business.
        let Ok((length, client)) = socket.recv_from(&mut buffer) else { continue };
        if support == DnsSupport::Off {
            continue;
        }
        let Some(mut answer) = buffer.get(..length).and_then(|question| answer(question, zone)) else { continue };
        if answer.len() > LONGEST_DATAGRAM {
            answer = buffer.get(..length).and_then(truncated).unwrap_or_default();
        }
        let _ = socket.send_to(&answer, client);
    }
}

fn serve_streams(listener: &TcpListener, support: DnsSupport, zone: &Arc<Zone>) {
    for stream in listener.incoming().flatten() {
        let zone = Arc::clone(zone);
        thread::spawn(move || {
            // A client that goes away ends its own connection and nothing else.
            let _ = serve_stream(stream, support, &zone);
        });
    }
}

/// Questions over TCP have their length in front (RFC 1035, 4.2.2).
fn serve_stream(mut stream: TcpStream, support: DnsSupport, zone: &Zone) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    loop {
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut question)?;
        if support == DnsSupport::Off {
            continue;
        }
        let Some(answer) = answer(&question, zone) else { return Ok(()) };
        let length = u16::try_from(answer.len()).unwrap_or(u16::MAX).to_be_bytes();
        stream.write_all(&[length.as_slice(), &answer].concat())?;
    }
}

/// Returns the answer to a question; none to what is no question, so that two resolvers cannot keep each other busy.
fn answer(question: &[u8], zone: &Zone) -> Option<Vec<u8>> {
    let asked = Packet::parse(question).ok()?;
    if asked.has_flags(PacketFlag::RESPONSE) {
        return None;
    }
    let mut reply = reply_to(&asked);
    let [only] = asked.questions.as_slice() else {
        *reply.rcode_mut() = RCODE::FormatError;
        return reply.build_bytes_vec_compressed().ok();
    };
    reply.questions.push(only.clone());
    let name = only.qname.to_string();
    // A name exists or not, whatever record is asked for.
    let family = if matches!(only.qtype, QTYPE::TYPE(TYPE::AAAA)) { Family::Ipv6 } else { Family::Ipv4 };
    match zone.look_up(&name, family) {
        Lookup::NoSuchName => *reply.rcode_mut() = RCODE::NameError,
        Lookup::Addresses(addresses) => {
            if matches!(only.qtype, QTYPE::TYPE(TYPE::A | TYPE::AAAA)) {
                let records = addresses.into_iter().map(|address| {
                    let data = match address {
                        IpAddr::V4(address) => RData::A(A::from(address)),
                        IpAddr::V6(address) => RData::AAAA(AAAA::from(address)),
                    };
                    ResourceRecord::new(only.qname.clone(), simple_dns::CLASS::IN, TIME_TO_LIVE_SECONDS, data)
                });
                reply.answers.extend(records);
            }
        }
    }
    reply.build_bytes_vec_compressed().ok()
}

fn reply_to<'a>(asked: &Packet<'_>) -> Packet<'a> {
    let mut reply = Packet::new_reply(asked.id());
    *reply.opcode_mut() = asked.opcode();
    reply.set_flags(PacketFlag::RECURSION_AVAILABLE);
    if asked.has_flags(PacketFlag::RECURSION_DESIRED) {
        reply.set_flags(PacketFlag::RECURSION_DESIRED);
    }
    reply
}

/// "Ask again over TCP."
fn truncated(question: &[u8]) -> Option<Vec<u8>> {
    let asked = Packet::parse(question).ok()?;
    let mut reply = reply_to(&asked);
    reply.set_flags(PacketFlag::TRUNCATION);
    reply.questions.extend(asked.questions);
    reply.build_bytes_vec_compressed().ok()
}
