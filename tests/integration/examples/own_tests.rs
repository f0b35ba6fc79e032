//! The examples of docs/recipes.md: each is tested in its own language against the built binary, and its tests fail if
//! one of its safeguards is removed. Tests are skipped if Node, pytest, Go or PHPUnit is missing.

use crate::support::endpoint::finish;
use crate::support::{all, folder, repository};
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// On a fresh machine Go builds its standard library first.
const PATIENCE: Duration = Duration::from_secs(300);

pub(super) struct Example {
    folder: &'static str,
    needs: &'static str,
    /// Fails where the language is too old for it.
    pub(super) probe: &'static [&'static str],
    tests: &'static [&'static str],
    /// What is printed where a test has failed, as opposed to a handler that cannot even be loaded.
    failed: &'static str,
    /// What the handler must not do without, and what stands there instead: the tests notice.
    safeguards: &'static [(&'static str, &'static str)],
}

pub(super) const NODE: Example = Example {
    folder: "node",
    needs: "Node 18",
    probe: &[
        "node",
        "-e",
        "process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)",
    ],
    tests: &["node", "--test"],
    failed: "AssertionError",
    safeguards: &[
        (
            "received.length === expected.length && timingSafeEqual(received, expected)",
            "true",
        ),
        (".update(raw)", ".update(JSON.stringify(JSON.parse(raw)))"),
        ("if (eventType !== 'INVOICE_PAID') return", ""),
        ("order.status === 'paid'", "false"),
        ("data.realAmount >= data.amount * 0.995", "true"),
        ("data.fiatAmount === order.amount", "true"),
        (
            "(data.fiatCurrency ?? data.fiatcurrency) === order.currency",
            "true",
        ),
        ("if (!secret)", "if (false)"),
        ("return [200]", "return [204]"),
    ],
};

pub(super) const PYTHON: Example = Example {
    folder: "python",
    needs: "pytest on Python 3.9",
    probe: &[
        "python3",
        "-c",
        "import sys, pytest; sys.exit(sys.version_info < (3, 9))",
    ],
    tests: &[
        "python3",
        "-B",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "inqud_hook.pytest_plugin",
    ],
    failed: "AssertionError",
    safeguards: &[
        (
            "if not hmac.compare_digest(sign(secret, body).encode(), received.encode()):",
            "if False:",
        ),
        ("body, \"sha1\"", "body, \"sha256\""),
        ("self.pass_on(body,", "self.pass_on(body + b'\\n',"),
        (
            "return connection.getresponse().status",
            "return 200 if connection.getresponse() else 0",
        ),
        ("return 502", "return 200"),
        (
            "data[\"realAmount\"] >= data[\"amount\"] * Decimal(\"0.995\")",
            "True",
        ),
    ],
};

pub(super) const GO: Example = Example {
    folder: "go",
    needs: "Go",
    probe: &["go", "version"],
    tests: &["go", "test", "-count=1", "./..."],
    failed: "--- FAIL: Test",
    safeguards: &[
        (
            "!hmac.Equal([]byte(expected), []byte(r.Header.Get(\"X-Payload-Digest\")))",
            "expected == \"\"",
        ),
        ("case order.Status == \"paid\":", "case false:"),
        ("amount == order.Amount", "amount > 0"),
        ("c.FixedAmount.Currency == order.Currency", "true"),
        ("c.Status == \"SUCCESS\" && c.pays(order)", "c.pays(order)"),
        ("paid >= due", "paid+due > 0"),
        (", c.Status == \"CONFLICT\":", ":"),
    ],
};

pub(super) const PHP: Example = Example {
    folder: "php",
    needs: "PHPUnit on PHP 8.1",
    probe: &[
        "sh",
        "-c",
        "phpunit --version && php -r 'exit(PHP_VERSION_ID < 80100 || !extension_loaded(\"pdo_sqlite\"));'",
    ],
    tests: &["phpunit", "--do-not-cache-result", "."],
    failed: "Failed asserting",
    safeguards: &[
        (
            "hash_equals(hash_hmac('sha512', $raw, $secret), $sign)",
            "true",
        ),
        ("($event['eventType'] ?? '') !== 'INVOICE_PAID'", "false"),
        ("$data['realAmount'] >= $data['amount'] * 0.995", "true"),
        ("$cents == $order['cents']", "true"),
        ("$currency === $order['currency']", "true"),
        ("AND status <> 'paid'", ""),
    ],
};

/// The names and texts of the files in a folder of examples.
pub(super) fn files(name: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(repository("examples").join(name)).expect("the example is there");
    let mut files = Vec::new();
    for path in entries
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.is_file())
    {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("examples have plain names")
            .to_owned();
        files.push((name, fs::read_to_string(&path).expect("an example is text")));
    }
    files
}

