//! Where a question's packets start: a machine in the snapshot, or the internet.

use std::net::IpAddr;

use deguchi_engine::AddressSet;
use deguchi_model::{
    Instance, InterfaceKind, IpNet, LoadBalancer, Network, NetworkInterface, NetworkInterfaceId, Subnet, VpcId,
};

use super::{
    Remark,
    lookup::{self, Found},
};
use crate::error::{Error, ErrorKind};

/// Where packets start.
pub(crate) enum Start<'n> {
    /// At a machine in the snapshot.
    Machine(Machine<'n>),
    /// On the internet; at these addresses, or at any.
    Internet(Option<AddressSet>),
    /// In a network on premises, at these addresses.
    OnPremises(AddressSet),
}

impl Start<'_> {
    /// The VPC that the packets start in.
    pub(crate) fn vpc(&self) -> Option<&VpcId> {
        match self {
            Self::Machine(machine) => Some(&machine.interface.vpc),
            Self::Internet(_) | Self::OnPremises(_) => None,
        }
    }
}

/// A machine in the snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Machine<'n> {
    /// The interface that the packets leave by.
    pub(crate) interface: &'n NetworkInterface,
    /// The instance behind it.
    pub(crate) instance: Option<&'n Instance>,
    /// The address that was asked for, where one was.
    pub(crate) pinned: Option<IpAddr>,
}

/// Finds where a source's packets start.
pub(crate) fn resolve<'n>(network: &'n Network, asked: &str, remarks: &mut Vec<Remark>) -> Result<Start<'n>, Error> {
    let asked = asked.trim();
    if asked.eq_ignore_ascii_case("internet") {
        return Ok(Start::Internet(None));
    }
    match asked.split_once(':') {
        Some((word, rest)) if word.eq_ignore_ascii_case("internet") => internet(rest).map(Start::Internet),
        Some((word, rest)) if word.eq_ignore_ascii_case(ON_PREMISES) => on_premises(rest).map(Start::OnPremises),
        _ => match outside_every_vpc(network, asked) {
            Some(addresses) => {
                remarks.push(Remark::TakenForOnPremises { asked: asked.to_owned() });
                Ok(Start::OnPremises(addresses))
            }
            None => machine(network, asked, remarks).map(Start::Machine),
        },
    }
}

/// The word for a network on premises, before its addresses.
pub(crate) const ON_PREMISES: &str = "onprem";

/// Reads the addresses of `onprem:ADDRESS` or `onprem:RANGE`.
fn on_premises(text: &str) -> Result<AddressSet, Error> {
    let cidr = range(text).ok_or_else(|| Error::new(ErrorKind::UnreadableOnPremises { asked: text.to_owned() }))?;
    Ok(AddressSet::from_cidrs([&cidr]))
}

/// The addresses of a private address or range that lies in no VPC of the snapshot, and that nothing in it has.
fn outside_every_vpc(network: &Network, asked: &str) -> Option<AddressSet> {
    let addresses = AddressSet::from_cidrs([&range(asked)?]);
    let is_private = addresses.minus(&AddressSet::rfc1918().union(&AddressSet::rfc6598())).is_empty();
    let inside = network.vpcs.values().fold(AddressSet::empty(), |all, vpc| {
        let v4: Vec<IpNet> = vpc.cidr_blocks.iter().copied().map(IpNet::V4).collect();
        all.union(&AddressSet::from_cidrs(&v4))
    });
    let held = network.network_interfaces.values().flat_map(|interface| &interface.addresses);
    let held: Vec<IpNet> = held.map(|address| IpNet::from(IpAddr::V4(address.private))).collect();
    let inside = inside.union(&AddressSet::from_cidrs(&held));
    let is_outside = addresses.minus(&inside) == addresses;
    (is_private && is_outside && !network.vpcs.is_empty()).then_some(addresses)
}

/// Reads an address or a range.
fn range(text: &str) -> Option<IpNet> {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    match text.parse::<IpAddr>() {
        Ok(address) => Some(IpNet::from(address)),
        Err(_) => text.parse::<IpNet>().ok().map(|cidr| cidr.trunc()),
    }
}

/// Reads the addresses of `internet:ADDRESS`.
fn internet(text: &str) -> Result<Option<AddressSet>, Error> {
    let not_public = || Error::new(ErrorKind::SourceNotPublic { asked: text.to_owned() });
    let cidr = range(text).ok_or_else(not_public)?;
    let addresses = AddressSet::from_cidrs([&cidr]);
    let public = AddressSet::public_ipv4().union(&AddressSet::public_ipv6());
    if addresses.minus(&public).is_empty() { Ok(Some(addresses)) } else { Err(not_public()) }
}

/// Finds a machine by its id, name or address.
pub(crate) fn machine<'n>(network: &'n Network, asked: &str, remarks: &mut Vec<Remark>) -> Result<Machine<'n>, Error> {
    let asked = asked.trim();
    match lookup::find(network, asked)? {
        Some(Found::Instance(instance)) => of_instance(network, instance, remarks),
        Some(Found::Interface(interface)) => of_interface(network, interface, None),
        Some(Found::Subnet(subnet)) => of_subnet(network, subnet, remarks),
        Some(Found::NatGateway(gateway)) => {
            Err(Error::new(ErrorKind::NatGatewayAsSource { nat_gateway: gateway.id.to_string() }))
        }
        Some(Found::LoadBalancer(load_balancer)) => of_load_balancer(network, load_balancer),
        Some(Found::Workload(workload)) => {
            let none = ErrorKind::NoInterfaceOfWorkload { workload: workload.id.to_string() };
            of_only_one(network, &workload.interfaces, asked, none)
        }
        Some(Found::VpcEndpoint(_) | Found::PrefixList(_) | Found::Other(_)) => {
            Err(Error::new(ErrorKind::NotASource { id: asked.to_owned() }))
        }
        None => {
            let bare = asked.trim_start_matches('[').trim_end_matches(']');
            match bare.parse::<IpAddr>() {
                Ok(address) => of_address(network, address, remarks),
                Err(_) => Err(lookup::unknown(network, asked)),
            }
        }
    }
}

