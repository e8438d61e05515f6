//! Addresses that stand for ones that are not known yet: in a plan, what AWS will choose.

use alloc::collections::{BTreeMap, BTreeSet};
use core::net::Ipv4Addr;

use crate::{Ipv4Net, VpcId};

/// Addresses of the network that stand for ones that are not known yet. Nobody else has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandIns {
    /// Private ones, each with the range that the real one will be in.
    pub private: BTreeMap<(VpcId, Ipv4Addr), Ipv4Net>,
    /// Public ones.
    pub public: BTreeSet<Ipv4Addr>,
}

impl StandIns {
    /// Whether there are none: every address is known.
    pub fn is_empty(&self) -> bool {
        self.private.is_empty() && self.public.is_empty()
    }

    /// The range that an address of a VPC stands for one of; `None` for a known address.
    pub fn range_of(&self, vpc: &VpcId, address: Ipv4Addr) -> Option<Ipv4Net> {
        self.private.get(&(vpc.clone(), address)).copied()
    }
}
