//! Holds `--format aws` to AWS's API model (`testdata/aws-api`): every member known, of its type, within its limits; and to the
//! components and explanations that a way has.
//!
//! Leaves out whether answers are right: that is the engine's, the cases' and the recorded data's to show.
#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use deguchi::{expectation::file, ingest, language::Language, question, report};
use deguchi_engine::{Answer, Engine, Verdict};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn json(path: &str) -> Value {
    let path = root().join(path);
    serde_json::from_str(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .unwrap()
}

static MODEL: LazyLock<Value> = LazyLock::new(|| json("testdata/aws-api/network-insights.json"));

/// What of a value AWS's model does not have, each with its place.
fn strange(shape: &str, value: &Value, place: &str, found: &mut Vec<String>) {
    let model = &MODEL["shapes"][shape];
    let limit = |name: &str| model[name].as_u64();
    let is_within =
        |number: u64| limit("min").is_none_or(|min| min <= number) && limit("max").is_none_or(|max| number <= max);
    let is_right = match (model["type"].as_str().unwrap(), value) {
        ("structure", Value::Object(members)) => {
            for (name, member) in members {
                match model["members"][name].as_str() {
                    Some(shape) => strange(shape, member, &format!("{place}.{name}"), found),
                    None => found.push(format!("{place}.{name}: {shape} has no such member")),
                }
            }
            true
        }
        ("list", Value::Array(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                strange(model["member"].as_str().unwrap(), element, &format!("{place}[{index}]"), found);
            }
            true
        }
        // AWS prints ranges here ("in CIDR notation"); the model's limit, fifteen characters, is for requests.
        ("string", Value::String(text)) if shape == "IpAddress" => text.parse::<deguchi_model::IpNet>().is_ok(),
        ("string", Value::String(text)) => {
            let is_known = model["enum"].as_array().is_none_or(|known| known.contains(value));
            // The two patterns of these shapes: an account's number, a region's name.
            let is_account =
                shape != "ComponentAccount" || (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()));
            is_known && is_account && is_within(text.chars().count() as u64)
        }
        ("integer", Value::Number(number)) => number.as_u64().is_some_and(is_within),
        ("boolean", Value::Bool(_)) | ("timestamp", Value::String(_)) => true,
        _ => false,
    };
    if !is_right {
        found.push(format!("{place}: {value} is no {shape}"));
    }
}

fn strangeness(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    strange("DescribeNetworkInsightsAnalysesResult", document, "$", &mut found);
    found
}

/// A question's document, and its verdict.
fn ask(snapshot: &Path, source: &str, destination: &str, options: &question::Options) -> Option<(Value, Verdict)> {
    let snapshot = ingest::from_path(snapshot).unwrap();
    let question = question::resolve(&snapshot.network, source, destination, options).ok()?;
    let engine = Engine::new(&snapshot.network);
    let answers: Vec<Answer> = question.alternatives.iter().map(|each| engine.answer(&each.query)).collect();
    let report = report::why(&snapshot.network, &question, &answers, &snapshot.notices);
    let text = report::aws::render(&report, &snapshot.network, Language::English);
    assert_eq!(text, report::aws::render(&report, &snapshot.network, Language::English), "the same bytes");
    Some((serde_json::from_str(&text).unwrap(), report.verdict()))
}

fn why(snapshot: &str, source: &str, destination: &str) -> Value {
    let (document, _) = ask(&root().join(snapshot), source, destination, &question::Options::default()).unwrap();
    assert_eq!(strangeness(&document), [] as [&str; 0], "{document:#}");
    document["NetworkInsightsAnalyses"][0].clone()
}

fn ids<'v>(analysis: &'v Value, path: &str) -> Vec<&'v str> {
    let components = analysis[path].as_array().unwrap();
    for (index, component) in components.iter().enumerate() {
        assert_eq!(component["SequenceNumber"], index + 1);
    }
    components.iter().map(|component| component["Component"]["Id"].as_str().unwrap()).collect()
}

#[test]
fn the_model_takes_what_aws_itself_prints_and_nothing_else() {
    let mut sample = json("testdata/recorded/aws-cli-examples/describe-network-insights-analyses.1.json");
    assert_eq!(strangeness(&sample), [] as [&str; 0]);
    sample["NetworkInsightsAnalyses"][0]["Explanations"][0]["Port"] = 70000.into();
    sample["NetworkInsightsAnalyses"][0]["Explanations"][0]["Fix"] = "none".into();
    sample["NetworkInsightsAnalyses"][0]["Status"] = "undecided".into();
    assert_eq!(strangeness(&sample).len(), 3);
}

