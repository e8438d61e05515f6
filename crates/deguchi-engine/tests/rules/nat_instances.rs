//! NAT instances and other machines that forward: PW-4, PW-21, NI-1 to NI-7.

use deguchi_engine::{
    Assumption,
    Verdict::{Reachable, Undecided, Unreachable},
};
use deguchi_model::{Guest, InstanceInterface, InstanceState, Masquerade, Network, SourceDestinationCheck};

use crate::{build::Build, check};

const WORLD: (&str, &str, &str) = ("a", "198.51.100.80", "tcp/443");

/// A client `a` in `p`, whose default route is the NAT instance `m` in `q`, whose default route is `igw`.
fn behind_instance(build: Build, public: Option<&str>, groups: &[&str]) -> Build {
    build
        .subnet("p", "10.0.1.0/24", None)
        .subnet("q", "10.0.2.0/24", None)
        .table("rtb-p", &["p"], &["0.0.0.0/0 eni-m"])
        .table("rtb-q", &["q"], &["0.0.0.0/0 igw"])
        .machine("a", "p", "10.0.1.10", None, &["app"])
        .machine("m", "q", "10.0.2.11", public, groups)
        .forwarding("m")
        .group("app", &[], &["0.0.0.0/0 all"])
}

const PUBLIC_OF_CLIENT: &str = "203.0.113.10";
const PUBLIC: Option<&str> = Some("203.0.113.11");

/// The NAT instance `m` with a second interface `out` in `r`, which leads to the internet instead of `q`.
fn two_interfaces(groups: &[&str]) -> Build {
    behind_instance(Build::new().group("silent", &[], &[]), None, &["open"])
        .subnet("r", "10.0.3.0/24", None)
        .table("rtb-q", &["q"], &[])
        .table("rtb-r", &["r"], &["0.0.0.0/0 igw"])
        .machine("out", "r", "10.0.3.11", PUBLIC, groups)
        .with(|network| {
            let out = InstanceInterface { device_index: 1, interface: "eni-out".into() };
            network.instances.get_mut("i-m").unwrap().interfaces.push(out);
            let interface = network.network_interfaces.get_mut("eni-out").unwrap();
            interface.attachment.as_mut().unwrap().instance = Some("i-m".into());
        })
}

/// NI-1, NI-4: by interface or by instance; that the guest forwards is an assumption.
#[test]
fn a_nat_instance_leads_to_the_internet_if_its_guest_forwards() {
    for target in ["eni-m", "i-m"] {
        let build = behind_instance(Build::new(), PUBLIC, &["open"]);
        let network = build.table("rtb-p", &["p"], &[&format!("0.0.0.0/0 {target}")]).0;
        let answer = check(&network, WORLD, Reachable, &[]);
        let assumption = Assumption::NatInstanceForwards { instance: "i-m".into(), out: "eni-m".into() };
        assert!(answer.assumptions.contains(&assumption));
    }
}

/// NI-4: what a probe saw in the guest takes the place of the assumption; what it did not see stays one.
#[test]
fn what_was_seen_in_a_guest_is_judged_and_not_assumed() {
    let on = |interfaces: &[&str]| Masquerade {
        on: interfaces.iter().map(|id| (*id).into()).collect(),
        known: ["eni-m".into()].into(),
        ..Masquerade::default()
    };
    let good = Guest {
        forwards_ipv4: Some(true),
        drops_forwarded: Some(false),
        default_interface: Some("eni-m".into()),
        masquerade: Some(on(&["eni-m"])),
    };
    let partly = Masquerade { partly_on: ["eni-m".into()].into(), ..on(&[]) };
    let off = "DEGUCHI_NAT_INSTANCE_FORWARDING_OFF i-m, net.ipv4.ip_forward = 0, out 1";
    let drops = "DEGUCHI_NAT_INSTANCE_FIREWALL_DROPS i-m, FORWARD: drop, out 1";
    let elsewhere = "DEGUCHI_NAT_INSTANCE_DOES_NOT_MASQUERADE i-m, out 2";
    for (guest, verdict, expected, is_assumed) in [
        (good.clone(), Reachable, vec![], false),
        (Guest { forwards_ipv4: Some(false), ..good.clone() }, Unreachable, vec![off], false),
        (Guest { drops_forwarded: Some(true), ..good.clone() }, Unreachable, vec![drops], false),
        (Guest { masquerade: Some(on(&[])), ..good.clone() }, Unreachable, vec![elsewhere], false),
        (Guest { masquerade: Some(partly), ..good.clone() }, Reachable, vec![], true),
        (Guest { masquerade: None, ..good.clone() }, Reachable, vec![], true),
        (Guest { drops_forwarded: None, ..good }, Reachable, vec![], true),
        (Guest::default(), Reachable, vec![], true),
    ] {
        let network = behind_instance(Build::new(), PUBLIC, &["open"])
            .with(|network| {
                network.guests.insert("i-m".into(), guest.clone());
            })
            .0;
        let answer = check(&network, WORLD, verdict, &expected);
        let assumption = Assumption::NatInstanceForwards { instance: "i-m".into(), out: "eni-m".into() };
        assert_eq!(answer.assumptions.contains(&assumption), is_assumed, "{guest:?}");
    }
}

