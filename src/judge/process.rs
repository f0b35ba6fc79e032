//! The endpoint's own process, `-- COMMAND…`: started with its secret, awaited until it takes connections, killed and
//! started again by the crash cases, and killed with all its children at the end.

use super::child_output::ChildOutput;
use super::process_group::{ChildEnd, ProcessGroup, until};
use crate::error::{Error, plain};
use crate::redact::Redactor;
use crate::sanitize::visible_lines;
use crate::secret::Secret;
use std::ffi::OsString;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How much of the endpoint's output is kept.
const OUTPUT_LIMIT: usize = 64 << 10;

/// How many lines of output stand in an error.
const LAST_LINES: usize = 10;

/// A loopback connection takes microseconds; this is for other hosts.
const CONNECT: Duration = Duration::from_millis(500);

/// How long the port of a killed endpoint may stay open, and its last output take to arrive.
const LAST_BREATH: Duration = Duration::from_secs(2);

/// How an endpoint is started.
#[derive(Debug)]
pub(crate) struct ProcessOptions {
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
    /// The environment variable that gets the secret, and the secret.
    pub(crate) secret: Option<(String, Secret)>,
    /// How long it may take until it takes connections.
    pub(crate) ready: Duration,
    /// Where it listens: one of these.
    pub(crate) addresses: Vec<SocketAddr>,
}

/// An endpoint that the tool started.
pub(crate) struct EndpointProcess {
    options: ProcessOptions,
    group: Mutex<ProcessGroup>,
    output: ChildOutput,
    redactor: Redactor,
}

impl EndpointProcess {
    /// Starts the endpoint and waits until it takes connections.
    pub(crate) fn start(options: ProcessOptions) -> Result<Self, Error> {
        check_variable(&options)?;
        let output = ChildOutput::new(OUTPUT_LIMIT);
        let secrets = options.secret.iter().map(|(_, secret)| secret.expose());
        let redactor = Redactor::new(secrets);
        // The wrong program would be judged.
        if let Some(address) = connected(&options.addresses) {
            return Err(options.port_taken(address));
        }
        let group = Mutex::new(options.spawn(&output)?);
        let endpoint = Self {
            options,
            group,
            output,
            redactor,
        };
        endpoint.wait_until_ready(0)?;
        Ok(endpoint)
    }

    /// Kills the endpoint and its children with SIGKILL, and waits until they and their port are gone.
    pub(crate) fn kill(&self) {
        self.group().kill();
        self.wait_until_closed();
        self.output.wait_until_closed(LAST_BREATH);
    }

    /// Sends SIGTERM; whether the endpoint ended by itself in time. Kills what is left.
    pub(crate) fn terminate(&self, limit: Duration) -> bool {
        self.group().terminate();
        // Not under the lock: other threads may ask meanwhile, or kill it.
        let ended = until(limit, || self.ending()).is_some();
        self.kill();
        ended
    }

    /// Starts the endpoint again, and waits until it takes connections. Kills it first if it still runs.
    pub(crate) fn restart(&self) -> Result<(), Error> {
        self.kill();
        if let Some(address) = self.wait_until_closed() {
            return Err(self.options.port_taken(address));
        }
        let mark = self.mark();
        *self.group() = self.options.spawn(&self.output)?;
        self.wait_until_ready(mark)
    }

    /// Whether the endpoint got the secret from the tool.
    pub(crate) fn has_secret(&self) -> bool {
        self.options.secret.is_some()
    }

    /// Whether the endpoint has not ended.
    pub(crate) fn is_running(&self) -> bool {
        self.ending().is_none()
    }

    /// How the endpoint ended, if it did.
    pub(crate) fn ending(&self) -> Option<ChildEnd> {
        self.group().ending()
    }

    /// A place in the endpoint's output: what is printed from now on comes after it.
    pub(crate) fn mark(&self) -> usize {
        self.output.mark()
    }

    /// What the endpoint printed since a mark, as far as it is kept, without the secret.
    pub(crate) fn output_since(&self, mark: usize) -> String {
        let printed = self.output.since(mark);
        let mut text = String::from_utf8_lossy(&printed.bytes).into_owned();
        // The redactor knows that a secret may be cut at an ellipsis.
        if printed.cut {
            text.insert(0, '…');
        }
        if printed.open && !text.is_empty() && !text.ends_with('\n') {
            text.push('…');
        }
        visible_lines(&self.redactor.text(&text)).into_owned()
    }

