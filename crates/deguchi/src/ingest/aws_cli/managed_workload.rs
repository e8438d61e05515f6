//! Databases as `rds describe-db-instances` and `rds describe-db-clusters` print them, and tasks as `ecs describe-tasks` does.
//!
//! No answer says which interface is a database's: RDS describes all of them alike. It is one in a subnet of its subnet group that carries
//! its security groups, in its zone if any is.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{ManagedWorkload, ManagedWorkloadId, Network, NetworkInterface, NetworkInterfaceId};

use super::document::{Document, records};
use crate::ingest::json::{List, One, Text, record};

record! {
    /// An element of `DBInstances`.
    DatabaseRecord {
        identifier: Text<'a> = "DBInstanceIdentifier",
        arn: Text<'a> = "DBInstanceArn",
        endpoint: One<EndpointRecord<'a>> = "Endpoint",
        cluster: Text<'a> = "DBClusterIdentifier",
        zone: Text<'a> = "AvailabilityZone",
        subnet_group: One<SubnetGroupRecord<'a>> = "DBSubnetGroup",
        groups: List<DatabaseGroupRecord<'a>> = "VpcSecurityGroups",
    }
}

record! {
    /// `Endpoint` of a database.
    EndpointRecord {
        address: Text<'a> = "Address",
        port: Text<'a> = "Port",
    }
}

record! {
    /// `DBSubnetGroup` of a database.
    SubnetGroupRecord {
        subnets: List<GroupSubnetRecord<'a>> = "Subnets",
    }
}

record! {
    /// An element of `Subnets` of a subnet group.
    GroupSubnetRecord {
        id: Text<'a> = "SubnetIdentifier",
    }
}

record! {
    /// An element of `VpcSecurityGroups`.
    DatabaseGroupRecord {
        id: Text<'a> = "VpcSecurityGroupId",
    }
}

record! {
    /// An element of `DBClusters`.
    ClusterRecord {
        identifier: Text<'a> = "DBClusterIdentifier",
        arn: Text<'a> = "DBClusterArn",
        endpoint: Text<'a> = "Endpoint",
        reader: Text<'a> = "ReaderEndpoint",
        port: Text<'a> = "Port",
    }
}

record! {
    /// An element of `tasks`.
    TaskRecord {
        arn: Text<'a> = "taskArn",
        group: Text<'a> = "group",
        attachments: List<TaskAttachmentRecord<'a>> = "attachments",
    }
}

record! {
    /// An element of `attachments` of a task.
    TaskAttachmentRecord {
        details: List<DetailRecord<'a>> = "details",
    }
}

record! {
    /// An element of `details` of an attachment.
    DetailRecord {
        name: Text<'a> = "name",
        value: Text<'a> = "value",
    }
}

/// Reads databases and tasks, and finds their interfaces.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network) {
    let mut members: BTreeMap<String, Vec<NetworkInterfaceId>> = BTreeMap::new();
    let mut found = Vec::new();
    for record in documents.iter().flat_map(|document| records(&document.databases)) {
        let Some(database) = database(record, network) else { continue };
        if let Some(cluster) = record.cluster.get() {
            members.entry(cluster.to_owned()).or_default().extend(database.interfaces.iter().cloned());
        }
        found.push(database);
    }
    for record in documents.iter().flat_map(|document| records(&document.database_clusters)) {
        let Some(identifier) = record.identifier.get() else { continue };
        let mut interfaces = members.remove(identifier).unwrap_or_default();
        interfaces.sort();
        interfaces.dedup();
        found.push(ManagedWorkload {
            id: ManagedWorkloadId::new(record.arn.get().unwrap_or(identifier)),
            names: vec![identifier.to_owned()],
            dns_names: [&record.endpoint, &record.reader].into_iter().filter_map(dns_name).collect(),
            port: port(&record.port),
            interfaces,
        });
    }
    found.extend(
        documents.iter().flat_map(|document| records(&document.tasks)).filter_map(|task| of_task(task, network)),
    );
    network.managed_workloads = found.into_iter().map(|workload| (workload.id.clone(), workload)).collect();
}

fn dns_name(text: &Text<'_>) -> Option<String> {
    text.get().map(|name| name.trim_end_matches('.').to_ascii_lowercase())
}

fn port(text: &Text<'_>) -> Option<u16> {
    text.get()?.parse().ok().filter(|port| *port > 0)
}

fn database(record: &DatabaseRecord<'_>, network: &Network) -> Option<ManagedWorkload> {
    let identifier = record.identifier.get()?;
    let endpoint = record.endpoint.get();
    Some(ManagedWorkload {
        id: ManagedWorkloadId::new(record.arn.get().unwrap_or(identifier)),
        names: vec![identifier.to_owned()],
        dns_names: endpoint.and_then(|endpoint| dns_name(&endpoint.address)).into_iter().collect(),
        port: endpoint.and_then(|endpoint| port(&endpoint.port)),
        interfaces: interfaces_of(record, network),
    })
}

/// The interfaces that fit a database.
fn interfaces_of(record: &DatabaseRecord<'_>, network: &Network) -> Vec<NetworkInterfaceId> {
    let subnets = record.subnet_group.get().map(|group| group.subnets.elements()).unwrap_or_default();
    let subnets: BTreeSet<&str> = subnets.iter().filter_map(One::get).filter_map(|subnet| subnet.id.get()).collect();
    let groups = record.groups.elements().iter().filter_map(One::get).filter_map(|group| group.id.get());
    let groups: BTreeSet<&str> = groups.collect();
    let fits = |interface: &&NetworkInterface| {
        let own: BTreeSet<&str> = interface.security_groups.iter().map(|group| group.as_str()).collect();
        interface.is_of_a_database() && subnets.contains(interface.subnet.as_str()) && own == groups
    };
    let fitting: Vec<&NetworkInterface> = network.network_interfaces.values().filter(fits).collect();
    let is_in_zone = |interface: &&&NetworkInterface| {
        let zone = interface.availability_zone.as_ref();
        zone.is_some_and(|zone| Some(zone.as_str()) == record.zone.get())
    };
    // A standby's interface is in another zone, and answers only after it has taken over.
    let own: Vec<&&NetworkInterface> = fitting.iter().filter(is_in_zone).collect();
    let all = if own.is_empty() { fitting.iter().collect() } else { own };
    all.into_iter().map(|interface| interface.id.clone()).collect()
}

fn of_task(record: &TaskRecord<'_>, network: &Network) -> Option<ManagedWorkload> {
    let arn = record.arn.get()?;
    let details = record.attachments.elements().iter().filter_map(One::get).flat_map(|own| own.details.elements());
    let interfaces = details
        .filter_map(One::get)
        .filter(|detail| detail.name.get() == Some("networkInterfaceId"))
        .filter_map(|detail| detail.value.get().map(NetworkInterfaceId::new))
        .filter(|id| network.network_interfaces.contains_key(id));
    let id = arn.rsplit('/').next().map(str::to_owned);
    // `service:NAME`; a task that was run by itself has `family:NAME`.
    let service = record.group.get().and_then(|group| group.strip_prefix("service:")).map(str::to_owned);
    Some(ManagedWorkload {
        id: ManagedWorkloadId::new(arn),
        names: service.into_iter().chain(id).collect(),
        dns_names: Vec::new(),
        port: None,
        interfaces: interfaces.collect(),
    })
}
