//! The scripts for k6 and Locust, run in Node and Python with `k6_modules.mjs` and `locust_modules.py` in the place of their
//! modules, and with a fixed clock.

mod requests;
mod values;

use super::recording_server::tool;
use super::{HEADERS, LOGIN, SECRET, VARIABLE, delivery, rendered};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use inqud_hook::body::{Fresh, Seed, Template};
use inqud_hook::catalogue::manifest::{self, Encoding, Hash, Signing};
use inqud_hook::http::Delivery;
use inqud_hook::report::{RequestForm, ShownRequest};
use inqud_hook::secret::Secret;
use inqud_hook::signature::{SignatureVerdict, Signer, SigningInput};
use serde_json::{Value, json};
use std::fs;
use std::process::Output;

/// 2026-11-21T09:30:00Z, and when the script runs: an hour and a bit later.
const STARTED: i64 = 1_795_253_400;
const NOW: &str = "1795257000600";

const SAMPLE: &str = r#"{
    "requestId": "5f0c3b1e-6a52-4c0e-9d55-0a1b2c3d4e5f", "id": "0a1b2c3d-6a52-4c0e-9d55-5f0c3b1e4e5f",
    "data": {
        "parent": "0a1b2c3d-6a52-4c0e-9d55-5f0c3b1e4e5f", "order": "INV-1042", "description": "Pays order 1042", "index": 7,
        "hash": "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "signature": "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQU5",
        "created": "2025-01-01T11:59:00.123+02:00", "paid": "2025-01-01T12:00:00", "day": "2025-01-01T12:00",
        "at": 1735732800250, "text": "it's ` ${x} \u2028 é😀"
    }
}"#;

fn rules() -> manifest::FreshFields {
    let count = vec!["order".into(), "index".into()].into();
    manifest::FreshFields {
        clock: vec!["/data/paid".into()].into(),
        keep: Vec::new().into(),
        count,
    }
}

fn digest(hash: Hash) -> Signing {
    let (header, key_header) = ("Sign".into(), None);
    Signing::Hmac {
        hash,
        encoding: Encoding::Hex,
        header,
        key_header,
        optional: false,
    }
}

const SCRIPTS: [RequestForm; 2] = [RequestForm::K6, RequestForm::Locust];

/// What every iteration posted; `None` without Node or Python.
fn posts(
    form: RequestForm,
    all: &[ShownRequest<'_>],
    iterations: usize,
) -> Option<Vec<Vec<Value>>> {
    let script = rendered(form, all);
    let mut output = output(form, &script, iterations)?;
    serde_json::from_value(output["all"].take()).expect("it is a list of lists")
}

/// What a script posted, and its options.
fn output(form: RequestForm, script: &str, iterations: usize) -> Option<Value> {
    let output = run(form, script, iterations, &[])?;
    assert_eq!(
        (
            output.status.code(),
            &*String::from_utf8_lossy(&output.stderr)
        ),
        (Some(0), ""),
        "{script}"
    );
    Some(serde_json::from_slice(&output.stdout).expect("it is JSON"))
}

/// Runs a script with these variables and the secrets; without the secrets where a variable has no name.
fn run(
    form: RequestForm,
    script: &str,
    iterations: usize,
    variables: &[(&str, &str)],
) -> Option<Output> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path();
    let write = |name: &str, text: &str| {
        fs::write(path.join(name), text).expect("a file can be written");
    };
    let mut command = match form {
        RequestForm::Locust => {
            let mut python = tool("python3")?;
            write("locust_modules.py", include_str!("locust_modules.py"));
            write("script.py", script);
            python
                .args(["-B", "-W", "error"])
                .arg(path.join("locust_modules.py"));
            python.arg(path.join("script.py"));
            python
        }
        _ => {
            let mut node = tool("node")?;
            fs::create_dir_all(path.join("node_modules/k6")).expect("a folder can be made");
            let names = [".", "./http", "./crypto", "./encoding", "./execution"];
            let exports = names.map(|name| (name.to_owned(), json!("./modules.mjs")));
            let exports: serde_json::Map<_, _> = exports.into_iter().collect();
            let package = json!({ "name": "k6", "type": "module", "exports": exports });
            write("node_modules/k6/package.json", &package.to_string());
            write(
                "node_modules/k6/modules.mjs",
                include_str!("k6_modules.mjs"),
            );
            write("script.mjs", script);
            let main = "import { run } from 'k6';\n\
                await run(new URL('script.mjs', import.meta.url), Number(process.argv[2]), Number(process.argv[3]));\n";
            write("main.mjs", main);
            node.arg(path.join("main.mjs"));
            node
        }
    };
    command.args([NOW, &iterations.to_string()]);
    command.env(VARIABLE, SECRET).env("INQUD_HOOK_LOGIN", LOGIN);
    for (name, value) in variables {
        match *name {
            "" => command.env_remove(VARIABLE),
            name => command.env(name, value),
        };
    }
    Some(command.output().expect("it starts"))
}

fn body(post: &Value) -> Vec<u8> {
    STANDARD
        .decode(post["body"].as_str().expect("there is a body"))
        .expect("the shim writes base64")
}

fn parsed(post: &Value) -> Value {
    serde_json::from_slice(&body(post)).expect("the body is still JSON")
}

/// A body is signed with the secret that the environment held.
fn assert_signed(post: &Value, signing: &Signing) {
    let signer = Signer::new(signing, &Secret::new(SECRET.as_bytes())).expect("it signs");
    let value = post["headers"]["Sign"].as_str().expect("it is signed");
    let body = body(post);
    let input = SigningInput {
        method: "POST",
        target: "/",
        headers: &[("Sign", value.as_bytes())],
        body: &body,
        now: 0,
    };
    assert_eq!(signer.verify(&input), SignatureVerdict::Valid);
}

/// Deliveries of one life cycle or of a burst, with times that end when they are sent.
fn fresh_deliveries(template: &Template, numbers: &[u64]) -> Vec<Delivery> {
    let shift = STARTED - 1_735_732_800;
    let make = |number: &u64| {
        let body = template.body(&Fresh::new(Seed(7), *number, shift));
        delivery("localhost/hooks", HEADERS, &body)
    };
    numbers.iter().map(make).collect()
}
