//! The same payment in other forms of HTTP.

use super::edits::with_text;
use super::{Travels, Usual, Variant, WhenRefused};
use crate::cases::Case;
use crate::judge::causes::Cause;
use crate::judge::deliveries::Deliveries;
use crate::judge::order::Order;

/// The usual payment, before its request is changed.
fn payment(
    deliveries: &Deliveries<'_>,
    order: &Order,
    words: &str,
    refusal: WhenRefused,
    cause: Cause,
) -> Variant {
    Variant::new(deliveries, words, deliveries.paid(order), refusal, cause)
}

pub(super) fn lowercase(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let words = "with all header names in lower case";
    let mut variant = payment(
        deliveries,
        order,
        words,
        WhenRefused::Fails,
        Cause::HeaderCase,
    );
    for header in &mut variant.request.headers {
        header.name.make_ascii_lowercase();
    }
    Some(variant)
}

pub(super) fn split(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let words = "in three pieces";
    let mut variant = payment(
        deliveries,
        order,
        words,
        WhenRefused::Fails,
        Cause::OnePiece,
    );
    let length = variant.request.body.len();
    variant.travels = Travels::Pieces(vec![length / 3, length * 2 / 3]);
    Some(variant)
}

pub(super) fn split_character(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    const CHARACTER: &str = "é";
    let (body, place) = with_text(&deliveries.paid(order), deliveries.facts, CHARACTER)?;
    let at = body.rfind(CHARACTER)? + 1;
    let words = format!("in pieces, cut within a character of {place}");
    let cause = Cause::PiecesDecoded;
    let mut variant = Variant::new(deliveries, words, body, WhenRefused::Fails, cause);
    variant.travels = Travels::Pieces(vec![at / 2, at]);
    variant.usual = Usual::Request(Box::new(variant.request.clone()), Case::Text);
    Some(variant)
}

pub(super) fn charset(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    with_type(deliveries, order, Some("application/json; charset=utf-8"))
}

pub(super) fn plain(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    with_type(deliveries, order, Some("text/plain"))
}

pub(super) fn no_type(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    with_type(deliveries, order, None)
}

fn with_type(
    deliveries: &Deliveries<'_>,
    order: &Order,
    content_type: Option<&str>,
) -> Option<Variant> {
    let words = match content_type {
        Some(content_type) => format!("with Content-Type: {content_type}"),
        None => "without a Content-Type".to_owned(),
    };
    let mut variant = payment(
        deliveries,
        order,
        &words,
        WhenRefused::Advice,
        Cause::ContentType,
    );
    match content_type {
        Some(content_type) => variant.request.set("Content-Type", content_type),
        None => variant.request.remove("Content-Type"),
    }
    Some(variant)
}

pub(super) fn chunked(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    const LENGTH_REQUIRED: u16 = 411;
    let words = "with a chunked body";
    let refusal = WhenRefused::AdviceUnless(LENGTH_REQUIRED);
    let mut variant = payment(deliveries, order, words, refusal, Cause::ChunkedBody);
    let request = &mut variant.request;
    request.remove("Content-Length");
    request.set("Transfer-Encoding", "chunked");
    // curl makes the chunks itself.
    variant.shown = Some(request.clone());
    let mut body = Vec::new();
    for chunk in request.body.chunks(200) {
        body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    request.set_body(body);
    Some(variant)
}

pub(super) fn expect(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let words = "with Expect: 100-continue";
    let cause = Cause::ExpectContinue;
    let mut variant = payment(deliveries, order, words, WhenRefused::Advice, cause);
    variant.request.set("Expect", "100-continue");
    variant.travels = Travels::Expect;
    Some(variant)
}

pub(super) fn http10(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let words = "as HTTP/1.0";
    let mut variant = payment(deliveries, order, words, WhenRefused::Advice, Cause::Http10);
    let line = &mut variant.request.line;
    *line = line.replace(" HTTP/1.1", " HTTP/1.0");
    Some(variant)
}
