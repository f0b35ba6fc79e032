//! The library behind `inqud-hook`: everything but the outside world, which the binary hands in.
//!
//! A command line becomes checked options (`cli`, then [`run`]); the configuration and the catalogue are loaded; a
//! command works with them and says what happened as messages; `report` decides how they look. Knowledge runs one
//! way: the commands know [`catalogue`], [`body`], [`signature`], [`lint`], [`delivery`] and [`report`], and these know
//! each other only as plain values: a manifest, a delivery, a finding, a capture.
//!
//! - [`catalogue`]: providers, events, samples, schemas, scenarios; all of it data under `payloads/`
//! - [`body`]: a sample or a user's text, edited, and renewed for every delivery
//! - [`signature`]: raw bytes and a secret → the header that signs them, and whether one does
//! - [`lint`]: a body's text → findings with their places
//! - [`delivery`]: deliveries as they travel and as they are written down; the only module that touches the network
//! - [`report`]: how everything looks, for people and machines
//! - [`config`]: `inqud-hook.toml`, the environment, and where each value came from
//! - [`secret`]: a key that never shows itself
//! - `redact`: finds secrets in a text, however they are written, and puts stars in their place
//! - [`error`]: every way in which the tool itself can fail

pub mod body;
mod bounded_read;
pub mod capture;
pub mod catalogue;
mod cli;
mod commands;
pub mod config;
pub mod error;
pub mod http;
pub(crate) mod inbound;
mod json;
pub mod lint;
pub mod outbound;
mod redact;
pub mod report;
mod sanitize;
pub mod secret;
pub mod signature;
mod suggest;
mod time;

use crate::catalogue::Catalogue;
use crate::cli::{Cli, Command, Global, LevelFlags};
use crate::commands::{
    Context, Outcome, completions, config as config_command, events, explain, man, replay, validate,
};
use crate::config::{Config, FoundPart, Level, Origin, Valued};
use crate::error::Error;
use crate::report::{ColorChoice, Paint, colour_for};
use clap::Parser as _;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::time::SystemTime;

/// Where results or remarks go.
pub struct Stream {
    /// Takes the bytes.
    pub writer: Box<dyn Write + Send>,
    /// Whether a person sees them come.
    pub terminal: bool,
}

/// Reads a variable of the environment.
pub type Environment = Box<dyn Fn(&str) -> Option<OsString>>;

/// The outside world, as the binary finds it.
pub struct World {
    /// The command line, the program's name first.
    pub arguments: Vec<OsString>,
    /// The environment.
    pub environment: Environment,
    /// The working folder.
    pub folder: PathBuf,
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Results.
    pub stdout: Stream,
    /// Everything else.
    pub stderr: Stream,
    /// The columns of the terminal, where there is one.
    pub width: Option<usize>,
    /// How many threads may work; asked only where there is work for more than one, since the answer costs system calls.
    pub threads: fn() -> usize,
    /// The clock; asked only where a seed does not stand in its place.
    pub now: fn() -> SystemTime,
    /// A number that nobody can guess, for a run without a seed.
    pub entropy: fn() -> u64,
}

/// Does what the command line says, and returns the exit code.
pub fn run(mut world: World) -> u8 {
    let cli = match Cli::try_parse_from(&world.arguments) {
        Ok(cli) => cli,
        Err(usage) => {
            let usage = shown(&world.arguments).unwrap_or(usage);
            return say_usage(&mut world, &usage);
        }
    };
    let color = cli.global.color;
    match execute(cli, &mut world) {
        Ok(Outcome::Good) | Err(Error::Closed) => 0,
        Ok(Outcome::Found) => 1,
        Ok(Outcome::Failed) => 2,
        // As the shell counts what Ctrl-C ended.
        Ok(Outcome::Interrupted) => 130,
        Err(error) => {
            let paint = Paint::new(colour_for(
                color,
                world.stderr.terminal,
                &*world.environment,
            ));
            // Where stderr is closed, too, the exit code has to do.
            let _ = world
                .stderr
                .writer
                .write_all(report::error(&error, paint).as_bytes());
            2
        }
    }
}

/// What is wrong with the arguments once they are made visible: clap repeats them as they are, under its own colours.
fn shown(arguments: &[OsString]) -> Option<clap::Error> {
    let arguments = arguments
        .iter()
        .map(|argument| sanitize::visible(&argument.to_string_lossy()).into_owned());
    Cli::try_parse_from(arguments).err()
}

