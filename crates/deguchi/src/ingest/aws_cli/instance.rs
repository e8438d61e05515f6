//! Instances, as `describe-instances` prints them, in their reservations or without.

use std::net::Ipv4Addr;

use deguchi_model::{
    ImageId, Instance, InstanceId, InstanceInterface, InstanceState, InterfaceAddress, InterfaceAttachment,
    InterfaceKind, NetworkInterfaceId, SecurityGroupId, SourceDestinationCheck, SubnetId, VpcId,
};

use super::{
    network_interface::{self, Draft, GroupRecord, NetworkInterfaceRecord, groups, source_destination_check},
    sighting::Sighted,
    subnet::zone,
    tag::{self, Tag},
};
use crate::{
    ingest::{
        json::{List, Many, One, Text, record},
        place::{Flaw, Place, ipv4_address, object, required},
    },
    notice::{Expected, ResourceKind},
};

record! {
    /// An element of `Reservations`.
    ReservationRecord {
        owner: Text<'a> = "OwnerId",
        instances: List<InstanceRecord<'a>> = "Instances",
    }
}

record! {
    /// An element of `Instances`.
    InstanceRecord {
        id: Text<'a> = "InstanceId",
        state: One<StateRecord<'a>> = "State",
        image: Text<'a> = "ImageId",
        vpc: Text<'a> = "VpcId",
        subnet: Text<'a> = "SubnetId",
        placement: One<PlacementRecord<'a>> = "Placement",
        private: Text<'a> = "PrivateIpAddress",
        public: Text<'a> = "PublicIpAddress",
        interfaces: List<NetworkInterfaceRecord<'a>> = "NetworkInterfaces",
        groups: List<GroupRecord<'a>> = "SecurityGroups",
        source_destination_check: Text<'a> = "SourceDestCheck",
        profile: One<ProfileRecord<'a>> = "IamInstanceProfile",
        platform: Text<'a> = "Platform",
        platform_details: Text<'a> = "PlatformDetails",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// The state of an instance.
    StateRecord {
        name: Text<'a> = "Name",
    }
}

record! {
    /// Where an instance runs.
    PlacementRecord {
        availability_zone: Text<'a> = "AvailabilityZone",
        availability_zone_id: Text<'a> = "AvailabilityZoneId",
    }
}

record! {
    /// An instance profile (IM-1).
    ProfileRecord {
        arn: Text<'a> = "Arn",
    }
}

/// An instance, and what it says about its interfaces.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InstanceDraft {
    pub(crate) instance: Instance,
    /// Its interfaces, each with its index in the answer's list.
    pub(crate) interfaces: Vec<(usize, Draft)>,
    pub(crate) public: Option<Ipv4Addr>,
    /// The interface that it would have, if none is listed anywhere.
    pub(crate) substitute: Option<Draft>,
}

impl Sighted for InstanceDraft {
    type Id = InstanceId;
    const KIND: ResourceKind = ResourceKind::Instance;

    fn id(&self) -> &InstanceId {
        &self.instance.id
    }

    fn name(&mut self) -> &mut Option<String> {
        &mut self.instance.name
    }
}

/// Reads an instance; `flaws` takes what of its interfaces cannot be read.
pub(super) fn read(
    record: &InstanceRecord<'_>,
    at: &Place,
    flaws: &mut Vec<(Option<String>, Flaw)>,
) -> Result<InstanceDraft, Flaw> {
    let id = InstanceId::new(required(&record.id, at, "InstanceId")?);
    let state = object(&record.state, at, "State")?;
    let instance = Instance {
        name: tag::name(&record.tags),
        tags: tag::all(&record.tags),
        state: match state.and_then(|state| state.name.get()) {
            Some("running") => InstanceState::Running,
            Some(other) => InstanceState::NotRunning(other.to_owned()),
            None => InstanceState::Unknown,
        },
        image: record.image.get().map(ImageId::new),
        vpc: record.vpc.get().map(VpcId::new),
        subnet: record.subnet.get().map(SubnetId::new),
        interfaces: Vec::new(),
        instance_profile: record.profile.get().and_then(|profile| profile.arn.owned()),
        platform: record.platform_details.owned().or_else(|| record.platform.owned()),
        id,
    };
    let public = ipv4_address(&record.public, at, "PublicIpAddress")?;
    let mut draft = InstanceDraft { substitute: None, public, interfaces: Vec::new(), instance };
    read_interfaces(record, at, &mut draft, flaws)?;
    if record.interfaces.elements().is_empty() {
        match substitute(record, at, &draft.instance) {
            Ok(substitute) => draft.substitute = substitute,
            Err(flaw) => flaws.push((record.id.owned(), flaw)),
        }
    }
    Ok(draft)
}

