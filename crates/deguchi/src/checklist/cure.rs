//! One plan for all that is not in order: a fix for each question that fails, each looked for on top of those before.
//!
//! What it puts in order is not promised but judged: the whole checklist again, in the network as it is afterwards.

use std::collections::BTreeSet;

use deguchi_engine::{
    Assumption, Verdict,
    change::{Change, apply_all},
    fix::{Exit, Fixes, OverQuota, Plan, over_quota},
};
use deguchi_model::Network;

use super::{Asked, Finding, Item, ItemId, Status, bench::Bench, judge};
use crate::{
    error::Error,
    fix::{self, FixFormat, Prices, cli, prices::Basis, terraform},
    question::Question,
    report::created_by,
};

/// Changes that put items in order.
#[derive(Debug)]
pub struct Cure {
    /// The changes, in an order in which each finds what it needs.
    pub(crate) changes: Vec<Change>,
    /// The ids that stand for resources that they create.
    pub(crate) created: BTreeSet<String>,
    /// The items that are in order after them, or better than before.
    pub(crate) cures: Vec<ItemId>,
    /// The items that are not, even then.
    pub(crate) leaves: Vec<ItemId>,
    /// What they add to the bill each month.
    pub(crate) monthly_cost: f64,
    /// How many sets of packets that arrived before were asked again and still arrive.
    pub(crate) asked_again: usize,
    /// The default quotas that they go past: AWS refuses them until those are raised.
    pub(crate) over_quota: Vec<OverQuota>,
    /// What the questions that they answer take for granted.
    pub(crate) assumptions: Vec<Assumption>,
    /// Where the prices are from; `None` where nothing can be changed.
    pub(crate) basis: Option<Basis>,
    /// As commands of the AWS CLI, a line each.
    pub(crate) cli: Vec<String>,
    /// As Terraform, line by line.
    pub(crate) terraform: Vec<String>,
    /// How the text shows the changes beside their sentences.
    pub(crate) format: FixFormat,
    /// The questions that pass after them.
    pub(crate) question: Question,
}

impl Cure {
    /// Looks for a cure of items that were judged.
    pub(super) fn find(
        network: &Network,
        asked: &Asked,
        items: &[Item],
        prices: &Prices,
        format: FixFormat,
    ) -> Result<Self, Error> {
        let mut cure = Self {
            changes: Vec::new(),
            created: BTreeSet::new(),
            cures: Vec::new(),
            leaves: Vec::new(),
            monthly_cost: 0.0,
            asked_again: 0,
            over_quota: Vec::new(),
            assumptions: Vec::new(),
            basis: None,
            cli: Vec::new(),
            terraform: Vec::new(),
            format,
            question: Question {
                source: asked.source.clone(),
                destination: String::new(),
                alternatives: Vec::new(),
                remarks: Vec::new(),
            },
        };
        let mut after = network.clone();
        let mut steps = 0;
        for subject in subjects(items) {
            let proposed = {
                let bench = Bench::new(&after, asked)?;
                let Some(probe) = subject.probe(&bench) else { continue };
                cure.question.alternatives.extend(probe.question.alternatives.iter().cloned());
                let is_answered =
                    probe.is(Verdict::Reachable) && fix::name_verdict(&after, &probe.question) == Verdict::Reachable;
                if is_answered {
                    continue;
                }
                let proposed = fix::propose(&after, &probe.question, prices);
                if proposed.fixes.plans.is_empty() {
                    let own = &probe.question.alternatives;
                    cure.question.alternatives.retain(|alternative| !own.contains(alternative));
                }
                proposed
            };
            let Some(plan) = mending(proposed.fixes) else { continue };
            after = apply_all(&after, &plan.changes);
            cure.changes.extend(plan.changes);
            cure.monthly_cost += plan.monthly_cost;
            cure.asked_again += plan.asked_again;
            cure.assumptions.extend(plan.assumptions);
            cure.basis = Some(proposed.basis);
            steps += 1;
        }
        if steps > 1 {
            cure.leave_out_what_later_steps_cover(network, asked)?;
        }
        cure.judge(network, asked, items)?;
        cure.assumptions.sort();
        cure.assumptions.dedup();
        cure.created = created_by(&cure.changes);
        cure.over_quota = over_quota(network, &apply_all(network, &cure.changes), &cure.changes);
        cure.cli = cli::script(network, &cure.changes);
        cure.terraform = terraform::blocks(network, &cure.changes);
        Ok(cure)
    }

