//! Every case of `test`: its stable name, how much a failure costs, what it needs, and its page.
//!
//! A new case is one line here, one page in `cases/`, and its code in `judge`. Fixes that pages share are in `cases/fixes/`. Separate from `judge` because cases are
//! also listed, completed, explained and reported.

mod fixes;

pub use fixes::FIXES;

use crate::suggest;
use serde::Serialize;

/// How much it costs to fail a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cost {
    /// Untidy, or a surprise for some sender.
    Low,
    /// Deliveries are lost or repeated in rare conditions.
    Medium,
    /// Paid orders are not shipped, or the endpoint stops.
    High,
    /// Goods are shipped that were not paid, or paid twice.
    Critical,
}

impl Cost {
    /// The name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a case needs beside a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// `--state`.
    State,
    /// `--order`.
    Order,
    /// `-- COMMAND`.
    Process,
    /// `--break` and `--mend`.
    Outage,
}

impl Need {
    /// The option that provides it.
    pub fn option(self) -> &'static str {
        match self {
            Self::State => "--state",
            Self::Order => "--order",
            Self::Process => "-- COMMAND",
            Self::Outage => "--break and --mend",
        }
    }
}

macro_rules! cases {
    ($($variant:ident $name:literal $cost:ident [$($need:ident)*] $title:literal)*) => {
        /// A case of `test`, in the order in which they run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Case {
            $(#[doc = $title] $variant,)*
        }

        impl Case {
            /// All cases.
            pub const ALL: &'static [Case] = &[$(Case::$variant,)*];

            /// The stable name: its group, a slash, and its own.
            pub fn name(self) -> &'static str {
                match self { $(Case::$variant => $name,)* }
            }

            /// How much it costs to fail it.
            pub fn cost(self) -> Cost {
                match self { $(Case::$variant => Cost::$cost,)* }
            }

            /// What it needs beside a target.
            pub fn needs(self) -> &'static [Need] {
                match self { $(Case::$variant => &[$(Need::$need),*],)* }
            }

            /// What a right endpoint does.
            pub fn title(self) -> &'static str {
                match self { $(Case::$variant => $title,)* }
            }

            /// The page in Markdown, without the fixes that it shares with other cases.
            pub fn page(self) -> &'static str {
                match self { $(Case::$variant => include_str!(concat!("cases/", $name, ".md")),)* }
            }
        }
    };
}

