//! Builds the resources of a plan.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, Ipv6Addr},
};

use deguchi_model::{
    Attachment, AttachmentState, AvailabilityZone, BlockPublicAccess, BlockPublicAccessExclusion,
    BlockPublicAccessExclusions, Connectivity, EgressOnlyInternetGateway, ElasticIp, EndpointPolicy, EndpointState,
    ExclusionMode, IcmpMatch, Instance, InstanceId, InstanceInterface, InstanceState, InterfaceAddress,
    InterfaceAttachment, InterfaceKind, InterfaceListing, InternetGateway, IpNet, Ipv4Net, Ipv6Net, NatGateway,
    NatGatewayAddress, NatGatewayPlacement, NatGatewayState, Network, NetworkAcl, NetworkAclRule, NetworkAclRules,
    NetworkInterface, NetworkInterfaceId, PortRange, PrefixList, PrefixListEntries, Route, RouteDestination,
    RouteOrigin, RouteState, RouteTable, RouteTarget, RuleAction, RuleNumber, RulePeer, SecurityGroup, SecurityGroupId,
    SecurityGroupRule, SourceDestinationCheck, Subnet, SubnetId, TrafficMatch, Vpc, VpcEndpoint, VpcEndpointKind,
    VpcId, VpnConnection, VpnGateway,
};

use super::{
    plan::{AclPlan, InstancePlan, InterfacePlan, NatPlan, NetworkPlan, RoutePlan, RulePlan, VpcPlan},
    transit,
};

pub(super) fn build(plan: &NetworkPlan) -> Network {
    let mut network = Network::default();
    for (index, vpc) in plan.vpcs.iter().enumerate() {
        add_vpc(&mut network, index, vpc);
    }
    for index in 0..plan.subnets.len() {
        let vpc = vpc_of(plan, index);
        let subnet = subnet(index, vpc);
        network.subnets.insert(subnet.id.clone(), subnet);
    }
    for (index, nat) in plan.nats.iter().enumerate() {
        add_nat(&mut network, plan, index, nat);
    }
    for (index, instance) in plan.instances.iter().enumerate() {
        add_instance(&mut network, plan, index, instance);
    }
    for (index, vpc) in plan.vpcs.iter().enumerate() {
        add_extras(&mut network, plan, index, vpc);
    }
    add_groups(&mut network, plan);
    add_acls(&mut network, plan);
    transit::add(&mut network, plan);
    add_tables(&mut network, plan);
    transit::add_routes(&mut network, plan);
    add_edge_tables(&mut network, plan);
    add_lists(&mut network);
    for (id, last, interface) in [("eipalloc-spare", 250, None), ("eipalloc-elsewhere", 251, Some("eni-elsewhere"))] {
        let elastic = ElasticIp {
            id: id.into(),
            name: None,
            public: Ipv4Addr::new(203, 0, 113, last),
            interface: interface.map(NetworkInterfaceId::from),
            private: None,
        };
        network.elastic_ips.insert(elastic.id.clone(), elastic);
    }
    network
}

pub(super) fn vpc_id(index: usize) -> VpcId {
    format!("vpc-{index}").as_str().into()
}

pub(super) fn subnet_id(index: usize) -> SubnetId {
    format!("subnet-{index}").as_str().into()
}

fn group_id(index: usize) -> SecurityGroupId {
    format!("sg-{index}").as_str().into()
}

pub(super) fn vpc_of(plan: &NetworkPlan, subnet: usize) -> usize {
    usize::from(plan.subnets[subnet].vpc) % plan.vpcs.len()
}

fn v4(third: usize, last: usize, vpc: usize) -> Ipv4Addr {
    let byte = |value: usize| u8::try_from(value).unwrap();
    Ipv4Addr::new(10, byte(vpc), byte(third), byte(last))
}

fn v6(vpc: usize, subnet: usize, last: usize) -> Ipv6Addr {
    let word = |value: usize| u16::try_from(value).unwrap();
    Ipv6Addr::new(0x2600, 0x1f00, 0, word(vpc * 256 + subnet), 0, 0, 0, word(last))
}

fn attached(vpc: usize) -> Vec<Attachment> {
    vec![Attachment { vpc: vpc_id(vpc), state: AttachmentState::Attached }]
}

