//! Transit gateways (TG-1 to TG-7, PW-10, SG-12, SG-14).

use deguchi_engine::{Assumption, Verdict};
use deguchi_model::{
    InterfaceListing, NatGatewayPlacement, Network, RouteState, TransitGatewayAssociation, TransitGatewayAttachmentEnd,
    TransitGatewayRouteOrigin, TransitGatewayRoutesGap, TransitGatewayVpcAttachment,
};

use super::{
    build::{Build, route, transit_route},
    check,
};

const QUESTION: (&str, &str, &str) = ("client", "10.1.1.9", "tcp/443");
const ALL: &[&str] = &["100 0.0.0.0/0 all allow"];

/// A client in `a` of `vpc`, a server in `b` of `vpc-b`, both VPCs attached to a gateway by subnets of their own, `at-a` and
/// `at-b`. `rtb-a` and `rtb-b` have the routes named, the gateway's one table `main` the others.
fn network(there: &[&str], back: &[&str], gateway: &[&str]) -> Build {
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .subnet("at-a", "10.0.9.0/28", None)
        .table("rtb-a", &["a"], there)
        .machine("client", "a", "10.0.1.5", None, &["open"])
        .attach("attach-a", &["at-a"], "main")
        .vpc("vpc-b", "10.1.0.0/16")
        .subnet("b", "10.1.1.0/24", None)
        .subnet("at-b", "10.1.9.0/28", None)
        .table("rtb-b", &["b"], back)
        .machine("server", "b", "10.1.1.9", None, &["open"])
        .attach("attach-b", &["at-b"], "main")
        .transit(&[("main", gateway)])
}

fn both_ways() -> Build {
    network(&["10.1.0.0/16 tgw"], &["10.0.0.0/16 tgw"], &["10.0.0.0/16 attach-a", "10.1.0.0/16 attach-b"])
}

fn end_of(build: Build, id: &str, change: impl FnOnce(&mut TransitGatewayVpcAttachment)) -> Build {
    build.attachment(id, |attachment| match &mut attachment.end {
        TransitGatewayAttachmentEnd::Vpc(end) => change(end),
        end => panic!("{end:?}"),
    })
}

#[test]
fn a_transit_gateway_needs_routes_in_both_vpcs_and_in_its_own_table() {
    check(&both_ways().0, QUESTION, Verdict::Reachable, &[]);
    check(&both_ways().0, ("server", "10.0.1.5", "ping"), Verdict::Reachable, &[]);
    let gateway = ["10.0.0.0/16 attach-a", "10.1.0.0/16 attach-b"];
    let expected = ["NO_ROUTE_TO_DESTINATION rtb-b, back 2, b"];
    check(&network(&["10.1.0.0/16 tgw"], &[], &gateway).0, QUESTION, Verdict::Unreachable, &expected);
    let there = |gateway: &[&str]| network(&["10.1.0.0/16 tgw"], &["10.0.0.0/16 tgw"], gateway).0;
    let expected = ["TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT main, out 1"];
    check(&there(&["10.0.0.0/16 attach-a"]), QUESTION, Verdict::Unreachable, &expected);
    let expected = ["TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT main, back 2"];
    check(&there(&["10.1.0.0/16 attach-b"]), QUESTION, Verdict::Unreachable, &expected);
    let expected = ["TGW_RTB_CANNOT_ROUTE main, out 1"];
    check(&there(&["10.0.0.0/16 attach-a", "10.1.0.0/24 attach-b"]), QUESTION, Verdict::Unreachable, &expected);
}

#[test]
fn the_longest_prefix_of_the_gateways_table_wins_and_then_the_static_route() {
    let with = |more: &str| {
        let routes = ["10.0.0.0/16 attach-a", "10.1.0.0/16 attach-b", more];
        network(&["10.1.0.0/16 tgw"], &["10.0.0.0/16 tgw"], &routes)
    };
    let expected = ["TGW_RTB_BAD_STATE_ROUTE main, 10.1.1.0/24 of the gateway, out 1"];
    check(&with("10.1.1.0/24 blackhole").0, QUESTION, Verdict::Unreachable, &expected);
    check(&with("10.0.0.0/8 blackhole").0, QUESTION, Verdict::Reachable, &[]);
    let propagated = with("10.2.0.0/16 blackhole").with(|network| {
        let table = network.transit_gateway_route_tables.get_mut("main").unwrap();
        let mut route = transit_route("10.1.0.0/16 attach-a");
        route.origin = TransitGatewayRouteOrigin::Propagated;
        table.routes.push(route);
    });
    check(&propagated.0, QUESTION, Verdict::Reachable, &[]);
}

