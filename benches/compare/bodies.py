#!/usr/bin/env python3
"""Makes the bodies for validate.sh: Inqud checkouts of about 400 bytes, the same on every machine.

    bodies.py FOLDER [COUNT]

Writes into FOLDER: good.jsonl and bad.jsonl with COUNT bodies each, good/ with one file per good body, and one.json with the
first of them. Every bad body has two errors: a value of the wrong type, and one that is not in its list.
"""

import datetime
import json
import os
import random
import sys

STATUSES = ["NEW", "REQUEST_CREATED", "PAYMENT_DETECTED", "SUCCESS", "CONFLICT", "EXPIRED"]
CURRENCIES = ["USD", "EUR", "GBP", "CHF", "JPY"]
START = datetime.datetime(2026, 1, 1)


def uuid(chance):
    """A random UUID from that generator; the uuid module would use the system's."""
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def time(seconds, chance):
    fraction = f"{chance.randrange(10**9):09}"
    return f"{(START + datetime.timedelta(seconds=seconds)).isoformat()}.{fraction}Z"


def checkout(chance):
    created = chance.randrange(300 * 24 * 3600)
    order = f"FH-{chance.randrange(10**6)}"
    return {
        "id": f"CCO-{uuid(chance)}",
        "projectId": f"CAP-{uuid(chance)}",
        "projectName": "Fernhollow Tea Shop",
        "clientOrderId": order,
        "status": chance.choice(STATUSES),
        "reason": None,
        "type": "FIXED_PRICE",
        "fixedAmount": {"currency": chance.choice(CURRENCIES), "amount": chance.randrange(1, 10**6) / 100},
        "createdAt": time(created, chance),
        "lastUpdatedAt": time(created + chance.randrange(1, 3600), chance),
        "expiresAt": time(created + 3600, chance),
    }


def spoilt(body):
    return {**body, "type": "FIXED", "fixedAmount": {**body["fixedAmount"], "amount": True}}


def main():
    folder = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    chance = random.Random(20261120)
    os.makedirs(os.path.join(folder, "good"))
    written = 0
    with open(os.path.join(folder, "good.jsonl"), "w") as good, open(os.path.join(folder, "bad.jsonl"), "w") as bad:
        for number in range(count):
            body = checkout(chance)
            line = json.dumps(body, separators=(",", ":")) + "\n"
            written += len(line)
            good.write(line)
            bad.write(json.dumps(spoilt(body), separators=(",", ":")) + "\n")
            with open(os.path.join(folder, "good", f"{number:06}.json"), "w") as file:
                file.write(line)
            if number == 0:
                with open(os.path.join(folder, "one.json"), "w") as file:
                    file.write(line)
    print(f"{count} bodies, {written // count} bytes on average", file=sys.stderr)


if __name__ == "__main__":
    main()
