//! From an expectation to the questions that it comes to on one network.
//!
//! "Never" is asked for every address of both ends and, where no port is written, for every port of TCP and UDP and for
//! pings; all else is asked as `deguchi why` would ask it.

use std::net::IpAddr;

use deguchi_engine::{AddressSet, Query, Source};
use deguchi_model::{IpNet, Network, NetworkInterface};

use super::{
    Expectation, Want,
    selector::{Subject, is_selector, select},
};
use crate::{
    error::{Error, ErrorKind},
    question::{self, Family, Options, Question},
};

/// Which end matches nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The source.
    Source,
    /// The destination.
    Destination,
}

/// What an expectation comes to.
pub(super) enum Asked<'n> {
    /// These pairs.
    Pairs(Vec<Pair<'n>>),
    /// One end matches nothing.
    Nothing(End),
}

/// One source, one destination.
pub(super) struct Pair<'n> {
    /// The source; `None` for the internet, and for a network on premises.
    pub(super) source: Option<Subject<'n>>,
    /// The source as `why` names it.
    source_text: String,
    /// The destination, where it is a machine.
    pub(super) destination: Option<Subject<'n>>,
    /// The destination as shown.
    pub(super) destination_label: String,
    /// The destinations as `why` names them.
    texts: Vec<String>,
    /// Which addresses are asked for.
    breadth: Breadth,
}

/// Which addresses of the ends are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breadth {
    /// The primary ones, as `why` does.
    Primary,
    /// All of them.
    Every,
}

/// The protocol and ports of a destination.
struct Service<'t> {
    protocol: Option<&'t str>,
    rest: &'t str,
    ports: Option<&'t str>,
}

impl<'t> Service<'t> {
    fn of(text: &'t str) -> Self {
        let has = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "tcp" | "udp" | "icmp" | "ping");
        let (protocol, behind) = match text.split_once(':') {
            Some((word, behind)) if has(word) => (Some(word), behind),
            _ => (None, text),
        };
        match behind.rsplit_once(':') {
            // An IPv6 address without brackets has no port.
            Some((rest, ports))
                if question::parse_ports(ports).is_some() && !rest.is_empty() && behind.parse::<IpAddr>().is_err() =>
            {
                Self { protocol, rest, ports: Some(ports) }
            }
            _ => Self { protocol, rest: behind, ports: None },
        }
    }

    /// The destination with another name in place of what is written.
    fn with(&self, name: &str) -> String {
        let protocol = self.protocol.map(|protocol| format!("{protocol}:")).unwrap_or_default();
        let ports = self.ports.map(|ports| format!(":{ports}")).unwrap_or_default();
        format!("{protocol}{name}{ports}")
    }

    /// The destination on everything that is left open: every port of TCP and UDP, and pings.
    fn on_everything(&self, name: &str) -> Vec<String> {
        let is_ping = self.protocol.is_some_and(|word| !matches!(word.to_ascii_lowercase().as_str(), "tcp" | "udp"));
        match (self.protocol, self.ports) {
            (_, Some(_)) => vec![self.with(name)],
            (Some(_), None) if is_ping => vec![self.with(name)],
            (Some(protocol), None) => vec![format!("{protocol}:{name}:0-65535")],
            (None, None) => {
                vec![format!("tcp:{name}:0-65535"), format!("udp:{name}:0-65535"), format!("icmp:{name}")]
            }
        }
    }
}

