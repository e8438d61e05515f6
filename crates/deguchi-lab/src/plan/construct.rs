//! What of a network has a place in the lab, under which number, and the order in which it is planned.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{
    AttachmentState, EgressOnlyInternetGatewayId, EndpointState, InstanceState, InterfaceKind, InternetGatewayId,
    NatGateway, NatGatewayAddress, NatGatewayPlacement, NatGatewayState, Network, NetworkInterface, NetworkInterfaceId,
    PeeringConnection, PeeringStatus, RouteState, RouteTableId, RouteTarget, Subnet, SubnetId, Vpc, VpcEndpoint,
    VpcEndpointKind, VpcId, VpnGatewayId,
};

use super::{
    End, LabPlan, LeftOut, Link, Options, gateway, machine, nat_gateway, outside, port,
    transit_gateway::{self, Door},
    vpc,
};

/// A network with the numbers of what is built of it.
pub(super) struct Construction<'n> {
    pub(super) network: &'n Network,
    pub(super) options: &'n Options,
    /// The VPCs, from 1.
    pub(super) vpcs: BTreeMap<&'n VpcId, usize>,
    /// The subnets, from 1: the mark of packets that leave one.
    pub(super) subnets: BTreeMap<&'n SubnetId, u32>,
    /// The route tables, from 1.
    pub(super) tables: BTreeMap<&'n RouteTableId, u32>,
    /// The interfaces of machines.
    pub(super) ports: Vec<Port<'n>>,
    /// The NAT gateways that carry packets.
    pub(super) nat_gateways: Vec<Nat<'n>>,
    /// The gateway endpoints.
    pub(super) endpoints: Vec<(usize, &'n VpcEndpoint)>,
    /// The peering connections in force, both of whose VPCs are in the lab.
    pub(super) peerings: Vec<(usize, &'n PeeringConnection)>,
    /// What is attached to transit gateways.
    pub(super) doors: Vec<Door<'n>>,
    pub(super) plan: LabPlan,
}

/// Where a machine's interface meets its VPC.
pub(super) struct Port<'n> {
    pub(super) number: usize,
    pub(super) interface: &'n NetworkInterface,
    /// The machine's namespace.
    pub(super) machine: String,
    /// The device in it.
    pub(super) device: String,
}

/// A NAT gateway that carries packets, and the addresses it can use.
pub(super) struct Nat<'n> {
    pub(super) number: usize,
    pub(super) gateway: &'n NatGateway,
    /// Its subnet; `None` for a regional one.
    pub(super) subnet: Option<&'n SubnetId>,
    pub(super) addresses: Vec<&'n NatGatewayAddress>,
}

pub(super) fn construct(network: &Network, options: &Options) -> LabPlan {
    let mut construction = number(network, options);
    machine::add(&mut construction);
    for vpc in construction.vpcs.keys().filter_map(|id| network.vpcs.get(*id)).collect::<Vec<_>>() {
        port::add(&mut construction, vpc);
        vpc::add(&mut construction, vpc);
        gateway::add(&mut construction, vpc);
        outside::add_premises(&mut construction, vpc);
    }
    nat_gateway::add(&mut construction);
    outside::add_endpoints(&mut construction);
    outside::add_peerings(&mut construction);
    transit_gateway::add_all(&mut construction);
    outside::add_internet(&mut construction);
    construction.plan
}

fn number<'n>(network: &'n Network, options: &'n Options) -> Construction<'n> {
    let wanted = wanted_vpcs(network, options);
    let vpcs = (1..).zip(network.vpcs.keys().filter(|id| wanted.contains(id))).map(|(n, id)| (id, n)).collect();
    let subnets = (1..).zip(network.subnets.keys()).map(|(n, id)| (id, n)).collect();
    let tables = (1..).zip(network.route_tables.keys()).map(|(n, id)| (id, n)).collect();
    let mut construction = Construction {
        network,
        options,
        vpcs,
        subnets,
        tables,
        ports: Vec::new(),
        nat_gateways: Vec::new(),
        endpoints: Vec::new(),
        peerings: Vec::new(),
        doors: Vec::new(),
        plan: LabPlan::default(),
    };
    construction.number_ports();
    construction.number_nat_gateways();
    construction.number_ways();
    transit_gateway::number(&mut construction);
    construction
}

