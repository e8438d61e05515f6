//! The checked model of everything a snapshot holds.

use alloc::collections::BTreeMap;

use crate::{
    DhcpOptions, DhcpOptionsId, EgressOnlyInternetGateway, EgressOnlyInternetGatewayId, ElasticIp, ElasticIpId,
    EncryptionControls, FirewallPolicy, FirewallPolicyId, FirewallRuleGroup, FirewallRuleGroupId, Guest, HostedZone,
    HostedZoneId, Identities, Image, ImageId, Instance, InstanceId, InternetGateway, InternetGatewayId, LoadBalancer,
    LoadBalancerId, ManagedWorkload, ManagedWorkloadId, NatGateway, NatGatewayId, NetworkAcl, NetworkAclId,
    NetworkFirewall, NetworkFirewallId, NetworkInterface, NetworkInterfaceId, PeeringConnection, PeeringConnectionId,
    PrefixList, PrefixListId, ResolverEndpoint, ResolverEndpointId, ResolverRule, ResolverRuleId, RouteTable,
    RouteTableId, RouteTarget, SecurityGroup, SecurityGroupId, StandIns, Subnet, SubnetId, TargetGroup, TargetGroupId,
    TransitGateway, TransitGatewayAttachment, TransitGatewayAttachmentId, TransitGatewayId, TransitGatewayRouteTable,
    TransitGatewayRouteTableId, Vpc, VpcEndpoint, VpcEndpointId, VpcId, VpnConnection, VpnConnectionId, VpnGateway,
    VpnGatewayId,
};

/// Everything a snapshot holds, of one or several accounts and regions.
///
/// What is not here is unknown, never "none": a subnet without a network ACL in `network_acls` has one that was not
/// saved. Maps are ordered, so that the same snapshot gives the same answers to the byte.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// VPCs.
    pub vpcs: BTreeMap<VpcId, Vpc>,
    /// VPC Encryption Controls of the VPCs that enforce them.
    pub encryption_controls: BTreeMap<VpcId, EncryptionControls>,
    /// Subnets.
    pub subnets: BTreeMap<SubnetId, Subnet>,
    /// Route tables.
    pub route_tables: BTreeMap<RouteTableId, RouteTable>,
    /// Security groups.
    pub security_groups: BTreeMap<SecurityGroupId, SecurityGroup>,
    /// Network ACLs.
    pub network_acls: BTreeMap<NetworkAclId, NetworkAcl>,
    /// Prefix lists.
    pub prefix_lists: BTreeMap<PrefixListId, PrefixList>,
    /// Network interfaces.
    pub network_interfaces: BTreeMap<NetworkInterfaceId, NetworkInterface>,
    /// Instances.
    pub instances: BTreeMap<InstanceId, Instance>,
    /// Machine images.
    pub images: BTreeMap<ImageId, Image>,
    /// NAT gateways.
    pub nat_gateways: BTreeMap<NatGatewayId, NatGateway>,
    /// Internet gateways.
    pub internet_gateways: BTreeMap<InternetGatewayId, InternetGateway>,
    /// Egress-only internet gateways.
    pub egress_only_internet_gateways: BTreeMap<EgressOnlyInternetGatewayId, EgressOnlyInternetGateway>,
    /// Elastic IPs.
    pub elastic_ips: BTreeMap<ElasticIpId, ElasticIp>,
    /// VPC endpoints.
    pub vpc_endpoints: BTreeMap<VpcEndpointId, VpcEndpoint>,
    /// Virtual private gateways.
    pub vpn_gateways: BTreeMap<VpnGatewayId, VpnGateway>,
    /// VPN connections.
    pub vpn_connections: BTreeMap<VpnConnectionId, VpnConnection>,
    /// VPC peering connections.
    pub peering_connections: BTreeMap<PeeringConnectionId, PeeringConnection>,
    /// Load balancers.
    pub load_balancers: BTreeMap<LoadBalancerId, LoadBalancer>,
    /// Target groups.
    pub target_groups: BTreeMap<TargetGroupId, TargetGroup>,
    /// Databases and tasks of containers.
    pub managed_workloads: BTreeMap<ManagedWorkloadId, ManagedWorkload>,
    /// Network firewalls.
    pub network_firewalls: BTreeMap<NetworkFirewallId, NetworkFirewall>,
    /// Firewall policies.
    pub firewall_policies: BTreeMap<FirewallPolicyId, FirewallPolicy>,
    /// Groups of firewall rules.
    pub firewall_rule_groups: BTreeMap<FirewallRuleGroupId, FirewallRuleGroup>,
    /// Transit gateways.
    pub transit_gateways: BTreeMap<TransitGatewayId, TransitGateway>,
    /// Attachments of transit gateways, by gateway and id.
    pub transit_gateway_attachments: BTreeMap<(TransitGatewayId, TransitGatewayAttachmentId), TransitGatewayAttachment>,
    /// Route tables of transit gateways.
    pub transit_gateway_route_tables: BTreeMap<TransitGatewayRouteTableId, TransitGatewayRouteTable>,
    /// DHCP option sets.
    pub dhcp_options: BTreeMap<DhcpOptionsId, DhcpOptions>,
    /// Private hosted zones.
    pub hosted_zones: BTreeMap<HostedZoneId, HostedZone>,
    /// Whether the snapshot lists every private hosted zone of its accounts, so that one that is not here is not there.
    pub are_hosted_zones_listed: bool,
    /// Rules of the Route 53 Resolver.
    pub resolver_rules: BTreeMap<ResolverRuleId, ResolverRule>,
    /// Endpoints of the Route 53 Resolver.
    pub resolver_endpoints: BTreeMap<ResolverEndpointId, ResolverEndpoint>,
    /// What was seen in the guests of instances; from probes on the machines themselves, not from AWS.
    pub guests: BTreeMap<InstanceId, Guest>,
    /// Addresses that stand for ones that are not known yet.
    pub stand_ins: StandIns,
    /// Who may do what.
    pub identities: Identities,
}

impl Network {
    /// Whether the snapshot has what a route targets. The local target, and one that is not understood, name nothing that could be
    /// missing; a transit gateway that another account shares may be known by its attachments alone.
    pub fn has_target(&self, target: &RouteTarget) -> bool {
        match target {
            RouteTarget::Local | RouteTarget::Unmodelled { .. } => true,
            RouteTarget::InternetGateway(id) => self.internet_gateways.contains_key(id),
            RouteTarget::EgressOnlyInternetGateway(id) => self.egress_only_internet_gateways.contains_key(id),
            RouteTarget::NatGateway(id) => self.nat_gateways.contains_key(id),
            RouteTarget::NetworkInterface(id) => self.network_interfaces.contains_key(id),
            RouteTarget::Instance(id) => self.instances.contains_key(id),
            RouteTarget::VpnGateway(id) => self.vpn_gateways.contains_key(id),
            RouteTarget::VpcEndpoint(id) => self.vpc_endpoints.contains_key(id),
            RouteTarget::PeeringConnection(id) => self.peering_connections.contains_key(id),
            RouteTarget::TransitGateway(id) => {
                let mut attachments = self.transit_gateway_attachments.keys();
                self.transit_gateways.contains_key(id) || attachments.any(|(gateway, _)| gateway == id)
            }
        }
    }
}
