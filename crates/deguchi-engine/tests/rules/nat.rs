//! NAT gateways: PW-16 to PW-23, NG-1 to NG-23.

use deguchi_engine::{
    Answer, Assumption, Decision, Limit, Place,
    Verdict::{Partly, Reachable, Undecided, Unreachable},
};
use deguchi_model::{
    Connectivity, NatGateway, NatGatewayFailure, NatGatewayPlacement, NatGatewayState, Network, SubnetId,
};

use crate::{build::Build, check};

const WORLD: (&str, &str, &str) = ("a", "198.51.100.80", "tcp/443");
const ALL: [&str; 1] = ["100 0.0.0.0/0 all allow"];

/// A client `a` in `p`, whose default route is the NAT gateway `nat-a` in `q`, whose default route is `igw`.
pub(crate) fn behind_nat() -> Build {
    Build::new()
        .subnet("p", "10.0.1.0/24", Some("2600:1f00:0:1::/64"))
        .subnet("q", "10.0.2.0/24", None)
        .table("rtb-p", &["p"], &["0.0.0.0/0 nat-a", "::/0 nat-a"])
        .table("rtb-q", &["q"], &["0.0.0.0/0 igw"])
        .nat("nat-a", "q", &[("10.0.2.200", "203.0.113.200")])
        .machine("a", "p", "10.0.1.10", None, &["open"])
}

/// The same with a change to the NAT gateway.
fn with_nat(change: impl FnOnce(&mut NatGateway)) -> Network {
    behind_nat().with(|network| change(network.nat_gateways.get_mut("nat-a").unwrap())).0
}

/// What the ACLs met show as source and destination, out and back.
fn seen_by_acls(answer: &Answer) -> Vec<String> {
    let hops = answer.ways[0].hops.iter();
    let acls = hops.filter_map(|hop| match &hop.place {
        Place::NetworkAcl { subnet, direction, .. } => {
            let (source, destination) = (hop.header.source.only().unwrap(), hop.header.destination.only().unwrap());
            Some(format!("{} {subnet} {direction:?} {source} {destination}", hop.leg))
        }
        _ => None,
    });
    acls.collect()
}

/// PW-16, PW-18, NG-5: client and server on legs 1 and 4, the gateway's private address and the server on 2 and 3.
#[test]
fn a_nat_gateway_has_four_legs_and_its_acl_is_crossed_four_times() {
    let answer = check(&behind_nat().0, WORLD, Reachable, &[]);
    let expected = [
        "1 p Outbound 10.0.1.10 198.51.100.80",
        "1 q Inbound 10.0.1.10 198.51.100.80",
        "2 q Outbound 10.0.2.200 198.51.100.80",
        "3 q Inbound 198.51.100.80 10.0.2.200",
        "4 q Outbound 198.51.100.80 10.0.1.10",
        "4 p Inbound 198.51.100.80 10.0.1.10",
    ];
    assert_eq!(seen_by_acls(&answer), expected);
    let translated = answer.ways[0]
        .hops
        .iter()
        .find(|hop| matches!(hop.place, Place::InternetGateway { .. }) && hop.decision == Decision::Translated);
    assert_eq!(translated.unwrap().header.source.only(), Some("203.0.113.200".parse().unwrap()));
}

/// PW-18, first crossing: the request in from the client.
#[test]
fn the_gateways_acl_is_asked_for_the_request_from_the_client() {
    let network = behind_nat().acl("acl-q", &["q"], &["90 10.0.1.0/24 tcp/443 deny", ALL[0]], &ALL).0;
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, rule 90 10.0.1.0/24 tcp/443, out 1, into q"];
    check(&network, WORLD, Unreachable, &expected);
}

/// PW-18, second crossing: the request out to the server.
#[test]
fn the_gateways_acl_is_asked_for_the_request_to_the_server() {
    let network = behind_nat().acl("acl-q", &["q"], &ALL, &["90 198.51.100.0/24 tcp/443 deny", ALL[0]]).0;
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, rule 90 198.51.100.0/24 tcp/443, out 2, out of q"];
    check(&network, WORLD, Unreachable, &expected);
}

