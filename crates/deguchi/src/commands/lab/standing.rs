//! The network that a standing lab shows: its snapshot, the faults made in guests, and the plans applied since.

use std::path::Path;

use deguchi_engine::change;
use deguchi_lab::{About, LabPlan};
use deguchi_model::Network;

use super::making;
use crate::{
    commands::{
        arguments::lab::{Fault, guest_fault},
        snapshot,
    },
    error::{Error, ErrorKind},
    fix::{self, Prices, Proposed},
    notice::Notice,
    question::{self, Question},
};

/// A lab's network, for the engine.
pub(super) struct Shown {
    pub(super) network: Network,
    pub(super) notices: Vec<Notice>,
    focus: Option<String>,
    faults: Vec<(String, Fault)>,
}

impl Shown {
    /// Reads the snapshot of a lab again and does what was done to it.
    pub(super) fn by(about: &About) -> Result<Self, Error> {
        let snapshot = snapshot::load(Path::new(&about.from))?;
        // A lab writes faults as it was given them.
        let faults = about.guest_faults.iter().filter_map(|text| guest_fault(text).ok()).collect();
        let mut shown =
            Self { network: snapshot.network, notices: snapshot.notices, focus: about.focus.clone(), faults };
        shown.lab_plan()?;
        for (source, destination, number) in &about.applied {
            let question = shown.question(source, destination)?;
            shown.apply(&question, *number)?;
        }
        Ok(shown)
    }

    /// Resolves a question about it.
    pub(super) fn question(&self, source: &str, destination: &str) -> Result<Question, Error> {
        question::resolve(&self.network, source, destination, &question::Options::default())
    }

    /// Looks for plans and makes the changes of one of them, counted from 1.
    pub(super) fn apply(&mut self, question: &Question, number: usize) -> Result<Proposed, Error> {
        let proposed = fix::propose(&self.network, question, &Prices::built_in()?);
        let Some(plan) = number.checked_sub(1).and_then(|place| proposed.fixes.plans.get(place)) else {
            return Err(Error::new(ErrorKind::NoSuchPlan { asked: number, count: proposed.fixes.plans.len() }));
        };
        self.network = change::apply_all(&self.network, &plan.changes);
        Ok(proposed)
    }

    /// The lab's plan of it as it is now.
    pub(super) fn lab_plan(&mut self) -> Result<LabPlan, Error> {
        making::plan(&mut self.network, self.focus.as_deref(), &self.faults)
    }
}
