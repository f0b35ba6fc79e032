//! The library behind `inqud-hook`. The binary hands in the outside world as a [`World`]; [`run`] does what the command
//! line says.
//!
//! # What may use what
//!
//! A module may use those on the lines below its own. `tests/integration/architecture.rs` reads this table.
//!
//! ```text
//! cli                                 flags become checked options
//! commands                            one file per subcommand
//! judge                               `test`: its cases, how an endpoint is started, watched and judged
//! inspector                           deliveries shown on a page, and sent again from it
//! log                                 recorded deliveries searched, shown and compared
//! inbound, outbound, validation       deliveries that arrive; deliveries that leave; recorded bodies that are linted
//! verifying                           captured deliveries whose signatures are checked
//! context                             what every command works with
//! report                              all output, for people and machines
//! capture                             recorded deliveries and bodies, read and written: the journal, archives, folders
//! redact                              hides secrets in text
//! remote_targets, scheme_choice       which targets are allowed; whose scheme signs and verifies
//! body, lint, signature               bodies edited and renewed; findings; signing, verifying, diagnosing
//! catalogue, config, http             the providers' facts; settings; HTTP/1.1, exact to the byte
//! cases, rules, secret                the cases of `test`; the linter's rules and their levels; a key that is never printed
//! error                               every way the tool itself can fail
//! bounded_read, filled_folders, json, sanitize, suggest, time, uuid, world
//! ```
//!
//! # Where things travel
//!
//! - **A delivery that is sent**: [`outbound`] takes a sample from the [`catalogue`], lets [`body`] give it new ids and
//!   times, signs it with [`signature`], hands it to [`http`], judges the response, and retries as the
//!   provider would.
//! - **A delivery that arrives**: [`http`] reads it, byte for byte; `inbound` verifies its [`signature`], validates its
//!   body with [`lint`], compares it with earlier ones (duplicates, order), writes it to the journal in [`capture`], and answers or forwards
//!   it.
//! - **A delivery on the page**: `inbound` hands what arrived to `inspector`, or that reads what was recorded by [`capture`]
//!   and `log`; a server of its own shows it, and has [`outbound`] send it again.
//! - **An endpoint that is judged**: `judge` passes the gate with a genuine delivery, watches what a payment does to the
//!   shop's state, and runs the cases. Each makes orders, sends deliveries byte for byte over [`http`], compares states, and
//!   names a cause; its page is in [`cases`].
//! - **A signature that is asked about**: `verifying` undoes what copying changed in a delivery, and [`signature`] says why
//!   it is wrong; [`outbound`] asks an endpoint the other way round, with wrong signatures.
//! - **A body in a file**: [`capture`] reads files, folders and streams; [`lint`] recognises the event, walks the text
//!   once and returns findings; `validation` does that on several threads and reports in the order of the input.
//! - **An event's name**: [`catalogue`] finds what a user typed, or suggests similar names; [`lint`] finds the one that a
//!   body has.
//!
//! All of them say what happened as values; [`report`] decides how it looks. Something wrong with a body or an endpoint
//! is such a value; an [`error`](error::Error) means that the tool could not do its work.

pub mod body;
mod bounded_read;
pub mod capture;
pub mod cases;
pub mod catalogue;
mod cli;
mod commands;
pub mod config;
mod context;
pub mod error;
mod filled_folders;
pub mod http;
pub(crate) mod inbound;
mod inspector;
mod json;
mod judge;
pub mod lint;
mod log;
pub mod outbound;
mod redact;
mod remote_targets;
pub mod report;
pub mod rules;
mod sanitize;
mod scheme_choice;
pub mod secret;
pub mod signature;
mod suggest;
mod time;
mod uuid;
mod validation;
mod verifying;
mod world;

pub use world::{Environment, Stream, World};

use crate::cli::{Cli, Command, Global, Usage};
use crate::commands::{
    completions, config as config_command, events, explain, init, inspect, listen,
    log as log_command, man, own_catalogue, replay, send, test, validate, verify,
};
use crate::config::{Config, Origin, Valued};
use crate::context::{Context, Outcome};
use crate::error::Error;
use crate::redact::headers::is_confidential;
use crate::report::{ColorChoice, Paint, colour_for};

