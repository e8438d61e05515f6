//! Subnets, as `describe-subnets` prints them.

use deguchi_model::{AvailabilityZone, Subnet, SubnetId, VpcId};

use super::{
    sighting::sighted,
    tag::{self, Tag},
    vpc::{Ipv6Association, ipv6_ranges},
};
use crate::{
    ingest::{
        json::{List, Text, record},
        place::{Flaw, Place, flag, ipv4_range, required},
    },
    notice::Expected,
};

record! {
    /// An element of `Subnets`.
    SubnetRecord {
        id: Text<'a> = "SubnetId",
        owner: Text<'a> = "OwnerId",
        vpc: Text<'a> = "VpcId",
        cidr_block: Text<'a> = "CidrBlock",
        ipv6_cidr_blocks: List<Ipv6Association<'a>> = "Ipv6CidrBlockAssociationSet",
        availability_zone: Text<'a> = "AvailabilityZone",
        availability_zone_id: Text<'a> = "AvailabilityZoneId",
        dns64: Text<'a> = "EnableDns64",
        tags: List<Tag<'a>> = "Tags",
    }
}

sighted!(Subnet, SubnetId, Subnet);

/// Reads a subnet.
pub(super) fn read(record: &SubnetRecord<'_>, at: &Place) -> Result<Subnet, Flaw> {
    let cidr_block = ipv4_range(&record.cidr_block, at, "CidrBlock")?;
    let ipv6_cidr_blocks = ipv6_ranges(&record.ipv6_cidr_blocks, at)?;
    if cidr_block.is_none() && ipv6_cidr_blocks.is_empty() {
        return Err(Flaw::new(at, "CidrBlock", None, Expected::Ipv4Range));
    }
    Ok(Subnet {
        id: SubnetId::new(required(&record.id, at, "SubnetId")?),
        name: tag::name(&record.tags),
        vpc: VpcId::new(required(&record.vpc, at, "VpcId")?),
        cidr_block,
        ipv6_cidr_blocks,
        availability_zone: zone(&record.availability_zone, &record.availability_zone_id),
        availability_zone_id: record.availability_zone_id.get().map(AvailabilityZone::new),
        dns64: flag(&record.dns64, at, "EnableDns64")?,
    })
}

/// The name of a zone, or where only that is printed its id.
pub(super) fn zone(name: &Text<'_>, id: &Text<'_>) -> Option<AvailabilityZone> {
    name.get().or_else(|| id.get()).map(AvailabilityZone::new)
}
