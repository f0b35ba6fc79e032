//! The journal under stress: listeners that are killed in the middle of bursts, one after another on the same file, and
//! a disk that fills up and empties again under eight writers. Each loop counts what was acknowledged, kept and lost; a
//! few rounds always run, many in the ignored tests, or `INQUD_HOOK_LOOP_ROUNDS`.
#![cfg(unix)]

use crate::support::listener::{Listener, connect, read_answer, request};
use crate::support::{Folder, folder, json_lines, of_type, run_line};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

const WRITERS: usize = 8;

/// A small body, told from all others by that number.
fn numbered(number: usize) -> Vec<u8> {
    format!("{{\"number\": {number}}}").into_bytes()
}

/// How often the loops run.
fn rounds(usual: usize) -> usize {
    std::env::var("INQUD_HOOK_LOOP_ROUNDS")
        .map_or(usual, |text| text.parse().expect("it is a number"))
}

/// What the writers were told.
#[derive(Default)]
struct Told {
    /// The next number to be sent.
    next: AtomicUsize,
    acknowledged: Mutex<Vec<usize>>,
    /// Answered 503.
    refused: Mutex<Vec<usize>>,
}

impl Told {
    fn count(&self) -> usize {
        self.acknowledged
            .lock()
            .expect("the lock is not poisoned")
            .len()
    }

    /// Delivers over one connection until it ends, or that is so; the bodies have many lengths, so that a write ends
    /// anywhere.
    fn write(&self, port: u16, over: &AtomicBool) {
        let mut stream = connect(port);
        while !over.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let padding = "x".repeat(number * 37 % 1_500);
            let request = request("POST", "/", &[("X-Padding", &padding)], &numbered(number));
            if stream.write_all(&request).is_err() {
                break;
            }
            let Some(answer) = read_answer(&mut stream, false) else {
                break;
            };
            let list = match answer.status {
                200 => &self.acknowledged,
                503 => &self.refused,
                other => unreachable!("it answers {other}"),
            };
            list.lock().expect("the lock is not poisoned").push(number);
        }
    }
}

/// Has the writers end where a test fails: else it would wait for them.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// How a loop ended: what was told, and what is in the journal.
struct Tally {
    acknowledged: usize,
    refused: usize,
    kept: usize,
    lost: usize,
    duplicates: usize,
    /// In the journal, though its sender was told that it is not.
    refused_and_kept: usize,
    /// In the journal, though its sender was told nothing.
    unacknowledged_and_kept: usize,
    bad_lines: usize,
    mended: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            acknowledged,
            refused,
            kept,
            lost,
            duplicates,
            bad_lines,
            mended,
            ..
        } = self;
        write!(
            f,
            "{acknowledged} acknowledged, {refused} refused, {kept} kept, {lost} lost, {duplicates} duplicates, "
        )?;
        write!(
            f,
            "{bad_lines} bad lines, {mended} torn tails mended, {} refused ",
            self.refused_and_kept
        )?;
        write!(
            f,
            "and {} unacknowledged kept all the same",
            self.unacknowledged_and_kept
        )
    }
}

impl Tally {
    /// Counts the lines of a journal after a start has repaired its last line.
    fn of(journal: &Path, told: Told, mended: usize) -> Self {
        let text = fs::read_to_string(journal).expect("the journal is UTF-8");
        assert!(
            text.is_empty() || text.ends_with('\n'),
            "the last line is whole"
        );
        let mut found: HashMap<usize, usize> = HashMap::new();
        let mut bad_lines = 0;
        for line in text.lines() {
            match number_of(line) {
                Some(number) => *found.entry(number).or_default() += 1,
                None => bad_lines += 1,
            }
        }
        let acknowledged: HashSet<_> = told
            .acknowledged
            .into_inner()
            .expect("the lock is not poisoned")
            .into_iter()
            .collect();
        let refused: HashSet<_> = told
            .refused
            .into_inner()
            .expect("the lock is not poisoned")
            .into_iter()
            .collect();
        let kept = |told: &HashSet<usize>| {
            told.iter()
                .filter(|number| found.contains_key(number))
                .count()
        };
        Self {
            acknowledged: acknowledged.len(),
            refused: refused.len(),
            kept: found.len(),
            lost: acknowledged.len() - kept(&acknowledged),
            duplicates: found.values().filter(|times| **times > 1).count(),
            refused_and_kept: kept(&refused),
            unacknowledged_and_kept: found.len() - kept(&acknowledged) - kept(&refused),
            bad_lines,
            mended,
        }
    }

