//! Which command of the AWS CLI prints a resource.

use deguchi_engine::Resource;

use crate::notice::ResourceKind;

/// Returns the command whose output lists resources like this one.
pub(crate) const fn describe_call(resource: &Resource) -> Option<&'static str> {
    let kind = match resource {
        Resource::Vpc(_) => ResourceKind::Vpc,
        Resource::Subnet(_) => ResourceKind::Subnet,
        Resource::RouteTable(_) => ResourceKind::RouteTable,
        Resource::SecurityGroup(_) => ResourceKind::SecurityGroup,
        Resource::NetworkAcl(_) => ResourceKind::NetworkAcl,
        Resource::PrefixList(_) => ResourceKind::PrefixList,
        Resource::NetworkInterface(_) => ResourceKind::NetworkInterface,
        Resource::Instance(_) => ResourceKind::Instance,
        Resource::NatGateway(_) => ResourceKind::NatGateway,
        Resource::InternetGateway(_) => ResourceKind::InternetGateway,
        Resource::EgressOnlyInternetGateway(_) => ResourceKind::EgressOnlyInternetGateway,
        Resource::ElasticIp(_) => ResourceKind::ElasticIp,
        Resource::VpcEndpoint(_) => ResourceKind::VpcEndpoint,
        Resource::VpnGateway(_) => ResourceKind::VpnGateway,
        Resource::PeeringConnection(_) => ResourceKind::PeeringConnection,
        Resource::TransitGateway(_) => ResourceKind::TransitGateway,
        Resource::TransitGatewayAttachment(_) => ResourceKind::TransitGatewayAttachment,
        Resource::TransitGatewayRouteTable(_) => ResourceKind::TransitGatewayRouteTable,
        Resource::LoadBalancer(_) => ResourceKind::LoadBalancer,
        Resource::TargetGroup(_) => ResourceKind::TargetGroup,
        Resource::NetworkFirewall(_) => ResourceKind::NetworkFirewall,
        Resource::FirewallRuleGroup(_) => ResourceKind::FirewallRuleGroup,
        Resource::DhcpOptions(_) => ResourceKind::DhcpOptions,
        Resource::HostedZone(_) => ResourceKind::HostedZone,
        Resource::ResolverRule(_) => ResourceKind::ResolverRule,
        Resource::Role(_) | Resource::Bucket(_) | Resource::Internet | Resource::Other(_) => return None,
    };
    Some(kind.command())
}