/// Off below 10; else one of two modes, with exclusions that are unknown, none, or for the VPC or its first subnet.
fn block_public_access(index: usize, number: u8) -> BlockPublicAccess {
    if number < 10 {
        return BlockPublicAccess::Off;
    }
    let mode = if number.is_multiple_of(2) { "block-bidirectional" } else { "block-ingress" };
    let one = |subnet: Option<SubnetId>, mode: ExclusionMode| {
        BlockPublicAccessExclusions::Known(vec![BlockPublicAccessExclusion { subnet, mode }])
    };
    let first = || Some(subnet_id(index));
    let exclusions = match number / 2 % 6 {
        0 => BlockPublicAccessExclusions::Unknown,
        1 => BlockPublicAccessExclusions::Known(Vec::new()),
        2 => one(None, ExclusionMode::Bidirectional),
        3 => one(None, ExclusionMode::Egress),
        4 => one(first(), ExclusionMode::Bidirectional),
        _ => one(first(), ExclusionMode::Egress),
    };
    BlockPublicAccess::On { mode: mode.into(), exclusions }
}

fn add_vpc(network: &mut Network, index: usize, plan: &VpcPlan) {
    let id = vpc_id(index);
    let vpc = Vpc {
        id: id.clone(),
        name: None,
        owner: None,
        region: None,
        cidr_blocks: vec![Ipv4Net::new(v4(0, 0, index), 16).unwrap()],
        ipv6_cidr_blocks: vec![Ipv6Net::new(v6(index, 0, 0), 56).unwrap()],
        interface_listing: if plan.is_partial { InterfaceListing::Partial } else { InterfaceListing::Complete },
        block_public_access: block_public_access(index, plan.block_public_access),
        dns: deguchi_model::VpcDns::default(),
    };
    network.vpcs.insert(id, vpc);
    if plan.internet_gateway < 2 {
        let attachments = if plan.internet_gateway == 0 { attached(index) } else { Vec::new() };
        let gateway = InternetGateway { id: format!("igw-{index}").as_str().into(), name: None, attachments };
        network.internet_gateways.insert(gateway.id.clone(), gateway);
    }
    if plan.egress_only < 2 {
        let attachments = if plan.egress_only == 0 { attached(index) } else { Vec::new() };
        let gateway =
            EgressOnlyInternetGateway { id: format!("eigw-{index}").as_str().into(), name: None, attachments };
        network.egress_only_internet_gateways.insert(gateway.id.clone(), gateway);
    }
    add_vpn(network, index, plan);
}

fn add_vpn(network: &mut Network, index: usize, plan: &VpcPlan) {
    if plan.vpn < 3 {
        let attachments = if plan.vpn < 2 { attached(index) } else { Vec::new() };
        let gateway = VpnGateway { id: format!("vgw-{index}").as_str().into(), name: None, attachments };
        if plan.vpn == 0 {
            let connection = VpnConnection {
                id: format!("vpn-{index}").as_str().into(),
                name: None,
                vpn_gateway: Some(gateway.id.clone()),
                state: "available".into(),
                static_routes: vec!["192.168.0.0/17".parse().unwrap()],
            };
            network.vpn_connections.insert(connection.id.clone(), connection);
        }
        network.vpn_gateways.insert(gateway.id.clone(), gateway);
    }
    let endpoint = VpcEndpoint {
        id: format!("vpce-{index}").as_str().into(),
        name: None,
        vpc: vpc_id(index),
        service_name: "com.amazonaws.us-east-1.s3".into(),
        kind: VpcEndpointKind::Gateway {
            route_tables: (0..3).map(|table| format!("rtb-{}", index * 3 + table).as_str().into()).collect(),
        },
        state: if plan.endpoint == 1 {
            EndpointState::NotAvailable("deleting".into())
        } else {
            EndpointState::Available
        },
        policy: EndpointPolicy::FullAccess,
        dns_names: Vec::new(),
    };
    network.vpc_endpoints.insert(endpoint.id.clone(), endpoint);
    add_gateway_load_balancer_endpoint(network, index);
}

fn subnet(index: usize, vpc: usize) -> Subnet {
    Subnet {
        id: subnet_id(index),
        name: None,
        vpc: vpc_id(vpc),
        cidr_block: Some(Ipv4Net::new(v4(index, 0, vpc), 24).unwrap()),
        ipv6_cidr_blocks: vec![Ipv6Net::new(v6(vpc, index, 0), 64).unwrap()],
        availability_zone: zone(index),
        availability_zone_id: None,
        dns64: None,
    }
}

