//! TCP connections: made, refused, silent or without a way; and what the system says.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use super::facts::{Connected, Connection};

/// Tries one connection.
pub(super) fn try_to(address: IpAddr, port: u16, timeout: Duration) -> (Connection, Option<TcpStream>) {
    let start = Instant::now();
    let tried = TcpStream::connect_timeout(&SocketAddr::new(address, port), timeout);
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (outcome, stream) = match tried {
        Ok(stream) => (Connected::Open, Some(stream)),
        Err(error) => (outcome_of(&error), None),
    };
    (Connection { address, outcome, milliseconds }, stream)
}

fn outcome_of(error: &io::Error) -> Connected {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Connected::Refused,
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Connected::TimedOut,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Connected::Unreachable(error.to_string()),
        _ => Connected::Failed(error.to_string()),
    }
}
