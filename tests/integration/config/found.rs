//! A configuration that was found, not named: where it is searched for, who may own it, what is printed about it, and
//! that it cannot send away a secret from elsewhere.
#![cfg(unix)]

use crate::support::endpoint::Endpoint;
use crate::support::listener::{Listener, listening};
use crate::support::{Folder, Ran, acme, all, folder, payload, ran, run_line, tool};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown, lchown, symlink};

/// An address for documentation. Nothing here connects to it: what may leave leaves through a proxy on this machine.
const ELSEWHERE: &str = "192.0.2.2";

const HIDDEN: &str = "AKIA-very-secret-value";

/// A repository with that configuration, and a secret within and without it; the working folder is `repo/sub`.
fn cloned(configuration: &str) -> Folder {
    let base = folder(&[
        ("outside", HIDDEN),
        ("repo/own", HIDDEN),
        ("repo/.git/HEAD", ""),
        ("repo/sub/x", ""),
    ]);
    base.write(
        "repo/sub/body.ndjson",
        &payload("rehive/samples/invoice.draft.json").replace('\n', " "),
    );
    symlink("../outside", base.path.join("repo/link")).expect("there is room for a link");
    let root = base.path.to_string_lossy();
    base.write(
        "repo/inqud-hook.toml",
        &configuration.replace("[base]", &root),
    );
    base
}

/// The tool in the working folder of a repository, with a way out of this machine that leads back to it.
fn in_clone(base: &Folder, line: &str, variables: &[(&str, &str)], proxy: u16) -> Ran {
    let mut command = tool(&base.path.join("repo/sub"), line.split_whitespace());
    command
        .env("http_proxy", format!("http://127.0.0.1:{proxy}"))
        .envs(variables.iter().copied());
    ran(command.output().expect("the binary starts"))
}

const AWS: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", HIDDEN);

/// What stands under `[secrets]`, the command, and more variables.
type Case = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const BY_ENV: &str = "rehive = { env = 'AWS_SECRET_ACCESS_KEY' }";
const SEND: &str = "send rehive/invoice.draft";

const REFUSED: &[Case] = &[
    (BY_ENV, SEND, &[]),
    (BY_ENV, "send rehive/invoice.draft --count 3", &[]),
    (BY_ENV, "send --scenario rehive/paid", &[]),
    (BY_ENV, "send --body body.ndjson", &[]),
    (BY_ENV, "replay body.ndjson", &[]),
    (BY_ENV, "send rehive/invoice.draft --to 192.0.2.2", &[]),
    (
        BY_ENV,
        "send rehive/invoice.draft --to localhost:1 --to 192.0.2.2",
        &[],
    ),
    (BY_ENV, SEND, &[("INQUD_HOOK_ALLOWED_HOSTS", ELSEWHERE)]),
    (BY_ENV, SEND, &[("INQUD_HOOK_TO", ELSEWHERE)]),
    (BY_ENV, "listen 0 --deadline 10ms --forward 192.0.2.2", &[]),
    ("default = { env = 'AWS_SECRET_ACCESS_KEY' }", SEND, &[]),
    (
        "calypso = { env = 'AWS_SECRET_ACCESS_KEY' }",
        "send INVOICE_PAID",
        &[],
    ),
    (
        "inqud = { env = 'AWS_SECRET_ACCESS_KEY' }",
        "send checkout.success",
        &[],
    ),
    ("rehive = { file = '[base]/outside' }", SEND, &[]),
    ("rehive = { file = '../outside' }", SEND, &[]),
    ("rehive = { file = 'sub/../../outside' }", SEND, &[]),
    ("rehive = { file = 'link' }", SEND, &[]),
    ("rehive = { file = '../repo/../outside' }", SEND, &[]),
];

