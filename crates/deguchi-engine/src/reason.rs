//! Why packets do not arrive, what is not known, and what an answer takes for granted.
//!
//! Leaves out words: a code and its evidence are turned into sentences elsewhere, in each language.

use alloc::{string::String, vec::Vec};
use core::{fmt, net::IpAddr};

use deguchi_model::{
    AccountId, DhcpOptionsId, Direction, EgressOnlyInternetGatewayId, ElasticIpId, FirewallRuleGroupId, HostedZoneId,
    InstanceId, InternetGatewayId, IpNet, LoadBalancerId, NatGatewayId, NetworkAclId, NetworkAclRule,
    NetworkFirewallId, NetworkInterfaceId, PeeringConnectionId, PrefixListId, Region, ResolverRuleId, RoleArn, Route,
    RouteTableId, SecurityGroupId, SecurityGroupRule, SubnetId, TargetGroupId, TransitGatewayAttachmentId,
    TransitGatewayId, TransitGatewayRoute, TransitGatewayRouteTableId, VpcEndpointId, VpcId, VpnGatewayId,
};

use crate::{
    packet_part::PacketPart,
    policy::{PolicyGap, Refusal},
};

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal,)+) => {
        /// Why packets do not arrive, or why it is not known: AWS's explanation codes where AWS has one
        /// (<https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>), `DEGUCHI_…` where not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])+ $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the code as printed.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for Code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

codes! {
    /// No rule of the interface's security groups matches.
    SecurityGroupRulesMismatch = "ENI_SG_RULES_MISMATCH",
    /// The interface's security groups have no rule at all in this direction.
    SecurityGroupHasNoRules = "SG_HAS_NO_RULES",
    /// The subnet's network ACL denies.
    NetworkAclRestriction = "SUBNET_ACL_RESTRICTION",
    /// The table has no route for the destination.
    NoRoute = "NO_ROUTE_TO_DESTINATION",
    /// The route that wins is a blackhole.
    BadStateRoute = "BAD_STATE_ROUTE",
    /// The resource is not working: a NAT gateway not `available`, an instance not running.
    BadState = "BAD_STATE",
    /// The gateway is not attached to the VPC.
    BadStateAttachment = "BAD_STATE_ATTACHMENT",
    /// An internet gateway drops what has no public address (IG-2).
    InternetGatewayNeedsPublicAddress = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
    /// No attached interface of the VPC has the public address that is asked for.
    InternetGatewayNoSuchAddress = "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    /// An internet gateway refuses destinations of RFC 1918 (IG-5).
    InternetGatewayPrivateDestination = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
    /// An internet gateway refuses destinations of RFC 6598 (IG-5).
    InternetGatewaySharedDestination = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS",
    /// An internet gateway refuses sources of RFC 1918 from outside (IG-5).
    InternetGatewayPrivateSource = "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS",
    /// An internet gateway refuses sources of RFC 6598 from outside (IG-5).
    InternetGatewaySharedSource = "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS",
    /// The source/destination check drops what is neither from nor to the interface (PW-4).
    SourceDestinationCheck = "ENI_SOURCE_DEST_CHECK_RESTRICTION",
    /// The resource carries certain protocols or address families only.
    ProtocolRestriction = "PROTOCOL_RESTRICTION",
    /// A peering connection carries only what goes from one of its VPCs to the other (PX-2).
    PeeringNeedsAddressInVpc = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    /// A gateway drops what has a source that is none of its VPC's (IG-17).
    SpoofedTraffic = "GATEWAY_REJECTS_SPOOFED_TRAFFIC",
    /// The attachment has no subnet in the zone where the traffic starts (TG-1).
    TransitGatewayZone = "TGW_ROUTE_AZ_RESTRICTION",
    /// No route table of the transit gateway is associated with the attachment (TG-2).
    TransitGatewayNoAssociation = "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION",
    /// The transit gateway's table has no route to the attachment of the VPC that has the destination (TG-2).
    TransitGatewayNoRouteToAttachment = "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT",
    /// The transit gateway's table has no route for the destination (TG-2).
    TransitGatewayNoRoute = "TGW_RTB_CANNOT_ROUTE",
    /// The transit gateway's route that wins is a blackhole (TG-2).
    TransitGatewayBadStateRoute = "TGW_RTB_BAD_STATE_ROUTE",
    /// The routes of the transit gateway's table are not in the snapshot.
    TransitGatewayRoutesUnknown = "TGW_RTB_ROUTES_ARE_UNKNOWN",
    /// The VPN connection behind the attachment is not working.
    TransitGatewayBadStateVpn = "TGW_BAD_STATE_VPN",
    /// A rule names a group, which the transit gateway or an attachment does not preserve (SG-12).
    SecurityGroupReferencingSupport = "SG_REFERENCING_SUPPORT",
    /// No listener of a network or application load balancer takes the packets (LB-1, LB-2).
    ListenersMismatch = "ELBV2_LISTENERS_MISMATCH",
    /// No listener of a classic load balancer takes the packets (LB-1).
    ClassicListenersMismatch = "ELB_LISTENERS_MISMATCH",
    /// There is no target behind the listener.
    ListenerHasNoTargets = "ELBV2_LISTENER_HAS_NO_TG",
    /// Every target is in a zone that is not enabled for the load balancer (LB-5).
    TargetsInOtherZones = "ELB_INSTALLED_AZ_RESTRICTION",
    /// No target is in the node's zone, and nodes send to no other (LB-5).
    NotCrossZone = "ELB_NOT_CROSSZONE",
    /// No target takes part: all are out of service, unused or draining (LB-3).
    NoTargetInUse = "DEGUCHI_NO_TARGET_IN_USE",
    /// The target is the client itself, and would see its own address as the client's (LB-7).
    LoadBalancerHairpin = "DEGUCHI_LOAD_BALANCER_HAIRPIN",
    /// What a classic load balancer sends is denied by the ACL of its subnet, be it to the same subnet (PW-10).
    ClassicAclRestriction = "ELB_ACL_RESTRICTION",
    /// A rule names a group, which something on the way does not preserve (SG-13).
    SecurityGroupReferencesNotPreserved = "SG_REFERENCES_NOT_PRESERVED",
    /// A rule of Network Firewall drops (FW-1 to FW-3).
    FirewallRules = "FIREWALL_RULES_RESTRICTION",
    /// The edge table redirects what comes back to a subnet that sent it directly (RT-21).
    IngressRedirected = "INGRESS_RTB_TRAFFIC_REDIRECTION",
    /// The interface that an edge table leads what comes from the internet to has no public address (RT-20).
    IngressNeedsPublicAddress = "INGRESS_RTB_NO_PUBLIC_IP",
    /// An endpoint starts no connection into the VPC (IE-4).
    EndpointStartsNoConnection = "VPCE_INTRA_VPC_TRAFFIC",
    /// A gateway endpoint carries TCP and ICMP echo only (GE-5).
    GatewayEndpointProtocol = "VPCE_GATEWAY_PROTOCOL_RESTRICTION",
    /// A gateway endpoint serves its own VPC only; these packets come from outside it (GE-4).
    GatewayEndpointServesItsOwnVpc = "DEGUCHI_GATEWAY_ENDPOINT_SERVES_ITS_OWN_VPC",
    /// Nothing in the VPC has the destination address.
    NoSuchDestination = "NO_POSSIBLE_DESTINATION",
    /// The destination is tied to nothing: a spare address or interface.
    UnassociatedDestination = "UNASSOCIATED_COMPONENT",
    /// A regional NAT gateway does not serve the zone where the traffic starts (NG-22).
    RegionalNatGatewayZone = "REGIONAL_NGW_ROUTE_AZ_RESTRICTION",
    /// VPC Block Public Access stands in the way (IG-11).
    BlockPublicAccess = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
    /// A probe of the NAT instance shows that its kernel does not forward (NI-4).
    NatInstanceForwardingOff = "DEGUCHI_NAT_INSTANCE_FORWARDING_OFF",
    /// A probe of the NAT instance shows that it does not masquerade on the interface that leads out (NI-4).
    NatInstanceMasquerade = "DEGUCHI_NAT_INSTANCE_DOES_NOT_MASQUERADE",
    /// A probe of the NAT instance shows that its own firewall drops what is to be forwarded (NI-4).
    NatInstanceFirewall = "DEGUCHI_NAT_INSTANCE_FIREWALL_DROPS",
    /// Packets come back to a place they have been at: the table of a NAT gateway's subnet leads to itself (PW-22).
    RoutingLoop = "DEGUCHI_ROUTING_LOOP",
    /// The reply leaves by another way than the request came in, where the connection is not known (IG-4, PW-6).
    ReturnByAnotherWay = "DEGUCHI_RETURN_BY_ANOTHER_WAY",
    /// A NAT gateway takes no connection from outside, and answers nothing itself (NG-9).
    NatGatewayTakesNoConnection = "DEGUCHI_NAT_GATEWAY_TAKES_NO_CONNECTION",
    /// A function takes no connection from the network (AP-8).
    FunctionTakesNoConnection = "DEGUCHI_FUNCTION_TAKES_NO_CONNECTION",
    /// The interface has no address of the family asked for (IG-7).
    NoAddressOfFamily = "DEGUCHI_NO_ADDRESS_OF_THIS_FAMILY",
    /// An egress-only internet gateway lets no connection in (IG-8).
    EgressOnlyTakesNoConnection = "DEGUCHI_EGRESS_ONLY_TAKES_NO_CONNECTION",
    /// The snapshot lacks something that decides.
    Missing = "UNKNOWN_RESOURCE",
    /// The way leads over something that deguchi does not walk yet.
    NotModelled = "DEGUCHI_NOT_MODELLED",
    /// An endpoint's policy refuses the request: the service answers 403 (GE-7).
    EndpointPolicy = "DEGUCHI_ENDPOINT_POLICY",
    /// A policy of the role, the bucket or the organization refuses the request: the service answers 403 (IM-2 to IM-4).
    AccessDenied = "DEGUCHI_ACCESS_DENIED",
    /// `enableDnsSupport` of the VPC is off: the Amazon resolver does not answer (DN-1).
    DnsSupportOff = "DEGUCHI_DNS_SUPPORT_DISABLED",
    /// The VPC's DHCP options name no name server (DN-4).
    NoNameServer = "DEGUCHI_NO_NAME_SERVER",
    /// Who answers for the name has none of it, or no address for it.
    NoSuchName = "DEGUCHI_NO_SUCH_NAME",
    /// Configuration leaves it open: AWS chooses, or a part outside AWS decides.
    NotDecidedByConfiguration = "DEGUCHI_NOT_DECIDED_BY_CONFIGURATION",
}

/// A resource that an answer points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// A VPC.
    Vpc(VpcId),
    /// A subnet.
    Subnet(SubnetId),
    /// A route table.
    RouteTable(RouteTableId),
    /// A security group.
    SecurityGroup(SecurityGroupId),
    /// A network ACL.
    NetworkAcl(NetworkAclId),
    /// A prefix list.
    PrefixList(PrefixListId),
    /// A network interface.
    NetworkInterface(NetworkInterfaceId),
    /// An instance.
    Instance(InstanceId),
    /// A NAT gateway.
    NatGateway(NatGatewayId),
    /// An internet gateway.
    InternetGateway(InternetGatewayId),
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway(EgressOnlyInternetGatewayId),
    /// An Elastic IP.
    ElasticIp(ElasticIpId),
    /// A VPC endpoint.
    VpcEndpoint(VpcEndpointId),
    /// A virtual private gateway.
    VpnGateway(VpnGatewayId),
    /// A VPC peering connection.
    PeeringConnection(PeeringConnectionId),
    /// A transit gateway.
    TransitGateway(TransitGatewayId),
    /// An attachment of a transit gateway.
    TransitGatewayAttachment(TransitGatewayAttachmentId),
    /// A route table of a transit gateway.
    TransitGatewayRouteTable(TransitGatewayRouteTableId),
    /// A load balancer.
    LoadBalancer(LoadBalancerId),
    /// A target group.
    TargetGroup(TargetGroupId),
    /// A role of IAM.
    Role(RoleArn),
    /// A bucket of S3.
    Bucket(String),
    /// A network firewall.
    NetworkFirewall(NetworkFirewallId),
    /// A group of firewall rules.
    FirewallRuleGroup(FirewallRuleGroupId),
    /// A DHCP option set.
    DhcpOptions(DhcpOptionsId),
    /// A hosted zone of Route 53.
    HostedZone(HostedZoneId),
    /// A rule of the Route 53 Resolver.
    ResolverRule(ResolverRuleId),
    /// The internet itself.
    Internet,
    /// Something the model does not know, by its id.
    Other(String),
}

