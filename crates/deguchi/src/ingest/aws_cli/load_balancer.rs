//! Load balancers with their listeners: `elbv2 describe-load-balancers`, `describe-listeners`, `describe-rules`,
//! `describe-load-balancer-attributes`, `elb describe-load-balancers`, `describe-instance-health`, and Batfish's lists.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use deguchi_model::{
    AvailabilityZone, InstanceId, InterfaceKind, Listener, ListenerAction, LoadBalancer, LoadBalancerId,
    LoadBalancerKind, LoadBalancerState, LoadBalancerZone, Network, SubnetId, Target, TargetGroupId, TargetHealth,
    TargetId, VpcId,
};

use super::{
    document::{Document, records},
    sighting::{Identity, Sighting, gather, settle, sighted},
    subnet::zone,
    target_group,
};
use crate::{
    ingest::{
        json::{List, Many, One, Text, record},
        place::{Flaw, Place, flag, ipv4_address, ipv6_address, list, number, object, required, texts},
    },
    notice::{Expected, Notices, ResourceKind},
};

/// Top-level keys of answers about load balancers.
pub(super) const KEYS: [&str; 15] = [
    "Attributes",
    "InstanceStates",
    "Listeners",
    "LoadBalancerArn",
    "LoadBalancerAttributes",
    "LoadBalancerDescriptions",
    "LoadBalancerListeners",
    "LoadBalancerName",
    "LoadBalancerTargetHealth",
    "LoadBalancers",
    "Rules",
    "TargetGroupArn",
    "TargetGroupAttributes",
    "TargetGroups",
    "TargetHealthDescriptions",
];

record! {
    /// An element of `LoadBalancers`.
    LoadBalancerRecord {
        id: Text<'a> = "LoadBalancerArn",
        name: Text<'a> = "LoadBalancerName",
        dns_name: Text<'a> = "DNSName",
        kind: Text<'a> = "Type",
        vpc: Text<'a> = "VpcId",
        state: One<StateRecord<'a>> = "State",
        zones: List<ZoneRecord<'a>> = "AvailabilityZones",
    }
}

record! {
    /// The state of a load balancer.
    StateRecord {
        code: Text<'a> = "Code",
    }
}

record! {
    /// An element of `AvailabilityZones` of a load balancer.
    ZoneRecord {
        name: Text<'a> = "ZoneName",
        id: Text<'a> = "ZoneId",
        subnet: Text<'a> = "SubnetId",
        addresses: List<AddressOfZoneRecord<'a>> = "LoadBalancerAddresses",
    }
}

record! {
    /// An element of `LoadBalancerAddresses`.
    AddressOfZoneRecord {
        public: Text<'a> = "IpAddress",
        private: Text<'a> = "PrivateIPv4Address",
        ipv6: Text<'a> = "IPv6Address",
    }
}

record! {
    /// An element of `LoadBalancerDescriptions`: a classic load balancer.
    ClassicLoadBalancerRecord {
        name: Text<'a> = "LoadBalancerName",
        dns_name: Text<'a> = "DNSName",
        vpc: Text<'a> = "VPCId",
        subnets: Many<Text<'a>> = "Subnets",
        listeners: List<ClassicListenerDescription<'a>> = "ListenerDescriptions",
        instances: List<ClassicInstanceRecord<'a>> = "Instances",
    }
}

record! {
    /// An element of `ListenerDescriptions`.
    ClassicListenerDescription {
        listener: One<ClassicListenerRecord<'a>> = "Listener",
    }
}

record! {
    /// Where a classic load balancer listens.
    ClassicListenerRecord {
        protocol: Text<'a> = "Protocol",
        port: Text<'a> = "LoadBalancerPort",
        instance_port: Text<'a> = "InstancePort",
    }
}

record! {
    /// An instance registered with a classic load balancer, or (in `InstanceStates`) its health.
    ClassicInstanceRecord {
        id: Text<'a> = "InstanceId",
        state: Text<'a> = "State",
        description: Text<'a> = "Description",
    }
}

