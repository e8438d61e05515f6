//! What to make in Linux so that packets meet what they would meet in a network of AWS: a value, not its execution.
//!
//! A machine is a namespace. What stands beneath a VPC's machines, and remembers for each interface what its security
//! groups let pass, is a namespace (`ports`); what carries packets between subnets, and remembers nothing, is another
//! (`vpc`): network ACLs and route tables. Each gateway is a namespace of its own, and so are the internet, the network on
//! premises, and the service behind a gateway endpoint. Leaves out carrying it out (`apply.rs`), and services of the
//! network's own machines.

mod address_family;
mod construct;
mod edge_table;
mod filter;
mod gateway;
mod machine;
mod nat_gateway;
mod outside;
mod port;
mod route_table;
mod text;
mod transit_gateway;
mod vpc;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use deguchi_model::{InstanceId, IpNet, Network, NetworkInterfaceId};
use serde::{Deserialize, Serialize};

use crate::service::{AmazonLinux, Services, Site};

/// What to make. The same network gives the same plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabPlan {
    /// The namespaces, each with everything in it but its ends of links.
    pub namespaces: Vec<Namespace>,
    /// The links between them.
    pub links: Vec<Link>,
    /// The machines, in the namespaces of their names.
    pub machines: Vec<Machine>,
    /// What the lab does not show, by the resource's id: packets that meet it say nothing.
    pub left_out: BTreeMap<String, LeftOut>,
}

/// A network namespace and what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// Its name in the plan.
    pub name: String,
    /// What of a network it is.
    pub station: Station,
    /// What it stands for, as AWS names it.
    pub stands_for: String,
    /// What its kernel is told beyond the usual.
    pub settings: BTreeSet<Setting>,
    /// Addresses on devices.
    pub addresses: Vec<Address>,
    /// Which route table is asked when.
    pub rules: Vec<Rule>,
    /// Routes.
    pub routes: Vec<Route>,
    /// Its tables of nftables, as `nft -f` reads them.
    pub filter: Option<String>,
    /// What is served in it.
    pub services: Option<Services>,
    /// Addresses of a NAT gateway, among which it chooses for each connection.
    pub translates_to: Vec<std::net::Ipv4Addr>,
}

/// What of a network a namespace is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Station {
    /// A machine.
    #[default]
    Host,
    /// The security groups of a VPC's interfaces, and the resolver beneath them.
    SecurityGroups,
    /// The network ACLs and route tables of a VPC.
    Router,
    /// A NAT gateway.
    NatGateway,
    /// The internet gateway of a VPC, or its egress-only one.
    InternetGateway,
    /// The internet.
    Internet,
    /// A transit gateway.
    TransitGateway,
    /// The network on premises behind a virtual private gateway, a VPN connection or Direct Connect.
    Premises,
    /// The service behind a gateway endpoint.
    GatewayEndpoint,
}

/// What a namespace's kernel is told beyond the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Setting {
    /// It forwards packets.
    Forwards,
    /// It has every address that no rule takes elsewhere: it stands for many hosts.
    IsEveryHost,
    /// It takes no packet of an unknown TCP connection for a new one.
    KnowsOnlyItsConnections,
}

/// A pair of virtual Ethernet devices. Neither end asks for the other's hardware address: they share one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its two ends.
    pub ends: [End; 2],
    /// What it stands for, as AWS names it.
    pub stands_for: String,
}

/// One end of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// In which namespace.
    pub namespace: String,
    /// The device's name there.
    pub device: String,
}

/// An address on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The device.
    pub device: String,
    /// The address, with the length of its prefix.
    pub address: IpNet,
}

/// Which table is asked for which packets. Lower priorities are asked first; a table without a route asks the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its place in the order.
    pub priority: u32,
    /// Which packets.
    pub packets: Selector,
    /// Which table.
    pub table: u32,
}

/// Which packets a rule is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selector {
    /// All.
    All,
    /// Those that come in by a device.
    Device(String),
    /// Those that carry a mark.
    Mark(u32),
    /// Those from a range.
    From(IpNet),
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// In which table; `None` for the main one.
    pub table: Option<u32>,
    /// For which destinations.
    pub destination: IpNet,
    /// Where to.
    pub to: NextHop,
}

/// Where a route sends packets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NextHop {
    /// Out by a device.
    Device(String),
    /// Out by a device to a router.
    Router {
        /// The device.
        device: String,
        /// The router.
        router: IpAddr,
    },
    /// Nowhere, without a word.
    Blackhole,
    /// To the next table: the local route of AWS (RT-12).
    NextTable,
    /// Here: the addresses are the namespace's own.
    Here,
}

/// A machine of the lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Its namespace.
    pub namespace: String,
    /// Its instance, or its interface where it has none.
    pub id: String,
    /// Its `Name` tag.
    pub name: Option<String>,
    /// Its interfaces, the primary one first.
    pub interfaces: Vec<MachineInterface>,
    /// Its VPC.
    pub vpc: String,
    /// The Amazon Linux that it runs, where it runs one.
    pub system: Option<AmazonLinux>,
    /// Its region.
    pub region: String,
    /// Its resolvers.
    pub resolvers: Vec<IpAddr>,
}

/// An interface of a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineInterface {
    /// The interface, as AWS names it.
    pub id: String,
    /// Its device in the machine.
    pub device: String,
    /// Its addresses, each with the public one that an internet gateway maps it to.
    pub addresses: Vec<(IpAddr, Option<IpAddr>)>,
}

/// Why something is not in the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LeftOut {
    /// The lab has no such thing yet.
    NotBuilt,
    /// It is an appliance or service whose inside nobody knows.
    UnknownInside,
    /// The snapshot lacks what it consists of.
    NotInSnapshot,
    /// It lies outside what was asked to be built (`--focus`).
    OutOfFocus,
}

/// What is asked of a plan beyond the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Build only what the packets of these interfaces can meet: their machines, what routes lead to, their VPCs.
    pub focus: Option<BTreeSet<NetworkInterfaceId>>,
    /// What is wrong inside NAT instances.
    pub guest_faults: BTreeMap<InstanceId, GuestFault>,
    /// The Amazon Linux of instances that run one.
    pub systems: BTreeMap<InstanceId, AmazonLinux>,
    /// The hosts that the web servers of the lab's internet know by name.
    pub sites: BTreeMap<String, Site>,
}

/// What can be wrong inside a NAT instance (NI-4). No answer of AWS shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GuestFault {
    /// `net.ipv4.ip_forward` is 0.
    ForwardingOff,
    /// There is no rule that masquerades.
    NoMasquerade,
    /// The rule names an interface that the machine does not have.
    WrongInterface,
}

/// Plans all of a network.
pub fn plan(network: &Network) -> LabPlan {
    plan_with(network, &Options::default())
}

/// Plans a network, or a part of it, possibly with faults inside machines.
pub fn plan_with(network: &Network, options: &Options) -> LabPlan {
    construct::construct(network, options)
}
