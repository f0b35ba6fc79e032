//! A user's own providers, in the format of `payloads/`: they are added, replace a built-in one, or are refused with
//! the file and the fault before anything else happens.

use crate::support::{Folder, Ran, acme, all, folder, json_lines, of_type, ran, run_line, tool};
use serde_json::Value;
use std::path::Path;

fn bodies(folder: &Path, line: &str) -> Vec<Value> {
    let lines = json_lines(&run_line(folder, line).out);
    of_type(&lines, "body").into_iter().cloned().collect()
}

#[test]
fn a_provider_of_the_users_own_is_added_and_asked_first() {
    let folder = folder(&[(
        "body.json",
        "{\"anvil\": 0, \"status\": \"paid\", \"id\": \"CCO-1\"}",
    )]);
    acme::write(&folder, "own/acme");
    // Named are the folder of one provider, or one that holds several.
    for catalog in ["own", "own/acme"] {
        let line = |line: &str| run_line(&folder.path, &format!("{line} --catalog {catalog}"));
        let [body] = &bodies(
            &folder.path,
            &format!("validate body.json --format json --catalog {catalog}"),
        )[..] else {
            unreachable!("one body was given")
        };
        assert_eq!(
            (&body["event"], &body["errors"], &body["notes"]),
            (&"acme/order.paid".into(), &1.into(), &1.into())
        );
        assert_eq!(line("events order.paid --sample").out, acme::FILES[3].1);
        assert!(
            line("events")
                .out
                .starts_with("Acme: Sells anvils.\nacme/order.paid "),
            "{}",
            line("events").out
        );
        assert!(
            line("events").out.contains("\ncalypso/INVOICE_PAID "),
            "the built-in ones are still there"
        );
        assert!(
            line("events order.paid")
                .out
                .contains("X-Acme: HMAC-SHA256 of the raw body")
        );
        assert!(line("events --scenarios").out.contains("acme/paid"));
    }
    assert_eq!(
        bodies(&folder.path, "validate body.json --format json")[0]["provider"],
        "inqud"
    );
    let own = tool(&folder.path, ["config", "--format", "json"])
        .env("INQUD_HOOK_SECRET_ACME", "x")
        .arg("--catalog")
        .arg("own")
        .output();
    assert!(
        ran(own.unwrap()).out.contains("\"secrets.acme\""),
        "its secrets are looked for, too"
    );
}

#[test]
fn a_provider_of_the_users_own_shadows_the_built_in_one_of_its_name() {
    let folder = folder(&[("body.json", "{\"anvil\": 1, \"status\": \"PAID\"}")]);
    acme::write(&folder, "own");
    folder.write(
        "own/provider.toml",
        &acme::FILES[0]
            .1
            .replace("name = \"acme\"", "name = \"inqud\""),
    );
    let [body] = &bodies(
        &folder.path,
        "validate body.json --format json --catalog own",
    )[..] else {
        unreachable!("one body was given")
    };
    assert_eq!(
        (&body["event"], &body["errors"]),
        (&"inqud/order.paid".into(), &0.into())
    );
    assert_eq!(
        run_line(&folder.path, "events --provider inqud --catalog own")
            .out
            .lines()
            .count(),
        1
    );
    assert_eq!(
        run_line(&folder.path, "events checkout.success --catalog own").code,
        2,
        "nothing is left of the old one"
    );
}

