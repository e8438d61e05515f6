//! A route table: where traffic goes that leaves the subnets, or enters by the gateways, that it is associated with.

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use core::fmt;

use crate::{
    EgressOnlyInternetGatewayId, InstanceId, InternetGatewayId, IpNet, NatGatewayId, NetworkInterfaceId,
    PeeringConnectionId, PrefixListId, RouteTableId, SubnetId, TransitGatewayId, VpcEndpointId, VpcId, VpnGatewayId,
};

/// A route table of a VPC (or of a regional NAT gateway, NG-21).
#[derive(Clone, Debug, PartialEq)]
pub struct RouteTable {
    /// Its id.
    pub id: RouteTableId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The VPC it belongs to.
    pub vpc: VpcId,
    /// Whether it is the VPC's main table, which serves every subnet without an association of its own (RT-1, RT-2).
    pub is_main: bool,
    /// The subnets explicitly associated with it; only associations in force (RT-4).
    pub subnets: BTreeSet<SubnetId>,
    /// The gateways (internet or virtual private) whose incoming traffic it steers: an edge association (RT-19).
    pub gateways: BTreeSet<String>,
    /// Its routes, in the order printed, which means nothing (RT-5).
    pub routes: Vec<Route>,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// Which destinations it is for.
    pub destination: RouteDestination,
    /// Where it sends them.
    pub target: RouteTarget,
    /// Whether its target is there.
    pub state: RouteState,
    /// How it came to be.
    pub origin: RouteOrigin,
}

/// Which destinations a route is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteDestination {
    /// One IPv4 or IPv6 range.
    Cidr(IpNet),
    /// Every range of a prefix list, each a route of its own length (RT-7).
    PrefixList(PrefixListId),
    /// Something else (or nothing readable), kept as printed: it may be for any destination.
    Unmodelled(String),
}

impl fmt::Display for RouteDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cidr(cidr) => write!(f, "{cidr}"),
            Self::PrefixList(list) => write!(f, "{list}"),
            Self::Unmodelled(text) => write!(f, "{text}"),
        }
    }
}

/// Where a route sends its traffic. AWS prints it as one of several optional fields, of which one is set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteTarget {
    /// Stays inside the VPC; printed as `"GatewayId": "local"`.
    Local,
    /// `GatewayId` of an internet gateway.
    InternetGateway(InternetGatewayId),
    /// `EgressOnlyInternetGatewayId`.
    EgressOnlyInternetGateway(EgressOnlyInternetGatewayId),
    /// `NatGatewayId`.
    NatGateway(NatGatewayId),
    /// `NetworkInterfaceId`: a NAT instance or another appliance.
    NetworkInterface(NetworkInterfaceId),
    /// `InstanceId` without an interface, as older output prints it.
    Instance(InstanceId),
    /// `GatewayId` of a virtual private gateway.
    VpnGateway(VpnGatewayId),
    /// `VpcPeeringConnectionId`.
    PeeringConnection(PeeringConnectionId),
    /// `TransitGatewayId`.
    TransitGateway(TransitGatewayId),
    /// `GatewayId` (or `VpcEndpointId`) of a gateway endpoint or a Gateway Load Balancer endpoint (RT-18).
    VpcEndpoint(VpcEndpointId),
    /// A target the model does not know: a path over it is undecided, never lost.
    Unmodelled {
        /// The field of the API that names it.
        field: String,
        /// What the field says.
        id: String,
    },
}

impl fmt::Display for RouteTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::InternetGateway(id) => write!(f, "{id}"),
            Self::EgressOnlyInternetGateway(id) => write!(f, "{id}"),
            Self::NatGateway(id) => write!(f, "{id}"),
            Self::NetworkInterface(id) => write!(f, "{id}"),
            Self::Instance(id) => write!(f, "{id}"),
            Self::VpnGateway(id) => write!(f, "{id}"),
            Self::PeeringConnection(id) => write!(f, "{id}"),
            Self::TransitGateway(id) => write!(f, "{id}"),
            Self::VpcEndpoint(id) => write!(f, "{id}"),
            Self::Unmodelled { id, .. } => write!(f, "{id}"),
        }
    }
}

/// Whether a route's target is there (RT-14, RT-16).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteState {
    /// `active`, or not printed (a plan, older output).
    Active,
    /// `blackhole`: the target is gone; the route still wins and drops (RT-15).
    Blackhole,
    /// Any other state, as printed: what it does is not known.
    Unmodelled(String),
}

/// How a route came to be (RT-6, RT-13).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteOrigin {
    /// `CreateRouteTable`, `CreateRoute`, or not printed.
    Static,
    /// `EnableVgwRoutePropagation`.
    Propagated,
    /// `Advertisement` by a route server, or an origin not known here, as printed: its rank is not known.
    Unmodelled(String),
}
