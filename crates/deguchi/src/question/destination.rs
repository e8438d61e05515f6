//! Where a question's packets go: a destination taken apart, turned into sets of addresses.

use std::net::IpAddr;

use deguchi_engine::{
    AddressSet, Destination, DestinationBasis, RequestCaller, ServiceRequest,
    address_set::into_nat64,
    resolution::{NameLookup, NameTarget, asks_amazon, look_up},
};
use deguchi_model::{
    IpNet, LoadBalancer, ManagedWorkload, NatGateway, Network, NetworkInterface, PortRange, PrefixList,
    PrefixListEntries, VpcEndpoint, VpcEndpointKind,
};

use super::{
    Context, Family, Goal, Remark,
    form::{Form, Protocol, Target},
    lookup::{self, Found},
    repositories,
    service::{self, Service},
    source::Start,
};
use crate::{
    catalogue::{Catalogue, NamedDestination, NamedProtocol},
    error::{Error, ErrorKind},
};

/// The port of a destination that names none.
const DEFAULT_PORT: u16 = 443;

/// Whether the network or the catalogue has something of this name (or several things).
pub(super) fn is_known(network: &Network, catalogue: &Catalogue, name: &str) -> bool {
    named(catalogue, name).is_some() || !matches!(lookup::find(network, name), Ok(None))
}

fn named<'c>(catalogue: &'c Catalogue, name: &str) -> Option<&'c NamedDestination> {
    catalogue.destinations.iter().find(|destination| destination.name.eq_ignore_ascii_case(name))
}

impl Target {
    /// The family of a destination that is written as addresses.
    pub(super) fn family(&self) -> Option<Family> {
        match self {
            Self::Address(address) => Some(Family::of(*address)),
            Self::Range(cidr) => Some(Family::of(cidr.network())),
            Self::Repositories(_)
            | Self::S3
            | Self::DynamoDb
            | Self::Bucket { .. }
            | Self::Internet
            | Self::Host { .. }
            | Self::Name(_) => None,
        }
    }
}

impl Form {
    /// The protocol: what is written, but a name of the catalogue has its own.
    pub(super) fn protocol_of(&self, catalogue: &Catalogue) -> Protocol {
        let own = match &self.target {
            Target::Name(name) => named(catalogue, name),
            _ => None,
        };
        match (self.protocol, own.map(|destination| destination.protocol)) {
            (Protocol::Tcp, Some(NamedProtocol::Udp)) => Protocol::Udp,
            (protocol, _) => protocol,
        }
    }
}

