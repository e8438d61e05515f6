//! What ingest wants known about a snapshot: what it could not read, what is missing, what contradicts itself.
//!
//! Leaves out the words: each language has them in a file of its own (`words/notice_english.rs` …).

use std::fmt;

/// Something that the reader of an answer should know about the snapshot behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is; follows from the kind.
    pub severity: Severity,
    /// What it is.
    pub kind: NoticeKind,
    /// Where in the snapshot, where there is one place.
    pub location: Option<Location>,
    /// How many more notices of this kind were folded into this one; 0 for most.
    pub similar: usize,
}

/// How bad a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something in the snapshot could not be read, and is missing from the network.
    Error,
    /// Something is missing or contradicts itself; an answer may be undecided because of it.
    Warning,
    /// Worth knowing; no answer suffers.
    Note,
}

/// A place in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file, relative to the snapshot's root, with `/` between folders.
    pub file: String,
    /// The place in it, e.g. `RouteTables[2].Routes[1].NatGatewayId`; empty for the file as a whole.
    pub path: String,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file.as_str(), self.path.as_str()) {
            (file, "") => f.write_str(file),
            ("", path) => f.write_str(path),
            (file, path) => write!(f, "{file}: {path}"),
        }
    }
}

/// What one language says about a notice or an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, subject first, without a full stop.
    pub message: String,
    /// What the answer will lack because of it.
    pub effect: Option<String>,
    /// The one thing to do.
    pub hint: Option<String>,
}

/// A kind of resource, as messages name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceKind {
    /// A VPC.
    Vpc,
    /// A subnet.
    Subnet,
    /// A route table.
    RouteTable,
    /// A security group.
    SecurityGroup,
    /// A network ACL.
    NetworkAcl,
    /// A prefix list.
    PrefixList,
    /// A network interface.
    NetworkInterface,
    /// An instance.
    Instance,
    /// A machine image.
    Image,
    /// A NAT gateway.
    NatGateway,
    /// An internet gateway.
    InternetGateway,
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway,
    /// An Elastic IP.
    ElasticIp,
    /// A VPC endpoint.
    VpcEndpoint,
    /// A virtual private gateway.
    VpnGateway,
    /// A VPN connection.
    VpnConnection,
    /// A VPC peering connection.
    PeeringConnection,
    /// A transit gateway.
    TransitGateway,
    /// An attachment of a transit gateway.
    TransitGatewayAttachment,
    /// A route table of a transit gateway.
    TransitGatewayRouteTable,
    /// An exclusion of VPC Block Public Access.
    BlockPublicAccessExclusion,
    /// A DHCP option set.
    DhcpOptions,
    /// An attribute of a VPC.
    VpcAttribute,
    /// A private hosted zone.
    HostedZone,
    /// A rule of the Route 53 Resolver.
    ResolverRule,
    /// A load balancer.
    LoadBalancer,
    /// A listener of a load balancer, or a rule of one.
    Listener,
    /// A target group.
    TargetGroup,
    /// A network firewall, or its policy.
    NetworkFirewall,
    /// A group of firewall rules.
    FirewallRuleGroup,
}

