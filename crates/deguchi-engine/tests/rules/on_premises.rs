//! Networks on premises as sources: VP-1 to VP-4, RT-19, TG-2.

use deguchi_engine::{
    Assumption,
    Verdict::{Partly, Reachable, Undecided, Unreachable},
};
use deguchi_model::{
    Guest, Masquerade, Network, TransitGatewayAssociation, TransitGatewayAttachment, TransitGatewayAttachmentEnd,
    VpnConnection,
};

use crate::{build::Build, check};

const FROM: (&str, &str, &str) = ("onprem:192.168.10.5", "10.0.1.5", "tcp/443");

/// A machine `web` in `a`, whose table leads to the network on premises.
fn network() -> Build {
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .table("rtb-a", &["a"], &["192.168.0.0/16 vgw"])
        .machine("web", "a", "10.0.1.5", None, &["open"])
        .vpn("vgw", &["192.168.0.0/16"])
}

#[test]
fn packets_from_on_premises_come_in_by_the_virtual_private_gateway_and_go_back_by_it() {
    let answer = check(&network().0, FROM, Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::OnPremisesSends { entrance: "vgw".into() }));
    check(&network().0, ("onprem:192.168.0.0/16", "10.0.1.5", "tcp/443"), Reachable, &[]);
    check(&network().0, ("onprem:192.168.10.5", "10.0.1.5", "ping"), Reachable, &[]);
    check(
        &network().0,
        ("onprem:192.168.10.5", "10.0.1.9", "tcp/443"),
        Unreachable,
        &["NO_POSSIBLE_DESTINATION vpc, 10.0.1.9, out 1"],
    );
}

#[test]
fn acls_and_groups_judge_what_comes_from_on_premises() {
    let everything = ["100 0.0.0.0/0 all allow"];
    let acl = network().acl("acl-a", &["a"], &["100 192.168.0.0/24 tcp/443 allow"], &everything).0;
    check(&acl, FROM, Unreachable, &["SUBNET_ACL_RESTRICTION acl-a, no rule, out 1, into a"]);
    let group = network().group("shut", &["192.168.0.0/24 tcp/443"], &[]);
    let group = group.machine("web", "a", "10.0.1.5", None, &["shut"]).0;
    check(&group, FROM, Unreachable, &["ENI_SG_RULES_MISMATCH shut, none of 1 at eni-web, out 1, into"]);
    let expected = ["ENI_SG_RULES_MISMATCH shut, none of 1 at eni-web, out 1, into"];
    check(&group, ("onprem:192.168.0.0/16", "10.0.1.5", "tcp/443"), Partly, &expected);
    let back = network().acl("acl-a", &["a"], &everything, &["100 192.168.0.0/24 all allow"]).0;
    check(&back, FROM, Unreachable, &["SUBNET_ACL_RESTRICTION acl-a, no rule, back 2, out of a"]);
}

