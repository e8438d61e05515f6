//! Route tables of transit gateways, and their routes: `search-transit-gateway-routes` prints all of a table, Batfish's
//! `TransitGatewayStaticRoutes` the static ones; what VPCs propagate follows from `TransitGatewayRouteTablePropagations`
//! and the VPCs' ranges. None of these answers names its table: the file's name does, or what surrounds them.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{
    IpNet, Network, PrefixListEntries, PrefixListId, RouteState, TransitGatewayAssociation,
    TransitGatewayAttachmentEnd, TransitGatewayAttachmentId, TransitGatewayId, TransitGatewayRoute,
    TransitGatewayRouteOrigin, TransitGatewayRouteTable, TransitGatewayRouteTableId, TransitGatewayRoutesGap,
};

use super::{
    document::Document,
    sighting::{Identity, gather, report},
    tag::{self, Tag},
};
use crate::{
    ingest::{
        json::{List, One, Text, record},
        place::{Flaw, Place, flag, list, object, range, required},
    },
    notice::{Expected, NoticeKind, Notices, ResourceKind},
};

record! {
    /// An element of `TransitGatewayRouteTables`.
    RouteTableRecord {
        id: Text<'a> = "TransitGatewayRouteTableId",
        transit_gateway: Text<'a> = "TransitGatewayId",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// A route.
    RouteRecord {
        destination: Text<'a> = "DestinationCidrBlock",
        prefix_list: Text<'a> = "PrefixListId",
        attachments: List<AttachmentOfRoute<'a>> = "TransitGatewayAttachments",
        origin: Text<'a> = "Type",
        state: Text<'a> = "State",
        local_gateway: Text<'a> = "LocalGatewayRouteTableId",
    }
}

record! {
    /// Where a route or a reference leads.
    AttachmentOfRoute {
        id: Text<'a> = "TransitGatewayAttachmentId",
    }
}

record! {
    /// The routes of one table, in a list of tables.
    RoutesOfOneRecord {
        route_table: Text<'a> = "TransitGatewayRouteTableId",
        routes: List<RouteRecord<'a>> = "Routes",
        has_more: Text<'a> = "AdditionalRoutesAvailable",
    }
}

record! {
    /// That an attachment propagates its routes to a table.
    PropagationRecord {
        attachment: Text<'a> = "TransitGatewayAttachmentId",
        state: Text<'a> = "State",
    }
}

record! {
    /// The propagations to one table, in a list of tables.
    PropagationsOfOneRecord {
        route_table: Text<'a> = "TransitGatewayRouteTableId",
        propagations: List<PropagationRecord<'a>> = "TransitGatewayRouteTablePropagations",
    }
}

record! {
    /// An element of `TransitGatewayPrefixListReferences`.
    PrefixListReferenceRecord {
        route_table: Text<'a> = "TransitGatewayRouteTableId",
        prefix_list: Text<'a> = "PrefixListId",
        attachment: One<AttachmentOfRoute<'a>> = "TransitGatewayAttachment",
        is_blackhole: Text<'a> = "Blackhole",
        state: Text<'a> = "State",
    }
}

/// All that is said about a table.
#[derive(Default)]
struct Parts {
    name: Option<String>,
    transit_gateway: Option<TransitGatewayId>,
    routes: BTreeSet<TransitGatewayRoute>,
    /// Whether a list of every route was seen, or one of static routes.
    has_list: bool,
    has_static_list: bool,
    /// Whether something of a list cannot be read, or is on another page.
    is_partial: bool,
    propagations: Option<BTreeSet<TransitGatewayAttachmentId>>,
    references: BTreeMap<PrefixListId, TransitGatewayRoute>,
}

type Tables = BTreeMap<String, Parts>;

/// Assembles the route tables.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let mut tables = Tables::new();
    let kind = ResourceKind::TransitGatewayRouteTable;
    let listed = gather(
        documents,
        kind,
        |document| &document.transit_gateway_route_tables,
        |table| Identity::of(&table.id),
        |table, at| {
            let gateway = TransitGatewayId::new(required(&table.transit_gateway, at, "TransitGatewayId")?);
            Ok((required(&table.id, at, "TransitGatewayRouteTableId")?.to_owned(), gateway, tag::name(&table.tags)))
        },
        notices,
    );
    for (id, gateway, name) in listed.sightings.into_iter().map(|sighting| sighting.value) {
        let parts = tables.entry(id).or_default();
        parts.transit_gateway = Some(gateway);
        parts.name = parts.name.take().max(name);
    }
    for document in documents {
        add_routes(document, &mut tables, notices);
        add_propagations(document, &mut tables, notices);
    }
    add_references(documents, &mut tables, notices);
    // A table that another account did not list is known by what is associated with it.
    for attachment in network.transit_gateway_attachments.values() {
        if let TransitGatewayAssociation::Table(table) = &attachment.association
            && let Some(parts) = tables.get_mut(table.as_str())
        {
            parts.transit_gateway.get_or_insert_with(|| attachment.transit_gateway.clone());
        }
    }
    let finished = tables.into_iter().filter_map(|(id, parts)| parts.finish(&id, network)).collect::<Vec<_>>();
    network.transit_gateway_route_tables = finished.into_iter().map(|table| (table.id.clone(), table)).collect();
}

