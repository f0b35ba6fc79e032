"""A shop's webhook handler for Calypso Pay, with Python's standard library alone: CALYPSO_SECRET=… python3 shop.py"""

import hmac
import json
import os
import signal
import sqlite3
import sys
import threading
import traceback
import uuid
from contextlib import closing
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

SECRET = os.environ.get("CALYPSO_SECRET", "")
# Webhooks are far smaller; without a limit a large body could fill the memory.
MOST_BYTES = 1024 * 1024
TABLES = """
CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY, amount TEXT, currency TEXT, status TEXT DEFAULT 'open');
CREATE TABLE IF NOT EXISTS parcels (number TEXT REFERENCES orders)
"""


def connect():
    return sqlite3.connect(os.environ.get("ORDERS", "orders.db"), timeout=5)


def is_signed(raw, sign):
    """Verifies the raw bytes, in constant time: a body that was parsed and re-serialised has another signature."""
    expected = hmac.digest(SECRET.encode(), raw, "sha512").hex()
    return hmac.compare_digest(expected.encode(), sign.encode())


def handle(event, database):
    """Handles one delivery."""
    # Accept all other events too, or Calypso repeats them for days.
    if event.get("eventType") != "INVOICE_PAID":
        return
    data = event["data"]
    number = str(data.get("externalId"))  # the shop's own number of the invoice
    order = database.execute("SELECT amount, currency FROM orders WHERE number = ?", [number]).fetchone()
    if not order:
        print("paid, but unknown:", json.dumps(number), file=sys.stderr)
        return
    # The event's name is not enough: an accepted underpayment is also called paid. Calypso requires 99.5 %.
    is_paid = data["amount"] > 0 and data["realAmount"] >= data["amount"] * Decimal("0.995")
    price = data.get("fiatAmount"), data.get("fiatCurrency", data.get("fiatcurrency"))
    if not is_paid or price != (Decimal(order[0]), order[1]):
        with database:
            database.execute("UPDATE orders SET status = 'review' WHERE number = ? AND status = 'open'", [number])
        return
    # One transaction: a crash leaves both the mark and the parcel, or neither.
    with database:
        # Once per order, not per delivery: a delivery can be repeated, also with a new id, and at the same time.
        mark = "UPDATE orders SET status = 'paid' WHERE number = ? AND status <> 'paid'"
        if database.execute(mark, [number]).rowcount:
            database.execute("INSERT INTO parcels VALUES (?)", [number])


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5  # a silent client must not block a thread

    def do_POST(self):
        try:
            with closing(connect()) as database:
                self.answer(*self.post(database))
        except Exception:
            traceback.print_exc()
            self.answer(500)

    def post(self, database):
        if self.path == "/orders":
            order = {"order": str(uuid.uuid4()), "amount": "249.95", "currency": "EUR"}
            with database:
                database.execute("INSERT INTO orders VALUES (:order, :amount, :currency, 'open')", order)
            return 201, order
        if self.path != "/webhooks":
            return 404, None
        raw = self.read()
        if raw is None or not is_signed(raw, self.headers.get("Sign", "")):
            return 401, None
        # Decimals, since a float cannot hold most amounts.
        handle(json.loads(raw, parse_float=Decimal), database)
        # Answered last, since an answered delivery is not repeated; and with 200, the only status that Calypso accepts.
        return 200, None

    def do_GET(self):
        path, _, number = self.path.rpartition("/")
        count = "SELECT number, status, (SELECT count(*) FROM parcels p WHERE p.number = o.number) FROM orders o"
        with closing(connect()) as database:
            order = database.execute(count + " WHERE number = ?", [unquote(number)]).fetchone()
        if path == "/orders" and order:
            self.answer(200, dict(zip(("order", "status", "parcels"), order)))
        else:
            self.answer(404)

    def read(self):
        """The raw body, or None if it is too large. `http.server` leaves its length and its chunks to the handler."""
        if "Transfer-Encoding" not in self.headers:
            length = int(self.headers.get("Content-Length", "0"))
            return self.rfile.read(length) if 0 <= length <= MOST_BYTES else None
        raw = b""
        while length := int(self.rfile.readline(32).partition(b";")[0], 16):
            if not 0 < length <= MOST_BYTES - len(raw):
                return None
            raw += self.rfile.read(length)
            self.rfile.readline(32)
        return raw

    def answer(self, status, body=None):
        content = json.dumps(body).encode() if body else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    request_queue_size = 100  # five, which is the default, turns simultaneous deliveries away
    daemon_threads = False  # `server_close` waits for the requests in hand


if __name__ == "__main__":
    # Anyone can sign with an empty secret.
    if not SECRET:
        sys.exit("CALYPSO_SECRET is missing")
    with closing(connect()) as database:
        database.executescript(TABLES)
    server = Server(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Shop)
    # `shutdown` waits for the loop, so it needs a thread of its own.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.05)
    server.server_close()
