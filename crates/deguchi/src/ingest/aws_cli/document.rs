//! One answer of AWS's API, told by its top-level keys alone: names and places of files mean nothing.
//!
//! Reads what the AWS CLI and boto3 print, Batfish's folders, CloudMapper's, keys in `snake_case`, several answers in
//! one file (a list of them, JSON Lines, or one after another), and bare lists of resources (`--query`).

use std::{borrow::Cow, collections::BTreeSet, fmt, rc::Rc};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    block_public_access::{ExclusionRecord, OptionsRecord},
    dhcp_options::DhcpOptionsRecord,
    egress_only_internet_gateway::EgressOnlyInternetGatewayRecord,
    elastic_ip::AddressRecord,
    hosted_zone::{HostedZoneRecord, RecordSetRecord, SummaryRecord, ZoneVpcRecord},
    identity,
    image::ImageRecord,
    instance::{InstanceRecord, ReservationRecord},
    internet_gateway::InternetGatewayRecord,
    known_keys,
    load_balancer::{
        AttributeRecord, AttributesRecord, ClassicInstanceRecord, ClassicLoadBalancerRecord, ListenerRecord,
        ListenerRuleRecord, ListenersOfOneRecord, LoadBalancerRecord,
    },
    managed_workload::{ClusterRecord, DatabaseRecord, TaskRecord},
    nat_gateway::NatGatewayRecord,
    network_acl::NetworkAclRecord,
    network_firewall::{self, FirewallAnswer},
    network_interface::NetworkInterfaceRecord,
    peering_connection::PeeringConnectionRecord,
    prefix_list::{EntryRecord, PrefixListRecord},
    resolver_rule::{ResolverRuleRecord, RuleAssociationRecord},
    route_table::RouteTableRecord,
    security_group::{RuleRecord, SecurityGroupRecord},
    subnet::SubnetRecord,
    target_group::{HealthOfOneRecord, TargetGroupRecord, TargetHealthRecord},
    transit_gateway::TransitGatewayRecord,
    transit_gateway_attachment::{AssociationRecord, AttachmentRecord, PeeringAttachmentRecord, VpcAttachmentRecord},
    transit_gateway_route_table::{
        PrefixListReferenceRecord, PropagationRecord, PropagationsOfOneRecord,
        RouteRecord as TransitGatewayRouteRecord, RouteTableRecord as TransitGatewayRouteTableRecord,
        RoutesOfOneRecord,
    },
    vpc::VpcRecord,
    vpc_attribute::AttributeValueRecord,
    vpc_endpoint::VpcEndpointRecord,
    vpn_connection::VpnConnectionRecord,
    vpn_gateway::VpnGatewayRecord,
};
use crate::{
    ingest::{
        json::{Key, List, Many, One, Record, Text},
        place::Place,
    },
    notice::{Format, JsonProblem, JsonProblemKind, NoticeKind, Notices},
};

/// A list of resources, under the key that it stands at.
#[derive(Debug)]
pub(crate) struct Section<'a, T> {
    /// The key as written.
    pub(crate) key: Cow<'a, str>,
    pub(crate) items: List<T>,
    /// Whether there is no key, the document being the resource itself.
    is_bare: bool,
}

impl<T> Section<'_, T> {
    /// Its elements, each with its place.
    pub(crate) fn elements<'s>(&'s self, document: &'s Document<'_>) -> impl Iterator<Item = (&'s One<T>, Place)> {
        let list = document.place(&self.key);
        self.items.elements().iter().enumerate().map(move |(index, element)| {
            let path = if self.is_bare { list.path.clone() } else { format!("{}[{index}]", list.path) };
            (element, Place { file: Rc::clone(&list.file), path })
        })
    }
}

