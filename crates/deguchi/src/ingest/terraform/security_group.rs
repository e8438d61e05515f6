//! Security groups: rules written into them, rules that are resources of their own of either kind, and the default group.

use serde_json::{Map, Value, json};

use super::{
    document::{Resource, blocks, text, texts},
    reader::{Reader, compact},
    reference::{Named, NamedList},
    route_table::PREFIX_LIST,
    vpc::VPC,
};
use crate::notice::TerraformNotice;

/// A security group as it comes together.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) address: String,
    pub(super) name: Option<String>,
    pub(super) vpc: Option<String>,
    pub(super) rules: Vec<Rule>,
    /// Whether it is one that AWS made, and nobody looks after.
    pub(super) is_implied: bool,
    /// Whether some of its rules are not known.
    pub(super) is_partial: bool,
    /// Whether it is as the snapshot beneath has it.
    pub(super) is_untouched: bool,
}

/// One rule: one peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    is_egress: bool,
    protocol: String,
    ports: Option<(String, String)>,
    /// AWS's list of peers, and the member of its elements.
    peer: (&'static str, &'static str, String),
}

pub(super) const SECURITY_GROUP: [&str; 2] = ["aws_security_group", "aws_default_security_group"];

const IPV4: (&str, &str) = ("IpRanges", "CidrIp");
const IPV6: (&str, &str) = ("Ipv6Ranges", "CidrIpv6");
const LIST: (&str, &str) = ("PrefixListIds", "PrefixListId");
const GROUP: (&str, &str) = ("UserIdGroupPairs", "GroupId");

/// Attributes that name peers, with what they name.
const PEERS: [(&str, (&str, &str), &[&str]); 8] = [
    ("cidr_blocks", IPV4, &[]),
    ("ipv6_cidr_blocks", IPV6, &[]),
    ("prefix_list_ids", LIST, &PREFIX_LIST),
    ("security_groups", GROUP, &SECURITY_GROUP),
    ("cidr_ipv4", IPV4, &[]),
    ("cidr_ipv6", IPV6, &[]),
    ("prefix_list_id", LIST, &PREFIX_LIST),
    ("referenced_security_group_id", GROUP, &SECURITY_GROUP),
];

