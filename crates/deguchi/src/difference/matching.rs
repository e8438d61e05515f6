//! Which resource of one network is which of another: by id, else by name, else by where it stands.
//!
//! Snapshots of one account share ids; a Terraform plan has addresses in their place, and names in common with them.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::Network;

/// Which ids of the later network stand for which of the earlier one.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    /// Ids that are not the same on both sides: later to earlier.
    earlier: BTreeMap<String, String>,
    /// And back.
    later: BTreeMap<String, String>,
}

impl Matching {
    /// Matches two networks.
    pub(crate) fn new(before: &Network, after: &Network) -> Self {
        let mut matching = Self::default();
        macro_rules! by_name {
            ($($field:ident),+) => {$({
                let rest = |own: &Network, other: &Network| -> Vec<(String, Option<String>)> {
                    let is_new = |id: &&str| !other.$field.contains_key(*id);
                    let ids = own.$field.iter().map(|(id, resource)| (id.as_str(), resource.name.clone()));
                    ids.filter(|(id, _)| is_new(id)).map(|(id, name)| (id.to_owned(), name)).collect()
                };
                matching.pair(&rest(before, after), &rest(after, before));
            })+};
        }
        by_name!(vpcs, subnets, route_tables, security_groups, network_acls, prefix_lists, network_interfaces);
        by_name!(instances, nat_gateways, internet_gateways, egress_only_internet_gateways, elastic_ips);
        by_name!(vpc_endpoints, vpn_gateways, peering_connections, transit_gateways, load_balancers, target_groups);
        matching.by_place(before, after);
        matching
    }

    /// Pairs what has the same name, where no two on a side have it.
    fn pair(&mut self, before: &[(String, Option<String>)], after: &[(String, Option<String>)]) {
        let unique = |list: &[(String, Option<String>)]| -> BTreeMap<String, Option<String>> {
            let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
            for (id, name) in list {
                let Some(name) = name.as_deref().filter(|name| !name.trim().is_empty()) else { continue };
                // `None`: several have it.
                found.entry(name.to_owned()).and_modify(|known| *known = None).or_insert_with(|| Some(id.clone()));
            }
            found
        };
        let before = unique(before);
        for (name, id) in unique(after) {
            if let (Some(new), Some(Some(old))) = (id, before.get(&name)) {
                self.add(old, &new);
            }
        }
    }

    fn add(&mut self, old: &str, new: &str) {
        if !self.later.contains_key(old) && !self.earlier.contains_key(new) {
            self.later.insert(old.to_owned(), new.to_owned());
            self.earlier.insert(new.to_owned(), old.to_owned());
        }
    }

    /// Pairs what has no name by what it belongs to.
    fn by_place(&mut self, before: &Network, after: &Network) {
        let interfaces = |network: &Network, own: &dyn Fn(&str) -> String| -> BTreeMap<String, String> {
            let of_instances = network.instances.values().flat_map(|instance| {
                let name = own(instance.id.as_str());
                instance
                    .interfaces
                    .iter()
                    .map(move |it| (format!("{name} {}", it.device_index), it.interface.to_string()))
            });
            of_instances.collect()
        };
        let tables = |network: &Network, own: &dyn Fn(&str) -> String| -> BTreeMap<String, String> {
            let key = |table: &deguchi_model::RouteTable| {
                let subnets: BTreeSet<String> = table.subnets.iter().map(|subnet| own(subnet.as_str())).collect();
                format!("{} {} {subnets:?}", own(table.vpc.as_str()), table.is_main)
            };
            network.route_tables.values().map(|table| (key(table), table.id.to_string())).collect()
        };
        let acls = |network: &Network, own: &dyn Fn(&str) -> String| -> BTreeMap<String, String> {
            let key = |acl: &deguchi_model::NetworkAcl| {
                let subnets: BTreeSet<String> = acl.subnets.iter().map(|subnet| own(subnet.as_str())).collect();
                format!("{} {} {subnets:?}", own(acl.vpc.as_str()), acl.is_default)
            };
            network.network_acls.values().map(|acl| (key(acl), acl.id.to_string())).collect()
        };
        let gateways = |network: &Network, own: &dyn Fn(&str) -> String| -> BTreeMap<String, String> {
            let attached = network.internet_gateways.values().flat_map(|gateway| {
                gateway.attachments.iter().map(|at| (own(at.vpc.as_str()), gateway.id.to_string()))
            });
            let nat = network.nat_gateways.values().filter_map(|gateway| match &gateway.placement {
                deguchi_model::NatGatewayPlacement::Zonal(subnet) => {
                    Some((own(subnet.as_str()), gateway.id.to_string()))
                }
                _ => None,
            });
            attached.chain(nat).collect()
        };
        for kind in [&interfaces as &dyn Fn(&Network, &dyn Fn(&str) -> String) -> _, &tables, &acls, &gateways] {
            let same = |id: &str| id.to_owned();
            let old: BTreeMap<String, String> = kind(before, &same);
            let new: BTreeMap<String, String> = kind(after, &|id| self.earlier_id(id));
            let ids: (BTreeSet<&String>, BTreeSet<&String>) = (old.values().collect(), new.values().collect());
            for (key, new) in &new {
                let Some(old) = old.get(key) else { continue };
                if old != new && !ids.0.contains(new) && !ids.1.contains(old) {
                    self.add(old, new);
                }
            }
        }
    }

    /// Returns what a resource of the later network is called in the earlier one; itself where it is not there.
    pub(crate) fn earlier_id(&self, id: &str) -> String {
        self.earlier.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// Returns what a resource of the earlier network is called in the later one.
    pub(crate) fn later_id(&self, id: &str) -> String {
        self.later.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }
}
