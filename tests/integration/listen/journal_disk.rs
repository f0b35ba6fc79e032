//! The file of the journal: a full disk; other processes that move, replace, delete, truncate or append to it while it
//! is in use; what cannot be a journal; and its permissions.

#![cfg(unix)]

use crate::support::endpoint::{all_at_once, finish};
use crate::support::journal::{body, lines, lines_of, numbered, open};
use crate::support::listener::{Answered, Listener, connect, listening, read_answer, request};
use crate::support::{Folder, folder, json_lines, of_type};
use serde_json::Value;
use std::fs::{self, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// Longer than a journal without `--sync each` takes to look at its path again.
const LOOK: Duration = Duration::from_millis(1_100);

/// A folder in which only a small file has room.
struct Small {
    folder: Folder,
    /// A file system of its own is small; else a limit of the process stands in for it.
    mounted: bool,
}

impl Drop for Small {
    fn drop(&mut self) {
        if self.mounted {
            let _ = Command::new("umount")
                .arg("-l")
                .arg(&self.folder.path)
                .status();
        }
    }
}

impl Small {
    /// A limit of the process.
    fn limit() -> Self {
        Self {
            folder: folder(&[]),
            mounted: false,
        }
    }

    /// A disk that is full after 64 KiB, where this user may mount one.
    #[expect(
        clippy::print_stdout,
        reason = "who asks for a test's output wants to know what it left out"
    )]
    fn disk() -> Option<Self> {
        let folder = folder(&[]);
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=64k", "inqud-hook-test"])
            .arg(&folder.path)
            .stderr(Stdio::null());
        let mounted = mount.status().is_ok_and(|status| status.success());
        if !mounted {
            println!("skipped: this user cannot mount a small disk");
        }
        mounted.then_some(Self { folder, mounted })
    }

    fn all() -> impl Iterator<Item = Self> {
        [Self::limit()].into_iter().chain(Self::disk())
    }

    fn listen(&self, flags: &str) -> Listener {
        let line = format!("--format json --journal j.ndjson {flags}");
        if self.mounted {
            Listener::start(&self.folder.path, &line)
        } else {
            limited(&self.folder, &line, 32)
        }
    }
}

/// Starts a listener that can write no file larger than so many blocks, of which some systems have larger ones. It is
/// told so, as with a full disk, and not killed.
fn limited(folder: &Folder, line: &str, blocks: u32) -> Listener {
    let tool = listening(&folder.path, line);
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""),
        ])
        .arg(tool.get_program());
    command
        .args(tool.get_args())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
        .current_dir(&folder.path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Listener::of(&mut command)
}

/// Posts a numbered body with a head that is padded to about that length.
fn post(listener: &Listener, number: usize, padding: usize) -> u16 {
    listener
        .post(&[("X-Padding", &"x".repeat(padding))], &numbered(number))
        .status
}

/// Posts until nothing has room any more, first long deliveries and then short ones; those that were answered 200.
fn fill(listener: &Listener, from: usize) -> Vec<Vec<u8>> {
    let mut written = Vec::new();
    for padding in [900, 0] {
        // Where the first short one has no room, either, it takes several to see how the file goes on.
        let mut refused = 0;
        for number in from + padding.. {
            match post(listener, number, padding) {
                200 => written.push(numbered(number)),
                503 => refused += 1,
                other => unreachable!("{other}"),
            }
            if refused == 3 {
                break;
            }
        }
    }
    written
}

/// What is told of a delivery that could not be written down.
fn assert_not_written(answered: &Answered, shown: &Value, why: &str) {
    assert_eq!(answered.status, 503);
    assert!(answered.text().contains(why), "{}", answered.text());
    assert_eq!(shown["answer"]["status"], 503);
    assert!(
        shown["answer"]["not_written"]
            .as_str()
            .is_some_and(|text| text.contains(why)),
        "{shown}"
    );
}

