//! Top-level keys of answers that are known: those that are read, and those that are passed over in silence.

use std::borrow::Cow;

use super::{load_balancer, network_firewall, transit_gateway};

/// A key as AWS's API writes it: some tools write `network_acls` or `networkAcls` for `NetworkAcls`.
pub(crate) fn as_in_the_api(key: &str) -> Cow<'_, str> {
    if !key.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Cow::Borrowed(key);
    }
    let mut written = String::with_capacity(key.len());
    for word in key.split('_') {
        let mut letters = word.chars();
        written.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        written.push_str(letters.as_str());
    }
    Cow::Owned(written)
}

/// Whether a key (as the API writes it) is read, or known to be of no use for a network.
pub(super) fn is_known(key: &str) -> bool {
    READ.contains(&key)
        || load_balancer::KEYS.contains(&key)
        || network_firewall::KEYS.contains(&key)
        || transit_gateway::KEYS.contains(&key)
        || PASSED_OVER.contains(&key)
}

const READ: [&str; 41] = [
    "Account",
    "Addresses",
    "DBClusters",
    "DBInstances",
    "DhcpOptions",
    "EgressOnlyInternetGateways",
    "EnableDnsHostnames",
    "EnableDnsSupport",
    "Entries",
    "HostedZone",
    "HostedZoneSummaries",
    "HostedZones",
    "Images",
    "Instances",
    "InternetGateways",
    "IsTruncated",
    "NatGateways",
    "NetworkAcls",
    "NetworkInterfaces",
    "NextToken",
    "PrefixListId",
    "PrefixLists",
    "Reservations",
    "ResolverRuleAssociations",
    "ResolverRules",
    "ResourceRecordSets",
    "RouteTables",
    "SecurityGroupRules",
    "SecurityGroups",
    "Subnets",
    "Tasks",
    "TransitGateways",
    "VpcBlockPublicAccessExclusions",
    "VpcBlockPublicAccessOptions",
    "VpcEndpoints",
    "VpcId",
    "VpcPeeringConnections",
    "VPCs",
    "Vpcs",
    "VpnConnections",
    "VpnGateways",
];

/// Keys of other answers that come with a snapshot: of the CLI itself, EC2, IAM, STS, load balancing, RDS and such.
/// Chosen by us from the answers that the collectors we know save; a key that is not here costs a note, nothing more.
const PASSED_OVER: &[&str] = &[
    // The tools themselves.
    "CollectorVersion",
    "Config-file-git-sha1",
    "DelegationSet",
    "MaxItems",
    "MaxResults",
    "Marker",
    "Provider",
    "ResponseMetadata",
    // EC2.
    "AccountAttributes",
    "AvailabilityZones",
    "BundleTasks",
    "CarrierGateways",
    "ClientVpnEndpoints",
    "CoipPools",
    "CustomerGateways",
    "EnableNetworkAddressUsageMetrics",
    "FlowLogs",
    "Hosts",
    "IamInstanceProfileAssociations",
    "InstanceStatuses",
    "InstanceTypes",
    "IpamPools",
    "Ipams",
    "KeyPairs",
    "LaunchTemplateVersions",
    "LaunchTemplates",
    "LocalGatewayRouteTables",
    "LocalGatewayVirtualInterfaces",
    "LocalGateways",
    "NetworkInsightsAnalyses",
    "NetworkInsightsPaths",
    "NetworkInterfacePermissions",
    "PlacementGroups",
    "Regions",
    "RouteServers",
    "SecurityGroupReferenceSet",
    "SecurityGroupVpcAssociations",
    "ServiceConfigurations",
    "ServiceDetails",
    "ServiceNames",
    "Snapshots",
    "StaleSecurityGroupSet",
    "Tags",
    "TransitGatewayConnectPeers",
    "TransitGatewayConnects",
    "TransitGatewayMulticastDomains",
    "TransitGatewayPolicyTables",
    "Volumes",
    "VpcEndpointConnectionNotifications",
    "VpcEndpointConnections",
    // IAM and STS.
    "Accounts",
    "Arn",
    "AttachedPolicies",
    "GroupDetailList",
    "Groups",
    "InstanceProfile",
    "InstanceProfiles",
    "Policies",
    "Policy",
    "Organization",
    "OrganizationalUnits",
    "Parents",
    "PolicyDocument",
    "PolicyName",
    "PolicyNames",
    "PolicyVersion",
    "Role",
    "RoleDetailList",
    "RoleName",
    "Roles",
    "Roots",
    "UserDetailList",
    "UserId",
    "Users",
    // Load balancing, databases, DNS, containers, functions, storage, monitoring.
    "AutoScalingGroups",
    "Buckets",
    "CacheClusters",
    "Clusters",
    "Connections",
    "DBSubnetGroups",
    "DirectConnectGateways",
    "DomainStatusList",
    "Firewalls",
    "Functions",
    "MetricAlarms",
    "Owner",
    "ResolverEndpoints",
    "StackResources",
    "Stacks",
    "VirtualGateways",
    "VirtualInterfaces",
];
