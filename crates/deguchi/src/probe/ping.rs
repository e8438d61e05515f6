//! A ping, where the kernel lets this user send one: a datagram socket of ICMP needs no root (`ping_group_range`).

use std::{
    io,
    net::{IpAddr, UdpSocket},
    time::{Duration, Instant},
};

use nix::sys::socket::{AddressFamily, SockFlag, SockProtocol, SockType, socket};

use super::facts::Ping;

/// Pings an address once.
pub(super) fn ping(address: IpAddr, timeout: Duration) -> Ping {
    let (family, protocol, request) = match address {
        IpAddr::V4(_) => (AddressFamily::Inet, SockProtocol::Icmp, 8),
        IpAddr::V6(_) => (AddressFamily::Inet6, SockProtocol::IcmpV6, 128),
    };
    let socket = match socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, protocol) {
        Ok(socket) => UdpSocket::from(socket),
        Err(nix::errno::Errno::EACCES | nix::errno::Errno::EPERM) => return Ping::NotPermitted,
        Err(error) => return Ping::Failed(error.to_string()),
    };
    match exchange(&socket, address, request, timeout) {
        Ok(milliseconds) => Ping::Answered(milliseconds),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ping::Silent,
        Err(error) => Ping::Failed(error.to_string()),
    }
}

fn exchange(socket: &UdpSocket, address: IpAddr, request: u8, timeout: Duration) -> io::Result<u64> {
    socket.connect((address, 0))?;
    socket.set_read_timeout(Some(timeout))?;
    let start = Instant::now();
    let data = *b"deguchi probe...";
    let mut packet = vec![request, 0, 0, 0, 0, 0, 0, 1];
    packet.extend_from_slice(&data);
    // The kernel puts in the identifier of the socket and, for IPv6, the sum; for IPv4 it sums as well.
    socket.send(&packet)?;
    let mut answer = [0_u8; 512];
    socket.recv(&mut answer)?;
    Ok(u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX))
}