/// Two zones by turns.
fn zone(index: usize) -> Option<AvailabilityZone> {
    Some(["us-east-1a", "us-east-1b"][index % 2].into())
}

fn add_gateway_load_balancer_endpoint(network: &mut Network, index: usize) {
    let endpoint = VpcEndpoint {
        id: format!("vpce-lb-{index}").as_str().into(),
        name: None,
        vpc: vpc_id(index),
        service_name: "com.amazonaws.vpce.us-east-1.vpce-svc-1".into(),
        kind: VpcEndpointKind::Unmodelled("GatewayLoadBalancer".into()),
        state: EndpointState::Available,
        policy: EndpointPolicy::Unknown,
        dns_names: Vec::new(),
    };
    network.vpc_endpoints.insert(endpoint.id.clone(), endpoint);
}

/// Interfaces that belong to no instance, in the first subnet of a VPC.
fn add_extras(network: &mut Network, plan: &NetworkPlan, vpc: usize, extras: &VpcPlan) {
    let Some(subnet) = (0..plan.subnets.len()).find(|subnet| vpc_of(plan, *subnet) == vpc) else { return };
    if extras.extras & 4 != 0 {
        add_interface_endpoint(network, (vpc, subnet), extras.extras & 8 == 0);
    }
    let address = |last: usize, public: u8| InterfaceAddress {
        private: v4(subnet, last, vpc),
        public: Some(Ipv4Addr::new(203, 0, 113, public + u8::try_from(vpc).unwrap())),
        elastic_ip: None,
    };
    let mut made = Vec::new();
    if extras.extras & 1 != 0 {
        made.push(NetworkInterface {
            kind: InterfaceKind::LoadBalancer,
            addresses: vec![address(40, 240)],
            security_groups: vec![group_id(0)],
            attachment: Some(InterfaceAttachment { instance: None, device_index: 1, is_attached: true }),
            ..plain_interface(format!("eni-lb-{vpc}").as_str().into(), vpc, subnet)
        });
    }
    if extras.extras & 2 != 0 {
        made.push(NetworkInterface {
            addresses: vec![address(41, 243)],
            security_groups: vec![group_id(1)],
            ..plain_interface(format!("eni-spare-{vpc}").as_str().into(), vpc, subnet)
        });
    }
    network.network_interfaces.extend(made.into_iter().map(|made| (made.id.clone(), made)));
}

fn add_interface_endpoint(network: &mut Network, (vpc, subnet): (usize, usize), is_available: bool) {
    let interface = NetworkInterface {
        kind: InterfaceKind::VpcEndpoint,
        addresses: vec![InterfaceAddress { private: v4(subnet, 42, vpc), public: None, elastic_ip: None }],
        security_groups: vec![group_id(2)],
        attachment: Some(InterfaceAttachment { instance: None, device_index: 1, is_attached: true }),
        ..plain_interface(format!("eni-vpce-{vpc}").as_str().into(), vpc, subnet)
    };
    let endpoint = VpcEndpoint {
        dns_names: Vec::new(),
        id: format!("vpce-if-{vpc}").as_str().into(),
        name: None,
        vpc: vpc_id(vpc),
        service_name: "com.amazonaws.us-east-1.ssm".into(),
        kind: VpcEndpointKind::Interface {
            interfaces: vec![interface.id.clone()],
            security_groups: interface.security_groups.clone(),
            private_dns_enabled: true,
        },
        state: if is_available { EndpointState::Available } else { EndpointState::NotAvailable("pending".into()) },
        policy: EndpointPolicy::FullAccess,
    };
    network.network_interfaces.insert(interface.id.clone(), interface);
    network.vpc_endpoints.insert(endpoint.id.clone(), endpoint);
}

/// Where a NAT gateway stands: mostly in its subnet.
fn placement(plan: &NatPlan, vpc: usize, subnet: usize) -> NatGatewayPlacement {
    match plan.placement {
        0 => NatGatewayPlacement::Zonal(subnet_id(subnet)),
        255 => NatGatewayPlacement::Unknown,
        other => NatGatewayPlacement::Regional {
            route_table: match other % 4 {
                3 => None,
                place => Some(format!("rtb-{}", vpc * 3 + usize::from(place)).as_str().into()),
            },
            zones_are_automatic: other / 4 % 2 == 0,
        },
    }
}

