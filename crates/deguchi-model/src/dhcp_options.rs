//! A DHCP option set: what a VPC's machines are told at lease time. Only name servers and the domain are kept.

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use crate::DhcpOptionsId;

/// A DHCP option set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DhcpOptions {
    /// Its id.
    pub id: DhcpOptionsId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The name servers, in the order in which machines ask them; empty where it names none (DN-4).
    pub name_servers: Vec<NameServer>,
    /// The domain that completes short names.
    pub domain_name: Option<String>,
}

/// A name server, as `domain-name-servers` names it (DN-4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameServer {
    /// `AmazonProvidedDNS`: the Route 53 Resolver of the VPC.
    AmazonProvided,
    /// An address.
    Address(IpAddr),
    /// What is neither, as printed.
    Unmodelled(String),
}
