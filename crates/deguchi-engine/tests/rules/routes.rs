//! Route tables, and what meets no route table: RT-1 to RT-19, PW-7 to PW-13.

use deguchi_engine::Verdict::{Partly, Reachable, Undecided, Unreachable};
use deguchi_model::{InterfaceListing, Network, RouteOrigin, RouteState};

use crate::{
    build::{Build, route},
    check,
};

/// A machine `a` in `p`, a machine `b` beside it, and a machine `c` in `q`.
fn three_machines() -> Build {
    Build::new()
        .subnet("p", "10.0.1.0/24", None)
        .subnet("q", "10.0.2.0/24", None)
        .machine("a", "p", "10.0.1.10", Some("203.0.113.10"), &["open"])
        .machine("b", "p", "10.0.1.11", None, &["open"])
        .machine("c", "q", "10.0.2.10", None, &["open"])
}

/// The machines, and a table `rtb-p` for `p` with these routes.
fn with_routes(routes: &[&str]) -> Network {
    three_machines().table("rtb-p", &["p"], routes).0
}

const WORLD: (&str, &str, &str) = ("a", "198.51.100.80", "tcp/443");

/// PW-7, PW-8: neither ACL nor route table sees what stays in the subnet.
#[test]
fn neighbours_in_a_subnet_meet_no_acl_and_no_route() {
    let network = three_machines().acl("acl-p", &["p"], &[], &[]).table("rtb-p", &["p"], &["10.0.1.0/24 eni-c"]).0;
    check(&network, ("a", "10.0.1.11", "tcp/443"), Reachable, &[]);
    let network = three_machines().acl("acl-p", &["p"], &[], &[]).0;
    let denied = [
        "SUBNET_ACL_RESTRICTION acl-p, no rule, out 1, out of p",
        "SUBNET_ACL_RESTRICTION acl-p, no rule, back 2, into p",
    ];
    check(&network, ("a", "10.0.2.10", "tcp/443"), Unreachable, &denied);
}

/// PW-9: inside a subnet too.
#[test]
fn security_groups_judge_both_ends_of_neighbours() {
    let network = Build::new()
        .subnet("p", "10.0.1.0/24", None)
        .group("silent", &[], &[])
        .machine("a", "p", "10.0.1.10", None, &["silent"])
        .machine("b", "p", "10.0.1.11", None, &["silent"])
        .0;
    let expected = [
        "SG_HAS_NO_RULES silent, none of 0 at eni-a, out 1, out of",
        "SG_HAS_NO_RULES silent, none of 0 at eni-b, out 1, into",
    ];
    check(&network, ("a", "10.0.1.11", "tcp/443"), Unreachable, &expected);
}

/// PW-11, PW-13: DNS, metadata, time, activation and container metadata.
#[test]
fn nothing_filters_the_services_of_the_host() {
    let network = Build::new()
        .subnet("p", "10.0.1.0/24", Some("2600:1f00:0:1::/64"))
        .group("silent", &[], &[])
        .acl("acl-p", &["p"], &[], &[])
        .machine("a", "p", "10.0.1.10", None, &["silent"])
        .machine("six", "p", "2600:1f00:0:1::a", None, &["silent"])
        .0;
    for service in ["169.254.169.253", "169.254.169.254", "169.254.169.123", "169.254.169.250", "10.0.0.2"] {
        check(&network, ("a", service, "udp/53"), Reachable, &[]);
    }
    check(&network, ("a", "169.254.170.2", "tcp/80"), Reachable, &[]);
    for service in ["fd00:ec2::253", "fd00:ec2::254", "fd00:ec2::123"] {
        check(&network, ("six", service, "tcp/80"), Reachable, &[]);
    }
}

/// PW-11: AWS does not say whether a subnet's router answers.
#[test]
fn whether_a_subnets_router_answers_is_undecided() {
    let network = three_machines().0;
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION p, SubnetRouter, out 1"];
    check(&network, ("a", "10.0.1.1", "ping"), Undecided, &expected);
    let expected = ["NO_POSSIBLE_DESTINATION vpc, 10.0.1.3, out 1"];
    check(&network, ("a", "10.0.1.3", "ping"), Unreachable, &expected);
}

