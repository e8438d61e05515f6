//! The network in answers of AWS's API, as the AWS CLI, boto3 and collectors built on them save them.

mod block_public_access;
mod dhcp_options;
pub(crate) mod document;
mod egress_only_internet_gateway;
mod elastic_ip;
mod hosted_zone;
mod identity;
mod image;
mod instance;
mod interface_listing;
mod internet_gateway;
mod known_keys;
mod load_balancer;
mod machines;
mod managed_workload;
mod nat_gateway;
mod network_acl;
mod network_firewall;
mod network_interface;
mod organization;
mod peering_connection;
mod policy_document;
mod prefix_list;
mod region;
mod resolver_rule;
pub(crate) mod route_table;
mod security_group;
pub(crate) mod sighting;
mod subnet;
mod tag;
mod target_group;
mod traffic;
mod transit_gateway;
mod transit_gateway_attachment;
mod transit_gateway_route_table;
mod vpc;
mod vpc_attribute;
mod vpc_endpoint;
mod vpn_connection;
mod vpn_gateway;

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{
    NatGateway, NatGatewayId, Network, NetworkAcl, NetworkInterfaceId, RouteTable, RouteTableId, SecurityGroup,
    SecurityGroupId, Vpc, VpcEndpoint, VpcEndpointId, VpcId,
};

pub(crate) use self::known_keys::as_in_the_api;
use self::{
    document::Document,
    interface_listing::Listings,
    route_table::Gateways,
    sighting::{Gap, Gathered, Identity, Sighting, gather, report, settle},
};
use super::place::Place;
use crate::notice::{NoticeKind, Notices, ResourceKind};

/// A network, and where in the snapshot those things were found that the checks of the whole point at.
pub(super) struct Assembled {
    pub(super) network: Network,
    pub(super) route_tables: BTreeMap<RouteTableId, Place>,
    pub(super) network_interfaces: BTreeMap<NetworkInterfaceId, Place>,
}

/// Settles what was gathered and forgets where it was found.
fn settled<T: sighting::Sighted>(gathered: Gathered<T>, notices: &mut Notices) -> BTreeMap<T::Id, T> {
    values(settle(gathered.sightings, notices))
}

fn values<Id: Ord, T>(sightings: BTreeMap<Id, Sighting<T>>) -> BTreeMap<Id, T> {
    sightings.into_iter().map(|(id, sighting)| (id, sighting.value)).collect()
}

