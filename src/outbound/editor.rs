//! `--edit`: opens the body in the user's editor before it is signed. Nothing else in `send` starts another program.

use crate::config::Env;
use crate::error::Error;
use crate::http::ignore_ctrl_c_during;
use std::ffi::OsStr;
use std::process::Command;
use std::{fs, io};

/// The body as the user edited it.
pub(crate) fn edit(env: Env<'_>, body: &[u8]) -> Result<Vec<u8>, Error> {
    let named = |name: &str| env(name).filter(|editor| !editor.is_empty());
    let Some(editor) = named("VISUAL").or_else(|| named("EDITOR")) else {
        return Err(Error::Usage {
            what: "--edit needs an editor, but neither $VISUAL nor $EDITOR is set".to_owned(),
            hint: "set one, as in EDITOR=nano, or change single fields with --set".to_owned(),
        });
    };
    // Ctrl-C is ignored until the temporary file is deleted.
    ignore_ctrl_c_during(|| edit_with(&editor, body)).map_err(system("cannot start the editor"))?
}

fn system(what: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::System {
        what: what.to_owned(),
        source,
    }
}

fn edit_with(editor: &OsStr, body: &[u8]) -> Result<Vec<u8>, Error> {
    let file = tempfile::Builder::new()
        .prefix("inqud-hook-")
        .suffix(".json")
        .tempfile();
    let path = file
        .map_err(system("cannot create a file for the editor"))?
        .into_temp_path();
    let shown = pretty(body);
    fs::write(&path, &shown).map_err(system("cannot write the file for the editor"))?;
    // The variable may hold arguments, as in "code --wait": the shell splits them.
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let mut line = editor.to_owned();
    line.push(if cfg!(windows) {
        " \"%INQUD_HOOK_EDIT%\""
    } else {
        " \"$INQUD_HOOK_EDIT\""
    });
    let ended = Command::new(shell)
        .arg(flag)
        .arg(line)
        .env("INQUD_HOOK_EDIT", &path)
        .status();
    let ended = ended.map_err(system("cannot start the editor"))?;
    if !ended.success() {
        let what = format!(
            "editor {:?} exited with an error; nothing was sent",
            editor.to_string_lossy()
        );
        return Err(Error::Usage {
            what,
            hint: "save and quit the editor normally to send".to_owned(),
        });
    }
    let mut edited = fs::read(&path).map_err(system("cannot read the edited file"))?;
    // An unchanged body is sent as it was, without the indentation that was added for the editor.
    if edited == shown {
        return Ok(body.to_vec());
    }
    // Editors end a file with a newline; providers send none.
    if edited.last() == Some(&b'\n') && body.last() != Some(&b'\n') {
        edited.pop();
    }
    Ok(edited)
}

/// A JSON body with one field a line and every digit kept; any other body unchanged.
fn pretty(body: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(body).ok();
    text.and_then(crate::json::indented)
        .map_or_else(|| body.to_vec(), String::into_bytes)
}
