//! What can be changed in a network, one step at a time, and the network that follows.
//!
//! [`Change`] is a closed set: whatever deguchi proposes is one of these, and each is one call of AWS's API (two where an
//! address has to be allocated first). [`apply`] is pure: it returns another network and touches nothing. A change
//! about something that the network lacks changes nothing.
//! Leaves out what to change (`fix`), and how a change is written down as a command, Terraform or a sentence.

use alloc::{string::String, vec::Vec};
use core::net::{IpAddr, Ipv4Addr};

use deguchi_model::{
    Attachment, AttachmentState, Connectivity, Direction, ElasticIp, ElasticIpId, EndpointPolicy, EndpointState,
    InstanceId, InstanceState, InternetGateway, InternetGatewayId, IpNet, NatGateway, NatGatewayAddress, NatGatewayId,
    NatGatewayPlacement, NatGatewayState, Network, NetworkAcl, NetworkAclId, NetworkAclRule, NetworkAclRules,
    NetworkInterfaceId, Policy, PolicyDocument, PrefixListId, RoleArn, Route, RouteDestination, RouteOrigin,
    RouteState, RouteTable, RouteTableId, RouteTarget, RuleNumber, SecurityGroupId, SecurityGroupRule,
    SourceDestinationCheck, Statement, SubnetId, VpcEndpoint, VpcEndpointId, VpcEndpointKind, VpcId,
};

