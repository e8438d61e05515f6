//! Gateways out of a VPC: IG-1 to IG-11, GE-1 to GE-11, VP-1 to VP-4.

use deguchi_engine::{
    Assumption, Place, ServiceRequest,
    Verdict::{Reachable, Undecided, Unreachable},
};
use deguchi_model::{
    BlockPublicAccess, BlockPublicAccessExclusion, BlockPublicAccessExclusions, ElasticIp, EncryptionControls,
    EndpointPolicy, EndpointState, ExclusionMode, Network, RouteOrigin, VpcEndpointKind,
};

use crate::{
    build::{Build, query},
    check, check_query,
    nat::behind_nat,
};

const WORLD: (&str, &str, &str) = ("a", "198.51.100.80", "tcp/443");
const FROM_WORLD: (&str, &str, &str) = ("198.51.100.80", "203.0.113.10", "tcp/443");

/// A machine `a` with a public address in `q`, and these routes there; a machine `b` without one beside it.
fn public_machine(routes: &[&str]) -> Build {
    Build::new()
        .subnet("q", "10.0.2.0/24", Some("2600:1f00:0:1::/64"))
        .table("rtb-q", &["q"], routes)
        .machine("a", "q", "10.0.2.10", Some("203.0.113.10"), &["open"])
        .machine("b", "q", "10.0.2.11", None, &["open"])
}

/// The same with a second, IPv6 machine `six`.
fn ipv6_machine(routes: &[&str]) -> Build {
    public_machine(routes).egress_only("eigw").machine("six", "q", "2600:1f00:0:1::a", None, &["open"])
}

/// IG-1: the source is rewritten to the public address on the way out, and back.
#[test]
fn an_internet_gateway_maps_a_private_address_to_its_public_one() {
    let answer = check(&public_machine(&["0.0.0.0/0 igw"]).0, WORLD, Reachable, &[]);
    let at_gateway = answer.ways[0].hops.iter().filter(|hop| matches!(hop.place, Place::InternetGateway { .. }));
    let headers: Vec<_> = at_gateway.map(|hop| (hop.header.source.only(), hop.header.destination.only())).collect();
    let address = |text: &str| Some(text.parse().unwrap());
    let out = (address("203.0.113.10"), address("198.51.100.80"));
    assert_eq!(headers, [out, (address("198.51.100.80"), address("10.0.2.10"))]);
    check(&public_machine(&["0.0.0.0/0 igw"]).0, FROM_WORLD, Reachable, &[]);
}

/// IG-2.
#[test]
fn what_has_no_public_address_does_not_pass_an_internet_gateway() {
    let network = public_machine(&["0.0.0.0/0 igw"]).0;
    let expected = ["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS eni-b, 10.0.2.11, out 1"];
    check(&network, ("b", "198.51.100.80", "tcp/443"), Unreachable, &expected);
}

/// IG-3: a secondary address needs a public one of its own.
#[test]
fn a_secondary_address_does_not_use_the_public_one_of_the_primary() {
    let network = public_machine(&["0.0.0.0/0 igw"])
        .with(|network| {
            let interface = network.network_interfaces.get_mut("eni-a").unwrap();
            let mut second = interface.addresses[0].clone();
            (second.private, second.public) = ("10.0.2.20".parse().unwrap(), None);
            interface.addresses.push(second);
        })
        .0;
    let mut question = query(&network, WORLD.0, WORLD.1, WORLD.2);
    let address = "10.0.2.20".parse().unwrap();
    question.source = deguchi_engine::Source::Interface { interface: "eni-a".into(), address };
    let expected = ["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS eni-a, 10.0.2.20, out 1"];
    check_query(&network, &question, Unreachable, &expected);
}

/// IG-4: the request arrives, and the reply leaves by a NAT gateway, which does not know the connection.
#[test]
fn a_public_address_behind_a_nat_gateway_brings_nothing_in() {
    let network = public_machine(&["0.0.0.0/0 nat-a"])
        .subnet("r", "10.0.3.0/24", None)
        .table("rtb-r", &["r"], &["0.0.0.0/0 igw"])
        .nat("nat-a", "r", &[("10.0.3.200", "203.0.113.200")])
        .0;
    let expected = ["DEGUCHI_RETURN_BY_ANOTHER_WAY rtb-q, 0.0.0.0/0 to nat-a, back 2, q"];
    check(&network, FROM_WORLD, Unreachable, &expected);
    check(&network, WORLD, Reachable, &[]);
}