/// Returns the pairs that an expectation is about.
pub(super) fn pairs<'n>(network: &'n Network, all: &[Subject<'n>], expectation: &Expectation) -> Asked<'n> {
    let source = expectation.source.as_str();
    let starts = |word: &str| source.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let is_outside = source.eq_ignore_ascii_case("internet") || starts("internet:") || starts("onprem:");
    let sources: Vec<Option<Subject<'n>>> =
        if is_outside { vec![None] } else { select(network, all, source).into_iter().map(Some).collect() };
    if sources.is_empty() {
        return Asked::Nothing(End::Source);
    }
    let service = Service::of(&expectation.destination);
    let is_machine_only = is_selector(service.rest) && !expectation.destination.contains("://");
    let machines = if expectation.destination.contains("://") || is_reserved(service.rest) {
        Vec::new()
    } else {
        select(network, all, service.rest)
    };
    // One machine by its name, asked as `why` asks, keeps the name that it has there.
    let is_plain = matches!(expectation.want, Want::Verdict(_)) && machines.len() == 1;
    if machines.is_empty() && is_machine_only {
        return Asked::Nothing(End::Destination);
    }
    let has_port = expectation.options.port.is_some();
    let is_never = expectation.want == Want::Never;
    let destinations: Vec<(Option<Subject<'n>>, String, Vec<String>)> =
        if machines.is_empty() || (is_plain && !is_machine_only) {
            let texts =
                if is_never && !has_port { outside_on_everything(&expectation.destination, &service) } else { None };
            let texts = texts.unwrap_or_else(|| vec![expectation.destination.clone()]);
            vec![(None, expectation.destination.clone(), texts)]
        } else {
            let each = |subject: Subject<'n>| {
                let mut interfaces = subject.interfaces.iter();
                let first = interfaces.next().into_iter();
                let rest = interfaces.filter(|_| is_never);
                let texts = first.chain(rest).flat_map(|interface| {
                    let name = interface.id.as_str();
                    if is_never && !has_port { service.on_everything(name) } else { vec![service.with(name)] }
                });
                let texts = texts.collect();
                let label = service.with(subject.label());
                (Some(subject), label, texts)
            };
            machines.into_iter().map(each).collect()
        };
    Asked::Pairs(cross(&sources, &destinations, expectation))
}

fn cross<'n>(
    sources: &[Option<Subject<'n>>],
    destinations: &[(Option<Subject<'n>>, String, Vec<String>)],
    expectation: &Expectation,
) -> Vec<Pair<'n>> {
    let breadth = if expectation.want == Want::Never { Breadth::Every } else { Breadth::Primary };
    let mut pairs = Vec::new();
    for source in sources {
        for (destination, label, texts) in destinations {
            // Nobody asks whether a machine reaches itself.
            let is_itself = matches!((source, destination), (Some(a), Some(b)) if a.id() == b.id());
            if is_itself && (sources.len() > 1 || destinations.len() > 1) {
                continue;
            }
            pairs.push(Pair {
                source: source.clone(),
                source_text: expectation.source.clone(),
                destination: destination.clone(),
                destination_label: label.clone(),
                texts: texts.clone(),
                breadth,
            });
        }
    }
    pairs
}

/// Whether a word means the same in every network.
fn is_reserved(word: &str) -> bool {
    let words = ["internet", "yum", "dnf", "apt", "s3", "dynamodb", "dns", "metadata", "ntp"];
    words.into_iter().any(|reserved| word.eq_ignore_ascii_case(reserved))
}

/// A destination outside the snapshot on every port; `None` where it has ports of its own.
fn outside_on_everything(text: &str, service: &Service<'_>) -> Option<Vec<String>> {
    if text.contains("://") || service.ports.is_some() {
        return None;
    }
    let word = service.rest;
    if ["s3", "dynamodb"].into_iter().any(|name| word.eq_ignore_ascii_case(name)) {
        return Some(vec![format!("{word}:0-65535")]);
    }
    let is_ipv6 = word.parse::<IpNet>().is_ok_and(|cidr| matches!(cidr, IpNet::V6(_)))
        || word.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6());
    let is_open = word.eq_ignore_ascii_case("internet") || word.contains('.') || is_ipv6;
    let name = if is_ipv6 { format!("[{word}]") } else { word.to_owned() };
    is_open.then(|| service.on_everything(&name))
}

impl<'n> Pair<'n> {
    /// Returns the source as shown.
    pub(super) fn source_label(&self) -> String {
        self.source.as_ref().map_or_else(|| self.source_text.clone(), |subject| subject.label().to_owned())
    }

    /// Returns the interfaces that are asked about on either side.
    pub(super) fn interfaces(&self) -> (Vec<&'n NetworkInterface>, Vec<&'n NetworkInterface>) {
        let of = |subject: &Option<Subject<'n>>| subject.as_ref().map_or_else(Vec::new, |it| it.interfaces.clone());
        (of(&self.source), of(&self.destination))
    }

    /// Returns the questions of this pair.
    pub(super) fn questions(&self, network: &'n Network, options: &Options) -> Result<Vec<Question>, Error> {
        let sources: Vec<Option<&'n NetworkInterface>> = match (&self.source, self.breadth) {
            (None, _) => vec![None],
            (Some(subject), Breadth::Primary) => subject.interfaces.first().copied().map(Some).into_iter().collect(),
            (Some(subject), Breadth::Every) => subject.interfaces.iter().copied().map(Some).collect(),
        };
        let mut questions: Vec<Question> = Vec::new();
        for source in sources {
            for text in &self.texts {
                for question in self.one(network, source, text, options)? {
                    let is_new = |known: &Question| known.alternatives != question.alternatives;
                    if questions.iter().all(is_new) {
                        questions.push(question);
                    }
                }
            }
        }
        Ok(questions)
    }

    /// One source, one destination: in one family, or in each that both ends may have.
    fn one(
        &self,
        network: &Network,
        source: Option<&NetworkInterface>,
        text: &str,
        options: &Options,
    ) -> Result<Vec<Question>, Error> {
        let name = source.map_or(self.source_text.as_str(), |interface| interface.id.as_str());
        let ask = |family: Option<Family>| {
            let options = Options { family, ..options.clone() };
            question::resolve(network, name, text, &options)
        };
        if self.breadth == Breadth::Primary || options.family.is_some() {
            return ask(options.family).map(|question| vec![self.named(question)]);
        }
        let has_ipv6 = |interface: &NetworkInterface| !interface.ipv6_addresses.is_empty();
        let destination_has =
            self.destination.as_ref().is_none_or(|subject| subject.interfaces.iter().copied().any(has_ipv6));
        let mut found = vec![ask(None)?];
        if source.is_none_or(has_ipv6) && destination_has {
            // What cannot be asked for IPv6 (an IPv4 address) has been asked.
            found.extend(ask(Some(Family::Ipv6)).ok());
        }
        let mut widened = Vec::new();
        for mut question in found {
            let alternatives = question.alternatives.iter().flat_map(|one| {
                let query = self.with_every_destination(source.is_none(), &one.query);
                let queries = with_every_source(source, &query);
                queries.into_iter().map(|query| question::Alternative {
                    name: one.name.clone(),
                    query,
                    hosts: one.hosts.clone(),
                })
            });
            let alternatives: Vec<question::Alternative> = alternatives.collect();
            // Each source address is a question of its own: that one does not arrive excuses no other.
            let queries = question.alternatives.len().max(1);
            let addresses = alternatives.len() / queries;
            if addresses <= 1 {
                question.alternatives = alternatives;
                widened.push(self.named(question));
                continue;
            }
            for place in 0..addresses {
                let of_address = alternatives.iter().skip(place).step_by(addresses).cloned().collect();
                widened.push(self.named(Question { alternatives: of_address, ..question.clone() }));
            }
        }
        Ok(widened)
    }

    /// Shows people's names rather than the ids asked for.
    fn named(&self, question: Question) -> Question {
        Question { source: self.source_label(), destination: self.destination_label.clone(), ..question }
    }

    /// Asks for every address that the destination's interface has beside the one asked for.
    fn with_every_destination(&self, from_internet: bool, query: &Query) -> Query {
        let Some(subject) = &self.destination else { return query.clone() };
        let own = |interface: &&&NetworkInterface| {
            let addresses = &query.destination.addresses;
            addresses_of(interface, false).chain(addresses_of(interface, true)).any(|own| addresses.contains(own))
        };
        let Some(interface) = subject.interfaces.iter().find(own) else { return query.clone() };
        let Some(first) = query.destination.addresses.first() else { return query.clone() };
        let is_public =
            from_internet && addresses_of(interface, true).any(|own| query.destination.addresses.contains(own));
        let cidrs: Vec<IpNet> = addresses_of(interface, is_public)
            .filter(|address| address.is_ipv6() == first.is_ipv6())
            .map(IpNet::from)
            .collect();
        let mut query = query.clone();
        query.destination.addresses = query.destination.addresses.union(&AddressSet::from_cidrs(&cidrs));
        query
    }
}

