#!/usr/bin/env python3
"""Attacks the tool and prints its peak memory (VmHWM) during each attack, with the limit for it.

    memory.py [ROW…]

Runs the rows whose title contains one of the words, or all. Each has its own process. The limits are for the memory of the
whole process, in MiB; a process that ended during the attack, or did not serve a delivery afterwards, has missed it. The
process is limited to four GiB of addresses, which protects the machine.

    INQUD_HOOK=…   a binary that is already built
    QUICK=1        a tenth of the large numbers
    STRICT=1       exit with 1 if a limit is missed; else the exit code is always 0

Linux only; needs Python's standard library alone.
"""

import os
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

from serving import SECRET, signed_request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MIB = 1 << 20
MOST = 4096 * MIB
PATIENCE = 60
SCALE = 10 if os.environ.get("QUICK") == "1" else 1


def request(body, *headers, target="/"):
    head = f"POST {target} HTTP/1.1\r\nHost: localhost\r\n"
    head += "".join(f"{header}\r\n" for header in headers)
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))


class Ended(Exception):
    """The process under attack has ended, or answers no more."""


class Process:
    """A running tool. Its output is read continuously and discarded."""

    def __init__(self, folder, words, stdin=subprocess.DEVNULL):
        words = [os.environ["INQUD_HOOK"], *words]
        self.child = subprocess.Popen(
            words, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder, preexec_fn=bounded
        )
        self.peak = 0

    def drained(self):
        """Starts another process that reads the output, since this one is busy."""
        self.reader = subprocess.Popen(["cat"], stdin=self.child.stdout, stdout=subprocess.DEVNULL)
        self.child.stdout.close()
        return self

    def look(self):
        """Reads the peak, as long as the process exists."""
        try:
            with open(f"/proc/{self.child.pid}/status") as file:
                found = re.search(r"^VmHWM:\s*(\d+)", file.read(), re.MULTILINE)
        except OSError:
            return self.peak
        if found:
            self.peak = max(self.peak, int(found[1]) / 1024)
        return self.peak

    def settle(self):
        """Waits until it is idle: answered deliveries may not be printed yet."""
        until, before, since = time.monotonic() + PATIENCE, None, time.monotonic()
        while time.monotonic() < until and time.monotonic() < since + 0.3:
            self.look()
            time.sleep(0.02)
            if (now := self.worked()) != before:
                before, since = now, time.monotonic()

    def worked(self):
        """Processor ticks; None once it has ended."""
        try:
            with open(f"/proc/{self.child.pid}/stat") as file:
                return file.read().rpartition(")")[2].split()[11:13]
        except OSError:
            return None

    def finish(self):
        """Waits for its end, and reads the peak until then."""
        until = time.monotonic() + PATIENCE * 3
        while self.child.poll() is None and time.monotonic() < until:
            self.look()
            time.sleep(0.005)
        code = self.child.poll()
        self.end()
        if code not in (0, 1, 2):
            raise Ended(f"ended with {code}")

    def end(self):
        self.look()
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.reader.wait()


class Listener(Process):
    def __init__(self, folder, flags):
        super().__init__(folder, ["listen", "0", "--secret-file", "secret", *flags])
        ready = b""
        while not ready.endswith(b"\n"):
            byte = os.read(self.child.stdout.fileno(), 1)
            if not byte:
                raise Ended("did not begin to listen")
            ready += byte
        self.port = int(re.search(rb"127\.0\.0\.1:(\d+)|\"port\":(\d+)", ready).expand(rb"\1\2"))
        self.drained()

    def connect(self, patience=PATIENCE):
        stream = socket.create_connection(("127.0.0.1", self.port), patience)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream

    def post(self, request):
        """Delivers over a new connection; returns the status of the answer, or None."""
        try:
            with self.connect() as stream:
                stream.sendall(request)
                answer = stream.recv(12)
        except OSError:
            answer = b""
        if self.child.poll() is not None:
            raise Ended(f"ended with {self.child.returncode}")
        return int(answer[9:]) if len(answer) == 12 else None

    def reset(self, request):
        """Delivers, and resets the connection before the answer."""
        with self.connect() as stream:
            stream.sendall(request)
            # Waits until it is read, so that it is a complete delivery.
            time.sleep(0.002)
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def probe(self, wanted=(200, 401, 502, 504)):
        status = self.post(request(b"{}"))
        if status not in wanted:
            raise Ended(f"a delivery is answered {status}")


