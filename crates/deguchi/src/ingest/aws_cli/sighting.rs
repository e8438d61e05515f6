//! One resource as one document shows it, and how several sightings of one resource become one.
//!
//! Shared VPCs are seen by several accounts, and files overlap.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fmt::{Debug, Display},
};

use super::document::{Document, Section};
use crate::{
    ingest::{
        json::{Many, One, Text},
        place::{Flaw, Place},
    },
    notice::{Expected, NoticeKind, Notices, Problem, ResourceKind},
};

/// One resource as one document shows it.
#[derive(Clone, Debug)]
pub(crate) struct Sighting<T> {
    pub(crate) value: T,
    pub(crate) at: Place,
    /// Whether the account that made the document owns the resource: only the owner sees everything of it.
    pub(crate) is_owners: bool,
    /// Which document it is from.
    pub(crate) document: usize,
}

/// What can be seen more than once.
pub(crate) trait Sighted: Clone + Debug + PartialEq {
    type Id: Ord + Clone + Display;
    const KIND: ResourceKind;

    fn id(&self) -> &Self::Id;

    /// Its `Name` tag: other accounts do not see the tags of a shared resource.
    fn name(&mut self) -> &mut Option<String>;

    /// Puts lists whose order means nothing in one order.
    fn sort(&mut self) {}
}

/// Implements `Sighted` for a type with fields `id` and `name`.
macro_rules! sighted {
    ($type:ident, $id:ident, $kind:ident $(, $value:ident => $sort:expr)?) => {
        impl $crate::ingest::aws_cli::sighting::Sighted for $type {
            type Id = $id;
            const KIND: $crate::notice::ResourceKind = $crate::notice::ResourceKind::$kind;

            fn id(&self) -> &Self::Id {
                &self.id
            }

            fn name(&mut self) -> &mut Option<String> {
                &mut self.name
            }

            $(fn sort(&mut self) {
                let $value = self;
                $sort
            })?
        }
    };
}
pub(crate) use sighted;

/// Everything of one kind that is in the snapshot, and what had to be left out of it.
pub(crate) struct Gathered<T> {
    pub(crate) sightings: Vec<Sighting<T>>,
    /// Where absence proves nothing.
    pub(crate) gaps: Vec<Gap>,
}

/// A document that does not show everything of a kind: something of it had to be left out, or is on another page.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    pub(crate) document: usize,
    /// The VPC (or, for a rule, the group) of what is missing, where that is known.
    pub(crate) inside: Option<String>,
}

/// What can be told of an element even if it cannot be read as a whole.
#[derive(Clone, Copy, Default)]
pub(crate) struct Identity<'t> {
    pub(crate) id: Option<&'t str>,
    pub(crate) owner: Option<&'t str>,
    pub(crate) inside: Option<&'t str>,
}

impl<'t> Identity<'t> {
    /// Takes an id.
    pub(crate) fn of(id: &'t Text<'_>) -> Self {
        Self { id: id.get(), owner: None, inside: None }
    }

    /// Takes the account that owns the element.
    pub(crate) fn owned_by(self, owner: &'t Text<'_>) -> Self {
        Self { owner: owner.get(), ..self }
    }

    /// Takes the VPC that the element is in, or the group that a rule belongs to.
    pub(crate) fn inside(self, whole: &'t Text<'_>) -> Self {
        Self { inside: whole.get(), ..self }
    }
}

/// Reads every element of one kind in all documents; an element that cannot be read becomes a notice.
pub(crate) fn gather<'a, W: 'a, T>(
    documents: &'a [Document<'a>],
    kind: ResourceKind,
    sections: impl Fn(&'a Document<'a>) -> &'a [Section<'a, W>],
    identity: impl Fn(&W) -> Identity<'_>,
    mut read: impl FnMut(&W, &Place) -> Result<T, Flaw>,
    notices: &mut Notices,
) -> Gathered<T> {
    let mut gathered = Gathered { sightings: Vec::new(), gaps: Vec::new() };
    for (index, document) in documents.iter().enumerate() {
        let sections = sections(document);
        if document.is_cut_off && !sections.is_empty() {
            gathered.gaps.push(Gap { document: index, inside: None });
        }
        for section in sections {
            if matches!(section.items, Many::Odd) {
                let key = section.key.to_string();
                notices
                    .add(NoticeKind::NotAList { key, resource: kind }, Some(document.place(&section.key).location()));
                gathered.gaps.push(Gap { document: index, inside: None });
            }
            for (element, at) in section.elements(document) {
                let identity = element.get().map(&identity).unwrap_or_default();
                let value = match element {
                    One::Absent => continue,
                    One::Odd => Err(Flaw::odd(&at, "", Expected::Object)),
                    One::Is(element) => read(element, &at),
                };
                let is_owners = identity.owner.is_some() && identity.owner == document.account.as_deref();
                match value {
                    Ok(value) => gathered.sightings.push(Sighting { value, at, is_owners, document: index }),
                    Err(flaw) => {
                        leave_out(kind, identity.id, flaw, notices);
                        let inside = identity.inside.map(str::to_owned);
                        gathered.gaps.push(Gap { document: index, inside });
                    }
                }
            }
        }
    }
    gathered
}

/// Says that a resource is not in the network.
pub(crate) fn leave_out(resource: ResourceKind, id: Option<&str>, flaw: Flaw, notices: &mut Notices) {
    let Flaw { at, problem } = flaw;
    let kind = NoticeKind::LeftOut { resource, id: id.map(str::to_owned), problem };
    notices.add(kind, Some(at.location()));
}

/// Says that something else than a whole resource could not be read.
pub(crate) fn report(flaw: Flaw, kind: impl FnOnce(Problem) -> NoticeKind, notices: &mut Notices) {
    notices.add(kind(flaw.problem), Some(flaw.at.location()));
}

/// Makes one of several sightings of one resource. Where they differ, the owner's wins, else the one that reads
/// larger: a choice that no order of files changes.
pub(crate) fn settle<T: Sighted>(sightings: Vec<Sighting<T>>, notices: &mut Notices) -> BTreeMap<T::Id, Sighting<T>> {
    let mut settled = BTreeMap::new();
    let mut said = BTreeSet::new();
    for sighting in sightings {
        match settled.entry(sighting.value.id().clone()) {
            Entry::Vacant(free) => {
                free.insert(sighting);
            }
            Entry::Occupied(mut taken) => {
                if let Some(at) = taken.get_mut().absorb(sighting)
                    && said.insert(taken.key().clone())
                {
                    let id = taken.key().to_string();
                    notices.add(NoticeKind::SightingsDiffer { resource: T::KIND, id }, Some(at.location()));
                }
            }
        }
    }
    settled
}

impl<T: Sighted> Sighting<T> {
    /// Takes in another sighting of the same resource; returns its place if the two differ.
    fn absorb(&mut self, mut other: Self) -> Option<Place> {
        let name = if other.is_owners && !self.is_owners { other.value.name().take() } else { None };
        let name = name.or_else(|| self.value.name().take()).or_else(|| other.value.name().take());
        (*self.value.name(), *other.value.name()) = (None, None);
        let differs = self.value != other.value && in_order(&self.value) != in_order(&other.value);
        let at = other.at.clone();
        if differs && other.rank() > self.rank() {
            *self = other;
        } else if other.is_owners {
            self.is_owners = true;
        }
        *self.value.name() = name;
        differs.then_some(at)
    }

    fn rank(&self) -> (bool, String) {
        (self.is_owners, format!("{:?}", self.value))
    }
}

fn in_order<T: Sighted>(value: &T) -> T {
    let mut value = value.clone();
    value.sort();
    value
}
