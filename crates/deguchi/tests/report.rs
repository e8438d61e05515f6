//! Reports made of answers written by hand: words for everything in both languages, the text, the JSON.
//!
//! Leaves out whether answers are right: that is the engine's and the cases' to show.
#![cfg(test)]

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::LazyLock,
};

use deguchi::{
    language::Language,
    notice::{JsonProblem, JsonProblemKind, Location, Notice, NoticeKind},
    question::{Alternative, Question, Remark},
    report::{
        self, Report,
        text::{Colour, Style},
    },
};
use deguchi_engine::{
    AddressSet, Answer, Assumption, Code, Decision, Destination, DestinationBasis, Evidence, Gap, HeaderView, Heading,
    Hop, InspectionGap, InterfaceRole, Limit, LoadBalancerGap, Missing, Outcome, PacketPart, Place, Ports, PortsView,
    Query, Reason, RequestCaller, Resource, RuleReference, ServiceRequest, Source, Traffic, TransitGatewayGap, Verdict,
    Way,
    policy::{Doubt, MissingPolicy, PolicyGap, PolicyReference, StatementName},
};
use deguchi_model::{
    Connectivity, Direction, IpNet, NatGateway, NatGatewayFailure, NatGatewayPlacement, NatGatewayState, Network,
    NetworkAcl, NetworkAclRule, NetworkAclRules, PortRange, RoleArn, Route, RouteDestination, RouteOrigin, RouteState,
    RouteTarget, RuleAction, RuleNumber, RulePeer, SecurityGroup, SecurityGroupRule, Subnet, TrafficMatch,
    TransitGatewayRoute, TransitGatewayRouteOrigin,
};
use serde_json::Value;

const SCHEMA: &str = include_str!("../../../docs/report.schema.json");

static VALIDATOR: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&serde_json::from_str(SCHEMA).unwrap()).unwrap());

// What the tests are made of.

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn set(cidrs: &[&str]) -> AddressSet {
    AddressSet::from_cidrs(&cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect::<Vec<IpNet>>())
}

fn network() -> Network {
    let mut network = Network::default();
    let acl = NetworkAcl::new(
        "acl-1".into(),
        Some("protected".to_owned()),
        "vpc-1".into(),
        false,
        ["subnet-1".into()].into(),
        NetworkAclRules::default(),
    );
    network.network_acls.insert("acl-1".into(), acl);
    network.security_groups.insert(
        "sg-1".into(),
        SecurityGroup {
            id: "sg-1".into(),
            name: Some("web\u{1b}[31m".to_owned()),
            vpc: None,
            inbound: Vec::new(),
            outbound: Vec::new(),
        },
    );
    network.subnets.insert(
        "subnet-1".into(),
        Subnet {
            id: "subnet-1".into(),
            name: Some("踏み台".to_owned()),
            vpc: "vpc-1".into(),
            cidr_block: None,
            ipv6_cidr_blocks: Vec::new(),
            availability_zone: None,
            availability_zone_id: None,
            dns64: None,
        },
    );
    for (id, connectivity, state) in [
        ("nat-1", Connectivity::Public, NatGatewayState::Available),
        ("nat-2", Connectivity::Private, NatGatewayState::Available),
        (
            "nat-3",
            Connectivity::Public,
            NatGatewayState::Failed(Some(NatGatewayFailure { code: "Gateway.NotAttached".to_owned(), message: None })),
        ),
    ] {
        let gateway = NatGateway {
            id: id.into(),
            name: None,
            vpc: "vpc-1".into(),
            placement: NatGatewayPlacement::Zonal("subnet-2".into()),
            connectivity,
            state,
            attached_appliances: Vec::new(),
            addresses: Vec::new(),
        };
        network.nat_gateways.insert(id.into(), gateway);
    }
    network
}

fn query(traffic: Traffic) -> Query {
    Query {
        source: Source::Interface { interface: "eni-1".into(), address: ip("10.0.10.15") },
        destination: Destination {
            addresses: set(&["198.51.100.80/32"]),
            basis: DestinationBasis::Exact,
            within: Vec::new(),
            request: Some(ServiceRequest {
                action: "s3:GetObject".to_owned(),
                resources: vec!["arn:aws:s3:::bucket/*".to_owned()],
                caller: RequestCaller::Machine,
                region: None,
                prefix: None,
            }),
        },
        traffic,
    }
}

fn question(query: Query) -> Question {
    Question {
        source: "web-1".to_owned(),
        destination: "198.51.100.80:443".to_owned(),
        remarks: Vec::new(),
        alternatives: vec![Alternative { name: None, query, hosts: Vec::new() }],
    }
}

fn whole() -> PacketPart {
    PacketPart { share: 1.0, limits: Vec::new() }
}

fn header(source: &str, from: (u16, u16), destination: &str, to: (u16, u16)) -> HeaderView {
    HeaderView {
        source: set(&[source]),
        destination: set(&[destination]),
        ports: PortsView::Tcp { source: vec![from], destination: vec![to] },
    }
}

/// The headers of the four legs over a NAT gateway (PW-16).
fn leg_header(leg: u8) -> HeaderView {
    const CLIENT: (u16, u16) = (32768, 60999);
    const NAT: (u16, u16) = (1024, 65535);
    match leg {
        1 => header("10.0.10.15/32", CLIENT, "198.51.100.80/32", (443, 443)),
        2 => header("10.0.0.220/32", NAT, "198.51.100.80/32", (443, 443)),
        3 => header("198.51.100.80/32", (443, 443), "10.0.0.220/32", NAT),
        _ => header("198.51.100.80/32", (443, 443), "10.0.10.15/32", CLIENT),
    }
}

fn hop(leg: u8, place: Place, decision: Decision) -> Hop {
    let heading = if leg < 3 { Heading::Forward } else { Heading::Return };
    Hop { heading, leg, place, decision, header: leg_header(leg) }
}

