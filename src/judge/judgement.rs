//! What a case concludes, and why it may have no conclusion.

use super::causes::Cause;
use crate::error::Error;
use crate::http::ExactRequest;
use crate::report::CaseVerdict;

/// What a case concludes.
#[derive(Debug)]
pub(crate) struct CaseJudgement {
    pub(crate) verdict: CaseVerdict,
    /// Advice that counts as failure with `--strict`.
    pub(crate) strict: bool,
    pub(crate) sent: String,
    pub(crate) expected: String,
    pub(crate) got: String,
    pub(crate) cause: Option<Cause>,
    /// The request that shows it best.
    pub(crate) decisive: Option<ExactRequest>,
    /// What mends it here, where that is more than the case's page says.
    pub(crate) fix: Option<String>,
}

impl CaseJudgement {
    fn new(verdict: CaseVerdict, cause: Option<Cause>) -> Self {
        Self {
            verdict,
            strict: false,
            sent: String::new(),
            expected: String::new(),
            got: String::new(),
            cause,
            decisive: None,
            fix: None,
        }
    }

    /// The endpoint did what a right one does.
    pub(crate) fn pass() -> Self {
        Self::new(CaseVerdict::Pass, None)
    }

    /// It did not, for this reason.
    pub(crate) fn fail(cause: Cause) -> Self {
        Self::new(CaseVerdict::Fail, Some(cause))
    }

    /// A careful endpoint may do the same.
    pub(crate) fn advice(cause: Cause) -> Self {
        Self::new(CaseVerdict::Advice, Some(cause))
    }

    /// The same, and `--strict` makes a failure of it.
    pub(crate) fn strict_advice(cause: Cause) -> Self {
        Self {
            strict: true,
            ..Self::advice(cause)
        }
    }

    /// The endpoint's behaviour does not allow a verdict, for a reason that the user knows.
    pub(crate) fn inconclusive(cause: Cause) -> Self {
        Self::new(CaseVerdict::Inconclusive, Some(cause))
    }

    /// What was sent, in words.
    pub(crate) fn sent(mut self, words: impl Into<String>) -> Self {
        self.sent = words.into();
        self
    }

    /// What a right endpoint answers or does.
    pub(crate) fn expected(mut self, words: impl Into<String>) -> Self {
        self.expected = words.into();
        self
    }

    /// What this one answered or did.
    pub(crate) fn got(mut self, words: impl Into<String>) -> Self {
        self.got = words.into();
        self
    }

    /// The request that shows it best.
    pub(crate) fn with(mut self, request: &ExactRequest) -> Self {
        self.decisive = Some(request.clone());
        self
    }

    /// What mends it here.
    pub(crate) fn fixed_by(mut self, words: impl Into<String>) -> Self {
        self.fix = Some(words.into());
        self
    }
}

/// Why a case ends without a conclusion.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Something that it needs is missing, or it does not apply to the provider.
    NotRun(String),
    /// The endpoint's behaviour does not allow one.
    Inconclusive(String),
    /// `--order`, `--state` or the endpoint's command does not work.
    Broken(Error),
    /// Ctrl-C was pressed, or the run ends for another reason.
    Interrupted,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}
