//! Instances and interfaces made one: three answers tell parts of them (`describe-network-interfaces`,
//! `describe-instances`, `describe-addresses`), and others tell what an interface belongs to.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use deguchi_model::{
    ElasticIp, Instance, InstanceId, InstanceInterface, InterfaceKind, NatGateway, NatGatewayId, NatGatewayState,
    NetworkInterface, NetworkInterfaceId, Subnet, SubnetId, VpcEndpoint, VpcEndpointId, VpcEndpointKind, VpcId,
};

use super::{
    document::Document,
    elastic_ip::Address,
    instance::{self, InstanceDraft, InstanceRecord},
    network_interface::{self, Draft},
    sighting::{Gap, Identity, Sighting, gather, leave_out, settle},
};
use crate::{
    ingest::{
        json::{Many, One},
        place::{Flaw, Place},
    },
    notice::{Expected, NoticeKind, Notices, ResourceKind},
};

/// The instances and interfaces of a snapshot.
pub(super) struct Machines {
    pub(super) instances: BTreeMap<InstanceId, Instance>,
    pub(super) interfaces: BTreeMap<NetworkInterfaceId, NetworkInterface>,
    /// Where each interface was found.
    pub(super) places: BTreeMap<NetworkInterfaceId, Place>,
    /// The documents that list interfaces of a VPC.
    pub(super) listed_in: BTreeMap<VpcId, BTreeSet<usize>>,
    /// Interfaces that are missing from those lists.
    pub(super) gaps: Vec<Gap>,
}

