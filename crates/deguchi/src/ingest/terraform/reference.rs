//! What an attribute that is known only after apply will name, by the references of the configuration.
//!
//! A plan has no text of expressions, only what they refer to. What one reference names for certain is certain; where the
//! configuration leaves it open, the most likely is taken and said to be so; where several are as likely, none is taken.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    address::{Segment, calls, parent, segments},
    document::{Resource, World, elements},
};

/// What an attribute names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Nothing: it is not set.
    Nothing,
    /// This, for certain.
    This(String),
    /// This, most likely: the configuration leaves it open.
    Likely(String),
    /// Something that is not known: one of these, or where there are none anything.
    Open(Vec<String>),
}

impl Named {
    /// The id, certain or likely.
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::This(id) | Self::Likely(id) => Some(id),
            Self::Nothing | Self::Open(_) => None,
        }
    }

    /// Everything that it may be: where that is not told at all, anything of these.
    pub(super) fn possible<'a>(&self, all: impl Iterator<Item = &'a String>) -> Vec<String> {
        match self {
            Self::Nothing => Vec::new(),
            Self::This(id) | Self::Likely(id) => vec![id.clone()],
            Self::Open(candidates) if candidates.is_empty() => all.cloned().collect(),
            Self::Open(candidates) => candidates.clone(),
        }
    }
}

/// What a list names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NamedList {
    /// All of these, for certain or most likely.
    These { ids: Vec<String>, is_sure: bool },
    /// Some that are not known: of these, or where there are none of anything.
    Open(Vec<String>),
}

/// What the references of an expression come to.
#[derive(Debug, Default)]
struct Found {
    ids: BTreeSet<String>,
    /// Whether an index had to be guessed, or something was taken as there is nothing else.
    is_guess: bool,
    /// Whether a variable, a local or an index has a say beside the resources.
    has_more: bool,
    /// Whether a variable or a local may choose between them.
    may_choose: bool,
    /// The modules in which references lead nowhere: to a local, or to what a `dynamic` block holds.
    ends_in: BTreeSet<String>,
}

impl Found {
    fn id(id: String) -> Self {
        Self { ids: BTreeSet::from([id]), ..Self::default() }
    }

    /// Something that is no resource, and may choose between some.
    fn choice() -> Self {
        Self { has_more: true, may_choose: true, ..Self::default() }
    }

    /// What a value is that is written down: ids, nothing where it is an empty list, else what a choice may be made by.
    fn constant(value: &Value) -> Self {
        match value {
            Value::String(text) if is_id(text) => Self::id(text.clone()),
            Value::Array(elements) => {
                let ids = elements.iter().filter_map(Value::as_str).filter(|text| is_id(text));
                Self { ids: ids.map(str::to_owned).collect(), ..Self::default() }
            }
            Value::Null => Self::default(),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => Self::choice(),
        }
    }

    fn extend(&mut self, other: Self) {
        self.is_guess |= other.is_guess;
        self.has_more |= other.has_more;
        self.may_choose |= other.may_choose;
        self.ids.extend(other.ids);
        self.ends_in.extend(other.ends_in);
    }
}

/// Where an expression stands.
#[derive(Clone, Copy)]
struct Scope<'s> {
    /// The module, with indices.
    module: &'s str,
    /// The index of the instance.
    key: Option<&'s str>,
    /// The expression of `for_each`.
    for_each: Option<&'s Value>,
}

/// So many references are followed one behind another: modules in modules, attributes of attributes.
const DEPTH: usize = 16;

/// Looks up references.
pub(super) struct References<'w> {
    world: &'w World,
    /// Instances by module, type (`data.` before a data source's) and name.
    blocks: BTreeMap<(&'w str, String, &'w str), Vec<&'w Resource>>,
}

impl<'w> References<'w> {
    pub(super) fn new(world: &'w World) -> Self {
        let mut blocks: BTreeMap<(&str, String, &str), Vec<&Resource>> = BTreeMap::new();
        for resource in &world.resources {
            let data = if resource.is_data { "data." } else { "" };
            let kind = format!("{data}{}", resource.kind);
            blocks.entry((&resource.module, kind, &resource.name)).or_default().push(resource);
        }
        for instances in blocks.values_mut() {
            instances.sort_by_key(|instance| instance.key.as_deref().and_then(|key| key.parse::<usize>().ok()));
        }
        Self { world, blocks }
    }

