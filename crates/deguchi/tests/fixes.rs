//! Holds the fix search to the cases: every plan that it returns cures the question, needs each of its changes, and where a
//! network is broken in one place, some plan is found.
#![cfg(test)]

use std::{collections::BTreeMap, fs, path::PathBuf};

use deguchi::{
    expectation::{Expectation, file},
    fix::snapshot::changed,
    ingest::{self, File},
    question,
};
use deguchi_engine::{
    Engine, Query, Resource, Verdict,
    change::{Change, apply_all},
    fix::{Fixes, MonthlyCosts, OverQuota, Quota, search},
};
use deguchi_model::{Direction, Network, NetworkAclId, Patterns, RouteTable, RouteTableId, RouteTarget};
use serde_json::{Value, json};

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

/// AWS refuses a route to a gateway that was never created: where a VPC has none, every plan creates and attaches one.
#[test]
fn a_vpc_without_an_internet_gateway_gets_one_before_a_route_to_it() {
    let mut network = case("healthy");
    network.internet_gateways.clear();
    for table in network.route_tables.values_mut() {
        table.routes.retain(|route| !matches!(route.target, RouteTarget::InternetGateway(_)));
    }
    let asked = file::parse("expect = [\"web-1 reaches https://api.sendgrid.com\"]").unwrap().remove(0);
    let plans = search(&network, &queries(&network, &asked).unwrap(), &COSTS).plans;
    assert!(!plans.is_empty());
    for plan in plans {
        let creates = |change: &Change| matches!(change, Change::CreateInternetGateway { .. });
        let attaches = |change: &Change| matches!(change, Change::AttachInternetGateway { .. });
        assert!(plan.changes.iter().any(creates) && plan.changes.iter().any(attaches), "{:#?}", plan.changes);
    }
}

