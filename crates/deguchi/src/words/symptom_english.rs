//! What English says about what a person saw (`--error`).

use crate::symptom::{Cause, Judged, Kind, NamedPolicy, Next, Relation, Stage, Symptom};

/// The heading.
pub(crate) const TITLE: &str = "the message (`--error`)";
/// Before the stages that are proved to be fine.
pub(crate) const PROVED: &str = "proved fine";
/// Before the stage that failed.
pub(crate) const FAILED: &str = "failed";
/// Before the stages that nothing is said about.
pub(crate) const NOT_REACHED: &str = "not reached";
/// Before what remains to be looked at.
pub(crate) const REMAINS: &str = "may be the reason";
/// Before what to do next.
pub(crate) const NEXT: &str = "next";

/// For a text of which nothing is understood.
pub(crate) fn not_understood(excerpt: &str) -> String {
    format!(
        "not understood, so nothing is concluded from it: `{excerpt}`; give the lines of yum, dnf, curl, apt, pip or ping as they are, \
         e.g. by `--error @FILE`"
    )
}

/// A stage.
pub(crate) const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Host => "the program on the host",
        Stage::Proxy => "the proxy",
        Stage::Name => "name resolution",
        Stage::Connection => "the packets out and back",
        Stage::Tls => "TLS",
        Stage::Reply => "an answer of the service",
        Stage::Service => "what the service is asked for",
        Stage::Content => "the content",
    }
}

fn place(symptom: &Symptom) -> String {
    let address = symptom.address.map(|address| address.to_string());
    let who = match (&symptom.host, address) {
        (Some(host), Some(address)) => format!("`{host}` (`{address}`)"),
        (Some(host), None) => format!("`{host}`"),
        (None, Some(address)) => format!("`{address}`"),
        (None, None) => return "the other end".to_owned(),
    };
    match symptom.port {
        Some(port) if symptom.kind.failed() > Some(Stage::Name) && !symptom.kind.is_ping() => {
            format!("{who} port {port}")
        }
        _ => who,
    }
}

fn name(symptom: &Symptom) -> String {
    symptom.host.as_ref().map_or_else(|| "the name".to_owned(), |host| format!("`{host}`"))
}

fn status(symptom: &Symptom) -> String {
    symptom.status.map_or_else(String::new, |status| format!(" (HTTP {status})"))
}

