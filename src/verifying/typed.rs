//! A delivery that was typed or pasted into a terminal: the line end behind its body is what ended the input.

use super::Verifier;
use crate::capture::reader::FoundCapture;
use crate::report::VerifiedDelivery;
use crate::signature::SignatureVerdict;

/// What a person who typed the body should know.
pub(crate) const WITHOUT_NEWLINE: &str =
    "valid without the final newline, which ends the input at a terminal";

impl Verifier {
    /// Checks a delivery without the line end behind its body if it is valid so, and says whether it is.
    pub(crate) fn verify_typed<'f>(
        &mut self,
        mut found: FoundCapture<'f>,
    ) -> (VerifiedDelivery<'f>, Option<usize>, bool) {
        let whole = found.captured.body.clone();
        let line = whole.strip_suffix(b"\n");
        if let Some(line) = line.map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
            found.captured.body = line.to_vec();
            let (delivery, key) = self.verify(&found);
            if delivery.verdict == SignatureVerdict::Valid {
                return (delivery, key, true);
            }
            found.captured.body = whole;
        }
        let (delivery, key) = self.verify(&found);
        (delivery, key, false)
    }
}
