//! English sentences about what inspects packets on the way: Network Firewall, appliances.

use deguchi_engine::{Evidence, InspectionGap};

use super::{gap::add, packets::seen_by};
use crate::report::{Blocker, clean};

/// A rule of a firewall drops.
pub(super) fn dropped(blocker: &Blocker, resource: &str) -> String {
    let rules = match &blocker.reason.evidence {
        Evidence::Listed(rules) => rules.iter().map(|rule| format!(" by `{}`", clean(rule))).collect(),
        _ => String::new(),
    };
    format!("{resource} drops {}{rules}", seen_by(blocker))
}

/// An edge table takes the reply elsewhere.
pub(super) fn redirected(blocker: &Blocker, resource: &str) -> String {
    let route = match &blocker.reason.evidence {
        Evidence::Route(route) => format!(
            "its route `{}` leads to `{}`",
            clean(&route.destination.to_string()),
            clean(&route.target.to_string())
        ),
        _ => "it leads elsewhere".to_owned(),
    };
    format!(
        "{resource} is the edge route table that the reply comes in by, and {route}, which has not seen the request"
    )
}

/// An edge table leads what comes from the internet to an interface without a public address.
pub(super) fn without_public_address(blocker: &Blocker, resource: &str) -> String {
    format!(
        "{resource}, to which {} leads what comes from the internet, has no public address",
        match &blocker.reason.evidence {
            Evidence::Route(route) => {
                format!("route `{}` of the edge route table", clean(&route.destination.to_string()))
            }
            _ => "the edge route table".to_owned(),
        }
    )
}

/// Returns the sentence for what is not known, without a full stop.
pub(super) fn gap(gap: InspectionGap, resource: &str) -> String {
    let what = match gap {
        InspectionGap::Subnet => return format!("the subnet that {resource} stands in is not in the snapshot"),
        InspectionGap::Appliance => format!("what the appliance behind {resource} does with the packets is not known"),
        InspectionGap::OneWayOnly => {
            format!(
                "what the appliance behind {resource} does with connections whose replies it does not see is not known"
            )
        }
        InspectionGap::Policy => format!("the policy of {resource} is not in the snapshot"),
        InspectionGap::RuleGroup => format!("{resource} is not in the snapshot"),
        InspectionGap::Rules => format!("{resource} has rules that look into packets, which deguchi does not read"),
        InspectionGap::Rule => {
            format!("{resource} has a rule that may be about the packets, and looks at more than addresses and ports")
        }
    };
    format!("{what}; what follows holds if it lets them pass")
}

/// Returns the one thing to do about it.
pub(super) fn hint(gap: InspectionGap, id: &str) -> String {
    match gap {
        InspectionGap::Subnet => add("aws ec2 describe-subnets"),
        InspectionGap::Appliance | InspectionGap::OneWayOnly => {
            format!(
                "look on the appliance behind `{id}`, or add `aws network-firewall describe-firewall` if it is a firewall's"
            )
        }
        InspectionGap::Policy => add("aws network-firewall describe-firewall-policy"),
        InspectionGap::RuleGroup => add(&format!("aws network-firewall describe-rule-group --rule-group-arn {id}")),
        InspectionGap::Rules | InspectionGap::Rule => {
            format!("read them yourself: `aws network-firewall describe-rule-group --rule-group-arn {id}`")
        }
    }
}
