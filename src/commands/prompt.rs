//! A question on a terminal, asked again until its answer can be used.

use super::Context;
use crate::config::FILE;
use crate::error::Error;
use crate::report;
use crate::sanitize::visible;
use std::io::Write as _;

/// The checked answer; none for an empty line, or where no terminal can be asked.
pub(super) fn ask<T>(
    context: &mut Context<'_>,
    question: &str,
    check: impl Fn(&str) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    if !context.world.stdin_terminal || !context.world.stderr.terminal {
        return Ok(None);
    }
    let question = format!("{} [none]: ", visible(question));
    loop {
        // Without the question the answer would be a guess.
        if !show(context, &question) {
            return Ok(None);
        }
        let Some(line) = read_line(context) else {
            show(context, "\n");
            return Err(cancelled());
        };
        if line.is_empty() {
            return Ok(None);
        }
        match check(&line) {
            Ok(answer) => return Ok(Some(answer)),
            Err(error) => {
                let text = report::error(&error, context.stderr_paint, context.stderr_width());
                show(context, &text);
            }
        }
    }
}

/// Whether the text could be shown.
fn show(context: &mut Context<'_>, text: &str) -> bool {
    let stderr = &mut context.world.stderr.writer;
    let written = stderr.write_all(text.as_bytes());
    written.and_then(|()| stderr.flush()).is_ok()
}

/// The typed line; none if Ctrl-D ended the input.
fn read_line(context: &mut Context<'_>) -> Option<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    // A terminal gives a line at a time; more than that belongs to the next question.
    while byte != *b"\n" {
        if context.world.stdin.read(&mut byte).ok()? == 0 {
            return None;
        }
        line.extend(byte);
    }
    Some(String::from_utf8_lossy(&line).trim().to_owned())
}

fn cancelled() -> Error {
    Error::Usage {
        what: format!("cancelled; {FILE} is not written"),
        hint: "press Enter to leave a setting out, or give them, as in `inqud-hook init :3000/webhooks`"
            .to_owned(),
    }
}
