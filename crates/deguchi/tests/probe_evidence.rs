//! What a probe says to `why` and `checklist`: what it settles, what it contradicts, and when it is of another host.
#![cfg(test)]

use std::{fs, path::PathBuf, process::Command};

use serde_json::{Value, json};

const NAT_INSTANCE: &str = "i-02057d5768cf90025";

/// A folder of its own, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("deguchi-evidence-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn probe(&self, name: &str, probe: &Value) -> String {
        let path = self.0.join(name);
        fs::write(&path, probe.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A host with one device, on which nothing is wrong.
fn healthy(address: &str) -> Value {
    json!({
        "schema": "deguchi.probe/1",
        "taken_at": "2026-01-31T12:00:00Z",
        "host": { "name": "host", "operating_system": null, "system": null, "is_root": true },
        "metadata": { "state": "silent", "instance": null, "region": null, "role": null },
        "processes": [],
        "locks": [],
        "repositories": [],
        "resolver": { "name_servers": ["10.0.0.2"], "search": [], "options": [], "behind_stub": [] },
        "interfaces": [{ "name": "ens5", "addresses": [address], "reverse_path_filter": 2 }],
        "routes": [{ "destination": "0.0.0.0/0", "gateway": "10.0.0.1", "interface": "ens5", "metric": 512 }],
        "ephemeral_ports": [40000, 40999],
        "targets": [],
        "proxies": [],
        "clock_ahead_seconds": 0,
        "forwarding": {
            "ipv4": true, "ipv6": false, "conntrack": [5, 262_144],
            "firewall": { "masquerades": [{ "out": "ens5", "is_conditional": false }], "forward": "accept" }
        },
        "not_seen": []
    })
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deguchi")).args(arguments).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

fn why(question: [&str; 2], example: &str, probes: &[&String]) -> (Option<i32>, Value) {
    let from = format!("example:{example}");
    let mut arguments = vec!["why", question[0], question[1], "--from", &from, "--format", "json"];
    arguments.extend(probes.iter().flat_map(|path| ["--probe", path.as_str()]));
    let (code, text) = run(&arguments);
    let document: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/report.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    (code, document)
}

fn codes<'d>(document: &'d Value, list: &str) -> Vec<&'d str> {
    let list = document[list].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|each| each["code"].as_str().unwrap()).collect()
}

const API: [&str; 2] = ["web-2", "https://api.sendgrid.com"];

#[test]
fn a_probe_of_the_nat_instance_takes_the_place_of_the_assumption() {
    let folder = Folder::new("forwards");
    // By its addresses, or by its id where metadata tells it.
    let mut by_id = healthy("192.0.2.1");
    by_id["metadata"]["instance"] = json!(NAT_INSTANCE);
    by_id["interfaces"][0]["addresses"] = json!(["10.0.1.30"]);
    for probe in [healthy("10.0.1.30"), by_id] {
        let (code, document) = why(API, "healthy", &[&folder.probe("p.json", &probe)]);
        assert_eq!((code, &document["verdict"]), (Some(0), &json!("reachable")));
        assert_eq!(codes(&document, "assumptions"), ["DEGUCHI_ASSUMES_EPHEMERAL_PORTS"]);
        assert_eq!(codes(&document, "evidence"), ["PROBE_NAT_INSTANCE_FORWARDS"]);
    }
}

#[test]
fn what_a_nat_instances_guest_does_not_do_makes_the_way_unreachable() {
    let folder = Folder::new("guest");
    let firewall = "/forwarding/firewall";
    for (pointer, value, reason) in [
        ("/forwarding/ipv4", json!(false), "DEGUCHI_NAT_INSTANCE_FORWARDING_OFF"),
        (firewall, json!({"masquerades": [], "forward": "accept"}), "DEGUCHI_NAT_INSTANCE_DOES_NOT_MASQUERADE"),
        (
            firewall,
            json!({"masquerades": [{"out": "eth0", "is_conditional": false}], "forward": "accept"}),
            "DEGUCHI_NAT_INSTANCE_DOES_NOT_MASQUERADE",
        ),
        (
            firewall,
            json!({"masquerades": [{"out": "ens+", "is_conditional": false}], "forward": "drop"}),
            "DEGUCHI_NAT_INSTANCE_FIREWALL_DROPS",
        ),
    ] {
        let mut probe = healthy("10.0.1.30");
        *probe.pointer_mut(pointer).unwrap() = value;
        let path = folder.probe("p.json", &probe);
        let (code, document) = why(API, "healthy", &[&path]);
        assert_eq!((code, &document["verdict"]), (Some(1), &json!("unreachable")), "{reason}");
        assert_eq!(codes(&document, "reasons"), [reason]);
        assert!(document["reasons"][0].to_string().contains(NAT_INSTANCE), "{document:#}");
        let (code, text) = run(&["checklist", "web-2", "--from", "example:healthy", "--probe", &path]);
        assert_eq!(code, Some(1));
        assert!(text.contains("✗ nat-is-healthy"), "{text}");
    }
}

