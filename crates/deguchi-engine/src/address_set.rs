//! Sets of addresses, IPv4 and IPv6 in one order.
//!
//! IPv4 addresses stand behind all of IPv6, in the place of its last 2^32 addresses: those are multicast of a scope
//! that is reserved (RFC 4291 §2.7), so no packet has one.

use alloc::{vec, vec::Vec};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use deguchi_model::{IpNet, Ipv4Net, Ipv6Net};

/// The place of `0.0.0.0` in the common order; that of `255.255.255.255` is the last one.
const IPV4_BASE: u128 = u128::MAX - 0xffff_ffff;

/// Returns an address's place in the common order of both families.
pub fn position(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => IPV4_BASE + u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// Returns the address at a place in the common order.
pub fn address_at(position: u128) -> IpAddr {
    match u32::try_from(position.wrapping_sub(IPV4_BASE)) {
        Ok(v4) => IpAddr::V4(Ipv4Addr::from(v4)),
        Err(_) => IpAddr::V6(Ipv6Addr::from(position)),
    }
}

/// Returns the first and the last place of a prefix.
pub fn bounds(cidr: &IpNet) -> (u128, u128) {
    match cidr {
        IpNet::V4(_) => (position(cidr.network()), position(cidr.broadcast())),
        // INVARIANT (families apart): a prefix of IPv6, `::/0` too, ends before the places of IPv4 (RT-5, SG-4).
        IpNet::V6(_) => (position(cidr.network()), position(cidr.broadcast()).min(IPV4_BASE - 1)),
    }
}

/// The places of `64:ff9b::/96`, whose last 32 bits are an IPv4 address (NG-11).
pub const NAT64: (u128, u128) = (NAT64_BASE, NAT64_BASE + 0xffff_ffff);
const NAT64_BASE: u128 = 0x0064_ff9b << 96;

/// Returns the place of the IPv4 address inside one of `64:ff9b::/96`.
pub(crate) fn out_of_nat64(place: u128) -> u128 {
    place.wrapping_sub(NAT64_BASE).wrapping_add(IPV4_BASE)
}

/// Moves ranges of places of IPv4 into `64:ff9b::/96`, where DNS64 puts them; others are left out.
pub fn into_nat64(ranges: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let moved = ranges.iter().filter(|(_, last)| *last >= IPV4_BASE);
    moved
        .map(|(first, last)| ((*first).max(IPV4_BASE) - IPV4_BASE + NAT64_BASE, last - IPV4_BASE + NAT64_BASE))
        .collect()
}

/// A set of addresses of either family.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AddressSet {
    // INVARIANT (disjoint ranges): ascending, neither overlapping nor touching, so that equal sets are equal values.
    ranges: Vec<(u128, u128)>,
}

impl AddressSet {
    /// Returns the set of no address.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Returns the set of one address.
    pub fn single(address: IpAddr) -> Self {
        Self { ranges: vec![(position(address), position(address))] }
    }

