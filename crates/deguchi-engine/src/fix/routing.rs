//! Changes to route tables that send packets where they have to go.

use alloc::{vec, vec::Vec};

use deguchi_model::{
    IpNet, Network, PeeringSide, PeeringStatus, Route, RouteDestination, RouteOrigin, RouteState, RouteTable,
    RouteTableId, RouteTarget, Subnet, SubnetId, VpcEndpointKind, VpcId,
};

use super::{
    exit::{Exit, first_lookup, internet_gateway},
    filter::{every_address_like, prefixes},
    proposal::Proposal,
};
use crate::{
    AddressSet, Query,
    answer::{Answer, Decision, Place},
    change::{Change, free_id},
    index::table_of_subnet,
    query::DestinationBasis,
    reason::{Code, Evidence, Heading, Reason, Resource},
};

/// Where packets have to be sent, from which table.
pub(super) struct Detour<'a> {
    /// The subnet whose table it is; `None` for a gateway's own.
    pub(super) subnet: Option<&'a SubnetId>,
    pub(super) table: &'a RouteTableId,
    /// The routes that take the packets now; none where there is no route.
    pub(super) winners: Vec<&'a Route>,
    /// The prefixes that the new route is for.
    pub(super) needed: Vec<IpNet>,
    pub(super) target: RouteTarget,
}

/// Returns every way to send the packets there: a route added, replaced or taken away; another table for the subnet;
/// a table of its own.
pub(super) fn detours(network: &Network, detour: &Detour<'_>) -> Vec<Proposal> {
    if let RouteTarget::VpcEndpoint(endpoint) = &detour.target {
        return associate_endpoint(network, endpoint, detour.table);
    }
    let mut proposals: Vec<Proposal> =
        in_table(network, detour, detour.table).into_iter().map(|changes| Proposal { changes }).collect();
    let Some(subnet) = detour.subnet.and_then(|id| network.subnets.get(id)) else { return proposals };
    let serves_others = network.subnets.values().any(|other| {
        other.id != subnet.id && table_of_subnet(network, other).is_some_and(|(table, _)| table.id == *detour.table)
    });
    proposals.extend(other_tables(network, detour, subnet));
    if serves_others {
        let own = RouteTableId::new(&free_id("rtb", |id| network.route_tables.contains_key(id)));
        let create = Change::CreateRouteTable { route_table: own.clone(), like: detour.table.clone() };
        let associate = Change::AssociateRouteTable { subnet: subnet.id.clone(), route_table: own.clone() };
        for changes in in_table(network, detour, &own) {
            let changes = [create.clone()].into_iter().chain(changes).chain([associate.clone()]).collect();
            proposals.push(Proposal { changes });
        }
    }
    proposals
}

/// Changes to one table, each list a way of its own.
fn in_table(network: &Network, detour: &Detour<'_>, table: &RouteTableId) -> Vec<Vec<Change>> {
    // A gateway endpoint's routes are made and taken away with its association only (GE-1).
    let is_endpoints_own = |route: &Route| match &route.target {
        RouteTarget::VpcEndpoint(id) => {
            let kind = network.vpc_endpoints.get(id).map(|endpoint| &endpoint.kind);
            matches!(kind, Some(VpcEndpointKind::Gateway { .. }))
        }
        _ => false,
    };
    let is_ours = |route: &&&Route| {
        route.origin == RouteOrigin::Static && route.target != RouteTarget::Local && !is_endpoints_own(route)
    };
    let winners: Vec<&Route> = detour.winners.iter().filter(is_ours).copied().collect();
    // A destination stands in a table once among its static routes: what is there already leads elsewhere, or
    // is beaten by a route that has to go.
    let present = network.route_tables.get(detour.table).map(|own| own.routes.as_slice()).unwrap_or_default();
    let put = |cidr: &IpNet| {
        let destination = RouteDestination::Cidr(*cidr);
        let target = detour.target.clone();
        let own = present.iter().find(|route| route.origin == RouteOrigin::Static && route.destination == destination);
        match own {
            None => Some(Change::AddRoute { route_table: table.clone(), destination: *cidr, target }),
            Some(route) if route.target == target => None,
            Some(_) => Some(Change::ReplaceRoute { route_table: table.clone(), destination, target }),
        }
    };
    let mut ways = vec![detour.needed.iter().filter_map(put).collect::<Vec<_>>()];
    if !winners.is_empty() {
        let replace = |route: &&Route| Change::ReplaceRoute {
            route_table: table.clone(),
            destination: route.destination.clone(),
            target: detour.target.clone(),
        };
        ways.push(winners.iter().map(replace).collect());
        let delete =
            |route: &&Route| Change::DeleteRoute { route_table: table.clone(), destination: route.destination.clone() };
        // Without its default route a table has nothing less specific to fall back on.
        let has_fallback = winners.iter().all(|route| match &route.destination {
            RouteDestination::Cidr(cidr) => cidr.prefix_len() > 0,
            RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => true,
        });
        if has_fallback {
            ways.push(winners.iter().map(delete).collect());
        }
    }
    ways.retain(|way| !way.is_empty());
    ways.dedup();
    ways
}

