//! The positioned tokenizer: what a byte begins and where it ends, or where and why the text stops being JSON.

use super::special::next_special;
use super::unescape;
use std::borrow::Cow;
use std::ops::Range;

/// A string between its quotation marks, still escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) escaped: bool,
}

impl Text {
    /// The string with its quotation marks.
    pub(crate) fn quoted(self) -> Range<usize> {
        self.start - 1..self.end + 1
    }

    /// The string, or if it is long and escaped, its beginning: at least that many bytes of what it says.
    pub(crate) fn beginning(self, bytes: usize) -> Self {
        // An escape has at most six bytes for each byte that it stands for.
        let most = if self.escaped { 6 * bytes } else { usize::MAX };
        Self {
            end: self.end.min(self.start.saturating_add(most)),
            ..self
        }
    }

    /// The string, unescaped, or at least as much of it as any known name or message has room for.
    pub(crate) fn name(self, text: &[u8]) -> Cow<'_, str> {
        const LONGEST: usize = 400;
        self.beginning(LONGEST).decoded(text)
    }

    /// The bytes of the string, unescaped.
    #[inline]
    pub(crate) fn bytes(self, text: &[u8]) -> Cow<'_, [u8]> {
        let raw = &text[self.start..self.end];
        if self.escaped {
            Cow::Owned(unescape(raw).into_bytes())
        } else {
            Cow::Borrowed(raw)
        }
    }

    /// The string, unescaped.
    pub(crate) fn decoded<'t>(self, text: &'t [u8]) -> Cow<'t, str> {
        let raw = &text[self.start..self.end];
        if self.escaped {
            Cow::Owned(unescape(raw))
        } else {
            // The check of a text without errors is quicker than the search for them.
            std::str::from_utf8(raw).map_or_else(|_| String::from_utf8_lossy(raw), Cow::Borrowed)
        }
    }
}

/// Where the text stops being JSON, and why.
#[derive(Clone, Debug)]
pub(crate) struct SyntaxFault {
    pub(crate) at: usize,
    pub(crate) why: Why,
}

/// The ways in which a text can fail to be JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Something else should stand here.
    Expected(&'static str),
    /// The text ends where something should follow.
    Ended(&'static str),
    /// A raw control character inside a string.
    Control,
    /// A backslash before a character that cannot be escaped.
    Escape,
    /// A number in a form that JSON does not have.
    Number(&'static str),
    /// Deeper than the limit.
    Deep,
    /// More values than the limit.
    Many(usize),
}

/// The depth at which common parsers stop, and this one does: no webhook is deeper.
pub(crate) const MAX_DEPTH: usize = 128;

/// A position in a text that moves on with each token.
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

    /// Moves past white space and returns the byte behind it.
    pub(crate) fn next_token(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    /// The fault of finding something other than `expected` here.
    pub(crate) fn fault(&self, expected: &'static str) -> SyntaxFault {
        let why = if self.at < self.text.len() {
            Why::Expected(expected)
        } else {
            Why::Ended(expected)
        };
        SyntaxFault { at: self.at, why }
    }

    /// Reads a string; the scanner stands on its opening quotation mark.
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

    /// The rest of a string in which something special comes before the closing quotation mark.
    #[cold]
    fn odd_string(&mut self, start: usize, mut at: usize) -> Result<Text, SyntaxFault> {
        let mut escaped = false;
        loop {
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
                Some(0..=0x1f) => {
                    return Err(SyntaxFault {
                        at,
                        why: Why::Control,
                    });
                }
                Some(_) => at = next_special(self.text, at + 1),
                None => {
                    return Err(SyntaxFault {
                        at: self.text.len(),
                        why: Why::Ended("a closing quotation mark"),
                    });
                }
            }
        }
    }

    /// Checks the escape that begins at `at` and returns the position behind it.
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

    /// Moves behind the value that begins here without checking it; `None` where none begins, or it does not end.
    pub(crate) fn skip_value(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().ok().map(|_| ()),
            b'{' | b'[' => self.skip_nested(),
            _ => {
                let start = self.at;
                while !matches!(
                    self.peek(),
                    None | Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r')
                ) {
                    self.at += 1;
                }
                (self.at > start).then_some(())
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

    /// Visits the items of the list that begins here: `visit` reads one. `None` where it does, or where the list breaks off.
    pub(crate) fn items(&mut self, mut visit: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if self.peek()? != b'[' {
            return None;
        }
        self.at += 1;
        while self.next_token()? != b']' {
            visit(self)?;
            match self.next_token()? {
                b',' => self.at += 1,
                b']' => {}
                _ => return None,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Visits the members of the object that begins here until `visit` returns false. The scanner stands on the member's
    /// value when `visit` is called and must not be moved back. `None` where the object is not valid.
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
