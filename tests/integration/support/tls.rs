//! TLS servers with certificates that are made here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

const MADE: &str = "it is made here, and right";

/// A server's certificate, and who signed it.
pub(crate) struct Certified {
    pub(crate) config: Arc<ServerConfig>,
    /// In PEM.
    pub(crate) authority: String,
}

impl Certified {
    /// For these names and addresses.
    pub(crate) fn new(names: &[&str]) -> Self {
        let mut authority = CertificateParams::new([]).expect(MADE);
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().expect(MADE)).expect(MADE);
        let key = KeyPair::generate().expect(MADE);
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names).expect(MADE);
        let certificate = certificate.signed_by(&key, &authority).expect(MADE);
        Self::of(certificate.der(), &key, authority.der())
    }

    /// One that signed itself and may sign others, as `openssl req -x509` makes it.
    pub(crate) fn by_itself(names: &[&str]) -> Self {
        let key = KeyPair::generate().expect(MADE);
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut certificate = CertificateParams::new(names).expect(MADE);
        certificate.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = certificate.self_signed(&key).expect(MADE);
        Self::of(certificate.der(), &key, certificate.der())
    }

    fn of(
        certificate: &CertificateDer<'static>,
        key: &KeyPair,
        authority: &CertificateDer<'static>,
    ) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect(MADE);
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = config
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .expect(MADE);
        let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
        for line in STANDARD.encode(authority).as_bytes().chunks(64) {
            pem += &format!("{}\n", String::from_utf8_lossy(line));
        }
        Self {
            config: Arc::new(config),
            authority: pem + "-----END CERTIFICATE-----\n",
        }
    }
}
