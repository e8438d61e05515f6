//! Following packets under each of several readings of something that the snapshot does not say.

use alloc::vec::Vec;

use super::{Leaf, Parcel, Walk};
use crate::{
    answer::Outcome,
    packet_set::PacketSet,
    reason::{Code, Gap, Resource},
};

impl<'n> Walk<'_, 'n> {
    /// Follows a parcel under each reading, the usual one first. What comes of the packets under every reading is
    /// certain; the rest is undecided for the gap, and would arrive if it does under the first.
    pub(super) fn under_each<T: Copy>(
        &mut self,
        parcel: Parcel<'n>,
        (code, resource, gap): (Code, Resource, Gap),
        readings: &[T],
        follow: impl Fn(&mut Self, Parcel<'n>, T),
    ) {
        let Some((&usual, others)) = readings.split_first() else { return self.give_up(parcel, code, resource, gap) };
        if others.is_empty() {
            return follow(self, parcel, usual);
        }
        let mut agreed: Vec<(PacketSet, PacketSet)> = Vec::new();
        for &other in others {
            let leaves = self.tried(|walk| follow(walk, parcel.clone(), other));
            agreed.push(self.delivered_and_dropped(&leaves));
        }
        let start = self.leaves.len();
        let (heading, leg) = (parcel.heading, parcel.leg);
        let known = parcel.reasons.clone();
        follow(self, parcel, usual);
        let leaves = self.leaves.split_off(start);
        for leaf in leaves {
            let Leaf { outcome, parcel } = leaf;
            let mut same = parcel.packets;
            for &(delivered, dropped) in &agreed {
                same = match outcome {
                    Outcome::Delivered => self.space.and(same, delivered),
                    Outcome::Dropped => self.space.and(same, dropped),
                    Outcome::Undecided { .. } => same,
                };
            }
            let differing = self.space.minus(parcel.packets, same);
            if let Some(mut parcel) = self.part(&parcel, differing) {
                parcel.reasons.clone_from(&known);
                // What is not known is where the readings part, wherever packets came to since.
                let end = (parcel.heading, parcel.leg);
                (parcel.heading, parcel.leg) = (heading, leg);
                self.lack(&mut parcel, code, resource.clone(), gap.clone());
                (parcel.heading, parcel.leg) = end;
                let would_arrive = outcome == Outcome::Delivered;
                self.leaves.push(Leaf { outcome: Outcome::Undecided { would_arrive }, parcel });
            }
            if let Some(parcel) = self.part(&parcel, same) {
                self.leaves.push(Leaf { outcome, parcel });
            }
        }
    }

    /// Returns the leaves that a try comes to; nothing else is left of it.
    fn tried(&mut self, follow: impl FnOnce(&mut Self)) -> Vec<Leaf<'n>> {
        let (reasons, gaps, start) = (self.reasons.clone(), self.gaps.clone(), self.leaves.len());
        follow(self);
        self.reasons = reasons;
        self.gaps = gaps;
        self.leaves.split_off(start)
    }

    fn delivered_and_dropped(&mut self, leaves: &[Leaf<'n>]) -> (PacketSet, PacketSet) {
        let mut sets = (PacketSet::NONE, PacketSet::NONE);
        for leaf in leaves {
            match leaf.outcome {
                Outcome::Delivered => sets.0 = self.space.or(sets.0, leaf.parcel.packets),
                Outcome::Dropped => sets.1 = self.space.or(sets.1, leaf.parcel.packets),
                Outcome::Undecided { .. } => {}
            }
        }
        sets
    }
}
