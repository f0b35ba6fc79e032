//! Reads captures with everything in them, to send them again or to show them.
//!
//! Separate from finding only the body in a line, which has to be fast. A line that an older version or another tool
//! wrote may lack most fields.

use super::NoBody;
use crate::secret::STARS;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// A delivery as it was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    /// The id that `listen` gave it.
    pub id: Option<String>,
    /// When it arrived, as text.
    pub received_at: Option<String>,
    /// The method, where it was recorded.
    pub method: Option<String>,
    /// Path and query.
    pub target: Option<String>,
    /// In order, with repeats.
    pub headers: Vec<CapturedHeader>,
    /// The raw bytes.
    pub body: Vec<u8>,
    /// The canonical name of its event, where it was recognised on arrival.
    pub event: Option<String>,
    /// The status of the answer that it got.
    pub status: Option<u16>,
    /// Why it got no answer, or none of the target that it was forwarded to.
    pub unanswered: Option<String>,
    /// What was found out about its signature on arrival.
    pub signature: Option<RecordedSignature>,
    /// How many errors the linter found on arrival.
    pub errors: Option<u64>,
    /// The sender's address.
    pub remote: Option<String>,
    /// The body was compressed and was recorded unpacked, so these are not the bytes that were signed.
    pub unpacked: bool,
    /// Secrets in the body or the target were replaced with stars.
    pub masked: bool,
}

/// What was found out about a signature on arrival.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RecordedSignature {
    /// The verdict.
    pub verdict: String,
    /// The scheme that it was checked with.
    pub scheme: Option<String>,
    /// Why it was not valid, as a name.
    pub reason: Option<String>,
}

/// A header as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedHeader {
    /// The name.
    pub name: String,
    /// The value; nothing where it or the name held a secret that was not recorded.
    pub value: Option<String>,
}

#[derive(Deserialize)]
struct JournalLine {
    v: Option<u64>,
    id: Option<String>,
    received_at: Option<String>,
    method: Option<String>,
    target: Option<String>,
    #[serde(default)]
    headers: Vec<Vec<String>>,
    body: Option<String>,
    body_base64: Option<String>,
    event: Option<String>,
    signature: Option<RecordedSignature>,
    errors: Option<u64>,
    /// In the output of `listen`, in place of their number.
    findings: Option<Vec<ReadFinding>>,
    remote: Option<String>,
    answer: Option<ReadAnswer>,
    /// In the output of `listen`, and in a journal where the body was unpacked.
    #[serde(default)]
    compressed: bool,
    #[serde(default)]
    masked: Vec<String>,
}

#[derive(Deserialize)]
struct ReadAnswer {
    status: Option<u16>,
    /// Only where there is no status, or a forward failed.
    reason: Option<String>,
    /// In the output of `listen`: the first answered the sender.
    #[serde(default)]
    forwarded: Vec<ReadForward>,
}

#[derive(Deserialize)]
struct ReadForward {
    reason: Option<String>,
}

#[derive(Deserialize)]
struct ReadFinding {
    severity: String,
}

fn is_error(finding: &&ReadFinding) -> bool {
    finding.severity == "error"
}

impl Captured {
    /// Reads a line.
    pub fn read(line: &[u8]) -> Result<Self, NoBody> {
        let line: JournalLine = serde_json::from_slice(line)
            .map_err(|_| super::body(line).err().unwrap_or(NoBody::Member))?;
        match line.v {
            Some(1) => {}
            Some(_) => return Err(NoBody::Version),
            None => return Err(NoBody::NoVersion),
        }
        let body = match (line.body, line.body_base64) {
            (Some(text), _) => text.into_bytes(),
            (None, Some(text)) => STANDARD.decode(text).map_err(|_| NoBody::BadBase64)?,
            (None, None) => return Err(NoBody::Missing),
        };
        let findings = line.findings.as_deref();
        let errors = findings.map(|all| all.iter().filter(is_error).count() as u64);
        let (status, unanswered) = match line.answer {
            Some(answer) => {
                let mut forwarded = answer.forwarded.into_iter();
                let failed = || forwarded.next()?.reason;
                (answer.status, answer.reason.or_else(failed))
            }
            None => (None, None),
        };
        Ok(Self {
            id: line.id,
            received_at: line.received_at,
            method: line.method,
            target: line.target,
            headers: line
                .headers
                .into_iter()
                .filter_map(header)
                // The body is no longer encoded.
                .filter(|header| {
                    !(line.compressed && header.name.eq_ignore_ascii_case("Content-Encoding"))
                })
                .collect(),
            body,
            event: line.event,
            status,
            unanswered,
            signature: line.signature,
            errors: line.errors.or(errors),
            remote: line.remote,
            unpacked: line.compressed,
            masked: !line.masked.is_empty(),
        })
    }
}

/// `[name, value]`, or `[name, stars, fingerprint]`.
fn header(parts: Vec<String>) -> Option<CapturedHeader> {
    let mut parts = parts.into_iter();
    let (name, value) = (parts.next()?, parts.next()?);
    let kept = parts.next().is_none() && !value.contains(STARS) && !name.contains(STARS);
    Some(CapturedHeader {
        name,
        value: kept.then_some(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_read_and_a_secret_that_was_not_kept_is_none() {
        let line = br#"{"v":1,"id":"a","received_at":"2026-11-21T09:30:00.000Z","method":"POST","target":"/x?y",
            "headers":[["A","1"],["Authorization","Secret ********","sha256:00"],["A","2"]],"body":"{}",
            "answer":{"status":500},"new":[1]}"#;
        let header = |name: &str, value: Option<&str>| CapturedHeader {
            name: name.to_owned(),
            value: value.map(str::to_owned),
        };
        let expected = Captured {
            id: Some("a".to_owned()),
            received_at: Some("2026-11-21T09:30:00.000Z".to_owned()),
            method: Some("POST".to_owned()),
            target: Some("/x?y".to_owned()),
            headers: vec![
                header("A", Some("1")),
                header("Authorization", None),
                header("A", Some("2")),
            ],
            body: b"{}".to_vec(),
            event: None,
            status: Some(500),
            unanswered: None,
            signature: None,
            errors: None,
            remote: None,
            unpacked: false,
            masked: false,
        };
        assert_eq!(Captured::read(line), Ok(expected));
        let found = Captured::read(
            br#"{"v":1,"body":"","signature":{"verdict":"missing"},"answer":{"status":null,"reason":"reset"},
            "findings":[{"severity":"error"},{"severity":"note"}]}"#,
        )
        .unwrap();
        assert_eq!(
            (found.errors, found.unanswered.as_deref()),
            (Some(1), Some("reset"))
        );
        assert_eq!(found.signature.unwrap().verdict, "missing");
        let short = Captured::read(br#"{"v":1,"body_base64":"/wA="}"#).unwrap();
        assert_eq!((short.body, short.headers), (vec![0xff, 0], Vec::new()));
        for (line, why) in [
            ("[]", NoBody::NoObject),
            (r#"{"v":2,"body":""}"#, NoBody::Version),
            (r#"{"body":""}"#, NoBody::NoVersion),
            (r#"{"v":1,"body":7}"#, NoBody::Missing),
            (r#"{"v":1,"body":"","id":7}"#, NoBody::Member),
            (r#"{"id":7}"#, NoBody::NoVersion),
            (r#"{"v":1}"#, NoBody::Missing),
            (r#"{"v":1,"body_base64":"?"}"#, NoBody::BadBase64),
        ] {
            assert_eq!(Captured::read(line.as_bytes()), Err(why), "{line}");
        }
    }
}
