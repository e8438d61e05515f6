//! Finds what a walk needs in a network without searching: tables and ACLs of subnets, who has which address.

use alloc::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::net::{IpAddr, Ipv4Addr};

use hashbrown::HashMap;

use deguchi_model::{
    AttachmentState, Direction, ElasticIpId, InterfaceListing, InternetGatewayId, IpNet, LoadBalancer, NatGateway,
    NatGatewayState, Network, NetworkAcl, NetworkFirewall, NetworkInterface, NetworkInterfaceId, PeeringSide,
    PeeringStatus, PrefixListEntries, PrefixListId, RouteDestination, RouteState, RouteTable, RouteTableId,
    RouteTarget, SecurityGroupId, Subnet, SubnetId, TransitGatewayAttachment, TransitGatewayId,
    TransitGatewayRouteTableId, VpcEndpoint, VpcEndpointId, VpcEndpointKind, VpcId,
};

use crate::{
    AddressSet,
    address_set::{bounds, position},
    route::RankedRoute,
    stand_in::OpenAddresses,
    subnet_kind::TableAssociation,
    transit_route::{self, RankedRoutes},
};

/// Who has an address inside a VPC.
#[derive(Clone, Copy)]
pub(crate) enum Holder<'n> {
    /// An interface.
    Interface(&'n NetworkInterface),
    /// A NAT gateway, known by its own listing or by its interface's.
    NatGateway(&'n NatGateway),
}

/// Who has a public address of the snapshot.
#[derive(Clone, Copy)]
pub(crate) enum PublicHolder<'n> {
    /// This private address of this VPC is mapped to it.
    Mapped { vpc: &'n VpcId, private: IpAddr },
    /// A NAT gateway has it, and prints no private address for it.
    NatGateway(&'n NatGateway),
    /// Only a NAT gateway that is deleted, or failed, still prints it (AP-7).
    GoneNatGateway(&'n NatGateway),
    /// It is associated with an interface that the snapshot lacks.
    ElsewhereElasticIp(&'n ElasticIpId),
    /// It is associated with nothing.
    SpareElasticIp(&'n ElasticIpId),
}

/// Ranges of places, in no order.
type Ranges = Vec<(u128, u128)>;

/// The lookups of one network.
pub(crate) struct Index<'n> {
    pub(crate) network: &'n Network,
    main_tables: BTreeMap<&'n VpcId, &'n RouteTable>,
    explicit_tables: BTreeMap<&'n SubnetId, &'n RouteTable>,
    edge_tables: BTreeMap<&'n str, &'n RouteTable>,
    explicit_acls: BTreeMap<&'n SubnetId, &'n NetworkAcl>,
    default_acls: BTreeMap<&'n VpcId, &'n NetworkAcl>,
    holders: BTreeMap<(&'n VpcId, u128), Holder<'n>>,
    public_holders: BTreeMap<u128, PublicHolder<'n>>,
    held_publicly: AddressSet,
    members: HashMap<&'n SecurityGroupId, BTreeMap<&'n VpcId, AddressSet>>,
    /// Secondary and IPv6 addresses of interfaces that carry groups: whether references cover them is not stated (SG-16).
    secondary: AddressSet,
    peers: BTreeMap<&'n VpcId, Vec<&'n PeeringSide>>,
    /// By VPC, those whose groups its inbound rules may name, as a transit gateway that both are attached to lets them.
    referenced: BTreeMap<&'n VpcId, BTreeSet<&'n VpcId>>,
    transit_routes: BTreeMap<&'n TransitGatewayRouteTableId, Vec<RankedRoutes<'n>>>,
    transit_attachments: BTreeMap<(&'n TransitGatewayId, &'n VpcId), Vec<&'n TransitGatewayAttachment>>,
    routes: BTreeMap<&'n RouteTableId, Vec<RankedRoute<'n>>>,
    attached_internet_gateways: BTreeMap<&'n VpcId, &'n InternetGatewayId>,
    nat_gateways_by_interface: BTreeMap<&'n NetworkInterfaceId, &'n NatGateway>,
    vpc_endpoints_by_interface: BTreeMap<&'n NetworkInterfaceId, &'n VpcEndpoint>,
    load_balancers_by_interface: BTreeMap<&'n NetworkInterfaceId, &'n LoadBalancer>,
    firewalls_by_endpoint: BTreeMap<&'n VpcEndpointId, &'n NetworkFirewall>,
    service_lists: BTreeSet<&'n PrefixListId>,
    entries: BTreeMap<&'n PrefixListId, AddressSet>,
    open: OpenAddresses,
}

impl<'n> Index<'n> {
    pub(crate) fn new(network: &'n Network) -> Self {
        let mut index = Self {
            network,
            main_tables: BTreeMap::new(),
            explicit_tables: BTreeMap::new(),
            edge_tables: BTreeMap::new(),
            explicit_acls: BTreeMap::new(),
            default_acls: BTreeMap::new(),
            holders: BTreeMap::new(),
            public_holders: BTreeMap::new(),
            held_publicly: AddressSet::empty(),
            members: HashMap::new(),
            secondary: secondary(network),
            peers: peers(network),
            referenced: transit_route::referenced(network),
            transit_routes: transit_route::ranked(network),
            transit_attachments: transit_route::attachments_by_vpc(network),
            routes: BTreeMap::new(),
            attached_internet_gateways: BTreeMap::new(),
            nat_gateways_by_interface: BTreeMap::new(),
            vpc_endpoints_by_interface: vpc_endpoints_by_interface(network),
            load_balancers_by_interface: load_balancers_by_interface(network),
            firewalls_by_endpoint: firewalls_by_endpoint(network),
            service_lists: service_lists(network),
            entries: entries(network),
            open: OpenAddresses::of(network),
        };
        index.add_tables();
        index.add_acls();
        index.add_spare_addresses();
        index.add_interfaces();
        index.add_nat_gateways();
        index.held_publicly =
            AddressSet::from_ranges(index.public_holders.keys().map(|place| (*place, *place)).collect());
        index.add_internet_gateways();
        index
    }

    fn add_tables(&mut self) {
        for table in self.network.route_tables.values() {
            if table.is_main {
                self.main_tables.insert(&table.vpc, table);
            }
            for subnet in &table.subnets {
                self.explicit_tables.insert(subnet, table);
            }
            for gateway in &table.gateways {
                self.edge_tables.insert(gateway, table);
            }
            self.routes.insert(&table.id, crate::route::rank(self.network, table));
        }
    }

    fn add_acls(&mut self) {
        for acl in self.network.network_acls.values() {
            if acl.is_default {
                self.default_acls.insert(&acl.vpc, acl);
            }
            for subnet in &acl.subnets {
                self.explicit_acls.insert(subnet, acl);
            }
        }
    }

    fn add_spare_addresses(&mut self) {
        for nat in self.network.nat_gateways.values().filter(|nat| is_gone(nat)) {
            for public in nat.addresses.iter().filter_map(|address| address.public) {
                self.public_holders.insert(position(public.into()), PublicHolder::GoneNatGateway(nat));
            }
        }
        for elastic_ip in self.network.elastic_ips.values() {
            let holder = match elastic_ip.interface {
                None => PublicHolder::SpareElasticIp(&elastic_ip.id),
                Some(_) => PublicHolder::ElsewhereElasticIp(&elastic_ip.id),
            };
            self.public_holders.insert(position(elastic_ip.public.into()), holder);
        }
    }

    fn add_interfaces(&mut self) {
        let mut members: HashMap<&SecurityGroupId, BTreeMap<&VpcId, Ranges>> = HashMap::new();
        for interface in self.network.network_interfaces.values() {
            let vpc = &interface.vpc;
            let holder = Holder::Interface(interface);
            for address in &interface.addresses {
                self.holders.insert((vpc, position(address.private.into())), holder);
                if let Some(public) = address.public {
                    let mapped = PublicHolder::Mapped { vpc, private: address.private.into() };
                    self.public_holders.insert(position(public.into()), mapped);
                }
            }
            for address in &interface.ipv6_addresses {
                let place = position((*address).into());
                self.holders.insert((vpc, place), holder);
                self.public_holders.insert(place, PublicHolder::Mapped { vpc, private: (*address).into() });
            }
            // AWS delegates prefixes of 16 addresses (/28); a wider one is none of AWS's.
            for prefix in interface.ipv4_prefixes.iter().filter(|prefix| prefix.prefix_len() >= 24) {
                let (first, last) = bounds(&IpNet::V4(*prefix));
                self.holders.extend((first..=last).map(|place| ((vpc, place), holder)));
            }
            for group in &interface.security_groups {
                // SG-9: the private addresses of every interface that carries the group; IPv6 with them (SG-16).
                let places = interface.addresses.iter().map(|address| position(address.private.into()));
                let places = places.chain(interface.ipv6_addresses.iter().map(|address| position((*address).into())));
                let prefixes = interface.ipv4_prefixes.iter().map(|prefix| bounds(&IpNet::V4(*prefix)));
                let own = members.entry(group).or_default().entry(vpc).or_default();
                own.extend(places.map(|place| (place, place)).chain(prefixes));
            }
        }
        let sets = |vpcs: BTreeMap<&'n VpcId, Ranges>| {
            vpcs.into_iter().map(|(vpc, ranges)| (vpc, AddressSet::from_ranges(ranges))).collect()
        };
        self.members = members.into_iter().map(|(group, vpcs)| (group, sets(vpcs))).collect();
    }

    fn add_nat_gateways(&mut self) {
        for nat in self.network.nat_gateways.values().filter(|nat| nat.state != NatGatewayState::Deleted) {
            for address in &nat.addresses {
                self.nat_gateways_by_interface.extend(address.interface.as_ref().map(|id| (id, nat)));
                if let Some(private) = address.private {
                    // A failed gateway's address may be somebody else's by now; it is kept for replies to the gateway.
                    let place = (&nat.vpc, position(private.into()));
                    if is_gone(nat) {
                        self.holders.entry(place).or_insert(Holder::NatGateway(nat));
                    } else {
                        self.holders.insert(place, Holder::NatGateway(nat));
                    }
                }
                if let Some(public) = address.public.filter(|_| !is_gone(nat)) {
                    let holder = match address.private {
                        Some(private) => PublicHolder::Mapped { vpc: &nat.vpc, private: private.into() },
                        None => PublicHolder::NatGateway(nat),
                    };
                    self.public_holders.insert(position(public.into()), holder);
                }
            }
        }
    }

    fn add_internet_gateways(&mut self) {
        // One that the snapshot lacks is attached where an active route leads to it (RT-14).
        for table in self.network.route_tables.values() {
            for route in table.routes.iter().filter(|route| route.state == RouteState::Active) {
                if let RouteTarget::InternetGateway(id) = &route.target
                    && !self.network.internet_gateways.contains_key(id)
                {
                    self.attached_internet_gateways.insert(&table.vpc, id);
                }
            }
        }
        for gateway in self.network.internet_gateways.values() {
            for attachment in &gateway.attachments {
                if attachment.state == AttachmentState::Attached {
                    self.attached_internet_gateways.insert(&attachment.vpc, &gateway.id);
                }
            }
        }
    }

    /// The route table in force for a subnet (RT-1); `None` where the snapshot lacks it.
    pub(crate) fn table_of(&self, subnet: &Subnet) -> Option<&'n RouteTable> {
        self.explicit_tables.get(&subnet.id).or_else(|| self.main_tables.get(&subnet.vpc)).copied()
    }

    /// The route table that steers what enters by a gateway (RT-19), if there is one.
    pub(crate) fn edge_table(&self, gateway: &str) -> Option<&'n RouteTable> {
        self.edge_tables.get(gateway).copied()
    }

    /// The network ACL of a subnet (NA-1); `None` where the snapshot lacks it.
    pub(crate) fn acl_of(&self, subnet: &Subnet) -> Option<&'n NetworkAcl> {
        self.explicit_acls.get(&subnet.id).or_else(|| self.default_acls.get(&subnet.vpc)).copied()
    }

    /// The routes of a table, best first.
    pub(crate) fn routes_of(&self, table: &RouteTableId) -> &[RankedRoute<'n>] {
        self.routes.get(table).map_or(&[], Vec::as_slice)
    }

    /// The routes of a transit gateway's table, best first.
    pub(crate) fn transit_routes_of(&self, table: &TransitGatewayRouteTableId) -> &[RankedRoutes<'n>] {
        self.transit_routes.get(table).map_or(&[], Vec::as_slice)
    }

    /// The attachments of a transit gateway to a VPC, the one in force first.
    pub(crate) fn transit_attachments(
        &self,
        gateway: &'n TransitGatewayId,
        vpc: &'n VpcId,
    ) -> &[&'n TransitGatewayAttachment] {
        self.transit_attachments.get(&(gateway, vpc)).map_or(&[], Vec::as_slice)
    }

    /// Everyone who has an address of a VPC between two places, both included, ascending.
    pub(crate) fn holders_between(
        &self,
        vpc: &'n VpcId,
        first: u128,
        last: u128,
    ) -> impl Iterator<Item = (u128, Holder<'n>)> {
        self.holders.range((vpc, first)..=(vpc, last)).map(|((_, place), holder)| (*place, *holder))
    }

    /// Who has an address of a VPC.
    pub(crate) fn holder(&self, vpc: &'n VpcId, address: IpAddr) -> Option<Holder<'n>> {
        self.holders.get(&(vpc, position(address))).copied()
    }

    /// Everyone who has a public address of the snapshot between two places, ascending.
    pub(crate) fn public_holders_between(
        &self,
        first: u128,
        last: u128,
    ) -> impl Iterator<Item = (u128, PublicHolder<'n>)> {
        self.public_holders.range(first..=last).map(|(place, holder)| (*place, *holder))
    }

    /// Every public address of the snapshot.
    pub(crate) fn held_publicly(&self) -> &AddressSet {
        &self.held_publicly
    }

    /// The addresses that a reference to a group stands for (SG-9), in a rule of this direction in this VPC (SG-12).
    pub(crate) fn members(
        &self,
        group: &SecurityGroupId,
        vpc: &VpcId,
        direction: Direction,
    ) -> Option<Cow<'_, AddressSet>> {
        let vpcs = self.members.get(group)?.iter();
        let in_reach = vpcs.filter(|(member, _)| **member == vpc || self.is_in_reach(member, vpc, direction));
        in_reach.map(|(_, members)| Cow::Borrowed(members)).reduce(|all, members| Cow::Owned(all.union(&members)))
    }

    /// The addresses of everyone who carries a group, wherever.
    pub(crate) fn members_anywhere(&self, group: &SecurityGroupId) -> AddressSet {
        let vpcs = self.members.get(group).into_iter().flat_map(BTreeMap::values);
        vpcs.fold(AddressSet::empty(), |all, members| all.union(members))
    }

    /// The addresses of which it is not stated whether a reference to a group covers them (SG-16).
    pub(crate) fn secondary(&self) -> &AddressSet {
        &self.secondary
    }

    /// Whether rules in a VPC may name groups of another (SG-12).
    fn is_in_reach(&self, other: &VpcId, vpc: &VpcId, direction: Direction) -> bool {
        self.peers_of(vpc).any(|side| side.vpc.as_ref() == Some(other))
            || self.referenced_from(vpc, direction).any(|referenced| referenced == other)
    }

    /// The VPCs behind a transit gateway whose groups rules of this direction may name: inbound ones only.
    fn referenced_from(&self, vpc: &VpcId, direction: Direction) -> impl Iterator<Item = &'n VpcId> {
        let inbound = self.referenced.get(vpc).filter(|_| direction == Direction::Inbound);
        inbound.into_iter().flatten().copied()
    }

    /// The far sides of a VPC's peering connections that are in force within its region.
    fn peers_of(&self, vpc: &VpcId) -> impl Iterator<Item = &'n PeeringSide> {
        self.peers.get(vpc).into_iter().flatten().copied()
    }

    /// The ranges of a side of a peering connection: as the VPC has them, else as the connection prints them.
    pub(crate) fn ranges_of_side(&self, side: &PeeringSide) -> AddressSet {
        match side.vpc.as_ref().and_then(|id| self.network.vpcs.get(id)) {
            Some(vpc) => ranges_of_vpc(vpc),
            None => AddressSet::from_cidrs(&side.cidr_blocks),
        }
    }

    /// The addresses whose interfaces may exist though the snapshot does not list them, and may carry a group that a rule
    /// of this direction in this VPC names; none where it lists every interface.
    pub(crate) fn unlisted(&self, vpc: &VpcId, direction: Direction) -> AddressSet {
        let own = self.unlisted_in(vpc);
        let own = self.referenced_from(vpc, direction).fold(own, |all, other| all.union(&self.unlisted_in(other)));
        self.peers_of(vpc).fold(own, |all, side| match &side.vpc {
            Some(id) if self.network.vpcs.contains_key(id) => all.union(&self.unlisted_in(id)),
            _ => all.union(&AddressSet::from_cidrs(&side.cidr_blocks)),
        })
    }

    fn unlisted_in(&self, vpc: &VpcId) -> AddressSet {
        let Some(vpc) = self.network.vpcs.get(vpc).filter(|vpc| vpc.interface_listing == InterfaceListing::Partial)
        else {
            return AddressSet::empty();
        };
        let holders = self.holders.range((&vpc.id, 0)..=(&vpc.id, u128::MAX));
        let is_there = |holder: &Holder<'_>| !matches!(holder, Holder::NatGateway(nat) if is_gone(nat));
        let known = holders.filter(|(_, holder)| is_there(holder)).map(|((_, place), _)| (*place, *place));
        ranges_of_vpc(vpc).minus(&AddressSet::from_ranges(known.collect()))
    }

    /// The addresses that are not known yet, and decide.
    pub(crate) fn open(&self) -> &OpenAddresses {
        &self.open
    }

    /// The internet gateway attached to a VPC; there is one at most (IG-6).
    pub(crate) fn internet_gateway_of(&self, vpc: &VpcId) -> Option<&'n InternetGatewayId> {
        self.attached_internet_gateways.get(vpc).copied()
    }

    /// The NAT gateway that an interface is of.
    pub(crate) fn nat_gateway_of(&self, interface: &NetworkInterfaceId) -> Option<&'n NatGateway> {
        self.nat_gateways_by_interface.get(interface).copied()
    }

    /// The endpoint that an interface is of.
    pub(crate) fn vpc_endpoint_of(&self, interface: &NetworkInterfaceId) -> Option<&'n VpcEndpoint> {
        self.vpc_endpoints_by_interface.get(interface).copied()
    }

    /// The firewall whose endpoint this is.
    pub(crate) fn firewall_of(&self, endpoint: &VpcEndpointId) -> Option<&'n NetworkFirewall> {
        self.firewalls_by_endpoint.get(endpoint).copied()
    }

    /// The load balancer that an interface is a node of.
    pub(crate) fn load_balancer_of(&self, interface: &NetworkInterfaceId) -> Option<&'n LoadBalancer> {
        self.load_balancers_by_interface.get(interface).copied()
    }

    /// Whether a prefix list is one of AWS's for a service, by its name or by an endpoint's route.
    pub(crate) fn is_service_list(&self, list: &PrefixListId) -> bool {
        self.service_lists.contains(list)
    }

    /// The ranges of a prefix list; `None` where the snapshot lacks them.
    pub(crate) fn entries(&self, list: &PrefixListId) -> Option<&AddressSet> {
        self.entries.get(list)
    }

    /// The public address that an internet gateway maps a private one to (IG-1, IG-3).
    pub(crate) fn public_address(&self, vpc: &'n VpcId, private: Ipv4Addr) -> Option<Ipv4Addr> {
        match self.holder(vpc, private.into())? {
            Holder::Interface(interface) => {
                interface.addresses.iter().find(|address| address.private == private)?.public
            }
            Holder::NatGateway(nat) => nat.addresses.iter().find(|address| address.private == Some(private))?.public,
        }
    }
}

