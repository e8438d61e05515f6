//! Addresses that are known only after apply. The network needs some address: one that nothing else has stands for it, and
//! whatever would come out otherwise for another of the subnet's addresses is undecided.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
};

use deguchi_model::{IpNet, Ipv4Net};
use serde_json::Value;

use super::{document::Resource, reader::Reader};

/// An address that stands for one that is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StandIn {
    pub(crate) address: Ipv4Addr,
    /// What has it.
    pub(crate) resource: String,
    /// The VPC and the range that the real one is in; `None` for a public one.
    pub(crate) inside: Option<(String, Ipv4Net)>,
}

/// Addresses in use.
#[derive(Debug, Default)]
pub(super) struct StandIns {
    pub(super) taken: BTreeSet<Ipv4Addr>,
    pub(super) found: Vec<StandIn>,
    /// Every range that anything in the network names: an address in none of them is like most.
    pub(super) ranges: Vec<Ipv4Net>,
}

impl Reader<'_> {
    /// A private address in a subnet, for a resource whose own is not known yet.
    pub(super) fn private_stand_in(&mut self, vpc: &str, subnet: &str, resource: &Resource) -> Option<String> {
        self.stand_in(vpc, subnet, &resource.address)
    }

    /// A private address in a subnet.
    pub(super) fn stand_in(&mut self, vpc: &str, subnet: &str, resource: &str) -> Option<String> {
        let Some(range) = self.subnets.get(subnet).and_then(|facts| facts.cidr_block) else {
            return self.stand_in_somewhere(vpc, resource);
        };
        // AWS keeps the first four addresses and the last one for itself.
        let (first, last) =
            (u32::from(range.network()).saturating_add(4), u32::from(range.broadcast()).saturating_sub(1));
        let free = || (first..=last).map(Ipv4Addr::from).filter(|address| !self.stand_ins.taken.contains(address));
        let finer: Vec<&Ipv4Net> = self
            .stand_ins
            .ranges
            .iter()
            .filter(|own| own.prefix_len() > range.prefix_len() && range.contains(&own.network()))
            .collect();
        let plain = free().take(MOST_TRIED).find(|address| !finer.iter().any(|range| range.contains(address)));
        let address = plain.or_else(|| free().next())?;
        self.stand_ins.taken.insert(address);
        let inside = Some((vpc.to_owned(), range));
        self.stand_ins.found.push(StandIn { address, resource: resource.to_owned(), inside });
        Some(address.to_string())
    }

    /// A private address in a subnet whose range is not known: it may be any.
    fn stand_in_somewhere(&mut self, vpc: &str, resource: &str) -> Option<String> {
        let free = (1..=u16::MAX).map(|number| Ipv4Addr::from(0xFFFF_FFFF - 0xFFFF + u32::from(number) - 1));
        let address = free.into_iter().find(|address| self.stand_ins.taken.insert(*address))?;
        let inside = Some((vpc.to_owned(), Ipv4Net::default()));
        self.stand_ins.found.push(StandIn { address, resource: resource.to_owned(), inside });
        Some(address.to_string())
    }

    /// A public address. It is one that nobody can have (240.0.0.0/4, RFC 1112), so that no rule names it.
    pub(super) fn public_stand_in(&mut self, resource: &str) -> String {
        if let Some(own) = self.stand_ins.found.iter().find(|own| own.inside.is_none() && own.resource == resource) {
            return own.address.to_string();
        }
        let before = self.stand_ins.found.iter().filter(|own| own.inside.is_none()).count();
        let number = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
        let address = Ipv4Addr::from(u32::from(Ipv4Addr::new(240, 0, 0, 0)).saturating_add(number));
        self.stand_ins.found.push(StandIn { address, resource: resource.to_owned(), inside: None });
        address.to_string()
    }

    /// Gathers every range that the answers so far name.
    pub(super) fn gather_ranges(&mut self) {
        let mut ranges = BTreeSet::new();
        for (element, _) in self.answers.lists.values().flatten() {
            ranges_in(element, &mut ranges);
        }
        self.stand_ins.ranges = ranges.into_iter().collect();
    }
}

/// So many addresses are looked at for one that no range names.
const MOST_TRIED: usize = 65_536;

fn ranges_in(value: &Value, ranges: &mut BTreeSet<Ipv4Net>) {
    match value {
        Value::String(text) => match text.parse::<IpNet>() {
            Ok(IpNet::V4(range)) => {
                ranges.insert(range.trunc());
            }
            Ok(IpNet::V6(_)) => {}
            Err(_) => {
                if let Ok(IpAddr::V4(address)) = text.parse() {
                    ranges.insert(Ipv4Net::from(address));
                }
            }
        },
        Value::Array(elements) => elements.iter().for_each(|element| ranges_in(element, ranges)),
        Value::Object(members) => members.values().for_each(|member| ranges_in(member, ranges)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
