//! What a message can say, as a closed set, and how far the conversation had come when it was printed.

/// How far a program comes, in the order in which it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// It starts, and nothing on the host is in its way.
    Host,
    /// The proxy that it is told to use takes it further.
    Proxy,
    /// The name resolves.
    Name,
    /// Packets get there and back: a TCP connection is made, a ping is answered.
    Connection,
    /// TLS is agreed on.
    Tls,
    /// The service answers at all.
    Reply,
    /// The service does what it is asked.
    Service,
    /// What it sends is what it should be.
    Content,
}

impl Stage {
    /// Returns its name as printed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Proxy => "proxy",
            Self::Name => "name-resolution",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Reply => "reply",
            Self::Service => "service",
            Self::Content => "content",
        }
    }
}

/// Who printed a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Program {
    /// yum of Amazon Linux 1 and 2, by urlgrabber.
    Yum,
    /// dnf, by librepo.
    Dnf,
    /// curl.
    Curl,
    /// apt.
    Apt,
    /// pip, or another Python program by urllib3.
    Pip,
    /// ping.
    Ping,
    /// The AWS CLI, or boto3.
    AwsCli,
    /// S3 itself, in XML.
    S3,
    /// wget.
    Wget,
}

impl Program {
    /// Returns its name as printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yum => "yum",
            Self::Dnf => "dnf",
            Self::Curl => "curl",
            Self::Apt => "apt",
            Self::Pip => "pip",
            Self::Ping => "ping",
            Self::AwsCli => "AWS CLI",
            Self::S3 => "S3",
            Self::Wget => "wget",
        }
    }

    /// Whether it installs packages of the operating system.
    pub const fn is_package_manager(self) -> bool {
        matches!(self, Self::Yum | Self::Dnf | Self::Apt)
    }
}

/// The kind of policy that a refusal of AWS names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamedPolicy {
    /// A policy of the role.
    Identity,
    /// The policy of the bucket.
    Resource,
    /// The role's permissions boundary.
    Boundary,
    /// A policy of the session.
    Session,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// The policy of the VPC endpoint.
    Endpoint,
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $variant:ident = $code:literal at $stage:expr,)+) => {
        /// What a message says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])+ $variant,)+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns its code as printed.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// Returns the stage that failed; `None` where nothing did, or where the message does not say.
            pub const fn failed(self) -> Option<Stage> {
                match self {
                    $(Self::$variant => $stage,)+
                }
            }
        }
    };
}