#[test]
fn a_full_disk_is_answered_503_and_shown() {
    for flags in ["", "--sync none", "--answer 201", "--strict"] {
        let folder = folder(&[]);
        let listener = limited(
            &folder,
            &format!("--format json --journal j.ndjson {flags}"),
            0,
        );
        for number in 0..5 {
            let answered = listener.post(&[], &numbered(number));
            assert_not_written(&answered, &listener.delivery(), "file too large");
        }
        let ran = listener.interrupt();
        let printed = json_lines(&ran.out);
        assert_eq!(
            of_type(&printed, "summary")[0]["not_written"],
            5,
            "{}",
            ran.out
        );
        let human = limited(&folder, &format!("--journal j.ndjson {flags}"), 0);
        assert_eq!(human.post(&[], b"{}").status, 503);
        let ran = human.interrupt();
        assert!(
            ran.out.to_lowercase().contains("file too large"),
            "{}",
            ran.out
        );
        assert!(lines(&folder).is_empty());
    }
    let Some(small) = Small::disk() else { return };
    fs::write(small.folder.path.join("other"), vec![0; 64 << 10]).expect("it is just as large");
    let listener = small.listen("");
    assert_not_written(
        &listener.post(&[], b"{}"),
        &listener.delivery(),
        "no space left",
    );
}

#[test]
fn a_disk_that_fills_up_leaves_no_half_line_and_every_delivery_knows() {
    for sync in ["each", "none"] {
        let small = Small::limit();
        let listener = small.listen(&format!("--sync {sync}"));
        let (written, lost) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
        thread::scope(|scope| {
            for client in 0..4 {
                let (written, lost, port) = (&written, &lost, listener.port);
                scope.spawn(move || {
                    let mut stream = connect(port);
                    for number in (client..400).step_by(4) {
                        let padding = "x".repeat(number);
                        let headers = [("X-Padding", padding.as_str())];
                        stream
                            .write_all(&request("POST", "/", &headers, &numbered(number)))
                            .expect("it is taken");
                        match read_answer(&mut stream, false)
                            .expect("it is answered")
                            .status
                        {
                            200 => written
                                .lock()
                                .expect("the lock is not poisoned")
                                .push(numbered(number)),
                            503 => drop(lost.fetch_add(1, Ordering::Relaxed)),
                            other => panic!("{other}"),
                        }
                    }
                });
            }
        });
        let mut written = written.into_inner().expect("the lock is not poisoned");
        let lost = lost.into_inner();
        assert_eq!(written.len() + lost, 400);
        assert!(lost > 0 && !written.is_empty(), "{lost} did not fit");
        let ran = listener.interrupt();
        assert_eq!(
            of_type(&json_lines(&ran.out), "summary")[0]["not_written"],
            lost,
            "{}",
            ran.err
        );
        let mut found: Vec<_> = lines(&small.folder).iter().map(body).collect();
        written.sort();
        found.sort();
        assert!(
            found == written,
            "{sync}: {} are written, {} were answered so",
            found.len(),
            written.len()
        );
    }
}

