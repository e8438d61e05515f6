//! What there is to say about a network's subnets, before any format renders it.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_engine::{SubnetKind, TableAssociation, classify_subnet};
use deguchi_model::{
    InterfaceKind, NatGatewayPlacement, NatGatewayState, Network, NetworkInterface, Route, Subnet, SubnetId, VpcId,
};

use crate::question::region_of;

/// A VPC and its subnets.
#[derive(Debug)]
pub(crate) struct VpcOverview {
    /// The VPC.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: Option<String>,
    /// Its ranges.
    pub(crate) cidr_blocks: Vec<String>,
    /// Its region.
    pub(crate) region: Option<String>,
    /// Its subnets, by zone and range.
    pub(crate) subnets: Vec<SubnetOverview>,
}

/// A subnet: its kind, what makes it so, and what stands in it.
#[derive(Debug)]
pub(crate) struct SubnetOverview {
    /// The subnet.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: Option<String>,
    /// Its ranges, IPv4 first.
    pub(crate) cidr_blocks: Vec<String>,
    /// Its zone.
    pub(crate) zone: Option<String>,
    /// Its kind for IPv4, where it has IPv4, and the default route that makes it so.
    pub(crate) ipv4: Option<(SubnetKind, Option<DefaultRoute>)>,
    /// The same for IPv6.
    pub(crate) ipv6: Option<(SubnetKind, Option<DefaultRoute>)>,
    /// The route table in force; `None` where the snapshot lacks it.
    pub(crate) table: Option<Table>,
    /// What stands in it and how much of it, without what there is none of.
    pub(crate) occupants: Vec<(Occupant, usize)>,
}

/// A default route.
#[derive(Debug)]
pub(crate) struct DefaultRoute {
    /// Its destination.
    pub(crate) destination: String,
    /// Its target.
    pub(crate) target: String,
    /// The name of its target.
    pub(crate) target_name: Option<String>,
}

/// The route table in force.
#[derive(Debug)]
pub(crate) struct Table {
    /// The table.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: Option<String>,
    /// How the subnet comes by it.
    pub(crate) association: Association,
}

/// How a subnet comes by its route table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Association {
    /// By an association of its own.
    Explicit,
    /// By the VPC's main table.
    Main,
}

/// Something that stands in a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Occupant {
    /// An instance.
    Instance,
    /// A NAT gateway.
    NatGateway,
    /// An interface of a load balancer.
    LoadBalancer,
    /// An interface of a database of RDS.
    Database,
    /// An interface of a VPC endpoint.
    VpcEndpoint,
    /// A transit gateway attachment.
    TransitGateway,
    /// Another interface: of a service, or a spare one.
    OtherInterface,
}

/// Returns what there is to say about every subnet, by VPC.
pub(crate) fn of(network: &Network) -> Vec<VpcOverview> {
    let mut occupants = occupants_of(network);
    let mut by_vpc: BTreeMap<&VpcId, Vec<&Subnet>> = BTreeMap::new();
    for subnet in network.subnets.values() {
        by_vpc.entry(&subnet.vpc).or_default().push(subnet);
    }
    let overview = |(id, mut subnets): (&VpcId, Vec<&Subnet>)| {
        subnets.sort_by_key(|subnet| (subnet.cidr_block, &subnet.id));
        let vpc = network.vpcs.get(id);
        VpcOverview {
            id: id.to_string(),
            name: vpc.and_then(|vpc| vpc.name.clone()),
            cidr_blocks: vpc.map_or_else(Vec::new, |vpc| {
                let v4 = vpc.cidr_blocks.iter().map(ToString::to_string);
                v4.chain(vpc.ipv6_cidr_blocks.iter().map(ToString::to_string)).collect()
            }),
            region: region_of(network, Some(id)),
            subnets: subnets
                .into_iter()
                .map(|subnet| of_subnet(network, subnet, occupants.remove(&subnet.id).unwrap_or_default()))
                .collect(),
        }
    };
    by_vpc.into_iter().map(overview).collect()
}

