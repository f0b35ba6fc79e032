//! Ways to break the shop in Python.

use super::Flaw;

const COMPARISON: &str = "hmac.compare_digest(expected.encode(), sign.encode())";

pub(in crate::examples) const FLAWS: &[Flaw] = &[
    Flaw {
        name: "checks only that there is a signature",
        changes: &[(COMPARISON, "bool(sign)")],
        case: "forge/wrong-secret",
    },
    Flaw {
        name: "takes a part of the signature",
        changes: &[(COMPARISON, "bool(sign) and expected.startswith(sign)")],
        case: "forge/truncated",
    },
    Flaw {
        name: "verifies JSON that it printed itself",
        changes: &[(
            "SECRET.encode(), raw,",
            "SECRET.encode(), json.dumps(json.loads(raw)).encode(),",
        )],
        case: "gate/genuine",
    },
    Flaw {
        name: "verifies decoded text",
        changes: &[(
            "SECRET.encode(), raw,",
            "SECRET.encode(), raw.decode('ascii', 'replace').encode(),",
        )],
        case: "wire/text",
    },
    Flaw {
        name: "expects the header in one spelling",
        changes: &[(
            "self.headers.get(\"Sign\", \"\")",
            "dict(self.headers).get(\"Sign\", \"\")",
        )],
        case: "wire/lowercase-header",
    },
    Flaw {
        name: "ships every delivery",
        changes: &[(" AND status <> 'paid'", "")],
        case: "state/duplicate",
    },
    Flaw {
        name: "checks first and marks later",
        changes: &[
            ("import threading\n", "import threading\nimport time\n"),
            (
                "    # One transaction: a crash",
                "    if database.execute('SELECT 1 FROM parcels WHERE number = ?', [number]).fetchone():
        return
    time.sleep(0.02)
    # One transaction: a crash",
            ),
            (" AND status <> 'paid'", ""),
        ],
        case: "state/concurrent",
    },
    Flaw {
        name: "does not compare the amount",
        changes: &[(
            "price != (Decimal(order[0]), order[1])",
            "price[1] != order[1]",
        )],
        case: "state/wrong-amount",
    },
    Flaw {
        name: "does not compare the currency",
        changes: &[(
            "price != (Decimal(order[0]), order[1])",
            "price[0] != Decimal(order[0])",
        )],
        case: "state/wrong-currency",
    },
    Flaw {
        name: "does not look at what was paid",
        changes: &[(
            " and data[\"realAmount\"] >= data[\"amount\"] * Decimal(\"0.995\")",
            "",
        )],
        case: "state/short-paid",
    },
    Flaw {
        name: "ships what is still in the mempool",
        changes: &[(
            "!= \"INVOICE_PAID\":",
            "not in (\"INVOICE_PAID\", \"INVOICE_MEMPOOL_FOUND\"):",
        )],
        case: "state/mempool",
    },
    Flaw {
        name: "marks an order as paid before it ships",
        changes: &[
            ("import threading\n", "import threading\nimport time\n"),
            (
                "            database.execute(\"INSERT INTO parcels",
                "            database.commit()
            time.sleep(0.02)
            database.execute(\"INSERT INTO parcels",
            ),
        ],
        case: "crash/kill-while-handling",
    },
    Flaw {
        name: "forgets at its end what was shipped",
        changes: &[(
            "CREATE TABLE IF NOT EXISTS parcels",
            "DROP TABLE IF EXISTS parcels;\nCREATE TABLE parcels",
        )],
        case: "crash/kill-after-answer",
    },
    Flaw {
        name: "fails on events that it does not handle",
        changes: &[(
            "!= \"INVOICE_PAID\":\n        return",
            "!= \"INVOICE_PAID\":\n        raise ValueError(\"unknown event\")",
        )],
        case: "ack/unknown-event",
    },
];