/// A file of the provider, what becomes of it, and what is then said.
const BROKEN: &[(&str, &str, &str, &[&str])] = &[
    (
        "provider.toml",
        "name = \"acme\"",
        "name = acme\"",
        &["own/acme/provider.toml", "line 1"],
    ),
    (
        "provider.toml",
        "about =",
        "abuot =",
        &["own/acme/provider.toml", "abuot"],
    ),
    (
        "provider.toml",
        "sha256",
        "md5",
        &["own/acme/provider.toml", "md5"],
    ),
    (
        "provider.toml",
        "kind = \"order\"\nobject",
        "kind = \"ordr\"\nobject",
        &["provider.toml", "unknown schema \"ordr\""],
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
    (
        "provider.toml",
        "bitcoin",
        "bitconnect",
        &["provider.toml", "unknown chain \"bitconnect\""],
    ),
    (
        "provider.toml",
        "[currencies]",
        "[payment]\nevent = \"order.lost\"\norder = [\"/anvil\"]\n[currencies]",
        &[
            "own/acme/provider.toml",
            "payment.event: unknown event \"order.lost\"",
        ],
    ),
    (
        "provider.toml",
        "[currencies]",
        "[payment]\nevent = \"order.paid\"\norder = [\"anvil\"]\n[currencies]",
        &[
            "own/acme/provider.toml",
            "payment.order: \"anvil\" is not a pointer",
        ],
    ),
    (
        "provider.toml",
        "[currencies]",
        "[payment]\nevent = \"order.paid\"\norder = [\"/anvil\"]\ndue = [\"/a//b\"]\n[currencies]",
        &["payment.due: \"/a//b\" is not a pointer"],
    ),
    (
        "provider.toml",
        "[currencies]",
        "[payment]\nevent = \"order.paid\"\norder = [\"/anvil\"]\nsample_price = \"ten\"\n[currencies]",
        &["payment.sample_price: \"ten\" is not a decimal number"],
    ),
    (
        "provider.toml",
        "[currencies]",
        "[payment]\nevent = \"order.paid\"\norder = [\"/anvil\"]\nscenario = \"piad\"\n[currencies]",
        &["payment.scenario: unknown scenario \"piad\""],
    ),
    (
        "provider.toml",
        "[currencies]",
        "[payment]\nevent = \"order.paid\"\norder = [\"/anvil\"]\nprize = [\"/anvil\"]\n[currencies]",
        &["own/acme/provider.toml", "prize"],
    ),
    (
        "provider.toml",
        "[currencies]",
        "[payment]\nevent = \"order.paid\"\n[currencies]",
        &["own/acme/provider.toml", "order"],
    ),
    (
        "provider.toml",
        "when = \"When it is.\"",
        "when = \"When it is.\"\nmeans = \"unpaid\"",
        &["own/acme/provider.toml", "unpaid"],
    ),
    (
        "scenarios.toml",
        "steps = [",
        "steps = ",
        &["own/acme/scenarios.toml", "line 5"],
    ),
    (
        "scenarios.toml",
        "order.paid",
        "order.lost",
        &["scenarios.toml", "order.lost"],
    ),
    (
        "schemas/order.json",
        "{\"type\": \"object\"",
        "{\"type\": ",
        &["schemas/order.json", "not JSON"],
    ),
    (
        "schemas/order.json",
        "\"minimum\": 1",
        "\"exclusiveMinimum\": 1",
        &[
            "schemas/order.json",
            "/properties/anvil",
            "exclusiveMinimum",
        ],
    ),
    (
        "schemas/order.json",
        "\"type\": \"integer\"",
        "\"type\": \"int\"",
        &["schemas/order.json", "/properties/anvil/type"],
    ),
    (
        "samples/order.paid.json",
        "{",
        "[",
        &["samples/order.paid.json"],
    ),
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
            assert!(
                err.starts_with("error: cannot use the catalogue: "),
                "{err}"
            );
            assert!(
                expected.iter().all(|words| err.contains(words)),
                "{new} in {name}: {err}"
            );
        }
    }
    let ran = run_line(&folder.path, "events --catalog .");
    assert_eq!(
        ran.err,
        "error: cannot use the catalogue: .: there is no provider.toml in it or in a subfolder\n"
    );
}

/// A file of the provider, what becomes of it, and which name is then refused.
const STEERING_NAMES: &[(&str, &str, &str, &str)] = &[
    (
        "provider.toml",
        "name = \"acme\"",
        "name = \"acme\\u001b[2J\"",
        "a provider has the control character U+001B",
    ),
    (
        "provider.toml",
        "name = \"acme\"",
        "name = \"a\\u202Ecme\"",
        "a provider has the control character U+202E",
    ),
    (
        "provider.toml",
        "name = \"order.paid\"",
        "name = \"order.paid\\u0007\"",
        "an event has the control character U+0007",
    ),
    (
        "provider.toml",
        "name = \"order.paid\"",
        "name = \"order.\\u200Fpaid\"",
        "an event has the control character U+200F",
    ),
    (
        "provider.toml",
        "name = \"order.paid\"",
        "name = \"order.paid\"\naliases = [\"x\\u009by\"]",
        "an event has the control character U+009B",
    ),
    (
        "provider.toml",
        "name = \"order.paid\"",
        "name = \"order.paid\"\nmisspellings = [\"x\\ny\"]",
        "an event has the control character U+000A",
    ),
    (
        "provider.toml",
        "kind = \"order\"\nsummary",
        "kind = \"or\\u2066der\"\nsummary",
        "a kind has the control character U+2066",
    ),
    (
        "provider.toml",
        "object = \"order\"",
        "object = \"order\\r\"",
        "a kind or an object has the control character U+000D",
    ),
    (
        "provider.toml",
        "header = \"X-Acme\"",
        "header = \"X-Ac\\u001bme\"",
        "signing.value.header",
    ),
    (
        "provider.toml",
        "value = \"POST\"",
        "value = \"PO\\u001bST\"",
        "delivery.method",
    ),
    (
        "provider.toml",
        "[currencies]",
        "[retired]\n\"x\\u001by\" = \"It has gone\"\n[currencies]",
        "a retired event has the control character U+001B",
    ),
    (
        "scenarios.toml",
        "name = \"paid\"",
        "name = \"paid\\u202b\"",
        "a scenario has the control character U+202B",
    ),
];

