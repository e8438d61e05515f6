//! What is reported about one alternative of a question: its answer, tied together and ready to be put into words.
//!
//! Leaves out the words.

use deguchi_engine::{
    Answer, Assumption, Destination, HeaderView, Hop, Missing, Outcome, PacketPart, Place, PortsView, Query, Reason,
    Resource, Source, Traffic, Verdict, Way, policy::Authorization,
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
    /// What becomes of the packets.
    pub(crate) verdict: Verdict,
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

    /// Returns the numbers in brackets of blockers and unknowns: blockers count from 1, unknowns go on behind them.
    pub(crate) fn numbers(&self, blockers: &[usize], unknowns: &[usize]) -> String {
        let unknowns = unknowns.iter().map(|index| self.blockers.len() + self.topic(*index));
        let mut numbers: Vec<usize> = blockers.iter().copied().chain(unknowns).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.iter().map(|index| format!("[{}]", index + 1)).collect()
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
        let nameless = |part: &Self| Self { name: None, ..part.clone() };
        nameless(self) == nameless(other)
    }
}

impl Asked {
    fn new(network: &Network, query: &Query) -> Self {
        let interface = match &query.source {
            Source::Interface { interface, .. } => Some(interface.clone()),
            Source::Internet(_) => None,
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
            header: headers.reduce(|some, other| join_headers(&some, &other)),
            internet_gateway,
            failure,
            connectivity: nat_gateway.map(|gateway| gateway.connectivity),
            traffic: query.traffic.clone(),
            destination: query.destination.clone(),
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
