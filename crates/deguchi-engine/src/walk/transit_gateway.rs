//! Transit gateways: out of a VPC by an attachment, through the gateway's own table, and by another attachment on (TG-1 to
//! TG-7).

use alloc::{string::ToString, vec::Vec};

use deguchi_model::{
    Direction, Route, RouteState, Subnet, TransitGatewayAssociation, TransitGatewayAttachment,
    TransitGatewayAttachmentEnd, TransitGatewayAttachmentId, TransitGatewayId, TransitGatewayRoute,
    TransitGatewayRouteTable, TransitGatewayRoutesGap, TransitGatewayVpcAttachment, VpcId,
};

use super::{
    End, Finding, Parcel, References, SessionPlace, Walk,
    boundary::{From, ranges_of},
    on_premises::Entrance,
};
use crate::{
    AddressSet, Assumption,
    answer::{Decision, Place},
    index::ranges_of_vpc,
    reason::{Code, Evidence, Gap, Heading, Resource, TransitGatewayGap},
    transit_route::{RankedRoutes, is_in_force, look_up},
};

/// How packets came into a transit gateway.
#[derive(Clone, Copy)]
pub(super) struct Passage<'n> {
    /// The attachment they came by.
    pub(super) attachment: &'n TransitGatewayAttachment,
    /// A subnet of the zone where they started, where that is known.
    pub(super) zone: Option<&'n Subnet>,
}

