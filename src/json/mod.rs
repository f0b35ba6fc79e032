//! The positioned tokenizer: reads JSON from raw bytes and remembers where everything stands.
//!
//! Separate from the linter because the journal and the editing of bodies read raw JSON in the same way, and because
//! it knows nothing of schemas: it says what a byte begins and where it ends, or where and why the text stops being
//! JSON. It builds nothing.

mod pointers;

pub(crate) use pointers::Pointers;

use std::borrow::Cow;
use std::ops::Range;

/// A text between its quotation marks, still escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) escaped: bool,
}

impl Text {
    /// The text with its quotation marks.
    pub(crate) fn quoted(self) -> Range<usize> {
        self.start - 1..self.end + 1
    }

    /// The bytes of what the text says.
    pub(crate) fn bytes(self, text: &[u8]) -> Cow<'_, [u8]> {
        let raw = &text[self.start..self.end];
        if self.escaped {
            Cow::Owned(unescape(raw).into_bytes())
        } else {
            Cow::Borrowed(raw)
        }
    }

    /// What the text says, unescaped where need be.
    pub(crate) fn decoded<'t>(self, text: &'t [u8]) -> Cow<'t, str> {
        let raw = &text[self.start..self.end];
        if self.escaped {
            Cow::Owned(unescape(raw))
        } else {
            String::from_utf8_lossy(raw)
        }
    }
}

/// Where the text stops being JSON, and why.
#[derive(Clone, Debug)]
pub(crate) struct SyntaxFault {
    pub(crate) at: usize,
    pub(crate) why: Why,
}

/// The ways in which a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Something else should stand here.
    Expected(&'static str),
    /// The text ends where something should follow.
    Ended(&'static str),
    /// A raw control character inside a text.
    Control,
    /// A backslash before a character that needs none.
    Escape,
    /// A number that JSON does not write so.
    Number(&'static str),
    /// Deeper than the limit.
    Deep,
    /// More values than the limit.
    Many(usize),
}

/// The depth at which common parsers give up, and this one too: nothing deeper is a webhook.
pub(crate) const MAX_DEPTH: usize = 128;

/// A place in a text that moves on with each token.
#[derive(Clone, Debug)]
pub(crate) struct Scanner<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) at: usize,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t [u8], at: usize) -> Self {
        Self { text, at }
    }

    /// The next byte, without moving.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Moves past white space and tells what comes then.
    pub(crate) fn next_token(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    /// The fault of finding something else than `expected` here.
    pub(crate) fn fault(&self, expected: &'static str) -> SyntaxFault {
        let why = if self.at < self.text.len() {
            Why::Expected(expected)
        } else {
            Why::Ended(expected)
        };
        SyntaxFault { at: self.at, why }
    }

    /// Reads a text; the scanner stands on its opening quotation mark.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<Text, SyntaxFault> {
        let start = self.at + 1;
        let end = next_special(self.text, start);
        if self.text.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Text {
                start,
                end,
                escaped: false,
            });
        }
        self.odd_string(start, end)
    }

    /// The rest of a text in which something else came before its closing quotation mark.
    #[cold]
    fn odd_string(&mut self, start: usize, mut at: usize) -> Result<Text, SyntaxFault> {
        let mut escaped = false;
        loop {
            at = next_special(self.text, at);
            match self.text.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Text {
                        start,
                        end: at,
                        escaped,
                    });
                }
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                Some(_) => {
                    return Err(SyntaxFault {
                        at,
                        why: Why::Control,
                    });
                }
                None => {
                    return Err(SyntaxFault {
                        at: self.text.len(),
                        why: Why::Ended("a closing quotation mark"),
                    });
                }
            }
        }
    }

    /// Checks the escape that begins at `at` and returns the place behind it.
    fn escape(&self, at: usize) -> Result<usize, SyntaxFault> {
        let ended = SyntaxFault {
            at: self.text.len(),
            why: Why::Ended("the rest of an escape"),
        };
        match self.text.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => {
                let digits = self.text.get(at + 2..at + 6).ok_or(ended)?;
                if digits.iter().all(u8::is_ascii_hexdigit) {
                    Ok(at + 6)
                } else {
                    Err(SyntaxFault {
                        at,
                        why: Why::Escape,
                    })
                }
            }
            Some(_) => Err(SyntaxFault {
                at,
                why: Why::Escape,
            }),
            None => Err(ended),
        }
    }

    /// Reads a number; the scanner stands on its first character. True when it has neither fraction nor exponent.
    pub(crate) fn number(&mut self) -> Result<bool, SyntaxFault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.bad_number(start, "a digit must follow")),
        }
        if matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(SyntaxFault {
                at: start,
                why: Why::Number("a number has no leading zeros"),
            });
        }
        let mut integral = true;
        if self.peek() == Some(b'.') {
            integral = false;
            self.at += 1;
            self.some_digits(start)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integral = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits(start)?;
        }
        Ok(integral)
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self, start: usize) -> Result<(), SyntaxFault> {
        let first = self.at;
        self.digits();
        if self.at == first {
            Err(self.bad_number(start, "a digit must follow"))
        } else {
            Ok(())
        }
    }

    fn bad_number(&self, start: usize, why: &'static str) -> SyntaxFault {
        if self.at >= self.text.len() {
            SyntaxFault {
                at: self.at,
                why: Why::Ended("a digit"),
            }
        } else {
            SyntaxFault {
                at: start,
                why: Why::Number(why),
            }
        }
    }

    /// Reads `true`, `false` or `null`.
    pub(crate) fn word(&mut self, word: &'static str) -> Result<(), SyntaxFault> {
        let rest = &self.text[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else if word.as_bytes().starts_with(rest) {
            Err(SyntaxFault {
                at: self.text.len(),
                why: Why::Ended(word),
            })
        } else {
            Err(SyntaxFault {
                at: self.at,
                why: Why::Expected("a value"),
            })
        }
    }

    /// Moves behind the value that begins here without judging it; `None` where it does not end.
    pub(crate) fn skip_value(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().ok().map(|_| ()),
            b'{' | b'[' => self.skip_nested(),
            _ => {
                while !matches!(
                    self.peek(),
                    None | Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r')
                ) {
                    self.at += 1;
                }
                Some(())
            }
        }
    }

    fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string().ok()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Visits the members of the object that begins here until `visit` says stop (false); the scanner stands on the
    /// member's value when `visit` is called and must not be moved back. `None` where the object is broken.
    pub(crate) fn members(&mut self, mut visit: impl FnMut(&mut Self, Text) -> bool) -> Option<()> {
        if self.peek()? != b'{' {
            return None;
        }
        self.at += 1;
        if self.next_token()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            if self.next_token()? != b'"' {
                return None;
            }
            let key = self.string().ok()?;
            if self.next_token()? != b':' {
                return None;
            }
            self.at += 1;
            self.next_token()?;
            let value = self.at;
            if !visit(self, key) {
                return Some(());
            }
            if self.at == value {
                self.skip_value()?;
            }
            let after = self.next_token()?;
            self.at += 1;
            match after {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }
}

