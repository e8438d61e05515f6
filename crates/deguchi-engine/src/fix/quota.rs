//! What changes would have more of than AWS gives an account by default.
//!
//! A plan past a quota is still a cure, only not at once: AWS refuses its commands until the quota is raised or something else is
//! taken away. Whether the account's own quotas were raised is in no snapshot.

use alloc::{collections::BTreeSet, vec::Vec};

use deguchi_model::{
    Direction, ElasticIpId, IpNet, NatGateway, NatGatewayPlacement, NatGatewayState, Network, NetworkAcl,
    PrefixListEntries, RouteDestination, RouteOrigin, RouteTable, RulePeer, SecurityGroup, VpcEndpointKind,
};

use crate::{change::Change, reason::Resource};

/// A quota of an account (semantics reference §15, <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quota {
    /// Rules of a security group in one direction, IPv4 and IPv6 apart. A prefix list counts as many as it can hold (QT-1), a
    /// group once for each family.
    RulesPerSecurityGroup {
        /// The direction.
        direction: Direction,
        /// Whether it is the IPv6 rules that are too many.
        is_ipv6: bool,
    },
    /// Rules of a network ACL in one direction, IPv4 and IPv6 apart, the closing `*` included.
    RulesPerNetworkAcl {
        /// The direction.
        direction: Direction,
        /// Whether it is the IPv6 rules that are too many.
        is_ipv6: bool,
    },
    /// Static routes of a route table, IPv4 and IPv6 apart.
    RoutesPerRouteTable {
        /// Whether it is the IPv6 routes that are too many.
        is_ipv6: bool,
    },
    /// Route tables of a VPC.
    RouteTablesPerVpc,
    /// NAT gateways in an Availability Zone.
    NatGatewaysPerZone,
    /// Elastic IPs in a Region.
    ElasticIpsPerRegion,
    /// Gateway endpoints in a Region.
    GatewayEndpointsPerRegion,
}

impl Quota {
    /// What an account has by default.
    pub const fn default_value(self) -> usize {
        match self {
            Self::RulesPerSecurityGroup { .. } => 60,
            Self::RulesPerNetworkAcl { .. } | Self::GatewayEndpointsPerRegion => 20,
            // The page of 2023 says 50; an account that still has that is refused earlier.
            Self::RoutesPerRouteTable { .. } => 500,
            Self::RouteTablesPerVpc => 200,
            Self::NatGatewaysPerZone | Self::ElasticIpsPerRegion => 5,
        }
    }

    /// What AWS raises it to at most, where there is such an end.
    pub const fn maximum(self) -> Option<usize> {
        match self {
            Self::RulesPerNetworkAcl { .. } => Some(40),
            Self::RoutesPerRouteTable { .. } => Some(1000),
            _ => None,
        }
    }

    /// A name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RulesPerSecurityGroup { .. } => "RULES_PER_SECURITY_GROUP",
            Self::RulesPerNetworkAcl { .. } => "RULES_PER_NETWORK_ACL",
            Self::RoutesPerRouteTable { .. } => "ROUTES_PER_ROUTE_TABLE",
            Self::RouteTablesPerVpc => "ROUTE_TABLES_PER_VPC",
            Self::NatGatewaysPerZone => "NAT_GATEWAYS_PER_ZONE",
            Self::ElasticIpsPerRegion => "ELASTIC_IPS_PER_REGION",
            Self::GatewayEndpointsPerRegion => "GATEWAY_ENDPOINTS_PER_REGION",
        }
    }
}

/// More of something than the default quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OverQuota {
    /// What has too many, or is one too many.
    pub resource: Resource,
    /// The quota.
    pub quota: Quota,
    /// How many there are after the changes.
    pub count: usize,
}

/// Returns the default quotas that changes exceed, each once: those alone of which there are more afterwards than before.
pub fn over_quota(before: &Network, after: &Network, changes: &[Change]) -> Vec<OverQuota> {
    let mut found = BTreeSet::new();
    for change in changes {
        for (resource, quota) in concerned(after, change) {
            let own = count(after, &resource, quota);
            if own > quota.default_value() && own > count(before, &resource, quota) {
                found.insert(OverQuota { resource, quota, count: own });
            }
        }
    }
    found.into_iter().collect()
}

/// The quotas that a change uses up.
fn concerned(after: &Network, change: &Change) -> Vec<(Resource, Quota)> {
    let elastic_ip = |id: &ElasticIpId| (Resource::ElasticIp(id.clone()), Quota::ElasticIpsPerRegion);
    match change {
        Change::AuthorizeSecurityGroupRule { group, direction, .. } => {
            let quota = |is_ipv6| Quota::RulesPerSecurityGroup { direction: *direction, is_ipv6 };
            families(Resource::SecurityGroup(group.clone()), quota)
        }
        Change::AddNetworkAclRule { acl, direction, .. } => {
            let quota = |is_ipv6| Quota::RulesPerNetworkAcl { direction: *direction, is_ipv6 };
            families(Resource::NetworkAcl(acl.clone()), quota)
        }
        Change::AddRoute { route_table, .. } => {
            families(Resource::RouteTable(route_table.clone()), |is_ipv6| Quota::RoutesPerRouteTable { is_ipv6 })
        }
        Change::CreateRouteTable { route_table, .. } => {
            let table = after.route_tables.get(route_table);
            table.map(|table| (Resource::Vpc(table.vpc.clone()), Quota::RouteTablesPerVpc)).into_iter().collect()
        }
        Change::CreateNatGateway { nat_gateway, elastic_ip: address, .. } => {
            [(Resource::NatGateway(nat_gateway.clone()), Quota::NatGatewaysPerZone), elastic_ip(address)].into()
        }
        Change::AssociateElasticIp { elastic_ip: address, .. } => [elastic_ip(address)].into(),
        Change::CreateGatewayEndpoint { endpoint, .. } => {
            [(Resource::VpcEndpoint(endpoint.clone()), Quota::GatewayEndpointsPerRegion)].into()
        }
        _ => Vec::new(),
    }
}

