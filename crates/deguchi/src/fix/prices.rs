//! What things cost: a dated table of prices, built in and approximate, or one that `--prices` names.

use std::{collections::BTreeMap, path::Path};

use deguchi_engine::fix::MonthlyCosts;
use deguchi_model::Region;
use serde::Deserialize;

use crate::error::{Error, ErrorKind};

/// The table that is built in.
const BUILT_IN: &str = include_str!("prices.json");

/// A table of prices, by Region.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The day on which they were looked up, `YYYY-MM-DD`.
    pub as_of: String,
    /// Their currency, e.g. `USD`.
    pub currency: String,
    /// Where they are from.
    pub source: String,
    /// How many hours a month is counted with; AWS counts 730.
    pub hours_per_month: f64,
    /// The Region whose prices stand for those of Regions that the table lacks.
    pub default_region: String,
    /// The prices of each Region.
    pub regions: BTreeMap<String, RegionPrices>,
}

/// The prices of one Region, in the table's currency.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionPrices {
    /// A NAT gateway, for each hour that it is provisioned (NG-25).
    pub nat_gateway_hour: f64,
    /// A NAT gateway, for each gigabyte that it processes.
    pub nat_gateway_gigabyte: f64,
    /// A public IPv4 address, for each hour.
    pub public_ipv4_hour: f64,
    /// An interface endpoint, for each hour and Availability Zone.
    pub interface_endpoint_hour: f64,
    /// An interface endpoint, for each gigabyte that it processes.
    pub interface_endpoint_gigabyte: f64,
    /// A small instance that does the work of a NAT gateway (`t4g.nano`), for each hour.
    pub nat_instance_hour: f64,
    /// A disk (`gp3`), for each gigabyte and month.
    pub disk_gigabyte_month: f64,
}

/// Where the prices of an answer are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The Region whose prices they are.
    pub region: String,
    /// Whether it stands for another Region, or for one that is not known.
    pub is_stand_in: bool,
    /// The day on which they were looked up.
    pub as_of: String,
    /// Their currency.
    pub currency: String,
}

impl Prices {
    /// Reads the table that is built in.
    ///
    /// # Errors
    ///
    /// If it cannot be read, which is a fault of deguchi.
    pub fn built_in() -> Result<Self, Error> {
        Self::parse(BUILT_IN).map_err(|cause| Error::new(ErrorKind::Catalogue(cause)))
    }

    /// Reads a table from a file, of the form of the one that is built in.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is no such table.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
        text.and_then(|text| Self::parse(&text))
            .map_err(|cause| Error::new(ErrorKind::PriceFile { file: path.display().to_string(), cause }))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let prices: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if !prices.regions.contains_key(&prices.default_region) {
            return Err(format!("`regions` lacks `default_region`, which is `{}`", prices.default_region));
        }
        let is_price = |price: f64| price.is_finite() && price >= 0.0;
        let of_region = |it: &RegionPrices| {
            let hours = [it.nat_gateway_hour, it.public_ipv4_hour, it.interface_endpoint_hour, it.nat_instance_hour];
            let others = [it.nat_gateway_gigabyte, it.interface_endpoint_gigabyte, it.disk_gigabyte_month];
            hours.into_iter().chain(others).all(is_price)
        };
        if !is_price(prices.hours_per_month) || !prices.regions.values().all(of_region) {
            return Err("a price is negative".to_owned());
        }
        Ok(prices)
    }

    /// Returns the prices of a Region, or of the one that stands for it.
    pub fn of(&self, region: Option<&Region>) -> Option<(&RegionPrices, Basis)> {
        let own = region.filter(|region| self.regions.contains_key(region.as_str()));
        let name = own.map_or(self.default_region.as_str(), Region::as_str);
        let basis = Basis {
            region: name.to_owned(),
            is_stand_in: own.is_none(),
            as_of: self.as_of.clone(),
            currency: self.currency.clone(),
        };
        self.regions.get(name).map(|prices| (prices, basis))
    }

    /// Returns what changes cost in a month, as the search of fixes counts it.
    pub fn monthly(&self, region: Option<&Region>) -> (MonthlyCosts, Basis) {
        let Some((prices, basis)) = self.of(region) else {
            let basis =
                Basis { region: String::new(), is_stand_in: true, as_of: String::new(), currency: String::new() };
            return (MonthlyCosts::default(), basis);
        };
        let costs = MonthlyCosts {
            nat_gateway: prices.nat_gateway_hour * self.hours_per_month,
            public_address: prices.public_ipv4_hour * self.hours_per_month,
        };
        (costs, basis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_that_is_not_in_the_table_has_the_prices_of_another_and_says_so() {
        let prices = Prices::built_in().unwrap();
        let (costs, basis) = prices.monthly(Some(&Region::new("ap-northeast-1")));
        assert!((costs.nat_gateway - 45.26).abs() < 0.01 && !basis.is_stand_in);
        let (costs, basis) = prices.monthly(Some(&Region::new("eu-west-1")));
        assert!((costs.nat_gateway - 32.85).abs() < 0.01 && basis.is_stand_in && basis.region == "us-east-1");
    }

    #[test]
    fn a_table_with_a_flaw_is_refused_and_says_which() {
        let flawed = BUILT_IN.replace("0.045", "-1");
        assert_eq!(Prices::parse(&flawed), Err("a price is negative".to_owned()));
        let flawed = BUILT_IN.replace("\"default_region\": \"us-east-1\"", "\"default_region\": \"mars-1\"");
        assert!(Prices::parse(&flawed).unwrap_err().contains("mars-1"));
        let flawed = BUILT_IN.replace("nat_gateway_hour", "nat_gateway_our");
        assert!(Prices::parse(&flawed).unwrap_err().contains("nat_gateway_our"));
    }
}