fn route(destination: &str, target: RouteTarget) -> Route {
    Route {
        destination: RouteDestination::Cidr(destination.parse().unwrap()),
        target,
        state: RouteState::Active,
        origin: RouteOrigin::Static,
    }
}

fn rule(number: u32, action: RuleAction) -> NetworkAclRule {
    NetworkAclRule {
        number: RuleNumber(number),
        cidr: "0.0.0.0/0".parse().unwrap(),
        traffic: TrafficMatch::Tcp(PortRange::new(1024, 65535).unwrap()),
        action,
    }
}

fn group_rule(port: u16) -> RuleReference {
    RuleReference::SecurityGroup(
        "sg-1".into(),
        SecurityGroupRule {
            traffic: TrafficMatch::Tcp(PortRange::single(port)),
            peer: RulePeer::Cidr("0.0.0.0/0".parse().unwrap()),
        },
    )
}

fn acl(direction: Direction, decision: Decision, leg: u8, id: &str, subnet: &str) -> Hop {
    hop(leg, Place::NetworkAcl { acl: Some(id.into()), subnet: subnet.into(), direction }, decision)
}

fn allow(number: u32) -> Decision {
    Decision::Allowed { by: vec![RuleReference::NetworkAcl(rule(number, RuleAction::Allow))] }
}

fn interface(role: InterfaceRole) -> Place {
    Place::Interface { interface: "eni-1".into(), instance: Some("i-1".into()), role }
}

/// The way from `web-1` over `nat-1` and back; the last network ACL does what it is told.
fn nat_way(last: Decision) -> Vec<Hop> {
    use Direction::{Inbound, Outbound};
    let gateway = Place::InternetGateway { internet_gateway: "igw-1".into(), vpc: "vpc-1".into() };
    let groups = Place::SecurityGroups { interface: "eni-1".into(), groups: vec!["sg-1".into()], direction: Outbound };
    let table =
        |table: &str, subnet: &str| Place::RouteTable { table: Some(table.into()), subnet: Some(subnet.into()) };
    let many = (1..=40).map(|port| group_rule(port * 100)).collect();
    let mut translated = hop(2, gateway.clone(), Decision::Translated);
    translated.header = header("203.0.113.10/32", (1024, 65535), "198.51.100.80/32", (443, 443));
    let mut internet = hop(2, Place::Internet, Decision::Passed);
    internet.header = translated.header.clone();
    let mut back = hop(3, Place::Internet, Decision::Passed);
    back.header = header("198.51.100.80/32", (443, 443), "203.0.113.10/32", (1024, 65535));
    vec![
        hop(1, interface(InterfaceRole::Origin), Decision::Passed),
        hop(1, groups, Decision::Allowed { by: many }),
        acl(Outbound, allow(100), 1, "acl-1", "subnet-1"),
        hop(
            1,
            table("rtb-1", "subnet-1"),
            Decision::Routed(Some(route("0.0.0.0/0", RouteTarget::NatGateway("nat-1".into())))),
        ),
        acl(Inbound, allow(100), 1, "acl-2", "subnet-2"),
        hop(2, Place::NatGateway("nat-1".into()), Decision::Translated),
        acl(Outbound, allow(100), 2, "acl-2", "subnet-2"),
        hop(
            2,
            table("rtb-2", "subnet-2"),
            Decision::Routed(Some(route("0.0.0.0/0", RouteTarget::InternetGateway("igw-1".into())))),
        ),
        translated,
        internet,
        back,
        hop(3, gateway, Decision::Translated),
        acl(Inbound, allow(140), 3, "acl-2", "subnet-2"),
        hop(4, Place::NatGateway("nat-1".into()), Decision::Translated),
        acl(Outbound, allow(140), 4, "acl-2", "subnet-2"),
        hop(4, table("rtb-2", "subnet-2"), Decision::Routed(Some(route("10.0.0.0/16", RouteTarget::Local)))),
        acl(Inbound, last, 4, "acl-1", "subnet-1"),
        hop(4, interface(InterfaceRole::Target), Decision::Passed),
    ]
}

fn reply_denied(packets: PacketPart) -> Reason {
    Reason {
        code: Code::NetworkAclRestriction,
        resource: Resource::NetworkAcl("acl-1".into()),
        evidence: Evidence::NetworkAclRule(Some(rule(110, RuleAction::Deny))),
        heading: Heading::Return,
        leg: 4,
        direction: Some(Direction::Inbound),
        subnet: Some("subnet-1".into()),
        packets,
    }
}

fn way(outcome: Outcome, packets: PacketPart, hops: Vec<Hop>, reasons: Vec<usize>, missing: Vec<usize>) -> Way {
    Way { outcome, packets, hops, reasons, missing }
}

fn unreachable() -> Answer {
    let denied = Decision::Denied { by: vec![RuleReference::NetworkAcl(rule(110, RuleAction::Deny))] };
    Answer {
        authorizations: Vec::new(),
        verdict: Verdict::Unreachable,
        reachable_share: 0.0,
        undecided_share: 0.0,
        reasons: vec![reply_denied(whole())],
        missing: Vec::new(),
        assumptions: vec![Assumption::EphemeralPorts { first: 32768, last: 60999 }],
        ways: vec![way(Outcome::Dropped, whole(), nat_way(denied), vec![0], vec![])],
    }
}

fn reachable() -> Answer {
    Answer {
        authorizations: Vec::new(),
        verdict: Verdict::Reachable,
        reachable_share: 1.0,
        undecided_share: 0.0,
        reasons: Vec::new(),
        missing: Vec::new(),
        assumptions: Vec::new(),
        ways: vec![way(Outcome::Delivered, whole(), nat_way(allow(110)), vec![], vec![])],
    }
}

