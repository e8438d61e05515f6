//! Prefix lists: `describe-prefix-lists` (with ranges), `describe-managed-prefix-lists` (without) and
//! `get-managed-prefix-list-entries` (ranges only, of a list that the answer does not name).

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{IpNet, PrefixList, PrefixListEntries, PrefixListId};

use super::{
    document::Document,
    sighting::{Identity, Sighting, gather, report},
};
use crate::{
    ingest::{
        json::{List, Many, Text, record},
        place::{Flaw, Place, list, range, required, texts},
    },
    notice::{Expected, NoticeKind, Notices, ResourceKind},
};

record! {
    /// An element of `PrefixLists`.
    PrefixListRecord {
        id: Text<'a> = "PrefixListId",
        owner: Text<'a> = "OwnerId",
        name: Text<'a> = "PrefixListName",
        cidrs: Many<Text<'a>> = "Cidrs",
    }
}

record! {
    /// An element of `Entries`.
    EntryRecord {
        cidr: Text<'a> = "Cidr",
    }
}

/// What one document says about a list.
struct Read {
    id: PrefixListId,
    name: Option<String>,
    /// `None` where the document has no ranges.
    ranges: Option<Result<Vec<IpNet>, Flaw>>,
}

fn read(record: &PrefixListRecord<'_>, at: &Place) -> Result<Read, Flaw> {
    let ranges = (record.cidrs != Many::Absent).then(|| ranges(&record.cidrs, at));
    Ok(Read { id: PrefixListId::new(required(&record.id, at, "PrefixListId")?), name: record.name.owned(), ranges })
}

fn ranges(cidrs: &Many<Text<'_>>, at: &Place) -> Result<Vec<IpNet>, Flaw> {
    // The texts are looked at first: they tell an odd element's place.
    texts(cidrs, at, "Cidrs")?;
    let mut ranges = Vec::new();
    for (index, cidr) in cidrs.elements().iter().enumerate() {
        ranges.extend(range(cidr, at, &format!("Cidrs[{index}]"))?);
    }
    Ok(in_order(ranges))
}

fn entries(entries: &List<EntryRecord<'_>>, at: &Place) -> Result<Vec<IpNet>, Flaw> {
    let mut ranges = Vec::new();
    for (index, entry) in list(entries, at, "Entries")? {
        let at = at.item("Entries", index);
        let range = range(&entry.cidr, &at, "Cidr")?;
        ranges.push(range.ok_or_else(|| Flaw::new(&at, "Cidr", None, Expected::Range))?);
    }
    Ok(in_order(ranges))
}

fn in_order(mut ranges: Vec<IpNet>) -> Vec<IpNet> {
    ranges.sort_unstable();
    ranges.dedup();
    ranges
}

/// Makes one list of all that the snapshot says about it.
#[derive(Default)]
struct Parts {
    name: Option<String>,
    known: BTreeSet<Vec<IpNet>>,
    /// Something of the ranges is unreadable or on another page: then none are known, rather than some (GE-10).
    is_partial: bool,
    at: Option<Place>,
}

/// Assembles the prefix lists.
pub(super) fn assemble(documents: &[Document<'_>], notices: &mut Notices) -> BTreeMap<PrefixListId, PrefixList> {
    let kind = ResourceKind::PrefixList;
    let gathered = gather(documents, kind, |d| &d.prefix_lists, |list| Identity::of(&list.id), read, notices);
    let mut lists: BTreeMap<PrefixListId, Parts> = BTreeMap::new();
    for Sighting { value: Read { id, name, ranges }, at, .. } in gathered.sightings {
        let parts = lists.entry(id.clone()).or_default();
        parts.name = parts.name.take().or(name);
        if let Some(ranges) = ranges {
            parts.add(&id, ranges, at, notices);
        }
    }
    let ids: BTreeSet<String> = lists.keys().map(ToString::to_string).collect();
    for document in documents {
        for section in &document.entries {
            let Some(id) = subject(document, &ids) else {
                let at = document.place(&section.key).location();
                notices.add(NoticeKind::EntriesWithoutPrefixList, Some(at));
                continue;
            };
            let id = PrefixListId::new(&id);
            let parts = lists.entry(id.clone()).or_default();
            parts.is_partial |= document.is_cut_off;
            parts.add(&id, entries(&section.items, &document.place("")), document.place(&section.key), notices);
        }
    }
    lists.into_iter().map(|(id, parts)| (id.clone(), parts.finish(id, notices))).collect()
}

impl Parts {
    fn add(&mut self, id: &PrefixListId, ranges: Result<Vec<IpNet>, Flaw>, at: Place, notices: &mut Notices) {
        self.at = Some(at);
        match ranges {
            Ok(ranges) => {
                self.known.insert(ranges);
            }
            Err(flaw) => {
                self.is_partial = true;
                let prefix_list = id.to_string();
                report(flaw, |problem| NoticeKind::PrefixListNotUnderstood { prefix_list, problem }, notices);
            }
        }
    }

    fn finish(mut self, id: PrefixListId, notices: &mut Notices) -> PrefixList {
        if self.known.len() > 1 {
            let kind = NoticeKind::SightingsDiffer { resource: ResourceKind::PrefixList, id: id.to_string() };
            notices.add(kind, self.at.as_ref().map(Place::location));
        }
        let entries = match self.known.pop_last() {
            Some(ranges) if !self.is_partial => PrefixListEntries::Known(ranges),
            Some(_) | None => PrefixListEntries::Unknown,
        };
        PrefixList { id, name: self.name, entries }
    }
}

/// Which list a document with entries is about: what it says itself, else the one list that its file's name names.
fn subject(document: &Document<'_>, ids: &BTreeSet<String>) -> Option<String> {
    if let Some(id) = document.prefix_list.get() {
        return Some(id.to_owned());
    }
    let file = document.file.rsplit('/').next().unwrap_or_default();
    let is_part_of_id = |c: char| c.is_alphanumeric() || c == '-';
    let mut named: BTreeSet<String> =
        file.split(|c| !is_part_of_id(c)).filter(|token| ids.contains(*token)).map(str::to_owned).collect();
    for (start, _) in file.match_indices("pl-") {
        let (before, id) = file.split_at(start);
        let digits: String = id.chars().skip("pl-".len()).take_while(char::is_ascii_alphanumeric).collect();
        if !before.ends_with(char::is_alphanumeric) && !digits.is_empty() {
            named.insert(format!("pl-{digits}"));
        }
    }
    match named.len() {
        1 => named.pop_first(),
        _ => None,
    }
}
