//! Packets at the borders of an answer's ways: first and last of each range in which a way is narrower than the question.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use deguchi_engine::{
    AddressSet, Answer, Destination, DestinationBasis, Limit, Ports, Query, Source, Traffic, Way,
    address_set::address_at,
};
use deguchi_lab::{Choice, Flow, LabPlan, Protocol};
use deguchi_model::{Network, NetworkInterfaceId, PortRange};

/// One packet, and what NAT gateways choose for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// The interface it starts at; `None` for a machine on the internet.
    pub interface: Option<NetworkInterfaceId>,
    /// Its source.
    pub source: IpAddr,
    /// Its destination.
    pub destination: IpAddr,
    /// Its protocol.
    pub protocol: Protocol,
    /// Its source port.
    pub source_port: u16,
    /// Its destination port.
    pub destination_port: u16,
    /// What the first NAT gateway chooses, where it is told.
    pub choice: Option<Choice>,
    /// The question it is taken from, for what else was said of the destination.
    within: Destination,
}

impl Packet {
    /// A packet to exactly one address.
    pub fn new(
        interface: Option<NetworkInterfaceId>,
        source: IpAddr,
        destination: IpAddr,
        protocol: Protocol,
        ports: (u16, u16),
    ) -> Self {
        let addresses = AddressSet::single(destination);
        let within = Destination { addresses, basis: DestinationBasis::Exact, within: Vec::new(), request: None };
        Self {
            interface,
            source,
            destination,
            protocol,
            source_port: ports.0,
            destination_port: ports.1,
            choice: None,
            within,
        }
    }

    /// The question about this packet alone.
    pub fn query(&self) -> Query {
        let source = match &self.interface {
            Some(interface) => Source::Interface { interface: interface.clone(), address: self.source },
            None => Source::Internet(AddressSet::single(self.source)),
        };
        let ports = Ports {
            source: PortRange::single(self.source_port),
            destination: PortRange::single(self.destination_port),
        };
        let traffic = match self.protocol {
            Protocol::Tcp => Traffic::Tcp(ports),
            Protocol::Udp => Traffic::Udp(ports),
            Protocol::Ping => Traffic::Ping,
        };
        let destination = Destination {
            addresses: AddressSet::single(self.destination),
            basis: DestinationBasis::Exact,
            ..self.within.clone()
        };
        Query { source, destination, traffic }
    }
}

/// The most packets of one way.
const MOST: usize = 24;

/// Connections for which NAT gateways are told what to choose: of each connection once, and each choice once.
#[derive(Clone, Debug, Default)]
pub struct Told {
    connections: BTreeSet<(Protocol, IpAddr, u16, IpAddr, u16)>,
    choices: BTreeSet<(Protocol, IpAddr, u16, Choice)>,
}

impl Told {
    /// Gives a packet a choice, unless its connection has one already or another connection to the same service does.
    pub fn choose(&mut self, packet: Packet, choice: Choice) -> Option<Packet> {
        let only = (packet.source_port, packet.source_port);
        alone(Packet { choice: Some(choice), ..packet }, &[only], self)
    }
}

/// The packets of a query to try, for every way of its answer.
pub fn packets(query: &Query, answer: &Answer, told: &mut Told) -> Vec<Packet> {
    let mut packets: Vec<Packet> = Vec::new();
    for way in &answer.ways {
        for packet in of_way(query, way, told) {
            if !packets.contains(&packet) {
                packets.push(packet);
            }
        }
    }
    packets
}

fn of_way(query: &Query, way: &Way, told: &mut Told) -> Vec<Packet> {
    let (protocol, ports) = match &query.traffic {
        Traffic::Tcp(ports) => (Protocol::Tcp, ports.clone()),
        Traffic::Udp(ports) => (Protocol::Udp, ports.clone()),
        Traffic::Ping => (Protocol::Ping, Ports::to(0)),
    };
    let mut destinations = ends_of(&query.destination.addresses);
    let (interface, mut sources) = match &query.source {
        Source::Interface { interface, address } => (Some(interface.clone()), vec![*address]),
        Source::Internet(addresses) => (None, ends_of(addresses)),
        // A lab's machines on premises answer, and do not ask.
        Source::OnPremises(_) => return Vec::new(),
    };
    let mut source_ranges = vec![(ports.source.first(), ports.source.last())];
    let mut destination_ports = ends(&[(ports.destination.first(), ports.destination.last())]);
    let mut chosen_ports: Vec<u16> = Vec::new();
    let mut chosen_addresses: Vec<u16> = vec![0];
    for limit in &way.packets.limits {
        match limit {
            Limit::Destination(addresses) => destinations = ends_of(addresses),
            Limit::Source(addresses) => sources = ends_of(addresses),
            Limit::DestinationPort(ranges) => destination_ports = ends(ranges),
            Limit::SourcePort(ranges) => source_ranges.clone_from(ranges),
            Limit::TranslationPort(1, ranges) => chosen_ports = ends(ranges),
            Limit::TranslationAddress(1, ranges) => chosen_addresses = ends(ranges),
            Limit::TranslationPort(..) | Limit::TranslationAddress(..) => {}
        }
    }
    let source_ports = ends(&source_ranges);
    let choices: Vec<Option<Choice>> = if chosen_ports.is_empty() {
        vec![None]
    } else {
        let own = |port: &u16| {
            chosen_addresses
                .iter()
                .map(|own| Some(Choice { address: usize::from(*own), port: *port }))
                .collect::<Vec<_>>()
        };
        chosen_ports.iter().flat_map(own).collect()
    };
    let axes = [destinations.len(), sources.len(), source_ports.len(), destination_ports.len(), choices.len()];
    let whole: usize = axes.iter().product();
    // Every value of every field is met, if not every combination.
    let count = whole.min(MOST).max(axes.into_iter().max().unwrap_or_default().min(MOST));
    let pick = |index: usize| -> Option<Packet> {
        let mut rest = if whole <= MOST { index } else { index * 7919 };
        let mut next = |length: usize| {
            let own = rest % length.max(1);
            rest = if whole <= MOST { rest / length.max(1) } else { rest / 3 + index };
            own
        };
        let ports =
            (*source_ports.get(next(source_ports.len()))?, *destination_ports.get(next(destination_ports.len()))?);
        let packet = Packet::new(
            interface.clone(),
            *sources.get(next(sources.len()))?,
            *destinations.get(next(destinations.len()))?,
            protocol,
            ports,
        );
        Some(Packet {
            choice: *choices.get(next(choices.len()))?,
            within: Destination { request: None, ..query.destination.clone() },
            ..packet
        })
    };
    let mut packets: Vec<Packet> = Vec::new();
    for packet in (0..count).filter_map(pick).filter_map(|packet| alone(packet, &source_ranges, told)) {
        if !packets.contains(&packet) {
            packets.push(packet);
        }
    }
    packets
}

