//! Security groups and network ACLs: such as people write, and any others.

use serde_json::{Value, json};

use super::{Documents, Draft, Random, transit_gateway::Joins};

const RANGES: [&str; 22] = [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "0.0.0.0/0",
    "0.0.0.0/0",
    "::/0",
    "::/0",
    "::/0",
    "10.0.0.0/16",
    "10.0.0.0/24",
    "10.0.1.0/24",
    "10.0.2.0/24",
    "10.1.0.0/16",
    "10.1.1.0/24",
    "10.0.0.0/8",
    "100.70.0.0/15",
    "198.51.100.0/24",
    "198.51.100.80/32",
    "203.0.113.0/24",
    "8.0.0.0/8",
    "52.216.0.0/15",
    "192.168.0.0/16",
    "2600:1f00::/40",
];

fn range(random: &mut Random) -> &'static str {
    random.of_list(&RANGES).copied().unwrap_or("0.0.0.0/0")
}

/// A protocol as AWS writes it in both kinds of rules, with its ports, or type and code.
fn traffic(random: &mut Random) -> (&'static str, i64, i64) {
    let (first, last) = random.pick(
        (443, 443),
        [
            (443, 443),
            (80, 80),
            (22, 22),
            (53, 53),
            (1024, 65535),
            (32768, 60999),
            (1024, 49151),
            (49152, 65535),
            (100, 1030),
            (0, 65535),
        ],
    );
    match random.below(12) {
        0..4 => ("-1", -1, -1),
        4..8 => ("6", first, last),
        8 => ("17", first, last),
        9 => random.pick(("1", -1, -1), [("1", 8, -1), ("1", 0, -1), ("1", 8, 0), ("1", 3, 4)]),
        10 => random.pick(("58", -1, -1), [("58", 128, -1), ("58", 129, 0)]),
        _ => ("47", -1, -1),
    }
}

impl Draft {
    /// Whose groups rules may name: the VPC's own and those across an active peering connection or a transit gateway.
    fn group(&self, random: &mut Random, joins: &Joins) -> String {
        let across: Vec<usize> = joins
            .lends
            .iter()
            .flat_map(|(first, second)| [(*first, *second), (*second, *first)])
            .filter(|(own, _)| *own == self.vpc)
            .map(|(_, other)| other)
            .collect();
        match random.of_list(&across).copied().filter(|_| random.chance(25)) {
            Some(other) => format!("sg-{other}-{}", random.below(2)),
            None => format!("sg-{}-{}", self.vpc, random.below(self.groups)),
        }
    }

    pub(super) fn write_groups(&self, random: &mut Random, joins: &Joins, documents: &mut Documents) {
        for number in 0..self.groups {
            let mut inbound: Vec<Value> = (0..random.below(4)).map(|_| self.permission(random, joins)).collect();
            let mut outbound: Vec<Value> = (0..random.below(3)).map(|_| self.permission(random, joins)).collect();
            if !random.fault(35) {
                inbound.push(open());
            }
            if !random.fault(15) {
                outbound.push(open());
            }
            documents.add(
                "SecurityGroups",
                json!({ "GroupId": format!("sg-{}-{number}", self.vpc), "GroupName": format!("group-{number}"),
                        "VpcId": self.id(), "OwnerId": "111122223333",
                        "IpPermissions": inbound, "IpPermissionsEgress": outbound }),
            );
        }
    }

    fn permission(&self, random: &mut Random, joins: &Joins) -> Value {
        let (protocol, first, last) = traffic(random);
        let protocol = match protocol {
            "6" => "tcp",
            "17" => "udp",
            "1" => "icmp",
            "58" => "icmpv6",
            other => other,
        };
        let (mut ipv4, mut ipv6, mut lists, mut groups) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..=random.below(2) {
            match random.below(10) {
                0 | 1 => groups.push(json!({ "GroupId": self.group(random, joins), "UserId": "111122223333" })),
                2 => lists.push(json!({ "PrefixListId": random.pick("pl-s3", ["pl-own"]) })),
                _ => match range(random) {
                    own if own.contains(':') => ipv6.push(json!({ "CidrIpv6": own })),
                    own => ipv4.push(json!({ "CidrIp": own })),
                },
            }
        }
        let mut permission = json!({
            "IpProtocol": protocol, "IpRanges": ipv4, "Ipv6Ranges": ipv6, "PrefixListIds": lists, "UserIdGroupPairs": groups,
        });
        if let (true, Some(own)) = (!matches!(protocol, "-1" | "47"), permission.as_object_mut()) {
            own.insert("FromPort".to_owned(), json!(first));
            own.insert("ToPort".to_owned(), json!(last));
        }
        permission
    }

