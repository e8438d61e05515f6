//! What a machine of the lab has in `/etc` that the host does not: its resolvers, the lab's authority, its repositories.
//!
//! Returned as values: whoever gives a machine its files decides how. Leaves out everything else of a machine: it has
//! the host's programs.

use std::{collections::BTreeSet, fmt::Write as _, net::IpAddr};

use serde::{Deserialize, Serialize};

use super::{CertificateAuthority, region::service_domain};

/// A release of Amazon Linux whose repositories the lab has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmazonLinux {
    /// Amazon Linux 2.
    Two,
    /// Amazon Linux 2023.
    TwentyTwentyThree,
}

/// A file that a machine has in place of the host's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineFile {
    /// Its path in the machine.
    pub path: String,
    /// What it says.
    pub contents: String,
}

/// The key that the lab's packages are signed with.
const PACKAGE_KEY: &str = include_str!("../../packages/RPM-GPG-KEY-deguchi-lab");

/// Where programs look for the authorities they trust: Debian and Ubuntu, Fedora and Amazon Linux, OpenSSL itself.
const TRUSTED: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// Returns the files of a machine.
///
/// `resolvers` are those of its VPC's DHCP options; `system` is the Amazon Linux that it runs, if it runs one, and
/// `region` where it runs.
pub fn machine_files(
    resolvers: &[IpAddr],
    authority: &CertificateAuthority,
    system: Option<AmazonLinux>,
    region: &str,
) -> Vec<MachineFile> {
    let mut files = vec![file("/etc/resolv.conf", resolver_file(resolvers))];
    files.extend(TRUSTED.map(|path| file(path, authority.certificate.clone())));
    if let Some(system) = system {
        files.extend(repository_files(system, region));
    }
    files
}

fn file(path: &str, contents: String) -> MachineFile {
    MachineFile { path: path.to_owned(), contents }
}

/// One try of two seconds to each: a person who looks on has less patience than glibc.
fn resolver_file(resolvers: &[IpAddr]) -> String {
    let mut text = String::new();
    let mut seen = BTreeSet::new();
    for resolver in resolvers.iter().filter(|resolver| seen.insert(**resolver)) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "nameserver {resolver}");
    }
    text.push_str("options timeout:2 attempts:2\n");
    text
}

/// The files that Amazon Linux's own machine images have, with the lab's key in place of Amazon's.
fn repository_files(system: AmazonLinux, region: &str) -> Vec<MachineFile> {
    let domain = service_domain(region);
    // What a distribution's own settings would make of a repository that is not there is not what Amazon Linux makes of it.
    let settings = match system {
        AmazonLinux::Two => "[main]\ngpgcheck=1\ninstallonly_limit=3\n",
        AmazonLinux::TwentyTwentyThree => {
            "[main]\ngpgcheck=1\ninstallonly_limit=3\nclean_requirements_on_remove=True\nbest=False\nskip_if_unavailable=True\n"
        }
    };
    let mut files = vec![file("/etc/dnf/dnf.conf", settings.to_owned())];
    files.extend(match system {
        AmazonLinux::Two => vec![
            file(
                "/etc/yum.repos.d/amzn2-core.repo",
                repository_file(
                    "amzn2-core",
                    "Amazon Linux 2 core repository",
                    "$awsproto://$amazonlinux.$awsregion.$awsdomain/2/core/latest/$basearch/mirror.list",
                    "amazon-linux-2",
                ),
            ),
            // dnf asks the database of packages, which a machine of the lab has not.
            file("/etc/dnf/vars/releasever", "2\n".to_owned()),
            file("/etc/dnf/vars/amazonlinux", format!("amazonlinux-2-repos-{region}.s3.dualstack\n")),
            file("/etc/dnf/vars/awsproto", "https\n".to_owned()),
            file("/etc/dnf/vars/awsregion", format!("{region}\n")),
            file("/etc/dnf/vars/awsdomain", format!("{domain}\n")),
            file("/etc/pki/rpm-gpg/RPM-GPG-KEY-amazon-linux-2", PACKAGE_KEY.to_owned()),
        ],
        AmazonLinux::TwentyTwentyThree => vec![
            file(
                "/etc/yum.repos.d/amazonlinux.repo",
                repository_file(
                    "amazonlinux",
                    "Amazon Linux 2023 repository",
                    "https://al2023-repos-$awsregion-de612dc2.s3.dualstack.$awsregion.$awsdomain/core/mirrors/latest/$basearch/mirror.list",
                    "amazon-linux-2023",
                ),
            ),
            file("/etc/dnf/vars/releasever", "latest\n".to_owned()),
            file("/etc/dnf/vars/awsregion", format!("{region}\n")),
            file("/etc/dnf/vars/awsdomain", format!("{domain}\n")),
            file("/etc/pki/rpm-gpg/RPM-GPG-KEY-amazon-linux-2023", PACKAGE_KEY.to_owned()),
        ],
    });
    files
}

fn repository_file(id: &str, name: &str, mirrors: &str, key: &str) -> String {
    format!(
        "[{id}]\nname={name}\nmirrorlist={mirrors}\nenabled=1\ngpgcheck=1\n\
         gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-{key}\npriority=10\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_asks_its_resolvers_and_trusts_the_lab() {
        let authority = CertificateAuthority { certificate: "certificate".to_owned(), key: "key".to_owned() };
        let files = machine_files(&["10.0.0.2".parse().unwrap()], &authority, None, "eu-west-1");
        let of = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.contents.as_str());
        assert!(of("/etc/resolv.conf").unwrap().starts_with("nameserver 10.0.0.2\n"));
        assert_eq!(of("/etc/ssl/certs/ca-certificates.crt"), Some("certificate"));
        assert!(files.iter().all(|file| !file.contents.contains("key")), "the key stays with the authority");
    }

    #[test]
    fn each_release_has_the_mirror_list_that_its_images_have() {
        let authority = CertificateAuthority { certificate: String::new(), key: String::new() };
        for (system, part) in [
            (AmazonLinux::Two, "/2/core/latest/$basearch/mirror.list"),
            (AmazonLinux::TwentyTwentyThree, "https://al2023-repos-$awsregion-de612dc2.s3.dualstack."),
        ] {
            let files = machine_files(&[], &authority, Some(system), "cn-north-1");
            assert!(files.iter().any(|file| file.path.ends_with(".repo") && file.contents.contains(part)), "{part}");
            let domain = files.iter().find(|file| file.path.ends_with("awsdomain")).unwrap();
            assert_eq!(domain.contents, "amazonaws.com.cn\n");
        }
    }
}
