//! The plan of a small network, operation by operation.
#![cfg(test)]

use deguchi_lab::{Operation, plan};
use deguchi_model::{
    BlockPublicAccess, InterfaceAddress, InterfaceAttachment, InterfaceKind, InterfaceListing, Network,
    NetworkInterface, SourceDestinationCheck, Subnet, Vpc,
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

fn network() -> Network {
    let mut network = Network::default();
    network.vpcs.insert("vpc-1".into(), vpc());
    for (id, cidr) in [("subnet-a", "10.0.1.0/24"), ("subnet-b", "10.0.2.0/24")] {
        network.subnets.insert(id.into(), subnet(id, cidr));
    }
    for (id, subnet, address, index) in [("eni-1", "subnet-a", "10.0.1.10", 0), ("eni-2", "subnet-b", "10.0.2.10", 1)] {
        network.network_interfaces.insert(id.into(), interface(id, subnet, address, index));
    }
    network
}

#[test]
fn a_machine_with_two_interfaces_is_one_namespace_with_one_default_route() {
    let operations = plan(&network()).operations;
    let namespaces: Vec<&str> = operations
        .iter()
        .filter_map(|operation| match operation {
            Operation::AddNamespace { stands_for, .. } => Some(stands_for.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(namespaces, ["vpc-1", "i-1"]);
    let routes: Vec<&Operation> =
        operations.iter().filter(|operation| matches!(operation, Operation::AddDefaultRoute { .. })).collect();
    assert_eq!(
        routes,
        [&Operation::AddDefaultRoute {
            namespace: "machine-1".into(),
            device: "eth0".into(),
            via: "10.0.1.1".parse().unwrap(),
        }]
    );
}

#[test]
fn every_operation_needs_only_what_stands_before_it() {
    let mut made: Vec<String> = Vec::new();
    for operation in plan(&network()).operations {
        match operation {
            Operation::AddNamespace { namespace, .. } => made.push(namespace),
            Operation::AddBridge { namespace, bridge, .. } => {
                assert!(made.contains(&namespace));
                made.push(format!("{namespace}/{bridge}"));
            }
            Operation::AddLink { namespace, device, router, bridge, .. } => {
                assert!(made.contains(&namespace) && made.contains(&format!("{router}/{bridge}")));
                made.push(format!("{namespace}/{device}"));
            }
            Operation::AddAddress { namespace, device, .. } | Operation::AddDefaultRoute { namespace, device, .. } => {
                assert!(made.contains(&format!("{namespace}/{device}")));
            }
        }
    }
    assert!(made.len() > 5);
}

#[test]
fn the_same_network_gives_the_same_plan() {
    assert_eq!(plan(&network()), plan(&network()));
}
