//! The packet-set answer equals the answer packet by packet, on random networks.
//!
//! The query is cut at every port, prefix end and address that occurs in the network, so that one packet speaks for
//! its whole class; each class is weighed by its size. `PROPTEST_CASES` sets how many networks are tried, by a new
//! seed each time; without it they are always the same.
#![cfg(test)]

mod oracle;
mod random;

mod tests {
    use std::collections::BTreeSet;

    use deguchi_engine::{
        AddressSet, Answer, Destination, Engine, Outcome, Ports, Query, Source, Traffic, Verdict,
        address_set::{address_at, bounds, position},
    };
    use deguchi_model::{
        IpNet, Network, NetworkAclRule, PortRange, PrefixListEntries, RouteDestination, RulePeer, TrafficMatch,
    };
    use proptest::prelude::*;

    use super::{
        oracle::{Fate, NatChoice, Packet, Protocol, Start, fate},
        random::{self, known_addresses, plan},
    };

    /// The places where something begins or ends in a network: packets between two of them are treated alike.
    struct Cuts {
        addresses: BTreeSet<u128>,
        ports: BTreeSet<u32>,
    }

    impl Cuts {
        fn of(network: &Network) -> Self {
            let mut cuts = Self { addresses: BTreeSet::new(), ports: BTreeSet::new() };
            for acl in network.network_acls.values() {
                for NetworkAclRule { cidr, traffic, .. } in acl.inbound().iter().chain(acl.outbound()) {
                    cuts.cidr(cidr);
                    cuts.traffic(*traffic);
                }
            }
            for group in network.security_groups.values() {
                for rule in group.inbound.iter().chain(&group.outbound) {
                    if let RulePeer::Cidr(cidr) = &rule.peer {
                        cuts.cidr(cidr);
                    }
                    cuts.traffic(rule.traffic);
                }
            }
            for route in network.route_tables.values().flat_map(|table| &table.routes) {
                if let RouteDestination::Cidr(cidr) = &route.destination {
                    cuts.cidr(cidr);
                }
            }
            for route in network.transit_gateway_route_tables.values().flat_map(|table| &table.routes) {
                cuts.cidr(&route.destination);
            }
            let sides = network.peering_connections.values().flat_map(|it| [&it.requester, &it.accepter]);
            sides.flat_map(|side| &side.cidr_blocks).for_each(|cidr| cuts.cidr(cidr));
            cuts.fixed(network);
            cuts
        }

        fn fixed(&mut self, network: &Network) {
            for list in network.prefix_lists.values() {
                if let PrefixListEntries::Known(cidrs) = &list.entries {
                    cidrs.iter().for_each(|cidr| self.cidr(cidr));
                }
            }
            let inside = network.subnets.values();
            inside.clone().filter_map(|subnet| subnet.cidr_block).for_each(|cidr| self.cidr(&cidr.into()));
            inside.flat_map(|subnet| &subnet.ipv6_cidr_blocks).for_each(|cidr| self.cidr(&(*cidr).into()));
            for vpc in network.vpcs.values() {
                vpc.cidr_blocks.iter().for_each(|cidr| self.cidr(&(*cidr).into()));
                vpc.ipv6_cidr_blocks.iter().for_each(|cidr| self.cidr(&(*cidr).into()));
                let first = position(vpc.cidr_blocks[0].network().into());
                self.addresses.extend([first + 1, first + 2, first + 3]);
            }
            for connection in network.vpn_connections.values() {
                connection.static_routes.iter().for_each(|cidr| self.cidr(cidr));
            }
            for subnet in network.subnets.values().filter_map(|subnet| subnet.cidr_block) {
                let router = position(subnet.network().into()) + 1;
                self.addresses.extend([router, router + 1]);
            }
            for address in known_addresses(network) {
                self.addresses.extend([position(address), position(address) + 1]);
            }
            let special = ["169.254.168.0/22", "169.254.169.253/32", "169.254.169.254/32", "169.254.169.123/32"];
            let special_too = ["169.254.169.250/32", "169.254.170.2/32", "fd00:ec2::/32", "2000::/3"];
            let services_v6 = ["fd00:ec2::253/128", "fd00:ec2::254/128", "fd00:ec2::123/128", "64:ff9b::/96"];
            let special = special.iter().chain(&special_too).chain(&services_v6);
            special.for_each(|cidr| self.cidr(&cidr.parse().unwrap()));
            for fixed in [AddressSet::public_ipv4(), AddressSet::rfc1918(), AddressSet::rfc6598()] {
                for (first, last) in fixed.ranges() {
                    self.addresses.insert(*first);
                    self.addresses.extend(last.checked_add(1));
                }
            }
        }

