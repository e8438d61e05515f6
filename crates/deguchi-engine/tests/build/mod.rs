//! Builds small networks in few words, for tests that a person reads.
//!
//! One VPC `vpc` (10.0.0.0/16, 2600:1f00::/56) with an internet gateway `igw`, an open default ACL `acl`, a main table
//! `rtb` with local routes, and a group `open` that allows everything both ways.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_engine::{AddressSet, Destination, DestinationBasis, Ports, Query, Source, Traffic};
use deguchi_model::{
    Attachment, AttachmentState, BlockPublicAccess, Connectivity, EgressOnlyInternetGateway, EndpointPolicy,
    EndpointState, IcmpMatch, Instance, InstanceInterface, InstanceState, InterfaceAddress, InterfaceAttachment,
    InterfaceKind, InterfaceListing, InternetGateway, InternetGatewayId, IpNet, NatGateway, NatGatewayAddress,
    NatGatewayPlacement, NatGatewayState, Network, NetworkAcl, NetworkAclRule, NetworkAclRules, NetworkInterface,
    PeeringConnection, PeeringSide, PeeringStatus, PortRange, PrefixList, PrefixListEntries, Route, RouteDestination,
    RouteOrigin, RouteState, RouteTable, RouteTarget, RuleAction, RuleNumber, RulePeer, SecurityGroup,
    SecurityGroupRule, SourceDestinationCheck, Subnet, TrafficMatch, TransitGateway, TransitGatewayAssociation,
    TransitGatewayAttachment, TransitGatewayAttachmentEnd, TransitGatewayRoute, TransitGatewayRouteOrigin,
    TransitGatewayRouteTable, TransitGatewayVpcAttachment, Vpc, VpcEndpoint, VpcEndpointKind, VpnConnection,
    VpnGateway,
};

/// A network under construction, and the VPC that what comes next is in.
pub(crate) struct Build(pub(crate) Network, VpcContext);

/// A VPC's id and IPv4 range.
#[derive(Clone)]
pub(crate) struct VpcContext {
    id: String,
    cidr: String,
}

/// Everything, of both families.
const EVERYONE: [&str; 2] = ["0.0.0.0/0", "::/0"];

impl Build {
    /// Goes on with a network, in its VPC `vpc`.
    pub(crate) fn on(network: Network) -> Self {
        Self(network, VpcContext { id: "vpc".into(), cidr: "10.0.0.0/16".into() })
    }

    pub(crate) fn new() -> Self {
        let mut build = Self::on(Network::default());
        let vpc = Vpc {
            id: "vpc".into(),
            name: None,
            owner: None,
            region: None,
            cidr_blocks: vec!["10.0.0.0/16".parse().unwrap()],
            ipv6_cidr_blocks: vec!["2600:1f00::/56".parse().unwrap()],
            interface_listing: InterfaceListing::Complete,
            block_public_access: BlockPublicAccess::Off,
            dns: deguchi_model::VpcDns::default(),
        };
        build.0.vpcs.insert(vpc.id.clone(), vpc);
        let gateway = InternetGateway { id: "igw".into(), name: None, attachments: attached() };
        build.0.internet_gateways.insert(gateway.id.clone(), gateway);
        let everything = ["100 0.0.0.0/0 all allow", "101 ::/0 all allow"];
        build = build.acl("acl", &[], &everything, &everything).table("rtb", &[], &[]);
        let both: Vec<String> = EVERYONE.iter().map(|all| format!("{all} all")).collect();
        let both: Vec<&str> = both.iter().map(String::as_str).collect();
        build.group("open", &both, &both)
    }

    /// Another VPC, which what comes next is in: an open default ACL `acl-ID`, a main table `rtb-ID`.
    pub(crate) fn vpc(mut self, id: &str, cidr: &str) -> Self {
        self.1 = VpcContext { id: id.into(), cidr: cidr.into() };
        let mut vpc = self.0.vpcs["vpc"].clone();
        vpc.id = id.into();
        vpc.cidr_blocks = vec![cidr.parse().unwrap()];
        vpc.ipv6_cidr_blocks = Vec::new();
        self.0.vpcs.insert(vpc.id.clone(), vpc);
        let everything = ["100 0.0.0.0/0 all allow", "101 ::/0 all allow"];
        self.acl(&format!("acl-{id}"), &[], &everything, &everything).table(&format!("rtb-{id}"), &[], &[])
    }

