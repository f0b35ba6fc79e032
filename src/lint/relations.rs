//! How the fields of one object hang together: orders of times, sums, chains, and what was paid of what was due.
//!
//! Separate from the walk because each of these looks at several values at once, after the object has been read, and
//! from `values` because none of them can be asked of one value alone. All arithmetic is exact.

use super::chains::Chain;
use super::finding::{Complaint, alternatives, quoted, shortened};
use super::rules::Rule;
use super::schema::Property;
use super::walk::{FieldPlace, ValueKind};
use crate::json::{Scanner, Text, lookup};
use crate::time::{Moment, parse_time};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::ops::Range;

/// Takes a value's pointer, relative to the object, its bytes, and what is wrong with it.
type Complain<'c> = &'c mut dyn FnMut(String, Range<usize>, Complaint);

/// A rule of an object, its fields resolved to places among the object's properties.
#[derive(Debug)]
pub(crate) enum Relation {
    TimeOrder {
        earlier: usize,
        later: usize,
    },
    PaidInFull {
        due: usize,
        paid: usize,
    },
    ChainForm {
        currency: usize,
        addresses: Vec<usize>,
        hashes: Vec<usize>,
    },
    Sum {
        total: usize,
        add: Vec<usize>,
        subtract: Vec<usize>,
    },
    Fee {
        total: usize,
        fixed: usize,
        percent: usize,
        of: usize,
    },
    QuoteStatus {
        status: usize,
        due: usize,
        paid: usize,
    },
    QuoteAmount {
        due: usize,
        currency: (usize, String),
        quotes: usize,
        quote_due: String,
        quote_currency: String,
    },
}

/// The same as it stands in a schema, with the names of the fields.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum WrittenRelation {
    TimeOrder(String, String),
    PaidInFull {
        due: String,
        paid: String,
    },
    ChainForm {
        currency: String,
        #[serde(default)]
        addresses: Vec<String>,
        #[serde(default)]
        hashes: Vec<String>,
    },
    Sum {
        total: String,
        #[serde(default)]
        add: Vec<String>,
        #[serde(default)]
        subtract: Vec<String>,
    },
    Fee {
        total: String,
        fixed: String,
        percent: String,
        of: String,
    },
    QuoteStatus {
        status: String,
        due: String,
        paid: String,
    },
    #[serde(rename_all = "snake_case")]
    QuoteAmount {
        due: String,
        currency: String,
        quotes: String,
        quote_due: String,
        quote_currency: String,
    },
}

