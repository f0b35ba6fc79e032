"""`pip install inqud-hook pytest` and `pytest` in this folder run it. Nothing leaves this machine."""

import json
import threading
from contextlib import contextmanager

from relay import Relay, relay

EVENTS = {"/calypso": "INVOICE_PAID", "/inqud": "checkout.success", "/rehive": "invoice.paid"}
SECRET = "the-secret-of-this-test"


@contextmanager
def relay_to(listener):
    """A relay to the inner service; its URL."""
    with relay(dict.fromkeys(EVENTS, SECRET), ("127.0.0.1", listener.port)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def test_what_is_signed_arrives(inqud_hook):
    with inqud_hook.listen(until=EVENTS.values(), secret=SECRET) as inner, relay_to(inner) as url:
        for path, event in EVENTS.items():
            assert inqud_hook.send(event, to=url + path, secret=SECRET).accepted


def test_what_is_not_signed_stays_outside(inqud_hook):
    with inqud_hook.listen(until="INVOICE_PAID", secret=SECRET) as inner, relay_to(inner) as url:
        for path, event in EVENTS.items():
            assert inqud_hook.send(event, to=url + path, scheme="none").refused
        assert inqud_hook.send("INVOICE_PAID", to=url + "/calypso", secret="another").refused
        assert inqud_hook.send("INVOICE_PAID", to=url + "/calypso", secret=SECRET).accepted
    assert len(inner.deliveries) == 1, "only the last one was forwarded"


def test_what_was_not_taken_comes_again(inqud_hook):
    inner = inqud_hook.listen(fail_first=2, count=3, secret=SECRET)
    with relay_to(inner) as url:
        # With Calypso's own retry waits, a thousand times shorter.
        retries = {"retry": True, "time_scale": 1000}
        assert inqud_hook.send("INVOICE_PAID", to=url + "/calypso", secret=SECRET, **retries).ok
        assert inner.done().summary["duplicates"] == 2
        # The inner service has stopped.
        assert inqud_hook.send("INVOICE_PAID", to=url + "/calypso", secret=SECRET).refused


def test_a_body_that_was_reserialised_would_show(inqud_hook, monkeypatch):
    pass_on = Relay.pass_on

    def printed_anew(self, body, headers):
        return pass_on(self, json.dumps(json.loads(body)).encode(), headers)

    monkeypatch.setattr(Relay, "pass_on", printed_anew)
    inner = inqud_hook.listen(until="INVOICE_PAID", secret=SECRET)
    with relay_to(inner) as url:
        inqud_hook.send("INVOICE_PAID", to=url + "/calypso", secret=SECRET)
    assert not inner.done().ok
    # What the zeros of 271.420 were cannot be told from 271.42.
    assert inner.deliveries[0]["signature"]["verdict"] == "invalid"
