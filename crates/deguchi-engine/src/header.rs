//! The header of a packet at a place, told in terms of the packet that the client sent.
//!
//! A translation does not rewrite sets of packets: it changes which field, or which fixed value, a header shows. A
//! filter's rule about a header is thereby a restriction of the client's packets, and the reply's header is the
//! request's with its ends swapped.

use core::net::IpAddr;

use crate::{
    AddressSet,
    address_set::{NAT64, address_at, into_nat64, out_of_nat64, position},
    answer::{HeaderView, PortsView},
    packet_set::{Field, PacketSet, Space},
};

/// What a header shows in one of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// Whatever the packet has in this field.
    Field(Field),
    /// This value for every packet.
    Value(u128),
    /// The IPv4 address inside the address of `64:ff9b::/96` that the packet has in this field (NG-11).
    Embedded(Field),
}

impl Term {
    pub(crate) fn address(address: IpAddr) -> Self {
        Self::Value(position(address))
    }

    /// Returns the packets for which the header shows a value within ascending disjoint ranges.
    pub(crate) fn within(self, space: &mut Space, ranges: &[(u128, u128)]) -> PacketSet {
        match self {
            Self::Field(field) => space.ranges(field, ranges),
            Self::Embedded(field) => space.ranges(field, &into_nat64(ranges)),
            Self::Value(value) if ranges.iter().any(|(first, last)| (*first..=*last).contains(&value)) => {
                PacketSet::ALL
            }
            Self::Value(_) => PacketSet::NONE,
        }
    }

    /// Returns the values that a header shows for some packets.
    pub(crate) fn values(self, space: &Space, packets: PacketSet) -> AddressSet {
        match self {
            Self::Field(field) => AddressSet::from_ranges(space.values(packets, field)),
            Self::Embedded(field) => {
                let values = AddressSet::from_ranges(space.values(packets, field));
                let inside = values.minus(&values.minus(&AddressSet::from_ranges(alloc::vec![NAT64])));
                let moved = inside.ranges().iter().map(|(first, last)| (out_of_nat64(*first), out_of_nat64(*last)));
                AddressSet::from_ranges(moved.collect())
            }
            Self::Value(value) => AddressSet::from_ranges(alloc::vec![(value, value)]),
        }
    }

    /// The only address it shows, where it is fixed.
    pub(crate) fn fixed_address(self) -> Option<IpAddr> {
        match self {
            Self::Field(_) | Self::Embedded(_) => None,
            Self::Value(value) => Some(address_at(value)),
        }
    }
}

/// Ports, or the ICMP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderPorts {
    Tcp {
        source: Term,
        destination: Term,
    },
    Udp {
        source: Term,
        destination: Term,
    },
    /// An echo request or reply; `is_reply` tells which.
    Echo {
        is_reply: bool,
        is_ipv6: bool,
    },
}

impl HeaderPorts {
    /// The type of the ICMP message (SG-7, IC-2); its code is 0.
    pub(crate) fn icmp_type(is_reply: bool, is_ipv6: bool) -> u8 {
        match (is_ipv6, is_reply) {
            (false, false) => 8,
            (false, true) => 0,
            (true, false) => 128,
            (true, true) => 129,
        }
    }

    /// The protocol's number.
    pub(crate) fn protocol(self) -> u8 {
        match self {
            Self::Tcp { .. } => 6,
            Self::Udp { .. } => 17,
            Self::Echo { is_ipv6: false, .. } => 1,
            Self::Echo { is_ipv6: true, .. } => 58,
        }
    }
}

/// The header of a packet at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) source: Term,
    pub(crate) destination: Term,
    pub(crate) ports: HeaderPorts,
}

impl Header {
    /// The header of the reply to a packet with this one.
    pub(crate) fn swapped(self) -> Self {
        let ports = match self.ports {
            HeaderPorts::Tcp { source, destination } => HeaderPorts::Tcp { source: destination, destination: source },
            HeaderPorts::Udp { source, destination } => HeaderPorts::Udp { source: destination, destination: source },
            HeaderPorts::Echo { is_reply, is_ipv6 } => HeaderPorts::Echo { is_reply: !is_reply, is_ipv6 },
        };
        Self { source: self.destination, destination: self.source, ports }
    }

    /// The header behind NAT64: towards the IPv4 address inside the destination, as an IPv4 packet.
    pub(crate) fn out_of_nat64(self) -> Self {
        let destination = match self.destination {
            Term::Value(place) => Term::Value(out_of_nat64(place)),
            Term::Field(field) | Term::Embedded(field) => Term::Embedded(field),
        };
        let ports = match self.ports {
            HeaderPorts::Echo { is_reply, .. } => HeaderPorts::Echo { is_reply, is_ipv6: false },
            ports => ports,
        };
        Self { destination, ports, ..self }
    }

    /// The same header with another source port, where the protocol has ports.
    pub(crate) fn with_source_port(self, port: Term) -> Self {
        let ports = match self.ports {
            HeaderPorts::Tcp { destination, .. } => HeaderPorts::Tcp { source: port, destination },
            HeaderPorts::Udp { destination, .. } => HeaderPorts::Udp { source: port, destination },
            echo @ HeaderPorts::Echo { .. } => echo,
        };
        Self { ports, ..self }
    }

    /// The same header with another destination port, where the protocol has ports.
    pub(crate) fn with_destination_port(self, port: Term) -> Self {
        let ports = match self.ports {
            HeaderPorts::Tcp { source, .. } => HeaderPorts::Tcp { source, destination: port },
            HeaderPorts::Udp { source, .. } => HeaderPorts::Udp { source, destination: port },
            echo @ HeaderPorts::Echo { .. } => echo,
        };
        Self { ports, ..self }
    }

    /// What the header shows for some packets.
    pub(crate) fn view(self, space: &Space, packets: PacketSet) -> HeaderView {
        let ports_of = |term: Term| {
            let port = |value: u128| u16::try_from(value).unwrap_or(u16::MAX);
            let values = term.values(space, packets);
            values.ranges().iter().map(|(first, last)| (port(*first), port(*last))).collect()
        };
        let ports = match self.ports {
            HeaderPorts::Tcp { source, destination } => {
                PortsView::Tcp { source: ports_of(source), destination: ports_of(destination) }
            }
            HeaderPorts::Udp { source, destination } => {
                PortsView::Udp { source: ports_of(source), destination: ports_of(destination) }
            }
            HeaderPorts::Echo { is_reply, is_ipv6 } => {
                PortsView::Icmp { kind: HeaderPorts::icmp_type(is_reply, is_ipv6), code: 0 }
            }
        };
        HeaderView {
            source: self.source.values(space, packets),
            destination: self.destination.values(space, packets),
            ports,
        }
    }
}