/// Tables of the VPC that send the packets there already.
fn other_tables(network: &Network, detour: &Detour<'_>, subnet: &Subnet) -> Vec<Proposal> {
    let needed = AddressSet::from_cidrs(&detour.needed);
    let leads_there = |table: &&RouteTable| {
        let routes = table.routes.iter().filter(|route| route.target == detour.target);
        let alive = routes.filter(|route| route.state == RouteState::Active);
        let cidrs: Vec<IpNet> = alive
            .filter_map(|route| match &route.destination {
                RouteDestination::Cidr(cidr) => Some(*cidr),
                RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => None,
            })
            .collect();
        table.gateways.is_empty() && needed.minus(&AddressSet::from_cidrs(&cidrs)).is_empty()
    };
    let tables = network.route_tables.values().filter(|table| table.vpc == subnet.vpc && table.id != *detour.table);
    tables
        .filter(leads_there)
        .map(|table| Proposal {
            changes: vec![Change::AssociateRouteTable { subnet: subnet.id.clone(), route_table: table.id.clone() }],
        })
        .collect()
}

fn associate_endpoint(network: &Network, id: &deguchi_model::VpcEndpointId, table: &RouteTableId) -> Vec<Proposal> {
    let Some(endpoint) = network.vpc_endpoints.get(id) else { return Vec::new() };
    let is_of_service = |list: &&deguchi_model::PrefixList| list.name.as_ref() == Some(&endpoint.service_name);
    let Some(list) = network.prefix_lists.values().find(is_of_service) else { return Vec::new() };
    let associate =
        Change::AssociateEndpoint { endpoint: id.clone(), prefix_list: list.id.clone(), route_table: table.clone() };
    vec![Proposal { changes: vec![associate] }]
}

/// The prefixes that a route for these destinations is for. Addresses that are known exactly get a route of their own;
/// the ranges of a service, and the internet, change, so that a default route is what they need.
pub(super) fn needed_prefixes(query: &Query, destinations: &AddressSet) -> Vec<IpNet> {
    let is_exact = query.destination.basis == DestinationBasis::Exact && query.destination.within.is_empty();
    let exact = prefixes(destinations);
    if is_exact {
        return exact;
    }
    let mut families: Vec<IpNet> = exact.iter().map(every_address_like).collect();
    families.dedup();
    families
}

/// Routes for a place on the way, other than the client's own table towards an exit: a NAT's subnet that has to lead to an
/// internet gateway, a reply's way back, a network on the other side of a peering connection or a VPN.
pub(super) fn repair(network: &Network, query: &Query, answer: &Answer, reason: &Reason) -> Vec<Proposal> {
    let Resource::RouteTable(id) = &reason.resource else { return Vec::new() };
    let Some(table) = network.route_tables.get(id) else { return Vec::new() };
    let winner = match &reason.evidence {
        Evidence::Route(route) => Some(route),
        _ => None,
    };
    let destinations = looked_up(answer, reason);
    if destinations.is_empty() {
        return Vec::new();
    }
    let needed = match reason.heading {
        Heading::Forward => needed_prefixes(query, &destinations),
        Heading::Return => prefixes(&destinations),
    };
    let mut proposals = revive(network, table, reason);
    for (first, target) in targets(network, &table.vpc, &destinations, answer, reason) {
        let detour = Detour {
            subnet: reason.subnet.as_ref(),
            table: id,
            winners: winner.into_iter().collect(),
            needed: needed.clone(),
            target,
        };
        let with_first =
            |proposal: Proposal| Proposal { changes: first.iter().cloned().chain(proposal.changes).collect() };
        proposals.extend(detours(network, &detour).into_iter().map(with_first));
    }
    proposals
}

