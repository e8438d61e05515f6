//! What a person wrote for a destination, taken apart: protocol, target, ports. Nothing is looked up.

use std::net::{IpAddr, Ipv6Addr};

use deguchi_model::{IpNet, PortRange};

use crate::error::{Error, ErrorKind};

/// A destination taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Which protocol.
    pub(crate) protocol: Protocol,
    /// What is asked for.
    pub(crate) target: Target,
    /// Which ports; `None` where none are written.
    pub(crate) ports: Option<PortRange>,
}

/// The protocol of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP echo.
    Ping,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The repositories of the instance's operating system, asked for by this word (`yum`, `dnf`, `apt`).
    Repositories(String),
    /// S3 as such.
    S3,
    /// DynamoDB as such.
    DynamoDb,
    /// A bucket, with or without a key.
    Bucket {
        /// The bucket.
        bucket: String,
        /// The key, where one is written.
        key: Option<String>,
    },
    /// Any public address.
    Internet,
    /// A host by its name, with the path of its URL.
    Host {
        /// The name, as written.
        host: String,
        /// The path, from its `/`; empty where there is none.
        path: String,
    },
    /// One address.
    Address(IpAddr),
    /// A range of addresses.
    Range(IpNet),
    /// An id, a `Name` tag, or a name of the catalogue.
    Name(String),
}

/// Takes a destination apart. `is_known` says whether the network or the catalogue has something of that name.
pub(crate) fn parse(text: &str, is_known: &dyn Fn(&str) -> bool) -> Result<Form, Error> {
    let text = text.trim();
    let unreadable = || Error::new(ErrorKind::UnreadableDestination { asked: text.to_owned() });
    if text.is_empty() {
        return Err(unreadable());
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return url(text, scheme, rest);
    }
    if let Some(form) = keyword(text) {
        return Ok(form);
    }
    let (protocol, rest) = match text.split_once(':') {
        Some((word, rest)) if word.eq_ignore_ascii_case("tcp") => (Protocol::Tcp, rest),
        Some((word, rest)) if word.eq_ignore_ascii_case("udp") => (Protocol::Udp, rest),
        Some((word, rest)) if word.eq_ignore_ascii_case("icmp") || word.eq_ignore_ascii_case("ping") => {
            (Protocol::Ping, rest)
        }
        _ => (Protocol::Tcp, text),
    };
    if rest.is_empty() {
        return Err(unreadable());
    }
    let (target, ports) = match keyword(rest) {
        Some(Form { target: target @ Target::Internet, ports, .. }) => (target, ports),
        _ => endpoint(rest, is_known).ok_or_else(unreadable)?,
    };
    if protocol == Protocol::Ping && ports.is_some() {
        return Err(Error::new(ErrorKind::PortForPing { asked: text.to_owned() }));
    }
    Ok(Form { protocol, target, ports })
}

/// Reads a word that means the same in every network.
fn keyword(text: &str) -> Option<Form> {
    let (word, ports) = match text.split_once(':') {
        Some((word, ports)) => (word, Some(parse_ports(ports)?)),
        None => (text, None),
    };
    let target = match (word.to_ascii_lowercase().as_str(), ports) {
        (name @ ("yum" | "dnf" | "apt"), None) => Target::Repositories(name.to_owned()),
        ("s3", _) => Target::S3,
        ("dynamodb", _) => Target::DynamoDb,
        ("internet", _) => Target::Internet,
        _ => return None,
    };
    Some(Form { protocol: Protocol::Tcp, target, ports })
}

