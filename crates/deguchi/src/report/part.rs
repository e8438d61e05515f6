//! What is reported about one alternative of a question: its answer, tied together and ready to be put into words.
//!
//! Leaves out the words.

use deguchi_engine::{
    Answer, Assumption, Destination, Engine, HeaderView, Hop, Missing, Outcome, PacketPart, Place, PortsView, Query,
    Reason, Resource, Source, Traffic, Verdict, Way,
    policy::Authorization,
    resolution::{Resolution, both},
};
use deguchi_model::{Connectivity, InstanceId, InternetGatewayId, NatGatewayState, Network, NetworkInterfaceId};

use super::{
    Step,
    account_text::clean,
    addresses::join_ports,
    step::{stands_at, steps},
};
use crate::question::Alternative;

/// What is reported about one alternative.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// What it is called; `None` where it is the only one.
    pub(crate) name: Option<String>,
    /// What was asked, resolved.
    pub(crate) asked: Asked,
    /// What becomes of the packets, and of the name before them.
    pub(crate) verdict: Verdict,
    /// What becomes of the packets alone.
    pub(crate) connection: Verdict,
    /// Whether the names resolve that the destination is asked by; empty where it is asked by address.
    pub(crate) resolutions: Vec<Resolution>,
    /// What share of them arrives and is answered, 0 to 1.
    pub(crate) reachable_share: f64,
    /// For what share of them it is not known, 0 to 1.
    pub(crate) undecided_share: f64,
    /// Whether everything that is not known would, under the usual defaults, arrive.
    pub(crate) would_arrive: bool,
    /// What stops packets, in the order met.
    pub(crate) blockers: Vec<Blocker>,
    /// What is not known, in the order met.
    pub(crate) unknowns: Vec<Unknown>,
    /// What the verdict takes for granted.
    pub(crate) assumptions: Vec<Assumption>,
    /// What policies come to for the requests that reach a service.
    pub(crate) authorizations: Vec<Authorization>,
    /// The way explained, out and back.
    pub(crate) steps: Vec<Step>,
    /// A way of packets that arrive, where only some do.
    pub(crate) arriving: Option<Vec<Step>>,
    /// What becomes of the packets on the way explained.
    pub(crate) explained: Option<OtherWay>,
    /// The other ways, each in short.
    pub(crate) other_ways: Vec<OtherWay>,
}

/// What was asked, resolved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    /// The query.
    pub(crate) query: Query,
    /// The source's interface; `None` for the internet.
    pub(crate) interface: Option<NetworkInterfaceId>,
    /// The instance that the interface is attached to.
    pub(crate) instance: Option<InstanceId>,
}

/// One thing that stops packets, with what its sentence needs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blocker {
    /// The reason.
    pub(crate) reason: Reason,
    /// Which stage it stops.
    pub(crate) stage: Stage,
    /// The header of the packets that it stops, as seen where it stops them.
    pub(crate) header: Option<HeaderView>,
    /// The internet gateway on the same leg.
    pub(crate) internet_gateway: Option<InternetGatewayId>,
    /// Why its NAT gateway could not be made (`FailureCode`).
    pub(crate) failure: Option<String>,
    /// What its NAT gateway is for.
    pub(crate) connectivity: Option<Connectivity>,
    /// What was asked.
    pub(crate) traffic: Traffic,
    /// Where the packets were to go.
    pub(crate) destination: Destination,
}

/// What a client does first and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It asks a name server.
    Name,
    /// It sends the packets asked about.
    Connection,
}

/// One thing that is not known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unknown {
    /// What is missing.
    pub(crate) missing: Missing,
}

/// One way in short.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OtherWay {
    /// What becomes of its packets.
    pub(crate) outcome: Outcome,
    /// Which packets.
    pub(crate) packets: PacketPart,
    /// Positions in [`Part::blockers`].
    pub(crate) blockers: Vec<usize>,
    /// Positions in [`Part::unknowns`].
    pub(crate) unknowns: Vec<usize>,
}

impl Part {
    /// Ties an answer together.
    pub(crate) fn new(network: &Network, alternative: &Alternative, answer: &Answer) -> Self {
        let blocker = |(index, reason)| Blocker::new(network, &alternative.query, answer, index, reason);
        let mut ways = answer.ways.iter().map(OtherWay::new);
        let arrives = |way: &&Way| answer.verdict == Verdict::Partly && way.outcome == Outcome::Delivered;
        let arriving = answer.ways.iter().find(arrives);
        let undecided =
            |way: &Way| matches!(way.outcome, Outcome::Undecided { would_arrive: true } | Outcome::Delivered);
        Self {
            name: alternative.name.as_deref().map(clean),
            asked: Asked::new(network, &alternative.query),
            verdict: answer.verdict,
            connection: answer.verdict,
            resolutions: Vec::new(),
            reachable_share: answer.reachable_share,
            undecided_share: answer.undecided_share,
            would_arrive: answer.ways.iter().all(undecided),
            blockers: answer.reasons.iter().enumerate().map(blocker).collect(),
            unknowns: answer.missing.iter().map(|missing| Unknown { missing: missing.clone() }).collect(),
            assumptions: answer.assumptions.clone(),
            authorizations: answer.authorizations.clone(),
            steps: answer.ways.first().map(|way| steps(way, &answer.reasons, &answer.missing)).unwrap_or_default(),
            arriving: arriving.map(|way| steps(way, &answer.reasons, &answer.missing)),
            explained: ways.next(),
            other_ways: ways.collect(),
        }
    }