impl fmt::Display for Resource {
    /// Writes the id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vpc(id) => id.fmt(f),
            Self::Subnet(id) => id.fmt(f),
            Self::RouteTable(id) => id.fmt(f),
            Self::SecurityGroup(id) => id.fmt(f),
            Self::NetworkAcl(id) => id.fmt(f),
            Self::PrefixList(id) => id.fmt(f),
            Self::NetworkInterface(id) => id.fmt(f),
            Self::Instance(id) => id.fmt(f),
            Self::NatGateway(id) => id.fmt(f),
            Self::InternetGateway(id) => id.fmt(f),
            Self::EgressOnlyInternetGateway(id) => id.fmt(f),
            Self::ElasticIp(id) => id.fmt(f),
            Self::VpcEndpoint(id) => id.fmt(f),
            Self::VpnGateway(id) => id.fmt(f),
            Self::PeeringConnection(id) => id.fmt(f),
            Self::TransitGateway(id) => id.fmt(f),
            Self::TransitGatewayAttachment(id) => id.fmt(f),
            Self::TransitGatewayRouteTable(id) => id.fmt(f),
            Self::LoadBalancer(id) => id.fmt(f),
            Self::TargetGroup(id) => id.fmt(f),
            Self::Role(arn) => arn.fmt(f),
            Self::Bucket(name) => name.fmt(f),
            Self::NetworkFirewall(id) => id.fmt(f),
            Self::FirewallRuleGroup(id) => id.fmt(f),
            Self::DhcpOptions(id) => id.fmt(f),
            Self::HostedZone(id) => id.fmt(f),
            Self::ResolverRule(id) => id.fmt(f),
            Self::Internet => f.write_str("internet"),
            Self::Other(id) => id.fmt(f),
        }
    }
}

