//! `inqud-hook test` judges shops on the frameworks that most people use. `.ci/run` installs them into the folder that
//! `FRAMEWORKS` names; without it the test is skipped.

use super::judged::{Shop, at_once, copy, judge, with_verdict};
use super::own_tests::is_skipped;
use crate::support::{json_lines, of_type, repository};
use std::fs;

struct Framework {
    /// What has to be in the folder.
    needs: &'static str,
    shop: Shop,
    /// Its source, and the one that it shares with others.
    files: &'static [&'static str],
    /// The raw body, and what a handler without it verifies.
    parsed: &'static [(&'static str, &'static str)],
}

const FRAMEWORKS: [Framework; 3] = [
    Framework {
        needs: "Express",
        shop: Shop {
            probe: &[
                "node",
                "-e",
                "require(process.env.FRAMEWORKS + '/node_modules/express')",
            ],
            build: &[],
            start: &["node", "express.mjs"],
            provider: "calypso",
            secret: "CALYPSO_SECRET",
        },
        files: &["express.mjs"],
        parsed: &[
            (
                "express.raw({ type: () => true, limit: '1mb' })",
                "express.json()",
            ),
            (
                ".update(request.body)",
                ".update(JSON.stringify(request.body))",
            ),
            ("JSON.parse(request.body)", "request.body"),
        ],
    },
    Framework {
        needs: "Flask",
        shop: Shop {
            probe: &["python3", "-c", "import flask"],
            build: &[],
            start: &["python3", "-B", "flask_app.py"],
            provider: "calypso",
            secret: "CALYPSO_SECRET",
        },
        files: &["flask_app.py", "shop.py"],
        parsed: &[("request.get_data()", "json.dumps(request.json).encode()")],
    },
    Framework {
        needs: "FastAPI",
        shop: Shop {
            probe: &["python3", "-c", "import fastapi, uvicorn"],
            build: &[],
            start: &["python3", "-B", "fastapi_app.py"],
            provider: "calypso",
            secret: "CALYPSO_SECRET",
        },
        files: &["fastapi_app.py", "shop.py"],
        parsed: &[(
            "await request.body()",
            "json.dumps(await request.json()).encode()",
        )],
    },
];

fn source(framework: &Framework) -> Vec<(String, String)> {
    let read = |name: &&str| {
        let path = repository("tests/frameworks").join(name);
        ((*name).to_owned(), fs::read_to_string(path).expect(name))
    };
    framework.files.iter().map(read).collect()
}

#[test]
#[ignore = "takes half a minute, and needs what .ci/run installs"]
fn a_parsed_body_is_told_from_a_raw_one() {
    at_once(&FRAMEWORKS, |framework| {
        let name = framework.files[0];
        if is_skipped(framework.shop.probe, framework.needs) {
            return;
        }
        passes(name, framework);
        is_named(name, framework);
    });
}

/// With the raw body it passes. Its orders are in memory, so it is not asked to survive a kill.
fn passes(name: &str, framework: &Framework) {
    let folder = copy(source(framework), &[]);
    let ran = judge(&framework.shop, &folder, &["--skip", "crash"]);
    assert_eq!(ran.code, 0, "{name}\n{}\n{}", ran.out, ran.err);
    let inconclusive = json_lines(&ran.out);
    let inconclusive = with_verdict(&inconclusive, "inconclusive");
    assert!(inconclusive.is_empty(), "{name}\n{}", ran.out);
}

/// With the parsed body it fails, and the mistake is named.
fn is_named(name: &str, framework: &Framework) {
    let folder = copy(source(framework), framework.parsed);
    let ran = judge(&framework.shop, &folder, &["gate", "wire"]);
    assert_eq!(ran.code, 1, "{name}\n{}\n{}", ran.out, ran.err);
    // Where even the provider's usual body is refused, the gate says why.
    let named = of_type(&json_lines(&ran.out), "case").iter().any(|case| {
        let got = case["got"].as_str().unwrap_or_default();
        case["cause"] == "reserialised-body" || got.contains("computed over re-serialised JSON")
    });
    assert!(named, "{name}\n{}", ran.out);
}
