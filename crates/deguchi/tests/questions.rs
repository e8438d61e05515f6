//! How questions are read: every form of source and destination, on the healthy case.
#![cfg(test)]

use deguchi::{
    error::{Error, ErrorKind},
    expectation::judge::Status,
    ingest::Snapshot,
    language::Language,
    question::{Family, Options, Question, Remark, resolve},
};
use deguchi_engine::{AddressSet, DestinationBasis, Source, Traffic};
use deguchi_model::{PortRange, PrefixListEntries};

fn healthy() -> Snapshot {
    deguchi::examples::load("healthy").unwrap()
}

fn ask(source: &str, destination: &str) -> Result<Question, Error> {
    resolve(&healthy().network, source, destination, &Options::default())
}

fn source_of(question: &Question) -> String {
    match &question.alternatives[0].query.source {
        Source::Interface { address, .. } => address.to_string(),
        Source::Internet(addresses) => format!("internet {}", addresses.cidrs().len()),
        Source::OnPremises(addresses) => format!("on premises {:?}", addresses.cidrs()),
    }
}

fn traffic_of(question: &Question) -> String {
    match &question.alternatives[0].query.traffic {
        Traffic::Tcp(ports) => format!("tcp/{} from {}", ports.destination, ports.source),
        Traffic::Udp(ports) => format!("udp/{} from {}", ports.destination, ports.source),
        Traffic::Ping => "ping".to_owned(),
    }
}

fn codes(question: &Question) -> Vec<&'static str> {
    question.remarks.iter().map(Remark::code).collect()
}

#[test]
fn a_source_is_named_by_id_name_address_or_subnet() {
    let network = healthy().network;
    let web = network.instances.values().find(|each| each.name.as_deref() == Some("web-1")).unwrap();
    let subnet = web.subnet.as_ref().unwrap().to_string();
    let interface = web.interfaces[0].interface.to_string();
    for source in ["web-1", web.id.as_str(), &interface, "10.0.10.11", &subnet, "protected-a"] {
        assert_eq!(source_of(&ask(source, "internet").unwrap()), "10.0.10.11", "{source}");
    }
    // The public address of an instance leads to the private one behind it.
    let bastion = ask("203.0.113.20", "internet").unwrap();
    assert_eq!(source_of(&bastion), "10.0.0.20");
    assert!(codes(&bastion).contains(&"DEGUCHI_QUESTION_PUBLIC_ADDRESS_OF_INTERFACE"));
    assert!(codes(&ask("protected-a", "internet").unwrap()).contains(&"DEGUCHI_QUESTION_SUBNET_STAND_IN"));
}

#[test]
fn the_internet_as_a_source_leaves_out_what_the_snapshot_holds() {
    let question = ask("internet", "bastion:22").unwrap();
    let query = &question.alternatives[0].query;
    let Source::Internet(addresses) = &query.source else { panic!("{query:?}") };
    assert!(addresses.contains("198.51.100.7".parse().unwrap()));
    assert!(!addresses.contains("203.0.113.20".parse().unwrap()), "the bastion's own address is not the internet");
    assert_eq!(query.destination.addresses.only(), Some("203.0.113.20".parse().unwrap()));
    assert_eq!(traffic_of(&question), "tcp/22 from 1024-65535");
    let one = ask("internet:198.51.100.7", "bastion:22").unwrap();
    assert_eq!(source_of(&one), "internet 1");
    let without = ask("internet", "web-1:443").unwrap();
    assert!(codes(&without).contains(&"DEGUCHI_QUESTION_DESTINATION_WITHOUT_PUBLIC_ADDRESS"));
}

