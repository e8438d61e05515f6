//! Plans and state of Terraform as values: every resource with what is known of it, and where its configuration stands.
//!
//! Reads what `terraform show -json` prints (formats 0.1 to 1.2, Terraform 0.12 to 1.11), and raw state of version 4.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Moment;
use crate::notice::Lacks;

/// One instance of a resource, or of a data source.
#[derive(Clone, Debug, Default)]
pub(super) struct Resource {
    /// Its address, with indices.
    pub(super) address: String,
    /// The module it is in, with indices; empty for the root.
    pub(super) module: String,
    /// Its type.
    pub(super) kind: String,
    /// Its name in the configuration.
    pub(super) name: String,
    /// Its index as an address has it: `0`, `"a"`.
    pub(super) key: Option<String>,
    /// Whether it is a data source.
    pub(super) is_data: bool,
    /// What is known of it.
    pub(super) values: Map<String, Value>,
    /// `true` wherever something is known only after apply.
    pub(super) unknown: Map<String, Value>,
    /// Whether what is known only after apply is left out instead (as in `planned_values`): whatever is absent may be that.
    pub(super) leaves_out: bool,
}

/// What a plan or a state says.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) resources: Vec<Resource>,
    /// What the plan deletes, or replaces, as it was before.
    pub(super) gone: Vec<Resource>,
    /// The configuration of a plan.
    pub(super) configuration: Value,
    /// The values of its variables.
    pub(super) variables: Value,
    /// The version of the format, where the document says.
    pub(super) format_version: Option<String>,
    /// What a plan does not hold.
    pub(super) lacks: Vec<Lacks>,
}

/// Reads a document.
pub(super) fn read(document: &Value, moment: Moment) -> World {
    let text = |key: &str| document.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut world = World {
        configuration: document.get("configuration").cloned().unwrap_or_default(),
        variables: document.get("variables").cloned().unwrap_or_default(),
        format_version: text("format_version"),
        ..World::default()
    };
    let is_plan = document.get("planned_values").is_some() || document.get("resource_changes").is_some();
    let says = |member: &str, flag: bool| document.get(member) == Some(&Value::Bool(flag));
    let lacks = [
        (Lacks::RestAfterError, says("errored", true)),
        (Lacks::UnplannedRest, says("complete", false) && !says("errored", true)),
        (Lacks::Configuration, is_plan && document.get("configuration").is_none_or(Value::is_null)),
    ];
    world.lacks = lacks.into_iter().filter(|(_, is_lacking)| *is_lacking).map(|(lacks, _)| lacks).collect();
    world.resources = match (is_plan, moment) {
        (true, Moment::After) => {
            let (resources, gone) = after(document);
            world.gone = gone;
            resources
        }
        (true, Moment::Before) => before(document),
        (false, _) if document.get("values").is_some() => of_values(document.get("values")),
        (false, _) => of_raw_state(document),
    };
    world.resources.sort_by(|one, other| one.address.cmp(&other.address));
    world
}

/// What is there once the plan is applied, and what is gone by then.
fn after(document: &Value) -> (Vec<Resource>, Vec<Resource>) {
    let mut found: BTreeMap<String, Resource> = BTreeMap::new();
    let prior = of_values(document.get("prior_state").and_then(|state| state.get("values")));
    found.extend(prior.into_iter().filter(|resource| resource.is_data).map(|it| (it.address.clone(), it)));
    let mut gone = Vec::new();
    for entry in elements(document.get("resource_changes")) {
        let Some(change) = entry.get("change") else { continue };
        let actions: Vec<&str> = elements(change.get("actions")).filter_map(Value::as_str).collect();
        if actions.contains(&"delete") || actions.contains(&"forget") {
            gone.extend(resource(entry, "", change.get("before"), None));
        }
        // A rule that is changed in place is not there any more as it was.
        let kind = entry.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind.starts_with("aws_vpc_security_group_") && actions == ["update"] {
            gone.extend(resource(entry, "", change.get("before"), None));
        }
        // A deposed object is deleted, and what it was replaced by has an entry of its own.
        if entry.get("deposed").is_some() || actions == ["delete"] || actions == ["forget"] {
            continue;
        }
        let unknown = change.get("after_unknown");
        let leaves_out = unknown.is_none() && actions.contains(&"create");
        if let Some(resource) = resource(entry, "", change.get("after"), unknown) {
            found.insert(resource.address.clone(), Resource { leaves_out, ..resource });
        }
    }
    for resource in of_values(document.get("planned_values")) {
        let leaves_out = !resource.is_data;
        found.entry(resource.address.clone()).or_insert(Resource { leaves_out, ..resource });
    }
    (found.into_values().collect(), gone)
}

/// What is there before the plan is applied.
fn before(document: &Value) -> Vec<Resource> {
    if let Some(values) = document.get("prior_state").and_then(|state| state.get("values")) {
        return of_values(Some(values));
    }
    let changes = elements(document.get("resource_changes"));
    changes.filter_map(|entry| resource(entry, "", entry.get("change")?.get("before"), None)).collect()
}