/// RT-14: a gateway that the snapshot lacks is there where an active route names it, and a VPC can have no second one.
#[test]
fn an_internet_gateway_that_only_routes_name_is_used_and_none_is_created() {
    let mut network = case("nat-in-private-subnet");
    let known: Vec<_> = network.internet_gateways.keys().cloned().collect();
    network.internet_gateways.clear();
    let asked = file::parse("expect = [\"web-1 reaches https://api.sendgrid.com\"]").unwrap().remove(0);
    let plans = search(&network, &queries(&network, &asked).unwrap(), &COSTS).plans;
    let changes: Vec<&Change> = plans.iter().flat_map(|plan| &plan.changes).collect();
    assert!(!changes.iter().any(|change| matches!(change, Change::CreateInternetGateway { .. })), "{changes:#?}");
    let leads_out = |change: &&&Change| match change {
        Change::AddRoute { target: RouteTarget::InternetGateway(id), .. } => known.contains(id),
        _ => false,
    };
    assert!(changes.iter().find(leads_out).is_some(), "{changes:#?}");
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

/// The files of a case, as they are.
fn files(name: &str) -> Vec<File> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(name).join("snapshot");
    let mut files = Vec::new();
    let mut pending = vec![root.clone()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                files.push(File { name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn copy(file: &File) -> File {
    File { name: file.name.clone(), text: file.text.clone() }
}

/// Two readings of what a change does, one in the model and one in JSON, that share nothing.
#[test]
fn a_snapshot_changed_by_a_plan_is_read_as_the_changed_network() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let mut plans = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(path.join("questions.toml")) else { continue };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let network = case(&name);
        let files = files(&name);
        for asked in file::parse(&text).unwrap() {
            let Some(queries) = queries(&network, &asked) else { continue };
            if passes(&network, [], &queries) {
                continue;
            }
            for plan in search(&network, &queries, &COSTS).plans {
                let title = format!("{name}: {} → {}: {:?}", asked.source, asked.destination, plan.changes);
                let fresh = ingest::from_files(changed(&files, &plan.changes)).unwrap().network;
                let other_way_round: Vec<File> = files.iter().rev().map(copy).collect();
                let again = ingest::from_files(changed(&other_way_round, &plan.changes)).unwrap().network;
                assert_eq!(again.elastic_ips, fresh.elastic_ips, "{title}");
                assert_eq!(again.nat_gateways, fresh.nat_gateways, "{title}");
                let expected = apply_all(&network, &plan.changes);
                assert!(passes(&fresh, [], &queries), "{title}");
                assert_eq!(sorted(fresh.route_tables), sorted(expected.route_tables), "{title}");
                assert_eq!(fresh.network_acls, expected.network_acls, "{title}");
                assert_eq!(fresh.network_interfaces, expected.network_interfaces, "{title}");
                assert_eq!(fresh.nat_gateways, expected.nat_gateways, "{title}");
                assert_eq!(fresh.elastic_ips, expected.elastic_ips, "{title}");
                assert_eq!(fresh.internet_gateways, expected.internet_gateways, "{title}");
                assert_eq!(fresh.vpc_endpoints, expected.vpc_endpoints, "{title}");
                assert_eq!(fresh.identities, expected.identities, "{title}");
                plans += 1;
            }
        }
    }
    assert!(plans >= 60, "{plans}");
}

/// Route tables with their routes in one order: that of AWS means nothing.
fn sorted(tables: BTreeMap<RouteTableId, RouteTable>) -> Vec<RouteTable> {
    let sort = |mut table: RouteTable| {
        table.routes.sort();
        table
    };
    tables.into_values().map(sort).collect()
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
fn an_exit_that_no_plan_uses_still_names_all_that_blocks_it() {
    let fixes = fixes("three-faults", "web-1", "yum");
    let exit = fixes.exits.iter().find(|exit| !exit.can_be_fixed).unwrap();
    let at: Vec<String> = exit.blockers.iter().map(|blocker| blocker.resource.to_string()).collect();
    assert_eq!(
        at,
        ["sg-0706d0729e0f6bbd4", "sg-0db4c260adae233c8", "acl-0246f296707ce3cc4"],
        "the client's, the NAT's, the reply's"
    );
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

#[test]
fn a_policy_that_is_silent_gets_the_narrowest_statement_and_a_denial_stays() {
    let plan = |name: &str, source: &str, destination: &str| {
        fixes(name, source, destination).plans.into_iter().next().map(|plan| plan.changes)
    };
    let changes = plan("endpoint-policy-denies", "web-2", "yum").unwrap();
    let [Change::AllowInEndpointPolicy { statement, .. }] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(statement.actions, Patterns::Only(vec!["s3:GetObject".to_owned()]));
    assert!(
        matches!(&statement.resources, Patterns::Only(all) if all.iter().all(|own| own.starts_with("arn:aws:s3:::al2023-repos-")))
    );
    let changes = plan("role-without-policy", "web-1", "s3://app-data-111122223333/report.csv").unwrap();
    let [Change::PutRolePolicy { document, .. }] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(
        document.statements[0].resources,
        Patterns::Only(vec!["arn:aws:s3:::app-data-111122223333/report.csv".to_owned()])
    );

    // The same with a statement that denies: nobody's denial is taken away, and a document that is not understood is not written.
    let files = files("endpoint-policy-denies");
    let asked = file::parse("expect = [\"web-2 reaches yum\"]").unwrap().remove(0);
    for (own, other) in [(r#"\"Effect\":\"Allow\""#, r#"\"Effect\":\"Deny\""#), (r#"\"Sid\""#, r#"\"Unheard\""#)] {
        let change = |file: &File| File { name: file.name.clone(), text: file.text.replace(own, other) };
        let network = ingest::from_files(files.iter().map(change).collect()).unwrap().network;
        let found = search(&network, &queries(&network, &asked).unwrap(), &COSTS);
        let writes = |change: &Change| matches!(change, Change::AllowInEndpointPolicy { .. });
        if own.contains("Effect") {
            // A policy without an allowing statement is silent about the request; what it denies is another bucket.
            assert!(found.plans.iter().flat_map(|plan| &plan.changes).any(writes));
        } else {
            assert!(!found.plans.iter().flat_map(|plan| &plan.changes).any(writes), "{:?}", found.plans);
        }
    }
}

/// The rules, addresses and gateways that are there already count; what a plan does not add to is nobody's business.
#[test]
fn a_plan_that_goes_past_a_default_quota_says_so() {
    let asked = file::parse("expect = [\"web-1 reaches https://api.sendgrid.com\"]").unwrap().remove(0);
    let found = |name: &str, change: &dyn Fn(&mut File)| {
        let mut files = files(name);
        files.iter_mut().for_each(change);
        let network = ingest::from_files(files).unwrap().network;
        search(&network, &queries(&network, &asked).unwrap(), &COSTS).plans
    };
    let as_it_is = |_: &mut File| {};
    let name = "public-acl-misses-client";
    let narrow = found(name, &as_it_is);
    assert!(narrow.iter().all(|plan| plan.over_quota.is_empty()), "{narrow:?}");
    let added = narrow[0].changes.iter().filter_map(|change| match change {
        Change::AddNetworkAclRule { acl, direction: Direction::Inbound, .. } => Some(acl.clone()),
        _ => None,
    });
    let added: Vec<NetworkAclId> = added.collect();
    let acl = added.first().unwrap();
    let own = case(name).network_acls[acl].inbound().iter().filter(|rule| !rule.number.is_closing()).count();
    for (wanted, is_over) in [(20, false), (21, true), (41, true)] {
        let filled = |file: &mut File| {
            if file.name != "describe-network-acls.json" {
                return;
            }
            let mut document: Value = serde_json::from_str(&file.text).unwrap();
            let all = document["NetworkAcls"].as_array_mut().unwrap();
            let one = all.iter_mut().find(|one| one["NetworkAclId"] == acl.as_str()).unwrap();
            let entries = one["Entries"].as_array_mut().unwrap();
            // With its closing rule and the plan's the list comes to what is wanted.
            for number in 0..wanted - 1 - added.len() - own {
                entries.push(json!({
                    "CidrBlock": "203.0.113.7/32", "Egress": false, "PortRange": {"From": 9, "To": 9}, "Protocol": "6",
                    "RuleAction": "deny", "RuleNumber": 20_000 + number
                }));
            }
            file.text = document.to_string();
        };
        let plans = found(name, &filled);
        let plan = plans
            .iter()
            .find(|plan| plan.changes.iter().any(|change| matches!(change, Change::AddNetworkAclRule { .. })));
        let quota = Quota::RulesPerNetworkAcl { direction: Direction::Inbound, is_ipv6: false };
        let expected = OverQuota { resource: Resource::NetworkAcl(acl.clone()), quota, count: wanted };
        let over = &plan.unwrap().over_quota;
        assert_eq!(over.as_slice(), if is_over { std::slice::from_ref(&expected) } else { &[] }, "{wanted}");
    }
}

/// Five Elastic IPs is what an account has by default in a Region: the sixth is one too many.
#[test]
fn an_address_past_the_default_quota_is_told() {
    let spare = |count: u8| {
        move |file: &mut File| {
            if file.name != "describe-addresses.json" {
                return;
            }
            let mut document: Value = serde_json::from_str(&file.text).unwrap();
            let all = document["Addresses"].as_array_mut().unwrap();
            while all.len() < usize::from(count) {
                let number = all.len();
                all.push(json!({
                    "AllocationId": format!("eipalloc-0{number}"), "Domain": "vpc", "PublicIp": format!("203.0.113.{}", 200 + number)
                }));
            }
            file.text = document.to_string();
        }
    };
    let asked = file::parse("expect = [\"batch-1 reaches https://api.sendgrid.com\"]").unwrap().remove(0);
    let quotas = |count: u8| {
        let mut files = files("public-without-address");
        files.iter_mut().for_each(spare(count));
        let network = ingest::from_files(files).unwrap().network;
        let plans = search(&network, &queries(&network, &asked).unwrap(), &COSTS).plans;
        let associates = |change: &Change| matches!(change, Change::AssociateElasticIp { .. });
        let plan = plans.into_iter().find(|plan| plan.changes.iter().any(associates)).unwrap();
        plan.over_quota.into_iter().map(|over| (over.quota, over.count)).collect::<Vec<_>>()
    };
    assert_eq!(quotas(4), []);
    assert_eq!(quotas(5), [(Quota::ElasticIpsPerRegion, 6)]);
}

#[test]
fn the_route_of_a_gateway_endpoint_is_nobodys_to_replace() {
    for (name, source) in [("endpoint-policy-denies", "web-2"), ("healthy", "web-2")] {
        let found = fixes(name, source, "yum");
        let touches = |change: &Change| match change {
            Change::ReplaceRoute { destination, .. } | Change::DeleteRoute { destination, .. } => {
                matches!(destination, deguchi_model::RouteDestination::PrefixList(_))
            }
            _ => false,
        };
        assert!(!found.plans.iter().flat_map(|plan| &plan.changes).any(touches), "GE-1: {:?}", found.plans);
    }
}
