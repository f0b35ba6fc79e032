//! Finds secrets in a text, in any common encoding, and replaces them with stars.
//!
//! Nearly every text is free of secrets, which a `sieve` tells quickly; a text is decoded only where something in it is
//! escaped.

mod errors;
pub(crate) mod headers;
mod sieve;

use crate::json::{EscapedPiece, piece};
pub(crate) use crate::secret::STARS;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem::Finder;
use sieve::Sieve;
use std::borrow::Cow;
use std::ops::Range;

/// Shorter secrets are not searched for: they would be found in unrelated text.
const SHORTEST: usize = 4;

/// How many levels of escapes within escapes are undone.
const DEEPEST: usize = 2;

/// Finds secrets.
#[derive(Default)]
pub(crate) struct Redactor {
    exact: Needles,
    /// The same in lower case.
    folded: Needles,
}

#[derive(Default)]
struct Needles {
    all: Vec<Needle>,
    shortest: usize,
    sieve: Sieve,
}

/// A secret in one of its encodings.
struct Needle {
    finder: Finder<'static>,
    /// Whether the character before it, and the one after it, contain bits of the secret as well.
    edges: (bool, bool),
}

/// A text in which secrets were found.
#[derive(Debug)]
pub(crate) struct Redacted {
    /// The text with stars instead of secrets.
    pub(crate) text: Vec<u8>,
    /// Where the secrets were.
    ranges: Vec<Range<usize>>,
}

impl Redactor {
    /// A redactor of those secrets.
    pub(crate) fn new<'s>(secrets: impl IntoIterator<Item = &'s [u8]>) -> Self {
        let (mut exact, mut folded) = (Needles::default(), Needles::default());
        for secret in secrets
            .into_iter()
            .filter(|secret| secret.len() >= SHORTEST)
        {
            // As it is, and with its spaces written as in a query.
            let spaced = secret
                .iter()
                .map(|byte| if *byte == b' ' { b'+' } else { *byte })
                .collect();
            let plain = [secret.to_vec(), spaced].map(|form| (form, (false, false)));
            for (form, edges) in plain.into_iter().chain(encoded(secret)) {
                folded.add(&form.to_ascii_lowercase(), edges);
                exact.add(&form, edges);
            }
        }
        Self {
            exact: exact.sieved(),
            folded: folded.sieved(),
        }
    }

    /// Whether a text contains a secret.
    pub(crate) fn is_in(&self, text: &[u8]) -> bool {
        !self.exact.find(text, false).is_empty()
    }

    /// The text with stars instead of secrets; `None` where it contains none.
    pub(crate) fn bytes(&self, text: &[u8]) -> Option<Redacted> {
        Redacted::new(text, self.exact.find(text, false))
    }

    /// The same for a short text, in which case does not matter, and next to an ellipsis a part of a secret is
    /// sufficient.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if text.len() < self.folded.shortest && (text.is_ascii() || !text.contains('…')) {
            return Cow::Borrowed(text);
        }
        let redacted = Redacted::new(
            text.as_bytes(),
            self.folded
                .find(&text.as_bytes().to_ascii_lowercase(), true),
        );
        redacted.map_or(Cow::Borrowed(text), |redacted| {
            Cow::Owned(String::from_utf8_lossy(&redacted.text).into_owned())
        })
    }
}

/// A secret in hex and base64, each with its edges as in [`Needle::edges`].
fn encoded(secret: &[u8]) -> Vec<(Vec<u8>, (bool, bool))> {
    let hex = |digits: &[u8; 16]| -> Vec<u8> {
        let digit = |half: u8| digits[usize::from(half)];
        secret
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
            .collect()
    };
    let mut forms: Vec<_> = [b"0123456789abcdef", b"0123456789ABCDEF"]
        .map(|digits| (hex(digits), (false, false)))
        .into();
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        // In the base64 of a longer text a secret looks different for each position modulo three. Only the characters
        // that do not depend on the surrounding text are searched for.
        for before in 0..3 {
            let bits = (8 * before, 8 * (before + secret.len()));
            let text = engine.encode([&[0; 2][..before], secret].concat());
            let sure = text.as_bytes()[bits.0.div_ceil(6)..bits.1 / 6].to_vec();
            forms.push((sure, (bits.0 % 6 != 0, bits.1 % 6 != 0)));
        }
    }
    forms
}