#[test]
fn a_reply_on_premises_needs_a_route_that_leads_there() {
    let without = network().table("rtb-a", &["a"], &[]).0;
    check(&without, FROM, Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-a, back 2, a"]);
    let elsewhere = network().table("rtb-a", &["a"], &["0.0.0.0/0 igw"]).0;
    let expected = ["DEGUCHI_RETURN_BY_ANOTHER_WAY rtb-a, 0.0.0.0/0 to igw, back 2, a"];
    check(&elsewhere, FROM, Unreachable, &expected);
    let by_bgp = network().vpn("vgw", &["172.16.0.0/12"]).0;
    check(&by_bgp, FROM, Undecided, &["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vgw, VpnRoutes, back 2"]);
    let detached = network().with(|network| network.vpn_gateways.get_mut("vgw").unwrap().attachments.clear()).0;
    let expected = ["BAD_STATE_ATTACHMENT vgw, detached, back 2", "? UNKNOWN_RESOURCE vpc, OnPremisesEntrance, out 1"];
    check(&detached, FROM, Unreachable, &expected);
}

#[test]
fn a_virtual_private_gateway_brings_in_no_ipv6() {
    let network = network()
        .subnet("six", "10.0.2.0/24", Some("2600:1f00:0:2::/64"))
        .machine("b", "six", "2600:1f00:0:2::a", None, &["open"])
        .0;
    let question = ("onprem:fd12::1", "2600:1f00:0:2::a", "tcp/443");
    check(&network, question, Unreachable, &["PROTOCOL_RESTRICTION vgw, out 1"]);
    let expected = ["DEGUCHI_NO_ADDRESS_OF_THIS_FAMILY on-premises, out 1"];
    check(&network, ("onprem:fd12::1", "10.0.1.5", "tcp/443"), Unreachable, &expected);
}

#[test]
fn without_an_entrance_groups_and_routes_still_deny() {
    let network = || {
        network().with(|network| {
            network.vpn_gateways.clear();
            network.vpn_connections.clear();
            network.route_tables.get_mut("rtb-a").unwrap().routes.pop();
        })
    };
    let gap = "? UNKNOWN_RESOURCE vpc, OnPremisesEntrance, out 1";
    check(&network().0, FROM, Unreachable, &["NO_ROUTE_TO_DESTINATION rtb-a, back 2, a", gap]);
    let group = network().group("shut", &[], &[]).machine("web", "a", "10.0.1.5", None, &["shut"]);
    let group = group.table("rtb-a", &["a"], &["0.0.0.0/0 tgw"]).0;
    let expected = "SG_HAS_NO_RULES shut, none of 0 at eni-web, out 1, into";
    let unknown = "? UNKNOWN_RESOURCE tgw, RouteTarget, back 2";
    check(&group, FROM, Unreachable, &[expected, gap, unknown]);
    // A gateway that an active route leads to is there, listed or not.
    let routed = network().table("rtb-a", &["a"], &["192.168.0.0/16 vgw-9"]).0;
    check(&routed, FROM, Undecided, &["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vgw-9, VpnRoutes, back 2"]);
    let nowhere = ("onprem:192.168.10.5", "10.99.0.1", "tcp/443");
    check(&network().0, nowhere, Undecided, &["? UNKNOWN_RESOURCE on-premises, OnPremisesEntrance, out 1"]);
}

#[test]
fn the_table_of_a_virtual_private_gateway_leads_what_comes_in_through_a_machine() {
    let build = || {
        network()
            .subnet("f", "10.0.2.0/24", None)
            .table("rtb-a", &["a"], &["192.168.0.0/16 eni-fw"])
            .table("rtb-f", &["f"], &["192.168.0.0/16 vgw"])
            .machine("fw", "f", "10.0.2.7", None, &["open"])
            .forwarding("fw")
            .edge("vgw", &["10.0.1.0/24 eni-fw"])
    };
    check(&build().0, FROM, Undecided, &["? DEGUCHI_NOT_MODELLED eni-fw, Appliance, out 1"]);
    let seen = build().with(|network| {
        let masquerade = Masquerade { known: ["eni-fw".into()].into(), ..Masquerade::default() };
        let guest = Guest {
            forwards_ipv4: Some(true),
            drops_forwarded: Some(false),
            masquerade: Some(masquerade),
            ..Guest::default()
        };
        network.guests.insert("i-fw".into(), guest);
    });
    check(&seen.0, FROM, Reachable, &[]);
    let checked = build().machine("fw", "f", "10.0.2.7", None, &["open"]).0;
    let expected =
        ["ENI_SOURCE_DEST_CHECK_RESTRICTION i-fw, eni-fw, out 1", "? DEGUCHI_NOT_MODELLED eni-fw, Appliance, out 1"];
    check(&checked, FROM, Unreachable, &expected);
}

/// A VPN connection `vpn-t` of the transit gateway, steered by the table `t`, beside the attachment `attach-a` of the VPC.
fn behind_transit_gateway(routes: &[&str]) -> Build {
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .table("rtb-a", &["a"], &["192.168.0.0/16 tgw"])
        .machine("web", "a", "10.0.1.5", None, &["open"])
        .transit(&[("t", routes)])
        .attach("attach-a", &["a"], "t")
        .with(|network| add_vpn_attachment(network, "attach-vpn"))
}

fn add_vpn_attachment(network: &mut Network, id: &str) {
    let connection = VpnConnection {
        id: "vpn-t".into(),
        name: None,
        vpn_gateway: None,
        state: "available".into(),
        static_routes: Vec::new(),
    };
    let attachment = TransitGatewayAttachment {
        id: id.into(),
        name: None,
        transit_gateway: "tgw".into(),
        state: "available".into(),
        association: TransitGatewayAssociation::Table("t".into()),
        end: TransitGatewayAttachmentEnd::VpnConnection("vpn-t".into()),
    };
    network.vpn_connections.insert(connection.id.clone(), connection);
    network.transit_gateway_attachments.insert(("tgw".into(), id.into()), attachment);
}

const BOTH: [&str; 2] = ["10.0.0.0/16 attach-a", "192.168.0.0/16 attach-vpn"];

#[test]
fn packets_from_on_premises_come_in_by_a_transit_gateway_and_go_back_by_it() {
    let answer = check(&behind_transit_gateway(&BOTH).0, FROM, Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::OnPremisesSends { entrance: "attach-vpn".into() }));
    let one_way = behind_transit_gateway(&BOTH[..1]).0;
    check(&one_way, FROM, Unreachable, &["TGW_RTB_CANNOT_ROUTE t, back 2"]);
    let no_way_in = behind_transit_gateway(&BOTH[1..]).0;
    check(&no_way_in, FROM, Unreachable, &["TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT t, out 1"]);
    let down = behind_transit_gateway(&BOTH)
        .with(|network| network.vpn_connections.get_mut("vpn-t").unwrap().state = "deleted".into())
        .0;
    let expected = ["TGW_BAD_STATE_VPN attach-vpn, deleted, out 1", "TGW_BAD_STATE_VPN attach-vpn, deleted, back 2"];
    check(&down, FROM, Unreachable, &expected);
}

