//! Whether a name resolves for a machine: which name servers it asks, whether it reaches them, and what they answer.
//!
//! Resolution is a stage before the walk. Each name server is asked by queries of their own over UDP and TCP 53, from the
//! machine, by the same walk as any other packet (DN-5, PW-14); the Amazon resolver is met where it stands, unfiltered (PW-11).
//! Leaves out what public DNS says: a name that nothing in the snapshot claims is somewhere on the internet.

mod name;

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use deguchi_model::{
    DhcpOptionsId, DhcpOptionsOfVpc, HostedZoneId, NameServer, Network, NetworkInterface, NetworkInterfaceId,
    PortRange, ResolverRule, ResolverRuleAction, ResolverRuleId, VpcEndpointId, VpcId,
};

use crate::{
    AddressSet, Engine,
    answer::{Answer, Verdict},
    packet_part::PacketPart,
    query::{Destination, DestinationBasis, Ports, Query, Source, Traffic},
    reason::{Assumption, Code, Evidence, Gap, Heading, Missing, NameGap, Reason, Resource},
};

pub use name::{NameLookup, NameTarget, look_up, private_names};

/// The port of DNS.
const DNS_PORT: u16 = 53;

/// Where the Amazon resolver answers in every VPC (PW-13).
const AMAZON_IPV4: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 253);
const AMAZON_IPV6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x253);

/// Whether a name resolves for a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// The name, in lower case, without a full stop behind.
    pub name: String,
    /// Whether it resolves: `Partly` where only part of the questions get their answer.
    pub verdict: Verdict,
    /// The DHCP option set that names the servers, where it is known.
    pub dhcp_options: Option<DhcpOptionsId>,
    /// The name servers, in the order in which they are asked.
    pub servers: Vec<AskedServer>,
    /// What the name leads to; `None` where that is not known, or where it leads nowhere.
    pub target: Option<NameTarget>,
    /// Everything that keeps it from resolving; empty where it resolves.
    pub reasons: Vec<Reason>,
    /// Everything that is not known and matters.
    pub missing: Vec<Missing>,
    /// What is taken for granted.
    pub assumptions: Vec<Assumption>,
    /// What does not decide, and is worth knowing.
    pub notes: Vec<ResolutionNote>,
}

/// A name server, and whether it is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedServer {
    /// The server, as the option set (or rule) names it.
    pub server: NameServer,
    /// Where it is asked.
    pub address: IpAddr,
    /// The rule that forwards to it; `None` where the machine asks it itself.
    pub forwarded_by: Option<ResolverRuleId>,
    /// What becomes of questions over UDP: this decides.
    pub udp: Asked,
    /// What becomes of questions over TCP, which long answers need.
    pub tcp: Asked,
}

/// A question to a name server, as packets.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The packets.
    pub query: Query,
    /// What becomes of them.
    pub answer: Answer,
}

impl AskedServer {
    /// What stops questions, each once, whatever the protocol.
    pub fn reasons(&self) -> Vec<Reason> {
        once(self.udp.answer.reasons.iter().chain(&self.tcp.answer.reasons).cloned())
    }

    /// Finds the question that a reason stops, and where the reason stands in its answer.
    pub fn stopped_by(&self, reason: &Reason) -> Option<(&Asked, usize)> {
        [&self.udp, &self.tcp].into_iter().find_map(|asked| {
            let place = asked.answer.reasons.iter().position(|known| is_same(known, reason))?;
            Some((asked, place))
        })
    }

    fn verdict(&self) -> Verdict {
        self.udp.answer.verdict
    }
}

/// What does not decide whether a name resolves, and is worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResolutionNote {
    /// Over UDP the server is reached and over TCP not: answers that do not fit one packet are lost.
    LongAnswersLost {
        /// The server.
        address: IpAddr,
    },
    /// A server that is asked is not reached while another is: each resolution may wait for it.
    ServerNotReached {
        /// The server.
        address: IpAddr,
    },
    /// The endpoint has private DNS, which is not in force: `enableDnsHostnames` (or `enableDnsSupport`) is off (IE-2).
    PrivateDnsNotInForce {
        /// The endpoint.
        endpoint: VpcEndpointId,
        /// The VPC.
        vpc: VpcId,
    },
    /// The zone is associated with the VPC and not asked: `enableDnsHostnames` (or `enableDnsSupport`) is off (DN-2).
    ZoneNotInForce {
        /// The zone.
        zone: HostedZoneId,
        /// The VPC.
        vpc: VpcId,
    },
    /// The endpoint's private DNS is for who asks the Amazon resolver, and this machine asks another (IE-3).
    PrivateDnsPassedBy {
        /// The endpoint.
        endpoint: VpcEndpointId,
    },
}

