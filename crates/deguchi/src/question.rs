//! Which packets a person asks about: names of sources and destinations turned into queries.
//!
//! A name that is not an address stands for a set of addresses; nothing is looked up on the network. What was taken
//! for granted on the way is a [`Remark`]. Leaves out answering: that is the engine's.

mod closest;
mod destination;
mod form;
mod lookup;
mod operating_system;
mod remark;
mod remark_english;
mod remark_japanese;
mod repositories;
mod service;
mod source;

use std::net::IpAddr;

use deguchi_engine::{AddressSet, Destination, Ports, Query, Source, Traffic, address_set::address_at};
use deguchi_model::{InterfaceKind, Network, PortRange};

use crate::{
    catalogue::Catalogue,
    error::{Error, ErrorKind},
};
use form::{Form, Protocol};
use source::Start;

pub(crate) use closest::closest;
pub(crate) use form::parse_ports;
pub(crate) use lookup::{Found, find, state_of, unknown};
pub use remark::Remark;
pub(crate) use service::{object_request, region_of};
pub(crate) use source::{Machine, ON_PREMISES, machine};

/// A question as asked, and what it comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The source, as asked.
    pub source: String,
    /// The destination, as asked.
    pub destination: String,
    /// What was taken for granted in reading it.
    pub remarks: Vec<Remark>,
    /// The queries it comes to; several where it is not known which of them applies.
    pub alternatives: Vec<Alternative>,
}

/// One query that a question may come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// What sets it apart, e.g. the repository; `None` where there is nothing to add to what was asked.
    pub name: Option<String>,
    /// The query.
    pub query: Query,
    /// The names that have to resolve first; none where the destination is written as addresses, or is a resource.
    pub hosts: Vec<String>,
}

/// What a person adds to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The operating system of the instance (`--os`).
    pub os: Option<String>,
    /// The ports that the client chooses from (`--source-ports`).
    pub source_ports: Option<PortRange>,
    /// What is asked of a bucket (`--action`); `s3:GetObject` where it is `None`.
    pub action: Option<String>,
    /// The service's port, over whatever the destination says (`--port`).
    pub port: Option<u16>,
    /// The family of addresses (`--ipv6`); `None` follows from source and destination.
    pub family: Option<Family>,
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl Family {
    /// The family of an address.
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::Ipv4,
            IpAddr::V6(_) => Self::Ipv6,
        }
    }

    /// Whether an address is of this family.
    pub(crate) fn fits(self, address: IpAddr) -> bool {
        Self::of(address) == self
    }

    /// Every public address of this family.
    pub(crate) fn public(self) -> AddressSet {
        match self {
            Self::Ipv4 => AddressSet::public_ipv4(),
            Self::Ipv6 => AddressSet::public_ipv6(),
        }
    }
}

/// What a destination is read with.
struct Context<'a> {
    network: &'a Network,
    catalogue: &'a Catalogue,
    options: &'a Options,
    start: &'a Start<'a>,
    family: Family,
}

/// One thing that a destination may stand for, before the source is put to it.
struct Goal {
    name: Option<String>,
    destination: Destination,
    ports: PortRange,
    /// The names that have to resolve first.
    hosts: Vec<String>,
}

/// Turns a source and a destination, as a person names them, into queries.
pub fn resolve(network: &Network, source: &str, destination: &str, options: &Options) -> Result<Question, Error> {
    let catalogue = Catalogue::built_in()?;
    let mut remarks = Vec::new();
    let start = source::resolve(network, source, &mut remarks)?;
    if let Some(action) = &options.action {
        check_action(action)?;
    }
    let mut form = form::parse(destination, &|name| destination::is_known(network, &catalogue, name))?;
    if let Some(port) = options.port {
        if form.protocol == Protocol::Ping {
            return Err(Error::new(ErrorKind::PortForPing { asked: destination.to_owned() }));
        }
        form.ports = Some(PortRange::single(port));
    }
    let family = family_of(&form, &start, options, &mut remarks);
    let context = Context { network, catalogue: &catalogue, options, start: &start, family };
    let goals = destination::resolve(&context, &form, &mut remarks)?;
    let client = client_ports(&context, form.protocol_of(&catalogue), &mut remarks);
    let mut alternatives = Vec::new();
    for goal in goals {
        let traffic = traffic(form.protocol_of(&catalogue), client, goal.ports);
        let source = source_of(network, &start, &goal.destination)?;
        alternatives.push(Alternative {
            name: goal.name,
            query: Query { source, destination: goal.destination, traffic },
            hosts: goal.hosts,
        });
    }
    Ok(Question {
        source: source.trim().to_owned(),
        destination: destination.trim().to_owned(),
        remarks,
        alternatives: joined(alternatives),
    })
}

/// Whether an action reads as one of S3.
fn check_action(action: &str) -> Result<(), Error> {
    let name = action.strip_prefix("s3:").unwrap_or_default();
    let is_action = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_action { Ok(()) } else { Err(Error::new(ErrorKind::UnreadableAction { asked: action.to_owned() })) }
}

