//! What probes say to a question: which host of the snapshot each was taken on, what that settles, and where host and
//! configuration contradict each other.
//!
//! A probe of the client narrows its source ports (NA-11) and says what it met on the network; one of a NAT instance
//! takes the place of an assumption (NI-4). One of a machine that has no part in the answer is said to be of no use.

use std::{collections::BTreeSet, net::IpAddr, path::PathBuf};

use deguchi_engine::{Place, Resource, Verdict};
use deguchi_model::{Guest, Instance, InstanceId, Masquerade, Network, NetworkInterfaceId, PortRange};

use super::{
    Facts, Finding,
    facts::{Connected, ForwardPolicy, Target},
    finding, parse, targets,
};
use crate::{
    error::{Error, ErrorKind},
    ingest::Snapshot,
    language::Language,
    report::{Report, clean},
    words::{evidence_english, evidence_japanese},
};

/// Destinations that are a system's repositories.
const PACKAGES: [&str; 3] = ["yum", "dnf", "apt"];

/// Probes, each with the instance that it was taken on.
#[derive(Debug, Default)]
pub struct Probes {
    seen: Vec<Seen>,
}

/// One probe.
#[derive(Debug)]
struct Seen {
    file: String,
    facts: Facts,
    instance: Option<InstanceId>,
}

/// One thing that a probe says to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The probe was taken on no machine of the snapshot.
    OtherHost { file: String, host: String },
    /// The probe was taken on a machine that has no part in the answer.
    NotOnTheWay { file: String, instance: String },
    /// The client's kernel chooses from these ports.
    SourcePorts { first: u16, last: u16 },
    /// The NAT instance forwards and masquerades, as seen in its guest.
    Forwards { instance: String },
    /// The NAT instance's firewall could not be seen.
    FirewallNotSeen { instance: String },
    /// A connection that the host tried.
    Tried { host: String, port: u16, address: String, outcome: Connected, agreement: Agreement },
    /// The host uses a proxy, of which the configuration knows nothing.
    ByProxy { url: String, from: String },
    /// Something else that is wrong on the host.
    Found(Finding),
}

/// Whether host and configuration say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// They do.
    Agree,
    /// Configuration lets pass what the host does not get through.
    OnlyConfiguration,
    /// The host gets through where configuration lets nothing pass.
    OnlyHost,
    /// Configuration does not decide.
    Undecided,
}

impl Evidence {
    /// Returns the code as printed.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::OtherHost { .. } => "PROBE_OF_ANOTHER_HOST",
            Self::NotOnTheWay { .. } => "PROBE_NOT_ON_THE_WAY",
            Self::SourcePorts { .. } => "PROBE_SOURCE_PORTS",
            Self::Forwards { .. } => "PROBE_NAT_INSTANCE_FORWARDS",
            Self::FirewallNotSeen { .. } => "PROBE_FIREWALL_NOT_SEEN",
            Self::Tried { agreement: Agreement::OnlyConfiguration | Agreement::OnlyHost, .. } => "PROBE_CONTRADICTS",
            Self::Tried { .. } => "PROBE_TRIED",
            Self::ByProxy { .. } => "PROBE_PROXY",
            Self::Found(finding) => finding.code(),
        }
    }

    /// Whether something does not work on the host although the configuration may let it.
    pub(crate) const fn is_fault(&self) -> bool {
        matches!(self, Self::Tried { agreement: Agreement::OnlyConfiguration, .. } | Self::Found(_))
    }

    /// Whether the probe was of another machine, so that it says nothing about the answer.
    pub(crate) const fn is_of_no_use(&self) -> bool {
        matches!(self, Self::OtherHost { .. } | Self::NotOnTheWay { .. })
    }

    /// Returns the sentence, without a full stop.
    pub(crate) fn words(&self, language: Language) -> String {
        match language {
            Language::English => evidence_english::words(self),
            Language::Japanese => evidence_japanese::words(self),
        }
    }
}

impl Probes {
    /// Reads the files of `--probe`, finds the machines of the snapshot that they were taken on, and puts what was seen
    /// in their guests into the network.
    pub fn tie(files: &[PathBuf], snapshot: &mut Snapshot) -> Result<Self, Error> {
        let mut seen = Vec::new();
        for path in files {
            let file = clean(&path.display().to_string());
            let text = std::fs::read_to_string(path).map_err(|error| {
                Error::new(ErrorKind::ProbeFile { file: file.clone(), cause: clean(&error.to_string()) })
            })?;
            let facts = parse(&file, &text)?;
            let instance = instance_of(&snapshot.network, &facts).map(|instance| instance.id.clone());
            seen.push(Seen { file, facts, instance });
        }
        for each in &seen {
            let Some(instance) = each.instance.as_ref().and_then(|id| snapshot.network.instances.get(id)) else {
                continue;
            };
            let guest = guest(&snapshot.network, instance, &each.facts);
            snapshot.network.guests.insert(instance.id.clone(), guest);
        }
        Ok(Self { seen })
    }

