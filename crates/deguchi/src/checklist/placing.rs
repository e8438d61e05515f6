//! The items about places: addresses that do nothing where they are, and things in the wrong kind of subnet.

use deguchi_engine::{SubnetKind, classify_subnet};
use deguchi_model::{InterfaceKind, InterfaceListing, Network, NetworkInterface};

use super::{Checked, Finding, Status, bench::Bench};

fn kind_of(network: &Network, interface: &NetworkInterface) -> SubnetKind {
    let subnet = network.subnets.get(&interface.subnet);
    let classified = subnet.map(|subnet| classify_subnet(network, subnet));
    classified.and_then(|of| of.ipv4.or(of.ipv6)).unwrap_or(SubnetKind::Unknown)
}

fn public_address(interface: &NetworkInterface) -> Option<String> {
    interface.addresses.iter().find_map(|address| address.public).map(|public| public.to_string())
}

/// `elastic-ip-in-vain`: a public address is of use only where the subnet leads to an internet gateway.
pub(super) fn elastic_ip_in_vain(bench: &Bench<'_>) -> Vec<Checked> {
    let network = bench.network;
    let others = bench.machine.instance.into_iter().flat_map(|instance| &instance.interfaces);
    let mut interfaces: Vec<&NetworkInterface> =
        others.filter_map(|each| network.network_interfaces.get(&each.interface)).collect();
    if !interfaces.iter().any(|interface| interface.id == bench.machine.interface.id) {
        interfaces.push(bench.machine.interface);
    }
    let mut found = Vec::new();
    for interface in interfaces {
        let Some(address) = public_address(interface) else { continue };
        let subnet = interface.subnet.to_string();
        found.push(match kind_of(network, interface) {
            SubnetKind::Public => Checked::new(Status::Pass, Finding::AddressOfUse { address, subnet }),
            SubnetKind::Unknown => Checked::new(Status::Unknown, Finding::TableMissing { subnet }),
            kind => Checked::new(Status::Fail, Finding::AddressInVain { address, subnet, kind }),
        });
    }
    if found.is_empty() {
        found.push(Checked::new(Status::NotApplicable, Finding::NoPublicAddress));
    }
    found
}

/// `placement`: databases out of public subnets, load balancers of the internet in them, and the machine itself.
pub(super) fn placement(bench: &Bench<'_>) -> Vec<Checked> {
    let network = bench.network;
    let machine = bench.machine.interface;
    let mut found = Vec::new();
    let has_ipv6 = !machine.ipv6_addresses.is_empty();
    if kind_of(network, machine) == SubnetKind::Public && public_address(machine).is_none() && !has_ipv6 {
        let (interface, subnet) = (machine.id.to_string(), machine.subnet.to_string());
        found.push(Checked::new(Status::Fail, Finding::PublicSubnetWithoutAddress { interface, subnet }));
    }
    let others = network.network_interfaces.values().filter(|interface| interface.vpc == machine.vpc);
    let mut count = 0;
    for interface in others {
        count += 1;
        found.extend(misplaced(network, interface));
    }
    let listing = network.vpcs.get(&machine.vpc).map(|vpc| vpc.interface_listing);
    if listing != Some(InterfaceListing::Complete) {
        let vpc = machine.vpc.to_string();
        found.push(Checked::new(Status::Unknown, Finding::InterfacesNotListed { vpc }));
    } else if found.is_empty() {
        found.push(Checked::new(Status::Pass, Finding::PlacementFine { interfaces: count }));
    }
    found
}

fn misplaced(network: &Network, interface: &NetworkInterface) -> Option<Checked> {
    let (id, subnet) = (interface.id.to_string(), interface.subnet.to_string());
    match (&interface.kind, kind_of(network, interface)) {
        (InterfaceKind::LoadBalancer, kind) if kind != SubnetKind::Public && kind != SubnetKind::Unknown => {
            public_address(interface)?;
            Some(Checked::new(Status::Fail, Finding::LoadBalancerNotPublic { interface: id, subnet, kind }))
        }
        (_, SubnetKind::Public) if interface.is_of_a_database() => {
            Some(Checked::new(Status::Fail, Finding::DatabaseInPublicSubnet { interface: id, subnet }))
        }
        _ => None,
    }
}
