//! What was seen, held against an answer: whether the configuration explains it, contradicts it, or has nothing to say.
//!
//! Leaves out reading messages (`line.rs`), what remains to be looked at (`cause.rs`), and the words.

use std::net::IpAddr;

use deguchi_engine::{Code, Evidence, Gap, Place, Source, Traffic, Verdict, policy::AuthorizationOutcome};

use super::{
    Cause, Kind, Next, Program, Stage, Symptom,
    cause::{self, Scene},
    excerpt, read,
};
use crate::{
    question::Question,
    report::{Blocker, Part, Report, Stage as BlockedStage, Unknown},
};

/// Everything that was seen, held against an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// What is understood.
    pub(crate) symptoms: Vec<Judged>,
    /// The first line, where nothing is understood.
    pub(crate) not_understood: Option<String>,
}

/// One symptom, held against an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    /// What was seen.
    pub(crate) symptom: Symptom,
    /// How it and the configuration go together.
    pub(crate) relation: Relation,
    /// The alternative that it is about, where the answer has several.
    pub(crate) alternative: Option<String>,
    /// The numbers of blockers, and of what is not known, that explain it; of that alternative.
    pub(crate) numbers: Vec<usize>,
    /// The codes behind the numbers.
    pub(crate) codes: Vec<&'static str>,
    /// What remains to be looked at, in order.
    pub(crate) causes: Vec<Cause>,
    /// What to do next.
    pub(crate) next: Vec<Next>,
}

/// How a symptom and the configuration go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Relation {
    /// The configuration explains it.
    Agrees,
    /// The configuration explains it for part of the packets.
    AgreesInPart,
    /// Nothing failed, and nothing stands in the way.
    NothingFailed,
    /// The configuration lets pass what failed: the host is to be looked at.
    PassesByConfiguration,
    /// The configuration stops what the message proves to be fine.
    StoppedByConfiguration,
    /// The configuration drops in silence, and somebody answered.
    SilentByConfiguration,
    /// What failed comes before what the configuration stops.
    FailsBefore,
    /// The configuration allows the request that was refused.
    AllowedByConfiguration,
    /// It happened where configuration shows nothing.
    BeyondConfiguration,
    /// It happened on the host, before any packet.
    OnTheHost,
    /// It happened at a proxy, of which the configuration knows nothing.
    AtTheProxy,
    /// The configuration does not decide.
    Undecided,
    /// It depends on which alternative applies.
    DependsOnAlternative,
    /// The message is about another host or port.
    OtherDestination,
    /// The message is about a ping, the question about a connection, or the other way round.
    OtherProtocol,
    /// A name did not resolve, and the question is about an address.
    NoNameAsked,
    /// The message is a summary.
    NothingSaid,
}

impl Relation {
    /// Returns the code as printed.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Agrees => "AGREES",
            Self::AgreesInPart => "AGREES_IN_PART",
            Self::NothingFailed => "NOTHING_FAILED",
            Self::PassesByConfiguration => "PASSES_BY_CONFIGURATION",
            Self::StoppedByConfiguration => "STOPPED_BY_CONFIGURATION",
            Self::SilentByConfiguration => "SILENT_BY_CONFIGURATION",
            Self::FailsBefore => "FAILS_BEFORE",
            Self::AllowedByConfiguration => "ALLOWED_BY_CONFIGURATION",
            Self::BeyondConfiguration => "BEYOND_CONFIGURATION",
            Self::OnTheHost => "ON_THE_HOST",
            Self::AtTheProxy => "AT_THE_PROXY",
            Self::Undecided => "UNDECIDED",
            Self::DependsOnAlternative => "DEPENDS_ON_ALTERNATIVE",
            Self::OtherDestination => "OTHER_DESTINATION",
            Self::OtherProtocol => "OTHER_PROTOCOL",
            Self::NoNameAsked => "NO_NAME_ASKED",
            Self::NothingSaid => "NOTHING_SAID",
        }
    }

    /// Returns what it comes to, in one word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Agrees | Self::NothingFailed => "agrees",
            Self::AgreesInPart => "agrees-in-part",
            _ if self.is_contradiction() => "contradicts",
            Self::BeyondConfiguration | Self::OnTheHost | Self::AtTheProxy => "beyond-configuration",
            Self::Undecided | Self::DependsOnAlternative => "undecided",
            _ => "unrelated",
        }
    }

    /// Whether message and configuration cannot both be the whole truth.
    pub(crate) const fn is_contradiction(self) -> bool {
        matches!(
            self,
            Self::PassesByConfiguration
                | Self::StoppedByConfiguration
                | Self::SilentByConfiguration
                | Self::FailsBefore
                | Self::AllowedByConfiguration
        )
    }

    /// Whether the host is to be looked at.
    const fn turns_to_host(self) -> bool {
        self.is_contradiction() && !matches!(self, Self::AllowedByConfiguration)
            || matches!(self, Self::OnTheHost | Self::AtTheProxy)
    }

    /// Whether something does not work although the configuration lets it.
    const fn is_fault(self) -> bool {
        self.is_contradiction() || matches!(self, Self::BeyondConfiguration | Self::OnTheHost | Self::AtTheProxy)
    }
}

