//! The two families of addresses, and prefixes of one address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use deguchi_model::{IpNet, Ipv4Net, Ipv6Net};

/// Every address of IPv4 and of IPv6.
pub(super) fn everything() -> [IpNet; 2] {
    [IpNet::V4(Ipv4Net::default()), IpNet::V6(Ipv6Net::default())]
}

/// The prefix of exactly one address.
pub(super) fn single(address: IpAddr) -> IpNet {
    IpNet::from(address)
}

pub(super) const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

pub(super) const fn v6(first: u16, second: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), length))
}

/// What an internet gateway refuses: RFC 1918 and RFC 6598 (IG-5).
pub(super) const REFUSED: [IpNet; 4] =
    [v4(10, 0, 0, 0, 8), v4(172, 16, 0, 0, 12), v4(192, 168, 0, 0, 16), v4(100, 64, 0, 0, 10)];

/// What no route carries (PW-12).
pub(super) const UNROUTED: [IpNet; 2] = [v4(169, 254, 168, 0, 22), v6(0xfd00, 0xec2, 32)];

/// What is on no internet: the refused ranges, this host, link-local, multicast, and their like of IPv6.
pub(super) fn never_on_the_internet() -> Vec<IpNet> {
    let more = [
        v4(0, 0, 0, 0, 8),
        v4(127, 0, 0, 0, 8),
        v4(169, 254, 0, 0, 16),
        v4(224, 0, 0, 0, 3),
        v6(0xfc00, 0, 7),
        v6(0xfe80, 0, 10),
        v6(0xff00, 0, 8),
    ];
    REFUSED.into_iter().chain(more).collect()
}

/// How nftables writes a prefix: an address alone where it is one.
pub(super) fn written(range: &IpNet) -> String {
    if range.prefix_len() == range.max_prefix_len() { range.addr().to_string() } else { range.trunc().to_string() }
}

/// `ip` or `ip6`, as nftables calls the header.
pub(super) fn header(range: &IpNet) -> &'static str {
    match range {
        IpNet::V4(_) => "ip",
        IpNet::V6(_) => "ip6",
    }
}
