//! Route tables, as `describe-route-tables` prints them.
//!
//! A route that is not understood is kept as one that may be for any destination: a lost route would give wrong
//! verdicts.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{
    EgressOnlyInternetGateway, EgressOnlyInternetGatewayId, Instance, InstanceId, InternetGateway, InternetGatewayId,
    NatGatewayId, NetworkInterface, NetworkInterfaceId, PeeringConnectionId, PrefixListId, Route, RouteDestination,
    RouteOrigin, RouteState, RouteTable, RouteTableId, RouteTarget, SubnetId, TransitGatewayId, VpcEndpoint,
    VpcEndpointId, VpcId, VpnGateway, VpnGatewayId,
};
use serde::de::{IgnoredAny, MapAccess};

use super::{
    sighting::{Sighting, sighted},
    tag::{self, Tag},
};
use crate::{
    ingest::{
        json::{List, Many, One, Record, Text, record},
        place::{Flaw, Place, flag, range, required, required_list},
    },
    notice::Expected,
};

record! {
    /// An element of `RouteTables`.
    RouteTableRecord {
        id: Text<'a> = "RouteTableId",
        owner: Text<'a> = "OwnerId",
        vpc: Text<'a> = "VpcId",
        associations: List<AssociationRecord<'a>> = "Associations",
        routes: List<RouteRecord<'a>> = "Routes",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// An element of `Associations`.
    AssociationRecord {
        is_main: Text<'a> = "Main",
        subnet: Text<'a> = "SubnetId",
        gateway: Text<'a> = "GatewayId",
        state: One<AssociationState<'a>> = "AssociationState",
    }
}

record! {
    /// The state of an association (RT-4).
    AssociationState {
        state: Text<'a> = "State",
    }
}

/// An element of `Routes`. Every member is kept: one not known here may be the target.
#[derive(Debug, Default)]
pub(crate) struct RouteRecord<'a> {
    members: BTreeMap<String, Text<'a>>,
}

impl<'a> Record<'a> for RouteRecord<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if IGNORED.contains(&key) {
            map.next_value::<IgnoredAny>()?;
        } else {
            let value = map.next_value()?;
            self.members.insert(key.to_owned(), value);
        }
        Ok(())
    }
}

/// Members of a route that say nothing about where it leads (`IpAddress` is a route server's next hop, RT-13).
const IGNORED: [&str; 3] = ["InstanceOwnerId", "IpAddress", "Description"];

/// Makes a target of what a member says.
type MakeTarget = fn(&str) -> RouteTarget;

/// Members of a route that are not its target.
const NO_TARGETS: [&str; 5] =
    ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId", "Origin", "State"];

sighted!(RouteTable, RouteTableId, RouteTable, table => table.routes.sort());

/// The gateways of the snapshot, by which the kind of a `GatewayId` is known when its id does not tell.
pub(super) struct Gateways<'g> {
    pub(super) internet: &'g BTreeMap<InternetGatewayId, Sighting<InternetGateway>>,
    pub(super) egress_only: &'g BTreeMap<EgressOnlyInternetGatewayId, Sighting<EgressOnlyInternetGateway>>,
    pub(super) vpn: &'g BTreeMap<VpnGatewayId, Sighting<VpnGateway>>,
    pub(super) endpoints: &'g BTreeMap<VpcEndpointId, Sighting<VpcEndpoint>>,
    /// The interfaces and instances, by which a route to an instance that has lost its interface is known.
    pub(super) interfaces: &'g BTreeMap<NetworkInterfaceId, NetworkInterface>,
    pub(super) instances: &'g BTreeMap<InstanceId, Instance>,
}

