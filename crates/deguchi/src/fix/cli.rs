//! A plan as commands of the AWS CLI: one script for `sh` that runs as it stands, from top to bottom.
//!
//! What a command creates is kept in a shell variable for those behind it. Leaves out running anything.

use std::collections::BTreeMap;

use deguchi_engine::change::{Change, DnsAttribute, apply};
use deguchi_model::{
    Direction, EndpointPolicy, IcmpMatch, IpNet, Network, NetworkAclRule, PolicyDocument, Region, RoleArn, Route,
    RouteDestination, RouteOrigin, RouteState, RouteTableId, RouteTarget, RuleAction, RulePeer, SecurityGroupRule,
    SubnetId, TrafficMatch, VpcEndpointId, VpcEndpointKind,
};

use super::{
    policy, regions,
    rule::{icmp, protocol},
};

/// Returns the commands of a plan, a line each, in the order in which they have to run.
pub(crate) fn script(network: &Network, changes: &[Change]) -> Vec<String> {
    let regions = regions(network, changes);
    let mut known: Vec<&Region> = regions.iter().flatten().collect();
    known.sort();
    known.dedup();
    let mut script = Script { lines: Vec::new(), variables: BTreeMap::new(), region: None, network: network.clone() };
    // One Region is said once, for all commands; several are said with each.
    if let [only] = known.as_slice() {
        // Version 1 of the AWS CLI reads the other variable.
        let region = quote(only.as_str());
        script.lines.push(format!("export AWS_REGION={region} AWS_DEFAULT_REGION={region}"));
    }
    for (change, region) in changes.iter().zip(&regions) {
        script.region = region.as_ref().filter(|_| known.len() > 1).cloned();
        script.change(change);
        script.network = apply(&script.network, change);
    }
    script.lines
}

/// The lines so far, and what the next one can refer to.
struct Script {
    lines: Vec<String>,
    /// The shell variable that has the id of a resource that the script creates, by the id that stands for it.
    variables: BTreeMap<String, String>,
    /// The Region to be said with each command.
    region: Option<Region>,
    /// The network as it is before the next command.
    network: Network,
}

