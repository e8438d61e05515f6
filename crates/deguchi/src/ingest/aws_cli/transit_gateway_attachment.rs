//! Attachments of transit gateways: `describe-transit-gateway-attachments` says what each joins and by which table it is
//! steered, `describe-transit-gateway-vpc-attachments` by which subnets, `describe-transit-gateway-peering-attachments`
//! where the other gateway is; `get-transit-gateway-route-table-associations` says it table by table.

use std::collections::{BTreeMap, btree_map::Entry};

use deguchi_model::{
    AccountId, Region, SubnetId, TransitGatewayAssociation, TransitGatewayAttachment, TransitGatewayAttachmentEnd,
    TransitGatewayAttachmentId, TransitGatewayId, TransitGatewayRouteTableId, TransitGatewayVpcAttachment, VpcId,
    VpnConnectionId,
};

use super::{
    document::Document,
    sighting::{Identity, gather},
    tag::{self, Tag},
    transit_gateway::OptionsRecord,
    transit_gateway_route_table::subject,
};
use crate::{
    ingest::{
        json::{List, Many, One, Text, record},
        place::{Flaw, Place, object, required, texts},
    },
    notice::{NoticeKind, Notices, ResourceKind},
};

record! {
    /// An element of `TransitGatewayAttachments`.
    AttachmentRecord {
        id: Text<'a> = "TransitGatewayAttachmentId",
        transit_gateway: Text<'a> = "TransitGatewayId",
        kind: Text<'a> = "ResourceType",
        resource: Text<'a> = "ResourceId",
        owner: Text<'a> = "ResourceOwnerId",
        state: Text<'a> = "State",
        association: One<AssociationRecord<'a>> = "Association",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// That an attachment is steered by a table: inside an attachment, or an element of `Associations`.
    AssociationRecord {
        attachment: Text<'a> = "TransitGatewayAttachmentId",
        route_table: Text<'a> = "TransitGatewayRouteTableId",
        state: Text<'a> = "State",
    }
}

record! {
    /// An element of `TransitGatewayVpcAttachments`.
    VpcAttachmentRecord {
        id: Text<'a> = "TransitGatewayAttachmentId",
        transit_gateway: Text<'a> = "TransitGatewayId",
        vpc: Text<'a> = "VpcId",
        owner: Text<'a> = "VpcOwnerId",
        state: Text<'a> = "State",
        subnets: Many<Text<'a>> = "SubnetIds",
        options: One<OptionsRecord<'a>> = "Options",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// An element of `TransitGatewayPeeringAttachments`.
    PeeringAttachmentRecord {
        id: Text<'a> = "TransitGatewayAttachmentId",
        requester: One<PeeringSideRecord<'a>> = "RequesterTgwInfo",
        accepter: One<PeeringSideRecord<'a>> = "AccepterTgwInfo",
        state: Text<'a> = "State",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// One of two gateways that are joined.
    PeeringSideRecord {
        transit_gateway: Text<'a> = "TransitGatewayId",
        owner: Text<'a> = "OwnerId",
        region: Text<'a> = "Region",
    }
}

type Attachments = BTreeMap<(TransitGatewayId, TransitGatewayAttachmentId), TransitGatewayAttachment>;

/// Assembles the attachments of all that is said about each.
pub(super) fn assemble(documents: &[Document<'_>], notices: &mut Notices) -> Attachments {
    let kind = ResourceKind::TransitGatewayAttachment;
    let mut found = Vec::new();
    let general = gather(
        documents,
        kind,
        |document| &document.transit_gateway_attachments,
        |record| Identity::of(&record.id),
        read,
        notices,
    );
    found.extend(general.sightings.into_iter().map(|sighting| sighting.value));
    let of_vpcs = gather(
        documents,
        kind,
        |document| &document.transit_gateway_vpc_attachments,
        |record| Identity::of(&record.id),
        read_of_vpc,
        notices,
    );
    found.extend(of_vpcs.sightings.into_iter().map(|sighting| sighting.value));
    let peerings = gather(
        documents,
        kind,
        |document| &document.transit_gateway_peering_attachments,
        |record| Identity::of(&record.id),
        read_peering,
        notices,
    );
    found.extend(peerings.sightings.into_iter().flat_map(|sighting| sighting.value));
    let mut attachments = Attachments::new();
    for attachment in found {
        match attachments.entry((attachment.transit_gateway.clone(), attachment.id.clone())) {
            Entry::Vacant(free) => {
                free.insert(attachment);
            }
            Entry::Occupied(mut known) => merge(known.get_mut(), attachment),
        }
    }
    associate(documents, &mut attachments, notices);
    attachments
}

fn read(record: &AttachmentRecord<'_>, at: &Place) -> Result<TransitGatewayAttachment, Flaw> {
    let resource = record.resource.get().unwrap_or_default();
    let owner = || record.owner.get().map(AccountId::new);
    let end = match record.kind.get() {
        Some("vpc") => TransitGatewayAttachmentEnd::Vpc(TransitGatewayVpcAttachment {
            vpc: VpcId::new(required(&record.resource, at, "ResourceId")?),
            owner: owner(),
            subnets: None,
            is_appliance_mode: false,
            carries_ipv6: true,
            references_groups: true,
        }),
        Some("vpn") => TransitGatewayAttachmentEnd::VpnConnection(VpnConnectionId::new(resource)),
        Some("direct-connect-gateway") => TransitGatewayAttachmentEnd::DirectConnect(resource.to_owned()),
        Some("peering" | "tgw-peering") => TransitGatewayAttachmentEnd::Peering {
            transit_gateway: TransitGatewayId::new(required(&record.resource, at, "ResourceId")?),
            owner: owner(),
            region: None,
        },
        kind => TransitGatewayAttachmentEnd::Unmodelled {
            kind: kind.unwrap_or_default().to_owned(),
            id: resource.to_owned(),
        },
    };
    let association = object(&record.association, at, "Association")?;
    Ok(TransitGatewayAttachment {
        id: TransitGatewayAttachmentId::new(required(&record.id, at, "TransitGatewayAttachmentId")?),
        name: tag::name(&record.tags),
        transit_gateway: TransitGatewayId::new(required(&record.transit_gateway, at, "TransitGatewayId")?),
        state: record.state.owned().unwrap_or_default(),
        association: match association.and_then(table_of) {
            Some(table) => TransitGatewayAssociation::Table(table),
            None => TransitGatewayAssociation::None,
        },
        end,
    })
}

/// The table that an association in force names.
fn table_of(association: &AssociationRecord<'_>) -> Option<TransitGatewayRouteTableId> {
    let is_in_force = matches!(association.state.get(), Some("associated") | None);
    association.route_table.get().filter(|_| is_in_force).map(TransitGatewayRouteTableId::new)
}

fn read_of_vpc(record: &VpcAttachmentRecord<'_>, at: &Place) -> Result<TransitGatewayAttachment, Flaw> {
    let options = object(&record.options, at, "Options")?;
    let is_on = |option: fn(&OptionsRecord<'_>) -> Option<bool>| options.and_then(option);
    let subnets = texts(&record.subnets, at, "SubnetIds")?.into_iter().map(SubnetId::new).collect();
    Ok(TransitGatewayAttachment {
        id: TransitGatewayAttachmentId::new(required(&record.id, at, "TransitGatewayAttachmentId")?),
        name: tag::name(&record.tags),
        transit_gateway: TransitGatewayId::new(required(&record.transit_gateway, at, "TransitGatewayId")?),
        state: record.state.owned().unwrap_or_default(),
        association: TransitGatewayAssociation::Unknown,
        end: TransitGatewayAttachmentEnd::Vpc(TransitGatewayVpcAttachment {
            vpc: VpcId::new(required(&record.vpc, at, "VpcId")?),
            owner: record.owner.get().map(AccountId::new),
            subnets: (record.subnets != Many::Absent).then_some(subnets),
            is_appliance_mode: is_on(|options| enabled(&options.appliance_mode)).unwrap_or(false),
            carries_ipv6: is_on(|options| enabled(&options.ipv6)).unwrap_or(false),
            // On unless it is off, as AWS makes attachments; the gateway's own option decides too.
            references_groups: is_on(|options| enabled(&options.references)).unwrap_or(true),
        }),
    })
}

fn enabled(option: &Text<'_>) -> Option<bool> {
    option.get().map(|option| option == "enable")
}

/// Reads what joins two gateways: an attachment of each.
fn read_peering(record: &PeeringAttachmentRecord<'_>, at: &Place) -> Result<Vec<TransitGatewayAttachment>, Flaw> {
    let id = TransitGatewayAttachmentId::new(required(&record.id, at, "TransitGatewayAttachmentId")?);
    let requester = object(&record.requester, at, "RequesterTgwInfo")?;
    let accepter = object(&record.accepter, at, "AccepterTgwInfo")?;
    let mut sides = Vec::new();
    for (own, far) in [(requester, accepter), (accepter, requester)] {
        let (Some(own), Some(far)) = (own, far) else { continue };
        let (Some(gateway), Some(other)) = (own.transit_gateway.get(), far.transit_gateway.get()) else { continue };
        sides.push(TransitGatewayAttachment {
            id: id.clone(),
            name: tag::name(&record.tags),
            transit_gateway: TransitGatewayId::new(gateway),
            state: record.state.owned().unwrap_or_default(),
            association: TransitGatewayAssociation::Unknown,
            end: TransitGatewayAttachmentEnd::Peering {
                transit_gateway: TransitGatewayId::new(other),
                owner: far.owner.get().map(AccountId::new),
                region: far.region.get().map(Region::new),
            },
        });
    }
    Ok(sides)
}

/// Adds what another answer says about an attachment, or the same answer in another account.
fn merge(known: &mut TransitGatewayAttachment, other: TransitGatewayAttachment) {
    let TransitGatewayAttachment { name, state, association, end, .. } = other;
    known.name = known.name.take().max(name);
    known.state = core::mem::take(&mut known.state).max(state);
    if rank(&association) > rank(&known.association) {
        known.association = association;
    }
    merge_ends(&mut known.end, end);
}

fn merge_ends(known: &mut TransitGatewayAttachmentEnd, other: TransitGatewayAttachmentEnd) {
    use TransitGatewayAttachmentEnd::{Peering, Unmodelled, Vpc};
    match (known, other) {
        (Vpc(known), Vpc(other)) => {
            let owner = known.owner.take().or(other.owner.clone());
            if known.subnets.is_none() {
                *known = other;
            }
            known.owner = owner;
        }
        (Peering { owner, region, .. }, Peering { owner: other_owner, region: other_region, .. }) => {
            *owner = owner.take().or(other_owner);
            *region = region.take().or(other_region);
        }
        (known @ Unmodelled { .. }, other) => *known = other,
        _ => {}
    }
}

/// What is said wins over what is not.
fn rank(association: &TransitGatewayAssociation) -> (u8, Option<&TransitGatewayRouteTableId>) {
    match association {
        TransitGatewayAssociation::Unknown => (0, None),
        TransitGatewayAssociation::None => (1, None),
        TransitGatewayAssociation::Table(table) => (2, Some(table)),
    }
}

/// Adds what answers about a table say.
fn associate(documents: &[Document<'_>], attachments: &mut Attachments, notices: &mut Notices) {
    for document in documents {
        for section in &document.transit_gateway_associations {
            let elements = section.items.elements().iter().filter_map(One::get);
            let own: Vec<&AssociationRecord<'_>> = elements.filter(|own| own.attachment.get().is_some()).collect();
            let table = subject(document);
            if table.is_none() && own.iter().any(|own| own.route_table.get().is_none()) {
                let kind = NoticeKind::WithoutTransitGatewayRouteTable { key: section.key.to_string() };
                notices.add(kind, Some(document.place(&section.key).location()));
            }
            for record in own {
                let is_in_force = matches!(record.state.get(), Some("associated") | None);
                let table = record.route_table.get().or(table.as_deref()).filter(|_| is_in_force);
                let (Some(id), Some(table)) = (record.attachment.get(), table) else { continue };
                let association = TransitGatewayAssociation::Table(TransitGatewayRouteTableId::new(table));
                for attachment in attachments.values_mut().filter(|attachment| attachment.id.as_str() == id) {
                    // Of what joins two gateways nobody says which of them the table is of, unless it says so itself.
                    let is_peering = matches!(attachment.end, TransitGatewayAttachmentEnd::Peering { .. });
                    if !is_peering && rank(&association) > rank(&attachment.association) {
                        attachment.association = association.clone();
                    }
                }
            }
        }
    }
}