    fn wait_until_ready(&self, mark: usize) -> Result<(), Error> {
        let start = std::time::Instant::now();
        loop {
            let listens = connected(&self.options.addresses).is_some();
            // It may have failed because another program was quicker to listen there.
            let (what, hint) = if let Some(ending) = self.ending() {
                let what = format!("it {ending} before it took connections");
                (what, self.options.why_ended())
            } else if listens {
                return Ok(());
            } else if start.elapsed() >= self.options.ready {
                let limit = humantime::format_duration(self.options.ready);
                let what = format!("it took no connections within {limit}");
                let hint = format!(
                    "it must listen on {}; --ready-timeout gives it more time",
                    self.options.places()
                );
                (what, hint)
            } else {
                std::thread::sleep(Duration::from_millis(10));
                continue;
            };
            self.kill();
            return Err(self.not_ready(&what, hint, mark));
        }
    }

    fn not_ready(&self, what: &str, hint: String, mark: usize) -> Error {
        let output = self.output_since(mark);
        let lines: Vec<&str> = output.lines().collect();
        let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
        let last: String = last.iter().map(|line| format!("\n  | {line}")).collect();
        Error::EndpointNotStarted {
            what: format!("{}: {what}{last}", self.options.name()),
            hint,
        }
    }

    /// Waits until the endpoint's port is closed; an address where something still listens.
    fn wait_until_closed(&self) -> Option<SocketAddr> {
        let addresses = &self.options.addresses;
        let closed = until(LAST_BREATH, || connected(addresses).is_none().then_some(()));
        if closed.is_some() {
            None
        } else {
            connected(addresses)
        }
    }

    fn group(&self) -> MutexGuard<'_, ProcessGroup> {
        self.group.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProcessOptions {
    fn spawn(&self, output: &ChildOutput) -> Result<ProcessGroup, Error> {
        self.try_spawn(output)
            .map_err(|source| Error::EndpointNotStarted {
                what: format!("{}: {}", self.name(), plain(&source)),
                hint: match source.kind() {
                    io::ErrorKind::NotFound => {
                        "check the name of the program; a shell's syntax needs sh -c '…'".to_owned()
                    }
                    _ => "check that the program can be run".to_owned(),
                },
            })
    }

    fn try_spawn(&self, output: &ChildOutput) -> io::Result<ProcessGroup> {
        let [program, arguments @ ..] = &*self.command else {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        };
        let mut command = Command::new(program);
        command.args(arguments);
        if let Some((variable, secret)) = &self.secret {
            command.env(variable, as_value(secret)?);
        }
        // One pipe for both, so that lines stay in their order.
        let (reader, writer) = io::pipe()?;
        command
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer);
        let group = ProcessGroup::spawn(&mut command)?;
        output.read_from(reader)?;
        Ok(group)
    }

    /// What an endpoint may lack that ends at once.
    fn why_ended(&self) -> String {
        let secret = if self.secret.is_none() {
            "; if it needs its secret, name the variable for it with --secret-env"
        } else {
            ""
        };
        format!(
            "it must stay in the foreground and listen on {}{secret}",
            self.places()
        )
    }

    /// Where it is to listen.
    fn places(&self) -> String {
        let addresses: Vec<String> = self.addresses.iter().map(SocketAddr::to_string).collect();
        addresses.join(" or ")
    }

    /// The program, as the user gave it.
    fn name(&self) -> String {
        self.command
            .first()
            .map_or_else(String::new, |program| program.display().to_string())
    }

    fn port_taken(&self, address: SocketAddr) -> Error {
        Error::EndpointNotStarted {
            what: format!("{}: another program listens on {address}", self.name()),
            hint: "stop that program, or leave out -- COMMAND to test it as it runs".to_owned(),
        }
    }
}

/// The variable for the secret must be one that the system takes.
fn check_variable(options: &ProcessOptions) -> Result<(), Error> {
    let Some((variable, _)) = &options.secret else {
        return Ok(());
    };
    if variable.is_empty() || variable.contains(['=', '\0']) {
        return Err(Error::InvalidValue {
            option: format!("--secret-env {variable:?}"),
            why: "not the name of an environment variable".to_owned(),
            hint: "give the variable that the endpoint reads its secret from, as in --secret-env WEBHOOK_SECRET".to_owned(),
        });
    }
    Ok(())
}

#[cfg(unix)]
fn as_value(secret: &Secret) -> io::Result<OsString> {
    use std::os::unix::ffi::OsStringExt as _;
    Ok(OsString::from_vec(secret.expose().to_vec()))
}

#[cfg(not(unix))]
fn as_value(secret: &Secret) -> io::Result<OsString> {
    let text = String::from_utf8(secret.expose().to_vec());
    text.map(OsString::from)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "the secret is not UTF-8"))
}

/// The first address that takes a connection.
pub(super) fn connected(addresses: &[SocketAddr]) -> Option<SocketAddr> {
    addresses.iter().copied().find(|address| {
        let Ok(stream) = TcpStream::connect_timeout(address, CONNECT) else {
            return false;
        };
        // A loopback connection can get the target's own port for its own side, and so connect to itself.
        stream.local_addr().is_ok_and(|own| own != *address)
    })
}

#[cfg(test)]
mod tests;
