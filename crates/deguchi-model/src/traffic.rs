//! Which protocol and ports a rule is about, in the one form that security groups and network ACLs share.
//!
//! Leaves out addresses: groups and ACLs name those differently.

use core::fmt;

/// Which way traffic goes through a subnet's or an interface's boundary, seen from inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Into the interface or subnet (`ingress`).
    Inbound,
    /// Out of the interface or subnet (`egress`).
    Outbound,
}

/// A range of ports, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    // INVARIANT (port order): first <= last. `new` is the only way in.
    first: u16,
    last: u16,
}

impl PortRange {
    /// Every port.
    pub const ALL: Self = Self { first: 0, last: u16::MAX };

    /// Returns the range from `first` to `last`, or `None` where the ends are crossed.
    pub const fn new(first: u16, last: u16) -> Option<Self> {
        if first <= last { Some(Self { first, last }) } else { None }
    }

    /// Returns the range that holds one port.
    pub const fn single(port: u16) -> Self {
        Self { first: port, last: port }
    }

    /// The lowest port of the range.
    pub const fn first(self) -> u16 {
        self.first
    }

    /// The highest port of the range.
    pub const fn last(self) -> u16 {
        self.last
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

impl fmt::Debug for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Which ICMP messages a rule is about. AWS prints −1 for any (SG-7, NA-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IcmpMatch {
    /// Every type and code.
    Any,
    /// Every code of one type.
    Type(u8),
    /// One code of one type.
    TypeAndCode(u8, u8),
}

/// Which protocol and ports a rule is about (SG-6, NA-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrafficMatch {
    /// Every protocol; AWS prints `-1`. Ports are not looked at, whatever the rule says.
    All,
    /// TCP (6) to these destination ports.
    Tcp(PortRange),
    /// UDP (17) to these destination ports.
    Udp(PortRange),
    /// ICMP for IPv4 (1).
    Icmp(IcmpMatch),
    /// ICMP for IPv6 (58).
    Icmpv6(IcmpMatch),
    /// Another protocol by its number; its ports are not looked at.
    Protocol(u8),
}

impl fmt::Display for TrafficMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let icmp = |f: &mut fmt::Formatter<'_>, name: &str, which: &IcmpMatch| match which {
            IcmpMatch::Any => write!(f, "{name}"),
            IcmpMatch::Type(kind) => write!(f, "{name}/{kind}"),
            IcmpMatch::TypeAndCode(kind, code) => write!(f, "{name}/{kind}.{code}"),
        };
        match self {
            Self::All => write!(f, "all"),
            Self::Tcp(ports) if *ports == PortRange::ALL => write!(f, "tcp"),
            Self::Udp(ports) if *ports == PortRange::ALL => write!(f, "udp"),
            Self::Tcp(ports) => write!(f, "tcp/{ports}"),
            Self::Udp(ports) => write!(f, "udp/{ports}"),
            Self::Icmp(which) => icmp(f, "icmp", which),
            Self::Icmpv6(which) => icmp(f, "icmpv6", which),
            Self::Protocol(number) => write!(f, "protocol {number}"),
        }
    }
}
