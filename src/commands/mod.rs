//! One file per subcommand; each reads like its help text and leaves the work to the other modules.

mod asking;
mod browser;
mod built_in;
mod burst_outcomes;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod deliver;
mod dry_run;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspect;
mod inspector_page;
pub(crate) mod listen;
mod listen_setup;
pub(crate) mod log;
pub(crate) mod man;
mod no_effect;
mod other_words;
mod outcomes;
pub(crate) mod own_catalogue;
mod pager;
mod prompt;
pub(crate) mod replay;
pub(crate) mod send;
mod sent_values;
pub(crate) mod test;
mod test_output;
pub(crate) mod validate;
pub(crate) mod verify;

pub(crate) use crate::context::{Context, Outcome};
