//! Which resource of the network a person means by an id, a `Name` tag or an address.

use std::net::IpAddr;

use deguchi_engine::AddressSet;
use deguchi_model::{
    Instance, InstanceState, IpNet, LoadBalancer, ManagedWorkload, NatGateway, Network, NetworkInterface, PrefixList,
    PrefixListEntries, Subnet, VpcEndpoint,
};

use super::closest::closest;
use crate::{
    error::{Candidate, Error, ErrorKind},
    notice::ResourceKind,
};

/// A resource that was asked for.
#[derive(Clone, Copy)]
pub(crate) enum Found<'n> {
    /// An instance.
    Instance(&'n Instance),
    /// A network interface.
    Interface(&'n NetworkInterface),
    /// A subnet.
    Subnet(&'n Subnet),
    /// A NAT gateway.
    NatGateway(&'n NatGateway),
    /// A VPC endpoint.
    VpcEndpoint(&'n VpcEndpoint),
    /// A load balancer.
    LoadBalancer(&'n LoadBalancer),
    /// A database, or a task of containers.
    Workload(&'n ManagedWorkload),
    /// A prefix list.
    PrefixList(&'n PrefixList),
    /// Something that neither sends nor receives.
    Other(ResourceKind),
}

/// Finds what an id or a `Name` tag stands for; a name that several resources have is an error that lists them.
pub(crate) fn find<'n>(network: &'n Network, asked: &str) -> Result<Option<Found<'n>>, Error> {
    match by_id(network, asked) {
        Some(found) => Ok(Some(found)),
        None => by_name(network, asked),
    }
}

fn by_id<'n>(network: &'n Network, asked: &str) -> Option<Found<'n>> {
    let n = network;
    None.or_else(|| n.instances.get(asked).map(Found::Instance))
        .or_else(|| n.network_interfaces.get(asked).map(Found::Interface))
        .or_else(|| n.subnets.get(asked).map(Found::Subnet))
        .or_else(|| n.nat_gateways.get(asked).map(Found::NatGateway))
        .or_else(|| n.vpc_endpoints.get(asked).map(Found::VpcEndpoint))
        .or_else(|| n.prefix_lists.get(asked).map(Found::PrefixList))
        .or_else(|| n.load_balancers.get(asked).map(Found::LoadBalancer))
        .or_else(|| n.managed_workloads.get(asked).map(Found::Workload))
        .or_else(|| other_kind(network, asked).map(Found::Other))
}

fn other_kind(network: &Network, asked: &str) -> Option<ResourceKind> {
    let kinds = [
        (network.vpcs.contains_key(asked), ResourceKind::Vpc),
        (network.route_tables.contains_key(asked), ResourceKind::RouteTable),
        (network.security_groups.contains_key(asked), ResourceKind::SecurityGroup),
        (network.network_acls.contains_key(asked), ResourceKind::NetworkAcl),
        (network.images.contains_key(asked), ResourceKind::Image),
        (network.internet_gateways.contains_key(asked), ResourceKind::InternetGateway),
        (network.egress_only_internet_gateways.contains_key(asked), ResourceKind::EgressOnlyInternetGateway),
        (network.elastic_ips.contains_key(asked), ResourceKind::ElasticIp),
        (network.vpn_gateways.contains_key(asked), ResourceKind::VpnGateway),
        (network.vpn_connections.contains_key(asked), ResourceKind::VpnConnection),
        (network.peering_connections.contains_key(asked), ResourceKind::PeeringConnection),
        (network.transit_gateways.contains_key(asked), ResourceKind::TransitGateway),
    ];
    kinds.into_iter().find(|(is_there, _)| *is_there).map(|(_, kind)| kind)
}

/// Instances come first, then interfaces, subnets, NAT gateways and endpoints, load balancers, databases and tasks, and what services
/// describe their interfaces as: the first kind that has the name decides.
fn by_name<'n>(network: &'n Network, asked: &str) -> Result<Option<Found<'n>>, Error> {
    let is_it = |name: &Option<String>| name.as_deref() == Some(asked);
    let mut instances: Vec<&Instance> = network.instances.values().filter(|i| is_it(&i.name)).collect();
    if instances.iter().any(|instance| !is_gone(instance)) {
        instances.retain(|instance| !is_gone(instance));
    }
    let tiers: [Vec<Found<'n>>; 8] = [
        instances.into_iter().map(Found::Instance).collect(),
        network.network_interfaces.values().filter(|i| is_it(&i.name)).map(Found::Interface).collect(),
        network.subnets.values().filter(|s| is_it(&s.name)).map(Found::Subnet).collect(),
        network.nat_gateways.values().filter(|g| is_it(&g.name)).map(Found::NatGateway).collect(),
        network.vpc_endpoints.values().filter(|e| is_it(&e.name)).map(Found::VpcEndpoint).collect(),
        network.load_balancers.values().filter(|each| is_called(each, asked)).map(Found::LoadBalancer).collect(),
        network.managed_workloads.values().filter(|each| is_workload(each, asked)).map(Found::Workload).collect(),
        network.network_interfaces.values().filter(|each| is_described(each, asked)).map(Found::Interface).collect(),
    ];
    for tier in tiers {
        match tier.as_slice() {
            [] => {}
            [one] => return Ok(Some(*one)),
            several => {
                let candidates = several.iter().map(candidate).collect();
                return Err(Error::new(ErrorKind::AmbiguousName { asked: asked.to_owned(), candidates }));
            }
        }
    }
    Ok(None)
}

/// Whether a service of AWS describes its interface so: by these words, or as that of the function of this name.
fn is_described(interface: &NetworkInterface, asked: &str) -> bool {
    let Some(description) = interface.description.as_deref().filter(|_| !asked.is_empty()) else { return false };
    let instance = interface.attachment.as_ref().and_then(|attachment| attachment.instance.as_ref());
    // `AWS Lambda VPC ENI-NAME-` and a UUID; older ones `AWS Lambda VPC ENI: ` and a UUID.
    let of_function = description.strip_prefix("AWS Lambda VPC ENI-").and_then(|rest| rest.strip_prefix(asked));
    let is_of_function = of_function.is_some_and(|rest| {
        rest.is_empty() || rest.strip_prefix('-').is_some_and(|id| id.len() == 36 && id.split('-').count() == 5)
    });
    instance.is_none() && (description == asked || is_of_function)
}

/// Whether a load balancer has this name, or this name in DNS.
fn is_called(load_balancer: &LoadBalancer, asked: &str) -> bool {
    load_balancer.name.as_deref() == Some(asked) || has_dns_name(load_balancer, asked)
}

/// Whether a database or a task has this name, or this name in DNS.
fn is_workload(workload: &ManagedWorkload, asked: &str) -> bool {
    workload.names.iter().any(|name| name == asked) || is_endpoint(workload, asked)
}

/// Whether clients resolve this name to a database.
pub(crate) fn is_endpoint(workload: &ManagedWorkload, asked: &str) -> bool {
    let asked = asked.trim_end_matches('.');
    workload.dns_names.iter().any(|name| name.eq_ignore_ascii_case(asked))
}

/// The port that a database listens on, by what it or an interface of its own is called.
pub(crate) fn port_of(network: &Network, asked: &str) -> Option<u16> {
    match find(network, asked).ok()?? {
        Found::Workload(workload) => workload.port,
        Found::Interface(interface) => {
            let mut own = network.managed_workloads.values().filter(|each| each.interfaces.contains(&interface.id));
            own.find_map(|workload| workload.port)
        }
        _ => None,
    }
}

/// Whether clients resolve this name to a load balancer; `dualstack.` before it changes nothing but the family.
pub(crate) fn has_dns_name(load_balancer: &LoadBalancer, asked: &str) -> bool {
    let asked = asked.trim_end_matches('.');
    let asked = asked.strip_prefix("dualstack.").unwrap_or(asked);
    load_balancer.dns_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(asked))
}