/// Whether a packet is on its way to the service or is the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heading {
    /// From client to service.
    Forward,
    /// From service to client.
    Return,
}

/// What showed it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// This ACL rule matched first, and denies. `None`: no rule matched at all (a list without its closing deny).
    NetworkAclRule(Option<NetworkAclRule>),
    /// None of this many rules of these groups matched.
    NoSecurityGroupRule {
        /// The interface that carries the groups.
        interface: NetworkInterfaceId,
        /// Every group it carries.
        groups: Vec<SecurityGroupId>,
        /// How many rules they have together in this direction.
        rules: usize,
    },
    /// This route of this table won.
    Route(Route),
    /// This route of this table of a transit gateway won.
    TransitGatewayRoute(TransitGatewayRoute),
    /// The table has no route for the destination.
    NoRoute,
    /// The state that the snapshot prints, e.g. `deleted`, `stopped`, `detached`.
    State(String),
    /// This private address is mapped to no public one.
    NoPublicAddress(IpAddr),
    /// The address in question.
    Address(IpAddr),
    /// Routes that tie, of which AWS picks one.
    Routes(Vec<Route>),
    /// What there is instead: the listeners of a load balancer, or targets with their health.
    Listed(Vec<String>),
    /// What of the policies refuses.
    Policy(Refusal),
    /// Nothing more than the code says.
    Nothing,
}

