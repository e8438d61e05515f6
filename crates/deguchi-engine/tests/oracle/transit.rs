//! Peering connections and transit gateways, one packet at a time (PX-1, PX-2, TG-1 to TG-7).

use std::net::IpAddr;

use deguchi_engine::AddressSet;
use deguchi_model::{
    Direction, IpNet, PeeringConnectionId, PeeringSide, PeeringStatus, RouteState, Subnet, SubnetId,
    TransitGatewayAssociation, TransitGatewayAttachment, TransitGatewayAttachmentEnd, TransitGatewayAttachmentId,
    TransitGatewayId, TransitGatewayRoute, TransitGatewayRouteOrigin, TransitGatewayRouteTable,
    TransitGatewayRoutesGap, TransitGatewayVpcAttachment, VpcId,
};

use super::{Fate, Header, Place, Step, Walk};

/// How a packet came into a transit gateway.
#[derive(Clone, Copy)]
struct Entry<'n> {
    attachment: &'n TransitGatewayAttachment,
    /// A subnet of the zone that it is in, where that is known.
    zone: Option<&'n Subnet>,
}

impl<'n> Walk<'n> {
    /// PX-1, PX-2: into the other VPC, if the packet goes from the one's range to the other's.
    pub(super) fn cross_peering(
        &mut self,
        vpc: &VpcId,
        id: &PeeringConnectionId,
        header: Header,
    ) -> Step<(Place, Header)> {
        let connection = self.network.peering_connections.get(id).ok_or(Fate::Unknown)?;
        if connection.status != PeeringStatus::Active {
            return Err(Fate::Dropped);
        }
        let (own, far) = connection.sides_from(vpc).ok_or(Fate::Unknown)?;
        let is_outside = |side: &PeeringSide, address: IpAddr| {
            let ranges = self.ranges_of(side);
            !ranges.is_empty() && !ranges.iter().any(|cidr| cidr.contains(&address))
        };
        if is_outside(own, header.source) || is_outside(far, header.destination) {
            return Err(Fate::Dropped);
        }
        self.crossed = Some(id.clone());
        let there = far.vpc.clone().filter(|there| self.network.vpcs.contains_key(there)).ok_or(Fate::Unknown)?;
        if own.region.is_none() || own.region != far.region {
            self.loses_groups = true; // SG-12
        }
        if !self.is_reply && self.holder(&there, header.destination).is_none() && self.has_no_way_back(&there, header) {
            return Err(Fate::Dropped);
        }
        self.deliver(&there, None, header)
    }

    /// Whoever has the destination, if anybody has: no route of its subnet leads to the sender.
    fn has_no_way_back(&self, vpc: &VpcId, header: Header) -> bool {
        let mut subnets = self.network.subnets.values().filter(|subnet| subnet.vpc == *vpc);
        let Some(subnet) = subnets.find(|subnet| super::holds(subnet, header.destination)) else { return false };
        let Some(table) = self.table_of(subnet) else { return false };
        let is_certain = table.routes.iter().all(|route| self.prefixes(route).is_some());
        is_certain && matches!(self.winner(table, header.source), Err(Fate::Dropped))
    }

    fn ranges_of(&self, side: &PeeringSide) -> Vec<IpNet> {
        match side.vpc.as_ref().and_then(|id| self.network.vpcs.get(id)) {
            Some(vpc) => {
                let v4 = vpc.cidr_blocks.iter().copied().map(IpNet::V4);
                v4.chain(vpc.ipv6_cidr_blocks.iter().copied().map(IpNet::V6)).collect()
            }
            None => side.cidr_blocks.clone(),
        }
    }

    /// NG-13: the answer to what a NAT gateway sent over a peering connection goes back over it, by no route.
    pub(super) fn answer_nat_gateway(
        &mut self,
        subnet: &SubnetId,
        id: &PeeringConnectionId,
        header: Header,
    ) -> Step<(Place, Header)> {
        let subnet = self.network.subnets.get(subnet).ok_or(Fate::Unknown)?;
        self.acl_passes(subnet, Direction::Outbound, &header)?;
        let connection = self.network.peering_connections.get(id).ok_or(Fate::Unknown)?;
        let (_, far) = connection.sides_from(&subnet.vpc).ok_or(Fate::Unknown)?;
        let there = far.vpc.clone().ok_or(Fate::Unknown)?;
        self.deliver(&there, None, header)
    }

