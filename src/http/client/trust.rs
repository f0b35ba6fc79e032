//! Which TLS certificates are accepted.

use super::super::answer::Fault;
use super::certificate_verifiers::{AcceptAny, AcceptOwn};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::fmt;
use std::sync::{Arc, OnceLock};
use tokio_rustls::TlsConnector;

/// Which certificates TLS accepts.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those that the system accepts.
    #[default]
    System,
    /// Only these, and those signed by one of them.
    Authorities(Vec<CertificateDer<'static>>),
    /// Any, even one that is expired or self-signed.
    AnyCertificate,
}

impl Trust {
    /// Accepts only certificates of a PEM text, and those that they signed; else why the text cannot be used.
    pub fn in_authorities(pem: &[u8]) -> Result<Self, String> {
        let (mut authorities, mut store) = (Vec::new(), RootCertStore::empty());
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("not valid PEM: {error}"))?;
            store
                .add(certificate.clone())
                .map_err(|error| format!("it contains an invalid certificate: {error}"))?;
            authorities.push(certificate);
        }
        if authorities.is_empty() {
            return Err("it contains no certificate".to_owned());
        }
        Ok(Self::Authorities(authorities))
    }

    fn config(&self) -> Result<ClientConfig, Fault> {
        let refused = |error: rustls::Error| Fault::Tls(error.to_string());
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(refused)?;
        let builder = match self {
            Self::System => builder.with_platform_verifier().map_err(refused)?,
            Self::Authorities(authorities) => {
                let verifier = AcceptOwn::new(authorities, provider).map_err(refused)?;
                builder
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(verifier))
            }
            Self::AnyCertificate => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AcceptAny(provider))),
        };
        let mut config = builder.with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// TLS that accepts certain certificates. They are read when the first connection needs them.
#[derive(Clone)]
pub(crate) struct Tls {
    trust: Trust,
    connector: OnceLock<TlsConnector>,
}

impl Tls {
    pub(crate) fn new(trust: Trust) -> Self {
        Self {
            trust,
            connector: OnceLock::new(),
        }
    }

    /// Reads the certificates now.
    pub(crate) fn prepare(&self) -> Result<(), Fault> {
        self.connector().map(drop)
    }

    pub(super) fn connector(&self) -> Result<&TlsConnector, Fault> {
        if let Some(connector) = self.connector.get() {
            return Ok(connector);
        }
        let config = Arc::new(self.trust.config()?);
        Ok(self.connector.get_or_init(|| config.into()))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trust.fmt(f)
    }
}