def at_once(count, act):
    failed = []

    def acts(number):
        try:
            act(number)
        except (OSError, Ended) as error:
            failed.append(error)

    threads = [threading.Thread(target=acts, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


# Attacks on `listen` ----------------------------------------------------------------------------------------------


def lists(item, times):
    def attack(listener):
        body = b"[" + item * ((MIB - 3) // len(item)) + b"0]"
        for _ in range(times):
            listener.post(request(body))

    return attack


def many_leaves(times):
    """One field under a long key with thousands of leaves: 64 KiB, each with its own ids."""

    def attack(listener):
        with open(f"{ROOT}/payloads/calypso/samples/INVOICE_PAID.json") as file:
            sample = file.read().strip()
        leaves = f'"{"k" * 22_000}":[{",".join("0" * 21_000)}]}}'
        for number in range(times):
            body = re.sub(r'("id"\s*:\s*)\d+', rf"\g<1>{1_000_000 + number}", sample)
            body = body.replace("PMT", f"PMT{number}").removesuffix("}") + "," + leaves
            listener.post(request(body.encode()))

    return attack


def idle(sends):
    def attack(listener):
        streams = []
        try:
            for _ in range(2_000):
                streams.append(listener.connect())
                streams[-1].sendall(sends)
            listener.look()
            time.sleep(2)
        finally:
            for stream in streams:
                stream.close()

    return attack


def leave_while_delayed(listener):
    body = request(b"{" + b" " * (MIB - 2) + b"}")
    for _ in range(1_500 // SCALE):
        listener.reset(body)


def flood(reads):
    """50 connections that pipeline for ten seconds, with and without reading the answers."""

    def attack(listener):
        until = time.monotonic() + 10 / SCALE
        requests = request(b"{}") * 500

        def client(_):
            with listener.connect() as stream:
                stream.setblocking(False)
                rest = memoryview(b"")
                while time.monotonic() < until:
                    wants = [stream] if reads else []
                    readable, writable, _ = select.select(wants, [stream], [], 0.1)
                    if readable and not stream.recv(1 << 16):
                        return
                    if writable:
                        rest = rest or memoryview(requests)
                        rest = rest[stream.send(rest) :]

        at_once(50, client)

    return attack


def shapes():
    """Bodies for which explaining a wrong signature takes the longest."""
    number = b"1234567890.0987654321e5,"
    texts = [
        b'{"a":' + b" " * (MIB - 8) + b"1}",
        b'{"a":[' + number * (MIB // len(number) - 1) + b"0]}",
        b'{"a":"' + b"\\u00e9" * (MIB // 6 - 4) + b'"}',
        b'{"a":"' + "é".encode() * (MIB // 2 - 8) + b'"}',
        b'{"a":"' + b"\\/" * (MIB // 2 - 8) + b'"}',
        b"{" + b",".join(b'"%d": %d' % (at, at) for at in range(60_000)) + b"}",
        b'{"a":' * 60 + b"[" + b"1,\r\n" * 200_000 + b"1]" + b"}" * 60,
        b"a=1&" * (MIB // 4 - 1),
    ]
    return [text[:MIB] for text in texts]


def wrong_signatures(listener):
    headers = [f"Sign: {'0' * 128}", f"X-Payload-Digest: {'0' * 40}", "Authorization: Secret another"]
    all_of_them = [request(body, header) for body in shapes() for header in headers]
    for one in all_of_them:
        listener.post(one)
    at_once(100, lambda number: listener.post(all_of_them[number % len(all_of_them)]))


def read_answers(stream, count):
    tail = b""
    while count > 0:
        block = stream.recv(1 << 16)
        if not block:
            raise Ended("a delivery is not answered")
        count -= (tail + block).count(b"ok\n")
        tail = (tail + block)[-2:]


def deliveries(count):
    """Good deliveries over eight connections, pipelined. Growth after the first 100,000 is a leak."""

    def attack(listener):
        with open(f"{ROOT}/payloads/calypso/samples/INVOICE_PAID.json") as file:
            sample = file.read()
        # More than it remembers, so that none is a duplicate.
        requests = [signed_request(sample, number) for number in range(40_000 // SCALE)]
        batches = [b"".join(requests[at : at + 50]) for at in range(0, len(requests), 50)]

        def part(count):
            def client(number):
                with listener.connect() as stream:
                    for at in range(count // 8 // 50):
                        stream.sendall(batches[(at * 8 + number) % len(batches)])
                        read_answers(stream, 50)

            if failed := at_once(8, client):
                raise Ended(str(failed[0]))
            listener.settle()
            return listener.look()

        first = part(100_000 // SCALE)
        last = part(count - 100_000 // SCALE)
        listener.note = f"{first:.1f} after the first 100,000"
        # What waits to be printed may be 4 MiB, and it depends on the machine whether it ever was.
        if last > first + 8:
            raise Ended(f"grows from {first:.1f} to {last:.1f}")

    return attack


# Attacks on files and on `send` -------------------------------------------------------------------------------------


def validating(write):
    def attack(folder):
        path = f"{folder}/body.json"
        with open(path, "wb") as file:
            write(file)
        return Process(folder, ["validate", "body.json"])

    return attack


def sparse(file):
    file.truncate((4 << 30) // SCALE)


def list_of_bodies(file):
    file.write(b"[" + b"{}," * (MIB // 3 - 1) + b"{}]")


def one_line(file):
    file.write(b'{"id":"')
    for _ in range(1024 // SCALE):
        file.write(b"x" * MIB)
    file.write(b'"}')


def many_files(folder):
    os.mkdir(f"{folder}/many")
    for number in range(100_000 // SCALE):
        with open(f"{folder}/many/{number}.json", "w") as file:
            file.write("{}")
    return Process(folder, ["validate", "many"])


def configured_from_a_device(folder):
    return Process(folder, ["config", "--config", "/dev/zero"])


def endless_answers(folder):
    """60 connections of a burst, each with an endless answer."""
    server = socket.create_server(("127.0.0.1", 0), backlog=128)

    def answer(stream):
        try:
            stream.recv(1 << 16)
            stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                stream.sendall(b"x" * (1 << 16))
        except OSError:
            stream.close()

    def serve():
        while True:
            threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    to = f"127.0.0.1:{server.getsockname()[1]}"
    words = ["send", "INVOICE_PAID", "--to", to, "--count", "60", "--concurrency", "60", "--timeout", "5s"]
    return Process(folder, words)


# The table ----------------------------------------------------------------------------------------------------------

LISTENING = [
    ("list of 349,000 empty bodies, 8 times", 64, [], lists(b"{},", 8)),
    ("list of 349,000 empty bodies, 3 times, JSON", 64, ["--format", "json"], lists(b"{},", 3)),
    ("list of 524,000 numbers, 8 times", 64, [], lists(b"1,", 8)),
    ("64 KiB of leaves under a long key", 64, ["--body", "changed"], many_leaves(1)),
    ("the same 5 times, each with new ids", 64, ["--body", "changed"], many_leaves(5)),
    ("2,000 idle connections", 32, [], idle(b"")),
    ("2,000 half headers", 32, [], idle(b"POST / HTTP/1.1\r\nHost: localhost\r\nX: ")),
    ("2,000 half bodies", 32, [], idle(request(b"{}")[:-1].replace(b"Length: 2", b"Length: 2000"))),
    ("1,500 of 1 MiB, delayed, reset", 128, ["--delay", "12s"], leave_while_delayed),
    ("1,500 of 1 MiB, to a dead target, reset", 128, ["--forward", "DEAD"], leave_while_delayed),
    ("pipelining flood, answers are read", 32, [], flood(True)),
    ("pipelining flood, answers are not read", 32, [], flood(False)),
    ("wrong signatures, the worst shapes, 100 at once", 160, [], wrong_signatures),
    ("300,000 deliveries", 32, [], deliveries(300_000 // SCALE)),
    ("300,000 deliveries, JSON", 32, ["--format", "json"], deliveries(300_000 // SCALE)),
    (
        "200,000 deliveries, journal and changes",
        32,
        ["--body", "changed", "--journal", "journal.ndjson", "--sync", "none"],
        deliveries(200_000 // SCALE),
    ),
]

OTHERS = [
    ("validate, list of 349,000 empty bodies", 32, validating(list_of_bodies)),
    ("validate, sparse file of 4 GiB", 32, validating(sparse)),
    ("validate, line of 1 GiB", 32, validating(one_line)),
    ("validate, 100,000 files", 32, many_files),
    ("config from /dev/zero", 64, configured_from_a_device),
    ("send, 60 answers without an end", 64, endless_answers),
]


def attacked_listener(folder, flags, attack, dead):
    flags = [f"http://127.0.0.1:{dead}/hooks" if flag == "DEAD" else flag for flag in flags]
    listener = Listener(folder, flags)
    listener.note = ""
    try:
        attack(listener)
        listener.settle()
        # A delay and a dead target would take time.
        if not {"--delay", "--forward"} & set(flags):
            listener.probe()
        return listener.look(), listener.note
    finally:
        listener.end()


def attacked_process(folder, attack):
    process = attack(folder).drained()
    try:
        process.finish()
    finally:
        process.end()
    return process.peak, ""


def main():
    if "INQUD_HOOK" not in os.environ:
        subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=ROOT, check=True)
        os.environ["INQUD_HOOK"] = f"{os.environ.get('CARGO_TARGET_DIR', ROOT + '/target')}/release/inqud-hook"
    os.environ["INQUD_HOOK"] = os.path.realpath(os.environ["INQUD_HOOK"])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    # A bound port that never accepts: connections to it hang.
    dead = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = dead.getsockname()[1]
    rows = [
        (title, limit, lambda folder, f=flags, a=attack: attacked_listener(folder, f, a, port))
        for title, limit, flags, attack in LISTENING
    ]
    rows += [(title, limit, lambda folder, a=attack: attacked_process(folder, a)) for title, limit, attack in OTHERS]
    missed = 0
    print("| attack | peak, MiB | limit | | |")
    print("|---|---|---|---|---|")
    for title, limit, play in rows:
        if sys.argv[1:] and not any(word in title for word in sys.argv[1:]):
            continue
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/secret", "wb") as file:
                file.write(SECRET)
            try:
                peak, note = play(folder)
                verdict = "met" if peak <= limit else "missed"
                shown = f"{peak:.1f}"
            except (OSError, Ended) as error:
                shown, note, verdict = "-", str(error), "missed"
        missed += verdict == "missed"
        print(f"| {title} | {shown} | {limit} | {verdict} | {note} |", flush=True)
    sys.exit(1 if missed and os.environ.get("STRICT") == "1" else 0)


if __name__ == "__main__":
    main()
