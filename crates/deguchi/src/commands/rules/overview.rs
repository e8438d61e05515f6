//! What there is to say about an interface's rules, before any format renders it.

use deguchi_engine::Engine;
use deguchi_model::{
    Direction, Network, NetworkAcl, NetworkAclRule, NetworkInterface, RulePeer, SecurityGroup, SecurityGroupRule, VpcId,
};

use crate::{
    error::Error,
    question::{Found, find, machine},
    report::{Names, address_list, clean},
};

/// The rules of an interface.
pub(super) struct Overview {
    /// The interface.
    pub(super) interface: String,
    /// The instance it is attached to.
    pub(super) instance: Option<String>,
    /// Its private addresses.
    pub(super) addresses: Vec<String>,
    /// The groups that it carries, as the snapshot has them.
    pub(super) groups: Vec<GroupRules>,
    /// Groups that it carries and the snapshot lacks.
    pub(super) missing_groups: Vec<String>,
    /// The subnet.
    pub(super) subnet: String,
    /// The subnet's network ACL; `None` where the snapshot lacks it.
    pub(super) network_acl: Option<AclRules>,
    /// What resources are called.
    pub(super) names: Names,
}

/// The rules of one group.
pub(super) struct GroupRules {
    /// The group.
    pub(super) group: String,
    /// What may enter.
    pub(super) inbound: Vec<GroupRule>,
    /// What may leave.
    pub(super) outbound: Vec<GroupRule>,
}

/// A rule of a group.
pub(super) struct GroupRule {
    /// Protocol and ports.
    pub(super) traffic: String,
    /// Its source or destination, as written.
    pub(super) peer: String,
    /// What the peer stands for.
    pub(super) stands_for: PeerAddresses,
}

/// What the peer of a rule stands for.
pub(super) enum PeerAddresses {
    /// The range that it is.
    Itself,
    /// These addresses: members of a group (SG-9), ranges of a prefix list.
    These(Vec<String>),
    /// A group or peering that is gone: nothing (SG-15).
    Stale,
    /// Ranges that the snapshot lacks.
    Unknown,
}

/// The rules of a network ACL, in the order of evaluation.
pub(super) struct AclRules {
    /// The ACL.
    pub(super) acl: String,
    /// What may enter.
    pub(super) inbound: Vec<NetworkAclRule>,
    /// What may leave.
    pub(super) outbound: Vec<NetworkAclRule>,
}

impl Overview {
    /// Whether the snapshot has every filter of the interface.
    pub(super) fn is_complete(&self) -> bool {
        self.missing_groups.is_empty() && self.network_acl.is_some()
    }
}

/// Finds an interface (or the primary one of an instance) and collects its rules.
pub(super) fn of(network: &Network, asked: &str) -> Result<Overview, Error> {
    let interface = match find(network, asked.trim())? {
        Some(Found::Interface(interface)) => interface,
        _ => machine(network, asked, &mut Vec::new())?.interface,
    };
    let engine = Engine::new(network);
    let (known, missing): (Vec<_>, Vec<_>) =
        interface.security_groups.iter().partition(|id| network.security_groups.contains_key(*id));
    let groups = known.iter().filter_map(|id| network.security_groups.get(*id));
    let v4 = interface.addresses.iter().map(|address| address.private.to_string());
    Ok(Overview {
        interface: clean(interface.id.as_str()),
        instance: interface.attachment.as_ref().and_then(|at| at.instance.as_ref()).map(|id| clean(id.as_str())),
        addresses: v4.chain(interface.ipv6_addresses.iter().map(ToString::to_string)).collect(),
        groups: groups.map(|group| of_group(&engine, group, &interface.vpc)).collect(),
        missing_groups: missing.iter().map(|id| clean(id.as_str())).collect(),
        subnet: clean(interface.subnet.as_str()),
        network_acl: acl_of(network, interface).map(of_acl),
        names: Names::new(network),
    })
}

/// The network ACL of an interface's subnet (NA-1).
fn acl_of<'n>(network: &'n Network, interface: &NetworkInterface) -> Option<&'n NetworkAcl> {
    let acls = || network.network_acls.values();
    let explicit = acls().find(|acl| acl.subnets.contains(&interface.subnet));
    explicit.or_else(|| acls().find(|acl| acl.is_default && acl.vpc == interface.vpc))
}

fn of_acl(acl: &NetworkAcl) -> AclRules {
    AclRules { acl: clean(acl.id.as_str()), inbound: acl.inbound().to_vec(), outbound: acl.outbound().to_vec() }
}

fn of_group(engine: &Engine<'_>, group: &SecurityGroup, vpc: &VpcId) -> GroupRules {
    let rules = |direction: Direction, list: &[SecurityGroupRule]| {
        list.iter().map(|rule| of_rule(engine, rule, vpc, direction)).collect()
    };
    GroupRules {
        group: clean(group.id.as_str()),
        inbound: rules(Direction::Inbound, &group.inbound),
        outbound: rules(Direction::Outbound, &group.outbound),
    }
}

fn of_rule(engine: &Engine<'_>, rule: &SecurityGroupRule, vpc: &VpcId, direction: Direction) -> GroupRule {
    let addresses = || engine.peer_addresses(&rule.peer, vpc, direction).map(|set| address_list(&set));
    let stands_for = match &rule.peer {
        RulePeer::Cidr(_) => PeerAddresses::Itself,
        RulePeer::StaleSecurityGroup(_) => PeerAddresses::Stale,
        RulePeer::PrefixList(_) | RulePeer::SecurityGroup(_) => {
            addresses().map_or(PeerAddresses::Unknown, PeerAddresses::These)
        }
    };
    GroupRule { traffic: rule.traffic.to_string(), peer: clean(&rule.peer.to_string()), stands_for }
}

impl GroupRules {
    /// The rules of one direction.
    pub(super) fn of(&self, direction: Direction) -> &[GroupRule] {
        match direction {
            Direction::Inbound => &self.inbound,
            Direction::Outbound => &self.outbound,
        }
    }
}

impl AclRules {
    /// The rules of one direction.
    pub(super) fn of(&self, direction: Direction) -> &[NetworkAclRule] {
        match direction {
            Direction::Inbound => &self.inbound,
            Direction::Outbound => &self.outbound,
        }
    }
}
