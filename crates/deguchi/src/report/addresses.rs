//! Sets of addresses and of ports as lists of short texts. Leaves out folding long lists: that is layout.

use std::net::IpAddr;

use deguchi_engine::{AddressSet, address_set::address_at};
use deguchi_model::IpNet;

/// Returns the ranges of a set, ascending: an address, a CIDR, or `FIRST-LAST` where a range is no CIDR.
pub(crate) fn address_list(set: &AddressSet) -> Vec<String> {
    set.ranges().iter().map(|range| address_range(*range)).collect()
}

fn address_range(range: (u128, u128)) -> String {
    let (first, last) = (address_at(range.0), address_at(range.1));
    if first == last {
        return first.to_string();
    }
    match AddressSet::from_ranges(vec![range]).cidrs().as_slice() {
        [cidr] => cidr.to_string(),
        _ => format!("{first}-{last}"),
    }
}

/// Returns ranges of ports as texts: `443`, or `FIRST-LAST`.
pub(crate) fn port_list(ranges: &[(u16, u16)]) -> Vec<String> {
    ranges
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect()
}

/// Returns the union of two lists of port ranges, ascending.
pub(crate) fn join_ports(some: &[(u16, u16)], others: &[(u16, u16)]) -> Vec<(u16, u16)> {
    let mut ranges: Vec<(u16, u16)> = some.iter().chain(others).copied().collect();
    ranges.sort_unstable();
    let mut joined: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match joined.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}

/// A set of addresses with a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WellKnown {
    /// Every public IPv4 address.
    PublicIpv4,
    /// Public IPv4 addresses except a few, e.g. those that the snapshot holds.
    OtherPublicIpv4,
    /// Every public IPv6 address.
    PublicIpv6,
    /// Public IPv6 addresses except a few, e.g. those that the snapshot holds.
    OtherPublicIpv6,
}

impl WellKnown {
    /// Returns the name of a set, where it has one.
    pub(crate) fn of(set: &AddressSet) -> Option<Self> {
        if set.ranges().len() < 2 && !is_wide(set) {
            return None;
        }
        let (ipv4, ipv6) = (AddressSet::public_ipv4(), AddressSet::public_ipv6());
        if *set == ipv4 {
            Some(Self::PublicIpv4)
        } else if *set == ipv6 {
            Some(Self::PublicIpv6)
        } else if is_most_of(set, &ipv4) {
            Some(Self::OtherPublicIpv4)
        } else if is_most_of(set, &ipv6) {
            Some(Self::OtherPublicIpv6)
        } else {
            None
        }
    }
}

fn is_wide(set: &AddressSet) -> bool {
    set.cidrs().first().is_some_and(|cidr| match cidr {
        IpNet::V4(_) => cidr.prefix_len() == 0,
        IpNet::V6(_) => cidr.prefix_len() <= 3,
    })
}

/// What share may be lacking. Chosen by us: what a snapshot holds, with S3's and DynamoDB's ranges of any region, is less
/// than 0.2 % of the public IPv4 addresses, and one `/8` is more than 0.4 %.
const NEARLY: f64 = 0.004;

/// Whether a set lies in a whole and lacks next to nothing of it.
fn is_most_of(set: &AddressSet, whole: &AddressSet) -> bool {
    set.minus(whole).is_empty() && size(&whole.minus(set)) < size(whole) * NEARLY
}

fn size(set: &AddressSet) -> f64 {
    set.cidrs()
        .iter()
        .map(|cidr| {
            let bits = if matches!(cidr.network(), IpAddr::V4(_)) { 32 } else { 128 };
            2_f64.powi(bits - i32::from(cidr.prefix_len()))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{WellKnown, address_list, join_ports};
    use deguchi_engine::AddressSet;
    use deguchi_model::IpNet;

    #[test]
    fn ranges_are_printed_in_their_shortest_form() {
        let set =
            |cidrs: &[&str]| AddressSet::from_cidrs(&cidrs.iter().map(|c| c.parse().unwrap()).collect::<Vec<IpNet>>());
        let list =
            address_list(&set(&["10.0.0.0/24", "10.0.1.0/25", "192.0.2.1/32", "2001:db8::/32", "198.51.100.0/24"]));
        assert_eq!(list, ["2001:db8::/32", "10.0.0.0-10.0.1.127", "192.0.2.1", "198.51.100.0/24"]);
        let held = AddressSet::single("203.0.113.9".parse().unwrap());
        assert_eq!(WellKnown::of(&AddressSet::public_ipv4().minus(&held)), Some(WellKnown::OtherPublicIpv4));
        assert_eq!(WellKnown::of(&AddressSet::public_ipv4()), Some(WellKnown::PublicIpv4));
        assert_eq!(WellKnown::of(&AddressSet::public_ipv6()), Some(WellKnown::PublicIpv6));
        assert_eq!(WellKnown::of(&AddressSet::public_ipv4().minus(&set(&["52.0.0.0/8"]))), None);
        assert_eq!(WellKnown::of(&set(&["10.0.0.0/8"])), None);
        assert_eq!(join_ports(&[(5, 9)], &[(1, 1), (10, 12)]), [(1, 1), (5, 12)]);
    }
}
