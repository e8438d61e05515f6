//! One line of a message: what it says, about which host, by whom. Pure; knows no network.

use std::net::IpAddr;

use super::{
    Symptom,
    kind::{Kind, NamedPolicy, Program},
    wordings::{EXACT, POLICIES, VAGUE, find},
};

/// Reads a line; `None` where it says nothing that is known.
pub(super) fn read(line: &str) -> Option<Symptom> {
    let lower = line.to_lowercase();
    let curl = curl_code(&lower);
    let status = http_status(&lower);
    let kind = find(&lower, EXACT)
        .or_else(|| packet_loss(&lower))
        .or_else(|| status.and_then(of_status))
        .or_else(|| after_long(&lower))
        .or_else(|| curl.and_then(of_curl))
        .or_else(|| errno(&lower).and_then(of_errno))
        .or_else(|| find(&lower, VAGUE))?;
    let place = Place::find(line);
    Some(Symptom {
        kind,
        program: program(&lower),
        line: line.to_owned(),
        host: place.host,
        address: place.address,
        port: place.port,
        is_tls: place.is_tls,
        status,
        curl,
        pid: (kind == Kind::LockHeld).then(|| pid(&lower)).flatten(),
        policy: (kind == Kind::AccessDenied).then(|| policy(&lower)).flatten(),
        has_received: lower.contains("readtimeout")
            || number_after(&lower, " with ").is_some_and(|bytes| bytes > 0)
            || lower.contains("transfer closed with"),
    })
}

/// Who printed a line in lower case, where that shows.
pub(super) fn program(line: &str) -> Option<Program> {
    let has = |parts: &[&str]| parts.iter().any(|part| line.contains(part));
    if has(&["<error>", "<code>"]) {
        Some(Program::S3)
    } else if has(&["when calling the", "endpoint url", "unable to locate credentials", "botocore"]) {
        Some(Program::AwsCli)
    } else if has(&[
        "[errno 12]",
        "[errno 14]",
        "[errno 256]",
        "curl#",
        "yum",
        "loaded plugins:",
        "12: timeout on",
        "valid baseurl",
        "configured repositories failed",
    ]) {
        Some(Program::Yum)
    } else if has(&[
        "curl error (",
        "curl code (",
        "librepo",
        "dnf",
        "waiting for process with pid",
        "for repo '",
        "- status code: ",
    ]) {
        Some(Program::Dnf)
    } else if has(&["ping:", "icmp_seq", "packet loss", "packets transmitted"]) || line.starts_with("ping ") {
        Some(Program::Ping)
    } else if has(&["retrying (retry(", "connectionpool(", "newconnectionerror", "pip.", "sslerror("]) {
        Some(Program::Pip)
    } else if has(&["curl: ("]) {
        Some(Program::Curl)
    } else if has(&["wget:", "awaiting response...", "unable to resolve host address"]) {
        Some(Program::Wget)
    } else if has(&["[ip: ", "failed to fetch", "dpkg", "/apt/", "release file for", "inrelease"])
        || ["e: ", "w: ", "err:", "ign:", "エラー:"].iter().any(|start| line.starts_with(start))
    {
        Some(Program::Apt)
    } else {
        None
    }
}

