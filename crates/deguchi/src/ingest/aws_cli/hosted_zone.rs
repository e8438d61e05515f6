//! Private hosted zones, as Route 53 prints them: `list-hosted-zones`, `get-hosted-zone`, `list-hosted-zones-by-vpc`, and
//! the records of `list-resource-record-sets`, which name no zone: the zone is told by its SOA record.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{HostedZone, HostedZoneId, Network, VpcId, ZoneRecord, ZoneRecordData};

use super::document::{Document, records};
use crate::{
    ingest::{
        json::{List, One, Text, record},
        place::{Flaw, Place, flag, list, object, optional, required},
    },
    notice::{NoticeKind, Notices, ResourceKind},
};

record! {
    /// An element of `HostedZones`, or `HostedZone` itself.
    HostedZoneRecord {
        id: Text<'a> = "Id",
        name: Text<'a> = "Name",
        config: One<ConfigRecord<'a>> = "Config",
        vpcs: List<ZoneVpcRecord<'a>> = "VPCs",
        record_sets: List<RecordSetRecord<'a>> = "ResourceRecordSets",
    }
}

record! {
    /// `Config` of a hosted zone.
    ConfigRecord {
        is_private: Text<'a> = "PrivateZone",
    }
}

record! {
    /// An element of `HostedZoneSummaries`.
    SummaryRecord {
        id: Text<'a> = "HostedZoneId",
        name: Text<'a> = "Name",
    }
}

record! {
    /// An element of `VPCs` of a hosted zone.
    ZoneVpcRecord {
        id: Text<'a> = "VPCId",
    }
}

record! {
    /// An element of `ResourceRecordSets`.
    RecordSetRecord {
        name: Text<'a> = "Name",
        kind: Text<'a> = "Type",
        values: List<ValueRecord<'a>> = "ResourceRecords",
        alias: One<AliasRecord<'a>> = "AliasTarget",
    }
}

record! {
    /// An element of `ResourceRecords`.
    ValueRecord {
        value: Text<'a> = "Value",
    }
}

record! {
    /// `AliasTarget` of a record.
    AliasRecord {
        name: Text<'a> = "DNSName",
    }
}

/// The records of one zone, as one answer lists them.
struct Listing {
    name: String,
    /// Whether its name servers are those that Route 53 prints for every private zone.
    is_private: bool,
    records: Vec<ZoneRecord>,
    place: Place,
}

/// Reads the private zones, and their records where it is plain whose they are.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let mut public: BTreeSet<String> = BTreeSet::new();
    for document in documents {
        let places = document.hosted_zones.iter().flat_map(|section| section.elements(document));
        let alone = std::iter::once((&document.hosted_zone, document.place("HostedZone")));
        for (zone, at) in places.chain(alone) {
            let One::Is(zone) = zone else { continue };
            match read(zone, &at) {
                Ok((id, name, true)) => {
                    zone_of(network, &id, name);
                    if let Err(flaw) = complete(network, (&id, zone), &at) {
                        super::sighting::leave_out(ResourceKind::HostedZone, zone.id.get(), flaw, notices);
                    }
                }
                Ok((_, name, false)) => drop(public.insert(name)),
                Err(flaw) => super::sighting::leave_out(ResourceKind::HostedZone, zone.id.get(), flaw, notices),
            }
        }
        associate(document, network);
    }
    associate_by_vpc(documents, network);
    add_records(documents, network, &public, notices);
}

/// A zone's id, name, and whether it is private.
fn read(zone: &HostedZoneRecord<'_>, at: &Place) -> Result<(HostedZoneId, String, bool), Flaw> {
    let id = HostedZoneId::new(bare_id(required(&zone.id, at, "Id")?));
    let name = normal(required(&zone.name, at, "Name")?);
    let config = object(&zone.config, at, "Config")?;
    let is_private = match config {
        Some(config) => flag(&config.is_private, &at.field("Config"), "PrivateZone")?.unwrap_or(false),
        None => false,
    };
    Ok((id, name, is_private))
}

