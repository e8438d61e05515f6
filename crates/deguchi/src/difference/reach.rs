//! What is asked of two networks: from each class of machines the catalogue's destinations and the internet, from the
//! internet each class, and the classes each other; what has no part in any change is not asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use deguchi_engine::{
    AddressSet, Comparison, Destination, DestinationBasis, Engine, Ports, Query, Source, Traffic, source_classes,
};
use deguchi_model::{IpNet, Network, NetworkInterface, NetworkInterfaceId, PortRange};

use super::{matching::Matching, touched::Touched};
use crate::{
    expectation::{Subject, subjects},
    question::{self, Family, Options, Question},
};

/// Destinations outside the snapshot, as `why` names them: every port where none is part of the name.
const OUTSIDE: [&str; 9] = [
    "yum",
    "s3:0-65535",
    "dynamodb:0-65535",
    "dns",
    "ntp",
    "metadata",
    "internet:0-65535",
    "udp:internet:0-65535",
    "icmp:internet",
];

/// Machines that fare alike on both sides.
#[derive(Debug)]
pub(super) struct Unit<'n> {
    /// What they are called.
    pub(super) labels: Vec<String>,
    /// One of them, before.
    before: Option<&'n NetworkInterface>,
    /// The same one, after.
    pub(super) after: Option<&'n NetworkInterface>,
    /// Another one of them, before and after, where there are several.
    other: Option<(&'n NetworkInterface, &'n NetworkInterface)>,
    /// Whether a change touches what their packets meet first or last.
    is_touched: bool,
}

/// One question put to both sides.
pub(super) struct Asked {
    /// The unit that the packets start at; `None` for the internet.
    pub(super) from: Option<usize>,
    /// Where they go.
    pub(super) to: To,
    /// How the question reads before; `None` where there was nobody.
    pub(super) before: Option<Question>,
    /// How it reads after.
    pub(super) after: Question,
    /// What came of it, one for each alternative.
    pub(super) comparisons: Vec<Comparison>,
}

/// Where packets go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum To {
    /// A destination of the catalogue, or the internet.
    Outside(&'static str),
    /// A unit.
    Unit(usize),
}

/// Both networks, ready to be asked.
pub(super) struct Pair<'n> {
    pub(super) before: Side<'n>,
    pub(super) after: Side<'n>,
}

impl Pair<'_> {
    /// Puts one query to both sides; to the later one alone where there was nobody before.
    pub(super) fn compare(&self, before: Option<&Query>, after: &Query) -> Comparison {
        match before {
            Some(before) => self.before.engine.compare(before, &self.after.engine, after),
            None => self.after.engine.compare_with_nothing(after),
        }
    }
}

/// One network, ready to be asked.
pub(super) struct Side<'n> {
    engine: Engine<'n>,
    /// What is the internet to it: for IPv4 and for IPv6.
    internet: [AddressSet; 2],
}

impl<'n> Side<'n> {
    /// Prepares a network.
    pub(super) fn new(network: &'n Network) -> Self {
        let internet = [Family::Ipv4, Family::Ipv6].map(|family| question::internet(network, family));
        Self { engine: Engine::new(network), internet }
    }

    /// The network.
    pub(super) fn network(&self) -> &'n Network {
        self.engine.network()
    }
}

/// Sorts the machines of two networks into units: first those on both sides, then new ones; and names those that are gone.
pub(super) fn units<'n>(
    before: &'n Network,
    after: &'n Network,
    matching: &Matching,
    touched: &Touched,
) -> (Vec<Unit<'n>>, Vec<String>) {
    let (old_classes, new_classes) = (classes(before), classes(after));
    let old_subjects = by_interface(before);
    let new_subjects = by_interface(after);
    let mut units: BTreeMap<(Option<usize>, usize, String), Unit<'n>> = BTreeMap::new();
    for (id, subject) in &new_subjects {
        let Some(interface) = after.network_interfaces.get(*id) else { continue };
        let Some(new_class) = new_classes.get(id).copied() else { continue };
        let earlier = matching.earlier_id(id.as_str());
        let old = before.network_interfaces.get(earlier.as_str());
        let old_class = old.and_then(|old| old_classes.get(&old.id).copied());
        let old_instance = old.and_then(|old| old_subjects.get(&old.id)).and_then(|subject| subject.instance);
        let about = |instance: Option<&deguchi_model::Instance>| {
            instance.map(|it| format!("{:?} {:?} {:?}", it.image, it.platform, it.instance_profile))
        };
        let about = format!("{:?} {:?}", about(old_instance), about(subject.instance));
        let unit = units.entry((old_class, new_class, about)).or_insert_with(|| Unit {
            labels: Vec::new(),
            before: old.filter(|_| old_class.is_some()),
            after: Some(interface),
            other: None,
            is_touched: false,
        });
        unit.is_touched |=
            touched.holds(after, interface, matching) || old.is_some_and(|old| touched.holds_earlier(old));
        if !unit.labels.is_empty() && unit.other.is_none() {
            unit.other = old.map(|old| (old, interface));
        }
        unit.labels.push(label(subject, interface));
    }
    let gone = old_subjects
        .iter()
        .filter(|(id, _)| !after.network_interfaces.contains_key(matching.later_id(id.as_str()).as_str()));
    let gone: BTreeSet<String> = gone.map(|(_, subject)| subject.label().to_owned()).collect();
    (units.into_values().collect(), gone.into_iter().collect())
}

