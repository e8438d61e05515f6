//! What the Amazon resolver of a VPC answers for a name, as far as a snapshot decides it: private DNS of interface
//! endpoints, private hosted zones, rules that forward, names of load balancers and machines.
//!
//! The most specific of zones and rules decides, and of equals the rule; a zone without the name means that the name does not
//! exist: public DNS is not asked any more
//! (<https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html>).

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::net::{IpAddr, Ipv4Addr};

use deguchi_model::{
    EndpointState, HostedZone, HostedZoneId, LoadBalancerId, Network, ResolverRule, ResolverRuleAction, ResolverRuleId,
    Vpc, VpcEndpoint, VpcEndpointId, VpcEndpointKind, VpcId, ZoneRecord, ZoneRecordData,
};

use super::ResolutionNote;
use crate::reason::{Assumption, Evidence, NameGap, Resource};

/// How many names in a row may lead to one another: the resolver follows no more than some (RFC 1034 names no number).
const LONGEST_CHAIN: usize = 8;

/// Last labels that public DNS never has: reserved (RFC 6761, RFC 6762, RFC 7686, ICANN's `internal`), or never delegated.
const NEVER_PUBLIC: [&str; 11] =
    ["internal", "local", "localhost", "invalid", "test", "onion", "corp", "home", "lan", "intranet", "private"];

/// What a name leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameTarget {
    /// The interfaces of an interface endpoint (IE-2).
    Endpoint(VpcEndpointId),
    /// What a private hosted zone says.
    Zone {
        /// The zone.
        zone: HostedZoneId,
        /// The addresses.
        addresses: Vec<IpAddr>,
    },
    /// The nodes of a load balancer of the snapshot.
    LoadBalancer(LoadBalancerId),
    /// A machine of the VPC, by the name that AWS gives it.
    Machine(IpAddr),
    /// Another name server is asked, by this rule.
    Forwarded(ResolverRuleId),
    /// Somewhere on the internet.
    Outside,
}

/// What the Amazon resolver answers.
#[derive(Clone, Debug, PartialEq)]
pub enum NameLookup {
    /// The name leads there.
    Found {
        /// Where to.
        target: NameTarget,
        /// What is taken for granted.
        assumptions: Vec<Assumption>,
    },
    /// There is no such name, or it has no address.
    NoSuchName {
        /// Who says so.
        resource: Resource,
        /// What showed it.
        evidence: Evidence,
    },
    /// It is not known.
    Unknown(Resource, NameGap),
}