/// Routes for private addresses of other networks that the client's table sends to an exit: what is not of this VPC and not
/// of the internet is behind a peering connection, a VPN or a transit gateway, however many filters on the way to the exit are
/// opened.
pub(super) fn inward(network: &Network, query: &Query, answer: &Answer) -> Vec<Proposal> {
    let destinations = &query.destination.addresses;
    let public = AddressSet::public_ipv4().union(&AddressSet::public_ipv6());
    if destinations.is_empty() || !destinations.intersection(&public).is_empty() {
        return Vec::new();
    }
    let Some(lookup) = first_lookup(answer) else { return Vec::new() };
    let leads_out = |route: &&Route| match &route.destination {
        RouteDestination::Cidr(cidr) => !AddressSet::from_cidrs([cidr]).intersection(&public).is_empty(),
        RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => false,
    };
    let winners: Vec<&Route> = lookup.winners.iter().flatten().filter(leads_out).collect();
    let Some(table) = network.route_tables.get(&lookup.table).filter(|_| !winners.is_empty()) else {
        return Vec::new();
    };
    let is_used = |target: &RouteTarget| winners.iter().any(|route| route.target == *target);
    let targets = inside_targets(network, &table.vpc, destinations).filter(|target| !is_used(target));
    let mut proposals = Vec::new();
    for target in targets {
        let detour = Detour {
            subnet: Some(&lookup.subnet),
            table: &lookup.table,
            winners: Vec::new(),
            needed: needed_prefixes(query, destinations),
            target,
        };
        proposals.extend(detours(network, &detour));
    }
    proposals
}

/// A blackhole whose target is there, only not attached or not running, works again once that is mended.
fn revive(network: &Network, table: &RouteTable, reason: &Reason) -> Vec<Proposal> {
    let (Code::BadStateRoute, Evidence::Route(route)) = (reason.code, &reason.evidence) else { return Vec::new() };
    let change = match &route.target {
        RouteTarget::InternetGateway(id) => attach(network, id, &table.vpc),
        RouteTarget::Instance(id) => {
            network.instances.contains_key(id).then(|| Change::StartInstance { instance: id.clone() })
        }
        RouteTarget::NetworkInterface(id) => {
            let interface = network.network_interfaces.get(id);
            let instance = interface.and_then(|interface| interface.attachment.as_ref()?.instance.clone());
            instance.map(|instance| Change::StartInstance { instance })
        }
        _ => None,
    };
    change.into_iter().map(|change| Proposal { changes: vec![change] }).collect()
}

/// Attaches a gateway that is attached nowhere to a VPC that has none.
pub(super) fn attach(network: &Network, id: &deguchi_model::InternetGatewayId, vpc: &VpcId) -> Option<Change> {
    let gateway = network.internet_gateways.get(id)?;
    let is_free = gateway.attachments.is_empty();
    let has_other = network.internet_gateways.values().any(|other| other.attachment_to(vpc).is_some());
    (is_free && !has_other).then(|| Change::AttachInternetGateway { internet_gateway: id.clone(), vpc: vpc.clone() })
}

/// The destinations that a table was asked for where a reason arose.
fn looked_up(answer: &Answer, reason: &Reason) -> AddressSet {
    let is_there = |hop: &&crate::Hop| {
        let is_table = match &hop.place {
            Place::RouteTable { table: Some(table), subnet } => {
                reason.resource == Resource::RouteTable(table.clone()) && *subnet == reason.subnet
            }
            _ => false,
        };
        let is_decision = match (&hop.decision, &reason.evidence) {
            (Decision::NoRoute, Evidence::NoRoute) => true,
            (Decision::Routed(Some(route)), Evidence::Route(winner)) => route == winner,
            _ => false,
        };
        is_table && is_decision && (hop.heading, hop.leg) == (reason.heading, reason.leg)
    };
    let hops = answer.ways.iter().flat_map(|way| &way.hops).filter(is_there);
    AddressSet::from_ranges(hops.flat_map(|hop| hop.header.destination.ranges().to_vec()).collect())
}

