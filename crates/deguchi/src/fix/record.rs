//! One change, made in one JSON document: objects are known by their id and a second member, wherever they stand.

use deguchi_engine::change::{Change, DnsAttribute};
use deguchi_model::{
    Direction, IpNet, NetworkAclRule, RouteDestination, RouteTarget, RuleAction, RulePeer, SecurityGroupRule,
    TrafficMatch,
};
use serde_json::{Map, Value, json};

use super::{policy, rule::protocol};
use crate::ingest::as_in_the_api;

type Object = Map<String, Value>;

/// A resource that a change creates.
pub(super) struct Created {
    /// The key of the list that it belongs to; empty for an answer that is about it alone.
    pub(super) key: &'static str,
    /// Itself, as AWS would print it.
    pub(super) resource: Value,
    /// The VPC or subnet whose list shows where it belongs.
    pub(super) beside: String,
}

/// Makes a change in a document; returns whether it has anything of it.
pub(super) fn change(document: &mut Value, change: &Change) -> bool {
    let mut is_changed = false;
    each_object(document, &mut |object| is_changed |= change_object(object, change));
    is_changed
}

/// Visits every object, outer ones first.
fn each_object(value: &mut Value, visit: &mut impl FnMut(&mut Object)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values_mut().for_each(|value| each_object(value, visit));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| each_object(value, visit)),
        _ => {}
    }
}

/// A member, whichever way its key is written.
fn get<'o>(object: &'o Object, key: &str) -> Option<&'o Value> {
    object.get(key).or_else(|| object.iter().find(|(own, _)| as_in_the_api(own) == key).map(|(_, value)| value))
}

fn get_mut<'o>(object: &'o mut Object, key: &str) -> Option<&'o mut Value> {
    let own = if object.contains_key(key) {
        key.to_owned()
    } else {
        object.keys().find(|own| as_in_the_api(own) == key)?.clone()
    };
    object.get_mut(&own)
}

fn text<'o>(object: &'o Object, key: &str) -> Option<&'o str> {
    get(object, key).and_then(Value::as_str)
}

fn set(object: &mut Object, key: &str, value: Value) {
    match get_mut(object, key) {
        Some(place) => *place = value,
        None => {
            object.insert(key.to_owned(), value);
        }
    }
}

/// The list under a key, which is made where there is none.
fn list<'o>(object: &'o mut Object, key: &str) -> Option<&'o mut Vec<Value>> {
    if get(object, key).is_none_or(Value::is_null) {
        set(object, key, Value::Array(Vec::new()));
    }
    get_mut(object, key)?.as_array_mut()
}

/// Whether an object is the resource with this id, by the member of its id and another that only this kind has.
fn is(object: &Object, (key, id): (&str, &str), beside: &str) -> bool {
    text(object, key) == Some(id) && get(object, beside).is_some()
}

