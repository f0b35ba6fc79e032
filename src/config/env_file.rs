//! The file that `--env-file` gives: variables of a project, as in `.env`.
//!
//! Written by hand because the crates for it replace `$NAME` in values, which would change a secret, and do not tell the
//! line of a mistake.

use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use crate::secret::Secret;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The variables of such a file. All of them count as secrets.
#[derive(Clone, Debug, Default)]
pub(crate) struct EnvFile {
    path: PathBuf,
    variables: BTreeMap<String, Secret>,
}

impl EnvFile {
    /// Reads the file.
    pub(super) fn read(path: PathBuf) -> Result<Self, Error> {
        let shown = path.display().to_string();
        let text = bounded_read::read_text(&path, bounded_read::CONFIGURATION, SourceKinds::Any);
        let text = text
            .map(Zeroizing::new)
            .map_err(|source| Error::Unreadable {
                path: shown.clone(),
                source,
            })?;
        let variables = parse(&text).map_err(|(line, (why, hint))| Error::Configuration {
            place: format!("{shown}, line {line}"),
            why: why.to_owned(),
            hint: Some(hint.to_owned()),
        })?;
        Ok(Self { path, variables })
    }

    /// The value of a variable.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name)?;
        std::str::from_utf8(value.expose()).ok()
    }

    /// The names of all variables.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.variables.keys()
    }

    /// The path, as the user gave it.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// What is wrong in a line, and what to write instead. The line itself may hold a secret and is not repeated.
type LineMistake = (&'static str, &'static str);

const NOT_A_VARIABLE: LineMistake = (
    "this line does not set a variable",
    "write NAME=value, or begin a comment with #",
);
const NOT_CLOSED: LineMistake = (
    "the quotation mark that begins the value is not closed",
    "close it, or put the value in another kind of quotation marks",
);
const AFTER_VALUE: LineMistake = (
    "text follows the closing quotation mark",
    "put the whole value in quotation marks that it does not contain",
);

const BLANKS: [char; 2] = [' ', '\t'];

/// The variables of a text, of which the last value of a name counts; or what is wrong, with the number of the line.
fn parse(text: &str) -> Result<BTreeMap<String, Secret>, (usize, LineMistake)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = Zeroizing::new(text.replace("\r\n", "\n"));
    let (mut variables, mut rest, mut line) = (BTreeMap::new(), text.as_str(), 1);
    while !rest.is_empty() {
        let before = rest;
        rest = rest.trim_start_matches(BLANKS);
        if !rest.is_empty() && !rest.starts_with(['#', '\n']) {
            let variable = variable(rest).map_err(|mistake| (line, mistake))?;
            let (name, value, after) = variable;
            variables.insert(name.to_owned(), Secret::new(value.as_bytes()));
            rest = after;
        }
        rest = rest.split_once('\n').map_or("", |(_, next)| next);
        line += before[..before.len() - rest.len()].matches('\n').count();
    }
    Ok(variables)
}

/// The name and the value of the variable that begins here, and what follows.
fn variable(text: &str) -> Result<(&str, Zeroizing<String>, &str), LineMistake> {
    let exported = text
        .strip_prefix("export")
        .filter(|rest| rest.starts_with(BLANKS));
    let text = exported.map_or(text, |rest| rest.trim_start_matches(BLANKS));
    let letter = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '-');
    let (name, after) = text.split_at(text.find(|char| !letter(char)).unwrap_or(text.len()));
    let value = after.trim_start_matches(BLANKS).strip_prefix('=');
    let Some(value) = value.filter(|_| name.starts_with(|char| letter(char) && !char.is_numeric()))
    else {
        return Err(NOT_A_VARIABLE);
    };
    let (value, after) = match value.trim_start_matches(BLANKS).split_at_checked(1) {
        Some((quote @ ("\"" | "'" | "`"), value)) => quoted(value, quote)?,
        _ => plain(value),
    };
    Ok((name, value, after))
}

/// A value without quotation marks: it ends with the line, or before a `#` that follows a blank.
fn plain(text: &str) -> (Zeroizing<String>, &str) {
    let line = text.split('\n').next().unwrap_or_default();
    let comment = line
        .match_indices('#')
        .find(|(at, _)| line[..*at].ends_with(BLANKS));
    let value = &line[..comment.map_or(line.len(), |(at, _)| at)];
    let value = Zeroizing::new(value.trim().to_owned());
    (value, &text[line.len()..])
}

