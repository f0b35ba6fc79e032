"""Runs the tool under callgrind and returns how many instructions it executed.

What would make the counts differ between machines is the same everywhere: the environment, the lengths of the paths, the
time zone, and one processor, so that `validate` has one thread. Programs see the processor that valgrind emulates, whose
caches are always the same; only whether it has AVX2 depends on the machine.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time

PATIENCE = 120
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "NO_COLOR": "1", "TZ": "UTC0"}


def versions():
    """What else the counts depend on."""

    def version(name):
        said = subprocess.run([name, "--version"], capture_output=True, text=True, check=True).stdout
        return said.strip()[len(name) + 1 :]

    with open("/proc/cpuinfo") as file:
        avx2 = re.search(r"^flags\b.*\bavx2\b", file.read(), re.MULTILINE)
    return {
        "libc": os.confstr("CS_GNU_LIBC_VERSION"),
        "processor": os.uname().machine + (" with AVX2" if avx2 else ""),
        "rustc": version("rustc"),
        "valgrind": version("valgrind"),
    }


def on_one_processor():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def total(path):
    with open(path) as file:
        return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.MULTILINE)[1])


class Tool:
    """A binary in a folder of its own, with the input files."""

    def __init__(self, folder, counted=True):
        self.folder, self.counted = folder, counted

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, arguments):
        words = ["./inqud-hook", *arguments]
        if self.counted:
            words = ["valgrind", "--quiet", "--tool=callgrind", "--callgrind-out-file=callgrind.out", *words]
        with open(self.path("out.txt"), "wb") as out, open(self.path("err.txt"), "wb") as err:
            return subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.folder,
                env=ENVIRONMENT,
                preexec_fn=on_one_processor,
            )

    def end(self, child, wanted):
        """Waits for the end; the instructions of the whole process."""
        if child.wait(PATIENCE) != wanted:
            with open(self.path("err.txt"), errors="replace") as file:
                raise OSError(f"exit status {child.returncode} of {child.args}: {file.read()[:500]}")
        if not self.counted:
            return 0
        return total(self.path("callgrind.out"))

    def run(self, *arguments, wanted=0):
        return self.end(self.start(arguments), wanted)

    def listen(self, requests, *arguments, then=lambda said: None):
        """`listen` from its start to its end, while those requests come one after the other over one connection. `then` is
        called before the end, with what was printed."""
        child = self.start(["listen", "0", "--secret-file", "secret", "--body", "none", *arguments])
        try:
            port = self.waited_for(lambda text: (found := re.search(r"127\.0\.0\.1:(\d+)", text)) and int(found[1]))
            if requests:
                deliver(port, requests)
                # Output that is not yet printed belongs to the run.
                self.waited_for(lambda text: text.count("200 in ") >= len(requests))
            then(self.waited_for(lambda text: text))
            child.send_signal(signal.SIGINT)
            return self.end(child, 130)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()

    def waited_for(self, ask):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with open(self.path("out.txt"), errors="replace") as file:
                if found := ask(file.read()):
                    return found
            time.sleep(0.02)
        raise OSError("listen does not print what it should")


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


class Receiver:
    """Answers all requests with 200, one connection after the other."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.answer_all, daemon=True).start()
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def __exit__(self, *_):
        self.listener.close()

    def answer_all(self):
        while True:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            # wrk resets its connections.
            with stream, contextlib.suppress(ConnectionResetError):
                answer(stream)


def answer(stream):
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    while block := stream.recv(65_536):
        received += block
        head, found, body = received.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) if found else 0
        if found and len(body) >= length:
            received = body[length:]
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
