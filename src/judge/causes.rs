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
    ProcessedThoughRefused "processed-though-refused" Effect "forged deliveries are answered with a refusal, and processed all the same"
    PresenceOnly "presence-only" WrongSecret "a signature has to be there, but any value is accepted"
    OptionalSignature "optional-signature" NoSignature "signatures are checked only where there is one"
    EmptySecret "empty-key" EmptyKey "deliveries signed with an empty secret are accepted"
    GuessableSecret "guessable-secret" Guessable "a secret that attackers try first is accepted"
    PublicKeyAsSecret "public-key-as-secret" PublicKey "deliveries signed with the public key are accepted"
    PrefixCompare "prefix-compare" Truncated "the beginning of the right signature is accepted"
    InexactCompare "inexact-compare" OneDigit "a signature with a wrong digit is accepted"
    UnkeyedHash "unkeyed-hash" UnkeyedHash "a plain hash of the body is accepted, which takes no secret to compute"
    BodyNotCovered "body-not-covered" OtherBody "the signature of one delivery is accepted for another body"
    PartlyCovered "partly-covered" TamperedField "changes to a part of the body are not noticed"
    TrustsForwardedFor "trusts-forwarded-for" SpoofedIp "an address in a header is trusted instead of a signature"
    OtherMethods "other-methods" Method "requests with other methods count without a signature"
    Poisoned "poisoned-deduplication" Poison "a forged delivery keeps the genuine one from taking effect"
    LeaksSecret "leaks-secret" Leak "an answer contains the secret"
    LeaksDigest "leaks-digest" Leak "an answer contains the right signature of a forged delivery"
    NoIdempotency "no-idempotency" Duplicate "the same payment counts as often as it is delivered"
    AmountNotCompared "amount-not-compared" WrongAmount "a payment of another amount than the price pays the order"
    CurrencyNotCompared "currency-not-compared" WrongCurrency "a payment in another currency than the price's pays the order"
    PaidOrHeld "paid-or-held" WrongAmount "a right payment and a wrong one have the same effect"
    CountsUnpaid "counts-unpaid" UnpaidFinal "events that do not mean paid count as payments"
    CountsUnderpaid "counts-underpaid" Underpaid "a payment in part counts as a whole one"
    AnsweredThenLost "answered-then-lost" KillAfterAnswer "payments that were answered with success are lost"
    MarkedBeforeDone "marked-before-done" KillWhileHandling "a delivery is marked as done before it is done"
    DoneBeforeMarked "done-before-marked" KillWhileHandling "the work of a delivery is done before that is written down"
    ForgetsAfterRestart "forgets-after-restart" DuplicateAfterRestart "a restart forgets which deliveries are done"
    DropsAtShutdown "drops-at-shutdown" Terminate "deliveries in hand are lost when the endpoint is told to end"
    Race "race" Concurrent "simultaneous copies of a payment get into each other's way"
    DedupesByDelivery "dedupes-by-delivery" SameNews "payments are told apart by the id of the delivery"
    CountsEachEvent "counts-each-event" SecondEvent "several events about one payment count several times"
    Downgrades "downgrades-paid" LateOld "late, older events undo a payment"
    OrderOfEvents "order-of-events" Reversed "the order in which events arrive decides how they end"
    SecondEventLost "second-event-lost" SecondEvent "a payment is taken for a repetition of an earlier event"
    StuckAfterFailure "stuck-after-failure" AbortRetry "after a failure the provider's retries are refused"
    LooseOrderName "loose-order-name" CrossOrder "the name of one order is taken for that of another"
    DecimalForm "decimal-form" ExactDecimal "the exact price is not recognised in another notation"
    ShortPaidAccepted "short-paid-accepted" ShortPaid "it is not compared what was really paid"
    ShipsUnconfirmed "ships-unconfirmed" Mempool "unconfirmed payments count"
    EarlyLost "early-payment-lost" Early "a payment that comes before its order is lost"
    OverpaidHeld "overpaid-held" Overpaid "an overpaid order is not paid"
    ErrorsAtOnce "errors-at-once" Concurrent "simultaneous copies end in server errors"
    DoesNotRestart "does-not-restart" KillAfterAnswer "the endpoint does not start again after kill -9"
    WrongVerification "wrong-verification" Genuine "the signature check refuses genuine deliveries"
    RefusesGenuine "refuses-genuine" Genuine "genuine deliveries are refused"
    Redirects "redirects" Genuine "deliveries are redirected, and providers do not follow"
    WrongMethod "wrong-method" Genuine "the path does not accept POST"
    BodyLimit "body-limit" LongBody "ordinary bodies are refused as too large"
    ContentType "content-type" Charset "deliveries are refused for their Content-Type"
    Csrf "csrf" Genuine "a check against cross-site requests refuses the provider"
    WantsBrowser "wants-browser" Genuine "deliveries are refused for their User-Agent"
    StateChangesByItself "state-changes-by-itself" StateStill "an order's state changes before it is paid"
    ReserialisedBody "reserialised-body" Escaped "the signature is checked over JSON that was printed again"
    AsciiDecoding "ascii-decoding" Text "the body is not read as UTF-8 before its signature is checked"
    TrimmedBody "trimmed-body" Spaces "the body is trimmed before its signature is checked"
    OnePiece "reads-one-piece" Split "only a part of a body is read that arrives in pieces"
    PiecesDecoded "pieces-decoded-singly" Split "the pieces of a body are decoded one by one"
    HeaderCase "header-case" LowercaseHeader "headers are found in one spelling only"
    RefusesText "refuses-text" Text "text beyond ASCII is refused"
    FourByteCharacters "four-byte-characters" Text "characters of four bytes, such as emoji, are refused"
    SpecialCharacters "special-characters" Quotes "quotes or markup in a text are refused"
    WhiteSpace "white-space" Spaces "white space in the JSON is refused"
    FieldOrder "field-order" KeyOrder "fields are accepted in one order only"
    UnknownFields "refuses-unknown-fields" ExtraField "deliveries with an unknown field are refused"
    MissingFields "refuses-missing-fields" Nullable "deliveries without an optional field are refused"
    AmountSpelling "amount-spelling" Decimal "amounts are accepted in one spelling only"
    LongIds "long-ids" LongNumber "ids of 64 bits are refused or rounded"
    LongBodies "long-bodies" LongBody "long bodies are refused"
    ChunkedBody "chunked-body" Chunked "bodies in chunks are not read"
    ExpectContinue "expect-continue" Expect "deliveries with Expect: 100-continue are refused"
    Http10 "http10" Http10 "deliveries as HTTP/1.0 are refused"
    DuplicateKeys "duplicate-keys" DuplicateKeys "a field that occurs twice is an error"
    WrongCode "wrong-success-code" Code "deliveries are accepted with a status that the provider does not expect"
    TooSlow "too-slow" Slow "deliveries are answered later than the provider waits"
    RefusesRepeats "refuses-retries" Again "a repeated delivery is refused"
    RefusesOld "refuses-old" Old "old deliveries are refused"
    RefusesHandled "refuses-handled-events" EveryEvent "an event that the endpoint should handle is refused"
    RefusesEvents "refuses-other-events" EveryEvent "events that the endpoint does not handle are refused"
    RefusesUnknownEvents "refuses-unknown-events" UnknownEvent "events that the endpoint does not know are refused"
    RefusesUnknownOrders "refuses-unknown-orders" UnknownOrder "payments for unknown orders are refused"
    PaysAnotherOrder "pays-another-order" UnknownOrder "a payment for an unknown order changes another order"
    CreatesOrders "creates-orders" UnknownOrder "a payment for an unknown order creates a paid order"
    SlowSenders "slow-senders" SlowSender "slow senders hold up the others"
    DropsBurst "drops-bursts" Burst "payments that arrive at once are accepted and lost"
    RefusesBurst "refuses-bursts" Burst "payments that arrive at once are refused"
    StateDoesNotMove "state-does-not-move" StateMoves "a genuine payment changes nothing"
    AcceptsUnreadable "accepts-unreadable" OddJson "unsigned bodies that are no event are answered like genuine ones"
    SilentRefusal "silent-refusal" NoSignature "forged deliveries are answered like genuine ones, though nothing happens"
    CrashesOnForgery "crashes-on-forgery" Malformed "forged deliveries end in an error instead of a refusal"
    LeaksInternals "leaks-internals" Leak "answers show the inside of the program"
    OtherHash "other-hash" OtherHash "the right secret is accepted with another hash"
    VerifiesParsedBody "verifies-parsed-body" Reformatted "a reformatted body is accepted with the signature of the original"
    LooseScheme "loose-scheme" SchemeWord "the right secret is accepted in other forms and places"
    LenientSignature "lenient-signature" Truncated "the right signature is accepted with something behind it"
    Dies "dies-on-input" Alive "the endpoint stops answering after some input"
}

