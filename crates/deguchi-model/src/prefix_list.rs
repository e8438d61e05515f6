//! A prefix list: address ranges under one name, AWS's (S3, DynamoDB …) or the customer's.

use alloc::{string::String, vec::Vec};

use crate::{IpNet, PrefixListId};

/// A prefix list.
#[derive(Clone, Debug, PartialEq)]
pub struct PrefixList {
    /// Its id.
    pub id: PrefixListId,
    /// Its name; AWS's own read `com.amazonaws.REGION.SERVICE`.
    pub name: Option<String>,
    /// Its ranges.
    pub entries: PrefixListEntries,
}

/// The ranges of a prefix list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixListEntries {
    /// All of them.
    Known(Vec<IpNet>),
    /// Not in the snapshot: only its id or name is (GE-10).
    Unknown,
}