    /// A step is minimal for its own question; together with the others one of its changes may not be needed.
    fn leave_out_what_later_steps_cover(&mut self, network: &Network, asked: &Asked) -> Result<(), Error> {
        let whole = faults(&judge(&Bench::new(&apply_all(network, &self.changes), asked)?));
        let mut place = 0;
        while place < self.changes.len() {
            let mut fewer = self.changes.clone();
            fewer.remove(place);
            let after = apply_all(network, &fewer);
            if faults(&judge(&Bench::new(&after, asked)?)) == whole {
                self.changes = fewer;
            } else {
                place += 1;
            }
        }
        Ok(())
    }

    /// Judges the checklist again, after the changes.
    fn judge(&mut self, network: &Network, asked: &Asked, before: &[Item]) -> Result<(), Error> {
        let after = apply_all(network, &self.changes);
        let after = judge(&Bench::new(&after, asked)?);
        for (old, new) in before.iter().zip(&after).filter(|(old, _)| old.status == Status::Fail) {
            if faults(std::slice::from_ref(new)).len() < faults(std::slice::from_ref(old)).len() {
                self.cures.push(old.id);
            }
            // What is seen on the host is no matter of configuration.
            if new.status == Status::Fail || old.id == ItemId::LeftoverProcess {
                self.leaves.push(old.id);
            }
        }
        Ok(())
    }
}

/// The plan to take: the list is about the network as it is built, so what mends the way that packets take now comes before
/// what leads them by another.
fn mending(fixes: Fixes) -> Option<Plan> {
    let Fixes { exits, mut plans } = fixes;
    let is_configured = |exit: &Exit| exits.iter().any(|report| report.is_configured && report.exit == *exit);
    let place = plans.iter().position(|plan| plan.exit.as_ref().is_none_or(is_configured)).unwrap_or(0);
    (!plans.is_empty()).then(|| plans.swap_remove(place))
}

/// Everything that is not in order.
fn faults(items: &[Item]) -> Vec<(ItemId, Finding)> {
    let of = |item: &Item| {
        let failing = item.findings.iter().filter(|checked| checked.status == Status::Fail);
        failing.map(|checked| (item.id, checked.finding.clone())).collect::<Vec<_>>()
    };
    items.iter().flat_map(of).collect()
}

/// A question of the bench that a fault is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Https,
    Api,
    Ping,
    Repositories,
    S3,
    S3OverHttp,
    Names,
    Bucket,
}

impl Subject {
    fn probe<'b>(self, bench: &'b Bench<'_>) -> Option<&'b super::bench::Probe> {
        match self {
            Self::Https => Some(&bench.https),
            Self::Api => Some(&bench.api),
            Self::Ping => Some(&bench.ping),
            Self::Repositories => bench.repositories.as_ref(),
            Self::S3 => bench.s3.first(),
            Self::S3OverHttp => bench.s3.last(),
            Self::Names => bench.named().into_iter().next(),
            Self::Bucket => bench.bucket.as_ref(),
        }
    }
}

/// What the faults are about, in the order in which it is cured.
fn subjects(items: &[Item]) -> BTreeSet<Subject> {
    let faults = faults(items);
    faults.iter().filter_map(|(item, finding)| subject(*item, finding)).collect()
}

fn subject(item: ItemId, finding: &Finding) -> Option<Subject> {
    match (item, finding) {
        (ItemId::Dns, Finding::SeenOnHost { .. }) => None,
        (ItemId::Dns, _) => Some(Subject::Names),
        (ItemId::IamForS3, _) => Some(Subject::Bucket),
        (ItemId::NatIsPlacedPublic | ItemId::SubnetRoutesToNat | ItemId::NatIsHealthy, _)
        | (ItemId::Placement, Finding::PublicSubnetWithoutAddress { .. }) => Some(Subject::Https),
        (ItemId::S3Endpoint, Finding::S3Refused { .. }) => Some(Subject::Repositories),
        (ItemId::HttpsApi, _) => Some(Subject::Api),
        (_, Finding::Blocked { asked, .. }) => Some(match asked.as_str() {
            "ping" => Subject::Ping,
            "yum" => Subject::Repositories,
            "s3:443" => Subject::S3,
            "s3:80" => Subject::S3OverHttp,
            _ => Subject::Https,
        }),
        (ItemId::S3Endpoint, _) => Some(Subject::S3),
        _ => None,
    }
}
