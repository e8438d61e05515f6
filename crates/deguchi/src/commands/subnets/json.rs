//! The subnets for programs: `deguchi.subnets/1`, as `docs/subnets.schema.json` has it.

use deguchi_engine::SubnetKind;
use serde::Serialize;

use super::overview::{Association, DefaultRoute, Occupant, SubnetOverview, VpcOverview};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    vpcs: Vec<Vpc<'a>>,
}

#[derive(Serialize)]
struct Vpc<'a> {
    id: &'a str,
    name: Option<&'a str>,
    cidr_blocks: &'a [String],
    region: Option<&'a str>,
    subnets: Vec<Subnet<'a>>,
}

#[derive(Serialize)]
struct Subnet<'a> {
    id: &'a str,
    name: Option<&'a str>,
    cidr_blocks: &'a [String],
    availability_zone: Option<&'a str>,
    ipv4: Option<Kind<'a>>,
    ipv6: Option<Kind<'a>>,
    route_table: Option<RouteTable<'a>>,
    holds: Vec<Holds>,
}

#[derive(Serialize)]
struct Kind<'a> {
    kind: &'static str,
    default_route: Option<Route<'a>>,
}

#[derive(Serialize)]
struct Route<'a> {
    destination: &'a str,
    target: &'a str,
    target_name: Option<&'a str>,
}

#[derive(Serialize)]
struct RouteTable<'a> {
    id: &'a str,
    name: Option<&'a str>,
    association: &'static str,
}

#[derive(Serialize)]
struct Holds {
    kind: &'static str,
    count: usize,
}

/// Renders the document, ending in a line break.
pub(super) fn render(overview: &[VpcOverview]) -> String {
    let vpcs = overview
        .iter()
        .map(|vpc| Vpc {
            id: &vpc.id,
            name: vpc.name.as_deref(),
            cidr_blocks: &vpc.cidr_blocks,
            region: vpc.region.as_deref(),
            subnets: vpc.subnets.iter().map(subnet).collect(),
        })
        .collect();
    let document = Document { schema: "deguchi.subnets/1", vpcs };
    // Strings and numbers alone: there is nothing that JSON cannot hold.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

fn subnet(subnet: &SubnetOverview) -> Subnet<'_> {
    Subnet {
        id: &subnet.id,
        name: subnet.name.as_deref(),
        cidr_blocks: &subnet.cidr_blocks,
        availability_zone: subnet.zone.as_deref(),
        ipv4: subnet.ipv4.as_ref().map(kind),
        ipv6: subnet.ipv6.as_ref().map(kind),
        route_table: subnet.table.as_ref().map(|table| RouteTable {
            id: &table.id,
            name: table.name.as_deref(),
            association: match table.association {
                Association::Explicit => "explicit",
                Association::Main => "main",
            },
        }),
        holds: subnet
            .occupants
            .iter()
            .map(|(occupant, count)| Holds { kind: occupant_code(*occupant), count: *count })
            .collect(),
    }
}

fn kind((kind, route): &(SubnetKind, Option<DefaultRoute>)) -> Kind<'_> {
    Kind {
        kind: kind_code(*kind),
        default_route: route.as_ref().map(|route| Route {
            destination: &route.destination,
            target: &route.target,
            target_name: route.target_name.as_deref(),
        }),
    }
}

/// A kind's code, the same in every language.
fn kind_code(kind: SubnetKind) -> &'static str {
    match kind {
        SubnetKind::Public => "public",
        SubnetKind::Protected => "protected",
        SubnetKind::Private => "private",
        SubnetKind::DefaultToVpnGateway => "default-to-vpn-gateway",
        SubnetKind::DefaultToTransitGateway => "default-to-transit-gateway",
        SubnetKind::DefaultToPeeringConnection => "default-to-peering-connection",
        SubnetKind::DefaultToEndpoint => "default-to-endpoint",
        SubnetKind::DefaultToOther => "default-to-other",
        SubnetKind::Blackhole => "blackhole",
        SubnetKind::Unknown => "unknown",
    }
}

fn occupant_code(occupant: Occupant) -> &'static str {
    match occupant {
        Occupant::Instance => "instance",
        Occupant::NatGateway => "nat-gateway",
        Occupant::LoadBalancer => "load-balancer-interface",
        Occupant::Database => "database-interface",
        Occupant::VpcEndpoint => "vpc-endpoint-interface",
        Occupant::TransitGateway => "transit-gateway-attachment",
        Occupant::OtherInterface => "other-interface",
    }
}
