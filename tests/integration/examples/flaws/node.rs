//! Ways to break the shop in Node.

use super::Flaw;

pub(in crate::examples) const FLAWS: &[Flaw] = &[
    Flaw {
        name: "verifies nothing",
        changes: &[(
            "if (!isSigned(raw, request.headers.sign, secret)) return [401]",
            "",
        )],
        case: "forge/no-signature",
    },
    Flaw {
        name: "checks only that there is a signature",
        changes: &[(
            "!isSigned(raw, request.headers.sign, secret)",
            "!request.headers.sign",
        )],
        case: "forge/wrong-secret",
    },
    Flaw {
        name: "compares as many digits as it was sent",
        changes: &[(
            "received.length === expected.length && timingSafeEqual(received, expected)",
            "received.length > 0 && expected.subarray(0, received.length).equals(received)",
        )],
        case: "forge/truncated",
    },
    Flaw {
        name: "verifies JSON that it printed itself",
        changes: &[(".update(raw)", ".update(JSON.stringify(JSON.parse(raw)))")],
        case: "wire/spaces",
    },
    Flaw {
        name: "decodes each piece of a body by itself",
        changes: &[(
            "chunks.push(chunk)",
            "chunks.push(Buffer.from(chunk.toString()))",
        )],
        case: "wire/split",
    },
    Flaw {
        name: "tells the right signature to a forger",
        changes: &[(
            "return [401]",
            "return [401, createHmac('sha512', secret).update(raw).digest('hex')]",
        )],
        case: "forge/leak",
    },
    Flaw {
        name: "ships every delivery",
        changes: &[("if (order.status === 'paid') return", "")],
        case: "state/duplicate",
    },
    Flaw {
        name: "waits between the check and the change",
        changes: &[
            ("function handle(", "async function handle("),
            (
                "if (order.status === 'paid') return",
                "if (order.status === 'paid') return\n  await new Promise((done) => setTimeout(done, 20))",
            ),
            ("order.parcels + 1", "orders.get(order.order).parcels + 1"),
            (
                "handle(JSON.parse(raw), orders)",
                "await handle(JSON.parse(raw), orders)",
            ),
        ],
        case: "state/concurrent",
    },
    Flaw {
        name: "does not compare the amount",
        changes: &[("data.fiatAmount === order.amount &&", "")],
        case: "state/wrong-amount",
    },
    Flaw {
        name: "does not compare the currency",
        changes: &[(
            "(data.fiatCurrency ?? data.fiatcurrency) === order.currency",
            "true",
        )],
        case: "state/wrong-currency",
    },
    Flaw {
        name: "does not look at what was paid",
        changes: &[("data.realAmount >= data.amount * 0.995", "true")],
        case: "state/short-paid",
    },
    Flaw {
        name: "ships for every event that names the order",
        changes: &[
            ("if (eventType !== 'INVOICE_PAID') return", ""),
            ("if (!isPaid || !isAgreed)", "if (false)"),
        ],
        case: "state/unpaid-final",
    },
    Flaw {
        name: "lets an order expire that was paid",
        changes: &[(
            "if (eventType !== 'INVOICE_PAID') return",
            "if (eventType !== 'INVOICE_PAID' && eventType !== 'INVOICE_EXPIRED') return
             if (eventType === 'INVOICE_EXPIRED' && orders.get(data.externalId)) {
               return orders.save({ ...orders.get(data.externalId), status: 'expired' })
             }",
        )],
        case: "state/late-old",
    },
    Flaw {
        name: "marks an order as paid before it ships",
        changes: &[(
            "orders.save({ ...order, status: 'paid', parcels: order.parcels + 1 })",
            "orders.save({ ...order, status: 'paid' })
             Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
             orders.save({ ...order, status: 'paid', parcels: order.parcels + 1 })",
        )],
        case: "crash/kill-while-handling",
    },
    Flaw {
        name: "answers before it has saved anything",
        changes: &[(
            "handle(JSON.parse(raw), orders)",
            "setTimeout(handle, 50, JSON.parse(raw), orders)",
        )],
        case: "crash/kill-after-answer",
    },
    Flaw {
        name: "forgets which orders were paid",
        changes: &[(
            "this.#orders.set(order.order, order)\n      } catch",
            "this.#orders.set(order.order, { ...order, status: 'open' })\n      } catch",
        )],
        case: "crash/duplicate-after-restart",
    },
    Flaw {
        name: "fails on events that it does not handle",
        changes: &[(
            "if (eventType !== 'INVOICE_PAID') return",
            "if (eventType !== 'INVOICE_PAID') throw new Error('unknown event')",
        )],
        case: "ack/unknown-event",
    },
];
