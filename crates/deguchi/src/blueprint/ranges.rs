//! Which subnet gets which range: a quarter of the VPC's for each kind, and one kept free, divided by the zones.
//!
//! The quarters do not depend on the kind of NAT, so that one can be added later and no subnet changes.

use ipnet::Ipv4Net;

/// AWS's smallest subnet, and smallest VPC.
const SMALLEST: u8 = 28;
/// AWS's largest VPC.
const LARGEST: u8 = 16;
/// How many zones a Region has at most.
const MOST_ZONES: u8 = 6;

/// Why a network cannot be written so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not an IPv4 range.
    Unreadable {
        /// What was written.
        asked: String,
    },
    /// An address inside a range instead of the range.
    HostBits {
        /// What was written.
        asked: Ipv4Net,
        /// The range that it is in.
        range: Ipv4Net,
    },
    /// Larger or smaller than AWS lets a VPC be.
    NoVpcSize {
        /// The range.
        asked: Ipv4Net,
    },
    /// Not a private range: packets to the internet's hosts of these addresses would stay in the VPC.
    NotPrivate {
        /// The range.
        asked: Ipv4Net,
    },
    /// The subnets would be smaller than AWS allows.
    TooSmall {
        /// The range.
        asked: Ipv4Net,
        /// In how many zones.
        zones: u8,
        /// How long each subnet's prefix would be.
        subnet: u8,
        /// The longest prefix that the VPC may have.
        needed: u8,
    },
    /// None, or more zones than a Region has.
    Zones {
        /// How many.
        asked: u8,
    },
    /// Not a name for resources.
    Name {
        /// What was written.
        asked: String,
    },
    /// Not a Region's name.
    Region {
        /// What was written.
        asked: String,
    },
    /// Not a bucket's name.
    Bucket {
        /// What was written.
        asked: String,
    },
    /// Not a kind of NAT.
    Nat {
        /// What was written.
        asked: String,
    },
    /// Neither yes nor no.
    YesOrNo {
        /// What was written.
        asked: String,
    },
    /// The terminal closed before every question was answered.
    Unanswered,
    /// The folder has something in it.
    NotEmpty {
        /// The folder.
        folder: String,
    },
}

/// The ranges of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges {
    /// The VPC's.
    pub vpc: Ipv4Net,
    /// Those of each zone; at least one.
    pub zones: Vec<Zone>,
    /// The quarter of protected subnets; kept free where there are none.
    pub protected: Ipv4Net,
    /// The quarter that is kept free.
    pub spare: Ipv4Net,
}

/// The ranges of one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its number, from 1.
    pub number: u8,
    /// The public subnet's.
    pub public: Ipv4Net,
    /// The protected subnet's.
    pub protected: Ipv4Net,
    /// The private subnet's.
    pub private: Ipv4Net,
}

