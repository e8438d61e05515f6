//! A network as AWS prints it, held as JSON: what the generator draws, what is shrunk, what a case is written from.

use std::collections::BTreeMap;

use deguchi_lab::{GuestFault, LabPlan, Options, plan_with};
use deguchi_model::{InstanceId, Network};
use serde_json::{Map, Value};

use crate::{
    ingest::{self, File, LoadError},
    lab_options,
};

/// The answers of AWS about a network, and what is wrong inside its NAT instances, which AWS does not see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documents {
    /// Lists of resources by their top-level keys: `Vpcs`, `Subnets`, `Reservations` …
    pub lists: BTreeMap<String, Vec<Value>>,
    /// Faults inside instances, by their ids.
    pub guest_faults: BTreeMap<String, GuestFault>,
}

impl Documents {
    /// Puts a resource into a list.
    pub fn add(&mut self, key: &str, resource: Value) {
        self.lists.entry(key.to_owned()).or_default().push(resource);
    }

    /// The lists as one file of a snapshot.
    pub fn text(&self) -> String {
        let lists: Map<String, Value> =
            self.lists.iter().map(|(key, list)| (key.clone(), Value::Array(list.clone()))).collect();
        let mut text = serde_json::to_string_pretty(&Value::Object(lists)).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads the network, with its faults in it, and plans its lab; without the services, which no flow of a contest asks.
    ///
    /// # Errors
    ///
    /// If ingest reads no network from it.
    pub fn network(&self) -> Result<(Network, LabPlan), LoadError> {
        let file = File { name: "snapshot.json".to_owned(), text: self.text() };
        let mut network = ingest::from_files(vec![file])?.network;
        let mut options = Options::default();
        let faults: Vec<(InstanceId, GuestFault)> =
            self.guest_faults.iter().map(|(id, fault)| (id.as_str().into(), *fault)).collect();
        lab_options::make_guest_faults(&mut network, &mut options, &faults);
        let mut plan = plan_with(&network, &options);
        for namespace in &mut plan.namespaces {
            namespace.services = None;
        }
        Ok((network, plan))
    }
}
