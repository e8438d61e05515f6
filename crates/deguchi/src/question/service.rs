//! Which addresses S3 and DynamoDB have in a network, and which host names are theirs.
//!
//! Both are reached over prefix lists of AWS, `com.amazonaws.REGION.s3`, whose ranges a snapshot may lack (GE-10).

use deguchi_engine::{AddressSet, Destination, DestinationBasis, RequestCaller, ServiceRequest};
use deguchi_model::{
    IpNet, Network, PrefixList, PrefixListEntries, PrefixListId, RouteDestination, RouteTarget, VpcId,
};

use super::{Family, Remark, lookup};

/// A service behind a gateway endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// Amazon S3.
    S3,
    /// Amazon DynamoDB.
    DynamoDb,
}

impl Service {
    /// Its name, as the last part of a service's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::DynamoDb => "dynamodb",
        }
    }
}

/// Returns the host name of a service in a region.
pub(crate) fn host_of(service: Service, region: &str) -> String {
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("{}.{region}.{domain}", service.name())
}

/// A host name of a service.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ServiceHost {
    /// The service.
    pub(crate) service: Service,
    /// The region that the name says.
    pub(crate) region: Option<String>,
    /// The bucket that the name says.
    pub(crate) bucket: Option<String>,
}

/// Reads a host name as one of S3's or DynamoDB's; `None` for any other.
pub(crate) fn service_of_host(host: &str) -> Option<ServiceHost> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let prefix = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
    let labels: Vec<&str> = prefix.split('.').collect();
    let (place, region) = labels.iter().enumerate().rev().find_map(|(place, label)| {
        let region = region_after(label, labels.get(place + 1..).unwrap_or_default())?;
        Some((place, region))
    })?;
    let region = region.map(ToOwned::to_owned);
    let before = labels.get(..place).unwrap_or_default().join(".");
    let bucket = |name: String| (!name.is_empty()).then_some(name);
    match *labels.get(place)? {
        "dynamodb" | "dynamodb-fips" => Some(ServiceHost { service: Service::DynamoDb, region, bucket: None }),
        "ddb" if !before.is_empty() => Some(ServiceHost { service: Service::DynamoDb, region, bucket: None }),
        // Amazon Linux's own names are buckets with the whole name (RP-2).
        "amazonlinux" | "repo" | "packages" if before.is_empty() && region.is_some() => {
            Some(ServiceHost { service: Service::S3, region, bucket: Some(host.clone()) })
        }
        label if label.starts_with("s3") => Some(ServiceHost { service: Service::S3, region, bucket: bucket(before) }),
        _ => None,
    }
}

