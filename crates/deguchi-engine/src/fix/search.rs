//! The search itself: best first, one exit after the other.

use alloc::{vec, vec::Vec};
use core::cmp::{Ordering, Reverse};

use deguchi_model::{Network, Route, RouteTarget, Subnet};

use super::{
    ExitReport, Fixes, MonthlyCosts, Plan, PlanKind, Start,
    exit::{Departure, Exit, FirstLookup, departure, first_lookup, internet_gateway, plausible},
    held,
    proposal::{Proposal, cures, is_on_course, steer},
    quota::over_quota,
    rights::{asked, opened},
    routing::{inward, to_internet_gateway},
};
use crate::{
    Answer, Engine, Query, Verdict,
    change::{Change, apply_all, change_in, free_address, free_id, stand_in_address},
    index::table_of_subnet,
    reason::Reason,
    subnet_kind::{SubnetKind, classify_subnet},
};

/// How many networks are looked at for one exit before it is given up.
const MOST_NETWORKS: usize = 80;

/// The most changes a plan may have: more is no cure but another network.
const MOST_CHANGES: usize = 40;

/// More filters than a way out and back has: what lets the asked packets through each of them opens nothing else.
const MOST_BOUNDARIES: f64 = 64.0;

/// How many plans are shown.
const MOST_PLANS: usize = 3;

/// How many places a new NAT gateway is tried in.
const MOST_NEW_PLACES: usize = 2;

/// Looks for plans after which every one of some queries is reachable. The queries are those that one question comes to.
pub fn search(network: &Network, queries: &[Query], costs: &MonthlyCosts) -> Fixes {
    search_with_names(network, queries, &[], costs)
}

/// Looks for plans after which every one of some queries is reachable, and the questions to name servers that come before them
/// (`names`) are too.
pub fn search_with_names(network: &Network, queries: &[Query], names: &[Query], costs: &MonthlyCosts) -> Fixes {
    let Some(first) = queries.first() else { return Fixes::default() };
    let answers = answers(network, queries);
    if answers.iter().all(|answer| answer.verdict == Verdict::Reachable) {
        // Only names are in the way: what mends them has exits of its own.
        return search_with_names(network, names, &[], costs);
    }
    let departures: Vec<Departure<'_>> = queries.iter().filter_map(|query| departure(network, query)).collect();
    let departs = departures.len() == queries.len();
    let departure = departures.first().copied().filter(|_| departs);
    let all: Vec<Query> = queries.iter().chain(names).cloned().collect();
    let search = Search { network, queries, all: &all, costs, departure, asked: asked(&all) };
    let Some(departure) = search.departure else {
        let start = Start { kind: PlanKind::Repair, exit: None, first: Vec::new() };
        let found = search.run(&start);
        return Fixes { exits: Vec::new(), plans: found.plan.into_iter().collect() };
    };
    let lookup = answers.iter().find_map(first_lookup);
    let mut exits = plausible(network, departure, first);
    // The deleted gateway that a route still names, the internet gateway that a machine without an address is led to.
    let configured = lookup.iter().flat_map(|lookup| lookup.winners.iter().flatten()).filter_map(named_exit);
    for exit in configured {
        let is_known = |known: &Exit| known.target() == exit.target();
        if !exits.iter().any(is_known) {
            exits.push(exit);
        }
    }
    search.by_exits(&exits, lookup.as_ref(), departure, first)
}

/// The exit that a route names, where one can tell it from the route alone.
fn named_exit(route: &Route) -> Option<Exit> {
    match &route.target {
        RouteTarget::NatGateway(id) => Some(Exit::NatGateway(id.clone())),
        RouteTarget::InternetGateway(id) => Some(Exit::InternetGateway(id.clone())),
        RouteTarget::EgressOnlyInternetGateway(id) => Some(Exit::EgressOnlyInternetGateway(id.clone())),
        _ => None,
    }
}

fn answers(network: &Network, queries: &[Query]) -> Vec<Answer> {
    let engine = Engine::new(network);
    queries.iter().map(|query| engine.answer(query)).collect()
}

fn is_reachable(network: &Network, queries: &[Query]) -> bool {
    answers(network, queries).iter().all(|answer| answer.verdict == Verdict::Reachable)
}

struct Search<'n> {
    network: &'n Network,
    queries: &'n [Query],
    /// The queries, and the questions to name servers behind them.
    all: &'n [Query],
    costs: &'n MonthlyCosts,
    departure: Option<Departure<'n>>,
    /// The share of all packets that the queries are about.
    asked: f64,
}

