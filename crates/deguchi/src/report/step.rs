//! The way explained, place by place, each tied to the blockers and the unknowns that belong to it.
//!
//! Leaves out the words for what a place did.

use deguchi_engine::{Code, Decision, Evidence, Gap, HeaderView, Hop, Missing, Place, Reason, Resource, RuleRow, Way};

/// One place on the way explained.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// What was met, and what it did.
    pub(crate) hop: Hop,
    /// Which addresses the header shows changed against the place before.
    pub(crate) translation: Translation,
    /// Positions in [`super::Part::blockers`] of what stops packets here.
    pub(crate) blockers: Vec<usize>,
    /// Positions in [`super::Part::unknowns`] of what is not known here.
    pub(crate) unknowns: Vec<usize>,
    /// Every rule of the filter, where they were asked for.
    pub(crate) rules: Vec<RuleRow>,
}

/// Which addresses of a header a place changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Translation {
    /// Neither.
    None,
    /// The source's.
    Source,
    /// The destination's.
    Destination,
    /// Both.
    Both,
}

impl Translation {
    fn between(before: Option<&HeaderView>, after: &HeaderView) -> Self {
        let Some(before) = before else { return Self::None };
        match (before.source != after.source, before.destination != after.destination) {
            (false, false) => Self::None,
            (true, false) => Self::Source,
            (false, true) => Self::Destination,
            (true, true) => Self::Both,
        }
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It lets the packets on.
    Passes,
    /// It stops them.
    Stops,
    /// It is not known.
    Unknown,
}

impl Step {
    /// Returns how it went.
    pub(crate) fn mark(&self) -> Mark {
        let unknown = if self.unknowns.is_empty() { Mark::Passes } else { Mark::Unknown };
        match self.hop.decision {
            Decision::Denied { .. } | Decision::NoRoute | Decision::Dropped => Mark::Stops,
            _ if !self.blockers.is_empty() => Mark::Stops,
            Decision::Unknown => Mark::Unknown,
            Decision::Passed
            | Decision::Allowed { .. }
            | Decision::Routed(_)
            | Decision::RoutedByTransitGateway(_)
            | Decision::Translated => unknown,
        }
    }
}

/// Returns the places of a way, each with its blockers and unknowns.
pub(crate) fn steps(way: &Way, reasons: &[Reason], missing: &[Missing]) -> Vec<Step> {
    let mut before: Option<&HeaderView> = None;
    let mut steps: Vec<Step> = Vec::with_capacity(way.hops.len());
    for hop in &way.hops {
        let translation = Translation::between(before, &hop.header);
        steps.push(Step {
            hop: hop.clone(),
            translation,
            blockers: Vec::new(),
            unknowns: Vec::new(),
            rules: Vec::new(),
        });
        before = Some(&hop.header);
    }
    for &index in &way.reasons {
        let Some(reason) = reasons.get(index) else { continue };
        let at = steps.iter().position(|step| stands_at(reason, &step.hop));
        let at = at.or_else(|| steps.iter().position(|step| is_left_to_explain(step, reason)));
        let at = at.or_else(|| steps.iter().rposition(|step| is_on_leg(&step.hop, reason)));
        if let Some(step) = at.and_then(|at| steps.get_mut(at)) {
            step.blockers.push(index);
        }
    }
    for &index in &way.missing {
        let Some(missing) = missing.get(index) else { continue };
        let on_leg = |step: &Step| step.hop.heading == missing.heading && step.hop.leg == missing.leg;
        let at = steps.iter().position(|step| on_leg(step) && is_about(missing, &step.hop.place));
        let at = at.or_else(|| steps.iter().position(|s| on_leg(s) && s.hop.decision == Decision::Unknown));
        if let Some(step) = at.and_then(|at| steps.get_mut(at)) {
            step.unknowns.push(index);
        }
    }
    steps
}

fn is_on_leg(hop: &Hop, reason: &Reason) -> bool {
    hop.heading == reason.heading && hop.leg == reason.leg
}

/// Whether a step stops packets and no reason is tied to it yet.
fn is_left_to_explain(step: &Step, reason: &Reason) -> bool {
    let stops = matches!(step.hop.decision, Decision::Dropped | Decision::NoRoute);
    stops && step.blockers.is_empty() && is_on_leg(&step.hop, reason)
}

/// Whether a reason is what a hop did.
pub(crate) fn stands_at(reason: &Reason, hop: &Hop) -> bool {
    if !is_on_leg(hop, reason) {
        return false;
    }
    if matches!(reason.evidence, Evidence::Policy(_)) {
        // The service refuses: behind the endpoint, or on the internet.
        return matches!(hop.place, Place::VpcEndpoint(_) | Place::Internet);
    }
    let is_of_gateway = reason.code.as_str().starts_with("IGW_");
    match &hop.place {
        Place::SecurityGroups { interface, direction, .. } => {
            let is_here = match &reason.evidence {
                Evidence::NoSecurityGroupRule { interface: named, .. } => named == interface,
                _ => true,
            };
            let is_group = matches!(
                reason.code,
                Code::SecurityGroupRulesMismatch
                    | Code::SecurityGroupHasNoRules
                    | Code::SecurityGroupReferencesNotPreserved
                    | Code::SecurityGroupReferencingSupport
            );
            is_group && is_here && reason.direction == Some(*direction)
        }
        Place::NetworkAcl { subnet, direction, .. } => {
            matches!(reason.code, Code::NetworkAclRestriction | Code::ClassicAclRestriction)
                && reason.direction == Some(*direction)
                && reason.subnet.as_ref().is_none_or(|named| named == subnet)
        }
        Place::RouteTable { table, .. } => {
            matches!((&reason.resource, table), (Resource::RouteTable(named), Some(table)) if named == table)
        }
        Place::InternetGateway { internet_gateway, .. } => {
            is_of_gateway || reason.resource == Resource::InternetGateway(internet_gateway.clone())
        }
        Place::Interface { interface, instance, .. } => {
            let is_instance = matches!((&reason.resource, instance), (Resource::Instance(a), Some(b)) if a == b);
            !is_of_gateway && (is_instance || reason.resource == Resource::NetworkInterface(interface.clone()))
        }
        place => !is_of_gateway && place_id(place).is_some_and(|id| id == reason.resource.to_string()),
    }
}

/// Whether what is not known is about a place.
fn is_about(missing: &Missing, place: &Place) -> bool {
    match (&missing.gap, place) {
        (Gap::NetworkAclOfSubnet, Place::NetworkAcl { acl, subnet, .. }) => {
            acl.is_none() && is_subnet(&missing.resource, subnet.as_str())
        }
        (Gap::RouteTableOfSubnet, Place::RouteTable { table, subnet }) => {
            table.is_none() && subnet.as_ref().is_some_and(|subnet| is_subnet(&missing.resource, subnet.as_str()))
        }
        (Gap::SecurityGroup | Gap::PrefixListEntries, Place::SecurityGroups { groups, .. }) => {
            !matches!(&missing.resource, Resource::SecurityGroup(named) if !groups.contains(named))
        }
        (_, Place::NetworkAcl { .. } | Place::SecurityGroups { .. }) => false,
        (_, place) => place_id(place).is_some_and(|id| id == missing.resource.to_string()),
    }
}

/// Whether a resource is a subnet, or at least no other subnet.
fn is_subnet(resource: &Resource, id: &str) -> bool {
    !matches!(resource, Resource::Subnet(named) if named.as_str() != id)
}

/// Returns the id of what was met; `None` where it has none, or the snapshot lacks it.
pub(crate) fn place_id(place: &Place) -> Option<String> {
    match place {
        Place::Interface { interface, .. } | Place::SecurityGroups { interface, .. } => Some(interface.to_string()),
        Place::NetworkAcl { acl, .. } => acl.as_ref().map(ToString::to_string),
        Place::RouteTable { table, .. } => table.as_ref().map(ToString::to_string),
        Place::NatGateway(id) => Some(id.to_string()),
        Place::NatInstance(id) => Some(id.to_string()),
        Place::InternetGateway { internet_gateway, .. } => Some(internet_gateway.to_string()),
        Place::EgressOnlyInternetGateway(id) => Some(id.to_string()),
        Place::VpcEndpoint(id) => Some(id.to_string()),
        Place::VpnGateway(id) => Some(id.to_string()),
        Place::PeeringConnection(id) => Some(id.to_string()),
        Place::TransitGatewayAttachment { attachment, .. } => Some(attachment.to_string()),
        Place::TransitGatewayRouteTable(id) => Some(id.to_string()),
        Place::LoadBalancer(id) => Some(id.to_string()),
        Place::Internet | Place::NeverFiltered { .. } => None,
        Place::Other(id) => Some(id.clone()),
    }
}

/// Returns the resource that a place is; `None` for filters, interfaces, and what is no resource.
pub(crate) fn place_resource(place: &Place) -> Option<Resource> {
    Some(match place {
        Place::RouteTable { table, .. } => Resource::RouteTable(table.clone()?),
        Place::NatGateway(id) => Resource::NatGateway(id.clone()),
        Place::NatInstance(id) => Resource::Instance(id.clone()),
        Place::InternetGateway { internet_gateway, .. } => Resource::InternetGateway(internet_gateway.clone()),
        Place::EgressOnlyInternetGateway(id) => Resource::EgressOnlyInternetGateway(id.clone()),
        Place::VpcEndpoint(id) => Resource::VpcEndpoint(id.clone()),
        Place::VpnGateway(id) => Resource::VpnGateway(id.clone()),
        Place::PeeringConnection(id) => Resource::PeeringConnection(id.clone()),
        Place::TransitGatewayAttachment { attachment, .. } => Resource::TransitGatewayAttachment(attachment.clone()),
        Place::TransitGatewayRouteTable(id) => Resource::TransitGatewayRouteTable(id.clone()),
        Place::LoadBalancer(id) => Resource::LoadBalancer(id.clone()),
        Place::Interface { .. }
        | Place::SecurityGroups { .. }
        | Place::NetworkAcl { .. }
        | Place::Internet
        | Place::NeverFiltered { .. }
        | Place::Other(_) => return None,
    })
}

/// Returns the kind of a place as reports print it.
pub(crate) const fn place_type(place: &Place) -> &'static str {
    match place {
        Place::Interface { .. } => "network-interface",
        Place::SecurityGroups { .. } => "security-groups",
        Place::NetworkAcl { .. } => "network-acl",
        Place::RouteTable { .. } => "route-table",
        Place::NatGateway(_) => "nat-gateway",
        Place::NatInstance(_) => "nat-instance",
        Place::InternetGateway { .. } => "internet-gateway",
        Place::EgressOnlyInternetGateway(_) => "egress-only-internet-gateway",
        Place::VpcEndpoint(_) => "vpc-endpoint",
        Place::VpnGateway(_) => "vpn-gateway",
        Place::PeeringConnection(_) => "vpc-peering-connection",
        Place::TransitGatewayAttachment { .. } => "transit-gateway-attachment",
        Place::TransitGatewayRouteTable(_) => "transit-gateway-route-table",
        Place::LoadBalancer(_) => "load-balancer",
        Place::Internet => "internet",
        Place::NeverFiltered { .. } => "never-filtered",
        Place::Other(_) => "other",
    }
}
