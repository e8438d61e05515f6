//! What there is to say about the routes of a subnet, before any format renders it.

use deguchi_engine::{AddressSet, EffectiveRoute, TableAssociation, classify_subnet, effective_routes};
use deguchi_model::{Network, Route, RouteOrigin, RouteState, RouteTable, Subnet};

use crate::{
    error::Error,
    question::{Found, find, machine, unknown},
    report::{Names, address_list, clean},
};

/// The routes of a subnet.
pub(super) struct Overview {
    /// The subnet; `None` where a table was asked for by its own id.
    pub(super) subnet: Option<Labelled>,
    /// The table in force; `None` where the snapshot lacks it.
    pub(super) table: Option<TableOverview>,
}

/// A resource and its name.
pub(super) struct Labelled {
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) name: Option<String>,
}

/// A table.
pub(super) struct TableOverview {
    /// Which.
    pub(super) label: Labelled,
    /// How the subnet comes by it.
    pub(super) association: Option<TableAssociation>,
    /// Its routes, in order of preference.
    pub(super) routes: Vec<RouteOverview>,
    /// Destinations that no route takes.
    pub(super) unrouted: Vec<String>,
    /// How much of IPv4 that is.
    pub(super) unrouted_ipv4: Unrouted,
    /// How much of IPv6 that is.
    pub(super) unrouted_ipv6: Unrouted,
}

/// How much of a family no route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unrouted {
    /// Nothing: a default route takes the rest.
    Nothing,
    /// What the routes of the family leave.
    Rest,
    /// Everything: there is no route of the family.
    Everything,
}

impl Unrouted {
    fn of(unrouted: &AddressSet, family: &AddressSet) -> Self {
        let without = unrouted.intersection(family);
        if without.is_empty() {
            Self::Nothing
        } else if without == family.minus(&AddressSet::never_routed()) {
            Self::Everything
        } else {
            Self::Rest
        }
    }
}

/// One route.
pub(super) struct RouteOverview {
    /// Its destination: a range or a prefix list.
    pub(super) destination: Labelled,
    /// Its target.
    pub(super) target: Labelled,
    /// Its state, as AWS prints it.
    pub(super) state: String,
    /// How it came to be.
    pub(super) origin: Origin,
    /// What it comes to.
    pub(super) effect: Effect,
    /// The destinations that it takes.
    pub(super) takes: Vec<String>,
    /// The routes that take the rest, by their destinations.
    pub(super) loses_to: Vec<String>,
}

/// How a route came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// By hand, or with the table.
    Static,
    /// From a virtual private gateway.
    Propagated,
    /// Something else.
    Other,
}

/// What a route comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It takes all that it is for.
    Whole,
    /// Others take a part.
    Part,
    /// Others take everything.
    Nothing,
    /// AWS picks between it and another (RT-8).
    Tied,
    /// The snapshot lacks what it is for.
    Unknown,
}

/// Finds a subnet (or a machine's subnet, or a table) and looks every destination up in its table.
pub(super) fn of(network: &Network, asked: &str) -> Result<Overview, Error> {
    let names = Names::new(network);
    if let Some(table) = network.route_tables.get(asked.trim()) {
        return Ok(Overview { subnet: None, table: Some(of_table(network, table, None, &names)) });
    }
    let subnet = match find(network, asked.trim())? {
        Some(Found::Subnet(subnet)) => subnet,
        _ => {
            let machine = machine(network, asked, &mut Vec::new())?;
            let subnet = network.subnets.get(&machine.interface.subnet);
            subnet.ok_or_else(|| unknown(network, machine.interface.subnet.as_str()))?
        }
    };
    Ok(of_subnet(network, subnet, &names))
}

fn of_subnet(network: &Network, subnet: &Subnet, names: &Names) -> Overview {
    let classified = classify_subnet(network, subnet);
    let table = classified.table.and_then(|(id, association)| {
        let table = network.route_tables.get(id)?;
        Some(of_table(network, table, Some(association), names))
    });
    Overview { subnet: Some(labelled(subnet.id.as_str(), names)), table }
}

fn of_table(
    network: &Network,
    table: &RouteTable,
    association: Option<TableAssociation>,
    names: &Names,
) -> TableOverview {
    let effective = effective_routes(network, table);
    TableOverview {
        label: labelled(table.id.as_str(), names),
        association,
        routes: effective.routes.iter().map(|route| of_route(route, names)).collect(),
        unrouted: address_list(&effective.unrouted),
        unrouted_ipv4: Unrouted::of(&effective.unrouted, &AddressSet::every_ipv4()),
        unrouted_ipv6: Unrouted::of(&effective.unrouted, &AddressSet::every_ipv6()),
    }
}

fn of_route(effective: &EffectiveRoute<'_>, names: &Names) -> RouteOverview {
    let Route { destination, target, state, origin } = effective.route;
    let effect = match &effective.range {
        None => Effect::Unknown,
        Some(_) if !effective.tied.is_empty() => Effect::Tied,
        Some(_) if effective.takes.is_empty() => Effect::Nothing,
        Some(range) if range.minus(&effective.takes).is_empty() => Effect::Whole,
        Some(_) => Effect::Part,
    };
    RouteOverview {
        destination: labelled(&destination.to_string(), names),
        target: labelled(&target.to_string(), names),
        state: match state {
            RouteState::Active => "active".to_owned(),
            RouteState::Blackhole => "blackhole".to_owned(),
            RouteState::Unmodelled(text) => clean(text),
        },
        origin: match origin {
            RouteOrigin::Static => Origin::Static,
            RouteOrigin::Propagated => Origin::Propagated,
            RouteOrigin::Unmodelled(_) => Origin::Other,
        },
        effect,
        takes: address_list(&effective.takes),
        loses_to: effective.loses_to.iter().map(|route| clean(&route.destination.to_string())).collect(),
    }
}

fn labelled(id: &str, names: &Names) -> Labelled {
    Labelled { id: clean(id), name: names.name(id).map(str::to_owned) }
}
