//! What remains to be looked at once it is known what a message proves, and what to do next. Leaves out the words.

use deguchi_engine::{Assumption, Place, Verdict};

use super::{Kind, NamedPolicy, Relation, Stage, Symptom, judgement::meets};
use crate::report::{Part, Report, clean};

macro_rules! coded {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])+ $variant:ident $({ $($field:ident: $type:ty),* })? = $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) enum $name {
            $($(#[$doc])+ $variant $({ $($field: $type),* })?,)+
        }

        impl $name {
            /// Returns the code as printed.
            pub(crate) const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant $({ $($field: _),* })? => $code,)+
                }
            }
        }
    };
}

coded! {
    /// Something that may be the reason; none of it is in a snapshot.
    Cause {
        /// A package manager left over from an earlier try (RP-13).
        LeftOverProcess { pid: Option<u32> } = "LEFT_OVER_PROCESS",
        /// An earlier run waits for what the blockers stop (RP-10, RP-13).
        EarlierRunWaits = "EARLIER_RUN_WAITS",
        /// A lock file that is damaged.
        DamagedLock = "DAMAGED_LOCK",
        /// `resolv.conf` or the hosts file.
        ResolverOfHost = "RESOLVER_OF_HOST",
        /// A name server of one's own, of which it is assumed that it answers.
        NameServer { address: String } = "NAME_SERVER",
        /// More questions than the resolver takes (PW-15).
        TooManyQuestions = "TOO_MANY_QUESTIONS",
        /// DNS Firewall (DN-7).
        DnsFirewall = "DNS_FIREWALL",
        /// The name is written wrongly, or exists elsewhere only.
        NameWrong = "NAME_WRONG",
        /// A proxy.
        Proxy = "PROXY",
        /// The host's own firewall.
        FirewallOfHost = "FIREWALL_OF_HOST",
        /// The host's own routes.
        RoutesOfHost = "ROUTES_OF_HOST",
        /// IPv6, of which the host has an address and no way.
        Ipv6 = "IPV6",
        /// What is assumed of a NAT instance's guest (NI-4).
        NatInstanceGuest { instance: String } = "NAT_INSTANCE_GUEST",
        /// A NAT gateway with no port left (NG-14).
        NatPorts { nat_gateway: String } = "NAT_PORTS",
        /// A NAT gateway that ends idle connections (NG-16).
        NatIdle { nat_gateway: String } = "NAT_IDLE",
        /// A firewall on the way, and what its rules see in TLS and HTTP.
        FirewallOnTheWay { endpoint: String } = "FIREWALL_ON_THE_WAY",
        /// Packets that are too large for a part of the way (IC-5).
        PacketSize = "PACKET_SIZE",
        /// The host chooses other source ports than is assumed (NA-11).
        SourcePorts = "SOURCE_PORTS",
        /// The far end lets only known addresses in.
        FarEndDrops = "FAR_END_DROPS",
        /// The far end answers no ping (IC-3).
        FarEndAnswersNoPing = "FAR_END_ANSWERS_NO_PING",
        /// Nothing listens there, or its own firewall rejects.
        NothingListens = "NOTHING_LISTENS",
        /// The far end is slow or fails.
        FarEndFails = "FAR_END_FAILS",
        /// The snapshot is of another time.
        SnapshotOfAnotherTime = "SNAPSHOT_OF_ANOTHER_TIME",
        /// The message is from another machine, or another time.
        MessageFromElsewhere = "MESSAGE_FROM_ELSEWHERE",
        /// Something looks into TLS and shows a certificate of its own.
        Interception = "INTERCEPTION",
        /// The clock.
        Clock = "CLOCK",
        /// The list of trusted authorities.
        TrustedAuthorities = "TRUSTED_AUTHORITIES",
        /// The far end's certificate itself.
        FarEndCertificate = "FAR_END_CERTIFICATE",
        /// The port, or http in place of https.
        PortOrScheme = "PORT_OR_SCHEME",
        /// The release that is asked for does not exist: S3 answers 403 to that too (RP-8).
        NoSuchRelease = "NO_SUCH_RELEASE",
        /// The repository answers who comes from AWS only (RP-9).
        NotFromAws = "NOT_FROM_AWS",
        /// The service, or a filter before it, refuses.
        ServiceRefuses = "SERVICE_REFUSES",
        /// The policy that the message names.
        PolicyNamed { policy: NamedPolicy } = "POLICY_NAMED",
        /// A policy that is in no snapshot (IM-7).
        PolicyNotInSnapshot = "POLICY_NOT_IN_SNAPSHOT",
        /// Other credentials than the instance's role.
        OtherCredentials = "OTHER_CREDENTIALS",
        /// No role, or no metadata.
        NoRole = "NO_ROLE",
        /// The identity of RHUI.
        RhuiIdentity = "RHUI_IDENTITY",
        /// The address is written wrongly, or the list of mirrors is old.
        AddressWrong = "ADDRESS_WRONG",
        /// A cache on the way, or a mirror that is being updated.
        StaleCopy = "STALE_COPY",
        /// The keys that packages are signed with.
        PackageKeys = "PACKAGE_KEYS",
        /// Space on the disk.
        Space = "SPACE",
    }
}

