//! A security group: what may enter and leave the interfaces that carry it. Rules only allow (SG-1).

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{IpNet, PrefixListId, SecurityGroupId, TrafficMatch, VpcId};

/// A security group.
#[derive(Clone, Debug, PartialEq)]
pub struct SecurityGroup {
    /// Its id.
    pub id: SecurityGroupId,
    /// Its `GroupName`.
    pub name: Option<String>,
    /// The VPC it was made in; it can serve others (SG-17).
    pub vpc: Option<VpcId>,
    /// Rules for what may enter.
    pub inbound: Vec<SecurityGroupRule>,
    /// Rules for what may leave.
    pub outbound: Vec<SecurityGroupRule>,
}

/// One rule: one peer of one permission as AWS prints it (AP-4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecurityGroupRule {
    /// Protocol and destination ports (SG-5).
    pub traffic: TrafficMatch,
    /// The source of an inbound rule, the destination of an outbound one.
    pub peer: RulePeer,
}

/// The source or destination of a rule (SG-4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RulePeer {
    /// A range of addresses of one family.
    Cidr(IpNet),
    /// Every range of a prefix list.
    PrefixList(PrefixListId),
    /// The private addresses of the interfaces that carry a group (SG-9).
    SecurityGroup(SecurityGroupId),
    /// A group or peering that is gone: matches nothing (SG-15).
    StaleSecurityGroup(SecurityGroupId),
}

impl fmt::Display for RulePeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cidr(cidr) => write!(f, "{cidr}"),
            Self::PrefixList(list) => write!(f, "{list}"),
            Self::SecurityGroup(group) | Self::StaleSecurityGroup(group) => write!(f, "{group}"),
        }
    }
}