impl ResourceKind {
    /// Returns the command of the AWS CLI whose output lists resources of this kind.
    pub const fn command(self) -> &'static str {
        match self {
            Self::Vpc => "aws ec2 describe-vpcs",
            Self::Subnet => "aws ec2 describe-subnets",
            Self::RouteTable => "aws ec2 describe-route-tables",
            Self::SecurityGroup => "aws ec2 describe-security-groups",
            Self::NetworkAcl => "aws ec2 describe-network-acls",
            Self::PrefixList => "aws ec2 describe-prefix-lists",
            Self::NetworkInterface => "aws ec2 describe-network-interfaces",
            Self::Instance => "aws ec2 describe-instances",
            Self::Image => "aws ec2 describe-images",
            Self::NatGateway => "aws ec2 describe-nat-gateways",
            Self::InternetGateway => "aws ec2 describe-internet-gateways",
            Self::EgressOnlyInternetGateway => "aws ec2 describe-egress-only-internet-gateways",
            Self::ElasticIp => "aws ec2 describe-addresses",
            Self::VpcEndpoint => "aws ec2 describe-vpc-endpoints",
            Self::VpnGateway => "aws ec2 describe-vpn-gateways",
            Self::VpnConnection => "aws ec2 describe-vpn-connections",
            Self::PeeringConnection => "aws ec2 describe-vpc-peering-connections",
            Self::TransitGateway => "aws ec2 describe-transit-gateways",
            Self::TransitGatewayAttachment => "aws ec2 describe-transit-gateway-attachments",
            Self::TransitGatewayRouteTable => "aws ec2 describe-transit-gateway-route-tables",
            Self::BlockPublicAccessExclusion => "aws ec2 describe-vpc-block-public-access-exclusions",
            Self::DhcpOptions => "aws ec2 describe-dhcp-options",
            Self::VpcAttribute => "aws ec2 describe-vpc-attribute",
            Self::HostedZone => "aws route53 list-hosted-zones",
            Self::ResolverRule => "aws route53resolver list-resolver-rules",
            Self::LoadBalancer => "aws elbv2 describe-load-balancers",
            Self::Listener => "aws elbv2 describe-listeners",
            Self::TargetGroup => "aws elbv2 describe-target-groups",
            Self::NetworkFirewall => "aws network-firewall describe-firewall",
            Self::FirewallRuleGroup => "aws network-firewall describe-rule-group",
        }
    }
}

/// What a member of a document should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expected {
    /// A string (or a number where tools differ).
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number in the range that fits the member.
    Number,
    /// An IPv4 address.
    Ipv4Address,
    /// An IPv6 address.
    Ipv6Address,
    /// A range of IPv4 addresses.
    Ipv4Range,
    /// A range of IPv6 addresses.
    Ipv6Range,
    /// A range of addresses of either family.
    Range,
    /// A protocol's name or number.
    Protocol,
    /// A port, or the other end of a range of ports.
    Port,
    /// An ICMP type or code.
    IcmpNumber,
    /// `allow` or `deny`.
    RuleAction,
    /// An object.
    Object,
    /// A list.
    List,
}

/// What is wrong with one member of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The member's name; empty where the element itself is meant.
    pub field: String,
    /// What it reads, shortened; `None` where it is missing.
    pub value: Option<String>,
    /// What it should have been.
    pub expected: Expected,
}

/// Why a file is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonProblem {
    /// What is wrong.
    pub kind: JsonProblemKind,
    /// The line, from 1; 0 where no place can be named.
    pub line: usize,
    /// The column, from 1 (0 for the line's very beginning).
    pub column: usize,
}

/// What can be wrong with JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonProblemKind {
    /// Nothing is in the file.
    Empty,
    /// The file is neither UTF-8 nor UTF-16.
    NotText,
    /// It breaks off.
    CutOff,
    /// It breaks a rule of JSON.
    Syntax,
    /// It is nested deeper than any answer of AWS.
    TooDeep,
}

/// A format that is recognised but not read as a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A Terraform plan (`terraform show -json`).
    TerraformPlan,
    /// Terraform state, raw or as `terraform show -json` prints it.
    TerraformState,
    /// VPC flow logs.
    FlowLogs,
}

/// What is wrong with an answer about roles, buckets or policies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdentityProblem {
    /// A policy of IAM, of a bucket or of the organization cannot be read.
    PolicyNotUnderstood {
        /// Its name, ARN or id.
        policy: String,
    },
    /// It does not say whose it is.
    OfUnknown {
        /// The key that it stands at.
        key: String,
    },
    /// It is not as AWS prints it.
    AnswerNotUnderstood {
        /// The key that it stands at.
        key: String,
    },
}

