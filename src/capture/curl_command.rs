//! curl commands, as documentation and browsers give them and as `test` and `send --as curl` print them: the request
//! that curl would send. Nothing is sent, and no file is read.

use super::header_line::header;
use super::journal::{Captured, CapturedHeader};
use super::raw_request::{NoRequest, RawRequest, next_line};
use super::shell::{ShellWord, pipeline};
use crate::http::target::path_and_query;

/// Short options that take a value; all others are switches.
const SHORT_WITH_VALUE: &[u8] = b"AbcCdDeEFHKmoPQrtTuUwxXyYz";

/// Long options that take a value which could be taken for a URL, or which matters here.
const LONG_WITH_VALUE: [&str; 14] = [
    "data",
    "data-ascii",
    "data-binary",
    "data-raw",
    "data-urlencode",
    "form",
    "header",
    "json",
    "preproxy",
    "proxy",
    "referer",
    "request",
    "upload-file",
    "url",
];

const OPEN_QUOTE: NoRequest = NoRequest {
    what: "the curl command has a quotation mark without its counterpart",
    hint: "copy the whole command",
};
const NO_BODY: NoRequest = NoRequest {
    what: "the curl command has no body",
    hint: "copy the whole command, with --data-raw or a similar option",
};
const ELSEWHERE: NoRequest = NoRequest {
    what: "the body is not in the curl command: curl reads it from a file or makes it",
    hint: "give the file with the body, and --header or --signature with what the command has",
};
const VARIABLE: NoRequest = NoRequest {
    what: "a part of the body in the curl command is a variable, which only the shell knows",
    hint: "put its value into the command, or use single quotes if it is not a variable",
};

/// The requests of the curl commands in a text, among other lines; `None` where there is no such command.
pub(super) fn requests(text: &[u8]) -> Option<Result<Vec<RawRequest>, NoRequest>> {
    memchr::memmem::find(text, b"curl")?;
    let (mut found, mut problem) = (Vec::new(), None);
    let mut rest = text;
    while !rest.is_empty() {
        let Some(command) = command(rest) else {
            rest = next_line(rest).1;
            continue;
        };
        let Some((commands, after)) = pipeline(command) else {
            problem = Some(OPEN_QUOTE);
            break;
        };
        match CurlCommand::read(&commands) {
            Some(Ok(request)) => found.push(request),
            Some(Err(why)) => problem = Some(why),
            None => {}
        }
        rest = after;
    }
    match problem {
        Some(problem) if found.is_empty() => Some(Err(problem)),
        _ => (!found.is_empty()).then_some(Ok(found)),
    }
}

/// The command at the beginning of a text, without the prompt or the label before it.
fn command(text: &[u8]) -> Option<&[u8]> {
    let mut text = text.trim_ascii_start();
    for prompt in [&b"$ "[..], b"# ", b"% "] {
        text = text.strip_prefix(prompt).unwrap_or(text);
    }
    if text.starts_with(b"printf ") {
        return Some(text);
    }
    let mut command = None;
    while let Some(rest) = text.strip_prefix(b"curl") {
        if !rest.starts_with(b" ") {
            break;
        }
        command = Some(text);
        text = rest.trim_ascii_start();
    }
    command
}

/// What curl is told.
#[derive(Default)]
struct CurlCommand {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<CapturedHeader>,
    body: Option<Vec<u8>>,
    notes: Vec<String>,
}

impl CurlCommand {
    /// The request of a pipeline; `None` if it does not end in curl.
    fn read(commands: &[Vec<ShellWord>]) -> Option<Result<RawRequest, NoRequest>> {
        let (curl, before) = commands.split_last()?;
        let (name, arguments) = curl.split_first()?;
        if name.bytes != b"curl" {
            return None;
        }
        let stdin = before.last().and_then(|words| printed(words));
        let mut command = Self::default();
        Some(match command.arguments(arguments, stdin.as_deref()) {
            Ok(()) => command.request(),
            Err(problem) => Err(problem),
        })
    }