impl Reader<'_> {
    /// Reads security groups.
    pub(super) fn security_groups(&mut self) {
        for (id, facts) in self.vpcs.clone().into_iter().filter(|(_, facts)| !facts.is_data) {
            let own = (GROUP.0, GROUP.1, facts.default_group.clone());
            let all = |is_egress, peer| Rule { is_egress, protocol: "-1".to_owned(), ports: None, peer };
            // SG-2: in from its own members, out to everywhere.
            let mut rules = vec![all(false, own), all(true, (IPV4.0, IPV4.1, "0.0.0.0/0".to_owned()))];
            if !facts.ipv6_cidr_blocks.is_empty() {
                rules.push(all(true, (IPV6.0, IPV6.1, "::/0".to_owned())));
            }
            let address = format!("{}.default_security_group_id", facts.address);
            let group = Group {
                address,
                name: Some("default".to_owned()),
                vpc: Some(id),
                rules,
                is_implied: true,
                ..Group::default()
            };
            // The snapshot beneath may have it.
            self.groups.entry(facts.default_group).or_insert(group);
        }
        for resource in self.all(&SECURITY_GROUP) {
            self.security_group(resource);
        }
        let rules =
            ["aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"];
        for resource in self.managed(&rules) {
            let named = self.named(resource, "security_group_id", &SECURITY_GROUP);
            let own = self.own_rules(resource, named.id());
            if let Named::Open(_) = named {
                self.put_in_each(&named, resource, &own);
            }
            let group = named.id().map(str::to_owned);
            let Some(group) = group else { continue };
            let entry = self.groups.entry(group).or_insert_with(|| Group {
                // The rules of a group that somebody else looks after are not all here.
                is_partial: true,
                address: resource.address.clone(),
                ..Group::default()
            });
            own.into_iter().for_each(|rule| entry.put(rule));
        }
    }

    /// Gives each group that a rule may be of a rule like it, which may match or not.
    fn put_in_each(&mut self, named: &Named, resource: &Resource, rules: &[Rule]) {
        for group in named.possible(self.groups.keys()) {
            let Some(group) = self.groups.get_mut(&group).filter(|group| !group.is_implied) else { continue };
            for rule in rules {
                let peer = (LIST.0, LIST.1, format!("{}.security_group_id", resource.address));
                group.put(Rule { peer, ..rule.clone() });
            }
        }
    }

    fn security_group(&mut self, resource: &Resource) {
        let vpc = self.id(resource, "vpc_id", &VPC);
        let id = if resource.kind == "aws_default_security_group" {
            let default = vpc.as_ref().and_then(|vpc| self.vpcs.get(vpc)).map(|facts| facts.default_group.clone());
            resource.text("id").or(default).unwrap_or_else(|| resource.id())
        } else {
            resource.id()
        };
        if resource.is_data {
            // Its rules are not in it.
            return;
        }
        let name = resource.text("name");
        let mut group = Group { address: resource.address.clone(), name, vpc, ..Group::default() };
        // Rules that nobody manages here stay as the snapshot beneath has them.
        let beneath = self.groups.get(&id).filter(|own| !own.is_implied);
        let beneath: Vec<Rule> = beneath.map(|own| own.rules.clone()).unwrap_or_default();
        for (attribute, is_egress) in [("ingress", false), ("egress", true)] {
            let own = blocks(resource.values.get(attribute)).into_iter().cloned().collect::<Vec<_>>();
            let is_configured = self.references.is_configured(resource, attribute);
            if own.is_empty() && is_configured && resource.is_unknown(attribute) {
                group.is_partial = true;
                let attribute = attribute.to_owned();
                self.say(TerraformNotice::Open { attribute, candidates: Vec::new() }, resource);
            }
            for (index, block) in own.iter().enumerate() {
                let rules = self.rules(resource, Some((attribute, index)), block, (is_egress, &id));
                rules.into_iter().for_each(|rule| group.put(rule));
            }
            if !is_configured && resource.kind != "aws_default_security_group" {
                beneath.iter().filter(|rule| rule.is_egress == is_egress).for_each(|rule| group.put(rule.clone()));
                // What a refreshed group lists is there, but for what the plan deletes.
                let gone = self.gone_rules(&id);
                group.rules.retain(|rule| rule.is_egress != is_egress || !gone.contains(rule));
            }
        }
        self.groups.insert(id, group);
    }

    /// The rules of a group that the plan deletes.
    pub(super) fn gone_rules(&mut self, group: &str) -> Vec<Rule> {
        let mut rules = Vec::new();
        for gone in &self.world.gone {
            let is_rule = gone.kind == "aws_security_group_rule" || gone.kind.starts_with("aws_vpc_security_group_");
            if is_rule && gone.text("security_group_id").as_deref() == Some(group) {
                rules.extend(self.own_rules(gone, Some(group)));
            }
        }
        rules
    }

    /// The rules of a resource that is a rule itself.
    fn own_rules(&mut self, resource: &Resource, group: Option<&str>) -> Vec<Rule> {
        let is_egress = match resource.kind.as_str() {
            "aws_vpc_security_group_egress_rule" => true,
            "aws_vpc_security_group_ingress_rule" => false,
            _ => resource.text("type").as_deref() == Some("egress"),
        };
        self.rules(resource, None, &resource.values, (is_egress, group.unwrap_or_default()))
    }

    /// The rules of a block or resource, one for each peer.
    fn rules(
        &mut self,
        resource: &Resource,
        block: Option<(&str, usize)>,
        values: &Map<String, Value>,
        (is_egress, group): (bool, &str),
    ) -> Vec<Rule> {
        let protocol = text(values, "protocol").or_else(|| text(values, "ip_protocol")).unwrap_or_default();
        let protocol = match protocol.to_ascii_lowercase().as_str() {
            "all" | "-1" => "-1".to_owned(),
            "6" => "tcp".to_owned(),
            "17" => "udp".to_owned(),
            "1" => "icmp".to_owned(),
            "58" => "icmpv6".to_owned(),
            other => other.to_owned(),
        };
        let ports = match (protocol.as_str(), text(values, "from_port"), text(values, "to_port")) {
            ("-1", _, _) | (_, None, _) | (_, _, None) => None,
            (_, Some(first), Some(last)) => Some((first, last)),
        };
        let mut peers: Vec<(&'static str, &'static str, String)> = Vec::new();
        for (attribute, (list, member), types) in PEERS {
            peers.extend(texts(values, attribute).into_iter().map(|peer| (list, member, peer)));
            peers.extend(text(values, attribute).map(|peer| (list, member, peer)));
            self.open_peers(resource, block, attribute, (list, member, types), &mut peers);
        }
        if values.get("self") == Some(&Value::Bool(true)) {
            peers.push((GROUP.0, GROUP.1, group.to_owned()));
        }
        match self.source_group(resource, block, values) {
            Named::This(id) | Named::Likely(id) => peers.push((GROUP.0, GROUP.1, id)),
            Named::Open(_) => peers.push((LIST.0, LIST.1, format!("{}.source_security_group_id", resource.address))),
            Named::Nothing => {}
        }
        let bare = |(list, member, peer): (&'static str, &'static str, String)| {
            // `ACCOUNT/sg-…` of another account.
            let peer = if list == GROUP.0 { peer.rsplit('/').next().unwrap_or_default().to_owned() } else { peer };
            (list, member, peer)
        };
        let rule = |peer| Rule { is_egress, protocol: protocol.clone(), ports: ports.clone(), peer: bare(peer) };
        peers.into_iter().map(rule).collect()
    }

    fn source_group(
        &mut self,
        resource: &Resource,
        block: Option<(&str, usize)>,
        values: &Map<String, Value>,
    ) -> Named {
        let attribute = "source_security_group_id";
        // The provider computes it for a rule about the group itself, or about ranges.
        let is_other = values.get("self") == Some(&Value::Bool(true)) || block.is_some();
        if is_other { Named::Nothing } else { self.named(resource, attribute, &SECURITY_GROUP) }
    }

    /// Peers that are known only after apply: groups and lists by what they refer to, ranges as a list without ranges.
    fn open_peers(
        &mut self,
        resource: &Resource,
        block: Option<(&str, usize)>,
        attribute: &str,
        (list, member, types): (&'static str, &'static str, &[&str]),
        peers: &mut Vec<(&'static str, &'static str, String)>,
    ) {
        let unknown = match block {
            None => resource.is_unknown(attribute) && self.references.is_configured(resource, attribute),
            Some((name, index)) => match resource.unknown_block(name, index) {
                Some(Value::Bool(all)) => *all && attribute.ends_with("cidr_blocks"),
                Some(members) => members
                    .get(attribute)
                    .is_some_and(|it| it != &json!(false) && it != &json!([]) && super::document::has_true(it)),
                None => false,
            },
        };
        if !unknown {
            return;
        }
        let path: Vec<&str> = block.map(|(name, _)| name).into_iter().chain([attribute]).collect();
        let index = block.map_or(0, |(_, index)| index);
        let named = match types {
            [] => NamedList::Open(Vec::new()),
            _ => self.references.all_named(resource, &path, index, types),
        };
        // Blocks share one list of references: with several blocks nobody knows which is whose.
        let is_shared = block.is_some_and(|(name, _)| resource.blocks(name).len() > 1);
        let candidates = match named {
            NamedList::These { ids, is_sure } if ids.len() == 1 || !is_shared => {
                if !is_sure {
                    let taken = ids.join(", ");
                    self.say(TerraformNotice::Assumed { attribute: path.join("."), taken }, resource);
                }
                peers.extend(ids.into_iter().map(|id| (list, member, id)));
                return;
            }
            NamedList::These { ids, .. } | NamedList::Open(ids) => ids,
        };
        self.say(TerraformNotice::Open { attribute: path.join("."), candidates }, resource);
        let place = block.map(|(name, index)| format!("{name}[{index}].")).unwrap_or_default();
        peers.push((LIST.0, LIST.1, format!("{}.{place}{attribute}", resource.address)));
    }

    /// Prints the groups. One of which rules may be missing is not printed: it would be wrong.
    pub(super) fn print_security_groups(&mut self) {
        for (id, group) in std::mem::take(&mut self.groups) {
            if group.is_partial || group.is_untouched {
                continue;
            }
            let permissions = |is_egress: bool| -> Vec<Value> {
                group.rules.iter().filter(|rule| rule.is_egress == is_egress).map(Rule::permission).collect()
            };
            let element = json!({
                "GroupId": id, "GroupName": group.name, "VpcId": group.vpc,
                "IpPermissions": permissions(false), "IpPermissionsEgress": permissions(true),
            });
            self.answers.add("SecurityGroups", &group.address, compact(element));
        }
    }
}

