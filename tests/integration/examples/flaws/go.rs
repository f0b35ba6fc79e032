//! Ways to break the shop in Go.

use super::Flaw;

const COMPARISON: &str =
    "!hmac.Equal([]byte(expected), []byte(r.Header.Get(\"X-Payload-Digest\")))";

pub(in crate::examples) const FLAWS: &[Flaw] = &[
    Flaw {
        name: "checks only that there is a signature",
        changes: &[(
            COMPARISON,
            "expected == r.Header.Get(\"X-Payload-Digest\")+\"x\" || r.Header.Get(\"X-Payload-Digest\") == \"\"",
        )],
        case: "forge/wrong-secret",
    },
    Flaw {
        name: "takes a part of the signature",
        changes: &[(
            COMPARISON,
            "!strings.HasPrefix(expected, r.Header.Get(\"X-Payload-Digest\")) || r.Header.Get(\"X-Payload-Digest\") == \"\"",
        )],
        case: "forge/truncated",
    },
    Flaw {
        name: "verifies JSON that it printed itself",
        changes: &[(
            "	mac.Write(raw)",
            "	var tree any\n	json.Unmarshal(raw, &tree)\n	printed, _ := json.Marshal(tree)\n	mac.Write(printed)",
        )],
        case: "gate/genuine",
    },
    Flaw {
        name: "ships every delivery",
        changes: &[("case order.Status == \"paid\":", "case false:")],
        case: "state/duplicate",
    },
    Flaw {
        name: "lets go of the lock between the check and the change",
        changes: &[
            ("	\"sync\"\n", "	\"sync\"\n	\"time\"\n"),
            (
                "	order := change(o.orders[number])",
                "	before := o.orders[number]
	o.lock.Unlock()
	time.Sleep(20 * time.Millisecond)
	order := change(before)
	o.lock.Lock()
	if order != nil && order.Status == \"paid\" {
		order.Parcels = o.orders[number].Parcels + 1
	}",
            ),
        ],
        case: "state/concurrent",
    },
    Flaw {
        name: "does not compare the amount",
        changes: &[("amount == order.Amount", "amount > 0")],
        case: "state/wrong-amount",
    },
    Flaw {
        name: "does not compare the currency",
        changes: &[(
            "c.FixedAmount.Currency == order.Currency",
            "c.FixedAmount.Currency != \"\"",
        )],
        case: "state/wrong-currency",
    },
    Flaw {
        name: "ships what was underpaid",
        changes: &[(
            "c.Status == \"SUCCESS\" && c.pays(order)",
            "(c.Status == \"SUCCESS\" || c.Status == \"CONFLICT\") && c.FixedAmount.Currency == order.Currency",
        )],
        case: "state/underpaid",
    },
    Flaw {
        name: "ships for every status",
        changes: &[(
            "c.Status == \"SUCCESS\" && c.pays(order)",
            "c.FixedAmount.Currency == order.Currency",
        )],
        case: "state/unpaid-final",
    },
    Flaw {
        name: "does not look at what was paid",
        changes: &[(" && paid >= due", " && due >= 0 && paid >= 0")],
        case: "state/short-paid",
    },
    Flaw {
        name: "lets an order expire that was paid",
        changes: &[(
            "	case order.Status == \"paid\":",
            "	case c.Status == \"EXPIRED\":
		next.Status = \"expired\"
	case order.Status == \"paid\":",
        )],
        case: "state/late-old",
    },
    Flaw {
        name: "marks an order as paid before it ships",
        changes: &[
            ("	\"sync\"\n", "	\"sync\"\n	\"time\"\n"),
            (
                "	line, err := json.Marshal(order)",
                "	if order.Status == \"paid\" {
		mark := *order
		mark.Parcels--
		early, _ := json.Marshal(mark)
		o.file.Write(append([]byte(\"\\n\"), early...))
		time.Sleep(20 * time.Millisecond)
	}
	line, err := json.Marshal(order)",
            ),
        ],
        case: "crash/kill-while-handling",
    },
    Flaw {
        name: "answers before it has saved anything",
        changes: &[
            ("	\"strings\"\n", "	\"strings\"\n	\"time\"\n"),
            (
                "	if err := s.Orders.Change(checkout.ClientOrderID, checkout.handle); err != nil {
		log.Print(err)
		http.Error(w, \"not saved\", http.StatusInternalServerError)
	}",
                "	time.AfterFunc(50*time.Millisecond, func() { s.Orders.Change(checkout.ClientOrderID, checkout.handle) })",
            ),
        ],
        case: "crash/kill-after-answer",
    },
    Flaw {
        name: "forgets which orders were paid",
        changes: &[(
            "			orders[order.Order] = &order",
            "			order.Status = \"open\"\n			orders[order.Order] = &order",
        )],
        case: "crash/duplicate-after-restart",
    },
    Flaw {
        name: "answers 202",
        changes: &[(
            "	// Answered last,",
            "	defer w.WriteHeader(http.StatusAccepted)\n	// Answered last,",
        )],
        case: "ack/code",
    },
];
