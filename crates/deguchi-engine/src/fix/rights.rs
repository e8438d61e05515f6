//! How much a plan opens: what filters and route tables let pass after it and not before, counted over interfaces.
//!
//! The unit is one interface open for everything in one direction: each place that newly lets packets pass counts as the
//! share of all packets (addresses of a family × protocols × ports) that it newly lets pass, times the interfaces
//! behind it. So one port to one address is narrower than one port to everybody, and a rule of a group that one interface
//! carries is narrower than the same rule of a group that hundreds carry. Leaves out what a plan closes.

use alloc::{collections::BTreeMap, vec::Vec};

use deguchi_model::{
    Direction, IcmpMatch, InterfaceKind, Network, NetworkAcl, NetworkInterface, PortRange, PrefixListEntries,
    PrefixListId, RouteDestination, RouteState, RouteTable, RouteTarget, RuleAction, RulePeer, SecurityGroupId, Subnet,
    SubnetId, TrafficMatch,
};

use crate::{
    AddressSet,
    address_set::bounds,
    change::Change,
    index::table_of_subnet,
    packet_set::{Field, PacketSet, Space},
};

/// The field that holds a packet's protocol number here.
const PROTOCOL: Field = Field::FirstTranslationAddress;

/// What a public address opens: everything out, and everything in.
const PUBLIC_ADDRESS: f64 = 2.0;

/// The share of all addresses that a prefix list of unknown ranges is taken for: about what AWS's lists for S3 have.
const UNKNOWN_LIST: f64 = 1.0 / 8192.0;

/// Returns how much changes open: 0 where nothing, and more the more they do.
pub(crate) fn opened(before: &Network, after: &Network, changes: &[Change]) -> f64 {
    let mut measure = Measure { space: Space::new(), before, after };
    let mut groups: Vec<&SecurityGroupId> = Vec::new();
    let mut acls = Vec::new();
    let mut total = 0.0;
    for change in changes {
        match change {
            Change::AuthorizeSecurityGroupRule { group, .. } => groups.push(group),
            Change::AddNetworkAclRule { acl, .. }
            | Change::ReplaceNetworkAclRule { acl, .. }
            | Change::DeleteNetworkAclRule { acl, .. } => acls.push(acl),
            Change::AssociateElasticIp { .. } => total += PUBLIC_ADDRESS,
            _ => {}
        }
    }
    groups.sort();
    groups.dedup();
    acls.sort();
    acls.dedup();
    if !groups.is_empty() {
        total += measure.by_groups(&groups);
    }
    let population = population(before);
    for acl in acls {
        if let (Some(before), Some(after)) = (before.network_acls.get(acl), measure.after.network_acls.get(acl)) {
            total += measure.by_acl(before, after, &population);
        }
    }
    total + measure.by_routes(&population)
}

/// Returns the share that the packets of some queries make up of all packets, a filter's unit: what any plan has to let
/// through.
pub(crate) fn asked(queries: &[crate::Query]) -> f64 {
    let mut measure = Measure { space: Space::new(), before: &Network::default(), after: &Network::default() };
    let share = |query: &crate::Query| {
        let addresses = measure.space.ranges(Field::Destination, query.destination.addresses.ranges());
        let traffic = measure.traffic(match &query.traffic {
            crate::Traffic::Tcp(ports) => TrafficMatch::Tcp(ports.destination),
            crate::Traffic::Udp(ports) => TrafficMatch::Udp(ports.destination),
            crate::Traffic::Ping => TrafficMatch::Icmp(IcmpMatch::TypeAndCode(8, 0)),
        });
        let packets = measure.space.and(addresses, traffic);
        measure.newly(PacketSet::NONE, packets)
    };
    queries.iter().map(share).sum()
}

/// How many ordinary interfaces each subnet has.
fn population(network: &Network) -> BTreeMap<&SubnetId, f64> {
    let mut population = BTreeMap::new();
    for interface in network.network_interfaces.values().filter(|interface| interface.kind == InterfaceKind::Ordinary) {
        *population.entry(&interface.subnet).or_insert(0.0) += 1.0;
    }
    population
}

/// How many interfaces stand behind a subnet's boundary: those in it, and one for those to come.
fn behind(population: &BTreeMap<&SubnetId, f64>, subnet: &SubnetId) -> f64 {
    1.0 + population.get(subnet).copied().unwrap_or(0.0)
}

struct Measure<'n> {
    space: Space,
    before: &'n Network,
    after: &'n Network,
}

