"""`pip install inqud-hook pytest` and `pytest` in this folder run it. Nothing leaves this machine."""

import json
import threading
import urllib.request
from contextlib import closing

import pytest
import shop

SECRET = "the-secret-of-the-shop"


class Client:
    """A running shop, and deliveries to it."""

    def __init__(self, inqud_hook, port):
        self.inqud_hook, self.url = inqud_hook, f"http://127.0.0.1:{port}"

    def ask(self, path, method):
        request = urllib.request.Request(f"{self.url}/{path}", method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def create_order(self):
        return self.ask("orders", "POST")

    def state(self, order):
        return self.ask(f"orders/{order['order']}", "GET")

    def deliver(self, scenario, order):
        terms = {"order_id": order["order"], "amount": order["amount"], "currency": order["currency"]}
        sent = self.inqud_hook.send(scenario=scenario, to=f"{self.url}/webhooks", secret=SECRET, **terms)
        assert sent.accepted


@pytest.fixture
def client(inqud_hook, tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERS", str(tmp_path / "orders.db"))
    monkeypatch.setattr(shop, "SECRET", SECRET)
    with closing(shop.connect()) as database:
        database.executescript(shop.TABLES)
    with shop.Server(("127.0.0.1", 0), shop.Shop) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield Client(inqud_hook, server.server_port)
        server.shutdown()


@pytest.mark.parametrize("scenario", ["underpaid", "underpaid-paid", "underpaid-refused"])
def test_an_underpaid_order_is_not_shipped(client, scenario):
    order = client.create_order()
    client.deliver(f"calypso/{scenario}", order)
    assert client.state(order)["parcels"] == 0


def test_a_paid_order_is_shipped_once(client):
    order = client.create_order()
    client.deliver("calypso/paid", order)
    assert client.state(order) == {"order": order["order"], "status": "paid", "parcels": 1}