fn url(text: &str, scheme: &str, rest: &str) -> Result<Form, Error> {
    let unreadable = || Error::new(ErrorKind::UnreadableDestination { asked: text.to_owned() });
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    // What stands before an `@` is for the server; it may be a password, and no answer repeats it.
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let default_port = match scheme.to_ascii_lowercase().as_str() {
        "https" => 443,
        "http" => 80,
        "s3" => {
            let (bucket, ports) = split_ports(authority);
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, with what old buckets have.
            let is_of_bucket = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
            if bucket.is_empty() || !bucket.chars().all(is_of_bucket) {
                return Err(unreadable());
            }
            let key = path.strip_prefix('/').filter(|key| !key.is_empty()).map(ToOwned::to_owned);
            let target = Target::Bucket { bucket: bucket.to_owned(), key };
            return Ok(Form { protocol: Protocol::Tcp, target, ports });
        }
        _ => return Err(Error::new(ErrorKind::UnknownScheme { asked: scheme.to_owned() })),
    };
    // A name of another script is left to whoever resolves it; these are in no host's name.
    let is_of_no_host = |it: char| it.is_whitespace() || it.is_control() || "<>\"\\^`{|}".contains(it);
    if authority.contains(is_of_no_host) {
        return Err(unreadable());
    }
    let (target, ports) = endpoint(authority, &|_| false).ok_or_else(unreadable)?;
    let target = match target {
        Target::Host { host, .. } | Target::Name(host) => Target::Host { host, path: path.to_owned() },
        target @ Target::Address(_) => target,
        _ => return Err(unreadable()),
    };
    Ok(Form { protocol: Protocol::Tcp, target, ports: ports.or(Some(PortRange::single(default_port))) })
}

/// Reads `TARGET` or `TARGET:PORTS`.
fn endpoint(text: &str, is_known: &dyn Fn(&str) -> bool) -> Option<(Target, Option<PortRange>)> {
    if let Some((word, rest)) = text.split_once(':')
        && word.eq_ignore_ascii_case(super::ON_PREMISES)
        && !is_known(text)
    {
        let written = endpoint(rest, &|_| false)?;
        return matches!(written.0, Target::Address(_) | Target::Range(_)).then_some(written);
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (inside, after) = rest.split_once(']')?;
        let target = match inside.parse::<Ipv6Addr>() {
            Ok(address) => Target::Address(IpAddr::V6(address)),
            Err(_) => Target::Range(inside.parse::<IpNet>().ok()?.trunc()),
        };
        let ports = match after.strip_prefix(':') {
            Some(ports) => Some(parse_ports(ports)?),
            None if after.is_empty() => None,
            None => return None,
        };
        return Some((target, ports));
    }
    // The whole first: an IPv6 address and some names have colons of their own.
    if let Some(target) = number(text) {
        return Some((target, None));
    }
    if is_known(text) {
        return Some((Target::Name(text.to_owned()), None));
    }
    let (target, ports) = split_ports(text);
    if target.is_empty() {
        return None;
    }
    if let Some(target) = number(target) {
        return Some((target, ports));
    }
    if is_known(target) || !looks_like_host(target) {
        let is_word = ports.is_some() || !target.contains(':');
        return is_word.then(|| (Target::Name(target.to_owned()), ports));
    }
    Some((Target::Host { host: target.to_owned(), path: String::new() }, ports))
}

/// Reads an address or a range of addresses.
fn number(text: &str) -> Option<Target> {
    match text.parse::<IpAddr>() {
        Ok(address) => Some(Target::Address(address)),
        Err(_) => text.parse::<IpNet>().ok().map(|cidr| Target::Range(cidr.trunc())),
    }
}

/// Splits the ports off the end; what does not read as ports stays where it is.
fn split_ports(text: &str) -> (&str, Option<PortRange>) {
    match text.rsplit_once(':') {
        Some((target, ports)) => match parse_ports(ports) {
            Some(ports) => (target, Some(ports)),
            None => (text, None),
        },
        None => (text, None),
    }
}

/// Reads `443` or `8000-8100`.
pub(crate) fn parse_ports(text: &str) -> Option<PortRange> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    // `parse` alone would take a leading `+`.
    let port =
        |text: &str| if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<u16>().ok() } else { None };
    PortRange::new(port(first)?, port(last)?)
}