/// One change to a network: one call of AWS's API, with what it needs to know.
///
/// Ids of resources that a change creates are chosen by whoever proposes it; AWS will choose others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// `CreateInternetGateway`: a gateway, attached to nothing yet.
    CreateInternetGateway {
        /// The gateway's id to be.
        internet_gateway: InternetGatewayId,
    },
    /// `AttachInternetGateway`; routes to it that were blackholes work again (RT-14).
    AttachInternetGateway {
        /// The gateway.
        internet_gateway: InternetGatewayId,
        /// The VPC, which has none attached.
        vpc: VpcId,
    },
    /// `AllocateAddress` and `CreateNatGateway`: a public, zonal one with an Elastic IP of its own (NG-1).
    CreateNatGateway {
        /// The gateway's id to be.
        nat_gateway: NatGatewayId,
        /// The subnet it stands in.
        subnet: SubnetId,
        /// Its address in the subnet; AWS chooses another.
        private: Ipv4Addr,
        /// The allocation id to be.
        elastic_ip: ElasticIpId,
        /// Its public address; AWS chooses another.
        public: Ipv4Addr,
    },
    /// `StartInstances`; routes to it that were blackholes work again (NI-6).
    StartInstance {
        /// The instance.
        instance: InstanceId,
    },
    /// `ModifyNetworkInterfaceAttribute` with `SourceDestCheck` false (NI-2).
    DisableSourceDestinationCheck {
        /// The interface.
        interface: NetworkInterfaceId,
    },
    /// `AllocateAddress` and `AssociateAddress` (IG-3).
    AssociateElasticIp {
        /// The allocation id to be.
        elastic_ip: ElasticIpId,
        /// The public address; AWS chooses another.
        public: Ipv4Addr,
        /// The interface.
        interface: NetworkInterfaceId,
        /// Which of its private addresses.
        private: Ipv4Addr,
    },
    /// `CreateVpcEndpoint` of type `Gateway`, with AWS's default policy (GE-1, GE-7).
    CreateGatewayEndpoint {
        /// The endpoint's id to be.
        endpoint: VpcEndpointId,
        /// The VPC.
        vpc: VpcId,
        /// The service, e.g. `com.amazonaws.us-east-1.s3`.
        service_name: String,
        /// The service's prefix list.
        prefix_list: PrefixListId,
        /// The route table it is associated with.
        route_table: RouteTableId,
    },
    /// `CreateRouteTable`, with the routes that another table has: static ones copied, endpoints associated, propagation
    /// from virtual private gateways enabled.
    CreateRouteTable {
        /// The table's id to be.
        route_table: RouteTableId,
        /// The table whose routes it gets.
        like: RouteTableId,
    },
    /// `ModifyVpcEndpoint` that adds a route table (GE-2).
    AssociateEndpoint {
        /// The gateway endpoint.
        endpoint: VpcEndpointId,
        /// The service's prefix list.
        prefix_list: PrefixListId,
        /// The route table.
        route_table: RouteTableId,
    },
    /// `CreateRoute`.
    AddRoute {
        /// The table.
        route_table: RouteTableId,
        /// Which destinations it is for.
        destination: IpNet,
        /// Where it sends them.
        target: RouteTarget,
    },
    /// `ReplaceRoute`: the static route for this destination gets another target.
    ReplaceRoute {
        /// The table.
        route_table: RouteTableId,
        /// The destination of the route, as it is.
        destination: RouteDestination,
        /// Its new target.
        target: RouteTarget,
    },
    /// `DeleteRoute`.
    DeleteRoute {
        /// The table.
        route_table: RouteTableId,
        /// The destination of the route.
        destination: RouteDestination,
    },
    /// `AssociateRouteTable` (or `ReplaceRouteTableAssociation`).
    AssociateRouteTable {
        /// The subnet.
        subnet: SubnetId,
        /// The table that it has from then on.
        route_table: RouteTableId,
    },
    /// `AuthorizeSecurityGroupIngress` or `…Egress`.
    AuthorizeSecurityGroupRule {
        /// The group.
        group: SecurityGroupId,
        /// Into or out of the interfaces that carry it.
        direction: Direction,
        /// The rule.
        rule: SecurityGroupRule,
    },
    /// `RevokeSecurityGroupIngress` or `…Egress`.
    RevokeSecurityGroupRule {
        /// The group.
        group: SecurityGroupId,
        /// Into or out of the interfaces that carry it.
        direction: Direction,
        /// The rule.
        rule: SecurityGroupRule,
    },
    /// `ModifyVpcEndpoint` with a `PolicyDocument`: what the endpoint's policy has, and one statement more (GE-7).
    AllowInEndpointPolicy {
        /// The endpoint, whose policy is known.
        endpoint: VpcEndpointId,
        /// The statement.
        statement: Statement,
    },
    /// `PutRolePolicy`: a policy written into a role (IM-2).
    PutRolePolicy {
        /// The role.
        role: RoleArn,
        /// The policy's name, which the role does not have yet.
        name: String,
        /// The policy.
        document: PolicyDocument,
    },
    /// `CreateNetworkAclEntry`.
    AddNetworkAclRule {
        /// The ACL.
        acl: NetworkAclId,
        /// Into or out of its subnets.
        direction: Direction,
        /// The rule, with a number that is free.
        rule: NetworkAclRule,
    },
    /// `ReplaceNetworkAclEntry`: the rule with this number becomes this one.
    ReplaceNetworkAclRule {
        /// The ACL.
        acl: NetworkAclId,
        /// Into or out of its subnets.
        direction: Direction,
        /// The rule, with a number that is taken.
        rule: NetworkAclRule,
    },
    /// `ModifyVpcAttribute` with `EnableDnsSupport` or `EnableDnsHostnames` true (DN-1, DN-2).
    EnableVpcDns {
        /// The VPC.
        vpc: VpcId,
        /// Which of the two.
        attribute: DnsAttribute,
    },
    /// `DeleteNetworkAclEntry`.
    DeleteNetworkAclRule {
        /// The ACL.
        acl: NetworkAclId,
        /// Into or out of its subnets.
        direction: Direction,
        /// The rule's number.
        number: RuleNumber,
    },
}

/// An attribute of a VPC about DNS; AWS changes one a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DnsAttribute {
    /// `enableDnsSupport`.
    Support,
    /// `enableDnsHostnames`.
    Hostnames,
}

/// Returns the network as it is after one change.
pub fn apply(network: &Network, change: &Change) -> Network {
    let mut network = network.clone();
    change_in(&mut network, change);
    network
}

