//! Where packets from on premises come in, one packet at a time.

use deguchi_model::{
    AttachmentState, RouteDestination, RouteState, RouteTarget, TransitGatewayAssociation, TransitGatewayAttachment,
    TransitGatewayAttachmentEnd, VpcId, VpnGatewayId,
};

use super::{Fate, Header, Place, Step, Walk, transit::works};

impl Walk<'_> {
    /// By the entrances that lead to the destination and that routes say the source is behind, else by any that leads there,
    /// else by any.
    pub(super) fn entrance_from_premises(&mut self, header: Header) -> Step<Place> {
        let mut all: Vec<(Place, bool)> = Vec::new();
        for (gateway, vpc) in self.gateways_with_vpcs() {
            if self.is_inside(&vpc, header.destination) {
                let is_known = self.is_behind_gateway(&gateway, &vpc, header);
                all.push((Place::OnPremises(gateway, vpc), is_known));
            }
        }
        for attachment in self.attachments_on_premises() {
            if self.may_lead_on(attachment, header) {
                let is_known = self.is_behind_attachment(attachment, header);
                all.push((place_of(attachment), is_known));
            }
        }
        let mut places: Vec<Place> = all.iter().filter(|(_, is_known)| *is_known).map(|it| it.0.clone()).collect();
        if places.is_empty() {
            places = all.into_iter().map(|(place, _)| place).collect();
        }
        if places.is_empty() {
            places = self.attachments_on_premises().into_iter().map(place_of).collect();
        }
        if places.is_empty() {
            self.is_unknown = true;
            return Ok(Place::SomewhereOnPremises);
        }
        let place = places[self.choose(places.len())].clone();
        match &place {
            Place::OnPremises(..) if header.destination.is_ipv6() => return Err(Fate::Dropped), // VP-3
            Place::BehindTransitGateway(gateway, id) => {
                let attachment = &self.network.transit_gateway_attachments[&(gateway.clone(), id.clone())];
                if let TransitGatewayAttachmentEnd::VpnConnection(id) = &attachment.end
                    && self.network.vpn_connections.get(id).is_some_and(|vpn| vpn.state != "available")
                {
                    return Err(Fate::Dropped);
                }
            }
            _ => {}
        }
        Ok(place)
    }

    /// Where no entrance is known, whoever has the destination still judges the packet.
    pub(super) fn come_from_nowhere(&self, header: Header) -> Step<(Place, Header)> {
        let mut vpcs = self.network.vpcs.keys();
        let vpc = vpcs.find(|vpc| self.is_inside(vpc, header.destination)).ok_or(Fate::Unknown)?;
        let (place, _) = self.holder(vpc, header.destination).ok_or(self.nobody_in(vpc))?;
        Ok((place, header))
    }

    fn gateways_with_vpcs(&self) -> Vec<(VpnGatewayId, VpcId)> {
        let mut all = Vec::new();
        for gateway in self.network.vpn_gateways.values() {
            for attachment in gateway.attachments.iter().filter(|own| own.state == AttachmentState::Attached) {
                all.push((gateway.id.clone(), attachment.vpc.clone()));
            }
        }
        for table in self.network.route_tables.values() {
            for route in table.routes.iter().filter(|route| route.state == RouteState::Active) {
                if let RouteTarget::VpnGateway(id) = &route.target
                    && !self.network.vpn_gateways.contains_key(id)
                {
                    all.push((id.clone(), table.vpc.clone()));
                }
            }
        }
        all.sort();
        all.dedup();
        all
    }

    fn is_behind_gateway(&self, gateway: &VpnGatewayId, vpc: &VpcId, header: Header) -> bool {
        let tables = self.network.route_tables.values().filter(|table| table.vpc == *vpc);
        let mut routes = tables.flat_map(|table| &table.routes);
        let is_routed = routes.any(|route| {
            let is_there = matches!(&route.destination, RouteDestination::Cidr(cidr) if cidr.contains(&header.source));
            is_there
                && route.state == RouteState::Active
                && matches!(&route.target, RouteTarget::VpnGateway(id) if id == gateway)
        });
        let mut connections = self.network.vpn_connections.values();
        is_routed
            || connections.any(|own| {
                own.vpn_gateway.as_ref() == Some(gateway)
                    && own.state != "deleted"
                    && own.static_routes.iter().any(|cidr| cidr.contains(&header.source))
            })
    }

    fn attachments_on_premises(&self) -> Vec<&TransitGatewayAttachment> {
        let all = self.network.transit_gateway_attachments.values().filter(|own| works(own));
        all.filter(|own| {
            let end = &own.end;
            matches!(end, TransitGatewayAttachmentEnd::VpnConnection(_) | TransitGatewayAttachmentEnd::DirectConnect(_))
        })
        .collect()
    }

    fn may_lead_on(&self, attachment: &TransitGatewayAttachment, header: Header) -> bool {
        match &attachment.association {
            TransitGatewayAssociation::None => false,
            TransitGatewayAssociation::Unknown => true,
            TransitGatewayAssociation::Table(id) => {
                let Some(table) = self.network.transit_gateway_route_tables.get(id) else { return true };
                let mut active = table.routes.iter().filter(|route| route.state == RouteState::Active);
                !table.gaps.is_empty() || active.any(|route| route.destination.contains(&header.destination))
            }
        }
    }

    fn is_behind_attachment(&self, attachment: &TransitGatewayAttachment, header: Header) -> bool {
        let tables = self.network.transit_gateway_route_tables.values();
        let mut routes =
            tables.filter(|it| it.transit_gateway == attachment.transit_gateway).flat_map(|table| &table.routes);
        let is_routed = routes.any(|route| {
            route.state == RouteState::Active
                && route.attachments.contains(&attachment.id)
                && route.destination.contains(&header.source)
        });
        let connection = match &attachment.end {
            TransitGatewayAttachmentEnd::VpnConnection(id) => self.network.vpn_connections.get(id),
            _ => None,
        };
        is_routed || connection.is_some_and(|own| own.static_routes.iter().any(|cidr| cidr.contains(&header.source)))
    }
}

fn place_of(attachment: &TransitGatewayAttachment) -> Place {
    Place::BehindTransitGateway(attachment.transit_gateway.clone(), attachment.id.clone())
}
