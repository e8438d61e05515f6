//! The plan of a small network, held against `tests/plans/small.txt`; `UPDATE=1` writes that anew.
#![cfg(test)]

use std::{collections::BTreeSet, fs, path::PathBuf};

use deguchi_lab::{GuestFault, LeftOut, Options, plan, plan_with};
use deguchi_model::{
    Attachment, AttachmentState, BlockPublicAccess, Connectivity, IcmpMatch, InterfaceAddress, InterfaceAttachment,
    InterfaceKind, InterfaceListing, InternetGateway, NatGateway, NatGatewayAddress, NatGatewayPlacement,
    NatGatewayState, Network, NetworkAcl, NetworkAclRule, NetworkAclRules, NetworkInterface, PortRange, Route,
    RouteDestination, RouteOrigin, RouteState, RouteTable, RouteTarget, RuleAction, RuleNumber, RulePeer,
    SecurityGroup, SecurityGroupRule, SourceDestinationCheck, Subnet, TrafficMatch, Vpc,
};

fn vpc() -> Vpc {
    Vpc {
        id: "vpc-1".into(),
        name: None,
        owner: None,
        region: None,
        cidr_blocks: vec!["10.0.0.0/16".parse().unwrap()],
        ipv6_cidr_blocks: Vec::new(),
        interface_listing: InterfaceListing::Complete,
        block_public_access: BlockPublicAccess::Off,
        dns: deguchi_model::VpcDns::default(),
    }
}

fn subnet(id: &str, cidr: &str) -> Subnet {
    Subnet {
        id: id.into(),
        name: None,
        vpc: "vpc-1".into(),
        cidr_block: Some(cidr.parse().unwrap()),
        ipv6_cidr_blocks: Vec::new(),
        availability_zone: None,
        availability_zone_id: None,
        dns64: None,
    }
}

fn interface(id: &str, subnet: &str, address: &str, device_index: u32) -> NetworkInterface {
    NetworkInterface {
        id: id.into(),
        name: None,
        description: None,
        owner: None,
        vpc: "vpc-1".into(),
        subnet: subnet.into(),
        availability_zone: None,
        kind: InterfaceKind::Ordinary,
        addresses: vec![InterfaceAddress { private: address.parse().unwrap(), public: None, elastic_ip: None }],
        ipv6_addresses: Vec::new(),
        ipv4_prefixes: Vec::new(),
        security_groups: Vec::new(),
        source_destination_check: SourceDestinationCheck::On,
        attachment: Some(InterfaceAttachment { instance: Some("i-1".into()), device_index, is_attached: true }),
    }
}

fn route(destination: &str, target: RouteTarget) -> Route {
    let destination = RouteDestination::Cidr(destination.parse().unwrap());
    Route { destination, target, state: RouteState::Active, origin: RouteOrigin::Static }
}

fn table(id: &str, subnet: &str, default: RouteTarget) -> RouteTable {
    RouteTable {
        id: id.into(),
        name: None,
        vpc: "vpc-1".into(),
        is_main: false,
        subnets: BTreeSet::from([subnet.into()]),
        gateways: BTreeSet::new(),
        routes: vec![route("10.0.0.0/16", RouteTarget::Local), route("0.0.0.0/0", default)],
    }
}

fn acl() -> NetworkAcl {
    let rule = |number, action, traffic| NetworkAclRule {
        number: RuleNumber(number),
        cidr: "0.0.0.0/0".parse().unwrap(),
        traffic,
        action,
    };
    let ssh = TrafficMatch::Tcp(PortRange::single(22));
    let rules = vec![rule(200, RuleAction::Allow, TrafficMatch::All), rule(100, RuleAction::Deny, ssh)];
    let rules = NetworkAclRules { inbound: rules.clone(), outbound: rules };
    NetworkAcl::new("acl-1".into(), None, "vpc-1".into(), true, BTreeSet::new(), rules)
}

fn group() -> SecurityGroup {
    let https = TrafficMatch::Tcp(PortRange::single(443));
    let ping = TrafficMatch::Icmp(IcmpMatch::Type(8));
    SecurityGroup {
        id: "sg-1".into(),
        name: None,
        vpc: None,
        inbound: vec![SecurityGroupRule { traffic: ping, peer: RulePeer::SecurityGroup("sg-1".into()) }],
        outbound: vec![SecurityGroupRule { traffic: https, peer: RulePeer::Cidr("0.0.0.0/0".parse().unwrap()) }],
    }
}

