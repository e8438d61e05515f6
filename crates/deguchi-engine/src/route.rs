//! Which route of a table takes a packet (RT-5 to RT-16).

use alloc::vec::Vec;

use deguchi_model::{
    IpNet, Network, PrefixListEntries, PrefixListId, Route, RouteDestination, RouteOrigin, RouteTable, RouteTarget,
};

use crate::{
    AddressSet,
    address_set::bounds,
    header::Term,
    packet_set::{PacketSet, Space},
};

/// Returns the destinations that a route is for; none where they are not known.
pub(crate) fn ranges(network: &Network, route: &Route) -> AddressSet {
    match &route.destination {
        RouteDestination::Cidr(cidr) => AddressSet::from_cidrs([cidr]),
        RouteDestination::PrefixList(list) => match network.prefix_lists.get(list).map(|list| &list.entries) {
            Some(PrefixListEntries::Known(cidrs)) => AddressSet::from_cidrs(cidrs),
            Some(PrefixListEntries::Unknown) | None => AddressSet::empty(),
        },
        RouteDestination::Unmodelled(_) => AddressSet::empty(),
    }
}

/// Returns the destinations that longer prefixes of a table take away from a route.
pub(crate) fn longer_than(ranked: &[RankedRoute<'_>], route: &Route) -> AddressSet {
    let RouteDestination::Cidr(cidr) = &route.destination else { return AddressSet::empty() };
    let longer = ranked.iter().filter_map(|ranked| match ranked.reach {
        Reach::Prefix(prefix) if prefix.prefix_len() > cidr.prefix_len() => Some(bounds(&prefix)),
        Reach::Prefix(_) | Reach::UnknownList(_) | Reach::Unreadable => None,
    });
    AddressSet::from_ranges(longer.collect())
}

/// Static before prefix list before propagated, for equal prefixes (RT-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RouteClass {
    Static,
    PrefixList,
    Propagated,
}

/// A route for one prefix, in its place in the order of preference.
#[derive(Debug)]
pub(crate) struct RankedRoute<'n> {
    reach: Reach<'n>,
    class: RouteClass,
    route: &'n Route,
}

impl<'n> RankedRoute<'n> {
    /// The route as the table has it.
    pub(crate) fn route(&self) -> &'n Route {
        self.route
    }
}

/// Which destinations a ranked route is for.
#[derive(Debug, PartialEq, Eq)]
enum Reach<'n> {
    /// One prefix.
    Prefix(IpNet),
    /// A prefix list whose ranges the snapshot lacks.
    UnknownList(&'n PrefixListId),
    /// A destination that cannot be read.
    Unreadable,
}

impl Reach<'_> {
    /// Longer wins. A list whose ranges are not known is taken to be longer than a default route and shorter than
    /// everything else: AWS's lists have no default route in them.
    fn length(&self) -> u8 {
        match self {
            Self::Prefix(cidr) => cidr.prefix_len(),
            Self::UnknownList(_) | Self::Unreadable => 1,
        }
    }
}

/// What a table does with a part of the packets.
pub(crate) enum Choice<'n> {
    /// This route takes them.
    Route(&'n Route),
    /// Several do, of which AWS picks one (RT-8).
    Tied(Vec<&'n Route>),
    /// None does.
    None,
}

impl Choice<'_> {
    /// Whether both are one route of the table.
    fn is_same_route(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Route(a), Self::Route(b)) => core::ptr::eq(*a, *b),
            _ => false,
        }
    }
}

/// What a lookup found beside the choices.
#[derive(Default)]
pub(crate) struct LookupNotes<'n> {
    /// Routes that may take packets away; the lookup passed them over.
    pub(crate) uncertain: Vec<(&'n Route, Option<&'n PrefixListId>, PacketSet)>,
}

