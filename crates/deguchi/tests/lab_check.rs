//! Every case in real packets: the kernel's verdict against the engine's, question by question.
#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use deguchi::{
    comparison::{Agreement, Trial, of_classes, try_queries},
    expectation::file,
    ingest, question,
};
use deguchi_engine::{Answer, Engine, Query};
use deguchi_lab::{Lab, Rights, plan};
use deguchi_model::Network;

#[path = "lab_host/tools.rs"]
mod tools;

use tools::missing;

/// A folder of its own, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("deguchi-lab-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all::<&Path>(&self.0);
    }
}

fn check(name: &str) {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let case = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(name);
    let network = ingest::from_path(&case.join("snapshot")).unwrap().network;
    let text = fs::read_to_string(case.join("questions.toml")).unwrap();
    let questions = file::parse(&text).unwrap();
    let engine = Engine::new(&network);
    let mut queries: Vec<(Query, Answer)> = Vec::new();
    let mut titles = Vec::new();
    for asked in &questions {
        let question = question::resolve(&network, &asked.source, &asked.destination, &asked.options).unwrap();
        for alternative in question.alternatives {
            titles.push(format!("{} → {}", asked.source, asked.destination));
            queries.push((alternative.query.clone(), engine.answer(&alternative.query)));
        }
    }
    compare(name, &network, &queries, &titles);
}

/// Sends the packets of queries in a lab; the count of those that agree.
fn compare(name: &str, network: &Network, queries: &[(Query, Answer)], titles: &[String]) -> usize {
    let plan = plan(network);
    let folder = Folder::new(name);
    let lab = Lab::up(&plan, Path::new(env!("CARGO_BIN_EXE_deguchi")), &folder.0, Rights::Unprivileged).unwrap();
    let trials = try_queries(network, &plan, &lab, queries).unwrap();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (title, trials) in titles.iter().zip(&trials) {
        let of = |agreement| trials.iter().filter(|trial| trial.agreement() == agreement).collect::<Vec<&Trial>>();
        println!(
            "{title}: {} agree, {} differ, {} not compared",
            of(Agreement::Agree).len(),
            of(Agreement::Disagree).len(),
            of(Agreement::NotCompared).len()
        );
        compared += of(Agreement::Agree).len();
        wrong.extend(
            of(Agreement::Disagree).iter().map(|trial| {
                format!("{title}: engine {:?}, kernel {:?}: {:?}", trial.expected, trial.fate, trial.flow)
            }),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 0, "{name}");
    compared
}

/// What `deguchi new` writes, as it was planned and as it was applied.
#[test]
fn networks_that_new_writes_are_checked() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/new");
    for kind in ["gateway", "gateway-per-zone", "regional", "instance", "instance-two-interfaces", "none"] {
        for form in ["plan.json", "state.json"] {
            let path = root.join(kind).join(form);
            // No provider that knows regional gateways was at hand: there is a plan only.
            if kind == "regional" && form == "state.json" {
                continue;
            }
            let network = ingest::from_path(&path).unwrap().network;
            let asked = of_classes(&network).unwrap();
            let titles: Vec<String> = asked.iter().map(|it| format!("{} → {}", it.source, it.destination)).collect();
            let queries: Vec<(Query, Answer)> = asked.into_iter().map(|it| (it.query, it.answer)).collect();
            let compared = compare(&format!("new-{kind}-{form}"), &network, &queries, &titles);
            println!("{kind} {form}: {compared} packets of {} questions agree", queries.len());
            assert!(compared > 200, "{kind} {form}: {compared}");
        }
    }
}

macro_rules! cases {
    ($($test:ident: $name:literal;)+) => {
        $(#[test]
        fn $test() {
            check($name);
        })+

        #[test]
        fn every_case_is_checked() {
            let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases");
            let checked = [$($name),+];
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                assert!(!path.join("questions.toml").is_file() || checked.contains(&name.as_str()), "{name}");
            }
        }
    };
}

cases! {
    custom_resolver_unreachable: "custom-resolver-unreachable";
    dns_support_off: "dns-support-off";
    elastic_ip_in_vain: "elastic-ip-in-vain";
    endpoint_policy_denies: "endpoint-policy-denies";
    healthy: "healthy";
    interface_endpoint_private_dns: "interface-endpoint-private-dns";
    internet_gateway_detached: "internet-gateway-detached";
    ipv6_egress: "ipv6-egress";
    ipv6_security_group: "ipv6-security-group";
    more_specific_route: "more-specific-route";
    nat_gateway_deleted: "nat-gateway-deleted";
    nat_gateway_failed: "nat-gateway-failed";
    nat_gateway_private: "nat-gateway-private";
    nat_gateway_shares_its_table: "nat-gateway-shares-its-table";
    nat_in_private_subnet: "nat-in-private-subnet";
    nat_instance_no_public_address: "nat-instance-no-public-address";
    nat_instance_security_group: "nat-instance-security-group";
    nat_instance_source_destination_check: "nat-instance-source-destination-check";
    nat_instance_stopped: "nat-instance-stopped";
    network_acl_drops_replies: "network-acl-drops-replies";
    network_acl_narrow_ephemeral: "network-acl-narrow-ephemeral";
    public_acl_drops_replies_to_client: "public-acl-drops-replies-to-client";
    public_acl_misses_client: "public-acl-misses-client";
    public_without_address: "public-without-address";
    role_without_policy: "role-without-policy";
    route_missing: "route-missing";
    security_group_egress_closed: "security-group-egress-closed";
    security_group_inbound_icmp_only: "security-group-inbound-icmp-only";
    security_group_without_outbound_rules: "security-group-without-outbound-rules";
    three_faults: "three-faults";
}