impl Relation {
    /// Reads a rule; `place` finds a property by its name.
    pub(crate) fn compile(
        rule: &Value,
        place: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<Self, String> {
        let field = |name: &str| {
            place(name).ok_or_else(|| format!("`{name}` is no property of this object"))
        };
        let fields = |names: &[String]| {
            names
                .iter()
                .map(|name| field(name))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(
            match WrittenRelation::deserialize(rule).map_err(|error| error.to_string())? {
                WrittenRelation::TimeOrder(earlier, later) => Self::TimeOrder {
                    earlier: field(&earlier)?,
                    later: field(&later)?,
                },
                WrittenRelation::PaidInFull { due, paid } => Self::PaidInFull {
                    due: field(&due)?,
                    paid: field(&paid)?,
                },
                WrittenRelation::ChainForm {
                    currency,
                    addresses,
                    hashes,
                } => Self::ChainForm {
                    currency: field(&currency)?,
                    addresses: fields(&addresses)?,
                    hashes: fields(&hashes)?,
                },
                WrittenRelation::Sum {
                    total,
                    add,
                    subtract,
                } => Self::Sum {
                    total: field(&total)?,
                    add: fields(&add)?,
                    subtract: fields(&subtract)?,
                },
                WrittenRelation::Fee {
                    total,
                    fixed,
                    percent,
                    of,
                } => Self::Fee {
                    total: field(&total)?,
                    fixed: field(&fixed)?,
                    percent: field(&percent)?,
                    of: field(&of)?,
                },
                WrittenRelation::QuoteStatus { status, due, paid } => Self::QuoteStatus {
                    status: field(&status)?,
                    due: field(&due)?,
                    paid: field(&paid)?,
                },
                WrittenRelation::QuoteAmount {
                    due,
                    currency,
                    quotes,
                    quote_due,
                    quote_currency,
                } => {
                    let first = currency
                        .split('/')
                        .nth(1)
                        .ok_or("`currency` is a pointer")?;
                    let rest = currency[first.len() + 1..].to_owned();
                    let (quotes, currency) = (field(&quotes)?, (field(first)?, rest));
                    Self::QuoteAmount {
                        due: field(&due)?,
                        currency,
                        quotes,
                        quote_due,
                        quote_currency,
                    }
                }
            },
        )
    }

    /// Calls `complain` for each value that does not fit the others.
    pub(crate) fn check(&self, object: &ObjectFields<'_>, complain: Complain<'_>) {
        match self {
            Self::TimeOrder { earlier, later } => object.time_order(*earlier, *later, complain),
            Self::PaidInFull { due, paid } => object.paid_in_full(*due, *paid, complain),
            Self::ChainForm {
                currency,
                addresses,
                hashes,
            } => {
                object.chain_form(*currency, addresses, hashes, complain);
            }
            Self::Sum {
                total,
                add,
                subtract,
            } => object.sum(*total, add, subtract, complain),
            Self::Fee {
                total,
                fixed,
                percent,
                of,
            } => object.fee(*total, *fixed, *percent, *of, complain),
            Self::QuoteStatus { status, due, paid } => {
                object.quote_status(*status, *due, *paid, complain)
            }
            Self::QuoteAmount {
                due,
                currency,
                quotes,
                quote_due,
                quote_currency,
            } => {
                object.quote_amount(*due, currency, *quotes, quote_due, quote_currency, complain);
            }
        }
    }
}

/// The fields of one object that has been read.
pub(crate) struct ObjectFields<'a> {
    pub(crate) text: &'a [u8],
    /// Where each property of the schema stands, in the schema's order.
    pub(crate) places: &'a [FieldPlace],
    pub(crate) properties: &'a [Property],
    pub(crate) chains: &'a [(String, Chain)],
}

impl ObjectFields<'_> {
    /// A field's value as it is written.
    fn written(&self, field: usize) -> Cow<'_, str> {
        let text = String::from_utf8_lossy(&self.text[self.places[field].range()]);
        Cow::Owned(shortened(text.trim_matches('"')).into_owned())
    }

    fn name(&self, field: usize) -> &str {
        &self.properties[field].name
    }

    fn complain(&self, field: usize, complaint: Complaint, complain: Complain<'_>) {
        complain(
            format!("/{}", self.name(field)),
            self.places[field].range(),
            complaint,
        );
    }

    /// What a text says.
    fn raw(&self, field: usize) -> Option<Cow<'_, [u8]>> {
        let FieldPlace {
            kind,
            escaped,
            start,
            end,
        } = self.places[field];
        let text = Text {
            start: start + 1,
            end: end.saturating_sub(1),
            escaped,
        };
        (kind == ValueKind::Text).then(|| text.bytes(self.text))
    }

    fn text(&self, field: usize) -> Option<Cow<'_, str>> {
        self.raw(field).map(|raw| match raw {
            Cow::Borrowed(raw) => String::from_utf8_lossy(raw),
            Cow::Owned(raw) => Cow::Owned(String::from_utf8_lossy(&raw).into_owned()),
        })
    }

    /// An amount, as a number or as a text that holds one.
    fn amount(&self, field: usize) -> Option<Decimal> {
        match self.places[field].kind {
            ValueKind::Number => decimal(&self.text[self.places[field].range()]),
            ValueKind::Text => self.raw(field).and_then(|raw| decimal(&raw)),
            _ => None,
        }
    }

    fn time(&self, field: usize) -> Option<Moment> {
        parse_time(&self.raw(field)?).ok().map(|(moment, _)| moment)
    }

    fn time_order(&self, earlier: usize, later: usize, complain: Complain<'_>) {
        let (Some(first), Some(second)) = (self.raw(earlier), self.raw(later)) else {
            return;
        };
        // Of times in one zone and with seconds the order is that of their letters; whether they are times at all, each
        // was asked alone.
        let letters = |time: &[u8]| {
            (time.len() > 19 && time[16] == b':' && time.ends_with(b"Z")).then_some(())
        };
        if letters(&first).and(letters(&second)).is_some() && first[..19] < second[..19] {
            return;
        }
        let (Some(first), Some(second)) = (self.time(earlier), self.time(later)) else {
            return;
        };
        if second < first {
            let (earlier, name) = (self.name(earlier), self.name(later));
            let complaint = Complaint::new(
                Rule::TimeOrder,
                format!("`{name}` is before `{earlier}`"),
                format!("earlier than `{earlier}`"),
            );
            let help = "compare the zones first; a handler that sorts by time will take these in the wrong order";
            self.complain(later, complaint.help(help), complain);
        }
    }

    fn paid_in_full(&self, due: usize, paid: usize, complain: Complain<'_>) {
        let (Some(asked), Some(got)) = (self.amount(due), self.amount(paid)) else {
            return;
        };
        // Of a negative amount, which is an error of its own, nothing follows.
        if asked == got || asked.is_sign_negative() || got.is_sign_negative() {
            return;
        }
        let (asked_text, got_text) = (self.written(due), self.written(paid));
        let (due, name) = (self.name(due), self.name(paid));
        // The provider takes an invoice for paid from 0.995 of its amount on.
        let short = Decimal::new(995, 3)
            .checked_mul(asked)
            .is_some_and(|least| got < least);
        let relation = if got < asked { "less" } else { "more" };
        let rule = if short {
            Rule::PaidShort
        } else {
            Rule::PaidDiffers
        };
        let complaint = Complaint::new(
            rule,
            format!("`{name}` is {relation} than `{due}`: {got_text} of {asked_text}"),
            format!("{relation} than the {asked_text} of `{due}`"),
        );
        let help = if short {
            "below 0.995 of the amount an invoice counts as underpaid: do not ship before a person looked"
        } else {
            "the provider takes it for paid; book what came, not what was asked for"
        };
        self.complain(paid, complaint.help(help), complain);
    }

    fn chain_form(
        &self,
        currency: usize,
        addresses: &[usize],
        hashes: &[usize],
        complain: Complain<'_>,
    ) {
        let Some(code) = self.text(currency) else {
            return;
        };
        let Some((_, chain)) = self.chains.iter().find(|(known, _)| *known == code) else {
            return;
        };
        let mut look =
            |fields: &[usize], rule, fits: fn(Chain, &[u8]) -> bool, words: &str, what: &str| {
                for field in fields {
                    let Some(text) = self.text(*field) else {
                        continue;
                    };
                    if !fits(*chain, text.as_bytes()) {
                        let name = self.name(*field);
                        let message = format!("`{name}` {} is no {what} of {code}", quoted(&text));
                        let complaint = Complaint::new(rule, message, format!("expected {words}"));
                        let others = Chain::NAMES
                            .iter()
                            .filter(|(_, other)| fits(*other, text.as_bytes()));
                        let others: Vec<&str> = others.map(|(name, _)| *name).collect();
                        let complaint = if others.is_empty() {
                            complaint
                        } else {
                            let others = alternatives(&others);
                            complaint.help(format!(
                                "it has the form of {others}: is `{}` right?",
                                self.name(currency)
                            ))
                        };
                        self.complain(*field, complaint, complain);
                    }
                }
            };
        look(
            addresses,
            Rule::AddressForm,
            Chain::fits_address,
            chain.address_words(),
            "address",
        );
        look(
            hashes,
            Rule::HashForm,
            Chain::fits_hash,
            chain.hash_words(),
            "transaction hash",
        );
    }

    fn sum(&self, total: usize, add: &[usize], subtract: &[usize], complain: Complain<'_>) {
        let Some(written) = self.amount(total) else {
            return;
        };
        let mut sum = Decimal::ZERO;
        for (fields, sign) in [(add, Decimal::ONE), (subtract, Decimal::NEGATIVE_ONE)] {
            for field in fields {
                let next = self
                    .amount(*field)
                    .and_then(|amount| amount.checked_mul(sign))
                    .and_then(|amount| sum.checked_add(amount));
                let Some(next) = next else { return };
                sum = next;
            }
        }
        let mut words: Vec<String> = add
            .iter()
            .map(|field| format!("`{}`", self.name(*field)))
            .collect();
        let first = words.join(" + ");
        words = subtract
            .iter()
            .map(|field| format!(" - `{}`", self.name(*field)))
            .collect();
        self.agree(
            total,
            written,
            sum,
            &format!("{first}{}", words.concat()),
            complain,
        );
    }

    fn fee(&self, total: usize, fixed: usize, percent: usize, of: usize, complain: Complain<'_>) {
        let amounts = (
            self.amount(total),
            self.amount(fixed),
            self.amount(percent),
            self.amount(of),
        );
        let (Some(written), Some(fix), Some(rate), Some(base)) = amounts else {
            return;
        };
        let share = base
            .checked_mul(rate)
            .and_then(|share| share.checked_div(Decimal::ONE_HUNDRED));
        let Some(sum) = share.and_then(|share| share.checked_add(fix)) else {
            return;
        };
        let words = format!(
            "`{}` + `{}` % of `{}`",
            self.name(fixed),
            self.name(percent),
            self.name(of)
        );
        self.agree(total, written, sum, &words, complain);
    }

    /// Complains unless the two agree within one unit of the last digit: the fifth decimal, or the last one written.
    fn agree(
        &self,
        total: usize,
        written: Decimal,
        sum: Decimal,
        words: &str,
        complain: Complain<'_>,
    ) {
        let tolerance = Decimal::new(1, written.normalize().scale().max(5));
        if written
            .checked_sub(sum)
            .is_none_or(|difference| difference.abs() < tolerance)
        {
            return;
        }
        let name = self.name(total);
        let complaint = Complaint::new(
            Rule::SumMismatch,
            format!("`{name}` is {written}, but {words} is {}", sum.normalize()),
            format!("expected {}", sum.normalize()),
        );
        let help =
            "book the amounts that you can recompute, and ask the provider's API for the rest";
        self.complain(total, complaint.help(help), complain);
    }

    fn quote_status(&self, status: usize, due: usize, paid: usize, complain: Complain<'_>) {
        let (Some(word), Some(asked), Some(got)) =
            (self.text(status), self.amount(due), self.amount(paid))
        else {
            return;
        };
        let (agrees, relation) = match &*word {
            "paid" => (got == asked, "equal to"),
            "underpaid" => (got < asked, "below"),
            "overpaid" => (got > asked, "above"),
            _ => return,
        };
        if !agrees {
            let (due, name) = (self.name(due), self.name(paid));
            let complaint = Complaint::new(
                Rule::QuoteStatus,
                format!(
                    "the quote is {}, but `{name}` is {got} of {asked}",
                    quoted(&word)
                ),
                format!("expected a `{name}` {relation} `{due}`"),
            );
            let help = "decide by the amounts: the status may be older than they are";
            self.complain(status, complaint.help(help), complain);
        }
    }

    fn quote_amount(
        &self,
        due: usize,
        (currency, rest): &(usize, String),
        quotes: usize,
        quote_due: &str,
        quote_currency: &str,
        complain: Complain<'_>,
    ) {
        let list = self.places[quotes];
        let code =
            lookup(self.text, self.places[*currency].start, rest).map(|range| &self.text[range]);
        let (ValueKind::Array, Some(code), Some(asked)) = (list.kind, code, self.amount(due))
        else {
            return;
        };
        for (index, start) in items(self.text, list).into_iter().enumerate() {
            let same = lookup(self.text, start, quote_currency)
                .is_some_and(|range| self.text[range] == *code);
            let Some(range) = lookup(self.text, start, &format!("/{quote_due}")).filter(|_| same)
            else {
                continue;
            };
            if decimal(&self.text[range.clone()]).is_some_and(|amount| amount != asked) {
                let message = format!(
                    "the quote asks for {}, the request for {asked}, in one currency",
                    String::from_utf8_lossy(&self.text[range.clone()])
                );
                let complaint = Complaint::new(
                    Rule::QuoteAmount,
                    message,
                    format!("`{}` is {asked}", self.name(due)),
                );
                complain(
                    format!("/{}/{index}/{quote_due}", self.name(quotes)),
                    range,
                    complaint,
                );
            }
        }
    }
}

/// Where the items of a list begin.
fn items(text: &[u8], list: FieldPlace) -> Vec<usize> {
    let mut scanner = Scanner::new(text, list.start + 1);
    let mut starts = Vec::new();
    while !matches!(scanner.next_token(), None | Some(b']')) {
        starts.push(scanner.at);
        if scanner.skip_value().is_none() || scanner.next_token() != Some(b',') {
            break;
        }
        scanner.at += 1;
    }
    starts
}

/// A number, exactly. What has more digits than any amount is taken for as much as fits, which is as good: no amount is
/// near it.
fn decimal(text: &[u8]) -> Option<Decimal> {
    let text = std::str::from_utf8(text).ok()?;
    if text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        if let Ok(exact) = Decimal::from_scientific(text) {
            return Some(exact);
        }
    } else {
        let shorter = if text.contains('.') {
            text.trim_end_matches('0')
        } else {
            text
        };
        if let Ok(exact) = Decimal::from_str_exact(shorter.trim_end_matches('.')) {
            return Some(exact);
        }
    }
    let near: f64 = text.parse().ok()?;
    Some(Decimal::from_f64(near).unwrap_or(if near < 0.0 {
        Decimal::MIN
    } else {
        Decimal::MAX
    }))
}
