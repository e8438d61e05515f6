//! Random VPCs as AWS prints them: mostly such as people build, with every construct that the lab plans, and with faults.
//!
//! Addresses tell places: VPC `v` has 10.v.0.0/16, its subnet `s` 10.v.s.0/24. Leaves out what the lab leaves out, and what
//! a snapshot may lack: there the engine is undecided, and nothing can be compared.

mod filter;
mod gateway;
mod machine;
mod route;
mod transit_gateway;

use serde_json::{Value, json};

use super::{documents::Documents, random::Random};

/// What is drawn of a VPC before it is written: what routes, rules and machines refer to.
#[derive(Debug, Default)]
struct Draft {
    vpc: usize,
    has_ipv6: bool,
    has_second_range: bool,
    subnets: usize,
    internet_gateway: Presence,
    egress_only: bool,
    vpn_gateway: Presence,
    endpoint: bool,
    groups: usize,
    /// NAT gateways, each with whether it is gone.
    nat_gateways: Vec<(String, bool)>,
    /// Interfaces of machines.
    interfaces: Vec<Interface>,
    /// What each table is meant for; the first one is the main one.
    tables: Vec<Role>,
    /// The table of each subnet.
    placed: Vec<usize>,
}

#[derive(Debug)]
struct Interface {
    id: String,
    instance: Option<String>,
    /// Whether it is that of a machine meant to forward.
    forwards: bool,
    /// Whether nothing runs behind it.
    is_dead: bool,
}

/// Where a table's default route leads, if it is as meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Public,
    Protected,
    Forwarded,
    Private,
}

/// Whether a gateway is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Presence {
    #[default]
    Absent,
    Attached,
    Detached,
}

/// Addresses beyond every VPC that rules, routes and flows are about.
pub(super) const REMOTES: [&str; 9] = [
    "198.51.100.80",
    "198.51.100.7",
    "8.8.8.8",
    "52.216.0.10",
    "192.168.50.5",
    "192.168.60.9",
    "100.64.0.1",
    "2001:4860:4860::8888",
    "2001:4860:4860::4444",
];

/// Draws a network.
pub fn draw(random: &mut Random) -> Documents {
    let mut documents = Documents::default();
    // Where too much is wrong nothing arrives, and what follows is not tried.
    let is_calm = random.chance(40);
    random.calm(is_calm);
    let count = random.pick(1, [1, 1, 2, 2, 3]);
    let mut drafts: Vec<Draft> = (0..count).map(|vpc| place(random, vpc)).collect();
    for draft in &mut drafts {
        draft.write_places(&mut documents);
        draft.write_gateways(random, &mut documents);
        draft.write_nat_gateways(random, &mut documents);
        draft.write_machines(random, &mut documents);
    }
    let peers = if random.chance(70) { peer(random, count, &mut documents) } else { Vec::new() };
    let joins = transit_gateway::join(random, &drafts, peers, &mut documents);
    for draft in &drafts {
        draft.write_groups(random, &joins, &mut documents);
        draft.write_acls(random, &mut documents);
        draft.write_tables(random, &joins, &drafts, &mut documents);
    }
    for (id, name, ranges) in [
        ("pl-s3", "com.amazonaws.eu-west-1.s3", ["52.216.0.0/15", "52.218.0.0/17"]),
        ("pl-own", "own", ["198.51.100.0/24", "8.0.0.0/9"]),
    ] {
        documents.add("PrefixLists", json!({ "PrefixListId": id, "PrefixListName": name, "Cidrs": ranges }));
    }
    // What nobody has is said to be nobody's: an answer that is not there would leave it unknown.
    for key in ["NatGateways", "InternetGateways", "EgressOnlyInternetGateways", "VpcEndpoints", "VpnGateways"] {
        documents.lists.entry(key.to_owned()).or_default();
    }
    random.calm(false);
    for key in ["VpnConnections", "VpcPeeringConnections", "Reservations", "NetworkInterfaces", "NetworkAcls"] {
        documents.lists.entry(key.to_owned()).or_default();
    }
    documents
}

fn place(random: &mut Random, vpc: usize) -> Draft {
    let mut draft = Draft {
        vpc,
        has_ipv6: random.chance(60),
        has_second_range: random.chance(12),
        subnets: 2 + random.below(3),
        groups: 2 + random.below(3),
        internet_gateway: random.pick(Presence::Attached, [Presence::Attached; 8]),
        endpoint: random.chance(45),
        ..Draft::default()
    };
    if random.fault(10) {
        draft.internet_gateway = random.pick(Presence::Absent, [Presence::Detached]);
    }
    if random.chance(35) {
        draft.vpn_gateway =
            random.pick(Presence::Attached, [Presence::Attached, Presence::Attached, Presence::Detached]);
    }
    draft.egress_only = draft.has_ipv6 && random.chance(50);
    let (public, protected) = (Role::Public, Role::Protected);
    draft.tables = vec![random.pick(Role::Private, [public, protected, Role::Forwarded])];
    for number in 0..1 + random.below(3) {
        draft.tables.push(if number == 0 {
            public
        } else {
            random.pick(protected, [protected, protected, public, Role::Forwarded, Role::Forwarded, Role::Private])
        });
    }
    draft.placed = (0..draft.subnets)
        .map(|subnet| if subnet == 0 && random.chance(85) { 1 } else { random.below(draft.tables.len()) })
        .collect();
    draft
}

