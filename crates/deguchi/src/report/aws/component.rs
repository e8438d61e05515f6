//! Components as AWS names them: id, ARN and `Name`, and the VPC and subnet that a resource is in.
//!
//! Leaves out the ARN where the snapshot does not say the account or the region, or where a shared VPC makes the owner
//! uncertain.

use std::net::IpAddr;

use deguchi_engine::{AddressSet, Resource};
use deguchi_model::{
    AccountId, InstanceId, Network, NetworkInterface, NetworkInterfaceId, PeeringConnectionId, Region, SubnetId,
    TransitGatewayAttachmentId, TransitGatewayId, VpcId,
};

use super::{
    super::{Names, clean},
    shape::Component,
};

/// Looks resources up for an analysis.
#[derive(Clone, Copy)]
pub(super) struct Components<'r> {
    pub(super) network: &'r Network,
    pub(super) names: &'r Names,
}

/// Whose a resource is, and where.
#[derive(Clone, Copy, Default)]
struct Home<'r> {
    account: Option<&'r AccountId>,
    region: Option<&'r Region>,
}

impl<'r> Components<'r> {
    pub(super) fn resource(self, resource: &Resource) -> Component {
        let id = resource.to_string();
        match resource {
            Resource::Vpc(vpc) => self.vpc(vpc),
            Resource::Subnet(subnet) => self.subnet(subnet),
            Resource::NetworkInterface(interface) => self.interface(interface),
            Resource::Instance(instance) => self.instance(instance),
            Resource::RouteTable(it) => {
                self.in_vpc("route-table", &id, self.network.route_tables.get(it).map(|own| &own.vpc))
            }
            Resource::SecurityGroup(it) => self.group(it.as_str()),
            Resource::NetworkAcl(it) => {
                self.in_vpc("network-acl", &id, self.network.network_acls.get(it).map(|own| &own.vpc))
            }
            Resource::NatGateway(it) => {
                self.in_vpc("natgateway", &id, self.network.nat_gateways.get(it).map(|own| &own.vpc))
            }
            Resource::InternetGateway(it) => {
                let gateway = self.network.internet_gateways.get(it);
                self.in_vpc(
                    "internet-gateway",
                    &id,
                    gateway.and_then(|own| own.attachments.first()).map(|own| &own.vpc),
                )
            }
            Resource::EgressOnlyInternetGateway(it) => {
                let gateway = self.network.egress_only_internet_gateways.get(it);
                let vpc = gateway.and_then(|own| own.attachments.first()).map(|own| &own.vpc);
                self.in_vpc("egress-only-internet-gateway", &id, vpc)
            }
            Resource::VpnGateway(it) => {
                let gateway = self.network.vpn_gateways.get(it);
                self.in_vpc("vpn-gateway", &id, gateway.and_then(|own| own.attachments.first()).map(|own| &own.vpc))
            }
            Resource::VpcEndpoint(it) => {
                self.in_vpc("vpc-endpoint", &id, self.network.vpc_endpoints.get(it).map(|own| &own.vpc))
            }
            Resource::PeeringConnection(it) => self.component(&id, self.peering_arn(it)),
            Resource::TransitGateway(it) => self.transit_gateway(it),
            Resource::TransitGatewayAttachment(it) => self.attachment(it),
            Resource::TransitGatewayRouteTable(it) => {
                let gateway = self.network.transit_gateway_route_tables.get(it).map(|own| &own.transit_gateway);
                let home = gateway.map(|gateway| self.transit_gateway_home(gateway)).unwrap_or_default();
                self.component(&id, arn("transit-gateway-route-table", &id, home))
            }
            Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Role(_)
            | Resource::NetworkFirewall(_)
            | Resource::FirewallRuleGroup(_) => self.component(&id, id.starts_with("arn:").then(|| clean(&id))),
            Resource::PrefixList(_)
            | Resource::ElasticIp(_)
            | Resource::Bucket(_)
            | Resource::DhcpOptions(_)
            | Resource::HostedZone(_)
            | Resource::ResolverRule(_)
            | Resource::Internet
            | Resource::Other(_) => self.component(&id, None),
        }
    }

    pub(super) fn component(self, id: &str, arn: Option<String>) -> Component {
        Component { id: clean(id), arn, name: self.names.name(id).map(str::to_owned) }
    }

    pub(super) fn vpc(self, id: &VpcId) -> Component {
        self.in_vpc("vpc", id.as_str(), Some(id))
    }

    pub(super) fn subnet(self, id: &SubnetId) -> Component {
        self.in_vpc("subnet", id.as_str(), self.network.subnets.get(id).map(|subnet| &subnet.vpc))
    }