#[test]
fn every_question_of_every_case_is_answered_in_aws_s_form() {
    let mut count = 0;
    for case in fs::read_dir(root().join("cases")).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(questions) = fs::read_to_string(case.join("questions.toml")) else { continue };
        for asked in file::parse(&questions).unwrap() {
            let Some((document, verdict)) =
                ask(&case.join("snapshot"), &asked.source, &asked.destination, &asked.options)
            else {
                continue;
            };
            count += 1;
            let title = format!("{} {} → {}", case.display(), asked.source, asked.destination);
            assert_eq!(strangeness(&document), [] as [&str; 0], "{title}");
            for analysis in document["NetworkInsightsAnalyses"].as_array().unwrap() {
                let (status, found) = (&analysis["Status"], &analysis["NetworkPathFound"]);
                let explanations = analysis["Explanations"].as_array().unwrap();
                match verdict {
                    Verdict::Reachable => {
                        assert!(status == "succeeded" && found == true && explanations.is_empty(), "{title}")
                    }
                    Verdict::Partly => {
                        assert!(status == "succeeded" && found == true && !explanations.is_empty(), "{title}");
                        assert!(
                            analysis["WarningMessage"].as_str().unwrap().starts_with("partly reachable"),
                            "{title}"
                        );
                    }
                    Verdict::Unreachable => {
                        assert!(status == "succeeded" && found == false && !explanations.is_empty(), "{title}")
                    }
                    // Alternatives that differ: each of them may be decided.
                    Verdict::Undecided => {}
                }
                // Whatever a hop explains, the top explains too.
                let hops =
                    ["ForwardPathComponents", "ReturnPathComponents"].map(|path| analysis[path].as_array().unwrap());
                let at_hops =
                    hops.iter().flat_map(|hops| hops.iter()).flat_map(|hop| hop["Explanations"].as_array().unwrap());
                for explanation in at_hops.filter(|_| found == false) {
                    assert!(explanations.contains(explanation), "{title}: {explanation}");
                }
            }
        }
    }
    assert!(count > 100, "{count} questions");
}

#[test]
fn a_path_has_aws_s_components_in_aws_s_order() {
    let analysis = why("cases/healthy/snapshot", "web-1", "198.51.100.80:443");
    assert_eq!(
        ids(&analysis, "ForwardPathComponents"),
        [
            "i-0f9d9ce163b8620ba",
            "eni-0279c59a66d9fc655",
            "sg-0706d0729e0f6bbd4",
            "acl-0246f296707ce3cc4",
            "rtb-099e0f4c3099b2961",
            "acl-01e8f5f2779ffcc7e",
            "eni-0f0695504b12e0dd7",
            "nat-08fda8ba99fc0747e",
            "acl-01e8f5f2779ffcc7e",
            "rtb-0efca7c4f689ad8fa",
            "igw-0d7c268e4b290cdea",
        ]
    );
    let forward = &analysis["ForwardPathComponents"];
    assert_eq!(forward[0]["OutboundHeader"]["SourceAddresses"][0], "10.0.10.11/32");
    assert_eq!(forward[1]["AttachedTo"]["Id"], "i-0f9d9ce163b8620ba");
    assert_eq!(forward[1]["Vpc"]["Arn"], "arn:aws:ec2:ap-northeast-1:111122223333:vpc/vpc-0e26b9c1f36ea807b");
    assert_eq!(forward[2]["SecurityGroupRule"]["Direction"], "egress");
    assert_eq!(forward[3]["AclRule"]["RuleAction"], "allow");
    assert_eq!(forward[4]["RouteTableRoute"]["NatGatewayId"], "nat-08fda8ba99fc0747e");
    assert_eq!(forward[6]["AttachedTo"]["Id"], "nat-08fda8ba99fc0747e");
    assert_eq!(forward[7]["OutboundHeader"]["SourcePortRanges"][0]["From"], 1024);
    assert_eq!(forward[10]["OutboundHeader"]["SourceAddresses"][0], "203.0.113.10/32");
    let back = ids(&analysis, "ReturnPathComponents");
    assert_eq!((back.first(), back.last()), (Some(&"igw-0d7c268e4b290cdea"), Some(&"i-0f9d9ce163b8620ba")));
    // Security groups remember: no rule lets the reply pass.
    let hops = analysis["ReturnPathComponents"].as_array().unwrap();
    let group = hops.iter().find(|hop| hop["Component"]["Id"] == "sg-0706d0729e0f6bbd4");
    assert!(group.is_some_and(|group| group.get("SecurityGroupRule").is_none()));
}

