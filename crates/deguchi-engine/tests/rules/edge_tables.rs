//! Edge route tables, and routes inside the VPC, that lead to a machine which hands packets on: RT-11, RT-19 to RT-22, PW-4.

use deguchi_engine::{
    Answer, Assumption, Place,
    Verdict::{Reachable, Undecided, Unreachable},
};
use deguchi_model::{Guest, InstanceState, Masquerade, RouteOrigin, VpcEndpointKind};

use crate::{build::Build, check};

const IN: (&str, &str, &str) = ("198.51.100.80", "203.0.113.5", "tcp/443");
const OUT: (&str, &str, &str) = ("web", "198.51.100.80", "tcp/443");
const UNKNOWN: &str = "? DEGUCHI_NOT_MODELLED eni-fw, Appliance, out 1";
const ONE_WAY: &str = "? DEGUCHI_NOT_MODELLED eni-fw, ApplianceOneWay, back 2";

/// A public machine `web` in `a`, whose traffic with the internet passes the machine `fw` in `f` both ways.
fn network() -> Build {
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .subnet("f", "10.0.2.0/24", None)
        .table("rtb-a", &["a"], &["0.0.0.0/0 eni-fw"])
        .table("rtb-f", &["f"], &["0.0.0.0/0 igw"])
        .machine("web", "a", "10.0.1.5", Some("203.0.113.5"), &["open"])
        .machine("fw", "f", "10.0.2.7", Some("203.0.113.7"), &["open"])
        .forwarding("fw")
        .edge("igw", &["10.0.1.0/24 eni-fw"])
}

/// A guest that is known to hand on what it gets, as it is.
fn forwards(build: Build) -> Build {
    build.with(|network| {
        let masquerade = Masquerade { known: ["eni-fw".into()].into(), ..Masquerade::default() };
        let guest = Guest {
            forwards_ipv4: Some(true),
            drops_forwarded: Some(false),
            masquerade: Some(masquerade),
            ..Guest::default()
        };
        network.guests.insert("i-fw".into(), guest);
    })
}

/// How often a way comes by an interface.
fn visits(answer: &Answer, interface: &str) -> usize {
    let here = |place: &Place| matches!(place, Place::Interface { interface: own, .. } if own.as_str() == interface);
    answer.ways[0].hops.iter().filter(|hop| here(&hop.place)).count()
}

#[test]
fn an_edge_table_leads_what_comes_in_through_a_machine_and_the_way_behind_it_is_told() {
    let answer = check(&network().0, IN, Undecided, &[UNKNOWN]);
    assert_eq!(visits(&answer, "eni-fw"), 2);
    check(&forwards(network()).0, IN, Reachable, &[]);
    // Whole VPC: what is for the machine itself arrives there.
    let whole = network().edge("igw", &["10.0.0.0/16 eni-fw"]);
    check(&whole.0, ("198.51.100.80", "203.0.113.7", "tcp/443"), Reachable, &[]);
}

#[test]
fn what_stops_packets_at_the_machine_they_are_led_to_is_certain() {
    let closed = network().group("shut", &["10.0.0.0/8 all"], &["0.0.0.0/0 all"]);
    let closed = closed.machine("fw", "f", "10.0.2.7", Some("203.0.113.7"), &["shut"]).forwarding("fw").0;
    check(&closed, IN, Unreachable, &["ENI_SG_RULES_MISMATCH shut, none of 1 at eni-fw, out 1, into", UNKNOWN]);
    let checked = network().machine("fw", "f", "10.0.2.7", Some("203.0.113.7"), &["open"]).0;
    check(&checked, IN, Unreachable, &["ENI_SOURCE_DEST_CHECK_RESTRICTION i-fw, eni-fw, out 1", UNKNOWN]);
    let everything = ["100 0.0.0.0/0 all allow"];
    let acl = network().acl("acl-f", &["f"], &[], &everything).0;
    check(&acl, IN, Unreachable, &["SUBNET_ACL_RESTRICTION acl-f, no rule, out 1, into f", UNKNOWN]);
    let stopped = network().with(|network| {
        network.instances.get_mut("i-fw").unwrap().state = InstanceState::NotRunning("stopped".into());
    });
    check(&stopped.0, IN, Unreachable, &["BAD_STATE i-fw, stopped, out 1", UNKNOWN]);
    let off = forwards(network()).with(|network| network.guests.get_mut("i-fw").unwrap().forwards_ipv4 = Some(false));
    check(&off.0, IN, Unreachable, &["DEGUCHI_NAT_INSTANCE_FORWARDING_OFF i-fw, net.ipv4.ip_forward = 0, out 1"]);
}

#[test]
fn what_stops_packets_behind_such_a_machine_is_certain_only_if_it_hands_them_on() {
    let closed = |build: Build| {
        let build = build.group("shut", &["10.0.0.0/8 all"], &["0.0.0.0/0 all"]);
        build.machine("web", "a", "10.0.1.5", Some("203.0.113.5"), &["shut"]).0
    };
    check(&closed(network()), IN, Undecided, &[UNKNOWN]);
    let expected = ["ENI_SG_RULES_MISMATCH shut, none of 1 at eni-web, out 1, into"];
    check(&closed(forwards(network())), IN, Unreachable, &expected);
}

#[test]
fn an_interface_that_an_edge_table_leads_to_needs_a_public_address() {
    let private = network().machine("fw", "f", "10.0.2.7", None, &["open"]).forwarding("fw");
    let expected = "INGRESS_RTB_NO_PUBLIC_IP eni-fw, 10.0.1.0/24 to eni-fw, out 1";
    check(&private.0, IN, Unreachable, &[expected, UNKNOWN]);
}