impl Ranges {
    /// Divides a range, written as a CIDR, by kinds of subnets and zones.
    ///
    /// # Errors
    ///
    /// If it is no range that a VPC can have, or too small.
    pub fn divide(vpc: &str, zones: u8) -> Result<Self, Problem> {
        let asked: Ipv4Net = vpc.trim().parse().map_err(|_| Problem::Unreadable { asked: vpc.trim().to_owned() })?;
        if asked.trunc() != asked {
            return Err(Problem::HostBits { asked, range: asked.trunc() });
        }
        if !(LARGEST..=SMALLEST).contains(&asked.prefix_len()) {
            return Err(Problem::NoVpcSize { asked });
        }
        let is_private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].iter().any(|range| {
            let range: Option<Ipv4Net> = range.parse().ok();
            range.is_some_and(|range| range.contains(&asked))
        });
        if !is_private {
            return Err(Problem::NotPrivate { asked });
        }
        if !(1..=MOST_ZONES).contains(&zones) {
            return Err(Problem::Zones { asked: zones });
        }
        Self::quarters(asked, zones)
    }

    /// Returns in how many zones.
    pub fn number_of_zones(&self) -> u8 {
        self.zones.last().map_or(0, |zone| zone.number)
    }

    fn quarters(vpc: Ipv4Net, zones: u8) -> Result<Self, Problem> {
        let (quarter, bits) = (vpc.prefix_len() + 2, zones.next_power_of_two().trailing_zeros());
        let subnet = bits.try_into().map_or(SMALLEST, |bits: u8| quarter + bits);
        let too_small = || {
            let needed = SMALLEST - (subnet - vpc.prefix_len());
            Problem::TooSmall { asked: vpc, zones, subnet, needed }
        };
        if subnet > SMALLEST {
            return Err(too_small());
        }
        let mut quarters = vpc.subnets(quarter).map_err(|_| too_small())?;
        let mut next = || quarters.next().ok_or_else(too_small);
        let (public, protected, private, spare) = (next()?, next()?, next()?, next()?);
        let split = |quarter: Ipv4Net| quarter.subnets(subnet).map_err(|_| too_small());
        let of_zones = split(public)?.zip(split(protected)?).zip(split(private)?);
        let zones = (1..=zones)
            .zip(of_zones)
            .map(|(number, ((public, protected), private))| Zone { number, public, protected, private })
            .collect();
        Ok(Self { vpc, zones, protected, spare })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(range: &str, zones: u8) -> Vec<[String; 3]> {
        let ranges = Ranges::divide(range, zones).unwrap();
        ranges.zones.iter().map(|zone| [zone.public, zone.protected, zone.private].map(|it| it.to_string())).collect()
    }

    #[test]
    fn each_kind_has_a_quarter_and_each_zone_its_part() {
        assert_eq!(written("10.0.0.0/16", 1), [["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"]]);
        let three = written("10.0.0.0/16", 3);
        assert_eq!(three[2], ["10.0.32.0/20", "10.0.96.0/20", "10.0.160.0/20"]);
        assert_eq!(written("192.168.4.0/25", 2)[1], ["192.168.4.16/28", "192.168.4.48/28", "192.168.4.80/28"]);
        assert_eq!(Ranges::divide("10.0.0.0/16", 2).unwrap().spare.to_string(), "10.0.192.0/18");
    }

    #[test]
    fn subnets_are_disjoint_and_in_the_vpc_whatever_its_size() {
        for prefix in 16..=26 {
            for zones in 1..=6 {
                let Ok(ranges) = Ranges::divide(&format!("10.8.0.0/{prefix}"), zones) else { continue };
                let each = ranges.zones.iter().flat_map(|zone| [zone.public, zone.protected, zone.private]);
                let mut all: Vec<Ipv4Net> = each.chain([ranges.spare]).collect();
                assert_eq!(all.len(), usize::from(zones) * 3 + 1);
                assert!(all.iter().all(|range| ranges.vpc.contains(range) && range.prefix_len() <= SMALLEST));
                all.sort();
                assert!(all.windows(2).all(|pair| pair[0].broadcast() < pair[1].network()), "{prefix} {zones}");
            }
        }
    }

    #[test]
    fn a_range_that_no_vpc_can_have_is_refused() {
        let problem = |range: &str, zones| Ranges::divide(range, zones).unwrap_err();
        let net = |text: &str| text.parse().unwrap();
        assert_eq!(
            problem("10.0.0.0/26", 2),
            Problem::TooSmall { asked: net("10.0.0.0/26"), zones: 2, subnet: 29, needed: 25 }
        );
        assert!(Ranges::divide("10.0.0.0/26", 1).is_ok());
        let (asked, range) = (net("10.0.0.1/16"), net("10.0.0.0/16"));
        assert_eq!(problem("10.0.0.1/16", 2), Problem::HostBits { asked, range });
        assert_eq!(problem("10.0.0.0/8", 2), Problem::NoVpcSize { asked: net("10.0.0.0/8") });
        assert_eq!(problem("8.8.0.0/16", 2), Problem::NotPrivate { asked: net("8.8.0.0/16") });
        assert_eq!(problem("172.32.0.0/16", 2), Problem::NotPrivate { asked: net("172.32.0.0/16") });
        assert_eq!(problem("10.0.0.0", 2), Problem::Unreadable { asked: "10.0.0.0".to_owned() });
        assert_eq!(problem("10.0.0.0/16", 0), Problem::Zones { asked: 0 });
        assert_eq!(problem("10.0.0.0/16", 7), Problem::Zones { asked: 7 });
    }
}