/// Returns what a destination may stand for.
pub(super) fn resolve(context: &Context<'_>, form: &Form, remarks: &mut Vec<Remark>) -> Result<Vec<Goal>, Error> {
    let is_outside = |target: &Target| match target {
        Target::Address(_) | Target::Range(_) | Target::Name(_) => false,
        Target::Repositories(_)
        | Target::S3
        | Target::DynamoDb
        | Target::Bucket { .. }
        | Target::Internet
        | Target::Host { .. } => true,
    };
    if let (Some(action), false) = (&context.options.action, matches!(form.target, Target::Bucket { .. })) {
        return Err(Error::new(ErrorKind::ActionWithoutBucket { action: action.clone() }));
    }
    if matches!(context.start, Start::Internet(_) | Start::OnPremises(_)) && is_outside(&form.target) {
        return Err(Error::new(ErrorKind::BothEndsOutside));
    }
    let mut hosts: Vec<String> = host_of(context, &form.target).into_iter().collect();
    let (destination, default_port) = match &form.target {
        Target::Repositories(asked) => return repositories::resolve(context, asked, form.ports, remarks),
        Target::S3 => (whole_service(context, Service::S3, remarks)?, None),
        Target::DynamoDb => (whole_service(context, Service::DynamoDb, remarks)?, None),
        Target::Bucket { bucket, key } => (of_bucket(context, bucket, key.as_deref(), remarks)?, None),
        Target::Internet => {
            remarks.push(Remark::AnyPublicAddress);
            (Destination { basis: DestinationBasis::Exact, ..any_public(context) }, None)
        }
        Target::Host { host, path } => match (load_balancer_called(context, host), workload_called(context, host)) {
            (Some(found), _) => (of_load_balancer(context, found)?, Some(DEFAULT_PORT)),
            (None, Some(found)) => (of_workload(context, found, remarks)?, Some(found.port.unwrap_or(DEFAULT_PORT))),
            (None, None) => (of_host(context, host, path, remarks)?, Some(DEFAULT_PORT)),
        },
        Target::Address(address) => (exact(AddressSet::single(*address)), Some(DEFAULT_PORT)),
        Target::Range(cidr) => (exact(AddressSet::from_cidrs([cidr])), Some(DEFAULT_PORT)),
        Target::Name(name) => match named(context.catalogue, name) {
            Some(own) => return Ok(vec![of_catalogue(context, own, form.ports)]),
            None => {
                let destination = of_resource(context, name, remarks)?;
                (destination, Some(lookup::port_of(context.network, name).unwrap_or(DEFAULT_PORT)))
            }
        },
    };
    let is_ping = form.protocol == Protocol::Ping;
    if let (Some(port), None, false) = (default_port, form.ports, is_ping) {
        remarks.push(Remark::PortAssumed { port });
    }
    let ports = form.ports.unwrap_or(PortRange::single(default_port.unwrap_or(DEFAULT_PORT)));
    if matches!(context.start, Start::Internet(_) | Start::OnPremises(_)) {
        hosts.clear();
    }
    let is_unknown_host = matches!(form.target, Target::Host { .. }) && destination == any_public(context);
    if is_unknown_host && context.family == Family::Ipv6 && has_dns64(context) {
        // Nobody knows whether the name has an IPv6 address; if it has none, DNS64 makes one.
        remarks.push(Remark::EitherByDns64);
        let by_dns64 = any_public_by_dns64(context);
        let goal = |name: &str, destination: Destination| Goal {
            name: Some(name.to_owned()),
            destination,
            ports,
            hosts: hosts.clone(),
        };
        return Ok(vec![goal("AAAA", destination), goal("A, DNS64", by_dns64)]);
    }
    Ok(vec![Goal { name: None, destination, ports, hosts }])
}

/// The name that a client of a destination looks up.
fn host_of(context: &Context<'_>, target: &Target) -> Option<String> {
    let service = |service: Service| {
        let region = service::region_of(context.network, context.start.vpc())?;
        Some(service::host_of(service, &region))
    };
    match target {
        Target::Host { host, .. } => Some(host.clone()),
        Target::S3 => service(Service::S3),
        Target::DynamoDb => service(Service::DynamoDb),
        Target::Bucket { bucket, .. } => service(Service::S3).map(|host| format!("{bucket}.{host}")),
        Target::Repositories(_) | Target::Internet | Target::Address(_) | Target::Range(_) | Target::Name(_) => None,
    }
}

/// Where a name leads that the machine's resolver answers from inside: private DNS of an endpoint, a private hosted zone, a
/// load balancer, a machine; `None` for any other.
pub(super) fn by_private_name(context: &Context<'_>, host: &str) -> Result<Option<Destination>, Error> {
    let Some(vpc) = context.start.vpc() else { return Ok(None) };
    let network = context.network;
    let NameLookup::Found { target, .. } = look_up(network, vpc, host) else { return Ok(None) };
    Ok(match target {
        NameTarget::Endpoint(id) => match network.vpc_endpoints.get(&id) {
            // IE-3: private DNS is for who asks the Amazon resolver; the endpoint's own names are public.
            Some(endpoint) if asks_amazon(network, vpc) || endpoint.dns_names.contains(&host.to_ascii_lowercase()) => {
                of_endpoint(context, endpoint).ok()
            }
            _ => None,
        },
        NameTarget::Zone { addresses, .. } if is_answered_by_dns64(context, &addresses) => {
            Some(exact(through_nat64(&addresses)))
        }
        NameTarget::Zone { addresses, .. } => {
            let fitting = |address: &&IpAddr| context.family.fits(**address);
            let own: Vec<IpNet> = addresses.iter().filter(fitting).map(|address| IpNet::from(*address)).collect();
            let any = || addresses.iter().map(|address| IpNet::from(*address)).collect();
            Some(exact(AddressSet::from_cidrs(&if own.is_empty() { any() } else { own })))
        }
        NameTarget::LoadBalancer(id) => match network.load_balancers.get(&id) {
            Some(found) => Some(of_load_balancer(context, found)?),
            None => None,
        },
        NameTarget::Machine(address) if is_answered_by_dns64(context, &[address]) => {
            Some(exact(through_nat64(&[address])))
        }
        NameTarget::Machine(address) => Some(exact(AddressSet::single(address))),
        NameTarget::Forwarded(_) | NameTarget::Outside => None,
    })
}

