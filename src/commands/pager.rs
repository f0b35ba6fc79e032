//! Long output on a terminal goes through the user's pager. Shared by all commands that only show something.

use crate::context::Context;
use crate::error::Error;
use crate::http::ignore_ctrl_c_during;
use crate::report::{CatalogueMessage, Format, Message};
use std::process::{Child, Command, Stdio};

/// The default: ends by itself where the output fits the screen, shows colours, and leaves the output there.
const DEFAULT: &str = "less -FRX";

/// Does the work with a pager between it and the terminal; `long` output goes through one.
pub(crate) fn paged<T>(
    context: &mut Context<'_>,
    long: bool,
    work: impl FnOnce(&mut Context<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let Some(mut pager) = long.then(|| start(context)).flatten() else {
        return work(context);
    };
    let Some(input) = pager.stdin.take() else {
        return work(context);
    };
    // Ctrl-C belongs to the pager: it stops a search there.
    let done = ignore_ctrl_c_during(|| {
        let own = std::mem::replace(&mut context.world.stdout.writer, Box::new(input));
        let done = work(context);
        // The pager learns that this is all.
        context.world.stdout.writer = own;
        let _ = pager.wait();
        done
    });
    done.map_err(|source| Error::System {
        what: "cannot wait for the pager".to_owned(),
        source,
    })?
}

/// Shows pages and lists, through a pager if they are for people.
pub(super) fn show<'m>(
    context: &mut Context<'_>,
    format: Format,
    messages: impl IntoIterator<Item = CatalogueMessage<'m>>,
) -> Result<(), Error> {
    paged(context, format == Format::Human, |context| {
        let messages: Vec<_> = messages.into_iter().collect();
        let is_list = messages.iter().all(CatalogueMessage::is_entry);
        let messages = messages.into_iter().map(Message::Catalogue);
        if is_list {
            context.say_list(format, messages)
        } else {
            context.say(format, messages)
        }
    })
}

/// Starts the pager that the user wants, where the output is a terminal. Without one the output is printed as it is.
fn start(context: &Context<'_>) -> Option<Child> {
    let env = &*context.world.environment;
    if !context.world.stdout.terminal || env("TERM").is_some_and(|term| term == "dumb") {
        return None;
    }
    let line = env("PAGER").map_or_else(
        || DEFAULT.to_owned(),
        |line| line.to_string_lossy().into_owned(),
    );
    // `cat` is the usual way to ask for none.
    let mut words = line.split_whitespace();
    let program = words.next().filter(|program| *program != "cat")?;
    let mut command = Command::new(program);
    if env("LESS").is_none() {
        // A bare `less` would show the codes of colours.
        command.env("LESS", "FRX");
    }
    command.args(words).stdin(Stdio::piped()).spawn().ok()
}
