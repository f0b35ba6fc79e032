//! A child process with all that it starts, so that all of it can be killed.
//!
//! On Unix it has a process group to itself. A process can leave its group, as those below `timeout`, `setsid` or a
//! shell with job control do; on Linux these are found by a variable in their environment. Should the tool itself be
//! killed with SIGKILL, its children go on: asking Linux for their death needs unsafe code.

use std::fmt;
use std::io;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The variable that marks a child and all that it starts.
#[cfg(target_os = "linux")]
const MARK: &str = "INQUD_HOOK_CHILD";

/// How long killed processes may take to disappear.
const LAST_BREATH: Duration = Duration::from_secs(2);

/// A child, and the processes that it started.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    child: Child,
    #[cfg(target_os = "linux")]
    mark: Vec<u8>,
    /// How it ended; known once its id is given back to the system and must not be used any more.
    reaped: Option<ChildEnd>,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChildEnd {
    /// By itself, with that exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

impl fmt::Display for ChildEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exited with code {code}"),
            Self::Signal(9) => write!(f, "was killed by SIGKILL"),
            Self::Signal(15) => write!(f, "was ended by SIGTERM"),
            Self::Signal(signal) => write!(f, "was ended by signal {signal}"),
        }
    }
}

impl ProcessGroup {
    /// Starts a command in a group of its own.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{}.{number}", std::process::id());
        #[cfg(target_os = "linux")]
        command.env(MARK, &mark);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        Ok(Self {
            child: command.spawn()?,
            #[cfg(target_os = "linux")]
            mark: format!("{MARK}={mark}").into_bytes(),
            reaped: None,
        })
    }

    /// How the child ended, if it did. What it started may still run.
    pub(crate) fn ending(&mut self) -> Option<ChildEnd> {
        self.reaped.or_else(|| self.look())
    }

    /// Lets go of a child that has ended: what it started goes on.
    pub(crate) fn leave(&mut self) {
        if self.reaped.is_none() {
            self.reaped = Some(self.child.wait().map_or(ChildEnd::Signal(9), of_status));
        }
    }

    /// Kills the child and all that it started, and waits until they are gone.
    pub(crate) fn kill(&mut self) {
        if self.reaped.is_some() {
            return;
        }
        self.kill_all();
        self.leave();
        until(LAST_BREATH, || (!self.is_left()).then_some(()));
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks repeatedly until there is an answer or the time is up. Short waits at first: most things happen at once.
pub(crate) fn until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        let left = limit.checked_sub(start.elapsed())?;
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

#[cfg(unix)]
mod unix {
    use super::{ChildEnd, ProcessGroup};
    use rustix::process::{
        Pid, Signal, WaitId, WaitIdOptions, kill_process_group, test_kill_process_group, waitid,
        waitpgid,
    };
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    impl ProcessGroup {
        fn group(&self) -> Pid {
            Pid::from_child(&self.child)
        }

        /// Asks all processes to end. A group gets the signal as a whole, as from most supervisors: a shell in front of
        /// the endpoint would not pass it on.
        pub(crate) fn terminate(&mut self) {
            if self.reaped.is_none() {
                // It fails only where none is left.
                let _ = kill_process_group(self.group(), Signal::TERM);
            }
        }

        /// Whether the child has ended. It stays a zombie, so that the id of its group is not given to another process
        /// before the group is killed.
        pub(super) fn look(&mut self) -> Option<ChildEnd> {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
            let status = waitid(WaitId::Pid(self.group()), options).ok()??;
            let code = status.exit_status().map(ChildEnd::Code);
            code.or_else(|| status.terminating_signal().map(ChildEnd::Signal))
        }

        pub(super) fn kill_all(&mut self) {
            let _ = kill_process_group(self.group(), Signal::KILL);
            #[cfg(target_os = "linux")]
            self.kill_marked();
        }

        /// Whether a process is left after the kill. Zombies that no process reaps, as in some containers, do not count
        /// on Linux.
        pub(super) fn is_left(&self) -> bool {
            // Orphans come to this process where it is the first of a container.
            while let Ok(Some(_)) = waitpgid(self.group(), rustix::process::WaitOptions::NOHANG) {}
            #[cfg(target_os = "linux")]
            return self.kill_marked();
            #[cfg(not(target_os = "linux"))]
            return test_kill_process_group(self.group()).is_ok();
        }

        /// Kills the processes that have the mark; whether there was one.
        #[cfg(target_os = "linux")]
        fn kill_marked(&self) -> bool {
            let Ok(processes) = std::fs::read_dir("/proc") else {
                return test_kill_process_group(self.group()).is_ok();
            };
            let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
            let mut found = false;
            for id in ids.filter_map(Pid::from_raw) {
                // A zombie has no environment; that of another user's process cannot be read.
                let path = format!("/proc/{}/environ", id.as_raw_pid());
                let environment = std::fs::read(path).unwrap_or_default();
                if environment
                    .split(|byte| *byte == 0)
                    .any(|variable| variable == self.mark)
                {
                    found = true;
                    let _ = rustix::process::kill_process(id, Signal::KILL);
                }
            }
            found
        }
    }

    pub(super) fn of_status(status: ExitStatus) -> ChildEnd {
        let code = status.code().map(ChildEnd::Code);
        code.unwrap_or_else(|| ChildEnd::Signal(status.signal().unwrap_or_default()))
    }
}

#[cfg(unix)]
use unix::of_status;

#[cfg(not(unix))]
impl ProcessGroup {
    /// There is no gentle way to end a process here.
    pub(crate) fn terminate(&mut self) {
        if self.reaped.is_none() {
            self.kill_all();
        }
    }

    fn look(&mut self) -> Option<ChildEnd> {
        self.child.try_wait().ok()?.map(of_status)
    }

    fn kill_all(&mut self) {
        // A part of Windows, and the only one that knows the children of a process.
        let _ = Command::new("taskkill")
            .args(["/T", "/F", "/PID", &self.child.id().to_string()])
            .output();
        let _ = self.child.kill();
    }

    fn is_left(&self) -> bool {
        false
    }
}

#[cfg(not(unix))]
fn of_status(status: std::process::ExitStatus) -> ChildEnd {
    ChildEnd::Code(status.code().unwrap_or_default())
}