/// Whether a NAT gateway is listed, but is no more, or never was (AP-7, NG-2).
fn is_gone(nat: &NatGateway) -> bool {
    matches!(nat.state, NatGatewayState::Deleted | NatGatewayState::Failed(_))
}

/// The secondary and IPv6 addresses of interfaces that carry groups, but for those that are another's primary one.
fn secondary(network: &Network) -> AddressSet {
    let carrying = || network.network_interfaces.values().filter(|interface| !interface.security_groups.is_empty());
    let v4 = carrying().flat_map(|interface| interface.addresses.iter().skip(1)).map(|own| IpAddr::V4(own.private));
    let v6 = carrying().flat_map(|interface| &interface.ipv6_addresses).map(|own| IpAddr::V6(*own));
    let single = v4.chain(v6).map(|address| (position(address), position(address)));
    let prefixes = carrying().flat_map(|interface| &interface.ipv4_prefixes).map(|prefix| bounds(&IpNet::V4(*prefix)));
    let primary = network.network_interfaces.values().filter_map(|interface| interface.addresses.first());
    let primary = primary.map(|own| position(IpAddr::V4(own.private))).map(|place| (place, place));
    AddressSet::from_ranges(single.chain(prefixes).collect()).minus(&AddressSet::from_ranges(primary.collect()))
}

