//! Names, from documents of AWS and of Terraform to what is reported: the name servers, what they answer, and the plans.
#![cfg(test)]

use std::{fs, path::PathBuf};

use deguchi::{
    fix::{self, Prices},
    ingest::{self, File, Snapshot},
    language::Language,
    question::{self, Options, Question},
    report,
};
use deguchi_engine::{Answer, Engine, Verdict, change::Change};
use serde_json::{Value, json};

const VPC: &str = "vpc-0e26b9c1f36ea807b";

fn files_of(case: &str) -> Vec<File> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(case).join("snapshot");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = |path: PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).unwrap(),
    };
    entries.map(file).collect()
}

/// The healthy network, with files of this name replaced or added.
fn healthy_with(more: &[(&str, Value)]) -> Snapshot {
    let mut files = files_of("healthy");
    for (name, document) in more {
        files.retain(|file| file.name != *name);
        files.push(File { name: (*name).to_owned(), text: document.to_string() });
    }
    ingest::from_files(files).unwrap()
}

fn ask(snapshot: &Snapshot, source: &str, destination: &str) -> (Question, Value) {
    let question = question::resolve(&snapshot.network, source, destination, &Options::default()).unwrap();
    let engine = Engine::new(&snapshot.network);
    let answers: Vec<Answer> = question.alternatives.iter().map(|each| engine.answer(&each.query)).collect();
    let report = report::why(&snapshot.network, &question, &answers, &[]);
    let text = report::json::render(&report, Language::English);
    (question, serde_json::from_str(&text).unwrap())
}

/// What the first name comes to: outcome, what it leads to, and the addresses that are asked for.
fn name(snapshot: &Snapshot, source: &str, destination: &str) -> (String, Value, Value) {
    let (_, report) = ask(snapshot, source, destination);
    let name = &report["name_resolution"]["names"][0];
    let outcome = name["outcome"].as_str().unwrap_or_else(|| panic!("{report:#}")).to_owned();
    (outcome, name["leads_to"].clone(), report["question"]["destination_addresses"].clone())
}

#[test]
fn a_private_zone_gives_its_names_their_addresses() {
    let zones = json!({"HostedZones": [
        {"Id": "/hostedzone/Z1", "Name": "corp.example.", "CallerReference": "a", "Config": {"PrivateZone": true}},
        {"Id": "/hostedzone/Z2", "Name": "public.example.", "CallerReference": "b", "Config": {"PrivateZone": false}},
    ], "IsTruncated": false});
    let of_vpc = json!({"HostedZoneSummaries": [
        {"HostedZoneId": "Z1", "Name": "corp.example.", "Owner": {"OwningAccount": "111122223333"}},
    ], "MaxItems": "100"});
    let records = json!({"ResourceRecordSets": [
        {"Name": "corp.example.", "Type": "NS", "TTL": 172800, "ResourceRecords": [{"Value": "ns-0.awsdns-00.com."}]},
        {"Name": "corp.example.", "Type": "SOA", "TTL": 900, "ResourceRecords": [{"Value": "ns-0.awsdns-00.com. a.b. 1 2 3 4 5"}]},
        {"Name": "db.corp.example.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.20.15"}]},
        {"Name": "\\052.apps.corp.example.", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "DB.corp.example"}]},
    ]});
    let snapshot = healthy_with(&[
        ("list-hosted-zones.json", zones.clone()),
        (&format!("list-hosted-zones-by-vpc.{VPC}.json"), of_vpc),
        ("list-resource-record-sets.json", records),
    ]);
    for host in ["db.corp.example:5432", "x.apps.corp.example:5432"] {
        let (outcome, leads_to, addresses) = name(&snapshot, "web-1", host);
        assert_eq!((outcome.as_str(), &leads_to["kind"]), ("resolves", &json!("hosted-zone")), "{host}");
        assert_eq!(addresses, json!(["10.0.20.15"]), "{host}");
    }
    let (_, report) = ask(&snapshot, "web-1", "db.corp.example:5432");
    assert_eq!(report["verdict"], "reachable");
    let (_, report) = ask(&snapshot, "web-1", "https://nowhere.corp.example");
    assert_eq!(
        (&report["verdict"], &report["reasons"][0]["code"]),
        (&json!("unreachable"), &json!("DEGUCHI_NO_SUCH_NAME"))
    );
    assert_eq!((&report["reasons"][0]["stage"], &report["reasons"][0]["resource"]), (&json!("name"), &json!("Z1")));
    assert!(report["fixes"]["plans"].as_array().is_none_or(Vec::is_empty), "no change to the network makes a name");
    // What public DNS says of the public zone is not asked.
    assert_eq!(name(&snapshot, "web-1", "https://public.example").0, "resolves");
    let without_records = healthy_with(&[("list-hosted-zones.json", zones)]);
    let (_, report) = ask(&without_records, "web-1", "https://db.corp.example");
    assert_eq!(report["verdict"], "undecided");
    assert_eq!(ask(&without_records, "web-1", "https://api.sendgrid.com").1["verdict"], "reachable");
}

