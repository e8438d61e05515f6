//! What becomes of one packet and its reply: a second, plain reading of the rules of AWS, one packet at a time.
//!
//! Written from docs/semantics.md alone, never from the engine, so that an agreement of the two means something.
//! Leaves out why a packet is dropped.

mod filter;
mod premises;
mod route;
mod transit;

use std::net::{IpAddr, Ipv4Addr};

use deguchi_engine::AddressSet;
use deguchi_model::{
    AttachmentState, AvailabilityZone, BlockPublicAccess, BlockPublicAccessExclusions, Connectivity, Direction,
    EgressOnlyInternetGatewayId, EndpointState, ExclusionMode, InstanceId, InstanceState, InterfaceKind,
    InterfaceListing, InternetGatewayId, IpNet, NatGateway, NatGatewayAddress, NatGatewayId, NatGatewayPlacement,
    NatGatewayState, Network, NetworkInterface, NetworkInterfaceId, PeeringConnectionId, RouteState, RouteTarget,
    SourceDestinationCheck, Subnet, SubnetId, TransitGatewayAttachmentId, TransitGatewayId, VpcEndpointId,
    VpcEndpointKind, VpcId, VpnGatewayId,
};

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// It arrives, and the reply comes back.
    Answered,
    /// It, or its reply, is dropped.
    Dropped,
    /// The snapshot does not tell.
    Unknown,
}

/// How a request crosses the border of a VPC to the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Through a gateway that lets out only: a NAT gateway, an egress-only internet gateway.
    OutOnly,
    /// Out by a public address of the machine's own.
    OwnAddress,
    /// In.
    In,
}

/// Where a packet starts.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// At an interface of the snapshot.
    Interface(NetworkInterfaceId),
    /// At a machine on the internet.
    Internet,
    /// At a machine on premises.
    OnPremises,
}

/// Which protocol a packet is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Tcp,
    Udp,
    Ping,
}

/// What a NAT gateway chooses for one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NatChoice {
    /// Which of its usable addresses, counted from 0, modulo their number.
    pub(crate) address: usize,
    /// Which port.
    pub(crate) port: u16,
}

/// One packet.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) start: Start,
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    pub(crate) protocol: Protocol,
    pub(crate) source_port: u16,
    pub(crate) destination_port: u16,
    /// What the first and the second NAT gateway on the way choose.
    pub(crate) choices: [NatChoice; 2],
}

/// What became of a packet, and how many usable addresses each NAT gateway on its way had to choose from.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) fate: Fate,
    pub(crate) translations: Vec<usize>,
    /// Ways that AWS may choose from differ in their NAT gateways: shares over their choices mean nothing.
    pub(crate) is_mixed: bool,
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
    /// The network behind an attachment of a transit gateway.
    BehindTransitGateway(TransitGatewayId, TransitGatewayAttachmentId),
    /// A network on premises that no entrance leads from.
    SomewhereOnPremises,
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
    /// The peering connection that it crossed.
    crossed: Option<PeeringConnectionId>,
    /// Whether it crossed the internet.
    is_over_internet: bool,
}

type Step<T> = Result<T, Fate>;

/// Walks one packet out and back, by every way that AWS may choose: what all of them come to is certain.
pub(crate) fn fate(network: &Network, packet: &Packet) -> Outcome {
    let mut picks: Vec<usize> = Vec::new();
    let mut all: Option<Outcome> = None;
    loop {
        let (outcome, asked) = fate_by(network, packet, &picks);
        all = Some(match all {
            None => outcome,
            Some(before) => Outcome {
                fate: if before.fate == outcome.fate { before.fate } else { Fate::Unknown },
                is_mixed: before.is_mixed || before.translations != outcome.translations,
                translations: before.translations,
            },
        });
        // The next combination of choices, the last one first.
        picks.resize(asked.len(), 0);
        while picks.last().zip(asked.get(picks.len().wrapping_sub(1))).is_some_and(|(pick, count)| pick + 1 >= *count) {
            picks.pop();
        }
        match picks.last_mut() {
            Some(last) => *last += 1,
            None => break,
        }
    }
    all.expect("one way at least")
}

/// Walks one packet by one choice of ways; returns also how many there were to choose from each time.
fn fate_by(network: &Network, packet: &Packet, picks: &[usize]) -> (Outcome, Vec<usize>) {
    let mut walk = Walk {
        network,
        choices: packet.choices,
        translations: Vec::new(),
        is_unknown: false,
        is_reply: false,
        loses_public_address: false,
        zone: None,
        egress_only: None,
        is_over_internet: false,
        picks: picks.to_vec(),
        asked: Vec::new(),
        pinned: Vec::new(),
        entered: Vec::new(),
        crossed: None,
        loses_groups: false,
        asked_from_premises: false,
    };
    let fate = match walk.out_and_back(packet) {
        Err(fate) => fate,
        Ok(()) if walk.is_unknown => Fate::Unknown,
        Ok(()) => Fate::Answered,
    };
    (Outcome { fate, translations: walk.translations, is_mixed: false }, walk.asked)
}

