//! What ingest makes of documents: whole snapshots of others, and each odd thing by itself.
#![cfg(test)]

use std::{
    collections::BTreeSet,
    env, fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
};

use deguchi::{
    ingest::{File, LoadError, Snapshot, from_files, from_path},
    notice::{Format, JsonProblem, JsonProblemKind, Notice, NoticeKind, Severity, Words},
    words::{notice_english, notice_japanese},
};
use deguchi_model::{
    AttachmentState, BlockPublicAccess, BlockPublicAccessExclusion, BlockPublicAccessExclusions, Connectivity, Effect,
    EndpointPolicy, EndpointState, ExclusionMode, IcmpMatch, InstanceState, InterfaceKind, InterfaceListing,
    NatGatewayPlacement, NatGatewayState, Network, NetworkInterface, Patterns, PeeringStatus, PortRange,
    PrefixListEntries, RouteDestination, RouteOrigin, RouteState, RouteTarget, RuleAction, RulePeer,
    SourceDestinationCheck, TrafficMatch, VpcEndpointKind,
};
use proptest::prelude::*;
use serde_json::{Value, json};

// ---- helpers ----------------------------------------------------------------------------------------------------

/// A file of a snapshot.
fn file(name: &str, value: &Value) -> File {
    File { name: name.to_owned(), text: value.to_string() }
}

fn texts(files: &[(&str, &str)]) -> Vec<File> {
    files.iter().map(|(name, text)| File { name: (*name).to_owned(), text: (*text).to_owned() }).collect()
}

/// Loads files and checks the words of whatever notices come out.
fn load(files: Vec<File>) -> Snapshot {
    let snapshot = from_files(files).expect("loads");
    snapshot.notices.iter().for_each(check_words);
    snapshot
}

/// Loads one document.
fn one(value: &Value) -> Snapshot {
    load(vec![file("snapshot.json", value)])
}

/// Notices as `severity: message --> location`, for comparison as a whole.
fn said(snapshot: &Snapshot) -> Vec<String> {
    snapshot.notices.iter().map(say).collect()
}

fn say(notice: &Notice) -> String {
    let message = notice_english::words(&notice.kind).message;
    let location = notice.location.as_ref().map(|location| format!(" --> {location}")).unwrap_or_default();
    let similar = match notice.similar {
        0 => String::new(),
        count => format!(" ({})", notice_english::similar(count)),
    };
    format!("{}: {message}{similar}{location}", notice_english::severity(notice.severity))
}

/// Ids, CIDRs and flags are the same in every language, and nobody puts a full stop behind them.
fn check_words(notice: &Notice) {
    assert_eq!(notice.severity, notice.kind.severity());
    let (english, japanese) = (notice_english::words(&notice.kind), notice_japanese::words(&notice.kind));
    let parts = |words: &Words| [Some(words.message.clone()), words.effect.clone(), words.hint.clone()];
    for (english, japanese) in parts(&english).into_iter().zip(parts(&japanese)) {
        assert_eq!(english.is_some(), japanese.is_some());
        let (english, japanese) = (english.unwrap_or_default(), japanese.unwrap_or_default());
        assert_eq!(quoted(&english), quoted(&japanese), "{english}\n{japanese}");
        for text in [english, japanese] {
            assert!(!text.ends_with(['.', '。']) && !text.contains('\n') && !text.contains("  "), "{text}");
            assert!(text.matches('`').count().is_multiple_of(2), "{text}");
        }
    }
}

fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Folders of snapshots: the project's own data and cases, and those that `DEGUCHI_DATA` names beside them.
fn roots() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = ["testdata/recorded", "testdata/fixtures/snapshots", "cases"].map(|folder| top.join(folder));
    own.into_iter().chain(env::var_os("DEGUCHI_DATA").map(PathBuf::from)).collect()
}

/// A snapshot by the name of its folder; a case keeps its own in a folder below.
fn find(name: &str) -> PathBuf {
    let is_named = |path: &PathBuf| path.ends_with(name) || path.ends_with(Path::new(name).join("snapshot"));
    folders().into_iter().find(is_named).unwrap_or_else(|| panic!("no folder of data is called {name}"))
}

/// Every folder with a snapshot in the roots.
fn folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for root in roots() {
        for path in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
            let of_case = path.join("snapshot");
            if of_case.is_dir() {
                folders.push(of_case);
            } else if path.is_dir() {
                folders.push(path);
            }
        }
    }
    folders.sort();
    folders
}

/// The JSON files of a folder, as the pure entrance takes them.
fn files_of(folder: &Path) -> Vec<File> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.push(File { name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    files
}

/// How many there are of each kind, in the order of `Network`'s fields.
fn counts(network: &Network) -> [usize; 18] {
    [
        network.vpcs.len(),
        network.subnets.len(),
        network.route_tables.len(),
        network.security_groups.len(),
        network.network_acls.len(),
        network.prefix_lists.len(),
        network.network_interfaces.len(),
        network.instances.len(),
        network.images.len(),
        network.nat_gateways.len(),
        network.internet_gateways.len(),
        network.egress_only_internet_gateways.len(),
        network.elastic_ips.len(),
        network.vpc_endpoints.len(),
        network.vpn_gateways.len(),
        network.vpn_connections.len(),
        network.peering_connections.len(),
        network.transit_gateways.len(),
    ]
}

/// A folder of its own under the system's, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("deguchi-ingest-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn load(&self) -> Result<Snapshot, LoadError> {
        from_path(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn vpc(id: &str) -> Value {
    json!({"VpcId": id, "CidrBlock": "10.0.0.0/16"})
}

fn subnet(id: &str, vpc: &str) -> Value {
    json!({"SubnetId": id, "VpcId": vpc, "CidrBlock": "10.0.1.0/24"})
}

fn interface(id: &str) -> Value {
    json!({"NetworkInterfaceId": id, "VpcId": "vpc-1", "SubnetId": "subnet-1", "Groups": [],
        "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.5", "Primary": true}]})
}

/// A VPC with one subnet, with a table and an ACL: what an interface needs around it to give no notice.
fn around(mut more: Value) -> Value {
    let given = json!({
        "Vpcs": [vpc("vpc-1")],
        "Subnets": [subnet("subnet-1", "vpc-1")],
        "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": []}],
        "NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true, "Associations": [], "Entries": []}],
    });
    for (key, value) in given.as_object().unwrap() {
        more.as_object_mut().unwrap().entry(key.clone()).or_insert_with(|| value.clone());
    }
    more
}

fn the_interface(snapshot: &Snapshot) -> &NetworkInterface {
    assert_eq!(snapshot.network.network_interfaces.len(), 1);
    snapshot.network.network_interfaces.values().next().unwrap()
}

// ---- snapshots of others ----------------------------------------------------------------------------------------

#[test]
fn snapshots_of_accounts_load_whole_and_without_a_notice() {
    let expected = [
        ("ok-nat-gateway", [2, 9, 5, 4, 4, 6, 3, 2, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0]),
        ("ok-nat-instance", [2, 9, 5, 5, 4, 6, 3, 3, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0]),
        ("ok-extras", [3, 11, 6, 5, 5, 7, 4, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]),
        ("ok-s3-only-http", [2, 9, 5, 4, 4, 6, 3, 2, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0]),
        ("nat-deleted-blackhole", [2, 9, 5, 4, 4, 6, 2, 2, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0]),
        ("batfish-lab-demo", [4, 13, 10, 12, 12, 4, 22, 26, 0, 4, 3, 0, 4, 0, 0, 0, 6, 4]),
        ("batfish-lab-instance-multiple-interface", [1, 3, 3, 6, 2, 2, 6, 4, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0]),
        ("batfish-lab-multi-account-vpc-peering", [2, 2, 4, 4, 4, 2, 2, 3, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0]),
        ("pybatfish-hybrid-cloud", [4, 8, 4, 8, 4, 4, 8, 4, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2]),
    ];
    for (name, expected) in expected {
        let path = find(name);
        let snapshot = from_path(&path).unwrap();
        assert_eq!(counts(&snapshot.network), expected, "{name}");
        assert_eq!(said(&snapshot), Vec::<String>::new(), "{name}");
        assert!(snapshot.network.vpcs.values().all(|vpc| vpc.region.is_some()), "{name}");
        let listed = |vpc: &deguchi_model::Vpc| vpc.interface_listing == InterfaceListing::Complete;
        assert!(snapshot.network.vpcs.values().all(listed), "{name}");
    }
}

#[test]
fn every_folder_of_the_shared_data_loads_or_says_why_not() {
    for folder in folders() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        match (name.as_str(), from_path(&folder)) {
            ("LICENSES", outcome) => assert!(matches!(outcome, Err(LoadError::NoJsonFile { .. }))),
            ("otel-flow-logs", outcome) => {
                assert!(matches!(outcome, Err(LoadError::FormatNotRead { format: Format::FlowLogs, .. })));
            }
            (_, outcome) => {
                let snapshot = outcome.unwrap();
                assert!(snapshot.network != Network::default(), "{name}");
                snapshot.notices.iter().for_each(check_words);
                // A few notices each: what is odd about a folder can be read at a glance.
                assert!(snapshot.notices.len() <= 25, "{name}: {:#?}", said(&snapshot));
            }
        }
    }
}

#[test]
fn examples_of_the_cli_show_what_they_show() {
    let folder = find("aws-cli-examples");
    let load = |file: &str| from_path(&folder.join(file)).unwrap().network;
    let gateways = load("describe-nat-gateways.1.json").nat_gateways;
    let gateway = &gateways["nat-01234567890abcdef"];
    assert_eq!(gateway.name.as_deref(), Some("public-nat"));
    assert_eq!(gateway.addresses.len(), 2);
    assert_eq!(gateway.addresses[0].public, Some(Ipv4Addr::new(54, 85, 121, 213)));
    let endpoints = load("describe-vpc-endpoints.1.json").vpc_endpoints;
    assert_eq!(endpoints["vpce-032a826a"].policy, EndpointPolicy::FullAccess);
    let balancer = &endpoints["vpce-aabbaabbaabbaabba"];
    assert_eq!(
        balancer.kind,
        VpcEndpointKind::GatewayLoadBalancer {
            interfaces: vec!["eni-01010120203030405".into()],
            subnets: vec!["subnet-0011aabbcc2233445".into()],
        }
    );
    assert_eq!(balancer.policy, EndpointPolicy::Unknown);
    let lists = load("describe-managed-prefix-lists.1.json").prefix_lists;
    assert!(!lists.is_empty() && lists.values().all(|list| list.entries == PrefixListEntries::Unknown));
    // An example whose address is a typing error: the machine stays, its interface is left out.
    let typing_error = from_path(&folder.join("describe-instances.1.json")).unwrap();
    assert_eq!(typing_error.network.instances.len(), 1);
    assert!(typing_error.network.network_interfaces.is_empty());
    assert_eq!(typing_error.notices[0].severity, Severity::Error);
}

#[test]
fn snake_case_keys_and_nulls_are_read_as_absent_members() {
    let folder = find("npguard-aws-open");
    let snapshot = from_path(&folder.join("input_aws_sg_1.json")).unwrap();
    let network = &snapshot.network;
    assert_eq!(counts(network)[..8], [2, 7, 0, 6, 2, 0, 5, 17]);
    assert_eq!(network.vpcs["VpcId:22"].region.as_ref().unwrap().as_str(), "eu-north-1");
    assert_eq!(network.vpcs["VpcId:22"].interface_listing, InterfaceListing::Partial);
    let terminated = &network.instances["InstanceId:3"];
    assert_eq!(terminated.state, InstanceState::NotRunning("terminated".to_owned()));
    assert_eq!((&terminated.vpc, &terminated.subnet, terminated.interfaces.len()), (&None, &None, 0));
    let rule = &network.network_acls["NetworkAclId:65"].outbound()[0];
    assert_eq!((rule.traffic, rule.action), (TrafficMatch::All, RuleAction::Allow));
}

