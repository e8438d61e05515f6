//! Builds what leads from one VPC to another: peering connections, a transit gateway, and the routes that they need.

use std::collections::BTreeSet;

use deguchi_model::{
    IpNet, NatGatewayPlacement, Network, PeeringConnection, PeeringConnectionId, PeeringSide, PeeringStatus,
    RouteState, RouteTarget, SubnetId, TransitGateway, TransitGatewayAssociation, TransitGatewayAttachment,
    TransitGatewayAttachmentEnd, TransitGatewayAttachmentId, TransitGatewayRoute, TransitGatewayRouteOrigin,
    TransitGatewayRouteTable, TransitGatewayRoutesGap, TransitGatewayVpcAttachment, VpnConnection,
};

use super::{
    plan::{AttachmentPlan, LinkPlan, NetworkPlan, TransitRoutePlan},
    resources::{active, may_stand_beside, subnet_id, vpc_id, vpc_of},
};

/// Adds gateways and connections.
pub(super) fn add(network: &mut Network, plan: &NetworkPlan) {
    for (index, link) in plan.links.iter().enumerate() {
        if let Some((one, other)) = ends(plan, link).filter(|_| link.kind == 0) {
            let connection = peering(network, index, link, (one, other));
            network.peering_connections.insert(connection.id.clone(), connection);
        }
    }
    let transit = &plan.transit;
    if transit.state < 2 {
        let gateway = TransitGateway {
            id: "tgw-1".into(),
            name: None,
            owner: None,
            state: if transit.state == 0 { "available".into() } else { "deleted".into() },
            references_groups: transit.references_groups,
        };
        network.transit_gateways.insert(gateway.id.clone(), gateway);
    }
    for vpc in 0..plan.vpcs.len() {
        let own = &plan.transit.attachments[vpc];
        if own.state < 2 {
            let attachment = vpc_attachment(plan, vpc, own);
            network.transit_gateway_attachments.insert(("tgw-1".into(), attachment.id.clone()), attachment);
        }
    }
    add_other(network, transit.other);
    add_transit_tables(network, plan);
}

/// The two VPCs of a link, where there are two.
fn ends(plan: &NetworkPlan, link: &LinkPlan) -> Option<(usize, usize)> {
    let count = plan.vpcs.len();
    if count < 2 {
        return None;
    }
    let one = usize::from(link.vpcs.0) % count;
    Some((one, (one + 1 + usize::from(link.vpcs.1) % (count - 1)) % count))
}

fn peering_id(index: usize) -> PeeringConnectionId {
    format!("pcx-{index}").as_str().into()
}

fn peering(network: &Network, index: usize, link: &LinkPlan, (one, other): (usize, usize)) -> PeeringConnection {
    let side = |vpc: usize, region: &str, is_known: bool| PeeringSide {
        vpc: Some(if is_known { vpc_id(vpc) } else { "vpc-elsewhere".into() }),
        owner: None,
        region: Some(region.into()),
        cidr_blocks: network.vpcs[&vpc_id(vpc)].cidr_blocks.iter().copied().map(IpNet::V4).collect(),
    };
    PeeringConnection {
        id: peering_id(index),
        name: None,
        requester: side(one, "us-east-1", true),
        accepter: side(other, if link.far & 1 == 0 { "us-east-1" } else { "eu-west-1" }, link.far & 2 == 0),
        status: if link.status == 0 {
            PeeringStatus::Active
        } else {
            PeeringStatus::NotActive("pending-acceptance".into())
        },
    }
}

fn attachment_id(vpc: usize) -> TransitGatewayAttachmentId {
    format!("tgw-attach-{vpc}").as_str().into()
}

fn table_id(place: u8) -> deguchi_model::TransitGatewayRouteTableId {
    format!("tgw-rtb-{place}").as_str().into()
}

fn vpc_attachment(plan: &NetworkPlan, vpc: usize, own: &AttachmentPlan) -> TransitGatewayAttachment {
    let all: Vec<usize> = (0..plan.subnets.len()).filter(|subnet| vpc_of(plan, *subnet) == vpc).collect();
    let chosen = all.iter().enumerate().filter(|(place, _)| own.subnets >> place & 1 == 1);
    let subnets: Vec<_> = chosen.map(|(_, subnet)| subnet_id(*subnet)).collect();
    let end = TransitGatewayAttachmentEnd::Vpc(TransitGatewayVpcAttachment {
        vpc: vpc_id(vpc),
        owner: None,
        subnets: (own.subnets != 0).then_some(subnets),
        is_appliance_mode: own.is_appliance_mode,
        carries_ipv6: own.carries_ipv6,
        references_groups: own.references_groups,
    });
    TransitGatewayAttachment {
        id: attachment_id(vpc),
        name: None,
        transit_gateway: "tgw-1".into(),
        state: if own.state == 0 { "available".into() } else { "deleting".into() },
        association: match own.association {
            place @ 0..2 => TransitGatewayAssociation::Table(table_id(place)),
            2 => TransitGatewayAssociation::None,
            3 => TransitGatewayAssociation::Unknown,
            _ => TransitGatewayAssociation::Table("tgw-rtb-missing".into()),
        },
        end,
    }
}

