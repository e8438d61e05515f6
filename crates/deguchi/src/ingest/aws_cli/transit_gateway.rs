//! Transit gateways, as `describe-transit-gateways` prints them.

use deguchi_model::{AccountId, TransitGateway, TransitGatewayId};

use super::{
    sighting::sighted,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, One, Text, record},
    place::{Flaw, Place, object, required},
};

record! {
    /// An element of `TransitGateways`.
    TransitGatewayRecord {
        id: Text<'a> = "TransitGatewayId",
        owner: Text<'a> = "OwnerId",
        state: Text<'a> = "State",
        options: One<OptionsRecord<'a>> = "Options",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// What a transit gateway does, or one of its attachments.
    OptionsRecord {
        appliance_mode: Text<'a> = "ApplianceModeSupport",
        ipv6: Text<'a> = "Ipv6Support",
        references: Text<'a> = "SecurityGroupReferencingSupport",
    }
}

/// Top-level keys that answers about transit gateways have.
pub(super) const KEYS: [&str; 12] = [
    "AdditionalRoutesAvailable",
    "Associations",
    "Routes",
    "TransitGatewayAttachments",
    "TransitGatewayPeeringAttachments",
    "TransitGatewayPrefixListReferences",
    "TransitGatewayPropagations",
    "TransitGatewayRouteTableId",
    "TransitGatewayRouteTablePropagations",
    "TransitGatewayRouteTables",
    "TransitGatewayStaticRoutes",
    "TransitGatewayVpcAttachments",
];

sighted!(TransitGateway, TransitGatewayId, TransitGateway);

/// Reads a transit gateway.
pub(super) fn read(record: &TransitGatewayRecord<'_>, at: &Place) -> Result<TransitGateway, Flaw> {
    Ok(TransitGateway {
        id: TransitGatewayId::new(required(&record.id, at, "TransitGatewayId")?),
        name: tag::name(&record.tags),
        owner: record.owner.get().map(AccountId::new),
        state: record.state.owned().unwrap_or_default(),
        // Off unless it is on: the option is younger than many gateways.
        references_groups: object(&record.options, at, "Options")?
            .is_some_and(|options| options.references.get() == Some("enable")),
    })
}
