//! One HTTP request: its status, its date, and the beginning of its body. Nothing is followed, nothing is sent twice.

use std::time::{Duration, Instant};

use super::{clock, tls::Stream};

/// How much of an answer is read.
const LONGEST: usize = 64 * 1024;

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    /// By how many seconds the host's clock is ahead of the server's.
    pub(super) clock_ahead_seconds: Option<i64>,
    pub(super) body: String,
}

/// Sends a request and reads its answer.
pub(super) fn request(
    stream: &mut dyn Stream,
    (method, path): (&str, &str),
    host: &str,
    headers: &[(&str, &str)],
    timeout: Duration,
) -> Result<Response, String> {
    let version = env!("CARGO_PKG_VERSION");
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: deguchi/{version}\r\nAccept: */*\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("Connection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).and_then(|()| stream.flush()).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let end = Instant::now() + timeout;
    let mut part = [0_u8; 8192];
    let failure = loop {
        match stream.read(&mut part) {
            Ok(0) => break None,
            Ok(length) => bytes.extend_from_slice(part.get(..length).unwrap_or_default()),
            Err(error) => break Some(error.to_string()),
        }
        if bytes.len() >= LONGEST || Instant::now() > end || is_whole(&bytes) {
            break None;
        }
    };
    // Some servers close without saying so: what has come counts.
    parse(&bytes).ok_or_else(|| failure.unwrap_or_else(|| "no HTTP answer".to_owned()))
}

/// Whether head and, by `Content-Length`, body are there.
fn is_whole(bytes: &[u8]) -> bool {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(head)) = response.parse(bytes) else { return false };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.trim().parse::<usize>().ok());
    length.is_some_and(|length| bytes.len() >= head.saturating_add(length))
}

fn parse(bytes: &[u8]) -> Option<Response> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(head)) = response.parse(bytes) else { return None };
    let date = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("date"));
    let date = date.and_then(|header| clock::of_http(std::str::from_utf8(header.value).ok()?));
    Some(Response {
        status: response.code?,
        clock_ahead_seconds: date.map(|date| clock::now() - date),
        body: String::from_utf8_lossy(bytes.get(head..).unwrap_or_default()).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_far_as_it_came() {
        let whole = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\nno";
        assert!(is_whole(whole));
        let response = parse(whole).unwrap();
        assert_eq!((response.status, response.body.as_str()), (403, "no"));
        assert!(response.clock_ahead_seconds.unwrap() > 0);
        assert_eq!(parse(b"SSH-2.0-x\r\n"), None);
    }
}
