//! Where a process waits for a connection to be made: `SYN-SENT` of the kernel's table, tied to it by its sockets.

use std::{
    collections::BTreeSet,
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use super::root::kernel;

/// `TCP_SYN_SENT`.
const SYN_SENT: &str = "02";

/// Returns where these processes wait for an answer; `None` where the system shows nobody's sockets.
pub(super) fn connecting(processes: &BTreeSet<u32>) -> Option<Vec<String>> {
    let mut inodes = BTreeSet::new();
    let mut is_seen = false;
    for pid in processes {
        let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else { continue };
        is_seen = true;
        for entry in entries.flatten() {
            let Ok(link) = fs::read_link(entry.path()) else { continue };
            let inode =
                link.to_str().and_then(|text| text.strip_prefix("socket:[")?.strip_suffix(']')?.parse::<u64>().ok());
            inodes.extend(inode);
        }
    }
    if !is_seen {
        return None;
    }
    let mut found = BTreeSet::new();
    for pid in processes {
        for table in ["tcp", "tcp6"] {
            let text = kernel(&format!("/proc/{pid}/net/{table}")).unwrap_or_default();
            found.extend(text.lines().skip(1).filter_map(|line| waiting(line, &inodes)));
        }
    }
    Some(found.into_iter().map(|address: SocketAddr| address.to_string()).collect())
}

/// Reads one line of the table: the far end of a connection of these sockets that nobody has answered.
fn waiting(line: &str, inodes: &BTreeSet<u64>) -> Option<SocketAddr> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let is_theirs = inodes.contains(&fields.get(9)?.parse().ok()?);
    if *fields.get(3)? != SYN_SENT || !is_theirs {
        return None;
    }
    let (address, port) = fields.get(2)?.split_once(':')?;
    Some(SocketAddr::new(hexadecimal_address(address)?, u16::from_str_radix(port, 16).ok()?))
}

/// Reads an address as `/proc/net` prints it: words of 32 bits in the machine's own order.
pub(super) fn hexadecimal_address(text: &str) -> Option<IpAddr> {
    let word = |at: usize| Some(u32::from_str_radix(text.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    match text.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?];
            let bytes: Vec<u8> = words.into_iter().flatten().collect();
            let address = Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?);
            Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_unanswered_connections_are_told() {
        let table = "   1: 0F02000A:B5A6 0A00DA34:01BB 02 00000001:00000000 01:00000064 00000001     0        0 4242 2 0\n\
                        2: 0F02000A:B5A8 0A00DA34:0050 01 00000000:00000000 00:00000000 00000000     0        0 4242 1 0\n\
                        3: 0F02000A:B5A9 0A00DA35:01BB 02 00000001:00000000 01:00000064 00000001     0        0 7 2 0";
        let found: Vec<_> = table.lines().filter_map(|line| waiting(line, &BTreeSet::from([4242]))).collect();
        assert_eq!(found, ["52.218.0.10:443".parse().unwrap()]);
        let mapped = hexadecimal_address("0000000000000000FFFF00000100007F");
        assert_eq!(mapped, Some("127.0.0.1".parse().unwrap()));
    }
}