    /// The configuration of a resource.
    fn block(&self, resource: &Resource) -> Option<&'w Value> {
        let module = self.module(&resource.module)?;
        elements(module.get("resources")).find(|block| {
            let is = |key: &str, own: &str| block.get(key).and_then(Value::as_str) == Some(own);
            is("type", &resource.kind) && is("name", &resource.name) && (is("mode", "data") == resource.is_data)
        })
    }

    /// The configuration of a module.
    fn module(&self, module: &str) -> Option<&'w Value> {
        let root = self.world.configuration.get("root_module")?;
        calls(module).into_iter().try_fold(root, |outer, call| outer.get("module_calls")?.get(call)?.get("module"))
    }

    /// The expression of an attribute. A path has the names of blocks before it.
    fn expression(&self, resource: &Resource, path: &[&str], index: usize) -> Option<&'w Value> {
        let expressions = self.block(resource)?.get("expressions")?;
        path.iter().try_fold(expressions, |value, name| match value {
            Value::Array(blocks) => blocks.get(index)?.get(name),
            // An attribute written as blocks has one list of references for all of them.
            Value::Object(members) if members.contains_key("references") => Some(value),
            _ => value.get(name),
        })
    }

    /// Whether the configuration sets an attribute at all. Without a configuration nobody knows.
    pub(super) fn is_configured(&self, resource: &Resource, attribute: &str) -> bool {
        self.expression(resource, &[attribute], 0).is_some_and(|value| match value {
            Value::Array(blocks) => !blocks.is_empty(),
            // `null` is written too.
            Value::Object(members) => members.values().any(|member| !member.is_null()),
            _ => true,
        })
    }

    /// Whether there is a configuration for a resource.
    pub(super) fn has_configuration(&self, resource: &Resource) -> bool {
        self.block(resource).is_some()
    }

    /// Whether a variable, a local or an index has a say in an attribute beside the resources that it refers to.
    pub(super) fn is_conditional(&self, resource: &Resource, attribute: &str) -> bool {
        let expression = self.expression(resource, &[attribute], 0);
        let found = self.find(Self::scope(resource, self.block(resource)), expression, &[], 0);
        let resources = references(expression).into_iter().filter(|chain| !is_other(chain)).count();
        found.has_more && resources > 0
    }

    fn scope<'s>(resource: &'s Resource, block: Option<&'s Value>) -> Scope<'s> {
        let for_each = block.and_then(|block| block.get("for_each_expression"));
        Scope { module: &resource.module, key: resource.key.as_deref(), for_each }
    }

    /// What an attribute that is not known yet names: a resource of one of these types.
    pub(super) fn named(&self, resource: &Resource, path: &[&str], index: usize, types: &[&str]) -> Named {
        let scope = Self::scope(resource, self.block(resource));
        let found =
            self.or_the_only_one(resource, self.find(scope, self.expression(resource, path, index), types, 0), types);
        let mut ids: Vec<String> = found.ids.into_iter().collect();
        match (ids.len(), ids.pop()) {
            (1, Some(id)) if found.is_guess => Named::Likely(id),
            (1, Some(id)) => Named::This(id),
            (_, last) => Named::Open(ids.into_iter().chain(last).collect()),
        }
    }

    /// What a list that is not known yet names. Where references lead nowhere, all instances of one block are most likely meant.
    pub(super) fn all_named(&self, resource: &Resource, path: &[&str], index: usize, types: &[&str]) -> NamedList {
        let scope = Self::scope(resource, self.block(resource));
        let found = self.find(scope, self.expression(resource, path, index), types, 0);
        if !found.ids.is_empty() || self.block(resource).is_none() {
            let are_alike = || {
                let named = self.world.resources.iter().filter(|named| found.ids.contains(&named.id()));
                are_one_block(&named.collect::<Vec<_>>())
            };
            let is_open = found.ids.is_empty() || (found.may_choose && !are_alike());
            let is_sure = !found.is_guess && !found.may_choose;
            let ids = found.ids.into_iter().collect();
            return if is_open { NamedList::Open(ids) } else { NamedList::These { ids, is_sure } };
        }
        let candidates = self.candidates(resource, &found.ends_in, types);
        let ids: Vec<String> = candidates.iter().map(|candidate| candidate.id()).collect();
        match are_one_block(&candidates) && !ids.is_empty() {
            true => NamedList::These { ids, is_sure: false },
            false => NamedList::Open(ids),
        }
    }

    /// Where references lead nowhere (locals, `dynamic` blocks): what there is of these types, if that is one thing, or one with the
    /// same index. It is looked for in the module where the trace is lost, then in the modules that this one calls, then everywhere.
    fn or_the_only_one(&self, resource: &Resource, found: Found, types: &[&str]) -> Found {
        if !found.ids.is_empty() || self.block(resource).is_none() {
            return found;
        }
        let candidates = self.candidates(resource, &found.ends_in, types);
        let same_key = || candidates.iter().find(|candidate| candidate.key.is_some() && candidate.key == resource.key);
        let taken = match candidates.as_slice() {
            [only] => Some(only),
            several if are_one_block(several) => same_key(),
            _ => None,
        };
        match taken {
            Some(taken) => Found { is_guess: true, has_more: found.has_more, ..Found::id(taken.id()) },
            None => Found { ids: candidates.iter().map(|candidate| candidate.id()).collect(), ..found },
        }
    }

    /// What references that end in these modules (in the resource's own, where there are none) may name.
    fn candidates(&self, resource: &Resource, ends_in: &BTreeSet<String>, types: &[&str]) -> Vec<&'w Resource> {
        let is_own = BTreeSet::from([resource.module.clone()]);
        let modules = if ends_in.is_empty() { &is_own } else { ends_in };
        let is_in = |found: &Resource| modules.contains(&found.module);
        let is_beneath = |found: &Resource| {
            modules.iter().any(|module| module.is_empty() || instance_of(&found.module, module).is_some())
        };
        let tiers: [&dyn Fn(&Resource) -> bool; 4] =
            [&|found| is_in(found) && !found.is_data, &is_in, &is_beneath, &|_| true];
        let of_types = |found: &&&Resource| types.contains(&found.kind.as_str()) && found.address != resource.address;
        let all: Vec<&Resource> = self.world.resources.iter().filter(|found| of_types(&found)).collect();
        let of_tier = |tier: &&dyn Fn(&Resource) -> bool| -> Vec<&'w Resource> {
            all.iter().copied().filter(|found| tier(found)).collect()
        };
        tiers.iter().map(of_tier).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Follows the references of an expression.
    fn find(&self, scope: Scope<'_>, expression: Option<&Value>, types: &[&str], depth: usize) -> Found {
        let mut found = Found::default();
        let Some(expression) = expression.filter(|_| depth < DEPTH) else { return found };
        if let Some(value) = expression.get("constant_value") {
            found.extend(Found::constant(value));
        }
        let chains = references(Some(expression));
        let by_index = chains
            .iter()
            .any(|chain| matches!(*chain, "count.index" | "each.key" | "each.value") || chain.starts_with("each."));
        for chain in &chains {
            let own = self.follow(scope, chain, by_index, types, depth);
            found.extend(own);
        }
        // `each.value.id` with `for_each = aws_subnet.this`: the one with the same key.
        if found.ids.is_empty() && by_index && scope.for_each.is_some() {
            let own = self.find(Scope { for_each: None, ..scope }, scope.for_each, types, depth + 1);
            let same = own.ids.into_iter().filter(|id| self.key_of(id).is_some_and(|key| Some(key) == scope.key));
            found.ids.extend(same);
        }
        found
    }

    fn key_of(&self, id: &str) -> Option<&str> {
        self.world.resources.iter().find(|resource| resource.id() == id)?.key.as_deref()
    }

    fn follow(&self, scope: Scope<'_>, chain: &str, by_index: bool, types: &[&str], depth: usize) -> Found {
        let parts = segments(chain);
        match parts.as_slice() {
            [Segment { name: "var", .. }, variable, ..] => {
                let Some((outer, call)) = parent(scope.module) else {
                    let value = self.world.variables.get(variable.name).and_then(|given| given.get("value"));
                    return value.map_or_else(Found::choice, Found::constant);
                };
                let expressions = self.module(outer).and_then(|module| module.get("module_calls")?.get(call.name));
                let expression = expressions.and_then(|call| call.get("expressions")?.get(variable.name));
                let for_each = expressions.and_then(|call| call.get("for_each_expression"));
                match expression {
                    Some(expression) => {
                        let outer = Scope { module: outer, key: call.key, for_each };
                        self.find(outer, Some(expression), types, depth + 1)
                    }
                    None => Found::choice(),
                }
            }
            [Segment { name: "module", .. }, call, output, ..] => {
                self.output(scope, call, output, by_index, types, depth)
            }
            [Segment { name: "data", .. }, kind, name, rest @ ..] => {
                self.instances(scope, (&format!("data.{}", kind.name), name, rest), by_index, types, depth)
            }
            [Segment { name: "local", .. }, ..] => {
                Found { ends_in: BTreeSet::from([scope.module.to_owned()]), ..Found::choice() }
            }
            [Segment { name: "each" | "count" | "path" | "terraform" | "self", .. }, ..] | [_] | [] => {
                Found { has_more: true, ..Found::default() }
            }
            [kind, name, rest @ ..] => self.instances(scope, (kind.name, name, rest), by_index, types, depth),
        }
    }

    /// An output of a module: of the instance that the reference names, of the one with the same index, or of all.
    fn output(
        &self,
        scope: Scope<'_>,
        call: &Segment<'_>,
        output: &Segment<'_>,
        by_index: bool,
        types: &[&str],
        depth: usize,
    ) -> Found {
        let dot = if scope.module.is_empty() { "" } else { "." };
        let whole = format!("{}{dot}module.{}", scope.module, call.name);
        let instances: BTreeSet<&str> =
            self.world.resources.iter().filter_map(|it| instance_of(&it.module, &whole)).collect();
        let key = call.key.or(if by_index { scope.key } else { None });
        let is_meant = |instance: &&&str| {
            key.is_none_or(|key| instance.strip_prefix(&whole) == Some(&format!("[{key}]"))) || instances.len() == 1
        };
        let mut found = Found::default();
        for instance in instances.iter().filter(is_meant) {
            let outputs = self.module(instance).and_then(|module| module.get("outputs")?.get(output.name));
            let expression = outputs.and_then(|output| output.get("expression"));
            let scope = Scope { module: instance, key: None, for_each: None };
            let own = self.find(scope, expression, types, depth + 1);
            found.extend(own);
        }
        // A list of a module's: the element that is named is meant, or the one with the same index.
        let element = output.key.or(if by_index && call.key.is_none() { scope.key } else { None });
        if element.is_some() && found.ids.len() > 1 {
            let same: BTreeSet<String> = found
                .ids
                .iter()
                .filter(|id| self.key_of(id).is_some_and(|own| Some(own) == element))
                .cloned()
                .collect();
            if same.len() == 1 {
                return Found { ids: same, is_guess: true, has_more: true, ..Found::default() };
            }
        }
        found
    }

    /// The instances of a resource that a reference names.
    fn instances(
        &self,
        scope: Scope<'_>,
        (kind, name, rest): (&str, &Segment<'_>, &[Segment<'_>]),
        by_index: bool,
        types: &[&str],
        depth: usize,
    ) -> Found {
        let none = Vec::new();
        let all = self.blocks.get(&(scope.module, kind.to_owned(), name.name)).unwrap_or(&none);
        let mut found = Found::default();
        let meant: Vec<&Resource> = match name.key {
            // `[0]` and `["a"]` say which; `[count.index]` is written without.
            Some(key) => all.iter().copied().filter(|instance| instance.key.as_deref() == Some(key)).collect(),
            None if all.len() > 1 && by_index => {
                found.is_guess = true;
                same_index(all, scope.key)
            }
            None => all.clone(),
        };
        let attribute = rest.first().map(|segment| segment.name);
        for instance in meant {
            let own = self.value(instance, attribute, types, depth);
            found.extend(own);
        }
        found
    }

    /// What an attribute of a resource names.
    fn value(&self, resource: &Resource, attribute: Option<&str>, types: &[&str], depth: usize) -> Found {
        let kind = resource.kind.as_str();
        match attribute {
            None | Some("id" | "arn" | "allocation_id" | "name" | "bucket" | "json" | "minified_json")
                if types.contains(&kind) =>
            {
                Found::id(resource.id())
            }
            Some(attribute) => {
                if let Some(id) = part_of(resource, attribute) {
                    return Found::id(id);
                }
                if let Some(id) = resource.text(attribute) {
                    return Found::id(id);
                }
                let own = resource.texts(attribute);
                if !own.is_empty() {
                    return Found { ids: own.into_iter().collect(), ..Found::default() };
                }
                let scope = Self::scope(resource, self.block(resource));
                self.find(scope, self.expression(resource, &[attribute], 0), types, depth + 1)
            }
            None => Found::default(),
        }
    }
}

