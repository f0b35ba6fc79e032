//! Providers of a user's own, in the form of `payloads/`: added before the built-in ones, put in the place of one, or
//! refused with the file and the fault before anything is done with them.

mod common;

use common::{Ran, acme, folder, json_lines, of_type, ran, run_line, tool};
use serde_json::Value;
use std::path::Path;

fn bodies(folder: &Path, line: &str) -> Vec<Value> {
    let lines = json_lines(&run_line(folder, line).out);
    of_type(&lines, "body").into_iter().cloned().collect()
}

#[test]
fn a_provider_of_the_users_own_is_added_and_asked_first() {
    let folder = folder(&[("body.json", "{\"anvil\": 0, \"status\": \"paid\", \"id\": \"CCO-1\"}")]);
    acme::write(&folder, "own/acme");
    // Named are the folder of one provider, or one that holds several.
    for catalog in ["own", "own/acme"] {
        let line = |line: &str| run_line(&folder.path, &format!("{line} --catalog {catalog}"));
        let [body] = &bodies(&folder.path, &format!("validate body.json --format json --catalog {catalog}"))[..] else {
            unreachable!("one body was given")
        };
        assert_eq!(
            (&body["event"], &body["errors"], &body["notes"]),
            (&"acme/order.paid".into(), &1.into(), &1.into())
        );
        assert_eq!(line("events order.paid --sample").out, acme::FILES[3].1);
        assert!(line("events").out.starts_with("Acme: Sells anvils.\nacme/order.paid "), "{}", line("events").out);
        assert!(line("events").out.contains("\ncalypso/INVOICE_PAID "), "the built-in ones are still there");
        assert!(line("events order.paid").out.contains("X-Acme: HMAC-SHA256 of the raw body"));
        assert!(line("events --scenarios").out.contains("acme/paid"));
    }
    assert_eq!(bodies(&folder.path, "validate body.json --format json")[0]["provider"], "inqud");
    let own = tool(&folder.path, ["config", "--format", "json"])
        .env("INQUD_HOOK_SECRET_ACME", "x")
        .arg("--catalog")
        .arg("own")
        .output();
    assert!(ran(own.unwrap()).out.contains("\"secrets.acme\""), "its secrets are looked for, too");
}

#[test]
fn a_provider_of_the_users_own_shadows_the_built_in_one_of_its_name() {
    let folder = folder(&[("body.json", "{\"anvil\": 1, \"status\": \"PAID\"}")]);
    acme::write(&folder, "own");
    folder.write("own/provider.toml", &acme::FILES[0].1.replace("name = \"acme\"", "name = \"inqud\""));
    let [body] = &bodies(&folder.path, "validate body.json --format json --catalog own")[..] else {
        unreachable!("one body was given")
    };
    assert_eq!((&body["event"], &body["errors"]), (&"inqud/order.paid".into(), &0.into()));
    assert_eq!(run_line(&folder.path, "events --provider inqud --catalog own").out.lines().count(), 1);
    assert_eq!(
        run_line(&folder.path, "events checkout.success --catalog own").code,
        2,
        "nothing is left of the old one"
    );
}

/// A file of the provider, what becomes of it, and what is then said.
const BROKEN: &[(&str, &str, &str, &[&str])] = &[
    ("provider.toml", "name = \"acme\"", "name = acme\"", &["own/acme/provider.toml", "line 1"]),
    ("provider.toml", "about =", "abuot =", &["own/acme/provider.toml", "abuot"]),
    ("provider.toml", "sha256", "md5", &["own/acme/provider.toml", "md5"]),
    (
        "provider.toml",
        "kind = \"order\"\nobject",
        "kind = \"ordr\"\nobject",
        &["provider.toml", "no schema is called ordr"],
    ),
    (
        "provider.toml",
        "kind = \"order\"\nsummary",
        "kind = \"ordr\"\nsummary",
        &["own/acme/provider.toml", "schemas/ordr.json"],
    ),
    (
        "provider.toml",
        "name = \"order.paid\"",
        "name = \"order.paied\"",
        &["own/acme/provider.toml", "samples/order.paied.json"],
    ),
    ("provider.toml", "bitcoin", "bitconnect", &["provider.toml", "no chain is called bitconnect"]),
    ("scenarios.toml", "steps = [", "steps = ", &["own/acme/scenarios.toml", "line 5"]),
    ("scenarios.toml", "order.paid", "order.lost", &["scenarios.toml", "order.lost"]),
    ("schemas/order.json", "{\"type\": \"object\"", "{\"type\": ", &["schemas/order.json", "not JSON"]),
    (
        "schemas/order.json",
        "\"minimum\": 1",
        "\"exclusiveMinimum\": 1",
        &["schemas/order.json", "/properties/anvil", "exclusiveMinimum"],
    ),
    (
        "schemas/order.json",
        "\"type\": \"integer\"",
        "\"type\": \"int\"",
        &["schemas/order.json", "/properties/anvil/type"],
    ),
    ("samples/order.paid.json", "{", "[", &["samples/order.paid.json"]),
];

#[test]
fn a_catalogue_that_cannot_be_used_is_refused_before_it_is_used() {
    let folder = folder(&[("body.json", "{}")]);
    for (name, old, new, expected) in BROKEN {
        acme::write(&folder, "own/acme");
        let (_, text) = acme::FILES.iter().find(|(known, _)| known == name).unwrap();
        assert!(text.contains(old), "{name} has no {old}");
        folder.write(&format!("own/acme/{name}"), &text.replacen(old, new, 1));
        for line in ["validate body.json", "events"] {
            let Ran { code, out, err } = run_line(&folder.path, &format!("{line} --catalog own"));
            assert_eq!((code, &*out), (2, ""), "{line} with {new} in {name}: {err}");
            assert!(err.starts_with("error: cannot use the catalogue: "), "{err}");
            assert!(expected.iter().all(|words| err.contains(words)), "{new} in {name}: {err}");
        }
    }
    let ran = run_line(&folder.path, "events --catalog .");
    assert_eq!(ran.err, "error: cannot use the catalogue: .: neither it nor a folder in it has a provider.toml\n");
}
