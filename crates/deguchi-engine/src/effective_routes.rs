//! Which destinations each route of a table really takes, once longer prefixes and preferred classes have had theirs.
//!
//! Leaves out where a route leads, and whether its target works.

use alloc::vec::Vec;

use deguchi_model::{Network, Route, RouteTable};

use crate::{
    AddressSet,
    header::Term,
    packet_set::{Field, PacketSet, Space},
    route::{Choice, look_up, ranges, rank},
};

/// What a route table does with every destination there is.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveRoutes<'n> {
    /// Every route of the table, in order of preference: longest prefix first, then by class (RT-6).
    pub routes: Vec<EffectiveRoute<'n>>,
    /// Destinations for which no route is there.
    pub unrouted: AddressSet,
}

/// One route, and what it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveRoute<'n> {
    /// The route.
    pub route: &'n Route,
    /// The destinations that it is for; `None` where the snapshot lacks the ranges of its prefix list, or the destination
    /// cannot be read.
    pub range: Option<AddressSet>,
    /// The destinations that it takes. Empty: it has no effect.
    pub takes: AddressSet,
    /// Destinations that it shares with another route, of which AWS picks one (RT-8).
    pub tied: AddressSet,
    /// The routes that take the rest of its range from it, in order of preference.
    pub loses_to: Vec<&'n Route>,
}

/// Looks every destination up at once (RT-5 to RT-10).
pub fn effective_routes<'n>(network: &'n Network, table: &'n RouteTable) -> EffectiveRoutes<'n> {
    let mut space = Space::new();
    let ranked = rank(network, table);
    let every = AddressSet::every_ipv4().union(&AddressSet::every_ipv6()).minus(&AddressSet::never_routed());
    let packets = space.ranges(Field::Destination, every.ranges());
    let (choices, notes) = look_up(&mut space, &ranked, Term::Field(Field::Destination), packets, &[]);
    let addresses = |set: PacketSet| AddressSet::from_ranges(space.values(set, Field::Destination));
    let mut outcome = EffectiveRoutes { routes: Vec::new(), unrouted: AddressSet::empty() };
    for ranked in &ranked {
        let route = ranked.route();
        if outcome.routes.iter().all(|known| !core::ptr::eq(known.route, route)) {
            let is_unknown = notes.uncertain.iter().any(|(uncertain, _, _)| core::ptr::eq(*uncertain, route));
            let range = (!is_unknown).then(|| ranges(network, route));
            let nothing = AddressSet::empty;
            outcome.routes.push(EffectiveRoute {
                route,
                range,
                takes: nothing(),
                tied: nothing(),
                loses_to: Vec::new(),
            });
        }
    }
    for (choice, packets) in &choices {
        let set = addresses(*packets);
        match choice {
            Choice::Route(route) => outcome.give(route, |own| own.takes = own.takes.union(&set)),
            Choice::Tied(routes) => {
                routes.iter().for_each(|route| outcome.give(route, |own| own.tied = own.tied.union(&set)));
            }
            Choice::None => outcome.unrouted = set,
        }
    }
    outcome.name_winners();
    outcome
}

impl<'n> EffectiveRoutes<'n> {
    /// Gives a share to every route that `look_up` takes for one: same destination, same target.
    fn give(&mut self, winner: &Route, share: impl Fn(&mut EffectiveRoute<'n>)) {
        self.routes.iter_mut().filter(|own| core::ptr::eq(own.route, winner)).for_each(share);
    }

    /// Says of each route which others take what it does not get.
    fn name_winners(&mut self) {
        let holders: Vec<(&'n Route, AddressSet)> =
            self.routes.iter().map(|own| (own.route, own.takes.union(&own.tied))).collect();
        for own in &mut self.routes {
            let Some(range) = &own.range else { continue };
            let lost = range.minus(&own.takes).minus(&own.tied);
            let takes_it = |(route, takes): &&(&'n Route, AddressSet)| {
                !core::ptr::eq(*route, own.route) && !takes.intersection(&lost).is_empty()
            };
            own.loses_to = holders.iter().filter(takes_it).map(|(route, _)| *route).collect();
        }
    }
}
