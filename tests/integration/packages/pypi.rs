//! The wheel: `pip`, `pipx`, `uvx`, the console script, and the pytest plugin.

use super::installed::{Bench, bench, is_missing, target, tool_of_ci, which, works};
use crate::support::endpoint::{PATIENCE, finish};
use crate::support::repository;
use std::path::Path;

/// Makes the wheel in `packed`.
fn pack(bench: &Bench) {
    let (target, binary) = (target(), bench.binary.display());
    bench.pack(&format!(
        "packages/pypi/wheel.py packed --target {target} --binary {binary}"
    ));
}

/// An empty environment in `python` in which the wheel is installed.
fn install(bench: &Bench) {
    pack(bench);
    bench.run("python3 -m venv --without-pip python");
    bench.run("python3 -m pip --python python/bin/python install --no-index --find-links packed inqud-hook");
}

#[test]
fn pip_installs_a_console_script() {
    if is_missing(&["python3"]) {
        return;
    }
    let bench = bench();
    install(&bench);
    works(&bench, &bench.path("python/bin/inqud-hook"));
}

#[test]
fn the_pytest_plugin_passes_its_tests() {
    let packages = std::env::var_os("FRAMEWORKS").unwrap_or_default();
    let packages = Path::new(&packages).join("python");
    if is_missing(&["python3"]) || !packages.join("pytest").exists() {
        return println!("skipped: .ci/run installs pytest");
    }
    let bench = bench();
    install(&bench);
    let mut command = bench.command(bench.path("python/bin/python"));
    command
        .args([
            "-B",
            "-W",
            "error",
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
        ])
        .arg(repository("packages/pypi/tests"))
        .env("PYTHONPATH", packages);
    let ran = finish(command.spawn().expect("it starts"), PATIENCE);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("11 passed"), "{}", ran.out);
}

#[test]
fn the_same_binary_gives_the_same_wheel() {
    if is_missing(&["python3"]) {
        return;
    }
    let bench = bench();
    let wheel = || {
        pack(&bench);
        let path = bench.find("packed", "inqud_hook-", ".whl");
        std::fs::read(path).expect("it was made")
    };
    assert!(wheel() == wheel());
}

#[test]
#[ignore = "needs what .ci/run installs"]
fn the_wheel_is_right_for_twine_pipx_and_uvx() {
    let Some(tools) = tool_of_ci("tools/bin") else {
        return;
    };
    let bench = bench();
    pack(&bench);
    let wheel = bench.find("packed", "inqud_hook-", ".whl");
    let run = |tool: &str, line: &str| {
        let mut command = bench.command(tools.join(tool));
        command.args(line.split_whitespace());
        // pipx uses uv too: its way with pip would fetch a newer pip first.
        command.env("UV_OFFLINE", "1");
        let ran = finish(command.spawn().expect("it starts"), PATIENCE);
        assert_eq!(ran.code, 0, "{tool} {line}\n{}\n{}", ran.out, ran.err);
        ran.out
    };
    run("twine", &format!("check --strict {}", wheel.display()));
    let python = which("python3").expect("the tools need it");
    let python = python.display();
    for (tool, options) in [
        (
            "uvx",
            format!("--offline --no-index --find-links packed --python {python}"),
        ),
        (
            "pipx",
            format!(
                "run --backend uv --python {python} --spec {}",
                wheel.display()
            ),
        ),
    ] {
        let sent = run(tool, &format!("{options} inqud-hook send INVOICE_PAID"));
        assert!(sent.contains("200 OK"), "{tool}: {sent}");
    }
}
