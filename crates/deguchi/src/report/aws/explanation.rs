//! `Explanation`: a blocker or something not known, with the components that AWS's form has a place for.

use deguchi_engine::{Code, Evidence, Gap, HeaderView, LoadBalancerGap, Missing, Resource, TransitGatewayGap};
use deguchi_model::{AccountId, Direction, NetworkInterfaceId, Region, SubnetId};

use super::{
    super::{Blocker, Unknown, clean},
    component::Components,
    rule,
    shape::Explanation,
};

/// Returns the explanation of a blocker.
pub(super) fn of_blocker(blocker: &Blocker, components: Components<'_>) -> Explanation {
    let reason = &blocker.reason;
    let mut explanation = Explanation {
        explanation_code: reason.code.as_str(),
        direction: reason.direction.map(rule::direction),
        ..Explanation::default()
    };
    explanation.name(&reason.resource, components);
    if let Some(header) = &blocker.header {
        explanation.show_packets(header, reason.code);
    }
    if let Some(subnet) = &reason.subnet {
        explanation.place_in(subnet, components);
    }
    explanation.show(&reason.evidence, reason.direction, components);
    if matches!(reason.code, Code::NoRoute | Code::TransitGatewayNoRoute | Code::TransitGatewayNoRouteToAttachment) {
        explanation.destination = components.holder(&blocker.destination.addresses);
    }
    if let (Some(gateway), None) = (&blocker.internet_gateway, &explanation.internet_gateway) {
        let is_of_gateway = reason.code.as_str().starts_with("IGW_");
        let named = is_of_gateway.then(|| components.resource(&Resource::InternetGateway(gateway.clone())));
        explanation.internet_gateway = named;
    }
    explanation
}

/// Returns the explanation of something that is not known.
pub(super) fn of_unknown(unknown: &Unknown, components: Components<'_>) -> Explanation {
    let missing = &unknown.missing;
    let mut explanation = Explanation { explanation_code: missing.code.as_str(), ..Explanation::default() };
    explanation.name(&missing.resource, components);
    explanation.missing_component = is_absent(missing).then(|| clean(&missing.resource.to_string()));
    match &missing.gap {
        Gap::RouteTarget(route)
        | Gap::UnreadableRoute(route)
        | Gap::RouteTargetNotModelled(route)
        | Gap::EdgeRouteTable(route) => explanation.route_table_route = Some(rule::route(route)),
        Gap::NatGatewayState(state) | Gap::BlockPublicAccess(state) => explanation.state = Some(clean(state)),
        _ => {}
    }
    if let Some((owner, region)) = elsewhere(missing) {
        explanation.component_account = owner.map(|owner| clean(owner.as_str()));
        explanation.component_region = region.map(|region| clean(region.as_str()));
    }
    explanation
}

/// Whether the component itself is not in the snapshot, and not only something about it.
fn is_absent(missing: &Missing) -> bool {
    matches!(
        &missing.gap,
        Gap::Subnet
            | Gap::NetworkAclOfSubnet
            | Gap::RouteTableOfSubnet
            | Gap::RouteTableOfNatGateway
            | Gap::SecurityGroup
            | Gap::RouteTarget(_)
            | Gap::InterfaceOfAddress
            | Gap::VpcElsewhere { .. }
            | Gap::PrefixListEntries
            | Gap::EndpointOfInterface
            | Gap::TransitGateway(
                TransitGatewayGap::AttachmentOf(_)
                    | TransitGatewayGap::Attachment
                    | TransitGatewayGap::RouteTable
                    | TransitGatewayGap::Routes
                    | TransitGatewayGap::OtherGateway { .. }
            )
            | Gap::LoadBalancer(
                LoadBalancerGap::OfInterface
                    | LoadBalancerGap::TargetGroup
                    | LoadBalancerGap::Targets
                    | LoadBalancerGap::Target
            )
    )
}

/// Returns the account and the region that what is missing lies in.
pub(super) fn elsewhere(missing: &Missing) -> Option<(Option<&AccountId>, Option<&Region>)> {
    match &missing.gap {
        Gap::VpcElsewhere { owner, region }
        | Gap::TransitGateway(TransitGatewayGap::OtherGateway { owner, region }) => {
            Some((owner.as_ref(), region.as_ref()))
        }
        _ => None,
    }
}