kinds! {
    /// Another package manager holds the lock (RP-11, RP-14).
    LockHeld = "LOCK_HELD" at Some(Stage::Host),
    /// A lock file that dnf will not take over (RP-14).
    LockMalformed = "LOCK_MALFORMED" at Some(Stage::Host),
    /// The host's own kernel does not let the packets go.
    NotPermitted = "NOT_PERMITTED" at Some(Stage::Host),
    /// The disk is full.
    DiskFull = "DISK_FULL" at Some(Stage::Host),
    /// The host has no credentials for AWS.
    CredentialsMissing = "CREDENTIALS_MISSING" at Some(Stage::Host),
    /// The proxy's name does not resolve.
    ProxyNameNotResolved = "PROXY_NAME_NOT_RESOLVED" at Some(Stage::Proxy),
    /// The proxy does not take the connection.
    ProxyNotReached = "PROXY_NOT_REACHED" at Some(Stage::Proxy),
    /// The proxy refuses to go further.
    ProxyRefuses = "PROXY_REFUSES" at Some(Stage::Proxy),
    /// A name server, or the host itself, says that there is no such name.
    NoSuchName = "NO_SUCH_NAME" at Some(Stage::Name),
    /// No name server gives an answer that settles it: none answers, or it fails.
    NameServerSilent = "NAME_SERVER_SILENT" at Some(Stage::Name),
    /// The name does not resolve; why is not said.
    NameNotResolved = "NAME_NOT_RESOLVED" at Some(Stage::Name),
    /// Nothing answers the connection.
    ConnectionTimedOut = "CONNECTION_TIMED_OUT" at Some(Stage::Connection),
    /// Something took too long; which stage is not said.
    TimedOut = "TIMED_OUT" at Some(Stage::Connection),
    /// Somebody refuses the connection.
    ConnectionRefused = "CONNECTION_REFUSED" at Some(Stage::Connection),
    /// The host, or a router, says that the other host is not there.
    HostUnreachable = "HOST_UNREACHABLE" at Some(Stage::Connection),
    /// The host, or a router, knows no way.
    NetworkUnreachable = "NETWORK_UNREACHABLE" at Some(Stage::Connection),
    /// A router or firewall says that it does not let the packets pass.
    Prohibited = "PROHIBITED" at Some(Stage::Connection),
    /// The packets go round in circles.
    TimeToLiveExceeded = "TIME_TO_LIVE_EXCEEDED" at Some(Stage::Connection),
    /// The connection fails; why is not said.
    ConnectionFailed = "CONNECTION_FAILED" at Some(Stage::Connection),
    /// No ping is answered.
    PingLost = "PING_LOST" at Some(Stage::Connection),
    /// Some pings are answered.
    PingPartlyLost = "PING_PARTLY_LOST" at Some(Stage::Connection),
    /// Every ping is answered.
    PingAnswered = "PING_ANSWERED" at None,
    /// The other end stops answering while TLS is agreed on.
    TlsTimedOut = "TLS_TIMED_OUT" at Some(Stage::Tls),
    /// TLS is broken off.
    TlsCut = "TLS_CUT" at Some(Stage::Tls),
    /// The other end does not speak TLS.
    TlsNotSpoken = "TLS_NOT_SPOKEN" at Some(Stage::Tls),
    /// Nobody whom the host trusts has signed the certificate.
    CertificateNotTrusted = "CERTIFICATE_NOT_TRUSTED" at Some(Stage::Tls),
    /// The certificate is not valid yet.
    CertificateNotYetValid = "CERTIFICATE_NOT_YET_VALID" at Some(Stage::Tls),
    /// The certificate has expired.
    CertificateExpired = "CERTIFICATE_EXPIRED" at Some(Stage::Tls),
    /// The certificate is another host's.
    CertificateOfAnotherHost = "CERTIFICATE_OF_ANOTHER_HOST" at Some(Stage::Tls),
    /// The host has no file of trusted authorities.
    AuthoritiesMissing = "AUTHORITIES_MISSING" at Some(Stage::Tls),
    /// The connection is made, and then nothing comes, or too little.
    ReplyTimedOut = "REPLY_TIMED_OUT" at Some(Stage::Reply),
    /// The connection is made, and then broken off.
    ConnectionReset = "CONNECTION_RESET" at Some(Stage::Reply),
    /// The service refuses: HTTP 403.
    Forbidden = "HTTP_FORBIDDEN" at Some(Stage::Service),
    /// The service wants to know who asks: HTTP 401.
    Unauthorized = "HTTP_UNAUTHORIZED" at Some(Stage::Service),
    /// The service has no such thing: HTTP 404, 410.
    NotFound = "HTTP_NOT_FOUND" at Some(Stage::Service),
    /// The service is asked too much: HTTP 429.
    TooManyRequests = "HTTP_TOO_MANY_REQUESTS" at Some(Stage::Service),
    /// The service fails: HTTP 5xx.
    ServiceFails = "HTTP_SERVICE_FAILS" at Some(Stage::Service),
    /// The service answers with another error: HTTP 4xx.
    ServiceRefuses = "HTTP_ERROR" at Some(Stage::Service),
    /// AWS refuses the request.
    AccessDenied = "ACCESS_DENIED" at Some(Stage::Service),
    /// AWS does not accept the credentials.
    CredentialsRefused = "CREDENTIALS_REFUSED" at Some(Stage::Service),
    /// AWS does not accept the time of the request.
    ClockSkewed = "CLOCK_SKEWED" at Some(Stage::Service),
    /// S3 has no such bucket or object, or not in this Region.
    NoSuchObject = "NO_SUCH_OBJECT" at Some(Stage::Service),
    /// apt: the list of packages is of the future.
    ReleaseNotYetValid = "RELEASE_NOT_YET_VALID" at Some(Stage::Content),
    /// apt: the list of packages has expired.
    ReleaseExpired = "RELEASE_EXPIRED" at Some(Stage::Content),
    /// What came is not what was announced.
    ContentMismatch = "CONTENT_MISMATCH" at Some(Stage::Content),
    /// The signature is of nobody whom the host trusts.
    SignatureNotTrusted = "SIGNATURE_NOT_TRUSTED" at Some(Stage::Content),
    /// dnf goes on without a repository, and says that all is complete.
    RepositoryIgnored = "REPOSITORY_IGNORED" at None,
    /// Only a summary: the reason stands in another line.
    SummaryOnly = "SUMMARY_ONLY" at None,
}

impl Kind {
    /// Whether the message says that somebody answered, if only to say no: nothing that drops in a VPC answers.
    pub const fn is_answer(self) -> bool {
        matches!(
            self,
            Self::ConnectionRefused
                | Self::HostUnreachable
                | Self::NetworkUnreachable
                | Self::Prohibited
                | Self::TimeToLiveExceeded
        )
    }

    /// Whether the stage that failed may as well be an earlier one, so that nothing is proved.
    pub const fn is_vague(self) -> bool {
        matches!(self, Self::TimedOut | Self::ConnectionFailed | Self::SummaryOnly | Self::RepositoryIgnored)
    }

    /// Whether a ping is spoken of, and no connection.
    pub const fn is_ping(self) -> bool {
        matches!(self, Self::PingLost | Self::PingPartlyLost | Self::PingAnswered)
    }

    /// Whether policies may be the reason.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Forbidden | Self::AccessDenied)
    }
}
