//! An internet gateway: a VPC's door to the internet for machines with public addresses.

use alloc::{string::String, vec::Vec};

use crate::{InternetGatewayId, VpcId};

/// An internet gateway. It has no security group and no interface (SG-23).
#[derive(Clone, Debug, PartialEq)]
pub struct InternetGateway {
    /// Its id.
    pub id: InternetGatewayId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// What it is attached to; empty where it is detached.
    pub attachments: Vec<Attachment>,
}

impl InternetGateway {
    /// The state of its attachment to a VPC, or `None` where it is not attached to it.
    pub fn attachment_to(&self, vpc: &VpcId) -> Option<&AttachmentState> {
        attachment_to(&self.attachments, vpc)
    }
}

/// The state of the attachment to one VPC among several.
pub(crate) fn attachment_to<'a>(attachments: &'a [Attachment], vpc: &VpcId) -> Option<&'a AttachmentState> {
    attachments.iter().find(|attachment| attachment.vpc == *vpc).map(|attachment| &attachment.state)
}

/// The attachment of a gateway to a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The VPC.
    pub vpc: VpcId,
    /// Whether it is in force.
    pub state: AttachmentState,
}

/// Whether an attachment is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachmentState {
    /// `attached`, or for an internet gateway `available` (AP-1).
    Attached,
    /// Another state, as printed: `attaching`, `detaching`, `detached`.
    NotAttached(String),
}