fn partly() -> Answer {
    let part = |share, ports| PacketPart { share, limits: vec![Limit::TranslationPort(1, ports)] };
    let (dropped, delivered) =
        (part(0.421_875, vec![(49152, 60999)]), part(0.578_125, vec![(1024, 49151), (61000, 65535)]));
    let denied = Decision::Denied { by: vec![RuleReference::NetworkAcl(rule(110, RuleAction::Deny))] };
    Answer {
        authorizations: Vec::new(),
        verdict: Verdict::Partly,
        reachable_share: 0.578_125,
        undecided_share: 0.0,
        reasons: vec![reply_denied(dropped.clone())],
        missing: Vec::new(),
        assumptions: Vec::new(),
        ways: vec![
            way(Outcome::Dropped, dropped, nat_way(denied), vec![0], vec![]),
            way(Outcome::Delivered, delivered, nat_way(allow(120)), vec![], vec![]),
        ],
    }
}

fn undecided() -> Answer {
    let place = Place::NetworkAcl { acl: None, subnet: "subnet-1".into(), direction: Direction::Outbound };
    let hops = vec![
        hop(1, interface(InterfaceRole::Origin), Decision::Passed),
        hop(1, place, Decision::Allowed { by: Vec::new() }),
    ];
    Answer {
        authorizations: Vec::new(),
        verdict: Verdict::Undecided,
        reachable_share: 0.0,
        undecided_share: 1.0,
        reasons: Vec::new(),
        missing: vec![Missing {
            code: Code::Missing,
            resource: Resource::Subnet("subnet-1".into()),
            gap: Gap::NetworkAclOfSubnet,
            heading: Heading::Forward,
            leg: 1,
            packets: whole(),
        }],
        assumptions: Vec::new(),
        ways: vec![way(Outcome::Undecided { would_arrive: true }, whole(), hops, vec![], vec![0])],
    }
}

fn report_of(answer: Answer) -> Report {
    report::why(&network(), &question(query(Traffic::Tcp(Ports::to(443)))), &[answer], &[])
}

fn text(report: &Report, language: Language) -> String {
    report::text::render(report, language, Style::plain(100))
}

fn json(report: &Report, language: Language) -> Value {
    let text = report::json::render(report, language);
    assert!(text.ends_with("}\n"));
    serde_json::from_str(&text).unwrap()
}

