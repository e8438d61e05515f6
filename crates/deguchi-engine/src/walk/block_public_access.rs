//! VPC Block Public Access and VPC Encryption Controls: what an account forbids its gateways (IG-11 to IG-16).

use deguchi_model::{
    BlockPublicAccess, BlockPublicAccessExclusions, ExclusionMode, NatGatewayId, NatGatewayPlacement, SubnetId, VpcId,
};

use super::{Finding, Mapping, Parcel, Walk};
use crate::{
    index::Holder,
    reason::{Code, Evidence, Gap, Resource},
};

/// Whose packets cross a VPC's internet gateway, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crossing {
    /// Let out by a NAT gateway or an egress-only internet gateway, which take no connection from outside.
    EgressOnly,
    /// Out by a public address of the machine's own.
    OwnAddress,
    /// In from the internet.
    Inbound,
}

/// What the block does with packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Passes,
    Blocked,
    Unknown,
}

impl<'n> Walk<'_, 'n> {
    /// Judges packets that leave by an internet gateway. Through a NAT gateway it is the gateway's subnet that needs an
    /// exclusion (IG-13), else the subnet of whoever has the source address.
    pub(super) fn judge_block_on_the_way_out(&mut self, parcel: &mut Parcel<'n>, vpc: &'n VpcId) {
        let (crossing, subnet) = match parcel.mapping {
            Mapping::NatGateway(nat, _) => (Crossing::EgressOnly, self.subnet_of_zonal(nat)),
            Mapping::Interface | Mapping::Bare(_) | Mapping::NatInstance(_) => {
                (Crossing::OwnAddress, self.subnet_of_source(parcel, vpc))
            }
        };
        self.judge_block(parcel, vpc, crossing, subnet);
        self.judge_encryption(parcel, vpc, "InternetGateway");
    }

    /// Judges packets that leave by an egress-only internet gateway.
    pub(super) fn judge_block_at_egress_only(&mut self, parcel: &mut Parcel<'n>, vpc: &'n VpcId) {
        let subnet = self.subnet_of_source(parcel, vpc);
        self.judge_block(parcel, vpc, Crossing::EgressOnly, subnet);
        self.judge_encryption(parcel, vpc, "EgressOnlyInternetGateway");
    }

    /// Judges packets that come in from the internet for a subnet's address.
    pub(super) fn judge_block_on_the_way_in(
        &mut self,
        parcel: &mut Parcel<'n>,
        vpc: &'n VpcId,
        subnet: Option<&'n SubnetId>,
    ) {
        self.judge_block(parcel, vpc, Crossing::Inbound, subnet);
        self.judge_encryption(parcel, vpc, "InternetGateway");
    }

    /// The subnet that a NAT gateway stands in, whichever of its addresses it uses.
    pub(super) fn subnet_of_zonal(&self, id: &NatGatewayId) -> Option<&'n SubnetId> {
        match &self.index.network.nat_gateways.get(id)?.placement {
            NatGatewayPlacement::Zonal(subnet) => Some(subnet),
            NatGatewayPlacement::Regional { .. } | NatGatewayPlacement::Unknown => None,
        }
    }

    fn subnet_of_source(&self, parcel: &Parcel<'n>, vpc: &'n VpcId) -> Option<&'n SubnetId> {
        match self.index.holder(vpc, parcel.header.source.fixed_address()?)? {
            Holder::Interface(interface) => Some(&interface.subnet),
            Holder::NatGateway(nat) => self.subnet_of_zonal(&nat.id),
        }
    }

    fn judge_block(&mut self, parcel: &mut Parcel<'n>, vpc: &VpcId, crossing: Crossing, subnet: Option<&SubnetId>) {
        let Some(BlockPublicAccess::On { mode, exclusions }) =
            self.index.network.vpcs.get(vpc).map(|vpc| &vpc.block_public_access)
        else {
            return;
        };
        let resource = Resource::Vpc(vpc.clone());
        match effect(mode, exclusions, crossing, subnet) {
            Effect::Passes => {}
            Effect::Blocked => {
                self.stop(parcel, Finding::new(Code::BlockPublicAccess, resource, Evidence::State(mode.clone())));
            }
            Effect::Unknown => {
                self.lack(parcel, Code::BlockPublicAccess, resource, Gap::BlockPublicAccess(mode.clone()));
            }
        }
    }

    /// Enforced encryption admits a gateway as an exclusion only (IG-16); what else of it bears on packets is not judged.
    pub(super) fn judge_encryption(&mut self, parcel: &mut Parcel<'n>, vpc: &VpcId, gateway: &str) {
        let Some(controls) = self.index.network.encryption_controls.get(vpc) else { return };
        if !controls.exclusions.iter().any(|excluded| excluded == gateway) {
            let resource = Resource::Vpc(vpc.clone());
            self.lack(parcel, Code::NotDecidedByConfiguration, resource, Gap::EncryptionControls);
        }
    }
}

/// What a mode does with packets, given the exclusions that concern the VPC (IG-11, IG-12).
fn effect(
    mode: &str,
    exclusions: &BlockPublicAccessExclusions,
    crossing: Crossing,
    subnet: Option<&SubnetId>,
) -> Effect {
    let let_out = crossing == Crossing::EgressOnly;
    if mode == "block-ingress" && let_out {
        return Effect::Passes;
    }
    let BlockPublicAccessExclusions::Known(exclusions) = exclusions else { return Effect::Unknown };
    let concerns = exclusions.iter().filter(|own| own.subnet.is_none() || own.subnet.as_ref() == subnet);
    let modes = || concerns.clone().map(|own| &own.mode);
    if modes().any(|own| *own == ExclusionMode::Bidirectional) {
        return Effect::Passes;
    }
    if modes().any(|own| matches!(own, ExclusionMode::Unmodelled(_))) {
        return Effect::Unknown;
    }
    let lets_out = modes().any(|own| *own == ExclusionMode::Egress);
    match (mode, crossing) {
        ("block-bidirectional", Crossing::EgressOnly) if lets_out => Effect::Passes,
        // IG-12 does not say whether a public address of one's own is let out by it.
        ("block-bidirectional", Crossing::OwnAddress) if lets_out => Effect::Unknown,
        ("block-bidirectional" | "block-ingress", _) => Effect::Blocked,
        _ => Effect::Unknown,
    }
}