    /// Prints it, and checks what holds however a listener ends.
    #[expect(
        clippy::print_stdout,
        reason = "the counts are the purpose of the loops"
    )]
    fn check(&self, name: &str) {
        println!("{name}: {self}");
        assert!(self.acknowledged > 0, "{name}: something was acknowledged");
        let never = [
            self.lost,
            self.duplicates,
            self.refused_and_kept,
            self.bad_lines,
        ];
        assert_eq!(
            never, [0; 4],
            "{name}: lost, duplicates, refused and kept, bad lines: {self}"
        );
    }
}

/// The number of the body in a line of the journal.
fn number_of(line: &str) -> Option<usize> {
    let line: Value = serde_json::from_str(line).ok()?;
    let body: Value = serde_json::from_str(line["body"].as_str()?).ok()?;
    body["number"].as_u64()?.try_into().ok()
}

/// Ends listeners with that signal in the middle of bursts, one after another on the same journal.
fn end_in_bursts(name: &str, rounds: usize, sync: &str) -> Tally {
    let (folder, told, mut mended) = (folder(&[]), Told::default(), 0);
    let flags = format!("--body none --journal j.ndjson --sync {sync}");
    for round in 0..rounds {
        let listener = Listener::start(&folder.path, &flags);
        let (port, before, over) = (listener.port, told.count(), AtomicBool::new(false));
        let mut asked = Instant::now();
        thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| told.write(port, &over));
            }
            let _over = Over(&over);
            // In the middle, wherever that is.
            wait_until(|| told.count() >= before + 200 + round * 29 % 300);
            listener.signal(name);
            asked = Instant::now();
        });
        let ran = listener.finish();
        assert_eq!(
            ran.code,
            if name == "KILL" { -9 } else { 130 },
            "{}",
            ran.err
        );
        // Two seconds are its grace; the rest is for slow machines.
        assert!(
            asked.elapsed() < Duration::from_secs(8),
            "it ends after {:?}",
            asked.elapsed()
        );
        mended += usize::from(ran.err.contains("was incomplete and has been removed"));
    }
    // The next start mends what the last one left.
    let ran = run_line(&folder.path, "listen 0 --deadline 1ms --journal j.ndjson");
    assert_eq!(ran.code, 1, "{}", ran.err);
    mended += usize::from(ran.err.contains("was incomplete and has been removed"));
    judged(&folder, "j.ndjson");
    Tally::of(&folder.path.join("j.ndjson"), told, mended)
}

/// The linter reads every line as well.
fn judged(folder: &Folder, journal: &str) {
    let ran = run_line(&folder.path, &format!("validate {journal} --format json"));
    let linted = json_lines(&ran.out);
    assert_eq!(
        of_type(&linted, "summary")[0]["unreadable"],
        0,
        "{}",
        ran.err
    );
    assert!(
        of_type(&linted, "finding")
            .iter()
            .all(|finding| finding["rule"] != "bad-record"),
        "every line is whole"
    );
}

fn kill(rounds: usize) {
    for sync in ["each", "none"] {
        end_in_bursts("KILL", rounds, sync).check(&format!("{rounds} kills, --sync {sync}"));
    }
}

fn terminate(rounds: usize) {
    for sync in ["each", "none"] {
        let tally = end_in_bursts("TERM", rounds, sync);
        tally.check(&format!("{rounds} ends by SIGTERM, --sync {sync}"));
        assert_eq!(
            (tally.unacknowledged_and_kept, tally.mended),
            (0, 0),
            "it finishes what is in hand"
        );
    }
}