impl Script {
    fn change(&mut self, change: &Change) {
        match change {
            Change::CreateInternetGateway { internet_gateway } => {
                let call = "create-internet-gateway".to_owned();
                self.create(internet_gateway.as_str(), "INTERNET_GATEWAY", &call, "InternetGateway.InternetGatewayId");
            }
            Change::AttachInternetGateway { internet_gateway, vpc } => {
                let (gateway, vpc) = (self.id(internet_gateway.as_str()), self.id(vpc.as_str()));
                self.run(&format!("attach-internet-gateway --internet-gateway-id {gateway} --vpc-id {vpc}"));
            }
            Change::CreateNatGateway { nat_gateway, subnet, elastic_ip, .. } => {
                self.allocate(elastic_ip.as_str());
                let (subnet, allocation) = (self.id(subnet.as_str()), self.id(elastic_ip.as_str()));
                let call = format!("create-nat-gateway --subnet-id {subnet} --allocation-id {allocation}");
                self.create(nat_gateway.as_str(), "NAT_GATEWAY", &call, "NatGateway.NatGatewayId");
                let gateway = self.id(nat_gateway.as_str());
                self.run(&format!("wait nat-gateway-available --nat-gateway-ids {gateway}"));
            }
            Change::StartInstance { instance } => {
                let instance = self.id(instance.as_str());
                self.run(&format!("start-instances --instance-ids {instance}"));
                self.run(&format!("wait instance-running --instance-ids {instance}"));
            }
            Change::DisableSourceDestinationCheck { interface } => {
                let interface = self.id(interface.as_str());
                let call = "modify-network-interface-attribute --no-source-dest-check --network-interface-id";
                self.run(&format!("{call} {interface}"));
            }
            Change::AssociateElasticIp { elastic_ip, interface, private, .. } => {
                self.allocate(elastic_ip.as_str());
                let (allocation, interface) = (self.id(elastic_ip.as_str()), self.id(interface.as_str()));
                self.run(&format!(
                    "associate-address --allocation-id {allocation} --network-interface-id {interface} \
                     --private-ip-address {private}"
                ));
            }
            Change::EnableVpcDns { vpc, attribute } => self.enable_dns(vpc.as_str(), *attribute),
            Change::CreateGatewayEndpoint { .. } | Change::AssociateEndpoint { .. } => self.endpoint(change),
            Change::CreateRouteTable { route_table, like } => self.create_route_table(route_table, like),
            Change::AddRoute { route_table, destination, target } => {
                self.put_route(route_table, &RouteDestination::Cidr(*destination), target);
            }
            Change::ReplaceRoute { route_table, destination, target } => {
                self.put_route(route_table, destination, target);
            }
            Change::DeleteRoute { route_table, destination } => {
                let (table, destination) = (self.id(route_table.as_str()), self.destination(destination));
                self.run(&format!("delete-route --route-table-id {table} {destination}"));
            }
            Change::AssociateRouteTable { subnet, route_table } => self.associate(subnet, route_table),
            Change::AuthorizeSecurityGroupRule { group, direction, rule } => {
                self.group_rule("authorize", group.as_str(), *direction, rule);
            }
            Change::RevokeSecurityGroupRule { group, direction, rule } => {
                self.group_rule("revoke", group.as_str(), *direction, rule);
            }
            Change::AllowInEndpointPolicy { endpoint, .. } => self.endpoint_policy(change, endpoint),
            Change::PutRolePolicy { role, name, document } => self.role_policy(role, name, document),
            Change::AddNetworkAclRule { acl, direction, rule } => {
                self.acl_rule("create", acl.as_str(), *direction, rule);
            }
            Change::ReplaceNetworkAclRule { acl, direction, rule } => {
                self.acl_rule("replace", acl.as_str(), *direction, rule);
            }
            Change::DeleteNetworkAclRule { acl, direction, number } => {
                let (acl, way) = (self.id(acl.as_str()), acl_direction(*direction));
                self.run(&format!("delete-network-acl-entry --network-acl-id {acl} {way} --rule-number {}", number.0));
            }
        }
    }

    /// The whole document: there is no call that adds to one.
    fn endpoint_policy(&mut self, change: &Change, endpoint: &VpcEndpointId) {
        let after = apply(&self.network, change);
        let policy = after.vpc_endpoints.get(endpoint).map(|endpoint| &endpoint.policy);
        if let Some(EndpointPolicy::Document(document)) = policy {
            let (endpoint, policy) = (self.id(endpoint.as_str()), quote(&policy::document(document).to_string()));
            self.run(&format!("modify-vpc-endpoint --vpc-endpoint-id {endpoint} --policy-document {policy}"));
        }
    }

    /// IAM has no Regions.
    fn role_policy(&mut self, role: &RoleArn, name: &str, document: &PolicyDocument) {
        let (role, name) = (quote(role.name()), quote(name));
        let policy = quote(&policy::document(document).to_string());
        let call = format!("put-role-policy --role-name {role} --policy-name {name} --policy-document {policy}");
        self.lines.push(format!("aws iam {call}"));
    }

    fn enable_dns(&mut self, vpc: &str, attribute: DnsAttribute) {
        let (vpc, option) = (self.id(vpc), dns_option(attribute));
        self.run(&format!("modify-vpc-attribute --vpc-id {vpc} {option}"));
    }

    /// A command of `aws ec2`, with the Region where it has to be said.
    fn command(&self, call: &str) -> String {
        match &self.region {
            Some(region) => format!("aws ec2 {call} --region {}", quote(region.as_str())),
            None => format!("aws ec2 {call}"),
        }
    }

    fn run(&mut self, call: &str) {
        let command = self.command(call);
        self.lines.push(command);
    }

