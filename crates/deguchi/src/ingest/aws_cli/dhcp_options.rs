//! DHCP option sets, as `describe-dhcp-options` prints them (DN-4).

use deguchi_model::{DhcpOptions, DhcpOptionsId, NameServer};

use super::{
    sighting::sighted,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, Text, record},
    place::{Flaw, Place, list, optional, required},
};

record! {
    /// An element of `DhcpOptions`.
    DhcpOptionsRecord {
        id: Text<'a> = "DhcpOptionsId",
        owner: Text<'a> = "OwnerId",
        configurations: List<ConfigurationRecord<'a>> = "DhcpConfigurations",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// An element of `DhcpConfigurations`.
    ConfigurationRecord {
        key: Text<'a> = "Key",
        values: List<ValueRecord<'a>> = "Values",
    }
}

record! {
    /// An element of `Values`.
    ValueRecord {
        value: Text<'a> = "Value",
    }
}

sighted!(DhcpOptions, DhcpOptionsId, DhcpOptions);

/// Reads an option set.
pub(super) fn read(record: &DhcpOptionsRecord<'_>, at: &Place) -> Result<DhcpOptions, Flaw> {
    let mut options = DhcpOptions {
        id: DhcpOptionsId::new(required(&record.id, at, "DhcpOptionsId")?),
        name: tag::name(&record.tags),
        name_servers: Vec::new(),
        domain_name: None,
    };
    for (index, configuration) in list(&record.configurations, at, "DhcpConfigurations")? {
        let at = at.item("DhcpConfigurations", index);
        let key = optional(&configuration.key, &at, "Key")?.unwrap_or_default();
        let mut values = Vec::new();
        for (index, value) in list(&configuration.values, &at, "Values")? {
            values.extend(optional(&value.value, &at.item("Values", index), "Value")?);
        }
        match key {
            // Some tools keep the list as the person wrote it: one value with commas.
            "domain-name-servers" => {
                options.name_servers = values.iter().flat_map(|value| value.split(',')).map(name_server).collect();
            }
            "domain-name" => options.domain_name = values.first().map(|value| (*value).to_owned()),
            _ => {}
        }
    }
    Ok(options)
}

fn name_server(text: &str) -> NameServer {
    let text = text.trim();
    if text.eq_ignore_ascii_case("AmazonProvidedDNS") {
        return NameServer::AmazonProvided;
    }
    match text.parse() {
        Ok(address) => NameServer::Address(address),
        Err(_) => NameServer::Unmodelled(text.to_owned()),
    }
}