        fn cidr(&mut self, cidr: &IpNet) {
            let (first, last) = bounds(cidr);
            self.addresses.insert(first);
            self.addresses.extend(last.checked_add(1));
        }

        fn traffic(&mut self, traffic: TrafficMatch) {
            if let TrafficMatch::Tcp(ports) | TrafficMatch::Udp(ports) = traffic {
                self.ports.extend([u32::from(ports.first()), u32::from(ports.last()) + 1]);
            }
        }

        /// The first address of each class, and the class's size.
        fn address_classes(&self, set: &AddressSet) -> Vec<(u128, f64)> {
            let mut classes = Vec::new();
            for &(first, last) in set.ranges() {
                let mut from = first;
                for &cut in self.addresses.range(first..=last).filter(|cut| **cut > first) {
                    classes.push((from, (cut - from) as f64));
                    from = cut;
                }
                classes.push((from, (last - from) as f64 + 1.0));
            }
            classes
        }

        fn port_classes(&self, range: PortRange) -> Vec<(u16, f64)> {
            let (first, last) = (u32::from(range.first()), u32::from(range.last()));
            let mut classes = Vec::new();
            let mut from = first;
            for &cut in self.ports.range(first..=last).filter(|cut| **cut > first) {
                classes.push((u16::try_from(from).unwrap(), f64::from(cut - from)));
                from = cut;
            }
            classes.push((u16::try_from(from).unwrap(), f64::from(last - from + 1)));
            classes
        }
    }

    /// What the oracle says of a whole query: shares of each fate.
    #[derive(Clone, Copy, Debug, Default)]
    struct Shares {
        answered: f64,
        dropped: f64,
        unknown: f64,
        is_mixed: bool,
    }

    impl Shares {
        fn add(&mut self, fate: Fate, weight: f64) {
            match fate {
                Fate::Answered => self.answered += weight,
                Fate::Dropped => self.dropped += weight,
                Fate::Unknown => self.unknown += weight,
            }
        }

        fn verdict(self) -> Verdict {
            match (self.answered > 0.0, self.dropped > 0.0, self.unknown > 0.0) {
                (true, true, _) => Verdict::Partly,
                (_, _, true) => Verdict::Undecided,
                (true, false, false) => Verdict::Reachable,
                (false, _, false) => Verdict::Unreachable,
            }
        }
    }

    fn protocol_and_ports(traffic: &Traffic) -> (Protocol, Ports) {
        match traffic {
            Traffic::Tcp(ports) => (Protocol::Tcp, ports.clone()),
            Traffic::Udp(ports) => (Protocol::Udp, ports.clone()),
            Traffic::Ping => {
                (Protocol::Ping, Ports { source: PortRange::single(0), destination: PortRange::single(0) })
            }
        }
    }

    /// Asks the oracle about every class of packets.
    /// Packets that are treated alike: one of them, and how many there are.
    fn classes(network: &Network, query: &Query) -> Vec<(Packet, f64)> {
        let cuts = Cuts::of(network);
        let (start, sources) = match &query.source {
            Source::Interface { interface, address } => {
                (Start::Interface(interface.clone()), AddressSet::single(*address))
            }
            Source::Internet(set) => (Start::Internet, set.clone()),
            Source::OnPremises(set) => (Start::OnPremises, set.clone()),
        };
        let (protocol, ports) = protocol_and_ports(&query.traffic);
        let mut classes = Vec::new();
        for (source, source_weight) in cuts.address_classes(&sources) {
            for (destination, weight) in cuts.address_classes(&query.destination.addresses) {
                for (source_port, source_port_weight) in cuts.port_classes(ports.source) {
                    for (destination_port, port_weight) in cuts.port_classes(ports.destination) {
                        let packet = Packet {
                            start: start.clone(),
                            source: address_at(source),
                            destination: address_at(destination),
                            protocol,
                            source_port,
                            destination_port,
                            choices: [NatChoice { address: 0, port: 1024 }; 2],
                        };
                        classes.push((packet, source_weight * weight * source_port_weight * port_weight));
                    }
                }
            }
        }
        classes
    }

