//! What resources are called: their `Name` tags beside their ids, and the type of a resource.
//!
//! Leaves out the nouns of a language.

use std::{collections::BTreeMap, fmt::Display};

use deguchi_engine::Resource;
use deguchi_model::Network;

use super::account_text::clean;

/// The names of a network's resources, by id. Names are data: they are kept cleaned.
#[derive(Debug, Default)]
pub(crate) struct Names {
    by_id: BTreeMap<String, String>,
}

impl Names {
    /// Collects the names of a network.
    pub(crate) fn new(network: &Network) -> Self {
        let mut names = Self::default();
        macro_rules! collect {
            ($($field:ident),+) => {$(
                for resource in network.$field.values() {
                    names.add(resource.id.as_str(), resource.name.as_deref());
                }
            )+};
        }
        collect!(vpcs, subnets, route_tables, security_groups, network_acls, prefix_lists, network_interfaces);
        collect!(instances, nat_gateways, internet_gateways, egress_only_internet_gateways, elastic_ips);
        collect!(load_balancers, target_groups, network_firewalls, firewall_rule_groups);
        collect!(dhcp_options, resolver_rules);
        collect!(vpc_endpoints, vpn_gateways, peering_connections, transit_gateways);
        collect!(transit_gateway_attachments, transit_gateway_route_tables);
        for zone in network.hosted_zones.values() {
            names.add(zone.id.as_str(), Some(&zone.name));
        }
        names
    }

    fn add(&mut self, id: &str, name: Option<&str>) {
        let name = name.map(|name| clean(name).trim().to_owned()).filter(|name| !name.is_empty() && name != id);
        if let Some(name) = name {
            self.by_id.insert(id.to_owned(), name);
        }
    }

    /// Adds the names of another network, for ids that have none yet.
    pub(crate) fn join(&mut self, other: Self) {
        for (id, name) in other.by_id {
            self.by_id.entry(id).or_insert(name);
        }
    }

    /// Returns the name of a resource.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(String::as_str)
    }

    /// Returns an id for a sentence: in backticks, its name behind it.
    pub(crate) fn quoted(&self, id: impl Display) -> String {
        let id = id.to_string();
        match self.name(&id) {
            Some(name) => format!("`{}` ({name})", clean(&id)),
            None => format!("`{}`", clean(&id)),
        }
    }

    /// Returns an id for a column: bare, its name behind it.
    pub(crate) fn bare(&self, id: impl Display) -> String {
        let id = id.to_string();
        match self.name(&id) {
            Some(name) => format!("{} ({name})", clean(&id)),
            None => clean(&id),
        }
    }
}

/// Returns the type of a resource as reports print it, in the spelling of AWS's ARNs and filters.
pub(crate) const fn resource_type(resource: &Resource) -> &'static str {
    match resource {
        Resource::Vpc(_) => "vpc",
        Resource::Subnet(_) => "subnet",
        Resource::RouteTable(_) => "route-table",
        Resource::SecurityGroup(_) => "security-group",
        Resource::NetworkAcl(_) => "network-acl",
        Resource::PrefixList(_) => "prefix-list",
        Resource::NetworkInterface(_) => "network-interface",
        Resource::Instance(_) => "instance",
        Resource::NatGateway(_) => "nat-gateway",
        Resource::InternetGateway(_) => "internet-gateway",
        Resource::EgressOnlyInternetGateway(_) => "egress-only-internet-gateway",
        Resource::ElasticIp(_) => "elastic-ip",
        Resource::VpcEndpoint(_) => "vpc-endpoint",
        Resource::VpnGateway(_) => "vpn-gateway",
        Resource::PeeringConnection(_) => "vpc-peering-connection",
        Resource::Role(_) => "role",
        Resource::Bucket(_) => "bucket",
        Resource::TransitGateway(_) => "transit-gateway",
        Resource::TransitGatewayAttachment(_) => "transit-gateway-attachment",
        Resource::TransitGatewayRouteTable(_) => "transit-gateway-route-table",
        Resource::LoadBalancer(_) => "load-balancer",
        Resource::TargetGroup(_) => "target-group",
        Resource::NetworkFirewall(_) => "network-firewall",
        Resource::FirewallRuleGroup(_) => "firewall-rule-group",
        Resource::DhcpOptions(_) => "dhcp-options",
        Resource::HostedZone(_) => "hosted-zone",
        Resource::ResolverRule(_) => "resolver-rule",
        Resource::Internet => "internet",
        Resource::Other(_) => "other",
    }
}
