#!/usr/bin/env python3
"""Measures servers against each other under wrk and prints rows of a table.

    serving.py bodies FOLDER SAMPLE
    serving.py measure FOLDER WRK ROUNDS SECONDS CONNECTIONS SERVER_CPU CLIENT_CPU CONTESTANT…

bodies: writes the input of wrk into FOLDER: 40,000 requests of the same length in requests.bin, post.lua to read them, the
signing secret, and the hooks of webhook: with the rule in met.json it runs /bin/true for each request, with the one in
unmet.json it runs nothing.

measure: a contestant is a name; its command is in FOLDER/NAME.cmd. All run in turn, A B C A B C, after one round that
does not count, each round with a new server. The server's processor time includes its children. An empty SERVER_CPU or
CLIENT_CPU does not pin the process.

Every answer must be 200. A journal must have a line for each request that wrk counted, and no more than for those that were
pending when wrk ended.

A round during which other processes used more than a tenth of a processor is repeated, up to $TRIES times (10). With a
journal the limit is a third, since the system's own threads write it to the disk. A round in which a contestant answers
nothing is repeated too; if it still does then, the round is left out for all, which is said.
"""

import hashlib
import hmac
import json
import math
import os
import re
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time

from goals import goal_of, record, verdict
from loads import ratio, row

COUNT, LENGTH, SECRET = 40_000, 400, b"a secret for measuring"
TICK = os.sysconf("SC_CLK_TCK")
TRIES = int(os.environ.get("TRIES", "10"))

LUA = """
local file = io.open("requests.bin", "rb")
local all = file:read("*a")
file:close()
local length, count, at = %d, %d, 0
local requests = {}
for number = 1, count do
  requests[number] = all:sub((number - 1) * length + 1, number * length)
end
request = function()
  at = at %% count + 1
  return requests[at]
end
"""


def body(sample, number):
    """The sample with new ids, padded to the wanted length."""
    # Without the zeros at the end that the samples have, so that lengths and older measurements compare.
    whole = json.loads(sample, parse_float=lambda digits: digits.rstrip("0"))
    data = whole["data"]
    del data["idempotencyKey"]
    whole["id"], data["externalId"], data["description"] = 1_000_000 + number, f"{number:05}", "?"
    text = json.dumps(whole, separators=(",", ":"))
    # Amounts keep every digit: they were read as strings, and become numbers again.
    text = re.sub(r'"((?:a|fiatA|realA)mount)":"([0-9.]+)"', r'"\1":\2', text)
    return text.replace("?", "x" * (LENGTH - len(text) + 1)).encode()


def signed_request(sample, number):
    """One request with that body; all have the same length."""
    text = body(sample, number)
    assert len(text) == LENGTH
    digest = hmac.new(SECRET, text, hashlib.sha512).hexdigest()
    head = "POST /hooks/measured HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: wrk\r\nAccept: */*\r\n"
    head += f"Content-Type: application/json\r\nKey: some-key\r\nSign: {digest}\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text


def bodies(folder, sample):
    with open(sample) as file:
        sample = file.read()
    with open(f"{folder}/requests.bin", "wb") as file:
        for number in range(COUNT):
            one = signed_request(sample, number)
            file.write(one)
    with open(f"{folder}/post.lua", "w") as file:
        file.write(LUA % (len(one), COUNT))
    with open(f"{folder}/secret", "wb") as file:
        file.write(SECRET)
    signed = {"type": "payload-hmac-sha512", "secret": SECRET.decode()}
    signed["parameter"] = {"source": "header", "name": "Sign"}
    # A wrong digest would be answered 500. With this extra rule the digest is right and still no process is run.
    never = {"type": "value", "value": "never", "parameter": {"source": "header", "name": "Key"}}
    for name, rule in ("met", {"match": signed}), ("unmet", {"and": [{"match": signed}, {"match": never}]}):
        hook = {"id": "measured", "execute-command": "/bin/true", "trigger-rule": rule}
        with open(f"{folder}/{name}.json", "w") as file:
            json.dump([hook], file)


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return sum(int(fields[at]) for at in (11, 12, 13, 14)) / TICK


def cpu_of_all():
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


def peak_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"^VmHWM:\s*(\d+)", file.read(), re.MULTILINE)[1]) / 1024


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_for(ask):
    for _ in range(200):
        if found := ask():
            return found
        time.sleep(0.02)
    raise OSError("a server did not start")


