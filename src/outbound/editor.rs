//! `--edit`: opens the body in the user's editor before it is signed. Nothing else that sends starts another program.

use super::batch::{Batch, Content};
use crate::config::Env;
use crate::error::Error;
use crate::http::ignore_ctrl_c_during;
use std::ffi::OsStr;
use std::process::Command;
use std::time::Duration;
use std::{fs, io};

/// Lets the user edit the one body of a batch; `otherwise` is what to do where it has several.
pub(crate) fn edit_body(batch: &mut Batch<'_>, env: Env<'_>, otherwise: &str) -> Result<(), Error> {
    let [step] = batch.steps.as_slice() else {
        return Err(Error::ConflictingOptions {
            what: format!("--edit takes one body, and there are {}", batch.steps.len()),
            hint: otherwise.to_owned(),
        });
    };
    let body = batch.body(step, 0, Duration::ZERO);
    let edited = edit(env, &body)?;
    batch.steps[0].content = Content::Bytes(edited);
    Ok(())
}

/// The body as the user edited it.
fn edit(env: Env<'_>, body: &[u8]) -> Result<Vec<u8>, Error> {
    let named = |name: &'static str| {
        let editor = env(name).filter(|editor| !editor.is_empty());
        editor.map(|editor| (editor, name))
    };
    let Some((editor, variable)) = named("VISUAL").or_else(|| named("EDITOR")) else {
        return Err(Error::Usage {
            what: "--edit needs an editor, but neither $VISUAL nor $EDITOR is set".to_owned(),
            hint: "set one, as in EDITOR=nano, or change single fields with --set".to_owned(),
        });
    };
    // Ctrl-C is ignored until the temporary file is deleted.
    ignore_ctrl_c_during(|| edit_with(&editor, variable, body))
        .map_err(system("cannot start the editor"))?
}

fn system(what: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::System {
        what: what.to_owned(),
        source,
    }
}

fn edit_with(editor: &OsStr, variable: &str, body: &[u8]) -> Result<Vec<u8>, Error> {
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
    if !is_installed(editor, shell) {
        return Err(not_edited(editor, variable, Some(127)));
    }
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
        return Err(not_edited(editor, variable, ended.code()));
    }
    let mut edited = fs::read(&path).map_err(system("cannot read the edited file"))?;
    let blank = |text: &[u8]| text.iter().all(u8::is_ascii_whitespace);
    if blank(&edited) && !blank(body) {
        return Err(Error::Usage {
            what: "the body was emptied in the editor; nothing was sent".to_owned(),
            hint: "to send an empty body, use --body with an empty file".to_owned(),
        });
    }
    // An unchanged body is sent as it was, without the indentation that was added for the editor.
    if edited.trim_ascii_end() == shown.trim_ascii_end() {
        return Ok(body.to_vec());
    }
    // Editors end a file with a newline; providers send none.
    if edited.last() == Some(&b'\n') && body.last() != Some(&b'\n') {
        edited.pop();
    }
    Ok(edited)
}

/// Whether the shell finds the program: asked first, because the shell itself complains in its own words. What only the
/// shell can read is left to it.
fn is_installed(editor: &OsStr, shell: &str) -> bool {
    let text = editor.to_string_lossy();
    let program = text.split_ascii_whitespace().next().unwrap_or_default();
    let plain = |char: char| char.is_alphanumeric() || "/._+-".contains(char);
    if cfg!(windows) || !program.chars().all(plain) {
        return true;
    }
    let found = Command::new(shell)
        .args(["-c", "command -v \"$0\" >/dev/null 2>&1", program])
        .status();
    found.is_ok_and(|ended| ended.success())
}

/// Why an editor did not do its work.
fn not_edited(editor: &OsStr, variable: &str, code: Option<i32>) -> Error {
    let editor = editor.to_string_lossy();
    // What shells exit with where a command is not found, or cannot be executed.
    if matches!(code, Some(126 | 127 | 9009)) {
        return Error::Usage {
            what: format!("cannot start the editor `{editor}` (${variable}); nothing was sent"),
            hint: format!("set {variable} to an editor that is installed, as in {variable}=nano"),
        };
    }
    Error::Usage {
        what: format!("editor {editor:?} exited with an error; nothing was sent"),
        hint: "save and quit the editor normally to send".to_owned(),
    }
}

/// A JSON body with one field a line and every digit kept; any other body unchanged.
fn pretty(body: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(body).ok();
    text.and_then(crate::json::indented)
        .map_or_else(|| body.to_vec(), String::into_bytes)
}
