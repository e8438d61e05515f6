//! An Elastic IP: a public IPv4 address that an account holds. AWS's API calls it an address.

use alloc::string::String;
use core::net::Ipv4Addr;

use crate::{ElasticIpId, NetworkInterfaceId};

/// An Elastic IP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElasticIp {
    /// Its allocation id.
    pub id: ElasticIpId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The public address.
    pub public: Ipv4Addr,
    /// The interface it is associated with, if any.
    pub interface: Option<NetworkInterfaceId>,
    /// The private address it is associated with, if any.
    pub private: Option<Ipv4Addr>,
}