impl ResolutionNote {
    /// Returns the code as printed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LongAnswersLost { .. } => "DEGUCHI_NAMES_LONG_ANSWERS_LOST",
            Self::ServerNotReached { .. } => "DEGUCHI_NAMES_SERVER_NOT_REACHED",
            Self::PrivateDnsNotInForce { .. } => "DEGUCHI_NAMES_PRIVATE_DNS_NOT_IN_FORCE",
            Self::ZoneNotInForce { .. } => "DEGUCHI_NAMES_ZONE_NOT_IN_FORCE",
            Self::PrivateDnsPassedBy { .. } => "DEGUCHI_NAMES_PRIVATE_DNS_PASSED_BY",
        }
    }
}

/// Whether the machines of a VPC ask the Amazon resolver first, as far as is known.
pub fn asks_amazon(network: &Network, vpc: &VpcId) -> bool {
    servers(network, vpc).list.first().is_none_or(|server| match server {
        NameServer::AmazonProvided => true,
        NameServer::Address(address) => is_amazon(network, vpc, *address),
        NameServer::Unmodelled(_) => false,
    })
}

/// The name servers of a VPC's machines.
struct Servers {
    list: Vec<NameServer>,
    dhcp_options: Option<DhcpOptionsId>,
    reason: Option<Reason>,
    missing: Option<Missing>,
    assumption: Option<Assumption>,
}

