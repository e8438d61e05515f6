//! The items about the NAT: where it stands, whether the subnet leads to it, whether it works.

use deguchi_engine::{AddressSet, Assumption, Code, Evidence, Place, Resource, SubnetKind, Verdict, classify_subnet};
use deguchi_model::{
    Connectivity, Instance, InterfaceKind, IpNet, NatGateway, NatGatewayPlacement, NatGatewayState, Network,
    NetworkInterface, NetworkInterfaceId, RouteDestination, RouteState, RouteTarget, SourceDestinationCheck, SubnetId,
};

use super::{
    Checked, Finding, Status,
    bench::{Bench, Nat},
    filters::undecided,
};
use crate::question::state_of;

/// `nat-is-placed-public`: the NAT stands in a subnet that leads to an attached internet gateway.
pub(super) fn is_placed_public(bench: &Bench<'_>) -> Vec<Checked> {
    let nats = bench.nats();
    if bench.goes_out_directly() {
        return vec![direct(bench)];
    }
    if nats.is_empty() {
        let vpc = bench.machine.interface.vpc.to_string();
        return vec![Checked::new(Status::NotApplicable, Finding::NoNat { vpc })];
    }
    nats.into_iter()
        .map(|nat| match nat {
            Nat::Gateway(gateway) => gateway_place(bench.network, gateway),
            Nat::Instance(instance, interface) => {
                let subnet = &outgoing(bench.network, instance, interface).subnet;
                place(bench.network, instance.id.as_str(), subnet)
            }
            Nat::Missing(nat) => Checked::new(Status::Unknown, Finding::NatMissing { nat }),
        })
        .collect()
}

fn direct(bench: &Bench<'_>) -> Checked {
    let table = bench.table.map_or_else(String::new, |table| table.id.to_string());
    let target = bench.default_route.map_or_else(String::new, |route| route.target.to_string());
    Checked::new(Status::NotApplicable, Finding::GoesOutDirectly { table, target })
}

fn gateway_place(network: &Network, gateway: &NatGateway) -> Checked {
    let nat = gateway.id.to_string();
    match &gateway.placement {
        NatGatewayPlacement::Zonal(subnet) => place(network, &nat, subnet),
        NatGatewayPlacement::Regional { route_table, .. } => {
            let Some(table) = route_table.as_ref().and_then(|id| network.route_tables.get(id)) else {
                return Checked::new(Status::Unknown, Finding::NatPlaceUnknown { nat });
            };
            let leads_out = table.routes.iter().find(|route| {
                let is_default = matches!(&route.destination, RouteDestination::Cidr(cidr) if cidr.prefix_len() == 0);
                is_default
                    && matches!(route.target, RouteTarget::InternetGateway(_))
                    && route.state == RouteState::Active
            });
            let table = table.id.to_string();
            match leads_out {
                Some(route) => {
                    let target = route.target.to_string();
                    Checked::new(Status::Pass, Finding::RegionalNatLeadsOut { nat, table, target })
                }
                None => Checked::new(Status::Fail, Finding::RegionalNatLeadsNowhere { nat, table }),
            }
        }
        NatGatewayPlacement::Unknown => Checked::new(Status::Unknown, Finding::NatPlaceUnknown { nat }),
    }
}

/// Judges a NAT by the subnet it stands in.
fn place(network: &Network, nat: &str, subnet: &SubnetId) -> Checked {
    let nat = nat.to_owned();
    let classified = network.subnets.get(subnet).map(|subnet| classify_subnet(network, subnet));
    let Some((classified, (table, _))) = classified.and_then(|of| of.table.map(|table| (of, table))) else {
        return Checked::new(Status::Unknown, Finding::NatPlaceUnknown { nat });
    };
    let (subnet, table) = (subnet.to_string(), table.to_string());
    match classified.ipv4.or(classified.ipv6).unwrap_or(SubnetKind::Unknown) {
        SubnetKind::Public => {
            let target = classified.ipv4_route.map_or_else(String::new, |route| route.target.to_string());
            Checked::new(Status::Pass, Finding::NatInPublicSubnet { nat, subnet, table, target })
        }
        SubnetKind::Unknown => Checked::new(Status::Unknown, Finding::NatPlaceUnknown { nat }),
        kind => Checked::new(Status::Fail, Finding::NatNotInPublicSubnet { nat, subnet, table, kind }),
    }
}

/// The interface that a NAT instance leads out by: the one with a public address, else the one that is routed to.
fn outgoing<'n>(network: &'n Network, instance: &Instance, routed: &'n NetworkInterface) -> &'n NetworkInterface {
    let has_public = |interface: &&NetworkInterface| interface.addresses.iter().any(|address| address.public.is_some());
    let own = instance.interfaces.iter().filter_map(|each| network.network_interfaces.get(&each.interface));
    if has_public(&routed) { routed } else { own.into_iter().find(has_public).unwrap_or(routed) }
}

