//! Holds the fix search to faults that come together: what the broken cases break is broken two to four at once, and every
//! question that stops has to get a plan that cures all of it.
#![cfg(test)]

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::PathBuf};

use deguchi::{
    expectation::{Expectation, file},
    fix::{self, Prices, snapshot::changed},
    ingest::{self, File},
    question::{self, Question},
};
use deguchi_engine::{
    Engine, Verdict,
    change::{Change, apply_all},
};
use deguchi_model::{Network, RouteTarget};
use proptest::{
    sample::subsequence,
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;

/// How many networks are made where `DEGUCHI_COMBINATIONS` does not say.
const COMBINATIONS: usize = 16;

/// The sound network that the cases break.
const SOUND: &str = "healthy";

/// A snapshot: each file by its name.
type Documents = BTreeMap<String, Value>;

fn cases() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases")
}

fn documents(name: &str) -> Documents {
    let folder = cases().join(name).join("snapshot");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let json = entries.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
    })
    .collect()
}

fn files(documents: &Documents) -> Vec<File> {
    documents.iter().map(|(name, document)| File { name: name.clone(), text: document.to_string() }).collect()
}

/// What tells one thing of a list from the others: the identifier that AWS gives it, or its number.
fn identity(list: &[Value]) -> Option<&'static str> {
    const IDENTITIES: [&str; 16] = [
        "InstanceId",
        "NetworkInterfaceId",
        "NetworkAclId",
        "GroupId",
        "RouteTableAssociationId",
        "NetworkAclAssociationId",
        "RouteTableId",
        "SubnetId",
        "VpcId",
        "NatGatewayId",
        "AllocationId",
        "InternetGatewayId",
        "VpcEndpointId",
        "DhcpOptionsId",
        "ReservationId",
        "PrivateIpAddress",
    ];
    IDENTITIES.into_iter().find(|key| list.iter().all(|item| item.get(key).is_some()))
}

/// Does to `onto` what makes `broken` of `sound`; says whether it could: not where `onto` has been changed in the same place.
fn break_alike(sound: &Value, broken: &Value, onto: &mut Value) -> bool {
    if sound == broken || onto == broken {
        return true;
    }
    match (sound, broken, &mut *onto) {
        (Value::Object(sound), Value::Object(broken), Value::Object(onto)) => {
            let keys: Vec<&String> = sound.keys().chain(broken.keys()).collect();
            keys.into_iter().all(|key| match (sound.get(key), broken.get(key)) {
                (Some(sound), Some(broken)) => onto.get_mut(key).is_some_and(|own| break_alike(sound, broken, own)),
                (Some(sound), None) => onto.remove(key).is_none_or(|own| own == *sound),
                (None, Some(broken)) => onto.insert(key.clone(), broken.clone()).is_none_or(|own| own == *broken),
                (None, None) => true,
            })
        }
        (Value::Array(sound), Value::Array(broken), Value::Array(onto)) => {
            let all: Vec<Value> = sound.iter().chain(broken).chain(onto.iter()).cloned().collect();
            let same = |a: &Value, b: &Value| identity(&all).map_or(a == b, |key| a.get(key) == b.get(key));
            let is_changed = |item: &&Value| broken.iter().find(|other| same(item, other)) != Some(item);
            for before in sound.iter().filter(is_changed) {
                let Some(place) = onto.iter().position(|own| same(own, before)) else { return false };
                let is_done = match (broken.iter().find(|other| same(other, before)), onto.get_mut(place)) {
                    (Some(after), Some(own)) => break_alike(before, after, own),
                    _ => onto.remove(place) == *before,
                };
                if !is_done {
                    return false;
                }
            }
            let new = broken.iter().filter(|item| !sound.iter().any(|other| same(item, other)));
            let missing: Vec<Value> = new.filter(|item| !onto.iter().any(|other| same(item, other))).cloned().collect();
            onto.extend(missing);
            true
        }
        _ => {
            let is_free = onto == sound;
            *onto = broken.clone();
            is_free
        }
    }
}

/// A network with the faults of several cases, where they do not break the same thing.
fn combined(sound: &Documents, faults: &[&(String, Documents)]) -> Option<Documents> {
    let mut onto = sound.clone();
    for (_, broken) in faults {
        for (name, document) in broken {
            match (sound.get(name), onto.get_mut(name)) {
                (Some(before), Some(own)) => {
                    if !break_alike(before, document, own) {
                        return None;
                    }
                }
                _ => {
                    onto.insert(name.clone(), document.clone());
                }
            }
        }
    }
    Some(onto)
}

fn resolved(network: &Network, asked: &Expectation) -> Option<Question> {
    question::resolve(network, &asked.source, &asked.destination, &asked.options).ok()
}