impl Engine<'_> {
    /// Says whether a name resolves for a machine; `None` for a source that is no interface of the snapshot.
    pub fn resolve(&self, source: &Source, name: &str, client: PortRange) -> Option<Resolution> {
        let Source::Interface { interface, .. } = source else { return None };
        let interface = self.network().network_interfaces.get(interface)?;
        let servers = servers(self.network(), &interface.vpc);
        let mut resolution = Resolution {
            name: name::normal(name),
            verdict: Verdict::Unreachable,
            dhcp_options: servers.dhcp_options,
            servers: Vec::new(),
            target: None,
            reasons: servers.reason.into_iter().collect(),
            missing: servers.missing.into_iter().collect(),
            assumptions: servers.assumption.into_iter().collect(),
            notes: Vec::new(),
        };
        for server in servers.list {
            self.ask(&mut resolution, interface, server, client);
        }
        resolution.judge_servers();
        self.judge_name(&mut resolution, interface);
        resolution.tidy();
        Some(resolution)
    }

    /// Returns the queries of which a name's resolution hangs: to the server that is reached, or where none is to the first;
    /// likewise behind a rule that forwards. Fixes are searched for them too.
    pub fn resolution_queries(&self, source: &Source, names: &[String], client: PortRange) -> Vec<Query> {
        let mut queries: Vec<Query> = Vec::new();
        for name in names {
            let Some(found) = self.resolve(source, name, client) else { continue };
            for is_forwarded in [false, true] {
                let asked: Vec<&AskedServer> =
                    found.servers.iter().filter(|asked| asked.forwarded_by.is_some() == is_forwarded).collect();
                let reached = asked.iter().find(|asked| asked.verdict() == Verdict::Reachable);
                let query = reached.or(asked.first()).map(|asked| asked.udp.query.clone());
                queries.extend(query.filter(|query| !queries.contains(query)));
            }
        }
        queries
    }

    fn ask(&self, found: &mut Resolution, interface: &NetworkInterface, server: NameServer, client: PortRange) {
        let Some(address) = address_of(self.network(), interface, &server) else {
            let gap = Gap::Name(NameGap::NameServer(match &server {
                NameServer::Unmodelled(text) => text.clone(),
                NameServer::AmazonProvided | NameServer::Address(_) => String::new(),
            }));
            let resource = found.dhcp_options.clone().map(Resource::DhcpOptions);
            return found.missing.push(missing(resource.unwrap_or(Resource::Vpc(interface.vpc.clone())), gap));
        };
        let is_amazon = is_amazon(self.network(), &interface.vpc, address);
        let asked = self.walk_to(found, interface, (server, address, DNS_PORT), client, None);
        if is_amazon {
            // PW-11: nothing on the way asks for the ports.
            found.assumptions.retain(|it| !matches!(it, Assumption::EphemeralPorts { .. }));
        } else if asked.verdict() != Verdict::Unreachable {
            found.assumptions.push(Assumption::NameServerAnswers { address });
        }
        found.servers.push(asked);
    }

    /// Walks questions to one server.
    fn walk_to(
        &self,
        found: &mut Resolution,
        interface: &NetworkInterface,
        (server, address, port): (NameServer, IpAddr, u16),
        client: PortRange,
        rule: Option<&ResolverRule>,
    ) -> AskedServer {
        let to = (address, port);
        let ask = |traffic: fn(Ports) -> Traffic| {
            let query = query(interface, to, client, traffic);
            Asked { answer: self.answer(&query), query }
        };
        let (udp, tcp) = (ask(Traffic::Udp), ask(Traffic::Tcp));
        found.take(&udp.answer);
        AskedServer { server, address, forwarded_by: rule.map(|rule| rule.id.clone()), udp, tcp }
    }

    /// Judges what the servers answer: the Amazon resolver by the snapshot, others as they please.
    fn judge_name(&self, found: &mut Resolution, interface: &NetworkInterface) {
        let network = self.network();
        let lookup = look_up(network, &interface.vpc, &found.name);
        let first =
            found.servers.iter().find(|asked| asked.verdict() != Verdict::Unreachable).or(found.servers.first());
        let asks_amazon = first.is_none_or(|asked| is_amazon(network, &interface.vpc, asked.address));
        found.notes.extend(name::notes(network, &interface.vpc, &found.name));
        if !asks_amazon {
            // IE-3: who asks another server gets what that one knows.
            found.target = Some(match lookup {
                NameLookup::Found { target: NameTarget::Endpoint(endpoint), .. } => {
                    found.notes.push(ResolutionNote::PrivateDnsPassedBy { endpoint });
                    NameTarget::Outside
                }
                NameLookup::Found { target, .. } => target,
                NameLookup::NoSuchName { .. } | NameLookup::Unknown(..) => NameTarget::Outside,
            });
            return;
        }
        match lookup {
            NameLookup::Found { target, assumptions } => {
                found.assumptions.extend(assumptions);
                if let NameTarget::Forwarded(rule) = &target
                    && let Some(rule) = network.resolver_rules.get(rule)
                {
                    self.forward(found, rule);
                }
                found.target = Some(target);
            }
            NameLookup::NoSuchName { resource, evidence } => {
                if found.verdict != Verdict::Unreachable {
                    found.reasons.push(reason(Code::NoSuchName, resource, evidence));
                    found.verdict = Verdict::Unreachable;
                }
            }
            NameLookup::Unknown(resource, gap) => {
                found.missing.push(missing(resource, Gap::Name(gap)));
                if found.verdict != Verdict::Unreachable {
                    found.verdict = Verdict::Undecided;
                }
            }
        }
    }

    /// Asks on behalf of the resolver, from an interface of the rule's outbound endpoint.
    fn forward(&self, found: &mut Resolution, rule: &ResolverRule) {
        let ResolverRuleAction::Forward { targets, endpoint } = &rule.action else { return };
        let endpoint = endpoint.as_ref().and_then(|id| self.network().resolver_endpoints.get(id));
        let interfaces = endpoint.into_iter().flat_map(|endpoint| &endpoint.interfaces);
        let mut interfaces = interfaces.filter_map(|id| self.network().network_interfaces.get(id));
        let Some(interface) = interfaces.next() else {
            return found.assumptions.push(Assumption::ResolverForwards { rule: rule.id.clone() });
        };
        let before = (core::mem::take(&mut found.missing), found.reasons.len());
        let client = Ports::to(DNS_PORT).source;
        let asked: Vec<AskedServer> = targets
            .iter()
            .map(|(address, port)| {
                self.walk_to(found, interface, (NameServer::Address(*address), *address, *port), client, Some(rule))
            })
            .collect();
        let verdict = any_of(asked.iter().map(AskedServer::verdict));
        if verdict == Verdict::Unreachable || verdict == Verdict::Partly {
            found.reasons.extend(asked.iter().flat_map(AskedServer::reasons));
        }
        let mut known = before.0;
        known.extend(if verdict == Verdict::Undecided { core::mem::take(&mut found.missing) } else { Vec::new() });
        found.missing = known;
        found
            .assumptions
            .extend(targets.iter().map(|(address, _)| Assumption::NameServerAnswers { address: *address }));
        found.servers.extend(asked);
        found.verdict = both(found.verdict, verdict);
    }
}