/// The elements of all sections that are records, where their places do not matter.
pub(crate) fn records<'s, T>(sections: &'s [Section<'_, T>]) -> impl Iterator<Item = &'s T> {
    sections.iter().flat_map(|section| section.items.elements()).filter_map(One::get)
}

/// Defines the document by the kinds of resources that it can list, each with its key and, for a resource that stands
/// alone, two members by which it is known: its id and one that only this kind has beside it.
macro_rules! document {
    ($($field:ident: $record:ident = $key:literal, bare $id:literal $beside:literal;)+) => {
        /// One answer of AWS's API.
        #[derive(Debug)]
        pub(crate) struct Document<'a> {
            /// The file it is in.
            pub(crate) file: Rc<str>,
            /// The place in the file where it begins; empty for a file that holds one document.
            prefix: String,
            /// The account that made it, where that is known.
            pub(crate) account: Option<String>,
            /// Whether it is one page of several, and not the last.
            pub(crate) is_cut_off: bool,
            /// Whether it may lack interfaces though it lists some: Terraform knows those only that it makes.
            pub(crate) may_lack_interfaces: bool,
            /// The list that `entries` are of, where the document says.
            pub(crate) prefix_list: Text<'a>,
            pub(crate) entries: Vec<Section<'a, EntryRecord<'a>>>,
            /// The load balancer or target group that it is about, where the document says.
            pub(crate) subject: Text<'a>,
            /// The route table of a transit gateway that it is about, where the document says.
            pub(crate) transit_gateway_route_table: Text<'a>,
            /// Whether there are more routes of a transit gateway than it lists.
            pub(crate) has_more_routes: bool,
            /// What it says about Network Firewall.
            pub(crate) firewall: FirewallAnswer<'a>,
            $(pub(crate) $field: Vec<Section<'a, $record<'a>>>,)+
            /// The VPC that it is about, where the document says.
            pub(crate) vpc: Text<'a>,
            /// `EnableDnsSupport` of that VPC.
            pub(crate) dns_support: One<AttributeValueRecord<'a>>,
            /// `EnableDnsHostnames` of that VPC.
            pub(crate) dns_hostnames: One<AttributeValueRecord<'a>>,
            /// The hosted zone that it is about, where it is about one.
            pub(crate) hosted_zone: One<HostedZoneRecord<'a>>,
            /// What VPC Block Public Access does in an account and Region.
            pub(crate) block_public_access_options: One<OptionsRecord<'a>>,
            /// The answer of `sts get-caller-identity`: who made the documents beside it.
            pub(crate) caller: Text<'a>,
            /// The whole answer, where it is about who may do what.
            pub(crate) identity: Option<serde_json::Value>,
            keys: Vec<Cow<'a, str>>,
            keys_left_out: usize,
        }

        impl<'a> Document<'a> {
            fn empty() -> Self {
                Self {
                    file: Rc::from(""),
                    prefix: String::new(),
                    account: None,
                    is_cut_off: false,
                    may_lack_interfaces: false,
                    prefix_list: Text::Absent,
                    entries: Vec::new(),
                    subject: Text::Absent,
                    transit_gateway_route_table: Text::Absent,
                    has_more_routes: false,
                    firewall: FirewallAnswer::default(),
                    $($field: Vec::new(),)+
                    vpc: Text::Absent,
                    dns_support: One::default(),
                    dns_hostnames: One::default(),
                    hosted_zone: One::default(),
                    block_public_access_options: One::default(),
                    caller: Text::Absent,
                    identity: None,
                    keys: Vec::new(),
                    keys_left_out: 0,
                }
            }

            /// What is known of a file that is broken: the lists that are named in it are not whole.
            pub(crate) fn broken(file: &str, text: &str) -> Self {
                let mut document = Self { file: Rc::from(file), is_cut_off: true, ..Self::empty() };
                $(if text.contains(concat!("\"", $key, "\"")) {
                    document.$field.push(Section { key: Cow::Borrowed($key), items: Many::Absent, is_bare: false });
                })+
                document
            }

            /// Whether it lists anything that a network is made of, be it nothing at all.
            pub(crate) fn is_read(&self) -> bool {
                !self.entries.is_empty() $(|| !self.$field.is_empty())+
            }

            fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, map: &mut A) -> Result<(), A::Error> {
                match known_keys::as_in_the_api(&key).as_ref() {
                    $($key => {
                        let items = map.next_value()?;
                        self.$field.push(Section { key: key.clone(), items, is_bare: false });
                    })+
                    "Entries" => {
                        let items = map.next_value()?;
                        self.entries.push(Section { key: key.clone(), items, is_bare: false });
                    }
                    "NextToken" => self.is_cut_off |= map.next_value::<Text<'a>>()?.get().is_some(),
                    "PrefixListId" => self.prefix_list = map.next_value()?,
                    "VpcId" => self.vpc = map.next_value()?,
                    "EnableDnsSupport" => self.dns_support = map.next_value()?,
                    "EnableDnsHostnames" => self.dns_hostnames = map.next_value()?,
                    "HostedZone" => self.hosted_zone = map.next_value()?,
                    "IsTruncated" => self.is_cut_off |= map.next_value::<Text<'a>>()?.get() == Some("true"),
                    "VpcBlockPublicAccessOptions" => self.block_public_access_options = map.next_value()?,
                    "LoadBalancerArn" | "LoadBalancerName" | "TargetGroupArn" => self.subject = map.next_value()?,
                    "TransitGatewayRouteTableId" => self.transit_gateway_route_table = map.next_value()?,
                    "AdditionalRoutesAvailable" => {
                        self.has_more_routes |= map.next_value::<Text<'a>>()?.get() == Some("true");
                    }
                    "Account" => self.caller = map.next_value()?,
                    key if network_firewall::KEYS.contains(&key) => self.firewall.take(key, map)?,
                    _ => {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                if self.keys.len() < MOST_KEYS { self.keys.push(key) } else { self.keys_left_out += 1 }
                Ok(())
            }

            /// Whether its keys say that it is a resource itself.
            fn is_bare(&self) -> bool {
                false $(|| (self.has($id) && self.has($beside)))+
            }

            /// Reads a document that is a resource itself, if its keys say so.
            fn bare(&self, json: &'a str) -> Option<Self> {
                let mut document = Self::empty();
                $(if self.has($id) && self.has($beside) {
                    let resource: One<$record<'a>> = serde_json::from_str(json).ok()?;
                    let items = Many::Is(vec![resource]);
                    document.$field.push(Section { key: Cow::Borrowed(""), items, is_bare: true });
                    return Some(document);
                })+
                None
            }
        }
    };
}

document! {
    vpcs: VpcRecord = "Vpcs", bare "VpcId" "CidrBlockAssociationSet";
    subnets: SubnetRecord = "Subnets", bare "SubnetId" "AvailableIpAddressCount";
    route_tables: RouteTableRecord = "RouteTables", bare "RouteTableId" "Routes";
    security_groups: SecurityGroupRecord = "SecurityGroups", bare "GroupId" "IpPermissions";
    security_group_rules: RuleRecord = "SecurityGroupRules", bare "SecurityGroupRuleId" "GroupId";
    network_acls: NetworkAclRecord = "NetworkAcls", bare "NetworkAclId" "Entries";
    prefix_lists: PrefixListRecord = "PrefixLists", bare "PrefixListId" "PrefixListName";
    network_interfaces: NetworkInterfaceRecord = "NetworkInterfaces", bare "NetworkInterfaceId" "PrivateIpAddresses";
    reservations: ReservationRecord = "Reservations", bare "ReservationId" "Instances";
    instances: InstanceRecord = "Instances", bare "InstanceId" "ImageId";
    images: ImageRecord = "Images", bare "ImageId" "Name";
    nat_gateways: NatGatewayRecord = "NatGateways", bare "NatGatewayId" "NatGatewayAddresses";
    internet_gateways: InternetGatewayRecord = "InternetGateways", bare "InternetGatewayId" "Attachments";
    egress_only_internet_gateways: EgressOnlyInternetGatewayRecord = "EgressOnlyInternetGateways",
        bare "EgressOnlyInternetGatewayId" "Attachments";
    addresses: AddressRecord = "Addresses", bare "AllocationId" "PublicIp";
    vpc_endpoints: VpcEndpointRecord = "VpcEndpoints", bare "VpcEndpointId" "ServiceName";
    vpn_gateways: VpnGatewayRecord = "VpnGateways", bare "VpnGatewayId" "VpcAttachments";
    vpn_connections: VpnConnectionRecord = "VpnConnections", bare "VpnConnectionId" "CustomerGatewayId";
    peering_connections: PeeringConnectionRecord = "VpcPeeringConnections",
        bare "VpcPeeringConnectionId" "RequesterVpcInfo";
    dhcp_options: DhcpOptionsRecord = "DhcpOptions", bare "DhcpOptionsId" "DhcpConfigurations";
    hosted_zones: HostedZoneRecord = "HostedZones", bare "CallerReference" "ResourceRecordSetCount";
    hosted_zone_summaries: SummaryRecord = "HostedZoneSummaries", bare "HostedZoneId" "Owner";
    zone_vpcs: ZoneVpcRecord = "VPCs", bare "VPCRegion" "VPCId";
    record_sets: RecordSetRecord = "ResourceRecordSets", bare "ResourceRecords" "TTL";
    resolver_rules: ResolverRuleRecord = "ResolverRules", bare "RuleType" "DomainName";
    resolver_rule_associations: RuleAssociationRecord = "ResolverRuleAssociations", bare "ResolverRuleId" "VPCId";
    block_public_access_exclusions: ExclusionRecord = "VpcBlockPublicAccessExclusions",
        bare "ExclusionId" "InternetGatewayExclusionMode";
    load_balancers: LoadBalancerRecord = "LoadBalancers", bare "LoadBalancerArn" "DNSName";
    classic_load_balancers: ClassicLoadBalancerRecord = "LoadBalancerDescriptions",
        bare "LoadBalancerName" "ListenerDescriptions";
    instance_states: ClassicInstanceRecord = "InstanceStates", bare "InstanceId" "ReasonCode";
    listeners: ListenerRecord = "Listeners", bare "ListenerArn" "DefaultActions";
    listener_lists: ListenersOfOneRecord = "LoadBalancerListeners", bare "LoadBalancerArn" "Listeners";
    listener_rules: ListenerRuleRecord = "Rules", bare "RuleArn" "Actions";
    load_balancer_attributes: AttributesRecord = "LoadBalancerAttributes", bare "LoadBalancerArn" "Attributes";
    target_group_attributes: AttributesRecord = "TargetGroupAttributes", bare "TargetGroupArn" "Attributes";
    attributes: AttributeRecord = "Attributes", bare "AttributeKey" "AttributeValue";
    target_groups: TargetGroupRecord = "TargetGroups", bare "TargetGroupArn" "TargetType";
    target_health_lists: HealthOfOneRecord = "LoadBalancerTargetHealth",
        bare "TargetGroupArn" "TargetHealthDescriptions";
    target_health: TargetHealthRecord = "TargetHealthDescriptions", bare "Target" "TargetHealth";
    databases: DatabaseRecord = "DBInstances", bare "DBInstanceIdentifier" "DBInstanceClass";
    database_clusters: ClusterRecord = "DBClusters", bare "DBClusterIdentifier" "DBClusterMembers";
    tasks: TaskRecord = "Tasks", bare "TaskArn" "TaskDefinitionArn";
    transit_gateways: TransitGatewayRecord = "TransitGateways", bare "TransitGatewayId" "TransitGatewayArn";
    transit_gateway_attachments: AttachmentRecord = "TransitGatewayAttachments",
        bare "TransitGatewayAttachmentId" "TransitGatewayOwnerId";
    transit_gateway_vpc_attachments: VpcAttachmentRecord = "TransitGatewayVpcAttachments",
        bare "TransitGatewayAttachmentId" "SubnetIds";
    transit_gateway_peering_attachments: PeeringAttachmentRecord = "TransitGatewayPeeringAttachments",
        bare "TransitGatewayAttachmentId" "RequesterTgwInfo";
    transit_gateway_associations: AssociationRecord = "Associations",
        bare "TransitGatewayAttachmentId" "TransitGatewayRouteTableId";
    transit_gateway_route_tables: TransitGatewayRouteTableRecord = "TransitGatewayRouteTables",
        bare "TransitGatewayRouteTableId" "DefaultAssociationRouteTable";
    transit_gateway_routes: TransitGatewayRouteRecord = "Routes",
        bare "DestinationCidrBlock" "TransitGatewayAttachments";
    transit_gateway_static_routes: RoutesOfOneRecord = "TransitGatewayStaticRoutes",
        bare "TransitGatewayRouteTableId" "Routes";
    transit_gateway_propagations: PropagationRecord = "TransitGatewayRouteTablePropagations",
        bare "TransitGatewayAttachmentId" "TransitGatewayRouteTableAnnouncementId";
    transit_gateway_propagation_lists: PropagationsOfOneRecord = "TransitGatewayPropagations",
        bare "TransitGatewayRouteTableId" "TransitGatewayRouteTablePropagations";
    transit_gateway_prefix_list_references: PrefixListReferenceRecord = "TransitGatewayPrefixListReferences",
        bare "PrefixListId" "TransitGatewayRouteTableId";
}

/// So many of a document's keys are looked at. AWS's answers have a handful, and a resource that stands alone may have
/// a hundred; a file with more is something else.
const MOST_KEYS: usize = 256;

/// So many unknown keys are named.
const NAMED_KEYS: usize = 5;

impl Document<'_> {
    /// The place of a key of the document.
    pub(crate) fn place(&self, key: &str) -> Place {
        Place { file: Rc::clone(&self.file), path: self.prefix.clone() }.field(key)
    }

    /// The folder that its file is in; empty for the root of the snapshot.
    pub(crate) fn folder(&self) -> &str {
        self.file.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The accounts that own what it lists, as far as that is told of what each account makes itself.
    pub(crate) fn owners(&self) -> BTreeSet<&str> {
        let groups = self.security_groups.iter().flat_map(|section| section.items.elements());
        let groups = groups.filter_map(|group| group.get()?.owner.get());
        let vpcs = self.vpcs.iter().flat_map(|section| section.items.elements());
        let vpcs = vpcs.filter_map(|vpc| vpc.get()?.owner.get());
        let reservations = self.reservations.iter().flat_map(|section| section.items.elements());
        let reservations = reservations.filter_map(|reservation| reservation.get()?.owner.get());
        groups.chain(vpcs).chain(reservations).collect()
    }

    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own == key)
    }

    /// The format that the keys belong to, if it is not an answer of AWS's API.
    fn format(&self) -> Option<Format> {
        let is_terraform = self.has("terraform_version") || self.has("format_version");
        if is_terraform && (self.has("planned_values") || self.has("resource_changes")) {
            Some(Format::TerraformPlan)
        } else if is_terraform && (self.has("resources") || self.has("values") || self.has("modules")) {
            Some(Format::TerraformState)
        } else if self.has("logEvents") && self.has("messageType") {
            Some(Format::FlowLogs)
        } else {
            None
        }
    }

    /// Keys that are neither read nor known to be something else.
    fn unknown_keys(&self) -> Option<NoticeKind> {
        let unknown: Vec<String> = self
            .keys
            .iter()
            .filter(|key| !known_keys::is_known(known_keys::as_in_the_api(key).as_ref()))
            .map(ToString::to_string)
            .collect();
        let more = unknown.len().saturating_sub(NAMED_KEYS) + self.keys_left_out;
        let keys: Vec<String> = unknown.into_iter().take(NAMED_KEYS).collect();
        (!keys.is_empty()).then_some(NoticeKind::UnknownKeys { keys, more })
    }
}

