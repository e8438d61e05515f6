//! In which region a VPC is: AWS does not print it with the VPC, but with most of what is in it.

use std::collections::BTreeMap;

use deguchi_model::{Network, Region, Vpc, VpcId};

use super::document::Document;

/// The region that a name begins with: of a zone (`us-east-1a`, `us-west-2-lax-1a`), or of nothing but a region.
pub(super) fn region_of(name: &str) -> Option<&str> {
    let digit = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, rest) = name.split_at(digit);
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let is_region = letters.ends_with('-')
        && letters.matches('-').count() >= 2
        && letters.find('-') == Some(2)
        && letters.chars().all(|c| c == '-' || c.is_ascii_lowercase());
    is_region.then(|| name.get(..digit + digits)).flatten()
}

/// Whether a name is a region's name, no more and no less.
fn is_region(name: &str) -> bool {
    region_of(name) == Some(name)
}

/// The region in the name of a service: `com.amazonaws.us-east-1.s3`.
fn region_of_service(name: &str) -> Option<&str> {
    name.split('.').find(|part| is_region(part))
}

/// The region that a folder of a file's path is named after, the innermost first.
pub(super) fn region_of_path(path: &str) -> Option<&str> {
    path.rsplit('/').skip(1).find(|folder| is_region(folder))
}

/// Tells the VPCs' regions by what is in them, surest first.
pub(super) fn locate(network: &mut Network, documents: &[Document<'_>], seen_in: &BTreeMap<VpcId, Vec<usize>>) {
    let mut regions: BTreeMap<VpcId, String> = BTreeMap::new();
    let mut found = |vpc: &VpcId, region: Option<&str>| {
        if let Some(region) = region
            && !regions.contains_key(vpc)
        {
            regions.insert(vpc.clone(), region.to_owned());
        }
    };
    for subnet in network.subnets.values() {
        found(&subnet.vpc, subnet.availability_zone.as_ref().and_then(|zone| region_of(zone.as_str())));
    }
    for interface in network.network_interfaces.values() {
        found(&interface.vpc, interface.availability_zone.as_ref().and_then(|zone| region_of(zone.as_str())));
    }
    for gateway in network.nat_gateways.values() {
        let mut zones = gateway.addresses.iter().filter_map(|address| address.availability_zone.as_ref());
        found(&gateway.vpc, zones.find_map(|zone| region_of(zone.as_str())));
    }
    for peering in network.peering_connections.values() {
        for side in [&peering.requester, &peering.accepter] {
            if let (Some(vpc), Some(region)) = (&side.vpc, &side.region) {
                found(vpc, Some(region.as_str()));
            }
        }
    }
    for endpoint in network.vpc_endpoints.values() {
        found(&endpoint.vpc, region_of_service(&endpoint.service_name));
    }
    for (vpc, places) in seen_in {
        let files = places.iter().filter_map(|index| documents.get(*index));
        files.for_each(|document| found(vpc, region_of_path(&document.file)));
    }
    for Vpc { id, region, .. } in network.vpcs.values_mut() {
        if region.is_none() {
            *region = regions.get(id).map(|name| Region::new(name));
        }
    }
}