#[test]
fn a_rule_of_the_resolver_forwards_to_servers_of_ones_own() {
    let rules = json!({"ResolverRules": [
        {"Id": "rslvr-rr-1", "DomainName": "corp.example.", "RuleType": "FORWARD", "Status": "COMPLETE",
         "ResolverEndpointId": "rslvr-out-1", "TargetIps": [{"Ip": "192.168.10.53", "Port": 53}]},
        {"Id": "rslvr-autodefined-rr-internet-resolver", "DomainName": ".", "RuleType": "RECURSIVE", "Status": "COMPLETE"},
    ]});
    let associations = json!({"ResolverRuleAssociations": [
        {"Id": "rslvr-rrassoc-1", "ResolverRuleId": "rslvr-rr-1", "VPCId": VPC, "Status": "COMPLETE"},
    ]});
    let snapshot =
        healthy_with(&[("list-resolver-rules.json", rules), ("list-resolver-rule-associations.json", associations)]);
    let (outcome, leads_to, _) = name(&snapshot, "web-1", "https://git.corp.example");
    assert_eq!((outcome.as_str(), &leads_to["id"]), ("resolves", &json!("rslvr-rr-1")));
    assert_eq!(name(&snapshot, "web-1", "https://api.sendgrid.com").1["kind"], "internet");
    let (_, report) = ask(&snapshot, "web-1", "https://git.corp.example");
    let codes: Vec<&str> =
        report["assumptions"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"DEGUCHI_ASSUMES_RESOLVER_FORWARDS"), "{codes:?}");
}

