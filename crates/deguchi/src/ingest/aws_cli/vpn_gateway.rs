//! Virtual private gateways, as `describe-vpn-gateways` prints them.

use deguchi_model::{VpnGateway, VpnGatewayId};

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
    /// An element of `VpnGateways`.
    VpnGatewayRecord {
        id: Text<'a> = "VpnGatewayId",
        attachments: List<AttachmentRecord<'a>> = "VpcAttachments",
        tags: List<Tag<'a>> = "Tags",
    }
}

sighted!(VpnGateway, VpnGatewayId, VpnGateway);

/// Reads a virtual private gateway.
pub(super) fn read(record: &VpnGatewayRecord<'_>, at: &Place) -> Result<VpnGateway, Flaw> {
    Ok(VpnGateway {
        id: VpnGatewayId::new(required(&record.id, at, "VpnGatewayId")?),
        name: tag::name(&record.tags),
        attachments: attachments(&record.attachments, at, "VpcAttachments")?,
    })
}
