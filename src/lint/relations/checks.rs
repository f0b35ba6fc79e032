//! The rules themselves, one function each.

use super::super::chains::Chain;
use super::super::field::{FieldPlace, ValueKind};
use super::super::finding::{Complaint, alternatives, quoted};
use super::object_fields::decimal;
use super::{Complain, ObjectFields};
use crate::json::{Scanner, lookup};
use crate::rules::Rule;
use rust_decimal::Decimal;

impl ObjectFields<'_> {
    pub(super) fn time_order(&self, earlier: usize, later: usize, complain: Complain<'_>) {
        let (Some(first), Some(second)) = (self.raw(earlier), self.raw(later)) else {
            return;
        };
        // Times in UTC with seconds sort like texts. Whether each is a valid time has been checked before.
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
            let help = "compare the time zones first; a handler that sorts by time would order these wrongly";
            self.complain(later, complaint.help(help), complain);
        }
    }

    pub(super) fn paid_in_full(&self, due: usize, paid: usize, complain: Complain<'_>) {
        let (Some(asked), Some(got)) = (self.amount(due), self.amount(paid)) else {
            return;
        };
        // A negative amount is an error of its own.
        if asked == got || asked.is_sign_negative() || got.is_sign_negative() {
            return;
        }
        let (asked_text, got_text) = (self.written(due), self.written(paid));
        let (due, name) = (self.name(due), self.name(paid));
        // The provider counts an invoice as paid from 99.5 % of its amount.
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
            "less than 99.5 % paid counts as underpaid: do not ship without a manual check"
        } else {
            "the provider counts it as paid: book the amount received, not the amount due"
        };
        self.complain(paid, complaint.help(help), complain);
    }

    pub(super) fn chain_form(
        &self,
        currency: usize,
        addresses: &[usize],
        hashes: &[usize],
        complain: Complain<'_>,
    ) {
        let Some(code) = self.text(currency) else {
            return;
        };
        let name = self.currencies.and_then(|known| known.get(&code));
        let Some(chain) = name.and_then(|name| Chain::named(name)) else {
            return;
        };
        let mut look =
            |fields: &[usize], rule, fits: fn(Chain, &[u8]) -> bool, words: &str, what: &str| {
                for field in fields {
                    let Some(text) = self.text(*field) else {
                        continue;
                    };
                    if !fits(chain, text.as_bytes()) {
                        let name = self.name(*field);
                        let message =
                            format!("`{name}` {} is not {what} for {code}", quoted(&text));
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
                                "it looks like {others}: is `{}` right?",
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
            "an address",
        );
        look(
            hashes,
            Rule::HashForm,
            Chain::fits_hash,
            chain.hash_words(),
            "a transaction hash",
        );
    }

    pub(super) fn sum(
        &self,
        total: usize,
        add: &[usize],
        subtract: &[usize],
        complain: Complain<'_>,
    ) {
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

    pub(super) fn fee(
        &self,
        total: usize,
        fixed: usize,
        percent: usize,
        of: usize,
        complain: Complain<'_>,
    ) {
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

    /// Complains unless the two differ by less than one unit of the fifth decimal, or of the last one if there are more.
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
            "book the amounts that you can recompute, and get the others from the provider's API";
        self.complain(total, complaint.help(help), complain);
    }

    pub(super) fn quote_status(
        &self,
        status: usize,
        due: usize,
        paid: usize,
        complain: Complain<'_>,
    ) {
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
            let help = "rely on the amounts: the status may be out of date";
            self.complain(status, complaint.help(help), complain);
        }
    }

    pub(super) fn quote_amount(
        &self,
        due: usize,
        (currency, rest): &(usize, String),
        quotes: usize,
        quote_due: &str,
        quote_currency: &str,
        complain: Complain<'_>,
    ) {
        let list = self.place(quotes);
        let code =
            lookup(self.text, self.place(*currency).start, rest).map(|range| &self.text[range]);
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
                    "the quote asks for {}, the request for {asked}, in the same currency",
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

/// Where the items of a list start.
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
