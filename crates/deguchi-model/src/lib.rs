//! What an AWS network is: one value per resource, in AWS's own words.
//!
//! Leaves out how a network is read (the program's ingest) and what can reach what in it (the engine).
//! Nothing here touches a file, a clock, the environment or a network: the crate has no `std`.
//! Values are not serialisable; input and output have types of their own.
#![no_std]

extern crate alloc;

mod block_public_access;
mod dhcp_options;
mod egress_only_internet_gateway;
mod elastic_ip;
mod guest;
mod hosted_zone;
mod id;
mod image;
mod instance;
mod internet_gateway;
mod load_balancer;
mod managed_workload;
mod nat_gateway;
mod network;
mod network_acl;
mod network_firewall;
mod network_interface;
mod peering_connection;
mod policy;
mod prefix_list;
mod resolver_rule;
mod route_table;
mod security_group;
mod stand_in;
mod subnet;
mod traffic;
mod transit_gateway;
mod vpc;
mod vpc_associations;
mod vpc_endpoint;
mod vpn_gateway;

pub use block_public_access::{
    BlockPublicAccess, BlockPublicAccessExclusion, BlockPublicAccessExclusions, ExclusionMode,
};
pub use dhcp_options::{DhcpOptions, NameServer};
pub use egress_only_internet_gateway::EgressOnlyInternetGateway;
pub use elastic_ip::ElasticIp;
pub use guest::{Guest, Masquerade};
pub use hosted_zone::{HostedZone, ZoneRecord, ZoneRecordData};
pub use id::{
    AccountId, AvailabilityZone, DhcpOptionsId, EgressOnlyInternetGatewayId, ElasticIpId, FirewallPolicyId,
    FirewallRuleGroupId, HostedZoneId, ImageId, InstanceId, InternetGatewayId, LoadBalancerId, ManagedWorkloadId,
    NatGatewayId, NetworkAclId, NetworkFirewallId, NetworkInterfaceId, PeeringConnectionId, PrefixListId, Region,
    ResolverEndpointId, ResolverRuleId, RoleArn, RouteTableId, SecurityGroupId, SubnetId, TargetGroupId,
    TransitGatewayAttachmentId, TransitGatewayId, TransitGatewayRouteTableId, VpcEndpointId, VpcId, VpnConnectionId,
    VpnGatewayId,
};
pub use image::Image;
pub use instance::{Instance, InstanceInterface, InstanceState};
pub use internet_gateway::{Attachment, AttachmentState, InternetGateway};
pub use load_balancer::{
    Listener, ListenerAction, LoadBalancer, LoadBalancerKind, LoadBalancerState, LoadBalancerZone, Target, TargetGroup,
    TargetHealth, TargetId, TargetKind,
};
pub use managed_workload::ManagedWorkload;
pub use nat_gateway::{
    Connectivity, NatGateway, NatGatewayAddress, NatGatewayFailure, NatGatewayPlacement, NatGatewayState,
};
pub use network::Network;
pub use network_acl::{NetworkAcl, NetworkAclRule, NetworkAclRules, RuleAction, RuleNumber};
pub use network_firewall::{
    FirewallAction, FirewallPolicy, FirewallRule, FirewallRuleGroup, FirewallRuleOrder, FirewallRules, NetworkFirewall,
};
pub use network_interface::{
    InterfaceAddress, InterfaceAttachment, InterfaceKind, NetworkInterface, SourceDestinationCheck,
};
pub use peering_connection::{PeeringConnection, PeeringSide, PeeringStatus};
pub use policy::{
    Bucket, BucketPolicy, Condition, Effect, Identities, Patterns, PermissionsBoundary, Policy, PolicyDocument,
    PolicyListing, Principal, Principals, Role, ServiceControl, Statement,
};
pub use prefix_list::{PrefixList, PrefixListEntries};
pub use resolver_rule::{ResolverEndpoint, ResolverRule, ResolverRuleAction};
pub use route_table::{Route, RouteDestination, RouteOrigin, RouteState, RouteTable, RouteTarget};
pub use security_group::{RulePeer, SecurityGroup, SecurityGroupRule};
pub use stand_in::StandIns;
pub use subnet::Subnet;
pub use traffic::{Direction, IcmpMatch, PortRange, TrafficMatch};
pub use transit_gateway::{
    TransitGateway, TransitGatewayAssociation, TransitGatewayAttachment, TransitGatewayAttachmentEnd,
    TransitGatewayRoute, TransitGatewayRouteOrigin, TransitGatewayRouteTable, TransitGatewayRoutesGap,
    TransitGatewayVpcAttachment,
};
pub use vpc::{DhcpOptionsOfVpc, EncryptionControls, InterfaceListing, Vpc, VpcDns};
pub use vpc_associations::VpcAssociations;
pub use vpc_endpoint::{EndpointPolicy, EndpointState, VpcEndpoint, VpcEndpointKind};
pub use vpn_gateway::{VpnConnection, VpnGateway};

pub use ipnet::{IpNet, Ipv4Net, Ipv6Net};
