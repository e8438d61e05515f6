//! The same network in Linux network namespaces: a second reading of AWS's rules, in which the kernel decides.
//!
//! So far it plans the ground that everything else stands on: a namespace for each machine and for each subnet's
//! router, the links between them, their addresses and the routes inside the VPC. Filters, gateways, services, and
//! carrying a plan out are not there yet. It never asks the engine, so that the two can disagree.
#![no_std]

extern crate alloc;

mod plan;

pub use plan::{LabPlan, Operation, plan};