/// The verdict of a question, its names included.
fn verdict(network: &Network, question: &Question) -> Verdict {
    let engine = Engine::new(network);
    let mut verdicts = Vec::new();
    for alternative in &question.alternatives {
        let query = &alternative.query;
        verdicts.push(engine.answer(query).verdict);
        let found = alternative.hosts.iter();
        verdicts.extend(found.filter_map(|host| {
            engine.resolve(&query.source, host, query.traffic.client_ports()).map(|found| found.verdict)
        }));
    }
    let passes = verdicts.iter().all(|verdict| *verdict == Verdict::Reachable);
    let is_undecided = verdicts.contains(&Verdict::Undecided);
    match (passes, is_undecided) {
        (true, _) => Verdict::Reachable,
        (false, true) => Verdict::Undecided,
        (false, false) => Verdict::Unreachable,
    }
}

fn verdict_after(documents: &Documents, changes: &[Change], asked: &Expectation) -> Option<Verdict> {
    let network = ingest::from_files(changed(&files(documents), changes)).unwrap().network;
    Some(verdict(&network, &resolved(&network, asked)?))
}

/// The questions that pass in the sound network: every source of the cases to every destination of theirs.
fn questions(sound: &Network) -> Vec<Expectation> {
    let mut expected = Vec::new();
    for entry in fs::read_dir(cases()).unwrap() {
        let Ok(text) = fs::read_to_string(entry.unwrap().path().join("questions.toml")) else { continue };
        expected.extend(file::parse(&text).unwrap());
    }
    expected.sort_by_key(|asked| format!("{} {}", asked.source, asked.destination));
    expected.dedup_by_key(|asked| format!("{} {}", asked.source, asked.destination));
    expected
        .retain(|asked| resolved(sound, asked).is_some_and(|question| verdict(sound, &question) == Verdict::Reachable));
    expected
}

/// Whether everything that the changes lead routes to is in the network they make.
fn routes_lead_somewhere(network: &Network, changes: &[Change]) -> bool {
    let after = apply_all(network, changes);
    changes.iter().all(|change| match change {
        Change::AddRoute { target, .. } | Change::ReplaceRoute { target, .. } => match target {
            RouteTarget::InternetGateway(id) => after.internet_gateways.contains_key(id),
            RouteTarget::NatGateway(id) => after.nat_gateways.contains_key(id),
            RouteTarget::NetworkInterface(id) => after.network_interfaces.contains_key(id),
            _ => true,
        },
        _ => true,
    })
}

#[derive(Debug, Default)]
struct Tally {
    networks: usize,
    stopped: usize,
    cured: usize,
    plans: usize,
    largest: usize,
    without: String,
}

impl Tally {
    /// Asks every question of a broken network; each plan for one that stops is read afresh, and needs each of its changes.
    fn ask(&mut self, title: &str, documents: &Documents, questions: &[Expectation]) {
        let network = ingest::from_files(files(documents)).unwrap().network;
        let prices = Prices::built_in().unwrap();
        self.networks += 1;
        for asked in questions {
            let Some(question) = resolved(&network, asked) else { continue };
            if verdict(&network, &question) == Verdict::Reachable {
                continue;
            }
            self.stopped += 1;
            let plans = fix::propose(&network, &question, &prices).fixes.plans;
            self.cured += usize::from(!plans.is_empty());
            if plans.is_empty() {
                writeln!(self.without, "{title}: {} → {}", asked.source, asked.destination).unwrap();
            }
            for plan in plans {
                self.plans += 1;
                self.largest = self.largest.max(plan.changes.len());
                let title = || format!("{title}: {} → {}: {:?}", asked.source, asked.destination, plan.changes);
                let after = verdict_after(documents, &plan.changes, asked);
                assert_eq!(after, Some(Verdict::Reachable), "{}", title());
                // AWS refuses to do anything with what was not created, so that only the others can be left out.
                let is_needed_by_others = |change: &Change| {
                    matches!(change, Change::CreateRouteTable { .. } | Change::CreateInternetGateway { .. })
                };
                assert!(routes_lead_somewhere(&network, &plan.changes), "{}", title());
                let places = plan.changes.iter().enumerate().filter(|(_, change)| !is_needed_by_others(change));
                for (left_out, _) in places {
                    let mut fewer = plan.changes.clone();
                    fewer.remove(left_out);
                    let after = verdict_after(documents, &fewer, asked);
                    assert_ne!(after, Some(Verdict::Reachable), "{} without {left_out}", title());
                }
            }
        }
    }
}

/// The list in a file of a snapshot.
fn list<'d>(documents: &'d mut Documents, file: &str, key: &str) -> &'d mut Vec<Value> {
    documents.get_mut(&format!("{file}.json")).unwrap()[key].as_array_mut().unwrap()
}