impl Seen {
    /// Reads a text, and holds it against an answer.
    pub(crate) fn new(text: &str, report: &Report, question: &Question) -> Self {
        let symptoms: Vec<Judged> = read(text).into_iter().map(|symptom| judge(symptom, report, question)).collect();
        let not_understood = symptoms.is_empty().then(|| excerpt(text));
        Self { symptoms, not_understood }
    }

    /// Whether something does not work although the configuration lets it.
    pub(crate) fn is_fault(&self) -> bool {
        self.symptoms.iter().any(|judged| judged.relation.is_fault())
    }
}

fn judge(symptom: Symptom, report: &Report, question: &Question) -> Judged {
    let parts: Vec<(&Part, &[String])> =
        report.parts.iter().zip(question.alternatives.iter().map(|each| each.hosts.as_slice())).collect();
    let (part, relation) = relation(&symptom, &parts);
    let (numbers, codes) = part.map(|(part, _)| explained_by(&symptom, relation, part)).unwrap_or_default();
    let is_package = is_package(&report.destination) || symptom.program.is_some_and(Program::is_package_manager);
    let leading = part.or(parts.first().copied());
    let scene = Scene { symptom: &symptom, relation, part: leading.map(|(part, _)| part), is_package };
    let causes = cause::causes(&scene);
    let next = cause::next(&scene, report, relation.turns_to_host());
    let several = parts.len() > 1;
    let alternative = part.filter(|_| several).and_then(|(part, _)| part.name.clone());
    Judged { relation, alternative, numbers, codes, causes, next, symptom }
}

fn is_package(destination: &str) -> bool {
    ["yum", "dnf", "apt"].contains(&destination.trim().to_lowercase().as_str())
}

type PartAndHosts<'r> = (&'r Part, &'r [String]);

/// How a symptom goes together with the alternatives that it can be about.
fn relation<'r>(symptom: &Symptom, parts: &[PartAndHosts<'r>]) -> (Option<PartAndHosts<'r>>, Relation) {
    if symptom.kind.failed() == Some(Stage::Host) {
        return (parts.first().copied(), Relation::OnTheHost);
    }
    match symptom.kind {
        Kind::SummaryOnly => return (None, Relation::NothingSaid),
        Kind::RepositoryIgnored => return (None, Relation::NothingSaid),
        _ => {}
    }
    if symptom.kind.failed() == Some(Stage::Proxy) {
        return (parts.first().copied(), Relation::AtTheProxy);
    }
    let about: Vec<PartAndHosts<'_>> = parts.iter().copied().filter(|part| is_about(symptom, *part)).collect();
    let Some(first) = about.first().copied() else {
        let is_ping = symptom.kind.is_ping() || symptom.program == Some(Program::Ping);
        let is_name = symptom.kind.failed() == Some(Stage::Name);
        let mixes = !is_name && parts.iter().any(|(part, _)| is_ping != (part.asked.query.traffic == Traffic::Ping));
        return (None, if mixes { Relation::OtherProtocol } else { Relation::OtherDestination });
    };
    let relations: Vec<Relation> = about.iter().map(|part| of_part(symptom, *part)).collect();
    let own = relations.first().copied().unwrap_or(Relation::Undecided);
    if relations.iter().any(|other| *other != own) {
        return (Some(first), Relation::DependsOnAlternative);
    }
    (Some(first), own)
}

