//! Requests that are printed instead of sent, in the formats of other tools.
//!
//! Each format has its own quoting; which secrets may be shown is decided here for all of them.

mod carried;
pub(crate) mod curl;
mod har;
mod http;
mod hurl;
mod k6;
mod locust;
mod script;
mod vegeta;

pub use carried::{CARRIED, CarriedOption, CarriedValues, carried_option};
pub use script::{ScriptLoad, ScriptRun};

use crate::body::Template;
use crate::catalogue::manifest::Signing;
use crate::http::{Delivery, Header};
use crate::sanitize::visible_lines;
use std::borrow::Cow;
use std::time::Duration;

/// The format in which a request is printed instead of sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestForm {
    /// The HTTP/1.1 message.
    Http,
    /// A curl command.
    Curl,
    /// An entry of a Hurl file.
    Hurl,
    /// A k6 script.
    K6,
    /// A file for Locust.
    Locust,
    /// A vegeta target, in JSON.
    Vegeta,
    /// An HTTP archive.
    Har,
}

impl RequestForm {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Http,
        Self::Curl,
        Self::Hurl,
        Self::K6,
        Self::Locust,
        Self::Vegeta,
        Self::Har,
    ];

    /// As `--as` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Curl => "curl",
            Self::Hurl => "hurl",
            Self::K6 => "k6",
            Self::Locust => "locust",
            Self::Vegeta => "vegeta",
            Self::Har => "har",
        }
    }

    /// The separator of two requests; `None` if all requests form one document.
    pub fn divider(self) -> Option<&'static [u8]> {
        match self {
            // The separator of `.http` files.
            Self::Http => Some(b"\n###\n"),
            Self::Curl | Self::Hurl => Some(b"\n"),
            Self::Vegeta => Some(b""),
            Self::K6 | Self::Locust | Self::Har => None,
        }
    }

    /// Whether it runs only with its secrets in it, because it reads no variables.
    pub fn holds_secrets(self) -> bool {
        matches!(self, Self::Vegeta | Self::Har)
    }

    /// Whether it makes its own deliveries from one of each.
    pub fn is_script(self) -> bool {
        matches!(self, Self::K6 | Self::Locust)
    }
}

/// How to connect, as far as the user specified it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Connect<'a> {
    /// How long to wait for an answer.
    pub timeout: Option<Duration>,
    /// Accept any certificate.
    pub insecure: bool,
    /// A file with the certificates to trust.
    pub authorities: Option<&'a str>,
}

/// A request that is printed instead of sent.
#[derive(Clone, Copy, Debug)]
pub struct ShownRequest<'a> {
    /// The canonical name of its event, such as `calypso/INVOICE_PAID`.
    pub event: &'a str,
    /// The request itself.
    pub delivery: &'a Delivery,
    /// The template of its body.
    pub template: &'a Template,
    /// How a script signs each body; `None` for unsigned deliveries.
    pub signing: Option<&'a Signing>,
    /// The environment variable that holds the secret.
    pub variable: &'a str,
    /// The headers that the user gave.
    pub own: &'a [Header],
    /// The statuses that count as accepted.
    pub success: &'a [u16],
    /// When it would be sent, in RFC 3339.
    pub started: &'a str,
    /// How to connect.
    pub connect: Connect<'a>,
    /// How a script sends it, and all others with it.
    pub run: ScriptRun,
    /// Whether to print secrets.
    pub show_secrets: bool,
}

/// Renders requests in one format.
pub fn requests(form: RequestForm, requests: &[ShownRequest<'_>], out: &mut Vec<u8>) {
    let write = match form {
        RequestForm::Http => http::write,
        RequestForm::Curl => curl::write,
        RequestForm::Hurl => hurl::write,
        RequestForm::Vegeta => vegeta::write,
        RequestForm::K6 => return k6::write(requests, out),
        RequestForm::Locust => return locust::write(requests, out),
        RequestForm::Har => return har::write(requests, out),
    };
    for (index, request) in requests.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(form.divider().unwrap_or_default());
        }
        write(request, out);
    }
}

/// The variable that holds the user and password of a URL, in base64.
const LOGIN: &str = "INQUD_HOOK_LOGIN";

/// The value of a header in a format that can read environment variables.
#[derive(Debug, PartialEq, Eq)]
enum Value<'h> {
    /// A plain value.
    Plain(&'h str),
    /// The text before the secret, the variable that holds it, and the text after it.
    Secret(&'h str, String, &'h str),
}

