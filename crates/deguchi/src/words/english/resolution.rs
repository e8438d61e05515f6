//! English for the resolution of names: the stage before the packets.

use deguchi_engine::{
    Assumption, Code, Evidence, NameGap, Resource, Verdict,
    resolution::{AskedServer, NameTarget, Resolution, ResolutionNote},
};
use deguchi_model::NameServer;

use super::packets::addresses;
use crate::report::{Blocker, Names, clean};

/// Returns whether a name resolves, and what it leads to.
pub(crate) fn headline(found: &Resolution, names: &Names) -> String {
    let name = format!("`{}`", clean(&found.name));
    match (found.verdict, &found.target) {
        (Verdict::Reachable, Some(NameTarget::Outside)) => format!("{name} resolves"),
        (Verdict::Reachable, Some(target)) => format!("{name} resolves: {}", leads(target, names)),
        (Verdict::Reachable, None) => format!("{name} resolves"),
        (Verdict::Partly, _) => format!("{name} resolves only some of the time"),
        (Verdict::Unreachable, _) => format!("{name} does not resolve"),
        (Verdict::Undecided, _) => format!("whether {name} resolves is not decided"),
    }
}

fn leads(target: &NameTarget, names: &Names) -> String {
    match target {
        NameTarget::Endpoint(id) => format!("it leads to VPC endpoint {}", names.quoted(id)),
        NameTarget::Zone { zone, addresses: list } => {
            let list = list.iter().map(|address| format!("`{address}`")).collect::<Vec<_>>().join(", ");
            format!("private hosted zone {} says {list}", names.quoted(zone))
        }
        NameTarget::LoadBalancer(id) => format!("it leads to load balancer {}", names.quoted(id)),
        NameTarget::Machine(address) => format!("it leads to `{address}` in the VPC"),
        NameTarget::Forwarded(rule) => format!("resolver rule {} forwards the question", names.quoted(rule)),
        NameTarget::Outside => "it leads to the internet".to_owned(),
    }
}

/// Returns a name server, and whether it is reached.
pub(crate) fn server(asked: &AskedServer, names: &Names) -> String {
    let address = asked.address;
    let who = match (&asked.server, &asked.forwarded_by) {
        (_, Some(rule)) => format!("`{address}`, to which rule {} forwards", names.quoted(rule)),
        (NameServer::AmazonProvided, None) => format!("AmazonProvidedDNS at `{address}`"),
        (NameServer::Address(_) | NameServer::Unmodelled(_), None) => format!("name server `{address}`"),
    };
    format!("{who}: {}", reached(asked.udp.answer.verdict, asked.tcp.answer.verdict))
}

fn reached(udp: Verdict, tcp: Verdict) -> String {
    match (udp, tcp) {
        (Verdict::Reachable, Verdict::Reachable) => "reached over udp/53 and tcp/53".to_owned(),
        (Verdict::Unreachable, Verdict::Unreachable) => "reached neither over udp/53 nor over tcp/53".to_owned(),
        (udp, tcp) => format!("udp/53 {}, tcp/53 {}", super::verdict::word(udp), super::verdict::word(tcp)),
    }
}

/// Returns how name and connection go together; nothing where both are as they should be.
pub(crate) const fn stage(name: Verdict, connection: Verdict) -> Option<&'static str> {
    match (name, connection) {
        (Verdict::Unreachable, Verdict::Reachable) => {
            Some("the name does not resolve; the connection itself would get through")
        }
        (Verdict::Unreachable, Verdict::Unreachable | Verdict::Partly) => {
            Some("the name does not resolve, and the connection would not get through either")
        }
        (Verdict::Unreachable, Verdict::Undecided) => {
            Some("the name does not resolve; whether the connection would get through is not decided")
        }
        (Verdict::Reachable, Verdict::Unreachable) => Some("the name resolves, the connection does not get through"),
        (Verdict::Reachable, Verdict::Partly) => Some("the name resolves, the connection gets through in part only"),
        _ => None,
    }
}

/// Returns what a person sees where a name does not resolve.
pub(crate) const fn symptom() -> &'static str {
    "`Could not resolve host`, at once or after some seconds, and no connection is tried"
}

/// Returns a note.
pub(crate) fn note(note: &ResolutionNote, names: &Names) -> String {
    match note {
        ResolutionNote::LongAnswersLost { address } => format!(
            "name server `{address}` is not reached over tcp/53: answers that do not fit one UDP packet are lost"
        ),
        ResolutionNote::ServerNotReached { address } => format!(
            "name server `{address}` is not reached while another is: names resolve, each after a wait of some seconds"
        ),
        ResolutionNote::PrivateDnsNotInForce { endpoint, vpc } => format!(
            "the private DNS of VPC endpoint {} is not in force: `enableDnsSupport` and `enableDnsHostnames` of VPC {} \
             have both to be on",
            names.quoted(endpoint),
            names.quoted(vpc)
        ),
        ResolutionNote::ZoneNotInForce { zone, vpc } => format!(
            "private hosted zone {} is not asked: `enableDnsSupport` and `enableDnsHostnames` of VPC {} have both to be on",
            names.quoted(zone),
            names.quoted(vpc)
        ),
        ResolutionNote::PrivateDnsPassedBy { endpoint } => format!(
            "the name leads to VPC endpoint {} only for who asks the Amazon resolver; this machine asks another server",
            names.quoted(endpoint)
        ),
    }
}

