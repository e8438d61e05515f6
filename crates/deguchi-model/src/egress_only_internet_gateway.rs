//! An egress-only internet gateway: lets IPv6 connections out and none in (IG-8).

use alloc::{string::String, vec::Vec};

use crate::{Attachment, AttachmentState, EgressOnlyInternetGatewayId, VpcId, internet_gateway::attachment_to};

/// An egress-only internet gateway. It has no security group.
#[derive(Clone, Debug, PartialEq)]
pub struct EgressOnlyInternetGateway {
    /// Its id.
    pub id: EgressOnlyInternetGatewayId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// What it is attached to.
    pub attachments: Vec<Attachment>,
}

impl EgressOnlyInternetGateway {
    /// The state of its attachment to a VPC, or `None` where it is not attached to it.
    pub fn attachment_to(&self, vpc: &VpcId) -> Option<&AttachmentState> {
        attachment_to(&self.attachments, vpc)
    }
}
