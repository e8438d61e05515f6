//! What a host of the lab's internet answers to a request: a repository, S3, an API, or any other host.
//!
//! Leaves out connections (`web.rs`) and what a repository holds (`repository.rs`).

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{
    endpoint_policy::PolicyOfEndpoint,
    http::{Request, Response, Scheme},
    machine_files::AmazonLinux,
    repository::{self, Found},
};

/// A host that is known by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// What it answers.
    pub answers: Answers,
    /// The bucket of S3 that it is, where it is one.
    pub bucket: Option<String>,
}

/// What a site answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// Packages of an Amazon Linux.
    Repository(AmazonLinux),
    /// As SendGrid's API answers a call without a key.
    SendGrid,
}

/// All hosts that a web server stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sites {
    pub(super) named: BTreeMap<String, Site>,
    pub(super) policy: PolicyOfEndpoint,
}

impl Sites {
    /// Returns the answer to a request.
    pub(super) fn answer(&self, request: &Request, scheme: Scheme) -> Response {
        let host = request.host.as_str();
        match self.named.get(host) {
            Some(Site { answers: Answers::SendGrid, .. }) => sendgrid(request),
            Some(Site { answers: Answers::Repository(system), bucket }) => {
                let key = request.path.trim_start_matches('/');
                if bucket.as_ref().is_some_and(|bucket| !self.policy.admits(partition(host), bucket, key)) {
                    return access_denied(request);
                }
                packages(*system, request, scheme)
            }
            // Any other bucket is somebody's own, and the request is nobody's.
            None if is_storage(host) => access_denied(request),
            None => other(request),
        }
    }
}

fn partition(host: &str) -> &'static str {
    if host.ends_with(".amazonaws.com.cn") {
        "aws-cn"
    } else if host.contains(".us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

fn is_storage(host: &str) -> bool {
    let is_aws = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    is_aws && host.split('.').any(|label| label == "s3")
}

fn packages(system: AmazonLinux, request: &Request, scheme: Scheme) -> Response {
    if !reads(request) {
        return access_denied(request);
    }
    match repository::find(system, &request.path) {
        Some(Found::MirrorList(path)) => {
            let line = format!("{}://{}{path}\n", scheme.as_str(), request.host);
            s3(Response::new("200 OK", "binary/octet-stream", line.into_bytes()))
        }
        Some(Found::File { content_type, bytes }) => s3(Response::new("200 OK", content_type, bytes)),
        // S3 does not tell whoever may not list whether an object is there (RP-8).
        None => access_denied(request),
    }
}

fn reads(request: &Request) -> bool {
    matches!(request.method.as_str(), "GET" | "HEAD")
}

fn s3(mut response: Response) -> Response {
    response.headers.push(("Server", Cow::Borrowed("AmazonS3")));
    response
}

/// As S3 answers a request that nothing allows.
fn access_denied(request: &Request) -> Response {
    // Ids that differ by request, as S3's do, and are the same for the same request.
    let id = request
        .path
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>\
         <RequestId>{id:016X}</RequestId><HostId>deguchi-lab</HostId></Error>"
    );
    s3(Response::new("403 Forbidden", "application/xml", body.into_bytes()))
}

/// As SendGrid's API answers: 401 to a call without a key, and to one whose key is not known, which none is here.
fn sendgrid(request: &Request) -> Response {
    let message = if request.has_authorization {
        "The provided authorization grant is invalid, expired, or revoked"
    } else {
        "authorization required"
    };
    let body = format!("{{\"errors\":[{{\"field\":null,\"message\":\"{message}\"}}]}}\n");
    let mut response = Response::new("401 Unauthorized", "application/json", body.into_bytes());
    response.headers.push(("Server", Cow::Borrowed("nginx")));
    response
}

/// A host of which nothing is known but that it is there.
fn other(request: &Request) -> Response {
    let body = format!("{} answers in the lab.\n", if request.host.is_empty() { "a host" } else { &request.host });
    Response::new("200 OK", "text/plain; charset=utf-8", body.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::endpoint_policy::Statement;

    fn sites(policy: PolicyOfEndpoint) -> Sites {
        let repository = Site {
            answers: Answers::Repository(AmazonLinux::TwentyTwentyThree),
            bucket: Some("al2023-repos-eu-west-1-de612dc2".to_owned()),
        };
        let api = Site { answers: Answers::SendGrid, bucket: None };
        let host = "al2023-repos-eu-west-1-de612dc2.s3.dualstack.eu-west-1.amazonaws.com";
        let named = BTreeMap::from([(host.to_owned(), repository), ("api.sendgrid.com".to_owned(), api)]);
        Sites { named, policy }
    }

    fn request(host: &str, path: &str) -> Request {
        Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            host: host.to_owned(),
            has_authorization: false,
            closes: false,
            body_length: 0,
            expects_continue: false,
        }
    }

    const REPOSITORY: &str = "al2023-repos-eu-west-1-de612dc2.s3.dualstack.eu-west-1.amazonaws.com";
    const LIST: &str = "/core/mirrors/latest/x86_64/mirror.list";

    #[test]
    fn a_mirror_list_names_the_host_and_scheme_that_it_was_asked_for() {
        let response = sites(PolicyOfEndpoint::Everything).answer(&request(REPOSITORY, LIST), Scheme::Https);
        assert_eq!(response.status, "200 OK");
        let body = String::from_utf8(response.body.into_owned()).unwrap();
        assert!(body.starts_with(&format!("https://{REPOSITORY}/core/guids/")) && body.ends_with('\n'), "{body}");
    }

    #[test]
    fn a_policy_that_does_not_name_the_bucket_is_answered_403_access_denied() {
        let mine = Statement { actions: vec!["*".to_owned()], resources: vec!["arn:aws:s3:::mine/*".to_owned()] };
        let policy = PolicyOfEndpoint::Statements { allows: vec![mine], denies: Vec::new() };
        let response = sites(policy).answer(&request(REPOSITORY, LIST), Scheme::Https);
        assert_eq!(response.status, "403 Forbidden");
        assert!(String::from_utf8_lossy(&response.body).contains("<Code>AccessDenied</Code>"));
    }

    #[test]
    fn a_bucket_of_ones_own_and_an_object_that_is_not_there_are_403_too() {
        let sites = sites(PolicyOfEndpoint::Everything);
        for (host, path) in [("mine.s3.eu-west-1.amazonaws.com", "/x"), (REPOSITORY, "/core/mirrors/1/x/mirror.list")] {
            assert_eq!(sites.answer(&request(host, path), Scheme::Https).status, "403 Forbidden", "{host}");
        }
    }

    #[test]
    fn an_api_call_without_a_key_is_401_in_json() {
        let sites = sites(PolicyOfEndpoint::Everything);
        let response = sites.answer(&request("api.sendgrid.com", "/v3/mail/send"), Scheme::Https);
        assert_eq!((response.status, response.content_type), ("401 Unauthorized", "application/json"));
        assert!(String::from_utf8_lossy(&response.body).contains("authorization required"));
        assert_eq!(sites.answer(&request("example.org", "/"), Scheme::Http).status, "200 OK");
    }
}