/// IG-4, RT-18: what a Gateway Load Balancer endpoint does with a reply is not known: it hands packets on unchanged.
#[test]
fn a_reply_over_a_gateway_load_balancer_endpoint_is_undecided() {
    let network = public_machine(&["0.0.0.0/0 vpce-lb"])
        .endpoint("vpce-lb")
        .with(|network| {
            let endpoint = network.vpc_endpoints.get_mut("vpce-lb").unwrap();
            endpoint.kind = VpcEndpointKind::Unmodelled("GatewayLoadBalancer".into());
        })
        .0;
    let expected = ["? DEGUCHI_NOT_MODELLED vpce-lb, RouteTargetNotModelled, back 2"];
    check(&network, FROM_WORLD, Undecided, &expected);
}

/// IG-5: to and from RFC 1918 and RFC 6598.
#[test]
fn an_internet_gateway_refuses_private_addresses() {
    let network = public_machine(&["0.0.0.0/0 igw"]).0;
    for (range, out, inside) in [
        (
            "192.168.0.1",
            "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS igw, out 1",
            "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS igw, out 1",
        ),
        (
            "100.64.0.1",
            "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS igw, out 1",
            "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS igw, out 1",
        ),
    ] {
        check(&network, ("a", range, "tcp/443"), Unreachable, &[out]);
        check(&network, (range, "203.0.113.10", "tcp/443"), Unreachable, &[inside]);
    }
}

/// IG-5, and no router on the internet knows a private address.
#[test]
fn nobody_on_the_internet_reaches_a_private_address() {
    let network = public_machine(&["0.0.0.0/0 igw"]).0;
    let expected = ["NO_POSSIBLE_DESTINATION internet, 10.0.2.10, out 1"];
    check(&network, ("198.51.100.80", "10.0.2.10", "tcp/443"), Unreachable, &expected);
}

/// IG-6, RT-14: a detached one drops; one that the snapshot lacks is taken to be attached, in and out.
#[test]
fn an_internet_gateway_has_to_be_attached() {
    let network = public_machine(&["0.0.0.0/0 igw"])
        .with(|network| network.internet_gateways.get_mut("igw").unwrap().attachments.clear())
        .0;
    check(&network, WORLD, Unreachable, &["BAD_STATE_ATTACHMENT igw, detached, out 1"]);
    check(&network, FROM_WORLD, Unreachable, &["IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS vpc, 203.0.113.10, out 1"]);
    let network = public_machine(&["0.0.0.0/0 igw"]).with(|network| network.internet_gateways.clear()).0;
    let answer = check(&network, WORLD, Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::GatewayIsAttached { gateway: "igw".into() }));
    check(&network, FROM_WORLD, Reachable, &[]);
}

