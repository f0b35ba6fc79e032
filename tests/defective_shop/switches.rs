//! Everything that the shop can do wrongly, and everything that it can do unusually and yet rightly: by name, with the
//! case that is meant to notice it. The tests of `inqud-hook test` include this file too.

/// How a case ends that notices a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Fail,
    Advice,
    /// It allows no verdict.
    Unclear,
    /// The gate stops the run.
    Blocked,
}

/// What is known of a defect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// The rows of the table of real defects that it stands for.
    pub(crate) rows: &'static [u8],
    /// With which provider it shows.
    pub(crate) provider: &'static str,
    /// The case that is meant to find it, and others that notice it.
    pub(crate) case: &'static str,
    pub(crate) found: Found,
    /// What `test` says is wrong.
    pub(crate) cause: &'static str,
    pub(crate) about: &'static str,
}

macro_rules! defects {
    ($($variant:ident $name:literal $rows:tt $provider:ident $case:literal $found:ident $cause:literal $about:literal)*) => {
        /// A mistake of a handler.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Defect { $($variant),* }

        impl Defect {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            pub(crate) const fn known(self) -> Known {
                match self {
                    $(Self::$variant => Known {
                        name: $name,
                        rows: &$rows,
                        provider: stringify!($provider),
                        case: $case,
                        found: Found::$found,
                        cause: $cause,
                        about: $about,
                    }),*
                }
            }
        }
    };
}

