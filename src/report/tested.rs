//! The messages of `test`: what each case did and how it was judged, why cases failed together, and the totals.

use crate::cases::Case;
use std::time::Duration;

/// How a case was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseVerdict {
    /// The endpoint did what a right one does.
    Pass,
    /// It did not, and that costs money.
    Fail,
    /// A careful endpoint may do the same; here is what speaks against it.
    Advice,
    /// The endpoint's behaviour did not allow a verdict.
    Inconclusive,
    /// Something that the case needs is missing, or it does not apply to the provider.
    NotRun,
}

impl CaseVerdict {
    /// All, in the order of a table.
    pub const ALL: [Self; 5] = [
        Self::Pass,
        Self::Fail,
        Self::Advice,
        Self::Inconclusive,
        Self::NotRun,
    ];

    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Advice => "advice",
            Self::Inconclusive => "inconclusive",
            Self::NotRun => "not_run",
        }
    }

    /// As it follows a number of cases, for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Pass => "passed",
            Self::Fail => "failed",
            Self::Advice => "advice",
            Self::Inconclusive => "inconclusive",
            Self::NotRun => "not run",
        }
    }
}

/// A case, and how it was judged. Texts may contain bytes from outside; none contains a secret.
#[derive(Clone, Debug)]
pub struct JudgedCase {
    /// Which.
    pub case: Case,
    /// How it was judged.
    pub verdict: CaseVerdict,
    /// What was sent, in words.
    pub sent: String,
    /// What a right endpoint answers or does.
    pub expected: String,
    /// What this one answered or did; for a case that was not run, why.
    pub got: String,
    /// The name of the cause that it shares with others, as in [`FoundCause::id`].
    pub cause: Option<&'static str>,
    /// Why it costs money.
    pub why: Option<String>,
    /// How to mend it.
    pub fix: Option<String>,
    /// The command that runs it again.
    pub repeat: String,
    /// The decisive delivery as a curl command, with the secret masked.
    pub curl: Option<String>,
    /// The longest wait for an answer.
    pub latency: Option<Duration>,
    /// The baseline lists it, so it does not fail the run.
    pub known: bool,
    /// What the endpoint printed meanwhile, where `test` started it.
    pub output: Option<String>,
}

/// One reason for which cases failed, or got advice.
#[derive(Clone, Debug)]
pub struct FoundCause {
    /// Its stable name.
    pub id: &'static str,
    /// What is wrong, as a sentence without a full stop.
    pub title: String,
    /// How to mend it.
    pub fix: String,
    /// The cases that failed for it; none where it is only advised against.
    pub cases: Vec<Case>,
}

/// How many cases of one group had each verdict, in the order of [`CaseVerdict::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts(pub [u64; 5]);

impl VerdictCounts {
    /// Counts the verdicts of some cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a JudgedCase>) -> Self {
        let mut counts = Self::default();
        for judged in cases {
            counts.0[judged.verdict as usize] += 1;
        }
        counts
    }

    /// How many had this verdict.
    pub fn get(self, verdict: CaseVerdict) -> u64 {
        self.0[verdict as usize]
    }
}

/// What is tested, known before the first case.
#[derive(Clone, Debug)]
pub struct TestSubject {
    /// The target, without secrets.
    pub target: String,
    /// The provider's name for people.
    pub provider: String,
    /// What repeats the same bytes.
    pub seed: u64,
    /// How many cases were chosen, with those of the gate that run always.
    pub cases: usize,
    /// The configuration file that the settings come from.
    pub settings: Option<String>,
}

/// What the run takes for the sign of a paid order.
#[derive(Clone, Debug)]
pub struct PaidMeaning {
    /// What a genuine payment changed in the state.
    pub effect: String,
    /// What the user said that is true of a paid order.
    pub given: Option<String>,
    /// Why the payment may not have been taken as paid, and what to do.
    pub doubt: Option<String>,
}

/// A finished run.
#[derive(Clone, Debug)]
pub struct TestReport {
    /// What was tested.
    pub subject: TestSubject,
    /// All cases, in their order.
    pub cases: Vec<JudgedCase>,
    /// Why cases did not pass, the costliest first.
    pub causes: Vec<FoundCause>,
    /// What paid looks like, where the state was looked at.
    pub paid: Option<PaidMeaning>,
    /// Entries of the baseline that did not fail any more.
    pub stale: Vec<String>,
    /// The failures were written to the baseline, so they do not fail the run.
    pub baseline_written: bool,
    /// The reason for which no case could be judged, and what to do.
    pub blocked: Option<(String, String)>,
    /// Ctrl-C ended it early.
    pub interrupted: bool,
    /// The error that ended it early.
    pub broken: Option<String>,
    /// From the start to the end.
    pub elapsed: Duration,
}

/// A case in the list of `--list`.
#[derive(Clone, Debug)]
pub struct ListedCase {
    /// Which.
    pub case: Case,
    /// Why it would not run with the present options.
    pub not_run: Option<String>,
}
