//! Which targets of a load balancer take part, and where they are (LB-3 to LB-5).

use alloc::{format, string::String, string::ToString, vec, vec::Vec};
use core::net::IpAddr;

use deguchi_model::{
    AvailabilityZone, LoadBalancer, LoadBalancerKind, Target, TargetGroup, TargetHealth, TargetId, TargetKind,
};

use super::{
    Parcel, Walk,
    load_balancer::{Listed, Node},
};
use crate::reason::Code;

/// The targets that get connections, each with its port.
#[derive(Clone, PartialEq)]
pub(super) enum Usable<'n> {
    /// Those that are healthy.
    Targets(Vec<(&'n Target, u16)>),
    /// None is healthy yet; these may become so.
    Pending(Vec<(&'n Target, u16)>),
    /// The snapshot does not say whether these take part.
    NotTold(Vec<(&'n Target, u16)>),
    /// None is healthy, so all get connections (LB-3).
    AllUnhealthy(Vec<(&'n Target, u16)>),
    /// None, and why; with what there is.
    None(Code, Listed),
}

/// Whether nodes send to targets in other zones (LB-5); where the snapshot does not say, both, the default first.
pub(super) fn readings_of_cross_zone(load_balancer: &LoadBalancer, group: &TargetGroup) -> Vec<bool> {
    let own = match load_balancer.kind {
        // Application load balancers do, unless a target group says otherwise.
        LoadBalancerKind::Application => Some(true),
        LoadBalancerKind::Network | LoadBalancerKind::Classic | LoadBalancerKind::Unmodelled(_) => {
            load_balancer.cross_zone
        }
    };
    group.cross_zone.or(own).map_or_else(|| vec![false, true], |known| vec![known])
}

/// Whether a target sees the client's address (LB-4); where the snapshot does not say, both, the default first.
pub(super) fn readings_of_source(load_balancer: &LoadBalancer, group: &TargetGroup) -> Vec<bool> {
    if load_balancer.kind != LoadBalancerKind::Network {
        return vec![false];
    }
    let is_udp = group.protocol.as_deref().is_some_and(|protocol| protocol.contains("UDP"));
    if is_udp || group.kind == TargetKind::LoadBalancer {
        return vec![true];
    }
    let default = group.kind == TargetKind::Instance;
    group.preserves_client_address.map_or_else(|| vec![default, !default], |known| vec![known])
}

/// A target as an answer names it.
pub(super) fn name_of(id: &TargetId) -> String {
    match id {
        TargetId::Instance(id) => id.to_string(),
        TargetId::Address(address) => address.to_string(),
        TargetId::LoadBalancer(id) => id.to_string(),
        TargetId::Other(id) => id.clone(),
    }
}

/// A target with its health, as an answer lists it.
fn described(target: &Target, zone: Option<&AvailabilityZone>) -> String {
    let name = name_of(&target.id);
    let zone = zone.map_or_else(String::new, |zone| format!(" ({zone})"));
    match &target.health {
        TargetHealth::Healthy | TargetHealth::Unknown => format!("{name}{zone}"),
        TargetHealth::Initial => format!("{name}{zone} initial"),
        TargetHealth::Unhealthy(why) | TargetHealth::NotInUse(why) => format!("{name}{zone} {why}"),
    }
}

impl<'n> Walk<'_, 'n> {
    /// The targets of a group that a node sends to.
    pub(super) fn usable_targets(
        &self,
        node: Node<'n>,
        group: &'n TargetGroup,
        targets: &'n [Target],
        cross_zone: bool,
    ) -> Usable<'n> {
        let zoned: Vec<(&'n Target, Option<&'n AvailabilityZone>)> =
            targets.iter().map(|target| (target, self.zone_of(target))).collect();
        let listed = |of: &[(&'n Target, Option<&'n AvailabilityZone>)]| -> Listed {
            of.iter().map(|(target, zone)| described(target, *zone)).collect()
        };
        if zoned.is_empty() {
            return Usable::None(Code::ListenerHasNoTargets, Vec::new());
        }
        let enabled: Vec<&AvailabilityZone> =
            node.load_balancer.zones.iter().filter_map(|zone| zone.zone.as_ref()).collect();
        let is_enabled =
            |zone: Option<&AvailabilityZone>| enabled.is_empty() || zone.is_none_or(|zone| enabled.contains(&zone));
        let in_zones: Vec<_> = zoned.iter().copied().filter(|(_, zone)| is_enabled(*zone)).collect();
        if in_zones.is_empty() {
            return Usable::None(Code::TargetsInOtherZones, listed(&zoned));
        }
        let own = node
            .interface
            .availability_zone
            .as_ref()
            .or_else(|| self.subnet(&node.interface.subnet).and_then(|subnet| subnet.availability_zone.as_ref()));
        let is_near = |zone: Option<&AvailabilityZone>| cross_zone || own.is_none() || zone.is_none() || zone == own;
        let near: Vec<_> = in_zones.iter().copied().filter(|(_, zone)| is_near(*zone)).collect();
        if near.is_empty() {
            return Usable::None(Code::NotCrossZone, listed(&in_zones));
        }
        let ported: Vec<(&'n Target, u16)> =
            near.iter().filter_map(|(target, _)| Some((*target, target.port.or(group.port)?))).collect();
        by_health(&ported).unwrap_or_else(|| Usable::None(Code::NoTargetInUse, listed(&near)))
    }

    /// The instances of a classic load balancer that a node sends to: one that is out of service gets nothing.
    pub(super) fn usable_instances(&self, node: Node<'n>, port: u16) -> Usable<'n> {
        let instances = &node.load_balancer.instances;
        if instances.is_empty() {
            return Usable::None(Code::ListenerHasNoTargets, Vec::new());
        }
        let of = |is_it: fn(&TargetHealth) -> bool| -> Vec<(&'n Target, u16)> {
            instances.iter().filter(|target| is_it(&target.health)).map(|target| (target, port)).collect()
        };
        let healthy = of(|health| *health == TargetHealth::Healthy);
        let unknown = of(|health| *health == TargetHealth::Unknown);
        match (healthy.is_empty(), unknown.is_empty()) {
            (false, _) => Usable::Targets(healthy),
            (true, false) => Usable::NotTold(unknown),
            (true, true) => {
                let listed = instances.iter().map(|target| described(target, self.zone_of(target))).collect();
                Usable::None(Code::NoTargetInUse, listed)
            }
        }
    }

    /// The zone of a target: its own, or that of the instance's subnet.
    fn zone_of(&self, target: &'n Target) -> Option<&'n AvailabilityZone> {
        let network = self.index.network;
        let subnet = match &target.id {
            TargetId::Instance(id) => network.instances.get(id)?.subnet.as_ref(),
            TargetId::Address(_) | TargetId::LoadBalancer(_) | TargetId::Other(_) => None,
        };
        let of_subnet = subnet.and_then(|id| self.subnet(id)).and_then(|subnet| subnet.availability_zone.as_ref());
        target.zone.as_ref().or(of_subnet)
    }

    /// The address that a node sends to for a target; `None` where the snapshot lacks it.
    pub(super) fn address_of_target(&self, node: Node<'n>, target: &TargetId, parcel: &Parcel<'n>) -> Option<IpAddr> {
        let network = self.index.network;
        match target {
            TargetId::Address(address) => Some(*address),
            TargetId::Instance(id) => {
                let primary = network.instances.get(id)?.interfaces.first()?;
                network.network_interfaces.get(&primary.interface)?.primary_address()
            }
            TargetId::LoadBalancer(id) => {
                // A node of the same zone gets it, where there is one.
                let interfaces = &network.load_balancers.get(id)?.interfaces;
                let interfaces = interfaces.iter().filter_map(|id| network.network_interfaces.get(id));
                let zone = &node.interface.availability_zone;
                let best = interfaces.min_by_key(|interface| interface.availability_zone != *zone)?;
                let wants_ipv6 = parcel.header.destination.fixed_address().is_some_and(|own| own.is_ipv6());
                let v6 = best.ipv6_addresses.first().copied().map(IpAddr::V6).filter(|_| wants_ipv6);
                v6.or_else(|| best.primary_address())
            }
            TargetId::Other(_) => None,
        }
    }
}

/// LB-3: the healthy ones; where there are none, all that are not out of use.
fn by_health<'n>(targets: &[(&'n Target, u16)]) -> Option<Usable<'n>> {
    let of = |is_it: fn(&TargetHealth) -> bool| -> Vec<(&'n Target, u16)> {
        targets.iter().copied().filter(|(target, _)| is_it(&target.health)).collect()
    };
    let healthy = of(|health| *health == TargetHealth::Healthy);
    let pending = of(|health| matches!(health, TargetHealth::Initial | TargetHealth::Unknown));
    let unhealthy = of(|health| matches!(health, TargetHealth::Unhealthy(_)));
    if !healthy.is_empty() {
        Some(Usable::Targets(healthy))
    } else if !pending.is_empty() {
        Some(Usable::Pending(pending))
    } else if !unhealthy.is_empty() {
        Some(Usable::AllUnhealthy(unhealthy))
    } else {
        None
    }
}