#[test]
fn a_network_on_premises_is_named_by_its_addresses() {
    for (source, addresses) in [
        ("onprem:192.168.10.5", "192.168.10.5/32"),
        ("OnPrem:192.168.0.0/16", "192.168.0.0/16"),
        ("onprem:[fd12::1]", "fd12::1/128"),
        ("192.168.10.5", "192.168.10.5/32"),
        ("172.16.0.0/12", "172.16.0.0/12"),
    ] {
        let destination = if source.contains("fd12") { "[fd00::1]:443" } else { "web-1:443" };
        let question = ask(source, destination).unwrap();
        assert_eq!(source_of(&question), format!("on premises [{addresses}]"), "{source}");
        assert_eq!(traffic_of(&question), "tcp/443 from 1024-65535");
        let is_guess = codes(&question).contains(&"DEGUCHI_QUESTION_TAKEN_FOR_ON_PREMISES");
        assert_eq!(is_guess, !source.to_lowercase().starts_with("onprem"), "{source}");
    }
    // The private address of a machine is asked for from there.
    let question = ask("onprem:192.168.10.5", "bastion:22").unwrap();
    assert_eq!(question.alternatives[0].query.destination.addresses.only(), Some("10.0.0.20".parse().unwrap()));
    let kind = |source: &str, destination: &str| ask(source, destination).unwrap_err().kind;
    assert!(matches!(kind("onprem:web-1", "db-1"), ErrorKind::UnreadableOnPremises { .. }));
    assert!(matches!(kind("onprem:192.168.10.5", "internet"), ErrorKind::BothEndsOutside));
    assert!(matches!(kind("onprem:fd12::1", "10.0.10.11"), ErrorKind::MixedFamilies));
    // Nobody has it, and it is inside the VPC.
    assert!(matches!(kind("10.0.10.99", "db-1"), ErrorKind::UnknownResource { .. }));
}

#[test]
fn a_name_without_ipv6_leads_through_nat64_where_dns64_is_on() {
    let mut network = healthy().network;
    let options = Options { family: Some(Family::Ipv6), ..Options::default() };
    let ask =
        |network: &deguchi_model::Network| resolve(network, "web-1", "https://api.example.com", &options).unwrap();
    assert_eq!(ask(&network).alternatives.len(), 1);
    network.subnets.values_mut().for_each(|subnet| subnet.dns64 = Some(true));
    let question = ask(&network);
    let names: Vec<Option<&str>> = question.alternatives.iter().map(|each| each.name.as_deref()).collect();
    assert_eq!(names, [Some("AAAA"), Some("A, DNS64")]);
    assert!(codes(&question).contains(&"DEGUCHI_QUESTION_EITHER_BY_DNS64"));
    let addresses = &question.alternatives[1].query.destination.addresses;
    assert!(addresses.contains("64:ff9b::c633:6450".parse().unwrap()), "198.51.100.80");
    assert!(!addresses.contains("64:ff9b::a00:a0b".parse().unwrap()), "10.0.10.11 is not public");
    assert!(!addresses.contains("2001:4860:4860::8888".parse().unwrap()));
}

#[test]
fn names_of_s3_that_are_not_dual_stack_lead_through_nat64_too() {
    let mut network = healthy().network;
    network.subnets.values_mut().for_each(|subnet| subnet.dns64 = Some(true));
    let options = Options { family: Some(Family::Ipv6), ..Options::default() };
    let is_made_by_dns64 = |network: &deguchi_model::Network, destination: &str, alternative: usize| {
        let question = resolve(network, "web-1", destination, &options).unwrap();
        let query = &question.alternatives[alternative].query.destination;
        let all_of_it = AddressSet::from_cidrs(&["64:ff9b::/96".parse().unwrap()]);
        let is_inside = query.addresses.minus(&all_of_it).is_empty();
        assert!(is_inside || query.addresses.minus(&all_of_it) == query.addresses, "{destination}: one or the other");
        assert!(!is_inside || query.within.is_empty(), "{destination}");
        is_inside
    };
    assert!(is_made_by_dns64(&network, "https://s3.ap-northeast-1.amazonaws.com/bucket/key", 0));
    assert!(is_made_by_dns64(&network, "https://dynamodb.ap-northeast-1.amazonaws.com", 0));
    assert!(!is_made_by_dns64(&network, "https://bucket.s3.dualstack.ap-northeast-1.amazonaws.com/key", 0));
    // Of an image that tells no system, every repository may be asked for.
    network.images.clear();
    let yum = resolve(&network, "web-1", "yum", &options).unwrap();
    assert!(yum.alternatives.len() > 3, "{:?}", yum.alternatives.len());
    for (place, alternative) in yum.alternatives.iter().enumerate() {
        let name = alternative.name.as_deref().unwrap();
        let is_single_stack = name.contains("amazonlinux.ap-") || name.contains("repo.ap-");
        assert_eq!(is_made_by_dns64(&network, "yum", place), is_single_stack, "{name}");
    }
}

