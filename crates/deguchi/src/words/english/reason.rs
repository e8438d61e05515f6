//! English sentences for what stops packets.

use std::net::IpAddr;

use deguchi_engine::{Code, Evidence, Heading, Resource, Traffic};
use deguchi_model::{Connectivity, Direction, NetworkAclRule, RuleAction};

use super::{
    inspection, load_balancer,
    packets::{addresses, seen_by},
    resource::phrase,
    transit_gateway,
};
use crate::report::{Blocker, Names, clean};

/// Returns the sentence for what stops packets, without a full stop.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: a reason without words does not compile")]
pub(crate) fn sentence(blocker: &Blocker, names: &Names) -> String {
    let resource = phrase(&blocker.reason.resource, names);
    match blocker.reason.code {
        Code::SecurityGroupRulesMismatch => no_group_rule(blocker, names),
        Code::SecurityGroupHasNoRules => groups_without_rules(blocker, names),
        Code::NetworkAclRestriction | Code::ClassicAclRestriction => network_acl(blocker, &resource),
        Code::NoRoute => format!("{resource} has no route for {}", destination(blocker)),
        Code::BadStateRoute => bad_state_route(blocker, &resource, names),
        Code::BadState => bad_state(blocker, &resource),
        Code::BadStateAttachment if matches!(blocker.reason.resource, Resource::TransitGatewayAttachment(_)) => {
            transit_gateway::not_in_force(&resource, &state(blocker))
        }
        Code::BadStateAttachment => format!("{resource} is not attached to the VPC{}", state(blocker)),
        Code::InternetGatewayNeedsPublicAddress => needs_public_address(blocker, &resource, names),
        Code::InternetGatewayNoSuchAddress => {
            format!("no attached network interface of the VPC has the public address {}", destination(blocker))
        }
        Code::InternetGatewayPrivateDestination => {
            format!("{resource} refuses {}: a private address of RFC 1918", destination(blocker))
        }
        Code::InternetGatewaySharedDestination => {
            format!("{resource} refuses {}: a shared address of RFC 6598", destination(blocker))
        }
        Code::InternetGatewayPrivateSource => {
            format!("{resource} refuses packets from {}: a private address of RFC 1918", source(blocker))
        }
        Code::InternetGatewaySharedSource => {
            format!("{resource} refuses packets from {}: a shared address of RFC 6598", source(blocker))
        }
        Code::SourceDestinationCheck => {
            format!("the source/destination check of {resource} is on: packets neither from nor to it are dropped")
        }
        Code::TransitGatewayZone
        | Code::TransitGatewayNoAssociation
        | Code::TransitGatewayNoRouteToAttachment
        | Code::TransitGatewayNoRoute
        | Code::TransitGatewayBadStateRoute
        | Code::TransitGatewayRoutesUnknown
        | Code::TransitGatewayBadStateVpn => transit_gateway::sentence(blocker, &resource, &destination(blocker)),
        Code::SecurityGroupReferencingSupport => transit_gateway::reference_lost(&no_group_rule(blocker, names)),
        Code::SpoofedTraffic => {
            format!("{resource} drops what comes from {}, which is none of its VPC's addresses", source(blocker))
        }
        Code::PeeringNeedsAddressInVpc => beyond_peering(blocker, &resource),
        Code::ProtocolRestriction => format!("{resource} does not carry {}", seen_by(blocker)),
        Code::GatewayEndpointProtocol => format!("{resource} carries TCP and ICMP echo only, not {}", seen_by(blocker)),
        Code::GatewayEndpointServesItsOwnVpc => {
            format!("{resource} serves its own VPC only, and drops what comes from {}", source(blocker))
        }
        Code::ListenersMismatch | Code::ClassicListenersMismatch => load_balancer::no_listener(blocker, &resource),
        Code::ListenerHasNoTargets => load_balancer::no_targets(&resource),
        Code::TargetsInOtherZones => load_balancer::targets_in_other_zones(blocker, &resource),
        Code::NotCrossZone => load_balancer::not_cross_zone(blocker, &resource),
        Code::NoTargetInUse => load_balancer::no_target_in_use(blocker, &resource),
        Code::LoadBalancerHairpin => load_balancer::hairpin(&resource),
        Code::SecurityGroupReferencesNotPreserved => load_balancer::reference_lost(&no_group_rule(blocker, names)),
        Code::FirewallRules => inspection::dropped(blocker, &resource),
        Code::IngressRedirected => inspection::redirected(blocker, &resource),
        Code::IngressNeedsPublicAddress => inspection::without_public_address(blocker, &resource),
        Code::EndpointStartsNoConnection => format!("{resource} starts no connection: it only answers"),
        Code::NoSuchDestination => nothing_there(blocker, &resource),
        Code::UnassociatedDestination => {
            format!("{resource} is in use by nothing, so nothing answers at {}", destination(blocker))
        }
        Code::RegionalNatGatewayZone => other_zone(&resource),
        Code::BlockPublicAccess => format!("VPC Block Public Access stands in the way for {resource}{}", mode(blocker)),
        Code::NatInstanceForwardingOff => {
            format!("the kernel of {resource} does not forward packets: `net.ipv4.ip_forward` is 0 (seen by the probe)")
        }
        Code::NatInstanceMasquerade => {
            format!(
                "{resource} does not masquerade on the interface that leads out (seen by the probe): its rules name {}",
                devices(blocker)
            )
        }
        Code::NatInstanceFirewall => {
            format!("the firewall of {resource} drops whatever is to be forwarded (seen by the probe)")
        }
        Code::RoutingLoop => routing_loop(blocker, &resource, names),
        Code::ReturnByAnotherWay => another_way(blocker, &resource, names),
        Code::NatGatewayTakesNoConnection | Code::EgressOnlyTakesNoConnection => {
            format!("{resource} takes no connection from outside: it only lets out")
        }
        Code::FunctionTakesNoConnection => {
            format!("{resource} is a function's, which takes no connection from the network")
        }
        Code::NoAddressOfFamily => format!("{resource} has no {} address", family(blocker)),
        Code::Missing => format!("the snapshot lacks what decides about {resource}"),
        Code::NotModelled => format!("the way leads over {resource}, which deguchi does not walk yet"),
        Code::EndpointPolicy | Code::AccessDenied => refused(blocker, &resource, names),
        Code::DnsSupportOff | Code::NoNameServer | Code::NoSuchName => super::resolution::reason(blocker, &resource),
        Code::NotDecidedByConfiguration => format!("configuration does not decide what {resource} does"),
    }
}