#[test]
fn the_order_of_files_changes_nothing() {
    for folder in folders() {
        let mut files = files_of(&folder);
        let Ok(expected) = from_files(files.clone()) else { continue };
        files.reverse();
        assert_eq!(from_files(files.clone()).unwrap(), expected, "{}", folder.display());
        let middle = files.len() / 2;
        files.rotate_left(middle);
        assert_eq!(from_files(files).unwrap(), expected, "{}", folder.display());
    }
}

#[test]
fn everything_in_one_file_is_the_same_network_as_one_file_a_call() {
    let folder = find("ok-nat-gateway");
    // Without answers that leave to their files' names what they are about.
    let mut files = files_of(&folder);
    let is_named = |name: &str| name.starts_with("iam-list-") || name.starts_with("iam-get-policy-version");
    files.retain(|file| !file.name.starts_with("get-managed-prefix-list-entries") && !is_named(&file.name));
    files.sort();
    let apart = from_files(files.clone()).unwrap();
    let lines: String = files.iter().map(|file| file.text.replace('\n', " ") + "\n").collect();
    let list = format!("[{}]", files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>().join(","));
    for text in [lines, list] {
        let together = load(vec![File { name: "all.json".to_owned(), text }]);
        assert_eq!(together.network, apart.network);
        assert_eq!(together.notices, apart.notices);
    }
}

// ---- documents --------------------------------------------------------------------------------------------------

#[test]
fn a_bare_list_of_resources_is_known_by_its_members() {
    let snapshot = one(&json!([
        {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": []},
        {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "NatGatewayAddresses": "none"},
        {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [], "Entries": []},
        {"InstanceId": "i-1", "ImageId": "ami-1", "State": {"Name": "running"}, "NetworkInterfaces": []},
        ["something", "else"],
    ]));
    assert_eq!(counts(&snapshot.network)[..8], [1, 0, 0, 0, 1, 0, 0, 1]);
    assert_eq!(
        said(&snapshot),
        [
            "error: NAT gateway `nat-1` is left out: `NatGatewayAddresses` is not a list --> snapshot.json: \
             [1].NatGatewayAddresses",
            "warning: nothing here is recognised as an answer of AWS --> snapshot.json: [4]",
        ]
    );
}

#[test]
fn a_resource_that_stands_alone_is_known_by_its_members() {
    let snapshot = one(&json!({"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [],
        "Routes": [{"DestinationCidrBlock": "x"}]}));
    assert_eq!(snapshot.network.route_tables["rtb-1"].vpc.as_str(), "vpc-1");
    assert_eq!(
        said(&snapshot),
        [
            "warning: a route of route table `rtb-1` is not understood: `DestinationCidrBlock` reads `x`, which is not a \
          range of addresses --> snapshot.json: Routes[0].DestinationCidrBlock"
        ]
    );
}

#[test]
fn keys_that_are_known_to_be_of_no_use_are_silent_and_others_are_one_note() {
    let known = one(&json!({"Vpcs": [], "LoadBalancers": [], "Regions": [], "ResponseMetadata": {"RequestId": "1"}}));
    assert_eq!(said(&known), Vec::<String>::new());
    let unknown = one(&json!({"Vpcs": [], "a": 1, "b": [], "c": {}, "d": null, "e": "", "f": 0, "g": 1.5}));
    assert_eq!(said(&unknown), ["note: keys not known: `a`, `b`, `c`, `d`, `e` and 2 more --> snapshot.json"]);
}

#[test]
fn a_page_that_is_not_the_last_leaves_the_rest_unknown() {
    let whole = around(json!({"NetworkInterfaces": [interface("eni-1")]}));
    let mut page = whole.clone();
    page["NextToken"] = json!("eyJ2IjoiMiJ9");
    let (whole, page) = (one(&whole), one(&page));
    assert_eq!(whole.network.vpcs["vpc-1"].interface_listing, InterfaceListing::Complete);
    assert_eq!(page.network.vpcs["vpc-1"].interface_listing, InterfaceListing::Partial);
    // Another table may be the subnet's: it can stand on the other page.
    assert!(whole.network.route_tables["rtb-1"].is_main && !page.network.route_tables["rtb-1"].is_main);
    assert!(whole.network.network_acls["acl-1"].is_default && !page.network.network_acls["acl-1"].is_default);
    assert_eq!(said(&whole), Vec::<String>::new());
    assert_eq!(
        said(&page)[0],
        "warning: not all of `NetworkAcls`, `NetworkInterfaces`, `RouteTables`, `Subnets`, `Vpcs` is here: `NextToken` \
         says that another page follows --> snapshot.json"
    );
}

#[test]
fn a_key_that_holds_no_list_and_elements_that_are_no_objects_are_named() {
    let snapshot = one(&json!({"Vpcs": {"VpcId": "vpc-1"}, "Subnets": [null, 7, subnet("subnet-1", "vpc-1")]}));
    assert_eq!(snapshot.network.subnets.len(), 1);
    assert_eq!(
        said(&snapshot)[..2],
        [
            "error: `Vpcs` is not a list --> snapshot.json: Vpcs",
            "error: subnet without a readable id is left out: it is not an object --> snapshot.json: Subnets[1]",
        ]
    );
}

#[test]
fn numbers_in_quotes_and_quotes_around_numbers_make_no_difference() {
    let entry = |number: Value, protocol: Value, from: Value, egress: Value| {
        json!({"NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [], "Entries": [{"RuleNumber": number,
            "Protocol": protocol, "RuleAction": "ALLOW", "Egress": egress, "CidrBlock": "10.0.0.5/16",
            "PortRange": {"From": from, "To": 443}}]}]})
    };
    let numbers = one(&entry(json!(100), json!(6), json!(80), json!(false)));
    let strings = one(&entry(json!("100"), json!("tcp"), json!("80"), json!("false")));
    assert_eq!(numbers, strings);
    let rule = &numbers.network.network_acls["acl-1"].inbound()[0];
    assert_eq!(rule.traffic, TrafficMatch::Tcp(PortRange::new(80, 443).unwrap()));
    // Host bits are cut off, as AWS does itself.
    assert_eq!(rule.cidr.to_string(), "10.0.0.0/16");
}

#[test]
fn thousands_of_odd_things_are_one_notice() {
    let elements: Vec<Value> = (0..5000).map(|n| json!({"SubnetId": format!("subnet-{n}"), "VpcId": n % 2})).collect();
    let snapshot = one(&json!({"Vpcs": [], "Subnets": elements}));
    assert_eq!(
        said(&snapshot),
        ["error: subnet `subnet-0` is left out: `CidrBlock` is missing (and 4999 more like it) --> snapshot.json: \
          Subnets[0].CidrBlock"]
    );
}

// ---- files ------------------------------------------------------------------------------------------------------

#[test]
fn a_broken_file_among_good_ones_is_a_notice_with_its_place() {
    let snapshot = load(texts(&[
        ("a/vpcs.json", r#"{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}"#),
        ("b/subnets.json", "{\n  \"Subnets\": [,]\n}"),
        ("c/cut-off.json", "{\"Vpcs\": ["),
        ("d/empty.json", " \n"),
    ]));
    assert_eq!(snapshot.network.vpcs.len(), 1);
    assert_eq!(
        said(&snapshot),
        [
            "error: file is not JSON: see line 2, column 15 --> b/subnets.json",
            "error: file breaks off in the middle of its JSON, at line 1, column 10 --> c/cut-off.json",
            "error: file is empty --> d/empty.json",
        ]
    );
}

#[test]
fn what_a_broken_file_was_about_is_not_taken_for_known() {
    let whole = file("a/whole.json", &around(json!({"NetworkInterfaces": [interface("eni-1")]})));
    let beside = |text: &str| {
        let files = vec![whole.clone(), File { name: "a/more.json".to_owned(), text: text.to_owned() }];
        load(files).network
    };
    let images = beside("{\"Images\": [");
    assert_eq!(images.vpcs["vpc-1"].interface_listing, InterfaceListing::Complete);
    assert!(images.route_tables["rtb-1"].is_main);
    assert_eq!(beside("{\"NetworkInterfaces\": [").vpcs["vpc-1"].interface_listing, InterfaceListing::Partial);
    // The table of any subnet can be in it.
    assert!(!beside("{\"RouteTables\": [{").route_tables["rtb-1"].is_main);
}

#[test]
fn lists_that_aws_always_prints_are_not_empty_where_they_are_absent() {
    let snapshot = one(&json!({
        "SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": []}],
        "NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": []}],
        "InternetGateways": [{"InternetGatewayId": "igw-1"}],
        "NatGateways": [{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available"}],
        "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": []}],
    }));
    let network = &snapshot.network;
    assert_eq!(counts(network), [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(network.route_tables["rtb-1"].routes[0].destination, RouteDestination::Unmodelled(String::new()));
    assert_eq!(
        said(&snapshot),
        [
            "error: NAT gateway `nat-1` is left out: `NatGatewayAddresses` is missing --> snapshot.json: \
             NatGateways[0].NatGatewayAddresses",
            "error: security group `sg-1` is left out: `IpPermissionsEgress` is missing --> snapshot.json: \
             SecurityGroups[0].IpPermissionsEgress",
            "error: network ACL `acl-1` is left out: `Entries` is missing --> snapshot.json: NetworkAcls[0].Entries",
            "error: internet gateway `igw-1` is left out: `Attachments` is missing --> snapshot.json: \
             InternetGateways[0].Attachments",
            "warning: a route of route table `rtb-1` is not understood: `Routes` is missing --> snapshot.json: \
             RouteTables[0].Routes",
        ]
    );
}

#[test]
fn input_without_a_network_is_an_error_that_says_what_it_is() {
    let error = |files: &[(&str, &str)]| from_files(texts(files)).unwrap_err();
    let problem = JsonProblem { kind: JsonProblemKind::Syntax, line: 1, column: 1 };
    assert_eq!(error(&[("x.yaml", "Vpcs: []")]), LoadError::NotJson { file: "x.yaml".to_owned(), problem });
    assert!(matches!(error(&[("a", "{"), ("b", "")]), LoadError::EveryFileBroken { files: 2, .. }));
    assert!(matches!(error(&[("a.json", "{\"dependencies\": {}}")]), LoadError::NoNetwork { files: 1, .. }));
    assert!(matches!(error(&[("a.json", "{\"Regions\": []}"), ("b.json", "3")]), LoadError::NoNetwork { .. }));
    assert!(matches!(error(&[]), LoadError::NoNetwork { files: 0, .. }));
    let header = "version account-id interface-id srcaddr dstaddr\n2 1 eni-1 10.0.0.1 10.0.0.2\n";
    let log = LoadError::FormatNotRead { file: "flow.log".to_owned(), format: Format::FlowLogs };
    assert_eq!(error(&[("flow.log", header)]), log);
    for error in [error(&[("a", "{")]), error(&[]), log] {
        let (english, japanese) = (notice_english::load_error(&error), notice_japanese::load_error(&error));
        assert_eq!(english.effect.as_deref(), Some("nothing was analysed"));
        assert_eq!(quoted(&english.message), quoted(&japanese.message));
        assert_eq!(error.to_string(), english.message);
    }
}

#[test]
fn terraform_beside_answers_of_aws_is_read_with_them() {
    let change = json!({"actions": ["create"], "after": {"cidr_block": "10.1.0.0/16"}, "after_unknown": {"id": true}});
    let vpc_2 = json!({"address": "aws_vpc.b", "mode": "managed", "type": "aws_vpc", "name": "b", "change": change});
    let plan = json!({"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [vpc_2]});
    let snapshot = load(vec![file("vpcs.json", &json!({"Vpcs": [vpc("vpc-1")]})), file("plan.json", &plan)]);
    let ids: Vec<&str> = snapshot.network.vpcs.keys().map(deguchi_model::VpcId::as_str).collect();
    assert_eq!(ids, ["aws_vpc.b", "vpc-1"]);
}

#[test]
fn a_folder_is_read_at_any_depth_whatever_the_names() {
    let folder = Folder::new("depth");
    folder.write("x/y/z/some name.JSON", json!({"Vpcs": [vpc("vpc-1")]}).to_string());
    folder.write("no-extension", json!({"Subnets": [subnet("subnet-1", "vpc-1")]}).to_string());
    folder.write("README.md", "# not JSON");
    folder.write("notes", "not JSON either");
    folder.write(".terraform/state.json", "{");
    let snapshot = folder.load().unwrap();
    assert_eq!(counts(&snapshot.network)[..2], [1, 1]);
    assert!(snapshot.notices.iter().all(|notice| !matches!(notice.kind, NoticeKind::FileNotJson(_))));
    assert!(matches!(from_path(&folder.0.join("missing")), Err(LoadError::NotFound { .. })));
}

#[test]
fn a_folder_without_json_is_an_error() {
    let folder = Folder::new("none");
    folder.write("README.md", "{}");
    assert!(matches!(folder.load(), Err(LoadError::NoJsonFile { .. })));
}

#[test]
fn files_of_powershell_and_of_windows_are_read() {
    let text = json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16",
        "Tags": [{"Key": "Name", "Value": "出口 🚪"}]}]})
    .to_string();
    let marked = format!("\u{feff}{text}");
    let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (name, bytes) in [("utf-8", marked.into_bytes()), ("utf-16-le", little), ("utf-16-be", big)] {
        let folder = Folder::new(name);
        folder.write("vpcs.json", bytes);
        let snapshot = folder.load().unwrap();
        assert_eq!(snapshot.network.vpcs["vpc-1"].name.as_deref(), Some("出口 🚪"), "{name}");
    }
}

