//! A private hosted zone of Route 53: names that exist inside the VPCs it is associated with.
//!
//! Leaves out public zones: what they say is asked on the internet, and in a snapshot nothing depends on them.

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use crate::{HostedZoneId, VpcAssociations};

/// A private hosted zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedZone {
    /// Its id, without `/hostedzone/`.
    pub id: HostedZoneId,
    /// Its name, in lower case, without a full stop behind.
    pub name: String,
    /// The VPCs it is associated with.
    pub vpcs: VpcAssociations,
    /// Its records; `None` where the snapshot does not have them all.
    pub records: Option<Vec<ZoneRecord>>,
}

/// What a hosted zone says about one name. Records of other types than these answer no question of deguchi's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ZoneRecord {
    /// The name, in lower case, without a full stop behind; a first label `*` stands for any.
    pub name: String,
    /// What it leads to.
    pub data: ZoneRecordData,
}

/// What a record leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoneRecordData {
    /// Addresses (A and AAAA).
    Addresses(Vec<IpAddr>),
    /// Another name (CNAME, or an alias to something of AWS).
    Name(String),
    /// A name server for what is below (NS); the zone's own is not kept.
    Delegation,
    /// Something else than an address: the name exists.
    Other,
}
