//! Which route of a transit gateway's table takes a packet (TG-2), and which of its attachments lead to a VPC.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::cmp::Reverse;

use deguchi_model::{
    Network, RouteState, TransitGatewayAttachment, TransitGatewayAttachmentEnd, TransitGatewayAttachmentId,
    TransitGatewayId, TransitGatewayRoute, TransitGatewayRouteOrigin, TransitGatewayRouteTable,
    TransitGatewayRouteTableId, VpcId,
};

use crate::{
    address_set::bounds,
    header::Term,
    packet_set::{PacketSet, Space},
};

/// Static before prefix list before propagated, and those by what propagates them, for equal prefixes (TG-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RouteClass {
    Static,
    PrefixList,
    Vpc,
    DirectConnect,
    Connect,
    VpnConnection,
    Other,
}

/// Routes for one prefix and of one class, which share the packets.
pub(crate) struct RankedRoutes<'n> {
    routes: Vec<&'n TransitGatewayRoute>,
}

impl<'n> RankedRoutes<'n> {
    /// The route that stands for them: one that carries packets, if any does.
    pub(crate) fn route(&self) -> Option<&'n TransitGatewayRoute> {
        let carries = |route: &&&TransitGatewayRoute| route.state == RouteState::Active;
        self.routes.iter().find(carries).or_else(|| self.routes.first()).copied()
    }

    /// Where they lead.
    pub(crate) fn attachments(&self) -> Vec<&'n TransitGatewayAttachmentId> {
        let active = self.routes.iter().filter(|route| route.state == RouteState::Active);
        let all: BTreeSet<&TransitGatewayAttachmentId> = active.flat_map(|route| &route.attachments).collect();
        all.into_iter().collect()
    }
}

/// Whether an attachment carries packets.
pub(crate) fn is_in_force(attachment: &TransitGatewayAttachment) -> bool {
    matches!(attachment.state.as_str(), "available" | "modifying")
}

/// The routes of every table of a transit gateway, best first.
pub(crate) fn ranked(network: &Network) -> BTreeMap<&TransitGatewayRouteTableId, Vec<RankedRoutes<'_>>> {
    network.transit_gateway_route_tables.values().map(|table| (&table.id, rank(network, table))).collect()
}

fn rank<'n>(network: &'n Network, table: &'n TransitGatewayRouteTable) -> Vec<RankedRoutes<'n>> {
    let key = |route: &TransitGatewayRoute| {
        (Reverse(route.destination.prefix_len()), route.destination, class(network, &table.transit_gateway, route))
    };
    let mut routes: Vec<&TransitGatewayRoute> = table.routes.iter().collect();
    routes.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.cmp(b)));
    routes.chunk_by(|a, b| key(a) == key(b)).map(|same| RankedRoutes { routes: same.to_vec() }).collect()
}

fn class(network: &Network, gateway: &TransitGatewayId, route: &TransitGatewayRoute) -> RouteClass {
    if route.origin == TransitGatewayRouteOrigin::Static {
        return if route.prefix_list.is_some() { RouteClass::PrefixList } else { RouteClass::Static };
    }
    let attachment = route.attachments.first().map(|id| (gateway.clone(), id.clone()));
    match attachment.and_then(|key| network.transit_gateway_attachments.get(&key)).map(|attachment| &attachment.end) {
        Some(TransitGatewayAttachmentEnd::Vpc(_)) => RouteClass::Vpc,
        Some(TransitGatewayAttachmentEnd::DirectConnect(_)) => RouteClass::DirectConnect,
        Some(TransitGatewayAttachmentEnd::Unmodelled { kind, .. }) if kind == "connect" => RouteClass::Connect,
        Some(TransitGatewayAttachmentEnd::VpnConnection(_)) => RouteClass::VpnConnection,
        Some(TransitGatewayAttachmentEnd::Peering { .. } | TransitGatewayAttachmentEnd::Unmodelled { .. }) | None => {
            RouteClass::Other
        }
    }
}

/// Splits packets by the routes that take them; `None` for what no route takes.
pub(crate) fn look_up<'r, 'n>(
    space: &mut Space,
    ranked: &'r [RankedRoutes<'n>],
    destination: Term,
    packets: PacketSet,
) -> Vec<(Option<&'r RankedRoutes<'n>>, PacketSet)> {
    let mut choices: Vec<(Option<&RankedRoutes<'n>>, PacketSet)> = Vec::new();
    let mut left = packets;
    for routes in ranked {
        if left.is_empty() {
            break;
        }
        let Some(route) = routes.route() else { continue };
        let hit = destination.within(space, &[bounds(&route.destination)]);
        let hit = space.and(hit, left);
        if !hit.is_empty() {
            left = space.minus(left, hit);
            choices.push((Some(routes), hit));
        }
    }
    if !left.is_empty() {
        choices.push((None, left));
    }
    choices
}

/// The attachments of each gateway to each VPC, the one in force first: those deleted stay listed for a while.
pub(crate) fn attachments_by_vpc(
    network: &Network,
) -> BTreeMap<(&TransitGatewayId, &VpcId), Vec<&TransitGatewayAttachment>> {
    let mut found: BTreeMap<(&TransitGatewayId, &VpcId), Vec<&TransitGatewayAttachment>> = BTreeMap::new();
    for attachment in network.transit_gateway_attachments.values() {
        if let TransitGatewayAttachmentEnd::Vpc(end) = &attachment.end {
            found.entry((&attachment.transit_gateway, &end.vpc)).or_default().push(attachment);
        }
    }
    found.values_mut().for_each(|attachments| attachments.sort_by_key(|attachment| !is_in_force(attachment)));
    found
}

/// By VPC, those whose groups its inbound rules may name: both attached to one gateway, with the option on all three (SG-12).
pub(crate) fn referenced(network: &Network) -> BTreeMap<&VpcId, BTreeSet<&VpcId>> {
    let mut by_gateway: BTreeMap<&TransitGatewayId, Vec<&VpcId>> = BTreeMap::new();
    for attachment in network.transit_gateway_attachments.values().filter(|attachment| is_in_force(attachment)) {
        let is_on = network.transit_gateways.get(&attachment.transit_gateway).is_some_and(|it| it.references_groups);
        if let TransitGatewayAttachmentEnd::Vpc(end) = &attachment.end
            && is_on
            && end.references_groups
        {
            by_gateway.entry(&attachment.transit_gateway).or_default().push(&end.vpc);
        }
    }
    let mut found: BTreeMap<&VpcId, BTreeSet<&VpcId>> = BTreeMap::new();
    for vpcs in by_gateway.values() {
        for vpc in vpcs {
            found.entry(vpc).or_default().extend(vpcs.iter().filter(|other| *other != vpc));
        }
    }
    found
}
