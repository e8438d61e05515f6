//! The items about filters: network ACLs on the whole way, and what the machine's own security groups let out.

use std::collections::BTreeSet;

use deguchi_engine::{AddressSet, Code, Gap, Heading, Place, Verdict};
use deguchi_model::{
    Direction, NetworkAcl, PortRange, RuleAction, RulePeer, SecurityGroup, SecurityGroupRule, TrafficMatch,
};

use super::{
    Checked, Finding, Status,
    bench::{Bench, Probe},
};
use crate::report::Blocker;

/// `network-acls-pass`: every ACL on the way lets requests out and replies back, HTTPS, repositories and ping alike.
pub(super) fn network_acls_pass(bench: &Bench<'_>) -> Vec<Checked> {
    let mut found = Vec::new();
    let probes = [Some(&bench.https), bench.repositories.as_ref(), Some(&bench.ping)];
    for probe in probes.into_iter().flatten() {
        acls_of(bench, probe, &mut found);
    }
    let met: BTreeSet<String> = found
        .iter()
        .flat_map(|checked: &Checked| match &checked.finding {
            Finding::AclsPass { acls, .. } => acls.clone(),
            _ => Vec::new(),
        })
        .collect();
    for acl in met {
        if bench.network.network_acls.get(acl.as_str()).is_some_and(is_open_by_default) {
            found.push(Checked::new(Status::NotApplicable, Finding::AclOpenByDefault { acl }));
        }
    }
    found
}

fn acls_of(bench: &Bench<'_>, probe: &Probe, found: &mut Vec<Checked>) {
    let asked = probe.label.clone();
    let mut blockers = probe.blockers(bench.network);
    blockers.retain(|blocker| blocker.reason.code == Code::NetworkAclRestriction);
    blockers.dedup_by(|a, b| a.reason == b.reason);
    let is_blocked = !blockers.is_empty();
    found.extend(blockers.into_iter().map(|blocker| blocked(&asked, blocker)));
    let missing: Vec<_> = probe
        .answers
        .iter()
        .flat_map(|answer| &answer.missing)
        .filter(|it| it.gap == Gap::NetworkAclOfSubnet)
        .collect();
    let is_missing = !missing.is_empty();
    for missing in missing {
        let missing = Box::new(missing.clone());
        found.push(Checked::new(Status::Unknown, Finding::Undecided { asked: asked.clone(), missing }));
    }
    if is_blocked || is_missing {
        return;
    }
    let ways = || probe.answers.iter().flat_map(|answer| &answer.ways);
    // A way without a reply ended at something else, before every crossing was met.
    if ways().any(|way| !way.hops.iter().any(|hop| hop.heading == Heading::Return)) {
        found.push(Checked::new(Status::Unknown, Finding::AclCrossingsNotMet { asked }));
        return;
    }
    let mut acls = BTreeSet::new();
    let mut crossings = 0;
    for way in ways() {
        let own = way.hops.iter().filter_map(|hop| match &hop.place {
            Place::NetworkAcl { acl, .. } => Some(acl.as_ref()),
            _ => None,
        });
        let own: Vec<_> = own.collect();
        crossings = crossings.max(own.len());
        acls.extend(own.into_iter().flatten().map(ToString::to_string));
    }
    let acls = acls.into_iter().collect();
    found.push(Checked::new(Status::Pass, Finding::AclsPass { asked, acls, crossings }));
}

fn blocked(asked: &str, blocker: Blocker) -> Checked {
    Checked::new(Status::Fail, Finding::Blocked { asked: asked.to_owned(), blocker: Box::new(blocker) })
}

/// Whether an ACL is the VPC's default one, with AWS's own rule that allows everything first (NA-4).
fn is_open_by_default(acl: &NetworkAcl) -> bool {
    let is_open = |rules: &[deguchi_model::NetworkAclRule]| {
        rules.first().is_some_and(|rule| {
            rule.action == RuleAction::Allow && rule.traffic == TrafficMatch::All && rule.cidr.prefix_len() == 0
        })
    };
    acl.is_default && is_open(acl.inbound()) && is_open(acl.outbound())
}

/// `egress-http-https`: the machine's groups let out what its repositories need, and HTTPS.
pub(super) fn egress_http_https(bench: &Bench<'_>) -> Vec<Checked> {
    let mut found = outbound_groups(bench, &bench.https);
    if let Some(repositories) = &bench.repositories {
        let each: Vec<bool> = repositories
            .answered()
            .map(|(_, answer)| {
                answer
                    .reasons
                    .iter()
                    .any(|reason| is_own_egress(reason.code, reason.heading, reason.leg, reason.direction))
            })
            .collect();
        let mut own = outbound_groups(bench, repositories);
        // Where it is not known which repository applies, one that is closed out proves nothing.
        if each.contains(&false) && each.contains(&true) {
            for checked in &mut own {
                checked.status = checked.status.min(Status::Unknown);
            }
        }
        found.extend(own);
    }
    found
}

