//! A shop that takes webhooks rightly, or wrongly in one of many ways: `inqud-hook test` is tested against it.
//!
//! `defective_shop --port-file FILE|--port N --data DIR --provider NAME [--defect NAME]… [--trap NAME]…`, with the secret
//! in `SHOP_SECRET`. Webhooks go to `POST /hooks`, orders are made by `POST /orders` and seen at `/orders/NAME` and
//! `/stats`. While `DIR/outage` exists, the database is down. `defective_shop --list` names all defects and traps.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    reason = "a program of its own, some of whose defects are crashes"
)]

mod deliver;
mod http;
mod later;
mod news;
mod orders;
mod refusals;
mod reprint;
mod settle;
mod signature;
mod store;
mod switches;

use crate::http::{Answer, Connection, Next, Request};
use crate::store::Store;
use crate::switches::{Defect, Known, Trap};
use std::collections::{HashMap, HashSet};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    Calypso,
    Inqud,
    Rehive,
}

impl Provider {
    const fn header(self) -> &'static str {
        match self {
            Self::Calypso => "Sign",
            Self::Inqud => "X-Payload-Digest",
            Self::Rehive => "Authorization",
        }
    }
}

/// What a restart forgets.
#[derive(Default)]
pub(crate) struct Memory {
    /// Digests that were right.
    pub(crate) passed: HashSet<String>,
    pub(crate) seen: HashSet<String>,
    pub(crate) tried: HashSet<String>,
    pub(crate) count: u32,
    pub(crate) in_hand: HashMap<String, u32>,
    pub(crate) queued: u32,
    pub(crate) open: u32,
    pub(crate) is_wedged: bool,
    /// When requests were last counted, and how many may still come.
    pub(crate) allowance: (u128, f64),
}

pub(crate) struct Shop {
    provider: Provider,
    secret: String,
    defects: Vec<Defect>,
    traps: Vec<Trap>,
    store: Store,
    requests: AtomicU64,
    memory: Mutex<Memory>,
}

impl Shop {
    fn has(&self, defect: Defect) -> bool {
        self.defects.contains(&defect)
    }

    fn is_trap(&self, trap: Trap) -> bool {
        self.traps.contains(&trap)
    }

