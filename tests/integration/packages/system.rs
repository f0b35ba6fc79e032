//! The Debian package, `install.sh` and the Homebrew formula.

use super::installed::{Bench, VERSION, bench, is_missing, target, tool_of_ci, works};
use crate::support::Ran;
use crate::support::endpoint::{PATIENCE, finish};
use std::fs;

#[test]
#[ignore = "needs what .ci/run installs"]
#[cfg(target_os = "linux")]
fn the_debian_package_has_the_program_its_manual_and_completions() {
    if is_missing(&["dpkg-deb", "cargo-deb"]) {
        return;
    }
    let bench = bench();
    // The target need not be installed; it is a name here.
    bench.pack(&format!(
        "packages/deb/pack.sh inqud-hook.deb --target {} --binary {}",
        target(),
        bench.binary.display()
    ));
    bench.run("dpkg-deb -x inqud-hook.deb system");
    works(&bench, &bench.path("system/usr/bin/inqud-hook"));
    for name in [
        "man/man1/inqud-hook.1.gz",
        "man/man1/inqud-hook-send.1.gz",
        "bash-completion/completions/inqud-hook",
        "zsh/vendor-completions/_inqud-hook",
        "fish/vendor_completions.d/inqud-hook.fish",
        "doc/inqud-hook/copyright",
        "doc/inqud-hook/LICENSE-APACHE",
    ] {
        assert!(
            bench.path("system/usr/share").join(name).is_file(),
            "{name}"
        );
    }
    let control = bench.run("dpkg-deb -I inqud-hook.deb");
    assert!(
        control.contains(&format!("Version: {VERSION}-1\n")),
        "{control}"
    );
}

/// A folder `dist` like that of a release, with a true archive for this machine.
fn release(bench: &Bench) {
    let mut sums = String::new();
    for target in [
        "x86_64-unknown-linux-musl",
        "aarch64-unknown-linux-musl",
        "x86_64-apple-darwin",
        "aarch64-apple-darwin",
    ] {
        let name = format!("inqud-hook-{VERSION}-{target}");
        fs::create_dir_all(bench.path("dist").join(&name)).expect("there is room for it");
        let binary = bench.path("dist").join(&name).join("inqud-hook");
        fs::copy(&bench.binary, binary).expect("there is room for it");
        bench.run(&format!("tar -C dist -czf dist/{name}.tar.gz {name}"));
        let sum = bench.run(&format!("sha256sum dist/{name}.tar.gz"));
        sums += &sum.replace("dist/", "");
    }
    bench.home.write("dist/SHA256SUMS", &sums);
    bench.pack(&format!("packages/installers/fill.sh {VERSION} dist"));
}

fn install(bench: &Bench, line: &str) -> Ran {
    let mut command = bench.command("sh");
    command.args(["dist/install.sh", "--from", "dist"]);
    command.args(line.split_whitespace());
    finish(command.spawn().expect("it starts"), PATIENCE)
}

#[test]
fn install_sh_installs_what_has_the_right_checksum() {
    if is_missing(&["sha256sum"]) {
        return;
    }
    let bench = bench();
    release(&bench);
    let installed = install(&bench, "");
    assert_eq!(installed.code, 0, "{}", installed.err);
    assert!(
        installed.out.contains("checksum verified"),
        "{}",
        installed.out
    );
    assert!(
        installed.out.contains("not in your PATH"),
        "{}",
        installed.out
    );
    works(&bench, &bench.path(".local/bin/inqud-hook"));
    assert_eq!(install(&bench, "--to elsewhere").code, 0);
    assert!(bench.path("elsewhere/inqud-hook").is_file());

    // Another archive than the release's is not installed.
    let archive = bench.path(&format!("dist/inqud-hook-{VERSION}-{}.tar.gz", target()));
    let mut bytes = fs::read(&archive).expect("it was made");
    bytes.push(0);
    fs::write(&archive, bytes).expect("it is ours");
    let refused = install(&bench, "--to nowhere");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("another checksum"), "{}", refused.err);
    assert!(!bench.path("nowhere").exists());
    for (line, error) in [
        ("--to", "--to needs a value"),
        ("--form x", "unknown argument: --form"),
        ("--from nothing", "cannot read nothing/inqud-hook-"),
    ] {
        let refused = install(&bench, line);
        assert_eq!(refused.code, 2, "{line}");
        assert!(refused.err.contains(error), "{}", refused.err);
    }
}

