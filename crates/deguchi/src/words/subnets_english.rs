//! What English says about subnets.

use deguchi_engine::SubnetKind;

use crate::commands::{Association, Occupant};

pub(crate) const HEADINGS: [&str; 6] = ["KIND", "SUBNET", "NAME", "CIDR", "ZONE", "HOLDS"];
pub(crate) const NO_SUBNETS: &str = "no subnet in the snapshot";
pub(crate) const NO_TABLE: &str = "its route table is not in the snapshot";
pub(crate) const NO_DEFAULT_ROUTE: &str = "no default route";

/// A subnet's kind.
pub(crate) fn kind(kind: SubnetKind) -> &'static str {
    match kind {
        SubnetKind::Public => "public",
        SubnetKind::Protected => "protected",
        SubnetKind::Private => "private",
        SubnetKind::DefaultToVpnGateway => "to VPN gateway",
        SubnetKind::DefaultToTransitGateway => "to transit gateway",
        SubnetKind::DefaultToPeeringConnection => "to peering connection",
        SubnetKind::DefaultToEndpoint => "to endpoint",
        SubnetKind::DefaultToOther => "to other target",
        SubnetKind::Blackhole => "blackhole",
        SubnetKind::Unknown => "unknown",
    }
}

/// How a subnet comes by its route table.
pub(crate) fn association(association: Association) -> &'static str {
    match association {
        Association::Explicit => "explicit",
        Association::Main => "main",
    }
}

/// So many of one kind.
pub(crate) fn occupant(occupant: Occupant, count: usize) -> String {
    let (one, several) = match occupant {
        Occupant::Instance => ("instance", "instances"),
        Occupant::NatGateway => ("NAT gateway", "NAT gateways"),
        Occupant::LoadBalancer => ("load balancer interface", "load balancer interfaces"),
        Occupant::Database => ("database interface", "database interfaces"),
        Occupant::VpcEndpoint => ("endpoint interface", "endpoint interfaces"),
        Occupant::TransitGateway => ("transit gateway attachment", "transit gateway attachments"),
        Occupant::OtherInterface => ("other interface", "other interfaces"),
    };
    format!("{count} {}", if count == 1 { one } else { several })
}
