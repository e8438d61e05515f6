//! A VPC endpoint: a private way to a service of AWS or of a partner.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use crate::{NetworkInterfaceId, PolicyDocument, RouteTableId, SecurityGroupId, SubnetId, VpcEndpointId, VpcId};

/// A VPC endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct VpcEndpoint {
    /// Its id.
    pub id: VpcEndpointId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// The VPC it is in.
    pub vpc: VpcId,
    /// The service, e.g. `com.amazonaws.us-east-1.s3`.
    pub service_name: String,
    /// Which kind it is.
    pub kind: VpcEndpointKind,
    /// Whether it works.
    pub state: EndpointState,
    /// Which requests it lets through (GE-7).
    pub policy: EndpointPolicy,
    /// Names that lead to it, in lower case, as far as the snapshot prints them (`DnsEntries`); a first label `*` stands for any.
    pub dns_names: Vec<String>,
}

impl VpcEndpoint {
    /// Its interfaces; a gateway endpoint has none.
    pub fn interfaces(&self) -> &[NetworkInterfaceId] {
        match &self.kind {
            VpcEndpointKind::Interface { interfaces, .. } | VpcEndpointKind::GatewayLoadBalancer { interfaces, .. } => {
                interfaces
            }
            VpcEndpointKind::Gateway { .. } | VpcEndpointKind::Unmodelled(_) => &[],
        }
    }
}

/// Which kind an endpoint is (`VpcEndpointType`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VpcEndpointKind {
    /// A route target for S3 or DynamoDB (GE-1).
    Gateway {
        /// The route tables it is associated with.
        route_tables: BTreeSet<RouteTableId>,
    },
    /// Interfaces with private addresses (IE-1).
    Interface {
        /// Its interfaces.
        interfaces: Vec<NetworkInterfaceId>,
        /// The security groups its interfaces carry.
        security_groups: Vec<SecurityGroupId>,
        /// Whether the service's public name leads to it (IE-2).
        private_dns_enabled: bool,
    },
    /// A route target for an appliance that inspects packets and hands them back, or for Network Firewall (RT-18).
    GatewayLoadBalancer {
        /// Its interface.
        interfaces: Vec<NetworkInterfaceId>,
        /// The subnet that it stands in.
        subnets: Vec<SubnetId>,
    },
    /// A kind not known here, as printed.
    Unmodelled(String),
}

/// Whether an endpoint works. AWS prints lower case, its model says capitalised (IE-7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointState {
    /// `available`, or not printed.
    Available,
    /// Another state, as printed.
    NotAvailable(String),
}

/// Which requests an endpoint lets through (GE-7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointPolicy {
    /// AWS's default: everything.
    FullAccess,
    /// What this document allows.
    Document(PolicyDocument),
    /// It has a policy that is none in JSON.
    Unmodelled,
    /// The snapshot does not say.
    Unknown,
}
