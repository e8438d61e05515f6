//! English for exits, and for plans and their changes.

use deguchi_engine::{
    Resource,
    change::Change,
    fix::{Exit, OverQuota, Plan, PlanKind, Quota},
};
use deguchi_model::{
    Direction, NetworkAclId, NetworkInterfaceId, Patterns, RouteTableId, RouteTarget, SecurityGroupId,
    SecurityGroupRule, Statement, SubnetId, VpcId,
};

use super::{
    reason::{direction as way, rule as acl_rule},
    resource::{noun, phrase},
};
use crate::{
    fix::prices::Basis,
    report::{Names, PlanNames, clean, dns_attribute, exit_resource, target_resource},
};

/// Returns an exit for a sentence.
pub(crate) fn exit(exit: &Exit, names: &Names) -> String {
    match exit {
        Exit::NatInstance { instance, .. } => format!("NAT instance {}", names.quoted(instance)),
        Exit::GatewayEndpoint(id) => format!("gateway endpoint {}", names.quoted(id)),
        Exit::NatGateway(_) | Exit::InternetGateway(_) | Exit::EgressOnlyInternetGateway(_) => {
            phrase(&exit_resource(exit), names)
        }
    }
}

/// Returns whether the routes lead to an exit now.
pub(crate) const fn led_to(is_configured: bool) -> &'static str {
    if is_configured { "the routes lead here" } else { "the routes do not lead here" }
}

/// Returns that nothing but the routes is in the way of an exit.
pub(crate) const fn only_routes() -> &'static str {
    "nothing else is in its way"
}

/// Returns what a plan does, as a heading.
pub(crate) fn headline(plan: &Plan, is_configured: bool, at: PlanNames<'_>) -> String {
    let exit = plan.exit.as_ref().map(|it| named_exit(it, at));
    match (plan.kind, exit) {
        (PlanKind::NewNatGateway, _) => "create a NAT gateway".to_owned(),
        (PlanKind::Repair, _) | (_, None) => "mend the way that the packets take".to_owned(),
        (PlanKind::PublicAddress, Some(exit)) if is_configured => {
            format!("keep {exit}, with a public address of the machine's own")
        }
        (PlanKind::PublicAddress, Some(exit)) => {
            format!("go out by {exit}, with a public address of the machine's own")
        }
        (
            PlanKind::GatewayEndpoint
            | PlanKind::NatGateway
            | PlanKind::NatInstance
            | PlanKind::EgressOnlyInternetGateway,
            Some(exit),
        ) => {
            if is_configured {
                format!("keep {exit}")
            } else {
                format!("use {exit}")
            }
        }
    }
}

fn named_exit(of: &Exit, at: PlanNames<'_>) -> String {
    let resource = exit_resource(of);
    match of {
        Exit::GatewayEndpoint(_) if at.is_new(&resource) => "a new gateway endpoint".to_owned(),
        _ if at.is_new(&resource) => format!("a new {}", noun(&resource)),
        _ => exit(of, at.names),
    }
}

/// Returns a resource that exists, or that the plan makes.
fn resource(resource: &Resource, at: PlanNames<'_>) -> String {
    if at.is_new(resource) { format!("the new {}", noun(resource)) } else { phrase(resource, at.names) }
}

fn table(id: &RouteTableId, at: PlanNames<'_>) -> String {
    resource(&Resource::RouteTable(id.clone()), at)
}

fn group(id: &SecurityGroupId, at: PlanNames<'_>) -> String {
    resource(&Resource::SecurityGroup(id.clone()), at)
}

fn acl(id: &NetworkAclId, at: PlanNames<'_>) -> String {
    resource(&Resource::NetworkAcl(id.clone()), at)
}

fn subnet(id: &SubnetId, at: PlanNames<'_>) -> String {
    resource(&Resource::Subnet(id.clone()), at)
}

fn vpc(id: &VpcId, at: PlanNames<'_>) -> String {
    resource(&Resource::Vpc(id.clone()), at)
}

fn interface(id: &NetworkInterfaceId, at: PlanNames<'_>) -> String {
    resource(&Resource::NetworkInterface(id.clone()), at)
}

