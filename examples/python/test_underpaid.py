"""`python3 -m unittest` in this folder runs it, with inqud-hook on the PATH. Nothing leaves this machine."""

import json
import os
import subprocess
import tempfile
import threading
import unittest
import urllib.request
from contextlib import closing
from unittest import mock

import shop

SECRET = "the-secret-of-the-shop"


class UnderpaidTest(unittest.TestCase):
    environment = os.environ | {"INQUD_HOOK_SECRET_CALYPSO": SECRET}

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        orders = mock.patch.dict(os.environ, ORDERS=f"{folder.name}/orders.db")
        for patch in orders, mock.patch.object(shop, "SECRET", SECRET):
            patch.start()
            self.addCleanup(patch.stop)
        with closing(shop.connect()) as database:
            database.executescript(shop.TABLES)
        server = shop.Server(("127.0.0.1", 0), shop.Shop)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        self.addCleanup(server.shutdown)
        self.shop = f"http://127.0.0.1:{server.server_port}"

    def ask(self, path, method):
        request = urllib.request.Request(f"{self.shop}/{path}", method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def create_order(self):
        return self.ask("orders", "POST")

    def state(self, order):
        return self.ask(f"orders/{order['order']}", "GET")

    def test_an_underpaid_order_is_not_shipped(self):
        order = self.create_order()
        for scenario in "underpaid", "underpaid-paid", "underpaid-refused":
            terms = ["--order-id", order["order"], "--amount", order["amount"], "--currency", order["currency"]]
            command = ["inqud-hook", "send", "--scenario", f"calypso/{scenario}", "--to", f"{self.shop}/webhooks", *terms]
            subprocess.run(command, env=self.environment, stdout=subprocess.DEVNULL, check=True)
            self.assertEqual(self.state(order)["parcels"], 0, scenario)

    def test_a_paid_order_is_shipped_once(self):
        order = self.create_order()
        terms = ["--order-id", order["order"], "--amount", order["amount"], "--currency", order["currency"]]
        command = ["inqud-hook", "send", "--scenario", "calypso/paid", "--to", f"{self.shop}/webhooks", *terms]
        subprocess.run(command, env=self.environment, stdout=subprocess.DEVNULL, check=True)
        self.assertEqual(self.state(order), {"order": order["order"], "status": "paid", "parcels": 1})
