//! A network ACL: an ordered, stateless list of rules at a subnet's boundary.

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use core::fmt;

use crate::{IpNet, NetworkAclId, SubnetId, TrafficMatch, VpcId};

/// A network ACL.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkAcl {
    /// Its id.
    pub id: NetworkAclId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The VPC it belongs to.
    pub vpc: VpcId,
    /// Whether it is the VPC's default ACL, which serves every subnet without an association of its own (NA-1).
    pub is_default: bool,
    /// The subnets it is associated with.
    pub subnets: BTreeSet<SubnetId>,
    // INVARIANT (rule order): ascending by number. `new` sorts; neither AWS nor Terraform promises an order.
    inbound: Vec<NetworkAclRule>,
    outbound: Vec<NetworkAclRule>,
}

impl NetworkAcl {
    /// Makes an ACL of its rules, given in any order. What no rule matches is denied (NA-3).
    pub fn new(
        id: NetworkAclId,
        name: Option<String>,
        vpc: VpcId,
        is_default: bool,
        subnets: BTreeSet<SubnetId>,
        rules: NetworkAclRules,
    ) -> Self {
        let NetworkAclRules { mut inbound, mut outbound } = rules;
        // By the whole rule, so that an invalid list with one number twice has one meaning too.
        inbound.sort();
        outbound.sort();
        Self { id, name, vpc, is_default, subnets, inbound, outbound }
    }

    /// Rules for what may enter the subnet, lowest number first.
    pub fn inbound(&self) -> &[NetworkAclRule] {
        &self.inbound
    }

    /// Rules for what may leave the subnet, lowest number first.
    pub fn outbound(&self) -> &[NetworkAclRule] {
        &self.outbound
    }
}

/// The two lists of an ACL, in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkAclRules {
    /// For what enters.
    pub inbound: Vec<NetworkAclRule>,
    /// For what leaves.
    pub outbound: Vec<NetworkAclRule>,
}

/// One rule. The first that matches decides (NA-2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NetworkAclRule {
    /// Its place in the order.
    pub number: RuleNumber,
    /// The source of an inbound rule, the destination of an outbound one (NA-5).
    pub cidr: IpNet,
    /// Protocol and destination ports, for both directions (NA-5).
    pub traffic: TrafficMatch,
    /// What happens to a packet that matches.
    pub action: RuleAction,
}

/// A rule's number: 1 to 32766; AWS prints its closing deny, shown as `*`, as 32767 (IPv4) and 32768 (IPv6) (NA-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleNumber(pub u32);

impl RuleNumber {
    /// The lowest number that AWS uses for its own closing deny.
    pub const CLOSING: Self = Self(32767);

    /// Whether this is AWS's own closing deny.
    pub fn is_closing(self) -> bool {
        self >= Self::CLOSING
    }
}

impl fmt::Display for RuleNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_closing() { f.write_str("*") } else { write!(f, "{}", self.0) }
    }
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleAction {
    /// Lets the packet pass.
    Allow,
    /// Drops the packet.
    Deny,
}