/// Whether the Amazon resolver answers a name that has these addresses by ones of `64:ff9b::/96` (NG-11): the client asks
/// for IPv6, there is none, and its subnet has DNS64 on.
fn is_answered_by_dns64(context: &Context<'_>, addresses: &[IpAddr]) -> bool {
    context.family == Family::Ipv6 && has_dns64(context) && addresses.iter().all(IpAddr::is_ipv4)
}

/// Whether the client's subnet has DNS64 on, and asks the Amazon resolver.
fn has_dns64(context: &Context<'_>) -> bool {
    let Start::Machine(machine) = context.start else { return false };
    let interface = machine.interface;
    let subnet = context.network.subnets.get(&interface.subnet);
    subnet.is_some_and(|subnet| subnet.dns64 == Some(true)) && asks_amazon(context.network, &interface.vpc)
}

fn through_nat64(addresses: &[IpAddr]) -> AddressSet {
    let cidrs: Vec<IpNet> = addresses.iter().map(|address| IpNet::from(*address)).collect();
    AddressSet::from_ranges(into_nat64(AddressSet::from_cidrs(&cidrs).ranges()))
}

/// The addresses of a service that a host's name leads to. Only its `dualstack` names have IPv6 addresses of their own: DNS64 makes ones for
/// the others, where the client has it.
pub(super) fn of_service(
    context: &Context<'_>,
    host: &str,
    which: (Service, Option<&str>),
    remarks: &mut Vec<Remark>,
) -> Destination {
    let vpc = context.start.vpc();
    let is_dual_stack = host.split('.').any(|label| label.eq_ignore_ascii_case("dualstack"));
    if is_dual_stack || context.family == Family::Ipv4 || !has_dns64(context) {
        return service::destination(context.network, vpc, which, context.family, remarks);
    }
    let v4 = service::destination(context.network, vpc, which, Family::Ipv4, remarks);
    // No prefix list of AWS holds addresses of `64:ff9b::/96`.
    Destination { addresses: AddressSet::from_ranges(into_nat64(v4.addresses.ranges())), within: Vec::new(), ..v4 }
}

/// Any public address of IPv4, as DNS64 puts it: where a name without IPv6 leads.
fn any_public_by_dns64(context: &Context<'_>) -> Destination {
    let others = lookup::spoken_for(context.network);
    let addresses = AddressSet::from_ranges(into_nat64(AddressSet::public_ipv4().minus(&others).ranges()));
    Destination { addresses, basis: DestinationBasis::Candidates, within: Vec::new(), request: None }
}

/// The load balancer that a host's name leads to.
fn load_balancer_called<'c>(context: &Context<'c>, host: &str) -> Option<&'c LoadBalancer> {
    context.network.load_balancers.values().find(|each| lookup::has_dns_name(each, host))
}

/// The database that a host's name leads to.
fn workload_called<'c>(context: &Context<'c>, host: &str) -> Option<&'c ManagedWorkload> {
    context.network.managed_workloads.values().find(|each| lookup::is_endpoint(each, host))
}

fn exact(addresses: AddressSet) -> Destination {
    Destination { addresses, basis: DestinationBasis::Exact, within: Vec::new(), request: None }
}

/// Any public address that is neither in the snapshot nor S3's or DynamoDB's.
pub(super) fn any_public(context: &Context<'_>) -> Destination {
    let others = lookup::spoken_for(context.network);
    let addresses = context.family.public().minus(&others);
    Destination { addresses, basis: DestinationBasis::Candidates, within: Vec::new(), request: None }
}

/// A service as such, in the region of the VPC.
fn whole_service(context: &Context<'_>, service: Service, remarks: &mut Vec<Remark>) -> Result<Destination, Error> {
    let vpc = context.start.vpc();
    let region = service::region_of(context.network, vpc);
    if region.is_none() {
        remarks.push(Remark::RegionUnknown);
    }
    remarks.push(Remark::IamNotJudged);
    let host = region.as_deref().map(|region| service::host_of(service, region)).unwrap_or_default();
    Ok(match by_private_name(context, &host)? {
        Some(inside) => inside,
        None => service::destination(context.network, vpc, (service, region.as_deref()), context.family, remarks),
    })
}

