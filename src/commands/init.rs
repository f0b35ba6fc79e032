//! `init`: writes a commented `inqud-hook.toml` into the working folder; on a terminal it asks for the two settings that
//! nearly everyone needs.

use super::prompt::ask;
use super::{Context, Outcome};
use crate::config::{EXAMPLE, FILE, found_file};
use crate::error::Error;
use crate::http::Target;
use crate::remote_targets::parse;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::net::IpAddr;

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
    let catalogue = context.catalogue;
    let providers = catalogue.providers().iter();
    let names: Vec<&str> = providers.map(|known| &*known.manifest.name).collect();
    let check_provider = |name: &str| Ok(catalogue.provider(name)?.manifest.name.to_string());
    let target = match options.target {
        None => ask(
            context,
            "Your endpoint, such as :3000/webhooks",
            check_target,
        )?,
        Some(given) => Some(check_target(&given)?),
    };
    let provider = match options.provider {
        None => {
            let question = format!("Its provider: {}", names.join(", "));
            ask(context, &question, check_provider)?
        }
        Some(given) => Some(check_provider(&given)?),
    };
    let replaced = found_file(&context.world.folder, &*context.world.environment);
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
    let next = "name the variable or the file with your secret under [secrets]";
    context.print(format!("{FILE} is written; {next}\n").as_bytes())?;
    if let Some(replaced) = replaced {
        context.note(&format!(
            "{FILE} replaces {} for this folder: only the nearest file is used",
            replaced.display()
        ));
    }
    if let Some(host) = target.as_deref().and_then(remote_host) {
        context.note(&format!(
            "{host} is not this machine: `send` refuses it unless allowed_hosts lists it or --allow-remote is given"
        ));
    }
    Ok(Outcome::Good)
}

/// The endpoint as given, if the file may hold it.
fn check_target(text: &str) -> Result<String, Error> {
    if parse(text, "the target of the file")?.login().is_some() {
        return Err(Error::Usage {
            what: "the target has a user and a password, which do not belong into the file"
                .to_owned(),
            hint: "leave them out of it, and give them with --to or in $INQUD_HOOK_TO".to_owned(),
        });
    }
    Ok(text.to_owned())
}

/// The host of an endpoint that looks like another machine; nothing is looked up for it.
fn remote_host(target: &str) -> Option<String> {
    let target = Target::parse(target).ok()?;
    let host = target.host();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let own = match address {
        Ok(ip) => ip.to_canonical().is_loopback() || ip.is_unspecified(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    };
    (!own).then(|| host.to_owned())
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