fn label(subject: &Subject<'_>, interface: &NetworkInterface) -> String {
    let is_first = subject.interfaces.first().is_some_and(|first| first.id == interface.id);
    if is_first { subject.label().to_owned() } else { format!("{} {}", subject.label(), interface.id) }
}

fn by_interface(network: &Network) -> BTreeMap<&NetworkInterfaceId, Subject<'_>> {
    let each = subjects(network).into_iter();
    each.flat_map(|subject| {
        let ids: Vec<&NetworkInterfaceId> = subject.interfaces.iter().map(|interface| &interface.id).collect();
        ids.into_iter().map(move |id| (id, subject.clone()))
    })
    .collect()
}

fn classes(network: &Network) -> BTreeMap<&NetworkInterfaceId, usize> {
    let classes = source_classes(network).into_iter().enumerate();
    classes.flat_map(|(place, class)| class.members.into_iter().map(move |member| (&member.id, place))).collect()
}

/// Asks everything that a change may have a part in, on all processors.
pub(super) fn ask(pair: &Pair<'_>, units: &[Unit<'_>], touched: &Touched) -> Vec<Asked> {
    let mut jobs: Vec<(Option<usize>, To)> = Vec::new();
    for (place, unit) in units.iter().enumerate() {
        if touched.reaches_vpc(unit.after) || unit.before.is_none() {
            jobs.extend(OUTSIDE.into_iter().map(|destination| (Some(place), To::Outside(destination))));
            jobs.push((None, To::Unit(place)));
        }
        for (other, target) in units.iter().enumerate() {
            if touched.reaches_pair((unit.after, unit.is_touched), (target.after, target.is_touched)) {
                jobs.push((Some(place), To::Unit(other)));
            }
        }
    }
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let chunk = jobs.len().div_ceil(workers * 8).max(1);
    let chunks: Vec<&[(Option<usize>, To)]> = jobs.chunks(chunk).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut done: Vec<(usize, Vec<Asked>)> = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(chunk) = chunks.get(at) else { return done };
            done.push((at, chunk.iter().flat_map(|(from, to)| one(pair, units, *from, to)).collect()));
        }
    };
    let mut done: Vec<(usize, Vec<Asked>)> = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let own = work();
        // A thread that panics is a fault of deguchi: its part is asked again here, where it panics in sight.
        helpers.into_iter().flat_map(|helper| helper.join().unwrap_or_else(|_| work())).chain(own).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().flat_map(|(_, asked)| asked).collect()
}

/// Puts one question to both sides; several where a destination has both families.
fn one(pair: &Pair<'_>, units: &[Unit<'_>], from: Option<usize>, to: &To) -> Vec<Asked> {
    let questions = match (from.and_then(|place| units.get(place)), to) {
        (Some(unit), To::Outside(name)) => outside(pair, unit, name),
        (source, To::Unit(place)) => match units.get(*place) {
            Some(target) => inside(pair, source, target, from == Some(*place)),
            None => Vec::new(),
        },
        (None, To::Outside(_)) => Vec::new(),
    };
    let compared = questions.into_iter().filter_map(|(before, after)| {
        let alternatives = after.alternatives.iter().enumerate();
        // Where one side knows of more alternatives (another operating system), each is held against the first.
        let compared = alternatives.filter_map(|(place, new)| match &before {
            Some(before) => {
                let old = before.alternatives.get(place).or_else(|| before.alternatives.first())?;
                Some(pair.compare(Some(&old.query), &new.query))
            }
            None => Some(pair.compare(None, &new.query)),
        });
        let comparisons: Vec<Comparison> = compared.collect();
        let differs =
            |it: &Comparison| it.gained.is_some() || it.lost.is_some() || it.unsettled.is_some() || it.open.is_some();
        let has_difference = comparisons.iter().any(differs);
        has_difference.then(|| Asked { from, to: to.clone(), before, after, comparisons })
    });
    compared.collect()
}

