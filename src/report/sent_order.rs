//! What a delivery says about its order: its name and its amounts, kept or only shown.

use crate::body::{OrderView, PaidAmount};
use rust_decimal::Decimal;
use std::fmt;

/// What a body says about its order, without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentOrder {
    /// The merchant's name of it, else an id of the provider.
    pub name: Option<String>,
    /// The price; where there is none, what has to be or was paid.
    pub amount: Option<SentAmount>,
    /// What was paid; where that is not told, what has to be paid.
    pub payment: Option<SentAmount>,
    /// What has to be paid.
    pub due: Option<SentAmount>,
}

impl From<OrderView> for SentOrder {
    fn from(view: OrderView) -> Self {
        let of_payment = |PaidAmount { amount, currency }| SentAmount { amount, currency };
        Self {
            name: view.names.into_iter().next(),
            amount: view.amount.map(|amount| SentAmount {
                amount,
                currency: view.currency,
            }),
            payment: view.payment.map(of_payment),
            due: view.due.map(of_payment),
        }
    }
}

impl SentOrder {
    pub(crate) fn of(view: &OrderView) -> Self {
        view.clone().into()
    }

    /// The same with other texts.
    pub(crate) fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        let amounts = [&mut self.amount, &mut self.payment, &mut self.due];
        let amounts = amounts.into_iter().flatten();
        let texts = amounts.flat_map(|amount| [Some(&mut amount.amount), amount.currency.as_mut()]);
        for text in texts.flatten().chain(self.name.as_mut()) {
            *text = change(text);
        }
        self
    }

    /// The amount, and behind it what was paid where that is not what is due.
    pub(crate) fn money(&self) -> Option<String> {
        let all = [&self.amount, &self.payment, &self.due];
        let [amount, payment, due] = all.map(|one| one.as_ref().map(SentAmount::shown));
        amount.map(|amount| amount.with_payment(payment, due))
    }
}

/// An amount of money, as a body writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentAmount {
    /// The number.
    pub amount: String,
    /// Its currency.
    pub currency: Option<String>,
}

impl SentAmount {
    /// Whether it is nothing.
    pub(crate) fn is_zero(&self) -> bool {
        Decimal::from_str_exact(&self.amount).is_ok_and(|amount| amount.is_zero())
    }

    /// Whether it is the same amount, however it is written.
    pub fn is_same(&self, other: &Self) -> bool {
        self.shown().is_same(other.shown())
    }

    fn shown(&self) -> ShownAmount<'_> {
        ShownAmount {
            amount: &self.amount,
            currency: self.currency.as_deref(),
        }
    }
}

impl fmt::Display for SentAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().fmt(f)
    }
}

/// An amount that is compared and shown, but not kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShownAmount<'a> {
    pub(crate) amount: &'a str,
    pub(crate) currency: Option<&'a str>,
}

impl ShownAmount<'_> {
    fn is_same(self, other: Self) -> bool {
        if self == other {
            return true;
        }
        let number = |amount: &str| {
            let exact = Decimal::from_str_exact(amount);
            exact.or_else(|_| Decimal::from_scientific(amount)).ok()
        };
        let same = match (number(self.amount), number(other.amount)) {
            (Some(one), Some(other)) => one == other,
            _ => self.amount == other.amount,
        };
        same && self.currency == other.currency
    }

    /// The amount, and behind it what was paid where that is not what is due.
    pub(crate) fn with_payment(self, paid: Option<Self>, due: Option<Self>) -> String {
        let alone = || match self.currency {
            Some(currency) => [self.amount, " ", currency].concat(),
            None => self.amount.to_owned(),
        };
        match (paid, due) {
            (None, _) => alone(),
            (Some(paid), Some(due)) if paid.is_same(due) => alone(),
            (Some(paid), Some(due)) if self.is_same(due) => {
                format!("{self} ({} paid)", paid.amount)
            }
            (Some(paid), Some(due)) => format!("{self} ({paid} of {})", due.amount),
            (Some(paid), None) if paid.is_same(self) => alone(),
            (Some(paid), None) => format!("{self} ({paid})"),
        }
    }
}

impl fmt::Display for ShownAmount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.currency {
            Some(currency) => write!(f, "{} {currency}", self.amount),
            None => f.write_str(self.amount),
        }
    }
}