coded! {
    /// What to do next.
    Next {
        /// Take a probe on the host, and give it.
        Probe = "PROBE",
        /// A probe is given: it is told below.
        SeeProbe = "SEE_PROBE",
        /// Take a probe on the NAT instance, and give it.
        ProbeNatInstance { instance: String } = "PROBE_NAT_INSTANCE",
        /// Ask about what the message is about.
        Ask { source: String, destination: String } = "ASK",
        /// Look at the lines above.
        LinesAbove = "LINES_ABOVE",
        /// Never take `Complete!` for success.
        NotComplete = "NOT_COMPLETE",
        /// End the process that holds the lock, once the network is mended.
        EndProcess { pid: Option<u32> } = "END_PROCESS",
        /// Apply a fix first.
        FixFirst = "FIX_FIRST",
    }
}

/// What a symptom is looked at in.
pub(super) struct Scene<'s> {
    pub(super) symptom: &'s Symptom,
    pub(super) relation: Relation,
    /// The alternative that it is about.
    pub(super) part: Option<&'s Part>,
    /// Whether packages of the operating system are asked for.
    pub(super) is_package: bool,
}

impl Scene<'_> {
    fn is_blocked(&self) -> bool {
        self.part.is_some_and(|part| part.verdict == Verdict::Unreachable)
    }

    /// What the way leads over, and what is assumed of it.
    fn on_the_way(&self) -> Vec<Cause> {
        let Some(part) = self.part else { return Vec::new() };
        let mut causes = Vec::new();
        for assumption in &part.assumptions {
            match assumption {
                Assumption::NatInstanceForwards { instance, .. } => {
                    causes.push(Cause::NatInstanceGuest { instance: clean(instance.as_str()) });
                }
                Assumption::EphemeralPorts { .. } if self.symptom.kind.failed() == Some(Stage::Connection) => {
                    causes.push(Cause::SourcePorts);
                }
                _ => {}
            }
        }
        causes.extend(self.nat_gateway().map(|nat_gateway| Cause::NatPorts { nat_gateway }));
        causes
    }

    fn nat_gateway(&self) -> Option<String> {
        self.part?.steps.iter().find_map(|step| match &step.hop.place {
            Place::NatGateway(id) => Some(clean(id.as_str())),
            _ => None,
        })
    }

    /// The firewall behind an endpoint that the way leads over.
    fn firewall(&self) -> Option<Cause> {
        let part = self.part?;
        let is_gap = |missing: &deguchi_engine::Missing| matches!(missing.gap, deguchi_engine::Gap::Inspection(_));
        let named = part
            .unknowns
            .iter()
            .find(|unknown| is_gap(&unknown.missing))
            .map(|unknown| unknown.missing.resource.to_string());
        named.map(|endpoint| Cause::FirewallOnTheWay { endpoint: clean(&endpoint) })
    }

    fn name_servers(&self) -> Vec<Cause> {
        let assumptions = self.part.into_iter().flat_map(|part| &part.assumptions);
        assumptions
            .filter_map(|assumption| match assumption {
                Assumption::NameServerAnswers { address } => Some(Cause::NameServer { address: address.to_string() }),
                _ => None,
            })
            .collect()
    }

    /// Whether the destination is a machine of the snapshot.
    fn ends_in_snapshot(&self) -> bool {
        self.part.is_some_and(|part| !meets(part, |place| matches!(place, Place::Internet | Place::VpcEndpoint(_))))
    }
}

/// Returns what remains to be looked at, the likeliest first.
pub(super) fn causes(scene: &Scene<'_>) -> Vec<Cause> {
    match scene.relation {
        Relation::Agrees
        | Relation::NothingFailed
        | Relation::OtherDestination
        | Relation::OtherProtocol
        | Relation::NoNameAsked
        | Relation::NothingSaid => Vec::new(),
        Relation::StoppedByConfiguration => {
            vec![Cause::Proxy, Cause::RoutesOfHost, Cause::MessageFromElsewhere, Cause::SnapshotOfAnotherTime]
        }
        Relation::SilentByConfiguration if scene.symptom.kind == Kind::NetworkUnreachable => {
            vec![Cause::RoutesOfHost, Cause::Ipv6]
        }
        Relation::SilentByConfiguration => {
            vec![Cause::Proxy, Cause::FirewallOfHost, Cause::RoutesOfHost, Cause::SnapshotOfAnotherTime]
        }
        Relation::AgreesInPart
        | Relation::PassesByConfiguration
        | Relation::FailsBefore
        | Relation::AllowedByConfiguration
        | Relation::BeyondConfiguration
        | Relation::OnTheHost
        | Relation::AtTheProxy
        | Relation::Undecided
        | Relation::DependsOnAlternative => of_kind(scene),
    }
}