const SENT: &[Case] = &[
    (BY_ENV, "send rehive/invoice.draft --allow-remote", &[]),
    (BY_ENV, "replay body.ndjson --allow-remote", &[]),
    (
        BY_ENV,
        "send rehive/invoice.draft --config ../inqud-hook.toml",
        &[],
    ),
    (BY_ENV, SEND, &[("INQUD_HOOK_CONFIG", "../inqud-hook.toml")]),
    (
        BY_ENV,
        SEND,
        &[("INQUD_HOOK_SECRET_REHIVE", "for-this-tool")],
    ),
    (
        BY_ENV,
        "send rehive/invoice.draft --secret-file ../own",
        &[],
    ),
    (
        BY_ENV,
        "send rehive/invoice.draft --scheme none --expect accepted",
        &[],
    ),
    (BY_ENV, "send INVOICE_PAID", &[]),
    (
        BY_ENV,
        "send rehive/invoice.draft --to 192.0.2.2",
        &[("INQUD_HOOK_ALLOWED_HOSTS", ELSEWHERE)],
    ),
    (
        "rehive = { env = 'INQUD_HOOK_OF_THE_TEAM' }",
        SEND,
        &[("INQUD_HOOK_OF_THE_TEAM", "for-this-tool")],
    ),
    ("rehive = { file = 'own' }", SEND, &[]),
    ("rehive = { file = 'sub/../own' }", SEND, &[]),
    ("", SEND, &[]),
];

fn named(cases: &'static [Case]) -> impl Iterator<Item = (String, &'static Case)> {
    cases.iter().map(|case| (format!("{case:?}"), case))
}

fn with_target(secrets: &str) -> Folder {
    cloned(&format!(
        "target = 'http://{ELSEWHERE}/collect'\nallowed_hosts = ['{ELSEWHERE}']\n[secrets]\n{secrets}\n"
    ))
}

#[test]
fn a_found_configuration_cannot_send_a_secret_away() {
    let proxy = Endpoint::answering(200);
    all(named(REFUSED), |name, (secrets, line, variables)| {
        let base = with_target(secrets);
        let Ran { code, out, err } =
            in_clone(&base, line, &[&[AWS], *variables].concat(), proxy.port);
        assert_eq!((code, &*out), (2, ""), "{name}: {err}");
        let file = base.path.join("repo/inqud-hook.toml");
        let way_out = format!("--config {}", file.display());
        for words in [
            "is not this machine",
            "found and not given with --config",
            "--allow-remote",
            &way_out,
        ] {
            assert!(err.contains(words), "{name}: {words:?} is missing in {err}");
        }
        assert!(!err.contains(HIDDEN), "{err}");
        assert_eq!(proxy.came().len(), 0, "{name}");
    });
    all(named(SENT), |name, (secrets, line, variables)| {
        let base = with_target(secrets);
        let Ran { code, out, err } =
            in_clone(&base, line, &[&[AWS], *variables].concat(), proxy.port);
        assert_eq!(code, 0, "{name}: {out}{err}");
        assert_eq!(
            proxy.one().header("Host").split(':').next(),
            Some(ELSEWHERE),
            "{name}"
        );
    });
}

#[test]
fn a_catalogue_beside_a_found_configuration_cannot_have_a_secret_sent_itself() {
    let (base, proxy) = (with_target(""), Endpoint::answering(200));
    let file = fs::read_to_string(base.path.join("repo/inqud-hook.toml")).unwrap();
    base.write(
        "repo/inqud-hook.toml",
        &format!("catalogue = ['catalogue']\n{file}"),
    );
    acme::write(&base, "repo/catalogue");
    let manifest = acme::FILES[0]
        .1
        .replace("name = \"acme\"", "name = \"calypso\"");
    let hmac = "scheme = \"hmac\", hash = \"sha256\", encoding = \"hex\", header = \"X-Acme\"";
    let plain = manifest.replace(
        hmac,
        "scheme = \"secret\", header = \"X-Acme\", prefix = \"Secret\"",
    );
    let own = [("INQUD_HOOK_SECRET_CALYPSO", HIDDEN)];
    for (manifest, line, variables, code) in [
        (&plain, "send order.paid", &own[..], 2),
        (
            &plain,
            "send order.paid --secret-file ../../outside",
            &[],
            2,
        ),
        (&plain, "send order.paid --secret-file ../own", &[], 0),
        (&plain, "send order.paid --allow-remote", &own, 0),
        (
            &plain,
            "send order.paid --config ../inqud-hook.toml",
            &own,
            0,
        ),
        (&plain, "send order.paid --catalog ../catalogue", &own, 0),
        (
            &plain,
            "send rehive/invoice.draft",
            &[("INQUD_HOOK_SECRET", HIDDEN)],
            0,
        ),
        (&manifest, "send order.paid", &own, 0),
    ] {
        base.write("repo/catalogue/provider.toml", manifest);
        let ran = in_clone(&base, line, variables, proxy.port);
        assert_eq!(
            (ran.code, proxy.take().len()),
            (code, usize::from(code == 0)),
            "{line}: {}",
            ran.err
        );
        assert!(
            !ran.out.contains(HIDDEN) && !ran.err.contains(HIDDEN),
            "{line}: {}{}",
            ran.out,
            ran.err
        );
        assert!(
            code == 0 || ran.err.contains("found and not given with --config"),
            "{line}: {}",
            ran.err
        );
    }
}