/// What was found for one start.
#[derive(Default)]
struct Found {
    plan: Option<Plan>,
    blockers: Vec<Reason>,
    needs_route: bool,
}

/// A network on the way to one in which the queries pass.
struct Node {
    changes: Vec<Change>,
    network: Network,
    opens: f64,
    blockers: Vec<Reason>,
    needs_route: bool,
}

impl<'n> Search<'n> {
    fn by_exits(&self, exits: &[Exit], lookup: Option<&FirstLookup>, departure: Departure<'n>, query: &Query) -> Fixes {
        let mut fixes = Fixes::default();
        let mut plans = Vec::new();
        for exit in exits {
            let is_configured = lookup.is_some_and(|lookup| {
                lookup.winners.iter().flatten().any(|route| exit.is_target_of(self.network, route))
            });
            let start = Start { kind: kind_of(exit), exit: Some(exit.clone()), first: Vec::new() };
            let found = self.run(&start);
            fixes.exits.push(ExitReport {
                exit: exit.clone(),
                is_configured,
                needs_route: found.needs_route,
                blockers: found.blockers,
                can_be_fixed: found.plan.is_some(),
            });
            plans.extend(found.plan);
        }
        fixes.exits.sort_by_key(|exit| Reverse(exit.is_configured));
        // A way over a transit gateway or a VPN is no exit of this VPC, and may only want mending.
        let leads_elsewhere = fixes.exits.iter().all(|exit| !exit.is_configured);
        if leads_elsewhere && lookup.is_some_and(|lookup| lookup.winners.iter().flatten().next().is_some()) {
            let start = Start { kind: PlanKind::Repair, exit: None, first: Vec::new() };
            plans.extend(self.run(&start).plan);
        }
        self.by_new_exits(&mut plans, exits, departure, query);
        fixes.plans = self.ranked(plans, &fixes.exits);
        fixes
    }

    /// Exits that do not exist yet: shown where they open less than what exists, or where nothing else helps.
    fn by_new_exits(&self, plans: &mut Vec<Plan>, exits: &[Exit], departure: Departure<'n>, query: &Query) {
        let network = self.network;
        if let Some(start) = self.new_endpoint(exits, departure, query) {
            plans.extend(self.run(&start).plan);
        }
        if !departure.is_ipv6 {
            let best = plans.iter().filter(|plan| matches!(plan.kind, PlanKind::NatGateway | PlanKind::NatInstance));
            let least = best.map(|plan| self.excess(plan)).fold(f64::INFINITY, f64::min);
            let new: Vec<Plan> = new_nat_gateways(network, departure)
                .into_iter()
                .filter_map(|start| self.run(&start).plan)
                .filter(|plan| self.excess(plan) < least)
                .collect();
            plans.extend(new);
        }
        let is_known = exits.iter().any(|exit| matches!(exit, Exit::InternetGateway(_)));
        if !is_known && plans.is_empty() {
            let start = match internet_gateway(network, &departure.interface.vpc) {
                Some(exit) => Some((Vec::new(), exit)),
                None => to_internet_gateway(network, &departure.interface.vpc).and_then(|(first, target)| {
                    let RouteTarget::InternetGateway(id) = target else { return None };
                    Some((first, Exit::InternetGateway(id)))
                }),
            };
            if let Some((first, exit)) = start {
                let start = Start { kind: PlanKind::PublicAddress, exit: Some(exit), first };
                plans.extend(self.run(&start).plan);
            }
        }
    }

    /// A gateway endpoint for the service asked for, where the VPC has none (GE-1).
    fn new_endpoint(&self, exits: &[Exit], departure: Departure<'n>, query: &Query) -> Option<Start> {
        let network = self.network;
        if departure.is_ipv6 || exits.iter().any(|exit| matches!(exit, Exit::GatewayEndpoint(_))) {
            return None;
        }
        let list = query.destination.within.iter().filter_map(|list| network.prefix_lists.get(list)).find(|list| {
            let has_endpoints = |name: &str| name.ends_with(".s3") || name.ends_with(".dynamodb");
            list.name.as_deref().is_some_and(|name| name.starts_with("com.amazonaws.") && has_endpoints(name))
        })?;
        let subnet = network.subnets.get(&departure.interface.subnet)?;
        let (table, _) = table_of_subnet(network, subnet)?;
        let id = free_id("vpce", |id| network.vpc_endpoints.contains_key(id));
        let endpoint = deguchi_model::VpcEndpointId::new(&id);
        let create = Change::CreateGatewayEndpoint {
            endpoint: endpoint.clone(),
            vpc: subnet.vpc.clone(),
            service_name: list.name.clone()?,
            prefix_list: list.id.clone(),
            route_table: table.id.clone(),
        };
        let exit = Some(Exit::GatewayEndpoint(endpoint));
        Some(Start { kind: PlanKind::GatewayEndpoint, exit, first: vec![create] })
    }