fn change_object(object: &mut Object, change: &Change) -> bool {
    match change {
        Change::CreateInternetGateway { .. } | Change::CreateNatGateway { .. } | Change::PutRolePolicy { .. } => false,
        Change::AllowInEndpointPolicy { endpoint, statement } => {
            is(object, ("VpcEndpointId", endpoint.as_str()), "ServiceName")
                && get_mut(object, "PolicyDocument").is_some_and(|text| allow(text, policy::statement(statement)))
        }
        Change::CreateRouteTable { route_table, like } => share_endpoint(object, like.as_str(), route_table.as_str()),
        Change::CreateGatewayEndpoint { endpoint, prefix_list, route_table, .. } => {
            is(object, ("RouteTableId", route_table.as_str()), "Routes")
                && put_endpoint_route(object, prefix_list.as_str(), endpoint.as_str())
        }
        Change::AttachInternetGateway { internet_gateway, vpc } => {
            attach(object, internet_gateway.as_str(), vpc.as_str())
        }
        Change::StartInstance { instance } => start(object, instance.as_str()),
        Change::DisableSourceDestinationCheck { interface } => {
            let is_it = is(object, ("NetworkInterfaceId", interface.as_str()), "SourceDestCheck");
            if is_it {
                set(object, "SourceDestCheck", Value::Bool(false));
            }
            is_it
        }
        Change::EnableVpcDns { vpc, attribute } => enable_dns(object, vpc.as_str(), *attribute),
        Change::AssociateElasticIp { elastic_ip, public, interface, private } => associate_address(
            object,
            interface.as_str(),
            &private.to_string(),
            &public.to_string(),
            elastic_ip.as_str(),
        ),
        Change::AssociateEndpoint { endpoint, prefix_list, route_table } => {
            if is(object, ("RouteTableId", route_table.as_str()), "Routes") {
                return put_endpoint_route(object, prefix_list.as_str(), endpoint.as_str());
            }
            is(object, ("VpcEndpointId", endpoint.as_str()), "ServiceName")
                && list(object, "RouteTableIds").is_some_and(|tables| {
                    tables.push(route_table.as_str().into());
                    true
                })
        }
        Change::AddRoute { route_table, destination, target } => {
            is(object, ("RouteTableId", route_table.as_str()), "Routes")
                && put_route(object, &RouteDestination::Cidr(*destination), Some(target))
        }
        Change::ReplaceRoute { route_table, destination, target } => {
            is(object, ("RouteTableId", route_table.as_str()), "Routes") && put_route(object, destination, Some(target))
        }
        Change::DeleteRoute { route_table, destination } => {
            is(object, ("RouteTableId", route_table.as_str()), "Routes") && put_route(object, destination, None)
        }
        Change::AssociateRouteTable { subnet, route_table } => associate(object, subnet.as_str(), route_table.as_str()),
        Change::AuthorizeSecurityGroupRule { group, direction, rule } => {
            is(object, ("GroupId", group.as_str()), "IpPermissions")
                && list(object, permissions(*direction)).is_some_and(|rules| {
                    rules.push(permission(rule));
                    true
                })
        }
        Change::RevokeSecurityGroupRule { group, direction, rule } => {
            is(object, ("GroupId", group.as_str()), "IpPermissions") && revoke(object, *direction, rule)
        }
        Change::AddNetworkAclRule { acl, direction, rule } | Change::ReplaceNetworkAclRule { acl, direction, rule } => {
            put_entry(object, acl.as_str(), *direction, rule.number.0, Some(rule))
        }
        Change::DeleteNetworkAclRule { acl, direction, number } => {
            put_entry(object, acl.as_str(), *direction, number.0, None)
        }
    }
}

/// Puts a statement into a policy: JSON, or JSON in a string, whose `Statement` is one or a list.
fn allow(policy: &mut Value, statement: Value) -> bool {
    if let Value::String(text) = policy {
        let Ok(mut read) = serde_json::from_str::<Value>(text) else { return false };
        let is_put = allow(&mut read, statement);
        *text = read.to_string();
        return is_put;
    }
    match policy.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.push(statement),
        Some(one) => *one = json!([one.take(), statement]),
        None => return false,
    }
    true
}

fn enable_dns(object: &mut Object, vpc: &str, attribute: DnsAttribute) -> bool {
    let key = match attribute {
        DnsAttribute::Support => "EnableDnsSupport",
        DnsAttribute::Hostnames => "EnableDnsHostnames",
    };
    let is_it = is(object, ("VpcId", vpc), key);
    if is_it {
        set(object, key, json!({ "Value": true }));
    }
    is_it
}

/// Routes whose target is there again are active again (RT-14).
fn revive(object: &mut Object, is_alive: impl Fn(&Object) -> bool) -> bool {
    let Some(routes) = get_mut(object, "Routes").and_then(Value::as_array_mut) else { return false };
    let mut is_changed = false;
    for route in routes.iter_mut().filter_map(Value::as_object_mut) {
        if text(route, "State") == Some("blackhole") && is_alive(route) {
            set(route, "State", "active".into());
            is_changed = true;
        }
    }
    is_changed
}

fn attach(object: &mut Object, gateway: &str, vpc: &str) -> bool {
    if is(object, ("InternetGatewayId", gateway), "Attachments") {
        set(object, "Attachments", json!([{ "State": "available", "VpcId": vpc }]));
        return true;
    }
    is(object, ("VpcId", vpc), "Routes") && revive(object, |route| text(route, "GatewayId") == Some(gateway))
}