impl Resolution {
    /// Takes over what an answer takes for granted, and what it does not know.
    fn take(&mut self, answer: &Answer) {
        self.assumptions.extend(answer.assumptions.iter().cloned());
        self.missing.extend(answer.missing.iter().cloned());
    }

    /// Whether any server is reached. One is enough: the others are asked where one is silent.
    fn judge_servers(&mut self) {
        let is_open = !self.missing.is_empty() && self.servers.is_empty();
        self.verdict = any_of(self.servers.iter().map(AskedServer::verdict));
        let is_named = |missing: &Missing| matches!(missing.gap, Gap::Name(NameGap::DhcpOptionsDefault));
        if is_open || (self.verdict == Verdict::Reachable && self.missing.iter().any(is_named)) {
            self.verdict = Verdict::Undecided;
        }
        match self.verdict {
            Verdict::Reachable => {
                self.missing.retain(is_named);
                for asked in &self.servers {
                    let address = asked.address;
                    match (asked.verdict(), asked.tcp.answer.verdict) {
                        (Verdict::Reachable, Verdict::Unreachable | Verdict::Partly) => {
                            self.notes.push(ResolutionNote::LongAnswersLost { address });
                        }
                        (Verdict::Unreachable | Verdict::Partly, _) => {
                            self.notes.push(ResolutionNote::ServerNotReached { address });
                        }
                        _ => {}
                    }
                }
            }
            Verdict::Partly | Verdict::Unreachable => {
                let udp = |asked: &&AskedServer| asked.verdict() != Verdict::Reachable;
                let reasons = self.servers.iter().filter(udp).flat_map(AskedServer::reasons);
                self.reasons.extend(reasons.collect::<Vec<Reason>>());
            }
            Verdict::Undecided => {}
        }
    }

    /// Says each thing once, in one order.
    fn tidy(&mut self) {
        self.reasons = once(core::mem::take(&mut self.reasons));
        let mut missing: Vec<Missing> = Vec::new();
        for one in core::mem::take(&mut self.missing) {
            if !missing.iter().any(|known| (&known.resource, &known.gap) == (&one.resource, &one.gap)) {
                missing.push(one);
            }
        }
        self.missing = if self.verdict == Verdict::Unreachable { Vec::new() } else { missing };
        if self.verdict == Verdict::Unreachable {
            self.assumptions.clear();
        }
        self.assumptions.sort();
        self.assumptions.dedup();
        self.notes.sort();
        self.notes.dedup();
    }
}

/// Returns what becomes of a connection by name: what becomes of the name first, then of the packets.
pub fn both(name: Verdict, packets: Verdict) -> Verdict {
    let either = |verdict: Verdict| name == verdict || packets == verdict;
    [Verdict::Unreachable, Verdict::Partly, Verdict::Undecided]
        .into_iter()
        .find(|verdict| either(*verdict))
        .unwrap_or(Verdict::Reachable)
}

/// The best of several: one server that answers is enough.
fn any_of(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let verdicts: Vec<Verdict> = verdicts.collect();
    [Verdict::Reachable, Verdict::Undecided, Verdict::Partly]
        .into_iter()
        .find(|verdict| verdicts.contains(verdict))
        .unwrap_or(Verdict::Unreachable)
}

/// Each reason once.
fn once(reasons: impl IntoIterator<Item = Reason>) -> Vec<Reason> {
    let mut kept: Vec<Reason> = Vec::new();
    for reason in reasons {
        if !kept.iter().any(|known| is_same(known, &reason)) {
            kept.push(reason);
        }
    }
    kept
}

/// Whether two reasons are one, whatever the protocol.
fn is_same(a: &Reason, b: &Reason) -> bool {
    (a.code, &a.resource, &a.evidence, a.heading, a.direction, &a.subnet)
        == (b.code, &b.resource, &b.evidence, b.heading, b.direction, &b.subnet)
}

fn reason(code: Code, resource: Resource, evidence: Evidence) -> Reason {
    let packets = PacketPart { share: 1.0, limits: Vec::new() };
    Reason { code, resource, evidence, heading: Heading::Forward, leg: 1, direction: None, subnet: None, packets }
}

fn missing(resource: Resource, gap: Gap) -> Missing {
    let packets = PacketPart { share: 1.0, limits: Vec::new() };
    Missing { code: Code::Missing, resource, gap, heading: Heading::Forward, leg: 1, packets }
}