#[test]
fn what_a_probe_could_not_see_stays_an_assumption() {
    let folder = Folder::new("unseen");
    let conditional = json!({"masquerades": [{"out": "ens5", "is_conditional": true}], "forward": "accept"});
    let rules = json!({"masquerades": [{"out": "ens5", "is_conditional": false}], "forward": "rules"});
    for (firewall, evidence) in [(Value::Null, vec!["PROBE_FIREWALL_NOT_SEEN"]), (conditional, vec![]), (rules, vec![])]
    {
        let mut probe = healthy("10.0.1.30");
        probe["forwarding"]["firewall"] = firewall;
        let (code, document) = why(API, "healthy", &[&folder.probe("p.json", &probe)]);
        assert_eq!(code, Some(0));
        assert!(codes(&document, "assumptions").contains(&"DEGUCHI_ASSUMES_NAT_INSTANCE_FORWARDS"), "{document:#}");
        assert_eq!(codes(&document, "evidence"), evidence);
    }
}

#[test]
fn the_clients_own_ports_narrow_the_question() {
    let folder = Folder::new("ports");
    let path = folder.probe("p.json", &healthy("10.0.11.12"));
    let (_, document) = why(API, "healthy", &[&path]);
    assert_eq!(document["question"]["source_ports"], json!(["40000-40999"]));
    assert_eq!(codes(&document, "assumptions"), ["DEGUCHI_ASSUMES_NAT_INSTANCE_FORWARDS"]);
    assert_eq!(codes(&document, "evidence"), ["PROBE_SOURCE_PORTS"]);
    // What a person says goes before what was seen.
    let arguments =
        ["why", API[0], API[1], "--from", "example:healthy", "--source-ports", "5000-5001", "--probe", &path];
    assert!(run(&arguments).1.contains("10.0.11.12:5000-5001"));
}

fn target(outcome: &Value) -> Value {
    json!([{
        "url": "https://api.sendgrid.com", "host": "api.sendgrid.com", "port": 443, "wanted_by": ["--to"],
        "lookup": { "addresses": ["198.51.100.80"] }, "answers": [],
        "connections": [{ "address": "198.51.100.80", "outcome": outcome, "milliseconds": 5000 }],
        "tls": null, "http": null, "ping": null
    }])
}

#[test]
fn host_and_configuration_are_held_against_each_other() {
    let folder = Folder::new("contradiction");
    let blocked = "nat-instance-source-destination-check";
    for (example, outcome, evidence, code) in [
        ("healthy", json!("open"), "PROBE_TRIED", 0),
        ("healthy", json!("refused"), "PROBE_TRIED", 0),
        ("healthy", json!("timed-out"), "PROBE_CONTRADICTS", 1),
        (blocked, json!("timed-out"), "PROBE_TRIED", 1),
        (blocked, json!("open"), "PROBE_CONTRADICTS", 1),
    ] {
        let mut probe = healthy("10.0.11.12");
        probe["targets"] = target(&outcome);
        let (status, document) = why(API, example, &[&folder.probe("p.json", &probe)]);
        assert_eq!(codes(&document, "evidence"), ["PROBE_SOURCE_PORTS", evidence], "{example} {outcome}");
        assert_eq!(status, Some(code), "{example} {outcome}");
    }
    // What the host tried for another question is not held against this one.
    let mut probe = healthy("10.0.11.12");
    probe["targets"] = target(&json!("timed-out"));
    let (_, document) = why(["web-2", "https://other.example"], "healthy", &[&folder.probe("p.json", &probe)]);
    assert_eq!(codes(&document, "evidence"), ["PROBE_SOURCE_PORTS"]);
}

