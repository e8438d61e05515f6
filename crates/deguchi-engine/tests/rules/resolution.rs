//! Whether names resolve (DN-1 to DN-6, PW-11, PW-14), and what they lead to (IE-2, IE-3).

use deguchi_engine::{
    Assumption, Code, Engine, Gap, NameGap, Ports, Source, Verdict,
    change::{Change, DnsAttribute, apply, apply_all},
    fix,
    resolution::{Resolution, ResolutionNote},
};
use deguchi_model::{
    DhcpOptions, DhcpOptionsOfVpc, EndpointPolicy, EndpointState, HostedZone, InterfaceKind, NameServer, Network,
    ResolverEndpoint, ResolverRule, ResolverRuleAction, VpcAssociations, VpcDns, VpcEndpoint, VpcEndpointKind,
    ZoneRecord, ZoneRecordData,
};

use super::{
    build::{Build, query},
    check, missing, reason,
};

/// A client in `a` with the groups named, a server in `b`, both attributes on, and these name servers by DHCP.
fn network(servers: &[&str], groups: &[&str]) -> Build {
    let server = |text: &&str| match text.parse() {
        Ok(address) => NameServer::Address(address),
        Err(_) => NameServer::AmazonProvided,
    };
    let servers = servers.iter().map(server).collect();
    Build::new()
        .subnet("a", "10.0.1.0/24", None)
        .subnet("b", "10.0.2.0/24", None)
        .group("web", &[], &["0.0.0.0/0 tcp/443"])
        .group("udp", &[], &["0.0.0.0/0 udp/53"])
        .machine("client", "a", "10.0.1.5", None, groups)
        .machine("server", "b", "10.0.2.9", None, &["open"])
        .with(|network| {
            let options = DhcpOptions { id: "dopt".into(), name: None, name_servers: servers, domain_name: None };
            network.dhcp_options.insert(options.id.clone(), options);
            network.vpcs.get_mut("vpc").unwrap().dns = VpcDns {
                support: Some(true),
                hostnames: Some(true),
                dhcp_options: DhcpOptionsOfVpc::Set("dopt".into()),
            };
        })
}

fn with_dns(build: Build, change: impl FnOnce(&mut VpcDns)) -> Build {
    build.with(|network| change(&mut network.vpcs.get_mut("vpc").unwrap().dns))
}

fn resolve(network: &Network, name: &str) -> Resolution {
    let source = Source::Interface { interface: "eni-client".into(), address: "10.0.1.5".parse().unwrap() };
    Engine::new(network).resolve(&source, name, Ports::to(53).source).unwrap()
}

/// Resolves a name; compares the verdict, and everything that keeps it from resolving or is not known.
fn resolves(network: &Network, name: &str, verdict: Verdict, expected: &[&str]) -> Resolution {
    let found = resolve(network, name);
    let mut said: Vec<String> = found.reasons.iter().map(reason).collect();
    said.extend(found.missing.iter().map(missing));
    assert_eq!((found.verdict, said), (verdict, expected.iter().map(ToString::to_string).collect()), "{found:#?}");
    found
}