/// PW-12: 169.254.168.0/22 and fd00:ec2::/32, whatever the table says.
#[test]
fn no_route_carries_the_other_addresses_of_the_host() {
    let network = with_routes(&["0.0.0.0/0 igw"]);
    check(&network, ("a", "169.254.169.7", "tcp/80"), Unreachable, &["NO_POSSIBLE_DESTINATION p, out 1"]);
}

/// RT-1: the table associated with the subnet, not the main one; RT-2: else the main one.
#[test]
fn a_subnet_uses_its_own_table_else_the_main_one() {
    let network = three_machines().table("rtb", &[], &["0.0.0.0/0 igw"]).0;
    check(&network, WORLD, Reachable, &[]);
    let network = three_machines().table("rtb", &[], &["0.0.0.0/0 igw"]).table("rtb-p", &["p"], &[]).0;
    check(&network, WORLD, Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-p, out 1, p"]);
}

/// RT-5.
#[test]
fn an_ipv6_default_route_does_not_carry_ipv4() {
    let network = with_routes(&["::/0 igw"]);
    check(&network, WORLD, Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-p, out 1, p"]);
}

/// RT-6: whatever the order printed.
#[test]
fn the_longest_prefix_wins() {
    for routes in [["0.0.0.0/0 igw", "198.51.100.0/24 pcx-1"], ["198.51.100.0/24 pcx-1", "0.0.0.0/0 igw"]] {
        let network = with_routes(&routes);
        check(&network, WORLD, Undecided, &["? UNKNOWN_RESOURCE pcx-1, RouteTarget, out 1"]);
        check(&network, ("a", "198.51.101.80", "tcp/443"), Reachable, &[]);
    }
}

/// RT-6, RT-7: among equal prefixes a static route, then a prefix list's.
#[test]
fn a_static_route_wins_over_a_prefix_list_and_that_over_a_propagated_route() {
    let build = || three_machines().list("pl-own", Some(&["198.51.100.0/24"]));
    let network = build().table("rtb-p", &["p"], &["198.51.100.0/24 igw", "pl-own pcx-1"]).0;
    check(&network, WORLD, Reachable, &[]);
    let network = build()
        .table("rtb-p", &["p"], &["pl-own igw", "198.51.100.0/24 vgw"])
        .with(|network| propagate(network, "rtb-p", "vgw"))
        .0;
    check(&network, WORLD, Reachable, &[]);
}

/// RT-7: one route for each range of the list, each as long as its range.
#[test]
fn a_prefix_list_counts_by_its_ranges() {
    let network = three_machines()
        .list("pl-own", Some(&["198.51.100.0/24", "8.0.0.0/8"]))
        .table("rtb-p", &["p"], &["pl-own igw", "198.51.100.80/32 pcx-1", "198.0.0.0/8 pcx-1", "8.0.0.0/7 pcx-1"])
        .0;
    let over_peering = ["? UNKNOWN_RESOURCE pcx-1, RouteTarget, out 1"];
    check(&network, ("a", "198.51.100.80", "tcp/443"), Undecided, &over_peering);
    check(&network, ("a", "198.51.100.81", "tcp/443"), Reachable, &[]);
    check(&network, ("a", "8.8.8.8", "tcp/443"), Reachable, &[]);
    check(&network, ("a", "9.9.9.9", "tcp/443"), Undecided, &over_peering);
}

/// RT-7: a list without ranges stands behind every static prefix but the default route.
#[test]
fn a_prefix_list_without_ranges_unsettles_the_default_route_only() {
    let network = three_machines()
        .list("pl-own", None)
        .table("rtb-p", &["p"], &["pl-own pcx-1", "0.0.0.0/0 igw", "198.51.100.0/24 igw"])
        .0;
    check(&network, ("a", "8.8.8.8", "tcp/443"), Undecided, &["? UNKNOWN_RESOURCE pl-own, PrefixListEntries, out 1"]);
    check(&network, WORLD, Reachable, &[]);
}

/// RT-7: asked for a set, as for each address alone.
#[test]
fn a_prefix_list_without_ranges_unsettles_no_longer_prefix_of_the_same_question() {
    let network = three_machines()
        .list("pl-own", None)
        .table("rtb-p", &["p"], &["pl-own pcx-1", "0.0.0.0/0 igw", "198.51.100.0/25 igw"])
        .0;
    let expected = ["? UNKNOWN_RESOURCE pl-own, PrefixListEntries, out 1"];
    let answer = check(&network, ("a", "198.51.100.0/24", "tcp/443"), Undecided, &expected);
    assert_eq!((answer.reachable_share, answer.undecided_share), (0.5, 0.5));
}

/// RT-8.
#[test]
fn routes_of_one_prefix_to_two_targets_are_undecided() {
    let network = three_machines()
        .list("pl-one", Some(&["198.51.100.0/24"]))
        .list("pl-two", Some(&["198.51.100.0/24"]))
        .table("rtb-p", &["p"], &["pl-one igw", "pl-two pcx-1"])
        .0;
    check(&network, WORLD, Undecided, &["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION rtb-p, TiedRoutes, out 1"]);
}

/// RT-9, GE-1: the endpoint's ranges are longer than the default route, and end where they end.
#[test]
fn an_endpoint_wins_over_the_default_route_for_its_ranges_only() {
    let network = three_machines()
        .list("pl-s3", Some(&["52.216.0.0/15"]))
        .endpoint("vpce-s3")
        .table("rtb-p", &["p"], &["pl-s3 vpce-s3"])
        .0;
    check(&network, ("a", "52.216.0.10", "tcp/443"), Reachable, &[]);
    check(&network, ("a", "52.218.0.10", "tcp/443"), Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-p, out 1, p"]);
}

/// RT-10.
#[test]
fn inside_the_vpc_a_propagated_route_loses_to_the_local_one() {
    let network = three_machines()
        .table("rtb-p", &["p"], &["10.0.2.0/24 vgw"])
        .with(|network| propagate(network, "rtb-p", "vgw"))
        .0;
    check(&network, ("a", "10.0.2.10", "tcp/443"), Reachable, &[]);
}

/// RT-11: a static route more specific than the local one, here to an interface that does not forward (PW-4).
#[test]
fn a_route_more_specific_than_local_takes_what_stays_in_the_vpc() {
    let network = with_routes(&["10.0.2.0/24 eni-b"]);
    let expected =
        ["ENI_SOURCE_DEST_CHECK_RESTRICTION i-b, eni-b, out 1", "? DEGUCHI_NOT_MODELLED eni-b, Appliance, out 1"];
    check(&network, ("a", "10.0.2.10", "tcp/443"), Unreachable, &expected);
}

/// RT-11: a route to an interface, for the address of that very interface, on the way back.
#[test]
fn a_reply_routed_to_the_interface_that_asked_arrives() {
    let network = three_machines().table("rtb-q", &["q"], &["10.0.1.0/24 eni-a"]).0;
    check(&network, ("a", "10.0.2.10", "tcp/443"), Reachable, &[]);
    check(&network, ("c", "10.0.1.10", "tcp/443"), Reachable, &[]);
}

/// PW-4: on the way back as on the way out.
#[test]
fn the_check_drops_a_reply_routed_to_an_interface_that_does_not_forward() {
    let network = three_machines().table("rtb-q", &["q"], &["10.0.1.0/24 eni-b"]).0;
    let expected =
        ["ENI_SOURCE_DEST_CHECK_RESTRICTION i-b, eni-b, back 2", "? DEGUCHI_NOT_MODELLED eni-b, Appliance, back 2"];
    check(&network, ("a", "10.0.2.10", "tcp/443"), Unreachable, &expected);
}

/// RT-12: without a table the local route is taken; what the filters then deny is certain.
#[test]
fn without_a_table_the_inside_of_the_vpc_is_undecided_and_filters_still_deny() {
    let build = || {
        three_machines().with(|network| {
            network.route_tables.clear();
        })
    };
    let unknown =
        ["? UNKNOWN_RESOURCE p, RouteTableOfSubnet, out 1", "? UNKNOWN_RESOURCE q, RouteTableOfSubnet, back 2"];
    check(&build().0, ("a", "10.0.2.10", "tcp/443"), Undecided, &unknown);
    check(&build().0, WORLD, Undecided, &unknown[..1]);
    let network = build().acl("acl-q", &["q"], &[], &["100 0.0.0.0/0 all allow"]).0;
    let denied = ["SUBNET_ACL_RESTRICTION acl-q, no rule, out 1, into q", unknown[0], unknown[1]];
    check(&network, ("a", "10.0.2.10", "tcp/443"), Unreachable, &denied);
}

/// RT-13, RT-16: a route of a route server, and a state that nobody describes.
#[test]
fn a_route_of_unknown_rank_or_state_is_undecided() {
    let changes: [fn(&mut deguchi_model::Route); 2] = [
        |route| route.origin = RouteOrigin::Unmodelled("Advertisement".into()),
        |route| route.state = RouteState::Unmodelled("filtered".into()),
    ];
    for change in changes {
        let network = three_machines()
            .table("rtb-p", &["p"], &["0.0.0.0/0 igw"])
            .with(|network| change(network.route_tables.get_mut("rtb-p").unwrap().routes.last_mut().unwrap()))
            .0;
        check(&network, WORLD, Undecided, &["? UNKNOWN_RESOURCE igw, UnreadableRoute, out 1"]);
    }
}

/// RT-15: the longer prefix wins though its target is gone.
#[test]
fn a_blackhole_wins_and_drops() {
    let network = three_machines()
        .table("rtb-p", &["p"], &["0.0.0.0/0 igw", "198.51.100.0/24 nat-gone"])
        .with(|network| {
            let table = network.route_tables.get_mut("rtb-p").unwrap();
            table.routes.last_mut().unwrap().state = RouteState::Blackhole;
        })
        .0;
    check(&network, WORLD, Unreachable, &["BAD_STATE_ROUTE rtb-p, 198.51.100.0/24 to nat-gone, out 1, p"]);
    check(&network, ("a", "8.8.8.8", "tcp/443"), Reachable, &[]);
    check(
        &network,
        ("a", "198.51.0.0/16", "tcp/443"),
        Partly,
        &["BAD_STATE_ROUTE rtb-p, 198.51.100.0/24 to nat-gone, out 1, p"],
    );
}

/// AP-2: an address within a prefix delegated to an interface is that interface's.
#[test]
fn an_address_of_a_delegated_prefix_leads_to_its_interface() {
    let network = three_machines().with(|network| delegate(network, "eni-c", "10.0.2.64/28")).0;
    check(&network, ("a", "10.0.2.70", "tcp/443"), Reachable, &[]);
    let nobody = ["NO_POSSIBLE_DESTINATION vpc, 10.0.2.80, out 1"];
    check(&network, ("a", "10.0.2.80", "tcp/443"), Unreachable, &nobody);
}

/// AP-2: what is routed to the interface for such an address has arrived (RT-11).
#[test]
fn an_address_of_a_delegated_prefix_is_its_interfaces_own_where_a_route_names_that() {
    let network = three_machines()
        .table("rtb-p", &["p"], &["10.0.2.0/24 eni-c"])
        .with(|network| delegate(network, "eni-c", "10.0.2.64/28"))
        .0;
    check(&network, ("a", "10.0.2.70", "tcp/443"), Reachable, &[]);
    check(&network, ("c", "10.0.2.70", "tcp/443"), Reachable, &[]);
}

/// An address that nobody is known to have: dropped, unless the snapshot lists interfaces in part only.
#[test]
fn an_address_of_nobody_is_undecided_where_interfaces_are_listed_in_part() {
    let nobody = ["NO_POSSIBLE_DESTINATION vpc, 10.0.2.77, out 1"];
    check(&three_machines().0, ("a", "10.0.2.77", "tcp/443"), Unreachable, &nobody);
    let network = three_machines()
        .with(|network| network.vpcs.get_mut("vpc").unwrap().interface_listing = InterfaceListing::Partial)
        .0;
    let unknown = ["? UNKNOWN_RESOURCE vpc, InterfacesOfVpc, out 1"];
    check(&network, ("a", "10.0.2.77", "tcp/443"), Undecided, &unknown);
}

fn delegate(network: &mut Network, interface: &str, prefix: &str) {
    let interface = network.network_interfaces.get_mut(interface).unwrap();
    interface.ipv4_prefixes.push(prefix.parse().unwrap());
}

/// Makes the routes of a table to a target propagated ones.
fn propagate(network: &mut Network, table: &str, target: &str) {
    let target = route(&format!("0.0.0.0/0 {target}")).target;
    let routes = &mut network.route_tables.get_mut(table).unwrap().routes;
    for route in routes.iter_mut().filter(|route| route.target == target) {
        route.origin = RouteOrigin::Propagated;
    }
}