/// What was seen.
pub(crate) fn symptom(symptom: &Symptom) -> String {
    let place = place(symptom);
    let what = match symptom.kind {
        Kind::LockHeld => match symptom.pid {
            Some(pid) => format!("another package manager, process {pid}, holds the lock"),
            None => "another package manager holds the lock".to_owned(),
        },
        Kind::LockMalformed => "a lock file is damaged".to_owned(),
        Kind::NotPermitted => format!("the host's own kernel does not let packets go to {place}"),
        Kind::DiskFull => "the host cannot write: its disk is full".to_owned(),
        Kind::CredentialsMissing => "the host has no credentials for AWS".to_owned(),
        Kind::ProxyNameNotResolved => "the name of the proxy does not resolve".to_owned(),
        Kind::ProxyNotReached => "the proxy does not take the connection".to_owned(),
        Kind::ProxyRefuses => "the proxy refuses to go further".to_owned(),
        Kind::NoSuchName => format!("{} does not resolve: no such name", name(symptom)),
        Kind::NameServerSilent => format!("{} does not resolve: no name server gave an answer", name(symptom)),
        Kind::NameNotResolved => format!("{} does not resolve", name(symptom)),
        Kind::ConnectionTimedOut => format!("nothing answered the connection to {place}"),
        Kind::TimedOut => format!("{place} took too long; at which stage is not said"),
        Kind::ConnectionRefused => format!("the connection to {place} was refused: somebody answered"),
        Kind::HostUnreachable => format!("the host, or a router, says that {place} is not there"),
        Kind::NetworkUnreachable => format!("the host, or a router, knows no way to {place}"),
        Kind::Prohibited => format!("a router or firewall says that it lets nothing pass to {place}"),
        Kind::TimeToLiveExceeded => format!("packets to {place} go round in circles"),
        Kind::ConnectionFailed => format!("no connection to {place} was made; why is not said"),
        Kind::PingLost => format!("no ping of {place} was answered"),
        Kind::PingPartlyLost => format!("some pings of {place} were answered, others not"),
        Kind::PingAnswered => format!("every ping of {place} was answered"),
        Kind::TlsTimedOut => format!("{place} took the connection, and then said nothing while TLS was agreed on"),
        Kind::TlsCut => format!("TLS with {place} was broken off"),
        Kind::TlsNotSpoken => format!("{place} does not speak TLS"),
        Kind::CertificateNotTrusted => format!("the certificate of {place} is signed by nobody whom the host trusts"),
        Kind::CertificateNotYetValid => format!("the certificate of {place} is not valid yet by the host's clock"),
        Kind::CertificateExpired => format!("the certificate of {place} has expired by the host's clock"),
        Kind::CertificateOfAnotherHost => format!("the certificate of {place} is another host's"),
        Kind::AuthoritiesMissing => "the host has no usable list of trusted authorities".to_owned(),
        Kind::ReplyTimedOut => format!("{place} took the connection, and then sent nothing, or too little"),
        Kind::ConnectionReset => format!("the connection to {place} was made, and then broken off"),
        Kind::Forbidden => format!("{place} answered, and refused{}", status(symptom)),
        Kind::Unauthorized => format!("{place} answered, and wants to know who asks{}", status(symptom)),
        Kind::NotFound => format!("{place} answered that it has no such thing{}", status(symptom)),
        Kind::TooManyRequests => format!("{place} answered that it is asked too much{}", status(symptom)),
        Kind::ServiceFails => format!("{place} answered that it fails{}", status(symptom)),
        Kind::ServiceRefuses => format!("{place} answered with an error{}", status(symptom)),
        Kind::AccessDenied => match symptom.policy {
            Some(policy) => format!("AWS answered, and refused the request, by {}", named_policy(policy)),
            None => "AWS answered, and refused the request".to_owned(),
        },
        Kind::CredentialsRefused => "AWS answered, and does not accept the credentials".to_owned(),
        Kind::ClockSkewed => "AWS answered, and does not accept the time of the request".to_owned(),
        Kind::NoSuchObject => "S3 answered that it has no such bucket or object, or not in this Region".to_owned(),
        Kind::ReleaseNotYetValid => "the list of packages is of the future by the host's clock".to_owned(),
        Kind::ReleaseExpired => "the list of packages has expired by the host's clock".to_owned(),
        Kind::ContentMismatch => "what came is not what was announced".to_owned(),
        Kind::SignatureNotTrusted => "packages came, signed with a key that the host does not trust".to_owned(),
        Kind::RepositoryIgnored => "dnf went on without a repository that it did not reach".to_owned(),
        Kind::SummaryOnly => "a summary, which does not say why".to_owned(),
    };
    match symptom.program {
        Some(program) => format!("{}: {what}", program.name()),
        None => what,
    }
}

fn named_policy(policy: NamedPolicy) -> &'static str {
    match policy {
        NamedPolicy::Identity => "a policy of the role",
        NamedPolicy::Resource => "the policy of the bucket",
        NamedPolicy::Boundary => "the role's permissions boundary",
        NamedPolicy::Session => "a policy of the session",
        NamedPolicy::ServiceControl => "a service control policy of the organization",
        NamedPolicy::ResourceControl => "a resource control policy of the organization",
        NamedPolicy::Endpoint => "the policy of the VPC endpoint",
    }
}