/// What a route of a VPC can name for these destinations, each with what has to come first.
fn targets(
    network: &Network,
    vpc: &VpcId,
    destinations: &AddressSet,
    answer: &Answer,
    reason: &Reason,
) -> Vec<(Vec<Change>, RouteTarget)> {
    let mut targets = Vec::new();
    let public = AddressSet::public_ipv4().union(&AddressSet::public_ipv6());
    if destinations.minus(&public).is_empty() {
        targets.extend(to_internet_gateway(network, vpc));
    }
    if reason.heading == Heading::Return {
        targets.extend(ways_in(answer).map(|target| (Vec::new(), target)));
    }
    targets.extend(inside_targets(network, vpc, destinations).map(|target| (Vec::new(), target)));
    targets.sort_by_key(|(first, _)| first.len());
    let mut seen = Vec::new();
    targets.retain(|(_, target)| {
        !seen.contains(target) && {
            seen.push(target.clone());
            true
        }
    });
    targets
}

/// What a route of a VPC can name for destinations in other networks that it is connected with.
fn inside_targets<'n>(
    network: &'n Network,
    vpc: &'n VpcId,
    destinations: &AddressSet,
) -> impl Iterator<Item = RouteTarget> + 'n {
    let peerings = network.peering_connections.values().filter(|peering| {
        let sides = [&peering.requester, &peering.accepter];
        let is_own = |side: &&&PeeringSide| side.vpc.as_ref() == Some(vpc);
        let cidrs: Vec<IpNet> =
            sides.iter().filter(|side| !is_own(side)).flat_map(|side| ranges_of(network, side)).collect();
        let has_own = sides.iter().any(|side| is_own(&side));
        has_own
            && peering.status == PeeringStatus::Active
            && destinations.minus(&AddressSet::from_cidrs(&cidrs)).is_empty()
    });
    let mut targets: Vec<RouteTarget> =
        peerings.map(|peering| RouteTarget::PeeringConnection(peering.id.clone())).collect();
    let public = AddressSet::public_ipv4().union(&AddressSet::public_ipv6());
    if destinations.intersection(&public).is_empty() {
        let gateways = network.vpn_gateways.values().filter(|gateway| gateway.attachment_to(vpc).is_some());
        targets.extend(gateways.map(|gateway| RouteTarget::VpnGateway(gateway.id.clone())));
        let tables = network.route_tables.values().filter(|table| table.vpc == *vpc);
        let used = tables.flat_map(|table| &table.routes).map(|route| &route.target);
        targets.extend(used.filter(|target| matches!(target, RouteTarget::TransitGateway(_))).cloned());
    }
    targets.into_iter()
}

/// The ranges on one side of a peering connection: as it prints them, and as the VPC itself does.
fn ranges_of(network: &Network, side: &PeeringSide) -> Vec<IpNet> {
    let vpc = side.vpc.as_ref().and_then(|id| network.vpcs.get(id));
    let own = vpc.into_iter().flat_map(|vpc| &vpc.cidr_blocks).copied().map(IpNet::V4);
    side.cidr_blocks.iter().copied().chain(own).collect()
}

/// The internet gateway of a VPC; else one that is attached nowhere; else a new one.
pub(super) fn to_internet_gateway(network: &Network, vpc: &VpcId) -> Option<(Vec<Change>, RouteTarget)> {
    if let Some(Exit::InternetGateway(id)) = internet_gateway(network, vpc) {
        return Some((Vec::new(), RouteTarget::InternetGateway(id)));
    }
    let spare = network.internet_gateways.values().find(|gateway| gateway.attachments.is_empty());
    if let Some(gateway) = spare {
        let attach = Change::AttachInternetGateway { internet_gateway: gateway.id.clone(), vpc: vpc.clone() };
        return Some((vec![attach], RouteTarget::InternetGateway(gateway.id.clone())));
    }
    let new = free_id("igw", |id| network.internet_gateways.contains_key(id));
    let id = deguchi_model::InternetGatewayId::new(&new);
    let create = Change::CreateInternetGateway { internet_gateway: id.clone() };
    let attach = Change::AttachInternetGateway { internet_gateway: id.clone(), vpc: vpc.clone() };
    Some((vec![create, attach], RouteTarget::InternetGateway(id)))
}

/// The gateways that requests came in by, last first: where their replies have to go.
fn ways_in(answer: &Answer) -> impl Iterator<Item = RouteTarget> {
    let forward = answer.ways.iter().flat_map(|way| &way.hops).filter(|hop| hop.heading == Heading::Forward).rev();
    forward.filter_map(|hop| match &hop.place {
        Place::InternetGateway { internet_gateway, .. } => Some(RouteTarget::InternetGateway(internet_gateway.clone())),
        Place::VpnGateway(id) => Some(RouteTarget::VpnGateway(id.clone())),
        _ => None,
    })
}