fn assert_valid(document: &Value) {
    let errors: Vec<String> =
        VALIDATOR.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

/// Everything rendered of one answer, checked; returns the English and the Japanese sentences of its reasons.
fn check(report: &Report) -> [Vec<String>; 2] {
    Language::ALL.map(|language| {
        let document = json(report, language);
        assert_valid(&document);
        let text = text(report, language);
        for line in text.lines() {
            assert_clean(line);
        }
        let mut sentences = Vec::new();
        for list in ["reasons", "undecided_beyond", "assumptions"] {
            for reason in document[list].as_array().unwrap() {
                let message = reason["message"].as_str().unwrap();
                assert!(text.contains(message), "not in the text: {message}\n{text}");
                sentences.push(message.to_owned());
                sentences.extend(reason["hint"].as_str().map(str::to_owned));
            }
        }
        for sentence in &sentences {
            assert_clean(sentence);
            assert!(!sentence.contains('\n') && !sentence.ends_with(['.', '。']), "{sentence}");
        }
        sentences
    })
}

/// No Rust shows through, no escape sequence, no full stop behind an id, no odd spaces, backticks in pairs.
fn assert_clean(line: &str) {
    for bad in ['{', '}', '\u{1b}', '\t'] {
        assert!(!line.contains(bad), "{bad:?} in {line}");
    }
    for bad in ["`.", "Some(", "None", "::", "[]", "\"", "``", "  ,", " 、", "の の"] {
        assert!(!line.contains(bad) || (bad == "::" && line.contains("arn:")), "{bad:?} in {line}");
    }
    assert_eq!(line.matches('`').count() % 2, 0, "{line}");
    assert_eq!(line, line.trim_end(), "{line}");
    let outside: String = line.split('`').step_by(2).collect();
    assert!(!outside.trim_start().contains("   ") || line.starts_with("  "), "{line}");
}

/// Every resource, one of each.
fn resources() -> Vec<Resource> {
    vec![
        Resource::Vpc("vpc-1".into()),
        Resource::Subnet("subnet-1".into()),
        Resource::RouteTable("rtb-1".into()),
        Resource::SecurityGroup("sg-1".into()),
        Resource::NetworkAcl("acl-1".into()),
        Resource::PrefixList("pl-1".into()),
        Resource::NetworkInterface("eni-1".into()),
        Resource::Instance("i-1".into()),
        Resource::NatGateway("nat-1".into()),
        Resource::NatGateway("nat-2".into()),
        Resource::NatGateway("nat-3".into()),
        Resource::InternetGateway("igw-1".into()),
        Resource::EgressOnlyInternetGateway("eigw-1".into()),
        Resource::ElasticIp("eipalloc-1".into()),
        Resource::VpcEndpoint("vpce-1".into()),
        Resource::VpnGateway("vgw-1".into()),
        Resource::PeeringConnection("pcx-1".into()),
        Resource::TransitGateway("tgw-1".into()),
        Resource::TransitGatewayAttachment("tgw-attach-1".into()),
        Resource::TransitGatewayRouteTable("tgw-rtb-1".into()),
        Resource::LoadBalancer("web".into()),
        Resource::TargetGroup("arn:targetgroup/web".into()),
        Resource::NetworkFirewall("arn:firewall/egress".into()),
        Resource::FirewallRuleGroup("arn:stateful-rulegroup/web".into()),
        Resource::Internet,
        Resource::Other("cagw-1".to_owned()),
    ]
}

fn evidences() -> Vec<Evidence> {
    let groups = |groups: &[&str]| Evidence::NoSecurityGroupRule {
        interface: "eni-1".into(),
        groups: groups.iter().map(|id| (*id).into()).collect(),
        rules: 7,
    };
    let via_nat = route("0.0.0.0/0", RouteTarget::NatGateway("nat-1".into()));
    vec![
        Evidence::NetworkAclRule(Some(rule(110, RuleAction::Deny))),
        Evidence::NetworkAclRule(Some(rule(32767, RuleAction::Deny))),
        Evidence::NetworkAclRule(None),
        groups(&["sg-1"]),
        groups(&["sg-1", "sg-2"]),
        Evidence::Route(via_nat.clone()),
        Evidence::TransitGatewayRoute(TransitGatewayRoute {
            destination: "10.2.0.0/16".parse().unwrap(),
            prefix_list: None,
            attachments: Vec::new(),
            state: RouteState::Blackhole,
            origin: TransitGatewayRouteOrigin::Static,
        }),
        Evidence::NoRoute,
        Evidence::State("detached".to_owned()),
        Evidence::NoPublicAddress(ip("10.0.0.5")),
        Evidence::Address(ip("10.0.0.5")),
        Evidence::Routes(vec![via_nat.clone(), via_nat]),
        Evidence::Listed(vec!["TCP 80".to_owned()]),
        Evidence::Nothing,
    ]
}

fn gaps_of_transit_gateways() -> Vec<Gap> {
    vec![
        Gap::TransitGateway(TransitGatewayGap::AttachmentOf("vpc-1".into())),
        Gap::TransitGateway(TransitGatewayGap::Attachment),
        Gap::TransitGateway(TransitGatewayGap::Subnets),
        Gap::TransitGateway(TransitGatewayGap::Association),
        Gap::TransitGateway(TransitGatewayGap::RouteTable),
        Gap::TransitGateway(TransitGatewayGap::Routes),
        Gap::TransitGateway(TransitGatewayGap::Propagated("tgw-attach-2".into())),
        Gap::TransitGateway(TransitGatewayGap::Zone),
        Gap::TransitGateway(TransitGatewayGap::SharedRoute),
        Gap::TransitGateway(TransitGatewayGap::Kind("connect".to_owned())),
        Gap::TransitGateway(TransitGatewayGap::OtherGateway { owner: None, region: Some("eu-west-1".into()) }),
    ]
}

fn gaps() -> Vec<Gap> {
    let route = || route("0.0.0.0/0", RouteTarget::TransitGateway("tgw-1".into()));
    vec![
        Gap::DestinationAddress,
        Gap::InterfaceOfAddress,
        Gap::Subnet,
        Gap::NetworkAclOfSubnet,
        Gap::RouteTableOfSubnet,
        Gap::RouteTableOfNatGateway,
        Gap::SecurityGroup,
        Gap::RouteTarget(route()),
        Gap::InterfacesOfVpc,
        Gap::AddressLater("10.0.1.0/24".parse().unwrap()),
        Gap::VpcElsewhere { owner: Some("111122223333".into()), region: Some("us-east-1".into()) },
        Gap::VpcElsewhere { owner: Some("111122223333".into()), region: None },
        Gap::VpcElsewhere { owner: None, region: Some("us-east-1".into()) },
        Gap::VpcElsewhere { owner: None, region: None },
        Gap::PrefixListEntries,
        Gap::SourceDestinationCheck,
        Gap::NatGatewayState("deleting".to_owned()),
        Gap::NatGatewayPlacement,
        Gap::UnreadableRoute(route()),
        Gap::TiedRoutes(vec![route(), route()]),
        Gap::RouteTargetNotModelled(route()),
        Gap::InterfaceNotModelled,
        Gap::ReplyByEgressOnlyGateway,
        Gap::EndpointOfInterface,
        Gap::Inspection(InspectionGap::Subnet),
        Gap::Inspection(InspectionGap::Appliance),
        Gap::Inspection(InspectionGap::OneWayOnly),
        Gap::Inspection(InspectionGap::Policy),
        Gap::Inspection(InspectionGap::RuleGroup),
        Gap::Inspection(InspectionGap::Rules),
        Gap::Inspection(InspectionGap::Rule),
        Gap::LoadBalancer(LoadBalancerGap::OfInterface),
        Gap::LoadBalancer(LoadBalancerGap::Listeners),
        Gap::LoadBalancer(LoadBalancerGap::ListenerRules(443)),
        Gap::LoadBalancer(LoadBalancerGap::ListenerRule(443)),
        Gap::LoadBalancer(LoadBalancerGap::TargetGroup),
        Gap::LoadBalancer(LoadBalancerGap::Targets),
        Gap::LoadBalancer(LoadBalancerGap::Target),
        Gap::LoadBalancer(LoadBalancerGap::TargetHealth),
        Gap::LoadBalancer(LoadBalancerGap::CrossZone),
        Gap::LoadBalancer(LoadBalancerGap::ClientAddressPreservation),
        Gap::Appliance,
        Gap::ApplianceOneWay,
        Gap::EdgeRouteTable(route()),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::Instance)),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::InstanceProfile("arn:aws:iam::1:instance-profile/p".to_owned()))),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::InlinePolicies(role()))),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::AttachedPolicies(role()))),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::BucketPolicy("b".to_owned()))),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::BucketOwner("b".to_owned()))),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::ServiceControlLevels("111122223333".into()))),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::ServiceControlPolicies("r-1".to_owned()))),
        Gap::Policy(PolicyGap::Missing(MissingPolicy::Document(inline()))),
        Gap::Policy(PolicyGap::NotUnderstood(PolicyReference::Endpoint { endpoint: "vpce-1".into() })),
        Gap::Policy(PolicyGap::Statement {
            policy: inline(),
            statement: StatementName::Number(2),
            doubts: [Doubt::ConditionKey("aws:CurrentTime".to_owned()), Doubt::ObjectKey].into(),
        }),
        Gap::EndpointAddressFamily,
        Gap::BlockPublicAccess("block-bidirectional".to_owned()),
        Gap::EncryptionControls,
        Gap::TooManyTranslations,
        Gap::NatGatewayAppliance("arn:aws:network-firewall:us-east-1:111122223333:proxy/p".to_owned()),
        Gap::SubnetRouter,
    ]
}

fn role() -> RoleArn {
    RoleArn::new("arn:aws:iam::111122223333:role/app")
}

fn inline() -> PolicyReference {
    PolicyReference::Inline { role: role(), name: "data".to_owned() }
}

