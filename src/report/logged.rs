//! What `log` has to say: recorded deliveries, one a line or one whole, and what changed between two.

use super::listened::Change;
use super::sent_order::SentOrder;
use super::verified::VerifiedDelivery;
use crate::http::Header;
use crate::lint::LintedBody;
use crate::rules::Rule;
use crate::signature::SignatureVerdict;
use std::borrow::Cow;

/// A recorded delivery, without the secrets in it.
#[derive(Clone, Debug)]
pub struct LoggedDelivery<'a> {
    /// Its 1-based number among all that were read.
    pub number: u64,
    /// The file as the user named it, or `<stdin>`.
    pub source: &'a str,
    /// Its 1-based number within the source.
    pub record: u64,
    /// The id that `listen` gave it.
    pub id: Option<String>,
    /// When it was received, as it was recorded.
    pub received_at: Option<String>,
    /// The same on a local clock.
    pub clock: Option<String>,
    /// The provider that sent it.
    pub provider: Option<&'a str>,
    /// The canonical name of its event.
    pub event: Option<String>,
    /// The order that it is about, and the order's money.
    pub order: SentOrder,
    /// The verdict on its signature on arrival; where none was recorded, now.
    pub signature: SignatureVerdict,
    /// The scheme that it was verified by.
    pub scheme: Option<String>,
    /// Why it was not valid, as a name.
    pub reason: Option<String>,
    /// The errors in its body on arrival; where they were not recorded, now.
    pub errors: u64,
    /// The warnings about its body.
    pub warnings: u64,
    /// Their rules, each once.
    pub warned: Vec<Rule>,
    /// How it was answered, if that was recorded.
    pub answer: Option<LoggedAnswer>,
    /// How it relates to earlier deliveries.
    pub marks: LoggedMarks,
}

/// How a recorded delivery relates to earlier ones, which are named by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoggedMarks {
    /// The first delivery that was the same.
    pub duplicate_of: Option<u64>,
    /// The first delivery with the same id and another body.
    pub same_id_as: Option<u64>,
    /// A later event that was received earlier.
    pub out_of_order: Option<&'static str>,
    /// A final event that this one followed.
    pub after_end: Option<&'static str>,
}

/// How a recorded delivery was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedAnswer {
    /// With that status; perhaps it is known why the target that it was forwarded to gave none.
    Status(u16, Option<String>),
    /// Not at all; perhaps it is known why.
    Nothing(Option<String>),
}

impl LoggedDelivery<'_> {
    /// Whether the signature was valid, or was not checked, and the body had no errors.
    pub fn is_good(&self) -> bool {
        self.signature.is_acceptable() && self.errors == 0
    }

    /// Whether it got no answer.
    pub fn is_unanswered(&self) -> bool {
        matches!(self.answer, Some(LoggedAnswer::Nothing(_)))
    }
}

/// All of a recorded delivery.
#[derive(Debug)]
pub struct WholeDelivery<'a> {
    /// What its line says.
    pub line: &'a LoggedDelivery<'a>,
    /// The day and the zone of its time.
    pub day: Option<String>,
    /// The method.
    pub method: &'a str,
    /// Path and query, if they were recorded.
    pub target: Option<Cow<'a, str>>,
    /// In order, with repeats.
    pub headers: Vec<Header>,
    /// The sender's address.
    pub remote: Option<&'a str>,
    /// The body, decompressed.
    pub text: Cow<'a, [u8]>,
    /// The findings of each body; several where the body is a list.
    pub bodies: Cow<'a, [LintedBody<'static>]>,
    /// Its signature, verified again.
    pub verified: VerifiedDelivery<'a>,
}

/// What changed between two recorded deliveries.
#[derive(Debug)]
pub struct LoggedChanges {
    /// The number of the earlier one.
    pub from: u64,
    /// The number of the later one.
    pub to: u64,
    /// Field by field; `None` where one of them is not JSON, or too much differs.
    pub changes: Option<Vec<Change>>,
    /// The bodies are the same bytes.
    pub same_bytes: bool,
}

/// The number of deliveries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogTotals {
    /// All that were read.
    pub deliveries: u64,
    /// Those that were shown.
    pub shown: u64,
    /// Of those shown, those with a wrong or missing signature, or with an invalid body.
    pub invalid: u64,
    /// Of those shown, those with warnings about their bodies.
    pub warned: u64,
    /// Of those shown, those that got no answer.
    pub unanswered: u64,
    /// Of those shown, those that repeat an earlier one.
    pub duplicates: u64,
    /// Of those shown, those with the id of an earlier one and another body.
    pub same_id: u64,
    /// Of those shown, those that were received after a later event.
    pub out_of_order: u64,
    /// Of those shown, those that were received after a final event.
    pub after_end: u64,
}

impl LogTotals {
    /// Adds those shown of other deliveries.
    pub(crate) fn add(&mut self, other: &Self) {
        self.shown += other.shown;
        self.invalid += other.invalid;
        self.warned += other.warned;
        self.unanswered += other.unanswered;
        self.duplicates += other.duplicates;
        self.same_id += other.same_id;
        self.out_of_order += other.out_of_order;
        self.after_end += other.after_end;
    }

    /// Counts a delivery that is shown.
    pub(crate) fn show(&mut self, delivery: &LoggedDelivery<'_>) {
        self.shown += 1;
        self.invalid += u64::from(!delivery.is_good());
        self.warned += u64::from(delivery.warnings > 0);
        self.unanswered += u64::from(delivery.is_unanswered());
        let marks = &delivery.marks;
        self.duplicates += u64::from(marks.duplicate_of.is_some());
        self.same_id += u64::from(marks.same_id_as.is_some());
        self.out_of_order += u64::from(marks.out_of_order.is_some());
        self.after_end += u64::from(marks.after_end.is_some());
    }
}
