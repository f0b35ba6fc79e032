//! Names that are nearly those of another order.

use super::super::super::causes::Cause;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::trial::Trial;
use super::super::once::needs_own_view;

/// A payment for each name that resembles an order's: the order stays unpaid.
pub(super) fn cross_order(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    needs_own_view(trial)?;
    let order = trial.order()?;
    let before = trial.state(&order)?;
    let name = order.name().to_owned();
    let sent = format!("payments for names that resemble {name:?}, an order that is not paid");
    let expected = "the order stays unpaid";
    let mut softly = None;
    let by_shop = trial.order_named(&format!("{name}-own"))?.is_none();
    for (other, is_loose) in resembling(&name, by_shop) {
        let request = trial.payment(&order.renamed(&other));
        let reply = trial.deliver(&request)?;
        let effect = trial.effect(&order, &before)?;
        if !trial.looks_paid(&order, &effect)? {
            continue;
        }
        let got = format!(
            "after a payment for {other:?}, answered {}: {effect}",
            reply.words()
        );
        if is_loose {
            softly = Some(
                CaseJudgement::advice(Cause::LooseOrderName)
                    .got(got)
                    .with(&request),
            );
            // The order is paid, so nothing more can be seen of it.
            break;
        }
        return Ok(CaseJudgement::fail(Cause::LooseOrderName)
            .sent(sent)
            .expected(expected)
            .got(got)
            .with(&request));
    }
    let judgement = softly.unwrap_or_else(|| CaseJudgement::pass().got("it stays unpaid"));
    Ok(judgement.sent(sent).expected(expected))
}

/// Names that a careless comparison takes for this one; and whether a careful database may do so too, as some do with
/// case, with spaces at the end, and with zeros at the beginning. Where the shop numbers its orders itself, so that no
/// customer chooses a name, a number in another notation is as harmless.
fn resembling(name: &str, by_shop: bool) -> Vec<(String, bool)> {
    let swapped: String = name
        .chars()
        .map(|char| {
            if char.is_ascii_uppercase() {
                char.to_ascii_lowercase()
            } else {
                char.to_ascii_uppercase()
            }
        })
        .collect();
    let mut names = vec![
        (format!("{name}x"), false),
        (format!("{name}' or 'a'='a"), false),
        (format!("{name}%"), false),
    ];
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    let decimal = (format!("{name}.0"), is_number && by_shop);
    // What is only advice comes last: once the order is paid, nothing more can be seen of it.
    names.insert(if decimal.1 { names.len() } else { 1 }, decimal);
    names.push((format!("{name} "), true));
    if swapped != name {
        names.push((swapped, true));
    }
    if is_number {
        names.push((format!("0{name}"), true));
    }
    names
}
