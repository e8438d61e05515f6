//! The lab's web servers, http and https, in the network namespace that the process is in.
//!
//! One thread a connection: a lab has tens, not thousands. Leaves out what is answered (`site.rs`).

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring};
use serde::{Deserialize, Serialize};

use super::{
    ServiceError,
    certificate::{CertificateAuthority, Issuing},
    endpoint_policy::PolicyOfEndpoint,
    http::{self, Scheme},
    site::{Site, Sites},
};

/// How long a client may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// Web servers to start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Where http is served.
    pub http: Vec<SocketAddr>,
    /// Where https is served.
    pub https: Vec<SocketAddr>,
    /// Who issues certificates; without it nothing can be served over https.
    pub authority: Option<CertificateAuthority>,
    /// Hosts that are known by name.
    pub sites: BTreeMap<String, Site>,
    /// The policy of the endpoint that the servers stand behind.
    #[serde(default)]
    pub policy: PolicyOfEndpoint,
}

/// Starts the servers' threads; once this returns, their sockets are open.
pub(super) fn start(web: Web) -> Result<(), ServiceError> {
    let sites = Arc::new(Sites { named: web.sites, policy: web.policy });
    for address in web.http {
        let listener = listen(address)?;
        let sites = Arc::clone(&sites);
        thread::spawn(move || accept(&listener, |stream| serve(stream, &sites, Scheme::Http)));
    }
    if web.https.is_empty() {
        return Ok(());
    }
    let authority = web.authority.ok_or_else(|| ServiceError::Certificate { cause: "there is none".to_owned() })?;
    let configuration = configuration(&authority)?;
    for address in web.https {
        let listener = listen(address)?;
        let sites = Arc::clone(&sites);
        let configuration = Arc::clone(&configuration);
        thread::spawn(move || {
            accept(&listener, |stream| {
                let connection = ServerConnection::new(Arc::clone(&configuration)).map_err(io::Error::other)?;
                serve(StreamOwned::new(connection, stream), &sites, Scheme::Https)
            });
        });
    }
    Ok(())
}

fn listen(address: SocketAddr) -> Result<TcpListener, ServiceError> {
    TcpListener::bind(address).map_err(|error| ServiceError::bind(address, "tcp", &error))
}

fn configuration(authority: &CertificateAuthority) -> Result<Arc<ServerConfig>, ServiceError> {
    let issuing = Issuing::new(authority)?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder
        .with_safe_default_protocol_versions()
        .map_err(|error| ServiceError::Certificate { cause: error.to_string() })?;
    let mut configuration = builder.with_no_client_auth().with_cert_resolver(Arc::new(issuing));
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(configuration))
}

/// Gives each connection a thread. A connection that fails is that client's loss and no other's.
fn accept(listener: &TcpListener, serve: impl Fn(TcpStream) -> io::Result<()> + Sync) {
    thread::scope(|scope| {
        for stream in listener.incoming().flatten() {
            let serve = &serve;
            scope.spawn(move || {
                let _ = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| serve(stream));
            });
        }
    });
}

fn serve(stream: impl Read + Write, sites: &Sites, scheme: Scheme) -> io::Result<()> {
    http::serve(&mut Client(BufReader::new(stream)), |request| sites.answer(request, scheme))
}

/// A connection that is read in lines and written as it is.
struct Client<S: Read + Write>(BufReader<S>);

impl<S: Read + Write> Read for Client<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<S: Read + Write> BufRead for Client<S> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.0.consume(amount);
    }
}

impl<S: Read + Write> Write for Client<S> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.0.get_mut().write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.get_mut().flush()
    }
}