#[test]
fn bytes_that_are_no_text_are_said_to_be_none() {
    let folder = Folder::new("bytes");
    folder.write("vpcs.json", json!({"Vpcs": []}).to_string());
    folder.write("image.json", [0x89, b'P', b'N', b'G', 0xff, 0xfe]);
    let snapshot = folder.load().unwrap();
    assert_eq!(said(&snapshot), ["error: file is no text: it is neither UTF-8 nor UTF-16 --> image.json"]);
    let alone = from_path(&folder.0.join("image.json")).unwrap_err();
    assert!(matches!(alone, LoadError::NotJson { problem: JsonProblem { kind: JsonProblemKind::NotText, .. }, .. }));
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_loops_end() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("links");
    folder.write("real/vpcs.json", json!({"Vpcs": [vpc("vpc-1")]}).to_string());
    symlink(&folder.0, folder.0.join("real/loop")).unwrap();
    symlink(folder.0.join("real"), folder.0.join("again")).unwrap();
    symlink("self.json", folder.0.join("self.json")).unwrap();
    symlink("nowhere.json", folder.0.join("dangling.json")).unwrap();
    let snapshot = folder.load().unwrap();
    assert_eq!(snapshot.network.vpcs.len(), 1);
    let unreadable: Vec<_> = snapshot.notices.iter().map(|notice| notice.location.clone().unwrap().file).collect();
    assert_eq!(unreadable, ["dangling.json", "self.json"]);
    assert!(snapshot.notices.iter().all(|notice| matches!(notice.kind, NoticeKind::FileUnreadable { .. })));
}

#[test]
fn deep_nesting_ends_in_a_message() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let nested = format!("{{\"Vpcs\": {}}}", deep(200_000));
    let snapshot = load(texts(&[("a.json", &nested), ("b.json", r#"{"Subnets": []}"#)]));
    assert_eq!(
        said(&snapshot),
        ["error: VPC without a readable id is left out: it is not an object --> a.json: Vpcs[0]"]
    );
    let list = deep(200_000);
    assert!(matches!(from_files(texts(&[("a.json", &list)])), Err(LoadError::NoNetwork { .. })));
    let policy = format!("{{\"VpcEndpoints\": [{{\"PolicyDocument\": {{\"a\": {}}}}}]}}", deep(300));
    let error = from_files(texts(&[("a.json", &policy)])).unwrap_err();
    assert!(matches!(error, LoadError::NotJson { problem: JsonProblem { kind: JsonProblemKind::TooDeep, .. }, .. }));
}

// ---- VPCs -------------------------------------------------------------------------------------------------------

#[test]
fn only_associated_ranges_of_a_vpc_count_and_the_primary_leads() {
    let snapshot = one(&json!({"Vpcs": [{
        "VpcId": "vpc-1", "OwnerId": "123456789012", "CidrBlock": "10.1.0.0/16",
        "CidrBlockAssociationSet": [
            {"CidrBlock": "10.9.0.0/16", "CidrBlockState": {"State": "associated"}},
            {"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "associated"}},
            {"CidrBlock": "10.2.0.0/16", "CidrBlockState": {"State": "disassociated"}},
        ],
        "Ipv6CidrBlockAssociationSet": [
            {"Ipv6CidrBlock": "2001:db8::/56", "Ipv6CidrBlockState": {"State": "associated"}},
            {"Ipv6CidrBlock": "2001:db8:1::/56", "Ipv6CidrBlockState": {"State": "failing"}},
        ],
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": "block-ingress"},
    }]}));
    let vpc = &snapshot.network.vpcs["vpc-1"];
    assert_eq!(vpc.cidr_blocks.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.1.0.0/16", "10.9.0.0/16"]);
    assert_eq!(vpc.ipv6_cidr_blocks.len(), 1);
    let exclusions = BlockPublicAccessExclusions::Unknown;
    assert_eq!(vpc.block_public_access, BlockPublicAccess::On { mode: "block-ingress".to_owned(), exclusions });
    assert_eq!(vpc.owner.as_ref().unwrap().as_str(), "123456789012");
}

#[test]
fn block_public_access_of_an_account_has_the_exclusions_in_force() {
    let vpc = json!({"Vpcs": [{
        "VpcId": "vpc-1", "OwnerId": "123456789012", "CidrBlock": "10.1.0.0/16",
        "EncryptionControl": {"Mode": "enforce", "ResourceExclusions": {
            "InternetGateway": {"State": "enabled"}, "NatGateway": {"State": "disabled"},
        }},
    }], "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.1.0.0/24", "AvailabilityZone": "eu-west-1a"}]});
    let options = |mode: &str, region: &str| {
        json!({"VpcBlockPublicAccessOptions":
            {"AwsAccountId": "123456789012", "AwsRegion": region, "InternetGatewayBlockMode": mode}})
    };
    let exclusion = |id: &str, state: &str, resource: &str| {
        json!({"ExclusionId": id, "InternetGatewayExclusionMode": "allow-egress", "State": state,
            "ResourceArn": format!("arn:aws:ec2:eu-west-1:123456789012:{resource}")})
    };
    let list = json!({"VpcBlockPublicAccessExclusions": [
        exclusion("vpcbpa-exclude-1", "create-complete", "subnet/subnet-1"),
        exclusion("vpcbpa-exclude-2", "delete-complete", "vpc/vpc-1"),
        exclusion("vpcbpa-exclude-3", "create-complete", "vpc/vpc-2"),
    ]});
    let read = |files: Vec<File>| load(files).network;
    let network = read(vec![
        file("vpcs.json", &vpc),
        file("options.json", &options("block-bidirectional", "eu-west-1")),
        file("exclusions.json", &list),
    ]);
    let known = vec![BlockPublicAccessExclusion { subnet: Some("subnet-1".into()), mode: ExclusionMode::Egress }];
    let exclusions = BlockPublicAccessExclusions::Known(known);
    let mode = "block-bidirectional".to_owned();
    assert_eq!(network.vpcs["vpc-1"].block_public_access, BlockPublicAccess::On { mode: mode.clone(), exclusions });
    assert_eq!(network.encryption_controls["vpc-1"].exclusions, ["InternetGateway"]);
    let network = read(vec![file("vpcs.json", &vpc), file("options.json", &options(&mode, "eu-west-1"))]);
    let exclusions = BlockPublicAccessExclusions::Unknown;
    assert_eq!(network.vpcs["vpc-1"].block_public_access, BlockPublicAccess::On { mode: mode.clone(), exclusions });
    for other in [options("off", "eu-west-1"), options(&mode, "us-east-1")] {
        let network = read(vec![file("vpcs.json", &vpc), file("options.json", &other)]);
        assert_eq!(network.vpcs["vpc-1"].block_public_access, BlockPublicAccess::Off);
    }
}

#[test]
fn a_vpcs_region_is_told_by_what_is_in_it() {
    let region = |files: Vec<File>| load(files).network.vpcs["vpc-1"].region.clone().map(|region| region.to_string());
    let with = |more: Value| vec![file("x.json", &around(more))];
    let zone = |zone: &str| {
        json!({"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24",
            "AvailabilityZone": zone}]})
    };
    assert_eq!(region(with(zone("us-east-1a"))).as_deref(), Some("us-east-1"));
    assert_eq!(region(with(zone("us-west-2-lax-1a"))).as_deref(), Some("us-west-2"));
    assert_eq!(region(with(zone("us-gov-west-1b"))).as_deref(), Some("us-gov-west-1"));
    assert_eq!(region(with(zone("use1-az6"))), None);
    let endpoint = json!({"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "VpcEndpointType": "Gateway",
        "ServiceName": "com.amazonaws.ap-northeast-1.s3"}]});
    assert_eq!(region(with(endpoint)).as_deref(), Some("ap-northeast-1"));
    let peering = json!({"VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"},
        "AccepterVpcInfo": {"VpcId": "vpc-1", "Region": "eu-north-1"}, "RequesterVpcInfo": {"VpcId": "vpc-2"}}]});
    assert_eq!(region(with(peering)).as_deref(), Some("eu-north-1"));
    let folder = vec![file("account/eu-west-3/vpcs.json", &json!({"Vpcs": [vpc("vpc-1")]}))];
    assert_eq!(region(folder).as_deref(), Some("eu-west-3"));
    assert_eq!(region(vec![file("vpcs.json", &json!({"Vpcs": [vpc("vpc-1")]}))]), None);
}

#[test]
fn interfaces_are_all_listed_only_where_their_own_answer_is_at_hand() {
    let listing = |files: Vec<File>| load(files).network.vpcs["vpc-1"].interface_listing;
    let vpcs = |name: &str| file(name, &json!({"Vpcs": [vpc("vpc-1")]}));
    let none = |name: &str| file(name, &json!({"NetworkInterfaces": []}));
    use InterfaceListing::{Complete, Partial};
    assert_eq!(listing(vec![vpcs("a/vpcs.json")]), Partial);
    assert_eq!(listing(vec![vpcs("a/vpcs.json"), none("a/interfaces.json")]), Complete);
    assert_eq!(listing(vec![vpcs("a/vpcs.json"), none("a/b/interfaces.json")]), Complete);
    assert_eq!(listing(vec![vpcs("a/vpcs.json"), none("b/interfaces.json")]), Partial);
    assert_eq!(listing(vec![vpcs("us-east-1/vpcs.json"), none("us-east-1-old/interfaces.json")]), Partial);
    let shown = file("b/interfaces.json", &json!({"NetworkInterfaces": [interface("eni-1")]}));
    assert_eq!(listing(vec![vpcs("a/vpcs.json"), shown]), Complete);
    let cut_off = file("a/more.json", &json!({"NetworkInterfaces": [], "NextToken": "x"}));
    assert_eq!(listing(vec![vpcs("a/vpcs.json"), none("a/interfaces.json"), cut_off]), Partial);
    // One that cannot be read is missing from the list.
    let broken = json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "VpcId": "vpc-1"}]});
    assert_eq!(listing(vec![vpcs("a/vpcs.json"), file("a/interfaces.json", &broken)]), Partial);
}

#[test]
fn an_account_that_shares_a_vpc_does_not_list_all_its_interfaces() {
    let vpc = json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "OwnerId": "111111111111"}]});
    let own_group = json!({"SecurityGroups": [{"GroupId": "sg-1", "OwnerId": "222222222222",
            "IpPermissions": [], "IpPermissionsEgress": []}]});
    let participant = vec![
        file("222222222222/vpcs.json", &vpc),
        file("222222222222/groups.json", &own_group),
        file("222222222222/interfaces.json", &json!({"NetworkInterfaces": []})),
    ];
    assert_eq!(load(participant).network.vpcs["vpc-1"].interface_listing, InterfaceListing::Partial);
    let owner = vec![
        file("111111111111/vpcs.json", &vpc),
        file("111111111111/interfaces.json", &json!({"NetworkInterfaces": []})),
    ];
    assert_eq!(load(owner).network.vpcs["vpc-1"].interface_listing, InterfaceListing::Complete);
}