/// The name servers that DHCP tells a VPC's machines (DN-4).
fn servers(network: &Network, vpc: &VpcId) -> Servers {
    let amazon = alloc::vec![NameServer::AmazonProvided];
    let known = network.vpcs.get(vpc).map(|vpc| &vpc.dns.dhcp_options).unwrap_or(&DhcpOptionsOfVpc::Unknown);
    let none = Servers { list: amazon, dhcp_options: None, reason: None, missing: None, assumption: None };
    match known {
        DhcpOptionsOfVpc::Set(id) => match network.dhcp_options.get(id) {
            Some(options) if options.name_servers.is_empty() => {
                let resource = Resource::DhcpOptions(id.clone());
                let reason = Some(reason(Code::NoNameServer, resource, Evidence::Nothing));
                Servers { list: Vec::new(), dhcp_options: Some(id.clone()), reason, ..none }
            }
            Some(options) => Servers { list: options.name_servers.clone(), dhcp_options: Some(id.clone()), ..none },
            None => {
                let assumption = Some(Assumption::AmazonProvidedDns { vpc: vpc.clone() });
                Servers { dhcp_options: Some(id.clone()), assumption, ..none }
            }
        },
        DhcpOptionsOfVpc::Default => {
            let gap = Gap::Name(NameGap::DhcpOptionsDefault);
            Servers { missing: Some(missing(Resource::Vpc(vpc.clone()), gap)), ..none }
        }
        DhcpOptionsOfVpc::Unknown => {
            Servers { assumption: Some(Assumption::AmazonProvidedDns { vpc: vpc.clone() }), ..none }
        }
    }
}

/// Where the Amazon resolver answers in a VPC beside the link-local addresses: its primary range plus two (PW-13).
pub(crate) fn amazon_resolver(network: &Network, vpc: &VpcId) -> Option<Ipv4Addr> {
    let base = network.vpcs.get(vpc).and_then(|vpc| vpc.cidr_blocks.first());
    base.map(|cidr| u32::from(cidr.network()).saturating_add(2).into())
}

fn is_amazon(network: &Network, vpc: &VpcId, address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4 == AMAZON_IPV4 || amazon_resolver(network, vpc) == Some(v4),
        IpAddr::V6(v6) => v6 == AMAZON_IPV6,
    }
}

/// Where a machine asks a server.
fn address_of(network: &Network, interface: &NetworkInterface, server: &NameServer) -> Option<IpAddr> {
    match server {
        // DN-9: a machine without IPv4 asks the link-local address of its family.
        NameServer::AmazonProvided if interface.addresses.is_empty() => Some(AMAZON_IPV6.into()),
        NameServer::AmazonProvided => Some(amazon_resolver(network, &interface.vpc).unwrap_or(AMAZON_IPV4).into()),
        NameServer::Address(address) => Some(*address),
        NameServer::Unmodelled(_) => None,
    }
}

/// A question to a server.
fn query(
    interface: &NetworkInterface,
    (to, port): (IpAddr, u16),
    client: PortRange,
    traffic: fn(Ports) -> Traffic,
) -> Query {
    let v4 = interface.addresses.first().map(|own| IpAddr::V4(own.private));
    let v6 = interface.ipv6_addresses.first().copied().map(IpAddr::V6);
    let own = if to.is_ipv6() { v6.or(v4) } else { v4.or(v6) };
    let id: NetworkInterfaceId = interface.id.clone();
    Query {
        source: Source::Interface { interface: id, address: own.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) },
        destination: Destination {
            addresses: AddressSet::single(to),
            basis: DestinationBasis::Exact,
            within: Vec::new(),
            request: None,
        },
        traffic: traffic(Ports { source: client, destination: PortRange::single(port) }),
    }
}

impl core::fmt::Display for NameTarget {
    /// Writes what a name leads to, for tests and logs: words are elsewhere.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let joined = |addresses: &[IpAddr]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        match self {
            Self::Endpoint(id) => write!(f, "{id}"),
            Self::Zone { zone, addresses } => write!(f, "{zone} {}", joined(addresses)),
            Self::LoadBalancer(id) => write!(f, "{id}"),
            Self::Machine(address) => write!(f, "{address}"),
            Self::Forwarded(rule) => write!(f, "{rule}"),
            Self::Outside => f.write_str("outside"),
        }
    }
}