/// What stands at the top of a file.
enum Top<'a> {
    Object(Box<Document<'a>>),
    List(Vec<&'a RawValue>),
    Scalar,
}

impl<'de> Deserialize<'de> for Top<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TopVisitor)
    }
}

struct TopVisitor;

impl<'de> Visitor<'de> for TopVisitor {
    type Value = Top<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Top::Scalar)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Top::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Top::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Top::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Top::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Top::Scalar)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Top::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut document = Document::empty();
        while let Some(Key(key)) = map.next_key()? {
            document.take(key, &mut map)?;
        }
        Ok(Top::Object(Box::new(document)))
    }
}

/// The documents of one file.
#[derive(Debug, Default)]
pub(crate) struct Parsed<'a> {
    pub(crate) documents: Vec<Document<'a>>,
    /// Plans and state of Terraform, as text.
    pub(crate) terraform: Vec<&'a str>,
    /// What of the file is in a format that is not read as a network.
    pub(crate) formats: Vec<Format>,
}

/// Parses a file into documents. What is JSON but means nothing here becomes a notice.
pub(crate) fn parse<'a>(file: &str, json: &'a str, notices: &mut Notices) -> Result<Parsed<'a>, JsonProblem> {
    if json.trim_ascii().is_empty() {
        return Err(JsonProblem { kind: JsonProblemKind::Empty, line: 0, column: 0 });
    }
    let mut stream = serde_json::Deserializer::from_str(json).into_iter::<Top<'a>>();
    let mut values = Vec::new();
    let mut start = 0;
    while let Some(value) = stream.next() {
        let end = stream.byte_offset();
        values.push((value.map_err(|error| problem(&error))?, json.get(start..end).unwrap_or_default()));
        start = end;
    }
    let mut reader = Reader { file: Rc::from(file), parsed: Parsed::default(), notices };
    let is_alone = values.len() == 1;
    for (index, (value, json)) in values.into_iter().enumerate() {
        let prefix = if is_alone { String::new() } else { format!("[{index}]") };
        reader.read(value, json, &prefix);
    }
    Ok(reader.parsed)
}

