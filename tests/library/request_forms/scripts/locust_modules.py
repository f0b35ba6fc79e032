"""Stands in for Locust and gevent: writes down what is posted instead of posting it.

python3 locust_modules.py SCRIPT NOW ITERATIONS, with the clock standing still.
"""

import base64
import json
import os
import runpy
import sys
import time
from types import ModuleType, SimpleNamespace

posts = []


def module(name, **contents):
    sys.modules[name] = ModuleType(name)
    vars(sys.modules[name]).update(contents)


class Response:
    status_code = 201
    error = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def success(self):
        posts[-1]["checks"] = [[f"{posts[-1].pop('name')} is accepted", True]]

    def failure(self, why):
        posts[-1]["checks"] = [[f"{posts[-1].pop('name')} is accepted", False]]
        posts[-1]["why"] = why


class Client:
    def request(self, method, url, name, headers, data, allow_redirects, catch_response):
        assert catch_response
        headers = {name: value.encode("latin-1").decode() for name, value in headers.items()}
        body = base64.b64encode(data).decode()
        posts.append({"method": method, "url": url, "name": name, "headers": headers, "body": body})
        posts[-1]["redirects"] = allow_redirects
        return Response()


class FastHttpUser:
    client = Client()


class MasterRunner:
    pass


class WorkerRunner:
    messages = []

    def send_message(self, *message):
        self.messages.append(message)


class StopUser(Exception):
    pass


class Events:
    def __getattr__(self, _):
        return SimpleNamespace(add_listener=lambda function: function)


module("gevent", sleep=lambda seconds: seconds and posts.append({"slept": seconds}))
module("gevent.ssl", create_default_context=None)
module(
    "locust",
    FastHttpUser=FastHttpUser,
    LoadTestShape=object,
    constant=lambda seconds: seconds,
    constant_throughput=lambda rate: {"throughput": rate},
    events=Events(),
    task=lambda function: function,
)
module("locust.exception", StopUser=StopUser)
module("locust.runners", MasterRunner=MasterRunner, WorkerRunner=WorkerRunner)

script, now, iterations = sys.argv[1], int(sys.argv[2]) / 1000, int(sys.argv[3])
time.time = lambda: now
names = runpy.run_path(script)
user = names["Provider"]()
user.environment = SimpleNamespace(runner=SimpleNamespace())
instance = os.environ.get("K6_INSTANCE")
if instance is not None:
    user.environment.runner = WorkerRunner()
    user.environment.runner.worker_index = int(instance)
every = []
for _ in range(iterations):
    user.deliver()
    every.append(posts[:])
    posts.clear()
options = {name: names[name] for name in ["USERS", "RATE", "DURATION", "COUNT", "TIMEOUT"]}
print(json.dumps({"options": {**options, "wait": user.wait_time}, "all": every}))
