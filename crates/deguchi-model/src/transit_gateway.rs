//! A transit gateway: a router between VPCs, VPNs and other networks, with route tables of its own (TG-1 to TG-7).

use alloc::{string::String, vec::Vec};

use crate::{
    AccountId, IpNet, PrefixListId, Region, RouteState, SubnetId, TransitGatewayAttachmentId, TransitGatewayId,
    TransitGatewayRouteTableId, VpcId, VpnConnectionId,
};

/// A transit gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitGateway {
    /// Its id.
    pub id: TransitGatewayId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The account that owns it, where the snapshot says.
    pub owner: Option<AccountId>,
    /// Its state as printed, e.g. `available`.
    pub state: String,
    /// Whether rules may name groups across it (SG-12).
    pub references_groups: bool,
}

/// What joins a network to a transit gateway. One that joins two gateways is an attachment of each, with one id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitGatewayAttachment {
    /// Its id.
    pub id: TransitGatewayAttachmentId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The gateway.
    pub transit_gateway: TransitGatewayId,
    /// Its state as printed, e.g. `available`, `deleted`.
    pub state: String,
    /// Which table steers what comes in by it.
    pub association: TransitGatewayAssociation,
    /// What is at its other end.
    pub end: TransitGatewayAttachmentEnd,
}

/// Which route table of a transit gateway steers what comes in by an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransitGatewayAssociation {
    /// This one.
    Table(TransitGatewayRouteTableId),
    /// None: what comes in is dropped.
    None,
    /// The snapshot does not say.
    Unknown,
}

/// What is at the other end of a transit gateway's attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransitGatewayAttachmentEnd {
    /// A VPC.
    Vpc(TransitGatewayVpcAttachment),
    /// Another transit gateway.
    Peering {
        /// Which.
        transit_gateway: TransitGatewayId,
        /// The account that owns it, where the snapshot says.
        owner: Option<AccountId>,
        /// Its region, where the snapshot says.
        region: Option<Region>,
    },
    /// A VPN connection.
    VpnConnection(VpnConnectionId),
    /// A Direct Connect gateway, by its id.
    DirectConnect(String),
    /// Something else, as printed.
    Unmodelled {
        /// The `ResourceType`.
        kind: String,
        /// The `ResourceId`.
        id: String,
    },
}

/// An attachment's end in a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitGatewayVpcAttachment {
    /// The VPC.
    pub vpc: VpcId,
    /// The account that owns the VPC, where the snapshot says.
    pub owner: Option<AccountId>,
    /// The subnets by which packets enter and leave the VPC, one for each zone; `None` where the snapshot lacks them.
    pub subnets: Option<Vec<SubnetId>>,
    /// Whether each flow keeps to one zone both ways (TG-6).
    pub is_appliance_mode: bool,
    /// Whether it carries IPv6.
    pub carries_ipv6: bool,
    /// Whether rules may name groups across it (SG-12).
    pub references_groups: bool,
}

/// A route table of a transit gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitGatewayRouteTable {
    /// Its id.
    pub id: TransitGatewayRouteTableId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The gateway.
    pub transit_gateway: TransitGatewayId,
    /// Its routes, as far as they are known.
    pub routes: Vec<TransitGatewayRoute>,
    /// What is not known of its routes; empty where they are all here.
    pub gaps: Vec<TransitGatewayRoutesGap>,
}

/// A route of a transit gateway, for one range.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TransitGatewayRoute {
    /// Which destinations it is for.
    pub destination: IpNet,
    /// The prefix list that it is an entry of.
    pub prefix_list: Option<PrefixListId>,
    /// Where it leads: one attachment, or several that share the packets; none for a blackhole.
    pub attachments: Vec<TransitGatewayAttachmentId>,
    /// Whether it carries packets.
    pub state: RouteState,
    /// How it came to be.
    pub origin: TransitGatewayRouteOrigin,
}

/// How a route of a transit gateway came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransitGatewayRouteOrigin {
    /// Somebody made it.
    Static,
    /// An attachment propagates it.
    Propagated,
}

/// What is not known of a table's routes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransitGatewayRoutesGap {
    /// The list of routes is not in the snapshot, or not whole.
    List,
    /// The routes that this attachment propagates: BGP's, or those to a VPC that the snapshot lacks.
    Propagated(TransitGatewayAttachmentId),
    /// The ranges of a prefix list that the table refers to.
    PrefixList(PrefixListId),
}