/// Reads a route table; `flaws` takes what of its routes is not understood.
pub(super) fn read(
    record: &RouteTableRecord<'_>,
    at: &Place,
    gateways: &Gateways<'_>,
    flaws: &mut Vec<Flaw>,
) -> Result<RouteTable, Flaw> {
    let mut table = RouteTable {
        id: RouteTableId::new(required(&record.id, at, "RouteTableId")?),
        name: tag::name(&record.tags),
        vpc: VpcId::new(required(&record.vpc, at, "VpcId")?),
        is_main: false,
        subnets: BTreeSet::new(),
        gateways: BTreeSet::new(),
        routes: Vec::new(),
    };
    for (index, association) in required_list(&record.associations, at, "Associations")? {
        let at = at.item("Associations", index);
        // RT-4: an association that failed or is gone associates nothing. Older output has no state.
        let state = association.state.get().and_then(|state| state.state.get());
        if state.is_none_or(|state| state == "associated") {
            table.is_main |= flag(&association.is_main, &at, "Main")?.unwrap_or(false);
            table.subnets.extend(association.subnet.get().map(SubnetId::new));
            // RT-19.
            table.gateways.extend(association.gateway.owned());
        }
    }
    match &record.routes {
        Many::Absent => {
            let flaw = Flaw::new(at, "Routes", None, Expected::List);
            table.routes.push(unknown_route(flaw, flaws));
        }
        Many::Odd => table.routes.push(unknown_route(Flaw::odd(at, "Routes", Expected::List), flaws)),
        Many::Is(routes) => {
            for (index, route) in routes.iter().enumerate() {
                let at = at.item("Routes", index);
                match route {
                    One::Absent => {}
                    One::Odd => table.routes.push(unknown_route(Flaw::odd(&at, "", Expected::Object), flaws)),
                    One::Is(route) => table.routes.push(route.read(&at, gateways, flaws)),
                }
            }
        }
    }
    Ok(table)
}

fn unknown_route(flaw: Flaw, flaws: &mut Vec<Flaw>) -> Route {
    flaws.push(flaw);
    Route {
        destination: RouteDestination::Unmodelled(String::new()),
        target: RouteTarget::Unmodelled { field: String::new(), id: String::new() },
        state: RouteState::Active,
        origin: RouteOrigin::Static,
    }
}