record! {
    /// An element of `Listeners`.
    ListenerRecord {
        id: Text<'a> = "ListenerArn",
        load_balancer: Text<'a> = "LoadBalancerArn",
        protocol: Text<'a> = "Protocol",
        port: Text<'a> = "Port",
        actions: List<ActionRecord<'a>> = "DefaultActions",
    }
}

record! {
    /// An element of Batfish's `LoadBalancerListeners`.
    ListenersOfOneRecord {
        load_balancer: Text<'a> = "LoadBalancerArn",
        listeners: List<ListenerRecord<'a>> = "Listeners",
    }
}

record! {
    /// An element of `Rules`.
    ListenerRuleRecord {
        id: Text<'a> = "RuleArn",
        listener: Text<'a> = "ListenerArn",
        is_default: Text<'a> = "IsDefault",
        actions: List<ActionRecord<'a>> = "Actions",
    }
}

record! {
    /// What a listener or rule does.
    ActionRecord {
        kind: Text<'a> = "Type",
        target_group: Text<'a> = "TargetGroupArn",
        forward: One<ForwardRecord<'a>> = "ForwardConfig",
    }
}

record! {
    /// Where an action forwards to.
    ForwardRecord {
        target_groups: List<WeightedGroupRecord<'a>> = "TargetGroups",
    }
}

record! {
    /// One of the groups that an action forwards to.
    WeightedGroupRecord {
        id: Text<'a> = "TargetGroupArn",
        weight: Text<'a> = "Weight",
    }
}

record! {
    /// The attributes of one load balancer or target group.
    AttributesRecord {
        load_balancer: Text<'a> = "LoadBalancerArn",
        target_group: Text<'a> = "TargetGroupArn",
        attributes: List<AttributeRecord<'a>> = "Attributes",
    }
}

record! {
    /// One attribute.
    AttributeRecord {
        key: Text<'a> = "Key",
        value: Text<'a> = "Value",
    }
}

sighted!(LoadBalancer, LoadBalancerId, LoadBalancer);

/// Reads load balancers and target groups into a network that has its interfaces.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let modern = gather(
        documents,
        ResourceKind::LoadBalancer,
        |document| &document.load_balancers,
        |each| Identity::of(&each.id).inside(&each.vpc),
        read,
        notices,
    );
    let classic = gather(
        documents,
        ResourceKind::LoadBalancer,
        |document| &document.classic_load_balancers,
        |each| Identity::of(&each.name).inside(&each.vpc),
        read_classic,
        notices,
    );
    let sightings = modern.sightings.into_iter().chain(classic.sightings).collect();
    let found = settle(sightings, notices);
    network.load_balancers = found.into_iter().map(|(id, sighting)| (id, sighting.value)).collect();
    listen(documents, network, notices);
    set_attributes(documents, network);
    set_health_of_classic(documents, network);
    target_group::assemble(documents, network, notices);
    tell_interfaces(network);
}

fn read(record: &LoadBalancerRecord<'_>, at: &Place) -> Result<LoadBalancer, Flaw> {
    let state = object(&record.state, at, "State")?;
    Ok(LoadBalancer {
        id: LoadBalancerId::new(required(&record.id, at, "LoadBalancerArn")?),
        name: record.name.owned(),
        dns_name: record.dns_name.owned(),
        kind: match record.kind.get() {
            Some("network") => LoadBalancerKind::Network,
            // Its first answers had no type: there were only application load balancers.
            Some("application") | None => LoadBalancerKind::Application,
            Some(other) => LoadBalancerKind::Unmodelled(other.to_owned()),
        },
        vpc: record.vpc.get().map(VpcId::new),
        state: match state.and_then(|state| state.code.get()) {
            None | Some("active" | "active_impaired") => LoadBalancerState::Active,
            Some(other) => LoadBalancerState::NotActive(other.to_owned()),
        },
        zones: zones(record, at)?,
        interfaces: Vec::new(),
        cross_zone: None,
        listeners: None,
        instances: Vec::new(),
    })
}