/// One thing that stops packets.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Why.
    pub code: Code,
    /// What stops them: what a fix would change.
    pub resource: Resource,
    /// What showed it.
    pub evidence: Evidence,
    /// On the way out or back.
    pub heading: Heading,
    /// Which leg, counted from 1; each translation of source address or port, and the turn at the far end, begins
    /// another (PW-16).
    pub leg: u8,
    /// Into or out of what the filter guards, for a filter.
    pub direction: Option<Direction>,
    /// The subnet at whose boundary, for a network ACL or a route table.
    pub subnet: Option<SubnetId>,
    /// Which of the packets it stops.
    pub packets: PacketPart,
}

/// One thing that is not known, so that the answer is undecided.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// [`Code::Missing`], [`Code::NotModelled`], or a code that says what kind of thing decides.
    pub code: Code,
    /// What it is about.
    pub resource: Resource,
    /// What exactly is not known.
    pub gap: Gap,
    /// On the way out or back.
    pub heading: Heading,
    /// Which leg, as in [`Reason::leg`].
    pub leg: u8,
    /// Which of the packets it concerns.
    pub packets: PacketPart,
}

/// What exactly is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Which of the addresses asked about the destination has; the answer differs among them.
    DestinationAddress,
    /// The subnet is not in the snapshot.
    Subnet,
    /// The subnet's network ACL is not in the snapshot; the walk went on as if it were AWS's default, all open (NA-4).
    NetworkAclOfSubnet,
    /// The subnet's route table is not in the snapshot; inside the VPC the walk went on by the local route (RT-12).
    RouteTableOfSubnet,
    /// The route table of a regional NAT gateway is not in the snapshot.
    RouteTableOfNatGateway,
    /// The security group is not in the snapshot; the walk went on as if it allowed.
    SecurityGroup,
    /// The resource that a route targets is not in the snapshot.
    RouteTarget(Route),
    /// The interface that the public address is associated with is not in the snapshot.
    InterfaceOfAddress,
    /// Which address of this range it will have is known only after apply, and rules or routes tell them apart; the walk went on
    /// with one of them.
    AddressLater(IpNet),
    /// The VPC's interfaces are not all in the snapshot, so nobody knows who has the address.
    InterfacesOfVpc,
    /// The VPC that the packets go to is not in the snapshot.
    VpcElsewhere {
        /// The account that owns it, where the snapshot says.
        owner: Option<AccountId>,
        /// Its region, where the snapshot says.
        region: Option<Region>,
    },
    /// The prefix list's ranges are not in the snapshot; the walk went on as if a rule naming it matched.
    PrefixListEntries,
    /// Whether the source/destination check is on is not in the snapshot; the walk went on as if it let pass.
    SourceDestinationCheck,
    /// Whether the NAT gateway, in this state, carries traffic (NG-2).
    NatGatewayState(String),
    /// Where the NAT gateway stands is not in the snapshot.
    NatGatewayPlacement,
    /// A route that cannot be read, or whose rank or state has no known meaning.
    UnreadableRoute(Route),
    /// Routes of one prefix and class tie; AWS picks one (RT-8).
    TiedRoutes(Vec<Route>),
    /// Walking over this kind of route target is not modelled yet.
    RouteTargetNotModelled(Route),
    /// A way into (or out of) this kind of interface is not modelled yet: load balancer, endpoint, transit gateway.
    InterfaceNotModelled,
    /// What is not known about a transit gateway.
    TransitGateway(TransitGatewayGap),
    /// What is not known about a load balancer.
    LoadBalancer(LoadBalancerGap),
    /// What is not known about something that inspects packets on the way.
    Inspection(InspectionGap),
    /// Whether the egress-only internet gateway lets out a reply whose request came in from another network (IG-8); the walk went on
    /// as if it did.
    ReplyByEgressOnlyGateway,
    /// The endpoint that the interface is of is not in the snapshot.
    EndpointOfInterface,
    /// What an appliance does with packets that are not for the internet; the walk went on as if it let them pass unchanged.
    Appliance,
    /// What an appliance does with connections of which it sees one direction only; the walk went on as if it let pass.
    ApplianceOneWay,
    /// An edge route table steers traffic that enters the VPC to where AWS does not say what becomes of it (RT-22).
    EdgeRouteTable(Route),
    /// Whether a policy lets the request through.
    Policy(PolicyGap),
    /// The endpoint is for IPv4; whether the service's IPv6 addresses go over it is not settled (GE-9).
    EndpointAddressFamily,
    /// Which destinations the virtual private gateway knows: BGP is in no snapshot (VP-3).
    VpnRoutes,
    /// Whether the network on premises lets packets on to the internet (VP-4).
    InternetThroughOnPremises,
    /// By which of these gateways and attachments packets from on premises come in; none where the snapshot has none. The
    /// answer differs among them.
    OnPremisesEntrance(Vec<String>),
    /// Whether the network on premises takes a reply that comes by another way than this one, by which it asked.
    OnPremisesReturn(String),
    /// Which exclusions of VPC Block Public Access apply; the walk went on as if it were off.
    BlockPublicAccess(String),
    /// What VPC Encryption Controls, enforced, let pass (IG-16); the walk went on as if they were not.
    EncryptionControls,
    /// More translations in a row than the walk follows.
    TooManyTranslations,
    /// What an appliance that is attached to the NAT gateway, here named, filters (NG-24); the walk went on as if nothing.
    NatGatewayAppliance(String),
    /// Whether a subnet's router answers at its own address (PW-11).
    SubnetRouter,
    /// What decides whether the name resolves, or what it leads to.
    Name(NameGap),
}

