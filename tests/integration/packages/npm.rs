//! The npm packages: `npx`, the launcher, and the test helper under node:test, vitest and jest.

use super::installed::{Bench, VERSION, bench, is_missing, target, tool_of_ci, which, works};
use crate::support::endpoint::{PATIENCE, finish};
use crate::support::repository;
use std::fs;
use std::os::unix::fs::symlink;

/// Both packages, installed in an empty folder from their archives.
fn install(bench: &Bench) {
    let (target, binary) = (target(), bench.binary.display());
    bench.pack("packages/npm/pack.mjs packed");
    bench.pack(&format!(
        "packages/npm/pack.mjs packed --target {target} --binary {binary}"
    ));
    let [main, platform] = [
        format!("inqud-hook-{VERSION}").as_str(),
        if cfg!(target_os = "macos") {
            "inqud-hook-darwin-"
        } else {
            "inqud-hook-linux-"
        },
    ]
    .map(|start| bench.find("packed", start, ".tgz"));
    bench.run(&format!(
        "npm install --offline --no-audit --no-fund {} {}",
        main.display(),
        platform.display()
    ));
    let tests = repository("packages/npm/tests/helper.test.cjs");
    fs::copy(tests, bench.path("helper.test.cjs")).expect("there is room for it");
}

#[test]
fn npm_installs_a_launcher_and_a_test_helper() {
    if is_missing(&["npm", "node"]) {
        return;
    }
    let bench = bench();
    install(&bench);
    let sent = bench.run("npx --offline inqud-hook send INVOICE_PAID");
    assert!(sent.contains("200 OK"), "{sent}");
    works(&bench, &bench.path("node_modules/.bin/inqud-hook"));

    let tested = bench.run("node --test helper.test.cjs");
    assert!(tested.contains("pass 9\n"), "{tested}");
    // As a module, the helper's functions have names.
    bench.home.write(
        "names.mjs",
        "import { send, listen, validate, verify, test } from 'inqud-hook/test'",
    );
    bench.run("node names.mjs");
}

#[test]
fn a_missing_npm_package_is_named() {
    if is_missing(&["node"]) {
        return;
    }
    let bench = bench();
    let launcher = repository("packages/npm/inqud-hook/bin/inqud-hook.js");
    let mut command = bench.command(which("node").expect("it was looked for"));
    let ran = finish(command.arg(launcher).spawn().expect("it starts"), PATIENCE);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for part in [
        "error: the package inqud-hook-",
        "hint: ",
        "package-lock.json",
    ] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
}

#[test]
#[ignore = "needs what .ci/run installs"]
fn the_test_helper_works_in_vitest_and_jest() {
    let Some(runners) = tool_of_ci("runners/node_modules") else {
        return;
    };
    let bench = bench();
    install(&bench);
    // Beside the packages, since the runners are looked for in the folder of the tests.
    for entry in fs::read_dir(&runners).expect("it can be listed") {
        let entry = entry.expect("it can be listed");
        let own = bench.path("node_modules").join(entry.file_name());
        if !own.exists() {
            symlink(entry.path(), own).expect("there is room for it");
        }
    }
    for line in [
        "node_modules/vitest/vitest.mjs run --globals",
        "node_modules/jest/bin/jest.js --ci --rootDir .",
    ] {
        let mut command = bench.command(which("node").expect("npm needs it"));
        command.args(line.split_whitespace());
        let ran = finish(command.spawn().expect("it starts"), PATIENCE);
        assert_eq!(ran.code, 0, "{line}\n{}\n{}", ran.out, ran.err);
        assert!((ran.out + &ran.err).contains("9 passed"), "{line}");
    }
}