/// Returns the sentence for what keeps a name from resolving.
pub(super) fn reason(blocker: &Blocker, resource: &str) -> String {
    match (blocker.reason.code, &blocker.reason.evidence) {
        (Code::DnsSupportOff, _) => {
            format!("`enableDnsSupport` of {resource} is off: the Amazon resolver answers no question")
        }
        (Code::NoNameServer, _) => format!("{resource} names no name server, so the machine has none to ask"),
        (_, Evidence::State(name)) if matches!(blocker.reason.resource, Resource::HostedZone(_)) => format!(
            "{resource} answers for `{}` and has no address for it; public DNS is not asked any more",
            clean(name)
        ),
        (_, Evidence::State(name)) => {
            format!("no private hosted zone of {resource} has `{}`, and no public name ends like this", clean(name))
        }
        _ => format!("{resource} has no such name: {}", addresses(&blocker.destination.addresses)),
    }
}

/// Returns the sentence for what is not known about a name.
pub(super) fn gap(gap: &NameGap, resource: &str) -> String {
    match gap {
        NameGap::DhcpOptionsDefault => format!(
            "the DHCP options of {resource} are `default`, which AWS explains both as its default set (the Amazon \
             resolver) and as none (no name resolves)"
        ),
        NameGap::NameServer(text) => format!("`{}` in {resource} is no name server's address", clean(text)),
        NameGap::HostedZoneRecords => {
            format!("{resource} answers for the name, and its records are not in the snapshot")
        }
        NameGap::HostedZoneAssociation => {
            format!("{resource} may answer for the name: whether it is associated with the VPC is not in the snapshot")
        }
        NameGap::HostedZones => {
            format!(
                "no public name ends like this, and which private hosted zones {resource} has is not in the snapshot"
            )
        }
        NameGap::Delegated => format!("{resource} leaves the name to other name servers"),
        NameGap::ResolverRuleAssociation => {
            format!("{resource} may forward the name: whether it is associated with the VPC is not in the snapshot")
        }
        NameGap::ResolverRule(kind) => format!("what {resource} of type `{}` does is not known", clean(kind)),
    }
}

/// Returns what to do about what is not known about a name.
pub(super) fn hint(gap: &NameGap, id: &str) -> String {
    match gap {
        NameGap::DhcpOptionsDefault => {
            "look at `/etc/resolv.conf` on the machine, or run `deguchi probe` there and add `--probe FILE`".to_owned()
        }
        NameGap::NameServer(_) => format!("read it yourself: `aws ec2 describe-dhcp-options --dhcp-options-ids {id}`"),
        NameGap::HostedZoneRecords => {
            format!("add the output of `aws route53 list-resource-record-sets --hosted-zone-id {id}`")
        }
        NameGap::HostedZoneAssociation => format!("add the output of `aws route53 get-hosted-zone --id {id}`"),
        NameGap::HostedZones => {
            format!("add the output of `aws route53 list-hosted-zones-by-vpc --vpc-id {id} --vpc-region REGION`")
        }
        NameGap::Delegated => "ask for the address that the name has, instead of the name".to_owned(),
        NameGap::ResolverRuleAssociation => {
            "add the output of `aws route53resolver list-resolver-rule-associations`".to_owned()
        }
        NameGap::ResolverRule(_) => {
            format!("read it yourself: `aws route53resolver get-resolver-rule --resolver-rule-id {id}`")
        }
    }
}

/// Returns what is taken for granted about names; fits behind "provided that".
pub(super) fn assumption(assumption: &Assumption, names: &Names) -> String {
    match assumption {
        Assumption::DnsSupportIsOn { vpc } => format!(
            "`enableDnsSupport` of VPC {} is on, AWS's default: `describe-vpc-attribute` is not in the snapshot",
            names.quoted(vpc)
        ),
        Assumption::DnsHostnamesAreOn { vpc } => format!(
            "`enableDnsHostnames` of VPC {} is on, as private DNS needs: `describe-vpc-attribute` is not in the snapshot",
            names.quoted(vpc)
        ),
        Assumption::AmazonProvidedDns { vpc } => format!(
            "the machines of VPC {} ask AmazonProvidedDNS, AWS's default: its DHCP options are not in the snapshot",
            names.quoted(vpc)
        ),
        Assumption::NameServerAnswers { address } => {
            format!("name server `{address}` runs, and knows the name or asks others for it")
        }
        Assumption::ResolverForwards { rule } => format!(
            "the resolver reaches the servers that rule {} forwards to: its outbound endpoint is not in the snapshot",
            names.quoted(rule)
        ),
        other => other.code().to_owned(),
    }
}
