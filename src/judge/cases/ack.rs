//! How deliveries are answered: with which status, how soon, and whether repeated, old and unknown ones are accepted.

mod unknown_order;

use super::Run;
use super::wire::edits::{place, replaced};
use crate::cases::Case;
use crate::catalogue::manifest::FactText;
use crate::judge::causes::Cause;
use crate::judge::deliveries::Deliveries;
use crate::judge::judgement::{CaseJudgement, Stop};
use crate::judge::reply::EndpointReply;
use crate::judge::trial::Trial;
use std::time::Duration;

/// The work of a case of this group.
pub(super) fn of(case: Case) -> Option<Run> {
    Some(match case {
        Case::Code => code,
        Case::Slow => slow,
        Case::Again => again,
        Case::Old => old,
        Case::EveryEvent => every_event,
        Case::UnknownEvent => unknown_event,
        Case::UnknownOrder => unknown_order::unknown_order,
        _ => return None,
    })
}

/// Which 2xx the endpoint answers with.
fn code(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let policy = &trial.session.deliveries.manifest().delivery;
    let Some(success) = &policy.success else {
        return Err(Stop::NotRun(
            "the provider documents no status codes".to_owned(),
        ));
    };
    let order = trial.order()?;
    let request = trial.payment(&order);
    let first = trial.deliver_or_stop(&request)?;
    let repeated = trial.send(&request)?;
    let wanted: Vec<String> = success.value.iter().map(ToString::to_string).collect();
    let other = [&first, &repeated].into_iter().find(|reply| {
        let expected = reply
            .status()
            .is_some_and(|status| success.value.contains(&status));
        reply.is_taken() && !expected
    });
    let wanted = wanted.join(" or ");
    let judgement = match (other, policy.binding) {
        (None, _) => CaseJudgement::pass(),
        (Some(_), true) => CaseJudgement::fail(Cause::WrongCode),
        (Some(_), false) => CaseJudgement::advice(Cause::WrongCode),
    };
    let got = match other {
        Some(reply) => format!("{}; {}", reply.words(), consequence(trial, &wanted)),
        None => first.words().to_owned(),
    };
    Ok(judgement
        .sent("a genuine payment, and the same once more")
        .expected(wanted)
        .got(got)
        .with(&request))
}

/// What a status costs that the provider does not name.
fn consequence(trial: &Trial<'_, '_>, wanted: &str) -> String {
    let manifest = trial.session.deliveries.manifest();
    let title = &manifest.title;
    let time = match trial.session.deliveries.sender.retries() {
        Some(retries) => {
            let all: u64 = retries.value.iter().copied().map(u64::from).sum();
            format!(" for {}", whole_hours(all))
        }
        None => String::new(),
    };
    if manifest.delivery.binding {
        format!("{title} counts all but {wanted} as failed, and sends every payment again{time}")
    } else {
        format!(
            "{title} documents {wanted} alone: if it counts others as failed, it sends every payment again{time}"
        )
    }
}

/// A long time without minutes and seconds.
fn whole_hours(seconds: u64) -> String {
    let hours = Duration::from_secs((seconds / 3600).max(1) * 3600);
    humantime::format_duration(hours).to_string()
}

/// How long genuine deliveries take: the second slowest of three decides.
fn slow(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    const TRIES: usize = 3;
    let sender = &trial.session.deliveries.sender;
    let (limit, binding) = (
        sender.timeout(),
        trial.session.deliveries.manifest().delivery.binding && sender.known_timeout().is_some(),
    );
    let (mut late, mut slow, mut taken, mut longest) = (0, 0, 0, Duration::ZERO);
    while taken + late < TRIES && late < 2 {
        let order = trial.order()?;
        let request = trial.payment(&order);
        let mut reply = trial.send(&request)?;
        if reply.latency() < limit && !reply.taken()? {
            // It may have been busy.
            reply = trial.deliver_or_stop(&request)?;
        }
        if reply.latency() >= limit {
            late += 1;
        } else {
            taken += 1;
        }
        slow += usize::from(reply.latency() > limit / 2);
        longest = longest.max(reply.latency());
        // Two quick ones outvote the third.
        if taken == 2 && slow == 0 {
            break;
        }
    }
    let judgement = match (late >= 2, slow >= 2) {
        (true, _) if binding => CaseJudgement::fail(Cause::TooSlow),
        (true, _) | (_, true) => CaseJudgement::advice(Cause::TooSlow),
        _ => CaseJudgement::pass(),
    };
    let waits = match sender.known_timeout() {
        Some(_) => "the provider waits",
        None => "other providers wait",
    };
    Ok(judgement
        .sent("genuine payments, one after another")
        .expected(format!(
            "answers within {}, half of what {waits}",
            humantime::format_duration(limit / 2)
        ))
        .got(format!("up to {} ms", longest.as_millis())))
}

/// Whether a repetition is accepted. One that is refused for a moment, while the first is handled, has three tries.
fn again(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let request = trial.payment(&order);
    trial.deliver_or_stop(&request)?;
    let reply = trial.deliver(&request)?;
    let judgement = if reply.taken()? {
        CaseJudgement::pass()
    } else {
        CaseJudgement::fail(Cause::RefusesRepeats)
    };
    Ok(judgement
        .sent("the same payment twice")
        .expected("2xx each time")
        .got(reply.words())
        .with(&request))
}

