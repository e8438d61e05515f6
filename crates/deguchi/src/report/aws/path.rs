//! `PathComponent`: the places of a way, in AWS's order; an interface and its instance are two of them.
//!
//! Leaves out the internet, which AWS has no component for: a path begins or ends at the internet gateway.

use deguchi_engine::{Decision, Gap, HeaderView, Heading, InspectionGap, InterfaceRole, Place, RuleReference};
use deguchi_model::{AvailabilityZone, NatGatewayId, NatGatewayPlacement, SubnetId, VpcId};

use super::{
    super::{Part, Step, Translation, clean, place_id, place_resource},
    component::Components,
    explanation, rule,
    shape::{AdditionalDetail, Component, Explanation, PathComponent},
};

/// Returns the components of the places met in one direction.
pub(super) fn of(part: &Part, steps: &[Step], heading: Heading, components: Components<'_>) -> Vec<PathComponent> {
    let mut path = Path { components, list: Vec::new(), zone: None };
    let mut before: Option<&HeaderView> = None;
    for step in steps.iter().filter(|step| step.hop.heading == heading) {
        path.add(part, step, before);
        before = Some(&step.hop.header);
    }
    if let (Some(last), Some(header)) = (path.list.last_mut(), before)
        && last.outbound_header.is_none()
    {
        last.inbound_header = Some(rule::header(header));
    }
    path.list
}

/// The components so far, and the zone that the packets are in.
struct Path<'r> {
    components: Components<'r>,
    list: Vec<PathComponent>,
    zone: Option<&'r AvailabilityZone>,
}

impl<'r> Path<'r> {
    fn add(&mut self, part: &Part, step: &Step, before: Option<&HeaderView>) {
        let mut added = self.at(step);
        if let Some(last) = added.last_mut() {
            last.explanations = self.explanations(part, step);
            last.additional_details.extend(self.details(part, step));
            if step.translation != Translation::None || step.hop.decision == Decision::Translated {
                last.outbound_header = Some(rule::header(&step.hop.header));
            }
        }
        if self.list.is_empty()
            && let Some(first) = added.first_mut()
        {
            first.inbound_header = Some(rule::header(before.unwrap_or(&step.hop.header)));
            first.outbound_header.get_or_insert_with(|| rule::header(&step.hop.header));
        }
        if let (Some(first), true) = (added.first_mut(), self.crosses_zone(&step.hop.place)) {
            let component = first.component.clone();
            first
                .additional_details
                .push(AdditionalDetail { additional_detail_type: "AVAILABILITY_ZONE_CROSSED", component });
        }
        for mut component in added {
            component.sequence_number = self.list.len() + 1;
            self.list.push(component);
        }
    }

    fn explanations(&self, part: &Part, step: &Step) -> Vec<Explanation> {
        let blockers = step.blockers.iter().filter_map(|index| part.blockers.get(*index));
        let unknowns = step.unknowns.iter().filter_map(|index| part.unknowns.get(*index));
        let blockers = blockers.map(|blocker| explanation::of_blocker(blocker, self.components));
        blockers.chain(unknowns.map(|unknown| explanation::of_unknown(unknown, self.components))).collect()
    }

    /// What a place is made of.
    fn at(&self, step: &Step) -> Vec<PathComponent> {
        let components = self.components;
        match &step.hop.place {
            Place::Internet => Vec::new(),
            Place::Interface { interface, instance, role } => {
                let mut list = vec![self.interface(interface)];
                let machine = instance.as_ref().map(|instance| bare(components.instance(instance)));
                let group = self.remembering_group(interface).filter(|_| step.hop.heading == Heading::Return);
                match role {
                    InterfaceRole::Origin => list.extend(group),
                    InterfaceRole::Target => list.splice(0..0, group).for_each(drop),
                    InterfaceRole::Forwarder => {}
                }
                match role {
                    InterfaceRole::Origin => list.splice(0..0, machine).for_each(drop),
                    InterfaceRole::Target => list.extend(machine),
                    InterfaceRole::Forwarder => {}
                }
                list
            }
            Place::NatGateway(id) => self.nat_gateway(id, &step.hop.header),
            Place::SecurityGroups { groups, direction, .. } => {
                let by = match &step.hop.decision {
                    Decision::Allowed { by } => by.as_slice(),
                    _ => &[],
                };
                let found = by.iter().find_map(|by| match by {
                    RuleReference::SecurityGroup(group, own) => Some((group, own)),
                    RuleReference::NetworkAcl(_) => None,
                });
                let group = found.map(|(group, _)| group).or_else(|| groups.first());
                vec![PathComponent {
                    component: group.map(|group| components.group(group.as_str())),
                    security_group_rule: found.map(|(_, own)| rule::group_rule(own, *direction)),
                    ..PathComponent::default()
                }]
            }
            Place::NetworkAcl { acl, subnet, direction } => {
                let by = match &step.hop.decision {
                    Decision::Allowed { by } | Decision::Denied { by } => by.as_slice(),
                    _ => &[],
                };
                let found = by.iter().find_map(|by| match by {
                    RuleReference::NetworkAcl(own) => Some(own),
                    RuleReference::SecurityGroup(..) => None,
                });
                let id = acl.as_ref().map(|acl| deguchi_engine::Resource::NetworkAcl(acl.clone()));
                vec![PathComponent {
                    component: id.map(|id| components.resource(&id)),
                    acl_rule: found.map(|own| rule::acl_rule(own, *direction)),
                    ..self.in_subnet(subnet)
                }]
            }
            place => vec![self.other(place, step)],
        }
    }