#[test]
fn a_resource_seen_twice_is_one_and_the_owners_sighting_wins() {
    let sighting = |cidr: &str, tags: Value| {
        json!({"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": cidr, "OwnerId": "111111111111",
            "Tags": tags}], "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/8", "OwnerId": "111111111111"}],
            "SecurityGroups": [{"GroupId": "sg-2", "OwnerId": "222222222222",
            "IpPermissions": [], "IpPermissionsEgress": []}]})
    };
    let name = json!([{"Key": "Name", "Value": "shared"}]);
    // Others do not see the tags of what is shared with them: no difference worth a word.
    let same = load(vec![
        file("111111111111/a.json", &sighting("10.0.1.0/24", name.clone())),
        file("222222222222/a.json", &sighting("10.0.1.0/24", json!([]))),
    ]);
    assert_eq!(same.network.subnets["subnet-1"].name.as_deref(), Some("shared"));
    assert!(same.notices.iter().all(|notice| !matches!(notice.kind, NoticeKind::SightingsDiffer { .. })));
    for (owners, others) in [("10.0.1.0/24", "10.0.2.0/24"), ("10.0.2.0/24", "10.0.1.0/24")] {
        let differ = load(vec![
            file("111111111111/a.json", &sighting(owners, name.clone())),
            file("222222222222/a.json", &sighting(others, json!([]))),
        ]);
        assert_eq!(differ.network.subnets["subnet-1"].cidr_block.unwrap().to_string(), owners);
        assert_eq!(
            said(&differ)[0],
            "warning: subnet `subnet-1` is in the snapshot more than once, and not the same each time --> \
             222222222222/a.json: Subnets[0]"
        );
    }
}

#[test]
fn of_two_sightings_without_an_owner_names_and_order_do_not_choose() {
    let sighting = |cidr: &str| json!({"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": cidr}]});
    let cidr = |first: &str, second: &str| {
        let files = vec![file("a.json", &sighting(first)), file("b.json", &sighting(second))];
        load(files).network.subnets["subnet-1"].cidr_block
    };
    assert_eq!(cidr("10.0.1.0/24", "10.0.2.0/24"), cidr("10.0.2.0/24", "10.0.1.0/24"));
}

// ---- route tables -----------------------------------------------------------------------------------------------

#[test]
fn only_associations_in_force_associate() {
    let snapshot = one(&json!({"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [],
        "Associations": [
            {"Main": false, "SubnetId": "subnet-1", "AssociationState": {"State": "associated"}},
            {"Main": false, "SubnetId": "subnet-2"},
            {"Main": false, "SubnetId": "subnet-3", "AssociationState": {"State": "failed"}},
            {"Main": true, "AssociationState": {"State": "disassociated"}},
            {"Main": false, "GatewayId": "igw-1", "AssociationState": {"State": "associated"}},
        ]},
        {"RouteTableId": "rtb-2", "VpcId": "vpc-1", "Routes": [], "Associations": [{"Main": true}]}]}));
    let table = &snapshot.network.route_tables["rtb-1"];
    assert_eq!(table.subnets.iter().map(ToString::to_string).collect::<Vec<_>>(), ["subnet-1", "subnet-2"]);
    assert_eq!(table.gateways.iter().collect::<Vec<_>>(), ["igw-1"]);
    assert!(!table.is_main && snapshot.network.route_tables["rtb-2"].is_main);
}

/// The route that one element of `Routes` becomes, and what is said about it.
fn route(mut route: Value, more: Value) -> (deguchi_model::Route, Vec<String>) {
    let members = route.as_object_mut().unwrap();
    if !members.keys().any(|key| key.starts_with("Destination")) {
        members.insert("DestinationCidrBlock".to_owned(), json!("0.0.0.0/0"));
    }
    let mut document = more;
    document["RouteTables"] =
        json!([{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [], "Routes": [route]}]);
    let snapshot = one(&document);
    (snapshot.network.route_tables["rtb-1"].routes[0].clone(), said(&snapshot))
}

#[test]
fn each_target_of_a_route_is_told_by_its_member() {
    let target = |members: Value| {
        let (route, _) = route(members, json!({}));
        (format!("{:?}", route.target), route.state)
    };
    let cases = [
        (json!({"GatewayId": "local"}), "Local"),
        (json!({"GatewayId": "igw-1"}), "InternetGateway(\"igw-1\")"),
        (json!({"GatewayId": "vgw-1"}), "VpnGateway(\"vgw-1\")"),
        (json!({"GatewayId": "vpce-1"}), "VpcEndpoint(\"vpce-1\")"),
        (json!({"VpcEndpointId": "vpce-1"}), "VpcEndpoint(\"vpce-1\")"),
        (json!({"NatGatewayId": "nat-1", "GatewayId": null}), "NatGateway(\"nat-1\")"),
        (json!({"TransitGatewayId": "tgw-1"}), "TransitGateway(\"tgw-1\")"),
        (json!({"VpcPeeringConnectionId": "pcx-1"}), "PeeringConnection(\"pcx-1\")"),
        (json!({"EgressOnlyInternetGatewayId": "eigw-1"}), "EgressOnlyInternetGateway(\"eigw-1\")"),
        (
            json!({"InstanceId": "i-1", "InstanceOwnerId": "1", "NetworkInterfaceId": "eni-1"}),
            "NetworkInterface(\"eni-1\")",
        ),
        (json!({"InstanceId": "i-1"}), "Instance(\"i-1\")"),
        (json!({"LocalGatewayId": "lgw-1"}), "Unmodelled { field: \"LocalGatewayId\", id: \"lgw-1\" }"),
        (json!({"CarrierGatewayId": "cagw-1"}), "Unmodelled { field: \"CarrierGatewayId\", id: \"cagw-1\" }"),
        (json!({"CoreNetworkArn": "arn:1"}), "Unmodelled { field: \"CoreNetworkArn\", id: \"arn:1\" }"),
        (json!({"OdbNetworkArn": "arn:2"}), "Unmodelled { field: \"OdbNetworkArn\", id: \"arn:2\" }"),
        (json!({"WormholeId": "wh-1"}), "Unmodelled { field: \"WormholeId\", id: \"wh-1\" }"),
        (json!({"GatewayId": "thing"}), "Unmodelled { field: \"GatewayId\", id: \"thing\" }"),
        (json!({}), "Unmodelled { field: \"\", id: \"\" }"),
    ];
    for (members, expected) in cases {
        assert_eq!(target(members.clone()), (expected.to_owned(), RouteState::Active), "{members}");
    }
}

#[test]
fn a_gateway_whose_id_does_not_tell_is_looked_up_in_the_snapshot() {
    let gateway = |more: Value| route(json!({"GatewayId": "main"}), more).0.target;
    let internet = json!({"InternetGateways": [{"InternetGatewayId": "main", "Attachments": []}]});
    assert_eq!(gateway(internet), RouteTarget::InternetGateway("main".into()));
    assert_eq!(
        gateway(json!({"VpnGateways": [{"VpnGatewayId": "main", "VpcAttachments": []}]})),
        RouteTarget::VpnGateway("main".into())
    );
    let endpoint = json!({"VpcEndpoints": [{"VpcEndpointId": "main", "VpcId": "vpc-1", "ServiceName": "s"}]});
    assert_eq!(gateway(endpoint), RouteTarget::VpcEndpoint("main".into()));
}

#[test]
fn destination_state_and_origin_of_a_route_are_kept_even_if_unknown() {
    let (known, _) = route(
        json!({"DestinationPrefixListId": "pl-1", "GatewayId": "local", "State": "blackhole",
        "Origin": "EnableVgwRoutePropagation"}),
        json!({}),
    );
    assert_eq!(known.destination, RouteDestination::PrefixList("pl-1".into()));
    assert_eq!((known.state, known.origin), (RouteState::Blackhole, RouteOrigin::Propagated));
    let (unknown, notices) =
        route(json!({"GatewayId": "local", "State": "filtered", "Origin": "Advertisement"}), json!({}));
    assert_eq!(unknown.state, RouteState::Unmodelled("filtered".to_owned()));
    assert_eq!(unknown.origin, RouteOrigin::Unmodelled("Advertisement".to_owned()));
    assert_eq!(notices, Vec::<String>::new());
    let (ipv6, _) = route(json!({"DestinationIpv6CidrBlock": "::/0", "GatewayId": "local"}), json!({}));
    assert_eq!(ipv6.destination.to_string(), "::/0");
}