#[test]
fn an_attachment_needs_a_subnet_in_the_zone_of_the_sender() {
    let expected = ["TGW_ROUTE_AZ_RESTRICTION attach-a, us-east-1b, out 1, a"];
    check(&both_ways().zone("a", "us-east-1b").0, QUESTION, Verdict::Unreachable, &expected);
    let expected = ["TGW_ROUTE_AZ_RESTRICTION attach-b, us-east-1c, back 2, b"];
    check(&both_ways().zone("b", "us-east-1c").0, QUESTION, Verdict::Unreachable, &expected);
    // What enters a VPC need not find its zone there.
    let elsewhere = both_ways().zone("at-b", "us-east-1b").zone("b", "us-east-1b");
    check(&elsewhere.0, QUESTION, Verdict::Reachable, &[]);
    // The same name may be another zone in another account; ids are the same everywhere.
    let by_id = both_ways().with(|network| {
        for (subnet, zone) in [("a", "use1-az1"), ("at-a", "use1-az2")] {
            network.subnets.get_mut(subnet).unwrap().availability_zone_id = Some(zone.into());
        }
    });
    let expected = ["TGW_ROUTE_AZ_RESTRICTION attach-a, us-east-1a, out 1, a"];
    check(&by_id.0, QUESTION, Verdict::Unreachable, &expected);
}

#[test]
fn the_acl_of_an_attachments_subnet_sees_what_comes_from_instances_and_what_goes_to_them() {
    let first = |build: Build| build.first_vpc();
    let inbound = |rules: &[&str]| first(both_ways()).acl("at", &["at-a"], rules, ALL).0;
    let expected = ["SUBNET_ACL_RESTRICTION at, rule 90 10.0.1.0/24 tcp/443, out 1, into at-a"];
    check(&inbound(&["90 10.0.1.0/24 tcp/443 deny", ALL[0]]), QUESTION, Verdict::Unreachable, &expected);
    // Not the reply on its way in.
    check(&inbound(&["90 10.1.0.0/16 all deny", ALL[0]]), QUESTION, Verdict::Reachable, &[]);
    let outbound = |rules: &[&str]| both_ways().acl("at", &["at-b"], ALL, rules).0;
    let expected = ["SUBNET_ACL_RESTRICTION at, rule 90 10.1.1.0/24 tcp/443, out 1, out of at-b"];
    check(&outbound(&["90 10.1.1.0/24 tcp/443 deny", ALL[0]]), QUESTION, Verdict::Unreachable, &expected);
    check(&outbound(&["90 10.0.0.0/16 all deny", ALL[0]]), QUESTION, Verdict::Reachable, &[]);
}

#[test]
fn in_the_subnet_of_its_attachment_an_instance_meets_the_acl_towards_the_gateway_only() {
    let shared = |inbound: &[&str]| {
        end_of(both_ways(), "attach-a", |end| end.subnets = Some(vec!["a".into()]))
            .first_vpc()
            .acl("own", &["a"], inbound, ALL)
            .0
    };
    let expected = ["SUBNET_ACL_RESTRICTION own, rule 90 10.0.1.0/24 all, out 1, into a"];
    check(&shared(&["90 10.0.1.0/24 all deny", ALL[0]]), QUESTION, Verdict::Unreachable, &expected);
    check(&shared(&["90 10.1.0.0/16 all deny", ALL[0]]), QUESTION, Verdict::Reachable, &[]);
}

#[test]
fn in_the_destinations_vpc_the_table_of_the_attachments_subnet_leads_on() {
    let network = both_ways().table("rtb-at", &["at-b"], &["10.1.1.0/24 pcx-gone"]).with(|network| {
        let table = network.route_tables.get_mut("rtb-at").unwrap();
        table.routes.last_mut().unwrap().state = RouteState::Blackhole;
    });
    let expected = ["BAD_STATE_ROUTE rtb-at, 10.1.1.0/24 to pcx-gone, out 1, at-b"];
    check(&network.0, QUESTION, Verdict::Unreachable, &expected);
}

