//! The contest: random networks and random flows, the engine's verdict against the kernel's, until they differ.
//!
//! A disagreement is tried again alone, shrunk, and written as a case; which of the two was wrong, people find out by the
//! rules of AWS. What the engine leaves undecided is counted and not compared.

pub mod case;
pub mod documents;
pub mod flows;
pub mod generator;
pub mod random;
pub mod shrink;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use deguchi_engine::Engine;
use deguchi_lab::{Fate, Lab, LabError, LabPlan, Labs, Rights};
use deguchi_model::Network;

use self::{documents::Documents, flows::Entrant, random::Random};
use crate::{
    comparison::{Agreement, Expected, Packet, Trial, settle, trial},
    ingest::LoadError,
};

/// How large a contest is, and where it keeps what it finds.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Everything drawn follows from it.
    pub seed: u64,
    /// The number of the first network under the seed.
    pub first: u64,
    /// How many networks are drawn.
    pub networks: u64,
    /// How many flows of each.
    pub flows: usize,
    /// How many labs at once.
    pub jobs: usize,
    /// Where cases are written.
    pub output: PathBuf,
    /// How many disagreements are shrunk and written; the rest is counted.
    pub most_cases: usize,
    /// The program that a lab's processes are: one that calls [`crate::commands::run`].
    pub program: PathBuf,
    /// What is done to every lab's plan before it is built: a test spoils labs to see that it is found out.
    pub spoil: Option<fn(&mut LabPlan)>,
}

impl Setup {
    fn network(&self, documents: &Documents) -> Result<(Network, LabPlan), LoadError> {
        let (network, mut plan) = documents.network()?;
        if let Some(spoil) = self.spoil {
            spoil(&mut plan);
        }
        Ok((network, plan))
    }
}

/// What a contest came to.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Networks whose lab came up.
    pub networks: u64,
    /// Flows that were sent.
    pub flows: u64,
    /// Flows that both say arrive and are answered.
    pub answered: u64,
    /// Flows that both say are not.
    pub silent: u64,
    /// Flows that the engine leaves undecided, or that meet what the lab leaves out.
    pub undecided: u64,
    /// Flows that the system would not send.
    pub not_sent: u64,
    /// Flows about which engine and kernel differ, also when tried alone.
    pub disagreements: u64,
    /// Flows about which they differed only beside others.
    pub passing: u64,
    /// What flows that were compared led over: answered, and not.
    pub over: BTreeMap<&'static str, (u64, u64)>,
    /// How often each of the engine's codes was among what stops a flow that both say is silent.
    pub because: BTreeMap<String, u64>,
    /// Cases that were written.
    pub cases: Vec<PathBuf>,
    /// Networks that did not become a lab, and why.
    pub failures: Vec<String>,
}

/// How often a smaller network of a disagreement is looked at.
const TRIES: usize = 4000;
/// How often it is tried in a lab: where the engine says something else already, none is needed.
const LABS: usize = 150;

/// Holds a contest; tells the score now and then.
///
/// # Errors
///
/// If there can be no labs here.
pub fn hold(setup: &Setup, told: &(dyn Fn(&Score) + Sync)) -> Result<Score, LabError> {
    let labs = Labs::of_user()?;
    let next = AtomicU64::new(0);
    let score = Mutex::new(Score::default());
    thread::scope(|scope| {
        for _ in 0..setup.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= setup.networks {
                        break;
                    }
                    one_network(setup, &labs, setup.first + number, &score);
                    if let Ok(score) = score.lock() {
                        told(&score);
                    }
                }
            });
        }
    });
    score.into_inner().map_err(|_| LabError::system("contest", "a job failed"))
}

fn one_network(setup: &Setup, labs: &Labs, number: u64, score: &Mutex<Score>) {
    let mut random = Random::of(setup.seed, number);
    let documents = generator::draw(&mut random);
    let outcome = play(setup, labs, &mut random, &documents);
    let entrants = match outcome {
        Ok(entrants) => entrants,
        Err(error) => {
            if let Ok(mut score) = score.lock() {
                score.failures.push(format!("seed {} network {number}: {error}", setup.seed));
            }
            return;
        }
    };
    let differing: Vec<Trial> = entrants
        .iter()
        .filter(|entrant| entrant.trial.agreement() == Agreement::Disagree)
        .map(|entrant| entrant.trial.clone())
        .collect();
    if let Ok(mut score) = score.lock() {
        score.count(&entrants);
    }
    for (place, differing) in differing.iter().enumerate() {
        let is_real = differs(setup, labs, &documents, &differing.packet).is_some_and(|own| is_same(&own, differing));
        let Ok(mut counted) = score.lock() else { return };
        if !is_real {
            counted.passing += 1;
            continue;
        }
        counted.disagreements += 1;
        // One case of a network: others mostly have the same cause.
        let is_wanted = counted.cases.len() < setup.most_cases && place == 0;
        drop(counted);
        if is_wanted {
            write_smallest(setup, labs, number, &documents, differing, score);
        }
    }
}

