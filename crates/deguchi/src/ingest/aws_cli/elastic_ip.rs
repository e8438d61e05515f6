//! Elastic IPs, as `describe-addresses` prints them.

use deguchi_model::{ElasticIp, ElasticIpId, InstanceId, NetworkInterfaceId};

use super::{
    sighting::Sighted,
    tag::{self, Tag},
};
use crate::{
    ingest::{
        json::{List, Text, record},
        place::{Flaw, Place, ipv4_address},
    },
    notice::{Expected, ResourceKind},
};

record! {
    /// An element of `Addresses`.
    AddressRecord {
        allocation: Text<'a> = "AllocationId",
        public: Text<'a> = "PublicIp",
        private: Text<'a> = "PrivateIpAddress",
        interface: Text<'a> = "NetworkInterfaceId",
        instance: Text<'a> = "InstanceId",
        tags: List<Tag<'a>> = "Tags",
    }
}

/// An Elastic IP, and the instance it is associated with: older output names no interface.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Address {
    pub(crate) elastic_ip: ElasticIp,
    pub(crate) instance: Option<InstanceId>,
}

impl Sighted for Address {
    type Id = ElasticIpId;
    const KIND: ResourceKind = ResourceKind::ElasticIp;

    fn id(&self) -> &ElasticIpId {
        &self.elastic_ip.id
    }

    fn name(&mut self) -> &mut Option<String> {
        &mut self.elastic_ip.name
    }
}

/// Reads an Elastic IP. One of EC2-Classic has no allocation: its address was its id.
pub(super) fn read(record: &AddressRecord<'_>, at: &Place) -> Result<Address, Flaw> {
    let public = ipv4_address(&record.public, at, "PublicIp")?
        .ok_or_else(|| Flaw::new(at, "PublicIp", None, Expected::Ipv4Address))?;
    let id = record.allocation.get().map_or_else(|| ElasticIpId::new(&public.to_string()), ElasticIpId::new);
    Ok(Address {
        elastic_ip: ElasticIp {
            id,
            name: tag::name(&record.tags),
            public,
            interface: record.interface.get().map(NetworkInterfaceId::new),
            private: ipv4_address(&record.private, at, "PrivateIpAddress")?,
        },
        instance: record.instance.get().map(InstanceId::new),
    })
}