    /// Returns the union of prefixes.
    pub fn from_cidrs<'a>(cidrs: impl IntoIterator<Item = &'a IpNet>) -> Self {
        Self::from_ranges(cidrs.into_iter().map(bounds).collect())
    }

    /// Returns the union of ranges of places, both ends included, in any order; crossed ranges are empty.
    pub fn from_ranges(mut ranges: Vec<(u128, u128)>) -> Self {
        ranges.retain(|(first, last)| first <= last);
        ranges.sort_unstable();
        let mut joined: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match joined.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
                _ => joined.push((first, last)),
            }
        }
        Self { ranges: joined }
    }

    /// Returns its ranges of places, ascending, both ends included.
    pub fn ranges(&self) -> &[(u128, u128)] {
        &self.ranges
    }

    /// Whether it holds no address.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether it holds an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let place = position(address);
        self.ranges
            .binary_search_by(|(first, last)| {
                if *last < place {
                    core::cmp::Ordering::Less
                } else if *first > place {
                    core::cmp::Ordering::Greater
                } else {
                    core::cmp::Ordering::Equal
                }
            })
            .is_ok()
    }

    /// Whether it holds an address between two places, both included.
    pub fn overlaps(&self, first: u128, last: u128) -> bool {
        let after = self.ranges.partition_point(|(_, end)| *end < first);
        self.ranges.get(after).is_some_and(|(start, _)| *start <= last)
    }

    /// Whether all of it lies within the union of ranges.
    pub fn is_within(&self, ranges: &[(u128, u128)]) -> bool {
        match ranges {
            // One range is the common case, and needs no union.
            [(first, last)] => {
                self.ranges.first().is_none_or(|(start, _)| start >= first)
                    && self.ranges.last().is_none_or(|(_, end)| end <= last)
            }
            _ => self.minus(&Self::from_ranges(ranges.to_vec())).is_empty(),
        }
    }

    /// Returns what is in either.
    pub fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.ranges.iter().chain(&other.ranges).copied().collect())
    }

    /// Returns what is in it and not in the other.
    pub fn minus(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut holes = other.ranges.iter().copied().peekable();
        for &(first, last) in &self.ranges {
            let mut from = first;
            while holes.next_if(|(_, end)| *end < first).is_some() {}
            let mut here = holes.clone();
            let mut is_open = true;
            while let Some((start, end)) = here.next_if(|(start, _)| *start <= last) {
                if start > from {
                    left.push((from, start - 1));
                }
                if end >= last {
                    is_open = false;
                    break;
                }
                from = from.max(end + 1);
            }
            if is_open {
                left.push((from, last));
            }
        }
        Self::from_ranges(left)
    }

    /// Returns what is in both.
    pub fn intersection(&self, other: &Self) -> Self {
        self.minus(&self.minus(other))
    }

    /// The only address it holds, where it holds one alone.
    pub fn only(&self) -> Option<IpAddr> {
        match self.ranges.as_slice() {
            [(first, last)] if first == last => Some(address_at(*first)),
            _ => None,
        }
    }

    /// Its lowest address; IPv6 comes before IPv4.
    pub fn first(&self) -> Option<IpAddr> {
        self.ranges.first().map(|(first, _)| address_at(*first))
    }

    /// Returns the fewest prefixes that make up the set, ascending.
    pub fn cidrs(&self) -> Vec<IpNet> {
        let mut cidrs = Vec::new();
        for &(first, last) in &self.ranges {
            if first < IPV4_BASE {
                // A prefix of IPv6 that ends where IPv4 begins is printed as it was written.
                let last = if last >= IPV4_BASE - 1 { u128::MAX } else { last };
                cidrs_of_range(first, last, 0, &mut cidrs);
            }
            if last >= IPV4_BASE {
                cidrs_of_range(first.max(IPV4_BASE), last, IPV4_BASE, &mut cidrs);
            }
        }
        cidrs
    }

    /// Every public IPv4 address: what an internet gateway carries and routers on the internet know.
    ///
    /// Left out are the ranges that IANA's special-purpose registry (RFC 6890) calls not globally reachable,
    /// but not the documentation ranges: written examples use them as if they were public.
    pub fn public_ipv4() -> Self {
        Self::every_ipv4().minus(&Self::from_cidrs(&NOT_PUBLIC_IPV4))
    }

    /// Every IPv4 address.
    pub fn every_ipv4() -> Self {
        Self::from_ranges(vec![(IPV4_BASE, u128::MAX)])
    }

    /// Every IPv6 address.
    pub fn every_ipv6() -> Self {
        Self::from_ranges(vec![(0, IPV4_BASE - 1)])
    }

    /// Every global unicast IPv6 address, `2000::/3`.
    pub fn public_ipv6() -> Self {
        Self::from_ranges(vec![(0x2000 << 112, (0x4000 << 112) - 1)])
    }

    /// The private addresses of RFC 1918, which an internet gateway refuses (IG-5).
    pub fn rfc1918() -> Self {
        Self::from_cidrs(&RFC1918)
    }

    /// `169.254.168.0/22` and `fd00:ec2::/32`, which no route of a VPC carries (PW-12).
    pub fn never_routed() -> Self {
        Self::from_cidrs(&NEVER_ROUTED)
    }

    /// The shared addresses of RFC 6598, which an internet gateway refuses (IG-5).
    pub fn rfc6598() -> Self {
        Self::from_cidrs(&[RFC6598])
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

const RFC6598: IpNet = v4(100, 64, 0, 0, 10);
const RFC1918: [IpNet; 3] = [v4(10, 0, 0, 0, 8), v4(172, 16, 0, 0, 12), v4(192, 168, 0, 0, 16)];
const NEVER_ROUTED: [IpNet; 2] =
    [v4(169, 254, 168, 0, 22), IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0), 32))];
