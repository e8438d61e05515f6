//! NAT gateways, as `describe-nat-gateways` prints them.

use deguchi_model::{
    Connectivity, NatGateway, NatGatewayAddress, NatGatewayFailure, NatGatewayId, NatGatewayPlacement, NatGatewayState,
    NetworkInterfaceId, RouteTableId, SubnetId, VpcId,
};

use super::{
    sighting::sighted,
    subnet::zone,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, Text, record},
    place::{Flaw, Place, flag, ipv4_address, list, required, required_list},
};

record! {
    /// An element of `NatGateways`.
    NatGatewayRecord {
        id: Text<'a> = "NatGatewayId",
        vpc: Text<'a> = "VpcId",
        subnet: Text<'a> = "SubnetId",
        state: Text<'a> = "State",
        failure_code: Text<'a> = "FailureCode",
        failure_message: Text<'a> = "FailureMessage",
        connectivity: Text<'a> = "ConnectivityType",
        availability_mode: Text<'a> = "AvailabilityMode",
        auto_provision_zones: Text<'a> = "AutoProvisionZones",
        route_table: Text<'a> = "RouteTableId",
        addresses: List<AddressRecord<'a>> = "NatGatewayAddresses",
        appliances: List<ApplianceRecord<'a>> = "AttachedAppliances",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// An element of `NatGatewayAddresses`.
    AddressRecord {
        private: Text<'a> = "PrivateIp",
        public: Text<'a> = "PublicIp",
        interface: Text<'a> = "NetworkInterfaceId",
        is_primary: Text<'a> = "IsPrimary",
        status: Text<'a> = "Status",
        availability_zone: Text<'a> = "AvailabilityZone",
        availability_zone_id: Text<'a> = "AvailabilityZoneId",
    }
}

record! {
    /// An element of `AttachedAppliances`.
    ApplianceRecord {
        kind: Text<'a> = "Type",
        arn: Text<'a> = "ApplianceArn",
        attachment_state: Text<'a> = "AttachmentState",
    }
}

sighted!(NatGateway, NatGatewayId, NatGateway);

/// Reads a NAT gateway. Deleted ones stay listed for a while (AP-7) and are kept, with their state.
pub(super) fn read(record: &NatGatewayRecord<'_>, at: &Place) -> Result<NatGateway, Flaw> {
    Ok(NatGateway {
        id: NatGatewayId::new(required(&record.id, at, "NatGatewayId")?),
        name: tag::name(&record.tags),
        vpc: VpcId::new(required(&record.vpc, at, "VpcId")?),
        placement: placement(record),
        connectivity: match record.connectivity.get() {
            Some("private") => Connectivity::Private,
            // Older output has no connectivity: there were only public ones.
            _ => Connectivity::Public,
        },
        state: state(record),
        addresses: addresses(record, at)?,
        attached_appliances: appliances(record, at)?,
    })
}

/// What is attached, or is about to be; what is detached is left out.
fn appliances(record: &NatGatewayRecord<'_>, at: &Place) -> Result<Vec<String>, Flaw> {
    let mut appliances = Vec::new();
    for (_, appliance) in list(&record.appliances, at, "AttachedAppliances")? {
        if matches!(appliance.attachment_state.get(), Some("detached" | "detach-failed" | "attach-failed")) {
            continue;
        }
        let name = appliance.arn.owned().or_else(|| appliance.kind.owned());
        appliances.push(name.unwrap_or_else(|| "appliance".to_owned()));
    }
    Ok(appliances)
}

/// AP-5: older output has no `AvailabilityMode`, which means zonal. NG-20: a regional one has no subnet.
fn placement(record: &NatGatewayRecord<'_>) -> NatGatewayPlacement {
    if record.availability_mode.get() == Some("regional") {
        return NatGatewayPlacement::Regional {
            route_table: record.route_table.get().map(RouteTableId::new),
            zones_are_automatic: record.auto_provision_zones.get() != Some("disabled"),
        };
    }
    record.subnet.get().map_or(NatGatewayPlacement::Unknown, |subnet| NatGatewayPlacement::Zonal(SubnetId::new(subnet)))
}

fn state(record: &NatGatewayRecord<'_>) -> NatGatewayState {
    match record.state.get() {
        Some("available") => NatGatewayState::Available,
        Some("pending") => NatGatewayState::Pending,
        Some("failed") => NatGatewayState::Failed(
            record.failure_code.owned().map(|code| NatGatewayFailure { code, message: record.failure_message.owned() }),
        ),
        Some("deleting") => NatGatewayState::Deleting,
        Some("deleted") => NatGatewayState::Deleted,
        Some(other) => NatGatewayState::Unmodelled(other.to_owned()),
        None => NatGatewayState::Unmodelled(String::new()),
    }
}

fn addresses(record: &NatGatewayRecord<'_>, at: &Place) -> Result<Vec<NatGatewayAddress>, Flaw> {
    const FIELD: &str = "NatGatewayAddresses";
    let mut addresses = Vec::new();
    for (index, address) in required_list(&record.addresses, at, FIELD)? {
        let at = at.item(FIELD, index);
        let is_secondary = flag(&address.is_primary, &at, "IsPrimary")? == Some(false);
        let read = NatGatewayAddress {
            private: ipv4_address(&address.private, &at, "PrivateIp")?,
            public: ipv4_address(&address.public, &at, "PublicIp")?,
            interface: address.interface.get().map(NetworkInterfaceId::new),
            // NG-6.
            is_usable: address.status.get().is_none_or(|status| status == "succeeded"),
            availability_zone: zone(&address.availability_zone, &address.availability_zone_id),
        };
        addresses.push((is_secondary, read));
    }
    addresses.sort_by_key(|(is_secondary, _)| *is_secondary);
    Ok(addresses.into_iter().map(|(_, address)| address).collect())
}
