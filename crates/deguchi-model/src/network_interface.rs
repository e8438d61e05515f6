//! A network interface: where packets enter and leave a machine, a gateway or a service.

use alloc::{string::String, vec::Vec};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{
    AccountId, AvailabilityZone, ElasticIpId, InstanceId, Ipv4Net, NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId,
};

/// A network interface.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkInterface {
    /// Its id.
    pub id: NetworkInterfaceId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// What AWS or its maker wrote about it.
    pub description: Option<String>,
    /// The account that owns it, where the snapshot says.
    pub owner: Option<AccountId>,
    /// The VPC it is in.
    pub vpc: VpcId,
    /// The subnet it is in.
    pub subnet: SubnetId,
    /// The name of its availability zone, where the snapshot says.
    pub availability_zone: Option<AvailabilityZone>,
    /// What it belongs to.
    pub kind: InterfaceKind,
    // INVARIANT (primary first): the primary address leads. Ingest sorts.
    /// Its IPv4 addresses, the primary one first.
    pub addresses: Vec<InterfaceAddress>,
    /// Its IPv6 addresses.
    pub ipv6_addresses: Vec<Ipv6Addr>,
    /// Prefixes delegated to it, all of whose addresses are its own.
    pub ipv4_prefixes: Vec<Ipv4Net>,
    /// The security groups it carries. A NAT gateway's interface carries none (SG-23).
    pub security_groups: Vec<SecurityGroupId>,
    /// Whether it refuses packets that are neither from nor to it (PW-4).
    pub source_destination_check: SourceDestinationCheck,
    /// What it is attached to; `None` for a spare interface.
    pub attachment: Option<InterfaceAttachment>,
}

impl NetworkInterface {
    /// Its primary IPv4 address, or its first IPv6 address where it has none.
    pub fn primary_address(&self) -> Option<IpAddr> {
        let v4 = self.addresses.first().map(|address| IpAddr::V4(address.private));
        v4.or_else(|| self.ipv6_addresses.first().map(|address| IpAddr::V6(*address)))
    }

    /// Whether it is a database's: RDS describes its interfaces so (AP-8).
    pub fn is_of_a_database(&self) -> bool {
        self.description.as_deref() == Some("RDSNetworkInterface")
    }

    /// Whether an address is one of its own private (or IPv6) ones.
    pub fn has_address(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(v4) => {
                self.addresses.iter().any(|own| own.private == v4)
                    || self.ipv4_prefixes.iter().any(|prefix| prefix.contains(&v4))
            }
            IpAddr::V6(v6) => self.ipv6_addresses.contains(&v6),
        }
    }
}

/// One private IPv4 address of an interface, and the public one it is mapped to (IG-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceAddress {
    /// The address inside the VPC.
    pub private: Ipv4Addr,
    /// The public address that an internet gateway maps it to, where it has one.
    pub public: Option<Ipv4Addr>,
    /// The Elastic IP that the public address comes from; `None` where AWS assigned it, or the snapshot does not say.
    pub elastic_ip: Option<ElasticIpId>,
}

/// What an interface belongs to: `InterfaceType`, refined by who requested it (AP-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterfaceKind {
    /// An ordinary one (`interface`, `efa`, `trunk`, `branch` …), for an instance, a container or a spare.
    Ordinary,
    /// A function's of Lambda: it starts connections and takes none (AP-8).
    Function,
    /// A NAT gateway's.
    NatGateway,
    /// A transit gateway attachment's.
    TransitGateway,
    /// A load balancer's: network, gateway, or (by its requester) application or classic.
    LoadBalancer,
    /// An interface endpoint's, or a Gateway Load Balancer endpoint's.
    VpcEndpoint,
    /// Another type, as printed: it is judged as an ordinary one as a source; as a destination its groups are judged, and what
    /// stands behind is undecided.
    Unmodelled(String),
}

/// Whether an interface refuses packets that are neither from nor to it (PW-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceDestinationCheck {
    /// On, AWS's default.
    On,
    /// Off: it may forward.
    Off,
    /// The snapshot does not say.
    Unknown,
}

/// What an interface is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceAttachment {
    /// The instance, or `None` for a service of AWS.
    pub instance: Option<InstanceId>,
    /// Its place on the instance; 0 is the primary interface.
    pub device_index: u32,
    /// Whether the attachment is complete (`attached`).
    pub is_attached: bool,
}
