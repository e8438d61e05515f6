//! Instance metadata (IM-1): which instance, region and role. The role's credentials are never asked for.

use std::{net::ToSocketAddrs as _, time::Duration};

use super::{
    connect,
    facts::{Metadata, MetadataState},
    http::{self, Response},
};
use crate::report::clean;

/// Where instance metadata is (PW-11).
const ENDPOINT: &str = "http://169.254.169.254";

/// How long is waited for it: it stands on the host under the instance.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Asks instance metadata, by version 2.
pub(super) fn ask() -> Metadata {
    let said = std::env::var("AWS_EC2_METADATA_SERVICE_ENDPOINT").ok().filter(|text| !text.is_empty());
    let endpoint = said.unwrap_or_else(|| ENDPOINT.to_owned());
    let authority = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let token = match fetch(&authority, ("PUT", "/latest/api/token"), ("X-aws-ec2-metadata-token-ttl-seconds", "60")) {
        Err(()) => return Metadata { state: MetadataState::Silent, ..Metadata::default() },
        Ok(response) if response.status != 200 => {
            return Metadata { state: MetadataState::Refuses(response.status), ..Metadata::default() };
        }
        Ok(response) => response.body,
    };
    let get = |path: &str| {
        let response = fetch(&authority, ("GET", path), ("X-aws-ec2-metadata-token", token.trim())).ok()?;
        let line = response.body.lines().next().map(clean).unwrap_or_default();
        // An id, a region or a role's name is short and has no space.
        (response.status == 200 && !line.is_empty() && line.len() <= 128 && !line.contains(' ')).then_some(line)
    };
    Metadata {
        state: MetadataState::Answers,
        instance: get("/latest/meta-data/instance-id"),
        region: get("/latest/meta-data/placement/region"),
        role: get("/latest/meta-data/iam/security-credentials/"),
    }
}

fn fetch(authority: &str, request: (&str, &str), header: (&str, &str)) -> Result<Response, ()> {
    let with_port = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let address = with_port.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or(())?;
    let (_, stream) = connect::try_to(address.ip(), address.port(), TIMEOUT);
    let mut stream = stream.ok_or(())?;
    stream.set_read_timeout(Some(TIMEOUT)).map_err(|_| ())?;
    let no_body = ("Content-Length", "0");
    http::request(&mut stream, request, authority, &[header, no_body], TIMEOUT).map_err(|_| ())
}
