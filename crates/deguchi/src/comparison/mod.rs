//! The engine's answer held against the kernel's: which packets to send in a lab, and what the engine says of each.
//!
//! A question is about a set of packets. Of each way that the engine finds, packets at its borders are tried, and the
//! engine is asked about each alone. Leaves out who was right.

mod expected;
mod packets;
mod questions;
mod table;

use std::time::Duration;

use deguchi_engine::{Answer, Engine, Query};
use deguchi_lab::{Fate, Flow, Lab, LabError, LabPlan};
use deguchi_model::Network;

pub use expected::{Expected, expected, expected_by, is_left_out, ways_of};
pub use packets::{Packet, Told, flow, packets};
pub use questions::{Asked, of_case, of_classes};
pub use table::{Row, Tally, cells, document, packet_text, tally};

/// What came of one packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The packet, as the engine has it.
    pub packet: Packet,
    /// As the lab sends it.
    pub flow: Flow,
    /// What the engine says.
    pub expected: Expected,
    /// What the kernel did.
    pub fate: Fate,
}

/// Whether two witnesses agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// They do.
    Agree,
    /// They do not.
    Disagree,
    /// One of them does not say.
    NotCompared,
}

impl Trial {
    /// Whether the engine and the kernel agree about the packet.
    pub fn agreement(&self) -> Agreement {
        match (self.expected, &self.fate) {
            (Expected::Unknown, _) | (_, Fate::NotSent(_)) => Agreement::NotCompared,
            (Expected::Answered, Fate::Answered) | (Expected::Silent, Fate::Silent) => Agreement::Agree,
            (Expected::Answered, Fate::Silent) | (Expected::Silent, Fate::Answered) => Agreement::Disagree,
        }
    }
}

/// How long an answer is waited for; and how long if the engine says that there should have been one.
const PATIENCE: [Duration; 3] = [Duration::from_millis(400), Duration::from_millis(1500), Duration::from_millis(4000)];

/// Tries queries in a lab: for each, the packets that could be sent.
///
/// # Errors
///
/// If the lab fails.
pub fn try_queries(
    network: &Network,
    plan: &LabPlan,
    lab: &Lab,
    queries: &[(Query, Answer)],
) -> Result<Vec<Vec<Trial>>, LabError> {
    let engine = Engine::new(network);
    let mut trials: Vec<Vec<Trial>> = Vec::new();
    let mut told = Told::default();
    for (query, answer) in queries {
        let sent =
            packets(query, answer, &mut told).into_iter().filter_map(|packet| trial(&engine, network, plan, packet));
        trials.push(sent.collect());
    }
    let mut all: Vec<&mut Trial> = trials.iter_mut().flatten().collect();
    settle(lab, &mut all)?;
    Ok(trials)
}

/// A packet ready to be sent, if the lab has where it starts.
pub fn trial(engine: &Engine<'_>, network: &Network, plan: &LabPlan, packet: Packet) -> Option<Trial> {
    let flow = flow(network, plan, &packet)?;
    let expected = expected(engine, plan, &packet);
    Some(Trial { packet, flow, expected, fate: Fate::Silent })
}

/// Sends every packet; again, with more patience, what should have been answered and was not.
///
/// # Errors
///
/// If the lab fails.
pub fn settle(lab: &Lab, trials: &mut [&mut Trial]) -> Result<(), LabError> {
    for (round, patience) in PATIENCE.into_iter().enumerate() {
        let mut waiting: Vec<&mut &mut Trial> = trials
            .iter_mut()
            .filter(|trial| round == 0 || (trial.expected == Expected::Answered && trial.fate == Fate::Silent))
            .collect();
        if waiting.is_empty() {
            break;
        }
        let mut flows: Vec<Flow> = waiting.iter().map(|trial| trial.flow.clone()).collect();
        // One connection is tried once, however many ask for it.
        flows.sort();
        flows.dedup();
        let fates = lab.probe(&flows, patience)?;
        for trial in &mut waiting {
            let place = flows.binary_search(&trial.flow).ok();
            if let Some(fate) = place.and_then(|place| fates.get(place)) {
                trial.fate = fate.clone();
            }
        }
    }
    Ok(())
}
