//! Ways to break the shop in PHP.

use super::Flaw;

const COMPARISON: &str = "hash_equals(hash_hmac('sha512', $raw, $secret), $sign)";

pub(in crate::examples) const FLAWS: &[Flaw] = &[
    Flaw {
        name: "checks only that there is a signature",
        changes: &[(COMPARISON, "$sign !== ''")],
        case: "forge/wrong-secret",
    },
    Flaw {
        name: "takes a part of the signature",
        changes: &[(
            COMPARISON,
            "$sign !== '' && str_starts_with(hash_hmac('sha512', $raw, $secret), $sign)",
        )],
        case: "forge/truncated",
    },
    Flaw {
        name: "verifies JSON that it printed itself",
        changes: &[("'sha512', $raw,", "'sha512', json_encode(json_decode($raw)),")],
        case: "wire/spaces",
    },
    Flaw {
        name: "verifies with an empty secret where none is known",
        changes: &[(
            "return hash_equals(",
            "return hash_equals(hash_hmac('sha512', $raw, ''), $sign) || hash_equals(",
        )],
        case: "forge/empty-key",
    },
    Flaw {
        name: "tells the right signature to a forger",
        changes: &[(
            "        return 401;",
            "        echo hash_hmac('sha512', $raw, $secret);\n        return 401;",
        )],
        case: "forge/leak",
    },
    Flaw {
        name: "ships every delivery",
        changes: &[(" AND status <> 'paid'", "")],
        case: "state/duplicate",
    },
    Flaw {
        name: "checks first and marks later",
        changes: &[
            (
                "    // One transaction: a crash",
                "    if (query($database, 'SELECT 1 FROM parcels WHERE number = ?', $number)->fetch()) {
        return;
    }
    usleep(20000);
    // One transaction: a crash",
            ),
            (" AND status <> 'paid'", ""),
        ],
        case: "state/concurrent",
    },
    Flaw {
        name: "does not compare the amount",
        changes: &[("$cents == $order['cents'] && ", "")],
        case: "state/wrong-amount",
    },
    Flaw {
        name: "does not compare the currency",
        changes: &[(" && $currency === $order['currency']", "")],
        case: "state/wrong-currency",
    },
    Flaw {
        name: "does not look at what was paid",
        changes: &[(
            " && $data['realAmount'] >= $data['amount'] * 0.995",
            "",
        )],
        case: "state/short-paid",
    },
    Flaw {
        name: "lets an order expire that was paid",
        changes: &[(
            "    // Accept all other events too,",
            "    if (($event['eventType'] ?? '') === 'INVOICE_EXPIRED') {
        query($database, \"UPDATE orders SET status = 'expired' WHERE number = ?\", $event['data']['externalId']);
    }
    // Accept all other events too,",
        )],
        case: "state/late-old",
    },
    Flaw {
        name: "marks an order as paid before it ships",
        changes: &[
            ("    $database->beginTransaction();\n", ""),
            (
                "        query($database, 'INSERT INTO parcels",
                "        usleep(20000);\n        query($database, 'INSERT INTO parcels",
            ),
            ("    $database->commit();\n", ""),
        ],
        case: "crash/kill-while-handling",
    },
    Flaw {
        name: "fails on events that it does not handle",
        changes: &[(
            "'INVOICE_PAID') {\n        return;",
            "'INVOICE_PAID') {\n        throw new Exception('unknown event');",
        )],
        case: "ack/unknown-event",
    },
];
