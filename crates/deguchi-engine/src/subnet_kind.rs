//! Which kind a subnet is: public, protected, private or another, by the route table in force (TM-2).
//!
//! Names, tags and `MapPublicIpOnLaunch` are not looked at.

use deguchi_model::{Network, Route, RouteDestination, RouteState, RouteTableId, RouteTarget, Subnet, VpcId};

use crate::index::table_of_subnet;

/// The kind of a subnet for one address family: where its default route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubnetKind {
    /// To an internet gateway.
    Public,
    /// To a NAT gateway or a NAT instance; for IPv6, to an egress-only internet gateway.
    Protected,
    /// Nowhere: there is no default route.
    Private,
    /// To a virtual private gateway.
    DefaultToVpnGateway,
    /// To a transit gateway.
    DefaultToTransitGateway,
    /// To a VPC peering connection, which carries nothing to the internet (PX-2).
    DefaultToPeeringConnection,
    /// To a VPC endpoint: a firewall or another appliance.
    DefaultToEndpoint,
    /// To a target that the model does not know.
    DefaultToOther,
    /// To a target that is gone.
    Blackhole,
    /// The snapshot lacks the subnet's route table.
    Unknown,
}

/// How a subnet comes by its route table (RT-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableAssociation {
    /// By an association of its own.
    Explicit,
    /// By the VPC's main table.
    Main,
}

/// A subnet's kind, with what makes it so.
#[derive(Clone, Debug, PartialEq)]
pub struct SubnetClassification<'n> {
    /// The table in force and how the subnet comes by it; `None` where the snapshot lacks it.
    pub table: Option<(&'n RouteTableId, TableAssociation)>,
    /// Its kind for IPv4; `None` for a subnet without IPv4.
    pub ipv4: Option<SubnetKind>,
    /// Its kind for IPv6; `None` for a subnet without IPv6.
    pub ipv6: Option<SubnetKind>,
    /// The default route for IPv4, where there is one.
    pub ipv4_route: Option<&'n Route>,
    /// The default route for IPv6, where there is one.
    pub ipv6_route: Option<&'n Route>,
}

/// Returns a subnet's kind.
pub fn classify_subnet<'n>(network: &'n Network, subnet: &Subnet) -> SubnetClassification<'n> {
    let table = table_of_subnet(network, subnet);
    let default = |is_ipv6: bool| table.and_then(|(table, _)| default_route(&table.routes, is_ipv6));
    let kind = |route: Option<&'n Route>| match (table, route) {
        (None, _) => SubnetKind::Unknown,
        (Some(_), None) => SubnetKind::Private,
        (Some(_), Some(route)) => kind_of(route, network, &subnet.vpc),
    };
    let (ipv4_route, ipv6_route) = (default(false), default(true));
    SubnetClassification {
        table: table.map(|(table, association)| (&table.id, association)),
        ipv4: subnet.cidr_block.is_some().then(|| kind(ipv4_route)),
        ipv6: (!subnet.ipv6_cidr_blocks.is_empty()).then(|| kind(ipv6_route)),
        ipv4_route,
        ipv6_route,
    }
}

/// The route for every address of a family; a static one wins over a propagated one (RT-6).
fn default_route(routes: &[Route], is_ipv6: bool) -> Option<&Route> {
    routes
        .iter()
        .filter(|route| match &route.destination {
            RouteDestination::Cidr(cidr) => cidr.prefix_len() == 0 && cidr.network().is_ipv6() == is_ipv6,
            RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => false,
        })
        .min_by_key(|route| &route.origin)
}

fn kind_of(route: &Route, network: &Network, vpc: &VpcId) -> SubnetKind {
    if route.state == RouteState::Blackhole {
        return SubnetKind::Blackhole;
    }
    match &route.target {
        RouteTarget::InternetGateway(id) => {
            // A gateway that the snapshot shows attached elsewhere, or nowhere, is no way out (IG-6).
            let is_detached = network.internet_gateways.get(id).is_some_and(|igw| igw.attachment_to(vpc).is_none());
            if is_detached { SubnetKind::Blackhole } else { SubnetKind::Public }
        }
        RouteTarget::NatGateway(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Instance(_)
        | RouteTarget::EgressOnlyInternetGateway(_) => SubnetKind::Protected,
        RouteTarget::VpnGateway(_) => SubnetKind::DefaultToVpnGateway,
        RouteTarget::TransitGateway(_) => SubnetKind::DefaultToTransitGateway,
        RouteTarget::PeeringConnection(_) => SubnetKind::DefaultToPeeringConnection,
        RouteTarget::VpcEndpoint(_) => SubnetKind::DefaultToEndpoint,
        RouteTarget::Local | RouteTarget::Unmodelled { .. } => SubnetKind::DefaultToOther,
    }
}