#[test]
fn interfaces_of_services_are_named_by_what_aws_calls_them() {
    let interface = |id: &str, address: &str, kind: &str, description: &str| {
        serde_json::json!({"NetworkInterfaceId": id, "VpcId": "vpc-1", "SubnetId": "subnet-1", "InterfaceType": kind,
            "Description": description, "Groups": [{"GroupId": "sg-1"}], "RequesterManaged": true,
            "Attachment": {"Status": "attached", "InstanceOwnerId": "amazon-aws", "DeviceIndex": 1},
            "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": true}]})
    };
    let uuid = "4b2a1f3e-8d0c-4c7e-9a51-0f6d2b7c8e90";
    let task = "arn:aws:ecs:us-east-1:111122223333:attachment/0d3c";
    let document = serde_json::json!({
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
        "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"}],
        "NetworkInterfaces": [
            interface("eni-1", "10.0.1.11", "lambda", &format!("AWS Lambda VPC ENI-orders-{uuid}")),
            interface("eni-2", "10.0.1.12", "lambda", &format!("AWS Lambda VPC ENI-orders-copy-{uuid}")),
            interface("eni-3", "10.0.1.13", "interface", "RDSNetworkInterface"),
            interface("eni-4", "10.0.1.14", "interface", task),
        ],
    });
    let file = deguchi::ingest::File { name: "all.json".to_owned(), text: document.to_string() };
    let network = deguchi::ingest::from_files(vec![file]).unwrap().network;
    let ask = |source: &str, destination: &str| resolve(&network, source, destination, &Options::default()).unwrap();
    for (name, address) in [("orders", "10.0.1.11"), ("orders-copy", "10.0.1.12"), ("RDSNetworkInterface", "10.0.1.13")]
    {
        assert_eq!(source_of(&ask(name, "10.0.1.14:443")), address, "{name}");
    }
    assert_eq!(source_of(&ask(task, "RDSNetworkInterface:5432")), "10.0.1.14");
    assert_eq!(traffic_of(&ask("orders", "RDSNetworkInterface:5432")), "tcp/5432 from 1024-65535");
    let to = ask("eni-4", "RDSNetworkInterface:5432");
    assert_eq!(to.alternatives[0].query.destination.addresses.only(), Some("10.0.1.13".parse().unwrap()));
}