/// Keeps some of what each thing of a list has in a list of its own.
fn keep(documents: &mut Documents, (file, key, member): (&str, &str, &str), keeps: impl Fn(&Value) -> bool) {
    for own in list(documents, file, key) {
        own[member].as_array_mut().unwrap().retain(&keeps);
    }
}

const ROUTES: (&str, &str, &str) = ("describe-route-tables", "RouteTables", "Routes");
const ACL_RULES: (&str, &str, &str) = ("describe-network-acls", "NetworkAcls", "Entries");
const GROUPS: (&str, &str) = ("describe-security-groups", "SecurityGroups");
const INTERFACES: (&str, &str) = ("describe-network-interfaces", "NetworkInterfaces");

/// What makes a fault.
type Make = fn(&mut Documents);

/// What is missing in a network made from the sound one is missing everywhere in it.
const MADE: [(&str, Make); 11] = [
    ("no internet gateway", |documents| {
        list(documents, "describe-internet-gateways", "InternetGateways").clear();
        keep(documents, ROUTES, |route| !route["GatewayId"].as_str().is_some_and(|id| id.starts_with("igw-")));
    }),
    ("no NAT gateway", |documents| {
        list(documents, "describe-nat-gateways", "NatGateways").clear();
        list(documents, INTERFACES.0, INTERFACES.1).retain(|own| own["InterfaceType"] != "nat_gateway");
        keep(documents, ROUTES, |route| route.get("NatGatewayId").is_none());
    }),
    ("no NAT instance", |documents| {
        keep(documents, ROUTES, |route| route.get("NetworkInterfaceId").or_else(|| route.get("InstanceId")).is_none());
        list(documents, INTERFACES.0, INTERFACES.1).iter_mut().for_each(|own| own["SourceDestCheck"] = true.into());
    }),
    ("no gateway endpoint", |documents| {
        list(documents, "describe-vpc-endpoints", "VpcEndpoints").retain(|own| own["VpcEndpointType"] != "Gateway");
        keep(documents, ROUTES, |route| route.get("DestinationPrefixListId").is_none());
    }),
    ("no default route", |documents| keep(documents, ROUTES, |route| route["DestinationCidrBlock"] != "0.0.0.0/0")),
    ("every subnet has the main table", |documents| {
        keep(documents, ("describe-route-tables", "RouteTables", "Associations"), |own| own["Main"] == true);
    }),
    ("no rule of a network ACL allows", |documents| keep(documents, ACL_RULES, |rule| rule["RuleAction"] == "deny")),
    ("no inbound rule of a network ACL allows", |documents| {
        keep(documents, ACL_RULES, |rule| rule["RuleAction"] == "deny" || rule["Egress"] == true);
    }),
    ("no outbound rule of a security group", |documents| {
        keep(documents, (GROUPS.0, GROUPS.1, "IpPermissionsEgress"), |_| false);
    }),
    ("no inbound rule of a security group", |documents| {
        keep(documents, (GROUPS.0, GROUPS.1, "IpPermissions"), |_| false);
    }),
    ("every machine is stopped", |documents| {
        let reservations = list(documents, "describe-instances", "Reservations").iter_mut();
        for own in reservations.flat_map(|own| own["Instances"].as_array_mut().unwrap()) {
            own["State"] = serde_json::json!({"Code": 80, "Name": "stopped"});
        }
    }),
];

#[test]
fn faults_that_come_together_are_cured_together() {
    let sound = documents(SOUND);
    let network = ingest::from_files(files(&sound)).unwrap().network;
    let questions = questions(&network);
    let names = fs::read_dir(cases()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = names
        .filter(|path| path.join("snapshot").is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != SOUND)
        .collect();
    names.sort();
    let mut faults: Vec<(String, Documents)> = names.into_iter().map(|name| (name.clone(), documents(&name))).collect();
    faults.extend(MADE.iter().map(|(name, change)| {
        let mut documents = sound.clone();
        change(&mut documents);
        assert_ne!(documents, sound, "{name}");
        ((*name).to_owned(), documents)
    }));
    let count = env::var("DEGUCHI_COMBINATIONS").map_or(COMBINATIONS, |count| count.parse().unwrap());
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let some = subsequence((0..faults.len()).collect::<Vec<_>>(), 2..=4);
    let mut tally = Tally::default();
    while tally.networks < count {
        let places = some.new_tree(&mut runner).unwrap().current();
        let chosen: Vec<&(String, Documents)> = places.into_iter().map(|place| &faults[place]).collect();
        let Some(documents) = combined(&sound, &chosen) else { continue };
        let title = chosen.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" + ");
        tally.ask(&title, &documents, &questions);
    }
    println!("{tally:?}");
    assert!(tally.stopped >= tally.networks, "{tally:?}");
    assert!(tally.without.is_empty(), "{}", tally.without);
}