impl ShownRequest<'_> {
    /// The value of a header for formats that can read environment variables.
    fn value<'h>(&self, header: &'h Header) -> Value<'h> {
        match &header.secret {
            Some(range) if !self.show_secrets => {
                let (before, after) = (&header.value[..range.start], &header.value[range.end..]);
                Value::Secret(before, self.variable_of(header), after)
            }
            _ => Value::Plain(&header.value),
        }
    }

    /// The variable that holds the secret of a header.
    fn variable_of(&self, header: &Header) -> String {
        // Captured deliveries are sent without a provider's secret.
        if self.variable.is_empty() || self.own.iter().any(|own| own.is(&header.name)) {
            format!("INQUD_HOOK_{}", plain(&header.name.to_uppercase()))
        } else if self.is_login(header) {
            LOGIN.to_owned()
        } else {
            self.variable()
        }
    }

    /// The value of a header for formats that cannot.
    fn shown<'h>(&self, header: &'h Header) -> Cow<'h, str> {
        if self.show_secrets {
            Cow::Borrowed(&header.value)
        } else {
            header.shown()
        }
    }

    /// Whether a header contains the user and password of the URL.
    fn is_login(&self, header: &Header) -> bool {
        header.is("Authorization")
            && header.value.starts_with("Basic ")
            && self.delivery.target.login().is_some()
    }

    /// The name of the variable. It may come from an untrusted repository, so characters that a shell or script could run
    /// are removed.
    fn variable(&self) -> String {
        plain(self.variable)
    }

    /// Whether formats that cannot read environment variables leave something out.
    pub fn hides(&self) -> bool {
        !self.show_secrets
            && self
                .delivery
                .headers
                .iter()
                .any(|header| header.secret.is_some())
    }

    /// The variables that must be set for the headers.
    fn variables(&self) -> impl Iterator<Item = String> {
        self.delivery
            .headers
            .iter()
            .filter_map(|header| match self.value(header) {
                Value::Secret(_, name, _) => Some(name),
                Value::Plain(_) => None,
            })
    }

    /// Whether there is a header of that name.
    fn has(&self, name: &str) -> bool {
        self.delivery.headers.iter().any(|header| header.is(name))
    }

    /// All headers of the message, including those of HTTP itself, without secrets.
    fn all_headers(&self) -> Vec<(&str, Cow<'_, str>)> {
        all_headers(self.delivery, |header| self.shown(header))
    }
}

/// All headers of a message, including those of HTTP itself, with the values that `shown` gives.
pub(super) fn all_headers<'d>(
    delivery: &'d Delivery,
    shown: impl Fn(&'d Header) -> Cow<'d, str>,
) -> Vec<(&'d str, Cow<'d, str>)> {
    let has = |name: &str| delivery.headers.iter().any(|header| header.is(name));
    let mut headers = Vec::with_capacity(delivery.headers.len() + 2);
    if !has("Host") {
        headers.push(("Host", Cow::Borrowed(delivery.target.authority())));
    }
    let own = delivery.headers.iter();
    headers.extend(own.map(|header| (header.name.as_str(), shown(header))));
    if !has("Content-Length") && !has("Transfer-Encoding") {
        let length = delivery.body.len().to_string();
        headers.push(("Content-Length", Cow::Owned(length)));
    }
    headers
}

/// A name without special characters.
fn plain(name: &str) -> String {
    name.chars()
        .map(|char| {
            if char.is_ascii_alphanumeric() {
                char
            } else {
                '_'
            }
        })
        .collect()
}

/// Whether text is safe to print on a terminal.
fn is_harmless(text: &str) -> bool {
    matches!(visible_lines(text), Cow::Borrowed(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Target;

    #[test]
    fn the_name_of_a_variable_cannot_become_a_command() {
        let target = Target::parse("localhost").unwrap();
        let secret = Header {
            name: "Authorization".to_owned(),
            value: "Secret a".to_owned(),
            secret: Some(7..8),
        };
        let delivery = Delivery {
            method: "POST".to_owned(),
            target,
            headers: vec![secret],
            body: Vec::new(),
        };
        let request = ShownRequest {
            event: "a/b",
            delivery: &delivery,
            template: &Template::fixed(String::new()),
            signing: None,
            variable: "A:-$(id)}\"\n",
            own: &[],
            success: &[],
            started: "",
            connect: Connect::default(),
            run: ScriptRun::default(),
            show_secrets: false,
        };
        assert_eq!(request.variables().collect::<Vec<_>>(), ["A____id____"]);
        assert_eq!(
            request.value(&delivery.headers[0]),
            Value::Secret("Secret ", "A____id____".to_owned(), "")
        );
        let shown = ShownRequest {
            show_secrets: true,
            ..request
        };
        assert_eq!(shown.value(&delivery.headers[0]), Value::Plain("Secret a"));
    }
}
