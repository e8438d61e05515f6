//! VPCs, as `describe-vpcs` prints them.

use deguchi_model::{
    AccountId, BlockPublicAccess, BlockPublicAccessExclusions, DhcpOptionsId, DhcpOptionsOfVpc, InterfaceListing,
    Ipv4Net, Ipv6Net, Region, Vpc, VpcDns, VpcId,
};

use super::{
    block_public_access::EncryptionRecord,
    sighting::sighted,
    tag::{self, Tag},
    vpc_attribute::AttributeValueRecord,
};
use crate::{
    ingest::{
        json::{List, One, Text, record},
        place::{Flaw, Place, flag, ipv4_range, ipv6_range, list, object, optional, required},
    },
    notice::Expected,
};

record! {
    /// An element of `Vpcs`.
    VpcRecord {
        id: Text<'a> = "VpcId",
        owner: Text<'a> = "OwnerId",
        region: Text<'a> = "Region",
        cidr_block: Text<'a> = "CidrBlock",
        cidr_blocks: List<Ipv4Association<'a>> = "CidrBlockAssociationSet",
        ipv6_cidr_blocks: List<Ipv6Association<'a>> = "Ipv6CidrBlockAssociationSet",
        block_public_access: One<BlockPublicAccessStates<'a>> = "BlockPublicAccessStates",
        encryption_control: One<EncryptionRecord<'a>> = "EncryptionControl",
        dhcp_options: Text<'a> = "DhcpOptionsId",
        dns_support: One<AttributeValueRecord<'a>> = "EnableDnsSupport",
        dns_hostnames: One<AttributeValueRecord<'a>> = "EnableDnsHostnames",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// An element of `CidrBlockAssociationSet`.
    Ipv4Association {
        cidr_block: Text<'a> = "CidrBlock",
        state: One<CidrBlockState<'a>> = "CidrBlockState",
    }
}

record! {
    /// An element of `Ipv6CidrBlockAssociationSet`, of a VPC or a subnet.
    Ipv6Association {
        cidr_block: Text<'a> = "Ipv6CidrBlock",
        state: One<CidrBlockState<'a>> = "Ipv6CidrBlockState",
    }
}

record! {
    /// The state of an association of a range.
    CidrBlockState {
        state: Text<'a> = "State",
    }
}

record! {
    /// What VPC Block Public Access does (IG-15).
    BlockPublicAccessStates {
        mode: Text<'a> = "InternetGatewayBlockMode",
    }
}

sighted!(Vpc, VpcId, Vpc);

/// Whether an association of a range is in force; older output has no state.
fn is_associated(state: &One<CidrBlockState<'_>>) -> bool {
    state.get().and_then(|state| state.state.get()).is_none_or(|state| state == "associated")
}

/// The IPv6 ranges in force, of a VPC or a subnet.
pub(super) fn ipv6_ranges(associations: &List<Ipv6Association<'_>>, at: &Place) -> Result<Vec<Ipv6Net>, Flaw> {
    const FIELD: &str = "Ipv6CidrBlockAssociationSet";
    let mut ranges = Vec::new();
    for (index, association) in list(associations, at, FIELD)? {
        if is_associated(&association.state) {
            ranges.extend(ipv6_range(&association.cidr_block, &at.item(FIELD, index), "Ipv6CidrBlock")?);
        }
    }
    Ok(ranges)
}

fn ipv4_ranges(record: &VpcRecord<'_>, at: &Place) -> Result<Vec<Ipv4Net>, Flaw> {
    const FIELD: &str = "CidrBlockAssociationSet";
    let mut ranges: Vec<Ipv4Net> = Vec::new();
    ranges.extend(ipv4_range(&record.cidr_block, at, "CidrBlock")?);
    for (index, association) in list(&record.cidr_blocks, at, FIELD)? {
        if is_associated(&association.state) {
            let range = ipv4_range(&association.cidr_block, &at.item(FIELD, index), "CidrBlock")?;
            ranges.extend(range.filter(|range| !ranges.contains(range)));
        }
    }
    Ok(ranges)
}

/// Reads a VPC. Its region and whether its interfaces are all listed follow from the rest of the snapshot.
pub(super) fn read(record: &VpcRecord<'_>, at: &Place) -> Result<Vpc, Flaw> {
    let cidr_blocks = ipv4_ranges(record, at)?;
    let ipv6_cidr_blocks = ipv6_ranges(&record.ipv6_cidr_blocks, at)?;
    if cidr_blocks.is_empty() && ipv6_cidr_blocks.is_empty() {
        return Err(Flaw::new(at, "CidrBlock", None, Expected::Ipv4Range));
    }
    let states = object(&record.block_public_access, at, "BlockPublicAccessStates")?;
    let mode = match states {
        Some(states) => optional(&states.mode, &at.field("BlockPublicAccessStates"), "InternetGatewayBlockMode")?,
        None => None,
    };
    // AWS answers one attribute a call (DN-3); what puts its answers together has them here.
    let attribute = |value: &One<AttributeValueRecord<'_>>, key: &str| match object(value, at, key)? {
        Some(record) => flag(&record.value, &at.field(key), "Value"),
        None => Ok(None),
    };
    Ok(Vpc {
        id: VpcId::new(required(&record.id, at, "VpcId")?),
        name: tag::name(&record.tags),
        owner: record.owner.get().map(AccountId::new),
        region: record.region.get().map(Region::new),
        cidr_blocks,
        ipv6_cidr_blocks,
        interface_listing: InterfaceListing::Partial,
        dns: VpcDns {
            dhcp_options: match record.dhcp_options.get() {
                None => DhcpOptionsOfVpc::Unknown,
                Some("default") => DhcpOptionsOfVpc::Default,
                Some(id) => DhcpOptionsOfVpc::Set(DhcpOptionsId::new(id)),
            },
            support: attribute(&record.dns_support, "EnableDnsSupport")?,
            hostnames: attribute(&record.dns_hostnames, "EnableDnsHostnames")?,
        },
        block_public_access: match mode {
            None | Some("off") => BlockPublicAccess::Off,
            // Which exclusions there are follows from the rest of the snapshot too.
            Some(mode) => {
                BlockPublicAccess::On { mode: mode.to_owned(), exclusions: BlockPublicAccessExclusions::Unknown }
            }
        },
    })
}
