//! Which TLS certificates are accepted, and the reqwest client for targets that need TLS or a proxy.

use super::super::answer::Fault;
use super::super::route::Route;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Which certificates TLS accepts.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those that the system accepts.
    #[default]
    System,
    /// Only those signed by one of these authorities.
    Authorities(Vec<reqwest::Certificate>),
    /// Any, even one that is expired or self-signed.
    AnyCertificate,
}

impl Trust {
    /// Accepts only certificates signed by the authorities in a PEM text; else why the text cannot be used.
    pub fn in_authorities(pem: &[u8]) -> Result<Self, String> {
        let (mut authorities, mut store) = (Vec::new(), RootCertStore::empty());
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("not valid PEM: {error}"))?;
            // reqwest accepts any bytes as a certificate, and fails only when it connects.
            store
                .add(certificate.clone())
                .map_err(|error| format!("it contains an invalid certificate: {error}"))?;
            authorities.extend(reqwest::Certificate::from_der(&certificate));
        }
        if authorities.is_empty() {
            return Err("it contains no certificate".to_owned());
        }
        Ok(Self::Authorities(authorities))
    }

    /// A reqwest client for that route. Certificates are read and TLS is set up only here.
    pub(crate) fn reqwest_client(&self, route: &Route) -> Result<reqwest::Client, Fault> {
        // Fails only if the same provider of cryptography was installed before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .http1_only()
            .http1_title_case_headers()
            .tcp_nodelay(true)
            .resolve_to_addrs(route.target.host(), &route.addresses);
        if route.loopback {
            builder = builder.no_proxy();
        }
        builder = match self {
            Trust::AnyCertificate => builder.tls_danger_accept_invalid_certs(true),
            Trust::Authorities(authorities) => builder.tls_certs_only(authorities.clone()),
            Trust::System if !route.target.is_https() => builder.tls_certs_only([]),
            Trust::System => builder,
        };
        builder.build().map_err(|error| Fault::of(&error, None))
    }
}
