//! Rules, routes and headers in AWS's spelling.

use std::net::IpAddr;

use deguchi_engine::{AddressSet, HeaderView, PortsView};
use deguchi_model::{
    Direction, IcmpMatch, IpNet, Network, NetworkAclRule, PortRange, Route, RouteDestination, RouteOrigin, RouteState,
    RouteTarget, RuleAction, RuleNumber, RulePeer, SecurityGroupRule, TrafficMatch, TransitGatewayAttachmentEnd,
    TransitGatewayRoute, TransitGatewayRouteOrigin,
};

use super::{
    super::clean,
    shape::{AclRule, PacketHeader, PortRangeOf, RouteTableRoute, SecurityGroupRuleOf, TransitGatewayRouteOf},
};

pub(super) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "ingress",
        Direction::Outbound => "egress",
    }
}

pub(super) fn acl_rule(rule: &NetworkAclRule, way: Direction) -> AclRule {
    AclRule {
        cidr: rule.cidr.to_string(),
        egress: way == Direction::Outbound,
        port_range: ports_of(&rule.traffic),
        protocol: protocol_of(&rule.traffic),
        rule_action: match rule.action {
            RuleAction::Allow => "allow",
            RuleAction::Deny => "deny",
        },
        rule_number: if rule.number.is_closing() { RuleNumber::CLOSING.0 } else { rule.number.0 },
    }
}

pub(super) fn group_rule(rule: &SecurityGroupRule, way: Direction) -> SecurityGroupRuleOf {
    let bare = SecurityGroupRuleOf {
        direction: direction(way),
        port_range: ports_of(&rule.traffic),
        protocol: protocol_of(&rule.traffic),
        ..SecurityGroupRuleOf::default()
    };
    match &rule.peer {
        RulePeer::Cidr(cidr) => SecurityGroupRuleOf { cidr: Some(cidr.to_string()), ..bare },
        RulePeer::PrefixList(list) => SecurityGroupRuleOf { prefix_list_id: Some(clean(list.as_str())), ..bare },
        RulePeer::SecurityGroup(group) | RulePeer::StaleSecurityGroup(group) => {
            SecurityGroupRuleOf { security_group_id: Some(clean(group.as_str())), ..bare }
        }
    }
}

fn protocol_of(traffic: &TrafficMatch) -> String {
    match traffic {
        TrafficMatch::All => "all".to_owned(),
        TrafficMatch::Tcp(_) => "tcp".to_owned(),
        TrafficMatch::Udp(_) => "udp".to_owned(),
        TrafficMatch::Icmp(IcmpMatch::Any | IcmpMatch::Type(_) | IcmpMatch::TypeAndCode(..)) => "icmp".to_owned(),
        TrafficMatch::Icmpv6(_) => "icmpv6".to_owned(),
        TrafficMatch::Protocol(number) => number.to_string(),
    }
}

fn ports_of(traffic: &TrafficMatch) -> Option<PortRangeOf> {
    match traffic {
        TrafficMatch::Tcp(ports) | TrafficMatch::Udp(ports) => Some(port_range(*ports)),
        TrafficMatch::All | TrafficMatch::Icmp(_) | TrafficMatch::Icmpv6(_) | TrafficMatch::Protocol(_) => None,
    }
}

const fn port_range(ports: PortRange) -> PortRangeOf {
    PortRangeOf { from: ports.first(), to: ports.last() }
}

pub(super) fn route(route: &Route) -> RouteTableRoute {
    let (cidr, list) = match &route.destination {
        RouteDestination::Cidr(cidr) => (Some(cidr.to_string()), None),
        RouteDestination::PrefixList(list) => (None, Some(clean(list.as_str()))),
        RouteDestination::Unmodelled(text) => (Some(clean(text)), None),
    };
    let bare = RouteTableRoute {
        destination_cidr: cidr,
        destination_prefix_list_id: list,
        origin: match (&route.origin, &route.target) {
            (RouteOrigin::Static, RouteTarget::Local) => "CreateRouteTable".to_owned(),
            (RouteOrigin::Static, _) => "CreateRoute".to_owned(),
            (RouteOrigin::Propagated, _) => "EnableVgwRoutePropagation".to_owned(),
            (RouteOrigin::Unmodelled(origin), _) => clean(origin),
        },
        state: state(&route.state),
        ..RouteTableRoute::default()
    };
    towards(bare, &route.target)
}