/// What is not known about the resolution of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameGap {
    /// The VPC's option set is `default`, of which AWS says both that it is the default set and that it is none (DN-4).
    DhcpOptionsDefault,
    /// What this entry of `domain-name-servers` means.
    NameServer(String),
    /// The records of the private hosted zone are not in the snapshot.
    HostedZoneRecords,
    /// Whether the private hosted zone is associated with the VPC is not in the snapshot.
    HostedZoneAssociation,
    /// Which private hosted zones there are is not in the snapshot, and no public name ends like this.
    HostedZones,
    /// The zone leaves the name to other name servers.
    Delegated,
    /// Whether the rule is associated with the VPC is not in the snapshot.
    ResolverRuleAssociation,
    /// What a rule of this type does.
    ResolverRule(String),
}

/// What is not known about a transit gateway (TG-1 to TG-7).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransitGatewayGap {
    /// The gateway's attachment to this VPC is not in the snapshot.
    AttachmentOf(VpcId),
    /// The attachment is not in the snapshot.
    Attachment,
    /// The attachment's subnets, or their zones, are not in the snapshot; the walk went on as if none stood in the way.
    Subnets,
    /// Which table is associated with the attachment.
    Association,
    /// The table is not in the snapshot.
    RouteTable,
    /// The table's routes are not in the snapshot, or not all; the walk went on by those that are.
    Routes,
    /// Which routes the attachment propagates to the table; the walk went on by those that are known.
    Propagated(TransitGatewayAttachmentId),
    /// By which of the attachment's subnets packets leave the gateway; the answer differs among them.
    Zone,
    /// Which of several attachments that share a route gets the packets; the answer differs among them.
    SharedRoute,
    /// What is at the other end of the attachment is not walked yet.
    Kind(String),
    /// The gateway at the other end of a peering attachment is not in the snapshot.
    OtherGateway {
        /// The account that owns it, where the snapshot says.
        owner: Option<AccountId>,
        /// Its region, where the snapshot says.
        region: Option<Region>,
    },
}

