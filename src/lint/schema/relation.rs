//! The rules between the fields of one object, as a schema has them in `x-rules`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rule of an object. Its fields are indices into the object's properties.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Relation {
    TimeOrder {
        earlier: usize,
        later: usize,
    },
    PaidInFull {
        due: usize,
        paid: usize,
    },
    ChainForm {
        currency: usize,
        addresses: Vec<usize>,
        hashes: Vec<usize>,
    },
    Sum {
        total: usize,
        add: Vec<usize>,
        subtract: Vec<usize>,
    },
    Fee {
        total: usize,
        fixed: usize,
        percent: usize,
        of: usize,
    },
    QuoteStatus {
        status: usize,
        due: usize,
        paid: usize,
    },
    QuoteAmount {
        due: usize,
        currency: (usize, String),
        quotes: usize,
        quote_due: String,
        quote_currency: String,
    },
}

/// A rule as a schema has it, with the names of the fields.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum WrittenRelation {
    TimeOrder(String, String),
    PaidInFull {
        due: String,
        paid: String,
    },
    ChainForm {
        currency: String,
        #[serde(default)]
        addresses: Vec<String>,
        #[serde(default)]
        hashes: Vec<String>,
    },
    Sum {
        total: String,
        #[serde(default)]
        add: Vec<String>,
        #[serde(default)]
        subtract: Vec<String>,
    },
    Fee {
        total: String,
        fixed: String,
        percent: String,
        of: String,
    },
    QuoteStatus {
        status: String,
        due: String,
        paid: String,
    },
    #[serde(rename_all = "snake_case")]
    QuoteAmount {
        due: String,
        currency: String,
        quotes: String,
        quote_due: String,
        quote_currency: String,
    },
}

impl Relation {
    /// Compiles a rule; `place` finds a property by its name.
    pub(crate) fn compile(
        rule: &Value,
        place: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<Self, String> {
        let field = |name: &str| {
            place(name).ok_or_else(|| format!("`{name}` is not a property of this object"))
        };
        let fields = |names: &[String]| {
            names
                .iter()
                .map(|name| field(name))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(
            match WrittenRelation::deserialize(rule).map_err(|error| error.to_string())? {
                WrittenRelation::TimeOrder(earlier, later) => Self::TimeOrder {
                    earlier: field(&earlier)?,
                    later: field(&later)?,
                },
                WrittenRelation::PaidInFull { due, paid } => Self::PaidInFull {
                    due: field(&due)?,
                    paid: field(&paid)?,
                },
                WrittenRelation::ChainForm {
                    currency,
                    addresses,
                    hashes,
                } => Self::ChainForm {
                    currency: field(&currency)?,
                    addresses: fields(&addresses)?,
                    hashes: fields(&hashes)?,
                },
                WrittenRelation::Sum {
                    total,
                    add,
                    subtract,
                } => Self::Sum {
                    total: field(&total)?,
                    add: fields(&add)?,
                    subtract: fields(&subtract)?,
                },
                WrittenRelation::Fee {
                    total,
                    fixed,
                    percent,
                    of,
                } => Self::Fee {
                    total: field(&total)?,
                    fixed: field(&fixed)?,
                    percent: field(&percent)?,
                    of: field(&of)?,
                },
                WrittenRelation::QuoteStatus { status, due, paid } => Self::QuoteStatus {
                    status: field(&status)?,
                    due: field(&due)?,
                    paid: field(&paid)?,
                },
                WrittenRelation::QuoteAmount {
                    due,
                    currency,
                    quotes,
                    quote_due,
                    quote_currency,
                } => {
                    let first = currency
                        .split('/')
                        .nth(1)
                        .ok_or("`currency` is a pointer")?;
                    let rest = currency[first.len() + 1..].to_owned();
                    let (quotes, currency) = (field(&quotes)?, (field(first)?, rest));
                    Self::QuoteAmount {
                        due: field(&due)?,
                        currency,
                        quotes,
                        quote_due,
                        quote_currency,
                    }
                }
            },
        )
    }
}
