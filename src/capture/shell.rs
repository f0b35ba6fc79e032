//! Splits command lines into words as a POSIX shell does, so that a pasted command means what it meant to the shell.
//! Nothing is run: what only the shell knows, such as a variable, is marked.

/// A word of a command.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ShellWord {
    pub(super) bytes: Vec<u8>,
    /// A part of it was a variable or a command, and is left out.
    pub(super) incomplete: bool,
}

/// The commands of a pipeline at the beginning of a text, and what follows it; `None` where a quotation is not closed.
pub(super) fn pipeline(text: &[u8]) -> Option<(Vec<Vec<ShellWord>>, &[u8])> {
    let mut lexer = Lexer {
        rest: text,
        commands: vec![Vec::new()],
        word: None,
    };
    while let Some(byte) = lexer.next() {
        match byte {
            b'\'' => lexer.single_quoted()?,
            b'"' => lexer.double_quoted()?,
            b'$' if lexer.rest.starts_with(b"'") => lexer.escaped_quoted()?,
            b'$' | b'`' => lexer.expansion(byte)?,
            b'\\' => {
                if !lexer.line_continues()
                    && let Some(byte) = lexer.next()
                {
                    lexer.push(byte);
                }
            }
            b' ' | b'\t' | b'\r' | b'<' | b'>' => lexer.end_word(),
            b'|' => {
                lexer.end_word();
                lexer.commands.push(Vec::new());
                lexer.rest = lexer.rest.trim_ascii_start();
            }
            b'\n' | b';' | b'&' => break,
            _ => lexer.push(byte),
        }
    }
    lexer.end_word();
    Some((lexer.commands, lexer.rest))
}

struct Lexer<'t> {
    rest: &'t [u8],
    commands: Vec<Vec<ShellWord>>,
    word: Option<ShellWord>,
}

impl<'t> Lexer<'t> {
    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    /// The current word, which begins here if there is none.
    fn word(&mut self) -> &mut ShellWord {
        self.word.get_or_insert_default()
    }

    fn push(&mut self, byte: u8) {
        self.word().bytes.push(byte);
    }

    fn end_word(&mut self) {
        let command = self.commands.last_mut();
        if let (Some(command), Some(word)) = (command, self.word.take()) {
            command.push(word);
        }
    }

    /// After a backslash: steps over the end of a line.
    fn line_continues(&mut self) -> bool {
        let line = self.rest.strip_prefix(b"\r").unwrap_or(self.rest);
        let next = line.strip_prefix(b"\n");
        self.rest = next.unwrap_or(self.rest);
        next.is_some()
    }

