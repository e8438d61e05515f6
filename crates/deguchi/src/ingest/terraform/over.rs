//! A plan over a snapshot: what the plan touches without managing it comes from the snapshot, and is printed if it was changed.

use serde_json::{Value, json};

use super::{
    document::elements,
    network_acl::Acl,
    reader::{Reader, SubnetFacts, VpcFacts},
    route_table::Table,
    security_group::Group,
};

fn text(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Reader<'_> {
    /// Takes VPCs, subnets, tables, ACLs and groups of the snapshot, for what refers to them.
    pub(super) fn take_from_base(&mut self) {
        let base = self.base;
        for (id, vpc) in base.all("Vpcs") {
            let ranges =
                |list: &str, member: &str| elements(vpc.get(list)).filter_map(|own| text(own, member)).collect();
            let own = VpcFacts {
                address: id.clone(),
                cidr_blocks: ranges("CidrBlockAssociationSet", "CidrBlock"),
                ipv6_cidr_blocks: ranges("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"),
                is_data: true,
                ..VpcFacts::default()
            };
            self.vpcs.entry(id.clone()).or_insert(own);
        }
        for (id, subnet) in base.all("Subnets") {
            let own = SubnetFacts {
                vpc: text(subnet, "VpcId"),
                cidr_block: text(subnet, "CidrBlock").and_then(|range| range.parse().ok()),
                zone: text(subnet, "AvailabilityZone"),
                maps_public: subnet.get("MapPublicIpOnLaunch") == Some(&json!(true)),
            };
            self.subnets.entry(id.clone()).or_insert(own);
        }
        for (id, table) in base.all("RouteTables").filter(|(id, _)| !self.gone.contains(*id)) {
            self.tables.insert(id.clone(), seeded_table(id, table));
        }
        for (id, acl) in base.all("NetworkAcls").filter(|(id, _)| !self.gone.contains(*id)) {
            self.acls.insert(id.clone(), seeded_acl(id, acl));
        }
        for (id, group) in base.all("SecurityGroups").filter(|(id, _)| !self.gone.contains(*id)) {
            self.groups.insert(id.clone(), Group::of_snapshot(id, group));
        }
        self.let_go();
    }

    /// Takes out of tables, ACLs and groups of the snapshot what the plan deletes of them.
    fn let_go(&mut self) {
        for gone in &self.world.gone {
            match gone.kind.as_str() {
                "aws_route" => {
                    if let Some(table) = gone.text("route_table_id").and_then(|id| self.tables.get_mut(&id)) {
                        table.take_away(&gone.values);
                    }
                }
                "aws_route_table_association" => {
                    let table = gone.text("route_table_id").and_then(|id| self.tables.get_mut(&id));
                    if let (Some(table), Some(subnet)) = (table, gone.text("subnet_id")) {
                        table.subnets.remove(&subnet);
                    }
                }
                "aws_network_acl_association" => {
                    let acl = gone.text("network_acl_id").and_then(|id| self.acls.get_mut(&id));
                    if let (Some(acl), Some(subnet)) = (acl, gone.text("subnet_id")) {
                        acl.subnets.remove(&subnet);
                    }
                }
                "aws_network_acl_rule" => {
                    let is_egress = gone.flag("egress").unwrap_or(false);
                    if let Some(acl) = gone.text("network_acl_id").and_then(|id| self.acls.get_mut(&id)) {
                        acl.take_away(&gone.values, is_egress);
                    }
                }
                "aws_security_group_rule"
                | "aws_vpc_security_group_ingress_rule"
                | "aws_vpc_security_group_egress_rule" => {
                    let id = gone.text("security_group_id").unwrap_or_default();
                    let rules = self.gone_rules(&id);
                    if let Some(group) = self.groups.get_mut(&id) {
                        group.take_away(&rules);
                    }
                }
                _ => {}
            }
        }
        let gone = &self.gone;
        for table in self.tables.values_mut() {
            table.subnets.retain(|subnet| !gone.contains(subnet));
            for route in &mut table.routes {
                let is_lost = route
                    .as_object()
                    .is_some_and(|route| route.values().filter_map(Value::as_str).any(|id| gone.contains(id)));
                if let (true, Some(members)) = (is_lost, route.as_object_mut()) {
                    members.insert("State".to_owned(), json!("blackhole"));
                }
            }
        }
        for acl in self.acls.values_mut() {
            acl.subnets.retain(|subnet| !gone.contains(subnet));
        }
    }

    /// A subnet has one table: the one that is named last.
    pub(super) fn move_to_table(&mut self, subnet: &str, table: &str) {
        let others = self.tables.iter_mut().filter(|(id, _)| *id != table);
        others.for_each(|(_, other)| {
            other.subnets.remove(subnet);
        });
    }

    /// A subnet has one ACL.
    pub(super) fn move_to_acl(&mut self, subnet: &str, acl: &str) {
        let others = self.acls.iter_mut().filter(|(id, _)| *id != acl);
        others.for_each(|(_, other)| {
            other.subnets.remove(subnet);
        });
    }
}

fn seeded_table(id: &str, element: &Value) -> Table {
    let mut table = Table {
        address: id.to_owned(),
        vpc: text(element, "VpcId"),
        routes: elements(element.get("Routes")).cloned().collect(),
        tags: element.get("Tags").cloned().unwrap_or_else(|| json!([])),
        ..Table::default()
    };
    for association in elements(element.get("Associations")) {
        let state = association.get("AssociationState").and_then(|state| text(state, "State"));
        if state.is_none_or(|state| state == "associated") {
            table.is_main |= association.get("Main") == Some(&json!(true));
            table.subnets.extend(text(association, "SubnetId"));
            table.gateways.extend(text(association, "GatewayId"));
        }
    }
    table
}

fn seeded_acl(id: &str, element: &Value) -> Acl {
    let is_closing =
        |entry: &&Value| entry.get("RuleNumber").and_then(Value::as_u64).is_some_and(|number| number >= 32767);
    Acl {
        address: id.to_owned(),
        vpc: text(element, "VpcId"),
        is_default: element.get("IsDefault") == Some(&json!(true)),
        subnets: elements(element.get("Associations")).filter_map(|own| text(own, "SubnetId")).collect(),
        entries: elements(element.get("Entries")).filter(|entry| !is_closing(entry)).cloned().collect(),
        tags: element.get("Tags").cloned().unwrap_or_else(|| json!([])),
        is_implied: false,
    }
}

/// Whether a table is as the snapshot has it.
pub(super) fn is_table_unchanged(id: &str, table: &Table, base: Option<&Value>) -> bool {
    base.is_some_and(|base| seeded_table(id, base) == *table)
}

/// Whether an ACL is as the snapshot has it.
pub(super) fn is_acl_unchanged(id: &str, acl: &Acl, base: Option<&Value>) -> bool {
    base.is_some_and(|base| seeded_acl(id, base) == *acl)
}