/// Moves the source port of a packet inward until no other connection for which a choice is made has it.
fn alone(mut packet: Packet, ranges: &[(u16, u16)], told: &mut Told) -> Option<Packet> {
    let (first, last) = *ranges.iter().find(|(first, last)| (*first..=*last).contains(&packet.source_port))?;
    let is_low = packet.source_port == first;
    let Some(choice) = packet.choice.filter(|_| packet.protocol != Protocol::Ping) else { return Some(packet) };
    if !told.choices.insert((packet.protocol, packet.destination, packet.destination_port, choice)) {
        return None;
    }
    loop {
        let own = (packet.protocol, packet.source, packet.source_port, packet.destination, packet.destination_port);
        if told.connections.insert(own) {
            return Some(packet);
        }
        let next = if is_low { packet.source_port.checked_add(1) } else { packet.source_port.checked_sub(1) };
        packet.source_port = next.filter(|next| (first..=last).contains(next))?;
    }
}

/// First and last of each range, of the first and last few ranges.
fn ends(ranges: &[(u16, u16)]) -> Vec<u16> {
    let few = ranges.iter().take(3).chain(ranges.iter().rev().take(1));
    let mut ends: Vec<u16> = few.flat_map(|(first, last)| [*first, *last]).collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Addresses of a set that a host can have: of the first few ranges and the last.
fn ends_of(addresses: &AddressSet) -> Vec<IpAddr> {
    let ranges = addresses.ranges();
    let few = ranges.iter().take(3).chain(ranges.iter().rev().take(1));
    let mut ends = Vec::new();
    for (first, last) in few {
        let middle = first + (last - first) / 2;
        for number in
            [first.saturating_add(u128::from(first != last)), middle, last.saturating_sub(u128::from(first != last))]
        {
            let address = address_at(number);
            if !ends.contains(&address) && is_host(address) {
                ends.push(address);
            }
        }
    }
    ends
}

fn is_host(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(own) => {
            !own.is_broadcast()
                && !own.is_multicast()
                && !own.is_loopback()
                && own != Ipv4Addr::UNSPECIFIED
                && own.octets().first() != Some(&0)
        }
        IpAddr::V6(own) => !own.is_multicast() && !own.is_loopback() && own != Ipv6Addr::UNSPECIFIED,
    }
}

/// The packet as the lab sends it, if the lab has its source and it leaves the machine.
pub fn flow(network: &Network, plan: &LabPlan, packet: &Packet) -> Option<Flow> {
    // What no network carries, a host keeps to itself.
    if packet.source.is_ipv4() != packet.destination.is_ipv4() || !is_host(packet.destination) {
        return None;
    }
    let from = match &packet.interface {
        None => "internet".to_owned(),
        Some(id) => {
            let machine =
                plan.machines.iter().find(|machine| machine.interfaces.iter().any(|own| own.id == id.as_str()))?;
            let mut own = machine.interfaces.iter().filter_map(|own| network.network_interfaces.get(own.id.as_str()));
            // A host talks to itself without a network.
            if own.any(|interface| interface.has_address(packet.destination)) {
                return None;
            }
            machine.namespace.clone()
        }
    };
    let (source_port, destination_port) = match packet.protocol {
        Protocol::Ping => (packet.source_port, 0),
        Protocol::Tcp | Protocol::Udp if packet.destination_port == 0 || packet.source_port == 0 => return None,
        Protocol::Tcp | Protocol::Udp => (packet.source_port, packet.destination_port),
    };
    Some(Flow {
        from,
        source: packet.source,
        destination: packet.destination,
        protocol: packet.protocol,
        source_port,
        destination_port,
        choice: packet.choice,
    })
}