    /// The probe of a machine.
    pub(crate) fn of(&self, instance: Option<&InstanceId>) -> Option<&Facts> {
        // Of several the last: people give them in the order in which they took them.
        let is_its = |seen: &&Seen| instance.is_some() && seen.instance.as_ref() == instance;
        self.seen.iter().rev().find(is_its).map(|seen| &seen.facts)
    }

    /// The ports that a machine chooses from (NA-11).
    pub(crate) fn source_ports(&self, instance: Option<&InstanceId>) -> Option<PortRange> {
        let (first, last) = self.of(instance)?.ephemeral_ports?;
        PortRange::new(first, last)
    }

    /// Says what was taken on no machine of the snapshot.
    pub(crate) fn strangers(&self) -> Vec<Evidence> {
        let strangers = self.seen.iter().filter(|seen| seen.instance.is_none());
        let stranger =
            |seen: &Seen| Evidence::OtherHost { file: seen.file.clone(), host: clean(&seen.facts.host.name) };
        strangers.map(stranger).collect()
    }

    /// Returns what the probes say to an answer.
    pub(crate) fn say(&self, report: &Report) -> Vec<Evidence> {
        let mut said = self.strangers();
        let client = report.parts.first().and_then(|part| part.asked.instance.as_ref());
        let forwarders = forwarders(report);
        for seen in &self.seen {
            let Some(instance) = &seen.instance else { continue };
            if Some(instance) == client {
                said.extend(of_client(&seen.facts, report));
            } else if forwarders.contains(instance) {
                said.extend(of_forwarder(&seen.facts, instance, report));
            } else {
                said.push(Evidence::NotOnTheWay { file: seen.file.clone(), instance: clean(instance.as_str()) });
            }
        }
        said
    }
}

/// The instance that a probe was taken on: by its id, else by its addresses, where they fit one instance alone.
fn instance_of<'n>(network: &'n Network, facts: &Facts) -> Option<&'n Instance> {
    if let Some(id) = &facts.metadata.instance {
        return network.instances.get(id.as_str());
    }
    let own: BTreeSet<IpAddr> = facts.interfaces.iter().flat_map(|interface| interface.addresses.clone()).collect();
    let fits = |instance: &&Instance| {
        let interfaces = instance.interfaces.iter().filter_map(|each| network.network_interfaces.get(&each.interface));
        let mut primary = interfaces.filter_map(|interface| interface.primary_address()).peekable();
        primary.peek().is_some() && primary.all(|address| own.contains(&address))
    };
    let mut fitting = network.instances.values().filter(fits);
    fitting.next().filter(|_| fitting.next().is_none())
}

/// The interface of the snapshot behind a device of the host.
fn interface_of(network: &Network, instance: &Instance, facts: &Facts, device: &str) -> Option<NetworkInterfaceId> {
    let device = facts.interfaces.iter().find(|interface| interface.name == device)?;
    let own = instance.interfaces.iter().filter_map(|each| network.network_interfaces.get(&each.interface));
    let mut fitting =
        own.filter(|interface| interface.primary_address().is_some_and(|address| device.addresses.contains(&address)));
    fitting.next().map(|interface| interface.id.clone())
}

fn guest(network: &Network, instance: &Instance, facts: &Facts) -> Guest {
    let of_device = |device: &str| interface_of(network, instance, facts, device);
    let masquerade = facts.forwarding.firewall.as_ref().map(|firewall| {
        let mut masquerade = Masquerade::default();
        for device in &facts.interfaces {
            let Some(id) = of_device(&device.name) else { continue };
            masquerade.known.insert(id.clone());
            for rule in firewall.masquerades.iter().filter(|rule| finding::matches(rule.out.as_deref(), &device.name)) {
                let set = if rule.is_conditional { &mut masquerade.partly_on } else { &mut masquerade.on };
                set.insert(id.clone());
            }
        }
        masquerade.devices =
            firewall.masquerades.iter().map(|rule| clean(rule.out.as_deref().unwrap_or("*"))).collect();
        masquerade
    });
    Guest {
        forwards_ipv4: facts.forwarding.ipv4,
        drops_forwarded: facts.forwarding.firewall.as_ref().and_then(|firewall| match firewall.forward {
            ForwardPolicy::Accept => Some(false),
            ForwardPolicy::Drop => Some(true),
            ForwardPolicy::Rules => None,
        }),
        default_interface: finding::default_route(facts).and_then(|route| of_device(&route.interface)),
        masquerade,
    }
}

/// The NAT instances that an answer leads over.
fn forwarders(report: &Report) -> BTreeSet<InstanceId> {
    let mut found = BTreeSet::new();
    for part in &report.parts {
        found.extend(part.steps.iter().filter_map(|step| match &step.hop.place {
            Place::NatInstance(id) => Some(id.clone()),
            _ => None,
        }));
        found.extend(part.blockers.iter().filter_map(|blocker| match &blocker.reason.resource {
            Resource::Instance(id) => Some(id.clone()),
            _ => None,
        }));
    }
    found
}

