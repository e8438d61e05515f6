//! What a person saw (`why --error`): real wordings of the programs, and what each says, proves and comes to.
//!
//! The wordings are what yum and urlgrabber, dnf and librepo, curl, apt, pip and urllib3, ping, the AWS CLI and S3 print, with hosts of
//! Amazon Linux's and of documentation.
#![cfg(test)]

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use deguchi::symptom::{Kind, NamedPolicy, Program, Stage, read};
use serde_json::{Value, json};

const AL2: &str = "amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com";
const AL2023: &str = "al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com";

/// A wording, who prints it, what it says, about which host and port.
type Row = (&'static str, Option<Program>, Kind, Option<&'static str>, Option<u16>);

fn check(rows: &[Row]) {
    for (text, program, kind, host, port) in rows {
        let found = read(text);
        let told: Vec<_> = found.iter().map(|it| (it.program, it.kind, it.host.as_deref(), it.port)).collect();
        assert_eq!(told, [(*program, *kind, *host, *port)], "{text}");
    }
}

const YUM: &[Row] = &[
    (
        "http://packages.ap-northeast-1.amazonaws.com/2018.03/main/x86_64/repodata/repomd.xml?instance_id=i-1&region=ap-northeast-1: [Errno 12] Timeout on http://packages.ap-northeast-1.amazonaws.com/2018.03/main/x86_64/repodata/repomd.xml: (28, 'Connection timed out after 5001 milliseconds')\nTrying other mirror.",
        Some(Program::Yum),
        Kind::ConnectionTimedOut,
        Some("packages.ap-northeast-1.amazonaws.com"),
        Some(80),
    ),
    (
        "http://packages.ap-northeast-1.amazonaws.com/latest/main/mirror.list: [Errno 12] Timeout on http://packages.ap-northeast-1.amazonaws.com/latest/main/mirror.list: (28, 'connect() timed out!')",
        Some(Program::Yum),
        Kind::ConnectionTimedOut,
        Some("packages.ap-northeast-1.amazonaws.com"),
        Some(80),
    ),
    (
        "Could not retrieve mirrorlist https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/core/latest/x86_64/mirror.list error was\n12: Timeout on https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/core/latest/x86_64/mirror.list: (28, 'Connection timeout after 5000 ms')",
        Some(Program::Yum),
        Kind::ConnectionTimedOut,
        Some(AL2),
        Some(443),
    ),
    (
        "Could not retrieve mirrorlist https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/core/latest/x86_64/mirror.list error was\n12: Timeout on https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/core/latest/x86_64/mirror.list: (28, 'Resolving timed out after 5001 milliseconds')",
        Some(Program::Yum),
        Kind::NameServerSilent,
        Some(AL2),
        Some(443),
    ),
    (
        "Could not retrieve mirrorlist https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/core/latest/x86_64/mirror.list error was\n14: curl#6 - \"Could not resolve host: amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com; Name or service not known\"",
        Some(Program::Yum),
        Kind::NoSuchName,
        Some(AL2),
        Some(443),
    ),
    (
        "https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/core/latest/x86_64/repodata/repomd.xml: [Errno 14] curl#6 - \"Could not resolve host: amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com\"",
        Some(Program::Yum),
        Kind::NameNotResolved,
        Some(AL2),
        Some(443),
    ),
    (
        "https://download.docker.com/linux/centos/7/x86_64/stable/repodata/repomd.xml: [Errno 12] Timeout on https://download.docker.com/linux/centos/7/x86_64/stable/repodata/repomd.xml: (28, 'Operation too slow. Less than 1000 bytes/sec transferred the last 30 seconds')",
        Some(Program::Yum),
        Kind::ReplyTimedOut,
        Some("download.docker.com"),
        Some(443),
    ),
    (
        "http://amazonlinux.ap-northeast-1.amazonaws.com/2/core/2.0/x86_64/repodata/repomd.xml: [Errno 12] Timeout on http://amazonlinux.ap-northeast-1.amazonaws.com/2/core/2.0/x86_64/repodata/repomd.xml: (28, 'Operation timed out after 30765 milliseconds with 0 out of 0 bytes received')",
        Some(Program::Yum),
        Kind::ReplyTimedOut,
        Some("amazonlinux.ap-northeast-1.amazonaws.com"),
        Some(80),
    ),
    (
        "http://amazonlinux.ap-northeast-1.amazonaws.com/2/core/2.0/x86_64/mirror.list: [Errno 14] curl#7 - \"Failed connect to amazonlinux.ap-northeast-1.amazonaws.com:80; Connection refused\"",
        Some(Program::Yum),
        Kind::ConnectionRefused,
        Some("amazonlinux.ap-northeast-1.amazonaws.com"),
        Some(80),
    ),
    (
        "http://amazonlinux.ap-northeast-1.amazonaws.com/2/core/2.0/x86_64/mirror.list: [Errno 14] curl#7 - \"Failed to connect to 2406:da14::1: Network is unreachable\"",
        Some(Program::Yum),
        Kind::NetworkUnreachable,
        Some("amazonlinux.ap-northeast-1.amazonaws.com"),
        Some(80),
    ),
    (
        "https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/core/2.0/x86_64/repodata/repomd.xml: [Errno 14] HTTPS Error 403 - Forbidden",
        Some(Program::Yum),
        Kind::Forbidden,
        Some(AL2),
        Some(443),
    ),
    (
        "http://packages.ap-northeast-1.amazonaws.com/x/repodata/repomd.xml: [Errno 14] HTTP Error 404 - Not Found",
        Some(Program::Yum),
        Kind::NotFound,
        Some("packages.ap-northeast-1.amazonaws.com"),
        Some(80),
    ),
    (
        "https://rhui3.ap-northeast-1.aws.ce.redhat.com/pulp/repos/x/repodata/repomd.xml: [Errno 14] HTTPS Error 401 - Unauthorized",
        Some(Program::Yum),
        Kind::Unauthorized,
        Some("rhui3.ap-northeast-1.aws.ce.redhat.com"),
        Some(443),
    ),
    (
        "https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/mirror.list: [Errno 14] curl#60 - \"Peer's Certificate issuer is not recognized.\"",
        Some(Program::Yum),
        Kind::CertificateNotTrusted,
        Some(AL2),
        Some(443),
    ),
    (
        "https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/mirror.list: [Errno 14] curl#60 - \"SSL certificate problem: certificate is not yet valid\"",
        Some(Program::Yum),
        Kind::CertificateNotYetValid,
        Some(AL2),
        Some(443),
    ),
    (
        "https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/mirror.list: [Errno 14] curl#51 - \"Unable to communicate securely with peer: requested domain name does not match the server's certificate.\"",
        Some(Program::Yum),
        Kind::CertificateOfAnotherHost,
        Some(AL2),
        Some(443),
    ),
    (
        "https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/mirror.list: [Errno 14] curl#35 - \"TCP connection reset by peer\"",
        Some(Program::Yum),
        Kind::ConnectionReset,
        Some(AL2),
        Some(443),
    ),
    (
        "https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/mirror.list: [Errno 14] curl#35 - \"Peer reports incompatible or unsupported protocol version.\"",
        Some(Program::Yum),
        Kind::TlsCut,
        Some(AL2),
        Some(443),
    ),
    (
        "https://amazonlinux-2-repos-ap-northeast-1.s3.dualstack.ap-northeast-1.amazonaws.com/2/mirror.list: [Errno 14] curl#77 - \"Problem with the SSL CA cert (path? access rights?)\"",
        Some(Program::Yum),
        Kind::AuthoritiesMissing,
        Some(AL2),
        Some(443),
    ),
    (
        "http://proxy.example:3128/x: [Errno 14] curl#5 - \"Could not resolve proxy: proxy.example; Unknown error\"",
        Some(Program::Yum),
        Kind::ProxyNameNotResolved,
        Some("proxy.example"),
        Some(3128),
    ),
    (
        "http://amazonlinux.ap-northeast-1.amazonaws.com/2/core/2.0/x86_64/repodata/repomd.xml: [Errno 14] curl#56 - \"Recv failure: Connection reset by peer\"",
        Some(Program::Yum),
        Kind::ConnectionReset,
        Some("amazonlinux.ap-northeast-1.amazonaws.com"),
        Some(80),
    ),
    (
        "Existing lock /var/run/yum.pid: another copy is running as pid 3154.\nAnother app is currently holding the yum lock; waiting for it to exit...\n  The other application is: yum\n    Memory :  27 M RSS (318 MB VSZ)",
        Some(Program::Yum),
        Kind::LockHeld,
        None,
        None,
    ),
    (
        " One of the configured repositories failed (Unknown),\n and yum doesn't have enough cached data to continue.\nCannot find a valid baseurl for repo: amzn2-core/2/x86_64",
        Some(Program::Yum),
        Kind::SummaryOnly,
        None,
        None,
    ),
    (
        "failure: repodata/repomd.xml from amzn2-core: [Errno 256] No more mirrors to try.",
        Some(Program::Yum),
        Kind::SummaryOnly,
        None,
        None,
    ),
];