fn add_nat(network: &mut Network, plan: &NetworkPlan, index: usize, nat: &NatPlan) {
    let subnet = usize::from(nat.subnet) % plan.subnets.len();
    let vpc = vpc_of(plan, subnet);
    let interface: NetworkInterfaceId = format!("eni-nat-{index}").as_str().into();
    let public = |own: usize| {
        (!nat.is_private).then(|| Ipv4Addr::new(203, 0, 113, u8::try_from(200 + index * 4 + own).unwrap()))
    };
    let addresses: Vec<NatGatewayAddress> = (0..usize::from(nat.addresses))
        .map(|own| NatGatewayAddress {
            private: (nat.placement % 16 < 12).then(|| v4(subnet, 200 + index * 4 + own, vpc)),
            public: public(own),
            interface: Some(interface.clone()),
            is_usable: own != 2,
            availability_zone: if nat.placement / 16 % 2 == 1 { zone(own) } else { None },
        })
        .collect();
    let state = match nat.state {
        0 => NatGatewayState::Available,
        1 => NatGatewayState::Pending,
        2 => NatGatewayState::Failed(None),
        3 => NatGatewayState::Deleting,
        4 => NatGatewayState::Deleted,
        _ => NatGatewayState::Unmodelled("odd".into()),
    };
    let is_gone = matches!(state, NatGatewayState::Deleted | NatGatewayState::Failed(_));
    let gateway = NatGateway {
        id: format!("nat-{index}").as_str().into(),
        name: None,
        vpc: vpc_id(vpc),
        placement: placement(nat, vpc, subnet),
        connectivity: if nat.is_private { Connectivity::Private } else { Connectivity::Public },
        state,
        attached_appliances: Vec::new(),
        addresses: addresses.clone(),
    };
    network.nat_gateways.insert(gateway.id.clone(), gateway);
    if nat.has_interface && !is_gone && nat.placement == 0 {
        let own = addresses.iter().map(|own| InterfaceAddress {
            private: own.private.unwrap(),
            public: own.public,
            elastic_ip: None,
        });
        let made = NetworkInterface {
            kind: InterfaceKind::NatGateway,
            addresses: own.collect(),
            attachment: Some(InterfaceAttachment { instance: None, device_index: 1, is_attached: true }),
            ..plain_interface(interface, vpc, subnet)
        };
        network.network_interfaces.insert(made.id.clone(), made);
    }
}

fn plain_interface(id: NetworkInterfaceId, vpc: usize, subnet: usize) -> NetworkInterface {
    NetworkInterface {
        id,
        name: None,
        description: None,
        owner: None,
        vpc: vpc_id(vpc),
        subnet: subnet_id(subnet),
        availability_zone: None,
        kind: InterfaceKind::Ordinary,
        addresses: Vec::new(),
        ipv6_addresses: Vec::new(),
        ipv4_prefixes: Vec::new(),
        security_groups: Vec::new(),
        source_destination_check: SourceDestinationCheck::Off,
        attachment: None,
    }
}

fn add_instance(network: &mut Network, plan: &NetworkPlan, index: usize, instance: &InstancePlan) {
    let id: InstanceId = format!("i-{index}").as_str().into();
    let first = &instance.interfaces[0];
    let home = vpc_of(plan, usize::from(first.subnet) % plan.subnets.len());
    let mut interfaces = Vec::new();
    for (place, own) in instance.interfaces.iter().enumerate() {
        let subnet = usize::from(own.subnet) % plan.subnets.len();
        if vpc_of(plan, subnet) != home {
            continue; // An instance is in one VPC.
        }
        let interface = instance_interface(&id, (index, place), own, (home, subnet));
        let device_index = u32::try_from(place).unwrap();
        interfaces.push(InstanceInterface { device_index, interface: interface.id.clone() });
        network.network_interfaces.insert(interface.id.clone(), interface);
    }
    let state = match instance.state {
        0 => InstanceState::Running,
        1 => InstanceState::NotRunning("stopped".into()),
        2 => InstanceState::Unknown,
        _ => InstanceState::NotRunning("terminated".into()),
    };
    let made = Instance {
        id: id.clone(),
        name: None,
        tags: BTreeMap::new(),
        state,
        image: None,
        vpc: Some(vpc_id(home)),
        subnet: None,
        interfaces,
        instance_profile: None,
        platform: None,
    };
    network.instances.insert(id, made);
}

