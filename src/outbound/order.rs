//! `--order-id`, `--amount` and `--currency`: a batch is made to be about the user's own order. What a provider cannot have
//! is refused, by the rules of the linter: a body must be as good with the order as without.

use super::batch::Step;
use super::options::OrderChoice;
use crate::body::{
    AmountMisfit, BadEdit, OrderBasis, OrderTerms, OrderView, Template, is_named, order_basis,
};
use crate::catalogue::Catalogue;
use crate::catalogue::manifest::{EventMeaning, Manifest, PaymentFacts};
use crate::error::Error;
use crate::json::lookup;
use crate::lint::{Finding, Levels, Linter, Scratch, Severity};
use std::collections::BTreeSet;

/// Writes the order into every step that has one; returns what the user should know.
pub(super) fn write_order(
    catalogue: &Catalogue,
    manifest: Option<&Manifest>,
    steps: &mut [Step],
    order: &OrderChoice,
) -> Result<Vec<String>, Error> {
    let given = order.given();
    let Some((flag, _)) = given.first() else {
        return Ok(Vec::new());
    };
    let known = manifest.and_then(|manifest| Some((manifest, manifest.payment.as_ref()?)));
    let (manifest, facts) = known.ok_or_else(|| Error::Usage {
        what: format!(
            "{flag}: the catalogue does not say where this body names orders and amounts"
        ),
        hint: "set single fields with --set, or add a table [payment] to the provider.toml"
            .to_owned(),
    })?;
    let mut old = Vec::new();
    for step in &mut *steps {
        let template = step.template().map_err(|_: BadEdit| Error::InvalidValue {
            option: (*flag).to_owned(),
            why: "the body is not JSON".to_owned(),
            hint: "only a JSON body can be about another order".to_owned(),
        })?;
        old.push(template.clone());
    }
    let writer = OrderWriter {
        manifest,
        facts,
        basis: order_basis(manifest, old.iter()),
        linter: Linter::new(catalogue.providers(), Levels::default()),
    };
    let mut notes = Vec::new();
    for (flag, terms) in &given {
        notes.extend(writer.check_effect(&old, flag, terms, steps)?);
        notes.extend(terms.name.and_then(odd_placeholder));
    }
    for (step, old) in steps.iter_mut().zip(&old) {
        let new = writer.written(old, &order.terms());
        let new = new.map_err(|misfit| does_not_fit(&given, &misfit))?;
        for finding in writer.new_findings(old, &new) {
            let flag = writer.cause(old, &given, &finding);
            match finding.severity {
                Severity::Error => return Err(refusal(&flag, finding)),
                Severity::Warning => notes.push(format!("{flag}: {}", finding.message)),
                Severity::Note => {}
            }
        }
        notes.extend(writer.finer_unit(old, &new));
        notes.extend(writer.kept_numbers(order, old, &new));
        if let Ok(template) = step.template() {
            *template = new;
        }
    }
    notes.sort();
    notes.dedup();
    Ok(notes)
}

/// That some events of a scenario have no field for the order's name, where it is known which steps are named. The name
/// itself may be a secret.
fn unnamed_events<'s>(steps: impl Iterator<Item = (&'s Step, bool)>) -> Option<String> {
    let unnamed = steps.filter(|(_, is_named)| !is_named);
    let names = unnamed.filter_map(|(step, _)| Some(step.event.as_deref()?.split_once('/')?.1));
    let names: BTreeSet<&str> = names.collect();
    let names: Vec<&str> = names.into_iter().collect();
    (!names.is_empty()).then(|| {
        format!(
            "--order-id: no field for your order id in {}",
            names.join(", ")
        )
    })
}

/// That what looks like a placeholder is not one.
fn odd_placeholder(name: &str) -> Option<String> {
    let rest = name.replace("{n}", "");
    let (_, inner) = rest.split_once('{')?;
    inner.contains('}').then(|| {
        "--order-id: only {n} stands for something, the number of the delivery; the rest is sent as it is"
            .to_owned()
    })
}

fn refusal(flag: &str, finding: Finding) -> Error {
    // Most findings name their field.
    let why = if finding.pointer.is_empty() || finding.message.contains('`') {
        finding.message
    } else {
        format!("{}: {}", finding.pointer, finding.message)
    };
    Error::InvalidValue {
        option: flag.to_owned(),
        why,
        hint: finding.help.unwrap_or(finding.label),
    }
}

