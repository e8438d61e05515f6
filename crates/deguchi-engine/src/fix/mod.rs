//! Every exit that could carry a query, all that blocks each, and the changes that cure it.
//!
//! [`search`] takes queries that are not answered, and looks for lists of changes after which all of them are. It goes exit by
//! exit ([`Exit`]): the first obstacle is cured in every way worth trying (`proposal`), each is applied and the queries are
//! **solved again**, and so on until they pass. Where names have to resolve first, the questions to name servers are cured with them. What was cured on the way is the list of *all* blockers of that exit. A plan is
//! then made minimal (each change is dropped once: if the queries still pass, it goes), and what arrived before is asked
//! again (`held`). Narrow before wide: the next network looked at is always the one that opens least (`rights`).
//! Leaves out words, prices (handed in) and anything that writes.

mod exit;
mod filter;
mod held;
mod policy;
mod proposal;
mod quota;
mod rights;
mod routing;
mod search;

use alloc::vec::Vec;

use crate::{
    change::Change,
    reason::{Assumption, Reason},
};

pub use exit::Exit;
pub use quota::{OverQuota, Quota, over_quota};
pub use search::{search, search_with_names};

/// What changes cost in a month, in whatever currency the caller counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MonthlyCosts {
    /// A NAT gateway's hours, without the data it processes and without its address.
    pub nat_gateway: f64,
    /// A public IPv4 address.
    pub public_address: f64,
}

impl MonthlyCosts {
    /// Returns what a change adds to the bill each month. The hours of an instance that is started are not known here.
    pub fn of(&self, change: &Change) -> f64 {
        match change {
            Change::CreateNatGateway { .. } => self.nat_gateway + self.public_address,
            Change::AssociateElasticIp { .. } => self.public_address,
            _ => 0.0,
        }
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fixes {
    /// Every exit that could carry the queries, the configured one first; empty for a query that leaves by none.
    pub exits: Vec<ExitReport>,
    /// Plans after which every query is reachable, the best first; at most three, of different kinds.
    pub plans: Vec<Plan>,
}

/// One exit, and what blocks it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExitReport {
    /// The exit.
    pub exit: Exit,
    /// Whether the routes lead the queries to it now.
    pub is_configured: bool,
    /// Whether the client's own route table has to be changed for it.
    pub needs_route: bool,
    /// Everything that blocks the queries on the way by this exit, in the order met.
    pub blockers: Vec<Reason>,
    /// Whether changes were found that make the queries reachable by it and break nothing.
    pub can_be_fixed: bool,
}

/// What a plan makes use of; plans shown together are of different kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanKind {
    /// The way that the routes take now, mended: for a query that has no choice of exits.
    Repair,
    /// A gateway endpoint.
    GatewayEndpoint,
    /// A NAT gateway that exists.
    NatGateway,
    /// A NAT gateway to be created.
    NewNatGateway,
    /// A NAT instance.
    NatInstance,
    /// An internet gateway, with a public address of the machine's own.
    PublicAddress,
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway,
}

/// Changes after which every query is reachable.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it makes use of.
    pub kind: PlanKind,
    /// The exit it leads by, for a query that has a choice.
    pub exit: Option<Exit>,
    /// The changes, in an order in which each finds what it needs. Without any one of them some query fails.
    pub changes: Vec<Change>,
    /// How much it opens: one is an interface open for everything in one direction.
    pub opens: f64,
    /// What it adds to the bill each month, by the costs handed in.
    pub monthly_cost: f64,
    /// How many sets of packets that arrived before were asked again and still arrive; 0 where the changes only let more
    /// pass, so that nothing can break.
    pub asked_again: usize,
    /// The default quotas that it goes past: AWS refuses it until they are raised.
    pub over_quota: Vec<OverQuota>,
    /// What the reachable answers take for granted.
    pub assumptions: Vec<Assumption>,
}

/// Where the search begins: an exit, and what has to be made for it first.
struct Start {
    kind: PlanKind,
    exit: Option<Exit>,
    first: Vec<Change>,
}
