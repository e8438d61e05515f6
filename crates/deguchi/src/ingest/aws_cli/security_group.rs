//! Security groups, as `describe-security-groups` prints them, or built from `describe-security-group-rules`.
//!
//! A rule that cannot be read takes its whole group along: a group less one rule would give wrong verdicts.

use std::collections::BTreeMap;

use deguchi_model::{PrefixListId, RulePeer, SecurityGroup, SecurityGroupId, SecurityGroupRule, TrafficMatch, VpcId};

use super::{
    sighting::sighted,
    traffic::{Ends, protocol},
};
use crate::{
    ingest::{
        json::{List, One, Text, record},
        place::{Flaw, Place, flag, list, object, range, required, required_list},
    },
    notice::Expected,
};

record! {
    /// An element of `SecurityGroups`.
    SecurityGroupRecord {
        id: Text<'a> = "GroupId",
        owner: Text<'a> = "OwnerId",
        name: Text<'a> = "GroupName",
        vpc: Text<'a> = "VpcId",
        inbound: List<PermissionRecord<'a>> = "IpPermissions",
        outbound: List<PermissionRecord<'a>> = "IpPermissionsEgress",
    }
}

record! {
    /// One permission, which holds many peers (AP-4).
    PermissionRecord {
        protocol: Text<'a> = "IpProtocol",
        from_port: Text<'a> = "FromPort",
        to_port: Text<'a> = "ToPort",
        ipv4_ranges: List<Ipv4RangeRecord<'a>> = "IpRanges",
        ipv6_ranges: List<Ipv6RangeRecord<'a>> = "Ipv6Ranges",
        prefix_lists: List<PrefixListRecord<'a>> = "PrefixListIds",
        groups: List<GroupPairRecord<'a>> = "UserIdGroupPairs",
    }
}

record! {
    /// An element of `IpRanges`.
    Ipv4RangeRecord {
        cidr: Text<'a> = "CidrIp",
    }
}

record! {
    /// An element of `Ipv6Ranges`.
    Ipv6RangeRecord {
        cidr: Text<'a> = "CidrIpv6",
    }
}

record! {
    /// An element of `PrefixListIds`.
    PrefixListRecord {
        id: Text<'a> = "PrefixListId",
    }
}

record! {
    /// An element of `UserIdGroupPairs`.
    GroupPairRecord {
        id: Text<'a> = "GroupId",
        peering_status: Text<'a> = "PeeringStatus",
    }
}

record! {
    /// An element of `SecurityGroupRules`: one peer each.
    RuleRecord {
        group: Text<'a> = "GroupId",
        is_egress: Text<'a> = "IsEgress",
        protocol: Text<'a> = "IpProtocol",
        from_port: Text<'a> = "FromPort",
        to_port: Text<'a> = "ToPort",
        ipv4: Text<'a> = "CidrIpv4",
        ipv6: Text<'a> = "CidrIpv6",
        prefix_list: Text<'a> = "PrefixListId",
        referenced: One<GroupPairRecord<'a>> = "ReferencedGroupInfo",
    }
}

sighted!(SecurityGroup, SecurityGroupId, SecurityGroup, group => {
    group.inbound.sort();
    group.outbound.sort();
});

/// Reads a security group.
pub(super) fn read(record: &SecurityGroupRecord<'_>, at: &Place) -> Result<SecurityGroup, Flaw> {
    Ok(SecurityGroup {
        id: SecurityGroupId::new(required(&record.id, at, "GroupId")?),
        name: record.name.owned(),
        vpc: record.vpc.get().map(VpcId::new),
        inbound: rules(&record.inbound, at, "IpPermissions")?,
        outbound: rules(&record.outbound, at, "IpPermissionsEgress")?,
    })
}

fn rules(
    permissions: &List<PermissionRecord<'_>>,
    at: &Place,
    field: &'static str,
) -> Result<Vec<SecurityGroupRule>, Flaw> {
    let mut rules = Vec::new();
    for (index, permission) in required_list(permissions, at, field)? {
        let at = at.item(field, index);
        let traffic = traffic(&permission.protocol, &permission.from_port, &permission.to_port, &at)?;
        rules.extend(peers(permission, &at)?.into_iter().map(|peer| SecurityGroupRule { traffic, peer }));
    }
    Ok(rules)
}

