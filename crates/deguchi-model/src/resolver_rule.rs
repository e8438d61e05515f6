//! A rule of the Route 53 Resolver, and the outbound endpoint that it forwards by.

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use crate::{NetworkInterfaceId, ResolverEndpointId, ResolverRuleId, VpcAssociations};

/// A resolver rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverRule {
    /// Its id.
    pub id: ResolverRuleId,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The domain it is for, in lower case, without a full stop behind; empty for every name.
    pub domain: String,
    /// What it does with a question.
    pub action: ResolverRuleAction,
    /// The VPCs it is associated with.
    pub vpcs: VpcAssociations,
}

/// What a resolver rule does with a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolverRuleAction {
    /// Sends it to these name servers, from an outbound endpoint (`FORWARD`).
    Forward {
        /// The name servers: address and port.
        targets: Vec<(IpAddr, u16)>,
        /// The outbound endpoint.
        endpoint: Option<ResolverEndpointId>,
    },
    /// Answers by itself, as if no rule were there (`SYSTEM`, `RECURSIVE`).
    Resolve,
    /// Another type, as printed.
    Unmodelled(String),
}

/// An endpoint of the Route 53 Resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverEndpoint {
    /// Its id.
    pub id: ResolverEndpointId,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its interfaces, as far as the snapshot shows them.
    pub interfaces: Vec<NetworkInterfaceId>,
}
