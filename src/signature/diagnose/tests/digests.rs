//! What can be wrong with a digest.

use super::*;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest as _;

#[test]
fn what_is_wrong_with_a_digest_is_named() {
    let body = BODY.as_bytes();
    let right = calypso(body);
    let sha512 = |text: &str| hex(&sha2::Sha512::digest(text));
    let based = STANDARD.encode(raw(&right));
    Bench::new().expect(
        0,
        body,
        &[
            (Reason::HeaderEmpty, "  ", "Sign is empty"),
            (
                Reason::HeaderRepeated,
                &format!("00, {right}"),
                "several values",
            ),
            (
                Reason::HeaderRepeated,
                &format!("{right}, 00"),
                "several values",
            ),
            (
                Reason::OtherAlgorithm,
                &mac(Hash::Sha1, CALYPSO.as_bytes(), body),
                "uses HMAC-SHA-1 (as Inqud does) instead of HMAC-SHA-512",
            ),
            (
                Reason::OtherAlgorithm,
                &mac(Hash::Sha256, CALYPSO.as_bytes(), body),
                "uses HMAC-SHA-256 instead of HMAC-SHA-512",
            ),
            (
                Reason::DigestLength,
                &mac(Hash::Sha1, b"?", body),
                "20 bytes (as with SHA-1 and Inqud), but Calypso's",
            ),
            (
                Reason::DigestLength,
                &"0".repeat(32),
                "16 bytes (as with MD5)",
            ),
            (Reason::DigestLength, "00", "1 byte, but Calypso's have 64"),
            (
                Reason::NotADigest,
                "hello there",
                "carries 11 bytes, not a digest",
            ),
            (Reason::NotADigest, "héllo", "not a digest"),
            (
                Reason::DigestCut,
                &right[..64],
                "truncated: only 32 of 64 bytes",
            ),
            (
                Reason::DigestCut,
                &right[..127],
                "truncated: only 63 of 64 bytes",
            ),
            (
                Reason::Mistyped,
                &right.replacen(['0', '1', '2', '3', '4'], "5", 1),
                "except for 1 of its 128 digits",
            ),
            (
                Reason::Mistyped,
                &right.replacen(char::is_numeric, "o", 4).to_uppercase(),
                "except for 4 of its 128 digits",
            ),
            (
                Reason::NotADigest,
                &right.replacen(char::is_numeric, "o", 5),
                "not a digest",
            ),
            (
                Reason::PlainHash,
                &sha512(BODY),
                "plain SHA-512 of the body",
            ),
            (
                Reason::PlainHash,
                &hex(&sha2::Sha256::digest(body)),
                "plain SHA-256 of the body",
            ),
            (
                Reason::JoinedHash,
                &sha512(&format!("{BODY}{CALYPSO}")),
                "the body and the secret, concatenated",
            ),
            (
                Reason::JoinedHash,
                &sha512(&format!("{CALYPSO}{BODY}")),
                "the secret and the body, concatenated",
            ),
            (
                Reason::SwappedArguments,
                &mac(Hash::Sha512, body, CALYPSO.as_bytes()),
                "the body as the key",
            ),
            (
                Reason::UpperCase,
                &right.to_uppercase(),
                "is upper-case hex",
            ),
            (Reason::Base64, &based, "is base64 instead of hex"),
            (
                Reason::Base64,
                based.trim_end_matches('='),
                "is base64 instead of hex",
            ),
            (
                Reason::Base64,
                &URL_SAFE_NO_PAD.encode(raw(&right)),
                "is base64 instead of hex",
            ),
            (
                Reason::Base64,
                &based.replace('+', "-").replace('/', "_"),
                "is base64 instead of hex",
            ),
            (
                Reason::Base64,
                &STANDARD.encode(&right),
                "base64 of the hex text",
            ),
            (
                Reason::Base64,
                &format!("sha512={based}"),
                "is base64 instead of hex and has `sha512=` in front",
            ),
            (
                Reason::Prefix,
                &format!("sha512={right}"),
                "has `sha512=` in front",
            ),
            (
                Reason::Prefix,
                &format!("sha256={right}"),
                "has `sha256=` in front",
            ),
            (Reason::Prefix, &format!("0x{right}"), "has `0x` in front"),
            (
                Reason::Prefix,
                &format!("t=1735787045,v1={right}"),
                "has an unknown prefix in front",
            ),
            (
                Reason::Prefix,
                &format!("{CALYPSO}:{right}"),
                "has an unknown prefix in front",
            ),
            (
                Reason::Padded,
                &format!("{right} "),
                "surrounded by white space or quotation marks",
            ),
            (
                Reason::Padded,
                &format!("\"{right}\""),
                "surrounded by white space or quotation marks",
            ),
            (
                Reason::Padded,
                &format!("{right}\r\n"),
                "surrounded by white space or quotation marks",
            ),
            (Reason::SecretItself, CALYPSO, "carries the secret itself"),
            (
                Reason::SecretItself,
                &format!("Bearer {CALYPSO}"),
                "carries the secret itself",
            ),
            (
                Reason::Unexplained,
                &keyed(b"something else"),
                "no common mistake explains it",
            ),
        ],
    );
    assert_eq!(
        Bench::new().ask(0, &[("sign", right.as_bytes())], body),
        None
    );
    let plain = Bench::new().judge(0, hex(&sha2::Sha256::digest(body)).as_bytes(), body);
    assert!(plain.fix.starts_with("use HMAC-SHA-512"), "{plain:?}");
}

/// The vectors of the fact sheets that must be invalid.
#[test]
fn the_documented_mistakes_are_recognised() {
    let calypso = "b84d7aec6a0e1588570ae2a3435fd848d7062d541bb17942d3d5f2461ed65b864872159906fb6b63026ce9c95dbf1b634830f3fcafcaaa1ad358b63370794d63";
    let spaced = "997c35df780d761a9a6c7f98521a3ca8a6f238a87e4c728fe2dcb83a8c34cb47feb03bba5961a636804dd7bdccbce2b8615af323d9715dcf74cbb5d5f82e0145";
    Bench::new().expect(
        0,
        br#"{"timestamp":1}"#,
        &[
            (
                Reason::SecretHexDecoded,
                calypso,
                "the secret decoded from hex",
            ),
            (
                Reason::BodyReprinted,
                spaced,
                "as json.dumps(body) prints it",
            ),
        ],
    );
    let inqud = Bench::new().with(1, b"secret_value");
    inqud.expect(
        1,
        br#"{"field":"value"}"#,
        &[
            (
                Reason::OtherAlgorithm,
                "a7d151bfe53c2e8571d40a494b6adc47c1db059aa5e6776bec3450a8dcad4c45",
                "HMAC-SHA-256",
            ),
            (
                Reason::BodyReprinted,
                "6625cfb98ddf0cbd9f74c186a6db05299cd1b927",
                "as json.dumps(body) prints it",
            ),
            (
                Reason::BodyNewline,
                "8e386c54fcf533478adc1b6521243df4a784cfd3",
                "plus a trailing newline",
            ),
            (
                Reason::BodyEmpty,
                "cc60b4c15d7437d82f1d70c85e151e0ea930315e",
                "an empty body",
            ),
        ],
    );
    inqud.expect(
        1,
        r#"{"name":"Café ₿"}"#.as_bytes(),
        &[(
            Reason::BodyReprinted,
            "3eba84138d9ed1b937cbdc51bd41e3a59e422070",
            "\\uXXXX for non-ASCII characters",
        )],
    );
}
