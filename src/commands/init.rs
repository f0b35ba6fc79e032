//! `init`: writes a commented `inqud-hook.toml` into the working folder; on a terminal it asks for the two settings that
//! nearly everyone needs.

use super::{Context, Outcome};
use crate::config::{EXAMPLE, FILE};
use crate::error::Error;
use crate::remote_targets::parse;
use crate::sanitize::visible;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

/// What `init` was asked to do.
#[derive(Debug)]
pub(crate) struct InitOptions {
    pub(crate) target: Option<String>,
    pub(crate) provider: Option<String>,
}

/// Writes the file.
pub(crate) fn run(context: &mut Context<'_>, options: InitOptions) -> Result<Outcome, Error> {
    let path = context.world.folder.join(FILE);
    if path.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let providers = context.catalogue.providers().iter();
    let names: Vec<&str> = providers.map(|known| &*known.manifest.name).collect();
    let target = match options.target {
        None => ask(context, "Your endpoint, such as :3000/webhooks")?,
        given => given,
    };
    let provider = match options.provider {
        None => ask(context, &format!("Its provider: {}", names.join(", ")))?,
        given => given,
    };
    if let Some(text) = &target
        && parse(text, "the target of the file")?.login().is_some()
    {
        return Err(Error::Usage {
            what: "the target has a user and a password, which do not belong into the file"
                .to_owned(),
            hint: "leave them out of it, and give them with --to or in $INQUD_HOOK_TO".to_owned(),
        });
    }
    let provider = match provider {
        Some(name) => Some(context.catalogue.provider(&name)?.manifest.name.to_string()),
        None => None,
    };
    let text = content(target.as_deref(), provider.as_deref());
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => exists(),
        _ => Error::Unwritable {
            path: FILE.to_owned(),
            source,
        },
    })?;
    context.print(format!("{FILE} is written; its comments say what can be set\n").as_bytes())?;
    context.note("it holds no secret: name the variable or the file with yours under [secrets]");
    Ok(Outcome::Good)
}

/// The answer to a question, on a terminal; an empty line leaves the setting out.
fn ask(context: &mut Context<'_>, question: &str) -> Result<Option<String>, Error> {
    if !context.world.stdin_terminal || !context.world.stderr.terminal {
        return Ok(None);
    }
    let question = format!("{} [none]: ", visible(question));
    let stderr = &mut context.world.stderr.writer;
    // Without the question the answer would be a guess.
    if stderr
        .write_all(question.as_bytes())
        .and_then(|()| stderr.flush())
        .is_err()
    {
        return Ok(None);
    }
    let mut line = Vec::new();
    let mut byte = [0];
    // A terminal gives a line at a time; more than that belongs to the next question.
    while context
        .world
        .stdin
        .read(&mut byte)
        .is_ok_and(|read| read > 0)
        && byte != *b"\n"
    {
        line.extend(byte);
    }
    let line = String::from_utf8_lossy(&line).trim().to_owned();
    Ok(Some(line).filter(|line| !line.is_empty()))
}

/// The example, with these settings set.
fn content(target: Option<&str>, provider: Option<&str>) -> String {
    let mut text = EXAMPLE.to_owned();
    for (key, value) in [("target", target), ("provider", provider)] {
        let Some(value) = value else { continue };
        let start = format!("\n#{key} = ");
        if let Some((before, after)) = text.split_once(&start) {
            let rest = after.split_once('\n').map_or("", |(_, rest)| rest);
            // TOML's strings have the escapes of JSON.
            let value = serde_json::Value::from(value);
            text = format!("{before}\n{key} = {value}\n{rest}");
        }
    }
    text
}

fn exists() -> Error {
    Error::Usage {
        what: format!("{FILE} already exists, and is left as it is"),
        hint: "edit it, or compare it with `inqud-hook config --example`; `inqud-hook config` shows what it sets"
            .to_owned(),
    }
}
