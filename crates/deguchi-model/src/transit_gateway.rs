//! A transit gateway: a router between VPCs, VPNs and other networks.

use alloc::string::String;

use crate::{AccountId, TransitGatewayId};

/// A transit gateway. Kept and named; its attachments and tables are not read yet.
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
}
