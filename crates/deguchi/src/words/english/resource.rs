//! English nouns for resources and places.

use deguchi_engine::{Place, Resource};

use crate::report::Names;

/// Returns a resource for a sentence: its noun, its id in backticks, its name.
pub(crate) fn phrase(resource: &Resource, names: &Names) -> String {
    match resource {
        Resource::Internet => noun(resource).to_owned(),
        _ => format!("{} {}", noun(resource), names.quoted(resource)),
    }
}

/// Returns the noun of a resource.
pub(crate) const fn noun(resource: &Resource) -> &'static str {
    match resource {
        Resource::Vpc(_) => "VPC",
        Resource::Subnet(_) => "subnet",
        Resource::RouteTable(_) => "route table",
        Resource::SecurityGroup(_) => "security group",
        Resource::NetworkAcl(_) => "network ACL",
        Resource::PrefixList(_) => "prefix list",
        Resource::NetworkInterface(_) => "network interface",
        Resource::Instance(_) => "instance",
        Resource::NatGateway(_) => "NAT gateway",
        Resource::InternetGateway(_) => "internet gateway",
        Resource::EgressOnlyInternetGateway(_) => "egress-only internet gateway",
        Resource::ElasticIp(_) => "Elastic IP",
        Resource::VpcEndpoint(_) => "VPC endpoint",
        Resource::VpnGateway(_) => "virtual private gateway",
        Resource::PeeringConnection(_) => "VPC peering connection",
        Resource::Role(_) => "role",
        Resource::Bucket(_) => "bucket",
        Resource::TransitGateway(_) => "transit gateway",
        Resource::TransitGatewayAttachment(_) => "transit gateway attachment",
        Resource::TransitGatewayRouteTable(_) => "transit gateway route table",
        Resource::LoadBalancer(_) => "load balancer",
        Resource::TargetGroup(_) => "target group",
        Resource::NetworkFirewall(_) => "network firewall",
        Resource::FirewallRuleGroup(_) => "firewall rule group",
        Resource::DhcpOptions(_) => "DHCP option set",
        Resource::HostedZone(_) => "private hosted zone",
        Resource::ResolverRule(_) => "resolver rule",
        Resource::Internet => "the internet",
        Resource::Other(_) => "resource",
    }
}

/// Returns the noun of a place, for the first column of a way.
pub(crate) const fn place(place: &Place) -> &'static str {
    match place {
        Place::Interface { .. } => "network interface",
        Place::SecurityGroups { groups, .. } => {
            if groups.len() == 1 {
                "security group"
            } else {
                "security groups"
            }
        }
        Place::NetworkAcl { .. } => "network ACL",
        Place::RouteTable { .. } => "route table",
        Place::NatGateway(_) => "NAT gateway",
        Place::NatInstance(_) => "NAT instance",
        Place::InternetGateway { .. } => "internet gateway",
        Place::EgressOnlyInternetGateway(_) => "egress-only gateway",
        Place::VpcEndpoint(_) => "VPC endpoint",
        Place::VpnGateway(_) => "virtual private gateway",
        Place::PeeringConnection(_) => "peering connection",
        Place::TransitGatewayAttachment { .. } => "transit gateway attachment",
        Place::TransitGatewayRouteTable(_) => "transit gateway route table",
        Place::LoadBalancer(_) => "load balancer",
        Place::Internet => "internet",
        Place::NeverFiltered { .. } => "service of the VPC",
        Place::Other(_) => "route target",
    }
}