/// Who answers for a name.
#[derive(Clone, Copy)]
enum Authority<'n> {
    Endpoint(&'n VpcEndpoint),
    Zone(&'n HostedZone),
    Rule(&'n ResolverRule),
}

/// Returns a name as it is compared: in lower case, without a full stop behind.
pub(super) fn normal(name: &str) -> String {
    name.trim().trim_end_matches('.').to_ascii_lowercase()
}

/// Returns what the Amazon resolver of a VPC answers for a name.
pub fn look_up(network: &Network, vpc: &VpcId, name: &str) -> NameLookup {
    let mut assumptions = Vec::new();
    let mut name = normal(name);
    for _ in 0..LONGEST_CHAIN {
        match step(network, vpc, &name, &mut assumptions) {
            Step::Ends(NameLookup::Found { target, .. }) => return NameLookup::Found { target, assumptions },
            Step::Ends(lookup) => return lookup,
            Step::Goes(next) => name = next,
        }
    }
    NameLookup::NoSuchName { resource: Resource::Vpc(vpc.clone()), evidence: Evidence::State(name) }
}

enum Step {
    Ends(NameLookup),
    Goes(String),
}

fn found(target: NameTarget) -> Step {
    Step::Ends(NameLookup::Found { target, assumptions: Vec::new() })
}

fn step(network: &Network, vpc: &VpcId, name: &str, assumptions: &mut Vec<Assumption>) -> Step {
    let own = network.vpcs.get(vpc);
    let (authority, unsure) = authority(network, vpc, name);
    if let Some((resource, gap)) = unsure {
        return Step::Ends(NameLookup::Unknown(resource, gap));
    }
    let needs_attributes = !matches!(authority, None | Some(Authority::Rule(_)));
    if needs_attributes && own.is_some_and(|vpc| vpc.dns.hostnames.is_none()) {
        assumptions.push(Assumption::DnsHostnamesAreOn { vpc: vpc.clone() });
    }
    match authority {
        Some(Authority::Endpoint(endpoint)) => return found(NameTarget::Endpoint(endpoint.id.clone())),
        Some(Authority::Zone(zone)) => return in_zone(zone, name),
        Some(Authority::Rule(rule)) => match &rule.action {
            ResolverRuleAction::Forward { .. } => return found(NameTarget::Forwarded(rule.id.clone())),
            ResolverRuleAction::Resolve => {}
            ResolverRuleAction::Unmodelled(kind) => {
                let gap = NameGap::ResolverRule(kind.clone());
                return Step::Ends(NameLookup::Unknown(Resource::ResolverRule(rule.id.clone()), gap));
            }
        },
        None => {}
    }
    if let Some(endpoint) = network.vpc_endpoints.values().find(|it| is_named_so(&it.dns_names, name)) {
        return found(NameTarget::Endpoint(endpoint.id.clone()));
    }
    let balancers = network.load_balancers.values();
    let mut called = balancers.filter(|each| each.dns_name.as_deref().is_some_and(|own| is_balancer(own, name)));
    if let Some(balancer) = called.next() {
        return found(NameTarget::LoadBalancer(balancer.id.clone()));
    }
    if let Some(address) = machine(own, name) {
        return found(NameTarget::Machine(address));
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    if !NEVER_PUBLIC.contains(&last) {
        return found(NameTarget::Outside);
    }
    let resource = Resource::Vpc(vpc.clone());
    Step::Ends(if network.are_hosted_zones_listed {
        NameLookup::NoSuchName { resource, evidence: Evidence::State(name.to_string()) }
    } else {
        NameLookup::Unknown(resource, NameGap::HostedZones)
    })
}

/// Whether a load balancer's name is meant: with `dualstack.` in front it has both families.
fn is_balancer(own: &str, name: &str) -> bool {
    let own = normal(own);
    own == name || name.strip_prefix("dualstack.") == Some(&own)
}

/// Who answers for a name in a VPC, and what may answer for it and is not known.
fn authority<'n>(
    network: &'n Network,
    vpc: &VpcId,
    name: &str,
) -> (Option<Authority<'n>>, Option<(Resource, NameGap)>) {
    let mut best: Option<(usize, u8, Authority<'n>)> = None;
    let mut consider = |domain: &str, rank: u8, authority: Authority<'n>| {
        let key = (domain.len(), rank);
        if best.is_none_or(|(length, known, _)| (length, known) < key) {
            best = Some((key.0, key.1, authority));
        }
    };
    let mut unsure: Vec<(usize, Resource, NameGap)> = Vec::new();
    let attributes = network.vpcs.get(vpc).map(|vpc| &vpc.dns);
    let is_private = attributes.is_none_or(|dns| dns.support != Some(false) && dns.hostnames != Some(false));
    if is_private {
        for endpoint in endpoints(network, vpc) {
            for own in private_names(endpoint).iter().filter(|own| is_name(own, name)) {
                consider(own, 1, Authority::Endpoint(endpoint));
            }
        }
        for zone in network.hosted_zones.values().filter(|zone| is_below(name, &zone.name)) {
            match zone.vpcs.has(vpc) {
                Some(true) => consider(&zone.name, 0, Authority::Zone(zone)),
                Some(false) => {}
                None => unsure.push((
                    zone.name.len(),
                    Resource::HostedZone(zone.id.clone()),
                    NameGap::HostedZoneAssociation,
                )),
            }
        }
    }
    for rule in network.resolver_rules.values().filter(|rule| is_below(name, &rule.domain)) {
        match rule.vpcs.has(vpc) {
            Some(true) => consider(&rule.domain, 2, Authority::Rule(rule)),
            Some(false) => {}
            // A rule for everything is the resolver's own.
            None if rule.action == ResolverRuleAction::Resolve => {}
            None => {
                let resource = Resource::ResolverRule(rule.id.clone());
                unsure.push((rule.domain.len(), resource, NameGap::ResolverRuleAssociation));
            }
        }
    }
    let length = best.map_or(0, |(length, ..)| length);
    let unsure = unsure.into_iter().filter(|(own, ..)| *own >= length).max_by_key(|(own, ..)| *own);
    (best.map(|(.., authority)| authority), unsure.map(|(_, resource, gap)| (resource, gap)))
}

/// What stands in a VPC for a name and is not in force, because an attribute of the VPC is off.
pub(super) fn notes(network: &Network, vpc: &VpcId, name: &str) -> Vec<ResolutionNote> {
    let attributes = network.vpcs.get(vpc).map(|vpc| &vpc.dns);
    let is_off = attributes.is_some_and(|dns| dns.support == Some(false) || dns.hostnames == Some(false));
    if !is_off {
        return Vec::new();
    }
    let name = normal(name);
    let of_endpoints = endpoints(network, vpc)
        .filter(|endpoint| private_names(endpoint).iter().any(|own| is_name(own, &name)))
        .map(|it| ResolutionNote::PrivateDnsNotInForce { endpoint: it.id.clone(), vpc: vpc.clone() });
    let of_zones = network
        .hosted_zones
        .values()
        .filter(|zone| is_below(&name, &zone.name) && zone.vpcs.has(vpc) == Some(true))
        .map(|zone| ResolutionNote::ZoneNotInForce { zone: zone.id.clone(), vpc: vpc.clone() });
    of_endpoints.chain(of_zones).collect()
}

/// The interface endpoints of a VPC that can have names.
fn endpoints<'n>(network: &'n Network, vpc: &VpcId) -> impl Iterator<Item = &'n VpcEndpoint> {
    let gone = ["deleting", "deleted", "failed", "rejected", "expired"];
    let is_there = move |endpoint: &&VpcEndpoint| match &endpoint.state {
        EndpointState::Available => true,
        EndpointState::NotAvailable(state) => !gone.contains(&state.to_ascii_lowercase().as_str()),
    };
    let vpc = vpc.clone();
    network.vpc_endpoints.values().filter(move |endpoint| endpoint.vpc == vpc).filter(is_there)
}

