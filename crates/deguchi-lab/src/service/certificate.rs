//! The lab's own certificate authority: one per lab, trusted by the lab's hosts and by nobody else.
//!
//! Certificates are issued when a client names the host it wants, so that every name of the lab's internet has one.
//! Leaves out who trusts it (`machine_files.rs`).

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use serde::{Deserialize, Serialize};

use super::ServiceError;

/// How many certificates are kept; one more than any person's session needs.
const KEPT: usize = 1000;

/// A certificate authority: its certificate, and the key that signs. Whoever has the key is trusted by the lab's hosts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateAuthority {
    /// Its certificate, in PEM.
    pub certificate: String,
    /// Its private key, in PEM.
    pub key: String,
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The key is shown to nobody.
        f.debug_struct("CertificateAuthority").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl CertificateAuthority {
    /// Makes a new authority.
    ///
    /// # Errors
    ///
    /// If the system has no randomness.
    pub fn new() -> Result<Self, ServiceError> {
        let key = KeyPair::generate().map_err(certificate_error)?;
        let certificate = own_parameters().self_signed(&key).map_err(certificate_error)?;
        Ok(Self { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

fn certificate_error(error: impl fmt::Display) -> ServiceError {
    ServiceError::Certificate { cause: error.to_string() }
}

/// What every lab's authority calls itself.
fn own_parameters() -> CertificateParams {
    let mut parameters = dated(CertificateParams::default());
    parameters.distinguished_name.push(DnType::CommonName, "deguchi lab");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

/// Valid for as long as any clock may say that a lab runs.
fn dated(mut parameters: CertificateParams) -> CertificateParams {
    parameters.not_before = date_time_ymd(2020, 1, 1);
    parameters.not_after = date_time_ymd(2049, 12, 31);
    parameters
}

/// Issues a certificate for the name that a client asks for.
pub(super) struct Issuing {
    issuer: Issuer<'static, KeyPair>,
    issued: Mutex<BTreeMap<String, Arc<CertifiedKey>>>,
}

impl fmt::Debug for Issuing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuing").finish_non_exhaustive()
    }
}

impl Issuing {
    pub(super) fn new(authority: &CertificateAuthority) -> Result<Self, ServiceError> {
        let key = KeyPair::from_pem(&authority.key).map_err(certificate_error)?;
        Ok(Self { issuer: Issuer::new(own_parameters(), key), issued: Mutex::new(BTreeMap::new()) })
    }

    fn issue(&self, name: &str) -> Result<CertifiedKey, ServiceError> {
        let key = KeyPair::generate().map_err(certificate_error)?;
        let parameters = CertificateParams::new(vec![name.to_owned()]).map_err(certificate_error)?;
        let mut parameters = dated(parameters);
        // RFC 5280 bounds a common name at 64 characters; clients read the alternative name (RFC 6125).
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(DnType::OrganizationName, "deguchi lab");
        parameters.use_authority_key_identifier_extension = true;
        let certificate = parameters.signed_by(&key, &self.issuer).map_err(certificate_error)?;
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(certificate_error)
    }
}

impl ResolvesServerCert for Issuing {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // A client that asks by address names nothing (RFC 6066) and gets a certificate that cannot be its host's.
        let name = hello.server_name().unwrap_or("unnamed.invalid").to_ascii_lowercase();
        let mut issued = self.issued.lock().ok()?;
        if let Some(known) = issued.get(&name) {
            return Some(Arc::clone(known));
        }
        let certified = Arc::new(self.issue(&name).ok()?);
        if issued.len() >= KEPT {
            issued.clear();
        }
        issued.insert(name, Arc::clone(&certified));
        Some(certified)
    }
}
