//! What the lab's resolver answers for a name: an address of the lab, or that there is none.
//!
//! Names are not looked up anywhere. What a network and the catalogue name has an address here; any other public name
//! has one too, because a host on the internet stands for every public address. Leaves out messages (`resolver.rs`).

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use deguchi_model::{IpNet, Network, PrefixListEntries, Vpc};
use serde::{Deserialize, Serialize};

use super::region::{region_of, service_domain};

/// Where a name without an address of its own stands: one address of each family, public and nobody's in a snapshot.
const INTERNET_HOST: (Ipv4Addr, Ipv6Addr) =
    (Ipv4Addr::new(93, 184, 216, 34), Ipv6Addr::new(0x2606, 0x2800, 0x220, 1, 0x248, 0x1893, 0x25c8, 0x1946));

/// Where S3 and DynamoDB stand if the snapshot has no ranges of them: an address each that AWS lists for the service
/// in `us-east-1`, for want of a better one.
const STORAGE_HOST: Ipv4Addr = Ipv4Addr::new(52, 216, 0, 10);
const TABLES_HOST: Ipv4Addr = Ipv4Addr::new(52, 94, 0, 10);

/// S3 over IPv6, for the names that have both families (RP-3).
const STORAGE_HOST_IPV6: Ipv6Addr = Ipv6Addr::new(0x2600, 0x1fa0, 0x8000, 0, 0x34d8, 0, 0, 0x10);

/// Names that are known to have no IPv6 address, as observed; every other name on the lab's internet has both families.
const IPV4_ONLY: [&str; 3] = ["amazon.com", "sendgrid.com", "amazonaws.com"];

/// Last labels of names that are never on the internet (RFC 6761, RFC 6762, and what AWS uses inside a VPC).
const NEVER_PUBLIC: [&str; 8] = ["internal", "local", "localhost", "invalid", "test", "example", "arpa", "onion"];

/// Names and their addresses, as one VPC's resolver knows them. Names are in lower case, without a full stop behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Addresses of exactly these names.
    pub names: BTreeMap<String, Vec<IpAddr>>,
    /// Addresses of these names and of everything below; the longest decides.
    pub domains: BTreeMap<String, Vec<IpAddr>>,
    /// Addresses of any other public name; none, if only what is listed exists.
    pub elsewhere: Vec<IpAddr>,
}

/// A family of addresses that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A records.
    Ipv4,
    /// AAAA records.
    Ipv6,
}

/// What a zone says of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It exists, with these addresses of the family asked for; possibly none.
    Addresses(Vec<IpAddr>),
    /// It does not exist (NXDOMAIN).
    NoSuchName,
}

impl Zone {
    /// Looks a name up.
    pub fn look_up(&self, name: &str, family: Family) -> Lookup {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let Some(all) = self.addresses_of(&name) else { return Lookup::NoSuchName };
        let is_asked = |address: &&IpAddr| address.is_ipv4() == (family == Family::Ipv4);
        Lookup::Addresses(all.iter().filter(is_asked).copied().collect())
    }

    fn addresses_of(&self, name: &str) -> Option<&[IpAddr]> {
        if let Some(addresses) = self.names.get(name) {
            return Some(addresses);
        }
        let mut rest = name;
        loop {
            if let Some(addresses) = self.domains.get(rest) {
                return Some(addresses);
            }
            let Some((_, parent)) = rest.split_once('.') else { break };
            rest = parent;
        }
        let is_public = name.rsplit_once('.').is_some_and(|(_, last)| !NEVER_PUBLIC.contains(&last));
        (is_public && !self.elsewhere.is_empty()).then_some(&self.elsewhere)
    }
}

/// Returns what the resolver of a VPC knows: the machines of the VPC, S3 and DynamoDB where their prefix lists say
/// they are, and the internet.
pub fn zone(network: &Network, vpc: &Vpc) -> Zone {
    let region = region_of(vpc);
    let domain = service_domain(region);
    let storage = service_address(network, region, "s3").unwrap_or(STORAGE_HOST);
    let tables = service_address(network, region, "dynamodb").unwrap_or(TABLES_HOST);
    let elsewhere = vec![IpAddr::V4(INTERNET_HOST.0), IpAddr::V6(INTERNET_HOST.1)];
    let mut zone = Zone { elsewhere, ..Zone::default() };
    zone.domains.insert(format!("s3.{region}.{domain}"), vec![IpAddr::V4(storage)]);
    zone.domains.insert(format!("s3.{domain}"), vec![IpAddr::V4(storage)]);
    let both = vec![IpAddr::V4(storage), IpAddr::V6(STORAGE_HOST_IPV6)];
    zone.domains.insert(format!("s3.dualstack.{region}.{domain}"), both);
    // Buckets of Amazon Linux 1 and early Amazon Linux 2 have names of their own (RP-1).
    for bucket in ["amazonlinux", "repo", "packages"] {
        zone.names.insert(format!("{bucket}.{region}.{domain}"), vec![IpAddr::V4(storage)]);
    }
    zone.domains.insert(format!("dynamodb.{region}.{domain}"), vec![IpAddr::V4(tables)]);
    add_machines(&mut zone, network, vpc, region);
    for name in IPV4_ONLY {
        zone.domains.insert(name.to_owned(), vec![IpAddr::V4(INTERNET_HOST.0)]);
    }
    zone
}

