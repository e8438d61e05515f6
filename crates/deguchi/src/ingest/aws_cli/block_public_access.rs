//! VPC Block Public Access and VPC Encryption Controls: the account's setting, its exclusions, and what a VPC enforces.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{
    BlockPublicAccess, BlockPublicAccessExclusion, BlockPublicAccessExclusions, EncryptionControls, ExclusionMode,
    Network, SubnetId, Vpc, VpcId,
};

use super::{
    document::{Document, records},
    region::region_of_path,
    sighting::{Gathered, Identity, gather},
};
use crate::{
    ingest::{
        json::{One, Text, record},
        place::{Flaw, Place, required},
    },
    notice::{Notices, ResourceKind},
};

record! {
    /// An element of `VpcBlockPublicAccessExclusions`.
    ExclusionRecord {
        id: Text<'a> = "ExclusionId",
        mode: Text<'a> = "InternetGatewayExclusionMode",
        resource: Text<'a> = "ResourceArn",
        state: Text<'a> = "State",
    }
}

record! {
    /// `VpcBlockPublicAccessOptions`: the setting of an account in a Region (IG-11).
    OptionsRecord {
        account: Text<'a> = "AwsAccountId",
        region: Text<'a> = "AwsRegion",
        mode: Text<'a> = "InternetGatewayBlockMode",
    }
}

record! {
    /// `EncryptionControl` of a VPC (IG-16).
    EncryptionRecord {
        mode: Text<'a> = "Mode",
        exclusions: One<ResourceExclusions<'a>> = "ResourceExclusions",
    }
}

record! {
    /// `ResourceExclusions` of an encryption control.
    ResourceExclusions {
        internet_gateway: One<ResourceExclusion<'a>> = "InternetGateway",
        egress_only: One<ResourceExclusion<'a>> = "EgressOnlyInternetGateway",
        nat_gateway: One<ResourceExclusion<'a>> = "NatGateway",
        vpn_gateway: One<ResourceExclusion<'a>> = "VirtualPrivateGateway",
        peering: One<ResourceExclusion<'a>> = "VpcPeering",
    }
}

record! {
    /// One of them.
    ResourceExclusion {
        state: Text<'a> = "State",
    }
}

/// An exclusion, and what it is for.
struct Exclusion {
    resource: String,
    mode: ExclusionMode,
    is_in_force: bool,
}

fn read(record: &ExclusionRecord<'_>, at: &Place) -> Result<Exclusion, Flaw> {
    required(&record.id, at, "ExclusionId")?;
    let mode = match required(&record.mode, at, "InternetGatewayExclusionMode")? {
        "allow-bidirectional" => ExclusionMode::Bidirectional,
        "allow-egress" => ExclusionMode::Egress,
        other => ExclusionMode::Unmodelled(other.to_owned()),
    };
    Ok(Exclusion {
        resource: required(&record.resource, at, "ResourceArn")?.to_owned(),
        mode,
        // IG-12: it counts once it is made; one that is being taken away may count no more.
        is_in_force: matches!(record.state.get(), None | Some("create-complete" | "update-complete")),
    })
}

/// Reads what the account forbids, and tells each VPC.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let gathered = gather(
        documents,
        ResourceKind::BlockPublicAccessExclusion,
        |document| &document.block_public_access_exclusions,
        |exclusion| Identity::of(&exclusion.id),
        read,
        notices,
    );
    let mut subnets: BTreeMap<VpcId, BTreeSet<SubnetId>> = BTreeMap::new();
    for subnet in network.subnets.values() {
        subnets.entry(subnet.vpc.clone()).or_default().insert(subnet.id.clone());
    }
    for vpc in network.vpcs.values_mut() {
        let printed = match &vpc.block_public_access {
            BlockPublicAccess::Off => None,
            BlockPublicAccess::On { mode, .. } => Some(mode.clone()),
        };
        let mode = printed.or_else(|| mode_of_account(documents, vpc));
        let Some(mode) = mode else { continue };
        let own = subnets.get(&vpc.id).cloned().unwrap_or_default();
        let exclusions = exclusions_of(documents, &gathered, vpc, &own);
        vpc.block_public_access = BlockPublicAccess::On { mode, exclusions };
    }
    network.encryption_controls = encryption_controls(documents);
}

