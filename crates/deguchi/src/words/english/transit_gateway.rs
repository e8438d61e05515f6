//! English about transit gateways.

use deguchi_engine::{Code, Evidence, TransitGatewayGap};
use deguchi_model::{Direction, RouteState, TransitGatewayRoute, TransitGatewayRouteOrigin};

use super::gap::{add, elsewhere};
use crate::report::{Blocker, Names, clean};

/// Returns the sentence for what stops packets at `resource`, without a full stop.
pub(super) fn sentence(blocker: &Blocker, resource: &str, destination: &str) -> String {
    let reason = &blocker.reason;
    match reason.code {
        Code::TransitGatewayZone => {
            let zone = match &reason.evidence {
                Evidence::State(zone) => format!(" `{}`", clean(zone)),
                _ => String::new(),
            };
            let subnet = reason.subnet.as_ref().map_or_else(String::new, |id| format!(" of `{}`", clean(id.as_str())));
            format!("{resource} has no subnet in the Availability Zone{zone}{subnet}, where the packets start")
        }
        Code::TransitGatewayNoAssociation => {
            format!("{resource} is associated with no transit gateway route table, so what comes in by it is dropped")
        }
        Code::TransitGatewayNoRouteToAttachment => {
            format!("{resource} has no route for {destination}, nor any to the attachment of the VPC that has it")
        }
        Code::TransitGatewayBadStateRoute => match &reason.evidence {
            Evidence::TransitGatewayRoute(route) => {
                format!("route `{}` of {resource} is a blackhole: it drops what it matches", route.destination)
            }
            _ => format!("a route of {resource} is a blackhole: it drops what it matches"),
        },
        Code::TransitGatewayBadStateVpn => match &reason.evidence {
            Evidence::State(state) => format!("the VPN connection behind {resource} is `{}`", clean(state)),
            _ => format!("the VPN connection behind {resource} does not work"),
        },
        _ => format!("{resource} has no route for {destination}"),
    }
}

/// Returns that a rule would match, if the transit gateway told whose packets these are.
pub(super) fn reference_lost(no_rule: &str) -> String {
    format!(
        "{no_rule}; one names the sender's group, which is unknown here: security group referencing is off on the way"
    )
}

/// Returns that an attachment does not carry packets; `state` is its state in brackets.
pub(super) fn not_in_force(resource: &str, state: &str) -> String {
    format!("{resource} carries no packets{state}")
}

/// Returns the sentence for what is not known of `resource`.
pub(super) fn gap(gap: &TransitGatewayGap, resource: &str, names: &Names) -> String {
    match gap {
        TransitGatewayGap::AttachmentOf(vpc) => {
            format!("the attachment of {resource} to VPC {} is not in the snapshot", names.quoted(vpc))
        }
        TransitGatewayGap::Attachment | TransitGatewayGap::RouteTable => format!("{resource} is not in the snapshot"),
        TransitGatewayGap::Subnets => format!("the subnets of {resource}, or their zones, are not in the snapshot"),
        TransitGatewayGap::Association => {
            format!("which transit gateway route table {resource} is associated with is not in the snapshot")
        }
        TransitGatewayGap::Routes => format!("the routes of {resource} are not in the snapshot, or not all of them"),
        TransitGatewayGap::Propagated(attachment) => format!(
            "which routes attachment {} propagates to {resource} is not in the snapshot",
            names.quoted(attachment)
        ),
        TransitGatewayGap::Zone => {
            format!("by which of the subnets of {resource} packets leave it is AWS's choice, and the answer differs")
        }
        TransitGatewayGap::SharedRoute => {
            format!("a route of {resource} leads to several attachments, and the answer differs among them")
        }
        TransitGatewayGap::Kind(kind) => {
            format!("{resource} is of type `{}`, which deguchi does not walk yet", clean(kind))
        }
        TransitGatewayGap::OtherGateway { .. } => {
            format!("{resource}, to which the packets go, is not in the snapshot")
        }
    }
}

/// Returns the one thing to do about it. `id` is the resource's.
pub(super) fn hint(gap: &TransitGatewayGap, id: &str) -> String {
    match gap {
        TransitGatewayGap::AttachmentOf(_) | TransitGatewayGap::Attachment | TransitGatewayGap::Association => {
            add("aws ec2 describe-transit-gateway-attachments")
        }
        TransitGatewayGap::Subnets => {
            "add the output of `aws ec2 describe-transit-gateway-vpc-attachments` and `aws ec2 describe-subnets`"
                .to_owned()
        }
        TransitGatewayGap::RouteTable => {
            add(&format!("aws ec2 describe-transit-gateway-route-tables` and `{}", search(id)))
        }
        TransitGatewayGap::Routes | TransitGatewayGap::Propagated(_) => {
            format!("add the output of `{}`, with the id in the file's name", search(id))
        }
        TransitGatewayGap::Zone => {
            format!("turn appliance mode on for `{id}`, or make its subnets' tables and ACLs alike")
        }
        TransitGatewayGap::SharedRoute => format!("look at `{id}` and ask again with one of its attachments"),
        TransitGatewayGap::Kind(_) => format!("follow the way on from `{id}` yourself"),
        TransitGatewayGap::OtherGateway { owner, region } => elsewhere(owner.as_ref(), region.as_ref()),
    }
}

/// Returns the call that prints every route of a table.
fn search(id: &str) -> String {
    format!(
        "aws ec2 search-transit-gateway-routes --transit-gateway-route-table-id {id} --filters \
         Name=state,Values=active,blackhole"
    )
}

/// Returns what an attachment on the way is.
pub(super) const fn passed(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "into the transit gateway",
        Direction::Outbound => "out of the transit gateway",
    }
}

/// Returns a route that was chosen.
pub(super) fn routed(route: &TransitGatewayRoute) -> String {
    let attachments: Vec<String> = route.attachments.iter().map(|id| clean(id.as_str())).collect();
    let target = if attachments.is_empty() { String::new() } else { format!(" → {}", attachments.join(", ")) };
    let state = match &route.state {
        RouteState::Active => String::new(),
        RouteState::Blackhole => ", blackhole".to_owned(),
        RouteState::Unmodelled(state) => format!(", {}", clean(state)),
    };
    let origin = match route.origin {
        TransitGatewayRouteOrigin::Static => "",
        TransitGatewayRouteOrigin::Propagated => ", propagated",
    };
    format!("{}{target}{state}{origin}", route.destination)
}