type Both = (Option<Question>, Question);

fn outside(pair: &Pair<'_>, unit: &Unit<'_>, name: &str) -> Vec<Both> {
    let Some(after) = unit.after else { return Vec::new() };
    let families: &[Option<Family>] =
        if after.ipv6_addresses.is_empty() || after.addresses.is_empty() || !name.contains("internet") {
            &[None]
        } else {
            &[Some(Family::Ipv4), Some(Family::Ipv6)]
        };
    let each = families.iter().filter_map(|family| {
        let options = Options { family: *family, ..Options::default() };
        let ask = |network: &Network, interface: &NetworkInterface| {
            question::resolve(network, interface.id.as_str(), name, &options).ok()
        };
        let new = ask(pair.after.network(), after)?;
        let old = match unit.before {
            Some(before) => Some(ask(pair.before.network(), before)?),
            None => None,
        };
        Some((old, new))
    });
    each.collect()
}

/// From a unit, or the internet, to a unit: every port of TCP and UDP, and ping; in each family that both have.
fn inside(pair: &Pair<'_>, source: Option<&Unit<'_>>, target: &Unit<'_>, is_itself: bool) -> Vec<Both> {
    let (old_target, new_target) = match (is_itself, target.other) {
        (false, _) => (target.before, target.after),
        (true, Some((old, new))) => (Some(old), Some(new)),
        (true, None) => return Vec::new(),
    };
    let Some(new_target) = new_target else { return Vec::new() };
    let mut questions = Vec::new();
    for is_ipv6 in [false, true] {
        for traffic in every_traffic(source.is_none()) {
            let new = query(&pair.after, source.map(|unit| unit.after), new_target, is_ipv6, &traffic);
            let Some(new) = new else { continue };
            let was_there = old_target.is_some() && source.is_none_or(|unit| unit.before.is_some());
            let old = old_target.filter(|_| was_there).and_then(|old_target| {
                query(&pair.before, source.map(|unit| unit.before), old_target, is_ipv6, &traffic)
            });
            if was_there && old.is_none() {
                // The address of this family is new: what was not there was reached by nobody.
                questions.push((None, new));
                continue;
            }
            questions.push((old, new));
        }
    }
    questions
}

fn every_traffic(is_internet: bool) -> [Traffic; 3] {
    let client =
        if is_internet { PortRange::new(1024, u16::MAX).unwrap_or(PortRange::ALL) } else { Ports::to(0).source };
    let ports = Ports { source: client, destination: PortRange::ALL };
    [Traffic::Tcp(ports.clone()), Traffic::Udp(ports), Traffic::Ping]
}

/// One query to a machine: from the internet to its public address, from inside to its private one.
fn query(
    side: &Side<'_>,
    source: Option<Option<&NetworkInterface>>,
    target: &NetworkInterface,
    is_ipv6: bool,
    traffic: &Traffic,
) -> Option<Question> {
    let v6 = |interface: &NetworkInterface| interface.ipv6_addresses.first().copied().map(IpAddr::V6);
    let v4 = |interface: &NetworkInterface| interface.addresses.first().map(|own| IpAddr::V4(own.private));
    let own = |interface: &NetworkInterface| if is_ipv6 { v6(interface) } else { v4(interface) };
    let (source, address) = match source {
        Some(Some(interface)) => {
            let source = Source::Interface { interface: interface.id.clone(), address: own(interface)? };
            (source, own(target)?)
        }
        Some(None) => return None,
        None => {
            let public = target.addresses.iter().find_map(|own| own.public).map(IpAddr::V4);
            let address = if is_ipv6 { v6(target)? } else { public.or_else(|| v4(target))? };
            let [ipv4, ipv6] = &side.internet;
            (Source::Internet(if is_ipv6 { ipv6.clone() } else { ipv4.clone() }), address)
        }
    };
    let destination = Destination {
        addresses: AddressSet::from_cidrs([&IpNet::from(address)]),
        basis: DestinationBasis::Exact,
        within: Vec::new(),
        request: None,
    };
    let query = Query { source, destination, traffic: traffic.clone() };
    let alternatives = vec![question::Alternative { name: None, query, hosts: Vec::new() }];
    Some(Question { source: String::new(), destination: String::new(), remarks: Vec::new(), alternatives })
}

impl Unit<'_> {
    /// Whether its machines are not in the earlier network.
    pub(super) fn is_new(&self) -> bool {
        self.before.is_none()
    }
}