    fn arguments(&mut self, words: &[ShellWord], stdin: Option<&[u8]>) -> Result<(), NoRequest> {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = String::from_utf8_lossy(&word.bytes);
            let (option, value) = if let Some(long) = text.strip_prefix("--") {
                let takes = LONG_WITH_VALUE.contains(&long);
                (long.to_owned(), takes.then(|| words.next()).flatten())
            } else if let (Some(letters), true) = (word.bytes.strip_prefix(b"-"), text.len() > 1) {
                let at = letters
                    .iter()
                    .position(|byte| SHORT_WITH_VALUE.contains(byte));
                let Some((letter, joined)) = at.and_then(|at| letters.get(at..)?.split_first())
                else {
                    continue;
                };
                let option = char::from(*letter).to_string();
                if !joined.is_empty() {
                    let value = ShellWord {
                        bytes: joined.to_vec(),
                        incomplete: word.incomplete,
                    };
                    self.option(&option, &value, stdin)?;
                    continue;
                }
                (option, words.next())
            } else {
                ("url".to_owned(), Some(word))
            };
            if let Some(value) = value {
                self.option(&option, value, stdin)?;
            }
        }
        Ok(())
    }

    fn option(
        &mut self,
        name: &str,
        value: &ShellWord,
        stdin: Option<&[u8]>,
    ) -> Result<(), NoRequest> {
        let text = || String::from_utf8_lossy(&value.bytes).into_owned();
        match name {
            "request" | "X" => self.method = Some(text()),
            // A value of an option that is not known here has no scheme.
            "url" => match &self.url {
                Some(known) if known.contains("://") => {}
                _ => self.url = Some(text()),
            },
            "header" | "H" => self.header(value),
            "data-urlencode" | "form" | "F" | "upload-file" | "T" => return Err(ELSEWHERE),
            "data" | "data-ascii" | "d" | "data-raw" | "data-binary" | "json" => {
                if value.incomplete {
                    return Err(VARIABLE);
                }
                let plain = matches!(name, "data" | "data-ascii" | "d");
                let data = match value.bytes.strip_prefix(b"@") {
                    Some(b"-") if name != "data-raw" => stdin.ok_or(ELSEWHERE)?,
                    Some(_) if name != "data-raw" => return Err(ELSEWHERE),
                    _ => return self.data(name, value.bytes.clone()),
                };
                // curl joins the lines of what it reads.
                let kept = |byte: &u8| !plain || !b"\r\n\0".contains(byte);
                return self.data(name, data.iter().copied().filter(kept).collect());
            }
            _ => {}
        }
        Ok(())
    }

    fn data(&mut self, name: &str, data: Vec<u8>) -> Result<(), NoRequest> {
        match &mut self.body {
            Some(body) => {
                if name != "json" {
                    body.push(b'&');
                }
                body.extend(data);
            }
            None => self.body = Some(data),
        }
        Ok(())
    }

    fn header(&mut self, word: &ShellWord) {
        let line = &word.bytes[..];
        if line.starts_with(b"@") {
            self.notes
                .push("ignoring headers that curl reads from a file".to_owned());
            return;
        }
        // curl sends a header without a value if it ends in a semicolon, and none if it ends in a colon.
        let empty = line.strip_suffix(b";").filter(|name| !name.contains(&b':'));
        let read = match empty {
            Some(name) => header(&[name, b":"].concat()),
            None => header(line).filter(|read| {
                word.incomplete || read.value.as_deref().is_none_or(|value| !value.is_empty())
            }),
        };
        self.headers.extend(read.map(|read| CapturedHeader {
            value: read.value.filter(|_| !word.incomplete),
            ..read
        }));
    }

    fn request(self) -> Result<RawRequest, NoRequest> {
        let body = self.body.ok_or(NO_BODY)?;
        let target = self.url.and_then(|url| match url.contains("://") {
            true => path_and_query(&url),
            false => path_and_query(&format!("http://{url}")),
        });
        Ok(RawRequest {
            captured: Captured {
                method: Some(self.method.unwrap_or_else(|| "POST".to_owned())),
                target,
                headers: self.headers,
                body,
                ..Captured::default()
            },
            notes: self.notes,
        })
    }
}