/// Whether a document may be about a VPC: not of another account or Region.
fn may_concern(document: &Document<'_>, vpc: &Vpc) -> bool {
    let owner = vpc.owner.as_ref().map(|owner| owner.as_str());
    let region = vpc.region.as_ref().map(|region| region.as_str());
    let same = |said: Option<&str>, own: Option<&str>| said.is_none() || own.is_none() || said == own;
    same(document.account.as_deref(), owner) && same(region_of_path(&document.file), region)
}

/// The mode that the account's setting has for a VPC, where it is on.
fn mode_of_account(documents: &[Document<'_>], vpc: &Vpc) -> Option<String> {
    let owner = vpc.owner.as_ref().map(|owner| owner.as_str());
    let region = vpc.region.as_ref().map(|region| region.as_str());
    let same = |said: Option<&str>, own: Option<&str>| said.is_none() || own.is_none() || said == own;
    let mut modes = documents.iter().filter(|document| may_concern(document, vpc)).filter_map(|document| {
        let options = document.block_public_access_options.get()?;
        let concerns = same(options.account.get(), owner) && same(options.region.get(), region);
        options.mode.get().filter(|mode| concerns && *mode != "off")
    });
    modes.next().map(str::to_owned)
}

/// The exclusions of a VPC (IG-12). They are known where its account and Region list theirs, and all can be read.
fn exclusions_of(
    documents: &[Document<'_>],
    gathered: &Gathered<Exclusion>,
    vpc: &Vpc,
    subnets: &BTreeSet<SubnetId>,
) -> BlockPublicAccessExclusions {
    let is_list = |document: &&Document<'_>| !document.block_public_access_exclusions.is_empty();
    let mut lists = documents.iter().filter(is_list).filter(|document| may_concern(document, vpc)).peekable();
    if lists.peek().is_none() || lists.any(|list| list.is_cut_off) || !gathered.gaps.is_empty() {
        return BlockPublicAccessExclusions::Unknown;
    }
    let mut own: Vec<BlockPublicAccessExclusion> = gathered
        .sightings
        .iter()
        .map(|sighting| &sighting.value)
        .filter(|exclusion| exclusion.is_in_force)
        .filter_map(|exclusion| {
            // `arn:aws:ec2:REGION:ACCOUNT:vpc/vpc-…` or `…:subnet/subnet-…`.
            let id = exclusion.resource.rsplit('/').next()?;
            let subnet = subnets.iter().find(|subnet| subnet.as_str() == id).cloned();
            let concerns = subnet.is_some() || id == vpc.id.as_str();
            concerns.then(|| BlockPublicAccessExclusion { subnet, mode: exclusion.mode.clone() })
        })
        .collect();
    own.sort();
    own.dedup();
    BlockPublicAccessExclusions::Known(own)
}

/// The VPCs that enforce encryption, and what they exclude from it.
fn encryption_controls(documents: &[Document<'_>]) -> BTreeMap<VpcId, EncryptionControls> {
    let mut controls = BTreeMap::new();
    for record in documents.iter().flat_map(|document| records(&document.vpcs)) {
        let (Some(id), Some(control)) = (record.id.get(), record.encryption_control.get()) else { continue };
        if control.mode.get() == Some("enforce") {
            let exclusions = control.exclusions.get().map(excluded).unwrap_or_default();
            controls.insert(VpcId::new(id), EncryptionControls { exclusions });
        }
    }
    controls
}

fn excluded(exclusions: &ResourceExclusions<'_>) -> Vec<String> {
    let all = [
        ("InternetGateway", &exclusions.internet_gateway),
        ("EgressOnlyInternetGateway", &exclusions.egress_only),
        ("NatGateway", &exclusions.nat_gateway),
        ("VirtualPrivateGateway", &exclusions.vpn_gateway),
        ("VpcPeering", &exclusions.peering),
    ];
    let is_enabled = |exclusion: &&(&str, &One<ResourceExclusion<'_>>)| {
        exclusion.1.get().and_then(|own| own.state.get()) == Some("enabled")
    };
    all.iter().filter(is_enabled).map(|(name, _)| (*name).to_owned()).collect()
}