impl Group {
    /// A group of a snapshot.
    pub(super) fn of_snapshot(id: &str, element: &Value) -> Self {
        let text = |member: &str| element.get(member).and_then(Value::as_str).map(str::to_owned);
        let mut rules = Vec::new();
        for (list, is_egress) in [("IpPermissions", false), ("IpPermissionsEgress", true)] {
            let permissions = super::document::elements(element.get(list));
            permissions.for_each(|permission| rules.extend(Rule::of_permission(permission, is_egress)));
        }
        Self {
            address: id.to_owned(),
            name: text("GroupName"),
            vpc: text("VpcId"),
            rules,
            is_untouched: true,
            ..Self::default()
        }
    }

    /// Takes rules away.
    pub(super) fn take_away(&mut self, rules: &[Rule]) {
        self.is_untouched &= rules.is_empty();
        self.rules.retain(|own| !rules.contains(own));
    }

    /// Adds a rule that it does not have yet.
    pub(super) fn put(&mut self, rule: Rule) {
        self.is_untouched = false;
        if !self.rules.contains(&rule) {
            self.rules.push(rule);
        }
    }
}

impl Rule {
    /// The rules of a permission as AWS prints it, one for each peer.
    fn of_permission(permission: &Value, is_egress: bool) -> Vec<Self> {
        let members = permission.as_object();
        let of = |key: &str| members.and_then(|members| text(members, key));
        let protocol = of("IpProtocol").unwrap_or_default();
        let ports = of("FromPort").zip(of("ToPort")).filter(|_| protocol != "-1");
        let mut rules = Vec::new();
        for (list, member) in [IPV4, IPV6, LIST, GROUP] {
            for own in super::document::elements(permission.get(list)) {
                let Some(peer) = own.get(member).and_then(Value::as_str) else { continue };
                let peer = (list, member, peer.to_owned());
                rules.push(Self { is_egress, protocol: protocol.clone(), ports: ports.clone(), peer });
            }
        }
        rules
    }

    fn permission(&self) -> Value {
        let (list, member, peer) = &self.peer;
        let mut permission = json!({"IpProtocol": self.protocol, *list: [{*member: peer}]});
        if let (Some((first, last)), Some(members)) = (&self.ports, permission.as_object_mut()) {
            members.insert("FromPort".to_owned(), json!(first));
            members.insert("ToPort".to_owned(), json!(last));
        }
        permission
    }
}