/// What a plan of Terraform does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// What comes behind an error that planning ended with.
    RestAfterError,
    /// What was not planned (`-target`), or was put off.
    UnplannedRest,
    /// Its configuration, which alone tells what an id will be that is known only after apply.
    Configuration,
}

/// What a plan or state of Terraform leaves open, or what was supplied for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerraformNotice {
    /// What an attribute will be is known only after apply, and the configuration does not tell.
    Open {
        /// The attribute.
        attribute: String,
        /// What it may name, as far as that can be told.
        candidates: Vec<String>,
    },
    /// What an attribute will be is known only after apply; most likely it is this.
    Assumed {
        /// The attribute.
        attribute: String,
        /// What was taken.
        taken: String,
    },
    /// A policy is known only after apply.
    PolicyOpen {
        /// The attribute.
        attribute: String,
    },
    /// The table, ACL and group that AWS makes with a VPC were supplied.
    Implied {
        /// The VPC.
        vpc: String,
    },
    /// The table of a regional NAT gateway was supplied.
    ImpliedTable {
        /// The internet gateway that it leads to.
        gateway: String,
    },
    /// An address is known only after apply.
    AddressLater {
        /// What will have it.
        resource: String,
        /// The address that stands for it.
        stand_in: String,
        /// The range that it will be in; `None` for a public one.
        inside: Option<String>,
    },
    /// A gateway propagates routes that it learns by BGP.
    LearnedRoutes {
        /// The gateway.
        gateway: String,
    },
    /// The plan does not hold all that the configuration asks for.
    Incomplete {
        /// What it lacks.
        lacks: Lacks,
    },
    /// The format is newer than those known.
    NewerFormat {
        /// Its version.
        version: String,
    },
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A file is no JSON.
    FileNotJson(JsonProblem),
    /// A file or folder cannot be read.
    FileUnreadable {
        /// What the operating system says.
        reason: String,
    },
    /// A file is of a format that is not read yet.
    FormatNotRead(Format),
    /// A document has keys that are not known.
    UnknownKeys {
        /// The first of them.
        keys: Vec<String>,
        /// How many more there are.
        more: usize,
    },
    /// A document is JSON, but nothing in it is recognised.
    NothingRecognised,
    /// A key that should hold a list of resources holds something else.
    NotAList {
        /// The key.
        key: String,
        /// What it would list.
        resource: ResourceKind,
    },
    /// A document is one page of several (`NextToken`).
    IncompleteList {
        /// The keys whose lists go on elsewhere.
        keys: Vec<String>,
    },
    /// Entries of a prefix list, but which list they are of is not said.
    EntriesWithoutPrefixList,
    /// Routes, propagations or associations of a transit gateway, but of which route table they are is not said.
    WithoutTransitGatewayRouteTable {
        /// The key.
        key: String,
    },
    /// Records of a hosted zone, but which private zone they are of is not said.
    RecordsWithoutHostedZone,
    /// The health of targets, but of which group they are is not said.
    TargetsWithoutTargetGroup,
    /// A resource is left out of the network, as a part of it that decides cannot be read.
    LeftOut {
        /// What it is.
        resource: ResourceKind,
        /// Its id, where that can be read.
        id: Option<String>,
        /// What is wrong with it.
        problem: Problem,
    },
    /// A route is kept, but what it is for is not understood.
    RouteNotUnderstood {
        /// The route table.
        route_table: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The ranges of a prefix list cannot be read.
    PrefixListNotUnderstood {
        /// The list.
        prefix_list: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The policy of an endpoint cannot be read.
    PolicyNotUnderstood {
        /// The endpoint.
        vpc_endpoint: String,
    },
    /// An answer about roles, buckets or policies is of no use.
    Identity(IdentityProblem),
    /// Something about a plan or state of Terraform.
    Terraform(TerraformNotice),
    /// A resource is in the snapshot more than once, and not always the same.
    SightingsDiffer {
        /// What it is.
        resource: ResourceKind,
        /// Its id.
        id: String,
    },
    /// Two answers disagree about the public address of an interface.
    PublicAddressDiffers {
        /// The interface.
        network_interface: String,
        /// Its private address.
        private: String,
        /// The public address that the interface itself shows.
        shown: String,
        /// What the other answer says.
        other: String,
    },
    /// An instance without interfaces got one, made from what it says about itself.
    InterfaceMadeUp {
        /// The instance; the interface has its id.
        instance: String,
    },
    /// A security group is known by its rules only.
    SecurityGroupFromRules {
        /// The group.
        security_group: String,
    },
    /// A route's target is not in the snapshot.
    RouteTargetMissing {
        /// The route table.
        route_table: String,
        /// The route's destination.
        destination: String,
        /// What the target is.
        resource: ResourceKind,
        /// Its id.
        target: String,
    },
    /// A security group of an interface is not in the snapshot.
    SecurityGroupMissing {
        /// The interface.
        network_interface: String,
        /// The group.
        security_group: String,
    },
    /// For some subnets of a VPC the snapshot has no network ACL.
    NetworkAclMissing {
        /// The VPC.
        vpc: String,
        /// How many subnets.
        subnets: usize,
    },
    /// For some subnets of a VPC the snapshot has no route table.
    RouteTableMissing {
        /// The VPC.
        vpc: String,
        /// How many subnets.
        subnets: usize,
    },
    /// A prefix list is used whose ranges are not in the snapshot.
    PrefixListUnknown {
        /// The list.
        prefix_list: String,
        /// What uses it.
        user: ResourceKind,
        /// The user's id.
        user_id: String,
    },
    /// A VPC is not in the snapshot, though something in it is.
    VpcMissing {
        /// The VPC.
        vpc: String,
        /// What is in it.
        resource: ResourceKind,
        /// The id of what is in it.
        id: String,
    },
    /// A subnet is not in the snapshot, though an interface in it is.
    SubnetMissing {
        /// The subnet.
        subnet: String,
        /// The interface.
        network_interface: String,
    },
}

impl TerraformNotice {
    /// How bad it is.
    const fn severity(&self) -> Severity {
        match self {
            Self::Open { .. }
            | Self::Assumed { .. }
            | Self::PolicyOpen { .. }
            | Self::LearnedRoutes { .. }
            | Self::Incomplete { .. }
            | Self::NewerFormat { .. } => Severity::Warning,
            Self::Implied { .. } | Self::ImpliedTable { .. } | Self::AddressLater { .. } => Severity::Note,
        }
    }
}

impl NoticeKind {
    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::FileNotJson(_)
            | Self::FileUnreadable { .. }
            | Self::NotAList { .. }
            | Self::LeftOut { .. }
            | Self::PrefixListNotUnderstood { .. } => Severity::Error,
            Self::FormatNotRead(_)
            | Self::NothingRecognised
            | Self::IncompleteList { .. }
            | Self::EntriesWithoutPrefixList
            | Self::WithoutTransitGatewayRouteTable { .. }
            | Self::TargetsWithoutTargetGroup
            | Self::RecordsWithoutHostedZone
            | Self::RouteNotUnderstood { .. }
            | Self::PolicyNotUnderstood { .. }
            | Self::Identity(_)
            | Self::SightingsDiffer { .. }
            | Self::PublicAddressDiffers { .. }
            | Self::RouteTargetMissing { .. }
            | Self::SecurityGroupMissing { .. }
            | Self::NetworkAclMissing { .. }
            | Self::RouteTableMissing { .. }
            | Self::PrefixListUnknown { .. }
            | Self::VpcMissing { .. }
            | Self::SubnetMissing { .. } => Severity::Warning,
            Self::Terraform(notice) => notice.severity(),
            Self::UnknownKeys { .. } | Self::InterfaceMadeUp { .. } | Self::SecurityGroupFromRules { .. } => {
                Severity::Note
            }
        }
    }

    /// Whether two notices are folded into one where there are many.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Terraform(one), Self::Terraform(other)) => {
                std::mem::discriminant(one) == std::mem::discriminant(other)
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(other) && self.resource() == other.resource(),
        }
    }

    /// The kind of resource by which notices of one kind are told apart when they are folded.
    const fn resource(&self) -> Option<ResourceKind> {
        match self {
            Self::NotAList { resource, .. }
            | Self::LeftOut { resource, .. }
            | Self::SightingsDiffer { resource, .. }
            | Self::RouteTargetMissing { resource, .. }
            | Self::VpcMissing { resource, .. } => Some(*resource),
            Self::PrefixListUnknown { user, .. } => Some(*user),
            Self::FileNotJson(_)
            | Self::FileUnreadable { .. }
            | Self::FormatNotRead(_)
            | Self::UnknownKeys { .. }
            | Self::NothingRecognised
            | Self::IncompleteList { .. }
            | Self::EntriesWithoutPrefixList
            | Self::WithoutTransitGatewayRouteTable { .. }
            | Self::TargetsWithoutTargetGroup
            | Self::RecordsWithoutHostedZone
            | Self::RouteNotUnderstood { .. }
            | Self::PrefixListNotUnderstood { .. }
            | Self::PolicyNotUnderstood { .. }
            | Self::Identity(_)
            | Self::Terraform(_)
            | Self::PublicAddressDiffers { .. }
            | Self::InterfaceMadeUp { .. }
            | Self::SecurityGroupFromRules { .. }
            | Self::SecurityGroupMissing { .. }
            | Self::NetworkAclMissing { .. }
            | Self::RouteTableMissing { .. }
            | Self::SubnetMissing { .. } => None,
        }
    }
}