/// Whether a symptom can be about an alternative: its host, port and protocol.
fn is_about(symptom: &Symptom, (part, hosts): PartAndHosts<'_>) -> bool {
    let query = &part.asked.query;
    let ports = match &query.traffic {
        Traffic::Tcp(ports) => Some(ports.destination),
        Traffic::Udp(_) | Traffic::Ping => None,
    };
    let is_ping = symptom.kind.is_ping() || symptom.program == Some(Program::Ping);
    let is_name = symptom.kind.failed() == Some(Stage::Name);
    if !is_name && is_ping != (query.traffic == Traffic::Ping) {
        return false;
    }
    if let (Some(port), Some(ports), false) = (symptom.port, ports, is_name)
        && !(ports.first() <= port && port <= ports.last())
    {
        return false;
    }
    match (&symptom.host, symptom.address) {
        (Some(host), _) if !hosts.is_empty() => hosts.iter().any(|asked| is_same_host(host, asked)),
        // Asked by a range or as the internet: what its name is, nobody asked.
        (_, Some(address)) => holds(part, address),
        _ => true,
    }
}

/// Whether a host is the one asked about; a bucket of S3 has a name of its own below the service's.
fn is_same_host(host: &str, asked: &str) -> bool {
    let (host, asked) = (host.trim_end_matches('.').to_lowercase(), asked.trim_end_matches('.').to_lowercase());
    let is_service = asked.starts_with("s3.");
    host == asked || (is_service && host.ends_with(&format!(".{asked}"))) || (is_service && is_s3(&host))
}

fn is_s3(host: &str) -> bool {
    let is_amazon = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    is_amazon && host.split('.').any(|label| label == "s3" || label.starts_with("s3-"))
}

/// Whether an address is among those asked about. Names are not looked up: behind one may be any.
fn holds(part: &Part, address: IpAddr) -> bool {
    let destination = &part.asked.query.destination;
    if part.resolutions.is_empty() && destination.basis == deguchi_engine::DestinationBasis::Exact {
        return destination.addresses.contains(address);
    }
    true
}

/// What becomes of packets alone, as if every policy let the request through.
fn network(part: &Part) -> Verdict {
    let is_stopped = part.blockers.iter().any(is_of_network);
    let is_open = part.unknowns.iter().any(is_unknown_of_network);
    match part.connection {
        Verdict::Unreachable | Verdict::Partly if !is_stopped => Verdict::Reachable,
        Verdict::Undecided if !is_open && !is_stopped => Verdict::Reachable,
        verdict => verdict,
    }
}

fn is_of_network(blocker: &Blocker) -> bool {
    blocker.stage == BlockedStage::Connection && !matches!(blocker.reason.evidence, Evidence::Policy(_))
}

const fn is_of_policy(blocker: &Blocker) -> bool {
    matches!(blocker.reason.evidence, Evidence::Policy(_))
}

fn is_of_name(blocker: &Blocker) -> bool {
    blocker.stage == BlockedStage::Name
}

const fn is_unknown_of_network(unknown: &Unknown) -> bool {
    !matches!(unknown.missing.gap, Gap::Policy(_) | Gap::Name(_))
}

fn of_part(symptom: &Symptom, (part, hosts): PartAndHosts<'_>) -> Relation {
    let name = part.name_verdict();
    let network = network(part);
    let proves = |stage: Stage| symptom.proved().contains(&stage);
    if (proves(Stage::Name) && name == Verdict::Unreachable)
        || (proves(Stage::Connection) && network == Verdict::Unreachable)
    {
        return Relation::StoppedByConfiguration;
    }
    match symptom.kind.failed() {
        None => Relation::NothingFailed,
        Some(Stage::Name) => of_name(part, hosts, name, network),
        Some(Stage::Connection) => of_connection(symptom, part, name, network),
        Some(Stage::Service) if symptom.kind.is_refusal() => of_refusal(symptom, part),
        Some(_) => Relation::BeyondConfiguration,
    }
}

fn of_name(part: &Part, hosts: &[String], name: Verdict, network: Verdict) -> Relation {
    let is_machine = matches!(part.asked.query.source, Source::Interface { .. });
    if hosts.is_empty() || !is_machine {
        return Relation::NoNameAsked;
    }
    match name {
        Verdict::Unreachable => Relation::Agrees,
        Verdict::Partly => Relation::AgreesInPart,
        Verdict::Undecided => Relation::Undecided,
        Verdict::Reachable if network == Verdict::Unreachable => Relation::FailsBefore,
        Verdict::Reachable => Relation::PassesByConfiguration,
    }
}

