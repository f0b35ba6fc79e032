//! What `send` advises: the built-in receiver judges as `listen` does, hints name what this run used, and checks come
//! before notes.

use crate::support::endpoint::{Endpoint, answer, send};
use crate::support::listener::signature;
use crate::support::{folder, json_lines, of_type, run_line, tool};
use serde_json::Value;

#[test]
fn the_built_in_receiver_refuses_what_another_provider_signs() {
    let folder = folder(&[]);
    let ran = send(&folder.path, "INVOICE_PAID --scheme inqud");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("401 Unauthorized"), "{}", ran.out);
    let reason = "signed for Inqud (X-Payload-Digest is valid), but Calypso Pay was expected";
    assert!(ran.out.contains(reason), "{}", ran.out);
    for line in [
        "INVOICE_PAID --scheme inqud --expect 401",
        "INVOICE_PAID --scheme none --expect 401",
    ] {
        assert_eq!(send(&folder.path, line).code, 0, "{line}");
    }
    for line in [
        "INVOICE_PAID --scheme calypso",
        "checkout.success --scheme inqud",
    ] {
        assert_eq!(send(&folder.path, line).code, 0, "{line}");
    }
}

#[test]
fn a_hint_about_a_body_names_the_seed_of_this_run() {
    let folder = folder(&[]);
    let endpoint = Endpoint::answering(422);
    let ran = send(
        &folder.path,
        &format!("INVOICE_PAID --seed 4711 --to :{}", endpoint.port),
    );
    assert!(
        ran.out.contains("re-run with --seed 4711 --dry-run"),
        "{}",
        ran.out
    );
    // The built-in receiver shows the finding itself.
    let own = send(&folder.path, "INVOICE_PAID --unset data");
    assert!(own.out.contains("`data` is missing"), "{}", own.out);
    assert!(!own.out.contains("--seed"), "{}", own.out);
}

#[test]
fn why_checks_first_and_blames_no_secret_for_a_server_error() {
    let folder = folder(&[]);
    for line in [
        "INVOICE_PAID --why",
        "INVOICE_PAID --why --to 10.1.2.3 --allow-remote",
    ] {
        let ran = send(&folder.path, line);
        assert_eq!(ran.code, 2, "{line}");
        assert!(ran.err.starts_with("error: --why asks"), "{}", ran.err);
    }
    let endpoint = Endpoint::answering(500);
    let ran = send(
        &folder.path,
        &format!("INVOICE_PAID --why --to :{}", endpoint.port),
    );
    assert!(
        ran.out.contains("server error in your endpoint"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("secret"), "{}", ran.out);
}

#[test]
fn re_serialised_json_is_recognised_with_a_second_mistake() {
    let folder = folder(&[("secret", "hush")]);
    // As JavaScript prints it: Serde keeps no trailing zero either.
    let printed = |body: &[u8]| serde_json::from_slice::<Value>(body).map(|body| body.to_string());
    let endpoint = Endpoint::new(move |_, came| {
        let body = printed(&came.body).unwrap_or_default();
        let right = signature("calypso", "hush\n", body.as_bytes()).1;
        let accepted = came.all("Sign").contains(&right.as_str());
        answer(if accepted { 200 } else { 401 }, &[], "")
    });
    let line = format!(
        "INVOICE_PAID --seed 1 --secret-file secret --why --format json --to :{}",
        endpoint.port
    );
    let ran = send(&folder.path, &line);
    let lines = json_lines(&ran.out);
    let why = &of_type(&lines, "delivery")[0]["why"];
    let explanation = why["explanation"].as_str().unwrap_or_default();
    assert!(
        explanation.contains("the secret plus a trailing newline"),
        "{}",
        ran.out
    );
    assert!(
        explanation.contains("(as JSON.stringify(body) prints it)"),
        "{}",
        ran.out
    );
}

#[test]
fn words_of_other_tools_and_forgotten_settings_are_answered_in_plain_words() {
    let folder = folder(&[]);
    for (line, said) in [
        ("show j", "inqud-hook log hooks.ndjson 1"),
        ("diff j", "inqud-hook log hooks.ndjson 1 2"),
        ("history j", "inqud-hook log hooks.ndjson"),
        ("watch", "inqud-hook log hooks.ndjson --follow"),
        ("send INVOICE_PAID --times 3", "--count"),
        ("send INVOICE_PAID --print", "--verbose"),
        ("send --events a,b", "send --scenario underpaid"),
    ] {
        let ran = run_line(&folder.path, line);
        assert_eq!(ran.code, 2, "{line}");
        assert!(ran.err.contains(said), "{line}: {}", ran.err);
    }
    let mut command = tool(&folder.path, ["send", "INVOICE_PAID"]);
    let blank = command
        .env("INQUD_HOOK_SECRET", " ")
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&blank.stderr);
    assert!(
        said.contains("$INQUD_HOOK_SECRET holds no secret\n"),
        "{said}"
    );
    let mut command = tool(&folder.path, ["send", "INVOICE_PAID", "--edit"]);
    let edited = command
        .env("VISUAL", "nonexistent --wait")
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&edited.stderr);
    assert!(
        said.starts_with("error: cannot start the editor `nonexistent --wait`"),
        "{said}"
    );
}