/// IG-7: IPv6 addresses are public by nature, and need a route of their own.
#[test]
fn ipv6_needs_a_route_and_no_other_address() {
    let remote = "2001:4860:4860::8888";
    let network = ipv6_machine(&["0.0.0.0/0 igw", "::/0 igw"]).0;
    check(&network, ("six", remote, "tcp/443"), Reachable, &[]);
    check(&network, (remote, "2600:1f00:0:1::a", "tcp/443"), Reachable, &[]);
    let network = ipv6_machine(&["0.0.0.0/0 igw"]).0;
    check(&network, ("six", remote, "tcp/443"), Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-q, out 1, q"]);
    check(
        &network,
        ("a", remote, "tcp/443"),
        Unreachable,
        &["DEGUCHI_NO_ADDRESS_OF_THIS_FAMILY eni-a, 10.0.2.10, out 1"],
    );
}

/// IG-7: the VPC's own IPv6 range is nobody else's.
#[test]
fn an_ipv6_address_of_the_vpc_that_nobody_has_is_no_machine_on_the_internet() {
    let network = ipv6_machine(&["::/0 igw"]).0;
    let expected = ["NO_POSSIBLE_DESTINATION vpc, 2600:1f00:0:1::77, out 1"];
    let question = ("2001:4860:4860::8888", "2600:1f00:0:1::77", "tcp/443");
    check(&network, question, Unreachable, &expected);
}

/// IG-8: connections from inside only, of IPv6 only.
#[test]
fn an_egress_only_gateway_lets_connections_out_and_none_in() {
    let remote = "2001:4860:4860::8888";
    let network =
        ipv6_machine(&["::/0 eigw", "198.51.100.0/24 eigw"]).with(|network| network.internet_gateways.clear()).0;
    check(&network, ("six", remote, "tcp/443"), Reachable, &[]);
    let expected = ["DEGUCHI_EGRESS_ONLY_TAKES_NO_CONNECTION eigw, 2600:1f00:0:1::a, out 1"];
    check(&network, (remote, "2600:1f00:0:1::a", "tcp/443"), Unreachable, &expected);
    check(&network, WORLD, Unreachable, &["PROTOCOL_RESTRICTION eigw, out 1"]);
}

/// IG-8 beside an internet gateway: the reply by the egress-only one belongs to no connection of its.
#[test]
fn a_reply_by_an_egress_only_gateway_is_dropped_where_the_request_came_by_another() {
    let network = ipv6_machine(&["::/0 eigw"]).0;
    let expected = ["DEGUCHI_RETURN_BY_ANOTHER_WAY rtb-q, ::/0 to eigw, back 2, q"];
    check(&network, ("2001:4860:4860::8888", "2600:1f00:0:1::a", "tcp/443"), Unreachable, &expected);
}

/// IG-8: the ACL of the subnet applies, out and back.
#[test]
fn the_acl_of_the_subnet_judges_what_an_egress_only_gateway_lets_in() {
    let network = ipv6_machine(&["::/0 eigw"]).acl("acl-q", &["q"], &[], &["100 ::/0 all allow"]).0;
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, no rule, back 2, into q"];
    check(&network, ("six", "2001:4860:4860::8888", "tcp/443"), Unreachable, &expected);
}

/// IG-10: that AWS has lifted its block of port 25 is an assumption.
#[test]
fn mail_to_the_internet_is_reachable_under_an_assumption() {
    let network = public_machine(&["0.0.0.0/0 igw"]).0;
    let answer = check(&network, ("a", "198.51.100.80", "tcp/25"), Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::MailIsAllowed));
    let answer = check(&network, WORLD, Reachable, &[]);
    assert!(!answer.assumptions.contains(&Assumption::MailIsAllowed));
}

/// The network with Block Public Access on, and these exclusions: of the VPC (`None`) or a subnet.
fn blocked(build: Build, mode: &str, exclusions: Option<&[(Option<&str>, ExclusionMode)]>) -> Network {
    let exclusions = exclusions.map_or(BlockPublicAccessExclusions::Unknown, |list| {
        let exclusion = |(subnet, mode): &(Option<&str>, ExclusionMode)| BlockPublicAccessExclusion {
            subnet: subnet.map(Into::into),
            mode: mode.clone(),
        };
        BlockPublicAccessExclusions::Known(list.iter().map(exclusion).collect())
    });
    let on = BlockPublicAccess::On { mode: mode.into(), exclusions };
    build.with(|network| network.vpcs.get_mut("vpc").unwrap().block_public_access = on).0
}

const BLOCKED: &str = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED vpc";

/// IG-11, IG-12: without the list of exclusions it is undecided, but for what both modes let out.
#[test]
fn block_public_access_is_undecided_without_its_exclusions() {
    let expected = ["? VPC_BLOCK_PUBLIC_ACCESS_ENABLED vpc, BlockPublicAccess, out 1"];
    let network = blocked(public_machine(&["0.0.0.0/0 igw"]), "block-bidirectional", None);
    check(&network, WORLD, Undecided, &expected);
    check(&network, FROM_WORLD, Undecided, &expected);
    let network = blocked(public_machine(&["0.0.0.0/0 igw"]), "block-sideways", Some(&[]));
    check(&network, WORLD, Undecided, &expected);
}