    /// SG-12: whether rules in a VPC may name groups of interfaces in another.
    pub(super) fn may_name_groups_of(&self, other: &VpcId, vpc: &VpcId, direction: Direction) -> bool {
        other == vpc
            || self.peers_in_region(vpc).any(|side| side.vpc.as_ref() == Some(other))
            || (direction == Direction::Inbound && self.share_a_gateway_with_references(other, vpc))
    }

    pub(super) fn peers_in_region(&self, vpc: &VpcId) -> impl Iterator<Item = &'n PeeringSide> {
        let connections = self.network.peering_connections.values();
        let active = connections.filter(|connection| connection.status == PeeringStatus::Active);
        let sides: Vec<_> = active.filter_map(|connection| connection.sides_from(vpc)).collect();
        sides.into_iter().filter(|(own, far)| own.region.is_some() && own.region == far.region).map(|(_, far)| far)
    }

    pub(super) fn share_a_gateway_with_references(&self, one: &VpcId, other: &VpcId) -> bool {
        let gateways = self.network.transit_gateways.values().filter(|gateway| gateway.references_groups);
        let mut ids = gateways.map(|gateway| &gateway.id);
        ids.any(|id| {
            [one, other].iter().all(|vpc| {
                self.network.transit_gateway_attachments.values().any(|own| {
                    let TransitGatewayAttachmentEnd::Vpc(end) = &own.end else { return false };
                    own.transit_gateway == *id && end.vpc == **vpc && end.references_groups && works(own)
                })
            })
        })
    }

    /// Out of a VPC into a transit gateway.
    pub(super) fn enter_transit_gateway(
        &mut self,
        vpc: &VpcId,
        from: Option<&SubnetId>,
        id: &TransitGatewayId,
        header: Header,
    ) -> Step<(Place, Header)> {
        let network = self.network;
        let mut own: Vec<(&TransitGatewayAttachment, &TransitGatewayVpcAttachment)> = Vec::new();
        for attachment in network.transit_gateway_attachments.values().filter(|own| own.transit_gateway == *id) {
            if let TransitGatewayAttachmentEnd::Vpc(end) = &attachment.end
                && end.vpc == *vpc
            {
                own.push((attachment, end));
            }
        }
        let found = own.iter().find(|(attachment, _)| works(attachment)).or_else(|| own.first());
        let &(attachment, end) = found.ok_or(Fate::Unknown)?;
        if network.transit_gateways.get(id).is_some_and(|it| !["available", "modifying"].contains(&it.state.as_str())) {
            return Err(Fate::Dropped);
        }
        if !works(attachment) {
            return Err(Fate::Dropped); // TG-7
        }
        let from = from.and_then(|id| network.subnets.get(id));
        let entrance = self.entrance(end, from)?;
        if let Some(subnet) = entrance {
            self.acl_passes(subnet, Direction::Inbound, &header)?; // TG-4, PW-10
        }
        self.come_in(Entry { attachment, zone: entrance.or(from) }, header)
    }

    /// TG-1: the attachment's subnet in the sender's zone.
    fn entrance(&mut self, end: &'n TransitGatewayVpcAttachment, from: Option<&'n Subnet>) -> Step<Option<&'n Subnet>> {
        let Some(ids) = &end.subnets else {
            self.is_unknown = true;
            return Ok(None);
        };
        let known: Vec<&'n Subnet> = ids.iter().filter_map(|id| self.network.subnets.get(id)).collect();
        let Some(from) = from else { return Ok(if ids.len() == 1 { known.first().copied() } else { None }) };
        if let Some(here) = known.iter().find(|subnet| subnet.id == from.id || same_zone(subnet, from) == Some(true)) {
            return Ok(Some(*here));
        }
        if known.len() == ids.len() && known.iter().all(|subnet| same_zone(subnet, from) == Some(false)) {
            return Err(Fate::Dropped);
        }
        self.is_unknown = true;
        Ok(None)
    }

    /// In the gateway, at an attachment: the associated table decides (TG-2).
    fn come_in(&mut self, entry: Entry<'n>, header: Header) -> Step<(Place, Header)> {
        let attachment = entry.attachment;
        let key = (attachment.transit_gateway.clone(), attachment.id.clone());
        if self.entered.contains(&attachment.id) || !works(attachment) {
            return Err(Fate::Dropped);
        }
        self.entered.push(key.1);
        self.carries_family(attachment, header)?;
        let table = match &attachment.association {
            TransitGatewayAssociation::Unknown => return Err(Fate::Unknown),
            TransitGatewayAssociation::None => return Err(Fate::Dropped),
            TransitGatewayAssociation::Table(id) => {
                self.network.transit_gateway_route_tables.get(id).ok_or(Fate::Unknown)?
            }
        };
        let best = self.best_transit_routes(table, header.destination);
        let route = best.iter().find(|route| route.state == RouteState::Active).or_else(|| best.first());
        let Some(route) = route else {
            return Err(if table.gaps.is_empty() { Fate::Dropped } else { Fate::Unknown });
        };
        let leads_home = self.leads_home(table, route, header.destination);
        let matters = |gap: &TransitGatewayRoutesGap| match gap {
            TransitGatewayRoutesGap::Propagated(_) => !leads_home,
            TransitGatewayRoutesGap::List | TransitGatewayRoutesGap::PrefixList(_) => true,
        };
        if table.gaps.iter().any(matters) {
            return Err(Fate::Unknown);
        }
        if route.state == RouteState::Blackhole {
            return Err(Fate::Dropped);
        }
        let active = best.iter().filter(|route| route.state == RouteState::Active);
        let mut attachments: Vec<&TransitGatewayAttachmentId> = active.flat_map(|route| &route.attachments).collect();
        attachments.sort();
        attachments.dedup();
        if attachments.is_empty() {
            return Err(Fate::Unknown);
        }
        let chosen = attachments[self.choose(attachments.len())];
        self.go_out(&table.transit_gateway, chosen, entry, header)
    }

    /// The routes of the longest prefix, of those the best class: static, prefix list, VPC, Direct Connect, Connect, VPN.
    fn best_transit_routes(
        &self,
        table: &'n TransitGatewayRouteTable,
        destination: IpAddr,
    ) -> Vec<&'n TransitGatewayRoute> {
        let class = |route: &TransitGatewayRoute| {
            if route.origin == TransitGatewayRouteOrigin::Static {
                return u8::from(route.prefix_list.is_some());
            }
            let first = route.attachments.first().map(|id| (table.transit_gateway.clone(), id.clone()));
            match first.and_then(|key| self.network.transit_gateway_attachments.get(&key)).map(|own| &own.end) {
                Some(TransitGatewayAttachmentEnd::Vpc(_)) => 2,
                Some(TransitGatewayAttachmentEnd::DirectConnect(_)) => 3,
                Some(TransitGatewayAttachmentEnd::Unmodelled { kind, .. }) if kind == "connect" => 4,
                Some(TransitGatewayAttachmentEnd::VpnConnection(_)) => 5,
                _ => 6,
            }
        };
        let matching = || table.routes.iter().filter(|route| route.destination.contains(&destination));
        let best = matching().map(|route| (u8::MAX - route.destination.prefix_len(), class(route))).min();
        matching().filter(|route| Some((u8::MAX - route.destination.prefix_len(), class(route))) == best).collect()
    }

    /// Whether a route leads a packet to the VPC that has its destination in its ranges.
    fn leads_home(&self, table: &TransitGatewayRouteTable, route: &TransitGatewayRoute, destination: IpAddr) -> bool {
        let [id] = route.attachments.as_slice() else { return false };
        let attachment = self.network.transit_gateway_attachments.get(&(table.transit_gateway.clone(), id.clone()));
        match attachment.map(|attachment| &attachment.end) {
            Some(TransitGatewayAttachmentEnd::Vpc(end)) => self.is_inside(&end.vpc, destination),
            _ => false,
        }
    }

    fn carries_family(&self, attachment: &TransitGatewayAttachment, header: Header) -> Step<()> {
        match &attachment.end {
            TransitGatewayAttachmentEnd::Vpc(end) if header.destination.is_ipv6() && !end.carries_ipv6 => {
                Err(Fate::Dropped)
            }
            _ => Ok(()),
        }
    }

    /// Out of the gateway by an attachment.
    fn go_out(
        &mut self,
        gateway: &TransitGatewayId,
        id: &TransitGatewayAttachmentId,
        entry: Entry<'n>,
        header: Header,
    ) -> Step<(Place, Header)> {
        let network = self.network;
        let attachment =
            network.transit_gateway_attachments.get(&(gateway.clone(), id.clone())).ok_or(Fate::Unknown)?;
        if !works(attachment) {
            return Err(Fate::Dropped);
        }
        match &attachment.end {
            TransitGatewayAttachmentEnd::Vpc(end) => self.go_into_vpc(attachment, end, entry, header),
            TransitGatewayAttachmentEnd::Peering { transit_gateway, .. } => {
                self.loses_groups = true; // SG-14
                let key = (transit_gateway.clone(), id.clone());
                let far = network.transit_gateway_attachments.get(&key).ok_or(Fate::Unknown)?;
                network.transit_gateways.get(transit_gateway).ok_or(Fate::Unknown)?;
                self.come_in(Entry { attachment: far, zone: None }, header)
            }
            TransitGatewayAttachmentEnd::VpnConnection(_) | TransitGatewayAttachmentEnd::DirectConnect(_) => {
                if let TransitGatewayAttachmentEnd::VpnConnection(id) = &attachment.end
                    && network.vpn_connections.get(id).is_some_and(|vpn| vpn.state != "available")
                {
                    return Err(Fate::Dropped);
                }
                if self.is_reply && self.asked_from_premises {
                    return Ok((Place::BehindTransitGateway(gateway.clone(), id.clone()), header));
                }
                if self.is_reply {
                    return Err(Fate::Dropped);
                }
                if AddressSet::public_ipv4().contains(header.destination) {
                    return Err(Fate::Unknown); // VP-4
                }
                Ok((Place::BehindTransitGateway(gateway.clone(), id.clone()), header))
            }
            TransitGatewayAttachmentEnd::Unmodelled { .. } => Err(Fate::Unknown),
        }
    }

    /// What comes from on premises enters the gateway by the attachment that leads there.
    pub(super) fn come_from_premises(
        &mut self,
        gateway: &TransitGatewayId,
        id: &TransitGatewayAttachmentId,
        header: Header,
    ) -> Step<(Place, Header)> {
        let key = (gateway.clone(), id.clone());
        let attachment = self.network.transit_gateway_attachments.get(&key).ok_or(Fate::Unknown)?;
        self.come_in(Entry { attachment, zone: None }, header)
    }

    /// TG-3, TG-6: by a subnet of the attachment, and on by that subnet's table.
    fn go_into_vpc(
        &mut self,
        attachment: &'n TransitGatewayAttachment,
        end: &'n TransitGatewayVpcAttachment,
        entry: Entry<'n>,
        header: Header,
    ) -> Step<(Place, Header)> {
        self.network.vpcs.get(&end.vpc).ok_or(Fate::Unknown)?;
        self.carries_family(attachment, header)?;
        let comes_from_vpc = match &entry.attachment.end {
            TransitGatewayAttachmentEnd::Vpc(from) => from.references_groups,
            _ => false,
        };
        let gateway = self.network.transit_gateways.get(&attachment.transit_gateway);
        if !comes_from_vpc || !end.references_groups || !gateway.is_some_and(|gateway| gateway.references_groups) {
            self.loses_groups = true;
        }
        let Some(ids) = &end.subnets else { return Err(Fate::Unknown) };
        let subnets: Vec<&'n Subnet> = ids.iter().filter_map(|id| self.network.subnets.get(id)).collect();
        if subnets.len() < ids.len() || subnets.is_empty() {
            return Err(Fate::Unknown);
        }
        let subnet = if end.is_appliance_mode {
            match self.pinned.iter().find(|(id, _)| *id == attachment.id) {
                Some((_, subnet)) => *subnet,
                None => {
                    let chosen = subnets[self.choose(subnets.len())];
                    self.pinned.push((attachment.id.clone(), chosen));
                    chosen
                }
            }
        } else {
            let is_there = |subnet: &&&Subnet| {
                entry.zone.is_some_and(|zone| zone.id == subnet.id || same_zone(subnet, zone) == Some(true))
            };
            match subnets.iter().find(is_there) {
                Some(subnet) => *subnet,
                None => subnets[self.choose(subnets.len())],
            }
        };
        self.leave(&subnet.id, header)
    }
}

pub(super) fn works(attachment: &TransitGatewayAttachment) -> bool {
    ["available", "modifying"].contains(&attachment.state.as_str())
}

/// The generator gives all VPCs one account, so that names of zones mean the same everywhere.
fn same_zone(one: &Subnet, other: &Subnet) -> Option<bool> {
    Some(one.availability_zone.as_ref()? == other.availability_zone.as_ref()?)
}
