//! A plan as Terraform, for provider `hashicorp/aws` 5 and later: blocks that can be added to a configuration.
//!
//! What exists already is adopted by an `import` block before it is changed. What no block can say (something taken away) is a
//! comment with the command that does it. Leaves out where an account's own code declares a thing: nothing says so.

use std::collections::BTreeMap;

use deguchi_engine::change::{Change, DnsAttribute, apply};
use deguchi_model::{
    Direction, EndpointPolicy, IpNet, Network, NetworkAclRule, RouteDestination, RouteOrigin, RouteState, RouteTableId,
    RouteTarget, RuleAction, RulePeer, SecurityGroupRule, TrafficMatch, VpcEndpointKind,
};

use super::{
    cli, policy,
    rule::{icmp, protocol},
};

/// Returns the blocks of a plan, line by line.
pub(crate) fn blocks(network: &Network, changes: &[Change]) -> Vec<String> {
    let mut sheet =
        Sheet { lines: Vec::new(), created: BTreeMap::new(), counts: BTreeMap::new(), network: network.clone() };
    for change in changes {
        sheet.change(change);
        sheet.network = apply(&sheet.network, change);
    }
    sheet.lines
}

/// A value of an argument.
enum Value {
    /// A string.
    Text(String),
    /// An expression, as it stands.
    Expression(String),
    /// A number.
    Number(i64),
    /// Nested blocks are not needed by any plan.
    Flag(bool),
}

/// The blocks so far.
struct Sheet {
    lines: Vec<String>,
    /// The expression for a resource that the plan creates, by the id that stands for it.
    created: BTreeMap<String, String>,
    /// How many blocks of a type there are.
    counts: BTreeMap<&'static str, usize>,
    /// The network as it is before the next block.
    network: Network,
}

/// A policy as a string: JSON on one line, which `terraform fmt` leaves as it is.
fn encoded(policy: &serde_json::Value) -> Value {
    Value::Text(policy.to_string())
}

