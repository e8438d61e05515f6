//! HTTP/1.1 as far as the lab's web servers need it: requests without a body that matters, answers held in memory.
//!
//! Leaves out what is answered (`site.rs`), ranges, compression and chunked requests.

use std::{
    borrow::Cow,
    io::{self, BufRead, Write},
};

/// The longest head of a request that is read.
const LONGEST_HEAD: usize = 16 * 1024;

/// The largest body that is skipped so that the connection can go on.
const LARGEST_BODY: u64 = 1024 * 1024;

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// Plain.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// As a URL has it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// What a client wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// `GET`, `HEAD` …
    pub(super) method: String,
    /// The path, without what follows `?`, as sent.
    pub(super) path: String,
    /// The host named by `Host`, in lower case and without the port; empty if there is none.
    pub(super) host: String,
    /// Whether `Authorization` is there. What it says is not read.
    pub(super) has_authorization: bool,
    /// Whether the client closes the connection after the answer.
    pub(super) closes: bool,
    /// How long the body is.
    pub(super) body_length: u64,
    /// Whether the client waits for a word before it sends its body.
    pub(super) expects_continue: bool,
}

/// What a client gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    /// Status and its words, e.g. `200 OK`.
    pub(super) status: &'static str,
    /// `Content-Type`.
    pub(super) content_type: &'static str,
    /// Headers besides the general ones.
    pub(super) headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body; it is left out in the answer to `HEAD`.
    pub(super) body: Cow<'static, [u8]>,
}

impl Response {
    /// Makes an answer without further headers.
    pub(super) fn new(status: &'static str, content_type: &'static str, body: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { status, content_type, headers: Vec::new(), body: body.into() }
    }
}

/// Reads one request's head. `None` when the client is done or what it sends is no request.
pub(super) fn read_request(client: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    loop {
        let before = head.len();
        let mut rest = io::Read::take(&mut *client, u64::try_from(LONGEST_HEAD - before).unwrap_or(0));
        let read = rest.read_until(b'\n', &mut head)?;
        if read == 0 {
            return Ok(None);
        }
        let is_blank = matches!(head.get(before..), Some(b"\r\n" | b"\n"));
        if is_blank && before > 0 {
            return Ok(parse(&head));
        }
        if is_blank {
            // Blank lines before a request are ignored (RFC 9112, 2.2).
            head.clear();
        }
    }
}

fn parse(head: &[u8]) -> Option<Request> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    if !parsed.parse(head).ok()?.is_complete() {
        return None;
    }
    let value_of = |name: &str| {
        let header = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        header.and_then(|header| std::str::from_utf8(header.value).ok()).map(str::trim)
    };
    let target = parsed.path?;
    // A client of a proxy writes the whole URL.
    let target = target.split_once("://").map_or(target, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let path = target.split(['?', '#']).next().unwrap_or(target);
    let host = value_of("host").unwrap_or_default();
    let host = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    let connection = value_of("connection").unwrap_or_default().to_ascii_lowercase();
    let closes = match parsed.version {
        Some(0) => !connection.contains("keep-alive"),
        _ => connection.contains("close"),
    };
    // The end of a body in chunks is not looked for.
    let is_chunked = value_of("transfer-encoding").is_some();
    Some(Request {
        method: parsed.method?.to_owned(),
        path: path.to_owned(),
        host: host.trim_end_matches('.').to_ascii_lowercase(),
        has_authorization: value_of("authorization").is_some(),
        closes: closes || is_chunked,
        body_length: value_of("content-length").and_then(|length| length.parse().ok()).unwrap_or(0),
        expects_continue: value_of("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")),
    })
}

/// Answers requests until the client or an answer closes the connection.
pub(super) fn serve(
    client: &mut (impl BufRead + Write),
    mut answer: impl FnMut(&Request) -> Response,
) -> io::Result<()> {
    while let Some(request) = read_request(client)? {
        if request.expects_continue && request.body_length > 0 {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            client.flush()?;
        }
        let is_skippable = request.body_length <= LARGEST_BODY;
        if is_skippable {
            io::copy(&mut io::Read::take(&mut *client, request.body_length), &mut io::sink())?;
        }
        let closes = request.closes || !is_skippable;
        write_response(client, &request, &answer(&request), closes)?;
        if closes {
            break;
        }
    }
    Ok(())
}

fn write_response(client: &mut impl Write, request: &Request, response: &Response, closes: bool) -> io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
        response.status,
        response.content_type,
        response.body.len()
    );
    for (name, value) in &response.headers {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    }
    head.push_str(if closes { "Connection: close\r\n\r\n" } else { "\r\n" });
    client.write_all(head.as_bytes())?;
    if request.method != "HEAD" {
        client.write_all(&response.body)?;
    }
    client.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Request> {
        read_request(&mut text.as_bytes()).unwrap()
    }

    #[test]
    fn a_request_is_its_method_path_and_host() {
        let request =
            read("GET /a/b?c=d HTTP/1.1\r\nHost: S3.Example:8080\r\nAuthorization: Bearer x\r\n\r\n").unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/a/b"));
        assert_eq!(request.host, "s3.example");
        assert!(request.has_authorization && !request.closes);
    }

    #[test]
    fn an_old_client_closes_and_a_whole_url_is_its_path() {
        let request = read("GET http://a.example/x HTTP/1.0\r\n\r\n").unwrap();
        assert!(request.closes);
        assert_eq!(request.path, "/x");
        assert!(read("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap().closes);
    }

    #[test]
    fn what_is_no_request_ends_the_connection() {
        assert_eq!(read(""), None);
        assert_eq!(read("\r\n\r\n"), None);
        assert_eq!(read("\u{16}\u{3}\u{1}nonsense\r\n\r\n"), None);
        let endless = format!("GET / HTTP/1.1\r\nX: {}", "a".repeat(2 * LONGEST_HEAD));
        assert_eq!(read(&endless), None);
    }
}
