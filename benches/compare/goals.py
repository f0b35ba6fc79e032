#!/usr/bin/env python3
"""The goals of the benchmarks, and the table of what was reached.

    goals.py record KEY VALUE
    goals.py table

The scripts look up their goals here by a key, and append what they measured to the file $RESULTS, if it is set, a JSON
object a line. record: appends a value. table: prints all goals with what the last line of $RESULTS with that key says, as
Markdown.
"""

import json
import os
import sys
from collections import namedtuple

# A goal is that the ratio of ours to a peer or to a limit, which no tool can go beyond, is at most or at least that large.
Goal = namedtuple("Goal", "key job peer limit wanted")
GOALS = [
    Goal("one/instructions", "`validate`, one file: million instructions", "", "", "<=1.0"),
    Goal("one/jsonschema-cli", "`validate`, one file: time", "jsonschema-cli", "", "<=0.5"),
    Goal("one/hello", "`validate`, one file: time", "", "a Rust hello", "<=1.3"),
    Goal("good/sourcemeta", "`validate`, good bodies in one file: speed", "sourcemeta `--fast`", "", ">=20"),
    Goal("good/wc", "`validate`, good bodies in one file: time", "", "`wc -l`", "<=3"),
    Goal("bad/good", "`validate -v`, bad bodies with code frames: time", "", "good bodies", "<=6"),
    Goal("files/jsonschema-cli", "`validate`, a folder of files: speed", "jsonschema-cli", "", ">=3.5"),
    Goal("files/readall", "`validate`, a folder of files: time", "", "open, read, close", "<=1.1"),
    Goal("10/webhook", "`listen`, 10 connections: requests/s", "webhook, which runs nothing", "", ">=3.5"),
    Goal("100/webhook", "`listen`, 100 connections: requests/s", "webhook, which runs nothing", "", ">=3.5"),
    Goal("10/epoll", "`listen`, 10 connections: CPU per request", "", "a bare epoll server", "<=1.6"),
    Goal("100/epoll", "`listen`, 100 connections: CPU per request", "", "a bare epoll server", "<=1.6"),
    Goal("10/unsynced", "`listen --journal --sync none`, 10 connections: CPU per request", "", "without", "<=1.2"),
    Goal("100/unsynced", "`listen --journal --sync none`, 100 connections: CPU per request", "", "without", "<=1.2"),
    Goal("10/oha", "`send --count`, 10 connections: requests/s", "oha", "", ">=1.5"),
    Goal("100/oha", "`send --count`, 100 connections: requests/s", "oha", "", ">=1.3"),
    Goal("10/wrk", "`send --count`, 10 connections: requests/s", "", "wrk, which repeats one body", ">=0.9"),
    Goal("100/wrk", "`send --count`, 100 connections: requests/s", "", "wrk, which repeats one body", ">=0.9"),
    Goal("once/curl", "`send`, one delivery: time", "curl", "", "<=0.25"),
    Goal("once/curl-musl", "`send`, one delivery, built for musl: time", "curl", "", "<=0.2"),
]


def goal_of(key):
    return next((goal.wanted for goal in GOALS if goal.key == key), "-")


def verdict(value, wanted):
    if wanted == "-":
        return ""
    limit = float(wanted[2:])
    return "met" if (value <= limit if wanted.startswith("<=") else value >= limit) else "missed"


def record(key, value, shown=None):
    if key != "-" and os.environ.get("RESULTS"):
        with open(os.environ["RESULTS"], "a") as file:
            file.write(json.dumps({"key": key, "value": value, "shown": shown or f"{value:.2f}"}) + "\n")


def table():
    with open(os.environ["RESULTS"]) as file:
        results = {line["key"]: line for line in map(json.loads, file)}
    print("| job | peer | limit | ratio | goal | met |")
    print("| --- | --- | --- | --- | --- | --- |")
    for goal in GOALS:
        if result := results.get(goal.key):
            cells = [result["shown"], verdict(result["value"], goal.wanted)]
        else:
            cells = ["not installed" if goal.peer and goal.key != "once/curl-musl" else "not measured", "-"]
        wanted = goal.wanted.replace("<=", "≤ ").replace(">=", "≥ ")
        print(f"| {goal.job} | {goal.peer} | {goal.limit} | {cells[0]} | {wanted} | {cells[1]} |")


if __name__ == "__main__":
    if sys.argv[1:] == ["table"]:
        table()
    elif len(sys.argv) == 4 and sys.argv[1] == "record":
        record(sys.argv[2], float(sys.argv[3]))
    else:
        sys.exit(__doc__)