#[test]
fn the_formula_names_archives_and_checksums_of_the_release() {
    if is_missing(&["sha256sum"]) {
        return;
    }
    let bench = bench();
    release(&bench);
    let formula = fs::read_to_string(bench.path("dist/inqud-hook.rb")).expect("it was made");
    let sums = fs::read_to_string(bench.path("dist/SHA256SUMS")).expect("it was made");
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").expect("it is a checksum");
        let (_, after) = formula.split_once(name).expect(name);
        assert!(
            after
                .trim_start_matches("\"\n ")
                .trim_start()
                .starts_with(&format!("sha256 \"{sum}\"")),
            "{formula}"
        );
    }
    if !is_missing(&["ruby"]) {
        bench.run("ruby -c dist/inqud-hook.rb");
    }
}

/// What the release workflow does with the binaries of all targets.
#[test]
#[ignore = "needs what .ci/run installs"]
#[cfg(target_os = "linux")]
fn a_release_is_packed_for_every_channel() {
    if is_missing(&["npm", "node", "python3", "zip", "cargo-deb"]) {
        return;
    }
    let bench = bench();
    for (target, program) in [
        ("x86_64-unknown-linux-musl", "inqud-hook"),
        ("aarch64-unknown-linux-musl", "inqud-hook"),
        ("x86_64-apple-darwin", "inqud-hook"),
        ("aarch64-apple-darwin", "inqud-hook"),
        ("x86_64-pc-windows-msvc", "inqud-hook.exe"),
    ] {
        let script = fs::read_to_string(&bench.binary).expect("it is a script");
        bench
            .home
            .write(&format!("binaries/{target}/{program}"), &script);
    }
    bench.pack(&format!(
        ".github/release/pack.sh {VERSION} binaries out/assets"
    ));
    bench.pack(".github/release/repack.sh binaries out");
    bench.pack(&format!("packages/installers/fill.sh {VERSION} out/assets"));
    for (folder, files) in [("assets", 10), ("npm", 6), ("pypi", 5), ("image", 2)] {
        let made = fs::read_dir(bench.path("out").join(folder)).expect(folder);
        assert_eq!(made.count(), files, "{folder}");
    }
    bench.run("sh out/assets/install.sh --from out/assets");
    let installed = bench.path(".local/bin/inqud-hook");
    bench.run(&format!("{} send INVOICE_PAID", installed.display()));
}

/// The same bytes in every package. A debug build takes a while to compress.
#[test]
#[ignore = "takes half a minute"]
fn every_package_holds_the_built_binary_unchanged() {
    if is_missing(&["npm", "node", "python3", "unzip"]) || tool_of_ci("tools/bin").is_none() {
        return;
    }
    let bench = Bench {
        binary: env!("CARGO_BIN_EXE_inqud-hook").into(),
        ..bench()
    };
    let (target, binary) = (target(), bench.binary.display());
    let given = format!("--target {target} --binary {binary}");
    bench.pack(&format!("packages/npm/pack.mjs packed {given}"));
    bench.pack(&format!("packages/pypi/wheel.py packed {given}"));
    let npm = bench.find("packed", "inqud-hook-", ".tgz");
    let wheel = bench.find("packed", "inqud_hook-", ".whl");
    bench.run(&format!("tar -xzf {}", npm.display()));
    bench.run(&format!("unzip -q {} -d wheel", wheel.display()));
    let built = fs::read(&bench.binary).expect("it was built");
    for path in ["package/bin/inqud-hook", "wheel/inqud_hook/bin/inqud-hook"] {
        assert!(fs::read(bench.path(path)).expect(path) == built, "{path}");
    }
}