/// Returns a change as an instruction.
pub(crate) fn sentence(change: &Change, at: PlanNames<'_>) -> String {
    match change {
        Change::CreateInternetGateway { .. } => "create an internet gateway".to_owned(),
        Change::AttachInternetGateway { internet_gateway, vpc: to } => {
            format!("attach {} to {}", resource(&Resource::InternetGateway(internet_gateway.clone()), at), vpc(to, at))
        }
        Change::CreateNatGateway { subnet: place, .. } => {
            format!("create a public NAT gateway in {}, with an Elastic IP of its own", subnet(place, at))
        }
        Change::StartInstance { instance } => format!("start {}", resource(&Resource::Instance(instance.clone()), at)),
        Change::DisableSourceDestinationCheck { interface: id } => {
            format!("switch off the source/destination check of {}", interface(id, at))
        }
        Change::AssociateElasticIp { interface: id, private, .. } => {
            format!("allocate an Elastic IP and associate it with `{private}` of {}", interface(id, at))
        }
        Change::EnableVpcDns { vpc: of, attribute } => {
            format!("switch on `{}` of {}", dns_attribute(*attribute), vpc(of, at))
        }
        Change::CreateGatewayEndpoint { vpc: of, service_name, route_table, .. } => {
            let service = clean(service_name);
            format!(
                "create a gateway endpoint for `{service}` in {}, associated with {}",
                vpc(of, at),
                table(route_table, at)
            )
        }
        Change::CreateRouteTable { like, .. } => format!("create a route table with the routes of {}", table(like, at)),
        Change::AssociateEndpoint { endpoint, route_table, .. } => {
            let endpoint = resource(&Resource::VpcEndpoint(endpoint.clone()), at);
            format!("associate {endpoint} with {}", table(route_table, at))
        }
        Change::AddRoute { route_table, destination, target: to } => {
            format!("add to {}: route `{destination}` → {}", table(route_table, at), target(to, at))
        }
        Change::ReplaceRoute { route_table, destination, target: to } => {
            format!("replace in {}: route `{destination}` → {}", table(route_table, at), target(to, at))
        }
        Change::DeleteRoute { route_table, destination } => {
            format!("delete from {}: the route for `{destination}`", table(route_table, at))
        }
        Change::AssociateRouteTable { subnet: of, route_table } => {
            format!("associate {} with {}", subnet(of, at), table(route_table, at))
        }
        Change::AuthorizeSecurityGroupRule { group: id, direction, rule } => {
            format!("authorize in {}: {}", group(id, at), group_rule(*direction, rule, at.names))
        }
        Change::RevokeSecurityGroupRule { group: id, direction, rule } => {
            format!("revoke from {}: {}", group(id, at), group_rule(*direction, rule, at.names))
        }
        Change::AllowInEndpointPolicy { endpoint, statement } => {
            let endpoint = resource(&Resource::VpcEndpoint(endpoint.clone()), at);
            format!("add to the policy of {endpoint}: a statement that allows {}", allowed(statement))
        }
        Change::PutRolePolicy { role, name, document } => {
            let what: Vec<String> = document.statements.iter().map(allowed).collect();
            let role = resource(&Resource::Role(role.clone()), at);
            format!("write into {role} the policy `{}`, which allows {}", clean(name), what.join(", "))
        }
        Change::AddNetworkAclRule { acl: id, direction, rule } => {
            format!("add to {}: {} rule {}", acl(id, at), way(*direction), acl_rule(rule, Some(*direction)))
        }
        Change::ReplaceNetworkAclRule { acl: id, direction, rule } => {
            format!("replace in {}: {} rule {}", acl(id, at), way(*direction), acl_rule(rule, Some(*direction)))
        }
        Change::DeleteNetworkAclRule { acl: id, direction, number } => {
            format!("delete from {}: {} rule {number}", acl(id, at), way(*direction))
        }
    }
}

/// What a statement allows, and to whom where it says so by a condition.
fn allowed(statement: &Statement) -> String {
    let (actions, resources) = (patterns(&statement.actions), patterns(&statement.resources));
    let who: Vec<String> =
        statement.conditions.iter().flat_map(|it| &it.values).map(|it| format!("`{}`", clean(it))).collect();
    let who = if who.is_empty() { String::new() } else { format!(" to {}", who.join(", ")) };
    format!("{actions} on {resources}{who}")
}

