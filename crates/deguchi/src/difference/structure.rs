//! What two networks are made of, fact by fact, and which facts differ: a route, a rule, an association, a state.
//!
//! What is not told in facts of its own is compared as a whole, so that no change goes unseen. Leaves out what follows.

use std::{collections::BTreeMap, fmt::Debug};

use deguchi_engine::Resource;
use deguchi_model::{Network, NetworkAclRule, RouteState, RuleAction};

use super::matching::Matching;

/// What of a resource a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    /// A route of a table; the key is its destination.
    Route,
    /// The route table in force for a subnet.
    Table,
    /// The network ACL in force for a subnet.
    NetworkAcl,
    /// An inbound rule of a security group.
    InboundRule,
    /// An outbound rule of a security group.
    OutboundRule,
    /// An inbound rule of a network ACL; the key is its number.
    InboundEntry,
    /// An outbound rule of a network ACL.
    OutboundEntry,
    /// The attachment of a gateway; the key is the VPC.
    Attachment,
    /// A security group of an interface.
    Group,
    /// The public address of an interface's private one.
    PublicAddress,
    /// Whether an interface checks source and destination.
    SourceDestinationCheck,
    /// Whether a resource works.
    State,
    /// Where a NAT gateway stands.
    Placement,
    /// A route table that a gateway endpoint is associated with.
    EndpointTable,
    /// A range of a prefix list.
    Range,
    /// The whole of it, told no further.
    Configuration,
}

/// One fact that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The resource, by its id in the earlier network where it is there.
    pub(crate) resource: Resource,
    /// What of it.
    pub(crate) aspect: Aspect,
    /// Which of several, e.g. a route's destination.
    pub(crate) key: String,
    /// What it was; `None` where it was not.
    pub(crate) before: Option<String>,
    /// What it is; `None` where it is no more.
    pub(crate) after: Option<String>,
}

type Facts = BTreeMap<(Resource, Aspect, String), String>;

/// Returns every fact that differs, by resource.
pub(crate) fn changes(before: &Network, after: &Network, matching: &Matching) -> Vec<Change> {
    let old = facts(before, &|id| id.to_owned());
    let new = facts(after, &|id| matching.earlier_id(id));
    let mut changes = Vec::new();
    for (fact, value) in &old {
        let now = new.get(fact);
        if now != Some(value) {
            changes.push(change(fact, Some(value), now));
        }
    }
    changes.extend(
        new.iter().filter(|(fact, _)| !old.contains_key(*fact)).map(|(fact, now)| change(fact, None, Some(now))),
    );
    changes.sort_by(|a, b| (&a.resource, a.aspect, &a.key).cmp(&(&b.resource, b.aspect, &b.key)));
    changes
}

fn change(
    (resource, aspect, key): &(Resource, Aspect, String),
    before: Option<&String>,
    after: Option<&String>,
) -> Change {
    let (resource, key) = (resource.clone(), key.clone());
    Change { resource, aspect: *aspect, key, before: before.cloned(), after: after.cloned() }
}

/// Gathers facts. `own` says what an id is called.
struct Gatherer<'g> {
    facts: Facts,
    own: &'g dyn Fn(&str) -> String,
}

impl Gatherer<'_> {
    fn add(&mut self, resource: &Resource, aspect: Aspect, key: impl Into<String>, value: impl Into<String>) {
        self.facts.insert((resource.clone(), aspect, key.into()), value.into());
    }

    fn whole(&mut self, resource: Resource, value: &impl Debug) {
        // Ids that go by another name on the other side are put in their place.
        let text = format!("{value:?}");
        let words = text.split('"').map(|word| (self.own)(word));
        let text = words.collect::<Vec<String>>().join("\"");
        self.add(&resource, Aspect::Configuration, "", text);
    }
}

macro_rules! resource {
    ($own:expr, $kind:ident, $id:expr) => {
        Resource::$kind(($own)($id.as_str()).as_str().into())
    };
}

fn facts(network: &Network, own: &dyn Fn(&str) -> String) -> Facts {
    let mut gatherer = Gatherer { facts: Facts::new(), own };
    routing(network, &mut gatherer);
    filters(network, &mut gatherer);
    machines(network, &mut gatherer);
    gateways(network, &mut gatherer);
    others(network, &mut gatherer);
    gatherer.facts
}