fn families(resource: Resource, quota: impl Fn(bool) -> Quota) -> Vec<(Resource, Quota)> {
    [(resource.clone(), quota(false)), (resource, quota(true))].into()
}

/// How many of something a network has; a thing that is to be created counts with those beside which it will stand.
fn count(network: &Network, resource: &Resource, quota: Quota) -> usize {
    match (quota, resource) {
        (Quota::RulesPerSecurityGroup { direction, is_ipv6 }, Resource::SecurityGroup(id)) => {
            network.security_groups.get(id).map_or(0, |group| group_rules(network, group, direction, is_ipv6))
        }
        (Quota::RulesPerNetworkAcl { direction, is_ipv6 }, Resource::NetworkAcl(id)) => {
            network.network_acls.get(id).map_or(0, |acl| acl_rules(acl, direction, is_ipv6))
        }
        (Quota::RoutesPerRouteTable { is_ipv6 }, Resource::RouteTable(id)) => {
            network.route_tables.get(id).map_or(0, |table| static_routes(table, is_ipv6))
        }
        (Quota::RouteTablesPerVpc, Resource::Vpc(vpc)) => {
            network.route_tables.values().filter(|table| table.vpc == *vpc).count()
        }
        (Quota::NatGatewaysPerZone, Resource::NatGateway(id)) => {
            let zone = network.nat_gateways.get(id).and_then(|own| zone_of(network, own));
            let stands = |own: &&NatGateway| {
                !matches!(own.state, NatGatewayState::Deleted | NatGatewayState::Failed(_))
                    && zone_of(network, own) == zone
            };
            zone.map_or(0, |_| network.nat_gateways.values().filter(stands).count())
        }
        (Quota::ElasticIpsPerRegion, _) => network.elastic_ips.len(),
        (Quota::GatewayEndpointsPerRegion, _) => {
            let is_gateway = |kind: &VpcEndpointKind| matches!(kind, VpcEndpointKind::Gateway { .. });
            network.vpc_endpoints.values().filter(|endpoint| is_gateway(&endpoint.kind)).count()
        }
        _ => 0,
    }
}

fn zone_of<'n>(network: &'n Network, nat_gateway: &NatGateway) -> Option<&'n deguchi_model::AvailabilityZone> {
    match &nat_gateway.placement {
        NatGatewayPlacement::Zonal(subnet) => network.subnets.get(subnet)?.availability_zone.as_ref(),
        NatGatewayPlacement::Regional { .. } | NatGatewayPlacement::Unknown => None,
    }
}

fn group_rules(network: &Network, group: &SecurityGroup, direction: Direction, is_ipv6: bool) -> usize {
    let rules = match direction {
        Direction::Inbound => &group.inbound,
        Direction::Outbound => &group.outbound,
    };
    let weight = |peer: &RulePeer| match peer {
        RulePeer::Cidr(cidr) => usize::from(matches!(cidr, IpNet::V6(_)) == is_ipv6),
        RulePeer::SecurityGroup(_) | RulePeer::StaleSecurityGroup(_) => 1,
        RulePeer::PrefixList(id) => match network.prefix_lists.get(id) {
            // AWS's own lists have a weight of their own: 1 for S3 and DynamoDB.
            Some(list) if list.name.as_deref().is_some_and(|name| name.starts_with("com.amazonaws.")) => {
                let is_large = list.name.as_deref().is_some_and(|name| name.contains("cloudfront"));
                if is_large { 55 } else { 1 }
            }
            // What a list can hold at most is not in the model: no less than it holds.
            Some(list) => match &list.entries {
                PrefixListEntries::Known(entries) => entries.len(),
                PrefixListEntries::Unknown => 1,
            },
            None => 1,
        },
    };
    rules.iter().map(|rule| weight(&rule.peer)).sum()
}

fn acl_rules(acl: &NetworkAcl, direction: Direction, is_ipv6: bool) -> usize {
    let rules = match direction {
        Direction::Inbound => acl.inbound(),
        Direction::Outbound => acl.outbound(),
    };
    let own = rules.iter().filter(|rule| !rule.number.is_closing() && matches!(rule.cidr, IpNet::V6(_)) == is_ipv6);
    own.count() + 1
}

fn static_routes(table: &RouteTable, is_ipv6: bool) -> usize {
    let counts = |destination: &RouteDestination| match destination {
        RouteDestination::Cidr(cidr) => matches!(cidr, IpNet::V6(_)) == is_ipv6,
        RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => false,
    };
    let own = table.routes.iter().filter(|route| route.origin == RouteOrigin::Static);
    own.filter(|route| counts(&route.destination)).count()
}