/// `subnet-routes-to-nat`: the machine's subnet has a default route to the NAT, and no longer prefix takes it away.
pub(super) fn subnet_routes_to_nat(bench: &Bench<'_>) -> Vec<Checked> {
    if bench.goes_out_directly() {
        return vec![direct(bench)];
    }
    let Some(table) = bench.table else {
        let subnet = bench.machine.interface.subnet.to_string();
        return vec![Checked::new(Status::Unknown, Finding::TableMissing { subnet })];
    };
    let table_id = table.id.to_string();
    let Some(route) = bench.default_route else {
        return vec![Checked::new(Status::Fail, Finding::NoDefaultRoute { table: table_id })];
    };
    let target = route.target.to_string();
    let mut found = vec![match bench.kind {
        SubnetKind::Protected => {
            Checked::new(Status::Pass, Finding::DefaultRouteToNat { table: table_id.clone(), target })
        }
        SubnetKind::Blackhole => {
            Checked::new(Status::Fail, Finding::BlackholeRoute { table: table_id.clone(), target })
        }
        kind => elsewhere(bench, &table_id, target, kind),
    }];
    if found.iter().any(|checked| checked.status == Status::Unknown) {
        found.extend(undecided(&bench.https));
    }
    let public = AddressSet::public_ipv4();
    for other in &table.routes {
        let RouteDestination::Cidr(cidr @ IpNet::V4(_)) = &other.destination else { continue };
        let takes_away = cidr.prefix_len() > 0
            && other.target != route.target
            && other.target != RouteTarget::Local
            && !AddressSet::from_cidrs([cidr]).intersection(&public).is_empty();
        if takes_away {
            // Packets that get out all the same, by another VPC or an appliance, are only said.
            let gets_out = bench.https.is(Verdict::Reachable);
            found.push(Checked::new(
                if gets_out { Status::NotApplicable } else { Status::Fail },
                Finding::MoreSpecificRoute {
                    table: table_id.clone(),
                    destination: other.destination.to_string(),
                    target: other.target.to_string(),
                },
            ));
        }
    }
    found
}

/// A default route to what is no NAT of this VPC: in order where HTTPS gets out behind it, by the NAT of another VPC or of
/// one's own premises (TG-5).
fn elsewhere(bench: &Bench<'_>, table: &str, target: String, kind: SubnetKind) -> Checked {
    let table = table.to_owned();
    if bench.https.is(Verdict::Reachable) {
        return Checked::new(Status::Pass, Finding::DefaultRouteLeadsOn { table, target, kind });
    }
    let is_undecided = bench.https.answers.iter().any(|answer| answer.verdict == Verdict::Undecided);
    let status = if is_undecided { Status::Unknown } else { Status::Fail };
    Checked::new(status, Finding::DefaultRouteElsewhere { table, target, kind })
}

/// `nat-is-healthy`: the NAT works.
pub(super) fn is_healthy(bench: &Bench<'_>) -> Vec<Checked> {
    if bench.goes_out_directly() {
        return vec![direct(bench)];
    }
    let nats = bench.nats();
    if nats.is_empty() {
        let vpc = bench.machine.interface.vpc.to_string();
        return vec![Checked::new(Status::NotApplicable, Finding::NoNat { vpc })];
    }
    nats.into_iter()
        .flat_map(|nat| match nat {
            Nat::Gateway(gateway) => gateway_health(bench, gateway),
            Nat::Instance(instance, interface) => instance_health(bench, instance, interface),
            Nat::Missing(nat) => vec![Checked::new(Status::Unknown, Finding::NatMissing { nat })],
        })
        .collect()
}

fn gateway_health(bench: &Bench<'_>, gateway: &NatGateway) -> Vec<Checked> {
    let nat = gateway.id.to_string();
    let not_available = |state: &str, why: Option<String>| {
        Checked::new(Status::Fail, Finding::NatGatewayNotAvailable { nat: nat.clone(), state: state.to_owned(), why })
    };
    let usable = gateway.addresses.iter().filter(|address| address.is_usable);
    let addresses: Vec<String> = usable.filter_map(|address| address.public).map(|public| public.to_string()).collect();
    let has_address = !addresses.is_empty();
    let mut found = vec![match &gateway.state {
        NatGatewayState::Available => {
            Checked::new(Status::Pass, Finding::NatGatewayAvailable { nat: nat.clone(), addresses })
        }
        NatGatewayState::Pending => not_available("pending", None),
        NatGatewayState::Failed(failure) => {
            not_available("failed", failure.as_ref().map(|failure| failure.code.clone()))
        }
        NatGatewayState::Deleting => not_available("deleting", None),
        NatGatewayState::Deleted => not_available("deleted", None),
        NatGatewayState::Unmodelled(_) => {
            Checked::new(Status::Unknown, Finding::NatGatewayStateUnknown { nat: nat.clone() })
        }
    }];
    match gateway.connectivity {
        Connectivity::Private => {
            found.push(Checked::new(Status::Fail, Finding::NatGatewayPrivate { nat: nat.clone() }))
        }
        Connectivity::Public if !has_address && gateway.state == NatGatewayState::Available => {
            found.push(Checked::new(Status::Fail, Finding::NatGatewayWithoutAddress { nat: nat.clone() }));
        }
        Connectivity::Public => {}
    }
    if let (NatGatewayPlacement::Zonal(subnet), Some(table)) = (&gateway.placement, bench.table) {
        let own = bench.network.subnets.get(subnet).map(|subnet| classify_subnet(bench.network, subnet));
        let is_shared = own.and_then(|of| of.table).is_some_and(|(id, _)| *id == table.id);
        if is_shared && bench.routed_nat().is_some() {
            let table = table.id.to_string();
            found.push(Checked::new(Status::Fail, Finding::NatGatewaySharesTable { nat, table }));
        }
    }
    found
}