fn write_smallest(
    setup: &Setup,
    labs: &Labs,
    number: u64,
    documents: &Documents,
    differing: &Trial,
    score: &Mutex<Score>,
) {
    let mut left = LABS;
    let smallest = shrink::shrink(documents, TRIES, &mut |smaller| {
        if left == 0 || !is_expected(smaller, differing) {
            return false;
        }
        left -= 1;
        differs(setup, labs, smaller, &differing.packet).is_some_and(|own| is_same(&own, differing))
    });
    let written = case::write(&setup.output, &format!("seed-{}-network-{number}", setup.seed), &smallest, differing);
    if let Ok(mut score) = score.lock() {
        match written {
            Ok(folder) => score.cases.push(folder),
            Err(error) => score.failures.push(format!("{}: {error}", setup.output.display())),
        }
    }
}

/// Whether the engine says of a packet in a network what it said of it in another.
fn is_expected(documents: &Documents, differing: &Trial) -> bool {
    let Ok((network, plan)) = documents.network() else { return false };
    let expected = trial(&Engine::new(&network), &network, &plan, differing.packet.clone());
    expected.is_some_and(|own| own.expected == differing.expected)
}

fn is_same(one: &Trial, other: &Trial) -> bool {
    (one.expected, &one.fate) == (other.expected, &other.fate)
}

/// Draws flows of a network and sends them through its lab.
fn play(
    setup: &Setup,
    labs: &Labs,
    random: &mut Random,
    documents: &Documents,
) -> Result<Vec<Entrant>, Box<dyn std::error::Error>> {
    let (network, plan) = setup.network(documents)?;
    let mut entrants = flows::draw(random, &network, &plan, setup.flows);
    let mut trials: Vec<&mut Trial> = entrants.iter_mut().map(|entrant| &mut entrant.trial).collect();
    in_a_lab(setup, labs, &plan, |lab| settle(lab, &mut trials))?;
    Ok(entrants)
}

fn in_a_lab<T>(
    setup: &Setup,
    labs: &Labs,
    plan: &LabPlan,
    act: impl FnOnce(&Lab) -> Result<T, LabError>,
) -> Result<T, LabError> {
    let folder = labs.make("contest", false)?;
    let lab = Lab::up(plan, &setup.program, folder.path(), Rights::Unprivileged)?;
    act(&lab)
}

/// Sends one packet alone through a new lab; what came of it, if engine and kernel differ about it.
fn differs(setup: &Setup, labs: &Labs, documents: &Documents, packet: &Packet) -> Option<Trial> {
    let (network, plan) = setup.network(documents).ok()?;
    sent_alone(&setup.program, labs, &network, &plan, packet.clone())
        .filter(|trial| trial.agreement() == Agreement::Disagree)
}

/// Sends one packet alone through a new lab, patiently.
pub fn sent_alone(program: &Path, labs: &Labs, network: &Network, plan: &LabPlan, packet: Packet) -> Option<Trial> {
    let mut trial = trial(&Engine::new(network), network, plan, packet)?;
    if trial.expected == Expected::Unknown {
        return Some(trial);
    }
    let folder = labs.make("contest", false).ok()?;
    let lab = Lab::up(plan, program, folder.path(), Rights::Unprivileged).ok()?;
    let patience = if trial.expected == Expected::Answered { 1500 } else { 600 };
    let fates = lab.probe(std::slice::from_ref(&trial.flow), Duration::from_millis(patience)).ok()?;
    trial.fate = fates.into_iter().next()?;
    Some(trial)
}

impl Score {
    fn count(&mut self, entrants: &[Entrant]) {
        self.networks += 1;
        for Entrant { trial, over, because } in entrants {
            self.flows += 1;
            if matches!(trial.fate, Fate::NotSent(_)) {
                self.not_sent += 1;
                continue;
            }
            let is_answered = trial.fate == Fate::Answered;
            match trial.agreement() {
                Agreement::NotCompared => {
                    self.undecided += 1;
                    continue;
                }
                Agreement::Agree if is_answered => self.answered += 1,
                Agreement::Agree => {
                    self.silent += 1;
                    for code in because {
                        *self.because.entry(code.clone()).or_default() += 1;
                    }
                }
                Agreement::Disagree => {}
            }
            for kind in over {
                let counts = self.over.entry(kind).or_default();
                *(if is_answered { &mut counts.0 } else { &mut counts.1 }) += 1;
            }
        }
    }

    /// The score as people read it.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} networks, {} flows: {} answered and {} silent as the engine says, {} undecided, {} not sent, {} disagreements, {} differed only beside others\n",
            self.networks,
            self.flows,
            self.answered,
            self.silent,
            self.undecided,
            self.not_sent,
            self.disagreements,
            self.passing
        );
        for (kind, (answered, silent)) in &self.over {
            text.push_str(&format!("  over {kind}: {answered} answered, {silent} silent\n"));
        }
        for (code, count) in &self.because {
            text.push_str(&format!("  stopped by {code}: {count}\n"));
        }
        for case in &self.cases {
            text.push_str(&format!("  case {}\n", case.display()));
        }
        for failure in &self.failures {
            text.push_str(&format!("  no lab: {failure}\n"));
        }
        text
    }
}