    /// A command whose answer, by a query of the AWS CLI, is kept in a variable from then on.
    fn keep(&mut self, id: &str, noun: &str, call: &str, query: &str) {
        let is_taken = |name: &String| self.variables.values().any(|taken| taken == name);
        let names = (1_usize..).map(|number| format!("{noun}_{number}"));
        let name = names.into_iter().find(|name| !is_taken(name)).unwrap_or_else(|| noun.to_owned());
        let command = self.command(&format!("{call} --query {} --output text", quote(query)));
        self.lines.push(format!("{name}=$({command})"));
        self.variables.insert(id.to_owned(), name);
    }

    fn create(&mut self, id: &str, noun: &str, call: &str, query: &str) {
        self.keep(id, noun, call, query);
    }

    fn allocate(&mut self, elastic_ip: &str) {
        self.keep(elastic_ip, "ALLOCATION", "allocate-address --domain vpc", "AllocationId");
    }

    /// An id as an argument: the variable that has it, or itself.
    fn id(&self, id: &str) -> String {
        match self.variables.get(id) {
            Some(variable) => format!("\"${variable}\""),
            None => quote(id),
        }
    }

    fn endpoint(&mut self, change: &Change) {
        match change {
            Change::CreateGatewayEndpoint { endpoint, vpc, service_name, route_table, .. } => {
                let (vpc, table) = (self.id(vpc.as_str()), self.id(route_table.as_str()));
                let call = format!(
                    "create-vpc-endpoint --vpc-endpoint-type Gateway --vpc-id {vpc} --service-name {} \
                     --route-table-ids {table}",
                    quote(service_name)
                );
                self.create(endpoint.as_str(), "VPC_ENDPOINT", &call, "VpcEndpoint.VpcEndpointId");
            }
            Change::AssociateEndpoint { endpoint, route_table, .. } => {
                self.add_to_endpoint(endpoint.as_str(), route_table);
            }
            _ => {}
        }
    }

    fn add_to_endpoint(&mut self, endpoint: &str, table: &RouteTableId) {
        let (endpoint, table) = (self.id(endpoint), self.id(table.as_str()));
        self.run(&format!("modify-vpc-endpoint --vpc-endpoint-id {endpoint} --add-route-table-ids {table}"));
    }

    /// A table and everything that the one it is made like has: AWS itself adds the local routes only.
    fn create_route_table(&mut self, id: &RouteTableId, like: &RouteTableId) {
        let Some(like) = self.network.route_tables.get(like).cloned() else { return };
        let call = format!("create-route-table --vpc-id {}", self.id(like.vpc.as_str()));
        self.create(id.as_str(), "ROUTE_TABLE", &call, "RouteTable.RouteTableId");
        let mut propagating = Vec::new();
        for route in like.routes.iter().filter(|route| route.state != RouteState::Blackhole) {
            match (&route.origin, &route.target) {
                (RouteOrigin::Propagated, RouteTarget::VpnGateway(gateway)) if !propagating.contains(gateway) => {
                    propagating.push(gateway.clone());
                    let (table, gateway) = (self.id(id.as_str()), self.id(gateway.as_str()));
                    self.run(&format!("enable-vgw-route-propagation --route-table-id {table} --gateway-id {gateway}"));
                }
                (RouteOrigin::Static, RouteTarget::VpcEndpoint(endpoint)) if self.is_gateway_endpoint(route) => {
                    self.add_to_endpoint(endpoint.clone().as_str(), id);
                }
                (RouteOrigin::Static, target) if *target != RouteTarget::Local => {
                    self.route("create", id, &route.destination, target);
                }
                _ => {}
            }
        }
    }

    fn is_gateway_endpoint(&self, route: &Route) -> bool {
        let RouteTarget::VpcEndpoint(id) = &route.target else { return false };
        let kind = self.network.vpc_endpoints.get(id).map(|endpoint| &endpoint.kind);
        matches!(kind, Some(VpcEndpointKind::Gateway { .. }))
    }