impl Measure<'_> {
    /// What rules of groups newly allow, over every interface that carries one of them.
    fn by_groups(&mut self, groups: &[&SecurityGroupId]) -> f64 {
        let mut carriers: BTreeMap<&[SecurityGroupId], f64> = BTreeMap::new();
        let carries = |interface: &&NetworkInterface| {
            interface.security_groups.iter().any(|group| groups.binary_search(&group).is_ok())
        };
        for interface in self.before.network_interfaces.values().filter(carries) {
            *carriers.entry(interface.security_groups.as_slice()).or_insert(0.0) += 1.0;
        }
        let mut total = 0.0;
        for (list, count) in carriers {
            for direction in [Direction::Inbound, Direction::Outbound] {
                let before = self.allowed_by_groups(self.before, list, direction);
                let after = self.allowed_by_groups(self.after, list, direction);
                total += count * self.newly(before, after);
            }
        }
        total
    }

    fn allowed_by_groups(&mut self, network: &Network, groups: &[SecurityGroupId], direction: Direction) -> PacketSet {
        let mut sets = Vec::new();
        for group in groups.iter().filter_map(|id| network.security_groups.get(id)) {
            let rules = if direction == Direction::Inbound { &group.inbound } else { &group.outbound };
            for rule in rules {
                let peer = self.peer(network, &rule.peer);
                let traffic = self.traffic(rule.traffic);
                sets.push(self.space.and(peer, traffic));
            }
        }
        self.space.union(&sets)
    }

    fn peer(&mut self, network: &Network, peer: &RulePeer) -> PacketSet {
        let ranges: Vec<(u128, u128)> = match peer {
            RulePeer::Cidr(cidr) => alloc::vec![bounds(cidr)],
            RulePeer::PrefixList(list) => ranges_of_list(network, list),
            RulePeer::SecurityGroup(group) => {
                let members = network.network_interfaces.values().filter(|it| it.security_groups.contains(group));
                let addresses = members.flat_map(|member| &member.addresses);
                let places = addresses.map(|address| crate::address_set::position(address.private.into()));
                AddressSet::from_ranges(places.map(|place| (place, place)).collect()).ranges().to_vec()
            }
            RulePeer::StaleSecurityGroup(_) => Vec::new(),
        };
        self.space.ranges(Field::Destination, &ranges)
    }

    /// The packets that a rule's protocol and ports are about. An ICMP type and code stand where a port does.
    fn traffic(&mut self, traffic: TrafficMatch) -> PacketSet {
        let mut of = |protocol: u8, first: u16, last: u16| {
            let protocol = self.space.range(PROTOCOL, protocol.into(), protocol.into());
            let ports = self.space.range(Field::DestinationPort, first.into(), last.into());
            self.space.and(protocol, ports)
        };
        let ports = |range: PortRange| (range.first(), range.last());
        let icmp = |which: IcmpMatch| match which {
            IcmpMatch::Any => (0, u16::MAX),
            IcmpMatch::Type(kind) => (u16::from(kind) << 8, u16::from(kind) << 8 | 0xff),
            IcmpMatch::TypeAndCode(kind, code) => {
                (u16::from(kind) << 8 | u16::from(code), u16::from(kind) << 8 | u16::from(code))
            }
        };
        let (protocol, (first, last)) = match traffic {
            TrafficMatch::All => return PacketSet::ALL,
            TrafficMatch::Tcp(range) => (6, ports(range)),
            TrafficMatch::Udp(range) => (17, ports(range)),
            TrafficMatch::Icmp(which) => (1, icmp(which)),
            TrafficMatch::Icmpv6(which) => (58, icmp(which)),
            TrafficMatch::Protocol(number) => (number, (0, u16::MAX)),
        };
        of(protocol, first, last)
    }

    /// What an ACL newly allows, over everything behind it.
    fn by_acl(&mut self, before: &NetworkAcl, after: &NetworkAcl, population: &BTreeMap<&SubnetId, f64>) -> f64 {
        let explicit = self.before.network_acls.values().filter(|acl| acl.id != before.id);
        let elsewhere: Vec<&SubnetId> = explicit.flat_map(|acl| &acl.subnets).collect();
        let is_guarded = |subnet: &&Subnet| {
            let by_default = before.is_default && subnet.vpc == before.vpc && !elsewhere.contains(&&subnet.id);
            before.subnets.contains(&subnet.id) || by_default
        };
        let guarded = self.before.subnets.values().filter(is_guarded);
        let count: f64 = guarded.map(|subnet| behind(population, &subnet.id)).sum();
        let mut total = 0.0;
        for (before, after) in [(before.inbound(), after.inbound()), (before.outbound(), after.outbound())] {
            let before = self.allowed_by_acl(before);
            let after = self.allowed_by_acl(after);
            total += count * self.newly(before, after);
        }
        total
    }

    fn allowed_by_acl(&mut self, rules: &[deguchi_model::NetworkAclRule]) -> PacketSet {
        let (mut allowed, mut left) = (PacketSet::NONE, PacketSet::ALL);
        for rule in rules {
            let addresses = self.space.ranges(Field::Destination, &[bounds(&rule.cidr)]);
            let traffic = self.traffic(rule.traffic);
            let rule_set = self.space.and(addresses, traffic);
            let hit = self.space.and(rule_set, left);
            left = self.space.minus(left, hit);
            if rule.action == RuleAction::Allow {
                allowed = self.space.or(allowed, hit);
            }
        }
        allowed
    }

    /// What route tables newly send out of the VPC, over the subnets whose table differs.
    fn by_routes(&mut self, population: &BTreeMap<&SubnetId, f64>) -> f64 {
        let mut total = 0.0;
        let (before, after) = (self.before, self.after);
        for subnet in before.subnets.values() {
            let tables = (table_of_subnet(before, subnet), table_of_subnet(after, subnet));
            let (Some((old, _)), Some((new, _))) = tables else { continue };
            if old.routes == new.routes {
                continue;
            }
            let is_any = |_: &RouteTarget| true;
            let is_door = |target: &RouteTarget| matches!(target, RouteTarget::InternetGateway(_));
            let out = (self.routed(before, old, is_any), self.routed(after, new, is_any));
            let door = (self.routed(before, old, is_door), self.routed(after, new, is_door));
            total += behind(population, &subnet.id) * self.newly(out.0, out.1);
            // By an internet gateway connections come in, too, to whoever has a public address.
            let open = before.network_interfaces.values().filter(|interface| interface.subnet == subnet.id);
            let open = open.filter(|interface| interface.addresses.iter().any(|address| address.public.is_some()));
            let share = self.newly(door.0, door.1);
            total += open.map(|_| share).sum::<f64>();
        }
        total
    }

    /// The destinations for which a table has a working route out of the VPC to a target that is meant.
    fn routed(&mut self, network: &Network, table: &RouteTable, is_meant: impl Fn(&RouteTarget) -> bool) -> PacketSet {
        let leads_out = |route: &&deguchi_model::Route| {
            route.state == RouteState::Active && route.target != RouteTarget::Local && is_meant(&route.target)
        };
        let ranges = table.routes.iter().filter(leads_out).flat_map(|route| match &route.destination {
            RouteDestination::Cidr(cidr) => alloc::vec![bounds(cidr)],
            RouteDestination::PrefixList(list) => ranges_of_list(network, list),
            RouteDestination::Unmodelled(_) => Vec::new(),
        });
        let set = AddressSet::from_ranges(ranges.collect());
        self.space.ranges(Field::Destination, set.ranges())
    }

    /// The share of the packets of each family that is in one set and not in the other.
    fn newly(&mut self, before: PacketSet, after: PacketSet) -> f64 {
        let new = self.space.minus(after, before);
        if new.is_empty() {
            return 0.0;
        }
        let mut total = 0.0;
        for family in [AddressSet::every_ipv4(), AddressSet::every_ipv6()] {
            let whole = self.space.ranges(Field::Destination, family.ranges());
            let part = self.space.and(new, whole);
            total += self.space.share(part, whole);
        }
        total
    }
}

/// The ranges of a prefix list; of one that the snapshot knows by name only, as many addresses as such lists have.
fn ranges_of_list(network: &Network, list: &PrefixListId) -> Vec<(u128, u128)> {
    match network.prefix_lists.get(list).map(|list| &list.entries) {
        Some(PrefixListEntries::Known(cidrs)) => AddressSet::from_cidrs(cidrs).ranges().to_vec(),
        Some(PrefixListEntries::Unknown) | None => {
            let every = AddressSet::every_ipv4();
            let first = every.ranges().first().map_or(0, |(first, _)| *first);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 2^32 addresses")]
            let size = (UNKNOWN_LIST * 4_294_967_296.0) as u128;
            alloc::vec![(first, first + size)]
        }
    }
}