/// Adds the target, by the field that AWS has for its kind.
fn towards(bare: RouteTableRoute, target: &RouteTarget) -> RouteTableRoute {
    let id = Some(clean(&target.to_string()));
    match target {
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::VpcEndpoint(_) => RouteTableRoute { gateway_id: id, ..bare },
        RouteTarget::EgressOnlyInternetGateway(_) => RouteTableRoute { egress_only_internet_gateway_id: id, ..bare },
        RouteTarget::NatGateway(_) => RouteTableRoute { nat_gateway_id: id, ..bare },
        RouteTarget::NetworkInterface(_) => RouteTableRoute { network_interface_id: id, ..bare },
        RouteTarget::Instance(_) => RouteTableRoute { instance_id: id, ..bare },
        RouteTarget::PeeringConnection(_) => RouteTableRoute { vpc_peering_connection_id: id, ..bare },
        RouteTarget::TransitGateway(_) => RouteTableRoute { transit_gateway_id: id, ..bare },
        RouteTarget::Unmodelled { field, .. } => match field.as_str() {
            "CarrierGatewayId" => RouteTableRoute { carrier_gateway_id: id, ..bare },
            "CoreNetworkArn" => RouteTableRoute { core_network_arn: id, ..bare },
            "LocalGatewayId" => RouteTableRoute { local_gateway_id: id, ..bare },
            _ => RouteTableRoute { gateway_id: id, ..bare },
        },
    }
}

fn state(state: &RouteState) -> String {
    match state {
        RouteState::Active => "active".to_owned(),
        RouteState::Blackhole => "blackhole".to_owned(),
        RouteState::Unmodelled(state) => clean(state),
    }
}

/// A route that several attachments share names none: AWS's form has place for one.
pub(super) fn transit_gateway_route(route: &TransitGatewayRoute, network: &Network) -> TransitGatewayRouteOf {
    let only = match route.attachments.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let end = only.and_then(|only| {
        let mut all = network.transit_gateway_attachments.values();
        all.find(|own| own.id == *only).map(|own| &own.end)
    });
    let (id, kind) = match end {
        Some(TransitGatewayAttachmentEnd::Vpc(attached)) => (Some(attached.vpc.to_string()), Some("vpc")),
        Some(TransitGatewayAttachmentEnd::Peering { transit_gateway, .. }) => {
            (Some(transit_gateway.to_string()), Some("peering"))
        }
        Some(TransitGatewayAttachmentEnd::VpnConnection(id)) => (Some(id.to_string()), Some("vpn")),
        Some(TransitGatewayAttachmentEnd::DirectConnect(id)) => (Some(id.clone()), Some("direct-connect-gateway")),
        Some(TransitGatewayAttachmentEnd::Unmodelled { kind, id }) => (Some(id.clone()), Some(kind.as_str())),
        None => (None, None),
    };
    TransitGatewayRouteOf {
        destination_cidr: route.destination.to_string(),
        state: state(&route.state),
        route_origin: match route.origin {
            TransitGatewayRouteOrigin::Static => "static",
            TransitGatewayRouteOrigin::Propagated => "propagated",
        },
        prefix_list_id: route.prefix_list.as_ref().map(|list| clean(list.as_str())),
        attachment_id: only.map(|id| clean(id.as_str())),
        resource_id: id.map(|id| clean(&id)),
        resource_type: kind.map(clean),
    }
}

pub(super) fn header(header: &HeaderView) -> PacketHeader {
    let (protocol, from, to) = match &header.ports {
        PortsView::Tcp { source, destination } => ("6", ports(source), ports(destination)),
        PortsView::Udp { source, destination } => ("17", ports(source), ports(destination)),
        // A ping of IPv6 has its own protocol, whose echo types lie in the upper half.
        PortsView::Icmp { kind: 128.., .. } => ("58", Vec::new(), Vec::new()),
        PortsView::Icmp { .. } => ("1", Vec::new(), Vec::new()),
    };
    PacketHeader {
        destination_addresses: addresses(&header.destination),
        destination_port_ranges: to,
        protocol,
        source_addresses: addresses(&header.source),
        source_port_ranges: from,
    }
}

/// Returns the destination ports of a header.
pub(super) fn destination_ports(header: &HeaderView) -> Vec<PortRangeOf> {
    match &header.ports {
        PortsView::Tcp { destination, .. } | PortsView::Udp { destination, .. } => ports(destination),
        PortsView::Icmp { .. } => Vec::new(),
    }
}

pub(super) const fn protocol(header: &HeaderView) -> &'static str {
    match &header.ports {
        PortsView::Tcp { .. } => "tcp",
        PortsView::Udp { .. } => "udp",
        PortsView::Icmp { kind: 128.., .. } => "icmpv6",
        PortsView::Icmp { .. } => "icmp",
    }
}

fn ports(ranges: &[(u16, u16)]) -> Vec<PortRangeOf> {
    ranges.iter().map(|(first, last)| PortRangeOf { from: *first, to: *last }).collect()
}

/// Returns a set as AWS prints addresses: CIDRs, an address by itself with its full length.
pub(super) fn addresses(set: &AddressSet) -> Vec<String> {
    set.cidrs().iter().map(ToString::to_string).collect()
}

/// Returns an address as AWS prints it: a CIDR of full length.
pub(super) fn single(address: IpAddr) -> String {
    IpNet::from(address).to_string()
}