/// Whether an instance is terminated: AWS lists it for an hour more, without interfaces.
fn is_gone(instance: &Instance) -> bool {
    matches!(&instance.state, InstanceState::NotRunning(state) if state == "terminated")
        && instance.interfaces.is_empty()
}

/// Describes one of several resources with the same name.
fn candidate(found: &Found<'_>) -> Candidate {
    match found {
        Found::Instance(instance) => Candidate {
            id: instance.id.to_string(),
            subnet: instance.subnet.as_ref().map(ToString::to_string),
            state: state_of(instance),
        },
        Found::Interface(interface) => candidate_interface(interface),
        Found::Subnet(subnet) => {
            Candidate { id: subnet.id.to_string(), subnet: None, state: subnet.cidr_block.map(|cidr| cidr.to_string()) }
        }
        Found::NatGateway(gateway) => Candidate { id: gateway.id.to_string(), subnet: None, state: None },
        Found::VpcEndpoint(endpoint) => {
            Candidate { id: endpoint.id.to_string(), subnet: None, state: Some(endpoint.service_name.clone()) }
        }
        Found::LoadBalancer(load_balancer) => {
            Candidate { id: load_balancer.id.to_string(), subnet: None, state: load_balancer.dns_name.clone() }
        }
        Found::Workload(workload) => Candidate { id: workload.id.to_string(), subnet: None, state: None },
        Found::PrefixList(list) => Candidate { id: list.id.to_string(), subnet: None, state: None },
        Found::Other(kind) => Candidate { id: kind.command().to_owned(), subnet: None, state: None },
    }
}