/// Returns the network as it is after several changes, one after the other.
pub fn apply_all<'c>(network: &Network, changes: impl IntoIterator<Item = &'c Change>) -> Network {
    let mut network = network.clone();
    changes.into_iter().for_each(|change| change_in(&mut network, change));
    network
}

/// Makes one change.
pub(crate) fn change_in(network: &mut Network, change: &Change) {
    match change {
        Change::CreateInternetGateway { internet_gateway } => create_internet_gateway(network, internet_gateway),
        Change::AttachInternetGateway { internet_gateway, vpc } => attach_gateway(network, internet_gateway, vpc),
        Change::CreateNatGateway { nat_gateway, subnet, private, elastic_ip, public } => {
            create_nat_gateway(network, nat_gateway, subnet, (*private, *public), elastic_ip);
        }
        Change::StartInstance { instance } => start_instance(network, instance),
        Change::DisableSourceDestinationCheck { interface } => {
            if let Some(interface) = network.network_interfaces.get_mut(interface) {
                interface.source_destination_check = SourceDestinationCheck::Off;
            }
        }
        Change::AssociateElasticIp { elastic_ip, public, interface, private } => {
            associate_elastic_ip(network, elastic_ip, *public, interface, *private);
        }
        Change::CreateGatewayEndpoint { endpoint, vpc, service_name, prefix_list, route_table } => {
            create_gateway_endpoint(network, endpoint, vpc, service_name);
            associate_endpoint(network, endpoint, prefix_list, route_table);
        }
        Change::CreateRouteTable { route_table, like } => create_route_table(network, route_table, like),
        Change::AssociateEndpoint { endpoint, prefix_list, route_table } => {
            associate_endpoint(network, endpoint, prefix_list, route_table);
        }
        Change::AddRoute { route_table, destination, target } => {
            put_route(network, route_table, RouteDestination::Cidr(*destination), target);
        }
        Change::ReplaceRoute { route_table, destination, target } => {
            put_route(network, route_table, destination.clone(), target);
        }
        Change::DeleteRoute { route_table, destination } => {
            if let Some(table) = network.route_tables.get_mut(route_table) {
                table.routes.retain(|route| !is_static_for(route, destination));
            }
        }
        Change::AssociateRouteTable { subnet, route_table } => associate_route_table(network, subnet, route_table),
        Change::AuthorizeSecurityGroupRule { group, direction, rule } => authorize(network, group, *direction, rule),
        Change::RevokeSecurityGroupRule { group, direction, rule } => {
            if let Some(rules) = rules_of(network, group, *direction) {
                rules.retain(|other| other != rule);
            }
        }
        Change::AllowInEndpointPolicy { endpoint, statement } => allow_at_endpoint(network, endpoint, statement),
        Change::PutRolePolicy { role, name, document } => {
            if let Some(role) = network.identities.roles.get_mut(role) {
                role.inline.policies.insert(name.clone(), Policy::Document(document.clone()));
            }
        }
        Change::AddNetworkAclRule { acl, direction, rule } => change_acl(network, acl, *direction, |rules| {
            if rules.iter().all(|other| other.number != rule.number) {
                rules.push(rule.clone());
            }
        }),
        Change::ReplaceNetworkAclRule { acl, direction, rule } => change_acl(network, acl, *direction, |rules| {
            rules.iter_mut().filter(|other| other.number == rule.number).for_each(|other| *other = rule.clone());
        }),
        Change::EnableVpcDns { vpc, attribute } => enable_dns(network, vpc, *attribute),
        Change::DeleteNetworkAclRule { acl, direction, number } => change_acl(network, acl, *direction, |rules| {
            rules.retain(|other| other.number != *number);
        }),
    }
}

fn authorize(network: &mut Network, group: &SecurityGroupId, direction: Direction, rule: &SecurityGroupRule) {
    if let Some(rules) = rules_of(network, group, direction)
        && !rules.contains(rule)
    {
        rules.push(rule.clone());
    }
}