/// Sorts a table's routes by preference: prefix-list routes one per entry (RT-7), longest prefix first, then by class.
pub(crate) fn rank<'n>(network: &'n Network, table: &'n RouteTable) -> Vec<RankedRoute<'n>> {
    let mut ranked = Vec::with_capacity(table.routes.len());
    for route in &table.routes {
        let class = match (&route.origin, &route.destination) {
            (RouteOrigin::Propagated | RouteOrigin::Unmodelled(_), _) => RouteClass::Propagated,
            (RouteOrigin::Static, RouteDestination::PrefixList(_)) => RouteClass::PrefixList,
            (RouteOrigin::Static, _) => RouteClass::Static,
        };
        match &route.destination {
            RouteDestination::Cidr(cidr) => {
                ranked.push(RankedRoute { reach: Reach::Prefix(cidr.trunc()), class, route })
            }
            RouteDestination::PrefixList(list) => match network.prefix_lists.get(list).map(|list| &list.entries) {
                Some(PrefixListEntries::Known(cidrs)) => ranked.extend(cidrs.iter().map(|cidr| RankedRoute {
                    reach: Reach::Prefix(cidr.trunc()),
                    class,
                    route,
                })),
                Some(PrefixListEntries::Unknown) | None => {
                    ranked.push(RankedRoute { reach: Reach::UnknownList(list), class, route });
                }
            },
            RouteDestination::Unmodelled(_) => ranked.push(RankedRoute { reach: Reach::Unreadable, class, route }),
        }
    }
    ranked.sort_by(|a, b| {
        let key = |ranked: &RankedRoute<'n>| (core::cmp::Reverse(ranked.reach.length()), ranked.class);
        key(a).cmp(&key(b)).then_with(|| prefix_order(a, b)).then_with(|| a.route.cmp(b.route))
    });
    ranked
}

fn prefix_order(a: &RankedRoute<'_>, b: &RankedRoute<'_>) -> core::cmp::Ordering {
    match (&a.reach, &b.reach) {
        (Reach::Prefix(a), Reach::Prefix(b)) => a.cmp(b),
        _ => core::cmp::Ordering::Equal,
    }
}

/// Splits packets by the route that takes them. `within` names lists that hold every destination asked about.
pub(crate) fn look_up<'n>(
    space: &mut Space,
    ranked: &[RankedRoute<'n>],
    destination: Term,
    packets: PacketSet,
    within: &[PrefixListId],
) -> (Vec<(Choice<'n>, PacketSet)>, LookupNotes<'n>) {
    let mut choices: Vec<(Choice<'n>, PacketSet)> = Vec::new();
    let mut notes = LookupNotes::default();
    let mut left = packets;
    let local = local_ranges(ranked);
    for group in ranked.chunk_by(|a, b| a.reach == b.reach && a.class == b.class) {
        if left.is_empty() {
            break;
        }
        let Some(first) = group.first() else { continue };
        let hit = match first.reach {
            Reach::Prefix(cidr) => {
                let range = AddressSet::from_ranges(alloc::vec![bounds(&cidr)]);
                // RT-10: inside the VPC a propagated route loses to the local one even where it is longer.
                let range = if first.class == RouteClass::Propagated { range.minus(&local) } else { range };
                destination.within(space, range.ranges())
            }
            Reach::UnknownList(list) if within.contains(list) => PacketSet::ALL,
            Reach::UnknownList(list) => {
                notes.uncertain.extend(group.iter().map(|ranked| (ranked.route, Some(list), left)));
                continue;
            }
            Reach::Unreadable => {
                notes.uncertain.extend(group.iter().map(|ranked| (ranked.route, None, left)));
                continue;
            }
        };
        let hit = space.and(hit, left);
        if hit.is_empty() {
            continue;
        }
        left = space.minus(left, hit);
        let choice = choose(group);
        // A prefix-list route takes packets by many prefixes: they go the same way.
        let same = choices.iter_mut().find(|(known, _)| choice.is_same_route(known));
        match same {
            Some((_, packets)) => *packets = space.or(*packets, hit),
            None => choices.push((choice, hit)),
        }
    }
    if !left.is_empty() {
        choices.push((Choice::None, left));
    }
    (choices, notes)
}

/// Routes for one prefix and of one class: one target, or a tie.
fn choose<'n>(group: &[RankedRoute<'n>]) -> Choice<'n> {
    let mut routes = group.iter().map(|ranked| ranked.route);
    let Some(first) = routes.next() else { return Choice::None };
    if routes.all(|route| route.target == first.target) {
        Choice::Route(first)
    } else {
        Choice::Tied(group.iter().map(|ranked| ranked.route).collect())
    }
}

fn local_ranges(ranked: &[RankedRoute<'_>]) -> AddressSet {
    AddressSet::from_ranges(
        ranked
            .iter()
            .filter(|ranked| ranked.route.target == RouteTarget::Local)
            .filter_map(|ranked| match ranked.reach {
                Reach::Prefix(cidr) => Some(bounds(&cidr)),
                Reach::UnknownList(_) | Reach::Unreadable => None,
            })
            .collect(),
    )
}