/// Why an amount cannot be written.
fn does_not_fit(given: &[(String, OrderTerms<'_>)], misfit: &AmountMisfit) -> Error {
    let amount = given.iter().find(|(_, terms)| terms.amount.is_some());
    let field = match misfit.pointer.as_str() {
        "" => "the body",
        pointer => pointer,
    };
    Error::InvalidValue {
        option: amount.map_or_else(|| "--amount".to_owned(), |(flag, _)| flag.clone()),
        why: format!("the amount does not fit into {field}"),
        hint: "give an amount with fewer digits".to_owned(),
    }
}

/// Writes orders into the bodies of one provider.
struct OrderWriter<'a> {
    manifest: &'a Manifest,
    facts: &'a PaymentFacts,
    basis: OrderBasis,
    linter: Linter<'a>,
}

impl OrderWriter<'_> {
    fn written(&self, old: &Template, terms: &OrderTerms<'_>) -> Result<Template, AmountMisfit> {
        old.with_order(self.manifest, terms, &self.basis)
    }

    /// What is wrong with a body that was not wrong with the old one.
    fn new_findings(&self, old: &Template, new: &Template) -> Vec<Finding> {
        let old = self.findings(old);
        let is_new = |finding: &Finding| {
            let same = |old: &Finding| old.rule == finding.rule && old.pointer == finding.pointer;
            !old.iter().any(same)
        };
        self.findings(new).into_iter().filter(is_new).collect()
    }

    fn findings(&self, template: &Template) -> Vec<Finding> {
        let mut found = Vec::new();
        let text = template.text().as_bytes();
        self.linter
            .lint(text, &mut Scratch::default(), &mut |body| {
                found.extend(body.findings);
            });
        found
    }

    /// The flags that cause a finding: one alone, or all of them together.
    fn cause(
        &self,
        old: &Template,
        given: &[(String, OrderTerms<'_>)],
        finding: &Finding,
    ) -> String {
        let alone = given.iter().find(|(_, terms)| {
            let Ok(new) = self.written(old, terms) else {
                return false;
            };
            let mut findings = self.new_findings(old, &new).into_iter();
            findings.any(|new| new.rule == finding.rule && new.pointer == finding.pointer)
        });
        match alone {
            Some((flag, _)) => flag.clone(),
            None => {
                let flags: Vec<&str> = given.iter().map(|(flag, _)| flag.as_str()).collect();
                flags.join(" ")
            }
        }
    }

    /// Refuses terms that no body has a field for; returns a note where only ids are made from a name.
    fn check_effect(
        &self,
        bodies: &[Template],
        flag: &str,
        terms: &OrderTerms<'_>,
        steps: &[Step],
    ) -> Result<Option<String>, Error> {
        let changes_of = |body: &Template| {
            let changes = body.order_changes(self.manifest, terms, &self.basis);
            changes.map_err(|misfit| does_not_fit(&[(flag.to_owned(), *terms)], &misfit))
        };
        let changed: Result<Vec<_>, _> = bodies.iter().map(changes_of).collect();
        let changed = changed?;
        let changes = changed.concat();
        let title = &self.manifest.title;
        let what = match steps {
            [one] => one.event.clone().unwrap_or_else(|| "the body".to_owned()),
            _ => "the scenario".to_owned(),
        };
        let unnamed = terms.name.filter(|name| !is_named(&changes, name));
        let why = if unnamed.is_some() {
            let renewed = bodies
                .iter()
                .zip(&changed)
                .any(|(body, changes)| changes.iter().any(|change| body.renews(change)));
            if renewed && self.has_order(steps) {
                return Ok(Some(format!(
                    "{flag}: {what} has no field for your order id; ids are derived from it"
                )));
            }
            format!("{what} contains only {title}'s own ids, no order id of yours")
        } else if let Some(name) = terms.name {
            let is_named = changed.iter().map(|changes| is_named(changes, name));
            return Ok(unnamed_events(steps.iter().zip(is_named)));
        } else if !changes.is_empty() {
            return Ok(None);
        } else if terms.amount.is_some() {
            format!("{what} has no amount")
        } else {
            format!("{what} has no field for that currency")
        };
        let event = &self.facts.event;
        Err(Error::InvalidValue {
            option: flag.to_owned(),
            why,
            hint: format!(
                "send another event, such as {event}, or change single fields with --set"
            ),
        })
    }

    /// Whether one of the events says something about an order.
    fn has_order(&self, steps: &[Step]) -> bool {
        let events = &self.manifest.events;
        let names = steps
            .iter()
            .filter_map(|step| step.event.as_deref()?.split_once('/'));
        names
            .filter_map(|(_, name)| events.iter().find(|event| event.name == name))
            .any(|event| event.means != EventMeaning::Neither)
    }

    /// That a coin came without an amount in it.
    fn kept_numbers(&self, order: &OrderChoice, old: &Template, new: &Template) -> Option<String> {
        let coin = order.currency.as_ref().filter(|_| order.amount.is_none())?;
        let has_amount = || {
            let order = OrderView::of(self.manifest, new.text());
            order.payment.is_some()
        };
        let is_coin = self.facts.coins.iter().any(|known| known == coin);
        let changed = is_coin && old.text() != new.text();
        (changed && has_amount()).then(|| {
            format!("--currency {coin}: amounts keep their numbers; set them with --amount")
        })
    }

    /// That an amount is finer than the unit of the sample.
    fn finer_unit(&self, old: &Template, new: &Template) -> Option<String> {
        let pointer = self.facts.divisibility.as_ref()?;
        let value = |template: &Template| {
            let text = template.text();
            let place = lookup(text.as_bytes(), text.find('{')?, pointer)?;
            Some(text[place].to_owned())
        };
        let (old, new) = (value(old)?, value(new)?);
        (old != new).then(|| {
            format!(
                "--amount has more decimals than the currency: {pointer} is {new} instead of {old}"
            )
        })
    }
}

#[cfg(test)]
mod tests;
