//! The network in plans and state of Terraform, read with the provider `hashicorp/aws`.
//!
//! Every resource becomes an element of an answer of AWS's API, with what is known of it, and the answers are assembled as those
//! of an account are. Leaves out other providers, and what a plan does not say: that is said in notices.

mod address;
mod base;
mod document;
mod endpoint;
mod gateway;
mod identity;
mod load_balancer;
mod machine;
mod name_resolution;
mod network_acl;
mod over;
mod reader;
mod reference;
mod route_table;
mod security_group;
mod stand_in;
mod transit_gateway;
mod vpc;

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::VpcId;
use serde_json::Value;

pub(crate) use self::{
    base::{Base, Replaced},
    stand_in::StandIn,
};
use self::{
    reader::{Answers, Reader},
    reference::References,
    stand_in::StandIns,
};
use crate::notice::{Location, TerraformNotice};

/// Which of a plan's two networks is meant. A state has one only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moment {
    /// Before it is applied.
    Before,
    /// After it is applied.
    #[default]
    After,
}

/// What a plan or a state comes to.
#[derive(Debug, Default)]
pub(super) struct Translated {
    /// Answers of AWS, as files; the first one has everything but the policies of buckets.
    pub(super) answers: Vec<(String, String)>,
    /// The address of the resource that each element of the first answer was made of, by its list and its place there.
    pub(super) places: BTreeMap<String, Vec<String>>,
    /// What to say, and about which resource.
    pub(super) notices: Vec<(TerraformNotice, String)>,
    /// Addresses that stand for ones that are not known yet.
    pub(super) stand_ins: Vec<StandIn>,
    /// What it takes the place of in the snapshot beneath.
    pub(super) replaced: Replaced,
}

impl Translated {
    /// Says which addresses of the network stand for others.
    pub(super) fn mark_stand_ins(&self, stand_ins: &mut deguchi_model::StandIns) {
        for own in &self.stand_ins {
            match &own.inside {
                Some((vpc, range)) => {
                    stand_ins.private.insert((VpcId::new(vpc), own.address), *range);
                }
                None => {
                    stand_ins.public.insert(own.address);
                }
            }
        }
    }

    /// Points at the resource that an element was made of, instead of the element.
    pub(super) fn relocate(&self, file: &str, location: &mut Location) {
        let Some((list, rest)) = location.path.split_once('[').filter(|_| location.file == file) else { return };
        let index = rest.split_once(']').and_then(|(index, _)| index.parse::<usize>().ok());
        if let Some(address) = index.and_then(|index| self.places.get(list)?.get(index)) {
            location.path.clone_from(address);
        }
    }
}

/// Makes answers of AWS of a document, as far as it describes a network, over a snapshot or none.
pub(super) fn translate(file: &str, document: &Value, moment: Moment, base: &Base) -> Translated {
    let world = document::read(document, moment);
    let mut reader = Reader {
        world: &world,
        references: References::new(&world),
        answers: Answers::default(),
        notices: Vec::new(),
        vpcs: BTreeMap::new(),
        subnets: BTreeMap::new(),
        tables: BTreeMap::new(),
        groups: BTreeMap::new(),
        acls: BTreeMap::new(),
        interfaces: BTreeMap::new(),
        gone: gone(&world),
        base,
        stand_ins: StandIns::default(),
        region: None,
        account: None,
    };
    reader.read_all();
    let Reader { mut answers, mut notices, stand_ins, gone, .. } = reader;
    answers.call_lists_by_their_ids(base);
    if let Some(version) = world.format_version.as_ref().filter(|version| is_newer(version)) {
        notices.push((TerraformNotice::NewerFormat { version: version.clone() }, String::new()));
    }
    notices.extend(world.lacks.iter().map(|lacks| (TerraformNotice::Incomplete { lacks: *lacks }, String::new())));
    notices.dedup();
    let replaced = Replaced { gone, ..Replaced::default() };
    let mut translated = Translated { notices, replaced, stand_ins: stand_ins.found, ..Translated::default() };
    let mut whole = serde_json::Map::new();
    for (list, elements) in answers.lists {
        if list != "PrefixLists" {
            elements.iter().for_each(|(element, _)| translated.replaced.take(list, element));
        }
        let (elements, places): (Vec<Value>, Vec<String>) = elements.into_iter().unzip();
        translated.places.insert(list.to_owned(), places);
        whole.insert(list.to_owned(), Value::Array(elements));
    }
    translated.answers.push((file.to_owned(), Value::Object(whole).to_string()));
    let policies = answers.bucket_policies.into_iter();
    // Whose a bucket's policy is, the name of its file says.
    translated
        .answers
        .extend(policies.map(|(bucket, answer)| (format!("bucket-policy.{bucket}.json"), answer.to_string())));
    translated
}

/// Ids that are there before the plan is applied, and no more after.
fn gone(world: &document::World) -> BTreeSet<String> {
    let kept: BTreeSet<String> = world.resources.iter().map(document::Resource::id).collect();
    world.gone.iter().filter_map(|gone| gone.text("id")).filter(|id| !kept.contains(id)).collect()
}

/// Whether a format's version is one that came after those known here.
fn is_newer(version: &str) -> bool {
    version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major > 1)
}

impl Reader<'_> {
    fn read_all(&mut self) {
        self.vpcs_and_subnets();
        self.take_from_base();
        self.route_tables();
        self.security_groups();
        self.network_acls();
        self.gateways();
        self.tables_of_regional_nat_gateways();
        self.machines();
        self.load_balancers();
        self.vpc_endpoints();
        self.identities();
        self.name_resolution();
        self.say_what_is_implied();
        self.print_route_tables();
        self.print_security_groups();
        self.print_network_acls();
        // From here on addresses are given that stand for others.
        self.gather_ranges();
        self.take_known_addresses();
        self.nat_gateways_and_addresses();
        self.print_interfaces();
        self.say_what_stands_in();
    }

    /// Says which defaults of AWS were supplied.
    fn say_what_is_implied(&mut self) {
        let mut implied: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
        let tables =
            self.tables.values().filter(|table| table.is_implied).map(|table| (&table.vpc, "main route table"));
        let groups =
            self.groups.values().filter(|group| group.is_implied).map(|group| (&group.vpc, "default security group"));
        let acls = self.acls.values().filter(|acl| acl.is_implied).map(|acl| (&acl.vpc, "default network ACL"));
        for (vpc, what) in tables.chain(groups).chain(acls) {
            implied.entry(vpc.clone().unwrap_or_default()).or_default().push(what);
        }
        for (vpc, _) in implied {
            let address = self.vpcs.get(&vpc).map(|facts| facts.address.clone()).unwrap_or_default();
            self.notices.push((TerraformNotice::Implied { vpc }, address));
        }
    }

    fn say_what_stands_in(&mut self) {
        for own in self.stand_ins.found.clone() {
            let inside = own.inside.as_ref().map(|(_, range)| range.to_string());
            let notice = TerraformNotice::AddressLater {
                resource: own.resource.clone(),
                stand_in: own.address.to_string(),
                inside,
            };
            self.notices.push((notice, own.resource));
        }
    }
}