impl RouteRecord<'_> {
    fn text(&self, field: &str) -> Option<&str> {
        self.members.get(field).and_then(Text::get)
    }

    fn read(&self, at: &Place, gateways: &Gateways<'_>, flaws: &mut Vec<Flaw>) -> Route {
        let destination = self.destination(at).unwrap_or_else(|flaw| {
            let written = flaw.problem.value.clone().unwrap_or_default();
            flaws.push(flaw);
            RouteDestination::Unmodelled(written)
        });
        Route {
            destination,
            target: self.target(at, gateways, flaws),
            state: match self.text("State") {
                None | Some("active") => RouteState::Active,
                Some("blackhole") => RouteState::Blackhole,
                // RT-16.
                Some(other) => RouteState::Unmodelled(other.to_owned()),
            },
            origin: match self.text("Origin") {
                None | Some("CreateRouteTable" | "CreateRoute") => RouteOrigin::Static,
                Some("EnableVgwRoutePropagation") => RouteOrigin::Propagated,
                // RT-13.
                Some(other) => RouteOrigin::Unmodelled(other.to_owned()),
            },
        }
    }

    fn destination(&self, at: &Place) -> Result<RouteDestination, Flaw> {
        for field in ["DestinationCidrBlock", "DestinationIpv6CidrBlock"] {
            if let Some(text) = self.members.get(field)
                && let Some(cidr) = range(text, at, field)?
            {
                return Ok(RouteDestination::Cidr(cidr));
            }
        }
        match self.text("DestinationPrefixListId") {
            Some(list) => Ok(RouteDestination::PrefixList(PrefixListId::new(list))),
            None => Err(Flaw::new(at, "DestinationCidrBlock", None, Expected::Range)),
        }
    }

    fn target(&self, at: &Place, gateways: &Gateways<'_>, flaws: &mut Vec<Flaw>) -> RouteTarget {
        const KNOWN: [(&str, MakeTarget); 8] = [
            ("NatGatewayId", |id| RouteTarget::NatGateway(NatGatewayId::new(id))),
            ("TransitGatewayId", |id| RouteTarget::TransitGateway(TransitGatewayId::new(id))),
            ("VpcPeeringConnectionId", |id| RouteTarget::PeeringConnection(PeeringConnectionId::new(id))),
            ("EgressOnlyInternetGatewayId", |id| {
                RouteTarget::EgressOnlyInternetGateway(EgressOnlyInternetGatewayId::new(id))
            }),
            ("VpcEndpointId", |id| RouteTarget::VpcEndpoint(VpcEndpointId::new(id))),
            // A route to an instance names its interface too; the interface is what decides.
            ("NetworkInterfaceId", |id| RouteTarget::NetworkInterface(NetworkInterfaceId::new(id))),
            ("InstanceId", |id| RouteTarget::Instance(InstanceId::new(id))),
            ("VpnGatewayId", |id| RouteTarget::VpnGateway(VpnGatewayId::new(id))),
        ];
        if let Some(id) = self.text("GatewayId") {
            return gateways.target(id);
        }
        // A terminated instance is still listed, without the interface that its route names too: it says more.
        if let (Some(interface), Some(instance)) = (self.text("NetworkInterfaceId"), self.text("InstanceId"))
            && !gateways.interfaces.contains_key(interface)
            && gateways.instances.contains_key(instance)
        {
            return RouteTarget::Instance(InstanceId::new(instance));
        }
        if let Some((field, target)) = KNOWN.iter().find(|(field, _)| self.text(field).is_some()) {
            return target(self.text(field).unwrap_or_default());
        }
        let mut others = self.members.iter().filter(|(field, _)| !NO_TARGETS.contains(&field.as_str()));
        let other = others.find(|(_, value)| **value != Text::Absent && **value != Text::Is("".into()));
        let Some((field, value)) = other else {
            // A blackhole may have lost its target altogether (RT-14).
            return RouteTarget::Unmodelled { field: String::new(), id: String::new() };
        };
        if matches!(value, Text::Odd) {
            flaws.push(Flaw::odd(at, field, Expected::Text));
        }
        RouteTarget::Unmodelled { field: field.clone(), id: value.owned().unwrap_or_default() }
    }
}

impl Gateways<'_> {
    /// What a `GatewayId` is: AWS prefixes its ids; another id is looked up in the snapshot (RT-18).
    fn target(&self, id: &str) -> RouteTarget {
        if id == "local" {
            RouteTarget::Local
        } else if id.starts_with("igw-") || self.internet.contains_key(id) {
            RouteTarget::InternetGateway(InternetGatewayId::new(id))
        } else if id.starts_with("vgw-") || self.vpn.contains_key(id) {
            RouteTarget::VpnGateway(VpnGatewayId::new(id))
        } else if id.starts_with("vpce-") || self.endpoints.contains_key(id) {
            RouteTarget::VpcEndpoint(VpcEndpointId::new(id))
        } else if id.starts_with("eigw-") || self.egress_only.contains_key(id) {
            RouteTarget::EgressOnlyInternetGateway(EgressOnlyInternetGatewayId::new(id))
        } else {
            RouteTarget::Unmodelled { field: "GatewayId".to_owned(), id: id.to_owned() }
        }
    }
}

/// The member of a route that names its target, for messages.
pub(crate) fn target_field(target: &RouteTarget) -> &'static str {
    match target {
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::VpcEndpoint(_) => "GatewayId",
        RouteTarget::EgressOnlyInternetGateway(_) => "EgressOnlyInternetGatewayId",
        RouteTarget::NatGateway(_) => "NatGatewayId",
        RouteTarget::NetworkInterface(_) => "NetworkInterfaceId",
        RouteTarget::Instance(_) => "InstanceId",
        RouteTarget::PeeringConnection(_) => "VpcPeeringConnectionId",
        RouteTarget::TransitGateway(_) => "TransitGatewayId",
        RouteTarget::Unmodelled { .. } => "",
    }
}
