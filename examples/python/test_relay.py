"""`python3 -m unittest` in this folder runs it, with inqud-hook on the PATH. Nothing leaves this machine."""

import json
import os
import subprocess
import threading
import unittest
from unittest import mock

from relay import Relay, relay

EVENTS = {"/calypso": "INVOICE_PAID", "/inqud": "checkout.success", "/rehive": "invoice.paid"}
SECRETS = {path: f"the-secret-of{path}" for path in EVENTS}
ENVIRONMENT = os.environ | {f"INQUD_HOOK_SECRET_{path[1:].upper()}": SECRETS[path] for path in EVENTS}


class RelayTest(unittest.TestCase):
    def listen(self, *flags):
        """The inner service, which verifies and reports what it receives, and the relay's URL."""
        command = ["inqud-hook", "listen", "0", "--deadline", "10s", "--format", "json", *flags]
        listener = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        self.addCleanup(listener.communicate)
        self.addCleanup(listener.kill)
        # Printed once it listens; says where.
        ready = json.loads(listener.stdout.readline())
        server = relay(SECRETS, (ready["address"], ready["port"]))
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        return listener, f"http://127.0.0.1:{server.server_port}"

    def end(self, listener):
        """Waits for its goal or its deadline; returns the exit code and all printed lines."""
        output, _ = listener.communicate(timeout=20)
        return listener.returncode, [json.loads(line) for line in output.splitlines()]

    def send(self, target, event, *flags, **environment):
        command = ["inqud-hook", "send", event, "--to", target, *flags]
        return subprocess.run(command, env=ENVIRONMENT | environment, stdout=subprocess.DEVNULL, timeout=20).returncode

    def test_what_is_signed_arrives(self):
        listener, url = self.listen(*[word for event in EVENTS.values() for word in ("--until", event)])
        for path, event in EVENTS.items():
            self.assertEqual(self.send(url + path, event), 0, event)
        self.assertEqual(self.end(listener)[0], 0)

    def test_what_is_not_signed_stays_outside(self):
        listener, url = self.listen("--until", "INVOICE_PAID")
        for path, event in EVENTS.items():
            self.assertEqual(self.send(url + path, event, "--scheme", "none"), 1, event)
        self.assertEqual(self.send(url + "/calypso", "INVOICE_PAID", INQUD_HOOK_SECRET_CALYPSO="another"), 1)
        self.assertEqual(self.send(url + "/calypso", "INVOICE_PAID"), 0)
        code, lines = self.end(listener)
        self.assertEqual((code, lines[-1]["deliveries"]), (0, 1), "only the last one was forwarded")

    def test_what_was_not_taken_comes_again(self):
        listener, url = self.listen("--fail-first", "2", "--count", "3")
        # With Calypso's own retry waits, a thousand times shorter.
        self.assertEqual(self.send(url + "/calypso", "INVOICE_PAID", "--retry", "--time-scale", "1000"), 0)
        code, lines = self.end(listener)
        self.assertEqual((code, lines[-1]["duplicates"]), (0, 2))
        # The inner service has stopped.
        self.assertEqual(self.send(url + "/calypso", "INVOICE_PAID"), 1)

    def test_a_body_that_was_reserialised_would_show(self):
        pass_on = Relay.pass_on

        def printed_anew(self, body, headers):
            return pass_on(self, json.dumps(json.loads(body)).encode(), headers)

        listener, url = self.listen("--until", "INVOICE_PAID")
        with mock.patch.object(Relay, "pass_on", printed_anew):
            self.send(url + "/calypso", "INVOICE_PAID")
        code, [delivery, _] = self.end(listener)
        # What the zeros of 271.420 were cannot be told from 271.42.
        self.assertEqual((code, delivery["signature"]["verdict"]), (1, "invalid"))
