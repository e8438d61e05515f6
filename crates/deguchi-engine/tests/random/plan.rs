//! Plans of random networks: small numbers, drawn so that what is usual is frequent.

use proptest::{collection::vec, prelude::*};

/// A network to be built.
#[derive(Clone, Debug)]
pub(crate) struct NetworkPlan {
    pub(crate) vpcs: Vec<VpcPlan>,
    pub(crate) subnets: Vec<SubnetPlan>,
    /// Two tables besides the main one for each VPC: `vpc * 3 + table`.
    pub(crate) tables: Vec<Vec<RoutePlan>>,
    /// Two custom ACLs for each VPC.
    pub(crate) acls: Vec<AclPlan>,
    pub(crate) groups: Vec<GroupPlan>,
    pub(crate) instances: Vec<InstancePlan>,
    pub(crate) nats: Vec<NatPlan>,
}

#[derive(Clone, Debug)]
pub(crate) struct VpcPlan {
    /// 0..: attached, detached, not in the snapshot.
    pub(crate) internet_gateway: u8,
    pub(crate) egress_only: u8,
    pub(crate) vpn: u8,
    pub(crate) is_partial: bool,
    /// 0 to 9: off; else a mode, and which exclusions there are.
    pub(crate) block_public_access: u8,
    /// Bits: the default ACL is missing, the main table is missing.
    pub(crate) missing: u8,
    pub(crate) endpoint: u8,
    /// Bits: an interface of a load balancer, a spare interface.
    pub(crate) extras: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct SubnetPlan {
    pub(crate) vpc: u8,
    pub(crate) table: u8,
    pub(crate) acl: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct RoutePlan {
    pub(crate) destination: u8,
    pub(crate) target: u8,
    pub(crate) which: u8,
    /// 0..: active, a blackhole, of another state, advertised by a route server.
    pub(crate) state: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct AclPlan {
    pub(crate) inbound: Vec<RulePlan>,
    pub(crate) outbound: Vec<RulePlan>,
    /// Whether an allow-all rule stands behind the others.
    pub(crate) ends_open: (bool, bool),
}

#[derive(Clone, Debug)]
pub(crate) struct RulePlan {
    pub(crate) traffic: u8,
    pub(crate) ports: u8,
    pub(crate) peer: u8,
    pub(crate) is_allowed: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct GroupPlan {
    pub(crate) inbound: Vec<RulePlan>,
    pub(crate) outbound: Vec<RulePlan>,
    pub(crate) is_outbound_open: bool,
    pub(crate) is_inbound_open: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct InstancePlan {
    pub(crate) state: u8,
    pub(crate) interfaces: Vec<InterfacePlan>,
}

#[derive(Clone, Debug)]
pub(crate) struct InterfacePlan {
    pub(crate) subnet: u8,
    pub(crate) groups: u8,
    pub(crate) is_public: bool,
    pub(crate) secondary: u8,
    pub(crate) check: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct NatPlan {
    pub(crate) subnet: u8,
    pub(crate) state: u8,
    pub(crate) is_private: bool,
    pub(crate) addresses: u8,
    pub(crate) has_interface: bool,
    /// 0..: in a subnet, regional (of many sorts), not printed.
    pub(crate) placement: u8,
}

/// A query to be built.
#[derive(Clone, Debug)]
pub(crate) struct QueryPlan {
    pub(crate) source: u8,
    pub(crate) source_address: u8,
    pub(crate) destination_kind: u8,
    pub(crate) destination: u8,
    pub(crate) traffic: u8,
    pub(crate) source_ports: u8,
    pub(crate) ports: u8,
}

/// Any network.
pub(crate) fn networks() -> impl Strategy<Value = NetworkPlan> {
    (
        vec(vpc(), 1..=2),
        vec(subnet(), 2..=5),
        vec(vec(route(), 0..5), 6),
        vec(acl(), 4),
        vec(group(), 4),
        vec(instance(), 2..=6),
        vec(nat(), 0..=3),
    )
        .prop_map(|(vpcs, subnets, tables, acls, groups, instances, nats)| NetworkPlan {
            vpcs,
            subnets,
            tables,
            acls,
            groups,
            instances,
            nats,
        })
}

/// Any query.
pub(crate) fn queries() -> impl Strategy<Value = QueryPlan> {
    (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>()).prop_map(
        |(source, source_address, destination_kind, destination, traffic, source_ports, ports)| QueryPlan {
            source,
            source_address,
            destination_kind,
            destination,
            traffic,
            source_ports,
            ports,
        },
    )
}

fn rarely(probability: f64) -> impl Strategy<Value = bool> {
    prop::bool::weighted(probability)
}

fn vpc() -> impl Strategy<Value = VpcPlan> {
    let missing = prop_oneof![12 => Just(0_u8), 1 => 1..4_u8];
    let gateway = prop_oneof![10 => Just(0_u8), 1 => 1..=2_u8];
    (gateway, 0..3_u8, 0..4_u8, rarely(0.1), prop_oneof![12 => Just(0_u8), 1 => 10..26_u8], missing, 0..5_u8, 0..4_u8)
        .prop_map(|(internet_gateway, egress_only, vpn, is_partial, block_public_access, missing, endpoint, extras)| {
            VpcPlan { internet_gateway, egress_only, vpn, is_partial, block_public_access, missing, endpoint, extras }
        })
}

fn subnet() -> impl Strategy<Value = SubnetPlan> {
    (rarely(0.25), 0..4_u8, 0..6_u8).prop_map(|(is_second, table, acl)| SubnetPlan {
        vpc: u8::from(is_second),
        table,
        acl,
    })
}

fn route() -> impl Strategy<Value = RoutePlan> {
    let destination = prop_oneof![4 => Just(0_u8), 3 => any::<u8>()];
    let target = prop_oneof![3 => Just(0_u8), 3 => Just(1_u8), 3 => any::<u8>()];
    let state = prop_oneof![20 => Just(0_u8), 1 => 1..4_u8];
    (destination, target, any::<u8>(), state).prop_map(|(destination, target, which, state)| RoutePlan {
        destination,
        target,
        which,
        state,
    })
}

fn rule() -> impl Strategy<Value = RulePlan> {
    (any::<u8>(), any::<u8>(), any::<u8>(), rarely(0.75)).prop_map(|(traffic, ports, peer, is_allowed)| RulePlan {
        traffic,
        ports,
        peer,
        is_allowed,
    })
}

fn acl() -> impl Strategy<Value = AclPlan> {
    (vec(rule(), 0..4), vec(rule(), 0..4), (rarely(0.7), rarely(0.7)))
        .prop_map(|(inbound, outbound, ends_open)| AclPlan { inbound, outbound, ends_open })
}

fn group() -> impl Strategy<Value = GroupPlan> {
    (vec(rule(), 0..4), vec(rule(), 0..3), rarely(0.7), rarely(0.3)).prop_map(
        |(inbound, outbound, is_outbound_open, is_inbound_open)| GroupPlan {
            inbound,
            outbound,
            is_outbound_open,
            is_inbound_open,
        },
    )
}

fn instance() -> impl Strategy<Value = InstancePlan> {
    let state = prop_oneof![10 => Just(0_u8), 1 => 1..4_u8];
    (state, vec(interface(), 1..=2)).prop_map(|(state, interfaces)| InstancePlan { state, interfaces })
}

fn interface() -> impl Strategy<Value = InterfacePlan> {
    let check = prop_oneof![5 => Just(0_u8), 5 => Just(1_u8), 1 => Just(2_u8)];
    (any::<u8>(), any::<u8>(), any::<bool>(), 0..4_u8, check).prop_map(
        |(subnet, groups, is_public, secondary, check)| InterfacePlan { subnet, groups, is_public, secondary, check },
    )
}

fn nat() -> impl Strategy<Value = NatPlan> {
    let state = prop_oneof![12 => Just(0_u8), 1 => 1..6_u8];
    let placement = prop_oneof![5 => Just(0_u8), 1 => any::<u8>()];
    (any::<u8>(), state, rarely(0.15), 1..=3_u8, any::<bool>(), placement).prop_map(
        |(subnet, state, is_private, addresses, has_interface, placement)| NatPlan {
            subnet,
            state,
            is_private,
            addresses,
            has_interface,
            placement,
        },
    )
}