impl<'n> Walk<'_, 'n> {
    /// Takes packets, of a request or of a reply, out of a VPC into the transit gateway that a route targets.
    pub(super) fn enter_transit_gateway(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n TransitGatewayId,
        route: &'n Route,
        from: From<'n>,
    ) {
        let resource = Resource::TransitGateway(id.clone());
        let gateway = self.index.network.transit_gateways.get(id);
        let Some(&attachment) = self.index.transit_attachments(id, from.vpc).first() else {
            self.hop(&mut parcel, Place::Other(id.to_string()), Decision::Unknown);
            let gap = match gateway {
                Some(_) => Gap::TransitGateway(TransitGatewayGap::AttachmentOf(from.vpc.clone())),
                None => Gap::RouteTarget(route.clone()),
            };
            return self.give_up(parcel, Code::Missing, resource, gap);
        };
        if let Some(gateway) = gateway.filter(|gateway| !matches!(gateway.state.as_str(), "available" | "modifying")) {
            let evidence = Evidence::State(gateway.state.clone());
            self.stop(&mut parcel, Finding::new(Code::BadState, resource, evidence));
        }
        let TransitGatewayAttachmentEnd::Vpc(end) = &attachment.end else { return };
        let entrance = self.entrance(&mut parcel, attachment, end, from);
        let passage = Passage { attachment, zone: entrance.or(from.subnet) };
        // TG-4: its inbound ACL sees the source, even of what starts in the same subnet (PW-10).
        let parcels = match entrance {
            Some(subnet) => self.cross_acl(parcel, subnet, Direction::Inbound),
            None => alloc::vec![parcel],
        };
        for parcel in parcels {
            self.come_in(parcel, passage);
        }
    }

    /// The subnet by which packets leave their VPC: the attachment's in the sender's zone (TG-1).
    fn entrance(
        &mut self,
        parcel: &mut Parcel<'n>,
        attachment: &'n TransitGatewayAttachment,
        end: &'n TransitGatewayVpcAttachment,
        from: From<'n>,
    ) -> Option<&'n Subnet> {
        if !is_in_force(attachment) {
            return None;
        }
        let resource = Resource::TransitGatewayAttachment(attachment.id.clone());
        let gap = Gap::TransitGateway(TransitGatewayGap::Subnets);
        let Some(ids) = &end.subnets else {
            self.lack(parcel, Code::Missing, resource, gap);
            return None;
        };
        let subnets: Vec<&'n Subnet> = ids.iter().filter_map(|id| self.subnet(id)).collect();
        let Some(own) = from.subnet else { return subnets.first().copied().filter(|_| ids.len() == 1) };
        let is_same = |subnet: &&&Subnet| subnet.id == own.id || self.is_same_zone(subnet, own) == Some(true);
        if let Some(subnet) = subnets.iter().find(is_same) {
            return Some(*subnet);
        }
        let is_other = |subnet: &&Subnet| self.is_same_zone(subnet, own) == Some(false);
        if subnets.len() == ids.len() && subnets.iter().all(is_other) {
            let zone = own.availability_zone.as_ref().or(own.availability_zone_id.as_ref());
            let evidence = zone.map_or(Evidence::Nothing, |zone| Evidence::State(zone.to_string()));
            let finding = Finding::new(Code::TransitGatewayZone, resource, evidence);
            self.stop(parcel, Finding { subnet: Some(own.id.clone()), ..finding });
        } else {
            self.lack(parcel, Code::Missing, resource, gap);
        }
        None
    }

    /// Whether two subnets are in one zone; `None` where that cannot be told: accounts name zones differently.
    fn is_same_zone(&self, one: &Subnet, other: &Subnet) -> Option<bool> {
        if let (Some(one), Some(other)) = (&one.availability_zone_id, &other.availability_zone_id) {
            return Some(one == other);
        }
        let owner = |subnet: &Subnet| self.index.network.vpcs.get(&subnet.vpc).and_then(|vpc| vpc.owner.as_ref());
        if owner(one) != owner(other) {
            return None;
        }
        Some(one.availability_zone.as_ref()? == other.availability_zone.as_ref()?)
    }

    /// Packets come into a gateway by an attachment, and its associated table decides.
    pub(super) fn come_in(&mut self, mut parcel: Parcel<'n>, passage: Passage<'n>) {
        let attachment = passage.attachment;
        let resource = Resource::TransitGatewayAttachment(attachment.id.clone());
        let place = place_of(&attachment.id, Direction::Inbound);
        let (heading, leg) = (parcel.heading, parcel.leg);
        if parcel.hops.iter().any(|hop| (hop.heading, hop.leg, &hop.place) == (heading, leg, &place)) {
            self.stop(&mut parcel, Finding::new(Code::RoutingLoop, resource, Evidence::Nothing));
            return self.finish(parcel, End::Stopped);
        }
        self.judge_attachment(&mut parcel, attachment);
        if !self.carries_family(&mut parcel, attachment) {
            return self.finish(parcel, End::Stopped);
        }
        match &attachment.association {
            TransitGatewayAssociation::Unknown => {
                self.hop(&mut parcel, place, Decision::Unknown);
                let gap = Gap::TransitGateway(TransitGatewayGap::Association);
                self.give_up(parcel, Code::Missing, resource, gap);
            }
            TransitGatewayAssociation::None => {
                self.hop(&mut parcel, place, Decision::Dropped);
                if is_in_force(attachment) {
                    let finding = Finding::new(Code::TransitGatewayNoAssociation, resource, Evidence::Nothing);
                    self.stop(&mut parcel, finding);
                }
                self.finish(parcel, End::Stopped);
            }
            TransitGatewayAssociation::Table(id) => {
                self.hop(&mut parcel, place, Decision::Passed);
                let Some(table) = self.index.network.transit_gateway_route_tables.get(id) else {
                    self.hop(&mut parcel, Place::TransitGatewayRouteTable(id.clone()), Decision::Unknown);
                    let gap = Gap::TransitGateway(TransitGatewayGap::RouteTable);
                    let resource = Resource::TransitGatewayRouteTable(id.clone());
                    return self.give_up(parcel, Code::TransitGatewayRoutesUnknown, resource, gap);
                };
                self.route_in_gateway(parcel, table, passage);
            }
        }
    }

    /// TG-7: an attachment carries packets while it is available.
    fn judge_attachment(&mut self, parcel: &mut Parcel<'n>, attachment: &TransitGatewayAttachment) {
        if !is_in_force(attachment) {
            let resource = Resource::TransitGatewayAttachment(attachment.id.clone());
            let evidence = Evidence::State(attachment.state.clone());
            self.stop(parcel, Finding::new(Code::BadStateAttachment, resource, evidence));
        }
    }

    /// Whether an attachment carries the packets' address family.
    fn carries_family(&mut self, parcel: &mut Parcel<'n>, attachment: &TransitGatewayAttachment) -> bool {
        let TransitGatewayAttachmentEnd::Vpc(end) = &attachment.end else { return true };
        let is_ipv6 =
            parcel.header.destination.values(self.space, parcel.packets).first().is_some_and(|it| it.is_ipv6());
        if is_ipv6 && !end.carries_ipv6 {
            let resource = Resource::TransitGatewayAttachment(attachment.id.clone());
            self.stop(parcel, Finding::new(Code::ProtocolRestriction, resource, Evidence::Nothing));
            return false;
        }
        true
    }

    /// Sends packets where a table of the gateway sends them (TG-2).
    fn route_in_gateway(&mut self, parcel: Parcel<'n>, table: &'n TransitGatewayRouteTable, passage: Passage<'n>) {
        let place = Place::TransitGatewayRouteTable(table.id.clone());
        let ranked = self.index.transit_routes_of(&table.id);
        for (routes, packets) in look_up(self.space, ranked, parcel.header.destination, parcel.packets) {
            let Some(mut parcel) = self.part(&parcel, packets) else { continue };
            let Some((routes, route)) = routes.and_then(|routes| Some((routes, routes.route()?))) else {
                self.without_route(parcel, table);
                continue;
            };
            self.note_unknown_routes(&mut parcel, table, Some(route));
            self.hop(&mut parcel, place.clone(), Decision::RoutedByTransitGateway(route.clone()));
            self.take_transit_route(parcel, table, (routes, route), passage);
        }
    }

    fn without_route(&mut self, mut parcel: Parcel<'n>, table: &'n TransitGatewayRouteTable) {
        let place = Place::TransitGatewayRouteTable(table.id.clone());
        if !table.gaps.is_empty() {
            self.hop(&mut parcel, place, Decision::Unknown);
            self.note_unknown_routes(&mut parcel, table, None);
            return self.finish(parcel, End::Stopped);
        }
        self.hop(&mut parcel, place, Decision::NoRoute);
        // AWS tells apart whether the table has any route to where the destination is.
        let wanted = parcel.header.destination.values(self.space, parcel.packets);
        let attachments = self.index.network.transit_gateway_attachments.values();
        let mut own = attachments.filter(|attachment| attachment.transit_gateway == table.transit_gateway);
        let leads_there = |attachment: &&TransitGatewayAttachment| match &attachment.end {
            TransitGatewayAttachmentEnd::Vpc(end) => {
                is_in_force(attachment) && wanted.minus(&self.ranges_behind(end)).is_empty()
            }
            _ => false,
        };
        let there = own.find(leads_there);
        let has_route = |id: &TransitGatewayAttachmentId| table.routes.iter().any(|it| it.attachments.contains(id));
        let code = match there {
            Some(attachment) if !has_route(&attachment.id) => Code::TransitGatewayNoRouteToAttachment,
            _ => Code::TransitGatewayNoRoute,
        };
        let resource = Resource::TransitGatewayRouteTable(table.id.clone());
        self.stop(&mut parcel, Finding::new(code, resource, Evidence::NoRoute));
        self.finish(parcel, End::Stopped);
    }

    fn ranges_behind(&self, end: &TransitGatewayVpcAttachment) -> AddressSet {
        self.index.network.vpcs.get(&end.vpc).map_or_else(AddressSet::empty, ranges_of_vpc)
    }

    /// What is not known of a table's routes may take packets away from the route that was found.
    fn note_unknown_routes(
        &mut self,
        parcel: &mut Parcel<'n>,
        table: &'n TransitGatewayRouteTable,
        route: Option<&TransitGatewayRoute>,
    ) {
        for gap in &table.gaps {
            let resource = Resource::TransitGatewayRouteTable(table.id.clone());
            match gap {
                TransitGatewayRoutesGap::Propagated(_) if self.is_to_own_range(parcel, table, route) => {
                    let assumption = Assumption::NoLongerLearnedRoute { route_table: table.id.clone() };
                    if !parcel.assumptions.contains(&assumption) {
                        parcel.assumptions.push(assumption);
                    }
                    continue;
                }
                TransitGatewayRoutesGap::Propagated(attachment) => {
                    let gap = Gap::TransitGateway(TransitGatewayGap::Propagated(attachment.clone()));
                    self.lack(parcel, Code::TransitGatewayRoutesUnknown, resource, gap);
                }
                TransitGatewayRoutesGap::List => {
                    let gap = Gap::TransitGateway(TransitGatewayGap::Routes);
                    self.lack(parcel, Code::TransitGatewayRoutesUnknown, resource, gap);
                }
                TransitGatewayRoutesGap::PrefixList(list) => {
                    self.lack(parcel, Code::Missing, Resource::PrefixList(list.clone()), Gap::PrefixListEntries);
                }
            }
            parcel.is_conjecture = true;
        }
    }

    /// Whether a route leads packets to the VPC that has their destination in its ranges.
    fn is_to_own_range(
        &mut self,
        parcel: &Parcel<'n>,
        table: &TransitGatewayRouteTable,
        route: Option<&TransitGatewayRoute>,
    ) -> bool {
        let Some([id]) = route.map(|route| route.attachments.as_slice()) else { return false };
        let key = (table.transit_gateway.clone(), id.clone());
        let Some(attachment) = self.index.network.transit_gateway_attachments.get(&key) else { return false };
        let TransitGatewayAttachmentEnd::Vpc(end) = &attachment.end else { return false };
        let wanted = parcel.header.destination.values(self.space, parcel.packets);
        wanted.minus(&self.ranges_behind(end)).is_empty()
    }

    fn take_transit_route(
        &mut self,
        mut parcel: Parcel<'n>,
        table: &'n TransitGatewayRouteTable,
        (routes, route): (&RankedRoutes<'n>, &'n TransitGatewayRoute),
        passage: Passage<'n>,
    ) {
        let resource = Resource::TransitGatewayRouteTable(table.id.clone());
        if route.state == RouteState::Blackhole {
            let evidence = Evidence::TransitGatewayRoute(route.clone());
            self.stop(&mut parcel, Finding::new(Code::TransitGatewayBadStateRoute, resource, evidence));
            return self.finish(parcel, End::Stopped);
        }
        let attachments = routes.attachments();
        if attachments.is_empty() {
            // Its state is none that is known, or it does not say where it leads.
            let gap = Gap::TransitGateway(TransitGatewayGap::Routes);
            return self.give_up(parcel, Code::TransitGatewayRoutesUnknown, resource, gap);
        }
        let gap = Gap::TransitGateway(TransitGatewayGap::SharedRoute);
        let gateway = &table.transit_gateway;
        let question = (Code::NotDecidedByConfiguration, resource, gap);
        self.under_each(parcel, question, &attachments, |walk, parcel, id| {
            walk.leave_by_attachment(parcel, (gateway, id), passage);
        });
    }

    fn leave_by_attachment(
        &mut self,
        mut parcel: Parcel<'n>,
        (gateway, id): (&'n TransitGatewayId, &'n TransitGatewayAttachmentId),
        passage: Passage<'n>,
    ) {
        let resource = Resource::TransitGatewayAttachment(id.clone());
        let place = place_of(id, Direction::Outbound);
        let Some(attachment) = self.index.network.transit_gateway_attachments.get(&(gateway.clone(), id.clone()))
        else {
            self.hop(&mut parcel, place, Decision::Unknown);
            let gap = Gap::TransitGateway(TransitGatewayGap::Attachment);
            return self.give_up(parcel, Code::Missing, resource, gap);
        };
        self.judge_attachment(&mut parcel, attachment);
        match &attachment.end {
            TransitGatewayAttachmentEnd::Vpc(end) => self.leave_into_vpc(parcel, attachment, end, passage),
            TransitGatewayAttachmentEnd::Peering { transit_gateway, owner, region } => {
                self.hop(&mut parcel, place, Decision::Passed);
                // SG-14: no group is known behind another gateway.
                parcel.references = References::of_nobody(Code::SecurityGroupReferencingSupport);
                let far = (transit_gateway.clone(), id.clone());
                let Some(attachment) = self.index.network.transit_gateway_attachments.get(&far) else {
                    let gap = TransitGatewayGap::OtherGateway { owner: owner.clone(), region: region.clone() };
                    let resource = Resource::TransitGateway(transit_gateway.clone());
                    return self.give_up(parcel, Code::Missing, resource, Gap::TransitGateway(gap));
                };
                if !self.index.network.transit_gateways.contains_key(transit_gateway) {
                    let gap = TransitGatewayGap::OtherGateway { owner: owner.clone(), region: region.clone() };
                    let resource = Resource::TransitGateway(transit_gateway.clone());
                    return self.give_up(parcel, Code::Missing, resource, Gap::TransitGateway(gap));
                }
                self.come_in(parcel, Passage { attachment, zone: None });
            }
            TransitGatewayAttachmentEnd::VpnConnection(_) | TransitGatewayAttachmentEnd::DirectConnect(_) => {
                self.leave_on_premises(parcel, attachment);
            }
            TransitGatewayAttachmentEnd::Unmodelled { kind, .. } => {
                self.hop(&mut parcel, place, Decision::Unknown);
                let gap = Gap::TransitGateway(TransitGatewayGap::Kind(kind.clone()));
                self.give_up(parcel, Code::NotModelled, resource, gap);
            }
        }
    }

    /// Lets packets into the VPC that an attachment leads to (TG-3).
    fn leave_into_vpc(
        &mut self,
        mut parcel: Parcel<'n>,
        attachment: &'n TransitGatewayAttachment,
        end: &'n TransitGatewayVpcAttachment,
        passage: Passage<'n>,
    ) {
        let place = place_of(&attachment.id, Direction::Outbound);
        let resource = Resource::TransitGatewayAttachment(attachment.id.clone());
        if !self.index.network.vpcs.contains_key(&end.vpc) {
            self.hop(&mut parcel, place, Decision::Unknown);
            let gap = Gap::VpcElsewhere { owner: end.owner.clone(), region: None };
            return self.give_up(parcel, Code::Missing, Resource::Vpc(end.vpc.clone()), gap);
        }
        if !self.carries_family(&mut parcel, attachment) {
            self.hop(&mut parcel, place, Decision::Dropped);
            return self.finish(parcel, End::Stopped);
        }
        self.hop(&mut parcel, place, Decision::Passed);
        if !self.keeps_references(attachment, end, passage) {
            parcel.references = References::of_nobody(Code::SecurityGroupReferencingSupport);
        }
        let gap = Gap::TransitGateway(TransitGatewayGap::Subnets);
        let Some(ids) = &end.subnets else {
            self.lack(&mut parcel, Code::Missing, resource, gap);
            parcel.is_conjecture = true;
            return self.deliver_local(parcel, &end.vpc, None);
        };
        let subnets: Vec<&'n Subnet> = ids.iter().filter_map(|id| self.subnet(id)).collect();
        if subnets.len() < ids.len() || subnets.is_empty() {
            if !is_in_force(attachment) {
                return self.finish(parcel, End::Stopped);
            }
            return self.give_up(parcel, Code::Missing, resource, gap);
        }
        let exits = self.exits(&parcel, attachment, end, &subnets, passage);
        let question = (Code::NotDecidedByConfiguration, resource, Gap::TransitGateway(TransitGatewayGap::Zone));
        self.under_each(parcel, question, &exits, |walk, mut parcel, subnet| {
            if end.is_appliance_mode {
                parcel.pinned.push((&attachment.id, subnet));
            }
            walk.leave_attachment_subnet(parcel, subnet, &end.vpc);
        });
    }

    /// By which of an attachment's subnets packets may come out: the one in the zone where they started, else any; in
    /// appliance mode any, and the reply by the same (TG-6).
    fn exits(
        &self,
        parcel: &Parcel<'n>,
        attachment: &TransitGatewayAttachment,
        end: &TransitGatewayVpcAttachment,
        subnets: &[&'n Subnet],
        passage: Passage<'n>,
    ) -> Vec<&'n Subnet> {
        if end.is_appliance_mode {
            let pinned = parcel.pinned.iter().find(|(id, _)| **id == attachment.id);
            return pinned.map_or_else(|| subnets.to_vec(), |(_, subnet)| alloc::vec![*subnet]);
        }
        let is_same = |subnet: &&&Subnet| {
            passage.zone.is_some_and(|zone| zone.id == subnet.id || self.is_same_zone(subnet, zone) == Some(true))
        };
        let same = subnets.iter().find(is_same);
        same.map_or_else(|| subnets.to_vec(), |subnet| alloc::vec![*subnet])
    }

    /// Lets packets that a gateway has brought go on: to the attachment's own subnet past no ACL (PW-10), elsewhere past its
    /// outbound ACL and by its table (TG-3, TG-4).
    fn leave_attachment_subnet(&mut self, parcel: Parcel<'n>, subnet: &'n Subnet, vpc: &'n VpcId) {
        let (inside, outside) = self.split(parcel.clone(), parcel.header.destination, &ranges_of(subnet));
        if let Some(parcel) = inside {
            self.deliver_local(parcel, vpc, Some(&subnet.id));
        }
        let Some(parcel) = outside else { return };
        for parcel in self.cross_acl(parcel, subnet, Direction::Outbound) {
            match self.index.table_of(subnet) {
                Some(table) => self.route(parcel, table, From { vpc, subnet: Some(subnet) }),
                None => self.route_without_table(parcel, subnet),
            }
        }
    }

    /// Whether rules may name the sender's groups (SG-12, SG-14).
    fn keeps_references(
        &self,
        attachment: &TransitGatewayAttachment,
        end: &TransitGatewayVpcAttachment,
        passage: Passage<'n>,
    ) -> bool {
        let gateway = self.index.network.transit_gateways.get(&attachment.transit_gateway);
        let is_excepted =
            |subnet: &Subnet| subnet.availability_zone_id.as_ref().is_some_and(|zone| zone.as_str() == "use1-az3");
        let from_vpc = match &passage.attachment.end {
            TransitGatewayAttachmentEnd::Vpc(from) => from.references_groups,
            _ => false,
        };
        from_vpc
            && end.references_groups
            && gateway.is_some_and(|gateway| gateway.references_groups)
            && !passage.zone.is_some_and(is_excepted)
    }

    /// Whether the VPN connection behind an attachment works.
    pub(super) fn judge_vpn_connection(&mut self, parcel: &mut Parcel<'n>, attachment: &TransitGatewayAttachment) {
        if let TransitGatewayAttachmentEnd::VpnConnection(id) = &attachment.end
            && let Some(connection) = self.index.network.vpn_connections.get(id)
            && !matches!(connection.state.as_str(), "available" | "")
        {
            let resource = Resource::TransitGatewayAttachment(attachment.id.clone());
            let evidence = Evidence::State(connection.state.clone());
            self.stop(parcel, Finding::new(Code::TransitGatewayBadStateVpn, resource, evidence));
        }
    }

    /// Takes packets to the network on premises behind a VPN connection or Direct Connect, and the answer back.
    fn leave_on_premises(&mut self, mut parcel: Parcel<'n>, attachment: &'n TransitGatewayAttachment) {
        let resource = Resource::TransitGatewayAttachment(attachment.id.clone());
        let place = place_of(&attachment.id, Direction::Outbound);
        self.judge_vpn_connection(&mut parcel, attachment);
        if parcel.heading == Heading::Return {
            self.miss_inspection(&mut parcel);
            if let Some(SessionPlace::OnPremises(entrance)) = parcel.sessions.last().map(|session| session.place) {
                self.hop(&mut parcel, place, Decision::Passed);
                return self.arrive_on_premises(parcel, entrance, Entrance::Attachment(attachment));
            }
            // Who asked is in AWS: nobody over there has a connection that this is the reply of.
            self.hop(&mut parcel, place, Decision::Dropped);
            self.stop(&mut parcel, Finding::new(Code::ReturnByAnotherWay, resource, Evidence::Nothing));
            return self.finish(parcel, End::Stopped);
        }
        // VP-4: what is for the internet needs address translation on premises.
        let public = AddressSet::public_ipv4();
        let (public, private) = self.split(parcel.clone(), parcel.header.destination, public.ranges());
        if let Some(mut parcel) = public {
            self.hop(&mut parcel, place.clone(), Decision::Unknown);
            self.give_up(parcel, Code::NotDecidedByConfiguration, resource, Gap::InternetThroughOnPremises);
        }
        let Some(mut parcel) = private else { return };
        let assumption = Assumption::OnPremisesBehindTransitGateway { attachment: attachment.id.clone() };
        parcel.assumptions.push(assumption);
        self.hop(&mut parcel, place, Decision::Passed);
        self.turn(&mut parcel);
        self.come_in(parcel, Passage { attachment, zone: None });
    }
}

fn place_of(attachment: &TransitGatewayAttachmentId, direction: Direction) -> Place {
    Place::TransitGatewayAttachment { attachment: attachment.clone(), direction }
}