impl Draft {
    fn id(&self) -> String {
        format!("vpc-{}", self.vpc)
    }

    fn subnet_id(&self, subnet: usize) -> String {
        format!("subnet-{}-{subnet}", self.vpc)
    }

    /// A subnet for what has to lead to the internet; now and then another.
    fn public_subnet(&self, random: &mut Random) -> usize {
        let is_public =
            |subnet: &usize| self.placed.get(*subnet).and_then(|table| self.tables.get(*table)) == Some(&Role::Public);
        let public: Vec<usize> = (0..self.subnets).filter(is_public).collect();
        let any = random.below(self.subnets);
        if random.fault(20) { any } else { random.of_list(&public).copied().unwrap_or(any) }
    }

    fn named(&self, kind: &str) -> String {
        format!("{kind}-{}", self.vpc)
    }

    fn cidr(&self) -> String {
        format!("10.{}.0.0/16", self.vpc)
    }

    fn second_cidr(&self) -> Option<String> {
        self.has_second_range.then(|| format!("100.7{}.0.0/16", self.vpc))
    }

    fn ipv6_cidr(&self) -> Option<String> {
        self.has_ipv6.then(|| format!("2600:1f00:0:{}00::/56", self.vpc + 1))
    }

    /// The range of a subnet: the last one lies in the VPC's second range, where it has one.
    fn subnet_cidr(&self, subnet: usize) -> String {
        format!("{}.0/24", self.subnet_prefix(subnet))
    }

    fn subnet_prefix(&self, subnet: usize) -> String {
        if self.has_second_range && subnet + 1 == self.subnets {
            format!("100.7{}.{subnet}", self.vpc)
        } else {
            format!("10.{}.{subnet}", self.vpc)
        }
    }

    fn address(&self, subnet: usize, host: usize) -> String {
        format!("{}.{host}", self.subnet_prefix(subnet))
    }

    fn ipv6_address(&self, subnet: usize, host: usize) -> Option<String> {
        self.has_ipv6.then(|| format!("2600:1f00:0:{}0{subnet}::{host}", self.vpc + 1))
    }

    fn write_places(&mut self, documents: &mut Documents) {
        let associated = json!({ "State": "associated" });
        let ranges: Vec<Value> = [Some(self.cidr()), self.second_cidr()]
            .into_iter()
            .flatten()
            .map(|range| json!({ "CidrBlock": range, "CidrBlockState": associated }))
            .collect();
        let ipv6: Vec<Value> = self
            .ipv6_cidr()
            .into_iter()
            .map(|range| json!({ "Ipv6CidrBlock": range, "Ipv6CidrBlockState": associated }))
            .collect();
        documents.add(
            "Vpcs",
            json!({
                "VpcId": self.id(), "OwnerId": "111122223333", "State": "available", "CidrBlock": self.cidr(),
                "CidrBlockAssociationSet": ranges, "Ipv6CidrBlockAssociationSet": ipv6,
            }),
        );
        for subnet in 0..self.subnets {
            let ipv6: Vec<Value> = self
                .has_ipv6
                .then(|| format!("2600:1f00:0:{}0{subnet}::/64", self.vpc + 1))
                .into_iter()
                .map(|range| json!({ "Ipv6CidrBlock": range, "Ipv6CidrBlockState": associated }))
                .collect();
            documents.add(
                "Subnets",
                json!({
                    "SubnetId": self.subnet_id(subnet), "VpcId": self.id(), "OwnerId": "111122223333",
                    "State": "available", "CidrBlock": self.subnet_cidr(subnet), "Ipv6CidrBlockAssociationSet": ipv6,
                    "AvailabilityZone": format!("eu-west-1{}", if subnet % 2 == 0 { "a" } else { "b" }),
                }),
            );
        }
    }
}

/// Peering connections between each VPC and the next: which ones, by the numbers of their VPCs, and whether they are active.
fn peer(random: &mut Random, count: usize, documents: &mut Documents) -> Vec<(String, usize, usize, bool)> {
    let mut peers = Vec::new();
    for second in 1..count {
        let first = second - 1;
        let is_active = !random.fault(15);
        let id = format!("pcx-{first}-{second}");
        let code = if is_active { "active" } else { random.pick("pending-acceptance", ["deleted", "rejected"]) };
        let side = |vpc: usize| {
            json!({ "VpcId": format!("vpc-{vpc}"), "OwnerId": "111122223333", "Region": "eu-west-1",
                    "CidrBlock": format!("10.{vpc}.0.0/16") })
        };
        documents.add(
            "VpcPeeringConnections",
            json!({ "VpcPeeringConnectionId": id, "Status": { "Code": code },
                    "RequesterVpcInfo": side(first), "AccepterVpcInfo": side(second) }),
        );
        peers.push((id, first, second, is_active));
    }
    peers
}