def reachable(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def pinned(cpu, command):
    return ["taskset", "-c", cpu, *command] if cpu else command


class Contestant:
    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        with open(f"{folder}/{name}.cmd") as file:
            self.command = shlex.split(file.read())
        self.rounds = []

    def start(self, cpu, journal):
        words = [journal if word == "JOURNAL" else word for word in self.command]
        port = None
        if "PORT" in words:
            port = free_port()
            words = [str(port) if word == "PORT" else word for word in words]
        out = f"{self.folder}/out.txt"
        with open(out, "wb") as file:
            child = subprocess.Popen(pinned(cpu, words), stdout=file, stderr=subprocess.DEVNULL, cwd=self.folder)

        def said():
            with open(out, errors="replace") as file:
                found = re.search(r"127\.0\.0\.1:(\d+)", file.readline())
            return found and int(found[1])

        port = port or wait_for(said)
        wait_for(lambda: reachable(port))
        return child, port

    def one_round(self, wrk, seconds, connections, server_cpu, client_cpu):
        journal = f"{self.folder}/journal.ndjson"
        child, port = self.start(server_cpu, journal)
        try:
            command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", "post.lua"]
            command = pinned(client_cpu, [*command, f"http://127.0.0.1:{port}/hooks/measured"])
            before, before_all = cpu_of(child.pid), cpu_of_all()
            started, usage = time.perf_counter(), os.times()
            said = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=self.folder, check=True).stdout
            wall = time.perf_counter() - started
            cpu, all_processes = cpu_of(child.pid) - before, cpu_of_all() - before_all
            now = os.times()
            client = now.children_user + now.children_system - usage.children_user - usage.children_system
            peak = peak_of(child.pid)
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait()
        if "Non-2xx" in said or "Socket errors" in said:
            raise OSError(f"{self.name}: {said}")
        count = int(re.search(r"(\d+) requests in", said)[1])
        if "JOURNAL" in self.command:
            with open(journal, "rb") as file:
                written = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
            os.unlink(journal)
            if not count <= written <= count + int(connections):
                raise OSError(f"{self.name}: {count} answered with 200, but {written} in the journal")
        os.unlink(f"{self.folder}/out.txt")
        return {
            "count": count,
            "per_second": float(re.search(r"Requests/sec:\s*([0-9.]+)", said)[1]),
            "cpu": cpu / max(count, 1) * 1e6,
            "busy": cpu / wall,
            "p50": latency(said, "50"),
            "p99": latency(said, "99"),
            "peak": peak,
            # If nothing was answered within a second, another process keeps the disk busy.
            "others": (all_processes - cpu - client) / wall if count else math.inf,
        }

    def of(self, what):
        return [one[what] for one in self.rounds]

    def middle(self, what):
        return statistics.median(self.of(what))


def latency(said, share):
    """Microseconds."""
    number, unit = re.search(rf"^\s*{share}%\s+([0-9.]+)(us|ms|s|m)", said, re.MULTILINE).groups()
    return float(number) * {"us": 1, "ms": 1e3, "s": 1e6, "m": 6e7}[unit]


def in_turn(contestants, rounds, *how):
    disturbed = 0
    for number in range(rounds + 1):
        done = {}
        for contestant in contestants:
            # The system's work for a journal is not a disturbance.
            most = 0.33 if "JOURNAL" in contestant.command else 0.1
            for _ in range(TRIES):
                one = contestant.one_round(*how)
                # Processes that a server starts are not all counted as its own.
                if number == 0 or one["others"] <= most or contestant.name == "webhook-runs":
                    break
                time.sleep(1)
            else:
                disturbed += 1
            done[contestant] = one
        if number == 0:
            continue
        silent = [contestant.name for contestant, one in done.items() if one["count"] == 0]
        if silent:
            # Rounds are compared in pairs, and nothing can be divided by none.
            print(f"round {number} is left out: {', '.join(silent)} answered nothing", file=sys.stderr)
        else:
            for contestant, one in done.items():
                contestant.rounds.append(one)
    if disturbed:
        print(f"{disturbed} rounds were disturbed by other processes", file=sys.stderr)


def measure(folder, wrk, rounds, seconds, connections, server_cpu, client_cpu, *names):
    contestants = {name: Contestant(name, folder) for name in names}
    in_turn(contestants.values(), int(rounds), wrk, seconds, connections, server_cpu, client_cpu)
    title = f"**{connections} connections**"
    if not all(one.rounds for one in contestants.values()):
        row([title, "not measured: in every round something answered nothing"])
        print()
        return
    row([title, "requests/s: median (min-max)", "CPU us/request", "busy", "p50 / p99 us", "peak MiB"])
    row(["---"] * 6)
    for one in contestants.values():
        rates = one.of("per_second")
        cells = [
            one.name,
            f"{statistics.median(rates):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})",
            f"{one.middle('cpu'):.2f} ({min(one.of('cpu')):.2f}-{max(one.of('cpu')):.2f})",
            f"{one.middle('busy'):.0%}",
            f"{one.middle('p50'):,.0f} / {one.middle('p99'):,.0f}",
            f"{max(one.of('peak')):.1f}",
        ]
        row(cells)
    print()
    row(["A / B", "of the medians (of each round)", "goal", ""])
    row(["---"] * 4)
    for over, under, what, key in [
        ("ours", "ours-again", "per_second", "-"),
        ("ours", "ours-again", "cpu", "-"),
        ("ours", "webhook", "per_second", f"{connections}/webhook"),
        ("ours", "webhook-runs", "per_second", "-"),
        ("ours", "epoll", "cpu", f"{connections}/epoll"),
        ("ours", "hyper", "cpu", "-"),
        ("unsynced", "ours", "cpu", f"{connections}/unsynced"),
        ("synced", "webhook", "per_second", "-"),
    ]:
        if over in contestants and under in contestants:
            value, shown = ratio(contestants[over].of(what), contestants[under].of(what))
            title = {"cpu": "CPU per request", "per_second": "requests/s"}[what]
            record(key, value, shown)
            row([f"{over} / {under}, {title}", shown, goal_of(key), verdict(value, goal_of(key))])
    peak = max(max(one.of("peak")) for one in contestants.values() if "listen" in one.command)
    row(["peak of ours, MiB", f"{peak:.1f}", "<=32", verdict(peak, "<=32")])
    row(["200s that are in the journal", "all", "all", "met"])
    print()


if __name__ == "__main__":
    try:
        {"bodies": bodies, "measure": measure}[sys.argv[1]](*sys.argv[2:])
    except (OSError, ValueError, KeyError, subprocess.CalledProcessError) as error:
        sys.exit(f"serving.py: {error}")