/// How it and the configuration go together.
pub(crate) fn relation(judged: &Judged) -> String {
    let mut numbers: String = judged.numbers.iter().map(|number| format!("[{number}]")).collect();
    if let Some(alternative) = judged.alternative.as_ref().filter(|_| !numbers.is_empty()) {
        numbers.push_str(&format!(" of {alternative}"));
    }
    match judged.relation {
        Relation::Agrees => format!("agrees with the configuration: {numbers} explain it"),
        Relation::AgreesInPart => format!("agrees with the configuration for part of the packets: {numbers}"),
        Relation::NothingFailed => "nothing failed, and nothing stands in the way".to_owned(),
        Relation::PassesByConfiguration => {
            "contradicts the configuration, which lets this pass: look at the host".to_owned()
        }
        Relation::StoppedByConfiguration => format!(
            "contradicts the configuration: by {numbers} the host could not have come so far by the way that is judged here"
        ),
        Relation::SilentByConfiguration => format!(
            "contradicts the configuration: what {numbers} stop is dropped in silence, and here somebody answered; it was not AWS's network"
        ),
        Relation::FailsBefore => format!(
            "contradicts the configuration, by which the name resolves: look at the host; the packets, and with them {numbers}, come only \
             after that"
        ),
        Relation::AllowedByConfiguration => {
            "contradicts the policies of the snapshot, which allow what is asked here".to_owned()
        }
        Relation::BeyondConfiguration => {
            "the network of the snapshot lets this pass; what failed here, no configuration shows".to_owned()
        }
        Relation::OnTheHost => {
            "this happens on the host, before any packet: it says nothing about the network".to_owned()
        }
        Relation::AtTheProxy => {
            "this happens at a proxy: the answer is about the way without one, so ask about the way to the proxy too"
                .to_owned()
        }
        Relation::Undecided if numbers.is_empty() => "the configuration does not decide it".to_owned(),
        Relation::Undecided => format!("the configuration does not decide it: {numbers} may explain it"),
        Relation::DependsOnAlternative => {
            "whether the configuration explains it depends on which alternative applies".to_owned()
        }
        Relation::OtherDestination => {
            "the message is about another host or port than the question: the answer is not about it".to_owned()
        }
        Relation::OtherProtocol => {
            "a ping and a connection are different packets: the answer is not about this message".to_owned()
        }
        Relation::NoNameAsked => {
            "the question is about addresses, and a name did not resolve: ask about the name".to_owned()
        }
        Relation::NothingSaid => "it does not say what failed".to_owned(),
    }
}