/// The firewalls that endpoints are of.
fn firewalls_by_endpoint(network: &Network) -> BTreeMap<&VpcEndpointId, &NetworkFirewall> {
    let all = network.network_firewalls.values();
    all.flat_map(|firewall| firewall.endpoints.iter().map(move |id| (id, firewall))).collect()
}

/// The load balancers that interfaces are nodes of.
fn load_balancers_by_interface(network: &Network) -> BTreeMap<&NetworkInterfaceId, &LoadBalancer> {
    let all = network.load_balancers.values();
    all.flat_map(|load_balancer| load_balancer.interfaces.iter().map(move |id| (id, load_balancer))).collect()
}

/// The endpoints that interfaces are of.
fn vpc_endpoints_by_interface(network: &Network) -> BTreeMap<&NetworkInterfaceId, &VpcEndpoint> {
    let endpoints = network.vpc_endpoints.values();
    endpoints.flat_map(|endpoint| endpoint.interfaces().iter().map(move |id| (id, endpoint))).collect()
}

/// The ranges of every prefix list that has them in the snapshot.
fn entries(network: &Network) -> BTreeMap<&PrefixListId, AddressSet> {
    let known = network.prefix_lists.values().filter_map(|list| match &list.entries {
        PrefixListEntries::Known(cidrs) => Some((&list.id, AddressSet::from_cidrs(cidrs))),
        PrefixListEntries::Unknown => None,
    });
    known.collect()
}

