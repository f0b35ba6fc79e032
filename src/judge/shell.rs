//! Commands for `--order`, `--state`, `--break` and `--mend`: lines that the user wrote, run by the shell. What comes from
//! outside, such as an order's name, is given in the environment and is never a part of the line.

use super::child_output::ChildOutput;
use super::process_group::{ChildEnd, ProcessGroup, until};
use crate::error::plain;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fmt, io};

/// How much a command may print to stdout.
const STDOUT_LIMIT: usize = 1 << 20;

/// How much of its stderr is kept, in bytes and in lines.
const STDERR_LIMIT: (usize, usize) = (4 << 10, 5);

/// How long output is awaited after the command has ended: what it left in the background may hold the pipe for ever.
const AFTER_END: Duration = Duration::from_millis(250);

/// A command that did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShellFailure {
    /// What happened.
    pub(crate) why: String,
    /// The last lines of its stderr, as they came.
    pub(crate) stderr: String,
    /// It was killed because the run ends.
    pub(crate) interrupted: bool,
}

impl fmt::Display for ShellFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.why)?;
        let mut lines = self.stderr.lines();
        lines.try_for_each(|line| write!(f, "\n  | {line}"))
    }
}

/// Runs a command line with these variables in its environment, and gives what it prints. After the time limit, or once
/// `stop` is set, it is killed with all that it started. What a command that ends by itself leaves in the background,
/// such as a database, goes on.
pub(crate) fn run_shell(
    line: &str,
    variables: &[(&str, &str)],
    limit: Duration,
    stop: &AtomicBool,
) -> Result<Vec<u8>, ShellFailure> {
    let (stdout, stderr) = (
        ChildOutput::new(STDOUT_LIMIT),
        ChildOutput::new(STDERR_LIMIT.0),
    );
    let failure = |why: String| ShellFailure {
        why,
        stderr: last_lines(&stderr),
        interrupted: stop.load(Ordering::Relaxed),
    };
    let mut group = start(line, variables, &stdout, &stderr)
        .map_err(|error| failure(format!("cannot be run: {}", plain(&error))))?;
    let ending = until(limit, || match group.ending() {
        Some(ending) => Some(Some(ending)),
        None => stop.load(Ordering::Relaxed).then_some(None),
    });
    if let Some(Some(_)) = ending {
        group.leave();
    } else {
        group.kill();
    }
    stdout.wait_until_closed(AFTER_END);
    stderr.wait_until_closed(AFTER_END);
    match ending {
        Some(Some(ChildEnd::Code(0))) if stdout.mark() > STDOUT_LIMIT => {
            Err(failure("printed more than 1 MiB".to_owned()))
        }
        Some(Some(ChildEnd::Code(0))) => Ok(stdout.since(0).bytes),
        Some(Some(ending)) => Err(failure(ending.to_string())),
        Some(None) => Err(failure("was interrupted".to_owned())),
        None => Err(failure(format!(
            "did not end within {}",
            humantime::format_duration(limit)
        ))),
    }
}

fn start(
    line: &str,
    variables: &[(&str, &str)],
    stdout: &ChildOutput,
    stderr: &ChildOutput,
) -> io::Result<ProcessGroup> {
    let (out_reader, out_writer) = io::pipe()?;
    let (err_reader, err_writer) = io::pipe()?;
    let mut command = shell(line);
    command
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(out_writer)
        .stderr(err_writer);
    let group = ProcessGroup::spawn(&mut command)?;
    stdout.read_from(out_reader)?;
    stderr.read_from(err_reader)?;
    Ok(group)
}

#[cfg(not(windows))]
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]);
    command
}

#[cfg(windows)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C");
    // It does not understand the quoting of the standard library.
    std::os::windows::process::CommandExt::raw_arg(&mut command, line);
    command
}

fn last_lines(stderr: &ChildOutput) -> String {
    let text = String::from_utf8_lossy(&stderr.since(0).bytes).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(STDERR_LIMIT.1)..].join("\n")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::Instant;

    const LONG: Duration = Duration::from_secs(20);
    static GO: AtomicBool = AtomicBool::new(false);

    fn output(line: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        run_shell(line, variables, LONG, &GO)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_command_gets_its_variables_and_no_input() {
        let order = "1; touch /tmp/x $(id) `id` '\" é";
        let printed = output(
            "cat; printf %s \"$INQUD_HOOK_ORDER\"",
            &[("INQUD_HOOK_ORDER", order)],
        );
        assert_eq!(printed.as_deref(), Ok(order));
        let failure = output("true", &[("INQUD_HOOK_ORDER", "a\0b")]).unwrap_err();
        assert!(failure.starts_with("cannot be run: "), "{failure}");
    }

    #[test]
    fn a_failure_has_the_exit_code_and_the_last_lines() {
        let failure = output("echo out; seq 9 >&2; exit 3", &[]);
        let lines = "exited with code 3\n  | 5\n  | 6\n  | 7\n  | 8\n  | 9";
        assert_eq!(failure, Err(lines.to_owned()));
        let failure = output("kill -9 $$", &[]);
        assert_eq!(failure, Err("was killed by SIGKILL".to_owned()));
        let failure = output("head -c 1100000 /dev/zero", &[]);
        assert_eq!(failure, Err("printed more than 1 MiB".to_owned()));
    }

    #[test]
    fn a_command_that_does_not_end_is_killed() {
        let start = Instant::now();
        let limit = Duration::from_millis(100);
        let failure = run_shell("echo x >&2; sleep 98781 | cat", &[], limit, &GO).unwrap_err();
        assert_eq!(failure.to_string(), "did not end within 100ms\n  | x");
        let stopped = AtomicBool::new(true);
        let failure = run_shell("sleep 98782", &[], LONG, &stopped).unwrap_err();
        assert!(failure.interrupted && failure.why == "was interrupted");
        assert!(start.elapsed() < LONG / 2);
    }

    #[test]
    fn what_a_command_leaves_in_the_background_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("later");
        let line = "(sleep 0.6; echo here > \"$FILE\") & echo now";
        let start = Instant::now();
        let printed = output(line, &[("FILE", file.to_str().unwrap())]);
        assert_eq!(printed.as_deref(), Ok("now\n"));
        assert!(start.elapsed() < LONG / 2);
        assert!(until(LONG, || file.exists().then_some(())).is_some());
    }
}