/// What may be the reason.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: a cause without words does not compile")]
pub(crate) fn cause(cause: &Cause) -> String {
    match cause {
        Cause::LeftOverProcess { pid: Some(pid) } => {
            format!("process {pid}, left over from an earlier try: `ps -fp {pid}`")
        }
        Cause::LeftOverProcess { pid: None } => {
            "a package manager left over from an earlier try, which still holds its lock or shows its old error: `ps -ef | grep -E \
             'yum|dnf|apt|rpm'`"
                .to_owned()
        }
        Cause::EarlierRunWaits => {
            "the earlier run itself waits for what the blockers of this answer stop; the lock is a consequence".to_owned()
        }
        Cause::DamagedLock => "the lock file that the message names: remove it once no package manager runs".to_owned(),
        Cause::ResolverOfHost => {
            "`/etc/resolv.conf` names another name server than the VPC's, or `/etc/hosts` another address".to_owned()
        }
        Cause::NameServer { address } => {
            format!("name server `{address}` does not run, or does not know the name; that it answers is assumed")
        }
        Cause::TooManyQuestions => {
            "more than 1024 packets a second from one interface to the resolver, which drops the rest".to_owned()
        }
        Cause::DnsFirewall => "a rule of Route 53 Resolver DNS Firewall, which is not read".to_owned(),
        Cause::NameWrong => "the name: a slip, the wrong Region, or a name that exists in a private zone only".to_owned(),
        Cause::Proxy => {
            "a proxy: `env | grep -i proxy`, `/etc/yum.conf`, `/etc/dnf/dnf.conf`, `/etc/apt/apt.conf.d`, `pip config list`".to_owned()
        }
        Cause::FirewallOfHost => "the host's own firewall: `sudo nft list ruleset`, `sudo iptables -S`".to_owned(),
        Cause::RoutesOfHost => {
            "the host's own routes, a VPN or a second interface: `ip route get ADDRESS`, `ip rule`".to_owned()
        }
        Cause::Ipv6 => "the name has an IPv6 address and the host no way for IPv6: try `curl -4`".to_owned(),
        Cause::NatInstanceGuest { instance } => format!(
            "inside NAT instance `{instance}`: forwarding, masquerading and its firewall are assumed to be right"
        ),
        Cause::NatPorts { nat_gateway } => format!(
            "NAT gateway `{nat_gateway}` has no port left for this destination: its metric `ErrorPortAllocation` is above 0 then"
        ),
        Cause::NatIdle { nat_gateway } => {
            format!("NAT gateway `{nat_gateway}` ends connections that are idle for 350 seconds")
        }
        Cause::FirewallOnTheWay { endpoint } => {
            format!("`{endpoint}` on the way: a firewall whose rules look into TLS or HTTP")
        }
        Cause::PacketSize => {
            "packets that are too large for a part of the way, over a VPN or a transit gateway: try `ip link set DEVICE mtu 1400`".to_owned()
        }
        Cause::SourcePorts => {
            "the host chooses other source ports than is assumed: `sysctl net.ipv4.ip_local_port_range`".to_owned()
        }
        Cause::FarEndDrops => "the far end lets in known addresses only: does it know yours?".to_owned(),
        Cause::FarEndAnswersNoPing => "the far end answers no ping; many hosts do not".to_owned(),
        Cause::NothingListens => "nothing listens on that port there: `ss -ltn`".to_owned(),
        Cause::FarEndFails => "the far end is overloaded or broken; try again, or try another mirror".to_owned(),
        Cause::SnapshotOfAnotherTime => "the snapshot is of another time than the message".to_owned(),
        Cause::MessageFromElsewhere => "the message is from another machine or another time".to_owned(),
        Cause::Interception => {
            "something on the way looks into TLS: `openssl s_client -connect HOST:443 -servername HOST` shows who signs".to_owned()
        }
        Cause::Clock => "the host's clock: `date -u`, `chronyc tracking`".to_owned(),
        Cause::TrustedAuthorities => "the list of trusted authorities is old or gone: package `ca-certificates`".to_owned(),
        Cause::FarEndCertificate => "the far end's certificate itself".to_owned(),
        Cause::PortOrScheme => "the port, or `http` where `https` is spoken".to_owned(),
        Cause::NoSuchRelease => {
            "the release or file that is asked for does not exist; S3 answers 403 to that too: `releasever`, `/etc/dnf/vars`, `/etc/yum/vars`"
                .to_owned()
        }
        Cause::NotFromAws => "the repository answers only who comes from AWS, and the traffic leaves elsewhere".to_owned(),
        Cause::ServiceRefuses => "the service itself, or a filter before it, refuses who asks or what is asked".to_owned(),
        Cause::PolicyNamed { policy } => format!("{}, which the message names", named_policy(*policy)),
        Cause::PolicyNotInSnapshot => {
            "a policy that is in no snapshot: of a resource control policy, a key of KMS, Block Public Access of S3, a session".to_owned()
        }
        Cause::OtherCredentials => {
            "other credentials than the instance's role: `aws sts get-caller-identity`, variables `AWS_…`, `~/.aws`".to_owned()
        }
        Cause::NoRole => {
            "the instance has no role, or its metadata does not answer: instance profile, metadata options, hop limit".to_owned()
        }
        Cause::RhuiIdentity => "the client certificate or identity of RHUI".to_owned(),
        Cause::AddressWrong => "the address is wrong, or the list of mirrors is old: `yum clean all`, `dnf clean all`".to_owned(),
        Cause::StaleCopy => "a cache on the way, or a mirror that is being updated: clean the metadata and try again".to_owned(),
        Cause::PackageKeys => "the key of the repository is not imported; the network has done its part".to_owned(),
        Cause::Space => "space on the disk: `df -h`".to_owned(),
    }
}

/// What to do next.
pub(crate) fn next(next: &Next) -> String {
    match next {
        Next::Probe => {
            "on the host: `sudo deguchi probe --format json > probe.json`; then ask again with `--probe probe.json`"
                .to_owned()
        }
        Next::SeeProbe => "what the probe saw on hosts is told below".to_owned(),
        Next::ProbeNatInstance { instance } => format!("the same on NAT instance `{instance}`"),
        Next::Ask { source, destination } => format!("ask about it: `deguchi why {source} {destination}`"),
        Next::LinesAbove => "give the lines above it too: one of them says why".to_owned(),
        Next::NotComplete => "`Complete!` is no success: give the lines above `Ignoring repositories`".to_owned(),
        Next::EndProcess { pid: Some(pid) } => format!("end the process once you know what it does: `sudo kill {pid}`"),
        Next::EndProcess { pid: None } => {
            "find the process and end it once you know what it does: `sudo deguchi probe`".to_owned()
        }
        Next::FixFirst => {
            "mend the network first, by one of the fixes: else the next run hangs as the earlier one does".to_owned()
        }
    }
}