fn of_forwarder(facts: &Facts, instance: &InstanceId, report: &Report) -> Vec<Evidence> {
    let id = clean(instance.as_str());
    let is_stopped = |blocker: &crate::report::Blocker| {
        blocker.reason.resource == Resource::Instance(instance.clone())
            && matches!(
                blocker.reason.code,
                deguchi_engine::Code::NatInstanceForwardingOff
                    | deguchi_engine::Code::NatInstanceMasquerade
                    | deguchi_engine::Code::NatInstanceFirewall
            )
    };
    let is_assumed = |assumption: &deguchi_engine::Assumption| matches!(assumption, deguchi_engine::Assumption::NatInstanceForwards { instance: of, .. } if of == instance);
    let mut said = Vec::new();
    if facts.forwarding.firewall.is_none() {
        said.push(Evidence::FirewallNotSeen { instance: id });
    } else if !report
        .parts
        .iter()
        .any(|part| part.blockers.iter().any(is_stopped) || part.assumptions.iter().any(is_assumed))
    {
        said.push(Evidence::Forwards { instance: id });
    }
    let full = finding::all(facts).into_iter().filter(|found| matches!(found, Finding::ConntrackFull { .. }));
    said.extend(full.map(Evidence::Found));
    said
}

fn of_client(facts: &Facts, report: &Report) -> Vec<Evidence> {
    let mut said = Vec::new();
    if let Some((first, last)) = facts.ephemeral_ports {
        said.push(Evidence::SourcePorts { first, last });
    }
    let concerned: Vec<&Target> = facts.targets.iter().filter(|target| concerns(target, &report.destination)).collect();
    if concerned.iter().any(|target| finding::uses_proxy(facts, target)) {
        let proxies = facts.proxies.iter().take(1);
        said.extend(proxies.map(|proxy| Evidence::ByProxy { url: clean(&proxy.url), from: clean(&proxy.from) }));
    }
    said.extend(concerned.iter().filter_map(|target| tried(target, report.verdict)));
    let is_package = is_package(&report.destination);
    let hosts: BTreeSet<&str> = concerned.iter().map(|target| target.host.as_str()).collect();
    let urls: BTreeSet<&str> = concerned.iter().map(|target| target.url.as_str()).collect();
    let found = finding::all(facts).into_iter().filter(|found| match found {
        Finding::PackageManagerRuns { .. } | Finding::LockMalformed { .. } | Finding::LockRecycled { .. } => is_package,
        Finding::ProxyFails { .. } => is_package,
        Finding::NameServerSilent { host, .. }
        | Finding::NoSuchName { host, .. }
        | Finding::NameServerFails { host, .. }
        | Finding::NameDoesNotResolve { host, .. }
        | Finding::TlsFails { host, .. } => hosts.contains(host.as_str()),
        Finding::HttpStatus { url, .. } | Finding::HttpFails { url, .. } => urls.contains(url.as_str()),
        Finding::NoDefaultRoute | Finding::NoNameServer | Finding::ClockOff { .. } => true,
        Finding::ConnectionTimedOut { .. }
        | Finding::ConnectionRefused { .. }
        | Finding::ConnectionUnreachable { .. }
        | Finding::ForwardingOff
        | Finding::MasqueradeElsewhere { .. }
        | Finding::ForwardDropped
        | Finding::ConntrackFull { .. } => false,
    });
    said.extend(found.map(Evidence::Found));
    said
}

fn is_package(destination: &str) -> bool {
    PACKAGES.contains(&destination.trim().to_lowercase().as_str())
}

/// Whether what the host tried is what is asked about.
fn concerns(target: &Target, destination: &str) -> bool {
    if is_package(destination) {
        return target.wanted_by.iter().any(|by| by != "--to");
    }
    targets::wanted(destination).is_some_and(|wanted| wanted.is_at(&target.host, target.port))
}

/// What a target's connections say to a verdict: the best of them counts.
fn tried(target: &Target, verdict: Verdict) -> Option<Evidence> {
    let rank = |outcome: &Connected| match outcome {
        Connected::Open => 0,
        Connected::Refused => 1,
        Connected::TimedOut => 2,
        Connected::Failed(_) | Connected::Unreachable(_) => 3,
    };
    let best = target.connections.iter().min_by_key(|connection| rank(&connection.outcome))?;
    // Whoever refuses has answered: the network let it pass.
    let has_answered = rank(&best.outcome) <= 1;
    let agreement = match (verdict, has_answered) {
        (Verdict::Reachable, true) | (Verdict::Unreachable, false) | (Verdict::Partly, _) => Agreement::Agree,
        (Verdict::Reachable, false) => Agreement::OnlyConfiguration,
        (Verdict::Unreachable, true) => Agreement::OnlyHost,
        (Verdict::Undecided, _) => Agreement::Undecided,
    };
    Some(Evidence::Tried {
        host: clean(&target.host),
        port: target.port,
        address: best.address.to_string(),
        outcome: best.outcome.clone(),
        agreement,
    })
}