/// Describes an interface that is one of several.
pub(crate) fn candidate_interface(interface: &NetworkInterface) -> Candidate {
    Candidate {
        id: interface.id.to_string(),
        subnet: Some(interface.subnet.to_string()),
        state: interface.attachment.as_ref().and_then(|at| at.instance.as_ref()).map(ToString::to_string),
    }
}

/// The state of an instance as AWS prints it.
pub(crate) fn state_of(instance: &Instance) -> Option<String> {
    match &instance.state {
        InstanceState::Running => Some("running".to_owned()),
        InstanceState::NotRunning(state) => Some(state.clone()),
        InstanceState::Unknown => None,
    }
}

/// Returns the interfaces that an address leads to, each with the private address behind it.
pub(crate) fn holders(network: &Network, address: IpAddr) -> Vec<(&NetworkInterface, IpAddr)> {
    let holder = |interface: &'_ NetworkInterface| {
        if interface.has_address(address) {
            return Some(address);
        }
        let mapped = interface.addresses.iter().find(|own| own.public.map(IpAddr::V4) == Some(address));
        mapped.map(|own| IpAddr::V4(own.private))
    };
    network.network_interfaces.values().filter_map(|each| holder(each).map(|private| (each, private))).collect()
}

/// Returns the public addresses (and the VPCs' IPv6 ranges) that the snapshot holds.
pub(crate) fn held(network: &Network) -> AddressSet {
    let interfaces = network.network_interfaces.values().flat_map(|each| &each.addresses).filter_map(|own| own.public);
    let elastic = network.elastic_ips.values().map(|elastic| elastic.public);
    // Those of a deleted one too: whether somebody else has them by now is a question of its own (AP-7).
    let gateways = network.nat_gateways.values().flat_map(|gateway| &gateway.addresses);
    let gateways = gateways.filter_map(|address| address.public);
    let v4 = interfaces.chain(elastic).chain(gateways).map(|address| IpNet::from(IpAddr::V4(address)));
    let v6 = network.vpcs.values().flat_map(|vpc| &vpc.ipv6_cidr_blocks).map(|cidr| IpNet::V6(*cidr));
    let cidrs: Vec<IpNet> = v4.chain(v6).collect();
    AddressSet::from_cidrs(&cidrs)
}

/// Returns the public addresses that are somebody's already: what the snapshot holds, and what S3 and DynamoDB have.
pub(crate) fn spoken_for(network: &Network) -> AddressSet {
    held(network).union(&service_ranges(network))
}

/// Returns the ranges of S3 and DynamoDB, as far as the snapshot has them: those have names of their own.
fn service_ranges(network: &Network) -> AddressSet {
    let is_service = |list: &&PrefixList| {
        list.name.as_deref().is_some_and(|n| n.contains("com.amazonaws.") && is_gateway_service(n))
    };
    let cidrs: Vec<IpNet> = network
        .prefix_lists
        .values()
        .filter(is_service)
        .flat_map(|list| match &list.entries {
            PrefixListEntries::Known(cidrs) => cidrs.as_slice(),
            PrefixListEntries::Unknown => &[],
        })
        .copied()
        .collect();
    AddressSet::from_cidrs(&cidrs)
}

fn is_gateway_service(name: &str) -> bool {
    name.ends_with(".s3") || name.ends_with(".dynamodb")
}

/// The error for a name that nothing in the snapshot has.
pub(crate) fn unknown(network: &Network, asked: &str) -> Error {
    let names = network.instances.values().filter_map(|i| i.name.as_deref());
    let names = names.chain(network.network_interfaces.values().filter_map(|i| i.name.as_deref()));
    let names = names.chain(network.subnets.values().filter_map(|s| s.name.as_deref()));
    let names = names.chain(network.nat_gateways.values().filter_map(|g| g.name.as_deref()));
    let names = names.chain(network.load_balancers.values().filter_map(|each| each.name.as_deref()));
    let names = names.chain(network.managed_workloads.values().flat_map(|each| &each.names).map(String::as_str));
    let ids = network.instances.keys().map(|id| id.as_str());
    let ids = ids.chain(network.network_interfaces.keys().map(|id| id.as_str()));
    let ids = ids.chain(network.subnets.keys().map(|id| id.as_str()));
    let ids = ids.chain(network.nat_gateways.keys().map(|id| id.as_str()));
    let close = closest(asked, names.chain(ids));
    Error::new(ErrorKind::UnknownResource { asked: asked.to_owned(), close })
}