/// Returns what a person sees on the host where a policy is all that refuses (GE-7, IM-8).
pub(crate) const fn symptom_of_refusal() -> &'static str {
    "the network is fine: the service answers at once, with HTTP 403 (`AccessDenied`)"
}

/// Returns what a person sees on the host that asks, where only some packets are stopped.
pub(crate) const fn symptom_of_part(traffic: &Traffic) -> &'static str {
    match traffic {
        Traffic::Tcp(_) => "some connection attempts succeed, others hang until they time out",
        Traffic::Udp(_) => "some requests are answered, others are not",
        Traffic::Ping => "some pings are answered, others are not",
    }
}

/// Returns what a person sees on the host that asks, where all packets are stopped.
pub(crate) const fn symptom(traffic: &Traffic, heading: Heading) -> &'static str {
    match (traffic, heading) {
        (Traffic::Tcp(_), Heading::Forward) => "the connection attempt hangs until it times out",
        (Traffic::Tcp(_), Heading::Return) => {
            "the request arrives, the reply is lost: the connection attempt hangs until it times out"
        }
        (Traffic::Udp(_), Heading::Forward) => "no answer comes",
        (Traffic::Udp(_), Heading::Return) => "the request arrives, the answer is lost: none comes",
        (Traffic::Ping, Heading::Forward) => "100 % packet loss",
        (Traffic::Ping, Heading::Return) => "100 % packet loss: the request arrives, the reply is lost",
    }
}

/// Returns the word for a direction.
pub(crate) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}