    /// Goes back to the first VPC.
    pub(crate) fn first_vpc(self) -> Self {
        Self::on(self.0)
    }

    /// An active peering connection between two VPCs of one region.
    pub(crate) fn peering(mut self, id: &str, requester: &str, accepter: &str) -> Self {
        let side = |vpc: &str| PeeringSide {
            vpc: Some(vpc.into()),
            owner: Some("111122223333".into()),
            region: Some("us-east-1".into()),
            cidr_blocks: self.0.vpcs[vpc].cidr_blocks.iter().copied().map(IpNet::V4).collect(),
        };
        let (requester, accepter) = (side(requester), side(accepter));
        let connection =
            PeeringConnection { id: id.into(), name: None, requester, accepter, status: PeeringStatus::Active };
        self.0.peering_connections.insert(connection.id.clone(), connection);
        self
    }

    /// A transit gateway `tgw` that preserves groups, with route tables and their routes `"10.0.0.0/16 attachment"` or
    /// `"10.0.0.0/16 blackhole"`, all static.
    pub(crate) fn transit(mut self, tables: &[(&str, &[&str])]) -> Self {
        let gateway = TransitGateway {
            id: "tgw".into(),
            name: None,
            owner: None,
            state: "available".into(),
            references_groups: true,
        };
        self.0.transit_gateways.insert(gateway.id.clone(), gateway);
        for (id, routes) in tables {
            let table = TransitGatewayRouteTable {
                id: (*id).into(),
                name: None,
                transit_gateway: "tgw".into(),
                routes: routes.iter().map(|text| transit_route(text)).collect(),
                gaps: Vec::new(),
            };
            self.0.transit_gateway_route_tables.insert(table.id.clone(), table);
        }
        self
    }

    /// An attachment of the VPC that comes next to `tgw`, by subnets, steered by a table.
    pub(crate) fn attach(mut self, id: &str, subnets: &[&str], table: &str) -> Self {
        let end = TransitGatewayAttachmentEnd::Vpc(TransitGatewayVpcAttachment {
            vpc: self.1.id.as_str().into(),
            owner: None,
            subnets: Some(subnets.iter().map(|id| (*id).into()).collect()),
            is_appliance_mode: false,
            carries_ipv6: false,
            references_groups: true,
        });
        let attachment = TransitGatewayAttachment {
            id: id.into(),
            name: None,
            transit_gateway: "tgw".into(),
            state: "available".into(),
            association: TransitGatewayAssociation::Table(table.into()),
            end,
        };
        self.0.transit_gateway_attachments.insert(("tgw".into(), id.into()), attachment);
        self
    }

    /// Puts a subnet into another zone.
    pub(crate) fn zone(self, subnet: &str, zone: &str) -> Self {
        self.with(|network| network.subnets.get_mut(subnet).unwrap().availability_zone = Some(zone.into()))
    }

    /// Changes an attachment to `tgw`.
    pub(crate) fn attachment(self, id: &str, change: impl FnOnce(&mut TransitGatewayAttachment)) -> Self {
        self.with(|network| {
            change(network.transit_gateway_attachments.get_mut(&("tgw".into(), id.into())).unwrap());
        })
    }

    pub(crate) fn subnet(mut self, id: &str, cidr: &str, v6: Option<&str>) -> Self {
        let subnet = Subnet {
            id: id.into(),
            name: None,
            vpc: self.1.id.as_str().into(),
            cidr_block: Some(cidr.parse().unwrap()),
            ipv6_cidr_blocks: v6.iter().map(|cidr| cidr.parse().unwrap()).collect(),
            availability_zone: Some("us-east-1a".into()),
            availability_zone_id: None,
            dns64: None,
        };
        self.0.subnets.insert(subnet.id.clone(), subnet);
        self
    }

    /// A table with local routes and these: `"0.0.0.0/0 igw"`. It is the main one where it serves no subnet.
    pub(crate) fn table(mut self, id: &str, subnets: &[&str], routes: &[&str]) -> Self {
        let mut local = vec![format!("{} local", self.1.cidr)];
        if self.1.id == "vpc" {
            local.push("2600:1f00::/56 local".into());
        }
        let local: Vec<&str> = local.iter().map(String::as_str).collect();
        let table = RouteTable {
            id: id.into(),
            name: None,
            vpc: self.1.id.as_str().into(),
            is_main: subnets.is_empty(),
            subnets: subnets.iter().map(|subnet| (*subnet).into()).collect(),
            gateways: BTreeSet::new(),
            routes: local.iter().chain(routes).map(|text| route(text)).collect(),
        };
        self.0.route_tables.insert(table.id.clone(), table);
        self
    }

