//! What becomes of one packet and its reply: a second, plain reading of the rules of AWS, one packet at a time.
//!
//! Written from the reference alone, never from the engine, so that an agreement of the two means something.
//! Leaves out why a packet is dropped.

mod filter;
mod route;

use std::net::{IpAddr, Ipv4Addr};

use deguchi_engine::AddressSet;
use deguchi_model::{
    AttachmentState, BlockPublicAccess, Connectivity, Direction, EgressOnlyInternetGatewayId, EndpointPolicy,
    EndpointState, InstanceId, InstanceState, InterfaceKind, InterfaceListing, InternetGatewayId, NatGateway,
    NatGatewayAddress, NatGatewayId, NatGatewayPlacement, NatGatewayState, Network, NetworkInterface,
    NetworkInterfaceId, RouteTarget, SourceDestinationCheck, Subnet, SubnetId, VpcEndpointId, VpcEndpointKind, VpcId,
    VpnGatewayId,
};

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It arrives, and the reply comes back.
    Answered,
    /// It, or its reply, is dropped.
    Dropped,
    /// The snapshot does not tell.
    Unknown,
}

/// Where a packet starts.
#[derive(Clone, Debug)]
pub enum Start {
    /// At an interface of the snapshot.
    Interface(NetworkInterfaceId),
    /// At a machine on the internet.
    Internet,
}

/// Which protocol a packet is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Tcp,
    Udp,
    Ping,
}

/// What a NAT gateway chooses for one connection.
#[derive(Clone, Copy, Debug)]
pub struct NatChoice {
    /// Which of its usable addresses, counted from 0, modulo their number.
    pub address: usize,
    /// Which port.
    pub port: u16,
}

/// One packet.
#[derive(Clone, Debug)]
pub struct Packet {
    pub start: Start,
    pub source: IpAddr,
    pub destination: IpAddr,
    pub protocol: Protocol,
    pub source_port: u16,
    pub destination_port: u16,
    /// What the first and the second NAT gateway on the way choose.
    pub choices: [NatChoice; 2],
}

/// What became of a packet, and how many usable addresses each NAT gateway on its way had to choose from.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub fate: Fate,
    pub translations: Vec<usize>,
}

/// The header of a packet at some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    pub(crate) message: Message,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Tcp(u16, u16),
    Udp(u16, u16),
    Icmp(u8),
    Icmpv6(u8),
}

impl Header {
    /// The header of the answer.
    fn mirrored(self) -> Self {
        let message = match self.message {
            Message::Tcp(source, destination) => Message::Tcp(destination, source),
            Message::Udp(source, destination) => Message::Udp(destination, source),
            Message::Icmp(_) => Message::Icmp(0),
            Message::Icmpv6(_) => Message::Icmpv6(129),
        };
        Self { source: self.destination, destination: self.source, message }
    }

    fn with_source_port(self, port: u16) -> Self {
        let message = match self.message {
            Message::Tcp(_, destination) => Message::Tcp(port, destination),
            Message::Udp(_, destination) => Message::Udp(port, destination),
            other => other,
        };
        Self { message, ..self }
    }
}

/// A place where a packet is sent from, or where it comes to.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// An interface that has the destination address.
    Interface(NetworkInterfaceId),
    /// A NAT gateway that has the destination address.
    NatGateway(NatGatewayId),
    /// A machine on the internet that is not in the snapshot.
    Internet,
    /// The service behind a gateway endpoint.
    Service(VpcEndpointId, VpcId),
    /// The network behind a virtual private gateway.
    OnPremises(VpnGatewayId, VpcId),
    /// A NAT gateway that a route leads to, whatever the destination address.
    RoutedToNatGateway(NatGatewayId),
    /// An interface that a route leads to, whatever the destination address.
    RoutedToInterface(NetworkInterfaceId),
}

/// From one holder of an address to the next: what it sent, and how it came in.
struct Segment {
    from: Place,
    sent: Header,
    to: Place,
    came: Header,
    egress_only: Option<EgressOnlyInternetGatewayId>,
}

type Step<T> = Result<T, Fate>;

