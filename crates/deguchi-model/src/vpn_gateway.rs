//! A virtual private gateway, and the VPN connections that lead from it to a network on premises.

use alloc::{string::String, vec::Vec};

use crate::{
    Attachment, AttachmentState, IpNet, VpcId, VpnConnectionId, VpnGatewayId, internet_gateway::attachment_to,
};

/// A virtual private gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct VpnGateway {
    /// Its id.
    pub id: VpnGatewayId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// What it is attached to.
    pub attachments: Vec<Attachment>,
}

impl VpnGateway {
    /// The state of its attachment to a VPC, or `None` where it is not attached to it.
    pub fn attachment_to(&self, vpc: &VpcId) -> Option<&AttachmentState> {
        attachment_to(&self.attachments, vpc)
    }
}

/// A VPN connection. Its customer gateway configuration, which holds keys, is never read.
#[derive(Clone, Debug, PartialEq)]
pub struct VpnConnection {
    /// Its id.
    pub id: VpnConnectionId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The gateway on AWS's side; `None` where it is a transit gateway.
    pub vpn_gateway: Option<VpnGatewayId>,
    /// Its state as printed, e.g. `available`, `deleted`.
    pub state: String,
    /// Static routes to the network on premises (VP-3); what BGP would add is not in any snapshot.
    pub static_routes: Vec<IpNet>,
}
