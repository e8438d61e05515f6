//! What all resources are read with: attributes that may not be known yet, and the answers of AWS that are made of them.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::Ipv4Net;
use serde_json::{Map, Value};

use super::{
    base::Base,
    document::{Resource, World},
    machine::Interface,
    network_acl::Acl,
    reference::{Named, NamedList, References},
    route_table::Table,
    security_group::Group,
    stand_in::StandIns,
};
use crate::notice::TerraformNotice;

/// Answers of AWS, list by list, each element with the address of the resource that it was made of.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) lists: BTreeMap<&'static str, Vec<(Value, String)>>,
    /// Policies of buckets, which AWS prints one by one.
    pub(super) bucket_policies: Vec<(String, Value)>,
}

impl Answers {
    /// Adds an element.
    pub(super) fn add(&mut self, list: &'static str, address: &str, element: Value) {
        self.lists.entry(list).or_default().push((element, address.to_owned()));
    }
}

impl Answers {
    /// AWS's list for a service is called after the service where a plan does not know its id: here whoever does says it.
    pub(super) fn call_lists_by_their_ids(&mut self, base: &Base) {
        let named = |list: &Value| Some((text_of(list, "PrefixListName")?, text_of(list, "PrefixListId")?));
        let own = self.lists.get("PrefixLists").into_iter().flatten().filter_map(|(list, _)| named(list));
        let known = own.chain(base.all("PrefixLists").filter_map(|(_, list)| named(list)));
        let ids: BTreeMap<String, String> =
            known.filter(|(name, id)| name != id && name.contains(".amazonaws.")).collect();
        if ids.is_empty() {
            return;
        }
        for (list, elements) in &mut self.lists {
            for (element, _) in elements {
                match *list {
                    // The endpoint and the list have a name of their own, which stays.
                    "PrefixLists" => {
                        if let Some(id) = element.get_mut("PrefixListId") {
                            rename(id, &ids);
                        }
                    }
                    "VpcEndpoints" => {}
                    _ => rename(element, &ids),
                }
            }
        }
    }
}

fn text_of(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().map(str::to_owned)
}

fn rename(value: &mut Value, ids: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(id) = ids.get(text) {
                text.clone_from(id);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| rename(element, ids)),
        Value::Object(members) => members.values_mut().for_each(|member| rename(member, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What other resources have to know of a VPC.
#[derive(Clone, Debug, Default)]
pub(super) struct VpcFacts {
    pub(super) address: String,
    pub(super) cidr_blocks: Vec<String>,
    pub(super) ipv6_cidr_blocks: Vec<String>,
    pub(super) main_table: String,
    pub(super) default_acl: String,
    pub(super) default_group: String,
    /// Whether it is one that somebody else looks after.
    pub(super) is_data: bool,
}

/// What other resources have to know of a subnet.
#[derive(Clone, Debug, Default)]
pub(super) struct SubnetFacts {
    pub(super) vpc: Option<String>,
    pub(super) cidr_block: Option<Ipv4Net>,
    pub(super) zone: Option<String>,
    pub(super) maps_public: bool,
}

/// A list that may not be known as a whole.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) ids: Vec<String>,
    /// Whether nothing may be missing.
    pub(super) is_whole: bool,
}

/// Reads the resources of a plan or a state.
pub(super) struct Reader<'w> {
    pub(super) world: &'w World,
    pub(super) references: References<'w>,
    pub(super) answers: Answers,
    pub(super) notices: Vec<(TerraformNotice, String)>,
    pub(super) vpcs: BTreeMap<String, VpcFacts>,
    pub(super) subnets: BTreeMap<String, SubnetFacts>,
    pub(super) tables: BTreeMap<String, Table>,
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) acls: BTreeMap<String, Acl>,
    pub(super) interfaces: BTreeMap<String, Interface>,
    /// Ids of what the plan takes away.
    pub(super) gone: BTreeSet<String>,
    pub(super) stand_ins: StandIns,
    /// The snapshot beneath.
    pub(super) base: &'w Base,
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
}

