//! Where deliveries go: from what a person types to a URL, and what of it anybody may see.
//!
//! Separate from the way there because it is only a text: nobody is asked anything.

use crate::redact::STARS;
use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;

/// The port that `listen` has by default, so that the two meet without being told.
pub const DEFAULT_PORT: u16 = 8080;

/// A URL, exactly as written or completed from less.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    url: String,
    https: bool,
    /// User and password in the URL.
    login: Option<Range<usize>>,
    /// Without the brackets of an IPv6 address.
    host: String,
    /// As it stands in the URL.
    authority: Range<usize>,
    port: u16,
}

/// Why a text is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadTarget {
    /// There is nothing.
    Empty,
    /// Neither http nor https.
    Scheme,
    /// No host.
    Host,
    /// No port is called so.
    Port,
    /// A character that no URL has.
    Character(char),
}

impl fmt::Display for BadTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "it is empty"),
            Self::Scheme => write!(f, "only http:// and https:// are spoken"),
            Self::Host => write!(f, "it names no host"),
            Self::Port => write!(f, "its port is no number from 1 to 65535"),
            Self::Character(char) => write!(
                f,
                "{char:?} cannot stand in a URL; write it percent-encoded"
            ),
        }
    }
}

impl Target {
    /// Reads a URL, `host`, `host:port`, `:port` or a port, each with an optional path.
    pub fn parse(text: &str) -> Result<Self, BadTarget> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadTarget::Empty);
        }
        if let Some(char) = text.chars().find(|char| !may_stand_in_a_url(*char)) {
            return Err(BadTarget::Character(char));
        }
        // Behind the first slash or question mark it is part of a path or a query.
        let (scheme, rest) = match text
            .split_once("://")
            .filter(|(scheme, _)| !scheme.contains(['/', '?', '#']))
        {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        let https = match scheme.as_deref() {
            None | Some("http") => false,
            Some("https") => true,
            Some(_) => return Err(BadTarget::Scheme),
        };
        // What follows a # is for browsers.
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (login, place) = match authority.rsplit_once('@') {
            Some((login, place)) => (format!("{login}@"), place),
            None => (String::new(), authority),
        };
        let (host, port) = host_and_port(place, scheme.is_some())?;
        let written_port = port.map_or(String::new(), |port| format!(":{port}"));
        let port = match (port, &scheme) {
            (Some(port), _) => port,
            (None, None) => DEFAULT_PORT,
            (None, Some(_)) => {
                if https {
                    443
                } else {
                    80
                }
            }
        };
        // Without a scheme the port always stands there: the default one is not the one that a reader expects.
        let written_port = if scheme.is_none() {
            format!(":{port}")
        } else {
            written_port
        };
        let start = if https { "https://" } else { "http://" };
        let slash = if path.starts_with('/') { "" } else { "/" };
        let url = format!("{start}{login}{host}{written_port}{slash}{path}");
        let login_end = start.len() + login.len();
        let login = (!login.is_empty()).then(|| start.len()..login_end - 1);
        let authority = login_end..login_end + host.len() + written_port.len();
        let host = host.trim_matches(['[', ']']).to_owned();
        Ok(Self {
            url,
            https,
            login,
            host,
            authority,
            port,
        })
    }

    /// An address on this machine.
    pub fn at(address: SocketAddr) -> Self {
        Self::parse(&format!("http://{address}/")).expect("an address makes a good URL")
    }

    /// The same place with another path and query, as they stood in a request's first line or in a URL. What a URL
    /// cannot have is percent-encoded: some tools would take it for something to fill in.
    #[must_use]
    pub fn with_path(&self, path: &str) -> Self {
        let mut url = self.url[..self.authority.end].to_owned();
        let path = path
            .split('#')
            .next()
            .filter(|path| path.starts_with('/'))
            .unwrap_or("/");
        for char in path.chars() {
            if may_stand_in_a_url(char) {
                url.push(char);
            } else {
                url.extend(
                    char.encode_utf8(&mut [0; 4])
                        .bytes()
                        .map(|byte| format!("%{byte:02X}")),
                );
            }
        }
        Self {
            url,
            ..self.clone()
        }
    }

    /// Where an answer from here leads to with its `Location`; `None` where nothing can be delivered to that.
    pub fn redirected(&self, location: &str) -> Option<Self> {
        let scheme = if self.https { "https:" } else { "http:" };
        let (folder, _) = self.path().split('?').next()?.rsplit_once('/')?;
        let url = match location {
            _ if location.contains("://") => location.to_owned(),
            _ if location.starts_with("//") => format!("{scheme}{location}"),
            _ if location.starts_with('/') => format!("{scheme}//{}{location}", self.authority()),
            _ => format!("{scheme}//{}{folder}/{location}", self.authority()),
        };
        Self::parse(&url).ok()
    }

    /// The URL without user and password, which travel in a header.
    pub fn url_without_login(&self) -> String {
        match &self.login {
            Some(login) => format!("{}{}", &self.url[..login.start], &self.url[login.end + 1..]),
            None => self.url.clone(),
        }
    }

    /// Whether TLS is spoken.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host as the URL has it, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The value of the `Host` header.
    pub fn authority(&self) -> &str {
        &self.url[self.authority.clone()]
    }

    /// The port that is connected to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query, as they stand in the request's first line.
    pub fn path(&self) -> &str {
        &self.url[self.authority.end..]
    }

    /// User and password as they stand in the URL.
    pub fn login(&self) -> Option<&str> {
        self.login.clone().map(|login| &self.url[login])
    }
}