cases! {
    Genuine "gate/genuine" High [] "accepts a genuine delivery"
    StateStill "gate/state-still" Low [State] "keeps its state while nothing is sent"
    StateMoves "gate/state-moves" High [State] "records a genuine payment"
    Alive "gate/alive" High [] "still accepts genuine deliveries after each case"

    NoSignature "forge/no-signature" Critical [] "refuses a delivery without a signature"
    EmptySignature "forge/empty-signature" Critical [] "refuses an empty signature"
    WrongSecret "forge/wrong-secret" Critical [] "refuses a delivery signed with another secret"
    Guessable "forge/guessable" Critical [] "refuses deliveries signed with secrets from docs and tutorials"
    EmptyKey "forge/empty-key" Critical [] "refuses a delivery signed with the empty secret"
    PublicKey "forge/public-key" Critical [] "refuses a delivery signed with the public key"
    Truncated "forge/truncated" Critical [] "refuses a shortened or lengthened signature"
    OneDigit "forge/one-digit" Critical [] "refuses a signature with one wrong digit"
    OtherBody "forge/other-body" Critical [] "refuses the signature of another delivery"
    UnkeyedHash "forge/unkeyed-hash" Critical [] "refuses a plain hash of the body"
    OtherHash "forge/other-hash" Low [] "refuses a signature made with another hash algorithm"
    TamperedField "forge/tampered-field" Critical [] "refuses a body with one field changed after signing"
    Reformatted "forge/reformatted" Low [] "refuses a body that was reformatted after signing"
    Appended "forge/appended" High [] "refuses a body with something appended after signing"
    SpoofedIp "forge/spoofed-ip" High [] "does not trust the address in X-Forwarded-For"
    SchemeWord "forge/scheme" Low [] "refuses the secret in another form or place"
    Method "forge/method" High [State] "ignores unsigned GET and PUT requests"
    Malformed "forge/malformed" Medium [] "refuses malformed signatures"
    Effect "forge/effect" Critical [State] "changes nothing for a forgery"
    Poison "forge/poison" High [State Order] "accepts a genuine delivery after a forgery with its id"
    Leak "forge/leak" Critical [] "keeps secrets out of its answers"

    LowercaseHeader "wire/lowercase-header" Medium [] "accepts header names in lower case"
    Split "wire/split" High [] "accepts a body that arrives in pieces"
    Text "wire/text" High [] "accepts accents, other scripts and emoji"
    Escaped "wire/escaped" High [] "accepts escaped characters"
    Spaces "wire/spaces" High [] "accepts a pretty-printed body"
    KeyOrder "wire/key-order" Medium [] "accepts fields in another order"
    ExtraField "wire/extra-field" Medium [] "accepts fields that it does not know"
    Nullable "wire/nullable" Medium [] "accepts documented nulls and absent fields"
    Decimal "wire/decimal" Medium [] "accepts amounts with trailing zeros and many decimals"
    LongNumber "wire/long-number" Medium [] "accepts ids of 64 bits"
    Quotes "wire/quotes" High [] "accepts quotes and markup in free text"
    Charset "wire/charset" Low [] "accepts a charset in Content-Type"
    Chunked "wire/chunked" Low [] "accepts a chunked body"
    Expect "wire/expect" Low [] "accepts Expect: 100-continue"
    Http10 "wire/http10" Low [] "accepts HTTP/1.0"
    DuplicateKeys "wire/duplicate-keys" Low [] "copes with a field that occurs twice"
    LongBody "wire/150kb" Low [] "accepts a body of 150 kB"

    Code "ack/code" High [] "answers with the status that the provider expects"
    Slow "ack/slow" High [] "answers before the provider gives up"
    Again "ack/duplicate" High [] "accepts the same delivery again"
    Old "ack/old" Medium [] "accepts a delivery as old as the last retry"
    EveryEvent "ack/every-event" Medium [] "accepts every event of the provider"
    UnknownEvent "ack/unknown-event" Medium [] "accepts an event that it does not know"
    UnknownOrder "ack/unknown-order" Low [] "accepts a payment for an unknown order"

    Duplicate "state/duplicate" Critical [State] "counts a repeated delivery once"
    Concurrent "state/concurrent" Critical [State] "counts simultaneous copies once"
    SameNews "state/same-news" Critical [State] "counts the same news under a new delivery id once"
    Reversed "state/reversed" High [State Order] "ends in the same state when events arrive in reverse order"
    Shuffled "state/shuffled" High [State Order] "ends in the same state when events arrive in random order"
    LateOld "state/late-old" Critical [State] "keeps a paid order paid when older events arrive late"
    SecondEvent "state/second-event" Critical [State] "records a payment after the event that announced it"
    AbortRetry "state/abort-retry" Critical [State] "counts a payment once when the connection broke"
    Outage "state/outage" Critical [State Order Outage] "loses no payment while its database is away"
    UnpaidFinal "state/unpaid-final" Critical [State] "ships nothing for events that do not mean paid"
    Underpaid "state/underpaid" Critical [State] "ships nothing for an underpaid order"
    ShortPaid "state/short-paid" Low [State] "compares the price with what was really paid"
    WrongAmount "state/wrong-amount" Critical [State Order] "compares the amount with the order's price"
    WrongCurrency "state/wrong-currency" Critical [State Order] "compares the currency with the order's"
    ExactDecimal "state/decimal" Medium [State Order] "accepts the exact price with and without trailing zeros"
    CrossOrder "state/cross-order" High [State Order] "keeps orders with similar names apart"
    Early "state/early" Low [State Order] "keeps a payment that arrives before earlier events"
    Mempool "state/mempool" Low [State] "waits for the confirmation of a payment"
    Overpaid "state/overpaid" Low [State] "takes or holds an overpaid order"

    KillAfterAnswer "crash/kill-after-answer" Critical [State Order Process] "keeps an accepted payment through kill -9"
    KillWhileHandling "crash/kill-while-handling" Critical [State Order Process] "recovers from kill -9 in the middle of a payment"
    DuplicateAfterRestart "crash/duplicate-after-restart" Critical [State Order Process] "recognises a repeated delivery after a restart"
    Terminate "crash/terminate" High [State Order Process] "loses no payment at SIGTERM"

    Big "load/big" Medium [] "survives a body of 8 MiB"
    Deep "load/deep" Medium [] "survives a body that is nested 100,000 levels deep"
    OddJson "load/odd-json" Medium [] "survives JSON that is not an event"
    LyingLength "load/lying-length" Medium [] "survives a wrong Content-Length"
    SlowSender "load/slow-sender" Low [] "serves other senders beside slow ones"
    Burst "load/burst" Medium [] "accepts 20 orders at once"
}

impl Case {
    /// The part of the name before the slash.
    pub fn group(self) -> &'static str {
        self.name().split_once('/').map_or("", |(group, _)| group)
    }

    /// The case with that name; else the names that are near it.
    pub fn find(name: &str) -> Result<Self, Vec<&'static str>> {
        let found = Self::ALL.iter().find(|case| case.name() == name);
        found
            .copied()
            .ok_or_else(|| suggest::nearest(name, Self::ALL.iter().map(|case| case.name())))
    }

    /// The page that `explain` prints, in Markdown.
    pub fn whole_page(self) -> String {
        fixes::included(self.page())
    }

    /// The first paragraph of a section of the page.
    pub fn section(self, heading: &str) -> Option<String> {
        let (_, after) = self.page().split_once(&format!("\n## {heading}\n"))?;
        let paragraph = after.trim_start().split("\n\n").next()?;
        Some(paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Why a failure costs money.
    pub fn why(self) -> Option<String> {
        self.section("Why it costs money")
    }

    /// How to mend it.
    pub fn fix(self) -> Option<String> {
        self.section("Fix")
    }
}