/// All VPCs, or those that the packets of what is in focus can come to.
fn wanted_vpcs<'n>(network: &'n Network, options: &Options) -> BTreeSet<&'n VpcId> {
    let Some(focus) = &options.focus else { return network.vpcs.keys().collect() };
    let interfaces = focus.iter().filter_map(|id| network.network_interfaces.get(id));
    let own: BTreeSet<&VpcId> = interfaces.filter_map(|own| network.vpcs.get(&own.vpc)).map(|vpc| &vpc.id).collect();
    let near = transit_gateway::joined(network, own);
    let mut wanted = near.clone();
    // A peering connection is not transitive (PX-2).
    for connection in network.peering_connections.values() {
        let sides = [&connection.requester.vpc, &connection.accepter.vpc];
        if sides.iter().any(|side| side.as_ref().is_some_and(|id| near.contains(id))) {
            wanted.extend(sides.into_iter().flatten().filter_map(|id| network.vpcs.get(id)).map(|vpc| &vpc.id));
        }
    }
    wanted
}

impl<'n> Construction<'n> {
    fn number_ports(&mut self) {
        let forwarders: BTreeSet<&NetworkInterfaceId> =
            self.route_targets().filter_map(|target| self.interface_of(target)).collect();
        let mut machines: BTreeMap<String, (String, usize)> = BTreeMap::new();
        let mut interfaces: Vec<&NetworkInterface> = self.network.network_interfaces.values().collect();
        interfaces.sort_by_key(|own| own.attachment.as_ref().map_or(0, |attachment| attachment.device_index));
        for interface in interfaces {
            if !self.vpcs.contains_key(&interface.vpc) {
                continue;
            }
            let in_focus = self.options.focus.as_ref().is_none_or(|focus| {
                focus.contains(&interface.id)
                    || forwarders.contains(&interface.id)
                    || self.shares_machine(interface, focus)
            });
            if let Err(why) = is_machine(self.network, interface) {
                self.plan.left_out.extend(why.map(|why| (interface.id.to_string(), why)));
                continue;
            }
            if !in_focus {
                self.plan.left_out.insert(interface.id.to_string(), LeftOut::OutOfFocus);
                continue;
            }
            let next = machines.len() + 1;
            let (machine, devices) =
                machines.entry(machine::id_of(interface)).or_insert_with(|| (format!("machine-{next}"), 0));
            let device = format!("eth{devices}");
            *devices += 1;
            let number = self.ports.len() + 1;
            self.ports.push(Port { number, interface, machine: machine.clone(), device });
        }
    }

    /// Whether an interface is of a machine that is in focus by another one.
    fn shares_machine(&self, interface: &NetworkInterface, focus: &BTreeSet<NetworkInterfaceId>) -> bool {
        let id = machine::id_of(interface);
        focus.iter().filter_map(|own| self.network.network_interfaces.get(own)).any(|own| machine::id_of(own) == id)
    }

    fn number_nat_gateways(&mut self) {
        for gateway in self.network.nat_gateways.values() {
            if !self.vpcs.contains_key(&gateway.vpc) {
                continue;
            }
            match gateway.state {
                NatGatewayState::Available | NatGatewayState::Deleting | NatGatewayState::Unmodelled(_) => {}
                NatGatewayState::Pending | NatGatewayState::Failed(_) | NatGatewayState::Deleted => continue,
            }
            let subnet = match &gateway.placement {
                NatGatewayPlacement::Zonal(subnet) => self.network.subnets.get(subnet).map(|subnet| &subnet.id),
                NatGatewayPlacement::Regional { .. } | NatGatewayPlacement::Unknown => None,
            };
            let usable = gateway.addresses.iter().filter(|own| own.is_usable && own.private.is_some());
            let addresses: Vec<&NatGatewayAddress> = usable.collect();
            if subnet.is_none() {
                self.plan.left_out.insert(gateway.id.to_string(), LeftOut::NotBuilt);
            } else if !addresses.is_empty() {
                let number = self.nat_gateways.len() + 1;
                self.nat_gateways.push(Nat { number, gateway, subnet, addresses });
            }
        }
    }

