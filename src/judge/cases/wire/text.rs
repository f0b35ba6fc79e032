//! Free text that the provider may send: other scripts, escapes, quotes and markup.

use super::edits::{escaped, misread, with_text};
use super::{Variant, WhenRefused};
use crate::judge::causes::Cause;
use crate::judge::deliveries::Deliveries;
use crate::judge::order::Order;

pub(super) fn accents(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    written(
        deliveries,
        order,
        "accents",
        "Café à la crème",
        Cause::RefusesText,
    )
}

pub(super) fn cyrillic(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    written(
        deliveries,
        order,
        "Cyrillic letters",
        "Счёт № 5",
        Cause::RefusesText,
    )
}

pub(super) fn emoji(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    written(
        deliveries,
        order,
        "an emoji",
        "😀",
        Cause::FourByteCharacters,
    )
}

/// Text as UTF-8, without escapes.
fn written(
    deliveries: &Deliveries<'_>,
    order: &Order,
    what: &str,
    text: &str,
    cause: Cause,
) -> Option<Variant> {
    let (body, place) = with_text(&deliveries.paid(order), deliveries.facts, text)?;
    let words = format!("with {what} in {place}");
    let mut variant = Variant::new(deliveries, words, body.clone(), WhenRefused::Fails, cause);
    let misread = misread(&body).map(|misread| (Cause::AsciiDecoding, misread));
    variant.mistakes.extend(misread);
    let ascii = escaped(&body);
    // Python escapes what is not ASCII, PHP slashes too.
    Some(
        variant
            .reprinted(ascii.clone())
            .reprinted(ascii.replace('/', "\\/")),
    )
}

pub(super) fn slash(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    with_escape(deliveries, order, "\\/", "/")
}

/// In upper case, which no printer of JSON writes.
pub(super) fn euro(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    with_escape(deliveries, order, "\\u20AC", "€")
}

pub(super) fn pair(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    with_escape(deliveries, order, "\\uD83D\\uDE00", "😀")
}

fn with_escape(
    deliveries: &Deliveries<'_>,
    order: &Order,
    escape: &str,
    char: &str,
) -> Option<Variant> {
    let paid = deliveries.paid(order);
    let (body, place) = with_text(&paid, deliveries.facts, escape)?;
    let (plain, _) = with_text(&paid, deliveries.facts, char)?;
    let words = format!("with the escape {escape} in {place}");
    let variant = Variant::new(
        deliveries,
        words,
        body,
        WhenRefused::Fails,
        Cause::RefusesText,
    );
    let ascii = escaped(&plain);
    Some(
        variant
            .reprinted(plain)
            .reprinted(ascii.replace('/', "\\/"))
            .reprinted(ascii),
    )
}

pub(super) fn apostrophe(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    special(deliveries, order, "an apostrophe", "O'Brien")
}

pub(super) fn quote(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    special(deliveries, order, "quotation marks", "\\\"extra\\\" large")
}

pub(super) fn markup(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    special(deliveries, order, "markup", "<b>bold & new</b>")
}

pub(super) fn dashes(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    special(
        deliveries,
        order,
        "the start of an SQL comment",
        "small -- blue; 100 %s {{x}}",
    )
}

/// Text that means something to a database, a page or a template.
fn special(deliveries: &Deliveries<'_>, order: &Order, what: &str, text: &str) -> Option<Variant> {
    let (body, place) = with_text(&deliveries.paid(order), deliveries.facts, text)?;
    let words = format!("with {what} in {place}");
    // As Go prints it.
    let go = body
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026");
    let cause = Cause::SpecialCharacters;
    let variant = Variant::new(
        deliveries,
        words,
        body.clone(),
        WhenRefused::CrashFails,
        cause,
    );
    // As PHP prints it.
    Some(variant.reprinted(go).reprinted(body.replace('/', "\\/")))
}