#[test]
fn every_delivery_that_was_answered_survives_a_kill_and_is_there_once() {
    kill(5);
}

#[test]
fn what_is_in_the_journal_after_a_sigterm_is_what_was_answered() {
    terminate(3);
}

#[test]
#[ignore = "takes a minute"]
fn every_delivery_that_was_answered_survives_a_hundred_kills() {
    kill(rounds(50));
}

#[test]
#[ignore = "takes half a minute"]
fn what_is_in_the_journal_after_many_sigterms_is_what_was_answered() {
    terminate(rounds(30));
}

/// A file system of four MiB, which this user may mount; it is gone at the end.
struct Small(Folder);

impl Small {
    #[expect(
        clippy::print_stdout,
        reason = "who asks for a test's output wants to know what it left out"
    )]
    fn mount() -> Option<Self> {
        let folder = folder(&[]);
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(&folder.path);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            println!(
                "skipped: only root on Linux can mount a disk that is small enough to be filled"
            );
        }
        mounted.then(|| Self(folder))
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let block = [b'x'; 4096];
        if let Ok(mut file) = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.0.path.join("filler"))
        {
            while file.write_all(&block).is_ok() {}
        }
    }

    fn empty(&self) {
        let _ = fs::remove_file(self.0.path.join("filler"));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(&self.0.path)
            .status();
    }
}

/// Fills the disk and empties it again so often, while eight writers deliver all the time. The journal itself is cleared
/// between listeners, so that there is always room for some.
fn fill_under_writers(fills: usize, sync: &str) {
    const FILLS_EACH: usize = 7;
    let Some(small) = Small::mount() else { return };
    let (folder, told) = (folder(&[]), Told::default());
    let all = folder.path.join("all.ndjson");
    let journal = small.0.path.join("j.ndjson");
    let mut kept = fs::File::create(&all).expect("there is room for a file");
    for done in (0..fills).step_by(FILLS_EACH) {
        let flags = format!("--body none --journal {} --sync {sync}", journal.display());
        let listener = Listener::start(&folder.path, &flags);
        let (port, over) = (listener.port, AtomicBool::new(false));
        let refused = || told.refused.lock().expect("the lock is not poisoned").len();
        thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| told.write(port, &over));
            }
            let _over = Over(&over);
            for _ in done..fills.min(done + FILLS_EACH) {
                let before = told.count();
                wait_until(|| told.count() > before + 20);
                small.fill();
                let before = refused();
                wait_until(|| refused() > before + 20);
                small.empty();
            }
            let before = told.count();
            wait_until(|| told.count() > before + 20);
            over.store(true, Ordering::Relaxed);
        });
        listener.interrupt();
        kept.write_all(&fs::read(&journal).expect("it is there"))
            .expect("there is room for it");
        fs::remove_file(&journal).expect("it is ours");
    }
    judged(&folder, "all.ndjson");
    let tally = Tally::of(&all, told, 0);
    tally.check(&format!("{fills} full disks, --sync {sync}"));
    assert!(
        tally.refused > 0 && tally.unacknowledged_and_kept == 0,
        "{tally}"
    );
}

fn wait_until(so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(
            begun.elapsed() < crate::support::listener::PATIENCE,
            "it never comes"
        );
        sleep(Duration::from_micros(200));
    }
}

#[test]
fn on_a_disk_that_fills_and_empties_what_was_acknowledged_is_kept_and_nothing_else() {
    for sync in ["each", "none"] {
        fill_under_writers(4, sync);
    }
}

#[test]
#[ignore = "takes half a minute"]
fn on_a_disk_that_fills_and_empties_very_often_what_was_acknowledged_is_kept_and_nothing_else() {
    for sync in ["each", "none"] {
        fill_under_writers(rounds(50), sync);
    }
}