#[test]
fn a_route_that_is_not_understood_may_be_for_anything() {
    let (route, notices) = route(json!({"DestinationCidrBlock": "10.0.0/8", "GatewayId": "local"}), json!({}));
    assert_eq!(route.destination, RouteDestination::Unmodelled("10.0.0/8".to_owned()));
    assert_eq!(
        notices,
        [
            "warning: a route of route table `rtb-1` is not understood: `DestinationCidrBlock` reads `10.0.0/8`, which is \
          not a range of addresses --> snapshot.json: RouteTables[0].Routes[0].DestinationCidrBlock"
        ]
    );
    for routes in [json!("none"), json!([17])] {
        let document =
            json!({"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [], "Routes": routes}]});
        let table = &one(&document).network.route_tables["rtb-1"];
        assert_eq!(table.routes.len(), 1);
        assert_eq!(table.routes[0].destination, RouteDestination::Unmodelled(String::new()));
    }
}

#[test]
fn a_table_left_out_leaves_no_subnet_to_the_main_table() {
    let main =
        |id: &str, vpc: &str| json!({"RouteTableId": id, "VpcId": vpc, "Routes": [], "Associations": [{"Main": true}]});
    let snapshot = one(&json!({"RouteTables": [main("rtb-1", "vpc-1"), main("rtb-2", "vpc-2"),
        {"RouteTableId": "rtb-3", "VpcId": "vpc-1", "Associations": "none"}]}));
    // The table that is left out may be any subnet's of its VPC; another VPC's is not touched.
    assert!(!snapshot.network.route_tables["rtb-1"].is_main);
    assert!(snapshot.network.route_tables["rtb-2"].is_main);
    assert_eq!(
        said(&snapshot),
        ["error: route table `rtb-3` is left out: `Associations` is not a list --> snapshot.json: \
          RouteTables[2].Associations"]
    );
}

// ---- network ACLs -----------------------------------------------------------------------------------------------

/// The first inbound rule of an ACL with one entry, or what is said about it.
fn acl_rule(members: Value) -> Result<deguchi_model::NetworkAclRule, String> {
    let mut entry = json!({"RuleNumber": 100, "Egress": false, "RuleAction": "allow", "Protocol": "-1"});
    for (key, value) in members.as_object().unwrap() {
        entry[key] = value.clone();
    }
    let snapshot = one(
        &json!({"NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [], "Entries": [entry]}]}),
    );
    match snapshot.network.network_acls.get("acl-1") {
        Some(acl) => Ok(acl.inbound()[0].clone()),
        None => Err(said(&snapshot)[0].clone()),
    }
}

#[test]
fn entries_of_an_acl_match_what_aws_looks_at() {
    let traffic = |members: Value| acl_rule(members).unwrap().traffic;
    let v4 = "10.0.0.0/8";
    let all = json!({"CidrBlock": v4, "Protocol": "-1", "PortRange": {"From": 0, "To": 0}});
    assert_eq!(traffic(all), TrafficMatch::All);
    assert_eq!(traffic(json!({"CidrBlock": v4, "Protocol": "6"})), TrafficMatch::Tcp(PortRange::ALL));
    let udp = json!({"CidrBlock": v4, "Protocol": "17", "PortRange": {"From": 53, "To": 53}});
    assert_eq!(traffic(udp), TrafficMatch::Udp(PortRange::single(53)));
    let echo = json!({"CidrBlock": v4, "Protocol": "1", "IcmpTypeCode": {"Type": 8, "Code": -1}});
    assert_eq!(traffic(echo), TrafficMatch::Icmp(IcmpMatch::Type(8)));
    let any = json!({"CidrBlock": v4, "Protocol": "1", "IcmpTypeCode": {"Type": -1, "Code": -1}});
    assert_eq!(traffic(any), TrafficMatch::Icmp(IcmpMatch::Any));
    let code = json!({"CidrBlock": v4, "Protocol": "1", "IcmpTypeCode": {"Type": 3, "Code": 4}});
    assert_eq!(traffic(code), TrafficMatch::Icmp(IcmpMatch::TypeAndCode(3, 4)));
    // NA-7: types of ICMPv6 only count with an IPv6 range.
    let types = json!({"Type": 128, "Code": 0});
    let v6 = json!({"Ipv6CidrBlock": "::/0", "Protocol": "58", "IcmpTypeCode": types});
    assert_eq!(traffic(v6), TrafficMatch::Icmpv6(IcmpMatch::TypeAndCode(128, 0)));
    let v4 = json!({"CidrBlock": v4, "Protocol": "58", "IcmpTypeCode": types});
    assert_eq!(traffic(v4), TrafficMatch::Protocol(58));
    let esp = json!({"CidrBlock": "10.0.0.0/8", "Protocol": "50", "PortRange": {"From": 1, "To": 2}});
    assert_eq!(traffic(esp), TrafficMatch::Protocol(50));
}

#[test]
fn an_entry_that_cannot_be_read_takes_its_acl_along() {
    let place = "snapshot.json: NetworkAcls[0].Entries[0]";
    let cases = [
        (json!({}), "`CidrBlock` is missing", "CidrBlock"),
        (
            json!({"CidrBlock": "10.0.0.0/33"}),
            "`CidrBlock` reads `10.0.0.0/33`, which is not a range of addresses",
            "CidrBlock",
        ),
        (json!({"CidrBlock": "10.0.0.0/8", "Egress": null}), "`Egress` is missing", "Egress"),
        (
            json!({"CidrBlock": "10.0.0.0/8", "RuleAction": "log"}),
            "`RuleAction` reads `log`, which is not allow or deny",
            "RuleAction",
        ),
        (
            json!({"CidrBlock": "10.0.0.0/8", "RuleNumber": -4}),
            "`RuleNumber` reads `-4`, which is not a number that fits",
            "RuleNumber",
        ),
        (
            json!({"CidrBlock": "10.0.0.0/8", "Protocol": "256"}),
            "`Protocol` reads `256`, which is not a protocol",
            "Protocol",
        ),
        (
            json!({"CidrBlock": "10.0.0.0/8", "Protocol": "6", "PortRange": {"From": 90, "To": 80}}),
            "`To` reads `80`, which is not a port that fits its range",
            "PortRange.To",
        ),
        (
            json!({"CidrBlock": "10.0.0.0/8", "Protocol": "6", "PortRange": []}),
            "`PortRange` is not an object",
            "PortRange",
        ),
    ];
    for (members, problem, field) in cases {
        let expected = format!("error: network ACL `acl-1` is left out: {problem} --> {place}.{field}");
        assert_eq!(acl_rule(members.clone()), Err(expected), "{members}");
    }
}

#[test]
fn an_acl_left_out_leaves_no_subnet_to_the_default_acl() {
    let snapshot = one(&json!({"NetworkAcls": [
        {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true, "Entries": [],
            "Associations": [{"SubnetId": "subnet-1"}]},
        {"NetworkAclId": "acl-2", "VpcId": "vpc-1", "IsDefault": false, "Entries": [{}],
            "Associations": [{"SubnetId": "subnet-2"}]},
        {"NetworkAclId": "acl-3", "VpcId": "vpc-3", "IsDefault": true, "Associations": [], "Entries": []}]}));
    let acls = &snapshot.network.network_acls;
    assert!(!acls["acl-1"].is_default && acls["acl-1"].subnets.contains("subnet-1"));
    assert!(!acls.contains_key("acl-2") && acls["acl-3"].is_default);
}

#[test]
fn rules_of_an_acl_are_in_order_and_by_direction() {
    let entry = |number: u32, egress: bool| {
        json!({"RuleNumber": number, "Egress": egress, "RuleAction": "deny", "Protocol": "-1",
            "CidrBlock": "0.0.0.0/0"})
    };
    let snapshot =
        one(&json!({"NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [], "Entries":
        [entry(32767, true), entry(200, false), entry(100, true), entry(100, false), entry(100, false)]}]}));
    let acl = &snapshot.network.network_acls["acl-1"];
    assert_eq!(acl.inbound().iter().map(|rule| rule.number.0).collect::<Vec<_>>(), [100, 100, 200]);
    assert_eq!(acl.outbound().iter().map(|rule| rule.number.0).collect::<Vec<_>>(), [100, 32767]);
}

// ---- security groups --------------------------------------------------------------------------------------------

/// The inbound rules of a group with one permission, or what is said about it.
fn group_rules(members: Value) -> Result<Vec<(TrafficMatch, RulePeer)>, String> {
    let mut permission = json!({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]});
    for (key, value) in members.as_object().unwrap() {
        permission[key] = value.clone();
    }
    let snapshot = one(
        &json!({"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [permission], "IpPermissionsEgress": []}]}),
    );
    match snapshot.network.security_groups.get("sg-1") {
        Some(group) => Ok(group.inbound.iter().map(|rule| (rule.traffic, rule.peer.clone())).collect()),
        None => Err(said(&snapshot)[0].clone()),
    }
}

#[test]
fn one_permission_is_one_rule_for_each_peer() {
    let rules = group_rules(json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "192.168.0.7/24"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
        "PrefixListIds": [{"PrefixListId": "pl-1"}],
        "UserIdGroupPairs": [{"GroupId": "sg-2"}, {"GroupId": "sg-3", "PeeringStatus": "active"},
            {"GroupId": "sg-4", "PeeringStatus": "deleted"}]}))
    .unwrap();
    assert!(rules.iter().all(|(traffic, _)| *traffic == TrafficMatch::Tcp(PortRange::single(443))));
    let peers: Vec<RulePeer> = rules.into_iter().map(|(_, peer)| peer).collect();
    assert_eq!(
        peers,
        [
            RulePeer::Cidr("10.0.0.0/8".parse().unwrap()),
            RulePeer::Cidr("192.168.0.0/24".parse().unwrap()),
            RulePeer::Cidr("::/0".parse().unwrap()),
            RulePeer::PrefixList("pl-1".into()),
            RulePeer::SecurityGroup("sg-2".into()),
            RulePeer::SecurityGroup("sg-3".into()),
            RulePeer::StaleSecurityGroup("sg-4".into()),
        ]
    );
}

#[test]
fn protocols_and_ports_of_a_group_match_what_aws_looks_at() {
    let traffic = |protocol: Value, from: Value, to: Value| {
        group_rules(json!({"IpProtocol": protocol, "FromPort": from, "ToPort": to})).unwrap()[0].0
    };
    let none = Value::Null;
    assert_eq!(traffic(json!("-1"), none.clone(), none.clone()), TrafficMatch::All);
    assert_eq!(traffic(json!(-1), json!(0), json!(65535)), TrafficMatch::All);
    assert_eq!(traffic(json!("tcp"), none.clone(), none.clone()), TrafficMatch::Tcp(PortRange::ALL));
    assert_eq!(traffic(json!("udp"), json!(-1), json!(-1)), TrafficMatch::Udp(PortRange::ALL));
    assert_eq!(traffic(json!("6"), json!("22"), json!("22")), TrafficMatch::Tcp(PortRange::single(22)));
    assert_eq!(traffic(json!("icmp"), json!(8), json!(0)), TrafficMatch::Icmp(IcmpMatch::TypeAndCode(8, 0)));
    assert_eq!(traffic(json!("icmp"), json!(8), json!(-1)), TrafficMatch::Icmp(IcmpMatch::Type(8)));
    assert_eq!(traffic(json!("icmp"), json!(-1), json!(-1)), TrafficMatch::Icmp(IcmpMatch::Any));
    assert_eq!(traffic(json!("icmpv6"), none.clone(), none), TrafficMatch::Icmpv6(IcmpMatch::Any));
    assert_eq!(traffic(json!("50"), json!(1), json!(2)), TrafficMatch::Protocol(50));
}

#[test]
fn a_rule_that_cannot_be_read_takes_its_group_along() {
    let place = "snapshot.json: SecurityGroups[0].IpPermissions[0]";
    let cases = [
        (json!({"IpProtocol": "tcp", "FromPort": 443}), "`ToPort` is missing", "ToPort"),
        (
            json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 80}),
            "`ToPort` reads `80`, which is not a port that fits its range",
            "ToPort",
        ),
        (json!({"IpProtocol": null}), "`IpProtocol` is missing", "IpProtocol"),
        (json!({"IpRanges": {"CidrIp": "0.0.0.0/0"}}), "`IpRanges` is not a list", "IpRanges"),
        (
            json!({"IpRanges": [{"CidrIp": "anywhere"}]}),
            "`CidrIp` reads `anywhere`, which is not a range of addresses",
            "IpRanges[0].CidrIp",
        ),
        (json!({"IpRanges": [{"CidrIp": ["0.0.0.0/0"]}]}), "`CidrIp` is not a string", "IpRanges[0].CidrIp"),
        (json!({"UserIdGroupPairs": [{"UserId": "1"}]}), "`GroupId` is missing", "UserIdGroupPairs[0].GroupId"),
    ];
    for (members, problem, field) in cases {
        let expected = format!("error: security group `sg-1` is left out: {problem} --> {place}.{field}");
        assert_eq!(group_rules(members.clone()), Err(expected), "{members}");
    }
}

