//! Which hosts of the catalogue a lab's web servers stand for in a region, and what each answers.
//!
//! Leaves out systems whose repositories the lab does not have: their hosts answer as any other host does.

use std::collections::BTreeMap;

use deguchi_lab::service::{AmazonLinux, Answers, Site, service_domain};

use super::{Catalogue, OperatingSystem};

/// The API that answers in a lab as it would to a call without a key.
const API: &str = "api.sendgrid.com";

impl Catalogue {
    /// Returns the hosts that a lab in this region knows by name.
    pub fn lab_sites(&self, region: &str) -> BTreeMap<String, Site> {
        let mut sites = BTreeMap::from([(API.to_owned(), Site { answers: Answers::SendGrid, bucket: None })]);
        for system in &self.operating_systems {
            let Some(release) = system.lab_release() else { continue };
            for repository in &system.repositories {
                let bucket = repository.buckets.first().map(|bucket| bucket.replace("REGION", region));
                let hosts = repository.urls.iter().filter_map(|url| url.split_once("://"));
                for (_, host) in hosts {
                    let host = host.replace("REGION", region).replace("amazonaws.com", service_domain(region));
                    let site = Site { answers: Answers::Repository(release), bucket: bucket.clone() };
                    sites.insert(host, site);
                }
            }
        }
        sites
    }
}

impl OperatingSystem {
    /// The release of Amazon Linux whose repositories a lab has, if this is one.
    pub fn lab_release(&self) -> Option<AmazonLinux> {
        match self.id.as_str() {
            "amazon-linux-2" => Some(AmazonLinux::Two),
            "amazon-linux-2023" => Some(AmazonLinux::TwentyTwentyThree),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_stands_for_every_repository_of_current_amazon_linux_with_its_bucket() {
        let sites = Catalogue::built_in().unwrap().lab_sites("eu-west-1");
        let of = |host: &str| sites.get(host).map(|site| (site.answers, site.bucket.as_deref().unwrap_or("")));
        assert_eq!(
            of("al2023-repos-eu-west-1-de612dc2.s3.dualstack.eu-west-1.amazonaws.com"),
            Some((Answers::Repository(AmazonLinux::TwentyTwentyThree), "al2023-repos-eu-west-1-de612dc2"))
        );
        assert_eq!(
            of("amazonlinux-2-repos-eu-west-1.s3.dualstack.eu-west-1.amazonaws.com"),
            Some((Answers::Repository(AmazonLinux::Two), "amazonlinux-2-repos-eu-west-1"))
        );
        // Images from before 2022 (RP-1).
        assert_eq!(
            of("amazonlinux.eu-west-1.amazonaws.com"),
            Some((Answers::Repository(AmazonLinux::Two), "amazonlinux.eu-west-1.amazonaws.com"))
        );
        assert_eq!(of(API), Some((Answers::SendGrid, "")));
    }

    #[test]
    fn the_names_are_those_that_machines_of_that_region_ask_for() {
        let sites = Catalogue::built_in().unwrap().lab_sites("cn-north-1");
        assert!(sites.contains_key("amazonlinux-2-repos-cn-north-1.s3.dualstack.cn-north-1.amazonaws.com.cn"));
    }
}
