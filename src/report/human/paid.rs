//! What `test` takes for the sign of a paid order, for people.

use super::super::tested::TestReport;
use super::super::wrap::lines;
use super::tested::TestPrinter;
use std::io::Write as _;

impl TestPrinter<'_> {
    /// What every effect is compared with, and why that may be wrong.
    pub(super) fn paid(&self, report: &TestReport, out: &mut Vec<u8>) {
        let Some(paid) = &report.paid else {
            return;
        };
        out.push(b'\n');
        for line in lines(&paid.words(), 2, self.style.width) {
            let _ = writeln!(out, "{line}");
        }
        let doubt = paid.doubt.as_deref().unwrap_or_default();
        for line in lines(doubt, 0, self.style.width) {
            let _ = writeln!(out, "{}", self.style.paint.warning(&line));
        }
    }
}