    /// Looks for changes by one exit, narrowest first.
    fn run(&self, start: &Start) -> Found {
        let mut open = vec![self.root(start)];
        let mut best = Found::default();
        // The way with the most blockers tells most of the exit, unless one was found that passes.
        let mut told = (false, 0);
        let mut passes = false;
        for _ in 0..MOST_NETWORKS {
            let Some(node) = take_best(&mut open) else { break };
            let answers = answers(&node.network, self.all);
            let mut asked = self.all.iter().zip(&answers).enumerate();
            let failing = asked.find(|(_, (_, answer))| answer.verdict != Verdict::Reachable);
            let Some((place, (query, answer))) = failing else {
                let Node { changes, blockers, needs_route, .. } = node;
                let plan = self.plan(start, changes);
                if plan.is_some() || !passes {
                    (best.blockers, best.needs_route) = (blockers, needs_route);
                }
                passes = true;
                if let Some(plan) = plan {
                    best.plan = Some(plan);
                    return best;
                }
                continue;
            };
            let is_name = place >= self.queries.len();
            let children = self.children(start, &node, (query, is_name), answer);
            let is_on_course = Self::astray(start, &node, (query, is_name), answer).is_none();
            let mut blockers = node.blockers.clone();
            // What stops a question to a name server stands in the way of no exit.
            if !is_name {
                blockers.extend(new_reasons(&blockers, answer));
            }
            if !passes && (is_on_course, blockers.len()) >= told {
                told = (is_on_course, blockers.len());
                (best.blockers, best.needs_route) = (blockers, node.needs_route);
            }
            for child in children {
                let is_new = |known: &Node| known.changes != child.changes;
                if child.changes.len() <= MOST_CHANGES && open.iter().all(is_new) {
                    open.push(child);
                }
            }
        }
        best
    }

    fn root(&self, start: &Start) -> Node {
        let network = apply_all(self.network, &start.first);
        let opens = opened(self.network, &network, &start.first);
        Node { changes: start.first.clone(), network, opens, blockers: Vec::new(), needs_route: false }
    }

    /// Whether a query has to go by the exit looked for. A name server is no service of a gateway endpoint, and most are inside:
    /// only one on the internet goes by the exit.
    fn is_for_exit(start: &Start, node: &Node, (query, is_name): (&Query, bool)) -> bool {
        let is_outside = || departure(&node.network, query).is_some();
        !is_name || (is_outside() && !matches!(start.exit, Some(Exit::GatewayEndpoint(_))))
    }