fn add_routes(document: &Document<'_>, tables: &mut Tables, notices: &mut Notices) {
    for section in &document.transit_gateway_routes {
        let of_local_gateway = |route: &RouteRecord<'_>| route.local_gateway.get().is_some();
        let elements = || section.items.elements().iter().filter_map(One::get);
        if elements().any(of_local_gateway) {
            continue;
        }
        let Some(table) = subject(document) else {
            if elements().next().is_some() {
                say_without_table(document, &section.key, notices);
            }
            continue;
        };
        let parts = tables.entry(table.clone()).or_default();
        parts.has_list = true;
        parts.is_partial |= document.is_cut_off || document.has_more_routes;
        parts.add(&table, routes(&section.items, &document.place("")), notices);
    }
    for section in &document.transit_gateway_static_routes {
        for (element, at) in section.elements(document) {
            let Some(record) = element.get() else { continue };
            let Some(table) = record.route_table.get() else {
                say_without_table(document, &section.key, notices);
                continue;
            };
            let parts = tables.entry(table.to_owned()).or_default();
            // Standing alone it is an answer about one table, in a list it is of static routes.
            if section.key.is_empty() {
                parts.has_list = true;
            } else {
                parts.has_static_list = true;
            }
            parts.is_partial |= document.is_cut_off || record.has_more.get() == Some("true");
            parts.add(table, routes(&record.routes, &at), notices);
        }
    }
}

fn routes(records: &List<RouteRecord<'_>>, at: &Place) -> Result<Vec<TransitGatewayRoute>, Flaw> {
    let mut found = Vec::new();
    for (index, record) in list(records, at, "Routes")? {
        let at = at.item("Routes", index);
        let state = match record.state.get() {
            Some("deleted") => continue,
            Some("active") | None => RouteState::Active,
            Some("blackhole") => RouteState::Blackhole,
            Some(state) => RouteState::Unmodelled(state.to_owned()),
        };
        let destination = range(&record.destination, &at, "DestinationCidrBlock")?
            .ok_or_else(|| Flaw::new(&at, "DestinationCidrBlock", None, Expected::Range))?;
        let mut attachments = Vec::new();
        for (_, attachment) in list(&record.attachments, &at, "TransitGatewayAttachments")? {
            attachments.extend(attachment.id.get().map(TransitGatewayAttachmentId::new));
        }
        attachments.sort();
        attachments.dedup();
        found.push(TransitGatewayRoute {
            destination,
            prefix_list: record.prefix_list.get().map(PrefixListId::new),
            attachments,
            state,
            origin: match record.origin.get() {
                Some("propagated") => TransitGatewayRouteOrigin::Propagated,
                Some(_) | None => TransitGatewayRouteOrigin::Static,
            },
        });
    }
    Ok(found)
}

fn add_propagations(document: &Document<'_>, tables: &mut Tables, notices: &mut Notices) {
    let mut add = |table: &str, propagations: &List<PropagationRecord<'_>>| {
        let parts = tables.entry(table.to_owned()).or_default();
        let known = parts.propagations.get_or_insert_default();
        for record in propagations.elements().iter().filter_map(One::get) {
            if matches!(record.state.get(), Some("enabled" | "enabling") | None) {
                known.extend(record.attachment.get().map(TransitGatewayAttachmentId::new));
            }
        }
    };
    for section in &document.transit_gateway_propagations {
        match subject(document) {
            Some(table) => add(&table, &section.items),
            None if section.items.elements().is_empty() => {}
            None => say_without_table(document, &section.key, notices),
        }
    }
    for section in &document.transit_gateway_propagation_lists {
        for record in section.items.elements().iter().filter_map(One::get) {
            match record.route_table.get() {
                Some(table) => add(table, &record.propagations),
                None => say_without_table(document, &section.key, notices),
            }
        }
    }
}

