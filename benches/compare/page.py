"""Asks for rows as the inspector's page does."""

import http.client
import re


def link_in(text):
    """Host and token of the link that `listen --inspect` prints, or None."""
    return (found := re.search(r"http://(127\.0\.0\.1:\d+)/#t=(\w+)", text)) and found.groups()


class OpenPage:
    def __init__(self, host, token):
        self.asking = http.client.HTTPConnection(host)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.last = 0

    def rows(self, wait):
        """How many rows changed since the last time; with `wait` once there is one."""
        query = f"after={self.last}" + ("&wait=1" if wait else "")
        self.asking.request("GET", f"/api/deliveries?{query}", headers=self.headers)
        changes = re.findall(rb'"rev":(\d+)', self.asking.getresponse().read())
        self.last = max([self.last, *map(int, changes)])
        return len(changes)

    def watch(self):
        """Asks for rows until the server is gone."""
        try:
            while True:
                self.rows(wait=True)
        except (OSError, http.client.HTTPException):
            pass