/// What is not known about something that inspects packets on the way (FW-1 to FW-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InspectionGap {
    /// Where the endpoint stands.
    Subnet,
    /// What the appliance behind the endpoint does; the walk went on as if it let everything pass.
    Appliance,
    /// What the appliance does with connections of which it sees one direction only; the walk went on as if it let pass.
    OneWayOnly,
    /// The firewall's policy is not in the snapshot; the walk went on as if it let pass.
    Policy,
    /// The group of rules is not in the snapshot; the walk went on as if it let pass.
    RuleGroup,
    /// The group's rules look into packets (Suricata rules, domain lists); the walk went on as if they let pass.
    Rules,
    /// A rule of the group looks at more than addresses, ports and protocol; the walk went on as if it let pass.
    Rule,
}

/// What is not known about a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LoadBalancerGap {
    /// The load balancer that the interface is a node of is not in the snapshot.
    OfInterface,
    /// Where the load balancer listens is not in the snapshot.
    Listeners,
    /// The rules of its listener at this port are not in the snapshot; the walk went on by the default action.
    ListenerRules(u16),
    /// Which rule of its listener at this port a request matches; the answer differs among them.
    ListenerRule(u16),
    /// The target group is not in the snapshot.
    TargetGroup,
    /// The targets of the group are not in the snapshot.
    Targets,
    /// The target is not in the snapshot.
    Target,
    /// Whether the targets are healthy is not decided yet, or not in the snapshot; the walk went on as if they were.
    TargetHealth,
    /// Whether its nodes send to targets in other zones is not in the snapshot, and decides (LB-5).
    CrossZone,
    /// Whether the targets see the client's address is not in the snapshot, and decides (LB-4).
    ClientAddressPreservation,
}