fn assumptions() -> Vec<Assumption> {
    vec![
        Assumption::NatInstanceForwards { instance: "i-2".into(), out: "eni-2".into() },
        Assumption::GroupReferenceAtNatInstance { group: "sg-1".into() },
        Assumption::GroupReferenceCoversAddress { group: "sg-1".into() },
        Assumption::EphemeralPorts { first: 32768, last: 60999 },
        Assumption::OnPremisesBehindTransitGateway { attachment: "tgw-attach-1".into() },
        Assumption::NoLongerLearnedRoute { route_table: "tgw-rtb-1".into() },
        Assumption::OnPremisesSends { entrance: "vgw-1".to_owned() },
        Assumption::OnPremises { vpn_gateway: "vgw-1".into() },
        Assumption::OutsidePrefixList { prefix_list: "pl-1".into() },
        Assumption::EndpointPolicyAllows { endpoint: "vpce-1".into() },
        Assumption::NoPermissionsBoundary { role: role() },
        Assumption::OrganizationAllows { account: "111122223333".into() },
        Assumption::BucketPolicyAllows { bucket: "b".to_owned(), is_owner_known: true },
        Assumption::BucketPolicyAllows { bucket: "b".to_owned(), is_owner_known: false },
        Assumption::AnswersPing,
        Assumption::TargetsTakePart { load_balancer: "web".into() },
        Assumption::UnhealthyTargetsTakePart { load_balancer: "web".into() },
        Assumption::MailIsAllowed,
        Assumption::ServiceIsOn { service: "dns" },
        Assumption::GatewayIsAttached { gateway: "igw-9".to_owned() },
        Assumption::InstanceRuns { instance: "i-9".into() },
        Assumption::RegionalNatGatewayWithoutNetworkAcl { nat_gateway: "nat-1".into() },
    ]
}

fn places() -> Vec<Place> {
    let groups = |groups: &[&str], direction| Place::SecurityGroups {
        interface: "eni-1".into(),
        groups: groups.iter().map(|id| (*id).into()).collect(),
        direction,
    };
    vec![
        interface(InterfaceRole::Origin),
        interface(InterfaceRole::Target),
        interface(InterfaceRole::Forwarder),
        Place::Interface { interface: "eni-2".into(), instance: None, role: InterfaceRole::Origin },
        Place::Interface { interface: "eni-2".into(), instance: None, role: InterfaceRole::Target },
        Place::Interface { interface: "eni-2".into(), instance: None, role: InterfaceRole::Forwarder },
        groups(&["sg-1"], Direction::Outbound),
        groups(&["sg-1", "sg-2", "sg-3"], Direction::Inbound),
        Place::NetworkAcl { acl: Some("acl-1".into()), subnet: "subnet-1".into(), direction: Direction::Inbound },
        Place::NetworkAcl { acl: None, subnet: "subnet-1".into(), direction: Direction::Outbound },
        Place::RouteTable { table: Some("rtb-1".into()), subnet: Some("subnet-1".into()) },
        Place::RouteTable { table: None, subnet: None },
        Place::NatGateway("nat-1".into()),
        Place::NatInstance("i-1".into()),
        Place::InternetGateway { internet_gateway: "igw-1".into(), vpc: "vpc-1".into() },
        Place::EgressOnlyInternetGateway("eigw-1".into()),
        Place::VpcEndpoint("vpce-1".into()),
        Place::VpnGateway("vgw-1".into()),
        Place::PeeringConnection("pcx-1".into()),
        Place::TransitGatewayAttachment { attachment: "tgw-attach-1".into(), direction: Direction::Inbound },
        Place::TransitGatewayRouteTable("tgw-rtb-1".into()),
        Place::Internet,
        Place::NeverFiltered { service: "dns", address: IpAddr::V4(Ipv4Addr::new(169, 254, 169, 253)) },
        Place::Other("cagw-1".to_owned()),
    ]
}

fn decisions() -> Vec<Decision> {
    let acl = |count: u32| (1..=count).map(|n| RuleReference::NetworkAcl(rule(n * 10, RuleAction::Allow))).collect();
    let groups = |count: u16| (1..=count).map(group_rule).collect();
    let mut odd = route("0.0.0.0/0", RouteTarget::Unmodelled { field: "X".to_owned(), id: "x-1".to_owned() });
    odd.state = RouteState::Unmodelled("pending".to_owned());
    odd.origin = RouteOrigin::Unmodelled("Advertisement".to_owned());
    let mut dead = route("0.0.0.0/0", RouteTarget::NatGateway("nat-1".into()));
    dead.state = RouteState::Blackhole;
    dead.origin = RouteOrigin::Propagated;
    vec![
        Decision::Passed,
        Decision::Allowed { by: Vec::new() },
        Decision::Allowed { by: acl(1) },
        Decision::Allowed { by: acl(40) },
        Decision::Allowed { by: groups(1) },
        Decision::Allowed { by: groups(40) },
        Decision::Denied { by: Vec::new() },
        Decision::Denied { by: acl(1) },
        Decision::Denied { by: acl(2) },
        Decision::Denied { by: vec![RuleReference::NetworkAcl(rule(32768, RuleAction::Deny))] },
        Decision::Routed(Some(odd)),
        Decision::Routed(Some(dead)),
        Decision::Routed(None),
        Decision::NoRoute,
        Decision::Translated,
        Decision::Dropped,
        Decision::Unknown,
    ]
}

fn limits() -> Vec<Limit> {
    vec![
        Limit::Destination(set(&["198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24", "10.0.0.0/8", "172.16.0.0/12"])),
        Limit::Source(set(&["10.0.0.0/8"])),
        Limit::DestinationPort(vec![(443, 443)]),
        Limit::SourcePort(vec![(1, 2), (4, 5), (7, 7), (9, 9), (11, 11)]),
        Limit::TranslationPort(1, vec![(49152, 60999)]),
        Limit::TranslationPort(2, vec![(49152, 60999)]),
        Limit::TranslationAddress(1, vec![(0, 1)]),
    ]
}

