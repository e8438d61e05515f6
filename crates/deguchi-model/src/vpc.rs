//! A VPC: its address ranges and what the snapshot says about it as a whole.

use alloc::{string::String, vec::Vec};

use crate::{AccountId, BlockPublicAccess, DhcpOptionsId, Ipv4Net, Ipv6Net, Region, VpcId};

/// A virtual private cloud.
#[derive(Clone, Debug, PartialEq)]
pub struct Vpc {
    /// Its id.
    pub id: VpcId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The account that owns it, where the snapshot says.
    pub owner: Option<AccountId>,
    /// The region it is in, where the snapshot says (AWS does not print it with the VPC).
    pub region: Option<Region>,
    /// Its IPv4 ranges, the primary one first; only associated ones.
    pub cidr_blocks: Vec<Ipv4Net>,
    /// Its IPv6 ranges; only associated ones.
    pub ipv6_cidr_blocks: Vec<Ipv6Net>,
    /// Whether the snapshot lists every network interface of it.
    pub interface_listing: InterfaceListing,
    /// What VPC Block Public Access does to its internet gateways (IG-11).
    pub block_public_access: BlockPublicAccess,
    /// How names are resolved in it.
    pub dns: VpcDns,
}

/// How names are resolved in a VPC. What the snapshot does not say is `None`, never "no" (DN-3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VpcDns {
    /// `enableDnsSupport`: whether the Amazon resolver answers (DN-1).
    pub support: Option<bool>,
    /// `enableDnsHostnames`; private names need it too (DN-2).
    pub hostnames: Option<bool>,
    /// Which option set its machines get (DN-4).
    pub dhcp_options: DhcpOptionsOfVpc,
}

/// Which DHCP option set the machines of a VPC get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DhcpOptionsOfVpc {
    /// This one.
    Set(DhcpOptionsId),
    /// `default`: AWS's documents say both that it is the default set and that it is none (DN-4).
    Default,
    /// The snapshot does not say.
    #[default]
    Unknown,
}

/// Whether absence of an interface from the snapshot means that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterfaceListing {
    /// The snapshot has the answer of `describe-network-interfaces` for this VPC.
    Complete,
    /// Interfaces are known only as far as instances name them: one that is not here may exist.
    Partial,
}

/// VPC Encryption Controls of a VPC, in the mode `enforce` (IG-16); `monitor` blocks nothing and is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionControls {
    /// What is excluded from it, as AWS names it: `InternetGateway`, `NatGateway`, `VpcPeering` …
    pub exclusions: Vec<String>,
}
