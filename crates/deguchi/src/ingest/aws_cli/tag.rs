//! Tags, of which the network keeps the one called `Name`, and all of an instance.

use std::collections::BTreeMap;

use crate::ingest::json::{List, Text, record};

record! {
    /// One tag.
    Tag {
        key: Text<'a> = "Key",
        value: Text<'a> = "Value",
    }
}

/// The value of the tag `Name`.
pub(crate) fn name(tags: &List<Tag<'_>>) -> Option<String> {
    tags.elements().iter().filter_map(|tag| tag.get()).find(|tag| tag.key.get() == Some("Name"))?.value.owned()
}

/// Every tag that has a readable name; an empty value stays.
pub(crate) fn all(tags: &List<Tag<'_>>) -> BTreeMap<String, String> {
    let readable = tags.elements().iter().filter_map(|tag| tag.get());
    readable.filter_map(|tag| Some((tag.key.owned()?, tag.value.owned().unwrap_or_default()))).collect()
}
