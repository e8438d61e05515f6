//! VPC Block Public Access: an account's switch that cuts its VPCs off from the internet, with exclusions.

use alloc::{string::String, vec::Vec};

use crate::SubnetId;

/// What VPC Block Public Access does to a VPC's internet gateways, egress-only ones included (IG-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockPublicAccess {
    /// Off, or not printed (older output).
    Off,
    /// On in the account and Region of the VPC.
    On {
        /// `block-ingress`, `block-bidirectional` or a mode not known here, as printed.
        mode: String,
        /// What is lifted out of it.
        exclusions: BlockPublicAccessExclusions,
    },
}

/// The exclusions that concern one VPC (IG-12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockPublicAccessExclusions {
    /// The snapshot does not list them: there may be any.
    Unknown,
    /// These, and no others; only those in force.
    Known(Vec<BlockPublicAccessExclusion>),
}

/// One exclusion in force.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockPublicAccessExclusion {
    /// The subnet that it lifts the block for; `None` for the whole VPC.
    pub subnet: Option<SubnetId>,
    /// What it lets pass.
    pub mode: ExclusionMode,
}

/// What an exclusion lets pass: `InternetGatewayExclusionMode` (IG-12).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExclusionMode {
    /// `allow-bidirectional`: everything.
    Bidirectional,
    /// `allow-egress`: what is begun inside.
    Egress,
    /// A mode not known here, as printed.
    Unmodelled(String),
}