/// What `printf` prints: a word as it is, or a format with escapes.
fn printed(words: &[ShellWord]) -> Option<Vec<u8>> {
    match words {
        [name, format, text]
            if name.bytes == b"printf" && format.bytes == b"%s" && !text.incomplete =>
        {
            Some(text.bytes.clone())
        }
        [name, format] if name.bytes == b"printf" && !format.incomplete => unescaped(&format.bytes),
        _ => None,
    }
}

/// A format of `printf` without values.
fn unescaped(format: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(format.len());
    let mut bytes = format.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => bytes.next().filter(|next| *next == b'%')?,
            b'\\' => match bytes.next()? {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'\\' => b'\\',
                digit @ b'0'..=b'7' => {
                    let mut code = u32::from(digit - b'0');
                    for _ in 0..2 {
                        let Some(digit) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) else {
                            break;
                        };
                        code = code * 8 + u32::from(digit - b'0');
                    }
                    u8::try_from(code).ok()?
                }
                _ => return None,
            },
            byte => byte,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> RawRequest {
        let mut requests = requests(text.as_bytes()).expect(text).expect(text);
        assert_eq!(requests.len(), 1, "{text}");
        requests.remove(0)
    }

    #[test]
    fn the_request_is_the_one_that_curl_sends() {
        let value = |request: &RawRequest| {
            let headers = request.captured.headers.iter();
            headers
                .map(|header| header.value.clone())
                .collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_owned());
        for (text, body, target, values) in [
            (
                "curl -i -X PUT -H 'Sign: ab' --data-raw '{\"a\":1}' http://x.test/h?b",
                "{\"a\":1}",
                Some("/h?b"),
                vec![some("ab")],
            ),
            (
                "$ curl -sSHSign:ab x.test:80/h -d'{}'",
                "{}",
                Some("/h"),
                vec![some("ab")],
            ),
            (
                "  curl      curl --proxy http://p.test/ http://x.test/h --json '{}'",
                "{}",
                Some("/h"),
                vec![],
            ),
            (
                "# paid\ncurl http://x.test/h \\\n  -d a=1 -d b=2 -H 'Empty;' -H 'Gone:'",
                "a=1&b=2",
                Some("/h"),
                vec![some("")],
            ),
            (
                "printf '\\055%%\\n\\303\\251' |\ncurl --data-binary @- http://x.test/h -H \"Sign: ${KEY:?}\"",
                "-%\né",
                Some("/h"),
                vec![None],
            ),
            (
                "printf %s 'a\nb' | curl -d @- http://x.test/h -H 'Sign: ********'",
                "ab",
                Some("/h"),
                vec![None],
            ),
            (
                "curl http://x.test/h --data-raw @x\n* Connected\n< it's a response",
                "@x",
                Some("/h"),
                vec![],
            ),
        ] {
            let request = one(text);
            assert_eq!(
                String::from_utf8_lossy(&request.captured.body),
                body,
                "{text}"
            );
            assert_eq!(request.captured.target.as_deref(), target, "{text}");
            assert_eq!(value(&request), values, "{text}");
        }
        let two =
            requests(b"curl -d 1 http://x.test/; curl http://x.test/\n\ncurl -d 2 http://x.test/");
        assert_eq!(two.unwrap().unwrap().len(), 2);
    }

    #[test]
    fn what_curl_would_read_elsewhere_is_not_guessed() {
        for (text, what) in [
            ("curl -d @body.json http://x.test/", ELSEWHERE.what),
            ("curl -d @- http://x.test/ < body.json", ELSEWHERE.what),
            ("curl -d \"{$A}\" http://x.test/", VARIABLE.what),
            ("curl -d '{\"a\": 1", OPEN_QUOTE.what),
            ("curl -X POST http://x.test/", NO_BODY.what),
        ] {
            let problem = requests(text.as_bytes()).expect(text).expect_err(text);
            assert_eq!(problem.what, what, "{text}");
        }
        for text in ["{\"curl \": 1}", "", "curling", "the curl -d 1 x"] {
            assert!(requests(text.as_bytes()).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_command_is_read(text in "(curl |printf |-[dHXi]|--data-raw|[ '\"\\\\$@%|\n:;]|[a-z0-7]){0,40}") {
            let _ = requests(text.as_bytes());
            let _ = requests(format!("curl {text}").as_bytes());
        }
    }
}
