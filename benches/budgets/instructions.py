#!/usr/bin/env python3
"""Counts the instructions that the tool executes, with callgrind, and compares two binaries.

    instructions.py BINARY [BEFORE]

Instruction counts do not depend on the machine's load, so a difference of two per cent is visible. BEFORE is the
binary to compare with, such as the release binary of the commit before; without it there is one column of numbers.
`validate`, `listen` and bursts may not take more than 1.02 times as many as before. Each number is the median of the
rounds.

    ROUNDS=5       how often each number is counted
    BODIES=10000   how many bodies the file for `validate` holds
    STRICT=1       exit with 1 if a ratio is missed; else the exit code is always 0

One delivery through `listen` is the difference between a run of 200 and one of 1,200, divided by 1,000, so that neither
the start nor the end counts. The deliveries are signed and different, and come one after the other over one connection
that is kept; what `listen` prints, for people and without bodies, goes to a file.

One delivery of a burst is, in the same way, the difference between 1,000 and 11,000, over one connection.
"""

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
COMPARE = os.path.join(os.path.dirname(HERE), "compare")
sys.path.insert(0, COMPARE)
sys.dont_write_bytecode = True

from serving import SECRET, signed_request

ROUNDS = int(os.environ.get("ROUNDS", "5"))
BODIES = int(os.environ.get("BODIES", "10000"))
LIMIT = 1.02
FEW, MANY = 200, 1_200
FEW_OF_A_BURST, MANY_OF_A_BURST = 1_000, 11_000
PATIENCE = 120


def environment():
    """An environment without the caller's variables: each one costs instructions."""
    return {"PATH": os.environ.get("PATH", ""), "NO_COLOR": "1"}


def callgrind(words, folder):
    out = os.path.join(folder, "callgrind.out")
    if os.path.exists(out):
        os.unlink(out)
    return out, ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}", *words]


def total(out):
    with open(out) as file:
        return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.MULTILINE)[1])


def whole_run(binary, arguments, folder):
    """The instructions of a process from its start to its end."""
    out, command = callgrind([binary, *arguments], folder)
    with open(os.path.join(folder, "out.txt"), "wb") as file:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, cwd=folder, env=environment()
        )
    if done.returncode != 0:
        raise OSError(f"exit status {done.returncode} of {' '.join(command)}: {done.stderr.decode()[:500]}")
    return total(out)


def port_of(child, out):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and child.poll() is None:
        with open(out, errors="replace") as file:
            if found := re.search(r"127\.0\.0\.1:(\d+)", file.readline()):
                return int(found[1])
        time.sleep(0.02)
    raise OSError("listen did not start")


def deliver(port, requests):
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as stream:
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            stream.sendall(request)
            answer = b""
            while not answer.endswith(b"ok\n"):
                block = stream.recv(4096)
                if not block:
                    raise OSError("a delivery was not answered")
                answer += block
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise OSError(f"a delivery was answered {answer[:40]}")


def listening_run(binary, arguments, folder, requests):
    """The instructions of `listen` while those requests come, its start and its end with them."""
    journal = os.path.join(folder, "journal.ndjson")
    if os.path.exists(journal):
        os.unlink(journal)
    out, command = callgrind([binary, "listen", "0", "--secret-file", "secret", "--body", "none", *arguments], folder)
    said = os.path.join(folder, "out.txt")
    with open(said, "wb") as file:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, cwd=folder, env=environment()
        )
    try:
        deliver(port_of(child, said), requests)
        # Output that is not yet printed belongs to the run.
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with open(said, "rb") as file:
                if file.read().count(b"200 in ") >= len(requests):
                    break
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=PATIENCE)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if child.returncode != 130:
        raise OSError(f"listen exited with {child.returncode}")
    return total(out)


def one_delivery(binary, arguments, folder, requests):
    few = listening_run(binary, arguments, folder, requests[:FEW])
    many = listening_run(binary, arguments, folder, requests[:MANY])
    return (many - few) // (MANY - FEW)


def answer_all(listener):
    """Answers whatever comes, one connection after the other, until the listener is closed."""
    while True:
        try:
            stream, _ = listener.accept()
        except OSError:
            return
        with stream:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            received = b""
            while block := stream.recv(65_536):
                received += block
                head, found, body = received.partition(b"\r\n\r\n")
                length = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) if found else 0
                if found and len(body) >= length:
                    received = body[length:]
                    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def one_of_a_burst(binary, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer_all, args=(listener,), daemon=True).start()
        to = f"127.0.0.1:{listener.getsockname()[1]}"
        burst = ["send", "INVOICE_PAID", "--to", to, "--seed", "1", "--concurrency", "1", "--count"]
        few = whole_run(binary, [*burst, str(FEW_OF_A_BURST)], folder)
        many = whole_run(binary, [*burst, str(MANY_OF_A_BURST)], folder)
    return (many - few) // (MANY_OF_A_BURST - FEW_OF_A_BURST)


def prepare(folder):
    """Writes the input files that every binary gets."""
    sample = os.path.join(ROOT, "payloads/calypso/samples/INVOICE_PAID.json")
    shutil.copy(sample, os.path.join(folder, "one.json"))
    bodies = os.path.join(folder, "bodies")
    subprocess.run([sys.executable, os.path.join(COMPARE, "bodies.py"), bodies, str(BODIES)], check=True)
    shutil.move(os.path.join(bodies, "good.jsonl"), os.path.join(folder, "good.jsonl"))
    shutil.rmtree(bodies)
    with open(os.path.join(folder, "secret"), "wb") as file:
        file.write(SECRET)
    with open(sample) as file:
        text = file.read()
    return [signed_request(text, number) for number in range(MANY)]


def rows(folder, requests):
    """A title, whether the limit holds for it, and how it is counted."""

    def run(*arguments):
        return lambda binary: whole_run(binary, arguments, folder)

    def delivery(*arguments):
        return lambda binary: one_delivery(binary, arguments, folder, requests)

    unsynced = ["--journal", "journal.ndjson", "--sync", "none"]
    return [
        ("validate, one file, from start to end", True, run("validate", "one.json")),
        (f"validate, {BODIES:,} good bodies", True, run("validate", "good.jsonl")),
        ("listen, one delivery", True, delivery()),
        ("listen, one delivery, --journal --sync none", True, delivery(*unsynced)),
        ("send --count, one delivery", True, lambda binary: one_of_a_burst(binary, folder)),
        ("send --dry-run, from start to end", False, run("send", "INVOICE_PAID", "--seed", "1", "--dry-run")),
    ]


def main():
    binaries = [os.path.realpath(path) for path in sys.argv[1:]]
    if not 1 <= len(binaries) <= 2:
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        sys.exit("valgrind is missing")
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        requests = prepare(folder)
        both = len(binaries) == 2
        print("| instructions | now |" + (" before | ratio | goal | |" if both else ""))
        print("|---|---|" + ("---|---|---|---|" if both else ""))
        for title, limited, count in rows(folder, requests):
            counted = [[count(binary) for binary in binaries] for _ in range(ROUNDS)]
            now, *before = [int(statistics.median(each)) for each in zip(*counted)]
            cells = [title, f"{now:,}"]
            if both:
                ratio = now / before[0]
                verdict = ("met" if ratio <= LIMIT else "missed") if limited else ""
                missed = missed or verdict == "missed"
                cells += [f"{before[0]:,}", f"{ratio:.4f}", f"<={LIMIT}" if limited else "-", verdict]
            print("| " + " | ".join(cells) + " |", flush=True)
    sys.exit(1 if missed and os.environ.get("STRICT") == "1" else 0)


if __name__ == "__main__":
    main()
