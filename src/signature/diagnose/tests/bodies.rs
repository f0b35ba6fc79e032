//! What can become of a body between its signature and its arrival.

use super::*;
use std::io::Write as _;

#[test]
fn what_became_of_a_body_is_named() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"{}").unwrap();
    let gzip = gzip.finish().unwrap();
    let cases: &[(Reason, &str, &[u8], &[u8])] = &[
        (
            Reason::BodyCompressed,
            "before it was compressed",
            &gzip,
            b"{}",
        ),
        (
            Reason::BodyEncoding,
            "before it was encoded as UTF-8 a second time",
            "\"Ã©\"".as_bytes(),
            "\"é\"".as_bytes(),
        ),
        (
            Reason::BodyNewline,
            "without its trailing newline",
            b"{}\n",
            b"{}",
        ),
        (
            Reason::BodyNewline,
            "without its trailing newline",
            b"{}\r\n",
            b"{}",
        ),
        (
            Reason::BodyNewline,
            "with LF instead of its trailing CRLF",
            b"{}\r\n",
            b"{}\n",
        ),
        (
            Reason::BodyNewline,
            "plus a trailing newline",
            b"{}",
            b"{}\n",
        ),
        (
            Reason::BodyNewline,
            "plus a trailing CRLF",
            b"{}",
            b"{}\r\n",
        ),
        (Reason::BodyEmpty, "an empty body", b"{}", b""),
        (
            Reason::BodyPart,
            "the value of `data` alone",
            b"{\"data\": {\"a\": 1}}",
            b"{\"a\": 1}",
        ),
        (
            Reason::BodyPart,
            "`data` alone, re-serialised (",
            b"{\"data\": {\"a\": 1}}",
            b"{\"a\":1}",
        ),
        (
            Reason::ByteOrderMark,
            "without its byte-order mark",
            b"\xef\xbb\xbf{}",
            b"{}",
        ),
        (
            Reason::ByteOrderMark,
            "after a byte-order mark",
            b"{}",
            b"\xef\xbb\xbf{}",
        ),
        (
            Reason::LineEndings,
            "with LF line endings",
            b"{\r\n}\r\n",
            b"{\n}\n",
        ),
        (
            Reason::LineEndings,
            "with CRLF line endings",
            b"{\n}\n",
            b"{\r\n}\r\n",
        ),
        (
            Reason::BodyWhiteSpace,
            "leading and trailing white space",
            b" {}\n\n",
            b"{}",
        ),
        (
            Reason::BodyEncoding,
            "U+FFFD",
            b"\"\xff\"",
            "\"\u{fffd}\"".as_bytes(),
        ),
        (
            Reason::BodyEncoding,
            "decoded as Latin-1",
            "\"é\"".as_bytes(),
            "\"Ã©\"".as_bytes(),
        ),
        (
            Reason::BodyEncoding,
            "encoded as Latin-1",
            "\"é\"".as_bytes(),
            b"\"\xe9\"",
        ),
        (Reason::BodyQuoted, "as a JSON string", b"{}", b"\"{}\""),
        (
            Reason::BodyQuoted,
            "content of the JSON string",
            br#""{\"a\":1}""#,
            br#"{"a":1}"#,
        ),
    ];
    for (reason, explanation, came, signed) in cases {
        Bench::new().expect(0, came, &[(*reason, &calypso(signed), explanation)]);
    }
}

/// The output of the programs named: of JavaScript and Python from `node` and `python3`, of the others as documented.
#[test]
fn re_serialised_json_is_recognised() {
    let python = r#"{"b": {"amount": 1.1, "map": {}, "url": "https://a/?x=1&y"}, "a": [1, "\u0421\u0447\u0451\u0442 \u20bf"]}"#;
    let sorted = r#"{"a": [1, "\u0421\u0447\u0451\u0442 \u20bf"], "b": {"amount": 1.1, "map": {}, "url": "https://a/?x=1&y"}}"#;
    let php = r#"{"b":{"amount":1.1,"map":[],"url":"https:\/\/a\/?x=1&y"},"a":[1,"\u0421\u0447\u0451\u0442 \u20bf"]}"#;
    let go = "{\"a\":[1,\"Счёт ₿\"],\"b\":{\"amount\":1.1,\"map\":{},\"url\":\"https://a/?x=1\\u0026y\"}}\n";
    let net = r#"{"b":{"amount":1.10,"map":{},"url":"https://a/?x=1\u0026y"},"a":[1,"\u0421\u0447\u0451\u0442 \u20BF"]}"#;
    let pretty = |step: &str| {
        format!(
            "{{\n{step}\"b\": {{\n{step}{step}\"amount\": 1.10,\n{step}{step}\"map\": {{}},\n{step}{step}\"url\": \
             \"https://a/?x=1&y\"\n{step}}},\n{step}\"a\": [\n{step}{step}1,\n{step}{step}\"Счёт ₿\"\n{step}]\n}}"
        )
    };
    let (two, four, tabs) = (pretty("  "), pretty("    "), pretty("\t"));
    let double = two.replace("1.10", "1.1") + "\n";
    let cases: &[(&str, &str, &str)] = &[
        (BODY, &two, "JSON (indented by two spaces)"),
        (BODY, &four, "JSON (indented by four spaces)"),
        (BODY, &tabs, "JSON (indented by tabs)"),
        (
            &four,
            BODY,
            "JSON (compact, no spaces), not over the bytes sent",
        ),
        (
            BODY,
            &BODY.replace("1.10", "1.1"),
            "JSON (as JSON.stringify(body) prints it)",
        ),
        (
            BODY,
            &BODY.replace('/', "\\/"),
            "JSON (as json_encode($body) prints it)",
        ),
        (
            BODY,
            &double,
            "JSON.stringify(body, null, 2) prints it, plus a trailing newline",
        ),
        (BODY, python, "JSON (as json.dumps(body) prints it)"),
        (BODY, sorted, "json.dumps(body, sort_keys=True)"),
        (BODY, php, "as json_encode($body) prints it"),
        (
            BODY,
            go,
            "as Go's json.Marshal prints it, plus a trailing newline",
        ),
        (BODY, net, "as .NET's JsonSerializer prints it"),
        (net, BODY, "without unnecessary escapes"),
        (
            r#"{"a":1,"b":2,"a":3}"#,
            r#"{"a":3,"b":2}"#,
            "JSON (the last value of each repeated key)",
        ),
        (
            r#"{"a":1.0}"#,
            r#"{"a": 1.0}"#,
            "JSON (as json.dumps(body) prints it)",
        ),
        (
            r#"{"a":1.50e0,"b":2.0}"#,
            r#"{"a":1.5,"b":2.0}"#,
            "JSON (numbers as Python prints them)",
        ),
        (
            r#"["\ud800é"]"#,
            r#"["\ud800\u00e9"]"#,
            "JSON (\\uXXXX for non-ASCII characters)",
        ),
        (
            r#"["\b\f\n\r\t\u0001\"\\"]"#,
            r#"["\b\f\n\r\t\u0001\u0022\\"]"#,
            "as .NET's JsonSerializer prints it",
        ),
        ("{ }", "{}", "compact, no spaces"),
    ];
    for (came, signed, explanation) in cases {
        assert_ne!(came, signed);
        let developed = mac(Hash::Sha512, DEVELOPMENT.as_bytes(), signed.as_bytes());
        Bench::new().expect(
            0,
            came.as_bytes(),
            &[
                (
                    Reason::BodyReprinted,
                    &calypso(signed.as_bytes()),
                    explanation,
                ),
                (Reason::DevelopmentSecret, &developed, explanation),
            ],
        );
    }
}