fn of_kind(scene: &Scene<'_>) -> Vec<Cause> {
    match scene.symptom.kind.failed() {
        Some(Stage::Host | Stage::Proxy) => of_host(scene),
        Some(Stage::Name) => of_name(scene),
        Some(Stage::Connection) => of_connection(scene),
        Some(Stage::Tls | Stage::Reply) => of_conversation(scene),
        Some(Stage::Service | Stage::Content) => of_service(scene),
        None => Vec::new(),
    }
}

fn of_host(scene: &Scene<'_>) -> Vec<Cause> {
    match scene.symptom.kind {
        Kind::LockHeld => {
            let mut causes = vec![Cause::LeftOverProcess { pid: scene.symptom.pid }];
            causes.extend(scene.is_blocked().then_some(Cause::EarlierRunWaits));
            causes
        }
        Kind::LockMalformed => vec![Cause::DamagedLock],
        Kind::NotPermitted => vec![Cause::FirewallOfHost],
        Kind::DiskFull => vec![Cause::Space],
        Kind::CredentialsMissing => vec![Cause::NoRole],
        _ => vec![Cause::Proxy],
    }
}

fn of_name(scene: &Scene<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    if scene.symptom.kind == Kind::NoSuchName {
        causes.push(Cause::NameWrong);
    }
    causes.push(Cause::ResolverOfHost);
    causes.extend(scene.name_servers());
    causes.extend([Cause::DnsFirewall, Cause::TooManyQuestions, Cause::SnapshotOfAnotherTime]);
    causes
}

fn of_connection(scene: &Scene<'_>) -> Vec<Cause> {
    let kind = scene.symptom.kind;
    match kind {
        Kind::ConnectionRefused if scene.ends_in_snapshot() => vec![Cause::NothingListens, Cause::FirewallOfHost],
        Kind::ConnectionRefused => vec![Cause::Proxy, Cause::FirewallOfHost, Cause::PortOrScheme, Cause::FarEndDrops],
        Kind::NetworkUnreachable => vec![Cause::RoutesOfHost, Cause::Ipv6],
        Kind::HostUnreachable | Kind::Prohibited => {
            vec![Cause::RoutesOfHost, Cause::FirewallOfHost, Cause::SnapshotOfAnotherTime]
        }
        Kind::TimeToLiveExceeded => vec![Cause::RoutesOfHost, Cause::SnapshotOfAnotherTime],
        _ => {
            let mut causes = Vec::new();
            if kind.is_ping() {
                causes.push(Cause::FarEndAnswersNoPing);
            } else {
                causes.extend(scene.is_package.then_some(Cause::LeftOverProcess { pid: None }));
                causes.push(Cause::Proxy);
            }
            if kind.is_vague() {
                causes.push(Cause::ResolverOfHost);
            }
            causes.extend([Cause::FirewallOfHost, Cause::RoutesOfHost]);
            causes.extend(scene.on_the_way());
            if !kind.is_ping() && !scene.is_package {
                causes.push(Cause::FarEndDrops);
            }
            causes.push(Cause::SnapshotOfAnotherTime);
            causes
        }
    }
}

fn of_conversation(scene: &Scene<'_>) -> Vec<Cause> {
    let mut causes: Vec<Cause> = scene.firewall().into_iter().collect();
    match scene.symptom.kind {
        Kind::CertificateNotTrusted => causes.extend([Cause::Interception, Cause::TrustedAuthorities, Cause::Clock]),
        Kind::CertificateNotYetValid => causes.push(Cause::Clock),
        Kind::CertificateExpired => {
            causes.extend([Cause::Clock, Cause::TrustedAuthorities, Cause::FarEndCertificate]);
        }
        Kind::CertificateOfAnotherHost => {
            causes.extend([Cause::Interception, Cause::ResolverOfHost, Cause::FarEndCertificate]);
        }
        Kind::AuthoritiesMissing => causes.push(Cause::TrustedAuthorities),
        Kind::TlsNotSpoken => causes.extend([Cause::PortOrScheme, Cause::Proxy]),
        Kind::TlsCut => causes.extend([Cause::Interception, Cause::Proxy, Cause::FarEndFails]),
        Kind::ConnectionReset => {
            causes.extend([Cause::Interception, Cause::Proxy]);
            causes.extend(scene.nat_gateway().map(|nat_gateway| Cause::NatIdle { nat_gateway }));
            causes.push(Cause::FarEndFails);
        }
        _ => causes.extend([Cause::PacketSize, Cause::Interception, Cause::Proxy, Cause::FarEndFails]),
    }
    causes
}

