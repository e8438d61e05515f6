//! VPC endpoints, as `describe-vpc-endpoints` prints them (AP-6).

use deguchi_model::{
    EndpointPolicy, EndpointState, NetworkInterfaceId, RouteTableId, SubnetId, VpcEndpoint, VpcEndpointId,
    VpcEndpointKind, VpcId,
};

use super::{
    hosted_zone::normal,
    network_interface::{GroupRecord, groups},
    policy_document::{self, PolicyText},
    sighting::sighted,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, Many, One, Text, record},
    place::{Flaw, Place, flag, list, object, optional, required, texts},
};

record! {
    /// An element of `VpcEndpoints`.
    VpcEndpointRecord {
        id: Text<'a> = "VpcEndpointId",
        owner: Text<'a> = "OwnerId",
        vpc: Text<'a> = "VpcId",
        service_name: Text<'a> = "ServiceName",
        endpoint_type: Text<'a> = "VpcEndpointType",
        state: Text<'a> = "State",
        route_tables: Many<Text<'a>> = "RouteTableIds",
        interfaces: Many<Text<'a>> = "NetworkInterfaceIds",
        subnets: Many<Text<'a>> = "SubnetIds",
        groups: List<GroupRecord<'a>> = "Groups",
        private_dns_enabled: Text<'a> = "PrivateDnsEnabled",
        policy: PolicyText<'a> = "PolicyDocument",
        dns_entries: List<DnsEntryRecord<'a>> = "DnsEntries",
        dns_options: One<DnsOptionsRecord<'a>> = "DnsOptions",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// An element of `DnsEntries`.
    DnsEntryRecord {
        name: Text<'a> = "DnsName",
    }
}

record! {
    /// `DnsOptions` of an endpoint.
    DnsOptionsRecord {
        only_inbound: Text<'a> = "PrivateDnsOnlyForInboundResolverEndpoint",
    }
}

sighted!(VpcEndpoint, VpcEndpointId, VpcEndpoint, endpoint => {
    if let VpcEndpointKind::Interface { interfaces, security_groups, .. } = &mut endpoint.kind {
        interfaces.sort();
        security_groups.sort();
    }
});

/// Reads an endpoint; `unread` takes the place of a policy that is not one.
pub(super) fn read(
    record: &VpcEndpointRecord<'_>,
    at: &Place,
    unread: &mut Vec<(String, Place)>,
) -> Result<VpcEndpoint, Flaw> {
    let id = required(&record.id, at, "VpcEndpointId")?;
    let policy = policy_document::read_endpoint(&record.policy);
    if policy == EndpointPolicy::Unmodelled {
        unread.push((id.to_owned(), at.field("PolicyDocument")));
    }
    Ok(VpcEndpoint {
        id: VpcEndpointId::new(id),
        name: tag::name(&record.tags),
        vpc: VpcId::new(required(&record.vpc, at, "VpcId")?),
        service_name: required(&record.service_name, at, "ServiceName")?.to_owned(),
        kind: kind(record, at)?,
        state: match record.state.get() {
            None => EndpointState::Available,
            // IE-7: printed in lower case, specified with a capital.
            Some(state) if state.eq_ignore_ascii_case("available") => EndpointState::Available,
            Some(state) => EndpointState::NotAvailable(state.to_owned()),
        },
        policy,
        dns_names: dns_names(record, at)?,
    })
}

/// The names that lead to an endpoint, in one order.
fn dns_names(record: &VpcEndpointRecord<'_>, at: &Place) -> Result<Vec<String>, Flaw> {
    let mut names = Vec::new();
    for (index, entry) in list(&record.dns_entries, at, "DnsEntries")? {
        names.extend(optional(&entry.name, &at.item("DnsEntries", index), "DnsName")?.map(normal));
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// Whether the service's names lead to the endpoint inside its VPC: with `PrivateDnsOnlyForInboundResolverEndpoint` they do
/// for those who ask from on premises only.
fn has_private_dns(record: &VpcEndpointRecord<'_>, at: &Place) -> Result<bool, Flaw> {
    let is_on = flag(&record.private_dns_enabled, at, "PrivateDnsEnabled")?.unwrap_or(false);
    let options = object(&record.dns_options, at, "DnsOptions")?;
    let is_inbound_only = match options {
        Some(options) => flag(&options.only_inbound, at, "PrivateDnsOnlyForInboundResolverEndpoint")?.unwrap_or(false),
        None => false,
    };
    Ok(is_on && !is_inbound_only)
}

fn kind(record: &VpcEndpointRecord<'_>, at: &Place) -> Result<VpcEndpointKind, Flaw> {
    let route_tables = texts(&record.route_tables, at, "RouteTableIds")?;
    let interfaces = texts(&record.interfaces, at, "NetworkInterfaceIds")?;
    let printed = record.endpoint_type.get();
    // The first answers had no type, as there were gateway endpoints only.
    let is_gateway = printed.map_or(interfaces.is_empty(), |printed| printed.eq_ignore_ascii_case("gateway"));
    if is_gateway {
        return Ok(VpcEndpointKind::Gateway {
            route_tables: route_tables.into_iter().map(RouteTableId::new).collect(),
        });
    }
    if printed.is_none_or(|printed| printed.eq_ignore_ascii_case("interface")) {
        return Ok(VpcEndpointKind::Interface {
            interfaces: interfaces.into_iter().map(NetworkInterfaceId::new).collect(),
            security_groups: groups(&record.groups, at, "Groups")?.unwrap_or_default(),
            private_dns_enabled: has_private_dns(record, at)?,
        });
    }
    if printed.is_some_and(|printed| printed.eq_ignore_ascii_case("gatewayloadbalancer")) {
        let subnets = texts(&record.subnets, at, "SubnetIds")?;
        return Ok(VpcEndpointKind::GatewayLoadBalancer {
            interfaces: interfaces.into_iter().map(NetworkInterfaceId::new).collect(),
            subnets: subnets.into_iter().map(SubnetId::new).collect(),
        });
    }
    Ok(VpcEndpointKind::Unmodelled(printed.unwrap_or_default().to_owned()))
}