fn read_interfaces(
    record: &InstanceRecord<'_>,
    at: &Place,
    draft: &mut InstanceDraft,
    flaws: &mut Vec<(Option<String>, Flaw)>,
) -> Result<(), Flaw> {
    const FIELD: &str = "NetworkInterfaces";
    if matches!(record.interfaces, Many::Odd) {
        return Err(Flaw::odd(at, FIELD, Expected::List));
    }
    for (index, element) in record.interfaces.elements().iter().enumerate() {
        let at = at.item(FIELD, index);
        let interface = match element {
            One::Absent => continue,
            One::Odd => Err((None, Flaw::odd(&at, "", Expected::Object))),
            One::Is(interface) => network_interface::read(interface, &at).map_err(|flaw| (interface.id.owned(), flaw)),
        };
        match interface {
            Ok(interface) => draft.take(index, interface),
            Err((id, flaw)) => {
                // The instance still has it: what is not in the network is unknown, not absent.
                if let Some(id) = &id {
                    let interface = NetworkInterfaceId::new(id);
                    let device_index = u32::try_from(index).unwrap_or(u32::MAX);
                    draft.instance.interfaces.push(InstanceInterface { device_index, interface });
                }
                flaws.push((id, flaw));
            }
        }
    }
    draft.instance.interfaces.sort();
    Ok(())
}

impl InstanceDraft {
    fn take(&mut self, index: usize, mut interface: Draft) {
        interface.vpc = interface.vpc.or_else(|| self.instance.vpc.clone());
        interface.subnet = interface.subnet.or_else(|| self.instance.subnet.clone());
        let attachment = interface.attachment.get_or_insert(InterfaceAttachment {
            instance: None,
            device_index: u32::try_from(index).unwrap_or(u32::MAX),
            is_attached: true,
        });
        // In an instance's own answer the attachment does not repeat the instance.
        attachment.instance = Some(self.instance.id.clone());
        let device_index = attachment.device_index;
        self.instance.interfaces.push(InstanceInterface { device_index, interface: interface.id.clone() });
        self.interfaces.push((index, interface));
    }
}

/// The interface that an instance has by what it says about itself, for answers cut down to the instance's own members.
fn substitute(record: &InstanceRecord<'_>, at: &Place, instance: &Instance) -> Result<Option<Draft>, Flaw> {
    let private = ipv4_address(&record.private, at, "PrivateIpAddress")?;
    let (Some(private), Some(subnet)) = (private, &instance.subnet) else { return Ok(None) };
    let placement = object(&record.placement, at, "Placement")?;
    let groups: Option<Vec<SecurityGroupId>> = groups(&record.groups, at, "SecurityGroups")?;
    let check: SourceDestinationCheck = source_destination_check(&record.source_destination_check, at)?;
    Ok(Some(Draft {
        id: NetworkInterfaceId::new(instance.id.as_str()),
        name: None,
        description: None,
        owner: None,
        vpc: instance.vpc.clone(),
        subnet: Some(subnet.clone()),
        availability_zone: placement
            .and_then(|placement| zone(&placement.availability_zone, &placement.availability_zone_id)),
        kind: InterfaceKind::Ordinary,
        addresses: vec![InterfaceAddress {
            private,
            public: ipv4_address(&record.public, at, "PublicIpAddress")?,
            elastic_ip: None,
        }],
        ipv6_addresses: Vec::new(),
        ipv4_prefixes: Vec::new(),
        security_groups: groups,
        source_destination_check: check,
        attachment: Some(InterfaceAttachment {
            instance: Some(instance.id.clone()),
            device_index: 0,
            is_attached: true,
        }),
    }))
}
