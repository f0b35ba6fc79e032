//! The diagnosis turned round: a way of signing that an endpoint wrongly accepts is its handler's mistake.

use super::question::Diagnosis;
use super::reason::Reason;
use crate::catalogue::manifest::Signing;

/// A mistake of the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerMistake {
    /// The mistake by name.
    pub reason: Reason,
    /// The rest of a sentence that starts with "it accepts a delivery when".
    pub what: String,
    /// What to do.
    pub fix: String,
}

impl HandlerMistake {
    /// The diagnosis of a sender's mistake as the same mistake of the receiver, which expects that scheme.
    pub fn of(found: Diagnosis, signing: &Signing) -> Self {
        let header = signing.header();
        let compare = || format!("compare {header} with {}", signing.expected_value());
        let (what, fix) = match found.reason {
            Reason::OtherHeader => in_other_header(&found.explanation, signing),
            Reason::OtherProvider => {
                let words = format!("it is {}", found.explanation);
                (words, compare())
            }
            // Advice on how to write a signature is no advice on how to read one.
            Reason::Base64
            | Reason::UpperCase
            | Reason::Prefix
            | Reason::Padded
            | Reason::DigestCut
            | Reason::SecretItself => (found.explanation, compare()),
            _ if signing.sends_secret() => (found.explanation, compare()),
            _ => (
                found.explanation,
                found.fix.replace("the sender", "the endpoint"),
            ),
        };
        Self {
            reason: found.reason,
            what,
            fix,
        }
    }

    /// That the handler accepts any value of a form in a header.
    pub fn not_checked(header: &str, form: &str, signing: &Signing) -> Self {
        let (right, value) = (signing.header(), signing.expected_value());
        Self {
            reason: Reason::NotChecked,
            what: format!(
                "{header} carries {form}: it does not check the signature, so anyone can forge one"
            ),
            fix: format!("compare {right} with {value}, and reject what differs"),
        }
    }

    /// Whether the code of the handler is wrong, rather than a setting.
    pub fn is_of_code(&self) -> bool {
        match self.reason {
            Reason::OtherHeader | Reason::OtherProvider => true,
            Reason::SecretPadded | Reason::SecretCase | Reason::SecretEmpty => false,
            other => other.is_of_code(),
        }
    }

    /// The mistake as a sentence.
    pub fn sentence(&self) -> String {
        format!("the endpoint accepts a delivery when {}", self.what)
    }
}

/// What a handler does wrong that reads a signature from another header, and what to do.
fn in_other_header(explanation: &str, signing: &Signing) -> (String, String) {
    let header = signing.header();
    let read = format!("read the signature from {header}");
    let found = explanation.split_once("; found in ");
    let Some((name, mistake)) = found.and_then(|(_, found)| found.split_once(": ")) else {
        let place = explanation.rsplit(" in ").next().unwrap_or_default();
        return (format!("the signature is in {place}"), read);
    };
    let what = match mistake.strip_prefix(header) {
        Some(carries) => format!("{name}{carries}"),
        None => format!("{mistake}, and is in {name}"),
    };
    let value = signing.expected_value();
    (what, format!("{read}, and compare it with {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::manifest::{Encoding, Hash};

    #[test]
    fn a_mistake_is_told_to_the_one_who_reads_signatures() {
        let signing = Signing::Hmac {
            hash: Hash::Sha512,
            encoding: Encoding::Hex,
            header: "Sign".into(),
            key_header: None,
            optional: false,
        };
        let told = |reason: Reason, explanation: &str, fix: &str| {
            let found = Diagnosis::new(reason, explanation, fix);
            let HandlerMistake { what, fix, .. } = HandlerMistake::of(found, &signing);
            format!("{what}: {fix}")
        };
        let missing = "missing header: Sign; the signature is in X-Sign";
        assert_eq!(
            told(Reason::OtherHeader, missing, "send it in Sign"),
            "the signature is in X-Sign: read the signature from Sign"
        );
        assert_eq!(
            told(Reason::Base64, "the signature is base64", "write hex"),
            "the signature is base64: compare Sign with the HMAC-SHA-512 of the raw body as lower-case hex"
        );
        let empty = "check where the sender reads its secret: it is empty there";
        assert_eq!(
            told(Reason::SecretEmpty, "no secret", empty),
            "no secret: check where the endpoint reads its secret: it is empty there"
        );
    }
}