    /// The table `rtb-edge-GATEWAY` of a gateway, with local routes and these.
    pub(crate) fn edge(self, gateway: &str, routes: &[&str]) -> Self {
        let id = format!("rtb-edge-{gateway}");
        self.table(&id, &["none"], routes).with(|network| {
            let table = network.route_tables.get_mut(id.as_str()).unwrap();
            table.subnets.clear();
            let kept = table.routes.clone();
            let is_replaced = |route: &Route| {
                kept.iter().any(|own| own.destination == route.destination && own.target != RouteTarget::Local)
            };
            table.routes.retain(|route| route.target != RouteTarget::Local || !is_replaced(route));
            table.gateways.insert(gateway.into());
        })
    }

    /// An ACL of rules `"100 0.0.0.0/0 tcp/443 allow"`; the default one where it serves no subnet.
    pub(crate) fn acl(mut self, id: &str, subnets: &[&str], inbound: &[&str], outbound: &[&str]) -> Self {
        let acl = NetworkAcl::new(
            id.into(),
            None,
            self.1.id.as_str().into(),
            subnets.is_empty(),
            subnets.iter().map(|subnet| (*subnet).into()).collect(),
            NetworkAclRules {
                inbound: inbound.iter().map(|text| acl_rule(text)).collect(),
                outbound: outbound.iter().map(|text| acl_rule(text)).collect(),
            },
        );
        self.0.network_acls.insert(acl.id.clone(), acl);
        self
    }

    /// A group of rules `"0.0.0.0/0 tcp/443"`, `"sg-x all"`, `"pl-x udp/53"`.
    pub(crate) fn group(mut self, id: &str, inbound: &[&str], outbound: &[&str]) -> Self {
        let group = SecurityGroup {
            id: id.into(),
            name: None,
            vpc: Some(self.1.id.as_str().into()),
            inbound: inbound.iter().map(|text| group_rule(text)).collect(),
            outbound: outbound.iter().map(|text| group_rule(text)).collect(),
        };
        self.0.security_groups.insert(group.id.clone(), group);
        self
    }

    /// A running instance `i-NAME` with one interface `eni-NAME`, attached, its check on.
    pub(crate) fn machine(
        mut self,
        name: &str,
        subnet: &str,
        address: &str,
        public: Option<&str>,
        groups: &[&str],
    ) -> Self {
        let interface = NetworkInterface {
            id: format!("eni-{name}").as_str().into(),
            name: None,
            description: None,
            owner: None,
            vpc: self.1.id.as_str().into(),
            subnet: subnet.into(),
            availability_zone: Some("us-east-1a".into()),
            kind: InterfaceKind::Ordinary,
            addresses: address.parse().map_or_else(
                |_| Vec::new(),
                |private| {
                    let public = public.map(|public| public.parse().unwrap());
                    vec![InterfaceAddress { private, public, elastic_ip: None }]
                },
            ),
            ipv6_addresses: address.parse().into_iter().collect(),
            ipv4_prefixes: Vec::new(),
            security_groups: groups.iter().map(|group| (*group).into()).collect(),
            source_destination_check: SourceDestinationCheck::On,
            attachment: Some(InterfaceAttachment {
                instance: Some(format!("i-{name}").as_str().into()),
                device_index: 0,
                is_attached: true,
            }),
        };
        let instance = Instance {
            id: format!("i-{name}").as_str().into(),
            name: None,
            tags: BTreeMap::new(),
            state: InstanceState::Running,
            image: None,
            vpc: Some(self.1.id.as_str().into()),
            subnet: Some(subnet.into()),
            interfaces: vec![InstanceInterface { device_index: 0, interface: interface.id.clone() }],
            instance_profile: None,
            platform: None,
        };
        self.0.network_interfaces.insert(interface.id.clone(), interface);
        self.0.instances.insert(instance.id.clone(), instance);
        self
    }