    /// Steps over everything up to a byte, and over it.
    fn until(&mut self, end: u8) -> Option<&'t [u8]> {
        let at = memchr::memchr(end, self.rest)?;
        let (before, rest) = self.rest.split_at_checked(at)?;
        self.rest = rest.get(1..)?;
        Some(before)
    }

    fn single_quoted(&mut self) -> Option<()> {
        let inside = self.until(b'\'')?;
        self.word().bytes.extend_from_slice(inside);
        Some(())
    }

    fn double_quoted(&mut self) -> Option<()> {
        self.word();
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' if self.line_continues() => {}
                b'\\' => match self.next()? {
                    byte @ (b'"' | b'\\' | b'$' | b'`') => self.push(byte),
                    byte => self.word().bytes.extend([b'\\', byte]),
                },
                byte @ (b'$' | b'`') => self.expansion(byte)?,
                byte => self.push(byte),
            }
        }
    }

    /// `$'…'`, with escapes: browsers copy requests like this.
    fn escaped_quoted(&mut self) -> Option<()> {
        self.next();
        self.word();
        loop {
            match self.next()? {
                b'\'' => return Some(()),
                b'\\' => self.escape()?,
                byte => self.push(byte),
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let byte = match self.next()? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'a' => 7,
            b'b' => 8,
            b'e' => 0x1b,
            b'f' => 12,
            b'v' => 11,
            mark @ (b'u' | b'U') => {
                let code = self.digits(16, if mark == b'u' { 4 } else { 8 });
                let char = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                let mut buffer = [0; 4];
                let text = char.encode_utf8(&mut buffer);
                self.word().bytes.extend_from_slice(text.as_bytes());
                return Some(());
            }
            b'x' => self.byte(16, 2),
            digit @ b'0'..=b'7' => {
                let first = u32::from(digit - b'0');
                let rest = self.rest;
                let more = self.digits(8, 2);
                let shift = 3 * (rest.len() - self.rest.len());
                // As shells do: only the low byte counts.
                ((first << shift | more) & 0xff) as u8
            }
            other => other,
        };
        self.push(byte);
        Some(())
    }

    fn byte(&mut self, radix: u32, most: usize) -> u8 {
        u8::try_from(self.digits(radix, most)).unwrap_or_default()
    }

    /// The number that is written next.
    fn digits(&mut self, radix: u32, most: usize) -> u32 {
        let mut number = 0_u32;
        for _ in 0..most {
            let digit = self.rest.first();
            let Some(digit) = digit.and_then(|byte| char::from(*byte).to_digit(radix)) else {
                break;
            };
            number = number.wrapping_mul(radix).wrapping_add(digit);
            self.next();
        }
        number
    }

    /// After `$` or a backtick: steps over what the shell would put in.
    fn expansion(&mut self, mark: u8) -> Option<()> {
        let name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        match self.rest.first() {
            _ if mark == b'`' => {
                self.until(b'`')?;
            }
            Some(b'{') => {
                self.until(b'}')?;
            }
            Some(b'(') => self.command()?,
            Some(byte) if name(byte) => {
                let end = self.rest.iter().position(|byte| !name(byte));
                self.rest = end.map_or(&[], |end| &self.rest[end..]);
            }
            _ => {
                self.push(mark);
                return Some(());
            }
        }
        self.word().incomplete = true;
        Some(())
    }

    /// Steps over a command in parentheses.
    fn command(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match self.next()? {
                b'(' => depth += 1,
                b')' if depth == 1 => return Some(()),
                b')' => depth -= 1,
                b'\'' => {
                    self.until(b'\'')?;
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        let (commands, _) = pipeline(text.as_bytes()).expect(text);
        let shown = |word: ShellWord| {
            let text = String::from_utf8_lossy(&word.bytes).into_owned();
            text + if word.incomplete { "…" } else { "" }
        };
        commands.into_iter().flatten().map(shown).collect()
    }

    #[test]
    fn words_are_those_of_the_shell() {
        for (text, expected) in [
            ("a  b\tc", &["a", "b", "c"][..]),
            ("'it'\\''s' '' \"\"", &["it's", "", ""]),
            (r#""a \"b\" \$c \d" e\ f"#, &[r#"a "b" $c \d"#, "e f"]),
            ("a \\\n  b \\\r\n c\nnext", &["a", "b", "c"]),
            ("'a\nb' \"c\\\nd\"", &["a\nb", "cd"]),
            (r"$'it\'s \u0021 \x41\102\n'", &["it's ! AB\n"]),
            (
                "\"a $b ${c:?} $(printf '%s)' d) $\" $e `f` 5$",
                &["a    $…", "…", "…", "5$"],
            ),
            ("a; b", &["a"]),
            ("a 2>&1", &["a", "2"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
        for text in ["'a", "\"a", "$'a\\'", "\"${a\"", "`a", "$(a"] {
            assert_eq!(pipeline(text.as_bytes()), None, "{text}");
        }
        let (commands, rest) = pipeline(b"printf x |\n curl y\nrest").unwrap();
        assert_eq!((commands.len(), rest), (2, &b"rest"[..]));
    }

    proptest! {
        #[test]
        fn any_text_is_split(text in "([$'\"`\\\\(){}|&; \n]|[a-z0-9]|\\\\[xuU0-7]){0,40}", end: Vec<u8>) {
            let text = [text.as_bytes(), &end].concat();
            if let Some((_, rest)) = pipeline(&text) {
                prop_assert!(text.ends_with(rest));
            }
        }
    }
}