fn bare_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn zone_of<'n>(network: &'n mut Network, id: &HostedZoneId, name: String) -> &'n mut HostedZone {
    network.hosted_zones.entry(id.clone()).or_insert_with(|| HostedZone {
        id: id.clone(),
        name,
        vpcs: deguchi_model::VpcAssociations::default(),
        records: None,
    })
}

/// What puts AWS's answers together has the VPCs and the records with the zone.
fn complete(network: &mut Network, (id, zone): (&HostedZoneId, &HostedZoneRecord<'_>), at: &Place) -> Result<(), Flaw> {
    let Some(known) = network.hosted_zones.get_mut(id) else { return Ok(()) };
    for (index, vpc) in list(&zone.vpcs, at, "VPCs")? {
        known.vpcs.with.extend(optional(&vpc.id, &at.item("VPCs", index), "VPCId")?.map(VpcId::new));
        known.vpcs.is_complete = true;
    }
    if !matches!(zone.record_sets, List::Absent) {
        let sets = list(&zone.record_sets, at, "ResourceRecordSets")?;
        let mut records = Vec::new();
        for (index, set) in sets {
            records.push(record_of(set, &known.name, &at.item("ResourceRecordSets", index))?.0);
        }
        records.sort();
        known.records = Some(records);
    }
    Ok(())
}

/// `get-hosted-zone` lists the VPCs of its zone.
fn associate(document: &Document<'_>, network: &mut Network) {
    let id = document.hosted_zone.get().and_then(|zone| zone.id.get()).map(|id| HostedZoneId::new(bare_id(id)));
    let Some(zone) = id.and_then(|id| network.hosted_zones.get_mut(&id)) else { return };
    zone.vpcs.with.extend(records(&document.zone_vpcs).filter_map(|vpc| vpc.id.get().map(VpcId::new)));
    zone.vpcs.is_complete |= !document.zone_vpcs.is_empty();
}

/// `list-hosted-zones-by-vpc` does not print the VPC: it is the one that its file's name names, else the only one.
fn associate_by_vpc(documents: &[Document<'_>], network: &mut Network) {
    for document in documents.iter().filter(|document| !document.hosted_zone_summaries.is_empty()) {
        let named = network.vpcs.keys().filter(|vpc| document.file.contains(vpc.as_str()));
        let mut vpcs: Vec<VpcId> = named.cloned().collect();
        if vpcs.is_empty() {
            vpcs.extend(network.vpcs.keys().cloned());
        }
        let own = document.vpc.get().map(VpcId::new);
        let [vpc] = own.map_or(vpcs, |own| vec![own]).try_into().unwrap_or_else(|_| [VpcId::new("")]);
        if vpc.as_str().is_empty() {
            continue;
        }
        let mut listed = BTreeSet::new();
        for summary in records(&document.hosted_zone_summaries) {
            let (Some(id), Some(name)) = (summary.id.get(), summary.name.get()) else { continue };
            let id = HostedZoneId::new(bare_id(id));
            zone_of(network, &id, normal(name)).vpcs.with.insert(vpc.clone());
            listed.insert(id);
        }
        if document.is_cut_off {
            continue;
        }
        network.are_hosted_zones_listed |= network.vpcs.len() == 1;
        for (id, zone) in &mut network.hosted_zones {
            if !listed.contains(id) {
                zone.vpcs.without.insert(vpc.clone());
            }
        }
    }
}

/// Gives records to the zone that has their SOA record's name.
fn add_records(documents: &[Document<'_>], network: &mut Network, public: &BTreeSet<String>, notices: &mut Notices) {
    let mut listings: BTreeMap<String, Vec<Listing>> = BTreeMap::new();
    for document in documents.iter().filter(|document| !document.is_cut_off) {
        for section in &document.record_sets {
            let place = document.place(&section.key);
            match listing(section.elements(document).collect(), &place) {
                Ok(Some(listing)) => listings.entry(listing.name.clone()).or_default().push(listing),
                Ok(None) => notices.add(NoticeKind::RecordsWithoutHostedZone, Some(place.location())),
                Err(flaw) => super::sighting::leave_out(ResourceKind::HostedZone, None, flaw, notices),
            }
        }
    }
    for (name, mut listings) in listings {
        if public.contains(&name) || listings.len() > 1 {
            listings.retain(|listing| listing.is_private);
        }
        let zones: Vec<HostedZoneId> =
            network.hosted_zones.values().filter(|zone| zone.name == name).map(|zone| zone.id.clone()).collect();
        match (zones.as_slice(), listings.len()) {
            ([only], 1..) => {
                if let (Some(zone), Some(listing)) = (network.hosted_zones.get_mut(only), listings.pop()) {
                    zone.records = Some(listing.records);
                }
            }
            // Records of a zone that nothing else is known of: private by its name servers, public otherwise.
            ([], _) => {
                if let Some(listing) = listings.pop().filter(|listing| listing.is_private) {
                    zone_of(network, &HostedZoneId::new(&name), name).records = Some(listing.records);
                }
            }
            (_, _) => {
                if let Some(listing) = listings.pop() {
                    notices.add(NoticeKind::RecordsWithoutHostedZone, Some(listing.place.location()));
                }
            }
        }
    }
}

/// The records of one answer; nothing where no SOA record says of which zone.
fn listing(elements: Vec<(&One<RecordSetRecord<'_>>, Place)>, place: &Place) -> Result<Option<Listing>, Flaw> {
    let sets = || elements.iter().filter_map(|(set, at)| Some((set.get()?, at)));
    let soa = sets().find(|(set, _)| set.kind.get() == Some("SOA"));
    let Some(apex) = soa.and_then(|(set, _)| set.name.get()).map(normal) else { return Ok(None) };
    let mut listing = Listing { name: apex.clone(), is_private: false, records: Vec::new(), place: place.clone() };
    for (set, at) in sets() {
        let (record, is_private) = record_of(set, &apex, at)?;
        listing.is_private |= is_private;
        listing.records.push(record);
    }
    listing.records.sort();
    Ok(Some(listing))
}

/// One record of a zone, and whether it shows that the zone is private.
fn record_of(set: &RecordSetRecord<'_>, apex: &str, at: &Place) -> Result<(ZoneRecord, bool), Flaw> {
    let name = normal(required(&set.name, at, "Name")?);
    let kind = required(&set.kind, at, "Type")?;
    let mut values = Vec::new();
    for (index, value) in list(&set.values, at, "ResourceRecords")? {
        values.extend(optional(&value.value, &at.item("ResourceRecords", index), "Value")?);
    }
    // What Route 53 prints for every private zone; no public zone has it.
    let is_private = kind == "NS" && name == apex && values.iter().any(|value| value.contains(".awsdns-00."));
    let alias = object(&set.alias, at, "AliasTarget")?.and_then(|alias| alias.name.get());
    let data = match (kind, alias) {
        ("A" | "AAAA", Some(alias)) => ZoneRecordData::Name(normal(alias)),
        ("A" | "AAAA", None) => {
            ZoneRecordData::Addresses(values.iter().filter_map(|value| value.trim().parse().ok()).collect())
        }
        ("CNAME", _) => match values.first().copied().or(alias) {
            Some(next) => ZoneRecordData::Name(normal(next)),
            None => ZoneRecordData::Other,
        },
        ("NS", _) if name != apex => ZoneRecordData::Delegation,
        _ => ZoneRecordData::Other,
    };
    Ok((ZoneRecord { name, data }, is_private))
}

/// A name as the model keeps it: in lower case, without a full stop behind, and without Route 53's octal escapes.
pub(super) fn normal(name: &str) -> String {
    let name = name.trim().trim_end_matches('.').to_ascii_lowercase();
    let mut plain = String::with_capacity(name.len());
    let mut rest = name.as_str();
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let digits: String = after.chars().take(3).collect();
        match u8::from_str_radix(&digits, 8) {
            Ok(byte) if digits.len() == 3 && byte.is_ascii() => {
                plain.push(char::from(byte));
                rest = after.get(3..).unwrap_or_default();
            }
            _ => {
                plain.push('\\');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}