#[test]
fn of_several_entrances_the_one_that_routes_tell_of_counts() {
    let both = |routes: &[&str], statics: &[&str]| {
        let route = format!("192.168.0.0/16 {}", if statics.is_empty() { "tgw" } else { "vgw" });
        behind_transit_gateway(routes).vpn("vgw", statics).table("rtb-a", &["a"], &[&route]).0
    };
    // Only the transit gateway's table knows the source; only the VPN connection's static routes do.
    check(&both(&BOTH, &[]), FROM, Reachable, &[]);
    let answer = check(&both(&BOTH[..1], &["192.168.0.0/16"]), FROM, Reachable, &[]);
    assert!(answer.assumptions.contains(&Assumption::OnPremisesSends { entrance: "vgw".into() }));
    // Both know it: the reply goes back by one of them only.
    let expected = ["? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vgw, OnPremisesEntrance, out 1"];
    check(&both(&BOTH, &["192.168.0.0/16"]), FROM, Undecided, &expected);
}

#[test]
fn a_reply_by_another_entrance_is_undecided() {
    let network = behind_transit_gateway(&BOTH).vpn("vgw", &[]).table("rtb-a", &["a"], &["192.168.10.5/32 vgw"]);
    let network = network
        .with(|network| {
            let routes = &mut network.route_tables.get_mut("rtb-a").unwrap().routes;
            routes.last_mut().unwrap().origin = deguchi_model::RouteOrigin::Propagated;
            network.vpn_gateways.get_mut("vgw").unwrap().attachments.clear();
        })
        .0;
    let expected = [
        "BAD_STATE_ATTACHMENT vgw, detached, back 2",
        "? DEGUCHI_NOT_DECIDED_BY_CONFIGURATION vgw, OnPremisesReturn, back 2",
    ];
    check(&network, FROM, Unreachable, &expected);
}
