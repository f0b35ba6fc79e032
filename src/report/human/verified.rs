//! The output of `verify` for people: a line for each delivery, then what is wrong and how to mend it.

use super::super::verified::{RightCheck, VerifiedDelivery, VerifyTotals};
use super::arrived::{LinePart, wrapped_parts};
use super::logged::words;
use super::{Human, counted};
use crate::sanitize::{visible, visible_lines};
use crate::signature::SignatureVerdict;
use std::io::Write as _;

impl Human {
    pub(super) fn verified(&self, delivery: &VerifiedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        self.signature_line(delivery, out);
        self.why_not_valid(delivery, out);
        if let (Some(header), Some(expected)) = (delivery.header, &delivery.expected) {
            let label = paint.strong(&format!("right {}:", visible(header)));
            let _ = writeln!(out, "  {label} {}", visible(expected));
        }
        self.right_check(delivery, out);
    }

    /// What is wrong with a signature, and what to do.
    pub(super) fn why_not_valid(&self, delivery: &VerifiedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        if let Some(why) = &delivery.why {
            let label = "signature:";
            let painted = match delivery.verdict {
                SignatureVerdict::Unchecked => paint.warning(label),
                _ => paint.error(label),
            };
            self.detail(2, &painted, label, &why.explanation, out);
            let label = "hint:";
            self.detail(2, &paint.name(label), label, &why.fix, out);
        }
    }

    fn right_check(&self, delivery: &VerifiedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        match &delivery.check {
            None => {}
            Some(RightCheck::Lines(lines)) => {
                let label = paint.name("right check");
                let _ = writeln!(
                    out,
                    "  {label} over the raw body (--example LANGUAGE prints it in full):"
                );
                for (language, line) in lines {
                    let language = paint.quiet(&format!("{language:<7}"));
                    let _ = writeln!(out, "    {language} {}", visible(line));
                }
            }
            Some(RightCheck::Whole(code)) => {
                let _ = writeln!(out);
                for line in visible_lines(code).lines() {
                    let _ = writeln!(out, "{}", format!("    {line}").trim_end());
                }
            }
        }
    }

    /// What was checked and the verdict, in one line.
    fn signature_line(&self, delivery: &VerifiedDelivery<'_>, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let number = if delivery.numbered {
            format!(" #{}", delivery.record)
        } else {
            String::new()
        };
        let event = match (&delivery.event, delivery.provider) {
            (Some(event), _) => event.clone(),
            (None, Some(provider)) => format!("{provider}, event not recognised"),
            (None, None) => "not recognised".to_owned(),
        };
        let word = delivery.verdict.name();
        let verdict = match delivery.verdict {
            SignatureVerdict::Valid => LinePart::new(word, |text| paint.good(text)),
            SignatureVerdict::Unchecked => {
                LinePart::new("not verified", |text| paint.warning(text))
            }
            SignatureVerdict::Invalid | SignatureVerdict::Missing => {
                LinePart::new(word, |text| paint.error(text))
            }
        };
        let how = [delivery.header, delivery.scheme];
        let how: String = how
            .into_iter()
            .flatten()
            .map(|word| format!("{word}, "))
            .collect();
        let bytes = counted(delivery.bytes as u64, "byte", "bytes");
        let mut parts = vec![
            LinePart::plain(&format!("{}{number}:", delivery.source)),
            LinePart::new(&format!("{event}:"), |text| {
                let event = text.strip_suffix(':').unwrap_or(text);
                format!("{}:", paint.strong(event))
            }),
            LinePart::plain("signature"),
            verdict,
        ];
        parts.extend(words(&format!("({how}{bytes})")));
        wrapped_parts(&parts, (1, 2), self.room(), out);
    }

    pub(super) fn verify_totals(&self, totals: &VerifyTotals, out: &mut Vec<u8>) {
        let paint = self.style.paint;
        let all = counted(totals.deliveries, "delivery", "deliveries");
        let mut verdicts = Vec::new();
        if totals.valid == totals.deliveries {
            verdicts.push(paint.good("all valid"));
        } else {
            verdicts.push(format!("{} valid", totals.valid));
        }
        if totals.invalid > 0 {
            let pasted = match totals.pasted {
                0 => String::new(),
                pasted => format!(" ({pasted} changed when copied)"),
            };
            let invalid = paint.error(&format!("{} invalid", totals.invalid));
            verdicts.push(format!("{invalid}{pasted}"));
        }
        if totals.missing > 0 {
            verdicts.push(paint.error(&format!("{} missing", totals.missing)));
        }
        if totals.unchecked > 0 {
            let recorded = match (totals.recorded_valid, totals.recorded_invalid) {
                (0, 0) => String::new(),
                (valid, 0) => format!(" ({valid} valid on arrival)"),
                (valid, invalid) => format!(" ({valid} valid, {invalid} not valid on arrival)"),
            };
            let unchecked = paint.warning(&format!("{} not verified", totals.unchecked));
            verdicts.push(format!("{unchecked}{recorded}"));
        }
        let _ = writeln!(out, "{all}: {}", verdicts.join(", "));
    }
}