/// A spoke without a gateway of its own, whose default route leads over the transit gateway to a NAT gateway in `p` of
/// `vpc`; `back` are the routes of `p` beside the default one.
fn central_egress(attached_by: &str, back: &[&str]) -> Network {
    let mut public = vec!["0.0.0.0/0 igw"];
    public.extend(back);
    Build::new()
        .subnet("at-hub", "10.0.9.0/28", None)
        .subnet("p", "10.0.2.0/24", None)
        .table("rtb-at", &["at-hub"], &["0.0.0.0/0 nat-1"])
        .table("rtb-p", &["p"], &public)
        .nat("nat-1", "p", &[("10.0.2.220", "203.0.113.200")])
        .attach("hub", &[attached_by], "of-hub")
        .vpc("vpc-b", "10.1.0.0/16")
        .subnet("b", "10.1.1.0/24", None)
        .table("rtb-b", &["b"], &["0.0.0.0/0 tgw"])
        .machine("spoke", "b", "10.1.1.9", None, &["open"])
        .attach("spoke", &["b"], "of-spokes")
        .transit(&[("of-spokes", &["0.0.0.0/0 hub"]), ("of-hub", &["10.1.0.0/16 spoke"])])
        .0
}

#[test]
fn central_egress_needs_a_private_subnet_for_the_attachment_and_a_way_back_to_the_spoke() {
    let question = ("spoke", "198.51.100.80", "tcp/443");
    check(&central_egress("at-hub", &["10.1.0.0/16 tgw"]), question, Verdict::Reachable, &[]);
    // The reply knows only the default route.
    let expected = ["DEGUCHI_RETURN_BY_ANOTHER_WAY rtb-p, 0.0.0.0/0 to igw, back 4, p"];
    check(&central_egress("at-hub", &[]), question, Verdict::Unreachable, &expected);
    let expected = ["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw, 10.1.1.9, out 1"];
    check(&central_egress("p", &["10.1.0.0/16 tgw"]), question, Verdict::Unreachable, &expected);
}

/// GE-4: the hub's endpoint for S3 serves the hub; a spoke comes to it by the hub's NAT gateway, and not without.
#[test]
fn an_endpoint_serves_nobody_behind_a_transit_gateway() {
    let s3 = ("spoke", "52.216.0.10", "tcp/443");
    let with = |table: &str, placement: Option<NatGatewayPlacement>| {
        Build::on(central_egress("at-hub", &["10.1.0.0/16 tgw"]))
            .list("pl-s3", Some(&["52.216.0.0/15"]))
            .endpoint("vpce-s3")
            .with(|network| {
                let to_endpoint = route("pl-s3 vpce-s3");
                network.route_tables.get_mut(table).unwrap().routes.push(to_endpoint);
                network.vpcs.get_mut("vpc").unwrap().interface_listing = InterfaceListing::Partial;
                if let Some(placement) = placement {
                    network.nat_gateways.get_mut("nat-1").unwrap().placement = placement;
                }
            })
            .0
    };
    let expected = ["DEGUCHI_GATEWAY_ENDPOINT_SERVES_ITS_OWN_VPC vpce-s3, out 1"];
    check(&with("rtb-at", None), s3, Verdict::Unreachable, &expected);
    check(&with("rtb-p", None), s3, Verdict::Reachable, &[]);
    let regional = NatGatewayPlacement::Regional { route_table: Some("rtb-p".into()), zones_are_automatic: true };
    check(&with("rtb-p", Some(regional.clone())), s3, Verdict::Reachable, &[]);
    // A NAT gateway of the spoke is no more in the hub than its clients are.
    let of_the_spoke = Build::on(with("rtb-at", Some(regional))).with(|network| {
        let nat = network.nat_gateways.get_mut("nat-1").unwrap();
        nat.vpc = "vpc-b".into();
        nat.addresses[0].private = Some("10.1.1.220".parse().unwrap());
        nat.placement =
            NatGatewayPlacement::Regional { route_table: Some("rtb-nat".into()), zones_are_automatic: true };
        network.route_tables.get_mut("rtb-b").unwrap().routes.insert(0, route("52.216.0.0/15 nat-1"));
    });
    let of_the_spoke = of_the_spoke.table("rtb-nat", &["none"], &["0.0.0.0/0 tgw"]).with(|network| {
        network.route_tables.get_mut("rtb-nat").unwrap().vpc = "vpc-b".into();
    });
    check(&of_the_spoke.0, s3, Verdict::Unreachable, &["DEGUCHI_GATEWAY_ENDPOINT_SERVES_ITS_OWN_VPC vpce-s3, out 2"]);
}