fn of_instance<'n>(
    network: &'n Network,
    instance: &'n Instance,
    remarks: &mut Vec<Remark>,
) -> Result<Machine<'n>, Error> {
    let mut interfaces = instance.interfaces.iter().filter_map(|each| network.network_interfaces.get(&each.interface));
    let Some(interface) = interfaces.next() else {
        let kind = ErrorKind::NoInterface { instance: instance.id.to_string(), state: lookup::state_of(instance) };
        return Err(Error::new(kind));
    };
    let others = interfaces.count();
    if others > 0 {
        let (instance, interface) = (instance.id.clone(), interface.id.clone());
        remarks.push(Remark::PrimaryInterface { instance, interface, others });
    }
    Ok(Machine { interface, instance: Some(instance), pinned: None })
}

/// A load balancer sends from its nodes; which one has to be said where there are several.
fn of_load_balancer<'n>(network: &'n Network, load_balancer: &'n LoadBalancer) -> Result<Machine<'n>, Error> {
    let id = load_balancer.id.to_string();
    of_only_one(network, &load_balancer.interfaces, &id, ErrorKind::NoAddress { id: id.clone() })
}

/// The one interface of several that the snapshot has; where it has several, one of them has to be named.
fn of_only_one<'n>(
    network: &'n Network,
    interfaces: &[NetworkInterfaceId],
    asked: &str,
    none: ErrorKind,
) -> Result<Machine<'n>, Error> {
    let own = interfaces.iter().filter_map(|id| network.network_interfaces.get(id));
    match own.collect::<Vec<_>>().as_slice() {
        [] => Err(Error::new(none)),
        [only] => of_interface(network, only, None),
        several => {
            let candidates = several.iter().map(|each| lookup::candidate_interface(each)).collect();
            Err(Error::new(ErrorKind::AmbiguousName { asked: asked.to_owned(), candidates }))
        }
    }
}

fn of_interface<'n>(
    network: &'n Network,
    interface: &'n NetworkInterface,
    pinned: Option<IpAddr>,
) -> Result<Machine<'n>, Error> {
    if interface.kind == InterfaceKind::NatGateway {
        let is_its = |gateway: &&deguchi_model::NatGateway| {
            gateway.addresses.iter().any(|address| address.interface.as_ref() == Some(&interface.id))
        };
        let gateway = network.nat_gateways.values().find(is_its);
        let id = gateway.map_or_else(|| interface.id.to_string(), |gateway| gateway.id.to_string());
        return Err(Error::new(ErrorKind::NatGatewayAsSource { nat_gateway: id }));
    }
    let instance = interface.attachment.as_ref().and_then(|at| at.instance.as_ref());
    Ok(Machine { interface, instance: instance.and_then(|id| network.instances.get(id)), pinned })
}

/// Takes the first machine of a subnet for all of them.
fn of_subnet<'n>(network: &'n Network, subnet: &Subnet, remarks: &mut Vec<Remark>) -> Result<Machine<'n>, Error> {
    let is_machine = |interface: &&NetworkInterface| {
        let is_attached = interface.attachment.as_ref().is_some_and(|at| at.is_attached);
        let sends = matches!(interface.kind, InterfaceKind::Ordinary | InterfaceKind::Function);
        interface.subnet == subnet.id && sends && is_attached
    };
    let mut machines = network.network_interfaces.values().filter(is_machine);
    let Some(interface) = machines.next() else {
        return Err(Error::new(ErrorKind::EmptySubnet { subnet: subnet.id.to_string() }));
    };
    let machine = of_interface(network, interface, None)?;
    remarks.push(Remark::SubnetStandIn {
        subnet: subnet.id.clone(),
        interface: interface.id.clone(),
        instance: machine.instance.map(|instance| instance.id.clone()),
        others: machines.count(),
    });
    Ok(machine)
}

fn of_address<'n>(network: &'n Network, address: IpAddr, remarks: &mut Vec<Remark>) -> Result<Machine<'n>, Error> {
    match lookup::holders(network, address).as_slice() {
        [] => Err(lookup::unknown(network, &address.to_string())),
        [(interface, private)] => {
            if *private != address {
                let (public, private) = (address, *private);
                let interface = interface.id.clone();
                remarks.push(Remark::PublicAddressOfInterface { public, private, interface });
            }
            of_interface(network, interface, Some(*private))
        }
        several => {
            let candidates = several.iter().map(|(interface, _)| lookup::candidate_interface(interface)).collect();
            Err(Error::new(ErrorKind::AmbiguousName { asked: address.to_string(), candidates }))
        }
    }
}

/// Finds the interface of an instance or an interface by its id or name, for a destination.
pub(crate) fn interface_of<'n>(
    network: &'n Network,
    asked: &str,
    remarks: &mut Vec<Remark>,
) -> Result<&'n NetworkInterface, Error> {
    match lookup::find(network, asked)? {
        Some(Found::Instance(instance)) => of_instance(network, instance, remarks).map(|machine| machine.interface),
        Some(Found::Interface(interface)) => Ok(interface),
        _ => Err(lookup::unknown(network, asked)),
    }
}