#[test]
fn yum_says_it_by_urlgrabber() {
    check(YUM);
    assert_eq!(read("Existing lock /var/run/yum.pid: another copy is running as pid 3154.")[0].pid, Some(3154));
}

const DNF: &[Row] = &[
    (
        "  - Curl error (28): Timeout was reached for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/core/mirrors/2023.5.20241001/x86_64/mirror.list [Failed to connect to al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com port 443 after 15201 ms: Connection timed out]",
        Some(Program::Dnf),
        Kind::ConnectionTimedOut,
        Some(AL2023),
        Some(443),
    ),
    (
        "  - Curl error (28): Timeout was reached for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/core/mirrors/2023.5.20241001/x86_64/mirror.list [Connection timeout after 30000 ms]",
        Some(Program::Dnf),
        Kind::ConnectionTimedOut,
        Some(AL2023),
        Some(443),
    ),
    (
        "Errors during downloading metadata for repository 'amazonlinux':\n  - Curl error (28): Timeout was reached for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/core/mirrors/2023.5.20241001/x86_64/mirror.list [Failed to connect to al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com port 443 after 30001 ms: Timeout was reached]\nError: Failed to download metadata for repo 'amazonlinux': Cannot prepare internal mirrorlist: Curl error (28): Timeout was reached for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/core/mirrors/2023.5.20241001/x86_64/mirror.list [Connection timeout after 30000 ms]",
        Some(Program::Dnf),
        Kind::ConnectionTimedOut,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (28): Timeout was reached for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [Resolving timed out after 5000 milliseconds]",
        Some(Program::Dnf),
        Kind::NameServerSilent,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (28): Timeout was reached for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [SSL connection timeout]",
        Some(Program::Dnf),
        Kind::TlsTimedOut,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (28): Timeout was reached for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [Operation too slow. Less than 1000 bytes/sec transferred the last 30 seconds]",
        Some(Program::Dnf),
        Kind::ReplyTimedOut,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (28): Timeout was reached for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x []",
        Some(Program::Dnf),
        Kind::TimedOut,
        Some(AL2023),
        Some(443),
    ),
    (
        "  - Curl error (6): Couldn't resolve host name for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/core/mirrors/x/mirror.list [Could not resolve host: al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com]",
        Some(Program::Dnf),
        Kind::NameNotResolved,
        Some(AL2023),
        Some(443),
    ),
    (
        "エラー: repo 'amazonlinux' のメタデータのダウンロードに失敗しました : Cannot prepare internal mirrorlist: Curl error (7): Couldn't connect to server for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [Failed to connect to al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com port 443: 接続を拒否されました]",
        Some(Program::Dnf),
        Kind::ConnectionRefused,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (7): Couldn't connect to server for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [Failed to connect to al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com port 443 after 2 ms: Couldn't connect to server]",
        Some(Program::Dnf),
        Kind::ConnectionFailed,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (60): SSL peer certificate or SSH remote key was not OK for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [SSL certificate problem: self-signed certificate in certificate chain]",
        Some(Program::Dnf),
        Kind::CertificateNotTrusted,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (35): SSL connect error for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com:443]",
        Some(Program::Dnf),
        Kind::TlsCut,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (56): Failure when receiving data from the peer for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [Received HTTP code 403 from proxy after CONNECT]",
        Some(Program::Dnf),
        Kind::ProxyRefuses,
        Some(AL2023),
        Some(443),
    ),
    (
        "Curl error (5): Couldn't resolve proxy name for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/x [Could not resolve proxy: proxy.example]",
        Some(Program::Dnf),
        Kind::ProxyNameNotResolved,
        Some(AL2023),
        Some(443),
    ),
    (
        "  - Status code: 403 for https://al2023-repos-ap-northeast-1-de612dc2.s3.dualstack.ap-northeast-1.amazonaws.com/core/mirrors/2023.9.0/x86_64/mirror.list (IP: 52.219.152.26)",
        Some(Program::Dnf),
        Kind::Forbidden,
        Some(AL2023),
        Some(443),
    ),
    (
        "Error: Failed to download metadata for repo 'amazonlinux': Cannot download repomd.xml: Cannot download repodata/repomd.xml: All mirrors were tried",
        Some(Program::Dnf),
        Kind::SummaryOnly,
        None,
        None,
    ),
    ("Waiting for process with pid 27301 to finish.", Some(Program::Dnf), Kind::LockHeld, None, None),
    (
        "Malformed lock file found: /var/cache/dnf/metadata_lock.pid.\nEnsure no other dnf/yum process is running and remove the lock file manually or run systemd-tmpfiles --remove dnf.conf.",
        Some(Program::Dnf),
        Kind::LockMalformed,
        None,
        None,
    ),
    (
        "Ignoring repositories: amazonlinux\nDependencies resolved.\nNothing to do.\nComplete!",
        None,
        Kind::RepositoryIgnored,
        None,
        None,
    ),
];