/// The prefix lists that AWS keeps for its services: so named, or the destination of a route to a gateway endpoint.
fn service_lists(network: &Network) -> BTreeSet<&PrefixListId> {
    let named = network.prefix_lists.values().filter(|list| {
        list.name
            .as_deref()
            .is_some_and(|name| name.starts_with("com.amazonaws.") || name.starts_with("cn.com.amazonaws."))
    });
    let is_gateway_endpoint = |target: &RouteTarget| match target {
        RouteTarget::VpcEndpoint(id) => network
            .vpc_endpoints
            .get(id)
            .is_some_and(|endpoint| matches!(endpoint.kind, VpcEndpointKind::Gateway { .. })),
        _ => false,
    };
    let routed =
        network.route_tables.values().flat_map(|table| &table.routes).filter_map(|route| match &route.destination {
            RouteDestination::PrefixList(list) if is_gateway_endpoint(&route.target) => Some(list),
            _ => None,
        });
    named.map(|list| &list.id).chain(routed).collect()
}

/// The route table in force for a subnet, and how it comes by it, by searching (RT-1, RT-2).
pub(crate) fn table_of_subnet<'n>(network: &'n Network, subnet: &Subnet) -> Option<(&'n RouteTable, TableAssociation)> {
    let tables = || network.route_tables.values();
    let explicit = tables().find(|table| table.subnets.contains(&subnet.id));
    explicit.map(|table| (table, TableAssociation::Explicit)).or_else(|| {
        let main = tables().find(|table| table.is_main && table.vpc == subnet.vpc);
        main.map(|table| (table, TableAssociation::Main))
    })
}