/// The family that names stand for: the one asked for, else the destination's own, else what the source has.
fn family_of(form: &Form, start: &Start<'_>, options: &Options, remarks: &mut Vec<Remark>) -> Family {
    if let Some(family) = form.target.family().or(options.family) {
        return family;
    }
    match start {
        Start::Machine(machine) => {
            let only_ipv6 = machine.interface.addresses.is_empty() && !machine.interface.ipv6_addresses.is_empty();
            if only_ipv6 {
                remarks.push(Remark::IpV6Only);
            }
            match machine.pinned {
                Some(address) => Family::of(address),
                None if only_ipv6 => Family::Ipv6,
                None => Family::Ipv4,
            }
        }
        Start::Internet(Some(addresses)) | Start::OnPremises(addresses) => {
            first_family(addresses).unwrap_or(Family::Ipv4)
        }
        Start::Internet(None) => Family::Ipv4,
    }
}

/// The family of a set's first address.
fn first_family(addresses: &AddressSet) -> Option<Family> {
    addresses.ranges().first().map(|(first, _)| Family::of(address_at(*first)))
}

/// The ports that the client chooses from (NA-10).
fn client_ports(context: &Context<'_>, protocol: Protocol, remarks: &mut Vec<Remark>) -> PortRange {
    let linux = Ports::to(0).source;
    if protocol == Protocol::Ping {
        return linux;
    }
    if let Some(ports) = context.options.source_ports {
        return ports;
    }
    match context.start {
        Start::Machine(machine) => {
            let platform = machine.instance.and_then(|instance| instance.platform.as_deref()).unwrap_or_default();
            if machine.interface.kind == InterfaceKind::Function {
                return PortRange::new(1024, u16::MAX).unwrap_or(linux); // NA-10
            }
            if !platform.to_lowercase().starts_with("windows") {
                return linux;
            }
            let ports = PortRange::new(49152, u16::MAX).unwrap_or(linux);
            remarks.push(Remark::ClientPortsOfWindows { ports });
            ports
        }
        Start::Internet(_) | Start::OnPremises(_) => {
            let ports = PortRange::new(1024, u16::MAX).unwrap_or(linux);
            remarks.push(Remark::ClientPortsOfAnyHost { ports });
            ports
        }
    }
}

fn traffic(protocol: Protocol, client: PortRange, service: PortRange) -> Traffic {
    let ports = Ports { source: client, destination: service };
    match protocol {
        Protocol::Tcp => Traffic::Tcp(ports),
        Protocol::Udp => Traffic::Udp(ports),
        Protocol::Ping => Traffic::Ping,
    }
}

/// The source's own end, in the family of the destination.
fn source_of(network: &Network, start: &Start<'_>, destination: &Destination) -> Result<Source, Error> {
    let family = first_family(&destination.addresses).unwrap_or(Family::Ipv4);
    match start {
        Start::Machine(machine) => {
            let interface = machine.interface;
            let v4 = interface.addresses.first().map(|address| IpAddr::V4(address.private));
            let v6 = interface.ipv6_addresses.first().copied().map(IpAddr::V6);
            let fitting = match family {
                Family::Ipv4 => v4,
                Family::Ipv6 => v6,
            };
            // Without an address of the family the engine says so, with the primary one.
            let address = machine.pinned.or(fitting).or(interface.primary_address());
            let address = address.ok_or_else(|| Error::new(ErrorKind::NoAddress { id: interface.id.to_string() }))?;
            Ok(Source::Interface { interface: interface.id.clone(), address })
        }
        Start::Internet(Some(addresses)) | Start::OnPremises(addresses) if first_family(addresses) != Some(family) => {
            Err(Error::new(ErrorKind::MixedFamilies))
        }
        Start::Internet(Some(addresses)) => Ok(Source::Internet(addresses.clone())),
        Start::OnPremises(addresses) => Ok(Source::OnPremises(addresses.clone())),
        Start::Internet(None) => Ok(Source::Internet(internet(network, family))),
    }
}

/// Returns the addresses of machines on the internet: the public ones that the snapshot does not hold.
pub(crate) fn internet(network: &Network, family: Family) -> AddressSet {
    family.public().minus(&lookup::held(network))
}

/// Joins alternatives that come to the same query under one name.
fn joined(alternatives: Vec<Alternative>) -> Vec<Alternative> {
    let mut joined: Vec<Alternative> = Vec::new();
    for alternative in alternatives {
        match joined.iter_mut().find(|other| other.query == alternative.query) {
            Some(other) => {
                for host in alternative.hosts {
                    if !other.hosts.contains(&host) {
                        other.hosts.push(host);
                    }
                }
                if let (Some(name), Some(more)) = (&mut other.name, alternative.name) {
                    name.push_str("; ");
                    name.push_str(&more);
                }
            }
            None => joined.push(alternative),
        }
    }
    joined
}