/// NI-4, IG-1: what is not masqueraded leaves with the client's address, which the internet gateway maps if it has a public
/// one. PW-4: only past a check that is off.
#[test]
fn a_guest_that_does_not_masquerade_serves_who_has_a_public_address() {
    let build = |check_of_exit: SourceDestinationCheck| {
        let masquerade = Masquerade { known: ["eni-m".into(), "eni-out".into()].into(), ..Masquerade::default() };
        let guest = Guest { forwards_ipv4: Some(true), drops_forwarded: Some(false), ..Guest::default() };
        two_interfaces(&["open"])
            .with(|network| {
                network.guests.insert("i-m".into(), Guest { masquerade: Some(masquerade.clone()), ..guest.clone() });
                network.network_interfaces.get_mut("eni-a").unwrap().addresses[0].public =
                    PUBLIC_OF_CLIENT.parse().ok();
                network.network_interfaces.get_mut("eni-out").unwrap().source_destination_check = check_of_exit;
            })
            .0
    };
    check(&build(SourceDestinationCheck::Off), WORLD, Reachable, &[]);
    let expected = "ENI_SOURCE_DEST_CHECK_RESTRICTION i-m, eni-out, out 1";
    check(&build(SourceDestinationCheck::On), WORLD, Unreachable, &[expected]);
}

/// NI-5: a host takes in nothing from an address of its own.
#[test]
fn what_a_machine_has_sent_itself_does_not_pass_through_it() {
    let network = two_interfaces(&["open"]).table("rtb-q", &["q"], &["0.0.0.0/0 eni-out"]).0;
    let expected = ["DEGUCHI_ROUTING_LOOP rtb-q, 0.0.0.0/0 to eni-out, out 1, q"];
    check(&network, ("m", "198.51.100.80", "tcp/443"), Unreachable, &expected);
}

/// PW-1: of interfaces that lead out equally well the guest takes the first by device index, not the one that was routed to.
#[test]
fn a_guest_leaves_by_the_first_of_equal_interfaces() {
    let network = behind_instance(Build::new().group("silent", &[], &[]), PUBLIC, &["silent"])
        .machine("second", "q", "10.0.2.12", Some("203.0.113.12"), &["open"])
        .forwarding("second")
        .table("rtb-p", &["p"], &["0.0.0.0/0 eni-second"])
        .with(|network| {
            let second = InstanceInterface { device_index: 1, interface: "eni-second".into() };
            network.instances.get_mut("i-m").unwrap().interfaces.push(second);
            let interface = network.network_interfaces.get_mut("eni-second").unwrap();
            interface.attachment.as_mut().unwrap().instance = Some("i-m".into());
        })
        .0;
    let expected = ["SG_HAS_NO_RULES silent, none of 0 at eni-m, out 2, out of"];
    check(&network, WORLD, Unreachable, &expected);
}

/// NI-1, IG-2.
#[test]
fn a_nat_instance_needs_a_public_address() {
    let network = behind_instance(Build::new(), None, &["open"]).0;
    check(&network, WORLD, Unreachable, &["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS i-m, 10.0.2.11, out 2"]);
}

