//! Route tables: defaults as people set them, longer prefixes, prefix lists, propagated routes, blackholes.

use serde_json::{Value, json};

use super::{Documents, Draft, Presence, Random, Role, transit_gateway::Joins};

/// Where a route leads: the field and the id that name the target, and whether it has nothing behind it.
type Target = (&'static str, String, bool);

impl Draft {
    pub(super) fn write_tables(&self, random: &mut Random, joins: &Joins, drafts: &[Self], documents: &mut Documents) {
        for (number, role) in self.tables.iter().enumerate() {
            let id = format!("rtb-{}-{number}", self.vpc);
            let mut associations: Vec<Value> = (0..self.subnets)
                // The main table is that of the subnets that name none.
                .filter(|subnet| self.placed.get(*subnet) == Some(&number) && number > 0)
                .map(|subnet| json!({ "Main": false, "RouteTableId": id, "SubnetId": self.subnet_id(subnet) }))
                .collect();
            if number == 0 {
                associations.push(json!({ "Main": true, "RouteTableId": id }));
            }
            let mut routes = self.local_routes(random);
            let central = joins.transit_gateway().filter(|_| *role != Role::Public && random.chance(30));
            let usual = central.or_else(|| self.usual(random, *role));
            self.add_routes(random, usual, joins, drafts, &mut routes);
            documents.add(
                "RouteTables",
                json!({ "RouteTableId": id, "VpcId": self.id(), "OwnerId": "111122223333",
                        "Associations": associations, "Routes": routes, "PropagatingVgws": [] }),
            );
        }
        if self.internet_gateway == Presence::Attached && random.chance(8) {
            self.write_edge_table(random, documents);
        }
    }

    /// RT-19: what comes in by the internet gateway goes through a machine.
    fn write_edge_table(&self, random: &mut Random, documents: &mut Documents) {
        let id = format!("rtb-{}-edge", self.vpc);
        let mut routes = self.local_routes(random);
        let forwarders: Vec<_> = self.interfaces.iter().filter(|own| !own.is_dead).collect();
        if let Some(forwarder) = random.of_list(&forwarders) {
            let range = self.subnet_cidr(random.below(self.subnets));
            let target = ("NetworkInterfaceId", forwarder.id.clone(), false);
            push(&mut routes, route(("DestinationCidrBlock", &range), &target, "CreateRoute", "active"));
        }
        documents.add(
            "RouteTables",
            json!({ "RouteTableId": id, "VpcId": self.id(), "OwnerId": "111122223333", "Routes": routes,
                    "Associations": [{ "Main": false, "RouteTableId": id, "GatewayId": self.named("igw") }] }),
        );
    }

    fn local_routes(&self, random: &mut Random) -> Vec<Value> {
        let mut routes = Vec::new();
        let v4 = [Some(self.cidr()), self.second_cidr()].into_iter().flatten();
        let v4 = v4.map(|range| ("DestinationCidrBlock", range));
        for (field, range) in v4.chain(self.ipv6_cidr().map(|range| ("DestinationIpv6CidrBlock", range))) {
            // RT-12: its target may be another one.
            let replaced = random.chance(2).then(|| self.interface(random, true)).flatten();
            let target = replaced.unwrap_or(("GatewayId", "local".to_owned(), false));
            routes.push(route((field, &range), &target, "CreateRouteTable", "active"));
        }
        routes
    }

    fn add_routes(
        &self,
        random: &mut Random,
        usual: Option<Target>,
        joins: &Joins,
        drafts: &[Self],
        routes: &mut Vec<Value>,
    ) {
        if let Some(target) = usual {
            self.add(random, routes, ("DestinationCidrBlock", "0.0.0.0/0"), &target);
        }
        if let (true, Some(target)) = (self.has_ipv6, self.usual_of_ipv6(random)) {
            self.add(random, routes, ("DestinationIpv6CidrBlock", "::/0"), &target);
        }
        for (id, first, second, is_active) in &joins.peers {
            let other = if *first == self.vpc { *second } else { *first };
            let is_own = [first, second].contains(&&self.vpc);
            let Some(peer) = drafts.iter().find(|draft| draft.vpc == other && is_own) else { continue };
            let target = ("VpcPeeringConnectionId", id.clone(), !is_active);
            if random.chance(70) {
                let range = if random.chance(75) { peer.cidr() } else { peer.subnet_cidr(random.below(peer.subnets)) };
                self.add(random, routes, ("DestinationCidrBlock", &range), &target);
            }
        }
        if let Some(target) = joins.transit_gateway() {
            self.add_routes_to_transit_gateway(random, &target, drafts, routes);
        }
        for _ in 0..random.below(4) {
            self.add_another(random, routes);
        }
        if self.endpoint && random.chance(60) {
            let target = ("GatewayId", self.named("vpce"), false);
            push(routes, route(("DestinationPrefixListId", "pl-s3"), &target, "CreateRoute", "active"));
        }
        if self.vpn_gateway == Presence::Attached && random.chance(40) {
            let target = ("GatewayId", self.named("vgw"), false);
            let range =
                random.pick("192.168.0.0/16", ["0.0.0.0/0", "192.168.50.0/24", "10.0.1.0/25", "198.51.100.0/25"]);
            push(routes, route(("DestinationCidrBlock", range), &target, "EnableVgwRoutePropagation", "active"));
        }
    }

    fn add_routes_to_transit_gateway(
        &self,
        random: &mut Random,
        target: &Target,
        drafts: &[Self],
        routes: &mut Vec<Value>,
    ) {
        let (v4, v6) = ("DestinationCidrBlock", "DestinationIpv6CidrBlock");
        for other in drafts.iter().filter(|draft| draft.vpc != self.vpc) {
            if random.chance(60) {
                self.add(random, routes, (v4, &other.cidr()), target);
            }
            if let Some(range) = other.ipv6_cidr().filter(|_| self.has_ipv6 && random.chance(35)) {
                self.add(random, routes, (v6, &range), target);
            }
        }
        for (range, percent) in [("10.0.0.0/8", 30), ("192.168.0.0/16", 20), ("100.70.0.0/15", 10)] {
            if random.chance(percent) {
                self.add(random, routes, (v4, range), target);
            }
        }
    }

    fn add_another(&self, random: &mut Random, routes: &mut Vec<Value>) {
        let own = self.subnet_cidr(random.below(self.subnets));
        let (field, range) = match random.below(12) {
            0 => ("DestinationCidrBlock", "198.51.100.0/24"),
            1 => ("DestinationCidrBlock", "198.51.100.80/32"),
            2 => ("DestinationCidrBlock", "8.0.0.0/8"),
            3 | 4 => ("DestinationCidrBlock", "192.168.0.0/16"),
            5 => ("DestinationCidrBlock", "52.216.0.0/15"),
            6 => ("DestinationCidrBlock", "203.0.113.0/24"),
            7 => ("DestinationCidrBlock", "10.0.0.0/8"),
            8 => ("DestinationPrefixListId", "pl-own"),
            9 => ("DestinationIpv6CidrBlock", "2001:4860::/32"),
            // RT-11: the whole range of a subnet, to a machine or a NAT gateway.
            10 => {
                let target = if random.chance(70) { self.interface(random, true) } else { self.nat_gateway(random) };
                if let Some(target) = target {
                    self.add(random, routes, ("DestinationCidrBlock", &own), &target);
                }
                return;
            }
            _ => ("DestinationCidrBlock", "0.0.0.0/0"),
        };
        let target = if field == "DestinationIpv6CidrBlock" { self.usual_of_ipv6(random) } else { self.any(random) };
        if let Some(target) = target {
            self.add(random, routes, (field, range), &target);
        }
    }

    /// Adds a route, a blackhole where nothing is behind its target; AWS now and then shows that late.
    fn add(&self, random: &mut Random, routes: &mut Vec<Value>, destination: (&str, &str), target: &Target) {
        let is_blackhole = if target.2 { random.chance(85) } else { random.fault(2) };
        let state = if is_blackhole { "blackhole" } else { "active" };
        push(routes, route(destination, target, "CreateRoute", state));
    }

    fn internet_gateway(&self) -> Option<Target> {
        (self.internet_gateway != Presence::Absent)
            .then(|| ("GatewayId", self.named("igw"), self.internet_gateway == Presence::Detached))
    }

    fn nat_gateway(&self, random: &mut Random) -> Option<Target> {
        random.of_list(&self.nat_gateways).map(|(id, is_gone)| ("NatGatewayId", id.clone(), *is_gone))
    }

    /// An interface, preferably of a machine that forwards.
    fn interface(&self, random: &mut Random, may_be_any: bool) -> Option<Target> {
        let forwarders: Vec<_> = self.interfaces.iter().filter(|own| own.forwards).collect();
        let all: Vec<_> = self.interfaces.iter().collect();
        let from = if forwarders.is_empty() || (may_be_any && random.chance(15)) { all } else { forwarders };
        let own = random.of_list(&from)?;
        match (&own.instance, random.chance(20)) {
            // AWS prints both; a route may have been made by either.
            (Some(instance), true) => Some(("InstanceId", instance.clone(), own.is_dead)),
            _ => Some(("NetworkInterfaceId", own.id.clone(), own.is_dead)),
        }
    }

    fn vpn_gateway(&self) -> Option<Target> {
        (self.vpn_gateway != Presence::Absent)
            .then(|| ("GatewayId", self.named("vgw"), self.vpn_gateway == Presence::Detached))
    }

    /// Where a default route leads, mostly as the table is meant.
    fn usual(&self, random: &mut Random, role: Role) -> Option<Target> {
        let role = if random.fault(10) {
            random.pick(Role::Public, [Role::Protected, Role::Forwarded, Role::Private])
        } else {
            role
        };
        match role {
            Role::Public => self.internet_gateway(),
            Role::Protected => self.nat_gateway(random).or_else(|| self.interface(random, false)),
            Role::Forwarded => self.interface(random, false),
            Role::Private if random.chance(25) => self.vpn_gateway(),
            Role::Private => None,
        }
    }

    fn usual_of_ipv6(&self, random: &mut Random) -> Option<Target> {
        match random.below(10) {
            0..4 => self.internet_gateway(),
            4..8 if self.egress_only => Some(("EgressOnlyInternetGatewayId", self.named("eigw"), false)),
            8 => self.interface(random, true),
            _ => None,
        }
    }

    fn any(&self, random: &mut Random) -> Option<Target> {
        match random.below(8) {
            0 | 1 => self.internet_gateway(),
            2 | 3 => self.nat_gateway(random),
            4 | 5 => self.interface(random, true),
            _ => self.vpn_gateway(),
        }
    }
}

fn route((field, range): (&str, &str), (key, id, _): &Target, origin: &str, state: &str) -> Value {
    json!({ field: range, *key: id, "Origin": origin, "State": state })
}

/// One static route for one destination, and one propagated one, as AWS keeps it.
fn push(routes: &mut Vec<Value>, made: Value) {
    let is_propagated = |route: &Value| route["Origin"] == "EnableVgwRoutePropagation";
    let fields = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
    let is_same = |own: &Value| fields.iter().all(|field| own.get(*field) == made.get(*field));
    if !routes.iter().any(|own| is_same(own) && is_propagated(own) == is_propagated(&made)) {
        routes.push(made);
    }
}