fn of_service(scene: &Scene<'_>) -> Vec<Cause> {
    let symptom = scene.symptom;
    match symptom.kind {
        Kind::Forbidden if scene.is_package => vec![Cause::NoSuchRelease, Cause::Proxy, Cause::NotFromAws],
        Kind::Forbidden => vec![Cause::ServiceRefuses, Cause::Proxy],
        Kind::AccessDenied => {
            let mut causes: Vec<Cause> =
                symptom.policy.map(|policy| Cause::PolicyNamed { policy }).into_iter().collect();
            if scene.is_package {
                causes.push(Cause::NoSuchRelease);
            }
            causes.extend([Cause::OtherCredentials, Cause::PolicyNotInSnapshot, Cause::SnapshotOfAnotherTime]);
            causes
        }
        Kind::Unauthorized if scene.is_package => vec![Cause::RhuiIdentity, Cause::Proxy],
        Kind::Unauthorized | Kind::CredentialsRefused => vec![Cause::OtherCredentials, Cause::Clock],
        Kind::NotFound | Kind::NoSuchObject => vec![Cause::AddressWrong],
        Kind::TooManyRequests | Kind::ServiceFails => vec![Cause::FarEndFails, Cause::Proxy],
        Kind::ClockSkewed | Kind::ReleaseNotYetValid => vec![Cause::Clock],
        Kind::ReleaseExpired => vec![Cause::Clock, Cause::StaleCopy],
        Kind::ContentMismatch => vec![Cause::StaleCopy, Cause::Proxy],
        Kind::SignatureNotTrusted => vec![Cause::PackageKeys],
        _ => vec![Cause::ServiceRefuses],
    }
}

/// Returns what to do next.
pub(super) fn next(scene: &Scene<'_>, report: &Report, turns_to_host: bool) -> Vec<Next> {
    let symptom = scene.symptom;
    let mut next = Vec::new();
    match scene.relation {
        Relation::NothingSaid if symptom.kind == Kind::RepositoryIgnored => next.push(Next::NotComplete),
        Relation::NothingSaid => next.push(Next::LinesAbove),
        Relation::OtherDestination | Relation::OtherProtocol | Relation::NoNameAsked => {
            let destination = asked_by(symptom);
            next.extend(destination.map(|destination| Next::Ask { source: report.source.clone(), destination }));
        }
        Relation::OnTheHost if symptom.kind == Kind::LockHeld => {
            next.extend(scene.is_blocked().then_some(Next::FixFirst));
            next.push(Next::EndProcess { pid: symptom.pid });
        }
        _ => {}
    }
    let on_the_way = scene.on_the_way().into_iter().find_map(|cause| match cause {
        Cause::NatInstanceGuest { instance } => Some(Next::ProbeNatInstance { instance }),
        _ => None,
    });
    if turns_to_host {
        let is_taken = report.evidence.iter().any(|it| !it.is_of_no_use());
        next.push(if is_taken { Next::SeeProbe } else { Next::Probe });
        if scene.causes_hold_guest() {
            next.extend(on_the_way);
        }
    }
    next
}

impl Scene<'_> {
    fn causes_hold_guest(&self) -> bool {
        causes(self).iter().any(|cause| matches!(cause, Cause::NatInstanceGuest { .. }))
    }
}

/// The destination, as one asks deguchi about it, that a message is about.
fn asked_by(symptom: &Symptom) -> Option<String> {
    let address = || {
        symptom.address.map(|address| match address {
            std::net::IpAddr::V4(address) => address.to_string(),
            std::net::IpAddr::V6(address) => format!("[{address}]"),
        })
    };
    let host = symptom.host.clone().or_else(address)?;
    if symptom.kind.is_ping() || symptom.program == Some(super::Program::Ping) {
        return Some(format!("icmp:{host}"));
    }
    Some(match (symptom.is_tls, symptom.port) {
        (Some(false), Some(80)) => format!("http://{host}"),
        (Some(true), Some(443)) | (None, None | Some(443)) => format!("https://{host}"),
        (_, Some(port)) => format!("{host}:{port}"),
        (_, None) => format!("https://{host}"),
    })
}
