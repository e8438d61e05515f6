//! Which machines of a network a selector means: names with wildcards, tags, groups, subnets, VPCs, kinds of subnets.

use std::{collections::BTreeMap, net::IpAddr};

use deguchi_engine::{SubnetKind, classify_subnet};
use deguchi_model::{Instance, InstanceState, InterfaceKind, Network, NetworkInterface, NetworkInterfaceId};

use super::glob;

/// A machine, with those of its interfaces that a selector means; the primary one first.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'n> {
    /// The instance; `None` for an interface of a container or a service.
    pub(crate) instance: Option<&'n Instance>,
    /// The interfaces.
    pub(crate) interfaces: Vec<&'n NetworkInterface>,
    /// What the services of AWS call it whose it is: databases by their identifiers, tasks by their service and id.
    pub(crate) called: Vec<&'n str>,
}

impl<'n> Subject<'n> {
    /// Returns its id: the instance's, else the interface's.
    pub(crate) fn id(&self) -> &'n str {
        let interface = || self.interfaces.first().map_or("", |interface| interface.id.as_str());
        self.instance.map_or_else(interface, |instance| instance.id.as_str())
    }

    /// Returns its name, else its id.
    pub(crate) fn label(&self) -> &'n str {
        let of_service = || self.called.first().copied();
        let interface = || self.interfaces.first().and_then(|first| first.name.as_deref()).or_else(of_service);
        let name = self.instance.map_or_else(interface, |instance| instance.name.as_deref());
        name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| self.id())
    }

    /// Whether it is called by a pattern.
    fn is_called(&self, pattern: &str) -> bool {
        let fits = |text: &str| glob::matches(pattern, text);
        let is_instance = self
            .instance
            .is_some_and(|instance| fits(instance.id.as_str()) || instance.name.as_deref().is_some_and(fits));
        is_instance
            || self.called.iter().copied().any(fits)
            || (self.instance.is_none() && self.interfaces.iter().any(|each| is_interface_called(each, pattern)))
    }
}

fn is_interface_called(interface: &NetworkInterface, pattern: &str) -> bool {
    let fits = |text: &str| glob::matches(pattern, text);
    fits(interface.id.as_str()) || interface.name.as_deref().is_some_and(fits)
}

/// Returns every machine: instances that are not terminated, and attached interfaces without an instance.
pub(crate) fn subjects(network: &Network) -> Vec<Subject<'_>> {
    let is_gone =
        |instance: &Instance| matches!(&instance.state, InstanceState::NotRunning(state) if state == "terminated");
    let instances = network.instances.values().filter(|instance| !is_gone(instance)).map(|instance| Subject {
        instance: Some(instance),
        interfaces: instance
            .interfaces
            .iter()
            .filter_map(|own| network.network_interfaces.get(&own.interface))
            .collect(),
        called: Vec::new(),
    });
    let has_no_instance = |interface: &&NetworkInterface| {
        let attachment = interface.attachment.as_ref();
        let instance = attachment.and_then(|attachment| attachment.instance.as_ref());
        matches!(interface.kind, InterfaceKind::Ordinary | InterfaceKind::Function)
            && attachment.is_some_and(|attachment| attachment.is_attached)
            && instance.is_none_or(|instance| !network.instances.contains_key(instance))
    };
    let others = network.network_interfaces.values().filter(has_no_instance);
    let mut called: BTreeMap<&NetworkInterfaceId, Vec<&str>> = BTreeMap::new();
    for workload in network.managed_workloads.values() {
        for interface in &workload.interfaces {
            called.entry(interface).or_default().extend(workload.names.iter().map(String::as_str));
        }
    }
    let others = others.map(|interface| Subject {
        instance: None,
        interfaces: vec![interface],
        called: called.get(&interface.id).cloned().unwrap_or_default(),
    });
    instances.filter(|subject| !subject.interfaces.is_empty()).chain(others).collect()
}

/// Whether a text can only be a selector: no single resource is called so.
pub(super) fn is_selector(text: &str) -> bool {
    let has_word = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let is_kind = text.ends_with(" subnets");
    is_kind
        || ["tag:", "group:", "subnet:", "vpc:"].into_iter().any(has_word)
        || glob::is_glob(text)
        || text.contains(" except ")
        || text.contains(", ")
}

/// Returns the machines that a selector means; empty where it matches nothing.
pub(super) fn select<'n>(network: &'n Network, all: &[Subject<'n>], text: &str) -> Vec<Subject<'n>> {
    let (wanted, unwanted) = text.split_once(" except ").unwrap_or((text, ""));
    let listed = |list: &str| -> Vec<Subject<'n>> {
        let mut found: Vec<Subject<'n>> = Vec::new();
        for one in list.split(", ").map(str::trim).filter(|one| !one.is_empty()) {
            for subject in select_one(network, all, one) {
                match found.iter_mut().find(|known| known.id() == subject.id()) {
                    Some(known) => {
                        let new = |it: &&NetworkInterface| known.interfaces.iter().all(|own| own.id != it.id);
                        let new: Vec<_> = subject.interfaces.iter().copied().filter(new).collect();
                        known.interfaces.extend(new);
                    }
                    None => found.push(subject),
                }
            }
        }
        found
    };
    let left_out = listed(unwanted);
    let mut found = listed(wanted);
    found.retain(|subject| left_out.iter().all(|other| other.id() != subject.id()));
    found
}