    /// The exit looked for, where the client's own table leads elsewhere.
    fn astray<'s>(
        start: &'s Start,
        node: &Node,
        asked: (&Query, bool),
        answer: &Answer,
    ) -> Option<(&'s Exit, FirstLookup)> {
        if !Self::is_for_exit(start, node, asked) {
            return None;
        }
        let (exit, lookup) = (start.exit.as_ref()?, first_lookup(answer)?);
        (!is_on_course(&node.network, &lookup, exit)).then_some((exit, lookup))
    }

    /// The networks in which the first obstacle of a failing query is cured, each in another way.
    fn children(&self, start: &Start, node: &Node, (query, is_name): (&Query, bool), answer: &Answer) -> Vec<Node> {
        let astray = Self::astray(start, node, (query, is_name), answer);
        let (proposals, blockers, needs_route): (Vec<Proposal>, _, _) = match astray {
            Some((exit, lookup)) => {
                (steer(&node.network, query, &lookup, exit), node.blockers.clone(), node.needs_route || !is_name)
            }
            None => {
                let is_for_exit = Self::is_for_exit(start, node, (query, is_name));
                let departure = self.departure.filter(|_| start.exit.is_some() && is_for_exit);
                let mut cured = inward(&node.network, query, answer);
                let first = answer.reasons.first();
                cured.extend(
                    first.into_iter().flat_map(|reason| cures(&node.network, query, answer, reason, departure)),
                );
                let mut blockers = node.blockers.clone();
                if !is_name {
                    blockers.extend(new_reasons(&blockers, answer));
                }
                (cured, blockers, node.needs_route)
            }
        };
        let child = |proposal: Proposal| {
            let mut network = node.network.clone();
            proposal.changes.iter().for_each(|change| change_in(&mut network, change));
            let mut changes = node.changes.clone();
            changes.extend(proposal.changes);
            let opens = opened(self.network, &network, &changes);
            Node { changes, network, opens, blockers: blockers.clone(), needs_route }
        };
        // What has nothing new leads back here, and would eat the networks that may be looked at.
        let is_new = |proposal: &Proposal| proposal.changes.iter().any(|change| !node.changes.contains(change));
        proposals.into_iter().filter(is_new).map(child).collect()
    }

    /// Makes a plan of changes that cure: minimal, in order, and only if it breaks nothing.
    fn plan(&self, start: &Start, changes: Vec<Change>) -> Option<Plan> {
        let changes = self.minimal(in_order(changes))?;
        let network = apply_all(self.network, &changes);
        let held = held::check(self.network, &network, &changes);
        if !held.is_kept {
            return None;
        }
        let answers = answers(&network, self.all);
        let (kind, exit) = self.way_taken(start, &network, answers.get(..self.queries.len()).unwrap_or_default());
        let mut assumptions: Vec<_> = answers.into_iter().flat_map(|answer| answer.assumptions).collect();
        assumptions.sort();
        assumptions.dedup();
        Some(Plan {
            kind,
            exit,
            opens: opened(self.network, &network, &changes),
            monthly_cost: changes.iter().map(|change| self.costs.of(change)).sum(),
            asked_again: held.asked,
            over_quota: over_quota(self.network, &network, &changes),
            assumptions,
            changes,
        })
    }

    /// What a plan opens beyond the packets asked about: nothing where its filters let through no more than those, over
    /// however many boundaries the way has.
    fn excess(&self, plan: &Plan) -> f64 {
        if plan.opens <= self.asked * MOST_BOUNDARIES { 0.0 } else { rounded(plan.opens) }
    }

    /// The plans worth showing: the best of each kind, none that another's changes are part of, and among them the one that
    /// mends the exit in use.
    fn ranked(&self, mut plans: Vec<Plan>, exits: &[ExitReport]) -> Vec<Plan> {
        plans.sort_by(|a, b| {
            self.excess(a)
                .total_cmp(&self.excess(b))
                .then(a.over_quota.len().cmp(&b.over_quota.len()))
                .then(a.changes.len().cmp(&b.changes.len()))
                .then(a.monthly_cost.total_cmp(&b.monthly_cost))
                .then(a.opens.total_cmp(&b.opens))
                .then_with(|| a.kind.cmp(&b.kind))
                .then_with(|| a.changes.cmp(&b.changes))
        });
        let mut shown: Vec<Plan> = Vec::new();
        for plan in &plans {
            let contains = |other: &&Plan| other.changes.iter().all(|change| plan.changes.contains(change));
            let is_more = plans.iter().any(|other| other.changes.len() < plan.changes.len() && contains(&other));
            let is_told = shown.iter().any(|other| other.kind == plan.kind || other.changes == plan.changes);
            if !is_more && !is_told {
                shown.push(plan.clone());
            }
        }
        let in_use =
            |plan: &Plan| exits.iter().any(|exit| exit.is_configured && plan.exit.as_ref() == Some(&exit.exit));
        if let Some(place) = shown.iter().position(in_use).filter(|place| *place >= MOST_PLANS) {
            let plan = shown.remove(place);
            shown.insert(MOST_PLANS - 1, plan);
        }
        shown.truncate(MOST_PLANS);
        shown
    }

    /// Which exit the packets take in the end: what was looked for, unless less than that turned out to be enough.
    fn way_taken(&self, start: &Start, network: &Network, answers: &[Answer]) -> (PlanKind, Option<Exit>) {
        let Some(wanted) = &start.exit else { return (start.kind, None) };
        let winners = answers.iter().filter_map(first_lookup).flat_map(|lookup| lookup.winners);
        let taken: Vec<Route> = winners.flatten().collect();
        if taken.iter().all(|route| wanted.is_target_of(network, route)) {
            return (start.kind, Some(wanted.clone()));
        }
        let departure = self.departure;
        let known = departure.zip(self.queries.first()).map(|(departure, query)| plausible(network, departure, query));
        let exit = known.into_iter().flatten().find(|exit| taken.iter().any(|route| exit.is_target_of(network, route)));
        match exit {
            Some(exit) => (kind_of(&exit), Some(exit)),
            None => (PlanKind::Repair, None),
        }
    }

    /// Drops every change without which the queries still pass, until none is left that can be dropped: one that goes can
    /// make another needless.
    fn minimal(&self, mut changes: Vec<Change>) -> Option<Vec<Change>> {
        if !is_reachable(&apply_all(self.network, &changes), self.all) {
            return None;
        }
        let without = |changes: &[Change], place: usize| -> Vec<Change> {
            changes.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, change)| change.clone()).collect()
        };
        loop {
            let fewer = (0..changes.len()).rev().map(|place| without(&changes, place));
            let fewer = fewer.into_iter().find(|fewer| is_reachable(&apply_all(self.network, fewer), self.all));
            match fewer {
                Some(fewer) => changes = fewer,
                None => return Some(changes),
            }
        }
    }
}

