//! Networks on premises as sources: by which virtual private gateway or attachment of a transit gateway packets come in, and
//! where the replies go (VP-1 to VP-5, TG-2).
//!
//! Leaves out what a network on premises does itself: that it sends by an entrance which AWS's routes tell of is an assumption.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use deguchi_model::{
    AttachmentState, RouteDestination, RouteState, RouteTarget, TransitGatewayAssociation, TransitGatewayAttachment,
    TransitGatewayAttachmentEnd, VpcId, VpnGatewayId,
};

use super::{End, Parcel, Session, SessionPlace, Walk, boundary::local_ranges, transit_gateway::Passage};
use crate::{
    AddressSet, Assumption,
    answer::{Decision, Place},
    index::Holder,
    reason::{Code, Gap, Resource},
    transit_route::is_in_force,
};

/// Where packets from on premises come into AWS.
#[derive(Clone, Copy)]
pub(super) enum Entrance<'n> {
    /// A virtual private gateway of a VPC.
    VpnGateway { gateway: &'n VpnGatewayId, vpc: &'n VpcId },
    /// An attachment of a transit gateway: a VPN connection or Direct Connect.
    Attachment(&'n TransitGatewayAttachment),
    /// None that the snapshot has.
    Unknown,
}

impl Entrance<'_> {
    fn resource(self) -> Resource {
        match self {
            Self::VpnGateway { gateway, .. } => Resource::VpnGateway(gateway.clone()),
            Self::Attachment(attachment) => Resource::TransitGatewayAttachment(attachment.id.clone()),
            Self::Unknown => Resource::Other(String::from("on-premises")),
        }
    }

    fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::VpnGateway { gateway, vpc }, Self::VpnGateway { gateway: there, vpc: of }) => {
                (gateway, vpc) == (there, of)
            }
            (Self::Attachment(one), Self::Attachment(other)) => {
                (&one.transit_gateway, &one.id) == (&other.transit_gateway, &other.id)
            }
            (Self::Unknown, Self::Unknown) => true,
            _ => false,
        }
    }
}

/// An entrance, with what is known about its use.
struct Candidate<'n> {
    entrance: Entrance<'n>,
    /// What it leads to.
    destinations: AddressSet,
    /// What routes of AWS tell to be behind it.
    sources: AddressSet,
}

/// An entrance that leads to the packets' destination, and whether their source is known to be behind it.
type Chosen<'n> = Vec<(Entrance<'n>, bool)>;

