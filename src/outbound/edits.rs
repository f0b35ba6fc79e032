//! `--set`, `--set-all` and `--unset`, applied to all steps of a batch.

use super::batch::Step;
use crate::body::{BadEdit, Edit};
use crate::error::Error;

/// Changes the steps; returns what the user should know.
pub(super) fn apply_edits(steps: &mut [Step], edits: &[Edit]) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for edit in edits {
        let mut known = false;
        let mut missing = None;
        for step in &mut *steps {
            match step.edit(edit) {
                Ok(kind) => {
                    known = true;
                    notes.extend(kind.map(|kind| as_text(edit, kind)));
                }
                Err(BadEdit::Unknown(near)) => missing = missing.or(Some(near)),
                Err(bad) => return Err(bad_edit(edit, &bad)),
            }
        }
        // The steps of a scenario have different fields: it is enough that one of them has it.
        if let Some(near) = missing.filter(|_| !known) {
            notes.push(add(steps, edit, near)?);
        }
    }
    notes.dedup();
    Ok(notes)
}

/// Adds a field at a pointer, wherever there is a place for it.
fn add(steps: &mut [Step], edit: &Edit, near: Vec<String>) -> Result<String, Error> {
    let Edit::Set { path, value } = edit else {
        return Err(bad_edit(edit, &BadEdit::Unknown(near)));
    };
    if !path.starts_with('/') {
        return Err(bad_edit(edit, &BadEdit::Unknown(near)));
    }
    let mut bad = None;
    let mut added = false;
    for step in &mut *steps {
        let outcome = step
            .template()
            .and_then(|template| template.add(path, value));
        match outcome {
            Ok(()) => added = true,
            Err(why) => bad = bad.or(Some(why)),
        }
    }
    if let Some(bad) = bad.filter(|_| !added) {
        return Err(bad_edit(edit, &bad));
    }
    let near = match near.as_slice() {
        [] => String::new(),
        near => format!(" (did you mean {}?)", near.join(" or ")),
    };
    Ok(format!(
        "--set {path}: the body has no such field, so it was added{near}"
    ))
}

fn as_text(edit: &Edit, kind: &str) -> String {
    let (path, value) = match edit {
        Edit::Set { path, value } => (path, value),
        Edit::SetAll { name, value } => (name, value),
        Edit::Unset { path } => (path, path),
    };
    format!("`{path}` is {kind} in the sample; {value} is sent as text")
}

fn bad_edit(edit: &Edit, bad: &BadEdit) -> Error {
    let (flag, path) = match edit {
        Edit::Set { path, .. } => ("--set", path),
        Edit::SetAll { name, .. } => ("--set-all", name),
        Edit::Unset { path } => ("--unset", path),
    };
    let adds = flag == "--set" && !path.starts_with('/');
    let hint = match bad {
        BadEdit::Unknown(near) => unknown(near, flag, adds),
        BadEdit::Several(pointers) if pointers.iter().all(|pointer| *pointer == pointers[0]) => {
            format!(
                "{} occurs twice in its object; change one of them with --edit",
                pointers[0]
            )
        }
        BadEdit::Several(pointers) => {
            let all = if flag == "--set" {
                ", or --set-all for all of them"
            } else {
                ""
            };
            format!("use {}{all}", pointers.join(" or "))
        }
        BadEdit::NoJson => "only a JSON body can be edited".to_owned(),
        BadEdit::Whole => "send another body with --body FILE".to_owned(),
        BadEdit::NoParent(_) => {
            "a field can be added to an object, and an item to a list with -".to_owned()
        }
    };
    Error::InvalidValue {
        option: format!("{flag} {path}"),
        why: bad.to_string(),
        hint,
    }
}

/// What to do about a field that the body lacks; `adds` where a pointer would add it.
fn unknown(near: &[String], flag: &str, adds: bool) -> String {
    let listed = "give a field that `inqud-hook events NAME` lists";
    let near = near.join(" or ");
    match (near.is_empty(), adds) {
        (true, true) => format!("{listed}, or add one by a pointer such as /data/new"),
        (true, false) if flag == "--set-all" => listed.to_owned(),
        (true, false) => format!("{listed}, or a pointer such as /data/amount"),
        (false, true) => format!("use {near}, or add a field by a pointer such as /data/new"),
        (false, false) => format!("did you mean {near}?"),
    }
}
