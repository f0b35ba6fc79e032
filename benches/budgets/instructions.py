#!/usr/bin/env python3
"""Counts the instructions that the tool executes, and fails where one count grew.

    instructions.py BINARY           compares with the committed numbers.json
    instructions.py BINARY --write   writes numbers.json
    instructions.py BINARY BEFORE    compares with another binary, such as that of the commit before

Instruction counts do not depend on the machine's load, so a difference of three per cent is visible. numbers.json is of a
binary built with `cargo build --profile budget`, which takes about a quarter more instructions than a release. It also says
with which compiler, libc, valgrind and sort of processor the numbers were counted; where these differ, nothing is compared,
because the counts differ then too.

    ROUNDS=1     how often each number is counted; the median counts
    ONLY=TEXT    only the numbers with that text in their name, which is not possible with --write

The exit status is 1 if a number is missing or grew by more than three per cent.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True

from callgrind import Tool, versions
from jobs import HERE, jobs, prepare

FILE = os.path.join(HERE, "numbers.json")
LIMIT = 0.03
ROUNDS = int(os.environ.get("ROUNDS", "1"))
WRITE_NEW = "cargo build --profile budget && benches/budgets/instructions.py target/budget/inqud-hook --write"


def counted(binary, only):
    """Yields name and number."""
    # Everywhere as long as here: the tool looks at the names of folders.
    with tempfile.TemporaryDirectory(prefix="inqud-hook-", dir="/tmp") as folder:
        requests = prepare(binary, folder)
        for name, count in jobs(Tool(folder), requests):
            if only in name:
                yield name, int(statistics.median(count() for _ in range(ROUNDS)))


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def compare(now, before):
    """Prints a table; returns the names of what grew or is new, and of what shrank or is gone."""
    worse, better = [], []
    row("instructions", "now", "before", "change")
    row(*["---"] * 4)
    for name, number in now:
        known = before.pop(name, None)
        change = number / known - 1 if known else None
        if change is None or change > LIMIT:
            worse.append(name)
        elif change < -LIMIT:
            better.append(name)
        row(name, f"{number:,}", f"{known:,}" if known else "", "new" if change is None else f"{change:+.1%}")
    return worse, better + sorted(before)


def recorded():
    """The committed numbers; none where they do not apply here."""
    with open(FILE) as file:
        whole = json.load(file)
    here = versions()
    for name, value in whole["counted with"].items():
        if here[name] != value:
            print(f"not compared: the numbers were counted with {name} {value}, here is {here[name]}")
            print(f"new ones: {WRITE_NEW}")
            return None
    return whole["instructions"]


def write(numbers):
    with open(FILE, "w") as file:
        json.dump({"counted with": versions(), "instructions": numbers}, file, indent=2, sort_keys=True)
        file.write("\n")


def main():
    binary, *rest = sys.argv[1:] or sys.exit(__doc__)
    only = os.environ.get("ONLY", "")
    if len(rest) > 1:
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        sys.exit("valgrind is missing")
    if rest == ["--write"]:
        if only:
            sys.exit("ONLY cannot be used with --write")
        return write(dict(counted(binary, "")))
    before = dict(counted(rest[0], only)) if rest else recorded()
    if before is None:
        return
    before = {name: number for name, number in before.items() if only in name}
    worse, better = compare(counted(binary, only), before)
    if better:
        print(f"\nshrank or gone: {', '.join(better)}; new numbers: {WRITE_NEW}")
    if worse:
        print(f"\ngrew or new: {', '.join(worse)}; if that is wanted: {WRITE_NEW}")
        sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"instructions.py: {error}")