    /// Places that are one component, and what AWS tells beside it.
    fn other(&self, place: &Place, step: &Step) -> PathComponent {
        let components = self.components;
        let network = components.network;
        let component = match (place, place_resource(place)) {
            (_, Some(resource)) => Some(components.resource(&resource)),
            (Place::NeverFiltered { service, address }, None) => {
                Some(Component { id: address.to_string(), arn: None, name: Some((*service).to_owned()) })
            }
            (place, None) => place_id(place).map(|id| components.component(&id, None)),
        };
        let alone = PathComponent { component, ..PathComponent::default() };
        match place {
            Place::RouteTable { table, subnet } => {
                let vpc = table.as_ref().and_then(|table| network.route_tables.get(table)).map(|table| &table.vpc);
                let in_subnet = subnet.as_ref().map(|subnet| self.in_subnet(subnet)).unwrap_or_default();
                PathComponent {
                    route_table_route: match &step.hop.decision {
                        Decision::Routed(Some(route)) => Some(rule::route(route)),
                        _ => None,
                    },
                    vpc: vpc.map(|vpc| components.vpc(vpc)).or(in_subnet.vpc),
                    subnet: in_subnet.subnet,
                    ..alone
                }
            }
            Place::InternetGateway { vpc, .. } => PathComponent { vpc: Some(components.vpc(vpc)), ..alone },
            Place::VpcEndpoint(id) => {
                let endpoint = network.vpc_endpoints.get(id);
                PathComponent {
                    service_name: endpoint.map(|endpoint| clean(&endpoint.service_name)),
                    vpc: endpoint.map(|endpoint| components.vpc(&endpoint.vpc)),
                    ..alone
                }
            }
            Place::PeeringConnection(id) => {
                let peering = network.peering_connections.get(id);
                let (source, destination) = self.ends(peering);
                PathComponent { source_vpc: source, destination_vpc: destination, ..alone }
            }
            Place::TransitGatewayAttachment { attachment, .. } => {
                let mut all = network.transit_gateway_attachments.values();
                let own = all.find(|own| own.id == *attachment);
                let vpc = own.and_then(|own| match &own.end {
                    deguchi_model::TransitGatewayAttachmentEnd::Vpc(attached) => Some(&attached.vpc),
                    _ => None,
                });
                PathComponent {
                    transit_gateway: own.map(|own| components.transit_gateway(&own.transit_gateway)),
                    vpc: vpc.map(|vpc| components.vpc(vpc)),
                    ..alone
                }
            }
            Place::TransitGatewayRouteTable(id) => {
                let table = network.transit_gateway_route_tables.get(id);
                PathComponent {
                    transit_gateway: table.map(|table| components.transit_gateway(&table.transit_gateway)),
                    transit_gateway_route_table_route: match &step.hop.decision {
                        Decision::RoutedByTransitGateway(route) => Some(rule::transit_gateway_route(route, network)),
                        _ => None,
                    },
                    ..alone
                }
            }
            _ => alone,
        }
    }

    /// The VPCs of a peering connection, seen from where the packets come: the last VPC that was named.
    fn ends(&self, peering: Option<&deguchi_model::PeeringConnection>) -> (Option<Component>, Option<Component>) {
        let Some(peering) = peering else { return (None, None) };
        let name = |vpc: &Option<VpcId>| vpc.as_ref().map(|vpc| self.components.vpc(vpc));
        let (requester, accepter) = (name(&peering.requester.vpc), name(&peering.accepter.vpc));
        let last = self.list.iter().rev().find_map(|component| component.vpc.as_ref());
        if last.is_some() && last == accepter.as_ref() { (accepter, requester) } else { (requester, accepter) }
    }

