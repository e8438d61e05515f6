//! A question: which packets, from where to where.

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{NetworkInterfaceId, PortRange, PrefixListId};

use crate::AddressSet;

/// Which packets are asked about, and from where: source × destination set × protocol × ports.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Where they start.
    pub source: Source,
    /// Where they go.
    pub destination: Destination,
    /// Protocol and ports.
    pub traffic: Traffic,
}

/// Where packets start.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// One address of an interface in the snapshot.
    Interface {
        /// The interface.
        interface: NetworkInterfaceId,
        /// Which of its private (or IPv6) addresses.
        address: IpAddr,
    },
    /// Machines on the internet, outside the snapshot, with these addresses.
    Internet(AddressSet),
    /// Machines in a network on premises, with these addresses: behind a virtual private gateway, or behind a transit
    /// gateway's VPN connection or Direct Connect.
    OnPremises(AddressSet),
}

/// Where packets go.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    /// The addresses, all of one family.
    pub addresses: AddressSet,
    /// How surely these are the addresses.
    pub basis: DestinationBasis,
    /// Prefix lists that hold every one of these addresses, known by name rather than by their ranges (GE-10).
    pub within: Vec<PrefixListId>,
    /// What is asked of an S3 (or DynamoDB) endpoint's policy, where it is known.
    pub request: Option<ServiceRequest>,
}

/// How surely a destination's addresses are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestinationBasis {
    /// They are exactly the ones asked about.
    Exact,
    /// The real ones are somewhere among them: an answer that differs among them is undecided.
    Candidates,
}

/// What is asked of a service behind a gateway endpoint (GE-7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRequest {
    /// The action, e.g. `s3:GetObject`.
    pub action: String,
    /// The resources, e.g. `arn:aws:s3:::bucket/*`; all must be let through.
    pub resources: Vec<String>,
    /// Who asks.
    pub caller: RequestCaller,
    /// The region that it is sent to, where that is known.
    pub region: Option<String>,
    /// The prefix that a listing asks for (`s3:prefix`).
    pub prefix: Option<String>,
}

/// Who asks a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestCaller {
    /// Nobody in particular: repositories of operating systems are AWS's own buckets, and open to all (RP-4).
    Anonymous,
    /// The machine itself, by the role of its instance (IM-1).
    Machine,
    /// The question does not say: the endpoint's policy is judged, and nothing else.
    Unstated,
}

/// Protocol and ports of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// TCP connections.
    Tcp(Ports),
    /// UDP exchanges.
    Udp(Ports),
    /// ICMP echo: a request out (type 8, or 128 for IPv6), a reply back (IC-1).
    Ping,
}

impl Traffic {
    /// The ports that the client's host chooses from; of a ping, which has none, those that it would choose from.
    pub fn client_ports(&self) -> PortRange {
        match self {
            Self::Tcp(ports) | Self::Udp(ports) => ports.source,
            Self::Ping => Ports::to(0).source,
        }
    }
}

/// Ports of both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The ports that the client's host chooses from (NA-10, NA-11).
    pub source: PortRange,
    /// The ports of the service.
    pub destination: PortRange,
}

impl Ports {
    /// The ports that Linux chooses from by default, both included (NA-10).
    pub const LINUX_EPHEMERAL: (u16, u16) = (32768, 60999);

    /// One port of a service, asked for from Linux's default ephemeral range.
    pub fn to(port: u16) -> Self {
        let (first, last) = Self::LINUX_EPHEMERAL;
        let source = PortRange::new(first, last).unwrap_or(PortRange::ALL);
        Self { source, destination: PortRange::single(port) }
    }
}