defects! {
    // The gate.
    BodyConsumed "body-consumed" [1] calypso "gate/genuine" Blocked "wrong-verification" "a parser has read the body: an empty one is verified"
    ReserialisedPython "reserialised-python" [2] calypso "gate/genuine" Blocked "wrong-verification" "verifies what Python's json.dumps makes of the body"
    ReserialisedPhp "reserialised-php" [2] calypso "wire/text" Fail "reserialised-body" "verifies what json_encode makes of the body"
    ReserialisedGo "reserialised-go" [2] calypso "gate/genuine" Blocked "wrong-verification" "verifies what Go makes of the body: keys sorted"
    DataOnly "data-only" [2] calypso "gate/genuine" Blocked "wrong-verification" "verifies the object under data alone"
    SecretNewline "secret-newline" [2] calypso "gate/genuine" Blocked "wrong-verification" "the secret was read with the line feed at the end of its file"
    HexDecodedSecret "hex-decoded-secret" [2] calypso "gate/genuine" Blocked "wrong-verification" "decodes the secret from hex"
    OtherHash "other-hash" [2] calypso "gate/genuine" Blocked "wrong-verification" "computes another hash"
    Base64 "base64" [2] calypso "gate/genuine" Blocked "wrong-verification" "expects the digest in base64"
    OtherSecret "other-secret" [2] calypso "gate/genuine" Blocked "" "has another secret"
    Redirects "redirects" [41] calypso "gate/genuine" Fail "redirects" "answers 308: the route has a final slash"
    Csrf "csrf" [42] calypso "gate/genuine" Blocked "csrf" "wants a CSRF token"
    UserAgentCheck "user-agent-check" [48] calypso "gate/genuine" Blocked "wants-browser" "a CDN in front lets browsers pass alone"
    NotFound "not-found" [] calypso "gate/genuine" Blocked "" "the route does not exist"
    WrongMethod "wrong-method" [] calypso "gate/genuine" Fail "wrong-method" "the route takes no POST"
    PaidByLooking "paid-by-looking" [] calypso "gate/state-still" Fail "state-changes-by-itself" "the page that a customer comes back to marks the order as paid"
    NeverPays "never-pays" [] calypso "gate/state-moves" Fail "state-does-not-move" "answers 200 and does nothing"
    Wedges "wedges" [14] calypso "gate/alive forge/malformed" Fail "dies-on-input" "answers 500 for ever after the first malformed signature"
    // Signatures.
    NoCheck "no-check" [22] calypso "forge/no-signature" Fail "no-signature-check" "checks nothing"
    CheckedOnlyIfPresent "checked-only-if-present" [8] calypso "forge/no-signature" Fail "optional-signature" "a delivery without the header passes"
    NoSecretConfigured "no-secret-configured" [10] inqud "forge/no-signature" Fail "no-signature-check" "the secret is not set: the check is skipped"
    OffInDevelopment "off-in-development" [20] rehive "forge/no-signature" Fail "no-signature-check" "checks in production only"
    EmptySignature "empty-signature" [8] rehive "forge/empty-signature" Fail "optional-signature" "an empty header passes"
    PresenceIsCheck "presence-is-check" [9] calypso "forge/wrong-secret" Fail "presence-only" "any value of the header passes"
    NotAwaited "not-awaited" [12] inqud "forge/wrong-secret" Fail "presence-only" "a promise is taken for its result"
    GuessableSecret "guessable-secret" [] rehive "forge/guessable" Fail "guessable-secret" "still takes the default secret, too"
    EmptyKey "empty-key" [11] calypso "forge/empty-key" Fail "empty-key" "takes digests with an empty key, too"
    PublicKey "public-key" [] calypso "forge/public-key" Fail "public-key-as-secret" "takes digests keyed by the header Key, too"
    ComparesToShorter "compares-to-shorter" [13] inqud "forge/truncated" Fail "prefix-compare" "compares up to the shorter end"
    FirstEightDigits "first-eight-digits" [] calypso "forge/one-digit" Fail "inexact-compare" "compares the first eight digits"
    OtherBody "other-body" [] calypso "forge/other-body" Fail "body-not-covered" "a digest that was right once is right for every body"
    UnkeyedHash "unkeyed-hash" [] inqud "forge/unkeyed-hash" Fail "unkeyed-hash" "takes the plain hash of the body, too"
    SenderChoosesHash "sender-chooses-hash" [15] calypso "forge/other-hash" Advice "other-hash" "the length of the digest chooses the hash"
    TrustsKnownId "trusts-known-id" [] calypso "forge/tampered-field" Fail "partly-covered" "a digest is checked once for an id, not for its body"
    FirstObjectOnly "first-object-only" [] calypso "forge/appended" Fail "partly-covered" "verifies the first object of the body, whatever follows"
    ForwardedFor "forwarded-for" [18] inqud "forge/spoofed-ip" Fail "trusts-forwarded-for" "trusts X-Forwarded-For"
    OwnNetwork "own-network" [18] calypso "forge/spoofed-ip" Fail "trusts-forwarded-for" "trusts an X-Forwarded-For of its own network"
    AnyScheme "any-scheme" [] rehive "forge/scheme" Advice "loose-scheme" "takes the secret bare, as Bearer, and in the query"
    GetWorks "get-works" [] calypso "forge/method" Fail "other-methods" "takes unsigned fields from the query of a GET"
    LengthThrows "length-throws" [14] calypso "forge/malformed" Fail "dies-on-input" "a digest of another length ends the process"
    MultibyteThrows "multibyte-throws" [14] inqud "forge/malformed" Fail "dies-on-input" "a digest that is not ASCII ends the process"
    WorksBeforeVerifying "works-before-verifying" [21] calypso "forge/effect" Fail "processed-though-refused" "answers 401, and has done the work by then"
    PoisonedDedupe "poisoned-dedupe" [] calypso "forge/poison" Fail "poisoned-deduplication" "remembers the id before it verifies"
    LeaksDigest "leaks-digest" [16] calypso "forge/leak" Fail "leaks-digest" "tells the digest that it expected"
    LeaksSecret "leaks-secret" [16] rehive "forge/leak" Fail "leaks-secret" "tells the secret that it expected"
    LeaksException "leaks-exception" [17] calypso "forge/leak" Advice "leaks-internals" "answers with a stack trace"
    // What travels.
    Reserialised "reserialised" [2] calypso "wire/escaped forge/reformatted" Fail "reserialised-body" "verifies what JSON.stringify makes of the body"
    AsciiDecoding "ascii-decoding" [3] inqud "wire/text" Fail "ascii-decoding" "decodes the body as ASCII and verifies that"
    FourByteCharacters "four-byte-characters" [47] calypso "wire/text" Fail "four-byte-characters" "the database takes no character of four bytes"
    ChunksDecodedSingly "chunks-decoded-singly" [4] calypso "wire/split" Fail "pieces-decoded-singly" "decodes each piece of the body by itself"
    RawForOneContentType "raw-for-one-content-type" [5] calypso "wire/charset" Advice "content-type" "keeps the raw body for application/json without a parameter only"
    ChunkedEmpty "chunked-empty" [6] calypso "wire/chunked" Advice "chunked-body" "a chunked body is empty"
    HeaderNameCase "header-name-case" [7] calypso "wire/lowercase-header" Fail "header-case" "knows the header in one spelling"
    MinifiedOnly "minified-only" [] rehive "wire/spaces" Fail "white-space" "looks for the event in the text: no space after a colon"
    ExpectsKeyOrder "expects-key-order" [] rehive "wire/key-order" Fail "field-order" "reads the keys in the order of the documentation"
    ExtraFieldCrashes "extra-field-crashes" [] calypso "wire/extra-field" Fail "refuses-unknown-fields" "an unknown field is a server error"
    ExtraFieldRefused "extra-field-refused" [] calypso "wire/extra-field" Advice "refuses-unknown-fields" "an unknown field is a client error"
    NullCrashes "null-crashes" [44] rehive "wire/nullable" Fail "refuses-missing-fields" "a null in an optional field is a server error"
    TwoDecimalsOnly "two-decimals-only" [28] calypso "wire/decimal" Fail "amount-spelling" "amounts have two decimals or are refused"
    QuotesBreak "quotes-break" [23, 24] calypso "wire/quotes" Fail "special-characters" "a quote in a text breaks the statement"
    ExpectRefused "expect-refused" [] calypso "wire/expect" Advice "expect-continue" "answers 417 to Expect"
    Http10Refused "http10-refused" [] calypso "wire/http10" Advice "http10" "answers 505 to HTTP/1.0"
    DuplicateKeysCrash "duplicate-keys-crash" [] calypso "wire/duplicate-keys" Advice "duplicate-keys" "a key that comes twice is a server error"
    Limit100Kb "limit-100kb" [46] calypso "wire/150kb" Advice "body-limit" "takes no body above 100 kB"
    SmallIds "small-ids" [] calypso "wire/long-number" Advice "long-ids" "keeps ids in 32 bits"
    // Answers.
    Answers204 "answers-204" [40] inqud "ack/code" Fail "wrong-success-code" "answers 204"
    Answers201 "answers-201" [40] calypso "ack/code" Advice "wrong-success-code" "answers 201"
    Slow "slow" [43] inqud "ack/slow" Fail "too-slow" "takes longer than the provider waits"
    DuplicateRefused "duplicate-refused" [29] calypso "ack/duplicate" Fail "refuses-retries" "answers 409 to a repeated delivery"
    OldRefused "old-refused" [] calypso "ack/old" Fail "refuses-old" "refuses what happened more than five minutes ago"
    OnlyPaidEvent "only-paid-event" [39] calypso "ack/every-event" Advice "refuses-other-events" "answers 400 to every event but the one that pays"
    UnknownEvent500 "unknown-event-500" [39] calypso "ack/unknown-event" Fail "refuses-unknown-events" "an unknown event is a server error"
    UnknownEvent400 "unknown-event-400" [39] calypso "ack/unknown-event" Advice "refuses-unknown-events" "an unknown event is a client error"
    UnknownOrder500 "unknown-order-500" [38] calypso "ack/unknown-order" Advice "refuses-unknown-orders" "an unknown order is a server error"
    UnknownOrderPaysLatest "unknown-order-pays-latest" [] calypso "ack/unknown-order" Fail "pays-another-order" "an unknown order pays the latest one"
    UnknownOrderCreates "unknown-order-creates" [] calypso "ack/unknown-order" Advice "creates-orders" "an unknown order is created, and paid"
    // Orders and money.
    DuplicateCredits "duplicate-credits" [29] calypso "state/duplicate" Fail "no-idempotency" "credits each delivery"
    DedupeByDelivery "dedupe-by-delivery" [29] calypso "state/same-news" Fail "dedupes-by-delivery" "knows deliveries, not orders: the news under a new id credits again"
    PrecisionLost "precision-lost" [] calypso "wire/long-number" Advice "long-ids" "keeps ids as doubles, so that two are one"
    Race "race" [30] calypso "state/concurrent" Fail "race" "checks, waits, credits: without a lock"
    Deadlock500 "deadlock-500" [31] calypso "state/concurrent" Fail "race" "of simultaneous copies each fails half-way, and no retry repairs it"
    LateDowngrades "late-downgrades" [36] calypso "state/late-old" Fail "downgrades-paid" "the last event to come wins"
    OrderMatters "order-matters" [36] inqud "state/reversed state/shuffled" Fail "order-of-events" "the last event to come wins"
    BlankDedupe "blank-dedupe" [35] calypso "state/second-event" Fail "second-event-lost" "one event for an invoice, and the rest are duplicates"
    CancelledWithConnection "cancelled-with-connection" [32] calypso "state/abort-retry" Fail "marked-before-done" "gives up with the connection, and takes the retry for a duplicate"
    MarkedBeforeDone "marked-before-done" [32] calypso "state/outage" Fail "marked-before-done" "marks the delivery, then finds that the database is down"
    DatabaseError200 "database-error-200" [33] calypso "state/outage" Fail "answered-then-lost" "answers 200 when the database is down"
    UnpaidFinalShips "unpaid-final-ships" [] calypso "state/unpaid-final" Fail "counts-unpaid" "ships at the end of an invoice, whatever the end"
    UnderpaidIsPaid "underpaid-is-paid" [27] calypso "state/underpaid" Fail "counts-underpaid" "a payment in part pays the order"
    DepositPays "deposit-pays" [27] calypso "state/underpaid" Fail "counts-underpaid" "ships on a deposit, enough or not"
    ShortIsPaid "short-is-paid" [27] calypso "state/short-paid" Advice "short-paid-accepted" "does not look at what was really paid"
    AmountNotCompared "amount-not-compared" [25] calypso "state/wrong-amount" Fail "amount-not-compared" "does not compare the price"
    CentsForUnits "cents-for-units" [28] calypso "state/wrong-amount state/wrong-currency state/short-paid" Unclear "paid-or-held" "takes the price in cents for units: every payment waits for a person"
    CurrencyNotCompared "currency-not-compared" [25] calypso "state/wrong-currency" Fail "currency-not-compared" "does not compare the currency"
    TrailingZeros "trailing-zeros" [28] calypso "state/decimal" Fail "decimal-form" "compares amounts as texts"
    FloatMoney "float-money" [28] inqud "state/decimal" Fail "decimal-form" "counts cents in doubles and cuts them off"
    OrderNotBound "order-not-bound" [26] calypso "state/cross-order" Fail "loose-order-name" "a name that begins with an order's name pays it"
    SqlFromId "sql-from-id" [23] inqud "state/cross-order" Fail "loose-order-name" "the order's name is pasted into SQL"
    EarlyLost "early-lost" [37] calypso "state/early" Advice "early-payment-lost" "answers 200 to what comes before its order, and forgets it"
    MempoolShips "mempool-ships" [] calypso "state/mempool" Advice "ships-unconfirmed" "ships what is not confirmed"
    OverpaidRefused "overpaid-refused" [] calypso "state/overpaid" Advice "overpaid-held" "more than the price does not pay"
    // Load.
    NoLimit "no-limit" [46] calypso "load/big" Fail "dies-on-input" "reads a body of any size, until the memory is full"
    DeepJsonCrashes "deep-json-crashes" [] calypso "load/deep" Fail "dies-on-input" "the parser recurses without a limit"
    MissingObjectCrashes "missing-object-crashes" [45] calypso "load/odd-json" Fail "dies-on-input" "a body without its object ends the process"
    OddJsonTaken "odd-json-taken" [] calypso "load/odd-json" Fail "accepts-unreadable" "answers 200 to what it cannot parse, unsigned too"
    LyingLengthCrashes "lying-length-crashes" [] calypso "load/lying-length" Fail "dies-on-input" "a body that is cut short ends the process"
    OneThread "one-thread" [] calypso "load/slow-sender" Advice "slow-senders" "one slow sender holds up all others"
    BurstDrops "burst-drops" [] calypso "load/burst" Fail "drops-bursts" "a full queue drops what was answered with 200"
    BurstFails "burst-fails" [] calypso "load/burst" Advice "refuses-bursts" "more than eight at once are a server error"
    // Crashes.
    AnsweredThenLost "answered-then-lost" [34] calypso "crash/kill-after-answer" Fail "answered-then-lost" "answers, then works: what is killed meanwhile is lost"
    TwoWrites "two-writes" [32] calypso "crash/kill-while-handling" Fail "marked-before-done" "marks the delivery, dies, and takes the retry for a duplicate"
    CreditsTwice "credits-twice" [32] calypso "crash/kill-while-handling" Fail "done-before-marked" "credits, dies, and does not know at the retry"
    InMemoryDedupe "in-memory-dedupe" [29] calypso "crash/duplicate-after-restart" Fail "forgets-after-restart" "forgets at the restart what it has seen"
    DropsOnSigterm "drops-on-sigterm" [34] calypso "crash/terminate" Fail "drops-at-shutdown" "told to end, answers what is in hand with 200 without doing it"
}

