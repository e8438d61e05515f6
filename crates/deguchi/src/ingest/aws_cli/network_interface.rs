//! Network interfaces, as `describe-network-interfaces` prints them, and with less as `describe-instances` does.

use deguchi_model::{
    AccountId, AvailabilityZone, ElasticIpId, InstanceId, InterfaceAddress, InterfaceAttachment, InterfaceKind,
    Ipv4Net, NetworkInterface, NetworkInterfaceId, SecurityGroupId, SourceDestinationCheck, SubnetId, VpcId,
};

use super::{
    sighting::sighted,
    subnet::zone,
    tag::{self, Tag},
};
use crate::{
    ingest::{
        json::{List, Many, One, Text, record},
        place::{Flaw, Place, flag, ipv4_address, ipv4_range, ipv6_address, list, number, object, required},
    },
    notice::Expected,
};

record! {
    /// An element of `NetworkInterfaces`, of either answer (AP-2).
    NetworkInterfaceRecord {
        id: Text<'a> = "NetworkInterfaceId",
        owner: Text<'a> = "OwnerId",
        vpc: Text<'a> = "VpcId",
        subnet: Text<'a> = "SubnetId",
        availability_zone: Text<'a> = "AvailabilityZone",
        availability_zone_id: Text<'a> = "AvailabilityZoneId",
        description: Text<'a> = "Description",
        interface_type: Text<'a> = "InterfaceType",
        requester: Text<'a> = "RequesterId",
        private: Text<'a> = "PrivateIpAddress",
        addresses: List<PrivateAddressRecord<'a>> = "PrivateIpAddresses",
        association: One<AssociationRecord<'a>> = "Association",
        ipv6_addresses: List<Ipv6AddressRecord<'a>> = "Ipv6Addresses",
        ipv4_prefixes: List<Ipv4PrefixRecord<'a>> = "Ipv4Prefixes",
        groups: List<GroupRecord<'a>> = "Groups",
        source_destination_check: Text<'a> = "SourceDestCheck",
        attachment: One<AttachmentRecord<'a>> = "Attachment",
        tags: List<Tag<'a>> = "TagSet",
    }
}

record! {
    /// An element of `PrivateIpAddresses`.
    PrivateAddressRecord {
        private: Text<'a> = "PrivateIpAddress",
        is_primary: Text<'a> = "Primary",
        association: One<AssociationRecord<'a>> = "Association",
    }
}

record! {
    /// The public address that a private one is mapped to.
    AssociationRecord {
        public: Text<'a> = "PublicIp",
        allocation: Text<'a> = "AllocationId",
    }
}

record! {
    /// An element of `Ipv6Addresses`.
    Ipv6AddressRecord {
        address: Text<'a> = "Ipv6Address",
    }
}

record! {
    /// An element of `Ipv4Prefixes`.
    Ipv4PrefixRecord {
        prefix: Text<'a> = "Ipv4Prefix",
    }
}

record! {
    /// A security group that something carries.
    GroupRecord {
        id: Text<'a> = "GroupId",
    }
}

record! {
    /// What an interface is attached to.
    AttachmentRecord {
        instance: Text<'a> = "InstanceId",
        device_index: Text<'a> = "DeviceIndex",
        status: Text<'a> = "Status",
    }
}

/// An interface as far as one answer shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) id: NetworkInterfaceId,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) owner: Option<AccountId>,
    pub(crate) vpc: Option<VpcId>,
    pub(crate) subnet: Option<SubnetId>,
    pub(crate) availability_zone: Option<AvailabilityZone>,
    pub(crate) kind: InterfaceKind,
    pub(crate) addresses: Vec<InterfaceAddress>,
    pub(crate) ipv6_addresses: Vec<std::net::Ipv6Addr>,
    pub(crate) ipv4_prefixes: Vec<Ipv4Net>,
    /// `None` where the answer does not say, which is not the same as an empty list.
    pub(crate) security_groups: Option<Vec<SecurityGroupId>>,
    pub(crate) source_destination_check: SourceDestinationCheck,
    pub(crate) attachment: Option<InterfaceAttachment>,
}

sighted!(Draft, NetworkInterfaceId, NetworkInterface, draft => {
    draft.security_groups.iter_mut().for_each(|groups| groups.sort());
    draft.ipv6_addresses.sort();
    draft.ipv4_prefixes.sort();
});

