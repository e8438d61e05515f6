//! English sentences about load balancers: what they drop, and what of them is not known.

use deguchi_engine::{Evidence, LoadBalancerGap};

use super::{gap::add, packets::seen_by};
use crate::report::{Blocker, clean};

/// Returns the sentence for what is not known, without a full stop.
pub(super) fn gap(gap: LoadBalancerGap, resource: &str) -> String {
    match gap {
        LoadBalancerGap::OfInterface => {
            format!("the load balancer that {resource} is a node of is not in the snapshot")
        }
        LoadBalancerGap::Listeners => format!("where {resource} listens is not in the snapshot"),
        LoadBalancerGap::ListenerRules(port) => format!(
            "the rules of the listener of {resource} at port {port} are not in the snapshot; what follows holds for \
             requests that only its default action matches"
        ),
        LoadBalancerGap::ListenerRule(port) => format!(
            "the listener of {resource} at port {port} has several rules, which one a request matches is not in the \
             question, and the answer differs among them"
        ),
        LoadBalancerGap::TargetGroup | LoadBalancerGap::Target => format!("{resource} is not in the snapshot"),
        LoadBalancerGap::Targets => format!("the targets of {resource} and their health are not in the snapshot"),
        LoadBalancerGap::TargetHealth => format!("whether a target of {resource} is healthy was not decided yet"),
        LoadBalancerGap::CrossZone => format!(
            "whether the nodes of {resource} send to targets in other zones is not in the snapshot; what follows holds \
             if they do not, which is the default"
        ),
        LoadBalancerGap::ClientAddressPreservation => format!(
            "whether {resource} preserves the client's address is not in the snapshot, and the answer hangs on it; what \
             follows holds for the default of its type"
        ),
    }
}

/// Returns the one thing to do about it.
pub(super) fn hint(gap: LoadBalancerGap, id: &str) -> String {
    match gap {
        LoadBalancerGap::OfInterface => {
            "add the output of `aws elbv2 describe-load-balancers`, or of `aws elb describe-load-balancers`".to_owned()
        }
        LoadBalancerGap::Listeners => add(&format!("aws elbv2 describe-listeners --load-balancer-arn {id}")),
        LoadBalancerGap::ListenerRules(_) => add("aws elbv2 describe-rules --listener-arn LISTENER"),
        LoadBalancerGap::ListenerRule(_) => "ask for the target that the request is meant for".to_owned(),
        LoadBalancerGap::TargetGroup => add("aws elbv2 describe-target-groups"),
        LoadBalancerGap::Targets => add(&format!("aws elbv2 describe-target-health --target-group-arn {id}")),
        LoadBalancerGap::Target => add("aws ec2 describe-instances"),
        LoadBalancerGap::TargetHealth => {
            "save the snapshot again when its health checks have come to an end".to_owned()
        }
        LoadBalancerGap::CrossZone => {
            add(&format!("aws elbv2 describe-load-balancer-attributes --load-balancer-arn {id}"))
        }
        LoadBalancerGap::ClientAddressPreservation => {
            add(&format!("aws elbv2 describe-target-group-attributes --target-group-arn {id}"))
        }
    }
}

/// No listener takes the packets.
pub(super) fn no_listener(blocker: &Blocker, resource: &str) -> String {
    format!("no listener of {resource} takes {}{}", seen_by(blocker), listed(blocker, "it listens at"))
}

/// There is no target.
pub(super) fn no_targets(resource: &str) -> String {
    format!("{resource} has no targets to send to")
}

/// Every target is in a zone that is not enabled.
pub(super) fn targets_in_other_zones(blocker: &Blocker, resource: &str) -> String {
    let targets = listed(blocker, "its targets");
    format!("every target of {resource} is in an availability zone that is not enabled for the load balancer{targets}")
}

/// No target is in the node's zone.
pub(super) fn not_cross_zone(blocker: &Blocker, resource: &str) -> String {
    let targets = listed(blocker, "its targets");
    format!("{resource} has no target in the zone of this node, and its nodes send to no other zone{targets}")
}

/// No target takes part.
pub(super) fn no_target_in_use(blocker: &Blocker, resource: &str) -> String {
    format!("no target of {resource} takes part{}", listed(blocker, "its targets"))
}

/// The target is the client.
pub(super) fn hairpin(resource: &str) -> String {
    format!(
        "{resource} sends the client's packets back to the client itself, which drops them: they show its own address as their source"
    )
}

/// A rule names a group, which something on the way does not preserve.
pub(super) fn reference_lost(sentence: &str) -> String {
    format!("{sentence}: a rule names a security group of the sender, which what stands in between does not preserve")
}

/// What there is instead, behind a colon.
fn listed(blocker: &Blocker, what: &str) -> String {
    match &blocker.reason.evidence {
        Evidence::Listed(listed) if !listed.is_empty() => {
            let listed: Vec<String> = listed.iter().map(|each| format!("`{}`", clean(each))).collect();
            format!(": {what} {}", listed.join(", "))
        }
        _ => String::new(),
    }
}
