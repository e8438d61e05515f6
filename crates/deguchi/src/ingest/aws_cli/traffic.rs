//! Protocol and ports of a rule, as security groups and network ACLs print them (SG-6 to SG-8, NA-7, NA-8).

use deguchi_model::{IcmpMatch, PortRange, TrafficMatch};

use crate::{
    ingest::{
        json::Text,
        place::{Flaw, Place, number, required},
    },
    notice::Expected,
};

/// A protocol whose ports or types AWS looks at, or one whose it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    All,
    Tcp,
    Udp,
    Icmp,
    Icmpv6,
    Other(u8),
}

/// A member with the two ends of a range of ports, or an ICMP type and code.
pub(super) struct Ends<'t, 'a> {
    pub(super) at: &'t Place,
    pub(super) first: (&'t Text<'a>, &'static str),
    pub(super) last: (&'t Text<'a>, &'static str),
}

/// Reads a protocol: security groups print four names, ACLs print numbers only (SG-6, NA-7).
pub(super) fn protocol(text: &Text<'_>, at: &Place, field: &str) -> Result<Protocol, Flaw> {
    let written = required(text, at, field)?;
    match written.trim().to_ascii_lowercase().as_str() {
        "-1" | "all" => Ok(Protocol::All),
        "tcp" | "6" => Ok(Protocol::Tcp),
        "udp" | "17" => Ok(Protocol::Udp),
        "icmp" | "1" => Ok(Protocol::Icmp),
        "icmpv6" | "58" => Ok(Protocol::Icmpv6),
        other => match other.parse() {
            Ok(number) => Ok(Protocol::Other(number)),
            Err(_) => Err(Flaw::new(at, field, Some(written), Expected::Protocol)),
        },
    }
}

impl Protocol {
    /// What a rule of this protocol matches; ports only count for TCP and UDP, types only for ICMP (SG-6, NA-7).
    pub(super) fn matching(self, ports: &Ends<'_, '_>, icmp: &Ends<'_, '_>) -> Result<TrafficMatch, Flaw> {
        match self {
            Self::All => Ok(TrafficMatch::All),
            Self::Tcp => ports.ports().map(TrafficMatch::Tcp),
            Self::Udp => ports.ports().map(TrafficMatch::Udp),
            Self::Icmp => icmp.icmp().map(TrafficMatch::Icmp),
            Self::Icmpv6 => icmp.icmp().map(TrafficMatch::Icmpv6),
            Self::Other(number) => Ok(TrafficMatch::Protocol(number)),
        }
    }
}

impl Ends<'_, '_> {
    fn read(&self, expected: Expected) -> Result<(Option<i64>, Option<i64>), Flaw> {
        let first = number(self.first.0, self.at, self.first.1, expected)?;
        let last = number(self.last.0, self.at, self.last.1, expected)?;
        Ok((first, last))
    }

    fn flaw(&self, (text, field): (&Text<'_>, &'static str), expected: Expected) -> Flaw {
        Flaw::new(self.at, field, text.get(), expected)
    }

    /// A range of ports; absent or −1 means all (SG-8).
    fn ports(&self) -> Result<PortRange, Flaw> {
        let port = |end: i64| u16::try_from(end).ok();
        match self.read(Expected::Port)? {
            (None | Some(-1), None | Some(-1)) => Ok(PortRange::ALL),
            (Some(first), Some(last)) => {
                let first = port(first).ok_or_else(|| self.flaw(self.first, Expected::Port))?;
                port(last)
                    .and_then(|last| PortRange::new(first, last))
                    .ok_or_else(|| self.flaw(self.last, Expected::Port))
            }
            (None, Some(_)) => Err(self.flaw(self.first, Expected::Port)),
            (Some(_), None) => Err(self.flaw(self.last, Expected::Port)),
        }
    }

    /// An ICMP type and code; absent or −1 means any (SG-7, NA-8).
    fn icmp(&self) -> Result<IcmpMatch, Flaw> {
        let byte = |number: i64| u8::try_from(number).ok();
        let (kind, code) = self.read(Expected::IcmpNumber)?;
        let Some(kind) = kind.filter(|kind| *kind != -1) else {
            // SG-7: any type goes with any code only.
            return match code {
                None | Some(-1) => Ok(IcmpMatch::Any),
                Some(_) => Err(self.flaw(self.last, Expected::IcmpNumber)),
            };
        };
        let kind = byte(kind).ok_or_else(|| self.flaw(self.first, Expected::IcmpNumber))?;
        match code.filter(|code| *code != -1) {
            None => Ok(IcmpMatch::Type(kind)),
            Some(code) => byte(code)
                .map(|code| IcmpMatch::TypeAndCode(kind, code))
                .ok_or_else(|| self.flaw(self.last, Expected::IcmpNumber)),
        }
    }
}
