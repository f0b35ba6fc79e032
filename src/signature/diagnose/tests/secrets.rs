//! What can be wrong with a secret, as a key or in the clear.

use super::*;

#[test]
fn what_is_wrong_with_a_key_is_named() {
    let body = BODY.as_bytes();
    let inqud_key = mac(Hash::Sha1, INQUD.as_bytes(), body);
    let fed_twice = mac(Hash::Sha512, &feed(CALYPSO), &feed(BODY));
    let all_at_once = mac(Hash::Sha256, DEVELOPMENT.as_bytes(), &feed(BODY)).to_uppercase();
    Bench::new().expect(
        0,
        body,
        &[
            (Reason::SecretPadded, &keyed(&feed(CALYPSO)), "the secret plus a trailing newline"),
            (Reason::SecretPadded, &keyed(format!("{CALYPSO}\r\n").as_bytes()), "plus a trailing CRLF"),
            (Reason::SecretPadded, &keyed(format!(" {CALYPSO} ").as_bytes()), "between spaces"),
            (Reason::SecretPadded, &keyed(format!("\"{CALYPSO}\"").as_bytes()), "in quotation marks"),
            (Reason::SecretHexDecoded, &keyed(&raw(CALYPSO)), "the secret decoded from hex"),
            (Reason::SecretBase64Decoded, &keyed(&STANDARD.decode(CALYPSO).unwrap()), "decoded from base64"),
            (Reason::SecretCase, &keyed(CALYPSO.to_uppercase().as_bytes()), "the secret in another case"),
            (Reason::SecretEmpty, &keyed(b""), "made with an empty secret"),
            (Reason::SecretEmpty, &keyed(b"undefined"), "the word undefined instead of the secret"),
            (Reason::DevelopmentSecret, &keyed(DEVELOPMENT.as_bytes()), "made with the development secret"),
            (Reason::OtherSecret, &keyed(INQUD.as_bytes()), "made with the secret of Inqud"),
            (Reason::OtherSecret, &inqud_key, "of Inqud and uses HMAC-SHA-1 (as Inqud does)"),
            (Reason::SecretPadded, &fed_twice, "plus a trailing newline and was computed over the body plus a trailing newline that was not sent"),
            (
                Reason::DevelopmentSecret,
                &all_at_once,
                "the signature was made with the development secret, was computed over the body plus a trailing \
                 newline that was not sent, uses HMAC-SHA-256 instead of HMAC-SHA-512 and is upper-case hex instead of lower-case",
            ),
        ],
    );
    let padded = Bench::new().with(0, b" 'kept-so'\n");
    let bare = keyed(b"kept-so");
    assert_eq!(
        padded.judge(0, bare.as_bytes(), body).reason,
        Reason::SecretPadded
    );
}

#[test]
fn what_is_wrong_with_a_secret_in_the_clear_is_named() {
    let login = format!("Basic {}", STANDARD.encode(format!("me:{REHIVE}")));
    let digest = mac(Hash::Sha256, REHIVE.as_bytes(), BODY.as_bytes());
    Bench::new().expect(
        2,
        BODY.as_bytes(),
        &[
            (
                Reason::PrefixMissing,
                REHIVE,
                "the right secret without the word Secret in front",
            ),
            (
                Reason::PrefixMissing,
                &format!("\"{REHIVE}\" "),
                "without the word Secret",
            ),
            (
                Reason::Prefix,
                &format!("secret {REHIVE}"),
                "after `secret` instead of `Secret`",
            ),
            (
                Reason::Prefix,
                &format!("Bearer {REHIVE}"),
                "after `Bearer` instead of `Secret`",
            ),
            (
                Reason::Prefix,
                &format!("Other {REHIVE}"),
                "after an unknown word instead of `Secret`",
            ),
            (
                Reason::Prefix,
                &format!("Secret{REHIVE}"),
                "without a space after the word",
            ),
            (Reason::Prefix, &login, "as a Basic user name or password"),
            (
                Reason::Padded,
                &format!("Secret  {REHIVE}"),
                "not after exactly one space",
            ),
            (
                Reason::Padded,
                &format!("Secret {REHIVE}\n"),
                "not after exactly one space",
            ),
            (
                Reason::Padded,
                &format!("Secret \"{REHIVE}\""),
                "not after exactly one space",
            ),
            (
                Reason::Padded,
                &format!("Secret: {REHIVE}"),
                "not after exactly one space",
            ),
            (
                Reason::SecretCase,
                &format!("Secret {}", REHIVE.to_lowercase()),
                "the secret in another case",
            ),
            (Reason::SecretEmpty, "Secret", "without a secret"),
            (Reason::SecretEmpty, "Secret undefined", "without a secret"),
            (
                Reason::DevelopmentSecret,
                &format!("Secret {DEVELOPMENT}"),
                "the development secret, but another",
            ),
            (
                Reason::DevelopmentSecret,
                DEVELOPMENT,
                "the development secret, but another",
            ),
            (
                Reason::OtherSecret,
                &format!("Secret {CALYPSO}"),
                "the secret of Calypso",
            ),
            (
                Reason::OtherAlgorithm,
                &digest,
                "an HMAC-SHA-256 of the body; Rehive sends the secret itself",
            ),
            (
                Reason::OtherAlgorithm,
                &format!("Secret {digest}"),
                "an HMAC-SHA-256 of the body",
            ),
            (
                Reason::Unexplained,
                "Secret another",
                "a different secret from the one in $R",
            ),
            (
                Reason::Unexplained,
                "é",
                "a different secret from the one in $R",
            ),
        ],
    );
    let long = "Long-".repeat(40);
    let cut = format!("Secret {}", &long[..150]);
    for (secret, value, reason) in [
        ("two words", "Secret two", Reason::SecretCut),
        (&long, &cut, Reason::SecretCut),
        ("hush-4711\t", "Secret hush-4711", Reason::SecretPadded),
        ("hush\n4711", "Secret hush", Reason::SecretUnwritable),
    ] {
        let bench = Bench::new().with(2, secret.as_bytes());
        assert_eq!(
            bench.judge(2, value.as_bytes(), b"").reason,
            reason,
            "{value}"
        );
    }
}

#[test]
fn a_missing_configuration_explains_only_what_no_mistake_explains() {
    let bench = Bench::new().unconfigured(0).unconfigured(2);
    let body = BODY.as_bytes();
    let found = bench.judge(0, calypso(body).as_bytes(), body);
    assert_eq!(found.reason, Reason::NoSecret);
    assert_eq!(
        found.explanation,
        "no secret configured for Calypso, and the signature was not made with the development secret"
    );
    assert!(found.fix.contains("$INQUD_HOOK_SECRET_X"), "{found:?}");
    let printed = mac(Hash::Sha512, DEVELOPMENT.as_bytes(), b"{}\n");
    assert_eq!(
        bench.judge(0, printed.as_bytes(), b"{}").reason,
        Reason::BodyNewline
    );
    assert_eq!(
        bench.judge(2, b"Secret whatever", b"{}").reason,
        Reason::NoSecret
    );
    let sender = Bench::new().unconfigured(0);
    let theirs = format!("Secret {DEVELOPMENT}");
    assert_eq!(
        sender.judge(2, theirs.as_bytes(), b"{}").reason,
        Reason::DevelopmentSecret
    );
}