/// AP-8: a task says which interface is its own; a database's is found by its subnets, groups and zone.
#[test]
fn databases_and_tasks_are_found_by_what_they_are_called() {
    let interface = |number: u32, group: &str, description: &str| {
        let zone = if number % 2 == 1 { "a" } else { "c" };
        serde_json::json!({"NetworkInterfaceId": format!("eni-{number}"), "VpcId": "vpc-1", "SubnetId": format!("subnet-{zone}"),
            "AvailabilityZone": format!("us-east-1{zone}"), "Description": description, "Groups": [{"GroupId": group}],
            "RequesterManaged": true, "Attachment": {"Status": "attached", "DeviceIndex": 1},
            "PrivateIpAddresses": [{"PrivateIpAddress": format!("10.0.1.{number}"), "Primary": true}]})
    };
    let database = |name: &str, group: &str, zone: &str| {
        serde_json::json!({"DBInstanceIdentifier": name, "DBInstanceArn": format!("arn:aws:rds:us-east-1:1:db:{name}"),
            "Endpoint": {"Address": format!("{name}.c1.us-east-1.rds.amazonaws.com"), "Port": 5432}, "AvailabilityZone": zone,
            "DBClusterIdentifier": (group == "sg-cluster").then_some("books"),
            "DBSubnetGroup": {"Subnets": [{"SubnetIdentifier": "subnet-a"}, {"SubnetIdentifier": "subnet-c"}]},
            "VpcSecurityGroups": [{"VpcSecurityGroupId": group, "Status": "active"}]})
    };
    let task = "arn:aws:ecs:us-east-1:111122223333:task/shop/0d3c5a";
    let document = serde_json::json!({
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
        "Subnets": [{"SubnetId": "subnet-a", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/25"},
            {"SubnetId": "subnet-c", "VpcId": "vpc-1", "CidrBlock": "10.0.1.128/25"}],
        "NetworkInterfaces": [
            interface(11, "sg-orders", "RDSNetworkInterface"), interface(12, "sg-orders", "RDSNetworkInterface"),
            interface(13, "sg-other", "RDSNetworkInterface"), interface(14, "sg-cluster", "RDSNetworkInterface"),
            interface(15, "sg-cluster", "RDSNetworkInterface"), interface(16, "sg-task", "arn:aws:ecs:us-east-1:1:attachment/0d3c"),
        ],
        "DBInstances": [database("orders", "sg-orders", "us-east-1a"), database("books-1", "sg-cluster", "us-east-1a"),
            database("books-2", "sg-cluster", "us-east-1c"), database("elsewhere", "sg-none", "us-east-1a")],
        "DBClusters": [{"DBClusterIdentifier": "books", "DBClusterArn": "arn:aws:rds:us-east-1:1:cluster:books", "Port": 3306,
            "Endpoint": "books.cluster-c1.us-east-1.rds.amazonaws.com", "ReaderEndpoint": "books.cluster-ro-c1.us-east-1.rds.amazonaws.com"}],
        "tasks": [{"taskArn": task, "group": "service:front", "attachments": [{"type": "ElasticNetworkInterface", "details": [
            {"name": "subnetId", "value": "subnet-c"}, {"name": "networkInterfaceId", "value": "eni-16"}]}]}],
    });
    let file = deguchi::ingest::File { name: "all.json".to_owned(), text: document.to_string() };
    let snapshot = deguchi::ingest::from_files(vec![file]).unwrap();
    let ask = |source: &str, destination: &str| resolve(&snapshot.network, source, destination, &Options::default());
    for source in ["front", "0d3c5a", task] {
        assert_eq!(source_of(&ask(source, "orders").unwrap()), "10.0.1.16", "{source}");
    }
    let goes_to = |destination: &str, port: u16, addresses: &[&str], basis: DestinationBasis| {
        let question = ask("front", destination).unwrap();
        let query = &question.alternatives[0].query;
        let expected: Vec<_> = addresses.iter().map(|address| address.parse().unwrap()).collect();
        assert_eq!(query.destination.addresses, AddressSet::from_cidrs(&expected), "{destination}");
        assert_eq!(query.destination.basis, basis, "{destination}");
        assert_eq!(traffic_of(&question), format!("tcp/{port} from 32768-60999"), "{destination}");
    };
    // Its own zone's interface, not that of the standby.
    let orders = ["orders", "arn:aws:rds:us-east-1:1:db:orders", "orders.c1.us-east-1.rds.amazonaws.com"];
    for destination in orders {
        goes_to(destination, 5432, &["10.0.1.11/32"], DestinationBasis::Exact);
    }
    goes_to("eni-11", 5432, &["10.0.1.11/32"], DestinationBasis::Exact);
    goes_to("orders:22", 22, &["10.0.1.11/32"], DestinationBasis::Exact);
    // Whichever member writes by then.
    for destination in ["books", "books.cluster-ro-c1.us-east-1.rds.amazonaws.com:3306"] {
        goes_to(destination, 3306, &["10.0.1.14/32", "10.0.1.15/32"], DestinationBasis::Candidates);
    }
    // Expectations know them by the same names: without groups nothing is decided, and what nothing is called is no expectation kept.
    let sentences =
        r#"expect = ["ord* never reaches front:80", "front never reaches books-?", "carts-* never reaches internet"]"#;
    let expectations = deguchi::expectation::file::parse(sentences).unwrap();
    let judged = deguchi::expectation::judge::judge(&snapshot.network, "expectations.toml", expectations).unwrap();
    let statuses: Vec<_> = judged.results().iter().map(|judged| judged.status).collect();
    assert_eq!(statuses, [Status::Undecided, Status::Undecided, Status::Broken]);
    let without = |source: &str, destination: &str| ask(source, destination).unwrap_err().kind;
    assert!(matches!(without("front", "elsewhere"), ErrorKind::NoInterfaceOfWorkload { .. }));
    assert!(matches!(without("books", "orders"), ErrorKind::AmbiguousName { .. }));
    assert!(matches!(without("front", "order"), ErrorKind::UnknownResource { close, .. } if close == ["orders"]));
}

#[test]
fn every_form_of_destination_becomes_a_query() {
    for (destination, traffic, address) in [
        ("yum", "tcp/443", None),
        ("s3", "tcp/443", None),
        ("s3:80", "tcp/80", None),
        ("dynamodb", "tcp/443", None),
        ("s3://data/key", "tcp/443", None),
        ("s3://data:80", "tcp/80", None),
        ("internet", "tcp/443", None),
        ("internet:25", "tcp/25", None),
        ("https://api.sendgrid.com", "tcp/443", None),
        ("https://api.sendgrid.com:8443/v3", "tcp/8443", None),
        ("http://example.com", "tcp/80", None),
        ("smtp.example.com:587", "tcp/587", None),
        ("198.51.100.80:8000-8100", "tcp/8000-8100", Some("198.51.100.80/32")),
        ("tcp:198.51.100.80:22", "tcp/22", Some("198.51.100.80/32")),
        ("198.51.100.80", "tcp/443", Some("198.51.100.80/32")),
        ("udp:198.51.100.80:123", "udp/123", Some("198.51.100.80/32")),
        ("udp:ntp.example.com:123", "udp/123", None),
        ("[2001:db8::1]:443", "tcp/443", Some("2001:db8::1/128")),
        ("udp:[2001:db8::1]:53", "udp/53", Some("2001:db8::1/128")),
        ("icmp:amazon.com", "ping", None),
        ("icmp:[2001:db8::1]", "ping", Some("2001:db8::1/128")),
        ("icmp:db-1", "ping", Some("10.0.20.15/32")),
        ("10.0.0.0/8", "tcp/443", Some("10.0.0.0/8")),
        ("10.0.0.0/8:5432", "tcp/5432", Some("10.0.0.0/8")),
        ("db-1:5432", "tcp/5432", Some("10.0.20.15/32")),
        ("db-1", "tcp/443", Some("10.0.20.15/32")),
        ("nat-1:443", "tcp/443", Some("10.0.0.100/32")),
        ("private-a:5432", "tcp/5432", Some("10.0.20.0/24")),
        ("dns", "udp/53", Some("169.254.169.253/32")),
        ("metadata", "tcp/80", Some("169.254.169.254/32")),
        ("ntp", "udp/123", Some("169.254.169.123/32")),
    ] {
        let question = ask("web-1", destination).unwrap();
        assert_eq!(question.alternatives.len(), 1, "{destination}");
        let asked = traffic_of(&question);
        assert_eq!(asked.split(' ').next(), Some(traffic), "{destination}");
        let addresses = &question.alternatives[0].query.destination.addresses;
        match address {
            Some(cidr) => assert_eq!(addresses.cidrs()[0].to_string(), cidr, "{destination}"),
            None => assert!(addresses.cidrs().len() > 1, "{destination}"),
        }
    }
}

#[test]
fn s3_is_the_ranges_of_its_prefix_list() {
    let network = healthy().network;
    let list = network.prefix_lists.values().find(|list| list.name.as_deref().unwrap().ends_with(".s3")).unwrap();
    let PrefixListEntries::Known(cidrs) = &list.entries else { panic!("the ranges are not in the case") };
    let ranges = AddressSet::from_cidrs(cidrs);
    for (destination, resource) in [
        ("s3", None),
        ("s3://data/a/b", Some("arn:aws:s3:::data/a/b")),
        ("s3://data", Some("arn:aws:s3:::data/*")),
        ("https://data.s3.ap-northeast-1.amazonaws.com/k", Some("arn:aws:s3:::data/k")),
        ("https://s3.ap-northeast-1.amazonaws.com/data/k", Some("arn:aws:s3:::data/k")),
        (
            "http://amazonlinux.ap-northeast-1.amazonaws.com/2/",
            Some("arn:aws:s3:::amazonlinux.ap-northeast-1.amazonaws.com/2/"),
        ),
        ("yum", Some("arn:aws:s3:::amazonlinux-2-repos-ap-northeast-1/*")),
    ] {
        let question = ask("web-1", destination).unwrap();
        let asked = &question.alternatives[0].query.destination;
        assert_eq!((&asked.addresses, asked.basis), (&ranges, DestinationBasis::Exact), "{destination}");
        assert_eq!(asked.within, std::slice::from_ref(&list.id), "{destination}");
        assert_eq!(asked.request.as_ref().map(|request| request.resources[0].as_str()), resource, "{destination}");
    }
    // A host that is neither S3's nor the snapshot's is any other public address.
    let other = ask("web-1", "https://api.sendgrid.com").unwrap();
    let asked = &other.alternatives[0].query.destination;
    assert_eq!(asked.basis, DestinationBasis::Candidates);
    assert!(asked.addresses.intersection(&ranges).is_empty());
    assert!(!asked.addresses.contains("203.0.113.10".parse().unwrap()), "the NAT gateway's own address");
}

#[test]
fn s3_without_known_ranges_is_any_public_address_within_its_list() {
    let mut network = healthy().network;
    for list in network.prefix_lists.values_mut() {
        list.entries = PrefixListEntries::Unknown;
        list.name = None;
    }
    let question = resolve(&network, "web-2", "s3", &Options::default()).unwrap();
    let asked = &question.alternatives[0].query.destination;
    // The nameless list is found by the route to the S3 endpoint.
    assert_eq!(asked.within.len(), 1);
    assert_eq!(asked.basis, DestinationBasis::Candidates);
    assert!(codes(&question).contains(&"DEGUCHI_QUESTION_SERVICE_RANGES_UNKNOWN"));
}

#[test]
fn the_operating_system_follows_from_the_image_or_is_asked() {
    let names = |source: &str, destination: &str, os: Option<&str>, forget: bool| {
        let mut network = healthy().network;
        if forget {
            network.images.clear();
        }
        let options = Options { os: os.map(ToOwned::to_owned), ..Options::default() };
        let question = resolve(&network, source, destination, &options).unwrap();
        let names: Vec<String> = question.alternatives.iter().map(|each| each.name.clone().unwrap()).collect();
        (names, codes(&question))
    };
    let (web_1, codes) = names("web-1", "yum", None, false);
    assert_eq!(
        web_1,
        ["Amazon Linux 2: https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com"]
    );
    assert!(codes.contains(&"DEGUCHI_QUESTION_OS_FROM_IMAGE"));
    assert!(
        names("web-2", "yum", None, false).0[0].starts_with("Amazon Linux 2023: https://al2023-repos-ap-northeast-1-")
    );
    let (asked, codes) = names("web-1", "yum", Some("ubuntu"), false);
    assert!(asked[0].contains("http://ap-northeast-1.ec2.archive.ubuntu.com") && asked.len() == 1, "{asked:?}");
    assert!(codes.contains(&"DEGUCHI_QUESTION_OS_ASKED"));
    let (each, codes) = names("web-1", "yum", None, true);
    assert!(each.len() > 3 && !each.iter().any(|name| name.contains("Ubuntu")), "{each:?}");
    assert!(codes.contains(&"DEGUCHI_QUESTION_OS_UNKNOWN"));
    let (deb, _) = names("web-1", "apt", None, true);
    assert!(deb.iter().all(|name| name.contains("Ubuntu") || name.contains("Debian")), "{deb:?}");
}

#[test]
fn options_change_ports_and_family() {
    let network = healthy().network;
    let ports = PortRange::new(49152, 65535);
    let options = Options { source_ports: ports, port: Some(8443), ..Options::default() };
    let question = resolve(&network, "web-1", "https://api.sendgrid.com", &options).unwrap();
    assert_eq!(traffic_of(&question), "tcp/8443 from 49152-65535");
    let options = Options { family: Some(Family::Ipv6), ..Options::default() };
    let question = resolve(&network, "web-1", "internet", &options).unwrap();
    assert!(question.alternatives[0].query.destination.addresses.contains("2600::1".parse().unwrap()));
    // The interface has no IPv6 address: the engine says so, with the address that there is.
    assert_eq!(source_of(&question), "10.0.10.11");
}

#[test]
fn what_cannot_be_asked_is_an_error_with_a_hint() {
    let network = healthy().network;
    let nat = network.nat_gateways.keys().next().unwrap().to_string();
    let kind = |source: &str, destination: &str| ask(source, destination).unwrap_err().kind;
    assert!(matches!(kind("web-3", "yum"), ErrorKind::UnknownResource { close, .. } if close == ["web-1", "web-2"]));
    assert!(matches!(kind("zzz", "yum"), ErrorKind::UnknownResource { close, .. } if close.is_empty()));
    assert!(matches!(kind("web-1", "wbe-2:443"), ErrorKind::UnknownResource { close, .. } if close == ["web-2"]));
    assert!(matches!(kind(&nat, "yum"), ErrorKind::NatGatewayAsSource { .. }));
    assert!(matches!(kind("private-c", "yum"), ErrorKind::EmptySubnet { .. }));
    assert!(matches!(kind("internet", "internet"), ErrorKind::BothEndsOutside));
    assert!(matches!(kind("internet:10.0.0.1", "web-1:443"), ErrorKind::SourceNotPublic { .. }));
    assert!(matches!(kind("internet:2600::1", "bastion:22"), ErrorKind::MixedFamilies));
    assert!(matches!(kind("web-1", "ftp://example.com"), ErrorKind::UnknownScheme { .. }));
    assert!(matches!(kind("web-1", "icmp:198.51.100.1:80"), ErrorKind::PortForPing { .. }));
    let vpc = network.vpcs.keys().next().unwrap().to_string();
    assert!(matches!(kind("web-1", &format!("{vpc}:443")), ErrorKind::NotADestination { .. }));
    assert!(matches!(kind(&vpc, "yum"), ErrorKind::NotASource { .. }));
}

#[test]
fn a_windows_instance_has_no_repositories_and_ports_of_its_own() {
    let mut network = healthy().network;
    for instance in network.instances.values_mut() {
        instance.platform = Some("Windows".to_owned());
    }
    let error = resolve(&network, "web-1", "yum", &Options::default()).unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NoRepositories { .. }));
    let question = resolve(&network, "web-1", "internet", &Options::default()).unwrap();
    assert_eq!(traffic_of(&question), "tcp/443 from 49152-65535");
}

#[test]
fn a_name_that_two_instances_have_lists_both() {
    let mut network = healthy().network;
    for instance in network.instances.values_mut().filter(|each| each.name.as_deref() == Some("web-2")) {
        instance.name = Some("web-1".to_owned());
    }
    let error = resolve(&network, "web-1", "yum", &Options::default()).unwrap_err();
    assert!(matches!(&error.kind, ErrorKind::AmbiguousName { candidates, .. } if candidates.len() == 2));
    for language in Language::ALL {
        let text = error.render(language);
        assert_eq!(text.lines().filter(|line| line.starts_with("  - `i-")).count(), 2, "{text}");
        assert!(text.contains("running"), "{text}");
    }
}