#[test]
fn groups_are_built_of_their_rules_where_nothing_else_shows_them() {
    let rule = |group: &str, egress: bool, peer: Value| {
        let mut rule = json!({"SecurityGroupRuleId": "sgr-1", "GroupId": group, "IsEgress": egress,
            "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443});
        rule.as_object_mut().unwrap().extend(peer.as_object().unwrap().clone());
        rule
    };
    let document = json!({"SecurityGroupRules": [
        rule("sg-1", true, json!({"CidrIpv4": "0.0.0.0/0"})),
        rule("sg-1", false, json!({"ReferencedGroupInfo": {"GroupId": "sg-2"}})),
        rule("sg-1", false, json!({"PrefixListId": "pl-1"})),
        rule("sg-1", true, json!({"CidrIpv6": "::/0"})),
        rule("sg-3", true, json!({"CidrIpv4": "nonsense"})),
        rule("sg-3", true, json!({"CidrIpv4": "10.0.0.0/8"})),
    ]});
    let snapshot = one(&document);
    let groups = &snapshot.network.security_groups;
    assert_eq!((groups["sg-1"].inbound.len(), groups["sg-1"].outbound.len(), groups.len()), (2, 2, 1));
    // A page that is not the last may lack rules of any group.
    let mut page = document.clone();
    page["NextToken"] = json!("more");
    assert!(one(&page).network.security_groups.is_empty());
    // What the group's own answer says counts.
    let mut both = document;
    both["SecurityGroups"] = json!([{"GroupId": "sg-1", "GroupName": "web", "IpPermissions": [],
        "IpPermissionsEgress": []}]);
    assert!(one(&both).network.security_groups["sg-1"].outbound.is_empty());
}

// ---- prefix lists -----------------------------------------------------------------------------------------------

#[test]
fn ranges_of_a_prefix_list_come_from_either_answer() {
    let snapshot = load(vec![
        file(
            "lists.json",
            &json!({"PrefixLists": [
                {"PrefixListId": "pl-1", "PrefixListName": "com.amazonaws.us-east-1.s3", "Cidrs": ["10.2.0.0/16", "10.1.0.0/16"]},
                {"PrefixListId": "pl-2", "PrefixListName": "partners"},
                {"PrefixListId": "pl-3", "PrefixListName": "nobody"},
            ]}),
        ),
        file(
            "managed.json",
            &json!({"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "com.amazonaws.us-east-1.s3"}]}),
        ),
        file("get-managed-prefix-list-entries.pl-2.json", &json!({"Entries": [{"Cidr": "10.3.0.0/16"}]})),
    ]);
    let lists = &snapshot.network.prefix_lists;
    let known = |ranges: &[&str]| PrefixListEntries::Known(ranges.iter().map(|range| range.parse().unwrap()).collect());
    assert_eq!(lists["pl-1"].entries, known(&["10.1.0.0/16", "10.2.0.0/16"]));
    assert_eq!((lists["pl-2"].name.as_deref(), &lists["pl-2"].entries), (Some("partners"), &known(&["10.3.0.0/16"])));
    assert_eq!(lists["pl-3"].entries, PrefixListEntries::Unknown);
    assert_eq!(said(&snapshot), Vec::<String>::new());
}

#[test]
fn entries_that_do_not_say_whose_they_are_belong_to_nobody() {
    let entries = json!({"Entries": [{"Cidr": "10.3.0.0/16"}]});
    for name in ["get-managed-prefix-list-entries.json", "entries.pl-1.pl-2.json"] {
        let snapshot = load(vec![file(name, &entries), file("vpcs.json", &json!({"Vpcs": []}))]);
        assert!(snapshot.network.prefix_lists.is_empty());
        let expected =
            format!("warning: entries of a prefix list do not say which list they are of --> {name}: Entries");
        assert_eq!(said(&snapshot), [expected]);
    }
    let mut own = entries;
    own["PrefixListId"] = json!("pl-9");
    assert!(one(&own).network.prefix_lists.contains_key("pl-9"));
}

#[test]
fn ranges_that_are_not_all_known_are_not_known() {
    let unreadable = one(&json!({"PrefixLists": [{"PrefixListId": "pl-1", "Cidrs": ["10.0.0.0/8", "x"]}]}));
    assert_eq!(unreadable.network.prefix_lists["pl-1"].entries, PrefixListEntries::Unknown);
    assert_eq!(
        said(&unreadable),
        ["error: the ranges of prefix list `pl-1` are not understood: `Cidrs[1]` reads `x`, which is not a range of \
          addresses --> snapshot.json: PrefixLists[0].Cidrs[1]"]
    );
    let page = json!({"Entries": [{"Cidr": "10.3.0.0/16"}], "NextToken": "more"});
    let last = json!({"Entries": [{"Cidr": "10.4.0.0/16"}]});
    let pages = load(vec![file("pl-1.json", &page), file("more/pl-1.json", &last)]);
    assert_eq!(pages.network.prefix_lists["pl-1"].entries, PrefixListEntries::Unknown);
}

// ---- interfaces and instances -----------------------------------------------------------------------------------

#[test]
fn what_an_interface_belongs_to_is_told_by_its_type_or_its_description() {
    let kind = |members: Value| {
        let mut interface = interface("eni-1");
        interface.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        the_interface(&one(&around(json!({"NetworkInterfaces": [interface]})))).kind.clone()
    };
    for ordinary in ["interface", "efa", "efa-only", "trunk", "branch"] {
        assert_eq!(kind(json!({"InterfaceType": ordinary})), InterfaceKind::Ordinary);
    }
    assert_eq!(kind(json!({})), InterfaceKind::Ordinary);
    assert_eq!(kind(json!({"InterfaceType": "nat_gateway"})), InterfaceKind::NatGateway);
    assert_eq!(kind(json!({"Description": "Interface for NAT Gateway nat-1"})), InterfaceKind::NatGateway);
    assert_eq!(kind(json!({"InterfaceType": "transit_gateway"})), InterfaceKind::TransitGateway);
    for balancer in ["network_load_balancer", "gateway_load_balancer", "load_balancer"] {
        assert_eq!(kind(json!({"InterfaceType": balancer})), InterfaceKind::LoadBalancer);
    }
    let application = json!({"InterfaceType": "interface", "Description": "ELB app/web/1"});
    assert_eq!(kind(application), InterfaceKind::LoadBalancer);
    assert_eq!(kind(json!({"RequesterId": "amazon-elb"})), InterfaceKind::LoadBalancer);
    for endpoint in ["vpc_endpoint", "gateway_load_balancer_endpoint"] {
        assert_eq!(kind(json!({"InterfaceType": endpoint})), InterfaceKind::VpcEndpoint);
    }
    assert_eq!(kind(json!({"Description": "VPC Endpoint Interface vpce-1"})), InterfaceKind::VpcEndpoint);
    assert_eq!(kind(json!({"InterfaceType": "quicksight"})), InterfaceKind::Unmodelled("quicksight".to_owned()));
}

#[test]
fn gateways_and_endpoints_tell_what_their_interfaces_are() {
    let snapshot = one(&around(json!({
        "NetworkInterfaces": [interface("eni-1"), interface("eni-2"), interface("eni-3")],
        "VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.ssm",
            "VpcEndpointType": "Interface", "NetworkInterfaceIds": ["eni-1"]}],
        "NatGateways": [
            {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available",
                "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-2"}]},
            {"NatGatewayId": "nat-2", "VpcId": "vpc-1", "State": "deleted",
                "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-3"}]},
        ],
    })));
    let kind = |id: &str| &snapshot.network.network_interfaces[id].kind;
    assert_eq!(kind("eni-1"), &InterfaceKind::VpcEndpoint);
    assert_eq!(kind("eni-2"), &InterfaceKind::NatGateway);
    assert_eq!(kind("eni-3"), &InterfaceKind::Ordinary);
    // NG: the interface shows the private address that the gateway does not print.
    assert_eq!(snapshot.network.nat_gateways["nat-1"].addresses[0].private, Some(Ipv4Addr::new(10, 0, 1, 5)));
}

/// An instance with one interface in its own answer.
fn instance(members: Value) -> Value {
    let mut instance = json!({"InstanceId": "i-1", "State": {"Name": "running"}, "VpcId": "vpc-1",
        "SubnetId": "subnet-1", "PrivateIpAddress": "10.0.1.5", "SecurityGroups": []});
    instance.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    instance
}

#[test]
fn an_instance_fills_what_the_interfaces_own_answer_does_not_show() {
    let nested = json!({"NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-1",
        "Description": "from the instance", "SourceDestCheck": false, "Groups": [],
        "Attachment": {"DeviceIndex": 1, "Status": "attached"},
        "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.5", "Primary": true,
            "Association": {"PublicIp": "203.0.113.7"}}]});
    let mut listed = interface("eni-1");
    listed["Description"] = json!("from its own answer");
    listed["Attachment"] = json!({"DeviceIndex": 1, "Status": "attached"});
    let reservations = json!([{"Instances": [instance(json!({"NetworkInterfaces": [nested]}))]}]);
    let alone = one(&around(json!({"Reservations": reservations})));
    let both = one(&around(json!({"NetworkInterfaces": [listed], "Reservations": reservations})));
    assert_eq!(the_interface(&alone).description.as_deref(), Some("from the instance"));
    assert_eq!(the_interface(&both).description.as_deref(), Some("from its own answer"));
    assert_eq!(alone.network.vpcs["vpc-1"].interface_listing, InterfaceListing::Partial);
    assert_eq!(both.network.vpcs["vpc-1"].interface_listing, InterfaceListing::Complete);
    for snapshot in [&alone, &both] {
        let interface = the_interface(snapshot);
        assert_eq!(interface.source_destination_check, SourceDestinationCheck::Off);
        assert_eq!(interface.addresses[0].public, Some(Ipv4Addr::new(203, 0, 113, 7)));
        let attachment = interface.attachment.as_ref().unwrap();
        assert_eq!((attachment.instance.as_ref().unwrap().as_str(), attachment.device_index), ("i-1", 1));
        assert_eq!(snapshot.network.instances["i-1"].interfaces[0].interface.as_str(), "eni-1");
        assert_eq!(said(snapshot), Vec::<String>::new());
    }
}

#[test]
fn an_attached_interface_is_its_instances_even_if_the_instance_does_not_list_it() {
    let mut second = interface("eni-2");
    second["Attachment"] = json!({"DeviceIndex": 1, "InstanceId": "i-1", "Status": "attached"});
    let mut first = interface("eni-1");
    first["Attachment"] = json!({"DeviceIndex": 0, "InstanceId": "i-1", "Status": "attached"});
    let snapshot = one(&around(json!({"NetworkInterfaces": [second, first], "Instances": [instance(json!({}))]})));
    let interfaces: Vec<_> =
        snapshot.network.instances["i-1"].interfaces.iter().map(|own| own.interface.to_string()).collect();
    assert_eq!(interfaces, ["eni-1", "eni-2"]);
    assert_eq!(said(&snapshot), Vec::<String>::new());
}

#[test]
fn an_instance_of_which_no_interface_is_shown_gets_one() {
    let public = json!({"PublicIpAddress": "203.0.113.9", "SourceDestCheck": false,
        "SecurityGroups": [{"GroupId": "sg-1"}]});
    let groups = json!([{"GroupId": "sg-1", "IpPermissions": [], "IpPermissionsEgress": []}]);
    let snapshot = one(&around(json!({"Instances": [instance(public)], "SecurityGroups": groups})));
    let interface = the_interface(&snapshot);
    assert_eq!(interface.id.as_str(), "i-1");
    assert_eq!(interface.addresses[0].public, Some(Ipv4Addr::new(203, 0, 113, 9)));
    assert_eq!(interface.security_groups[0].as_str(), "sg-1");
    assert_eq!(interface.source_destination_check, SourceDestinationCheck::Off);
    assert_eq!(snapshot.network.instances["i-1"].interfaces[0].interface.as_str(), "i-1");
    assert_eq!(
        said(&snapshot),
        ["note: instance `i-1` has no network interface in the snapshot; one was made from its own address --> \
          snapshot.json: Instances[0]"]
    );
}

#[test]
fn a_terminated_instance_has_nothing_and_that_is_fine() {
    let snapshot = one(&json!({"Reservations": [{"Instances": [
        {"InstanceId": "i-1", "State": {"Name": "terminated"}, "NetworkInterfaces": [],
            "Tags": [{"Key": "Name", "Value": "gone"}, {"Key": "empty", "Value": ""}]}]}]}));
    let instance = &snapshot.network.instances["i-1"];
    assert_eq!(instance.name.as_deref(), Some("gone"));
    assert_eq!(instance.tags["empty"], "");
    assert_eq!(instance.state, InstanceState::NotRunning("terminated".to_owned()));
    assert_eq!(said(&snapshot), Vec::<String>::new());
}

#[test]
fn one_broken_instance_or_interface_does_not_take_others_along() {
    let nested = json!([{"NetworkInterfaceId": "eni-1", "Groups": [], "PrivateIpAddress": "10.0.1.x"},
        {"NetworkInterfaceId": "eni-2", "Groups": [], "PrivateIpAddress": "10.0.1.6"}]);
    let snapshot = one(&around(json!({"Reservations": [{"Instances": [
        instance(json!({"NetworkInterfaces": nested})), {"State": {"Name": "running"}}]}]})));
    assert_eq!(snapshot.network.instances["i-1"].interfaces.len(), 2);
    assert_eq!(the_interface(&snapshot).id.as_str(), "eni-2");
    assert_eq!(
        said(&snapshot),
        [
            "error: network interface `eni-1` is left out: `PrivateIpAddress` reads `10.0.1.x`, which is not an IPv4 \
             address --> snapshot.json: Reservations[0].Instances[0].NetworkInterfaces[0].PrivateIpAddress",
            "error: instance without a readable id is left out: `InstanceId` is missing --> snapshot.json: \
             Reservations[0].Instances[1].InstanceId",
        ]
    );
}