/// The names that AWS gives to a VPC's machines: the private one, and the public one, which leads to the private
/// address when asked inside the VPC.
fn add_machines(zone: &mut Zone, network: &Network, vpc: &Vpc, region: &str) {
    let (inside, outside) = match region {
        "us-east-1" => ("ec2.internal".to_owned(), "compute-1.amazonaws.com".to_owned()),
        _ => (format!("{region}.compute.internal"), format!("{region}.compute.{}", service_domain(region))),
    };
    for interface in network.network_interfaces.values().filter(|interface| interface.vpc == vpc.id) {
        for address in &interface.addresses {
            let private = vec![IpAddr::V4(address.private)];
            zone.names.insert(format!("ip-{}.{inside}", dashed(address.private)), private.clone());
            if let Some(public) = address.public {
                zone.names.insert(format!("ec2-{}.{outside}", dashed(public)), private);
            }
        }
    }
}

fn dashed(address: Ipv4Addr) -> String {
    address.to_string().replace('.', "-")
}

/// An address of a service: the tenth of the first range in its prefix list, or the first in a smaller range.
fn service_address(network: &Network, region: &str, service: &str) -> Option<Ipv4Addr> {
    let ending = format!(".{region}.{service}");
    let lists = network.prefix_lists.values();
    let mut named = lists.filter(|list| list.name.as_ref().is_some_and(|name| name.ends_with(&ending)));
    named.find_map(|list| match &list.entries {
        PrefixListEntries::Known(ranges) => ranges.iter().find_map(|range| match range {
            IpNet::V4(range) => range.hosts().nth(9).or_else(|| range.hosts().next()),
            IpNet::V6(_) => None,
        }),
        PrefixListEntries::Unknown => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn small() -> Zone {
        Zone {
            names: BTreeMap::from([("a.s3.eu-west-1.amazonaws.com".to_owned(), vec![address("192.0.2.9")])]),
            domains: BTreeMap::from([
                ("amazonaws.com".to_owned(), vec![address("192.0.2.1")]),
                ("s3.eu-west-1.amazonaws.com".to_owned(), vec![address("192.0.2.2"), address("2001:db8::2")]),
            ]),
            elsewhere: vec![address("192.0.2.3")],
        }
    }

    #[test]
    fn an_exact_name_goes_before_a_domain_and_a_longer_domain_before_a_shorter() {
        let zone = small();
        for (name, expected) in [
            ("a.s3.eu-west-1.amazonaws.com", "192.0.2.9"),
            ("B.S3.eu-west-1.AmazonAWS.com.", "192.0.2.2"),
            ("sts.eu-west-1.amazonaws.com", "192.0.2.1"),
            ("notamazonaws.com", "192.0.2.3"),
        ] {
            assert_eq!(zone.look_up(name, Family::Ipv4), Lookup::Addresses(vec![address(expected)]), "{name}");
        }
    }

    #[test]
    fn a_name_without_an_address_of_the_family_exists_all_the_same() {
        assert_eq!(small().look_up("example.org", Family::Ipv6), Lookup::Addresses(Vec::new()));
        let asked = small().look_up("b.s3.eu-west-1.amazonaws.com", Family::Ipv6);
        assert_eq!(asked, Lookup::Addresses(vec![address("2001:db8::2")]));
    }

    #[test]
    fn names_that_are_never_public_do_not_exist_unless_listed() {
        for name in ["web-1", "db.internal", "printer.local", "1.2.0.192.in-addr.arpa", "x.invalid"] {
            assert_eq!(small().look_up(name, Family::Ipv4), Lookup::NoSuchName, "{name}");
        }
        let closed = Zone { elsewhere: Vec::new(), ..small() };
        assert_eq!(closed.look_up("example.org", Family::Ipv4), Lookup::NoSuchName);
    }

    fn network() -> (Network, Vpc) {
        use deguchi_model::{BlockPublicAccess, InterfaceListing, PrefixList, Region};
        let vpc = Vpc {
            id: "vpc-1".into(),
            name: None,
            owner: None,
            region: Some(Region::new("eu-west-1")),
            cidr_blocks: vec!["10.0.0.0/16".parse().unwrap()],
            ipv6_cidr_blocks: Vec::new(),
            interface_listing: InterfaceListing::Complete,
            block_public_access: BlockPublicAccess::Off,
            dns: deguchi_model::VpcDns::default(),
        };
        let list = PrefixList {
            id: "pl-1".into(),
            name: Some("com.amazonaws.eu-west-1.s3".to_owned()),
            entries: PrefixListEntries::Known(vec!["52.218.0.0/17".parse().unwrap()]),
        };
        let mut network = Network::default();
        network.prefix_lists.insert(list.id.clone(), list);
        network.vpcs.insert(vpc.id.clone(), vpc.clone());
        (network, vpc)
    }

    #[test]
    fn s3_stands_where_its_prefix_list_says() {
        let (network, vpc) = network();
        let zone = zone(&network, &vpc);
        for name in ["b.s3.eu-west-1.amazonaws.com", "b.s3.dualstack.eu-west-1.amazonaws.com", "b.s3.amazonaws.com"] {
            let found = zone.look_up(name, Family::Ipv4);
            assert_eq!(found, Lookup::Addresses(vec![address("52.218.0.10")]), "{name}");
        }
        // Only the names of both families have one of IPv6 (RP-3).
        assert_eq!(zone.look_up("b.s3.eu-west-1.amazonaws.com", Family::Ipv6), Lookup::Addresses(Vec::new()));
        let both = zone.look_up("b.s3.dualstack.eu-west-1.amazonaws.com", Family::Ipv6);
        assert_eq!(both, Lookup::Addresses(vec![IpAddr::V6(STORAGE_HOST_IPV6)]));
    }

    #[test]
    fn any_other_public_host_stands_on_the_internet() {
        let (network, vpc) = network();
        let found = zone(&network, &vpc).look_up("api.sendgrid.com", Family::Ipv4);
        assert_eq!(found, Lookup::Addresses(vec![IpAddr::V4(INTERNET_HOST.0)]));
    }
}