/// Reasons of an answer that are not known yet, whatever part of the packets they stop.
fn new_reasons(known: &[Reason], answer: &Answer) -> Vec<Reason> {
    let is_same = |a: &Reason, b: &Reason| {
        (a.code, &a.resource, &a.evidence, a.heading, a.direction, &a.subnet)
            == (b.code, &b.resource, &b.evidence, b.heading, b.direction, &b.subnet)
    };
    answer.reasons.iter().filter(|reason| !known.iter().any(|known| is_same(known, reason))).cloned().collect()
}

/// Takes the network that opens least, then the one of fewest changes; of equals the one made last.
fn take_best(open: &mut Vec<Node>) -> Option<Node> {
    let key = |node: &Node| (rounded(node.opens), node.changes.len());
    let mut best: Option<usize> = None;
    for (place, node) in open.iter().enumerate() {
        let is_better = best.and_then(|best| open.get(best)).is_none_or(|best| {
            let (opens, changes) = key(node);
            let (least, fewest) = key(best);
            opens.total_cmp(&least).then(changes.cmp(&fewest)) == Ordering::Less
        });
        if is_better {
            best = Some(place);
        }
    }
    best.map(|place| open.remove(place))
}

/// A measure without the last digits, in which sums differ by the order of their terms.
fn rounded(opens: f64) -> f64 {
    f64::from_bits(opens.to_bits().saturating_add(0x0008_0000) & !0x000f_ffff)
}

/// Changes in an order in which each finds what it needs; those of one kind stay in the order found.
fn in_order(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(Change::phase);
    let mut seen: Vec<Change> = Vec::new();
    for change in changes {
        if !seen.contains(&change) {
            seen.push(change);
        }
    }
    seen
}

fn kind_of(exit: &Exit) -> PlanKind {
    match exit {
        Exit::GatewayEndpoint(_) => PlanKind::GatewayEndpoint,
        Exit::NatGateway(_) => PlanKind::NatGateway,
        Exit::NatInstance { .. } => PlanKind::NatInstance,
        Exit::InternetGateway(_) => PlanKind::PublicAddress,
        Exit::EgressOnlyInternetGateway(_) => PlanKind::EgressOnlyInternetGateway,
    }
}

/// New NAT gateways, in public subnets of the client's zone first; where the VPC has none, in another subnet, which the
/// search then makes public.
fn new_nat_gateways(network: &Network, departure: Departure<'_>) -> Vec<Start> {
    let client = network.subnets.get(&departure.interface.subnet);
    let Some(client) = client else { return Vec::new() };
    let table = table_of_subnet(network, client).map(|(table, _)| &table.id);
    let mut places: Vec<&Subnet> = network
        .subnets
        .values()
        .filter(|subnet| subnet.vpc == client.vpc && subnet.id != client.id && subnet.cidr_block.is_some())
        .collect();
    let is_public = |subnet: &Subnet| classify_subnet(network, subnet).ipv4 == Some(SubnetKind::Public);
    if places.iter().any(|subnet| is_public(subnet)) {
        places.retain(|subnet| is_public(subnet) && table_of_subnet(network, subnet).map(|(it, _)| &it.id) != table);
    }
    places.sort_by_key(|subnet| (subnet.availability_zone != client.availability_zone, subnet.id.clone()));
    places.into_iter().filter_map(|subnet| new_nat_gateway(network, subnet)).take(MOST_NEW_PLACES).collect()
}

fn new_nat_gateway(network: &Network, subnet: &Subnet) -> Option<Start> {
    let nat_gateway = deguchi_model::NatGatewayId::new(&free_id("nat", |id| network.nat_gateways.contains_key(id)));
    let elastic_ip = free_id("eipalloc", |id| network.elastic_ips.contains_key(id));
    let create = Change::CreateNatGateway {
        nat_gateway: nat_gateway.clone(),
        subnet: subnet.id.clone(),
        private: free_address(network, &subnet.id)?,
        elastic_ip: deguchi_model::ElasticIpId::new(&elastic_ip),
        public: stand_in_address(network),
    };
    let exit = Some(Exit::NatGateway(nat_gateway));
    Some(Start { kind: PlanKind::NewNatGateway, exit, first: vec![create] })
}