impl Explanation {
    /// Names a resource in the member that AWS has for its kind.
    fn name(&mut self, resource: &Resource, components: Components<'_>) {
        let component = Some(components.resource(resource));
        match resource {
            Resource::Vpc(_) => self.vpc = component,
            Resource::Subnet(id) => self.place_in(id, components),
            Resource::RouteTable(id) => {
                self.route_table = component;
                let table = components.network.route_tables.get(id);
                self.vpc = table.map(|table| components.vpc(&table.vpc));
            }
            Resource::SecurityGroup(_) => self.security_group = component,
            Resource::NetworkAcl(id) => {
                self.acl = component;
                let acl = components.network.network_acls.get(id);
                self.vpc = acl.map(|acl| components.vpc(&acl.vpc));
            }
            Resource::PrefixList(_) => self.prefix_list = component,
            Resource::NetworkInterface(id) => self.at_interface(id, components),
            Resource::NatGateway(id) => {
                self.nat_gateway = component;
                let gateway = components.network.nat_gateways.get(id);
                self.vpc = gateway.map(|gateway| components.vpc(&gateway.vpc));
            }
            Resource::InternetGateway(id) => {
                self.internet_gateway = component;
                let gateway = components.network.internet_gateways.get(id);
                let attached = gateway.and_then(|gateway| gateway.attachments.first());
                self.vpc = attached.map(|attached| components.vpc(&attached.vpc));
            }
            Resource::VpcEndpoint(_) => self.vpc_endpoint = component,
            Resource::VpnGateway(_) => self.vpn_gateway = component,
            Resource::PeeringConnection(_) => self.vpc_peering_connection = component,
            Resource::TransitGateway(_) => self.transit_gateway = component,
            Resource::TransitGatewayAttachment(id) => {
                self.transit_gateway_attachment = component;
                let mut all = components.network.transit_gateway_attachments.values();
                let gateway = all.find(|own| own.id == *id).map(|own| &own.transit_gateway);
                self.transit_gateway = gateway.map(|gateway| components.transit_gateway(gateway));
            }
            Resource::TransitGatewayRouteTable(id) => {
                self.transit_gateway_route_table = component;
                let table = components.network.transit_gateway_route_tables.get(id);
                self.transit_gateway = table.map(|table| components.transit_gateway(&table.transit_gateway));
            }
            Resource::LoadBalancer(id) if id.as_str().starts_with("arn:") => {
                self.load_balancer_arn = Some(clean(id.as_str()));
            }
            Resource::TargetGroup(_) => self.load_balancer_target_group = component,
            Resource::Instance(_)
            | Resource::EgressOnlyInternetGateway(_)
            | Resource::ElasticIp(_)
            | Resource::LoadBalancer(_)
            | Resource::Role(_)
            | Resource::Bucket(_)
            | Resource::NetworkFirewall(_)
            | Resource::FirewallRuleGroup(_)
            | Resource::DhcpOptions(_)
            | Resource::HostedZone(_)
            | Resource::ResolverRule(_)
            | Resource::Internet
            | Resource::Other(_) => self.component = component,
        }
    }

    fn place_in(&mut self, subnet: &SubnetId, components: Components<'_>) {
        self.subnet = Some(components.subnet(subnet));
        if let Some(vpc) = components.vpc_of_subnet(subnet) {
            self.vpc = Some(components.vpc(vpc));
        }
    }

    fn at_interface(&mut self, id: &NetworkInterfaceId, components: Components<'_>) {
        self.network_interface = Some(components.interface(id));
        let Some(interface) = components.network.network_interfaces.get(id) else { return };
        self.subnet = Some(components.subnet(&interface.subnet));
        self.vpc = Some(components.vpc(&interface.vpc));
        let instance = interface.attachment.as_ref().and_then(|attachment| attachment.instance.as_ref());
        self.attached_to = instance.map(|instance| components.instance(instance));
    }

    /// Adds which packets are stopped.
    fn show_packets(&mut self, header: &HeaderView, code: Code) {
        self.protocols = vec![rule::protocol(header)];
        self.port_ranges = rule::destination_ports(header);
        self.port = match self.port_ranges.as_slice() {
            [only] if only.from == only.to => Some(only.from),
            _ => None,
        };
        let is_about_route = matches!(
            code,
            Code::NoRoute
                | Code::BadStateRoute
                | Code::TransitGatewayNoRoute
                | Code::TransitGatewayNoRouteToAttachment
                | Code::TransitGatewayBadStateRoute
                | Code::NoSuchDestination
        );
        if is_about_route {
            self.addresses = rule::addresses(&header.destination);
        }
    }

    fn show(&mut self, evidence: &Evidence, direction: Option<Direction>, components: Components<'_>) {
        match evidence {
            Evidence::NetworkAclRule(Some(acl_rule)) => {
                self.acl_rule = Some(rule::acl_rule(acl_rule, direction.unwrap_or(Direction::Inbound)));
            }
            Evidence::NoSecurityGroupRule { interface, groups, .. } => {
                self.at_interface(interface, components);
                self.security_groups = groups.iter().map(|group| components.group(group.as_str())).collect();
            }
            Evidence::Route(route) => self.route_table_route = Some(rule::route(route)),
            Evidence::TransitGatewayRoute(route) => {
                self.transit_gateway_route_table_route = Some(rule::transit_gateway_route(route, components.network));
            }
            Evidence::State(state) => self.state = Some(clean(state)),
            Evidence::NoPublicAddress(address) => {
                self.address = Some(rule::single(*address));
                self.packet_field = Some("source-address");
            }
            Evidence::Address(address) => self.address = Some(rule::single(*address)),
            Evidence::NetworkAclRule(None)
            | Evidence::NoRoute
            | Evidence::Routes(_)
            | Evidence::Listed(_)
            | Evidence::Policy(_)
            | Evidence::Nothing => {}
        }
    }
}