    pub(super) fn vpc_of_subnet(self, id: &SubnetId) -> Option<&'r VpcId> {
        self.network.subnets.get(id).map(|subnet| &subnet.vpc)
    }

    pub(super) fn interface(self, id: &NetworkInterfaceId) -> Component {
        let home = self.network.network_interfaces.get(id).map(|own| self.interface_home(own)).unwrap_or_default();
        self.component(id.as_str(), arn("network-interface", id.as_str(), home))
    }

    /// An instance is of the account that owns its interfaces, be the subnet shared.
    pub(super) fn instance(self, id: &InstanceId) -> Component {
        let instance = self.network.instances.get(id);
        let first = instance.and_then(|own| own.interfaces.first()).map(|own| &own.interface);
        let interface = first.and_then(|first| self.network.network_interfaces.get(first));
        let home = interface.map(|own| self.interface_home(own)).unwrap_or_default();
        self.component(id.as_str(), arn("instance", id.as_str(), home))
    }

    /// A group in a VPC that several accounts are seen to use can be of any of them.
    pub(super) fn group(self, id: &str) -> Component {
        let vpc = self.network.security_groups.get(id).and_then(|group| group.vpc.as_ref());
        let home = vpc.map(|vpc| self.vpc_home(vpc)).unwrap_or_default();
        let in_vpc = |own: &&NetworkInterface| Some(&own.vpc) == vpc;
        let mut interfaces = self.network.network_interfaces.values().filter(in_vpc);
        let is_shared = interfaces.any(|own| own.owner.is_some() && own.owner.as_ref() != home.account);
        self.component(id, if is_shared { None } else { arn("security-group", id, home) })
    }

    pub(super) fn transit_gateway(self, id: &TransitGatewayId) -> Component {
        self.component(id.as_str(), arn("transit-gateway", id.as_str(), self.transit_gateway_home(id)))
    }

    fn attachment(self, id: &TransitGatewayAttachmentId) -> Component {
        let mut all = self.network.transit_gateway_attachments.values();
        let gateway = all.find(|own| own.id == *id).map(|own| &own.transit_gateway);
        let home = gateway.map(|gateway| self.transit_gateway_home(gateway)).unwrap_or_default();
        self.component(id.as_str(), arn("transit-gateway-attachment", id.as_str(), home))
    }

    /// AWS prints no region with a transit gateway: it is that of the VPCs attached to it.
    fn transit_gateway_home(self, id: &TransitGatewayId) -> Home<'r> {
        use deguchi_model::TransitGatewayAttachmentEnd::Vpc;
        let mut attachments =
            self.network.transit_gateway_attachments.values().filter(|own| own.transit_gateway == *id);
        let region = attachments.find_map(|own| match &own.end {
            Vpc(attached) => self.network.vpcs.get(&attached.vpc)?.region.as_ref(),
            _ => None,
        });
        Home { account: self.network.transit_gateways.get(id).and_then(|own| own.owner.as_ref()), region }
    }

    /// A peering connection between accounts has an ARN in each.
    fn peering_arn(self, id: &PeeringConnectionId) -> Option<String> {
        let peering = self.network.peering_connections.get(id)?;
        let (requester, accepter) = (&peering.requester, &peering.accepter);
        let is_one = requester.owner == accepter.owner && requester.region == accepter.region;
        let home = Home { account: requester.owner.as_ref(), region: requester.region.as_ref() };
        if is_one { arn("vpc-peering-connection", id.as_str(), home) } else { None }
    }

    pub(super) fn in_vpc(self, kind: &str, id: &str, vpc: Option<&VpcId>) -> Component {
        let home = vpc.map(|vpc| self.vpc_home(vpc)).unwrap_or_default();
        self.component(id, arn(kind, id, home))
    }

    fn vpc_home(self, vpc: &VpcId) -> Home<'r> {
        let vpc = self.network.vpcs.get(vpc);
        Home { account: vpc.and_then(|vpc| vpc.owner.as_ref()), region: vpc.and_then(|vpc| vpc.region.as_ref()) }
    }

    fn interface_home(self, interface: &'r NetworkInterface) -> Home<'r> {
        let vpc = self.vpc_home(&interface.vpc);
        Home { account: interface.owner.as_ref().or(vpc.account), ..vpc }
    }

    /// Returns whoever has the one address that is asked about.
    pub(super) fn holder(self, addresses: &AddressSet) -> Option<Component> {
        let address = addresses.only()?;
        let is_public = |own: &NetworkInterface| {
            own.addresses.iter().any(|each| each.public.is_some_and(|public| IpAddr::V4(public) == address))
        };
        let mut interfaces = self.network.network_interfaces.values();
        let found = interfaces.find(|own| own.has_address(address) || is_public(own))?;
        let instance = found.attachment.as_ref().and_then(|attachment| attachment.instance.as_ref());
        Some(instance.map_or_else(|| self.interface(&found.id), |instance| self.instance(instance)))
    }
}

/// Returns the ARN of a resource of EC2. An id that AWS has not given yet (an address of Terraform) is in none.
fn arn(kind: &str, id: &str, home: Home<'_>) -> Option<String> {
    let (account, region) = (home.account?.as_str(), home.region?.as_str());
    let is_of_aws = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let partition = match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    (is_account && is_of_aws(id) && is_of_aws(region))
        .then(|| format!("arn:{partition}:ec2:{region}:{account}:{kind}/{id}"))
}
