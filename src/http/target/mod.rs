//! Where deliveries go: completes what the user typed to a URL, and masks the login when the URL is shown.
//!
//! Works on text alone; names are resolved in `route`.

use crate::secret::STARS;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;

/// The default port of `listen`, and so of `send`.
pub const DEFAULT_PORT: u16 = 8080;

/// A URL, as the user wrote it or completed from a part of one.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    url: String,
    https: bool,
    /// The range of user and password.
    login: Option<Range<usize>>,
    /// Without the brackets of an IPv6 address.
    host: String,
    /// The range of host and port.
    authority: Range<usize>,
    port: u16,
}

/// Why a text is not a valid target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadTarget {
    /// The text is empty.
    Empty,
    /// The scheme is neither http nor https.
    Scheme,
    /// The host is missing or malformed.
    Host,
    /// The port is not a number from 1 to 65535.
    Port,
    /// A character that is not allowed in URLs.
    Character(char),
}

impl fmt::Display for BadTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "it is empty"),
            Self::Scheme => write!(f, "only http:// and https:// are supported"),
            Self::Host => write!(f, "no host"),
            Self::Port => write!(f, "port must be 1-65535"),
            Self::Character(char) => {
                write!(f, "{char:?} is not allowed in a URL; percent-encode it")
            }
        }
    }
}

impl Target {
    /// Parses a URL, `host`, `host:port`, `:port` or a port, each with an optional path.
    pub fn parse(text: &str) -> Result<Self, BadTarget> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadTarget::Empty);
        }
        if let Some(char) = text.chars().find(|char| !is_url_character(*char)) {
            return Err(BadTarget::Character(char));
        }
        let (scheme, rest) = split_scheme(text);
        let https = match scheme.map(str::to_ascii_lowercase).as_deref() {
            None | Some("http") => false,
            Some("https") => true,
            Some(_) => return Err(BadTarget::Scheme),
        };
        // A fragment is never sent to a server.
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (login, place) = match authority.rsplit_once('@') {
            Some((login, place)) => (format!("{login}@"), place),
            None => (String::new(), authority),
        };
        let (host, given_port) = host_and_port(place, scheme.is_some())?;
        let port = given_port.unwrap_or(match scheme {
            None => DEFAULT_PORT,
            Some(_) if https => 443,
            Some(_) => 80,
        });
        // Without a scheme the port is always shown: 8080 is not the port that a reader expects.
        let shown_port = match given_port {
            None if scheme.is_some() => String::new(),
            _ => format!(":{port}"),
        };
        let start = if https { "https://" } else { "http://" };
        let slash = if path.starts_with('/') { "" } else { "/" };
        let url = format!("{start}{login}{host}{shown_port}{slash}{path}");
        let login_end = start.len() + login.len();
        Ok(Self {
            url,
            https,
            login: (!login.is_empty()).then(|| start.len()..login_end - 1),
            host: host.trim_matches(['[', ']']).to_owned(),
            authority: login_end..login_end + host.len() + shown_port.len(),
            port,
        })
    }

    /// An address on this machine.
    pub fn at(address: SocketAddr) -> Self {
        Self::parse(&format!("http://{address}/")).expect("an address makes a valid URL")
    }

    /// The same target with another path and query, taken from a request line or a URL. Characters that are not
    /// allowed in URLs are percent-encoded: some tools would read them as placeholders.
    #[must_use]
    pub fn with_path(&self, path: &str) -> Self {
        let mut url = self.url[..self.authority.end].to_owned();
        let path = path
            .split('#')
            .next()
            .filter(|path| path.starts_with('/'))
            .unwrap_or("/");
        for char in path.chars() {
            if is_url_character(char) {
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

    /// The target that a `Location` header of this target's answer points to; `None` if it is not a valid target.
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

    /// The URL without user and password, which are sent in a header.
    pub fn url_without_login(&self) -> String {
        match &self.login {
            Some(login) => format!("{}{}", &self.url[..login.start], &self.url[login.end + 1..]),
            None => self.url.clone(),
        }
    }

    /// Whether the connection uses TLS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host, without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The value of the `Host` header.
    pub fn authority(&self) -> &str {
        &self.url[self.authority.clone()]
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query, as in the request line.
    pub fn path(&self) -> &str {
        &self.url[self.authority.end..]
    }

    /// User and password of the URL as headers carry them.
    pub(crate) fn basic_login(&self) -> Option<String> {
        let mut login: Vec<u8> = percent_decode_str(self.login()?).collect();
        if !login.contains(&b':') {
            login.push(b':');
        }
        Some(format!("Basic {}", STANDARD.encode(login)))
    }

    /// User and password as written in the URL.
    pub fn login(&self) -> Option<&str> {
        self.login.clone().map(|login| &self.url[login])
    }
}

/// The scheme, where there is one, and what follows it. After the first slash, `://` is part of a path or a query.
fn split_scheme(text: &str) -> (Option<&str>, &str) {
    match text.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => (Some(scheme), rest),
        _ => (None, text),
    }
}

fn is_url_character(char: char) -> bool {
    char.is_ascii_graphic() && !"\"<>\\^`{|}".contains(char)
}

/// Path and query of a URL, as in a request line; `None` if it has neither.
pub(crate) fn path_and_query(url: &str) -> Option<String> {
    let (_, place) = split_scheme(url);
    let rest = &place[place.find(['/', '?', '#'])?..];
    let rest = rest.split('#').next().filter(|rest| !rest.is_empty())?;
    Some(if rest.starts_with('/') {
        rest.to_owned()
    } else {
        format!("/{rest}")
    })
}

/// Host and port of an authority. Without a scheme, a number alone is a port and the host may be omitted.
fn host_and_port(place: &str, has_scheme: bool) -> Result<(&str, Option<u16>), BadTarget> {
    let number = |port: &str| {
        port.parse::<u16>()
            .ok()
            .filter(|port| *port > 0)
            .ok_or(BadTarget::Port)
    };
    if !has_scheme && !place.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit()) {
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
        "" if !has_scheme && port.is_some() => Ok(("localhost", port)),
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

/// What the user typed with its login masked, even if it is not a valid target.
pub fn masked(text: &str) -> String {
    match (Target::parse(text), text.rsplit_once('@')) {
        (Ok(target), _) if target.login.is_some() => target.to_string(),
        // In an invalid URL the start of the password is unknown.
        (Err(_), Some((_, behind))) => format!("{STARS}@{behind}"),
        _ => text.to_owned(),
    }
}

impl fmt::Display for Target {
    /// Masks the login. Some services take a key as the user name, so both halves are hidden.
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
mod tests;