fn directed(blocker: &Blocker) -> &'static str {
    direction(blocker.reason.direction.unwrap_or(Direction::Outbound))
}

fn destination(blocker: &Blocker) -> String {
    match (&blocker.reason.evidence, &blocker.header) {
        (Evidence::Address(address), _) => format!("`{address}`"),
        (_, Some(header)) => addresses(&header.destination),
        (_, None) => addresses(&blocker.destination.addresses),
    }
}

fn source(blocker: &Blocker) -> String {
    match (&blocker.reason.evidence, &blocker.header) {
        (Evidence::Address(address) | Evidence::NoPublicAddress(address), _) => format!("`{address}`"),
        (_, Some(header)) => addresses(&header.source),
        (_, None) => "this source".to_owned(),
    }
}

fn state(blocker: &Blocker) -> String {
    match &blocker.reason.evidence {
        Evidence::State(state) => format!(": its state is `{}`", clean(state)),
        _ => String::new(),
    }
}

fn devices(blocker: &Blocker) -> String {
    match &blocker.reason.evidence {
        Evidence::State(devices) if !devices.is_empty() => format!("`{}`", clean(devices)),
        _ => "no interface".to_owned(),
    }
}

fn mode(blocker: &Blocker) -> String {
    match &blocker.reason.evidence {
        Evidence::State(mode) => format!(": its mode is `{}`", clean(mode)),
        _ => String::new(),
    }
}

fn refused(blocker: &Blocker, resource: &str, names: &Names) -> String {
    match &blocker.reason.evidence {
        Evidence::Policy(refusal) => super::policy::refusal(refusal, &request(blocker), names),
        _ => format!("{resource} does not allow {}", request(blocker)),
    }
}

fn request(blocker: &Blocker) -> String {
    match &blocker.destination.request {
        Some(request) => format!("`{}` on `{}`", clean(&request.action), clean(&request.resources.join("`, `"))),
        None => "the request".to_owned(),
    }
}

fn no_group_rule(blocker: &Blocker, names: &Names) -> String {
    let what = seen_by(blocker);
    let (directed, resource) = (directed(blocker), &blocker.reason.resource);
    match &blocker.reason.evidence {
        Evidence::NoSecurityGroupRule { groups, rules, .. } if groups.len() > 1 => {
            let groups: Vec<String> = groups.iter().map(|group| names.quoted(group)).collect();
            format!("none of the {rules} {directed} rules of security groups {} allows {what}", groups.join(", "))
        }
        _ => format!("no {directed} rule of {} allows {what}", phrase(resource, names)),
    }
}

fn other_zone(resource: &str) -> String {
    format!("regional {resource} does not serve the availability zone where the packets start")
}

fn nothing_there(blocker: &Blocker, resource: &str) -> String {
    let addresses = destination(blocker);
    if addresses.matches('`').count() == 2 && !addresses.contains(['/', '-']) {
        format!("nothing in {resource} has the address {addresses}")
    } else {
        format!("nothing in {resource} has any of the addresses {addresses}")
    }
}

fn groups_without_rules(blocker: &Blocker, names: &Names) -> String {
    let directed = directed(blocker);
    match &blocker.reason.evidence {
        Evidence::NoSecurityGroupRule { groups, .. } if groups.len() > 1 => {
            let groups: Vec<String> = groups.iter().map(|group| names.quoted(group)).collect();
            format!("security groups {} have no {directed} rule at all", groups.join(", "))
        }
        Evidence::NoSecurityGroupRule { groups, interface, .. } if groups.is_empty() => {
            format!("network interface {} carries no security group, so no {directed} rule", names.quoted(interface))
        }
        _ => format!("{} has no {directed} rule at all", phrase(&blocker.reason.resource, names)),
    }
}

fn network_acl(blocker: &Blocker, resource: &str) -> String {
    let (directed, what) = (directed(blocker), seen_by(blocker));
    match &blocker.reason.evidence {
        Evidence::NetworkAclRule(Some(NetworkAclRule { number, .. })) if !number.is_closing() => {
            format!("{directed} rule {number} of {resource} denies {what}")
        }
        _ => format!("no {directed} rule of {resource} matches {what}; the list ends in a deny"),
    }
}