/// Walks one packet out and back.
pub fn fate(network: &Network, packet: &Packet) -> Outcome {
    let mut walk = Walk {
        network,
        choices: packet.choices,
        translations: Vec::new(),
        is_unknown: false,
        is_reply: false,
        replies_to_internet: false,
        egress_only: None,
    };
    let fate = match walk.out_and_back(packet) {
        Err(fate) => fate,
        Ok(()) if walk.is_unknown => Fate::Unknown,
        Ok(()) => Fate::Answered,
    };
    Outcome { fate, translations: walk.translations }
}

struct Walk<'n> {
    network: &'n Network,
    choices: [NatChoice; 2],
    translations: Vec<usize>,
    /// Something on the way is not known; taken as if it let the packet pass, so that a certain drop still counts.
    is_unknown: bool,
    is_reply: bool,
    /// The present segment came in by an internet gateway, and its reply is on the way.
    replies_to_internet: bool,
    /// The egress-only gateway that the present segment went out by.
    egress_only: Option<EgressOnlyInternetGatewayId>,
}

impl Walk<'_> {
    fn out_and_back(&mut self, packet: &Packet) -> Step<()> {
        if packet.source.is_ipv4() != packet.destination.is_ipv4() {
            return Err(Fate::Dropped);
        }
        let message = match packet.protocol {
            Protocol::Tcp => Message::Tcp(packet.source_port, packet.destination_port),
            Protocol::Udp => Message::Udp(packet.source_port, packet.destination_port),
            Protocol::Ping if packet.source.is_ipv4() => Message::Icmp(8),
            Protocol::Ping => Message::Icmpv6(128),
        };
        let header = Header { source: packet.source, destination: packet.destination, message };
        let from = match &packet.start {
            Start::Internet => Place::Internet,
            Start::Interface(id) => {
                let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
                if self.is_never_filtered(interface, header.destination) {
                    return Ok(()); // PW-11
                }
                self.groups_pass(interface, Direction::Outbound, &header)?;
                Place::Interface(id.clone())
            }
        };
        let segments = self.out(from, header)?;
        self.is_reply = true;
        for segment in segments.iter().rev() {
            self.back(segment)?;
        }
        Ok(())
    }

    /// Walks out to the last holder of the destination address, one segment per translation.
    fn out(&mut self, from: Place, header: Header) -> Step<Vec<Segment>> {
        let mut segments = Vec::new();
        let mut passed: Vec<Place> = Vec::new();
        let (mut from, mut sent) = (from, header);
        loop {
            self.egress_only = None;
            let (to, came) = self.carry(&from, sent)?;
            let next = match &to {
                Place::RoutedToNatGateway(id) => {
                    if passed.contains(&to) {
                        return Err(Fate::Dropped); // PW-22
                    }
                    Some(self.translate_at_gateway(id, came)?)
                }
                Place::RoutedToInterface(id) => {
                    if passed.contains(&to) {
                        return Err(Fate::Dropped);
                    }
                    Some(self.translate_at_instance(id, came)?)
                }
                Place::Interface(id) => {
                    self.takes(id, &came)?;
                    None
                }
                Place::NatGateway(_) => return Err(Fate::Dropped), // NG-9
                Place::Internet | Place::Service(..) | Place::OnPremises(..) => None,
            };
            passed.push(to.clone());
            segments.push(Segment { from, sent, to, came, egress_only: self.egress_only.take() });
            let Some((next_from, next_sent)) = next else { return Ok(segments) };
            (from, sent) = (next_from, next_sent);
        }
    }

    /// Walks the reply of one segment back: it must come to where the segment started, as the mirror of what was sent.
    fn back(&mut self, segment: &Segment) -> Step<()> {
        let from = match &segment.to {
            Place::RoutedToNatGateway(id) => Place::NatGateway(id.clone()),
            Place::RoutedToInterface(id) => Place::Interface(id.clone()),
            place => place.clone(),
        };
        self.egress_only = segment.egress_only.clone();
        let is_rewritten = segment.came.destination != segment.sent.destination;
        self.replies_to_internet = segment.from == Place::Internet || is_rewritten;
        let (to, came) = self.carry(&from, segment.came.mirrored())?;
        if to == segment.from && came == segment.sent.mirrored() { Ok(()) } else { Err(Fate::Dropped) } // PW-6
    }

    /// Carries a packet to the next place that holds its destination address, or that a route leads to.
    fn carry(&mut self, from: &Place, header: Header) -> Step<(Place, Header)> {
        match from {
            Place::Interface(id) => {
                let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
                self.leave(&interface.subnet.clone(), header)
            }
            Place::NatGateway(id) => {
                let gateway = self.network.nat_gateways.get(id).ok_or(Fate::Unknown)?;
                match &gateway.placement {
                    NatGatewayPlacement::Zonal(subnet) => self.leave(&subnet.clone(), header),
                    NatGatewayPlacement::Regional { .. } | NatGatewayPlacement::Unknown => Err(Fate::Unknown),
                }
            }
            Place::Internet if is_refused(header.destination) => Err(Fate::Dropped),
            Place::Internet => self.over_internet(header),
            Place::Service(_, vpc) | Place::OnPremises(_, vpc) => self.deliver(&vpc.clone(), None, header),
            Place::RoutedToNatGateway(_) | Place::RoutedToInterface(_) => Err(Fate::Unknown),
        }
    }

    /// Sends a packet from a subnet: to a neighbour, or by the route table.
    fn leave(&mut self, subnet: &SubnetId, header: Header) -> Step<(Place, Header)> {
        let subnet = self.network.subnets.get(subnet).ok_or(Fate::Unknown)?;
        if holds(subnet, header.destination) {
            return self.deliver(&subnet.vpc, Some(&subnet.id), header); // PW-7, PW-8
        }
        self.acl_passes(subnet, Direction::Outbound, &header)?;
        if self.table_of(subnet).is_none() && self.is_inside(&subnet.vpc, header.destination) {
            self.is_unknown = true; // RT-12: most likely local
            return self.deliver(&subnet.vpc, Some(&subnet.id), header);
        }
        let route = self.route(subnet, header.destination)?;
        self.follow(subnet, &route, header)
    }

    fn is_inside(&self, vpc: &VpcId, address: IpAddr) -> bool {
        self.network.vpcs.get(vpc).is_some_and(|vpc| match address {
            IpAddr::V4(v4) => vpc.cidr_blocks.iter().any(|cidr| cidr.contains(&v4)),
            IpAddr::V6(v6) => vpc.ipv6_cidr_blocks.iter().any(|cidr| cidr.contains(&v6)),
        })
    }

    fn follow(&mut self, subnet: &Subnet, route: &deguchi_model::Route, header: Header) -> Step<(Place, Header)> {
        let vpc = &subnet.vpc;
        match &route.target {
            RouteTarget::Local => self.deliver(vpc, Some(&subnet.id), header),
            RouteTarget::InternetGateway(id) => self.over_internet_gateway(vpc, id, header),
            RouteTarget::EgressOnlyInternetGateway(id) => self.over_egress_only(vpc, id, header),
            RouteTarget::NatGateway(id) => self.to_nat_gateway(subnet, id, header),
            RouteTarget::NetworkInterface(id) => self.to_interface(subnet, id, header),
            RouteTarget::Instance(id) => {
                let instance = self.network.instances.get(id).ok_or(Fate::Unknown)?;
                let first = instance.interfaces.iter().min_by_key(|own| own.device_index).ok_or(Fate::Unknown)?;
                self.to_interface(subnet, &first.interface, header)
            }
            RouteTarget::VpnGateway(id) => self.to_vpn_gateway(vpc, id, route, header),
            RouteTarget::VpcEndpoint(id) => self.to_endpoint(vpc, id, header),
            RouteTarget::PeeringConnection(_) | RouteTarget::TransitGateway(_) | RouteTarget::Unmodelled { .. } => {
                // A reply to the internet that does not leave by the internet gateway never gets its public address.
                Err(if self.replies_to_internet { Fate::Dropped } else { Fate::Unknown })
            }
        }
    }

    /// Brings a packet to whoever has its destination address inside a VPC.
    fn deliver(&mut self, vpc: &VpcId, from: Option<&SubnetId>, header: Header) -> Step<(Place, Header)> {
        let Some((place, subnet)) = self.holder(vpc, header.destination) else {
            let known = self.network.vpcs.get(vpc).ok_or(Fate::Unknown)?;
            return match known.interface_listing {
                InterfaceListing::Complete => Err(Fate::Dropped),
                InterfaceListing::Partial => Err(Fate::Unknown),
            };
        };
        if from != Some(&subnet) {
            let subnet = self.network.subnets.get(&subnet).ok_or(Fate::Unknown)?;
            self.acl_passes(subnet, Direction::Inbound, &header)?;
        }
        Ok((place, header))
    }

    fn holder(&self, vpc: &VpcId, address: IpAddr) -> Option<(Place, SubnetId)> {
        if let Some((gateway, subnet)) = self.gateway_with_private(vpc, address) {
            return Some((Place::NatGateway(gateway), subnet));
        }
        let interfaces = self.network.network_interfaces.values();
        let found = interfaces.clone().find(|interface| {
            interface.vpc == *vpc && interface.kind != InterfaceKind::NatGateway && interface.has_address(address)
        })?;
        Some((Place::Interface(found.id.clone()), found.subnet.clone()))
    }

    fn gateway_with_private(&self, vpc: &VpcId, address: IpAddr) -> Option<(NatGatewayId, SubnetId)> {
        self.network.nat_gateways.values().filter(|gateway| gateway.vpc == *vpc && exists(gateway)).find_map(
            |gateway| {
                let NatGatewayPlacement::Zonal(subnet) = &gateway.placement else { return None };
                let is_own = gateway.addresses.iter().any(|own| own.private.map(IpAddr::V4) == Some(address));
                is_own.then(|| (gateway.id.clone(), subnet.clone()))
            },
        )
    }

    /// Whether an instance's interface takes a connection.
    fn takes(&mut self, id: &NetworkInterfaceId, header: &Header) -> Step<()> {
        let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
        self.runs(interface)?;
        if interface.kind != InterfaceKind::Ordinary {
            return Err(Fate::Unknown);
        }
        self.groups_pass(interface, Direction::Inbound, header)
    }

    /// The instance behind an interface: it must be attached and running.
    fn runs(&mut self, interface: &NetworkInterface) -> Step<Option<InstanceId>> {
        let Some(attachment) = &interface.attachment else { return Err(Fate::Dropped) };
        if !attachment.is_attached {
            return Err(Fate::Dropped);
        }
        let Some(id) = &attachment.instance else { return Ok(None) };
        match self.network.instances.get(id).map(|instance| &instance.state) {
            Some(InstanceState::Running) => {}
            Some(InstanceState::NotRunning(_)) => return Err(Fate::Dropped),
            Some(InstanceState::Unknown) | None => self.is_unknown = true,
        }
        Ok(Some(id.clone()))
    }

    // Gateways to the internet.

    fn over_internet_gateway(&mut self, vpc: &VpcId, id: &InternetGatewayId, header: Header) -> Step<(Place, Header)> {
        match self.network.internet_gateways.get(id).map(|gateway| gateway.attachment_to(vpc)) {
            Some(Some(AttachmentState::Attached)) => {}
            Some(_) => return Err(Fate::Dropped), // IG-6
            // An active route says that its gateway is attached (RT-14, IG-6); it is not said by more than that.
            None => {}
        }
        let header = match header.source {
            IpAddr::V6(_) => header,
            IpAddr::V4(source) => {
                if is_refused(header.destination) {
                    return Err(Fate::Dropped); // IG-5
                }
                let public = self.public_of(vpc, source).ok_or(Fate::Dropped)?; // IG-1, IG-2, IG-3
                Header { source: IpAddr::V4(public), ..header }
            }
        };
        self.block_public_access(vpc)?;
        self.over_internet(header)
    }

    fn over_egress_only(
        &mut self,
        vpc: &VpcId,
        id: &EgressOnlyInternetGatewayId,
        header: Header,
    ) -> Step<(Place, Header)> {
        let gateway = self.network.egress_only_internet_gateways.get(id);
        let is_detached = gateway.is_some_and(|own| own.attachment_to(vpc) != Some(&AttachmentState::Attached));
        if is_detached || header.destination.is_ipv4() {
            return Err(Fate::Dropped);
        }
        if self.is_reply {
            return Err(Fate::Dropped); // IG-8: only connections begun inside
        }
        self.block_public_access(vpc)?;
        self.egress_only = Some(id.clone());
        self.over_internet(header)
    }

    fn block_public_access(&mut self, vpc: &VpcId) -> Step<()> {
        let vpc = self.network.vpcs.get(vpc).ok_or(Fate::Unknown)?;
        if vpc.block_public_access != BlockPublicAccess::Off {
            self.is_unknown = true; // IG-12: exclusions are not read
        }
        Ok(())
    }

    fn public_of(&self, vpc: &VpcId, private: Ipv4Addr) -> Option<Ipv4Addr> {
        let of_gateway = self
            .network
            .nat_gateways
            .values()
            .filter(|gateway| gateway.vpc == *vpc && gateway.connectivity == Connectivity::Public)
            .flat_map(|gateway| &gateway.addresses)
            .find(|own| own.private == Some(private))
            .and_then(|own| own.public);
        let interfaces = self.network.network_interfaces.values().filter(|interface| interface.vpc == *vpc);
        let of_interface = interfaces
            .flat_map(|interface| &interface.addresses)
            .find(|own| own.private == private)
            .and_then(|own| own.public);
        of_gateway.or(of_interface)
    }

    /// On the internet: to a machine of the snapshot by its public address, or to any other.
    fn over_internet(&mut self, header: Header) -> Step<(Place, Header)> {
        if self.is_held(header.destination) { self.from_internet(header) } else { Ok((Place::Internet, header)) }
    }

    fn is_held(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(public) => {
                self.owner_of_public(public).is_some()
                    || self.network.elastic_ips.values().any(|elastic| elastic.public == public)
            }
            IpAddr::V6(_) => self.vpc_of_ipv6(address).is_some(),
        }
    }

    fn vpc_of_ipv6(&self, address: IpAddr) -> Option<VpcId> {
        let IpAddr::V6(v6) = address else { return None };
        let vpcs = self.network.vpcs.values();
        vpcs.clone().find(|vpc| vpc.ipv6_cidr_blocks.iter().any(|cidr| cidr.contains(&v6))).map(|vpc| vpc.id.clone())
    }

    /// The VPC and the private address that a public address is mapped to.
    fn owner_of_public(&self, public: Ipv4Addr) -> Option<(VpcId, Ipv4Addr)> {
        for gateway in self.network.nat_gateways.values().filter(|gateway| exists(gateway)) {
            for own in &gateway.addresses {
                if own.public == Some(public) {
                    return Some((gateway.vpc.clone(), own.private?));
                }
            }
        }
        for interface in self.network.network_interfaces.values() {
            for own in &interface.addresses {
                if own.public == Some(public) {
                    return Some((interface.vpc.clone(), own.private));
                }
            }
        }
        None
    }

    /// Comes in from the internet to an address of the snapshot.
    fn from_internet(&mut self, header: Header) -> Step<(Place, Header)> {
        let (vpc, destination) = match header.destination {
            IpAddr::V4(public) => {
                if is_refused(header.source) {
                    return Err(Fate::Dropped); // IG-5
                }
                let (vpc, private) = self.owner_of_public(public).ok_or(Fate::Dropped)?;
                (vpc, IpAddr::V4(private))
            }
            IpAddr::V6(_) => (self.vpc_of_ipv6(header.destination).ok_or(Fate::Dropped)?, header.destination),
        };
        let by_egress_only = self.is_reply && self.egress_only.is_some();
        if !self.has_internet_gateway(&vpc) && !by_egress_only {
            return Err(Fate::Dropped);
        }
        self.block_public_access(&vpc)?;
        self.deliver(&vpc, None, Header { destination, ..header })
    }

    fn has_internet_gateway(&self, vpc: &VpcId) -> bool {
        let mut gateways = self.network.internet_gateways.values();
        gateways.any(|gateway| gateway.attachment_to(vpc) == Some(&AttachmentState::Attached))
    }

    // Translators.

    fn to_nat_gateway(&mut self, subnet: &Subnet, id: &NatGatewayId, header: Header) -> Step<(Place, Header)> {
        if self.is_reply {
            return Err(Fate::Dropped); // IG-4: it knows no such connection
        }
        let gateway = self.network.nat_gateways.get(id).ok_or(Fate::Unknown)?;
        match &gateway.state {
            NatGatewayState::Available => {}
            NatGatewayState::Pending | NatGatewayState::Failed(_) | NatGatewayState::Deleted => {
                return Err(Fate::Dropped); // NG-2
            }
            NatGatewayState::Deleting | NatGatewayState::Unmodelled(_) => self.is_unknown = true,
        }
        if header.destination.is_ipv6() {
            return Err(Fate::Dropped); // NG-11
        }
        let NatGatewayPlacement::Zonal(own) = &gateway.placement else { return Err(Fate::Unknown) };
        let own = self.network.subnets.get(own).ok_or(Fate::Unknown)?;
        if own.id != subnet.id {
            self.acl_passes(own, Direction::Inbound, &header)?; // PW-18
        }
        Ok((Place::RoutedToNatGateway(id.clone()), header))
    }

    fn translate_at_gateway(&mut self, id: &NatGatewayId, header: Header) -> Step<(Place, Header)> {
        let gateway = self.network.nat_gateways.get(id).ok_or(Fate::Unknown)?;
        let usable: Vec<&NatGatewayAddress> = gateway.addresses.iter().filter(|own| own.is_usable).collect();
        if usable.is_empty() {
            return Err(Fate::Dropped);
        }
        let Some(choice) = self.choices.get(self.translations.len()).copied() else { return Err(Fate::Unknown) };
        self.translations.push(usable.len());
        let own = usable[choice.address % usable.len()];
        let private = own.private.ok_or(Fate::Unknown)?;
        let header = Header { source: IpAddr::V4(private), ..header }.with_source_port(choice.port);
        Ok((Place::NatGateway(id.clone()), header))
    }

    fn to_interface(&mut self, subnet: &Subnet, id: &NetworkInterfaceId, header: Header) -> Step<(Place, Header)> {
        let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
        if interface.subnet != subnet.id {
            let own = self.network.subnets.get(&interface.subnet).ok_or(Fate::Unknown)?;
            self.acl_passes(own, Direction::Inbound, &header)?;
        }
        if interface.has_address(header.destination) {
            return Ok((Place::Interface(id.clone()), header));
        }
        self.runs(interface)?;
        match interface.source_destination_check {
            SourceDestinationCheck::On => return Err(Fate::Dropped), // NI-2
            SourceDestinationCheck::Off => {}
            SourceDestinationCheck::Unknown => self.is_unknown = true,
        }
        if self.is_reply {
            // What an appliance does with half a connection between private addresses, nobody knows; to the internet
            // it would never show the address that was asked.
            let is_public = AddressSet::public_ipv4().contains(header.destination);
            return Err(if is_public { Fate::Dropped } else { Fate::Unknown });
        }
        Ok((Place::RoutedToInterface(id.clone()), header))
    }

    /// A NAT instance: in by one interface, out by the one that leads to the internet, with that one's address.
    fn translate_at_instance(&mut self, id: &NetworkInterfaceId, header: Header) -> Step<(Place, Header)> {
        let entry = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
        self.groups_pass(entry, Direction::Inbound, &header)?; // PW-21
        let Some(instance) = self.runs(entry)? else { return Err(Fate::Unknown) };
        if !AddressSet::public_ipv4().contains(header.destination) {
            return Err(Fate::Unknown);
        }
        let instance = self.network.instances.get(&instance).ok_or(Fate::Unknown)?;
        let mut best = (entry, self.rank(entry, header.destination));
        for own in &instance.interfaces {
            let Some(other) = self.network.network_interfaces.get(&own.interface) else { continue };
            let rank = self.rank(other, header.destination);
            if rank > best.1 {
                best = (other, rank);
            }
        }
        let exit = best.0;
        let own = exit.addresses.first().ok_or(Fate::Dropped)?;
        let header = Header { source: IpAddr::V4(own.private), ..header };
        self.groups_pass(exit, Direction::Outbound, &header)?;
        Ok((Place::Interface(exit.id.clone()), header))
    }

    /// How well an interface leads to the internet.
    fn rank(&self, interface: &NetworkInterface, destination: IpAddr) -> u8 {
        let Some(subnet) = self.network.subnets.get(&interface.subnet) else { return 0 };
        let leads_out = matches!(self.route(subnet, destination), Ok(route) if matches!(route.target, RouteTarget::InternetGateway(_)));
        let has_public = interface.addresses.first().is_some_and(|own| own.public.is_some());
        u8::from(leads_out) + u8::from(leads_out && has_public)
    }

    // Other targets.

    fn to_vpn_gateway(
        &mut self,
        vpc: &VpcId,
        id: &VpnGatewayId,
        route: &deguchi_model::Route,
        header: Header,
    ) -> Step<(Place, Header)> {
        let gateway = self.network.vpn_gateways.get(id);
        let is_detached = gateway.is_some_and(|own| own.attachment_to(vpc) != Some(&AttachmentState::Attached));
        if is_detached || header.destination.is_ipv6() {
            return Err(Fate::Dropped); // VP-3
        }
        if self.is_reply {
            return Err(Fate::Dropped);
        }
        let is_known = route.origin == deguchi_model::RouteOrigin::Propagated
            || self.network.vpn_connections.values().any(|connection| {
                connection.vpn_gateway.as_ref() == Some(id)
                    && connection.state == "available"
                    && connection.static_routes.iter().any(|cidr| cidr.contains(&header.destination))
            });
        if !is_known || AddressSet::public_ipv4().contains(header.destination) {
            return Err(Fate::Unknown); // VP-3, VP-4
        }
        Ok((Place::OnPremises(id.clone(), vpc.clone()), header))
    }

    fn to_endpoint(&mut self, vpc: &VpcId, id: &VpcEndpointId, header: Header) -> Step<(Place, Header)> {
        let endpoint = self.network.vpc_endpoints.get(id).ok_or(Fate::Unknown)?;
        if !matches!(endpoint.kind, VpcEndpointKind::Gateway { .. }) {
            return Err(Fate::Unknown);
        }
        if self.is_reply || endpoint.state != EndpointState::Available || matches!(header.message, Message::Udp(..)) {
            return Err(Fate::Dropped); // GE-5
        }
        if header.destination.is_ipv6() || endpoint.policy != EndpointPolicy::FullAccess {
            self.is_unknown = true; // GE-7, GE-9
        }
        Ok((Place::Service(id.clone(), vpc.clone()), header))
    }

    /// PW-11: the services that no filter and no route concerns.
    fn is_never_filtered(&self, interface: &NetworkInterface, destination: IpAddr) -> bool {
        let link_local = ["169.254.169.253", "169.254.169.254", "169.254.169.123", "fd00:ec2::253", "fd00:ec2::254"];
        if link_local.iter().any(|address| address.parse() == Ok(destination)) {
            return true;
        }
        let primary = self.network.vpcs.get(&interface.vpc).and_then(|vpc| vpc.cidr_blocks.first());
        primary.is_some_and(|cidr| destination == IpAddr::V4(Ipv4Addr::from(u32::from(cidr.network()) + 2)))
    }
}

/// Whether a NAT gateway still (or already) holds its addresses.
fn exists(gateway: &NatGateway) -> bool {
    !matches!(gateway.state, NatGatewayState::Deleted | NatGatewayState::Failed(_))
}

fn holds(subnet: &Subnet, address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => subnet.cidr_block.is_some_and(|cidr| cidr.contains(&v4)),
        IpAddr::V6(v6) => subnet.ipv6_cidr_blocks.iter().any(|cidr| cidr.contains(&v6)),
    }
}

/// RFC 1918 and RFC 6598: what an internet gateway refuses (IG-5).
fn is_refused(address: IpAddr) -> bool {
    let IpAddr::V4(v4) = address else { return false };
    let [first, second, ..] = v4.octets();
    v4.is_private() || (first == 100 && (64..128).contains(&second))
}