/// Whether a payment is accepted that is as old as the provider's last retry.
fn old(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let deliveries = &trial.session.deliveries;
    let Some(retries) = deliveries.sender.retries() else {
        return Err(Stop::NotRun("the provider documents no retries".to_owned()));
    };
    let age: u64 = retries.value.iter().copied().map(u64::from).sum();
    let order = trial.order()?;
    let body = deliveries.paid_ago(&order, i64::try_from(age).unwrap_or(i64::MAX));
    let request = deliveries.signed(body);
    let reply = trial.deliver(&request)?;
    let judgement = if reply.taken()? {
        CaseJudgement::pass()
    } else {
        control(trial)?;
        if deliveries.manifest().delivery.resends {
            CaseJudgement::fail(Cause::RefusesOld)
        } else {
            CaseJudgement::advice(Cause::RefusesOld)
        }
    };
    let age = whole_hours(age);
    Ok(judgement
        .sent(format!(
            "a genuine payment that is {age} old, as after the last retry"
        ))
        .expected("2xx")
        .got(reply.words())
        .with(&request))
}

/// A payment in its usual form must be accepted for a refusal of another to count.
fn control(trial: &mut Trial<'_, '_>) -> Result<(), Stop> {
    let order = trial.order()?;
    let request = trial.payment(&order);
    trial.deliver_or_stop(&request).map(drop)
}

/// Whether each event of the provider is accepted, alone and for an order of its own.
fn every_event(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let session = trial.session;
    let (mut refused, mut handled_refused) = (Vec::new(), Vec::new());
    let mut decisive = None;
    let events = &session.deliveries.manifest().events;
    for event in events {
        let order = trial.order()?;
        let request = trial.event(&event.name, &order);
        let handled = session.events.iter().any(|name| event.name == *name);
        let mut reply = trial.send(&request)?;
        // What is refused for good is not sent three times: there are many events.
        if !reply.is_taken() && (handled || reply.asks_for_patience()) {
            reply = trial.deliver(&request)?;
        }
        if reply.taken()? {
            continue;
        }
        let list = if handled {
            &mut handled_refused
        } else {
            &mut refused
        };
        list.push(format!("{} ({})", event.name, status(&reply)));
        if decisive.is_none() || (handled && handled_refused.len() == 1) {
            decisive = Some(request);
        }
    }
    let (judgement, shown) = if handled_refused.is_empty() {
        let judgement = if refused.is_empty() {
            CaseJudgement::pass()
        } else {
            CaseJudgement::advice(Cause::RefusesEvents)
        };
        (judgement, &refused)
    } else {
        (CaseJudgement::fail(Cause::RefusesHandled), &handled_refused)
    };
    let got = if shown.is_empty() {
        "all accepted".to_owned()
    } else {
        format!("refused: {}", some_of(shown))
    };
    let judgement = judgement
        .sent(format!("each of the {} events, signed", events.len()))
        .expected("2xx each time")
        .got(got);
    Ok(match decisive {
        Some(request) => judgement.with(&request),
        None => judgement,
    })
}

/// The status, or what stands in its place.
fn status(reply: &EndpointReply) -> String {
    reply
        .status()
        .map_or_else(|| reply.words().to_owned(), |status| status.to_string())
}

/// The first of many names, and how many more there are.
fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let (shown, more) = names.split_at(names.len().min(SHOWN));
    let more = match more.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", shown.join(", "))
}

/// Whether an event is accepted that the provider may add one day.
fn unknown_event(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let deliveries = &trial.session.deliveries;
    let (body, what) = unknown(deliveries, &deliveries.paid(&order)).ok_or_else(|| {
        Stop::NotRun("the catalogue does not say where bodies have their event".to_owned())
    })?;
    let request = deliveries.signed(body);
    let reply = trial.deliver(&request)?;
    let judgement = if reply.taken()? {
        CaseJudgement::pass()
    } else {
        control(trial)?;
        if reply.is_crash() {
            CaseJudgement::fail(Cause::RefusesUnknownEvents)
        } else {
            CaseJudgement::strict_advice(Cause::RefusesUnknownEvents)
        }
    };
    Ok(judgement
        .sent(format!("a signed delivery with {what}"))
        .expected("2xx, and nothing done")
        .got(reply.words())
        .with(&request))
}

/// A body with an event or, where bodies name none, a status that does not exist; and which.
fn unknown(deliveries: &Deliveries<'_>, body: &str) -> Option<(String, String)> {
    let tests = &deliveries.manifest().recognise;
    let mut pointers: Vec<&FactText> = tests.iter().filter_map(|test| test.name.as_ref()).collect();
    // The shortest is the one that people look at.
    pointers.sort_by_key(|pointer| (pointer.len(), *pointer));
    pointers.dedup();
    let is_text = |pointer: &&FactText| {
        place(body, pointer).is_some_and(|place| body[place].starts_with('"'))
    };
    pointers.retain(is_text);
    let statuses = deliveries.facts.status.iter();
    if pointers.is_empty() {
        pointers.extend(statuses.filter(is_text));
    }
    let first = &body[place(body, pointers.first()?)?];
    // In the style of the others: only the end of the name is new.
    let end = if first.contains(|char: char| char.is_ascii_lowercase()) {
        "_reviewed"
    } else {
        "_REVIEWED"
    };
    let name = format!("{}{end}", first.trim_matches('"'));
    let mut text = body.to_owned();
    for pointer in &pointers {
        text = replaced(&text, &place(&text, pointer)?, &format!("\"{name}\""));
    }
    Some((text, format!("the unknown {name} in {}", pointers.first()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_cut() {
        let names = ["a", "b", "c", "d", "e", "f"].map(str::to_owned);
        assert_eq!(some_of(&names), "a, b, c, d, e and 1 more");
        assert_eq!(some_of(&names[..2]), "a, b");
    }
}