#[test]
fn on_this_machine_and_on_paper_a_found_configuration_may_use_any_secret() {
    let (base, endpoint) = (with_target(BY_ENV), Endpoint::answering(200));
    let local = format!("send rehive/invoice.draft --to :{}", endpoint.port);
    assert_eq!(in_clone(&base, &local, &[AWS], 9).code, 0);
    assert_eq!(
        endpoint.one().header("Authorization"),
        format!("Secret {HIDDEN}")
    );
    let shown = in_clone(&base, "send rehive/invoice.draft --dry-run", &[AWS], 9);
    assert_eq!(
        (shown.code, shown.out.contains(HIDDEN)),
        (0, false),
        "{}",
        shown.err
    );
    let mut listen = listening(
        &base.path.join("repo/sub"),
        &format!("--forward {ELSEWHERE} --allow-remote"),
    );
    assert!(Listener::of(listen.env(AWS.0, AWS.1)).port > 0);
}

/// Folders and files, the working folder, the home folder, and the configuration that is found.
type Place = (
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static str,
);

const PLACES: &[Place] = &[
    // The repository's root is the last place.
    (
        &["inqud-hook.toml", "r/inqud-hook.toml", "r/.git/HEAD"],
        "r/a/b",
        "",
        "r/inqud-hook.toml",
    ),
    (&["inqud-hook.toml", "r/.git/HEAD"], "r/a/b", "", "-"),
    (&["inqud-hook.toml", "r/.git/HEAD"], "r", "", "-"),
    (&["inqud-hook.toml", ".git/HEAD", "r/.git"], "r/a", "", "-"),
    (
        &["inqud-hook.toml", ".git/HEAD", "r/x"],
        "r/a",
        "",
        "inqud-hook.toml",
    ),
    (&["h/inqud-hook.toml", "h/r/.git/HEAD"], "h/r/a", "h", "-"),
    // The home folder is.
    (&["h/inqud-hook.toml"], "h/a/b", "h", "h/inqud-hook.toml"),
    (&["inqud-hook.toml", "h/x"], "h/a/b", "h", "-"),
    (
        &["h/inqud-hook.toml"],
        "h/a/b",
        "link-to-h",
        "h/inqud-hook.toml",
    ),
    (&["h/inqud-hook.toml"], "h/a/b", "not-there", "-"),
    // Outside of both it is the working folder.
    (&["inqud-hook.toml"], "a", "", "-"),
    (&["inqud-hook.toml"], "", "", "inqud-hook.toml"),
    (&["inqud-hook.toml"], "a", "/", "-"),
    (
        &["a/inqud-hook.toml"],
        "a",
        "elsewhere",
        "a/inqud-hook.toml",
    ),
    (&["inqud-hook.toml"], "h2", "h", "-"),
];

#[test]
fn the_search_ends_at_the_repository_or_at_home() {
    all(
        PLACES.iter().map(|case| (format!("{case:?}"), case)),
        |name, (files, working, home, expected)| {
            let base = folder(&[]);
            files.iter().for_each(|file| base.write(file, ""));
            let (working, link) = (base.path.join(working), base.path.join("link-to-h"));
            fs::create_dir_all(&working).unwrap();
            symlink("h", link).unwrap();
            let mut command = tool(&working, ["config", "--format", "json"]);
            if !home.is_empty() {
                command.env("HOME", base.path.join(home));
            }
            let ran = ran(command.output().unwrap());
            let first = &crate::support::json_lines(&ran.out)[0];
            let found = first["value"].as_str().map_or("-".to_owned(), |path| {
                path.strip_prefix(&*base.path.to_string_lossy())
                    .unwrap_or(path)
                    .trim_start_matches('/')
                    .to_owned()
            });
            assert_eq!(
                (first["name"].as_str(), &*found),
                (Some("configuration"), *expected),
                "{name}"
            );
        },
    );
}