/// The first quotation mark, backslash or control character from `at` on, eight bytes at a step.
fn next_special(text: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // A zero byte of `word` gives a set high bit; bytes above the first hit may lie, the first never does.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    while let Some(chunk) = text.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("the slice has eight bytes"));
        let quote = zero(word ^ (ONES * b'"' as u64));
        let backslash = zero(word ^ (ONES * b'\\' as u64));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let hit = (quote | backslash | control) & HIGH;
        if hit != 0 {
            return at + hit.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while text
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f))
    {
        at += 1;
    }
    at
}

/// Whether two short texts are the same: eight bytes at a step, without a call.
#[inline]
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    let word = |text: &[u8], at: usize| {
        text.get(at..at + 8)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u64::from_le_bytes)
    };
    let length = one.len();
    if length != other.len() {
        return false;
    }
    if length < 8 {
        return one.iter().zip(other).all(|(one, other)| one == other);
    }
    let mut at = 0;
    while at + 8 < length {
        if word(one, at) != word(other, at) {
            return false;
        }
        at += 8;
    }
    // The last step overlaps the one before.
    word(one, length - 8) == word(other, length - 8)
}

/// One character of an escaped text.
pub(crate) enum EscapedPiece {
    /// A character, and how many bytes of the raw text stand for it.
    Char(char, usize),
    /// Half of a surrogate pair, as long as one escape.
    Lone,
}