fn traffics() -> [Traffic; 3] {
    [Traffic::Tcp(Ports::to(443)), Traffic::Udp(Ports::to(53)), Traffic::Ping]
}

fn assert_languages_differ(sentences: &[Vec<String>; 2]) {
    let [english, japanese] = sentences;
    assert_eq!(english.len(), japanese.len());
    for (english, japanese) in english.iter().zip(japanese) {
        assert_ne!(english, japanese);
        assert!(
            english.chars().all(|c| !('\u{3040}'..='\u{9fff}').contains(&c)) || english.contains("踏み台"),
            "{english}"
        );
        assert!(japanese.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c)), "{japanese}");
    }
}

// The tests.

#[test]
fn every_code_has_a_sentence_in_both_languages_whatever_shows_it() {
    let places = [(Heading::Forward, 1), (Heading::Return, 4)];
    let directions = [None, Some(Direction::Inbound), Some(Direction::Outbound)];
    let all = resources();
    for (index, &code) in Code::ALL.iter().enumerate() {
        for (shift, evidence) in evidences().into_iter().enumerate() {
            // Every resource turns up with every code over the evidences; not all triples, which would be slow.
            let reason = |resource: &Resource, (heading, leg), direction| Reason {
                code,
                resource: resource.clone(),
                evidence: evidence.clone(),
                heading,
                leg,
                direction,
                subnet: Some("subnet-1".into()),
                packets: whole(),
            };
            let mut reasons = Vec::new();
            for (turn, place) in places.into_iter().enumerate() {
                for (step, direction) in directions.into_iter().enumerate() {
                    let at = (index + shift * 6 + turn * 3 + step) % all.len();
                    reasons.push(reason(&all[at], place, direction));
                }
            }
            let ways = vec![way(Outcome::Dropped, whole(), nat_way(allow(1)), (0..reasons.len()).collect(), vec![])];
            let answer = Answer { reasons, ways, ..unreachable() };
            let traffic = traffics()[shift % 3].clone();
            let report = report::why(&network(), &question(query(traffic)), &[answer], &[]);
            assert_languages_differ(&check(&report));
        }
    }
}

#[test]
fn every_gap_has_a_sentence_and_a_hint_in_both_languages() {
    for gap in gaps().into_iter().chain(gaps_of_transit_gateways()).collect::<Vec<_>>() {
        for resource in resources() {
            let missing = Missing { gap: gap.clone(), resource, ..undecided().missing.remove(0) };
            let sentences = check(&report_of(Answer { missing: vec![missing], ..undecided() }));
            assert_eq!(sentences[0].len(), 2);
            assert_languages_differ(&sentences);
        }
    }
}

#[test]
fn every_assumption_has_a_sentence_in_both_languages() {
    let sentences = check(&report_of(Answer { assumptions: assumptions(), ..reachable() }));
    assert_eq!(sentences[0].len(), assumptions().len());
    assert_languages_differ(&sentences);
}

#[test]
fn every_place_and_decision_is_drawn_in_both_languages() {
    for decision in decisions() {
        let hops: Vec<Hop> = places().into_iter().map(|place| hop(1, place, decision.clone())).collect();
        let ways = vec![way(Outcome::Delivered, whole(), hops, vec![], vec![])];
        let report = report_of(Answer { ways, ..reachable() });
        check(&report);
        let lines = |language| report::text::render(&report, language, Style::plain(300)).lines().count();
        assert_eq!(lines(Language::English), lines(Language::Japanese));
        assert_eq!(lines(Language::English), 4 + places().len());
    }
}

#[test]
fn every_verdict_and_outcome_has_words() {
    let words = [
        (reachable(), "reachable: ", "到達可能: ", 0),
        (partly(), "partly reachable: ", "一部到達可能: ", 1),
        (unreachable(), "unreachable: ", "到達不可: ", 1),
        (undecided(), "undecided: ", "判定不能: ", 3),
    ];
    for (answer, english, japanese, exit_code) in words {
        let report = report_of(answer.clone());
        assert_eq!((report.verdict(), report.exit_code()), (answer.verdict, exit_code));
        assert!(text(&report, Language::English).starts_with(english));
        assert!(text(&report, Language::Japanese).starts_with(japanese));
        check(&report);
    }
    let ways: Vec<Way> = [Outcome::Dropped, Outcome::Delivered, Outcome::Undecided { would_arrive: false }]
        .into_iter()
        .flat_map(|outcome| limits().into_iter().map(move |limit| (outcome, limit)))
        .map(|(outcome, limit)| way(outcome, PacketPart { share: 0.2, limits: vec![limit] }, vec![], vec![], vec![]))
        .collect();
    let report = report_of(Answer { ways, ..partly() });
    check(&report);
    assert!(text(&report, Language::English).contains("… and 11 more, all in `--format json`"));
}

#[test]
fn the_text_of_an_unreachable_answer() {
    let report = report_of(unreachable());
    assert_eq!(text(&report, Language::English), UNREACHABLE_ENGLISH);
    assert_eq!(text(&report, Language::Japanese), UNREACHABLE_JAPANESE);
}

#[test]
fn the_text_of_a_partly_reachable_answer() {
    let text = text(&report_of(partly()), Language::English);
    assert_eq!(text.lines().next(), PARTLY_ENGLISH.lines().next());
    let at = text.find("\nblockers").unwrap() + 1;
    assert_eq!(text[at..], *PARTLY_ENGLISH.split_once('\n').unwrap().1);
}

#[test]
fn the_text_of_an_undecided_answer() {
    let mut asked = question(query(Traffic::Tcp(Ports::to(443))));
    asked.remarks = vec![Remark::PortAssumed { port: 443 }];
    let kind = NoticeKind::FileNotJson(JsonProblem { kind: JsonProblemKind::CutOff, line: 3, column: 7 });
    let location = Some(Location { file: "acls\u{1b}[2J.json".to_owned(), path: String::new() });
    let notice = Notice { severity: kind.severity(), kind, location, similar: 2 };
    let report = report::why(&network(), &asked, &[undecided()], &[notice]);
    assert_eq!(text(&report, Language::English), UNDECIDED_ENGLISH);
    check(&report);
}

