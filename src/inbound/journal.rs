//! Records deliveries in the journal of `--journal`, without their secrets unless those are to be kept.

use super::JournalOptions;
use super::delivery::{InspectedDelivery, written};
use crate::capture::{
    Appended, Capture, CapturedSignature, Disturbance, Fingerprints, Journal, NoJournal, Recorder,
};
use crate::error::Error;
use crate::redact::headers::{HeaderRedactor, received};
use std::borrow::Cow;

/// A journal that is open for writing.
pub(crate) struct OpenJournal {
    journal: Journal,
    pub(crate) path: String,
    keep_secrets: bool,
}

impl OpenJournal {
    /// Opens the journal; also returns what the user should know about its file.
    pub(crate) fn open(options: &JournalOptions) -> Result<(Self, Vec<String>), Error> {
        let path = options.path.display().to_string();
        let (journal, torn) =
            Journal::open(&options.path, options.sync).map_err(|why| refusal(&path, why))?;
        let mut warnings = Vec::new();
        if torn > 0 {
            warnings.push(format!(
                "the last line of {path} was incomplete and has been removed ({torn} bytes, never acknowledged)"
            ));
        }
        if options.keep_secrets && journal.is_open_to_others().unwrap_or(false) {
            warnings.push(open_to_others(&path));
        }
        let opened = Self {
            journal,
            path,
            keep_secrets: options.keep_secrets,
        };
        Ok((opened, warnings))
    }

    /// Begins recording. `warn` is called when another process changes the file.
    pub(crate) fn record(
        self,
        fingerprint_key: [u64; 2],
        warn: impl Fn(String) + 'static,
    ) -> DeliveryRecorder {
        let (path, keep_secrets) = (self.path, self.keep_secrets);
        let disturbed = move |disturbance: Disturbance| {
            warn(format!("the journal {path} {}", disturbance.words));
            if keep_secrets && disturbance.open_to_others {
                warn(open_to_others(&path));
            }
        };
        DeliveryRecorder {
            recorder: Recorder::new(self.journal, disturbed),
            fingerprints: Fingerprints::new(fingerprint_key),
            keep_secrets,
        }
    }
}

/// Writes deliveries to a journal.
pub(crate) struct DeliveryRecorder {
    recorder: Recorder,
    /// Stand for the secrets that are not written.
    fingerprints: Fingerprints,
    keep_secrets: bool,
}

impl DeliveryRecorder {
    /// Appends a delivery that is about to be answered with that status.
    pub(crate) fn append(
        &self,
        delivery: &InspectedDelivery,
        status: Option<u16>,
        redactor: &HeaderRedactor,
    ) -> Appended<'_> {
        let request = &delivery.request;
        let requested = request.target();
        let (mut target, mut body, mut masked) = (requested.into(), None, Vec::new());
        if !self.keep_secrets {
            target = redactor.text(requested);
            body = redactor.body(delivery.text());
            if matches!(target, Cow::Owned(_)) {
                masked.push("target");
            }
            if body.is_some() {
                masked.push("body");
            }
        }
        let reason = match delivery.no_answer {
            Some(why) => Some(Cow::Borrowed(why.name())),
            None => failed_forward(delivery).map(|why| redactor.text(why)),
        };
        let headers: Vec<_> = match self.keep_secrets {
            true => received(request).collect(),
            false => redactor.received(request).collect(),
        };
        self.recorder.append(&Capture {
            id: &delivery.id(),
            received_at: &written(delivery.at),
            method: request.method(),
            target: &target,
            headers: &headers,
            fingerprints: &self.fingerprints,
            body: body.as_ref().map_or(request.body(), |body| &body.text),
            unpacked: body.is_some() && delivery.decompressed.is_some(),
            masked: &masked,
            remote: request.remote,
            event: delivery.event_name().as_deref(),
            signature: CapturedSignature {
                verdict: delivery.signature.name(),
                scheme: delivery.scheme,
                reason: delivery.diagnosis.as_ref().map(|found| found.reason.name()),
            },
            errors: delivery.errors,
            status,
            reason: reason.as_deref(),
        })
    }
}

/// Why the target gave no answer that the sender could get.
fn failed_forward(delivery: &InspectedDelivery) -> Option<&str> {
    let first = delivery.forwarded.first()?;
    first.outcome.as_ref().err().map(String::as_str)
}

fn refusal(path: &str, why: NoJournal) -> Error {
    let (what, hint) = match why {
        NoJournal::System(source) => {
            return Error::Unwritable {
                path: path.to_owned(),
                source,
            };
        }
        NoJournal::Locked => (
            format!("another process is writing to the journal {path}"),
            "stop it, or choose another file",
        ),
        NoJournal::Other => (
            format!("{path} is not a journal, and was not changed"),
            "choose a new file, or one that `listen` wrote",
        ),
        NoJournal::Irregular(kind) => (
            format!("{path} is {kind}; a journal must be a regular file"),
            "choose a new file; `listen --format json` prints the deliveries to stdout",
        ),
    };
    Error::Usage {
        what,
        hint: hint.to_owned(),
    }
}

fn open_to_others(path: &str) -> String {
    format!("other users can read {path}, which keeps secrets unredacted (chmod 600 {path})")
}
