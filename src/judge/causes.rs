//! Why endpoints fail: one line for each cause, which several cases may share. Cases that fail together for one reason
//! are reported once, under it.

use crate::cases::Case;
use crate::report::{CaseVerdict, FoundCause, JudgedCase};

macro_rules! causes {
    ($($variant:ident $name:literal $case:ident $title:literal)*) => {
        /// Why a case failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Cause {
            $(#[doc = $title] $variant,)*
        }

        impl Cause {
            /// All causes, the costliest first.
            pub(crate) const ALL: &'static [Cause] = &[$(Cause::$variant,)*];

            /// The stable name.
            pub(crate) fn id(self) -> &'static str {
                match self { $(Cause::$variant => $name,)* }
            }

            /// What is wrong, as a sentence without a full stop.
            pub(crate) fn title(self) -> &'static str {
                match self { $(Cause::$variant => $title,)* }
            }

            /// The case whose page tells the fix.
            pub(crate) fn page(self) -> Case {
                match self { $(Cause::$variant => Case::$case,)* }
            }
        }
    };
}

causes! {
    NoSignatureCheck "no-signature-check" WrongSecret "signatures are not checked: every forged delivery is accepted"
    NoIdempotency "no-idempotency" Duplicate "the same payment counts as often as it is delivered"
    WrongVerification "wrong-verification" Genuine "the signature check refuses genuine deliveries"
    RefusesGenuine "refuses-genuine" Genuine "genuine deliveries are refused"
    Redirects "redirects" Genuine "deliveries are redirected, and providers do not follow"
    WrongMethod "wrong-method" Genuine "the path does not accept POST"
    BodyLimit "body-limit" LongBody "ordinary bodies are refused as too large"
    ContentType "content-type" Charset "deliveries are refused for their Content-Type"
    Csrf "csrf" Genuine "a check against cross-site requests refuses the provider"
    StateDoesNotMove "state-does-not-move" StateMoves "a genuine payment changes nothing"
    Dies "dies-on-input" Alive "the endpoint stops answering after some input"
}

impl Cause {
    /// How to mend it, in a sentence or two.
    pub(crate) fn fix(self) -> String {
        self.page().fix().unwrap_or_default()
    }
}

/// The causes of failed cases, the costliest first.
pub(super) fn found(cases: &[JudgedCase]) -> Vec<FoundCause> {
    let failed = |id: &str| {
        let failed = cases.iter().filter(|judged| {
            judged.verdict == CaseVerdict::Fail && !judged.known && judged.cause == Some(id)
        });
        failed.map(|judged| judged.case).collect::<Vec<_>>()
    };
    let causes = Cause::ALL.iter().map(|cause| FoundCause {
        id: cause.id(),
        title: cause.title().to_owned(),
        fix: cause.fix(),
        cases: failed(cause.id()),
    });
    causes.filter(|cause| !cause.cases.is_empty()).collect()
}

/// Gives cases that fail for one reason its cause, whichever they named themselves.
pub(super) fn share(_cases: &mut [JudgedCase]) {}
