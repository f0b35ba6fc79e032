//! What the bodies of a provider say about an order and its money, as data: the table `[payment]` of `provider.toml` and
//! the meaning of each event. `test` judges by them.

use super::tables::{FactList, FactText};
use serde::{Deserialize, Serialize};

/// What an event says about the order that it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventMeaning {
    /// The order's money has arrived.
    Paid,
    /// It has not: an endpoint that delivers on this event alone loses money.
    NotPaid,
    /// Not yet, but some shops deliver on it on purpose, such as on an unconfirmed payment.
    Early,
    /// Neither.
    #[default]
    Neither,
}

impl EventMeaning {
    /// The word in files and in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::NotPaid => "not-paid",
            Self::Early => "early",
            Self::Neither => "neither",
        }
    }
}

/// Where the bodies name the order, its price and its money. All pointers lead into the full form; a step `*` stands for
/// every item or member, and `#` at the end for the name of a member instead of its value. Those that a body lacks do not
/// count.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentFacts {
    /// The event by which a shop with the most usual product learns that an order is paid.
    pub event: FactText,
    /// The scenario that leads to it.
    #[serde(default)]
    pub scenario: Option<FactText>,
    /// By what a shop may find its order: its own name of it, and the provider's id of the object that the shop created.
    pub order: FactList<FactText>,
    /// What the merchant asks for.
    #[serde(default)]
    pub price: FactList<FactText>,
    /// The currency of that.
    #[serde(default)]
    pub price_currency: FactList<FactText>,
    /// What else is said of that currency: its name, its symbol.
    #[serde(default)]
    pub price_currency_text: FactList<FactText>,
    /// The prices are in fiat money: a price in one of the coins is not written there.
    #[serde(default)]
    pub fiat_price: bool,
    /// The price of the samples with amounts, but without a price.
    #[serde(default)]
    pub sample_price: Option<FactText>,
    /// Where prices are whole numbers of the smallest unit: how many decimals that unit has.
    #[serde(default)]
    pub divisibility: Option<FactText>,
    /// The same of payments: only where a body has one such value is it known what they count.
    #[serde(default)]
    pub payment_divisibility: Option<FactText>,
    /// What has to be paid, in the currency of the payment.
    #[serde(default)]
    pub due: FactList<FactText>,
    /// What was paid, in the same currency.
    #[serde(default)]
    pub paid: FactList<FactText>,
    /// Other amounts that grow with the price.
    #[serde(default)]
    pub other_amounts: FactList<FactText>,
    /// Amounts that follow from others, in the order in which they are computed.
    #[serde(default)]
    pub totals: FactList<TotalFact>,
    /// The currency of the payment. A pointer that is in `price_currency` too counts here in bodies with an amount due, and
    /// there in others.
    #[serde(default)]
    pub currency: FactList<FactText>,
    /// The blockchain of the payment.
    #[serde(default)]
    pub blockchain: FactList<FactText>,
    /// Its asset: the blockchain and the currency with `_` between.
    #[serde(default)]
    pub asset: FactList<FactText>,
    /// Addresses on that blockchain.
    #[serde(default)]
    pub address: FactList<FactText>,
    /// Hashes of its transactions.
    #[serde(default)]
    pub hash: FactList<FactText>,
    /// The payment's currency and the price's, one behind the other.
    #[serde(default)]
    pub pair: FactList<FactText>,
    /// The codes that can stand in `currency`.
    #[serde(default)]
    pub coins: FactList<FactText>,
    /// Text that people wrote.
    #[serde(default)]
    pub text: FactList<FactText>,
    /// The state of the object, where the event's name is not the whole of it.
    #[serde(default)]
    pub status: FactList<FactText>,
}

/// An amount that is the sum of others, plus a share of one of them.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TotalFact {
    /// Pointer to the amount; all pointers here are without `*`.
    pub total: FactText,
    /// Pointers to what is added.
    #[serde(default)]
    pub add: FactList<FactText>,
    /// Pointers to what is subtracted.
    #[serde(default)]
    pub subtract: FactList<FactText>,
    /// Pointer to a percentage, and to what it is of.
    #[serde(default)]
    pub percent: Option<[FactText; 2]>,
}

impl TotalFact {
    fn pointers(&self) -> impl Iterator<Item = &FactText> {
        std::iter::once(&self.total)
            .chain(&self.add)
            .chain(&self.subtract)
            .chain(self.percent.iter().flatten())
    }
}

impl PaymentFacts {
    /// Every pointer, with the name of its list.
    pub fn pointers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lists = [
            ("order", &*self.order),
            ("price", &self.price),
            ("price_currency", &self.price_currency),
            ("price_currency_text", &self.price_currency_text),
            ("divisibility", self.divisibility.as_slice()),
            ("payment_divisibility", self.payment_divisibility.as_slice()),
            ("due", &self.due),
            ("paid", &self.paid),
            ("other_amounts", &self.other_amounts),
            ("currency", &self.currency),
            ("blockchain", &self.blockchain),
            ("asset", &self.asset),
            ("address", &self.address),
            ("hash", &self.hash),
            ("pair", &self.pair),
            ("text", &self.text),
            ("status", &self.status),
        ];
        let totals = self.totals.iter().flat_map(TotalFact::pointers);
        lists
            .into_iter()
            .flat_map(|(list, pointers)| pointers.iter().map(move |pointer| (list, pointer)))
            .chain(totals.map(|pointer| ("totals", pointer)))
            .map(|(list, pointer)| (list, pointer.as_str()))
    }
}
