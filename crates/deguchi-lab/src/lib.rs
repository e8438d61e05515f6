//! The same network in Linux network namespaces: a second reading of AWS's rules, in which the kernel decides.
//!
//! So far it plans the ground that everything else stands on: a namespace for each machine and for each subnet's
//! router, the links between them, their addresses and the routes inside the VPC. [`service`] is what runs inside:
//! a resolver, package repositories, an API. Filters, gateways, and carrying a plan out are not there yet. It never asks the engine, so that the two can disagree.

extern crate alloc;

mod plan;
pub mod service;

pub use plan::{LabPlan, Operation, plan};
