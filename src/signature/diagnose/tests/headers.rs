//! Signatures that are missing, repeated, or in another header.

use super::*;

#[test]
fn a_signature_in_another_header_is_found() {
    type Headers<'a> = &'a [(&'a str, &'a [u8])];
    let body = BODY.as_bytes();
    let right = calypso(body);
    let right = right.as_bytes();
    let inqud = mac(Hash::Sha1, INQUD.as_bytes(), body);
    let inqud = inqud.as_bytes();
    let public = mac(Hash::Sha512, b"pk-1", body);
    let upper = calypso(body).to_uppercase();
    let cases: &[(Reason, Headers<'_>, &str)] = &[
        (Reason::HeaderMissing, &[], "missing header: Sign"),
        (
            Reason::HeaderMissing,
            &[("X-Signature", b"00")],
            "; X-Signature is present, but its value is not the signature",
        ),
        (
            Reason::HeaderMissing,
            &[("x-payload-digest", b"00")],
            "; X-Payload-Digest, the signature header of Inqud, is present",
        ),
        (
            Reason::OtherHeader,
            &[("X-Signature", right)],
            "missing header: Sign; the signature is in X-Signature",
        ),
        (
            Reason::OtherHeader,
            &[("Key", right)],
            "missing header: Sign; the signature is in Key",
        ),
        (
            Reason::OtherHeader,
            &[("X-Signature", upper.as_bytes())],
            "found in X-Signature: the signature is upper-case hex",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", b"00"), ("SIGN", right)],
            "Sign was sent 2 times, and not every value is right",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", right), ("Sign", b"")],
            "Sign was sent 2 times, and not every value is right",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", right), ("sign", right)],
            "2 times, each time with the right value",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", b"0"), ("Sign", b""), ("Sign", b"0")],
            "sent 3 times, and none of its va",
        ),
        (
            Reason::OtherProvider,
            &[("X-Payload-Digest", inqud)],
            "signed for Inqud (X-Payload-Digest is valid), but Calypso was expected",
        ),
        (
            Reason::OtherProvider,
            &[("Sign", b"0"), ("X-Payload-Digest", inqud)],
            "signed for Inqud",
        ),
        (
            Reason::PublicKey,
            &[("Key", b"pk-1"), ("Sign", public.as_bytes())],
            "made with the public key in Key",
        ),
    ];
    let bench = Bench::new();
    for (reason, headers, explanation) in cases {
        let found = bench.ask(0, headers, body).unwrap();
        assert_eq!(found.reason, *reason, "{headers:?} {found:?}");
        assert!(found.explanation.contains(explanation), "{found:?}");
    }
    let unsigned = bench.ask(1, &[], body).unwrap();
    assert!(
        unsigned
            .fix
            .contains("set a secret for this webhook in Inqud's settings"),
        "{unsigned:?}"
    );
    let long = "x-signature-".repeat(2000);
    assert!(
        bench
            .ask(1, &[(&long, b"00")], body)
            .unwrap()
            .explanation
            .len()
            < 200
    );
}
