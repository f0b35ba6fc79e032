//! The vectors of the providers' documentation, and our own where it has none, recomputed with other implementations
//! of HMAC.

use super::*;
use crate::catalogue::manifest::Hash;

fn scheme(hash: Hash) -> Signing {
    Signing::Hmac {
        hash,
        encoding: Encoding::Hex,
        header: "Sign".into(),
        key_header: None,
        optional: false,
    }
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

/// The verdict on a delivery with these values in the signature's header.
fn verify(signer: &Signer, values: &[&[u8]], body: &[u8]) -> SignatureVerdict {
    let headers: Vec<_> = values
        .iter()
        .map(|value| (signer.header(), *value))
        .collect();
    signer.verify(&input(&headers, body))
}

fn signer(signing: &Signing, secret: &[u8]) -> Signer {
    Signer::new(signing, &Secret::new(secret)).unwrap()
}

const CALYPSO: &[u8] = b"b823a6b9ea72408583cef9ec8d67fa52";
const BODY_A: &str = r#"{"requestId":"00000000-0000-4000-8000-000000000001","id":42,"createdDate":"2025-01-02T03:04:05.678901","level":"INFO","service":"INVOICE","eventType":"INVOICE_PENDING_INTERVENTION","data":{"type":"INVOICE_PENDING_INTERVENTION","parentExternalId":7,"message":"test"}}"#;
const WRONG_KEY: &str = "b84d7aec6a0e1588570ae2a3435fd848d7062d541bb17942d3d5f2461ed65b864872159906fb6b63026ce9c95dbf1b634830f3fcafcaaa1ad358b63370794d63";
const WRONG_HASH: &str = "a7d151bfe53c2e8571d40a494b6adc47c1db059aa5e6776bec3450a8dcad4c45";

#[test]
fn calypso_signs_as_documented() {
    let signer = signer(&scheme(Hash::Sha512), CALYPSO);
    let told = |message: &str| BODY_A.replace("test", message);
    let feed = format!("{BODY_A}\n");
    let (raw, escaped) = (
        told("Счёт №1 — 5 €"),
        told(r"\u0421\u0447\u0451\u0442 \u21161 \u2014 5 \u20ac"),
    );
    let vectors: [(&str, &str); 7] = [
        (
            r#"{"timestamp":1}"#,
            "b16e9d45f49f2069becbc4f108b237bee588cfc353fe9501df103e692acbc68d482a10d34c12bea22fedde7e28e1b8e57a6a0a373b0e9a27c5257bd8b36e13b9",
        ),
        (
            r#"{"timestamp": 1}"#,
            "997c35df780d761a9a6c7f98521a3ca8a6f238a87e4c728fe2dcb83a8c34cb47feb03bba5961a636804dd7bdccbce2b8615af323d9715dcf74cbb5d5f82e0145",
        ),
        (
            "",
            "6ba417d2a37ce230e3c92b352d50efcbbef9c6ddf125518890b3709d2aaa82323a84e68b67fe084d0e5bf092f286526d81b33dceaf1bada20a73c5e60f3759a1",
        ),
        (
            BODY_A,
            "f435ff403bccdc3200e1d6c8eba399e8d71832775f1d5a08e5190205396a03a6b00c2cacbe07dedbcf2d54c19df3dcc9400f647ef45b284adb1b9cf2622a670e",
        ),
        (
            &feed,
            "2f6f0a3d164059b424b94ee2bbd4d274510d912406b4cdb473b704f8e37d793126dfc654e9abb542d9f7ead4a2029a736c4f88604704c18b5270d8a48f063862",
        ),
        (
            &raw,
            "458953fd726ba948b72ee1e892991a65943055d354dd54bce7b51d6cf04e13d391b5acfa5c03874e2398ccb0ada252661d3cfd3e74a5cd2050a534ddc2f2b972",
        ),
        (
            &escaped,
            "f3df04567cb658cf5d2385c552ea6da998805b07bbe1f513a80969c5ede94505a39898ee981339b683c3242aa963dc55e0402ce62c77ec4fd8859e9eada93d21",
        ),
    ];
    assert_signed(&signer, &vectors);
    let first = r#"{"timestamp":1}"#.as_bytes();
    assert_eq!(
        verify(&signer, &[WRONG_KEY.as_bytes()], first),
        SignatureVerdict::Invalid,
        "the secret decoded from hex"
    );
}

#[test]
fn inqud_signs_as_documented() {
    let mine = signer(&scheme(Hash::Sha1), b"secret_value");
    assert_signed(
        &mine,
        &[
            (
                r#"{"field":"value"}"#,
                "7e36242a10fd65cbaacd7ff288df9fd3f9e75a46",
            ),
            (
                r#"{"field": "value"}"#,
                "6625cfb98ddf0cbd9f74c186a6db05299cd1b927",
            ),
            (
                "{\"field\":\"value\"}\n",
                "8e386c54fcf533478adc1b6521243df4a784cfd3",
            ),
            ("", "cc60b4c15d7437d82f1d70c85e151e0ea930315e"),
            (
                r#"{"name":"Café ₿"}"#,
                "d98ed0d2ceb6dcbe58a38c74dbdfac2d2dd7af07",
            ),
            (
                r#"{"name":"Caf\u00e9 \u20bf"}"#,
                "3eba84138d9ed1b937cbdc51bd41e3a59e422070",
            ),
        ],
    );
    let field = r#"{"field":"value"}"#;
    assert_signed(
        &signer(&scheme(Hash::Sha1), "ключ".as_bytes()),
        &[(field, "b393110fb04e197321494a8e9abc782fe0206ca5")],
    );
    assert_signed(
        &signer(&scheme(Hash::Sha256), b"secret_value"),
        &[(field, WRONG_HASH)],
    );
    assert_eq!(
        verify(&mine, &[WRONG_HASH.as_bytes()], field.as_bytes()),
        SignatureVerdict::Invalid,
        "another hash function"
    );
}

/// Each digest is valid for its own body only, and in no other spelling.
fn assert_signed(signer: &Signer, vectors: &[(&str, &str)]) {
    for (body, digest) in vectors {
        assert_eq!(
            signer.value(&input(&[], body.as_bytes())),
            *digest,
            "{body}"
        );
        for (other, _) in vectors {
            let expected = if other == body {
                SignatureVerdict::Valid
            } else {
                SignatureVerdict::Invalid
            };
            assert_eq!(
                verify(signer, &[digest.as_bytes()], other.as_bytes()),
                expected,
                "{body} {other}"
            );
        }
        let spellings = [
            digest.to_uppercase(),
            format!("{digest} "),
            format!(" {digest}"),
            format!("sha1={digest}"),
            format!("{digest}00"),
            digest[..digest.len() - 2].to_owned(),
            digest[..digest.len() - 1].to_owned(),
            String::new(),
        ];
        for spelling in &spellings {
            assert_eq!(
                verify(signer, &[spelling.as_bytes()], body.as_bytes()),
                SignatureVerdict::Invalid,
                "{spelling:?}"
            );
        }
        assert_eq!(
            verify(signer, &[], body.as_bytes()),
            SignatureVerdict::Missing
        );
        let repeated = [digest.as_bytes(), digest.as_bytes()];
        assert_eq!(
            verify(signer, &repeated, body.as_bytes()),
            SignatureVerdict::Invalid,
            "handlers see both, joined"
        );
    }
}

#[test]
fn rehive_sends_the_secret_and_no_output_shows_it() {
    let signing = Signing::Secret {
        header: "Authorization".into(),
        prefix: "Secret".into(),
        optional: true,
    };
    let signer = signer(&signing, b"hush-4711");
    let header = signer.headers(&input(&[], b"{}")).remove(0);
    assert_eq!(
        (&*header.name, &*header.value),
        ("Authorization", "Secret hush-4711")
    );
    assert_eq!(format!("{header:?}"), "Authorization: Secret ********");
    for (value, expected) in [
        ("Secret hush-4711", SignatureVerdict::Valid),
        ("secret hush-4711", SignatureVerdict::Invalid),
        ("Secret hush-4712", SignatureVerdict::Invalid),
        ("Secret  hush-4711", SignatureVerdict::Invalid),
        ("hush-4711", SignatureVerdict::Invalid),
    ] {
        assert_eq!(
            verify(&signer, &[value.as_bytes()], b"whatever"),
            expected,
            "{value}"
        );
    }
    for secret in [b"a\r\nX: y".as_slice(), b"a\0", b"\xff"] {
        assert_eq!(
            Signer::new(&signing, &Secret::new(secret)).err(),
            Some(Unwritable)
        );
    }
}

/// What a test of an endpoint needs: each wrong delivery is signed by the same call as a right one.
#[test]
fn a_delivery_is_signed_wrongly_by_the_same_call() {
    let body = BODY_A.as_bytes();
    let right = signer(&scheme(Hash::Sha512), CALYPSO);
    let signed = |signer: &Signer, body: &[u8]| signer.headers(&input(&[], body)).remove(0);
    let verdict = |header: &Header| right.verify(&input(&[header.pair()], body));
    assert_eq!(verdict(&signed(&right, body)), SignatureVerdict::Valid);
    let wrong = [
        signed(&signer(&scheme(Hash::Sha256), CALYPSO), body),
        signed(&signer(&scheme(Hash::Sha512), b"another secret"), body),
        signed(&right, b"other bytes"),
    ];
    for header in wrong {
        assert_eq!(verdict(&header), SignatureVerdict::Invalid, "{header:?}");
    }
    let secret = Signing::Secret {
        header: "Sign".into(),
        prefix: "".into(),
        optional: false,
    };
    let leaked = signed(&signer(&secret, CALYPSO), body);
    assert_eq!(
        verdict(&leaked),
        SignatureVerdict::Invalid,
        "the secret itself"
    );
}