fn routing(network: &Network, gatherer: &mut Gatherer<'_>) {
    let own = gatherer.own;
    for table in network.route_tables.values() {
        let resource = resource!(own, RouteTable, table.id);
        for route in &table.routes {
            let state = match &route.state {
                RouteState::Active => String::new(),
                RouteState::Blackhole => " blackhole".to_owned(),
                RouteState::Unmodelled(state) => format!(" {state}"),
            };
            let value = format!("{}{state}", own(&route.target.to_string()));
            gatherer.add(&resource, Aspect::Route, own(&route.destination.to_string()), value);
        }
        for gateway in &table.gateways {
            let gateway = Resource::Other(own(gateway));
            gatherer.add(&gateway, Aspect::Table, "", own(table.id.as_str()));
        }
    }
    for subnet in network.subnets.values() {
        let resource = resource!(own, Subnet, subnet.id);
        if let Some((table, _)) = deguchi_engine::classify_subnet(network, subnet).table {
            gatherer.add(&resource, Aspect::Table, "", own(table.as_str()));
        }
        let explicit = network.network_acls.values().find(|acl| acl.subnets.contains(&subnet.id));
        let default = || network.network_acls.values().find(|acl| acl.is_default && acl.vpc == subnet.vpc);
        if let Some(acl) = explicit.or_else(default) {
            gatherer.add(&resource, Aspect::NetworkAcl, "", own(acl.id.as_str()));
        }
        let ranges = (&subnet.cidr_block, &subnet.ipv6_cidr_blocks, &subnet.availability_zone);
        gatherer.whole(resource, &ranges);
    }
}

fn filters(network: &Network, gatherer: &mut Gatherer<'_>) {
    let own = gatherer.own;
    for group in network.security_groups.values() {
        let resource = resource!(own, SecurityGroup, group.id);
        for (aspect, rules) in [(Aspect::InboundRule, &group.inbound), (Aspect::OutboundRule, &group.outbound)] {
            for rule in rules {
                gatherer.add(&resource, aspect, rule_key(rule, own), "");
            }
        }
    }
    for acl in network.network_acls.values() {
        let resource = resource!(own, NetworkAcl, acl.id);
        for (aspect, rules) in [(Aspect::InboundEntry, acl.inbound()), (Aspect::OutboundEntry, acl.outbound())] {
            for rule in rules.iter().filter(|rule| !rule.number.is_closing()) {
                gatherer.add(&resource, aspect, entry_key(rule), entry_value(rule));
            }
        }
    }
    for list in network.prefix_lists.values() {
        let resource = resource!(own, PrefixList, list.id);
        match &list.entries {
            deguchi_model::PrefixListEntries::Known(ranges) => {
                for range in ranges {
                    gatherer.add(&resource, Aspect::Range, range.to_string(), "");
                }
            }
            deguchi_model::PrefixListEntries::Unknown => gatherer.add(&resource, Aspect::Configuration, "", "unknown"),
        }
    }
}

/// A rule of a security group, by what it says.
pub(super) fn rule_key(rule: &deguchi_model::SecurityGroupRule, own: &dyn Fn(&str) -> String) -> String {
    format!("{} {}", rule.traffic, own(&rule.peer.to_string()))
}

/// A rule of a network ACL: by number and family, since one list has a number for each.
pub(super) fn entry_key(rule: &NetworkAclRule) -> String {
    let family = if rule.cidr.network().is_ipv6() { " (IPv6)" } else { "" };
    format!("{}{family}", rule.number)
}

fn entry_value(rule: &NetworkAclRule) -> String {
    let action = match rule.action {
        RuleAction::Allow => "allow",
        RuleAction::Deny => "deny",
    };
    format!("{action} {} {}", rule.traffic, rule.cidr)
}

fn machines(network: &Network, gatherer: &mut Gatherer<'_>) {
    let own = gatherer.own;
    for interface in network.network_interfaces.values() {
        let resource = resource!(own, NetworkInterface, interface.id);
        for group in &interface.security_groups {
            gatherer.add(&resource, Aspect::Group, own(group.as_str()), "");
        }
        for (place, address) in interface.addresses.iter().enumerate() {
            if let Some(public) = address.public {
                gatherer.add(&resource, Aspect::PublicAddress, place.to_string(), public.to_string());
            }
        }
        let check = format!("{:?}", interface.source_destination_check).to_lowercase();
        gatherer.add(&resource, Aspect::SourceDestinationCheck, "", check);
        let attachment = interface.attachment.as_ref().map(|at| (&at.instance, at.is_attached));
        let private: Vec<_> = interface.addresses.iter().map(|address| address.private).collect();
        let rest = (&interface.subnet, &interface.kind, private, &interface.ipv6_addresses, attachment);
        gatherer.whole(resource, &(rest, &interface.ipv4_prefixes));
    }
    for instance in network.instances.values() {
        let resource = resource!(own, Instance, instance.id);
        let state = match &instance.state {
            deguchi_model::InstanceState::Running => "running",
            deguchi_model::InstanceState::NotRunning(state) => state.as_str(),
            deguchi_model::InstanceState::Unknown => "unknown",
        };
        gatherer.add(&resource, Aspect::State, "", state);
        gatherer.whole(resource, &(&instance.image, &instance.platform, &instance.instance_profile));
    }
    for image in network.images.values() {
        gatherer.whole(Resource::Other(own(image.id.as_str())), &(&image.name, &image.description));
    }
}

