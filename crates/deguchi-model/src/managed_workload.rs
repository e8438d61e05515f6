//! What services of AWS run by interfaces of their own: databases, and tasks of containers (AP-8).
//!
//! Leaves out functions of Lambda, whose interfaces tell their names themselves.

use alloc::{string::String, vec::Vec};

use crate::{ManagedWorkloadId, NetworkInterfaceId};

/// A database, a cluster of databases, or a task of containers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedWorkload {
    /// Its ARN; where the snapshot has none, its identifier.
    pub id: ManagedWorkloadId,
    /// What else it is called: a database by its identifier, a task by the service that it is of and by its id.
    pub names: Vec<String>,
    /// The names of its endpoints in DNS, in lower case.
    pub dns_names: Vec<String>,
    /// The port that it listens on, where the snapshot says.
    pub port: Option<u16>,
    /// The interfaces that may be its own, as far as the snapshot shows them. A task says which; a database's is told by its VPC, subnets,
    /// groups and zone, and several that have all of these in common may be any of theirs.
    pub interfaces: Vec<NetworkInterfaceId>,
}