/// Up to so many notices of one kind are shown one by one; more are folded into the first. Chosen by us: enough to see
/// a pattern, few enough to read.
const SHOWN_ONE_BY_ONE: usize = 3;

/// Notices as they come in, before they are folded.
#[derive(Debug, Default)]
pub(crate) struct Notices(Vec<Notice>);

impl Notices {
    /// Adds a notice.
    pub(crate) fn add(&mut self, kind: NoticeKind, location: Option<Location>) {
        self.0.push(Notice { severity: kind.severity(), kind, location, similar: 0 });
    }

    /// Changes where notices point.
    pub(crate) fn relocate(&mut self, change: impl Fn(&mut Location)) {
        self.0.iter_mut().filter_map(|notice| notice.location.as_mut()).for_each(change);
    }

    /// Returns the notices for people: worst first, by file, none twice, many of a kind folded into one.
    pub(crate) fn folded(self) -> Vec<Notice> {
        // Those without one place come last. Inside a file the order is that of the document: the sort is stable.
        let rank = |notice: &Notice| {
            let file = notice.location.as_ref().map(|location| location.file.clone());
            (notice.severity, file.is_none(), file)
        };
        let mut notices = self.0;
        notices.sort_by_cached_key(rank);
        notices.dedup();
        let mut groups: Vec<Vec<Notice>> = Vec::new();
        for notice in notices {
            let same = |group: &&mut Vec<Notice>| group.first().is_some_and(|first| first.kind.is_like(&notice.kind));
            match groups.iter_mut().find(same) {
                Some(group) => group.push(notice),
                None => groups.push(vec![notice]),
            }
        }
        let mut folded: Vec<Notice> = groups.into_iter().flat_map(fold).collect();
        folded.sort_by_cached_key(rank);
        folded
    }
}

fn fold(mut group: Vec<Notice>) -> Vec<Notice> {
    if group.len() > SHOWN_ONE_BY_ONE {
        let similar = group.len() - 1;
        group.truncate(1);
        for first in &mut group {
            first.similar = similar;
        }
    }
    group
}
