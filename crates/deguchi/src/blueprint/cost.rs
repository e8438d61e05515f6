//! What a network costs in a month, by a dated table of prices. Leaves out data: how much will flow, nobody knows yet.

use super::{Blueprint, Nat};
use crate::fix::prices::{Prices, RegionPrices};

/// The root disk of Amazon Linux 2023's images, in gigabytes.
const DISK: f64 = 8.0;

/// What is paid for by the hour, and what it comes to in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Monthly {
    /// NAT gateways; a regional one is one for each zone.
    pub nat_gateways: u8,
    /// Small instances, each with its disk.
    pub instances: u8,
    /// Public IPv4 addresses.
    pub public_addresses: u8,
    /// What they come to, in the table's currency.
    pub amount: f64,
    /// What a gigabyte through the NAT gateways costs besides; `None` without any.
    pub gigabyte: Option<f64>,
}

impl Monthly {
    /// What a kind of NAT costs in so many zones.
    pub fn of_nat(nat: Nat, zones: u8, prices: &Prices, of_region: &RegionPrices) -> Self {
        let own = match nat {
            Nat::Gateway => Self { nat_gateways: 1, public_addresses: 1, ..Self::default() },
            Nat::GatewayPerZone | Nat::Regional => {
                Self { nat_gateways: zones, public_addresses: zones, ..Self::default() }
            }
            Nat::Instance | Nat::InstanceTwoInterfaces => Self { instances: 1, public_addresses: 1, ..Self::default() },
            Nat::None => Self::default(),
        };
        own.priced(prices, of_region)
    }

    /// What the machines to try a network with cost; `None` without any.
    pub fn of_machines(blueprint: &Blueprint, prices: &Prices, of_region: &RegionPrices) -> Option<Self> {
        let of_protected = if blueprint.nat.has_protected() { blueprint.ranges.number_of_zones() } else { 0 };
        // One in a public subnet, which has an address, and one in a private one.
        let own = Self { instances: 2 + of_protected, public_addresses: 1, ..Self::default() };
        blueprint.has_machines.then(|| own.priced(prices, of_region))
    }

    fn priced(self, prices: &Prices, of_region: &RegionPrices) -> Self {
        let hourly = f64::from(self.nat_gateways) * of_region.nat_gateway_hour
            + f64::from(self.instances) * of_region.nat_instance_hour
            + f64::from(self.public_addresses) * of_region.public_ipv4_hour;
        let disks = f64::from(self.instances) * DISK * of_region.disk_gigabyte_month;
        let gigabyte = (self.nat_gateways > 0).then_some(of_region.nat_gateway_gigabyte);
        Self { amount: hourly * prices.hours_per_month + disks, gigabyte, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_nat_costs_what_the_table_says() {
        let prices = Prices::built_in().unwrap();
        let (of_region, _) = prices.of(None).unwrap();
        let amount = |nat, zones| Monthly::of_nat(nat, zones, &prices, of_region);
        let is = |monthly: Monthly, expected: f64| (monthly.amount - expected).abs() < 0.005;
        // 0.045 and 0.005 an hour; 0.0042 an hour and 8 GB at 0.08.
        assert!(is(amount(Nat::Gateway, 3), 36.50) && is(amount(Nat::GatewayPerZone, 3), 109.50));
        assert!(is(amount(Nat::Regional, 2), 73.00) && is(amount(Nat::None, 2), 0.0));
        assert!(is(amount(Nat::Instance, 3), 7.356) && is(amount(Nat::InstanceTwoInterfaces, 1), 7.356));
        assert_eq!((amount(Nat::Gateway, 1).gigabyte, amount(Nat::Instance, 1).gigabyte), (Some(0.045), None));
    }
}