    fn number_ways(&mut self) {
        for endpoint in self.network.vpc_endpoints.values().filter(|own| self.vpcs.contains_key(&own.vpc)) {
            match &endpoint.kind {
                VpcEndpointKind::Gateway { .. } if endpoint.state == EndpointState::Available => {
                    self.endpoints.push((self.endpoints.len() + 1, endpoint));
                }
                VpcEndpointKind::Gateway { .. } => {}
                _ => {
                    self.plan.left_out.insert(endpoint.id.to_string(), LeftOut::UnknownInside);
                }
            }
        }
        for connection in self.network.peering_connections.values() {
            let has = |side: &Option<VpcId>| side.as_ref().is_some_and(|id| self.vpcs.contains_key(id));
            let is_here = has(&connection.requester.vpc) && has(&connection.accepter.vpc);
            if is_here && connection.status == PeeringStatus::Active {
                self.peerings.push((self.peerings.len() + 1, connection));
            } else if connection.status == PeeringStatus::Active {
                self.plan.left_out.insert(connection.id.to_string(), LeftOut::NotInSnapshot);
            }
        }
    }

    pub(super) fn vpc_number(&self, vpc: &VpcId) -> usize {
        self.vpcs.get(vpc).copied().unwrap_or_default()
    }

    /// The targets of all routes of the VPCs in the lab.
    fn route_targets(&self) -> impl Iterator<Item = &'n RouteTarget> {
        let tables = self.network.route_tables.values().filter(|table| self.vpcs.contains_key(&table.vpc));
        tables.flat_map(|table| &table.routes).map(|route| &route.target)
    }

    fn interface_of(&self, target: &'n RouteTarget) -> Option<&'n NetworkInterfaceId> {
        match target {
            RouteTarget::NetworkInterface(id) => Some(id),
            RouteTarget::Instance(id) => {
                let instance = self.network.instances.get(id)?;
                instance.interfaces.first().map(|own| &own.interface)
            }
            _ => None,
        }
    }

    /// The device, in the VPC's namespace, that a route's target stands behind for what leaves a subnet; none where there
    /// is nothing to carry it.
    pub(super) fn device_of(&self, vpc: &Vpc, from: Option<&Subnet>, target: &'n RouteTarget) -> Option<String> {
        match target {
            RouteTarget::InternetGateway(id) => self.has_internet_gateway(vpc, id).then(|| "igw".to_owned()),
            RouteTarget::EgressOnlyInternetGateway(id) => self.has_egress_only(vpc, id).then(|| "eigw".to_owned()),
            RouteTarget::NatGateway(id) => {
                let nat = self.nat_gateways.iter().find(|nat| nat.gateway.id == *id && nat.gateway.vpc == vpc.id)?;
                Some(format!("nat{}", nat.number))
            }
            RouteTarget::NetworkInterface(_) | RouteTarget::Instance(_) => {
                let id = self.interface_of(target)?;
                let port = self.ports.iter().find(|port| port.interface.id == *id && port.interface.vpc == vpc.id)?;
                Some(format!("eni{}", port.number))
            }
            RouteTarget::VpnGateway(id) => self.has_vpn_gateway(vpc, id).then(|| "vgw".to_owned()),
            RouteTarget::VpcEndpoint(id) => {
                let (number, _) = self.endpoints.iter().find(|(_, own)| own.id == *id && own.vpc == vpc.id)?;
                Some(format!("vpce{number}"))
            }
            RouteTarget::PeeringConnection(id) => {
                let (number, _) = self.peerings.iter().find(|(_, own)| own.id == *id)?;
                Some(format!("pcx{number}"))
            }
            RouteTarget::TransitGateway(id) => transit_gateway::door_from(self, id, from?).map(Door::outer),
            RouteTarget::Local | RouteTarget::Unmodelled { .. } => None,
        }
    }

    /// RT-14: an active route speaks for a gateway that the snapshot does not list.
    fn has_internet_gateway(&self, vpc: &Vpc, id: &InternetGatewayId) -> bool {
        match self.network.internet_gateways.get(id) {
            Some(gateway) => gateway.attachment_to(&vpc.id) == Some(&AttachmentState::Attached),
            None => true,
        }
    }

    fn has_egress_only(&self, vpc: &Vpc, id: &EgressOnlyInternetGatewayId) -> bool {
        match self.network.egress_only_internet_gateways.get(id) {
            Some(gateway) => gateway.attachment_to(&vpc.id) == Some(&AttachmentState::Attached),
            None => true,
        }
    }

    fn has_vpn_gateway(&self, vpc: &Vpc, id: &VpnGatewayId) -> bool {
        match self.network.vpn_gateways.get(id) {
            Some(gateway) => gateway.attachment_to(&vpc.id) == Some(&AttachmentState::Attached),
            None => true,
        }
    }

    /// The targets of a VPC's active routes that a test of one kind of gateway holds for.
    pub(super) fn has_target(&self, vpc: &Vpc, is_wanted: impl Fn(&RouteTarget) -> bool) -> bool {
        self.targets(vpc).any(is_wanted)
    }

    /// The targets of a VPC's active routes.
    pub(super) fn targets<'a>(&'a self, vpc: &Vpc) -> impl Iterator<Item = &'a RouteTarget> + use<'a, 'n> {
        let vpc = vpc.id.clone();
        let tables = self.network.route_tables.values().filter(move |table| table.vpc == vpc);
        let routes = tables.flat_map(|table| &table.routes).filter(|route| route.state == RouteState::Active);
        routes.map(|route| &route.target)
    }

    pub(super) fn link(&mut self, first: (&str, &str), second: (&str, &str), stands_for: &str) {
        let end =
            |(namespace, device): (&str, &str)| End { namespace: namespace.to_owned(), device: device.to_owned() };
        self.plan.links.push(Link { ends: [end(first), end(second)], stands_for: stands_for.to_owned() });
    }

    pub(super) fn ports_of<'a>(&'a self, vpc: &VpcId) -> impl Iterator<Item = &'a Port<'n>> + use<'a, 'n> {
        let vpc = vpc.clone();
        self.ports.iter().filter(move |port| port.interface.vpc == vpc)
    }

    pub(super) fn nat_gateways_of<'a>(&'a self, vpc: &VpcId) -> impl Iterator<Item = &'a Nat<'n>> + use<'a, 'n> {
        let vpc = vpc.clone();
        self.nat_gateways.iter().filter(move |nat| nat.gateway.vpc == vpc)
    }
}

/// Whether a machine that runs stands behind an interface. If not: why the lab cannot tell, or nothing where it can.
fn is_machine(network: &Network, interface: &NetworkInterface) -> Result<(), Option<LeftOut>> {
    match interface.kind {
        InterfaceKind::Ordinary => {}
        InterfaceKind::NatGateway => return Err(None),
        _ => return Err(Some(LeftOut::UnknownInside)),
    }
    let Some(attachment) = interface.attachment.as_ref().filter(|own| own.is_attached) else { return Err(None) };
    let Some(id) = &attachment.instance else { return Ok(()) };
    match network.instances.get(id).map(|instance| &instance.state) {
        Some(InstanceState::Running) => Ok(()),
        Some(InstanceState::NotRunning(_)) => Err(None),
        // Most likely it runs.
        Some(InstanceState::Unknown) | None => Ok(()),
    }
}