fn may_stand_in_a_url(char: char) -> bool {
    char.is_ascii_graphic() && !"\"<>\\^`{|}".contains(char)
}

/// Path and query of a URL, as they stand in a request's first line; nothing where it has neither.
pub(crate) fn path_and_query(url: &str) -> Option<String> {
    let of_scheme = |(scheme, _): &(&str, &str)| !scheme.contains(['/', '?', '#']);
    let place = url
        .split_once("://")
        .filter(of_scheme)
        .map_or(url, |(_, place)| place);
    let rest = &place[place.find(['/', '?', '#'])?..];
    let rest = rest.split('#').next().filter(|rest| !rest.is_empty())?;
    Some(if rest.starts_with('/') {
        rest.to_owned()
    } else {
        format!("/{rest}")
    })
}

/// Host and port of an authority. Without a scheme a number alone is a port, and the host may be left out.
fn host_and_port(place: &str, url: bool) -> Result<(&str, Option<u16>), BadTarget> {
    let number = |port: &str| {
        port.parse::<u16>()
            .ok()
            .filter(|port| *port > 0)
            .ok_or(BadTarget::Port)
    };
    if !url && !place.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(("localhost", Some(number(place)?)));
    }
    let end_of_host = place.find(']').map_or_else(
        || place.find(':').unwrap_or(place.len()),
        |bracket| bracket + 1,
    );
    let (host, rest) = place.split_at(end_of_host);
    let port = match rest.strip_prefix(':') {
        Some(port) => Some(number(port)?),
        None if rest.is_empty() => None,
        None => return Err(BadTarget::Host),
    };
    match host {
        "" if !url && port.is_some() => Ok(("localhost", port)),
        "" | "[]" => Err(BadTarget::Host),
        host if host.starts_with('[')
            && host
                .trim_matches(['[', ']'])
                .parse::<std::net::Ipv6Addr>()
                .is_err() =>
        {
            Err(BadTarget::Host)
        }
        host => Ok((host, port)),
    }
}

/// What a person typed, as anybody may see it, even if it is no target.
pub fn masked(text: &str) -> String {
    match (Target::parse(text), text.rsplit_once('@')) {
        (Ok(target), _) if target.login.is_some() => target.to_string(),
        // Nobody can tell where a password in it would begin.
        (Err(_), Some((_, behind))) => format!("{STARS}@{behind}"),
        _ => text.to_owned(),
    }
}

