//! Sets of packets, exact, as interval decision diagrams.
//!
//! A diagram has one level per [`Field`]; an edge is a range of the field's values. Nodes are shared and kept in one
//! [`Space`], so equal sets are the same node: comparing costs nothing, and a result once found is remembered.
//! Rules of AWS are prefixes and ranges, so ranges, not bits, are the grain that keeps diagrams small.
//! Leaves out what a packet means: protocols, translation and rules are the walk's.

use alloc::{boxed::Box, vec, vec::Vec};

use hashbrown::HashMap;

/// One dimension of a packet.
///
/// A query fixes the first four; each address translation with a choice of its own adds an address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Where the client's packet goes; a place in the order of [`crate::address_set::position`].
    Destination,
    /// Where the client's packet comes from, likewise.
    Source,
    /// The port the client's packet goes to.
    DestinationPort,
    /// The port the client's packet comes from.
    SourcePort,
    /// Which of its addresses the first translation on the way chose, counted from 0.
    FirstTranslationAddress,
    /// Which port the first translation on the way chose.
    FirstTranslationPort,
    /// Which of its addresses the second translation chose.
    SecondTranslationAddress,
    /// Which port the second translation chose.
    SecondTranslationPort,
}

impl Field {
    /// Every field, in the order of the diagram's levels.
    pub const ALL: [Self; 8] = [
        Self::Destination,
        Self::Source,
        Self::DestinationPort,
        Self::SourcePort,
        Self::FirstTranslationAddress,
        Self::FirstTranslationPort,
        Self::SecondTranslationAddress,
        Self::SecondTranslationPort,
    ];

    /// The highest value the field can have; the lowest is 0.
    pub const fn last_value(self) -> u128 {
        match self {
            Self::Destination | Self::Source => u128::MAX,
            Self::DestinationPort | Self::SourcePort | Self::FirstTranslationPort | Self::SecondTranslationPort => {
                u16::MAX as u128
            }
            Self::FirstTranslationAddress | Self::SecondTranslationAddress => u8::MAX as u128,
        }
    }
}

/// A set of packets: a handle into the [`Space`] that made it. Equal sets are equal handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketSet(u32);

impl PacketSet {
    /// The set of no packet.
    pub const NONE: Self = Self(0);
    /// The set of every packet.
    pub const ALL: Self = Self(1);

