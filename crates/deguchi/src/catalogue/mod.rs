//! The catalogue of named destinations: whose repositories are where, and what `dns`, `metadata` and `ntp` stand for.
//!
//! The facts and their sources are data (`catalogue.json`); here they are only read. `REGION` in a text stands for the
//! name of a region.

mod lab_sites;

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Deserialize;

use crate::error::{Error, ErrorKind};

/// The text of the catalogue.
const TEXT: &str = include_str!("catalogue.json");

/// Everything in the catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Operating systems, the more exactly recognised first.
    pub operating_systems: Vec<OperatingSystem>,
    /// Beginnings of `PlatformDetails` (lower case) whose repositories are not in the catalogue.
    pub platforms_without_repositories: Vec<String>,
    /// Destinations with a name of their own.
    pub destinations: Vec<NamedDestination>,
}

/// An operating system and its repositories.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatingSystem {
    /// Its name on the command line.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What else it is called on the command line.
    pub asked_as: Vec<String>,
    /// Which family of packages it uses.
    pub package_manager: PackageManager,
    /// Parts of an image's name or description (lower case) that tell it.
    pub image_patterns: Vec<String>,
    /// Parts of `PlatformDetails` (lower case) that tell it.
    pub platform_patterns: Vec<String>,
    /// Its repositories; which of several an instance uses is not known.
    pub repositories: Vec<Repository>,
}

/// A family of packages.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PackageManager {
    /// `yum` and `dnf`.
    Rpm,
    /// `apt`.
    Deb,
}

/// Where an operating system gets its packages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// Its addresses, all of which are needed; all have one scheme.
    pub urls: Vec<String>,
    /// The service of AWS that holds it, `s3`, or none.
    pub service: Option<String>,
    /// The buckets that an endpoint policy has to admit (RP-2).
    pub buckets: Vec<String>,
    /// Only images dated (year, month, day as one number) before this use it.
    pub images_before: Option<u32>,
    /// How sure the entry is.
    pub certainty: String,
    /// Where it says so.
    pub sources: Vec<String>,
}

/// A destination with a name of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedDestination {
    /// Its name on the command line.
    pub name: String,
    /// `tcp` or `udp`.
    pub protocol: NamedProtocol,
    /// Its port.
    pub port: u16,
    /// Its IPv4 address.
    pub ipv4: Ipv4Addr,
    /// Its IPv6 address.
    pub ipv6: Ipv6Addr,
    /// Where it says so.
    pub sources: Vec<String>,
}

/// The protocol of a named destination.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum NamedProtocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Catalogue {
    /// Reads the catalogue that is built into the program.
    pub fn built_in() -> Result<Self, Error> {
        serde_json::from_str(TEXT).map_err(|error| Error::new(ErrorKind::Catalogue(error.to_string())))
    }

    /// Returns the operating system that a person calls by this name.
    pub fn system_asked_as(&self, asked: &str) -> Option<&OperatingSystem> {
        let asked = asked.to_lowercase();
        self.operating_systems.iter().find(|system| {
            system.id == asked || system.asked_as.contains(&asked) || system.name.to_lowercase() == asked
        })
    }

    /// Returns the operating system that an image's name or description tells.
    pub fn system_of_image(&self, text: &str) -> Option<&OperatingSystem> {
        let text = text.to_lowercase();
        self.operating_systems.iter().find(|system| contains_any(&text, &system.image_patterns))
    }

    /// Returns the operating system that `PlatformDetails` tells.
    pub fn system_of_platform(&self, platform: &str) -> Option<&OperatingSystem> {
        let platform = platform.to_lowercase();
        self.operating_systems.iter().find(|system| contains_any(&platform, &system.platform_patterns))
    }

    /// Whether the platform is one whose repositories are not in the catalogue.
    pub fn lacks_platform(&self, platform: &str) -> bool {
        let platform = platform.to_lowercase();
        self.platforms_without_repositories.iter().any(|start| platform.starts_with(start))
    }
}

fn contains_any(text: &str, patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| text.contains(pattern.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_readable_and_every_entry_has_a_source() {
        let catalogue = Catalogue::built_in().unwrap();
        for system in &catalogue.operating_systems {
            for repository in &system.repositories {
                assert!(!repository.sources.is_empty() && !repository.urls.is_empty(), "{}", system.id);
                assert!(!repository.certainty.is_empty(), "{}", system.id);
                assert_eq!(repository.service.is_some(), !repository.buckets.is_empty(), "{}", system.id);
            }
        }
        assert!(catalogue.destinations.iter().all(|destination| !destination.sources.is_empty()));
    }

    #[test]
    fn images_tell_their_operating_system() {
        let catalogue = Catalogue::built_in().unwrap();
        for (text, id) in [
            ("al2023-ami-2023.5.20240701.0-kernel-6.1-x86_64", "amazon-linux-2023"),
            ("Amazon Linux 2 AMI 2.0.20180810 x86_64 HVM gp2", "amazon-linux-2"),
            ("amzn2-ami-kernel-5.10-hvm-2.0.20251208.0-x86_64-gp2", "amazon-linux-2"),
            ("amzn-ami-vpc-nat-2018.03.0.20230807.0-x86_64-ebs", "amazon-linux-1"),
            ("Deep Learning AMI (Amazon Linux 2) Version 61.0", "amazon-linux-2"),
            ("RHEL-9.4.0_HVM-20240605-x86_64-82-Hourly2-GP3", "rhel"),
            ("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20240701", "ubuntu"),
            ("debian-12-amd64-20240702-1796", "debian"),
        ] {
            assert_eq!(catalogue.system_of_image(text).map(|system| system.id.as_str()), Some(id), "{text}");
        }
        assert!(catalogue.system_of_image("my-own-image").is_none());
    }
}