#[test]
fn what_is_nearly_right_is_answered_with_what_to_type() {
    let folder = folder(&[("body.json", "{}"), ("empty.json", "")]);
    for (line, said) in [
        ("send INVOICE_PAID --order A-1", "use '--order-id A-1'"),
        ("replay j --order A-1", "'inqud-hook log FILE --order A-1'"),
        ("send body.json", "hint: send it with --body body.json"),
        (
            "send --body @body.json",
            "write the name alone: --body body.json",
        ),
        ("send --body empty.json", "error: empty.json is empty"),
        ("send INVOICE_*", "`inqud-hook events 'INVOICE_*'`"),
        ("send INVOICE_PAID --amount -5", "write a positive number"),
        ("send INVOICE_PAID -X POST", "the method of the provider"),
        ("send INVOICE_PAID --retries 3", "use '--retry'"),
        ("INVOICE_PAID", "use 'inqud-hook send INVOICE_PAID'"),
        ("validate j --strict", "--deny warnings"),
        (
            "explain INVOICE_PAID",
            "use `inqud-hook events INVOICE_PAID`",
        ),
        ("log j --id 3", "inqud-hook log FILE 17"),
        ("log j --status 500", "use '--failed'"),
        ("log j --until 5m", "'--since'"),
        ("verify --example node", "hint: known providers: calypso"),
    ] {
        let ran = run_line(&folder.path, line);
        assert_eq!(ran.code, 2, "{line}: {}", ran.out);
        assert!(ran.err.contains(said), "{line}: {}", ran.err);
    }
    let help = run_line(&folder.path, "send --help").out;
    assert!(help.contains("{n} stands for the number"), "{help}");
    let code = run_line(&folder.path, "verify --example node --provider calypso");
    assert!(code.out.starts_with("const crypto"), "{}", code.out);
    // The two words can only mean one thing, in either order.
    let endpoint = Endpoint::answering(200);
    let swapped = send(
        &folder.path,
        &format!(":{}/good INVOICE_PAID", endpoint.port),
    );
    assert_eq!((swapped.code, endpoint.one().path.as_str()), (0, "/good"));
}

#[test]
fn an_order_that_not_every_delivery_carries_is_said() {
    let folder = folder(&[]);
    let line = "--scenario underpaid --order-id A-{i}";
    let ran = send(&folder.path, &format!("{line} --dry-run"));
    let said = "no field for your order id in INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED";
    assert!(ran.err.contains(said), "{}", ran.err);
    assert!(
        ran.err.contains("only {n} stands for something"),
        "{}",
        ran.err
    );
    let endpoint = Endpoint::new(|number, _| answer(if number < 4 { 200 } else { 404 }, &[], ""));
    let ran = send(
        &folder.path,
        &format!("{line} --to :{}/hooks", endpoint.port),
    );
    let said = "hint: this path accepted an earlier delivery";
    assert!(ran.out.contains(said), "{}", ran.out);
    assert!(!ran.out.contains("(0"), "{}", ran.out);
}

#[test]
fn the_heading_of_a_scenario_says_what_is_due() {
    let ran = send(&folder(&[]).path, "--scenario rehive/paid --seed 1");
    let heading = ran.out.lines().take(2).collect::<String>();
    assert!(heading.contains("USD (0.00"), "{heading}");
    assert!(!heading.contains("(0.00000000 XBT)"), "{heading}");
}
