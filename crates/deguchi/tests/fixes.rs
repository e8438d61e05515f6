//! Holds the fix search to the cases: every plan that it returns cures the question, needs each of its changes, and where a
//! network is broken in one place, some plan is found.
#![cfg(test)]

use std::{fs, path::PathBuf};

use deguchi::{
    expectation::{Expectation, file},
    ingest, question,
};
use deguchi_engine::{
    Engine, Query, Verdict,
    change::{Change, apply_all},
    fix::{Fixes, MonthlyCosts, search},
};
use deguchi_model::Network;

const COSTS: MonthlyCosts = MonthlyCosts { nat_gateway: 45.0, public_address: 3.65 };

fn case(name: &str) -> Network {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(name).join("snapshot");
    ingest::from_path(&folder).unwrap().network
}

fn queries(network: &Network, asked: &Expectation) -> Option<Vec<Query>> {
    let question = question::resolve(network, &asked.source, &asked.destination, &asked.options).ok()?;
    Some(question.alternatives.into_iter().map(|alternative| alternative.query).collect())
}

fn passes<'c>(network: &Network, changes: impl IntoIterator<Item = &'c Change>, queries: &[Query]) -> bool {
    let network = apply_all(network, changes);
    let engine = Engine::new(&network);
    queries.iter().all(|query| engine.answer(query).verdict == Verdict::Reachable)
}

fn fixes(name: &str, source: &str, destination: &str) -> Fixes {
    let network = case(name);
    let asked = file::parse(&format!("expect = [\"{source} reaches {destination}\"]")).unwrap().remove(0);
    search(&network, &queries(&network, &asked).unwrap(), &COSTS)
}

#[test]
fn every_plan_for_a_case_cures_the_question_and_needs_each_of_its_changes() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let mut plans = 0;
    let mut failing = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(path.join("questions.toml")) else { continue };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let network = case(&name);
        for asked in file::parse(&text).unwrap() {
            let Some(queries) = queries(&network, &asked) else { continue };
            if passes(&network, [], &queries) {
                continue;
            }
            failing += 1;
            for plan in search(&network, &queries, &COSTS).plans {
                let title = format!("{name}: {} → {}: {:?}", asked.source, asked.destination, plan.changes);
                plans += 1;
                assert!(passes(&network, &plan.changes, &queries), "{title}");
                for left_out in 0..plan.changes.len() {
                    let fewer = plan.changes.iter().enumerate().filter(|(place, _)| *place != left_out);
                    assert!(!passes(&network, fewer.map(|(_, change)| change), &queries), "{title}: {left_out}");
                }
            }
        }
    }
    assert!(failing >= 60 && plans >= failing / 2, "{plans} plans for {failing} failing questions");
}

#[test]
fn three_faults_are_three_blockers_of_the_exit_in_use_and_one_plan_cures_them() {
    let fixes = fixes("three-faults", "web-1", "https://api.sendgrid.com");
    let exit = fixes.exits.first().unwrap();
    assert!(exit.is_configured && exit.can_be_fixed && !exit.needs_route);
    let codes: Vec<&str> = exit.blockers.iter().map(|blocker| blocker.code.as_str()).collect();
    assert_eq!(codes, ["ENI_SG_RULES_MISMATCH", "SUBNET_ACL_RESTRICTION", "SUBNET_ACL_RESTRICTION"]);
    let plan = fixes.plans.iter().find(|plan| plan.exit.as_ref() == Some(&exit.exit)).unwrap();
    assert_eq!(plan.changes.len(), 3, "{:?}", plan.changes);
}

#[test]
fn a_nat_gateway_in_a_private_subnet_has_a_plan_for_the_exit_in_use() {
    let fixes = fixes("nat-in-private-subnet", "web-1", "yum");
    assert!((2..=3).contains(&fixes.plans.len()));
    let exit = fixes.exits.iter().find(|exit| exit.is_configured).unwrap();
    assert!(exit.can_be_fixed);
    assert!(fixes.plans.iter().any(|plan| plan.exit.as_ref() == Some(&exit.exit)), "{:?}", fixes.plans);
}

#[test]
fn a_detached_internet_gateway_is_attached_and_nothing_else() {
    let fixes = fixes("internet-gateway-detached", "web-1", "icmp:amazon.com");
    let plan = fixes.plans.first().unwrap();
    assert!(matches!(plan.changes.as_slice(), [Change::AttachInternetGateway { .. }]), "{:?}", plan.changes);
}