/// A bucket, taken to be in the region of the VPC.
fn of_bucket(
    context: &Context<'_>,
    bucket: &str,
    key: Option<&str>,
    remarks: &mut Vec<Remark>,
) -> Result<Destination, Error> {
    let region = service::region_of(context.network, context.start.vpc());
    if let Some(region) = &region {
        remarks.push(Remark::BucketRegionAssumed { region: region.clone() });
    }
    if region.is_none() {
        remarks.push(Remark::RegionUnknown);
    }
    let request = bucket_request(context, region.as_deref(), (bucket, key));
    let which = (Service::S3, region.as_deref());
    let host = region.as_deref().map(|region| format!("{bucket}.{}", service::host_of(Service::S3, region)));
    let destination = match by_private_name(context, &host.unwrap_or_default())? {
        Some(inside) => inside,
        None => service::destination(context.network, context.start.vpc(), which, context.family, remarks),
    };
    Ok(Destination { request: Some(request), ..destination })
}

/// What is asked of a bucket: by the machine's own role, but for buckets of repositories, which are open to all (RP-4).
fn bucket_request(context: &Context<'_>, region: Option<&str>, (bucket, key): (&str, Option<&str>)) -> ServiceRequest {
    let repositories = context.catalogue.operating_systems.iter().flat_map(|system| &system.repositories);
    let mut buckets = repositories.flat_map(|repository| &repository.buckets);
    let is_of_repository = buckets.any(|name| name.replace("REGION", region.unwrap_or("REGION")) == bucket);
    let caller = if is_of_repository { RequestCaller::Anonymous } else { RequestCaller::Machine };
    let request = service::object_request(region, &[bucket.to_owned()], key, caller);
    let Some(action) = &context.options.action else { return request };
    if service::is_about_objects(action) {
        return ServiceRequest { action: action.clone(), ..request };
    }
    let cut = |resource: &String| resource.split('/').next().unwrap_or_default().to_owned();
    ServiceRequest {
        action: action.clone(),
        resources: request.resources.iter().map(cut).collect(),
        prefix: key.map(str::to_owned),
        ..request
    }
}

fn of_host(context: &Context<'_>, host: &str, path: &str, remarks: &mut Vec<Remark>) -> Result<Destination, Error> {
    let inside = by_private_name(context, host)?;
    let Some(found) = service::service_of_host(host) else {
        return Ok(inside.unwrap_or_else(|| {
            remarks.push(Remark::NameNotLookedUp { host: host.to_owned() });
            any_public(context)
        }));
    };
    let vpc = context.start.vpc();
    let own_region = service::region_of(context.network, vpc);
    if let (None, Some(region)) = (&found.region, &own_region) {
        remarks.push(Remark::BucketRegionAssumed { region: region.clone() });
    }
    let region = found.region.or(own_region);
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    let (bucket, key) = match (found.bucket, path.split_once('/')) {
        (Some(bucket), _) => (Some(bucket), path),
        (None, Some((bucket, key))) => (Some(bucket.to_owned()), key),
        (None, None) => ((!path.is_empty()).then(|| path.to_owned()), ""),
    };
    let key = (!key.is_empty()).then_some(key);
    let bucket = bucket.filter(|_| found.service == Service::S3);
    let request =
        bucket.map(|bucket| service::object_request(region.as_deref(), &[bucket], key, RequestCaller::Unstated));
    remarks.push(Remark::IamNotJudged);
    let which = (found.service, region.as_deref());
    let destination = match inside {
        Some(inside) => inside,
        None => of_service(context, host, which, remarks),
    };
    Ok(Destination { request, ..destination })
}

fn of_catalogue(context: &Context<'_>, own: &NamedDestination, ports: Option<PortRange>) -> Goal {
    let address = match context.family {
        Family::Ipv4 => IpAddr::V4(own.ipv4),
        Family::Ipv6 => IpAddr::V6(own.ipv6),
    };
    let ports = ports.unwrap_or(PortRange::single(own.port));
    Goal { name: Some(address.to_string()), destination: exact(AddressSet::single(address)), ports, hosts: Vec::new() }
}