    /// Whether there is one thread for all connections.
    fn is_alone(&self) -> bool {
        self.has(Defect::OneThread) || self.is_trap(Trap::SingleThreaded)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn main() {
    if let Err(problem) = run() {
        eprintln!("{problem}");
        leave(2);
    }
}

fn run() -> Result<(), String> {
    let (mut port, mut port_file, mut data, mut provider) = (0, None, None, None);
    let (mut defects, mut traps) = (Vec::new(), Vec::new());
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.peek().is_some_and(|first| first == "--list") {
        list();
        return Ok(());
    }
    while let Some(flag) = arguments.next() {
        let value = arguments
            .next()
            .ok_or_else(|| format!("{flag} needs a value"))?;
        match &*flag {
            "--port" => {
                port = value
                    .parse()
                    .map_err(|_| format!("{value} is not a port"))?;
            }
            "--port-file" => port_file = Some(PathBuf::from(value)),
            "--data" => data = Some(PathBuf::from(value)),
            "--provider" => provider = Some(named_provider(&value)?),
            "--defect" => defects.push(defect(&value)?),
            "--trap" => traps.push(trap(&value)?),
            _ => return Err(format!("unknown flag {flag}")),
        }
    }
    let data = data.ok_or("--data is missing")?;
    let secret = std::env::var("SHOP_SECRET").unwrap_or_default();
    if secret.is_empty() {
        return Err("SHOP_SECRET is not set".to_owned());
    }
    let shop = Arc::new(Shop {
        provider: provider.ok_or("--provider is missing")?,
        secret,
        defects,
        traps,
        store: Store::open(&data).map_err(|error| format!("{}: {error}", data.display()))?,
        requests: AtomicU64::new(0),
        memory: Mutex::new(Memory::default()),
    });
    serve(&shop, port, port_file).map_err(|error| format!("port {port}: {error}"))
}

/// Prints what the shop can do.
fn list() {
    for defect in Defect::ALL {
        let Known {
            name,
            rows,
            provider,
            case,
            found,
            cause,
            about,
        } = defect.known();
        println!(
            "--defect {name} --provider {provider}: {about} ({case}: {found:?}, {cause}; rows {rows:?})"
        );
    }
    for trap in Trap::ALL {
        let (name, provider, about) = trap.known();
        println!("--trap {name} --provider {provider}: {about}");
    }
}

fn named_provider(name: &str) -> Result<Provider, String> {
    Ok(match name {
        "calypso" => Provider::Calypso,
        "inqud" => Provider::Inqud,
        "rehive" => Provider::Rehive,
        _ => return Err(format!("unknown provider {name}")),
    })
}

fn defect(name: &str) -> Result<Defect, String> {
    let mut known = Defect::ALL.iter().copied();
    let found = known.find(|defect| defect.known().name == name);
    found.ok_or_else(|| format!("unknown defect {name}"))
}

fn trap(name: &str) -> Result<Trap, String> {
    let mut known = Trap::ALL.iter().copied();
    let found = known.find(|trap| trap.known().0 == name);
    found.ok_or_else(|| format!("unknown trap {name}"))
}

fn serve(shop: &Arc<Shop>, port: u16, port_file: Option<PathBuf>) -> std::io::Result<()> {
    if shop.is_trap(Trap::SlowStart) {
        thread::sleep(Duration::from_secs(2));
    }
    if shop.has(Defect::DropsOnSigterm) {
        later::watch_for_the_end();
    }
    later::resume(shop);
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let port = listener.local_addr()?.port();
    if let Some(path) = port_file {
        let unfinished = path.with_extension("unfinished");
        std::fs::write(&unfinished, port.to_string())?;
        std::fs::rename(unfinished, path)?;
    }
    println!("listening on 127.0.0.1:{port}");
    for stream in listener.incoming().flatten() {
        let shop_too = Arc::clone(shop);
        if shop.is_alone() {
            converse(&shop_too, stream);
        } else {
            thread::spawn(move || converse(&shop_too, stream));
        }
    }
    Ok(())
}

/// Answers requests until the connection ends.
fn converse(shop: &Arc<Shop>, stream: TcpStream) {
    let mut connection = Connection::new(stream);
    loop {
        let request = match connection.next(shop) {
            Next::Request(request) => request,
            Next::Refused(answer) => {
                connection.answer(shop, None, &answer);
                return;
            }
            Next::Closed => return,
        };
        shop.memory().open += 1;
        let answer = answer(shop, &request, &connection);
        shop.memory().open -= 1;
        let Some(answer) = answer else {
            return;
        };
        if !connection.answer(shop, Some(&request), &answer) {
            return;
        }
    }
}

/// The answer to a request; `None` where the connection is closed instead.
fn answer(shop: &Arc<Shop>, request: &Request, connection: &Connection) -> Option<Answer> {
    shop.requests.fetch_add(1, Ordering::SeqCst);
    Some(match (&*request.method, &*request.path) {
        ("POST", "/hooks") if shop.has(Defect::NotFound) => Answer::new(404, "Cannot POST /hooks"),
        ("POST", "/hooks") if shop.has(Defect::WrongMethod) => Answer::new(405, ""),
        ("POST", "/hooks") => return deliver::take(shop, request, connection),
        (_, "/hooks") if shop.has(Defect::GetWorks) => deliver::from_query(shop, request),
        (_, "/hooks") => Answer::new(405, ""),
        ("POST", "/orders") => orders::make(shop, request),
        ("GET", "/stats") => orders::show(shop, "/stats"),
        ("GET", path) if path.starts_with("/orders/") => orders::show(shop, path),
        _ => Answer::new(404, ""),
    })
}

/// Ends the process as an uncaught exception does.
pub(crate) fn die(why: &str) -> ! {
    eprintln!("fatal: {why}");
    std::process::exit(70)
}

/// Ends the process.
pub(crate) fn leave(code: i32) -> ! {
    std::process::exit(code)
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis())
}
