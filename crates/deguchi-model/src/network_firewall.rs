//! AWS Network Firewall: a firewall, its policy, and the groups of rules that the policy refers to.

use alloc::{string::String, vec::Vec};

use crate::{FirewallPolicyId, FirewallRuleGroupId, IpNet, NetworkFirewallId, PortRange, VpcEndpointId};

/// A firewall.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkFirewall {
    /// Its ARN.
    pub id: NetworkFirewallId,
    /// Its name.
    pub name: Option<String>,
    /// Its policy, where the snapshot says.
    pub policy: Option<FirewallPolicyId>,
    /// The endpoints that routes lead to, one a zone.
    pub endpoints: Vec<VpcEndpointId>,
}

/// What a firewall does with packets.
#[derive(Clone, Debug, PartialEq)]
pub struct FirewallPolicy {
    /// Its ARN.
    pub id: FirewallPolicyId,
    /// Its name.
    pub name: Option<String>,
    // INVARIANT (priority order): ascending by priority. Ingest sorts.
    /// The groups of rules for single packets, the first to be asked first.
    pub stateless_groups: Vec<FirewallRuleGroupId>,
    /// What happens to packets that no stateless rule matches.
    pub stateless_default: FirewallAction,
    /// The groups of rules for connections, in the order of their priorities, which counts where the order is strict.
    pub stateful_groups: Vec<FirewallRuleGroupId>,
    /// In which order rules for connections are asked.
    pub order: FirewallRuleOrder,
    /// Whether connections that no rule matches are dropped; only a strict order has such a default.
    pub drops_by_default: bool,
}

/// In which order rules for connections are asked (`StatefulEngineOptions.RuleOrder`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirewallRuleOrder {
    /// `DEFAULT_ACTION_ORDER`: what passes before what drops.
    ByAction,
    /// `STRICT_ORDER`: as written.
    Strict,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirewallAction {
    /// Lets the packets pass.
    Pass,
    /// Drops them (`drop`, `reject`).
    Drop,
    /// Hands them to the rules for connections.
    Forward,
    /// Reports them, and decides nothing.
    Alert,
}

/// A group of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct FirewallRuleGroup {
    /// Its ARN.
    pub id: FirewallRuleGroupId,
    /// Its name.
    pub name: Option<String>,
    /// Its rules.
    pub rules: FirewallRules,
}

/// The rules of a group.
#[derive(Clone, Debug, PartialEq)]
pub enum FirewallRules {
    /// By addresses, ports and protocol, the first to be asked first.
    ByHeader(Vec<FirewallRule>),
    /// Rules that look into packets: which kind, as the API calls it (`RulesString`, `RulesSourceList`).
    Unmodelled(String),
}

/// A rule by addresses, ports and protocol. An empty list stands for everything.
#[derive(Clone, Debug, PartialEq)]
pub struct FirewallRule {
    /// What it does.
    pub action: FirewallAction,
    /// Protocols by number.
    pub protocols: Vec<u8>,
    /// Source addresses.
    pub sources: Vec<IpNet>,
    /// Destination addresses.
    pub destinations: Vec<IpNet>,
    /// Source ports.
    pub source_ports: Vec<PortRange>,
    /// Destination ports.
    pub destination_ports: Vec<PortRange>,
    /// Whether it is about connections in either direction.
    pub is_for_both_directions: bool,
    /// Whether it says more than the fields here hold: it may match less than they do.
    pub has_more: bool,
}
