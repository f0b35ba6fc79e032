#!/usr/bin/env python3
"""Measures load generators against each other on the endpoint of send.sh and prints rows of a table.

    loads.py fixed URL FOLDER [BODY]
    loads.py burst URL ROUNDS COUNT FOLDER CONTESTANT…
    loads.py pace URL ROUNDS RATE FOLDER CONTESTANT…
    loads.py reset URL
    loads.py arrived URL COUNT

fixed: writes the request that the peers repeat into FOLDER, as body.json, headers.txt and post.lua: the last one that the
endpoint received, or one with BODY and a made-up signature if there is none of ours.

burst, pace: a contestant is "NAME", or for burst "NAME KEY" with the key of a goal in goals.py, or for pace "NAME GOAL";
its command is in FOLDER/NAME.cmd. All run in turn, A B C A B C, after one round that does not count. The endpoint, not the tool, counts the requests. Ours, if it is the
first, is compared with each of the others: requests a second of the whole process, from its start to its end, and processor
time per request. For pace the goal is the median and the 99th percentile of how late the tool
says it was, in microseconds: "60/300".

A round during which other processes used more than a tenth of a processor is repeated, up to $TRIES times (10). $ENDPOINT_PID is
the endpoint, which is not counted as another process.

reset: makes the endpoint forget its requests. arrived: fails unless it has received COUNT requests since.
"""

import json
import os
import re
import shlex
import statistics
import sys
import time
import urllib.request

from goals import goal_of, record, verdict
from pairs import run

# Headers that every tool writes by itself, or sets with a flag.
USUAL = {"host", "content-length", "content-type", "user-agent", "accept", "accept-encoding", "connection"}

TRIES = int(os.environ.get("TRIES", "10"))


def ask(url, path):
    with urllib.request.urlopen(url.rstrip("/") + path) as answer:
        return answer.read()


def fixed(url, folder, body_file=None):
    if body_file:
        with open(body_file, "rb") as file:
            body = file.read()
        headers = ["Key: " + "0" * 36, "Sign: " + "0" * 128]
        print("nothing of ours was sent: the peers repeat a sample", file=sys.stderr)
    else:
        first, last = ask(url, "/first"), ask(url, "/last")
        head, _, body = last.partition(b"\r\n\r\n")
        headers = [line for line in head.decode().split("\r\n")[1:] if line.split(":")[0].lower() not in USUAL]
        fresh = "a fresh body" if first.partition(b"\r\n\r\n")[2] != body else "the same body again"
        print(f"ours: {len(last)} bytes a request, {len(body)} of them body; every delivery has {fresh}", file=sys.stderr)
    with open(f"{folder}/body.json", "wb") as file:
        file.write(body)
    with open(f"{folder}/headers.txt", "w") as file:
        file.writelines(f"{line}\n" for line in headers)
    with open(f"{folder}/post.lua", "w") as file:
        file.write('wrk.method = "POST"\n')
        file.write(f'wrk.body = io.open({json.dumps(folder + "/body.json")}, "rb"):read("*a")\n')


def said(text):
    """What a tool reports: requests a second, and how late they started if it says so."""
    if found := re.search(r"^\s*Requests/sec:\s*([0-9.]+)", text, re.MULTILINE):  # hey and wrk
        return float(found[1]), None
    try:
        whole = json.loads(text)  # oha
        return whole["summary"]["requestsPerSec"], None
    except (ValueError, KeyError):
        summary = json.loads(text.strip().splitlines()[-1])
        return summary["per_second"], summary.get("late_us")


def arrived(url, wanted):
    if (count := int(ask(url, "/count"))) != int(wanted):
        raise OSError(f"{count} requests arrived, not {wanted}")


def busy():
    """Processor seconds used by all processes and by the endpoint; zero if the system does not tell."""
    try:
        with open("/proc/stat") as all_of_it, open(f"/proc/{os.environ['ENDPOINT_PID']}/stat") as endpoint:
            fields = [int(field) for field in all_of_it.readline().split()[1:9]]
            own = endpoint.read().rpartition(")")[2].split()
    except (OSError, KeyError):
        return 0, 0
    tick = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - fields[3] - fields[4]) / tick, (int(own[11]) + int(own[12])) / tick


class Contestant:
    def __init__(self, words, folder):
        self.name, self.goal = [*words.split(), "-"][:2]
        with open(f"{folder}/{self.name}.cmd") as lines:
            self.commands = [shlex.split(line) for line in lines if line.strip()]
        self.rounds = []

    def one_round(self, url, out):
        ask(url, "/reset")
        before = busy()
        wall, cpu = run(self.commands, out)
        all_processes, endpoint = (now - then for now, then in zip(busy(), before))
        arrived = int(ask(url, "/count"))
        with open(out) as file:
            claimed, late = said(file.read())
        if arrived == 0:
            raise OSError(f"nothing of {self.name} arrived")
        others = (all_processes - endpoint - cpu) / wall
        return {"arrived": arrived, "wall": wall, "cpu": cpu, "claimed": claimed, "late": late, "others": others}

    def of(self, what):
        return [what(one) for one in self.rounds]