    fn expected(network: &Network, packets: &[(Packet, f64)]) -> Shares {
        let nat_ports = Cuts::of(network).port_classes(PortRange::new(1024, 65535).unwrap());
        let mut shares = Shares::default();
        for (packet, weight) in packets {
            over_choices(network, packet, &nat_ports, 0, *weight, &mut shares);
        }
        let all = shares.answered + shares.dropped + shares.unknown;
        Shares {
            answered: shares.answered / all,
            dropped: shares.dropped / all,
            unknown: shares.unknown / all,
            is_mixed: shares.is_mixed,
        }
    }

    /// The query for one packet alone.
    fn narrowed(query: &Query, packet: &Packet) -> Query {
        let ports = Ports {
            source: PortRange::single(packet.source_port),
            destination: PortRange::single(packet.destination_port),
        };
        let source = match &query.source {
            Source::Internet(_) => Source::Internet(AddressSet::single(packet.source)),
            Source::OnPremises(_) => Source::OnPremises(AddressSet::single(packet.source)),
            inside @ Source::Interface { .. } => inside.clone(),
        };
        let destination =
            Destination { addresses: AddressSet::single(packet.destination), ..query.destination.clone() };
        let traffic = match &query.traffic {
            Traffic::Tcp(_) => Traffic::Tcp(ports),
            Traffic::Udp(_) => Traffic::Udp(ports),
            Traffic::Ping => Traffic::Ping,
        };
        Query { source, destination, traffic }
    }

    /// Which packets the engine judges otherwise when asked for them alone.
    fn packets_at_fault(network: &Network, query: &Query, packets: &[(Packet, f64)]) -> String {
        let mut faults = Vec::new();
        for class in packets {
            let answer = Engine::new(network).answer(&narrowed(query, &class.0));
            let shares = expected(network, std::slice::from_ref(class));
            if !agree(&answer, shares) {
                let Packet { source, destination, source_port, destination_port, .. } = &class.0;
                faults.push(format!(
                    "{source}:{source_port} -> {destination}:{destination_port}: oracle {shares:?}, engine {:?} {} {} {:?}",
                    answer.verdict,
                    answer.reachable_share,
                    answer.undecided_share,
                    answer.reasons.iter().map(|it| format!("{} {} {:?}", it.code, it.resource, it.heading)).collect::<Vec<_>>()
                ));
            }
        }
        if faults.is_empty() { "each packet alone is judged alike".into() } else { faults.join("\n") }
    }

    fn agree(answer: &Answer, shares: Shares) -> bool {
        is_close(answer.reachable_share, shares.answered)
            && is_close(answer.undecided_share, shares.unknown)
            && answer.verdict == shares.verdict()
    }

    /// Tries every choice of the NAT gateway number `depth` on the way, and of those behind it.
    fn over_choices(
        network: &Network,
        packet: &Packet,
        ports: &[(u16, f64)],
        depth: usize,
        weight: f64,
        shares: &mut Shares,
    ) {
        let outcome = fate(network, packet);
        shares.is_mixed |= outcome.is_mixed;
        let Some(&addresses) = outcome.translations.get(depth) else {
            shares.add(outcome.fate, weight);
            return;
        };
        let ports = if packet.protocol == Protocol::Ping { &ports[..1] } else { ports };
        let all: f64 = ports.iter().map(|(_, size)| size).sum();
        for address in 0..addresses {
            for (port, size) in ports {
                let mut chosen = packet.clone();
                chosen.choices[depth] = NatChoice { address, port: *port };
                let share = weight * size / all / addresses as f64;
                over_choices(network, &chosen, ports, depth + 1, share, shares);
            }
        }
    }