const NOT_PUBLIC_IPV4: [IpNet; 9] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    RFC6598,
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Cuts a range of one family, whose places begin at `base`, into prefixes.
fn cidrs_of_range(first: u128, last: u128, base: u128, into: &mut Vec<IpNet>) {
    let width: u32 = if base == IPV4_BASE { 32 } else { 128 };
    let mut from = first;
    loop {
        // The largest block that starts here: aligned, and ending at `last` at the latest.
        let mut host_bits = (from - base).trailing_zeros().min(width);
        let mut end = block_end(from, host_bits);
        while end > last {
            host_bits -= 1;
            end = block_end(from, host_bits);
        }
        let length = u8::try_from(width - host_bits).unwrap_or(0);
        into.extend(IpNet::new(address_at(from), length));
        if end >= last {
            return;
        }
        from = end + 1;
    }
}

/// Returns the last place of a block of `2^host_bits` places.
fn block_end(from: u128, host_bits: u32) -> u128 {
    from + 1_u128.checked_shl(host_bits).map_or(u128::MAX - from, |size| size - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    fn set(cidrs: &[&str]) -> AddressSet {
        AddressSet::from_cidrs(&cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect::<Vec<IpNet>>())
    }

    #[test]
    fn a_range_is_printed_as_the_fewest_prefixes() {
        let cidrs = set(&["10.0.0.0/25", "10.0.0.128/25", "10.0.1.0/24", "10.0.2.7/32"]).cidrs();
        assert_eq!(cidrs.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.0/23", "10.0.2.7/32"]);
        assert_eq!(set(&["::/0"]).cidrs().len(), 1);
        let both = set(&["::/0", "0.0.0.0/0"]).cidrs();
        assert_eq!(both.iter().map(ToString::to_string).collect::<Vec<_>>(), ["::/0", "0.0.0.0/0"]);
    }

    #[test]
    fn no_prefix_of_ipv6_holds_an_ipv4_address() {
        for cidr in ["::/0", "::/1", "8000::/1", "ff00::/8", "::ffff:0:0/96"] {
            assert!(set(&[cidr]).intersection(&set(&["0.0.0.0/0"])).is_empty(), "{cidr}");
        }
        assert!(!set(&["0.0.0.0/0"]).contains("::ffff:10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn public_addresses_leave_out_what_an_internet_gateway_refuses() {
        let public = AddressSet::public_ipv4();
        assert!(public.contains("198.51.100.80".parse().unwrap()) && public.contains("8.8.8.8".parse().unwrap()));
        for private in ["10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "2001:db8::1"] {
            assert!(!public.contains(private.parse().unwrap()), "{private}");
        }
    }

    proptest! {
        #[test]
        fn set_operations_agree_with_each_element(
            a in proptest::collection::vec((0_u128..60, 0_u128..9), 0..6),
            b in proptest::collection::vec((0_u128..60, 0_u128..9), 0..6),
        ) {
            let make = |ranges: &[(u128, u128)]| AddressSet::from_ranges(ranges.iter().map(|(f, l)| (*f, f + l)).collect());
            let (a, b) = (make(&a), make(&b));
            for place in 0..80_u128 {
                let address = address_at(place);
                let (in_a, in_b) = (a.contains(address), b.contains(address));
                prop_assert_eq!(a.union(&b).contains(address), in_a || in_b);
                prop_assert_eq!(a.minus(&b).contains(address), in_a && !in_b);
                prop_assert_eq!(a.intersection(&b).contains(address), in_a && in_b);
            }
            prop_assert_eq!(AddressSet::from_cidrs(&a.cidrs()), a);
        }
    }
}