/// PW-18, third crossing: the reply in from the server.
#[test]
fn the_gateways_acl_is_asked_for_the_reply_from_the_server() {
    let network = behind_nat().acl("acl-q", &["q"], &["90 198.51.100.0/24 all deny", ALL[0]], &ALL).0;
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, rule 90 198.51.100.0/24 all, back 3, into q"];
    check(&network, WORLD, Unreachable, &expected);
}

/// PW-18, fourth crossing: the reply out to the client, on the client's port.
#[test]
fn the_gateways_acl_is_asked_for_the_reply_to_the_client() {
    let deny = "90 10.0.1.0/24 tcp/32768-60999 deny";
    let network = behind_nat().acl("acl-q", &["q"], &ALL, &[deny, ALL[0]]).0;
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, rule 90 10.0.1.0/24 tcp/32768-60999, back 4, out of q"];
    check(&network, WORLD, Unreachable, &expected);
}

/// PW-17: the client's ACL is matched against the server's address, never against the gateway's.
#[test]
fn the_clients_acl_that_admits_the_gateways_subnet_drops_every_reply() {
    let network = behind_nat().acl("acl-p", &["p"], &["100 10.0.2.0/24 all allow"], &ALL).0;
    check(&network, WORLD, Unreachable, &["SUBNET_ACL_RESTRICTION acl-p, no rule, back 4, into p"]);
    let network = behind_nat().acl("acl-p", &["p"], &["100 198.51.100.0/24 all allow"], &ALL).0;
    check(&network, WORLD, Reachable, &[]);
}

/// PW-19, NA-10: of 1024–65535, which the gateway chooses from, Linux's ports only.
#[test]
fn a_gateways_acl_that_admits_some_ports_is_partly_reachable() {
    let inbound = ["100 10.0.1.0/24 all allow", "110 198.51.100.0/24 tcp/32768-60999 allow"];
    let network = behind_nat().acl("acl-q", &["q"], &inbound, &ALL).0;
    let answer = check(&network, WORLD, Partly, &["SUBNET_ACL_RESTRICTION acl-q, no rule, back 3, into q"]);
    assert!((answer.reachable_share - 28232.0 / 64512.0).abs() < 1e-12, "{}", answer.reachable_share);
    let gap = Limit::TranslationPort(1, vec![(1024, 32767), (61000, 65535)]);
    assert_eq!(answer.reasons[0].packets.limits, [gap]);
}

/// PW-22: the table of the gateway's subnet leads back to the gateway.
#[test]
fn a_nat_gateway_that_shares_its_clients_table_loops() {
    let network = behind_nat().table("rtb-p", &["p", "q"], &["0.0.0.0/0 nat-a"]).table("rtb-q", &["none"], &[]).0;
    check(&network, WORLD, Unreachable, &["DEGUCHI_ROUTING_LOOP rtb-p, 0.0.0.0/0 to nat-a, out 2, q"]);
}

/// PW-23: for the address that the table sends to the gateway, and for no other.
#[test]
fn a_route_to_the_gateway_for_one_address_loops_for_that_address_alone() {
    let network = Build::new()
        .subnet("q", "10.0.2.0/24", None)
        .table("rtb-q", &["q"], &["0.0.0.0/0 igw", "198.51.100.80/32 nat-a"])
        .nat("nat-a", "q", &[("10.0.2.200", "203.0.113.200")])
        .machine("a", "q", "10.0.2.10", Some("203.0.113.10"), &["open"])
        .0;
    check(&network, WORLD, Unreachable, &["DEGUCHI_ROUTING_LOOP rtb-q, 198.51.100.80/32 to nat-a, out 2, q"]);
    check(&network, ("a", "198.51.100.81", "tcp/443"), Reachable, &[]);
}

/// RT-11: a route of the gateway's subnet that targets the gateway brings it the replies to its own address.
#[test]
fn replies_come_to_a_nat_gateway_by_a_route_to_it() {
    let beside = |route: &str| {
        Build::new()
            .subnet("p", "10.0.1.0/24", None)
            .subnet("q", "10.0.2.0/24", None)
            .subnet("r", "10.0.3.0/24", None)
            .table("rtb-p", &["p"], &["10.0.3.0/24 nat-a"])
            .table("rtb-q", &["q"], &[])
            .table("rtb-r", &["r"], &[route])
            .nat("nat-a", "q", &[("10.0.2.200", "203.0.113.200")])
            .machine("a", "p", "10.0.1.10", None, &["open"])
            .machine("b", "r", "10.0.3.10", None, &["open"])
    };
    let to_b = ("a", "10.0.3.10", "tcp/443");
    check(&beside("0.0.0.0/0 nat-a").0, to_b, Reachable, &[]);
    check(&beside("10.0.2.0/24 nat-a").0, to_b, Reachable, &[]);
    let denied = beside("10.0.2.0/24 nat-a").acl("acl-q", &["q"], &["90 10.0.3.0/24 all deny", ALL[0]], &ALL).0;
    check(&denied, to_b, Unreachable, &["SUBNET_ACL_RESTRICTION acl-q, rule 90 10.0.3.0/24 all, back 3, into q"]);
}

