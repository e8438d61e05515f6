//! TLS to a host, with the authorities that the host itself trusts: what is wrong with a certificate, or who cut it.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use rustls::{
    CertificateError, ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

use super::{facts::Tls, root::Root};

/// Where distributions keep the authorities that they trust.
const BUNDLES: [&str; 5] = [
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What can be read from and written to.
pub(super) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// How the host judges certificates; `None` where it has no file of authorities.
#[derive(Clone)]
pub(super) struct Trust(Option<Arc<ClientConfig>>);

/// Reads the authorities that the host trusts.
pub(super) fn trust(root: &Root) -> Trust {
    let own = std::env::var("SSL_CERT_FILE").ok().and_then(|path| std::fs::read_to_string(path).ok());
    let text = own.or_else(|| BUNDLES.iter().find_map(|path| root.read(path)));
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_slice_iter(text.as_deref().unwrap_or_default().as_bytes());
    roots.add_parsable_certificates(certificates.flatten());
    if roots.is_empty() {
        return Trust(None);
    }
    let builder =
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    Trust(builder.ok().map(|builder| Arc::new(builder.with_root_certificates(roots).with_no_client_auth())))
}

impl Trust {
    /// Shakes hands; the stream goes on where the certificate is good.
    pub(super) fn shake_hands(
        &self,
        host: &str,
        stream: TcpStream,
        timeout: Duration,
    ) -> (Tls, Option<Box<dyn Stream>>) {
        let Some(config) = &self.0 else { return (Tls::NoRoots, None) };
        let _ = (stream.set_read_timeout(Some(timeout)), stream.set_write_timeout(Some(timeout)));
        let Ok(name) = ServerName::try_from(host.to_owned()) else {
            return (Tls::BadCertificate(format!("`{host}` is no host's name")), None);
        };
        let mut connection = match ClientConnection::new(Arc::clone(config), name) {
            Ok(connection) => connection,
            Err(error) => return (Tls::Cut(error.to_string()), None),
        };
        let mut stream = stream;
        while connection.is_handshaking() {
            match connection.complete_io(&mut stream) {
                Ok((0, 0)) => return (Tls::Cut("the connection was closed".to_owned()), None),
                Ok(_) => {}
                Err(error) => return (judged(&error), None),
            }
        }
        (Tls::Trusted, Some(Box::new(StreamOwned::new(connection, stream))))
    }
}

fn judged(error: &io::Error) -> Tls {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(fault)) = inner else {
        return Tls::Cut(match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "no answer in time".to_owned(),
            _ => error.to_string(),
        });
    };
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Tls::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Tls::NotValidYet,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Tls::WrongHost,
        // An issuer that calls itself by a trusted name, and signs with another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Tls::UnknownIssuer,
        other => Tls::BadCertificate(format!("{other}")),
    }
}
