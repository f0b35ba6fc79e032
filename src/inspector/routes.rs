//! What is asked for: the whole table, on the bytes as they came. A path with a percent sign is none of them.

use crate::report::RequestForm;
use percent_encoding::percent_decode_str;

/// Something that the page asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PageRoute {
    /// A file of the page.
    Asset,
    State,
    /// The rows that changed after that revision; with `wait`, once there is one.
    Rows {
        after: u64,
        wait: bool,
    },
    /// Rows of the journal before that number of its, or the last.
    Older(Option<u64>),
    Delivery(u64),
    /// A delivery as a request of another tool.
    Printed(u64, RequestForm),
    Search(String),
    Explain(String),
    Sample(String),
    Validate,
    Send,
    Journal,
    Har,
    Clear,
}

impl PageRoute {
    /// The route of a request; `None` where there is none.
    pub(super) fn of(method: &str, target: &str) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path.contains('%') {
            return None;
        }
        let Some(api) = path.strip_prefix("/api/") else {
            return (method == "GET" && query.is_empty()).then_some(Self::Asset);
        };
        match method {
            "GET" => Self::read(api, query),
            "POST" if query.is_empty() => Self::change(api),
            _ => None,
        }
    }

    fn read(api: &str, query: &str) -> Option<Self> {
        let parts: Vec<&str> = api.split('/').collect();
        Some(match (parts.as_slice(), query) {
            (["state"], "") => Self::State,
            (["deliveries"], query) => Self::Rows {
                after: number(&value(query, "after")?)?,
                wait: value(query, "wait").as_deref() == Some("1"),
            },
            (["older"], "") => Self::Older(None),
            (["older"], query) => Self::Older(Some(number(&value(query, "before")?)?)),
            (["deliveries", seq], "") => Self::Delivery(number(seq)?),
            (["deliveries", seq, "as", form], "") => Self::Printed(number(seq)?, printed(form)?),
            (["search"], query) => Self::Search(value(query, "text")?),
            (["explain", name], "") => Self::Explain((*name).to_owned()),
            (["sample"], query) => Self::Sample(value(query, "event")?),
            _ => return None,
        })
    }

    fn change(api: &str) -> Option<Self> {
        Some(match api {
            "validate" => Self::Validate,
            "send" => Self::Send,
            "journal" => Self::Journal,
            "har" => Self::Har,
            "clear" => Self::Clear,
            _ => return None,
        })
    }
}

fn printed(form: &str) -> Option<RequestForm> {
    Some(match form {
        "curl" => RequestForm::Curl,
        "hurl" => RequestForm::Hurl,
        "http" => RequestForm::Http,
        _ => return None,
    })
}

/// Digits alone: `parse` would take a sign too.
fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The decoded value of a query's parameter.
fn value(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    let decoded = percent_decode_str(value).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_the_table_is_found() {
        let rows = |after, wait| Some(PageRoute::Rows { after, wait });
        for (method, target, expected) in [
            ("GET", "/app.js", Some(PageRoute::Asset)),
            ("GET", "/app.js?x", None),
            ("GET", "/%61pp.js", None),
            ("GET", "/api/state", Some(PageRoute::State)),
            ("GET", "/api/state/", None),
            ("POST", "/api/state", None),
            ("GET", "/api/deliveries?after=7", rows(7, false)),
            ("GET", "/api/deliveries?after=7&wait=1", rows(7, true)),
            ("GET", "/api/deliveries?after=+7", None),
            ("GET", "/api/deliveries", None),
            ("GET", "/api/deliveries/12", Some(PageRoute::Delivery(12))),
            ("GET", "/api/deliveries/%31", None),
            (
                "GET",
                "/api/deliveries/1/as/hurl",
                Some(PageRoute::Printed(1, RequestForm::Hurl)),
            ),
            ("GET", "/api/deliveries/1/as/k6", None),
            (
                "GET",
                "/api/search?text=a%20%2Fb",
                Some(PageRoute::Search("a /b".to_owned())),
            ),
            ("POST", "/api/send", Some(PageRoute::Send)),
            ("GET", "/api/send", None),
            ("POST", "/", None),
        ] {
            assert_eq!(PageRoute::of(method, target), expected, "{method} {target}");
        }
    }
}