/// NG-1: an internet gateway drops what a private one sends.
#[test]
fn a_private_nat_gateway_does_not_lead_to_the_internet() {
    let network = with_nat(|nat| {
        nat.connectivity = Connectivity::Private;
        nat.addresses[0].public = None;
    });
    check(&network, WORLD, Unreachable, &["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS nat-a, 10.0.2.200, out 2"]);
}

/// NG-3: that it has failed, why, and nothing else.
#[test]
fn a_nat_gateway_that_has_failed_drops_for_that_alone() {
    let failure = NatGatewayFailure { code: "Gateway.NotAttached".into(), message: None };
    let network = with_nat(|nat| nat.state = NatGatewayState::Failed(Some(failure)));
    check(&network, WORLD, Unreachable, &["BAD_STATE nat-a, failed: Gateway.NotAttached, out 1"]);
}

/// NG-2.
#[test]
fn a_nat_gateway_that_is_pending_or_deleted_drops() {
    for (state, printed) in [(NatGatewayState::Pending, "pending"), (NatGatewayState::Deleted, "deleted")] {
        let network = with_nat(|nat| nat.state = state);
        check(&network, WORLD, Unreachable, &[&format!("BAD_STATE nat-a, {printed}, out 1")]);
    }
}

/// NG-2: `deleting` may still carry traffic, and of another state nobody knows.
#[test]
fn a_nat_gateway_that_is_being_deleted_is_undecided() {
    for state in [NatGatewayState::Unmodelled("odd".into()), NatGatewayState::Deleting] {
        let network = with_nat(|nat| nat.state = state);
        check(&network, WORLD, Undecided, &["? BAD_STATE nat-a, NatGatewayState, out 1"]);
    }
}

/// NG-2, AP-7: the Elastic IP of a deleted NAT gateway is free for others.
#[test]
fn an_elastic_ip_moved_from_a_deleted_nat_gateway_leads_to_its_new_holder() {
    let build = || behind_nat().with(|network| delete(network, "nat-a"));
    let network = build().machine("b", "q", "10.0.2.10", Some("203.0.113.200"), &["open"]).0;
    let question = ("198.51.100.80", "203.0.113.200", "tcp/443");
    check(&network, question, Reachable, &[]);
    check(&build().0, question, Unreachable, &["BAD_STATE nat-a, deleted, out 1"]);
}

/// NG-2, AP-7: so is its private address.
#[test]
fn a_private_address_of_a_deleted_nat_gateway_leads_to_its_new_holder() {
    let build = || behind_nat().with(|network| delete(network, "nat-a"));
    let network = build().machine("b", "q", "10.0.2.200", None, &["open"]).0;
    check(&network, ("a", "10.0.2.200", "tcp/443"), Reachable, &[]);
    let nobody = ["NO_POSSIBLE_DESTINATION vpc, 10.0.2.200, out 1"];
    check(&build().0, ("a", "10.0.2.200", "tcp/443"), Unreachable, &nobody);
}

fn delete(network: &mut Network, nat: &str) {
    network.nat_gateways.get_mut(nat).unwrap().state = NatGatewayState::Deleted;
}

