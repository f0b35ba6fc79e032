#!/usr/bin/env python3
"""Measures whole processes against each other and prints one row of a table.

    pairs.py ratio TITLE KEY ROUNDS OVER UNDER [OUT]
    pairs.py peak TITLE GOAL FILE TIMES COMMAND

ratio: OVER and UNDER are files with one command a line, which run one after another as one contestant. The contestants run
in turn, OVER UNDER OVER UNDER, after one round that does not count. KEY finds the goal for the ratio of the medians
OVER/UNDER in goals.py, or is "-" if there is none. Output goes to OUT, which is emptied before each run.

peak: COMMAND reads FILE TIMES times from a pipe; GOAL is in MiB.

The exit status is 0 if something was measured, whether the goal was met or not, and 1 if a command could not be run.
"""

import os
import shlex
import statistics
import subprocess
import sys
import time

from goals import goal_of, record, verdict


def run(commands, out):
    """Runs the commands one after another; returns wall and CPU seconds."""
    wall, cpu = 0.0, 0.0
    for command in commands:
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        started = time.perf_counter()
        child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
        _, status, usage = os.wait4(child, 0)
        wall += time.perf_counter() - started
        # 1 means that something was found, as in half of these commands; one peer uses 2 for that.
        if os.waitstatus_to_exitcode(status) not in (0, 1, 2):
            raise OSError(f"exit status {os.waitstatus_to_exitcode(status)} of {shlex.join(command)[:200]}")
        cpu += usage.ru_utime + usage.ru_stime
    return wall, cpu


def shown(samples):
    walls = [wall * 1e3 for wall, _ in samples]
    digits = 2 if max(walls) < 100 else 0
    middle, low, high = statistics.median(walls), min(walls), max(walls)
    cpu = statistics.median(cpu * 1e3 for _, cpu in samples)
    return f"{middle:.{digits}f} ({low:.{digits}f}-{high:.{digits}f}) cpu {cpu:.{digits}f}"


def ratio(title, key, rounds, over, under, out=os.devnull):
    contestants = []
    for file in (over, under):
        with open(file) as lines:
            contestants.append([shlex.split(line) for line in lines if line.strip()])
    samples = ([], [])
    for number in range(int(rounds) + 1):
        for commands, taken in zip(contestants, samples):
            sample = run(commands, out)
            if number > 0:
                taken.append(sample)
    middles = [statistics.median(wall for wall, _ in taken) for taken in samples]
    value = middles[0] / middles[1]
    each = sorted(first[0] / second[0] for first, second in zip(*samples))
    both, goal = f"{value:.2f} ({each[0]:.2f}-{each[-1]:.2f})", goal_of(key)
    record(key, value, both)
    row = [title, shown(samples[0]), shown(samples[1]), both, goal, verdict(value, goal)]
    print("| " + " | ".join(row) + " |", flush=True)


def peak(title, goal, file, times, command):
    started = time.perf_counter()
    # Started before the file is read: the memory of this process at that moment counts as the child's peak.
    child = subprocess.Popen(
        shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with open(file, "rb") as source:
        text = source.read()
    with child.stdin as pipe:
        for _ in range(int(times)):
            pipe.write(text)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if child.returncode not in (0, 1):
        raise OSError(f"exit status {child.returncode} of {command}")
    value, bytes_read = usage.ru_maxrss / 1024, len(text) * int(times)
    row = [title, f"{value:.1f} MiB", f"{bytes_read / 2**30:.1f} GiB in {wall:.1f} s", "", goal + " MiB"]
    print("| " + " | ".join([*row, verdict(value, goal)]) + " |", flush=True)


if __name__ == "__main__":
    try:
        {"ratio": ratio, "peak": peak}[sys.argv[1]](*sys.argv[2:])
    except OSError as error:
        sys.exit(f"pairs.py: {error}")
