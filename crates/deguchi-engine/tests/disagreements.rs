//! What the oracle of `packet_by_packet.rs` found wrong in the engine, each shrunk to a few resources.

#[cfg(test)]
mod build;

#[cfg(test)]
mod tests {
    use deguchi_engine::{Engine, Verdict};
    use deguchi_model::{InterfaceListing, NatGatewayState, Network, SourceDestinationCheck};

    use super::build::{Build, query};

    fn verdict(network: &Network, from: &str, to: &str, what: &str) -> Verdict {
        let answer = Engine::new(network).answer(&query(network, from, to, what));
        for way in &answer.ways {
            for hop in &way.hops {
                println!("{:?} {} {:?} {:?}", hop.heading, hop.leg, hop.place, hop.decision);
            }
        }
        println!("{:?} {:?} {:?}", answer.verdict, answer.reasons, answer.missing);
        answer.verdict
    }

    /// SG-4.
    #[test]
    fn an_ipv6_rule_of_a_group_does_not_let_ipv4_in() {
        let network = Build::new()
            .subnet("p", "10.0.1.0/24", None)
            .group("six", &["::/0 all"], &["::/0 all"])
            .machine("a", "p", "10.0.1.10", None, &["open"])
            .machine("b", "p", "10.0.1.11", None, &["six"])
            .0;
        assert_eq!(verdict(&network, "a", "10.0.1.11", "tcp/443"), Verdict::Unreachable);
        assert_eq!(verdict(&network, "b", "10.0.1.10", "tcp/443"), Verdict::Unreachable);
    }

    /// NA-3.
    #[test]
    fn an_ipv6_rule_of_an_acl_does_not_let_ipv4_in() {
        let network = Build::new()
            .subnet("p", "10.0.1.0/24", None)
            .subnet("q", "10.0.2.0/24", None)
            .acl("acl-q", &["q"], &["100 ::/0 all allow"], &["100 ::/0 all allow"])
            .machine("a", "p", "10.0.1.10", None, &["open"])
            .machine("b", "q", "10.0.2.10", None, &["open"])
            .0;
        assert_eq!(verdict(&network, "a", "10.0.2.10", "tcp/443"), Verdict::Unreachable);
    }

    /// RT-5.
    #[test]
    fn an_ipv6_default_route_does_not_carry_ipv4() {
        let network = Build::new()
            .subnet("q", "10.0.2.0/24", None)
            .table("rtb-q", &["q"], &["::/0 igw"])
            .machine("a", "q", "10.0.2.10", Some("203.0.113.10"), &["open"])
            .0;
        assert_eq!(verdict(&network, "a", "198.51.100.80", "tcp/443"), Verdict::Unreachable);
    }

    /// IG-5, and no router on the internet knows a private address.
    #[test]
    fn nobody_on_the_internet_reaches_a_private_address() {
        let network = Build::new().subnet("p", "10.0.1.0/24", None).machine("a", "p", "10.0.1.10", None, &["open"]).0;
        assert_eq!(verdict(&network, "198.51.100.80", "10.0.1.10", "tcp/443"), Verdict::Unreachable);
    }

    /// IG-7: the VPC's own IPv6 range is nobody else's.
    #[test]
    fn an_ipv6_address_of_the_vpc_that_nobody_has_is_no_machine_on_the_internet() {
        let network = Build::new()
            .subnet("q", "10.0.2.0/24", Some("2600:1f00:0:1::/64"))
            .table("rtb-q", &["q"], &["::/0 igw"])
            .machine("a", "q", "2600:1f00:0:1::a", None, &["open"])
            .0;
        let from = "2001:4860:4860::8888";
        assert_eq!(verdict(&network, from, "2600:1f00:0:1::a", "tcp/443"), Verdict::Reachable);
        assert_eq!(verdict(&network, from, "2600:1f00:0:1::77", "tcp/443"), Verdict::Unreachable);
    }

    /// NG-2, AP-7: the Elastic IP of a deleted NAT gateway is free for others.
    #[test]
    fn an_elastic_ip_moved_from_a_deleted_nat_gateway_leads_to_its_new_holder() {
        let network = Build::new()
            .subnet("q", "10.0.2.0/24", None)
            .table("rtb-q", &["q"], &["0.0.0.0/0 igw"])
            .nat("nat-old", "q", &[("10.0.2.200", "203.0.113.200")])
            .with(|network| network.nat_gateways.get_mut("nat-old").unwrap().state = NatGatewayState::Deleted)
            .machine("a", "q", "10.0.2.10", Some("203.0.113.200"), &["open"])
            .0;
        assert_eq!(verdict(&network, "198.51.100.80", "203.0.113.200", "tcp/443"), Verdict::Reachable);
    }