impl Sheet {
    #[expect(
        clippy::too_many_lines,
        reason = "one exhaustive match: a change that is not written down does not compile"
    )]
    fn change(&mut self, change: &Change) {
        match change {
            Change::CreateInternetGateway { internet_gateway } => {
                self.resource("aws_internet_gateway", Some(internet_gateway.as_str()), Vec::new());
            }
            Change::AttachInternetGateway { internet_gateway, vpc } => {
                let arguments = vec![
                    ("internet_gateway_id", self.id(internet_gateway.as_str())),
                    ("vpc_id", self.id(vpc.as_str())),
                ];
                self.resource("aws_internet_gateway_attachment", None, arguments);
            }
            Change::CreateNatGateway { nat_gateway, subnet, elastic_ip, .. } => {
                self.allocate(elastic_ip.as_str());
                let arguments =
                    vec![("allocation_id", self.id(elastic_ip.as_str())), ("subnet_id", self.id(subnet.as_str()))];
                self.resource("aws_nat_gateway", Some(nat_gateway.as_str()), arguments);
            }
            Change::StartInstance { instance } => {
                let arguments =
                    vec![("instance_id", self.id(instance.as_str())), ("state", Value::Text("running".to_owned()))];
                self.adopted("aws_ec2_instance_state", instance.as_str(), arguments);
            }
            Change::DisableSourceDestinationCheck { interface } => self.interface(interface.as_str()),
            Change::EnableVpcDns { vpc, attribute } => self.vpc(vpc.as_str(), *attribute),
            Change::AssociateElasticIp { elastic_ip, interface, private, .. } => {
                self.associate_elastic_ip(elastic_ip.as_str(), interface.as_str(), private.to_string());
            }
            Change::CreateGatewayEndpoint { endpoint, vpc, service_name, route_table, .. } => {
                let arguments = vec![
                    ("vpc_id", self.id(vpc.as_str())),
                    ("service_name", Value::Text(service_name.clone())),
                    ("vpc_endpoint_type", Value::Text("Gateway".to_owned())),
                ];
                self.resource("aws_vpc_endpoint", Some(endpoint.as_str()), arguments);
                self.associate_endpoint(endpoint.as_str(), route_table);
            }
            Change::AssociateEndpoint { endpoint, route_table, .. } => {
                self.associate_endpoint(endpoint.as_str(), route_table);
            }
            Change::CreateRouteTable { route_table, like } => self.create_route_table(route_table, like),
            Change::AddRoute { route_table, destination, target } => {
                self.put_route(route_table, &RouteDestination::Cidr(*destination), target);
            }
            Change::ReplaceRoute { route_table, destination, target } => {
                self.put_route(route_table, destination, target);
            }
            Change::AssociateRouteTable { subnet, route_table } => {
                let old = self.network.route_tables.values().find(|table| table.subnets.contains(subnet));
                let import = old.map(|old| format!("{subnet}/{}", old.id));
                let arguments =
                    vec![("subnet_id", self.id(subnet.as_str())), ("route_table_id", self.id(route_table.as_str()))];
                match import {
                    Some(import) => self.adopted("aws_route_table_association", &import, arguments),
                    None => self.resource("aws_route_table_association", None, arguments),
                }
            }
            Change::AuthorizeSecurityGroupRule { group, direction, rule } => {
                self.group_rule(group.as_str(), *direction, rule);
            }
            Change::AllowInEndpointPolicy { endpoint, .. } => {
                let after = apply(&self.network, change);
                let policy = after.vpc_endpoints.get(endpoint).map(|endpoint| &endpoint.policy);
                if let Some(EndpointPolicy::Document(document)) = policy {
                    let arguments = vec![
                        ("vpc_endpoint_id", self.id(endpoint.as_str())),
                        ("policy", encoded(&policy::document(document))),
                    ];
                    self.resource("aws_vpc_endpoint_policy", None, arguments);
                }
            }
            Change::PutRolePolicy { role, name, document } => {
                let arguments = vec![
                    ("name", Value::Text(name.clone())),
                    ("role", Value::Text(role.name().to_owned())),
                    ("policy", encoded(&policy::document(document))),
                ];
                self.resource("aws_iam_role_policy", None, arguments);
            }
            Change::AddNetworkAclRule { acl, direction, rule } => self.acl_rule(acl.as_str(), *direction, rule, false),
            Change::ReplaceNetworkAclRule { acl, direction, rule } => {
                self.acl_rule(acl.as_str(), *direction, rule, true)
            }
            Change::DeleteRoute { .. }
            | Change::RevokeSecurityGroupRule { .. }
            | Change::DeleteNetworkAclRule { .. } => {
                self.taken_away(change);
            }
        }
    }

    /// An id as an argument: a reference where the plan creates it.
    fn id(&self, id: &str) -> Value {
        match self.created.get(id) {
            Some(address) => Value::Expression(format!("{address}.id")),
            None => Value::Text(id.to_owned()),
        }
    }

    fn gap(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }

    /// A block, under a name of its own.
    fn resource(&mut self, kind: &'static str, creates: Option<&str>, arguments: Vec<(&'static str, Value)>) {
        let name = self.name(kind);
        if let Some(id) = creates {
            self.created.insert(id.to_owned(), format!("{kind}.{name}"));
        }
        self.gap();
        self.block(kind, &name, &arguments);
    }

    /// A block for something that exists: adopted first, then changed.
    fn adopted(&mut self, kind: &'static str, import: &str, arguments: Vec<(&'static str, Value)>) {
        let name = self.name(kind);
        self.gap();
        self.lines.push("import {".to_owned());
        self.lines.push(format!("  to = {kind}.{name}"));
        self.lines.push(format!("  id = {}", text(import)));
        self.lines.push("}".to_owned());
        self.lines.push(String::new());
        self.block(kind, &name, &arguments);
    }

    fn name(&mut self, kind: &'static str) -> String {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        format!("fix_{count}")
    }

    fn block(&mut self, kind: &str, name: &str, arguments: &[(&'static str, Value)]) {
        if arguments.is_empty() {
            self.lines.push(format!("resource \"{kind}\" \"{name}\" {{}}"));
            return;
        }
        self.lines.push(format!("resource \"{kind}\" \"{name}\" {{"));
        // As `terraform fmt` aligns them.
        let width = arguments.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
        for (key, value) in arguments {
            let value = match value {
                Value::Text(value) => text(value),
                Value::Expression(value) => value.clone(),
                Value::Number(value) => value.to_string(),
                Value::Flag(value) => value.to_string(),
            };
            self.lines.push(format!("  {key:width$} = {value}"));
        }
        self.lines.push("}".to_owned());
    }

    fn allocate(&mut self, elastic_ip: &str) {
        self.resource("aws_eip", Some(elastic_ip), vec![("domain", Value::Text("vpc".to_owned()))]);
    }

    fn associate_elastic_ip(&mut self, elastic_ip: &str, interface: &str, private: String) {
        self.allocate(elastic_ip);
        let arguments = vec![
            ("allocation_id", self.id(elastic_ip)),
            ("network_interface_id", self.id(interface)),
            ("private_ip_address", Value::Text(private)),
        ];
        self.resource("aws_eip_association", None, arguments);
    }

    /// An interface, adopted with what the snapshot has of it, so that nothing else changes.
    fn interface(&mut self, id: &str) {
        let Some(interface) = self.network.network_interfaces.get(id) else { return };
        let groups: Vec<String> = interface.security_groups.iter().map(|group| text(group.as_str())).collect();
        let arguments = vec![
            ("subnet_id", self.id(interface.subnet.as_str())),
            ("security_groups", Value::Expression(format!("[{}]", groups.join(", ")))),
            ("source_dest_check", Value::Flag(false)),
        ];
        self.adopted("aws_network_interface", id, arguments);
    }

    /// A VPC, adopted with what the snapshot has of it: left out, an attribute would go back to the provider's default.
    fn vpc(&mut self, id: &str, enabled: DnsAttribute) {
        let Some(vpc) = self.network.vpcs.get(id) else { return };
        let mut arguments = Vec::new();
        arguments.extend(vpc.cidr_blocks.first().map(|cidr| ("cidr_block", Value::Text(cidr.to_string()))));
        let (support, hostnames) = match enabled {
            DnsAttribute::Support => (Some(true), vpc.dns.hostnames),
            DnsAttribute::Hostnames => (vpc.dns.support, Some(true)),
        };
        arguments.extend(support.map(|flag| ("enable_dns_support", Value::Flag(flag))));
        arguments.extend(hostnames.map(|flag| ("enable_dns_hostnames", Value::Flag(flag))));
        self.adopted("aws_vpc", id, arguments);
    }

    fn associate_endpoint(&mut self, endpoint: &str, table: &RouteTableId) {
        let arguments = vec![("vpc_endpoint_id", self.id(endpoint)), ("route_table_id", self.id(table.as_str()))];
        self.resource("aws_vpc_endpoint_route_table_association", None, arguments);
    }

    fn create_route_table(&mut self, id: &RouteTableId, like: &RouteTableId) {
        let Some(like) = self.network.route_tables.get(like).cloned() else { return };
        let vpc = self.id(like.vpc.as_str());
        self.resource("aws_route_table", Some(id.as_str()), vec![("vpc_id", vpc)]);
        let mut propagating = Vec::new();
        for route in like.routes.iter().filter(|route| route.state != RouteState::Blackhole) {
            match (&route.origin, &route.target) {
                (RouteOrigin::Propagated, RouteTarget::VpnGateway(gateway)) if !propagating.contains(gateway) => {
                    propagating.push(gateway.clone());
                    let arguments =
                        vec![("vpn_gateway_id", self.id(gateway.as_str())), ("route_table_id", self.id(id.as_str()))];
                    self.resource("aws_vpn_gateway_route_propagation", None, arguments);
                }
                (RouteOrigin::Static, RouteTarget::VpcEndpoint(endpoint)) if self.is_gateway(endpoint.as_str()) => {
                    self.associate_endpoint(endpoint.as_str(), id);
                }
                (RouteOrigin::Static, target) if *target != RouteTarget::Local => {
                    self.put_route(id, &route.destination, target);
                }
                _ => {}
            }
        }
    }

    fn is_gateway(&self, endpoint: &str) -> bool {
        let kind = self.network.vpc_endpoints.get(endpoint).map(|endpoint| &endpoint.kind);
        matches!(kind, Some(VpcEndpointKind::Gateway { .. }))
    }

    fn put_route(&mut self, table: &RouteTableId, destination: &RouteDestination, target: &RouteTarget) {
        let (key, place) = match destination {
            RouteDestination::Cidr(IpNet::V4(cidr)) => ("destination_cidr_block", cidr.to_string()),
            RouteDestination::Cidr(IpNet::V6(cidr)) => ("destination_ipv6_cidr_block", cidr.to_string()),
            RouteDestination::PrefixList(list) => ("destination_prefix_list_id", list.to_string()),
            RouteDestination::Unmodelled(text) => ("destination_cidr_block", text.clone()),
        };
        let (option, id) = match target {
            RouteTarget::Local => ("gateway_id", "local"),
            RouteTarget::InternetGateway(id) => ("gateway_id", id.as_str()),
            RouteTarget::EgressOnlyInternetGateway(id) => ("egress_only_gateway_id", id.as_str()),
            RouteTarget::NatGateway(id) => ("nat_gateway_id", id.as_str()),
            RouteTarget::NetworkInterface(id) => ("network_interface_id", id.as_str()),
            // Provider 5 has no `instance_id`; a plan names interfaces.
            RouteTarget::Instance(id) => ("network_interface_id", self.primary_interface(id.as_str())),
            RouteTarget::VpnGateway(id) => ("gateway_id", id.as_str()),
            RouteTarget::PeeringConnection(id) => ("vpc_peering_connection_id", id.as_str()),
            RouteTarget::TransitGateway(id) => ("transit_gateway_id", id.as_str()),
            RouteTarget::VpcEndpoint(id) => ("vpc_endpoint_id", id.as_str()),
            RouteTarget::Unmodelled { id, .. } => ("carrier_gateway_id", id.as_str()),
        };
        let routes = self.network.route_tables.get(table).map(|table| table.routes.as_slice()).unwrap_or_default();
        let is_there =
            routes.iter().any(|route| route.destination == *destination && route.origin == RouteOrigin::Static);
        let import = format!("{table}_{place}");
        let arguments =
            vec![("route_table_id", self.id(table.as_str())), (key, Value::Text(place)), (option, self.id(id))];
        if is_there {
            self.adopted("aws_route", &import, arguments);
        } else {
            self.resource("aws_route", None, arguments);
        }
    }

    fn primary_interface<'s>(&'s self, instance: &'s str) -> &'s str {
        let first = self.network.instances.get(instance).and_then(|instance| instance.interfaces.first());
        first.map_or(instance, |first| first.interface.as_str())
    }

    fn group_rule(&mut self, group: &str, direction: Direction, rule: &SecurityGroupRule) {
        let kind = match direction {
            Direction::Inbound => "aws_vpc_security_group_ingress_rule",
            Direction::Outbound => "aws_vpc_security_group_egress_rule",
        };
        let mut arguments = vec![("security_group_id", self.id(group))];
        let number = |value: i32| Value::Number(value.into());
        let (name, ports) = protocol(rule.traffic);
        arguments.push(("ip_protocol", Value::Text(name)));
        if let Some((from, to)) = ports {
            arguments.extend([("from_port", number(from)), ("to_port", number(to))]);
        }
        arguments.push(match &rule.peer {
            RulePeer::Cidr(IpNet::V4(cidr)) => ("cidr_ipv4", Value::Text(cidr.to_string())),
            RulePeer::Cidr(IpNet::V6(cidr)) => ("cidr_ipv6", Value::Text(cidr.to_string())),
            RulePeer::PrefixList(list) => ("prefix_list_id", self.id(list.as_str())),
            RulePeer::SecurityGroup(group) | RulePeer::StaleSecurityGroup(group) => {
                ("referenced_security_group_id", self.id(group.as_str()))
            }
        });
        self.resource(kind, None, arguments);
    }

    fn acl_rule(&mut self, acl: &str, direction: Direction, rule: &NetworkAclRule, is_there: bool) {
        let number = |value: i32| Value::Number(value.into());
        let (protocol, mut more) = match rule.traffic {
            TrafficMatch::All => ("-1".to_owned(), Vec::new()),
            TrafficMatch::Tcp(ports) | TrafficMatch::Udp(ports) => {
                let name = if matches!(rule.traffic, TrafficMatch::Tcp(_)) { "tcp" } else { "udp" };
                let ports = vec![("from_port", number(ports.first().into())), ("to_port", number(ports.last().into()))];
                (name.to_owned(), ports)
            }
            TrafficMatch::Icmp(which) | TrafficMatch::Icmpv6(which) => {
                let name = if matches!(rule.traffic, TrafficMatch::Icmp(_)) { "icmp" } else { "58" };
                let (kind, code) = icmp(which);
                (name.to_owned(), vec![("icmp_type", number(kind)), ("icmp_code", number(code))])
            }
            TrafficMatch::Protocol(number) => (number.to_string(), Vec::new()),
        };
        let is_outbound = direction == Direction::Outbound;
        let action = match rule.action {
            RuleAction::Allow => "allow",
            RuleAction::Deny => "deny",
        };
        let import = format!("{acl}:{}:{protocol}:{is_outbound}", rule.number.0);
        let mut arguments = vec![
            ("network_acl_id", self.id(acl)),
            ("rule_number", Value::Number(rule.number.0.into())),
            ("egress", Value::Flag(is_outbound)),
            ("protocol", Value::Text(protocol)),
            ("rule_action", Value::Text(action.to_owned())),
            match rule.cidr {
                IpNet::V4(cidr) => ("cidr_block", Value::Text(cidr.to_string())),
                IpNet::V6(cidr) => ("ipv6_cidr_block", Value::Text(cidr.to_string())),
            },
        ];
        arguments.append(&mut more);
        if is_there {
            self.adopted("aws_network_acl_rule", &import, arguments);
        } else {
            self.resource("aws_network_acl_rule", None, arguments);
        }
    }

    /// Terraform takes away what its state has: the line that declares it goes. Where nothing does, a command is left.
    fn taken_away(&mut self, change: &Change) {
        self.gap();
        self.lines.push("# No block takes something away: remove what declares this, or run".to_owned());
        for line in cli::script(&self.network, std::slice::from_ref(change)) {
            self.lines.push(format!("#   {line}"));
        }
    }
}

/// A string of HCL: ids are data, and are never taken as templates.
fn text(value: &str) -> String {
    let clean: String = value.chars().filter(|character| !character.is_control()).collect();
    format!("\"{}\"", clean.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_no_template() {
        assert_eq!(text("rtb-1"), "\"rtb-1\"");
        assert_eq!(text("${file(\"x\")}"), "\"$${file(\\\"x\\\")}\"");
    }
}
