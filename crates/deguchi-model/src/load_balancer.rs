//! A load balancer: where it listens, and to whom it passes on what it takes in.

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use crate::{AvailabilityZone, InstanceId, LoadBalancerId, NetworkInterfaceId, SubnetId, TargetGroupId, VpcId};

/// A load balancer of any kind.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadBalancer {
    /// Its ARN; a classic one has only a name.
    pub id: LoadBalancerId,
    /// Its name.
    pub name: Option<String>,
    /// The name that clients resolve.
    pub dns_name: Option<String>,
    /// Which kind it is.
    pub kind: LoadBalancerKind,
    /// The VPC it is in, where the snapshot says.
    pub vpc: Option<VpcId>,
    /// Whether it works.
    pub state: LoadBalancerState,
    /// Where it stands: one node a zone.
    pub zones: Vec<LoadBalancerZone>,
    /// The interfaces of its nodes, as far as the snapshot lists them.
    pub interfaces: Vec<NetworkInterfaceId>,
    /// Whether a node sends to targets in other zones too (LB-5); `None` where the snapshot does not say.
    pub cross_zone: Option<bool>,
    /// Where it listens; `None` where the snapshot does not say.
    pub listeners: Option<Vec<Listener>>,
    /// The instances registered with a classic one; empty for the other kinds, which have target groups.
    pub instances: Vec<Target>,
}

/// Which kind a load balancer is (`Type`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadBalancerKind {
    /// `network`: passes connections on.
    Network,
    /// `application`: answers HTTP, with a connection of its own to the target.
    Application,
    /// Classic: listed by `aws elb describe-load-balancers`.
    Classic,
    /// `gateway`, or a kind not known here, as printed.
    Unmodelled(String),
}

/// Whether a load balancer works (`State.Code`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadBalancerState {
    /// `active` or `active_impaired`, or not printed.
    Active,
    /// `provisioning`, `failed`, as printed.
    NotActive(String),
}

/// Where a load balancer stands in one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadBalancerZone {
    /// The zone.
    pub zone: Option<AvailabilityZone>,
    /// The subnet.
    pub subnet: Option<SubnetId>,
    /// The addresses that are configured for it there: Elastic IPs, or private addresses that somebody chose.
    pub addresses: Vec<IpAddr>,
}

/// Where a load balancer listens.
#[derive(Clone, Debug, PartialEq)]
pub struct Listener {
    /// Its ARN; a classic one has none.
    pub id: Option<String>,
    /// The protocol as printed, e.g. `TCP`, `TLS`, `HTTPS`.
    pub protocol: String,
    /// The port.
    pub port: u16,
    /// What it does with a request that no rule is for.
    pub default_action: ListenerAction,
    /// What its other rules do with requests; `None` where the snapshot does not say.
    pub rules: Option<Vec<ListenerAction>>,
}

impl Listener {
    /// Whether it takes TCP connections.
    pub fn takes_tcp(&self) -> bool {
        !matches!(self.protocol.as_str(), "UDP" | "GENEVE" | "QUIC")
    }

    /// Whether it takes UDP packets.
    pub fn takes_udp(&self) -> bool {
        matches!(self.protocol.as_str(), "UDP" | "TCP_UDP" | "QUIC" | "TCP_QUIC")
    }
}

/// What a listener does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenerAction {
    /// Passes it on to one of these groups.
    Forward(Vec<TargetGroupId>),
    /// Passes it on to one of the instances of a classic load balancer, at this port.
    Instances(u16),
    /// Answers itself: `redirect`, `fixed-response`.
    Answer,
    /// An action not known here, as printed.
    Unmodelled(String),
}

/// A group of targets.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetGroup {
    /// Its ARN.
    pub id: TargetGroupId,
    /// Its name.
    pub name: Option<String>,
    /// The protocol to its targets as printed.
    pub protocol: Option<String>,
    /// The port of a target that names none.
    pub port: Option<u16>,
    /// What its targets are.
    pub kind: TargetKind,
    /// Whether targets see the client's address (LB-4): its attribute `preserve_client_ip.enabled`, where the snapshot
    /// has it.
    pub preserves_client_address: Option<bool>,
    /// Its own choice about other zones; `None` where it leaves that to the load balancer, or the snapshot does not say.
    pub cross_zone: Option<bool>,
    /// Its targets with their health; `None` where the snapshot does not say.
    pub targets: Option<Vec<Target>>,
}

/// What the targets of a group are (`TargetType`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// Instances.
    Instance,
    /// Addresses.
    Ip,
    /// A function, which is called and not connected to.
    Lambda,
    /// An application load balancer.
    LoadBalancer,
    /// Another kind, as printed.
    Unmodelled(String),
}

/// Somebody that a load balancer passes requests on to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// Who.
    pub id: TargetId,
    /// The port, where it has one of its own.
    pub port: Option<u16>,
    /// The zone as printed; `None` where an instance's subnet says, or for an address outside the VPC (`all`).
    pub zone: Option<AvailabilityZone>,
    /// Whether it takes part.
    pub health: TargetHealth,
}

/// Who a target is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetId {
    /// An instance, at its primary interface.
    Instance(InstanceId),
    /// An address.
    Address(IpAddr),
    /// An application load balancer.
    LoadBalancer(LoadBalancerId),
    /// A function, or something not known here.
    Other(String),
}

/// Whether a target takes part, as the load balancer saw it when the snapshot was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetHealth {
    /// `healthy`, `unavailable` (not checked), `InService`.
    Healthy,
    /// `unhealthy`, `OutOfService`, with the reason printed.
    Unhealthy(String),
    /// `unused` or `draining`: gets no new connection; with the state and reason printed.
    NotInUse(String),
    /// `initial`: not decided yet.
    Initial,
    /// The snapshot does not say, or another state.
    Unknown,
}