fn traffic(
    protocol_text: &Text<'_>,
    from_port: &Text<'_>,
    to_port: &Text<'_>,
    at: &Place,
) -> Result<TrafficMatch, Flaw> {
    // SG-7: the same two members hold ports or an ICMP type and code.
    let ends = Ends { at, first: (from_port, "FromPort"), last: (to_port, "ToPort") };
    protocol(protocol_text, at, "IpProtocol")?.matching(&ends, &ends)
}

fn peers(permission: &PermissionRecord<'_>, at: &Place) -> Result<Vec<RulePeer>, Flaw> {
    let mut peers = Vec::new();
    for (index, ipv4) in list(&permission.ipv4_ranges, at, "IpRanges")? {
        peers.push(cidr(&ipv4.cidr, &at.item("IpRanges", index), "CidrIp")?);
    }
    for (index, ipv6) in list(&permission.ipv6_ranges, at, "Ipv6Ranges")? {
        peers.push(cidr(&ipv6.cidr, &at.item("Ipv6Ranges", index), "CidrIpv6")?);
    }
    for (index, prefix_list) in list(&permission.prefix_lists, at, "PrefixListIds")? {
        let id = required(&prefix_list.id, &at.item("PrefixListIds", index), "PrefixListId")?;
        peers.push(RulePeer::PrefixList(PrefixListId::new(id)));
    }
    for (index, group) in list(&permission.groups, at, "UserIdGroupPairs")? {
        peers.push(group_peer(group, &at.item("UserIdGroupPairs", index))?);
    }
    Ok(peers)
}

fn cidr(text: &Text<'_>, at: &Place, field: &str) -> Result<RulePeer, Flaw> {
    range(text, at, field)?.map(RulePeer::Cidr).ok_or_else(|| Flaw::new(at, field, None, Expected::Range))
}

/// SG-12, SG-15: over a peering that is not active a reference matches nothing.
fn group_peer(group: &GroupPairRecord<'_>, at: &Place) -> Result<RulePeer, Flaw> {
    let id = SecurityGroupId::new(required(&group.id, at, "GroupId")?);
    Ok(match group.peering_status.get() {
        None | Some("active") => RulePeer::SecurityGroup(id),
        Some(_) => RulePeer::StaleSecurityGroup(id),
    })
}

/// One element of `SecurityGroupRules`, and the group that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GroupRule {
    pub(super) group: SecurityGroupId,
    is_egress: bool,
    rule: SecurityGroupRule,
}

/// Reads one rule of `describe-security-group-rules`.
pub(super) fn read_rule(record: &RuleRecord<'_>, at: &Place) -> Result<GroupRule, Flaw> {
    let is_egress =
        flag(&record.is_egress, at, "IsEgress")?.ok_or_else(|| Flaw::new(at, "IsEgress", None, Expected::Boolean))?;
    Ok(GroupRule {
        group: SecurityGroupId::new(required(&record.group, at, "GroupId")?),
        is_egress,
        rule: SecurityGroupRule {
            traffic: traffic(&record.protocol, &record.from_port, &record.to_port, at)?,
            peer: rule_peer(record, at)?,
        },
    })
}

fn rule_peer(record: &RuleRecord<'_>, at: &Place) -> Result<RulePeer, Flaw> {
    if let Some(group) = object(&record.referenced, at, "ReferencedGroupInfo")? {
        return group_peer(group, &at.field("ReferencedGroupInfo"));
    }
    if let Some(list) = record.prefix_list.get() {
        return Ok(RulePeer::PrefixList(PrefixListId::new(list)));
    }
    if record.ipv6.get().is_some() {
        return cidr(&record.ipv6, at, "CidrIpv6");
    }
    cidr(&record.ipv4, at, "CidrIpv4")
}

/// Builds groups of their rules alone. A group that has no rule at all cannot be told from one that does not exist.
pub(super) fn groups_of(rules: impl Iterator<Item = GroupRule>) -> BTreeMap<SecurityGroupId, SecurityGroup> {
    let mut groups = BTreeMap::new();
    for GroupRule { group, is_egress, rule } in rules {
        let built = groups.entry(group.clone()).or_insert_with(|| SecurityGroup {
            id: group,
            name: None,
            vpc: None,
            inbound: Vec::new(),
            outbound: Vec::new(),
        });
        let rules = if is_egress { &mut built.outbound } else { &mut built.inbound };
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    groups
}
