//! A VPC peering connection: a direct way between two VPCs (PX-1).

use alloc::{string::String, vec::Vec};

use crate::{AccountId, IpNet, PeeringConnectionId, Region, VpcId};

/// A VPC peering connection.
#[derive(Clone, Debug, PartialEq)]
pub struct PeeringConnection {
    /// Its id.
    pub id: PeeringConnectionId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The side that asked.
    pub requester: PeeringSide,
    /// The side that was asked.
    pub accepter: PeeringSide,
    /// Whether it is in force.
    pub status: PeeringStatus,
}

impl PeeringConnection {
    /// Its side in a VPC, and the other side; `None` where it has none there.
    pub fn sides_from(&self, vpc: &VpcId) -> Option<(&PeeringSide, &PeeringSide)> {
        let sides = [(&self.requester, &self.accepter), (&self.accepter, &self.requester)];
        sides.into_iter().find(|(own, _)| own.vpc.as_ref() == Some(vpc))
    }
}

/// One side of a peering connection.
#[derive(Clone, Debug, PartialEq)]
pub struct PeeringSide {
    /// The VPC.
    pub vpc: Option<VpcId>,
    /// The account that owns the VPC.
    pub owner: Option<AccountId>,
    /// The region of the VPC.
    pub region: Option<Region>,
    /// The ranges of the VPC that the connection knows.
    pub cidr_blocks: Vec<IpNet>,
}

/// Whether a peering connection is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeeringStatus {
    /// `active`.
    Active,
    /// Another status, as printed: `deleted`, `pending-acceptance` …; deleted ones stay listed for a while.
    NotActive(String),
}
