//! Random flows of a network: from every machine and the internet, to what is there and what is not; and, of random sets
//! of packets, those at the borders of the ways that the engine finds.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use deguchi_engine::{AddressSet, Destination, DestinationBasis, Engine, Place, Ports, Query, Source, Traffic, Way};
use deguchi_lab::{Choice, Fate, Flow, LabPlan, Protocol};
use deguchi_model::{InterfaceKind, IpNet, Network, NetworkInterfaceId, PortRange};

use super::{generator::REMOTES, random::Random};
use crate::comparison::{Packet, Told, Trial, expected_by, flow, packets, ways_of};

/// A flow, and what the engine's ways for it lead over.
#[derive(Clone, Debug)]
pub struct Entrant {
    /// The packet with both answers.
    pub trial: Trial,
    /// What kinds of places it meets.
    pub over: BTreeSet<&'static str>,
    /// The codes of what stops it, as the engine has it.
    pub because: BTreeSet<String>,
}

/// The most packets of one set.
const MOST_OF_ONE: usize = 10;

/// The source ports that flows come from: borders of usual ranges, and the ranges themselves.
const SOURCE_PORTS: [(u16, u16); 7] =
    [(32768, 60999), (32768, 60999), (1024, 65535), (49152, 65535), (50000, 50000), (1024, 1024), (65535, 65535)];

struct Draw<'a> {
    random: &'a mut Random,
    network: &'a Network,
    plan: &'a LabPlan,
    engine: Engine<'a>,
    sources: Vec<(Option<NetworkInterfaceId>, IpAddr)>,
    known: Vec<IpAddr>,
    /// Addresses of NAT gateways, which take no connection.
    of_gateways: Vec<IpAddr>,
    told: Told,
    /// Who talks with whom: each connection once, in one direction.
    taken: BTreeMap<(Protocol, IpAddr, u16, IpAddr, u16), Flow>,
}

/// Draws about so many flows; fewer where a network has not so many to offer.
pub fn draw(random: &mut Random, network: &Network, plan: &LabPlan, wanted: usize) -> Vec<Entrant> {
    let mut draw = Draw {
        sources: sources(network, plan),
        known: known(network),
        of_gateways: of_gateways(network),
        engine: Engine::new(network),
        random,
        network,
        plan,
        told: Told::default(),
        taken: BTreeMap::new(),
    };
    let mut entrants = Vec::new();
    for _ in 0..wanted.saturating_mul(3) {
        if entrants.len() >= wanted {
            break;
        }
        let Some(query) = draw.query() else { continue };
        let mut drawn = if draw.random.chance(40) { draw.borders(&query) } else { draw.any_of(&query) };
        drawn.truncate(wanted - entrants.len());
        entrants.extend(drawn.into_iter().filter_map(|packet| draw.enter(packet)));
    }
    entrants
}

/// Every address of every machine, and hosts of the internet.
fn sources(network: &Network, plan: &LabPlan) -> Vec<(Option<NetworkInterfaceId>, IpAddr)> {
    let interfaces = plan.machines.iter().flat_map(|machine| &machine.interfaces);
    let interfaces = interfaces.filter_map(|own| network.network_interfaces.get(own.id.as_str()));
    let mut sources = Vec::new();
    for interface in interfaces {
        let v4 = interface.addresses.iter().map(|own| IpAddr::V4(own.private));
        let own = v4.chain(interface.ipv6_addresses.iter().map(|own| IpAddr::V6(*own)));
        sources.extend(own.map(|address| (Some(interface.id.clone()), address)));
    }
    let hosts: Vec<IpAddr> =
        REMOTES.iter().filter_map(|text| text.parse().ok()).filter(|own| is_public(*own)).collect();
    // Some flows come from the internet, however many machines there are.
    for _ in 0..=sources.len() / 16 {
        sources.extend(hosts.iter().map(|host| (None, *host)));
    }
    sources
}

fn is_public(address: IpAddr) -> bool {
    AddressSet::public_ipv4().contains(address) || AddressSet::public_ipv6().contains(address)
}