macro_rules! traps {
    ($($variant:ident $name:literal $provider:ident $about:literal)*) => {
        /// Something that a correct handler may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Trap { $($variant),* }

        impl Trap {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name, the provider it is tried with, and what it does.
            pub(crate) const fn known(self) -> (&'static str, &'static str, &'static str) {
                match self {
                    $(Self::$variant => ($name, stringify!($provider), $about)),*
                }
            }
        }
    };
}

traps! {
    Asynchronous "asynchronous" calypso "answers once the delivery is on disk, and works 300 ms later"
    QueueWithRetries "queue-with-retries" inqud "the same, and the first attempt fails"
    Silent200 "silent-200" calypso "answers forgeries with 200 and drops them"
    Locked409 "locked-409" calypso "answers 409 while another copy is in hand"
    NoisyState "noisy-state" rehive "the state has times, counters of requests and random ids"
    TextState "text-state" calypso "the state is a text"
    GlobalState "global-state" inqud "the state is a view over all orders"
    OrderNameAlone "order-name-alone" rehive "an order is answered with its name alone"
    SlowStart "slow-start" calypso "takes connections two seconds after its start"
    StrictLimit "strict-limit" calypso "takes no body above 200 kB"
    StrictFields "strict-fields" inqud "refuses unknown fields, events and repeated keys"
    RateLimit "rate-limit" calypso "answers 429 above 100 a second"
    UnknownOrder404 "unknown-order-404" calypso "asks for a retry until it knows the order"
    RefusesChunked "refuses-chunked" inqud "wants a length"
    ClosesConnections "closes-connections" rehive "a connection for each request"
    SingleThreaded "single-threaded" inqud "one request after the other"
    ExpiryAfterPaid "expiry-after-paid" calypso "obeys an expiry that is newer than the payment"
    LowercasesDigests "lowercases-digests" inqud "takes digests in upper case"
    ParsedFallback "parsed-fallback" calypso "tries the raw bytes, then the body printed anew"
    BusyAtFirst "busy-at-first" calypso "answers 503 to every fifth delivery the first time"
    HidesItself "hides-itself" rehive "answers forgeries with 404"
    HangsUp "hangs-up" calypso "closes the connection on forgeries"
    Collation "collation" calypso "the database ignores case and spaces at the end"
    ShipsUnconfirmed "ships-unconfirmed" calypso "takes the risk of a payment that is not confirmed"
}