/// IG-17: the hub's gateway knows none of the addresses that the spoke's own NAT gateway has.
#[test]
fn a_nat_gateway_has_public_addresses_in_its_own_vpc_only() {
    let network = Build::on(central_egress("p", &["10.1.0.0/16 tgw"]))
        .with(|network| {
            let mut nat = network.nat_gateways["nat-1"].clone();
            (nat.id, nat.vpc) = ("nat-b".into(), "vpc-b".into());
            nat.placement = NatGatewayPlacement::Zonal("b-nat".into());
            (nat.addresses[0].private, nat.addresses[0].interface) = (Some("10.1.2.220".parse().unwrap()), None);
            network.nat_gateways.insert(nat.id.clone(), nat);
            let mut subnet = network.subnets["b"].clone();
            (subnet.id, subnet.cidr_block) = ("b-nat".into(), Some("10.1.2.0/24".parse().unwrap()));
            let mut table = network.route_tables["rtb-b"].clone();
            (table.id, table.subnets) = ("rtb-b-nat".into(), [subnet.id.clone()].into());
            network.route_tables.insert(table.id.clone(), table);
            network.subnets.insert(subnet.id.clone(), subnet);
            let own = network.route_tables.get_mut("rtb-b").unwrap();
            own.routes.last_mut().unwrap().target = deguchi_model::RouteTarget::NatGateway("nat-b".into());
        })
        .0;
    let expected = ["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS nat-b, 10.1.2.220, out 2"];
    check(&network, ("spoke", "198.51.100.80", "tcp/443"), Verdict::Unreachable, &expected);
}

/// IG-17: no NAT gateway carries it (NG-11), and no other gateway lets out what is not its VPC's.
#[test]
fn no_gateway_lets_out_ipv6_of_another_vpc() {
    let network = |target: &str| {
        let default = format!("::/0 {target}");
        let network = Build::new()
            .subnet("at", "10.0.9.0/28", Some("2600:1f00:0:9::/64"))
            .table("rtb-at", &["at"], &[&default])
            .egress_only("eigw")
            .attach("hub", &["at"], "main")
            .vpc("vpc-b", "10.1.0.0/16")
            .subnet("b", "10.1.1.0/24", Some("2600:1f01:0:1::/64"))
            .table("rtb-b", &["b"], &["::/0 tgw"])
            .machine("six", "b", "2600:1f01:0:1::a", None, &["open"])
            .attach("spoke", &["b"], "main")
            .transit(&[("main", &["::/0 hub", "2600:1f01::/56 spoke"])]);
        let network = network.with(|network| {
            network.vpcs.get_mut("vpc-b").unwrap().ipv6_cidr_blocks = vec!["2600:1f01::/56".parse().unwrap()];
        });
        let network = end_of(network, "hub", |end| end.carries_ipv6 = true);
        end_of(network, "spoke", |end| end.carries_ipv6 = true).0
    };
    let question = ("six", "2001:4860:4860::8888", "tcp/443");
    let expected = ["GATEWAY_REJECTS_SPOOFED_TRAFFIC igw, 2600:1f01:0:1::a, out 1"];
    check(&network("igw"), question, Verdict::Unreachable, &expected);
    let expected = ["GATEWAY_REJECTS_SPOOFED_TRAFFIC eigw, 2600:1f01:0:1::a, out 1"];
    check(&network("eigw"), question, Verdict::Unreachable, &expected);
}