/// What a command says of a configuration that sets everything.
const SAID: &[(&str, &str)] = &[
    ("validate body.json", "catalogue, lint"),
    (
        "send INVOICE_PAID",
        "target, allowed_hosts, catalogue, secrets, keys, lint",
    ),
    (
        "send INVOICE_PAID --format json",
        "target, allowed_hosts, catalogue, secrets, keys, lint",
    ),
    (
        "replay body.json",
        "target, allowed_hosts, catalogue, secrets, keys, lint",
    ),
    (
        "listen 0 --deadline 10ms",
        "allowed_hosts, catalogue, secrets, keys, lint",
    ),
    (
        "listen 0 --inspect --deadline 10ms",
        "allowed_hosts, catalogue, secrets, keys, lint",
    ),
    ("events", "catalogue"),
    ("completions bash", "catalogue"),
    ("explain", "lint"),
    ("config", ""),
    ("man", ""),
];

#[test]
fn one_line_says_what_a_found_configuration_sets() {
    let endpoint = Endpoint::answering(200);
    let configuration = format!(
        "target = 'localhost:{}'\nallowed_hosts = []\ncatalogue = ['own']\n[secrets]\ncalypso = {{ file = 'secret' }}\n\
         [keys]\ncalypso = 'key'\n[lint]\nallow = ['paid-short']\n",
        endpoint.port
    );
    let base = folder(&[("inqud-hook.toml", &configuration), ("secret", HIDDEN)]);
    base.write("body.json", &payload("calypso/samples/INVOICE_PAID.json"));
    acme::write(&base, "own/acme");
    let file = base.path.join("inqud-hook.toml");
    all(
        SAID.iter().map(|case| (case.0.to_owned(), case.1)),
        |line, parts| {
            let ran = run_line(&base.path, line);
            let said = format!("note: the configuration {} sets {parts}\n", file.display());
            let told = ran.err.matches("the configuration ").count();
            assert_eq!(
                (ran.err.contains(&said), told),
                (!parts.is_empty(), usize::from(!parts.is_empty())),
                "{}",
                ran.err
            );
            let named = run_line(&base.path, &format!("{line} --config inqud-hook.toml"));
            assert!(
                !named.err.contains("the configuration "),
                "{line}: what is named is known: {}",
                named.err
            );
        },
    );
    base.write("inqud-hook.toml", "");
    assert_eq!(
        run_line(&base.path, "validate body.json").err,
        "",
        "one that sets nothing is not worth a line"
    );
    base.write("inqud-hook.toml", "target = 'localhost:1'");
    assert_eq!(
        run_line(&base.path, "validate body.json").err,
        "",
        "nor one that changes nothing here"
    );
    let environment = tool(&base.path, ["send", "INVOICE_PAID", "--dry-run"])
        .env("INQUD_HOOK_TO", ":1")
        .output();
    assert!(
        !ran(environment.unwrap()).err.contains("the configuration "),
        "the environment comes before it"
    );
}