    /// A public, available NAT gateway with addresses `("10.0.0.220", "203.0.113.200")`.
    pub(crate) fn nat(mut self, id: &str, subnet: &str, addresses: &[(&str, &str)]) -> Self {
        let addresses = addresses.iter().map(|(private, public)| NatGatewayAddress {
            private: Some(private.parse().unwrap()),
            public: Some(public.parse().unwrap()),
            interface: None,
            is_usable: true,
            availability_zone: None,
        });
        let gateway = NatGateway {
            id: id.into(),
            name: None,
            vpc: self.1.id.as_str().into(),
            placement: NatGatewayPlacement::Zonal(subnet.into()),
            connectivity: Connectivity::Public,
            state: NatGatewayState::Available,
            attached_appliances: Vec::new(),
            addresses: addresses.collect(),
        };
        self.0.nat_gateways.insert(gateway.id.clone(), gateway);
        self
    }

    /// A prefix list; `None` where its ranges are not known.
    pub(crate) fn list(mut self, id: &str, cidrs: Option<&[&str]>) -> Self {
        let entries = match cidrs {
            Some(cidrs) => PrefixListEntries::Known(cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect()),
            None => PrefixListEntries::Unknown,
        };
        let list = PrefixList { id: id.into(), name: None, entries };
        self.0.prefix_lists.insert(list.id.clone(), list);
        self
    }

    /// A gateway endpoint for S3 with AWS's default policy. Routes to it stand in the tables.
    pub(crate) fn endpoint(mut self, id: &str) -> Self {
        let endpoint = VpcEndpoint {
            id: id.into(),
            name: None,
            vpc: "vpc".into(),
            service_name: "com.amazonaws.us-east-1.s3".into(),
            kind: VpcEndpointKind::Gateway { route_tables: BTreeSet::new() },
            state: EndpointState::Available,
            policy: EndpointPolicy::FullAccess,
            dns_names: Vec::new(),
        };
        self.0.vpc_endpoints.insert(endpoint.id.clone(), endpoint);
        self
    }

    /// A virtual private gateway, and a VPN connection with static routes.
    pub(crate) fn vpn(mut self, id: &str, static_routes: &[&str]) -> Self {
        let gateway = VpnGateway { id: id.into(), name: None, attachments: attached() };
        let connection = VpnConnection {
            id: "vpn".into(),
            name: None,
            vpn_gateway: Some(id.into()),
            state: "available".into(),
            static_routes: static_routes.iter().map(|cidr| cidr.parse().unwrap()).collect(),
        };
        self.0.vpn_gateways.insert(gateway.id.clone(), gateway);
        self.0.vpn_connections.insert(connection.id.clone(), connection);
        self
    }

    /// An egress-only internet gateway.
    pub(crate) fn egress_only(mut self, id: &str) -> Self {
        let gateway = EgressOnlyInternetGateway { id: id.into(), name: None, attachments: attached() };
        self.0.egress_only_internet_gateways.insert(gateway.id.clone(), gateway);
        self
    }

    /// Turns the source/destination check of a machine's first interface off.
    pub(crate) fn forwarding(self, name: &str) -> Self {
        self.with(|network| {
            let interface = network.network_interfaces.get_mut(format!("eni-{name}").as_str()).unwrap();
            interface.source_destination_check = SourceDestinationCheck::Off;
        })
    }

    /// Changes whatever the words above do not say.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Network)) -> Self {
        change(&mut self.0);
        self
    }
}

fn attached() -> Vec<Attachment> {
    vec![Attachment { vpc: "vpc".into(), state: AttachmentState::Attached }]
}

/// A static, active route `"DESTINATION TARGET"`; the kind of target follows from how its name begins.
pub(crate) fn route(text: &str) -> Route {
    let (destination, target) = text.split_once(' ').unwrap();
    let kind = target.split('-').next().unwrap();
    Route {
        destination: destination
            .parse()
            .map_or_else(|_| RouteDestination::PrefixList(destination.into()), RouteDestination::Cidr),
        target: match kind {
            "local" => RouteTarget::Local,
            "igw" => RouteTarget::InternetGateway(InternetGatewayId::new(target)),
            "eigw" => RouteTarget::EgressOnlyInternetGateway(target.into()),
            "nat" => RouteTarget::NatGateway(target.into()),
            "eni" => RouteTarget::NetworkInterface(target.into()),
            "i" => RouteTarget::Instance(target.into()),
            "vgw" => RouteTarget::VpnGateway(target.into()),
            "vpce" => RouteTarget::VpcEndpoint(target.into()),
            "pcx" => RouteTarget::PeeringConnection(target.into()),
            "tgw" => RouteTarget::TransitGateway(target.into()),
            other => panic!("no such target: {other}"),
        },
        state: RouteState::Active,
        origin: RouteOrigin::Static,
    }
}