/// IG-11: `block-bidirectional` stops everything, `block-ingress` what NAT gateways have not let out.
#[test]
fn block_public_access_stops_what_its_mode_says() {
    for mode in ["block-bidirectional", "block-ingress"] {
        let network = blocked(public_machine(&["0.0.0.0/0 igw"]), mode, Some(&[]));
        check(&network, WORLD, Unreachable, &[&format!("{BLOCKED}, {mode}, out 1")]);
        check(&network, FROM_WORLD, Unreachable, &[&format!("{BLOCKED}, {mode}, out 1")]);
    }
    let network = blocked(behind_nat(), "block-ingress", None);
    check(&network, WORLD, Reachable, &[]);
    let network = blocked(behind_nat(), "block-bidirectional", Some(&[]));
    check(&network, WORLD, Unreachable, &[&format!("{BLOCKED}, block-bidirectional, out 2")]);
}

/// IG-12, IG-13: an exclusion lifts it for a VPC or a subnet; through a NAT gateway, for the gateway's subnet.
#[test]
fn an_exclusion_of_the_subnet_at_the_gateway_lifts_the_block() {
    let (both, egress) = (ExclusionMode::Bidirectional, ExclusionMode::Egress);
    let mode = "block-bidirectional";
    for subnet in [None, Some("q")] {
        let network = blocked(public_machine(&["0.0.0.0/0 igw"]), mode, Some(&[(subnet, both.clone())]));
        check(&network, WORLD, Reachable, &[]);
        check(&network, FROM_WORLD, Reachable, &[]);
    }
    let network = blocked(public_machine(&["0.0.0.0/0 igw"]), mode, Some(&[(Some("elsewhere"), both.clone())]));
    check(&network, WORLD, Unreachable, &[&format!("{BLOCKED}, {mode}, out 1")]);
    for (subnet, mode) in [("q", both.clone()), ("q", egress.clone())] {
        let network = blocked(behind_nat(), "block-bidirectional", Some(&[(Some(subnet), mode)]));
        check(&network, WORLD, Reachable, &[]);
    }
    let network = blocked(behind_nat(), mode, Some(&[(Some("p"), both.clone())]));
    check(&network, WORLD, Unreachable, &[&format!("{BLOCKED}, {mode}, out 2")]);
    // What comes in for the gateway's own address meets the exclusion of its subnet, and then a gateway that takes none.
    let network = blocked(behind_nat(), mode, Some(&[(Some("q"), both)]));
    let expected = ["DEGUCHI_NAT_GATEWAY_TAKES_NO_CONNECTION nat-a, out 1"];
    check(&network, ("198.51.100.80", "203.0.113.200", "tcp/443"), Unreachable, &expected);
    let network = blocked(public_machine(&["0.0.0.0/0 igw"]), mode, Some(&[(None, egress)]));
    check(&network, FROM_WORLD, Unreachable, &[&format!("{BLOCKED}, {mode}, out 1")]);
    let expected = ["? VPC_BLOCK_PUBLIC_ACCESS_ENABLED vpc, BlockPublicAccess, out 1"];
    check(&network, WORLD, Undecided, &expected);
}

/// IG-16: enforced encryption admits a gateway as an exclusion only.
#[test]
fn enforced_encryption_is_undecided_unless_the_gateway_is_excluded() {
    let controls = |exclusions: &[&str]| {
        let exclusions = exclusions.iter().map(ToString::to_string).collect();
        public_machine(&["0.0.0.0/0 igw"])
            .with(|network| {
                network.encryption_controls.insert("vpc".into(), EncryptionControls { exclusions });
            })
            .0
    };
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vpc, EncryptionControls, out 1"];
    check(&controls(&["NatGateway"]), WORLD, Undecided, &expected);
    check(&controls(&["InternetGateway"]), WORLD, Reachable, &[]);
}

/// IC-3, NA-11: what an answer takes for granted.
#[test]
fn ports_of_the_client_and_the_answer_to_a_ping_are_assumptions() {
    let network = public_machine(&["0.0.0.0/0 igw"]).0;
    let answer = check(&network, ("a", "198.51.100.80", "ping"), Reachable, &[]);
    assert_eq!(answer.assumptions, [Assumption::AnswersPing]);
    let answer = check(&network, WORLD, Reachable, &[]);
    assert_eq!(answer.assumptions, [Assumption::EphemeralPorts { first: 32768, last: 60999 }]);
}

/// An Elastic IP that is associated with nothing leads nowhere.
#[test]
fn a_spare_elastic_ip_leads_nowhere() {
    let network = with_elastic_ip(None);
    let expected = ["UNASSOCIATED_COMPONENT eip, 203.0.113.99, out 1"];
    check(&network, ("a", "203.0.113.99", "tcp/443"), Unreachable, &expected);
}