fn instance_interface(
    instance: &InstanceId,
    (index, place): (usize, usize),
    own: &InterfacePlan,
    (vpc, subnet): (usize, usize),
) -> NetworkInterface {
    let number = index * 4 + place * 2;
    let public = |number: usize| Some(Ipv4Addr::new(203, 0, 113, u8::try_from(number).unwrap()));
    let mut addresses = vec![InterfaceAddress {
        private: v4(subnet, 10 + number, vpc),
        public: if own.is_public { public(number) } else { None },
        elastic_ip: None,
    }];
    if own.secondary == 1 {
        let second = v4(subnet, 11 + number, vpc);
        addresses.push(InterfaceAddress { private: second, public: public(number + 1), elastic_ip: None });
    }
    let groups = match own.groups % 12 {
        11 => vec!["sg-missing".into()],
        10 => vec![group_id(0), "sg-missing".into()],
        many @ 7..10 => vec![group_id(usize::from(many) - 7), group_id(usize::from(many) - 6)],
        one => vec![group_id(usize::from(one) % 4)],
    };
    NetworkInterface {
        addresses,
        ipv4_prefixes: delegated(own, index * 2 + place, vpc, subnet),
        ipv6_addresses: if own.secondary == 3 { Vec::new() } else { vec![v6(vpc, subnet, 10 + number)] },
        security_groups: groups,
        source_destination_check: match own.check {
            0 => SourceDestinationCheck::On,
            1 => SourceDestinationCheck::Off,
            _ => SourceDestinationCheck::Unknown,
        },
        attachment: Some(InterfaceAttachment {
            instance: Some(instance.clone()),
            device_index: u32::try_from(place).unwrap(),
            is_attached: true,
        }),
        ..plain_interface(format!("eni-i{index}-{place}").as_str().into(), vpc, subnet)
    }
}

/// A prefix of 16 addresses, for some interfaces.
fn delegated(own: &InterfacePlan, number: usize, vpc: usize, subnet: usize) -> Vec<Ipv4Net> {
    if own.secondary != 2 || number > 8 {
        return Vec::new();
    }
    vec![Ipv4Net::new(v4(subnet, 48 + number * 16, vpc), 28).unwrap()]
}

const CIDRS: [&str; 20] = [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "0.0.0.0/0",
    "::/0",
    "::/0",
    "10.0.0.0/16",
    "10.0.0.0/24",
    "10.0.1.0/24",
    "10.0.2.0/24",
    "10.1.0.0/16",
    "198.51.100.0/24",
    "198.51.100.80/32",
    "203.0.113.0/24",
    "8.0.0.0/8",
    "52.216.0.0/15",
    "2001:4860::/32",
    "2600:1f00:0:1::/64",
    "2600:1f00::/40",
    "192.168.0.0/16",
    "10.0.0.0/8",
];

fn traffic(rule: &RulePlan) -> TrafficMatch {
    let range = |first, last| PortRange::new(first, last).unwrap();
    let ports = match rule.ports % 10 {
        0 => PortRange::single(443),
        1 => PortRange::single(80),
        2 => range(1024, 65535),
        3 => range(32768, 60999),
        4 => range(1024, 49151),
        5 => range(49152, 65535),
        6 => range(100, 1030),
        7 => range(50000, 50000),
        8 => range(0, 1023),
        _ => PortRange::ALL,
    };
    let icmp = match rule.ports % 6 {
        0 | 1 => IcmpMatch::Any,
        2 => IcmpMatch::Type(8),
        3 => IcmpMatch::Type(0),
        4 => IcmpMatch::TypeAndCode(128, 0),
        _ => IcmpMatch::TypeAndCode(0, 1),
    };
    match rule.traffic % 9 {
        0..=2 => TrafficMatch::All,
        3 | 4 => TrafficMatch::Tcp(ports),
        5 => TrafficMatch::Udp(ports),
        6 => TrafficMatch::Icmp(icmp),
        7 => TrafficMatch::Icmpv6(icmp),
        _ => TrafficMatch::Protocol(47),
    }
}

fn cidr(rule: &RulePlan) -> IpNet {
    CIDRS[usize::from(rule.peer) % CIDRS.len()].parse().unwrap()
}

