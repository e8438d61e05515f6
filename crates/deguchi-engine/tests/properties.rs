//! What holds for every network: of its answers, when its rules or their order change, and that there is an answer.
//!
//! `PROPTEST_CASES` sets how many networks are tried, by a new seed each time; without it they are always the same.
#![cfg(test)]

mod random;

use deguchi_engine::{Answer, Assumption, Engine, Outcome, Query, Verdict};
use deguchi_model::{Network, NetworkAcl, NetworkAclRules, RulePeer, SecurityGroupRule, TrafficMatch};
use proptest::{prelude::*, sample::Index};

use random::plan::{self, NetworkPlan, QueryPlan};

fn config(cases: u32) -> ProptestConfig {
    random::config(cases)
}

/// A network and a few questions about it.
fn questions() -> impl Strategy<Value = (NetworkPlan, Vec<QueryPlan>)> {
    (plan::networks(), proptest::collection::vec(plan::queries(), 1..=4))
}

fn asked(network: &Network, plans: &[QueryPlan]) -> Vec<(Query, Answer)> {
    let engine = Engine::new(network);
    let queries = plans.iter().filter_map(|plan| random::query(network, plan));
    queries.map(|query| (query.clone(), engine.answer(&query))).collect()
}

/// Turns every list of a network around whose order means nothing: routes (RT-5), rules of groups (SG-1), groups of
/// an interface, entries of an ACL as printed (AP-3).
fn turned_around(network: &Network) -> Network {
    let mut turned = network.clone();
    for table in turned.route_tables.values_mut() {
        table.routes.reverse();
    }
    for group in turned.security_groups.values_mut() {
        group.inbound.reverse();
        group.outbound.reverse();
    }
    for acl in turned.network_acls.values_mut() {
        let (mut inbound, mut outbound) = (acl.inbound().to_vec(), acl.outbound().to_vec());
        inbound.reverse();
        outbound.reverse();
        let rules = NetworkAclRules { inbound, outbound };
        *acl = NetworkAcl::new(acl.id.clone(), None, acl.vpc.clone(), acl.is_default, acl.subnets.clone(), rules);
    }
    turned
}

/// A verdict from worse to better for whoever wants to get through; `Undecided` has no place among them.
fn rank(verdict: Verdict) -> Option<u8> {
    match verdict {
        Verdict::Unreachable => Some(0),
        Verdict::Partly => Some(1),
        Verdict::Reachable => Some(2),
        Verdict::Undecided => None,
    }
}