/// One that is associated with an interface that the snapshot lacks leads to something of the account.
#[test]
fn an_elastic_ip_of_an_unlisted_interface_is_undecided() {
    let network = with_elastic_ip(Some("eni-elsewhere"));
    let answer = deguchi_engine::Engine::new(&network).answer(&query(&network, "a", "203.0.113.99", "tcp/443"));
    assert_eq!(answer.verdict, Undecided);
}

fn with_elastic_ip(interface: Option<&str>) -> Network {
    let public = "203.0.113.99".parse().unwrap();
    let interface = interface.map(Into::into);
    let elastic_ip = ElasticIp { id: "eip".into(), name: None, public, interface, private: None };
    public_machine(&["0.0.0.0/0 igw"])
        .with(|network| {
            network.elastic_ips.insert("eip".into(), elastic_ip);
        })
        .0
}

/// A machine `b` whose table leads to S3 by an endpoint, and nowhere else.
fn with_endpoint() -> Build {
    public_machine(&["pl-s3 vpce-s3"]).list("pl-s3", Some(&["52.216.0.0/15"])).endpoint("vpce-s3")
}

const S3: (&str, &str, &str) = ("b", "52.216.0.10", "tcp/443");

/// GE-1: for the subnets whose table has the route; no public address is needed.
#[test]
fn an_endpoint_serves_the_subnets_whose_table_names_it() {
    let network = with_endpoint().subnet("p", "10.0.1.0/24", None).machine("c", "p", "10.0.1.10", None, &["open"]).0;
    check(&network, S3, Reachable, &[]);
    check(&network, ("c", S3.1, S3.2), Unreachable, &["NO_ROUTE_TO_DESTINATION rtb, out 1, p"]);
}

/// GE-2, NA-15: groups let the service's public addresses out, ACLs let them out and in.
#[test]
fn filters_judge_what_goes_to_an_endpoint_by_the_services_addresses() {
    let group = |rule: &str| {
        let network = with_endpoint().group("to-s3", &[], &[rule]);
        network.machine("b", "q", "10.0.2.11", None, &["to-s3"]).0
    };
    check(&group("52.216.0.0/15 tcp/443"), S3, Reachable, &[]);
    check(&group("pl-s3 tcp/443"), S3, Reachable, &[]);
    let expected = ["ENI_SG_RULES_MISMATCH to-s3, none of 1 at eni-b, out 1, out of"];
    check(&group("10.0.0.0/8 all"), S3, Unreachable, &expected);
    let (vpc, s3) = (["100 10.0.0.0/8 all allow"], ["100 52.216.0.0/15 all allow"]);
    check(&with_endpoint().acl("acl-q", &["q"], &s3, &s3).0, S3, Reachable, &[]);
    let expected = [
        "SUBNET_ACL_RESTRICTION acl-q, no rule, out 1, out of q",
        "SUBNET_ACL_RESTRICTION acl-q, no rule, back 2, into q",
    ];
    check(&with_endpoint().acl("acl-q", &["q"], &vpc, &vpc).0, S3, Unreachable, &expected);
}

/// GE-3: for its own Region's ranges; another Region's go by the default route, or nowhere.
#[test]
fn an_endpoint_leads_to_no_other_address_of_the_service() {
    let expected = ["NO_ROUTE_TO_DESTINATION rtb-q, out 1, q"];
    check(&with_endpoint().0, ("b", "52.219.0.10", "tcp/443"), Unreachable, &expected);
}

/// GE-4: what comes by another gateway cannot use it; here a reply is of no connection of the endpoint's.
#[test]
fn an_endpoint_takes_no_reply_to_somebody_else() {
    let network = public_machine(&["pl-s3 vpce-s3", "0.0.0.0/0 igw"])
        .list("pl-s3", Some(&["52.216.0.0/15"]))
        .endpoint("vpce-s3")
        .0;
    let expected = ["DEGUCHI_RETURN_BY_ANOTHER_WAY rtb-q, pl-s3 to vpce-s3, back 2, q"];
    check(&network, ("52.216.0.10", "203.0.113.10", "tcp/443"), Unreachable, &expected);
}

