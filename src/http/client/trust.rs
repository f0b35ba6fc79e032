//! Which TLS certificates are accepted: the reqwest client for targets that need TLS or a proxy, and what rustls needs
//! where a request is written byte for byte.

use super::super::answer::Fault;
use super::super::route::Route;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::sync::Arc;

/// Which certificates TLS accepts.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those that the system accepts.
    #[default]
    System,
    /// Only those signed by one of these authorities.
    Authorities(Vec<CertificateDer<'static>>),
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
            authorities.push(certificate);
        }
        if authorities.is_empty() {
            return Err("it contains no certificate".to_owned());
        }
        Ok(Self::Authorities(authorities))
    }

    /// A reqwest client for that route. Certificates are read and TLS is set up only here.
    pub(crate) fn reqwest_client(&self, route: &Route) -> Result<reqwest::Client, Fault> {
        // Fails only if the same provider of cryptography was installed before.
        let _ = ring::default_provider().install_default();
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
            Trust::Authorities(authorities) => builder.tls_certs_only(
                authorities
                    .iter()
                    .filter_map(|known| reqwest::Certificate::from_der(known).ok()),
            ),
            Trust::System if !route.target.is_https() => builder.tls_certs_only([]),
            Trust::System => builder,
        };
        builder.build().map_err(|error| Fault::of(&error, None))
    }
}

impl Trust {
    /// The same decision for rustls alone.
    pub(super) fn tls(&self) -> Result<ClientConfig, Fault> {
        let refused = |error: rustls::Error| Fault::Tls(error.to_string());
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(refused)?;
        let builder = match self {
            Self::System => builder.with_platform_verifier().map_err(refused)?,
            Self::Authorities(authorities) => {
                let mut store = RootCertStore::empty();
                store.add_parsable_certificates(authorities.iter().cloned());
                builder.with_root_certificates(store)
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

/// Accepts any certificate, as the user asked.
#[derive(Debug)]
struct AcceptAny(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