/// A static route of a transit gateway, `"10.0.0.0/16 attachment"` or `"10.0.0.0/16 blackhole"`.
pub(crate) fn transit_route(text: &str) -> TransitGatewayRoute {
    let (destination, target) = text.split_once(' ').unwrap();
    let is_blackhole = target == "blackhole";
    TransitGatewayRoute {
        destination: destination.parse().unwrap(),
        prefix_list: None,
        attachments: if is_blackhole { Vec::new() } else { target.split(' ').map(Into::into).collect() },
        state: if is_blackhole { RouteState::Blackhole } else { RouteState::Active },
        origin: TransitGatewayRouteOrigin::Static,
    }
}

/// `all`, `tcp/443`, `udp/1024-65535`, `icmp`, `icmp/8`, `icmpv6/128`.
pub(crate) fn traffic(text: &str) -> TrafficMatch {
    let (protocol, rest) = text.split_once('/').unwrap_or((text, ""));
    let ports = || {
        let (first, last) = rest.split_once('-').unwrap_or((rest, rest));
        PortRange::new(first.parse().unwrap_or(0), last.parse().unwrap_or(u16::MAX)).unwrap()
    };
    let icmp = || rest.parse().map_or(IcmpMatch::Any, IcmpMatch::Type);
    match protocol {
        "all" => TrafficMatch::All,
        "tcp" => TrafficMatch::Tcp(ports()),
        "udp" => TrafficMatch::Udp(ports()),
        "icmp" => TrafficMatch::Icmp(icmp()),
        "icmpv6" => TrafficMatch::Icmpv6(icmp()),
        number => TrafficMatch::Protocol(number.parse().unwrap()),
    }
}

pub(crate) fn acl_rule(text: &str) -> NetworkAclRule {
    let words: Vec<&str> = text.split(' ').collect();
    NetworkAclRule {
        number: RuleNumber(words[0].parse().unwrap()),
        cidr: words[1].parse().unwrap(),
        traffic: traffic(words[2]),
        action: if words[3] == "allow" { RuleAction::Allow } else { RuleAction::Deny },
    }
}

pub(crate) fn group_rule(text: &str) -> SecurityGroupRule {
    let (peer, what) = text.split_once(' ').unwrap();
    let peer = match peer.parse::<IpNet>() {
        Ok(cidr) => RulePeer::Cidr(cidr),
        Err(_) if peer.starts_with("pl-") => RulePeer::PrefixList(peer.into()),
        Err(_) => RulePeer::SecurityGroup(peer.into()),
    };
    SecurityGroupRule { traffic: traffic(what), peer }
}

/// Everything that a machine's first address sends to one address or CIDR, with `tcp/443`-like traffic or `ping`.
pub(crate) fn query(network: &Network, from: &str, to: &str, what: &str) -> Query {
    let source = match network.network_interfaces.get(format!("eni-{from}").as_str()) {
        Some(interface) => {
            Source::Interface { interface: interface.id.clone(), address: interface.primary_address().unwrap() }
        }
        None => match from.strip_prefix("onprem:") {
            Some(from) => Source::OnPremises(addresses(from)),
            None => Source::Internet(addresses(from)),
        },
    };
    let traffic = match what.split_once('/') {
        Some(("tcp", port)) => Traffic::Tcp(Ports::to(port.parse().unwrap())),
        Some(("udp", port)) => Traffic::Udp(Ports::to(port.parse().unwrap())),
        _ => Traffic::Ping,
    };
    Query {
        source,
        destination: Destination {
            addresses: addresses(to),
            basis: DestinationBasis::Exact,
            within: Vec::new(),
            request: None,
        },
        traffic,
    }
}

fn addresses(text: &str) -> AddressSet {
    text.parse().map_or_else(|_| AddressSet::from_cidrs(&[text.parse().unwrap()]), AddressSet::single)
}