    /// `ReplaceRoute` where the table has a static route for the destination, else `CreateRoute`: each refuses the other's.
    fn put_route(&mut self, table: &RouteTableId, destination: &RouteDestination, target: &RouteTarget) {
        let routes = self.network.route_tables.get(table).map(|table| table.routes.as_slice()).unwrap_or_default();
        let is_there =
            routes.iter().any(|route| route.destination == *destination && route.origin == RouteOrigin::Static);
        self.route(if is_there { "replace" } else { "create" }, table, destination, target);
    }

    fn route(&mut self, verb: &str, table: &RouteTableId, destination: &RouteDestination, target: &RouteTarget) {
        let (table, destination) = (self.id(table.as_str()), self.destination(destination));
        let target = self.target(target);
        self.run(&format!("{verb}-route --route-table-id {table} {destination} {target}"));
    }

    fn destination(&self, destination: &RouteDestination) -> String {
        match destination {
            RouteDestination::Cidr(IpNet::V4(cidr)) => format!("--destination-cidr-block {cidr}"),
            RouteDestination::Cidr(IpNet::V6(cidr)) => format!("--destination-ipv6-cidr-block {cidr}"),
            RouteDestination::PrefixList(list) => format!("--destination-prefix-list-id {}", self.id(list.as_str())),
            RouteDestination::Unmodelled(text) => format!("--destination-cidr-block {}", quote(text)),
        }
    }

    fn target(&self, target: &RouteTarget) -> String {
        let (option, id) = match target {
            RouteTarget::Local => return "--local-target".to_owned(),
            RouteTarget::InternetGateway(id) => ("--gateway-id", id.as_str()),
            RouteTarget::EgressOnlyInternetGateway(id) => ("--egress-only-internet-gateway-id", id.as_str()),
            RouteTarget::NatGateway(id) => ("--nat-gateway-id", id.as_str()),
            RouteTarget::NetworkInterface(id) => ("--network-interface-id", id.as_str()),
            RouteTarget::Instance(id) => ("--instance-id", id.as_str()),
            RouteTarget::VpnGateway(id) => ("--gateway-id", id.as_str()),
            RouteTarget::PeeringConnection(id) => ("--vpc-peering-connection-id", id.as_str()),
            RouteTarget::TransitGateway(id) => ("--transit-gateway-id", id.as_str()),
            RouteTarget::VpcEndpoint(id) => ("--vpc-endpoint-id", id.as_str()),
            RouteTarget::Unmodelled { field, id } => return format!("--{} {}", kebab(field), self.id(id)),
        };
        format!("{option} {}", self.id(id))
    }

    /// A subnet that has a table of its own has an association, which is replaced; one by the main table gets one.
    fn associate(&mut self, subnet: &SubnetId, table: &RouteTableId) {
        let is_explicit = self.network.route_tables.values().any(|table| table.subnets.contains(subnet));
        let (subnet_argument, table) = (self.id(subnet.as_str()), self.id(table.as_str()));
        if !is_explicit {
            self.run(&format!("associate-route-table --subnet-id {subnet_argument} --route-table-id {table}"));
            return;
        }
        // The snapshot's own id of the association may be out of date by the time that this runs.
        let call = format!("describe-route-tables --filters Name=association.subnet-id,Values={subnet_argument}");
        let query = format!(
            "RouteTables[0].Associations[?SubnetId=='{}'].RouteTableAssociationId | [0]",
            subnet.as_str().replace('\'', "")
        );
        let id = format!("association of {subnet}");
        self.keep(&id, "ASSOCIATION", &call, &query);
        let association = self.id(&id);
        self.run(&format!("replace-route-table-association --association-id {association} --route-table-id {table}"));
    }

    fn group_rule(&mut self, verb: &str, group: &str, direction: Direction, rule: &SecurityGroupRule) {
        let way = match direction {
            Direction::Inbound => "ingress",
            Direction::Outbound => "egress",
        };
        let (group, permission) = (self.id(group), self.permission(rule));
        self.run(&format!("{verb}-security-group-{way} --group-id {group} --ip-permissions {}", quote(&permission)));
    }