/// NI-2, PW-4: on the interface that the route names.
#[test]
fn a_nat_instance_needs_its_check_off() {
    for (check_is, verdict, expected) in [
        (SourceDestinationCheck::On, Unreachable, "ENI_SOURCE_DEST_CHECK_RESTRICTION i-m, eni-m, out 1"),
        (SourceDestinationCheck::Unknown, Undecided, "? UNKNOWN_RESOURCE eni-m, SourceDestinationCheck, out 1"),
    ] {
        let network = behind_instance(Build::new(), PUBLIC, &["open"])
            .with(|network| {
                network.network_interfaces.get_mut("eni-m").unwrap().source_destination_check = check_is;
            })
            .0;
        check(&network, WORLD, verdict, &[expected]);
    }
}

/// PW-21, NI-3: inbound on leg 1 from the client, outbound on leg 2 to the server; replies are remembered.
#[test]
fn the_groups_of_a_nat_instance_judge_the_request_on_both_sides() {
    let relay = |inbound: &[&str], outbound: &[&str]| {
        behind_instance(Build::new().group("relay", inbound, outbound), PUBLIC, &["relay"]).0
    };
    check(&relay(&["10.0.1.0/24 tcp/443"], &["198.51.100.0/24 tcp/443"]), WORLD, Reachable, &[]);
    let network = relay(&["10.0.1.0/24 tcp/80"], &["198.51.100.0/24 tcp/443"]);
    check(&network, WORLD, Unreachable, &["ENI_SG_RULES_MISMATCH relay, none of 1 at eni-m, out 1, into"]);
    let network = relay(&["10.0.1.0/24 tcp/443"], &["198.51.100.0/24 tcp/80"]);
    check(&network, WORLD, Unreachable, &["ENI_SG_RULES_MISMATCH relay, none of 1 at eni-m, out 2, out of"]);
    // No ping by rules for a web server (NI-3).
    let network = relay(&["10.0.1.0/24 tcp/443"], &["0.0.0.0/0 all"]);
    let expected = ["ENI_SG_RULES_MISMATCH relay, none of 1 at eni-m, out 1, into"];
    check(&network, ("a", "198.51.100.80", "ping"), Unreachable, &expected);
}

/// PW-21: the four crossings of its subnet's ACL, as at a NAT gateway; the client's port is kept.
#[test]
fn the_acl_of_a_nat_instances_subnet_is_crossed_four_times() {
    let all = "100 0.0.0.0/0 all allow";
    let ports = "198.51.100.0/24 tcp/32768-60999";
    for (is_inbound, deny, expected) in [
        (true, "10.0.1.0/24 tcp/443", "rule 90 10.0.1.0/24 tcp/443, out 1, into q"),
        (false, "198.51.100.0/24 tcp/443", "rule 90 198.51.100.0/24 tcp/443, out 2, out of q"),
        (true, ports, "rule 90 198.51.100.0/24 tcp/32768-60999, back 3, into q"),
        (false, "10.0.1.0/24 all", "rule 90 10.0.1.0/24 all, back 4, out of q"),
    ] {
        let deny = format!("90 {deny} deny");
        let (with, without) = ([deny.as_str(), all], [all]);
        let (inbound, outbound) = if is_inbound { (&with[..], &without[..]) } else { (&without[..], &with[..]) };
        let network = behind_instance(Build::new(), PUBLIC, &["open"]).acl("acl-q", &["q"], inbound, outbound).0;
        check(&network, WORLD, Unreachable, &[&format!("SUBNET_ACL_RESTRICTION acl-q, {expected}")]);
    }
}

/// NI-5: in its clients' subnet its own packets come back to it.
#[test]
fn a_nat_instance_in_its_clients_subnet_loops() {
    let network = behind_instance(Build::new(), None, &["open"])
        .machine("m", "p", "10.0.1.11", PUBLIC, &["open"])
        .forwarding("m")
        .0;
    check(&network, WORLD, Unreachable, &["DEGUCHI_ROUTING_LOOP rtb-p, 0.0.0.0/0 to eni-m, out 2, p"]);
}

/// NI-6.
#[test]
fn a_stopped_nat_instance_drops() {
    let network = behind_instance(Build::new(), PUBLIC, &["open"]).with(|network| stop(network, "i-m")).0;
    check(&network, WORLD, Unreachable, &["BAD_STATE i-m, stopped, out 1"]);
}