/// Reads an interface.
pub(super) fn read(record: &NetworkInterfaceRecord<'_>, at: &Place) -> Result<Draft, Flaw> {
    let mut ipv6_addresses = Vec::new();
    for (index, address) in list(&record.ipv6_addresses, at, "Ipv6Addresses")? {
        ipv6_addresses.extend(ipv6_address(&address.address, &at.item("Ipv6Addresses", index), "Ipv6Address")?);
    }
    let mut ipv4_prefixes = Vec::new();
    for (index, prefix) in list(&record.ipv4_prefixes, at, "Ipv4Prefixes")? {
        ipv4_prefixes.extend(ipv4_range(&prefix.prefix, &at.item("Ipv4Prefixes", index), "Ipv4Prefix")?);
    }
    Ok(Draft {
        id: NetworkInterfaceId::new(required(&record.id, at, "NetworkInterfaceId")?),
        name: tag::name(&record.tags),
        description: record.description.owned(),
        owner: record.owner.get().map(AccountId::new),
        vpc: record.vpc.get().map(VpcId::new),
        subnet: record.subnet.get().map(SubnetId::new),
        availability_zone: zone(&record.availability_zone, &record.availability_zone_id),
        kind: kind(record),
        addresses: addresses(record, at)?,
        ipv6_addresses,
        ipv4_prefixes,
        security_groups: groups(&record.groups, at, "Groups")?,
        source_destination_check: source_destination_check(&record.source_destination_check, at)?,
        attachment: attachment(&record.attachment, at)?,
    })
}

/// Reads the groups that something carries; `None` where it does not say.
pub(super) fn groups(
    records: &List<GroupRecord<'_>>,
    at: &Place,
    field: &'static str,
) -> Result<Option<Vec<SecurityGroupId>>, Flaw> {
    if matches!(records, Many::Absent) {
        return Ok(None);
    }
    let mut groups = Vec::new();
    for (index, group) in list(records, at, field)? {
        groups.push(SecurityGroupId::new(required(&group.id, &at.item(field, index), "GroupId")?));
    }
    Ok(Some(groups))
}

/// Reads the source/destination check (PW-4).
pub(super) fn source_destination_check(text: &Text<'_>, at: &Place) -> Result<SourceDestinationCheck, Flaw> {
    Ok(match flag(text, at, "SourceDestCheck")? {
        Some(true) => SourceDestinationCheck::On,
        Some(false) => SourceDestinationCheck::Off,
        None => SourceDestinationCheck::Unknown,
    })
}

/// AP-2: the type, refined by who requested it. Older output has no type, but its description tells.
fn kind(record: &NetworkInterfaceRecord<'_>) -> InterfaceKind {
    let description = record.description.get().unwrap_or_default();
    match record.interface_type.get() {
        Some("nat_gateway") => InterfaceKind::NatGateway,
        Some("transit_gateway") => InterfaceKind::TransitGateway,
        Some("load_balancer" | "network_load_balancer" | "gateway_load_balancer") => InterfaceKind::LoadBalancer,
        Some("vpc_endpoint" | "gateway_load_balancer_endpoint") => InterfaceKind::VpcEndpoint,
        None if description.starts_with("Interface for NAT Gateway ") => InterfaceKind::NatGateway,
        Some("lambda") => InterfaceKind::Function,
        None | Some("interface") if description.starts_with("AWS Lambda VPC ENI") => InterfaceKind::Function,
        None if description.starts_with("VPC Endpoint Interface ") => InterfaceKind::VpcEndpoint,
        None | Some("interface" | "efa" | "efa-only" | "trunk" | "branch") => {
            // An application or classic load balancer's interface is of the ordinary type.
            if description.starts_with("ELB ") || record.requester.get() == Some("amazon-elb") {
                InterfaceKind::LoadBalancer
            } else {
                InterfaceKind::Ordinary
            }
        }
        Some(other) => InterfaceKind::Unmodelled(other.to_owned()),
    }
}

fn attachment(attachment: &One<AttachmentRecord<'_>>, at: &Place) -> Result<Option<InterfaceAttachment>, Flaw> {
    let Some(record) = object(attachment, at, "Attachment")? else { return Ok(None) };
    let at = at.field("Attachment");
    let device_index = number(&record.device_index, &at, "DeviceIndex", Expected::Number)?.unwrap_or(0);
    let device_index = u32::try_from(device_index)
        .map_err(|_| Flaw::new(&at, "DeviceIndex", record.device_index.get(), Expected::Number))?;
    Ok(Some(InterfaceAttachment {
        instance: record.instance.get().map(InstanceId::new),
        device_index,
        is_attached: record.status.get().is_none_or(|status| status == "attached"),
    }))
}

