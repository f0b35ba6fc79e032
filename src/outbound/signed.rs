//! A delivery with its signature. The caller passes in what signs it, so that a delivery can also be signed wrongly on
//! purpose.

use crate::http::{Delivery, Header};

/// A delivery, and which of its headers carries the signature.
pub(crate) struct SignedDelivery {
    pub(crate) delivery: Delivery,
    signature: Option<usize>,
}

impl SignedDelivery {
    /// Adds the headers that `sign` makes for an unsigned delivery, then those that the user gave, which replace others
    /// of the same name. `signature_header` names the header that carries the signature.
    pub(crate) fn with(
        mut delivery: Delivery,
        sign: impl FnOnce(&Delivery) -> Vec<Header>,
        signature_header: Option<&str>,
        user_headers: &[Header],
    ) -> Self {
        let headers = sign(&delivery);
        delivery.headers.extend(headers);
        delivery
            .headers
            .retain(|header| !user_headers.iter().any(|user| user.is(&header.name)));
        let signature = signature_header
            .and_then(|name| delivery.headers.iter().position(|header| header.is(name)));
        delivery.headers.extend_from_slice(user_headers);
        Self {
            delivery,
            signature,
        }
    }

    /// The header that carries the signature; `None` where it is not signed, or where the user replaced it.
    pub(crate) fn signature(&self) -> Option<&Header> {
        self.delivery.headers.get(self.signature?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::manifest::{Encoding, Hash, Signing};
    use crate::http::Target;
    use crate::secret::Secret;
    use crate::signature::{SignatureVerdict, Signer, SigningInput};

    const BODY: &[u8] = b"{\"amount\":\"10\"}";

    fn signer(secret: &str) -> Signer {
        let signing = Signing::Hmac {
            hash: Hash::Sha256,
            encoding: Encoding::Hex,
            header: "Sign".into(),
            key_header: None,
            optional: false,
        };
        Signer::new(&signing, &Secret::new(secret.as_bytes())).expect("any secret can be hashed")
    }

    fn input<'a>(headers: &'a [(&'a str, &'a [u8])], body: &'a [u8]) -> SigningInput<'a> {
        SigningInput {
            method: "POST",
            target: "/",
            headers,
            body,
            now: 0,
        }
    }

    /// A delivery signed with that secret over those bytes, and the verdict of the right secret.
    fn verdict(secret: &str, signed_bytes: &[u8]) -> SignatureVerdict {
        let sign = |_: &Delivery| signer(secret).headers(&input(&[], signed_bytes));
        let signed = SignedDelivery::with(unsigned(), sign, Some("Sign"), &[]);
        let headers: Vec<_> = signed.signature().map(Header::pair).into_iter().collect();
        signer("right").verify(&input(&headers, &signed.delivery.body))
    }

    fn unsigned() -> Delivery {
        Delivery {
            method: "POST".to_owned(),
            target: Target::parse("localhost:8080").expect("a good target"),
            headers: Vec::new(),
            body: BODY.to_vec(),
        }
    }

    #[test]
    fn a_delivery_is_signed_rightly_or_wrongly_the_same_way() {
        assert_eq!(verdict("right", BODY), SignatureVerdict::Valid);
        assert_eq!(verdict("wrong", BODY), SignatureVerdict::Invalid);
        assert_eq!(verdict("right", b"{}"), SignatureVerdict::Invalid);
    }

    #[test]
    fn a_header_of_the_user_replaces_the_signature() {
        let user = [Header::new("sign", "mine").expect("a good header")];
        let sign = |_: &Delivery| signer("right").headers(&input(&[], BODY));
        let signed = SignedDelivery::with(unsigned(), sign, Some("Sign"), &user);
        assert!(signed.signature().is_none());
        assert_eq!(signed.delivery.headers, user);
    }
}
