//! The pages of rules and of the reasons that signatures are wrong, as `explain` prints them.

use super::super::access::PageRefusal;
use super::super::rendered;
use super::super::state::Inspector;
use crate::report::{CatalogueMessage, Format, Message};
use crate::rules::Rule;
use crate::signature::diagnose::Reason;
use serde_json::{Value, json};

pub(super) fn page(inspector: &Inspector, name: &str) -> Result<Value, PageRefusal> {
    let rule = Rule::ALL.iter().find(|rule| rule.name() == name);
    let reason = Reason::ALL.iter().find(|reason| reason.name() == name);
    let page = match (rule, reason) {
        (Some(rule), _) => {
            let level = inspector.config().levels.of(*rule);
            CatalogueMessage::RulePage(*rule, level)
        }
        (None, Some(reason)) => CatalogueMessage::ReasonPage(*reason),
        (None, None) => {
            return Err(PageRefusal::new(
                404,
                &format!("there is no rule or reason named {name}"),
                "`inqud-hook explain` lists all rules",
            ));
        }
    };
    let text = rendered(&Message::Catalogue(page), Format::Human);
    Ok(json!({ "name": name, "page": String::from_utf8_lossy(&text) }))
}