    /// NG-2, AP-7: so is its private address.
    #[test]
    fn a_private_address_of_a_deleted_nat_gateway_leads_to_its_new_holder() {
        let network = Build::new()
            .subnet("q", "10.0.2.0/24", None)
            .nat("nat-old", "q", &[("10.0.2.200", "203.0.113.200")])
            .with(|network| network.nat_gateways.get_mut("nat-old").unwrap().state = NatGatewayState::Deleted)
            .machine("a", "q", "10.0.2.10", None, &["open"])
            .machine("b", "q", "10.0.2.200", None, &["open"])
            .0;
        assert_eq!(verdict(&network, "a", "10.0.2.200", "tcp/443"), Verdict::Reachable);
    }

    /// RT-11: a route to an interface, for the address of that very interface, on the way back.
    #[test]
    fn a_reply_routed_to_the_interface_that_asked_arrives() {
        let network = Build::new()
            .subnet("p", "10.0.1.0/24", None)
            .subnet("q", "10.0.2.0/24", None)
            .table("rtb-q", &["q"], &["10.0.1.0/24 eni-a"])
            .machine("a", "p", "10.0.1.10", None, &["open"])
            .machine("b", "q", "10.0.2.10", None, &["open"])
            .0;
        assert_eq!(verdict(&network, "a", "10.0.2.10", "tcp/443"), Verdict::Reachable);
        assert_eq!(verdict(&network, "b", "10.0.1.10", "tcp/443"), Verdict::Reachable);
    }

    /// PW-4: on the way back as on the way out.
    #[test]
    fn the_check_drops_a_reply_routed_to_an_interface_that_does_not_forward() {
        let network = Build::new()
            .subnet("p", "10.0.1.0/24", None)
            .subnet("q", "10.0.2.0/24", None)
            .table("rtb-q", &["q"], &["10.0.1.0/24 eni-m"])
            .machine("a", "p", "10.0.1.10", None, &["open"])
            .machine("b", "q", "10.0.2.10", None, &["open"])
            .machine("m", "q", "10.0.2.11", None, &["open"])
            .0;
        assert_eq!(verdict(&network, "a", "10.0.2.10", "tcp/443"), Verdict::Unreachable);
    }

    /// SG-9 where the snapshot does not list every interface.
    #[test]
    fn an_unlisted_interface_may_carry_the_group_that_a_rule_names() {
        let network = Build::new()
            .subnet("p", "10.0.1.0/24", None)
            .group("to-app", &[], &["app all"])
            .group("app", &[], &[])
            .machine("a", "p", "10.0.1.10", None, &["to-app"])
            .with(|network| network.vpcs.get_mut("vpc").unwrap().interface_listing = InterfaceListing::Partial)
            .0;
        assert_eq!(verdict(&network, "a", "10.0.1.77", "tcp/443"), Verdict::Undecided);
    }

    /// NG-2: `deleting` may still carry traffic.
    #[test]
    fn a_nat_gateway_that_is_being_deleted_is_undecided() {
        for state in [NatGatewayState::Unmodelled("odd".into()), NatGatewayState::Deleting] {
            let network = Build::new()
                .subnet("p", "10.0.1.0/24", None)
                .subnet("q", "10.0.2.0/24", None)
                .table("rtb-p", &["p"], &["0.0.0.0/0 nat-a"])
                .table("rtb-q", &["q"], &["0.0.0.0/0 igw"])
                .nat("nat-a", "q", &[("10.0.2.200", "203.0.113.200")])
                .with(|network| network.nat_gateways.get_mut("nat-a").unwrap().state = state)
                .machine("a", "p", "10.0.1.10", None, &["open"])
                .0;
            assert_eq!(verdict(&network, "a", "198.51.100.80", "tcp/443"), Verdict::Undecided);
        }
    }

    /// The appliance for IPv6 forwards without translating: what it does is not known, out or back.
    #[test]
    fn an_ipv6_reply_over_an_appliance_is_undecided() {
        let network = Build::new()
            .subnet("q", "10.0.2.0/24", Some("2600:1f00:0:1::/64"))
            .subnet("r", "10.0.3.0/24", Some("2600:1f00:0:2::/64"))
            .table("rtb-q", &["q"], &["::/0 eni-m"])
            .table("rtb-r", &["r"], &["::/0 igw"])
            .machine("a", "q", "2600:1f00:0:1::a", None, &["open"])
            .machine("m", "r", "2600:1f00:0:2::a", None, &["open"])
            .with(|network| {
                let appliance = network.network_interfaces.get_mut("eni-m").unwrap();
                appliance.source_destination_check = SourceDestinationCheck::Off;
            })
            .0;
        assert_eq!(verdict(&network, "a", "2001:4860:4860::8888", "tcp/443"), Verdict::Undecided);
        assert_eq!(verdict(&network, "2001:4860:4860::8888", "2600:1f00:0:1::a", "tcp/443"), Verdict::Undecided);
    }
}