fn everyone() -> [IpNet; 2] {
    ["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()]
}

fn group_rules(plans: &[RulePlan], is_open: bool) -> Vec<SecurityGroupRule> {
    let mut rules: Vec<SecurityGroupRule> = plans
        .iter()
        .map(|plan| {
            let peer = match plan.peer {
                200..=235 => RulePeer::SecurityGroup(group_id(usize::from(plan.peer) % 4)),
                236..=237 => RulePeer::PrefixList("pl-unknown".into()),
                238..=240 => RulePeer::StaleSecurityGroup(group_id(usize::from(plan.peer) % 4)),
                241..=248 => RulePeer::PrefixList("pl-s3".into()),
                249.. => RulePeer::PrefixList("pl-own".into()),
                _ => RulePeer::Cidr(cidr(plan)),
            };
            SecurityGroupRule { traffic: traffic(plan), peer }
        })
        .collect();
    if is_open {
        rules.extend(everyone().map(|all| SecurityGroupRule { traffic: TrafficMatch::All, peer: RulePeer::Cidr(all) }));
    }
    rules
}

fn add_groups(network: &mut Network, plan: &NetworkPlan) {
    for (index, group) in plan.groups.iter().enumerate() {
        let made = SecurityGroup {
            id: group_id(index),
            name: None,
            vpc: None,
            inbound: group_rules(&group.inbound, group.is_inbound_open),
            outbound: group_rules(&group.outbound, group.is_outbound_open),
        };
        network.security_groups.insert(made.id.clone(), made);
    }
}

fn acl_rules(plans: &[RulePlan], is_open: bool) -> Vec<NetworkAclRule> {
    let mut rules = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let action = if plan.is_allowed { RuleAction::Allow } else { RuleAction::Deny };
        let number = RuleNumber(u32::try_from(10 + index * 10).unwrap());
        rules.push(NetworkAclRule { number, cidr: cidr(plan), traffic: traffic(plan), action });
    }
    for (place, all) in (0_u32..).zip(everyone()) {
        if is_open {
            let number = RuleNumber(100 + place);
            rules.push(NetworkAclRule { number, cidr: all, traffic: TrafficMatch::All, action: RuleAction::Allow });
        }
        let number = RuleNumber(32767 + place);
        rules.push(NetworkAclRule { number, cidr: all, traffic: TrafficMatch::All, action: RuleAction::Deny });
    }
    rules.reverse();
    rules
}

fn add_acls(network: &mut Network, plan: &NetworkPlan) {
    let open = AclPlan { inbound: Vec::new(), outbound: Vec::new(), ends_open: (true, true) };
    for (vpc, vpc_plan) in plan.vpcs.iter().enumerate() {
        for place in 0..3_usize {
            if place == 0 && vpc_plan.missing & 1 != 0 {
                continue;
            }
            let acl = if place == 0 { &open } else { &plan.acls[vpc * 2 + place - 1] };
            let subnets = (0..plan.subnets.len()).filter(|subnet| {
                vpc_of(plan, *subnet) == vpc && place != 0 && usize::from(plan.subnets[*subnet].acl) == place
            });
            let made = NetworkAcl::new(
                format!("acl-{}", vpc * 3 + place).as_str().into(),
                None,
                vpc_id(vpc),
                place == 0,
                subnets.map(subnet_id).collect(),
                NetworkAclRules {
                    inbound: acl_rules(&acl.inbound, acl.ends_open.0),
                    outbound: acl_rules(&acl.outbound, acl.ends_open.1),
                },
            );
            network.network_acls.insert(made.id.clone(), made);
        }
    }
}

fn add_tables(network: &mut Network, plan: &NetworkPlan) {
    for (vpc, vpc_plan) in plan.vpcs.iter().enumerate() {
        for place in 0..3_usize {
            if place == 0 && vpc_plan.missing & 2 != 0 {
                continue;
            }
            let subnets: BTreeSet<SubnetId> = (0..plan.subnets.len())
                .filter(|subnet| {
                    vpc_of(plan, *subnet) == vpc && place != 0 && usize::from(plan.subnets[*subnet].table) == place
                })
                .map(subnet_id)
                .collect();
            let known = &network.vpcs[&vpc_id(vpc)];
            let v4 = known.cidr_blocks.iter().map(|cidr| IpNet::V4(*cidr));
            let v6 = known.ipv6_cidr_blocks.iter().map(|cidr| IpNet::V6(*cidr));
            let mut routes: Vec<Route> = v4.chain(v6).map(|cidr| active(cidr, RouteTarget::Local)).collect();
            for route in &plan.tables[vpc * 3 + place] {
                let made = make_route(network, plan, vpc, route);
                routes.extend(made.filter(|made| may_stand_beside(&routes, made)));
            }
            let table = RouteTable {
                id: format!("rtb-{}", vpc * 3 + place).as_str().into(),
                name: None,
                vpc: vpc_id(vpc),
                is_main: place == 0,
                subnets,
                gateways: BTreeSet::new(),
                routes,
            };
            network.route_tables.insert(table.id.clone(), table);
        }
    }
}