fn zones(record: &LoadBalancerRecord<'_>, at: &Place) -> Result<Vec<LoadBalancerZone>, Flaw> {
    const FIELD: &str = "AvailabilityZones";
    let mut zones = Vec::new();
    for (index, each) in list(&record.zones, at, FIELD)? {
        let at = at.item(FIELD, index);
        let mut addresses = Vec::new();
        for (index, address) in list(&each.addresses, &at, "LoadBalancerAddresses")? {
            let at = at.item("LoadBalancerAddresses", index);
            addresses.extend(ipv4_address(&address.public, &at, "IpAddress")?.map(IpAddr::V4));
            addresses.extend(ipv4_address(&address.private, &at, "PrivateIPv4Address")?.map(IpAddr::V4));
            addresses.extend(ipv6_address(&address.ipv6, &at, "IPv6Address")?.map(IpAddr::V6));
        }
        let subnet = each.subnet.get().map(SubnetId::new);
        zones.push(LoadBalancerZone { zone: zone(&each.name, &each.id), subnet, addresses });
    }
    zones.sort_by(|a, b| (&a.zone, &a.subnet).cmp(&(&b.zone, &b.subnet)));
    Ok(zones)
}

fn read_classic(record: &ClassicLoadBalancerRecord<'_>, at: &Place) -> Result<LoadBalancer, Flaw> {
    let name = required(&record.name, at, "LoadBalancerName")?;
    let mut listeners = Vec::new();
    for (index, each) in list(&record.listeners, at, "ListenerDescriptions")? {
        let at = at.item("ListenerDescriptions", index);
        let Some(listener) = object(&each.listener, &at, "Listener")? else { continue };
        let at = at.field("Listener");
        listeners.push(Listener {
            id: None,
            protocol: required(&listener.protocol, &at, "Protocol")?.to_owned(),
            port: port(&listener.port, &at, "LoadBalancerPort")?
                .ok_or_else(|| Flaw::new(&at, "LoadBalancerPort", None, Expected::Number))?,
            default_action: ListenerAction::Instances(
                port(&listener.instance_port, &at, "InstancePort")?
                    .ok_or_else(|| Flaw::new(&at, "InstancePort", None, Expected::Number))?,
            ),
            rules: Some(Vec::new()),
        });
    }
    let mut instances = Vec::new();
    for (index, each) in list(&record.instances, at, "Instances")? {
        let id = required(&each.id, &at.item("Instances", index), "InstanceId")?;
        let id = TargetId::Instance(InstanceId::new(id));
        instances.push(Target { id, port: None, zone: None, health: TargetHealth::Unknown });
    }
    let subnets = texts(&record.subnets, at, "Subnets")?;
    let zones = subnets.into_iter().map(|subnet| LoadBalancerZone {
        zone: None,
        subnet: Some(SubnetId::new(subnet)),
        addresses: Vec::new(),
    });
    Ok(LoadBalancer {
        id: LoadBalancerId::new(name),
        name: Some(name.to_owned()),
        dns_name: record.dns_name.owned(),
        kind: LoadBalancerKind::Classic,
        vpc: record.vpc.get().map(VpcId::new),
        state: LoadBalancerState::Active,
        zones: zones.collect(),
        interfaces: Vec::new(),
        cross_zone: None,
        listeners: (!matches!(record.listeners, Many::Absent)).then_some(listeners),
        instances,
    })
}

/// A port that may be absent.
pub(super) fn port(text: &Text<'_>, at: &Place, field: &str) -> Result<Option<u16>, Flaw> {
    let number = number(text, at, field, Expected::Number)?;
    number
        .map(|number| u16::try_from(number).map_err(|_| Flaw::new(at, field, text.get(), Expected::Number)))
        .transpose()
}

type Listeners = BTreeMap<LoadBalancerId, Vec<Listener>>;