def in_turn(url, rounds, folder, contestants, check):
    contestants = [Contestant(words, folder) for words in contestants]
    disturbed = 0
    for number in range(int(rounds) + 1):
        for contestant in contestants:
            for _ in range(TRIES):
                one = contestant.one_round(url, f"{folder}/printed.txt")
                check(contestant, one)
                if number == 0 or one["others"] <= 0.1:
                    break
                time.sleep(1)
            if number > 0:
                contestant.rounds.append(one)
                disturbed += one["others"] > 0.1
    if disturbed:
        print(f"{disturbed} of {len(contestants) * int(rounds)} rounds were disturbed by other processes", file=sys.stderr)
    return contestants


def ratio(over, under):
    each = [first / second for first, second in zip(over, under)]
    value = statistics.median(over) / statistics.median(under)
    return value, f"{value:.2f} ({min(each):.2f}-{max(each):.2f})"


def row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def per_second(one):
    return one["arrived"] / one["wall"]


def per_request(one):
    return one["cpu"] / one["arrived"] * 1e6


def burst(url, rounds, count, folder, *words):
    def check(contestant, one):
        # wrk cannot send a fixed number of requests, it runs for a time.
        if contestant.name != "wrk" and one["arrived"] != int(count):
            raise OSError(f"{one['arrived']} of {contestant.name}'s {count} requests arrived")

    contestants = in_turn(url, rounds, folder, words, check)
    first = contestants[0]
    for contestant in contestants:
        rates, cpu = contestant.of(per_second), contestant.of(per_request)
        cells = [
            contestant.name,
            f"{statistics.median(rates):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})",
            f"{statistics.median(contestant.of(lambda one: one['claimed'])):,.0f}",
            f"{statistics.median(cpu):.2f}",
            f"{statistics.median(contestant.of(lambda one: one['cpu'] / one['wall'])):.0%}",
        ]
        if first.name == "ours" and contestant is not first:
            speed, speed_shown = ratio(first.of(per_second), rates)
            wanted = goal_of(contestant.goal)
            record(contestant.goal, speed, speed_shown)
            cells += [speed_shown, f"{wanted} {verdict(speed, wanted)}", ratio(first.of(per_request), cpu)[1]]
        row(cells + [""] * (8 - len(cells)))


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def pace(url, rounds, rate, folder, *words):
    def check(contestant, one):
        arrivals = [int(line) for line in ask(url, "/arrivals").split()]
        one["rate"] = (len(arrivals) - 1) / (arrivals[-1] - arrivals[0]) * 1e9
        # Nobody but ours says how late it was. How unevenly requests arrive can be seen from outside: how far each is
        # from an even beat of the rate that was asked for. The beat's start is unknown, so the median request is on it.
        behind = [at / 1e3 - number * 1e6 / float(rate) for number, at in enumerate(arrivals)]
        middle = statistics.median(behind)
        off = [abs(value - middle) for value in behind]
        one["off"] = {"p50": quantile(off, 0.5), "p99": quantile(off, 0.99)}

    for contestant in in_turn(url, rounds, folder, words, check):
        rates = contestant.of(lambda one: one["rate"])
        off = [statistics.median(contestant.of(lambda one: one["off"][name])) for name in ("p50", "p99")]
        cells = [
            f"{contestant.name}, {float(rate):,.0f}/s",
            f"{statistics.median(rates):,.1f} ({min(rates):,.1f}-{max(rates):,.1f})",
            f"{off[0]:,.0f} / {off[1]:,.0f}",
            f"{statistics.median(contestant.of(per_request)):.1f}",
        ]
        if all(contestant.of(lambda one: one["late"])):
            late = [statistics.median(contestant.of(lambda one: one["late"][name])) for name in ("p50", "p99", "max")]
            goal = contestant.goal
            met = goal != "-" and all(value <= float(limit) for value, limit in zip(late, goal.split("/")))
            cells += [" / ".join(f"{value:,.0f}" for value in late), goal, "met" if met else "missed"]
        row(cells + [""] * (7 - len(cells)))


if __name__ == "__main__":
    try:
        jobs = {"fixed": fixed, "burst": burst, "pace": pace, "arrived": arrived}
        jobs["reset"] = lambda url: ask(url, "/reset")
        jobs[sys.argv[1]](*sys.argv[2:])
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"loads.py: {error!r}")
