//! What to make in Linux so that a network's machines stand in their subnets: a list of operations, not their execution.
//!
//! A subnet is a bridge in the namespace of its router; the router of a VPC is one namespace, because AWS routes
//! between the subnets of a VPC without a hop that shows (RT-12). Leaves out filters, gateways and services.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::net::{IpAddr, Ipv4Addr};

use deguchi_model::{InterfaceKind, IpNet, Ipv4Net, Network, NetworkInterface, Subnet, SubnetId};

/// What to make, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabPlan {
    /// The operations; each needs only what stands before it.
    pub operations: Vec<Operation>,
}

/// One thing to make. Names are the plan's own (`machine-3`): who applies it chooses names unique on the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A network namespace.
    AddNamespace {
        /// Its name in the plan.
        namespace: String,
        /// What it stands for, as AWS names it.
        stands_for: String,
    },
    /// A bridge, the layer 2 of one subnet.
    AddBridge {
        /// Where.
        namespace: String,
        /// Its name in the plan.
        bridge: String,
        /// The subnet.
        stands_for: String,
    },
    /// A pair of virtual Ethernet devices: one end in a machine, the other on a bridge.
    AddLink {
        /// The machine's namespace.
        namespace: String,
        /// The device in it.
        device: String,
        /// The router's namespace.
        router: String,
        /// The bridge in it.
        bridge: String,
        /// The interface, as AWS names it.
        stands_for: String,
    },
    /// An address on a device or a bridge.
    AddAddress {
        /// Where.
        namespace: String,
        /// The device or bridge.
        device: String,
        /// The address, with the length of the subnet's prefix.
        address: IpNet,
    },
    /// The default route of a machine: to its subnet's router, base + 1 (PW-13).
    AddDefaultRoute {
        /// Where.
        namespace: String,
        /// By which device.
        device: String,
        /// The router's address.
        via: IpAddr,
    },
}

/// Plans the machines and subnets of a network. The same network gives the same plan.
pub fn plan(network: &Network) -> LabPlan {
    let mut plan = LabPlan::default();
    let routers: BTreeMap<_, _> = (1..).zip(network.vpcs.keys()).map(|(n, vpc)| (vpc, format!("router-{n}"))).collect();
    for (vpc, router) in &routers {
        plan.operations.push(Operation::AddNamespace { namespace: router.clone(), stands_for: vpc.to_string() });
    }
    let mut bridges: BTreeMap<&SubnetId, (String, String)> = BTreeMap::new();
    for (n, subnet) in (1..).zip(network.subnets.values()) {
        let Some(router) = routers.get(&subnet.vpc) else { continue };
        let bridge = format!("subnet-{n}");
        add_bridge(&mut plan, subnet, router, &bridge);
        bridges.insert(&subnet.id, (router.clone(), bridge));
    }
    let mut machines: BTreeMap<String, (String, u32)> = BTreeMap::new();
    let ordinary = network.network_interfaces.values().filter(|interface| interface.kind == InterfaceKind::Ordinary);
    for interface in ordinary {
        let (Some((router, bridge)), Some(subnet)) =
            (bridges.get(&interface.subnet), network.subnets.get(&interface.subnet))
        else {
            continue;
        };
        let machine = machine_of(interface);
        let next = machines.len() + 1;
        let (namespace, devices) = machines.entry(machine.clone()).or_insert_with(|| {
            let namespace = format!("machine-{next}");
            plan.operations.push(Operation::AddNamespace { namespace: namespace.clone(), stands_for: machine });
            (namespace, 0)
        });
        let device = format!("eth{devices}");
        *devices += 1;
        let ends = Ends { namespace: namespace.clone(), device, router: router.clone(), bridge: bridge.clone() };
        add_interface(&mut plan, interface, subnet, ends);
    }
    plan
}

struct Ends {
    namespace: String,
    device: String,
    router: String,
    bridge: String,
}

fn add_bridge(plan: &mut LabPlan, subnet: &Subnet, router: &str, bridge: &str) {
    plan.operations.push(Operation::AddBridge {
        namespace: router.to_string(),
        bridge: bridge.to_string(),
        stands_for: subnet.id.to_string(),
    });
    if let Some(cidr) = subnet.cidr_block {
        plan.operations.push(Operation::AddAddress {
            namespace: router.to_string(),
            device: bridge.to_string(),
            address: with_length(router_address(cidr), cidr),
        });
    }
}

fn add_interface(plan: &mut LabPlan, interface: &NetworkInterface, subnet: &Subnet, ends: Ends) {
    let Ends { namespace, device, router, bridge } = ends;
    plan.operations.push(Operation::AddLink {
        namespace: namespace.clone(),
        device: device.clone(),
        router,
        bridge,
        stands_for: interface.id.to_string(),
    });
    let Some(cidr) = subnet.cidr_block else { return };
    for address in &interface.addresses {
        plan.operations.push(Operation::AddAddress {
            namespace: namespace.clone(),
            device: device.clone(),
            address: with_length(address.private, cidr),
        });
    }
    let is_primary = interface.attachment.as_ref().is_none_or(|attachment| attachment.device_index == 0);
    if is_primary {
        let via = IpAddr::V4(router_address(cidr));
        plan.operations.push(Operation::AddDefaultRoute { namespace, device, via });
    }
}

/// The machine behind an interface: its instance, or the interface itself where there is none.
fn machine_of(interface: &NetworkInterface) -> String {
    let instance = interface.attachment.as_ref().and_then(|attachment| attachment.instance.as_ref());
    instance.map_or_else(|| interface.id.to_string(), ToString::to_string)
}

/// The address of a subnet's router: its base plus one (PW-13).
fn router_address(cidr: Ipv4Net) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(cidr.network()).saturating_add(1))
}

/// An address with a subnet's prefix length.
fn with_length(address: Ipv4Addr, cidr: Ipv4Net) -> IpNet {
    IpNet::V4(Ipv4Net::new(address, cidr.prefix_len()).unwrap_or_else(|_| Ipv4Net::from(address)))
}
