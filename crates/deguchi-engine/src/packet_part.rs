//! Which part of a query's packets something is about, in a form to print.

use alloc::vec::Vec;

use crate::{
    AddressSet,
    packet_set::{Field, PacketSet, Space},
};

/// A part of the packets of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct PacketPart {
    /// What share of the query's packets it is, 0 to 1.
    pub share: f64,
    /// What sets it apart from the query as a whole: the fields in which it is narrower, with the values that occur.
    /// Empty where it is the whole.
    pub limits: Vec<Limit>,
}

/// One field in which a part is narrower than the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Destination addresses.
    Destination(AddressSet),
    /// Source addresses.
    Source(AddressSet),
    /// Destination ports, as ascending ranges with both ends.
    DestinationPort(Vec<(u16, u16)>),
    /// The client's ports.
    SourcePort(Vec<(u16, u16)>),
    /// The ports that the translation with this number (1 or 2) chose.
    TranslationPort(u8, Vec<(u16, u16)>),
    /// The addresses, counted from 0, that the translation with this number (1 or 2) chose.
    TranslationAddress(u8, Vec<(u16, u16)>),
}

impl PacketPart {
    /// Whether it is all of the query.
    pub fn is_whole(&self) -> bool {
        self.limits.is_empty()
    }

    /// Describes a set within the packets it is a part of.
    pub fn describe(space: &Space, part: PacketSet, whole: PacketSet) -> Self {
        let share = space.share(part, whole);
        if part == whole {
            return Self { share, limits: Vec::new() };
        }
        let limits = Field::ALL
            .into_iter()
            .filter_map(|field| {
                let values = space.values(part, field);
                (values != space.values(whole, field)).then(|| limit(field, values))
            })
            .collect();
        Self { share, limits }
    }
}

fn limit(field: Field, values: Vec<(u128, u128)>) -> Limit {
    match field {
        Field::Destination => Limit::Destination(AddressSet::from_ranges(values)),
        Field::Source => Limit::Source(AddressSet::from_ranges(values)),
        Field::DestinationPort => Limit::DestinationPort(ports(&values)),
        Field::SourcePort => Limit::SourcePort(ports(&values)),
        Field::FirstTranslationAddress => Limit::TranslationAddress(1, ports(&values)),
        Field::FirstTranslationPort => Limit::TranslationPort(1, ports(&values)),
        Field::SecondTranslationAddress => Limit::TranslationAddress(2, ports(&values)),
        Field::SecondTranslationPort => Limit::TranslationPort(2, ports(&values)),
    }
}

fn ports(values: &[(u128, u128)]) -> Vec<(u16, u16)> {
    let port = |value: u128| u16::try_from(value).unwrap_or(u16::MAX);
    values.iter().map(|(first, last)| (port(*first), port(*last))).collect()
}