/// A VPC's ranges of both families.
pub(crate) fn ranges_of_vpc(vpc: &deguchi_model::Vpc) -> AddressSet {
    let v4 = vpc.cidr_blocks.iter().copied().map(IpNet::V4);
    let cidrs: Vec<IpNet> = v4.chain(vpc.ipv6_cidr_blocks.iter().copied().map(IpNet::V6)).collect();
    AddressSet::from_cidrs(&cidrs)
}

/// Whether both VPCs of a peering connection are in one region, as far as it says.
pub(crate) fn is_same_region(one: &PeeringSide, other: &PeeringSide) -> bool {
    one.region.is_none() || other.region.is_none() || one.region == other.region
}

/// The far sides of the peering connections that are in force within a region, by VPC.
fn peers(network: &Network) -> BTreeMap<&VpcId, Vec<&PeeringSide>> {
    let mut peers: BTreeMap<&VpcId, Vec<&PeeringSide>> = BTreeMap::new();
    for connection in network.peering_connections.values().filter(|it| it.status == PeeringStatus::Active) {
        let (one, other) = (&connection.requester, &connection.accepter);
        if is_same_region(one, other) {
            for (own, far) in [(one, other), (other, one)] {
                if let Some(vpc) = &own.vpc {
                    peers.entry(vpc).or_default().push(far);
                }
            }
        }
    }
    peers
}
