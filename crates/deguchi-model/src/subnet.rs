//! A subnet: a range of a VPC's addresses in one availability zone.

use alloc::{string::String, vec::Vec};

use crate::{AvailabilityZone, Ipv4Net, Ipv6Net, SubnetId, VpcId};

/// A subnet. Its route table and network ACL name it; it does not name them (RT-1, NA-1).
#[derive(Clone, Debug, PartialEq)]
pub struct Subnet {
    /// Its id.
    pub id: SubnetId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The VPC it is a part of.
    pub vpc: VpcId,
    /// Its IPv4 range; `None` for an IPv6-only subnet.
    pub cidr_block: Option<Ipv4Net>,
    /// Its IPv6 ranges; only associated ones.
    pub ipv6_cidr_blocks: Vec<Ipv6Net>,
    /// The name of its availability zone, where the snapshot says.
    pub availability_zone: Option<AvailabilityZone>,
    /// The id of its availability zone, where the snapshot says: the same zone has one id in every account.
    pub availability_zone_id: Option<AvailabilityZone>,
    /// Whether the Amazon resolver answers names without IPv6 by addresses of `64:ff9b::/96` (NG-11); `None` where the
    /// snapshot does not say.
    pub dns64: Option<bool>,
}
