//! A wrong system clock: `listen` and its journal keep working if the clock is years off, or if the monotonic clock
//! goes backwards for a moment. Before 1970 and after 9999 the HTTP library has no date to write and closes the
//! connection.
//!
//! A preloaded library of eight lines changes the clocks, so these tests need Linux and a C compiler.
#![cfg(target_os = "linux")]

use crate::support::listener::{DEVELOPMENT, Listener, listening, request, signature};
use crate::support::{Folder, folder, json_lines, of_type, payload, run_line};
use std::process::Command;

/// Adds `CLOCK_OFFSET` seconds to the time of day, and takes a second from the monotonic clock at every seventh look.
const BENT: &str = r#"
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
static unsigned looks;
int clock_gettime(clockid_t id, struct timespec *t) {
    int code = (int)syscall(SYS_clock_gettime, id, t);
    const char *offset = getenv("CLOCK_OFFSET");
    if (id == CLOCK_REALTIME && offset) t->tv_sec += atoll(offset);
    if (id == CLOCK_MONOTONIC && getenv("CLOCK_BACK") && ++looks % 7 == 0 && t->tv_sec > 1) t->tv_sec -= 1;
    return code;
}
"#;

/// Makes the library; nothing where there is no compiler.
#[expect(
    clippy::print_stdout,
    reason = "who asks for a test's output wants to know what it left out"
)]
fn bent(folder: &Folder) -> Option<std::path::PathBuf> {
    folder.write("bent.c", BENT);
    let library = folder.path.join("bent.so");
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(folder.path.join("bent.c"))
        .output();
    if made.is_ok_and(|made| made.status.success()) {
        return Some(library);
    }
    println!("skipped: C compiler is not installed");
    None
}

const YEAR: i64 = 365 * 24 * 3600;

#[test]
fn whatever_the_clock_says_deliveries_are_answered_and_the_journal_can_be_read() {
    let folder = folder(&[]);
    let Some(library) = bent(&folder) else { return };
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    for (offset, back) in [
        (0, true),
        (10 * YEAR, false),
        (-10 * YEAR, false),
        (-50 * YEAR, false),
        (1_000 * YEAR, true),
    ] {
        let journal = format!("j{offset}.ndjson");
        let mut command = listening(
            &folder.path,
            &format!("--format json --journal {journal} --delay 20ms"),
        );
        command
            .env("LD_PRELOAD", &library)
            .env("CLOCK_OFFSET", offset.to_string());
        if back {
            command.env("CLOCK_BACK", "1");
        }
        let listener = Listener::of(&mut command);
        for _ in 0..5 {
            let asked = crate::support::listener::ask(
                listener.port,
                &request("POST", "/", &[(name, &value)], body.as_bytes()),
            );
            let Some(answered) = asked else {
                unreachable!("{offset} {back}: {}", listener.interrupt().err)
            };
            assert_eq!(answered.status, 200, "{offset}");
            let line = listener.delivery();
            assert_eq!(line["signature"]["verdict"], "valid", "{offset}: {line}");
            assert!(
                line["answer"]["latency_ms"]
                    .as_f64()
                    .is_some_and(|latency| latency >= 0.0),
                "{offset}: {line}"
            );
        }
        let ran = listener.interrupt();
        assert_eq!(
            (
                ran.code,
                of_type(&json_lines(&ran.out), "summary")[0]["deliveries"].as_u64()
            ),
            (130, Some(5))
        );
        let linted = run_line(&folder.path, &format!("validate {journal} --format json"));
        let lines = json_lines(&linted.out);
        assert_eq!(
            (
                of_type(&lines, "body").len(),
                &of_type(&lines, "summary")[0]["unreadable"]
            ),
            (5, &0.into())
        );
        assert_eq!(linted.code, 0, "{offset}: {}", linted.out);
        // What was captured can be replayed at its own pace, too: nothing waits for a time that never comes.
        let line = format!("replay {journal} --dry-run --speed original");
        assert_eq!(run_line(&folder.path, &line).code, 0, "{offset}");
    }
}
