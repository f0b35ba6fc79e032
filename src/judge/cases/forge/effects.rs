//! Forgeries judged by the state alone: what other methods do, what refused forgeries do, and what genuine deliveries
//! still do after them.

use super::super::super::causes::Cause;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::trial::Trial;
use super::attack::{Extent, attack, touched};
use super::blame::{self, blame};
use super::forgery::{Forgery, Original, random_secret};
use super::values::add_query;
use crate::body::scalars;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub(super) fn method(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let before = trial.state(&order)?;
    let original = Original::of(trial, &order)?;
    let query = query(&original.body);
    let mut requests = Vec::new();
    for method in ["GET", "PUT"] {
        let mut request = original.unsigned();
        let path = request
            .line
            .split_once(' ')
            .map(|(_, rest)| rest.to_owned());
        request.line = format!("{method} {}", path.unwrap_or_default());
        add_query(&mut request, &query);
        if method == "GET" {
            request.remove("Content-Type");
            request.remove("Content-Length");
            request.body.clear();
        }
        requests.push(request);
    }
    let mut answers = Vec::new();
    for request in &requests {
        answers.push(trial.send(request)?.words().to_owned());
    }
    let judgement = match touched(trial, &order, &before)? {
        None => CaseJudgement::pass().got(format!("{}; nothing happened", answers.join(", then "))),
        Some(effect) => CaseJudgement::fail(blame(trial, Cause::OtherMethods)?)
            .got(format!("{}; {effect}", answers.join(", then "))),
    };
    let judgement = match requests.first() {
        Some(request) => judgement.with(request),
        None => judgement,
    };
    Ok(judgement
        .sent("a payment as a GET and a PUT request, without a signature, its fields in the query")
        .expected("any answer, and nothing happens to the order"))
}

/// The fields of a body as parameters; of several with one name all.
fn query(body: &str) -> String {
    let parameter = |(pointer, place): (String, std::ops::Range<usize>)| {
        let steps = pointer.rsplit('/');
        let name = steps
            .into_iter()
            .find(|step| step.parse::<u32>().is_err())?
            .to_owned();
        let raw = &body[place];
        let value = serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned());
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        Some(format!("{}={}", encoded(&name), encoded(&value)))
    };
    let parameters: Vec<String> = scalars(body).into_iter().filter_map(parameter).collect();
    // Some servers refuse longer request lines, and that would be no refusal of the forgery.
    const LONGEST: usize = 3_000;
    let mut query = String::new();
    for parameter in parameters {
        if query.len() + parameter.len() < LONGEST {
            query += &parameter;
            query.push('&');
        }
    }
    query.pop();
    query
}

pub(super) fn effect(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments of one order: unsigned, with an empty signature, signed with another secret, and changed \
                after signing";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let random = random_secret(trial);
        let digest = !original.signing.sends_secret();
        let mut all = vec![
            Forgery::new(
                "without a signature",
                original.unsigned(),
                Cause::OptionalSignature,
            ),
            Forgery::new(
                "with an empty signature",
                original.with_value(""),
                Cause::OptionalSignature,
            ),
        ];
        let wrong = original.signed_with(random.as_bytes());
        all.extend(wrong.map(|request| {
            Forgery::new("signed with another secret", request, Cause::PresenceOnly)
        }));
        if digest {
            let what = "with the signature of another payment";
            let request = blame::other_body(trial, &original);
            all.extend(request.map(|request| Forgery::new(what, request, Cause::BodyNotCovered)));
            let half = &original.value()[..original.value().len() / 2];
            all.push(Forgery::new(
                "with half of the right signature",
                original.with_value(half),
                Cause::PrefixCompare,
            ));
        }
        Ok(all)
    })
}

pub(super) fn poison(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let original = Original::of(trial, &order)?;
    let random = random_secret(trial);
    let forged = original
        .signed_with(random.as_bytes())
        .unwrap_or_else(|| original.unsigned());
    let before = trial.state(&order)?;
    let first = trial.send(&forged)?;
    let reply = trial.deliver(&original.request)?;
    let effect = trial.payment_effect(&order, &before)?;
    let once = &trial.calibration()?.paid;
    let judgement = if effect == *once {
        CaseJudgement::pass()
    } else if effect.is_none() {
        CaseJudgement::fail(Cause::Poisoned)
    } else {
        CaseJudgement::fail(blame(trial, Cause::ProcessedThoughRefused)?)
    };
    Ok(judgement
        .sent("a forged payment, then the genuine one with the same id")
        .expected(format!("the genuine one takes effect: {once}"))
        .got(format!(
            "the forged one: {}; the genuine one: {}; {effect}",
            first.words(),
            reply.words()
        ))
        .with(&forged))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_parameters() {
        assert_eq!(
            query(r#"{"id": 7, "data": {"a b": "x&y", "list": [1, "z"], "none": null}}"#),
            "id=7&a%20b=x%26y&list=1&list=z&none=null"
        );
    }
}