/// A value in quotation marks, of which the first is already taken. It may have several lines.
fn quoted<'t>(text: &'t str, quote: &str) -> Result<(Zeroizing<String>, &'t str), LineMistake> {
    let closing = closing(text, quote).ok_or(NOT_CLOSED)?;
    let (written, after) = (&text[..closing], &text[closing + quote.len()..]);
    let line = after.split('\n').next().unwrap_or_default().trim();
    if !line.is_empty() && !line.starts_with('#') {
        return Err(AFTER_VALUE);
    }
    // Room for all of it, since growing would leave copies of a secret behind; and no more, since all of it is erased.
    let mut value = Zeroizing::new(String::with_capacity(written.len()));
    let mut chars = written.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' if quote == "\"" => match chars.next() {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some(char @ ('"' | '\\' | '$')) => value.push(char),
                other => {
                    value.push('\\');
                    value.extend(other);
                }
            },
            char => value.push(char),
        }
    }
    Ok((value, after))
}

/// Where the quotation mark stands that closes a value.
fn closing(text: &str, quote: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            char if quote.starts_with(char) => return Some(at),
            '\\' if quote == "\"" => _ = chars.next(),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_written() {
        for (text, expected) in [
            ("A=b", "b"),
            ("A=", ""),
            ("  A = b \n", "b"),
            ("export A=b", "b"),
            ("export\tA=b", "b"),
            ("# A=c\n\n\t# A=d\nA=b # A=e", "b"),
            ("\u{feff}A=b\r\nB=c\r\n", "b"),
            ("A=b\nA=c", "c"),
            ("A=b#c", "b#c"),
            ("A=#b", "#b"),
            ("A= # b", ""),
            ("A=b=c", "b=c"),
            ("A=b c", "b c"),
            ("A=$HOME/${B}", "$HOME/${B}"),
            ("A=b\\n", "b\\n"),
            ("A='b # c'", "b # c"),
            ("A='$B\\n\"' # c", "$B\\n\""),
            ("A=`b'\"c`", "b'\"c"),
            ("A=\"b\\n\\\"\\\\\\$\\q\"#c", "b\n\"\\$\\q"),
            ("A=\"b\nB=c\r\nd\"\nC=e", "b\nB=c\nd"),
            ("A=é", "é"),
        ] {
            let variables = parse(text).expect(text);
            assert_eq!(variables["A"].expose(), expected.as_bytes(), "{text:?}");
        }
        let names = |text| parse(text).map(|found| found.into_keys().collect::<Vec<_>>());
        assert_eq!(names("A=\"b\nB=c\"\nC=d"), Ok(vec!["A".into(), "C".into()]));
        assert_eq!(names(" \n# A=b\n"), Ok(Vec::new()));
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        for (text, line, mistake) in [
            ("A=b\nhush", 2, NOT_A_VARIABLE),
            ("=hush", 1, NOT_A_VARIABLE),
            ("1A=b", 1, NOT_A_VARIABLE),
            ("A B=c", 1, NOT_A_VARIABLE),
            ("é=c", 1, NOT_A_VARIABLE),
            ("export A", 1, NOT_A_VARIABLE),
            ("A='b\nc'\n\nB=\"c\nd", 4, NOT_CLOSED),
            ("A='it's'", 1, AFTER_VALUE),
            ("A='b'\r\n\r\nB=\"c\nd\" e\nF", 3, AFTER_VALUE),
        ] {
            assert_eq!(parse(text).map(|_| ()), Err((line, mistake)), "{text:?}");
        }
    }

    #[test]
    fn a_value_takes_no_more_room_than_it_needs() {
        let rest = "B=c\n".repeat(1000);
        for (written, quote) in [("b\"", "\""), ("\\n\\\"b\"", "\""), ("b'", "'")] {
            let text = format!("{written}\n{rest}");
            let (value, after) = quoted(&text, quote).expect(written);
            assert!(value.capacity() < 16 && after.ends_with(&rest), "{written}");
        }
    }
}