    fn interface(&self, id: &deguchi_model::NetworkInterfaceId) -> PathComponent {
        let components = self.components;
        let interface = components.network.network_interfaces.get(id);
        let instance = interface.and_then(|own| own.attachment.as_ref()).and_then(|own| own.instance.as_ref());
        PathComponent {
            component: Some(components.interface(id)),
            attached_to: instance.map(|instance| components.instance(instance)),
            subnet: interface.map(|own| components.subnet(&own.subnet)),
            vpc: interface.map(|own| components.vpc(&own.vpc)),
            ..PathComponent::default()
        }
    }

    /// The group that lets a reply pass because it let the request pass (SG-18): AWS shows it without a rule.
    fn remembering_group(&self, id: &deguchi_model::NetworkInterfaceId) -> Option<PathComponent> {
        let interface = self.components.network.network_interfaces.get(id)?;
        interface.security_groups.first().map(|group| bare(self.components.group(group.as_str())))
    }

    /// A NAT gateway, behind the interface that it works by where the snapshot says which.
    fn nat_gateway(&self, id: &NatGatewayId, header: &HeaderView) -> Vec<PathComponent> {
        let resource = deguchi_engine::Resource::NatGateway(id.clone());
        let gateway = self.components.network.nat_gateways.get(id);
        let own = gateway.and_then(|gateway| {
            let is_source = |own: &&deguchi_model::NatGatewayAddress| {
                own.private.is_some_and(|private| header.source.only() == Some(private.into()))
            };
            gateway.addresses.iter().find(is_source).or_else(|| gateway.addresses.first())
        });
        let interface = own.and_then(|own| own.interface.as_ref()).map(|interface| PathComponent {
            attached_to: Some(self.components.resource(&resource)),
            ..self.interface(interface)
        });
        let itself = PathComponent {
            vpc: gateway.map(|gateway| self.components.vpc(&gateway.vpc)),
            ..bare(self.components.resource(&resource))
        };
        interface.into_iter().chain([itself]).collect()
    }

    fn in_subnet(&self, subnet: &SubnetId) -> PathComponent {
        PathComponent {
            subnet: Some(self.components.subnet(subnet)),
            vpc: self.components.vpc_of_subnet(subnet).map(|vpc| self.components.vpc(vpc)),
            ..PathComponent::default()
        }
    }

    /// AWS's codes for what an answer leaves open on the way.
    fn details(&self, part: &Part, step: &Step) -> Vec<AdditionalDetail> {
        let unknowns = step.unknowns.iter().filter_map(|index| part.unknowns.get(*index));
        let detail = |unknown: &super::super::Unknown| {
            let kind = match &unknown.missing.gap {
                Gap::Inspection(InspectionGap::Appliance | InspectionGap::OneWayOnly) => {
                    "PATH_THROUGH_GWLB_NOT_CHECKED"
                }
                Gap::Inspection(InspectionGap::Rules) => "FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULE_GROUP_TYPE",
                Gap::Inspection(InspectionGap::Rule) => "FIREWALL_UNSUPPORTED_RULE_OPTIONS",
                Gap::LoadBalancer(deguchi_engine::LoadBalancerGap::ClientAddressPreservation) => {
                    "MISSING_TARGET_GROUP_ATTRIBUTES"
                }
                _ => return None,
            };
            let component = Some(self.components.resource(&unknown.missing.resource));
            Some(AdditionalDetail { additional_detail_type: kind, component })
        };
        unknowns.filter_map(detail).collect()
    }

    /// Whether a place lies in another zone than the place before; keeps its zone.
    fn crosses_zone(&mut self, place: &Place) -> bool {
        let network = self.components.network;
        let subnet = match place {
            Place::Interface { interface, .. } => network.network_interfaces.get(interface).map(|own| &own.subnet),
            Place::NatGateway(id) => match network.nat_gateways.get(id).map(|own| &own.placement) {
                Some(NatGatewayPlacement::Zonal(subnet)) => Some(subnet),
                _ => None,
            },
            _ => None,
        };
        let subnet = subnet.and_then(|subnet| network.subnets.get(subnet));
        let Some(zone) = subnet.and_then(|own| own.availability_zone_id.as_ref().or(own.availability_zone.as_ref()))
        else {
            return false;
        };
        self.zone.replace(zone).is_some_and(|before| before != zone)
    }
}

fn bare(component: Component) -> PathComponent {
    PathComponent { component: Some(component), ..PathComponent::default() }
}
