//! What could cure one reason: every list of changes that is worth trying, each tried and solved again by the search.

use alloc::{vec, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{InstanceId, Network, NetworkInterface, VpcId};

use super::{
    exit::{Departure, Exit, FirstLookup},
    filter::{open_network_acl, open_security_group},
    policy,
    routing::{Detour, attach, detours, needed_prefixes, repair},
};
use crate::{
    Query,
    answer::{Answer, Place},
    change::{Change, DnsAttribute, free_id, stand_in_address},
    reason::{Code, Evidence, Heading, Reason, Resource},
};

/// Changes that belong together and may cure one reason.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Proposal {
    pub(super) changes: Vec<Change>,
}

impl Proposal {
    fn of(change: Change) -> Self {
        Self { changes: vec![change] }
    }
}

/// Returns what could cure a reason; nothing where no change to the network does.
pub(super) fn cures(
    network: &Network,
    query: &Query,
    answer: &Answer,
    reason: &Reason,
    departure: Option<Departure<'_>>,
) -> Vec<Proposal> {
    match reason.code {
        Code::SecurityGroupRulesMismatch | Code::SecurityGroupHasNoRules => {
            open_security_group(network, query, answer, reason)
        }
        Code::NetworkAclRestriction => open_network_acl(network, answer, reason),
        Code::NoRoute | Code::BadStateRoute | Code::RoutingLoop | Code::ReturnByAnotherWay => {
            let is_first = reason.heading == Heading::Forward
                && reason.leg == 1
                && departure.is_some_and(|it| reason.subnet.as_ref() == Some(&it.interface.subnet));
            let mut proposals = repair(network, query, answer, reason);
            if is_first {
                // Which exit the client's own table leads to is the search's choice: only its revival is a cure here.
                proposals.retain(|proposal| {
                    let revives = |change: &Change| {
                        matches!(change, Change::AttachInternetGateway { .. } | Change::StartInstance { .. })
                    };
                    proposal.changes.iter().all(revives)
                });
            }
            proposals
        }
        Code::DnsSupportOff => enable_dns(network, reason).into_iter().map(Proposal::of).collect(),
        Code::BadState => start(network, reason).into_iter().map(Proposal::of).collect(),
        Code::BadStateAttachment => {
            attach_where_it_is_met(network, answer, reason).into_iter().map(Proposal::of).collect()
        }
        Code::InternetGatewayNeedsPublicAddress => {
            associate_address(network, reason).into_iter().map(Proposal::of).collect()
        }
        Code::SourceDestinationCheck => let_forward(network, reason).into_iter().map(Proposal::of).collect(),
        Code::EndpointPolicy | Code::AccessDenied => {
            policy::allow(network, query, reason).into_iter().map(Proposal::of).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns what could bring packets to an exit that the client's own table does not lead to.
pub(super) fn steer(network: &Network, query: &Query, lookup: &FirstLookup, exit: &Exit) -> Vec<Proposal> {
    let astray = lookup.winners.iter().flatten().filter(|route| !exit.is_target_of(network, route));
    let detour = Detour {
        subnet: Some(&lookup.subnet),
        table: &lookup.table,
        winners: astray.collect(),
        needed: needed_prefixes(query, &query.destination.addresses),
        target: exit.target(),
    };
    detours(network, &detour)
}

/// Whether every packet's first route leads to an exit.
pub(super) fn is_on_course(network: &Network, lookup: &FirstLookup, exit: &Exit) -> bool {
    lookup.winners.iter().all(|winner| winner.as_ref().is_some_and(|route| exit.is_target_of(network, route)))
}

fn enable_dns(network: &Network, reason: &Reason) -> Option<Change> {
    let Resource::Vpc(vpc) = &reason.resource else { return None };
    let is_known = network.vpcs.contains_key(vpc);
    is_known.then(|| Change::EnableVpcDns { vpc: vpc.clone(), attribute: DnsAttribute::Support })
}

fn start(network: &Network, reason: &Reason) -> Option<Change> {
    let (Resource::Instance(id), Evidence::State(state)) = (&reason.resource, &reason.evidence) else { return None };
    let can_start = matches!(state.as_str(), "stopped" | "stopping") && network.instances.contains_key(id);
    can_start.then(|| Change::StartInstance { instance: id.clone() })
}

fn attach_where_it_is_met(network: &Network, answer: &Answer, reason: &Reason) -> Option<Change> {
    let Resource::InternetGateway(id) = &reason.resource else { return None };
    let mut hops = answer.ways.iter().flat_map(|way| &way.hops);
    let vpc: VpcId = hops.find_map(|hop| match &hop.place {
        Place::InternetGateway { internet_gateway, vpc } if internet_gateway == id => Some(vpc.clone()),
        _ => None,
    })?;
    attach(network, id, &vpc)
}

/// An Elastic IP for the interface that has the address; a NAT gateway gets none later than at its creation.
fn associate_address(network: &Network, reason: &Reason) -> Option<Change> {
    let Evidence::NoPublicAddress(IpAddr::V4(private)) = reason.evidence else { return None };
    let interface = match &reason.resource {
        Resource::NetworkInterface(id) => network.network_interfaces.get(id)?,
        Resource::Instance(id) => interface_of(network, id, private.into())?,
        _ => return None,
    };
    let id = free_id("eipalloc", |id| network.elastic_ips.contains_key(id));
    Some(Change::AssociateElasticIp {
        elastic_ip: deguchi_model::ElasticIpId::new(&id),
        public: stand_in_address(network),
        interface: interface.id.clone(),
        private,
    })
}

fn interface_of<'n>(network: &'n Network, instance: &InstanceId, address: IpAddr) -> Option<&'n NetworkInterface> {
    let own = network.instances.get(instance)?.interfaces.iter();
    own.filter_map(|own| network.network_interfaces.get(&own.interface))
        .find(|interface| interface.has_address(address))
}

fn let_forward(network: &Network, reason: &Reason) -> Option<Change> {
    let Evidence::State(id) = &reason.evidence else { return None };
    let interface = network.network_interfaces.get(id.as_str())?;
    Some(Change::DisableSourceDestinationCheck { interface: interface.id.clone() })
}