fn of_subnet(network: &Network, subnet: &Subnet, occupants: BTreeMap<Occupant, BTreeSet<String>>) -> SubnetOverview {
    let classified = classify_subnet(network, subnet);
    let table = classified.table.map(|(id, association)| Table {
        id: id.to_string(),
        name: network.route_tables.get(id).and_then(|table| table.name.clone()),
        association: match association {
            TableAssociation::Explicit => Association::Explicit,
            TableAssociation::Main => Association::Main,
        },
    });
    let with = |kind: Option<SubnetKind>, route: Option<&Route>| {
        kind.map(|kind| (kind, route.map(|route| default_route(network, route))))
    };
    let v4 = subnet.cidr_block.iter().map(ToString::to_string);
    SubnetOverview {
        id: subnet.id.to_string(),
        name: subnet.name.clone(),
        cidr_blocks: v4.chain(subnet.ipv6_cidr_blocks.iter().map(ToString::to_string)).collect(),
        zone: subnet.availability_zone.as_ref().map(ToString::to_string),
        ipv4: with(classified.ipv4, classified.ipv4_route),
        ipv6: with(classified.ipv6, classified.ipv6_route),
        table,
        occupants: occupants.into_iter().map(|(occupant, ids)| (occupant, ids.len())).collect(),
    }
}

fn default_route(network: &Network, route: &Route) -> DefaultRoute {
    let target = route.target.to_string();
    let name = network.nat_gateways.get(target.as_str()).and_then(|gateway| gateway.name.clone());
    let of_interface = || {
        let interface = network.network_interfaces.get(target.as_str())?;
        let instance = interface.attachment.as_ref()?.instance.as_ref()?;
        network.instances.get(instance)?.name.clone()
    };
    DefaultRoute { destination: route.destination.to_string(), target_name: name.or_else(of_interface), target }
}

/// Counts by id, so that an instance with two interfaces in a subnet is one.
fn occupants_of(network: &Network) -> BTreeMap<SubnetId, BTreeMap<Occupant, BTreeSet<String>>> {
    let mut occupants: BTreeMap<SubnetId, BTreeMap<Occupant, BTreeSet<String>>> = BTreeMap::new();
    let mut add = |subnet: &SubnetId, occupant: Occupant, id: String| {
        occupants.entry(subnet.clone()).or_default().entry(occupant).or_default().insert(id);
    };
    for interface in network.network_interfaces.values() {
        // NAT gateways are counted by their own listing, which says where they stand and whether they are gone.
        if interface.kind != InterfaceKind::NatGateway {
            let (occupant, id) = occupant_of(interface);
            add(&interface.subnet, occupant, id);
        }
    }
    for gateway in network.nat_gateways.values().filter(|gateway| gateway.state != NatGatewayState::Deleted) {
        if let NatGatewayPlacement::Zonal(subnet) = &gateway.placement {
            add(subnet, Occupant::NatGateway, gateway.id.to_string());
        }
    }
    occupants
}

fn occupant_of(interface: &NetworkInterface) -> (Occupant, String) {
    let own = interface.id.to_string();
    match &interface.kind {
        InterfaceKind::NatGateway => (Occupant::NatGateway, own),
        InterfaceKind::TransitGateway => (Occupant::TransitGateway, own),
        InterfaceKind::LoadBalancer => (Occupant::LoadBalancer, own),
        InterfaceKind::VpcEndpoint => (Occupant::VpcEndpoint, own),
        InterfaceKind::Ordinary | InterfaceKind::Function | InterfaceKind::Unmodelled(_) => {
            let instance = interface.attachment.as_ref().and_then(|attachment| attachment.instance.as_ref());
            match instance {
                Some(instance) => (Occupant::Instance, instance.to_string()),
                None if interface.is_of_a_database() => (Occupant::Database, own),
                None => (Occupant::OtherInterface, own),
            }
        }
    }
}
