//! What `deguchi new` writes: Terraform of a network with public, protected and private subnets, and what is expected of it.
//!
//! A [`Blueprint`] is a pure value; [`Blueprint::files`] is every file as text. Leaves out writing them, and the words: each
//! language has the comments in a file of its own (`words/lesson_english.rs` …).

mod cloudformation;
mod cost;
mod expectations;
mod groups;
mod hcl;
mod machines;
mod nat;
mod nat_host;
mod network;
mod ranges;
mod s3;

use crate::{catalogue::Catalogue, error::Error, language::Language, words::lesson::Lesson};
pub use cost::Monthly;
pub use ranges::{Problem, Ranges, Zone};

/// How machines in protected subnets get out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nat {
    /// One NAT gateway for all zones.
    Gateway,
    /// A NAT gateway in each zone.
    GatewayPerZone,
    /// One regional NAT gateway, which stands in no subnet.
    Regional,
    /// An instance that forwards, with one interface.
    Instance,
    /// An instance that forwards from one interface to another.
    InstanceTwoInterfaces,
    /// Nothing: there are no protected subnets.
    None,
}

impl Nat {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Gateway, Self::GatewayPerZone, Self::Regional, Self::Instance, Self::InstanceTwoInterfaces, Self::None];

    /// Whether an instance does it.
    pub const fn is_instance(self) -> bool {
        matches!(self, Self::Instance | Self::InstanceTwoInterfaces)
    }

    /// Whether there are protected subnets.
    pub const fn has_protected(self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether each zone has a way out, and so a route table, of its own.
    pub const fn is_per_zone(self) -> bool {
        matches!(self, Self::GatewayPerZone)
    }
}

/// What the network is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Files of Terraform.
    #[default]
    Terraform,
    /// A template of CloudFormation.
    CloudFormation,
}

/// A network to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Blueprint {
    /// What its resources are called, and begin with.
    pub name: Name,
    /// The Region.
    pub region: Name,
    /// Its address ranges, zone by zone.
    pub ranges: Ranges,
    /// How protected subnets get out.
    pub nat: Nat,
    /// Whether it has a virtual private gateway.
    pub has_vpn_gateway: bool,
    /// A bucket that the machines may use.
    pub bucket: Option<Name>,
    /// Whether there are machines to try it with.
    pub has_machines: bool,
}

/// A name that needs no quoting in any file: lower case letters, digits, `-` and, in a bucket's name, `.`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Reads what resources begin with: 1 to 32 letters, digits and hyphens.
    ///
    /// # Errors
    ///
    /// If it is not of this form.
    pub fn of_network(text: &str) -> Result<Self, Problem> {
        Self::checked(text, 1..=32, false).ok_or_else(|| Problem::Name { asked: text.to_owned() })
    }

    /// Reads a Region's name, such as `ap-northeast-1`.
    ///
    /// # Errors
    ///
    /// If it is not of this form. Whether there is such a Region is not judged.
    pub fn of_region(text: &str) -> Result<Self, Problem> {
        let ends_in_digit = text.ends_with(|letter: char| letter.is_ascii_digit());
        let is_region = ends_in_digit && text.split('-').count() >= 3;
        let name = Self::checked(text, 6..=24, false).filter(|_| is_region);
        name.ok_or_else(|| Problem::Region { asked: text.to_owned() })
    }

    /// Reads a bucket's name (S3's own rules).
    ///
    /// # Errors
    ///
    /// If no bucket can be called so.
    pub fn of_bucket(text: &str) -> Result<Self, Problem> {
        let is_bucket = !text.contains("..");
        let name = Self::checked(text, 3..=63, true).filter(|_| is_bucket);
        name.ok_or_else(|| Problem::Bucket { asked: text.to_owned() })
    }

    fn checked(text: &str, length: std::ops::RangeInclusive<usize>, dots: bool) -> Option<Self> {
        let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let is_allowed = |letter: char| is_letter(letter) || letter == '-' || (dots && letter == '.');
        let is_name = length.contains(&text.len())
            && text.chars().all(is_allowed)
            && text.starts_with(is_letter)
            && text.ends_with(is_letter);
        is_name.then(|| Self(text.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

impl Blueprint {
    /// Returns every file in a form, comments in a language.
    ///
    /// # Errors
    ///
    /// If the built-in catalogue cannot be read, which is a fault of deguchi.
    pub fn files_as(&self, form: Form, language: Language) -> Result<Vec<File>, Error> {
        match form {
            Form::Terraform => self.files(language),
            Form::CloudFormation => {
                let template = cloudformation::template(self, &Catalogue::built_in()?, language);
                let expectations = expectations::expectations(self, Lesson::TemplateExpectations, language);
                Ok(vec![
                    File { name: cloudformation::FILE, text: template },
                    File { name: "expectations.toml", text: expectations },
                ])
            }
        }
    }

    /// Returns every file of Terraform, comments in a language.
    ///
    /// # Errors
    ///
    /// If the built-in catalogue cannot be read, which is a fault of deguchi.
    pub fn files(&self, language: Language) -> Result<Vec<File>, Error> {
        let catalogue = Catalogue::built_in()?;
        let mut files = vec![
            File { name: "main.tf", text: network::main(self).render(language) },
            File { name: "network.tf", text: network::network(self).render(language) },
        ];
        if self.nat.has_protected() {
            files.push(File { name: "nat.tf", text: nat::nat(self).render(language) });
        }
        if self.nat.is_instance() {
            files.push(File { name: nat_host::FILE, text: nat_host::script(self, language) });
        }
        files.push(File { name: "security-groups.tf", text: groups::groups(self).render(language) });
        files.push(File { name: "s3.tf", text: s3::endpoint(self, &catalogue).render(language) });
        if let Some(bucket) = &self.bucket {
            files.push(File { name: "role.tf", text: s3::role(self, bucket).render(language) });
        }
        if self.has_vpn_gateway {
            files.push(File { name: "vpn.tf", text: network::vpn(self).render(language) });
        }
        if self.has_machines {
            files.push(File { name: "machines.tf", text: machines::machines(self).render(language) });
        }
        files.push(File { name: "outputs.tf", text: network::outputs(self).render(language) });
        files.push(File {
            name: "expectations.toml",
            text: expectations::expectations(self, Lesson::Expectations, language),
        });
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_need_quoting_are_refused() {
        for name in ["main", "a", "team-1"] {
            assert_eq!(Name::of_network(name).unwrap().as_str(), name);
        }
        for name in ["", "Main", "a\"b", "${x}", "-a", "a-", "a b", "a.b", &"a".repeat(33)] {
            assert!(Name::of_network(name).is_err(), "{name}");
        }
        assert!(Name::of_region("ap-northeast-1").is_ok() && Name::of_region("us-gov-west-1").is_ok());
        for region in ["tokyo", "us-east", "us-east-1a", "US-EAST-1"] {
            assert!(Name::of_region(region).is_err(), "{region}");
        }
        assert!(Name::of_bucket("data.example-1").is_ok());
        for bucket in ["ab", "a..b", "Data", "data/key", "arn:aws:s3:::data"] {
            assert!(Name::of_bucket(bucket).is_err(), "{bucket}");
        }
    }
}
