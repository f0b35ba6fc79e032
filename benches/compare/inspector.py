#!/usr/bin/env python3
"""Measures `listen` with an open page of the inspector against `listen` without one, and prints a table.

The two run in turn, with one round before that does not count. wrk sends signed bodies of 400 bytes, as in listen.sh: at full
speed with 10 connections, and then slowly, over one connection that pauses after each answer. The open page is a client that
asks as the page does: it waits for rows, and asks again at once. Server and wrk have a processor each; the page's client
shares wrk's, as a browser does not share that of the server. The last row has a page too, but keeps one delivery instead of
1,000: the rest of the memory is what the page keeps to be looked at.

    SECONDS_EACH=2  how long each round takes
    ROUNDS=5        rounds per contestant
    INQUD_HOOK=…    a binary that is already built
    WRK=…           if it is not on PATH

Linux only; needs Python's standard library and wrk.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

import serving
from page import OpenPage, link_in

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ROUNDS, EACH = int(os.environ.get("ROUNDS", "5")), os.environ.get("SECONDS_EACH", "2")
PAUSE = 'delay = function() return 4 end\n'


class WithPage(serving.Contestant):
    """`listen --inspect` with a page that is open."""

    def start(self, cpu, journal):
        child, port = super().start(cpu, journal)
        with open(f"{self.folder}/out.txt") as file:
            link = serving.wait_for(lambda: (file.seek(0), link_in(file.read()))[1])
        threading.Thread(target=OpenPage(*link).watch, daemon=True).start()
        return child, port


def main():
    wrk = os.environ.get("WRK") or shutil.which("wrk") or sys.exit("wrk is missing")
    binary = os.environ.get("INQUD_HOOK")
    if not binary:
        subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=ROOT, check=True)
        binary = f"{os.environ.get('CARGO_TARGET_DIR', ROOT + '/target')}/release/inqud-hook"
    server_cpu, client_cpu = ("0", "1") if os.cpu_count() > 1 and shutil.which("taskset") else ("", "")
    os.environ["NO_COLOR"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        serving.bodies(folder, f"{ROOT}/payloads/calypso/samples/INVOICE_PAID.json")
        for name, more in ("plain", ""), ("page", " --inspect"), ("one", " --inspect --inspect-keep 1"):
            with open(f"{folder}/{name}.cmd", "w") as file:
                file.write(f"{os.path.abspath(binary)} listen 0 --secret-file secret{more}")
        print("| load | | without | with an open page | ratio (of each round) |\n| --- | --- | --- | --- | --- |")
        full = ("10 connections", "10", [("per_second", "requests/s"), ("p50", "p50 us"), ("p99", "p99 us"), ("peak", "peak MiB")])
        slow = ("one every 4 ms", "1", [("p50", "p50 us"), ("p99", "p99 us"), ("peak", "peak MiB")])
        for title, connections, rows in full, slow:
            contestants = [serving.Contestant("plain", folder), WithPage("page", folder), WithPage("one", folder)]
            serving.in_turn(contestants, ROUNDS, wrk, EACH, connections, server_cpu, client_cpu)
            without, usual, small = contestants
            compared = [(what, label, usual) for what, label in rows]
            for what, label, contestant in [*compared, ("peak", "peak MiB, one delivery kept", small)]:
                plain, page = without.of(what), contestant.of(what)
                each = sorted(second / first for first, second in zip(plain, page))
                middles = [statistics.median(values) for values in (plain, page)]
                shown = [f"{value:,.1f}" if value < 100 else f"{value:,.0f}" for value in middles]
                ratio = f"{middles[1] / middles[0]:.2f} ({each[0]:.2f}-{each[-1]:.2f})"
                print("| " + " | ".join([title, label, *shown, ratio]) + " |", flush=True)
            with open(f"{folder}/post.lua", "a") as file:
                file.write(PAUSE)


if __name__ == "__main__":
    main()