fn gateways(network: &Network, gatherer: &mut Gatherer<'_>) {
    let own = gatherer.own;
    for gateway in network.internet_gateways.values() {
        let resource = resource!(own, InternetGateway, gateway.id);
        for attachment in &gateway.attachments {
            let state = match &attachment.state {
                deguchi_model::AttachmentState::Attached => "attached",
                deguchi_model::AttachmentState::NotAttached(state) => state.as_str(),
            };
            gatherer.add(&resource, Aspect::Attachment, own(attachment.vpc.as_str()), state);
        }
    }
    for gateway in network.nat_gateways.values() {
        let resource = resource!(own, NatGateway, gateway.id);
        let state = format!("{:?}", gateway.state).to_lowercase();
        gatherer.add(&resource, Aspect::State, "", state.split('(').next().unwrap_or_default());
        let placement = match &gateway.placement {
            deguchi_model::NatGatewayPlacement::Zonal(subnet) => own(subnet.as_str()),
            deguchi_model::NatGatewayPlacement::Regional { .. } => "regional".to_owned(),
            deguchi_model::NatGatewayPlacement::Unknown => "unknown".to_owned(),
        };
        gatherer.add(&resource, Aspect::Placement, "", placement);
        gatherer.whole(resource, &(gateway.connectivity, &gateway.addresses));
    }
    for endpoint in network.vpc_endpoints.values() {
        let resource = resource!(own, VpcEndpoint, endpoint.id);
        let state = match &endpoint.state {
            deguchi_model::EndpointState::Available => "available",
            deguchi_model::EndpointState::NotAvailable(state) => state.as_str(),
        };
        gatherer.add(&resource, Aspect::State, "", state);
        match &endpoint.kind {
            deguchi_model::VpcEndpointKind::Gateway { route_tables } => {
                for table in route_tables {
                    gatherer.add(&resource, Aspect::EndpointTable, own(table.as_str()), "");
                }
                gatherer.whole(resource, &(&endpoint.service_name, &endpoint.policy));
            }
            kind => gatherer.whole(resource, &(&endpoint.service_name, &endpoint.policy, kind)),
        }
    }
}

/// What is compared as a whole.
fn others(network: &Network, gatherer: &mut Gatherer<'_>) {
    let own = gatherer.own;
    macro_rules! whole {
        ($($field:ident: $kind:ident),+ $(,)?) => {$(
            for (id, value) in &network.$field {
                gatherer.whole(resource!(own, $kind, id), value);
            }
        )+};
    }
    whole!(
        vpcs: Vpc, egress_only_internet_gateways: EgressOnlyInternetGateway, elastic_ips: ElasticIp,
        vpn_gateways: VpnGateway, peering_connections: PeeringConnection, transit_gateways: TransitGateway,
        load_balancers: LoadBalancer, target_groups: TargetGroup, network_firewalls: NetworkFirewall,
        firewall_rule_groups: FirewallRuleGroup, transit_gateway_route_tables: TransitGatewayRouteTable,
    );
    for ((_, id), value) in &network.transit_gateway_attachments {
        gatherer.whole(resource!(own, TransitGatewayAttachment, id), value);
    }
    for (id, value) in &network.vpn_connections {
        gatherer.whole(Resource::Other(own(id.as_str())), value);
    }
    for (id, value) in &network.firewall_policies {
        gatherer.whole(Resource::Other(own(id.as_str())), value);
    }
    for (id, value) in &network.encryption_controls {
        gatherer.whole(Resource::Other(format!("{} encryption", own(id.as_str()))), value);
    }
    gatherer.whole(Resource::Other("IAM".to_owned()), &network.identities);
}