/// Returns a rule of a network ACL.
pub(crate) fn rule(rule: &NetworkAclRule, directed: Option<Direction>) -> String {
    let preposition = if directed == Some(Direction::Inbound) { "from" } else { "to" };
    format!("{} {} {} {preposition} `{}`", rule.number, action(rule.action), rule.traffic, rule.cidr)
}

/// Returns a rule's action as a verb.
pub(crate) const fn action(action: RuleAction) -> &'static str {
    match action {
        RuleAction::Allow => "allows",
        RuleAction::Deny => "denies",
    }
}

fn bad_state_route(blocker: &Blocker, resource: &str, names: &Names) -> String {
    match &blocker.reason.evidence {
        Evidence::Route(route) => format!(
            "route `{}` of {resource} is a blackhole: its target {} is gone or does not work",
            clean(&route.destination.to_string()),
            names.quoted(&route.target)
        ),
        _ => format!("the route of {resource} for {} is a blackhole", destination(blocker)),
    }
}

fn bad_state(blocker: &Blocker, resource: &str) -> String {
    let why = match (&blocker.failure, &blocker.reason.evidence) {
        (Some(code), Evidence::State(state)) if state.contains(code.as_str()) => String::new(),
        (Some(code), _) => format!(" (`{code}`)"),
        (None, _) => String::new(),
    };
    match &blocker.reason.evidence {
        Evidence::State(state) => format!("{resource} is `{}`{why}, so it carries nothing", clean(state)),
        _ => format!("{resource} does not work{why}"),
    }
}

fn needs_public_address(blocker: &Blocker, resource: &str, names: &Names) -> String {
    let gateway = match &blocker.internet_gateway {
        Some(id) => format!("internet gateway {}", names.quoted(id)),
        None => "the internet gateway".to_owned(),
    };
    match (&blocker.reason.resource, blocker.connectivity) {
        (Resource::NatGateway(_), Some(Connectivity::Private)) => {
            format!("{gateway} drops packets of {resource}: its connectivity is private, so it has no public address")
        }
        (Resource::NatGateway(_), _) => {
            format!("{gateway} drops packets of {resource}, from {}: it has no public address", source(blocker))
        }
        _ => format!(
            "{gateway} drops packets from {} of {resource}, which is mapped to no public address",
            source(blocker)
        ),
    }
}

fn beyond_peering(blocker: &Blocker, resource: &str) -> String {
    let from_outside = match (&blocker.reason.evidence, &blocker.header) {
        (Evidence::Address(address), Some(header)) => header.source.only() == Some(*address),
        _ => false,
    };
    if from_outside {
        format!("{resource} carries nothing from {}, which is outside of the VPC on this side of it", source(blocker))
    } else {
        format!("{resource} carries nothing to {}, which is outside of the VPC at its other end", destination(blocker))
    }
}

fn routing_loop(blocker: &Blocker, resource: &str, names: &Names) -> String {
    match &blocker.reason.evidence {
        Evidence::Route(route) => format!(
            "{resource} serves {} itself, and its route `{}` sends that gateway's own packets back to it",
            names.quoted(&route.target),
            clean(&route.destination.to_string())
        ),
        _ => format!("{resource} sends packets back to where they come from"),
    }
}

fn another_way(blocker: &Blocker, resource: &str, names: &Names) -> String {
    match &blocker.reason.evidence {
        Evidence::Route(route) => format!(
            "route `{}` of {resource} sends the reply to {}, by another way than the request came, where its connection \
             is not known",
            clean(&route.destination.to_string()),
            names.quoted(&route.target)
        ),
        _ => format!(
            "the reply comes to {resource} by another way than the request came, where its connection is not known"
        ),
    }
}

fn family(blocker: &Blocker) -> &'static str {
    let first = blocker.destination.addresses.cidrs().first().map(deguchi_model::IpNet::network);
    if matches!(first, Some(IpAddr::V6(_))) { "IPv6" } else { "IPv4" }
}