fn allow_at_endpoint(network: &mut Network, endpoint: &VpcEndpointId, statement: &Statement) {
    let policy = network.vpc_endpoints.get_mut(endpoint).map(|endpoint| &mut endpoint.policy);
    if let Some(EndpointPolicy::Document(document)) = policy {
        document.statements.push(statement.clone());
    }
}

fn enable_dns(network: &mut Network, vpc: &VpcId, attribute: DnsAttribute) {
    let Some(vpc) = network.vpcs.get_mut(vpc) else { return };
    match attribute {
        DnsAttribute::Support => vpc.dns.support = Some(true),
        DnsAttribute::Hostnames => vpc.dns.hostnames = Some(true),
    }
}

fn create_internet_gateway(network: &mut Network, id: &InternetGatewayId) {
    let gateway = InternetGateway { id: id.clone(), name: None, attachments: Vec::new() };
    network.internet_gateways.entry(id.clone()).or_insert(gateway);
}

fn attach_gateway(network: &mut Network, id: &InternetGatewayId, vpc: &VpcId) {
    let Some(gateway) = network.internet_gateways.get_mut(id) else { return };
    gateway.attachments = alloc::vec![Attachment { vpc: vpc.clone(), state: AttachmentState::Attached }];
    let target = RouteTarget::InternetGateway(id.clone());
    revive_routes(network, |table, route| table.vpc == *vpc && route.target == target);
}

fn create_nat_gateway(
    network: &mut Network,
    id: &NatGatewayId,
    subnet: &SubnetId,
    (private, public): (Ipv4Addr, Ipv4Addr),
    elastic_ip: &ElasticIpId,
) {
    let Some(subnet) = network.subnets.get(subnet) else { return };
    let address = NatGatewayAddress {
        private: Some(private),
        public: Some(public),
        interface: None,
        is_usable: true,
        // A zonal gateway is in the zone of its subnet.
        availability_zone: None,
    };
    let created = NatGateway {
        id: id.clone(),
        name: None,
        vpc: subnet.vpc.clone(),
        placement: NatGatewayPlacement::Zonal(subnet.id.clone()),
        connectivity: Connectivity::Public,
        state: NatGatewayState::Available,
        attached_appliances: Vec::new(),
        addresses: alloc::vec![address],
    };
    let elastic_ip = ElasticIp { id: elastic_ip.clone(), name: None, public, interface: None, private: Some(private) };
    network.elastic_ips.entry(elastic_ip.id.clone()).or_insert(elastic_ip);
    network.nat_gateways.entry(id.clone()).or_insert(created);
}

fn create_gateway_endpoint(network: &mut Network, id: &VpcEndpointId, vpc: &VpcId, service_name: &str) {
    let created = VpcEndpoint {
        id: id.clone(),
        name: None,
        vpc: vpc.clone(),
        service_name: service_name.into(),
        kind: VpcEndpointKind::Gateway { route_tables: Default::default() },
        state: EndpointState::Available,
        policy: EndpointPolicy::FullAccess,
        dns_names: Vec::new(),
    };
    network.vpc_endpoints.entry(id.clone()).or_insert(created);
}

fn start_instance(network: &mut Network, id: &InstanceId) {
    let Some(instance) = network.instances.get_mut(id) else { return };
    instance.state = InstanceState::Running;
    let interfaces: Vec<NetworkInterfaceId> =
        instance.interfaces.iter().map(|interface| interface.interface.clone()).collect();
    revive_routes(network, |_, route| match &route.target {
        RouteTarget::Instance(target) => target == id,
        RouteTarget::NetworkInterface(target) => interfaces.contains(target),
        _ => false,
    });
}

/// Makes blackhole routes active whose target is there again (RT-14).
fn revive_routes(network: &mut Network, is_alive: impl Fn(&RouteTable, &Route) -> bool) {
    for table in network.route_tables.values_mut() {
        for place in 0..table.routes.len() {
            let is_revived = table
                .routes
                .get(place)
                .is_some_and(|route| route.state == RouteState::Blackhole && is_alive(table, route));
            if is_revived && let Some(route) = table.routes.get_mut(place) {
                route.state = RouteState::Active;
            }
        }
    }
}