#[test]
fn a_name_that_steers_the_terminal_is_refused() {
    let folder = folder(&[("body.json", "{}")]);
    for (name, old, new, expected) in STEERING_NAMES {
        acme::write(&folder, "own/acme");
        let (_, text) = acme::FILES.iter().find(|(known, _)| known == name).unwrap();
        assert!(text.contains(old), "{name} has no {old}");
        folder.write(&format!("own/acme/{name}"), &text.replacen(old, new, 1));
        for line in ["validate body.json", "events", "completions bash"] {
            let Ran { code, out, err } = run_line(&folder.path, &format!("{line} --catalog own"));
            assert_eq!((code, &*out), (2, ""), "{line} with {new}: {err}");
            assert!(
                err.contains("own/acme") && err.contains(expected),
                "{new}: {err}"
            );
            harmless(&err);
        }
    }
}

/// What may not reach a terminal: ESC, BEL, CSI in one character, and a change of direction.
const STEERING: &str = "\u{1b}]0;pwned\u{7}\u{9b}2J\u{202e}";

/// Nothing in it steers a terminal.
fn harmless(text: &str) {
    let steers = |char: char| {
        char.is_control() || matches!(char, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
    };
    let found = text
        .chars()
        .find(|char| !matches!(char, '\n' | '\t') && steers(*char));
    assert_eq!(found, None, "{}", text.escape_debug());
}

/// The provider with such characters in every text that it has.
fn steering(folder: &Folder) {
    acme::write(folder, "own/acme");
    let toml: String = STEERING
        .chars()
        .map(|char| format!("\\u{:04x}", char as u32))
        .collect();
    let text = |name: &str| {
        acme::FILES
            .iter()
            .find(|(known, _)| *known == name)
            .expect("it has that file")
            .1
    };
    let provider = text("provider.toml")
        .replace("\"Acme\"", &format!("\"Acme{toml}\""))
        .replace("anvils.", &format!("anvils{toml}."))
        .replace("An anvil is paid", &format!("An anvil{toml} is paid"))
        .replace("When it is.", &format!("When{toml} it is."))
        .replace(
            "header = \"X-Acme\" }",
            &format!("header = \"X-Acme\" }}\nnote = \"Note{toml}\"\nsources = [\"page\"]"),
        )
        .replace(
            "[currencies]",
            &format!("[sources]\npage = \"https://acme{toml}\"\n[retired]\nold = \"Gone{toml}\"\n[currencies]"),
        )
        .replace("kind = \"order\"\nsummary", "kind = \"order\"\nsources = [\"page\"]\nsummary");
    folder.write("own/acme/provider.toml", &provider);
    folder.write(
        "own/acme/scenarios.toml",
        &text("scenarios.toml").replace("Bought", &format!("Bought{toml}")),
    );
    // JSON texts may hold these two as they are, and white space such as a carriage return; the others are escaped.
    let raw = "\u{9b}\u{202e}\u{7f}";
    let json = format!("{raw}\\u001b\\u0007");
    let schema = format!(
        "{{\"type\": \"object\",\r \"required\": [\"anvil\", \"status\"], \"properties\": {{\"anvil\": {{\"type\": \
         \"integer\"}}, \"status\": {{\"type\": \"string\", \"description\": \"Which{json}\", \"x-values\": [\"PAID\", \
         \"X{json}\"]}}, \"more{json}\": {{\"type\": \"string\", \"const\": \"V{json}\"}}}}}}"
    );
    folder.write("own/acme/schemas/order.json", &schema);
    let sample = format!(
        "{{\r\n  \"anvil\": 1,\r  \"status\": \"PAID\",\n  \"note{json}\": \"N{json}\"\n}}\n"
    );
    folder.write("own/acme/samples/order.paid.json", &sample);
}

#[test]
fn nothing_of_a_catalogue_steers_the_terminal() {
    let folder = folder(&[(
        "bad.json",
        "{\"anvil\": \"1\", \"status\": \"no\", \"old\": 2}",
    )]);
    steering(&folder);
    let sample = folder.path.join("own/acme/samples/order.paid.json");
    folder.write("body.json", &std::fs::read_to_string(&sample).unwrap());
    let lines = [
        "events",
        "events --provider acme",
        "events --format json",
        "events --scenarios",
        "events --scenarios --format json",
        "events order.paid",
        "events order.paid --format json",
        "events order.paid --sample",
        "events order.paid --schema",
        "events order.paid --form bare",
        "events old",
        "events acme/nothing",
        "validate body.json --verbose",
        "validate bad.json body.json",
        "validate bad.json --event order.paid --format json",
        "validate bad.json --event order.paid --format sarif",
        "validate bad.json --event order.paid --format junit",
        "validate bad.json --event order.paid --format github",
        "validate bad.json --provider acme",
        "send order.paid",
        "send order.paid --format json",
        "send order.paid --retry",
        "send order.paid --dry-run",
        "send order.paid --as curl",
        "send order.paid --as hurl",
        "send order.paid --as k6",
        "send order.paid --as locust",
        "send order.paid --as har",
        "send order.paid --as vegeta",
        "send order.paid --form bare",
        "send --scenario acme/paid",
        "send --body bad.json --scheme acme",
        "send --body body.json",
        "send order.paid --to localhost:1",
        "listen 0 --deadline 1ms",
        "config",
        "explain",
        "completions bash",
        "completions zsh",
        "completions fish",
        "completions powershell",
        "completions elvish",
    ];
    all(lines.map(|line| (line.to_owned(), ())), |line, ()| {
        let ran = run_line(&folder.path, &format!("{line} --catalog own"));
        harmless(&ran.out);
        harmless(&ran.err);
        assert!(!ran.err.contains("cannot use the catalogue"), "{}", ran.err);
    });
    let value = |text: &str| serde_json::from_str::<Value>(text).expect(text);
    for (flag, file) in [
        ("--sample", "samples/order.paid.json"),
        ("--schema", "schemas/order.json"),
    ] {
        let printed = run_line(
            &folder.path,
            &format!("events order.paid {flag} --catalog own"),
        )
        .out;
        let text = std::fs::read_to_string(folder.path.join("own/acme").join(file)).unwrap();
        assert_eq!(
            value(&printed),
            value(&text),
            "{flag} says the same as the file"
        );
    }
    let shown = run_line(&folder.path, "events order.paid --catalog own").out;
    for words in [
        "An anvil␛]0;pwned␇",
        "When␛",
        "Note␛",
        "https://acme␛",
        "Which<U+009B>",
        "X<U+009B>",
        "\\u202e",
    ] {
        assert!(shown.contains(words), "{words} is missing in {shown}");
    }
}

#[test]
fn a_file_of_a_catalogue_is_a_file_of_some_size() {
    let folder = folder(&[]);
    for (name, limit) in [
        ("provider.toml", "4 MiB"),
        ("scenarios.toml", "4 MiB"),
        ("schemas/order.json", "4 MiB"),
    ] {
        acme::write(&folder, "own/acme");
        folder.write(
            &format!("own/acme/{name}"),
            &" ".repeat(4 * 1024 * 1024 + 1),
        );
        let Ran { code, err, .. } = run_line(&folder.path, "events --catalog own");
        assert_eq!(code, 2, "{name}");
        assert!(err.contains(name) && err.contains(limit), "{name}: {err}");
    }
    #[cfg(unix)]
    {
        acme::write(&folder, "own/acme");
        std::os::unix::fs::symlink("/dev/zero", folder.path.join("own/acme/samples/zero.json"))
            .unwrap();
        let Ran { code, err, .. } = run_line(&folder.path, "events --catalog own");
        assert_eq!(code, 2, "{err}");
        assert!(
            err.contains("zero.json: it is a device, not a file"),
            "{err}"
        );
    }
}