/// A resource of the snapshot, by its id or name.
fn of_resource(context: &Context<'_>, name: &str, remarks: &mut Vec<Remark>) -> Result<Destination, Error> {
    let network = context.network;
    let not_a_destination = || Error::new(ErrorKind::NotADestination { id: name.to_owned() });
    match lookup::find(network, name)? {
        Some(Found::Instance(_) | Found::Interface(_)) => {
            let interface = super::source::interface_of(network, name, remarks)?;
            let address = address_of(context, interface, name, remarks);
            let address = address.ok_or_else(|| Error::new(ErrorKind::NoAddress { id: name.to_owned() }))?;
            // Asked for by name, an address that is not known yet is this machine's, whichever it will be.
            let basis = match address {
                IpAddr::V4(own) if network.stand_ins.range_of(&interface.vpc, own).is_some() => {
                    DestinationBasis::Candidates
                }
                _ => DestinationBasis::Exact,
            };
            Ok(Destination { basis, ..exact(AddressSet::single(address)) })
        }
        Some(Found::Subnet(subnet)) => {
            let v4 = subnet.cidr_block.map(IpNet::V4);
            let v6 = subnet.ipv6_cidr_blocks.first().copied().map(IpNet::V6);
            let (first, second) = if context.family == Family::Ipv4 { (v4, v6) } else { (v6, v4) };
            let cidr = first.or(second).ok_or_else(not_a_destination)?;
            Ok(exact(AddressSet::from_cidrs([&cidr])))
        }
        Some(Found::NatGateway(gateway)) => of_nat_gateway(context, gateway, remarks),
        Some(Found::LoadBalancer(load_balancer)) => of_load_balancer(context, load_balancer),
        Some(Found::Workload(workload)) => of_workload(context, workload, remarks),
        Some(Found::VpcEndpoint(endpoint)) => of_endpoint(context, endpoint),
        Some(Found::PrefixList(list)) => Ok(of_prefix_list(context, list)),
        Some(Found::Other(_)) => match network.elastic_ips.get(name) {
            Some(elastic) => Ok(exact(AddressSet::single(IpAddr::V4(elastic.public)))),
            None => Err(not_a_destination()),
        },
        None => Err(lookup::unknown(network, name)),
    }
}

/// The address of a machine that is asked for: the public one from the internet, the private one from inside.
fn address_of(
    context: &Context<'_>,
    interface: &NetworkInterface,
    name: &str,
    remarks: &mut Vec<Remark>,
) -> Option<IpAddr> {
    let v4 = interface.addresses.first().map(|own| IpAddr::V4(own.private));
    let v6 = interface.ipv6_addresses.first().copied().map(IpAddr::V6);
    let public = interface.addresses.iter().find_map(|own| own.public).map(IpAddr::V4);
    let id = name.to_owned();
    match (context.start, context.family) {
        (Start::Internet(_), Family::Ipv4) => {
            let address = public.or(v4).or(v6)?;
            remarks.push(match public {
                Some(_) => Remark::DestinationAddress { id, address },
                None => Remark::DestinationWithoutPublicAddress { id, address },
            });
            Some(address)
        }
        (_, family) => {
            let (first, second) = if family == Family::Ipv4 { (v4, v6) } else { (v6, v4) };
            let address = first.or(second)?;
            remarks.push(Remark::DestinationAddress { id, address });
            Some(address)
        }
    }
}

fn of_nat_gateway(
    context: &Context<'_>,
    gateway: &NatGateway,
    remarks: &mut Vec<Remark>,
) -> Result<Destination, Error> {
    let private = || gateway.addresses.iter().find_map(|address| address.private);
    let public = || gateway.addresses.iter().find_map(|address| address.public);
    let address = match context.start {
        Start::Internet(_) => public().or_else(private),
        Start::Machine(_) | Start::OnPremises(_) => private().or_else(public),
    };
    let id = gateway.id.to_string();
    let address = address.map(IpAddr::V4).ok_or_else(|| Error::new(ErrorKind::NoAddress { id: id.clone() }))?;
    remarks.push(Remark::DestinationAddress { id, address });
    Ok(exact(AddressSet::single(address)))
}