/// NG-4: the table of the gateway's own subnet has to lead on.
#[test]
fn a_nat_gateway_in_a_private_subnet_leads_nowhere() {
    let network = behind_nat().table("rtb-q", &["q"], &[]).0;
    check(&network, WORLD, Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-q, out 2, q"]);
}

/// NG-4 as IG-2, IG-6: the gateway, and behind it a detached internet gateway.
#[test]
fn everything_behind_a_nat_gateway_is_judged_too() {
    let network = behind_nat()
        .acl("acl-q", &["q"], &["90 10.0.1.0/24 all deny", ALL[0]], &ALL)
        .with(|network| network.internet_gateways.get_mut("igw").unwrap().attachments.clear())
        .0;
    let expected = [
        "SUBNET_ACL_RESTRICTION acl-q, rule 90 10.0.1.0/24 all, out 1, into q",
        "BAD_STATE_ATTACHMENT igw, detached, out 2",
    ];
    check(&network, WORLD, Unreachable, &expected);
}

/// NG-6: an address that has failed is not used.
#[test]
fn a_nat_gateway_uses_its_usable_addresses_only() {
    let network = with_nat(|nat| {
        let spare = nat.addresses[0].clone();
        nat.addresses.push(deguchi_model::NatGatewayAddress { is_usable: false, public: None, ..spare });
    });
    check(&network, WORLD, Reachable, &[]);
    let network = with_nat(|nat| nat.addresses[0].is_usable = false);
    check(&network, WORLD, Unreachable, &["BAD_STATE nat-a, no usable address, out 1"]);
}

/// NG-9: from inside and outside, be it a ping.
#[test]
fn a_nat_gateway_takes_no_connection() {
    let network = behind_nat().0;
    let expected = ["DEGUCHI_NAT_GATEWAY_TAKES_NO_CONNECTION nat-a, out 1"];
    for (from, to) in [("a", "10.0.2.200"), ("198.51.100.80", "203.0.113.200")] {
        check(&network, (from, to, "tcp/443"), Unreachable, &expected);
        check(&network, (from, to, "ping"), Unreachable, &expected);
    }
}

/// NG-11: no IPv6 but `64:ff9b::/96`.
#[test]
fn a_nat_gateway_carries_no_ipv6() {
    let network = behind_nat().machine("six", "p", "2600:1f00:0:1::a", None, &["open"]).0;
    let expected = ["PROTOCOL_RESTRICTION nat-a, out 1"];
    check(&network, ("six", "2001:4860:4860::8888", "tcp/443"), Unreachable, &expected);
}

/// NG-11: IPv6 as far as the NAT gateway, IPv4 behind it, and back.
#[test]
fn a_nat_gateway_translates_ipv6_to_ipv4() {
    let six = |build: Build| build.machine("six", "p", "2600:1f00:0:1::a", None, &["open"]).0;
    let question = ("six", "64:ff9b::c633:6450", "tcp/443");
    let routed = || behind_nat().table("rtb-p", &["p"], &["64:ff9b::/96 nat-a"]);
    let answer = check(&six(routed()), question, Reachable, &[]);
    let remote = deguchi_engine::AddressSet::single("198.51.100.80".parse().unwrap());
    assert!(answer.ways[0].hops.iter().any(|hop| hop.header.destination == remote));
    check(&six(routed()), ("six", "64:ff9b::c633:6450", "ping"), Reachable, &[]);
    check(&six(routed()), ("six", "64:ff9b::c633:6400/120", "tcp/443"), Reachable, &[]);
    // Inside the VPC too, from the gateway's address.
    let inside = six(routed().machine("b", "p", "10.0.1.9", None, &["open"]));
    check(&inside, ("six", "64:ff9b::a00:109", "tcp/443"), Reachable, &[]);
    let narrow = |rule: &str| routed().group("narrow", &[rule], &["0.0.0.0/0 all"]);
    let by_gateway = narrow("10.0.2.200/32 tcp/443").machine("b", "p", "10.0.1.9", None, &["narrow"]);
    check(&six(by_gateway), ("six", "64:ff9b::a00:109", "tcp/443"), Reachable, &[]);
    let by_client = narrow("::/0 tcp/443").machine("b", "p", "10.0.1.9", None, &["narrow"]);
    let expected = ["ENI_SG_RULES_MISMATCH narrow, none of 1 at eni-b, out 2, into"];
    check(&six(by_client), ("six", "64:ff9b::a00:109", "tcp/443"), Unreachable, &expected);
    // Without that route, and where the gateway's own subnet leads nowhere.
    let bare = behind_nat().table("rtb-p", &["p"], &["0.0.0.0/0 nat-a"]);
    check(&six(bare), question, Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-p, out 1, p"]);
    let lost = routed().table("rtb-q", &["q"], &[]);
    check(&six(lost), question, Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-q, out 2, q"]);
}

/// NG-24: what is attached to a NAT gateway may filter.
#[test]
fn what_is_attached_to_a_nat_gateway_leaves_the_answer_undecided() {
    let network = with_nat(|nat| nat.attached_appliances.push("proxy".into()));
    check(&network, WORLD, Undecided, &["? DEGUCHI_NOT_MODELLED nat-a, NatGatewayAppliance, out 1"]);
}

/// NG-14: connections are spread evenly over the addresses, of which one is mapped to no Elastic IP.
#[test]
fn each_address_of_a_nat_gateway_carries_its_share() {
    let network = with_nat(|nat| {
        let first = nat.addresses[0].clone();
        let private = Some("10.0.2.201".parse().unwrap());
        nat.addresses.push(deguchi_model::NatGatewayAddress { private, public: None, ..first });
    });
    let expected = ["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS nat-a, 10.0.2.201, out 2"];
    let answer = check(&network, WORLD, Partly, &expected);
    assert_eq!(answer.reachable_share, 0.5);
    assert!(matches!(answer.reasons[0].packets.limits.as_slice(), [Limit::TranslationAddress(1, _)]));
}

/// A regional NAT gateway whose one address serves a zone, with this table of its own.
fn regional(table: Option<&str>, zone: &str, zones_are_automatic: bool) -> Network {
    behind_nat()
        .table("rtb-nat", &["none"], &["0.0.0.0/0 igw"])
        .table("rtb-loop", &["none"], &["0.0.0.0/0 nat-a"])
        .acl("acl-q", &["q"], &[], &[])
        .with(|network| {
            let nat = network.nat_gateways.get_mut("nat-a").unwrap();
            let route_table = table.map(Into::into);
            nat.placement = NatGatewayPlacement::Regional { route_table, zones_are_automatic };
            nat.addresses[0].availability_zone = Some(zone.into());
        })
        .0
}

/// NG-20, NG-21, NG-23: its own table, and no ACL, which the answer says.
#[test]
fn a_regional_nat_gateway_routes_by_its_own_table() {
    let answer = check(&regional(Some("rtb-nat"), "us-east-1a", false), WORLD, Reachable, &[]);
    let assumption = Assumption::RegionalNatGatewayWithoutNetworkAcl { nat_gateway: "nat-a".into() };
    assert!(answer.assumptions.contains(&assumption));
    let expected = ["DEGUCHI_ROUTING_LOOP rtb-loop, 0.0.0.0/0 to nat-a, out 2"];
    check(&regional(Some("rtb-loop"), "us-east-1a", false), WORLD, Unreachable, &expected);
    let expected = ["? UNKNOWN_RESOURCE nat-a, RouteTableOfNatGateway, out 2"];
    check(&regional(None, "us-east-1a", false), WORLD, Undecided, &expected);
}

/// NG-22, NG-20: a zone without an address is served where zones are automatic.
#[test]
fn a_regional_nat_gateway_serves_other_zones_only_where_they_are_automatic() {
    check(&regional(Some("rtb-nat"), "us-east-1b", true), WORLD, Reachable, &[]);
    let expected = ["REGIONAL_NGW_ROUTE_AZ_RESTRICTION nat-a, us-east-1a, out 1"];
    check(&regional(Some("rtb-nat"), "us-east-1b", false), WORLD, Unreachable, &expected);
}

/// A NAT gateway that the snapshot lacks, behind an active route; and one that does not say where it stands.
#[test]
fn a_nat_gateway_that_is_not_known_is_undecided() {
    let network = behind_nat().with(|network| network.nat_gateways.clear()).0;
    check(&network, WORLD, Undecided, &["? UNKNOWN_RESOURCE nat-a, RouteTarget, out 1"]);
    let network = with_nat(|nat| nat.placement = NatGatewayPlacement::Unknown);
    check(&network, WORLD, Undecided, &["? UNKNOWN_RESOURCE nat-a, NatGatewayPlacement, out 1"]);
    let network = behind_nat().with(|network| drop(network.subnets.remove(&SubnetId::new("q")))).0;
    check(&network, WORLD, Undecided, &["? UNKNOWN_RESOURCE q, Subnet, out 1"]);
}