    /// Whether it holds no packet.
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Node {
    field: Field,
    // INVARIANT (canonical): ascending, the last edge ends at the field's last value, neighbours lead to different
    // sets, and there are at least two. `Space::node` makes it so.
    edges: Box<[Edge]>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Edge {
    last: u128,
    to: PacketSet,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    And,
    Or,
    Minus,
}

/// Where packet sets live. One analysis has one space; sets of different spaces must not meet.
#[derive(Default)]
pub struct Space {
    nodes: Vec<Node>,
    unique: HashMap<Node, PacketSet>,
    memo: HashMap<(Operation, PacketSet, PacketSet), PacketSet>,
}

impl Space {
    /// Makes an empty space.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the packets whose field lies in one of the ranges (ascending, disjoint, both ends included).
    pub fn ranges(&mut self, field: Field, ranges: &[(u128, u128)]) -> PacketSet {
        let mut edges = Vec::with_capacity(ranges.len() * 2 + 1);
        let mut from = 0;
        for &(first, last) in ranges {
            if first > from {
                edges.push(Edge { last: first - 1, to: PacketSet::NONE });
            }
            edges.push(Edge { last, to: PacketSet::ALL });
            if last == field.last_value() {
                return self.node(field, edges);
            }
            from = last + 1;
        }
        edges.push(Edge { last: field.last_value(), to: PacketSet::NONE });
        self.node(field, edges)
    }

    /// Returns the packets whose field lies between two values, both included.
    pub fn range(&mut self, field: Field, first: u128, last: u128) -> PacketSet {
        if first > last { PacketSet::NONE } else { self.ranges(field, &[(first, last)]) }
    }

    /// Returns what is in both.
    pub fn and(&mut self, a: PacketSet, b: PacketSet) -> PacketSet {
        if a == b || b == PacketSet::ALL {
            return a;
        }
        if a == PacketSet::ALL {
            return b;
        }
        if a.is_empty() || b.is_empty() {
            return PacketSet::NONE;
        }
        self.combine(Operation::And, a.min(b), a.max(b))
    }

    /// Returns what is in either.
    pub fn or(&mut self, a: PacketSet, b: PacketSet) -> PacketSet {
        if a == b || b.is_empty() {
            return a;
        }
        if a.is_empty() {
            return b;
        }
        if a == PacketSet::ALL || b == PacketSet::ALL {
            return PacketSet::ALL;
        }
        self.combine(Operation::Or, a.min(b), a.max(b))
    }

    /// Returns what is in `a` and not in `b`.
    pub fn minus(&mut self, a: PacketSet, b: PacketSet) -> PacketSet {
        if a == b || a.is_empty() || b == PacketSet::ALL {
            return PacketSet::NONE;
        }
        if b.is_empty() {
            return a;
        }
        self.combine(Operation::Minus, a, b)
    }

    /// Returns the union of many sets, by halves, so that no intermediate set is visited more often than needed.
    pub fn union(&mut self, sets: &[PacketSet]) -> PacketSet {
        match sets {
            [] => PacketSet::NONE,
            [one] => *one,
            _ => {
                let (low, high) = sets.split_at(sets.len() / 2);
                let (low, high) = (self.union(low), self.union(high));
                self.or(low, high)
            }
        }
    }

    /// Returns the values that a field takes in a set, as ascending disjoint ranges.
    pub fn values(&self, set: PacketSet, field: Field) -> Vec<(u128, u128)> {
        let mut found = Vec::new();
        let mut seen = HashMap::new();
        self.collect_values(set, field, &mut seen, &mut found);
        crate::AddressSet::from_ranges(found).ranges().to_vec()
    }

    fn collect_values(
        &self,
        set: PacketSet,
        field: Field,
        seen: &mut HashMap<PacketSet, ()>,
        found: &mut Vec<(u128, u128)>,
    ) {
        if set.is_empty() || seen.insert(set, ()).is_some() {
            return;
        }
        let Some(node) = self.get(set).filter(|node| node.field <= field) else {
            // A level below (or none): the field is free here.
            found.push((0, field.last_value()));
            return;
        };
        let mut first = 0;
        for edge in &node.edges {
            if node.field < field {
                self.collect_values(edge.to, field, seen, found);
            } else if !edge.to.is_empty() {
                found.push((first, edge.last));
            }
            first = edge.last.wrapping_add(1);
        }
    }

    /// Returns the packets that have, for some value of the fields from `field` on, a packet in a set: those fields are
    /// free in the result.
    pub fn without(&mut self, set: PacketSet, field: Field) -> PacketSet {
        let mut memo = HashMap::new();
        self.free_from(set, field, &mut memo)
    }

    fn free_from(&mut self, set: PacketSet, field: Field, memo: &mut HashMap<PacketSet, PacketSet>) -> PacketSet {
        let Some(node) = self.get(set) else { return set };
        if node.field >= field {
            // INVARIANT (canonical): a node is not the empty set.
            return PacketSet::ALL;
        }
        if let Some(known) = memo.get(&set) {
            return *known;
        }
        let (level, edges) = (node.field, node.edges.clone());
        let edges =
            edges.iter().map(|edge| Edge { last: edge.last, to: self.free_from(edge.to, field, memo) }).collect();
        let freed = self.node(level, edges);
        memo.insert(set, freed);
        freed
    }

    /// Returns the packets that have, for some value of one field, a packet in a set: that field is free in the result.
    pub fn forget(&mut self, set: PacketSet, field: Field) -> PacketSet {
        let mut memo = HashMap::new();
        self.forget_in(set, field, &mut memo)
    }

    fn forget_in(&mut self, set: PacketSet, field: Field, memo: &mut HashMap<PacketSet, PacketSet>) -> PacketSet {
        let Some(node) = self.get(set).filter(|node| node.field <= field) else { return set };
        if let Some(known) = memo.get(&set) {
            return *known;
        }
        let (level, edges) = (node.field, node.edges.clone());
        let forgotten = if level == field {
            let targets: Vec<PacketSet> = edges.iter().map(|edge| edge.to).collect();
            self.union(&targets)
        } else {
            let edges = edges.iter().map(|edge| Edge { last: edge.last, to: self.forget_in(edge.to, field, memo) });
            let edges = edges.collect();
            self.node(level, edges)
        };
        memo.insert(set, forgotten);
        forgotten
    }

    /// Returns the share of `whole` that `part` makes up, 0 to 1, every packet counted alike. `part` must lie in `whole`.
    pub fn share(&self, part: PacketSet, whole: PacketSet) -> f64 {
        if part == whole {
            return 1.0;
        }
        let mut memo = HashMap::new();
        let whole = self.weight(whole, &mut memo);
        if whole > 0.0 { self.weight(part, &mut memo) / whole } else { 0.0 }
    }

    /// The share that a set makes up of every packet: a free field leaves it as it is.
    fn weight(&self, set: PacketSet, memo: &mut HashMap<PacketSet, f64>) -> f64 {
        let Some(node) = self.get(set) else {
            return if set.is_empty() { 0.0 } else { 1.0 };
        };
        if let Some(known) = memo.get(&set) {
            return *known;
        }
        let domain = as_float(node.field.last_value()) + 1.0;
        let mut total = 0.0;
        let mut first = 0;
        for edge in &node.edges {
            let width = as_float(edge.last - first) + 1.0;
            total += self.weight(edge.to, memo) * (width / domain);
            first = edge.last.wrapping_add(1);
        }
        memo.insert(set, total);
        total
    }

    /// Whether a set holds the packet with these values, one per field of [`Field::ALL`].
    pub fn contains(&self, set: PacketSet, values: &[u128; 8]) -> bool {
        let mut here = set;
        while let Some(node) = self.get(here) {
            let value = Field::ALL.iter().zip(values).find(|(field, _)| **field == node.field).map_or(0, |(_, v)| *v);
            here = node.edges.iter().find(|edge| value <= edge.last).map_or(PacketSet::NONE, |edge| edge.to);
        }
        here == PacketSet::ALL
    }

    /// Number of nodes made so far: what the space costs.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    fn get(&self, set: PacketSet) -> Option<&Node> {
        self.nodes.get((set.0 as usize).checked_sub(2)?)
    }

    /// Makes a node, or finds the one that is equal.
    fn node(&mut self, field: Field, edges: Vec<Edge>) -> PacketSet {
        // INVARIANT (canonical): neighbours that lead to the same set become one edge.
        let mut merged: Vec<Edge> = Vec::with_capacity(edges.len());
        for edge in edges {
            match merged.last_mut() {
                Some(before) if before.to == edge.to => before.last = edge.last,
                _ => merged.push(edge),
            }
        }
        if let [only] = merged.as_slice() {
            return only.to;
        }
        let node = Node { field, edges: merged.into_boxed_slice() };
        if let Some(known) = self.unique.get(&node) {
            return *known;
        }
        // Two handles are taken by the empty and the full set; 2^32 nodes would need more memory than there is.
        let set = PacketSet(u32::try_from(self.nodes.len() + 2).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.unique.insert(node, set);
        set
    }

    fn combine(&mut self, operation: Operation, a: PacketSet, b: PacketSet) -> PacketSet {
        let key = (operation, a, b);
        if let Some(known) = self.memo.get(&key) {
            return *known;
        }
        let field = self.get(a).map(|node| node.field).into_iter().chain(self.get(b).map(|node| node.field)).min();
        let Some(field) = field else { return self.apply(operation, a, b) };
        let (left, right) = (self.edges(a, field), self.edges(b, field));
        let mut edges = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
        while let (Some(&&x), Some(&&y)) = (left.peek(), right.peek()) {
            let last = x.last.min(y.last);
            edges.push(Edge { last, to: self.apply(operation, x.to, y.to) });
            left.next_if(|edge| edge.last == last);
            right.next_if(|edge| edge.last == last);
        }
        let result = self.node(field, edges);
        self.memo.insert(key, result);
        result
    }

    fn apply(&mut self, operation: Operation, a: PacketSet, b: PacketSet) -> PacketSet {
        match operation {
            Operation::And => self.and(a, b),
            Operation::Or => self.or(a, b),
            Operation::Minus => self.minus(a, b),
        }
    }

    /// The edges of a set at a level; one edge over everything where the set does not look at the field.
    fn edges(&self, set: PacketSet, field: Field) -> Box<[Edge]> {
        match self.get(set) {
            Some(node) if node.field == field => node.edges.clone(),
            _ => vec![Edge { last: field.last_value(), to: set }].into_boxed_slice(),
        }
    }
}

/// A value as a float; what is lost is far below what a share is printed with.
#[expect(clippy::cast_precision_loss, reason = "shares are printed with a few digits")]
fn as_float(value: u128) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A small box: ranges of three fields.
    type Small = ((u128, u128), (u128, u128), (u128, u128));

    fn small_box() -> impl Strategy<Value = Small> {
        let range = || (0_u128..8, 0_u128..8).prop_map(|(a, b)| (a.min(b), a.max(b)));
        (range(), range(), range())
    }

    const FIELDS: [Field; 3] = [Field::Destination, Field::DestinationPort, Field::FirstTranslationPort];

    fn build(space: &mut Space, boxes: &[Small]) -> PacketSet {
        let sets: Vec<PacketSet> = boxes
            .iter()
            .map(|(a, b, c)| {
                let mut set = PacketSet::ALL;
                for (field, (first, last)) in FIELDS.into_iter().zip([a, b, c]) {
                    let range = space.range(field, *first, *last);
                    set = space.and(set, range);
                }
                set
            })
            .collect();
        space.union(&sets)
    }

    fn holds(boxes: &[Small], x: u128, y: u128, z: u128) -> bool {
        boxes.iter().any(|(a, b, c)| (a.0..=a.1).contains(&x) && (b.0..=b.1).contains(&y) && (c.0..=c.1).contains(&z))
    }

    proptest! {
        #[test]
        fn operations_agree_packet_by_packet(
            a in proptest::collection::vec(small_box(), 0..5),
            b in proptest::collection::vec(small_box(), 0..5),
        ) {
            let mut space = Space::new();
            let (p, q) = (build(&mut space, &a), build(&mut space, &b));
            let (and, or, minus) = (space.and(p, q), space.or(p, q), space.minus(p, q));
            let mut count = 0_u32;
            for (x, y, z) in (0..9).flat_map(|x| (0..9).flat_map(move |y| (0..9).map(move |z| (x, y, z)))) {
                let values = [x, 0, y, 0, 0, z, 0, 0];
                let (in_a, in_b) = (holds(&a, x, y, z), holds(&b, x, y, z));
                prop_assert_eq!(space.contains(and, &values), in_a && in_b);
                prop_assert_eq!(space.contains(or, &values), in_a || in_b);
                prop_assert_eq!(space.contains(minus, &values), in_a && !in_b);
                count += u32::from(in_a);
            }
            if !p.is_empty() {
                let cube = build(&mut space, &[((0, 7), (0, 7), (0, 7))]);
                prop_assert!((space.share(p, cube) - f64::from(count) / 512.0).abs() < 1e-9);
            }
        }

        #[test]
        fn equal_sets_are_equal_handles(
            a in proptest::collection::vec(small_box(), 0..5),
            b in proptest::collection::vec(small_box(), 0..5),
        ) {
            let mut space = Space::new();
            let (p, q) = (build(&mut space, &a), build(&mut space, &b));
            // a \ (a \ b) = a ∧ b, by two different ways of reckoning.
            let rest = space.minus(p, q);
            let twice = space.minus(p, rest);
            prop_assert_eq!(twice, space.and(p, q));
            let back = space.or(rest, twice);
            prop_assert_eq!(back, p);
        }

        #[test]
        fn values_of_a_field_are_those_that_occur(a in proptest::collection::vec(small_box(), 0..5)) {
            let mut space = Space::new();
            let set = build(&mut space, &a);
            for (index, field) in FIELDS.into_iter().enumerate() {
                let values = space.values(set, field);
                for value in 0..9_u128 {
                    let occurs = a.iter().any(|(x, y, z)| {
                        let (first, last) = [x, y, z][index];
                        (*first..=*last).contains(&value)
                    });
                    prop_assert_eq!(values.iter().any(|(f, l)| (*f..=*l).contains(&value)), occurs);
                }
            }
        }
    }

    #[test]
    fn a_full_range_is_every_packet() {
        let mut space = Space::new();
        assert_eq!(space.range(Field::SourcePort, 0, 65535), PacketSet::ALL);
        assert_eq!(space.range(Field::Destination, 0, u128::MAX), PacketSet::ALL);
        assert_eq!(space.ranges(Field::SourcePort, &[]), PacketSet::NONE);
        let ports = space.range(Field::SourcePort, 1024, 65535);
        assert_eq!(space.values(ports, Field::SourcePort), [(1024, 65535)]);
        assert_eq!(space.values(ports, Field::DestinationPort), [(0, 65535)]);
    }
}