/// An attachment that leads to no VPC, `tgw-attach-other`.
fn add_other(network: &mut Network, other: u8) {
    let end = match other {
        0 => TransitGatewayAttachmentEnd::VpnConnection("vpn-of-tgw".into()),
        1 => TransitGatewayAttachmentEnd::DirectConnect("dxgw-1".into()),
        2 => TransitGatewayAttachmentEnd::Peering { transit_gateway: "tgw-2".into(), owner: None, region: None },
        3 => TransitGatewayAttachmentEnd::Unmodelled { kind: "connect".into(), id: "c-1".into() },
        _ => return,
    };
    let attachment = TransitGatewayAttachment {
        id: "tgw-attach-other".into(),
        name: None,
        transit_gateway: "tgw-1".into(),
        state: "available".into(),
        association: TransitGatewayAssociation::Table(table_id(0)),
        end,
    };
    network.transit_gateway_attachments.insert(("tgw-1".into(), attachment.id.clone()), attachment);
    let connection = VpnConnection {
        id: "vpn-of-tgw".into(),
        name: None,
        vpn_gateway: None,
        state: "available".into(),
        static_routes: Vec::new(),
    };
    network.vpn_connections.insert(connection.id.clone(), connection);
}

fn add_transit_tables(network: &mut Network, plan: &NetworkPlan) {
    for (place, table) in (0_u8..).zip(&plan.transit.tables) {
        let mut routes: Vec<TransitGatewayRoute> = table.routes.iter().map(transit_route).collect();
        for link in plan.links.iter().filter(|link| link.kind != 0) {
            let Some((one, other)) = ends(plan, link) else { continue };
            if link.kind == 3 && link.left_out & 4 == 0 {
                let default = propagated("0.0.0.0/0".parse().unwrap(), one);
                routes.push(TransitGatewayRoute { origin: TransitGatewayRouteOrigin::Static, ..default });
            }
            for (vpc, bit) in [(other, 4), (one, 8)] {
                if link.left_out & bit == 0 {
                    routes.extend(ranges(network, vpc).into_iter().map(|cidr| propagated(cidr, vpc)));
                }
            }
        }
        // One route of an origin for a prefix, as AWS keeps it.
        let mut kept: Vec<TransitGatewayRoute> = Vec::new();
        for route in routes {
            if !kept.iter().any(|own| own.destination == route.destination && own.origin == route.origin) {
                kept.push(route);
            }
        }
        let made = TransitGatewayRouteTable {
            id: table_id(place),
            name: None,
            transit_gateway: "tgw-1".into(),
            routes: kept,
            gaps: match table.gap {
                0 => Vec::new(),
                1 => vec![TransitGatewayRoutesGap::List],
                2 => vec![TransitGatewayRoutesGap::Propagated("tgw-attach-other".into())],
                _ => vec![TransitGatewayRoutesGap::PrefixList("pl-unknown".into())],
            },
        };
        network.transit_gateway_route_tables.insert(made.id.clone(), made);
    }
}

fn ranges(network: &Network, vpc: usize) -> Vec<IpNet> {
    let vpc = &network.vpcs[&vpc_id(vpc)];
    let v4 = vpc.cidr_blocks.iter().copied().map(IpNet::V4);
    v4.chain(vpc.ipv6_cidr_blocks.iter().copied().map(IpNet::V6)).collect()
}

fn propagated(destination: IpNet, vpc: usize) -> TransitGatewayRoute {
    TransitGatewayRoute {
        destination,
        prefix_list: None,
        attachments: vec![attachment_id(vpc)],
        state: RouteState::Active,
        origin: TransitGatewayRouteOrigin::Propagated,
    }
}