    /// Puts the resolution of names before the packets: what keeps a name from resolving comes first.
    pub(crate) fn resolve_names(&mut self, engine: &Engine<'_>, alternative: &Alternative) {
        let query = &alternative.query;
        let client = query.traffic.client_ports();
        if alternative.hosts.is_empty() {
            return;
        }
        let mut blockers: Vec<Blocker> = Vec::new();
        for host in &alternative.hosts {
            let Some(mut found) = engine.resolve(&query.source, host, client) else { continue };
            for reason in &found.reasons {
                let blocker = Blocker::of_name(engine.network(), query, &found, reason);
                if !blockers.contains(&blocker) {
                    blockers.push(blocker);
                }
            }
            let unknowns = found.missing.iter().map(|missing| Unknown { missing: missing.clone() });
            let unknowns: Vec<Unknown> = unknowns.filter(|unknown| !self.unknowns.contains(unknown)).collect();
            self.unknowns.extend(unknowns);
            // What is stopped takes nothing for granted.
            if self.connection != Verdict::Unreachable {
                self.assumptions.append(&mut found.assumptions);
            }
            self.verdict = both(found.verdict, self.verdict);
            self.resolutions.push(found);
        }
        self.assumptions.sort();
        self.assumptions.dedup();
        if self.name_verdict() == Verdict::Unreachable {
            self.reachable_share = 0.0;
            self.undecided_share = 0.0;
            self.assumptions.clear();
        }
        let ways = self.explained.iter_mut().chain(&mut self.other_ways).map(|way| &mut way.blockers);
        let steps = self.steps.iter_mut().chain(self.arriving.iter_mut().flatten()).map(|step| &mut step.blockers);
        for index in ways.chain(steps).flatten() {
            *index += blockers.len();
        }
        self.blockers.splice(0..0, blockers);
    }

    /// Whether the names resolve, all of them.
    pub(crate) fn name_verdict(&self) -> Verdict {
        self.resolutions.iter().fold(Verdict::Reachable, |verdict, found| both(found.verdict, verdict))
    }

    /// Returns the numbers in brackets of blockers and unknowns.
    pub(crate) fn numbers(&self, blockers: &[usize], unknowns: &[usize]) -> String {
        self.positions(blockers, unknowns).iter().map(|number| format!("[{number}]")).collect()
    }

    /// Returns the numbers of blockers and unknowns: blockers count from 1, unknowns go on behind them.
    pub(crate) fn positions(&self, blockers: &[usize], unknowns: &[usize]) -> Vec<usize> {
        let unknowns = unknowns.iter().map(|index| self.blockers.len() + self.topic(*index));
        let mut numbers: Vec<usize> = blockers.iter().copied().chain(unknowns).map(|index| index + 1).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Returns what is not known topic by topic, with every unknown of the topic: one thing can be met on several legs.
    pub(crate) fn topics(&self) -> Vec<Vec<&Unknown>> {
        let mut topics: Vec<Vec<&Unknown>> = Vec::new();
        for unknown in &self.unknowns {
            let known = topics.iter_mut().find(|topic| topic.first().is_some_and(|first| first.is_same(unknown)));
            match known {
                Some(topic) => topic.push(unknown),
                None => topics.push(vec![unknown]),
            }
        }
        topics
    }

    /// Returns the position of an unknown's topic.
    fn topic(&self, index: usize) -> usize {
        let Some(unknown) = self.unknowns.get(index) else { return index };
        let is_it = |topic: &Vec<&Unknown>| topic.first().is_some_and(|first| first.is_same(unknown));
        self.topics().iter().position(is_it).unwrap_or(index)
    }

    /// Returns the codes of blockers and unknowns.
    pub(crate) fn codes(&self, blockers: &[usize], unknowns: &[usize]) -> Vec<&'static str> {
        let blockers = blockers.iter().filter_map(|index| self.blockers.get(*index)).map(|it| it.reason.code);
        let unknowns = unknowns.iter().filter_map(|index| self.unknowns.get(*index)).map(|it| it.missing.code);
        blockers.chain(unknowns).map(deguchi_engine::Code::as_str).collect()
    }