/// What another process does between two deliveries: the bytes that it appends, or nothing where it truncates the file.
type Touch = (&'static str, Option<fn(&[u8]) -> Vec<u8>>);

const TOUCHES: [Touch; 3] = [
    ("truncates", None),
    ("appends a line", Some(<[u8]>::to_vec)),
    ("appends many lines", Some(|line| line.repeat(6))),
];

#[test]
fn a_write_that_fails_after_another_process_touched_the_file_takes_away_only_its_own_half_line() {
    for (sync, small) in ["each", "none"]
        .into_iter()
        .flat_map(|sync| Small::all().map(move |small| (sync, small)))
    {
        for (name, appended) in TOUCHES {
            let name = format!("{name}, --sync {sync}, mounted: {}", small.mounted);
            let path = small.folder.path.join("j.ndjson");
            let _ = fs::remove_file(&path);
            let listener = small.listen(&format!("--sync {sync}"));
            let mut expected: Vec<_> = (0..8).map(numbered).collect();
            for number in 0..8 {
                assert_eq!(post(&listener, number, 300), 200, "{name}");
            }
            let first = lines(&small.folder)[0].to_string() + "\n";
            match appended {
                Some(appended) => {
                    let bytes = appended(first.as_bytes());
                    let mut other = OpenOptions::new()
                        .append(true)
                        .open(&path)
                        .expect("it is there");
                    other.write_all(&bytes).expect("there is room for it");
                    expected.extend(vec![numbered(0); bytes.len() / first.len()]);
                }
                None => {
                    OpenOptions::new()
                        .write(true)
                        .truncate(true)
                        .open(&path)
                        .expect("it is there");
                    expected.clear();
                }
            }
            let written = fill(&listener, 1_000);
            assert!(!written.is_empty(), "{name}");
            expected.extend(written);
            let found: Vec<_> = lines(&small.folder).iter().map(body).collect();
            assert!(
                found == expected,
                "{name}: {} are there, {} should be",
                found.len(),
                expected.len()
            );
            listener.interrupt();
        }
    }
}

#[test]
fn half_a_line_of_another_process_spoils_no_delivery_that_comes_after_it() {
    for sync in ["each", "none"] {
        let folder = folder(&[]);
        let listener = Listener::start(&folder.path, &format!("--journal j.ndjson --sync {sync}"));
        assert_eq!(post(&listener, 0, 0), 200);
        if sync == "none" {
            sleep(LOOK);
        }
        let path = folder.path.join("j.ndjson");
        let mut other = OpenOptions::new()
            .append(true)
            .open(&path)
            .expect("it is there");
        other
            .write_all(b"{\"v\":1,\"id\":\"half")
            .expect("there is room for it");
        assert_eq!((post(&listener, 1, 0), post(&listener, 2, 0)), (200, 200));
        listener.interrupt();
        let text = fs::read_to_string(&path).expect("it is a text");
        let parsed: Vec<_> = text.lines().map(serde_json::from_str::<Value>).collect();
        let bodies: Vec<_> = parsed
            .iter()
            .map(|line| line.as_ref().ok().map(body))
            .collect();
        assert_eq!(
            bodies,
            [
                Some(numbered(0)),
                None,
                Some(numbered(1)),
                Some(numbered(2))
            ],
            "{sync}"
        );
    }
}

/// What another process does to the file or puts into its place, and what is said of it; a new case is a new line.
type Move = (&'static str, fn(&Path), &'static str);

const MOVES: [Move; 6] = [
    (
        "rename",
        |path| fs::rename(path, kept(path)).expect("it is ours"),
        "was moved; a new file was created",
    ),
    (
        "delete",
        |path| fs::remove_file(path).expect("it is ours"),
        "was deleted; a new file was created",
    ),
    (
        "rename and create",
        |path| {
            // The listener may be quicker to create it, and then this is not new.
            fs::rename(path, kept(path)).expect("it is ours");
            drop(
                OpenOptions::new()
                    .append(true)
                    .create(true)
                    .open(path)
                    .expect("it is ours"),
            );
        },
        "from now on|a new file was created",
    ),
    (
        "replace",
        |path| {
            let line = fs::read_to_string(path).expect("it is there");
            let new = path.with_extension("new");
            fs::write(
                &new,
                line.split_inclusive('\n').next().expect("it has a line"),
            )
            .expect("there is room for it");
            fs::rename(&new, path).expect("it is ours");
        },
        "was replaced by another file, to which deliveries are appended",
    ),
    (
        "copytruncate",
        |path| {
            fs::copy(path, kept(path)).expect("there is room for it");
            OpenOptions::new()
                .write(true)
                .truncate(true)
                .open(path)
                .expect("it is ours");
        },
        "was truncated by another process",
    ),
    (
        "move the folder and come back",
        |path| {
            let (here, away) = path
                .parent()
                .map(|here| (here, here.with_file_name("away")))
                .expect("it is in one");
            fs::rename(here, &away).expect("it is ours");
            sleep(Duration::from_millis(20));
            fs::rename(&away, here).expect("it is ours");
        },
        "",
    ),
];

/// Where the old file is kept.
fn kept(path: &Path) -> std::path::PathBuf {
    path.with_extension("1")
}

/// Numbers of the bodies in a journal; nothing where it is not there. All its lines are whole.
fn numbers(path: &Path) -> Vec<u64> {
    let Ok(text) = fs::read_to_string(path) else {
        return Vec::new();
    };
    let number = |line: &Value| {
        serde_json::from_slice::<Value>(&body(line)).expect("it is JSON")["number"].as_u64()
    };
    lines_of(&text).iter().filter_map(number).collect()
}

#[test]
fn a_file_that_is_rotated_replaced_deleted_or_truncated_while_it_is_written_to_is_followed() {
    for sync in ["each", "none"] {
        all_at_once(
            MOVES.map(|case| (format!("{}, --sync {sync}", case.0), case)),
            |name, (what, act, words)| {
                let held = folder(&[("in/empty", "")]);
                let path = held.path.join("in/j.ndjson");
                let listener = Listener::start(
                    &held.path,
                    &format!("--format json --body none --journal in/j.ndjson --sync {sync}"),
                );
                let (next, over, answered) = (
                    AtomicUsize::new(0),
                    AtomicBool::new(false),
                    Mutex::new(Vec::new()),
                );
                let count = || answered.lock().expect("the lock is not poisoned").len();
                let mut after = 0;
                thread::scope(|scope| {
                    for _ in 0..3 {
                        scope.spawn(|| {
                            let mut stream = connect(listener.port);
                            while !over.load(Ordering::Relaxed) {
                                let number = next.fetch_add(1, Ordering::Relaxed);
                                let request = request("POST", "/", &[], &numbered(number));
                                stream.write_all(&request).expect("it is taken");
                                // Another answer is that it could not be written down.
                                if read_answer(&mut stream, false)
                                    .expect("it is answered")
                                    .status
                                    == 200
                                {
                                    answered
                                        .lock()
                                        .expect("the lock is not poisoned")
                                        .push(number as u64);
                                }
                                // Of `--sync none` this would else be a great many.
                                sleep(Duration::from_millis(1));
                            }
                        });
                    }
                    let wait_for = |more: usize| {
                        let (begun, before) = (Instant::now(), count());
                        while count() < before + more
                            && begun.elapsed() < crate::support::listener::PATIENCE
                        {
                            sleep(Duration::from_millis(1));
                        }
                    };
                    wait_for(30);
                    act(&path);
                    if sync == "none" {
                        sleep(LOOK);
                    }
                    after = next.load(Ordering::Relaxed) as u64;
                    // Some of them are older.
                    wait_for(40);
                    over.store(true, Ordering::Relaxed);
                });
                if !words.is_empty() {
                    let note = &listener.next_of("note", 1)[0];
                    let text = note["text"].as_str().expect("it is a text");
                    assert!(words.split('|').any(|words| text.contains(words)), "{text}");
                    assert!(text.starts_with("the journal in/j.ndjson was "), "{text}");
                }
                // The new file is locked, too.
                assert_eq!(open(&held, "in/j.ndjson").code, 2, "{name}");
                listener.interrupt();
                let answered = answered.into_inner().expect("the lock is not poisoned");
                assert!(
                    answered.iter().filter(|number| **number >= after).count() >= 30,
                    "{name}: it goes on"
                );
                let now = numbers(&path);
                let missing: Vec<_> = answered
                    .iter()
                    .filter(|number| **number >= after && !now.contains(number))
                    .collect();
                assert!(
                    missing.is_empty(),
                    "{name}: {missing:?} are not in the file at the path"
                );
                if matches!(
                    what,
                    "rename" | "rename and create" | "move the folder and come back"
                ) {
                    let mut everywhere = [numbers(&kept(&path)), now].concat();
                    everywhere.sort_unstable();
                    let all = everywhere.len();
                    everywhere.dedup();
                    assert_eq!(everywhere.len(), all, "{name}: each is there once");
                    let lost: Vec<_> = answered
                        .iter()
                        .filter(|number| everywhere.binary_search(number).is_err())
                        .collect();
                    assert!(
                        lost.is_empty(),
                        "{name}: {lost:?} were answered 200 and are in neither file"
                    );
                }
            },
        );
    }
}

#[test]
fn what_takes_the_place_of_a_journal_and_is_none_stays_as_it_is_until_it_has_gone() {
    let make: [Move; 4] = [
        (
            "a text",
            |path| fs::write(path, "mine\n").expect("there is room for it"),
            "replaced it is not a journal",
        ),
        ("a FIFO", fifo, "it was replaced by a FIFO"),
        (
            "a folder",
            |path| fs::create_dir(path).expect("there is room for it"),
            "it was replaced by a folder",
        ),
        (
            "another's",
            |path| fs::copy(kept(path), path).map(drop).expect("it is ours"),
            "another process writes",
        ),
    ];
    for (name, make, words) in make {
        let held = folder(&[]);
        let path = held.path.join("j.ndjson");
        let listener = Listener::start(&held.path, "--format json --journal j.ndjson");
        assert_eq!(post(&listener, 0, 0), 200);
        listener.delivery();
        fs::rename(&path, kept(&path)).expect("it is ours");
        make(&path);
        let other =
            (name == "another's").then(|| Listener::start(&held.path, "--journal j.ndjson"));
        for number in 1..3 {
            assert_not_written(
                &listener.post(&[], &numbered(number)),
                &listener.delivery(),
                words,
            );
        }
        drop(other);
        if name == "a text" {
            assert_eq!(fs::read_to_string(&path).expect("it is there"), "mine\n");
        }
        fs::rename(&path, held.path.join("away")).expect("it is ours");
        assert_eq!(post(&listener, 3, 0), 200, "{name}");
        assert_eq!(
            (numbers(&kept(&path)), numbers(&path)),
            (vec![0], vec![3]),
            "{name}"
        );
    }
}

fn fifo(path: &Path) {
    assert!(
        Command::new("mkfifo")
            .arg(path)
            .status()
            .expect("every Unix has it")
            .success()
    );
}

#[test]
fn only_a_regular_file_can_be_a_journal() {
    let held = folder(&[("folder/file", "")]);
    fifo(&held.path.join("fifo"));
    let _socket = UnixListener::bind(held.path.join("socket")).expect("there is room for it");
    for (path, kind) in [
        ("fifo", "a FIFO"),
        ("socket", "a socket"),
        ("folder", "a folder"),
        ("/dev/null", "a device"),
        ("/dev/zero", "a device"),
    ] {
        for sync in ["each", "none"] {
            let line = format!("--deadline 1ms --journal {path} --sync {sync}");
            let ran = finish(
                listening(&held.path, &line)
                    .spawn()
                    .expect("the binary starts"),
                crate::support::endpoint::PATIENCE,
            );
            assert_eq!((ran.code, &*ran.out), (2, ""), "{path}");
            let expected =
                format!("error: {path} is {kind}; a journal must be a regular file\nhint: ");
            assert!(ran.err.starts_with(&expected), "{}", ran.err);
        }
    }
}

#[test]
fn only_its_owner_may_read_a_new_journal_and_an_old_one_keeps_its_mode() {
    let mode = |path: &Path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    let note = "other users can read j.ndjson, which keeps secrets unredacted (chmod 600 j.ndjson)";
    for flags in ["", "--keep-secrets"] {
        let held = folder(&[]);
        let path = held.path.join("j.ndjson");
        let listener = Listener::start(
            &held.path,
            &format!("--format json --journal j.ndjson {flags}"),
        );
        assert_eq!((post(&listener, 0, 0), mode(&path)), (200, 0o600));
        // Also the one that takes its place.
        fs::rename(&path, kept(&path)).expect("it is ours");
        assert_eq!((post(&listener, 1, 0), mode(&path)), (200, 0o600));
        fs::rename(&path, kept(&path)).expect("it is ours");
        fs::write(&path, "").expect("there is room for it");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("it is ours");
        assert_eq!((post(&listener, 2, 0), mode(&path)), (200, 0o640));
        let ran = listener.interrupt();
        assert!(!ran.err.contains("other users"), "{}", ran.err);
        assert_eq!(ran.out.contains(note), !flags.is_empty(), "{}", ran.out);
        let ran = open(&held, &format!("j.ndjson {flags}"));
        // Nothing is delivered.
        assert_eq!((ran.code, mode(&path)), (1, 0o640));
        assert_eq!(ran.err.contains(note), !flags.is_empty(), "{}", ran.err);
    }
}

#[test]
fn a_very_long_torn_line_is_mended_in_one_go() {
    let held = folder(&[]);
    let listener = Listener::start(&held.path, "--journal j.ndjson");
    assert_eq!(post(&listener, 0, 0), 200);
    listener.interrupt();
    let path = held.path.join("j.ndjson");
    let whole = fs::read(&path).expect("it is there");
    let mut file = OpenOptions::new()
        .append(true)
        .open(&path)
        .expect("it is there");
    file.write_all(b"{\"v\":1,\"id\":\"")
        .expect("there is room for it");
    // Nothing is on the disk of what was never written.
    file.set_len(256 << 20).expect("there is room for it");
    let begun = Instant::now();
    let ran = open(&held, "j.ndjson");
    assert!(
        ran.code == 1 && ran.err.contains("was incomplete and has been removed"),
        "{}",
        ran.err
    );
    assert!(fs::read(&path).expect("it is there") == whole);
    // It took a minute before, built for speed.
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_note_among_the_deliveries_is_one_line_in_a_file() {
    let folder = folder(&[]);
    let name = format!("{}.ndjson", "deliveries-of-the-shop".repeat(4));
    let listener = Listener::start(&folder.path, &format!("--journal {name}"));
    listener.post(&[], &numbered(0));
    fs::rename(folder.path.join(&name), folder.path.join("moved")).expect("it is ours");
    listener.post(&[], &numbered(1));
    let ran = listener.interrupt();
    let note = format!("the journal {name} was moved; a new file was created in its place");
    let found = ran.out.lines().any(|line| line == format!("note: {note}"));
    assert!(found, "{}", ran.out);
}
