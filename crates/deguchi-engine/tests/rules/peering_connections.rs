//! VPC peering connections (PX-1, PX-2, SG-12, NG-13).

use deguchi_engine::Verdict;
use deguchi_model::{InterfaceListing, Network, PeeringStatus};

use super::{build::Build, check};

const QUESTION: (&str, &str, &str) = ("client", "10.1.1.9", "tcp/443");

/// A client in `a` of `vpc`, a server in `b` of `vpc-b`, and a peering connection between them. `rtb-a` and `rtb-b` have
/// the routes named.
fn network(there: &[&str], back: &[&str]) -> Build {
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .table("rtb-a", &["a"], there)
        .machine("client", "a", "10.0.1.5", None, &["open"])
        .vpc("vpc-b", "10.1.0.0/16")
        .subnet("b", "10.1.1.0/24", None)
        .table("rtb-b", &["b"], back)
        .machine("server", "b", "10.1.1.9", None, &["open"])
        .peering("pcx-1", "vpc", "vpc-b")
}

fn both_ways() -> Build {
    network(&["10.1.0.0/16 pcx-1"], &["10.0.0.0/16 pcx-1"])
}

#[test]
fn a_peering_connection_needs_routes_on_both_sides() {
    check(&both_ways().0, QUESTION, Verdict::Reachable, &[]);
    check(&both_ways().0, ("server", "10.0.1.5", "ping"), Verdict::Reachable, &[]);
    let expected = ["NO_ROUTE_TO_DESTINATION rtb-a, out 1, a"];
    check(&network(&[], &["10.0.0.0/16 pcx-1"]).0, QUESTION, Verdict::Unreachable, &expected);
    let expected = ["NO_ROUTE_TO_DESTINATION rtb-b, back 2, b"];
    check(&network(&["10.1.0.0/16 pcx-1"], &[]).0, QUESTION, Verdict::Unreachable, &expected);
}

#[test]
fn a_peering_connection_that_is_not_active_carries_nothing() {
    let status = |status: &str| {
        let status = PeeringStatus::NotActive(status.to_string());
        both_ways().with(|network| network.peering_connections.get_mut("pcx-1").unwrap().status = status).0
    };
    let expected = ["BAD_STATE pcx-1, pending-acceptance, out 1", "BAD_STATE pcx-1, pending-acceptance, back 2"];
    check(&status("pending-acceptance"), QUESTION, Verdict::Unreachable, &expected);
}

#[test]
fn the_acls_of_both_subnets_see_what_crosses_a_peering_connection() {
    let denies = ["90 10.0.0.0/16 tcp/443 deny", "100 0.0.0.0/0 all allow"];
    let network = both_ways().acl("narrow", &["b"], &denies, &["100 0.0.0.0/0 all allow"]);
    let expected = ["SUBNET_ACL_RESTRICTION narrow, rule 90 10.0.0.0/16 tcp/443, out 1, into b"];
    check(&network.0, QUESTION, Verdict::Unreachable, &expected);
}

#[test]
fn a_peering_connection_carries_nothing_on() {
    // Not to the internet by the peer's gateway.
    let network = network(&["0.0.0.0/0 pcx-1"], &["10.0.0.0/16 pcx-1", "0.0.0.0/0 igw"]);
    let expected = ["PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-1, 198.51.100.80, out 1"];
    check(&network.0, ("client", "198.51.100.80", "tcp/443"), Verdict::Unreachable, &expected);
    // Not to a third VPC, though it is peered with the second.
    let network = network_of_three(&["10.1.0.0/16 pcx-1", "10.2.0.0/16 pcx-1"]);
    let expected = ["PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-1, 10.2.1.9, out 1"];
    check(&network, ("client", "10.2.1.9", "tcp/443"), Verdict::Unreachable, &expected);
}

fn network_of_three(there: &[&str]) -> Network {
    network(there, &["10.0.0.0/16 pcx-1", "10.2.0.0/16 pcx-2"])
        .vpc("vpc-c", "10.2.0.0/16")
        .subnet("c", "10.2.1.0/24", None)
        .table("rtb-c", &["c"], &["10.1.0.0/16 pcx-2", "10.0.0.0/16 pcx-2"])
        .machine("third", "c", "10.2.1.9", None, &["open"])
        .peering("pcx-2", "vpc-b", "vpc-c")
        .0
}

