//! Target groups with their targets: `elbv2 describe-target-groups`, `describe-target-health`,
//! `describe-target-group-attributes`, and Batfish's `LoadBalancerTargetHealth`.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{
    AvailabilityZone, InstanceId, LoadBalancerId, Network, Target, TargetGroup, TargetGroupId, TargetHealth, TargetId,
    TargetKind,
};

use super::{
    document::Document,
    load_balancer::{GroupAttributes, port, subject},
    sighting::{Identity, Sighting, gather, leave_out, settle, sighted},
};
use crate::{
    ingest::{
        json::{List, One, Text, record},
        place::{Flaw, Place, list, object, required},
    },
    notice::{NoticeKind, Notices, ResourceKind},
};

record! {
    /// An element of `TargetGroups`.
    TargetGroupRecord {
        id: Text<'a> = "TargetGroupArn",
        name: Text<'a> = "TargetGroupName",
        protocol: Text<'a> = "Protocol",
        port: Text<'a> = "Port",
        kind: Text<'a> = "TargetType",
    }
}

record! {
    /// An element of Batfish's `LoadBalancerTargetHealth`.
    HealthOfOneRecord {
        target_group: Text<'a> = "TargetGroupArn",
        descriptions: List<TargetHealthRecord<'a>> = "TargetHealthDescriptions",
    }
}

record! {
    /// An element of `TargetHealthDescriptions`.
    TargetHealthRecord {
        target: One<TargetRecord<'a>> = "Target",
        health: One<HealthRecord<'a>> = "TargetHealth",
    }
}

record! {
    /// A target.
    TargetRecord {
        id: Text<'a> = "Id",
        port: Text<'a> = "Port",
        availability_zone: Text<'a> = "AvailabilityZone",
    }
}

record! {
    /// What the load balancer thinks of a target.
    HealthRecord {
        state: Text<'a> = "State",
        reason: Text<'a> = "Reason",
    }
}

sighted!(TargetGroup, TargetGroupId, TargetGroup);

/// Reads target groups and gives them their targets and attributes.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let gathered = gather(
        documents,
        ResourceKind::TargetGroup,
        |document| &document.target_groups,
        |each| Identity::of(&each.id),
        read,
        notices,
    );
    let found = settle(gathered.sightings, notices);
    network.target_groups = found.into_iter().map(|(id, sighting)| (id, sighting.value)).collect();
    let mut targets = targets(documents, network, notices);
    for (id, group) in &mut network.target_groups {
        group.targets = targets.remove(id).flatten();
    }
    set_attributes(documents, network);
}

fn read(record: &TargetGroupRecord<'_>, at: &Place) -> Result<TargetGroup, Flaw> {
    Ok(TargetGroup {
        id: TargetGroupId::new(required(&record.id, at, "TargetGroupArn")?),
        name: record.name.owned(),
        protocol: record.protocol.owned(),
        port: port(&record.port, at, "Port")?,
        kind: match record.kind.get() {
            // Its first answers had no type: targets were instances.
            Some("instance") | None => TargetKind::Instance,
            Some("ip") => TargetKind::Ip,
            Some("lambda") => TargetKind::Lambda,
            Some("alb") => TargetKind::LoadBalancer,
            Some(other) => TargetKind::Unmodelled(other.to_owned()),
        },
        preserves_client_address: None,
        cross_zone: None,
        targets: None,
    })
}

/// The targets of each group; `None` for a group of which any may be missing.
type Targets = BTreeMap<TargetGroupId, Option<Vec<Target>>>;