    /// Whether two parts say the same but for their names.
    pub(crate) fn says_the_same_as(&self, other: &Self) -> bool {
        let nameless = |part: &Self| {
            let mut part = Self { name: None, ..part.clone() };
            part.resolutions.iter_mut().for_each(|found| found.name.clear());
            part
        };
        nameless(self) == nameless(other)
    }
}

impl Asked {
    fn new(network: &Network, query: &Query) -> Self {
        let interface = match &query.source {
            Source::Interface { interface, .. } => Some(interface.clone()),
            Source::Internet(_) | Source::OnPremises(_) => None,
        };
        let instance = interface
            .as_ref()
            .and_then(|id| network.network_interfaces.get(id))
            .and_then(|interface| interface.attachment.as_ref())
            .and_then(|attachment| attachment.instance.clone());
        Self { query: query.clone(), interface, instance }
    }
}

impl Unknown {
    /// Whether the same is not known, if on another leg or for other packets.
    fn is_same(&self, other: &Self) -> bool {
        let what =
            |unknown: &Self| (unknown.missing.code, unknown.missing.resource.clone(), unknown.missing.gap.clone());
        what(self) == what(other)
    }
}

impl OtherWay {
    fn new(way: &Way) -> Self {
        Self {
            outcome: way.outcome,
            packets: way.packets.clone(),
            blockers: way.reasons.clone(),
            unknowns: way.missing.clone(),
        }
    }
}

impl Blocker {
    /// One thing that stops packets, where there is no answer to look the rest up in.
    pub(super) fn bare(query: &Query, reason: &Reason) -> Self {
        Self {
            reason: reason.clone(),
            stage: Stage::Connection,
            header: None,
            internet_gateway: None,
            failure: None,
            connectivity: None,
            traffic: query.traffic.clone(),
            destination: query.destination.clone(),
        }
    }

    fn new(network: &Network, query: &Query, answer: &Answer, index: usize, reason: &Reason) -> Self {
        let nat_gateway = match &reason.resource {
            Resource::NatGateway(id) => network.nat_gateways.get(id),
            _ => None,
        };
        let failure = nat_gateway.and_then(|gateway| match &gateway.state {
            NatGatewayState::Failed(failure) => failure.as_ref().map(|failure| clean(&failure.code)),
            _ => None,
        });
        let ways = || answer.ways.iter().filter(|way| way.reasons.contains(&index));
        let on_leg = |hop: &&Hop| hop.heading == reason.heading && hop.leg == reason.leg;
        let internet_gateway = ways().flat_map(|way| &way.hops).filter(on_leg).find_map(|hop| match &hop.place {
            Place::InternetGateway { internet_gateway, .. } => Some(internet_gateway.clone()),
            _ => None,
        });
        let headers = ways().filter_map(|way| {
            let at = way.hops.iter().find(|hop| stands_at(reason, hop));
            at.or_else(|| way.hops.iter().rfind(on_leg)).map(|hop| hop.header.clone())
        });
        Self {
            reason: reason.clone(),
            stage: Stage::Connection,
            header: headers.reduce(|some, other| join_headers(&some, &other)),
            internet_gateway,
            failure,
            connectivity: nat_gateway.map(|gateway| gateway.connectivity),
            traffic: query.traffic.clone(),
            destination: query.destination.clone(),
        }
    }
}

impl Blocker {
    /// What keeps a name from resolving: tied to the question that it stops, where it stops one.
    fn of_name(network: &Network, query: &Query, found: &Resolution, reason: &Reason) -> Self {
        let stopped = found.servers.iter().find_map(|server| server.stopped_by(reason));
        match stopped {
            Some((asked, index)) => {
                let own = asked.answer.reasons.get(index).unwrap_or(reason);
                Self { stage: Stage::Name, ..Self::new(network, &asked.query, &asked.answer, index, own) }
            }
            None => Self { stage: Stage::Name, ..Self::bare(query, reason) },
        }
    }
}

/// Returns the header of the packets of two ways that met one filter.
fn join_headers(some: &HeaderView, other: &HeaderView) -> HeaderView {
    let ports = match (&some.ports, &other.ports) {
        (PortsView::Tcp { source, destination }, PortsView::Tcp { source: others, destination: other }) => {
            PortsView::Tcp { source: join_ports(source, others), destination: join_ports(destination, other) }
        }
        (PortsView::Udp { source, destination }, PortsView::Udp { source: others, destination: other }) => {
            PortsView::Udp { source: join_ports(source, others), destination: join_ports(destination, other) }
        }
        // The packets of one query are all of one protocol.
        (ports, _) => ports.clone(),
    };
    HeaderView {
        source: some.source.union(&other.source),
        destination: some.destination.union(&other.destination),
        ports,
    }
}