#[test]
fn config_shows_which_secrets_stay_on_this_machine() {
    let base = cloned(
        "[secrets]\ncalypso = { env = 'SHOP' }\ninqud = { file = 'own' }\nrehive = { file = 'link' }\n",
    );
    let sub = base.path.join("repo/sub");
    let note = "sent to other machines only with --allow-remote";
    let notes = |line: &str| {
        let lines = crate::support::json_lines(
            &run_line(&sub, &format!("config --format json {line}")).out,
        );
        let secrets = lines
            .iter()
            .filter(|line| line["name"].as_str().unwrap().starts_with("secrets."));
        secrets
            .map(|line| line["note"].as_str().unwrap_or("-").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(notes(""), [note, "-", note]);
    assert_eq!(notes("--config ../inqud-hook.toml"), ["-", "-", "-"]);
    let human = run_line(&sub, "config").out;
    assert_eq!(
        human
            .matches(&format!("inqud-hook.toml; {note})\n"))
            .count(),
        2,
        "{human}"
    );
}

/// Another user, who owns nothing here by accident.
const OTHER: Option<u32> = Some(65_534);

/// Whether files can be given away, which root alone may do.
fn is_root(base: &Folder) -> bool {
    fs::metadata(base.path.join("own.toml"))
        .expect("it is there")
        .uid()
        == 0
}

#[test]
fn a_found_configuration_of_another_user_is_refused() {
    let base = folder(&[
        ("own.toml", ""),
        ("a/inqud-hook.toml", ""),
        ("b/x", ""),
        ("c/x", ""),
        ("d/inqud-hook.toml", ""),
    ]);
    if !is_root(&base) {
        println!("skipped: only root can give a file to another user");
        return;
    }
    let path = |name: &str| base.path.join(name);
    chown(path("a/inqud-hook.toml"), OTHER, None).unwrap();
    // A link of the user's own to a file of the other's, and the other way round.
    symlink("../a/inqud-hook.toml", path("b/inqud-hook.toml")).unwrap();
    symlink("../own.toml", path("c/inqud-hook.toml")).unwrap();
    lchown(path("c/inqud-hook.toml"), OTHER, None).unwrap();
    for name in ["a", "b", "c"] {
        for line in [
            "events",
            "config",
            "validate ../own.toml",
            "send INVOICE_PAID",
        ] {
            let Ran { code, out, err } = run_line(&path(name), line);
            assert_eq!((code, &*out), (2, ""), "{name} {line}: {err}");
            assert!(err.contains(&format!("{name}/inqud-hook.toml")), "{err}");
            assert!(
                err.contains("belongs to another user (uid 65534)") && err.contains("--config"),
                "{err}"
            );
        }
        assert_eq!(
            run_line(&path(name), "events --config inqud-hook.toml").code,
            0,
            "{name}"
        );
        let variable = tool(&path(name), ["events"])
            .env("INQUD_HOOK_CONFIG", "inqud-hook.toml")
            .output();
        assert_eq!(ran(variable.unwrap()).code, 0, "{name}");
    }
    assert_eq!(run_line(&path("d"), "events").code, 0, "the user's own");
    // Whose the folder is does not matter: the file says who wrote it.
    chown(path("d"), OTHER, None).unwrap();
    assert_eq!(run_line(&path("d"), "events").code, 0);
}

#[test]
fn a_found_configuration_names_only_catalogues_beside_it() {
    let base = folder(&[
        ("own.toml", ""),
        ("repo/.git/HEAD", ""),
        ("secret.json", "{\"anvil\": 1, \"status\": \"PAID\"}"),
    ]);
    let refused = |catalogue: &str, words: &str| {
        base.write(
            "repo/inqud-hook.toml",
            &format!("catalogue = ['{catalogue}']"),
        );
        let Ran { code, out, err } =
            run_line(&base.path.join("repo"), "events order.paid --sample");
        assert_eq!((code, &*out), (2, ""), "{catalogue}: {err}");
        assert!(
            err.contains(words) && err.contains("--config"),
            "{catalogue}: {err}"
        );
        for line in [
            "--config inqud-hook.toml",
            &format!("--catalog {catalogue}"),
        ] {
            let named = run_line(
                &base.path.join("repo"),
                &format!("events order.paid {line}"),
            );
            assert_eq!(named.code, 0, "{catalogue} {line}: {}", named.err);
        }
    };
    let outside = "lies outside the folder of ";
    for place in [
        "elsewhere/acme",
        "repo/own/acme",
        "repo/linked",
        "repo/others",
        "repo/other-file",
    ] {
        acme::write(&base, place);
    }
    refused("../elsewhere", outside);
    refused(&base.path.join("elsewhere").to_string_lossy(), outside);
    symlink("../elsewhere", base.path.join("repo/link")).unwrap();
    refused("link", outside);
    // A single file can be a link, too: what it leads to would be sent as a sample.
    let sample = base.path.join("repo/linked/samples/order.paid.json");
    fs::remove_file(&sample).unwrap();
    symlink(base.path.join("secret.json"), &sample).unwrap();
    refused("linked", outside);
    if is_root(&base) {
        chown(base.path.join("repo/others"), OTHER, None).unwrap();
        refused("others", "belongs to another user (uid 65534)");
        chown(base.path.join("repo/other-file/provider.toml"), OTHER, None).unwrap();
        refused("other-file", "belongs to another user (uid 65534)");
    } else {
        println!("skipped: only root can give a catalogue to another user");
    }
    base.write("repo/inqud-hook.toml", "catalogue = ['own']");
    assert_eq!(
        run_line(&base.path.join("repo"), "events order.paid --sample").code,
        0
    );
}