/// A command in which `inqud-hook` is the built binary, whatever the machine and its environment have.
pub(super) fn command(line: &[&str], folder: &Path) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_inqud-hook"))
        .parent()
        .expect("it lies in a folder");
    let path = format!(
        "{}:{}",
        binary.display(),
        std::env::var("PATH").expect("there is a shell")
    );
    let mut command = Command::new(line[0]);
    command
        .args(&line[1..])
        .current_dir(folder)
        .env("PATH", path);
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("INQUD_HOOK_"))
    {
        command.env_remove(name);
    }
    // What `.ci/run` installs, and the helper of the Python examples.
    let frameworks = std::env::var_os("FRAMEWORKS").map(|folder| Path::new(&folder).join("python"));
    let modules = frameworks.into_iter().chain([repository("packages/pypi")]);
    command.env(
        "PYTHONPATH",
        std::env::join_paths(modules).expect("folders have no colons"),
    );
    // Neither the network nor anybody's own cache.
    command
        .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"))
        .env("GOPROXY", "off");
    command
        .env("GOTOOLCHAIN", "local")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Whether an example cannot be tested on this machine; says so on the real standard error, which tests do not capture.
pub(super) fn is_skipped(probe: &[&str], needs: &str) -> bool {
    let is_there = command(probe, &repository(""))
        .output()
        .is_ok_and(|output| output.status.success());
    if !is_there {
        writeln!(
            io::stderr(),
            "skipped: {needs} is not installed, or too old"
        )
        .expect("it is open");
    }
    !is_there
}

/// Tests a copy of the example in which a text has been changed into another: whether it passed, and what it printed.
fn test(example: &Example, from: &str, to: &str) -> (bool, String) {
    let copy = folder(&[]);
    let mut changed = 0;
    for (name, text) in files(example.folder) {
        let is_test = name.to_lowercase().contains("test");
        changed += if is_test || from.is_empty() {
            0
        } else {
            text.matches(from).count()
        };
        copy.write(
            &name,
            &if is_test || from.is_empty() {
                text
            } else {
                text.replace(from, to)
            },
        );
    }
    assert_eq!(
        changed,
        usize::from(!from.is_empty()),
        "{}: {from} stands there once",
        example.folder
    );
    // Where npm would install the helper of the Node example.
    fs::create_dir(copy.path.join("node_modules")).expect("there is room for a folder");
    symlink(
        repository("packages/npm/inqud-hook"),
        copy.path.join("node_modules/inqud-hook"),
    )
    .expect("there is room for a link");
    let ran = finish(
        command(example.tests, &copy.path)
            .spawn()
            .expect("it starts"),
        PATIENCE,
    );
    (ran.code == 0, ran.out + &ran.err)
}

/// Its tests pass, and there are some.
fn passes(example: &Example) {
    if is_skipped(example.probe, example.needs) {
        return;
    }
    let (passed, printed) = test(example, "", "");
    assert!(passed, "{printed}");
    for nothing in [
        "tests 0",
        "no tests ran",
        "no test files",
        "no tests to run",
        "No tests executed",
    ] {
        assert!(!printed.contains(nothing), "{printed}");
    }
}

#[test]
fn the_shop_in_node_passes_its_tests() {
    passes(&NODE);
}

#[test]
fn the_relay_in_python_passes_its_tests() {
    passes(&PYTHON);
}

#[test]
fn the_shop_in_go_passes_its_tests() {
    passes(&GO);
}

#[test]
fn the_shop_in_php_passes_its_tests() {
    passes(&PHP);
}

/// Without any of its safeguards it fails its tests.
fn needs_its_safeguards(example: &Example) {
    if is_skipped(example.probe, example.needs) {
        return;
    }
    let safeguards = example.safeguards.iter();
    all(
        safeguards.map(|(from, to)| ((*from).to_owned(), *to)),
        |from, to| {
            let (passed, printed) = test(example, from, to);
            assert!(!passed && printed.contains(example.failed), "{printed}");
        },
    );
}

#[test]
#[ignore = "takes ten seconds"]
fn without_a_safeguard_the_shop_in_node_fails_its_tests() {
    needs_its_safeguards(&NODE);
}

#[test]
#[ignore = "takes ten seconds"]
fn without_a_safeguard_the_relay_in_python_fails_its_tests() {
    needs_its_safeguards(&PYTHON);
}

#[test]
#[ignore = "takes ten seconds"]
fn without_a_safeguard_the_shop_in_go_fails_its_tests() {
    needs_its_safeguards(&GO);
}

#[test]
#[ignore = "takes ten seconds"]
fn without_a_safeguard_the_shop_in_php_fails_its_tests() {
    needs_its_safeguards(&PHP);
}

/// Indentation and empty lines aside.
fn bare(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_recipes_quote_the_examples() {
    let recipes = fs::read_to_string(repository("docs/recipes.md")).unwrap();
    for (language, folder) in [
        ("js", "node"),
        ("python", "python"),
        ("go", "go"),
        ("php", "php"),
        ("yaml", "ci"),
    ] {
        let files = files(folder);
        let blocks: Vec<_> = recipes
            .split(&format!("\n```{language}\n"))
            .skip(1)
            .collect();
        assert!(!blocks.is_empty(), "there is a recipe in {language}");
        for block in blocks {
            let quoted = bare(block.split("\n```").next().unwrap());
            assert!(
                files.iter().any(|(_, text)| bare(text).contains(&quoted)),
                "no longer in examples/{folder}:\n{quoted}"
            );
        }
    }
}