fn target(found: &Resolution) -> String {
    found.target.as_ref().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn the_amazon_resolver_answers_whatever_groups_and_acls_say() {
    let network = network(&["AmazonProvidedDNS"], &["web"]).acl("closed", &["a"], &[], &[]).0;
    let found = resolves(&network, "example.com.", Verdict::Reachable, &[]);
    assert_eq!((found.name.as_str(), target(&found).as_str()), ("example.com", "outside"));
    assert_eq!(found.assumptions, []);
}

#[test]
fn without_dns_support_the_amazon_resolver_answers_nothing() {
    let network = with_dns(network(&["AmazonProvidedDNS"], &["open"]), |dns| dns.support = Some(false)).0;
    let expected = ["DEGUCHI_DNS_SUPPORT_DISABLED vpc, out 1"];
    resolves(&network, "example.com", Verdict::Unreachable, &expected);
    for address in ["10.0.0.2", "169.254.169.253"] {
        check(&network, ("client", address, "udp/53"), Verdict::Unreachable, &expected);
    }
    check(&network, ("client", "169.254.169.254", "tcp/80"), Verdict::Reachable, &[]);
}

#[test]
fn without_dns_support_another_server_still_answers() {
    let network = with_dns(network(&["10.0.2.9"], &["open"]), |dns| dns.support = Some(false)).0;
    resolves(&network, "example.com", Verdict::Reachable, &[]);
}

#[test]
fn what_the_snapshot_does_not_say_is_awss_default_and_named() {
    let unknown = with_dns(network(&[], &["open"]), |dns| *dns = VpcDns::default()).0;
    let found = resolves(&unknown, "example.com", Verdict::Reachable, &[]);
    for expected in
        [Assumption::DnsSupportIsOn { vpc: "vpc".into() }, Assumption::AmazonProvidedDns { vpc: "vpc".into() }]
    {
        assert!(found.assumptions.contains(&expected), "{expected:?}");
    }
    let options_missing = network(&[], &["open"]).with(|network| network.dhcp_options.clear()).0;
    let found = resolves(&options_missing, "example.com", Verdict::Reachable, &[]);
    assert!(found.assumptions.contains(&Assumption::AmazonProvidedDns { vpc: "vpc".into() }));
}

#[test]
fn an_option_set_of_which_aws_says_two_things_is_undecided() {
    let network = with_dns(network(&[], &["open"]), |dns| dns.dhcp_options = DhcpOptionsOfVpc::Default).0;
    let expected = ["? UNKNOWN_RESOURCE vpc, Name, out 1"];
    resolves(&network, "example.com", Verdict::Undecided, &expected);
}

#[test]
fn an_option_set_without_name_servers_resolves_nothing() {
    let expected = ["DEGUCHI_NO_NAME_SERVER dopt, out 1"];
    resolves(&network(&[], &["open"]).0, "example.com", Verdict::Unreachable, &expected);
}

#[test]
fn a_custom_server_is_asked_by_ordinary_packets() {
    let open = network(&["10.0.2.9"], &["open"]).0;
    let found = resolves(&open, "example.com", Verdict::Reachable, &[]);
    assert!(found.assumptions.contains(&Assumption::NameServerAnswers { address: "10.0.2.9".parse().unwrap() }));
    let expected = ["ENI_SG_RULES_MISMATCH web, none of 1 at eni-client, out 1, out of"];
    resolves(&network(&["10.0.2.9"], &["web"]).0, "example.com", Verdict::Unreachable, &expected);
    let acl = network(&["10.0.2.9"], &["open"]).acl("no-dns", &["b"], &["100 0.0.0.0/0 tcp/all allow"], &[]).0;
    let found = resolve(&acl, "example.com");
    assert_eq!(found.verdict, Verdict::Unreachable);
    assert!(found.reasons.iter().all(|reason| reason.code == Code::NetworkAclRestriction), "{found:#?}");
}

#[test]
fn where_tcp_is_stopped_names_resolve_and_long_answers_are_lost() {
    let found = resolves(&network(&["10.0.2.9"], &["udp"]).0, "example.com", Verdict::Reachable, &[]);
    assert_eq!(found.notes, [ResolutionNote::LongAnswersLost { address: "10.0.2.9".parse().unwrap() }]);
}

#[test]
fn one_server_that_answers_is_enough_and_the_silent_one_is_told() {
    let found = resolves(&network(&["10.0.9.9", "10.0.2.9"], &["open"]).0, "example.com", Verdict::Reachable, &[]);
    assert_eq!(found.notes, [ResolutionNote::ServerNotReached { address: "10.0.9.9".parse().unwrap() }]);
    resolves(&network(&["10.0.9.9", "AmazonProvidedDNS"], &["web"]).0, "example.com", Verdict::Reachable, &[]);
}

#[test]
fn a_server_on_the_internet_needs_a_way_out() {
    let expected = ["NO_ROUTE_TO_DESTINATION rtb, out 1, a"];
    resolves(&network(&["8.8.8.8"], &["open"]).0, "example.com", Verdict::Unreachable, &expected);
}

fn endpoint(build: Build, service: &str, names: &[&str]) -> Build {
    build.machine("ssm", "b", "10.0.2.20", None, &["open"]).with(|network| {
        let interface = network.network_interfaces.get_mut("eni-ssm").unwrap();
        interface.kind = InterfaceKind::VpcEndpoint;
        interface.attachment.as_mut().unwrap().instance = None;
        network.instances.remove("i-ssm");
        let endpoint = VpcEndpoint {
            id: "vpce".into(),
            name: None,
            vpc: "vpc".into(),
            service_name: service.into(),
            kind: VpcEndpointKind::Interface {
                interfaces: vec!["eni-ssm".into()],
                security_groups: vec!["open".into()],
                private_dns_enabled: true,
            },
            state: EndpointState::Available,
            policy: EndpointPolicy::FullAccess,
            dns_names: names.iter().map(ToString::to_string).collect(),
        };
        network.vpc_endpoints.insert(endpoint.id.clone(), endpoint);
    })
}

#[test]
fn private_dns_leads_the_services_name_to_the_endpoint() {
    for (service, name, expected) in [
        ("com.amazonaws.us-east-1.ssm", "ssm.us-east-1.amazonaws.com", "vpce"),
        ("com.amazonaws.us-east-1.ssm", "SSM.us-east-1.amazonaws.com.", "vpce"),
        ("com.amazonaws.us-east-1.ssm", "ssm.eu-west-1.amazonaws.com", "outside"),
        ("com.amazonaws.us-east-1.ssm", "ssmmessages.us-east-1.amazonaws.com", "outside"),
        ("com.amazonaws.us-east-1.ecr.api", "api.ecr.us-east-1.amazonaws.com", "vpce"),
        ("com.amazonaws.us-east-1.ecr.dkr", "111122223333.dkr.ecr.us-east-1.amazonaws.com", "vpce"),
        ("com.amazonaws.us-east-1.s3", "bucket.s3.us-east-1.amazonaws.com", "vpce"),
        // IE-5: dual-stack names are others.
        ("com.amazonaws.us-east-1.s3", "bucket.s3.dualstack.us-east-1.amazonaws.com", "outside"),
        ("cn.com.amazonaws.cn-north-1.ssm", "ssm.cn-north-1.amazonaws.com.cn", "vpce"),
    ] {
        let network = endpoint(network(&["AmazonProvidedDNS"], &["open"]), service, &[]).0;
        let found = resolves(&network, name, Verdict::Reachable, &[]);
        assert_eq!(target(&found), expected, "{name}");
    }
    let printed = ["vpce-1-abc.x.us-east-1.vpce.amazonaws.com", "api.partner.example"];
    let network =
        endpoint(network(&["AmazonProvidedDNS"], &["open"]), "com.amazonaws.vpce.us-east-1.vpce-svc-1", &printed);
    for name in printed {
        assert_eq!(target(&resolve(&network.0, name)), "vpce", "{name}");
    }
}

#[test]
fn private_dns_is_not_in_force_without_host_names_and_passed_by_with_another_server() {
    let (service, name) = ("com.amazonaws.us-east-1.ssm", "ssm.us-east-1.amazonaws.com");
    let off = with_dns(network(&["AmazonProvidedDNS"], &["open"]), |dns| dns.hostnames = Some(false));
    let found = resolves(&endpoint(off, service, &[]).0, name, Verdict::Reachable, &[]);
    let note = ResolutionNote::PrivateDnsNotInForce { endpoint: "vpce".into(), vpc: "vpc".into() };
    assert_eq!((target(&found).as_str(), found.notes), ("outside", vec![note]));
    let custom = endpoint(network(&["10.0.2.9"], &["open"]), service, &[]).0;
    let found = resolves(&custom, name, Verdict::Reachable, &[]);
    let note = ResolutionNote::PrivateDnsPassedBy { endpoint: "vpce".into() };
    assert_eq!((target(&found).as_str(), found.notes), ("outside", vec![note]));
    let unknown = with_dns(network(&["AmazonProvidedDNS"], &["open"]), |dns| dns.hostnames = None);
    let found = resolves(&endpoint(unknown, service, &[]).0, name, Verdict::Reachable, &[]);
    assert_eq!(target(&found), "vpce");
    assert!(found.assumptions.contains(&Assumption::DnsHostnamesAreOn { vpc: "vpc".into() }));
}

fn associated(vpcs: Option<&[&str]>) -> VpcAssociations {
    let with = vpcs.unwrap_or_default().iter().map(|vpc| (*vpc).into()).collect();
    VpcAssociations { with, is_complete: vpcs.is_some(), ..VpcAssociations::default() }
}

fn record(name: &str, data: ZoneRecordData) -> ZoneRecord {
    ZoneRecord { name: name.into(), data }
}

fn zone(build: Build, id: &str, name: &str, vpcs: Option<&[&str]>, records: Option<Vec<ZoneRecord>>) -> Build {
    build.with(|network| {
        let zone = HostedZone { id: id.into(), name: name.into(), vpcs: associated(vpcs), records };
        network.hosted_zones.insert(zone.id.clone(), zone);
    })
}

fn addresses(list: &[&str]) -> ZoneRecordData {
    ZoneRecordData::Addresses(list.iter().map(|text| text.parse().unwrap()).collect())
}

#[test]
fn the_most_specific_private_zone_decides_and_shadows_public_names() {
    let records = vec![
        record("db.corp.example", addresses(&["10.0.2.9"])),
        record("www.corp.example", ZoneRecordData::Name("db.corp.example".into())),
        record("out.corp.example", ZoneRecordData::Name("api.sendgrid.com".into())),
        record("*.any.corp.example", addresses(&["10.0.2.10"])),
        record("text.corp.example", ZoneRecordData::Other),
        record("below.corp.example", ZoneRecordData::Delegation),
    ];
    let build = zone(network(&["AmazonProvidedDNS"], &["open"]), "Z1", "corp.example", Some(&["vpc"]), Some(records));
    let build = zone(build, "Z2", "sub.corp.example", Some(&["vpc"]), Some(vec![]));
    let network = zone(build, "Z3", "other.example", Some(&["vpc-2"]), Some(vec![])).0;
    for (name, expected) in [
        ("db.corp.example", "Z1 10.0.2.9"),
        ("www.corp.example", "Z1 10.0.2.9"),
        ("out.corp.example", "outside"),
        ("x.any.corp.example", "Z1 10.0.2.10"),
        ("x.y.any.corp.example", "Z1 10.0.2.10"),
        ("www.other.example", "outside"),
        ("corp.example.org", "outside"),
    ] {
        assert_eq!(target(&resolves(&network, name, Verdict::Reachable, &[])), expected, "{name}");
    }
    for (name, zone) in [
        ("nowhere.corp.example", "Z1"),
        ("text.corp.example", "Z1"),
        ("corp.example", "Z1"),
        // Z2 has it, and is more specific.
        ("db.sub.corp.example", "Z2"),
    ] {
        let expected = format!("DEGUCHI_NO_SUCH_NAME {zone}, {name}, out 1");
        resolves(&network, name, Verdict::Unreachable, &[&expected]);
    }
    let found = resolve(&network, "below.corp.example");
    assert_eq!((found.verdict, &found.missing[0].gap), (Verdict::Undecided, &Gap::Name(NameGap::Delegated)));
}

#[test]
fn what_is_not_known_of_a_zone_leaves_its_names_undecided() {
    let base = || network(&["AmazonProvidedDNS"], &["open"]);
    let lacks_records = zone(base(), "Z1", "corp.example", Some(&["vpc"]), None).0;
    let lacks_vpcs = zone(base(), "Z1", "corp.example", None, Some(vec![])).0;
    for (network, gap) in [(lacks_records, NameGap::HostedZoneRecords), (lacks_vpcs, NameGap::HostedZoneAssociation)] {
        let found = resolves(&network, "a.corp.example", Verdict::Undecided, &["? UNKNOWN_RESOURCE Z1, Name, out 1"]);
        assert_eq!(found.missing[0].gap, Gap::Name(gap));
        resolves(&network, "example.com", Verdict::Reachable, &[]);
    }
    let off = with_dns(base(), |dns| dns.hostnames = Some(false));
    let off = zone(off, "Z1", "corp.example", Some(&["vpc"]), None).0;
    let found = resolves(&off, "a.corp.example", Verdict::Reachable, &[]);
    assert_eq!(found.notes, [ResolutionNote::ZoneNotInForce { zone: "Z1".into(), vpc: "vpc".into() }]);
}

#[test]
fn a_name_that_is_never_public_needs_a_zone() {
    let network = network(&["AmazonProvidedDNS"], &["open"]).0;
    let found = resolves(&network, "db.internal", Verdict::Undecided, &["? UNKNOWN_RESOURCE vpc, Name, out 1"]);
    assert_eq!(found.missing[0].gap, Gap::Name(NameGap::HostedZones));
    let listed = Network { are_hosted_zones_listed: true, ..network };
    let expected = ["DEGUCHI_NO_SUCH_NAME vpc, db.internal, out 1"];
    resolves(&listed, "db.internal", Verdict::Unreachable, &expected);
    assert_eq!(target(&resolve(&listed, "ip-10-0-2-9.ec2.internal")), "10.0.2.9");
}

fn rule(build: Build, domain: &str, targets: &[&str], vpcs: Option<&[&str]>) -> Build {
    build.with(|network| {
        let rule = ResolverRule {
            id: "rslvr-rr".into(),
            name: None,
            domain: domain.into(),
            action: ResolverRuleAction::Forward {
                targets: targets.iter().map(|text| (text.parse().unwrap(), 53)).collect(),
                endpoint: Some("rslvr-out".into()),
            },
            vpcs: associated(vpcs),
        };
        network.resolver_rules.insert(rule.id.clone(), rule);
    })
}

#[test]
fn a_rule_forwards_from_its_outbound_endpoint() {
    let base = |groups: &[&str]| {
        let build = network(&["AmazonProvidedDNS"], &["web"]).machine("out", "b", "10.0.2.40", None, groups);
        build.with(|network| {
            let id: deguchi_model::ResolverEndpointId = "rslvr-out".into();
            let interfaces = vec!["eni-out".into()];
            network.resolver_endpoints.insert(id.clone(), ResolverEndpoint { id, name: None, interfaces });
        })
    };
    let open = rule(base(&["open"]), "corp.example", &["10.0.2.9"], Some(&["vpc"])).0;
    assert_eq!(target(&resolves(&open, "db.corp.example", Verdict::Reachable, &[])), "rslvr-rr");
    assert_eq!(target(&resolve(&open, "example.com")), "outside");
    let closed = rule(base(&["web"]), "corp.example", &["10.0.2.9"], Some(&["vpc"])).0;
    let expected = ["ENI_SG_RULES_MISMATCH web, none of 1 at eni-out, out 1, out of"];
    resolves(&closed, "db.corp.example", Verdict::Unreachable, &expected);
    let unknown = rule(base(&["open"]), "corp.example", &["10.0.2.9"], None).0;
    resolves(&unknown, "db.corp.example", Verdict::Undecided, &["? UNKNOWN_RESOURCE rslvr-rr, Name, out 1"]);
    let without = rule(network(&["AmazonProvidedDNS"], &["web"]), "corp.example", &["10.9.9.9"], Some(&["vpc"])).0;
    let found = resolves(&without, "db.corp.example", Verdict::Reachable, &[]);
    assert!(found.assumptions.contains(&Assumption::ResolverForwards { rule: "rslvr-rr".into() }));
}

#[test]
fn switching_dns_support_on_is_a_plan_where_that_is_the_blocker() {
    let network = with_dns(network(&["AmazonProvidedDNS"], &["open"]), |dns| dns.support = Some(false)).0;
    let query = query(&network, "client", "10.0.2.9", "tcp/443");
    let names = names(&network, &query.source);
    let fixes = fix::search_with_names(&network, &[query], &names, &fix::MonthlyCosts::default());
    let change = Change::EnableVpcDns { vpc: "vpc".into(), attribute: DnsAttribute::Support };
    assert_eq!(fixes.plans.iter().map(|plan| plan.changes.clone()).collect::<Vec<_>>(), [vec![change.clone()]]);
    resolves(&apply(&network, &change), "example.com", Verdict::Reachable, &[]);
}

fn names(network: &Network, source: &Source) -> Vec<deguchi_engine::Query> {
    Engine::new(network).resolution_queries(source, &["example.com".to_owned()], Ports::to(53).source)
}

#[test]
fn a_plan_cures_the_name_and_the_connection_together() {
    let network = network(&["10.0.2.9"], &["web"]).table("main", &["a"], &["0.0.0.0/0 igw"]).0;
    let public = query(&network, "client", "203.0.113.9", "tcp/443");
    let names = names(&network, &public.source);
    assert_eq!(names.len(), 1);
    let fixes = fix::search_with_names(&network, core::slice::from_ref(&public), &names, &fix::MonthlyCosts::default());
    let by_address = |plan: &&fix::Plan| plan.kind == fix::PlanKind::PublicAddress;
    let plan = fixes.plans.iter().find(by_address).unwrap();
    let after = apply_all(&network, &plan.changes);
    assert_eq!(Engine::new(&after).answer(&public).verdict, Verdict::Reachable);
    resolves(&after, "example.com", Verdict::Reachable, &[]);
    assert_eq!(plan.changes.len(), 2, "an address, and a rule for the name server: {:#?}", plan.changes);
    // What keeps the name from resolving stands in the way of no exit.
    assert!(fixes.exits.iter().all(|exit| exit.blockers.iter().all(|it| it.code != Code::SecurityGroupRulesMismatch)));
}
