//! What English says of packets in a lab: where they were seen, what dropped them, what was applied.

use deguchi_lab::{Cause, Crossing, DroppedBy, Station};
use deguchi_model::Direction;

use crate::{comparison::Expected, report::Names};

/// What the engine and the kernel say of one packet.
pub(crate) fn headline(expected: Expected, answered: bool, agreement: &str) -> String {
    let engine = match expected {
        Expected::Answered => "answered",
        Expected::Silent => "silent",
        Expected::Unknown => "not said",
    };
    let kernel = if answered { "answered" } else { "silent" };
    format!("engine: {engine}, kernel: {kernel}: {agreement}")
}

/// A link that was crossed.
pub(crate) fn crossing(crossing: &Crossing, names: &Names) -> String {
    let by = names.quoted(&crossing.by);
    match (crossing.from, crossing.to) {
        (Station::Host, _) => format!("leaves the host by {by}"),
        (_, Station::Host) => format!("passes the security groups of {by}, to the host"),
        (Station::SecurityGroups, _) => format!("passes the security groups of {by}"),
        (Station::TransitGateway, Station::Router) => format!("leaves the transit gateway by {by} into the VPC"),
        (Station::TransitGateway, _) => format!("leaves the transit gateway by {by}"),
        (Station::Router, Station::Router) => format!("passes network ACLs and routes, crosses {by}"),
        (Station::Router, _) => format!("passes network ACLs and routes, to {by}"),
        (Station::NatGateway, _) => format!("leaves {by}, translated"),
        (Station::InternetGateway, Station::Internet) => format!("leaves {by} to the internet"),
        (Station::Internet, _) => format!("comes to {by} from the internet"),
        (Station::InternetGateway, _) => format!("leaves {by} into the VPC"),
        (Station::Premises | Station::GatewayEndpoint, _) => format!("comes back from {by}"),
    }
}

/// Where a packet arrived.
pub(crate) fn arrived(at: Station, stands_for: &str, names: &Names) -> String {
    match at {
        Station::Internet => "arrives on the internet".to_owned(),
        Station::SecurityGroups => "arrives at a service of the VPC itself".to_owned(),
        Station::Premises => format!("arrives on premises behind {}", names.quoted(stands_for)),
        Station::GatewayEndpoint => format!("arrives at the service behind {}", names.quoted(stands_for)),
        Station::Host | Station::Router | Station::NatGateway | Station::InternetGateway | Station::TransitGateway => {
            format!("arrives at {}", names.quoted(stands_for))
        }
    }
}

/// Where a packet was lost, and what dropped it.
pub(crate) fn lost(at: Station, stands_for: &str, by: &[DroppedBy], names: &Names) -> String {
    if by.is_empty() {
        let place = names.quoted(stands_for);
        return match at {
            Station::Router | Station::TransitGateway => format!("no route of {place} leads on"),
            Station::Host => format!("{place} does not send or forward it"),
            Station::Internet => "nobody on the internet has this address".to_owned(),
            _ => format!("does not leave {place}"),
        };
    }
    by.iter().map(|own| dropped(own, names)).collect::<Vec<_>>().join("; ")
}

fn dropped(by: &DroppedBy, names: &Names) -> String {
    let id = names.quoted(&by.id);
    match &by.cause {
        Cause::AclRule { direction, number } => {
            format!("dropped by network ACL {id}: {} rule {number}", word(*direction))
        }
        Cause::SecurityGroups(direction) => {
            format!("dropped by the security groups of {id}: no {} rule", word(*direction))
        }
        Cause::SourceDestinationCheck => format!("dropped by the source/destination check of {id}"),
        Cause::RoutingLoop => format!("dropped: a route leads {id}'s own packets back to it"),
        Cause::FromOutside => format!("dropped: {id} admits no connection from outside"),
        Cause::Ipv4 => format!("dropped: {id} carries no IPv4"),
        Cause::Ipv6 => format!("dropped: {id} carries no IPv6"),
        Cause::Protocol => format!("dropped: {id} does not carry this protocol"),
        Cause::PrivateDestination => format!("dropped by {id}: a private destination"),
        Cause::PrivateSource => format!("dropped by {id}: a private source"),
        Cause::NoPublicAddress => format!("dropped by {id}: the source has no public address"),
        Cause::NotMapped => format!("dropped by {id}: it maps no such address"),
        Cause::BlockPublicAccess => format!("dropped by VPC Block Public Access of {id}"),
        Cause::UnknownPrefix => format!("dropped: {id} does not know this prefix"),
        Cause::NoAssociation => format!("dropped: no route table is associated with {id}"),
        Cause::ForeignSource => format!("dropped by {id}: a source of another VPC"),
        Cause::OutsidePeers => format!("dropped by {id}: not between its two VPCs"),
        Cause::IngressRedirected => format!("dropped: edge route table {id} leads the replies elsewhere"),
    }
}

const fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}

/// Where a packet was last seen, and where it should have come next.
pub(crate) fn last_seen(last: Option<&str>, ahead: Option<&str>, names: &Names) -> String {
    let last = last
        .map_or_else(|| "never left where it started".to_owned(), |id| format!("last seen at {}", names.quoted(id)));
    match ahead {
        Some(ahead) => format!("{last}, never seen at {}", names.quoted(ahead)),
        None => last,
    }
}

/// A plan is applied to a lab.
pub(crate) fn applied(lab: &str) -> String {
    format!("lab `{lab}` is made anew with these changes")
}

/// There is nothing to apply.
pub(crate) fn nothing_to_apply(source: &str, destination: &str) -> String {
    format!("`{source}` reaches `{destination}` as it is: nothing is changed")
}