/// Whether all of these are instances of one block.
fn are_one_block(all: &[&Resource]) -> bool {
    all.windows(2).all(|pair| match pair {
        [one, other] => (&one.module, &one.kind, &one.name) == (&other.module, &other.kind, &other.name),
        _ => true,
    })
}

/// The parts of a resource that have an id of their own, which may be known only after apply.
pub(super) fn part_of(resource: &Resource, attribute: &str) -> Option<String> {
    let attribute = match (resource.kind.as_str(), attribute) {
        ("aws_vpc" | "aws_default_vpc", "main_route_table_id" | "default_route_table_id") => "default_route_table_id",
        ("aws_vpc" | "aws_default_vpc", "default_network_acl_id" | "default_security_group_id") => attribute,
        ("aws_instance", "primary_network_interface_id") | ("aws_nat_gateway", "network_interface_id") => attribute,
        ("aws_vpc_endpoint", "prefix_list_id") => {
            // AWS's list for a service; in a plan it is called after the service.
            return resource.text("prefix_list_id").or_else(|| resource.text("service_name"));
        }
        ("aws_ec2_transit_gateway", "association_default_route_table_id" | "propagation_default_route_table_id") => {
            // AWS makes one table that is both.
            let first = || format!("{}.association_default_route_table_id", resource.address);
            return Some(resource.text(attribute).unwrap_or_else(first));
        }
        _ => return None,
    };
    Some(resource.text(attribute).unwrap_or_else(|| format!("{}.{attribute}", resource.address)))
}

