"""The door for the webhooks of Calypso, Inqud and Rehive: lets in what is signed and passes it on as it came."""

import hmac
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# No webhook comes near it; without a limit anybody could fill the memory.
MOST_BYTES = 1024 * 1024
# Rehive gives up after five seconds, Inqud after ten.
PATIENCE = 4
# How each provider signs: the header, and what stands in it. Rehive sends the secret as it is.
SIGNATURES = {
    "/calypso": ("Sign", lambda secret, body: hmac.digest(secret.encode(), body, "sha512").hex()),
    "/inqud": ("X-Payload-Digest", lambda secret, body: hmac.digest(secret.encode(), body, "sha1").hex()),
    "/rehive": ("Authorization", lambda secret, body: f"Secret {secret}"),
}


class Relay(BaseHTTPRequestHandler):
    timeout = PATIENCE  # so that nobody holds a thread by being silent

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        secret = self.server.secrets.get(self.path)
        # Without a secret nothing is let in: anybody can sign with an empty one.
        if not secret or not length.isdecimal() or int(length) > MOST_BYTES:
            return self.answer(400)
        body = self.rfile.read(int(length))
        header, sign = SIGNATURES[self.path]
        came = self.headers.get(header, "")
        # Over the bytes that came, and in constant time, so that nobody can guess it digit by digit.
        if not hmac.compare_digest(sign(secret, body).encode(), came.encode()):
            return self.answer(401)
        self.answer(self.pass_on(body, {header: came, "Content-Type": "application/json"}))

    def pass_on(self, body, headers):
        """The inner service's own answer: what it has not taken, the provider has to send again."""
        connection = HTTPConnection(*self.server.inner, timeout=PATIENCE)
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
    """A server, not yet serving. `secrets` has one for each path, `inner` is the host and port of what is behind."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Relay)
    server.secrets, server.inner = secrets, inner
    return server