impl fmt::Display for Target {
    /// As anybody may see it. Some services take a key for the user, so that neither half of a login is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.login {
            Some(login) => write!(
                f,
                "{}{STARS}{}",
                &self.url[..login.start],
                &self.url[login.end..]
            ),
            None => f.write_str(&self.url),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_url() {
        for (typed, url) in [
            ("localhost", "http://localhost:8080/"),
            ("localhost/hooks?a=b", "http://localhost:8080/hooks?a=b"),
            ("shop.test:3000", "http://shop.test:3000/"),
            (":3000/hooks", "http://localhost:3000/hooks"),
            ("3000", "http://localhost:3000/"),
            ("3000/hooks", "http://localhost:3000/hooks"),
            ("[::1]:9000", "http://[::1]:9000/"),
            ("127.0.0.1", "http://127.0.0.1:8080/"),
            ("http://localhost", "http://localhost/"),
            (
                "HTTPS://localhost:8443/a/../b//c",
                "https://localhost:8443/a/../b//c",
            ),
            ("http://localhost:80?x=%20", "http://localhost:80/?x=%20"),
            ("http://localhost/#top", "http://localhost/"),
            (
                "localhost:7108/hook?next=http://a",
                "http://localhost:7108/hook?next=http://a",
            ),
            (
                "localhost?next=https://a/b",
                "http://localhost:8080/?next=https://a/b",
            ),
        ] {
            let target = Target::parse(typed).unwrap();
            assert_eq!(target.url, url, "{typed}");
            assert_eq!(
                Target::parse(url).unwrap().url,
                url,
                "a full URL stays as it is"
            );
        }
        for (typed, expected) in [
            ("", BadTarget::Empty),
            ("ftp://localhost", BadTarget::Scheme),
            ("http://", BadTarget::Host),
            ("/hooks", BadTarget::Host),
            ("http://:80", BadTarget::Host),
            ("http://[::g]/", BadTarget::Host),
            ("[::1]x", BadTarget::Host),
            ("localhost:0", BadTarget::Port),
            ("localhost:99999", BadTarget::Port),
            ("70000", BadTarget::Port),
            ("localhost/a b", BadTarget::Character(' ')),
            ("localhost/\r\nX: y", BadTarget::Character('\r')),
            ("bücher.example", BadTarget::Character('ü')),
        ] {
            assert_eq!(Target::parse(typed), Err(expected), "{typed:?}");
        }
    }

    #[test]
    fn a_path_from_elsewhere_has_nothing_that_a_typed_one_may_not_have() {
        let target = Target::parse("localhost:1").unwrap();
        for (path, url) in [
            (
                "/a/../b//c?d=%20&e='f'",
                "http://localhost:1/a/../b//c?d=%20&e='f'",
            ),
            (
                "/{{x}}/\"`\\<>^|\r\n ü#y",
                "http://localhost:1/%7B%7Bx%7D%7D/%22%60%5C%3C%3E%5E%7C%0D%0A%20%C3%BC",
            ),
            ("http://other.test/", "http://localhost:1/"),
            ("", "http://localhost:1/"),
        ] {
            assert_eq!(target.with_path(path).url, url, "{path}");
            assert_eq!(Target::parse(url).unwrap().url, url);
        }
    }

    #[test]
    fn path_and_query_of_a_url_begin_at_the_first_slash_or_question_mark() {
        for (url, expected) in [
            ("https://shop.test:1/hooks?a=b#c", Some("/hooks?a=b")),
            ("https://h?http://x/y", Some("/?http://x/y")),
            ("http://h#/x", None),
            ("http://h", None),
            ("h/x?u=http://y/z", Some("/x?u=http://y/z")),
        ] {
            assert_eq!(path_and_query(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_password_is_never_shown_and_parts_are_found() {
        let target = Target::parse("https://ann:s3cret@shop.test/hooks").unwrap();
        assert_eq!(target.to_string(), "https://********@shop.test/hooks");
        assert_eq!(format!("{target:?}"), target.to_string());
        assert_eq!(
            (target.login(), target.authority()),
            (Some("ann:s3cret"), "shop.test")
        );
        assert_eq!((target.path(), target.port()), ("/hooks", 443));
        assert_eq!(target.url_without_login(), "https://shop.test/hooks");
    }

    #[test]
    fn of_what_was_typed_no_login_is_shown() {
        for (typed, shown) in [
            ("localhost:3000/a@b", "localhost:3000/a@b"),
            (
                "http://ann:pa55@localhost:1",
                "http://********@localhost:1/",
            ),
            ("sk_live@localhost", "http://********@localhost:8080/"),
            ("http://ann:pa/55@localhost", "********@localhost"),
            ("ftp://ann:pa55@", "********@"),
        ] {
            assert_eq!(masked(typed), shown);
        }
    }

    #[test]
    fn a_redirect_leads_from_here_to_what_can_be_delivered_to() {
        let target = Target::parse("https://ann:pa55@shop.test:8443/a/b?c/d").unwrap();
        for (location, expected) in [
            ("/new?x", Some("https://shop.test:8443/new?x")),
            ("new", Some("https://shop.test:8443/a/new")),
            ("//other.test/x", Some("https://other.test/x")),
            ("http://other.test", Some("http://other.test/")),
            ("ftp://other.test/", None),
            ("/a b", None),
            ("mailto:ann", Some("https://shop.test:8443/a/mailto:ann")),
        ] {
            assert_eq!(
                target
                    .redirected(location)
                    .map(|target| target.url)
                    .as_deref(),
                expected,
                "{location}"
            );
        }
    }
}
