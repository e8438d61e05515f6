//! The answer to a query: the verdict, why, and every way that the packets take.

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{
    Direction, EgressOnlyInternetGatewayId, InstanceId, InternetGatewayId, LoadBalancerId, NatGatewayId, NetworkAclId,
    NetworkInterfaceId, PeeringConnectionId, Route, RouteTableId, SecurityGroupId, SubnetId,
    TransitGatewayAttachmentId, TransitGatewayRoute, TransitGatewayRouteTableId, VpcEndpointId, VpcId, VpnGatewayId,
};

use crate::{
    AddressSet,
    packet_part::PacketPart,
    policy::Authorization,
    reason::{Assumption, Heading, Missing, Reason, RuleReference},
};

/// What becomes of a query's packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All arrive, and all replies come back.
    Reachable,
    /// Some do, some do not.
    Partly,
    /// None do.
    Unreachable,
    /// It is not known for some or all, and what is known does not settle it.
    Undecided,
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What becomes of the packets.
    pub verdict: Verdict,
    /// What share of them arrives and is answered, 0 to 1.
    pub reachable_share: f64,
    /// For what share of them it is not known, 0 to 1.
    pub undecided_share: f64,
    /// Everything that stops packets on the ways explained, in the order met.
    pub reasons: Vec<Reason>,
    /// Everything that is not known and matters, in the order met.
    pub missing: Vec<Missing>,
    /// What the verdict takes for granted.
    pub assumptions: Vec<Assumption>,
    /// What policies come to for the requests that reach a service, whatever stops them before.
    pub authorizations: Vec<Authorization>,
    /// Every way the packets take: their parts are disjoint and together are the query. Dropped ones come first, then
    /// undecided ones, then delivered ones; the larger part first.
    pub ways: Vec<Way>,
}

/// One way that a part of the packets takes, out and back.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// What becomes of them.
    pub outcome: Outcome,
    /// Which packets.
    pub packets: PacketPart,
    /// The places met, out and back. Behind a filter that denies, the way goes on as if it had let them pass.
    pub hops: Vec<Hop>,
    /// Where in [`Answer::reasons`] stand the reasons of this way.
    pub reasons: Vec<usize>,
    /// Where in [`Answer::missing`] stands what is not known on this way.
    pub missing: Vec<usize>,
}

/// What becomes of a part of the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// They are dropped.
    Dropped,
    /// It is not known; `would_arrive` says whether they arrive if what is missing is as usual.
    Undecided {
        /// Whether the walk, under the usual defaults, came through.
        would_arrive: bool,
    },
    /// They arrive, and the reply comes back.
    Delivered,
}

/// One place on a way, and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// On the way out or back.
    pub heading: Heading,
    /// Which leg, counted from 1.
    pub leg: u8,
    /// What was met.
    pub place: Place,
    /// What it did with the packets.
    pub decision: Decision,
    /// The header as it leaves the place.
    pub header: HeaderView,
}

/// The addresses and ports that a packet shows at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct HeaderView {
    /// Source addresses.
    pub source: AddressSet,
    /// Destination addresses.
    pub destination: AddressSet,
    /// Ports or ICMP type.
    pub ports: PortsView,
}

/// The ports, or the ICMP message, that a packet shows at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortsView {
    /// Of TCP.
    Tcp {
        /// Ranges of source ports.
        source: Vec<(u16, u16)>,
        /// Ranges of destination ports.
        destination: Vec<(u16, u16)>,
    },
    /// Of UDP.
    Udp {
        /// Ranges of source ports.
        source: Vec<(u16, u16)>,
        /// Ranges of destination ports.
        destination: Vec<(u16, u16)>,
    },
    /// An ICMP message of IPv4 or IPv6.
    Icmp {
        /// Its type.
        kind: u8,
        /// Its code.
        code: u8,
    },
}

/// What was met on a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An interface where packets start, arrive, or pass through a NAT instance.
    Interface {
        /// The interface.
        interface: NetworkInterfaceId,
        /// The instance it is attached to.
        instance: Option<InstanceId>,
        /// What it is on this way.
        role: InterfaceRole,
    },
    /// The security groups of an interface.
    SecurityGroups {
        /// The interface.
        interface: NetworkInterfaceId,
        /// Every group it carries.
        groups: Vec<SecurityGroupId>,
        /// Into or out of the interface.
        direction: Direction,
    },
    /// A subnet's network ACL.
    NetworkAcl {
        /// The ACL; `None` where the snapshot lacks it.
        acl: Option<NetworkAclId>,
        /// The subnet.
        subnet: SubnetId,
        /// Into or out of the subnet.
        direction: Direction,
    },
    /// A route table.
    RouteTable {
        /// The table; `None` where the snapshot lacks it.
        table: Option<RouteTableId>,
        /// The subnet whose table it is; `None` for a gateway's own.
        subnet: Option<SubnetId>,
    },
    /// A NAT gateway.
    NatGateway(NatGatewayId),
    /// A NAT instance, as the guest that forwards.
    NatInstance(InstanceId),
    /// An internet gateway.
    InternetGateway {
        /// The gateway.
        internet_gateway: InternetGatewayId,
        /// The VPC it leads to or from.
        vpc: VpcId,
    },
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway(EgressOnlyInternetGatewayId),
    /// A VPC endpoint.
    VpcEndpoint(VpcEndpointId),
    /// A virtual private gateway, and the network on premises behind it.
    VpnGateway(VpnGatewayId),
    /// A VPC peering connection.
    PeeringConnection(PeeringConnectionId),
    /// An attachment of a transit gateway.
    TransitGatewayAttachment {
        /// The attachment.
        attachment: TransitGatewayAttachmentId,
        /// Into the gateway or out of it.
        direction: Direction,
    },
    /// A route table of a transit gateway.
    TransitGatewayRouteTable(TransitGatewayRouteTableId),
    /// A load balancer, by one of its nodes.
    LoadBalancer(LoadBalancerId),
    /// The internet.
    Internet,
    /// A service that is reached without being filtered or routed (PW-11): `dns`, `metadata`, `time`.
    NeverFiltered {
        /// Which service.
        service: &'static str,
        /// At which address.
        address: IpAddr,
    },
    /// A route target that is not modelled or not in the snapshot, by its id.
    Other(String),
}

/// What an interface is on a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceRole {
    /// Packets of this heading start here.
    Origin,
    /// They end here.
    Target,
    /// They are forwarded by the instance behind it.
    Forwarder,
}

/// What a place did with the packets.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Nothing was decided: they start, pass or end here.
    Passed,
    /// A filter lets them pass.
    Allowed {
        /// The rules that do; empty where the state of the connection does (SG-18).
        by: Vec<RuleReference>,
    },
    /// A filter drops them; the way goes on as if it did not.
    Denied {
        /// The rules that do; empty where no rule matched.
        by: Vec<RuleReference>,
    },
    /// A route is chosen; `None` where the snapshot lacks the table and the local route is taken.
    Routed(Option<Route>),
    /// A route of a transit gateway is chosen.
    RoutedByTransitGateway(TransitGatewayRoute),
    /// No route matches.
    NoRoute,
    /// The source address or port is translated (see the header).
    Translated,
    /// The place drops them, for the reason with this index in [`Answer::reasons`] of the same heading and leg.
    Dropped,
    /// It is not known what the place does.
    Unknown,
}
