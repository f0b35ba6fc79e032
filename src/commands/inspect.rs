//! `inspect`: shows recorded deliveries on a page, and those that are appended to a journal meanwhile.

use super::browser::open;
use super::deliver::setup;
use super::inspector_page::{page_server, settings};
use super::verify::{VerifyOptions, verifier};
use super::{Context, Outcome};
use crate::error::Error;
use crate::http::interrupt_flag;
use crate::inspector::{FilesRead, InspectorSettings, may_grow, own_port};
use crate::log::EntryReader;
use crate::outbound::{RouteOptions, SenderOptions, resolve};
use crate::redact::headers::HeaderRedactor;
use crate::report::{self, ListenMessage, Message};
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

/// How the page is served.
#[derive(Debug)]
pub(crate) struct PageOptions {
    pub(crate) port: u16,
    pub(crate) bind: Option<IpAddr>,
    /// Other names that it is reached by.
    pub(crate) hosts: Vec<String>,
    /// How many deliveries are kept.
    pub(crate) keep: usize,
    /// Open it in the browser.
    pub(crate) open: bool,
}

/// What `inspect` was asked to do.
#[derive(Debug)]
pub(crate) struct InspectOptions {
    pub(crate) page: PageOptions,
    /// Where deliveries can be sent.
    pub(crate) route: RouteOptions,
    /// What is read, and how signatures are verified.
    pub(crate) verify: VerifyOptions,
}

/// Shows the deliveries until Ctrl-C.
pub(crate) fn run(context: &mut Context<'_>, options: InspectOptions) -> Result<Outcome, Error> {
    let InspectOptions {
        page,
        route,
        verify,
    } = options;
    let (paths, format) = (verify.paths.clone(), verify.format);
    let follows = matches!(paths.as_slice(), [path] if may_grow(path));
    let sender = SenderOptions {
        scheme: verify.scheme.clone(),
        secret_file: verify.secret_file.clone(),
        headers: Vec::new(),
    };
    let verifier = verifier(context, verify)?;
    let secrets = verifier.keys().iter().map(|key| &key.held.secret);
    let redactor = Arc::new(HeaderRedactor::new(context.catalogue, secrets));
    let levels = context.config.levels.clone();
    let reader = EntryReader::new(context.catalogue, levels, verifier, context.zone());
    let server = page_server(context, &page)?;
    check_targets(context, &route, server.address)?;
    let inspector = page.serve(
        server,
        InspectorSettings {
            reader: Some(reader.into()),
            sources: paths.iter().map(|path| name(path)).collect(),
            following: follows,
            ..settings(context, &page, (Arc::default(), redactor), sender, route)
        },
    );
    let (link, files) = (inspector.link(), inspector.reader(paths.clone()));
    let door = page.open.then(|| inspector.door());
    if follows {
        for path in &paths {
            if std::fs::metadata(path).is_ok_and(|data| data.len() == 0) {
                let name = name(path);
                context.note(&format!("{name} is empty; what is appended to it is shown"));
            }
        }
        // It ends with the process: a file that is followed has no end.
        thread::spawn(move || files.follow());
    } else {
        context.note_stdin(&paths);
        let mut stdin = std::mem::replace(&mut context.world.stdin, Box::new(std::io::empty()));
        say(context, files.read(&mut *stdin)?, paths.len())?;
    }
    let interrupted = interrupt_flag().map_err(|source| Error::System {
        what: "cannot listen for signals".to_owned(),
        source,
    })?;
    inspector.start()?;
    context.say(format, [Message::Listen(ListenMessage::Inspecting(&link))])?;
    if let Some(door) = &door {
        open(context, door, &link);
    }
    while !interrupted.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(50));
    }
    Ok(Outcome::Interrupted)
}

/// Refuses targets before there is a page to send from.
fn check_targets(
    context: &Context<'_>,
    options: &RouteOptions,
    own: SocketAddr,
) -> Result<(), Error> {
    if options.targets.is_empty() {
        return Ok(());
    }
    let routes = resolve(setup(context), options, &[])?;
    let mut routes = routes
        .iter()
        .filter_map(|routed| routed.route.as_ref().ok());
    match routes.find(|route| route.reaches(own)) {
        Some(_) => Err(own_port(own)),
        None => Ok(()),
    }
}

/// Says what could not be read; fails where nothing could.
fn say(context: &mut Context<'_>, read: FilesRead, files: usize) -> Result<(), Error> {
    context.notes(&read.notes);
    let mut failed = read.failed;
    if failed.len() == files && !failed.is_empty() {
        return Err(failed.swap_remove(0));
    }
    for error in failed {
        let width = context.stderr_width();
        let text = report::error(&error, context.stderr_paint, width);
        // If stderr is closed, the page still tells what there is.
        let _ = context.world.stderr.writer.write_all(text.as_bytes());
    }
    Ok(())
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