/// RT-19: what enters a VPC for one of its subnets is led to an interface of it.
fn add_edge_tables(network: &mut Network, plan: &NetworkPlan) {
    for (vpc, vpc_plan) in plan.vpcs.iter().enumerate() {
        for (bit, gateway) in [(16, format!("igw-{vpc}")), (32, format!("vgw-{vpc}"))] {
            let subnet = (0..plan.subnets.len()).rev().find(|subnet| vpc_of(plan, *subnet) == vpc);
            let own = network.network_interfaces.values();
            let mut own = own.filter(|own| own.vpc == vpc_id(vpc) && own.kind == InterfaceKind::Ordinary);
            let target = if vpc_plan.endpoint % 2 == 0 { own.next() } else { own.next_back() };
            let (Some(subnet), Some(target)) = (subnet, target) else { continue };
            if vpc_plan.extras & bit == 0 {
                continue;
            }
            let known = &network.vpcs[&vpc_id(vpc)];
            let v4_local = known.cidr_blocks.iter().map(|cidr| IpNet::V4(*cidr));
            let v6_local = known.ipv6_cidr_blocks.iter().map(|cidr| IpNet::V6(*cidr));
            let mut routes: Vec<Route> =
                v4_local.chain(v6_local).map(|cidr| active(cidr, RouteTarget::Local)).collect();
            let subnet = &network.subnets[&subnet_id(subnet)];
            let ranges = subnet.cidr_block.map(IpNet::V4).into_iter();
            let ranges = ranges.chain(subnet.ipv6_cidr_blocks.iter().map(|cidr| IpNet::V6(*cidr)));
            routes.extend(ranges.map(|cidr| active(cidr, RouteTarget::NetworkInterface(target.id.clone()))));
            let table = RouteTable {
                id: format!("rtb-of-{gateway}").as_str().into(),
                name: None,
                vpc: vpc_id(vpc),
                is_main: false,
                subnets: BTreeSet::new(),
                gateways: BTreeSet::from([gateway]),
                routes,
            };
            network.route_tables.insert(table.id.clone(), table);
        }
    }
}

pub(super) fn active(cidr: IpNet, target: RouteTarget) -> Route {
    let destination = RouteDestination::Cidr(cidr);
    Route { destination, target, state: RouteState::Active, origin: RouteOrigin::Static }
}

/// One static route for one destination, one propagated one, as AWS keeps it.
pub(super) fn may_stand_beside(routes: &[Route], made: &Route) -> bool {
    !routes.iter().any(|route| route.destination == made.destination && route.origin == made.origin)
}