#[test]
fn a_blocker_names_the_components_that_aws_names() {
    let analysis = why("cases/three-faults/snapshot", "web-1", "198.51.100.80:443");
    let explanations = analysis["Explanations"].as_array().unwrap();
    let with = |code: &str| {
        explanations.iter().find(|own| own["ExplanationCode"] == code).unwrap_or_else(|| panic!("{analysis:#}"))
    };
    let group = with("ENI_SG_RULES_MISMATCH");
    assert_eq!(group["Direction"], "egress");
    assert_eq!(group["NetworkInterface"]["Id"], "eni-0279c59a66d9fc655");
    assert_eq!(group["SecurityGroups"][0]["Id"], "sg-0706d0729e0f6bbd4");
    assert_eq!((&group["Port"], &group["Protocols"][0]), (&443.into(), &"tcp".into()));
    let acl = with("SUBNET_ACL_RESTRICTION");
    assert_eq!(acl["Acl"]["Id"], "acl-01e8f5f2779ffcc7e");
    assert_eq!((&acl["AclRule"]["RuleNumber"], &acl["AclRule"]["Egress"]), (&90.into(), &true.into()));
    assert_eq!(acl["Subnet"]["Id"], "subnet-01aa871e616f125ba");
    let analysis = why("cases/route-missing/snapshot", "web-1", "198.51.100.80:443");
    let route = &analysis["Explanations"][0];
    assert_eq!(route["ExplanationCode"], "NO_ROUTE_TO_DESTINATION");
    assert_eq!(route["RouteTable"]["Id"], "rtb-099e0f4c3099b2961");
    assert_eq!(
        (&route["Vpc"]["Id"], &route["Addresses"][0]),
        (&"vpc-0e26b9c1f36ea807b".into(), &"198.51.100.80/32".into())
    );
}

#[test]
fn an_undecided_answer_has_failed_and_says_what_is_missing() {
    let folder = std::env::temp_dir().join(format!("deguchi-aws-format-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for file in fs::read_dir(root().join("cases/healthy/snapshot")).unwrap().map(|entry| entry.unwrap().path()) {
        if !file.to_string_lossy().contains("network-acls") {
            fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
        }
    }
    let answered = ask(&folder, "web-1", "198.51.100.80:443", &question::Options::default());
    fs::remove_dir_all(&folder).unwrap();
    let (document, _) = answered.unwrap();
    assert_eq!(strangeness(&document), [] as [&str; 0]);
    let analysis = &document["NetworkInsightsAnalyses"][0];
    assert_eq!(analysis["Status"], "failed", "{analysis:#}");
    assert!(analysis.get("NetworkPathFound").is_none());
    let missing = analysis["Explanations"].as_array().unwrap();
    assert!(
        missing.iter().any(|own| own["ExplanationCode"] == "UNKNOWN_RESOURCE" && own["MissingComponent"].is_string())
    );
    assert!(analysis["StatusMessage"].as_str().unwrap().contains("network ACL"), "{analysis:#}");
}

#[test]
fn recorded_ways_over_gateways_and_load_balancers_fit_the_form() {
    let mut kinds = std::collections::BTreeSet::new();
    for dataset in [
        "demo",
        "multi-account-vpc-peering",
        "multi-account-vpc-peering-tgw",
        "nlb-multi-az",
        "tgw-asymmetric-non-default-rtb",
    ] {
        let folder = root().join("testdata/recorded").join(format!("batfish-lab-{dataset}"));
        let rows = fs::read_to_string(folder.join("probes.csv")).unwrap();
        for row in rows.lines().skip(1).step_by(5) {
            let fields: Vec<&str> = row.split(',').collect();
            let source = match fields[1] {
                "internet" => "internet:8.8.8.8",
                named => named.split('/').nth(1).unwrap(),
            };
            let destination = match fields[3] {
                "icmp" => format!("icmp:{}", fields[2]),
                _ => format!("{}:{}", fields[2], fields[4]),
            };
            let (document, _) =
                ask(&folder.join("aws_configs"), source, &destination, &question::Options::default()).unwrap();
            assert_eq!(strangeness(&document), [] as [&str; 0], "{source} → {destination}");
            let forward = document["NetworkInsightsAnalyses"][0]["ForwardPathComponents"].as_array().unwrap();
            for hop in forward {
                for member in
                    ["TransitGatewayRouteTableRoute", "TransitGateway", "SourceVpc", "SecurityGroupRule", "AclRule"]
                {
                    kinds.extend(hop.get(member).map(|_| member));
                }
                kinds.extend(
                    hop["Component"]["Id"].as_str().filter(|id| id.contains("loadbalancer")).map(|_| "load balancer"),
                );
            }
        }
    }
    assert_eq!(kinds.len(), 6, "{kinds:?}");
}