/// The resources of `values`, or of `planned_values`, with those of its modules.
fn of_values(values: Option<&Value>) -> Vec<Resource> {
    let mut found = Vec::new();
    let mut modules: Vec<&Value> = values.and_then(|values| values.get("root_module")).into_iter().collect();
    while let Some(module) = modules.pop() {
        let address = module.get("address").and_then(Value::as_str).unwrap_or_default();
        let own = elements(module.get("resources"));
        found.extend(own.filter_map(|entry| resource(entry, address, entry.get("values"), None)));
        modules.extend(elements(module.get("child_modules")));
    }
    found
}

/// Makes a resource of an entry; one without values is none.
fn resource(entry: &Value, module: &str, values: Option<&Value>, unknown: Option<&Value>) -> Option<Resource> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let values = values?.as_object()?.clone();
    let (kind, name) = (text("type")?.to_owned(), text("name")?.to_owned());
    let key = entry.get("index").filter(|index| !index.is_null()).map(Value::to_string);
    let is_data = text("mode") == Some("data");
    let module = text("module_address").unwrap_or(module).to_owned();
    let address = match text("address") {
        // Until 0.13 an address in a module of a state had neither module nor index.
        Some(address) if module.is_empty() || address.starts_with(&module) => address.to_owned(),
        _ => written(&module, is_data, &kind, &name, key.as_deref()),
    };
    let unknown = unknown.and_then(Value::as_object).cloned().unwrap_or_default();
    Some(Resource { address, module, kind, name, key, is_data, values, unknown, leaves_out: false })
}

fn written(module: &str, is_data: bool, kind: &str, name: &str, key: Option<&str>) -> String {
    let dot = if module.is_empty() { "" } else { "." };
    let data = if is_data { "data." } else { "" };
    let key = key.map(|key| format!("[{key}]")).unwrap_or_default();
    format!("{module}{dot}{data}{kind}.{name}{key}")
}

/// The resources of raw state (version 4).
fn of_raw_state(document: &Value) -> Vec<Resource> {
    let mut found = Vec::new();
    for entry in elements(document.get("resources")) {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let (Some(kind), Some(name)) = (text("type"), text("name")) else { continue };
        let module = text("module").unwrap_or_default();
        let is_data = text("mode") == Some("data");
        for instance in elements(entry.get("instances")) {
            let Some(values) = instance.get("attributes").and_then(Value::as_object) else { continue };
            if instance.get("deposed").is_some() {
                continue;
            }
            let key = instance.get("index_key").filter(|index| !index.is_null()).map(Value::to_string);
            found.push(Resource {
                address: written(module, is_data, kind, name, key.as_deref()),
                module: module.to_owned(),
                kind: kind.to_owned(),
                name: name.to_owned(),
                key,
                is_data,
                values: values.clone(),
                unknown: Map::new(),
                leaves_out: false,
            });
        }
    }
    found
}

/// The elements of a list; none where it is absent or no list.
pub(super) fn elements(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// The objects of a list of blocks; a single block may stand without a list.
pub(super) fn blocks(value: Option<&Value>) -> Vec<&Map<String, Value>> {
    match value {
        Some(Value::Array(blocks)) => blocks.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(block)) => vec![block],
        _ => Vec::new(),
    }
}

/// The text of a member, where it is there and not empty; numbers and booleans as text. `""` means absent to Terraform.
pub(super) fn text(values: &Map<String, Value>, key: &str) -> Option<String> {
    match values.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The texts of a list (or set) of texts.
pub(super) fn texts(values: &Map<String, Value>, key: &str) -> Vec<String> {
    elements(values.get(key)).filter_map(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

impl Resource {
    /// The text of an attribute, where it is known and not empty.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        text(&self.values, key)
    }

    /// The texts of an attribute that is a list.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        texts(&self.values, key)
    }

    /// Whether an attribute is `true`; `None` where it is not known or not there.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        match self.values.get(key)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The blocks of an attribute.
    pub(super) fn blocks(&self, key: &str) -> Vec<&Map<String, Value>> {
        blocks(self.values.get(key))
    }

    /// Whether an attribute, or any part of it, is known only after apply.
    pub(super) fn is_unknown(&self, key: &str) -> bool {
        self.unknown.get(key).is_some_and(has_true) || (self.leaves_out && !self.values.contains_key(key))
    }

    /// What is not known of the element of a list of blocks.
    pub(super) fn unknown_block(&self, key: &str, index: usize) -> Option<&Value> {
        if self.leaves_out {
            return Some(&Value::Bool(true));
        }
        match self.unknown.get(key)? {
            Value::Array(blocks) => blocks.get(index),
            other => Some(other),
        }
    }

    /// Its id, as AWS calls it, or where that is not known yet its address.
    pub(super) fn id(&self) -> String {
        self.text("id").unwrap_or_else(|| self.address.clone())
    }

    /// Its tags, as AWS prints them.
    pub(super) fn tags(&self) -> Value {
        let tags = |key: &str| self.values.get(key).and_then(Value::as_object);
        let mut all: BTreeMap<&String, &Value> = BTreeMap::new();
        all.extend(tags("tags_all").into_iter().flatten());
        all.extend(tags("tags").into_iter().flatten());
        let tag = |(key, value): (&String, &Value)| serde_json::json!({"Key": key, "Value": value});
        Value::Array(all.into_iter().filter(|(_, value)| value.is_string()).map(tag).collect())
    }
}

/// Whether anything in a tree of what is not known is not known.
pub(super) fn has_true(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Array(elements) => elements.iter().any(has_true),
        Value::Object(members) => members.values().any(has_true),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}