#[test]
fn a_probe_of_another_host_is_said_and_not_used() {
    let folder = Folder::new("stranger");
    let mut by_id = healthy("10.0.11.12");
    by_id["metadata"]["instance"] = json!("i-0000000000000000f");
    let paths = [
        folder.probe("elsewhere.json", &healthy("192.0.2.77")),
        folder.probe("id.json", &by_id),
        folder.probe("bastion.json", &healthy("10.0.0.20")),
    ];
    let (code, document) = why(API, "healthy", &paths.iter().collect::<Vec<_>>());
    assert_eq!(code, Some(0));
    let expected = ["PROBE_OF_ANOTHER_HOST", "PROBE_OF_ANOTHER_HOST", "PROBE_NOT_ON_THE_WAY"];
    assert_eq!(codes(&document, "evidence"), expected);
    assert_eq!(document["question"]["source_ports"], json!(["32768-60999"]));
}

#[test]
fn a_file_that_is_no_probe_is_refused_with_a_hint() {
    let folder = Folder::new("nonsense");
    for (text, said) in
        [("{", "EOF"), ("{\"schema\":\"x/1\"}", "x/1"), ("{\"schema\":\"deguchi.probe/1\"}", "taken_at")]
    {
        let path = folder.0.join("p.json");
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        for (language, hint) in [("en", "hint: "), ("ja", "ヒント: ")] {
            let (code, text) =
                run(&["why", "web-1", "yum", "--from", "example:healthy", "--probe", path, "--lang", language]);
            assert_eq!(code, Some(2));
            assert!(text.contains(said) && text.contains(hint), "{text}");
        }
    }
}

fn leftover(probe: Option<&Value>, folder: &Folder) -> String {
    let path = probe.map(|probe| folder.probe("p.json", probe));
    let mut arguments = vec!["checklist", "web-2", "--from", "example:healthy", "--lang", "en"];
    arguments.extend(path.iter().flat_map(|path| ["--probe", path.as_str()]));
    let text = run(&arguments).1;
    let at = text.find("leftover-process").unwrap_or_else(|| panic!("{text}"));
    let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
    text[start..].to_owned()
}

#[test]
fn the_item_leftover_process_is_settled_by_a_probe() {
    let folder = Folder::new("leftover");
    assert!(leftover(None, &folder).starts_with("? leftover-process"));
    assert!(leftover(Some(&healthy("192.0.2.77")), &folder).starts_with("? leftover-process"));
    assert!(leftover(Some(&healthy("10.0.11.12")), &folder).starts_with("✓ leftover-process"));
    let mut stuck = healthy("10.0.11.12");
    stuck["processes"] = json!([{
        "pid": 4242, "program": "yum", "command_line": "/usr/bin/python /usr/bin/yum -y update", "state": "S",
        "age_seconds": 7500, "user": 0, "parents": ["cloud-init"], "connecting_to": ["52.218.0.10:443"],
        "ends_with": "sudo kill 4242"
    }]);
    let text = leftover(Some(&stuck), &folder);
    assert!(text.starts_with("✗ leftover-process"), "{text}");
    for expected in ["`sudo kill 4242`", "52.218.0.10:443", "2 hours", "cloud-init"] {
        assert!(text.contains(expected), "{text}");
    }
    let mut malformed = healthy("10.0.11.12");
    malformed["locks"] = json!([{ "path": "/var/lib/dnf/rpmdb_lock.pid", "program": "dnf", "state": "malformed" }]);
    assert!(leftover(Some(&malformed), &folder).starts_with("✗ leftover-process"));
    let path = folder.probe("p.json", &stuck);
    let (code, document) = why(["web-2", "yum"], "healthy", &[&path]);
    assert_eq!(codes(&document, "evidence"), ["PROBE_SOURCE_PORTS", "PACKAGE_MANAGER_RUNS"]);
    assert_eq!(code, Some(1), "the network is fine, the host is not");
}

#[test]
fn the_checklist_says_what_the_hosts_resolver_said() {
    let folder = Folder::new("dns");
    let mut silent = healthy("10.0.11.12");
    silent["targets"] = target(&json!("timed-out"));
    silent["targets"][0]["lookup"] = json!("timed-out");
    silent["targets"][0]["answers"] = json!([{ "server": "10.0.0.2", "answer": "timed-out" }]);
    let path = folder.probe("p.json", &silent);
    let (code, text) = run(&["checklist", "web-2", "--from", "example:healthy", "--probe", &path, "--format", "json"]);
    assert_eq!(code, Some(1));
    let document: Value = serde_json::from_str(&text).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/checklist.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let items = document["items"].as_array().unwrap();
    let dns = items.iter().find(|item| item["item"] == "dns").unwrap();
    assert_eq!(dns["status"], "fail", "{dns:#}");
    assert!(codes(dns, "findings").contains(&"SEEN_ON_HOST"));
}