/// Its addresses, the primary one first, each with the public one it is mapped to (IG-3).
fn addresses(record: &NetworkInterfaceRecord<'_>, at: &Place) -> Result<Vec<InterfaceAddress>, Flaw> {
    const FIELD: &str = "PrivateIpAddresses";
    let primary = ipv4_address(&record.private, at, "PrivateIpAddress")?;
    let mut addresses: Vec<(bool, InterfaceAddress)> = Vec::new();
    for (index, address) in list(&record.addresses, at, FIELD)? {
        let at = at.item(FIELD, index);
        let private = ipv4_address(&address.private, &at, "PrivateIpAddress")?
            .ok_or_else(|| Flaw::new(&at, "PrivateIpAddress", None, Expected::Ipv4Address))?;
        let (public, elastic_ip) = association(&address.association, &at)?;
        let is_primary = flag(&address.is_primary, &at, "Primary")?.unwrap_or(primary == Some(private));
        addresses.push((!is_primary, InterfaceAddress { private, public, elastic_ip }));
    }
    if let (Some(private), true) = (primary, addresses.is_empty()) {
        addresses.push((false, InterfaceAddress { private, public: None, elastic_ip: None }));
    }
    addresses.sort_by_key(|(is_secondary, _)| *is_secondary);
    let mut addresses: Vec<InterfaceAddress> = addresses.into_iter().map(|(_, address)| address).collect();
    // Lesser answers show the primary address's association with the interface only.
    let (public, elastic_ip) = association(&record.association, at)?;
    if let (Some(first), Some(public)) = (addresses.first_mut(), public)
        && first.public.is_none()
    {
        (first.public, first.elastic_ip) = (Some(public), elastic_ip);
    }
    Ok(addresses)
}

type Public = (Option<std::net::Ipv4Addr>, Option<ElasticIpId>);

fn association(association: &One<AssociationRecord<'_>>, at: &Place) -> Result<Public, Flaw> {
    let Some(record) = object(association, at, "Association")? else { return Ok((None, None)) };
    let public = ipv4_address(&record.public, &at.field("Association"), "PublicIp")?;
    Ok((public, record.allocation.get().map(ElasticIpId::new)))
}

impl Draft {
    /// Fills what this answer does not show from another; what it shows stays.
    pub(super) fn fill_from(&mut self, other: Self) {
        self.name = self.name.take().or(other.name);
        self.description = self.description.take().or(other.description);
        self.owner = self.owner.take().or(other.owner);
        self.vpc = self.vpc.take().or(other.vpc);
        self.subnet = self.subnet.take().or(other.subnet);
        self.availability_zone = self.availability_zone.take().or(other.availability_zone);
        if self.kind == InterfaceKind::Ordinary {
            self.kind = other.kind;
        }
        for address in &mut self.addresses {
            let same = other.addresses.iter().find(|same| same.private == address.private);
            if let (None, Some(same)) = (address.public, same) {
                (address.public, address.elastic_ip) = (same.public, same.elastic_ip.clone());
            }
        }
        if self.addresses.is_empty() {
            self.addresses = other.addresses;
        }
        if self.ipv6_addresses.is_empty() {
            self.ipv6_addresses = other.ipv6_addresses;
        }
        if self.ipv4_prefixes.is_empty() {
            self.ipv4_prefixes = other.ipv4_prefixes;
        }
        self.security_groups = self.security_groups.take().or(other.security_groups);
        if self.source_destination_check == SourceDestinationCheck::Unknown {
            self.source_destination_check = other.source_destination_check;
        }
        match (&mut self.attachment, other.attachment) {
            (Some(own), Some(other)) => own.instance = own.instance.take().or(other.instance),
            (own @ None, other) => *own = other,
            (Some(_), None) => {}
        }
    }

    /// Makes an interface of it, or names the member without which it is none.
    pub(super) fn finish(
        self,
        vpc_of: impl Fn(&SubnetId) -> Option<VpcId>,
        at: &Place,
    ) -> Result<NetworkInterface, Flaw> {
        let missing = |field| Flaw::new(at, field, None, Expected::Text);
        let subnet = self.subnet.ok_or_else(|| missing("SubnetId"))?;
        let vpc = self.vpc.or_else(|| vpc_of(&subnet)).ok_or_else(|| missing("VpcId"))?;
        // An ordinary interface always carries a group; not to know which is not to know what it lets through.
        let groups = match self.security_groups {
            Some(groups) => groups,
            None if matches!(self.kind, InterfaceKind::Ordinary | InterfaceKind::Function) => {
                return Err(missing("Groups"));
            }
            None => Vec::new(),
        };
        Ok(NetworkInterface {
            id: self.id,
            name: self.name,
            description: self.description,
            owner: self.owner,
            vpc,
            subnet,
            availability_zone: self.availability_zone,
            kind: self.kind,
            addresses: self.addresses,
            ipv6_addresses: self.ipv6_addresses,
            ipv4_prefixes: self.ipv4_prefixes,
            security_groups: groups,
            source_destination_check: self.source_destination_check,
            attachment: self.attachment,
        })
    }
}