fn start(object: &mut Object, instance: &str) -> bool {
    let state = get(object, "State").is_some_and(Value::is_object);
    if state && text(object, "InstanceId") == Some(instance) {
        set(object, "State", json!({ "Code": 16, "Name": "running" }));
        return true;
    }
    get(object, "RouteTableId").is_some() && revive(object, |route| text(route, "InstanceId") == Some(instance))
}

fn associate_address(object: &mut Object, interface: &str, private: &str, public: &str, allocation: &str) -> bool {
    if !is(object, ("NetworkInterfaceId", interface), "PrivateIpAddresses") {
        return false;
    }
    let association = json!({ "AllocationId": allocation, "PublicIp": public });
    if text(object, "PrivateIpAddress") == Some(private) {
        set(object, "Association", association.clone());
    }
    let Some(addresses) = list(object, "PrivateIpAddresses") else { return false };
    let mut is_changed = false;
    for address in addresses.iter_mut().filter_map(Value::as_object_mut) {
        if text(address, "PrivateIpAddress") == Some(private) {
            set(address, "Association", association.clone());
            is_changed = true;
        }
    }
    is_changed
}

fn put_endpoint_route(object: &mut Object, prefix_list: &str, endpoint: &str) -> bool {
    let Some(routes) = list(object, "Routes") else { return false };
    routes.push(json!({
        "DestinationPrefixListId": prefix_list, "GatewayId": endpoint, "Origin": "CreateRoute", "State": "active",
    }));
    true
}

/// The endpoints that a table has are those of its copy too.
fn share_endpoint(object: &mut Object, like: &str, created: &str) -> bool {
    if get(object, "VpcEndpointId").is_none() || get(object, "ServiceName").is_none() {
        return false;
    }
    let Some(tables) = get_mut(object, "RouteTableIds").and_then(Value::as_array_mut) else { return false };
    let has_it = tables.iter().any(|table| table.as_str() == Some(like));
    if has_it {
        tables.push(created.into());
    }
    has_it
}

/// Takes the static route for a destination away, and puts another there.
fn put_route(object: &mut Object, destination: &RouteDestination, target: Option<&RouteTarget>) -> bool {
    let (key, place) = match destination {
        RouteDestination::Cidr(IpNet::V4(cidr)) => ("DestinationCidrBlock", cidr.to_string()),
        RouteDestination::Cidr(IpNet::V6(cidr)) => ("DestinationIpv6CidrBlock", cidr.to_string()),
        RouteDestination::PrefixList(list) => ("DestinationPrefixListId", list.to_string()),
        RouteDestination::Unmodelled(text) => ("DestinationCidrBlock", text.clone()),
    };
    let Some(routes) = list(object, "Routes") else { return false };
    routes.retain(|route| {
        let Some(route) = route.as_object() else { return true };
        let is_static = text(route, "Origin") != Some("EnableVgwRoutePropagation");
        !(is_static && same_destination(text(route, key), &place))
    });
    if let Some(target) = target {
        let mut route = json!({ "Origin": "CreateRoute", "State": "active" });
        if let Some(route) = route.as_object_mut() {
            route.insert(key.to_owned(), place.into());
            let (field, id) = target_member(target);
            route.insert(field, id.into());
        }
        routes.push(route);
    }
    true
}

/// Whether two texts are one destination: AWS may print an IPv6 range in more ways than one.
fn same_destination(some: Option<&str>, other: &str) -> bool {
    let range = |text: &str| text.parse::<IpNet>().ok().map(|range| range.trunc());
    some.is_some_and(|some| some == other || range(some).is_some_and(|range_of| Some(range_of) == range(other)))
}