/// The character that begins at `at` of a raw text whose escapes are well formed.
pub(crate) fn piece(raw: &[u8], at: usize) -> EscapedPiece {
    let unit = |at: usize| -> Option<u32> {
        let digits = raw
            .get(at + 2..at + 6)
            .filter(|_| raw[at] == b'\\' && raw[at + 1] == b'u')?;
        digits.iter().try_fold(0, |unit, digit| {
            Some(unit * 16 + char::from(*digit).to_digit(16)?)
        })
    };
    if raw[at] != b'\\' {
        let length = match raw[at] {
            0..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let decoded = raw
            .get(at..at + length)
            .and_then(|bytes| std::str::from_utf8(bytes).ok());
        return match decoded.and_then(|text| text.chars().next()) {
            Some(char) => EscapedPiece::Char(char, length),
            None => EscapedPiece::Char('\u{fffd}', 1),
        };
    }
    if let Some(first) = unit(at) {
        if let Some(char) = char::from_u32(first) {
            return EscapedPiece::Char(char, 6);
        }
        let second = if first < 0xdc00 && at + 6 < raw.len() {
            unit(at + 6)
        } else {
            None
        };
        return match second {
            Some(low @ 0xdc00..=0xdfff) => {
                let joined = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
                EscapedPiece::Char(char::from_u32(joined).unwrap_or('\u{fffd}'), 12)
            }
            _ => EscapedPiece::Lone,
        };
    }
    let char = match raw.get(at + 1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(other) => char::from(*other),
        None => '\\',
    };
    EscapedPiece::Char(char, 2)
}

/// What an escaped text says; half a surrogate pair becomes the replacement character.
pub(crate) fn unescape(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        if raw[at] != b'\\' {
            let end = memchr::memchr(b'\\', &raw[at..]).map_or(raw.len(), |ahead| at + ahead);
            out.push_str(&String::from_utf8_lossy(&raw[at..end]));
            at = end;
            continue;
        }
        let (char, length) = match piece(raw, at) {
            EscapedPiece::Char(char, length) => (char, length),
            EscapedPiece::Lone => ('\u{fffd}', 6),
        };
        out.push(char);
        at += length;
    }
    out
}

/// The value that a pointer of plain steps names below the object at `at`.
pub(crate) fn lookup(text: &[u8], at: usize, pointer: &str) -> Option<Range<usize>> {
    let mut place = at..at;
    for step in pointer.split('/').skip(1) {
        let mut found = None;
        Scanner::new(text, place.start).members(|scanner, key| {
            if *key.bytes(text) != *step.as_bytes() {
                return true;
            }
            let start = scanner.at;
            if scanner.skip_value().is_some() {
                found = Some(start..scanner.at);
            }
            false
        })?;
        place = found?;
    }
    Some(place)
}

/// A JSON text without the white space between its tokens; every number keeps its spelling.
pub(crate) fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut scanner = Scanner::new(text.as_bytes(), 0);
    while let Some(byte) = scanner.next_token() {
        let start = scanner.at;
        if byte != b'"' || scanner.string().is_err() {
            scanner.at = start + text[start..].chars().next().map_or(1, char::len_utf8);
        }
        out.push_str(&text[start..scanner.at]);
    }
    out
}

/// Deeper than this nobody reads, and each level would be moved in further.
const DEEPEST_INDENTED: usize = 128;
/// Nor more than this, which a far shorter text may become.
const LONGEST_INDENTED: usize = 1 << 20;

/// A JSON text with a member a line, as people edit it; every number keeps its spelling. `None` where it is no JSON, or
/// too deep or too long for lines.
pub(crate) fn indented(text: &str) -> Option<String> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let compact = compact(text);
    let mut out = String::with_capacity(compact.len());
    let mut scanner = Scanner::new(compact.as_bytes(), 0);
    let mut depth = 0;
    let feed = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(byte) = scanner.peek() {
        if out.len() > LONGEST_INDENTED {
            return None;
        }
        let start = scanner.at;
        if byte == b'"' {
            scanner.string().ok()?;
            out.push_str(&compact[start..scanner.at]);
            continue;
        }
        scanner.at += 1;
        let empty = matches!(scanner.peek(), Some(b'}' | b']'));
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > DEEPEST_INDENTED {
                    return None;
                }
                out.push(char::from(byte));
                if !empty {
                    feed(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth -= 1;
                if !matches!(compact.as_bytes()[start - 1], b'{' | b'[') {
                    feed(&mut out, depth);
                }
                out.push(char::from(byte));
            }
            b',' => {
                out.push(',');
                feed(&mut out, depth);
            }
            b':' => out.push_str(": "),
            // What is left is ASCII: numbers and words.
            other => out.push(char::from(other)),
        }
    }
    out.push('\n');
    Some(out)
}