/// `egress-icmp`: the machine's groups let pings out.
pub(super) fn egress_icmp(bench: &Bench<'_>) -> Vec<Checked> {
    let mut found = outbound_groups(bench, &bench.ping);
    if found.iter().any(|checked| checked.status == Status::Fail) {
        for group in groups(bench) {
            let is_icmp =
                |rule: &&SecurityGroupRule| matches!(rule.traffic, TrafficMatch::Icmp(_) | TrafficMatch::Icmpv6(_));
            if group.inbound.iter().any(|rule| is_icmp(&rule)) {
                let finding = Finding::InboundIcmpOnly { group: group.id.to_string() };
                found.push(Checked::new(Status::NotApplicable, finding));
            }
        }
    }
    found
}

/// The machine's own groups, as far as the snapshot has them.
fn groups<'n>(bench: &Bench<'n>) -> Vec<&'n SecurityGroup> {
    let ids = &bench.machine.interface.security_groups;
    ids.iter().filter_map(|id| bench.network.security_groups.get(id)).collect()
}

fn is_own_egress(code: Code, heading: Heading, leg: u8, direction: Option<Direction>) -> bool {
    let is_group = matches!(code, Code::SecurityGroupRulesMismatch | Code::SecurityGroupHasNoRules);
    is_group && heading == Heading::Forward && leg == 1 && direction == Some(Direction::Outbound)
}

/// What the machine's own groups do to a question's packets on their way out.
fn outbound_groups(bench: &Bench<'_>, probe: &Probe) -> Vec<Checked> {
    let asked = probe.label.clone();
    let mut blockers = probe.blockers(bench.network);
    blockers.retain(|it| is_own_egress(it.reason.code, it.reason.heading, it.reason.leg, it.reason.direction));
    blockers.dedup_by(|a, b| a.reason == b.reason);
    let ids = &bench.machine.interface.security_groups;
    let missing = ids.iter().find(|id| !bench.network.security_groups.contains_key(*id));
    if let Some(group) = missing {
        return vec![Checked::new(Status::Unknown, Finding::GroupMissing { group: group.to_string() })];
    }
    if blockers.is_empty() {
        let groups = ids.iter().map(ToString::to_string).collect();
        return vec![Checked::new(Status::Pass, Finding::GroupsAllow { asked, groups })];
    }
    blockers.into_iter().map(|blocker| blocked(&asked, blocker)).collect()
}

/// `egress-ssh-narrow`: outbound SSH is not open to public addresses. A finding, not a blocker.
pub(super) fn egress_ssh_narrow(bench: &Bench<'_>) -> Vec<Checked> {
    let ids = &bench.machine.interface.security_groups;
    if let Some(group) = ids.iter().find(|id| !bench.network.security_groups.contains_key(*id)) {
        return vec![Checked::new(Status::Unknown, Finding::GroupMissing { group: group.to_string() })];
    }
    let public = AddressSet::public_ipv4().union(&AddressSet::public_ipv6());
    // A VPC's own IPv6 range is public, and is the VPC's all the same.
    let vpc = bench.network.vpcs.get(&bench.machine.interface.vpc);
    let own: Vec<_> = vpc.into_iter().flat_map(|vpc| &vpc.ipv6_cidr_blocks).map(|cidr| (*cidr).into()).collect();
    let public = public.minus(&AddressSet::from_cidrs(&own));
    let mut found = Vec::new();
    for group in groups(bench) {
        for rule in group.outbound.iter().filter(|rule| is_ssh(&rule.traffic)) {
            let RulePeer::Cidr(cidr) = &rule.peer else { continue };
            if !AddressSet::from_cidrs([cidr]).intersection(&public).is_empty() {
                let (group, traffic, peer) = (group.id.to_string(), rule.traffic.to_string(), cidr.to_string());
                found.push(Checked::new(Status::Fail, Finding::SshOpen { group, traffic, peer }));
            }
        }
    }
    if found.is_empty() {
        found.push(Checked::new(Status::Pass, Finding::SshNarrow));
    }
    found
}

fn is_ssh(traffic: &TrafficMatch) -> bool {
    let holds = |ports: &PortRange| ports.first() <= 22 && 22 <= ports.last();
    match traffic {
        TrafficMatch::All => true,
        TrafficMatch::Tcp(ports) => holds(ports),
        TrafficMatch::Udp(_) | TrafficMatch::Icmp(_) | TrafficMatch::Icmpv6(_) | TrafficMatch::Protocol(_) => false,
    }
}

/// What a question's answer says as a whole, for an item that is one question.
pub(super) fn whole_answer(bench: &Bench<'_>, probe: &Probe) -> Vec<Checked> {
    let asked = probe.label.clone();
    if probe.is(Verdict::Reachable) {
        return vec![Checked::new(Status::Pass, Finding::Reached { asked })];
    }
    let mut found = undecided(probe);
    if !probe.answers.iter().any(|answer| answer.verdict == Verdict::Undecided) {
        found.extend(probe.blockers(bench.network).into_iter().map(|blocker| blocked(&asked, blocker)));
    }
    found
}

/// What of a question's answer is not known and decides.
pub(super) fn undecided(probe: &Probe) -> Vec<Checked> {
    let answers = probe.answers.iter().filter(|answer| answer.verdict == Verdict::Undecided);
    let mut found: Vec<Checked> = Vec::new();
    for missing in answers.flat_map(|answer| &answer.missing) {
        let finding = Finding::Undecided { asked: probe.label.clone(), missing: Box::new(missing.clone()) };
        let checked = Checked::new(Status::Unknown, finding);
        if !found.contains(&checked) {
            found.push(checked);
        }
    }
    found
}