/// Gives each load balancer its listeners. One of which any may be missing has none that are known.
fn listen(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let alone = gather(
        documents,
        ResourceKind::Listener,
        |document| &document.listeners,
        |each| Identity::of(&each.id).inside(&each.load_balancer),
        |each, at| Ok((required(&each.load_balancer, at, "LoadBalancerArn")?.to_owned(), listener(each, at)?)),
        notices,
    );
    let in_lists = gather(
        documents,
        ResourceKind::Listener,
        |document| &document.listener_lists,
        |each| Identity::of(&each.load_balancer).inside(&each.load_balancer),
        |each, at| {
            let mut listeners = Vec::new();
            for (index, one) in list(&each.listeners, at, "Listeners")? {
                listeners.push(listener(one, &at.item("Listeners", index))?);
            }
            Ok((required(&each.load_balancer, at, "LoadBalancerArn")?.to_owned(), listeners))
        },
        notices,
    );
    let gaps: BTreeSet<Option<String>> = alone.gaps.into_iter().chain(in_lists.gaps).map(|gap| gap.inside).collect();
    let mut found: Listeners = BTreeMap::new();
    for Sighting { value: (load_balancer, listener), .. } in alone.sightings {
        found.entry(LoadBalancerId::new(&load_balancer)).or_default().push(listener);
    }
    for Sighting { value: (load_balancer, listeners), .. } in in_lists.sightings {
        found.entry(LoadBalancerId::new(&load_balancer)).or_default().extend(listeners);
    }
    let rules = rules(documents, notices);
    for (id, mut listeners) in found {
        let is_partial = gaps.contains(&None) || gaps.contains(&Some(id.to_string()));
        let Some(load_balancer) = network.load_balancers.get_mut(&id).filter(|_| !is_partial) else { continue };
        for listener in &mut listeners {
            // Only application load balancers have rules.
            listener.rules = match (&load_balancer.kind, &listener.id) {
                (LoadBalancerKind::Application, Some(id)) => rules.get(id).cloned(),
                _ => Some(Vec::new()),
            };
        }
        listeners.sort_by(|a, b| (a.port, &a.protocol, &a.id).cmp(&(b.port, &b.protocol, &b.id)));
        listeners.dedup();
        load_balancer.listeners = Some(listeners);
    }
}

fn listener(record: &ListenerRecord<'_>, at: &Place) -> Result<Listener, Flaw> {
    Ok(Listener {
        id: record.id.owned(),
        protocol: record.protocol.get().unwrap_or("GENEVE").to_owned(),
        port: port(&record.port, at, "Port")?.unwrap_or_default(),
        default_action: action(&record.actions, at, "DefaultActions")?,
        rules: None,
    })
}

/// What a list of actions comes to: those that authenticate come first, and the last one decides.
fn action(actions: &List<ActionRecord<'_>>, at: &Place, field: &'static str) -> Result<ListenerAction, Flaw> {
    let mut decided = ListenerAction::Unmodelled(String::new());
    for (index, action) in list(actions, at, field)? {
        let at = at.item(field, index);
        decided = match action.kind.get() {
            Some("forward") => ListenerAction::Forward(groups(action, &at)?),
            Some("redirect" | "fixed-response") => ListenerAction::Answer,
            Some(kind) if kind.starts_with("authenticate-") || kind == "jwt-validation" => continue,
            other => ListenerAction::Unmodelled(other.unwrap_or_default().to_owned()),
        };
    }
    Ok(decided)
}

/// The groups that an action forwards to; one of weight 0 gets nothing.
fn groups(action: &ActionRecord<'_>, at: &Place) -> Result<Vec<TargetGroupId>, Flaw> {
    let mut groups = Vec::new();
    if let Some(forward) = object(&action.forward, at, "ForwardConfig")? {
        let at = at.field("ForwardConfig");
        for (index, group) in list(&forward.target_groups, &at, "TargetGroups")? {
            let at = at.item("TargetGroups", index);
            if number(&group.weight, &at, "Weight", Expected::Number)? != Some(0) {
                groups.push(TargetGroupId::new(required(&group.id, &at, "TargetGroupArn")?));
            }
        }
    } else {
        groups.extend(action.target_group.get().map(TargetGroupId::new));
    }
    groups.sort();
    groups.dedup();
    Ok(groups)
}

