//! Requests that are shown instead of sent, in the languages of the tools that send them.
//!
//! Separate from the reports: those say what happened, and here nothing did. Each form is a language of somebody else's
//! with a quoting of its own; what they share is what may be seen of a secret.

mod curl;
mod har;
mod http;
mod hurl;
mod k6;
mod vegeta;

use crate::body::Template;
use crate::catalogue::manifest::Signing;
use crate::http::{Delivery, Header};
use crate::sanitize::visible_lines;
use std::borrow::Cow;
use std::time::Duration;

/// The forms in which a request is printed instead of sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestForm {
    /// The message as it travels.
    Http,
    /// A command of curl.
    Curl,
    /// An entry of a Hurl file.
    Hurl,
    /// A script for k6.
    K6,
    /// A target of vegeta, in JSON.
    Vegeta,
    /// An HTTP archive.
    Har,
}

/// What a form can tell the tool that reads it.
#[derive(Clone, Copy, Debug)]
pub struct Takes {
    /// How long to wait for an answer.
    pub timeout: bool,
    /// To trust anybody.
    pub insecure: bool,
    /// Whose certificates to trust.
    pub authorities: bool,
    /// Where a secret is; stars stand in its place otherwise.
    pub secrets: bool,
}

impl RequestForm {
    /// What stands between two requests; `None` where all of them make one document.
    pub fn divider(self) -> Option<&'static [u8]> {
        match self {
            // As files with the ending `.http` divide theirs.
            Self::Http => Some(b"\n###\n"),
            Self::Curl | Self::Hurl => Some(b"\n"),
            Self::Vegeta => Some(b""),
            Self::K6 | Self::Har => None,
        }
    }

    /// What it can tell of connections. The message itself is read and not run, so nothing is missing in it.
    pub fn takes(self) -> Takes {
        match self {
            Self::Http | Self::Curl | Self::Hurl => Takes {
                timeout: true,
                insecure: true,
                authorities: true,
                secrets: true,
            },
            Self::K6 => Takes {
                timeout: true,
                insecure: true,
                authorities: false,
                secrets: true,
            },
            Self::Vegeta | Self::Har => Takes {
                timeout: false,
                insecure: false,
                authorities: false,
                secrets: false,
            },
        }
    }
}

/// How the tool that sends it is to connect, where the user said so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Connect<'a> {
    /// How long to wait for an answer.
    pub timeout: Option<Duration>,
    /// Trust anybody.
    pub insecure: bool,
    /// A file with the certificates to trust.
    pub authorities: Option<&'a str>,
}

/// A request that is shown instead of sent.
#[derive(Clone, Copy, Debug)]
pub struct ShownRequest<'a> {
    /// The canonical name of its event, such as `calypso/INVOICE_PAID`.
    pub event: &'a str,
    /// What would be sent.
    pub delivery: &'a Delivery,
    /// What its body was made from.
    pub template: &'a Template,
    /// How a script signs each body afresh; `None` for deliveries that are not signed.
    pub signing: Option<&'a Signing>,
    /// The environment variable that holds the secret.
    pub variable: &'a str,
    /// Those of its headers that the user gave.
    pub own: &'a [Header],
    /// The statuses that count as accepted.
    pub success: &'a [u16],
    /// When it would be sent, in RFC 3339.
    pub started: &'a str,
    /// How to connect.
    pub connect: Connect<'a>,
    /// Print what is secret.
    pub show_secrets: bool,
}

/// Renders requests in one form.
pub fn requests(form: RequestForm, requests: &[ShownRequest<'_>], out: &mut Vec<u8>) {
    let write = match form {
        RequestForm::Http => http::write,
        RequestForm::Curl => curl::write,
        RequestForm::Hurl => hurl::write,
        RequestForm::Vegeta => vegeta::write,
        RequestForm::K6 => return k6::write(requests, out),
        RequestForm::Har => return har::write(requests, out),
    };
    for (index, request) in requests.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(form.divider().unwrap_or_default());
        }
        write(request, out);
    }
}

/// The variable that holds user and password, as they travel: the provider's secret is something else.
const LOGIN: &str = "INQUD_HOOK_LOGIN";

/// The value of a header in a form that can read the environment.
#[derive(Debug, PartialEq, Eq)]
enum Value<'h> {
    /// Stands there as it is.
    Plain(&'h str),
    /// What stands before the secret, the variable that holds it, and what stands behind.
    Secret(&'h str, String, &'h str),
}

impl ShownRequest<'_> {
    /// The value of a header for those who can read the environment.
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
        // What was captured needs no secret of a provider's.
        if self.variable.is_empty() || self.own.iter().any(|own| own.is(&header.name)) {
            format!("INQUD_HOOK_{}", plain(&header.name.to_uppercase()))
        } else if self.is_login(header) {
            LOGIN.to_owned()
        } else {
            self.variable()
        }
    }

    /// The value of a header for those who can not.
    fn shown<'h>(&self, header: &'h Header) -> Cow<'h, str> {
        if self.show_secrets {
            Cow::Borrowed(&header.value)
        } else {
            header.shown()
        }
    }

    /// Whether a header carries user and password of the URL.
    fn is_login(&self, header: &Header) -> bool {
        header.is("Authorization")
            && header.value.starts_with("Basic ")
            && self.delivery.target.login().is_some()
    }

    /// The name of the variable. It may come from a file in somebody's repository, so nothing is left in it that a
    /// shell or a script could take for a command.
    fn variable(&self) -> String {
        plain(self.variable)
    }

    /// Whether something in it is not printed by forms that cannot read the environment.
    pub fn hides(&self) -> bool {
        !self.show_secrets
            && self
                .delivery
                .headers
                .iter()
                .any(|header| header.secret.is_some())
    }

    /// The variables that must be set before the headers mean anything.
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

    /// All headers of the message, those of HTTP itself included, as anybody may see them.
    fn all_headers(&self) -> Vec<(&str, Cow<'_, str>)> {
        let mut headers = Vec::with_capacity(self.delivery.headers.len() + 2);
        if !self.has("Host") {
            headers.push(("Host", Cow::Borrowed(self.delivery.target.authority())));
        }
        headers.extend(
            self.delivery
                .headers
                .iter()
                .map(|header| (header.name.as_str(), self.shown(header))),
        );
        if !self.has("Content-Length") && !self.has("Transfer-Encoding") {
            headers.push((
                "Content-Length",
                Cow::Owned(self.delivery.body.len().to_string()),
            ));
        }
        headers
    }
}

/// A name without anything that could be taken for more than a name.
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

/// Whether a text can stand on a terminal as it is.
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
