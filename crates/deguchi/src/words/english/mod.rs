//! What English says in a report. Each `match` is exhaustive: a code without words does not compile.
//!
//! Leaves out layout, and ids, codes and CIDRs, which are the same in every language.

pub(crate) mod assumption;
pub(crate) mod change;
pub(crate) mod gap;
mod inspection;
mod load_balancer;
pub(crate) mod packets;
pub(crate) mod policy;
pub(crate) mod reason;
pub(crate) mod resolution;
pub(crate) mod resource;
pub(crate) mod step;
pub(crate) mod title;
mod transit_gateway;
pub(crate) mod verdict;
