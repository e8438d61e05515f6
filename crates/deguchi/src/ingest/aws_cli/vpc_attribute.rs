//! Attributes of VPCs, as `describe-vpc-attribute` prints them: one attribute of one VPC an answer (DN-3).

use std::collections::BTreeMap;

use deguchi_model::{Network, VpcId};

use super::document::Document;
use crate::{
    ingest::{
        json::{One, Text, record},
        place::flag,
    },
    notice::{NoticeKind, Notices, ResourceKind},
};

record! {
    /// The value of an attribute.
    AttributeValueRecord {
        value: Text<'a> = "Value",
    }
}

/// Which attribute.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Attribute {
    Support,
    Hostnames,
}

/// Tells each VPC its attributes.
pub(super) fn assemble(documents: &[Document<'_>], network: &mut Network, notices: &mut Notices) {
    let mut known: BTreeMap<(VpcId, Attribute), bool> = BTreeMap::new();
    for document in documents {
        for (key, attribute, value) in [
            ("EnableDnsSupport", Attribute::Support, &document.dns_support),
            ("EnableDnsHostnames", Attribute::Hostnames, &document.dns_hostnames),
        ] {
            let One::Is(record) = value else { continue };
            let at = document.place(key);
            let value = match flag(&record.value, &at, "Value") {
                Ok(value) => value,
                Err(flaw) => {
                    super::sighting::leave_out(ResourceKind::VpcAttribute, Some(key), flaw, notices);
                    continue;
                }
            };
            let (Some(vpc), Some(value)) = (document.vpc.get(), value) else { continue };
            let before = known.insert((VpcId::new(vpc), attribute), value);
            if before.is_some_and(|before| before != value) {
                // Two answers of two times: which is the later one nothing says. What is off is what a person asks about.
                known.insert((VpcId::new(vpc), attribute), false);
                let kind =
                    NoticeKind::SightingsDiffer { resource: ResourceKind::VpcAttribute, id: format!("{vpc} {key}") };
                notices.add(kind, Some(at.location()));
            }
        }
    }
    for ((vpc, attribute), value) in known {
        let Some(vpc) = network.vpcs.get_mut(&vpc) else { continue };
        let _: &mut bool = match attribute {
            // A plan over the snapshot has said so already.
            Attribute::Support => vpc.dns.support.get_or_insert(value),
            Attribute::Hostnames => vpc.dns.hostnames.get_or_insert(value),
        };
    }
}