#[test]
fn dnf_says_it_by_librepo() {
    check(DNF);
    let found = read("Waiting for process with pid 27301 to finish.");
    assert_eq!(found[0].pid, Some(27301));
    assert_eq!(found[0].proved(), [], "a lock says nothing about the network");
    let found = read("  - Status code: 403 for https://h.example/x (IP: 52.219.152.26)");
    assert_eq!(found[0].address, Some("52.219.152.26".parse().unwrap()));
    assert_eq!(found[0].proved(), [Stage::Name, Stage::Connection, Stage::Tls, Stage::Reply]);
}

const CURL_AND_PING: &[Row] = &[
    (
        "curl: (6) Could not resolve host: api.sendgrid.com",
        Some(Program::Curl),
        Kind::NameNotResolved,
        Some("api.sendgrid.com"),
        None,
    ),
    (
        "curl: (6) Could not resolve host: api.sendgrid.com; Temporary failure in name resolution",
        Some(Program::Curl),
        Kind::NameServerSilent,
        Some("api.sendgrid.com"),
        None,
    ),
    ("curl: (28) Resolving timed out after 5000 milliseconds", Some(Program::Curl), Kind::NameServerSilent, None, None),
    (
        "curl: (28) Connection timed out after 3001 milliseconds",
        Some(Program::Curl),
        Kind::ConnectionTimedOut,
        None,
        None,
    ),
    (
        "curl: (28) Failed to connect to api.sendgrid.com port 443 after 130915 ms: Connection timed out",
        Some(Program::Curl),
        Kind::ConnectionTimedOut,
        Some("api.sendgrid.com"),
        Some(443),
    ),
    (
        "curl: (28) Failed to connect to api.sendgrid.com port 443: Connection timed out",
        Some(Program::Curl),
        Kind::ConnectionTimedOut,
        Some("api.sendgrid.com"),
        Some(443),
    ),
    (
        "curl: (7) Failed to connect to api.sendgrid.com port 443: Connection timed out",
        Some(Program::Curl),
        Kind::ConnectionTimedOut,
        Some("api.sendgrid.com"),
        Some(443),
    ),
    (
        "curl: (7) Failed to connect to api.sendgrid.com port 443 after 134520 ms: Couldn't connect to server",
        Some(Program::Curl),
        Kind::ConnectionTimedOut,
        Some("api.sendgrid.com"),
        Some(443),
    ),
    (
        "curl: (7) Failed to connect to api.sendgrid.com port 443 after 3 ms: Could not connect to server",
        Some(Program::Curl),
        Kind::ConnectionFailed,
        Some("api.sendgrid.com"),
        Some(443),
    ),
    (
        "curl: (7) Failed to connect to api.sendgrid.com port 443: Connection refused",
        Some(Program::Curl),
        Kind::ConnectionRefused,
        Some("api.sendgrid.com"),
        Some(443),
    ),
    (
        "curl: (7) Failed to connect to 10.0.1.5 port 8080: No route to host",
        Some(Program::Curl),
        Kind::HostUnreachable,
        None,
        Some(8080),
    ),
    (
        "curl: (7) Failed to connect to api.sendgrid.com port 443: ホストへの経路がありません",
        Some(Program::Curl),
        Kind::HostUnreachable,
        Some("api.sendgrid.com"),
        Some(443),
    ),
    ("curl: (7) Couldn't connect to server", Some(Program::Curl), Kind::ConnectionFailed, None, None),
    ("curl: (28) SSL connection timeout", Some(Program::Curl), Kind::TlsTimedOut, None, None),
    (
        "curl: (28) Operation timed out after 30001 milliseconds with 0 bytes received",
        Some(Program::Curl),
        Kind::ReplyTimedOut,
        None,
        None,
    ),
    (
        "curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to api.sendgrid.com:443",
        Some(Program::Curl),
        Kind::TlsCut,
        Some("api.sendgrid.com"),
        Some(443),
    ),
    (
        "curl: (35) error:1408F10B:SSL routines:ssl3_get_record:wrong version number",
        Some(Program::Curl),
        Kind::TlsNotSpoken,
        None,
        None,
    ),
    (
        "curl: (60) SSL certificate problem: unable to get local issuer certificate",
        Some(Program::Curl),
        Kind::CertificateNotTrusted,
        None,
        None,
    ),
    (
        "curl: (60) SSL certificate problem: certificate has expired",
        Some(Program::Curl),
        Kind::CertificateExpired,
        None,
        None,
    ),
    (
        "curl: (60) SSL: no alternative certificate subject name matches target host name 'api.sendgrid.com'",
        Some(Program::Curl),
        Kind::CertificateOfAnotherHost,
        Some("api.sendgrid.com"),
        None,
    ),
    (
        "curl: (51) SSL: certificate subject name 'proxy.example' does not match target host name 'api.sendgrid.com'",
        Some(Program::Curl),
        Kind::CertificateOfAnotherHost,
        Some("proxy.example"),
        None,
    ),
    (
        "curl: (77) error setting certificate verify locations:  CAfile: /etc/pki/tls/certs/ca-bundle.crt",
        Some(Program::Curl),
        Kind::AuthoritiesMissing,
        None,
        None,
    ),
    ("curl: (56) Recv failure: Connection reset by peer", Some(Program::Curl), Kind::ConnectionReset, None, None),
    ("curl: (56) CONNECT tunnel failed, response 403", Some(Program::Curl), Kind::ProxyRefuses, None, None),
    ("curl: (52) Empty reply from server", Some(Program::Curl), Kind::ConnectionReset, None, None),
    ("curl: (22) The requested URL returned error: 403 Forbidden", Some(Program::Curl), Kind::Forbidden, None, None),
    ("curl: (22) The requested URL returned error: 503", Some(Program::Curl), Kind::ServiceFails, None, None),
    (
        "curl: (5) Could not resolve proxy: proxy.example",
        Some(Program::Curl),
        Kind::ProxyNameNotResolved,
        Some("proxy.example"),
        None,
    ),
    ("HTTP/1.1 403 Forbidden", None, Kind::Forbidden, None, None),
    (
        "PING amazon.com (54.239.28.85) 56(84) bytes of data.\n\n--- amazon.com ping statistics ---\n5 packets transmitted, 0 received, 100% packet loss, time 4080ms",
        Some(Program::Ping),
        Kind::PingLost,
        None,
        None,
    ),
    (
        "5 packets transmitted, 3 received, 40% packet loss, time 4080ms",
        Some(Program::Ping),
        Kind::PingPartlyLost,
        None,
        None,
    ),
    (
        "1 packets transmitted, 1 received, 0% packet loss, time 0ms",
        Some(Program::Ping),
        Kind::PingAnswered,
        None,
        None,
    ),
    (
        "PING 10.0.10.9 (10.0.10.9) 56(84) bytes of data.\nFrom 10.0.10.11 icmp_seq=1 Destination Host Unreachable\n\n--- 10.0.10.9 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms",
        Some(Program::Ping),
        Kind::HostUnreachable,
        None,
        None,
    ),
    ("ping: connect: Network is unreachable", Some(Program::Ping), Kind::NetworkUnreachable, None, None),
    ("ping: connect: ネットワークに届きません", Some(Program::Ping), Kind::NetworkUnreachable, None, None),
    ("ping: sendmsg: Operation not permitted", Some(Program::Ping), Kind::NotPermitted, None, None),
    ("ping: amazon.com: Name or service not known", Some(Program::Ping), Kind::NoSuchName, Some("amazon.com"), None),
    (
        "ping: amazon.com: 名前解決に一時的に失敗しました",
        Some(Program::Ping),
        Kind::NameServerSilent,
        Some("amazon.com"),
        None,
    ),
    ("ping: unknown host amazon.com", Some(Program::Ping), Kind::NoSuchName, Some("amazon.com"), None),
    ("From 10.0.0.1 icmp_seq=1 Packet filtered", Some(Program::Ping), Kind::Prohibited, None, None),
    ("From 10.0.0.1 icmp_seq=1 Time to live exceeded", Some(Program::Ping), Kind::TimeToLiveExceeded, None, None),
    (
        "ssh: connect to host db.example port 22: Connection refused",
        None,
        Kind::ConnectionRefused,
        Some("db.example"),
        Some(22),
    ),
    (
        "wget: unable to resolve host address ‘api.sendgrid.com’",
        Some(Program::Wget),
        Kind::NameNotResolved,
        Some("api.sendgrid.com"),
        None,
    ),
    (
        "Connecting to api.sendgrid.com (api.sendgrid.com)|198.51.100.80|:443... failed: Connection timed out.",
        None,
        Kind::ConnectionTimedOut,
        Some("api.sendgrid.com"),
        None,
    ),
];

