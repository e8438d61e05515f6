//! Internet gateways, as `describe-internet-gateways` prints them, and attachments of every kind of gateway.

use deguchi_model::{Attachment, AttachmentState, InternetGateway, InternetGatewayId, VpcId};

use super::{
    sighting::sighted,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, Text, record},
    place::{Flaw, Place, required, required_list},
};

record! {
    /// An element of `InternetGateways`.
    InternetGatewayRecord {
        id: Text<'a> = "InternetGatewayId",
        owner: Text<'a> = "OwnerId",
        attachments: List<AttachmentRecord<'a>> = "Attachments",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// The attachment of a gateway to a VPC.
    AttachmentRecord {
        vpc: Text<'a> = "VpcId",
        state: Text<'a> = "State",
    }
}

sighted!(InternetGateway, InternetGatewayId, InternetGateway);

/// Reads an internet gateway.
pub(super) fn read(record: &InternetGatewayRecord<'_>, at: &Place) -> Result<InternetGateway, Flaw> {
    Ok(InternetGateway {
        id: InternetGatewayId::new(required(&record.id, at, "InternetGatewayId")?),
        name: tag::name(&record.tags),
        attachments: attachments(&record.attachments, at, "Attachments")?,
    })
}

/// Reads attachments. An internet gateway's reads `available`, any other's `attached` (AP-1).
pub(super) fn attachments(
    records: &List<AttachmentRecord<'_>>,
    at: &Place,
    field: &'static str,
) -> Result<Vec<Attachment>, Flaw> {
    let mut attachments = Vec::new();
    for (index, record) in required_list(records, at, field)? {
        let vpc = VpcId::new(required(&record.vpc, &at.item(field, index), "VpcId")?);
        let state = match record.state.get() {
            None | Some("available" | "attached") => AttachmentState::Attached,
            Some(state) => AttachmentState::NotAttached(state.to_owned()),
        };
        attachments.push(Attachment { vpc, state });
    }
    Ok(attachments)
}