    fn is_close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
    }

    fn is_sound(answer: &Answer) -> Result<(), String> {
        let sum: f64 = answer.ways.iter().map(|way| way.packets.share).sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(format!("the shares of the ways sum to {sum}"));
        }
        if answer.ways.iter().any(|way| way.outcome == Outcome::Dropped && way.reasons.is_empty()) {
            return Err("a dropped way has no reason".into());
        }
        let undecided = |outcome| matches!(outcome, Outcome::Undecided { .. });
        if answer.ways.iter().any(|way| undecided(way.outcome) && way.missing.is_empty()) {
            return Err("an undecided way misses nothing".into());
        }
        if answer.verdict == Verdict::Unreachable && answer.reasons.is_empty() {
            return Err("unreachable without a reason".into());
        }
        if answer.verdict == Verdict::Undecided && answer.missing.is_empty() {
            return Err("undecided, and nothing is missing".into());
        }
        Ok(())
    }

    fn compare(network: &Network, query: &Query) -> Result<(), String> {
        let answer = Engine::new(network).answer(query);
        let packets = classes(network, query);
        let shares = expected(network, &packets);
        let sound = is_sound(&answer);
        if sound.is_ok() && (shares.is_mixed || agree(&answer, shares)) {
            return Ok(());
        }
        let by_packet = packets_at_fault(network, query, &packets);
        let Answer { verdict, reachable_share, undecided_share, reasons, missing, .. } = &answer;
        Err(format!(
            "{sound:?}\noracle {shares:?}\nengine {verdict:?} {reachable_share} {undecided_share}\n{by_packet}\n\
             query {query:?}\nreasons {reasons:?}\nmissing {missing:?}",
        ))
    }

    proptest! {
        #![proptest_config(random::config(4000))]
        #[test]
        fn the_packet_set_answer_equals_the_answer_packet_by_packet(
            plan in plan::networks(),
            queries in proptest::collection::vec(plan::queries(), 1..=6),
        ) {
            let network = random::network(&plan);
            for query in &queries {
                if let Some(query) = random::query(&network, query) {
                    compare(&network, &query).map_err(TestCaseError::fail)?;
                }
            }
        }
    }

    /// What is drawn comes to every kind of way, delivered and dropped: an agreement about nothing means nothing.
    #[test]
    fn what_is_drawn_comes_to_every_kind_of_way() {
        use deguchi_engine::Place;
        use proptest::{
            strategy::{Strategy, ValueTree},
            test_runner::{Config, RngSeed, TestRunner},
        };
        let config = Config { rng_seed: RngSeed::Fixed(20240229), ..Config::default() };
        let mut runner = TestRunner::new(config);
        let mut counts = std::collections::BTreeMap::<(&str, &str), usize>::new();
        for _ in 0..3000 {
            let (plan, plans) = (plan::networks(), proptest::collection::vec(plan::queries(), 4))
                .new_tree(&mut runner)
                .unwrap()
                .current();
            let network = random::network(&plan);
            let engine = Engine::new(&network);
            for query in plans.iter().filter_map(|plan| random::query(&network, plan)) {
                for way in engine.answer(&query).ways {
                    let outcome = match way.outcome {
                        Outcome::Delivered => "delivered",
                        Outcome::Dropped => "dropped",
                        Outcome::Undecided { .. } => "undecided",
                    };
                    let kinds: BTreeSet<&str> = way
                        .hops
                        .iter()
                        .filter_map(|hop| match &hop.place {
                            Place::PeeringConnection(_) => Some("peering"),
                            Place::TransitGatewayRouteTable(_) => Some("transit gateway"),
                            Place::NatGateway(_) => Some("NAT gateway"),
                            Place::VpcEndpoint(id) if id.as_str().contains("-if-") => Some("interface endpoint"),
                            Place::VpcEndpoint(_) => Some("gateway endpoint"),
                            Place::VpnGateway(_) => Some("VPN gateway"),
                            _ => None,
                        })
                        .collect();
                    if kinds.contains("transit gateway") && kinds.contains("NAT gateway") {
                        *counts.entry(("central egress", outcome)).or_default() += 1;
                    }
                    for kind in kinds {
                        *counts.entry((kind, outcome)).or_default() += 1;
                    }
                }
            }
        }
        println!("{counts:#?}");
        for kind in ["peering", "transit gateway", "NAT gateway", "interface endpoint", "gateway endpoint"] {
            for outcome in ["delivered", "dropped"] {
                assert!(counts.get(&(kind, outcome)).is_some_and(|count| *count >= 5), "{kind} {outcome}: {counts:#?}");
            }
        }
    }
}
