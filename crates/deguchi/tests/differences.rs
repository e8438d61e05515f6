//! Differences of two networks: who gains and loses what, why and by which change; and nothing else.
#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use deguchi::{
    difference::{between, json},
    examples,
    expectation::{Want, file},
    ingest,
    language::Language,
};
use deguchi_engine::Verdict;
use deguchi_model::Network;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn example(name: &str) -> Network {
    examples::load(name).unwrap().network
}

fn told(before: &Network, after: &Network) -> Value {
    let difference = between((before, "before"), (after, "after"));
    serde_json::from_str(&json::render(&difference, Language::English)).unwrap()
}

/// Whether a difference of a kind is told from a source to a destination, with these ports if any.
fn tells(document: &Value, kind: &str, source: &str, destination: &str, packets: &str) -> bool {
    let has = |list: &Value, text: &str| list.as_array().unwrap().iter().any(|it| it == text);
    document["differences"].as_array().unwrap().iter().any(|block| {
        block["kind"] == kind
            && has(&block["sources"], source)
            && block["destinations"].as_array().unwrap().iter().any(|line| {
                line["destination"] == destination
                    && line["packets"].as_array().unwrap().iter().any(|it| {
                        let ports: Vec<&str> =
                            it["ports"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
                        let protocol = it["protocol"].as_str().unwrap();
                        packets
                            == if ports.is_empty() {
                                protocol.to_owned()
                            } else {
                                format!("{protocol}/{}", ports.join(","))
                            }
                    })
            })
    })
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deguchi")).args(arguments).env("LANG", "C").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_nat_gateway_that_moves_costs_its_clients_the_internet_and_the_move_is_named() {
    let document = told(&example("healthy"), &example("nat-in-private-subnet"));
    for (destination, packets) in
        [("yum", "tcp/443"), ("s3", "tcp/80,443"), ("internet", "tcp/80,443"), ("internet", "ping")]
    {
        assert!(tells(&document, "lost", "web-1", destination, packets), "{destination} {packets}: {document:#}");
    }
    let [block] = document["differences"].as_array().unwrap().as_slice() else { panic!("one block: {document:#}") };
    assert_eq!(block["reasons"][0]["code"], "NO_ROUTE_TO_DESTINATION");
    let causes = block["caused_by"].as_array().unwrap();
    let [cause] = causes.as_slice() else { panic!("one cause: {block:#}") };
    let cause = &document["changes"][usize::try_from(cause.as_u64().unwrap()).unwrap()];
    assert_eq!(
        (&cause["resource"], &cause["aspect"]),
        (&Value::from("nat-08fda8ba99fc0747e"), &Value::from("placement"))
    );
}

#[test]
fn a_part_of_the_packets_is_told_with_its_ports_and_share() {
    let document = told(&example("healthy"), &example("network-acl-narrow-ephemeral"));
    assert!(tells(&document, "lost", "web-1", "yum", "tcp/443"), "{document:#}");
    let text = document.to_string();
    assert!(
        text.contains("about 75 % of the packets: where the NAT picks source ports 1024-32767, 49152-65535"),
        "{text}"
    );
    assert!(text.contains("about 42 % of the packets: from client ports 49152-60999"), "{text}");
    assert!(text.contains("\"inbound-entry\""), "{text}");
}

#[test]
fn what_one_way_loses_the_way_back_gains() {
    let healthy = example("healthy");
    for other in examples::all() {
        let network = example(other.name);
        let (there, back) = (told(&healthy, &network), told(&network, &healthy));
        let of = |document: &Value, kind: &str| -> Vec<String> {
            let blocks = document["differences"].as_array().unwrap().iter().filter(|block| block["kind"] == kind);
            let mut lines: Vec<String> =
                blocks.map(|block| format!("{} {}", block["sources"], block["destinations"])).collect();
            lines.sort();
            lines
        };
        for (kind, mirrored) in [("lost", "gained"), ("gained", "lost")] {
            assert_eq!(of(&there, kind), of(&back, mirrored), "{}", other.name);
        }
    }
}

#[test]
fn every_answer_of_a_case_that_differs_from_the_healthy_network_is_told() {
    let healthy = example("healthy");
    let mut compared = 0;
    for case in examples::all() {
        let Ok(text) = fs::read_to_string(root().join("cases").join(case.name).join("questions.toml")) else {
            continue;
        };
        let network = example(case.name);
        let document = told(&healthy, &network);
        for asked in file::parse(&text).unwrap() {
            let on_healthy = deguchi::question::resolve(&healthy, &asked.source, &asked.destination, &asked.options);
            let Ok(question) = on_healthy else { continue };
            let engine = deguchi_engine::Engine::new(&healthy);
            let verdicts: Vec<Verdict> =
                question.alternatives.iter().map(|one| engine.answer(&one.query).verdict).collect();
            let was_reachable = verdicts.iter().all(|verdict| *verdict == Verdict::Reachable);
            let is_told_of = ["yum", "internet"].contains(&asked.destination.as_str());
            // Packets are compared, not names: where only the name fails, no packet fares otherwise (docs/coverage.md).
            let own = deguchi::question::resolve(&network, &asked.source, &asked.destination, &asked.options).unwrap();
            let engine = deguchi_engine::Engine::new(&network);
            let arrive = |one: &deguchi::question::Alternative| engine.answer(&one.query).verdict == Verdict::Reachable;
            let only_names_fail = own.alternatives.iter().all(arrive);
            if was_reachable
                && is_told_of
                && !only_names_fail
                && matches!(asked.want, Want::Verdict(Verdict::Unreachable | Verdict::Partly))
            {
                compared += 1;
                let sources =
                    document["differences"].as_array().unwrap().iter().filter(|block| block["kind"] == "lost");
                let mut of_source = sources.filter(|block| block["sources"].to_string().contains(&asked.source));
                assert!(
                    of_source.any(|block| block["destinations"].to_string().contains(&asked.destination)),
                    "{}: {} → {}: {document:#}",
                    case.name,
                    asked.source,
                    asked.destination
                );
            }
        }
    }
    assert!(compared >= 10, "{compared}");
}

#[test]
fn the_same_network_does_not_differ_whatever_its_ids_are() {
    let healthy = example("healthy");
    let document = told(&healthy, &healthy);
    assert_eq!((document["exit_code"].as_u64(), document["changes"].as_array().map(Vec::len)), (Some(0), Some(0)));
    let files = fs::read_dir(root().join("cases/healthy/snapshot")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.map(|path| {
        let mut text = fs::read_to_string(&path).unwrap();
        for kind in ["i", "eni", "sg", "rtb", "acl", "nat", "subnet", "vpc", "igw", "vgw", "eipalloc", "vpce", "eigw"] {
            text = text.replace(&format!("\"{kind}-0"), &format!("\"{kind}-f"));
        }
        ingest::File { name: path.file_name().unwrap().to_string_lossy().into_owned(), text }
    });
    let renamed = ingest::from_files(files.collect()).unwrap().network;
    let document = told(&healthy, &renamed);
    assert_eq!(document["exit_code"], 0, "{document:#}");
    assert_eq!(document["new_machines"], Value::Array(Vec::new()));
    // And a fault in the renamed network is seen through the names.
    let mut broken = renamed;
    for table in broken.route_tables.values_mut() {
        table.routes.retain(|route| !matches!(route.target, deguchi_model::RouteTarget::NatGateway(_)));
    }
    assert!(tells(&told(&healthy, &broken), "lost", "web-1", "yum", "tcp/443"));
}

#[test]
fn what_is_open_on_both_sides_by_the_same_way_is_no_difference_and_by_another_is_one() {
    let files = |keep_acls: bool| {
        let files = fs::read_dir(root().join("cases/healthy/snapshot")).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| keep_acls || !path.ends_with("describe-network-acls.json"));
        let files = files.map(|path| ingest::File {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            text: fs::read_to_string(&path).unwrap(),
        });
        ingest::from_files(files.collect()).unwrap().network
    };
    let open = files(false);
    let mut other = open.clone();
    // One more rule for what another rule lets out already: everything is asked again, and nothing differs.
    let web = other.security_groups.get_mut("sg-0706d0729e0f6bbd4").unwrap();
    let mut narrower = web.outbound.iter().find(|rule| rule.traffic.to_string() == "tcp/443").unwrap().clone();
    narrower.peer = deguchi_model::RulePeer::Cidr("198.51.100.0/24".parse().unwrap());
    web.outbound.push(narrower);
    assert_eq!(told(&open, &other)["exit_code"], 0);
    let document = told(&files(true), &open);
    assert_eq!(document["exit_code"], 3, "{document:#}");
    assert!(document["differences"][0]["missing"].to_string().contains("UNKNOWN_RESOURCE"));
}

#[test]
fn new_machines_are_told_with_what_they_reach_and_gone_ones_by_name() {
    let document = told(&example("healthy"), &example("public-without-address"));
    assert_eq!(document["new_machines"], serde_json::json!(["batch-1"]));
    assert!(tells(&document, "new", "batch-1", "web-1", "tcp/80,443"), "{document:#}");
    let document = told(&example("public-without-address"), &example("healthy"));
    assert_eq!(document["machines_gone"], serde_json::json!(["batch-1"]));
    assert_eq!(document["exit_code"], 1);
}

#[test]
fn a_plan_alone_holds_both_sides() {
    let plan = root().join("testdata/terraform/cases/nat-deleted-blackhole/plan.json");
    let (code, out, err) = run(&["diff", plan.to_str().unwrap(), "--format", "json"]);
    assert_eq!(code, 1, "{err}");
    let document: Value = serde_json::from_str(&out).unwrap();
    let blocks = document["differences"].as_array().unwrap();
    let lost = blocks.iter().filter(|block| block["kind"] == "lost" && block["sources"].to_string().contains("app"));
    assert!(lost.clone().any(|block| block["reasons"].to_string().contains("BAD_STATE_ROUTE")), "{document:#}");
    // A first plan starts from nothing.
    let first = root().join("testdata/terraform/cases/ok-nat-gateway/plan.json");
    let (code, out, _) = run(&["diff", first.to_str().unwrap()]);
    assert!(code == 1 && out.contains("new: app → ") && out.contains("new machines: app, isolated"), "{out}");
    let (code, out, err) = run(&["diff", "example:healthy"]);
    assert!(code == 2 && out.is_empty() && err.contains("no Terraform plan"), "{err}");
    let (code, _, err) = run(&["diff", root().join("cases/healthy/snapshot").to_str().unwrap()]);
    assert!(code == 2 && err.contains("no Terraform plan"), "{err}");
}

#[test]
fn every_format_says_it_in_its_readers_form() {
    let of = |arguments: &[&str]| run(&[&["diff", "example:healthy", "example:three-faults"], arguments].concat());
    let (code, text, _) = of(&[]);
    assert!(code == 1 && text.contains("\n- no longer: web-1 → yum (tcp/443)"), "{text}");
    assert!(
        text.contains(
            "change: security group `sg-0706d0729e0f6bbd4` (web): outbound rule `tcp/443 0.0.0.0/0`: removed"
        )
    );
    let (_, japanese, _) = of(&["--lang", "ja"]);
    assert!(japanese.contains("届かなくなる: web-1 → yum (tcp/443)") && japanese.contains("変更: "), "{japanese}");
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(root().join("docs/diff.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for other in examples::all() {
        let document = told(&example("healthy"), &example(other.name));
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", other.name);
    }
    let (_, markdown, _) = of(&["--format", "markdown"]);
    assert!(
        markdown.starts_with("### deguchi diff\n") && markdown.contains("| ➖ lost | web-1 | yum \\(tcp/443\\)"),
        "{markdown}"
    );
    let columns = |line: &str| line.matches(" | ").count();
    assert!(markdown.lines().filter(|line| line.starts_with("| ➖")).all(|line| columns(line) == 4), "{markdown}");
    let (_, junit, _) = of(&["--format", "junit"]);
    assert!(junit.contains("<failure type=\"reachability-lost\"") && !junit.contains("errors=\"1\""), "{junit}");
    let (_, sarif, _) = of(&["--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "reachability-lost");
    let (code, junit, _) = run(&["diff", "example:healthy", "example:healthy", "--format", "junit"]);
    assert!(code == 0 && junit.contains("tests=\"1\" failures=\"0\""), "{junit}");
}

#[test]
fn a_name_from_an_account_is_no_markup_in_a_comment() {
    let files = fs::read_dir(root().join("cases/three-faults/snapshot")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.map(|path| ingest::File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(&path).unwrap().replace("\"web-1\"", "\"a|b<img src=x>@all `c` [d](e)\""),
    });
    let network = ingest::from_files(files.collect()).unwrap().network;
    let difference = between((&example("healthy"), "a"), (&network, "b"));
    let markdown = deguchi::difference::markdown::render(&difference, Language::English);
    for forbidden in ["<img", "@all", "[d](e)", "a|b"] {
        assert!(!markdown.contains(forbidden), "{forbidden}: {markdown}");
    }
    assert!(markdown.contains("a&#124;b&lt;img src=x&gt;&#64;all"), "{markdown}");
}