/// What the rules of each listener do, but for its default one; by the listener's ARN.
fn rules(documents: &[Document<'_>], notices: &mut Notices) -> BTreeMap<String, Vec<ListenerAction>> {
    let gathered = gather(
        documents,
        ResourceKind::Listener,
        |document| &document.listener_rules,
        |each| Identity::of(&each.id),
        |each, at| {
            // Other services have rules too: a listener's is told by its ARN, which holds the listener's.
            // One that came from elsewhere names its listener.
            let listener = each.listener.owned().or_else(|| each.id.get().and_then(listener_of_rule));
            let Some(listener) = listener else { return Ok(None) };
            let is_default = flag(&each.is_default, at, "IsDefault")?.unwrap_or(false);
            Ok(Some((listener, is_default, action(&each.actions, at, "Actions")?)))
        },
        notices,
    );
    let mut rules: BTreeMap<String, Vec<ListenerAction>> = BTreeMap::new();
    for (listener, is_default, action) in gathered.sightings.into_iter().filter_map(|sighting| sighting.value) {
        let of_listener = rules.entry(listener).or_default();
        if !is_default && !of_listener.contains(&action) {
            of_listener.push(action);
        }
    }
    rules
}

/// `…:listener-rule/app/NAME/ID/LISTENER/RULE` is a rule of `…:listener/app/NAME/ID/LISTENER`.
fn listener_of_rule(arn: &str) -> Option<String> {
    let (before, after) = arn.split_once(":listener-rule/")?;
    let (listener, _) = after.rsplit_once('/')?;
    Some(format!("{before}:listener/{listener}"))
}

/// The value of an attribute in lists of them.
fn attribute<'r>(attributes: &'r List<AttributeRecord<'_>>, key: &str) -> Option<&'r str> {
    let mut known = attributes.elements().iter().filter_map(|each| each.get());
    known.find(|each| each.key.get() == Some(key))?.value.get()
}

/// The attribute that says whether nodes send to targets in other zones.
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// Takes the attributes of load balancers and target groups.
fn set_attributes(documents: &[Document<'_>], network: &mut Network) {
    let ids: Vec<String> = network.load_balancers.keys().map(ToString::to_string).collect();
    let mut set = |id: &str, attributes: &List<AttributeRecord<'_>>| {
        let Some(load_balancer) = network.load_balancers.get_mut(id) else { return };
        let value = attribute(attributes, CROSS_ZONE).map(|value| value.eq_ignore_ascii_case("true"));
        load_balancer.cross_zone = value.or(load_balancer.cross_zone);
    };
    for document in documents {
        for section in &document.load_balancer_attributes {
            for record in section.items.elements().iter().filter_map(|each| each.get()) {
                if let Some(id) = record.load_balancer.get() {
                    set(id, &record.attributes);
                }
            }
        }
        // An answer without a subject is a load balancer's if it has what only load balancers have.
        for section in &document.attributes {
            if attribute(&section.items, "deletion_protection.enabled").is_some()
                && let Some(id) = subject(document, &ids)
            {
                set(&id, &section.items);
            }
        }
    }
}

/// What of the attributes of a target group decides about packets.
pub(super) struct GroupAttributes {
    pub(super) preserves_client_address: Option<bool>,
    pub(super) cross_zone: Option<bool>,
    /// Whether the list has what only target groups have.
    pub(super) is_of_group: bool,
}

impl GroupAttributes {
    /// Reads them from a list.
    pub(super) fn read(attributes: &List<AttributeRecord<'_>>) -> Self {
        let is = |key: &str| match attribute(attributes, key) {
            Some(value) if value.eq_ignore_ascii_case("true") => Some(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Some(false),
            Some(_) | None => None,
        };
        Self {
            preserves_client_address: is("preserve_client_ip.enabled"),
            cross_zone: is(CROSS_ZONE),
            is_of_group: attribute(attributes, "deregistration_delay.timeout_seconds").is_some(),
        }
    }
}

/// Which resource an answer is about that does not name it: what was put beside it, else the one whose name its file's
/// name has.
pub(super) fn subject(document: &Document<'_>, ids: &[String]) -> Option<String> {
    if let Some(id) = document.subject.get() {
        return ids.iter().find(|each| *each == id).cloned();
    }
    let file = document.file.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // Of `…/net/NAME/HEX` and `…targetgroup/NAME/HEX` either part names it; the longest name is meant.
    let named = |id: &&String| parts(id).into_iter().filter(|part| has_word(stem, part)).map(str::len).max();
    let best = ids.iter().filter_map(|id| named(&id).map(|length| (length, id))).collect::<Vec<_>>();
    let longest = best.iter().map(|(length, _)| *length).max()?;
    let mut fitting = best.into_iter().filter(|(length, _)| *length == longest);
    match (fitting.next(), fitting.next()) {
        (Some((_, id)), None) => Some(id.clone()),
        _ => None,
    }
}

fn parts(id: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = id.rsplit('/').take(2).collect();
    parts.retain(|part| part.len() > 1);
    parts
}

/// Whether a text has a word, with no letter or digit beside it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + word.len()..).unwrap_or_default();
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

/// Takes the health of classic load balancers' instances.
fn set_health_of_classic(documents: &[Document<'_>], network: &mut Network) {
    let ids: Vec<String> = network.load_balancers.keys().map(ToString::to_string).collect();
    for document in documents.iter().filter(|document| !document.instance_states.is_empty()) {
        let load_balancer = subject(document, &ids).and_then(|id| network.load_balancers.get_mut(id.as_str()));
        let Some(load_balancer) = load_balancer else { continue };
        for record in records(&document.instance_states) {
            let is_it = |target: &&mut Target| match &target.id {
                TargetId::Instance(id) => record.id.get() == Some(id.as_str()),
                TargetId::Address(_) | TargetId::LoadBalancer(_) | TargetId::Other(_) => false,
            };
            let health = match record.state.get() {
                Some("InService") => TargetHealth::Healthy,
                Some("OutOfService") => TargetHealth::Unhealthy(record.description.owned().unwrap_or_default()),
                Some(_) | None => continue,
            };
            if let Some(target) = load_balancer.instances.iter_mut().find(is_it) {
                target.health = health;
            }
        }
    }
}

/// Tells by the description which load balancer an interface is of: `ELB net/NAME/ID`, `ELB app/NAME/ID`, `ELB NAME`.
fn tell_interfaces(network: &mut Network) {
    for interface in network.network_interfaces.values() {
        let described = interface.description.as_deref().and_then(|text| text.strip_prefix("ELB "));
        let Some(described) = described.filter(|_| interface.kind == InterfaceKind::LoadBalancer) else { continue };
        let is_it = |load_balancer: &&mut LoadBalancer| match load_balancer.kind {
            LoadBalancerKind::Classic => {
                load_balancer.id.as_str() == described
                    && load_balancer.vpc.as_ref().is_none_or(|vpc| *vpc == interface.vpc)
            }
            _ => {
                let id = load_balancer.id.as_str();
                id.rsplit_once(":loadbalancer/").map_or(id, |(_, own)| own) == described
            }
        };
        if let Some(load_balancer) = network.load_balancers.values_mut().find(is_it) {
            load_balancer.interfaces.push(interface.id.clone());
        }
    }
    // A classic one prints zones and subnets apart; a subnet has its zone.
    let zone_of = |subnet: &Option<SubnetId>| -> Option<AvailabilityZone> {
        network.subnets.get(subnet.as_ref()?)?.availability_zone.clone()
    };
    for load_balancer in network.load_balancers.values_mut() {
        for zone in load_balancer.zones.iter_mut().filter(|zone| zone.zone.is_none()) {
            zone.zone = zone_of(&zone.subnet);
        }
    }
}