struct Walk<'n> {
    network: &'n Network,
    choices: [NatChoice; 2],
    translations: Vec<usize>,
    /// Something on the way is not known; taken as if it let the packet pass, so that a certain drop still counts.
    is_unknown: bool,
    is_reply: bool,
    /// The reply is to a packet whose public address an internet gateway mapped: by any other way out it never gets
    /// that address (IG-4).
    loses_public_address: bool,
    /// The zone that a regional NAT gateway has been asked from, where it has addresses for it.
    zone: Option<AvailabilityZone>,
    /// The egress-only gateway that the present segment went out by.
    egress_only: Option<EgressOnlyInternetGatewayId>,
    /// Whether the request crossed the internet.
    is_over_internet: bool,
    /// Which of several ways is taken, each time there are several; and how many there were.
    picks: Vec<usize>,
    asked: Vec<usize>,
    /// The subnet by which an attachment in appliance mode let packets into its VPC (TG-6).
    pinned: Vec<(TransitGatewayAttachmentId, &'n Subnet)>,
    /// The attachments that the present segment came into a transit gateway by.
    entered: Vec<TransitGatewayAttachmentId>,
    /// The peering connection that the present segment crossed.
    crossed: Option<PeeringConnectionId>,
    /// Rules that name groups do not match what comes in (SG-12, SG-14).
    loses_groups: bool,
    /// The reply is to somebody on premises.
    asked_from_premises: bool,
}

impl<'n> Walk<'n> {
    /// Takes one of several ways.
    fn choose(&mut self, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        let pick = self.picks.get(self.asked.len()).copied().unwrap_or(0);
        self.asked.push(count);
        pick
    }

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
            Start::OnPremises => self.entrance_from_premises(header)?,
            Start::Interface(id) => {
                let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
                if self.is_never_filtered(interface, header.destination) {
                    return Ok(()); // PW-11
                }
                if self.is_router(interface, header.destination) {
                    return Err(Fate::Unknown); // PW-11
                }
                if is_link_local(header.destination) {
                    return Err(Fate::Dropped); // PW-12
                }
                if interface.attachment.is_some() {
                    self.runs(interface)?;
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
            self.is_over_internet = false;
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
                Place::Internet
                | Place::Service(..)
                | Place::OnPremises(..)
                | Place::BehindTransitGateway(..)
                | Place::SomewhereOnPremises => None,
            };
            passed.push(to.clone());
            let (egress_only, crossed) = (self.egress_only.take(), self.crossed.take());
            let is_over_internet = self.is_over_internet;
            segments.push(Segment { from, sent, to, came, egress_only, crossed, is_over_internet });
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
        self.is_over_internet = segment.is_over_internet;
        self.asked_from_premises = is_on_premises(&segment.from);
        self.loses_public_address = segment.came.destination != segment.sent.destination;
        let answered = match (&segment.from, &from, &segment.crossed) {
            (Place::NatGateway(_), Place::Interface(id), Some(crossed)) => {
                let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
                Some(self.answer_nat_gateway(&interface.subnet, crossed, segment.came.mirrored())?)
            }
            _ => None,
        };
        let (to, came) = match answered {
            Some(answered) => answered,
            None => self.carry(&from, segment.came.mirrored())?,
        };
        if self.asked_from_premises && is_on_premises(&to) && came == segment.sent.mirrored() {
            // Another way than the request's: the network over there may mind.
            self.is_unknown |= to != segment.from;
            return Ok(());
        }
        if to == segment.from && came == segment.sent.mirrored() { Ok(()) } else { Err(Fate::Dropped) } // PW-6
    }