fn associate_elastic_ip(
    network: &mut Network,
    id: &ElasticIpId,
    public: Ipv4Addr,
    interface: &NetworkInterfaceId,
    private: Ipv4Addr,
) {
    let Some(holder) = network.network_interfaces.get_mut(interface) else { return };
    let Some(address) = holder.addresses.iter_mut().find(|address| address.private == private) else { return };
    // An address that AWS had assigned goes back to AWS (IG-3).
    address.public = Some(public);
    address.elastic_ip = Some(id.clone());
    let elastic_ip =
        ElasticIp { id: id.clone(), name: None, public, interface: Some(interface.clone()), private: Some(private) };
    network.elastic_ips.insert(id.clone(), elastic_ip);
}

fn associate_endpoint(network: &mut Network, id: &VpcEndpointId, list: &PrefixListId, table: &RouteTableId) {
    let Some(endpoint) = network.vpc_endpoints.get_mut(id) else { return };
    let VpcEndpointKind::Gateway { route_tables } = &mut endpoint.kind else { return };
    route_tables.insert(table.clone());
    let destination = RouteDestination::PrefixList(list.clone());
    put_route(network, table, destination, &RouteTarget::VpcEndpoint(id.clone()));
}

fn create_route_table(network: &mut Network, id: &RouteTableId, like: &RouteTableId) {
    let Some(like) = network.route_tables.get(like) else { return };
    let created = RouteTable {
        id: id.clone(),
        name: None,
        is_main: false,
        subnets: Default::default(),
        gateways: Default::default(),
        // AWS refuses a route whose target is gone.
        routes: like.routes.iter().filter(|route| route.state != RouteState::Blackhole).cloned().collect(),
        vpc: like.vpc.clone(),
    };
    for route in &created.routes {
        if let RouteTarget::VpcEndpoint(endpoint) = &route.target
            && let Some(endpoint) = network.vpc_endpoints.get_mut(endpoint)
            && let VpcEndpointKind::Gateway { route_tables } = &mut endpoint.kind
        {
            route_tables.insert(id.clone());
        }
    }
    network.route_tables.entry(id.clone()).or_insert(created);
}

/// Whether a route is the one that `ReplaceRoute` and `DeleteRoute` mean by a destination: propagated ones are not
/// theirs to change (RT-13).
pub(crate) fn is_static_for(route: &Route, destination: &RouteDestination) -> bool {
    route.destination == *destination && route.origin == RouteOrigin::Static
}

/// AWS refuses a route to what does not exist.
fn put_route(network: &mut Network, id: &RouteTableId, destination: RouteDestination, target: &RouteTarget) {
    if !exists(network, target) {
        return;
    }
    let Some(table) = network.route_tables.get_mut(id) else { return };
    table.routes.retain(|route| !is_static_for(route, &destination));
    table.routes.push(Route {
        destination,
        target: target.clone(),
        state: RouteState::Active,
        origin: RouteOrigin::Static,
    });
}

/// Whether a target is in the snapshot, or was there when a route to it was made (RT-14).
fn exists(network: &Network, target: &RouteTarget) -> bool {
    let mut routes = network.route_tables.values().flat_map(|table| &table.routes);
    network.has_target(target) || routes.any(|route| route.target == *target)
}

fn associate_route_table(network: &mut Network, subnet: &SubnetId, id: &RouteTableId) {
    if !network.route_tables.contains_key(id) {
        return;
    }
    for table in network.route_tables.values_mut() {
        if table.id == *id {
            table.subnets.insert(subnet.clone());
        } else {
            table.subnets.remove(subnet);
        }
    }
}

fn rules_of<'n>(
    network: &'n mut Network,
    group: &SecurityGroupId,
    direction: Direction,
) -> Option<&'n mut Vec<SecurityGroupRule>> {
    let group = network.security_groups.get_mut(group)?;
    Some(match direction {
        Direction::Inbound => &mut group.inbound,
        Direction::Outbound => &mut group.outbound,
    })
}