fn patterns(patterns: &Patterns) -> String {
    let (Patterns::Only(values) | Patterns::AllBut(values)) = patterns;
    values.iter().map(|value| format!("`{}`", clean(value))).collect::<Vec<_>>().join(", ")
}

fn target(target: &RouteTarget, at: PlanNames<'_>) -> String {
    target_resource(target).map_or_else(|| "local".to_owned(), |it| resource(&it, at))
}

fn group_rule(direction: Direction, rule: &SecurityGroupRule, names: &Names) -> String {
    let preposition = match direction {
        Direction::Inbound => "from",
        Direction::Outbound => "to",
    };
    format!("{} {} {preposition} {}", way(direction), rule.traffic, names.quoted(&rule.peer))
}

/// Returns that a plan was solved again, and what became of everything else.
pub(crate) fn verified(asked_again: usize) -> String {
    match asked_again {
        0 => "solved again with these changes: reachable; they only let more pass, so nothing that arrived can fail".to_owned(),
        1 => "solved again with these changes: reachable; what else arrived was asked again (1 set of packets) and still does"
            .to_owned(),
        count => format!(
            "solved again with these changes: reachable; what else arrived was asked again ({count} sets of packets) and \
             still does"
        ),
    }
}

/// Returns that a plan goes past a quota.
pub(crate) fn over_quota(over: &OverQuota, at: PlanNames<'_>) -> String {
    let of = |is_ipv6: bool| if is_ipv6 { "IPv6" } else { "IPv4" };
    let whose = resource(&over.resource, at);
    let count = over.count;
    let what = match over.quota {
        Quota::RulesPerSecurityGroup { direction, is_ipv6 } => {
            format!("{whose} would have {count} {} rules for {}", way(direction), of(is_ipv6))
        }
        Quota::RulesPerNetworkAcl { direction, is_ipv6 } => {
            format!("{whose} would have {count} {} rules for {}, `*` included", way(direction), of(is_ipv6))
        }
        Quota::RoutesPerRouteTable { is_ipv6 } => format!("{whose} would have {count} static {} routes", of(is_ipv6)),
        Quota::RouteTablesPerVpc => format!("{whose} would have {count} route tables"),
        Quota::NatGatewaysPerZone => format!("its Availability Zone would have {count} NAT gateways"),
        Quota::ElasticIpsPerRegion => format!("the snapshot would have {count} Elastic IPs"),
        Quota::GatewayEndpointsPerRegion => format!("the snapshot would have {count} gateway endpoints"),
    };
    let default = over.quota.default_value();
    let scope = match over.quota {
        Quota::ElasticIpsPerRegion | Quota::GatewayEndpointsPerRegion => " in a Region",
        _ => "",
    };
    match over.quota.maximum() {
        Some(maximum) if count > maximum => {
            format!("{what}; AWS gives {default}{scope} by default and {maximum} at most: take others away first")
        }
        Some(maximum) => format!(
            "{what}; AWS gives {default}{scope} by default: have the quota raised first (to {maximum} at most), or take others away"
        ),
        None => {
            format!("{what}; AWS gives {default}{scope} by default: have the quota raised first, or take others away")
        }
    }
}

/// Returns what a plan costs each month.
pub(crate) fn cost(amount: f64, basis: &Basis) -> String {
    let Basis { region, is_stand_in, as_of, currency } = basis;
    let stand_in = if *is_stand_in { " in place of this Region's" } else { "" };
    format!("costs about {amount:.2} {currency} more a month, without data (prices of {region}{stand_in}, {as_of})")
}

/// Returns what a plan takes for granted.
pub(crate) fn granted(sentences: &str) -> String {
    format!("takes for granted: {sentences}")
}

/// Returns what all of several plans take for granted.
pub(crate) fn granted_by_all(sentences: &str) -> String {
    format!("all of them take for granted: {sentences}")
}

/// Returns that no plan was found.
pub(crate) const fn none_found() -> &'static str {
    "none found: no changes that deguchi knows make the answer reachable and leave what arrives now as it is"
}