#[test]
fn a_vpc_that_is_not_in_the_snapshot_leaves_it_undecided() {
    let network = both_ways().with(|network| {
        network.vpcs.remove("vpc-b");
    });
    let expected = ["? UNKNOWN_RESOURCE vpc-b, VpcElsewhere, out 1"];
    check(&network.0, QUESTION, Verdict::Undecided, &expected);
    let network = network.with(|network| {
        network.peering_connections.remove("pcx-1");
    });
    check(&network.0, QUESTION, Verdict::Undecided, &["? UNKNOWN_RESOURCE pcx-1, RouteTarget, out 1"]);
}

#[test]
fn nobody_at_the_other_end_is_told_with_a_missing_way_back() {
    let question = ("client", "10.1.1.77", "tcp/443");
    let expected = ["NO_POSSIBLE_DESTINATION vpc-b, 10.1.1.77, out 1"];
    check(&both_ways().0, question, Verdict::Unreachable, &expected);
    let expected = ["NO_POSSIBLE_DESTINATION vpc-b, 10.1.1.77, out 1", "NO_ROUTE_TO_DESTINATION rtb-b, back 2, b"];
    check(&network(&["10.1.0.0/16 pcx-1"], &[]).0, question, Verdict::Unreachable, &expected);
}

#[test]
fn rules_may_name_groups_of_a_peer_in_the_same_region() {
    let grouped = || {
        both_ways().group("clients", &[], &["servers tcp/443"]).group("servers", &["clients tcp/443"], &[]).with(
            |network| {
                network.network_interfaces.get_mut("eni-client").unwrap().security_groups = vec!["clients".into()];
                network.network_interfaces.get_mut("eni-server").unwrap().security_groups = vec!["servers".into()];
            },
        )
    };
    check(&grouped().0, QUESTION, Verdict::Reachable, &[]);
    let elsewhere = grouped().with(|network| {
        network.peering_connections.get_mut("pcx-1").unwrap().accepter.region = Some("eu-west-1".into());
    });
    let expected = [
        "ENI_SG_RULES_MISMATCH clients, none of 1 at eni-client, out 1, out of",
        "SG_REFERENCES_NOT_PRESERVED servers, none of 1 at eni-server, out 1, into",
    ];
    check(&elsewhere.0, QUESTION, Verdict::Unreachable, &expected);
    // The peer's interfaces are not all listed: any of its addresses may carry the group.
    let partial = grouped().with(|network| {
        network.vpcs.get_mut("vpc-b").unwrap().interface_listing = InterfaceListing::Partial;
        network.network_interfaces.remove("eni-server");
    });
    let expected =
        ["? UNKNOWN_RESOURCE vpc, InterfacesOfVpc, out 1", "? UNKNOWN_RESOURCE vpc-b, InterfacesOfVpc, out 1"];
    check(&partial.0, QUESTION, Verdict::Undecided, &expected);
}

#[test]
fn what_a_nat_gateway_sent_over_a_peering_connection_is_answered_without_a_route() {
    let network = |outbound: &[&str]| {
        network(&[], &[])
            .acl("back", &["b"], &["100 0.0.0.0/0 all allow"], outbound)
            .first_vpc()
            .subnet("p", "10.0.2.0/24", None)
            .table("rtb-p", &["p"], &["10.1.0.0/16 pcx-1"])
            .table("rtb-a", &["a"], &["10.1.0.0/16 nat-1"])
            .nat("nat-1", "p", &[("10.0.2.220", "203.0.113.200")])
            .0
    };
    check(&network(&["100 0.0.0.0/0 all allow"]), QUESTION, Verdict::Reachable, &[]);
    let expected = ["SUBNET_ACL_RESTRICTION back, no rule, back 3, out of b"];
    check(&network(&["100 10.0.1.0/24 all allow"]), QUESTION, Verdict::Unreachable, &expected);
}

#[test]
fn a_nat_gateway_of_the_peer_takes_nothing() {
    let network = both_ways().nat("nat-1", "b", &[("10.1.1.220", "203.0.113.200")]);
    let expected = ["DEGUCHI_NAT_GATEWAY_TAKES_NO_CONNECTION nat-1, out 1"];
    check(&network.0, ("client", "10.1.1.220", "tcp/443"), Verdict::Unreachable, &expected);
}