proptest! {
    #![proptest_config(config(400))]

    /// SG-1: rules only allow, so one more never closes a way.
    #[test]
    fn one_more_rule_of_a_group_never_closes_a_way(
        (plan, queries) in questions(),
        which in any::<Index>(),
        is_inbound: bool,
        peer in prop::sample::select(vec!["0.0.0.0/0", "10.0.0.0/8", "198.51.100.0/24", "::/0"]),
    ) {
        let network = random::network(&plan);
        let mut opened = network.clone();
        let groups: Vec<_> = network.security_groups.keys().cloned().collect();
        let group = opened.security_groups.get_mut(which.get(&groups)).unwrap();
        let rule = SecurityGroupRule { traffic: TrafficMatch::All, peer: RulePeer::Cidr(peer.parse().unwrap()) };
        (if is_inbound { &mut group.inbound } else { &mut group.outbound }).push(rule);
        for ((query, before), (_, after)) in asked(&network, &queries).into_iter().zip(asked(&opened, &queries)) {
            prop_assert!(after.reachable_share >= before.reachable_share - 1e-12, "{:?}", query);
            let lost = |answer: &Answer| 1.0 - answer.reachable_share - answer.undecided_share;
            prop_assert!(lost(&after) <= lost(&before) + 1e-9, "{:?}", query);
            if let (Some(before), Some(after)) = (rank(before.verdict), rank(after.verdict)) {
                prop_assert!(after >= before, "{:?}", query);
            }
        }
    }

    /// RT-5, SG-1, AP-3.
    #[test]
    fn the_order_of_routes_and_rules_means_nothing((plan, queries) in questions()) {
        let network = random::network(&plan);
        for ((query, before), (_, after)) in
            asked(&network, &queries).into_iter().zip(asked(&turned_around(&network), &queries))
        {
            prop_assert_eq!(before.verdict, after.verdict, "{:?}", query);
            prop_assert!((before.reachable_share - after.reachable_share).abs() < 1e-12, "{:?}", query);
            let text = |answer: &Answer| format!("{:?}\n{:?}", answer.reasons, answer.missing);
            prop_assert_eq!(text(&before), text(&after), "{:?}", query);
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer_to_the_letter((plan, queries) in questions()) {
        let network = random::network(&plan);
        let (first, second) = (asked(&network, &queries), asked(&network.clone(), &queries));
        prop_assert_eq!(format!("{:?}", first), format!("{:?}", second));
    }

    /// Loops end, an answer is whole, and what it says of its ways fits what it says of the question.
    #[test]
    fn every_network_has_an_answer_that_agrees_with_itself((plan, queries) in questions()) {
        let network = random::network(&plan);
        for (query, answer) in asked(&network, &queries) {
            let of = |is_so: fn(Outcome) -> bool| -> f64 {
                let ways = answer.ways.iter().filter(|way| is_so(way.outcome));
                ways.map(|way| way.packets.share).sum()
            };
            let delivered = of(|outcome| outcome == Outcome::Delivered);
            let undecided = of(|outcome| matches!(outcome, Outcome::Undecided { .. }));
            prop_assert!((of(|_| true) - 1.0).abs() < 1e-9, "{:?}", query);
            prop_assert!((delivered - answer.reachable_share).abs() < 1e-9, "{:?}", query);
            prop_assert!((undecided - answer.undecided_share).abs() < 1e-9, "{:?}", query);
            for way in &answer.ways {
                prop_assert!(way.reasons.iter().all(|place| *place < answer.reasons.len()), "{:?}", query);
                prop_assert!(way.missing.iter().all(|place| *place < answer.missing.len()), "{:?}", query);
                prop_assert_eq!(way.outcome == Outcome::Dropped, !way.reasons.is_empty(), "{:?}", query);
            }
            let is_certain_drop = answer.verdict == Verdict::Unreachable;
            prop_assert!(!is_certain_drop || answer.assumptions.is_empty(), "{:?}", query);
            let sorted = answer.assumptions.is_sorted_by(|a: &Assumption, b| a < b);
            prop_assert!(sorted, "{:?}", answer.assumptions);
        }
    }
}

/// A million questions, or as many as `DEGUCHI_QUESTIONS` says, without a panic, a loop or a sum that is off; and the same
/// letters for a network whose lists are turned around.
#[test]
fn many_questions_have_answers() {
    use proptest::{
        strategy::{Strategy as _, ValueTree as _},
        test_runner::{Config, RngSeed, TestRunner},
    };
    let wanted = std::env::var("DEGUCHI_QUESTIONS").ok().map(|text| text.parse::<usize>().expect("a number"));
    let rng_seed = if wanted.is_some() { RngSeed::Random } else { RngSeed::Fixed(20240301) };
    let mut runner = TestRunner::new(Config { rng_seed, ..Config::default() });
    let strategy = (plan::networks(), proptest::collection::vec(plan::queries(), 16));
    let (mut count, mut verdicts) = (0, std::collections::BTreeMap::<String, usize>::new());
    while count < wanted.unwrap_or(4000) {
        let (plan, queries) = strategy.new_tree(&mut runner).expect("a network").current();
        let network = random::network(&plan);
        let turned = turned_around(&network);
        let engine = Engine::new(&network);
        let turned = Engine::new(&turned);
        for query in queries.iter().filter_map(|plan| random::query(&network, plan)) {
            count += 1;
            let answer = engine.answer(&query);
            let sum: f64 = answer.ways.iter().map(|way| way.packets.share).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{sum}: {query:?}\n{plan:?}");
            *verdicts.entry(format!("{:?}", answer.verdict)).or_default() += 1;
            if count % 16 == 0 {
                let text = |answer: &Answer| format!("{:?} {:?} {:?}", answer.verdict, answer.reasons, answer.missing);
                assert_eq!(text(&answer), text(&turned.answer(&query)), "{query:?}\n{plan:?}");
            }
        }
    }
    println!("{count} questions: {verdicts:?}");
    assert!(verdicts.len() == 4, "{verdicts:?}");
}