/// IG-8: the reply's address is its own everywhere, but the gateway has not seen the request; without an internet gateway where it
/// came from nothing of it arrives.
#[test]
fn a_reply_by_an_egress_only_gateway_to_another_vpc_is_undecided() {
    let network = |has_internet_gateway: bool| {
        let network = Build::new()
            .subnet("a", "10.0.1.0/24", Some("2600:1f00:0:1::/64"))
            .table("rtb-a", &["a"], &["2600:1f01::/56 tgw"])
            .machine("client", "a", "2600:1f00:0:1::a", None, &["open"])
            .attach("attach-a", &["a"], "main")
            .vpc("vpc-b", "10.1.0.0/16")
            .subnet("b", "10.1.1.0/24", Some("2600:1f01:0:1::/64"))
            .table("rtb-b", &["b"], &["::/0 eigw"])
            .egress_only("eigw")
            .machine("server", "b", "2600:1f01:0:1::a", None, &["open"])
            .attach("attach-b", &["b"], "main")
            .transit(&[("main", &["2600:1f00::/56 attach-a", "2600:1f01::/56 attach-b"])]);
        let network = network.with(|network| {
            network.vpcs.get_mut("vpc-b").unwrap().ipv6_cidr_blocks = vec!["2600:1f01::/56".parse().unwrap()];
            let gateway = network.egress_only_internet_gateways.get_mut("eigw").unwrap();
            gateway.attachments[0].vpc = "vpc-b".into();
            if !has_internet_gateway {
                network.internet_gateways.clear();
            }
        });
        let network = end_of(network, "attach-a", |end| end.carries_ipv6 = true);
        end_of(network, "attach-b", |end| end.carries_ipv6 = true).0
    };
    let question = ("client", "2600:1f01:0:1::a", "tcp/443");
    let expected = ["? DEGUCHI_NOT_MODELLED eigw, ReplyByEgressOnlyGateway, back 2"];
    check(&network(true), question, Verdict::Undecided, &expected);
    let expected = ["DEGUCHI_RETURN_BY_ANOTHER_WAY rtb-b, ::/0 to eigw, back 2, b"];
    check(&network(false), question, Verdict::Unreachable, &expected);
}

/// SG-12: a group that is not in the snapshot may allow by address what another one's reference does not.
#[test]
fn a_missing_group_leaves_undecided_what_a_lost_reference_denies() {
    let network = both_ways().group("clients", &[], &["10.1.0.0/16 all"]).group("servers", &["clients tcp/443"], &[]);
    let network = network.with(|network| {
        network.transit_gateways.get_mut("tgw").unwrap().references_groups = false;
        network.network_interfaces.get_mut("eni-client").unwrap().security_groups = vec!["clients".into()];
        let server = network.network_interfaces.get_mut("eni-server").unwrap();
        server.security_groups = vec!["servers".into(), "sg-missing".into()];
    });
    let expected = ["? UNKNOWN_RESOURCE sg-missing, SecurityGroup, out 1"];
    check(&network.0, QUESTION, Verdict::Undecided, &expected);
}

#[test]
fn an_attachment_that_is_not_available_or_steered_by_no_table_carries_nothing() {
    let state = |id: &str| both_ways().attachment(id, |attachment| attachment.state = "rejected".into()).0;
    let expected =
        ["BAD_STATE_ATTACHMENT attach-b, rejected, out 1", "BAD_STATE_ATTACHMENT attach-b, rejected, back 2"];
    check(&state("attach-b"), QUESTION, Verdict::Unreachable, &expected);
    let loose =
        both_ways().attachment("attach-a", |attachment| attachment.association = TransitGatewayAssociation::None);
    let expected = ["TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION attach-a, out 1"];
    check(&loose.0, QUESTION, Verdict::Unreachable, &expected);
    let deleted = both_ways().with(|network| network.transit_gateways.get_mut("tgw").unwrap().state = "deleted".into());
    let expected = ["BAD_STATE tgw, deleted, out 1", "BAD_STATE tgw, deleted, back 2"];
    check(&deleted.0, QUESTION, Verdict::Unreachable, &expected);
}

#[test]
fn two_gateways_that_send_packets_back_and_forth_are_a_loop() {
    let network = both_ways().table("rtb-at", &["at-b"], &["10.2.0.0/16 tgw"]).first_vpc().table(
        "rtb-a",
        &["a"],
        &["10.0.0.0/8 tgw"],
    );
    let network = network.with(|network| {
        let table = network.transit_gateway_route_tables.get_mut("main").unwrap();
        table.routes.push(transit_route("10.2.0.0/16 attach-b"));
    });
    let expected = ["DEGUCHI_ROUTING_LOOP attach-b, out 1"];
    check(&network.0, ("client", "10.2.1.1", "tcp/443"), Verdict::Unreachable, &expected);
}

