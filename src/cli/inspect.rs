//! The flags of the page, which `listen` has too, those of `inspect`, and how they become its options.

use super::listen_values::{ip, port};
use super::values::{FormatFlag, whole};
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::inspect::{InspectOptions, PageOptions};
use crate::commands::verify::VerifyOptions;
use crate::outbound::RouteOptions;
use crate::report::Format;
use crate::scheme_choice::SchemeChoice;
use clap::Args;
use std::net::IpAddr;
use std::path::PathBuf;

/// How the page is served. They all need what is shown: `--inspect` of `listen`, or the files of `inspect`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Inspector")]
pub(super) struct PageFlags {
    /// Keep this many deliveries for the page
    ///
    /// In memory, and at most 64 MiB of them.
    #[arg(
        long,
        value_name = "N",
        value_parser = whole::<usize>(1..=1_000_000),
        default_value = "1000",
        requires = "inspect",
        hide_short_help = true
    )]
    inspect_keep: usize,
    /// The address of the page [default: 127.0.0.1]
    ///
    /// For containers; with --inspect-host.
    #[arg(
        long,
        value_name = "ADDRESS",
        value_parser = ip,
        requires = "inspect",
        hide_short_help = true
    )]
    inspect_bind: Option<IpAddr>,
    /// Also accept this host for the page, such as a container's
    ///
    /// With a port where that is another one outside. Can be repeated.
    #[arg(
        long,
        value_name = "NAME",
        value_parser = page_host,
        requires = "inspect",
        hide_short_help = true
    )]
    inspect_host: Vec<String>,
    /// Open the page in the browser
    #[arg(long, requires = "inspect", hide_short_help = true)]
    open: bool,
}

impl PageFlags {
    /// The page on that port.
    pub(super) fn options(self, port: u16) -> PageOptions {
        PageOptions {
            port,
            bind: self.inspect_bind,
            hosts: self.inspect_host,
            keep: self.inspect_keep,
            open: self.open,
        }
    }
}

/// A host's name, perhaps with a port.
fn page_host(text: &str) -> Result<String, String> {
    let (name, port) = text.split_once(':').unwrap_or((text, "1"));
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if is_name && !name.is_empty() && port.parse::<u16>().is_ok() {
        Ok(text.to_owned())
    } else {
        Err("give a name like hooks.test, or one with a port such as localhost:9000".to_owned())
    }
}

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook inspect hooks.ndjson
  inqud-hook inspect hooks.ndjson --to localhost:3000/webhooks
  inqud-hook inspect exported.har --open",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Inspect {
    /// Journals, HTTP archives (HAR), HTTP requests, bodies, folders
    ///
    /// A journal that is given alone is followed as it grows.
    // The flags of the page need it under this name.
    #[arg(id = "inspect", value_name = "FILE", required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// The port of the page; any free one by default
    #[arg(
        long,
        value_name = "PORT",
        value_parser = port,
        default_value = "0",
        hide_default_value = true,
        help_heading = "Inspector"
    )]
    port: u16,
    /// Where deliveries can be sent from the page
    ///
    /// Can be repeated.
    #[arg(long, value_name = "URL", help_heading = "Target")]
    to: Vec<String>,
    /// Send to other hosts than this machine
    #[arg(long, requires = "to", help_heading = "Target", hide_short_help = true)]
    allow_remote: bool,
    /// Verify and sign as this provider does
    #[arg(
        long,
        value_name = "SCHEME",
        help_heading = "Signature",
        hide_short_help = true
    )]
    scheme: Option<String>,
    /// File with the secret, or - for stdin
    ///
    /// By default the secret is taken from the environment or the configuration, otherwise it is the built-in test secret.
    /// [$INQUD_HOOK_SECRET_CALYPSO, …, $INQUD_HOOK_SECRET]
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Signature",
        hide_short_help = true
    )]
    pub(super) secret_file: Option<PathBuf>,
    #[command(flatten)]
    page: PageFlags,
    #[command(flatten)]
    format: FormatFlag<Format>,
}

impl Inspect {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> InspectOptions {
        InspectOptions {
            page: self.page.options(self.port),
            route: RouteOptions {
                targets: self.to,
                allow_remote: self.allow_remote,
                timeout: None,
                insecure: false,
                authorities: None,
            },
            verify: VerifyOptions {
                paths: self.paths,
                headers: Vec::new(),
                signature: None,
                provider: None,
                scheme: SchemeChoice::named(self.scheme),
                secret_file: self.secret_file,
                show_signature: false,
                example: None,
                format: self.format.format,
            },
        }
    }
}