/// Help and versions go to stdout, wrong usage to stderr.
fn say_usage(world: &mut World, usage: &clap::Error) -> u8 {
    let wrong = usage.use_stderr();
    let stream = if wrong {
        &mut world.stderr
    } else {
        &mut world.stdout
    };
    let text = usage.render();
    let coloured = colour_for(ColorChoice::Auto, stream.terminal, &*world.environment);
    let text = if coloured {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    // A closed pipe is a quiet end here, too.
    let _ = stream
        .writer
        .write_all(text.as_bytes())
        .and_then(|()| stream.writer.flush());
    if wrong { 2 } else { 0 }
}

fn execute(cli: Cli, world: &mut World) -> Result<Outcome, Error> {
    let Cli { global, command } = cli;
    let Global {
        config,
        catalog,
        color,
    } = global;
    let paint = Paint::new(colour_for(
        color,
        world.stdout.terminal,
        &*world.environment,
    ));
    let stderr_paint = Paint::new(colour_for(
        color,
        world.stderr.terminal,
        &*world.environment,
    ));
    let mut config = Config::load(config, &world.folder, &*world.environment)?;
    if !catalog.is_empty() {
        config.catalogue = Valued {
            value: catalog,
            origin: Origin::Flag("--catalog"),
        };
    }
    let catalogue =
        Catalogue::load_checked(&config.catalogue.value, &|path| config.check_place(path));
    let catalogue = catalogue.map_err(|error| named_in(error, &config.catalogue.origin))?;
    let catalogue: &'static Catalogue = Box::leak(Box::new(catalogue));
    if !config.catalogue.value.is_empty() {
        // What is built in was checked by tests; what a user wrote is checked before it is used.
        commands::check_catalogue(catalogue)?;
    }
    let providers: Vec<&str> = catalogue
        .providers()
        .iter()
        .map(|provider| provider.manifest.name.as_str())
        .collect();
    config.secrets_from(&*world.environment, &providers)?;
    let mut context = Context {
        config,
        catalogue,
        world,
        paint,
        stderr_paint,
    };
    context.say_found(parts(&command));
    match command {
        Command::Validate(flags) => {
            set_levels(&mut context.config, &flags.levels)?;
            let options = validate::ValidateOptions {
                paths: flags.paths,
                event: flags.event,
                provider: flags.provider,
                levels: context.config.levels.clone(),
                format: flags.format,
                output: flags.output,
                verbose: flags.verbose,
            };
            validate::run(&mut context, options)
        }
        Command::Events(flags) => {
            let request = match (flags.name, flags.provider) {
                (Some(name), _) if flags.sample => events::EventsRequest::Sample {
                    name,
                    form: flags.form,
                },
                (Some(name), _) if flags.schema => events::EventsRequest::Schema { name },
                (Some(name), _) => events::EventsRequest::Page {
                    name,
                    form: flags.form,
                },
                (None, provider) if flags.scenarios => {
                    events::EventsRequest::Scenarios { provider }
                }
                (None, provider) => events::EventsRequest::List { provider },
            };
            events::run(&mut context, &request, flags.format)
        }
        Command::Send(flags) => outbound::run(&mut context, &flags.options()),
        Command::Replay(flags) => replay::run(&mut context, &flags.options()),
        Command::Listen(flags) => inbound::run(&mut context, &flags.options()),
        Command::Explain(flags) => explain::run(&mut context, flags.rule.as_deref(), flags.format),
        Command::Config(flags) => {
            set_levels(&mut context.config, &flags.levels)?;
            config_command::run(&mut context, flags.format)
        }
        Command::Completions(flags) => completions::run(&mut context, flags.shell),
        Command::Man(flags) => {
            let request = flags
                .dir
                .map_or(man::ManRequest::Page(flags.command), man::ManRequest::Files);
            man::run(&mut context, &request)
        }
    }
}

/// What of a configuration changes what a command does, without being shown by it.
fn parts(command: &Command) -> &'static [FoundPart] {
    match command {
        Command::Send(_) | Command::Replay(_) | Command::Listen(_) => &FoundPart::ALL,
        Command::Validate(_) => &[FoundPart::Catalogue, FoundPart::Lint],
        Command::Events(_) | Command::Completions(_) => &[FoundPart::Catalogue],
        Command::Explain(_) => &[FoundPart::Lint],
        Command::Config(_) | Command::Man(_) => &[],
    }
}

/// A catalogue folder that cannot be read, with who named it: its path may be relative to a configuration.
fn named_in(error: Error, origin: &Origin) -> Error {
    match error {
        Error::Unreadable { .. } => {
            let why = format!("{error} (named in {origin})");
            Error::Catalogue {
                place: "a folder with providers".to_owned(),
                why,
            }
        }
        other => other,
    }
}

fn set_levels(config: &mut Config, flags: &LevelFlags) -> Result<(), Error> {
    let origin = |word: &str| {
        Origin::Flag(match word {
            "deny" => "--deny",
            "warn" => "--warn",
            _ => "--allow",
        })
    };
    config.set_levels(
        &[
            (Level::Deny, &flags.deny),
            (Level::Warn, &flags.warn),
            (Level::Allow, &flags.allow),
        ],
        &origin,
    )
}
