//! Checks of one value against its schema: type, allowed values, limits and meaning.

use super::super::accept::unsafe_number;
use super::super::finding::{Complaint, alternatives, quoted};
use super::super::schema::{Means, Scalar, SchemaNode, SchemaText, Types};
use super::super::{numbers, values};
use super::{OtherName, PathStep, Walk};
use crate::json::{Text, odd_escapes};
use crate::rules::Rule;
use crate::suggest;
use std::ops::Range;

impl Walk<'_> {
    /// Whether the value may have that type; complains if not.
    pub(super) fn fits(&mut self, node: &SchemaNode, kind: Types, span: Range<usize>) -> bool {
        let fits = node.types.allow(kind);
        if !fits {
            self.complain_type(node, kind, span);
        } else if node.other_types.contains(kind) {
            self.complain_other_type(node, kind, span);
        }
        fits
    }

    #[cold]
    fn complain_other_type(&mut self, node: &SchemaNode, kind: Types, span: Range<usize>) {
        if self.budget.refuses(Rule::OtherType) {
            return;
        }
        let documented = alternatives(
            &node
                .types
                .without(node.other_types)
                .without(Types::NULL)
                .words(),
        );
        let message = self.sentence(&[" is ", kind.word(), "; ", &documented, " is documented"]);
        let complaint = Complaint::new(Rule::OtherType, message, expected(&documented));
        self.complain(
            span,
            complaint
                .help("this type was documented or seen elsewhere: accept both in the handler"),
        );
    }

    #[cold]
    pub(super) fn complain_type(&mut self, node: &SchemaNode, kind: Types, span: Range<usize>) {
        if self.budget.refuses(Rule::WrongType) {
            return;
        }
        let complaint = self.once(node, span.clone(), |walk| {
            walk.wrong_type(node, kind, span.clone())
        });
        self.complain(span, complaint);
    }

    fn wrong_type(&self, node: &SchemaNode, kind: Types, span: Range<usize>) -> Complaint {
        let documented = node.types.without(node.other_types);
        let words = alternatives(&documented.words());
        let message = self.sentence(&[" is ", kind.word(), "; ", &words, " is documented"]);
        let complaint = Complaint::new(Rule::WrongType, message, expected(&words));
        let inside = &self.text[span];
        let number = inside.len() > 2
            && inside.len() < 40
            && values::is_decimal(&inside[1..inside.len() - 1]);
        if kind == Types::STRING && number && documented.contains(Types::NUMBER) {
            let digits = String::from_utf8_lossy(&inside[1..inside.len() - 1]).into_owned();
            complaint.help(format!("remove the quotation marks: {digits}"))
        } else {
            complaint
        }
    }

    pub(super) fn check_null(&mut self, node: &SchemaNode, span: Range<usize>, required: bool) {
        if node.types.allow(Types::NULL) {
            return;
        }
        if !required || matches!(self.buffers.path.last(), Some(PathStep::Item(_)) | None) {
            self.complain_type(node, Types::NULL, span);
            return;
        }
        if self.budget.refuses(Rule::NullField) {
            return;
        }
        let message = self.sentence(&[" is required but null"]);
        let label = expected(&alternatives(&node.types.words()));
        self.complain(span, Complaint::new(Rule::NullField, message, label));
    }

    pub(super) fn check_number(
        &mut self,
        node: Option<&SchemaNode>,
        span: Range<usize>,
        integral: bool,
    ) {
        let text = &self.text[span.clone()];
        if let Some(rule) = unsafe_number(text, integral)
            && !self.budget.refuses(rule)
        {
            self.complain(span.clone(), numbers::complaint(rule, text));
        }
        if let Some(node) = node
            && !node.accepts_number(text, integral)
        {
            self.explain_number(node, span, integral);
        }
    }

    /// Says what is wrong with a number that its schema refuses.
    #[cold]
    fn explain_number(&mut self, node: &SchemaNode, span: Range<usize>, integral: bool) {
        let text = &self.text[span.clone()];
        if !self.fits(node, node.kind_of(text, integral), span.clone()) {
            return;
        }
        let below = node
            .minimum
            .is_some_and(|minimum| numbers::below(text, minimum));
        if below && matches!(node.means, Some(Means::Amount { .. })) {
            if self.budget.refuses(Rule::NegativeAmount) {
                return;
            }
            let amount = String::from_utf8_lossy(text).into_owned();
            return self.complain(span, values::negative_amount(&amount));
        }
        if below
            || node
                .maximum
                .is_some_and(|maximum| numbers::above(text, maximum))
        {
            if self.budget.refuses(Rule::OutOfRange) {
                return;
            }
            let message = self.sentence(&[" is outside the documented range"]);
            let limit =
                |limit: Option<i64>| limit.map_or("any".to_owned(), |limit| limit.to_string());
            let label = format!(
                "expected {} to {}",
                limit(node.minimum),
                limit(node.maximum)
            );
            return self.complain(span, Complaint::new(Rule::OutOfRange, message, label));
        }
        if !node.documents_number(text) && !self.budget.refuses(Rule::UnknownValue) {
            let message = self.sentence(&[" is not a documented value"]);
            let complaint = Complaint::new(Rule::UnknownValue, message, "not documented");
            self.complain(span.clone(), complaint);
        }
        match node.means {
            Some(Means::EpochMs) => {
                if let Some(complaint) = numbers::integer(text).and_then(values::check_epoch_ms) {
                    self.complain(span, complaint);
                }
            }
            Some(Means::Amount { moved: true })
                if values::is_zero(text) && !self.budget.refuses(Rule::ZeroAmount) =>
            {
                let name = self.name();
                self.complain(span, values::zero_amount(&name));
            }
            _ => {}
        }
    }

    pub(super) fn check_text(&mut self, node: &SchemaNode, text: Text) {
        let raw = text.bytes(self.text);
        let accepted = node.accepts_text(&raw);
        if !accepted && !self.fits(node, Types::STRING, text.quoted()) {
            return;
        }
        if node.means == Some(Means::EventName) {
            self.event_name(text);
        }
        if let Some((full, bare)) = node.status_depth
            && self.buffers.path.len() == if self.bare { bare } else { full }
        {
            self.status = Some(text);
        }
        if !accepted {
            self.explain_text(node, text, node.documents(&raw), node.lists(&raw));
        }
    }

    /// Says what is wrong with a text that failed one of the quick checks.
    #[cold]
    fn explain_text(&mut self, node: &SchemaNode, text: Text, documented: bool, listed: bool) {
        let (span, bytes) = (text.quoted(), self.text);
        let value = text.decoded(bytes);
        if let Some(allowed) = node.allowed.as_ref().filter(|_| !documented) {
            let complaint = if node.means == Some(Means::EventName) {
                self.other_event(&value, &texts_of(allowed))
            } else {
                self.once(node, span.clone(), |walk| {
                    let message = walk.undocumented(&value);
                    let complaint = Complaint::new(Rule::UnknownValue, message, "");
                    values_of(complaint, &value, &texts_of(allowed))
                })
            };
            self.complain(span.clone(), complaint);
        }
        // A value that `enum` refuses needs no second finding.
        if let Some(known) = node.known.as_ref().filter(|_| documented && !listed) {
            let complaint = self.once(node, span.clone(), |walk| {
                walk.unlisted_value(node, &value, known)
            });
            self.complain(span.clone(), complaint);
        }
        if let Some(longest) = node
            .max_length
            .filter(|longest| value.chars().count() > *longest)
        {
            let message = self.sentence(&[" is longer than the provider's API allows"]);
            let label = format!("expected at most {longest} characters");
            self.complain(span.clone(), Complaint::new(Rule::TooLong, message, label));
        }
        let complaint = match &node.means {
            Some(Means::LocalTime) => values::check_time(&value, false),
            Some(Means::UtcTime) => values::check_time(&value, true),
            Some(Means::Amount { moved }) => values::check_amount_text(&value).or_else(|| {
                (*moved && values::is_zero(value.as_bytes()))
                    .then(|| values::zero_amount(&self.name()))
            }),
            Some(Means::Uuid) => values::check_uuid(&value),
            Some(Means::Id(prefix)) => values::check_prefixed_id(&value, prefix),
            Some(Means::EpochMs | Means::EventName) | None => None,
        };
        if let Some(complaint) = complaint {
            self.complain(span, complaint);
        }
    }

    /// Remembers the event's name, and a second one that differs.
    fn event_name(&mut self, text: Text) {
        match self.event_name {
            None => self.event_name = Some(text),
            Some(first) => {
                let (first, name) = (first.decoded(self.text), text.decoded(self.text));
                if first != name {
                    let (first, name) = (first.into_owned(), name.into_owned());
                    self.other_name = Some(OtherName {
                        first,
                        name,
                        pointer: self.pointer(),
                        span: text.quoted(),
                    });
                }
            }
        }
    }

    /// What is said of a name that another event has, or none.
    #[cold]
    fn other_event(&self, value: &str, texts: &[&str]) -> Complaint {
        let right = texts.first().copied().unwrap_or_default();
        if self
            .against
            .is_some_and(|against| against.misspellings.iter().any(|known| known == value))
        {
            let message = format!("{value} is a known typo for {right} in the provider's docs");
            return Complaint::new(Rule::MisspeltEvent, message, format!("expected {right}"))
                .help("accept both names in the handler");
        }
        let message = self.sentence(&[" says ", &quoted(value), ", but the event is ", right]);
        let label = expected(&alternatives(texts));
        Complaint::new(Rule::EventMismatch, message, label).help(
            "handlers that read different fields would act on different events: trust neither",
        )
    }

    /// What is said of a value that `x-values` does not list.
    fn unlisted_value(&self, node: &SchemaNode, value: &str, known: &[SchemaText]) -> Complaint {
        let words: Vec<&str> = known.iter().map(SchemaText::as_str).collect();
        if node.allowed.is_none() {
            let message = self.undocumented(value);
            let complaint = Complaint::new(Rule::UnlistedValue, message, "");
            return values_of(complaint, value, &words);
        }
        // Seen elsewhere, so it is not a typo: suggest no other value.
        let said = quoted(value);
        let message = self.sentence(&[" is ", &said, ", which is not documented for this event"]);
        Complaint::new(Rule::UnlistedValue, message, "only seen elsewhere")
            .help(format!("documented for this event: {}", words.join(", ")))
    }

    fn undocumented(&self, value: &str) -> String {
        self.sentence(&[" is ", &quoted(value), ", which is undocumented"])
    }

    /// Finds NUL characters and lone surrogates, which only escapes can produce.
    #[cold]
    pub(super) fn check_escapes(&mut self, text: Text) {
        for (at, nul) in odd_escapes(&self.text[text.start..text.end]) {
            let (rule, message, label) = match nul {
                None => (
                    Rule::LoneSurrogate,
                    "half of a surrogate pair is not a character",
                    "the other half is missing",
                ),
                Some(_) => (
                    Rule::NulCharacter,
                    "a NUL character in a string",
                    "many languages end a string here",
                ),
            };
            if !self.budget.refuses(rule) {
                let place = text.start + at;
                let span = place..place + nul.unwrap_or(6);
                self.complain(span, Complaint::new(rule, message, label));
            }
        }
    }
}

fn texts_of(allowed: &[Scalar]) -> Vec<&str> {
    let texts = allowed.iter().filter_map(|scalar| match scalar {
        Scalar::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// The label of a value that should be something else.
fn expected(what: &str) -> String {
    ["expected ", what].concat()
}

/// Completes a complaint about a value outside a list: a short list in the label, the nearest value in the help.
fn values_of(mut complaint: Complaint, value: &str, known: &[&str]) -> Complaint {
    complaint.label = match known {
        few if few.len() <= 6 => expected(&alternatives(few)),
        many => format!("not one of the {} known values", many.len()),
    };
    match suggest::best(value, known.iter().copied()) {
        Some(near) => complaint.help(["did you mean ", near, "?"].concat()),
        None if known.len() > 6 => complaint.help(format!("known values: {}", known.join(", "))),
        None => complaint,
    }
}
