//! What becomes of the same packets in two networks: which arrive now and did not, which did and do not, packet by packet.
//!
//! The two queries ask the same of two networks, in which the ends may have other addresses: an end that is one address on
//! either side is the same end. Leaves out why: that the two answers say.

use crate::{
    Answer, Engine, PacketPart, Query, Source,
    packet_set::{Field, PacketSet, Space},
    walk::{Fates, fates},
};

/// How the answers of two networks differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The answer before; `None` where there was nobody to ask about.
    pub before: Option<Answer>,
    /// The answer after.
    pub after: Answer,
    /// Packets that were dropped and arrive.
    pub gained: Option<PacketPart>,
    /// Packets that arrived and are dropped.
    pub lost: Option<PacketPart>,
    /// Packets that are undecided on one side and not on the other.
    pub unsettled: Option<PacketPart>,
    /// Packets that are undecided on both sides.
    pub open: Option<PacketPart>,
}

impl Engine<'_> {
    /// Compares what becomes of a query's packets here with what becomes of them in a later network.
    pub fn compare(&self, query: &Query, after: &Engine<'_>, after_query: &Query) -> Comparison {
        let mut space = Space::new();
        let (mut old, before_answer) = fates(self.index(), &mut space, query);
        let (mut new, after_answer) = fates(after.index(), &mut space, after_query);
        for field in differing_ends(query, after_query) {
            old.forget(&mut space, field);
            new.forget(&mut space, field);
        }
        let whole = space.and(old.whole, new.whole);
        let meet = |space: &mut Space, a: PacketSet, b: PacketSet| {
            let both = space.and(a, b);
            (!both.is_empty()).then(|| PacketPart::describe(space, both, whole))
        };
        let gained = meet(&mut space, old.dropped, new.delivered);
        let lost = meet(&mut space, old.delivered, new.dropped);
        let (old_settled, new_settled) = (space.or(old.delivered, old.dropped), space.or(new.delivered, new.dropped));
        let becomes_open = space.and(old_settled, new.undecided);
        let becomes_settled = space.and(old.undecided, new_settled);
        let unsettled = space.or(becomes_open, becomes_settled);
        let unsettled = meet(&mut space, unsettled, whole);
        let open = meet(&mut space, old.undecided, new.undecided);
        Comparison { before: Some(before_answer), after: after_answer, gained, lost, unsettled, open }
    }

    /// Tells what becomes of a query's packets where there was nobody before to send or receive them.
    pub fn compare_with_nothing(&self, query: &Query) -> Comparison {
        let mut space = Space::new();
        let (new, after) = fates(self.index(), &mut space, query);
        let part = |set: PacketSet| (!set.is_empty()).then(|| PacketPart::describe(&space, set, new.whole));
        Comparison {
            before: None,
            after,
            gained: part(new.delivered),
            lost: None,
            unsettled: part(new.undecided),
            open: None,
        }
    }
}

impl Fates {
    fn forget(&mut self, space: &mut Space, field: Field) {
        for set in [&mut self.whole, &mut self.delivered, &mut self.dropped, &mut self.undecided] {
            *set = space.forget(*set, field);
        }
    }
}

/// The ends that are one address each, and not the same one.
fn differing_ends(before: &Query, after: &Query) -> impl Iterator<Item = Field> {
    let sources = match (&before.source, &after.source) {
        (Source::Interface { address: old, .. }, Source::Interface { address: new, .. }) => old != new,
        _ => false,
    };
    let (old, new) = (before.destination.addresses.only(), after.destination.addresses.only());
    let destinations = matches!((old, new), (Some(old), Some(new)) if old != new);
    [(destinations, Field::Destination), (sources, Field::Source)]
        .into_iter()
        .filter(|(differs, _)| *differs)
        .map(|(_, field)| field)
}