fn instance_health(bench: &Bench<'_>, instance: &Instance, interface: &NetworkInterface) -> Vec<Checked> {
    let id = instance.id.to_string();
    let state = state_of(instance);
    let status = match state.as_deref() {
        Some("running") => Status::Pass,
        Some(_) => Status::Fail,
        None => Status::Unknown,
    };
    let mut found = vec![Checked::new(status, Finding::NatInstanceState { instance: id.clone(), state })];
    let check = interface.source_destination_check;
    let status = match check {
        SourceDestinationCheck::Off => Status::Pass,
        SourceDestinationCheck::On => Status::Fail,
        SourceDestinationCheck::Unknown => Status::Unknown,
    };
    found.push(Checked::new(status, Finding::NatInstanceCheck { interface: interface.id.to_string(), check }));
    let out = outgoing(bench.network, instance, interface);
    let address = out.addresses.iter().find_map(|address| address.public).map(|public| public.to_string());
    let status = if address.is_some() { Status::Pass } else { Status::Fail };
    found.push(Checked::new(status, Finding::NatInstanceAddress { instance: id, address }));
    found.extend(group_blockers(bench, instance));
    if interface.kind == InterfaceKind::Ordinary {
        found.extend(guest(bench, instance));
    }
    found
}

/// What a probe saw in the NAT instance's guest; assumed where there is none (NI-4).
fn guest(bench: &Bench<'_>, instance: &Instance) -> Vec<Checked> {
    let id = instance.id.to_string();
    let asked = bench.https.label.clone();
    let is_guest = |code: Code| {
        matches!(code, Code::NatInstanceForwardingOff | Code::NatInstanceMasquerade | Code::NatInstanceFirewall)
    };
    let blockers = bench.https.blockers(bench.network).into_iter();
    let mut found: Vec<Checked> = blockers
        .filter(|blocker| {
            is_guest(blocker.reason.code) && blocker.reason.resource == Resource::Instance(instance.id.clone())
        })
        .map(|blocker| {
            Checked::new(Status::Fail, Finding::Blocked { asked: asked.clone(), blocker: Box::new(blocker) })
        })
        .collect();
    let is_assumed = |assumption: &Assumption| matches!(assumption, Assumption::NatInstanceForwards { instance: of, .. } if *of == instance.id);
    let is_met = bench
        .https
        .answers
        .iter()
        .flat_map(|answer| &answer.ways)
        .flat_map(|way| &way.hops)
        .any(|hop| matches!(&hop.place, Place::NatInstance(of) if *of == instance.id));
    if found.is_empty() {
        let is_seen = bench.network.guests.contains_key(&instance.id)
            && is_met
            && !bench.https.answers.iter().any(|answer| answer.assumptions.iter().any(is_assumed));
        found.push(if is_seen {
            Checked::new(Status::Pass, Finding::NatInstanceGuestSeen { instance: id })
        } else {
            Checked::new(Status::NotApplicable, Finding::NatInstanceGuestAssumed { instance: id })
        });
    }
    found
}

/// What the NAT instance's own groups stop of HTTPS.
fn group_blockers(bench: &Bench<'_>, instance: &Instance) -> Vec<Checked> {
    let own = |resource: &Resource, evidence: &Evidence| {
        let of_interface = |id: &NetworkInterfaceId| instance.interfaces.iter().any(|each| each.interface == *id);
        match (resource, evidence) {
            (_, Evidence::NoSecurityGroupRule { interface, .. }) => of_interface(interface),
            (Resource::NetworkInterface(id), _) => of_interface(id),
            _ => false,
        }
    };
    let blockers = bench.https.blockers(bench.network).into_iter().filter(|blocker| {
        let is_group = matches!(blocker.reason.code, Code::SecurityGroupRulesMismatch | Code::SecurityGroupHasNoRules);
        is_group && own(&blocker.reason.resource, &blocker.reason.evidence)
    });
    let asked = bench.https.label.clone();
    blockers
        .map(|blocker| {
            Checked::new(Status::Fail, Finding::Blocked { asked: asked.clone(), blocker: Box::new(blocker) })
        })
        .collect()
}