#[test]
fn json_points_at_rule_leg_and_direction() {
    let document = json(&report_of(unreachable()), Language::English);
    let reason = &document["reasons"][0];
    assert_eq!(reason["code"], "SUBNET_ACL_RESTRICTION");
    assert_eq!(reason["kind"], "blocker");
    assert_eq!((&reason["resource"], &reason["name"]), (&"acl-1".into(), &"protected".into()));
    assert_eq!(reason["rule"]["number"], 110);
    assert_eq!(
        (&reason["heading"], &reason["leg"], &reason["direction"]),
        (&"return".into(), &4.into(), &"inbound".into())
    );
    assert_eq!((document["share"].as_f64(), reason["share"].as_f64()), (Some(0.0), Some(1.0)));
    assert_eq!(document["forward"].as_array().unwrap().len() + document["return"].as_array().unwrap().len(), 18);
    assert_eq!(document["return"][6]["codes"][0], "SUBNET_ACL_RESTRICTION");
    assert_eq!(document["return"][6]["header"]["destination_ports"][0], "32768-60999");
}

#[test]
fn a_name_from_the_account_is_never_interpreted() {
    let report = report_of(unreachable());
    let plain = text(&report, Language::English);
    assert!(plain.contains("sg-1 (web)") && !plain.contains('\u{1b}'));
    let json = report::json::render(&report, Language::English);
    assert!(!json.contains("\\u001b") && json.contains("\"web\""));
}

#[test]
fn colour_changes_nothing_but_colour() {
    for answer in [reachable(), partly(), unreachable(), undecided()] {
        let report = report_of(answer);
        for language in Language::ALL {
            let coloured = report::text::render(&report, language, Style { colour: Colour::Ansi, width: 100 });
            assert!(coloured.contains('\u{1b}'));
            let mut plain = String::new();
            let mut rest = coloured.as_str();
            while let Some((before, after)) = rest.split_once('\u{1b}') {
                plain.push_str(before);
                rest = after.split_once('m').unwrap().1;
            }
            plain.push_str(rest);
            assert_eq!(plain, text(&report, language));
        }
    }
}

#[test]
fn alternatives_that_differ_are_undecided_and_shown_each() {
    let alternative = |name: &str| Alternative {
        name: Some(name.to_owned()),
        query: query(Traffic::Tcp(Ports::to(443))),
        hosts: Vec::new(),
    };
    let names = ["first", "second", "third"];
    let asked = Question {
        source: "web-1".to_owned(),
        destination: "yum".to_owned(),
        remarks: Vec::new(),
        alternatives: names.map(alternative).into(),
    };
    let report = |answers: &[Answer]| report::why(&network(), &asked, answers, &[]);
    let mixed = report(&[reachable(), unreachable(), unreachable()]);
    assert_eq!((mixed.verdict(), mixed.exit_code()), (Verdict::Undecided, 3));
    check(&mixed);
    let text = text(&mixed, Language::English);
    assert!(text.starts_with("undecided: `web-1` → `yum`, depending on which of 3 alternatives applies\n"), "{text}");
    assert_eq!(text.matches("SUBNET_ACL_RESTRICTION").count(), 1, "the third is the same as the second");
    assert!(text.contains("the same as for the alternative above"));
    let document = json(&mixed, Language::English);
    assert_eq!(document["alternative"], "second");
    assert_eq!(document["reasons"].as_array().unwrap().len(), 1);
    let verdicts: Vec<&str> =
        document["alternatives"].as_array().unwrap().iter().map(|it| it["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["reachable", "unreachable", "unreachable"]);
    for (answer, verdict) in [(reachable(), Verdict::Reachable), (unreachable(), Verdict::Unreachable)] {
        assert_eq!(report(&[answer.clone(), answer.clone(), answer]).verdict(), verdict);
    }
    check(&report(&[]));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for language in Language::ALL {
        let render = || report::json::render(&report_of(partly()), language) + &text(&report_of(partly()), language);
        assert_eq!(render(), render());
    }
}

#[test]
fn the_schema_describes_every_member() {
    fn walk(value: &Value, at: &str) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            assert_eq!(value["additionalProperties"], false, "{at}");
            for (name, property) in properties {
                assert!(property["description"].as_str().is_some_and(|text| text.ends_with('.')), "{at}/{name}");
            }
        }
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| walk(member, &format!("{at}/{name}"))),
            Value::Array(members) => members.iter().for_each(|member| walk(member, at)),
            _ => {}
        }
    }
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    walk(&schema, "");
}

const UNREACHABLE_ENGLISH: &str = "\
unreachable: `web-1` → `198.51.100.80:443` (tcp/443)

way out
  leg 1  10.0.10.15:32768-60999 → 198.51.100.80:443 tcp
  ✓ network interface  eni-1              instance i-1
  ✓ security group     sg-1 (web)         outbound rules tcp/100, tcp/200, tcp/300 to 0.0.0.0/0 +37
  ✓ network ACL        acl-1 (protected)  outbound rule 100 allows
  ✓ route table        rtb-1              0.0.0.0/0 → nat-1
  ✓ network ACL        acl-2              inbound rule 100 allows
  leg 2  10.0.0.220:1024-65535 → 198.51.100.80:443 tcp
  ✓ NAT gateway        nat-1              translates the source
  ✓ network ACL        acl-2              outbound rule 100 allows
  ✓ route table        rtb-2              0.0.0.0/0 → igw-1
  ✓ internet gateway   igw-1              translates the source
    ↳ 203.0.113.10:1024-65535 → 198.51.100.80:443 tcp
  ✓ internet