fn make_route(network: &Network, plan: &NetworkPlan, vpc: usize, route: &RoutePlan) -> Option<Route> {
    let text = match route.destination % 18 {
        0 => "0.0.0.0/0",
        1 => "::/0",
        2 => "198.51.100.0/24",
        3 => "198.51.100.80/32",
        4 => "8.0.0.0/8",
        5 => "192.168.0.0/16",
        6 => "52.216.0.0/15",
        10 => "203.0.113.0/24",
        12 => "10.0.0.0/8",
        14 => "10.0.0.0/16",
        15 => "10.1.0.0/16",
        16 => "10.2.0.0/16",
        17 => "10.1.1.0/24",
        _ => "",
    };
    let mut made = match (route.destination % 18, text.parse::<IpNet>()) {
        (_, Ok(cidr)) => active(cidr, target(network, vpc, route)?),
        (7, _) => Route {
            destination: RouteDestination::PrefixList("pl-s3".into()),
            ..active(everyone()[0], RouteTarget::VpcEndpoint(format!("vpce-{vpc}").as_str().into()))
        },
        (8, _) => Route {
            destination: RouteDestination::PrefixList("pl-own".into()),
            ..active(everyone()[0], target(network, vpc, route)?)
        },
        (13, _) => Route {
            destination: RouteDestination::PrefixList("pl-unknown".into()),
            ..active(everyone()[0], target(network, vpc, route)?)
        },
        (9, _) => {
            // RT-11: the whole range of a subnet, to a NAT gateway or an interface.
            let subnet = usize::from(route.which / 8) % plan.subnets.len();
            let own = Ipv4Net::new(v4(subnet, 0, vpc), 24).unwrap();
            let narrow = RoutePlan { target: 1 + route.target % 2, ..route.clone() };
            (vpc_of(plan, subnet) == vpc).then_some(())?;
            active(IpNet::V4(own), target(network, vpc, &narrow)?)
        }
        _ => {
            let known = ["192.168.0.0/16", "0.0.0.0/0", "10.0.1.0/25", "198.51.100.0/25"];
            let cidr = known[usize::from(route.which) % known.len()].parse().unwrap();
            let gateway = RouteTarget::VpnGateway(format!("vgw-{vpc}").as_str().into());
            Route { origin: RouteOrigin::Propagated, ..active(cidr, gateway) }
        }
    };
    match route.state {
        0 => {}
        1 => made.state = RouteState::Blackhole,
        2 => made.state = RouteState::Unmodelled("filtered".into()),
        _ => made.origin = RouteOrigin::Unmodelled("Advertisement".into()),
    }
    Some(made)
}

fn target(network: &Network, vpc: usize, route: &RoutePlan) -> Option<RouteTarget> {
    let which = usize::from(route.which);
    let here = vpc_id(vpc);
    let named = |kind: &str| format!("{kind}-{vpc}");
    Some(match route.target % 20 {
        0 | 3 => RouteTarget::InternetGateway(named("igw").as_str().into()),
        1 | 4 => {
            let all: Vec<_> = network.nat_gateways.values().filter(|gateway| gateway.vpc == here).collect();
            RouteTarget::NatGateway(all.get(which % all.len().max(1))?.id.clone())
        }
        2 | 5 => {
            let interfaces = network.network_interfaces.values();
            let all: Vec<_> = interfaces
                .filter(|interface| interface.vpc == here && interface.kind == InterfaceKind::Ordinary)
                .collect();
            RouteTarget::NetworkInterface(all.get(which % all.len().max(1))?.id.clone())
        }
        6 => {
            let all: Vec<_> =
                network.instances.values().filter(|instance| instance.vpc.as_ref() == Some(&here)).collect();
            RouteTarget::Instance(all.get(which % all.len().max(1))?.id.clone())
        }
        7 => RouteTarget::VpnGateway(named("vgw").as_str().into()),
        8 => RouteTarget::EgressOnlyInternetGateway(named("eigw").as_str().into()),
        9 => RouteTarget::PeeringConnection("pcx-missing".into()),
        10 | 16..=18 => RouteTarget::TransitGateway("tgw-1".into()),
        19 => {
            let mut own =
                network.peering_connections.values().filter(|connection| connection.sides_from(&here).is_some());
            RouteTarget::PeeringConnection(own.next_back()?.id.clone())
        }
        12 => RouteTarget::VpcEndpoint(named("vpce-lb").as_str().into()),
        13 => RouteTarget::NatGateway("nat-missing".into()),
        14 => RouteTarget::NetworkInterface("eni-missing".into()),
        15 => RouteTarget::Unmodelled { field: "CarrierGatewayId".into(), id: "cagw-1".into() },
        _ => RouteTarget::InternetGateway(network.internet_gateways.keys().next_back()?.clone()),
    })
}

fn add_lists(network: &mut Network) {
    let lists: [(&str, &[&str]); 2] =
        [("pl-s3", &["52.216.0.0/15", "52.218.0.0/17"]), ("pl-own", &["198.51.100.0/24", "8.0.0.0/9"])];
    for (id, cidrs) in lists {
        let entries = PrefixListEntries::Known(cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect());
        let list = PrefixList { id: id.into(), name: None, entries };
        network.prefix_lists.insert(list.id.clone(), list);
    }
    let list = PrefixList { id: "pl-unknown".into(), name: None, entries: PrefixListEntries::Unknown };
    network.prefix_lists.insert(list.id.clone(), list);
}
