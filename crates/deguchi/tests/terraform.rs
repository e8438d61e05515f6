//! Plans and state of Terraform: the same network as plan, as state and as answers of AWS gives equal verdicts.
//!
//! The files are made by `testdata/terraform/make`; nothing but them is needed here.
#![cfg(test)]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use deguchi::{
    ingest::{self, Moment},
    notice::{Lacks, NoticeKind, TerraformNotice},
    question,
};
use deguchi_engine::{Answer, Engine, Verdict};
use deguchi_model::Network;
use serde_json::Value;

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(path)
}

fn load(path: &str) -> Network {
    ingest::from_path(&testdata(path)).unwrap_or_else(|error| panic!("{path}: {error:?}")).network
}

fn ask(network: &Network, source: &str, destination: &str) -> Answer {
    let options = question::Options::default();
    let question = question::resolve(network, source, destination, &options)
        .unwrap_or_else(|error| panic!("{source} -> {destination}: {error:?}"));
    let [only] = question.alternatives.as_slice() else { panic!("{destination}: one query") };
    Engine::new(network).answer(&only.query)
}

/// A question of `testdata/fixtures/cases.csv`.
struct Row {
    case: String,
    source: String,
    destination: String,
    expected: String,
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(testdata("fixtures/cases.csv")).unwrap();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let (address, protocol, port) = (fields[2], fields[3], fields[4]);
        let destination = match protocol {
            "icmp" => format!("icmp:{address}"),
            "udp" => format!("udp:{address}:{port}"),
            _ => format!("{address}:{port}"),
        };
        Row { case: fields[0].to_owned(), source: fields[1].to_owned(), destination, expected: fields[5].to_owned() }
    };
    text.lines().skip(1).map(row).collect()
}