way back
  leg 3  198.51.100.80:443 → 203.0.113.10:1024-65535 tcp
  ✓ internet
  ✓ internet gateway   igw-1              translates the destination
    ↳ 198.51.100.80:443 → 10.0.0.220:1024-65535 tcp
  ✓ network ACL        acl-2              inbound rule 140 allows
  leg 4  198.51.100.80:443 → 10.0.10.15:32768-60999 tcp
  ✓ NAT gateway        nat-1              translates the destination
  ✓ network ACL        acl-2              outbound rule 140 allows
  ✓ route table        rtb-2              10.0.0.0/16 → local
  ✗ network ACL        acl-1 (protected)  inbound rule 110 denies  [1]
  ✓ network interface  eni-1              instance i-1

blockers
  [1] SUBNET_ACL_RESTRICTION
      inbound rule 110 of network ACL `acl-1` (protected) denies the reply: tcp from `198.51.100.80` port 443 to ports 32768-60999
      rule: 110 denies tcp/1024-65535 from `0.0.0.0/0`
      where: leg 4, on the way back, inbound, subnet `subnet-1` (踏み台)
  on the host: the request arrives, the reply is lost: the connection attempt hangs until it times out

provided that
  - the client's host chooses its source ports from 32768-60999
    DEGUCHI_ASSUMES_EPHEMERAL_PORTS
";

const UNREACHABLE_JAPANESE: &str = "\
到達不可: `web-1` → `198.51.100.80:443` (tcp/443)

往路
  区間 1  10.0.10.15:32768-60999 → 198.51.100.80:443 tcp
  ✓ インターフェイス      eni-1              インスタンス i-1
  ✓ セキュリティグループ  sg-1 (web)       アウトバウンド: tcp/100, tcp/200, tcp/300 → 0.0.0.0/0 +37
  ✓ ネットワーク ACL      acl-1 (protected)  アウトバウンドルール 100 で許可
  ✓ ルートテーブル        rtb-1              0.0.0.0/0 → nat-1
  ✓ ネットワーク ACL      acl-2              インバウンドルール 100 で許可
  区間 2  10.0.0.220:1024-65535 → 198.51.100.80:443 tcp
  ✓ NAT ゲートウェイ      nat-1              送信元を変換
  ✓ ネットワーク ACL      acl-2              アウトバウンドルール 100 で許可
  ✓ ルートテーブル        rtb-2              0.0.0.0/0 → igw-1
  ✓ インターネットゲートウェイ  igw-1        送信元を変換
    ↳ 203.0.113.10:1024-65535 → 198.51.100.80:443 tcp
  ✓ インターネット

復路
  区間 3  198.51.100.80:443 → 203.0.113.10:1024-65535 tcp
  ✓ インターネット
  ✓ インターネットゲートウェイ  igw-1        送信先を変換
    ↳ 198.51.100.80:443 → 10.0.0.220:1024-65535 tcp
  ✓ ネットワーク ACL      acl-2              インバウンドルール 140 で許可
  区間 4  198.51.100.80:443 → 10.0.10.15:32768-60999 tcp
  ✓ NAT ゲートウェイ      nat-1              送信先を変換
  ✓ ネットワーク ACL      acl-2              アウトバウンドルール 140 で許可
  ✓ ルートテーブル        rtb-2              10.0.0.0/16 → local
  ✗ ネットワーク ACL      acl-1 (protected)  インバウンドルール 110 で拒否  [1]
  ✓ インターフェイス      eni-1              インスタンス i-1

到達を妨げているもの
  [1] SUBNET_ACL_RESTRICTION
      ネットワーク ACL `acl-1` (protected) のインバウンドルール 110 が、応答 (`198.51.100.80` のポート 443 からポート 32768-60999 への tcp) を拒否しています
      ルール: 110 拒否 tcp/1024-65535 送信元 `0.0.0.0/0`
      場所: 復路の区間 4、インバウンド、サブネット `subnet-1` (踏み台)
  ホストでは: リクエストは届くが応答が失われ、接続はタイムアウトするまで待たされます

この判定の前提
  - クライアントが送信元ポートを 32768-60999 から選ぶこと
    DEGUCHI_ASSUMES_EPHEMERAL_PORTS
";

const PARTLY_ENGLISH: &str = "\
partly reachable: `web-1` → `198.51.100.80:443` (tcp/443), about 58 % of the packets
blockers
  [1] SUBNET_ACL_RESTRICTION
      inbound rule 110 of network ACL `acl-1` (protected) denies the reply: tcp from `198.51.100.80` port 443 to ports 32768-60999
      rule: 110 denies tcp/1024-65535 from `0.0.0.0/0`
      where: leg 4, on the way back, inbound, subnet `subnet-1` (踏み台)
      stops: about 42 % of the packets: where the NAT picks source ports 49152-60999
  on the host: some connection attempts succeed, others hang until they time out

other packets
  ✗ dropped: about 42 % of the packets: where the NAT picks source ports 49152-60999  [1]  (drawn above)
  ✓ arrive: about 58 % of the packets: where the NAT picks source ports 1024-49151, 61000-65535
";

const UNDECIDED_ENGLISH: &str = "\
undecided: `web-1` → `198.51.100.80:443` (tcp/443)
  reachable if everything that is missing here is as AWS sets it by default

way out
  leg 1  10.0.10.15:32768-60999 → 198.51.100.80:443 tcp
  ✓ network interface  eni-1                instance i-1
  ? network ACL        not in the snapshot  outbound: taken to be all open  [1]

not known
  [1] UNKNOWN_RESOURCE
      the network ACL of subnet `subnet-1` (踏み台) is not in the snapshot; what follows holds if it is AWS's default, all open
      where: leg 1, on the way out
      hint: add the output of `aws ec2 describe-network-acls`

how the question was read
  - no port is given; 443 is assumed

notices about the snapshot
  error: file breaks off in the middle of its JSON, at line 3, column 7
    --> acls.json
    effect: nothing of this file is in the network
    hint: save the answer again, and see whether the command that wrote it failed
    and 2 more like it
";
