//! What a rule is about, as AWS's API writes it: one reading for commands, Terraform and JSON.

use deguchi_model::{IcmpMatch, TrafficMatch};

/// Protocol, and the two numbers beside it: ports, or an ICMP type and code with -1 for any (SG-7).
pub(super) fn protocol(traffic: TrafficMatch) -> (String, Option<(i32, i32)>) {
    match traffic {
        TrafficMatch::All => ("-1".to_owned(), None),
        TrafficMatch::Tcp(ports) => ("tcp".to_owned(), Some((ports.first().into(), ports.last().into()))),
        TrafficMatch::Udp(ports) => ("udp".to_owned(), Some((ports.first().into(), ports.last().into()))),
        TrafficMatch::Icmp(which) => ("icmp".to_owned(), Some(icmp(which))),
        TrafficMatch::Icmpv6(which) => ("icmpv6".to_owned(), Some(icmp(which))),
        TrafficMatch::Protocol(number) => (number.to_string(), None),
    }
}

/// Type and code, -1 for any (SG-7, NA-8).
pub(super) fn icmp(which: IcmpMatch) -> (i32, i32) {
    match which {
        IcmpMatch::Any => (-1, -1),
        IcmpMatch::Type(kind) => (kind.into(), -1),
        IcmpMatch::TypeAndCode(kind, code) => (kind.into(), code.into()),
    }
}
