#!/usr/bin/env python3
"""Kills `listen` in the middle of bursts and checks that nothing that it acknowledged is missing from its journal.

    kills.py BINARY [DELIVERIES [KILLS]]

DELIVERIES (200,000) signed deliveries come over 32 connections, and KILLS (100) times `listen` is killed with SIGKILL and
started again on the same port and the same journal, which it repairs. First with `--sync each`, then with `--sync none`.
At the end every delivery that was answered with 200 must be in the journal once, every line must be whole, and the
peak memory of the last tenth of the runs may be four MiB above that of the first at most: it does not grow with the
journal. Exits with 1 if that is not so.

Linux only; needs Python's standard library alone. `journal_loops.rs` of the tests does the same with fewer deliveries.
"""

import hashlib
import hmac
import json
import os
import re
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "compare"))

from serving import SECRET, body, peak_of

CONNECTIONS = 32
FIRST = 1_000_000
MORE_MEMORY = 4
PATIENCE = 60
SAMPLE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "payloads/calypso/samples/INVOICE_PAID.json")


def free_port():
    """Below those that the system gives to clients, one of which could otherwise have it between two runs."""
    for port in range(18_000, 30_000):
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise OSError("no port is free")


class Told:
    """What the senders were told, over all runs."""

    def __init__(self):
        with open(SAMPLE) as file:
            self.before, self.after = body(file.read(), 0).split(b"%d" % FIRST)
        self.next, self.acknowledged, self.refused = FIRST, set(), set()

    def request(self):
        number, self.next = self.next, self.next + 1
        text = self.before + b"%d" % number + self.after
        digest = hmac.new(SECRET, text, hashlib.sha512).hexdigest()
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\nSign: {digest}\r\nContent-Length: {len(text)}\r\n\r\n"
        return number, head.encode() + text


class Sender:
    """One connection, over which one delivery after the other is sent."""

    def __init__(self, port, told):
        self.stream, self.told, self.answer = socket.create_connection(("127.0.0.1", port)), told, b""
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.send()

    def send(self):
        self.number, request = self.told.request()
        self.stream.sendall(request)

    def read(self, last):
        """Takes what has come, and sends the next one unless this is the last; whether the connection lives."""
        try:
            block = self.stream.recv(4096)
            self.answer += block
            head, found, text = self.answer.partition(b"\r\n\r\n")
            length = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) if found else 0
            if found and len(text) >= length:
                status = head.split(b" ", 2)[1]
                {b"200": self.told.acknowledged, b"503": self.told.refused}[status].add(self.number)
                self.answer = b""
                if not last:
                    self.send()
            return bool(block)
        except ConnectionError:
            return False


def first_sender(child, port, told):
    until = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < until:
        try:
            return Sender(port, told)
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise OSError(f"listen does not start; its exit status is {child.returncode}")


def one_run(binary, folder, port, sync, told, until):
    """Starts `listen`, and kills it when so many were acknowledged; its peak memory in MiB."""
    words = [binary, "listen", str(port), "--secret-file", "secret", "--body", "none", "--journal", "j.ndjson", "--sync", sync]
    with open(f"{folder}/err.txt", "ab") as err:
        child = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)

    try:
        senders = [first_sender(child, port, told)]
        senders += [Sender(port, told) for _ in range(CONNECTIONS - 1)]
        with selectors.DefaultSelector() as ready:
            for sender in senders:
                ready.register(sender.stream, selectors.EVENT_READ, sender)
            killed = False
            while ready.get_map():
                if not killed and len(told.acknowledged) >= until:
                    peak = peak_of(child.pid)
                    child.send_signal(signal.SIGKILL)
                    killed = True
                came = ready.select(PATIENCE)
                if not came:
                    raise OSError(f"nothing is answered for {PATIENCE} seconds")
                for key, _ in came:
                    # What has arrived counts, even if it is read after the kill.
                    if not key.data.read(killed):
                        ready.unregister(key.fileobj)
                        key.fileobj.close()
        if not killed:
            raise OSError("all connections ended before the kill")
        return peak
    finally:
        child.kill()
        child.wait()


def in_journal(path):
    """How often each delivery is there, and how many lines cannot be read."""
    found, bad = {}, 0
    with open(path, "rb") as file:
        for line in file:
            try:
                number = json.loads(json.loads(line)["body"])["id"]
                found[number] = found.get(number, 0) + 1
            except (ValueError, KeyError, TypeError):
                bad += 1
    return found, bad


def kills(binary, sync, deliveries, times):
    """Returns whether all is as it must be."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/secret", "wb") as file:
            file.write(SECRET)
        told, port = Told(), free_port()
        peaks = [one_run(binary, folder, port, sync, told, deliveries * at // times) for at in range(1, times + 1)]
        # The next start repairs what the last one left, and fails, since nothing is delivered.
        words = [binary, "listen", str(port), "--deadline", "1ms", "--journal", "j.ndjson"]
        with open(f"{folder}/err.txt", "ab") as err:
            if subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=err).returncode != 1:
                raise OSError(f"no start after the last kill: {' '.join(words)}")
        with open(f"{folder}/err.txt", errors="replace") as file:
            mended = file.read().count("was incomplete and has been removed")
        found, bad = in_journal(f"{folder}/j.ndjson")
    lost = len(told.acknowledged - found.keys())
    twice = sum(times > 1 for times in found.values())
    wrong = len(told.refused & found.keys())
    tenth = max(1, times // 10)
    first, last = statistics.median(peaks[:tenth]), statistics.median(peaks[-tenth:])
    unanswered = len(found.keys() - told.acknowledged)
    print(
        f"--sync {sync}: {len(told.acknowledged):,} acknowledged in {time.monotonic() - started:.0f} s with {times} kills: "
        f"{lost} lost, {twice} twice, {bad} bad lines, {len(told.refused)} refused ({wrong} of them kept), "
        f"{unanswered} kept without an answer, {mended} torn lines repaired; "
        f"peak memory {first:.1f} MiB at first, {last:.1f} MiB at last, {max(peaks):.1f} MiB at most",
        flush=True,
    )
    return not (lost or twice or bad or wrong) and last <= first + MORE_MEMORY


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    binary = os.path.realpath(sys.argv[1])
    deliveries, times = [int(word) for word in sys.argv[2:]] + [200_000, 100][len(sys.argv) - 2 :]
    good = [kills(binary, sync, deliveries, times) for sync in ("each", "none")]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"kills.py: {error}")