#[test]
fn curl_ping_and_others_say_it_in_their_own_words() {
    check(CURL_AND_PING);
    // A handshake that hangs and a reply that does are told alike by older libcurl: TLS is not proved.
    let found = read("curl: (28) Operation timed out after 30001 milliseconds with 0 out of 0 bytes received");
    assert_eq!(found[0].proved(), [Stage::Name, Stage::Connection]);
    let found = read("https://h.example/x: Operation timed out after 30001 milliseconds with 512 bytes received");
    assert_eq!(found[0].proved(), [Stage::Name, Stage::Connection, Stage::Tls]);
    // An address needs no name server.
    assert_eq!(read("curl: (7) Failed to connect to 10.0.1.5 port 8080: Connection refused")[0].proved(), []);
    assert_eq!(read("curl: (28) Timeout")[0].proved(), [], "curl's number alone does not say which stage");
}

const APT_PIP_AND_AWS: &[Row] = &[
    (
        "Err:1 http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu jammy InRelease\n  Temporary failure resolving 'ap-northeast-1.ec2.archive.ubuntu.com'",
        Some(Program::Apt),
        Kind::NameServerSilent,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        None,
    ),
    (
        "エラー:1 http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu jammy InRelease\n  'ap-northeast-1.ec2.archive.ubuntu.com' が一時的に解決できません",
        Some(Program::Apt),
        Kind::NameServerSilent,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        None,
    ),
    (
        "W: Failed to fetch http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu/dists/jammy/InRelease  Could not resolve 'ap-northeast-1.ec2.archive.ubuntu.com'",
        Some(Program::Apt),
        Kind::NameNotResolved,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "Err:1 http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu jammy InRelease\n  Could not connect to ap-northeast-1.ec2.archive.ubuntu.com:80 (52.68.1.2), connection timed out",
        Some(Program::Apt),
        Kind::ConnectionTimedOut,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "W: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/jammy/InRelease  Cannot initiate the connection to archive.ubuntu.com:80 (2620:2d:4000:1::16). - connect (101: Network is unreachable) Could not connect to archive.ubuntu.com:80 (91.189.91.39), connection timed out\nW: Some index files failed to download. They have been ignored, or old ones used instead.",
        Some(Program::Apt),
        Kind::ConnectionTimedOut,
        Some("archive.ubuntu.com"),
        Some(80),
    ),
    (
        "Err:1 http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu jammy InRelease\n  Could not connect to ap-northeast-1.ec2.archive.ubuntu.com:80 (52.68.1.2). - connect (111: Connection refused)",
        Some(Program::Apt),
        Kind::ConnectionRefused,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "Err:1 http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu jammy InRelease\n  403  Forbidden [IP: 52.68.1.2 80]",
        Some(Program::Apt),
        Kind::Forbidden,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "E: Failed to fetch http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu/pool/x.deb  404  Not Found [IP: 52.68.1.2 80]",
        Some(Program::Apt),
        Kind::NotFound,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "E: Release file for http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu/dists/jammy-updates/InRelease is not valid yet (invalid for another 2h 15min 30s). Updates for this repository will not be applied.",
        Some(Program::Apt),
        Kind::ReleaseNotYetValid,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "E: Release file for http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu/dists/jammy/InRelease is expired (invalid since 3d 2h 1min 5s). Updates for this repository will not be applied.",
        Some(Program::Apt),
        Kind::ReleaseExpired,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "W: GPG error: http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu jammy InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 871920D1991BC93C",
        Some(Program::Apt),
        Kind::SignatureNotTrusted,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "E: Failed to fetch http://ap-northeast-1.ec2.archive.ubuntu.com/ubuntu/dists/jammy/x.xz  Hash Sum mismatch",
        Some(Program::Apt),
        Kind::ContentMismatch,
        Some("ap-northeast-1.ec2.archive.ubuntu.com"),
        Some(80),
    ),
    (
        "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1523 (unattended-upgr)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?",
        Some(Program::Apt),
        Kind::LockHeld,
        None,
        None,
    ),
    (
        "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f1d2894bcd0>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/requests/\nERROR: No matching distribution found for requests",
        Some(Program::Pip),
        Kind::NoSuchName,
        None,
        None,
    ),
    (
        "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7f1d>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/requests/",
        Some(Program::Pip),
        Kind::NameServerSilent,
        None,
        None,
    ),
    (
        "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ConnectTimeoutError(<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>, 'Connection to pypi.org timed out. (connect timeout=15)')': /simple/requests/",
        Some(Program::Pip),
        Kind::ConnectionTimedOut,
        Some("pypi.org"),
        None,
    ),
    (
        "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.org', port=443): Read timed out. (read timeout=15)\")': /simple/requests/",
        Some(Program::Pip),
        Kind::ReplyTimedOut,
        Some("pypi.org"),
        Some(443),
    ),
    (
        "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1007)'))': /simple/requests/",
        Some(Program::Pip),
        Kind::CertificateNotTrusted,
        None,
        None,
    ),
    (
        "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ProxyError('Cannot connect to proxy.', NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))': /simple/requests/",
        Some(Program::Pip),
        Kind::ProxyNotReached,
        None,
        None,
    ),
    (
        "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden'))': /simple/requests/",
        Some(Program::Pip),
        Kind::ProxyRefuses,
        None,
        None,
    ),
    (
        "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded with url: /simple/ (Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
        Some(Program::Pip),
        Kind::ConnectionRefused,
        Some("pypi.org"),
        Some(443),
    ),
    ("ConnectionResetError: [Errno 104] Connection reset by peer", None, Kind::ConnectionReset, None, None),
    (
        "An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:sts::111122223333:assumed-role/web/i-0123 is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::app-data/x\" because no VPC endpoint policy allows the s3:GetObject action",
        Some(Program::AwsCli),
        Kind::AccessDenied,
        None,
        None,
    ),
    (
        "fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden",
        Some(Program::AwsCli),
        Kind::Forbidden,
        None,
        None,
    ),
    ("fatal error: Unable to locate credentials", Some(Program::AwsCli), Kind::CredentialsMissing, None, None),
    (
        "An error occurred (RequestTimeTooSkewed) when calling the ListBuckets operation: The difference between the request time and the current time is too large.",
        Some(Program::AwsCli),
        Kind::ClockSkewed,
        None,
        None,
    ),
    (
        "An error occurred (ExpiredToken) when calling the ListBuckets operation: The provided token has expired.",
        Some(Program::AwsCli),
        Kind::CredentialsRefused,
        None,
        None,
    ),
    (
        "Connect timeout on endpoint URL: \"https://s3.ap-northeast-1.amazonaws.com/\"",
        Some(Program::AwsCli),
        Kind::ConnectionTimedOut,
        Some("s3.ap-northeast-1.amazonaws.com"),
        Some(443),
    ),
    (
        "Read timeout on endpoint URL: \"https://s3.ap-northeast-1.amazonaws.com/\"",
        Some(Program::AwsCli),
        Kind::ReplyTimedOut,
        Some("s3.ap-northeast-1.amazonaws.com"),
        Some(443),
    ),
    (
        "Could not connect to the endpoint URL: \"https://s3.ap-northeast-1.amazonaws.com/\"",
        Some(Program::AwsCli),
        Kind::ConnectionFailed,
        Some("s3.ap-northeast-1.amazonaws.com"),
        Some(443),
    ),
    (
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>AccessDenied</Code>\n  <Message>Access Denied</Message>\n  <RequestId>E3</RequestId>\n</Error>",
        Some(Program::S3),
        Kind::AccessDenied,
        None,
        None,
    ),
    (
        "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>",
        Some(Program::S3),
        Kind::NoSuchObject,
        None,
        None,
    ),
];