    /// A rule as the AWS CLI's short form has it.
    fn permission(&self, rule: &SecurityGroupRule) -> String {
        let (name, ports) = protocol(rule.traffic);
        let ports = ports.map_or_else(String::new, |(from, to)| format!(",FromPort={from},ToPort={to}"));
        let peer = match &rule.peer {
            RulePeer::Cidr(IpNet::V4(cidr)) => format!("IpRanges=[{{CidrIp={cidr}}}]"),
            RulePeer::Cidr(IpNet::V6(cidr)) => format!("Ipv6Ranges=[{{CidrIpv6={cidr}}}]"),
            RulePeer::PrefixList(list) => format!("PrefixListIds=[{{PrefixListId={list}}}]"),
            RulePeer::SecurityGroup(group) | RulePeer::StaleSecurityGroup(group) => {
                format!("UserIdGroupPairs=[{{GroupId={group}}}]")
            }
        };
        format!("IpProtocol={name}{ports},{peer}")
    }

    fn acl_rule(&mut self, verb: &str, acl: &str, direction: Direction, rule: &NetworkAclRule) {
        let traffic = match rule.traffic {
            TrafficMatch::All => "--protocol -1".to_owned(),
            TrafficMatch::Tcp(ports) => {
                format!("--protocol tcp --port-range From={},To={}", ports.first(), ports.last())
            }
            TrafficMatch::Udp(ports) => {
                format!("--protocol udp --port-range From={},To={}", ports.first(), ports.last())
            }
            TrafficMatch::Icmp(which) => acl_icmp("icmp", which),
            TrafficMatch::Icmpv6(which) => acl_icmp("58", which),
            TrafficMatch::Protocol(number) => format!("--protocol {number}"),
        };
        let cidr = match rule.cidr {
            IpNet::V4(cidr) => format!("--cidr-block {cidr}"),
            IpNet::V6(cidr) => format!("--ipv6-cidr-block {cidr}"),
        };
        let action = match rule.action {
            RuleAction::Allow => "allow",
            RuleAction::Deny => "deny",
        };
        let (acl, way, number) = (self.id(acl), acl_direction(direction), rule.number.0);
        self.run(&format!(
            "{verb}-network-acl-entry --network-acl-id {acl} {way} --rule-number {number} {traffic} {cidr} \
             --rule-action {action}"
        ));
    }
}

/// One call sets one attribute.
const fn dns_option(attribute: DnsAttribute) -> &'static str {
    match attribute {
        DnsAttribute::Support => "--enable-dns-support",
        DnsAttribute::Hostnames => "--enable-dns-hostnames",
    }
}

const fn acl_direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "--ingress",
        Direction::Outbound => "--egress",
    }
}

fn acl_icmp(protocol: &str, which: IcmpMatch) -> String {
    let (kind, code) = icmp(which);
    format!("--protocol {protocol} --icmp-type-code Code={code},Type={kind}")
}

/// `CarrierGatewayId` as an option: `carrier-gateway-id`.
fn kebab(field: &str) -> String {
    let mut option = String::new();
    for (place, character) in field.chars().filter(|it| it.is_ascii_alphanumeric()).enumerate() {
        if character.is_ascii_uppercase() && place > 0 {
            option.push('-');
        }
        option.push(character.to_ascii_lowercase());
    }
    option
}

/// A word of the shell: ids are data of an account and are never taken as anything else.
pub(crate) fn quote(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:,=@%+".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    let clean: String = word.chars().filter(|character| !character.is_control()).collect();
    format!("'{}'", clean.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_word_whatever_is_in_it() {
        assert_eq!(quote("rtb-0a1b"), "rtb-0a1b");
        assert_eq!(quote("$(rm -r)"), "'$(rm -r)'");
        assert_eq!(quote("a'b\nc"), r"'a'\''bc'");
        assert_eq!(quote(""), "''");
    }

    #[test]
    fn a_field_of_the_api_is_an_option_of_the_command() {
        assert_eq!(kebab("CarrierGatewayId"), "carrier-gateway-id");
    }
}
