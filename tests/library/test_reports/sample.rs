//! Runs of `test`, built by hand, with an endpoint that answers whatever would harm a terminal, a page or a pipeline.

use inqud_hook::cases::Case;
use inqud_hook::report::{
    CaseVerdict, FoundCause, JudgedCase, PaidMeaning, TestReport, TestSubject,
};
use std::time::Duration;

/// What a hostile endpoint answers.
pub(crate) const HOSTILE: &str = "500: \x1b[2J\x1b]0;owned\x07 </script><script>alert(1)</script> ]]> &amp; \"'>\
    <img src=http://127.0.0.1:9/x onerror=alert(2)>\n::error::pwned ##[error]x \u{202e}diap\u{9b}31m `code` 100% {{7*7}}";

/// A case that passed.
pub(crate) fn passed(case: Case) -> JudgedCase {
    JudgedCase {
        case,
        verdict: CaseVerdict::Pass,
        sent: "INVOICE_PAID".to_owned(),
        expected: "any 2xx".to_owned(),
        got: "200 OK".to_owned(),
        cause: None,
        why: None,
        fix: None,
        repeat: format!(
            "inqud-hook test --to http://127.0.0.1:3000/hooks --provider calypso {} --seed 7",
            case.name()
        ),
        curl: None,
        latency: Some(Duration::from_micros(2_140)),
        known: false,
        output: None,
    }
}

fn judged(case: Case, verdict: CaseVerdict, sent: &str, expected: &str, got: &str) -> JudgedCase {
    JudgedCase {
        verdict,
        sent: sent.to_owned(),
        expected: expected.to_owned(),
        got: got.to_owned(),
        // The pages say the same, but change more often.
        why: Some("Anyone who knows the address can mark orders as paid.".to_owned()),
        fix: Some(
            "Compute the signature over the raw body and compare it in constant time, before anything else."
                .to_owned(),
        ),
        ..passed(case)
    }
}

fn not_run(case: Case, why: &str) -> JudgedCase {
    JudgedCase {
        got: why.to_owned(),
        latency: None,
        ..judged(case, CaseVerdict::NotRun, "", "", "")
    }
}

const CURL: &str = "curl --silent --show-error --include --http1.1 --request POST \\\n  \
    --header 'Content-Type: application/json' \\\n  --header \"Sign: ${SIGN:?}\" \\\n  \
    --data-raw '{\"id\":\"1\"}' \\\n  --globoff --path-as-is http://127.0.0.1:3000/hooks";

fn subject(cases: usize) -> TestSubject {
    TestSubject {
        target: "http://127.0.0.1:3000/hooks".to_owned(),
        provider: "Calypso Pay".to_owned(),
        seed: 7,
        cases,
        settings: Some("./shop/inqud-hook.toml".to_owned()),
    }
}

/// One cause with three cases, a failure alone, a known one, advice, one that allows no verdict, and some not run.
pub(crate) fn mixed() -> TestReport {
    use CaseVerdict::{Advice, Fail, Inconclusive};
    let refusal = "a refusal (4xx)";
    let forged = |case, sent: &str| JudgedCase {
        cause: Some("no-check"),
        // The cause tells it.
        fix: None,
        curl: Some(CURL.to_owned()),
        output: Some("POST /hooks\n\x1b[31mpaid\x1b[0m order 1001\n".to_owned()),
        ..judged(case, Fail, sent, refusal, "200 OK in 2.1 ms")
    };
    let cases = vec![
        passed(Case::Genuine),
        passed(Case::Alive),
        forged(Case::NoSignature, "INVOICE_PAID without the header Sign"),
        forged(Case::EmptySignature, "INVOICE_PAID with an empty Sign"),
        forged(Case::WrongSecret, "INVOICE_PAID signed with another secret"),
        passed(Case::EmptyKey),
        JudgedCase {
            verdict: Advice,
            ..forged(Case::OtherHash, "INVOICE_PAID with an HMAC-SHA256")
        },
        judged(
            Case::Malformed,
            Advice,
            "INVOICE_PAID with a Sign of 8 kB",
            refusal,
            HOSTILE,
        ),
        judged(
            Case::Text,
            Fail,
            "INVOICE_PAID with \"Ünïcödé, Привет, 日本語, 👩‍👩‍👧‍👦\" in /data/description",
            "any 2xx",
            HOSTILE,
        ),
        JudgedCase {
            known: true,
            ..judged(
                Case::Quotes,
                Fail,
                "quotes",
                "any 2xx",
                "500 Internal Server Error",
            )
        },
        judged(
            Case::Slow,
            Inconclusive,
            "three deliveries of INVOICE_PAID",
            "an answer within 10 s",
            "no answer within 30 s, twice",
        ),
        not_run(Case::Duplicate, "needs --state"),
        not_run(Case::Concurrent, "needs --state"),
        not_run(Case::WrongAmount, "needs --state and --order"),
    ];
    TestReport {
        subject: subject(cases.len()),
        cases,
        causes: vec![FoundCause {
            id: "no-check",
            title: "the endpoint does not check the signature".to_owned(),
            fix: "Compute the HMAC-SHA512 of the raw body with your secret, and compare it with the header Sign in \
                constant time before you read the body."
                .to_owned(),
            cases: vec![Case::NoSignature, Case::EmptySignature, Case::WrongSecret],
        }],
        paid: Some(PaidMeaning {
            effect: format!("/status pending → review{HOSTILE}"),
            given: None,
            doubt: Some("A payment of another amount has the same effect.".to_owned()),
        }),
        stale: vec!["forge/scheme".to_owned()],
        baseline_written: false,
        blocked: None,
        interrupted: false,
        broken: None,
        elapsed: Duration::from_millis(4_230),
    }
}

/// Everything passed.
pub(crate) fn good() -> TestReport {
    let cases: Vec<JudgedCase> = [Case::Genuine, Case::Alive, Case::NoSignature, Case::Split]
        .into_iter()
        .map(passed)
        .collect();
    TestReport {
        subject: TestSubject {
            settings: None,
            ..subject(cases.len())
        },
        cases,
        causes: Vec::new(),
        paid: Some(PaidMeaning {
            effect: "/shipped +1, /status open → paid".to_owned(),
            given: Some("/status=paid".to_owned()),
            doubt: None,
        }),
        stale: Vec::new(),
        ..mixed()
    }
}

/// The endpoint does not take a genuine delivery.
pub(crate) fn blocked() -> TestReport {
    let genuine = JudgedCase {
        curl: Some(CURL.to_owned()),
        ..judged(
            Case::Genuine,
            CaseVerdict::Inconclusive,
            "a genuine INVOICE_PAID",
            "any 2xx",
            "404 Not Found",
        )
    };
    TestReport {
        cases: vec![genuine],
        paid: None,
        blocked: Some((
            "the endpoint has nothing at this path: it answered a genuine delivery with 404 Not Found"
                .to_owned(),
            "give the path of the webhook handler with --to, e.g. --to :3000/webhooks/calypso".to_owned(),
        )),
        subject: TestSubject {
            cases: 78,
            ..good().subject
        },
        ..good()
    }
}