#[test]
fn apt_pip_and_aws_say_it_in_their_own_words() {
    check(APT_PIP_AND_AWS);
    let denied = |why: &str| {
        read(&format!("User: arn:aws:sts::1:assumed-role/r/i is not authorized to perform: s3:GetObject {why}"))[0]
            .policy
    };
    assert_eq!(denied("because no VPC endpoint policy allows the s3:GetObject action"), Some(NamedPolicy::Endpoint));
    assert_eq!(denied("because no identity-based policy allows the s3:GetObject action"), Some(NamedPolicy::Identity));
    assert_eq!(denied("with an explicit deny in a service control policy"), Some(NamedPolicy::ServiceControl));
    assert_eq!(denied("with an explicit deny in a resource-based policy"), Some(NamedPolicy::Resource));
    assert_eq!(denied(""), None);
}

#[test]
fn what_is_not_known_says_nothing_and_nothing_breaks() {
    for text in [
        "",
        " \n\t\n",
        "it does not work",
        "Segmentation fault",
        "Complete!",
        "Loaded plugins: extras_suggestions, langpacks",
        "0x28 (28)",
        "\u{1b}[31m\u{1b}[0m",
        "%",
        "% packet loss",
        "[Errno ",
        "curl: (",
        "curl#",
        "https://",
        "http://[",
        "curl: (99999999999999999999) x",
        "動きません",
    ] {
        assert_eq!(read(text), [], "{text:?}");
    }
}

