//! Network ACLs, as `describe-network-acls` prints them.
//!
//! An entry that cannot be read takes its whole ACL along: an ACL less one rule would give wrong verdicts.

use std::collections::BTreeSet;

use deguchi_model::{
    NetworkAcl, NetworkAclId, NetworkAclRule, NetworkAclRules, RuleAction, RuleNumber, SubnetId, TrafficMatch, VpcId,
};

use super::{
    sighting::sighted,
    tag::{self, Tag},
    traffic::{Ends, protocol},
};
use crate::{
    ingest::{
        json::{List, One, Text, record},
        place::{Flaw, Place, flag, number, object, range, required, required_list},
    },
    notice::Expected,
};

record! {
    /// An element of `NetworkAcls`.
    NetworkAclRecord {
        id: Text<'a> = "NetworkAclId",
        owner: Text<'a> = "OwnerId",
        vpc: Text<'a> = "VpcId",
        is_default: Text<'a> = "IsDefault",
        associations: List<AssociationRecord<'a>> = "Associations",
        entries: List<EntryRecord<'a>> = "Entries",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// An element of `Associations`.
    AssociationRecord {
        subnet: Text<'a> = "SubnetId",
    }
}

record! {
    /// An element of `Entries` (AP-3).
    EntryRecord {
        number: Text<'a> = "RuleNumber",
        is_egress: Text<'a> = "Egress",
        action: Text<'a> = "RuleAction",
        protocol: Text<'a> = "Protocol",
        cidr_block: Text<'a> = "CidrBlock",
        ipv6_cidr_block: Text<'a> = "Ipv6CidrBlock",
        ports: One<PortsRecord<'a>> = "PortRange",
        icmp: One<IcmpRecord<'a>> = "IcmpTypeCode",
    }
}

record! {
    /// `PortRange`.
    PortsRecord {
        first: Text<'a> = "From",
        last: Text<'a> = "To",
    }
}

record! {
    /// `IcmpTypeCode` (NA-8).
    IcmpRecord {
        kind: Text<'a> = "Type",
        code: Text<'a> = "Code",
    }
}

sighted!(NetworkAcl, NetworkAclId, NetworkAcl);

/// Reads a network ACL.
pub(super) fn read(record: &NetworkAclRecord<'_>, at: &Place) -> Result<NetworkAcl, Flaw> {
    let mut subnets = BTreeSet::new();
    for (index, association) in required_list(&record.associations, at, "Associations")? {
        subnets.insert(SubnetId::new(required(&association.subnet, &at.item("Associations", index), "SubnetId")?));
    }
    let mut rules = NetworkAclRules::default();
    for (index, entry) in required_list(&record.entries, at, "Entries")? {
        let at = at.item("Entries", index);
        let is_egress =
            flag(&entry.is_egress, &at, "Egress")?.ok_or_else(|| Flaw::new(&at, "Egress", None, Expected::Boolean))?;
        let rule = rule(entry, &at)?;
        if is_egress { rules.outbound.push(rule) } else { rules.inbound.push(rule) }
    }
    Ok(NetworkAcl::new(
        NetworkAclId::new(required(&record.id, at, "NetworkAclId")?),
        tag::name(&record.tags),
        VpcId::new(required(&record.vpc, at, "VpcId")?),
        flag(&record.is_default, at, "IsDefault")?.unwrap_or(false),
        subnets,
        rules,
    ))
}

fn rule(entry: &EntryRecord<'_>, at: &Place) -> Result<NetworkAclRule, Flaw> {
    let rule_number = number(&entry.number, at, "RuleNumber", Expected::Number)?
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| Flaw::new(at, "RuleNumber", entry.number.get(), Expected::Number))?;
    let action = required(&entry.action, at, "RuleAction")?;
    let action = match action.to_ascii_lowercase().as_str() {
        "allow" => RuleAction::Allow,
        "deny" => RuleAction::Deny,
        _ => return Err(Flaw::new(at, "RuleAction", Some(action), Expected::RuleAction)),
    };
    let ipv4 = range(&entry.cidr_block, at, "CidrBlock")?;
    let cidr = match ipv4 {
        Some(cidr) => cidr,
        None => range(&entry.ipv6_cidr_block, at, "Ipv6CidrBlock")?
            .ok_or_else(|| Flaw::new(at, "CidrBlock", None, Expected::Range))?,
    };
    let traffic = match traffic(entry, at)? {
        // NA-7: types of ICMPv6 only count with an IPv6 range; else the rule is for protocol 58 as a whole.
        TrafficMatch::Icmpv6(_) if cidr.addr().is_ipv4() => TrafficMatch::Protocol(58),
        traffic => traffic,
    };
    Ok(NetworkAclRule { number: RuleNumber(rule_number), cidr, traffic, action })
}

fn traffic(entry: &EntryRecord<'_>, at: &Place) -> Result<TrafficMatch, Flaw> {
    let protocol = protocol(&entry.protocol, at, "Protocol")?;
    let absent = Text::Absent;
    let ports = object(&entry.ports, at, "PortRange")?;
    let icmp = object(&entry.icmp, at, "IcmpTypeCode")?;
    let ports = Ends {
        at: &at.field("PortRange"),
        first: (ports.map_or(&absent, |ports| &ports.first), "From"),
        last: (ports.map_or(&absent, |ports| &ports.last), "To"),
    };
    let icmp = Ends {
        at: &at.field("IcmpTypeCode"),
        first: (icmp.map_or(&absent, |icmp| &icmp.kind), "Type"),
        last: (icmp.map_or(&absent, |icmp| &icmp.code), "Code"),
    };
    protocol.matching(&ports, &icmp)
}