/// As `both_ways`, with a second subnet of `attach-b` in a zone where neither end is, which drops everything.
fn two_zones() -> Build {
    let build = both_ways().subnet("other", "10.1.9.16/28", None).zone("other", "us-east-1b").acl(
        "closed",
        &["other"],
        ALL,
        &["100 0.0.0.0/0 all deny"],
    );
    end_of(build, "attach-b", |end| end.subnets = Some(vec!["at-b".into(), "other".into()]))
}

#[test]
fn packets_leave_in_the_zone_where_they_started_else_in_any() {
    check(&two_zones().0, QUESTION, Verdict::Reachable, &[]);
    let started_elsewhere = two_zones().zone("a", "us-east-1c").zone("at-a", "us-east-1c");
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION attach-b, Zone, out 1"];
    check(&started_elsewhere.0, QUESTION, Verdict::Undecided, &expected);
    let appliance = end_of(two_zones(), "attach-b", |end| end.is_appliance_mode = true);
    check(&appliance.0, QUESTION, Verdict::Undecided, &expected);
}

#[test]
fn rules_may_name_groups_over_a_transit_gateway_inbound_where_the_option_is_on() {
    let grouped = |outbound: &str| {
        let clients = [outbound];
        both_ways().group("clients", &[], &clients).group("servers", &["clients tcp/443"], &[]).with(|network| {
            network.network_interfaces.get_mut("eni-client").unwrap().security_groups = vec!["clients".into()];
            network.network_interfaces.get_mut("eni-server").unwrap().security_groups = vec!["servers".into()];
        })
    };
    check(&grouped("10.1.0.0/16 all").0, QUESTION, Verdict::Reachable, &[]);
    let expected = ["ENI_SG_RULES_MISMATCH clients, none of 1 at eni-client, out 1, out of"];
    check(&grouped("servers all").0, QUESTION, Verdict::Unreachable, &expected);
    let expected = ["SG_REFERENCING_SUPPORT servers, none of 1 at eni-server, out 1, into"];
    for id in ["attach-a", "attach-b"] {
        let off = end_of(grouped("10.1.0.0/16 all"), id, |end| end.references_groups = false);
        check(&off.0, QUESTION, Verdict::Unreachable, &expected);
    }
    let off = grouped("10.1.0.0/16 all")
        .with(|network| network.transit_gateways.get_mut("tgw").unwrap().references_groups = false);
    check(&off.0, QUESTION, Verdict::Unreachable, &expected);
}

/// As `both_ways`, with `vpc-b` at another gateway that is peered with the first.
fn peered() -> Build {
    both_ways().with(|network| {
        let mut other = network.transit_gateways["tgw"].clone();
        other.id = "tgw-2".into();
        network.transit_gateways.insert(other.id.clone(), other);
        let mut far = network.transit_gateway_route_tables["main"].clone();
        (far.id, far.transit_gateway) = ("far".into(), "tgw-2".into());
        far.routes = vec![transit_route("10.1.0.0/16 attach-b"), transit_route("10.0.0.0/16 peer")];
        network.transit_gateway_route_tables.insert(far.id.clone(), far);
        let near = network.transit_gateway_route_tables.get_mut("main").unwrap();
        near.routes = vec![transit_route("10.0.0.0/16 attach-a"), transit_route("10.1.0.0/16 peer")];
        let mut moved = network.transit_gateway_attachments.remove(&("tgw".into(), "attach-b".into())).unwrap();
        moved.transit_gateway = "tgw-2".into();
        moved.association = TransitGatewayAssociation::Table("far".into());
        for (own, other, table) in [("tgw", "tgw-2", "main"), ("tgw-2", "tgw", "far")] {
            let mut peer = moved.clone();
            (peer.id, peer.transit_gateway) = ("peer".into(), own.into());
            peer.association = TransitGatewayAssociation::Table(table.into());
            peer.end = TransitGatewayAttachmentEnd::Peering {
                transit_gateway: other.into(),
                owner: None,
                region: Some("eu-west-1".into()),
            };
            network.transit_gateway_attachments.insert((own.into(), "peer".into()), peer);
        }
        network.transit_gateway_attachments.insert(("tgw-2".into(), moved.id.clone()), moved);
        let table = network.route_tables.get_mut("rtb-b").unwrap();
        table.routes.last_mut().unwrap().target = deguchi_model::RouteTarget::TransitGateway("tgw-2".into());
    })
}