/// Whether a word is a name of DNS rather than a `Name` tag: it has a dot, and nothing that no host name has.
fn looks_like_host(text: &str) -> bool {
    let has_only_letters = text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.' || c == '_');
    has_only_letters && text.trim_end_matches('.').contains('.') && !text.contains("..") && !text.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Form {
        parse(text, &|name| name == "web-1" || name == "a:b").unwrap()
    }

    #[test]
    fn every_form_of_destination_is_taken_apart() {
        let name = |name: &str| Target::Name(name.to_owned());
        let host = |host: &str, path: &str| Target::Host { host: host.to_owned(), path: path.to_owned() };
        let address = |text: &str| Target::Address(text.parse().unwrap());
        let one = |port| Some(PortRange::single(port));
        let bucket = |b: &str, k: Option<&str>| Target::Bucket { bucket: b.to_owned(), key: k.map(ToOwned::to_owned) };
        let (tcp, udp, ping) = (Protocol::Tcp, Protocol::Udp, Protocol::Ping);
        for (text, protocol, target, ports) in [
            ("yum", tcp, Target::Repositories("yum".to_owned()), None),
            ("s3", tcp, Target::S3, None),
            ("s3:80", tcp, Target::S3, one(80)),
            ("dynamodb", tcp, Target::DynamoDb, None),
            ("internet:25", tcp, Target::Internet, one(25)),
            ("icmp:internet", ping, Target::Internet, None),
            ("s3://b", tcp, bucket("b", None), None),
            ("s3://b:80/k/l", tcp, bucket("b", Some("k/l")), one(80)),
            ("https://api.example.com", tcp, host("api.example.com", ""), one(443)),
            ("HTTP://user:pw@h.example:8080/a?b", tcp, host("h.example", "/a?b"), one(8080)),
            ("https://例え.example/", tcp, host("例え.example", "/"), one(443)),
            ("https://[2001:db8::1]/x", tcp, address("2001:db8::1"), one(443)),
            ("db.example.com:5432", tcp, host("db.example.com", ""), one(5432)),
            ("198.51.100.80:443", tcp, address("198.51.100.80"), one(443)),
            ("198.51.100.80:8000-8100", tcp, address("198.51.100.80"), PortRange::new(8000, 8100)),
            ("198.51.100.80", tcp, address("198.51.100.80"), None),
            ("udp:198.51.100.80:123", udp, address("198.51.100.80"), one(123)),
            ("udp:ntp.example.com:123", udp, host("ntp.example.com", ""), one(123)),
            ("udp:[2001:db8::1]:53", udp, address("2001:db8::1"), one(53)),
            ("[2001:db8::1]:53", tcp, address("2001:db8::1"), one(53)),
            ("2001:db8::1", tcp, address("2001:db8::1"), None),
            ("icmp:[2001:db8::1]", ping, address("2001:db8::1"), None),
            ("icmp:amazon.com", ping, host("amazon.com", ""), None),
            ("10.1.2.3/8", tcp, Target::Range("10.0.0.0/8".parse().unwrap()), None),
            ("onprem:192.168.10.5:443", tcp, address("192.168.10.5"), one(443)),
            ("icmp:onprem:192.168.10.5", ping, address("192.168.10.5"), None),
            ("OnPrem:10.200.0.0/16", tcp, Target::Range("10.200.0.0/16".parse().unwrap()), None),
            ("10.0.0.0/8:5432", tcp, Target::Range("10.0.0.0/8".parse().unwrap()), one(5432)),
            ("web-1:443", tcp, name("web-1"), one(443)),
            ("tcp:web-1:443", tcp, name("web-1"), one(443)),
            ("web-9:443", tcp, name("web-9"), one(443)),
            ("a:b", tcp, name("a:b"), None),
            ("icmp:web-1", ping, name("web-1"), None),
        ] {
            assert_eq!(read(text), Form { protocol, target, ports }, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for text in [
            "",
            " ",
            "ftp://h.example",
            "https://",
            "tcp:",
            "web-1:99999",
            "web-1:x",
            "[::1",
            "icmp:1.2.3.4:80",
            ":80",
            "s3://",
            "s3://No Bucket",
            "s3://a:b/c",
            "https://a b",
            "https://a\nb",
            "onprem:web-1",
            "onprem:",
        ] {
            assert!(parse(text, &|_| false).is_err(), "{text}");
        }
    }
}