fn target_member(target: &RouteTarget) -> (String, String) {
    let (field, id) = match target {
        RouteTarget::Local => ("GatewayId", "local"),
        RouteTarget::InternetGateway(id) => ("GatewayId", id.as_str()),
        RouteTarget::EgressOnlyInternetGateway(id) => ("EgressOnlyInternetGatewayId", id.as_str()),
        RouteTarget::NatGateway(id) => ("NatGatewayId", id.as_str()),
        RouteTarget::NetworkInterface(id) => ("NetworkInterfaceId", id.as_str()),
        RouteTarget::Instance(id) => ("InstanceId", id.as_str()),
        RouteTarget::VpnGateway(id) => ("GatewayId", id.as_str()),
        RouteTarget::PeeringConnection(id) => ("VpcPeeringConnectionId", id.as_str()),
        RouteTarget::TransitGateway(id) => ("TransitGatewayId", id.as_str()),
        RouteTarget::VpcEndpoint(id) => ("GatewayId", id.as_str()),
        RouteTarget::Unmodelled { field, id } => (field.as_str(), id.as_str()),
    };
    (field.to_owned(), id.to_owned())
}

/// A subnet leaves the table that it had, and joins another.
fn associate(object: &mut Object, subnet: &str, table: &str) -> bool {
    if get(object, "Routes").is_none() {
        return false;
    }
    let is_it = text(object, "RouteTableId") == Some(table);
    let Some(associations) = get_mut(object, "Associations").and_then(Value::as_array_mut) else { return false };
    let before = associations.len();
    associations.retain(|association| association.get("SubnetId").and_then(Value::as_str) != Some(subnet));
    let has_left = associations.len() != before;
    if is_it {
        associations.push(json!({
            "AssociationState": { "State": "associated" }, "Main": false, "RouteTableAssociationId": "rtbassoc-new",
            "RouteTableId": table, "SubnetId": subnet,
        }));
    }
    has_left || is_it
}

const fn permissions(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "IpPermissions",
        Direction::Outbound => "IpPermissionsEgress",
    }
}

/// The list of a permission that a peer stands in, and how.
fn peer(peer: &RulePeer) -> (&'static str, &'static str, String) {
    match peer {
        RulePeer::Cidr(IpNet::V4(cidr)) => ("IpRanges", "CidrIp", cidr.to_string()),
        RulePeer::Cidr(IpNet::V6(cidr)) => ("Ipv6Ranges", "CidrIpv6", cidr.to_string()),
        RulePeer::PrefixList(list) => ("PrefixListIds", "PrefixListId", list.to_string()),
        RulePeer::SecurityGroup(group) | RulePeer::StaleSecurityGroup(group) => {
            ("UserIdGroupPairs", "GroupId", group.to_string())
        }
    }
}

fn permission(rule: &SecurityGroupRule) -> Value {
    let (protocol, ports) = protocol(rule.traffic);
    let (list, key, place) = peer(&rule.peer);
    let mut permission = json!({
        "IpProtocol": protocol, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [],
    });
    if let Some(permission) = permission.as_object_mut() {
        permission.insert(list.to_owned(), json!([{ key: place }]));
        if let Some((from, to)) = ports {
            permission.insert("FromPort".to_owned(), from.into());
            permission.insert("ToPort".to_owned(), to.into());
        }
    }
    permission
}

fn revoke(object: &mut Object, direction: Direction, rule: &SecurityGroupRule) -> bool {
    let (name, ports) = protocol(rule.traffic);
    let (key, member, place) = peer(&rule.peer);
    let Some(rules) = list(object, permissions(direction)) else { return false };
    let number = |permission: &Object, key: &str| get(permission, key).and_then(Value::as_i64);
    for permission in rules.iter_mut().filter_map(Value::as_object_mut) {
        let is_same = text(permission, "IpProtocol") == Some(name.as_str())
            && ports.is_none_or(|(from, to)| {
                number(permission, "FromPort") == Some(from.into()) && number(permission, "ToPort") == Some(to.into())
            });
        if is_same && let Some(peers) = list(permission, key) {
            peers.retain(|peer| !same_destination(peer.get(member).and_then(Value::as_str), &place));
        }
    }
    true
}

