//! Interfaces of databases, functions and other services, as sources and destinations: AP-2, AP-8.

use deguchi_engine::Verdict::{Reachable, Undecided, Unreachable};
use deguchi_model::InterfaceKind;

use crate::{build::Build, check};

/// A machine `a`, and an interface `s` of a service of AWS, of this kind, that lets 5432 in from `a`.
fn network(kind: InterfaceKind) -> Build {
    Build::new()
        .subnet("p", "10.0.1.0/24", None)
        .subnet("q", "10.0.2.0/24", None)
        .group("service", &["10.0.1.10/32 tcp/5432"], &["10.0.1.10/32 tcp/443"])
        .machine("a", "p", "10.0.1.10", None, &["open"])
        .machine("s", "q", "10.0.2.20", None, &["service"])
        .with(|network| {
            network.instances.remove("i-s");
            let interface = network.network_interfaces.get_mut("eni-s").unwrap();
            interface.attachment.as_mut().unwrap().instance = None;
            interface.kind = kind;
        })
}

#[test]
fn an_interface_of_a_service_is_judged_by_its_groups() {
    let database = network(InterfaceKind::Ordinary).0;
    check(&database, ("a", "10.0.2.20", "tcp/5432"), Reachable, &[]);
    let closed = "ENI_SG_RULES_MISMATCH service, none of 1 at eni-s, out 1, into";
    check(&database, ("a", "10.0.2.20", "tcp/22"), Unreachable, &[closed]);
    check(&database, ("s", "10.0.1.10", "tcp/443"), Reachable, &[]);
    let other = network(InterfaceKind::Unmodelled("global_accelerator_managed".into())).0;
    let unknown = "? DEGUCHI_NOT_MODELLED eni-s, InterfaceNotModelled, out 1";
    check(&other, ("a", "10.0.2.20", "tcp/5432"), Undecided, &[unknown]);
    check(&other, ("a", "10.0.2.20", "tcp/22"), Unreachable, &[closed, unknown]);
    let back =
        network(InterfaceKind::Unmodelled("quicksight".into())).acl("acl-q", &["q"], &["100 0.0.0.0/0 all allow"], &[]);
    let expected = ["SUBNET_ACL_RESTRICTION acl-q, no rule, back 2, out of q", unknown];
    check(&back.0, ("a", "10.0.2.20", "tcp/5432"), Unreachable, &expected);
}

#[test]
fn a_function_starts_connections_and_takes_none() {
    let function = network(InterfaceKind::Function).0;
    check(&function, ("s", "10.0.1.10", "tcp/443"), Reachable, &[]);
    let expected = ["ENI_SG_RULES_MISMATCH service, none of 1 at eni-s, out 1, out of"];
    check(&function, ("s", "10.0.1.10", "tcp/80"), Unreachable, &expected);
    check(
        &function,
        ("a", "10.0.2.20", "tcp/5432"),
        Unreachable,
        &["DEGUCHI_FUNCTION_TAKES_NO_CONNECTION eni-s, out 1"],
    );
}