/// Returns the public names that lead to an interface endpoint with private DNS (IE-2): those that it prints, else those that
/// follow from its service's name.
pub fn private_names(endpoint: &VpcEndpoint) -> Vec<String> {
    let VpcEndpointKind::Interface { private_dns_enabled: true, .. } = &endpoint.kind else { return Vec::new() };
    let is_own =
        |name: &&String| !name.contains(".vpce.") && !name.starts_with("vpce-") && !name.starts_with("*.vpce-");
    let printed: Vec<String> = endpoint.dns_names.iter().filter(is_own).cloned().collect();
    if printed.is_empty() { names_of_service(&endpoint.service_name) } else { printed }
}

/// The public names of a service of AWS: `com.amazonaws.REGION.ecr.api` is `api.ecr.REGION.amazonaws.com`.
fn names_of_service(service: &str) -> Vec<String> {
    let (domain, rest) = match (service.strip_prefix("com.amazonaws."), service.strip_prefix("cn.com.amazonaws.")) {
        (Some(rest), _) => ("amazonaws.com", rest),
        (None, Some(rest)) => ("amazonaws.com.cn", rest),
        (None, None) => return Vec::new(),
    };
    let Some((region, service)) = rest.split_once('.') else { return Vec::new() };
    let labels: Vec<&str> = service.split('.').rev().collect();
    let plain = format!("{}.{region}.{domain}", labels.join("."));
    // Names that do not follow the rule, by the services' own pages.
    match service {
        "ecs-agent" => alloc::vec![format!("ecs-a.{region}.{domain}")],
        "ecs-telemetry" => alloc::vec![format!("ecs-t.{region}.{domain}")],
        "ecr.dkr" | "execute-api" => alloc::vec![format!("*.{plain}")],
        "s3" => alloc::vec![plain.clone(), format!("*.{plain}")],
        _ => alloc::vec![plain],
    }
}

/// Whether a name is below a domain, or is it; every name is below the empty one.
fn is_below(name: &str, domain: &str) -> bool {
    domain.is_empty() || name == domain || name.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
}

/// Whether a pattern, whose first label may be `*`, is a name.
fn is_name(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => name != domain && is_below(name, domain),
        None => pattern == name,
    }
}

fn is_named_so(patterns: &[String], name: &str) -> bool {
    // Names of the endpoint itself are public: whoever asks gets private addresses. Its private names are not.
    patterns.iter().filter(|own| own.contains(".vpce.")).any(|own| is_name(own, name))
}

/// What a zone says: the name itself, else the nearest wildcard above it.
fn in_zone(zone: &HostedZone, name: &str) -> Step {
    let resource = Resource::HostedZone(zone.id.clone());
    let Some(records) = &zone.records else {
        return Step::Ends(NameLookup::Unknown(resource, NameGap::HostedZoneRecords));
    };
    let named = |wanted: &str| -> Vec<&ZoneRecord> { records.iter().filter(|it| it.name == wanted).collect() };
    let mut here = named(name);
    let exists = !here.is_empty() || records.iter().any(|record| is_below(&record.name, name));
    let mut above = name;
    while here.is_empty()
        && !exists
        && let Some((_, parent)) = above.split_once('.')
    {
        if !is_below(parent, &zone.name) {
            break;
        }
        here = named(&format!("*.{parent}"));
        above = parent;
    }
    let evidence = Evidence::State(name.to_string());
    if here.iter().any(|record| record.data == ZoneRecordData::Delegation) {
        return Step::Ends(NameLookup::Unknown(resource, NameGap::Delegated));
    }
    if let Some(next) = here.iter().find_map(|record| match &record.data {
        ZoneRecordData::Name(next) => Some(next.clone()),
        _ => None,
    }) {
        return Step::Goes(next);
    }
    let mut addresses: Vec<IpAddr> = here
        .iter()
        .flat_map(|record| match &record.data {
            ZoneRecordData::Addresses(addresses) => addresses.clone(),
            _ => Vec::new(),
        })
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    if addresses.is_empty() {
        return Step::Ends(NameLookup::NoSuchName { resource, evidence });
    }
    found(NameTarget::Zone { zone: zone.id.clone(), addresses })
}

/// The address in a name that AWS gives to a machine of a VPC: `ip-10-0-1-5.ec2.internal`.
fn machine(vpc: Option<&Vpc>, name: &str) -> Option<IpAddr> {
    let (host, domain) = name.strip_prefix("ip-")?.split_once('.')?;
    if domain != "ec2.internal" && !domain.ends_with(".compute.internal") {
        return None;
    }
    let address: Ipv4Addr = host.replace('-', ".").parse().ok()?;
    let is_of_vpc = vpc.is_some_and(|vpc| vpc.cidr_blocks.iter().any(|cidr| cidr.contains(&address)));
    is_of_vpc.then_some(IpAddr::V4(address))
}
