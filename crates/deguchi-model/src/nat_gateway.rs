//! A NAT gateway: shares public (or private) addresses among machines that have none.

use alloc::{string::String, vec::Vec};
use core::net::Ipv4Addr;

use crate::{AvailabilityZone, NatGatewayId, NetworkInterfaceId, RouteTableId, SubnetId, VpcId};

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct NatGateway {
    /// Its id.
    pub id: NatGatewayId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The VPC it belongs to.
    pub vpc: VpcId,
    /// Where it stands.
    pub placement: NatGatewayPlacement,
    /// Whether it is for the internet.
    pub connectivity: Connectivity,
    /// Whether it works.
    pub state: NatGatewayState,
    /// Its addresses, the primary one first.
    pub addresses: Vec<NatGatewayAddress>,
    /// What is attached to it and may filter what passes (NG-24): ARNs, or types where no ARN is printed.
    pub attached_appliances: Vec<String>,
}

/// Where a NAT gateway stands (`AvailabilityMode`; absent in older output: zonal, AP-5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NatGatewayPlacement {
    /// In one subnet, whose route table and network ACL apply to it (NG-4, NG-10).
    Zonal(SubnetId),
    /// In the VPC as a whole, with a route table of its own (NG-20, NG-21).
    Regional {
        /// Its own route table, where the snapshot says.
        route_table: Option<RouteTableId>,
        /// Whether AWS chooses the zones itself (NG-22); otherwise only zones with an address are served.
        zones_are_automatic: bool,
    },
    /// Neither is printed: where its packets go next is not known.
    Unknown,
}

/// What a NAT gateway is for (`ConnectivityType`; absent in older output: public).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connectivity {
    /// For the internet, with Elastic IPs (NG-1).
    Public,
    /// For other private networks; an internet gateway drops its packets (NG-1).
    Private,
}

/// Whether a NAT gateway works (NG-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NatGatewayState {
    /// `available`.
    Available,
    /// `pending`.
    Pending,
    /// `failed`, with why.
    Failed(Option<NatGatewayFailure>),
    /// `deleting`: may still carry traffic.
    Deleting,
    /// `deleted`: still listed for about an hour (AP-7).
    Deleted,
    /// Not printed, or a state not known here, as printed.
    Unmodelled(String),
}

/// Why a NAT gateway could not be made (NG-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGatewayFailure {
    /// `FailureCode`.
    pub code: String,
    /// `FailureMessage`.
    pub message: Option<String>,
}

/// One address of a NAT gateway. The gateway chooses among them for each connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGatewayAddress {
    /// Its address inside the VPC; a regional gateway may print none.
    pub private: Option<Ipv4Addr>,
    /// Its Elastic IP; a private gateway has none.
    pub public: Option<Ipv4Addr>,
    /// Its interface, where printed.
    pub interface: Option<NetworkInterfaceId>,
    /// Whether it is usable (`Status` `succeeded`, or not printed; NG-6).
    pub is_usable: bool,
    /// The zone it serves, for a regional gateway.
    pub availability_zone: Option<AvailabilityZone>,
}
