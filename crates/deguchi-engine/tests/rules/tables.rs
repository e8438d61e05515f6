//! Rules and routes laid out for people: how each stands to the packets (SG-1, SG-5, NA-2, NA-5, RT-5 to RT-10).

use deguchi_engine::{
    Engine, FieldMatch, FieldMatch::All, FieldMatch::NotLookedAt, FieldMatch::Part, Heading, Place, RuleEffect,
    RuleReference, effective_routes,
};
use deguchi_model::{Direction, Network, RouteOrigin};

use crate::build::{Build, query};

fn two_machines(build: Build, groups: &[&str]) -> Build {
    build
        .subnet("p", "10.0.1.0/24", None)
        .subnet("q", "10.0.2.0/24", None)
        .machine("a", "p", "10.0.1.10", None, groups)
        .machine("b", "q", "10.0.2.10", None, &["open"])
}

type Row = (String, FieldMatch, FieldMatch, FieldMatch, RuleEffect);

/// The rows of the first filter of a kind on the first way, each as `NUMBER` or `GROUP`, then its fields and its effect.
fn rows(network: &Network, question: (&str, &str, &str), at: impl Fn(&Place) -> bool) -> Vec<Row> {
    let engine = Engine::new(network);
    let query = query(network, question.0, question.1, question.2);
    let answer = engine.answer(&query);
    let hop = answer.ways[0].hops.iter().find(|hop| at(&hop.place)).unwrap();
    let name = |rule: &RuleReference| match rule {
        RuleReference::NetworkAcl(rule) => rule.number.to_string(),
        RuleReference::SecurityGroup(group, _) => group.to_string(),
    };
    let rows = engine.rule_table(&query, hop);
    rows.into_iter().map(|row| (name(&row.rule), row.address, row.protocol, row.ports, row.effect)).collect()
}

fn acl_into(subnet: &str) -> impl Fn(&Place) -> bool {
    move |place| matches!(place, Place::NetworkAcl { subnet: at, direction: Direction::Inbound, .. } if at.as_str() == subnet)
}

/// NA-2, NA-5: first match decides; what stands behind it comes too late, and what is about something else never matches.
#[test]
fn a_rule_behind_the_one_that_decides_comes_too_late() {
    let inbound = [
        "90 10.0.1.0/24 udp/443 deny",
        "95 10.9.0.0/16 tcp/443 deny",
        "97 10.0.1.0/24 tcp/22 deny",
        "100 10.0.0.0/8 tcp/443 allow",
        "110 0.0.0.0/0 all deny",
    ];
    let everything = ["100 0.0.0.0/0 all allow"];
    let network = two_machines(Build::new(), &["open"]).acl("acl-q", &["q"], &inbound, &everything).0;
    let found = rows(&network, ("a", "10.0.2.10", "tcp/443"), acl_into("q"));
    let expected = [
        ("90", All, FieldMatch::None, NotLookedAt, RuleEffect::NoMatch),
        ("95", FieldMatch::None, All, All, RuleEffect::NoMatch),
        ("97", All, All, FieldMatch::None, RuleEffect::NoMatch),
        ("100", All, All, All, RuleEffect::Allows),
        ("110", All, All, NotLookedAt, RuleEffect::ComesTooLate),
    ];
    assert_eq!(found, expected.map(|(name, a, b, c, effect)| (name.to_owned(), a, b, c, effect)));
}

/// NA-12: a reply to ephemeral ports of which a rule admits some.
#[test]
fn a_rule_for_some_of_the_ports_matches_in_part() {
    let network = two_machines(Build::new(), &["open"])
        .acl("acl-p", &["p"], &["100 0.0.0.0/0 tcp/40000-65535 allow"], &["100 0.0.0.0/0 all allow"])
        .0;
    let engine = Engine::new(&network);
    let query = query(&network, "a", "10.0.2.10", "tcp/443");
    let answer = engine.answer(&query);
    let ways = answer.ways.iter().filter_map(|way| {
        let hop = way.hops.iter().find(|hop| hop.heading == Heading::Return && acl_into("p")(&hop.place))?;
        let rows = engine.rule_table(&query, hop);
        Some((way.outcome, rows[0].ports, rows[0].effect))
    });
    let ways: Vec<_> = ways.collect();
    let (dropped, delivered) = (deguchi_engine::Outcome::Dropped, deguchi_engine::Outcome::Delivered);
    assert_eq!(ways, [(dropped, FieldMatch::None, RuleEffect::NoMatch), (delivered, All, RuleEffect::Allows)]);
    let whole = deguchi_engine::Hop { header: answer.ways[0].hops[0].header.clone(), ..answer.ways[0].hops[0].clone() };
    assert!(engine.rule_table(&query, &whole).is_empty(), "an interface is no filter");
}

