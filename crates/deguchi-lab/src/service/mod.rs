//! What runs inside a lab under the names of the real world: a VPC's resolver, package repositories, an HTTPS API.
//!
//! [`start`] runs a process of its own (`deguchi lab-service CONFIG`) in the network namespace of the thread that calls
//! it; [`run`] is that process. All servers of one namespace are threads of one process, which ends when whoever
//! started it ends, however that ends. Leaves out hosts that answer ping (an address of the kernel does) and where
//! a lab puts which service.

mod certificate;
mod endpoint_policy;
mod http;
mod machine_files;
mod process;
mod region;
mod repository;
mod resolver;
mod site;
mod web;
mod zone;

use std::{fmt, io, net::SocketAddr};

use serde::{Deserialize, Serialize};

pub use certificate::CertificateAuthority;
pub use endpoint_policy::{PolicyOfEndpoint, Statement};
pub use machine_files::{AmazonLinux, MachineFile, machine_files};
pub use process::{ServiceProcess, run, start};
pub use region::{region_of, service_domain};
pub use resolver::{DnsSupport, Resolver};
pub use site::{Answers, Site};
pub use web::Web;
pub use zone::{Family, Lookup, Zone, zone};

/// Everything that one process serves in one network namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// A VPC's resolver.
    #[serde(default)]
    pub resolver: Option<Resolver>,
    /// Web servers.
    #[serde(default)]
    pub web: Option<Web>,
}

/// Why a service does not run.
#[derive(Debug)]
pub enum ServiceError {
    /// The file that says what to serve cannot be written or read.
    Configuration {
        /// The file.
        path: String,
        /// What the system or the parser says.
        cause: String,
    },
    /// A socket cannot be had.
    Bind {
        /// Where.
        address: SocketAddr,
        /// `udp` or `tcp`.
        protocol: &'static str,
        /// What the system says.
        cause: String,
    },
    /// The lab's certificate authority cannot be used.
    Certificate {
        /// What the library says.
        cause: String,
    },
    /// The process cannot be started, or ended before it was ready.
    Process {
        /// What the system, or the process on its standard error, says.
        cause: String,
    },
}

impl ServiceError {
    fn bind(address: SocketAddr, protocol: &'static str, error: &io::Error) -> Self {
        Self::Bind { address, protocol, cause: error.to_string() }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration { path, cause } => write!(f, "`{path}` does not say what to serve: {cause}"),
            Self::Bind { address, protocol, cause } => write!(f, "{protocol} `{address}` cannot be served: {cause}"),
            Self::Certificate { cause } => write!(f, "the lab's certificate authority is not usable: {cause}"),
            Self::Process { cause } => write!(f, "a service of the lab did not start: {cause}"),
        }
    }
}

impl std::error::Error for ServiceError {}