    /// Carries a packet to the next place that holds its destination address, or that a route leads to.
    fn carry(&mut self, from: &Place, header: Header) -> Step<(Place, Header)> {
        self.entered.clear();
        self.crossed = None;
        self.loses_groups = false;
        match from {
            Place::Interface(id) => {
                let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
                self.leave(&interface.subnet.clone(), header)
            }
            Place::NatGateway(id) => {
                let gateway = self.network.nat_gateways.get(id).ok_or(Fate::Unknown)?;
                match &gateway.placement {
                    NatGatewayPlacement::Zonal(subnet) => self.leave(&subnet.clone(), header),
                    NatGatewayPlacement::Regional { route_table, .. } => {
                        let table = route_table.as_ref().and_then(|id| self.network.route_tables.get(id));
                        let route = self.route_in(table.ok_or(Fate::Unknown)?, header.destination)?; // NG-21
                        self.follow(&gateway.vpc, None, &route, header)
                    }
                    NatGatewayPlacement::Unknown => Err(Fate::Unknown),
                }
            }
            Place::Internet if is_refused(header.destination) => Err(Fate::Dropped),
            Place::Internet => self.over_internet(header),
            Place::Service(_, vpc) => self.deliver(&vpc.clone(), None, header),
            Place::OnPremises(gateway, vpc) => {
                if let Some(table) = self.edge_table(gateway.as_str()).cloned()
                    && let Some(id) = self.edge_route(&table, header.destination)?
                {
                    return self.reach_interface(None, &id, header);
                }
                self.deliver(&vpc.clone(), None, header)
            }
            Place::BehindTransitGateway(gateway, id) => self.come_from_premises(gateway, id, header),
            Place::SomewhereOnPremises => self.come_from_nowhere(header),
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
        self.follow(&subnet.vpc, Some(&subnet.id), &route, header)
    }

    fn is_inside(&self, vpc: &VpcId, address: IpAddr) -> bool {
        self.network.vpcs.get(vpc).is_some_and(|vpc| match address {
            IpAddr::V4(v4) => vpc.cidr_blocks.iter().any(|cidr| cidr.contains(&v4)),
            IpAddr::V6(v6) => vpc.ipv6_cidr_blocks.iter().any(|cidr| cidr.contains(&v6)),
        })
    }

    /// Follows a route out of a subnet, or out of a gateway that has a table of its own.
    fn follow(
        &mut self,
        vpc: &VpcId,
        subnet: Option<&SubnetId>,
        route: &deguchi_model::Route,
        header: Header,
    ) -> Step<(Place, Header)> {
        match &route.target {
            RouteTarget::Local => self.deliver(vpc, subnet, header),
            RouteTarget::InternetGateway(id) => self.over_internet_gateway(vpc, id, header),
            RouteTarget::EgressOnlyInternetGateway(id) => self.over_egress_only(vpc, id, header),
            RouteTarget::NatGateway(id) => self.reach_nat_gateway(subnet, id, header),
            RouteTarget::NetworkInterface(id) => self.reach_interface(subnet, id, header),
            RouteTarget::Instance(id) => {
                let instance = self.network.instances.get(id).ok_or(Fate::Unknown)?;
                let first = instance.interfaces.iter().min_by_key(|own| own.device_index).ok_or(Fate::Unknown)?;
                self.reach_interface(subnet, &first.interface, header)
            }
            RouteTarget::VpnGateway(id) => self.reach_vpn_gateway(vpc, id, route, header),
            RouteTarget::VpcEndpoint(id) => self.reach_endpoint(vpc, id, header),
            RouteTarget::PeeringConnection(_) if self.loses_public_address => Err(Fate::Dropped), // IG-4
            RouteTarget::PeeringConnection(id) => self.cross_peering(vpc, id, header),
            RouteTarget::TransitGateway(id) => self.enter_transit_gateway(vpc, subnet, id, header),
            RouteTarget::Unmodelled { .. } => {
                Err(if self.loses_public_address { Fate::Dropped } else { Fate::Unknown })
            }
        }
    }

    /// Brings a packet to whoever has its destination address inside a VPC.
    fn deliver(&mut self, vpc: &VpcId, from: Option<&SubnetId>, header: Header) -> Step<(Place, Header)> {
        let Some((place, subnet)) = self.holder(vpc, header.destination) else {
            return Err(self.nobody_in(vpc));
        };
        if let Some(subnet) = subnet.filter(|subnet| from != Some(subnet)) {
            let subnet = self.network.subnets.get(&subnet).ok_or(Fate::Unknown)?;
            self.acl_passes(subnet, Direction::Inbound, &header)?;
        }
        Ok((place, header))
    }

    /// What becomes of a packet for an address of a VPC that nobody is known to have.
    fn nobody_in(&self, vpc: &VpcId) -> Fate {
        match self.network.vpcs.get(vpc).map(|vpc| vpc.interface_listing) {
            Some(InterfaceListing::Complete) => Fate::Dropped,
            Some(InterfaceListing::Partial) | None => Fate::Unknown,
        }
    }

    fn holder(&self, vpc: &VpcId, address: IpAddr) -> Option<(Place, Option<SubnetId>)> {
        if let Some((gateway, subnet)) = self.gateway_with_private(vpc, address) {
            return Some((Place::NatGateway(gateway), subnet));
        }
        let interfaces = self.network.network_interfaces.values();
        let found = interfaces.clone().find(|interface| {
            interface.vpc == *vpc && interface.kind != InterfaceKind::NatGateway && interface.has_address(address)
        })?;
        Some((Place::Interface(found.id.clone()), Some(found.subnet.clone())))
    }

    /// The NAT gateway that has an address, and the subnet it has it in; a regional one has none.
    fn gateway_with_private(&self, vpc: &VpcId, address: IpAddr) -> Option<(NatGatewayId, Option<SubnetId>)> {
        let gateways = self.network.nat_gateways.values().filter(|gateway| gateway.vpc == *vpc && exists(gateway));
        let has_it = |gateway: &&NatGateway| {
            gateway.addresses.iter().any(|own| own.private.or(own.public).map(IpAddr::V4) == Some(address))
        };
        let gateway = gateways.clone().find(has_it)?;
        let subnet = match &gateway.placement {
            NatGatewayPlacement::Zonal(subnet) => Some(subnet.clone()),
            NatGatewayPlacement::Regional { .. } | NatGatewayPlacement::Unknown => None,
        };
        Some((gateway.id.clone(), subnet))
    }

    /// Whether an instance's interface takes a connection.
    fn takes(&mut self, id: &NetworkInterfaceId, header: &Header) -> Step<()> {
        let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
        if interface.kind == InterfaceKind::VpcEndpoint {
            return self.endpoint_takes(interface, header);
        }
        if interface.kind != InterfaceKind::Ordinary {
            return Err(Fate::Unknown);
        }
        self.runs(interface)?;
        self.groups_pass(interface, Direction::Inbound, header)
    }

    /// IE-1, IE-4: its groups judge, and the service answers, but no ping.
    fn endpoint_takes(&mut self, interface: &NetworkInterface, header: &Header) -> Step<()> {
        let mut endpoints = self.network.vpc_endpoints.values();
        let own = endpoints.find(|endpoint| endpoint.interfaces().contains(&interface.id)).ok_or(Fate::Unknown)?;
        if !matches!(own.kind, VpcEndpointKind::Interface { .. }) {
            return Err(Fate::Unknown);
        }
        self.groups_pass(interface, Direction::Inbound, header)?;
        let is_ping = matches!(header.message, Message::Icmp(_) | Message::Icmpv6(_));
        if is_ping || own.state != EndpointState::Available { Err(Fate::Dropped) } else { Ok(()) }
    }

    /// The instance behind an interface: it must be attached and running.
    fn runs(&mut self, interface: &NetworkInterface) -> Step<Option<InstanceId>> {
        let Some(attachment) = &interface.attachment else { return Err(Fate::Dropped) };
        if !attachment.is_attached {
            return Err(Fate::Dropped);
        }
        let Some(id) = &attachment.instance else { return Ok(None) };
        match self.network.instances.get(id).map(|instance| &instance.state) {
            Some(InstanceState::NotRunning(_)) => return Err(Fate::Dropped),
            // That it runs is an assumption of the answer.
            Some(InstanceState::Running | InstanceState::Unknown) | None => {}
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
        let inside = header.source;
        let header = match header.source {
            IpAddr::V6(_) if !self.is_inside(vpc, header.source) => return Err(Fate::Dropped), // IG-7: not the VPC's
            IpAddr::V6(_) => header,
            IpAddr::V4(source) => {
                if is_refused(header.destination) {
                    return Err(Fate::Dropped); // IG-5
                }
                let public = self.public_of(vpc, source).ok_or(Fate::Dropped)?; // IG-1, IG-2, IG-3
                Header { source: IpAddr::V4(public), ..header }
            }
        };
        let holder = self.holder(vpc, inside);
        let use_of = if matches!(holder, Some((Place::NatGateway(_), _))) { Use::OutOnly } else { Use::OwnAddress };
        self.block_public_access(vpc, use_of, holder.and_then(|(_, subnet)| subnet))?;
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
        if is_detached || header.destination.is_ipv4() || !self.is_inside(vpc, header.source) {
            return Err(Fate::Dropped);
        }
        if self.is_reply {
            if self.is_over_internet || self.asked_from_premises {
                return Err(Fate::Dropped); // IG-8: only connections begun inside
            }
            self.is_unknown = true; // nobody says what it does with a reply to another network
            return self.over_internet(header);
        }
        let subnet = self.holder(vpc, header.source).and_then(|(_, subnet)| subnet);
        self.block_public_access(vpc, Use::OutOnly, subnet)?;
        self.egress_only = Some(id.clone());
        self.over_internet(header)
    }

    /// IG-11 to IG-13, for the request: its reply goes where it went. `subnet` is the one at the gateway.
    fn block_public_access(&mut self, vpc: &VpcId, use_of: Use, subnet: Option<SubnetId>) -> Step<()> {
        let vpc = self.network.vpcs.get(vpc).ok_or(Fate::Unknown)?;
        let BlockPublicAccess::On { mode, exclusions } = &vpc.block_public_access else { return Ok(()) };
        if self.is_reply || (mode == "block-ingress" && use_of == Use::OutOnly) {
            return Ok(());
        }
        let BlockPublicAccessExclusions::Known(exclusions) = exclusions else {
            self.is_unknown = true;
            return Ok(());
        };
        let excluded = |wanted: ExclusionMode| {
            exclusions.iter().any(|own| own.mode == wanted && (own.subnet.is_none() || own.subnet == subnet))
        };
        if excluded(ExclusionMode::Bidirectional) {
            return Ok(());
        }
        let lets_out = mode == "block-bidirectional" && excluded(ExclusionMode::Egress);
        match use_of {
            Use::OutOnly if lets_out => Ok(()),
            Use::OwnAddress if lets_out => {
                self.is_unknown = true; // IG-12 says nothing about a public address of one's own
                Ok(())
            }
            Use::OutOnly | Use::OwnAddress | Use::In => Err(Fate::Dropped),
        }
    }

    fn public_of(&self, vpc: &VpcId, private: Ipv4Addr) -> Option<Ipv4Addr> {
        let of_gateway = self
            .network
            .nat_gateways
            .values()
            .filter(|gateway| gateway.vpc == *vpc && gateway.connectivity == Connectivity::Public && exists(gateway))
            .flat_map(|gateway| &gateway.addresses)
            .find(|own| own.private.or(own.public) == Some(private))
            .and_then(|own| own.public);
        let interfaces = self.network.network_interfaces.values().filter(|interface| interface.vpc == *vpc);
        let of_interface = interfaces
            .flat_map(|interface| &interface.addresses)
            .find(|own| own.private == private)
            .and_then(|own| own.public);
        of_gateway.or(of_interface)
    }

    /// Whether an Elastic IP is associated with an interface that the snapshot lacks.
    fn is_held_by_unlisted(&self, address: IpAddr) -> bool {
        self.network.elastic_ips.values().any(|elastic| {
            let lacks = |id: &NetworkInterfaceId| !self.network.network_interfaces.contains_key(id);
            IpAddr::V4(elastic.public) == address && elastic.interface.as_ref().is_some_and(lacks)
        })
    }

    /// On the internet: to a machine of the snapshot by its public address, or to any other.
    fn over_internet(&mut self, header: Header) -> Step<(Place, Header)> {
        self.is_over_internet |= !self.is_reply;
        if self.is_held_by_unlisted(header.destination) {
            return Err(Fate::Unknown);
        }
        if self.is_held(header.destination) {
            return self.enter_from_internet(header);
        }
        if let Some(vpc) = self.vpc_of_ipv6(header.destination) {
            return Err(self.nobody_in(&vpc)); // IG-7
        }
        let is_public =
            |address| AddressSet::public_ipv4().contains(address) || AddressSet::public_ipv6().contains(address);
        if is_public(header.destination) { Ok((Place::Internet, header)) } else { Err(Fate::Dropped) }
    }

    fn is_held(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(public) => {
                let gateways = self.network.nat_gateways.values();
                self.owner_of_public(public).is_some()
                    || self.network.elastic_ips.values().any(|own| own.public == public && own.interface.is_none())
                    || gateways.flat_map(|gateway| &gateway.addresses).any(|own| own.public == Some(public))
            }
            IpAddr::V6(_) => self.network.network_interfaces.values().any(|interface| interface.has_address(address)),
        }
    }

    fn vpc_of_ipv6(&self, address: IpAddr) -> Option<VpcId> {
        let IpAddr::V6(v6) = address else { return None };
        let vpcs = self.network.vpcs.values();
        vpcs.clone().find(|vpc| vpc.ipv6_cidr_blocks.iter().any(|cidr| cidr.contains(&v6))).map(|vpc| vpc.id.clone())
    }

    /// The VPC and the address in it that a public address is mapped to.
    fn owner_of_public(&self, public: Ipv4Addr) -> Option<(VpcId, Ipv4Addr)> {
        if let Some((gateway, own)) = self.gateway_with_public(public) {
            return Some((gateway.vpc.clone(), own.private.unwrap_or(public)));
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

    fn gateway_with_public(&self, public: Ipv4Addr) -> Option<(&NatGateway, &NatGatewayAddress)> {
        let mut gateways = self.network.nat_gateways.values().filter(|gateway| exists(gateway));
        gateways.find_map(|gateway| {
            let own = gateway.addresses.iter().find(|own| own.public == Some(public))?;
            Some((gateway, own))
        })
    }

    /// Comes in from the internet to an address of the snapshot.
    fn enter_from_internet(&mut self, header: Header) -> Step<(Place, Header)> {
        let (vpc, destination) = match header.destination {
            IpAddr::V4(public) => {
                if is_refused(header.source) {
                    return Err(Fate::Dropped); // IG-5
                }
                let (vpc, private) = self.owner_of_public(public).ok_or(Fate::Dropped)?;
                (vpc, IpAddr::V4(private))
            }
            IpAddr::V6(_) => {
                let mut interfaces = self.network.network_interfaces.values();
                let holder = interfaces.find(|interface| interface.has_address(header.destination));
                (holder.ok_or(Fate::Dropped)?.vpc.clone(), header.destination)
            }
        };
        let by_egress_only = self.is_reply && self.egress_only.is_some();
        if !self.has_internet_gateway(&vpc) && !by_egress_only {
            return Err(Fate::Dropped);
        }
        let subnet = self.holder(&vpc, destination).and_then(|(_, subnet)| subnet);
        self.block_public_access(&vpc, Use::In, subnet)?;
        let came = Header { destination, ..header };
        let table = self.table_of_internet_gateway(&vpc).filter(|_| !by_egress_only).cloned();
        if let Some(table) = table
            && let Some(id) = self.edge_route(&table, destination)?
        {
            return self.redirect_from_internet(&id, came);
        }
        if let IpAddr::V4(public) = header.destination
            && let Some((gateway, _)) = self.gateway_with_public(public)
            && matches!(gateway.placement, NatGatewayPlacement::Regional { .. })
        {
            return Ok((Place::NatGateway(gateway.id.clone()), came)); // NG-20: no subnet lies between
        }
        self.deliver(&vpc, None, came)
    }

    /// RT-19 to RT-21: what an internet gateway's table leads to an interface.
    fn redirect_from_internet(&mut self, id: &NetworkInterfaceId, header: Header) -> Step<(Place, Header)> {
        let target = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
        let is_own = target.has_address(header.destination);
        if self.is_reply && !is_own {
            return Err(Fate::Dropped); // RT-21: the request did not pass it, else it would have its address
        }
        if !is_own && header.destination.is_ipv4() && target.addresses.iter().all(|own| own.public.is_none()) {
            return Err(Fate::Dropped); // RT-20
        }
        self.reach_interface(None, id, header)
    }

    fn has_internet_gateway(&self, vpc: &VpcId) -> bool {
        let mut gateways = self.network.internet_gateways.values();
        let is_listed = gateways.any(|gateway| gateway.attachment_to(vpc) == Some(&AttachmentState::Attached));
        // RT-14: an active route speaks for a gateway that is not listed.
        let tables = self.network.route_tables.values().filter(|table| table.vpc == *vpc);
        let mut routes = tables.flat_map(|table| &table.routes).filter(|route| route.state == RouteState::Active);
        is_listed
            || routes.any(|route| match &route.target {
                RouteTarget::InternetGateway(id) => !self.network.internet_gateways.contains_key(id),
                _ => false,
            })
    }

    // Translators.

    fn reach_nat_gateway(
        &mut self,
        subnet: Option<&SubnetId>,
        id: &NatGatewayId,
        header: Header,
    ) -> Step<(Place, Header)> {
        if self.is_reply {
            let gateway = self.network.nat_gateways.get(id).ok_or(Fate::Dropped)?;
            if gateway.addresses.iter().any(|own| own.private.map(IpAddr::V4) == Some(header.destination)) {
                let vpc = gateway.vpc.clone();
                return self.deliver(&vpc, subnet, header);
            }
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
        if header.destination.is_ipv6() && inside_nat64(header.destination).is_none() {
            return Err(Fate::Dropped); // NG-11
        }
        self.zone = None;
        match &gateway.placement {
            NatGatewayPlacement::Zonal(own) if Some(own) == subnet => {} // PW-23
            NatGatewayPlacement::Zonal(own) => {
                let own = self.network.subnets.get(own).ok_or(Fate::Unknown)?;
                self.acl_passes(own, Direction::Inbound, &header)?; // PW-18
            }
            NatGatewayPlacement::Regional { zones_are_automatic, .. } => {
                let zone = subnet.and_then(|id| self.network.subnets.get(id)?.availability_zone.clone());
                if gateway.addresses.iter().any(|own| serves(own, zone.as_ref())) {
                    self.zone = zone;
                } else if !zones_are_automatic {
                    return Err(Fate::Dropped); // NG-22
                }
            }
            NatGatewayPlacement::Unknown => return Err(Fate::Unknown),
        }
        Ok((Place::RoutedToNatGateway(id.clone()), header))
    }

    fn translate_at_gateway(&mut self, id: &NatGatewayId, header: Header) -> Step<(Place, Header)> {
        let gateway = self.network.nat_gateways.get(id).ok_or(Fate::Unknown)?;
        let zone = self.zone.take();
        let usable: Vec<&NatGatewayAddress> = gateway
            .addresses
            .iter()
            .filter(|own| own.is_usable && own.private.or(own.public).is_some() && serves(own, zone.as_ref()))
            .collect();
        if usable.is_empty() {
            return Err(Fate::Dropped);
        }
        let Some(choice) = self.choices.get(self.translations.len()).copied() else { return Err(Fate::Unknown) };
        self.translations.push(usable.len());
        let own = usable[choice.address % usable.len()];
        // A regional gateway may print no private address: then the public one names it.
        let address = own.private.or(own.public).ok_or(Fate::Dropped)?;
        let header = Header { source: IpAddr::V4(address), ..header }.with_source_port(choice.port);
        let header = match inside_nat64(header.destination) {
            Some(inside) => Header {
                destination: IpAddr::V4(inside),
                message: if header.message == Message::Icmpv6(128) { Message::Icmp(8) } else { header.message },
                ..header
            },
            None => header,
        };
        Ok((Place::NatGateway(id.clone()), header))
    }

    fn reach_interface(
        &mut self,
        subnet: Option<&SubnetId>,
        id: &NetworkInterfaceId,
        header: Header,
    ) -> Step<(Place, Header)> {
        let interface = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
        if Some(&interface.subnet) != subnet {
            let own = self.network.subnets.get(&interface.subnet).ok_or(Fate::Unknown)?;
            self.acl_passes(own, Direction::Inbound, &header)?;
        }
        if interface.has_address(header.destination) {
            return Ok((Place::Interface(id.clone()), header));
        }
        self.runs(interface)?; // NI-6
        match interface.source_destination_check {
            SourceDestinationCheck::On => return Err(Fate::Dropped), // NI-2
            SourceDestinationCheck::Off => {}
            SourceDestinationCheck::Unknown => self.is_unknown = true,
        }
        if self.is_reply {
            // What an appliance does with half a connection, nobody knows.
            return Err(if self.loses_public_address { Fate::Dropped } else { Fate::Unknown });
        }
        Ok((Place::RoutedToInterface(id.clone()), header))
    }

    /// A NAT instance: in by one interface, out by the one that leads to the internet, with that one's address.
    fn translate_at_instance(&mut self, id: &NetworkInterfaceId, header: Header) -> Step<(Place, Header)> {
        let entry = self.network.network_interfaces.get(id).ok_or(Fate::Unknown)?;
        if self.is_of_machine(entry, header.source) {
            return Err(Fate::Dropped); // NI-5: a host takes in nothing from an address of its own
        }
        self.groups_pass(entry, Direction::Inbound, &header)?; // PW-21
        if !AddressSet::public_ipv4().contains(header.destination) {
            return Err(Fate::Unknown);
        }
        let Some(instance) = self.runs(entry)? else { return Err(Fate::Dropped) };
        let instance = self.network.instances.get(&instance).ok_or(Fate::Unknown)?;
        // PW-1: the first by device index, of those that lead out best.
        let mut order: Vec<_> = instance.interfaces.iter().collect();
        order.sort_by_key(|own| std::cmp::Reverse(own.device_index));
        let own = order.into_iter().filter_map(|own| self.network.network_interfaces.get(&own.interface));
        let exit = own.max_by_key(|own| self.rank(own)).unwrap_or(entry);
        let own = exit.addresses.first().ok_or(Fate::Dropped)?;
        let header = Header { source: IpAddr::V4(own.private), ..header };
        self.groups_pass(exit, Direction::Outbound, &header)?;
        Ok((Place::Interface(exit.id.clone()), header))
    }

    fn is_of_machine(&self, entry: &NetworkInterface, address: IpAddr) -> bool {
        let instance = entry.attachment.as_ref().and_then(|own| self.network.instances.get(own.instance.as_ref()?));
        let others = instance.into_iter().flat_map(|own| &own.interfaces);
        let mut others = others.filter_map(|own| self.network.network_interfaces.get(&own.interface));
        entry.has_address(address) || others.any(|own| own.has_address(address))
    }

    /// How well an interface leads to the internet: the guest has its default route there.
    fn rank(&self, interface: &NetworkInterface) -> u8 {
        let table = self.network.subnets.get(&interface.subnet).and_then(|subnet| self.table_of(subnet));
        let leads_out = table.is_some_and(|table| {
            let to_gateway = |address| {
                let winner = self.winner(table, address);
                winner.is_ok_and(|(route, _)| matches!(route.target, RouteTarget::InternetGateway(_)))
            };
            self.any_public(table, to_gateway)
        });
        let has_public = interface.addresses.first().is_some_and(|own| own.public.is_some());
        u8::from(leads_out) + u8::from(leads_out && has_public)
    }

    // Other targets.

    fn reach_vpn_gateway(
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
        if self.is_reply && !self.asked_from_premises {
            return Err(Fate::Dropped);
        }
        let is_known = route.origin == deguchi_model::RouteOrigin::Propagated
            || self.network.vpn_connections.values().any(|connection| {
                connection.vpn_gateway.as_ref() == Some(id)
                    && connection.state == "available"
                    && connection.static_routes.iter().any(|cidr| cidr.contains(&header.destination))
            });
        if !is_known || (!self.is_reply && AddressSet::public_ipv4().contains(header.destination)) {
            return Err(Fate::Unknown); // VP-3, VP-4
        }
        Ok((Place::OnPremises(id.clone(), vpc.clone()), header))
    }

    fn reach_endpoint(&mut self, vpc: &VpcId, id: &VpcEndpointId, header: Header) -> Step<(Place, Header)> {
        // What is not a gateway endpoint forwards like an appliance, out and back (RT-18).
        let endpoint = self.network.vpc_endpoints.get(id).ok_or(Fate::Unknown)?;
        if !matches!(endpoint.kind, VpcEndpointKind::Gateway { .. }) {
            return Err(Fate::Unknown);
        }
        if self.is_reply || endpoint.state != EndpointState::Available || matches!(header.message, Message::Udp(..)) {
            return Err(Fate::Dropped); // GE-5
        }
        let is_regional = self.gateway_with_private(vpc, header.source).is_some_and(|(_, subnet)| subnet.is_none());
        if header.source.is_ipv4() && !self.is_inside(vpc, header.source) && !is_regional {
            return Err(Fate::Dropped); // GE-4
        }
        if header.destination.is_ipv6() {
            self.is_unknown = true; // GE-9
        }
        Ok((Place::Service(id.clone(), vpc.clone()), header))
    }

    /// PW-11: the router of a subnet of the interface's VPC, at the subnet's base plus one.
    fn is_router(&self, interface: &NetworkInterface, destination: IpAddr) -> bool {
        let mut subnets = self.network.subnets.values().filter(|subnet| subnet.vpc == interface.vpc);
        let is_it =
            |cidr: deguchi_model::Ipv4Net| destination == IpAddr::V4(Ipv4Addr::from(u32::from(cidr.network()) + 1));
        subnets.any(|subnet| subnet.cidr_block.is_some_and(is_it))
    }

    /// PW-11: the services that no filter and no route concerns.
    fn is_never_filtered(&self, interface: &NetworkInterface, destination: IpAddr) -> bool {
        let v4 = ["169.254.169.253", "169.254.169.254", "169.254.169.123", "169.254.169.250", "169.254.170.2"];
        let v6 = ["fd00:ec2::253", "fd00:ec2::254", "fd00:ec2::123"];
        if v4.iter().chain(&v6).any(|address| address.parse() == Ok(destination)) {
            return true;
        }
        let primary = self.network.vpcs.get(&interface.vpc).and_then(|vpc| vpc.cidr_blocks.first());
        primary.is_some_and(|cidr| destination == IpAddr::V4(Ipv4Addr::from(u32::from(cidr.network()) + 2)))
    }
}

/// The IPv4 address inside one of `64:ff9b::/96`.
fn inside_nat64(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    let prefix: deguchi_model::Ipv6Net = "64:ff9b::/96".parse().unwrap();
    let last = u32::try_from(u128::from(v6) & 0xffff_ffff).unwrap();
    prefix.contains(&v6).then(|| Ipv4Addr::from(last))
}

fn is_on_premises(place: &Place) -> bool {
    matches!(place, Place::OnPremises(..) | Place::BehindTransitGateway(..) | Place::SomewhereOnPremises)
}

/// The ranges that no route carries (PW-12).
fn is_link_local(address: IpAddr) -> bool {
    let cidrs: [IpNet; 2] = ["169.254.168.0/22".parse().unwrap(), "fd00:ec2::/32".parse().unwrap()];
    cidrs.iter().any(|cidr| cidr.contains(&address))
}

/// Whether a NAT gateway still (or already) holds its addresses.
fn exists(gateway: &NatGateway) -> bool {
    !matches!(gateway.state, NatGatewayState::Deleted | NatGatewayState::Failed(_))
}

/// Whether an address of a NAT gateway is for clients in a zone (NG-20, NG-22).
fn serves(own: &NatGatewayAddress, zone: Option<&AvailabilityZone>) -> bool {
    own.availability_zone.is_none() || zone.is_none() || own.availability_zone.as_ref() == zone
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