/// One thing that an answer takes for granted: "reachable, provided that …".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumption {
    /// The instance forwards and masquerades in its guest (NI-4), keeping the client's port where it can.
    NatInstanceForwards {
        /// The NAT instance.
        instance: InstanceId,
        /// The interface that it masquerades on.
        out: NetworkInterfaceId,
    },
    /// A group reference matches a client of a NAT instance (NI-7).
    GroupReferenceAtNatInstance {
        /// The group whose rule matched.
        group: SecurityGroupId,
    },
    /// A rule that names a group matches its members' secondary and IPv6 addresses too (SG-16).
    GroupReferenceCoversAddress {
        /// The group whose rule it is.
        group: SecurityGroupId,
    },
    /// The client's host chooses its ports from this range (NA-10, NA-11).
    EphemeralPorts {
        /// The lowest port.
        first: u16,
        /// The highest port.
        last: u16,
    },
    /// The network on premises knows a way back, and its own filters let the traffic pass.
    OnPremises {
        /// The gateway that leads there.
        vpn_gateway: VpnGatewayId,
    },
    /// The network on premises behind a transit gateway's attachment knows a way back, and lets the traffic pass.
    OnPremisesBehindTransitGateway {
        /// The attachment that leads there.
        attachment: TransitGatewayAttachmentId,
    },
    /// The network on premises sends the packets to this gateway or attachment, and lets the replies pass.
    OnPremisesSends {
        /// The gateway's or the attachment's id.
        entrance: String,
    },
    /// No longer prefix within a VPC's own range is learned by BGP, which is in no snapshot (TG-2).
    NoLongerLearnedRoute {
        /// The transit gateway's route table.
        route_table: TransitGatewayRouteTableId,
    },
    /// No address asked for lies in this prefix list of AWS, whose ranges are not in the snapshot.
    OutsidePrefixList {
        /// The list.
        prefix_list: PrefixListId,
    },
    /// The endpoint's policy lets through what is asked for (GE-7): the question names an address, not a request.
    EndpointPolicyAllows {
        /// The endpoint.
        endpoint: VpcEndpointId,
    },
    /// No permissions boundary denies what the role is allowed (IM-3): the snapshot does not say whether it has one.
    NoPermissionsBoundary {
        /// The role.
        role: RoleArn,
    },
    /// No policy of the account's organization denies (IM-3): none is in the snapshot.
    OrganizationAllows {
        /// The account.
        account: AccountId,
    },
    /// The bucket's policy, which is not in the snapshot, does not deny (IM-4).
    BucketPolicyAllows {
        /// The bucket.
        bucket: String,
        /// Whether it is known whose the bucket is; else it is taken to be of the role's account.
        is_owner_known: bool,
    },
    /// A service of the host under the instance is switched on: the resolver by the VPC's attributes (DN-1), metadata by
    /// the instance's options (IM-1).
    ServiceIsOn {
        /// Which, as in [`crate::Place::NeverFiltered`].
        service: &'static str,
    },
    /// `enableDnsSupport` of the VPC is on, AWS's default (DN-1): the snapshot does not say.
    DnsSupportIsOn {
        /// The VPC.
        vpc: VpcId,
    },
    /// `enableDnsHostnames` of the VPC is on: private DNS cannot be made otherwise (DN-2). The snapshot does not say.
    DnsHostnamesAreOn {
        /// The VPC.
        vpc: VpcId,
    },
    /// The VPC's machines ask the Amazon resolver, AWS's default (DN-4): its DHCP options are not in the snapshot.
    AmazonProvidedDns {
        /// The VPC.
        vpc: VpcId,
    },
    /// The name server at this address runs, and knows (or asks others for) the name.
    NameServerAnswers {
        /// Its address.
        address: IpAddr,
    },
    /// The resolver reaches the servers that the rule forwards to: its outbound endpoint is not in the snapshot.
    ResolverForwards {
        /// The rule.
        rule: ResolverRuleId,
    },
    /// AWS has lifted its block of outbound TCP to port 25 for the account (IG-10).
    MailIsAllowed,
    /// The gateway that an active route targets is attached to the VPC, though the snapshot lacks it (RT-14).
    GatewayIsAttached {
        /// Its id.
        gateway: String,
    },
    /// The instance runs: the snapshot does not say.
    InstanceRuns {
        /// The instance.
        instance: InstanceId,
    },
    /// The instances registered with a classic load balancer are in service: the snapshot does not say.
    TargetsTakePart {
        /// The load balancer.
        load_balancer: LoadBalancerId,
    },
    /// All targets were unhealthy when the snapshot was made; a load balancer then sends to all of them (LB-3).
    UnhealthyTargetsTakePart {
        /// The load balancer.
        load_balancer: LoadBalancerId,
    },
    /// Whoever was asked answers pings (IC-3).
    AnswersPing,
    /// No network ACL meets a regional NAT gateway (NG-23).
    RegionalNatGatewayWithoutNetworkAcl {
        /// The NAT gateway.
        nat_gateway: NatGatewayId,
    },
}