/// The codes of an answer's reasons and gaps: what stops packets, whatever the ids are.
fn codes(answer: &Answer) -> Vec<&'static str> {
    let mut codes: Vec<&str> = answer.reasons.iter().map(|reason| reason.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn every_case_as_plan_and_as_state_gets_the_verdict_and_the_reasons_of_its_snapshot() {
    let mut networks: BTreeMap<String, [Network; 3]> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut tally = [0; 3];
    for row in rows() {
        let [snapshot, plan, state] = networks.entry(row.case.clone()).or_insert_with(|| {
            let case = &row.case;
            let files = ["plan", "state"].map(|file| load(&format!("terraform/cases/{case}/{file}.json")));
            let [plan, state] = files;
            [load(&format!("fixtures/snapshots/{case}")), plan, state]
        });
        let expected = ask(snapshot, &row.source, &row.destination);
        for (place, (form, network)) in [("plan", plan), ("state", state)].into_iter().enumerate() {
            let answer = ask(network, &row.source, &row.destination);
            if is_open(&row, form) {
                assert_eq!(answer.verdict, Verdict::Undecided, "{} {form} {}", row.case, row.destination);
            } else if answer.verdict == expected.verdict && codes(&answer) == told(&row, form, codes(&expected)) {
                tally[place] += 1;
            } else {
                let gaps: Vec<_> = answer.missing.iter().map(|gap| (gap.resource.to_string(), &gap.gap)).collect();
                wrong.push(format!(
                    "{} {form} {} -> {} ({}): {:?} {:?}, not {:?} {:?}; {gaps:?}",
                    row.case,
                    row.source,
                    row.destination,
                    row.expected,
                    answer.verdict,
                    codes(&answer),
                    expected.verdict,
                    codes(&expected)
                ));
            }
        }
        tally[2] += 1;
    }
    println!("of {} questions: plan {}, state {}", tally[2], tally[0], tally[1]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(tally, [57, 58, 58]);
}

/// What a plan cannot tell by itself: whether an address is in AWS's list for S3, where a rule is for that list only.
fn is_open(row: &Row, form: &str) -> bool {
    form == "plan" && row.case == "ok-s3-only-http" && row.destination == "198.51.100.80:80"
}

/// The reasons that a form can know: in a state, what was deleted is not there to be blamed; and neither form says that
/// nobody has an address of a VPC in which it makes nothing.
fn told(row: &Row, form: &str, mut codes: Vec<&'static str>) -> Vec<&'static str> {
    if form == "state" && row.case == "nat-deleted-blackhole" {
        codes.retain(|code| *code != "BAD_STATE");
    }
    if row.case == "ok-extras" && row.destination == "10.1.0.10:443" {
        codes.retain(|code| *code != "NO_POSSIBLE_DESTINATION");
    }
    codes
}

#[test]
fn plan_state_and_answers_of_aws_agree_on_every_variant() {
    let mut wrong = Vec::new();
    let mut asked = 0;
    for variant in ["module", "for-each", "inline"] {
        let forms = ["answers", "plan", "state"];
        let networks = forms.map(|form| load(&format!("terraform/variants/{variant}/{form}.json")));
        let names: Vec<String> = networks[0].instances.values().filter_map(|instance| instance.name.clone()).collect();
        let outside = ["198.51.100.80:443", "198.51.100.80:80", "icmp:198.51.100.80"].map(str::to_owned);
        for source in &names {
            let others = names.iter().filter(|name| *name != source);
            let inside = others.flat_map(|name| [22, 443, 5432].map(|port| format!("{name}:{port}")));
            for destination in outside.iter().cloned().chain(inside) {
                asked += 1;
                let [expected, others @ ..] = networks.each_ref().map(|network| ask(network, source, &destination));
                for (form, answer) in ["plan", "state"].into_iter().zip(others) {
                    if answer.verdict != expected.verdict || codes(&answer) != codes(&expected) {
                        let gaps: Vec<_> =
                            answer.missing.iter().map(|gap| (gap.resource.to_string(), &gap.gap)).collect();
                        let (own, other) = (codes(&answer), codes(&expected));
                        wrong.push(format!(
                            "{variant} {form} {source} -> {destination}: {:?} {own:?}, not {:?} {other:?}; {gaps:?}",
                            answer.verdict, expected.verdict
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 100, "{asked}");
}

#[test]
fn what_the_configuration_leaves_open_is_undecided_and_named() {
    // `security_group_id = aws_security_group.app[each.value.zone].id`: which of two groups has each rule is not told.
    let network = load("terraform/open/rule-of-some-group.json");
    let answer = ask(&network, "app-a", "198.51.100.80:443");
    assert_eq!((answer.verdict, codes(&answer)), (Verdict::Undecided, Vec::new()));
    let named: Vec<String> = answer.missing.iter().map(|gap| gap.resource.to_string()).collect();
    assert!(named.iter().any(|id| id.starts_with("aws_vpc_security_group_egress_rule.app[")), "{named:?}");
    // A NAT gateway whose subnet is one of two by a condition, and an internet gateway that may be attached to nothing.
    let network = load("terraform/open/conditions.json");
    let answer = ask(&network, "app", "198.51.100.80:443");
    assert_eq!((answer.verdict, codes(&answer)), (Verdict::Undecided, Vec::new()));
    assert!(answer.missing.iter().any(|gap| gap.resource.to_string() == "aws_nat_gateway.main[0]"));
    // What does not depend on it is decided.
    assert_eq!(ask(&network, "app", "10.0.2.10:22").verdict, Verdict::Reachable);
    assert_eq!(ask(&network, "app", "198.51.100.80:25").verdict, Verdict::Unreachable);
}

/// Subnets that another configuration looks after, and groups that the configuration leaves open: the rest is still decided.
#[test]
fn machines_beyond_the_plan_are_undecided_except_for_what_their_groups_refuse() {
    let network = load("terraform/open/beyond-the-plan.json");
    let missing = |source: &str| -> Vec<String> {
        let answer = ask(&network, source, "198.51.100.80:443");
        assert_eq!((answer.verdict, codes(&answer)), (Verdict::Undecided, Vec::new()), "{source}");
        answer.missing.iter().map(|gap| gap.resource.to_string()).collect()
    };
    let subnet = "subnet-0123456789abcdef0".to_owned();
    assert_eq!(missing("web-1"), ["aws_instance.web.vpc_security_group_ids".to_owned(), subnet.clone()]);
    assert_eq!(missing("web-2"), ["aws_instance.web2.vpc_security_group_ids".to_owned(), subnet]);
    // Where not even the subnet is told, it goes by the attribute; the empty list beside its group is no doubt.
    assert_eq!(missing("both"), ["aws_instance.both.subnet_id"]);
    let answer = ask(&network, "closed", "198.51.100.80:443");
    assert_eq!((answer.verdict, codes(&answer)), (Verdict::Unreachable, vec!["SG_HAS_NO_RULES"]));
}

#[test]
fn a_plan_that_is_not_whole_is_said_to_be() {
    let whole = std::fs::read_to_string(testdata("terraform/variants/module/plan.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&whole).unwrap();
    let lacks = [
        ("complete", Value::Bool(false), Lacks::UnplannedRest),
        ("errored", Value::Bool(true), Lacks::RestAfterError),
        ("configuration", Value::Null, Lacks::Configuration),
    ];
    for (member, value, lacks) in lacks {
        plan[member] = value;
        let notices = ingest::from_files(vec![ingest::File { name: "plan.json".to_owned(), text: plan.to_string() }])
            .unwrap()
            .notices;
        let said = NoticeKind::Terraform(TerraformNotice::Incomplete { lacks });
        assert!(notices.iter().any(|notice| notice.kind == said), "{member}");
    }
}

fn load_text(plan: &Value) -> Network {
    let file = ingest::File { name: "plan.json".to_owned(), text: plan.to_string() };
    ingest::from_files(vec![file]).unwrap().network
}

/// A plan with its data sources taken out, wherever they stand.
fn without_data(plan: &Value) -> Value {
    match plan {
        Value::Array(elements) => {
            elements.iter().filter(|element| element["mode"] != "data").map(without_data).collect()
        }
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), without_data(member))).collect())
        }
        other => other.clone(),
    }
}

/// A plan that lacks a part is less sure, and never says the contrary.
#[test]
fn what_is_cut_from_a_plan_turns_no_answer_round() {
    let (mut same, mut undecided) = (0, 0);
    for variant in ["module", "for-each", "inline"] {
        let text = std::fs::read_to_string(testdata(&format!("terraform/variants/{variant}/plan.json"))).unwrap();
        let plan: Value = serde_json::from_str(&text).unwrap();
        let whole = load_text(&plan);
        let names: Vec<String> = whole.instances.values().filter_map(|instance| instance.name.clone()).collect();
        let parts = ["prior_state", "planned_values", "resource_changes", "variables", "relevant_attributes"];
        let without = |part: &str| {
            let mut plan = plan.clone();
            plan.as_object_mut().unwrap().remove(part);
            plan
        };
        let mut without_unknown = plan.clone();
        for change in without_unknown["resource_changes"].as_array_mut().unwrap() {
            change["change"].as_object_mut().unwrap().remove("after_unknown");
        }
        let mut cut: Vec<(&str, Value)> = parts.map(|part| (part, without(part))).to_vec();
        cut.extend([("after_unknown", without_unknown), ("data", without_data(&plan))]);
        for (part, plan) in cut {
            let network = load_text(&plan);
            for source in &names {
                let others = names.iter().filter(|name| *name != source);
                let inside = others.flat_map(|name| [22, 5432].map(|port| format!("{name}:{port}")));
                for destination in
                    ["198.51.100.80:443", "icmp:198.51.100.80"].map(str::to_owned).into_iter().chain(inside)
                {
                    let (expected, answer) = (ask(&whole, source, &destination), ask(&network, source, &destination));
                    match answer.verdict {
                        verdict if verdict == expected.verdict => same += 1,
                        Verdict::Undecided => undecided += 1,
                        verdict => panic!(
                            "{variant} without {part}: {source} -> {destination}: {verdict:?}, not {:?}",
                            expected.verdict
                        ),
                    }
                }
            }
        }
    }
    assert!(same > 300 && undecided > 0, "{same}, {undecided}");
}

fn load_over(plan: &str) -> Network {
    let (plan, over) = (testdata(&format!("terraform/over/{plan}.json")), testdata("terraform/over/answers.json"));
    ingest::from_path_over(&plan, &over, Moment::After).unwrap_or_else(|error| panic!("{plan:?}: {error:?}")).network
}

#[test]
fn a_plan_over_a_snapshot_decides_also_what_it_does_not_manage() {
    let snapshot = load("terraform/over/answers.json");
    let internet = "198.51.100.80:443";
    for source in ["app", "by-hand"] {
        assert_eq!(ask(&snapshot, source, internet).verdict, Verdict::Reachable, "{source}");
    }
    let changes = [
        ("route-missing", &["NO_ROUTE_TO_DESTINATION"][..]),
        ("nat-in-private-subnet", &["NO_ROUTE_TO_DESTINATION"]),
        ("nat-public-wrong-route", &["DEGUCHI_ROUTING_LOOP"]),
        ("sg-egress-closed", &["ENI_SG_RULES_MISMATCH"]),
        ("nacl-inbound-ephemeral-blocked", &["SUBNET_ACL_RESTRICTION"]),
        ("nacl-public-blocks", &["SUBNET_ACL_RESTRICTION"]),
        ("nat-deleted-blackhole", &["BAD_STATE", "BAD_STATE_ROUTE"]),
    ];
    for (change, expected) in changes {
        let network = load_over(change);
        for source in ["app", "by-hand"] {
            let answer = ask(&network, source, internet);
            let gaps: Vec<_> = answer.missing.iter().map(|gap| (gap.resource.to_string(), &gap.gap)).collect();
            assert_eq!(
                (answer.verdict, codes(&answer)),
                (Verdict::Unreachable, expected.to_vec()),
                "{change} {source} {gaps:?}"
            );
        }
        let kept = [("isolated", "by-hand:22"), ("by-hand", "isolated:443")];
        for (source, destination) in kept {
            let (before, after) = (ask(&snapshot, source, destination), ask(&network, source, destination));
            assert_eq!(
                (before.verdict, codes(&before)),
                (after.verdict, codes(&after)),
                "{change} {source} {destination}"
            );
        }
    }
}

#[test]
fn a_plan_adds_to_tables_and_groups_of_the_snapshot() {
    let (snapshot, network) = (load("terraform/over/answers.json"), load_over("outside"));
    let asked = [("isolated", "198.51.100.80:443"), ("by-hand", "isolated:443")];
    for (source, destination) in asked {
        assert_eq!(ask(&snapshot, source, destination).verdict, Verdict::Unreachable, "{source}");
        assert_eq!(ask(&network, source, destination).verdict, Verdict::Reachable, "{source}");
    }
    assert_eq!(ask(&network, "app", "isolated:22").verdict, Verdict::Reachable);
    assert_eq!(snapshot.instances, network.instances);
}

#[test]
fn before_a_plan_is_what_the_state_was() {
    let plan = testdata("terraform/over/route-missing.json");
    let before = ingest::from_path_at(&plan, Moment::Before).unwrap().network;
    let after = ingest::from_path_at(&plan, Moment::After).unwrap().network;
    assert_eq!(ask(&before, "app", "198.51.100.80:443").verdict, Verdict::Reachable);
    assert_eq!(ask(&after, "app", "198.51.100.80:443").verdict, Verdict::Unreachable);
    // Nothing was there before the first plan.
    let first = ingest::from_path_at(&testdata("terraform/variants/module/plan.json"), Moment::Before);
    assert!(matches!(first, Err(ingest::LoadError::NoNetwork { .. })), "{first:?}");
}