fn transit_route(plan: &TransitRoutePlan) -> TransitGatewayRoute {
    let known = [
        "0.0.0.0/0",
        "10.0.0.0/16",
        "10.1.0.0/16",
        "10.2.0.0/16",
        "10.0.1.0/24",
        "10.1.1.0/24",
        "192.168.0.0/16",
        "10.0.0.0/8",
        "::/0",
        "2600:1f00::/40",
    ];
    let attachments = match plan.target {
        vpc @ 0..3 => vec![attachment_id(usize::from(vpc))],
        3 => vec!["tgw-attach-other".into()],
        4 => Vec::new(),
        5 => vec!["tgw-attach-missing".into()],
        _ => vec![attachment_id(0), attachment_id(1)],
    };
    TransitGatewayRoute {
        destination: known[usize::from(plan.destination) % known.len()].parse().unwrap(),
        prefix_list: (plan.destination > 240).then(|| "pl-own".into()),
        state: if attachments.is_empty() { RouteState::Blackhole } else { RouteState::Active },
        attachments,
        origin: if plan.is_propagated && plan.target != 4 {
            TransitGatewayRouteOrigin::Propagated
        } else {
            TransitGatewayRouteOrigin::Static
        },
    }
}

/// Adds the routes of every table of a link's two VPCs.
pub(super) fn add_routes(network: &mut Network, plan: &NetworkPlan) {
    for (index, link) in plan.links.iter().enumerate() {
        let Some((one, other)) = ends(plan, link) else { continue };
        let target = match link.kind {
            0 => RouteTarget::PeeringConnection(peering_id(index)),
            _ => RouteTarget::TransitGateway("tgw-1".into()),
        };
        for (from, to, bit) in [(one, other, 1), (other, one, 2)] {
            if link.left_out & bit != 0 {
                continue;
            }
            let wanted = ranges(network, to);
            for table in network.route_tables.values_mut().filter(|table| table.vpc == vpc_id(from)) {
                for cidr in &wanted {
                    let made = active(*cidr, target.clone());
                    if may_stand_beside(&table.routes, &made) {
                        table.routes.push(made);
                    }
                }
            }
        }
        if link.kind == 3 {
            lead_out(network, (one, other), target);
        }
    }
}

/// Central egress (TG-5): by default the spoke's tables lead to the transit gateway, the hub's second table to a NAT gateway,
/// and its others to the internet gateway.
fn lead_out(network: &mut Network, (hub, spoke): (usize, usize), to_gateway: RouteTarget) {
    let default: IpNet = "0.0.0.0/0".parse().unwrap();
    let nat = network.nat_gateways.values().find(|nat| nat.vpc == vpc_id(hub)).map(|nat| nat.id.clone());
    let second = format!("rtb-{}", hub * 3 + 1);
    put_nat_gateway_apart(network, hub, nat.as_ref());
    for table in network.route_tables.values_mut() {
        let target = if table.vpc == vpc_id(spoke) {
            to_gateway.clone()
        } else if table.vpc != vpc_id(hub) {
            continue;
        } else if let (Some(nat), true) = (&nat, table.id.as_str() == second) {
            RouteTarget::NatGateway(nat.clone())
        } else {
            RouteTarget::InternetGateway(format!("igw-{hub}").as_str().into())
        };
        let made = active(default, target);
        table.routes.retain(|route| route.destination != made.destination || route.origin != made.origin);
        table.routes.push(made);
    }
}

/// The NAT gateway's subnet has the third table, every other subnet of the hub the second one; the hub is attached by those.
fn put_nat_gateway_apart(network: &mut Network, hub: usize, nat: Option<&deguchi_model::NatGatewayId>) {
    let placement = nat.and_then(|id| network.nat_gateways.get(id)).map(|nat| nat.placement.clone());
    let Some(NatGatewayPlacement::Zonal(apart)) = placement else { return };
    let subnets = network.subnets.values().filter(|subnet| subnet.vpc == vpc_id(hub));
    let others: BTreeSet<SubnetId> = subnets.map(|subnet| subnet.id.clone()).filter(|id| *id != apart).collect();
    if others.is_empty() {
        return;
    }
    for (place, own) in [(0, BTreeSet::new()), (1, others.clone()), (2, BTreeSet::from([apart]))] {
        let id = format!("rtb-{}", hub * 3 + place);
        if let Some(table) = network.route_tables.get_mut(id.as_str()) {
            table.subnets = own;
        }
    }
    let key = ("tgw-1".into(), attachment_id(hub));
    if let Some(attachment) = network.transit_gateway_attachments.get_mut(&key)
        && let TransitGatewayAttachmentEnd::Vpc(end) = &mut attachment.end
        && end.subnets.is_some()
    {
        end.subnets = Some(others.into_iter().collect());
    }
}