impl Assumption {
    /// Returns the code as printed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NatInstanceForwards { .. } => "DEGUCHI_ASSUMES_NAT_INSTANCE_FORWARDS",
            Self::GroupReferenceAtNatInstance { .. } => "DEGUCHI_ASSUMES_GROUP_REFERENCE_AT_NAT_INSTANCE",
            Self::GroupReferenceCoversAddress { .. } => "DEGUCHI_ASSUMES_GROUP_REFERENCE_COVERS_ADDRESS",
            Self::EphemeralPorts { .. } => "DEGUCHI_ASSUMES_EPHEMERAL_PORTS",
            Self::OnPremises { .. } => "DEGUCHI_ASSUMES_ON_PREMISES_ANSWERS",
            Self::OnPremisesBehindTransitGateway { .. } => "DEGUCHI_ASSUMES_ON_PREMISES_ANSWERS",
            Self::OnPremisesSends { .. } => "DEGUCHI_ASSUMES_ON_PREMISES_SENDS",
            Self::NoLongerLearnedRoute { .. } => "DEGUCHI_ASSUMES_NO_LONGER_LEARNED_ROUTE",
            Self::OutsidePrefixList { .. } => "DEGUCHI_ASSUMES_OUTSIDE_PREFIX_LIST",
            Self::EndpointPolicyAllows { .. } => "DEGUCHI_ASSUMES_ENDPOINT_POLICY_ALLOWS",
            Self::NoPermissionsBoundary { .. } => "DEGUCHI_ASSUMES_NO_PERMISSIONS_BOUNDARY",
            Self::OrganizationAllows { .. } => "DEGUCHI_ASSUMES_ORGANIZATION_ALLOWS",
            Self::BucketPolicyAllows { .. } => "DEGUCHI_ASSUMES_BUCKET_POLICY_ALLOWS",
            Self::ServiceIsOn { .. } => "DEGUCHI_ASSUMES_SERVICE_IS_ON",
            Self::DnsSupportIsOn { .. } => "DEGUCHI_ASSUMES_DNS_SUPPORT",
            Self::DnsHostnamesAreOn { .. } => "DEGUCHI_ASSUMES_DNS_HOSTNAMES",
            Self::AmazonProvidedDns { .. } => "DEGUCHI_ASSUMES_AMAZON_PROVIDED_DNS",
            Self::NameServerAnswers { .. } => "DEGUCHI_ASSUMES_NAME_SERVER_ANSWERS",
            Self::ResolverForwards { .. } => "DEGUCHI_ASSUMES_RESOLVER_FORWARDS",
            Self::MailIsAllowed => "DEGUCHI_ASSUMES_PORT_25_IS_UNBLOCKED",
            Self::GatewayIsAttached { .. } => "DEGUCHI_ASSUMES_GATEWAY_IS_ATTACHED",
            Self::InstanceRuns { .. } => "DEGUCHI_ASSUMES_INSTANCE_RUNS",
            Self::TargetsTakePart { .. } => "DEGUCHI_ASSUMES_TARGETS_IN_SERVICE",
            Self::UnhealthyTargetsTakePart { .. } => "DEGUCHI_ASSUMES_UNHEALTHY_TARGETS_ANSWER",
            Self::AnswersPing => "DEGUCHI_ASSUMES_HOST_ANSWERS_PING",
            Self::RegionalNatGatewayWithoutNetworkAcl { .. } => "DEGUCHI_ASSUMES_NO_ACL_AT_REGIONAL_NAT_GATEWAY",
        }
    }
}

/// A rule that decided, for the hops of a way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleReference {
    /// A rule of a security group.
    SecurityGroup(SecurityGroupId, SecurityGroupRule),
    /// A rule of a network ACL.
    NetworkAcl(NetworkAclRule),
}