/// The number right behind a marker.
fn number_after(line: &str, marker: &str) -> Option<u32> {
    let rest = line.split_once(marker)?.1;
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

fn curl_code(line: &str) -> Option<u32> {
    // `(28, 'Connection timed out …')` is urlgrabber's way to show it.
    let by_yum = || {
        let is_yum = line.contains("timeout on") || line.contains("[errno 14]");
        is_yum.then(|| {
            line.split('(')
                .skip(1)
                .find_map(|rest| number_after(&format!("({rest}"), "(").filter(|_| rest.contains(", '")))
        })?
    };
    let markers = ["curl: (", "curl error (", "curl code (", "curl#", "pycurl error ", "curl error "];
    markers.iter().find_map(|marker| number_after(line, marker)).or_else(by_yum).filter(|code| *code < 100)
}

fn of_curl(code: u32) -> Option<Kind> {
    Some(match code {
        5 => Kind::ProxyNameNotResolved,
        6 => Kind::NameNotResolved,
        7 => Kind::ConnectionFailed,
        18 | 52 | 55 | 56 => Kind::ConnectionReset,
        23 => Kind::DiskFull,
        28 => Kind::TimedOut,
        35 => Kind::TlsCut,
        51 => Kind::CertificateOfAnotherHost,
        60 => Kind::CertificateNotTrusted,
        77 => Kind::AuthoritiesMissing,
        97 => Kind::ProxyNotReached,
        _ => return None,
    })
}

/// `Failed to connect to H port N after 130000 ms: Couldn't connect to server`: the kernel gave up after minutes of silence.
fn after_long(line: &str) -> Option<Kind> {
    let is_it = line.contains("failed to connect to") && line.contains(" ms:");
    (is_it && number_after(line, " after ")? >= 60_000).then_some(Kind::ConnectionTimedOut)
}

/// The number of an error of the operating system, as Python and apt print it; yum's own `[Errno 12]` is none.
fn errno(line: &str) -> Option<i32> {
    let negative =
        ["[errno -", "(-"].iter().find_map(|marker| number_after(line, marker)).and_then(|it| i32::try_from(it).ok());
    let positive = || ["[errno ", "connect ("].iter().find_map(|marker| number_after(line, marker));
    negative.map(|number| -number).or_else(|| i32::try_from(positive()?).ok())
}

const fn of_errno(number: i32) -> Option<Kind> {
    Some(match number {
        -2 | -5 => Kind::NoSuchName,
        -3 => Kind::NameServerSilent,
        101 => Kind::NetworkUnreachable,
        104 => Kind::ConnectionReset,
        110 => Kind::ConnectionTimedOut,
        111 => Kind::ConnectionRefused,
        113 => Kind::HostUnreachable,
        _ => return None,
    })
}

/// The status of HTTP: behind one of the words that announce it, or before its name (`403  Forbidden`).
fn http_status(line: &str) -> Option<u32> {
    let markers = [
        "http error ",
        "https error ",
        "http(s) error ",
        "status code: ",
        "status code ",
        "returned error: ",
        "http/1.1 ",
        "http/1.0 ",
        "http/2 ",
        "httperror: ",
        "an error occurred (",
        "response ",
    ];
    let announced = markers.iter().find_map(|marker| number_after(line, marker)).filter(|it| (400..600).contains(it));
    announced.or_else(|| {
        let names = [
            (403, "forbidden"),
            (401, "unauthorized"),
            (404, "not found"),
            (407, "proxy authentication required"),
            (429, "too many requests"),
            (500, "internal server error"),
            (502, "bad gateway"),
            (503, "service unavailable"),
            (504, "gateway time"),
            (400, "bad request"),
            (410, "gone"),
        ];
        let words: Vec<&str> = line.split_whitespace().collect();
        let pairs = words.iter().zip(words.iter().skip(1));
        let named = |(number, next): (&&str, &&str)| {
            let number: u32 = number.trim_start_matches(['(', '[', '"']).parse().ok()?;
            names
                .iter()
                .find(|(status, name)| {
                    *status == number && name.starts_with(next.trim_matches(|it: char| !it.is_alphanumeric()))
                })
                .map(|(status, _)| *status)
        };
        pairs.into_iter().find_map(named)
    })
}

const fn of_status(status: u32) -> Option<Kind> {
    Some(match status {
        401 => Kind::Unauthorized,
        403 => Kind::Forbidden,
        404 | 410 => Kind::NotFound,
        407 => Kind::ProxyRefuses,
        429 => Kind::TooManyRequests,
        500..=599 => Kind::ServiceFails,
        400..=499 => Kind::ServiceRefuses,
        _ => return None,
    })
}

/// ping's last line: `5 packets transmitted, 0 received, 100% packet loss`.
fn packet_loss(line: &str) -> Option<Kind> {
    let before = line.split_once("% packet loss")?.0;
    let start = before.rfind(|letter: char| !letter.is_ascii_digit() && letter != '.').map_or(0, |at| at + 1);
    let lost: f64 = before.get(start..)?.parse().ok()?;
    Some(if lost >= 100.0 {
        Kind::PingLost
    } else if lost > 0.0 {
        Kind::PingPartlyLost
    } else {
        Kind::PingAnswered
    })
}

fn pid(line: &str) -> Option<u32> {
    ["running as pid ", "process with pid ", "held by process ", "locked by "]
        .iter()
        .find_map(|marker| number_after(line, marker))
}

fn policy(line: &str) -> Option<NamedPolicy> {
    let is_reason = line.contains("because no ") || line.contains("explicit deny");
    let named = POLICIES.iter().find(|(words, _)| line.contains(words));
    named.filter(|_| is_reason).map(|(_, policy)| *policy)
}

/// Whom a line is about.
#[derive(Default)]
pub(super) struct Place {
    pub(super) host: Option<String>,
    pub(super) address: Option<IpAddr>,
    pub(super) port: Option<u16>,
    pub(super) is_tls: Option<bool>,
}

impl Place {
    /// Finds host, address and port in a line: of its first URL, else of the words that look like it.
    pub(super) fn find(line: &str) -> Self {
        let mut place = Self::default();
        for (scheme, is_tls, port) in [("https://", true, 443), ("http://", false, 80)] {
            let Some((_, rest)) = line.split_once(scheme) else { continue };
            let end = rest.find(|letter: char| letter == '/' || letter.is_whitespace() || "'\"<>)],".contains(letter));
            let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
            let (host, given) = split_port(authority.rsplit('@').next().unwrap_or(authority).trim_end_matches(':'));
            place.take(host);
            place.port = Some(given.unwrap_or(port));
            place.is_tls = Some(is_tls);
            break;
        }
        let is_separator = |letter: char| letter.is_whitespace() || "'\"`<>()[]{},;=‘’".contains(letter);
        for word in line.split(is_separator).filter(|word| !word.contains('/')) {
            let (host, port) = split_port(word.trim_end_matches([':', '.', '。']));
            let is_new = place.take(host);
            if is_new && place.port.is_none() {
                place.port = port;
            }
        }
        let lower = line.to_lowercase();
        let named = [" port ", "port="].iter().find_map(|marker| number_after(&lower, marker));
        // A proxy's port, or that of the host that is connected to, says more than the scheme.
        place.port = named.and_then(|port| u16::try_from(port).ok()).or(place.port);
        if lower.contains("httpsconnectionpool") {
            place.is_tls = Some(true);
        }
        place
    }

    /// Keeps what looks like a host or an address, the first of each.
    fn take(&mut self, word: &str) -> bool {
        if let Ok(address) = word.parse::<IpAddr>() {
            let is_new = self.address.is_none();
            self.address.get_or_insert(address);
            return is_new;
        }
        let is_new = self.host.is_none() && is_host(word);
        if is_new {
            self.host = Some(word.to_lowercase());
        }
        is_new
    }
}

/// Splits `HOST:PORT`, also with an IPv6 address.
fn split_port(text: &str) -> (&str, Option<u16>) {
    let text = text.trim_start_matches('[');
    if text.parse::<IpAddr>().is_ok() {
        return (text, None);
    }
    match text.rsplit_once(':') {
        Some((host, port)) => match port.parse::<u16>() {
            Ok(port) => (host.trim_end_matches(']'), Some(port)),
            Err(_) => (text.trim_end_matches(']'), None),
        },
        None => (text.trim_end_matches(']'), None),
    }
}

/// Endings of files, programs' modules and errors, which look like names of hosts.
const NO_HOSTS: [&str; 30] = [
    "xml",
    "list",
    "rpm",
    "py",
    "c",
    "cc",
    "cpp",
    "so",
    "html",
    "conf",
    "pid",
    "deb",
    "repo",
    "gz",
    "bz2",
    "xz",
    "sqlite",
    "json",
    "txt",
    "log",
    "lock",
    "d",
    "h",
    "error",
    "gaierror",
    "timeout",
    "exceptions",
    "service",
    "whl",
    "zip",
];

/// Whether a word looks like a host's name: labels of letters, digits and hyphens, the last one a word.
fn is_host(word: &str) -> bool {
    let labels: Vec<&str> = word.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.len() < 64 && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let Some(last) = labels.last() else { return false };
    let is_top = (2..=14).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let lower = last.to_lowercase();
    labels.len() >= 2 && labels.iter().all(is_label) && is_top && *last == lower && !NO_HOSTS.contains(&lower.as_str())
}
