"""What the shops on Flask and FastAPI share: orders in memory, and the rules for a paid one."""

import hmac
import json
import os
import threading
import uuid
from decimal import Decimal

ORDERS = {}
LOCK = threading.Lock()


def new_order():
    order = {"order": str(uuid.uuid4()), "amount": "249.95", "currency": "EUR", "status": "open", "parcels": 0}
    ORDERS[order["order"]] = order
    return order


def is_signed(raw, sign):
    expected = hmac.digest(os.environ["CALYPSO_SECRET"].encode(), raw, "sha512").hex()
    return hmac.compare_digest(expected.encode(), sign.encode())


def handle(raw):
    event = json.loads(raw, parse_float=Decimal)
    if event.get("eventType") != "INVOICE_PAID":
        return
    data = event["data"]
    order = ORDERS.get(data["externalId"])
    is_paid = data["amount"] > 0 and data["realAmount"] >= data["amount"] * Decimal("0.995")
    with LOCK:
        if not order or order["status"] != "open" or not is_paid:
            return
        if (data["fiatAmount"], data["fiatCurrency"]) == (Decimal(order["amount"]), order["currency"]):
            order.update(status="paid", parcels=order["parcels"] + 1)