/// GE-5.
#[test]
fn an_endpoint_carries_tcp_and_ping_only() {
    let network = with_endpoint().0;
    check(&network, ("b", S3.1, "ping"), Reachable, &[]);
    let expected = ["VPCE_GATEWAY_PROTOCOL_RESTRICTION vpce-s3, out 1"];
    check(&network, ("b", S3.1, "udp/443"), Unreachable, &expected);
}

/// An endpoint that is not available drops.
#[test]
fn an_endpoint_that_is_not_available_drops() {
    let network = with_endpoint()
        .with(|network| {
            let endpoint = network.vpc_endpoints.get_mut("vpce-s3").unwrap();
            endpoint.state = EndpointState::NotAvailable("deleting".into());
        })
        .0;
    check(&network, S3, Unreachable, &["BAD_STATE vpce-s3, deleting, out 1"]);
}

/// GE-7: a policy that needs evaluation is undecided for a request, and an assumption for an address.
#[test]
fn an_endpoint_policy_is_judged_for_a_request_only() {
    let network = with_endpoint()
        .with(|network| network.vpc_endpoints.get_mut("vpce-s3").unwrap().policy = EndpointPolicy::Unmodelled)
        .0;
    let answer = check(&network, S3, Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::EndpointPolicyAllows { endpoint: "vpce-s3".into() }));
    let mut question = query(&network, S3.0, S3.1, S3.2);
    let resources = vec!["arn:aws:s3:::bucket/*".into()];
    question.destination.request = Some(ServiceRequest {
        action: "s3:GetObject".into(),
        resources,
        caller: deguchi_engine::RequestCaller::Anonymous,
        region: None,
        prefix: None,
    });
    check_query(&network, &question, Undecided, &["? DEGUCHI_ENDPOINT_POLICY vpce-s3, Policy, out 1"]);
}

/// GE-9: where the service's IPv6 addresses go is not settled.
#[test]
fn ipv6_to_an_endpoint_is_undecided() {
    let network = ipv6_machine(&["pl-s3 vpce-s3"]).list("pl-s3", Some(&["2600:1ff0::/32"])).endpoint("vpce-s3").0;
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vpce-s3, EndpointAddressFamily, out 1"];
    check(&network, ("six", "2600:1ff0::1", "tcp/443"), Undecided, &expected);
}

/// GE-10: a list without ranges holds what is asked for by the service's name; other addresses are taken not to.
#[test]
fn a_list_without_ranges_holds_what_is_asked_for_by_name() {
    let network = public_machine(&["pl-s3 vpce-s3", "0.0.0.0/0 igw"]).list("pl-s3", None).endpoint("vpce-s3").0;
    let answer = check(&network, ("a", S3.1, S3.2), Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::OutsidePrefixList { prefix_list: "pl-s3".into() }));
    let mut question = query(&network, S3.0, S3.1, S3.2);
    question.destination.within.push("pl-s3".into());
    check_query(&network, &question, Reachable, &[]);
}

/// GE-10: so does a rule of a group that names the list.
#[test]
fn a_rule_that_names_a_list_without_ranges_is_undecided_unless_asked_for_by_name() {
    let network = public_machine(&["pl-s3 vpce-s3"])
        .list("pl-s3", None)
        .endpoint("vpce-s3")
        .group("to-s3", &[], &["pl-s3 tcp/443"])
        .machine("b", "q", "10.0.2.11", None, &["to-s3"])
        .0;
    let mut question = query(&network, S3.0, S3.1, S3.2);
    question.destination.within.push("pl-s3".into());
    check_query(&network, &question, Reachable, &[]);
    let network = Build::on(network).table("rtb-q", &["q"], &["0.0.0.0/0 igw"]).0;
    let network = Build::on(network).machine("b", "q", "10.0.2.11", Some("203.0.113.11"), &["to-s3"]).0;
    check(&network, S3, Undecided, &["? UNKNOWN_RESOURCE pl-s3, PrefixListEntries, out 1"]);
}

/// GE-11: an endpoint in the table of the NAT gateway's subnet serves the clients behind it too.
#[test]
fn an_endpoint_behind_a_nat_gateway_serves_its_clients() {
    let network = with_endpoint()
        .subnet("p", "10.0.1.0/24", None)
        .table("rtb-p", &["p"], &["0.0.0.0/0 nat-a"])
        .nat("nat-a", "q", &[("10.0.2.200", "203.0.113.200")])
        .machine("c", "p", "10.0.1.10", None, &["open"])
        .0;
    check(&network, ("c", S3.1, S3.2), Reachable, &[]);
}

