//! Egress-only internet gateways, as `describe-egress-only-internet-gateways` prints them.

use deguchi_model::{EgressOnlyInternetGateway, EgressOnlyInternetGatewayId};

use super::{
    internet_gateway::{AttachmentRecord, attachments},
    sighting::sighted,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, Text, record},
    place::{Flaw, Place, required},
};

record! {
    /// An element of `EgressOnlyInternetGateways`.
    EgressOnlyInternetGatewayRecord {
        id: Text<'a> = "EgressOnlyInternetGatewayId",
        attachments: List<AttachmentRecord<'a>> = "Attachments",
        tags: List<Tag<'a>> = "Tags",
    }
}

sighted!(EgressOnlyInternetGateway, EgressOnlyInternetGatewayId, EgressOnlyInternetGateway);

/// Reads an egress-only internet gateway.
pub(super) fn read(
    record: &EgressOnlyInternetGatewayRecord<'_>,
    at: &Place,
) -> Result<EgressOnlyInternetGateway, Flaw> {
    Ok(EgressOnlyInternetGateway {
        id: EgressOnlyInternetGatewayId::new(required(&record.id, at, "EgressOnlyInternetGatewayId")?),
        name: tag::name(&record.tags),
        attachments: attachments(&record.attachments, at, "Attachments")?,
    })
}