fn of_connection(symptom: &Symptom, part: &Part, name: Verdict, network: Verdict) -> Relation {
    if symptom.kind.is_answer() {
        // FW-2: a firewall's rule may reject, which is an answer.
        let rejects = part.blockers.iter().any(|blocker| blocker.reason.code == Code::FirewallRules);
        return match network {
            Verdict::Unreachable if rejects => Relation::Agrees,
            Verdict::Unreachable => Relation::SilentByConfiguration,
            _ if symptom.kind == Kind::ConnectionRefused => Relation::BeyondConfiguration,
            Verdict::Partly | Verdict::Undecided | Verdict::Reachable => Relation::PassesByConfiguration,
        };
    }
    if symptom.kind.is_vague() && name != Verdict::Reachable {
        return match name {
            Verdict::Unreachable => Relation::Agrees,
            Verdict::Partly => Relation::AgreesInPart,
            Verdict::Undecided | Verdict::Reachable => Relation::Undecided,
        };
    }
    match network {
        // What is lost in part is not lost by what stops everything.
        Verdict::Unreachable if symptom.kind == Kind::PingPartlyLost => Relation::StoppedByConfiguration,
        Verdict::Unreachable => Relation::Agrees,
        Verdict::Partly => Relation::AgreesInPart,
        Verdict::Undecided => Relation::Undecided,
        Verdict::Reachable => Relation::PassesByConfiguration,
    }
}

fn of_refusal(symptom: &Symptom, part: &Part) -> Relation {
    let has = |outcome: AuthorizationOutcome| part.authorizations.iter().any(|each| each.outcome == outcome);
    if has(AuthorizationOutcome::Denied) || part.blockers.iter().any(is_of_policy) {
        Relation::Agrees
    } else if has(AuthorizationOutcome::Undecided) {
        Relation::Undecided
    } else if has(AuthorizationOutcome::Allowed) && symptom.kind == Kind::AccessDenied {
        Relation::AllowedByConfiguration
    } else {
        // Repositories answer 403 to what they do not have (RP-8).
        Relation::BeyondConfiguration
    }
}

/// The blockers, or what is not known, that explain a symptom: numbers as printed, and codes.
fn explained_by(symptom: &Symptom, relation: Relation, part: &Part) -> (Vec<usize>, Vec<&'static str>) {
    let vague_name = symptom.kind.is_vague() && part.name_verdict() != Verdict::Reachable;
    let failed = if vague_name { Some(Stage::Name) } else { symptom.kind.failed() };
    let fits = |blocker: &Blocker| match failed {
        Some(Stage::Name) => is_of_name(blocker),
        Some(Stage::Service) => is_of_policy(blocker),
        _ => is_of_network(blocker),
    };
    let blockers: Vec<usize> = match relation {
        Relation::Agrees | Relation::AgreesInPart => {
            part.blockers.iter().enumerate().filter(|(_, it)| fits(it)).map(|it| it.0).collect()
        }
        // What the message contradicts.
        Relation::StoppedByConfiguration | Relation::SilentByConfiguration | Relation::FailsBefore => {
            part.blockers.iter().enumerate().filter(|(_, it)| !is_of_policy(it)).map(|it| it.0).collect()
        }
        _ => Vec::new(),
    };
    let is_it = |unknown: &Unknown| match failed {
        Some(Stage::Name) => matches!(unknown.missing.gap, Gap::Name(_)),
        Some(Stage::Service) => matches!(unknown.missing.gap, Gap::Policy(_)),
        _ => is_unknown_of_network(unknown),
    };
    let unknowns: Vec<usize> = if relation == Relation::Undecided {
        part.unknowns.iter().enumerate().filter(|(_, it)| is_it(it)).map(|it| it.0).collect()
    } else {
        Vec::new()
    };
    (part.positions(&blockers, &unknowns), part.codes(&blockers, &unknowns))
}

/// Whether a way of an answer leads over a place.
pub(super) fn meets(part: &Part, is_it: impl Fn(&Place) -> bool) -> bool {
    part.steps.iter().any(|step| is_it(&step.hop.place))
}
