//! The list that `log --format json` prints of a journal: it names deliveries, without their bodies.

use crate::error::Error;

/// Whether its first line is one that `log --format json` prints, which has no body.
pub(super) fn is_one(text: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Logged {
        r#type: String,
        /// Of a delivery.
        record: Option<u64>,
        /// Of a summary.
        shown: Option<u64>,
    }
    let line = text.split(|byte| *byte == b'\n').next();
    let logged = line.and_then(|line| serde_json::from_slice::<Logged>(line).ok());
    logged.is_some_and(|line| match &*line.r#type {
        "delivery" => line.record.is_some(),
        "summary" => line.shown.is_some(),
        _ => false,
    })
}

/// What is said of it.
pub(super) fn refused(name: &str) -> Error {
    Error::Usage {
        what: format!("{name} is a list that `log` printed, which has no bodies"),
        hint: "give the journal itself; `replay` has --failed, --only, --since, --last and --id to choose".to_owned(),
    }
}