#[test]
fn an_edge_table_may_lead_to_what_the_snapshot_lacks() {
    let network = network().edge("igw", &["10.0.1.0/24 eni-gone"]).0;
    check(&network, IN, Undecided, &["? UNKNOWN_RESOURCE eni-gone, RouteTarget, out 1"]);
}

#[test]
fn a_subnet_whose_replies_an_edge_table_leads_to_a_machine_cannot_leave_directly() {
    let direct = network().table("rtb-a", &["a"], &["0.0.0.0/0 igw"]).0;
    let expected = ["INGRESS_RTB_TRAFFIC_REDIRECTION rtb-edge-igw, 10.0.1.0/24 to eni-fw, back 2"];
    check(&direct, OUT, Unreachable, &expected);
    // What came in through the machine goes back past it.
    check(&direct, IN, Undecided, &[UNKNOWN, ONE_WAY]);
    let own = network().edge("igw", &["10.0.2.0/24 eni-fw"]).0;
    check(&own, ("fw", "198.51.100.80", "tcp/443"), Reachable, &[]);
}

#[test]
fn out_through_a_machine_the_reply_comes_back_to_it_whether_or_not_it_translates() {
    let answer = check(&network().0, OUT, Reachable, &[]);
    let assumption = Assumption::NatInstanceForwards { instance: "i-fw".into(), out: "eni-fw".into() };
    assert!(answer.assumptions.contains(&assumption));
    let answer = check(&forwards(network()).0, OUT, Reachable, &[]);
    assert_eq!(visits(&answer, "eni-fw"), 2);
}

#[test]
fn the_table_of_a_virtual_private_gateway_leads_replies_to_a_machine() {
    let build = || network().edge("igw", &[]).vpn("vgw", &["192.168.0.0/16"]).edge("vgw", &["10.0.1.0/24 eni-fw"]);
    let question = ("web", "192.168.0.1", "tcp/443");
    let through = build().table("rtb-f", &["f"], &["192.168.0.0/16 vgw"]);
    check(&through.0, question, Undecided, &[UNKNOWN]);
    check(&forwards(build().table("rtb-f", &["f"], &["192.168.0.0/16 vgw"])).0, question, Reachable, &[]);
    let direct = build().table("rtb-a", &["a"], &["192.168.0.0/16 vgw"]);
    check(&direct.0, question, Undecided, &["? DEGUCHI_NOT_MODELLED eni-fw, Appliance, back 2"]);
    // A gateway that the snapshot lacks is one by its id.
    let nameless = network().edge("igw", &[]).table("rtb-a", &["a"], &["192.168.0.0/16 vgw-1"]);
    let nameless = nameless.edge("vgw-1", &["10.0.1.0/24 eni-fw"]).with(|network| {
        network.route_tables.get_mut("rtb-a").unwrap().routes.last_mut().unwrap().origin = RouteOrigin::Propagated;
    });
    check(&nameless.0, question, Undecided, &["? DEGUCHI_NOT_MODELLED eni-fw, Appliance, back 2"]);
}

/// RT-22: AWS's pages disagree.
#[test]
fn an_endpoint_in_the_table_of_a_virtual_private_gateway_is_undecided() {
    let network = network()
        .endpoint("vpce-fw")
        .table("rtb-a", &["a"], &["192.168.0.0/16 vgw"])
        .vpn("vgw", &["192.168.0.0/16"])
        .edge("vgw", &["10.0.1.0/24 vpce-fw"])
        .with(|network| {
            let kind = VpcEndpointKind::GatewayLoadBalancer { interfaces: Vec::new(), subnets: vec!["f".into()] };
            network.vpc_endpoints.get_mut("vpce-fw").unwrap().kind = kind;
        })
        .0;
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION rtb-edge-vgw, EdgeRouteTable, back 2"];
    check(&network, ("web", "192.168.0.1", "tcp/443"), Undecided, &expected);
}

/// RT-11: subnet to subnet through a machine.
fn between_subnets() -> Build {
    network()
        .subnet("b", "10.0.3.0/24", None)
        .machine("db", "b", "10.0.3.9", None, &["open"])
        .table("rtb-a", &["a"], &["10.0.3.0/24 eni-fw"])
        .table("rtb-b", &["b"], &["10.0.1.0/24 eni-fw"])
        .edge("igw", &[])
}

#[test]
fn routes_more_specific_than_local_lead_from_subnet_to_subnet_through_a_machine() {
    let question = ("web", "10.0.3.9", "tcp/5432");
    let answer = check(&between_subnets().0, question, Undecided, &[UNKNOWN]);
    assert_eq!(visits(&answer, "eni-fw"), 2);
    check(&forwards(between_subnets()).0, question, Reachable, &[]);
    let one_way = || between_subnets().table("rtb-b", &["b"], &[]);
    check(&one_way().0, question, Undecided, &[UNKNOWN, ONE_WAY]);
    check(&forwards(one_way()).0, question, Reachable, &[]);
}

#[test]
fn a_reference_to_a_group_does_not_survive_a_machine_in_between() {
    let build = forwards(between_subnets()).group("members", &["open tcp/5432"], &["0.0.0.0/0 all"]);
    let network = build.machine("db", "b", "10.0.3.9", None, &["members"]).0;
    let expected = ["SG_REFERENCES_NOT_PRESERVED members, none of 1 at eni-db, out 1, into"];
    check(&network, ("web", "10.0.3.9", "tcp/5432"), Unreachable, &expected);
}
