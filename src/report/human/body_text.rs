//! Bodies for people: whole or folded, in colours, or only what changed in them.

use super::super::listened::Change;
use super::Human;
use super::arrived::{LinePart, wrapped_parts};
use super::folded::telling_lines;
use crate::catalogue::manifest::Manifest;
use crate::json::{Scanner, indented};
use crate::sanitize::{foreign_lines, visible};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use unicode_width::UnicodeWidthChar as _;

/// How many lines of a folded body are shown: with its headline it is less than half of the smallest terminal.
const FOLDED: usize = 6;

impl Human {
    /// A body, indented if it is JSON.
    pub(super) fn body_text(&self, text: &[u8], indent: usize, out: &mut Vec<u8>) {
        let text = String::from_utf8_lossy(text);
        match indented(&text) {
            Some(json) => json.lines().for_each(|line| self.json(line, indent, out)),
            None => {
                for line in foreign_lines(&text) {
                    let _ = writeln!(out, "{:1$}{line}", "", indent.saturating_sub(2));
                }
            }
        }
    }

    /// The lines of a body that matter, else the first ones; none of them longer than the terminal is wide.
    pub(super) fn folded_body(
        &self,
        text: &[u8],
        known: Option<(&Manifest, &str)>,
        indent: usize,
        out: &mut Vec<u8>,
    ) {
        let text = String::from_utf8_lossy(text);
        let json = indented(&text);
        let lines: Vec<String> = match &json {
            Some(json) => json.lines().map(str::to_owned).collect(),
            None => foreign_lines(&text),
        };
        let telling = known
            .filter(|_| json.is_some() && lines.len() > FOLDED + 1)
            .map(|(manifest, event)| telling_lines(&lines, manifest, event))
            .unwrap_or_default();
        // One line more takes as much room as the words about it.
        let shown = if lines.len() <= FOLDED + 1 {
            lines.len()
        } else {
            FOLDED
        };
        let mut room = self.style.width.saturating_sub(indent);
        if json.is_none() {
            room += 2;
        }
        let shown = if telling.is_empty() {
            &lines[..shown]
        } else {
            &telling
        };
        for line in shown {
            let line = cut(line, room);
            match json {
                Some(_) => self.json(&line, indent, out),
                None => {
                    let _ = writeln!(out, "{:1$}{line}", "", indent.saturating_sub(2));
                }
            }
        }
        if shown.len() < lines.len() {
            let more = format!("… {} more lines (--body full)", lines.len() - shown.len());
            let _ = writeln!(out, "{:indent$}{}", "", self.style.paint.quiet(&more));
        }
    }

    pub(super) fn changes(&self, changes: &[Change], indent: usize, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        for change in &folded(changes) {
            let mut parts = vec![LinePart::new(&change.pointer, |text| paint.name(text))];
            let removed = |text: &str| LinePart::new(text, |text| paint.removed(text));
            let added = |text: &str| LinePart::new(text, |text| paint.added(text));
            match (&change.before, &change.now) {
                (Some(before), Some(now)) => parts.extend([
                    removed(before),
                    LinePart::joined(vec![LinePart::plain("→"), added(now)], 1),
                ]),
                (None, Some(now)) => parts.push(added(&format!("{now} (added)"))),
                (Some(before), None) => parts.push(removed(&format!("{before} (removed)"))),
                (None, None) => {}
            }
            let _ = write!(out, "{:indent$}", "");
            let room = self.room().saturating_sub(indent);
            // Relative to the indent that is written above.
            wrapped_parts(&parts, (1, indent + 2), room, out);
        }
    }

    /// A line of indented JSON, in colours.
    fn json(&self, line: &str, indent: usize, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let mut scanner = Scanner::new(line.as_bytes(), 0);
        let _ = write!(out, "{:indent$}", "");
        while let Some(byte) = scanner.peek() {
            let start = scanner.at;
            if byte == b'"' {
                // A line that was cut may end within a string.
                if scanner.string().is_err() {
                    scanner.at = line.len();
                }
                let is_key = scanner.peek() == Some(b':');
                let token = visible(&line[start..scanner.at]);
                let token = if is_key {
                    paint.name(&token)
                } else {
                    paint.text(&token)
                };
                out.extend_from_slice(token.as_bytes());
                continue;
            }
            let word =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
            let end = line.as_bytes()[start..]
                .iter()
                .position(|byte| !word(*byte))
                .map_or(line.len(), |at| start + at);
            scanner.at = if end > start {
                end
            } else {
                start + line[start..].chars().next().map_or(1, char::len_utf8)
            };
            let token = visible(&line[start..scanner.at]);
            let token = if end > start {
                paint.literal(&token)
            } else {
                token.into_owned()
            };
            out.extend_from_slice(token.as_bytes());
        }
        out.push(b'\n');
    }
}

/// A line that is not wider than that.
pub(super) fn cut(line: &str, room: usize) -> String {
    let mut used = 0;
    for (at, char) in line.char_indices() {
        used += char.width().unwrap_or(1);
        if used > room {
            // The last column is for the ellipsis.
            let kept = line[..at].char_indices().next_back();
            return format!("{}…", &line[..kept.map_or(0, |(last, _)| last)]);
        }
    }
    line.to_owned()
}

/// How many fields of an object or a list that only one of the bodies has are shown one by one.
const MOST_FIELDS: usize = 3;

/// The changes, those within an object or a list that only one of the bodies has as one, together with the plain value
/// that it takes the place of.
fn folded(changes: &[Change]) -> Vec<Cow<'_, Change>> {
    let holder = |change: &Change| Some(change.pointer.get(..change.within?)?.to_owned());
    let mut fields: HashMap<(String, bool), usize> = HashMap::new();
    for change in changes {
        if let Some(pointer) = holder(change) {
            *fields.entry((pointer, change.now.is_some())).or_default() += 1;
        }
    }
    fields.retain(|_, count| *count > MOST_FIELDS);
    let mut shown = Vec::new();
    for change in changes {
        let added = change.now.is_some();
        let plain = (change.pointer.clone(), !added);
        if change.before.is_some() != added && fields.contains_key(&plain) {
            // It is shown with the fields.
            continue;
        }
        let within = holder(change).map(|pointer| (pointer, added));
        let Some((place, count)) =
            within.and_then(|place| Some((place.clone(), fields.get_mut(&place)?)))
        else {
            shown.push(Cow::Borrowed(change));
            continue;
        };
        let count = std::mem::take(count);
        if count == 0 {
            // The first of them stands for all.
            continue;
        }
        let (pointer, fields) = (place.0, Some(format!("{{{count} fields}}")));
        let plain = changes.iter().find(|other| other.pointer == pointer);
        let (before, now) = if added {
            (plain.and_then(|plain| plain.before.clone()), fields)
        } else {
            (fields, plain.and_then(|plain| plain.now.clone()))
        };
        shown.push(Cow::Owned(Change {
            pointer,
            before,
            now,
            within: None,
        }));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_before_the_edge() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("日本語日本語", 6), "日本…");
        assert_eq!(cut("ab", 0), "…");
    }
}