/// The instance with the same index; `element` begins again at the end.
fn same_index<'r>(all: &[&'r Resource], key: Option<&str>) -> Vec<&'r Resource> {
    let same: Vec<&Resource> = all.iter().copied().filter(|instance| instance.key.as_deref() == key).collect();
    let number = key.and_then(|key| key.parse::<usize>().ok());
    match (same.is_empty(), number) {
        (true, Some(number)) => all.get(number % all.len().max(1)).copied().into_iter().collect(),
        (true, None) => all.to_vec(),
        (false, _) => same,
    }
}

/// The references of an expression, each as long as it is written: `aws_subnet.a.id`, not `aws_subnet.a` too.
fn references(expression: Option<&Value>) -> Vec<&str> {
    let all: Vec<&str> =
        elements(expression.and_then(|expression| expression.get("references"))).filter_map(Value::as_str).collect();
    let mut longest: Vec<&str> = Vec::new();
    for (place, own) in all.iter().enumerate() {
        // The shorter forms of one stand right behind it.
        let before = place.checked_sub(1).and_then(|before| all.get(before));
        let is_shorter =
            before.is_some_and(|longer| longer.strip_prefix(own).is_some_and(|rest| rest.starts_with(['.', '['])));
        if !is_shorter && !longest.contains(own) {
            longest.push(own);
        }
    }
    longest
}

/// Whether a text is an id of AWS's (`subnet-0123456789abcdef0`, eight digits for old ones) or an ARN.
fn is_id(text: &str) -> bool {
    let is_number = |tail: &str| matches!(tail.len(), 8 | 17) && tail.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.starts_with("arn:") || text.rsplit_once('-').is_some_and(|(_, tail)| is_number(tail))
}

/// Whether a reference names no resource.
fn is_other(chain: &str) -> bool {
    ["var.", "local.", "each.", "count.", "path.", "terraform.", "self."].iter().any(|head| chain.starts_with(head))
}

/// The instance of a module call that a module is, or is in.
fn instance_of<'m>(module: &'m str, call: &str) -> Option<&'m str> {
    let rest = module.strip_prefix(call)?;
    let end = if rest.starts_with('[') { rest.find(']').map_or(0, |end| end + 1) } else { 0 };
    let behind = rest.get(end..)?;
    if behind.is_empty() || behind.starts_with('.') { module.get(..call.len() + end) } else { None }
}
