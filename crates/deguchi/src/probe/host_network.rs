//! The host's own network: interfaces, routes, and the ports that its kernel chooses from (NA-11).

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
};

use nix::ifaddrs::getifaddrs;

use super::{
    facts::{HostRoute, Interface},
    root::{kernel, kernel_number},
    sockets::hexadecimal_address,
};
use crate::report::clean;

/// Returns every interface but loopback, with its addresses.
pub(super) fn interfaces() -> Vec<Interface> {
    let mut found: BTreeMap<String, Vec<IpAddr>> = BTreeMap::new();
    for entry in getifaddrs().into_iter().flatten() {
        let addresses = found.entry(entry.interface_name.clone()).or_default();
        let Some(address) = entry.address else { continue };
        let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
        let v6 = address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip()));
        addresses.extend(v4.or(v6));
    }
    found.remove("lo");
    let all = kernel_number("/proc/sys/net/ipv4/conf/all/rp_filter");
    let interface = |(name, addresses): (String, Vec<IpAddr>)| {
        let own = kernel_number(&format!("/proc/sys/net/ipv4/conf/{name}/rp_filter"));
        // The kernel takes the greater of the two.
        let filter = own.max(all).and_then(|filter| u8::try_from(filter).ok());
        Interface { name: clean(&name), addresses, reverse_path_filter: filter }
    };
    found.into_iter().map(interface).collect()
}

/// Returns the routes of the main table.
pub(super) fn routes() -> Vec<HostRoute> {
    let v4 = kernel("/proc/net/route").unwrap_or_default();
    let v6 = kernel("/proc/net/ipv6_route").unwrap_or_default();
    let mut routes: Vec<HostRoute> = v4.lines().skip(1).filter_map(route_v4).collect();
    routes.extend(v6.lines().filter_map(route_v6));
    routes
}

fn route_v4(line: &str) -> Option<HostRoute> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let address = |at: usize| hexadecimal_address(fields.get(at)?);
    let IpAddr::V4(mask) = address(7)? else { return None };
    let gateway = address(2)?;
    Some(HostRoute {
        destination: format!("{}/{}", address(1)?, u32::from(mask).count_ones()),
        gateway: (gateway != IpAddr::V4(Ipv4Addr::UNSPECIFIED)).then_some(gateway),
        interface: clean(fields.first()?),
        metric: fields.get(6)?.parse().ok()?,
    })
}

/// The table of IPv6 prints addresses in network order, and many routes of the host to itself, which are left out.
fn route_v6(line: &str) -> Option<HostRoute> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let address = |at: usize| {
        let number = u128::from_str_radix(fields.get(at)?, 16).ok()?;
        Some(std::net::Ipv6Addr::from(number))
    };
    let interface = fields.get(9)?;
    let destination = address(0)?;
    // RTF_LOCAL: an address of the host itself.
    let is_own = u32::from_str_radix(fields.get(8)?, 16).ok()? & 0x8000_0000 != 0;
    if is_own || *interface == "lo" || destination.is_multicast() || destination.is_unicast_link_local() {
        return None;
    }
    let gateway = address(4)?;
    Some(HostRoute {
        destination: format!("{destination}/{}", u32::from_str_radix(fields.get(1)?, 16).ok()?),
        gateway: (!gateway.is_unspecified()).then_some(IpAddr::V6(gateway)),
        interface: clean(interface),
        metric: u32::from_str_radix(fields.get(5)?, 16).ok()?,
    })
}

/// The ports that the kernel chooses from.
pub(super) fn ephemeral_ports() -> Option<(u16, u16)> {
    let text = kernel("/proc/sys/net/ipv4/ip_local_port_range")?;
    let mut ports = text.split_whitespace().filter_map(|port| port.parse().ok());
    Some((ports.next()?, ports.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_as_the_kernel_prints_them() {
        let line = "ens5\t00000000\t0101000A\t0003\t0\t0\t512\t00000000\t0\t0\t0";
        let route = route_v4(line).unwrap();
        assert_eq!((route.destination.as_str(), route.gateway), ("0.0.0.0/0", Some("10.0.1.1".parse().unwrap())));
        assert_eq!((route.interface.as_str(), route.metric), ("ens5", 512));
        let line = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00450003     ens5";
        assert_eq!(route_v6(line).unwrap().destination, "::/0");
    }
}