/// The addresses of an interface: those inside the VPC, or the public ones (IPv6 ones are both).
fn addresses_of(interface: &NetworkInterface, is_public: bool) -> impl Iterator<Item = IpAddr> {
    let v4 = interface.addresses.iter().filter_map(move |own| if is_public { own.public } else { Some(own.private) });
    v4.map(IpAddr::V4).chain(interface.ipv6_addresses.iter().copied().map(IpAddr::V6))
}

/// The same query from every address of the source's interface, of the family asked in.
fn with_every_source(source: Option<&NetworkInterface>, query: &Query) -> Vec<Query> {
    let (Some(own), Source::Interface { interface, address }) = (source, &query.source) else {
        return vec![query.clone()];
    };
    let others = addresses_of(own, false).filter(|other| other != address && other.is_ipv6() == address.is_ipv6());
    let at = |address: IpAddr| {
        let source = Source::Interface { interface: interface.clone(), address };
        Query { source, ..query.clone() }
    };
    std::iter::once(*address).chain(others).map(at).collect()
}

/// Whether an error means that there is no such thing in the network.
pub(super) fn is_absence(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::UnknownResource { .. })
}

/// Whether an error is about this machine alone: whether others are answered is not concerned.
pub(super) fn is_of_machine(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::NoRepositories { .. } | ErrorKind::NoInterface { .. } | ErrorKind::NoAddress { .. })
}