#[test]
fn a_long_log_is_told_once_and_by_what_is_exact() {
    let line = format!(
        "  - Curl error (28): Timeout was reached for https://{AL2023}/x [Connection timeout after 30000 ms]\n"
    );
    let found = read(&format!("Amazon Linux 2023 repository  0.0  B/s |   0  B     02:30\n{}", line.repeat(4000)));
    assert_eq!(found.len(), 1);
    // Broken by a terminal, in the middle of a word.
    let broken = format!("curl: (7) Failed to conn\nect to {AL2} port 443: Connection refu\nsed");
    assert_eq!(read(&broken).iter().map(|it| it.kind).collect::<Vec<_>>(), [Kind::ConnectionRefused]);
    // A lock, and why the earlier run hangs: both are told.
    let both = format!("Another app is currently holding the yum lock; waiting for it to exit...\n{line}");
    assert_eq!(read(&both).iter().map(|it| it.kind).collect::<Vec<_>>(), [Kind::LockHeld, Kind::ConnectionTimedOut]);
    // Credentials in an address are not repeated.
    let found = read(
        "http://user:hunter2@proxy.example:3128/: curl: (7) Failed to connect to proxy.example port 3128: Connection refused",
    );
    assert!(!format!("{found:?}").contains("hunter2"));
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "(curl: \\(|\\[Errno |https?://|% packet loss|<Error>|error was|\\PC|[0-9]{1,6}|\\n|[ :.)\\]]){0,40}") {
        for symptom in read(&text) {
            let _ = (symptom.proved(), symptom.not_reached());
        }
    }
}

fn run(arguments: &[&str], input: Option<&str>) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deguchi"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.unwrap_or_default().as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The answer's JSON, held to its schema.
fn why(example: &str, (source, destination): (&str, &str), error: &str) -> (Option<i32>, Value) {
    let from = format!("example:{example}");
    let (code, text, _) =
        run(&["why", source, destination, "--from", &from, "--format", "json", "--lang", "en", "--error", error], None);
    let document: Value = serde_json::from_str(&text).unwrap_or_else(|problem| panic!("{problem}: {text}"));
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/report.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{:#}", document["seen"]);
    (code, document)
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|each| each["code"].as_str().unwrap()).collect()
}

