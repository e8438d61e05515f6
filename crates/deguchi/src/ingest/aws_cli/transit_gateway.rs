//! Transit gateways, as `describe-transit-gateways` prints them. Their attachments and tables are not read yet.

use deguchi_model::{AccountId, TransitGateway, TransitGatewayId};

use super::{
    sighting::sighted,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, Text, record},
    place::{Flaw, Place, required},
};

record! {
    /// An element of `TransitGateways`.
    TransitGatewayRecord {
        id: Text<'a> = "TransitGatewayId",
        owner: Text<'a> = "OwnerId",
        state: Text<'a> = "State",
        tags: List<Tag<'a>> = "Tags",
    }
}

sighted!(TransitGateway, TransitGatewayId, TransitGateway);

/// Reads a transit gateway.
pub(super) fn read(record: &TransitGatewayRecord<'_>, at: &Place) -> Result<TransitGateway, Flaw> {
    Ok(TransitGateway {
        id: TransitGatewayId::new(required(&record.id, at, "TransitGatewayId")?),
        name: tag::name(&record.tags),
        owner: record.owner.get().map(AccountId::new),
        state: record.state.owned().unwrap_or_default(),
    })
}
