"""Makes and signs a new body for each request, for Locust 2.47.

On one machine:    locust -f FILE --headless__OPTIONS__
On several:        locust -f FILE --headless__OPTIONS__ --master --expect-workers 2
and on the others: locust -f FILE --worker --master-host HOST

__NEEDS__The exit code is 0 if the endpoint accepted everything.
"""

import base64
import hmac
import itertools
import logging
import os
import random
import re
import sys
import time
import uuid
from datetime import datetime, timedelta

import gevent
from gevent.ssl import create_default_context
from locust import FastHttpUser, LoadTestShape, constant, constant_throughput, events, task
from locust.exception import StopUser
from locust.runners import MasterRunner, WorkerRunner

# The load of all machines together. Without USERS, it is what the command line of Locust says.
USERS = __USERS__  # at the same time
RATE = __RATE__  # per second; without it, as fast as they are answered
DURATION = __DURATION__  # in seconds
COUNT = __COUNT__

PAUSE = __PAUSE__  # seconds between two requests
KEEP_GOING = __KEEP_GOING__  # after a rejected request
TIMEOUT = __TIMEOUT__  # seconds
CERTIFICATES = __CERTIFICATES__  # a file; without it, those that the system trusts
INSECURE = __INSECURE__  # accepts any certificate


def secret(name):
    if not os.environ.get(name):
        sys.exit(f"the environment variable {name} must hold the secret")
    return os.environ[name]


SECRETS = __SECRETS__


def digest(hash_name, key, body):
    return hmac.new(os.fsencode(key), body, hash_name).hexdigest()


# What is sent in one iteration. Bodies stay text, so that amounts keep their digits.
REQUESTS = __REQUESTS__

# How many numbers of an iteration count up.
NUMBERS = __NUMBERS__


class Fresh:
    """New values of one iteration: what was equal stays equal, in all of its requests."""

    run = f"{random.randrange(100_000):05}"

    def __init__(self, iteration, worker):
        self.iteration = iteration
        self.worker = worker
        self.known = {}
        self.count = 0

    def once(self, old, make):
        if old not in self.known:
            self.known[old] = make()
        return self.known[old]

    def uuid(self, old):
        return self.once(old, lambda: str(uuid.uuid4()))

    def hex(self, old):
        return self.once(old, lambda: letters("0123456789abcdef", len(old)))

    def base58(self, old):
        return self.once(old, lambda: old[0] + letters(BASE58, len(old) - 1))

    def number(self, old):
        """Counts up, then says which worker and which run, so that it is there only once."""
        return self.once(old, self.next_number)

    def next_number(self):
        self.count += 1
        return f"{self.iteration * NUMBERS + self.count}{self.worker or 0:03}{self.run}"

    def order(self, _):
        number = self.iteration + 1
        return str(number) if self.worker is None else f"{self.worker}-{number}"

    def time(self, old):
        moment = datetime(*map(int, re.split(r"\D", old))) + timedelta(seconds=self.moved)
        return moment.isoformat()[: len(old)]

    def milliseconds(self, old):
        return str(int(old) + self.moved * 1000)


BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def letters(alphabet, count):
    return "".join(random.choices(alphabet, k=count))


def as_utf8(headers):
    """What Locust, which sends text as Latin-1, sends as UTF-8."""
    return {name: os.fsencode(value).decode("latin-1") for name, value in headers.items()}


class Provider(FastHttpUser):
    host = REQUESTS[0]["url"]  # Locust wants one; each request has its own
    wait_time = constant_throughput(RATE / USERS) if RATE else constant(0)
    connection_timeout = network_timeout = TIMEOUT
    insecure = INSECURE

    if not INSECURE:

        @staticmethod
        def ssl_context_factory():
            return create_default_context(cafile=CERTIFICATES)

    def on_start(self):
        if RATE:  # users that start together would send together
            gevent.sleep(random.uniform(0, USERS / RATE))

    @task
    def deliver(self):
        iteration = share.take()
        try:
            self.send_all(iteration)
        finally:
            share.delivered(self.environment.runner)

    def send_all(self, iteration):
        runner = self.environment.runner
        fresh = Fresh(iteration, runner.worker_index if isinstance(runner, WorkerRunner) else None)
        now = int(time.time())
        for index, request in enumerate(REQUESTS):
            if index > 0:
                gevent.sleep(PAUSE)
            fresh.moved = now - request["sent"]
            if not self.post(request, request["body"](fresh)) and not KEEP_GOING:
                return

    def post(self, request, body):
        with self.client.request(
            request["method"],
            request["url"],
            name=request["event"],
            headers=as_utf8(request["headers"](body)),
            data=body,
            allow_redirects=False,
            catch_response=True,
        ) as response:
            accepted = response.status_code in request["success"]
            if accepted:
                response.success()
            else:
                response.failure(f"not accepted: {response.status_code or response.error}")
            return accepted


class Share:
    """How much of COUNT this worker sends. Locust has one thread, so nothing is locked."""

    def __init__(self):
        self.iterations = itertools.count()
        self.begin(0 if COUNT else None)

    def begin(self, size):
        self.size = self.left = self.open = size

    def take(self):
        if self.left == 0:
            raise StopUser
        if self.left:
            self.left -= 1
        return next(self.iterations)

    def delivered(self, runner):
        if self.open:
            self.open -= 1
            if self.open == 0:
                runner.send_message("delivered", self.size)


share = Share()


class Progress:
    """What the master knows of the workers' shares."""

    waiting = None  # for these workers
    done = 0


@events.init.add_listener
def listen(environment, runner, **_):
    def begin(msg, **_):
        share.begin(msg.data)
        if msg.data == 0:
            runner.send_message("delivered", 0)

    def delivered(msg, **_):
        Progress.waiting.discard(msg.node_id)
        Progress.done += msg.data

    if not isinstance(runner, MasterRunner):
        runner.register_message("share", begin)
    if not isinstance(runner, WorkerRunner):
        runner.register_message("delivered", delivered)
    # Lets requests end that are on their way.
    environment.stop_timeout = environment.stop_timeout or TIMEOUT


@events.test_start.add_listener
def share_out(environment, **_):
    runner = environment.runner
    if not COUNT or isinstance(runner, WorkerRunner):
        return
    workers = list(runner.clients) if isinstance(runner, MasterRunner) else ["local"]
    Progress.waiting, Progress.done = set(workers), 0
    for index, worker in enumerate(workers):
        size = COUNT // len(workers) + (index < COUNT % len(workers))
        runner.send_message("share", size, worker)


def is_delivered(runner):
    if isinstance(runner, MasterRunner):  # does not wait for workers that are gone
        Progress.waiting &= {client.id for client in runner.clients.all if client.state != "missing"}
    return not Progress.waiting


if USERS:

    class Shape(LoadTestShape):
        def tick(self):
            if DURATION and self.get_run_time() >= DURATION:
                return None
            if COUNT and Progress.waiting is not None and is_delivered(self.runner):
                return None
            return USERS, USERS


@events.quitting.add_listener
def judge(environment, **_):
    if isinstance(environment.runner, WorkerRunner):
        return
    if environment.stats.total.num_requests == 0:
        logging.error("nothing was sent")
        environment.process_exit_code = 1
    elif COUNT and not DURATION and Progress.done < COUNT:
        logging.error("%s of %s were sent", Progress.done, COUNT)
        environment.process_exit_code = 1