fn add_references(documents: &[Document<'_>], tables: &mut Tables, notices: &mut Notices) {
    let references = gather(
        documents,
        ResourceKind::TransitGatewayRouteTable,
        |document| &document.transit_gateway_prefix_list_references,
        |record| Identity::of(&record.route_table),
        |record, at| {
            let table = required(&record.route_table, at, "TransitGatewayRouteTableId")?.to_owned();
            let prefix_list = PrefixListId::new(required(&record.prefix_list, at, "PrefixListId")?);
            let attachment = object(&record.attachment, at, "TransitGatewayAttachment")?;
            let is_blackhole = flag(&record.is_blackhole, at, "Blackhole")?.unwrap_or(false);
            let route = TransitGatewayRoute {
                destination: IpNet::V4(deguchi_model::Ipv4Net::default()),
                prefix_list: Some(prefix_list.clone()),
                attachments: attachment
                    .and_then(|attachment| attachment.id.get())
                    .map(TransitGatewayAttachmentId::new)
                    .into_iter()
                    .collect(),
                state: if is_blackhole { RouteState::Blackhole } else { RouteState::Active },
                origin: TransitGatewayRouteOrigin::Static,
            };
            let is_gone = record.state.get() == Some("deleting");
            Ok((table, prefix_list, (!is_gone).then_some(route)))
        },
        notices,
    );
    for (table, list, route) in references.sightings.into_iter().map(|sighting| sighting.value) {
        if let Some(route) = route {
            tables.entry(table).or_default().references.insert(list, route);
        }
    }
}

fn say_without_table(document: &Document<'_>, key: &str, notices: &mut Notices) {
    let kind = NoticeKind::WithoutTransitGatewayRouteTable { key: key.to_owned() };
    notices.add(kind, Some(document.place(key).location()));
}

impl Parts {
    fn add(&mut self, table: &str, routes: Result<Vec<TransitGatewayRoute>, Flaw>, notices: &mut Notices) {
        match routes {
            Ok(routes) => self.routes.extend(routes),
            Err(flaw) => {
                self.is_partial = true;
                let route_table = table.to_owned();
                report(flaw, |problem| NoticeKind::RouteNotUnderstood { route_table, problem }, notices);
            }
        }
    }

    /// Makes a table of it; `None` where nobody says which gateway it is of.
    fn finish(mut self, id: &str, network: &Network) -> Option<TransitGatewayRouteTable> {
        let transit_gateway = self.transit_gateway.clone()?;
        let mut gaps = BTreeSet::new();
        let lists_propagated = self.routes.iter().any(|route| route.origin == TransitGatewayRouteOrigin::Propagated);
        if self.is_partial || !(self.has_list || (self.has_static_list && self.propagations.is_some())) {
            gaps.insert(TransitGatewayRoutesGap::List);
        }
        // A list that shows propagated routes shows all of them.
        if !(self.has_list && lists_propagated) {
            for attachment in self.propagations.take().unwrap_or_default() {
                let ranges = propagated_ranges(network, &transit_gateway, &attachment);
                if ranges.is_none() {
                    gaps.insert(TransitGatewayRoutesGap::Propagated(attachment.clone()));
                }
                self.routes.extend(ranges.into_iter().flatten().map(|destination| TransitGatewayRoute {
                    destination,
                    prefix_list: None,
                    attachments: vec![attachment.clone()],
                    state: RouteState::Active,
                    origin: TransitGatewayRouteOrigin::Propagated,
                }));
            }
        }
        let shown: BTreeSet<PrefixListId> = self.routes.iter().filter_map(|route| route.prefix_list.clone()).collect();
        for (list, route) in self.references.into_iter().filter(|(list, _)| !shown.contains(list)) {
            match network.prefix_lists.get(&list).map(|list| &list.entries) {
                Some(PrefixListEntries::Known(ranges)) => self
                    .routes
                    .extend(ranges.iter().map(|range| TransitGatewayRoute { destination: *range, ..route.clone() })),
                Some(PrefixListEntries::Unknown) | None => {
                    gaps.insert(TransitGatewayRoutesGap::PrefixList(list));
                }
            }
        }
        Some(TransitGatewayRouteTable {
            id: TransitGatewayRouteTableId::new(id),
            name: self.name,
            transit_gateway,
            routes: self.routes.into_iter().collect(),
            gaps: gaps.into_iter().collect(),
        })
    }
}

/// The ranges that an attachment propagates: those of its VPC; `None` where they are not known, as with BGP.
fn propagated_ranges(
    network: &Network,
    gateway: &TransitGatewayId,
    attachment: &TransitGatewayAttachmentId,
) -> Option<Vec<IpNet>> {
    let attachment = network.transit_gateway_attachments.get(&(gateway.clone(), attachment.clone()))?;
    let TransitGatewayAttachmentEnd::Vpc(end) = &attachment.end else { return None };
    let vpc = network.vpcs.get(&end.vpc)?;
    let v4 = vpc.cidr_blocks.iter().copied().map(IpNet::V4);
    let v6 = vpc.ipv6_cidr_blocks.iter().copied().map(IpNet::V6).filter(|_| end.carries_ipv6);
    Some(v4.chain(v6).collect())
}

/// The table that a document is about: what it says itself, else the one that its file's name names.
pub(super) fn subject(document: &Document<'_>) -> Option<String> {
    if let Some(id) = document.transit_gateway_route_table.get() {
        return Some(id.to_owned());
    }
    let file = document.file.rsplit('/').next().unwrap_or_default();
    let named: BTreeSet<String> = file
        .match_indices(PREFIX)
        .map(|(start, _)| file.chars().skip(file.get(..start).map_or(0, |before| before.chars().count())))
        .map(|rest| rest.skip(PREFIX.len()).take_while(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|digits| !digits.is_empty())
        .map(|digits| format!("{PREFIX}{digits}"))
        .collect();
    named.into_iter().next().filter(|_| file.matches(PREFIX).count() == 1)
}

/// What the id of a transit gateway's route table begins with.
const PREFIX: &str = "tgw-rtb-";
