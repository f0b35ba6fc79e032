//! What a run is given: the table `[test]`, a baseline, a seed, a folder for failed deliveries, what paid means.

use super::shop::{SECRET, Shop};
use crate::support::endpoint::finish;
use crate::support::{Folder, Ran, folder, json_lines, of_type, tool};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

fn run(folder: &Path, line: &str) -> Ran {
    let mut command = tool(folder, line.split(' '));
    command.env("INQUD_HOOK_SECRET", SECRET);
    finish(command.spawn().expect("the binary starts"), PATIENCE)
}

/// A folder with a configuration that says everything about that shop.
fn configured(shop: &Shop, more: &str) -> Folder {
    let base = format!("http://127.0.0.1:{}", shop.port);
    let settings = format!(
        "[test]\nto = \"{base}/hooks\"\nprovider = \"calypso\"\norder = \"{base}/orders\"\n\
         state = \"{base}/orders/{{order}}\"\n{more}"
    );
    folder(&[("inqud-hook.toml", &settings)])
}

/// The verdict of a case.
fn verdict(ran: &Ran, case: &str) -> String {
    let lines = json_lines(&ran.out);
    let cases = of_type(&lines, "case");
    let found = cases.iter().find(|line| line["id"] == case);
    let verdict = found.and_then(|line| line["verdict"].as_str());
    verdict.unwrap_or_default().to_owned()
}

fn summary(ran: &Ran) -> Value {
    let lines = json_lines(&ran.out);
    of_type(&lines, "summary")
        .pop()
        .cloned()
        .unwrap_or_default()
}

#[test]
fn a_configuration_says_everything_and_flags_win() {
    let shop = Shop::start("calypso", "--defect duplicate-credits");
    let folder = configured(&shop, "cases = [\"state/duplicate\"]\n");
    let ran = run(&folder.path, "test --format json");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(verdict(&ran, "state/duplicate"), "fail");
    assert!(ran.err.contains("inqud-hook.toml sets test"), "{}", ran.err);
    let ran = run(&folder.path, "test forge/no-signature --format json");
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(verdict(&ran, "forge/no-signature"), "pass");
    assert_eq!(verdict(&ran, "state/duplicate"), "");
}

#[test]
fn known_failures_do_not_fail_a_run_and_stale_ones_are_told() {
    let shop = Shop::start("calypso", "--defect duplicate-credits");
    let folder = configured(&shop, "baseline = \"known.txt\"\n");
    let line = "test state/duplicate forge/no-signature --format json";
    let ran = run(&folder.path, line);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("hint: --update-baseline writes it"),
        "{}",
        ran.err
    );
    assert_eq!(
        run(&folder.path, &format!("{line} --update-baseline")).code,
        0
    );
    let known = std::fs::read_to_string(folder.path.join("known.txt")).expect("it was written");
    assert!(known.contains("\nstate/duplicate  # "), "{known}");
    // A run mostly waits for the shop to settle, so both do at the same time.
    let other = Shop::start("calypso", "--defect duplicate-credits");
    let stale = configured(&other, "baseline = \"known.txt\"\n");
    stale.write("known.txt", "state/duplicate\nforge/no-signature\n");
    let (ran, of_stale) = std::thread::scope(|scope| {
        let ran = scope.spawn(|| run(&folder.path, line));
        let of_stale = run(&stale.path, line);
        (ran.join().expect("it does not panic"), of_stale)
    });
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(verdict(&ran, "state/duplicate"), "fail");
    assert_eq!(summary(&ran)["stale"], serde_json::json!([]));
    assert_eq!(of_stale.code, 0);
    assert_eq!(
        summary(&of_stale)["stale"],
        serde_json::json!(["forge/no-signature"])
    );
    folder.write("known.txt", "state/duplicat\n");
    let ran = run(&folder.path, line);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("known.txt:1: no case \"state/duplicat\""),
        "{}",
        ran.err
    );
}

#[test]
fn failed_deliveries_are_kept_and_can_be_sent_again() {
    let shop = Shop::start("calypso", "--defect duplicate-credits");
    let folder = configured(&shop, "save = \"failed\"\n");
    let ran = run(&folder.path, "test state/duplicate forge/no-signature");
    assert_eq!(ran.code, 1, "{}", ran.err);
    let kept: Vec<_> = std::fs::read_dir(folder.path.join("failed"))
        .expect("it was made")
        .map(|file| file.expect("it can be listed").file_name())
        .collect();
    assert_eq!(kept, ["state-duplicate.ndjson"]);
    let journal = std::fs::read_to_string(folder.path.join("failed/state-duplicate.ndjson"))
        .expect("it can be read");
    assert!(!journal.contains(SECRET));
    let target = format!("http://127.0.0.1:{}", shop.port);
    let ran = run(
        &folder.path,
        &format!("replay failed/state-duplicate.ndjson --as-captured --to {target}/hooks"),
    );
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("sent: all accepted"), "{}", ran.out);
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let shop = Shop::start("calypso", "--defect no-check");
    let folder = folder(&[]);
    let line = format!(
        "test forge/no-signature --provider calypso --to http://127.0.0.1:{}/hooks --seed 7 --format json",
        shop.port
    );
    let curl = || {
        let lines = json_lines(&run(&folder.path, &line).out);
        let cases = of_type(&lines, "case");
        let found = cases.iter().find(|line| line["id"] == "forge/no-signature");
        found.map(|line| line["curl"].clone())
    };
    let first = curl();
    assert!(first.as_ref().is_some_and(Value::is_string), "{first:?}");
    assert_eq!(first, curl());
}

#[test]
fn what_paid_looks_like_is_told_and_doubted_where_wrong_payments_look_so_too() {
    let held = "--defect cents-for-units";
    let alone = format!("{held} --trap order-name-alone");
    for (flags, paid, doubt) in [
        ("", "", None),
        ("", "--paid /status=paid", None),
        (held, "", Some("not cents")),
        (&*alone, "", Some("Let --order answer with")),
        (held, "--paid /status=review", None),
    ] {
        let shop = Shop::start("calypso", flags);
        let folder = configured(&shop, "");
        let ran = run(
            &folder.path,
            format!("test gate --format json {paid}").trim(),
        );
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let found = &summary(&ran)["paid"];
        let effect = match flags {
            "" => "/paid +1, /shipped +1, /status open → paid",
            _ => "/status open → review",
        };
        assert_eq!(found["effect"], effect);
        let given = paid.strip_prefix("--paid ");
        assert_eq!(found["given"].as_str(), given);
        let told = found["doubt"].as_str();
        let as_meant = doubt.is_none_or(|words| told.is_some_and(|told| told.contains(words)));
        assert!(told.is_some() == doubt.is_some() && as_meant, "{found}");
    }
}

#[test]
fn what_paid_means_is_checked_before_anything_is_judged() {
    let shop = Shop::start("calypso", "");
    let folder = configured(&shop, "");
    for (paid, told) in [
        (
            "/status=bezahlt",
            "error: --paid /status=bezahlt: not true after a genuine payment",
        ),
        ("status=paid", "hint: begin it with a slash: --paid /status"),
    ] {
        let ran = run(&folder.path, &format!("test state/duplicate --paid {paid}"));
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    let ran = run(&folder.path, "test state/wrong-amount --paid /status=paid");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}