/// Puts an entry under its number, or takes it away.
fn put_entry(object: &mut Object, acl: &str, direction: Direction, number: u32, rule: Option<&NetworkAclRule>) -> bool {
    if !is(object, ("NetworkAclId", acl), "Entries") {
        return false;
    }
    let is_outbound = direction == Direction::Outbound;
    let Some(entries) = list(object, "Entries") else { return false };
    entries.retain(|entry| {
        let Some(entry) = entry.as_object() else { return true };
        let is_same_way = get(entry, "Egress").and_then(Value::as_bool) == Some(is_outbound);
        !(is_same_way && get(entry, "RuleNumber").and_then(Value::as_u64) == Some(number.into()))
    });
    if let Some(rule) = rule {
        entries.push(entry(rule, is_outbound));
    }
    true
}

fn entry(rule: &NetworkAclRule, is_outbound: bool) -> Value {
    let number = |name: String| match name.as_str() {
        "tcp" => "6".to_owned(),
        "udp" => "17".to_owned(),
        "icmp" => "1".to_owned(),
        "icmpv6" => "58".to_owned(),
        _ => name,
    };
    let (name, numbers) = protocol(rule.traffic);
    let action = match rule.action {
        RuleAction::Allow => "allow",
        RuleAction::Deny => "deny",
    };
    let mut entry = json!({
        "Egress": is_outbound, "Protocol": number(name), "RuleAction": action, "RuleNumber": rule.number.0,
    });
    if let Some(entry) = entry.as_object_mut() {
        let key = if matches!(rule.cidr, IpNet::V4(_)) { "CidrBlock" } else { "Ipv6CidrBlock" };
        entry.insert(key.to_owned(), rule.cidr.to_string().into());
        match (rule.traffic, numbers) {
            (TrafficMatch::Icmp(_) | TrafficMatch::Icmpv6(_), Some((kind, code))) => {
                entry.insert("IcmpTypeCode".to_owned(), json!({ "Code": code, "Type": kind }));
            }
            (_, Some((from, to))) => {
                entry.insert("PortRange".to_owned(), json!({ "From": from, "To": to }));
            }
            (_, None) => {}
        }
    }
    entry
}