fn problem(error: &serde_json::Error) -> JsonProblem {
    let kind = if error.is_eof() {
        JsonProblemKind::CutOff
    } else if error.to_string().contains("recursion limit") {
        JsonProblemKind::TooDeep
    } else {
        JsonProblemKind::Syntax
    };
    JsonProblem { kind, line: error.line(), column: error.column() }
}

struct Reader<'a, 'n> {
    file: Rc<str>,
    parsed: Parsed<'a>,
    notices: &'n mut Notices,
}

impl<'a> Reader<'a, '_> {
    fn read(&mut self, value: Top<'a>, json: &'a str, prefix: &str) {
        match value {
            Top::Scalar => self.notice(NoticeKind::NothingRecognised, prefix),
            Top::Object(document) => self.object(*document, json, prefix),
            Top::List(elements) => self.list(&elements, prefix),
        }
    }

    fn object(&mut self, mut document: Document<'a>, json: &'a str, prefix: &str) {
        if let Some(format) = document.format() {
            if matches!(format, Format::TerraformPlan | Format::TerraformState) {
                self.parsed.terraform.push(json);
                return;
            }
            self.parsed.formats.push(format);
            self.notice(NoticeKind::FormatNotRead(format), prefix);
            return;
        }
        match document.bare(json) {
            Some(bare) => document = bare,
            None if document.keys.is_empty() => self.notice(NoticeKind::NothingRecognised, prefix),
            None => document.unknown_keys().into_iter().for_each(|kind| self.notice(kind, prefix)),
        }
        if document.is_cut_off && document.is_read() {
            let keys = document.keys.iter().filter(|key| *key != "NextToken").map(ToString::to_string).collect();
            self.notice(NoticeKind::IncompleteList { keys }, prefix);
        }
        if identity::KEYS.iter().any(|key| document.has(key)) {
            document.identity = serde_json::from_str(json).ok();
        }
        document.file = Rc::clone(&self.file);
        document.prefix = prefix.to_owned();
        self.parsed.documents.push(document);
    }

    /// A list of answers, or of resources as `--query` leaves them.
    fn list(&mut self, elements: &[&'a RawValue], prefix: &str) {
        for (index, element) in elements.iter().enumerate() {
            let json = element.get();
            // Its syntax was checked with the list's.
            if let Ok(Top::Object(document)) = serde_json::from_str::<Top<'a>>(json) {
                let is_known = document.is_read()
                    || document.is_bare()
                    || document.format().is_some()
                    || document.unknown_keys().is_none();
                if is_known {
                    self.object(*document, json, &format!("{prefix}[{index}]"));
                    continue;
                }
            }
            self.notice(NoticeKind::NothingRecognised, &format!("{prefix}[{index}]"));
        }
        if elements.is_empty() {
            self.notice(NoticeKind::NothingRecognised, prefix);
        }
    }

    fn notice(&mut self, kind: NoticeKind, path: &str) {
        let place = Place { file: Rc::clone(&self.file), path: path.to_owned() };
        self.notices.add(kind, Some(place.location()));
    }
}