const OFFICE: (&str, &str, &str) = ("a", "192.168.1.1", "tcp/443");

/// VP-1, VP-3: a propagated route is the gateway's own; a static one needs a static route of a connection.
#[test]
fn a_vpn_gateway_forwards_to_the_prefixes_it_knows() {
    let network = public_machine(&["192.168.0.0/16 vgw"]).vpn("vgw", &["192.168.0.0/17"]).0;
    let answer = check(&network, OFFICE, Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::OnPremises { vpn_gateway: "vgw".into() }));
    let unknown = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vgw, VpnRoutes, out 1"];
    check(&network, ("a", "192.168.200.1", "tcp/443"), Undecided, &unknown);
    let network = public_machine(&["192.168.0.0/16 vgw"]).vpn("vgw", &[]).with(propagate_last).0;
    check(&network, OFFICE, Reachable, &[]);
}

/// VP-2: a static default route wins over a propagated one, and loses to a longer propagated prefix.
#[test]
fn a_propagated_default_route_loses_to_a_static_one_and_a_longer_one_wins() {
    let network = public_machine(&["0.0.0.0/0 igw", "0.0.0.0/0 vgw"]).vpn("vgw", &[]).with(propagate_last).0;
    check(&network, WORLD, Reachable, &[]);
    let network = public_machine(&["0.0.0.0/0 igw", "198.51.100.0/24 vgw"]).vpn("vgw", &[]).with(propagate_last).0;
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vgw, InternetThroughOnPremises, out 1"];
    check(&network, WORLD, Undecided, &expected);
}

/// VP-3: no IPv6; and the gateway has to be attached.
#[test]
fn a_vpn_gateway_carries_no_ipv6_and_has_to_be_attached() {
    let network = ipv6_machine(&["::/0 vgw"]).vpn("vgw", &["::/0"]).0;
    check(&network, ("six", "2001:4860:4860::8888", "tcp/443"), Unreachable, &["PROTOCOL_RESTRICTION vgw, out 1"]);
    let network = public_machine(&["192.168.0.0/16 vgw"])
        .vpn("vgw", &["192.168.0.0/16"])
        .with(|network| network.vpn_gateways.get_mut("vgw").unwrap().attachments.clear())
        .0;
    check(&network, OFFICE, Unreachable, &["BAD_STATE_ATTACHMENT vgw, detached, out 1"]);
}

/// VP-4: the internet through the network on premises.
#[test]
fn the_internet_through_a_vpn_is_undecided() {
    let network = public_machine(&["0.0.0.0/0 vgw"]).vpn("vgw", &["0.0.0.0/0"]).0;
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vgw, InternetThroughOnPremises, out 1"];
    check(&network, WORLD, Undecided, &expected);
}

/// Makes the last route of `rtb-q` a propagated one.
fn propagate_last(network: &mut Network) {
    let table = network.route_tables.get_mut("rtb-q").unwrap();
    table.routes.last_mut().unwrap().origin = RouteOrigin::Propagated;
}

/// An untouched default VPC: one subnet with the main table, a public address, the default ACL and group.
#[test]
fn a_machine_in_an_untouched_default_vpc_reaches_the_internet() {
    let network = Build::new()
        .table("rtb", &[], &["0.0.0.0/0 igw"])
        .group("default", &["default all"], &["0.0.0.0/0 all"])
        .subnet("p", "10.0.1.0/24", None)
        .machine("a", "p", "10.0.1.10", Some("203.0.113.10"), &["default"])
        .machine("b", "p", "10.0.1.11", Some("203.0.113.11"), &["default"])
        .0;
    check(&network, ("a", "198.51.100.80", "tcp/443"), Reachable, &[]);
    check(&network, ("a", "10.0.1.11", "tcp/22"), Reachable, &[]);
    let expected = ["ENI_SG_RULES_MISMATCH default, none of 1 at eni-a, out 1, into"];
    check(&network, ("198.51.100.80", "203.0.113.10", "tcp/22"), Unreachable, &expected);
}
