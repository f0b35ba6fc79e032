"""What is counted, and the input files for it."""

import glob
import json
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "compare"))

from callgrind import Receiver, Tool
from page import OpenPage, link_in
from serving import SECRET, signed_request

# A count of one is the difference of two runs, so that neither the start nor the end is in it.
FEW, MANY = 200, 1_200
FEW_OF_A_BURST, MANY_OF_A_BURST = 1_000, 5_000
PROVIDERS = ["calypso", "inqud", "rehive"]
FIXED = ["--seed", "1", "--now", "2026-01-01T00:00:00Z"]


def spoilt(value):
    """The same with the first text in it, at any depth, replaced by a number; and whether there was one."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, str):
            value[name] = 7
            return True
        if isinstance(inner, (dict, list)) and spoilt(inner):
            return True
    return False


def write_lines(path, lines):
    with open(path, "w") as file:
        file.writelines(f"{line}\n" for line in lines)


def prepare(binary, folder):
    """Puts the binary and its input into the folder; the requests for `listen`."""

    def into(name):
        return os.path.join(folder, name)

    shutil.copy(binary, into("inqud-hook"))
    sample = os.path.join(ROOT, "payloads/calypso/samples/INVOICE_PAID.json")
    shutil.copy(sample, into("one.json"))
    with open(into("secret"), "wb") as file:
        file.write(SECRET)
    for provider in PROVIDERS:
        samples = []
        for path in sorted(glob.glob(os.path.join(ROOT, "payloads", provider, "samples/*.json"))):
            with open(path) as file:
                samples.append(json.load(file))
        for kind in "good", "bad":
            if kind == "bad":
                samples = [body for body in samples if spoilt(body)]
            lines = [json.dumps(body, separators=(",", ":")) for body in samples]
            for count in FEW, MANY:
                write_lines(into(f"{provider}-{kind}-{count}.ndjson"), [lines[at % len(lines)] for at in range(count)])
    with open(sample) as file:
        text = file.read()
    requests = [signed_request(text, number) for number in range(MANY)]
    with open(into("one.http"), "wb") as file:
        file.write(requests[0])
    plain = Tool(folder, counted=False)
    for count in FEW, MANY:
        plain.listen(requests[:count], "--journal", f"journal-{count}.ndjson", "--sync", "none")
    with open(into(f"journal-{FEW}.ndjson")) as whole:
        write_lines(into("journal-1.ndjson"), [whole.readline().rstrip("\n")])
    return requests


def one(few, many, count):
    """The instructions of one of those by which two runs differ."""
    return (count(many) - count(few)) // (many - few)


def unsynced(tool):
    if os.path.exists(tool.path("new.ndjson")):
        os.unlink(tool.path("new.ndjson"))
    return ["--journal", "new.ndjson", "--sync", "none"]


def read_rows(said):
    """Opens the page when all has come: while it waits, how often it asks depends on the time."""
    page = OpenPage(*link_in(said))
    while page.rows(wait=False):
        pass


def burst(tool, count):
    with Receiver() as to:
        return tool.run("send", "INVOICE_PAID", "--to", to, *FIXED, "--concurrency", "1", "--count", str(count))


def send(tool):
    with Receiver() as to:
        return tool.run("send", "INVOICE_PAID", "--to", to, *FIXED, "--secret-file", "secret")


def jobs(tool, requests):
    """A name, and a function that counts."""

    def start(*words, **how):
        return lambda: tool.run(*words, **how)

    of_each = {
        "-V": start("-V"),
        "-h": start("-h"),
        "completions bash": start("completions", "bash"),
        "config": start("config"),
        "events": start("events"),
        "events INVOICE_PAID": start("events", "INVOICE_PAID"),
        "explain gate/genuine": start("explain", "gate/genuine"),
        "listen": lambda: tool.listen([]),
        "log, one delivery": start("log", "journal-1.ndjson"),
        "man": start("man"),
        "replay --dry-run, one delivery": start("replay", "journal-1.ndjson", "--dry-run"),
        "send --dry-run": start("send", "INVOICE_PAID", "--dry-run", *FIXED),
        "send": lambda: send(tool),
        "test --list": start("test", "--list"),
        "validate, one file": start("validate", "one.json"),
        "verify, one request": start("verify", "one.http", "--secret-file", "secret"),
    }
    for name, count in of_each.items():
        yield f"start to end: {name}", count
    for provider in PROVIDERS:
        for kind, wanted in ("good", 0), ("bad", 1):
            file = f"{provider}-{kind}-%d.ndjson"
            yield (
                f"validate, one body: {provider}, {kind}",
                lambda file=file, wanted=wanted: one(
                    FEW, MANY, lambda count: tool.run("validate", "-v", file % count, wanted=wanted)
                ),
            )
    yield "listen, one delivery", lambda: one(FEW, MANY, lambda count: tool.listen(requests[:count]))
    yield (
        "listen, one delivery, --journal --sync none",
        lambda: one(FEW, MANY, lambda count: tool.listen(requests[:count], *unsynced(tool))),
    )
    # The first has to forget some.
    for name, arguments, then in (
        ("listen --inspect, one delivery", ["--inspect", "--inspect-keep", str(FEW)], lambda said: None),
        ("listen --inspect, one delivery and its row", ["--inspect", "--inspect-keep", str(MANY)], read_rows),
    ):
        yield (
            name,
            lambda arguments=arguments, then=then: one(
                FEW, MANY, lambda count: tool.listen(requests[:count], *arguments, then=then)
            ),
        )
    yield (
        "listen --journal, one line that is there",
        lambda: one(FEW, MANY, lambda count: tool.listen([], "--journal", f"journal-{count}.ndjson")),
    )
    yield "log, one line", lambda: one(FEW, MANY, lambda count: tool.run("log", f"journal-{count}.ndjson"))
    yield "send --count, one delivery", lambda: one(FEW_OF_A_BURST, MANY_OF_A_BURST, lambda count: burst(tool, count))