/// A built-in example, a question, a message (`@…` is one of [`message`]), and how they go together: code, outcome, first cause.
type Held =
    (&'static str, (&'static str, &'static str), &'static str, &'static str, &'static str, Option<&'static str>);

const HELD: &[Held] = &[
    // Hanging, and it hangs by configuration.
    ("nat-in-private-subnet", ("web-1", "yum"), "@timeout", "AGREES", "agrees", None),
    // Dropped in silence, and somebody answered.
    ("nat-in-private-subnet", ("web-1", "yum"), "@refused", "SILENT_BY_CONFIGURATION", "contradicts", Some("PROXY")),
    ("nat-in-private-subnet", ("web-1", "yum"), "@forbidden", "STOPPED_BY_CONFIGURATION", "contradicts", Some("PROXY")),
    ("nat-in-private-subnet", ("web-1", "yum"), "@no_name", "FAILS_BEFORE", "contradicts", Some("RESOLVER_OF_HOST")),
    // Nothing stands in the way, and it hangs.
    ("healthy", ("web-1", "yum"), "@timeout", "PASSES_BY_CONFIGURATION", "contradicts", Some("LEFT_OVER_PROCESS")),
    ("healthy", ("web-1", "yum"), "@no_name", "PASSES_BY_CONFIGURATION", "contradicts", Some("RESOLVER_OF_HOST")),
    (
        "healthy",
        ("web-1", "yum"),
        "@forbidden",
        "BEYOND_CONFIGURATION",
        "beyond-configuration",
        Some("NO_SUCH_RELEASE"),
    ),
    ("healthy", ("web-1", "yum"), "@refused", "BEYOND_CONFIGURATION", "beyond-configuration", Some("PROXY")),
    (
        "healthy",
        ("web-1", "yum"),
        "Existing lock /var/run/yum.pid: another copy is running as pid 3154.",
        "ON_THE_HOST",
        "beyond-configuration",
        Some("LEFT_OVER_PROCESS"),
    ),
    (
        "healthy",
        ("web-1", "yum"),
        "SSL certificate problem: certificate is not yet valid",
        "BEYOND_CONFIGURATION",
        "beyond-configuration",
        Some("CLOCK"),
    ),
    // The names.
    ("dns-support-off", ("web-1", "yum"), "@no_name", "AGREES", "agrees", None),
    ("dns-support-off", ("web-1", "yum"), "@timeout", "STOPPED_BY_CONFIGURATION", "contradicts", Some("PROXY")),
    ("dns-support-off", ("web-1", "yum"), "curl: (28) x", "AGREES", "agrees", None),
    // Policies.
    ("endpoint-policy-denies", ("web-2", "yum"), "@forbidden_2023", "AGREES", "agrees", None),
    (
        "endpoint-policy-denies",
        ("web-2", "yum"),
        "@timeout_2023",
        "PASSES_BY_CONFIGURATION",
        "contradicts",
        Some("LEFT_OVER_PROCESS"),
    ),
    // The repository of another release than the machine's.
    ("endpoint-policy-denies", ("web-2", "yum"), "@forbidden", "OTHER_DESTINATION", "unrelated", None),
    // Part of the packets.
    (
        "more-specific-route",
        ("web-1", "yum"),
        "@timeout",
        "AGREES_IN_PART",
        "agrees-in-part",
        Some("LEFT_OVER_PROCESS"),
    ),
    // Pings are no connections.
    (
        "security-group-inbound-icmp-only",
        ("web-1", "icmp:amazon.com"),
        "5 packets transmitted, 0 received, 100% packet loss, time 4080ms",
        "AGREES",
        "agrees",
        None,
    ),
    (
        "healthy",
        ("web-1", "icmp:amazon.com"),
        "5 packets transmitted, 0 received, 100% packet loss, time 4080ms",
        "PASSES_BY_CONFIGURATION",
        "contradicts",
        Some("FAR_END_ANSWERS_NO_PING"),
    ),
    (
        "healthy",
        ("web-1", "icmp:amazon.com"),
        "ping: connect: Network is unreachable",
        "PASSES_BY_CONFIGURATION",
        "contradicts",
        Some("ROUTES_OF_HOST"),
    ),
    (
        "healthy",
        ("web-1", "yum"),
        "5 packets transmitted, 0 received, 100% packet loss, time 4080ms",
        "OTHER_PROTOCOL",
        "unrelated",
        None,
    ),
    // Another host, another port, no name at all, nothing said.
    (
        "healthy",
        ("web-1", "yum"),
        "curl: (28) Failed to connect to download.docker.com port 443 after 5000 ms: Connection timed out",
        "OTHER_DESTINATION",
        "unrelated",
        None,
    ),
    (
        "healthy",
        ("web-2", "https://api.sendgrid.com"),
        "curl: (7) Failed to connect to api.sendgrid.com port 80: Connection refused",
        "OTHER_DESTINATION",
        "unrelated",
        None,
    ),
    (
        "healthy",
        ("web-2", "198.51.100.80:443"),
        "curl: (6) Could not resolve host: api.sendgrid.com",
        "NO_NAME_ASKED",
        "unrelated",
        None,
    ),
    ("healthy", ("web-1", "yum"), "[Errno 256] No more mirrors to try.", "NOTHING_SAID", "unrelated", None),
    (
        "healthy",
        ("web-2", "https://api.sendgrid.com"),
        "curl: (56) CONNECT tunnel failed, response 403",
        "AT_THE_PROXY",
        "beyond-configuration",
        Some("PROXY"),
    ),
    // A refusal by a machine of the snapshot: its packets arrive.
    (
        "healthy",
        ("bastion", "web-1:22"),
        "ssh: connect to host 10.0.10.11 port 22: Connection refused",
        "BEYOND_CONFIGURATION",
        "beyond-configuration",
        Some("NOTHING_LISTENS"),
    ),
];

/// Messages that several rows share.
fn message(name: &str) -> String {
    match name {
        "@timeout" => {
            format!(
                "Curl error (28): Timeout was reached for https://{AL2}/2/mirror.list [Connection timeout after 5000 ms]"
            )
        }
        "@refused" => format!("curl: (7) Failed to connect to {AL2} port 443: Connection refused"),
        "@forbidden" => format!("https://{AL2}/2/repodata/repomd.xml: [Errno 14] HTTPS Error 403 - Forbidden"),
        "@no_name" => format!("curl: (6) Could not resolve host: {AL2}"),
        "@timeout_2023" => message("@timeout").replace(AL2, AL2023),
        "@forbidden_2023" => message("@forbidden").replace(AL2, AL2023),
        text => text.to_owned(),
    }
}

#[test]
fn message_and_configuration_are_held_against_each_other() {
    for (example, question, error, relation, outcome, first_cause) in HELD {
        let (_, document) = why(example, *question, &message(error));
        let seen = &document["seen"]["symptoms"][0];
        assert_eq!(seen["relation"]["code"], *relation, "{example} {question:?} {error}: {seen:#}");
        assert_eq!(seen["relation"]["outcome"], *outcome, "{example} {error}");
        assert_eq!(codes(&seen["causes"]).first().copied(), *first_cause, "{example} {error}: {seen:#}");
        assert_eq!(document["seen"]["understood"], true);
    }
}

#[test]
fn an_agreement_names_the_reasons_and_a_contradiction_turns_to_the_host() {
    let timeout = format!(
        "Curl error (28): Timeout was reached for https://{AL2}/2/mirror.list [Connection timeout after 5000 ms]"
    );
    let (code, document) = why("nat-in-private-subnet", ("web-1", "yum"), &timeout);
    let seen = &document["seen"]["symptoms"][0];
    assert_eq!(seen["relation"]["reasons"], json!(["NO_ROUTE_TO_DESTINATION"]));
    assert_eq!((&seen["proved"], &seen["failed"]), (&json!(["name-resolution"]), &json!("connection")));
    assert_eq!(seen["not_reached"], json!(["tls", "reply", "service"]));
    assert_eq!((seen["causes"].as_array().unwrap().len(), code), (0, Some(1)));
    assert_eq!((&seen["program"], &seen["curl_code"], &seen["port"]), (&json!("dnf"), &json!(28), &json!(443)));

    let (code, document) = why("healthy", ("web-1", "yum"), &timeout);
    assert_eq!(document["verdict"], "reachable");
    assert_eq!(code, Some(1), "by configuration it is reachable, and a person saw that it is not");
    let seen = &document["seen"]["symptoms"][0];
    let causes = codes(&seen["causes"]);
    for cause in ["LEFT_OVER_PROCESS", "PROXY", "FIREWALL_OF_HOST", "ROUTES_OF_HOST", "SNAPSHOT_OF_ANOTHER_TIME"] {
        assert!(causes.contains(&cause), "{cause}: {causes:?}");
    }
    assert_eq!(codes(&seen["next"]), ["PROBE"]);

    // What the way leads over is named: a NAT instance is assumed to forward.
    let error = "curl: (28) Failed to connect to api.sendgrid.com port 443 after 5000 ms: Connection timed out";
    let (_, document) = why("healthy", ("web-2", "https://api.sendgrid.com"), error);
    let seen = &document["seen"]["symptoms"][0];
    assert!(codes(&seen["causes"]).contains(&"NAT_INSTANCE_GUEST"), "{seen:#}");
    assert_eq!(codes(&seen["next"]), ["PROBE", "PROBE_NAT_INSTANCE"]);
    // And one that takes nothing for granted leads over a NAT gateway, which may have no port left.
    let (_, document) = why("healthy", ("web-1", "https://api.sendgrid.com"), error);
    assert!(codes(&document["seen"]["symptoms"][0]["causes"]).contains(&"NAT_PORTS"));

    // A lock while the network is broken: the network first.
    let lock = "Waiting for process with pid 27301 to finish.";
    let (_, document) = why("nat-in-private-subnet", ("web-1", "yum"), lock);
    let seen = &document["seen"]["symptoms"][0];
    assert_eq!(codes(&seen["causes"]), ["LEFT_OVER_PROCESS", "EARLIER_RUN_WAITS"]);
    assert_eq!(codes(&seen["next"]), ["FIX_FIRST", "END_PROCESS", "PROBE"]);
    assert!(seen["next"][1]["message"].as_str().unwrap().contains("sudo kill 27301"));
    // A message about something else says how to ask about it.
    let docker = "curl: (28) Failed to connect to download.docker.com port 443 after 5000 ms: Connection timed out";
    let (code, document) = why("healthy", ("web-1", "yum"), docker);
    let next = &document["seen"]["symptoms"][0]["next"][0];
    assert_eq!((&next["code"], code), (&json!("ASK"), Some(0)), "what is asked about is reachable all the same");
    assert!(next["message"].as_str().unwrap().contains("`deguchi why web-1 https://download.docker.com`"), "{next}");
}

#[test]
fn the_host_in_the_message_chooses_the_alternative() {
    let error =
        format!("Curl error (28): Timeout was reached for https://{AL2023}/x [Connection timeout after 5000 ms]");
    let (_, document) = why("nat-in-private-subnet", ("bastion", "yum"), &error);
    // Whatever the bastion runs: the answer for the repository that the message names counts.
    let seen = &document["seen"]["symptoms"][0];
    assert_ne!(seen["relation"]["code"], "DEPENDS_ON_ALTERNATIVE", "{seen:#}");
}

#[test]
fn a_message_comes_as_text_from_a_file_or_from_standard_input_in_both_languages() {
    let log = format!(
        "Loaded plugins: extras_suggestions\nhttps://{AL2}/2/core/mirror.list: [Errno 12] Timeout on https://{AL2}/2/core/mirror.list: (28, \
         'Connection timeout after 5000 ms')\nTrying other mirror.\n"
    );
    let folder = std::env::temp_dir().join(format!("deguchi-symptoms-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("yum.log");
    fs::write(&file, &log).unwrap();
    let by_file = format!("@{}", file.display());
    let question = ["why", "web-1", "yum", "--from", "example:nat-in-private-subnet"];
    for (language, proved, agrees) in [
        (
            "en",
            "✓ proved fine: name resolution\n    ✗ failed: the packets out and back",
            "⇒ agrees with the configuration: [1] explain it",
        ),
        (
            "ja",
            "✓ 問題がないと分かる段階: 名前解決\n    ✗ 失敗した段階: パケットの往復",
            "⇒ 設定からの判定と一致します。[1]で説明できます",
        ),
    ] {
        let mut texts = Vec::new();
        for (given, input) in [(log.as_str(), None), (by_file.as_str(), None), ("-", Some(log.as_str()))] {
            let (code, text, complaint) =
                run(&[&question[..], &["--error", given, "--lang", language]].concat(), input);
            assert_eq!((code, complaint.as_str()), (Some(1), ""));
            assert!(text.contains(proved) && text.contains(agrees), "{text}");
            texts.push(text);
        }
        assert!(texts.iter().all(|text| *text == texts[0]));
    }
    // What is not understood is said, and the answer is as it is.
    for (language, said) in [("en", "not understood, so nothing is concluded"), ("ja", "理解できないメッセージ")]
    {
        let (code, text, _) = run(&[&question[..], &["--error", "es geht nicht", "--lang", language]].concat(), None);
        assert_eq!(code, Some(1));
        assert!(text.contains(said) && text.contains("`es geht nicht`"), "{text}");
    }
    // What cannot be read, or holds nothing, is bad usage.
    for (given, said) in [("@/nowhere/yum.log", "/nowhere/yum.log"), (" ", "no message"), ("@/dev/null", "no message")]
    {
        let (code, text, complaint) = run(&[&question[..], &["--error", given, "--lang", "en"]].concat(), None);
        assert_eq!((code, text.as_str()), (Some(2), ""));
        assert!(complaint.contains(said) && complaint.contains("hint: "), "{complaint}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_kind_and_cause_has_words_without_a_line_break() {
    // `Kind::ALL` is the closed set: each is met by some wording of these tests, or by its number.
    let codes: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    let mut unique = codes.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), codes.len());
    assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')));
}
