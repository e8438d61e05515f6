//! Names of resources, one type per kind of resource.
//!
//! Ids are opaque: a Terraform plan has an address where AWS has an id, so nothing looks inside one.

use alloc::sync::Arc;
use core::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Names a resource; cheap to clone from here on.
            pub fn new(id: &str) -> Self {
                Self(Arc::from(id))
            }

            /// Returns the id as AWS (or Terraform) writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.as_str())
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }

        impl core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )+};
}

ids! {
    /// An account's number, twelve digits.
    AccountId;
    /// A region's name, e.g. `us-east-1`.
    Region;
    /// An availability zone: its name (`us-east-1a`), which each account maps to a zone of its own, or its id.
    AvailabilityZone;
    /// The id of a VPC.
    VpcId;
    /// The id of a subnet.
    SubnetId;
    /// The id of a route table.
    RouteTableId;
    /// The id of a security group.
    SecurityGroupId;
    /// The id of a network ACL.
    NetworkAclId;
    /// The id of a prefix list, AWS's or the customer's.
    PrefixListId;
    /// The id of a network interface.
    NetworkInterfaceId;
    /// The id of an instance.
    InstanceId;
    /// The id of a machine image.
    ImageId;
    /// The id of a NAT gateway.
    NatGatewayId;
    /// The id of an internet gateway.
    InternetGatewayId;
    /// The id of an egress-only internet gateway.
    EgressOnlyInternetGatewayId;
    /// The allocation id of an Elastic IP.
    ElasticIpId;
    /// The id of a VPC endpoint of any kind.
    VpcEndpointId;
    /// The id of a virtual private gateway.
    VpnGatewayId;
    /// The id of a VPN connection.
    VpnConnectionId;
    /// The id of a VPC peering connection.
    PeeringConnectionId;
    /// The id of a transit gateway.
    TransitGatewayId;
    /// The id of a transit gateway's attachment.
    TransitGatewayAttachmentId;
    /// The id of a transit gateway's route table.
    TransitGatewayRouteTableId;
    /// The ARN of a load balancer; a classic one has only a name.
    LoadBalancerId;
    /// The ARN of a database, a cluster of databases or a task of containers, or its identifier.
    ManagedWorkloadId;
    /// The ARN of a target group.
    TargetGroupId;
    /// The ARN of a role of IAM.
    RoleArn;
    /// The ARN of a network firewall.
    NetworkFirewallId;
    /// The ARN of a firewall policy.
    FirewallPolicyId;
    /// The ARN of a group of firewall rules.
    FirewallRuleGroupId;
    /// The id of a DHCP option set.
    DhcpOptionsId;
    /// The id of a hosted zone of Route 53.
    HostedZoneId;
    /// The id of a rule of the Route 53 Resolver.
    ResolverRuleId;
    /// The id of an endpoint of the Route 53 Resolver.
    ResolverEndpointId;
}