fn targets(documents: &[Document<'_>], network: &Network, notices: &mut Notices) -> Targets {
    let ids: Vec<String> = network.target_groups.keys().map(ToString::to_string).collect();
    let mut found: Targets = BTreeMap::new();
    let mut add = |id: &str, targets: Result<Vec<Target>, Flaw>, notices: &mut Notices| {
        let group = found.entry(TargetGroupId::new(id)).or_insert_with(|| Some(Vec::new()));
        match targets {
            Ok(targets) => {
                if let Some(known) = group {
                    known.extend(targets);
                    let unique: BTreeSet<Target> = core::mem::take(known).into_iter().collect();
                    known.extend(unique);
                }
            }
            Err(flaw) => {
                *group = None;
                leave_out(ResourceKind::TargetGroup, Some(id), flaw, notices);
            }
        }
    };
    let in_lists = gather(
        documents,
        ResourceKind::TargetGroup,
        |document| &document.target_health_lists,
        |each| Identity::of(&each.target_group),
        |each, at| {
            let id = required(&each.target_group, at, "TargetGroupArn")?.to_owned();
            Ok((id, described(&each.descriptions, at)))
        },
        notices,
    );
    for Sighting { value: (id, targets), .. } in in_lists.sightings {
        add(&id, targets, notices);
    }
    for document in documents {
        for section in &document.target_health {
            let only = if ids.len() == 1 { ids.first().cloned() } else { None };
            match subject(document, &ids).or(only) {
                Some(id) => add(&id, described(&section.items, &document.place("")), notices),
                None => {
                    let at = document.place(&section.key).location();
                    notices.add(NoticeKind::TargetsWithoutTargetGroup, Some(at));
                }
            }
        }
    }
    found
}

fn described(records: &List<TargetHealthRecord<'_>>, at: &Place) -> Result<Vec<Target>, Flaw> {
    const FIELD: &str = "TargetHealthDescriptions";
    let mut targets = Vec::new();
    for (index, record) in list(records, at, FIELD)? {
        let at = at.item(FIELD, index);
        let Some(target) = object(&record.target, &at, "Target")? else { continue };
        let health = object(&record.health, &at, "TargetHealth")?;
        let at = at.field("Target");
        let zone = target.availability_zone.get().filter(|zone| *zone != "all");
        targets.push(Target {
            id: id_of(required(&target.id, &at, "Id")?),
            port: port(&target.port, &at, "Port")?,
            zone: zone.map(AvailabilityZone::new),
            health: health.map_or(TargetHealth::Unknown, health_of),
        });
    }
    Ok(targets)
}

/// Who an id of a target names. Ids are opaque; only what it can be told from decides.
fn id_of(id: &str) -> TargetId {
    match id.parse() {
        Ok(address) => TargetId::Address(address),
        Err(_) if id.contains(":loadbalancer/") => TargetId::LoadBalancer(LoadBalancerId::new(id)),
        Err(_) if id.starts_with("arn:") => TargetId::Other(id.to_owned()),
        Err(_) => TargetId::Instance(InstanceId::new(id)),
    }
}

fn health_of(record: &HealthRecord<'_>) -> TargetHealth {
    let state = record.state.get().unwrap_or_default();
    let why = || match record.reason.get() {
        Some(reason) => format!("{state}: {reason}"),
        None => state.to_owned(),
    };
    match state {
        "healthy" | "unavailable" => TargetHealth::Healthy,
        "unhealthy" => TargetHealth::Unhealthy(why()),
        "unused" | "draining" | "unhealthy.draining" => TargetHealth::NotInUse(why()),
        "initial" => TargetHealth::Initial,
        _ => TargetHealth::Unknown,
    }
}

fn set_attributes(documents: &[Document<'_>], network: &mut Network) {
    let ids: Vec<String> = network.target_groups.keys().map(ToString::to_string).collect();
    let mut set = |id: &str, attributes: GroupAttributes| {
        let Some(group) = network.target_groups.get_mut(id) else { return };
        group.preserves_client_address = attributes.preserves_client_address.or(group.preserves_client_address);
        group.cross_zone = attributes.cross_zone.or(group.cross_zone);
    };
    for document in documents {
        for section in &document.target_group_attributes {
            for record in section.items.elements().iter().filter_map(|each| each.get()) {
                if let Some(id) = record.target_group.get() {
                    set(id, GroupAttributes::read(&record.attributes));
                }
            }
        }
        for section in &document.attributes {
            let attributes = GroupAttributes::read(&section.items);
            if let Some(id) = subject(document, &ids).filter(|_| attributes.is_of_group) {
                set(&id, attributes);
            }
        }
    }
}
