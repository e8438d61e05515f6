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
    pub(crate) links: Vec<LinkPlan>,
    pub(crate) transit: TransitPlan,
}

/// A way between two VPCs, with the routes that it needs in every table, save what is left out.
#[derive(Clone, Debug)]
pub(crate) struct LinkPlan {
    pub(crate) vpcs: (u8, u8),
    /// 0: a peering connection, 1 and 2: the transit gateway, 3: the second VPC's way out by the first one's NAT gateway.
    pub(crate) kind: u8,
    /// 0: active, else pending.
    pub(crate) status: u8,
    /// Bits: other regions, the far VPC is not in the snapshot.
    pub(crate) far: u8,
    /// Bits: no route there, no route back, no route of the gateway there, none back.
    pub(crate) left_out: u8,
}

/// The transit gateway `tgw-1`.
#[derive(Clone, Debug)]
pub(crate) struct TransitPlan {
    /// 0: available, 1: deleted, 2: not in the snapshot.
    pub(crate) state: u8,
    pub(crate) references_groups: bool,
    /// One for each VPC.
    pub(crate) attachments: Vec<AttachmentPlan>,
    /// Two tables.
    pub(crate) tables: Vec<TransitTablePlan>,
    /// 0..: a VPN connection, Direct Connect, a peering, another kind, nothing.
    pub(crate) other: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct AttachmentPlan {
    /// Which of the VPC's subnets, by bits; 0 stands for a list that is missing.
    pub(crate) subnets: u8,
    /// 0: available, 1: not, 2: not in the snapshot.
    pub(crate) state: u8,
    /// 0 and 1: a table, 2: none, 3: unknown, 4: a table that is missing.
    pub(crate) association: u8,
    pub(crate) is_appliance_mode: bool,
    pub(crate) carries_ipv6: bool,
    pub(crate) references_groups: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct TransitTablePlan {
    pub(crate) routes: Vec<TransitRoutePlan>,
    /// 0: nothing, 1: the list, 2: what is propagated, 3: a prefix list.
    pub(crate) gap: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct TransitRoutePlan {
    pub(crate) destination: u8,
    /// 0..=3: an attachment, 4: a blackhole, 5: an attachment that is missing, 6: two attachments.
    pub(crate) target: u8,
    pub(crate) is_propagated: bool,
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
    /// Bits: an interface of a load balancer, a spare interface, an interface endpoint (that is not available), tables of
    /// the internet gateway and of the virtual private gateway.
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
        vec(vpc(), 1..=3),
        vec(subnet(), 2..=6),
        vec(vec(route(), 0..5), 9),
        vec(acl(), 6),
        vec(group(), 4),
        vec(instance(), 2..=6),
        vec(nat(), 0..=3),
        vec(link(), 0..=4),
        transit(),
    )
        .prop_map(|(vpcs, subnets, tables, acls, groups, instances, nats, links, transit)| NetworkPlan {
            vpcs,
            subnets,
            tables,
            acls,
            groups,
            instances,
            nats,
            links,
            transit,
        })
}

fn link() -> impl Strategy<Value = LinkPlan> {
    let status = prop_oneof![10 => Just(0_u8), 1 => Just(1_u8)];
    let far = prop_oneof![8 => Just(0_u8), 1 => 1..4_u8];
    let left_out = prop_oneof![6 => Just(0_u8), 1 => 1..16_u8];
    ((0..3_u8, 0..3_u8), 0..4_u8, status, far, left_out).prop_map(|(vpcs, kind, status, far, left_out)| LinkPlan {
        vpcs,
        kind,
        status,
        far,
        left_out,
    })
}

fn transit() -> impl Strategy<Value = TransitPlan> {
    let state = prop_oneof![12 => Just(0_u8), 1 => 1..3_u8];
    (state, any::<bool>(), vec(attachment(), 3), vec(transit_table(), 2), 0..6_u8).prop_map(
        |(state, references_groups, attachments, tables, other)| TransitPlan {
            state,
            references_groups,
            attachments,
            tables,
            other,
        },
    )
}

fn attachment() -> impl Strategy<Value = AttachmentPlan> {
    let subnets = prop_oneof![4 => Just(255_u8), 4 => 1..=255_u8, 1 => Just(0_u8)];
    let state = prop_oneof![14 => Just(0_u8), 1 => 1..3_u8];
    let association = prop_oneof![14 => 0..2_u8, 1 => 2..5_u8];
    (subnets, state, association, rarely(0.15), any::<bool>(), rarely(0.7)).prop_map(
        |(subnets, state, association, is_appliance_mode, carries_ipv6, references_groups)| AttachmentPlan {
            subnets,
            state,
            association,
            is_appliance_mode,
            carries_ipv6,
            references_groups,
        },
    )
}

fn transit_table() -> impl Strategy<Value = TransitTablePlan> {
    let route = (any::<u8>(), prop_oneof![8 => 0..4_u8, 2 => Just(4_u8), 1 => 5..7_u8], rarely(0.4))
        .prop_map(|(destination, target, is_propagated)| TransitRoutePlan { destination, target, is_propagated });
    let gap = prop_oneof![14 => Just(0_u8), 1 => 1..4_u8];
    (vec(route, 0..3), gap).prop_map(|(routes, gap)| TransitTablePlan { routes, gap })
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
    let extras = prop_oneof![4 => 0..16_u8, 1 => 16..64_u8];
    (gateway, 0..3_u8, 0..4_u8, rarely(0.1), prop_oneof![12 => Just(0_u8), 1 => 10..26_u8], missing, 0..5_u8, extras)
        .prop_map(|(internet_gateway, egress_only, vpn, is_partial, block_public_access, missing, endpoint, extras)| {
            VpcPlan { internet_gateway, egress_only, vpn, is_partial, block_public_access, missing, endpoint, extras }
        })
}

fn subnet() -> impl Strategy<Value = SubnetPlan> {
    let vpc = prop_oneof![5 => Just(0_u8), 3 => Just(1_u8), 1 => Just(2_u8)];
    (vpc, 0..4_u8, 0..6_u8).prop_map(|(vpc, table, acl)| SubnetPlan { vpc, table, acl })
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
    (vec(rule(), 0..4), vec(rule(), 0..3), rarely(0.75), rarely(0.45)).prop_map(
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