/// SG-1, SG-9: the rules of all groups are looked at, and a reference stands for the members' addresses.
#[test]
fn every_rule_of_every_group_is_in_the_table() {
    let build = Build::new().group("web", &[], &["0.0.0.0/0 tcp/80", "open tcp/443", "10.0.2.0/25 tcp/0-65535"]).group(
        "none",
        &[],
        &["10.9.0.0/16 all"],
    );
    let network = two_machines(build, &["web", "none"]).0;
    let groups = |place: &Place| matches!(place, Place::SecurityGroups { direction: Direction::Outbound, .. });
    let found = rows(&network, ("a", "10.0.2.10", "tcp/443"), groups);
    let expected = [
        ("web", All, All, FieldMatch::None, RuleEffect::NoMatch),
        ("web", All, All, All, RuleEffect::Allows),
        ("web", All, All, All, RuleEffect::Allows),
        ("none", FieldMatch::None, All, NotLookedAt, RuleEffect::NoMatch),
    ];
    assert_eq!(found, expected.map(|(name, a, b, c, effect)| (name.to_owned(), a, b, c, effect)));
    let halves = Build::new().group("halves", &[], &["10.0.2.0/25 tcp", "10.0.2.128/25 tcp"]);
    let network = two_machines(halves, &["halves"]).0;
    let found = rows(&network, ("a", "10.0.2.0/24", "tcp/443"), groups);
    let each = ("halves".to_owned(), Part, All, NotLookedAt, RuleEffect::Allows);
    assert_eq!(found.iter().map(|row| (row.1, row.4)).collect::<Vec<_>>(), vec![(each.1, each.4); 2]);
}

/// RT-6, RT-10: who takes what of whom.
#[test]
fn a_route_says_what_longer_and_preferred_ones_take_from_it() {
    let build = two_machines(Build::new(), &["open"]).table(
        "rtb-p",
        &["p"],
        &["0.0.0.0/0 igw", "198.51.100.0/24 vgw-x", "198.51.100.0/25 igw", "10.0.3.0/24 vgw-x"],
    );
    let mut network = build.0;
    let table = network.route_tables.get_mut("rtb-p").unwrap();
    for route in &mut table.routes {
        if route.target.to_string() == "vgw-x" {
            route.origin = RouteOrigin::Propagated;
        }
    }
    let table = &network.route_tables["rtb-p"];
    let effective = effective_routes(&network, table);
    let told: Vec<String> = effective
        .routes
        .iter()
        .map(|route| {
            let takes: Vec<String> = route.takes.cidrs().iter().map(ToString::to_string).take(2).collect();
            let loses: Vec<String> = route.loses_to.iter().map(|route| route.destination.to_string()).collect();
            format!("{}: {} / {}", route.route.destination, takes.join(" "), loses.join(" "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "2600:1f00::/56: 2600:1f00::/56 / ",
            "198.51.100.0/25: 198.51.100.0/25 / ",
            "10.0.3.0/24:  / 10.0.0.0/16",
            "198.51.100.0/24: 198.51.100.128/25 / 198.51.100.0/25",
            "10.0.0.0/16: 10.0.0.0/16 / ",
            "0.0.0.0/0: 0.0.0.0/5 8.0.0.0/7 / 198.51.100.0/25 198.51.100.0/24 10.0.0.0/16",
        ]
    );
    assert!(effective.unrouted.contains("2001:db8::1".parse().unwrap()), "RT-5: 0.0.0.0/0 is not for IPv6");
    assert!(!effective.unrouted.contains("198.51.100.1".parse().unwrap()));
}
