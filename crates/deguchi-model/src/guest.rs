//! What was seen in an instance's guest, on the machine itself: no AWS answer shows it (NI-4).

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use crate::NetworkInterfaceId;

/// What was seen in an instance's guest. What was not seen is `None`, never "no".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guest {
    /// Whether its kernel forwards IPv4 packets (`net.ipv4.ip_forward`).
    pub forwards_ipv4: Option<bool>,
    /// Whether its firewall drops whatever is to be forwarded; `Some(false)` where no rule stops any.
    pub drops_forwarded: Option<bool>,
    /// The interface that its default route leaves by.
    pub default_interface: Option<NetworkInterfaceId>,
    /// Where it masquerades.
    pub masquerade: Option<Masquerade>,
}

/// Where a guest masquerades.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masquerade {
    /// Interfaces by which every packet leaves with the guest's own address.
    pub on: BTreeSet<NetworkInterfaceId>,
    /// Interfaces by which some do: under conditions that are not judged.
    pub partly_on: BTreeSet<NetworkInterfaceId>,
    /// Interfaces of the guest that are known by their addresses, and so can be judged.
    pub known: BTreeSet<NetworkInterfaceId>,
    /// What its rules name, as written there: names of devices, which need not exist.
    pub devices: Vec<String>,
}
