//! What in a lab drops packets, as rules of nftables say it in their comments.
//!
//! Leaves out routes: what no route carries, no rule drops.

use std::fmt;

use deguchi_model::Direction;
use serde::{Deserialize, Serialize};

/// Why a rule of a lab drops what it matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Cause {
    /// A rule of a network ACL, by its number; `*` is the closing one.
    AclRule {
        /// Of which list of rules.
        direction: Direction,
        /// The number.
        number: String,
    },
    /// No security group of an interface has a rule for it.
    SecurityGroups(Direction),
    /// An interface sends or gets nothing for others (PW-4).
    SourceDestinationCheck,
    /// A NAT gateway's own packets come back to it.
    RoutingLoop,
    /// A connection that comes from outside to what only lets some out.
    FromOutside,
    /// What carries no IPv4.
    Ipv4,
    /// What carries no IPv6.
    Ipv6,
    /// A protocol that is not carried.
    Protocol,
    /// A private destination at an internet gateway.
    PrivateDestination,
    /// A private source from the internet.
    PrivateSource,
    /// A source without a public address at an internet gateway (IG-2).
    NoPublicAddress,
    /// A destination that an internet gateway does not map.
    NotMapped,
    /// VPC Block Public Access.
    BlockPublicAccess,
    /// A prefix that a virtual private gateway does not know (VP-3).
    UnknownPrefix,
    /// Neither of the two VPCs of a peering connection (PX-2).
    OutsidePeers,
    /// An attachment that no route table of its transit gateway is associated with (TG-1).
    NoAssociation,
    /// A source of another VPC at an internet gateway (IG-17).
    ForeignSource,
    /// Past what an edge table leads its replies to (RT-21).
    IngressRedirected,
}

/// Every cause but those of filters, with its word in a comment.
const WORDS: [(Cause, &str); 16] = [
    (Cause::SourceDestinationCheck, "source/destination check"),
    (Cause::RoutingLoop, "routing loop: its own packets come back"),
    (Cause::FromOutside, "connection from outside"),
    (Cause::Ipv4, "IPv4"),
    (Cause::Ipv6, "IPv6"),
    (Cause::Protocol, "protocol"),
    (Cause::PrivateDestination, "private destination"),
    (Cause::PrivateSource, "private source"),
    (Cause::NoPublicAddress, "no public address"),
    (Cause::NotMapped, "address that it does not map"),
    (Cause::BlockPublicAccess, "VPC Block Public Access"),
    (Cause::UnknownPrefix, "prefixes that it knows"),
    (Cause::OutsidePeers, "ranges of its VPCs"),
    (Cause::NoAssociation, "no associated route table"),
    (Cause::ForeignSource, "source of another VPC"),
    (Cause::IngressRedirected, "edge table: replies led elsewhere"),
];

const GROUPS: &str = "security groups, ";
const RULE: &str = " rule ";

const fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}

fn direction(text: &str) -> Option<Direction> {
    [Direction::Inbound, Direction::Outbound].into_iter().find(|own| word(*own) == text)
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AclRule { direction, number } => write!(f, "{}{RULE}{number}", word(*direction)),
            Self::SecurityGroups(direction) => write!(f, "{GROUPS}{}", word(*direction)),
            other => {
                let found = WORDS.iter().find(|(own, _)| own == other);
                f.write_str(found.map_or("", |(_, word)| word))
            }
        }
    }
}

impl Cause {
    fn of(text: &str) -> Option<Self> {
        if let Some(text) = text.strip_prefix(GROUPS) {
            return direction(text).map(Self::SecurityGroups);
        }
        if let Some((side, number)) = text.split_once(RULE) {
            return direction(side).map(|direction| Self::AclRule { direction, number: number.to_owned() });
        }
        WORDS.iter().find(|(_, word)| *word == text).map(|(own, _)| own.clone())
    }
}

impl From<Cause> for String {
    fn from(cause: Cause) -> Self {
        cause.to_string()
    }
}

impl TryFrom<String> for Cause {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::of(&text).ok_or(text)
    }
}

/// A rule that drops: whose it is, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DroppedBy {
    /// The id of AWS.
    pub id: String,
    /// Why.
    pub cause: Cause,
}

impl DroppedBy {
    /// Reads a rule's comment.
    pub(crate) fn of(comment: &str) -> Option<Self> {
        let (id, cause) = comment.split_once('|')?;
        Some(Self { id: id.to_owned(), cause: Cause::of(cause)? })
    }
}

/// Counts and drops, with a comment that says who and why. Ids are data: what nftables would read is left out.
pub(crate) fn drop_because(id: impl fmt::Display, cause: &Cause) -> String {
    let is_kept = |letter: &char| letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | '|');
    let id: String = id.to_string().chars().filter(is_kept).take(80).collect();
    format!("counter drop comment \"{id}|{cause}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_read_as_it_was_written() {
        let mut causes: Vec<Cause> = WORDS.iter().map(|(cause, _)| cause.clone()).collect();
        for direction in [Direction::Inbound, Direction::Outbound] {
            causes.push(Cause::SecurityGroups(direction));
            causes.extend(["100", "*"].map(|number| Cause::AclRule { direction, number: number.to_owned() }));
        }
        for cause in causes {
            let text = drop_because("acl-1\"|", &cause);
            let comment = text.split('"').nth(1).unwrap();
            assert_eq!(DroppedBy::of(comment), Some(DroppedBy { id: "acl-1".to_owned(), cause }));
        }
        assert_eq!(DroppedBy::of("somebody else's"), None);
    }
}