fn change_acl(
    network: &mut Network,
    id: &NetworkAclId,
    direction: Direction,
    change: impl FnOnce(&mut Vec<NetworkAclRule>),
) {
    let Some(acl) = network.network_acls.get(id) else { return };
    let mut rules = NetworkAclRules { inbound: acl.inbound().to_vec(), outbound: acl.outbound().to_vec() };
    change(match direction {
        Direction::Inbound => &mut rules.inbound,
        Direction::Outbound => &mut rules.outbound,
    });
    let changed =
        NetworkAcl::new(acl.id.clone(), acl.name.clone(), acl.vpc.clone(), acl.is_default, acl.subnets.clone(), rules);
    network.network_acls.insert(id.clone(), changed);
}

impl Change {
    /// Where a change stands among those of a plan, so that each finds what it needs: what is created first, then what
    /// is attached, then routes, then filters.
    pub(crate) fn phase(&self) -> u8 {
        match self {
            Self::CreateInternetGateway { .. } => 0,
            Self::AttachInternetGateway { .. } => 1,
            Self::EnableVpcDns { .. }
            | Self::StartInstance { .. }
            | Self::DisableSourceDestinationCheck { .. }
            | Self::AssociateElasticIp { .. }
            | Self::CreateRouteTable { .. } => 2,
            Self::CreateNatGateway { .. } => 3,
            Self::CreateGatewayEndpoint { .. }
            | Self::AssociateEndpoint { .. }
            | Self::AddRoute { .. }
            | Self::ReplaceRoute { .. }
            | Self::DeleteRoute { .. } => 4,
            Self::AssociateRouteTable { .. } => 5,
            Self::AuthorizeSecurityGroupRule { .. }
            | Self::AddNetworkAclRule { .. }
            | Self::AllowInEndpointPolicy { .. }
            | Self::PutRolePolicy { .. } => 6,
            Self::ReplaceNetworkAclRule { .. }
            | Self::RevokeSecurityGroupRule { .. }
            | Self::DeleteNetworkAclRule { .. } => 7,
        }
    }
}

/// A public address that stands for one that AWS will choose: from a range that nobody on the internet has (240.0.0.0/4,
/// RFC 1112), so that it is no address asked about, and not taken.
pub(crate) fn stand_in_address(network: &Network) -> Ipv4Addr {
    let is_taken = |address: Ipv4Addr| {
        let mut on_interfaces = network.network_interfaces.values().flat_map(|interface| &interface.addresses);
        network.elastic_ips.values().any(|elastic_ip| elastic_ip.public == address)
            || on_interfaces.any(|own| own.public == Some(address))
    };
    let mut candidates = (1..=254).map(|last| Ipv4Addr::new(240, 0, 0, last));
    candidates.find(|address| !is_taken(*address)).unwrap_or(Ipv4Addr::new(240, 0, 0, 255))
}

/// The first address of a subnet that is free: AWS keeps the first four and the last
/// (<https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>).
pub(crate) fn free_address(network: &Network, subnet: &SubnetId) -> Option<Ipv4Addr> {
    let subnet = network.subnets.get(subnet)?;
    let cidr = subnet.cidr_block?;
    let is_taken = |address: Ipv4Addr| {
        let gateways = network.nat_gateways.values().filter(|nat| nat.vpc == subnet.vpc);
        gateways.flat_map(|nat| &nat.addresses).any(|own| own.private == Some(address))
            || network
                .network_interfaces
                .values()
                .any(|interface| interface.subnet == subnet.id && interface.has_address(IpAddr::V4(address)))
    };
    let first = u32::from(cidr.network()).checked_add(4)?;
    let last = u32::from(cidr.broadcast()).checked_sub(1)?;
    (first..=last).take(4096).map(Ipv4Addr::from).find(|address| !is_taken(*address))
}

/// An id for a resource to be, by a prefix as AWS has it: the first that is free.
pub(crate) fn free_id(prefix: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut number = 1_u32;
    loop {
        let id = alloc::format!("{prefix}-new-{number}");
        if !is_taken(&id) {
            return id;
        }
        number += 1;
    }
}