/// What a change creates, as AWS would print it.
pub(super) fn created(documents: &[&Value], change: &Change) -> Vec<Created> {
    match change {
        Change::CreateInternetGateway { internet_gateway } => vec![Created {
            key: "InternetGateways",
            resource: json!({ "InternetGatewayId": internet_gateway.as_str(), "Attachments": [], "Tags": [] }),
            beside: String::new(),
        }],
        Change::CreateNatGateway { nat_gateway, subnet, private, elastic_ip, public } => {
            let vpc = vpc_of_subnet(documents, subnet.as_str());
            let address = json!({
                "AllocationId": elastic_ip.as_str(), "IsPrimary": true, "PrivateIp": private.to_string(),
                "PublicIp": public.to_string(), "Status": "succeeded",
            });
            let gateway = json!({
                "ConnectivityType": "public", "NatGatewayAddresses": [address], "NatGatewayId": nat_gateway.as_str(),
                "State": "available", "SubnetId": subnet.as_str(), "Tags": [], "VpcId": vpc,
            });
            let elastic_ip = json!({
                "AllocationId": elastic_ip.as_str(), "Domain": "vpc", "PrivateIpAddress": private.to_string(),
                "PublicIp": public.to_string(),
            });
            vec![
                Created { key: "NatGateways", resource: gateway, beside: subnet.to_string() },
                Created { key: "Addresses", resource: elastic_ip, beside: subnet.to_string() },
            ]
        }
        Change::AssociateElasticIp { elastic_ip, public, interface, private } => {
            let address = json!({
                "AllocationId": elastic_ip.as_str(), "Domain": "vpc", "NetworkInterfaceId": interface.as_str(),
                "PrivateIpAddress": private.to_string(), "PublicIp": public.to_string(),
            });
            vec![Created { key: "Addresses", resource: address, beside: interface.to_string() }]
        }
        Change::CreateGatewayEndpoint { endpoint, vpc, service_name, route_table, .. } => {
            let policy = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
            let endpoint = json!({
                "PolicyDocument": policy, "RouteTableIds": [route_table.as_str()], "ServiceName": service_name,
                "State": "available", "Tags": [], "VpcEndpointId": endpoint.as_str(), "VpcEndpointType": "Gateway",
                "VpcId": vpc.as_str(),
            });
            vec![Created { key: "VpcEndpoints", resource: endpoint, beside: vpc.to_string() }]
        }
        Change::PutRolePolicy { role, name, document } => vec![Created {
            key: "",
            resource: json!({
                "PolicyDocument": policy::document(document), "PolicyName": name, "RoleName": role.name(),
            }),
            beside: role.to_string(),
        }],
        Change::CreateRouteTable { route_table, like } => {
            let found = documents
                .iter()
                .find_map(|document| find(document, &|object| is(object, ("RouteTableId", like.as_str()), "Routes")));
            let copy = found.cloned().map(|table| copy_table(table, route_table.as_str()));
            copy.map(|resource| Created { key: "RouteTables", resource, beside: like.to_string() })
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

fn copy_table(mut table: Object, id: &str) -> Value {
    set(&mut table, "RouteTableId", id.into());
    set(&mut table, "Associations", json!([]));
    set(&mut table, "Tags", json!([]));
    if let Some(routes) = list(&mut table, "Routes") {
        // AWS refuses a route whose target is gone.
        routes.retain(|route| route.as_object().is_none_or(|route| text(route, "State") != Some("blackhole")));
    }
    Value::Object(table)
}

fn vpc_of_subnet(documents: &[&Value], subnet: &str) -> Option<String> {
    let is_it = |object: &Object| is(object, ("SubnetId", subnet), "CidrBlock") && get(object, "VpcId").is_some();
    let found = documents.iter().find_map(|document| find(document, &is_it))?;
    text(found, "VpcId").map(str::to_owned)
}

fn find<'v>(value: &'v Value, is_it: &impl Fn(&Object) -> bool) -> Option<&'v Object> {
    match value {
        Value::Object(object) if is_it(object) => Some(object),
        Value::Object(object) => object.values().find_map(|value| find(value, is_it)),
        Value::Array(list) => list.iter().find_map(|value| find(value, is_it)),
        _ => None,
    }
}

/// Where AWS lists resources, and under which key each has its own id. Others name them by the same key.
const LISTS: [(&str, &str); 4] = [
    ("Subnets", "SubnetId"),
    ("Vpcs", "VpcId"),
    ("RouteTables", "RouteTableId"),
    ("NetworkInterfaces", "NetworkInterfaceId"),
];

/// Whether an object lists the resource of this id, and does not only name it: an instance repeats its interfaces.
fn lists(object: &Object, id: &str) -> bool {
    let has = |value: &Value, key: &str| value.as_object().is_some_and(|resource| text(resource, key) == Some(id));
    get(object, "InstanceId").is_none()
        && LISTS.iter().any(|(list, key)| {
            get(object, list).and_then(Value::as_array).is_some_and(|list| list.iter().any(|value| has(value, key)))
        })
}

/// Whether a document names a resource anywhere.
pub(super) fn names(document: &Value, id: &str) -> bool {
    let keys = || LISTS.iter().map(|(_, key)| *key).chain(["Arn"]);
    find(document, &|object| keys().any(|key| text(object, key) == Some(id))).is_some()
}

/// How deep in a document the object stands that lists a resource; 0 is the document itself.
pub(super) fn depth_of_list(document: &Value, id: &str) -> Option<usize> {
    match document {
        Value::Object(object) if lists(object, id) => Some(0),
        Value::Object(object) => object.values().find_map(|value| depth_of_list(value, id)).map(|depth| depth + 1),
        Value::Array(list) => list.iter().find_map(|value| depth_of_list(value, id)),
        _ => None,
    }
}

/// Puts a resource into the object that lists another; returns whether there is one.
pub(super) fn put_beside(document: &mut Value, id: &str, key: &'static str, resource: &Value) -> bool {
    match document {
        Value::Object(object) if lists(object, id) => list(object, key).is_some_and(|list| {
            list.push(resource.clone());
            true
        }),
        Value::Object(object) => object.values_mut().any(|value| put_beside(value, id, key, resource)),
        Value::Array(list) => list.iter_mut().any(|value| put_beside(value, id, key, resource)),
        _ => false,
    }
}