/// The region that stands behind a service's label; the outer `None` where the label is no service's.
fn region_after<'a>(label: &'a str, rest: &[&'a str]) -> Option<Option<&'a str>> {
    let is_service = matches!(
        label,
        "s3" | "s3-fips"
            | "s3-accesspoint"
            | "dynamodb"
            | "dynamodb-fips"
            | "ddb"
            | "amazonlinux"
            | "repo"
            | "packages"
    );
    let old = label.strip_prefix("s3-").filter(|region| looks_like_region(region));
    match rest {
        [] if old.is_some() => Some(old),
        [] if is_service => Some(None),
        ["dualstack", region] | [region] if is_service && looks_like_region(region) => Some(Some(region)),
        _ => None,
    }
}

/// Whether a word has the shape of a region's name: `us-east-1`, `us-gov-west-1`.
fn looks_like_region(text: &str) -> bool {
    let mut parts = text.split('-').rev();
    let number = parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let words: Vec<&str> = parts.collect();
    number && words.len() >= 2 && words.iter().all(|w| !w.is_empty() && w.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Returns the region of a VPC, from the VPC itself or from what stands in it.
pub(crate) fn region_of(network: &Network, vpc: Option<&VpcId>) -> Option<String> {
    let own = vpc.and_then(|id| network.vpcs.get(id)).and_then(|vpc| vpc.region.as_ref()).map(ToString::to_string);
    let endpoints = network.vpc_endpoints.values().filter(|endpoint| Some(&endpoint.vpc) == vpc);
    let of_endpoint = || endpoints.clone().find_map(|endpoint| region_of_service(&endpoint.service_name));
    let of_list = || {
        let lists = network.prefix_lists.values().filter_map(|list| list.name.as_deref().and_then(region_of_service));
        let mut regions: Vec<String> = lists.collect();
        regions.sort_unstable();
        regions.dedup();
        match regions.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    };
    own.or_else(of_endpoint).or_else(of_list)
}

/// Reads the region in `com.amazonaws.REGION.SERVICE`.
fn region_of_service(name: &str) -> Option<String> {
    let (_, rest) = name.split_once("com.amazonaws.")?;
    let region = rest.split('.').next()?;
    looks_like_region(region).then(|| region.to_owned())
}

/// Returns what is asked of an endpoint's policy for an object of a bucket (RP-2).
pub(crate) fn object_request(
    region: Option<&str>,
    buckets: &[String],
    key: Option<&str>,
    caller: RequestCaller,
) -> ServiceRequest {
    let partition = match region {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let key = key.unwrap_or("*");
    let resources = buckets.iter().map(|bucket| format!("arn:{partition}:s3:::{bucket}/{key}")).collect();
    ServiceRequest {
        action: "s3:GetObject".to_owned(),
        resources,
        caller,
        region: region.map(str::to_owned),
        prefix: None,
    }
}

/// Whether an action of S3 is about objects rather than a bucket
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>).
pub(crate) fn is_about_objects(action: &str) -> bool {
    let name = action.rsplit(':').next().unwrap_or_default();
    let is_of_bucket = name.contains("Bucket") || name.starts_with("List");
    name == "ListMultipartUploadParts" || (!is_of_bucket && (name.contains("Object") || name.contains("Multipart")))
}

/// Returns the addresses of a service as a network sees them from one VPC.
pub(crate) fn destination(
    network: &Network,
    vpc: Option<&VpcId>,
    (service, region): (Service, Option<&str>),
    family: Family,
    remarks: &mut Vec<Remark>,
) -> Destination {
    let known = lists_of(network, service, region);
    let mut within: Vec<PrefixListId> = known.iter().map(|list| list.id.clone()).collect();
    let cidrs: Vec<IpNet> = known
        .iter()
        .filter_map(|list| match &list.entries {
            PrefixListEntries::Known(cidrs) => Some(cidrs),
            PrefixListEntries::Unknown => None,
        })
        .flatten()
        .filter(|cidr| family.fits(cidr.network()))
        .copied()
        .collect();
    if !cidrs.is_empty() {
        let addresses = AddressSet::from_cidrs(&cidrs);
        return Destination { addresses, basis: DestinationBasis::Exact, within, request: None };
    }
    let name = service.name().to_owned();
    if known.iter().any(|list| matches!(list.entries, PrefixListEntries::Known(_))) {
        // Its ranges are known, and none is of this family: no list holds the addresses.
        within.clear();
        remarks.push(Remark::ServiceRangesLackFamily { service: name });
    } else {
        within.extend(lists_routed_to(network, vpc, service, region));
        within.sort_unstable();
        within.dedup();
        remarks.push(Remark::ServiceRangesUnknown { service: name });
    }
    // What another service's list holds is that service's.
    let addresses = family.public().minus(&lookup::spoken_for(network));
    Destination { addresses, basis: DestinationBasis::Candidates, within, request: None }
}

/// Returns the prefix lists that are named after a service in a region (in any, where the region is not known).
fn lists_of<'n>(network: &'n Network, service: Service, region: Option<&str>) -> Vec<&'n PrefixList> {
    let is_it = |list: &&PrefixList| list.name.as_deref().is_some_and(|name| is_service_name(name, service, region));
    network.prefix_lists.values().filter(is_it).collect()
}

/// Whether a name reads `com.amazonaws.REGION.SERVICE` (in China `cn.com.amazonaws.…` occurs).
fn is_service_name(name: &str, service: Service, region: Option<&str>) -> bool {
    let Some((_, rest)) = name.split_once("com.amazonaws.") else { return false };
    match rest.split_once('.') {
        Some((at, last)) => last == service.name() && region.is_none_or(|region| region == at),
        None => false,
    }
}

/// Returns the prefix lists whose routes in a VPC lead to a gateway endpoint of the service.
fn lists_routed_to(
    network: &Network,
    vpc: Option<&VpcId>,
    service: Service,
    region: Option<&str>,
) -> Vec<PrefixListId> {
    let leads_there = |target: &RouteTarget| match target {
        RouteTarget::VpcEndpoint(id) => network
            .vpc_endpoints
            .get(id)
            .is_some_and(|endpoint| is_service_name(&endpoint.service_name, service, region)),
        _ => false,
    };
    let tables = network.route_tables.values().filter(|table| Some(&table.vpc) == vpc);
    tables
        .flat_map(|table| &table.routes)
        .filter(|route| leads_there(&route.target))
        .filter_map(|route| match &route.destination {
            RouteDestination::PrefixList(list) => Some(list.clone()),
            RouteDestination::Cidr(_) | RouteDestination::Unmodelled(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_of_s3_and_dynamodb_are_recognised() {
        let s3 = |region: Option<&str>, bucket: Option<&str>| {
            let own = |text: Option<&str>| text.map(ToOwned::to_owned);
            Some(ServiceHost { service: Service::S3, region: own(region), bucket: own(bucket) })
        };
        let east = Some("us-east-1");
        for (host, expected) in [
            ("s3.us-east-1.amazonaws.com", s3(east, None)),
            ("s3.dualstack.us-east-1.amazonaws.com", s3(east, None)),
            ("my.bucket.s3.us-east-1.amazonaws.com", s3(east, Some("my.bucket"))),
            ("b.s3.dualstack.us-east-1.amazonaws.com", s3(east, Some("b"))),
            ("b.s3-us-east-1.amazonaws.com", s3(east, Some("b"))),
            ("B.s3.amazonaws.com.", s3(None, Some("b"))),
            ("b.s3.cn-north-1.amazonaws.com.cn", s3(Some("cn-north-1"), Some("b"))),
            ("b.s3-fips.us-gov-west-1.amazonaws.com", s3(Some("us-gov-west-1"), Some("b"))),
            ("amazonlinux.us-east-1.amazonaws.com", s3(east, Some("amazonlinux.us-east-1.amazonaws.com"))),
            ("repo.us-east-1.amazonaws.com", s3(east, Some("repo.us-east-1.amazonaws.com"))),
            ("ec2.us-east-1.amazonaws.com", None),
            ("s3.example.com", None),
            ("elasticmapreduce.s3x.amazonaws.com", None),
        ] {
            assert_eq!(service_of_host(host), expected, "{host}");
        }
        let dynamodb = service_of_host("dynamodb.eu-west-1.amazonaws.com").unwrap();
        assert_eq!((dynamodb.service, dynamodb.region.as_deref()), (Service::DynamoDb, Some("eu-west-1")));
    }
}