/// Whose documents are whose: told by a folder named after an account, or by who the caller was.
///
/// An account that owns nothing of what its folder shows did not make it: the names of folders, or the ids in the
/// files, were changed later.
pub(super) fn tell_accounts(documents: &mut [Document<'_>]) {
    let is_account = |text: &str| text.len() == 12 && text.chars().all(|c| c.is_ascii_digit());
    let mut callers: BTreeMap<String, String> = BTreeMap::new();
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for document in documents.iter() {
        let folder = document.folder().to_owned();
        if let Some(account) = document.caller.get().filter(|account| is_account(account)) {
            callers.insert(folder.clone(), account.to_owned());
        }
        owners.entry(folder).or_default().extend(document.owners().into_iter().map(str::to_owned));
    }
    for document in documents {
        let folder = document.folder();
        let named = folder.rsplit('/').find(|name| is_account(name)).map(str::to_owned);
        let account = named.or_else(|| callers.get(folder).cloned());
        document.account = account
            .filter(|account| owners.get(folder).is_none_or(|owners| owners.is_empty() || owners.contains(account)));
    }
}

/// Assembles the network.
pub(super) fn assemble(documents: &[Document<'_>], notices: &mut Notices) -> Assembled {
    let vpcs = vpcs(documents, notices);
    let seen_in = seen_in(&vpcs);
    let subnets = gather(
        documents,
        ResourceKind::Subnet,
        |document| &document.subnets,
        |subnet| Identity::of(&subnet.id).owned_by(&subnet.owner),
        subnet::read,
        notices,
    );
    let subnets = settle(subnets.sightings, notices);
    let mut machines = machines::assemble(documents, &subnets, notices);
    let elastic_ips = gather(
        documents,
        ResourceKind::ElasticIp,
        |document| &document.addresses,
        |address| Identity::of(&address.allocation),
        elastic_ip::read,
        notices,
    );
    let elastic_ips = settle(elastic_ips.sightings, notices);
    machines.map_elastic_ips(elastic_ips.values(), notices);
    let endpoints = endpoints(documents, notices);
    let nat_gateways = nat_gateways(documents, notices);
    machines.recognise(&endpoints, &nat_gateways);

    let mut network = Network {
        vpcs: settled(vpcs, notices),
        subnets: values(subnets),
        security_groups: security_groups(documents, notices),
        network_acls: network_acls(documents, notices),
        prefix_lists: prefix_list::assemble(documents, notices),
        instances: machines.instances,
        network_interfaces: machines.interfaces,
        elastic_ips: elastic_ips.into_iter().map(|(id, address)| (id, address.value.elastic_ip)).collect(),
        nat_gateways: values(nat_gateways),
        identities: identity::assemble(documents, notices),
        ..Network::default()
    };
    let route_tables = gateways_and_routes(documents, endpoints, &mut network, notices);
    fill_nat_gateways(&mut network);
    load_balancer::assemble(documents, &mut network, notices);
    network_firewall::assemble(documents, &mut network, notices);
    region::locate(&mut network, documents, &seen_in);
    let listings = Listings { documents, vpcs: &seen_in, interfaces: &machines.listed_in, gaps: &machines.gaps };
    listings.judge(&mut network);
    block_public_access::assemble(documents, &mut network, notices);
    vpc_attribute::assemble(documents, &mut network, notices);
    hosted_zone::assemble(documents, &mut network, notices);
    resolver_rule::assemble(documents, &mut network, notices);
    managed_workload::assemble(documents, &mut network);
    Assembled { network, route_tables, network_interfaces: machines.places }
}

fn vpcs(documents: &[Document<'_>], notices: &mut Notices) -> Gathered<Vpc> {
    gather(
        documents,
        ResourceKind::Vpc,
        |document| &document.vpcs,
        |vpc| Identity::of(&vpc.id).owned_by(&vpc.owner),
        vpc::read,
        notices,
    )
}

fn seen_in(vpcs: &Gathered<Vpc>) -> BTreeMap<VpcId, Vec<usize>> {
    let mut seen_in: BTreeMap<VpcId, Vec<usize>> = BTreeMap::new();
    for Sighting { value, document, .. } in &vpcs.sightings {
        seen_in.entry(value.id.clone()).or_default().push(*document);
    }
    seen_in
}

fn endpoints(documents: &[Document<'_>], notices: &mut Notices) -> BTreeMap<VpcEndpointId, Sighting<VpcEndpoint>> {
    let mut unread = Vec::new();
    let gathered = gather(
        documents,
        ResourceKind::VpcEndpoint,
        |document| &document.vpc_endpoints,
        |endpoint| Identity::of(&endpoint.id).owned_by(&endpoint.owner),
        |endpoint, at| vpc_endpoint::read(endpoint, at, &mut unread),
        notices,
    );
    for (vpc_endpoint, at) in unread {
        notices.add(NoticeKind::PolicyNotUnderstood { vpc_endpoint }, Some(at.location()));
    }
    settle(gathered.sightings, notices)
}

fn nat_gateways(documents: &[Document<'_>], notices: &mut Notices) -> BTreeMap<NatGatewayId, Sighting<NatGateway>> {
    let gathered = gather(
        documents,
        ResourceKind::NatGateway,
        |document| &document.nat_gateways,
        |gateway| Identity::of(&gateway.id),
        nat_gateway::read,
        notices,
    );
    settle(gathered.sightings, notices)
}

/// The private address of a NAT gateway is its interface's, where the gateway itself does not print it.
fn fill_nat_gateways(network: &mut Network) {
    for gateway in network.nat_gateways.values_mut() {
        for address in gateway.addresses.iter_mut().filter(|address| address.private.is_none()) {
            let interface = address.interface.as_ref().and_then(|id| network.network_interfaces.get(id));
            let own = interface.into_iter().flat_map(|interface| &interface.addresses);
            let mut same = own.clone().filter(|own| own.public.is_some() && own.public == address.public);
            address.private = same.next().or_else(|| own.clone().next()).map(|own| own.private);
        }
    }
}

/// Reads the gateways and then the route tables, whose targets are told by them. Returns where the tables are.
fn gateways_and_routes(
    documents: &[Document<'_>],
    endpoints: BTreeMap<VpcEndpointId, Sighting<VpcEndpoint>>,
    network: &mut Network,
    notices: &mut Notices,
) -> BTreeMap<RouteTableId, Place> {
    let internet = gather(
        documents,
        ResourceKind::InternetGateway,
        |document| &document.internet_gateways,
        |gateway| Identity::of(&gateway.id).owned_by(&gateway.owner),
        internet_gateway::read,
        notices,
    );
    let egress_only = gather(
        documents,
        ResourceKind::EgressOnlyInternetGateway,
        |document| &document.egress_only_internet_gateways,
        |gateway| Identity::of(&gateway.id),
        egress_only_internet_gateway::read,
        notices,
    );
    let vpn = gather(
        documents,
        ResourceKind::VpnGateway,
        |document| &document.vpn_gateways,
        |gateway| Identity::of(&gateway.id),
        vpn_gateway::read,
        notices,
    );
    let internet = settle(internet.sightings, notices);
    let egress_only = settle(egress_only.sightings, notices);
    let vpn = settle(vpn.sightings, notices);
    let gateways = Gateways {
        internet: &internet,
        egress_only: &egress_only,
        vpn: &vpn,
        endpoints: &endpoints,
        interfaces: &network.network_interfaces,
        instances: &network.instances,
    };
    let tables = route_tables(documents, &gateways, notices);
    let places = tables.iter().map(|(id, table)| (id.clone(), table.at.clone())).collect();
    network.route_tables = values(tables);
    network.internet_gateways = values(internet);
    network.egress_only_internet_gateways = values(egress_only);
    network.vpn_gateways = values(vpn);
    network.vpc_endpoints = values(endpoints);
    rest(documents, network, notices);
    places
}

/// Reads what stands alone.
fn rest(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let images = gather(
        documents,
        ResourceKind::Image,
        |document| &document.images,
        |image| Identity::of(&image.id).owned_by(&image.owner),
        image::read,
        notices,
    );
    network.images = settled(images, notices);
    let vpn_connections = gather(
        documents,
        ResourceKind::VpnConnection,
        |document| &document.vpn_connections,
        |connection| Identity::of(&connection.id),
        vpn_connection::read,
        notices,
    );
    network.vpn_connections = settled(vpn_connections, notices);
    let peering_connections = gather(
        documents,
        ResourceKind::PeeringConnection,
        |document| &document.peering_connections,
        |connection| Identity::of(&connection.id),
        peering_connection::read,
        notices,
    );
    network.peering_connections = settled(peering_connections, notices);
    let dhcp_options = gather(
        documents,
        ResourceKind::DhcpOptions,
        |document| &document.dhcp_options,
        |options| Identity::of(&options.id).owned_by(&options.owner),
        dhcp_options::read,
        notices,
    );
    network.dhcp_options = settled(dhcp_options, notices);
    let transit_gateways = gather(
        documents,
        ResourceKind::TransitGateway,
        |document| &document.transit_gateways,
        |gateway| Identity::of(&gateway.id).owned_by(&gateway.owner),
        transit_gateway::read,
        notices,
    );
    network.transit_gateways = settled(transit_gateways, notices);
    network.transit_gateway_attachments = transit_gateway_attachment::assemble(documents, notices);
    transit_gateway_route_table::assemble(documents, network, notices);
}

fn route_tables(
    documents: &[Document<'_>],
    gateways: &Gateways<'_>,
    notices: &mut Notices,
) -> BTreeMap<RouteTableId, Sighting<RouteTable>> {
    let mut not_understood = Vec::new();
    let gathered = gather(
        documents,
        ResourceKind::RouteTable,
        |document| &document.route_tables,
        |table| Identity::of(&table.id).owned_by(&table.owner).inside(&table.vpc),
        |table, at| {
            let mut flaws = Vec::new();
            let read = route_table::read(table, at, gateways, &mut flaws);
            let id = table.id.owned().unwrap_or_default();
            not_understood.extend(flaws.into_iter().map(|flaw| (id.clone(), flaw)));
            read
        },
        notices,
    );
    for (route_table, flaw) in not_understood {
        report(flaw, |problem| NoticeKind::RouteNotUnderstood { route_table, problem }, notices);
    }
    let mut tables = settle(gathered.sightings, notices);
    for table in tables.values_mut() {
        // INVARIANT (implicit association): a main table that may serve a subnet for which another table is missing
        // is not called main: that subnet's table is unknown (RT-2).
        let vpc = table.value.vpc.as_str();
        table.value.is_main &= !has_gap(documents, &gathered.gaps, vpc, table.document);
    }
    tables
}

fn network_acls(
    documents: &[Document<'_>],
    notices: &mut Notices,
) -> BTreeMap<deguchi_model::NetworkAclId, NetworkAcl> {
    let gathered = gather(
        documents,
        ResourceKind::NetworkAcl,
        |document| &document.network_acls,
        |acl| Identity::of(&acl.id).owned_by(&acl.owner).inside(&acl.vpc),
        network_acl::read,
        notices,
    );
    let mut acls = settle(gathered.sightings, notices);
    for acl in acls.values_mut() {
        // INVARIANT (implicit association): as for main route tables. It costs nothing in practice: AWS prints the
        // default ACL's associations too.
        let vpc = acl.value.vpc.as_str();
        acl.value.is_default &= !has_gap(documents, &gathered.gaps, vpc, acl.document);
    }
    values(acls)
}

/// Whether something of a VPC may be missing beside what one document shows of it.
fn has_gap(documents: &[Document<'_>], gaps: &[Gap], vpc: &str, document: usize) -> bool {
    let folder = |index: usize| documents.get(index).map(Document::folder);
    gaps.iter().any(|gap| match &gap.inside {
        Some(missing) => missing == vpc,
        None => folder(gap.document) == folder(document),
    })
}

fn security_groups(documents: &[Document<'_>], notices: &mut Notices) -> BTreeMap<SecurityGroupId, SecurityGroup> {
    let gathered = gather(
        documents,
        ResourceKind::SecurityGroup,
        |document| &document.security_groups,
        |group| Identity::of(&group.id).owned_by(&group.owner).inside(&group.vpc),
        security_group::read,
        notices,
    );
    let mut groups = settled(gathered, notices);
    let rules = gather(
        documents,
        ResourceKind::SecurityGroup,
        |document| &document.security_group_rules,
        |rule| Identity::of(&rule.group).inside(&rule.group),
        security_group::read_rule,
        notices,
    );
    // A group of which any rule may be missing is not built: one rule less would give wrong verdicts.
    let has_gap = |document: usize, group: &SecurityGroupId| {
        rules.gaps.iter().any(|gap| match &gap.inside {
            Some(broken) => broken == group.as_str(),
            None => gap.document == document,
        })
    };
    let mut places = BTreeMap::new();
    let mut whole = Vec::new();
    for Sighting { value, at, document, .. } in rules.sightings {
        if !groups.contains_key(&value.group) && !has_gap(document, &value.group) {
            places.entry(value.group.clone()).or_insert(at);
            whole.push(value);
        }
    }
    for (id, group) in security_group::groups_of(whole.into_iter()) {
        let kind = NoticeKind::SecurityGroupFromRules { security_group: id.to_string() };
        notices.add(kind, places.get(&id).map(Place::location));
        groups.insert(id, group);
    }
    groups
}