/// Does what the command line says, and returns the exit code.
pub fn run(mut world: World) -> u8 {
    let cli = match cli::parse(&world.arguments) {
        Ok(cli) => cli,
        Err(usage) => return print_usage(&mut world, &usage),
    };
    let color = cli.global.color;
    match execute(cli, &mut world) {
        Ok(outcome) => outcome.code(),
        Err(Error::Closed) => Outcome::Good.code(),
        Err(error) => {
            print_error(&mut world, &error, color);
            Outcome::Failed.code()
        }
    }
}

/// Loads what all commands work with, and runs the one that was asked for.
fn execute(cli: Cli, world: &mut World) -> Result<Outcome, Error> {
    let Cli { global, command } = cli;
    let context = &mut context(global, &command, world)?;
    context.say_found(command.silent_settings());
    context.say_unknown_variables();
    if command.secret_from_stdin()? {
        context.read_secret()?;
    }
    command.set_levels(&mut context.config)?;
    match command {
        Command::Send(flags) => send::run(context, &flags.options()?),
        Command::Listen(flags) => listen::run(context, flags.options()),
        Command::Log(flags) => log_command::run(context, flags.options()),
        Command::Inspect(flags) => inspect::run(context, flags.options()),
        Command::Replay(flags) => replay::run(context, &flags.options()?),
        Command::Test(flags) => test::run(context, flags.options()),
        Command::Validate(flags) => validate::run(context, &flags.options()),
        Command::Verify(flags) => verify::run(context, flags.options()),
        Command::Events(flags) => events::run(context, &flags.options()),
        Command::Explain(flags) => explain::run(context, &flags.options()),
        Command::Init(flags) => init::run(context, flags.options()),
        Command::Config(flags) => config_command::run(context, &flags.options()),
        Command::Completions(flags) => completions::run(context, flags.options()),
        Command::Man(flags) => man::run(context, &flags.options()),
    }
}

fn context<'w>(
    global: Global,
    command: &Command,
    world: &'w mut World,
) -> Result<Context<'w>, Error> {
    // A file that cannot be used must not keep `init` from writing the one that takes its place.
    let searched = Some(&*world.folder).filter(|_| !matches!(command, Command::Init(_)));
    let mut config = Config::load(
        global.config,
        global.env_file,
        searched,
        &*world.environment,
    )?;
    if !global.catalog.is_empty() {
        config.catalogue = Valued {
            value: global.catalog,
            origin: Origin::Flag("--catalog"),
        };
    }
    // `run` is called once in a process, and `listen` needs a catalogue that outlives its tasks.
    let catalogue = &*Box::leak(Box::new(own_catalogue::load(&config)?));
    let providers = catalogue.providers().iter();
    let names: Vec<&str> = providers.map(|known| &*known.manifest.name).collect();
    if command.reads_settings() {
        let variables = (world.variable_names)();
        let variables = variables
            .iter()
            .map(|name| name.to_string_lossy().into_owned());
        config.find_unknown_variables(variables, &names, is_confidential);
    }
    config.secrets_from(&*world.environment, &names)?;
    Ok(Context::new(config, catalogue, global.color, world))
}

/// Prints help and versions to stdout, errors of usage to stderr.
fn print_usage(world: &mut World, usage: &Usage) -> u8 {
    let (stream, outcome) = if usage.is_error() {
        (&mut world.stderr, Outcome::Failed)
    } else {
        (&mut world.stdout, Outcome::Good)
    };
    let terminal = stream.terminal;
    let coloured = colour_for(ColorChoice::Auto, terminal, &*world.environment);
    let width = world.width.filter(|_| terminal);
    let text = usage.text(coloured, width);
    // A closed pipe is not an error.
    let _ = stream
        .writer
        .write_all(text.as_bytes())
        .and_then(|()| stream.writer.flush());
    outcome.code()
}

fn print_error(world: &mut World, error: &Error, color: ColorChoice) {
    let coloured = colour_for(color, world.stderr.terminal, &*world.environment);
    let width = world.width.filter(|_| world.stderr.terminal);
    let text = report::error(error, Paint::new(coloured), width);
    // If stderr is closed, the exit code still tells.
    let _ = world.stderr.writer.write_all(text.as_bytes());
}
