"""Receives the webhooks of Calypso, Inqud and Rehive, and forwards signed ones unchanged to an inner service."""

import hmac
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Webhooks are far smaller; without a limit a large body could fill the memory.
MOST_BYTES = 1024 * 1024
# Rehive gives up after five seconds, Inqud after ten.
TIMEOUT = 4
# How each provider signs: the header and its value. Rehive sends the secret itself.
SIGNATURES = {
    "/calypso": ("Sign", lambda secret, body: hmac.digest(secret.encode(), body, "sha512").hex()),
    "/inqud": ("X-Payload-Digest", lambda secret, body: hmac.digest(secret.encode(), body, "sha1").hex()),
    "/rehive": ("Authorization", lambda secret, body: f"Secret {secret}"),
}


class Relay(BaseHTTPRequestHandler):
    timeout = TIMEOUT  # a silent client must not block a thread

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        secret = self.server.secrets.get(self.path)
        # A secret is required: anyone can sign with an empty one.
        if not secret or not length.isdecimal() or int(length) > MOST_BYTES:
            return self.answer(400)
        body = self.rfile.read(int(length))
        header, sign = SIGNATURES[self.path]
        received = self.headers.get(header, "")
        # Over the raw bytes, and in constant time, so that the signature cannot be guessed digit by digit.
        if not hmac.compare_digest(sign(secret, body).encode(), received.encode()):
            return self.answer(401)
        self.answer(self.pass_on(body, {header: received, "Content-Type": "application/json"}))

    def pass_on(self, body, headers):
        """Returns the inner service's status, so that the provider repeats what the service did not accept."""
        connection = HTTPConnection(*self.server.inner, timeout=TIMEOUT)
        try:
            connection.request("POST", self.path, body, headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 502
        finally:
            connection.close()

    def answer(self, status):
        self.send_response(status)
        self.end_headers()


def relay(secrets, inner, port=0):
    """A server, not yet started. `secrets` maps paths to secrets, `inner` is the host and port of the inner service."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Relay)
    server.secrets, server.inner = secrets, inner
    return server