/// The addresses of a load balancer's nodes, as its name resolves: those of one that faces the internet are public, also
/// for clients inside the VPC.
fn of_load_balancer(context: &Context<'_>, load_balancer: &LoadBalancer) -> Result<Destination, Error> {
    let interfaces = load_balancer.interfaces.iter().filter_map(|id| context.network.network_interfaces.get(id));
    let interfaces: Vec<&NetworkInterface> = interfaces.collect();
    let own = || interfaces.iter().flat_map(|interface| &interface.addresses);
    let configured = || load_balancer.zones.iter().flat_map(|zone| &zone.addresses).copied();
    let mut addresses: Vec<IpAddr> = match context.family {
        Family::Ipv6 => interfaces.iter().flat_map(|each| &each.ipv6_addresses).map(|own| IpAddr::V6(*own)).collect(),
        Family::Ipv4 => own().filter_map(|own| own.public).map(IpAddr::V4).collect(),
    };
    if addresses.is_empty() {
        addresses = own().map(|own| IpAddr::V4(own.private)).collect();
    }
    if addresses.is_empty() {
        addresses = configured().filter(|address| context.family.fits(*address)).collect();
    }
    if addresses.is_empty() {
        return Err(Error::new(ErrorKind::NoAddress { id: load_balancer.id.to_string() }));
    }
    let cidrs: Vec<IpNet> = addresses.into_iter().map(IpNet::from).collect();
    Ok(exact(AddressSet::from_cidrs(&cidrs)))
}

/// A database or a task: its address, or where several interfaces may be its own one of theirs.
fn of_workload(
    context: &Context<'_>,
    workload: &ManagedWorkload,
    remarks: &mut Vec<Remark>,
) -> Result<Destination, Error> {
    let name = workload.names.first().map_or(workload.id.as_str(), String::as_str);
    let interfaces = workload.interfaces.iter().filter_map(|id| context.network.network_interfaces.get(id));
    let interfaces: Vec<&NetworkInterface> = interfaces.collect();
    if interfaces.is_empty() {
        return Err(Error::new(ErrorKind::NoInterfaceOfWorkload { workload: workload.id.to_string() }));
    }
    let addresses = interfaces.iter().filter_map(|interface| address_of(context, interface, name, remarks));
    let cidrs: Vec<IpNet> = addresses.map(IpNet::from).collect();
    if cidrs.is_empty() {
        return Err(Error::new(ErrorKind::NoAddress { id: name.to_owned() }));
    }
    let basis = if cidrs.len() > 1 { DestinationBasis::Candidates } else { DestinationBasis::Exact };
    Ok(Destination { basis, ..exact(AddressSet::from_cidrs(&cidrs)) })
}

fn of_endpoint(context: &Context<'_>, endpoint: &VpcEndpoint) -> Result<Destination, Error> {
    let interfaces = match &endpoint.kind {
        VpcEndpointKind::Interface { interfaces, .. } => interfaces.as_slice(),
        VpcEndpointKind::Gateway { .. }
        | VpcEndpointKind::GatewayLoadBalancer { .. }
        | VpcEndpointKind::Unmodelled(_) => &[],
    };
    let cidrs: Vec<IpNet> = interfaces
        .iter()
        .filter_map(|id| context.network.network_interfaces.get(id))
        .flat_map(|interface| &interface.addresses)
        .map(|own| IpNet::from(IpAddr::V4(own.private)))
        .collect();
    if cidrs.is_empty() {
        return Err(Error::new(ErrorKind::NotADestination { id: endpoint.id.to_string() }));
    }
    Ok(exact(AddressSet::from_cidrs(&cidrs)))
}

fn of_prefix_list(context: &Context<'_>, list: &PrefixList) -> Destination {
    let within = vec![list.id.clone()];
    match &list.entries {
        PrefixListEntries::Known(cidrs) => {
            let fitting = cidrs.iter().filter(|cidr| context.family.fits(cidr.network()));
            let addresses = AddressSet::from_cidrs(fitting);
            Destination { addresses, basis: DestinationBasis::Exact, within, request: None }
        }
        PrefixListEntries::Unknown => {
            let addresses = context.family.public().minus(&lookup::held(context.network));
            Destination { addresses, basis: DestinationBasis::Candidates, within, request: None }
        }
    }
}