#[test]
fn the_primary_address_leads_and_each_has_its_own_public_one() {
    let mut interface = interface("eni-1");
    interface["PrivateIpAddresses"] = json!([
        {"PrivateIpAddress": "10.0.1.9", "Primary": false, "Association": {"PublicIp": "203.0.113.2",
            "AllocationId": "eipalloc-2"}},
        {"PrivateIpAddress": "10.0.1.5", "Primary": true},
    ]);
    interface["Ipv6Addresses"] = json!([{"Ipv6Address": "2001:db8::5"}]);
    interface["Ipv4Prefixes"] = json!([{"Ipv4Prefix": "10.0.1.16/28"}]);
    interface["Association"] = json!({"PublicIp": "203.0.113.1"});
    let snapshot = one(&around(json!({"NetworkInterfaces": [interface]})));
    let interface = the_interface(&snapshot);
    assert_eq!(interface.addresses[0].private, Ipv4Addr::new(10, 0, 1, 5));
    // Lesser answers show the primary address's association with the interface only.
    assert_eq!(interface.addresses[0].public, Some(Ipv4Addr::new(203, 0, 113, 1)));
    assert_eq!(interface.addresses[1].public, Some(Ipv4Addr::new(203, 0, 113, 2)));
    assert_eq!(interface.addresses[1].elastic_ip.as_ref().unwrap().as_str(), "eipalloc-2");
    assert!(interface.has_address("10.0.1.20".parse().unwrap()));
    assert!(interface.has_address("2001:db8::5".parse().unwrap()));
}

#[test]
fn elastic_ips_fill_public_addresses_and_a_contradiction_is_named() {
    let address = |members: Value| {
        let mut address = json!({"AllocationId": "eipalloc-1", "PublicIp": "203.0.113.5"});
        address.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        json!([address])
    };
    let mut attached = interface("eni-1");
    attached["Attachment"] = json!({"DeviceIndex": 0, "InstanceId": "i-1", "Status": "attached"});
    for members in [
        json!({"NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.1.5"}),
        json!({"NetworkInterfaceId": "eni-1"}),
        json!({"InstanceId": "i-1"}),
    ] {
        let snapshot = one(&around(json!({"NetworkInterfaces": [attached], "Instances": [instance(json!({}))],
            "Addresses": address(members.clone())})));
        let shown = &the_interface(&snapshot).addresses[0];
        assert_eq!(shown.public, Some(Ipv4Addr::new(203, 0, 113, 5)), "{members}");
        assert_eq!(shown.elastic_ip.as_ref().unwrap().as_str(), "eipalloc-1", "{members}");
    }
    attached["PrivateIpAddresses"][0]["Association"] = json!({"PublicIp": "203.0.113.99"});
    let snapshot = one(&around(json!({"NetworkInterfaces": [attached],
        "Addresses": address(json!({"NetworkInterfaceId": "eni-1"}))})));
    assert_eq!(the_interface(&snapshot).addresses[0].public, Some(Ipv4Addr::new(203, 0, 113, 99)));
    assert_eq!(
        said(&snapshot),
        ["warning: network interface `eni-1` shows public address `203.0.113.99` for `10.0.1.5`, another answer \
          `203.0.113.5` --> snapshot.json: Addresses[0].PublicIp"]
    );
}

#[test]
fn an_address_of_ec2_classic_is_its_own_id() {
    let snapshot = one(&json!({"Addresses": [{"PublicIp": "198.51.100.0", "InstanceId": "", "Domain": "standard"}]}));
    assert_eq!(snapshot.network.elastic_ips["198.51.100.0"].public, Ipv4Addr::new(198, 51, 100, 0));
}

#[test]
fn an_interface_whose_groups_are_not_shown_is_left_out() {
    let mut interface = interface("eni-1");
    interface.as_object_mut().unwrap().remove("Groups");
    let ordinary = one(&around(json!({"NetworkInterfaces": [interface]})));
    assert!(ordinary.network.network_interfaces.is_empty());
    assert_eq!(ordinary.network.vpcs["vpc-1"].interface_listing, InterfaceListing::Partial);
    assert_eq!(
        said(&ordinary),
        ["error: network interface `eni-1` is left out: `Groups` is missing --> snapshot.json: \
          NetworkInterfaces[0].Groups"]
    );
    interface["InterfaceType"] = json!("nat_gateway");
    assert_eq!(one(&around(json!({"NetworkInterfaces": [interface]}))).network.network_interfaces.len(), 1);
}

// ---- gateways ---------------------------------------------------------------------------------------------------

#[test]
fn what_is_attached_to_nat_gateways_and_dns64_of_subnets_are_read() {
    let appliance = |arn: &str, state: &str| json!({"Type": "network-firewall-proxy", "ApplianceArn": arn, "AttachmentState": state});
    let document = json!({
        "NatGateways": [{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": "available",
            "NatGatewayAddresses": [], "AttachedAppliances": [appliance("arn:1", "attached"), appliance("arn:2", "detached")]}],
        "Subnets": [
            {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "EnableDns64": true},
            {"SubnetId": "subnet-2", "VpcId": "vpc-1", "CidrBlock": "10.0.2.0/24"},
        ],
    });
    let network = one(&document).network;
    assert_eq!(network.nat_gateways["nat-1"].attached_appliances, ["arn:1"]);
    assert_eq!((network.subnets["subnet-1"].dns64, network.subnets["subnet-2"].dns64), (Some(true), None));
}

#[test]
fn nat_gateways_old_and_new_are_read() {
    let snapshot = one(&json!({"NatGateways": [
        {"NatGatewayId": "nat-old", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": "available",
            "NatGatewayAddresses": [{"PrivateIp": "10.0.0.1", "PublicIp": "203.0.113.1"}]},
        {"NatGatewayId": "nat-two", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": "available",
            "ConnectivityType": "public", "AvailabilityMode": "zonal", "NatGatewayAddresses": [
                {"PrivateIp": "10.0.0.2", "IsPrimary": false, "Status": "failed"},
                {"PrivateIp": "10.0.0.3", "IsPrimary": true, "Status": "succeeded"}]},
        {"NatGatewayId": "nat-regional", "VpcId": "vpc-1", "State": "pending", "AvailabilityMode": "regional",
            "RouteTableId": "rtb-9", "AutoProvisionZones": "disabled",
            "NatGatewayAddresses": [{"PublicIp": "203.0.113.2", "AvailabilityZone": "us-east-1a"}]},
        {"NatGatewayId": "nat-private", "VpcId": "vpc-1", "ConnectivityType": "private", "State": "deleted",
            "NatGatewayAddresses": []},
        {"NatGatewayId": "nat-failed", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": "failed",
            "FailureCode": "Gateway.NotAttached", "FailureMessage": "Network vpc-1 has no Internet gateway attached",
            "NatGatewayAddresses": []},
    ]}));
    let gateway = |id: &str| &snapshot.network.nat_gateways[id];
    assert_eq!(gateway("nat-old").placement, NatGatewayPlacement::Zonal("subnet-1".into()));
    assert_eq!(
        (gateway("nat-old").connectivity, gateway("nat-old").addresses[0].is_usable),
        (Connectivity::Public, true)
    );
    let two = &gateway("nat-two").addresses;
    assert_eq!(two.iter().map(|address| address.is_usable).collect::<Vec<_>>(), [true, false]);
    assert_eq!(two[0].private, Some(Ipv4Addr::new(10, 0, 0, 3)));
    let regional = NatGatewayPlacement::Regional { route_table: Some("rtb-9".into()), zones_are_automatic: false };
    assert_eq!(
        (&gateway("nat-regional").placement, &gateway("nat-regional").state),
        (&regional, &NatGatewayState::Pending)
    );
    assert_eq!(gateway("nat-private").placement, NatGatewayPlacement::Unknown);
    assert_eq!(
        (gateway("nat-private").connectivity, &gateway("nat-private").state),
        (Connectivity::Private, &NatGatewayState::Deleted)
    );
    let NatGatewayState::Failed(Some(failure)) = &gateway("nat-failed").state else { panic!("not failed") };
    assert_eq!(failure.code, "Gateway.NotAttached");
}

#[test]
fn attachments_of_gateways_are_in_force_by_either_word() {
    let attachments = json!([{"VpcId": "vpc-1", "State": "available"}, {"VpcId": "vpc-2", "State": "attached"},
        {"VpcId": "vpc-3", "State": "detaching"}]);
    let snapshot = one(&json!({
        "InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": attachments}],
        "EgressOnlyInternetGateways": [{"EgressOnlyInternetGatewayId": "eigw-1", "Attachments": attachments}],
        "VpnGateways": [{"VpnGatewayId": "vgw-1", "VpcAttachments": attachments}],
    }));
    let network = &snapshot.network;
    let (attached, detaching) = (AttachmentState::Attached, AttachmentState::NotAttached("detaching".to_owned()));
    for (vpc, expected) in
        [("vpc-1", Some(&attached)), ("vpc-2", Some(&attached)), ("vpc-3", Some(&detaching)), ("vpc-4", None)]
    {
        assert_eq!(network.internet_gateways["igw-1"].attachment_to(&vpc.into()), expected);
        assert_eq!(network.egress_only_internet_gateways["eigw-1"].attachment_to(&vpc.into()), expected);
        assert_eq!(network.vpn_gateways["vgw-1"].attachment_to(&vpc.into()), expected);
    }
}

#[test]
fn no_secret_of_a_vpn_connection_is_kept() {
    let snapshot = one(&json!({"VpnConnections": [{"VpnConnectionId": "vpn-1", "VpnGatewayId": "vgw-1",
        "State": "available", "CustomerGatewayConfiguration": "<ike><pre_shared_key>s3cr3t</pre_shared_key></ike>",
        "Options": {"TunnelOptions": [{"PreSharedKey": "s3cr3t"}]},
        "Routes": [{"DestinationCidrBlock": "192.168.0.0/16", "State": "available"},
            {"DestinationCidrBlock": "172.16.0.0/12", "State": "deleted"}]}]}));
    let connection = &snapshot.network.vpn_connections["vpn-1"];
    assert_eq!(connection.vpn_gateway.as_ref().unwrap().as_str(), "vgw-1");
    assert_eq!(connection.static_routes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["192.168.0.0/16"]);
    assert!(!format!("{snapshot:?}").contains("s3cr3t"));
    let broken =
        one(&json!({"VpnConnections": [{"CustomerGatewayConfiguration": "s3cr3t", "PreSharedKey": "s3cr3t"}]}));
    assert!(!format!("{broken:?}{:?}", said(&broken)).contains("s3cr3t"));
}

#[test]
fn peerings_and_transit_gateways_are_kept_with_their_states() {
    let snapshot = one(&json!({
        "VpcPeeringConnections": [
            {"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"},
                "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": "1", "Region": "us-east-1", "CidrBlock": "10.1.0.0/16",
                    "CidrBlockSet": [{"CidrBlock": "10.1.0.0/16"}, {"CidrBlock": "10.9.0.0/16"}],
                    "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": "2001:db8::/56"}]},
                "AccepterVpcInfo": {"VpcId": "vpc-2"}},
            {"VpcPeeringConnectionId": "pcx-2", "Status": {"Code": "deleted"}},
        ],
        "TransitGateways": [{"TransitGatewayId": "tgw-1", "OwnerId": "1", "State": "deleted"}],
    }));
    let peering = &snapshot.network.peering_connections["pcx-1"];
    let ranges: Vec<_> = peering.requester.cidr_blocks.iter().map(ToString::to_string).collect();
    assert_eq!(ranges, ["10.1.0.0/16", "10.9.0.0/16", "2001:db8::/56"]);
    assert_eq!((&peering.status, peering.accepter.cidr_blocks.len()), (&PeeringStatus::Active, 0));
    let deleted = &snapshot.network.peering_connections["pcx-2"];
    assert_eq!(deleted.status, PeeringStatus::NotActive("deleted".to_owned()));
    assert_eq!(snapshot.network.transit_gateways["tgw-1"].state, "deleted");
}

// ---- endpoints --------------------------------------------------------------------------------------------------

fn endpoint(members: Value) -> Snapshot {
    let mut endpoint =
        json!({"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.s3"});
    endpoint.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    one(&json!({"VpcEndpoints": [endpoint]}))
}