/// NI-6: what is not for the internet too, out and back.
#[test]
fn a_stopped_appliance_drops_private_destinations_and_replies() {
    let network = behind_instance(Build::new(), PUBLIC, &["open"]).with(|network| stop(network, "i-m")).0;
    let expected = ["BAD_STATE i-m, stopped, out 1", "? DEGUCHI_NOT_MODELLED eni-m, Appliance, out 1"];
    check(&network, ("a", "192.168.0.1", "tcp/443"), Unreachable, &expected);
    let network = behind_instance(Build::new(), PUBLIC, &["open"])
        .table("rtb-q", &["q"], &["10.0.1.0/24 eni-m"])
        .machine("b", "q", "10.0.2.20", None, &["open"])
        .with(|network| stop(network, "i-m"))
        .0;
    let expected = ["BAD_STATE i-m, stopped, back 2", "? DEGUCHI_NOT_MODELLED eni-m, Appliance, back 2"];
    check(&network, ("a", "10.0.2.20", "tcp/443"), Unreachable, &expected);
}

/// NI-6: an interface that is attached to nothing forwards nothing.
#[test]
fn a_spare_interface_forwards_nothing() {
    let network = behind_instance(Build::new(), PUBLIC, &["open"])
        .with(|network| network.network_interfaces.get_mut("eni-m").unwrap().attachment = None)
        .0;
    check(&network, WORLD, Unreachable, &["BAD_STATE eni-m, available, out 1"]);
}

fn stop(network: &mut Network, instance: &str) {
    network.instances.get_mut(instance).unwrap().state = InstanceState::NotRunning("stopped".into());
}

/// NI-7: a reference to the clients' group is taken to admit them, and the answer says so.
#[test]
fn a_reference_to_the_clients_group_admits_them_under_an_assumption() {
    let build = Build::new().group("relay", &["app all"], &["0.0.0.0/0 all"]);
    let answer = check(&behind_instance(build, PUBLIC, &["relay"]).0, WORLD, Reachable, &[]);
    let assumption = Assumption::GroupReferenceAtNatInstance { group: "relay".into() };
    assert!(answer.assumptions.contains(&assumption), "{:?}", answer.assumptions);
}

/// NI-2, PW-21: in by one interface, out by the other, each with its own groups and check.
#[test]
fn a_nat_instance_with_two_interfaces_forwards_from_one_to_the_other() {
    let build = |groups: &[&str]| two_interfaces(groups).0;
    let answer = check(&build(&["open"]), WORLD, Reachable, &[]);
    let assumption = Assumption::NatInstanceForwards { instance: "i-m".into(), out: "eni-out".into() };
    assert!(answer.assumptions.contains(&assumption));
    let expected = ["SG_HAS_NO_RULES silent, none of 0 at eni-out, out 2, out of"];
    check(&build(&["silent"]), WORLD, Unreachable, &expected);
}

/// PW-4: an appliance that does not translate is not followed, out or back.
#[test]
fn what_an_appliance_does_with_other_packets_is_undecided() {
    let network = behind_instance(Build::new(), PUBLIC, &["open"]).0;
    let expected = ["? DEGUCHI_NOT_MODELLED eni-m, Appliance, out 1"];
    check(&network, ("a", "192.168.0.1", "tcp/443"), Undecided, &expected);
}

/// PW-4: an IPv6 appliance forwards without translating: what it does is not known, out or back.
#[test]
fn an_ipv6_reply_over_an_appliance_is_undecided() {
    let network = Build::new()
        .subnet("s", "10.0.4.0/24", Some("2600:1f00:0:4::/64"))
        .subnet("r", "10.0.3.0/24", Some("2600:1f00:0:3::/64"))
        .table("rtb-s", &["s"], &["::/0 eni-six"])
        .table("rtb-r", &["r"], &["::/0 igw"])
        .machine("b", "s", "2600:1f00:0:4::a", None, &["open"])
        .machine("six", "r", "2600:1f00:0:3::a", None, &["open"])
        .forwarding("six")
        .0;
    let remote = "2001:4860:4860::8888";
    let expected = [
        "? DEGUCHI_NOT_MODELLED eni-six, Appliance, out 1",
        // The reply comes straight to the client.
        "? DEGUCHI_NOT_MODELLED eni-six, ApplianceOneWay, back 2",
    ];
    check(&network, ("b", remote, "tcp/443"), Undecided, &expected);
    let expected = ["? DEGUCHI_NOT_MODELLED eni-six, Appliance, back 2"];
    check(&network, (remote, "2600:1f00:0:4::a", "tcp/443"), Undecided, &expected);
}