fn nat_gateway() -> NatGateway {
    NatGateway {
        id: "nat-1".into(),
        name: None,
        vpc: "vpc-1".into(),
        placement: NatGatewayPlacement::Zonal("subnet-b".into()),
        connectivity: Connectivity::Public,
        state: NatGatewayState::Available,
        attached_appliances: Vec::new(),
        addresses: vec![NatGatewayAddress {
            private: Some("10.0.2.5".parse().unwrap()),
            public: Some("203.0.113.5".parse().unwrap()),
            interface: None,
            is_usable: true,
            availability_zone: None,
        }],
    }
}

/// A private subnet behind a NAT gateway in a public one, where a machine with two interfaces forwards.
fn network() -> Network {
    let mut network = Network::default();
    network.vpcs.insert("vpc-1".into(), vpc());
    for (id, cidr) in [("subnet-a", "10.0.1.0/24"), ("subnet-b", "10.0.2.0/24")] {
        network.subnets.insert(id.into(), subnet(id, cidr));
    }
    let interfaces = [("eni-1", "subnet-a", "10.0.1.10", 0), ("eni-2", "subnet-b", "10.0.2.10", 1)];
    for (id, subnet, address, index) in interfaces {
        let mut made = interface(id, subnet, address, index);
        made.security_groups = vec!["sg-1".into()];
        network.network_interfaces.insert(id.into(), made);
    }
    let mut spare = interface("eni-3", "subnet-b", "10.0.2.11", 0);
    spare.kind = InterfaceKind::LoadBalancer;
    network.network_interfaces.insert(spare.id.clone(), spare);
    let tables = [
        table("rtb-1", "subnet-a", RouteTarget::NatGateway("nat-1".into())),
        table("rtb-2", "subnet-b", RouteTarget::InternetGateway("igw-1".into())),
    ];
    network.route_tables.extend(tables.map(|table| (table.id.clone(), table)));
    network.network_acls.insert("acl-1".into(), acl());
    network.security_groups.insert("sg-1".into(), group());
    network.nat_gateways.insert("nat-1".into(), nat_gateway());
    let attachments = vec![Attachment { vpc: "vpc-1".into(), state: AttachmentState::Attached }];
    let gateway = InternetGateway { id: "igw-1".into(), name: None, attachments };
    network.internet_gateways.insert(gateway.id.clone(), gateway);
    network
}

#[test]
fn the_plan_of_a_small_network_is_as_written_down() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/plans/small.txt");
    let planned = plan(&network()).to_string();
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &planned).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), planned);
}

#[test]
fn every_end_of_a_link_and_every_device_stands_in_a_namespace() {
    let plan = plan(&network());
    let names: BTreeSet<&str> = plan.namespaces.iter().map(|namespace| namespace.name.as_str()).collect();
    assert_eq!(names.len(), plan.namespaces.len());
    let mut ends = BTreeSet::new();
    for end in plan.links.iter().flat_map(|link| &link.ends) {
        assert!(names.contains(end.namespace.as_str()), "{}", end.namespace);
        assert!(end.device.len() < 16, "{}", end.device);
        assert!(ends.insert((end.namespace.as_str(), end.device.as_str())), "{} twice", end.device);
    }
    for namespace in &plan.namespaces {
        for address in namespace.addresses.iter().filter(|address| address.device != "lo") {
            assert!(ends.contains(&(namespace.name.as_str(), address.device.as_str())), "{}", address.device);
        }
    }
}

#[test]
fn what_the_lab_cannot_show_is_named() {
    assert_eq!(plan(&network()).left_out.get("eni-3"), Some(&LeftOut::UnknownInside));
}

#[test]
fn a_fault_inside_a_nat_instance_is_planned() {
    let mut network = network();
    for interface in network.network_interfaces.values_mut() {
        interface.source_destination_check = SourceDestinationCheck::Off;
    }
    let machine = |fault: Option<GuestFault>| {
        let guest_faults = fault.map(|fault| ("i-1".into(), fault)).into_iter().collect();
        let options = Options { guest_faults, ..Options::default() };
        let plan = plan_with(&network, &options);
        plan.namespaces.into_iter().find(|namespace| namespace.name == "machine-1").unwrap()
    };
    let healthy = machine(None);
    assert!(healthy.filter.as_ref().unwrap().contains("oifname \"eth1\" masquerade"));
    assert_ne!(machine(Some(GuestFault::ForwardingOff)).settings, healthy.settings);
    assert!(!machine(Some(GuestFault::NoMasquerade)).filter.unwrap().contains("masquerade"));
    assert!(machine(Some(GuestFault::WrongInterface)).filter.unwrap().contains("\"ens5\" masquerade"));
}

#[test]
fn a_plan_survives_being_written_to_a_file() {
    let plan = plan(&network());
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<deguchi_lab::LabPlan>(&text).unwrap(), plan);
}