impl<'n> Walk<'_, 'n> {
    /// Starts a query in a network on premises.
    pub(super) fn start_on_premises(&mut self, parcel: Parcel<'n>) {
        let source = parcel.header.source.values(self.space, parcel.packets);
        let wanted = parcel.header.destination.values(self.space, parcel.packets);
        let is_ipv6 = |addresses: &AddressSet| addresses.first().is_some_and(|address| address.is_ipv6());
        if is_ipv6(&source) != is_ipv6(&wanted) {
            let resource = Resource::Other(String::from("on-premises"));
            let mut parcel = parcel;
            let finding = super::Finding::new(Code::NoAddressOfFamily, resource, crate::reason::Evidence::Nothing);
            self.stop(&mut parcel, finding);
            return self.finish(parcel, End::Stopped);
        }
        let candidates = self.candidates();
        self.split_by_entrance(parcel, &candidates, Vec::new());
    }

    /// Splits packets by the entrances that lead to their destination, and that their source is known to be behind.
    fn split_by_entrance(&mut self, parcel: Parcel<'n>, rest: &[Candidate<'n>], chosen: Chosen<'n>) {
        let Some((candidate, rest)) = rest.split_first() else { return self.enter_by_any(parcel, &chosen) };
        let destination = parcel.header.destination;
        let (there, elsewhere) = self.split(parcel, destination, candidate.destinations.ranges());
        if let Some(parcel) = elsewhere {
            self.split_by_entrance(parcel, rest, chosen.clone());
        }
        let Some(parcel) = there else { return };
        let source = parcel.header.source;
        let (known, unknown) = self.split(parcel, source, candidate.sources.ranges());
        for (parcel, is_known) in [(known, true), (unknown, false)] {
            if let Some(parcel) = parcel {
                let mut chosen = chosen.clone();
                chosen.push((candidate.entrance, is_known));
                self.split_by_entrance(parcel, rest, chosen);
            }
        }
    }

    /// Lets packets in by the entrances that their source is known to be behind, else by any: where several are left, what
    /// all come to is certain (VP-5).
    fn enter_by_any(&mut self, parcel: Parcel<'n>, chosen: &Chosen<'n>) {
        let mut entrances: Vec<Entrance<'n>> = chosen.iter().filter(|(_, is_known)| *is_known).map(|it| it.0).collect();
        if entrances.is_empty() {
            entrances = chosen.iter().map(|(entrance, _)| *entrance).collect();
        }
        if entrances.is_empty() {
            // No route leads on from them: the answer says so.
            entrances = self.attachments_on_premises().map(Entrance::Attachment).collect();
        }
        let Some(first) = entrances.first().copied() else { return self.enter_by_nobody_knows(parcel) };
        let names = entrances.iter().map(|entrance| entrance.resource().to_string()).collect();
        let question = (Code::NotDecidedByConfiguration, first.resource(), Gap::OnPremisesEntrance(names));
        self.under_each(parcel, question, &entrances, Self::enter_by);
    }

    fn enter_by(&mut self, mut parcel: Parcel<'n>, entrance: Entrance<'n>) {
        let place = SessionPlace::OnPremises(entrance);
        parcel.sessions.push(Session { place, before: parcel.header, mapping: parcel.mapping });
        parcel.assumptions.push(Assumption::OnPremisesSends { entrance: entrance.resource().to_string() });
        match entrance {
            Entrance::VpnGateway { gateway, vpc } => {
                let known = self.index.network.vpn_gateways.get(gateway);
                let resource = entrance.resource();
                self.judge_gateway(&mut parcel, &resource, known.map(|gateway| gateway.attachment_to(vpc)));
                let Some(mut parcel) = self.take_ipv6(parcel, gateway) else { return };
                self.hop(&mut parcel, Place::VpnGateway(gateway.clone()), Decision::Passed);
                for parcel in self.pass_edge_table(parcel, gateway.as_str(), vpc) {
                    self.deliver_local(parcel, vpc, None);
                }
            }
            Entrance::Attachment(attachment) => {
                self.judge_vpn_connection(&mut parcel, attachment);
                self.come_in(parcel, Passage { attachment, zone: None });
            }
            Entrance::Unknown => self.finish(parcel, End::Stopped),
        }
    }

    /// No entrance is in the snapshot: whichever it is, the groups of whoever has the destination judge the request, and the
    /// reply needs a route.
    fn enter_by_nobody_knows(&mut self, mut parcel: Parcel<'n>) {
        let place = SessionPlace::OnPremises(Entrance::Unknown);
        parcel.sessions.push(Session { place, before: parcel.header, mapping: parcel.mapping });
        let vpcs: Vec<&'n deguchi_model::Vpc> = self.index.network.vpcs.values().collect();
        let mut left = Some(parcel);
        for vpc in vpcs {
            let Some(parcel) = left.take() else { return };
            let destination = parcel.header.destination;
            let (inside, outside) = self.split(parcel, destination, &local_ranges(vpc));
            left = outside;
            let Some(mut parcel) = inside else { continue };
            let gap = Gap::OnPremisesEntrance(Vec::new());
            self.lack(&mut parcel, Code::Missing, Resource::Vpc(vpc.id.clone()), gap);
            self.arrive_without_acl(parcel, &vpc.id);
        }
        if let Some(parcel) = left {
            let resource = Resource::Other(String::from("on-premises"));
            self.give_up(parcel, Code::Missing, resource, Gap::OnPremisesEntrance(Vec::new()));
        }
    }

    /// Brings packets to whoever has their destination, past no ACL: by a transit gateway's subnet they may meet none (PW-10).
    fn arrive_without_acl(&mut self, parcel: Parcel<'n>, vpc: &'n VpcId) {
        let destination = parcel.header.destination;
        let mut left = parcel.packets;
        for &(first, last) in destination.values(self.space, parcel.packets).ranges() {
            let holders: Vec<_> = self.index.holders_between(vpc, first, last).collect();
            for (place, holder) in holders {
                let set = destination.within(self.space, &[(place, place)]);
                let Some(parcel) = self.part(&parcel, set) else { continue };
                left = self.space.minus(left, parcel.packets);
                let subnet = match holder {
                    Holder::Interface(interface) => Some(&interface.subnet),
                    Holder::NatGateway(nat) => self.subnet_of_nat_gateway(nat, place),
                };
                self.deliver_to(parcel, holder, place, subnet);
            }
        }
        if let Some(parcel) = self.part(&parcel, left) {
            self.deliver_to_nobody(parcel, vpc);
        }
    }

    /// A reply is on premises again: at the network that asked, by the way that it asked or by another.
    pub(super) fn arrive_on_premises(&mut self, mut parcel: Parcel<'n>, asked: Entrance<'n>, here: Entrance<'n>) {
        if !asked.is_same(here) && !matches!(asked, Entrance::Unknown) {
            let gap = Gap::OnPremisesReturn(asked.resource().to_string());
            self.lack(&mut parcel, Code::NotDecidedByConfiguration, here.resource(), gap);
        }
        self.finish(parcel, End::Answered);
    }

    /// Every entrance that the snapshot tells of.
    fn candidates(&self) -> Vec<Candidate<'n>> {
        let by_gateway = self.vpn_gateways_with_vpcs().into_iter().filter_map(|(gateway, vpc)| {
            let ranges = self.index.network.vpcs.get(vpc).map(local_ranges)?;
            Some(Candidate {
                entrance: Entrance::VpnGateway { gateway, vpc },
                destinations: AddressSet::from_ranges(ranges),
                sources: self.sources_behind_gateway(gateway, vpc),
            })
        });
        let by_attachment = self.attachments_on_premises().filter_map(|attachment| {
            Some(Candidate {
                entrance: Entrance::Attachment(attachment),
                destinations: self.destinations_from(attachment)?,
                sources: self.sources_behind_attachment(attachment),
            })
        });
        by_gateway.chain(by_attachment).collect()
    }

    /// Virtual private gateways with the VPCs they are attached to; one that the snapshot lacks is attached where an active
    /// route leads to it (RT-14).
    fn vpn_gateways_with_vpcs(&self) -> Vec<(&'n VpnGatewayId, &'n VpcId)> {
        let network = self.index.network;
        let is_attached = |it: &&deguchi_model::Attachment| it.state == AttachmentState::Attached;
        let listed = network.vpn_gateways.values().flat_map(|gateway| {
            gateway.attachments.iter().filter(is_attached).map(move |attachment| (&gateway.id, &attachment.vpc))
        });
        let routed = network.route_tables.values().flat_map(|table| {
            table.routes.iter().filter(|route| route.state == RouteState::Active).filter_map(move |route| match &route
                .target
            {
                RouteTarget::VpnGateway(id) if !network.vpn_gateways.contains_key(id) => Some((id, &table.vpc)),
                _ => None,
            })
        });
        let mut all: Vec<_> = listed.chain(routed).collect();
        all.sort();
        all.dedup();
        all
    }

    fn attachments_on_premises(&self) -> impl Iterator<Item = &'n TransitGatewayAttachment> + use<'n> {
        self.index.network.transit_gateway_attachments.values().filter(|attachment| {
            let is_on_premises = matches!(
                attachment.end,
                TransitGatewayAttachmentEnd::VpnConnection(_) | TransitGatewayAttachmentEnd::DirectConnect(_)
            );
            is_on_premises && is_in_force(attachment)
        })
    }

    /// What the VPC's tables, and static routes of VPN connections, say is behind a gateway.
    fn sources_behind_gateway(&self, gateway: &VpnGatewayId, vpc: &VpcId) -> AddressSet {
        let network = self.index.network;
        let tables = network.route_tables.values().filter(|table| table.vpc == *vpc);
        let routes = tables.flat_map(|table| &table.routes).filter(|route| {
            route.state == RouteState::Active && route.target == RouteTarget::VpnGateway(gateway.clone())
        });
        let routed = routes.filter_map(|route| match &route.destination {
            RouteDestination::Cidr(cidr) => Some(cidr),
            RouteDestination::PrefixList(_) | RouteDestination::Unmodelled(_) => None,
        });
        let connections = network.vpn_connections.values();
        let own = connections.filter(|it| it.vpn_gateway.as_ref() == Some(gateway) && it.state != "deleted");
        AddressSet::from_cidrs(routed.chain(own.flat_map(|connection| &connection.static_routes)))
    }

    /// What the transit gateway's tables, and static routes of the VPN connection, say is behind an attachment.
    fn sources_behind_attachment(&self, attachment: &TransitGatewayAttachment) -> AddressSet {
        let network = self.index.network;
        let tables = network.transit_gateway_route_tables.values();
        let own = tables.filter(|table| table.transit_gateway == attachment.transit_gateway);
        let routes = own
            .flat_map(|table| &table.routes)
            .filter(|route| route.state == RouteState::Active && route.attachments.contains(&attachment.id));
        let connection = match &attachment.end {
            TransitGatewayAttachmentEnd::VpnConnection(id) => network.vpn_connections.get(id),
            _ => None,
        };
        let of_connection = connection.into_iter().flat_map(|connection| &connection.static_routes);
        AddressSet::from_cidrs(routes.map(|route| &route.destination).chain(of_connection))
    }

    /// What the associated table leads to from an attachment; everything where that is not known, `None` where it leads nowhere.
    fn destinations_from(&self, attachment: &TransitGatewayAttachment) -> Option<AddressSet> {
        let everything = || Some(AddressSet::every_ipv4().union(&AddressSet::every_ipv6()));
        match &attachment.association {
            TransitGatewayAssociation::Unknown => everything(),
            TransitGatewayAssociation::None => None,
            TransitGatewayAssociation::Table(id) => match self.index.network.transit_gateway_route_tables.get(id) {
                Some(table) if table.gaps.is_empty() => {
                    let active = table.routes.iter().filter(|route| route.state == RouteState::Active);
                    Some(AddressSet::from_cidrs(active.map(|route| &route.destination)))
                }
                Some(_) | None => everything(),
            },
        }
    }
}