#[test]
fn kinds_and_states_of_endpoints_are_told_whatever_their_age() {
    let read = |members: Value| endpoint(members).network.vpc_endpoints["vpce-1"].clone();
    let tables = json!(["rtb-1"]);
    let gateway = VpcEndpointKind::Gateway { route_tables: ["rtb-1".into()].into() };
    assert_eq!(read(json!({"VpcEndpointType": "Gateway", "RouteTableIds": tables})).kind, gateway);
    // The first answers had no type, as there were gateway endpoints only.
    assert_eq!(read(json!({"RouteTableIds": tables})).kind, gateway);
    let interface = json!({"VpcEndpointType": "Interface", "NetworkInterfaceIds": ["eni-1"],
        "Groups": [{"GroupId": "sg-1"}], "PrivateDnsEnabled": true});
    let expected = VpcEndpointKind::Interface {
        interfaces: vec!["eni-1".into()],
        security_groups: vec!["sg-1".into()],
        private_dns_enabled: true,
    };
    assert_eq!(read(interface).kind, expected);
    let resource = read(json!({"VpcEndpointType": "Resource"})).kind;
    assert_eq!(resource, VpcEndpointKind::Unmodelled("Resource".to_owned()));
    for available in [json!({}), json!({"State": "available"}), json!({"State": "Available"})] {
        assert_eq!(read(available).state, EndpointState::Available);
    }
    assert_eq!(read(json!({"State": "pending"})).state, EndpointState::NotAvailable("pending".to_owned()));
}

#[test]
fn an_endpoints_policy_is_kept_statement_by_statement() {
    let statement = |members: Value| {
        let mut statement = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
        statement.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        statement
    };
    let policy = |statements: Value| {
        let text = json!({"Version": "2008-10-17", "Statement": statements}).to_string();
        endpoint(json!({"PolicyDocument": text})).network.vpc_endpoints["vpce-1"].policy.clone()
    };
    let document = |statements: Value| match policy(statements) {
        EndpointPolicy::Document(document) => document,
        other => panic!("{other:?}"),
    };
    let open = statement(json!({}));
    let reading = statement(json!({"Action": "s3:GetObject", "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}));
    let conditional = statement(json!({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}));
    assert_eq!(policy(json!([open])), EndpointPolicy::FullAccess);
    assert_eq!(policy(json!(open)), EndpointPolicy::FullAccess);
    let by_account = statement(json!({"Principal": {"AWS": "*"}, "Action": ["*"], "Resource": ["*"]}));
    assert_eq!(policy(json!([by_account])), EndpointPolicy::FullAccess);
    assert_eq!(policy(json!([reading, open])), EndpointPolicy::FullAccess);
    let read = document(json!([reading, conditional]));
    assert_eq!(read.statements[0].actions, Patterns::Only(vec!["s3:GetObject".to_owned()]));
    assert_eq!(read.statements[1].conditions[0].key, "aws:PrincipalOrgID");
    assert!(!read.has_variables, "only version 2012-10-17 has variables");
    let denial = statement(json!({"Effect": "Deny", "Resource": null, "NotResource": "arn:aws:s3:::a/*"}));
    let read = document(json!([open, denial]));
    assert_eq!(read.statements[1].resources, Patterns::AllBut(vec!["arn:aws:s3:::a/*".to_owned()]));
    // What cannot be read is kept by name; an effect that cannot be read may be either.
    for (odd, not_understood) in [
        (json!({"Resource": 7, "Surprise": 1}), vec!["Surprise"]),
        (json!({"Resource": {"a": 1}}), vec!["Resource"]),
        (json!({"Principal": "arn:aws:iam::1:root"}), vec!["Principal"]),
        (json!({"Condition": {"StringEquals": "x"}}), vec!["Condition"]),
        (json!({"Action": null}), vec!["Action"]),
    ] {
        assert_eq!(document(json!([statement(odd)])).statements[0].not_understood, not_understood);
    }
    let effects: Vec<Effect> =
        document(json!([statement(json!({"Effect": "allow"}))])).statements.iter().map(|it| it.effect).collect();
    assert_eq!(effects, [Effect::Allow, Effect::Deny]);
    // As an object, as some tools write it, percent-encoded, as the API does, and not at all.
    for text in [
        json!({"Statement": [open]}),
        json!(
            "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22%2A%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D"
        ),
    ] {
        let read = endpoint(json!({"PolicyDocument": text}));
        assert_eq!(read.network.vpc_endpoints["vpce-1"].policy, EndpointPolicy::FullAccess);
    }
    let absent = endpoint(json!({"PolicyDocument": null}));
    assert_eq!(absent.network.vpc_endpoints["vpce-1"].policy, EndpointPolicy::Unknown);
}

#[test]
fn a_policy_that_is_none_is_named_and_the_endpoint_kept() {
    for policy in [json!("{\"Statement\": "), json!(7), json!("[]")] {
        let snapshot = endpoint(json!({"PolicyDocument": policy}));
        assert_eq!(snapshot.network.vpc_endpoints["vpce-1"].policy, EndpointPolicy::Unmodelled);
        assert_eq!(
            said(&snapshot),
            ["warning: the policy of VPC endpoint `vpce-1` is not a policy in JSON --> snapshot.json: \
              VpcEndpoints[0].PolicyDocument"]
        );
    }
}

// ---- what is missing --------------------------------------------------------------------------------------------

#[test]
fn a_route_to_something_that_is_not_in_the_snapshot_is_named_as_in_the_style() {
    let document = around(json!({"RouteTables": [{"RouteTableId": "rtb-0a1", "VpcId": "vpc-1",
        "Associations": [{"Main": true}], "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
            {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-09f"}]}]}));
    let snapshot = one(&document);
    let [notice] = snapshot.notices.as_slice() else { panic!("{:?}", said(&snapshot)) };
    assert_eq!(notice.location.as_ref().unwrap().to_string(), "snapshot.json: RouteTables[0].Routes[1].NatGatewayId");
    let english = notice_english::words(&notice.kind);
    assert_eq!(
        english.message,
        "route `0.0.0.0/0` of route table `rtb-0a1` targets NAT gateway `nat-09f`, which is not in the snapshot"
    );
    assert_eq!(english.effect.as_deref(), Some("a path over this route is undecided"));
    assert_eq!(english.hint.as_deref(), Some("add the output of `aws ec2 describe-nat-gateways`"));
    let japanese = notice_japanese::words(&notice.kind);
    assert_eq!(
        japanese.message,
        "ルートテーブル `rtb-0a1` のルート `0.0.0.0/0` のターゲットである NAT ゲートウェイ `nat-09f` がスナップショットにありません"
    );
    assert_eq!(japanese.effect.as_deref(), Some("このルートを通る経路は判定できません"));
    assert_eq!(japanese.hint.as_deref(), Some("`aws ec2 describe-nat-gateways` の出力を追加してください"));
}

#[test]
fn a_route_to_a_terminated_instance_names_the_instance_that_is_still_listed() {
    let route = json!({"DestinationCidrBlock": "0.0.0.0/0", "NetworkInterfaceId": "eni-gone", "InstanceId": "i-gone",
        "State": "blackhole"});
    let table = json!({"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": [route]});
    let gone = json!({"InstanceId": "i-gone", "State": {"Name": "terminated"}, "NetworkInterfaces": []});
    let document = json!({"RouteTables": [table], "Reservations": [{"Instances": [gone]}]});
    let network = one(&around(document)).network;
    let table = &network.route_tables["rtb-1"];
    assert_eq!(table.routes[0].target, RouteTarget::Instance("i-gone".into()));
}

#[test]
fn a_blackhole_to_something_that_is_gone_is_no_surprise() {
    let route = json!({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"});
    let tables =
        json!([{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": [route]}]);
    assert_eq!(said(&one(&around(json!({"RouteTables": tables})))), Vec::<String>::new());
}

#[test]
fn what_interfaces_subnets_and_rules_refer_to_is_missed_once_each() {
    let mut interfaces = Vec::new();
    for id in ["eni-1", "eni-2"] {
        let mut interface = interface(id);
        interface["Groups"] = json!([{"GroupId": "sg-1"}]);
        interface["SubnetId"] = json!("subnet-9");
        interfaces.push(interface);
    }
    let group = json!({"GroupId": "sg-2", "IpPermissions": [{"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-1"}]}],
        "IpPermissionsEgress": []});
    let snapshot = one(&json!({"NetworkInterfaces": interfaces, "Subnets": [subnet("subnet-1", "vpc-1")],
        "SecurityGroups": [group]}));
    assert_eq!(
        said(&snapshot),
        [
            "warning: network interface `eni-1` carries security group `sg-1`, which is not in the snapshot --> \
             snapshot.json: NetworkInterfaces[0].Groups[0]",
            "warning: network interface `eni-1` is in subnet `subnet-9`, which is not in the snapshot --> \
             snapshot.json: NetworkInterfaces[0].SubnetId",
            "warning: security group `sg-2` uses prefix list `pl-1`, whose ranges are not in the snapshot",
            "warning: VPC `vpc-1` has 1 subnet whose route table is not in the snapshot",
            "warning: VPC `vpc-1` has 1 subnet whose network ACL is not in the snapshot",
            "warning: subnet `subnet-1` is in VPC `vpc-1`, which is not in the snapshot",
        ]
    );
}

// ---- properties -------------------------------------------------------------------------------------------------

/// Real documents to mutate: one healthy account, with everything in it.
fn seeds() -> Vec<File> {
    ["ok-extras", "batfish-unit-json"].iter().map(|name| find(name)).flat_map(|path| files_of(&path)).collect()
}

/// Replaces, removes or repeats the value that `path` (taken as turns at each level) leads to.
fn mutate(value: &mut Value, path: &[u8], replacement: &Value) {
    let Some((turn, rest)) = path.split_first() else {
        *value = replacement.clone();
        return;
    };
    let turn = usize::from(*turn);
    match value {
        Value::Array(list) if !list.is_empty() => {
            let index = turn % list.len();
            mutate(&mut list[index], rest, replacement);
        }
        Value::Object(members) if !members.is_empty() => {
            let key = members.keys().nth(turn % members.len()).unwrap().clone();
            mutate(members.get_mut(&key).unwrap(), rest, replacement);
        }
        other => *other = replacement.clone(),
    }
}

fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[]])),
        Just(json!(true)),
        Just(json!("")),
        Just(json!("0.0.0.0/0")),
        Just(json!("10.0.0.1")),
        Just(json!(f64::MAX)),
        any::<i64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a document, ingest answers, the same whatever the order of files, and in fair words.
    #[test]
    fn mutated_documents_are_read_or_refused_with_reason(
        mutations in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 1..9), odd_value()), 1..6)
    ) {
        let mut files = seeds();
        for (which, path, replacement) in &mutations {
            let file = which.get(&files).clone();
            let mut value: Value = serde_json::from_str(&file.text).unwrap();
            mutate(&mut value, path, replacement);
            let index = which.index(files.len());
            files[index].text = value.to_string();
        }
        let outcome = from_files(files.clone());
        files.reverse();
        prop_assert_eq!(&from_files(files), &outcome);
        if let Ok(snapshot) = outcome {
            snapshot.notices.iter().for_each(check_words_of_any_text);
        }
    }

    /// A document that breaks off anywhere, or has any byte changed, never stops the program.
    #[test]
    fn cut_and_damaged_files_are_read_or_refused_with_reason(
        which in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), byte in any::<u8>(), whole in any::<bool>()
    ) {
        let seeds = seeds();
        let file = which.get(&seeds);
        let mut bytes = file.text.clone().into_bytes();
        // Behind the last bracket there is nothing to lose.
        let at = cut.index(file.text.trim_end().len());
        if whole { bytes[at] = byte } else { bytes.truncate(at) }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let good = File { name: "good.json".to_owned(), text: json!({"Vpcs": [vpc("vpc-good")]}).to_string() };
        let snapshot = from_files(vec![File { name: "damaged.json".to_owned(), text }, good]).unwrap();
        prop_assert!(snapshot.network.vpcs.contains_key("vpc-good"));
        if !whole {
            let is_error = |notice: &Notice| matches!(notice.kind, NoticeKind::FileNotJson(_));
            prop_assert!(snapshot.notices.iter().any(is_error));
        }
    }
}

/// As `check_words`, for texts that may hold anything.
fn check_words_of_any_text(notice: &Notice) {
    for words in [notice_english::words(&notice.kind), notice_japanese::words(&notice.kind)] {
        assert!(!words.message.is_empty() && !words.message.contains('\n'));
        assert!(words.message.chars().count() < 600, "{}", words.message);
    }
}
