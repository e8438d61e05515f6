//! Where a packet of a lab was seen: every device is a capture point, and every rule that drops counts.
//!
//! While one flow is tried, a table of its own in each namespace notes by which devices it came and went, before and
//! behind all others. From the notes the way is put together, out and back: link by link, until the flow is at an end.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    os::fd::AsFd as _,
    time::Duration,
};

use nix::sched::{CloneFlags, setns};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    apply::{enter, read, run},
    dropped::DroppedBy,
    error::LabError,
    plan::{LabPlan, Link, Station},
    probe::{Fate, Flow, Protocol, probe},
};

const TABLE: &str = "deguchi-trace";

/// What became of a flow, and where it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// What became of it.
    pub fate: Fate,
    /// The way of the request.
    pub out: Path,
    /// The way of the reply, where the request arrived.
    pub back: Option<Path>,
}

/// A way through the lab, as far as packets were seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// The links crossed, in order.
    pub crossings: Vec<Crossing>,
    /// Where it ends.
    pub end: PathEnd,
}

/// A link that was crossed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    /// What stands at the link's near end.
    pub from: Station,
    /// What stands at its far end.
    pub to: Station,
    /// What the link stands for, as AWS names it.
    pub by: String,
}

/// Where a way ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PathEnd {
    /// Where packets arrived.
    Arrived {
        /// At what.
        at: Station,
        /// What it stands for, as AWS names it.
        stands_for: String,
    },
    /// Where they were seen to come and not to go.
    Lost {
        /// At what.
        at: Station,
        /// What it stands for.
        stands_for: String,
        /// The rules that dropped them there; none where no route or no socket took them.
        by: Vec<DroppedBy>,
    },
}

/// The two directions of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    Out,
    Back,
}

impl Heading {
    const fn word(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Back => "back",
        }
    }
}

/// What was noted in a namespace: devices by heading.
#[derive(Clone, Debug, Default)]
struct Notes {
    came: BTreeSet<(Heading, String)>,
    passed: BTreeMap<(Heading, String), String>,
    arrived: BTreeSet<(Heading, String)>,
    left: BTreeMap<Heading, String>,
    drops: BTreeMap<String, u64>,
}

/// Tries one flow and tells where it was seen.
///
/// # Errors
///
/// If a namespace is gone or nftables refuses.
pub(crate) fn trace(plan: &LabPlan, flow: &Flow, patience: Duration) -> Result<Trace, LabError> {
    let home = fs::File::open("/proc/thread-self/ns/net").map_err(|error| LabError::system("namespace", error))?;
    let table = table(flow);
    let mut before = BTreeMap::new();
    for namespace in &plan.namespaces {
        enter(&namespace.name)?;
        run("nft", &["-f", "-"], &table, &namespace.name)?;
        before.insert(namespace.name.as_str(), notes(&namespace.name)?.drops);
    }
    setns(home.as_fd(), CloneFlags::CLONE_NEWNET).map_err(|error| LabError::system("namespace", error))?;
    let fate = probe(plan, std::slice::from_ref(flow), patience)?.pop().unwrap_or(Fate::Silent);
    let mut seen = BTreeMap::new();
    for namespace in &plan.namespaces {
        enter(&namespace.name)?;
        let mut notes = notes(&namespace.name)?;
        let counted = before.get(namespace.name.as_str());
        notes.drops.retain(|comment, count| counted.and_then(|old| old.get(comment)).is_none_or(|old| *count > *old));
        seen.insert(namespace.name.as_str(), notes);
        run("nft", &["delete", "table", "inet", TABLE], "", &namespace.name)?;
    }
    setns(home.as_fd(), CloneFlags::CLONE_NEWNET).map_err(|error| LabError::system("namespace", error))?;
    let (out, arrived) = path(plan, &seen, &flow.from, Heading::Out);
    let back = arrived.map(|place| path(plan, &seen, &place, Heading::Back).0);
    Ok(Trace { fate, out, back })
}

/// The table that notes a flow's devices. A request is known by the service's port, which no gateway of a lab changes.
fn table(flow: &Flow) -> String {
    let port = flow.destination_port;
    let matches = |heading: Heading| match (flow.protocol, heading) {
        (Protocol::Tcp, Heading::Out) => format!("meta l4proto tcp th dport {port}"),
        (Protocol::Tcp, Heading::Back) => format!("meta l4proto tcp th sport {port}"),
        (Protocol::Udp, Heading::Out) => format!("meta l4proto udp th dport {port}"),
        (Protocol::Udp, Heading::Back) => format!("meta l4proto udp th sport {port}"),
        (Protocol::Ping, Heading::Out) if flow.source.is_ipv4() => "icmp type echo-request".to_owned(),
        (Protocol::Ping, Heading::Back) if flow.source.is_ipv4() => "icmp type echo-reply".to_owned(),
        (Protocol::Ping, Heading::Out) => "icmpv6 type echo-request".to_owned(),
        (Protocol::Ping, Heading::Back) => "icmpv6 type echo-reply".to_owned(),
    };
    let hooks = [
        ("came", "prerouting priority -1000", "ifname", "iifname"),
        ("passed", "forward priority 1000", "ifname . ifname", "iifname . oifname"),
        ("arrived", "input priority 1000", "ifname", "iifname"),
        ("left", "output priority 1000", "ifname", "oifname"),
    ];
    let mut text = format!("table inet {TABLE} {{\n");
    for (name, hook, kind, what) in hooks {
        let mut rules = String::new();
        for heading in [Heading::Out, Heading::Back] {
            let set = format!("{name}-{}", heading.word());
            // Writing to a string does not fail.
            let _ = writeln!(text, "\tset {set} {{\n\t\ttype {kind}\n\t\tflags dynamic\n\t}}");
            let _ = writeln!(rules, "\t\t{} add @{set} {{ {what} }}", matches(heading));
        }
        let _ = writeln!(text, "\tchain {name} {{\n\t\ttype filter hook {hook}\n{rules}\t}}");
    }
    text.push_str("}\n");
    text
}

