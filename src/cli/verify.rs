//! The flags of `verify`, and how they become its options.

use super::values::FormatFlag;
use super::{EXIT_CODES, MORE, PAGE};
use crate::commands::verify::VerifyOptions;
use crate::report::Format;
use crate::scheme_choice::SchemeChoice;
use crate::verifying::Language;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  inqud-hook verify body.json --header 'Sign: 3d025c57…'
  inqud-hook verify body.json --signature 3d025c57… --secret-file key.txt
  inqud-hook verify request.http
  inqud-hook verify journal.ndjson --format json
  pbpaste | inqud-hook verify - --example node",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Verify {
    /// Bodies, HTTP requests, journals, HAR files, folders, or -
    ///
    /// An HTTP request is text that begins with a request line or headers, as pasted from a log; curl commands are read
    /// too, and the output of curl -v with the body below it. In other text, such as a mail, the signature and the body
    /// are looked for. Journals are read, and the output of `listen --format json`. From folders, *.json, *.ndjson,
    /// *.jsonl, *.har and *.http files are read. - is standard input.
    #[arg(required_unless_present = "example", value_name = "FILE")]
    pub(super) paths: Vec<PathBuf>,
    /// A header of the delivery, as in 'Sign: 3d02…'
    ///
    /// Replaces recorded headers of the same name. Can be repeated.
    #[arg(
        long,
        short = 'H',
        value_name = "NAME: VALUE",
        help_heading = "Signature"
    )]
    header: Vec<String>,
    /// The value of the provider's signature header
    #[arg(
        long,
        value_name = "VALUE",
        allow_hyphen_values = true,
        help_heading = "Signature"
    )]
    signature: Option<String>,
    /// Who sent it [default: detected]
    ///
    /// From the body, or from the header that carries a signature.
    #[arg(long, value_name = "PROVIDER", help_heading = "Signature")]
    provider: Option<String>,
    /// Verify as this provider does
    ///
    /// Whichever provider's body it is.
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
    #[arg(long, value_name = "FILE", help_heading = "Signature")]
    pub(super) secret_file: Option<PathBuf>,
    /// Print the right signature of what is not valid
    ///
    /// A secret that is sent as it is stays hidden.
    #[arg(long, help_heading = "Output")]
    show_signature: bool,
    /// Print the right check in node, python, php or go
    ///
    /// By default its essential line is printed in all of them if code that signs or verifies seems to be wrong. With
    /// --provider no file is needed.
    #[arg(
        long,
        value_name = "LANGUAGE",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    example: Option<Language>,
    #[command(flatten)]
    format: FormatFlag<Format>,
}

impl Verify {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> VerifyOptions {
        VerifyOptions {
            paths: self.paths,
            headers: self.header,
            signature: self.signature,
            provider: self.provider,
            scheme: SchemeChoice::named(self.scheme),
            secret_file: self.secret_file,
            show_signature: self.show_signature,
            example: self.example,
            format: self.format.format,
        }
    }
}