fn select_one<'n>(network: &'n Network, all: &[Subject<'n>], text: &str) -> Vec<Subject<'n>> {
    let by_interface = |is_meant: &dyn Fn(&NetworkInterface) -> bool| -> Vec<Subject<'n>> {
        let narrowed = all.iter().map(|subject| Subject {
            interfaces: subject.interfaces.iter().copied().filter(|interface| is_meant(interface)).collect(),
            ..subject.clone()
        });
        narrowed.filter(|subject| !subject.interfaces.is_empty()).collect()
    };
    if let Some(kind) = kind_of(text) {
        return by_interface(&|interface| subnet_kind(network, interface) == Some(kind));
    }
    if let Some((word, rest)) = text.split_once(':') {
        match word.to_ascii_lowercase().as_str() {
            "tag" => return all.iter().filter(|subject| has_tag(subject, rest)).cloned().collect(),
            "group" => return by_interface(&|interface| carries_group(network, interface, rest)),
            "subnet" => return by_interface(&|interface| is_in_subnet(network, interface, rest)),
            "vpc" => return by_interface(&|interface| is_in_vpc(network, interface, rest)),
            _ => {}
        }
    }
    let named: Vec<Subject<'n>> = all.iter().filter(|subject| subject.is_called(text)).cloned().collect();
    if !named.is_empty() {
        return named;
    }
    // One interface of an instance, a spare one, or one of a service.
    let interfaces = network.network_interfaces.values().filter(|interface| is_interface_called(interface, text));
    let interfaces = interfaces.map(|interface| {
        let instance = interface.attachment.as_ref().and_then(|attachment| attachment.instance.as_ref());
        let instance = instance.and_then(|id| network.instances.get(id));
        Subject { instance, interfaces: vec![interface], called: Vec::new() }
    });
    let interfaces: Vec<Subject<'n>> = interfaces.collect();
    if !interfaces.is_empty() {
        return interfaces;
    }
    if let Ok(address) = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return by_interface(&|interface| {
            let public = || interface.addresses.iter().any(|own| own.public.map(IpAddr::V4) == Some(address));
            interface.has_address(address) || public()
        });
    }
    if glob::is_glob(text) {
        return Vec::new();
    }
    let in_subnet = by_interface(&|interface| is_in_subnet(network, interface, text));
    if !in_subnet.is_empty() {
        return in_subnet;
    }
    // By id alone: what groups are called is not told from what machines are called.
    by_interface(&|interface| interface.security_groups.iter().any(|group| group.as_str() == text))
}

/// Reads `public subnets` and the like.
fn kind_of(text: &str) -> Option<SubnetKind> {
    match text.strip_suffix(" subnets")?.to_ascii_lowercase().as_str() {
        "public" => Some(SubnetKind::Public),
        "protected" => Some(SubnetKind::Protected),
        "private" => Some(SubnetKind::Private),
        _ => None,
    }
}

/// The kind of an interface's subnet: for IPv4, and for IPv6 where it has no IPv4.
fn subnet_kind(network: &Network, interface: &NetworkInterface) -> Option<SubnetKind> {
    let classified = classify_subnet(network, network.subnets.get(&interface.subnet)?);
    classified.ipv4.or(classified.ipv6)
}

/// `KEY=VALUE`, with wildcards in both; `KEY` alone for any value.
fn has_tag(subject: &Subject<'_>, text: &str) -> bool {
    let (key, value) = text.split_once('=').unwrap_or((text, "*"));
    let fits =
        |(own_key, own_value): (&String, &String)| glob::matches(key, own_key) && glob::matches(value, own_value);
    subject.instance.is_some_and(|instance| instance.tags.iter().any(fits))
}

fn carries_group(network: &Network, interface: &NetworkInterface, pattern: &str) -> bool {
    interface.security_groups.iter().any(|id| {
        let name = network.security_groups.get(id).and_then(|group| group.name.as_deref());
        glob::matches(pattern, id.as_str()) || name.is_some_and(|name| glob::matches(pattern, name))
    })
}

fn is_in_subnet(network: &Network, interface: &NetworkInterface, pattern: &str) -> bool {
    let name = network.subnets.get(&interface.subnet).and_then(|subnet| subnet.name.as_deref());
    glob::matches(pattern, interface.subnet.as_str()) || name.is_some_and(|name| glob::matches(pattern, name))
}

fn is_in_vpc(network: &Network, interface: &NetworkInterface, pattern: &str) -> bool {
    let name = network.vpcs.get(&interface.vpc).and_then(|vpc| vpc.name.as_deref());
    glob::matches(pattern, interface.vpc.as_str()) || name.is_some_and(|name| glob::matches(pattern, name))
}

/// The kind of the subnet that a machine's primary interface is in.
pub(super) fn subject_kind(network: &Network, subject: &Subject<'_>) -> Option<SubnetKind> {
    subnet_kind(network, subject.interfaces.first()?)
}