impl<'w> Reader<'w> {
    /// The resources of one of these types, data sources too.
    pub(super) fn all(&self, kinds: &[&str]) -> Vec<&'w Resource> {
        self.world.resources.iter().filter(|resource| kinds.contains(&resource.kind.as_str())).collect()
    }

    /// The resources of one of these types that Terraform makes.
    pub(super) fn managed(&self, kinds: &[&str]) -> Vec<&'w Resource> {
        let all = self.world.resources.iter();
        all.filter(|resource| !resource.is_data && kinds.contains(&resource.kind.as_str())).collect()
    }

    /// The data sources of one of these types.
    pub(super) fn data(&self, kinds: &[&str]) -> Vec<&'w Resource> {
        let all = self.world.resources.iter();
        all.filter(|resource| resource.is_data && kinds.contains(&resource.kind.as_str())).collect()
    }

    /// Says something about a resource.
    pub(super) fn say(&mut self, notice: TerraformNotice, resource: &Resource) {
        self.notices.push((notice, resource.address.clone()));
    }

    /// Whether an attribute is known only after apply, and set as far as anybody knows: what nobody set may be unknown and mean nothing.
    fn is_open(&self, resource: &Resource, attribute: &str) -> bool {
        resource.is_unknown(attribute)
            && (self.references.is_configured(resource, attribute) || !self.references.has_configuration(resource))
    }

    /// What an attribute names: what is known, else what the configuration refers to.
    pub(super) fn named(&mut self, resource: &Resource, attribute: &str, types: &[&str]) -> Named {
        if let Some(id) = resource.text(attribute) {
            return Named::This(id);
        }
        if !self.is_open(resource, attribute) {
            return Named::Nothing;
        }
        let named = self.references.named(resource, &[attribute], 0, types);
        self.note(resource, attribute, &named);
        named
    }

    /// The id that an attribute names, certain or likely.
    pub(super) fn id(&mut self, resource: &Resource, attribute: &str, types: &[&str]) -> Option<String> {
        self.named(resource, attribute, types).id().map(str::to_owned)
    }

    /// What an attribute of a block names.
    pub(super) fn named_in_block(
        &mut self,
        resource: &Resource,
        (block, index): (&str, usize),
        values: &Map<String, Value>,
        attribute: &str,
        types: &[&str],
    ) -> Named {
        if let Some(id) = super::document::text(values, attribute) {
            return Named::This(id);
        }
        let unknown = resource.unknown_block(block, index);
        let is_unknown = match unknown {
            Some(Value::Bool(all)) => *all,
            Some(members) => members.get(attribute) == Some(&Value::Bool(true)),
            None => false,
        };
        if !is_unknown {
            return Named::Nothing;
        }
        let named = self.references.named(resource, &[block, attribute], index, types);
        self.note(resource, &format!("{block}[{index}].{attribute}"), &named);
        named
    }

    fn note(&mut self, resource: &Resource, attribute: &str, named: &Named) {
        let attribute = attribute.to_owned();
        match named {
            Named::Nothing | Named::This(_) => {}
            Named::Likely(taken) => {
                let taken = taken.clone();
                self.say(TerraformNotice::Assumed { attribute, taken }, resource);
            }
            Named::Open(candidates) => {
                let candidates = candidates.clone();
                self.say(TerraformNotice::Open { attribute, candidates }, resource);
            }
        }
    }

    /// What a list names.
    pub(super) fn ids(&mut self, resource: &Resource, attribute: &str, types: &[&str]) -> Listed {
        let mut listed = Listed { ids: resource.texts(attribute), is_whole: true };
        if self.is_open(resource, attribute) {
            let named = match self.references.all_named(resource, &[attribute], 0, types) {
                NamedList::These { ids, is_sure } => {
                    let likely = ids.join(", ");
                    listed.ids.extend(ids);
                    if is_sure { Named::Nothing } else { Named::Likely(likely) }
                }
                NamedList::Open(candidates) => {
                    listed.is_whole = false;
                    Named::Open(candidates)
                }
            };
            self.note(resource, attribute, &named);
        }
        listed.ids.sort();
        listed.ids.dedup();
        listed
    }

    /// Adds an element; what a data source shows is left to the snapshot beneath, which shows more.
    pub(super) fn add_unless_known(&mut self, list: &'static str, resource: &Resource, id: &str, element: Value) {
        if !resource.is_data || self.base.get(list, id).is_none() {
            self.answers.add(list, &resource.address, compact(element));
        }
    }

    /// The VPC of a subnet.
    pub(super) fn vpc_of(&self, subnet: &str) -> Option<String> {
        self.subnets.get(subnet)?.vpc.clone()
    }
}

/// Leaves out members that are `null`.
pub(super) fn compact(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members.into_iter().filter(|(_, member)| !member.is_null()).collect()),
        other => other,
    }
}