#[test]
fn peered_gateways_each_look_into_their_own_table() {
    check(&peered().0, QUESTION, Verdict::Reachable, &[]);
    let network = peered().with(|network| {
        network.transit_gateway_route_tables.get_mut("far").unwrap().routes.pop();
    });
    check(&network.0, QUESTION, Verdict::Unreachable, &["TGW_RTB_CANNOT_ROUTE far, back 2"]);
    let network = peered().with(|network| {
        network.transit_gateways.remove("tgw-2");
    });
    let expected = ["? UNKNOWN_RESOURCE tgw-2, OtherGateway, out 1"];
    check(&network.0, QUESTION, Verdict::Undecided, &expected);
}

#[test]
fn what_leads_on_premises_is_answered_from_there() {
    let network = both_ways().attachment("attach-b", |attachment| {
        attachment.end = TransitGatewayAttachmentEnd::VpnConnection("vpn-1".into());
    });
    let network = network.with(|network| {
        let table = network.transit_gateway_route_tables.get_mut("main").unwrap();
        table.routes.push(transit_route("0.0.0.0/0 attach-b"));
        network.route_tables.get_mut("rtb-a").unwrap().routes.push(route("0.0.0.0/0 tgw"));
    });
    let answer = check(&network.0, ("client", "10.1.1.9", "tcp/443"), Verdict::Reachable, &[]);
    let assumption = Assumption::OnPremisesBehindTransitGateway { attachment: "attach-b".into() };
    assert!(answer.assumptions.contains(&assumption));
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION attach-b, InternetThroughOnPremises, out 1"];
    check(&network.0, ("client", "198.51.100.80", "tcp/443"), Verdict::Undecided, &expected);
}

#[test]
fn a_vpn_connection_that_is_deleted_leads_nowhere() {
    let vpn = |state: &str| {
        both_ways()
            .attachment("attach-b", |attachment| {
                attachment.end = TransitGatewayAttachmentEnd::VpnConnection("vpn".into());
            })
            .with(|network| {
                let connection = deguchi_model::VpnConnection {
                    id: "vpn".into(),
                    name: None,
                    vpn_gateway: None,
                    state: state.into(),
                    static_routes: Vec::new(),
                };
                network.vpn_connections.insert(connection.id.clone(), connection);
            })
            .0
    };
    check(&vpn("available"), QUESTION, Verdict::Reachable, &[]);
    let expected = ["TGW_BAD_STATE_VPN attach-b, deleted, out 1"];
    check(&vpn("deleted"), QUESTION, Verdict::Unreachable, &expected);
}

#[test]
fn what_is_not_known_of_a_table_leaves_undecided_what_it_may_decide() {
    let with = |gap: TransitGatewayRoutesGap| {
        both_ways().with(|network| network.transit_gateway_route_tables.get_mut("main").unwrap().gaps = vec![gap]).0
    };
    let expected =
        ["? TGW_RTB_ROUTES_ARE_UNKNOWN main, Routes, out 1", "? TGW_RTB_ROUTES_ARE_UNKNOWN main, Routes, back 2"];
    check(&with(TransitGatewayRoutesGap::List), QUESTION, Verdict::Undecided, &expected);
    // BGP may bring any range, but hardly a part of the VPC's own.
    let learned = with(TransitGatewayRoutesGap::Propagated("vpn".into()));
    let answer = check(&learned, QUESTION, Verdict::Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::NoLongerLearnedRoute { route_table: "main".into() }));
    let lacks = both_ways().with(|network| {
        network.transit_gateway_route_tables.remove("main");
    });
    let expected = ["? TGW_RTB_ROUTES_ARE_UNKNOWN main, RouteTable, out 1"];
    check(&lacks.0, QUESTION, Verdict::Undecided, &expected);
    let lacks = both_ways().with(|network| network.transit_gateway_attachments.clear());
    check(&lacks.0, QUESTION, Verdict::Undecided, &["? UNKNOWN_RESOURCE tgw, AttachmentOf, out 1"]);
    let lacks = end_of(both_ways(), "attach-b", |end| end.subnets = None);
    let expected = ["? UNKNOWN_RESOURCE attach-b, Subnets, out 1", "? UNKNOWN_RESOURCE attach-b, Subnets, back 2"];
    check(&lacks.0, QUESTION, Verdict::Undecided, &expected);
}
