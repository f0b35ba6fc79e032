//! The flags that say what is sent: the body of an event or of a scenario's steps, and the changes to it.

use super::values::whole;
use crate::body::{Edit, Spelling};
use crate::catalogue::manifest::Form;
use crate::outbound::{ComposeOptions, OrderChoice};
use clap::Args;
use rust_decimal::Decimal;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(next_help_heading = "Body")]
pub(super) struct BodyFlags {
    /// Your order id
    ///
    /// Written into every field that holds it, into links and texts. {N} stands for the number of the delivery.
    #[arg(long, value_name = "NAME", value_parser = order_name)]
    order_id: Option<String>,
    /// The price of the order; what is due and paid follows
    ///
    /// In the currency of --currency, otherwise that of the sample. A scenario stays as short or over as it is.
    #[arg(long, value_name = "AMOUNT", value_parser = amount, hide_short_help = true)]
    amount: Option<String>,
    /// The currency of the price, or the coin of the payment
    #[arg(long, value_name = "CODE", value_parser = currency, hide_short_help = true)]
    currency: Option<String>,
    /// Set a field: /data/amount=10.50 or amount=10.50
    ///
    /// By pointer, or by name if the name occurs only once. VALUE is parsed as JSON; anything else is sent as a string. A
    /// pointer adds a field where only its last step is new, and /list/- an item.
    #[arg(long, value_name = "POINTER=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// Set all fields of a name, at any depth
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment, hide_short_help = true)]
    set_all: Vec<(String, String)>,
    /// Remove a field
    #[arg(long, value_name = "POINTER", hide_short_help = true)]
    unset: Vec<String>,
    /// Send exactly these bytes; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    pub(super) body: Option<PathBuf>,
    /// The body as delivered (full) or without its envelope (bare)
    ///
    /// The bare form is the one in the provider's documentation.
    #[arg(
        long,
        value_name = "FORM",
        default_value = "full",
        hide_default_value = true,
        hide_possible_values = true,
        conflicts_with = "body",
        hide_short_help = true
    )]
    form: Form,
    /// How the JSON is spelled: plain, provider or hard
    ///
    /// Programs print the same values differently. A handler that computes the signature over JSON that it parsed and printed
    /// again accepts only its own spelling: `provider`, as in the catalogue, and `hard`, with every odd thing that JSON allows,
    /// make it fail; `plain`, as JavaScript prints it, does not. What --set writes stays as it is.
    #[arg(
        long,
        value_name = "SPELLING",
        default_value = "provider",
        hide_default_value = true,
        hide_possible_values = true,
        conflicts_with = "body",
        hide_short_help = true
    )]
    spelling: Spelling,
    /// Open the body in $EDITOR first
    #[arg(long, conflicts_with = "scenario", hide_short_help = true)]
    edit: bool,
    /// Use the same ids and times on every run
    ///
    /// Without --now the times are those of the samples.
    #[arg(long, value_name = "N", value_parser = whole::<u64>(..))]
    seed: Option<u64>,
    /// When the last event happened [default: now]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

impl BodyFlags {
    pub(super) fn options(self, event: Option<String>, scenario: Option<String>) -> ComposeOptions {
        let set = self
            .set
            .into_iter()
            .map(|(path, value)| Edit::Set { path, value });
        let set_all = self
            .set_all
            .into_iter()
            .map(|(name, value)| Edit::SetAll { name, value });
        let unset = self.unset.into_iter().map(|path| Edit::Unset { path });
        ComposeOptions {
            event,
            scenario,
            body: self.body,
            form: self.form,
            spelling: self.spelling,
            order: OrderChoice {
                name: self.order_id,
                amount: self.amount,
                currency: self.currency,
            },
            edits: set.chain(set_all).chain(unset).collect(),
            edit: self.edit,
            seed: self.seed,
            now: self.now,
        }
    }
}

pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(path, _)| !path.is_empty());
    pair.map(|(path, value)| (path.to_owned(), value.to_owned()))
        .ok_or_else(|| "write it like /data/amount=10.50 or amount=10.50".to_owned())
}

/// The most that is accepted as a name or a currency.
const LONGEST_NAME: usize = 200;
const LONGEST_CODE: usize = 20;
/// The most that is accepted as an amount.
const MOST_DIGITS: usize = 20;
const MOST_DECIMALS: usize = 18;

fn order_name(text: &str) -> Result<String, String> {
    match text.chars().count() {
        0 => Err("the name is empty".to_owned()),
        1..=LONGEST_NAME => Ok(text.to_owned()),
        length => Err(format!(
            "the name has {length} characters, of at most {LONGEST_NAME}"
        )),
    }
}

fn amount(text: &str) -> Result<String, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        let number = "a positive number like 10.50, with a point and without a currency";
        return Err(format!("write {number}"));
    }
    // Amounts that follow from a price, and units with as many decimals, must stay exact in a decimal of 28 digits.
    let count = text.bytes().filter(u8::is_ascii_digit).count();
    if count > MOST_DIGITS || fraction.len() > MOST_DECIMALS {
        return Err(format!(
            "an amount has at most {MOST_DIGITS} digits, of them {MOST_DECIMALS} behind the point"
        ));
    }
    let amount = Decimal::from_str_exact(text)
        .map_err(|_| format!("an amount has at most {MOST_DIGITS} digits"))?;
    if amount.is_zero() {
        return Err("an order costs more than nothing; use --set to send a zero".to_owned());
    }
    Ok(text.to_owned())
}

fn currency(text: &str) -> Result<String, String> {
    let code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(code) {
        Ok(text.to_owned())
    } else {
        Err("write a code like EUR or USDT_TRX".to_owned())
    }
}
