//! The items that only a probe on the host can settle: what is left over there, and whether names resolve.

use super::{Checked, Checklist, Finding, Item, ItemId, Status};
use crate::probe::{
    Facts, evidence,
    evidence::Probes,
    facts::Lookup,
    finding::{self, Finding as Found},
};

impl Checklist {
    /// Adds what was seen on hosts.
    pub fn add_evidence(&mut self, probes: &Probes) {
        let instance = self.instance.as_deref().map(Into::into);
        let strangers = probes.strangers().into_iter().filter_map(|evidence| match evidence {
            evidence::Evidence::OtherHost { file, host } => {
                Some(Checked::new(Status::Unknown, Finding::ProbeOfAnotherHost { file, host }))
            }
            _ => None,
        });
        let mut strangers: Vec<Checked> = strangers.collect();
        let facts = probes.of(instance.as_ref());
        for item in &mut self.items {
            match (item.id, facts) {
                (ItemId::LeftoverProcess, Some(facts)) => item.findings = left_over(facts),
                (ItemId::LeftoverProcess, None) => item.findings.append(&mut strangers),
                (ItemId::Dns, Some(facts)) => {
                    let seen = names(facts);
                    // What resolves on the host needs no configuration to be known.
                    if seen.iter().any(|checked| checked.status == Status::Pass) {
                        item.findings.retain(|checked| checked.status != Status::Unknown);
                    }
                    item.findings.extend(seen);
                }
                _ => {}
            }
            item.judge();
        }
    }
}

impl Item {
    /// The worst of what was found decides.
    fn judge(&mut self) {
        self.status = self.findings.iter().map(|found| found.status).max().unwrap_or(Status::NotApplicable);
    }
}

/// `leftover-process`: whether a package manager runs, or a lock stops the next one (RP-11 to RP-14).
fn left_over(facts: &Facts) -> Vec<Checked> {
    let is_it = |found: &Found| {
        matches!(found, Found::PackageManagerRuns { .. } | Found::LockMalformed { .. } | Found::LockRecycled { .. })
    };
    let found: Vec<Checked> = finding::all(facts)
        .into_iter()
        .filter(is_it)
        .map(|found| Checked::new(Status::Fail, Finding::SeenOnHost { found: Box::new(found) }))
        .collect();
    if found.is_empty() {
        return vec![Checked::new(Status::Pass, Finding::NothingLeftOver { taken_at: facts.taken_at.clone() })];
    }
    found
}

/// `dns`: what the host's resolver and each name server said.
fn names(facts: &Facts) -> Vec<Checked> {
    let is_it = |found: &Found| {
        matches!(
            found,
            Found::NoNameServer
                | Found::NameServerSilent { .. }
                | Found::NoSuchName { .. }
                | Found::NameServerFails { .. }
                | Found::NameDoesNotResolve { .. }
        )
    };
    let mut found: Vec<Checked> = finding::all(facts)
        .into_iter()
        .filter(is_it)
        .map(|found| Checked::new(Status::Fail, Finding::SeenOnHost { found: Box::new(found) }))
        .collect();
    let resolved = facts.targets.iter().filter(|target| {
        // An address needs no resolution.
        matches!(target.lookup, Lookup::Addresses(_)) && target.host.parse::<std::net::IpAddr>().is_err()
    });
    let hosts: Vec<String> = resolved.map(|target| target.host.clone()).collect();
    if !hosts.is_empty() {
        found.push(Checked::new(Status::Pass, Finding::HostResolves { hosts }));
    }
    found
}
