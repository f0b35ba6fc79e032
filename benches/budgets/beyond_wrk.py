#!/usr/bin/env python3
"""Shows what a delivery of a burst costs beyond wrk's, which repeats the same bytes: instructions, counted with callgrind.

    beyond_wrk.py BINARY

One delivery is the difference of two bursts. What it takes to hash is measured from outside: the difference between bodies
that are ten blocks of SHA-512 longer gives the cost of a block, and a signature has as many as the body fills, one for the
outer hash, and the padding. The rest is making the ids, writing them into the template, and keeping the statistics.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from callgrind import ENVIRONMENT, Receiver, Tool, on_one_processor, total
from jobs import FEW_OF_A_BURST, FIXED, MANY_OF_A_BURST, one

BLOCK = 128
LONGER = 10
# The length and a bit follow the body; the outer hash is one block of its own.
PADDING = 17
SECONDS = 2, 10


def burst(tool, extra):
    """The instructions of one delivery with a description that is longer by that many blocks."""

    def count(deliveries):
        with Receiver() as to:
            words = ["--set", f"/data/description={'x' * (BLOCK * (1 + extra))}", "--concurrency", "1"]
            return tool.run("send", "INVOICE_PAID", "--to", to, *FIXED, *words, "--count", str(deliveries))

    return one(FEW_OF_A_BURST, MANY_OF_A_BURST, count)


def dry_run(tool):
    """The request with the shorter body, as head and body."""
    tool.counted = False
    tool.run("send", "INVOICE_PAID", *FIXED, "--set", f"/data/description={'x' * BLOCK}", "--dry-run")
    tool.counted = True
    with open(tool.path("out.txt"), newline="") as file:
        head, _, body = file.read().replace("\r\n", "\n").partition("\n\n")
    return head.splitlines()[1:], body.rstrip("\n")


def wrk(tool, headers, body):
    """The instructions of one request of wrk with the same head and body."""
    with open(tool.path("body.json"), "w") as file:
        file.write(body)
    with open(tool.path("post.lua"), "w") as file:
        file.write('wrk.method = "POST"\nwrk.body = io.open("body.json", "rb"):read("*a")\n')
    counts = []
    for seconds in SECONDS:
        with Receiver() as to:
            words = ["valgrind", "--quiet", "--tool=callgrind", "--callgrind-out-file=callgrind.out"]
            words += ["wrk", "-t1", "-c1", f"-d{seconds}s", "-s", "post.lua"]
            for header in headers:
                if not header.lower().startswith(("host:", "content-length:")):
                    words += ["-H", header]
            said = subprocess.run(
                [*words, f"http://{to}/"],
                capture_output=True,
                text=True,
                check=True,
                cwd=tool.folder,
                env=ENVIRONMENT,
                preexec_fn=on_one_processor,
            ).stdout
        requests = int(re.search(r"(\d+) requests in", said)[1])
        counts.append((total(tool.path("callgrind.out")), requests))
    (few, few_requests), (many, many_requests) = counts
    return (many - few) // (many_requests - few_requests)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for needed in "valgrind", "wrk":
        if not shutil.which(needed):
            sys.exit(f"{needed} is missing")
    with tempfile.TemporaryDirectory(prefix="inqud-hook-", dir="/tmp") as folder:
        shutil.copy(sys.argv[1], os.path.join(folder, "inqud-hook"))
        tool = Tool(folder)
        headers, body = dry_run(tool)
        ours, longer = burst(tool, 0), burst(tool, LONGER)
        theirs = wrk(tool, headers, body)
    block = (longer - ours) // LONGER
    blocks = -(-(len(body.encode()) + PADDING) // BLOCK) + 1
    rest = ours - theirs - blocks * block
    print("| instructions of one delivery | |")
    print("| --- | --- |")
    print(f"| ours | {ours:,} |")
    print(f"| wrk, which repeats one body | {theirs:,} |")
    print(f"| SHA-512 of a body of {len(body.encode())} bytes: {blocks} blocks of {block:,} | {blocks * block:,} |")
    print(f"| the rest | {rest:,} |")


if __name__ == "__main__":
    try:
        main()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"beyond_wrk.py: {error}")
