//! VPC peering connections, as `describe-vpc-peering-connections` prints them.

use deguchi_model::{
    AccountId, IpNet, PeeringConnection, PeeringConnectionId, PeeringSide, PeeringStatus, Region, VpcId,
};

use super::{
    sighting::sighted,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, One, Text, record},
    place::{Flaw, Place, list, object, range, required},
};

record! {
    /// An element of `VpcPeeringConnections`.
    PeeringConnectionRecord {
        id: Text<'a> = "VpcPeeringConnectionId",
        requester: One<SideRecord<'a>> = "RequesterVpcInfo",
        accepter: One<SideRecord<'a>> = "AccepterVpcInfo",
        status: One<StatusRecord<'a>> = "Status",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// One side of a peering connection.
    SideRecord {
        vpc: Text<'a> = "VpcId",
        owner: Text<'a> = "OwnerId",
        region: Text<'a> = "Region",
        cidr_block: Text<'a> = "CidrBlock",
        cidr_blocks: List<Ipv4Block<'a>> = "CidrBlockSet",
        ipv6_cidr_blocks: List<Ipv6Block<'a>> = "Ipv6CidrBlockSet",
    }
}

record! {
    /// An element of `CidrBlockSet`.
    Ipv4Block {
        cidr_block: Text<'a> = "CidrBlock",
    }
}

record! {
    /// An element of `Ipv6CidrBlockSet`.
    Ipv6Block {
        cidr_block: Text<'a> = "Ipv6CidrBlock",
    }
}

record! {
    /// The status of a peering connection.
    StatusRecord {
        code: Text<'a> = "Code",
    }
}

sighted!(PeeringConnection, PeeringConnectionId, PeeringConnection);

/// Reads a peering connection.
pub(super) fn read(record: &PeeringConnectionRecord<'_>, at: &Place) -> Result<PeeringConnection, Flaw> {
    let status = object(&record.status, at, "Status")?;
    Ok(PeeringConnection {
        id: PeeringConnectionId::new(required(&record.id, at, "VpcPeeringConnectionId")?),
        name: tag::name(&record.tags),
        requester: side(&record.requester, at, "RequesterVpcInfo")?,
        accepter: side(&record.accepter, at, "AccepterVpcInfo")?,
        status: match status.and_then(|status| status.code.get()) {
            Some("active") => PeeringStatus::Active,
            Some(code) => PeeringStatus::NotActive(code.to_owned()),
            None => PeeringStatus::NotActive(String::new()),
        },
    })
}

fn side(side: &One<SideRecord<'_>>, at: &Place, field: &str) -> Result<PeeringSide, Flaw> {
    let Some(record) = object(side, at, field)? else {
        return Ok(PeeringSide { vpc: None, owner: None, region: None, cidr_blocks: Vec::new() });
    };
    let at = at.field(field);
    let mut cidr_blocks: Vec<IpNet> = Vec::new();
    cidr_blocks.extend(range(&record.cidr_block, &at, "CidrBlock")?);
    for (index, block) in list(&record.cidr_blocks, &at, "CidrBlockSet")? {
        let block = range(&block.cidr_block, &at.item("CidrBlockSet", index), "CidrBlock")?;
        cidr_blocks.extend(block.filter(|block| !cidr_blocks.contains(block)));
    }
    for (index, block) in list(&record.ipv6_cidr_blocks, &at, "Ipv6CidrBlockSet")? {
        cidr_blocks.extend(range(&block.cidr_block, &at.item("Ipv6CidrBlockSet", index), "Ipv6CidrBlock")?);
    }
    Ok(PeeringSide {
        vpc: record.vpc.get().map(VpcId::new),
        owner: record.owner.get().map(AccountId::new),
        region: record.region.get().map(Region::new),
        cidr_blocks,
    })
}