/// What nftables has noted in the present namespace.
fn notes(place: &str) -> Result<Notes, LabError> {
    let text = read("nft", &["-j", "list", "ruleset"], place)?;
    let listed: Value = serde_json::from_str(&text).map_err(|error| LabError::system(place, error))?;
    let mut notes = Notes::default();
    for item in listed.get("nftables").and_then(Value::as_array).into_iter().flatten() {
        if let Some(set) = item.get("set").filter(|set| set.get("table").is_some_and(|table| table == TABLE)) {
            note(&mut notes, set);
        }
        if let Some(rule) = item.get("rule")
            && let Some(comment) = rule.get("comment").and_then(Value::as_str)
        {
            let statements = rule.get("expr").and_then(Value::as_array).into_iter().flatten();
            let count = statements.filter_map(|own| own.get("counter")?.get("packets")?.as_u64()).sum::<u64>();
            *notes.drops.entry(comment.to_owned()).or_default() += count;
        }
    }
    Ok(notes)
}

fn note(notes: &mut Notes, set: &Value) {
    let Some((what, heading)) = set.get("name").and_then(Value::as_str).and_then(|name| name.split_once('-')) else {
        return;
    };
    let heading = if heading == Heading::Out.word() { Heading::Out } else { Heading::Back };
    for element in set.get("elem").and_then(Value::as_array).into_iter().flatten() {
        let devices: Vec<&str> = match element.get("concat").and_then(Value::as_array) {
            Some(parts) => parts.iter().filter_map(Value::as_str).collect(),
            None => element.as_str().into_iter().collect(),
        };
        match (what, devices.as_slice()) {
            ("came", [device]) => drop(notes.came.insert((heading, (*device).to_owned()))),
            ("arrived", [device]) => drop(notes.arrived.insert((heading, (*device).to_owned()))),
            ("left", [device]) => drop(notes.left.insert(heading, (*device).to_owned())),
            ("passed", [from, to]) => drop(notes.passed.insert((heading, (*from).to_owned()), (*to).to_owned())),
            _ => {}
        }
    }
}

/// Follows a flow from where it starts; returns its way, and the namespace where it arrived.
fn path(plan: &LabPlan, seen: &BTreeMap<&str, Notes>, start: &str, heading: Heading) -> (Path, Option<String>) {
    let mut crossings = Vec::new();
    let mut place = start.to_owned();
    let mut came: Option<String> = None;
    let mut known = BTreeSet::new();
    let nothing = Notes::default();
    loop {
        let notes = seen.get(place.as_str()).unwrap_or(&nothing);
        let next = match &came {
            None => notes.left.get(&heading),
            Some(device) => notes.passed.get(&(heading, device.clone())),
        };
        // One that comes by again goes in circles.
        let goes_on = known.insert((place.clone(), came.clone()));
        let link = next.filter(|_| goes_on).and_then(|device| far_end(plan, &place, device));
        let Some((link, far)) = link else { break };
        let is_there =
            seen.get(far.namespace.as_str()).is_some_and(|own| own.came.contains(&(heading, far.device.clone())));
        if !is_there {
            break;
        }
        crossings.push(Crossing {
            from: station(plan, &place),
            to: station(plan, &far.namespace),
            by: link.stands_for.clone(),
        });
        place.clone_from(&far.namespace);
        came = Some(far.device.clone());
    }
    let notes = seen.get(place.as_str()).unwrap_or(&nothing);
    let stands_for = plan.namespaces.iter().find(|own| own.name == place).map(|own| own.stands_for.clone());
    let stands_for = stands_for.unwrap_or_default();
    if came.is_some_and(|device| notes.arrived.contains(&(heading, device))) {
        return (Path { crossings, end: PathEnd::Arrived { at: station(plan, &place), stands_for } }, Some(place));
    }
    let by = notes.drops.keys().filter_map(|comment| DroppedBy::of(comment)).collect();
    (Path { crossings, end: PathEnd::Lost { at: station(plan, &place), stands_for, by } }, None)
}

fn station(plan: &LabPlan, namespace: &str) -> Station {
    plan.namespaces.iter().find(|own| own.name == namespace).map(|own| own.station).unwrap_or_default()
}

/// The link at a device of a namespace, and its other end.
fn far_end<'p>(plan: &'p LabPlan, namespace: &str, device: &str) -> Option<(&'p Link, &'p crate::plan::End)> {
    plan.links.iter().find_map(|link| {
        let is_near = |end: &crate::plan::End| end.namespace == namespace && end.device == device;
        let [first, second] = &link.ends;
        if is_near(first) {
            Some((link, second))
        } else if is_near(second) {
            Some((link, first))
        } else {
            None
        }
    })
}