#[test]
fn attributes_that_are_not_in_the_snapshot_are_awss_defaults() {
    let mut files = files_of("healthy");
    files.retain(|file| !file.name.contains("vpc-attribute") && !file.name.contains("dhcp-options"));
    let (_, report) = ask(&ingest::from_files(files).unwrap(), "web-1", "https://api.sendgrid.com");
    assert_eq!(report["verdict"], "reachable");
    let codes: Vec<&str> =
        report["assumptions"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    for code in ["DEGUCHI_ASSUMES_DNS_SUPPORT", "DEGUCHI_ASSUMES_AMAZON_PROVIDED_DNS"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
}

#[test]
fn two_answers_about_one_attribute_that_differ_are_said() {
    let off = json!({"VpcId": VPC, "EnableDnsSupport": {"Value": false}});
    let snapshot = healthy_with(&[("later.json", off)]);
    assert_eq!(name(&snapshot, "web-1", "https://api.sendgrid.com").0, "does-not-resolve");
    assert!(snapshot.notices.iter().any(|it| format!("{it:?}").contains("EnableDnsSupport")), "{:?}", snapshot.notices);
}

#[test]
fn the_plan_that_switches_dns_support_on_is_written_down_and_holds_when_read_again() {
    let files = files_of("dns-support-off");
    let snapshot = ingest::from_files(files.clone()).unwrap();
    let (question, _) = ask(&snapshot, "web-1", "yum");
    let proposed = fix::propose(&snapshot.network, &question, &Prices::built_in().unwrap());
    let [plan] = proposed.fixes.plans.as_slice() else { panic!("one plan: {:?}", proposed.fixes.plans) };
    assert!(matches!(plan.changes.as_slice(), [Change::EnableVpcDns { .. }]), "{:?}", plan.changes);
    let after = ingest::from_files(fix::snapshot::changed(&files, &plan.changes)).unwrap();
    assert_eq!(ask(&after, "web-1", "yum").1["verdict"], "reachable");
    assert_eq!(after.network, ingest::from_files(files_of("healthy")).unwrap().network);
}

/// A plan that makes a VPC with a subnet and a machine, and these resources beside them.
fn terraform(vpc: &Value, more: &[Value]) -> Snapshot {
    let change = |kind: &str, name: &str, after: &Value| {
        json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
               "change": {"actions": ["no-op"], "before": after, "after": after, "after_unknown": {}}})
    };
    let mut changes = vec![
        change("aws_vpc", "main", vpc),
        change("aws_subnet", "a", &json!({"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.1.1.0/24"})),
        change(
            "aws_network_interface",
            "web",
            &json!({"id": "eni-1", "subnet_id": "subnet-1", "private_ips": ["10.1.1.5"], "security_groups": ["sg-1"], "source_dest_check": true}),
        ),
        change(
            "aws_security_group",
            "web",
            &json!({"id": "sg-1", "vpc_id": "vpc-1", "name": "web", "ingress": [], "egress": []}),
        ),
    ];
    changes.extend(more.iter().enumerate().map(|(place, own)| {
        let kind = own["type"].as_str().unwrap();
        change(kind, &format!("own_{place}"), &own["values"])
    }));
    let plan = json!({"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {}}, "resource_changes": changes});
    ingest::from_files(vec![File { name: "plan.json".to_owned(), text: plan.to_string() }]).unwrap()
}

fn vpc(more: &Value) -> Value {
    let mut vpc = json!({"id": "vpc-1", "cidr_block": "10.1.0.0/16"});
    vpc.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    vpc
}

#[test]
fn terraforms_attributes_and_options_decide_about_names() {
    let outcome = |snapshot: &Snapshot| name(snapshot, "eni-1", "https://api.sendgrid.com").0;
    let plain = terraform(&vpc(&json!({})), &[]);
    assert_eq!(outcome(&plain), "resolves");
    let dns = &plain.network.vpcs["vpc-1"].dns;
    assert_eq!((dns.support, dns.hostnames), (Some(true), Some(false)), "the provider's defaults");
    assert_eq!(outcome(&terraform(&vpc(&json!({"enable_dns_support": false})), &[])), "does-not-resolve");
    let options = [
        json!({"type": "aws_vpc_dhcp_options", "values": {"id": "dopt-1", "domain_name_servers": ["10.1.1.53"]}}),
        json!({"type": "aws_vpc_dhcp_options_association", "values": {"vpc_id": "vpc-1", "dhcp_options_id": "dopt-1"}}),
    ];
    // The group has no outbound rule.
    assert_eq!(outcome(&terraform(&vpc(&json!({})), &options)), "does-not-resolve");
}

#[test]
fn terraforms_private_zones_and_rules_are_read() {
    let on = vpc(&json!({"enable_dns_hostnames": true}));
    let zone = [
        json!({"type": "aws_route53_zone", "values": {"id": "Z9", "name": "corp.example", "vpc": [{"vpc_id": "vpc-1"}]}}),
        json!({"type": "aws_route53_record", "values": {"zone_id": "Z9", "name": "db", "type": "A", "ttl": 60, "records": ["10.1.1.9"]}}),
    ];
    let snapshot = terraform(&on, &zone);
    let (outcome, leads_to, addresses) = name(&snapshot, "eni-1", "db.corp.example:5432");
    assert_eq!((outcome.as_str(), &leads_to["id"], addresses), ("resolves", &json!("Z9"), json!(["10.1.1.9"])));
    assert_eq!(name(&snapshot, "eni-1", "https://x.corp.example").0, "does-not-resolve");
    let rule = [
        json!({"type": "aws_route53_resolver_endpoint", "values": {"id": "rslvr-out-1", "direction": "OUTBOUND", "security_group_ids": ["sg-1"],
               "ip_address": [{"subnet_id": "subnet-1", "ip": "10.1.1.40"}]}}),
        json!({"type": "aws_route53_resolver_rule", "values": {"id": "rslvr-rr-1", "domain_name": "corp.example", "rule_type": "FORWARD",
               "resolver_endpoint_id": "rslvr-out-1", "target_ip": [{"ip": "10.1.1.53", "port": 53}]}}),
        json!({"type": "aws_route53_resolver_rule_association", "values": {"resolver_rule_id": "rslvr-rr-1", "vpc_id": "vpc-1"}}),
    ];
    let snapshot = terraform(&on, &rule);
    assert_eq!(snapshot.network.resolver_endpoints.len(), 1);
    let (_, report) = ask(&snapshot, "eni-1", "https://git.corp.example");
    // The endpoint's group has no outbound rule either: the question ends there.
    assert_eq!(report["name_resolution"]["outcome"], "does-not-resolve", "{report:#}");
    assert!(
        report["name_resolution"]["names"][0]["servers"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["forwarded_by"] == "rslvr-rr-1")
    );
    assert_eq!(name(&snapshot, "eni-1", "https://api.sendgrid.com").0, "resolves");
}

#[test]
fn a_name_is_asked_before_the_packets_and_both_stages_are_told() {
    for (case, destination, name, connection) in [
        ("dns-support-off", "https://api.sendgrid.com", "does-not-resolve", "reachable"),
        ("interface-endpoint-private-dns", "https://ssm.ap-northeast-1.amazonaws.com", "resolves", "unreachable"),
        ("healthy", "https://api.sendgrid.com", "resolves", "reachable"),
        ("route-missing", "https://api.sendgrid.com", "resolves", "unreachable"),
    ] {
        let snapshot = ingest::from_files(files_of(case)).unwrap();
        let (_, report) = ask(&snapshot, "web-1", destination);
        let found = &report["name_resolution"];
        assert_eq!((&found["outcome"], &found["connection"]), (&json!(name), &json!(connection)), "{case}");
        assert_eq!(report["verdict"] == "reachable", name == "resolves" && connection == "reachable", "{case}");
    }
    let snapshot = ingest::from_files(files_of("dns-support-off")).unwrap();
    let question = question::resolve(&snapshot.network, "web-1", "198.51.100.80:443", &Options::default()).unwrap();
    assert_eq!(Engine::new(&snapshot.network).answer(&question.alternatives[0].query).verdict, Verdict::Reachable);
}