/// Every address that somebody has.
fn known(network: &Network) -> Vec<IpAddr> {
    let mut known: BTreeSet<IpAddr> = BTreeSet::new();
    let machines = network.network_interfaces.values().filter(|own| own.kind == InterfaceKind::Ordinary);
    for interface in machines {
        known.extend(interface.addresses.iter().map(|own| IpAddr::V4(own.private)));
        known.extend(interface.addresses.iter().filter_map(|own| own.public).map(IpAddr::V4));
        known.extend(interface.ipv6_addresses.iter().map(|own| IpAddr::V6(*own)));
        known.extend(interface.ipv4_prefixes.iter().map(|prefix| IpAddr::V4(prefix.network())));
    }
    known.into_iter().collect()
}

fn of_gateways(network: &Network) -> Vec<IpAddr> {
    let own = network.nat_gateways.values().flat_map(|gateway| &gateway.addresses);
    own.flat_map(|own| own.private.into_iter().chain(own.public).map(IpAddr::V4)).collect()
}

impl Draw<'_> {
    fn query(&mut self) -> Option<Query> {
        let (interface, address) = self.random.of_list(&self.sources)?.clone();
        let destination = self.destination(interface.is_none(), address)?;
        let source = match interface {
            Some(interface) => Source::Interface { interface, address },
            None => Source::Internet(AddressSet::single(address)),
        };
        let (first, last) = self.random.of_list(&SOURCE_PORTS).copied()?;
        let services = [(443, 443), (80, 80), (22, 22), (53, 53), (80, 443), (1024, 65535), (1, 65535)];
        let (low, high) = self.random.pick((443, 443), services);
        let ports = Ports { source: PortRange::new(first, last)?, destination: PortRange::new(low, high)? };
        let traffic = match self.random.below(10) {
            0..6 => Traffic::Tcp(ports),
            6 | 7 => Traffic::Udp(ports),
            _ => Traffic::Ping,
        };
        let destination =
            Destination { addresses: destination, basis: DestinationBasis::Exact, within: Vec::new(), request: None };
        Some(Query { source, destination, traffic })
    }

    fn destination(&mut self, is_from_internet: bool, source: IpAddr) -> Option<AddressSet> {
        let is_alike = |address: &IpAddr| address.is_ipv4() == source.is_ipv4() && *address != source;
        let of_texts = |texts: &[&str]| -> Vec<IpAddr> {
            texts.iter().filter_map(|text| text.parse().ok()).filter(is_alike).collect()
        };
        let known = if self.random.chance(6) { &self.of_gateways } else { &self.known };
        let held: Vec<IpAddr> = known.iter().copied().filter(is_alike).collect();
        if is_from_internet {
            // From the internet to the internet is no question about a network.
            let held: Vec<IpAddr> = held.into_iter().filter(|own| is_public(*own)).collect();
            return self.random.of_list(&held).copied().map(AddressSet::single);
        }
        let one = match self.random.below(20) {
            0..8 => self.random.of_list(&held).copied(),
            8..16 => self.random.of_list(&of_texts(&REMOTES)).copied(),
            16 => {
                let odd = [
                    "10.0.0.77",
                    "10.1.1.77",
                    "10.0.0.2",
                    "10.9.0.9",
                    "169.254.169.253",
                    "203.0.113.254",
                    "2600:1f00:0:100::77",
                ];
                self.random.of_list(&of_texts(&odd)).copied()
            }
            _ => {
                let sets: &[&str] = if source.is_ipv4() {
                    &["198.51.100.0/24", "8.0.0.0/8", "192.168.0.0/16", "52.216.0.0/14", "0.0.0.0/1", "128.0.0.0/2"]
                } else {
                    &["2001:4860::/32", "2001:4860:4860::/64", "2600:1f00:0:100::/56"]
                };
                let set: IpNet = self.random.of_list(sets)?.parse().ok()?;
                return Some(AddressSet::from_cidrs(&[set]));
            }
        };
        one.map(AddressSet::single)
    }

    /// Packets at the borders of the ways that the engine finds for all of a query.
    fn borders(&mut self, query: &Query) -> Vec<Packet> {
        let answer = self.engine.answer(query);
        let mut packets = packets(query, &answer, &mut self.told);
        while packets.len() > MOST_OF_ONE {
            packets.swap_remove(self.random.below(packets.len()));
        }
        packets
    }

    /// Any packet of a query, for which the first NAT gateway on the way is told any choice.
    fn any_of(&mut self, query: &Query) -> Vec<Packet> {
        let ranges = query.destination.addresses.ranges();
        let Some((first, last)) = self.random.of_list(ranges).copied() else { return Vec::new() };
        let spread = u128::try_from(self.random.below(usize::MAX)).unwrap_or_default();
        let destination = deguchi_engine::address_set::address_at(first + spread % (last - first).saturating_add(1));
        let (interface, source) = match &query.source {
            Source::Interface { interface, address } => (Some(interface.clone()), *address),
            Source::Internet(addresses) | Source::OnPremises(addresses) => match addresses.first() {
                Some(address) => (None, address),
                None => return Vec::new(),
            },
        };
        let (protocol, ports) = match &query.traffic {
            Traffic::Tcp(ports) => (Protocol::Tcp, ports.clone()),
            Traffic::Udp(ports) => (Protocol::Udp, ports.clone()),
            Traffic::Ping => (Protocol::Ping, Ports::to(0)),
        };
        let mut within = |range: PortRange| self.random.within(range.first(), range.last());
        let ports = (within(ports.source), within(ports.destination));
        let packet = Packet::new(interface, source, destination, protocol, ports);
        if protocol == Protocol::Ping {
            return vec![packet];
        }
        let choice = Choice { address: self.random.below(4), port: self.random.within(1024, 65535) };
        self.told.choose(packet, choice).into_iter().collect()
    }

    /// Whether a packet to the sender's own public address looks like its reply when it comes back: nobody can tell them apart.
    fn is_its_own_reply(&self, packet: &Packet) -> bool {
        let interface = packet.interface.as_ref().and_then(|id| self.network.network_interfaces.get(id));
        let own = interface.into_iter().flat_map(|own| &own.addresses);
        let mut public = own.filter(|own| IpAddr::V4(own.private) == packet.source).filter_map(|own| own.public);
        packet.source_port == packet.destination_port && public.any(|own| IpAddr::V4(own) == packet.destination)
    }

    /// Lets a packet enter, if the lab can send it and no other has its connection.
    fn enter(&mut self, packet: Packet) -> Option<Entrant> {
        let flow = flow(self.network, self.plan, &packet)?;
        if self.is_its_own_reply(&packet) {
            return None;
        }
        if flow.protocol != Protocol::Ping {
            let (own, other) = ((flow.source, flow.source_port), (flow.destination, flow.destination_port));
            let key = (flow.protocol, own.0, own.1, other.0, other.1);
            let back = (flow.protocol, other.0, other.1, own.0, own.1);
            if self.taken.contains_key(&back) || self.taken.insert(key, flow.clone()).is_some() {
                return None;
            }
        }
        let answer = self.engine.answer(&packet.query());
        let expected = expected_by(&answer, self.plan, &packet);
        let over = ways_of(&answer, &packet).flat_map(over).collect();
        let because = answer.reasons.iter().map(|reason| reason.code.to_string()).collect();
        Some(Entrant { trial: Trial { packet, flow, expected, fate: Fate::Silent }, over, because })
    }
}

/// What kinds of places a way meets.
fn over(way: &Way) -> BTreeSet<&'static str> {
    let kinds = way.hops.iter().filter_map(|hop| match &hop.place {
        Place::NatGateway(_) => Some("NAT gateway"),
        Place::NatInstance(_) => Some("NAT instance or other forwarder"),
        Place::InternetGateway { .. } => Some("internet gateway"),
        Place::EgressOnlyInternetGateway(_) => Some("egress-only internet gateway"),
        Place::VpcEndpoint(_) => Some("gateway endpoint"),
        Place::VpnGateway(_) => Some("virtual private gateway"),
        Place::PeeringConnection(_) => Some("peering connection"),
        Place::TransitGatewayAttachment { .. } | Place::TransitGatewayRouteTable(_) => Some("transit gateway"),
        Place::NeverFiltered { .. } => Some("link-local services"),
        Place::NetworkAcl { .. } => Some("network ACL"),
        Place::SecurityGroups { .. } => Some("security groups"),
        Place::RouteTable { .. } => Some("route table"),
        Place::Interface { .. } | Place::LoadBalancer(_) | Place::Internet | Place::Other(_) => None,
    });
    kinds.collect()
}