impl Needles {
    fn add(&mut self, form: &[u8], edges: (bool, bool)) {
        if self
            .all
            .iter()
            .any(|known| known.finder.needle() == form && known.edges == edges)
        {
            return;
        }
        self.all.push(Needle {
            finder: Finder::new(form).into_owned(),
            edges,
        });
    }

    /// Ends the adding of needles.
    fn sieved(mut self) -> Self {
        let needles = self.all.iter().map(|needle| needle.finder.needle());
        self.shortest = needles.clone().map(<[u8]>::len).min().unwrap_or_default();
        self.sieve = Sieve::new(needles);
        self
    }

    /// The ranges of secrets in a text, in order and without overlaps. A `short` text is in lower case, as the needles
    /// are, and may have been cut at an ellipsis.
    fn find(&self, text: &[u8], short: bool) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.all.is_empty() || (!short && self.is_clean(text)) {
            return found;
        }
        self.search(
            &View {
                text: Cow::Borrowed(text),
                breaks: Vec::new(),
                origin: None,
            },
            0,
            short,
            &mut found,
        );
        found.sort_unstable_by_key(|range| range.start);
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match apart.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }

    /// Whether a whole text contains nothing to be found, and nothing that is escaped.
    fn is_clean(&self, text: &[u8]) -> bool {
        text.len() < self.shortest
            || (!self.may_have(text) && memchr::memchr2(b'%', b'\\', text).is_none())
    }

    /// Whether a text may contain a needle as it is.
    fn may_have(&self, text: &[u8]) -> bool {
        self.sieve.may_have(text, |rest| {
            let mut needles = self.all.iter().map(|needle| needle.finder.needle());
            needles.any(|needle| rest.starts_with(needle))
        })
    }

    fn search(&self, view: &View<'_>, depth: usize, short: bool, found: &mut Vec<Range<usize>>) {
        let text = &*view.text;
        if self.may_have(text) {
            for needle in &self.all {
                found.extend(
                    needle
                        .finder
                        .find_iter(text)
                        .map(|at| view.original(&needle.range(text, at))),
                );
            }
        }
        if short {
            self.search_cuts(view, found);
        }
        if depth < DEEPEST {
            for escape in [Escape::Percent, Escape::Json] {
                if let Some(mut decoded) = view.decoded(escape) {
                    if short {
                        decoded.text.to_mut().make_ascii_lowercase();
                    }
                    self.search(&decoded, depth + 1, short, found);
                }
            }
        }
    }

    /// Finds the beginning of a secret before an ellipsis, and the end of one after it.
    fn search_cuts(&self, view: &View<'_>, found: &mut Vec<Range<usize>>) {
        let (text, ellipsis) = (&*view.text, "…");
        for at in memchr::memmem::find_iter(text, ellipsis) {
            let (before, behind) = (&text[..at], &text[at + ellipsis.len()..]);
            // An escape may have been cut as well.
            let escape = before.len() - before.len().min(6);
            let escape = before[escape..]
                .iter()
                .position(|byte| matches!(byte, b'%' | b'\\'))
                .map(|at| escape + at);
            for needle in self.all.iter().map(|needle| needle.finder.needle()) {
                for end in [Some(before.len()), escape].into_iter().flatten() {
                    let part = (1..needle.len())
                        .rev()
                        .find(|length| before[..end].ends_with(&needle[..*length]));
                    found.extend(part.map(|length| view.original(&(end - length..before.len()))));
                }
                let part = (1..needle.len()).find(|from| behind.starts_with(&needle[*from..]));
                let start = at + ellipsis.len();
                found.extend(part.map(|from| view.original(&(start..start + needle.len() - from))));
            }
        }
    }
}