impl Cause {
    /// How to mend it, in a sentence or two.
    pub(crate) fn fix(self) -> String {
        self.page().fix().unwrap_or_default()
    }
}

/// The causes of cases that did not pass, the costliest first, each with those that failed for it.
pub(super) fn found(cases: &[JudgedCase]) -> Vec<FoundCause> {
    let named = |cause: &&Cause| {
        let named = |judged: &JudgedCase| !judged.known && judged.cause == Some(cause.id());
        cases.iter().any(named)
    };
    let failed = |id: &str| {
        let failed = cases.iter().filter(|judged| {
            judged.verdict == CaseVerdict::Fail && !judged.known && judged.cause == Some(id)
        });
        failed.map(|judged| judged.case).collect::<Vec<_>>()
    };
    let causes = Cause::ALL.iter().filter(named);
    let causes = causes.map(|cause| FoundCause {
        id: cause.id(),
        title: cause.title().to_owned(),
        fix: cause.fix(),
        cases: failed(cause.id()),
    });
    causes.collect()
}

/// Gives cases that fail for one reason its cause, whichever they named themselves: cases about other things meet
/// unsigned deliveries too, and why those are accepted is found out by the case that is about nothing else.
pub(super) fn share(cases: &mut [JudgedCase]) {
    let about = |judged: &&JudgedCase| {
        let ran = !matches!(
            judged.verdict,
            CaseVerdict::NotRun | CaseVerdict::Inconclusive
        );
        judged.case == Case::NoSignature && ran
    };
    share_loss(cases);
    let Some(cause) = cases.iter().find(about).map(|judged| judged.cause) else {
        return;
    };
    let others = cases.iter_mut().filter(|judged| {
        judged.case.group() != "forge" && judged.cause == Some(Cause::NoSignatureCheck.id())
    });
    for judged in others {
        judged.cause = cause;
    }
}