/// Assembles instances and interfaces.
pub(super) fn assemble(
    documents: &[Document<'_>],
    subnets: &BTreeMap<SubnetId, Sighting<Subnet>>,
    notices: &mut Notices,
) -> Machines {
    let gathered = gather(
        documents,
        ResourceKind::NetworkInterface,
        |document| &document.network_interfaces,
        |interface| Identity::of(&interface.id).owned_by(&interface.owner).inside(&interface.vpc),
        network_interface::read,
        notices,
    );
    let mut machines = Machines {
        instances: BTreeMap::new(),
        interfaces: BTreeMap::new(),
        places: BTreeMap::new(),
        listed_in: listed_in(&gathered.sightings),
        gaps: gathered.gaps,
    };
    let mut drafts = settle(gathered.sightings, notices);
    let instances = settle(instances(documents, notices), notices);
    fill_from_instances(&instances, &mut drafts, notices);
    make_up(&instances, &mut drafts, notices);
    for (id, Sighting { value, at, document, .. }) in drafts {
        let inside = value.vpc.as_ref().map(ToString::to_string);
        match value.finish(|subnet| subnets.get(subnet).map(|subnet| subnet.value.vpc.clone()), &at) {
            Ok(interface) => {
                machines.interfaces.insert(id.clone(), interface);
                machines.places.insert(id, at);
            }
            Err(flaw) => {
                leave_out(ResourceKind::NetworkInterface, Some(id.as_str()), flaw, notices);
                machines.gaps.push(Gap { document, inside });
            }
        }
    }
    for (id, Sighting { value, at, .. }) in instances {
        machines.show_public(&value, &at, notices);
        machines.instances.insert(id, value.instance);
    }
    machines.attach();
    machines
}

fn listed_in(sightings: &[Sighting<Draft>]) -> BTreeMap<VpcId, BTreeSet<usize>> {
    let mut listed_in: BTreeMap<VpcId, BTreeSet<usize>> = BTreeMap::new();
    for Sighting { value, document, .. } in sightings {
        if let Some(vpc) = &value.vpc {
            listed_in.entry(vpc.clone()).or_default().insert(*document);
        }
    }
    listed_in
}

/// Reads every instance, in its reservation or without.
fn instances(documents: &[Document<'_>], notices: &mut Notices) -> Vec<Sighting<InstanceDraft>> {
    let mut sightings = Vec::new();
    let mut flaws = Vec::new();
    let reservations = gather(
        documents,
        ResourceKind::Instance,
        |document| &document.reservations,
        |reservation| Identity::default().owned_by(&reservation.owner),
        |reservation, at| {
            if matches!(reservation.instances, Many::Odd) {
                return Err(Flaw::odd(at, "Instances", Expected::List));
            }
            let mut read = Vec::new();
            for (index, instance) in reservation.instances.elements().iter().enumerate() {
                let at = at.item("Instances", index);
                read.extend(read_instance(instance, &at, &mut flaws).map(|instance| (instance, at)));
            }
            Ok(read)
        },
        notices,
    );
    for Sighting { value, is_owners, document, .. } in reservations.sightings {
        let in_reservation = value.into_iter();
        sightings.extend(in_reservation.map(|(value, at)| Sighting { value, at, is_owners, document }));
    }
    let bare = gather(
        documents,
        ResourceKind::Instance,
        |document| &document.instances,
        |instance| Identity::of(&instance.id),
        |instance: &InstanceRecord<'_>, at| {
            let mut of_interfaces = Vec::new();
            let read = instance::read(instance, at, &mut of_interfaces);
            flaws.extend(of_interfaces.into_iter().map(|(id, flaw)| (ResourceKind::NetworkInterface, id, flaw)));
            read
        },
        notices,
    );
    sightings.extend(bare.sightings);
    for (kind, id, flaw) in flaws {
        leave_out(kind, id.as_deref(), flaw, notices);
    }
    sightings
}

type Flaws = Vec<(ResourceKind, Option<String>, Flaw)>;

fn read_instance(instance: &One<InstanceRecord<'_>>, at: &Place, flaws: &mut Flaws) -> Option<InstanceDraft> {
    let mut of_interfaces = Vec::new();
    let (id, read) = match instance {
        One::Absent => return None,
        One::Odd => (None, Err(Flaw::odd(at, "", Expected::Object))),
        One::Is(instance) => (instance.id.owned(), instance::read(instance, at, &mut of_interfaces)),
    };
    flaws.extend(of_interfaces.into_iter().map(|(id, flaw)| (ResourceKind::NetworkInterface, id, flaw)));
    read.map_err(|flaw| flaws.push((ResourceKind::Instance, id, flaw))).ok()
}

/// Takes from the instances what the interfaces' own answer does not show; what that shows wins.
fn fill_from_instances(
    instances: &BTreeMap<InstanceId, Sighting<InstanceDraft>>,
    drafts: &mut BTreeMap<NetworkInterfaceId, Sighting<Draft>>,
    notices: &mut Notices,
) {
    let mut nested = Vec::new();
    for Sighting { value, at, is_owners, document } in instances.values() {
        for (index, draft) in &value.interfaces {
            let at = at.item("NetworkInterfaces", *index);
            nested.push(Sighting { value: draft.clone(), at, is_owners: *is_owners, document: *document });
        }
    }
    for (id, sighting) in settle(nested, notices) {
        match drafts.get_mut(&id) {
            None => {
                drafts.insert(id, sighting);
            }
            Some(known) => {
                for (private, shown, other) in differing(&known.value, &sighting.value) {
                    let kind = public_address_differs(&id, private, shown, other);
                    notices.add(kind, Some(sighting.at.location()));
                }
                known.value.fill_from(sighting.value);
            }
        }
    }
}

/// The private addresses for which two answers show different public ones.
fn differing(own: &Draft, other: &Draft) -> Vec<(Ipv4Addr, Ipv4Addr, Ipv4Addr)> {
    let pairs = own.addresses.iter().flat_map(|own| {
        other.addresses.iter().filter(|other| other.private == own.private).map(move |other| (own, other))
    });
    pairs
        .filter_map(|(own, other)| Some((own.private, own.public?, other.public?)))
        .filter(|(_, own, other)| own != other)
        .collect()
}

fn public_address_differs(id: &NetworkInterfaceId, private: Ipv4Addr, shown: Ipv4Addr, other: Ipv4Addr) -> NoticeKind {
    NoticeKind::PublicAddressDiffers {
        network_interface: id.to_string(),
        private: private.to_string(),
        shown: shown.to_string(),
        other: other.to_string(),
    }
}

/// Gives an instance of which no answer shows an interface one with its own id, made of the instance's own members.
fn make_up(
    instances: &BTreeMap<InstanceId, Sighting<InstanceDraft>>,
    drafts: &mut BTreeMap<NetworkInterfaceId, Sighting<Draft>>,
    notices: &mut Notices,
) {
    let attachments = drafts.values().filter_map(|draft| draft.value.attachment.as_ref());
    let attached: BTreeSet<InstanceId> = attachments.filter_map(|attachment| attachment.instance.clone()).collect();
    for (id, Sighting { value, at, is_owners, document }) in instances {
        let Some(substitute) = &value.substitute else { continue };
        if value.instance.interfaces.is_empty() && !attached.contains(id) {
            notices.add(NoticeKind::InterfaceMadeUp { instance: id.to_string() }, Some(at.location()));
            let draft =
                Sighting { value: substitute.clone(), at: at.clone(), is_owners: *is_owners, document: *document };
            drafts.insert(substitute.id.clone(), draft);
        }
    }
}

impl Machines {
    /// An instance's `PublicIpAddress` is that of its primary interface's primary address.
    fn show_public(&mut self, draft: &InstanceDraft, at: &Place, notices: &mut Notices) {
        let own = draft.instance.interfaces.iter().filter_map(|own| self.interfaces.get(&own.interface));
        let mut shown = own.flat_map(|interface| interface.addresses.iter().filter_map(|address| address.public));
        let Some(public) = draft.public.filter(|public| !shown.any(|shown| shown == *public)) else { return };
        let primary = draft.instance.interfaces.first().and_then(|own| self.interfaces.get_mut(&own.interface));
        let Some(primary) = primary else { return };
        let id = primary.id.clone();
        let Some(address) = primary.addresses.first_mut() else { return };
        match address.public {
            None => address.public = Some(public),
            Some(shown) => {
                let kind = public_address_differs(&id, address.private, shown, public);
                notices.add(kind, Some(at.field("PublicIpAddress").location()));
            }
        }
    }

    /// Gives each instance the interfaces that say they are attached to it, in order.
    fn attach(&mut self) {
        for interface in self.interfaces.values() {
            let Some(attachment) = &interface.attachment else { continue };
            let Some(instance) = attachment.instance.as_ref().and_then(|id| self.instances.get_mut(id)) else {
                continue;
            };
            if !instance.interfaces.iter().any(|own| own.interface == interface.id) {
                let own = InstanceInterface { device_index: attachment.device_index, interface: interface.id.clone() };
                instance.interfaces.push(own);
            }
        }
        for instance in self.instances.values_mut() {
            instance.interfaces.sort();
        }
    }

    /// Takes from the Elastic IPs what the interfaces do not show: public addresses and where they come from.
    pub(super) fn map_elastic_ips<'e>(
        &mut self,
        addresses: impl Iterator<Item = &'e Sighting<Address>>,
        notices: &mut Notices,
    ) {
        for Sighting { value: Address { elastic_ip, instance }, at, .. } in addresses {
            let of_instance = instance.as_ref().and_then(|id| self.instances.get(id));
            let primary = of_instance.and_then(|instance| instance.interfaces.first()).map(|own| &own.interface);
            let Some(id) = elastic_ip.interface.as_ref().or(primary) else { continue };
            let Some(interface) = self.interfaces.get_mut(id) else { continue };
            if let Some((private, shown)) = map(interface, elastic_ip) {
                let kind = public_address_differs(&interface.id, private, shown, elastic_ip.public);
                notices.add(kind, Some(at.field("PublicIp").location()));
            }
        }
    }

    /// Tells from gateways and endpoints what the interfaces are that say nothing themselves (AP-2, older output).
    pub(super) fn recognise(
        &mut self,
        endpoints: &BTreeMap<VpcEndpointId, Sighting<VpcEndpoint>>,
        gateways: &BTreeMap<NatGatewayId, Sighting<NatGateway>>,
    ) {
        let mut ordinary = |id: &NetworkInterfaceId, kind: InterfaceKind| {
            if let Some(interface) = self.interfaces.get_mut(id)
                && interface.kind == InterfaceKind::Ordinary
            {
                interface.kind = kind;
            }
        };
        for endpoint in endpoints.values() {
            endpoint.value.interfaces().iter().for_each(|id| ordinary(id, InterfaceKind::VpcEndpoint));
        }
        for gateway in gateways.values().filter(|gateway| gateway.value.state != NatGatewayState::Deleted) {
            let interfaces = gateway.value.addresses.iter().filter_map(|address| address.interface.as_ref());
            interfaces.for_each(|id| ordinary(id, InterfaceKind::NatGateway));
        }
        // IE-1: its interfaces carry the endpoint's groups, also where their own listing does not say so.
        for endpoint in endpoints.values() {
            let VpcEndpointKind::Interface { interfaces, security_groups, .. } = &endpoint.value.kind else { continue };
            for id in interfaces {
                if let Some(interface) = self.interfaces.get_mut(id)
                    && interface.security_groups.is_empty()
                {
                    interface.security_groups.clone_from(security_groups);
                }
            }
        }
    }
}

/// Maps an Elastic IP to an interface's address; returns the address and what it shows instead, if that differs.
fn map(interface: &mut NetworkInterface, elastic_ip: &ElasticIp) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let address = match elastic_ip.private {
        Some(private) => interface.addresses.iter_mut().find(|address| address.private == private),
        None => interface.addresses.first_mut(),
    }?;
    match address.public {
        Some(shown) if shown != elastic_ip.public => return Some((address.private, shown)),
        Some(_) | None => address.public = Some(elastic_ip.public),
    }
    address.elastic_ip.get_or_insert_with(|| elastic_ip.id.clone());
    None
}