impl Needle {
    /// The range of the secret, where this encoding of it was found.
    fn range(&self, text: &[u8], at: usize) -> Range<usize> {
        let end = at + self.finder.needle().len();
        let graphic = |at: Option<usize>| {
            at.and_then(|at| text.get(at))
                .is_some_and(u8::is_ascii_graphic)
        };
        let before = self.edges.0 && graphic(at.checked_sub(1));
        let behind = self.edges.1 && graphic(Some(end));
        at - usize::from(before)..end + usize::from(behind)
    }
}

/// A text with its escapes undone.
struct View<'t> {
    text: Cow<'t, [u8]>,
    /// Where each escape ends, in this text and in the one that it was decoded from.
    breaks: Vec<(usize, usize)>,
    origin: Option<&'t View<'t>>,
}

/// How characters are escaped.
#[derive(Clone, Copy)]
enum Escape {
    /// `%54`
    Percent,
    /// `\u0054`, `\/`
    Json,
}

impl View<'_> {
    /// The text without escapes of one more kind; `None` where it has none.
    fn decoded(&self, escape: Escape) -> Option<View<'_>> {
        let text = &*self.text;
        let (mut decoded, mut breaks, mut rest) = (Vec::new(), Vec::new(), 0);
        let sign = match escape {
            Escape::Percent => b'%',
            Escape::Json => b'\\',
        };
        for at in memchr::memchr_iter(sign, text) {
            // It is a part of the escape before.
            if at < rest {
                continue;
            }
            let Some((char, length)) = escape.read(text, at) else {
                continue;
            };
            decoded.extend_from_slice(&text[rest..at]);
            match escape {
                Escape::Percent => decoded.push(char as u8),
                Escape::Json => decoded.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            }
            rest = at + length;
            breaks.push((decoded.len(), rest));
        }
        if breaks.is_empty() {
            return None;
        }
        decoded.extend_from_slice(&text[rest..]);
        Some(View {
            text: Cow::Owned(decoded),
            breaks,
            origin: Some(self),
        })
    }

    /// The same range in the original text.
    fn original(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize| match self
            .breaks
            .partition_point(|(here, _)| *here <= at)
            .checked_sub(1)
        {
            Some(last) => self.breaks[last].1 + at - self.breaks[last].0,
            None => at,
        };
        let range = place(range.start)..place(range.end);
        self.origin
            .map_or(range.clone(), |origin| origin.original(&range))
    }
}

impl Escape {
    /// The character that is escaped at a position, and the length of the escape.
    fn read(self, text: &[u8], at: usize) -> Option<(char, usize)> {
        match self {
            Self::Percent => {
                let digit = |at: usize| {
                    text.get(at)
                        .and_then(|digit| char::from(*digit).to_digit(16))
                };
                let (high, low) = (digit(at + 1)?, digit(at + 2)?);
                Some((char::from_u32(high * 16 + low)?, 3))
            }
            Self::Json if at + 1 == text.len() => None,
            Self::Json => match piece(text, at) {
                EscapedPiece::Char(char, length) => Some((char, length)),
                EscapedPiece::Lone => None,
            },
        }
    }
}

impl Redacted {
    fn new(text: &[u8], ranges: Vec<Range<usize>>) -> Option<Self> {
        let last = ranges.last()?.end;
        let (mut starred, mut rest) = (Vec::with_capacity(text.len()), 0);
        for range in &ranges {
            starred.extend_from_slice(&text[rest..range.start]);
            starred.extend_from_slice(STARS.as_bytes());
            rest = range.end;
        }
        starred.extend_from_slice(&text[last..]);
        Some(Self {
            text: starred,
            ranges,
        })
    }

    /// The range in the redacted text. A range that begins or ends within a secret does so at its stars.
    pub(crate) fn place(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize, end: bool| {
            let mut moved = at;
            for secret in self.ranges.iter().take_while(|secret| secret.start < at) {
                let inside = secret.end > at && !end;
                moved = moved - (at.min(secret.end) - secret.start)
                    + if inside { 0 } else { STARS.len() };
            }
            moved
        };
        let start = place(range.start, false);
        start..place(range.end, true).max(start)
    }
}
