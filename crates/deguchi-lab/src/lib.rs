//! The same network in Linux network namespaces: a second reading of AWS's rules, in which the kernel decides.
//!
//! [`plan`] says what to make, as a value; [`Lab`] makes it and sends packets through it; [`service`] is what runs inside:
//! a resolver, package repositories, an API. The lab never asks the engine, so that the two can disagree.

mod apply;
mod dropped;
mod error;
mod inside;
mod labs;
mod machine_tree;
mod plan;
mod probe;
mod process;
pub mod service;
mod trace;

pub use dropped::{Cause, DroppedBy};
pub use error::{LabError, Switch};
pub use labs::{About, Labs, NewFolder, StandingLab};
pub use plan::{
    Address, End, GuestFault, LabPlan, LeftOut, Link, Machine, MachineInterface, Namespace, NextHop, Options, Route,
    Rule, Selector, Setting, Station, plan, plan_with,
};
pub use probe::{Choice, Fate, Flow, Protocol};
pub use process::{Lab, Rights, Step, ask_to_probe, run_if_asked};
pub use trace::{Crossing, Path, PathEnd, Trace};