    pub(super) fn write_acls(&self, random: &mut Random, documents: &mut Documents) {
        let count = 1 + random.below(3);
        let placed: Vec<usize> =
            (0..self.subnets).map(|_| if random.chance(60) { 0 } else { random.below(count) }).collect();
        for number in 0..count {
            let mut entries = Vec::new();
            for is_outbound in [false, true] {
                if (number > 0 && !random.chance(10)) || random.fault(5) {
                    entries.extend(drawn_entries(random, is_outbound));
                } else {
                    entries.extend(closing(is_outbound, true));
                }
            }
            let associations: Vec<Value> = (0..self.subnets)
                .filter(|subnet| placed.get(*subnet) == Some(&number))
                .map(|subnet| json!({ "SubnetId": self.subnet_id(subnet), "NetworkAclId": format!("acl-{}-{number}", self.vpc) }))
                .collect();
            documents.add(
                "NetworkAcls",
                json!({ "NetworkAclId": format!("acl-{}-{number}", self.vpc), "VpcId": self.id(), "IsDefault": number == 0,
                        "OwnerId": "111122223333", "Associations": associations, "Entries": entries }),
            );
        }
    }
}

fn open() -> Value {
    json!({ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }], "Ipv6Ranges": [{ "CidrIpv6": "::/0" }],
            "PrefixListIds": [], "UserIdGroupPairs": [] })
}

/// The rules that stand behind all others: open, if asked, and AWS's own closing ones.
fn closing(is_outbound: bool, is_open: bool) -> Vec<Value> {
    let mut entries = Vec::new();
    for (place, (field, all)) in [("CidrBlock", "0.0.0.0/0"), ("Ipv6CidrBlock", "::/0")].into_iter().enumerate() {
        for (number, action) in [(1000, "allow"), (32767, "deny")] {
            if action == "deny" || is_open {
                entries.push(json!({ "RuleNumber": number + place, "Protocol": "-1", "RuleAction": action,
                                     "Egress": is_outbound, field: all }));
            }
        }
    }
    entries
}

fn drawn_entries(random: &mut Random, is_outbound: bool) -> Vec<Value> {
    let mut entries = Vec::new();
    let mut number = 10;
    if random.chance(50) {
        // What guides recommend: services, the ephemeral ports, ping; now and then with one of them forgotten.
        let kept = [("6", 80, 443), ("6", 1024, 65535), ("17", 0, 65535), ("1", -1, -1)];
        for (protocol, first, last) in kept {
            if !random.fault(15) {
                entries.push(entry(number, is_outbound, (protocol, first, last), "0.0.0.0/0", "allow"));
                number += 10;
            }
        }
    }
    for _ in 0..random.below(4) {
        let action = if random.fault(35) { "deny" } else { "allow" };
        number = if random.chance(30) { number.saturating_sub(7).max(1) } else { number + 9 };
        let is_taken = entries.iter().any(|own: &Value| own["RuleNumber"] == json!(number));
        if !is_taken {
            entries.push(entry(number, is_outbound, traffic(random), range(random), action));
        }
    }
    entries.extend(closing(is_outbound, !random.fault(35)));
    // AWS sorts them; nothing says that it must.
    if random.chance(20) {
        entries.reverse();
    }
    entries
}

fn entry(number: usize, is_outbound: bool, traffic: (&str, i64, i64), range: &str, action: &str) -> Value {
    let (protocol, first, last) = traffic;
    let field = if range.contains(':') { "Ipv6CidrBlock" } else { "CidrBlock" };
    let mut entry = json!({ "RuleNumber": number, "Protocol": protocol, "RuleAction": action, "Egress": is_outbound, field: range });
    if let Some(own) = entry.as_object_mut() {
        match protocol {
            "6" | "17" => own.insert("PortRange".to_owned(), json!({ "From": first, "To": last })),
            "1" | "58" => own.insert("IcmpTypeCode".to_owned(), json!({ "Type": first, "Code": last })),
            _ => None,
        };
    }
    entry
}