/// What is lost at SIGTERM because it is lost at SIGKILL has the cause of that.
fn share_loss(cases: &mut [JudgedCase]) {
    let has = |judged: &JudgedCase, cause: Cause| judged.cause == Some(cause.id());
    let is_lost = |judged: &JudgedCase| {
        judged.case == Case::KillAfterAnswer && has(judged, Cause::AnsweredThenLost)
    };
    if cases.iter().any(is_lost) {
        let dropped = cases.iter_mut();
        for judged in dropped.filter(|judged| has(judged, Cause::DropsAtShutdown)) {
            judged.cause = Some(Cause::AnsweredThenLost.id());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(case: Case, verdict: CaseVerdict, cause: Option<Cause>) -> JudgedCase {
        JudgedCase {
            case,
            verdict,
            sent: String::new(),
            expected: String::new(),
            got: String::new(),
            cause: cause.map(Cause::id),
            why: None,
            fix: None,
            repeat: String::new(),
            curl: None,
            latency: None,
            known: false,
            output: None,
        }
    }

    #[test]
    fn every_cause_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> =
            Cause::ALL.iter().map(|cause| cause.id()).collect();
        assert_eq!(names.len(), Cause::ALL.len());
    }

    #[test]
    fn unsigned_deliveries_are_accepted_for_one_reason() {
        let (fail, none) = (CaseVerdict::Fail, Some(Cause::NoSignatureCheck));
        for (first, expected) in [
            ((fail, none), none),
            (
                (fail, Some(Cause::OptionalSignature)),
                Some(Cause::OptionalSignature),
            ),
            ((CaseVerdict::Pass, None), None),
            ((CaseVerdict::NotRun, None), none),
        ] {
            let mut cases = [
                judged(Case::NoSignature, first.0, first.1),
                judged(Case::Guessable, fail, none),
                judged(Case::OddJson, fail, none),
                judged(Case::Duplicate, fail, Some(Cause::NoIdempotency)),
            ];
            share(&mut cases);
            let causes = cases.map(|judged| judged.cause);
            let expected = [first.1, none, expected, Some(Cause::NoIdempotency)];
            assert_eq!(causes, expected.map(|cause| cause.map(Cause::id)));
        }
    }
}
