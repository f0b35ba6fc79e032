//! What a body says about its order, read through the provider's table `[payment]`: its names, and its amount.

use super::order_reader::OrderReader;
use crate::catalogue::manifest::Manifest;

/// The order that a body is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OrderView {
    /// The merchant's own name of it first, then the provider's ids.
    pub(crate) names: Vec<String>,
    /// The price; where there is none, what has to be paid, or what was paid.
    pub(crate) amount: Option<String>,
    /// The currency of that amount.
    pub(crate) currency: Option<String>,
    /// What was paid; where that is not told, what has to be paid.
    pub(crate) payment: Option<PaidAmount>,
    /// What has to be paid.
    pub(crate) due: Option<PaidAmount>,
}

/// An amount in the currency of the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PaidAmount {
    pub(crate) amount: String,
    pub(crate) currency: Option<String>,
}

impl OrderView {
    /// What a body in either form says; nothing where it is not JSON, or the provider has no such table.
    pub(crate) fn of(manifest: &Manifest, text: &str) -> Self {
        OrderReader::new(manifest).read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn what_was_paid_comes_before_what_is_due() {
        let catalogue = Catalogue::load(&[]).unwrap();
        let manifest = &catalogue.provider("calypso").unwrap().manifest;
        let data =
            r#""amount":271.42,"currency":"USDT_TRX","fiatAmount":249.95,"fiatCurrency":"EUR""#;
        for (more, paid) in [("", "271.42"), (r#","realAmount":200"#, "200")] {
            let view = OrderView::of(manifest, &format!("{{\"data\":{{{data}{more}}}}}"));
            let payment = view.payment.unwrap();
            assert_eq!(view.amount.as_deref(), Some("249.95"));
            assert_eq!(
                (&*payment.amount, payment.currency.as_deref()),
                (paid, Some("USDT_TRX"))
            );
        }
    }

    #[test]
    fn every_provider_and_form_tells_the_order_and_its_amount() {
        let catalogue = Catalogue::load(&[]).unwrap();
        for (provider, text, names, amount) in [
            (
                "calypso",
                r#"{"id":1,"data":{"externalId":"order-77","orderId":5,"amount":271.420,"currency":"USDT"}}"#,
                &["order-77", "5"][..],
                Some(("271.420", "USDT")),
            ),
            (
                "calypso",
                r#"{"externalId":"o","amount":"1E-8","currency":"BTC"}"#,
                &["o"],
                Some(("1E-8", "BTC")),
            ),
            (
                "inqud",
                r#"{"id":"CCO-1","clientOrderId":"x\"y","fixedAmount":{"amount":249.95,"currency":"EUR"}}"#,
                &["x\"y", "CCO-1"],
                Some(("249.95", "EUR")),
            ),
            (
                "rehive",
                r#"{"data":{"request_reference":"r","request_amount":24995,"request_currency":{"code":"EUR","divisibility":2}}}"#,
                &["r"],
                Some(("249.95", "EUR")),
            ),
            ("rehive", "{}", &[], None),
            ("rehive", "not JSON", &[], None),
        ] {
            let manifest = &catalogue.provider(provider).unwrap().manifest;
            let view = OrderView::of(manifest, text);
            let found = view.amount.as_deref().zip(view.currency.as_deref());
            assert_eq!(
                (&*view.names, found),
                (
                    &*names
                        .iter()
                        .map(|name| (*name).to_owned())
                        .collect::<Vec<_>>(),
                    amount
                ),
                "{text}"
            );
        }
    }
}
