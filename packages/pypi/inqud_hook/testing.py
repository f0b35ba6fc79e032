"""For tests of webhook endpoints: runs inqud-hook and reads its JSON lines. The pytest fixture `inqud_hook` is one.

Words become arguments, keywords become options: send("INVOICE_PAID", to=url, order_id="A-1") is
INVOICE_PAID --to URL --order-id A-1. A `secret` goes to standard input, so that no list of processes shows it.
"""

import json
import subprocess
import threading
from contextlib import suppress
from functools import partialmethod
from subprocess import PIPE

import inqud_hook

CANNOT_WORK = 2  # the exit code of a run that could not do its work, such as one with an unknown option
MOST_SHOWN = 10  # lines of a message


def _option(name, value):
    """An option as arguments: True is the name alone, a list repeats it, a dict repeats it as NAME=JSON."""
    flag = "--" + name.replace("_", "-")
    if value is None or isinstance(value, bool):
        return [flag] if value else []
    if isinstance(value, dict):
        value = [f"{key}={json.dumps(one)}" for key, one in value.items()]
    is_list = hasattr(value, "__iter__") and not isinstance(value, str)
    return [f"{flag}={one}" for one in (value if is_list else [value])]


def _describe(line):
    """A line for a message; empty where there is nothing to say."""
    if line["type"] == "summary":
        return "missing: " + ", ".join(line["missing"]) if line.get("missing") else ""
    facts = line.get("signature") or line
    if line["type"] in ("ready", "body") or facts.get("verdict") in ("pass", "not_run"):
        return ""
    said = [line.get("status"), facts.get("verdict"), facts.get("explanation") or line.get("reason")]
    said += [line.get("message"), line.get("got"), *[finding["message"] for finding in line.get("findings") or []]]
    name = line.get("event") or line.get("id") or line.get("source")
    hint = line.get("hint") or facts.get("fix") or line.get("help")
    return f"{name}: {', '.join(str(one) for one in said if one)}" + (f"\n    hint: {hint}" if hint else "")


class Result:
    """What a finished run found."""

    def __init__(self, name, code, lines, stderr):
        self.name, self.code, self.lines, self.stderr = name, code, lines, stderr
        self.deliveries = [line for line in lines if line["type"] == "delivery"]
        self.summary = next((line for line in reversed(lines) if line["type"] == "summary"), {})
        # All was as expected; there were deliveries, and all were accepted; or all were answered and refused.
        self.ok = code == 0
        sent = self.summary.get("sent", 0)
        self.accepted = sent > 0 and self.summary["accepted"] == sent
        self.refused = sent > 0 and self.summary["refused"] == sent

    def __str__(self):
        told = [f"inqud-hook {self.name}: exit code {self.code}", *filter(None, map(_describe, self.lines))]
        more = [f"and {len(told) - MOST_SHOWN} more"] if len(told) > MOST_SHOWN else []
        return "\n  ".join(told[:MOST_SHOWN] + more)

    def __repr__(self):
        # On one line, as pytest shows it in a failed `assert`.
        return "<" + str(self).replace("\n", ";") + ">"


def _command_line(name, operands, options):
    """The arguments, and what goes to standard input. `command` starts the endpoint that `test` judges."""
    secret, command = options.pop("secret", None), options.pop("command", ())
    arguments = [argument for key, value in options.items() for argument in _option(key, value)]
    if secret is not None:
        arguments.append("--secret-file=-")
    arguments += [*map(str, operands), *(["--", *command] if command else [])]
    # Without a binary in the package, the inqud-hook on the PATH.
    return [inqud_hook.binary() or "inqud-hook", name, "--format=json", *arguments], secret or ""


def _result(command, code, output, stderr):
    if code == CANNOT_WORK:
        raise RuntimeError(f"inqud-hook {' '.join(command[1:])}\n{stderr}")
    return Result(command[1], code, [json.loads(line) for line in output], stderr)


class Listener:
    """Receives on `url`. As a context it must have reached its goal at the end, which is waited for."""

    def __init__(self, operands, options):
        self._has_goal = "until" in options or "count" in options
        self._command, secret = _command_line("listen", operands or [0], {"deadline": "30s", **options})
        self._process = subprocess.Popen(self._command, stdin=PIPE, stdout=PIPE, stderr=PIPE, encoding="utf-8")
        # It may end without reading its input.
        with suppress(BrokenPipeError), self._process.stdin as stdin:
            stdin.write(secret)
        self._output, self._errors = [line for line in [self._process.stdout.readline()] if line], []
        streams = (self._output, self._process.stdout), (self._errors, self._process.stderr)
        self._readers = [threading.Thread(target=into.extend, args=[stream], daemon=True) for into, stream in streams]
        for reader in self._readers:
            reader.start()
        # Without a first line it has failed, and `done` says why.
        ready = json.loads(self._output[0]) if self._output else self.done()
        self.url, self.port = ready["url"], ready["port"]

    @property
    def deliveries(self):
        """The deliveries until now."""
        return [line for line in map(json.loads, self._output) if line["type"] == "delivery"]

    def done(self):
        """Waits for the goal (until, count) or the deadline, which is 30s by default."""
        for reader in self._readers:
            reader.join()
        with self._process as ended:  # waits, and closes its pipes
            return _result(self._command, ended.wait(), self._output, "".join(self._errors))

    def stop(self):
        """Stops it; the result is not ok where a goal was not reached."""
        self._process.terminate()
        return self.done()

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure or not self._has_goal:
            self.stop()
        elif not self.done().ok:
            raise AssertionError(str(self.done()))


class InqudHook:
    """The commands; `show` is called with each result."""

    def __init__(self, show=lambda result: None):
        self._show = show

    def _run(self, name, *operands, **options):
        command, secret = _command_line(name, operands, options)
        ran = subprocess.run(command, input=secret, stdout=PIPE, stderr=PIPE, encoding="utf-8")
        result = _result(command, ran.returncode, ran.stdout.splitlines(), ran.stderr)
        self._show(result)
        return result

    def listen(self, *operands, **options):
        return Listener(operands, options)

    send = partialmethod(_run, "send")
    validate = partialmethod(_run, "validate")
    verify = partialmethod(_run, "verify")
    test = partialmethod(_run, "test")
